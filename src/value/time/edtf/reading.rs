//! From an EDTF value to its worlds.
//!
//! The rules, in the words of the language's manual:
//!
//! - An interval on an event is some day within it; any other date on a state holds on all of its
//!   days. The ends of an interval that are known only to the month or the year are unknown days
//!   of it.
//! - `[a, b]` is one of its members; `{a, b}` is all of them, so that one suffices: each is a
//!   member of its own here.
//! - Equal unspecified digits at both ends of an interval are one unknown. Where that would put
//!   the end before the beginning (`XXXX-12-30/XXXX-01-02`), it is in the following year.
//! - An end `..` is not known, and a state is presumed to go on if it is persistent; an end that
//!   is left out is merely unknown. A beginning that is open or left out can be any day.

use edtf_core::{
    Date, DateField, Edtf, Interval, IntervalEndpoint, Precision, SetElement, SetKind, YearKind,
};

use super::day_set::{DaySet, FIRST, LAST};
use super::template::{Allowed, Template, matching};
use super::worlds::{Ends, Family};
use crate::value::time::civil;

/// How many members of a range such as `{1670..1672}` are told apart; one with more is read as
/// one unknown member.
const RANGE_MAX: i64 = 1_000;

/// How to read a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// A state holds over a stretch; an event happens on a day.
    pub(super) is_state: bool,
    /// Whether qualifiers widen.
    pub(super) slack: bool,
}

impl Reading {
    /// The families of worlds of each member.
    pub(super) fn members(self, value: &Edtf) -> Vec<Vec<Family>> {
        match value {
            Edtf::Date(date) => vec![self.date(date)],
            Edtf::DateTime(instant) => vec![self.date(&instant.date)],
            Edtf::Interval(interval) => vec![self.interval(interval)],
            Edtf::Set(set) => {
                let all = set.kind == SetKind::AllMembers;
                let members = set.elements.iter().flat_map(|element| self.element(element, all));
                if all { members.collect() } else { vec![members.flatten().collect()] }
            }
        }
    }

    /// The union of the days that each member allows: what a query period is.
    pub(super) fn days(self, value: &Edtf) -> DaySet {
        let event = Reading { is_state: false, ..self };
        let mut all = DaySet::default();
        for family in event.members(value).into_iter().flatten() {
            all = all.union(&match family {
                Family::Days(days) => days,
                Family::Span { starts, ends } => from_first_to_last(&starts, &ends),
                Family::Tied { years, starts, ends } => starts.to(&ends).days(&years),
            });
        }
        all
    }

    /// What may be where no date is stated: any day, or a stretch from any day on.
    pub(super) fn undated(self) -> Family {
        let any = DaySet::range(FIRST, LAST);
        if self.is_state {
            Family::Span { starts: any, ends: Ends::Open }
        } else {
            Family::Days(any)
        }
    }

    /// The first day that a date allows.
    pub(super) fn first_day(self, date: &Date) -> Option<i64> {
        self.allowed(date).day_set().first()
    }

    fn allowed(self, date: &Date) -> Allowed {
        Allowed::of(date, self.slack)
    }

    fn date(self, date: &Date) -> Vec<Family> {
        let allowed = self.allowed(date);
        if !self.is_state || allowed.stretches.is_empty() {
            return vec![Family::Days(allowed.day_set())];
        }
        let tied = allowed.stretches.iter().map(|stretch| Family::Tied {
            years: allowed.years.clone(),
            starts: stretch.first(),
            ends: stretch.last(),
        });
        tied.collect()
    }

    fn interval(self, interval: &Interval) -> Vec<Family> {
        if let (IntervalEndpoint::Date(start), IntervalEndpoint::Date(end)) =
            (&interval.start, &interval.end)
        {
            return concrete_ties(start, end)
                .into_iter()
                .filter_map(|(start, end)| self.between(&start, &end))
                .collect();
        }
        let starts = match &interval.start {
            IntervalEndpoint::Date(date) | IntervalEndpoint::OnOrAfter(date) => {
                self.allowed(date).day_set()
            }
            IntervalEndpoint::OnOrBefore(date) => up_to(&self.allowed(date)),
            IntervalEndpoint::Open | IntervalEndpoint::Unknown => DaySet::range(FIRST, LAST),
        };
        let ends = match &interval.end {
            IntervalEndpoint::Date(date) | IntervalEndpoint::OnOrBefore(date) => {
                Ends::On(self.allowed(date).day_set())
            }
            IntervalEndpoint::OnOrAfter(date) => Ends::On(from(&self.allowed(date))),
            IntervalEndpoint::Open => Ends::Open,
            IntervalEndpoint::Unknown => Ends::Unknown,
        };
        vec![self.span(starts, ends)]
    }

