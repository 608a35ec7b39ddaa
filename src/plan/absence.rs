//! What an EXISTS that finds nothing has missed, as a pattern that completeness statements can cover.
//!
//! A negation is true where the graph has no match; whether that means *no* is what
//! [`closed`](crate::graph::closed) can tell. Comes in: the bound query of a subquery. Goes out: its
//! pattern as `closed()` would have it, with the expressions that it needs of the outer row; nothing
//! for a query that is more than one pattern of single relationships.
//!
//! A further condition only makes what is missing less, so that what covers the pattern covers it too.

use crate::bind::bound::{Clause, Match, Query, QueryBody};
use crate::expr::closed::{ClosedEnd, ClosedPart, ClosedPattern};
use crate::expr::{Comparison, Expr, ExprKind, LabelTest, VarId};

/// The pattern of a query and its operands.
pub(crate) fn of_query(query: &Query) -> Option<Box<(ClosedPattern, Vec<Expr>)>> {
    let QueryBody::Clauses(clauses) = &query.body else { return None };
    let [Clause::Match(pattern), ..] = clauses.as_slice() else { return None };
    of_match(pattern)
}

/// The pattern of a MATCH and its operands.
pub(crate) fn of_match(pattern: &Match) -> Option<Box<(ClosedPattern, Vec<Expr>)>> {
    if pattern.searches.is_some() || pattern.relationships.is_empty() {
        return None;
    }
    let mut operands = Vec::new();
    let mut parts = Vec::new();
    let mut time = None;
    for relationship in &pattern.relationships {
        let is_single = relationship.length.is_none() && relationship.type_test.is_none();
        if !is_single || relationship.types.is_empty() {
            return None;
        }
        if let Some(asked) = relationship.asked.as_ref().and_then(|asked| asked.time.as_ref())
            && time.is_none()
        {
            time = Some((asked.relation, operands.len()));
            operands.push(asked.operand.clone());
        }
        parts.push(ClosedPart {
            types: relationship.types.iter().map(|named| named.name.clone()).collect(),
            direction: relationship.direction,
            start: end(pattern, relationship.left, &mut operands)?,
            end: end(pattern, relationship.right, &mut operands)?,
        });
    }
    Some(Box::new((ClosedPattern { parts, time }, operands)))
}

fn end(pattern: &Match, variable: VarId, operands: &mut Vec<Expr>) -> Option<ClosedEnd> {
    let node = pattern.nodes.iter().find(|node| node.variable == variable)?;
    let mut end = ClosedEnd::default();
    if node.bound {
        end.node = Some(operands.len());
        operands.push(Expr::variable(variable, pattern.span));
    }
    if let Some(labels) = &node.labels {
        add_labels(labels, &mut end);
    }
    for (key, value) in pattern.filter.iter().filter_map(|one| equation(one, variable)) {
        end.properties.push((key.clone(), operands.len()));
        operands.push(value.clone());
    }
    Some(end)
}

/// Labels that a node bears in any case.
fn add_labels(test: &LabelTest, end: &mut ClosedEnd) {
    match test {
        LabelTest::Is(name) => end.labels.push(name.clone()),
        LabelTest::And(all) => all.iter().for_each(|one| add_labels(one, end)),
        _ => {}
    }
}

/// `variable.key = constant`.
fn equation(condition: &Expr, variable: VarId) -> Option<(&std::sync::Arc<str>, &Expr)> {
    let ExprKind::Compare(Comparison::Equal, left, right) = &condition.kind else { return None };
    let ExprKind::Property(of, key) = &left.kind else { return None };
    let is_own = matches!(of.kind, ExprKind::Variable(own) if own == variable);
    let is_constant = matches!(right.kind, ExprKind::Constant(_) | ExprKind::Parameter(_));
    (is_own && is_constant).then_some((key, &**right))
}
