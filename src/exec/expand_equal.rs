//! Steps along relationships that have a property in common with something in the row.
//!
//! **In**: rows with the node that each leads from, and conditions such as `f.date = e.date`, of which
//! `f` is the relationship of the step. **Out**: for each row the steps for which they are true.
//! **Caller**: [`super::expand`], whose other conditions are tested beside.
//!
//! ```text
//! (a)-[e]->(b)-[f]->(c), e.date = f.date
//!
//! few rows    the steps of b are read, and dates compared where they stand
//! many rows   the steps of all nodes, by node and date     one look for each row, whatever b's degree
//! ```
//!
//! # Design
//!
//! Which of both is cheaper depends on degrees that nobody knows before: a day of a busy actor is a
//! hundredth of its year. So the operator begins by reading steps, and counts them; once it has looked
//! at as many as there are relationships, it has spent about what an [`Index`] costs, and makes one. It
//! spends at most twice what the better way would have taken, as one who rents skis and buys them when
//! the rent has reached the price (Karlin et al., Algorithmica 1988). Where the rows at hand alone will cost more than
//! that, it is made at once.
//!
//! The index is a list of steps in the order of a hash of what they are looked up by, computed a column at a time: the
//! node they lead from, where it is known the one they lead to, and the properties. Equal hashes are looked at again on the
//! columns. Steps of one hash stay in the order of the adjacency, so that rows come in the same order
//! either way. It stands as long as the graph has not been changed.
//!
//! Equalities that are not of two numbers in typed columns (dates, integers, codes of one dictionary)
//! are left to the caller, who computes them for rows.

use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;

use hashbrown::DefaultHashBuilder;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Data, NO_NODE};
use crate::exec::column_test::{Same, Tag};
use crate::exec::expand::{Between, Filter};
use crate::exec::memory::Holding;
use crate::exec::neighbours::{List, Steps};
use crate::exec::runtime::Runtime;
use crate::exec::slices::Slices;
use crate::expr::{Comparison, Expr, ExprKind, VarId};
use crate::graph::snapshot::{Adjacency, Column, Statements};
use crate::graph::{Direction, KeyId, Snapshot};
use crate::value::{NodeId, StatementId};

/// What a look between two nodes costs beside the steps that it finds, in steps.
const LOOK_STEPS: usize = 16;
/// So many relationships are told apart by slices in the time that a step takes.
const SLICES_RATIO: usize = 8;
/// So many rows are looked up together.
const BLOCK_ROWS: usize = 128;

/// The equalities of a step, and what has been made for them.
pub(crate) struct Equal<'a> {
    conditions: Vec<Condition<'a>>,
    index: Option<Index>,
    /// How many steps have been looked at without an index.
    looked_at: usize,
    /// How often the graph had been changed when the index was made.
    written: u64,
    holding: Holding,
    rows: Option<Rows>,
}

/// `element.key = relationship.own_key`.
struct Condition<'a> {
    written: &'a Expr,
    element: VarId,
    key: &'a Arc<str>,
    own_key: &'a Arc<str>,
}

/// The rows at hand, and which is next.
struct Rows {
    batch: Batch,
    from: Vec<NodeId>,
    to: Option<Vec<NodeId>>,
    at: usize,
}

/// The equalities over one state of the graph and one batch.
pub(crate) struct Sames<'g> {
    /// For each the columns, and the element of every row.
    all: Vec<(Same<'g>, Vec<u32>)>,
}

/// Steps by the hash of what they are looked up by.
struct Index {
    /// What tags begin with, so that nobody can choose values that have the same.
    seed: u64,
    /// Where the steps begin whose hash begins with some bits.
    offsets: Vec<u32>,
    /// By how many bits a tag is shifted to give the place of its offset.
    shift: u32,
    steps: Vec<Step>,
}

/// A step, and the upper half of its tag.
#[derive(Clone, Copy, Default)]
struct Step {
    tag: u32,
    from: u32,
    to: u32,
    statement: u32,
}

