//! The relationships of one type, in both directions.
//!
//! ```text
//! RECOGNISES, first id 0           0 Russia ─▶ 3   0 Russia ─▶ 4   2 Nauru ─▶ 3
//!
//! forward   offsets    [0, 2, 2, 3]          by start; the position is the id
//!           neighbours [3, 4 │ │ 3]          ascending within a start
//! backward  offsets    [0, 0, 0, 0, 2, 3]    by end
//!           neighbours [0, 2 │ 0]            ascending within an end
//!           statements [0, 2 │ 1]            which forward position each one is
//! ```
//!
//! Offsets end with the last node that has a neighbour. Parallel relationships (equal start, equal
//! end) stand in the order of their dates, in both directions. Twelve bytes a relationship, and
//! four a node and direction.

use imbl::OrdMap;

use crate::graph::snapshot::{Adjacency, Ends, Recent, Statements};
use crate::graph::stats::TypeStatistics;
use crate::graph::{Direction, TypeId};
use crate::value::{NodeId, StatementId};

use super::section::Section;

/// The relationships of one type.
#[derive(Debug)]
pub struct StoredAdjacency {
    /// The id of the relationship at the first forward position.
    pub first: u32,
    /// By start.
    pub forward: Runs,
    /// By end.
    pub backward: Runs,
    /// The relationship at each backward position.
    pub backward_statements: Section<StatementId>,
}

/// Neighbours grouped by node.
#[derive(Debug, Default)]
pub struct Runs {
    /// `offsets[n]..offsets[n + 1]` are the positions of node `n`.
    pub offsets: Section<u32>,
    /// The node at the other end.
    pub neighbours: Section<NodeId>,
    /// How many nodes have each degree; nodes without a neighbour are not counted.
    pub degrees: DegreeCounts,
}

/// How many nodes have each degree, so that the largest is known after a removal too.
#[derive(Clone, Debug, Default)]
pub struct DegreeCounts {
    nodes_by_degree: OrdMap<u32, u32>,
    nodes: u64,
}

impl StoredAdjacency {
    /// The neighbours in one direction, with what was written since.
    pub fn view<'a>(
        &'a self,
        direction: Direction,
        recent: Option<&'a dyn Recent>,
    ) -> Adjacency<'a> {
        let (runs, statements) = match direction {
            Direction::Incoming => (&self.backward, Statements::Listed(&self.backward_statements)),
            Direction::Outgoing | Direction::Both => (&self.forward, Statements::From(self.first)),
        };
        Adjacency { offsets: &runs.offsets, neighbours: &runs.neighbours, statements, recent }
    }

    /// How many relationships there are.
    pub fn len(&self) -> u32 {
        self.forward.neighbours.len() as u32
    }

    /// Type and ends of the relationship at a forward position.
    pub fn ends(&self, relationship_type: TypeId, position: u32) -> Option<Ends> {
        let end = *self.forward.neighbours.get(position as usize)?;
        let start = self.forward.offsets.partition_point(|&offset| offset <= position) - 1;
        Some(Ends { relationship_type, start: NodeId(start as u32), end })
    }

    /// How large the type is.
    pub fn statistics(&self) -> TypeStatistics {
        statistics(self.len().into(), &self.forward.degrees, &self.backward.degrees)
    }
}

impl Runs {
    /// How many neighbours a node has.
    pub fn degree(&self, node: NodeId) -> u32 {
        match self.offsets.get(node.index()..node.index() + 2) {
            Some(&[start, end]) => end - start,
            _ => 0,
        }
    }
}

impl DegreeCounts {
    /// Counts the runs between offsets.
    pub fn of(offsets: &[u32]) -> DegreeCounts {
        let mut degrees: Vec<u32> =
            offsets.windows(2).map(|pair| pair[1] - pair[0]).filter(|&d| d > 0).collect();
        degrees.sort_unstable();
        let mut counts = DegreeCounts { nodes: degrees.len() as u64, ..DegreeCounts::default() };
        for run in degrees.chunk_by(|a, b| a == b) {
            counts.nodes_by_degree.insert(run[0], run.len() as u32);
        }
        counts
    }

    /// Notes that a node's degree is another.
    pub fn change(&mut self, old: u32, new: u32) {
        if old > 0 {
            self.nodes -= 1;
            if let Some(count) = self.nodes_by_degree.get_mut(&old) {
                *count -= 1;
                if *count == 0 {
                    self.nodes_by_degree.remove(&old);
                }
            }
        }
        if new > 0 {
            self.nodes += 1;
            *self.nodes_by_degree.entry(new).or_insert(0) += 1;
        }
    }

    /// How many nodes have a neighbour.
    pub fn nodes(&self) -> u64 {
        self.nodes
    }

    /// The largest degree.
    pub fn max(&self) -> u64 {
        self.nodes_by_degree.get_max().map_or(0, |&(degree, _)| degree.into())
    }
}

/// How large a type is, from its degrees.
pub fn statistics(count: u64, out: &DegreeCounts, into: &DegreeCounts) -> TypeStatistics {
    TypeStatistics {
        count,
        sources: out.nodes(),
        targets: into.nodes(),
        out_degree_max: out.max(),
        in_degree_max: into.max(),
    }
}
