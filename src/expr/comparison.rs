//! Conditions that compare a property of a relationship with something found before.
//!
//! ```text
//! (a)-[e]->(b)-[f]->(c)    f.date > e.date, f.date <= e.date + duration('P7D')
//! ```
//!
//! The planner moves them into the step that finds `f`; the step computes the other side once for a row
//! (`exec::expand_compare`).

use crate::expr::{Comparison, Expr, ExprKind, VarId};

/// `relationship.key < other`, whichever way round it is written.
pub(crate) struct PropertyComparison<'a> {
    pub(crate) key: &'a str,
    pub(crate) operator: Comparison,
    /// Looks neither at the relationship nor at the node it leads to.
    pub(crate) other: &'a Expr,
}

impl<'a> PropertyComparison<'a> {
    /// The comparison that a condition is; `None` for an equality, which leads further, and for anything else.
    pub(crate) fn of(
        condition: &'a Expr,
        relationship: VarId,
        to: VarId,
    ) -> Option<PropertyComparison<'a>> {
        let ExprKind::Compare(operator, a, b) = &condition.kind else { return None };
        if matches!(operator, Comparison::Equal | Comparison::NotEqual) {
            return None;
        }
        let key = |side: &'a Expr| match &side.kind {
            ExprKind::Property(of, key) => {
                matches!(of.kind, ExprKind::Variable(own) if own == relationship).then_some(&**key)
            }
            _ => None,
        };
        let (key, operator, other) = match (key(a), key(b)) {
            (Some(key), None) => (key, *operator, &**b),
            (None, Some(key)) => (key, turned(*operator), &**a),
            _ => return None,
        };
        let mut looks = false;
        other.walk(&mut |part| {
            looks |= match &part.kind {
                ExprKind::Variable(own) => *own == relationship || *own == to,
                ExprKind::Path(_)
                | ExprKind::Subquery(_)
                | ExprKind::Closed(..)
                | ExprKind::Truth { .. } => true,
                ExprKind::Call(function, _) => !function.deterministic,
                _ => false,
            };
        });
        (!looks).then_some(PropertyComparison { key, operator, other })
    }
}

/// The operator with its sides exchanged.
pub(crate) const fn turned(operator: Comparison) -> Comparison {
    match operator {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        same => same,
    }
}
