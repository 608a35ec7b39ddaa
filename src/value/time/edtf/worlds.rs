//! The worlds that an uncertain date leaves open, and what is true in all or some of them.
//!
//! A value of a date is *one* unknown day (of an event) or *one* unknown stretch of days (over
//! which a state holds). Each way to fix the unknown is a world. [`Worlds`] keeps them as a union
//! of families, none of which lists its worlds:
//!
//! | family | a world of it is | example |
//! |---|---|---|
//! | `Days` | a day of a set | an event of `XXXX-11-12` |
//! | `Span` | a first day of one set, a last day of another | a state of `2017-11/2018-02` |
//! | `Tied` | a year, and a first and a last day relative to it | a state of `XXXX-11`; `XXXX-11-11/XXXX-11-13`, whose unknown year is one unknown |
//!
//! # Exact, and bounded
//!
//! "During p" is true in all worlds of a span unless some first and some last day lie in one gap
//! of p; that is a walk over the gaps of p. A tied family has up to 10,000 years, but what happens
//! in a year depends only on the days of p around it and on leap years. So the years are cut where
//! p or a constraint changes, and of each piece only the first and last twelve years and those
//! around a century stand for the rest ([`sample`]).

use std::ops::RangeInclusive;

use super::day_set::{DaySet, FIRST, LAST, year_and_day};
use super::reading::from_first_to_last;
use super::template::{Template, Years};
use crate::value::time::Truth;

/// A set of worlds of one kind.
#[derive(Clone, Debug)]
pub(super) enum Family {
    /// One unknown day of the set.
    Days(DaySet),
    /// From an unknown day of one set to an unknown day, not before it, of the other.
    Span { starts: DaySet, ends: Ends },
    /// In one unknown year, from an unknown day to an unknown day not before it.
    Tied { years: Years, starts: Template, ends: Template },
}

/// When a stretch ends.
#[derive(Clone, Debug)]
pub(super) enum Ends {
    /// On one day of the set.
    On(DaySet),
    /// With no known end; presumed to go on if the state is persistent.
    Open,
    /// On a day that is not known.
    Unknown,
}

/// All worlds of one value.
#[derive(Clone, Debug)]
pub(super) struct Worlds {
    families: Vec<Family>,
    /// What is true after the beginning of a stretch without known end.
    afterwards: Truth,
    /// On which days an event or the beginning of a state may lie.
    begins: RangeInclusive<i64>,
}

/// The extreme days of some worlds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) first_start: i64,
    pub(super) last_start: i64,
    /// The first day on which it may end; of a stretch without known end, its beginning.
    pub(super) first_end: i64,
    /// The same, but a stretch that is presumed to go on has no end.
    pub(super) first_presumed_end: i64,
    pub(super) last_end: i64,
}

/// The least and the greatest truth among some worlds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    worst: Truth,
    best: Truth,
}

impl Spread {
    fn both(truth: Truth) -> Spread {
        Spread { worst: truth, best: truth }
    }

    /// The spread over the worlds of both.
    pub(super) fn join(one: Option<Spread>, other: Option<Spread>) -> Option<Spread> {
        let (Some(a), Some(b)) = (one, other) else {
            return one.or(other);
        };
        Some(Spread { worst: a.worst.min(b.worst), best: a.best.max(b.best) })
    }

    /// What can be said when any of the worlds may be the actual one; without worlds, no.
    pub(super) fn truth(spread: Option<Spread>) -> Truth {
        match spread {
            Some(Spread { worst, .. }) if worst >= Truth::Presumed => worst,
            Some(Spread { best, .. }) if best > Truth::No => Truth::Possible,
            _ => Truth::No,
        }
    }
}

impl From<Truth> for Spread {
    fn from(truth: Truth) -> Spread {
        Spread::both(truth)
    }
}

impl Family {
    /// A family without the worlds that begin on other days; `None` if none is left.
    fn beginning(self, on: &RangeInclusive<i64>) -> Option<Family> {
        let window = DaySet::range(*on.start(), *on.end());
        match self {
            Family::Days(days) => {
                let days = days.intersection(&window);
                (!days.is_empty()).then_some(Family::Days(days))
            }
            Family::Span { starts, ends: Ends::On(ends) } => {
                let starts = starts.intersection(&window);
                // A last day before every first one belongs to no world, and the other way about.
                let starts = starts.intersection(&DaySet::range(FIRST, ends.last()?));
                let ends = ends.intersection(&DaySet::range(starts.first()?, LAST));
                (!ends.is_empty()).then_some(Family::Span { starts, ends: Ends::On(ends) })
            }
            Family::Span { starts, ends } => {
                let starts = starts.intersection(&window);
                (!starts.is_empty()).then_some(Family::Span { starts, ends })
            }
            Family::Tied { mut years, starts, ends } => {
                // A template reaches two years to each side of its year.
                let (first, last) =
                    (year_and_day(*on.start()).0 - 2, year_and_day(*on.end()).0 + 2);
                years.retain(|&(from, to)| from <= last && to >= first);
                for (from, to) in &mut years {
                    (*from, *to) = ((*from).max(first), (*to).min(last));
                }
                (!years.is_empty()).then_some(Family::Tied { years, starts, ends })
            }
        }
    }

