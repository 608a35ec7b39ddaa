//! `Ends`: from a bound relationship its ends, the inverse of expanding.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Column, Data, Vector};
use crate::exec::neighbours::lineage_of_steps;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector::nodes;
use crate::expr::VarId;
use crate::graph::Direction;
use crate::graph::named_type::{NamedType, ways};
use crate::graph::snapshot::Ends as StoredEnds;
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::NodeId;

/// A row goes on only where the ends that are bound already agree; null gives no row.
pub(crate) struct Ends<'a> {
    input: Input<'a>,
    variable: VarId,
    left: VarId,
    right: VarId,
    bound: (bool, bool),
    types: &'a [NamedType],
    direction: Direction,
    keep: &'a [VarId],
}

impl<'a> Ends<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> Ends<'a> {
        let Kind::Ends { variable, left, right, bound, types, direction } = &node.operator else {
            unreachable!("built from an Ends")
        };
        Ends {
            input,
            variable: *variable,
            left: *left,
            right: *right,
            bound: *bound,
            types,
            direction: *direction,
            keep: &node.keep,
        }
    }

    /// The ways in which a relationship can be read from left to right.
    fn ways(direction: Direction, ends: StoredEnds) -> impl Iterator<Item = (NodeId, NodeId)> {
        let forward = direction != Direction::Incoming;
        let is_loop = ends.start == ends.end;
        let backward = match direction {
            Direction::Outgoing => false,
            Direction::Incoming => true,
            Direction::Both => !is_loop,
        };
        let ways =
            [forward.then_some((ends.start, ends.end)), backward.then_some((ends.end, ends.start))];
        ways.into_iter().flatten()
    }

    fn rows(&self, batch: &Batch, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let graph = run.graph();
        let types = ways(self.types, self.direction, &*graph);
        let any = self.types.is_empty();
        let relationships = batch.column_or_null(self.variable).relationships()?;
        let known = |bound: bool, variable| bound.then(|| nodes(batch, variable)).transpose();
        let known_left = known(self.bound.0, self.left)?;
        let known_right = known(self.bound.1, self.right)?;
        let agrees = |known: &Option<Vec<NodeId>>, row: usize, node| {
            known.as_ref().is_none_or(|known| known[row] == node)
        };
        let (mut positions, mut left, mut right) = (Vec::new(), Vec::new(), Vec::new());
        for (row, relationship) in relationships.iter().enumerate() {
            let Some(ends) = graph.statement(*relationship) else { continue };
            let way = types.iter().find(|(id, _)| *id == ends.relationship_type);
            // A relationship of a type that came after its deletion is of any type all the same.
            let direction = match way {
                Some((_, direction)) => *direction,
                None if any => self.direction,
                None => continue,
            };
            for (a, b) in Self::ways(direction, ends) {
                let is_closed = self.left != self.right || a == b;
                if is_closed && agrees(&known_left, row, a) && agrees(&known_right, row, b) {
                    positions.push(row as u32);
                    left.push(a);
                    right.push(b);
                }
            }
        }
        if positions.is_empty() {
            return Ok(None);
        }
        let statements: Vec<_> = positions.iter().map(|at| relationships[*at as usize]).collect();
        let lineage = lineage_of_steps(
            run,
            batch.lineage.as_ref().map(|lineage| lineage.as_slice()),
            &positions,
            &statements,
        );
        let mut rows = batch.select(&Arc::new(positions), Some(self.keep));
        rows.lineage = lineage;
        rows.set(self.left, Column::new(Vector::new(Data::Node(left))));
        rows.set(self.right, Column::new(Vector::new(Data::Node(right))));
        rows.retain(self.keep);
        Ok(Some(rows))
    }
}

impl Operator for Ends<'_> {
    fn start(&mut self, argument: &Batch) {
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        while let Some(batch) = self.input.next(run)? {
            run.check()?;
            if let Some(rows) = self.rows(&batch, run)? {
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }
}
