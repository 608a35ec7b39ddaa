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
//! use dossier::render::sources::place;
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
//!     for evidence in rows.evidence(at) {
//!         println!("{state}: {}", place(&evidence));
//!     }
//! }
//! let answer = store.ask("Does Georgia recognise South Ossetia?")?;
//! assert_eq!(answer.verdict, Some(dossier::ask::Verdict::No));
//! # Ok::<(), dossier::Error>(())
//! ```
//!
//! # What is where
//!
//! | to | look at |
//! |---|---|
//! | open or make a store | [`Store::open`], [`Store::create`], [`Store::memory`], [`Store::shipped`] |
//! | bring data in | [`Store::load_facts`], [`Store::from_tables`], or `CREATE` in a query; [`load`] |
//! | query | [`Store::query`], [`Store::query_with`] with [`Options`], [`Store::prepare`] |
//! | read the answer | [`Rows`], [`Row::get`], [`Value`]; [`value::time`] for dates, certain or not |
//! | know where it stands | [`Rows::evidence`], [`Rows::truth`], [`Row::witnesses`] |
//! | ask in English | [`Store::ask`], [`Store::ask_in`], [`Answer`]; [`ask`] |
//! | write several statements as one commit | [`Store::begin`], [`Transaction`] |
//! | walk the graph without a query | [`Store::snapshot`], [`graph::Snapshot`]; [`graph::view`] for petgraph |
//! | run a graph algorithm | [`algo`], or `CALL algo.…` in a query |
//! | show rows, errors, sources | [`render`] |
//! | care for a store, or fill one with arrays | [`Store::database`], [`store`] |
//! | tell what went wrong | [`Error`]: a code, a place, a hint |
//!
//! Nothing is global but some idle threads that long queries share, and nothing needs an async
//! runtime. The programs in `examples/` show a use each. Modules that are not listed here are parts of the engine: public for the tests and
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
#[doc(hidden)]
pub mod query;
#[doc(hidden)]
pub mod question;
pub mod render;
pub mod store;
#[doc(hidden)]
pub mod syntax;
#[doc(hidden)]
pub mod text;
mod threads;
pub mod value;

#[doc(inline)]
pub use ask::Answer;
#[doc(inline)]
pub use error::{Error, Result};
#[doc(inline)]
pub use graph::row::{FromValue, Row, Rows};
pub use query::{
    DefaultTime, IntoParameters, Options, Prepared, Store, StoreOptions,
    StoreTransaction as Transaction, set_process_memory_max,
};
pub use text::{Position, Span};
#[doc(inline)]
pub use value::{NodeId, StatementId, Value};
