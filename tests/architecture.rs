//! Who may import whom: the table of ARCHITECTURE.md, held against the `use crate::` lines.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A stage and the stages it may import; `text`, `error`, `value` and `threads` are everybody's.
const TABLE: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("error", &["text"]),
    ("value", &["text", "error"]),
    ("threads", &[]),
    ("graph", &[]),
    ("algo", &["graph"]),
    ("syntax", &[]),
    ("question", &["syntax", "graph"]),
    ("expr", &["graph", "syntax"]),
    ("bind", &["syntax", "expr", "graph"]),
    ("plan", &["bind", "expr", "graph", "syntax"]),
    ("exec", &["plan", "bind", "expr", "graph", "algo", "syntax"]),
    ("store", &["graph"]),
    // Whole graphs are written and read as their values are shown.
    ("load", &["graph", "store", "render"]),
    ("render", &["graph"]),
    ("command", &["bind", "exec", "expr", "graph", "syntax"]),
    (
        "query",
        &[
            "algo", "bind", "command", "exec", "expr", "graph", "load", "plan", "question",
            "store", "syntax",
        ],
    ),
    ("ask", &["question", "query", "graph", "syntax"]),
    ("cli", &["ask", "query", "load", "render", "graph", "syntax"]),
];

/// Of a stage only these parts may be named, by the stage on the left.
const NARROW: &[(&str, &str, &[&str])] = &[
    // Bound expressions reuse the tree's operators and type names, and nothing else of the parser.
    ("expr", "syntax", &["ast"]),
    ("plan", "syntax", &["ast"]),
    ("exec", "syntax", &["ast"]),
    ("exec", "plan", &["physical"]),
    ("exec", "bind", &["bound"]),
    ("command", "bind", &["bound"]),
];

const EVERYBODY: &[&str] = &["text", "error", "value", "threads"];

#[test]
fn stages_import_only_what_the_table_allows() {
    let mut wrong = Vec::new();
    for file in rust_files(&source()) {
        let Some(stage) = stage_of(&file) else { continue };
        let Some((_, allowed)) = TABLE.iter().find(|(name, _)| *name == stage) else {
            wrong.push(format!("{}: `{stage}` is not in the table", file.display()));
            continue;
        };
        for import in imports(&std::fs::read_to_string(&file).expect("a source file is readable")) {
            let (target, rest) = import.split_once("::").unwrap_or((&import, ""));
            let known = TABLE.iter().any(|(name, _)| *name == target);
            let own = target == stage;
            let base = EVERYBODY.contains(&target) && !EVERYBODY.contains(&stage.as_str());
            if known && !own && !base && !allowed.contains(&target) {
                wrong.push(format!("{}: `{stage}` imports `{target}`", file.display()));
            }
            let narrow = NARROW.iter().find(|(from, to, _)| *from == stage && *to == target);
            if let Some((.., parts)) = narrow
                && !parts.iter().any(|part| {
                    rest == *part
                        || rest.starts_with(&format!("{part}::"))
                        || rest.starts_with(&format!("{{{part}"))
                })
                && !rest.is_empty()
            {
                wrong.push(format!("{}: `{stage}` imports `{target}::{rest}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "imports outside the table:\n{}", wrong.join("\n"));
}

#[test]
fn output_is_printed_by_the_command_only() {
    for file in rust_files(&source()) {
        let stage = stage_of(&file);
        // A folder `tests` is compiled for tests alone; what is skipped says so there.
        let is_test = file
            .strip_prefix(source())
            .is_ok_and(|inside| inside.components().any(|part| part.as_os_str() == "tests"));
        if is_test || matches!(stage.as_deref(), None | Some("cli")) {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file is readable");
        let code = text.split("#[cfg(test)]").next().unwrap_or("");
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            assert!(!line.contains("println!"), "{}: {line}", file.display());
        }
    }
}

#[test]
fn every_test_module_is_part_of_the_binary() {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests");
    let main = std::fs::read_to_string(tests.join("main.rs")).expect("tests/main.rs is readable");
    let named: BTreeSet<_> = main
        .lines()
        .filter_map(|line| line.trim().strip_prefix("mod ")?.strip_suffix(';').map(str::to_owned))
        .collect();
    for entry in std::fs::read_dir(tests).expect("tests/ is readable").flatten() {
        let path = entry.path();
        let module = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let is_module =
            path.extension().is_some_and(|e| e == "rs") || path.join("mod.rs").is_file();
        assert!(!is_module || module == "main" || named.contains(module), "forgotten: {module}");
    }
}

fn source() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("src/ is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The stage that a file belongs to; `None` for `lib.rs` and `main.rs`.
fn stage_of(file: &Path) -> Option<String> {
    let inside = file.strip_prefix(source()).ok()?;
    let first = inside.components().next()?.as_os_str().to_str()?;
    let stage = first.strip_suffix(".rs").unwrap_or(first);
    (!matches!(stage, "lib" | "main")).then(|| stage.to_owned())
}

/// What follows `crate::` on every line of code that is no comment and no test.
fn imports(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or("");
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':' | '{')))
                .unwrap_or(rest.len());
            rest[..end].trim_end_matches(':').to_owned()
        })
        .collect()
}
