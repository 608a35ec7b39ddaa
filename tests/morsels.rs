//! Aggregates whose rows are read on several threads: the same rows in the same order, the same errors
//! and the same limits as on one.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use dossier::{Options, Store};

/// Persons who follow each other, in places; every third has no place, every seventh no age.
fn store() -> Store {
    let store = Store::memory();
    let text = "UNWIND range(0, 299) AS i
        CREATE (p:Person {id: i, name: 'n' + toString(i % 17), born: date({year: 1900 + i % 90}),
                          mixed: CASE i % 3 WHEN 0 THEN i % 5 WHEN 1 THEN toFloat(i % 5) ELSE 'x' END,
                          number: CASE i % 2 WHEN 0 THEN i % 4 ELSE toFloat(i % 4) END,
                          weight: toFloat(i) / 7, large: 4611686018427387904 + i})
        SET p.age = CASE WHEN i % 7 = 0 THEN null ELSE i % 50 END,
            p.place = CASE WHEN i % 3 = 0 THEN null ELSE 'place ' + toString(i % 11) END";
    store.query(text, ()).expect("nodes");
    let text = "MATCH (a:Person), (b:Person) WHERE (a.id * 7 + b.id * 13) % 29 = 0
        CREATE (a)-[:FOLLOWS {since: (a.id + b.id) % 23}]->(b)";
    store.query(text, ()).expect("relationships");
    store.query("MATCH (p:Person) WHERE p.id % 41 = 5 DETACH DELETE p", ()).expect("gaps");
    store.query("UNWIND range(1, 40) AS i CREATE (:Place {id: i})", ()).expect("more nodes");
    store
}

fn on(threads: usize) -> Options {
    Options { threads: Some(threads), ..Options::default() }
}

/// The rows, as text, or the code of the error.
fn rows(store: &Store, text: &str, options: &Options) -> Result<Vec<String>, String> {
    let rows = store.query_with(text, options).map_err(|error| error.code().to_owned())?;
    Ok(rows.iter().map(|row| format!("{:?}", row.values())).collect())
}

