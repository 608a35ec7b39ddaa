//! Query text to syntax tree.
//!
//! **In**: the text of one statement. **Out**: an [`ast::Statement`] in which every node has its
//! place. **Callers**: `query.rs`; `question`, which builds trees of its own.
//!
//! ```
//! use dossier::syntax::{self, ast};
//! let statement = syntax::parse("MATCH (s:State) RETURN s.name")?;
//! let ast::StatementKind::Query(query) = statement.kind else { unreachable!() };
//! assert_eq!(query.first.clauses.len(), 2);
//! # Ok::<(), dossier::Error>(())
//! ```
//!
//! Three steps. [`scan`] looks at the raw text for what a grammar reports badly: size, depth of
//! brackets, quotes and brackets that never close. pest then matches `grammar/*.pest`. [`parser`]
//! turns its pairs into the tree. All three are linear in the text. [`print`](fn@print) is the way back.

pub mod ast;
mod foreign;
mod literal;
mod parser;
mod print;
mod rules;
mod scan;

pub use parser::parse;
pub(crate) use parser::write_out;
pub use print::{bracketed, format, print};
pub use scan::{Completeness, completeness, split};
