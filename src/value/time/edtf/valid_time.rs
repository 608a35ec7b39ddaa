//! [`ValidTime`]: when a statement holds, and the truth of what a query asks about it.
//!
//! A statement's time is its EDTF value (or none), read as an event or a state, and the days
//! between which the event, or the beginning of the state, must lie. A query asks with a
//! [`Period`], the union of the days of a date or an EDTF value.
//!
//! ```
//! use dossier::value::time::{Date, Edtf, Period, Temporality, Truth, ValidTime};
//!
//! let met = ValidTime::new(Some(&Edtf::parse("XXXX-11-12")?), Some(Temporality::Event), None, None);
//! let during = |text: &str| Ok::<_, dossier::Error>(met.during(&Period::of(&Edtf::parse(text)?)));
//! assert_eq!(during("XXXX-11")?, Truth::Certain);
//! assert_eq!(during("2018")?, Truth::Possible);
//! assert_eq!(during("XXXX-10")?, Truth::No);
//!
//! let persistent = Some(Temporality::State { persistent: true });
//! let recognises = ValidTime::new(Some(&Edtf::parse("2008-08-26/..")?), persistent, None, None);
//! assert_eq!(recognises.as_of(Date::parse("2008-08-26")?), Truth::Certain);
//! assert_eq!(recognises.as_of(Date::parse("2020-01-01")?), Truth::Presumed);
//! assert_eq!(recognises.as_of(Date::parse("2008-08-25")?), Truth::No);
//! # Ok::<(), dossier::Error>(())
//! ```
//!
//! # Truth
//!
//! Certain: true in every world that the text and the constraints leave open; possible: true in
//! some; presumed: true in every world if a persistent state without known end goes on. What the
//! slack of qualifiers adds makes *no* into *possible* and nothing more. A value whose
//! constraints leave no world at all is *no* everywhere. Of the members of `{…}`, one suffices.
//!
//! # One unknown
//!
//! Two statements of one document that leave out the year leave out the same year.
//! [`ValidTime::with_shared_year`] tests them together, year by year.

use std::ops::RangeInclusive;

use edtf_core::{IntervalEndpoint, SetElement, YearKind};

use super::Edtf;
use super::day_set::{DaySet, FIRST, LAST, year_and_day};
use super::reading::{Reading, turns_the_year};
use super::worlds::{Reach, Spread, Worlds, sample};
use crate::value::time::{Date, Truth};

/// Whether a relationship type happens at a time or holds over one.
///
/// ```
/// use dossier::value::time::Temporality;
/// let graph = dossier::Store::shipped()?.snapshot();
/// let kind = |name| graph.declarations().of(graph.catalog().relationship_type(name)?)?.kind;
/// assert_eq!(kind("RECOGNISES"), Some(Temporality::State { persistent: true }));
/// assert_eq!(kind("MET"), Some(Temporality::Event));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Temporality {
    /// It happens on some day.
    Event,
    /// It holds over days.
    State {
        /// Once begun, presumed to go on while no end is known.
        persistent: bool,
    },
}

/// When a statement holds: its date, how to read it, and what constrains it.
///
/// ```
/// use dossier::value::time::{Date, Edtf, Period, Temporality, Truth, ValidTime};
/// let since = Edtf::parse("2008-08-26/..")?;
/// let kind = Some(Temporality::State { persistent: true });
/// let recognises = ValidTime::new(Some(&since), kind, None, None);
/// assert_eq!(recognises.as_of(Date::parse("2008-08-26")?), Truth::Certain);
/// assert_eq!(recognises.as_of(Date::parse("2017-01-01")?), Truth::Presumed);
/// assert_eq!(recognises.during(&Period::of(&Edtf::parse("2007")?)), Truth::No);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ValidTime {
    edtf: Option<Edtf>,
    kind: Temporality,
    not_before: Option<Date>,
    not_after: Option<Date>,
    /// The same two with the slack of what they come from, where that is more.
    slack: Option<[Option<Date>; 2]>,
    members: Vec<Member>,
}

/// The worlds of one member of a value: of all there is, unless the value is `{…}`.
#[derive(Clone, Debug)]
pub(super) struct Member {
    plain: Worlds,
    /// With the slack of the qualifiers, if there are any.
    wide: Option<Worlds>,
}

