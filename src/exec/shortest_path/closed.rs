//! The shortest walks from a node back to itself.
//!
//! A walk uses no relationship twice, and a shortest one meets no other node twice.
//!
//! Where no relationship can be walked either way, breadth-first from the node: the first level from which one leads back
//! ends it, and all that lead back from there are the last steps. Where some can, stepping back is no way back: the last step
//! has to be another one than the first. So the search runs backwards from the node and keeps, for every node that
//! it meets, how far it is to the end for two different last steps. One of the two is not the first step of a walk that comes
//! by, whichever that is, and two are enough: what leads on to the nearest ends of a node are the nearest ends of its
//! neighbours. A shortest way there uses no step at the end but its last, so that it is a walk together with the first one.
//! No node is looked at more than twice.

use hashbrown::HashMap;

use super::{Reached, Routes, Steps, grow};
use crate::error::Result;
use crate::exec::neighbours::List;
use crate::value::{NodeId, StatementId};

/// The shortest walks of `1..=max` relationships from a node to itself.
pub(crate) fn closed(from: NodeId, max: u64, steps: &mut Steps<'_, '_>) -> Result<Vec<Routes>> {
    if max == 0 {
        return Ok(Vec::new());
    }
    let loops = leading(from, from, steps)?;
    if !loops.is_empty() {
        return Ok(vec![Routes::closing(from, HashMap::from([(from, loops)]), 1)]);
    }
    if may_lead_back(steps.forward) {
        either_way(from, max, steps)
    } else {
        one_way(from, max, steps)
    }
}

/// Whether a relationship that leads from a node to another may lead back, too.
pub(crate) fn may_lead_back(lists: &[List<'_>]) -> bool {
    // The two lists of a type stand beside each other.
    lists.windows(2).any(|pair| pair[0].relationship_type == pair[1].relationship_type)
}

/// The relationships that lead from a node to another, or the first of them where one is enough.
fn leading(
    node: NodeId,
    to: NodeId,
    steps: &mut Steps<'_, '_>,
) -> Result<Vec<(NodeId, StatementId)>> {
    let mut found = Vec::new();
    for (next, statement) in neighbours(node, steps.forward) {
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

fn neighbours(node: NodeId, lists: &[List<'_>]) -> Vec<(NodeId, StatementId)> {
    let mut found = Vec::new();
    for list in lists {
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

/// How far it is from a node to the end, for two different last relationships, the nearest first.
#[derive(Default)]
struct Ways([Option<(u64, StatementId)>; 2]);

impl Ways {
    /// Keeps a way that is no shorter than the ones before.
    fn keep(&mut self, length: u64, last: StatementId) {
        if self.lack(last)
            && let Some(free) = self.0.iter_mut().find(|way| way.is_none())
        {
            *free = Some((length, last));
        }
    }

    /// Whether a way that ends so is worth keeping.
    fn lack(&self, last: StatementId) -> bool {
        match self.0 {
            [None, _] => true,
            [Some((_, other)), None] => other != last,
            _ => false,
        }
    }

    /// The shortest that does not end with a relationship.
    fn without(&self, first: StatementId) -> Option<u64> {
        self.0.iter().flatten().find(|(_, last)| *last != first).map(|(length, _)| *length)
    }
}

fn either_way(from: NodeId, max: u64, steps: &mut Steps<'_, '_>) -> Result<Vec<Routes>> {
    let firsts = neighbours(from, steps.forward);
    let mut ways: HashMap<NodeId, Ways> = HashMap::new();
    let mut frontier: Vec<(NodeId, StatementId)> = Vec::new();
    for length in 2..=max {
        frontier = lead_in(from, (length - 1, &frontier), &mut ways, steps)?;
        if frontier.is_empty() {
            break;
        }
        let mut found = Vec::new();
        for &(node, first) in &firsts {
            let rest = ways.get(&node).and_then(|ways| ways.without(first));
            if rest == Some(length - 1) && (steps.allows)(first)? {
                found.push(closing(from, (node, first), length, &ways, steps)?);
                if steps.single {
                    break;
                }
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The nodes from which it is so far to the end, each with the last relationship of a way that is new for it;
/// `frontier` are those that are nearer by one.
fn lead_in(
    end: NodeId,
    (length, frontier): (u64, &[(NodeId, StatementId)]),
    ways: &mut HashMap<NodeId, Ways>,
    steps: &mut Steps<'_, '_>,
) -> Result<Vec<(NodeId, StatementId)>> {
    let mut next = Vec::new();
    let mut step = |node, last: Option<StatementId>| -> Result<()> {
        for (before, statement) in neighbours(node, steps.backward) {
            let last = last.unwrap_or(statement);
            // A way that is refused may come by another relationship.
            let is_new = before != end && ways.get(&before).is_none_or(|ways| ways.lack(last));
            if is_new && (steps.allows)(statement)? {
                ways.entry(before).or_default().keep(length, last);
                next.push((before, last));
            }
        }
        Ok(())
    };
    if length == 1 {
        step(end, None)?;
    }
    frontier.iter().try_for_each(|&(node, last)| step(node, Some(last)))?;
    Ok(next)
}

/// The walks of a length that begin with a step.
fn closing(
    from: NodeId,
    (to, first): (NodeId, StatementId),
    length: u64,
    ways: &HashMap<NodeId, Ways>,
    steps: &mut Steps<'_, '_>,
) -> Result<Routes> {
    let mut next = HashMap::from([(from, vec![(to, first)])]);
    let mut open = vec![(to, length - 1)];
    while let Some((node, left)) = open.pop() {
        let mut leading: Vec<(NodeId, StatementId)> = Vec::new();
        for (towards, statement) in neighbours(node, steps.forward) {
            let is_nearer = if left == 1 {
                towards == from && statement != first
            } else {
                ways.get(&towards).and_then(|ways| ways.without(first)) == Some(left - 1)
            };
            if is_nearer && (steps.allows)(statement)? {
                leading.push((towards, statement));
                if steps.single {
                    break;
                }
            }
        }
        if left > 1 {
            let new = leading.iter().map(|step| step.0).filter(|node| !next.contains_key(node));
            open.extend(new.map(|node| (node, left - 1)));
        }
        next.insert(node, leading);
    }
    Ok(Routes::closing(from, next, length))
}
