//! `WHY`: the witness sets of a row against a search through all subsets of the statements.

use std::collections::BTreeSet;

use dossier::{StatementId, Store, Value};
use proptest::prelude::*;

/// Queries to whose rows more statements can only add.
const MONOTONE: [&str; 11] = [
    "MATCH (a)-[:R]->(b) RETURN DISTINCT a.n AS x, b.n AS y",
    "MATCH (a)-[:R]->(b)-[:S]->(c) RETURN DISTINCT a.n AS x, c.n AS y",
    "MATCH (a) WHERE EXISTS { (a)-[:R]->() } RETURN a.n AS x",
    "MATCH (a) WHERE (a)-[:R]->() OR (a)-[:S]->() RETURN a.n AS x",
    "MATCH (a)-[:R]->(b) RETURN b.n AS x UNION MATCH (a)-[:S]->(b) RETURN b.n AS x",
    "MATCH (a)-[:R*1..3]->(b) RETURN DISTINCT a.n AS x, b.n AS y",
    "MATCH (a) CALL (a) { MATCH (a)-[:S]->(x) RETURN DISTINCT x.n AS x } RETURN DISTINCT a.n AS a, x",
    "MATCH (a)-[:R]->(b) WITH DISTINCT b MATCH (b)-[:S]->(c) RETURN DISTINCT c.n AS x",
    "MATCH (a), (b) WHERE a.n < b.n AND EXISTS { MATCH (a)-[:R]->(x)<-[:S]-(b) } RETURN a.n AS x, b.n AS y",
    "MATCH (a)-[:R|S]-(b) WITH a.n AS x RETURN DISTINCT x",
    "MATCH (a:A) WHERE EXISTS { MATCH (a)-[:R]->(x) WHERE EXISTS { (x)-[:S]->() } } RETURN a.n AS x",
];

/// Queries whose rows change with the statements: a witness set gives the very row back.
const OTHERS: [&str; 6] = [
    "MATCH (a)-[:R]->(b) RETURN a.n AS x, count(*) AS c, collect(b.n) AS l",
    "MATCH (a) OPTIONAL MATCH (a)-[:R]->(b) RETURN a.n AS x, b.n AS y",
    "MATCH (a) RETURN a.n AS x, COUNT { (a)-[:R]->() } AS c",
    "MATCH (a) RETURN a.n AS x, size([(a)-[:S]->(y) | y.n]) AS l",
    "MATCH (a), (b) WHERE NOT (a)-[:R]->(b) AND (a)-[:S]->(b) RETURN a.n AS x, b.n AS y",
    "MATCH (a {n: 0}), (b {n: 1}), p = shortestPath((a)-[:R|S*]->(b)) RETURN length(p) AS x",
];

/// An edge: its two ends and whether it is an R.
type Edge = (u8, u8, bool);

fn graph(edges: impl IntoIterator<Item = Edge>) -> Store {
    let store = Store::memory();
    let mut text =
        String::from("CREATE (n0:A {n: 0}), (n1:A {n: 1}), (n2:B {n: 2}), (n3:B {n: 3})");
    for (start, end, is_r) in edges {
        let kind = if is_r { "R" } else { "S" };
        text += &format!(", (n{start})-[:{kind}]->(n{end})");
    }
    store.query(&text, ()).expect("a graph");
    store
}

fn rows(store: &Store, query: &str) -> Vec<Vec<Value>> {
    let rows = store.query(query, ()).expect(query);
    rows.iter().map(|row| row.values().to_vec()).collect()
}

/// The rows of a query with their witness sets, as positions in the list of edges.
fn reasons(store: &Store, query: &str) -> Vec<(Vec<Value>, BTreeSet<Vec<usize>>)> {
    let rows = store.query(&format!("WHY {query}"), ()).expect(query);
    let all: Vec<StatementId> = store
        .query("MATCH ()-[r]->() RETURN r ORDER BY id(r)", ())
        .expect("all")
        .iter()
        .map(|row| row.get("r").expect("a relationship"))
        .collect();
    let position =
        |id: StatementId| all.iter().position(|other| *other == id).expect("one of the graph");
    rows.iter()
        .map(|row| {
            let witnesses = row.witnesses().expect("asked for");
            assert!(!witnesses.capped, "{query}");
            let sets = witnesses.sets.iter();
            let sets = sets.map(|set| set.iter().map(|id| position(*id)).collect()).collect();
            let values = row.values();
            (values[..values.len() - 2].to_vec(), sets)
        })
        .collect()
}