    /// The years at which what the family says changes.
    fn cuts(&self, cuts: &mut Vec<i64>) {
        match self {
            Family::Days(days)
            | Family::Span { starts: days, ends: Ends::Open | Ends::Unknown } => {
                cuts.extend(days.cuts());
            }
            Family::Span { starts, ends: Ends::On(ends) } => {
                cuts.extend(starts.cuts());
                cuts.extend(ends.cuts());
            }
            Family::Tied { years, .. } => {
                cuts.extend(years.iter().flat_map(|&(first, last)| [first, last + 1]));
            }
        }
    }
}

/// One kind of world without ties: a day, or a stretch with independent ends.
#[derive(Clone, Copy)]
pub(super) enum Free<'a> {
    Days(&'a DaySet),
    Span(&'a DaySet, &'a Ends),
}

impl Worlds {
    /// The worlds of the families that begin on one of the days.
    pub(super) fn new(
        families: impl IntoIterator<Item = Family>,
        afterwards: Truth,
        begins: RangeInclusive<i64>,
    ) -> Worlds {
        let families = families.into_iter().filter_map(|family| family.beginning(&begins));
        Worlds { families: families.collect(), afterwards, begins }
    }

    /// Whether it happened, or held, on some day of the set.
    pub(super) fn during(&self, days: &DaySet) -> Option<Spread> {
        let mut cuts = Vec::new();
        if self.families.iter().any(|family| matches!(family, Family::Tied { .. })) {
            cuts.extend(days.cuts());
        }
        let mut spread = None;
        self.visit(cuts, |world| {
            spread = Spread::join(spread, Some(world.during(days, self.afterwards)));
        });
        spread
    }

    /// The extreme days, if there are worlds at all.
    pub(super) fn reach(&self) -> Option<Reach> {
        let mut reach: Option<Reach> = None;
        self.visit(Vec::new(), |world| {
            if let Some(own) = world.reach(self.afterwards) {
                reach = Some(reach.map_or(own, |reach| reach.join(own)));
            }
        });
        reach
    }

    /// Whether some world of the one and some world of the other share a day.
    pub(super) fn may_meet(&self, other: &Worlds) -> bool {
        let mut cuts = Vec::new();
        other.add_cuts(&mut cuts);
        let mut meet = false;
        self.visit(cuts, |world| {
            let stretch;
            let days = match world {
                Free::Days(days) => days,
                Free::Span(starts, ends) => {
                    stretch = from_first_to_last(starts, ends);
                    &stretch
                }
            };
            meet = meet || other.during(days).is_some_and(|spread| spread.best > Truth::No);
        });
        meet
    }

    /// Whether some world has a day in each of some sets.
    pub(super) fn may_meet_all(&self, all: &[&DaySet]) -> bool {
        let mut meets = false;
        self.visit(all.iter().flat_map(|days| days.cuts()).collect(), |world| {
            meets = meets
                || match world {
                    Free::Days(own) => {
                        let common = |own: DaySet, days: &&DaySet| own.intersection(days);
                        !all.iter().fold(own.clone(), common).is_empty()
                    }
                    // The longest stretch has what any has.
                    Free::Span(starts, ends) => {
                        let longest = from_first_to_last(starts, ends);
                        all.iter().all(|days| longest.intersects(days))
                    }
                };
        });
        meets
    }

    /// The days on which it may be, where each world is one day.
    pub(super) fn days(&self) -> Option<DaySet> {
        let mut all = DaySet::default();
        for family in &self.families {
            let Family::Days(days) = family else { return None };
            all = all.union(days);
        }
        Some(all)
    }

    /// What is true after the beginning of a stretch without known end.
    pub(super) fn afterwards(&self) -> Truth {
        self.afterwards
    }

    /// The years at which what they say changes.
    pub(super) fn add_cuts(&self, cuts: &mut Vec<i64>) {
        for family in &self.families {
            family.cuts(cuts);
        }
        cuts.extend([self.begins.start(), self.begins.end()].map(|&day| year_and_day(day).0));
    }

