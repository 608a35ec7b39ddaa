//! Dossier.

pub mod algo;
pub mod ask;
pub mod bind;
#[cfg(feature = "cli")]
pub mod cli;
mod command;
pub mod error;
pub mod exec;
pub mod expr;
pub mod graph;
pub mod load;
pub mod plan;
pub mod query;
pub mod question;
pub mod render;
pub mod store;
pub mod syntax;
pub mod text;
pub mod value;

pub use error::{Error, Result};
pub use graph::row::{Row, Rows};
pub use query::{DefaultTime, Options, Prepared, Store};
pub use value::{NodeId, StatementId, Value};
