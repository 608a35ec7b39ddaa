//! The shortest walks from a node back to itself.
//!
//! A walk uses no relationship twice, and a shortest one meets no other node twice.
//!
//! Where relationships run one way, breadth-first from the node: the first level from which one leads back
//! ends it, and all that lead back from there are the last steps. Where they are walked either way, stepping back
//! is no way back. There each node remembers by which of the first relationships it was reached; two neighbours that came by
//! different ones close a cycle, and the shortest cycle is found so whatever tree the search has made (Itai and Rodeh,
//! "Finding a minimum circuit in a graph", 1978). The walks of that length are then tried, as far as the steps that are left
//! can lead back.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::{Reached, Routes, Steps, grow};
use crate::error::Result;
use crate::value::{NodeId, StatementId};

/// The shortest walks of `1..=max` relationships from a node to itself; `both_ways` says that relationships are
/// walked either way.
pub(crate) fn closed(
    from: NodeId,
    max: u64,
    both_ways: bool,
    steps: &mut Steps<'_, '_>,
) -> Result<Vec<Routes>> {
    if max == 0 {
        return Ok(Vec::new());
    }
    let loops = leading(from, from, steps)?;
    if !loops.is_empty() {
        return Ok(vec![Routes::closing(from, HashMap::from([(from, loops)]), 1)]);
    }
    if both_ways { either_way(from, max, steps) } else { one_way(from, max, steps) }
}

/// The relationships that lead from a node to another, or the first of them where one is enough.
fn leading(
    node: NodeId,
    to: NodeId,
    steps: &mut Steps<'_, '_>,
) -> Result<Vec<(NodeId, StatementId)>> {
    let mut found = Vec::new();
    for (next, statement) in neighbours(node, steps) {
        let is_new = next == to && !found.contains(&(to, statement));
        if is_new && (steps.allows)(statement)? {
            found.push((to, statement));
            if steps.single {
                break;
            }
        }
    }
    Ok(found)
}

fn neighbours(node: NodeId, steps: &Steps<'_, '_>) -> Vec<(NodeId, StatementId)> {
    let mut found = Vec::new();
    for list in steps.forward {
        list.for_each(node, |next, statement| found.push((next, statement)));
    }
    found
}

fn one_way(from: NodeId, max: u64, steps: &mut Steps<'_, '_>) -> Result<Vec<Routes>> {
    let mut reached: Reached = HashMap::from([(from, (0, Vec::new()))]);
    let mut frontier = vec![from];
    for length in 2..=max {
        frontier = grow(&frontier, &mut reached, true, steps)?;
        if frontier.is_empty() {
            break;
        }
        let mut next: HashMap<NodeId, Vec<(NodeId, StatementId)>> = HashMap::new();
        for &node in &frontier {
            let last = leading(node, from, steps)?;
            if !last.is_empty() {
                next.insert(node, last);
                if steps.single {
                    break;
                }
            }
        }
        if !next.is_empty() {
            let mut open: Vec<NodeId> = next.keys().copied().collect();
            let mut seen: hashbrown::HashSet<NodeId> = open.iter().copied().collect();
            while let Some(node) = open.pop() {
                for &(parent, statement) in reached.get(&node).map_or(&[][..], |r| &r.1) {
                    next.entry(parent).or_default().push((node, statement));
                    if seen.insert(parent) {
                        open.push(parent);
                    }
                }
            }
            return Ok(vec![Routes::closing(from, next, length)]);
        }
    }
    Ok(Vec::new())
}

/// How far a node is, and the first of the relationships that led to it.
type Branches = HashMap<NodeId, (u64, StatementId)>;

fn either_way(from: NodeId, max: u64, steps: &mut Steps<'_, '_>) -> Result<Vec<Routes>> {
    let (reached, length) = shortest_cycle(from, max, steps)?;
    let Some(length) = length else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let mut walk: Vec<(NodeId, StatementId)> = Vec::new();
    let mut open: Vec<Vec<(NodeId, StatementId)>> = vec![neighbours(from, steps)];
    while let Some(last) = open.last_mut() {
        let Some((node, statement)) = last.pop() else {
            open.pop();
            walk.pop();
            continue;
        };
        let left = length - walk.len() as u64 - 1;
        let distance =
            if node == from { 0 } else { reached.get(&node).map_or(u64::MAX, |at| at.0) };
        let is_used = walk.iter().any(|step| step.1 == statement);
        let returns_early = node == from && left > 0;
        if distance > left || is_used || returns_early || !(steps.allows)(statement)? {
            continue;
        }
        walk.push((node, statement));
        if left == 0 {
            let mut at = from;
            let mut next = HashMap::new();
            for &(node, statement) in &walk {
                next.insert(at, vec![(node, statement)]);
                at = node;
            }
            found.push(Routes::closing(from, next, length));
            if steps.single {
                return Ok(found);
            }
            walk.pop();
        } else {
            open.push(neighbours(node, steps));
        }
    }
    Ok(found)
}

/// How far every node is, up to half of the shortest cycle through a node, and the length of that.
fn shortest_cycle(
    from: NodeId,
    max: u64,
    steps: &mut Steps<'_, '_>,
) -> Result<(Branches, Option<u64>)> {
    let mut reached: Branches = HashMap::new();
    let mut best: Option<u64> = None;
    let mut frontier = vec![from];
    let mut depth = 0;
    // A cycle that the next level closes is at least twice as long as what lies behind.
    while !frontier.is_empty() && 2 * depth < best.unwrap_or(u64::MAX).min(max) {
        let mut next = Vec::new();
        for &node in &frontier {
            let branch = reached.get(&node).map(|at| at.1);
            for (neighbour, statement) in neighbours(node, steps) {
                let own = branch.unwrap_or(statement);
                let is_back = neighbour == from && own == statement;
                if is_back || !(steps.allows)(statement)? {
                    continue;
                }
                let length = if neighbour == from {
                    Some(depth + 1)
                } else {
                    match reached.entry(neighbour) {
                        Entry::Vacant(entry) => {
                            entry.insert((depth + 1, own));
                            next.push(neighbour);
                            None
                        }
                        Entry::Occupied(entry) => {
                            let &(far, other) = entry.get();
                            (other != own).then_some(depth + far + 1)
                        }
                    }
                };
                if let Some(length) = length.filter(|length| *length <= max) {
                    best = Some(best.map_or(length, |best| best.min(length)));
                }
            }
        }
        frontier = next;
        depth += 1;
    }
    Ok((reached, best))
}
