//! What dates, sources, declarations and completeness cost the queries that use none of them: a JSON
//! line for each query, its least time on a plain graph, on the same graph with all of these beside
//! it, and the ratio of the two.
//!
//! `cargo bench --bench plain` on a quiet machine; on a busy one `plain_instructions.py` beside this file counts
//! instructions of the same queries. Both graphs hold the same plain relationships, and as many nodes and
//! relationships of other kinds besides, a tenth of them: in the second these have dates, sources, stances,
//! declarations and a completeness statement. No query reads them: what differs is the engine's way to the
//! same rows. The two are measured in turns, so that what disturbs the one disturbs the other; the least time of
//! many rounds is what the query takes when nothing does.

use std::time::Instant;

use dossier::{Result, Rows, Store};

const PERSONS: i64 = 20_000;
const ROUNDS: usize = 60;

/// The queries, from a look-up to a cycle; none says a word of ours.
const QUERIES: [(&str, &str); 10] = [
    ("look-up", "MATCH (p:Person {id: 77}) RETURN p.name"),
    ("one hop", "MATCH (p:Person {id: 77})-[:KNOWS]->(q:Person) RETURN q.name"),
    ("two hops", "MATCH (p:Person {id: 77})-[:KNOWS]->()-[:KNOWS]->(q) RETURN count(DISTINCT q)"),
    ("filter", "MATCH (p:Person)-[k:KNOWS]->(q:Person) WHERE k.since > 19000 RETURN count(q)"),
    ("count", "MATCH (:Person)-[:KNOWS]->(:Person)-[:KNOWS]->(:Person) RETURN count(*)"),
    (
        "groups",
        "MATCH (p:Person)-[:KNOWS]->(q) RETURN p.kind AS kind, count(q), avg(q.id) ORDER BY kind",
    ),
    (
        "top",
        "MATCH (p:Person)-[:KNOWS]->(q) RETURN q.id AS id, count(p) AS n ORDER BY n DESC, id LIMIT 10",
    ),
    ("cycle", "MATCH (a:Person)-[:KNOWS]->(b)-[:KNOWS]->(c)-[:KNOWS]->(a) RETURN count(*)"),
    ("not", "MATCH (p:Person)-[:KNOWS]->(q) WHERE NOT (q)-[:KNOWS]->(p) RETURN count(q)"),
    ("path", "MATCH (p:Person {id: 5})-[:KNOWS*1..3]->(q) RETURN count(DISTINCT q)"),
];

fn main() -> Result<()> {
    let (plain, beside) = (persons()?, persons()?);
    for statement in [
        "DECLARE RELATIONSHIP MET EVENT SYMMETRIC FROM :Guest TO :Guest",
        "DECLARE RELATIONSHIP RECOGNISES STATE PERSISTENT FUNCTIONAL",
        "DECLARE LABEL Guest SUB OF Visitor",
        "CREATE (:Document {name: 'Notes', date: date('2018-11-13')})",
        "UNWIND range(0, 1999) AS i CREATE (:Guest {number: i})",
        "MATCH (a:Guest) MATCH (b:Guest {number: (a.number + 1) % 2000})
         CREATE (a)-[:MET VALID edtf('XXXX-11-12') SOURCE 'Notes' {paragraph: 1}]->(b),
                (a)-[:RECOGNISES VALID edtf('2008/..') SOURCE 'Notes' {paragraph: 2}]->(b),
                (a)-[:RECOGNISES VALID edtf('2009') SAYS denied BY 'somebody' SOURCE 'Notes']->(b)",
        "COMPLETE (:Guest)-[:MET]->(:Guest) AT edtf('2018-11') SOURCE 'Notes'",
    ] {
        beside.query(statement, ())?;
    }
    for statement in [
        "CREATE (:Document {name: 'Notes', date: date('2018-11-13')})",
        "UNWIND range(0, 1999) AS i CREATE (:Guest {number: i})",
        "MATCH (a:Guest) MATCH (b:Guest {number: (a.number + 1) % 2000})
         CREATE (a)-[:MET]->(b), (a)-[:RECOGNISES]->(b), (a)-[:RECOGNISES]->(b)",
    ] {
        plain.query(statement, ())?;
    }
    for store in [&plain, &beside] {
        store.database().checkpoint()?;
    }
    for (name, query) in QUERIES {
        let (mut least, mut with) = (f64::INFINITY, f64::INFINITY);
        let expected = rows(&plain.query(query, ())?);
        assert_eq!(rows(&beside.query(query, ())?), expected, "{query}");
        for _ in 0..ROUNDS {
            least = least.min(time(&plain, query)?);
            with = with.min(time(&beside, query)?);
        }
        println!(
            "{{\"name\": \"{name}\", \"plain_us\": {least:.2}, \"beside_us\": {with:.2}, \"ratio\": {:.3}}}",
            with / least
        );
    }
    Ok(())
}

/// The plain graph.
fn persons() -> Result<Store> {
    let store = Store::memory();
    store.query(
        &format!(
            "UNWIND range(0, {PERSONS} - 1) AS i CREATE (:Person {{id: i, kind: i % 7, name: 'p' + i}})"
        ),
        (),
    )?;
    store.query(
        &format!(
            "MATCH (a:Person) UNWIND [1, 7, 31, 127, 19969] AS step
             MATCH (b:Person {{id: (a.id + step) % {PERSONS}}}) CREATE (a)-[:KNOWS {{since: a.id}}]->(b)"
        ),
        (),
    )?;
    Ok(store)
}

fn rows(rows: &Rows) -> Vec<String> {
    rows.iter().map(|row| format!("{:?}", row.values())).collect()
}

/// How long a query takes: of short ones several in a row, each as long as the others.
fn time(store: &Store, query: &str) -> Result<f64> {
    let mut runs = 1;
    loop {
        let begun = Instant::now();
        for _ in 0..runs {
            store.query(query, ())?;
        }
        let took = begun.elapsed().as_nanos() as f64 / 1e3;
        if took > 2_000.0 || runs >= 1_024 {
            return Ok(took / f64::from(runs));
        }
        runs *= 4;
    }
}
