//! Stores whose folders are exchanged, whose files are missing or are none: nothing is lost, and what is wrong is named.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dossier::Store;
use dossier::store::{Database, GenerationBuilder, Options};

use crate::store::Place;

/// The files of a folder and what is in them, but the one in which writers say who they are.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_name() != "writer");
    files
        .map(|entry| {
            (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap_or_default())
        })
        .collect()
}

/// A store with a generation and a commit after it.
fn store_at(path: &Path, label: &str) {
    let store = Store::create(path).unwrap();
    for _ in 0..2 {
        store.query(&format!("UNWIND range(1, 100) AS i CREATE (:{label} {{i: i}})"), ()).unwrap();
        if store.snapshot().commit() == 1 {
            store.database().checkpoint().unwrap();
        }
    }
}

fn count(path: &Path, label: &str) -> i64 {
    let store = Store::open(path).unwrap();
    store.database().check().unwrap();
    let rows = store.query(&format!("MATCH (n:{label}) RETURN count(n)"), ()).unwrap();
    rows.iter().next().unwrap().values()[0].as_int().unwrap()
}

/// All that changes a store, of one that is open; each must fail with the code.
fn refused(store: &Store, code: &str) {
    let database = store.database();
    let outcomes = [
        ("CREATE", store.query("UNWIND range(1, 500) AS i CREATE ({i: i})", ()).map(drop)),
        ("checkpoint", database.checkpoint()),
        ("compact", database.compact()),
        ("reset", database.reset().map(drop)),
        ("extend", database.extend(|_, _| Ok(()), |_| Ok(())).map(drop)),
        ("forget", database.forget(&[0])),
    ];
    for (what, outcome) in outcomes {
        assert_eq!(outcome.err().map(|error| error.code()), Some(code), "{what}");
    }
}

/// `mv live old; mv restored live`, while one process writes the store and another has it open.
#[cfg(unix)]
#[test]
fn a_folder_that_is_exchanged_is_left_alone_and_so_is_the_one_in_its_place() {
    let place = Place::new();
    fs::create_dir(place.path()).unwrap();
    let [live, old, restored] = ["live", "old", "restored"].map(|name| place.path().join(name));
    store_at(&live, "Live");
    // A backup has the id of its store.
    Store::open(&live).unwrap().database().backup(&restored).unwrap();
    let other = Store::open(&restored).unwrap();
    other.query("CREATE (:Restored)", ()).unwrap();
    other.database().checkpoint().unwrap();
    drop(other);
    let options = Options { fold_after: 100, ..Options::default() };
    let reader = Store::open_with(&live, options).unwrap();
    let writer = Store::open_with(&live, options).unwrap();
    writer.query("CREATE (:Live)", ()).unwrap();
    let mut transaction = writer.begin().unwrap();
    transaction.query("CREATE (:Live)", ()).unwrap();
    fs::rename(&live, &old).unwrap();
    // Its place is empty for now.
    refused(&reader, "store::exchanged");
    fs::rename(&restored, &live).unwrap();
    let before = [content(&old), content(&live)];
    assert_eq!(transaction.commit().unwrap_err().code(), "store::exchanged");
    for store in [&writer, &reader] {
        refused(store, "store::exchanged");
        // Who reads goes on with what was opened.
        assert_eq!(store.query("MATCH (n:Live) RETURN count(n)", ()).unwrap().len(), 1);
    }
    assert!([content(&old), content(&live)] == before);
    drop((writer, reader));
    assert_eq!([count(&old, "Live"), count(&live, "Live")], [201, 200]);
    assert_eq!([count(&old, "Restored"), count(&live, "Restored")], [0, 1]);
}

#[cfg(unix)]
#[test]
fn a_manifest_that_is_exchanged_is_left_alone_and_a_store_that_came_back_is_written() {
    let place = Place::new();
    store_at(place.path(), "Live");
    let store = Store::open(place.path()).unwrap();
    store.query("CREATE (:Live)", ()).unwrap();
    let [manifest, kept] = ["manifest.redb", "kept"].map(|name| place.path().join(name));
    fs::rename(&manifest, &kept).unwrap();
    refused(&store, "store::exchanged");
    fs::copy(&kept, &manifest).unwrap();
    refused(&store, "store::exchanged");
    fs::rename(&kept, &manifest).unwrap();
    store.query("CREATE (:Live)", ()).unwrap();
    store.database().checkpoint().unwrap();
    drop(store);
    assert_eq!(count(place.path(), "Live"), 202);
}

fn dossier(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dossier"));
    command.args(arguments).current_dir(folder).stdin(std::process::Stdio::null());
    command.output().unwrap()
}

