//! Queries about time against an enumeration of all worlds.
//!
//! Small random graphs get statements with uncertain dates. For each row a query could give, every
//! way to fix what is unknown in its statements is tried, day by day in a window; what holds in
//! all of these worlds is certain, in all in which persistent states go on presumed, in some
//! possible. The engine must say the same. Nothing of the engine is used to find out.

use std::collections::BTreeMap;

use dossier::Store;
use dossier::value::time::Date;

/// Random numbers from a seed (Knuth's MMIX generator).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Where the random numbers begin, and how many cases are tried: more, and others, in a long run.
fn run(seed: u64, cases: usize) -> (Random, usize) {
    let from = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let times = from("DOSSIER_CASES").map_or(1, |times| times.max(1) as usize);
    (Random(seed + from("DOSSIER_SEED").unwrap_or(0)), cases * times)
}

const YEARS: [i64; 3] = [2016, 2017, 2018];
const NEVER: i64 = i64::MAX;

fn day(year: i64, month: i64, day: i64) -> i64 {
    Date::parse(&format!("{year}-{month:02}-{day:02}")).expect("a date").days()
}

fn text(day: i64) -> String {
    Date::from_days(day).to_string()
}

/// How a relationship type is declared.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Event,
    State,
    Persistent,
}

/// A date as it is written.
#[derive(Clone, Debug)]
enum Written {
    Day(i64),
    Month(i64, i64),
    OneOf(i64, i64),
    AllOf(i64, i64),
    Yearless(i64, i64),
    Interval(i64, i64),
    Open(i64),
    MonthToMonth(i64, i64, i64),
    Nothing,
}

/// A stretch of days in one world, and whether it is one in which a persistent state goes on.
type World = (i64, i64, bool);

#[derive(Clone, Debug)]
struct Fact {
    start: usize,
    end: usize,
    kind: Kind,
    written: Written,
    document: usize,
}

/// The window in which days are tried: the first days of November of each year, and the months
/// around.
fn window() -> Vec<i64> {
    let mut days = Vec::new();
    for year in YEARS {
        days.extend((1..=4).map(|d| day(year, 11, d)));
        days.extend([day(year, 10, 1), day(year, 10, 31), day(year, 11, 30), day(year, 12, 1)]);
    }
    days.sort_unstable();
    days
}

fn last_of_month(year: i64, month: i64) -> i64 {
    if month == 12 { day(year + 1, 1, 1) - 1 } else { day(year, month + 1, 1) - 1 }
}

/// Facts with a year left out lie between these days, and are reported after the last of them.
fn limits() -> (i64, i64) {
    (day(2016, 1, 1), day(2018, 12, 31))
}

/// The days on which what is reported without a date may have begun.
fn reported(days: &[i64]) -> Vec<i64> {
    let (first, last) = limits();
    days.iter().copied().filter(|d| (first..=last).contains(d)).collect()
}

impl Written {
    fn random(random: &mut Random, kind: Kind) -> Written {
        let november =
            |random: &mut Random| day(*random.of(&YEARS), 11, 1 + random.below(4) as i64);
        let (a, b) = (november(random), november(random));
        let (a, b) = (a.min(b), a.max(b));
        match random.below(if kind == Kind::Event { 6 } else { 9 }) {
            0 => Written::Day(a),
            1 => Written::Month(*random.of(&YEARS), 11),
            2 if a != b => Written::OneOf(a, b),
            3 if a != b => Written::AllOf(a, b),
            4 => Written::Yearless(11, 1 + random.below(4) as i64),
            5 | 6 => Written::Interval(a, b),
            7 => Written::Open(a),
            8 => Written::MonthToMonth(*random.of(&YEARS), 10, 11),
            _ => Written::Nothing,
        }
    }

