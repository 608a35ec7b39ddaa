//! A flipped bit in every kind of section ends in an error that names the place, or in an equal
//! store; never in a wrong answer and never in a panic.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::backend::{Access, Folder, MANIFEST};
use super::format::Kind;
use super::manifest::Manifest;
use super::{Database, Options};
use crate::graph::source::Support;
use crate::graph::statement::{Qualifiers, Rank};
use crate::graph::{Direction, Snapshot, Transaction};
use crate::value::time::{Date, Edtf};
use crate::value::{NodeId, Value};

/// A folder of its own for a store, gone with this.
struct Place(PathBuf);

impl Place {
    fn new() -> Place {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dossier-damage-{}-{number}", std::process::id());
        Place(std::env::temp_dir().join(name))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Writes something that needs every kind of section there is.
fn everything(database: &Database) {
    let mut write = database.begin_write().unwrap();
    let labels = ["A", "B"].map(|name| write.intern_label(name));
    let kind = write.intern_type("T");
    let keys: Vec<_> =
        ["text", "whole", "real", "day", "yes", "list"].map(|name| write.intern_key(name)).into();
    let value = |key: usize, n: i64| match key {
        0 => format!("text {}", n % 7).as_str().into(),
        1 => (n * 7 % 11).into(),
        2 => (n as f64 / 4.0).into(),
        3 => Date::from_days(n).into(),
        4 => (n % 2 == 0).into(),
        _ => Value::list([n.into(), "x".into()]),
    };
    let nodes: Vec<NodeId> = (0..40)
        .map(|n| {
            let node = write.create_node(&labels[usize::from(n % 3 == 0)..]).unwrap();
            for (at, key) in
                keys.iter().enumerate().filter(|(at, _)| !(n as usize + at).is_multiple_of(5))
            {
                write.set_node_property(node, *key, value(at, n));
            }
            node
        })
        .collect();
    let plain = write.intern_type("P");
    for n in 0..200 {
        let ends = [nodes[6 + n % 11], nodes[6 + n * n % 30]];
        let statement = write.create_statement(plain, ends[0], ends[1]).unwrap();
        // Few are more than their ends: which ones is packed, as all of them are.
        if n == 70 {
            let valid = Edtf::parse("2011").ok();
            write.qualify(statement, Qualifiers { valid, ..Qualifiers::default() });
        }
    }
    for n in 0..80i64 {
        let ends = [n * 3 % 40, n * 7 % 40].map(|at| nodes[at as usize]);
        let statement = write.create_statement(kind, ends[0], ends[1]).unwrap();
        for (at, key) in
            keys.iter().enumerate().filter(|(at, _)| !(n as usize + at).is_multiple_of(4))
        {
            write.set_statement_property(statement, *key, value(at, n));
        }
        let document = nodes[0];
        let support = Support { document, locator: Arc::default(), summary: None };
        if n % 3 == 0 {
            let valid = Edtf::parse("2008-08/..").ok();
            let rank = Rank::ALL[n as usize % 2 * 2];
            let support = vec![support];
            write.qualify(statement, Qualifiers { valid, support, rank, ..Qualifiers::default() });
        }
    }
    write.commit().unwrap();
    // Numbers that are not the ids come with a deletion and a checkpoint.
    let mut write = database.begin_write().unwrap();
    for id in [1, 5] {
        let mut gone = Vec::new();
        for direction in [Direction::Outgoing, Direction::Incoming] {
            write.adjacency(kind, direction).for_each(NodeId(id), |_, s| gone.push(s));
        }
        for statement in gone {
            write.delete_statement(statement);
        }
        write.delete_node(NodeId(id));
    }
    write.commit().unwrap();
    database.checkpoint().unwrap();
}

/// Writes over that what needs every kind of section of a tail.
fn everything_since(database: &Database) {
    let mut write = database.begin_write().unwrap();
    let labels = ["A", "B", "C"].map(|name| write.intern_label(name));
    let (kind, plain) = (write.intern_type("T"), write.intern_type("P"));
    let keys = ["text", "whole", "list"].map(|name| write.intern_key(name));
    let mut old = Vec::new();
    write.scan_nodes(None, NodeId(0), 4, &mut old);
    write.add_label(old[0], labels[2]);
    write.remove_label(old[1], labels[1]);
    let mut gone = Vec::new();
    for direction in [Direction::Outgoing, Direction::Incoming] {
        for of_type in [kind, plain] {
            write.adjacency(of_type, direction).for_each(old[2], |_, id| gone.push(id));
        }
    }
    gone.into_iter().for_each(|id| {
        write.delete_statement(id);
    });
    write.delete_node(old[2]);
    for n in 0..90i64 {
        let node = write.create_node(&labels[n as usize % 3..]).unwrap();
        write.set_node_property(node, keys[0], format!("new {n}").as_str().into());
        write.set_node_property(node, keys[1], n.into());
        let statement = write.create_statement(kind, node, old[n as usize % 2]).unwrap();
        write.set_statement_property(statement, keys[2], Value::list([n.into()]));
        write.set_statement_property(statement, keys[0], "said".into());
        let valid = Edtf::parse("2011/..").ok();
        write.qualify(statement, Qualifiers { valid, ..Qualifiers::default() });
    }
    write.set_node_property(old[3], keys[0], "written over".into());
    write.commit().unwrap();
    database.settle().unwrap();
}

/// Everything that can be read, as text.
fn content(database: &Database) -> String {
    let graph = database.begin_read();
    let catalog = graph.catalog();
    let labels: Vec<_> = catalog.labels().collect();
    let (types, keys): (Vec<_>, Vec<_>) = (catalog.types().collect(), catalog.keys().collect());
    let mut out = format!("{} {labels:?} {types:?} {keys:?}\n", graph.commit());
    for node in (0..graph.node_bound()).map(NodeId) {
        out += &format!(
            "{} {:?} {:?}\n",
            graph.node_element_id(node),
            graph.labels(node),
            graph.node_properties(node)
        );
    }
    for id in (0..graph.statement_bound()).map(crate::value::StatementId) {
        out += &format!(
            "{} {:?} {:?} {:?}\n",
            graph.statement_element_id(id),
            graph.statement(id),
            graph.statement_properties(id),
            graph.qualifiers(id)
        );
    }
    out
}

#[test]
fn a_flipped_bit_in_any_section_is_named() {
    let place = Place::new();
    let database = Database::create(&place.0, Options::default()).unwrap();
    everything(&database);
    everything_since(&database);
    let right = content(&database);
    let sections = database.shared.files().unwrap().sections().unwrap();
    let kinds: std::collections::BTreeSet<Kind> =
        sections.iter().flatten().map(|(kind, ..)| *kind).collect();
    // Four kinds are only read: they hold what is packed since.
    assert_eq!(kinds.len(), Kind::ALL.len() - 4, "every kind of section is there: {kinds:?}");
    drop(database);
    for (beginning, sections) in ["generation", "tail"].into_iter().zip(sections) {
        let file = std::fs::read_dir(&place.0)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.file_name().unwrap().to_string_lossy().starts_with(beginning))
            .unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        damaged_in_every_way(&place, &file, &name, &sections);
        let database = Database::open(&place.0, Options::default()).unwrap();
        assert!(content(&database) == right);
        database.check().unwrap();
    }
}

/// Flips bits of a file of a store, cuts it off, takes it away; leaves it as it was.
fn damaged_in_every_way(
    place: &Place,
    file: &Path,
    name: &str,
    sections: &[(Kind, u32, std::ops::Range<usize>)],
) {
    let good = std::fs::read(file).unwrap();
    let flip = |at: usize, bit: u8, section: Option<Kind>| {
        let mut bad = good.clone();
        bad[at] ^= 1 << bit;
        std::fs::write(file, bad).unwrap();
        let error = Database::open(&place.0, Options::default()).unwrap_err();
        assert!(["store::damaged", "store::version"].contains(&error.code()), "{error:?}");
        assert!(error.message().contains(name), "{error}");
        if let Some(kind) = section {
            assert!(error.message().contains(&format!("{kind:?}")), "{error}");
        }
    };
    for at in (0..64).chain((64..64 + 40 * sections.len()).step_by(7)) {
        flip(at, (at % 8) as u8, None);
    }
    for (kind, _, range) in sections.iter().filter(|(.., range)| !range.is_empty()) {
        let length = range.len();
        for at in [0, length / 2, length - 1] {
            flip(range.start + at, (at % 8) as u8, Some(*kind));
        }
    }
    for cut in [0, 1, 63, 64, 200, good.len() - 1] {
        std::fs::write(file, &good[..cut]).unwrap();
        let error = Database::open(&place.0, Options::default()).unwrap_err();
        assert_eq!(error.code(), "store::damaged", "{error:?}");
    }
    std::fs::remove_file(file).unwrap();
    let error = Database::open(&place.0, Options::default()).unwrap_err();
    assert!(error.message().contains(name), "{error}");
    std::fs::write(file, &good).unwrap();
}

#[test]
fn a_store_of_a_later_version_is_refused() {
    let place = Place::new();
    drop(Database::create(&place.0, Options::default()).unwrap());
    let folder = Folder::new(&place.0);
    let manifest = Manifest::open(&folder, Access::Write).unwrap();
    manifest.set_version(&folder, 9).unwrap();
    drop(manifest);
    let error = Database::open(&place.0, Options::default()).unwrap_err();
    assert_eq!(error.code(), "store::version");
    assert!(error.message().contains("version 9") && !error.hints().is_empty(), "{error}");
}

#[test]
fn a_flipped_bit_in_the_manifest_is_an_error_or_changes_nothing() {
    let place = Place::new();
    let database = Database::create(&place.0, Options::default()).unwrap();
    everything(&database);
    for _ in 0..3 {
        let mut write = database.begin_write().unwrap();
        write.create_node(&[]).unwrap();
        write.commit().unwrap();
    }
    let right = content(&database);
    let known = |database: &Database| {
        let at = database.known_at(database.begin_read().commit() - 2)?;
        Ok::<_, crate::Error>((at.node_bound(), at.history.last_micros()))
    };
    let then = known(&database).unwrap();
    drop(database);
    let file = place.0.join(MANIFEST);
    let good = std::fs::read(&file).unwrap();
    let every = std::env::var("DOSSIER_FLIP_EVERY").ok().and_then(|every| every.parse().ok());
    let (mut equal, mut wrong) = (Vec::new(), 0);
    let bytes = (0..good.len()).step_by(every.unwrap_or(good.len() / 150 + 1)).chain(64..320);
    let header = (0..64).flat_map(|at| (0..8).map(move |bit| (at, bit)));
    for (at, bit) in bytes.map(|at| (at, at % 8)).chain(header) {
        let mut bad = good.clone();
        bad[at] ^= 1 << bit;
        std::fs::write(&file, &bad).unwrap();
        let opened = Database::open(&place.0, Options::default());
        match opened.and_then(|database| known(&database).map(|known| (database, known))) {
            Ok((database, known)) => {
                assert!(content(&database) == right, "byte {at}");
                assert!(known == then, "byte {at}: {known:?}");
                if database.check().is_ok() { equal.push((at, bit)) } else { wrong += 1 }
            }
            Err(error) => {
                assert_eq!(error.code(), "store::damaged", "byte {at}: {error:?}");
                assert!(error.message().contains(MANIFEST), "byte {at}: {error}");
                wrong += 1;
            }
        }
    }
    assert!(!equal.is_empty() && wrong > 0, "{equal:?} {wrong}");
    // What changes nothing is what nobody reads: free pages, the ends of pages, what a header does not use.
    let mut bad = good;
    // Of flags and lengths in the header redb finds out for itself what is wrong with one of them alone.
    equal.retain(|(at, _)| *at >= 32);
    equal.sort_unstable();
    equal.dedup();
    equal.iter().for_each(|(at, bit)| bad[*at] ^= 1 << bit);
    std::fs::write(&file, &bad).unwrap();
    let database = Database::open(&place.0, Options::default()).unwrap();
    assert!(content(&database) == right);
    assert!(known(&database).unwrap() == then);
    database.check().unwrap();
    let mut write = database.begin_write().unwrap();
    write.create_node(&[]).unwrap();
    write.commit().unwrap();
    database.compact().unwrap();
    let right = content(&database);
    drop(database);
    let database = Database::open(&place.0, Options::default()).unwrap();
    assert!(content(&database) == right);
    database.check().unwrap();
}

/// Of what `check` calls in order, everything that changes a store works; of what it does not, a copy does.
#[test]
fn what_check_says_is_in_order_can_be_written() {
    let place = Place::new();
    let database = Database::create(&place.0, Options::default()).unwrap();
    everything(&database);
    let mut write = database.begin_write().unwrap();
    write.create_node(&[]).unwrap();
    write.commit().unwrap();
    drop(database);
    let files = std::fs::read_dir(&place.0).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = files.map(|path| (std::fs::read(&path).unwrap(), path)).collect();
    let manifest = place.0.join(MANIFEST);
    let good = std::fs::read(&manifest).unwrap();
    let flipped = |at: usize| {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        (format!("byte {at}"), bad)
    };
    let places = (0..good.len()).step_by(good.len() / 60 + 1).chain((4096..16384).step_by(97));
    let mut bad: Vec<(String, Vec<u8>)> =
        places.filter(|at| *at < good.len()).map(flipped).collect();
    for length in [good.len() - 4096, good.len() - 1, good.len() + 777, good.len() + 4096] {
        let mut resized = good.clone();
        resized.resize(length, 0);
        bad.push((format!("{length} bytes of {}", good.len()), resized));
    }
    let (mut in_order, mut only_read) = (0, 0);
    for (what, bad) in bad {
        for (bytes, path) in &files {
            std::fs::write(path, bytes).unwrap();
        }
        std::fs::write(&manifest, &bad).unwrap();
        let Ok(database) = Database::open(&place.0, Options::default()) else { continue };
        let checked = database.check();
        assert!(std::fs::read(&manifest).unwrap() == bad, "{what}: a check changes nothing");
        let written = || {
            let mut write = database.begin_write()?;
            write.create_node(&[])?;
            write.commit()?;
            database.compact()
        };
        match checked {
            Ok(_) => {
                written().unwrap_or_else(|error| panic!("{what}: {error}"));
                in_order += 1;
            }
            Err(error) if error.hints().iter().any(|hint| hint.starts_with("dossier backup")) => {
                assert!(error.message().contains(MANIFEST), "{error}");
                let copy = Place::new();
                database.backup(&copy.0).unwrap();
                let copy = Database::open(&copy.0, Options::default()).unwrap();
                copy.check().unwrap();
                only_read += 1;
            }
            Err(_) => {}
        }
        drop(database);
        std::fs::remove_dir_all(&place.0).unwrap();
        std::fs::create_dir(&place.0).unwrap();
    }
    assert!(in_order > 0 && only_read > 0, "{in_order} {only_read}");
}

/// What stands in the place of a store, or of one of its files, is called by its name.
#[test]
fn files_of_other_programs_are_named() {
    let place = Place::new();
    let opened = |place: &Place| Database::open(&place.0, Options::default()).map(drop);
    let says = |error: crate::Error, what: &str| {
        assert!(error.message().contains(what), "{error} instead of {what}");
    };
    let files: [(&[u8], &str); 5] = [
        (b"\x89PNG\r\n\x1a\n....", "a PNG picture"),
        (b"SQLite format 3\0....", "a database of SQLite"),
        (b"PK\x03\x04....", "a zip archive"),
        (b"", "an empty file"),
        (b"Dear reader", "a file of text"),
    ];
    for (bytes, what) in files {
        std::fs::write(&place.0, bytes).unwrap();
        let error = opened(&place).unwrap_err();
        assert_eq!(error.code(), "store::no_store");
        says(error, what);
        std::fs::remove_file(&place.0).unwrap();
    }
    everything(&Database::create(&place.0, Options::default()).unwrap());
    let generation = std::fs::read_dir(&place.0).unwrap().flatten().map(|entry| entry.path());
    let generation = generation.filter(|path| path.display().to_string().contains("generation"));
    for path in generation.chain([place.0.join(MANIFEST)]).collect::<Vec<_>>() {
        let whole = std::fs::read(&path).unwrap();
        for (bytes, what) in &files[..3] {
            std::fs::write(&path, bytes).unwrap();
            let error = opened(&place).unwrap_err();
            assert_eq!(error.code(), "store::damaged");
            says(error, what);
        }
        std::fs::write(&path, whole).unwrap();
    }
    opened(&place).unwrap();
    // A database of redb whose tables are not ours.
    let manifest = place.0.join(MANIFEST);
    std::fs::remove_file(&manifest).unwrap();
    let foreign = redb::Database::create(&manifest).unwrap();
    let write = foreign.begin_write().unwrap();
    let table = redb::TableDefinition::<u64, u64>::new("scores");
    write.open_table(table).unwrap().insert(1, 2).unwrap();
    write.commit().unwrap();
    drop(foreign);
    says(opened(&place).unwrap_err(), "another program made");
}
