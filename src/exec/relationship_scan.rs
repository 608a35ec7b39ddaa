//! `RelationshipScan`: for each row every relationship of some types, with both ends.
//!
//! Conditions on the relationship, on its start or on its end are tested on the stored columns before
//! there is a row: the start once for all that begin there, so that those of other starts are not read.
//! A label that every start or every end bears is not tested at all.

use std::ops::Range;
use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::column_test::{Element, Tests};
use crate::exec::neighbours::{self, List, Steps, lineage_of_steps, start_of};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::slices::Slices;
use crate::exec::vector;
use crate::expr::{Expr, VarId};
use crate::graph::named_type::NamedType;
use crate::graph::{Direction, Snapshot};
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::{NodeId, StatementId};

/// Reads the forward adjacency of each type from end to end.
pub(crate) struct RelationshipScan<'a> {
    input: Input<'a>,
    /// Its number in the plan: a run may take a part of the starts.
    id: u32,
    variable: VarId,
    left: VarId,
    right: VarId,
    types: &'a [NamedType],
    both: bool,
    filter: &'a [Expr],
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

/// The conditions over one state of the graph.
struct Filter<'a, 'g> {
    left: Tests<'g>,
    relationship: Tests<'g>,
    right: Tests<'g>,
    /// The conditions on the relationship as tests of slices, where all of them can be that.
    slices: Slices<'g>,
    /// Those that are computed for rows.
    rest: Vec<&'a Expr>,
}

/// Relationships, with the row that each is read for; no ends or no ids where nobody wants them.
#[derive(Default)]
struct Found {
    rows: Vec<u32>,
    left: Vec<NodeId>,
    right: Vec<NodeId>,
    statements: Vec<StatementId>,
}

