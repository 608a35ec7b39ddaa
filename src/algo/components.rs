//! Which nodes hang together.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};

use hashbrown::HashMap;
use petgraph::algo::kosaraju_scc;

use super::{number_groups, threads};
use crate::error::Result;
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

/// So many relationships of each node are looked at before the largest component is guessed.
const FIRST_STEPS: usize = 2;
/// So many nodes are asked which component is the largest.
const SAMPLES: usize = 1024;

/// The weakly connected component of each selected node: direction does not matter.
///
/// Components are numbered from 0 in the order of their first nodes. Afforest (Sutton, Ben-Nun and
/// Barak, IPDPS 2018): the first relationships of each node mostly join the largest component
/// already, and the others of its nodes are then left out. On all cores, without locks, over the
/// store's lists as they are: four bytes a selected node.
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
    let view = GraphView::directed(graph, selection);
    let (out, into) = (view.lists(Direction::Outgoing), view.lists(Direction::Incoming));
    let forest = Forest::new(view.len());
    let all = |steps: usize, join: &(dyn Fn(usize) + Sync)| {
        threads::fold(view.len(), steps, check, &|| (), &|(), nodes| nodes.for_each(join))
    };
    for at in 0..FIRST_STEPS {
        all(view.len() * (at + 1), &|number| {
            let mut left = at;
            let _ = out.visit(number, |other, _| {
                if left == 0 {
                    forest.join(number as u32, other);
                    return ControlFlow::Break(());
                }
                left -= 1;
                ControlFlow::Continue(())
            });
        })?;
        all(view.len(), &|number| forest.shorten(number as u32))?;
    }
    let largest = forest.frequent();
    all(out.steps() + into.steps(), &|number| {
        if Some(forest.parent(number as u32)) != largest {
            out.for_each(number, |other| forest.join(number as u32, other));
            into.for_each(number, |other| forest.join(number as u32, other));
        }
    })?;
    all(view.len(), &|number| forest.shorten(number as u32))?;
    let labels: Vec<u32> = forest.parents.into_iter().map(AtomicU32::into_inner).collect();
    Ok(number_groups(&view, &labels))
}

/// Trees over the nodes, each below the smallest node of what it joins, written by all threads.
struct Forest {
    parents: Vec<AtomicU32>,
}

impl Forest {
    fn new(len: usize) -> Forest {
        Forest { parents: (0..len as u32).map(AtomicU32::new).collect() }
    }

    fn parent(&self, node: u32) -> u32 {
        self.parents[node as usize].load(Ordering::Relaxed)
    }

    /// Hangs the larger of two roots below the smaller one, unless they are one.
    fn join(&self, a: u32, b: u32) {
        let (mut a, mut b) = (self.parent(a), self.parent(b));
        while a != b {
            let (low, high) = (a.min(b), a.max(b));
            let parent = self.parent(high);
            let is_hung = parent == low || {
                let place = &self.parents[high as usize];
                parent == high
                    && place
                        .compare_exchange(high, low, Ordering::Relaxed, Ordering::Relaxed)
                        .is_ok()
            };
            if is_hung {
                return;
            }
            (a, b) = (self.parent(self.parent(high)), self.parent(low));
        }
    }

    /// Hangs a node directly below its root.
    fn shorten(&self, node: u32) {
        let mut root = self.parent(node);
        while self.parent(root) != root {
            root = self.parent(root);
        }
        self.parents[node as usize].store(root, Ordering::Relaxed);
    }

    /// The root that most of some nodes have.
    fn frequent(&self) -> Option<u32> {
        let mut counts: HashMap<u32, usize> = HashMap::new();
        let stride = (self.parents.len() / SAMPLES).max(1);
        for node in (0..self.parents.len()).step_by(stride) {
            *counts.entry(self.parent(node as u32)).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|&(root, count)| (count, root));
        most.map(|(root, _)| root)
    }
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
    Ok(number_groups(&view, &labels))
}