    fn edtf(&self) -> Option<String> {
        Some(match self {
            Written::Day(a) => text(*a),
            Written::Month(year, month) => format!("{year}-{month:02}"),
            Written::OneOf(a, b) => format!("[{},{}]", text(*a), text(*b)),
            Written::AllOf(a, b) => format!("{{{},{}}}", text(*a), text(*b)),
            Written::Yearless(month, day) => format!("XXXX-{month:02}-{day:02}"),
            Written::Interval(a, b) => format!("{}/{}", text(*a), text(*b)),
            Written::Open(a) => format!("{}/..", text(*a)),
            Written::MonthToMonth(year, a, b) => format!("{year}-{a:02}/{year}-{b:02}"),
            Written::Nothing => return None,
        })
    }
}

impl Fact {
    /// The worlds of each member of the date; `year` fixes a year that is left out.
    fn worlds(&self, year: i64, days: &[i64]) -> Vec<Vec<World>> {
        let event = self.kind == Kind::Event;
        let single = |d: i64| vec![(d, d, true)];
        let any_of = |days: Vec<i64>| days.into_iter().map(|d| (d, d, true)).collect::<Vec<_>>();
        let within = |a: i64, b: i64| (a..=b).collect::<Vec<_>>();
        match self.written {
            Written::Day(d) => vec![single(d)],
            Written::Yearless(month, d) => vec![single(day(year, month, d))],
            Written::Month(y, m) if event => {
                vec![any_of(within(day(y, m, 1), last_of_month(y, m)))]
            }
            Written::Month(y, m) => vec![vec![(day(y, m, 1), last_of_month(y, m), true)]],
            Written::OneOf(a, b) => vec![any_of(vec![a, b])],
            Written::AllOf(a, b) => vec![single(a), single(b)],
            Written::Interval(a, b) if event => vec![any_of(within(a, b))],
            Written::Interval(a, b) => vec![vec![(a, b, true)]],
            Written::Open(a) => vec![self.open(&[a], days)],
            Written::MonthToMonth(y, a, b) => {
                let starts = within(day(y, a, 1), last_of_month(y, a));
                let ends = within(day(y, b, 1), last_of_month(y, b));
                // The corners and the days of the window stand for all.
                let keep = |d: &i64| {
                    days.contains(d) || days.contains(&(d + 1)) || days.contains(&(d - 1))
                };
                let pairs = starts
                    .iter()
                    .filter(|d| keep(d))
                    .flat_map(|s| ends.iter().filter(|d| keep(d)).map(move |e| (*s, *e, true)));
                vec![pairs.collect()]
            }
            Written::Nothing if event => vec![any_of(reported(days))],
            Written::Nothing => {
                let starts = reported(days);
                vec![self.open(&starts, days)]
            }
        }
    }

    /// Stretches without known end, from each of the starts.
    fn open(&self, starts: &[i64], days: &[i64]) -> Vec<World> {
        let mut worlds = Vec::new();
        for &start in starts {
            worlds.push((start, start, self.kind != Kind::Persistent));
            worlds.extend(
                days.iter()
                    .filter(|end| **end > start)
                    .map(|end| (start, *end, self.kind != Kind::Persistent)),
            );
            worlds.push((start, NEVER, true));
        }
        worlds
    }

    fn is_yearless(&self) -> bool {
        matches!(self.written, Written::Yearless(..))
    }
}

/// What a query asks of a statement, or of several at once.
#[derive(Clone, Debug)]
enum Ask {
    During(i64, i64),
    Before(i64),
    After(i64),
}

impl Ask {
    fn random(random: &mut Random) -> (Ask, String) {
        let d = day(*random.of(&YEARS), 11, 1 + random.below(4) as i64);
        match random.below(6) {
            0 | 1 => (Ask::During(d, d), format!("AS OF date('{}')", text(d))),
            2 => {
                let year = *random.of(&YEARS);
                (Ask::During(day(year, 1, 1), day(year, 12, 31)), format!("DURING edtf('{year}')"))
            }
            3 => {
                let e = d + random.below(3) as i64;
                (Ask::During(d, e), format!("DURING edtf('{}/{}')", text(d), text(e)))
            }
            4 => (Ask::Before(d), format!("BEFORE date('{}')", text(d))),
            _ => (Ask::After(d), format!("AFTER date('{}')", text(d))),
        }
    }