/// Every way to open a store or to make one, where all is there but the manifest, or the manifest is empty.
#[test]
fn a_store_without_its_manifest_is_not_taken_for_an_empty_folder() {
    let place = Place::new();
    fs::create_dir(place.path()).unwrap();
    let [lost, whole] = ["lost", "whole"].map(|name| place.path().join(name));
    store_at(&lost, "A");
    store_at(&whole, "B");
    fs::write(place.path().join("facts.csv"), "id:ID,name\n1,A\n").unwrap();
    let manifest = lost.join("manifest.redb");
    fs::remove_file(&manifest).unwrap();
    for code in ["store::gone", "store::damaged"] {
        if code == "store::damaged" {
            fs::write(&manifest, "").unwrap();
        }
        let before = content(&lost);
        let outcomes = [
            Database::open(&lost, Options::default()).map(drop),
            Database::create(&lost, Options::default()).map(drop),
            Database::create_from(&lost, GenerationBuilder::default(), Options::default())
                .map(drop),
            Database::discard_empty(&lost).map(drop),
            Store::open(&whole).unwrap().database().backup(&lost).map(drop),
            Store::memory().database().backup(&lost).map(drop),
        ];
        for (at, outcome) in outcomes.into_iter().enumerate() {
            let error = outcome.unwrap_err();
            assert_eq!(error.code(), code, "{at}: {error}");
            assert!(
                error.message().contains("manifest.redb") && !error.hints().is_empty(),
                "{error}"
            );
        }
        for command in [
            &["pipe", "--store", "lost"] as &[_],
            &["query", "--store", "lost", "CREATE ()"],
            &["import", "--store", "lost", "facts.csv"],
            &["backup", "--store", "whole", "lost"],
            &["compact", "--store", "lost"],
            &["checkpoint", "--store", "lost"],
            &["check", "--store", "lost"],
        ] {
            let output = dossier(command, place.path());
            let screen = String::from_utf8_lossy(&output.stderr);
            assert!(
                !output.status.success() && screen.contains("manifest.redb"),
                "{command:?}: {screen}"
            );
        }
        assert!(content(&lost) == before, "{code}");
    }
}

/// A pipe or a folder in the place of a file of a store: opening it must not wait for somebody to write.
#[cfg(unix)]
#[test]
fn what_is_no_file_in_the_place_of_one_is_named() {
    let place = Place::new();
    store_at(place.path(), "A");
    let entries = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = entries.collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let kept = place.path().with_extension("kept");
        fs::rename(&file, &kept).unwrap();
        assert!(Command::new("mkfifo").arg(&file).status().unwrap().success());
        let outcome = Store::open(place.path()).and_then(|store| store.query("CREATE ()", ()));
        let error = outcome.unwrap_err();
        assert!(error.message().contains(&name) && error.message().contains("no file"), "{error}");
        fs::remove_file(&file).unwrap();
        fs::rename(&kept, &file).unwrap();
    }
    Store::open(place.path()).unwrap().query("CREATE ()", ()).unwrap();
}

/// `ulimit -f`: a file that may not grow is an error with words, of which nothing is left behind.
#[cfg(all(unix, feature = "cli"))]
#[test]
fn a_limit_on_the_size_of_files_is_an_error_and_no_end_of_the_process() {
    let place = Place::new();
    fs::create_dir(place.path()).unwrap();
    store_at(&place.path().join("t"), "A");
    let rows: String = (0..60_000).map(|row| format!("{row},person {row}\n")).collect();
    fs::write(place.path().join("people.csv"), format!("id:ID,name\n{rows}")).unwrap();
    let text = "x".repeat(3_000_000);
    fs::write(place.path().join("many"), format!("{{\"query\":\"CREATE ({{t: '{text}'}})\"}}\n"))
        .unwrap();
    let program = env!("CARGO_BIN_EXE_dossier");
    // Blocks of 512 or 1,024 bytes, as the shell has it.
    let limited = |command: &str, kilobytes: u32| {
        let script = format!("ulimit -f {kilobytes}; exec {program} {command}");
        let mut shell = Command::new("bash");
        shell.args(["-c", &script]).current_dir(place.path()).output().unwrap()
    };
    for command in [
        "import --store new people.csv",
        "pipe --store t < many",
        "export --store big --format jsonl --to big.jsonl",
        "backup --store big copy",
        "checkpoint --store big",
    ] {
        if !place.path().join("big").exists() && command.contains("big") {
            let options = Options { fold_after: usize::MAX, ..Options::default() };
            let big = Store::create_with(place.path().join("big"), options).unwrap();
            big.query(
                "UNWIND range(1, 60000) AS i CREATE (:P {name: 'person ' + toString(i)})",
                (),
            )
            .unwrap();
        }
        let output = limited(command, 100);
        let screen = [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let is_told = screen.iter().any(|text| text.contains("File too large"));
        assert!(
            is_told && output.status.code().is_some(),
            "{command}: {:?} {screen:?}",
            output.status
        );
        let left = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = left.filter(|name| name.to_string_lossy().contains("tmp")).collect();
        assert!(left.is_empty(), "{command}: {left:?}");
    }
    let [t, big] = ["t", "big"].map(|name| place.path().join(name));
    assert_eq!((count(&t, "A"), count(&big, "P")), (200, 60_000));
}

/// redb panics over some damage; what is seen is the error, and not the panic before it.
#[cfg(feature = "cli")]
#[test]
fn damage_is_told_without_the_panics_of_redb() {
    let place = Place::new();
    store_at(place.path(), "A");
    let manifest = place.path().join("manifest.redb");
    let good = fs::read(&manifest).unwrap();
    let mut damaged = 0;
    for at in (0..good.len().min(1 << 16)).step_by(1361) {
        let mut bad = good.clone();
        bad[at..(at + 40).min(good.len())].fill(0xff);
        fs::write(&manifest, bad).unwrap();
        let output = dossier(&["check", "--store", "."], place.path());
        let screen = String::from_utf8_lossy(&output.stderr);
        assert!(!screen.contains("panicked"), "byte {at}: {screen}");
        damaged += u32::from(!output.status.success());
    }
    assert!(damaged > 5, "{damaged}");
}
