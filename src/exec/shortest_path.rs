//! Shortest walks between two nodes, or from one node to all that it reaches.
//!
//! Breadth-first from both ends, the smaller frontier first, until the frontiers meet. A shortest
//! walk meets no node twice, so depth by node is all that must be remembered. What comes out is
//! not a list of walks (there may be exponentially many) but the graph of their steps, in which
//! every walk from the start to the end is one of the shortest; [`Routes::advance`] reads them one by one.

mod closed;
mod single;

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use crate::error::Result;
use crate::exec::neighbours::List;
use crate::value::{NodeId, StatementId};

pub(crate) use closed::{closed, may_lead_back};

/// How a search may step: the lists, and which relationships count.
pub(crate) struct Steps<'s, 'g> {
    /// Away from the start.
    pub(crate) forward: &'s [List<'g>],
    /// Away from the end.
    pub(crate) backward: &'s [List<'g>],
    /// Whether a relationship may be used; also where the search is interrupted.
    pub(crate) allows: &'s mut dyn FnMut(StatementId) -> Result<bool>,
    /// Whether one walk between two nodes is enough.
    pub(crate) single: bool,
}

/// The nodes that one end has reached: depth, and the steps that led there first.
type Reached = HashMap<NodeId, (u64, Vec<(NodeId, StatementId)>)>;

/// The shortest walks from one node to another one, of `1..=max` relationships.
pub(crate) fn between(
    from: NodeId,
    to: NodeId,
    max: u64,
    steps: &mut Steps<'_, '_>,
) -> Result<Option<Routes>> {
    if steps.single {
        return single::between(from, to, max, steps);
    }
    let mut ahead: Reached = HashMap::from([(from, (0, Vec::new()))]);
    let mut behind: Reached = HashMap::from([(to, (0, Vec::new()))]);
    let (mut front, mut back) = (vec![from], vec![to]);
    for depth in 0..max {
        let is_forward = front.len() <= back.len();
        let (frontier, own, other) = if is_forward {
            (&mut front, &mut ahead, &behind)
        } else {
            (&mut back, &mut behind, &ahead)
        };
        *frontier = grow(frontier, own, is_forward, steps)?;
        if frontier.is_empty() {
            return Ok(None);
        }
        let meeting: Vec<_> = frontier.iter().filter(|node| other.contains_key(*node)).collect();
        if !meeting.is_empty() {
            let meeting = meeting.into_iter().copied().collect();
            return Ok(Some(Routes::joining(meeting, &ahead, &behind, from, depth + 1)));
        }
    }
    Ok(None)
}

/// The nodes that a node reaches, the nearest first, with the steps that lead there.
///
/// The walks to one of them are put together when it is its turn: all at once they are as many graphs of
/// steps as there are nodes.
#[derive(Debug, Default)]
pub(crate) struct Reaching {
    from: NodeId,
    reached: Reached,
    order: Vec<(NodeId, u64)>,
    /// Whose turn it is.
    next: usize,
}

impl Reaching {
    /// The shortest walks to the next node; `None` after the last.
    pub(crate) fn advance(&mut self) -> Option<Routes> {
        let routes = self.routes(self.next);
        self.next += 1;
        routes
    }

    /// The walks to each of the nodes.
    pub(crate) fn all(&self) -> impl Iterator<Item = Routes> + '_ {
        (0..self.order.len()).filter_map(|at| self.routes(at))
    }

    fn routes(&self, at: usize) -> Option<Routes> {
        let &(to, length) = self.order.get(at)?;
        Some(Routes::joining(vec![to], &self.reached, &Reached::new(), self.from, length))
    }
}

/// The nodes that a node reaches in `1..=max` steps.
pub(crate) fn from_node(from: NodeId, max: u64, steps: &mut Steps<'_, '_>) -> Result<Reaching> {
    let mut reached: Reached = HashMap::from([(from, (0, Vec::new()))]);
    let mut frontier = vec![from];
    let mut order = Vec::new();
    let mut depth = 0;
    while depth < max && !frontier.is_empty() {
        frontier = grow(&frontier, &mut reached, true, steps)?;
        depth += 1;
        order.extend(frontier.iter().map(|node| (*node, depth)));
    }
    Ok(Reaching { from, reached, order, next: 0 })
}

