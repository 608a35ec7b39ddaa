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
//! Whole graphs also go in and out as elements, one on each line (`elements`), as a script of
//! statements (`script`, out only), as tables whose headers say what they mean (`headers`, and `tables`
//! for the way out), and, with
//! the feature `rdf`, as triples (`rdf`).
//!
//! A program calls [`Store::load_facts`](crate::Store::load_facts),
//! [`Store::from_tables`](crate::Store::from_tables) and their siblings; what they return is
//! described here.

#[doc(hidden)]
pub mod elements;
pub mod facts;
#[doc(hidden)]
pub mod headers;
pub mod import;
#[cfg(any(feature = "cli", test))]
pub(crate) mod pack;
#[cfg(feature = "rdf")]
#[doc(hidden)]
pub mod rdf;
pub(crate) mod recipe;
mod rows;
#[doc(hidden)]
pub mod script;
#[doc(hidden)]
pub mod tables;

use std::io::BufRead;
use std::path::Path;

use crate::error::Result;
use crate::value::Value;

/// The bytes of a file, unpacked where they are packed with gzip or Zstandard, within bounds.
///
/// # Errors
///
/// `load::io` where it cannot be opened, `load::unexpected` where it is not packed as it claims.
#[doc(hidden)]
pub fn unpacked(path: &Path) -> Result<Box<dyn BufRead + Send>> {
    rows::unpacked(path)
}

/// Why a value cannot be a property; `None` where it can.
pub(crate) fn refusal(value: &Value) -> Option<String> {
    match value {
        Value::Map(_) => Some("A Map cannot be a property.".to_owned()),
        Value::List(items) => {
            let nests = |item: &Value| matches!(item, Value::Map(_) | Value::List(_) | Value::Null);
            items.iter().any(nests).then(|| {
                "The value cannot be kept: a list holds plain values, none of them missing."
                    .to_owned()
            })
        }
        _ => None,
    }
}

/// The bytes of a file, unpacked; what went wrong as it came, for a caller that says it in words of its own.
#[cfg(feature = "cli")]
pub(crate) fn unpacked_bytes(path: &Path) -> std::io::Result<Box<dyn BufRead + Send>> {
    rows::unpacked_bytes(path)
}