const QUERIES: &[&str] = &[
    // Without keys, with one of each kind, with several.
    "MATCH (a:Person) RETURN count(*), count(a.age), min(a.name), max(a.born), sum(a.age), avg(a.age)",
    "MATCH (a:Person)-[r:FOLLOWS]->(b) WHERE r.since > 3 RETURN b, count(*) AS n, max(r.since)",
    "MATCH (a:Person)-[r:FOLLOWS]->(b:Person) WHERE a.age < b.age RETURN a.place, count(*), sum(r.since)",
    "MATCH (a:Person)-[r:FOLLOWS]->(b:Person) WHERE a.age <> b.age RETURN b.age, min(a.age), avg(r.since)",
    "MATCH (a:Person)-[r]->(b) WHERE a.name <> b.name RETURN a.place, b.age, type(r), count(*), min(b.born)",
    "MATCH (a:Person)-[r]-(b) WHERE a.name > b.name RETURN a.born, b.name, count(*)",
    "MATCH (a)-[r:FOLLOWS]->(b) WHERE a.id < b.id RETURN a.id * 100000 AS far, count(*), sum(b.id)",
    "MATCH (a:Person) RETURN a.age > 20 AS old, count(*), count(DISTINCT a.place), max(a.id)",
    "MATCH (a:Person) RETURN a.name AS name, count(*) AS n LIMIT 5",
    // Distinct values.
    "MATCH (a:Person)-[r:FOLLOWS]->(b) WHERE r.since > 3 RETURN count(DISTINCT b), count(DISTINCT a.place)",
    "MATCH (a:Person)-[:FOLLOWS]->(b) WHERE a.age > 3 RETURN a.place, count(DISTINCT b), count(DISTINCT b.mixed)",
    "MATCH (a:Person)-[:FOLLOWS]->(b) WHERE a.age > 3 RETURN b.name, sum(DISTINCT a.age), avg(DISTINCT a.age)",
    // Keys and extremes that are equivalent and look different.
    "MATCH (a:Person) RETURN a.mixed, count(*)",
    "MATCH (a:Person) RETURN a.number, a.place, count(*)",
    "MATCH (a:Person) RETURN a.place, max(a.number), min(a.number), min(a.mixed)",
    // What is left to one thread: floats, lists, deviations, chance.
    "MATCH (a:Person) RETURN a.place, sum(a.weight), avg(a.weight), max(a.weight)",
    "MATCH (a:Person) RETURN a.place, collect(a.id), stDev(a.age), percentileDisc(a.age, 0.3)",
    "MATCH (a:Person) RETURN a.place, sum(a.number)",
    // Chains of other operators.
    "MATCH (a:Person)-[:FOLLOWS]->(b)-[:FOLLOWS]->(c) WHERE a.id % 10 = 1 AND c.age < 9 RETURN c.age, count(*)",
    "MATCH (a:Person) UNWIND [a.age, a.id, null] AS x RETURN x, count(*)",
    "MATCH (a:Person) WHERE a.id < 4 MATCH (a)-[:FOLLOWS*1..2]->(b) RETURN b.place, count(*), count(DISTINCT a)",
    "MATCH (a:Person) WITH a.place AS place, a.age + 1 AS age WHERE age > 7 RETURN place, sum(age)",
    "MATCH (a:Person) WITH a.place AS place, count(*) AS n RETURN max(n), sum(n)",
    "MATCH (p:Place), (a:Person) WHERE p.id = a.age RETURN p.id, count(*)",
    "MATCH (a:Person) WHERE EXISTS { (a)-[:FOLLOWS]->({age: 3}) } RETURN a.place, count(*)",
    // Nothing at all.
    "MATCH (a:Person) WHERE a.id < 0 RETURN count(*), sum(a.id), max(a.id), count(DISTINCT a)",
    "MATCH (a:Person) WHERE a.id < 0 RETURN a.place, count(*)",
    "MATCH (a:Nobody) RETURN count(a.id), min(a.id)",
    "MATCH (a)-[:NOTHING]->(b) WHERE a.id < b.id RETURN a.id, count(*)",
    // Errors.
    "MATCH (a:Person) RETURN sum(a.large)",
    "MATCH (a:Person) RETURN a.place, sum(a.large)",
    "MATCH (a:Person) RETURN a.name, sum(a.place)",
    "MATCH (a:Person) RETURN a.place, max(100 / (a.id - 250))",
    "MATCH (a:Person) WHERE 7 / (a.id - 150) > 0 RETURN a.place, count(*)",
];

#[test]
fn threads_change_neither_rows_nor_their_order_nor_errors() {
    let store = store();
    // The plan without rewrites aggregates what is counted otherwise.
    for plain_plan in [false, true] {
        let on = |threads| Options { plain_plan, ..on(threads) };
        let mut failed = 0;
        for text in QUERIES {
            let alone = rows(&store, text, &on(1));
            failed += usize::from(alone.is_err());
            for threads in [2, 5] {
                assert_eq!(rows(&store, text, &on(threads)), alone, "{plain_plan} {text}");
            }
        }
        assert_eq!(failed, 5);
    }
}

/// Persons who knew each other from some day on, which is more or less known, and some who say so of others.
fn dated_store() -> Store {
    let store = Store::memory();
    let statements = [
        "UNWIND range(0, 299) AS i CREATE (:Person {id: i, place: CASE WHEN i % 3 = 0 THEN null ELSE i % 11 END})",
        "MATCH (a:Person), (b:Person) WHERE (a.id * 7 + b.id * 13) % 29 = 0 CREATE (a)-[:KNEW {n: a.id}]->(b)",
    ];
    statements.iter().for_each(|text| drop(store.query(text, ()).expect("persons")));
    let valid = ["2001", "2001-05", "XXXX-05-05", "2001-05/2003", "199X", "2001-05-05?", "../2002"];
    for (at, valid) in valid.iter().enumerate() {
        let text = format!(
            "MATCH (a:Person)-[r:KNEW]->(b) WHERE (a.id + b.id) % 9 = {at} SET r VALID edtf('{valid}')"
        );
        store.query(&text, ()).expect("days");
    }
    store.database().checkpoint().expect("arrays");
    let more = "MATCH (a:Person {id: 8}), (b:Person) CREATE (a)-[:KNEW VALID edtf('2001-05') SAYS denied]->(b)";
    store.query(more, ()).expect("more");
    store
}

