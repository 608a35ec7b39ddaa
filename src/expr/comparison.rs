//! Conditions that compare a property of a relationship with something found before.
//!
//! ```text
//! (a)-[e]->(b)-[f]->(c)    f.date > e.date, f.date <= e.date + duration('P7D')
//! ```
//!
//! Which of the two is found first is the planner's choice, so that what is always the same may be added on the side of
//! the relationship as well.
//!
//! The planner moves them into the step that finds `f`; the step computes the other side once for a row
//! (`exec::expand_compare`).

use crate::expr::{Arithmetic, Comparison, Expr, ExprKind, VarId};

/// `relationship.key < other`, whichever way round it is written.
pub(crate) struct PropertyComparison<'a> {
    pub(crate) key: &'a str,
    /// What is added to the property before it is compared.
    pub(crate) shift: Option<Shift<'a>>,
    pub(crate) operator: Comparison,
    /// Looks neither at the relationship nor at the node it leads to.
    pub(crate) other: &'a Expr,
}

/// Something that is the same for all rows, added or taken off.
#[derive(Clone, Copy)]
pub(crate) struct Shift<'a> {
    pub(crate) by: &'a Expr,
    pub(crate) is_taken_off: bool,
}

impl<'a> PropertyComparison<'a> {
    /// The comparison that a condition is; `None` for an equality of two properties, which leads further, and for
    /// anything else.
    pub(crate) fn of(
        condition: &'a Expr,
        relationship: VarId,
        to: VarId,
    ) -> Option<PropertyComparison<'a>> {
        let ExprKind::Compare(operator, a, b) = &condition.kind else { return None };
        let are_plain = [a, b].iter().all(|side| property(side).is_some());
        if *operator == Comparison::NotEqual || *operator == Comparison::Equal && are_plain {
            return None;
        }
        let own = |side: &'a Expr| {
            let (variable, key, shift) = shifted(side)?;
            (variable == relationship).then_some((key, shift))
        };
        let ((key, shift), operator, other) = match (own(a), own(b)) {
            (Some(own), None) => (own, *operator, &**b),
            (None, Some(own)) => (own, turned(*operator), &**a),
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
        (!looks).then_some(PropertyComparison { key, shift, operator, other })
    }
}

/// The variable and the key of a property.
fn property(side: &Expr) -> Option<(VarId, &str)> {
    let ExprKind::Property(of, key) = &side.kind else { return None };
    let ExprKind::Variable(variable) = of.kind else { return None };
    Some((variable, key))
}

/// A property as it stands, or with a constant or a parameter added or taken off.
fn shifted(side: &Expr) -> Option<(VarId, &str, Option<Shift<'_>>)> {
    let is_known = |by: &Expr| matches!(by.kind, ExprKind::Constant(_) | ExprKind::Parameter(_));
    let (of, by, is_taken_off) = match &side.kind {
        ExprKind::Arithmetic(Arithmetic::Add, a, b) if is_known(b) => (a, b, false),
        ExprKind::Arithmetic(Arithmetic::Add, a, b) if is_known(a) => (b, a, false),
        ExprKind::Arithmetic(Arithmetic::Subtract, a, b) if is_known(b) => (a, b, true),
        _ => return property(side).map(|(variable, key)| (variable, key, None)),
    };
    let (variable, key) = property(of)?;
    Some((variable, key, Some(Shift { by, is_taken_off })))
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
