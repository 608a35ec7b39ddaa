//! The manual's examples run: `docs/language/*.md`, the quick start, the page on the command, the
//! README.
//!
//! A page runs on a graph of its own: an empty one, or the shipped facts where it holds the line
//! `<!-- graph: shipped -->`. Its blocks run in order:
//!
//! ````text
//! ```cypher sources        statements; further words are the tags of the scripts
//! ```text                  directly after it: the screen that they must show
//! ```question              a question in English, likewise
//! ```console               commands of a shell and what they print, as on a terminal
//! ````
//!
//! Statements without a screen below them must succeed. Other blocks (`rust`, `sh`,
//! `dossier`) are not run here. `UPDATE_EXPECT=1 cargo test manual` writes the screens anew.

use std::fmt::Write;
use std::path::PathBuf;

#[cfg(all(unix, feature = "cli"))]
use crate::console::{Shell, transcript};
use crate::screen::{self, Start, Step, Tags};
use crate::scripts::{difference, start, updating};

#[test]
fn the_manual_shows_what_happens() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = String::new();
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a page is readable");
        let name = page.strip_prefix(&root).unwrap_or(&page).display();
        match run(&text).map(|now| consoles(&name.to_string(), &now)) {
            Ok(now) if now == text => {}
            Ok(now) if updating() => std::fs::write(&page, now).expect("a page is writable"),
            Ok(now) => writeln!(wrong, "{name}:\n{}", difference(&text, &now)).expect("a string"),
            Err(error) => writeln!(wrong, "{name}: {error}").expect("a string"),
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}\nUPDATE_EXPECT=1 cargo test manual writes them anew.");
}

/// The pages, those of the folders below `docs/language` included.
fn pages() -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut pages = ["README.md", "docs/quick-start.md", "docs/tutorial.md", "docs/command.md"]
        .map(|page| root.join(page))
        .to_vec();
    let mut folders = vec![root.join("docs/language")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("docs/language is readable").flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { pages.push(path) }
        }
    }
    pages.sort();
    pages
}

/// Every statement of every page.
pub(crate) fn all_statements() -> Vec<String> {
    let mut all = Vec::new();
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a page is readable");
        for part in parts(&text).expect("a page is whole") {
            if let Part::Run { step, .. } = part {
                all.extend(step.statements());
            }
        }
    }
    all
}

/// A part of a page: text and blocks that do not run, something to run, or a screen.
enum Part<'a> {
    Text(&'a str),
    Run { written: &'a str, step: Step<'a>, line: usize },
    Screen { opening: &'a str, indent: &'a str },
}

/// The page as it would be written now.
fn run(page: &str) -> Result<String, String> {
    let parts = parts(page)?;
    let (mut steps, mut lines) = (Vec::new(), Vec::new());
    let mut now = Vec::new();
    for part in parts {
        match part {
            Part::Run { written, step, line } => {
                steps.push(step);
                lines.push(line);
                now.push((written.to_owned(), Some(false)));
            }
            Part::Screen { opening, indent } => {
                now.push((format!("{opening}{indent}"), Some(true)))
            }
            Part::Text(text) => now.push((text.to_owned(), None)),
        }
    }
    let screens = screen::on_every_engine(graph(page)?, &steps)?;
    let mut out = String::new();
    let mut ran = 0;
    for (at, (text, kind)) in now.iter().enumerate() {
        out.push_str(text);
        match kind {
            Some(true) => {
                let lines = screens[ran - 1].lines();
                out.extend(lines.map(|line| format!("{}\n", line.trim_end())));
            }
            Some(false) => {
                ran += 1;
                let followed = now[at + 1..].iter().find_map(|(text, kind)| {
                    kind.or_else(|| (!text.trim().is_empty()).then_some(false))
                });
                let screen = &screens[ran - 1];
                if followed != Some(true) && screen.starts_with("error: ") {
                    return Err(format!("line {}:\n{screen}", lines[ran - 1]));
                }
            }
            None => {}
        }
    }
    Ok(out)
}

