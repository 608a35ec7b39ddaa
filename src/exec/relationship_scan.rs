//! `RelationshipScan`: for each row every relationship of some types, with both ends.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::neighbours::{self, Steps, lineage_of_steps};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::graph::Direction;
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::NodeId;

/// Reads the forward adjacency of each type from end to end.
pub(crate) struct RelationshipScan<'a> {
    input: Input<'a>,
    variable: VarId,
    left: VarId,
    right: VarId,
    types: &'a [Arc<str>],
    both: bool,
    keep: &'a [VarId],
    current: Option<Current>,
}

/// The rows at hand, and how far the relationships have been read.
struct Current {
    batch: Batch,
    row: usize,
    /// Which type, which start node, how many of its relationships.
    list: usize,
    start: NodeId,
    skip: usize,
}

impl<'a> RelationshipScan<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> RelationshipScan<'a> {
        let Kind::RelationshipScan { variable, left, right, types, direction } = &node.operator
        else {
            unreachable!("built from a RelationshipScan")
        };
        RelationshipScan {
            input,
            variable: *variable,
            left: *left,
            right: *right,
            types,
            both: *direction == Direction::Both,
            keep: &node.keep,
            current: None,
        }
    }

    fn fill(&mut self, run: &Runtime<'_>) -> Option<Batch> {
        let current = self.current.as_mut()?;
        let graph = run.graph();
        let lists = neighbours::lists(self.types, Direction::Outgoing, &*graph);
        let bound = NodeId(graph.node_bound());
        let mut steps = Steps::wanting(true, true);
        let (mut positions, mut starts) = (Vec::new(), Vec::new());
        while current.row < current.batch.len() && steps.len < BATCH_ROWS {
            let Some(list) = lists.get(current.list).filter(|_| current.start < bound) else {
                current.start = NodeId(0);
                current.list += 1;
                if current.list >= lists.len() {
                    (current.row, current.list) = (current.row + 1, 0);
                }
                continue;
            };
            let room = BATCH_ROWS - steps.len;
            let next = list.read(current.start, current.skip, room, &mut steps);
            positions.resize(steps.len, current.row as u32);
            starts.resize(steps.len, current.start);
            match next {
                Some(skip) => current.skip = skip,
                None => (current.skip, current.start) = (0, NodeId(current.start.0 + 1)),
            }
        }
        if positions.is_empty() {
            self.current = None;
            return None;
        }
        let batch = &self.current.as_ref()?.batch;
        Some(self.rows(batch, positions, starts, steps, run))
    }

    fn rows(
        &self,
        batch: &Batch,
        mut positions: Vec<u32>,
        mut starts: Vec<NodeId>,
        steps: Steps,
        run: &Runtime<'_>,
    ) -> Batch {
        let mut ends = steps.nodes.unwrap_or_default();
        let mut statements = steps.statements.unwrap_or_default();
        if self.both {
            for at in 0..positions.len() {
                if starts[at] != ends[at] {
                    positions.push(positions[at]);
                    statements.push(statements[at]);
                    starts.push(ends[at]);
                    ends.push(starts[at]);
                }
            }
        }
        let lineage = lineage_of_steps(
            run,
            batch.lineage.as_ref().map(|lineage| lineage.as_slice()),
            &positions,
            &statements,
        );
        let mut rows = batch.select(&Arc::new(positions), Some(self.keep));
        rows.lineage = lineage;
        rows.set(self.variable, Column::new(Vector::new(Data::Relationship(statements))));
        rows.set(self.left, Column::new(Vector::new(Data::Node(starts))));
        rows.set(self.right, Column::new(Vector::new(Data::Node(ends))));
        rows.retain(self.keep);
        rows
    }
}

impl Operator for RelationshipScan<'_> {
    fn start(&mut self, argument: &Batch) {
        self.current = None;
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            run.check()?;
            if let Some(rows) = self.fill(run) {
                return Ok(Some(rows));
            }
            let Some(batch) = self.input.next(run)? else { return Ok(None) };
            self.current = Some(Current { batch, row: 0, list: 0, start: NodeId(0), skip: 0 });
        }
    }
}
