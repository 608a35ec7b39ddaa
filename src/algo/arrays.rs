//! The neighbours of a view's nodes as plain arrays, by the view's numbers.
//!
//! Where the store has them like that (every node selected, one type, nothing written since) they
//! are borrowed; otherwise they are copied once, which is as much work as looking at each
//! relationship once. Kernels that look at each many times then read nothing but arrays.

use std::borrow::Cow;

use petgraph::EdgeType;

use crate::error::{Error, Result, eval};
use crate::graph::Direction;
use crate::graph::view::GraphView;
use crate::value::NodeId;

/// Neighbours grouped by node.
pub(super) struct Arrays<'a> {
    /// `offsets[n]..offsets[n + 1]` are the places of node `n`; those past the end have none.
    offsets: Cow<'a, [u32]>,
    /// Numbers of the view.
    neighbours: Cow<'a, [NodeId]>,
}

impl<'a> Arrays<'a> {
    /// The neighbours that steps in a direction lead to; those of an undirected view both ways.
    ///
    /// Fails where there are more steps than 32 bits count.
    pub(super) fn of<Ty: EdgeType>(
        view: &GraphView<'a, Ty>,
        direction: Direction,
    ) -> Result<Arrays<'a>> {
        if Ty::is_directed() && direction != Direction::Both && view.is_whole() {
            let mut lists = view.adjacencies(direction);
            if let (Some(only), None) = (lists.next(), lists.next()) {
                let (offsets, neighbours) = (only.offsets.into(), only.neighbours.all().into());
                return Ok(Arrays { offsets, neighbours });
            }
        }
        let mut offsets = Vec::with_capacity(view.len() + 1);
        let mut neighbours = Vec::new();
        offsets.push(0);
        for number in 0..view.len() {
            let steps = view.steps(view.node(number), direction);
            neighbours.extend(steps.map(|step| NodeId(view.number(step.neighbour) as u32)));
            offsets.push(u32::try_from(neighbours.len()).map_err(|_| {
                let message = "The selection has more relationships than an algorithm can count.";
                Error::new(&eval::NUMBER_OUT_OF_RANGE, message)
            })?);
        }
        view.finish()?;
        Ok(Arrays { offsets: offsets.into(), neighbours: neighbours.into() })
    }

    /// The neighbours of a node.
    #[inline]
    pub(super) fn run(&self, number: usize) -> &[NodeId] {
        match self.offsets.get(number..number + 2) {
            Some(&[start, end]) => &self.neighbours[start as usize..end as usize],
            _ => &[],
        }
    }

    /// How many neighbours a node has.
    #[inline]
    pub(super) fn degree(&self, number: usize) -> usize {
        match self.offsets.get(number..number + 2) {
            Some(&[start, end]) => (end - start) as usize,
            _ => 0,
        }
    }

    /// How many steps there are in all.
    pub(super) fn len(&self) -> usize {
        self.neighbours.len()
    }
}
