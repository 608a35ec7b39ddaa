//! Of walks of which only the ends are wanted, each once, one of the shortest to each end is enough.
//!
//! ```text
//! MATCH (a {id: 1})-[:FOLLOWS*1..3]->(b) RETURN count(DISTINCT b)
//!
//! ExpandPath   (a)-[:FOLLOWS*1..3]->(b)     →     shortest (a)-[:FOLLOWS*1..3]->(b)
//! ```
//!
//! Walks are as many as the product of the degrees, ends no more than there are nodes. Where there is a walk of at most so
//! many relationships to an end, a shortest one is no longer; it uses no relationship twice, so that it is one, too, unless
//! more than one relationship must be there at least.
//!
//! **In**: a physical plan of which it is known what is kept of each row. **Out**: the same, in which such walks are
//! shortest ones. **Caller**: [`super::plan`], not where evidence is wanted: that rests on all walks.

use crate::bind::bound::Selector;
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{Aggregate, Expr, ExprKind};
use crate::plan::physical::{ApplyKind, Node, Operator, Plan};

/// Rewrites the query and its subqueries.
pub(crate) fn rewrite(plan: &mut Plan) {
    if plan.timed {
        return;
    }
    rewrite_node(&mut plan.root, false);
    plan.subqueries.iter_mut().for_each(|subquery| rewrite_node(&mut subquery.root, false));
}

/// Whether an aggregate is the same however often its argument comes.
pub(crate) fn counts_once(aggregate: &Aggregate) -> bool {
    match aggregate.function {
        AggregateFunction::Min | AggregateFunction::Max => true,
        AggregateFunction::Count => aggregate.distinct,
        _ => false,
    }
}

/// Rewrites what stands at a node and below; `once` says that above it is the same how often a row comes.
fn rewrite_node(node: &mut Node, once: bool) {
    if let Operator::ExpandPath { relationships, bound: false, length, asked: None, .. } =
        &mut node.operator
        && once
        && length.selector == Selector::All
        && length.min <= 1
        && !node.keep.contains(relationships)
    {
        length.selector = Selector::Shortest;
    }
    let passes = passes(&node.operator, once);
    // Where a second input is only to have a row, its first walk is found sooner than all ends.
    let is_search = |kind: &ApplyKind| matches!(kind, ApplyKind::Semi | ApplyKind::Anti);
    let finds_one = matches!(&node.operator, Operator::Apply { kind, .. } if is_search(kind));
    for (at, input) in node.inputs.iter_mut().enumerate() {
        rewrite_node(input, passes && !(at == 1 && finds_one));
    }
}

/// Whether it is the same above an operator how often a row of its input comes.
fn passes(operator: &Operator, once: bool) -> bool {
    match operator {
        Operator::Aggregate(grouping) => {
            let keys = grouping.keys.iter().map(|(_, key)| key);
            let arguments = grouping.aggregates.iter().flat_map(|(_, own)| &own.arguments);
            grouping.aggregates.iter().all(|(_, own)| counts_once(own))
                && keys.chain(arguments).all(is_deterministic)
        }
        Operator::Distinct { .. } => true,
        Operator::Filter { conjuncts } => once && conjuncts.iter().all(is_deterministic),
        Operator::Project { items } => once && items.iter().all(|(_, item)| is_deterministic(item)),
        Operator::Expand { filter, .. } => once && filter.iter().all(is_deterministic),
        Operator::ExpandPath { .. } | Operator::DistinctRelationships { .. } => once,
        Operator::Apply { kind, .. } => {
            once && matches!(kind, ApplyKind::Semi | ApplyKind::Anti | ApplyKind::Optional)
        }
        _ => false,
    }
}

fn is_deterministic(expr: &Expr) -> bool {
    let mut all = true;
    expr.walk(&mut |part| {
        all &= match &part.kind {
            ExprKind::Call(function, _) => function.deterministic,
            ExprKind::Subquery(_) => false,
            _ => true,
        };
    });
    all
}