/// The days of a query: a date, or the union of the days of an EDTF value.
///
/// ```
/// use dossier::value::time::{Date, Edtf, Period};
/// let (autumn, day) = (Period::of(&Edtf::parse("2017-23")?), Date::parse("2017-11-12")?);
/// assert!(autumn.contains(day) && autumn.single_day().is_none());
/// assert_eq!(autumn.intersection(&Period::from(day)).single_day(), Some(day));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Period {
    plain: DaySet,
    /// With the slack of the qualifiers, if there are any.
    wide: Option<DaySet>,
}

/// The earliest and latest days of a beginning and an end, as days since 1970-01-01.
///
/// Bounds, for an index: every possible day lies within them, not every day within them is
/// possible. What has no bound is [`Hull::PAST`] or [`Hull::FUTURE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hull {
    /// The event, or the beginning of the state, is on this day or later.
    pub earliest_start: i64,
    /// The event, or the beginning of the state, is on this day or earlier.
    pub latest_start: i64,
    /// The state does not end before this day.
    pub earliest_end: i64,
    /// The state ends on this day or earlier.
    pub latest_end: i64,
}

impl Hull {
    /// Stands for "no earliest day".
    pub const PAST: i64 = i64::MIN;
    /// Stands for "no latest day".
    pub const FUTURE: i64 = i64::MAX;

    /// A bound in 32 bits, which reach the years ±5,877,641; beyond is without bound.
    ///
    /// ```
    /// use dossier::value::time::Hull;
    /// assert_eq!(Hull::narrow(14_117), 14_117);
    /// assert_eq!(Hull::narrow(Hull::FUTURE), i32::MAX);
    /// ```
    pub const fn narrow(day: i64) -> i32 {
        if day > i32::MAX as i64 {
            i32::MAX
        } else if day < i32::MIN as i64 {
            i32::MIN
        } else {
            day as i32
        }
    }

    fn of(reach: Reach) -> Hull {
        let open = |day: i64| match day {
            FIRST => Hull::PAST,
            LAST => Hull::FUTURE,
            day => day,
        };
        Hull {
            earliest_start: open(reach.first_start),
            latest_start: open(reach.last_start),
            earliest_end: open(reach.first_end),
            latest_end: open(reach.last_end),
        }
    }
}

