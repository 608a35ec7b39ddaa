//! Names and types: what was written becomes what was meant.

pub mod bound;
