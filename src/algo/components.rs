//! Which nodes hang together.

use petgraph::algo::kosaraju_scc;
use petgraph::unionfind::UnionFind;

use crate::error::Result;
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

/// The weakly connected component of each selected node: direction does not matter.
///
/// Components are numbered from 0 in the order of their first nodes. Union by rank with path
/// compression (Tarjan 1975), petgraph's; each relationship is looked at once.
///
/// ```
/// use dossier::algo::{self, Selection};
/// let graph = dossier::Store::shipped()?.snapshot();
/// let (all, go_on) = (Selection::default(), || Ok(()));
/// let components = algo::weakly_connected(&*graph, &all, &go_on)?;
/// assert_eq!(components.len() as u64, graph.statistics().nodes);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn weakly_connected(
    graph: &dyn Snapshot,
    selection: &Selection,
    check: Check<'_>,
) -> Result<Vec<(NodeId, u64)>> {
    let view = GraphView::directed(graph, selection).watching(check);
    let mut sets = UnionFind::<u32>::new(view.len());
    for number in 0..view.len() {
        for step in view.steps(view.node(number), Direction::Outgoing) {
            sets.union(number as u32, view.number(step.neighbour) as u32);
        }
    }
    view.finish()?;
    Ok(number_components(&view, &sets.into_labeling()))
}

/// The strongly connected component of each selected node: two nodes are in one if each can be
/// reached from the other.
///
/// Components are numbered from 0 in the order of their first nodes. Kosaraju's algorithm,
/// petgraph's, which keeps its own stack: Tarjan's would recurse as deep as a path is long.
///
/// ```
/// use dossier::algo::{self, Selection};
/// let graph = dossier::Store::shipped()?.snapshot();
/// let (all, go_on) = (Selection::default(), || Ok(()));
/// let components = algo::strongly_connected(&*graph, &all, &go_on)?;
/// assert_eq!(components.len() as u64, graph.statistics().nodes);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn strongly_connected(
    graph: &dyn Snapshot,
    selection: &Selection,
    check: Check<'_>,
) -> Result<Vec<(NodeId, u64)>> {
    let view = GraphView::directed(graph, selection).watching(check);
    let components = kosaraju_scc(&view);
    view.finish()?;
    let mut labels = vec![0; view.len()];
    for (component, nodes) in (0..).zip(components) {
        for node in nodes {
            labels[view.number(node)] = component;
        }
    }
    Ok(number_components(&view, &labels))
}

/// Gives components numbers in the order of their first nodes; labels are below the number of
/// nodes.
fn number_components(view: &GraphView<'_>, labels: &[u32]) -> Vec<(NodeId, u64)> {
    const NONE: u64 = u64::MAX;
    let mut numbers = vec![NONE; labels.len()];
    let mut next = 0;
    let numbered = labels.iter().enumerate().map(|(at, &label)| {
        let component = &mut numbers[label as usize];
        if *component == NONE {
            *component = next;
            next += 1;
        }
        (view.node(at), *component)
    });
    numbered.collect()
}
