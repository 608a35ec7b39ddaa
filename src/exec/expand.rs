//! `Expand`: for each row every relationship from a node, and the node at its other end.
//!
//! The hottest loop of the engine. It copies runs of neighbours out of the adjacency arrays and
//! one position per row; columns of the input are not touched. Where nothing of its rows is wanted
//! above, as under `count(*)`, it adds up degrees and makes no rows at all.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, NO_NODE, Vector};
use crate::exec::neighbours::{self, List, Steps, lineage_of_steps};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector::nodes;
use crate::expr::VarId;
use crate::graph::{Direction, Snapshot};
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::{NodeId, StatementId};

/// One step from a bound node, to a new node or to one that is bound too.
pub(crate) struct Expand<'a> {
    input: Input<'a>,
    from: VarId,
    relationship: VarId,
    to: VarId,
    into: bool,
    types: &'a [Arc<str>],
    direction: Direction,
    keep: &'a [VarId],
    keeps_relationship: bool,
    keeps_to: bool,
    current: Option<Current>,
}

/// The rows at hand, and how far they have been read.
struct Current {
    batch: Batch,
    from: Vec<NodeId>,
    row: usize,
    /// Which adjacency list, and how many of its entries for the row's node.
    list: usize,
    skip: usize,
}

impl<'a> Expand<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> Expand<'a> {
        let Kind::Expand { from, relationship, to, into, types, direction } = &node.operator else {
            unreachable!("built from an Expand")
        };
        Expand {
            input,
            from: *from,
            relationship: *relationship,
            to: *to,
            // A pattern such as (n)-[r]->(n) ends where it begins.
            into: *into || from == to,
            types,
            direction: *direction,
            keep: &node.keep,
            keeps_relationship: node.keep.contains(relationship),
            keeps_to: node.keep.contains(to),
            current: None,
        }
    }

    /// Up to a batch of steps to nodes that are not bound.
    fn fill(&mut self, run: &Runtime<'_>) -> Option<Batch> {
        let with_lineage = run.lineage().is_some();
        let current = self.current.as_mut()?;
        let graph = run.graph();
        let lists = neighbours::lists(self.types, self.direction, &*graph);
        if self.keep.is_empty() && !with_lineage && current.batch.outer.is_none() {
            let count = count(&lists, &current.from);
            self.current = None;
            return (count > 0).then(|| Batch::of_len(count));
        }
        let mut steps = Steps::wanting(self.keeps_to, self.keeps_relationship || with_lineage);
        let mut positions = Vec::with_capacity(BATCH_ROWS);
        while current.row < current.from.len() && steps.len < BATCH_ROWS {
            let Some(list) = lists.get(current.list) else {
                (current.row, current.list) = (current.row + 1, 0);
                continue;
            };
            let room = BATCH_ROWS - steps.len;
            let next = list.read(current.from[current.row], current.skip, room, &mut steps);
            positions.resize(steps.len, current.row as u32);
            (current.list, current.skip) = match next {
                Some(skip) => (current.list, skip),
                None => (current.list + 1, 0),
            };
        }
        if positions.is_empty() {
            self.current = None;
            return None;
        }
        let batch = &self.current.as_ref()?.batch;
        Some(self.rows(batch, positions, steps, run))
    }

    /// The steps of all rows to nodes that are bound.
    fn fill_into(
        &self,
        batch: &Batch,
        from: &[NodeId],
        run: &Runtime<'_>,
    ) -> Result<Option<Batch>> {
        let graph = run.graph();
        let finder = Between::new(self.types, self.direction, &*graph);
        let to = nodes(batch, self.to)?;
        let mut steps = Steps::wanting(false, self.keeps_relationship || run.lineage().is_some());
        let mut positions = Vec::new();
        for (row, (&from, &to)) in from.iter().zip(&to).enumerate() {
            finder.for_each(from, to, |statement| steps.push(to, statement));
            positions.resize(steps.len, row as u32);
        }
        if positions.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.rows(batch, positions, steps, run)))
    }

    fn rows(&self, batch: &Batch, positions: Vec<u32>, steps: Steps, run: &Runtime<'_>) -> Batch {
        let parents = batch.lineage.as_ref().map(|lineage| lineage.as_slice());
        let lineage = steps
            .statements
            .as_ref()
            .and_then(|ids| lineage_of_steps(run, parents, &positions, ids));
        let mut rows = batch.select(&Arc::new(positions), Some(self.keep));
        rows.lineage = lineage;
        if let (Some(to), false) = (steps.nodes, self.into) {
            rows.set(self.to, Column::new(Vector::new(Data::Node(to))));
        }
        if let (Some(ids), true) = (steps.statements, self.keeps_relationship) {
            rows.set(self.relationship, Column::new(Vector::new(Data::Relationship(ids))));
        }
        rows
    }
}

impl Operator for Expand<'_> {
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
            let from = nodes(&batch, self.from)?;
            if self.into {
                if let Some(rows) = self.fill_into(&batch, &from, run)? {
                    return Ok(Some(rows));
                }
            } else {
                self.current = Some(Current { batch, from, row: 0, list: 0, skip: 0 });
            }
        }
    }
}

/// How many steps lead away from the nodes.
fn count(lists: &[List<'_>], nodes: &[NodeId]) -> usize {
    let count = |list: &List<'_>| nodes.iter().map(|node| list.degree(*node)).sum::<usize>();
    lists.iter().map(count).sum()
}

/// Finds the relationships between two nodes from whichever end has fewer.
pub(crate) struct Between<'g> {
    /// Each list, and the one that holds the same relationships seen from the other end.
    lists: Vec<(List<'g>, List<'g>)>,
}

impl<'g> Between<'g> {
    pub(crate) fn new(
        types: &[Arc<str>],
        direction: Direction,
        graph: &'g dyn Snapshot,
    ) -> Between<'g> {
        let lists = neighbours::lists(types, direction, graph);
        let reversed = |list: &List<'g>| {
            let direction = list.direction.reversed();
            let adjacency = graph.adjacency(list.relationship_type, direction);
            List { adjacency, direction, ..*list }
        };
        Between { lists: lists.into_iter().map(|list| (list, reversed(&list))).collect() }
    }

    /// Calls `visit` with every relationship that leads from one node to another.
    pub(crate) fn for_each(&self, from: NodeId, to: NodeId, mut visit: impl FnMut(StatementId)) {
        if from == NO_NODE || to == NO_NODE {
            return;
        }
        for (forward, backward) in &self.lists {
            let ahead = forward.adjacency.positions(from).len();
            let behind = backward.adjacency.positions(to).len();
            if ahead <= behind {
                forward.between(from, to, &mut visit);
            } else {
                backward.between(to, from, &mut visit);
            }
        }
    }
}
