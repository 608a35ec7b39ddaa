//! Makes one pattern of two that follow each other, so that their order is free.
//!
//! ```text
//! Match  (p)-[:LIVES_IN]->(c)         Match  (p)-[:LIVES_IN]->(c), (p)-[:LIKES]->(i)
//! └ Match  (p)-[:LIKES]->(i)    →
//! ```
//!
//! Relationships of different clauses may coincide, and still do: only the pairs in
//! `distinct` must differ, and those of each clause stay as they were.

use crate::bind::bound::Match;
use crate::expr::{Expr, ExprKind};
use crate::plan::logical::{Node, Operator};

pub(super) fn merge_matches(root: Node) -> Node {
    root.map_up(&mut |mut node| {
        let Operator::Match(second) = node.operator else { return node };
        match node.inputs.pop() {
            // A condition on how sure the row is means the row of its own clause.
            Some(Node { operator: Operator::Match(first), inputs })
                if !first.filter.iter().any(Expr::asks_truth) =>
            {
                Node { operator: Operator::Match(Box::new(merge(*first, *second))), inputs }
            }
            input => Node {
                operator: Operator::Match(second),
                inputs: input.into_iter().chain(node.inputs).collect(),
            },
        }
    })
}

fn merge(mut first: Match, second: Match) -> Match {
    for node in second.nodes {
        match first.nodes.iter_mut().find(|known| known.variable == node.variable) {
            None => first.nodes.push(node),
            Some(known) if known.labels.is_none() => known.labels = node.labels,
            // A node has one label test to scan by; the other becomes an ordinary conjunct.
            Some(known) => first.filter.extend(node.labels.map(|labels| {
                let operand = Box::new(Expr::variable(known.variable, second.span));
                Expr::new(ExprKind::HasLabels(operand, labels), second.span)
            })),
        }
    }
    first.relationships.extend(second.relationships);
    first.paths.extend(second.paths);
    first.distinct.extend(second.distinct);
    first.filter.extend(second.filter);
    first
}
