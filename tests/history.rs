//! Recorded time of a store on disk: what was known at a commit is the same whatever happens to the files.

use dossier::store::{Database, Options};
use dossier::{Store, Value};
use redb::ReadableTable;

use crate::store::Place;

const STEPS: [&str; 9] = [
    "UNWIND range(1, 5) AS n CREATE (:A {n: n})",
    "MATCH (a:A), (b:A) WHERE b.n = a.n + 1 CREATE (a)-[:R {w: a.n} VALID edtf('2001')]->(b)",
    "MATCH (a:A {n: 2}) SET a.x = 1, a:B REMOVE a:A",
    "MATCH ({n: 1})-[r:R]->() SET r.w = 10, r VALID edtf('2002') SAYS denied",
    "CREATE (d:Document {name: 'article'}) WITH d MATCH (a {n: 1}) CREATE (a)-[:S VALID edtf('2003') SOURCE d]->(d)",
    "MATCH (a {n: 3}) DETACH DELETE a",
    "MATCH ()-[r:S]->() SET r RANK preferred",
    "MATCH (a {n: 1}) SET a.n = 7 CREATE (a)-[:S]->(:C {n: 9})",
    "MATCH ()-[r]->() DELETE r",
];

fn rows(store: &Store, query: &str) -> Vec<String> {
    let rows = store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    let text = |value: &Value| dossier::render::value::cell(value, rows.graph()).into_owned();
    let line = |row: dossier::Row<'_>| row.values().iter().map(text).collect::<Vec<_>>().join(", ");
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.sort_unstable();
    lines
}

/// All that is known, by the names that users give.
fn dump(store: &Store, at: &str) -> Vec<String> {
    let nodes = format!("MATCH (n) {at} RETURN id(n), labels(n), properties(n)");
    let relationships = format!(
        "MATCH (a)-[r]->(b) ALL TIME {at} STANCE ANY RETURN id(a), id(r), type(r), properties(r), \
         id(b), toString(valid(r)), stance(r), recorded(r).commit, recorded(r).at"
    );
    let mut all = rows(store, &nodes);
    all.extend(rows(store, &relationships));
    all
}

/// What happens to the files after each step.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    Nothing,
    Checkpoint,
    Reopen,
    Both,
    Backup,
}

#[test]
fn what_was_known_stays_the_same_across_checkpoints_and_reopening() {
    for then in [Then::Nothing, Then::Checkpoint, Then::Reopen, Then::Both, Then::Backup] {
        let mut places = vec![Place::new()];
        let mut store = Store::create(places[0].path()).unwrap();
        let mut states = vec![dump(&store, "")];
        for (number, step) in STEPS.iter().enumerate() {
            store.query(step, ()).unwrap_or_else(|error| panic!("{step}: {error}"));
            states.push(dump(&store, ""));
            if then == Then::Checkpoint || then == Then::Both || number % 4 == 3 {
                store.database().checkpoint().unwrap();
            }
            if then == Then::Backup {
                let copy = Place::new();
                store.database().backup(copy.path()).unwrap();
                store = Store::open(copy.path()).unwrap();
                places.push(copy);
            }
            if then == Then::Reopen || then == Then::Both {
                drop(store);
                store = Store::open(places[0].path()).unwrap();
            }
            for (commit, state) in states.iter().enumerate() {
                let known = dump(&store, &format!("KNOWN AT {commit}"));
                assert_eq!(&known, state, "{then:?}: commit {commit} after {}", number + 1);
            }
        }
        store.database().check().unwrap();
        let changes =
            rows(&store, "CALL dossier.changes(0, 9) YIELD commit, change RETURN commit, change");
        let closed = changes.iter().filter(|row| row.contains("closed")).count();
        let corrected = changes.iter().filter(|row| row.contains("corrected")).count();
        assert_eq!((changes.len(), closed, corrected), (14, 6, 2), "{then:?}: {changes:?}");
        // A reader that has only just come sees it too, and so does one by the clock.
        let reader = Store::open(places.last().unwrap().path()).unwrap();
        assert_eq!(&dump(&reader, "KNOWN AT 4"), &states[4], "{then:?}");
        let at =
            "MATCH ()-[r:R]->() ALL TIME KNOWN AT 2 STANCE ANY RETURN max(recorded(r).at) AS at";
        let at = rows(&reader, at).remove(0);
        assert_eq!(&dump(&reader, &format!("KNOWN AT datetime('{at}')")), &states[2], "{then:?}");
    }
}

