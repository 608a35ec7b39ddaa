//! Unknown days that are in order: whether all of them can be what is asked of them at once.
//!
//! ```text
//! remark ≤ meeting [2016-11-12,2018-11-12] ≤ visit
//! remark after 2017 and visit before 2017: each may be, both may not
//! ```
//!
//! Every constraint is of one form, `a + gap ≤ b`. Such constraints are closed under taking the lesser, and the
//! greater, of two solutions day by day. So bounds that narrow each other until nothing changes (arc
//! consistency) decide: where a day is left to each, all on their first days is a solution (Jeavons
//! and Cooper, "Tractable constraints on ordered domains", 1995).

use super::day_set::{DaySet, FIRST, LAST};
use super::joint::{Asked, TimeTest};
use super::valid_time::{Period, Temporality, ValidTime};

/// How many times as many bounds as there are days are moved before it is given up.
const ROUNDS_MAX: usize = 64;

/// What is in order: statements, by number, and things that have or have not a date.
#[derive(Clone, Debug, Default)]
pub struct InOrder {
    /// The days of each thing; `None` for any.
    pub things: Vec<Option<Period>>,
    /// The first is no later than the second.
    pub links: Vec<(Place, Place)>,
}

/// A day that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// That of a statement.
    Statement(u32),
    /// That of a thing, by position.
    Thing(usize),
}

/// Days and what is between them.
#[derive(Debug)]
struct System {
    days: Vec<DaySet>,
    /// From, to, and by how many days the one is at least earlier than the other.
    links: Vec<(usize, usize, i64)>,
}

impl InOrder {
    /// Whether there may be days for all things and statements, in order, on which each statement
    /// passes what is asked of it. Where there are none for the things by themselves, their dates and order contradict
    /// each other and nothing is told: it may be.
    ///
    /// `times` says of each test the times that it is made on, which may be narrower than the occurrences'.
    pub(super) fn allows(&self, asked: &[Asked<'_>], times: &[Vec<ValidTime>]) -> bool {
        let mut system = System { days: Vec::new(), links: Vec::new() };
        let mut statements: Vec<u32> = Vec::new();
        for thing in &self.things {
            system.days.push(thing.as_ref().map_or_else(any, |days| days.wide().clone()));
        }
        let of_things = self.links.iter().filter_map(|link| match *link {
            (Place::Thing(from), Place::Thing(to)) => Some((from, to, 0)),
            _ => None,
        });
        if !(System { days: system.days.clone(), links: of_things.collect() }).has_world() {
            return true;
        }
        let mut position = |statement: u32, time: &ValidTime, system: &mut System| {
            let days = days_of(time)?;
            let at = statements.iter().position(|known| *known == statement);
            Some(
                self.things.len()
                    + at.unwrap_or_else(|| {
                        statements.push(statement);
                        system.days.push(days);
                        statements.len() - 1
                    }),
            )
        };
        let mut places = Vec::with_capacity(asked.len());
        for (one, times) in asked.iter().zip(times) {
            let of = one.of.iter().zip(times);
            let of: Vec<_> =
                of.map(|(of, time)| position(of.statement, time, &mut system)).collect();
            places.push(of);
        }
        let at = |place: Place| match place {
            Place::Thing(at) => Some(at),
            Place::Statement(id) => {
                statements.iter().position(|known| *known == id).map(|at| self.things.len() + at)
            }
        };
        for (from, to) in &self.links {
            if let (Some(from), Some(to)) = (at(*from), at(*to)) {
                system.links.push((from, to, 0));
            }
        }
        for (one, places) in asked.iter().zip(&places) {
            system.ask(one.test, places);
        }
        system.has_world()
    }
}

impl System {
    /// Narrows the days, and links them, by what a test asks; what it does not know of it leaves open.
    fn ask(&mut self, test: &TimeTest, places: &[Option<usize>]) {
        let known: Vec<usize> = places.iter().copied().flatten().collect();
        match (test, places) {
            (TimeTest::During(period), _) => self.narrow(&known, period.wide()),
            (TimeTest::Together(period), _) => {
                self.narrow(&known, period.wide());
                for pair in known.windows(2) {
                    self.links.extend([(pair[0], pair[1], 0), (pair[1], pair[0], 0)]);
                }
            }
            (TimeTest::Before(period), _) => {
                let to = period.first_with_slack().map_or(LAST, |first| first - 1);
                self.narrow(&known, &DaySet::range(FIRST, to));
            }
            (TimeTest::After(period), _) => {
                let from = period.last_with_slack().map_or(FIRST, |last| last + 1);
                self.narrow(&known, &DaySet::range(from, LAST));
            }
            (TimeTest::Overlaps, [Some(a), Some(b)]) => {
                self.links.extend([(*a, *b, 0), (*b, *a, 0)]);
            }
            (TimeTest::BeforeOther, [Some(a), Some(b)]) => self.links.push((*a, *b, 1)),
            (TimeTest::AfterOther, [Some(a), Some(b)]) => self.links.push((*b, *a, 1)),
            _ => {}
        }
    }

    fn narrow(&mut self, places: &[usize], to: &DaySet) {
        for &at in places {
            self.days[at] = self.days[at].intersection(to);
        }
    }

    /// Whether days are left to all once bounds have narrowed each other.
    fn has_world(self) -> bool {
        let first = |days: &DaySet| days.first().zip(days.last());
        let Some(mut bounds) = self.days.iter().map(first).collect::<Option<Vec<_>>>() else {
            return false;
        };
        for _ in 0..ROUNDS_MAX.saturating_mul(self.days.len()) {
            let mut changed = false;
            for &(from, to, gap) in &self.links {
                let (earliest, latest) = (bounds[from].0 + gap, bounds[to].1 - gap);
                if bounds[to].0 < earliest {
                    let Some(day) = self.days[to].next(earliest) else { return false };
                    bounds[to].0 = day;
                    changed = true;
                }
                if bounds[from].1 > latest {
                    let Some(day) = self.days[from].previous(latest) else { return false };
                    bounds[from].1 = day;
                    changed = true;
                }
                if bounds[from].0 > bounds[from].1 || bounds[to].0 > bounds[to].1 {
                    return false;
                }
            }
            if !changed {
                return true;
            }
        }
        true
    }
}

fn any() -> DaySet {
    DaySet::range(FIRST, LAST)
}

/// The days on which an event may be; `None` for what is no event, or happens on several days.
fn days_of(time: &ValidTime) -> Option<DaySet> {
    let [member] = time.members() else { return None };
    if time.kind() != Temporality::Event {
        return None;
    }
    member.wide().days()
}
