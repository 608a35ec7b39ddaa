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

/// Copies are taken while a thread writes; each holds exactly the commits up to its own number.
#[test]
fn a_backup_of_a_store_in_use_is_the_store_at_one_commit() {
    let (place, copies) = (Place::new(), Place::new());
    let store = Store::create(place.path()).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1.. {
                store.query("CREATE (:A {n: $n})-[:R]->(:B {n: $n})", [("n", number)]).unwrap();
                if number % 20 == 0 {
                    store.database().checkpoint().unwrap();
                }
                if stop.load(Ordering::Relaxed) {
                    return;
                }
            }
        });
        let reader = Store::open(place.path()).unwrap();
        let mut last = 0;
        for round in 0..8 {
            // From the process that writes, and as from another one.
            let from = if round % 2 == 0 { &store } else { &reader };
            let to = copies.path().join(round.to_string());
            let backup = from.database().backup(&to).unwrap();
            assert!(backup.commit >= last && backup.bytes > 0);
            last = backup.commit;
            let copy = Store::open(&to).unwrap();
            copy.database().check().unwrap();
            let pairs = count(&copy, "MATCH (a:A)-[:R]->(b:B {n: a.n}) RETURN count(*)");
            assert_eq!(u64::try_from(pairs), Ok(backup.commit), "round {round}");
            assert_eq!(count(&copy, "MATCH (n) RETURN count(n)"), pairs * 2);
        }
        stop.store(true, Ordering::Relaxed);
    });
    let again = store.database().backup(copies.path().join("0")).unwrap_err();
    assert_eq!(again.code(), "store::exists");
}

#[test]
fn a_backup_has_everything_and_can_be_written() {
    let (place, copy) = (Place::new(), Place::new());
    let shipped = Store::shipped().unwrap();
    let expected = facts(&shipped);
    shipped.database().backup(place.path()).unwrap();
    let store = Store::open(place.path()).unwrap();
    assert_eq!(facts(&store), expected);
    store.query("CREATE (:State {name: 'Tuvalu'})", ()).unwrap();
    store.database().backup(copy.path()).unwrap();
    store.query("CREATE (:State {name: 'Vanuatu'})", ()).unwrap();
    let copy = Store::open(copy.path()).unwrap();
    assert_eq!(count(&copy, "MATCH (s:State {name: 'Tuvalu'}) RETURN count(s)"), 1);
    assert_eq!(count(&copy, "MATCH (s:State {name: 'Vanuatu'}) RETURN count(s)"), 0);
    copy.query("MATCH (s:State {name: 'Tuvalu'}) DELETE s", ()).unwrap();
    assert_eq!(facts(&copy), expected);
    copy.database().check().unwrap();
}

#[test]
fn compacting_gives_space_back_while_others_read() {
    let place = Place::new();
    // What was deleted is kept for `KNOWN AT` otherwise.
    let options = Options { keep_history: Some(0), ..Options::default() };
    let store = Store::of(Database::create(place.path(), options).unwrap());
    let reader = Store::open(place.path()).unwrap();
    let blob = "x".repeat(100_000);
    for _ in 0..20 {
        store.query("CREATE (:Blob {text: $text})", [("text", blob.as_str())]).unwrap();
    }
    store.query("MATCH (b:Blob) DELETE b", ()).unwrap();
    store.query("CREATE (:State {name: 'Nauru'})", ()).unwrap();
    let bytes = || store.database().sizes().unwrap().iter().map(|size| size.1).sum::<u64>();
    assert!(bytes() > 2_000_000);
    store.database().compact().unwrap();
    assert!(bytes() < 200_000, "{:?}", store.database().sizes());
    for store in [&store, &reader, &Store::open(place.path()).unwrap()] {
        assert_eq!(count(store, "MATCH (n) RETURN count(n)"), 1);
    }
    store.query("CREATE ()", ()).unwrap();
    assert_eq!(count(&reader, "MATCH (n) RETURN count(n)"), 2);
    store.database().check().unwrap();
}

