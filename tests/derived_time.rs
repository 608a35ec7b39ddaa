//! When what a rule derives holds: `valid(r)`, and what AS OF says of the same row.
//!
//! The date that `valid(r)` shows is stated of a copy of the relationship, in a graph without rules. On a day
//! that the date leaves out, the derived relationship does not hold. Where it is known on which days the premises
//! hold, the copy may say less than the derived relationship, of which more is known than one date can tell,
//! and never more. Where the premises have exact days both say the same, which is what a model finds that goes
//! through all of the premises.

use std::collections::{BTreeMap, BTreeSet};

use dossier::{Store, Value};
use proptest::prelude::*;

const NODES: usize = 3;
const DAYS: u8 = 9;

/// A date of a premise: days of January 2020, the month or more.
#[derive(Clone, Debug)]
enum Written {
    Days(u8, u8),
    From(u8),
    Day(u8),
    Month,
    OneOf(u8, u8),
    Coarse,
    Nothing,
}

fn written(exact: bool) -> BoxedStrategy<Written> {
    let days = (0..DAYS, 0..4u8).prop_map(|(from, more)| Written::Days(from, from + more));
    if exact {
        return prop_oneof![3 => days, 1 => (0..DAYS).prop_map(Written::Day)].boxed();
    }
    prop_oneof![
        3 => days,
        2 => (0..DAYS).prop_map(Written::From),
        1 => (0..DAYS).prop_map(Written::Day),
        1 => (0..DAYS, 0..DAYS).prop_map(|(a, b)| Written::OneOf(a, b)),
        1 => Just(Written::Month),
        1 => Just(Written::Coarse),
        1 => Just(Written::Nothing),
    ]
    .boxed()
}

fn day(day: u8) -> String {
    format!("2020-01-{:02}", day + 1)
}

impl Written {
    fn edtf(&self) -> Option<String> {
        Some(match self {
            Written::Days(from, to) => format!("{}/{}", day(*from), day(*to)),
            Written::From(from) => format!("{}/..", day(*from)),
            Written::Day(at) => day(*at),
            Written::Month => "2020-01".into(),
            Written::OneOf(a, b) => format!("[{},{}]", day(*a), day(*b)),
            Written::Coarse => "2019/2020-01".into(),
            Written::Nothing => return None,
        })
    }

    fn span(&self) -> (u8, u8) {
        match self {
            Written::Days(from, to) => (*from, *to),
            Written::Day(at) => (*at, *at),
            _ => unreachable!("exact days alone"),
        }
    }
}

#[derive(Clone, Debug)]
struct Fact {
    first: bool,
    start: usize,
    end: usize,
    written: Written,
}

fn facts(exact: bool) -> impl Strategy<Value = Vec<Fact>> {
    let fact = (any::<bool>(), 0..NODES, 0..NODES, written(exact));
    let fact = fact.prop_map(|(first, start, end, written)| Fact { first, start, end, written });
    prop::collection::vec(fact, 2..8)
}

fn run(store: &Store, query: &str) -> dossier::Rows {
    store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"))
}

/// A graph with the declarations and nodes that both have.
fn empty(kind: &str) -> Store {
    let store = Store::memory();
    for of in ["S", "T", "D", "P"] {
        run(&store, &format!("DECLARE RELATIONSHIP {of} {kind}"));
    }
    run(&store, &format!("UNWIND range(0, {}) AS n CREATE (:N {{n: n}})", NODES - 1));
    store
}

/// A row: both ends, and the date that is shown.
type Row = (i64, i64, String);

fn row(values: &[Value]) -> Row {
    let number = |value: &Value| value.as_int().expect("a number");
    let date = values[2].as_str().unwrap_or_default().to_owned();
    (number(&values[0]), number(&values[1]), date)
}

fn words(store: &Store, of: &str, clause: &str, date: &str) -> BTreeMap<Row, String> {
    let query = format!(
        "MATCH (a)-[r:{of}]->(b) {clause} RETURN a.n, b.n, coalesce(toString({date}), ''), truth()"
    );
    let rows = run(store, &query);
    rows.iter()
        .map(|found| {
            let values = found.values();
            (row(values), values[3].as_str().expect("a word").to_owned())
        })
        .collect()
}

const ORDER: [&str; 4] = ["no", "possible", "presumed", "certain"];

fn rank(found: Option<&String>) -> usize {
    found.map_or(0, |word| ORDER.iter().position(|known| known == word).expect("a word"))
}

fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The graph with its rules, and the copy; the rows that are derived.
fn both(facts: &[Fact], kind: &str) -> (Store, Store, BTreeSet<Row>) {
    let store = empty(kind);
    for fact in facts {
        let of = if fact.first { "S" } else { "T" };
        let valid =
            fact.written.edtf().map_or(String::new(), |date| format!("VALID edtf('{date}')"));
        run(
            &store,
            &format!(
                "MATCH (a {{n: {}}}), (b {{n: {}}}) CREATE (a)-[:{of} {valid}]->(b)",
                fact.start, fact.end
            ),
        );
    }
    run(&store, "CREATE RULE d AS MATCH (a)-[:S]->()-[:T]->(b) DERIVE (a)-[:D]->(b)");
    run(&store, "CREATE RULE p AS MATCH (a)-[:D]->(b) DERIVE (b)-[:P]->(a)");
    let derived: BTreeSet<Row> = words(&store, "D", "ALL TIME", "valid(r)").into_keys().collect();
    let copy = empty(kind);
    for (a, b, date) in derived.iter().filter(|(_, _, date)| !date.is_empty()) {
        run(
            &copy,
            &format!(
                "MATCH (a {{n: {a}}}), (b {{n: {b}}}) CREATE (a)-[:D {{date: '{date}'}} VALID edtf('{date}')]->(b)"
            ),
        );
    }
    (store, copy, derived)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(16), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_date_that_is_shown_says_nothing_else(facts in facts(false), kind in 0..3usize) {
        let kind = ["EVENT", "STATE", "STATE PERSISTENT"][kind];
        let (store, copy, derived) = both(&facts, kind);
        // Of anything else it depends on days that are not known, or on what goes on.
        let known = facts.iter().all(|fact| match fact.written {
            Written::Day(_) => true,
            Written::Days(..) | Written::Month => kind != "EVENT",
            _ => false,
        });
        for at in 0..DAYS + 4 {
            let clause = format!("AS OF date('{}')", day(at));
            let said = words(&store, "D", &clause, "valid(r)");
            let shown = words(&copy, "D", &clause, "r.date");
            for one in derived.iter().filter(|(_, _, date)| !date.is_empty()) {
                let (of_row, of_date) = (rank(said.get(one)), rank(shown.get(one)));
                prop_assert!(
                    (of_date > 0 || of_row == 0) && (!known || of_date < 2 || of_row >= of_date),
                    "{} {} {:?}: {} by its date {} of {:?}", kind, clause, one, ORDER[of_row], ORDER[of_date], facts
                );
            }
        }
        // What follows from it alone holds when it does.
        let turned: BTreeSet<(i64, i64)> =
            words(&store, "P", "ALL TIME", "valid(r)").into_keys().map(|(a, b, _)| (b, a)).collect();
        prop_assert_eq!(turned, derived.iter().map(|(a, b, _)| (*a, *b)).collect::<BTreeSet<_>>());
    }

    #[test]
    fn exact_days_are_met_and_joined(facts in facts(true)) {
        let (store, copy, derived) = both(&facts, "STATE");
        // By the ends the days on which premises hold together, one pair after the other.
        let mut meets: BTreeMap<(i64, i64), Vec<(u8, u8)>> = BTreeMap::new();
        for one in facts.iter().filter(|fact| fact.first) {
            for other in facts.iter().filter(|fact| !fact.first && fact.start == one.end) {
                let (a, b) = (one.written.span(), other.written.span());
                let ends = (one.start as i64, other.end as i64);
                meets.entry(ends).or_default().push((a.0.max(b.0), a.1.min(b.1)));
            }
        }
        let found: BTreeSet<(i64, i64)> = derived.iter().map(|(a, b, _)| (*a, *b)).collect();
        prop_assert_eq!(&found, &meets.keys().copied().collect::<BTreeSet<_>>());
        for at in 0..DAYS + 4 {
            let clause = format!("AS OF date('{}')", day(at));
            let said = words(&store, "D", &clause, "valid(r)");
            let shown = words(&copy, "D", &clause, "r.date");
            prop_assert_eq!(&said, &shown, "{} of {:?}", clause, facts);
            for (ends, meets) in &meets {
                let holds = meets.iter().any(|(from, to)| (from..=to).contains(&&at));
                let found = said.keys().any(|(a, b, _)| (*a, *b) == *ends);
                prop_assert_eq!(found, holds, "{} {:?} of {:?}", clause, ends, facts);
            }
        }
    }
}

#[test]
fn a_derived_relationship_says_when_it_holds() {
    let valid = |dates: &[(&str, &str)]| {
        let store = empty("STATE PERSISTENT");
        for (first, second) in dates {
            run(
                &store,
                &format!(
                    "MATCH (a {{n: 0}}), (b {{n: 2}}) CREATE (a)-[:S VALID edtf('{first}')]->()-[:T VALID edtf('{second}')]->(b)"
                ),
            );
        }
        run(&store, "CREATE RULE d AS MATCH (a)-[:S]->()-[:T]->(b) DERIVE (a)-[:D]->(b)");
        let rows = run(&store, "MATCH ()-[r:D]->() RETURN coalesce(toString(valid(r)), '')");
        let date = |row: dossier::Row<'_>| row.values()[0].as_str().expect("a text").to_owned();
        rows.iter().map(date).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(valid(&[("2008-08-26/..", "2011-05/2014-03-31")]), "2011-05/2014-03-31");
    assert_eq!(valid(&[("2008/2012", "2010/..")]), "2010/2012");
    assert_eq!(valid(&[("2008/..", "2010/..")]), "2010/..");
    assert_eq!(valid(&[("2008/2009", "2010/..")]), "");
    assert_eq!(valid(&[("2001/2009", "2005-06~")]), "2005-06~");
    assert_eq!(valid(&[("2001/2019", "[2005,2007]")]), "[2005,2007]");
    // Several ways to derive it: in any of their times.
    assert_eq!(valid(&[("2001/2019", "2005"), ("2001/2018", "2007")]), "{2005,2007}");
    assert_eq!(valid(&[("2001/2019", "2005/2007"), ("2003/2018", "2004/2009")]), "2004/2009");
    let exact = [("2001/..", "2005-01-01/2005-03-31"), ("2001/2018", "2007-01-01/2007-02-28")];
    assert_eq!(valid(&exact), "{2005-01-01..2005-03-31,2007-01-01..2007-02-28}");
    // More than one date can say: from the first beginning on, to an end that is not told.
    assert_eq!(valid(&[("2001/2010", "2005/2007"), ("2009/..", "2012/..")]), "2005/");
}