impl ValidTime {
    /// The time of a statement: its date if one is stated, what its type is declared to be, and
    /// the days between which the event, or the beginning of the state, lies.
    ///
    /// Of an undeclared type, an interval is a state that is not persistent, and any other date
    /// an event.
    ///
    /// ```
    /// use dossier::value::time::{Date, Edtf, Truth, ValidTime};
    /// let event = ValidTime::new(Some(&Edtf::parse("2017-11")?), None, None, None);
    /// assert_eq!(event.as_of(Date::parse("2017-11-12")?), Truth::Possible);
    /// let (earlier, later) = (Date::parse("2017-11-12")?, Date::parse("2017-11-12")?);
    /// let narrowed = ValidTime::new(Some(&Edtf::parse("2017-11")?), None, Some(earlier), Some(later));
    /// assert_eq!(narrowed.as_of(Date::parse("2017-11-12")?), Truth::Certain);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn new(
        edtf: Option<&Edtf>,
        kind: Option<Temporality>,
        not_before: Option<Date>,
        not_after: Option<Date>,
    ) -> ValidTime {
        let limits = [not_before, not_after];
        ValidTime::within(edtf, kind, limits, limits)
    }

    /// The same between days that come from uncertain dates themselves: `wide` is what their slack allows.
    pub(crate) fn within(
        edtf: Option<&Edtf>,
        kind: Option<Temporality>,
        limits: [Option<Date>; 2],
        wide: [Option<Date>; 2],
    ) -> ValidTime {
        let kind = kind.unwrap_or(match edtf {
            Some(edtf) if edtf.is_interval() => Temporality::State { persistent: false },
            _ => Temporality::Event,
        });
        let slack = (wide != limits).then_some(wide);
        let members = members(edtf, kind, limits, slack);
        let [not_before, not_after] = limits;
        ValidTime { edtf: edtf.cloned(), kind, not_before, not_after, slack, members }
    }

    /// The same, known to have happened or begun on a day or earlier: the latest possible day of
    /// the document it rests on, or the day of its commit.
    ///
    /// ```
    /// use dossier::value::time::{Date, Temporality, Truth, ValidTime};
    /// let kind = Some(Temporality::State { persistent: true });
    /// let recognises = ValidTime::new(None, kind, None, None);
    /// let stated = recognises.no_later_than(Date::parse("2018-11-13")?);
    /// assert_eq!(stated.as_of(Date::parse("2009-01-01")?), Truth::Possible);
    /// assert_eq!(stated.as_of(Date::parse("2019-01-01")?), Truth::Presumed);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[must_use]
    pub fn no_later_than(&self, day: Date) -> ValidTime {
        if self.not_after.is_some_and(|limit| limit <= day) {
            return self.clone();
        }
        let wide = self.slack.map(|[from, to]| [from, Some(to.map_or(day, |to| to.min(day)))]);
        let limits = [self.not_before, Some(day)];
        ValidTime::within(self.edtf.as_ref(), Some(self.kind), limits, wide.unwrap_or(limits))
    }

    /// The date as stated.
    pub fn edtf(&self) -> Option<&Edtf> {
        self.edtf.as_ref()
    }

    /// Whether it is an event or a state.
    pub fn kind(&self) -> Temporality {
        self.kind
    }

    /// The day on or after which it happened or began, where that is stated.
    pub fn not_before(&self) -> Option<Date> {
        self.not_before
    }

    /// The day on or before which it happened or began, where that is stated.
    pub fn not_after(&self) -> Option<Date> {
        self.not_after
    }

    /// The bounds of every day on which it may begin or end, slack included; `None` if the
    /// constraints contradict the date.
    #[doc(hidden)]
    pub fn hull(&self) -> Option<Hull> {
        let reaches = self.members.iter().filter_map(|member| member.wide().reach());
        let hulls = reaches.map(Hull::of);
        hulls.reduce(|a, b| Hull {
            earliest_start: a.earliest_start.min(b.earliest_start),
            latest_start: a.latest_start.max(b.latest_start),
            earliest_end: a.earliest_end.min(b.earliest_end),
            latest_end: a.latest_end.max(b.latest_end),
        })
    }

    /// Whether the event happened, or the state held, on some day of the period.
    pub fn during(&self, period: &Period) -> Truth {
        self.greatest(|member| {
            let plain = Spread::truth(member.plain.during(&period.plain));
            if plain > Truth::No || (member.wide.is_none() && period.wide.is_none()) {
                return plain;
            }
            possible_if(Spread::truth(member.wide().during(period.wide())) > Truth::No)
        })
    }

    /// Whether the event happened, or the state held, on the day.
    pub fn as_of(&self, day: Date) -> Truth {
        self.during(&Period::from(day))
    }

    /// Whether the event, or the beginning of the state, was before all of the period.
    ///
    /// ```
    /// use dossier::value::time::{Edtf, Period, Truth, ValidTime};
    /// let event = ValidTime::new(Some(&Edtf::parse("2017-11")?), None, None, None);
    /// assert_eq!(event.before(&Period::of(&Edtf::parse("2018")?)), Truth::Certain);
    /// assert_eq!(event.before(&Period::of(&Edtf::parse("2017-11-15")?)), Truth::Possible);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn before(&self, period: &Period) -> Truth {
        let Some((first, slack)) = period.plain.first().zip(period.slack_on()) else {
            return Truth::No;
        };
        self.greatest(|member| {
            let certain = member.plain.reach().is_some_and(|reach| reach.last_start < first);
            let reach = member.wide().reach();
            certain_or_possible(
                certain,
                reach.is_some_and(|reach| reach.first_start < first + slack),
            )
        })
    }

    /// Whether the event, or the beginning of the state, was after all of the period.
    ///
    /// ```
    /// use dossier::value::time::{Edtf, Period, Truth, ValidTime};
    /// let event = ValidTime::new(Some(&Edtf::parse("2017-11")?), None, None, None);
    /// assert_eq!(event.after(&Period::of(&Edtf::parse("2016")?)), Truth::Certain);
    /// assert_eq!(event.after(&Period::of(&Edtf::parse("2017-12")?)), Truth::No);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn after(&self, period: &Period) -> Truth {
        let Some((last, slack)) = period.plain.last().zip(period.slack_back()) else {
            return Truth::No;
        };
        self.greatest(|member| {
            let certain = member.plain.reach().is_some_and(|reach| reach.first_start > last);
            let reach = member.wide().reach();
            certain_or_possible(certain, reach.is_some_and(|reach| reach.last_start > last - slack))
        })
    }

    /// The same as far as it begins before all of a period, slack included; `None` where it cannot.
    pub(super) fn begins_before(&self, period: &Period) -> Option<ValidTime> {
        let (first, slack) = period.plain.first().zip(period.slack_on())?;
        self.narrowed(None, Date::checked_from_days(first + slack - 1))
    }

    /// The same as far as it begins after all of a period, slack included; `None` where it cannot.
    pub(super) fn begins_after(&self, period: &Period) -> Option<ValidTime> {
        let (last, slack) = period.plain.last().zip(period.slack_back())?;
        self.narrowed(Date::checked_from_days(last - slack + 1), None)
    }

    /// What is left of what may be, between two days: what is sure of it is not told.
    fn narrowed(&self, from: Option<Date>, to: Option<Date>) -> Option<ValidTime> {
        let [not_before, not_after] = self.slack.unwrap_or([self.not_before, self.not_after]);
        let limits = [not_before.max(from), [not_after, to].into_iter().flatten().min()];
        if let [Some(first), Some(last)] = limits
            && first > last
        {
            return None;
        }
        Some(ValidTime::within(self.edtf.as_ref(), Some(self.kind), limits, limits))
    }

    /// Whether both happened, or held, on one and the same day.
    ///
    /// ```
    /// use dossier::value::time::{Edtf, Truth, ValidTime};
    /// let state = |text| Ok::<_, dossier::Error>(ValidTime::new(Some(&Edtf::parse(text)?), None, None, None));
    /// let (war, peace) = (state("2008-08-07/2008-08-12")?, state("2008-08-13/2008-12-31")?);
    /// assert_eq!(war.overlaps(&peace), Truth::No);
    /// assert_eq!(war.overlaps(&state("2008-08-10/2009-01-01")?), Truth::Certain);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn overlaps(&self, other: &ValidTime) -> Truth {
        self.greatest_with(other, |a, b| {
            if let (Some(x), Some(y)) = (a.plain.reach(), b.plain.reach()) {
                if x.last_start <= y.first_end && y.last_start <= x.first_end {
                    return Truth::Certain;
                }
                if x.last_start <= y.first_presumed_end && y.last_start <= x.first_presumed_end {
                    return Truth::Presumed;
                }
            }
            possible_if(a.wide().may_meet(b.wide()))
        })
    }

    /// Whether the event, or the beginning of the state, was before that of the other.
    ///
    /// The two are independent; for two statements of one document that both leave out the year,
    /// see [`ValidTime::with_shared_year`].
    ///
    /// ```
    /// use dossier::value::time::{Edtf, Truth, ValidTime};
    /// let event = |text| Ok::<_, dossier::Error>(ValidTime::new(Some(&Edtf::parse(text)?), None, None, None));
    /// let (eleventh, twelfth) = (event("XXXX-11-11")?, event("XXXX-11-12")?);
    /// assert_eq!(eleventh.is_before(&twelfth), Truth::Possible);
    /// assert_eq!(eleventh.with_shared_year(&twelfth, ValidTime::is_before), Truth::Certain);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn is_before(&self, other: &ValidTime) -> Truth {
        self.greatest_with(other, |a, b| {
            let certain = a.plain.reach().zip(b.plain.reach());
            let certain = certain.is_some_and(|(x, y)| x.last_start < y.first_start);
            let possible = a.wide().reach().zip(b.wide().reach());
            certain_or_possible(
                certain,
                possible.is_some_and(|(x, y)| x.first_start < y.last_start),
            )
        })
    }

    /// Whether the event, or the beginning of the state, was after that of the other.
    pub fn is_after(&self, other: &ValidTime) -> Truth {
        other.is_before(self)
    }

    /// Whether the date leaves out the whole year somewhere: `XXXX-11-12`.
    pub fn has_unknown_year(&self) -> bool {
        self.edtf.as_ref().is_some_and(|edtf| edtf.dates().any(has_unknown_year))
    }

    /// The same with the year that is left out, 0 to 9999, filled in; `None` if that gives no date.
    ///
    /// Where an interval turns the year (`XXXX-12-30/XXXX-01-02`), the year is that of its
    /// beginning.
    ///
    /// ```
    /// use dossier::value::time::{Edtf, ValidTime};
    /// let met = ValidTime::new(Some(&Edtf::parse("XXXX-11-12")?), None, None, None);
    /// assert_eq!(met.in_year(2018).and_then(|met| met.edtf().cloned()), Some(Edtf::parse("2018-11-12")?));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn in_year(&self, year: i64) -> Option<ValidTime> {
        let filled = match &self.edtf {
            Some(edtf) => Some(filled(edtf, year)?),
            None => None,
        };
        let limits = [self.not_before, self.not_after];
        let wide = self.slack.unwrap_or(limits);
        Some(ValidTime::within(filled.as_ref(), Some(self.kind), limits, wide))
    }

    /// A test of two statements of one document, which leave out the same year.
    ///
    /// The test is made for every year that it can be; certain is what is certain in each,
    /// possible what is possible in some. If one of the two states its year, nothing is shared
    /// and the test is made once.
    pub fn with_shared_year(
        &self,
        other: &ValidTime,
        test: impl Fn(&ValidTime, &ValidTime) -> Truth,
    ) -> Truth {
        if !self.has_unknown_year() || !other.has_unknown_year() {
            return test(self, other);
        }
        let mut cuts: Vec<i64> = cuts_of_limits(self).chain(cuts_of_limits(other)).collect();
        cuts.sort_unstable();
        let mut spread = None;
        for year in sample(&vec![(0, 9_999)], &cuts) {
            let (Some(one), Some(other)) = (self.in_year(year), other.in_year(year)) else {
                continue;
            };
            if one.has_worlds() && other.has_worlds() {
                spread = Spread::join(spread, Some(test(&one, &other).into()));
            }
        }
        Spread::truth(spread)
    }

    /// Whether anything is left when the constraints have narrowed the date.
    pub(super) fn has_worlds(&self) -> bool {
        self.members.iter().any(|member| member.wide().reach().is_some())
    }

    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    /// Whether qualifiers, or those of what bounds it, widen it.
    pub(crate) fn has_slack(&self) -> bool {
        self.members.iter().any(|member| member.wide.is_some())
    }

    /// Whether it is a stretch whose end is not known, so that it may go on.
    pub(super) fn ends_openly(&self) -> bool {
        self.hull().is_none_or(|hull| hull.latest_end == Hull::FUTURE)
    }

    /// The years at which what it says changes.
    pub(super) fn add_cuts(&self, cuts: &mut Vec<i64>) {
        self.members.iter().for_each(|member| member.wide().add_cuts(cuts));
    }

    fn greatest(&self, test: impl Fn(&Member) -> Truth) -> Truth {
        self.members.iter().map(test).max().unwrap_or(Truth::No)
    }

    fn greatest_with(&self, other: &ValidTime, test: impl Fn(&Member, &Member) -> Truth) -> Truth {
        self.greatest(|a| other.greatest(|b| test(a, b)))
    }
}

