//! How many instructions queries take: a kernel or a plan that does more than it did shows without a clock.
//!
//! `tests/instructions.txt` has a query on each line with the number of a process that plans it once and
//! runs it four times, less that of one that does the same with `RETURN 1`. Callgrind counts, a debug build
//! is counted, so the numbers are those of one compiler, which the file names. With another compiler, in a
//! release build, or without valgrind the test says that it was skipped.
//!
//! `UPDATE_EXPECT=1 cargo test instructions` writes down the numbers of now; read the difference.

use std::path::{Path, PathBuf};
use std::process::Command;

use dossier::Store;

use crate::scripts::updating;
use crate::store::Place;

/// More than this much above what is written down is a fault; below it the file is out of date.
const MORE_MAX: f64 = 1.05;
const LESS_MAX: f64 = 0.90;

const RUNS: &str = "4";

const GRAPH: [&str; 3] = [
    "UNWIND range(0, 1999) AS i CREATE (:Person {id: i, kind: i % 7, name: 'p' + toString(i)})",
    "MATCH (a:Person) UNWIND [1, 7, 31, 127, 1969] AS step
     MATCH (b:Person {id: (a.id + step) % 2000}) CREATE (a)-[:KNOWS {since: a.id}]->(b)",
    "CREATE CONSTRAINT FOR (p:Person) REQUIRE p.id IS UNIQUE",
];

/// The compiler, as it calls itself.
fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output();
    version.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned()).unwrap_or_default()
}

/// The instructions of a process that runs a query; `None` where they cannot be counted.
fn count(binary: &Path, folder: &Path, query: &str) -> Option<u64> {
    let file = folder.join("query.cypher");
    std::fs::write(&file, format!("// name: one\n{query};\n")).unwrap();
    let out = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(binary)
        .args(["bench", "--runs", RUNS, "--store"])
        .arg(folder.join("store"))
        .arg(&file)
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "{query}: {said}");
    let after = said.split("Collected :").nth(1)?;
    after.split_whitespace().next()?.parse().ok()
}

#[test]
fn queries_take_no_more_instructions_than_before() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/instructions.txt");
    let text = std::fs::read_to_string(&path).expect("there are numbers");
    let (head, lines) = text.split_once('\n').expect("a line names the compiler");
    let compiler = compiler();
    if cfg!(not(debug_assertions)) {
        return println!("skipped: a release build");
    }
    if head != compiler && !updating() {
        return println!("skipped: counted with {head}, this is {compiler}");
    }
    let place = Place::new();
    std::fs::create_dir(place.path()).unwrap();
    let store = Store::create(place.path().join("store")).unwrap();
    GRAPH.iter().for_each(|statement| drop(store.query(statement, ()).unwrap()));
    store.database().checkpoint().unwrap();
    drop(store);
    // What valgrind reads of a binary first takes longer than the queries.
    let binary = place.path().join("dossier");
    let own = Path::new(env!("CARGO_BIN_EXE_dossier"));
    let stripped = Command::new("strip").arg("-g").arg("-o").arg(&binary).arg(own).status();
    let binary = if stripped.is_ok_and(|status| status.success()) { &*binary } else { own };
    let Some(nothing) = count(binary, place.path(), "RETURN 1") else {
        return println!("skipped: no valgrind");
    };
    let (mut now, mut faults) = (format!("{compiler}\n"), Vec::new());
    for line in lines.lines() {
        let (was, query) = line.trim_start().split_once("  ").expect("a number and a query");
        let is = count(binary, place.path(), query).unwrap().saturating_sub(nothing);
        now.push_str(&format!("{is:>12}  {query}\n"));
        let ratio = is as f64 / was.parse::<f64>().unwrap_or(1.0);
        if !(LESS_MAX..=MORE_MAX).contains(&ratio) {
            faults.push(format!("{query}: {is} instructions, {ratio:.2} times what they were"));
        }
    }
    if updating() {
        return std::fs::write(&path, now).unwrap();
    }
    assert!(faults.is_empty(), "{}\nUPDATE_EXPECT=1 writes down what is.", faults.join("\n"));
}
