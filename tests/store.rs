//! Stores on disk, from outside: what one process writes another reads, and what is wrong is named.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use dossier::store::{Cell, Database, GenerationBuilder, Options};
use dossier::{Store, Value};

/// A place for a store, removed with it.
pub struct Place(PathBuf);

impl Place {
    pub fn new() -> Place {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dossier-test-{}-{number}", std::process::id());
        Place(std::env::temp_dir().join(name))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The facts of a graph; a checkpoint may put them in another order.
fn facts(store: &Store) -> Vec<String> {
    let text = dossier::load::facts::export(&*store.snapshot());
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort_unstable();
    lines
}

fn count(store: &Store, query: &str) -> i64 {
    let rows = store.query(query, ()).unwrap();
    rows.iter().next().unwrap().values()[0].as_int().unwrap()
}

/// Everything that the facts of the article need: dates, sources, completeness, phrases, aliases.
#[test]
fn the_shipped_facts_survive_closing_and_checkpoints() {
    let place = Place::new();
    let shipped = Store::shipped().unwrap();
    let expected = facts(&shipped);
    let store = Store::create(place.path()).unwrap();
    store.load_facts("article", dossier::load::facts::SHIPPED).unwrap();
    for round in 0..3 {
        assert_eq!(facts(&store), expected, "round {round}");
        let reopened = Store::open(place.path()).unwrap();
        assert_eq!(facts(&reopened), expected, "reopened, round {round}");
        let report = store.database().check().unwrap();
        assert_eq!(report.recent_commits, u64::from(round == 0));
        store.database().checkpoint().unwrap();
    }
}

#[test]
fn a_reader_follows_a_writer() {
    let place = Place::new();
    let writer = Store::create(place.path()).unwrap();
    let reader = Store::open(place.path()).unwrap();
    let pinned = reader.snapshot();
    for round in 1..=4 {
        writer.query("CREATE (:Person {name: 'somebody'})", ()).unwrap();
        if round == 2 {
            writer.database().checkpoint().unwrap();
        }
        assert_eq!(count(&reader, "MATCH (p:Person {name: 'somebody'}) RETURN count(p)"), round);
    }
    assert_eq!(pinned.statistics().nodes, 0);
    let error = reader.query("CREATE ()", ()).unwrap_err();
    assert_eq!(error.code(), "store::locked");
    let holder = format!("process {}", std::process::id());
    assert!(error.message().contains(&holder), "{error}");
    drop(writer);
    reader.query("CREATE ()", ()).unwrap();
    assert_eq!(count(&reader, "MATCH (n) RETURN count(n)"), 5);
}

#[test]
fn whole_tables_become_a_store() {
    let place = Place::new();
    let mut builder = GenerationBuilder::default();
    let names = builder.catalog_mut();
    let (person, knows) = (names.intern_label("Person"), names.intern_type("KNOWS"));
    let name = names.intern_key("name");
    for row in builder.add_nodes(&[person], 1000).unwrap() {
        builder.node_column(name).set(row, Cell::Text(&format!("Person {row}")));
        builder.relationships(knows).add(row, (row * 7) % 1000).unwrap();
    }
    drop(Database::create_from(place.path(), builder, Options::default()).unwrap());
    let store = Store::open(place.path()).unwrap();
    let query = "MATCH (:Person {name: $name})-[:KNOWS]->(p) RETURN p.name";
    let rows = store.query(query, [("name", "Person 500")]).unwrap();
    assert_eq!(rows.iter().next().unwrap().values()[0], Value::from("Person 500"));
    let again = Database::create(place.path(), Options::default()).unwrap_err();
    assert_eq!(again.code(), "store::exists");
}

#[test]
fn what_is_no_store_is_named() {
    let place = Place::new();
    assert_eq!(Store::open(place.path()).unwrap_err().code(), "store::no_store");
    std::fs::create_dir(place.path()).unwrap();
    assert_eq!(Store::open(place.path()).unwrap_err().code(), "store::no_store");
    std::fs::write(place.path().join("letter.txt"), "Dear reader").unwrap();
    assert_eq!(Store::create(place.path()).unwrap_err().code(), "store::exists");
    std::fs::write(place.path().join("manifest.redb"), "Dear reader").unwrap();
    assert_eq!(Store::open(place.path()).unwrap_err().code(), "store::damaged");
}

/// A process that writes is killed at some moment; what it had acknowledged is there, and nothing
/// in part. `DOSSIER_KILL_ROUNDS` asks for more rounds.
#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let rounds =
        std::env::var("DOSSIER_KILL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    let place = Place::new();
    let mut acknowledged = 0;
    let mut seed = 88_172_645_463_325_252_u64;
    for round in 0..rounds {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dossier"))
            .args(["pipe", "--store"])
            .arg(place.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let feeder = std::thread::spawn(move || {
            for number in acknowledged + 1.. {
                // Two nodes and a relationship: a commit that is there in part would show.
                let line = format!(
                    "{{\"query\": \"CREATE (:A {{n: {number}}})-[:R]->(:B {{n: {number}}})\"}}\n"
                );
                if input.write_all(line.as_bytes()).is_err() {
                    return;
                }
            }
        });
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let output = child.stdout.take().unwrap();
        let reader = std::thread::spawn(move || {
            let replies = BufReader::new(output).lines().map_while(Result::ok);
            replies.filter(|reply| reply.contains("\"nodes_created\":2")).count() as i64
        });
        std::thread::sleep(Duration::from_micros(20_000 + seed % 200_000));
        child.kill().unwrap();
        child.wait().unwrap();
        let replies = reader.join().unwrap();
        feeder.join().unwrap();
        let store = match Store::open(place.path()) {
            Ok(store) => store,
            Err(error) => {
                assert_eq!((error.code(), acknowledged + replies), ("store::no_store", 0));
                continue;
            }
        };
        let pairs = count(&store, "MATCH (a:A)-[:R]->(b:B {n: a.n}) RETURN count(*)");
        assert_eq!(count(&store, "MATCH (n) RETURN count(n)"), pairs * 2, "round {round}");
        assert_eq!(count(&store, "MATCH (n:A) RETURN coalesce(max(n.n), 0)"), pairs);
        assert!(
            pairs >= acknowledged + replies,
            "round {round}: {pairs} of {acknowledged} + {replies}"
        );
        store.database().check().unwrap();
        acknowledged = pairs;
        if round % 3 == 2 {
            store.database().checkpoint().unwrap();
        }
    }
}
