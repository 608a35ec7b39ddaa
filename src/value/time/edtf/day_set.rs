//! [`DaySet`]: any set of days that an uncertain date can mean, small however many days it holds.
//!
//! `XXXX-11-12` means ten thousand days and `{..1984}` infinitely many, so a set is not a list
//! of days but a function from years to days of the year that is constant over runs of years:
//!
//! ```text
//! XXXX-11-12                 0…9999        11-12
//! 2017-11-28/2019-02-03      2017          11-28 … 12-31
//!                            2018          01-01 … 12-31
//!                            2019          01-01 … 02-03
//! ```
//!
//! A run holds two masks of one bit a day, one for common and one for leap years, so that the
//! days from March on need no exception. Runs are sorted and apart, hold at least one day each,
//! and years end at ±[`YEAR_MAX`], which stands for "without end". Unions, intersections and
//! differences are one merge over the runs of both sides; searching for the next day in or out of
//! a set looks at words of 64 days.

use crate::value::time::{Date, civil};

/// The last year of a set without end; its first is the same before year 0.
pub(super) const YEAR_MAX: i64 = 2_000_000_000;
/// The first day of a set that has no beginning.
pub(super) const FIRST: i64 = civil::days_from_ymd(-YEAR_MAX, 1, 1);
/// The last day of a set that has no end.
pub(super) const LAST: i64 = civil::days_from_ymd(YEAR_MAX, 12, 31);

const WORDS: usize = 6;

/// Days of one year, by their number from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mask([u64; WORDS]);

/// Days of any year: in common years and in leap years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct YearDays {
    pub(super) common: Mask,
    pub(super) leap: Mask,
}

/// Years that have the same days in a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    first: i64,
    last: i64,
    days: YearDays,
}

/// A set of days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DaySet {
    runs: Vec<Run>,
}

impl Mask {
    /// The days from one number to another; none if they are out of order.
    pub(super) fn range(first: usize, last: usize) -> Mask {
        let mut mask = Mask::default();
        for (index, word) in mask.0.iter_mut().enumerate() {
            let start = first.max(index * 64);
            let end = last.min(index * 64 + 63);
            if start <= end {
                *word = (u64::MAX >> (63 - (end - start))) << (start - index * 64);
            }
        }
        mask
    }

    /// Adds the days from one on whose bits are set.
    fn insert_all(&mut self, from: usize, days: u64) {
        let (word, shift) = (from / 64, from % 64);
        self.0[word] |= days << shift;
        if shift > 0 && word + 1 < WORDS {
            self.0[word + 1] |= days >> (64 - shift);
        }
    }

    fn contains(&self, day: usize) -> bool {
        self.0[day / 64] >> (day % 64) & 1 == 1
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0 == [0; WORDS]
    }

    pub(super) fn first(&self) -> Option<usize> {
        self.next(0)
    }

    pub(super) fn last(&self) -> Option<usize> {
        let index = self.0.iter().rposition(|&word| word != 0)?;
        Some(index * 64 + 63 - self.0[index].leading_zeros() as usize)
    }

    /// The first day of the mask from a number on.
    fn next(&self, from: usize) -> Option<usize> {
        let start = from / 64;
        (start..WORDS).find_map(|index| {
            let from_bit = if index == start { from % 64 } else { 0 };
            let word = self.0[index] & (u64::MAX << from_bit);
            (word != 0).then(|| index * 64 + word.trailing_zeros() as usize)
        })
    }

    fn combine(self, other: Mask, op: fn(u64, u64) -> u64) -> Mask {
        Mask(std::array::from_fn(|index| op(self.0[index], other.0[index])))
    }

    pub(super) fn union(self, other: Mask) -> Mask {
        self.combine(other, |a, b| a | b)
    }

    /// The days that are at most so many days from one of the mask, of a year of that length.
    pub(super) fn dilated(self, by: usize, length: usize) -> Mask {
        let mut dilated = self;
        let mut at = 0;
        while let Some(day) = self.next(at) {
            let near = Mask::range(day.saturating_sub(by), (day + by).min(length - 1));
            dilated = dilated.union(near);
            at = day + 1;
        }
        dilated
    }
}

impl YearDays {
    /// Every day of the year.
    pub(super) fn all() -> YearDays {
        YearDays { common: Mask::range(0, 364), leap: Mask::range(0, 365) }
    }

