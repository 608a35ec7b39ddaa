//! What several statements together can be, when some unknowns of theirs are one.
//!
//! A row of a query rests on several statements, each of which must pass a test. Where they are
//! independent, the least truth is that of all (Kleene). They are not where two of them rest on
//! one document and both leave out the year: that is one year, so the tests are made together,
//! year by year.
//!
//! ```text
//! SAID  XXXX-11-11 ─┐ one document   as of 2018-11-11   possible ┐ in 2018 both: possible
//! MET   XXXX-11-12 ─┘                as of 2018-11-12   possible ┘
//!                                    as of 2017-11-12   possible   in no year both: no
//! ```

use super::day_set::DaySet;
use super::in_order::{Implied, InOrder};
use super::valid_time::{Period, ValidTime, cuts_of_limits};
use super::worlds::{Spread, sample};
use crate::value::time::Truth;

/// How many combinations of years are tried; beyond, the least truth of the tests is given.
const YEARS_MAX: usize = 40_000;

/// What is asked of the times of one or several statements.
#[derive(Clone, Debug)]
pub enum TimeTest {
    /// It happened, or held, on some day of the period; of several, each on some day of it.
    During(Period),
    /// All held on one and the same day of the period.
    Together(Period),
    /// It happened or began before the period.
    Before(Period),
    /// It happened or began after the period.
    After(Period),
    /// The first and the second share a day.
    Overlaps,
    /// The first happened or began before the second.
    BeforeOther,
    /// The first happened or began after the second.
    AfterOther,
}

/// A statement's time as a row sees it: which statement, when, and which documents say so.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// Tells occurrences of one statement from those of another.
    pub statement: u32,
    /// When it holds.
    pub time: ValidTime,
    /// The documents it rests on, ascending: statements that share one leave out the same year.
    pub documents: Vec<u32>,
}

/// A test, and the times that it is made on.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What is asked.
    pub test: &'a TimeTest,
    /// Of which statements.
    pub of: &'a [Occurrence],
}

impl TimeTest {
    /// The truth for independent times.
    pub fn of(&self, times: &[ValidTime]) -> Truth {
        let each = |test: &dyn Fn(&ValidTime) -> Truth| {
            times.iter().map(test).fold(Truth::Certain, Truth::and)
        };
        match (self, times) {
            (TimeTest::During(period), _) => each(&|time| time.during(period)),
            (TimeTest::Together(period), _) => ValidTime::together(times, period),
            (TimeTest::Before(period), _) => each(&|time| time.before(period)),
            (TimeTest::After(period), _) => each(&|time| time.after(period)),
            (TimeTest::Overlaps, [a, b, ..]) => a.overlaps(b),
            (TimeTest::BeforeOther, [a, b, ..]) => a.is_before(b),
            (TimeTest::AfterOther, [a, b, ..]) => a.is_after(b),
            _ => Truth::Certain,
        }
    }
}

/// The truth of all the tests together.
///
/// ```
/// use dossier::value::time::{Asked, Edtf, Occurrence, Period, TimeTest, Truth, ValidTime, joint_truth};
/// let said = |statement, text| Ok::<_, dossier::Error>([Occurrence {
///     statement, time: ValidTime::new(Some(&Edtf::parse(text)?), None, None, None), documents: vec![7] }]);
/// let day = |text| Ok::<_, dossier::Error>(TimeTest::During(Period::of(&Edtf::parse(text)?)));
/// let (first, second) = (said(1, "XXXX-11-11")?, said(2, "XXXX-11-12")?);
/// let (a, b, other) = (day("2018-11-11")?, day("2018-11-12")?, day("2017-11-12")?);
/// let both = |second_day| joint_truth(&[Asked { test: &a, of: &first }, Asked { test: second_day, of: &second }]);
/// assert_eq!(both(&b), Truth::Possible);
/// assert_eq!(both(&other), Truth::No);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn joint_truth(asked: &[Asked<'_>]) -> Truth {
    let groups = shared_years(asked);
    let is_shared = |one: &Asked<'_>| one.of.iter().any(|of| group_of(&groups, of).is_some());
    // Tests that no shared year joins stand alone; the others are made year by year.
    let mut truth = same_statement(asked).and(alone(asked.iter().filter(|one| !is_shared(one))));
    for component in components(asked, &groups) {
        truth = truth.and(by_year(&component, &groups).unwrap_or_else(|| alone(&component)));
    }
    truth
}