impl<'a> RelationshipScan<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> RelationshipScan<'a> {
        let Kind::RelationshipScan { variable, left, right, types, direction, filter } =
            &node.operator
        else {
            unreachable!("built from a RelationshipScan")
        };
        RelationshipScan {
            input,
            id: node.id,
            variable: *variable,
            left: *left,
            right: *right,
            types,
            both: *direction == Direction::Both,
            filter,
            keep: &node.keep,
            current: None,
        }
    }

    /// Up to a batch of relationships; `None` where the rows at hand have no more.
    fn fill(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let graph = run.graph();
        let lists = neighbours::lists(self.types, Direction::Outgoing, &*graph);
        let ends = [self.left, self.variable, self.right];
        // Where each way is read in turn, both ends are on both sides.
        let sided = !self.both && self.left != self.right;
        let filter = Filter::compile(self.filter, ends, sided, &lists, run, &*graph);
        let part = run.part_of(self.id);
        while let Some(mut current) = self.current.take() {
            let bound = part.end.min(NodeId(graph.node_bound()));
            let all = !sided || !filter.rest.is_empty();
            let steps = Steps::wanting(
                all || self.keep.contains(&self.right),
                all || self.keep.contains(&self.variable) || run.collects_statements(),
            );
            let found = current.read(&lists, &filter, part.start..bound, steps);
            if found.rows.is_empty() {
                return Ok(None);
            }
            let found = if sided { found } else { self.ways(&found) };
            let rows = if found.rows.is_empty() {
                None
            } else {
                self.rows(&current.batch, found, &filter.rest, run)?
            };
            self.current = Some(current);
            if rows.is_some() {
                return Ok(rows);
            }
            run.check()?;
        }
        Ok(None)
    }

    /// The rows of relationships for which the conditions are true that no column could answer.
    fn rows(
        &self,
        batch: &Batch,
        found: Found,
        conditions: &[&Expr],
        run: &Runtime<'_>,
    ) -> Result<Option<Batch>> {
        let Found { rows: positions, left, right, statements } = found;
        let lineage = lineage_of_steps(
            run,
            batch.lineage.as_ref().map(|lineage| lineage.as_slice()),
            &positions,
            &statements,
        );
        let mut rows = batch.select(&Arc::new(positions), Some(self.keep));
        rows.lineage = lineage;
        let is_wanted = |variable| !conditions.is_empty() || self.keep.contains(&variable);
        let mut set = |variable, data| {
            if is_wanted(variable) {
                rows.set(variable, Column::new(Vector::new(data)));
            }
        };
        set(self.variable, Data::Relationship(statements));
        set(self.left, Data::Node(left));
        set(self.right, Data::Node(right));
        for condition in conditions {
            if let Some(positions) = vector::select(std::slice::from_ref(*condition), &rows, run)? {
                if positions.is_empty() {
                    return Ok(None);
                }
                rows = rows.select(&positions, None);
            }
        }
        rows.retain(self.keep);
        Ok(Some(rows))
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

impl<'a, 'g> Filter<'a, 'g> {
    fn compile(
        conditions: &'a [Expr],
        [left, variable, right]: [VarId; 3],
        sided: bool,
        lists: &[List<'g>],
        run: &Runtime<'_>,
        graph: &'g dyn Snapshot,
    ) -> Filter<'a, 'g> {
        let (mut of_left, mut of_relationship, mut of_right) = (Vec::new(), Vec::new(), Vec::new());
        let mut rest = Vec::new();
        let mut places = [
            (left, Element::Node, &mut of_left),
            (variable, Element::Relationship, &mut of_relationship),
            (right, Element::Node, &mut of_right),
        ];
        for condition in conditions {
            let own = std::slice::from_ref(condition);
            let taken = sided
                && places.iter_mut().any(|(variable, element, taken)| {
                    let (tests, rest) = Tests::compile(own, (*variable, *element), run, graph);
                    let is_test = rest.is_empty();
                    if is_test {
                        taken.push(tests);
                    }
                    is_test
                });
            if !taken {
                rest.push(condition);
            }
        }
        let relationship = Tests::all(of_relationship);
        let tested = conditions
            .iter()
            .filter(|condition| !rest.iter().any(|other| std::ptr::eq(*other, *condition)));
        let slices = Slices::compile(tested, variable, &relationship, run, graph);
        let mut left = Tests::all(of_left);
        left.leave_out(|ranges| lists.iter().all(|list| list.starts_in(ranges)));
        let mut right = Tests::all(of_right);
        right.leave_out(|ranges| lists.iter().all(|list| list.ends_in(ranges, graph)));
        Filter { left, relationship, right, slices, rest }
    }

    /// Whether a list is read relationship by relationship and not start by start: the conditions run
    /// over slices then, and starts without relationships of the type, most where there are many types, are
    /// not looked at.
    fn wants_blocks(&self, list: &List<'_>, part: &Range<NodeId>) -> bool {
        let is_sparse =
            list.adjacency.neighbours.len() < part.end.index().saturating_sub(part.start.index());
        list.adjacency.recent.is_none()
            && (!self.slices.is_empty() || self.relationship.is_empty() && is_sparse)
    }

    #[inline]
    fn accepts(&self, end: NodeId, statement: StatementId) -> bool {
        self.relationship.hold(statement.0) && self.right.hold(end.0)
    }
}

impl Current {
    /// Reads up to a batch of relationships, from their starts; `steps` says what is wanted of them.
    fn read(
        &mut self,
        lists: &[List<'_>],
        filter: &Filter<'_, '_>,
        part: Range<NodeId>,
        mut steps: Steps,
    ) -> Found {
        let needs_statement = !filter.relationship.is_empty();
        let tests_nothing = filter.relationship.is_empty() && filter.right.is_empty();
        let (mut rows, mut starts) = (Vec::new(), Vec::new());
        while self.row < self.batch.len() && steps.len < BATCH_ROWS {
            let Some(list) = lists.get(self.list).filter(|_| self.start < part.end) else {
                self.start = part.start;
                self.list += 1;
                if self.list >= lists.len() {
                    (self.row, self.list) = (self.row + 1, 0);
                }
                continue;
            };
            if filter.wants_blocks(list, &part) {
                self.read_blocks(list, filter, part.end, &mut steps, &mut starts);
                rows.resize(steps.len, self.row as u32);
                continue;
            }
            let (room, start) = (BATCH_ROWS - steps.len, self.start);
            let next = if !filter.left.hold(start.0) {
                None
            } else if tests_nothing {
                list.read(start, self.skip, room, &mut steps)
            } else {
                let accept = |end, id| filter.accepts(end, id);
                list.read_where(start, self.skip, room, &mut steps, needs_statement, accept)
            };
            rows.resize(steps.len, self.row as u32);
            starts.resize(steps.len, start);
            if let Some(skip) = next {
                self.skip = skip;
            } else {
                (self.skip, self.start) = (0, NodeId(start.0 + 1));
            }
        }
        let (ends, ids) = (steps.nodes.unwrap_or_default(), steps.statements.unwrap_or_default());
        Found { rows, left: starts, right: ends, statements: ids }
    }
}

impl Current {
    /// Reads relationships of a list without recent writes, in the order of their ids: the conditions
    /// on them run over slices, and the start is looked for of those that are left.
    fn read_blocks(
        &mut self,
        list: &List<'_>,
        filter: &Filter<'_, '_>,
        end: NodeId,
        steps: &mut Steps,
        starts: &mut Vec<NodeId>,
    ) {
        let adjacency = &list.adjacency;
        let offsets = adjacency.offsets;
        let last = offsets.len().saturating_sub(1);
        let offset =
            |node: NodeId| offsets.get(node.index().min(last)).map_or(0, |at| *at as usize);
        let (first, end_position) = (offset(self.start) + self.skip, offset(end));
        let start = self.start.index();
        let positions = first..end_position;
        let position =
            filter.slices.for_each(adjacency, positions, start, |from, to, statement| {
                if filter.left.hold(from.0) && filter.right.hold(to.0) {
                    steps.push(to, statement);
                    starts.push(from);
                }
                steps.len < BATCH_ROWS
            });
        if position >= end_position {
            (self.start, self.skip) = (end, 0);
        } else {
            let start = start_of(offsets, position, start);
            (self.start, self.skip) = (NodeId(start as u32), position - offsets[start] as usize);
        }
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
            if let Some(rows) = self.fill(run)? {
                return Ok(Some(rows));
            }
            let Some(batch) = self.input.next(run)? else { return Ok(None) };
            let start = run.part_of(self.id).start;
            self.current = Some(Current { batch, row: 0, list: 0, start, skip: 0 });
        }
    }
}
