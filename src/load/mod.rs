//! Data in: files into a graph.
//!
//! **In**: texts and files. **Out**: what a transaction or a new generation is made of, and the
//! graph again as text. **Callers**: `query.rs` and the command.
//!
//! ```text
//! facts     Russia -RECOGNISES-> South Ossetia                      a format that people correct by hand
//!               valid 2008-08-26/..
//! tables    state,region,since                                      recipe: how columns become a graph
//!           Russia,South Ossetia,2008-08-26                         rows: the tables, read in blocks
//!                                                                   import: carries the recipe out
//! ```
//!
//! A mistake has a file, a line, a column and what was meant; what cannot be used is loaded as a
//! whole or not at all (`facts`), or goes to a list of rejects (`import`).
//!
//! A program calls [`Store::load_facts`](crate::Store::load_facts) and
//! [`Store::from_tables`](crate::Store::from_tables); what they return is described here.

pub mod facts;
pub mod import;
pub(crate) mod recipe;
mod rows;
