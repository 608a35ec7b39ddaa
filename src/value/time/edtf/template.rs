//! What one EDTF date allows: days of the year, relative to a year that may be unknown.
//!
//! A date such as `XXXX-11-1X` is read as some years (0 to 9999) and a [`Template`], the days
//! relative to each of them (10 to 19 November). Seasons and slack may reach into the years
//! beside, so a template covers five years around its own:
//!
//! ```text
//! part      0       1       2       3       4
//! year     y-2     y-1      y      y+1     y+2
//! 2017-24                  12-XX   01-XX, 02-XX          winter runs into the next year
//! ```
//!
//! # Slack
//!
//! A qualifier (`?`, `~`, `%`) widens its component: a day by 7 days, a month by one, a year by
//! one. After a component it speaks of the whole up to there, and the finest component of that is
//! the one that widens: `2008-08-12~` is about twelve August, not about the year 2008.

use edtf_core::{Date, DateField, Edtf, Precision, Qualifier, YearKind};

use super::day_set::{DaySet, Mask, YEAR_MAX, YearDays};

/// Years in ranges that are sorted and apart.
pub(super) type Years = Vec<(i64, i64)>;

/// How many days a qualified day may be off.
const DAY_SLACK: usize = 7;
/// Bits 1 to 31: every day of a month.
const ALL_DAYS: u32 = !1;
/// Bits 1 to 12: every month.
const ALL_MONTHS: u16 = 0x1ffe;

/// Days relative to a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Template {
    parts: [YearDays; 5],
}

/// What a date allows.
#[derive(Clone, Debug)]
pub(super) struct Allowed {
    /// The years that its year may be.
    pub(super) years: Years,
    /// The days, relative to each.
    pub(super) days: Template,
    /// The stretches that a state may fill: the year, the season, or each month. A date to the
    /// day has none; it allows single days.
    pub(super) stretches: Vec<Template>,
}

impl Template {
    fn of_months(months: [u16; 3], days: u32) -> Template {
        let mut template = Template::default();
        for (part, months) in template.parts[1..=3].iter_mut().zip(months) {
            if months != 0 {
                *part = YearDays::of_months(months, days);
            }
        }
        template
    }

    /// Every day of the year.
    pub(super) fn whole_year() -> Template {
        Template::of_months([0, ALL_MONTHS, 0], ALL_DAYS)
    }

    /// Every day of a month, 1 to 12.
    pub(super) fn month(month: u8) -> Template {
        Template::of_months([0, 1 << month, 0], ALL_DAYS)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.iter().all(YearDays::is_empty)
    }

    /// The days for one year.
    pub(super) fn at(&self, year: i64) -> DaySet {
        self.days(&[(year, year)])
    }

    /// The days for any of the years.
    pub(super) fn days(&self, years: &[(i64, i64)]) -> DaySet {
        let mut set = DaySet::default();
        for (part, offset) in self.parts.iter().zip(-2..) {
            if !part.is_empty() {
                let shifted: Years =
                    years.iter().map(|&(first, last)| (first + offset, last + offset)).collect();
                let days = DaySet::of_years(&shifted, *part);
                set = if set.is_empty() { days } else { set.union(&days) };
            }
        }
        set
    }

    /// The same days a year later.
    pub(super) fn a_year_later(mut self) -> Template {
        self.parts.rotate_right(1);
        self.parts[0] = YearDays::default();
        self
    }

    /// From the first of these days to the last of the others.
    ///
    /// Where either has no day in some years (29 February), it is asked for the other years only.
    pub(super) fn to(&self, others: &Template) -> Template {
        let mut filled = Template::default();
        let mut parts = self.parts.iter().zip(&others.parts);
        let Some(from) = parts.clone().position(|(first, _)| !first.is_empty()) else {
            return filled;
        };
        let Some(to) = parts.rposition(|(_, last)| !last.is_empty()) else {
            return filled;
        };
        let layouts: [(Layout, LayoutMut, usize); 2] = [
            (|days| &days.common, |days| &mut days.common, 364),
            (|days| &days.leap, |days| &mut days.leap, 365),
        ];
        for (mask, mask_mut, last_index) in layouts {
            for part in from..=to {
                let first = if part == from { mask(&self.parts[part]).first() } else { Some(0) };
                let last =
                    if part == to { mask(&others.parts[part]).last() } else { Some(last_index) };
                if let Some((first, last)) = first.zip(last) {
                    *mask_mut(&mut filled.parts[part]) = Mask::range(first, last);
                }
            }
        }
        filled
    }

    /// The first of the days alone, in common and in leap years.
    pub(super) fn first(&self) -> Template {
        self.only(super::day_set::Mask::first, 0..5)
    }

    /// The last of the days alone, in common and in leap years.
    pub(super) fn last(&self) -> Template {
        self.only(super::day_set::Mask::last, (0..5).rev())
    }

