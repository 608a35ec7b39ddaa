//! Computes once what depends on no row.
//!
//! ```text
//! Filter  e.date >= date('2014-06-01')      →      Filter  e.date >= 2014-06-01
//! ```
//!
//! A date against a column is then a comparison of two numbers, and a condition with it looks at
//! nothing but its element ([`fold`] says what stays as it is).

use crate::expr::Expr;
use crate::expr::fold::fold;
use crate::plan::logical::{Node, Operator};

pub(super) fn fold_constants(root: Node) -> Node {
    root.map_up(&mut |mut node| {
        match &mut node.operator {
            Operator::Match(pattern) => {
                let steps = pattern.relationships.iter_mut().filter_map(|r| r.length.as_mut());
                steps.for_each(|length| all(&mut length.filter));
                all(&mut pattern.filter);
            }
            Operator::Filter(conjuncts) => all(conjuncts),
            Operator::Project(items) => items.iter_mut().for_each(|(_, expr)| fold(expr)),
            Operator::Aggregate(grouping) => {
                grouping.keys.iter_mut().for_each(|(_, key)| fold(key));
                let aggregates = grouping.aggregates.iter_mut();
                aggregates.for_each(|(_, aggregate)| all(&mut aggregate.arguments));
            }
            Operator::Unwind { list, .. } => fold(list),
            _ => {}
        }
        node
    })
}

fn all(exprs: &mut [Expr]) {
    exprs.iter_mut().for_each(fold);
}