    /// The days whose month and day of the month are in the masks, bit 1 being 1.
    pub(super) fn of_months(months: u16, days: u32) -> YearDays {
        let mut year_days = YearDays::default();
        for (mask, year) in [(&mut year_days.common, 2001), (&mut year_days.leap, 2000)] {
            let mut first = 0;
            for month in 1..=12 {
                let length = civil::days_in_month(year, month);
                if months >> month & 1 == 1 {
                    let allowed = u64::from(days >> 1) & ((1 << length) - 1);
                    mask.insert_all(first, allowed);
                }
                first += length as usize;
            }
        }
        year_days
    }

    pub(super) fn is_empty(&self) -> bool {
        self.common.is_empty() && self.leap.is_empty()
    }

    pub(super) fn of_year(&self, year: i64) -> &Mask {
        if civil::is_leap(year) { &self.leap } else { &self.common }
    }

    pub(super) fn union(self, other: YearDays) -> YearDays {
        self.combine(other, |a, b| a | b)
    }

    fn combine(self, other: YearDays, op: fn(u64, u64) -> u64) -> YearDays {
        YearDays {
            common: self.common.combine(other.common, op),
            leap: self.leap.combine(other.leap, op),
        }
    }
}

impl Run {
    /// A run without masks for years that it does not have; `None` if no day is left.
    fn new(first: i64, last: i64, mut days: YearDays) -> Option<Run> {
        if first > last {
            return None;
        }
        if !has_leap_year(first, last) {
            days.leap = Mask::default();
        }
        if first == last && civil::is_leap(first) {
            days.common = Mask::default();
        }
        (!days.is_empty()).then_some(Run { first, last, days })
    }

    /// The first day of the run in or after a year, within the run.
    fn first_day_from(&self, year: i64) -> Option<i64> {
        // At most eight years, the longest time between leap years, are looked at.
        (year.max(self.first)..=self.last).take(9).find_map(|year| {
            let day = self.days.of_year(year).first()?;
            Some(civil::days_from_ymd(year, 1, 1) + day as i64)
        })
    }

    /// The last day of the run in or before a year, within the run.
    fn last_day_to(&self, year: i64) -> Option<i64> {
        (self.first..=year.min(self.last)).rev().take(9).find_map(|year| {
            let day = self.days.of_year(year).last()?;
            Some(civil::days_from_ymd(year, 1, 1) + day as i64)
        })
    }
}

impl DaySet {
    /// The days from one to another, both included; none if they are out of order.
    pub(super) fn range(first: i64, last: i64) -> DaySet {
        let (first, last) = (first.max(FIRST), last.min(LAST));
        if first > last {
            return DaySet::default();
        }
        let (from, start) = year_and_day(first);
        let (to, end) = year_and_day(last);
        let mut set = DaySet::default();
        if from == to {
            set.push(from, from, both(Mask::range(start, end)));
            return set;
        }
        set.push(from, from, both(Mask::range(start, last_index(from))));
        set.push(from + 1, to - 1, YearDays::all());
        set.push(to, to, both(Mask::range(0, end)));
        set
    }

    /// One day.
    pub(super) fn day(day: i64) -> DaySet {
        DaySet::range(day, day)
    }

    /// The same days of every year of some ranges, which must be sorted and apart.
    pub(super) fn of_years(years: &[(i64, i64)], days: YearDays) -> DaySet {
        let mut set = DaySet::default();
        for &(first, last) in years {
            set.push(first.max(-YEAR_MAX), last.min(YEAR_MAX), days);
        }
        set
    }