impl Member {
    pub(super) fn plain(&self) -> &Worlds {
        &self.plain
    }

    pub(super) fn wide(&self) -> &Worlds {
        self.wide.as_ref().unwrap_or(&self.plain)
    }
}

impl Period {
    /// The union of the days of an EDTF value.
    ///
    /// ```
    /// use dossier::value::time::{Date, Edtf, Period};
    /// let winter = Period::of(&Edtf::parse("2017-24")?);
    /// assert_eq!(winter.first(), Some(Date::parse("2017-12-01")?));
    /// assert_eq!(winter.last(), Some(Date::parse("2018-02-28")?));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn of(edtf: &Edtf) -> Period {
        let days = |slack| Reading { is_state: false, slack }.days(edtf.value());
        let qualified = edtf.is_uncertain() || edtf.is_approximate();
        Period { plain: days(false), wide: qualified.then(|| days(true)) }
    }

    /// All days.
    pub(crate) fn always() -> Period {
        Period { plain: DaySet::range(FIRST, LAST), wide: None }
    }

    /// The first day; `None` if there is none within the years that a date can have.
    pub fn first(&self) -> Option<Date> {
        self.plain.first().and_then(Date::checked_from_days)
    }

    /// The last day; `None` if there is none within the years that a date can have.
    pub fn last(&self) -> Option<Date> {
        self.plain.last().and_then(Date::checked_from_days)
    }

    /// The day, if it is a single one and not qualified: what AS OF takes.
    pub fn single_day(&self) -> Option<Date> {
        self.first().filter(|&first| self.last() == Some(first) && self.wide.is_none())
    }

    /// The last of its days up to one.
    pub(crate) fn last_to(&self, day: Date) -> Option<Date> {
        self.plain.previous(day.days()).and_then(Date::checked_from_days)
    }

    /// The first of its days from one on.
    pub(crate) fn first_from(&self, day: Date) -> Option<Date> {
        self.plain.next(day.days()).and_then(Date::checked_from_days)
    }

    /// Whether qualifiers widen it.
    pub(crate) fn is_qualified(&self) -> bool {
        self.wide.is_some()
    }

    /// The days with the slack of the qualifiers.
    #[must_use]
    pub(crate) fn widened(&self) -> Period {
        Period { plain: self.wide().clone(), wide: None }
    }

    /// Whether a day belongs to it.
    pub fn contains(&self, day: Date) -> bool {
        self.plain.contains(day.days())
    }

    /// The days of both.
    #[must_use]
    pub fn intersection(&self, other: &Period) -> Period {
        let wide = (self.wide.is_some() || other.wide.is_some())
            .then(|| self.wide().intersection(other.wide()));
        Period { plain: self.plain.intersection(&other.plain), wide }
    }

    /// The years at which it begins or ends.
    pub(super) fn add_cuts(&self, cuts: &mut Vec<i64>) {
        cuts.extend(self.wide().cuts());
    }

    pub(super) fn plain(&self) -> &DaySet {
        &self.plain
    }

    pub(super) fn wide(&self) -> &DaySet {
        self.wide.as_ref().unwrap_or(&self.plain)
    }

    /// The first day that it may begin on at the latest, by the slack of its qualifiers.
    pub(super) fn first_with_slack(&self) -> Option<i64> {
        Some(self.plain.first()? + self.slack_on()?)
    }

    /// The last day that it may end on at the earliest, by the slack of its qualifiers.
    pub(super) fn last_with_slack(&self) -> Option<i64> {
        Some(self.plain.last()? - self.slack_back()?)
    }

    /// How many days later it may begin, by the slack of its qualifiers.
    fn slack_on(&self) -> Option<i64> {
        Some(self.wide().last()? - self.plain.last()?)
    }

    /// How many days earlier it may end, by the slack of its qualifiers.
    fn slack_back(&self) -> Option<i64> {
        Some(self.plain.first()? - self.wide().first()?)
    }
}