    /// From one date to another, whose only tie may be the unknown year; `None` if neither has a
    /// day that exists.
    fn between(self, start: &Date, end: &Date) -> Option<Family> {
        let (starts, ends) = (self.allowed(start), self.allowed(end));
        if starts.days.is_empty() || ends.days.is_empty() {
            return None;
        }
        if !has_same_unknown_year(start, end) {
            return Some(self.span(starts.day_set(), Ends::On(ends.day_set())));
        }
        // Of the same years, with slack at one end or not, those that begin earlier are the wider.
        let mut years = starts.years.min(ends.years);
        let turned = turns_the_year(start, end);
        if starts.days.is_of_leap_years() {
            years = leap_years(&years, 0);
        }
        if ends.days.is_of_leap_years() {
            years = leap_years(&years, i64::from(turned));
        }
        let ends = if turned { ends.days.a_year_later() } else { ends.days };
        Some(if self.is_state {
            Family::Tied { years, starts: starts.days, ends }
        } else {
            Family::Days(starts.days.to(&ends).days(&years))
        })
    }

    fn span(self, starts: DaySet, ends: Ends) -> Family {
        if self.is_state {
            return Family::Span { starts, ends };
        }
        Family::Days(from_first_to_last(&starts, &ends))
    }

    /// The members that an element of a set stands for, in a set of all or of one of them.
    fn element(self, element: &SetElement, all: bool) -> Vec<Vec<Family>> {
        match element {
            SetElement::Date(date) => vec![self.date(date)],
            SetElement::OnOrBefore(date) => {
                vec![self.endless(FIRST, &up_to(&self.allowed(date)), all)]
            }
            SetElement::OnOrAfter(date) => {
                vec![self.endless(LAST, &from(&self.allowed(date)), all)]
            }
            SetElement::Range(first, last) => self.range(first, last, all),
        }
    }

    /// A date or any beyond it: on all of these days, or over some stretch of them.
    fn endless(self, beyond: i64, days: &DaySet, all: bool) -> Vec<Family> {
        if !self.is_state {
            return vec![Family::Days(days.clone())];
        }
        let near = if beyond == FIRST { days.last() } else { days.first() }.unwrap_or(beyond);
        vec![if all {
            let (start, end) = (beyond.min(near), beyond.max(near));
            Family::Span { starts: DaySet::day(start), ends: Ends::On(DaySet::day(end)) }
        } else {
            Family::Span { starts: days.clone(), ends: Ends::On(days.clone()) }
        }]
    }

    /// `1670..1672`: every date of that precision from one to the other.
    fn range(self, first: &Date, last: &Date, all: bool) -> Vec<Vec<Family>> {
        let (Some(start), Some(end)) =
            (self.allowed(first).day_set().first(), self.allowed(last).day_set().last())
        else {
            return Vec::new();
        };
        let days = DaySet::range(start, end);
        if all && (self.is_state || first.precision() == Precision::Day) {
            let (starts, ends) = (DaySet::day(start), Ends::On(DaySet::day(end)));
            return vec![vec![Family::Span { starts, ends }]];
        }
        if !self.is_state && !all || first.precision() == Precision::Day {
            return vec![vec![Family::Days(days)]];
        }
        let units = unit_ranges(start, end, first.precision());
        if all && units.len() as i64 <= RANGE_MAX {
            return units
                .into_iter()
                .map(|(a, b)| vec![Family::Days(DaySet::range(a, b))])
                .collect();
        }
        if all {
            return vec![vec![Family::Days(days)]];
        }
        vec![stretches_of_range(start, end, first.precision())]
    }
}

/// The first and last day of each year or month from one day to another, up to one more than the
/// limit.
fn unit_ranges(start: i64, end: i64, precision: Precision) -> Vec<(i64, i64)> {
    let mut units = Vec::new();
    let mut first = start;
    while first <= end && units.len() as i64 <= RANGE_MAX {
        let (year, month, _) = civil::ymd_from_days(first);
        let next = match precision {
            Precision::Month if month < 12 => civil::days_from_ymd(year, month + 1, 1),
            _ => civil::days_from_ymd(year + 1, 1, 1),
        };
        units.push((first, next - 1));
        first = next;
    }
    units
}

