//! How many neighbours nodes have.

use petgraph::EdgeType;

use crate::error::Result;
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

use super::with_view;

/// The number of relationships of each selected node, in one direction or both.
///
/// Parallel relationships count each; a loop counts once, in both directions too. Relationships
/// that lead out of the selection do not count. Linear in the nodes where labels do not filter
/// and one direction is asked for, otherwise in the relationships.
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
        let degrees = (0..view.len()).map(|number| view.node(number));
        let degrees = degrees.map(|node| (node, degree(view, node))).collect();
        view.finish()?;
        Ok(degrees)
    })
}

/// The number of edges from a node, as the view directs them.
pub(super) fn degree<Ty: EdgeType>(view: &GraphView<'_, Ty>, node: NodeId) -> u64 {
    if Ty::is_directed() && !view.is_filtered() {
        let outgoing = view.adjacencies(Direction::Outgoing);
        return outgoing.map(|adjacency| adjacency.degree(node) as u64).sum();
    }
    view.steps(node, Direction::Outgoing).count() as u64
}