fn edges_of(edges: &[Edge], set: impl Fn(usize) -> bool) -> Vec<Edge> {
    edges.iter().enumerate().filter(|(at, _)| set(*at)).map(|(_, edge)| *edge).collect()
}

/// The smallest sets of edges over which a query gives a row, by trying all of them.
fn smallest(row: &[Value], tried: &[Vec<Vec<Value>>], edges: usize) -> BTreeSet<Vec<usize>> {
    let gives = |mask: usize| tried[mask].iter().any(|other| other == row);
    let is_smallest = |mask: usize| {
        gives(mask) && (0..edges).all(|at| mask >> at & 1 == 0 || !gives(mask & !(1 << at)))
    };
    let members = |mask: usize| (0..edges).filter(|at| mask >> at & 1 == 1).collect();
    (0..1 << edges).filter(|mask| is_smallest(*mask)).map(members).collect()
}

fn edge() -> impl Strategy<Value = Edge> {
    (0..4_u8, 0..4_u8, any::<bool>())
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn witness_sets_are_the_smallest_that_give_the_row(edges in proptest::collection::vec(edge(), 0..6)) {
        let whole = graph(edges.iter().copied());
        let parts: Vec<Store> = (0..1_usize << edges.len())
            .map(|mask| graph(edges_of(&edges, |at| mask >> at & 1 == 1)))
            .collect();
        for query in MONOTONE {
            let tried: Vec<_> = parts.iter().map(|part| rows(part, query)).collect();
            for (row, sets) in reasons(&whole, query) {
                prop_assert_eq!(&sets, &smallest(&row, &tried, edges.len()), "{} {:?} {:?}", query, row, edges);
            }
        }
        for query in OTHERS {
            for (row, sets) in reasons(&whole, query) {
                prop_assert!(!sets.is_empty());
                for set in sets {
                    let part = graph(edges_of(&edges, |at| set.contains(&at)));
                    prop_assert!(rows(&part, query).contains(&row), "{} {:?} {:?} by {:?}", query, row, edges, set);
                }
            }
        }
    }
}

#[test]
fn a_reason_names_its_sources() {
    let store = Store::shipped().expect("the shipped facts");
    let query =
        "WHY MATCH (s:State {name: 'Nauru'})-[:RECOGNISES]->(x {name: 'Abkhazia'}) RETURN s.name";
    let rows = store.query(query, ()).expect("rows");
    assert_eq!(
        rows.columns().iter().map(|name| &**name).collect::<Vec<_>>(),
        ["s.name", "why", "why_capped"]
    );
    let why: Vec<Vec<Value>> = rows.get(0).expect("a row").get("why").expect("a list of lists");
    let Value::Map(place) = &why[0][0] else { panic!("evidence is a map: {why:?}") };
    assert_eq!(place.get("document"), Some(&"Seed article".into()));
    assert_eq!(place.get("statement"), Some(&"Nauru RECOGNISES Abkhazia".into()));
    assert_eq!(place.get("paragraph"), Some(&Value::Integer(5)));
}

