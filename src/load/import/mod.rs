//! Carrying out a recipe: tables into a graph.
//!
//! **In**: a `Recipe` and the paths of files or folders. **Out**: rows of a
//! [`GenerationBuilder`], and how many. **Caller**: `query/transfer.rs`.
//!
//! ```text
//! documents ── nodes, table by table ── relationships, table by table ── declarations
//!              (key → row)              (keys looked up)
//! ```
//!
//! A table is read in batches and never held as a whole; what stays in memory is the graph and,
//! until the end, the keys of its nodes. A file that makes both nodes and relationships is read once
//! for each: that costs less than keeping its rows.
//!
//! Where there is a graph already ([`Base`]), its nodes are found by their keys, too, if the key is
//! one of their properties (`known.rs`): so a table of relationships can join old nodes and new
//! ones, and a table of nodes that is imported twice is a mistake or, with `merge`, changes nothing.

mod columns;
mod files;
mod keys;
mod known;
mod nodes;
mod qualify;
mod reject;
mod relationships;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use hashbrown::HashMap;

use super::recipe::{Columns, Document, Properties, Recipe};
use super::rows::{Batch, Fault, Kind, Rows, Table, Wanted};
use super::{elements, headers};
use crate::error::{Error, Result, load};
use crate::store::{Base, Cell, GenerationBuilder};
use crate::text::suggest;
use crate::value::Value;

pub use reject::Rejects;

use keys::KeyMap;

/// How much an import brought.
///
/// [`Store::from_tables`](crate::Store::from_tables) returns it.
///
/// ```
/// use dossier::load::import::Summary;
/// let summary = Summary { nodes: 2, rejected: 1, ..Summary::default() };
/// assert!(summary.rejected > 0 && summary.examples.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Nodes.
    pub nodes: u64,
    /// Relationships.
    pub relationships: u64,
    /// Rows that were left out because they cannot be used.
    pub rejected: u64,
    /// What was wrong with the first of those.
    pub examples: Vec<String>,
    /// What a graph has no place for, a sentence for each kind of it.
    pub notes: Vec<String>,
}

/// Nodes that relationships can find.
#[derive(Debug, Default)]
struct Group {
    keys: KeyMap,
    /// What each part of the key is, where it is a column.
    kinds: Vec<Option<Kind>>,
    /// The rows below were there before the import.
    known: u32,
}

/// A graph in the making.
struct Import<'a> {
    recipe: &'a Recipe,
    paths: &'a [PathBuf],
    builder: &'a mut GenerationBuilder,
    /// The graph that is added to.
    base: Option<Base<'a>>,
    groups: HashMap<&'a str, Group>,
    /// The rows of the recipe's documents.
    documents: Vec<u32>,
    rejects: Rejects,
    summary: Summary,
    /// Is told of the rows of each batch.
    progress: &'a mut dyn FnMut(u64),
}

/// What a recipe is carried out on.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The tables, or folders of them.
    pub paths: &'a [PathBuf],
    /// Files of what is declared, which know the nodes of tables with headers by their `:ID`.
    pub declarations: &'a [PathBuf],
    /// The graph that is added to.
    pub base: Option<Base<'a>>,
}

/// Carries out a recipe; errors that are about the recipe have spans of its text.
///
/// # Errors
///
/// `load::recipe` where the recipe does not fit the files, `load::io` where one cannot be read,
/// `load::row` for a row that cannot be used if that is to stop the import.
#[doc(hidden)]
pub fn run(
    recipe: &Recipe,
    paths: &[PathBuf],
    rejects: Rejects,
    memory_max_bytes: usize,
) -> Result<(GenerationBuilder, Summary)> {
    let mut builder = GenerationBuilder::default();
    builder.set_memory_max(memory_max_bytes);
    let input = Input { paths, declarations: &[], base: None };
    let summary = add(recipe, input, rejects, &mut builder, &mut |_| {})?;
    Ok((builder, summary))
}

/// Carries out a recipe for a graph that is there, and tells `progress` of rows that were read.
///
/// # Errors
///
/// As [`run`].
#[doc(hidden)]
pub fn add(
    recipe: &Recipe,
    input: Input<'_>,
    rejects: Rejects,
    builder: &mut GenerationBuilder,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let Input { paths, declarations, base } = input;
    let mut import = Import {
        recipe,
        paths,
        builder,
        base,
        groups: HashMap::new(),
        documents: Vec::new(),
        rejects,
        summary: Summary::default(),
        progress,
    };
    for document in &recipe.documents {
        import.document(document)?;
    }
    for table in &recipe.nodes {
        import.nodes(table)?;
    }
    for table in &recipe.relationships {
        import.relationships(table)?;
    }
    for path in declarations {
        import.declarations(path)?;
    }
    let Import { mut summary, rejects, .. } = import;
    summary.rejected = rejects.count();
    summary.examples = rejects.shown().to_vec();
    Ok(summary)
}

