//! Data in: files of other formats into a graph.
//!
//! `facts` reads and writes the format that people correct by hand. `recipe` says how tables become
//! a graph, `rows` reads the tables, `import` carries a recipe out.

pub mod facts;
pub mod import;
pub mod recipe;
mod rows;