/// One step from every node of a frontier; gives the nodes that were not reached before.
fn grow(
    frontier: &[NodeId],
    reached: &mut Reached,
    is_forward: bool,
    steps: &mut Steps<'_, '_>,
) -> Result<Vec<NodeId>> {
    let lists = if is_forward { steps.forward } else { steps.backward };
    let depth = frontier.first().and_then(|node| reached.get(node)).map_or(0, |r| r.0) + 1;
    let mut next = Vec::new();
    let mut found = Vec::new();
    for &node in frontier {
        found.clear();
        for list in lists {
            list.for_each(node, |neighbour, statement| found.push((neighbour, statement)));
        }
        for &(neighbour, statement) in &found {
            match reached.entry(neighbour) {
                Entry::Vacant(entry) => {
                    if (steps.allows)(statement)? {
                        entry.insert((depth, vec![(node, statement)]));
                        next.push(neighbour);
                    }
                }
                Entry::Occupied(mut entry) => {
                    let (known, parents) = entry.get_mut();
                    if *known == depth && !steps.single && (steps.allows)(statement)? {
                        parents.push((node, statement));
                    }
                }
            }
        }
    }
    Ok(next)
}

/// Walks of one length between two nodes, as the graph of their steps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Routes {
    next: HashMap<NodeId, Vec<(NodeId, StatementId)>>,
    length: u64,
    /// For each node on the walk at hand, which of its steps is taken.
    choices: Vec<(NodeId, usize)>,
    path: Vec<StatementId>,
    is_fresh: bool,
}

impl Routes {
    /// The one walk that stays where it is.
    pub(crate) fn staying(at: NodeId) -> Routes {
        Routes { choices: vec![(at, 0)], is_fresh: true, ..Routes::default() }
    }

    /// The walks that lead from a node along some steps and back to it.
    fn closing(
        from: NodeId,
        next: HashMap<NodeId, Vec<(NodeId, StatementId)>>,
        length: u64,
    ) -> Routes {
        Routes { next, length, choices: vec![(from, 0)], path: Vec::new(), is_fresh: true }
    }

    /// The walks that lead from the start to a meeting node and on to the end.
    fn joining(
        meeting: Vec<NodeId>,
        ahead: &Reached,
        behind: &Reached,
        from: NodeId,
        length: u64,
    ) -> Routes {
        let mut next: HashMap<NodeId, Vec<(NodeId, StatementId)>> = HashMap::new();
        let mut open = meeting.clone();
        let mut seen: hashbrown::HashSet<NodeId> = open.iter().copied().collect();
        while let Some(node) = open.pop() {
            for &(parent, statement) in ahead.get(&node).map_or(&[][..], |r| &r.1) {
                next.entry(parent).or_default().push((node, statement));
                if seen.insert(parent) {
                    open.push(parent);
                }
            }
        }
        let mut open = meeting;
        let mut seen: hashbrown::HashSet<NodeId> = open.iter().copied().collect();
        while let Some(node) = open.pop() {
            for &(towards, statement) in behind.get(&node).map_or(&[][..], |r| &r.1) {
                next.entry(node).or_default().push((towards, statement));
                if seen.insert(towards) {
                    open.push(towards);
                }
            }
        }
        Routes { next, length, choices: vec![(from, 0)], path: Vec::new(), is_fresh: true }
    }

    /// Goes on to the next walk; false when there is none.
    pub(crate) fn advance(&mut self) -> bool {
        if !std::mem::take(&mut self.is_fresh) {
            self.step_back();
        }
        if self.choices.is_empty() {
            return false;
        }
        while (self.path.len() as u64) < self.length {
            let Some(&(node, choice)) = self.choices.last() else { return false };
            match self.next.get(&node).and_then(|steps| steps.get(choice)) {
                Some(&(towards, statement)) => {
                    self.path.push(statement);
                    self.choices.push((towards, 0));
                }
                None => self.step_back(),
            }
        }
        true
    }

    /// Leaves the last node and turns to the next step of the one before.
    fn step_back(&mut self) {
        self.choices.pop();
        self.path.pop();
        if let Some((_, choice)) = self.choices.last_mut() {
            *choice += 1;
        }
    }

    /// The relationships of the walk at hand.
    pub(crate) fn path(&self) -> &[StatementId] {
        &self.path
    }

    /// The node that the walk at hand leads to.
    pub(crate) fn end(&self) -> Option<NodeId> {
        self.choices.last().map(|(node, _)| *node)
    }
}
