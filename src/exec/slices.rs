//! Relationships of an adjacency, told apart by conditions that run over slices of columns.
//!
//! **In**: conditions on a relationship. **Out**: those relationships of a list for which they are true, with both
//! ends. **Callers**: `relationship_scan`, `expand_equal`.
//!
//! Forward lists of stored relationships hold them in the order of their ids, so that a block of them is a slice of
//! every column: thousands are tested in the time that as many dozens take one by one. The start is looked for
//! only of those that are left. Of a list in another order, that of what is derived for one, each is a block of its own.

use std::ops::Range;

use crate::exec::column_test::Tests;
use crate::exec::memo;
use crate::exec::neighbours::start_of;
use crate::exec::parallel::CHUNK;
use crate::exec::predicate::{Elements, Predicate};
use crate::exec::runtime::Runtime;
use crate::expr::{Expr, VarId};
use crate::graph::Snapshot;
use crate::graph::snapshot::{Adjacency, Statements};
use crate::value::{NodeId, StatementId};

/// Conditions on a relationship, as tests of slices.
#[derive(Default)]
pub(crate) struct Slices<'g> {
    tests: Vec<Predicate<'g>>,
}

impl<'g> Slices<'g> {
    /// Those of some conditions that look at the relationship alone; none where not each of `tests`, which
    /// are the same conditions one by one, is among them.
    pub(crate) fn compile<'e>(
        conditions: impl Iterator<Item = &'e Expr>,
        variable: VarId,
        tests: &Tests<'_>,
        run: &Runtime<'_>,
        graph: &'g dyn Snapshot,
    ) -> Slices<'g> {
        let (elements, rows) = (Elements::Relationships, graph.statement_bound() as usize);
        let is_own = |condition: &&Expr| {
            memo::only_property(condition).is_some_and(|(of, _)| of == variable)
        };
        let own = conditions.filter(is_own);
        let of_slices: Vec<_> = own
            .filter_map(|own| Predicate::compile(own, variable, elements, rows, graph, run))
            .collect();
        if of_slices.len() != tests.len() {
            return Slices::default();
        }
        Slices { tests: Predicate::merged(of_slices) }
    }

    /// Whether there is no such condition.
    pub(crate) fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// Calls `visit` with the relationships at some positions of a list without recent writes, a
    /// block after the other as long as `goes_on` says so; gives the position after the last block.
    pub(crate) fn for_each(
        &self,
        adjacency: &Adjacency<'_>,
        positions: Range<usize>,
        mut start: usize,
        mut visit: impl FnMut(NodeId, NodeId, StatementId) -> bool,
    ) -> usize {
        let (offsets, neighbours) = (adjacency.offsets, adjacency.neighbours.all());
        let is_by_id = matches!(adjacency.statements, Statements::From(_));
        let block_len = if is_by_id { CHUNK } else { 1 };
        let mut keep = [true; CHUNK];
        let mut position = positions.start;
        let mut goes_on = true;
        while position < positions.end && goes_on {
            let block = &mut keep[..block_len.min(positions.end - position)];
            block.fill(true);
            let id = adjacency.statement_at(position).0;
            self.tests.iter().for_each(|test| test.restrict(id, block));
            for at in (0..block.len()).filter(|&at| block[at]) {
                start = start_of(offsets, position + at, start);
                let (from, to) = (NodeId(start as u32), neighbours[position + at]);
                goes_on = visit(from, to, StatementId(id + at as u32));
            }
            position += block.len();
        }
        position
    }

    /// The same for all relationships of the list.
    pub(crate) fn for_all(
        &self,
        adjacency: &Adjacency<'_>,
        mut visit: impl FnMut(NodeId, NodeId, StatementId),
    ) {
        self.for_each(adjacency, 0..adjacency.neighbours.len(), 0, |from, to, statement| {
            visit(from, to, statement);
            true
        });
    }
}