impl<'a> Equal<'a> {
    /// The equalities among the conditions of a step.
    pub(crate) fn of(filter: &'a [Expr], relationship: VarId, to: VarId) -> Option<Equal<'a>> {
        let conditions: Vec<_> =
            filter.iter().filter_map(|written| condition(written, relationship, to)).collect();
        (!conditions.is_empty()).then(|| Equal {
            conditions,
            index: None,
            looked_at: 0,
            written: 0,
            holding: Holding::default(),
            rows: None,
        })
    }

    /// Whether a condition is one of the equalities.
    pub(crate) fn has(&self, condition: &Expr) -> bool {
        self.conditions.iter().any(|own| std::ptr::eq(own.written, condition))
    }

    /// Lets go of the rows at hand.
    pub(crate) fn start(&mut self) {
        self.rows = None;
    }

    /// Takes rows with the nodes that they lead from and, where those are known, to.
    pub(crate) fn begin(&mut self, batch: Batch, from: Vec<NodeId>, to: Option<Vec<NodeId>>) {
        self.rows = Some(Rows { batch, from, to, at: 0 });
    }

    /// The rows at hand.
    pub(crate) fn batch(&self) -> Option<&Batch> {
        self.rows.as_ref().map(|rows| &rows.batch)
    }

    /// The rows that are left, where a write has put something else than numbers into a column.
    pub(crate) fn take_rest(&mut self) -> Option<(Batch, Vec<NodeId>)> {
        let rows = self.rows.take()?;
        let left = rows.at..rows.from.len();
        Some((rows.batch.slice(left.clone()), rows.from[left].to_vec()))
    }

    /// The equalities over a batch; `None` where some is not of numbers.
    pub(crate) fn compile<'g>(
        &self,
        batch: &Batch,
        run: &Runtime<'_>,
        graph: &'g dyn Snapshot,
    ) -> Option<Sames<'g>> {
        if run.deleted.get() {
            return None;
        }
        let all = self.conditions.iter().map(|own| own.compile(batch, graph));
        Some(Sames { all: all.collect::<Option<_>>()? })
    }

    /// Up to a batch of steps, or all of the rows that were looked up together when it was full, with the
    /// row that each is from; nothing at the end of the rows at hand.
    pub(crate) fn read(
        &mut self,
        lists: &[List<'_>],
        between: &Between<'_>,
        (filter, slices): (&Filter<'_, '_>, &Slices<'_>),
        sames: &Sames<'_>,
        steps: &mut Steps,
        run: &Runtime<'_>,
    ) -> Result<Vec<u32>> {
        let mut positions = Vec::new();
        let written = run.written.get();
        if self.written != written {
            (self.index, self.looked_at, self.written) = (None, 0, written);
        }
        let all: usize = lists.iter().map(|list| list.adjacency.neighbours.len()).sum();
        // Where most relationships are told apart by slices, an index costs little.
        let all = if slices.is_empty() { all } else { all / SLICES_RATIO };
        let Some(mut rows) = self.rows.take() else { return Ok(positions) };
        if self.index.is_none() && rows.at == 0 && self.looked_at + rows.steps(lists) > all {
            self.make_index(lists, (filter, slices), sames, (rows.to.is_some(), run))?;
        }
        while self.index.is_none() && rows.at < rows.from.len() && steps.len < BATCH_ROWS {
            let row = rows.at;
            let (from, to) = (rows.from[row], rows.to.as_ref().map(|to| to[row]));
            rows.at += 1;
            if from == NO_NODE || to == Some(NO_NODE) {
                continue;
            }
            let visit = |to: NodeId, statement: StatementId| {
                if sames.hold(row, statement) {
                    steps.push(to, statement);
                }
            };
            self.looked_at += look(from, to, (lists, between), filter, visit);
            positions.resize(steps.len, row as u32);
            if self.looked_at > all {
                self.make_index(lists, (filter, slices), sames, (rows.to.is_some(), run))?;
                break;
            }
        }
        if let Some(index) = &self.index {
            while rows.at < rows.from.len() && steps.len < BATCH_ROWS {
                let block = rows.at..rows.from.len().min(rows.at + BLOCK_ROWS);
                index.look_up(&rows, block.clone(), sames, |row, to, statement| {
                    steps.push(to, statement);
                    positions.push(row as u32);
                });
                rows.at = block.end;
            }
        }
        if rows.at < rows.from.len() || !positions.is_empty() {
            self.rows = Some(rows);
        }
        Ok(positions)
    }

    fn make_index(
        &mut self,
        lists: &[List<'_>],
        filter: (&Filter<'_, '_>, &Slices<'_>),
        sames: &Sames<'_>,
        (into, run): (bool, &Runtime<'_>),
    ) -> Result<()> {
        let index = Index::new(lists, filter, sames, into, (run, &mut self.holding))?;
        run.hold(&mut self.holding, index.bytes(), "Expand")?;
        self.index = Some(index);
        Ok(())
    }
}

impl Rows {
    /// How many steps would be looked at for all rows, as far as the arrays tell.
    fn steps(&self, lists: &[List<'_>]) -> usize {
        let degree = |node: &NodeId| -> usize {
            lists.iter().map(|list| list.adjacency.degree(*node)).sum()
        };
        let known = self.from.iter().filter(|node| **node != NO_NODE);
        match &self.to {
            None => known.map(|node| degree(node) + LOOK_STEPS).sum(),
            // What stands between two nodes is found without looking at all steps of one.
            Some(_) => known.count() * LOOK_STEPS,
        }
    }
}

/// An equality of a property of the step's relationship with one of something in the row.
fn condition(written: &Expr, relationship: VarId, to: VarId) -> Option<Condition<'_>> {
    let ExprKind::Compare(Comparison::Equal, a, b) = &written.kind else { return None };
    let property = |side: &'_ Expr| match &side.kind {
        ExprKind::Property(of, _) => match of.kind {
            ExprKind::Variable(variable) => Some(variable),
            _ => None,
        },
        _ => None,
    };
    let (own, other) = match (property(a)?, property(b)?) {
        (x, y) if x == relationship && y != relationship && y != to => (a, b),
        (x, y) if y == relationship && x != relationship && x != to => (b, a),
        _ => return None,
    };
    let (ExprKind::Property(_, own_key), ExprKind::Property(_, key)) = (&own.kind, &other.kind)
    else {
        return None;
    };
    Some(Condition { written, element: property(other)?, key, own_key })
}

impl Condition<'_> {
    fn compile<'g>(&self, batch: &Batch, graph: &'g dyn Snapshot) -> Option<(Same<'g>, Vec<u32>)> {
        let elements = batch.column(self.element)?;
        let (ids, is_node): (Vec<u32>, bool) = match elements.parts().0.data {
            Data::Node(_) => (elements.nodes().ok()?.iter().map(|id| id.0).collect(), true),
            Data::Relationship(_) => {
                (elements.relationships().ok()?.iter().map(|id| id.0).collect(), false)
            }
            _ => return None,
        };
        let column_of = |key: KeyId| -> Column<'g> {
            if is_node { graph.node_column(key) } else { graph.statement_column(key) }
        };
        let (key, own_key) = (graph.catalog().key(self.key), graph.catalog().key(self.own_key));
        let columns = [key.map(column_of), own_key.map(|key| graph.statement_column(key))];
        let same = Same::of(columns, !is_node && key == own_key);
        same.has_keys().then_some((same, ids))
    }
}

