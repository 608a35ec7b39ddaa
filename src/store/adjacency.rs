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
//!
//! Relationships that are nothing but their ends, or of which few are more, are mostly counted and walked and seldom
//! named, so `statements` is not kept for them: which forward position a backward one is follows from its ends.
//! In a file their `neighbours` are packed as well ([`gaps`](super::gaps)), four to five bytes for both
//! directions. Both come as arrays to whoever reads most of them.

use std::panic::resume_unwind;
use std::sync::OnceLock;

use imbl::OrdMap;

use crate::graph::snapshot::{
    Adjacency, Ends, Neighbours, PackedRuns, Recent, SoughtStatements, Statements,
};
use crate::graph::stats::TypeStatistics;
use crate::graph::{Direction, TypeId};
use crate::value::{NodeId, StatementId};

use super::backward::Backward;
use super::gaps::Gaps;
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
    /// The relationship at each backward position, where that is kept; otherwise found when somebody
    /// first asks for all of them.
    pub backward_statements: OnceLock<Section<StatementId>>,
    /// Whether `backward_statements` is kept.
    pub is_listed: bool,
    /// The relationships that end where they start; found when first asked for.
    pub loops: OnceLock<Vec<Loop>>,
}

/// A node, and a relationship from it to itself.
pub type Loop = (NodeId, StatementId);

/// Neighbours grouped by node.
#[derive(Debug, Default)]
pub struct Runs {
    /// `offsets[n]..offsets[n + 1]` are the positions of node `n`.
    pub offsets: Section<u32>,
    /// The node at the other end.
    pub neighbours: RunNodes,
    /// How many nodes have each degree; nodes without a neighbour are not counted.
    pub degrees: DegreeCounts,
}

/// The neighbours of all nodes, one after the other.
#[derive(Debug)]
pub enum RunNodes {
    /// As an array.
    Array(Section<NodeId>),
    /// Packed.
    Gaps(Gaps),
}

/// How many nodes have each degree, so that the largest is known after a removal too.
#[derive(Clone, Debug, Default)]
pub struct DegreeCounts {
    nodes_by_degree: OrdMap<u32, u32>,
    nodes: u64,
}

/// The ends of relationships in the order in which they came, to be sorted.
#[derive(Debug, Default)]
pub struct EdgeList {
    /// Where each one starts.
    pub starts: Vec<u32>,
    /// Where each one ends.
    pub ends: Vec<u32>,
}

impl EdgeList {
    /// Sorts into both directions; also returns which row stands at each forward position.
    ///
    /// Three counting sorts: by end; from there, stably, by start, which leaves the ends of a start
    /// ascending; and from there by end again for the backward direction. What comes in order, as
    /// exported tables mostly do, needs the last one only. Linear time, and 16 bytes a relationship
    /// beside the result. `sort_parallel` puts rows with equal ends in order.
    ///
    /// `is_listed` says whether the relationships of the backward direction are kept.
    pub fn sort(
        self,
        first: u32,
        is_listed: bool,
        sort_parallel: impl Fn(&mut [u32]),
    ) -> (StoredAdjacency, Vec<u32>) {
        let (forward_offsets, backward_offsets) = std::thread::scope(|scope| {
            let forward = scope.spawn(|| offsets(&self.starts));
            let backward = offsets(&self.ends);
            (forward.join().unwrap_or_else(|panic| resume_unwind(panic)), backward)
        });
        let (neighbours, mut rows) = if self.is_sorted() {
            let rows = (0..self.starts.len() as u32).collect();
            // What is not needed any more makes room for what comes.
            drop(self.starts);
            (self.ends.into_iter().map(NodeId).collect(), rows)
        } else {
            let by_end = self.by_end(&backward_offsets);
            by_start(&by_end, &backward_offsets, &forward_offsets)
        };
        for pair in forward_offsets.windows(2) {
            let run = pair[0] as usize..pair[1] as usize;
            let mut rows = &mut rows[run.clone()];
            for parallel in neighbours[run].chunk_by(|a, b| a == b) {
                let (these, rest) = rows.split_at_mut(parallel.len());
                rows = rest;
                if these.len() > 1 {
                    sort_parallel(these);
                }
            }
        }
        let turned =
            Backward { neighbours: &neighbours, starts: &forward_offsets, ends: &backward_offsets };
        let backward_statements = OnceLock::new();
        if is_listed {
            backward_statements.get_or_init(|| turned.statements(first).into());
        }
        let starts = turned.starts();
        let adjacency = StoredAdjacency {
            first,
            forward: Runs::new(forward_offsets, neighbours),
            backward: Runs::new(backward_offsets, starts),
            backward_statements,
            is_listed,
            loops: OnceLock::new(),
        };
        (adjacency, rows)
    }

