//! What a run must keep of the claims that its time clauses make of statements.
//!
//! Claims of one row are weighed together where two of them are possible and no more, since what is not known of
//! both may be one unknown (an unspecified year, say). That cannot happen where the rows of every time clause are at
//! least presumed, nor where there is one clause that asks one thing of each row. How sure each row is suffices then,
//! and a scan of any length keeps nothing.

use crate::bind::bound::{Asked, Statement};
use crate::expr::{Expr, ExprKind};
use crate::plan::physical::{ClaimsKept, Node, Operator, Plan};
use crate::value::time::Truth;

/// What must be kept of the claims of a plan, as long as nobody wants evidence.
pub(super) fn of(plan: &Plan, statement: &Statement) -> ClaimsKept {
    if statement.weighs {
        return ClaimsKept::All;
    }
    let (mut claims, mut are_sure, mut asks_one) = (0, true, true);
    let mut look = |asked: &Asked, floor: Truth, times: usize| {
        let Some(time) = &asked.time else { return };
        claims += times;
        are_sure &= floor > Truth::Possible;
        asks_one &= is_the_same(&time.operand);
    };
    time_clauses(&plan.root, &mut |asked, floor| look(asked, floor, 1));
    for subquery in &plan.subqueries {
        // It may run more than once for a row.
        time_clauses(&subquery.root, &mut |asked, floor| look(asked, floor, 2));
    }
    if are_sure || claims < 2 && asks_one { ClaimsKept::Truths } else { ClaimsKept::Open }
}

/// Visits the time clauses of a plan: each is a `HoldsAt`, whatever looks at it beforehand.
fn time_clauses(node: &Node, visit: &mut dyn FnMut(&Asked, Truth)) {
    if let Operator::HoldsAt { asked, floor, .. } = &node.operator {
        visit(asked, *floor);
    }
    node.inputs.iter().for_each(|input| time_clauses(input, visit));
}

/// Whether an expression has the same value for all rows.
fn is_the_same(expr: &Expr) -> bool {
    let mut same = true;
    expr.walk(&mut |part| {
        let looks = matches!(
            part.kind,
            ExprKind::Variable(_) | ExprKind::Subquery(_) | ExprKind::Closed(..)
        );
        same &= !looks;
    });
    same
}
