//! What a query may know of stored data.
//!
//! This folder is the contract between the engine and the store: the engine reads through
//! [`Snapshot`] and writes through [`Transaction`], the store implements both, and neither
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
pub mod closed;
pub mod completeness;
pub mod conflict;
pub mod declaration;
pub mod empty;
pub mod history;
pub mod model;
pub mod named_type;
pub mod row;
pub mod rule;
pub mod schema;
pub mod snapshot;
pub mod source;
pub mod statement;
pub mod stats;
pub mod transaction;
pub mod view;
pub mod when;

pub use model::{Catalog, Direction, KeyId, LabelId, TypeId};
pub use snapshot::Snapshot;
pub use transaction::Transaction;
