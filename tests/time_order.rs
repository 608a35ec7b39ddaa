//! Order statements against an enumeration of all worlds.
//!
//! Small random graphs of events, some with uncertain dates, in a random order; statements with uncertain
//! dates of their own at these events. A world gives every dated event a day of its date so that
//! all that is ordered is in order, and every statement a day of its date that is in order with the events
//! before and after its ends. What holds in all worlds is certain, what holds in some possible. Nothing
//! of the engine is used to find out.

use std::collections::{BTreeMap, BTreeSet};

use dossier::Store;
use dossier::graph::conflict::{self, Conflict, Kind};
use dossier::value::StatementId;
use dossier::value::time::{Date, Truth};

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

const YEARS: [i64; 3] = [2016, 2017, 2018];
/// Years for what leaves its year out, with one more on either side for each event that can be there.
const ALL_YEARS: std::ops::RangeInclusive<i64> = 2010..=2024;
const EVENTS: usize = 4;
const SLACK: i64 = 7;

fn day(year: i64, month: i64, day: i64) -> i64 {
    Date::parse(&format!("{year}-{month:02}-{day:02}")).expect("a date").days()
}

fn text(day: i64) -> String {
    Date::from_days(day).to_string()
}

/// A date as it is written.
#[derive(Clone, Debug)]
enum Written {
    Day(i64),
    About(i64),
    OneOf(Vec<i64>),
    /// A day of November.
    Yearless(i64),
    Nothing,
}

impl Written {
    fn random(random: &mut Random) -> Written {
        let november =
            |random: &mut Random| day(*random.of(&YEARS), 11, 1 + random.below(4) as i64);
        match random.below(6) {
            0 => Written::Day(november(random)),
            1 => Written::About(november(random)),
            2 | 3 => {
                let days: BTreeSet<i64> =
                    (0..2 + random.below(2)).map(|_| november(random)).collect();
                Written::OneOf(days.into_iter().collect())
            }
            4 => Written::Yearless(1 + random.below(4) as i64),
            _ => Written::Nothing,
        }
    }

    fn edtf(&self) -> Option<String> {
        Some(match self {
            Written::Day(day) => text(*day),
            Written::About(day) => format!("{}~", text(*day)),
            Written::OneOf(days) => {
                format!("[{}]", days.iter().map(|day| text(*day)).collect::<Vec<_>>().join(","))
            }
            Written::Yearless(day) => format!("XXXX-11-{day:02}"),
            Written::Nothing => return None,
        })
    }

    /// Its days; `None` where any day will do.
    fn days(&self, wide: bool) -> Option<Vec<i64>> {
        Some(match self {
            Written::Day(day) => vec![*day],
            Written::About(day) if wide => (day - SLACK..=day + SLACK).collect(),
            Written::About(day) => vec![*day],
            Written::OneOf(days) => days.clone(),
            Written::Yearless(d) => ALL_YEARS.map(|year| day(year, 11, *d)).collect(),
            Written::Nothing => return None,
        })
    }
}

#[derive(Clone, Debug)]
struct Fact {
    ends: [usize; 2],
    written: Written,
    document: usize,
}

#[derive(Clone, Copy, Debug)]
enum Ask {
    During(i64, i64),
    Before(i64),
    After(i64),
}

impl Ask {
    fn random(random: &mut Random) -> (Ask, String) {
        let d = day(*random.of(&YEARS), 11, 1 + random.below(4) as i64);
        match random.below(5) {
            0 => (Ask::During(d, d), format!("AS OF date('{}')", text(d))),
            1 => {
                let year = *random.of(&YEARS);
                (Ask::During(day(year, 1, 1), day(year, 12, 31)), format!("DURING edtf('{year}')"))
            }
            2 => {
                let last = d + 1 + random.below(400) as i64;
                (Ask::During(d, last), format!("DURING edtf('{}/{}')", text(d), text(last)))
            }
            3 => (Ask::Before(d), format!("BEFORE date('{}')", text(d))),
            _ => (Ask::After(d), format!("AFTER date('{}')", text(d))),
        }
    }

    fn holds(self, at: i64) -> bool {
        match self {
            Ask::During(a, b) => (a..=b).contains(&at),
            Ask::Before(d) => at < d,
            Ask::After(d) => at > d,
        }
    }
}

/// Between which days each fact lies in a world.
type Between = Vec<(i64, i64)>;

struct Case {
    events: Vec<Written>,
    order: Vec<(usize, usize)>,
    facts: Vec<Fact>,
    store: Store,
}

