//! Broken queries: what is made of real ones by taking out, doubling, swapping and splicing words.
//!
//! Whatever comes out must be read or refused, without a panic and in time; what can be read must
//! be printed so that it reads the same; and what runs must give the same with the plan's rewrites
//! left out. `fuzz/` asks the same with libFuzzer, which mutates bytes and follows the code's paths.
//!
//! `DOSSIER_FUZZ_CASES=1000000 cargo test fuzz` tries that many, `DOSSIER_FUZZ_SEED=n` begins at a seed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use dossier::render::value::{Spelling, text as shown};
use dossier::{Error, Options, Rows, Store, Value};

use crate::oracle::generate::Random;

/// How many are tried where the environment does not say.
const CASES: u64 = 150;
/// Each query may take this long; one that goes on much longer does not watch its deadline.
const DEADLINE: Duration = Duration::from_millis(300);
const HANGS: Duration = Duration::from_secs(20);
const MEMORY_MAX_BYTES: usize = 64 << 20;
/// What is put where it may not belong.
const ODD: [&str; 23] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "-",
    "NOT ",
    "null",
    "0",
    "-1",
    "''",
    "é",
    "\0",
    "9223372036854775807",
    "1e308",
    "*",
    "..",
    "|",
    ":",
    "$p",
    "x",
    "`",
];

#[test]
fn broken_queries_are_read_or_refused() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let cases = number("DOSSIER_FUZZ_CASES").unwrap_or(CASES);
    let first = number("DOSSIER_FUZZ_SEED").unwrap_or(1);
    let corpus = crate::corpus::queries();
    let words: Vec<Vec<&str>> = corpus.iter().map(|query| words(query)).collect();
    let store = graph();
    let (mut read, mut ran) = (0_u64, 0_u64);
    for seed in first..first + cases {
        let mut random = Random::new(seed);
        let text = broken(&mut random, &words);
        let begun = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| check(&store, &text)));
        match outcome {
            Ok(Ok((is_read, has_run))) => {
                read += u64::from(is_read);
                ran += u64::from(has_run);
            }
            Ok(Err(problem)) => panic!("seed {seed}\n{text}\n{problem}"),
            Err(panic) => {
                println!("seed {seed}: a panic\n{text}");
                std::panic::resume_unwind(panic);
            }
        }
        assert!(begun.elapsed() < HANGS, "seed {seed}: {:?}\n{text}", begun.elapsed());
    }
    println!("fuzz: {cases} texts, {read} could be read, {ran} ran both ways");
    assert!(read > cases / 50, "{read} of {cases} could be read");
}

/// A small graph with a little of everything.
fn graph() -> Store {
    let store = Store::memory();
    let text = "CREATE (a:A:Person {id: 1, name: 'a', p: 1, x: [1, 2]}), (b:B:Person {id: 2, name: 'b', p: 2.5}),
        (c:A:B {id: 3, name: null, x: date('2020-02-29')}), (a)-[:T {id: 1, w: 1}]->(b), (b)-[:T {id: 2}]->(c),
        (c)-[:R {id: 3, w: 2}]->(a), (a)-[:R]->(a), (b)-[:KNOWS {since: 2010}]->(a)";
    store.query(text, ()).expect("the graph can be created");
    store
}

/// Whether the text could be read, and whether it ran with the rewrites and without.
fn check(store: &Store, text: &str) -> Result<(bool, bool), String> {
    if let Some(problem) = crate::print::difference(text) {
        return Err(problem);
    }
    let is_read = dossier::syntax::parse(text).is_ok();
    let options = |plain_plan| Options {
        plain_plan,
        timeout: Some(DEADLINE),
        memory_max_bytes: Some(MEMORY_MAX_BYTES),
        now: Some((1_764_115_200, 0)),
        seed: Some(1),
        csv_folders: Some(Vec::new()),
        parameters: [("p".into(), 1.into()), ("names".into(), Value::from(vec![Value::from("a")]))]
            .into(),
        ..Options::default()
    };
    let reads = dossier::syntax::format(text).is_ok_and(|text| !writes(&text));
    if !reads {
        // What writes does so in a store of its own.
        let own = graph();
        return match own.query_with(text, &options(false)) {
            Err(error) if error.code().contains("internal") => Err(format!("{error:?}")),
            _ => Ok((is_read, false)),
        };
    }
    let found = [false, true].map(|plain| store.query_with(text, &options(plain)));
    match &found {
        [Ok(planned), Ok(plain)] => match disagreement(text, planned, plain) {
            Some(problem) => Err(problem),
            None => Ok((is_read, true)),
        },
        [Err(one), Err(other)] if stage(one) == stage(other) => Ok((is_read, false)),
        // A plan may come to a failing row, or to its deadline, that another leaves out.
        [Err(error), Ok(_)] | [Ok(_), Err(error)] if is_of_rows(error) => Ok((is_read, false)),
        [Err(one), Err(other)] if is_of_rows(one) && is_of_rows(other) => Ok((is_read, false)),
        _ => Err(format!(
            "planned {:?}\nplain {:?}",
            found[0].as_ref().err(),
            found[1].as_ref().err()
        )),
    }
}

