//! The facts format: what a person writes and corrects by hand, read into a graph and written back.
//!
//! In comes a text in the format of `docs/data-format.md`; out goes one transaction's worth of
//! nodes, statements, names, declarations and completeness statements, or an error with a place
//! and nothing changed. [`export()`] is the way back: `load(export(graph))` is the graph again.
//! `query.rs` calls both; the facts that ship with Dossier are [`SHIPPED`].
//!
//! ```text
//! dossier facts 1
//!
//! entity Russia: State
//! entity South Ossetia: Region
//!     also Tskhinvali Region
//! entity Seed article: Document
//!
//! document Seed article
//! sentence 5.1: Moscow recognised the independence of South Ossetia on 26 August 2008.
//!
//! Russia -RECOGNISES-> South Ossetia
//!     valid 2008-08-26/..
//!     what: "independence from Georgia"
//! ```
//!
//! # Design
//!
//! Three steps, a file each. `parser` turns the text into a `draft::Draft` by
//! `grammar/facts.pest`, whose rules no other file sees. `resolve` looks up every name, parses
//! every date and checks what the declarations ask, so that whatever can be wrong is found before
//! the first write. `apply` writes, and can then fail only where the store is full.
//!
//! A fact stands below the sentence it rests on, so a sentence is summarised once, and the file
//! can be read beside the document. Names are looked up when the whole file has been read: blocks
//! may stand in any order.

mod apply;
mod draft;
mod expected;
mod export;
mod parser;
mod resolve;
#[cfg(test)]
mod tests;
mod text;

use crate::error::Result;
use crate::graph::Transaction;

pub use export::{export, export_to};

/// The facts that ship with Dossier, as [`Store::load_facts`](crate::Store::load_facts) reads them.
///
/// ```
/// let store = dossier::Store::memory();
/// store.load_facts(dossier::load::facts::SHIPPED_NAME, dossier::load::facts::SHIPPED)?;
/// assert!(!store.query("MATCH (s:State {name: 'Nauru'}) RETURN s", ())?.is_empty());
/// # Ok::<(), dossier::Error>(())
/// ```
pub const SHIPPED: &str = include_str!("../../../data/article.dossier");

/// What [`SHIPPED`] is called where it is shown.
///
/// ```
/// assert_eq!(dossier::load::facts::SHIPPED_NAME, "data/article.dossier");
/// ```
pub const SHIPPED_NAME: &str = "data/article.dossier";

/// How much a file brought.
///
/// ```
/// let store = dossier::Store::memory();
/// let summary = store.load_facts("notes", "dossier facts 1\n\nentity Nauru: State\n")?;
/// assert_eq!((summary.entities, summary.statements), (1, 0));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Entities, documents among them.
    pub entities: usize,
    /// Statements.
    pub statements: usize,
    /// Declared relationship types.
    pub declarations: usize,
    /// Completeness statements.
    pub completeness: usize,
}

/// Reads a text in the facts format into a transaction; `name` is what errors call the text.
///
/// All or nothing: an error is found before the first write, unless the store is full.
///
/// # Errors
///
/// `load::unexpected` for a line that does not fit the format, `load::unknown_name` for a name
/// that no line declares, `load::duplicate` for two entities of one name, `load::value` for a
/// date, stance or rank that is none, `load::declaration` for a statement that its type's
/// declaration forbids. Each has file, line and column, and a hint where one can be given.
#[doc(hidden)]
pub fn load(name: &str, text: &str, transaction: &mut dyn Transaction) -> Result<Summary> {
    let attach = |error: crate::Error| error.in_file(name, text);
    let draft = parser::parse(text).map_err(attach)?;
    let resolved = resolve::resolve(&draft).map_err(attach)?;
    apply::apply(&resolved, transaction)
}
