//! The tree below an expression, as written.

use super::grouping::is_aggregate_name;
use crate::syntax::ast::{Expression, ExpressionKind, MapProjectionItem};

/// Calls `visit` with every direct operand of an expression that is computed for the same row.
///
/// The insides of subqueries, patterns and pattern comprehensions are rows of their own and left out.
pub(super) fn for_each_operand<'a>(
    expression: &'a Expression,
    visit: &mut dyn FnMut(&'a Expression),
) {
    match &expression.kind {
        ExpressionKind::Literal(_)
        | ExpressionKind::Parameter(_)
        | ExpressionKind::Variable(_)
        | ExpressionKind::CountStar
        | ExpressionKind::CaseSubject
        | ExpressionKind::Pattern(_)
        | ExpressionKind::PatternComprehension { .. }
        | ExpressionKind::Closed(_)
        | ExpressionKind::Subquery { .. } => {}
        ExpressionKind::Property(e, _)
        | ExpressionKind::Unary(_, e)
        | ExpressionKind::Cast(e, _)
        | ExpressionKind::IsNull { operand: e, .. }
        | ExpressionKind::IsTruth { operand: e, .. }
        | ExpressionKind::IsNormalized { operand: e, .. }
        | ExpressionKind::IsType { operand: e, .. }
        | ExpressionKind::HasLabels { operand: e, .. } => visit(e),
        ExpressionKind::Index(a, b) | ExpressionKind::Binary(_, a, b) => {
            visit(a);
            visit(b);
        }
        ExpressionKind::Slice(list, from, to) => {
            visit(list);
            from.iter().chain(to).for_each(|e| visit(e));
        }
        ExpressionKind::List(items) | ExpressionKind::Function { arguments: items, .. } => {
            items.iter().for_each(visit)
        }
        ExpressionKind::Map(entries) => entries.iter().for_each(|(_, e)| visit(e)),
        ExpressionKind::MapProjection(_, items) => items.iter().for_each(|item| {
            if let MapProjectionItem::Entry(_, e) = item {
                visit(e);
            }
        }),
        ExpressionKind::Comparison(first, rest) => {
            visit(first);
            rest.iter().for_each(|(_, e)| visit(e));
        }
        ExpressionKind::Case { subject, branches, otherwise } => {
            subject.iter().for_each(|e| visit(e));
            for (operands, result) in branches {
                operands.iter().for_each(|operand| visit(operand.expression()));
                visit(result);
            }
            otherwise.iter().for_each(|e| visit(e));
        }
        ExpressionKind::ListComprehension { list, filter, projection, .. } => {
            visit(list);
            filter.iter().chain(projection).for_each(|e| visit(e));
        }
        ExpressionKind::Quantifier { list, filter, .. } => {
            visit(list);
            filter.iter().for_each(|e| visit(e));
        }
        ExpressionKind::Reduce { initial, list, step, holds, .. } => {
            visit(initial);
            visit(list);
            visit(step);
            holds.iter().for_each(|e| visit(e));
        }
    }
}

/// Whether an expression or one of its operands, however deep, satisfies a test.
pub(super) fn any(expression: &Expression, test: &dyn Fn(&Expression) -> bool) -> bool {
    if test(expression) {
        return true;
    }
    let mut found = false;
    for_each_operand(expression, &mut |operand| found = found || any(operand, test));
    found
}

/// Whether an aggregate is computed for the row that the expression is computed for.
pub(super) fn has_aggregate(expression: &Expression) -> bool {
    any(expression, &|e| match &e.kind {
        ExpressionKind::CountStar => true,
        ExpressionKind::Function { name, .. } => is_aggregate_name(name),
        _ => false,
    })
}

/// Whether an expression uses one of the names that `matches` accepts as a variable.
pub(super) fn mentions(expression: &Expression, matches: &dyn Fn(&str) -> bool) -> bool {
    any(expression, &|e| match &e.kind {
        ExpressionKind::Variable(name) => matches(&name.text),
        ExpressionKind::MapProjection(name, items) => {
            matches(&name.text)
                || items.iter().any(
                    |item| matches!(item, MapProjectionItem::Variable(name) if matches(&name.text)),
                )
        }
        _ => false,
    })
}
