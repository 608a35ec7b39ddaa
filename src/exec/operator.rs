//! What an operator is, and how a plan becomes a tree of them.

use crate::error::{Error, Result, bind};
use crate::exec::batch::Batch;
use crate::exec::runtime::Runtime;
use crate::exec::write::change::Changing;
use crate::exec::write::create::Create;
use crate::exec::write::delete::Delete;
use crate::exec::write::delete_portion::DeletePortion;
use crate::exec::write::foreach::Foreach;
use crate::exec::write::in_transactions::InTransactions;
use crate::exec::write::merge::Merge;
use crate::exec::write::remove::Remove;
use crate::exec::write::set::Set;
use crate::plan::physical::{Node, Operator as Kind};

/// A running operator: it is started for some outer rows, then gives batches until it ends.
///
/// After `None` it may be started again, which makes it forget everything about the run before.
pub(crate) trait Operator {
    /// Begins, or begins again, for outer rows that reach the `Argument` leaves below.
    fn start(&mut self, argument: &Batch);

    /// The next rows, at least one; `None` at the end.
    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>>;

    /// Says, before anything else, that whoever pulls wants to know of each outer row whether there is a row, and no
    /// more: an operator that can stop there leaves out the others, where no row is evidence.
    fn stop_at_first(&mut self) {}
}

/// An operator that another one pulls from.
pub(crate) type Input<'a> = Box<dyn Operator + 'a>;

/// How deep operators may be nested; each level is one frame on the stack of a run.
const DEPTH_MAX: usize = 16_384;

/// Builds the operators of a plan's node and everything below it.
pub(crate) fn build(node: &Node, profiled: bool) -> Result<Input<'_>> {
    build_at(node, profiled, 0)
}

fn build_at(node: &Node, profiled: bool, depth: usize) -> Result<Input<'_>> {
    if depth > DEPTH_MAX {
        return Err(Error::new(&bind::TOO_COMPLEX, "The query has too many steps.")
            .hint("Split it into several statements."));
    }
    let mut inputs = Vec::with_capacity(node.inputs.len());
    for input in &node.inputs {
        inputs.push(build_at(input, profiled, depth + 1)?);
    }
    let operator = connect(node, inputs)?;
    Ok(if profiled { Box::new(Profiled { id: node.id, operator }) } else { operator })
}

/// Makes one operator over its inputs.
fn connect<'a>(node: &'a Node, inputs: Vec<Input<'a>>) -> Result<Input<'a>> {
    let mut inputs = inputs.into_iter();
    let mut input = || {
        inputs.next().ok_or_else(|| {
            Error::new(
                &bind::UNSUPPORTED,
                format!("The plan has no input for {}.", node.operator.name()),
            )
        })
    };
    Ok(match &node.operator {
        Kind::CountTree(tree) => {
            let instead = if tree.has_input() { Some(input()?) } else { None };
            Box::new(super::count_tree::CountTree::new(node, tree, instead))
        }
        Kind::Once => Box::new(super::once::Once::default()),
        Kind::Argument => Box::new(super::argument::Argument::default()),
        Kind::NodeScan { .. } => Box::new(super::node_scan::NodeScan::new(node, input()?)),
        Kind::NodeLookup { .. } | Kind::RelationshipLookup { .. } => {
            Box::new(super::lookup::Lookup::new(node, input()?))
        }
        Kind::NodeById { .. } | Kind::RelationshipById { .. } => {
            Box::new(super::by_id::ById::new(node, input()?))
        }
        Kind::RelationshipScan { .. } => {
            Box::new(super::relationship_scan::RelationshipScan::new(node, input()?))
        }
        Kind::Ends { .. } => Box::new(super::ends::Ends::new(node, input()?)),
        Kind::Expand { .. } => Box::new(super::expand::Expand::new(node, input()?)),
        Kind::Intersect(pattern) => {
            Box::new(super::intersect::Intersect::new(node, pattern, input()?))
        }
        Kind::ExpandPath { .. } => Box::new(super::expand_path::ExpandPath::new(node, input()?)),
        Kind::SearchPath { .. } => Box::new(super::search_path::SearchPath::new(node, input()?)),
        Kind::DistinctRelationships { pairs } => Box::new(
            super::distinct_relationships::DistinctRelationships::new(node, pairs, input()?),
        ),
        Kind::Filter { conjuncts } => {
            Box::new(super::filter::Filter::new(node, conjuncts, input()?))
        }
        Kind::HoldsAt { subject, asked, floor } => {
            Box::new(super::holds_at::HoldsAt::new(node, *subject, asked, *floor, input()?))
        }
        Kind::Project { items } => Box::new(super::project::Project::new(node, items, input()?)),
        Kind::Aggregate(grouping) => {
            Box::new(super::aggregate::Aggregate::new(node, grouping, input()?))
        }
        Kind::Distinct { variables } => {
            Box::new(super::distinct::Distinct::new(node, variables, input()?))
        }
        Kind::Sort { keys } => Box::new(super::sort::Sort::new(node, keys, input()?)),
        Kind::TopK { keys, skip, limit } => {
            Box::new(super::top_k::TopK::new(node, keys, skip.as_ref(), limit, input()?))
        }
        Kind::Page { skip, limit } => {
            Box::new(super::page::Page::new(node, skip.as_ref(), limit.as_ref(), input()?))
        }
        Kind::Unwind { .. } => Box::new(super::unwind::Unwind::new(node, input()?)),
        Kind::ProcedureCall(call) => {
            Box::new(super::procedure_call::ProcedureCall::new(node, call, input()?))
        }
        Kind::LoadCsv { .. } => Box::new(super::load_csv::LoadCsv::new(node, input()?)),
        Kind::Discard => Box::new(super::discard::Discard::new(input()?)),
        Kind::Eager => Box::new(super::eager::Eager::new(node, input()?)),
        Kind::Create { steps } => Box::new(Changing::new(node, Create { steps }, input()?)),
        Kind::Set { items } => Box::new(Changing::new(node, Set { items }, input()?)),
        Kind::Remove { items } => Box::new(Changing::new(node, Remove { items }, input()?)),
        Kind::Delete { targets, portion, .. } if !portion.is_empty() => {
            Box::new(Changing::new(node, DeletePortion { targets, portion }, input()?))
        }
        Kind::Delete { detach, targets, reason, .. } => {
            let delete = Delete { detach: *detach, targets, reason: reason.as_ref() };
            Box::new(Changing::new(node, delete, input()?))
        }
        Kind::Merge(merge) => Box::new(Merge::new(node, merge, input()?, input()?)),
        Kind::Foreach { .. } => {
            let rows = input()?;
            Box::new(Changing::new(node, Foreach::new(node, input()?), rows))
        }
        Kind::Apply { kind, adds, absence } => {
            Box::new(super::apply::Apply::new(node, (*kind, *absence), adds, input()?, input()?))
        }
        Kind::InTransactions { .. } => Box::new(InTransactions::new(node, input()?, input()?)),
        Kind::HashJoin { .. } => {
            Box::new(super::hash_join::HashJoin::new(node, input()?, input()?))
        }
        Kind::CrossProduct { adds } => {
            Box::new(super::cross_product::CrossProduct::new(node, adds, input()?, input()?))
        }
        Kind::SetOperation { operator, columns } => Box::new(
            super::set_operation::SetOperation::new(node, *operator, columns, input()?, input()?),
        ),
    })
}

