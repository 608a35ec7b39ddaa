//! Invariants of plans, asserted in debug builds.
//!
//! - An operator has as many inputs as its kind says.
//! - Numbers of operators are the order in which parents come before their inputs.
//! - A leaf that is an Argument stands below an Apply or in a subquery only.
//! - Column numbers are below the plan's width.

use crate::bind::bound::Statement;
use crate::plan::physical::{Node, Operator, Plan};

/// Panics in debug builds if a plan breaks an invariant: that is a bug of the planner, never of a query.
pub(crate) fn check(plan: &Plan, statement: &Statement) {
    if !cfg!(debug_assertions) {
        return;
    }
    assert_eq!(plan.width, statement.variables.len(), "a column for each variable");
    assert_eq!(plan.subqueries.len(), statement.subqueries.len(), "a plan for each subquery");
    let mut next_id = 0;
    check_node(&plan.root, false, plan.width, &mut next_id);
    for subquery in &plan.subqueries {
        check_node(&subquery.root, true, plan.width, &mut next_id);
    }
}

fn check_node(node: &Node, argument: bool, width: usize, next_id: &mut u32) {
    assert_eq!(node.inputs.len(), node.operator.arity(), "inputs of {}", node.operator.name());
    assert_eq!(node.id, *next_id, "the number of {}", node.operator.name());
    *next_id += 1;
    assert!(node.keep.iter().all(|v| v.index() < width), "columns of {}", node.operator.name());
    assert!(argument || node.operator != Operator::Argument, "an Argument has something it is for");
    let second_has_argument = matches!(
        node.operator,
        Operator::Apply { .. }
            | Operator::InTransactions { .. }
            | Operator::Merge(_)
            | Operator::Foreach { .. }
    );
    for (at, input) in node.inputs.iter().enumerate() {
        check_node(input, argument || (at == 1 && second_has_argument), width, next_id);
    }
}