/// How sure a group is, what is counted by it, and the order are the same on several threads.
#[test]
fn threads_change_nothing_under_a_time_clause() {
    let store = dated_store();
    let all = |text: &str, threads| {
        let rows = store.query_with(text, &on(threads)).expect(text);
        (0..rows.len())
            .map(|at| format!("{:?} {:?}", rows.get(at).expect("a row").values(), rows.truth(at)))
            .collect::<Vec<_>>()
    };
    let clauses = [
        "AS OF date('2001-05-05')",
        "DURING edtf('2001')",
        "BEFORE date('2002-01-01')",
        "ALL TIME STANCE ANY",
        "AFTER date('2001-06-01')",
    ];
    let counted = [
        "count(*), count(b.place), sum(r.n), max(a.id)",
        "count(DISTINCT b.place), count(DISTINCT a), count(*)",
        "b.place, count(*), count(DISTINCT a.place), min(r.n)",
        "a.place, b.place AS place, count(DISTINCT r)",
        "DISTINCT b.place",
    ];
    let mut are_possible = 0;
    for (clause, counted) in clauses.iter().flat_map(|c| counted.map(|counted| (c, counted))) {
        for possible in ["", "POSSIBLE "] {
            let text =
                format!("{possible}MATCH (a:Person)-[r:KNEW]->(b) {clause} RETURN {counted}");
            let alone = all(&text, 1);
            are_possible += alone.iter().filter(|row| row.contains("ossible")).count();
            for threads in [2, 5] {
                assert_eq!(all(&text, threads), alone, "{text}");
            }
        }
    }
    assert!(are_possible > 50, "{are_possible}");
}

#[test]
fn a_place_of_an_error_is_that_of_the_first_row() {
    let store = store();
    let text = "MATCH (a:Person) RETURN a.place, max(CASE a.id WHEN 90 THEN 1 / 0 WHEN 120 THEN [1][a.name] END)";
    let message = |threads| store.query_with(text, &on(threads)).expect_err("an error").to_string();
    for _ in 0..5 {
        assert_eq!(message(4), message(1));
    }
}

#[test]
fn the_threads_have_one_budget() {
    let store = store();
    let text = "MATCH (a:Person)-[r:FOLLOWS]->(b) WHERE r.since >= 0 RETURN a.id, b.id, count(*)";
    let limited = |threads, bytes| {
        let options = Options { memory_max_bytes: Some(bytes), ..on(threads) };
        rows(&store, text, &options).map(|rows| rows.len())
    };
    for threads in [1, 2, 4] {
        assert_eq!(limited(threads, 20_000), Err("eval::memory".into()));
    }
    // What suffices for one thread suffices for several, which then are one.
    let enough = (0..40).map(|step| 1 << step).find(|bytes| limited(1, *bytes).is_ok());
    let enough = enough.expect("some budget suffices");
    assert_eq!(limited(4, enough), limited(1, enough));
}

#[test]
fn a_stop_is_heard_on_every_thread() {
    let store = store();
    let cancelled = Arc::new(AtomicBool::new(true));
    let options = Options { cancelled, ..on(3) };
    assert_eq!(rows(&store, QUERIES[0], &options), Err("eval::interrupted".into()));
}

#[test]
fn a_transaction_and_a_profile_see_the_same() {
    let store = store().session();
    let text =
        "MATCH (a:Person)-[r:FOLLOWS]->(b) WHERE r.since > 3 RETURN b.place, count(*), max(a.id)";
    let alone = rows(&store, text, &on(1));
    store.query("BEGIN", ()).expect("a transaction");
    store.query("MATCH (a:Person {id: 1}) SET a.id = 1000", ()).expect("a change");
    let changed = rows(&store, text, &on(1));
    assert_ne!(changed, alone);
    assert_eq!(rows(&store, text, &on(3)), changed);
    store.query("ROLLBACK", ()).expect("as before");
    assert_eq!(rows(&store, text, &on(3)), alone);
    let profile = |threads| {
        let profile = rows(&store, &format!("PROFILE {text}"), &on(threads)).expect("a profile");
        profile.len()
    };
    assert_eq!(profile(3), profile(1));
}
