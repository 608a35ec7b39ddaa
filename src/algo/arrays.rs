//! The neighbours of a view's nodes as plain arrays, by the view's numbers.
//!
//! Where the store has them like that (one type whose relationships stay within a range of ids,
//! nothing written since) they are borrowed; otherwise they are copied once, on all cores. This is
//! for kernels that look at each relationship many times; one that looks once reads the
//! [`Lists`](crate::graph::view::Lists) of the view as they are.

use std::borrow::Cow;

use petgraph::EdgeType;

use crate::error::Result;
use crate::graph::Direction;
use crate::graph::view::{Check, GraphView};
use crate::value::NodeId;

use super::threads::{self, Runs};

/// Neighbours grouped by node.
pub(super) struct Arrays<'a> {
    /// `offsets[n]..offsets[n + 1]` are the places of node `n`; those past the end have none.
    offsets: Cow<'a, [u32]>,
    /// Numbers of the view, `first` added.
    neighbours: Cow<'a, [NodeId]>,
    first: u32,
}

impl<'a> Arrays<'a> {
    /// The neighbours that steps in a direction lead to; those of an undirected view both ways.
    ///
    /// Fails where there are more steps than 32 bits count.
    pub(super) fn of<Ty: EdgeType>(
        view: &GraphView<'a, Ty>,
        direction: Direction,
        check: Check<'_>,
    ) -> Result<Arrays<'a>> {
        let lists = view.lists(direction);
        if let Some((offsets, neighbours, first)) = lists.borrowed() {
            return Ok(Arrays { offsets: offsets.into(), neighbours: neighbours.into(), first });
        }
        let add = |(): &mut (), number: usize, all: &mut Vec<NodeId>| {
            lists.for_each(number, |neighbour| all.push(NodeId(neighbour)));
        };
        let runs = threads::gather(view.len(), lists.steps(), check, &|| (), &add)?;
        let (offsets, neighbours) = runs.into_parts();
        Ok(Arrays { offsets: offsets.into(), neighbours: neighbours.into(), first: 0 })
    }

    /// The neighbours of a node.
    #[inline]
    pub(super) fn run(&self, number: usize) -> impl ExactSizeIterator<Item = usize> + Clone {
        let first = self.first;
        self.ids(number).iter().map(move |id| (id.0 - first) as usize)
    }

    /// The sum of what the neighbours of a node have, each time they are met.
    #[inline]
    pub(super) fn sum(&self, number: usize, values: &[f64]) -> f64 {
        // Four sums at a time: an addition need not wait for the one before.
        let mut sums = [0.0; 4];
        let value = |id: &NodeId| values[(id.0 - self.first) as usize];
        let (fours, rest) = self.ids(number).as_chunks::<4>();
        for four in fours {
            sums.iter_mut().zip(four).for_each(|(sum, id)| *sum += value(id));
        }
        let rest: f64 = rest.iter().map(value).sum();
        (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
    }

    /// How many steps a range of nodes has in all.
    pub(super) fn count(&self, nodes: std::ops::Range<usize>) -> usize {
        // Nodes past the end have none, and those that have any end where the neighbours do.
        let last = self.offsets.len().saturating_sub(1);
        match self.offsets.get(nodes.start) {
            Some(&start) => (self.offsets[nodes.end.min(last)] - start) as usize,
            None => 0,
        }
    }

    #[inline]
    fn ids(&self, number: usize) -> &[NodeId] {
        match self.offsets.get(number..number + 2) {
            Some(&[start, end]) => &self.neighbours[start as usize..end as usize],
            _ => &[],
        }
    }

    /// About how many steps there are in all.
    pub(super) fn len(&self) -> usize {
        self.neighbours.len()
    }

    /// Arrays of a test's own.
    #[cfg(test)]
    pub(super) fn from_parts(offsets: Vec<u32>, neighbours: Vec<NodeId>) -> Arrays<'a> {
        Arrays { offsets: offsets.into(), neighbours: neighbours.into(), first: 0 }
    }
}

/// Sorts what stands from a place on, and drops repetitions.
pub(super) fn sort_distinct(all: &mut Vec<u32>, first: usize) {
    let run = &mut all[first..];
    if !run.is_sorted() {
        run.sort_unstable();
    }
    let mut kept = first;
    for at in first..all.len() {
        if kept == first || all[kept - 1] != all[at] {
            all[kept] = all[at];
            kept += 1;
        }
    }
    all.truncate(kept);
}
/// The distinct neighbours of each node but itself, ascending.
pub(super) fn distinct<Ty: EdgeType>(
    view: &GraphView<'_, Ty>,
    direction: Direction,
    check: Check<'_>,
) -> Result<Runs<u32>> {
    let lists = view.lists(direction);
    let add = |(): &mut (), number: usize, all: &mut Vec<u32>| {
        let first = all.len();
        lists.for_each(number, |neighbour| {
            if neighbour as usize != number {
                all.push(neighbour);
            }
        });
        sort_distinct(all, first);
    };
    threads::gather(view.len(), lists.steps(), check, &|| (), &add)
}
