//! [`Edtf`]: uncertain dates, and what is true of them.
//!
//! EDTF (ISO 8601-2, levels 0 to 2) writes what is known of a date and no more: `2017-11`, a month;
//! `XXXX-11-12`, a day without its year; `2008-08-12~`, about that day; `2008-08-26/..`, from then
//! on; `[2017,2018]`, one of the two; `{2017,2018}`, both. `edtf-core` parses, validates and prints
//! it. What it *means* is ours, in four steps:
//!
//! ```text
//! text ──edtf-core──▶ model ──template──▶ days relative to a year ──reading──▶ worlds ──▶ truth
//! XXXX-11-12                   years 0…9999: 11-12               one unknown day      during XXXX-11: certain
//!                                                                                     during 2018: possible
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `day_set` | sets of days as runs of years with a bit mask each |
//! | `template` | one date: which years, which days of each; slack of qualifiers |
//! | `reading` | a whole value: events and states, intervals, sets, ties between ends |
//! | `worlds` | what holds in all, or in some, of the ways to fix what is unknown |
//! | [`valid_time`](ValidTime) | a statement's time with its constraints, and the tests on it |
//! | `together` | several statements on one and the same day: a path |
//! | [`joint`](joint_truth) | several tests whose unknown year is one |
//! | `in_order` | several tests on days that are in order |
//!
//! The text alone is what a value *is*: two are equal if their canonical texts are.

mod day_set;
#[cfg(test)]
mod examples;
mod in_order;
mod joint;
mod portion;
mod reading;
mod template;
#[cfg(test)]
mod tests;
mod together;
mod valid_time;
mod words;
mod worlds;

pub use in_order::{InOrder, Place};
pub use joint::{Asked, Occurrence, TimeTest, joint_truth, truth_in_order};
pub use valid_time::{Hull, Period, Temporality, ValidTime};
pub(crate) use words::date_in_words;

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use edtf_core::{IntervalEndpoint, SetElement};

use super::Date;
use crate::error::{Error, Result, eval};
use crate::text::suggest::nearest;

/// The longest text that is read, in bytes.
const TEXT_MAX: usize = 32_768;
/// The most members that a set may have.
const MEMBERS_MAX: usize = 1_000;

/// An uncertain date: an EDTF text of any level, and the days that it allows.
///
/// Equal and hashed by canonical text; a clone is one reference count.
///
/// ```
/// use dossier::value::time::Edtf;
/// let met = Edtf::parse("XXXX-11-12")?;
/// assert_eq!((met.year(), met.month(), met.day()), (None, Some(11), Some(12)));
/// let about = Edtf::parse("2017-11~")?;
/// assert!(about.is_approximate() && !about.is_uncertain() && about.level() == 1);
/// let since = Edtf::parse("2008-08-26/..")?;
/// assert!(since.is_interval() && !since.is_set());
/// assert_eq!(since.as_str(), "2008-08-26/..");
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone)]
pub struct Edtf(Arc<Inner>);

struct Inner {
    text: Box<str>,
    value: edtf_core::Edtf,
    /// The first and last day, computed when values are first put in order.
    bounds: OnceLock<(i64, i64)>,
}

/// Which components of a date are known, as a mask of bits.
///
/// ```
/// use dossier::value::time::{Components, Edtf};
/// let known = Edtf::parse("XXXX-11-12")?.components();
/// assert_eq!(known, Components::MONTH.with(Components::DAY));
/// assert!(!known.contains(Components::YEAR));
/// assert_eq!(known.bits(), 6);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Components(u8);

impl Components {
    /// The year is known in all its digits.
    pub const YEAR: Components = Components(1);
    /// The month is known.
    pub const MONTH: Components = Components(2);
    /// The day of the month is known.
    pub const DAY: Components = Components(4);
    /// The season, quarter or other part of the year is known.
    pub const SEASON: Components = Components(8);

    /// Whether all components of the other mask are in this one.
    pub const fn contains(self, other: Components) -> bool {
        self.0 & other.0 == other.0
    }

    /// The mask with the components of both.
    #[must_use]
    pub const fn with(self, other: Components) -> Components {
        Components(self.0 | other.0)
    }

