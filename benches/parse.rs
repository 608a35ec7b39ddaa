//! How long it takes to read a query, and to read, check and plan it: a JSON line each for the
//! queries of `tests/scripts/exec/generated` and of every file that is named (statements that end
//! with `;`), in microseconds.
//!
//! `cargo bench --bench parse -- ../shared/bench/*/queries.cypher` on a quiet machine. Of each query
//! the least of many runs counts; shown are the median, the ninth tenth and the worst of the
//! queries, with how many there are above the budgets: 100 µs to read, 150 µs to plan.

use std::time::Instant;

use dossier::syntax::{parse, split};
use dossier::{Error, Result, Store};

const RUNS: usize = 30;

fn main() -> Result<()> {
    let root = env!("CARGO_MANIFEST_DIR");
    let script = format!("{root}/tests/scripts/exec/generated");
    measure("generated", &of_script(&text_of(&script)))?;
    for file in std::env::args().skip(1).filter(|argument| !argument.starts_with("--")) {
        let text = text_of(&file);
        let queries: Vec<String> = split(&text)
            .into_iter()
            .map(|part| text[part].trim().to_owned())
            .filter(|q| !q.is_empty())
            .collect();
        measure(&file, &queries)?;
    }
    Ok(())
}

fn text_of(file: &str) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The statements of a test script: what stands between an empty line and `---`.
fn of_script(text: &str) -> Vec<String> {
    let blocks = text.split("\n\n").filter_map(|block| block.split_once("\n---"));
    let statement = |block: &str| {
        let lines = block.lines().filter(|line| !line.starts_with('#'));
        lines.collect::<Vec<_>>().join("\n")
    };
    blocks.map(|(block, _)| statement(block)).collect()
}

/// The queries that can be read and planned, each on an empty store.
fn measure(name: &str, queries: &[String]) -> Result<()> {
    let store = Store::memory();
    let (mut read, mut planned) = (Vec::new(), Vec::new());
    for query in queries {
        let text = query.trim_end_matches(';');
        if parse(text).is_err() || store.prepare(text).is_err() {
            continue;
        }
        read.push((least(|_| parse(text).map(drop)), text));
        // The comment makes it another text each time, which no plan is kept for.
        let prepare = |run| store.prepare(&format!("{text} // {run}")).map(drop);
        planned.push((least(prepare), text));
    }
    show(&format!("{name}: parse"), read, 100.0);
    show(&format!("{name}: parse, bind and plan"), planned, 150.0);
    Ok(())
}

/// The least time of some runs, in microseconds.
fn least(mut run: impl FnMut(usize) -> std::result::Result<(), Error>) -> f64 {
    let mut time = |at| {
        let begun = Instant::now();
        assert!(run(at).is_ok(), "it was read before");
        begun.elapsed().as_nanos() as f64 / 1e3
    };
    (0..RUNS).map(&mut time).fold(f64::INFINITY, f64::min)
}

fn show(name: &str, mut times: Vec<(f64, &str)>, budget: f64) {
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(((worst, text), last)) = times.last().zip(times.len().checked_sub(1)) else { return };
    let at = |share: f64| times[(last as f64 * share) as usize].0;
    let above = times.iter().filter(|(time, _)| *time > budget).count();
    let count = times.len();
    println!(
        "{{\"name\": {name:?}, \"queries\": {count}, \"median_us\": {:.1}, \"p90_us\": {:.1}, \"worst_us\": {worst:.1}, \"above_{budget}_us\": {above}, \"worst\": {text:?}}}",
        at(0.5),
        at(0.9),
    );
}
