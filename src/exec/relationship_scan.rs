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
use crate::graph::named_type::NamedType;
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::{NodeId, StatementId};

/// Reads the forward adjacency of each type from end to end.
pub(crate) struct RelationshipScan<'a> {
    input: Input<'a>,
    variable: VarId,
    left: VarId,
    right: VarId,
    types: &'a [NamedType],
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

/// Relationships, with the row that each is read for.
#[derive(Default)]
struct Found {
    rows: Vec<u32>,
    left: Vec<NodeId>,
    right: Vec<NodeId>,
    statements: Vec<StatementId>,
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

    /// Up to a batch of relationships; `None` where the rows at hand have no more.
    fn fill(&mut self, run: &Runtime<'_>) -> Option<Batch> {
        loop {
            let current = self.current.as_mut()?;
            let found = current.read(self.types, run);
            if found.rows.is_empty() {
                self.current = None;
                return None;
            }
            let batch = &self.current.as_ref()?.batch;
            if let Some(rows) = self.rows(batch, found, run) {
                return Some(rows);
            }
        }
    }

    fn rows(&self, batch: &Batch, found: Found, run: &Runtime<'_>) -> Option<Batch> {
        let found = if self.both || self.left == self.right { self.ways(&found) } else { found };
        let Found { rows: positions, left, right, statements } = found;
        if positions.is_empty() {
            return None;
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
        rows.set(self.left, Column::new(Vector::new(Data::Node(left))));
        rows.set(self.right, Column::new(Vector::new(Data::Node(right))));
        rows.retain(self.keep);
        Some(rows)
    }

    /// The ways to read relationships as `(left)-[r]-(right)`: both, or those that are loops.
    fn ways(&self, found: &Found) -> Found {
        let mut all = Found::default();
        for (at, (&start, &end)) in found.left.iter().zip(&found.right).enumerate() {
            // A pattern such as (n)-[r]->(n) takes loops only.
            let ways = [(start, end), (end, start)];
            let is_loop = start == end;
            let len = if self.both && !is_loop { 2 } else { 1 };
            let len = if self.left == self.right && !is_loop { 0 } else { len };
            for (from, to) in ways.into_iter().take(len) {
                all.rows.push(found.rows[at]);
                all.statements.push(found.statements[at]);
                all.left.push(from);
                all.right.push(to);
            }
        }
        all
    }
}

impl Current {
    /// Reads up to a batch of relationships, from their starts.
    fn read(&mut self, types: &[NamedType], run: &Runtime<'_>) -> Found {
        let mut steps = Steps::wanting(true, true);
        let graph = run.graph();
        let lists = neighbours::lists(types, Direction::Outgoing, &*graph);
        let bound = NodeId(graph.node_bound());
        let (mut rows, mut starts) = (Vec::new(), Vec::new());
        while self.row < self.batch.len() && steps.len < BATCH_ROWS {
            let Some(list) = lists.get(self.list).filter(|_| self.start < bound) else {
                self.start = NodeId(0);
                self.list += 1;
                if self.list >= lists.len() {
                    (self.row, self.list) = (self.row + 1, 0);
                }
                continue;
            };
            let room = BATCH_ROWS - steps.len;
            let next = list.read(self.start, self.skip, room, &mut steps);
            rows.resize(steps.len, self.row as u32);
            starts.resize(steps.len, self.start);
            if let Some(skip) = next {
                self.skip = skip;
            } else {
                (self.skip, self.start) = (0, NodeId(self.start.0 + 1));
            }
        }
        let (ends, ids) = (steps.nodes.unwrap_or_default(), steps.statements.unwrap_or_default());
        Found { rows, left: starts, right: ends, statements: ids }
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
