//! Every public item that a user reaches is documented with an example that runs.
//!
//! Read off the sources, as `architecture.rs` does: from `lib.rs` along `pub mod` and `pub use`, past
//! whatever is `#[doc(hidden)]`. An example may stand at an item, at the type of a method, or, for a
//! type, at one of its methods. That it runs is what `cargo test --doc` is for, and that there is
//! any documentation at all what the lint `missing_docs` is for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What has no example of its own, and where one stands instead.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("graph::Steps", "an iterator: the example is at `GraphView::steps`"),
    ("graph::Edges", "an iterator: the example is at `Edge`"),
    // Debts: these came without one. Whoever touches them next gives them one and takes the line out.
    ("graph::Inference", "none yet"),
    ("graph::Shape", "none yet"),
    ("load::export", "none yet, but for the facts format"),
    ("store::Backup", "none yet"),
    ("store::Base", "none yet"),
];

/// An item as the source declares it.
#[derive(Debug)]
struct Item {
    file: PathBuf,
    /// The first folder or file of `src` that it is in.
    stage: String,
    /// The type or trait that it is a method of.
    of: Option<String>,
    name: String,
    is_hidden: bool,
    has_example: bool,
}

#[test]
fn every_public_item_has_an_example() {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut public = Public::default();
    public.read(&source.join("lib.rs"), &source, true);
    let items: Vec<Item> =
        rust_files(&source).iter().flat_map(|file| items(file, &source)).collect();
    let reached = |item: &&Item| {
        let name = item.of.as_ref().unwrap_or(&item.name);
        // `Store` is the one type that several stages give methods.
        !item.is_hidden && (public.has(&item.stage, name) || item.of.as_deref() == Some("Store"))
    };
    let reached: Vec<&Item> = items.iter().filter(reached).collect();
    assert!(reached.len() > 300, "only {} items were found: is this test blind?", reached.len());
    let related = |item: &&Item| {
        let is_type = |other: &&&Item| other.of.is_none() && Some(&other.name) == item.of.as_ref();
        let is_method = |other: &&&Item| item.of.is_none() && other.of.as_ref() == Some(&item.name);
        let same = |other: &&&Item| other.stage == item.stage || other.stage == "query";
        let mut others =
            reached.iter().filter(|other| same(other) && (is_type(other) || is_method(other)));
        others.any(|other| other.has_example)
    };
    let is_excepted = |item: &&Item| {
        let name = item.of.as_ref().unwrap_or(&item.name);
        EXCEPTIONS.iter().any(|(path, _)| *path == format!("{}::{name}", item.stage))
    };
    let without = reached
        .iter()
        .copied()
        .filter(|item| !item.has_example && !related(item) && !is_excepted(item));
    let without: Vec<String> = without
        .map(|item| {
            let of = item.of.as_ref().map_or_else(String::new, |of| format!("{of}::"));
            format!("{}: {of}{}", item.file.strip_prefix(&source).unwrap().display(), item.name)
        })
        .collect();
    assert!(
        without.is_empty(),
        "without an example (or else `#[doc(hidden)]`, `pub(crate)`):\n{}",
        without.join("\n")
    );
}

/// What is public: names, each with the stage whose file declares it.
#[derive(Default)]
struct Public {
    names: BTreeSet<(String, String)>,
}

impl Public {
    fn has(&self, stage: &str, name: &str) -> bool {
        self.names.contains(&(stage.to_owned(), name.to_owned()))
    }

    /// Reads a file; where the module is public, all that it declares is.
    fn read(&mut self, file: &Path, source: &Path, is_public: bool) {
        let text = std::fs::read_to_string(file).expect("a source file is readable");
        let stage = stage_of(file, source);
        if is_public {
            let own =
                items(file, source).into_iter().filter(|item| item.of.is_none() && !item.is_hidden);
            self.names.extend(own.map(|item| (stage.clone(), item.name)));
        }
        let mut is_hidden = false;
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if let Some(module) =
                line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';'))
            {
                self.read(&module_file(file, module), source, is_public && !is_hidden);
            } else if let Some(rest) = line.strip_prefix("pub use ") {
                let mut used = rest.to_owned();
                while !used.contains(';') {
                    used.push_str(lines.next().expect("a `pub use` ends"));
                }
                if is_public && !is_hidden {
                    self.reexport(&used, &stage);
                }
            }
            is_hidden = line == "#[doc(hidden)]" || is_hidden && line.starts_with("#[");
        }
    }

    /// Notes the names of `path::{A, B as C};`.
    fn reexport(&mut self, used: &str, stage: &str) {
        let path = used.trim_start_matches("crate::");
        let first = path.split(':').next().unwrap_or_default();
        let stage = if stage == "lib" || path != used { first } else { stage };
        let words = path.split(|c: char| !c.is_alphanumeric() && c != '_');
        self.names.extend(words.map(|word| (stage.to_owned(), word.to_owned())));
    }
}

