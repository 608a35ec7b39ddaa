//! One shortest walk between two different nodes.
//!
//! Breadth-first from both ends, always from the side whose frontier has fewer relationships to
//! look at. A bit for each node says whether a side has reached it; where from is a number beside
//! the node, in the list of its level. The first node that both sides have reached ends the search:
//! all levels before are whole, so no walk can be shorter.
//!
//! ```text
//! ahead   level 0  [a]          level 1  [b ← 0, c ← 0]
//! behind  level 0  [z]          level 1  [y ← 0, c ← 0]        they meet in c: a ─ c ─ z
//! ```

use crate::error::{Error, Result};
use crate::exec::neighbours::List;
use crate::value::{NodeId, StatementId};

use super::{Routes, Steps};

/// What one side has reached.
struct Side {
    seen: Vec<u64>,
    levels: Vec<Vec<Reached>>,
}

/// A node, the position in the level before of the one it was reached from, and by what.
#[derive(Clone, Copy)]
struct Reached {
    node: NodeId,
    parent: u32,
    statement: StatementId,
}

/// A shortest walk of `1..=max` relationships from one node to another one.
pub(super) fn between(
    from: NodeId,
    to: NodeId,
    max: u64,
    steps: &mut Steps<'_, '_>,
) -> Result<Option<Routes>> {
    let (forward, backward) = (steps.forward, steps.backward);
    let (mut ahead, mut behind) = (Side::at(from), Side::at(to));
    for _ in 0..max {
        let is_forward = ahead.effort(forward) <= behind.effort(backward);
        let (own, other, lists) = if is_forward {
            (&mut ahead, &behind, forward)
        } else {
            (&mut behind, &ahead, backward)
        };
        if let Some(meeting) = own.grow(other, lists, steps.allows)? {
            return Ok(Some(join(&ahead, &behind, meeting, from)));
        }
        if own.frontier().is_empty() {
            return Ok(None);
        }
    }
    Ok(None)
}

impl Side {
    fn at(node: NodeId) -> Side {
        let start = Reached { node, parent: 0, statement: StatementId(0) };
        let mut side = Side { seen: Vec::new(), levels: vec![vec![start]] };
        side.insert(node);
        side
    }

    fn frontier(&self) -> &[Reached] {
        self.levels.last().map_or(&[], Vec::as_slice)
    }

    /// How many relationships the next level looks at.
    fn effort(&self, lists: &[List<'_>]) -> usize {
        let degree = |node| lists.iter().map(|list| list.adjacency.degree(node)).sum::<usize>();
        self.frontier().iter().map(|reached| degree(reached.node)).sum()
    }

    fn has(&self, node: NodeId) -> bool {
        self.seen.get(node.index() / 64).is_some_and(|word| word >> (node.0 % 64) & 1 == 1)
    }

    fn insert(&mut self, node: NodeId) {
        let word = node.index() / 64;
        if word >= self.seen.len() {
            self.seen.resize(word + 1, 0);
        }
        self.seen[word] |= 1 << (node.0 % 64);
    }

    /// One level more; gives the node that the other side has reached too, as soon as there is one.
    fn grow(
        &mut self,
        other: &Side,
        lists: &[List<'_>],
        allows: &mut dyn FnMut(StatementId) -> Result<bool>,
    ) -> Result<Option<NodeId>> {
        let frontier: Vec<NodeId> = self.frontier().iter().map(|reached| reached.node).collect();
        let mut next = Vec::new();
        let mut meeting = None;
        let mut failed: Option<Error> = None;
        for (parent, &node) in (0..).zip(&frontier) {
            for list in lists {
                list.for_each(node, |neighbour, statement| {
                    if meeting.is_some() || failed.is_some() || self.has(neighbour) {
                        return;
                    }
                    match allows(statement) {
                        Ok(true) => {
                            self.insert(neighbour);
                            next.push(Reached { node: neighbour, parent, statement });
                            meeting = other.has(neighbour).then_some(neighbour);
                        }
                        Ok(false) => {}
                        Err(error) => failed = Some(error),
                    }
                });
                if let Some(error) = failed {
                    return Err(error);
                }
                if meeting.is_some() {
                    self.levels.push(next);
                    return Ok(meeting);
                }
            }
        }
        self.levels.push(next);
        Ok(None)
    }

    /// From a node of the last level to the start: each node with what it was reached by, and from.
    fn way(&self, node: NodeId) -> Vec<(NodeId, StatementId, NodeId)> {
        let mut way = Vec::new();
        let mut at = self.frontier().iter().position(|reached| reached.node == node);
        for level in (1..self.levels.len()).rev() {
            let Some(Reached { node, parent, statement }) = at.map(|at| self.levels[level][at])
            else {
                break;
            };
            let before = self.levels[level - 1][parent as usize].node;
            way.push((node, statement, before));
            at = Some(parent as usize);
        }
        way
    }
}

fn join(ahead: &Side, behind: &Side, meeting: NodeId, from: NodeId) -> Routes {
    let mut routes = Routes { choices: vec![(from, 0)], is_fresh: true, ..Routes::default() };
    for (node, statement, before) in ahead.way(meeting) {
        routes.next.insert(before, vec![(node, statement)]);
        routes.length += 1;
    }
    for (node, statement, towards) in behind.way(meeting) {
        routes.next.insert(node, vec![(towards, statement)]);
        routes.length += 1;
    }
    routes
}
