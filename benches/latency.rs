//! Where the microseconds of a small query go: a JSON line each, times in microseconds, the
//! median and the least of many runs.
//!
//! `cargo bench --bench latency` on a quiet machine. `prepared` looks nothing up by text,
//! `cached` finds the plan by the text, `shared` by the text without its values, and `planned` reads,
//! checks and plans a text that never came before.

use std::time::Instant;

use dossier::{Result, Store};

const PERSONS: i64 = 2_000;
const RUNS: i64 = 20_000;

fn main() -> Result<()> {
    let store = Store::memory();
    store.query(
        &format!("UNWIND range(0, {PERSONS} - 1) AS i CREATE (:Person {{id: i, name: 'p' + i}})"),
        (),
    )?;
    store.query(
        "MATCH (a:Person) UNWIND [1, 7, 31, 127] AS step
         MATCH (b:Person {id: (a.id + step) % 2000}) CREATE (a)-[:KNOWS {since: a.id}]->(b)",
        (),
    )?;
    let nothing = store.prepare("RETURN 1 AS one")?;
    measure("prepared.nothing", RUNS, |_| nothing.query(()).map(|rows| rows.len()));
    let by_key = store.prepare("MATCH (p:Person {id: $id}) RETURN p.name AS name")?;
    measure("prepared.by_key", RUNS, |n| by_key.query([("id", n % PERSONS)]).map(|r| r.len()));
    let hop = store.prepare("MATCH (p:Person {id: $id})-[:KNOWS]->(q) RETURN q.id AS id")?;
    measure("prepared.one_hop", RUNS, |n| hop.query([("id", n % PERSONS)]).map(|r| r.len()));
    let ids: Vec<String> = (0..PERSONS).map(|n| n.to_string()).collect();
    let text = "MATCH (p:Person {id: 77})-[:KNOWS]->(q) RETURN q.id AS id";
    measure("cached.nothing", RUNS, |_| store.query("RETURN 1 AS one", ()).map(|r| r.len()));
    measure("cached.one_hop", RUNS, |_| store.query(text, ()).map(|rows| rows.len()));
    measure("shared.one_hop", RUNS, |n| {
        let text = text.replace("77", &ids[(n % PERSONS) as usize]);
        store.query(&text, ()).map(|rows| rows.len())
    });
    let usual =
        "MATCH (p:Person {id: 7})-[k:KNOWS]->(q:Person) WHERE k.since >= 3 AND q.name <> 'x'
                 RETURN q.name AS name, count(*) AS n ORDER BY n DESC, name LIMIT 10";
    measure("planned.usual", RUNS / 10, |n| {
        // The comment makes it another text.
        store.query(&format!("{usual} // {n}"), ()).map(|rows| rows.len())
    });
    Ok(())
}

fn measure(name: &str, runs: i64, mut query: impl FnMut(i64) -> Result<usize>) {
    let mut times = Vec::with_capacity(runs as usize);
    for n in 0..runs {
        let begun = Instant::now();
        let rows = query(n);
        times.push(begun.elapsed().as_nanos() as f64 / 1e3);
        assert!(rows.is_ok_and(|rows| rows > 0), "{name} finds something");
    }
    times.sort_by(f64::total_cmp);
    let (median, least) = (times[times.len() / 2], times[0]);
    println!("{{\"name\": \"{name}\", \"median_us\": {median:.2}, \"least_us\": {least:.2}}}");
}