/// The items of a file: functions, types and traits that are `pub`, and the methods of traits.
fn items(file: &Path, source: &Path) -> Vec<Item> {
    let text = std::fs::read_to_string(file).expect("a source file is readable");
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let stage = stage_of(file, source);
    let mut found = Vec::new();
    let (mut docs, mut is_hidden, mut in_attribute) = (Vec::new(), false, false);
    // The type whose methods stand here, and whether that is a trait, whose methods are as public.
    let mut block: Option<(String, bool)> = None;
    for line in code.lines() {
        let trimmed = line.trim_start();
        if let Some(doc) = trimmed.strip_prefix("///") {
            docs.push(doc.trim());
            continue;
        }
        // An attribute may take several lines.
        let is_attribute = trimmed.starts_with('#') || in_attribute;
        in_attribute = is_attribute && !trimmed.ends_with(']');
        if is_attribute {
            is_hidden |= trimmed == "#[doc(hidden)]";
            continue;
        }
        let indent = line.len() - trimmed.len();
        let is_method = indent == 4 && block.is_some();
        let in_trait = block.as_ref().is_some_and(|(_, is_trait)| *is_trait);
        if let Some(name) =
            declared(trimmed, is_method && in_trait).filter(|_| indent == 0 || is_method)
        {
            let of = if is_method { block.as_ref().map(|(name, _)| name.clone()) } else { None };
            if indent == 0 && trimmed.starts_with("pub trait ") {
                block = Some((name.clone(), true));
            }
            let has_example = has_example(&docs);
            let (file, stage) = (file.to_owned(), stage.clone());
            found.push(Item { file, stage, of, name, is_hidden, has_example });
        } else if let Some(rest) = line.strip_prefix("impl") {
            block = implemented(rest).map(|name| (name, false));
        }
        if line == "}" {
            block = None;
        }
        // Lines of a doc comment and of attributes belong to the item right below them.
        docs.clear();
        is_hidden = false;
    }
    found
}

/// The name that a line declares, if it is public; in a trait every function is.
fn declared(line: &str, in_trait: bool) -> Option<String> {
    let rest = if in_trait { line } else { line.strip_prefix("pub ")? };
    let rest = rest.strip_prefix("const ").unwrap_or(rest);
    let kinds: &[&str] = if in_trait { &["fn "] } else { &["fn ", "struct ", "enum ", "trait "] };
    let name = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    Some(name[..end].to_owned())
}

/// The type of an inherent `impl<'a, T: Bound> Type<'a, T> {`; `None` for that of a trait.
fn implemented(rest: &str) -> Option<String> {
    let mut depth = 0;
    let generics = rest.find(|c: char| {
        depth += i32::from(c == '<') - i32::from(c == '>');
        depth == 0
    })?;
    let rest = rest[generics..].trim_start_matches(['>', ' ']);
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    (!rest.contains(" for ")).then(|| rest[..end].to_owned())
}

/// Whether the lines of a doc comment hold a block of code that runs.
fn has_example(docs: &[&str]) -> bool {
    let fences = docs.iter().filter(|line| line.starts_with("```"));
    fences
        .step_by(2)
        .any(|fence| matches!(*fence, "```" | "```rust" | "```no_run" | "```should_panic"))
}

fn module_file(file: &Path, module: &str) -> PathBuf {
    let folder = match file.file_stem().and_then(|stem| stem.to_str()) {
        Some("lib" | "mod") => file.with_file_name(""),
        _ => file.with_extension(""),
    };
    let flat = folder.join(module).with_extension("rs");
    if flat.is_file() { flat } else { folder.join(module).join("mod.rs") }
}

/// The first part of a file's path below `src`.
fn stage_of(file: &Path, source: &Path) -> String {
    let inside = file.strip_prefix(source).expect("the file is a source");
    let first = inside.components().next().expect("it has a name");
    first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
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