    /// In a world, of some stretches; `together` wants one day for all.
    fn holds(&self, stretches: &[World], together: bool) -> bool {
        match *self {
            Ask::During(a, b) if together => {
                let from = stretches.iter().map(|s| s.0).max().unwrap_or(a).max(a);
                let to = stretches.iter().map(|s| s.1).min().unwrap_or(b).min(b);
                from <= to
            }
            Ask::During(a, b) => stretches.iter().all(|s| s.0 <= b && a <= s.1),
            Ask::Before(d) => stretches.iter().all(|s| s.0 < d),
            Ask::After(d) => stretches.iter().all(|s| s.0 > d),
        }
    }
}

/// 3 certain, 2 presumed, 1 possible, 0 no.
fn truth(facts: &[(&Fact, usize)], asked: &[(Ask, Vec<usize>, bool)]) -> u8 {
    let mut days = window();
    for (ask, _, _) in asked {
        match *ask {
            Ask::During(a, b) => days.extend([a - 1, a, b, b + 1]),
            Ask::Before(d) | Ask::After(d) => days.extend([d - 1, d, d + 1]),
        }
    }
    days.sort_unstable();
    days.dedup();
    // Each statement picks a member of an all-of set; the best pick counts.
    let members: Vec<usize> =
        facts.iter().map(|(fact, _)| fact.worlds(2017, &days).len()).collect();
    let mut best = 0;
    for pick in 0..members.iter().product::<usize>() {
        let mut rest = pick;
        let picks: Vec<usize> = members.iter().map(|&n| (rest % n, rest /= n).0).collect();
        best = best.max(truth_of(facts, &picks, asked, &days));
    }
    best
}

fn truth_of(
    facts: &[(&Fact, usize)],
    picks: &[usize],
    asked: &[(Ask, Vec<usize>, bool)],
    days: &[i64],
) -> u8 {
    let documents: Vec<usize> = {
        let mut known: Vec<usize> =
            facts.iter().filter(|(f, _)| f.is_yearless()).map(|(f, _)| f.document).collect();
        known.sort_unstable();
        known.dedup();
        known
    };
    let (mut all, mut all_going_on, mut some) = (true, true, false);
    for combination in 0..YEARS.len().pow(documents.len() as u32) {
        let year_of = |document: usize| {
            let at = documents.iter().position(|d| *d == document).unwrap_or(0) as u32;
            YEARS[combination / YEARS.len().pow(at) % YEARS.len()]
        };
        let worlds: Vec<Vec<World>> = facts
            .iter()
            .zip(picks)
            .map(|((fact, _), pick)| fact.worlds(year_of(fact.document), days).swap_remove(*pick))
            .collect();
        let mut chosen = vec![0; worlds.len()];
        'worlds: loop {
            let world: Vec<World> = chosen.iter().zip(&worlds).map(|(&at, all)| all[at]).collect();
            let holds = asked.iter().all(|(ask, of, together)| {
                let stretches: Vec<World> = of.iter().map(|at| world[*at]).collect();
                ask.holds(&stretches, *together)
            });
            all &= holds;
            some |= holds;
            all_going_on &= holds || !world.iter().all(|stretch| stretch.2);
            for place in 0.. {
                if place == chosen.len() {
                    break 'worlds;
                }
                chosen[place] += 1;
                if chosen[place] < worlds[place].len() {
                    break;
                }
                chosen[place] = 0;
            }
        }
    }
    match (all, all_going_on, some) {
        (true, _, _) => 3,
        (_, true, _) => 2,
        (_, _, true) => 1,
        _ => 0,
    }
}

const WORDS: [&str; 4] = ["no", "possible", "presumed", "certain"];
const NODES: usize = 4;

struct Case {
    facts: Vec<Fact>,
    store: Store,
}