#[test]
fn why_not_names_the_part_that_is_missing() {
    let store = Store::shipped().unwrap();
    let told = |query: &str| -> Vec<String> {
        let rows = store
            .query(&format!("WHY NOT {query}"), ())
            .unwrap_or_else(|error| panic!("{query}: {error}"));
        let cell = |value: &dossier::Value| match value {
            dossier::Value::String(text) => text.to_string(),
            dossier::Value::Integer(number) => number.to_string(),
            _ => "-".to_owned(),
        };
        rows.iter()
            .map(|row| row.values().iter().map(cell).collect::<Vec<_>>().join(" | "))
            .collect()
    };
    let georgia = told(
        "MATCH (:State {name: 'Georgia'})-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) RETURN *",
    );
    assert_eq!(georgia[0], "matched | (:State {name: 'Georgia'}) | 1 | - | -");
    assert!(georgia[1].starts_with("missing | -[:RECOGNISES]->(:Region {name: 'Abkhazia'}) | 0 | no | Georgia RECOGNISES Abkhazia"), "{georgia:?}");
    let early = told(
        "MATCH (:State {name: 'Russia'})-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) AS OF date('2007-01-01') RETURN *",
    );
    assert!(early[1].contains("| not stated |"), "{early:?}");
    assert!(
        early[2].starts_with("other time | - | 1 | - | Russia RECOGNISES Abkhazia (2008"),
        "{early:?}"
    );
    let turned = told(
        "MATCH (:Region {name: 'Abkhazia'})-[:RECOGNISES]->(:State {name: 'Russia'}) RETURN *",
    );
    assert!(turned.iter().any(|row| row.starts_with("other direction |")), "{turned:?}");
    let nobody = told("MATCH (:State {name: 'Atlantis'})-[:RECOGNISES]->(x) RETURN x");
    assert_eq!(nobody, ["missing | (:State {name: 'Atlantis'}) | 0 | - | -"]);
    let condition = told(
        "MATCH (s:State)-[:RECOGNISES]->(x) WHERE s.name = 'Russia' AND x.name = 'Kosovo' RETURN x",
    );
    assert!(
        condition[condition.len() - 2].starts_with("matched | s.name = 'Russia'"),
        "{condition:?}"
    );
    assert!(
        condition[condition.len() - 1].starts_with("missing | x.name = 'Kosovo' | 0"),
        "{condition:?}"
    );
    let there = told(
        "MATCH (:State {name: 'Russia'})-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) RETURN *",
    );
    assert!(there.iter().all(|row| row.starts_with("matched")), "{there:?}");
    let error = store.query("WHY NOT CREATE (:State)", ()).unwrap_err();
    assert_eq!(error.code(), "bind::unsupported");
}