#[test]
fn an_import_of_tables_can_be_gone_back_behind() {
    let place = Place::new();
    let store = Store::create(place.path()).unwrap();
    store.query("CREATE (:A {n: 1})", ()).unwrap();
    let add = |base: dossier::store::Base<'_>, builder: &mut dossier::store::GenerationBuilder| {
        assert_eq!(base.len(), 1);
        builder.add_nodes(&[], 4).map(drop)
    };
    store.database().extend(add, |_| Ok(())).unwrap();
    drop(store);
    let store = Store::open(place.path()).unwrap();
    let count = |at: &str| rows(&store, &format!("MATCH (n) {at} RETURN count(n)"));
    assert_eq!(
        (count(""), count("KNOWN AT 1"), count("KNOWN AT 0")),
        (vec!["5".into()], vec!["1".into()], vec!["0".into()])
    );
    store.database().reset().unwrap();
    store.query("CREATE ()", ()).unwrap();
    let error = store.query("MATCH (n) KNOWN AT 2 RETURN n", ()).unwrap_err();
    assert_eq!(error.code(), "store::history");
    assert_eq!(count("KNOWN AT 3"), ["0"]);
    store.database().check().unwrap();
}

/// What is forgotten cannot be asked for, and no byte of it is left.
#[test]
fn what_is_forgotten_is_in_no_answer_and_in_no_file() {
    for checkpoint in [false, true] {
        let place = Place::new();
        let store = Store::create(place.path()).unwrap();
        let said = "CREATE (:P)-[:SAID {what: 'whistleblower-77'} VALID edtf('2018')]->(:P)";
        store.query(said, ()).unwrap();
        if checkpoint {
            store.database().checkpoint().unwrap();
        }
        store.query("MATCH ()-[r:SAID]->() SET r.what = 'else'", ()).unwrap();
        store.query("MATCH ()-[r:SAID]->() DELETE r", ()).unwrap();
        let known = "MATCH ()-[r:SAID]->() KNOWN AT 1 RETURN id(r)";
        assert_eq!(rows(&store, known), ["0"]);
        store.database().forget(&[0]).unwrap();
        assert_eq!(rows(&store, known), [""; 0]);
        store.database().compact().unwrap();
        store.database().check().unwrap();
        drop(store);
        assert_eq!(rows(&Store::open(place.path()).unwrap(), known), [""; 0]);
        for entry in std::fs::read_dir(place.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(16).any(|window| window == b"whistleblower-77");
            assert!(!found, "{} still has it", path.display());
        }
    }
}

#[test]
fn a_history_that_is_to_be_short_is_given_up_from_its_beginning() {
    let place = Place::new();
    let options = Options { keep_history: Some(3), ..Options::default() };
    let on_disk = Database::create(place.path(), options).unwrap();
    for (database, is_disk) in [(on_disk, true), (Database::memory_with(options), false)] {
        let store = Store::of(database);
        for n in 1..=10i64 {
            store.query("MERGE (a:A) SET a.n = $n", [("n", Value::from(n))]).unwrap();
        }
        if is_disk {
            assert_eq!(rows(&store, "MATCH (a:A) KNOWN AT 2 RETURN a.n"), ["2"]);
            store.database().checkpoint().unwrap();
        }
        let error = store.query("MATCH (a:A) KNOWN AT 6 RETURN a.n", ()).unwrap_err();
        assert_eq!((error.code(), error.hints()[0].as_str()), ("store::history", "KNOWN AT 7"));
        assert_eq!(rows(&store, "MATCH (a:A) KNOWN AT 7 RETURN a.n"), ["7"]);
        store.database().check().unwrap();
    }
}