    /// The bits: 1 year, 2 month, 4 day, 8 season.
    pub const fn bits(self) -> u8 {
        self.0
    }
}

impl Edtf {
    /// Reads an EDTF text of any level (ISO 8601-2, Annex A, levels 0 to 2).
    ///
    /// Spaces around it, and between the members of a set as the specification writes them, are left out.
    ///
    /// An error names the character at fault, and what to write where that can be told: the text of
    /// an ISO 8601 date in another form, or of the drafts of EDTF (`199u`, `2004/open`).
    ///
    /// ```
    /// use dossier::value::time::Edtf;
    /// assert_eq!(Edtf::parse("?2004-?06-?11")?.as_str(), "2004-06-11?");
    /// assert_eq!(Edtf::parse("[1667, 1668]")?.as_str(), "[1667,1668]");
    /// let error = Edtf::parse("2004/open").unwrap_err();
    /// assert_eq!(error.hints(), ["write '2004/..'"]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Edtf> {
        if text.len() > TEXT_MAX || text.bytes().filter(|&byte| byte == b',').count() >= MEMBERS_MAX
        {
            let message = format!(
                "an uncertain date has at most {MEMBERS_MAX} members and {TEXT_MAX} bytes of text"
            );
            return Err(Error::new(&eval::TEMPORAL_TEXT, message));
        }
        let close = closed_up(text);
        edtf_core::Edtf::parse(&close).map(Edtf::new).map_err(|error| wrong(text, &error))
    }

    /// A day, if EDTF can write it: it has no day beyond the years ±9999.
    ///
    /// ```
    /// use dossier::value::time::{Date, Edtf};
    /// let day = Edtf::from_date(Date::parse("2008-08-26")?).expect("a year of four digits");
    /// assert_eq!(day.as_str(), "2008-08-26");
    /// assert!(Edtf::from_date(Date::MAX).is_none());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn from_date(date: Date) -> Option<Edtf> {
        edtf_core::Edtf::parse(&date.to_string()).ok().map(Edtf::new)
    }

    fn new(value: edtf_core::Edtf) -> Edtf {
        let bounds = OnceLock::new();
        Edtf(Arc::new(Inner { text: value.to_string().into(), value, bounds }))
    }

    /// The canonical EDTF text.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The lowest conformance level of EDTF that can write it, 0 to 2.
    pub fn level(&self) -> u8 {
        self.0.value.level()
    }

    /// Whether any part is marked uncertain (`?`, `%`).
    pub fn is_uncertain(&self) -> bool {
        self.0.value.is_uncertain()
    }

    /// Whether any part is marked approximate (`~`, `%`).
    pub fn is_approximate(&self) -> bool {
        self.0.value.is_approximate()
    }

    /// Whether it is an interval, `start/end`.
    pub fn is_interval(&self) -> bool {
        matches!(self.0.value, edtf_core::Edtf::Interval(_))
    }

    /// Whether it is a set, `[…]` or `{…}`.
    pub fn is_set(&self) -> bool {
        matches!(self.0.value, edtf_core::Edtf::Set(_))
    }

    /// The day, if it is one day, known in full and not qualified.
    ///
    /// ```
    /// use dossier::value::time::{Date, Edtf};
    /// assert_eq!(Edtf::parse("2008-08-26")?.exact_day(), Some(Date::parse("2008-08-26")?));
    /// assert_eq!(Edtf::parse("2008-08-26~")?.exact_day(), None);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn exact_day(&self) -> Option<Date> {
        let date = match &self.0.value {
            edtf_core::Edtf::Date(date) => date,
            edtf_core::Edtf::DateTime(instant) => &instant.date,
            _ => return None,
        };
        if template::is_qualified(date) {
            return None;
        }
        Date::from_ymd(date.year.value()?, date.month?.value()?, date.day?.value()?)
    }

    /// The first and the last day that it allows, in days since 1970-01-01; without slack. Beyond
    /// the years ±2,000,000,000 days are not told apart.
    ///
    /// ```
    /// use dossier::value::time::{Date, Edtf};
    /// let (first, last) = Edtf::parse("2017-11")?.bounds();
    /// assert_eq!((Date::from_days(first), Date::from_days(last)), (Date::parse("2017-11-01")?, Date::parse("2017-11-30")?));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn bounds(&self) -> (i64, i64) {
        *self.0.bounds.get_or_init(|| {
            let days = reading::Reading { is_state: false, slack: false }.days(self.value());
            (days.first().unwrap_or(day_set::LAST), days.last().unwrap_or(day_set::FIRST))
        })
    }

    /// The first day that it allows; `None` where there is no such day, or none that a date can be.
    ///
    /// ```
    /// use dossier::value::time::{Date, Edtf};
    /// assert_eq!(Edtf::parse("2017-24")?.first_day(), Some(Date::parse("2017-12-01")?));
    /// assert_eq!(Edtf::parse("../2017")?.first_day(), None);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn first_day(&self) -> Option<Date> {
        Some(self.bounds().0).filter(|day| *day > day_set::FIRST).and_then(Date::checked_from_days)
    }

    /// The last day that it allows; `None` where there is no such day, or none that a date can be.
    ///
    /// ```
    /// use dossier::value::time::{Date, Edtf};
    /// assert_eq!(Edtf::parse("2016-02")?.last_day(), Some(Date::parse("2016-02-29")?));
    /// assert_eq!(Edtf::parse("2016-02/..")?.last_day(), None);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn last_day(&self) -> Option<Date> {
        Some(self.bounds().1).filter(|day| *day < day_set::LAST).and_then(Date::checked_from_days)
    }

    /// Which of two is earlier on every pair of days that they allow; equal if both are one and the
    /// same day, known in full; `None` where it depends.
    ///
    /// ```
    /// use std::cmp::Ordering;
    /// use dossier::value::time::Edtf;
    /// let edtf = |text| Edtf::parse(text);
    /// assert_eq!(edtf("2017-11")?.compare_days(&edtf("2018")?), Some(Ordering::Less));
    /// assert_eq!(edtf("2018-11")?.compare_days(&edtf("2018")?), None);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn compare_days(&self, other: &Edtf) -> Option<std::cmp::Ordering> {
        use std::cmp::Ordering;
        let ((first, last), (others_first, others_last)) = (self.bounds(), other.bounds());
        if last < others_first {
            Some(Ordering::Less)
        } else if first > others_last {
            Some(Ordering::Greater)
        } else {
            let same = self.exact_day().is_some() && self.exact_day() == other.exact_day();
            same.then_some(Ordering::Equal)
        }
    }

    /// The year, if it is known in all its digits; of an interval or set, if its dates agree.
    ///
    /// ```
    /// use dossier::value::time::Edtf;
    /// assert_eq!(Edtf::parse("2017-11")?.year(), Some(2017));
    /// assert_eq!(Edtf::parse("201X-11")?.year(), None);
    /// assert_eq!(Edtf::parse("2008-08-26/..")?.year(), Some(2008));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn year(&self) -> Option<i64> {
        self.agreed(
            |date| {
                if date.year.significant_digits.is_some() { None } else { date.year.value() }
            },
        )
    }

    /// The month, 1 to 12, if it is known; of an interval or set, if its dates agree.
    pub fn month(&self) -> Option<i64> {
        self.agreed(|date| date.month?.value().filter(|&month| month <= 12).map(i64::from))
    }

    /// The day of the month, if it is known; of an interval or set, if its dates agree.
    ///
    /// ```
    /// use dossier::value::time::Edtf;
    /// let visit = Edtf::parse("XXXX-11-11/XXXX-11-13")?;
    /// assert_eq!((visit.year(), visit.month(), visit.day()), (None, Some(11), None));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn day(&self) -> Option<i64> {
        self.agreed(|date| date.day?.value().map(i64::from))
    }

    /// The code of the season or other part of the year, 21 to 41 (ISO 8601-2, 4.8), if it is
    /// known; of an interval or set, if its dates agree.
    ///
    /// ```
    /// use dossier::value::time::Edtf;
    /// assert_eq!(Edtf::parse("2017-23")?.season(), Some(23));
    /// assert_eq!(Edtf::parse("2017-11")?.season(), None);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn season(&self) -> Option<i64> {
        self.agreed(|date| date.month?.value().filter(|&code| code > 12).map(i64::from))
    }

    /// Which components are known.
    pub fn components(&self) -> Components {
        let known = [
            (self.year(), Components::YEAR),
            (self.month(), Components::MONTH),
            (self.day(), Components::DAY),
            (self.season(), Components::SEASON),
        ];
        known
            .into_iter()
            .filter(|(value, _)| value.is_some())
            .fold(Components::default(), |mask, (_, component)| mask.with(component))
    }

    /// The beginning: of an interval its start, if it is stated; of any other date the date itself.
    ///
    /// ```
    /// use dossier::value::time::Edtf;
    /// let state = Edtf::parse("2008-08-26/..")?;
    /// assert_eq!(state.start(), Some(Edtf::parse("2008-08-26")?));
    /// assert_eq!(state.end(), None);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn start(&self) -> Option<Edtf> {
        match &self.0.value {
            edtf_core::Edtf::Interval(interval) => endpoint(&interval.start),
            _ => Some(self.clone()),
        }
    }

    /// The end: of an interval its end, if it is stated; of any other date the date itself.
    ///
    /// ```
    /// use dossier::value::time::Edtf;
    /// let war = Edtf::parse("2008-08-07/2008-08-12")?;
    /// assert_eq!(war.end().map(|end| end.to_string()), Some("2008-08-12".into()));
    /// assert_eq!(Edtf::parse("2008-08-26/..")?.end(), None);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn end(&self) -> Option<Edtf> {
        match &self.0.value {
            edtf_core::Edtf::Interval(interval) => endpoint(&interval.end),
            _ => Some(self.clone()),
        }
    }

    fn value(&self) -> &edtf_core::Edtf {
        &self.0.value
    }

    /// Every date that is written in it.
    fn dates(&self) -> impl Iterator<Item = &edtf_core::Date> {
        let (one, interval, set) = match self.value() {
            edtf_core::Edtf::Date(date) => (Some(date), None, None),
            edtf_core::Edtf::DateTime(instant) => (Some(&instant.date), None, None),
            edtf_core::Edtf::Interval(interval) => (None, Some(interval), None),
            edtf_core::Edtf::Set(set) => (None, None, Some(set)),
        };
        let ends = interval.into_iter().flat_map(|interval| [&interval.start, &interval.end]);
        let elements = set.into_iter().flat_map(|set| &set.elements);
        one.into_iter().chain(ends.filter_map(dated)).chain(elements.flat_map(|element| {
            match element {
                SetElement::Date(a) | SetElement::OnOrBefore(a) | SetElement::OnOrAfter(a) => {
                    [Some(a), None]
                }
                SetElement::Range(a, b) => [Some(a), Some(b)],
            }
            .into_iter()
            .flatten()
        }))
    }

    /// What a component is in every date, if it is known and the same in all.
    fn agreed(&self, component: impl Fn(&edtf_core::Date) -> Option<i64>) -> Option<i64> {
        let mut values = self.dates().map(component);
        let first = values.next()??;
        values.all(|value| value == Some(first)).then_some(first)
    }
}

