//! The neighbours of a view's nodes by number, for loops that run on several threads.
//!
//! [`super::Steps`] counts the steps of one thread, for petgraph. Kernels of ours share the work
//! and ask for themselves whether to go on; what they read must be shared between threads, and the
//! innermost loop must be one over an array.

use std::ops::{ControlFlow, Range};

use petgraph::EdgeType;

use crate::graph::Direction;
use crate::graph::snapshot::Adjacency;
use crate::value::{NodeId, StatementId};

use super::{GraphView, Numbering};

/// The neighbours of the selected nodes in a direction, all by their numbers in the view.
pub(crate) struct Lists<'v, 'a> {
    numbering: &'v Numbering,
    adjacencies: Vec<Adjacency<'a>>,
    /// From this adjacency on, loops have been met before.
    second_looks: usize,
    is_filtered: bool,
}

/// Where a neighbour was found.
#[derive(Clone, Copy)]
pub(crate) enum Place<'l, 'a> {
    /// At a position of the arrays.
    Stored(&'l Adjacency<'a>, usize),
    /// Among what was written since.
    Recent(StatementId),
}

impl Place<'_, '_> {
    /// The relationship that leads to the neighbour.
    pub(crate) fn statement(self) -> StatementId {
        match self {
            Place::Stored(adjacency, position) => adjacency.statement_at(position),
            Place::Recent(statement) => statement,
        }
    }
}

impl<'a, Ty: EdgeType> GraphView<'a, Ty> {
    /// The neighbours that steps in a direction lead to; an undirected view walks both ways.
    pub(crate) fn lists(&self, direction: Direction) -> Lists<'_, 'a> {
        let direction = if Ty::is_directed() { direction } else { Direction::Both };
        // An algorithm reads most of it, so that packed neighbours are unpacked now.
        let mut adjacencies: Vec<_> =
            self.adjacencies(direction).map(Adjacency::unpacked).collect();
        let second_looks = adjacencies.len();
        if direction == Direction::Both {
            adjacencies.extend(self.adjacencies(Direction::Incoming).map(Adjacency::unpacked));
        }
        let is_filtered = self.is_filtered;
        Lists { numbering: &self.numbering, adjacencies, second_looks, is_filtered }
    }
}

impl<'a> Lists<'_, 'a> {
    /// Visits the neighbours of a node until `visit` breaks; one that is met over several
    /// relationships comes several times, a loop once.
    #[inline]
    pub(crate) fn visit<B>(
        &self,
        number: usize,
        mut visit: impl FnMut(u32, Place<'_, 'a>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let node = self.numbering.node(number);
        for (at, adjacency) in self.adjacencies.iter().enumerate() {
            let is_second_look = at >= self.second_looks;
            let number = |neighbour: NodeId| {
                if is_second_look && neighbour == node { None } else { self.number(neighbour) }
            };
            let recent = adjacency.recent.filter(|recent| recent.touches(node));
            let positions = adjacency.positions(node);
            let first = positions.start;
            for (at, &neighbour) in adjacency.neighbours[positions].iter().enumerate() {
                let place = Place::Stored(adjacency, first + at);
                let Some(neighbour) = number(neighbour) else { continue };
                if recent.is_none_or(|recent| !recent.is_removed(place.statement())) {
                    visit(neighbour, place)?;
                }
            }
            for &(neighbour, statement) in recent.map_or(&[][..], |recent| recent.added(node)) {
                if let Some(neighbour) = number(neighbour) {
                    visit(neighbour, Place::Recent(statement))?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Visits all neighbours of a node.
    #[inline]
    pub(crate) fn for_each(&self, number: usize, mut visit: impl FnMut(u32)) {
        let _: ControlFlow<()> = self.visit(number, |neighbour, _| {
            visit(neighbour);
            ControlFlow::Continue(())
        });
    }

    /// Whether a node has a neighbour of a kind.
    #[inline]
    pub(crate) fn any(&self, number: usize, is_wanted: impl Fn(u32) -> bool) -> bool {
        let found = self.visit(number, |neighbour, _| {
            if is_wanted(neighbour) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        found.is_break()
    }

    /// How many relationships lead from a node to selected ones.
    pub(crate) fn degree(&self, number: usize) -> usize {
        let node = self.numbering.node(number);
        let (first_looks, second_looks) = self.adjacencies.split_at(self.second_looks);
        if self.adjacencies.iter().all(|adjacency| self.stay(adjacency, node)) {
            let loops = |adjacency: &Adjacency<'_>| {
                let run = &adjacency.neighbours[adjacency.positions(node)];
                let from = run.partition_point(|neighbour| *neighbour < node);
                run[from..].partition_point(|neighbour| *neighbour == node)
            };
            let once: usize = first_looks.iter().map(|lists| lists.degree(node)).sum();
            let again = second_looks.iter().map(|lists| lists.degree(node) - loops(lists));
            return once + again.sum::<usize>();
        }
        let mut degree = 0;
        self.for_each(number, |_| degree += 1);
        degree
    }

    /// About how many relationships a node has: those of the arrays, wherever they lead.
    #[inline]
    pub(crate) fn steps_of(&self, number: usize) -> usize {
        let node = self.numbering.node(number);
        self.adjacencies.iter().map(|adjacency| adjacency.positions(node).len()).sum()
    }

    /// About how many relationships there are: those of all nodes in the arrays.
    pub(crate) fn steps(&self) -> usize {
        self.adjacencies.iter().map(|adjacency| adjacency.neighbours.len()).sum()
    }

    /// The arrays, where they are all there is and numbers are distances from an id: offsets from
    /// the first selected node on, the ids of neighbours, all of them selected, and the first id.
    pub(crate) fn borrowed(&self) -> Option<(&'a [u32], &'a [NodeId], u32)> {
        let ([only], Numbering::Range(ids)) = (&self.adjacencies[..], self.numbering) else {
            return None;
        };
        let is_inside = || ids.clone().all(|id| self.stay(only, NodeId(id)));
        if only.recent.is_some() || self.is_filtered && !is_inside() {
            return None;
        }
        let Range { start, end } = ids.start as usize..ids.end as usize + 1;
        let offsets = only.offsets.get(start..end.min(only.offsets.len())).unwrap_or(&[]);
        Some((offsets, only.neighbours.all(), ids.start))
    }

    /// Whether the arrays say it all of a node, and surely lead to selected nodes only. Neighbours
    /// ascend, so that those of a range lie between the first and the last.
    fn stay(&self, adjacency: &Adjacency<'_>, node: NodeId) -> bool {
        if adjacency.recent.is_some_and(|recent| recent.touches(node)) {
            return false;
        }
        let Numbering::Range(ids) = self.numbering else { return !self.is_filtered };
        match &adjacency.neighbours[adjacency.positions(node)] {
            _ if !self.is_filtered => true,
            [] => true,
            [first, .., last] => ids.contains(&first.0) && ids.contains(&last.0),
            [only] => ids.contains(&only.0),
        }
    }

    /// The number of a node, where it is selected.
    #[inline]
    fn number(&self, node: NodeId) -> Option<u32> {
        match self.numbering {
            Numbering::Range(ids) => {
                let number = node.0.wrapping_sub(ids.start);
                (number < ids.end - ids.start).then_some(number)
            }
            Numbering::Strewn(strewn) => {
                let is_selected = !self.is_filtered || strewn.contains(node);
                is_selected.then(|| strewn.number(node) as u32)
            }
        }
    }
}