impl Case {
    fn random(random: &mut Random) -> Case {
        let store = Store::memory();
        let run = |query: &str| {
            store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
        };
        run("DECLARE RELATIONSHIP THEN ORDER");
        run("DECLARE RELATIONSHIP AT EVENT");
        run(&format!(
            "UNWIND [0, 1] AS n CREATE (:Document {{name: 'D' + n, date: date('{}')}})",
            text(day(2018, 12, 31))
        ));
        let events: Vec<Written> = (0..EVENTS).map(|_| Written::random(random)).collect();
        for (n, event) in events.iter().enumerate() {
            let date = event.edtf().map_or(String::new(), |edtf| format!(", date: edtf('{edtf}')"));
            run(&format!("CREATE (:E {{n: {n}{date}}})"));
        }
        let mut order = Vec::new();
        for a in 0..EVENTS {
            for b in 0..EVENTS {
                let wanted = if a < b { 2 } else { 12 };
                if a != b && random.below(4 * wanted) < 4 {
                    // One that nobody believes says nothing.
                    let (said, counts) = *random.of(&[
                        ("", true),
                        ("", true),
                        ("", true),
                        (" RANK deprecated REASON 'wrong'", false),
                        (" SAYS denied BY 'x'", false),
                    ]);
                    run(&format!(
                        "MATCH (a:E {{n: {a}}}), (b:E {{n: {b}}}) CREATE (a)-[:THEN{said}]->(b)"
                    ));
                    if counts {
                        order.push((a, b));
                    }
                }
            }
        }
        let mut facts = Vec::new();
        for id in 0..4 {
            let fact = Fact {
                ends: [random.below(EVENTS), random.below(EVENTS)],
                written: Written::random(random),
                document: random.below(2),
            };
            let valid =
                fact.written.edtf().map_or(String::new(), |edtf| format!("VALID edtf('{edtf}')"));
            run(&format!(
                "MATCH (a:E {{n: {}}}), (b:E {{n: {}}}) CREATE (a)-[:AT {{id: {id}}} {valid} FROM date('{}') SOURCE 'D{}']->(b)",
                fact.ends[0],
                fact.ends[1],
                text(day(2016, 1, 1)),
                fact.document
            ));
            facts.push(fact);
        }
        Case { events, order, facts, store }
    }

    /// Whether one event is before another, directly or by way of others.
    fn leads(&self) -> [[bool; EVENTS]; EVENTS] {
        let mut leads = [[false; EVENTS]; EVENTS];
        self.order.iter().for_each(|&(a, b)| leads[a][b] = true);
        for by in 0..EVENTS {
            for a in 0..EVENTS {
                for b in 0..EVENTS {
                    leads[a][b] |= leads[a][by] && leads[by][b];
                }
            }
        }
        leads
    }

    /// Whether what happens at the ends of one fact is before what happens at those of another.
    fn before(&self, leads: &[[bool; EVENTS]; EVENTS], a: &Fact, b: &Fact) -> bool {
        a.ends.iter().any(|from| b.ends.iter().any(|to| leads[*from][*to]))
    }

    /// All the bounds that the events of some world set to the facts.
    fn worlds(&self, wide: bool) -> BTreeSet<Between> {
        let leads = self.leads();
        let dates: Vec<Option<Vec<i64>>> =
            self.events.iter().map(|event| event.days(wide)).collect();
        let mut found = BTreeSet::new();
        let mut chosen: Vec<Option<i64>> = Vec::new();
        self.choose(&dates, &leads, &mut chosen, &mut found);
        found
    }

    fn choose(
        &self,
        dates: &[Option<Vec<i64>>],
        leads: &[[bool; EVENTS]; EVENTS],
        chosen: &mut Vec<Option<i64>>,
        found: &mut BTreeSet<Between>,
    ) {
        let at = chosen.len();
        if at == EVENTS {
            let (mut from, mut to) = (day(2016, 1, 1), day(2018, 12, 31));
            let mut between = Vec::new();
            for fact in &self.facts {
                for (event, on) in chosen.iter().enumerate() {
                    let Some(on) = on else { continue };
                    if fact.ends.iter().any(|end| leads[event][*end]) {
                        from = from.max(*on);
                    }
                    if fact.ends.iter().any(|end| leads[*end][event]) {
                        to = to.min(*on);
                    }
                }
                between.push((from, to));
                (from, to) = (day(2016, 1, 1), day(2018, 12, 31));
            }
            found.insert(between);
            return;
        }
        let Some(days) = &dates[at] else {
            chosen.push(None);
            self.choose(dates, leads, chosen, found);
            chosen.pop();
            return;
        };
        for &on in days {
            let fits = |(event, other): (usize, &Option<i64>)| {
                other.is_none_or(|other| {
                    (!leads[event][at] || other <= on) && (!leads[at][event] || on <= other)
                })
            };
            if chosen.iter().enumerate().all(fits) {
                chosen.push(Some(on));
                self.choose(dates, leads, chosen, found);
                chosen.pop();
            }
        }
    }

