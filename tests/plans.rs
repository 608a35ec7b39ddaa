//! Plans as they are chosen today: `tests/plans/TOPIC` holds queries, each with its plan.
//!
//! ```text
//! # Comments stand before a query.
//! MATCH (p:Person {id: 7})-[:Follows]->(q) RETURN q.name
//! ---
//! operator      what it does                    estimate and rows
//! ```
//!
//! All run on one small invented graph with the skews of large ones: few persons are followed by
//! most, towns differ in size. The rows of an operator are a count of its work that no clock
//! disturbs, so that a plan which does more than before shows as a difference. Every estimate must
//! be within ten times of what comes.
//!
//! `UPDATE_EXPECT=1 cargo test plans` writes down the plans of now; read the difference.

use std::fmt::Write;
use std::path::PathBuf;

use dossier::Store;

use crate::scripts::{difference, updating};

/// What makes the graph, statement by statement.
const GRAPH: &[&str] = &[
    "UNWIND range(0, 3) AS i CREATE (:Country {id: i, name: 'country ' + toString(i)})",
    "MATCH (c:Country) WITH collect(c) AS countries UNWIND range(0, 39) AS i
     WITH i, countries[i * i % 4] AS country
     CREATE (:City {id: i, name: 'city ' + toString(i)})-[:PartOf]->(country)",
    "UNWIND range(0, 19) AS i CREATE (:Interest {id: i, name: 'interest ' + toString(i)})",
    "MATCH (c:City) WITH collect(c) AS cities UNWIND range(0, 999) AS i
     WITH i, cities[i * 7919 % 40 * (i * 7919 % 40) / 40] AS city
     CREATE (:Person {id: i, name: 'person ' + toString(i), age: 18 + i * 37 % 60,
       gender: CASE WHEN i % 2 = 0 THEN 'female' ELSE 'male' END})-[:LivesIn]->(city)",
    "MATCH (p:Person) WITH collect(p) AS persons UNWIND range(0, 5999) AS i
     WITH persons[i % 1000] AS a, i * 7919 % 1000 AS far, persons AS persons, i AS i
     WITH a, persons[far * far / 1000] AS b, i
     CREATE (a)-[:Follows {since: 2000 + i % 24}]->(b)",
    "MATCH (p:Person) WITH collect(p) AS persons MATCH (i:Interest)
     WITH persons, collect(i) AS interests UNWIND range(0, 2999) AS i
     WITH persons[i * 31 % 1000] AS a, interests[i * i % 20] AS b
     CREATE (a)-[:HasInterest]->(b)",
    "MATCH (p:Person) WITH collect(p) AS persons UNWIND range(0, 999) AS i
     WITH persons[i * 13 % 100] AS a, persons[i * 29 % 1000] AS b, i
     CREATE (a)-[:Met {day: date('2014-01-01') + duration({days: i % 365}), number: i,
       kind: ['visit', 'talk', 'talk', 'letter'][i % 4]} VALID edtf('2014')]->(b)",
    "CREATE CONSTRAINT person_id FOR (p:Person) REQUIRE p.id IS UNIQUE",
    "CREATE INDEX person_name FOR (p:Person) ON (p.name)",
    "CREATE INDEX met_number FOR ()-[m:Met]-() ON (m.number)",
];

/// Estimates are wrong by this at most.
const WRONG_MAX: f64 = 10.0;

#[test]
fn plans_are_what_is_written_down() {
    let store = graph();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/plans");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("there are plans")
        .map(|entry| entry.expect("the folder is readable").path())
        .collect();
    files.sort();
    let (mut wrong, mut queries) = (String::new(), 0);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file of plans is readable");
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let mut now = String::new();
        for block in text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
            let separate = if now.is_empty() { "" } else { "\n" };
            if block.lines().all(|line| line.starts_with('#')) {
                writeln!(now, "{separate}{block}").expect("a string");
                continue;
            }
            let query = block.split_once("\n---").map_or(block, |(query, _)| query);
            queries += 1;
            let (plan, worst) = plan(&store, query);
            writeln!(now, "{separate}{query}\n---\n{}", plan.trim_end()).expect("a string");
            // Whether a condition on a subquery holds is not asked of the sample.
            let is_unasked =
                plan.lines().any(|line| line.contains("Filter") && line.contains("subquery"));
            if worst > WRONG_MAX && !is_unasked {
                writeln!(wrong, "{name}: {worst:.0} times wrong:\n{query}\n{plan}").expect("text");
            }
        }
        if now != text && updating() {
            std::fs::write(&file, now).expect("a file of plans is writable");
        } else if now != text {
            writeln!(wrong, "{name}:\n{}", difference(&text, &now)).expect("a string");
        }
    }
    assert!(queries > 50, "there are plans");
    assert!(wrong.is_empty(), "\n{wrong}\nUPDATE_EXPECT=1 cargo test plans writes them anew.");
}

fn graph() -> Store {
    let store = Store::memory();
    for statement in GRAPH {
        if let Err(error) = store.query(statement, ()) {
            panic!("{statement}\n{error}");
        }
    }
    store.database().checkpoint().expect("memory can be folded");
    store
}

/// The plan of a query, with what is expected and what comes; and by how much the worst estimate
/// is wrong.
fn plan(store: &Store, query: &str) -> (String, f64) {
    let query = query.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    let rows = match store.query(&format!("PROFILE {query}"), ()) {
        Ok(rows) => rows,
        Err(error) => panic!("{query}\n{error}"),
    };
    let mut lines: Vec<(String, String, i64, i64)> = Vec::new();
    for at in 0..rows.len() {
        let row = rows.get(at).expect("a row of the plan");
        lines.push((
            row.get("operator").expect("a text"),
            row.get("details").expect("a text"),
            row.get("estimate").expect("a number"),
            row.get("rows").expect("a number"),
        ));
    }
    let width = lines.iter().map(|line| line.0.chars().count()).max().unwrap_or(0);
    let (mut text, mut worst) = (String::new(), 1.0_f64);
    for (operator, details, estimate, rows) in lines {
        let line = format!("{operator:width$}  {details}");
        writeln!(text, "{}  [{estimate} → {rows}]", line.trim_end()).expect("a string");
        let (estimate, rows) = (estimate.max(1) as f64, rows.max(1) as f64);
        worst = worst.max(estimate / rows).max(rows / estimate);
    }
    (text, worst)
}
