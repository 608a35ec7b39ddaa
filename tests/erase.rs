//! `ERASE`: what it takes from the graph, from recorded time and from the disk, and what it leaves.

use dossier::{Store, Value};

const SECRET: &str = "Zacharias Quillfeather";

fn run(store: &Store, query: &str) {
    store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
}

/// The rows of a query, each as a line.
fn lines(store: &Store, query: &str) -> Vec<String> {
    let rows = store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    let cell = |value: &Value| match value {
        Value::String(text) => text.to_string(),
        Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    rows.iter().map(|row| row.values().iter().map(cell).collect::<Vec<_>>().join(" | ")).collect()
}

/// Commits 1 to 5: a statement is made, corrected and deleted, another one is made.
fn fill(store: &Store) {
    for query in [
        format!(
            "CREATE (:Document {{name: 'Notes', date: date('2018-11-13')}}), (:Document {{name: 'Diary of {SECRET}'}}),
             (:Person {{name: '{SECRET}'}}), (:Person {{name: 'Medoev'}})"
        ),
        format!(
            "MATCH (a:Person {{name: '{SECRET}'}}), (b:Person {{name: 'Medoev'}})
             CREATE (a)-[:MET {{note: 'told by {SECRET}'}} VALID edtf('2017-11') SOURCE 'Diary of {SECRET}' {{page: 3}}]->(b)"
        ),
        "MATCH ()-[r:MET]->() SET r VALID edtf('2017-11-12')".to_owned(),
        "MATCH ()-[r:MET]->() DELETE r".to_owned(),
        format!(
            "MATCH (a:Person {{name: '{SECRET}'}}), (b:Person {{name: 'Medoev'}})
             CREATE (a)-[:MET VALID edtf('2018-01-05') SOURCE 'Notes' {{paragraph: 1}}, 'Diary of {SECRET}' {{page: 9}}]->(b)"
        ),
    ] {
        run(store, &query);
    }
}

#[test]
fn a_reason_is_asked_for() {
    let store = Store::memory();
    fill(&store);
    for query in [
        "MATCH (p:Person) ERASE p",
        "MATCH (p:Person) ERASE p REASON ' '",
        "MATCH (p:Person) ERASE p REASON null",
    ] {
        let error = store.query(query, ()).expect_err(query);
        assert!(error.to_string().contains("ERASE needs a reason"), "{error}");
    }
    assert_eq!(lines(&store, "MATCH (p:Person) RETURN count(*)"), ["2"]);
    assert!(lines(&store, "SHOW ERASURES").is_empty());
}

#[test]
fn an_erased_statement_was_never_known() {
    let store = Store::memory();
    fill(&store);
    let known = |commit: u64| format!("MATCH ()-[r:MET]->() KNOWN AT {commit} RETURN count(r)");
    assert_eq!(lines(&store, &known(5)), ["1"]);
    run(&store, "MATCH ()-[r:MET]->() ERASE r REASON 'court order'");
    assert_eq!(lines(&store, "MATCH ()-[r:MET]->() RETURN count(r)"), ["0"]);
    assert_eq!(lines(&store, &known(5)), ["0"]);
    // What was deleted before it, another statement, is kept.
    assert_eq!(lines(&store, &known(3)), ["1"]);
    let changes = "CALL dossier.changes(0, null) YIELD commit, change RETURN commit, change";
    assert_eq!(lines(&store, changes), ["2 | added", "3 | corrected", "4 | closed"]);
    assert_eq!(
        lines(&store, "SHOW ERASURES YIELD commit, element, name, reason"),
        ["6 | relationship | MET | court order"]
    );
    assert_eq!(lines(&store, "CALL dossier.erasures() YIELD id RETURN count(id)"), ["1"]);
}

#[test]
fn with_a_node_goes_all_that_was_ever_said_of_it() {
    let store = Store::memory();
    fill(&store);
    run(
        &store,
        &format!("MATCH (p:Person {{name: '{SECRET}'}}) ERASE p REASON 'asked to be forgotten'"),
    );
    assert_eq!(lines(&store, "MATCH (p:Person) RETURN p.name"), ["Medoev"]);
    for commit in 0..=5 {
        let persons = format!("MATCH (p:Person) ALL TIME KNOWN AT {commit} RETURN p.name");
        assert!(lines(&store, &persons).iter().all(|name| name == "Medoev"), "commit {commit}");
        let met = format!("MATCH ()-[r:MET]->() KNOWN AT {commit} RETURN count(r)");
        assert_eq!(lines(&store, &met), ["0"]);
    }
    assert!(lines(&store, "CALL dossier.changes(0, null)").is_empty());
    let log = lines(&store, "SHOW ERASURES YIELD element, name, reason");
    assert_eq!(
        log,
        ["relationship | MET | asked to be forgotten", "node | Person | asked to be forgotten"]
    );
}

#[test]
fn an_erased_document_is_cited_nowhere() {
    let store = Store::memory();
    fill(&store);
    run(
        &store,
        "COMPLETE (:Person)-[:MET]->(:Person {name: 'Medoev'}) SOURCE 'Notes' {paragraph: 2}",
    );
    run(&store, "MATCH (d:Document) WHERE d.name STARTS WITH 'Diary' ERASE d REASON 'private'");
    let sources = |known: &str| {
        lines(
            &store,
            &format!(
                "MATCH ()-[r:MET]->() ALL TIME {known} UNWIND evidence(r) AS e RETURN e.document"
            ),
        )
    };
    assert_eq!(sources(""), ["Notes"]);
    assert_eq!(sources("KNOWN AT 5"), ["Notes"]);
    // What rested on it alone is kept, and says no more where it stands.
    assert!(sources("KNOWN AT 3").iter().all(|document| !document.contains("Diary")));
    assert_eq!(lines(&store, "MATCH ()-[r:MET]->() KNOWN AT 3 RETURN count(r)"), ["1"]);
    assert_eq!(lines(&store, "SHOW COMPLETENESS YIELD sources RETURN sources[0]"), ["Notes ¶2"]);
}

#[test]
fn nothing_of_it_is_left_on_the_disk() {
    let place = crate::store::Place::new();
    let path = place.path();
    let store = Store::create(path).expect("a store");
    fill(&store);
    let bytes_with_secret = || {
        let files = std::fs::read_dir(path).expect("the folder of the store");
        let holds = |file: std::fs::DirEntry| {
            let bytes = std::fs::read(file.path()).unwrap_or_default();
            bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes())
        };
        files.filter_map(std::result::Result::ok).any(holds)
    };
    assert!(bytes_with_secret());
    run(
        &store,
        "MATCH (n) WHERE n.name CONTAINS 'Quillfeather' ERASE n REASON 'asked to be forgotten'",
    );
    drop(store);
    assert!(!bytes_with_secret());
    let store = Store::open(path).expect("the store again");
    assert_eq!(lines(&store, "MATCH (n) RETURN n.name ORDER BY n.name"), ["Medoev", "Notes"]);
    assert_eq!(
        lines(&store, "SHOW ERASURES YIELD name RETURN name ORDER BY name"),
        ["Document", "MET", "Person"]
    );
}