/// One unknown year or month of those from one day to another, over which a state holds.
fn stretches_of_range(start: i64, end: i64, precision: Precision) -> Vec<Family> {
    let (first_year, first_month, _) = civil::ymd_from_days(start);
    let (last_year, last_month, _) = civil::ymd_from_days(end);
    let tied = |years: (i64, i64), days: &Template| Family::Tied {
        years: vec![years],
        starts: days.first(),
        ends: days.last(),
    };
    if precision == Precision::Year {
        return vec![tied((first_year, last_year), &Template::whole_year())];
    }
    (1..=12)
        .map(|month| {
            let from = first_year + i64::from(month < first_month);
            let to = last_year - i64::from(month > last_month);
            ((from, to), month)
        })
        .filter(|((from, to), _)| from <= to)
        .map(|(years, month)| tied(years, &Template::month(month)))
        .collect()
}

/// Every day of every stretch from a start to an end.
pub(super) fn from_first_to_last(starts: &DaySet, ends: &Ends) -> DaySet {
    let last = if let Ends::On(ends) = ends { ends.last() } else { Some(LAST) };
    match (starts.first(), last) {
        (Some(first), Some(last)) => DaySet::range(first, last),
        _ => DaySet::default(),
    }
}

/// Every day up to the last of the date's.
fn up_to(allowed: &Allowed) -> DaySet {
    allowed.day_set().last().map_or(DaySet::default(), |last| DaySet::range(FIRST, last))
}

/// Every day from the first of the date's.
fn from(allowed: &Allowed) -> DaySet {
    allowed.day_set().first().map_or(DaySet::default(), |first| DaySet::range(first, LAST))
}

/// Whether two dates leave out the same year and the end would always precede the beginning in
/// it, so that the end is in the next; slack has no say in this.
pub(super) fn turns_the_year(start: &Date, end: &Date) -> bool {
    let (starts, ends) = (Allowed::of(start, false).days, Allowed::of(end, false).days);
    let in_order = |year| {
        let (first, last) = (starts.at(year).first(), ends.at(year).last());
        first.is_some() && first <= last
    };
    has_same_unknown_year(start, end) && ![2000, 2001].into_iter().any(in_order)
}

/// Those of the years that are leap, or are followed by one after so many years.
fn leap_years(years: &[(i64, i64)], after: i64) -> Vec<(i64, i64)> {
    years
        .iter()
        .flat_map(|&(first, last)| first..=last)
        .filter(|&year| civil::is_leap(year + after))
        .map(|year| (year, year))
        .collect()
}

fn has_same_unknown_year(a: &Date, b: &Date) -> bool {
    match (a.year.kind, b.year.kind) {
        (YearKind::Standard { digits: a, .. }, YearKind::Standard { digits: b, .. }) => {
            a == b && a.contains(&None)
        }
        _ => false,
    }
}

/// The pairs of dates in which months and days whose unknown digits are the same at both ends
/// are fixed, each in every way.
fn concrete_ties(start: &Date, end: &Date) -> Vec<(Date, Date)> {
    let mut pairs = vec![(*start, *end)];
    if let Some(numbers) = tied_numbers(start.month, end.month, 12) {
        pairs = fixed(&pairs, numbers, |date| date.month.as_mut());
    }
    if let Some(numbers) = tied_numbers(start.day, end.day, 31) {
        pairs = fixed(&pairs, numbers, |date| date.day.as_mut());
    }
    pairs
}

fn tied_numbers(a: Option<DateField>, b: Option<DateField>, highest: u8) -> Option<u32> {
    let (a, b) = (a?, b?);
    (a.digits == b.digits && a.has_unspecified()).then(|| matching(a, highest))
}

fn fixed(
    pairs: &[(Date, Date)],
    numbers: u32,
    field: fn(&mut Date) -> Option<&mut DateField>,
) -> Vec<(Date, Date)> {
    let mut fixed = Vec::new();
    for pair in pairs {
        for number in (1..=31_u8).filter(|number| numbers >> number & 1 == 1) {
            let (mut start, mut end) = *pair;
            for date in [&mut start, &mut end] {
                if let Some(field) = field(date) {
                    field.digits = [Some(number / 10), Some(number % 10)];
                }
            }
            fixed.push((start, end));
        }
    }
    fixed
}
