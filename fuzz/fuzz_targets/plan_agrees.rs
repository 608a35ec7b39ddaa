//! A query that reads gives the same number of rows with the plan's rewrites and without them.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use dossier::{Options, Store};
use libfuzzer_sys::fuzz_target;

static STORE: LazyLock<Store> =
    LazyLock::new(|| Store::shipped().expect("the shipped facts are right"));

/// Words of what writes, and of what takes some rows of many.
const LEFT_OUT: &[&str] = &[
    "CREATE", "INSERT", "MERGE", "SET", "DELETE", "REMOVE", "CALL", "DROP", "DECLARE", "COMPLETE",
    "LOAD", "LIMIT", "SKIP", "OFFSET", "EXPLAIN", "PROFILE", "RAND", "UUID", "ANY", "SHORTEST",
];

fuzz_target!(|text: &str| {
    let upper = text.to_uppercase();
    if LEFT_OUT.iter().any(|word| upper.contains(word)) {
        return;
    }
    let rows = [false, true].map(|plain_plan| {
        let options = Options {
            plain_plan,
            timeout: Some(Duration::from_millis(200)),
            memory_max_bytes: Some(64 << 20),
            now: Some((1_764_115_200, 0)),
            seed: Some(1),
            ..Options::default()
        };
        STORE.query_with(text, &options).map(|rows| rows.len()).ok()
    });
    if let [Some(planned), Some(plain)] = rows {
        assert_eq!(planned, plain);
    }
});