    fn only(
        &self,
        pick: fn(&Mask) -> Option<usize>,
        parts: impl Iterator<Item = usize>,
    ) -> Template {
        let mut only = Template::default();
        let Some(part) = parts.into_iter().find(|&part| !self.parts[part].is_empty()) else {
            return only;
        };
        let picked = |mask: &Mask| pick(mask).map_or(Mask::default(), |day| Mask::range(day, day));
        let days = &self.parts[part];
        only.parts[part] = YearDays { common: picked(&days.common), leap: picked(&days.leap) };
        only
    }

    /// The days and all that are at most so many days away.
    fn dilated(&self, by: usize) -> Template {
        let mut dilated = Template::default();
        for (part, days) in self.parts.iter().enumerate() {
            dilated.add(
                part,
                YearDays { common: days.common.dilated(by, 365), leap: days.leap.dilated(by, 366) },
            );
            // January and December have the same days in common and in leap years.
            if let Some(reach) = days.common.first().and_then(|first| by.checked_sub(first + 1)) {
                dilated.add(
                    part.wrapping_sub(1),
                    YearDays {
                        common: Mask::range(364 - reach, 364),
                        leap: Mask::range(365 - reach, 365),
                    },
                );
            }
            if let Some(reach) = days.common.last().and_then(|last| by.checked_sub(365 - last)) {
                let first_days = Mask::range(0, reach);
                dilated.add(part + 1, YearDays { common: first_days, leap: first_days });
            }
        }
        dilated
    }

    fn add(&mut self, part: usize, days: YearDays) {
        if let Some(part) = self.parts.get_mut(part) {
            *part = part.union(days);
        }
    }

    /// Whether there are days in leap years only: 29 February and nothing else.
    pub(super) fn is_of_leap_years(&self) -> bool {
        self.parts.iter().all(|part| part.common.is_empty())
    }
}

type Layout = fn(&YearDays) -> &Mask;
type LayoutMut = fn(&mut YearDays) -> &mut Mask;

impl Allowed {
    /// What the date says, or with slack what it may mean at most.
    pub(super) fn of(date: &Date, slack: bool) -> Allowed {
        let slack = if slack { slack_of(date) } else { Slack::default() };
        let mut years = years_of(date);
        if slack.year {
            years = widened(&years);
        }
        let mut months = months_of(date);
        if slack.month {
            months = with_neighbours(months);
        }
        let days = date.day.map_or(ALL_DAYS, |field| matching(field, 31));
        let mut template = Template::of_months(months, days);
        if slack.day {
            template = template.dilated(DAY_SLACK);
        }
        let stretches = match date.precision() {
            Precision::Year | Precision::Season => vec![template],
            Precision::Month => each_month(months),
            Precision::Day => Vec::new(),
        };
        Allowed { years, days: template, stretches }
    }

    /// All days that the date allows.
    pub(super) fn day_set(&self) -> DaySet {
        self.days.days(&self.years)
    }
}

/// Which components a date's qualifiers widen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Slack {
    year: bool,
    month: bool,
    day: bool,
}

/// Whether any component of the date is qualified.
pub(super) fn is_qualified(date: &Date) -> bool {
    date.is_uncertain() || date.is_approximate()
}

fn slack_of(date: &Date) -> Slack {
    let qualifiers =
        [Some(date.year.qualifier), date.month.map(|m| m.qualifier), date.day.map(|d| d.qualifier)];
    // Components from the year on with one and the same qualifier were qualified as a whole.
    let whole = qualifiers.iter().take_while(|&&qualifier| qualifier == qualifiers[0]).count();
    let widens = |component: usize| {
        qualifiers[component].is_some_and(Qualifier::is_qualified) && component + 1 >= whole
    };
    Slack { year: widens(0), month: widens(1), day: widens(2) }
}

/// The years that a date's year may be.
fn years_of(date: &Date) -> Years {
    if let YearKind::Standard { digits, .. } = date.year.kind
        && date.year.has_unspecified()
    {
        return matching_years(digits);
    }
    let year_alone = Date { month: None, day: None, ..*date };
    let bounds = Edtf::Date(year_alone).bounds();
    match (bounds.earliest, bounds.latest) {
        (edtf_core::Bound::Date(first), edtf_core::Bound::Date(last)) => {
            vec![(clamped(first.year), clamped(last.year))]
        }
        // A year beyond 64 bits lies beyond all others, on its side.
        _ => {
            let negative = matches!(date.year.kind,
                YearKind::Exponential { significand, .. } if significand < 0)
                || matches!(date.year.kind, YearKind::Big { value } if value < 0);
            let year = if negative { -YEAR_MAX } else { YEAR_MAX };
            vec![(year, year)]
        }
    }
}

fn clamped(year: i64) -> i64 {
    year.clamp(-YEAR_MAX, YEAR_MAX)
}

/// The years of four digits of which some are known.
fn matching_years(digits: [Option<u8>; 4]) -> Years {
    // Digits that are unknown at the end make blocks of ten, a hundred, … years.
    let open = digits.iter().rev().take_while(|digit| digit.is_none()).count();
    let block = 10_i64.pow(open as u32);
    let mut prefixes = vec![0];
    for digit in &digits[..4 - open] {
        let own = digit.map_or(0..=9, |digit| i64::from(digit)..=i64::from(digit));
        prefixes =
            prefixes.iter().flat_map(|prefix| own.clone().map(move |d| prefix * 10 + d)).collect();
    }
    prefixes.into_iter().map(|prefix| (prefix * block, prefix * block + block - 1)).collect()
}