impl Case {
    fn random(random: &mut Random) -> Case {
        let store = Store::memory();
        let run = |query: &str| {
            store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
        };
        run("DECLARE RELATIONSHIP Event EVENT");
        run("DECLARE RELATIONSHIP State STATE");
        run("DECLARE RELATIONSHIP Persistent STATE PERSISTENT");
        run("UNWIND range(0, 3) AS n CREATE (:N {n: n})");
        let (first, last) = limits();
        run(&format!(
            "UNWIND range(0, 1) AS n CREATE (:Document {{name: 'D' + n, date: date('{}')}})",
            text(last)
        ));
        let mut facts = Vec::new();
        for id in 0..4 + random.below(3) {
            let kind = *random.of(&[Kind::Event, Kind::State, Kind::Persistent]);
            let fact = Fact {
                start: random.below(NODES),
                end: random.below(NODES),
                kind,
                written: Written::random(random, kind),
                document: random.below(2),
            };
            let valid =
                fact.written.edtf().map_or(String::new(), |edtf| format!("VALID edtf('{edtf}')"));
            let from = if fact.is_yearless() || matches!(fact.written, Written::Nothing) {
                format!("FROM date('{}')", text(first))
            } else {
                String::new()
            };
            run(&format!(
                "MATCH (a:N {{n: {}}}), (b:N {{n: {}}}) CREATE (a)-[:{kind:?} {{id: {id}}} {valid} {from} SOURCE 'D{}']->(b)",
                fact.start, fact.end, fact.document
            ));
            facts.push(fact);
        }
        Case { facts, store }
    }

    /// The rows of a query, ids first, by their ids.
    fn rows(&self, query: &str) -> BTreeMap<Vec<i64>, String> {
        let rows = self.store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
        rows.iter()
            .map(|row| {
                let ids = row.values().iter().filter_map(dossier::Value::as_int).collect();
                let word = row.values().iter().find_map(|value| value.as_str()).unwrap_or("sure");
                (ids, word.to_owned())
            })
            .collect()
    }

    /// Compares a query with and without possible rows to what is expected of each row.
    fn check(&self, pattern: &str, ids: &str, expected: &BTreeMap<Vec<i64>, u8>) {
        let context = || {
            let facts: Vec<String> = self.facts.iter().map(|fact| format!("{fact:?}")).collect();
            format!("{pattern}\n{}", facts.join("\n"))
        };
        let all: BTreeMap<Vec<i64>, String> = expected
            .iter()
            .filter(|(_, truth)| **truth > 0)
            .map(|(ids, truth)| (ids.clone(), WORDS[*truth as usize].to_owned()))
            .collect();
        assert_eq!(self.rows(&format!("{pattern} RETURN {ids}, truth()")), all, "{}", context());
        let sure: Vec<&Vec<i64>> =
            expected.iter().filter(|(_, truth)| **truth > 1).map(|(ids, _)| ids).collect();
        let found = self.rows(&format!("{pattern} RETURN {ids}"));
        assert_eq!(found.keys().collect::<Vec<_>>(), sure, "{}", context());
        self.check_count(pattern, expected);
    }

    fn check_count(&self, pattern: &str, expected: &BTreeMap<Vec<i64>, u8>) {
        let at_least =
            |least: u8| expected.values().filter(|truth| **truth >= least).count() as i64;
        let rows = self
            .store
            .query(&format!("POSSIBLE {pattern} RETURN count(*) AS n"), ())
            .unwrap_or_else(|error| panic!("{pattern}: {error}"));
        let value = rows.get(0).and_then(|row| row.value("n").cloned()).expect("a row");
        if at_least(1) == at_least(2) {
            assert_eq!(value.as_int(), Some(at_least(2)), "{pattern}");
            return;
        }
        let map = value.as_map().expect("a map where some rows are possible only");
        for (key, least) in [("certain", 3), ("presumed", 2), ("possible", 1)] {
            assert_eq!(map[key].as_int(), Some(at_least(least)), "{pattern} {key}");
        }
    }
}

#[test]
fn single_statements_agree_with_every_world() {
    let (mut random, cases) = run(1, 20);
    for _ in 0..cases {
        let case = Case::random(&mut random);
        for _ in 0..6 {
            let (ask, clause) = Ask::random(&mut random);
            let expected = case
                .facts
                .iter()
                .enumerate()
                .map(|(id, fact)| {
                    (vec![id as i64], truth(&[(fact, id)], &[(ask.clone(), vec![0], false)]))
                })
                .collect();
            case.check(&format!("MATCH (a)-[r]->(b) {clause}"), "r.id", &expected);
        }
    }
}