/// A store of version 1 is read as it is; writing makes it one of the present, unless that is refused.
#[test]
fn an_upgrade_can_be_refused() {
    let place = Place::new();
    crate::store::unpack_version(1, place.path());
    let files = || -> Vec<Vec<u8>> {
        let entries = std::fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<_> = entries.filter(|path| !path.ends_with("writer")).collect();
        paths.sort();
        paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
    };
    let before = files();
    let refusing = Options { upgrade: false, ..Options::default() };
    let store = Store::open_with(place.path(), refusing).unwrap();
    assert_eq!(store.database().format(), Some((1, 5)));
    assert_eq!(rows(&store, "MATCH (s:State) RETURN count(s)"), ["3"]);
    assert_eq!(store.query("CREATE ()", ()).unwrap_err().code(), "store::upgrade");
    assert_eq!(rows(&store, "MATCH (s:State) RETURN count(s)"), ["3"]);
    drop(store);
    assert!(files() == before, "nothing was written");
    let store = Store::open(place.path()).unwrap();
    store.query("CREATE ()", ()).unwrap();
    assert_eq!(store.database().format(), Some((5, 5)));
    // What version 1 had folded has no way back; what came after it has.
    let last = store.snapshot().commit();
    assert_eq!(
        rows(&store, &format!("MATCH (s:State) KNOWN AT {} RETURN count(s)", last - 2)),
        ["2"]
    );
    let error = store.query(&format!("MATCH (s) KNOWN AT {} RETURN s", last - 3), ()).unwrap_err();
    assert_eq!(error.code(), "store::history");
    store.database().checkpoint().unwrap();
    drop(store);
    let store = Store::open(place.path()).unwrap();
    assert_eq!(
        rows(&store, &format!("MATCH (s:State) KNOWN AT {} RETURN count(s)", last - 2)),
        ["2"]
    );
    store.database().check().unwrap();
}

/// What was put away and cannot be read is an error, not an empty answer.
#[test]
fn changes_that_cannot_be_read_are_said_to_be() {
    const UNDO: redb::TableDefinition<'_, &[u8], &[u8]> = redb::TableDefinition::new("undo");
    let place = Place::new();
    let store = Store::create(place.path()).unwrap();
    store.query("CREATE (:A {name: 'Lavrov'})-[:MET]->(:A {name: 'Medoev'})", ()).unwrap();
    store.database().checkpoint().unwrap();
    let changes = "CALL dossier.changes(0, null) YIELD change, statement RETURN change, statement";
    assert_eq!(rows(&store, changes), ["added, Lavrov MET Medoev"]);
    let snapshot = store.snapshot();
    drop(store);
    let error = snapshot.changes(0, 1).unwrap_err();
    assert_eq!(error.code(), "store::io");
    assert!(error.message().contains("has been closed"), "{error:?}");
    let mut builder = redb::Builder::new();
    builder.set_concurrency_mode(redb::ConcurrencyMode::SingleWriter);
    let manifest = builder.open(place.path().join("manifest.redb")).unwrap();
    let write = manifest.begin_write().unwrap();
    {
        let mut undo = write.open_table(UNDO).unwrap();
        let (key, mut row) = {
            let (key, row) = undo.first().unwrap().unwrap();
            (key.value().to_vec(), row.value().to_vec())
        };
        row[3] ^= 1;
        undo.insert(&*key, &*row).unwrap();
    }
    write.commit().unwrap();
    drop(manifest);
    let store = Store::open(place.path()).unwrap();
    assert_eq!(rows(&store, "MATCH (a:A) RETURN count(a)"), ["2"]);
    let error = store.query(changes, ()).unwrap_err();
    assert_eq!(error.code(), "store::damaged");
    assert!(error.message().contains("manifest.redb"), "{error:?}");
}

/// The command gives up what is older than it is told to keep, and nothing where it is told nothing.
#[test]
fn the_command_can_be_told_how_much_to_keep() {
    let place = Place::new();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dossier"));
        let done = command.args(arguments).arg("--store").arg(place.path()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (done.status.code(), text(&done.stdout) + &text(&done.stderr))
    };
    let store = Store::create(place.path()).unwrap();
    for n in 1..=10i64 {
        store.query("MERGE (a:A) SET a.n = $n", [("n", Value::from(n))]).unwrap();
    }
    drop(store);
    let known =
        |at: u64| run(&["query", &format!("MATCH (a:A) KNOWN AT {at} RETURN a.n AS known")]);
    assert_eq!(run(&["checkpoint"]).0, Some(0));
    assert_eq!(known(2).0, Some(0));
    run(&["query", "MATCH (a:A) SET a.n = 11"]);
    assert_eq!(run(&["checkpoint", "--keep-history", "3"]).0, Some(0));
    let (code, said) = known(7);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("before commit 8"), "{said}");
    assert_eq!(known(8).0, Some(0));
    assert_eq!(run(&["check"]).0, Some(0));
}
