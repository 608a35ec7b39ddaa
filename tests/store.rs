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

fn count(store: &Store, query: &str) -> i64 {
    let rows = store.query(query, ()).unwrap();
    rows.iter().next().unwrap().values()[0].as_int().unwrap()
}

/// Everything that the facts of the article need: dates, sources, completeness, phrases, aliases.
#[test]
fn the_shipped_facts_survive_closing_and_checkpoints() {
    let place = Place::new();
    let shipped = Store::shipped().unwrap();
    let expected = dossier::load::facts::export(&*shipped.snapshot());
    let store = Store::create(place.path()).unwrap();
    store.load_facts("article", dossier::load::facts::SHIPPED).unwrap();
    for round in 0..3 {
        let found = dossier::load::facts::export(&*store.snapshot());
        assert_eq!(found, expected, "round {round}");
        let reopened = Store::open(place.path()).unwrap();
        let found = dossier::load::facts::export(&*reopened.snapshot());
        assert_eq!(found, expected, "reopened, round {round}");
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