fn dated(endpoint: &IntervalEndpoint) -> Option<&edtf_core::Date> {
    match endpoint {
        IntervalEndpoint::Date(date)
        | IntervalEndpoint::OnOrBefore(date)
        | IntervalEndpoint::OnOrAfter(date) => Some(date),
        IntervalEndpoint::Open | IntervalEndpoint::Unknown => None,
    }
}

/// The end of an interval as a value: a date, or one of those up to it or from it on.
fn endpoint(endpoint: &IntervalEndpoint) -> Option<Edtf> {
    let element = match *endpoint {
        IntervalEndpoint::Date(date) => return Some(Edtf::new(edtf_core::Edtf::Date(date))),
        IntervalEndpoint::OnOrBefore(date) => SetElement::OnOrBefore(date),
        IntervalEndpoint::OnOrAfter(date) => SetElement::OnOrAfter(date),
        IntervalEndpoint::Open | IntervalEndpoint::Unknown => return None,
    };
    let set = edtf_core::Set { kind: edtf_core::SetKind::OneMember, elements: vec![element] };
    Some(Edtf::new(edtf_core::Edtf::Set(set)))
}

/// The error for a text that is no EDTF.
fn wrong(text: &str, error: &edtf_core::ParseError) -> Error {
    let character =
        text.get(..error.offset).map_or(error.offset, |before| before.chars().count()) + 1;
    let why = format!("{} (at character {character})", error.message);
    let wrong = super::parse::wrong(text, "an uncertain date", &why);
    match respelled(text) {
        Some(right) => wrong.hint(format!("write '{}'", right.as_str())),
        None => wrong.hint(
            "write '2017-11' for a month, 'XXXX-11-12' for a day without its year, \
             '2008-08-26/..' for an open interval",
        ),
    }
}