fn stage(error: &Error) -> String {
    error.code().to_owned()
}

/// Whether an error depends on which rows are computed.
fn is_of_rows(error: &Error) -> bool {
    error.phase() == dossier::error::Phase::Runtime
}

fn writes(text: &str) -> bool {
    let upper = text.to_uppercase();
    [
        "CREATE", "MERGE", "SET ", "DELETE", "REMOVE", "CALL", "DROP", "DECLARE", "COMPLETE",
        "LOAD", "BEGIN", "COMMIT", "ROLLBACK",
    ]
    .iter()
    .any(|word| upper.contains(word))
}

/// The same rows, whatever their order; where a query takes some of the rows or lists them in
/// the order of their coming, the same number of rows.
fn disagreement(text: &str, planned: &Rows, plain: &Rows) -> Option<String> {
    let upper = text.to_uppercase();
    if upper.contains("EXPLAIN") || upper.contains("PROFILE") {
        return None;
    }
    if planned.len() != plain.len() {
        if ["LIMIT", "SKIP", "OFFSET", "ANY", "SHORTEST"].iter().any(|word| upper.contains(word)) {
            return None;
        }
        return Some(format!("{} rows, plain {}", planned.len(), plain.len()));
    }
    let some = [
        "LIMIT", "SKIP", "OFFSET", "COLLECT", "ANY", "SHORTEST", "RAND", "UUID", "HEAD", "LAST",
        "[",
    ];
    if some.iter().any(|word| upper.contains(word)) {
        return None;
    }
    let bag = |rows: &Rows| {
        let row = |row: dossier::Row<'_>| {
            row.values().iter().map(|v| shown(v, rows.graph(), Spelling::Plain)).collect::<Vec<_>>()
        };
        let mut all: Vec<Vec<String>> = rows.iter().map(row).collect();
        all.sort();
        all
    };
    let (a, b) = (bag(planned), bag(plain));
    (a != b).then(|| format!("planned {a:?}\nplain {b:?}"))
}

/// The words, numbers, strings, spaces and signs of a query.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let len = if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else if first.is_whitespace() {
            rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        words.push(&rest[..len]);
        rest = &rest[len..];
    }
    words
}

/// A query of the corpus with a few changes.
fn broken(random: &mut Random, corpus: &[Vec<&str>]) -> String {
    let one = |random: &mut Random| &corpus[random.below(corpus.len())];
    let mut parts: Vec<String> = one(random).iter().map(|&word| word.to_owned()).collect();
    for _ in 0..=random.below(4) {
        let at = random.below(parts.len() + 1);
        let to = (at + random.below(6)).min(parts.len());
        match random.below(8) {
            0 => drop(parts.drain(at..to)),
            1 => {
                let copied = parts[at..to].to_vec();
                parts.splice(at..at, copied);
            }
            2 if to > at => parts.swap(at, to - 1),
            3 => {
                let other = one(random);
                let from = random.below(other.len().max(1)).min(other.len());
                let end = (from + random.below(12)).min(other.len());
                parts.splice(at..to, other[from..end].iter().map(|&word| word.to_owned()));
            }
            4 => {
                let other = one(random);
                let from = random.below(other.len().max(1)).min(other.len());
                parts.truncate(at);
                parts.extend(other[from..].iter().map(|&word| word.to_owned()));
            }
            5 if at < parts.len() => {
                let other = one(random);
                if !other.is_empty() {
                    other[random.below(other.len())].clone_into(&mut parts[at]);
                }
            }
            6 if at < parts.len() => {
                random.pick(&ODD).clone_into(&mut parts[at]);
            }
            _ => {
                // A byte that is another; what is not UTF-8 then is replaced.
                let mut bytes = parts.concat().into_bytes();
                if !bytes.is_empty() {
                    let at = random.below(bytes.len());
                    bytes[at] ^= 1 << random.below(8);
                }
                let text = String::from_utf8_lossy(&bytes).into_owned();
                parts = words(&text).into_iter().map(str::to_owned).collect();
            }
        }
    }
    parts.concat()
}