    /// Whether the relationships come by start, and those of one start by end.
    fn is_sorted(&self) -> bool {
        let pairs = self.starts.windows(2).zip(self.ends.windows(2));
        pairs.into_iter().all(|(starts, ends)| (starts[0], ends[0]) <= (starts[1], ends[1]))
    }

    /// Start and row of each relationship, grouped by end.
    fn by_end(self, offsets: &[u32]) -> Vec<[u32; 2]> {
        let mut next = offsets.to_vec();
        let mut grouped = vec![[0; 2]; self.ends.len()];
        for (row, (&start, &end)) in (0..).zip(self.starts.iter().zip(&self.ends)) {
            grouped[next[end as usize] as usize] = [start, row];
            next[end as usize] += 1;
        }
        grouped
    }
}

/// `offsets[k]..offsets[k + 1]` are the places of key `k` among sorted keys.
fn offsets(keys: &[u32]) -> Vec<u32> {
    let bound = keys.iter().max().map_or(0, |&max| max as usize + 1);
    let mut offsets = vec![0; bound + 1];
    for &key in keys {
        offsets[key as usize + 1] += 1;
    }
    for key in 0..bound {
        offsets[key + 1] += offsets[key];
    }
    offsets
}

/// From relationships grouped by end: the end and the row of each one, grouped by start.
fn by_start(
    by_end: &[[u32; 2]],
    end_offsets: &[u32],
    start_offsets: &[u32],
) -> (Vec<NodeId>, Vec<u32>) {
    let mut next = start_offsets.to_vec();
    let mut neighbours = vec![NodeId(0); by_end.len()];
    let mut rows = vec![0; by_end.len()];
    for (end, pair) in (0..).zip(end_offsets.windows(2)) {
        for &[start, row] in &by_end[pair[0] as usize..pair[1] as usize] {
            let place = next[start as usize] as usize;
            next[start as usize] += 1;
            neighbours[place] = NodeId(end);
            rows[place] = row;
        }
    }
    (neighbours, rows)
}

impl StoredAdjacency {
    /// Whether a relationship is one of these.
    pub fn has(&self, statement: StatementId) -> bool {
        statement.0.checked_sub(self.first).is_some_and(|at| at < self.len())
    }

    /// The neighbours in one direction, with what was written since.
    pub fn view<'a>(
        &'a self,
        direction: Direction,
        recent: Option<&'a dyn Recent>,
    ) -> Adjacency<'a> {
        let (runs, statements) = match direction {
            Direction::Incoming => match self.backward_statements.get() {
                Some(ids) => (&self.backward, Statements::Listed(ids)),
                None => (&self.backward, Statements::Sought(self)),
            },
            Direction::Outgoing | Direction::Both => (&self.forward, Statements::From(self.first)),
        };
        Adjacency { offsets: &runs.offsets, neighbours: runs.view(), statements, recent }
    }

    /// How many relationships there are.
    pub fn len(&self) -> u32 {
        self.forward.len() as u32
    }

    /// What `backward` has to be, from the forward direction: where the starts of each end begin, and
    /// the starts.
    pub fn turned(&self) -> (Vec<u32>, Vec<NodeId>) {
        let neighbours = self.forward.all();
        let ends: Vec<u32> = neighbours.iter().map(|end| end.0).collect();
        let backward = offsets(&ends);
        let starts =
            Backward { neighbours, starts: &self.forward.offsets, ends: &backward }.starts();
        (backward, starts)
    }

    /// Type and ends of the relationship at a forward position.
    pub fn ends(&self, relationship_type: TypeId, position: u32) -> Option<Ends> {
        let offsets = &self.forward.offsets;
        let start = offsets.partition_point(|&offset| offset <= position).checked_sub(1)?;
        let at = (position - offsets[start]) as usize;
        let start = NodeId(start as u32);
        let end = *self.forward.run(start, &mut Vec::new()).get(at)?;
        Some(Ends { relationship_type, start, end })
    }

    /// The relationships that end where they start.
    pub fn loops(&self) -> &[Loop] {
        self.loops.get_or_init(|| self.find_loops())
    }

    /// The same, looked for.
    pub fn find_loops(&self) -> Vec<Loop> {
        let (neighbours, mut loops) = (self.forward.all(), Vec::new());
        for (node, pair) in (0..).map(NodeId).zip(self.forward.offsets.windows(2)) {
            let run = &neighbours[pair[0] as usize..pair[1] as usize];
            let first = run.partition_point(|&neighbour| neighbour < node);
            let same = run[first..].iter().take_while(|neighbour| **neighbour == node).count();
            let id = self.first + pair[0] + first as u32;
            loops.extend((id..id + same as u32).map(|id| (node, StatementId(id))));
        }
        loops
    }

    /// How large the type is.
    pub fn statistics(&self) -> TypeStatistics {
        statistics(self.len().into(), &self.forward.degrees, &self.backward.degrees)
    }
}

