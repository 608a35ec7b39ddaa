//! How many rows a query would have, told before it runs.
//!
//! Comes in: a planned query that reads, and how many rows it may have
//! ([`Options::expected_rows_max`]). Goes out: their number, where it is known, or the error that there would be more.
//!
//! ```text
//! MATCH (a)-[r:R]->(b) MATCH (b)-[s:R]->(a) RETURN a, b, r, s
//!   one way to multiply rows or none   the planner's estimate, where it is far below
//!   several                            the same query with RETURN count(*), which finds no rows:
//!                                      matches are counted from degrees
//!   not counted in time                a sample of the graph (`plan::sampled`); a circle is refused, as a sample of
//!                                      one says nothing: 1,214 were expected where there were 971,442,424
//! ```
//!
//! No estimate would do by itself: a pattern that closes a circle has ten thousand times what
//! independent selectivities make of it. Counting costs another plan, and never more than
//! [`COUNTING`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::execute::Run;
use super::{Options, Planned, Store};
use crate::bind::bound::{
    self, Clause, Grouping, Projection, QueryBody, StatementKind, VariableKind,
};
use crate::error::{Error, Result, eval};
use crate::exec::Limits;
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{Aggregate, Expr, ExprKind, VarId};
use crate::graph::Snapshot;
use crate::plan::physical::{Node, Operator};
use crate::plan::{self, Rewrites};
use crate::text::Span;

/// How long rows are counted for; what is not optimised takes its time.
const COUNTING: Duration = Duration::from_millis(if cfg!(debug_assertions) { 2000 } else { 25 });

/// By how much the planner, which knows no values, may be wrong of a single step.
const WRONG_BY: f64 = 64.0;

impl Store {
    /// Fails where a query would have more rows than it may; else gives how many there are, where they have
    /// been counted. How many are passed over for them does not matter: that takes a small part of the time.
    pub(super) fn refuse_many(
        &self,
        planned: &Planned,
        most: usize,
        options: &Options,
        graph: &Arc<dyn Snapshot>,
    ) -> Result<Option<usize>> {
        let (plan, most) = (&planned.plan, most as f64);
        let joins = ways(&plan.root) > 1;
        let countable = joins && !plan.writes && plan.known_at.is_empty();
        if !joins && plan.root.estimate * WRONG_BY <= most {
            return Ok(None);
        }
        let counted = if countable { self.counted(planned, options, graph) } else { None };
        if counted.is_none() && countable && has_circle(&plan.root) {
            let message =
                "The query is expected to have too many rows: they are not counted in time.";
            return Err(too_many(message.to_owned(), most));
        }
        let expected = counted.unwrap_or_else(|| {
            plan::sampled::estimate(plan, &**graph, &options.parameters).root.estimate
        });
        if expected <= most {
            return Ok(counted.map(|rows| rows as usize));
        }
        let message = match counted {
            Some(rows) => format!("The query would have {rows:.0} rows."),
            None => format!("The query is expected to have {expected:.0} rows."),
        };
        Err(too_many(message, most))
    }

    /// How many rows there would be; `None` where that is not told in time, or fails.
    fn counted(
        &self,
        planned: &Planned,
        options: &Options,
        graph: &Arc<dyn Snapshot>,
    ) -> Option<f64> {
        let statement = &counting(&planned.statement)?;
        let StatementKind::Query(query) = &statement.kind else { return None };
        let plan = &plan::plan(statement, query, &**graph, Rewrites::All).ok()?;
        let until = Instant::now() + COUNTING;
        let limits = options.limits();
        let deadline = Some(limits.deadline.map_or(until, |own| own.min(until)));
        let run = Run {
            store: self,
            statement,
            plan,
            options,
            limits: Limits { deadline, ..limits },
            procedures: self.procedures(),
            evidence: false,
            witnesses: false,
            profile: false,
        };
        run.read(Arc::clone(graph), false).ok()?.output.values.first()?.as_int().map(|n| n as f64)
    }
}

/// In how many ways rows are multiplied: up to one of them there are as many as a scan has.
fn ways(node: &Node) -> usize {
    let own = match &node.operator {
        Operator::Once
        | Operator::Argument
        | Operator::CountTree(_)
        | Operator::NodeLookup { .. }
        | Operator::NodeById { .. }
        | Operator::RelationshipById { .. }
        | Operator::Ends { .. }
        | Operator::DistinctRelationships { .. }
        | Operator::HoldsAt { .. }
        | Operator::Filter { .. }
        | Operator::Project { .. }
        | Operator::Distinct { .. }
        | Operator::Sort { .. }
        | Operator::HashJoin { .. }
        | Operator::CrossProduct { .. } => 0,
        Operator::Aggregate(_) | Operator::TopK { .. } | Operator::Page { .. } => return 0,
        Operator::Intersect(intersection) => intersection.relationships.len(),
        Operator::ExpandPath { .. } | Operator::SearchPath { .. } => 2,
        _ => 1,
    };
    own + node.inputs.iter().map(ways).sum::<usize>()
}

fn too_many(message: String, most: f64) -> Error {
    let hint = format!("Ask for fewer: {most:.0} may be expected here.");
    Error::new(&eval::RESULT, message).hint(hint)
}

fn has_circle(node: &Node) -> bool {
    matches!(node.operator, Operator::Intersect(_)) || node.inputs.iter().any(has_circle)
}

/// The same statement for the number of its rows.
fn counting(statement: &bound::Statement) -> Option<bound::Statement> {
    let mut counting = bound::Statement { shown: Vec::new(), ..statement.clone() };
    let number = VarId(u32::try_from(counting.variables.len()).ok()?);
    let variable = bound::Variable { name: None, kind: VariableKind::Value, is_found: false };
    counting.variables.push(variable);
    let StatementKind::Query(query) = &mut counting.kind else { return None };
    let QueryBody::Clauses(clauses) = &mut query.body else { return None };
    let Some(Clause::Project(last)) = clauses.last() else { return None };
    let cut = last.distinct || last.skip.is_some() || last.limit.is_some();
    if !cut && last.grouping.is_none() && last.filter.is_empty() {
        // Each row stays as it is: it need not be made.
        clauses.pop();
    }
    let span = Span::default();
    let (function, arguments) = (AggregateFunction::Count, Vec::new());
    let rows = Aggregate { function, distinct: false, arguments, span };
    clauses.push(Clause::Project(Projection {
        grouping: Some(Grouping { keys: Vec::new(), aggregates: vec![(number, rows)] }),
        items: vec![(number, Expr::new(ExprKind::Variable(number), span))],
        ..Projection::default()
    }));
    query.columns = vec![("rows".into(), number)];
    Some(counting)
}
