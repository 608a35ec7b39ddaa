//! How many neighbours nodes have.

use petgraph::EdgeType;

use crate::error::Result;
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

use super::{threads, with_view};

/// The number of relationships of each selected node, in one direction or both.
///
/// Parallel relationships count each; a loop counts once, in both directions too. Relationships
/// that lead out of the selection do not count. On all cores; linear in the nodes where one
/// direction is asked for and no relationship leads out, otherwise in the relationships.
///
/// ```
/// use dossier::algo::{self, Selection};
/// use dossier::graph::Direction;
/// let graph = dossier::Store::shipped()?.snapshot();
/// let (all, go_on) = (Selection::default(), || Ok(()));
/// let degrees = algo::degrees(&*graph, &all, Direction::Outgoing, &go_on)?;
/// let sum: u64 = degrees.iter().map(|(_, degree)| degree).sum();
/// assert_eq!(sum, graph.statistics().statements);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn degrees(
    graph: &dyn Snapshot,
    selection: &Selection,
    direction: Direction,
    check: Check<'_>,
) -> Result<Vec<(NodeId, u64)>> {
    with_view!(graph, selection, direction, check, |view| {
        let degrees = numbered_degrees(view, check)?;
        Ok(degrees.into_iter().enumerate().map(|(at, n)| (view.node(at), u64::from(n))).collect())
    })
}

/// The number of edges from each node, as the view directs them, by the view's numbers.
pub(super) fn numbered_degrees<Ty: EdgeType>(
    view: &GraphView<'_, Ty>,
    check: Check<'_>,
) -> Result<Vec<u32>> {
    let lists = view.lists(Direction::Outgoing);
    let mut degrees = vec![0; view.len()];
    // As many steps as there are relationships are needed at most.
    threads::fill(&mut degrees, lists.steps(), check, &|first, chunk| {
        (first..).zip(chunk).for_each(|(number, place)| *place = lists.degree(number) as u32);
    })?;
    Ok(degrees)
}