/// Whether each row that a plan gives stems from exactly one row of its argument, in order, and
/// does not depend on the others: then the plan runs once for a whole batch of outer rows.
///
/// What looks at all rows (Aggregate, Sort, Page, Distinct, joins of two inputs) would mix the
/// outer rows, and what writes must see what the row before has written.
pub(crate) fn is_row_wise(node: &Node) -> bool {
    match &node.operator {
        Kind::Argument => true,
        Kind::NodeScan { .. }
        | Kind::NodeLookup { .. }
        | Kind::RelationshipLookup { .. }
        | Kind::NodeById { .. }
        | Kind::RelationshipById { .. }
        | Kind::RelationshipScan { .. }
        | Kind::Ends { .. }
        | Kind::Expand { .. }
        | Kind::Intersect(_)
        | Kind::ExpandPath { .. }
        | Kind::SearchPath { .. }
        | Kind::DistinctRelationships { .. }
        | Kind::Filter { .. }
        | Kind::HoldsAt { .. }
        | Kind::Project { .. }
        | Kind::Unwind { .. }
        | Kind::ProcedureCall(_)
        | Kind::LoadCsv { .. } => node.inputs.iter().all(is_row_wise),
        Kind::Apply { .. } => is_row_wise(&node.inputs[0]) && !node.inputs.iter().any(has_write),
        _ => false,
    }
}

/// Whether a plan searches for walks of any length, which takes long and may be stopped by the
/// first one found.
pub(crate) fn has_search(node: &Node) -> bool {
    matches!(node.operator, Kind::ExpandPath { .. } | Kind::SearchPath { .. })
        || node.inputs.iter().any(has_search)
}

/// Whether a plan changes the graph.
pub(crate) fn has_write(node: &Node) -> bool {
    matches!(
        node.operator,
        Kind::Create { .. }
            | Kind::Set { .. }
            | Kind::Remove { .. }
            | Kind::Delete { .. }
            | Kind::Merge(_)
            | Kind::Foreach { .. }
    ) || node.inputs.iter().any(has_write)
}

/// Counts the rows and the time of an operator.
struct Profiled<'a> {
    id: u32,
    operator: Input<'a>,
}

impl Operator for Profiled<'_> {
    fn start(&mut self, argument: &Batch) {
        self.operator.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let step = || self.operator.next(run);
        run.timed(self.id, step, |batch| batch.as_ref().map_or(0, Batch::len))
    }

    fn stop_at_first(&mut self) {
        self.operator.stop_at_first();
    }
}
