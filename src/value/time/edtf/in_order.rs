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

/// What days in order imply of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Implied {
    /// The things contradict each other, or not all that is asked of has one unknown day.
    Untold,
    /// Without slack there are no such days.
    Nothing,
    /// Whether it is passed on all of them.
    Whether(bool),
}

/// Days and what is between them.
#[derive(Clone, Debug)]
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
        let Some((mut system, places)) = self.system(asked, times, true) else { return true };
        for (one, places) in asked.iter().zip(&places) {
            system.ask(one.test, places);
        }
        system.has_world()
    }

    /// Whether a test is passed on all such days, slack apart.
    pub(super) fn implies(&self, asked: &Asked<'_>, times: &[ValidTime]) -> Implied {
        let found = self.system(std::slice::from_ref(asked), &[times.to_vec()], false);
        let Some((system, places)) = found else { return Implied::Untold };
        if !system.clone().has_world() {
            return Implied::Nothing;
        }
        match system.fails(asked.test, places.first().map_or(&[], Vec::as_slice)) {
            Some(fails) => Implied::Whether(!fails.into_iter().any(System::has_world)),
            None => Implied::Untold,
        }
    }

    /// The days of things and statements, and which of them are those of each test; `None` where the things contradict
    /// each other.
    fn system(
        &self,
        asked: &[Asked<'_>],
        times: &[Vec<ValidTime>],
        wide: bool,
    ) -> Option<(System, Vec<Vec<Option<usize>>>)> {
        let of_period = |days: &Period| if wide { days.wide() } else { days.plain() }.clone();
        let things = self.things.iter();
        let things = things.map(|thing| thing.as_ref().map_or_else(any, of_period));
        let mut system = System { days: things.collect(), links: Vec::new() };
        let of_things = self.links.iter().filter_map(|link| match *link {
            (Place::Thing(from), Place::Thing(to)) => Some((from, to, 0)),
            _ => None,
        });
        system.links.extend(of_things);
        if !system.clone().has_world() {
            return None;
        }
        let mut statements: Vec<u32> = Vec::new();
        let mut position = |statement: u32, time: &ValidTime, system: &mut System| {
            let days = days_of(time, wide)?;
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
            let of = of.map(|(of, time)| position(of.statement, time, &mut system));
            places.push(of.collect());
        }
        let at = |place: Place| match place {
            Place::Thing(at) => Some(at),
            Place::Statement(id) => {
                statements.iter().position(|known| *known == id).map(|at| self.things.len() + at)
            }
        };
        system.links.clear();
        for (from, to) in &self.links {
            system.links.extend(at(*from).zip(at(*to)).map(|(from, to)| (from, to, 0)));
        }
        Some((system, places))
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

    /// The ways in which a test is not passed, where they can be told.
    fn fails(&self, test: &TimeTest, places: &[Option<usize>]) -> Option<Vec<System>> {
        let places = places.iter().copied().collect::<Option<Vec<usize>>>()?;
        let without = |days: &DaySet| {
            let outside = any().difference(days);
            let narrowed = places.iter().map(|at| {
                let mut system = self.clone();
                system.narrow(&[*at], &outside);
                system
            });
            narrowed.collect()
        };
        let linked = |links: &[(usize, usize, i64)]| {
            let mut system = self.clone();
            system.links.extend(links);
            system
        };
        Some(match (test, places.as_slice()) {
            (TimeTest::During(period), _) => without(period.plain()),
            (TimeTest::Together(period), [_]) => without(period.plain()),
            (TimeTest::Before(period), _) => {
                without(&DaySet::range(FIRST, period.plain().first()? - 1))
            }
            (TimeTest::After(period), _) => {
                without(&DaySet::range(period.plain().last()? + 1, LAST))
            }
            (TimeTest::BeforeOther, &[a, b]) => vec![linked(&[(b, a, 0)])],
            (TimeTest::AfterOther, &[a, b]) => vec![linked(&[(a, b, 0)])],
            (TimeTest::Overlaps, &[a, b]) => vec![linked(&[(a, b, 1)]), linked(&[(b, a, 1)])],
            _ => return None,
        })
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
fn days_of(time: &ValidTime, wide: bool) -> Option<DaySet> {
    let [member] = time.members() else { return None };
    if time.kind() != Temporality::Event {
        return None;
    }
    if wide { member.wide() } else { member.plain() }.days()
}