impl Default for RunNodes {
    fn default() -> Self {
        RunNodes::Array(Section::default())
    }
}

impl Runs {
    fn new(offsets: Vec<u32>, neighbours: Vec<NodeId>) -> Self {
        let degrees = DegreeCounts::of(&offsets);
        Runs { offsets: offsets.into(), neighbours: RunNodes::Array(neighbours.into()), degrees }
    }

    /// The neighbours as the engine reads them.
    fn view(&self) -> Neighbours<'_> {
        match &self.neighbours {
            RunNodes::Array(neighbours) => Neighbours::Array(neighbours),
            RunNodes::Gaps(gaps) => match gaps.unpacked(&self.offsets) {
                Some(neighbours) => Neighbours::Array(neighbours),
                None => Neighbours::Packed(self),
            },
        }
    }

    /// The neighbours of one node, in `buffer` where they are packed.
    fn run<'a>(&'a self, node: NodeId, buffer: &'a mut Vec<NodeId>) -> &'a [NodeId] {
        let array = match &self.neighbours {
            RunNodes::Array(neighbours) => Some(&**neighbours),
            RunNodes::Gaps(gaps) => gaps.unpacked(&self.offsets),
        };
        let Some(array) = array else {
            buffer.clear();
            PackedRuns::run(self, node, buffer);
            return buffer;
        };
        match self.offsets.get(node.index()..node.index() + 2) {
            Some(&[start, end]) => &array[start as usize..end as usize],
            _ => &[],
        }
    }

    /// How many neighbours a node has.
    pub fn degree(&self, node: NodeId) -> u32 {
        match self.offsets.get(node.index()..node.index() + 2) {
            Some(&[start, end]) => end - start,
            _ => 0,
        }
    }
}

impl PackedRuns for Runs {
    fn len(&self) -> usize {
        self.offsets.last().map_or(0, |&end| end as usize)
    }

    fn all(&self) -> &[NodeId] {
        match &self.neighbours {
            RunNodes::Array(neighbours) => neighbours,
            RunNodes::Gaps(gaps) => gaps.all(&self.offsets),
        }
    }

    fn run(&self, node: NodeId, out: &mut Vec<NodeId>) {
        match &self.neighbours {
            RunNodes::Gaps(gaps) if gaps.unpacked(&self.offsets).is_none() => {
                gaps.run(&self.offsets, node.index(), out);
            }
            _ => out.extend_from_slice(Runs::run(self, node, &mut Vec::new())),
        }
    }
}

impl SoughtStatements for StoredAdjacency {
    fn all(&self) -> &[StatementId] {
        self.backward_statements.get_or_init(|| {
            let neighbours = self.forward.all();
            let (starts, ends) = (&*self.forward.offsets, &*self.backward.offsets);
            Backward { neighbours, starts, ends }.statements(self.first).into()
        })
    }

    fn of_run(&self, node: NodeId, neighbours: &[NodeId], out: &mut Vec<StatementId>) {
        let mut buffer = Vec::new();
        for parallel in neighbours.chunk_by(|a, b| a == b) {
            let start = parallel[0];
            let run = self.forward.run(start, &mut buffer);
            let at = run.partition_point(|&end| end < node) as u32;
            let first = self.first + at + self.forward.offsets.get(start.index()).unwrap_or(&0);
            out.extend((first..first + parallel.len() as u32).map(StatementId));
        }
    }
}

impl DegreeCounts {
    /// Counts the runs between offsets.
    pub fn of(offsets: &[u32]) -> DegreeCounts {
        let degrees = offsets.windows(2).map(|pair| pair[1] - pair[0]);
        // Few nodes have a large degree: those are counted one by one.
        let mut small = [0u32; 1 << 12];
        let mut counts = DegreeCounts::default();
        for degree in degrees.filter(|&degree| degree > 0) {
            counts.nodes += 1;
            match small.get_mut(degree as usize) {
                Some(count) => *count += 1,
                None => *counts.nodes_by_degree.entry(degree).or_insert(0) += 1,
            }
        }
        let small = (0u32..).zip(small).filter(|(_, count)| *count > 0);
        counts.nodes_by_degree.extend(small);
        counts
    }

