//! Paths with the fewest relationships.

use petgraph::EdgeType;

use crate::error::Result;
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::{NodeId, Path, StatementId};

use super::with_view;

/// A distance that no node has.
const UNREACHED: u32 = u32::MAX;

/// A path with the fewest relationships from one node to another; `None` where there is none.
///
/// A node is its own path of no relationship. Breadth-first search; four bytes a selected node.
///
/// ```
/// use dossier::algo::{self, Selection};
/// use dossier::NodeId;
/// use dossier::graph::Direction;
/// let graph = dossier::Store::shipped()?.snapshot();
/// let (all, go_on) = (Selection::default(), || Ok(()));
/// let (from, to) = (NodeId(0), NodeId(1));
/// let path = algo::shortest_path(&*graph, &all, Direction::Both, from, to, &go_on)?;
/// assert_eq!(path.unwrap().relationships.len(), 1);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn shortest_path(
    graph: &dyn Snapshot,
    selection: &Selection,
    direction: Direction,
    from: NodeId,
    to: NodeId,
    check: Check<'_>,
) -> Result<Option<Path>> {
    Ok(all_shortest_paths(graph, selection, direction, from, to, 1, check)?.pop())
}

/// All paths with the fewest relationships from one node to another, at most `limit` of them.
///
/// Parallel relationships give paths of their own. Breadth-first search, then a walk back from
/// the end over nodes that are one nearer to the start; the number of paths can be exponential in
/// their length, which is what the limit is for.
///
/// ```
/// use dossier::algo::{self, Selection};
/// use dossier::NodeId;
/// use dossier::graph::Direction;
/// let graph = dossier::Store::shipped()?.snapshot();
/// let (all, go_on) = (Selection::default(), || Ok(()));
/// let (from, to) = (NodeId(0), NodeId(1));
/// let paths = algo::all_shortest_paths(&*graph, &all, Direction::Both, from, to, 9, &go_on)?;
/// assert!(paths.iter().all(|path| path.relationships.len() == 1));
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn all_shortest_paths(
    graph: &dyn Snapshot,
    selection: &Selection,
    direction: Direction,
    from: NodeId,
    to: NodeId,
    limit: usize,
    check: Check<'_>,
) -> Result<Vec<Path>> {
    with_view!(graph, selection, direction, check, |view| {
        if !view.contains(from) || !view.contains(to) {
            return Ok(Vec::new());
        }
        let distances = distances_until(view, from, to);
        view.finish()?;
        let paths = walk_back(view, &distances, to, limit);
        view.finish()?;
        Ok(paths)
    })
}

/// The distance of each node from the first, exact up to the distance of the last.
fn distances_until<Ty: EdgeType>(view: &GraphView<'_, Ty>, from: NodeId, to: NodeId) -> Vec<u32> {
    let mut distances = vec![UNREACHED; view.len()];
    distances[view.number(from)] = 0;
    let (mut level, mut next) = (vec![from], Vec::new());
    let mut distance = 0;
    while !level.is_empty() && distances[view.number(to)] == UNREACHED {
        distance += 1;
        for node in level.drain(..) {
            for step in view.steps(node, Direction::Outgoing) {
                let known = &mut distances[view.number(step.neighbour)];
                if *known == UNREACHED {
                    *known = distance;
                    next.push(step.neighbour);
                }
            }
        }
        std::mem::swap(&mut level, &mut next);
    }
    distances
}

/// The paths to a node over ever smaller distances, in depth-first order.
fn walk_back<Ty: EdgeType>(
    view: &GraphView<'_, Ty>,
    distances: &[u32],
    to: NodeId,
    limit: usize,
) -> Vec<Path> {
    let mut paths = Vec::new();
    if distances[view.number(to)] == UNREACHED {
        return paths;
    }
    // One entry for each node of the path so far, last node first: the steps that are left to try.
    let mut stack = vec![view.steps(to, Direction::Incoming)];
    let mut nodes = vec![to];
    let mut relationships: Vec<StatementId> = Vec::new();
    while let (Some(steps), Some(&node)) = (stack.last_mut(), nodes.last()) {
        if paths.len() == limit {
            break;
        }
        let distance = distances[view.number(node)];
        if distance == 0 {
            paths.push(Path {
                nodes: nodes.iter().rev().copied().collect(),
                relationships: relationships.iter().rev().copied().collect(),
            });
        }
        let nearer = |number: usize| distance > 0 && distances[number] == distance - 1;
        if let Some(step) = steps.find(|step| nearer(view.number(step.neighbour))) {
            stack.push(view.steps(step.neighbour, Direction::Incoming));
            nodes.push(step.neighbour);
            relationships.push(step.statement);
        } else {
            stack.pop();
            nodes.pop();
            relationships.pop();
        }
    }
    paths
}
