//! Walks that use no relationship twice, one after the other.
//!
//! A depth-first search that keeps its state, so that a caller takes walks as it needs them: an
//! unbounded `*` on a large graph has more walks than anybody can wait for. It recurses on the
//! heap. Entering a node copies its steps to the end of one list; a frame is a range of it.

use hashbrown::HashSet;

use crate::error::Result;
use crate::exec::neighbours::List;
use crate::value::{NodeId, StatementId};

/// Up to so many relationships a walk is searched one by one; beyond, a set is kept.
const LINEAR_MAX: usize = 16;

/// The search from one node.
#[derive(Debug)]
pub(crate) struct Trails {
    min: u64,
    max: u64,
    /// The walk to the node at hand: relationships, and the nodes they lead to, start included.
    path: Vec<StatementId>,
    nodes: Vec<NodeId>,
    /// The relationships of the walk past the first few.
    used: HashSet<StatementId>,
    /// The steps of the nodes on the walk, one range after the other.
    steps: Vec<(NodeId, StatementId)>,
    frames: Vec<Frame>,
    /// Whether the node at hand has not been looked at yet.
    arrived: bool,
    /// Whether a walk was cut off by the greatest length.
    pub(crate) cut_off: bool,
}

#[derive(Debug)]
struct Frame {
    begin: usize,
    next: usize,
}

/// What one turn of the search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The walk at hand is long enough.
    Found,
    /// Nothing to report; go on.
    Step,
    /// There are no more walks.
    End,
}

impl Trails {
    /// Begins at a node.
    pub(crate) fn new(from: NodeId, min: u64, max: u64) -> Trails {
        Trails {
            min,
            max,
            path: Vec::new(),
            nodes: vec![from],
            used: HashSet::new(),
            steps: Vec::new(),
            frames: Vec::new(),
            arrived: true,
            cut_off: false,
        }
    }

    /// The relationships of the walk at hand.
    pub(crate) fn path(&self) -> &[StatementId] {
        &self.path
    }

    /// The node that the walk at hand leads to.
    pub(crate) fn node(&self) -> NodeId {
        self.nodes[self.nodes.len() - 1]
    }

    /// Goes on to the next walk; `allows` says whether a relationship may be used.
    pub(crate) fn turn(
        &mut self,
        lists: &[List<'_>],
        allows: &mut dyn FnMut(StatementId) -> Result<bool>,
    ) -> Result<Turn> {
        if std::mem::take(&mut self.arrived) {
            self.enter(lists);
            if self.path.len() as u64 >= self.min {
                return Ok(Turn::Found);
            }
        }
        let Some(frame) = self.frames.last_mut() else { return Ok(Turn::End) };
        if frame.next == self.steps.len() {
            self.steps.truncate(frame.begin);
            self.frames.pop();
            self.leave();
            return Ok(Turn::Step);
        }
        let (node, statement) = self.steps[frame.next];
        frame.next += 1;
        if !self.is_used(statement) && allows(statement)? {
            if self.path.len() >= LINEAR_MAX {
                self.used.insert(statement);
            }
            self.path.push(statement);
            self.nodes.push(node);
            self.arrived = true;
        }
        Ok(Turn::Step)
    }

    /// Lists the steps from the node at hand; a node at the greatest length has none.
    fn enter(&mut self, lists: &[List<'_>]) {
        let begin = self.steps.len();
        let node = self.node();
        if (self.path.len() as u64) < self.max {
            for list in lists {
                list.for_each(node, |neighbour, statement| self.steps.push((neighbour, statement)));
            }
        } else {
            self.cut_off = true;
        }
        self.frames.push(Frame { begin, next: begin });
    }

    /// Takes back the step to the node at hand.
    fn leave(&mut self) {
        if let Some(statement) = self.path.pop() {
            self.nodes.pop();
            if self.path.len() >= LINEAR_MAX {
                self.used.remove(&statement);
            }
        }
    }

    fn is_used(&self, statement: StatementId) -> bool {
        let first = &self.path[..self.path.len().min(LINEAR_MAX)];
        first.contains(&statement) || self.used.contains(&statement)
    }
}