    /// Calls back with every kind of world; tied ones are cut at the years and sampled.
    pub(super) fn visit(&self, mut cuts: Vec<i64>, mut found: impl FnMut(Free<'_>)) {
        cuts.extend([self.begins.start(), self.begins.end()].map(|&day| year_and_day(day).0));
        cuts.sort_unstable();
        cuts.dedup();
        for family in &self.families {
            match family {
                Family::Days(days) => found(Free::Days(days)),
                Family::Span { starts, ends } => found(Free::Span(starts, ends)),
                Family::Tied { years, starts, ends } => {
                    for year in sample(years, &cuts) {
                        let ends = Ends::On(ends.at(year));
                        let span = Family::Span { starts: starts.at(year), ends };
                        if let Some(Family::Span { starts, ends }) = span.beginning(&self.begins) {
                            found(Free::Span(&starts, &ends));
                        }
                    }
                }
            }
        }
    }
}

impl Free<'_> {
    /// Whether it lies, or some day of it, in the set. There is at least one world.
    fn during(self, days: &DaySet, afterwards: Truth) -> Spread {
        match self {
            Free::Days(own) => Spread {
                worst: certain_or(own.is_subset(days), Truth::No),
                best: certain_or(own.intersects(days), Truth::No),
            },
            Free::Span(starts, Ends::On(ends)) => Spread {
                worst: certain_or(!may_miss(starts, ends, days), Truth::No),
                best: certain_or(may_hit(starts, ends, days), Truth::No),
            },
            Free::Span(starts, ends) => {
                let later = if let Ends::Open = ends { afterwards } else { Truth::Possible };
                let last = days.last();
                let if_before = |before: bool| if before { later } else { Truth::No };
                let worst = if_before(starts.last() <= last);
                let best = if_before(starts.first() <= last);
                Spread {
                    worst: certain_or(starts.is_subset(days), worst),
                    best: certain_or(starts.intersects(days), best),
                }
            }
        }
    }

    fn reach(self, afterwards: Truth) -> Option<Reach> {
        let (starts, ends) = match self {
            Free::Days(days) => {
                let (first, last) = (days.first()?, days.last()?);
                return Some(Reach {
                    first_start: first,
                    last_start: last,
                    first_end: first,
                    first_presumed_end: first,
                    last_end: last,
                });
            }
            Free::Span(starts, ends) => (starts, ends),
        };
        let (first_start, last_start) = (starts.first()?, starts.last()?);
        let (first_end, first_presumed_end, last_end) = match ends {
            Ends::On(ends) => (ends.first()?, ends.first()?, ends.last()?),
            Ends::Open if afterwards == Truth::Presumed => (first_start, LAST, LAST),
            Ends::Open | Ends::Unknown => (first_start, first_start, LAST),
        };
        Some(Reach { first_start, last_start, first_end, first_presumed_end, last_end })
    }
}

impl Reach {
    fn join(self, other: Reach) -> Reach {
        Reach {
            first_start: self.first_start.min(other.first_start),
            last_start: self.last_start.max(other.last_start),
            first_end: self.first_end.min(other.first_end),
            first_presumed_end: self.first_presumed_end.min(other.first_presumed_end),
            last_end: self.last_end.max(other.last_end),
        }
    }
}

fn certain_or(certain: bool, otherwise: Truth) -> Truth {
    if certain { Truth::Certain } else { otherwise }
}

/// Whether some stretch from a start to an end has a day of the set.
fn may_hit(starts: &DaySet, ends: &DaySet, days: &DaySet) -> bool {
    let (Some(first), Some(last)) = (starts.first(), ends.last()) else {
        return false;
    };
    days.next(first).is_some_and(|day| day <= last)
}

/// Whether some stretch from a start to an end has no day of the set: whether a start and an end
/// lie, in this order, in one gap of it.
pub(super) fn may_miss(starts: &DaySet, ends: &DaySet, days: &DaySet) -> bool {
    let mut from = FIRST;
    while let Some(start) = starts.next(from) {
        if days.contains(start) {
            from = days.next_absent(start);
            continue;
        }
        let Some(end) = ends.next(start) else {
            return false;
        };
        match days.next(start) {
            Some(day) if day <= end => from = day,
            _ => return true,
        }
    }
    false
}

/// Years that stand for all of them, if what happens changes at the cuts (sorted) only.
///
/// A template looks two years back and ahead, so a year inside a piece differs from another only
/// in where the leap years around it fall. Twelve years at each end of a piece meet every case but
/// one, the long run of common years around a century that is not leap.
pub(super) fn sample(years: &Years, cuts: &[i64]) -> Vec<i64> {
    const EDGE: i64 = 12;
    let mut sampled = Vec::new();
    for &(first, last) in years {
        let inside =
            cuts.partition_point(|&cut| cut <= first)..cuts.partition_point(|&cut| cut <= last);
        let mut from = first;
        for next in cuts[inside].iter().copied().chain([last + 1]) {
            let to = next - 1;
            if to - from < 2 * EDGE {
                sampled.extend(from..=to);
            } else {
                sampled.extend(from..from + EDGE);
                let near = (from - 4).div_euclid(100) * 100;
                for century in (0..4).map(|count| near + 100 * count).filter(|year| year % 400 != 0)
                {
                    let around = (century - 4).max(from + EDGE)..=(century + 4).min(to - EDGE);
                    sampled.extend(around);
                }
                sampled.extend(to - EDGE + 1..=to);
            }
            from = next;
        }
    }
    sampled
}