    /// The days of a fact between two days; a few stand for all where it has no date.
    fn days(&self, fact: usize, between: (i64, i64), wide: bool, window: &[i64]) -> Vec<i64> {
        let days = self.facts[fact].written.days(wide).unwrap_or_else(|| window.to_vec());
        days.into_iter().filter(|day| (between.0..=between.1).contains(day)).collect()
    }

    /// Days that stand for all: those that dates, bounds and questions name, and those around them.
    fn window(&self, worlds: &BTreeSet<Between>, asked: &[i64]) -> Vec<i64> {
        let bounds = worlds.iter().flatten().flat_map(|(from, to)| [*from, *to]);
        let named = self.facts.iter().filter_map(|fact| fact.written.days(true)).flatten();
        let all: BTreeSet<i64> = bounds
            .chain(named)
            .chain(asked.iter().copied())
            .flat_map(|d| [d - 1, d, d + 1])
            .collect();
        all.into_iter().collect()
    }

    /// The truth of something that holds of the days of some facts, which share a year where they must.
    fn truth(
        &self,
        worlds: [&BTreeSet<Between>; 2],
        facts: &[usize],
        asked: &[i64],
        holds: &dyn Fn(&[i64]) -> bool,
    ) -> &'static str {
        let mut seen = [(false, true); 2];
        for (wide, worlds) in worlds.iter().enumerate() {
            let window = self.window(worlds, asked);
            let bounds: BTreeSet<Between> = worlds
                .iter()
                .map(|between| facts.iter().map(|fact| between[*fact]).collect())
                .collect();
            for between in bounds {
                let days: Vec<Vec<i64>> = facts
                    .iter()
                    .zip(&between)
                    .map(|(fact, between)| self.days(*fact, *between, wide == 1, &window))
                    .collect();
                let mut tried = |world: &[i64]| {
                    let holds = holds(world);
                    seen[wide].0 |= holds;
                    seen[wide].1 &= holds;
                };
                match &days[..] {
                    [one] => one.iter().for_each(|day| tried(&[*day])),
                    [one, other] => {
                        let [a, b] = [&self.facts[facts[0]], &self.facts[facts[1]]];
                        let is_yearless =
                            |fact: &Fact| matches!(fact.written, Written::Yearless(_));
                        let shares = is_yearless(a) && is_yearless(b) && a.document == b.document;
                        let year = |day: i64| Date::from_days(day).year();
                        // What is in order is so by the day.
                        let leads = self.leads();
                        let [ordered, turned] =
                            [self.before(&leads, a, b), self.before(&leads, b, a)];
                        for x in one {
                            let fits = |y: &&i64| {
                                (!shares || year(*x) == year(**y))
                                    && (!ordered || x <= *y)
                                    && (!turned || *y <= x)
                            };
                            other.iter().filter(fits).for_each(|y| tried(&[*x, *y]));
                        }
                    }
                    _ => unreachable!("one fact or two"),
                }
            }
        }
        match seen {
            [(true, true), _] => "certain",
            [(true, _), _] | [_, (true, _)] => "possible",
            _ => "no",
        }
    }

    fn rows(&self, query: &str) -> BTreeMap<i64, String> {
        let rows = self.store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
        let row =
            |row: dossier::Row<'_>| (row.get("id").expect("an id"), row.get("t").expect("a truth"));
        rows.iter().map(row).collect()
    }

    fn check(&self, query: &str, expected: impl Iterator<Item = (usize, &'static str)>) {
        let expected: BTreeMap<i64, String> = expected
            .filter(|(_, truth)| *truth != "no")
            .map(|(id, truth)| (id as i64, truth.to_owned()))
            .collect();
        assert_eq!(
            self.rows(query),
            expected,
            "{query}\nevents {:?}\norder {:?}\nfacts {:?}",
            self.events,
            self.order,
            self.facts
        );
    }
}