/// Each reason for which a statement is not found, and the row that names it.
#[test]
fn why_not_tells_the_kinds_of_reasons_apart() {
    let store = Store::memory();
    for command in [
        "CREATE (:Document {name: 'd', date: date('2018-01-01')}), (:S {name: 'a'}), (:S {name: 'b'}), (:R {name: 'x'}), (:R {name: 'y'})",
        "MATCH (a {name: 'a'}), (x {name: 'x'}) CREATE (a)-[:T VALID edtf('XXXX-11-12') SOURCE 'd']->(x)",
        "MATCH (b {name: 'b'}), (x {name: 'x'}) CREATE (b)-[:T VALID edtf('2011') SOURCE 'd' SAYS denied BY 'a spokesman']->(x)",
        "MATCH (b {name: 'b'}), (y {name: 'y'}) CREATE (b)-[:T VALID edtf('2011') SOURCE 'd' RANK deprecated REASON 'a slip']->(y)",
        "MATCH (a {name: 'a'}), (y {name: 'y'}) CREATE (a)-[:U VALID edtf('2011') SOURCE 'd']->(y)",
        "COMPLETE (:S)-[:U]->(:R {name: 'x'}) AT date('2015-01-01') SOURCE 'd'",
    ] {
        store.query(command, ()).unwrap_or_else(|error| panic!("{command}: {error}"));
    }
    let told = |pattern: &str| -> Vec<String> {
        let query = format!("WHY NOT MATCH {pattern} RETURN *");
        let rows = store.query(&query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
        let cell = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let columns = ["step", "absence", "statement"];
        let text = |row: dossier::Row<'_>| columns.map(|c| cell(row.value(c).unwrap())).join(" | ");
        rows.iter().map(text).skip_while(|row| row.starts_with("matched")).collect()
    };
    // No such node, no such relationship, a condition that is false.
    assert_eq!(told("(:Q)"), ["missing | - | -"]);
    assert_eq!(told("(:S {name: 'a'})-[:T]->(:Q)"), ["missing | - | -"]);
    assert_eq!(
        told("(:S {name: 'b'})-[:U]->(:R {name: 'y'})"),
        ["missing | not stated | b U y", "other type | - | b T y (2011, deprecated: a slip, d)"]
    );
    let heavy = "(:S {name: 'a'})-[u:U]->() WHERE u.weight > 3";
    assert_eq!(told(heavy), ["missing | - | -"]);
    // Possible on that day and no more; at another time; denied; deprecated; not known yet.
    assert_eq!(
        told("(:S {name: 'a'})-[:T]->(:R {name: 'x'}) AS OF date('2015-11-12')")[1..],
        ["less sure | - | a T x (XXXX-11-12, d)"]
    );
    assert_eq!(
        told("(:S {name: 'a'})-[:T]->(:R {name: 'x'}) AS OF date('2015-11-13')"),
        ["missing | not stated | a T x", "other time | - | a T x (XXXX-11-12, d)"]
    );
    assert_eq!(
        told("(:S {name: 'b'})-[:T]->(:R {name: 'x'}) ALL TIME")[1..],
        ["other stance | - | b T x (2011, denied by a spokesman, d)"]
    );
    assert_eq!(
        told("(:S {name: 'b'})-[:T]->(:R {name: 'y'}) ALL TIME")[1..],
        ["other rank | - | b T y (2011, deprecated: a slip, d)"]
    );
    assert_eq!(
        told("(:S {name: 'a'})-[:U]->(:R {name: 'y'}) KNOWN AT 4"),
        ["missing | not stated | a U y", "known later | - | a U y (2011, d)"]
    );
    // Closed, on the day of the list, before and after it.
    let closed = |day: &str| {
        let pattern = format!("(:S {{name: 'a'}})-[:U]->(:R {{name: 'x'}}) AS OF date('{day}')");
        told(&pattern)[0].clone()
    };
    assert_eq!(closed("2015-01-01"), "missing | no | a U x");
    assert_eq!(closed("2016-01-01"), "missing | presumed no | a U x");
    assert_eq!(closed("2014-01-01"), "missing | not stated | a U x");
    // A walk may lead over nodes of which the list says nothing.
    assert_eq!(told("(:S {name: 'a'})-[:U*1..3]->(:R {name: 'x'})"), ["missing | - | a U x"]);
}

/// The completeness statements of each row, as the reasons name them.
fn complete(store: &Store, query: &str) -> Vec<Vec<String>> {
    let rows =
        store.query(&format!("WHY {query}"), ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    let named = |row: dossier::Row<'_>| -> Vec<String> {
        let why: Vec<Vec<Value>> = row.get("why").expect("a list of lists");
        let text = |place: &Value| match place {
            Value::Map(place) => {
                place.get("statement").and_then(Value::as_str).unwrap_or("").to_owned()
            }
            _ => String::new(),
        };
        let all = why.iter().flatten().map(text);
        let mut all: Vec<String> = all.filter(|text| text.starts_with("complete: ")).collect();
        // Each place of a statement is a piece of evidence.
        all.dedup();
        all
    };
    rows.iter().map(named).collect()
}

#[test]
fn a_negation_rests_on_what_makes_the_absence_a_no() {
    let store = Store::shipped().unwrap();
    let georgia = "MATCH (s:State {name: 'Georgia'}) WHERE";
    let closed = [
        "NOT (s)-[:RECOGNISES]->(:Region {name: 'Abkhazia'})",
        "NOT EXISTS { (s)-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) }",
        "NOT EXISTS { MATCH (s)-[r:RECOGNISES]->(x:Region {name: 'Abkhazia'}) WHERE x.name <> 'Kosovo' RETURN x }",
        "s.name = 'Atlantis' OR NOT (s)-[:RECOGNISES]->(:Region {name: 'Abkhazia'})",
    ];
    for condition in closed {
        let reasons = complete(&store, &format!("{georgia} {condition} RETURN s.name"));
        assert_eq!(reasons, [["complete: any State RECOGNISES Abkhazia"]], "{condition}");
    }
    let open = [
        "NOT (s)-[:RECOGNISES]->(:Region {name: 'Kosovo'})",
        "NOT (s)-[:RECOGNISES]->(:Region)",
        "NOT (s)-[:AWARDED]->(:Person)",
        // In which year the list was complete is not stated.
        "NOT EXISTS { (s)-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) AS OF date('2020-01-01') }",
    ];
    for condition in open {
        let reasons = complete(&store, &format!("{georgia} {condition} RETURN s.name"));
        assert_eq!(reasons, [[""; 0]], "{condition}");
    }
    let both = format!(
        "{georgia} NOT (s)-[:RECOGNISES]->(:Region {{name: 'Abkhazia'}}) AND NOT (s)-[:RECOGNISES]->(:Region {{name: 'South Ossetia'}}) RETURN s.name"
    );
    assert_eq!(complete(&store, &both)[0].len(), 2);
    let dated =
        "COMPLETE (:State)-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) AT date('2017-11-12')";
    store.query(dated, ()).unwrap();
    for (day, names) in [("2007-01-01", 0), ("2017-11-12", 1), ("2020-01-01", 1)] {
        let absent = format!(
            "{georgia} NOT EXISTS {{ (s)-[:RECOGNISES]->(:Region {{name: 'Abkhazia'}}) AS OF date('{day}') }} RETURN s.name"
        );
        assert_eq!(complete(&store, &absent)[0].len(), names, "{day}");
    }
}

#[test]
fn a_cycle_with_a_missing_side_rests_on_completeness_too() {
    let store = Store::memory();
    let run = |query: &str| {
        store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    };
    run("UNWIND range(0, 39) AS n CREATE (:N {n: n})");
    run("MATCH (a:N), (b:N) WHERE a.n < b.n CREATE (a)-[:R]->(b)");
    run("COMPLETE (:N)-[:S]->(:N)");
    let query =
        "MATCH (a:N)-[:R]->(b:N)-[:R]->(c:N) WHERE NOT (a)-[:S]->(c) RETURN a.n, c.n LIMIT 5";
    let plan = store.explain(query).unwrap();
    assert!(plan.contains("Intersect"), "{plan}");
    let reasons = complete(&store, query);
    assert_eq!(reasons.len(), 5);
    assert!(reasons.iter().all(|row| row == &["complete: any N S any N"]), "{reasons:?}");
}

/// What is missing of a pattern with tens of millions of matches is told by counting them and looking at some.
#[test]
fn why_not_takes_little_where_there_is_much() {
    let store = Store::memory();
    for command in [
        "UNWIND range(1, 300) AS n CREATE (:N {n: n})",
        "MATCH (a:N), (b:N) CREATE (a)-[:T VALID edtf('2015')]->(b)",
        "CREATE (:M {n: 1})-[:U]->(:M {n: 2})",
    ] {
        store.query(command, ()).unwrap_or_else(|error| panic!("{command}: {error}"));
    }
    let options = dossier::Options {
        memory_max_bytes: Some(48 << 20),
        timeout: Some(std::time::Duration::from_secs(120)),
        ..dossier::Options::default()
    };
    for (pattern, matches) in [
        ("(a:N)-[:T]->(b:N)-[:T]->(c:N)-[:U]->(d:M)", 26_999_700_i64),
        ("(a:N), (b:N), (c:N), (d:M)-[:U]->(:N)", 2),
        ("(a:N)-[:T]->(b:N)-[:T]->(c:N) WHERE b.n = 0", 26_999_700),
        ("(a:N)-[:T]->(b:N)-[:T {n: 1}]->(c:N)", 90_000),
    ] {
        let query = format!("WHY NOT MATCH {pattern} RETURN *");
        let begun = std::time::Instant::now();
        let rows = store.query_with(&query, &options).unwrap_or_else(|e| panic!("{query}: {e}"));
        let found = rows.iter().filter_map(|row| row.get::<i64>("found").ok()).max();
        assert!(found >= Some(matches), "{query}: {found:?}");
        assert!(rows.len() < 40, "{query}: {} rows", rows.len());
        let took = begun.elapsed();
        println!("{query}: {} ms, found {found:?}", took.as_millis());
    }
    // What is over its budget says so, and does not take it all the same.
    let tight = dossier::Options {
        timeout: Some(std::time::Duration::from_millis(1)),
        ..dossier::Options::default()
    };
    let query = "WHY NOT MATCH (a:N)-[:T]->(b:N)-[:T]->(c:N) WHERE a.n + c.n < 0 RETURN *";
    let error = store.query_with(query, &tight).expect_err("a millisecond");
    assert_eq!(error.code(), "eval::deadline");
}