/// Opening carries out again what came after the arrays: that is bounded by the number of commits, however few
/// changes they are beside the size of the store.
#[test]
fn many_small_commits_are_settled_however_large_the_store_is() {
    let place = Place::new();
    let mut builder = GenerationBuilder::default();
    let label = builder.catalog_mut().intern_label("N");
    builder.add_nodes(&[label], 40_000).unwrap();
    drop(Database::create_from(place.path(), builder, Options::default()).unwrap());
    let store = Store::open(place.path()).unwrap();
    for _ in 0..2_100 {
        store.query("CREATE (:N)", ()).unwrap();
    }
    let recent = || store.database().check().unwrap().recent_commits;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while recent() >= 2_000 && std::time::Instant::now() < deadline {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(recent() < 2_000, "{}", recent());
    let generations = std::fs::read_dir(place.path()).unwrap().flatten();
    let generations = generations.filter(|entry| entry.file_name() == "generation-00000001");
    assert_eq!(generations.count(), 1, "and not folded");
    assert_eq!(count(&store, "MATCH (n:N) RETURN count(*)"), 42_100);
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

/// An import that fails leaves what was there: nothing where there was nothing.
#[test]
fn a_failed_import_leaves_no_store_behind() {
    let run = |arguments: &[&std::ffi::OsStr]| {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_dossier"))
            .args(arguments)
            .output()
            .unwrap();
        (done.status.success(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    let files = Place::new();
    std::fs::create_dir(files.path()).unwrap();
    let (good, bad) = (files.path().join("good.cypher"), files.path().join("bad.cypher"));
    std::fs::write(&good, "CREATE (:State {name: 'Nauru'});\n").unwrap();
    std::fs::write(&bad, "CREATE (:State);\nRETURN 1 / 0;\n").unwrap();
    let place = Place::new();
    let import = |paths: &[&Path]| {
        let mut arguments = vec!["import".as_ref(), "--store".as_ref(), place.path().as_os_str()];
        arguments.extend(paths.iter().map(|path| path.as_os_str()));
        run(&arguments)
    };
    assert!(!import(&[&bad]).0);
    assert!(!place.path().exists());
    // What is whole stays, and the error says that it does.
    let (done, said) = import(&[&good, &bad]);
    assert!(!done && said.contains("The files before it are in the store."), "{said}");
    assert_eq!(count(&Store::open(place.path()).unwrap(), "MATCH (n) RETURN count(n)"), 1);
    // A store that was there is there afterwards, empty or not.
    let empty = Place::new();
    drop(Store::create(empty.path()).unwrap());
    let arguments =
        ["import".as_ref(), "--store".as_ref(), empty.path().as_os_str(), bad.as_os_str()];
    assert!(!run(&arguments).0);
    assert_eq!(count(&Store::open(empty.path()).unwrap(), "MATCH (n) RETURN count(n)"), 0);
}

/// Where few of many relationships have a property or a source, they are packed and unlisted as where none has.
#[test]
fn few_notes_among_many_relationships_read_as_before() {
    let place = Place::new();
    let on_disk = Store::create(place.path()).unwrap();
    for store in [on_disk, Store::memory()] {
        store.query("CREATE (:Doc {name: 'd'})", ()).unwrap();
        store.query("UNWIND range(0, 199) AS i CREATE (:N {k: i})", ()).unwrap();
        let link = "UNWIND range(0, 5999) AS i MATCH (a:N {k: i % 200}), (b:N {k: (i * i + 3) % 200}) \
            CREATE (a)-[:R]->(b)";
        store.query(link, ()).unwrap();
        let notes = [
            "MATCH (:N {k: 7})-[r:R]->() WITH r ORDER BY id(r) LIMIT 3 SET r.w = id(r)",
            "MATCH (:N {k: 150})-[r:R]->() WITH r ORDER BY id(r) SKIP 4 LIMIT 2 SET r.t = 'said'",
            "MATCH (d:Doc) MATCH (:N {k: 199})-[r:R]->() WITH d, r ORDER BY id(r) LIMIT 4 \
             SET r VALID edtf('2001/2003') SOURCE d {paragraph: 3}",
            "MATCH (:N {k: 30})-[r:R]->() WITH r ORDER BY id(r) LIMIT 1 DELETE r",
        ];
        for note in notes {
            store.query(note, ()).unwrap();
        }
        let questions = [
            "MATCH (b:N)<-[r:R]-(a:N) WHERE r.w IS NOT NULL RETURN a.k, b.k, r.w, id(r) ORDER BY id(r)",
            "MATCH (b:N)<-[r:R {t: 'said'}]-(a) RETURN a.k, b.k, id(r) ORDER BY id(r)",
            "MATCH (b:N {k: 3})<-[r:R]-(a) RETURN a.k, id(r), r.w, r.t, valid(r), evidence(r) ORDER BY id(r)",
            "MATCH (b:N)<-[r:R]-(a) WHERE valid(r) IS NOT NULL RETURN a.k, b.k, id(r), evidence(r) ORDER BY id(r)",
            "MATCH (b:N)<-[r:R]-() AS OF date('2002-05-05') RETURN count(r), count(DISTINCT b)",
            "MATCH (b:N)<-[r:R]-() AS OF date('2010-05-05') RETURN count(r), count(DISTINCT b)",
            "MATCH (a:N {k: 7})-[r:R]-(b) RETURN count(r), sum(r.w), sum(id(r))",
            "MATCH (b:N)<-[r:R]-(a)<-[s:R]-(c) WHERE s.t = 'said' RETURN count(*), sum(id(r)), sum(id(s))",
            "MATCH (c:N {k: 150})-[s:R]->(a)-[r:R]->(b) WHERE r.w > 0 OR s.t = 'said' RETURN count(*), sum(id(r))",
            "MATCH ()-[r:R]->() RETURN count(r), count(r.w), count(r.t), count(valid(r)), sum(id(r))",
        ];
        let answers = || -> Vec<String> {
            let rows = questions.iter().map(|question| store.query(question, ()).unwrap());
            rows.map(|rows| rows.iter().map(|row| format!("{:?}\n", row.values())).collect())
                .collect()
        };
        let before = answers();
        assert!(before.iter().all(|answer| !answer.is_empty()), "{before:?}");
        store.database().checkpoint().unwrap();
        assert_eq!(answers(), before);
        // And once all of it has been unpacked.
        assert!(count(&store, "MATCH (a)-[:R]->()-[:R]->(c) RETURN count(*)") > 0);
        assert_eq!(answers(), before);
        if place.path().exists() {
            store.database().check().unwrap();
        }
    }
}

/// A script that is one transaction on an empty store would look at everything for each of its statements otherwise.
#[test]
fn a_statement_is_planned_for_what_its_transaction_has_written() {
    let store = Store::memory();
    let session = store.session();
    session.query("BEGIN", ()).unwrap();
    session.query("UNWIND range(1, 2000) AS n CREATE (:N {n: n})", ()).unwrap();
    let link =
        "UNWIND range(1, 2000) AS n MATCH (a:N {n: n}), (b:N {n: n % 7 + 1}) CREATE (a)-[:R]->(b)";
    session.query(link, ()).unwrap();
    let explain = "EXPLAIN MATCH (a:N {n: 5})-[r:R]->() WITH r LIMIT 1 DELETE r";
    let operators = || -> Vec<String> {
        let rows = session.query(explain, ()).unwrap();
        rows.iter().map(|row| row.get::<String>("operator").unwrap()).collect()
    };
    assert!(operators().iter().any(|line| line.contains("NodeLookup")), "{:?}", operators());
    // What is shown of it is of the same graph.
    let drawn = session.query("EXPLAIN MATCH (a:N) RETURN a.n", ()).unwrap();
    let estimates: Vec<i64> = drawn.iter().map(|row| row.get("estimate").unwrap()).collect();
    assert_eq!(estimates[0], 2000);
    session.query("ROLLBACK", ()).unwrap();
}

/// A store that an earlier version wrote, packed: name, length and bytes of each file.
///
/// `DOSSIER_GOLDEN=1` writes the one of the present version, which is done once for each version.
#[test]
fn stores_of_all_versions_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    if std::env::var_os("DOSSIER_GOLDEN").is_some() {
        write_golden(&folder.join("store-5.gz"));
    }
    let expected = "MATCH (s:State)-[r:RECOGNISES {what: 'independence'}]->(x:Region) \
        RETURN s.name, x.name, toString(valid(r)), stance(r), r.weight, evidence(r)[0].paragraph";
    for version in 1..=5 {
        let place = Place::new();
        unpack_version(version, place.path());
        let store = Store::open(place.path()).unwrap();
        let report = store.database().check().unwrap();
        let next = if version >= 3 { NEXT } else { 0 };
        let counts = (report.nodes, report.relationships, report.recent_commits);
        assert_eq!(counts, (5, 3 + next, 1));
        if version >= 3 {
            // Packed neighbours, one by one and all of them.
            let one = "MATCH (:Region)-[:NEXT]->(d:Document {name: 'article'}) RETURN count(d)";
            assert_eq!(count(&store, one), NEXT as i64 / 2);
            let back =
                "MATCH (:Document)<-[n:NEXT]-(r) RETURN count(DISTINCT id(n)) + count(DISTINCT r)";
            assert_eq!(count(&store, back), NEXT as i64 + 2);
        }
        let rows = store.query(&format!("{expected} ORDER BY s.name"), ()).unwrap();
        let rows: Vec<_> = rows.iter().map(|row| row.values().to_vec()).collect();
        let row = |state: &str, day: &str, stance: &str, weight: f64| -> Vec<Value> {
            let (state, region) = (Value::from(state), Value::from("South Ossetia"));
            vec![state, region, day.into(), stance.into(), weight.into(), 5.into()]
        };
        assert_eq!(
            rows,
            [
                row("Nauru", "2009-12-15/..", "asserted", 0.25),
                row("Russia", "2008-08-26/..", "asserted", 0.5),
                row("Tuvalu", "2011-09/2014-03", "quoted", 1.0),
            ]
        );
        let noted =
            count(&store, "MATCH ()-[n:NEXT]->() WHERE valid(n) IS NOT NULL RETURN count(n)");
        assert_eq!(noted, i64::from(version >= 5));
        let settled =
            count(&store, "MATCH (d:Report {name: 'article', read: true}) RETURN count(d)");
        assert_eq!(settled, i64::from(version >= 4));
        let tails =
            std::fs::read_dir(place.path()).unwrap().flatten().map(|entry| entry.file_name());
        let tails = tails.filter(|name| name.to_string_lossy().starts_with("tail-"));
        assert_eq!(tails.count(), usize::from(version >= 4));
        let format = store.database().format().unwrap();
        assert_eq!(format.0, version);
        if version >= 2 {
            // What was known is there from the first commit on.
            let known = "MATCH (s:State) KNOWN AT 5 RETURN count(s)";
            assert_eq!(count(&store, known), 1);
        }
        let declared = store.snapshot();
        let declared = declared.declarations();
        let lengths = (declared.types.len(), declared.rules.len(), declared.completeness.len());
        assert_eq!(lengths, (1, 1, 1));
        // Each relationship has its number, and each number its relationship.
        let numbered = "MATCH (a)-[r]->(b) WITH id(r) AS id, a.name AS a, b.name AS b ORDER BY id \
            MATCH (c)-[s]->(d) WHERE id(s) = id RETURN id, a, b, c.name, d.name";
        let numbers = |store: &Store| -> Vec<_> {
            let rows = store.query(numbered, ()).unwrap();
            rows.iter().map(|row| row.values().to_vec()).collect()
        };
        let before = numbers(&store);
        assert_eq!(before.len() as u64, 3 + next);
        assert!(before.iter().all(|row| row[1..3] == row[3..5]));
        // It can be written, and what is written then has the present version.
        store.query("CREATE (:State {name: 'Syria'})", ()).unwrap();
        store.database().checkpoint().unwrap();
        drop(store);
        let store = Store::open(place.path()).unwrap();
        assert_eq!(numbers(&store), before);
        assert_eq!(store.database().format(), Some((format.1, format.1)));
        assert_eq!(store.database().check().unwrap().nodes, 6);
    }
}

/// However much was written, opening carries little of it out again: what is more is settled in the background.
#[test]
fn what_was_written_is_settled_and_opened_as_it_was() {
    let place = Place::new();
    let options = Options { fold_after: usize::MAX, ..Options::default() };
    let store = Store::of(Database::create(place.path(), options).unwrap());
    store.query("UNWIND range(1, 500) AS n CREATE (:N {n: n})", ()).unwrap();
    store.database().checkpoint().unwrap();
    let many = "UNWIND range(1, 3000) AS i MATCH (a:N {n: i % 500 + 1}) CREATE (a)-[:R {i: i}]->(:M {m: i + $at})";
    for at in 0..4 {
        store.query(many, [("at", Value::from(at * 3000))]).unwrap();
        store
            .query("MATCH (m:M {m: $at + 7})<-[r]-() DELETE r", [("at", Value::from(at * 3000))])
            .unwrap();
    }
    let questions = [
        "MATCH (:N {n: 8})-[r:R]->(m:M) RETURN r.i, m.m, id(r), id(m) ORDER BY m.m",
        "MATCH (m:M) WHERE m.m > 11990 RETURN m.m, labels(m), id(m) ORDER BY m.m",
        "MATCH (n:N)-[r:R]->(m:M) RETURN count(*), count(DISTINCT n), sum(r.i), min(m.m), max(m.m)",
        "MATCH (m:M {m: 7}) RETURN count(m), count { (m)<-[:R]-() }",
        "MATCH (n:N)-[r:R]->() KNOWN AT 4 RETURN count(r)",
        "CALL dossier.changes(8, 9) YIELD commit, change RETURN commit, change",
    ];
    let answers = |store: &Store| -> Vec<String> {
        let rows = questions.iter().map(|question| store.query(question, ()).unwrap());
        rows.map(|rows| rows.iter().map(|row| format!("{:?}\n", row.values())).collect()).collect()
    };
    let before = answers(&store);
    drop(store);
    let store = Store::open(place.path()).unwrap();
    let report = store.database().check().unwrap();
    assert!(report.recent_commits <= 3, "{report:?}");
    assert_eq!(answers(&store), before);
    // And written over, settled again, copied, and folded.
    store.query("MATCH (m:M {m: 8}) SET m.m = 'eight' REMOVE m:M SET m:Other", ()).unwrap();
    store.query("MATCH (m:M {m: 9}) DETACH DELETE m", ()).unwrap();
    let before = answers(&store);
    store.database().settle().unwrap();
    assert_eq!(answers(&store), before);
    let copied = Place::new();
    store.database().backup(copied.path()).unwrap();
    drop(store);
    for place in [&place, &copied] {
        let store = Store::open(place.path()).unwrap();
        assert_eq!(store.database().check().unwrap().recent_commits, 0);
        assert_eq!(answers(&store), before);
        let other = "MATCH (o:Other {m: 'eight'}) RETURN count(o)";
        assert_eq!(count(&store, other), 1);
        store.database().checkpoint().unwrap();
        assert_eq!(answers(&store), before);
    }
}

/// What the stores of all versions declare.
const DECLARED: [&str; 3] = [
    "DECLARE RELATIONSHIP RECOGNISES STATE PERSISTENT FROM State TO Region",
    "CREATE CONSTRAINT one_name FOR (s:State) REQUIRE s.name IS UNIQUE",
    "COMPLETE (:State)-[:RECOGNISES]->(:Region {name: 'South Ossetia'}) AT edtf('2018-11') SOURCE 'article'",
];

/// How many plain relationships a store of version 3 has besides: enough to be packed.
const NEXT: u64 = 5_000;

fn write_golden(to: &Path) {
    use std::io::Write;
    let place = Place::new();
    let store = Store::create(place.path()).unwrap();
    store.query("CREATE (:Document {name: 'article', date: edtf('2018-11')})", ()).unwrap();
    for declared in DECLARED {
        store.query(declared, ()).unwrap();
    }
    let fact = "MATCH (d:Document) MERGE (x:Region {name: 'South Ossetia'}) \
        CREATE (:State {name: $state, since: date($since)})-[:RECOGNISES {what: 'independence', \
        weight: $weight} VALID edtf($valid) SOURCE d {paragraph: 5}]->(x)";
    for (state, since, weight, valid) in [
        ("Russia", "1991-12-25", 0.5, "2008-08-26/.."),
        ("Nauru", "1968-01-31", 0.25, "2009-12-15/.."),
    ] {
        let parameters: [(&str, Value); 4] = [
            ("state", state.into()),
            ("since", since.into()),
            ("weight", weight.into()),
            ("valid", valid.into()),
        ];
        store.query(fact, parameters).unwrap();
    }
    let next = "MATCH (d:Document), (x:Region), (s:State {name: 'Nauru'}) UNWIND range(1, $half) AS n \
        CREATE (x)-[:NEXT]->(d), (s)-[:NEXT]->(d)";
    store.query(next, [("half", Value::from(NEXT as i64 / 2))]).unwrap();
    // One of thousands is more than its ends.
    let noted = "MATCH (x:Region)-[n:NEXT]->(d) WITH x, d, n LIMIT 1 DELETE n \
        CREATE (x)-[:NEXT VALID edtf('2018')]->(d)";
    store.query(noted, ()).unwrap();
    store.database().checkpoint().unwrap();
    // What is in the tail stands over the arrays, and under the last commit.
    store
        .query("MATCH (d:Document) SET d.read = true, d:Report CREATE (d)-[:ABOUT]->(d)", ())
        .unwrap();
    store.query("MATCH (d:Document)-[a:ABOUT]->() DELETE a", ()).unwrap();
    store.database().settle().unwrap();
    store
        .query(
            "MATCH (d:Document), (x:Region) CREATE (:State {name: 'Tuvalu'})-[:RECOGNISES {what: \
             'independence', weight: 1.0} VALID edtf('2011-09/2014-03') SOURCE d {paragraph: 5} SAYS \
             quoted]->(x)",
            (),
        )
        .unwrap();
    drop(store);
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    let file = std::fs::File::create(to).unwrap();
    let mut out = flate2::write::GzEncoder::new(file, flate2::Compression::best());
    for entry in std::fs::read_dir(place.path()).unwrap() {
        let entry = entry.unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        writeln!(out, "{} {}", entry.file_name().to_string_lossy(), bytes.len()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap();
}

/// A store that some version of the format wrote.
pub fn unpack_version(version: u32, to: &Path) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    unpack(&folder.join(format!("store-{version}.gz")), to);
}

fn unpack(from: &Path, to: &Path) {
    use std::io::{BufRead, BufReader, Read};
    let file = std::fs::File::open(from).unwrap();
    let mut input = BufReader::new(flate2::read::GzDecoder::new(file));
    std::fs::create_dir(to).unwrap();
    let mut line = String::new();
    while input.read_line(&mut line).unwrap() > 0 {
        let (name, length) = line.trim_end().split_once(' ').unwrap();
        let mut bytes = vec![0; length.parse().unwrap()];
        input.read_exact(&mut bytes).unwrap();
        std::fs::write(to.join(name), bytes).unwrap();
        line.clear();
    }
}
