//! Writers, a reader that stays, checkpoints: memory, descriptors and disk come to a plateau.
//!
//! It is measured in a process of its own, which the test starts: this test binary with one ignored test.
//! `DOSSIER_SOAK_ROUNDS` asks for more rounds, of 72 commits each.

use std::path::Path;
use std::process::Command;

use dossier::store::{Database, Options};
use dossier::{Store, Value};

use crate::store::Place;

const COMMITS: i64 = 24;
/// How many groups of nodes there are at any time.
const LIVING: i64 = 40;

#[test]
fn memory_descriptors_and_disk_come_to_a_plateau() {
    if !Path::new("/proc/self/statm").exists() {
        return;
    }
    let place = Place::new();
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "soak::worker", "--ignored", "--nocapture"])
        .env("DOSSIER_SOAK_IN", place.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    let rounds: Vec<[u64; 3]> = said.lines().filter_map(measured).collect();
    assert!(rounds.len() >= 8, "{said}");
    // The second quarter is past the beginning; nothing may grow from there to the end.
    let most = |part: &[[u64; 3]], what: usize| part.iter().map(|round| round[what]).max().unwrap();
    let quarter = rounds.len() / 4;
    for (what, name, slack) in [(0, "memory", 4 << 20), (1, "descriptors", 2), (2, "disk", 1 << 20)]
    {
        let early = most(&rounds[quarter..2 * quarter], what);
        let late = most(&rounds[3 * quarter..], what);
        assert!(late <= early + early / 5 + slack, "{name}: {early}, then {late}\n{said}");
    }
}

/// Bytes of memory, descriptors and bytes on the disk.
fn measured(line: &str) -> Option<[u64; 3]> {
    let mut words = line.strip_prefix("round ")?.split(' ').map(|word| word.parse().ok());
    Some([words.next()??, words.next()??, words.next()??])
}

#[test]
#[ignore = "it runs in a process of its own, which the test above starts"]
fn worker() {
    let Some(place) = std::env::var_os("DOSSIER_SOAK_IN") else { return };
    let rounds =
        std::env::var("DOSSIER_SOAK_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let options = Options { fold_after: 200, keep_history: Some(100), ..Options::default() };
    let store = Store::of(Database::create(&place, options).unwrap());
    store.query("CREATE (:Pin), (:Pin)", ()).unwrap();
    let pinned = store.snapshot();
    for round in 0..rounds {
        std::thread::scope(|scope| {
            for writer in 0..2 {
                let store = &store;
                scope.spawn(move || {
                    let own = (0..COMMITS).filter(|n| n % 2 == writer);
                    own.for_each(|n| write(store, round * COMMITS + n));
                });
            }
        });
        if round % 3 == 2 {
            store.database().checkpoint().unwrap();
        }
        assert_eq!(
            (pinned.commit(), pinned.statistics().nodes),
            (1, 2),
            "the reader's graph stays"
        );
        if round % 4 == 1 {
            // Somebody asks for what was known, too.
            let back = store.snapshot().commit() - 20;
            let known = format!("MATCH (n) KNOWN AT {back} RETURN count(n)");
            store.query(&known, ()).unwrap();
        }
        let [memory, descriptors] = process();
        println!("round {memory} {descriptors} {}", on_disk(Path::new(&place)));
    }
    store.database().check().unwrap();
}

/// Adds a group of nodes, corrects what was said of an earlier one, takes the oldest away.
fn write(store: &Store, number: i64) {
    let parameters = |n: i64| [("n", Value::from(n))];
    store
        .query(
            "CREATE (a:G {n: $n, text: 'group ' + toString($n)})-[:R {w: $n} VALID edtf('2018')]->(:M {n: $n})",
            parameters(number),
        )
        .unwrap();
    store
        .query(
            "MATCH (:G {n: $n})-[r:R]->() SET r VALID edtf('2019')",
            parameters(number - LIVING / 2),
        )
        .unwrap();
    store
        .query("MATCH (a:G {n: $n})-[:R]->(b) DETACH DELETE a, b", parameters(number - LIVING))
        .unwrap();
}

/// Resident bytes and open descriptors of this process.
fn process() -> [u64; 2] {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap();
    let descriptors = std::fs::read_dir("/proc/self/fd").unwrap().count() as u64;
    [pages * 4096, descriptors]
}

fn on_disk(place: &Path) -> u64 {
    let entries = std::fs::read_dir(place).unwrap();
    entries.filter_map(|entry| entry.ok()?.metadata().ok()).map(|data| data.len()).sum()
}