/// The page with what its `console` blocks print now. On a terminal rows are tables and answers
/// text; here the options for that stand in a shell function around the command.
#[cfg(all(unix, feature = "cli"))]
fn consoles(name: &str, page: &str) -> String {
    const AS_ON_A_TERMINAL: &str = "dossier() { case \"$1\" in \
         ask) shift; command dossier ask --format text \"$@\" ;; \
         query) shift; case \"$*\" in *--format*) command dossier query \"$@\" ;; \
             *) command dossier query --format table \"$@\" ;; esac ;; \
         --facts) if [ \"$3\" = ask ]; then f=$2; shift 3; \
             command dossier --facts \"$f\" ask --format text \"$@\"; \
             else command dossier \"$@\"; fi ;; \
         *) command dossier \"$@\" ;; esac; }";
    let shell = Shell::new(&name.replace('/', "-"), AS_ON_A_TERMINAL);
    let mut now = String::new();
    let mut rest = page;
    while let Some((before, block)) = rest.split_once("```console\n") {
        let (commands, after) = block.split_once("\n```").unwrap_or((block, ""));
        now.push_str(before);
        now.push_str("```console\n");
        now.push_str(transcript(&format!("{commands}\n"), &shell).trim_end());
        now.push_str("\n```");
        rest = after;
    }
    now + rest
}

#[cfg(not(all(unix, feature = "cli")))]
fn consoles(_: &str, page: &str) -> String {
    page.to_owned()
}

fn graph(page: &str) -> Result<Start, String> {
    let mark = page.split_once("<!-- graph: ").and_then(|(_, rest)| rest.split_once(" -->"));
    mark.map_or(Ok(Start::Empty), |(word, _)| start(word))
}

fn parts(page: &str) -> Result<Vec<Part<'_>>, String> {
    let mut parts = Vec::new();
    let mut rest = page;
    while let Some(fence) = find_fence(rest) {
        let (before, block) = rest.split_at(fence);
        let opening = &block[..block.find('\n').map_or(block.len(), |at| at + 1)];
        let body = &block[opening.len()..];
        let marks = opening.len() - opening.trim_start_matches('`').len();
        let line = 1 + page
            .len()
            .checked_sub(rest.len())
            .map_or(0, |at| page[..at + fence].matches('\n').count());
        let end = find_end(body, marks).ok_or(format!("line {line}: the block does not end"))?;
        let (language, words) =
            opening[marks..].trim().split_once(' ').unwrap_or((opening[marks..].trim(), ""));
        let text = &body[..end];
        let close = &body[end..];
        let close = &close[..close.find('\n').map_or(close.len(), |at| at + 1)];
        let written = &block[..opening.len() + end + close.len()];
        let after_run = before.trim().is_empty() && matches!(parts.last(), Some(Part::Run { .. }));
        parts.push(Part::Text(before));
        let tags = Tags::parse(words).map_err(|error| format!("line {line}: {error}"));
        match language {
            "cypher" => parts.push(Part::Run { written, step: Step::Show(tags?, text), line }),
            "question" => {
                parts.push(Part::Run { written, step: Step::Show(tags?.asking(), text), line })
            }
            "text" if after_run => {
                parts.push(Part::Screen { opening, indent: "" });
                parts.push(Part::Text(close));
            }
            _ => parts.push(Part::Text(written)),
        }
        rest = &block[written.len()..];
    }
    parts.push(Part::Text(rest));
    Ok(parts)
}

fn find_fence(text: &str) -> Option<usize> {
    if text.starts_with("```") { Some(0) } else { text.find("\n```").map(|at| at + 1) }
}

fn find_end(body: &str, marks: usize) -> Option<usize> {
    let close = "`".repeat(marks);
    if body.starts_with(&close) {
        Some(0)
    } else {
        body.find(&format!("\n{close}")).map(|at| at + 1)
    }
}

#[test]
fn a_page_with_another_screen_is_found() {
    let page = "# Sums\n\n```cypher\nRETURN 1 + 1 AS sum;\nRETURN 3 AS more\n```\n\n```text\nthree\n```\n\nDone.\n";
    let screen = " sum\n─────\n   2\n more\n──────\n    3\n";
    assert_eq!(run(page), Ok(page.replace("three\n", screen)));
    let fails = "```cypher\nRETURN nothing\n```\n\nNo screen stands here.\n";
    assert!(run(fails).expect_err("it fails").contains("bind::undefined_variable"));
    let fails = "```cypher\nRETURN nothing\n```\n\n```text\n```\n";
    assert!(run(fails).expect("it says so").contains("bind::undefined_variable"));
    let other = "```console\n$ dossier\n```\n\n```text\nnot a screen\n```\n";
    assert_eq!(run(other), Ok(other.to_owned()));
}
