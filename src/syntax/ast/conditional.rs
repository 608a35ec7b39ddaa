//! The conditional query.

use super::{Expression, Query, Spanned};

/// `WHEN condition THEN query … [ELSE query]`: runs the query of the first condition that is true. It
/// is the only clause of its single query.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditional {
    /// Each condition with its query.
    pub branches: Vec<(Expression, Query)>,
    /// What runs where no condition is true.
    pub otherwise: Option<Box<Query>>,
    /// The whole query.
    pub span: Spanned,
}