/// The truth of all tests at once where what is asked of is in order as well. `truth` is what they are without that; it
/// stays so where there are too many combinations of years to know.
pub fn truth_in_order(asked: &[Asked<'_>], order: &InOrder, truth: Truth) -> Truth {
    let groups = shared_years(asked);
    let mut used: Vec<usize> =
        asked.iter().flat_map(|one| one.of).filter_map(|of| group_of(&groups, of)).collect();
    used.sort_unstable();
    used.dedup();
    let mut cuts = cuts_of(asked, &groups);
    order.things.iter().flatten().for_each(|days| days.add_cuts(&mut cuts));
    let (mut is_possible, mut implied) = (false, Implied::Untold);
    let tried = each_year(&used, cuts, |year| {
        let times = asked.iter().map(|one| {
            let of = one.of.iter();
            of.map(|of| in_its_year(of, &groups, year)).collect::<Option<Vec<ValidTime>>>()
        });
        let Some(times) = times.collect::<Option<Vec<_>>>() else { return };
        let mut each = asked.iter().zip(&times);
        is_possible = is_possible
            || each.all(|(one, times)| one.test.of(times) > Truth::No)
                && order.allows(asked, &times);
        // Several together are certain where each is.
        if let ([one], [times]) = (asked, times.as_slice()) {
            implied = match (implied, order.implies(one, times)) {
                (Implied::Whether(all), Implied::Whether(this)) => Implied::Whether(all && this),
                (Implied::Untold | Implied::Nothing, this) => this,
                (known, _) => known,
            };
        }
    });
    match (tried, implied) {
        (None, _) => truth,
        (Some(()), _) if !is_possible => Truth::No,
        (Some(()), Implied::Whether(true)) => Truth::Certain,
        (Some(()), Implied::Whether(false) | Implied::Nothing) => truth.and(Truth::Possible),
        (Some(()), Implied::Untold) => truth,
    }
}

/// The least truth of tests that are made one by one.
fn alone<'a>(asked: impl IntoIterator<Item = &'a Asked<'a>>) -> Truth {
    let of = |one: &Asked<'_>| {
        let times: Vec<ValidTime> = one.of.iter().map(|of| of.time.clone()).collect();
        one.test.of(&times)
    };
    asked.into_iter().map(of).fold(Truth::Certain, Truth::and)
}

/// Whether one and the same statement can pass all that is asked of it: its beginning must be before and after
/// all that it is to be before and after, and one day of an event must lie in all periods, or one stretch
/// of a state have a day of each.
fn same_statement(asked: &[Asked<'_>]) -> Truth {
    let single: Vec<(&TimeTest, &Occurrence)> = asked
        .iter()
        .filter_map(|one| match (one.test, one.of) {
            (TimeTest::During(_) | TimeTest::Before(_) | TimeTest::After(_), [of]) => {
                Some((one.test, of))
            }
            _ => None,
        })
        .filter(|(_, of)| of.time.members().len() == 1)
        .collect();
    let mut seen = Vec::new();
    for (_, of) in &single {
        if seen.contains(&of.statement) {
            continue;
        }
        seen.push(of.statement);
        let tests: Vec<&TimeTest> = single
            .iter()
            .filter(|(_, other)| other.statement == of.statement)
            .map(|(test, _)| *test)
            .collect();
        if tests.len() > 1 && !can_pass(&of.time, &tests) {
            return Truth::No;
        }
    }
    Truth::Certain
}

/// Whether a statement has a world in which it passes tests of it alone.
fn can_pass(time: &ValidTime, tests: &[&TimeTest]) -> bool {
    let mut narrowed = Some(time.clone());
    let mut periods: Vec<&Period> = Vec::new();
    for test in tests {
        match test {
            TimeTest::Before(period) => {
                narrowed = narrowed.and_then(|time| time.begins_before(period))
            }
            TimeTest::After(period) => {
                narrowed = narrowed.and_then(|time| time.begins_after(period))
            }
            TimeTest::During(period) => periods.push(period),
            _ => {}
        }
    }
    let Some(narrowed) = narrowed.filter(ValidTime::has_worlds) else { return false };
    let days: Vec<&DaySet> = periods.iter().map(|period| period.wide()).collect();
    narrowed.members().iter().any(|member| member.wide().may_meet_all(&days))
}

/// The statements that leave out one and the same year, in groups on which two tests or more are made.
fn shared_years(asked: &[Asked<'_>]) -> Vec<Vec<u32>> {
    let mut groups: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
    for of in asked.iter().flat_map(|one| one.of).filter(|of| of.time.has_unknown_year()) {
        let (mut statements, mut documents) = (vec![of.statement], of.documents.clone());
        groups.retain(|(known, theirs)| {
            let joined = known.contains(&of.statement)
                || theirs.iter().any(|document| of.documents.contains(document));
            if joined {
                statements.extend(known);
                documents.extend(theirs);
            }
            !joined
        });
        groups.push((statements, documents));
    }
    // One statement that two tests are made on is in the same year in both.
    let several = groups.into_iter().filter(|(statements, _)| statements.len() > 1);
    let distinct = several.map(|(mut statements, _)| {
        statements.sort_unstable();
        statements.dedup();
        statements
    });
    distinct.collect()
}

fn group_of(groups: &[Vec<u32>], of: &Occurrence) -> Option<usize> {
    if !of.time.has_unknown_year() {
        return None;
    }
    groups.iter().position(|group| group.contains(&of.statement))
}

/// The tests that a shared year joins, directly or by way of others.
fn components<'a>(asked: &[Asked<'a>], groups: &[Vec<u32>]) -> Vec<Vec<Asked<'a>>> {
    let mut components: Vec<(Vec<usize>, Vec<Asked<'a>>)> = Vec::new();
    for one in asked {
        let mut own: Vec<usize> = one.of.iter().filter_map(|of| group_of(groups, of)).collect();
        if own.is_empty() {
            continue;
        }
        let mut tests = vec![*one];
        components.retain_mut(|(theirs, others)| {
            let joined = theirs.iter().any(|group| own.contains(group));
            if joined {
                own.append(theirs);
                tests.append(others);
            }
            !joined
        });
        own.sort_unstable();
        own.dedup();
        components.push((own, tests));
    }
    components.into_iter().map(|(_, tests)| tests).collect()
}

