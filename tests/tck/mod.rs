//! The openCypher TCK, whole: every scenario, errors held to type, phase and detail.
//!
//! There is no list of known failures: a scenario that fails fails the run. `DOSSIER_TCK=text` runs
//! only the scenarios whose title contains the text; `DOSSIER_TCK_REPORT=file` writes down what fails.

mod gherkin;
mod literal;
mod world;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use gherkin::Scenario;

/// How many failures are shown.
const SHOWN: usize = 40;

#[test]
fn every_scenario_of_the_tck_passes() {
    let Some(folder) = crate::shared::folder("tck") else { return };
    let wanted = std::env::var("DOSSIER_TCK").ok();
    let mut scenarios = Vec::new();
    collect(&folder.join("features"), "", &mut scenarios);
    if let Some(wanted) = &wanted {
        scenarios.retain(|scenario| scenario.title().contains(wanted));
    }
    let failures = run_all(&scenarios, &folder.join("graphs"));
    println!(
        "tck: {} scenarios, {} passed, {} failed",
        scenarios.len(),
        scenarios.len() - failures.len(),
        failures.len()
    );
    if let Ok(file) = std::env::var("DOSSIER_TCK_REPORT") {
        let lines: Vec<_> = failures.iter().map(|(title, why)| format!("{title}\t{why}")).collect();
        std::fs::write(file, lines.join("\n") + "\n").expect("the report can be written");
    }
    for (title, why) in failures.iter().take(SHOWN) {
        println!("{title}\n    {why}");
    }
    assert!(failures.is_empty(), "{} scenarios fail", failures.len());
}

/// Every query of every scenario.
pub(crate) fn all_statements() -> Vec<String> {
    let Some(folder) = crate::shared::folder("tck") else { return Vec::new() };
    let mut scenarios = Vec::new();
    collect(&folder.join("features"), "", &mut scenarios);
    let steps = scenarios.into_iter().flat_map(|scenario| scenario.steps);
    steps.filter_map(|step| step.document).collect()
}

fn collect(folder: &Path, prefix: &str, scenarios: &mut Vec<Scenario>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("the features are readable").flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), scenarios);
        } else if name.ends_with(".feature") {
            let text = std::fs::read_to_string(entry.path()).expect("a feature is UTF-8");
            scenarios.extend(gherkin::parse(&name, &text));
        }
    }
}

/// Runs all scenarios on as many threads as there are cores; the failures by title.
fn run_all(scenarios: &[Scenario], graphs: &Path) -> BTreeMap<String, String> {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(BTreeMap::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let big = std::thread::Builder::new().stack_size(256 << 20);
            let spawned = big.spawn_scoped(scope, || {
                while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let ran = catch_unwind(AssertUnwindSafe(|| world::run(scenario, graphs)));
                    let result = ran.unwrap_or_else(|_| Err("PANIC".into()));
                    if let Err(why) = result {
                        let why = why.replace(['\n', '\t'], " ");
                        failures
                            .lock()
                            .expect("no thread fails with the lock")
                            .insert(scenario.title(), why);
                    }
                }
            });
            spawned.expect("a thread can be started");
        }
    });
    failures.into_inner().expect("no thread fails with the lock")
}
