//! What a query may know of stored data.
//!
//! A program reads the same: [`Store::snapshot`](crate::Store::snapshot) gives the graph at one
//! commit, [`Rows::graph`](crate::Rows::graph) that of an answer. It writes with queries.
//!
//! ```
//! use dossier::graph::source::display_name;
//! let store = dossier::Store::shipped()?;
//! let rows = store.query("MATCH (:Person)-[r:MET]->() RETURN r LIMIT 1", ())?;
//! let (graph, met) = (rows.graph(), rows.get(0).expect("two people met").get("r")?);
//! let ends = graph.statement(met).expect("rows hold what is there");
//! assert_eq!(display_name(graph, ends.start), "Sergey Lavrov");
//! assert_eq!(graph.qualifiers(met).expect("it has a source").support.len(), 1);
//! # Ok::<(), dossier::Error>(())
//! ```
//!
//! # Design
//!
//! This folder is the contract between the engine and the store: the engine reads through
//! [`Snapshot`] and writes through `Transaction`, the store implements both, and neither
//! names the other. Nothing here reads or writes a byte.
//!
//! The three facts that the other stages' examples use:
//!
//! ```text
//! (Russia:State)-[:RECOGNISES]->(South Ossetia:Region)   valid 2008-08-26/..   article, paragraph 5
//! (Nauru:State)-[:RECOGNISES]->(South Ossetia:Region)    no date               article, paragraph 5
//! only Russia, Nauru, … recognise South Ossetia          completeness          article, paragraph 5
//! ```
//!
//! The first two are *statements* ([`statement`]): relationships that may say when they hold,
//! who says so and where. The third is a [`declaration::Completeness`]: what makes absence mean *no*.

pub mod alias;
#[doc(hidden)]
pub mod closed;
#[doc(hidden)]
pub mod completeness;
#[doc(hidden)]
pub mod conflict;
pub mod declaration;
#[doc(hidden)]
pub mod derived;
#[doc(hidden)]
pub mod empty;
pub mod erasure;
pub mod history;
pub mod kinds;
pub mod model;
#[doc(hidden)]
pub mod named_type;
pub mod naming;
mod order;
pub mod row;
pub mod rule;
pub mod schema;
pub(crate) mod shown;
pub mod snapshot;
pub mod source;
pub mod stated;
pub mod statement;
pub mod stats;
#[doc(hidden)]
pub mod transaction;
pub mod view;
#[doc(hidden)]
pub mod when;
#[doc(hidden)]
pub mod witness;

pub use model::{Catalog, Direction, KeyId, LabelId, TypeId};
pub use snapshot::Snapshot;
pub use transaction::Counters;
#[doc(hidden)]
pub use transaction::Transaction;
