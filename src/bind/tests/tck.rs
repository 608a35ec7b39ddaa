//! Every query of openCypher's TCK: those that should run bind, the others are refused for the right reason.

use std::path::{Path, PathBuf};

use super::{Signatures, bind_with};
use crate::value::{Map, Value};

/// A scenario with its examples filled in, as far as binding is concerned.
#[derive(Default)]
struct Scenario {
    place: String,
    parameters: Map,
    procedures: Signatures,
    /// Queries that must bind.
    good: Vec<String>,
    /// The query under test, and the error it should raise at compile time.
    bad: Option<(String, String)>,
    /// Whether the error may also be raised later.
    any_time: bool,
}

#[test]
fn the_tck_binds_or_is_refused_for_the_right_reason() {
    let Some(features) = features() else {
        println!("skipped: no shared/tck (set DOSSIER_SHARED)");
        return;
    };
    let mut files = Vec::new();
    collect_files(&features, &mut files);
    let (mut checked, mut wrong) = (0, Vec::new());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a feature file is text");
        let name = file.file_stem().expect("a feature file has a name").to_string_lossy();
        for scenario in scenarios(&name, &text) {
            checked += 1;
            wrong.extend(check(&scenario));
        }
    }
    println!("{checked} scenarios, {} wrong", wrong.len());
    wrong.iter().for_each(|line| println!("{line}"));
    assert!(checked > 3_000, "only {checked} scenarios were found");
    assert_eq!(wrong.len(), 0);
}

/// What is wrong with a scenario, if anything.
fn check(scenario: &Scenario) -> Option<String> {
    let bind = |query: &str| bind_with(query, &scenario.procedures, &scenario.parameters);
    for query in &scenario.good {
        if let Err(error) = bind(query) {
            return Some(format!("{}: {error:?}\n    {query}", scenario.place));
        }
    }
    let (query, expected) = scenario.bad.as_ref()?;
    match bind(query) {
        Err(_) if scenario.any_time => None,
        Ok(_) if scenario.any_time => None,
        Ok(_) => Some(format!("{}: bound, not {expected}\n    {query}", scenario.place)),
        Err(error) => {
            let got = format!("{}: {}", error.kind(), error.detail());
            (got != *expected)
                .then(|| format!("{}: {got}, not {expected}: {error}\n    {query}", scenario.place))
        }
    }
}

fn features() -> Option<PathBuf> {
    let shared = std::env::var_os("DOSSIER_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    Some(shared.join("tck/features")).filter(|path| path.is_dir())
}

fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder can be read")
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "feature") {
            files.push(path);
        }
    }
}

/// The scenarios of a feature, outlines expanded.
fn scenarios(file: &str, text: &str) -> Vec<Scenario> {
    let mut all = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    let mut flush = |lines: &mut Vec<&str>| {
        if lines.first().is_some_and(|line| line.starts_with("Scenario")) {
            expand(file, lines, &mut all);
        }
        lines.clear();
    };
    let mut quoted = false;
    for line in text.lines() {
        let line = line.trim();
        quoted ^= line == "\"\"\"";
        if !quoted && line.starts_with("Scenario") {
            flush(&mut lines);
        }
        if quoted || !line.starts_with('#') {
            lines.push(line);
        }
    }
    flush(&mut lines);
    all
}

/// Fills in each example of an outline; a plain scenario is its own only example.
fn expand(file: &str, lines: &[&str], all: &mut Vec<Scenario>) {
    let examples = lines.iter().rposition(|line| line.starts_with("Examples:"));
    let Some(examples) = examples else {
        all.push(read(file, &lines.join("\n")));
        return;
    };
    let body = lines[..examples].join("\n");
    let mut rows = lines[examples..].iter().filter(|line| line.starts_with('|')).map(|l| cells(l));
    let header = rows.next().unwrap_or_default();
    for row in rows {
        let filled = header
            .iter()
            .zip(&row)
            .fold(body.clone(), |text, (name, value)| text.replace(&format!("<{name}>"), value));
        all.push(read(file, &filled));
    }
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|');
    let inner = inner.strip_suffix('|').unwrap_or(inner).replace("\\|", "\u{1}");
    inner.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
}

fn read(file: &str, text: &str) -> Scenario {
    let mut scenario = Scenario { place: file.to_owned(), ..Scenario::default() };
    let mut lines = text.lines();
    let mut under_test = None;
    let mut in_parameters = false;
    while let Some(line) = lines.next() {
        let step = line.split_once(' ').map_or(line, |(_, step)| step);
        if line.starts_with("Scenario") {
            let number = line.split(['[', ']']).nth(1).unwrap_or_default();
            scenario.place = format!("{file} [{number}]");
        } else if let Some(signature) = step.strip_prefix("there exists a procedure ") {
            scenario.procedures.declare(signature);
        } else if line == "\"\"\"" {
            let query: Vec<_> = lines.by_ref().take_while(|line| *line != "\"\"\"").collect();
            let query = query.join("\n");
            match under_test.take() {
                Some(true) => scenario.bad = Some((query, String::new())),
                _ => scenario.good.push(query),
            }
        } else if in_parameters && line.starts_with('|') {
            let name = cells(line).swap_remove(0);
            scenario.parameters.insert(name.as_str().into(), Value::Null);
        } else if step.starts_with("executing query") {
            under_test = Some(true);
        } else if let Some((kind, rest)) = step.split_once(" should be raised at ") {
            expect_error(&mut scenario, kind, rest);
        }
        in_parameters =
            step.starts_with("parameters are") || in_parameters && line.starts_with('|');
    }
    if let Some((query, expected)) = scenario.bad.take() {
        if expected.is_empty() {
            scenario.good.push(query);
        } else {
            scenario.bad = Some((query, expected));
        }
    }
    scenario
}

/// Notes the error that a scenario expects, where it is one of compile time.
fn expect_error(scenario: &mut Scenario, kind: &str, rest: &str) {
    let Some((phase, detail)) = rest.split_once(':') else { return };
    let kind = kind.split(' ').next_back().unwrap_or(kind);
    if phase != "runtime"
        && let Some((_, expected)) = &mut scenario.bad
    {
        *expected = format!("{kind}: {}", detail.trim());
        scenario.any_time = phase == "any time";
    }
}
