//! `Expand`: for each row every relationship from a node, and the node at its other end.
//!
//! The hottest loop of the engine. It copies runs of neighbours out of the adjacency arrays and
//! one position per row; columns of the input are not touched. Where nothing of its rows is wanted
//! above, as under `count(*)`, it adds up degrees and makes no rows at all.
//!
//! Conditions on the relationship and on the node it leads to are tested on the stored columns
//! before there is a row ([`super::column_test`]); those that no column can answer are computed
//! for the rows that are left.

use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, NO_NODE, Vector};
use crate::exec::column_test::{Element, Tests};
use crate::exec::expand_compare::{self, Compared};
use crate::exec::expand_equal::Equal;
use crate::exec::neighbours::{self, List, Steps, lineage_of_steps};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::slices::Slices;
use crate::exec::vector::{self, nodes};
use crate::expr::{Expr, VarId};
use crate::graph::named_type::NamedType;
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
    types: &'a [NamedType],
    direction: Direction,
    filter: &'a [Expr],
    keep: &'a [VarId],
    keeps_relationship: bool,
    keeps_to: bool,
    current: Option<Current>,
    /// Conditions by which the relationship has a property in common with something in the row.
    equal: Option<Equal<'a>>,
    /// Conditions that compare the relationship with something in the row.
    compared: Vec<Compared<'a>>,
    wanted: Wanted,
}

/// How many of the steps of a row are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    All,
    /// One tells that there is one.
    First,
}

/// Nodes with fewer steps are not worth remembering.
const KNOWN_MIN: usize = 32;
/// So many steps are remembered at most.
const KNOWN_MAX: usize = 1 << 16;

/// The conditions of the step over one state of the graph.
pub(crate) struct Filter<'a, 'g> {
    pub(crate) relationship: Tests<'g>,
    to: Tests<'g>,
    /// Those that are computed for rows.
    pub(crate) rest: Vec<&'a Expr>,
}

/// The rows at hand, and how far they have been read.
struct Current {
    batch: Batch,
    from: Vec<NodeId>,
    row: usize,
    /// Which adjacency list, and how many of its entries for the row's node.
    list: usize,
    skip: usize,
    /// The steps of nodes that have been held against the conditions, for rows that come to the
    /// same node again.
    known: Known,
}

/// Accepted steps by the node that they lead from, over one state of the graph.
#[derive(Default)]
struct Known {
    steps: Steps,
    of_node: HashMap<NodeId, Range<usize>>,
    /// How often the graph had been changed.
    written: u64,
    /// Where in the steps at hand those of the row at hand begin, if they are to be known.
    begin: Option<usize>,
}