#[test]
fn joins_share_the_unknown_year_of_a_document() {
    let (mut random, cases) = run(2, 12);
    for _ in 0..cases {
        let case = Case::random(&mut random);
        for _ in 0..3 {
            let (first, first_clause) = Ask::random(&mut random);
            let (second, second_clause) = Ask::random(&mut random);
            let mut one = BTreeMap::new();
            let mut two = BTreeMap::new();
            for (i, a) in case.facts.iter().enumerate() {
                for (j, b) in case.facts.iter().enumerate() {
                    if i == j || a.end != b.start {
                        continue;
                    }
                    let facts = [(a, i), (b, j)];
                    let ids = vec![i as i64, j as i64];
                    one.insert(ids.clone(), truth(&facts, &[(first.clone(), vec![0, 1], false)]));
                    let both = [(first.clone(), vec![0], false), (second.clone(), vec![1], false)];
                    two.insert(ids, truth(&facts, &both));
                }
            }
            // Apart from each other, so that neither is found from the other.
            let mut apart = BTreeMap::new();
            for (i, a) in case.facts.iter().enumerate() {
                for (j, b) in case.facts.iter().enumerate().filter(|(j, _)| *j != i) {
                    let both = [(first.clone(), vec![0], false), (second.clone(), vec![1], false)];
                    let truth = truth(&[(a, i), (b, j)], &both);
                    apart.insert(vec![i as i64, j as i64], truth);
                }
            }
            case.check(
                &format!("MATCH (a)-[r]->(b) {first_clause} MATCH (c)-[q]->(d) {second_clause} WHERE r <> q"),
                "r.id, q.id",
                &apart,
            );
            // One and the same statement; of an all-of set each test may take another member.
            let is_one = |fact: &Fact| !matches!(fact.written, Written::AllOf(..));
            let same = |id: usize, fact: &Fact| {
                let both = [(first.clone(), vec![0], false), (second.clone(), vec![0], false)];
                (vec![id as i64], truth(&[(fact, id)], &both))
            };
            let twice = case.facts.iter().enumerate().filter(|(_, fact)| is_one(fact));
            let ids: Vec<usize> = twice.clone().map(|(id, _)| id).collect();
            case.check(
                &format!("MATCH (a)-[r]->(b) {first_clause} MATCH (a)-[r]->(b) {second_clause} WHERE r.id IN {ids:?}"),
                "r.id",
                &twice.map(|(id, fact)| same(id, fact)).collect(),
            );
            case.check(&format!("MATCH (a)-[r]->(b)-[q]->(c) {first_clause}"), "r.id, q.id", &one);
            case.check(
                &format!("MATCH (a)-[r]->(b) {first_clause} MATCH (b)-[q]->(c) {second_clause} WHERE r <> q"),
                "r.id, q.id",
                &two,
            );
        }
    }
}

#[test]
fn walks_hold_when_all_their_statements_hold_at_one_time() {
    let (mut random, cases) = run(3, 12);
    for _ in 0..cases {
        let case = Case::random(&mut random);
        for _ in 0..3 {
            let (ask, clause) = Ask::random(&mut random);
            let mut expected = BTreeMap::new();
            for (i, a) in case.facts.iter().enumerate() {
                expected.insert(vec![i as i64], truth(&[(a, i)], &[(ask.clone(), vec![0], true)]));
                for (j, b) in case.facts.iter().enumerate() {
                    if i != j && a.end == b.start {
                        let asked = [(ask.clone(), vec![0, 1], true)];
                        let truth = truth(&[(a, i), (b, j)], &asked);
                        expected.insert(vec![i as i64, j as i64], truth);
                    }
                }
            }
            case.check(
                &format!("MATCH (a)-[r*1..2]->(b) {clause} WITH r, r[0].id AS i, r[1].id AS j"),
                "i, j",
                &expected,
            );
        }
    }
}
