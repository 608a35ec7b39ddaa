//! Lists that are collected only to be counted are counted.
//!
//! ```text
//! MATCH (a)-[:MET]->(b) WITH a, collect(DISTINCT b) AS others WHERE size(others) > 50 RETURN a.name
//!
//! Aggregate  others := collect(DISTINCT b), by a     →     others := count(DISTINCT b), by a
//! Filter     size(others) > 50                       →     others > 50
//! ```
//!
//! **In**: a logical plan, after the rules. **Out**: the same with counts in the place of lists of which nothing
//! but the size is wanted. **Caller**: [`super::plan`], before counting trees are looked for, so that one may be
//! found here. `collect` leaves nulls out, as `count` does.
//!
//! Where rows are more or less sure, a count says how many are how sure and a list does not; such queries stay.
//! Only what stands on a chain from the root is looked at (filters, projections, orders, further groups): there
//! everything that can see the list is at hand.

use crate::bind::bound::SortKey;
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{Expr, ExprKind, VarId};
use crate::plan::logical::{Logical, Node, Operator};

/// Rewrites the query; `columns` are the variables of its answer.
pub(crate) fn rewrite(logical: &mut Logical, columns: &[VarId]) {
    let mut node = &mut logical.root;
    let mut above: Vec<&mut Operator> = Vec::new();
    loop {
        let Node { operator, inputs } = node;
        if let Operator::Aggregate(grouping) = operator {
            for (variable, aggregate) in &mut grouping.aggregates {
                let is_list =
                    aggregate.function == AggregateFunction::Collect && !columns.contains(variable);
                if is_list && above.iter().all(|operator| only_counts(operator, *variable)) {
                    aggregate.function = AggregateFunction::Count;
                    above.iter_mut().for_each(|operator| count(operator, *variable));
                }
            }
        }
        let is_link = matches!(
            operator,
            Operator::Filter(_)
                | Operator::Project(_)
                | Operator::Aggregate(_)
                | Operator::Distinct(_)
                | Operator::Sort(_)
                | Operator::Page { .. }
        );
        let [input] = inputs.as_mut_slice() else { return };
        if !is_link {
            return;
        }
        above.push(operator);
        node = input;
    }
}

/// Whether an operator looks at nothing but the size of a list.
fn only_counts(operator: &Operator, list: VarId) -> bool {
    if let Operator::Distinct(variables) = operator {
        return !variables.contains(&list);
    }
    let mut only = true;
    let mut look = |expr: &Expr| only &= only_counted(expr, list);
    match operator {
        Operator::Filter(conjuncts) => conjuncts.iter().for_each(&mut look),
        Operator::Project(items) => items.iter().for_each(|(_, item)| look(item)),
        Operator::Sort(keys) => keys.iter().for_each(|key: &SortKey| look(&key.expression)),
        Operator::Aggregate(grouping) => {
            grouping.keys.iter().for_each(|(_, key)| look(key));
            let arguments = grouping.aggregates.iter().flat_map(|(_, a)| &a.arguments);
            arguments.for_each(look);
        }
        _ => {}
    }
    only
}

fn only_counted(expr: &Expr, list: VarId) -> bool {
    if is_size_of(expr, list) {
        return true;
    }
    match &expr.kind {
        ExprKind::Variable(variable) => *variable != list,
        // They may see any variable.
        ExprKind::Path(_)
        | ExprKind::Subquery(_)
        | ExprKind::Closed(..)
        | ExprKind::Truth { .. } => false,
        _ => {
            let mut only = true;
            expr.for_each_operand(&mut |operand| only &= only_counted(operand, list));
            only
        }
    }
}

fn is_size_of(expr: &Expr, list: VarId) -> bool {
    matches!(&expr.kind, ExprKind::Call(function, arguments)
        if function.name == "size"
            && matches!(&arguments[..], [Expr { kind: ExprKind::Variable(of), .. }] if *of == list))
}

/// Puts the variable, which is a number now, in the place of the size of the list.
fn count(operator: &mut Operator, list: VarId) {
    fn put(expr: &mut Expr, list: VarId) {
        if is_size_of(expr, list) {
            expr.kind = ExprKind::Variable(list);
            return;
        }
        expr.for_each_operand_mut(&mut |operand| put(operand, list));
    }
    let put = |expr: &mut Expr| put(expr, list);
    match operator {
        Operator::Filter(conjuncts) => conjuncts.iter_mut().for_each(put),
        Operator::Project(items) => items.iter_mut().map(|(_, item)| item).for_each(put),
        Operator::Sort(keys) => keys.iter_mut().map(|key| &mut key.expression).for_each(put),
        Operator::Aggregate(grouping) => {
            grouping.keys.iter_mut().map(|(_, key)| key).for_each(put);
            let arguments = grouping.aggregates.iter_mut().flat_map(|(_, a)| &mut a.arguments);
            arguments.for_each(put);
        }
        _ => {}
    }
}