/// The ranges, each a year longer at both ends.
fn widened(years: &[(i64, i64)]) -> Years {
    let mut wide: Years = Vec::with_capacity(years.len());
    for &(first, last) in years {
        let (first, last) = (clamped(first - 1), clamped(last + 1));
        match wide.last_mut() {
            Some(before) if before.1 + 1 >= first => before.1 = last,
            _ => wide.push((first, last)),
        }
    }
    wide
}

/// The months of the year before, of the year and of the year after, bit 1 being January.
fn months_of(date: &Date) -> [u16; 3] {
    let Some(field) = date.month else {
        return [0, ALL_MONTHS, 0];
    };
    match field.value() {
        Some(code @ 21..) => months_of_season(code),
        _ => [0, matching(field, 12) as u16, 0],
    }
}

/// The months of a season or other part of the year (ISO 8601-2, 4.8), of the year and the next.
///
/// The plain seasons are those of the northern hemisphere, by whole months as meteorologists
/// count; a winter that begins in December runs into the next year.
fn months_of_season(code: u8) -> [u16; 3] {
    let span = |first: u16, last: u16| [0, (2 << last) - (1 << first), 0];
    match code {
        21 | 25 | 31 => span(3, 5),
        22 | 26 | 32 => span(6, 8),
        23 | 27 | 29 => span(9, 11),
        24 | 28 | 30 => [0, 1 << 12, 1 << 1 | 1 << 2],
        33 => span(1, 3),
        34 => span(4, 6),
        35 => span(7, 9),
        36 => span(10, 12),
        37 => span(1, 4),
        38 => span(5, 8),
        39 => span(9, 12),
        40 => span(1, 6),
        _ => span(7, 12),
    }
}

/// The months and the ones beside them, across the turn of the year.
fn with_neighbours(months: [u16; 3]) -> [u16; 3] {
    let mut wide = months;
    for (year, of_year) in months.into_iter().enumerate() {
        for month in (1..=12).filter(|month| of_year >> month & 1 == 1) {
            // Months counted from the first January: 11 is December of the year before.
            let position = 12 * year + month - 1;
            for neighbour in [position.wrapping_sub(1), position + 1] {
                if let Some(wide) = wide.get_mut(neighbour / 12) {
                    *wide |= 1 << (neighbour % 12 + 1);
                }
            }
        }
    }
    wide
}

fn each_month(months: [u16; 3]) -> Vec<Template> {
    let mut templates = Vec::new();
    for year in 0..3 {
        for month in (1..=12).filter(|month| months[year] >> month & 1 == 1) {
            let mut one = [0; 3];
            one[year] = 1 << month;
            templates.push(Template::of_months(one, ALL_DAYS));
        }
    }
    templates
}

/// The numbers from 1 that two digits, some of them unknown, may be.
pub(super) fn matching(field: DateField, highest: u8) -> u32 {
    let [tens, ones] = field.digits;
    (1..=highest)
        .filter(|&number| {
            tens.is_none_or(|tens| tens == number / 10)
                && ones.is_none_or(|ones| ones == number % 10)
        })
        .fold(0, |numbers, number| numbers | 1 << number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        match Edtf::parse(text) {
            Ok(Edtf::Date(date)) => date,
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn a_qualifier_widens_the_finest_component_of_what_it_qualifies() {
        let slack = |text: &str| {
            let slack = slack_of(&date(text));
            (slack.year, slack.month, slack.day)
        };
        assert_eq!(slack("2008-08-12~"), (false, false, true));
        assert_eq!(slack("2008-08~-12"), (false, true, false));
        assert_eq!(slack("2008~-08-12"), (true, false, false));
        assert_eq!(slack("2008?-~08-12"), (true, true, false));
        assert_eq!(slack("2008-~08-~12"), (false, true, true));
        assert_eq!(slack("2008%"), (true, false, false));
        assert_eq!(slack("2008-08-12"), (false, false, false));
    }

    #[test]
    fn unknown_digits_of_a_year() {
        assert_eq!(years_of(&date("XXXX-11")), [(0, 9999)]);
        assert_eq!(years_of(&date("20XX")), [(2000, 2099)]);
        assert_eq!(years_of(&date("1X8X"))[..2], [(1080, 1089), (1180, 1189)]);
        assert_eq!(years_of(&date("1950S2")), [(1900, 1999)]);
        assert_eq!(years_of(&date("Y-17E7")), [(-170_000_000, -170_000_000)]);
        assert_eq!(years_of(&date("Y1E4000")), [(YEAR_MAX, YEAR_MAX)]);
    }

    #[test]
    fn neighbouring_months_cross_the_turn_of_the_year() {
        assert_eq!(with_neighbours([0, 1 << 1, 0]), [1 << 12, 0b110, 0]);
        assert_eq!(with_neighbours([0, 1 << 12, 0]), [0, 0b11 << 11, 0b10]);
    }
}
