//! How deep nodes are in the dense part of a graph.

use crate::error::Result;
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

use super::arrays::distinct;
use super::threads::{CHUNK, Runs};

/// The core number of each selected node: the largest k such that the node is in a part of the
/// graph in which every node has at least k neighbours. Direction does not matter, parallel
/// relationships count once and loops not at all.
///
/// The node with the fewest neighbours left is taken away, again and again; nodes stand sorted by
/// how many they have left, and move one bin down in constant time (Batagelj and Zaveršnik 2003).
/// Linear in the relationships; eight bytes for each and twenty for a node.
///
/// ```
/// use dossier::algo::{self, Selection};
/// let store = dossier::Store::memory();
/// store.query("CREATE (a)-[:MET]->(b)-[:MET]->(c)-[:MET]->(a), (c)-[:MET]->()", ())?;
/// let cores = algo::core_numbers(&*store.snapshot(), &Selection::default(), &|| Ok(()))?;
/// assert_eq!(cores.iter().map(|&(_, core)| core).collect::<Vec<_>>(), [2, 2, 2, 1]);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn core_numbers(
    graph: &dyn Snapshot,
    selection: &Selection,
    check: Check<'_>,
) -> Result<Vec<(NodeId, u64)>> {
    let view = GraphView::undirected(graph, selection);
    let near = distinct(&view, Direction::Both, check)?;
    let mut bins = Bins::of(&near, view.len());
    for at in 0..view.len() {
        if at.is_multiple_of(CHUNK) {
            check()?;
        }
        let node = bins.order[at] as usize;
        for &other in near.of(node) {
            if bins.left[other as usize] > bins.left[node] {
                bins.lower(other as usize);
            }
        }
    }
    Ok(bins.left.iter().enumerate().map(|(at, &core)| (view.node(at), u64::from(core))).collect())
}

/// Nodes sorted by how many neighbours they have left.
struct Bins {
    /// How many neighbours each node has left.
    left: Vec<u32>,
    order: Vec<u32>,
    /// Where each node stands in the order.
    places: Vec<u32>,
    /// Where the nodes with so many neighbours left begin in the order.
    starts: Vec<u32>,
}

impl Bins {
    fn of(near: &Runs<u32>, len: usize) -> Bins {
        let left: Vec<u32> = (0..len).map(|node| near.of(node).len() as u32).collect();
        let most = left.iter().max().map_or(0, |most| *most as usize);
        let mut starts = vec![0u32; most + 2];
        left.iter().for_each(|&degree| starts[degree as usize + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let (mut order, mut places) = (vec![0; len], vec![0; len]);
        let mut next = starts.clone();
        for (node, &degree) in left.iter().enumerate() {
            let place = &mut next[degree as usize];
            order[*place as usize] = node as u32;
            places[node] = *place;
            *place += 1;
        }
        Bins { left, order, places, starts }
    }

    /// Takes one neighbour from a node: it changes places with the first of its bin, whose end the
    /// bin below then reaches.
    fn lower(&mut self, node: usize) {
        let start = &mut self.starts[self.left[node] as usize];
        let (from, to) = (self.places[node] as usize, *start as usize);
        *start += 1;
        let first = self.order[to] as usize;
        self.order.swap(from, to);
        self.places.swap(node, first);
        self.left[node] -= 1;
    }
}