impl From<Date> for Period {
    fn from(day: Date) -> Period {
        Period { plain: DaySet::from(day), wide: None }
    }
}

/// The years at which the constraints of a time cut.
pub(super) fn cuts_of_limits(time: &ValidTime) -> impl Iterator<Item = i64> + use<> {
    let slack = time.slack.into_iter().flatten();
    let limits = [time.not_before, time.not_after].into_iter().chain(slack).flatten();
    limits.map(Date::year).flat_map(|year| [year, year + 1])
}

fn begins([not_before, not_after]: [Option<Date>; 2]) -> RangeInclusive<i64> {
    not_before.map_or(FIRST, Date::days)..=not_after.map_or(LAST, Date::days)
}

fn members(
    edtf: Option<&Edtf>,
    kind: Temporality,
    limits: [Option<Date>; 2],
    slack: Option<[Option<Date>; 2]>,
) -> Vec<Member> {
    let persistent = matches!(kind, Temporality::State { persistent: true });
    let afterwards = if persistent { Truth::Presumed } else { Truth::Possible };
    let is_state = kind != Temporality::Event;
    let read = |with_slack, limits| {
        let reading = Reading { is_state, slack: with_slack };
        let families = match edtf {
            Some(edtf) => reading.members(edtf.value()),
            None => vec![vec![reading.undated()]],
        };
        let worlds = |families| Worlds::new(families, afterwards, begins(limits));
        families.into_iter().map(worlds).collect::<Vec<_>>()
    };
    let plain = read(false, limits);
    let is_qualified = edtf.is_some_and(|edtf| edtf.is_uncertain() || edtf.is_approximate());
    let mut wide = Vec::new();
    if is_qualified || slack.is_some() {
        wide = read(is_qualified, slack.unwrap_or(limits));
    }
    let wide = wide.into_iter().map(Some).chain(std::iter::repeat(None));
    plain.into_iter().zip(wide).map(|(plain, wide)| Member { plain, wide }).collect()
}