#[test]
fn order_statements_narrow_as_every_world_says() {
    let from = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let mut random = Random(11 + from("DOSSIER_SEED").unwrap_or(0));
    let (mut tried, mut narrowed) = (0, 0);
    for _ in 0..30 * from("DOSSIER_CASES").unwrap_or(1).max(1) {
        let case = Case::random(&mut random);
        let worlds = [case.worlds(false), case.worlds(true)];
        if worlds[0].is_empty() {
            continue;
        }
        tried += 1;
        narrowed += usize::from(worlds[0].len() > 1);
        let worlds = [&worlds[0], &worlds[1]];
        for _ in 0..4 {
            let (ask, clause) = Ask::random(&mut random);
            let days = match ask {
                Ask::During(a, b) => vec![a, b],
                Ask::Before(d) | Ask::After(d) => vec![d],
            };
            let truth = |id| case.truth(worlds, &[id], &days, &|world| ask.holds(world[0]));
            case.check(
                &format!("MATCH ()-[r:AT]->() {clause} RETURN r.id AS id, truth() AS t"),
                (0..case.facts.len()).map(|id| (id, truth(id))),
            );
        }
        let leads = case.leads();
        let before = |a: &Fact, b: &Fact| case.before(&leads, a, b);
        for (other, than) in case.facts.iter().enumerate() {
            for (word, is_before) in [("BEFORE", true), ("AFTER", false)] {
                let truth = |id: usize| {
                    let fact = &case.facts[id];
                    match (before(fact, than), before(than, fact)) {
                        (true, _) => {
                            if is_before {
                                "certain"
                            } else {
                                "no"
                            }
                        }
                        (_, true) => {
                            if is_before {
                                "no"
                            } else {
                                "certain"
                            }
                        }
                        _ => case.truth(worlds, &[id, other], &[], &|world| {
                            if is_before { world[0] < world[1] } else { world[0] > world[1] }
                        }),
                    }
                };
                case.check(
                    &format!("MATCH ()-[o:AT {{id: {other}}}]->() MATCH ()-[r:AT]->() {word} o WHERE r <> o RETURN r.id AS id, truth() AS t"),
                    (0..case.facts.len()).filter(|id| *id != other).map(|id| (id, truth(id))),
                );
            }
        }
    }
    assert!(tried > 5 && narrowed > 2, "{tried} cases, {narrowed} with more than one world");
}

/// Two facts, each asked for a time of its own: what each may be, both may not, as other facts, the
/// events and the year of a document say. That no fact dates another is the engine's rule, so that what is sure
/// of one is asked of it alone.
#[test]
fn what_is_in_order_is_possible_together_where_some_world_has_both() {
    let from = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let mut random = Random(77 + from("DOSSIER_SEED").unwrap_or(0));
    let (mut tried, mut excluded) = (0, 0);
    for _ in 0..30 * from("DOSSIER_CASES").unwrap_or(1).max(1) {
        let case = Case::random(&mut random);
        let worlds = [case.worlds(false), case.worlds(true)];
        if worlds[0].is_empty() {
            continue;
        }
        let worlds = [&worlds[0], &worlds[1]];
        for _ in 0..4 {
            let [(one, first), (other, second)] = [0; 2].map(|_| Ask::random(&mut random));
            let days: Vec<i64> = [one, other]
                .iter()
                .flat_map(|ask| match *ask {
                    Ask::During(a, b) => vec![a, b],
                    Ask::Before(d) | Ask::After(d) => vec![d],
                })
                .collect();
            let alone =
                |ask: Ask, id| case.truth(worlds, &[id], &days, &|world| ask.holds(world[0]));
            let mut expected = BTreeMap::new();
            for a in 0..case.facts.len() {
                for b in (0..case.facts.len()).filter(|b| *b != a) {
                    let truths = [alone(one, a), alone(other, b)];
                    let least = ["no", "possible", "certain"]
                        .into_iter()
                        .find(|word| truths.contains(word))
                        .expect("one of the words");
                    let both = |world: &[i64]| one.holds(world[0]) && other.holds(world[1]);
                    let is_out = || case.truth(worlds, &[a, b], &days, &both) == "no";
                    if least == "possible" {
                        tried += 1;
                        if is_out() {
                            excluded += 1;
                            continue;
                        }
                    }
                    if least != "no" {
                        expected.insert((a * 10 + b) as i64, least.to_owned());
                    }
                }
            }
            let query = format!(
                "MATCH ()-[r:AT]->() {first} MATCH ()-[q:AT]->() {second} WHERE r <> q RETURN r.id * 10 + q.id AS id, truth() AS t"
            );
            assert_eq!(
                case.rows(&query),
                expected,
                "{query}\nevents {:?}\norder {:?}\nfacts {:?}",
                case.events,
                case.order,
                case.facts
            );
        }
    }
    assert!(tried > 20 && excluded > 5, "{tried} pairs, {excluded} of them not together");
}