/// What a checkpoint has put away is forgotten as well: relationships that were deleted long ago go
/// with the node that they had as an end, and so do places in a document.
#[test]
fn the_history_on_the_disk_forgets_too() {
    let place = crate::store::Place::new();
    let store = Store::create(place.path()).expect("a store");
    fill(&store);
    store.database().checkpoint().expect("a checkpoint");
    drop(store);
    let store = Store::open(place.path()).expect("the store again");
    let known = "MATCH ()-[r:MET]->() KNOWN AT 3 RETURN r.note";
    assert_eq!(lines(&store, known), [format!("told by {SECRET}")]);
    run(&store, "MATCH (d:Document) WHERE d.name STARTS WITH 'Diary' ERASE d REASON 'private'");
    let cited = "MATCH ()-[r:MET]->() KNOWN AT 3 UNWIND evidence(r) AS e RETURN e.document";
    assert!(lines(&store, cited).iter().all(|document| !document.contains("Diary")));
    assert_eq!(lines(&store, known).len(), 1);
    run(&store, "MATCH (p:Person) WHERE p.name <> 'Medoev' ERASE p REASON 'asked to be forgotten'");
    for round in 0..2 {
        let store = Store::open(place.path()).expect("the store again");
        for commit in 0..=6 {
            let persons = format!("MATCH (p:Person) ALL TIME KNOWN AT {commit} RETURN p.name");
            assert!(
                lines(&store, &persons).iter().all(|name| name == "Medoev"),
                "{round} {commit}"
            );
            let met = format!("MATCH ()-[r:MET]->() KNOWN AT {commit} RETURN count(r)");
            assert_eq!(lines(&store, &met), ["0"], "{round} {commit}");
        }
        store.database().check().expect("sound");
    }
}

#[test]
fn an_erasure_that_is_rolled_back_erases_nothing() {
    let store = Store::memory();
    fill(&store);
    let session = store.session();
    session.query("BEGIN", ()).expect("a transaction");
    session.query("MATCH (p:Person) ERASE p REASON 'a mistake'", ()).expect("erased");
    session.query("ROLLBACK", ()).expect("rolled back");
    assert_eq!(lines(&store, "MATCH (p:Person) KNOWN AT 3 RETURN count(p)"), ["2"]);
    assert!(lines(&store, "SHOW ERASURES").is_empty());
}