/// The truth of tests for every combination of the years that they share; `None` where there are
/// too many.
fn by_year(tests: &[Asked<'_>], groups: &[Vec<u32>]) -> Option<Truth> {
    let mut used: Vec<usize> =
        tests.iter().flat_map(|one| one.of).filter_map(|of| group_of(groups, of)).collect();
    used.sort_unstable();
    used.dedup();
    let mut spread = None;
    each_year(&used, cuts_of(tests, groups), |year| {
        if let Some(truth) = in_years(tests, groups, year) {
            spread = Spread::join(spread, Some(truth.into()));
        }
    })?;
    Some(Spread::truth(spread))
}

/// The years at which what is asked, or what is known, changes.
fn cuts_of(tests: &[Asked<'_>], groups: &[Vec<u32>]) -> Vec<i64> {
    let mut cuts = Vec::new();
    for one in tests {
        one.of.iter().for_each(|of| cuts.extend(cuts_of_limits(&of.time)));
        if let TimeTest::During(period)
        | TimeTest::Together(period)
        | TimeTest::Before(period)
        | TimeTest::After(period) = one.test
        {
            period.add_cuts(&mut cuts);
        }
        one.of.iter().filter(|of| group_of(groups, of).is_none()).for_each(|of| {
            of.time.add_cuts(&mut cuts);
        });
    }
    cuts
}

/// The year of a group, where it has one here.
type YearOf<'a> = &'a dyn Fn(usize) -> Option<i64>;

/// Calls back with every combination of years of some groups; `None` where there are too many.
fn each_year(used: &[usize], mut cuts: Vec<i64>, mut found: impl FnMut(YearOf<'_>)) -> Option<()> {
    cuts.sort_unstable();
    cuts.dedup();
    let years = sample(&vec![(0, 9_999)], &cuts);
    let combinations = u32::try_from(used.len()).ok().and_then(|n| years.len().checked_pow(n));
    if combinations.is_none_or(|n| n > YEARS_MAX) {
        return None;
    }
    let mut chosen = vec![0; used.len()];
    loop {
        found(&|group: usize| {
            let at = used.iter().position(|&known| known == group)?;
            years.get(*chosen.get(at)?).copied()
        });
        let mut place = 0;
        loop {
            let Some(at) = chosen.get_mut(place) else { return Some(()) };
            *at += 1;
            if *at < years.len() {
                break;
            }
            *at = 0;
            place += 1;
        }
    }
}

/// The truth in given years; `None` where a statement has no world in its year.
fn in_years(tests: &[Asked<'_>], groups: &[Vec<u32>], year: YearOf<'_>) -> Option<Truth> {
    let mut truth = Truth::Certain;
    for one in tests {
        let times: Option<Vec<ValidTime>> =
            one.of.iter().map(|of| in_its_year(of, groups, year)).collect();
        truth = truth.and(one.test.of(&times?));
    }
    Some(truth)
}

/// The time of a statement in the year of its group; `None` where it has no world in that.
fn in_its_year(of: &Occurrence, groups: &[Vec<u32>], year: YearOf<'_>) -> Option<ValidTime> {
    match group_of(groups, of).and_then(year) {
        Some(year) => of.time.in_year(year).filter(ValidTime::has_worlds),
        None => Some(of.time.clone()),
    }
}