impl Import<'_> {
    fn document(&mut self, document: &Document) -> Result<()> {
        if let Some(row) = self.known_document(document) {
            self.documents.push(row);
            return Ok(());
        }
        let label = self.builder.catalog_mut().intern_label(&document.label);
        let row = self.builder.add_nodes(&[label], 1)?.start;
        let name = ("name", Value::from(document.name.as_str()));
        let date = document.date.clone().map(|date| ("date", Value::from(date)));
        let others = document.properties.iter().map(|(key, value)| (key.as_str(), value.clone()));
        for (key, value) in [name].into_iter().chain(date).chain(others) {
            let key = self.builder.catalog_mut().intern_key(key);
            self.builder.node_column(key).set(row, Cell::from(&value));
        }
        self.documents.push(row);
        self.summary.nodes += 1;
        Ok(())
    }

    /// Declares what stands in a file of elements.
    fn declarations(&mut self, path: &Path) -> Result<()> {
        let mut input = super::unpacked(path)?;
        let group = self.groups.get(headers::SHARED_GROUP);
        let known = |number: u64| group?.find(&Value::Integer(i64::try_from(number).ok()?));
        let rejects = &mut self.rejects;
        let read = elements::read(path, &mut input, rejects, &known, self.builder, self.progress)?;
        self.summary.nodes += read.nodes;
        self.summary.relationships += read.relationships;
        Ok(())
    }

    /// Opens a file with the columns that are asked for, and all others where `all` is asked for;
    /// adds the others to `properties`.
    fn open(
        &self,
        path: &Path,
        columns: &Columns,
        kind_of: impl Fn(usize, &str) -> Option<Kind>,
        others: impl Fn(&str) -> bool,
    ) -> Result<Opened> {
        let table = Table::open(path, &self.recipe.layout)?;
        let mut wanted = Vec::with_capacity(columns.named.len());
        for (at, (name, span)) in columns.named.iter().enumerate() {
            let Some(place) = table.names.iter().position(|known| known == name) else {
                let known = || table.names.iter().map(String::as_str);
                let hint = suggest::nearest(name, known()).map_or_else(
                    || format!("There are: {}", known().collect::<Vec<_>>().join(", ")),
                    |near| format!("Did you mean `{near}`?"),
                );
                let message = format!("`{}` has no column `{name}`.", file_name(path));
                return Err(Error::new(&load::RECIPE, message).at(*span).hint(hint));
            };
            wanted.push(Wanted { place, kind: kind_of(at, name) });
        }
        let mut properties = Vec::new();
        for (place, name) in table.names.iter().enumerate() {
            if others(name) {
                properties.push((name.clone(), wanted.len()));
                wanted.push(Wanted { place, kind: kind_of(usize::MAX, name) });
            }
        }
        let rows = table.rows(&wanted)?;
        Ok(Opened { rows, others: properties })
    }

    /// Notes that a batch was read, and the rows of it that cannot be used.
    fn reject(&mut self, path: &Path, batch: &Batch, faults: &mut Vec<Fault>) -> Result<()> {
        (self.progress)(batch.len as u64);
        self.builder.check_memory(self.groups.values().map(|group| group.keys.bytes()).sum())?;
        faults.sort_by_key(|fault| fault.row);
        faults.dedup_by_key(|fault| fault.row);
        for fault in &*faults {
            self.rejects.note(path, batch, fault)?;
        }
        Ok(())
    }
}

/// A file that is being read.
struct Opened {
    rows: Rows,
    /// The columns that are properties because all others are, with their places.
    others: Vec<(String, usize)>,
}

/// Whether all columns are properties.
fn takes_all(properties: &Properties) -> bool {
    matches!(properties, Properties::AllColumns)
}

/// The rows of a batch without the faulty ones; `None` where there are none of those.
fn usable(len: usize, faults: &[Fault], skipped: &[bool]) -> Option<Vec<u32>> {
    if faults.is_empty() && skipped.is_empty() {
        return None;
    }
    let mut faulty = faults.iter().map(|fault| fault.row).peekable();
    let is_usable = |row: &u32| {
        let is_faulty = faulty.next_if_eq(row).is_some();
        !is_faulty && !skipped.get(*row as usize).copied().unwrap_or(false)
    };
    Some((0..len as u32).filter(is_usable).collect())
}

/// The last part of a path.
pub(in crate::load) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
