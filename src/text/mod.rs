//! Places in a text, and the nearest right spelling of a wrong word.
//!
//! Every stage that reads text (queries, facts, questions) reports mistakes with a
//! [`Span`]; only [`crate::error::Error`] turns spans into lines and columns, once, when
//! something is shown.

mod span;
pub(crate) mod suggest;

pub use span::{Position, Span};