impl<'a> Expand<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> Expand<'a> {
        let Kind::Expand { from, relationship, to, into, types, direction, filter } =
            &node.operator
        else {
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
            filter,
            keep: &node.keep,
            keeps_relationship: node.keep.contains(relationship),
            keeps_to: node.keep.contains(to),
            current: None,
            equal: Equal::of(filter, *relationship, *to),
            compared: filter
                .iter()
                .filter_map(|condition| Compared::of(condition, *relationship, *to))
                .collect(),
            wanted: Wanted::All,
        }
    }

    fn compile<'g>(
        &self,
        lists: &[List<'g>],
        run: &Runtime<'_>,
        graph: &'g dyn Snapshot,
    ) -> Filter<'a, 'g> {
        Filter::compile(self.filter, (self.relationship, self.to), lists, run, graph)
    }

    /// Up to a batch of steps to nodes that are not bound; `None` where the rows at hand have no more.
    fn fill(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let with_lineage = run.lineage().is_some();
        while let Some(current) = &self.current {
            let graph = run.graph();
            let lists = neighbours::lists(self.types, self.direction, &*graph);
            let filter = self.compile(&lists, run, &*graph);
            let counts = self.keep.is_empty() && !with_lineage && current.batch.outer.is_none();
            if counts && filter.rest.is_empty() {
                let count = count(&lists, &current.from, &filter);
                self.current = None;
                return Ok((count > 0).then(|| Batch::of_len(count)));
            }
            if self.wanted == Wanted::First && !with_lineage && filter.rest.is_empty() {
                return self.first_of_each(&lists, &filter, run);
            }
            let with_statements = run.collects_statements();
            let positions_and_steps =
                self.read(&lists, &filter, with_statements, run.written.get());
            let Some((positions, steps)) = positions_and_steps else { return Ok(None) };
            let Some(current) = &self.current else { return Ok(None) };
            if let Some(rows) = self.rows(&current.batch, positions, steps, filter.rest, run)? {
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }

    /// The first step of each row at hand that has one.
    fn first_of_each(
        &mut self,
        lists: &[List<'_>],
        filter: &Filter<'a, '_>,
        run: &Runtime<'_>,
    ) -> Result<Option<Batch>> {
        let Some(current) = self.current.take() else { return Ok(None) };
        let needs = self.keeps_relationship || !filter.relationship.is_empty();
        let mut steps = Steps::wanting(self.keeps_to, self.keeps_relationship);
        let mut positions = Vec::new();
        // What nodes with many steps have been found to have, for rows that come to the same node again.
        let mut known: HashMap<NodeId, Option<(NodeId, StatementId)>> = HashMap::new();
        for (row, &from) in current.from.iter().enumerate().filter(|(_, from)| **from != NO_NODE) {
            let first = known.get(&from).copied().unwrap_or_else(|| {
                let first = first_from(from, lists, filter, needs);
                let degree: usize = lists.iter().map(|list| list.adjacency.degree(from)).sum();
                if degree >= KNOWN_MIN && !filter.accepts_all() {
                    known.insert(from, first);
                }
                first
            });
            if let Some((to, statement)) = first {
                steps.push(to, statement);
                positions.push(row as u32);
            }
        }
        self.rows(&current.batch, positions, steps, Vec::new(), run)
    }

    /// Reads up to a batch of steps, with the row that each is from; `None` at the end.
    fn read(
        &mut self,
        lists: &[List<'_>],
        filter: &Filter<'_, '_>,
        with_statements: bool,
        written: u64,
    ) -> Option<(Vec<u32>, Steps)> {
        let keeps_all = !filter.rest.is_empty();
        let mut steps = Steps::wanting(
            self.keeps_to || keeps_all,
            self.keeps_relationship || with_statements || keeps_all,
        );
        let current = self.current.as_mut()?;
        let tests_nothing = filter.relationship.is_empty() && filter.to.is_empty();
        if current.known.written != written {
            current.known = Known { written, ..Known::default() };
        }
        current.known.begin = None;
        let mut positions = Vec::new();
        while current.row < current.from.len() && steps.len < BATCH_ROWS {
            let Some(list) = lists.get(current.list) else {
                current.known.note(current.from[current.row], &steps);
                (current.row, current.list) = (current.row + 1, 0);
                continue;
            };
            let room = BATCH_ROWS - steps.len;
            let (node, skip) = (current.from[current.row], current.skip);
            if !tests_nothing && (current.list, skip) == (0, 0) {
                if let Some(same) = current.known.of_node.get(&node).filter(|s| s.len() <= room) {
                    steps.extend_from_steps(&current.known.steps, same.clone());
                    positions.resize(steps.len, current.row as u32);
                    current.row += 1;
                    continue;
                }
                let degree: usize = lists.iter().map(|list| list.adjacency.degree(node)).sum();
                current.known.begin = (degree >= KNOWN_MIN).then_some(steps.len);
            }
            let next = if tests_nothing {
                list.read(node, skip, room, &mut steps)
            } else {
                {
                    let needs = !filter.relationship.is_empty();
                    list.read_where(node, skip, room, &mut steps, needs, |to, id| {
                        filter.accepts(to, id)
                    })
                }
            };
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
        Some((positions, steps))
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
        let filter = self.compile(&[], run, &*graph);
        let to = nodes(batch, self.to)?;
        let with_statements = run.collects_statements();
        let wants = self.keeps_relationship || with_statements || !filter.rest.is_empty();
        let mut steps = Steps::wanting(false, wants);
        let is_one_enough =
            self.wanted == Wanted::First && run.lineage().is_none() && filter.rest.is_empty();
        let mut positions = Vec::new();
        for (row, (&from, &to)) in from.iter().zip(&to).enumerate() {
            finder.any(from, to, |statement| {
                let accepted = filter.accepts(to, statement);
                if accepted {
                    steps.push(to, statement);
                }
                accepted && is_one_enough
            });
            positions.resize(steps.len, row as u32);
        }
        if positions.is_empty() {
            return Ok(None);
        }
        self.rows(batch, positions, steps, filter.rest, run)
    }

    /// The steps of the next rows whose relationship has something in common with the row; `None` where
    /// there are no such conditions, or no more rows.
    fn fill_equal(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let Some(mut equal) = self.equal.take() else { return Ok(None) };
        let rows = self.rows_equal(&mut equal, run);
        self.equal = Some(equal);
        rows
    }

    fn rows_equal(&self, equal: &mut Equal<'a>, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let graph = run.graph();
        while let Some(batch) = equal.batch().cloned() {
            run.check()?;
            let Some(sames) = equal.compile(&batch, run, &*graph) else { return Ok(None) };
            let lists = neighbours::lists(self.types, self.direction, &*graph);
            let between = Between::new(self.types, self.direction, &*graph);
            let mut filter = self.compile(if self.into { &[] } else { &lists }, run, &*graph);
            filter.rest.retain(|condition| !equal.has(condition));
            let is_tested =
                |own: &&Expr| !filter.rest.iter().any(|other| std::ptr::eq(*other, *own));
            let tested = self.filter.iter().filter(is_tested);
            let (of, tests) = (self.relationship, &filter.relationship);
            let slices = Slices::compile(tested, of, tests, run, &*graph);
            let keeps_all = !filter.rest.is_empty();
            let mut steps = Steps::wanting(
                !self.into && (self.keeps_to || keeps_all),
                self.keeps_relationship || run.collects_statements() || keeps_all,
            );
            let positions =
                equal.read(&lists, &between, (&filter, &slices), &sames, &mut steps, run)?;
            if positions.is_empty() {
                continue;
            }
            if let Some(rows) = self.rows(&batch, positions, steps, filter.rest, run)? {
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }

    /// Hands rows to the equalities, if there are some that columns can answer.
    fn begin_equal(&mut self, batch: &Batch, from: &[NodeId], run: &Runtime<'_>) -> Result<bool> {
        let to = if self.into { Some(nodes(batch, self.to)?) } else { None };
        let Some(equal) = &mut self.equal else { return Ok(false) };
        if equal.compile(batch, run, &*run.graph()).is_none() {
            return Ok(false);
        }
        equal.begin(batch.clone(), from.to_vec(), to);
        Ok(true)
    }

    /// The rows of steps for which those conditions are true that no column of the step alone could answer.
    fn rows(
        &self,
        batch: &Batch,
        mut positions: Vec<u32>,
        mut steps: Steps,
        mut conditions: Vec<&Expr>,
        run: &Runtime<'_>,
    ) -> Result<Option<Batch>> {
        let is_own = |own: &&Compared<'_>| conditions.iter().any(|c| std::ptr::eq(*c, own.written));
        let compared: Vec<&Compared<'_>> = self.compared.iter().filter(is_own).collect();
        let done = expand_compare::retain(&compared, batch, &mut positions, &mut steps, run);
        conditions.retain(|c| !done.iter().any(|at| std::ptr::eq(*c, compared[*at].written)));
        if positions.is_empty() {
            return Ok(None);
        }
        let parents = batch.lineage.as_ref().map(|lineage| lineage.as_slice());
        let statements = steps.statements.as_deref().unwrap_or_default();
        let lineage = lineage_of_steps(run, parents, &positions, statements);
        // What is bound already may be needed by a condition and by nothing above.
        let keep = if conditions.is_empty() { Some(self.keep) } else { None };
        let mut rows = batch.select(&Arc::new(positions), keep);
        rows.lineage = lineage;
        if let (Some(to), false) = (steps.nodes, self.into) {
            rows.set(self.to, Column::new(Vector::new(Data::Node(to))));
        }
        if let Some(ids) = steps.statements {
            rows.set(self.relationship, Column::new(Vector::new(Data::Relationship(ids))));
        }
        for condition in conditions {
            if let Some(positions) = vector::select(std::slice::from_ref(condition), &rows, run)? {
                if positions.is_empty() {
                    return Ok(None);
                }
                rows = rows.select(&positions, None);
            }
        }
        rows.retain(self.keep);
        Ok(Some(rows))
    }
}

impl Operator for Expand<'_> {
    fn start(&mut self, argument: &Batch) {
        self.current = None;
        self.equal.iter_mut().for_each(Equal::start);
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            run.check()?;
            if let Some(rows) = self.fill(run)? {
                return Ok(Some(rows));
            }
            if let Some(rows) = self.fill_equal(run)? {
                return Ok(Some(rows));
            }
            let rest = self.equal.as_mut().and_then(Equal::take_rest);
            let (batch, from) = if let Some(rest) = rest {
                rest
            } else {
                let Some(batch) = self.input.next(run)? else { return Ok(None) };
                let from = nodes(&batch, self.from)?;
                if self.equal.is_some() && self.begin_equal(&batch, &from, run)? {
                    continue;
                }
                (batch, from)
            };
            if self.into {
                if let Some(rows) = self.fill_into(&batch, &from, run)? {
                    return Ok(Some(rows));
                }
            } else {
                let known = Known { written: run.written.get(), ..Known::default() };
                self.current = Some(Current { batch, from, row: 0, list: 0, skip: 0, known });
            }
        }
    }

    fn stop_at_first(&mut self) {
        self.wanted = Wanted::First;
    }
}

impl Known {
    /// Remembers the steps of a node that has been read from its first step to its last.
    fn note(&mut self, node: NodeId, all: &Steps) {
        let Some(begin) = self.begin.take() else { return };
        if self.steps.len + (all.len - begin) > KNOWN_MAX {
            return;
        }
        if self.of_node.is_empty() {
            self.steps = Steps::wanting(all.nodes.is_some(), all.statements.is_some());
        }
        let first = self.steps.len;
        self.steps.extend_from_steps(all, begin..all.len);
        self.of_node.insert(node, first..self.steps.len);
    }
}

impl<'a, 'g> Filter<'a, 'g> {
    /// The conditions on a step's relationship and on the node it leads to, as tests over one state of
    /// the graph. A label that all nodes bear to which the lists lead is not tested.
    pub(crate) fn compile(
        conditions: &'a [Expr],
        (relationship, to): (VarId, VarId),
        lists: &[List<'g>],
        run: &Runtime<'_>,
        graph: &'g dyn Snapshot,
    ) -> Filter<'a, 'g> {
        let of = (relationship, Element::Relationship);
        let (relationship, rest) = Tests::compile(conditions, of, run, graph);
        let mut filter = Filter { relationship, to: Tests::default(), rest: Vec::new() };
        let mut of_node = Vec::new();
        for condition in rest.into_iter().map(|at| &conditions[at]) {
            let of = (to, Element::Node);
            match Tests::compile(std::slice::from_ref(condition), of, run, graph) {
                (tests, rest) if rest.is_empty() => of_node.push(tests),
                _ => filter.rest.push(condition),
            }
        }
        filter.to = Tests::all(of_node);
        let is_sure = |ranges: &[Range<u32>]| lists.iter().all(|list| list.ends_in(ranges, graph));
        if !lists.is_empty() {
            filter.to.leave_out(is_sure);
        }
        filter
    }

    /// Whether every step is accepted.
    pub(crate) fn is_empty(&self) -> bool {
        self.relationship.is_empty() && self.to.is_empty() && self.rest.is_empty()
    }

    /// Whether every step is accepted, where nothing is computed for rows.
    pub(crate) fn accepts_all(&self) -> bool {
        self.relationship.is_empty() && self.to.is_empty()
    }

    /// Whether a step may lead to a node.
    #[inline]
    pub(crate) fn leads_to(&self, to: NodeId) -> bool {
        self.to.hold(to.0)
    }

    #[inline]
    pub(crate) fn accepts(&self, to: NodeId, statement: StatementId) -> bool {
        self.relationship.hold(statement.0) && self.to.hold(to.0)
    }
}

/// The first step from a node that the filter accepts.
fn first_from(
    from: NodeId,
    lists: &[List<'_>],
    filter: &Filter<'_, '_>,
    needs_statement: bool,
) -> Option<(NodeId, StatementId)> {
    let mut first = None;
    lists.iter().any(|list| {
        list.any(from, needs_statement, |to, statement| {
            let accepted = filter.accepts(to, statement);
            if accepted {
                first = Some((to, statement));
            }
            accepted
        })
    });
    first
}

/// How many steps lead away from the nodes.
pub(crate) fn count(lists: &[List<'_>], nodes: &[NodeId], filter: &Filter<'_, '_>) -> usize {
    let all = filter.relationship.is_empty() && filter.to.is_empty();
    let mut count = 0;
    for (list, node) in lists.iter().flat_map(|list| nodes.iter().map(move |node| (list, *node))) {
        if all {
            count += list.degree(node);
        } else {
            list.for_each(node, |to, id| count += usize::from(filter.accepts(to, id)));
        }
    }
    count
}

/// Finds the relationships between two nodes from whichever end has fewer.
pub(crate) struct Between<'g> {
    /// Each list, and the one that holds the same relationships seen from the other end.
    lists: Vec<(List<'g>, List<'g>)>,
}

impl<'g> Between<'g> {
    pub(crate) fn new(
        types: &[NamedType],
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
        self.any(from, to, |statement| {
            visit(statement);
            false
        });
    }

    /// Whether `accept` says so of some relationship from one node to another; those after it are not looked at.
    pub(crate) fn any(
        &self,
        from: NodeId,
        to: NodeId,
        mut accept: impl FnMut(StatementId) -> bool,
    ) -> bool {
        if from == NO_NODE || to == NO_NODE {
            return false;
        }
        self.lists.iter().any(|(forward, backward)| {
            let ahead = forward.adjacency.positions(from).len();
            let behind = backward.adjacency.positions(to).len();
            if ahead <= behind {
                forward.any_between(from, to, &mut accept)
            } else {
                backward.any_between(to, from, &mut accept)
            }
        })
    }
}
