//! Queries with parameters, rows as Rust types, and what a statement changed.

use dossier::{NodeId, Result, Store};

pub(crate) fn main() -> Result<()> {
    let store = Store::memory();

    // A statement is carried out as a whole or not at all.
    let rows = store.query(
        "CREATE (:State {name: $name})-[:RECOGNISES {since: $since}]->(:Region {name: 'Abkhazia'})",
        [("name", dossier::Value::from("Nauru")), ("since", dossier::Value::from(2009))],
    )?;
    assert_eq!(rows.counters().nodes_created, 2);

    let rows = store.query(
        "MATCH (s:State)-[r:RECOGNISES]->(x) RETURN s, s.name AS state, r.since AS since, x.area AS area",
        (),
    )?;
    for row in rows.iter() {
        let state: String = row.get("state")?;
        let since: i64 = row.get("since")?;
        // What may be null is an Option.
        let area: Option<f64> = row.get("area")?;
        println!("{state} since {since}, area {area:?}");

        // A node in a row is its id; the rows know what it holds.
        let node = rows.node(row.get::<NodeId>("s")?);
        println!("  {:?} {:?}", node.labels, node.properties);
    }

    // A mistake has a code, a place and, where one is near, what was meant.
    let error = store.query("MATCH (s:State) RETURN stat.name", ()).unwrap_err();
    let place = error.position().expect("a mistake in a query has a place");
    println!("{} at {}:{}: {error} {:?}", error.code(), place.line, place.column, error.hints());
    assert_eq!(error.code(), "bind::undefined_variable");
    Ok(())
}