/// The facts by number, of each conflict about what is in order, and how sure that is.
fn listed(conflicts: &[Conflict], ids: &BTreeMap<StatementId, usize>) -> Vec<(Vec<usize>, Truth)> {
    let mut listed: Vec<(Vec<usize>, Truth)> = conflicts
        .iter()
        .filter(|conflict| conflict.kind == Kind::Order)
        .map(|conflict| {
            let facts = conflict.statements.iter().filter_map(|id| ids.get(id).copied());
            (facts.collect::<BTreeSet<usize>>().into_iter().collect(), conflict.truth)
        })
        .collect();
    listed.sort_unstable();
    listed
}

/// Two facts that are dated against their order, one that no day is left, and each circle are
/// conflicts; nothing else is. A statement's own conflicts are those of the list that it is in.
#[test]
fn what_is_dated_against_its_order_is_a_conflict() {
    let from = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let mut random = Random(91 + from("DOSSIER_SEED").unwrap_or(0));
    let range = day(2016, 1, 1)..=day(2018, 12, 31);
    let mut of_kind = [0; 3];
    for _ in 0..80 * from("DOSSIER_CASES").unwrap_or(1).max(1) {
        let case = Case::random(&mut random);
        let graph = case.store.snapshot();
        let rows = case.store.query("MATCH ()-[r:AT]->() RETURN r, r.id AS id ORDER BY id", ());
        let ids: BTreeMap<StatementId, usize> = rows
            .expect("facts are found")
            .iter()
            .map(|row| (row.get("r").expect("r"), row.get::<i64>("id").expect("id") as usize))
            .collect();
        let leads = case.leads();
        let days = |fact: &Fact, wide| -> Vec<i64> {
            let days = fact.written.days(wide).unwrap_or_else(|| range.clone().collect());
            days.into_iter().filter(|day| range.contains(day)).collect()
        };
        let apart = |first: &Fact, second: &Fact, wide| {
            let first = days(first, wide).into_iter().min();
            first.zip(days(second, wide).into_iter().max()).is_some_and(|(a, b)| a > b)
        };
        let mut expected = Vec::new();
        for (x, first) in case.facts.iter().enumerate() {
            for (y, second) in case.facts.iter().enumerate() {
                if x != y && case.before(&leads, first, second) && apart(first, second, false) {
                    let is_sure = apart(first, second, true);
                    let truth = if is_sure { Truth::Certain } else { Truth::Possible };
                    expected.push((vec![x.min(y), x.max(y)], truth));
                    of_kind[0] += 1;
                }
            }
            let any =
                format!("MATCH ()-[r:AT {{id: {x}}}]->() DURING edtf('2016/2018') RETURN truth()");
            let is_never = case.store.query(&any, ()).expect("it is asked").is_empty();
            if is_never && !days(first, true).is_empty() {
                expected.push((vec![x], Truth::Certain));
                of_kind[1] += 1;
            }
        }
        let in_circle: Vec<usize> = (0..EVENTS).filter(|at| leads[*at][*at]).collect();
        let circles: BTreeSet<Vec<usize>> = in_circle
            .iter()
            .map(|a| in_circle.iter().copied().filter(|b| leads[*a][*b] && leads[*b][*a]).collect())
            .collect();
        expected.extend(circles.iter().map(|_| (Vec::new(), Truth::Certain)));
        of_kind[2] += circles.len();
        expected.sort_unstable();
        let all = conflict::all(&*graph, &mut || Ok(())).expect("nothing stops it");
        let told =
            || format!("events {:?}\norder {:?}\nfacts {:?}", case.events, case.order, case.facts);
        assert_eq!(listed(&all, &ids), expected, "{}", told());
        for id in ids.keys() {
            let own = conflict::of_statement(&*graph, *id);
            let among: Vec<Conflict> =
                all.iter().filter(|one| one.statements.contains(id)).cloned().collect();
            assert_eq!(listed(&own, &ids), listed(&among, &ids), "{id:?}\n{}", told());
        }
    }
    assert!(of_kind.iter().all(|seen| *seen > 3), "{of_kind:?}");
}
