//! The nodes that walks of several relationships lead to, each once.
//!
//! ```text
//! MATCH (a {id: 1})-[:FOLLOWS*1..3]->(b) RETURN count(DISTINCT b)
//!
//! walks    all of them, as many as the product of the degrees
//! reach    level by level; a bit for each node says whether it was met before
//! ```
//!
//! A shortest walk between two nodes uses no relationship twice, so that whatever any walk of at most so many
//! relationships leads to stands on one of the levels. Only the node where it begins may be the end of a walk and not be met
//! anew. **In**: the node to begin at, and which relationships may be used. **Out**: ends, the nearest first. **Caller**:
//! [`super::expand_path`], where one shortest walk to each end is wanted and nobody looks at the walk.

use crate::error::Result;
use crate::exec::neighbours::List;
use crate::value::{NodeId, StatementId};

/// Which nodes have been met: kept from one search to the next, with no bit set in between.
#[derive(Default)]
pub(crate) struct Met {
    bits: Vec<u64>,
}

/// The ends of a search.
#[derive(Default)]
pub(crate) struct Reach {
    /// Nodes that a walk of one relationship at least leads to, without the first one.
    pub(crate) ends: Vec<NodeId>,
    /// Whether a relationship leads from one of the nodes before the last level to where the search began.
    pub(crate) returns: bool,
}

impl Met {
    /// Whether a node is met for the first time.
    fn insert(&mut self, node: NodeId) -> bool {
        let (word, bit) = (node.index() / 64, 1 << (node.0 % 64));
        if word >= self.bits.len() {
            self.bits.resize((word + 1).next_power_of_two(), 0);
        }
        let is_new = self.bits[word] & bit == 0;
        self.bits[word] |= bit;
        is_new
    }

    fn remove(&mut self, node: NodeId) {
        self.bits[node.index() / 64] &= !(1 << (node.0 % 64));
    }

    fn clear(&mut self, nodes: &[NodeId]) {
        nodes.iter().for_each(|node| self.bits[node.index() / 64] = 0);
    }
}

/// What walks of `1..=max` relationships lead to. `allows` is asked of a relationship that leads to a node not yet met.
pub(crate) fn reach(
    from: NodeId,
    max: u64,
    lists: &[List<'_>],
    met: &mut Met,
    allows: &mut dyn FnMut(StatementId) -> Result<bool>,
) -> Result<Reach> {
    let mut found = Reach::default();
    met.insert(from);
    let grown = grow((from, max), lists, met, &mut found, allows);
    met.clear(&found.ends);
    met.clear(&[from]);
    grown.map(|()| found)
}

fn grow(
    (from, max): (NodeId, u64),
    lists: &[List<'_>],
    met: &mut Met,
    found: &mut Reach,
    allows: &mut dyn FnMut(StatementId) -> Result<bool>,
) -> Result<()> {
    let mut level = 0..0;
    for depth in 0..max {
        let frontier: Vec<NodeId> =
            if depth == 0 { vec![from] } else { found.ends[level.clone()].to_vec() };
        level.start = found.ends.len();
        for node in frontier {
            let mut failed = None;
            for list in lists {
                list.for_each(node, |to, statement| {
                    let is_back = to == from;
                    if failed.is_some() || (is_back && found.returns) {
                        return;
                    }
                    // A node that may not be reached so may be reached otherwise.
                    if !is_back && !met.insert(to) {
                        return;
                    }
                    let allowed = allows(statement).unwrap_or_else(|error| {
                        failed = Some(error);
                        false
                    });
                    match (allowed, is_back) {
                        (true, true) => found.returns = true,
                        (true, false) => found.ends.push(to),
                        (false, false) => met.remove(to),
                        (false, true) => {}
                    }
                });
            }
            if let Some(error) = failed {
                return Err(error);
            }
        }
        level.end = found.ends.len();
        if level.is_empty() {
            break;
        }
    }
    Ok(())
}