    /// Counts that have been counted before: degree and number of nodes, ascending by degree.
    pub fn from_counts(counts: &[(u32, u32)]) -> DegreeCounts {
        DegreeCounts {
            nodes: counts.iter().map(|&(_, nodes)| u64::from(nodes)).sum(),
            nodes_by_degree: counts.iter().copied().collect(),
        }
    }

    /// Each degree with the number of nodes that have it, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        self.nodes_by_degree.iter().map(|(&degree, &nodes)| (degree, nodes))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(pairs: &[(u32, u32)]) -> (StoredAdjacency, Vec<u32>) {
        let mut edges = EdgeList::default();
        for &(start, end) in pairs {
            edges.starts.push(start);
            edges.ends.push(end);
        }
        edges.sort(10, true, <[u32]>::reverse)
    }

    #[test]
    fn both_directions_are_sorted_and_name_the_same_relationships() {
        let (adjacency, rows) = sorted(&[(2, 3), (0, 4), (0, 3), (0, 4), (3, 3)]);
        assert_eq!(&*adjacency.forward.offsets, [0, 3, 3, 4, 5]);
        assert_eq!(adjacency.forward.all(), [3, 4, 4, 3, 3].map(NodeId));
        assert_eq!(rows, [2, 3, 1, 0, 4], "parallel rows are put in the given order");
        assert_eq!(&*adjacency.backward.offsets, [0, 0, 0, 0, 3, 5]);
        assert_eq!(adjacency.backward.all(), [0, 2, 3, 0, 0].map(NodeId));
        assert_eq!(SoughtStatements::all(&adjacency), [10, 13, 14, 11, 12].map(StatementId));
        let mut sought = Vec::new();
        for end in (0..5).map(NodeId) {
            let run = adjacency.backward.run(end, &mut Vec::new()).to_vec();
            adjacency.of_run(end, &run, &mut sought);
        }
        assert_eq!(sought, SoughtStatements::all(&adjacency));
        for position in 0..5 {
            let ends = adjacency.ends(TypeId(0), position).unwrap();
            let backward = adjacency.view(Direction::Incoming, None);
            let mut found = false;
            backward.for_each(ends.end, |start, id| {
                found |= start == ends.start && id.0 == 10 + position;
            });
            assert!(found, "{position}");
        }
        assert_eq!(adjacency.ends(TypeId(0), 5), None);
    }

    #[test]
    fn degree_counts_keep_the_maximum_when_the_largest_shrinks() {
        let (adjacency, _) = sorted(&[(0, 1), (0, 2), (0, 3), (1, 2)]);
        let statistics = adjacency.statistics();
        assert_eq!((statistics.sources, statistics.out_degree_max), (2, 3));
        assert_eq!((statistics.targets, statistics.in_degree_max), (3, 2));
        let mut degrees = adjacency.forward.degrees.clone();
        degrees.change(3, 2);
        degrees.change(1, 0);
        assert_eq!((degrees.nodes(), degrees.max()), (1, 2));
    }

    #[test]
    fn many_relationships_are_turned_round_by_several_threads() {
        // Few ends, which are one block, and many.
        for ends in [977, 70_001] {
            let count = crate::store::backward::PARALLEL_MIN as u32 + 99;
            let mut pairs: Vec<(u32, u32)> = (0..count)
                .map(|n| (n.wrapping_mul(2_654_435_761) % 5_003, n.wrapping_mul(40_503) % ends))
                .collect();
            for _ in 0..2 {
                let (adjacency, rows) = sorted(&pairs);
                let backward = adjacency.view(Direction::Incoming, None);
                let mut seen = 0;
                for end in (0..ends).map(NodeId) {
                    let mut last = None;
                    backward.for_each(end, |start, id| {
                        assert_eq!(pairs[rows[(id.0 - 10) as usize] as usize], (start.0, end.0));
                        assert!(last.replace((start, id)).is_none_or(|last| last < (start, id)));
                        seen += 1;
                    });
                }
                assert_eq!(seen, pairs.len());
                // Once more as tables mostly come.
                pairs.sort_unstable();
            }
        }
    }

    #[test]
    fn no_relationship_at_all_is_an_empty_adjacency() {
        let (adjacency, rows) = sorted(&[]);
        assert!(rows.is_empty() && adjacency.len() == 0);
        assert_eq!(adjacency.view(Direction::Incoming, None).degree(NodeId(0)), 0);
    }
}
