//! How far nodes are from one node, by number of relationships.

use super::threads;
use crate::error::Result;
use crate::graph::view::{Check, GraphView, Lists, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

/// A distance that no node has.
const UNREACHED: u32 = u32::MAX;
/// With so many nodes on the way, looking from those that are left finds a neighbour soon: the
/// ratio of relationships that Beamer, Asanović and Patterson (SC 2012) found to be best.
const TURN: usize = 14;

/// The nodes that can be reached from a node, itself among them, in the order of ids, each with
/// how many relationships it takes at least.
///
/// Breadth-first, level by level; where a level leads to much of what is left, the nodes that are
/// left look for a neighbour in it instead, on all cores. The store's lists are read as they are:
/// four bytes a selected node.
///
/// ```
/// use dossier::algo::{self, Selection};
/// use dossier::NodeId;
/// use dossier::graph::Direction;
/// let graph = dossier::Store::shipped()?.snapshot();
/// let (all, go_on) = (Selection::default(), || Ok(()));
/// let near = algo::breadth_first(&*graph, &all, Direction::Both, NodeId(0), &go_on)?;
/// assert!(near.contains(&(NodeId(0), 0)) && near.contains(&(NodeId(1), 1)));
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn breadth_first(
    graph: &dyn Snapshot,
    selection: &Selection,
    direction: Direction,
    from: NodeId,
    check: Check<'_>,
) -> Result<Vec<(NodeId, u64)>> {
    let view = GraphView::directed(graph, selection);
    if !view.contains(from) {
        return Ok(Vec::new());
    }
    let back = match direction {
        Direction::Outgoing => Direction::Incoming,
        Direction::Incoming => Direction::Outgoing,
        Direction::Both => Direction::Both,
    };
    let (ahead, behind) = (view.lists(direction), view.lists(back));
    let mut search = Search {
        distances: vec![UNREACHED; view.len()],
        left: ahead.steps(),
        ahead,
        behind,
        check,
    };
    search.distances[view.number(from)] = 0;
    let mut level = vec![view.number(from) as u32];
    for distance in 1.. {
        level = search.next_level(&level, distance)?;
        if level.is_empty() {
            break;
        }
    }
    let reached = search.distances.iter().enumerate().filter(|(_, d)| **d != UNREACHED);
    Ok(reached.map(|(number, distance)| (view.node(number), u64::from(*distance))).collect())
}

struct Search<'s, 'v, 'a> {
    distances: Vec<u32>,
    /// About how many relationships of nodes are left that no level has had yet.
    left: usize,
    ahead: Lists<'v, 'a>,
    behind: Lists<'v, 'a>,
    check: Check<'s>,
}

impl Search<'_, '_, '_> {
    /// The nodes that are one relationship farther than a level.
    fn next_level(&mut self, level: &[u32], distance: u32) -> Result<Vec<u32>> {
        (self.check)()?;
        let steps: usize = level.iter().map(|&node| self.ahead.steps_of(node as usize)).sum();
        let is_large = steps > self.left / TURN && level.len() > 1;
        self.left = self.left.saturating_sub(steps);
        if is_large { self.look_back(level, distance) } else { self.step_ahead(level, distance) }
    }

    fn step_ahead(&mut self, level: &[u32], distance: u32) -> Result<Vec<u32>> {
        let mut next = Vec::new();
        for (at, &node) in level.iter().enumerate() {
            if at.is_multiple_of(1 << 14) {
                (self.check)()?;
            }
            self.ahead.for_each(node as usize, |neighbour| {
                let place = &mut self.distances[neighbour as usize];
                if *place == UNREACHED {
                    *place = distance;
                    next.push(neighbour);
                }
            });
        }
        Ok(next)
    }

    /// Each node that is left looks for a neighbour in the level, which a bit a node stands for.
    fn look_back(&mut self, level: &[u32], distance: u32) -> Result<Vec<u32>> {
        let mut bits = vec![0u64; self.distances.len().div_ceil(64)];
        level.iter().for_each(|&node| bits[node as usize / 64] |= 1 << (node % 64));
        let is_in_level = |node: u32| bits[node as usize / 64] >> (node % 64) & 1 == 1;
        let behind = &self.behind;
        let look = |first: usize, chunk: &mut [u32]| {
            let mut next = Vec::new();
            for (number, place) in (first..).zip(chunk).filter(|(_, d)| **d == UNREACHED) {
                if behind.any(number, is_in_level) {
                    *place = distance;
                    next.push(number as u32);
                }
            }
            next
        };
        let steps = self.left + self.distances.len();
        Ok(threads::fill(&mut self.distances, steps, self.check, &look)?.concat())
    }
}