/// A text without the spaces around it and around the members of a set.
fn closed_up(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if !text.starts_with(['[', '{']) || !text.contains(' ') {
        return text.into();
    }
    let is_mark = |c: char| matches!(c, ',' | '.' | '[' | ']' | '{' | '}');
    let mut close = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(' ') {
        close.push_str(before);
        rest = after.trim_start_matches(' ');
        if !close.ends_with(is_mark) && !rest.starts_with(is_mark) {
            close.push(' ');
        }
    }
    close.push_str(rest);
    close.into()
}

/// The value that was meant by an ISO 8601 date in another form, the spellings of the drafts of
/// EDTF, or a month by its name.
fn respelled(text: &str) -> Option<Edtf> {
    let trimmed = text.trim();
    if let Ok(date) = Date::parse(trimmed) {
        return Edtf::from_date(date);
    }
    // The ends of an interval the wrong way round, a year of four digits with a prefix.
    let turned = trimmed.split_once('/').map(|(start, end)| format!("{end}/{start}"));
    let turned = turned.or_else(|| trimmed.strip_prefix('Y').map(str::to_owned));
    if let Some(right) = turned.and_then(|text| edtf_core::Edtf::parse(&text).ok()) {
        return Some(Edtf::new(right));
    }
    let drafts = trimmed
        .replace("unknown", "")
        .replace("open", "..")
        .replace(['u', 'x'], "X")
        .replace('y', "Y")
        .replace(" / ", "/")
        .replace(", ", ",");
    edtf_core::Edtf::parse(&drafts).ok().map(Edtf::new).or_else(|| month_by_name(trimmed))
}

