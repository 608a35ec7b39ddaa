//! `NodeScan`: for each row every node, or every node with a label.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::NodeId;

/// Reads nodes by id, a batch at a time.
pub(crate) struct NodeScan<'a> {
    input: Input<'a>,
    /// Its number in the plan: a run may take a part of the nodes.
    id: u32,
    variable: VarId,
    label: Option<&'a Arc<str>>,
    keep: &'a [VarId],
    /// The rows at hand, the row that is scanned for, and the node to go on from.
    current: Option<(Batch, usize, NodeId)>,
}

impl<'a> NodeScan<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> NodeScan<'a> {
        let Kind::NodeScan { variable, label } = &node.operator else {
            unreachable!("built from a NodeScan")
        };
        let (variable, label, keep) = (*variable, label.as_ref(), &node.keep);
        NodeScan { input, id: node.id, variable, label, keep, current: None }
    }

    fn fill(&mut self, run: &Runtime<'_>) -> Option<Batch> {
        let (batch, row, from) = self.current.as_mut()?;
        let graph = run.graph();
        let label = self.label.map(|name| graph.catalog().label(name));
        let part = run.part_of(self.id);
        let mut nodes = Vec::new();
        let mut positions = Vec::new();
        // A label that nothing ever bore has no nodes.
        if label != Some(None) {
            while *row < batch.len() && nodes.len() < BATCH_ROWS {
                let first = nodes.len();
                let room = (BATCH_ROWS - first).min((part.end.0 - from.0) as usize);
                let next = graph.scan_nodes(label.flatten(), *from, room, &mut nodes);
                nodes.truncate(first + nodes[first..].partition_point(|node| *node < part.end));
                positions.resize(nodes.len(), *row as u32);
                let next = next.filter(|next| *next < part.end);
                (*row, *from) = next.map_or((*row + 1, part.start), |next| (*row, next));
            }
        }
        if nodes.is_empty() {
            self.current = None;
            return None;
        }
        let mut rows = batch.select(&Arc::new(positions), Some(self.keep));
        rows.set(self.variable, Column::new(Vector::new(Data::Node(nodes))));
        rows.retain(self.keep);
        Some(rows)
    }
}

impl Operator for NodeScan<'_> {
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
            self.current = Some((batch, 0, run.part_of(self.id).start));
        }
    }
}
