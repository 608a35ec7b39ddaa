//! Dossier: an embedded knowledge graph for facts that have a date and a source.
//!
//! A [`Store`] is a graph. It is asked in openCypher ([`Store::query`]) or in English
//! ([`Store::ask`]), and it knows which document, paragraph and sentence each answer rests on.
//!
//! ```text
//! text ── parse ── bind ── plan ── execute over a snapshot ── rows ── render
//!                                                    │
//! question ── understand ── query ──────────────────▶┘
//! ```
//!
//! ```
//! use dossier::{Options, Store};
//!
//! let store = Store::shipped()?;
//! let query = "MATCH (s:State)-[:RECOGNISES]->(:Region {name: $region}) RETURN s.name AS state";
//! let options = Options {
//!     parameters: [("region".into(), "South Ossetia".into())].into(),
//!     evidence: true,
//!     ..Options::default()
//! };
//! let rows = store.query_with(query, &options)?;
//! for (at, row) in rows.iter().enumerate() {
//!     let state: String = row.get("state")?;
//!     for place in rows.evidence(at) {
//!         println!("{state}: {} ¶{:?}", place.document, place.paragraph);
//!     }
//! }
//! let answer = store.ask("Does Georgia recognise South Ossetia?")?;
//! assert_eq!(answer.verdict, Some(dossier::ask::Verdict::No));
//! # Ok::<(), dossier::Error>(())
//! ```
//!
//! # What is where
//!
//! - [`Store`] with [`Options`], [`Rows`] and [`Row`]: queries, parameters, results;
//!   [`Transaction`]: several statements, one commit.
//! - [`ask`]: questions, and what their answers say beside the answer.
//! - [`value`]: what a row can hold; [`value::time`]: dates, durations, uncertain dates.
//! - [`graph`]: the stored graph as a program reads it: [`graph::Snapshot`], statements and their
//!   sources, and [`graph::view`], which petgraph's algorithms run on.
//! - [`algo`]: graph algorithms; [`load`]: facts from files; [`render`]: rows as tables, JSON,
//!   drawings, and errors as screens.
//! - [`Error`]: one type for everything that can fail, with a code, a place and a hint.
//!
//! Nothing is global, and nothing needs an async runtime. The programs in `examples/` show a use
//! each. Modules that are not listed here are parts of the engine: public for the tests and
//! measurements of this package, and free to change.

pub mod algo;
pub mod ask;
#[doc(hidden)]
pub mod bind;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod command;
pub mod error;
#[doc(hidden)]
pub mod exec;
#[doc(hidden)]
pub mod expr;
pub mod graph;
pub mod load;
#[doc(hidden)]
pub mod plan;
pub mod query;
#[doc(hidden)]
pub mod question;
pub mod render;
#[doc(hidden)]
pub mod store;
#[doc(hidden)]
pub mod syntax;
#[doc(hidden)]
pub mod text;
pub mod value;

pub use ask::Answer;
pub use error::{Error, Result};
pub use graph::row::{Row, Rows};
pub use query::{DefaultTime, Options, Prepared, Store, StoreTransaction as Transaction};
pub use text::{Position, Span};
pub use value::{NodeId, StatementId, Value};
