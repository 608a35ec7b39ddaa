//! The scripts: `tests/scripts/STAGE/TOPIC` holds statements, each with the screen it must show.
//!
//! ```text
//! # Comments stand before a statement.
//! graph: shipped                      the first line that is none; an empty graph without it
//!
//! $region = 'South Ossetia'           a parameter, for the rest of the script
//!
//! [sources] MATCH (s:State)-[:RECOGNISES]->(:Region {name: $region})
//! RETURN count(*)
//! ---
//! the screen, to the next empty line; where it has empty lines itself, each line begins with `> `
//! ```
//!
//! The tags in brackets say what is shown beside the rows: `plan`, the plan before them;
//! `sources`, where each stands; `ask` takes the text as a question; `ast` shows the statement as
//! it was read, with brackets around every operation, and runs nothing. An error shows its screen,
//! caret and all. Statements that end with `;` at the end of a line can stand before one another.
//!
//! `UPDATE_EXPECT=1 cargo test scripts` writes down what is shown now; read the difference.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::screen::{self, Start, Step, Tags};

#[test]
fn scripts_show_what_is_written_down() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let files = files(&folder);
    assert!(!files.is_empty(), "there are scripts");
    let mut wrong = String::new();
    for file in files {
        let name = file.strip_prefix(&folder).unwrap_or(&file).display().to_string();
        let text = std::fs::read_to_string(&file).expect("a script is readable");
        match parse(&text).and_then(Script::run) {
            Ok(now) if now == text => {}
            Ok(now) if updating() => std::fs::write(&file, now).expect("a script is writable"),
            Ok(now) => writeln!(wrong, "{name}:\n{}", difference(&text, &now)).expect("a string"),
            Err(error) => writeln!(wrong, "{name}: {error}").expect("a string"),
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}\nUPDATE_EXPECT=1 cargo test scripts writes them anew.");
}

/// Whether what is shown is to be written down.
pub(crate) fn updating() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some_and(|value| !value.is_empty() && value != "0")
}

/// The first lines in which two texts differ.
pub(crate) fn difference(expected: &str, found: &str) -> String {
    let (expected, found): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    let same = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let part = |lines: &[&str], sign| -> String {
        lines.iter().skip(same).take(12).map(|line| format!("  {sign} {line}\n")).collect()
    };
    format!("  line {}\n{}{}", same + 1, part(&expected, '-'), part(&found, '+'))
}

/// Every statement of every script.
pub(crate) fn all_statements() -> Vec<String> {
    let mut all = Vec::new();
    for file in files(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scripts")) {
        let text = std::fs::read_to_string(&file).expect("a script is readable");
        let script = parse(&text).expect("a script is whole");
        for step in script.blocks.into_iter().filter_map(|block| block.step) {
            all.extend(step.statements());
        }
    }
    all
}

struct Script<'a> {
    start: Start,
    blocks: Vec<Block<'a>>,
    text: &'a str,
}

/// A step, and the lines of the script that say so (its own screen left out).
struct Block<'a> {
    step: Option<Step<'a>>,
    written: &'a str,
}

fn parse(text: &str) -> Result<Script<'_>, String> {
    let mut script = Script { start: Start::Empty, blocks: Vec::new(), text };
    let mut rest = text;
    while !rest.is_empty() {
        let line = first_line(rest);
        let (step, length, skipped) = if line.trim().is_empty() || line.starts_with('#') {
            (None, line.len(), 0)
        } else if let Some(graph) = line.strip_prefix("graph: ") {
            script.start = start(graph.trim())?;
            (None, line.len(), 0)
        } else if let Some(assignment) = line.strip_prefix('$') {
            let (name, value) =
                assignment.split_once(" = ").ok_or("a parameter is `$name = value`")?;
            (Some(Step::Set(name, value.trim())), line.len(), 0)
        } else {
            let (statement, after) =
                rest.split_once("\n---\n").ok_or(format!("no `---` below `{}`", line.trim()))?;
            let expected = after.find("\n\n").map_or(after.len(), |at| at + 1);
            let expected = if after.starts_with('\n') { 0 } else { expected };
            (Some(show(statement)?), statement.len() + "\n---\n".len(), expected)
        };
        script.blocks.push(Block { step, written: &rest[..length] });
        rest = &rest[length + skipped..];
    }
    Ok(script)
}

fn first_line(text: &str) -> &str {
    &text[..text.find('\n').map_or(text.len(), |at| at + 1)]
}

/// What a graph holds at first, by its word.
pub(crate) fn start(word: &str) -> Result<Start, String> {
    match word {
        "shipped" => Ok(Start::Shipped),
        "empty" => Ok(Start::Empty),
        "isles" => Ok(Start::Isles),
        other => Err(format!("a graph is `shipped`, `empty` or `isles`, not `{other}`")),
    }
}

fn show(statement: &str) -> Result<Step<'_>, String> {
    let Some((words, text)) = statement.strip_prefix('[').and_then(|rest| rest.split_once(']'))
    else {
        return Ok(Step::Show(Tags::default(), statement));
    };
    Ok(Step::Show(Tags::parse(words)?, text))
}

impl Script<'_> {
    /// The script as it would be written down now.
    fn run(self) -> Result<String, String> {
        let (written, steps): (Vec<_>, Vec<_>) =
            self.blocks.into_iter().map(|block| (block.written, block.step)).unzip();
        let shown: Vec<bool> =
            steps.iter().map(|step| matches!(step, Some(Step::Show(..)))).collect();
        let set: Vec<bool> = steps.iter().map(|step| matches!(step, Some(Step::Set(..)))).collect();
        let steps: Vec<Step<'_>> = steps.into_iter().flatten().collect();
        let mut screens = screen::on_every_engine(self.start, &steps)?.into_iter();
        let mut now = String::with_capacity(self.text.len());
        for (at, written) in written.iter().enumerate() {
            now.push_str(written);
            if shown[at] {
                now.push_str(&quoted(&screens.next().unwrap_or_default()));
            } else if set[at] {
                let failed = screens.next().unwrap_or_default();
                if !failed.is_empty() {
                    return Err(format!("{written}{failed}"));
                }
            }
        }
        Ok(now)
    }
}

/// A screen as a script writes it: marked line by line where it holds an empty line.
fn quoted(screen: &str) -> String {
    let screen: String = screen.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    if screen.contains("\n\n") || screen.starts_with('\n') {
        return screen
            .lines()
            .map(|line| format!("> {line}").trim_end().to_owned() + "\n")
            .collect();
    }
    screen
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is readable").flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[test]
fn a_script_says_what_it_lacks() {
    let error = |text: &str| parse(text).and_then(Script::run).expect_err("it is wrong");
    assert_eq!(error("RETURN 1\n"), "no `---` below `RETURN 1`");
    assert_eq!(error("[rules] RETURN 1\n---\n"), "there is no tag `rules`");
    assert_eq!(error("graph: full\n"), "a graph is `shipped`, `empty` or `isles`, not `full`");
    assert!(error("$x = 1 +\n").contains("syntax::"));
}

#[test]
fn a_wrong_screen_is_found() {
    let text = "# A sum.\n\nRETURN 1 + 1 AS sum\n---\n sum\n─────\n   3\n\n# The end.\n";
    let now = parse(text).and_then(Script::run).expect("it runs");
    assert_eq!(now, text.replace("   3", "   2"));
    assert_eq!(
        difference(text, &now),
        "  line 7\n  -    3\n  - \n  - # The end.\n  +    2\n  + \n  + # The end.\n"
    );
}