fn certain_or_possible(certain: bool, possible: bool) -> Truth {
    if certain { Truth::Certain } else { possible_if(possible) }
}

fn possible_if(possible: bool) -> Truth {
    if possible { Truth::Possible } else { Truth::No }
}

fn has_unknown_year(date: &edtf_core::Date) -> bool {
    matches!(date.year.kind, YearKind::Standard { digits: [None, None, None, None], .. })
}

/// The value with the year that it leaves out.
fn filled(edtf: &Edtf, year: i64) -> Option<Edtf> {
    use edtf_core::Edtf as Model;
    let date = |date: &edtf_core::Date| with_year(date, year);
    let value = match edtf.value() {
        Model::Date(one) => Model::Date(date(one)?),
        Model::DateTime(_) => return Some(edtf.clone()),
        Model::Interval(interval) => {
            let turned = match (&interval.start, &interval.end) {
                (IntervalEndpoint::Date(start), IntervalEndpoint::Date(end)) => {
                    turns_the_year(start, end)
                }
                _ => false,
            };
            let end_year = year + i64::from(turned);
            Model::Interval(edtf_core::Interval {
                start: endpoint_in(&interval.start, year)?,
                end: endpoint_in(&interval.end, end_year)?,
            })
        }
        Model::Set(set) => {
            let elements = set.elements.iter().map(|element| {
                Some(match element {
                    SetElement::Date(one) => SetElement::Date(date(one)?),
                    SetElement::OnOrBefore(one) => SetElement::OnOrBefore(date(one)?),
                    SetElement::OnOrAfter(one) => SetElement::OnOrAfter(date(one)?),
                    SetElement::Range(first, last) => SetElement::Range(date(first)?, date(last)?),
                })
            });
            // A member that the year does not have, such as 29 February, is none.
            let elements: Vec<_> = elements.flatten().collect();
            (!elements.is_empty()).then_some(())?;
            Model::Set(edtf_core::Set { kind: set.kind, elements })
        }
    };
    Some(Edtf::new(value))
}