impl Sames<'_> {
    /// Whether a relationship has what the row at a position has.
    #[inline]
    fn hold(&self, row: usize, statement: StatementId) -> bool {
        self.all.iter().all(|(same, ids)| same.holds(ids[row], statement.0))
    }
}

/// Reads the steps from a node that the filter accepts; says how many it has looked at.
fn look(
    from: NodeId,
    to: Option<NodeId>,
    (lists, between): (&[List<'_>], &Between<'_>),
    filter: &Filter<'_, '_>,
    mut visit: impl FnMut(NodeId, StatementId),
) -> usize {
    let mut looked_at = 0;
    match to {
        Some(to) => between.for_each(from, to, |statement| {
            looked_at += 1;
            if filter.accepts(to, statement) {
                visit(to, statement);
            }
        }),
        None => {
            for list in lists {
                list.for_each(from, |to, statement| {
                    looked_at += 1;
                    if filter.accepts(to, statement) {
                        visit(to, statement);
                    }
                });
            }
        }
    }
    looked_at + LOOK_STEPS
}

impl Index {
    /// All steps that the filter accepts and that have the properties.
    fn new(
        lists: &[List<'_>],
        (filter, slices): (&Filter<'_, '_>, &Slices<'_>),
        sames: &Sames<'_>,
        into: bool,
        (run, holding): (&Runtime<'_>, &mut Holding),
    ) -> Result<Index> {
        let seed = DefaultHashBuilder::default().hash_one(0u64);
        let graph = run.graph();
        let (mut from, mut to, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        for list in lists {
            let more = list.adjacency.neighbours.len();
            run.hold(holding, (from.len() + more) * 3 * size_of::<u32>(), "Expand")?;
            run.check()?;
            let all = list.adjacency.unpacked();
            let takes_all = slices.is_empty() && filter.accepts_all() && !list.without_loops;
            if takes_all && all.recent.is_none() {
                take_all(&all, &mut from, &mut to, &mut ids);
                continue;
            }
            let mut take = |start: NodeId, end: NodeId, id: StatementId| {
                from.push(start);
                to.push(end);
                ids.push(id.0);
            };
            // Relationships have their ids in the order of the forward lists.
            let forward = graph.adjacency(list.relationship_type, Direction::Outgoing);
            if !slices.is_empty() && forward.recent.is_none() {
                let is_forward = list.direction == Direction::Outgoing;
                slices.for_all(&forward, |start, end, id| {
                    let (from, to) = if is_forward { (start, end) } else { (end, start) };
                    if !(list.without_loops && from == to) && filter.leads_to(to) {
                        take(from, to, id);
                    }
                });
                continue;
            }
            list.for_all(graph.node_bound(), |from, to, id| {
                if filter.accepts(to, id) {
                    take(from, to, id);
                }
            });
        }
        // Beside them come their tags, and the steps in order.
        let each = 3 * size_of::<u32>() + size_of::<Tag>() + size_of::<Step>();
        run.hold(holding, ids.len() * each, "Expand")?;
        let mut tags = vec![Tag::NONE; ids.len()];
        nodes(seed, &from, into.then_some(to.as_slice()), &mut tags);
        sames.all.iter().for_each(|(same, _)| same.mix_second(&ids, &mut tags));
        let has_all = |tag: &&Tag| **tag != Tag::NONE;
        let count = tags.iter().filter(has_all).count();
        let bits = (usize::BITS - count.leading_zeros()).clamp(1, 31);
        let shift = u32::BITS - bits;
        let upper = |tag: &Tag| (tag.0 >> 32) as u32;
        // Where steps begin moves to where they end while they are put in order: one place on, so that it is where
        // the next begin.
        let mut offsets = vec![0u32; (1 << bits) + 2];
        for tag in tags.iter().filter(has_all) {
            offsets[(upper(tag) >> shift) as usize + 2] += 1;
        }
        for at in 2..offsets.len() {
            offsets[at] += offsets[at - 1];
        }
        let mut steps = vec![Step::default(); count];
        let all = from.iter().zip(&to).zip(ids.iter().zip(&tags));
        for ((from, to), (id, tag)) in all.filter(|(_, (_, tag))| **tag != Tag::NONE) {
            let at = &mut offsets[(upper(tag) >> shift) as usize + 1];
            let step = Step { tag: upper(tag), from: from.0, to: to.0, statement: *id };
            steps[*at as usize] = step;
            *at += 1;
        }
        Ok(Index { seed, offsets, shift, steps })
    }

    /// Calls `visit` with the steps of some rows: all tags first, then all places, then all steps. What one
    /// row waits for in memory, the others do not wait for as well.
    fn look_up(
        &self,
        rows: &Rows,
        block: Range<usize>,
        sames: &Sames<'_>,
        mut visit: impl FnMut(usize, NodeId, StatementId),
    ) {
        let mut mixed = [Tag::NONE; BLOCK_ROWS];
        let own = &mut mixed[..block.len()];
        nodes(
            self.seed,
            &rows.from[block.clone()],
            rows.to.as_ref().map(|to| &to[block.clone()]),
            own,
        );
        sames.all.iter().for_each(|(same, ids)| same.mix_first(&ids[block.clone()], own));
        let tags = mixed.map(|tag| (tag != Tag::NONE).then_some((tag.0 >> 32) as u32));
        let mut spans = [(0u32, 0u32); BLOCK_ROWS];
        for (tag, span) in tags.iter().zip(&mut spans) {
            let place = (tag.unwrap_or(0) >> self.shift) as usize;
            *span = (self.offsets[place], self.offsets[place + 1]);
        }
        // Whether the first step of a place is one of the row: mostly it is the only one.
        let mut begins = [false; BLOCK_ROWS];
        for ((tag, (first, _)), begin) in tags.iter().zip(&spans).zip(&mut begins) {
            let step = self.steps.get(*first as usize);
            *begin = step.is_some_and(|step| Some(step.tag) == *tag);
        }
        for (at, row) in block.enumerate() {
            let (Some(tag), (first, end)) = (tags[at], spans[at]) else { continue };
            if end - first < 1 || (end - first == 1 && !begins[at]) {
                continue;
            }
            let (from, to) = (rows.from[row].0, rows.to.as_ref().map(|to| to[row].0));
            for step in &self.steps[first as usize..end as usize] {
                let is_one =
                    step.tag == tag && step.from == from && to.is_none_or(|to| step.to == to);
                if is_one && sames.hold(row, StatementId(step.statement)) {
                    visit(row, NodeId(step.to), StatementId(step.statement));
                }
            }
        }
    }

    fn bytes(&self) -> usize {
        self.offsets.len() * 4 + self.steps.len() * size_of::<Step>()
    }
}

/// Takes all steps of a list, as they stand.
fn take_all(
    list: &Adjacency<'_>,
    from: &mut Vec<NodeId>,
    to: &mut Vec<NodeId>,
    ids: &mut Vec<u32>,
) {
    let neighbours = list.neighbours.all();
    to.extend_from_slice(neighbours);
    match list.statements {
        Statements::From(first) => ids.extend(first..first + neighbours.len() as u32),
        statements => ids.extend(statements.listed().iter().map(|id| id.0)),
    }
    from.reserve(neighbours.len());
    let runs = list.offsets.iter().zip(list.offsets.get(1..).unwrap_or(&[]));
    for (node, (start, end)) in (0..).zip(runs) {
        from.extend(std::iter::repeat_n(NodeId(node), (end - start) as usize));
    }
}

/// Begins the tags of steps with the nodes that they lead from and, where those are known, to.
fn nodes(seed: u64, from: &[NodeId], to: Option<&[NodeId]>, tags: &mut [Tag]) {
    let tag = |from: NodeId, to: NodeId| match (from, to) {
        (NO_NODE, _) | (_, NO_NODE) => Tag::NONE,
        (from, to) => Tag(seed).mixed(u64::from(from.0) | u64::from(to.0) << 32),
    };
    match to {
        None => {
            from.iter().zip(tags).for_each(|(from, out)| *out = tag(*from, NodeId(0)));
        }
        Some(to) => {
            let ends = from.iter().zip(to);
            ends.zip(tags).for_each(|((from, to), out)| *out = tag(*from, *to));
        }
    }
}