    /// Adds years after all others.
    fn push(&mut self, first: i64, last: i64, days: YearDays) {
        self.runs.extend(Run::new(first, last, days));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    pub(super) fn contains(&self, day: i64) -> bool {
        let (year, index) = year_and_day(day);
        self.run_at(year).is_some_and(|run| run.days.of_year(year).contains(index))
    }

    pub(super) fn first(&self) -> Option<i64> {
        self.next(FIRST)
    }

    pub(super) fn last(&self) -> Option<i64> {
        self.previous(LAST)
    }

    /// The first day of the set that is not before a day.
    pub(super) fn next(&self, day: i64) -> Option<i64> {
        let (year, index) = year_and_day(day);
        let from = self.runs.partition_point(|run| run.last < year);
        let run = self.runs.get(from)?;
        if run.first <= year
            && let Some(index) = run.days.of_year(year).next(index)
        {
            return Some(civil::days_from_ymd(year, 1, 1) + index as i64);
        }
        self.runs[from..].iter().find_map(|run| run.first_day_from(year + 1))
    }

    /// The last day of the set that is not after a day.
    pub(super) fn previous(&self, day: i64) -> Option<i64> {
        let (year, index) = year_and_day(day);
        let until = self.runs.partition_point(|run| run.first <= year);
        let run = self.runs[..until].last()?;
        if run.last >= year {
            let up_to = run.days.of_year(year).combine(Mask::range(0, index), |a, b| a & b);
            if let Some(index) = up_to.last() {
                return Some(civil::days_from_ymd(year, 1, 1) + index as i64);
            }
        }
        self.runs[..until].iter().rev().find_map(|run| run.last_day_to(year - 1))
    }

    /// The first day that is not in the set and not before a day; [`LAST`] + 1 if there is none.
    pub(super) fn next_absent(&self, day: i64) -> i64 {
        let (mut year, mut index) = year_and_day(day);
        while let Some(run) = self.run_at(year) {
            let absent = run.days.of_year(year).combine(Mask::default(), |a, _| !a).next(index);
            match absent.filter(|&absent| absent <= last_index(year)) {
                Some(index) => return civil::days_from_ymd(year, 1, 1) + index as i64,
                None if run.days == YearDays::all() => year = run.last + 1,
                None => year += 1,
            }
            index = 0;
        }
        civil::days_from_ymd(year, 1, 1) + index as i64
    }

    pub(super) fn union(&self, other: &DaySet) -> DaySet {
        self.combine(other, |a, b| a | b)
    }

    pub(super) fn intersection(&self, other: &DaySet) -> DaySet {
        self.combine(other, |a, b| a & b)
    }

    /// The days that are not in the other set.
    pub(super) fn difference(&self, other: &DaySet) -> DaySet {
        self.combine(other, |a, b| a & !b)
    }

    /// Whether a day is in both.
    pub(super) fn intersects(&self, other: &DaySet) -> bool {
        self.any(other, |a, b| a & b)
    }

    /// Whether every day is in the other set as well.
    pub(super) fn is_subset(&self, other: &DaySet) -> bool {
        !self.any(other, |a, b| a & !b)
    }

    /// The years at which the days of the year change.
    pub(super) fn cuts(&self) -> impl Iterator<Item = i64> {
        self.runs.iter().flat_map(|run| [run.first, run.last + 1])
    }

    fn run_at(&self, year: i64) -> Option<&Run> {
        let run = self.runs.get(self.runs.partition_point(|run| run.last < year))?;
        (run.first <= year).then_some(run)
    }

    fn combine(&self, other: &DaySet, op: fn(u64, u64) -> u64) -> DaySet {
        let mut set = DaySet::default();
        for (first, last, a, b) in Pieces::of(self, other) {
            set.push(first, last, a.combine(b, op));
        }
        set
    }

    fn any(&self, other: &DaySet, op: fn(u64, u64) -> u64) -> bool {
        Pieces::of(self, other)
            .any(|(first, last, a, b)| Run::new(first, last, a.combine(b, op)).is_some())
    }
}

/// The ranges of years over which neither of two sets changes, in order.
struct Pieces<'a> {
    a: &'a [Run],
    b: &'a [Run],
    year: i64,
}

impl<'a> Pieces<'a> {
    fn of(a: &'a DaySet, b: &'a DaySet) -> Pieces<'a> {
        Pieces { a: &a.runs, b: &b.runs, year: i64::MIN }
    }
}

impl Iterator for Pieces<'_> {
    type Item = (i64, i64, YearDays, YearDays);

    fn next(&mut self) -> Option<Self::Item> {
        for runs in [&mut self.a, &mut self.b] {
            while runs.first().is_some_and(|run| run.last < self.year) {
                *runs = &runs[1..];
            }
        }
        let (a, b) = (self.a.first(), self.b.first());
        let first = a.into_iter().chain(b).map(|run| run.first).min()?.max(self.year);
        let (mut last, mut days) = (i64::MAX, [YearDays::default(); 2]);
        for (run, days) in [a, b].into_iter().zip(&mut days) {
            match run {
                Some(run) if run.first <= first => {
                    *days = run.days;
                    last = last.min(run.last);
                }
                Some(run) => last = last.min(run.first - 1),
                None => {}
            }
        }
        self.year = last + 1;
        Some((first, last, days[0], days[1]))
    }
}

impl From<Date> for DaySet {
    fn from(date: Date) -> DaySet {
        DaySet::day(date.days())
    }
}

/// The year of a day and the number of the day in it, from 0.
pub(super) fn year_and_day(day: i64) -> (i64, usize) {
    let (year, _, _) = civil::ymd_from_days(day);
    (year, (day - civil::days_from_ymd(year, 1, 1)) as usize)
}

fn last_index(year: i64) -> usize {
    civil::days_in_year(year) as usize - 1
}

fn both(mask: Mask) -> YearDays {
    YearDays { common: mask, leap: mask }
}

fn has_leap_year(first: i64, last: i64) -> bool {
    last - first >= 7 || (first..=last).any(civil::is_leap)
}