fn endpoint_in(endpoint: &IntervalEndpoint, year: i64) -> Option<IntervalEndpoint> {
    Some(match endpoint {
        IntervalEndpoint::Date(date) => IntervalEndpoint::Date(with_year(date, year)?),
        IntervalEndpoint::OnOrBefore(date) => IntervalEndpoint::OnOrBefore(with_year(date, year)?),
        IntervalEndpoint::OnOrAfter(date) => IntervalEndpoint::OnOrAfter(with_year(date, year)?),
        IntervalEndpoint::Open => IntervalEndpoint::Open,
        IntervalEndpoint::Unknown => IntervalEndpoint::Unknown,
    })
}

/// The date in a year, if it leaves its year out; `None` if that year does not have it.
fn with_year(date: &edtf_core::Date, year: i64) -> Option<edtf_core::Date> {
    let mut date = *date;
    if has_unknown_year(&date) {
        let year = u16::try_from(year).ok().filter(|&year| year <= 9_999)?;
        let digit = |unit: u16| Some((year / unit % 10) as u8);
        let digits = [digit(1_000), digit(100), digit(10), digit(1)];
        date.year.kind = YearKind::Standard { negative: false, digits };
        let first = Reading { is_state: false, slack: false }.first_day(&date)?;
        debug_assert!((year_and_day(first).0 - i64::from(year)).abs() <= 1);
    }
    Some(date)
}