/// `November 2017`, `12 November 2017`, `November 12` and their like, in any order.
fn month_by_name(text: &str) -> Option<Edtf> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let (mut year, mut month, mut day) = (None, None, None);
    for word in text.split([' ', ',', '.']).filter(|word| !word.is_empty()) {
        let lower = word.to_lowercase();
        let full = |name: &&str| name.len() >= lower.len().max(3) && name.starts_with(&lower);
        let named = MONTHS.iter().position(|name| lower.len() >= 3 && full(name)).or_else(|| {
            let near = nearest(&lower, MONTHS)?;
            MONTHS.iter().position(|&name| name == near)
        });
        let number: Option<u16> = word.parse().ok();
        match (named, number) {
            (Some(named), _) if month.is_none() => month = Some(named + 1),
            (_, Some(number)) if word.len() == 4 && year.is_none() => year = Some(number),
            (_, Some(number)) if word.len() <= 2 && day.is_none() => day = Some(number),
            _ => return None,
        }
    }
    let year = year.map_or("XXXX".to_owned(), |year| format!("{year:04}"));
    let day = day.map_or(String::new(), |day| format!("-{day:02}"));
    edtf_core::Edtf::parse(&format!("{year}-{:02}{day}", month?)).ok().map(Edtf::new)
}

impl PartialEq for Edtf {
    fn eq(&self, other: &Edtf) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Edtf {}

impl Hash for Edtf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Edtf({})", self.as_str())
    }
}

impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
