//! Steps from a node over the relationships of one strand, and sums over where they lead.
//!
//! The loops here are what a query costs. Each is made for one kind of weight and one kind of
//! filter, so that the inner loop is a gather and an addition; where every neighbour counts once,
//! it is a difference of offsets.

use std::ops::Range;
use std::sync::Arc;

use super::dense::{Dense, Entry, Values};
use super::product::Width;
use super::set::Set;
use super::values::Weights;
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::neighbours::{self, List};
use crate::exec::predicate::{Elements, Predicate, bit, set_bits};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::{Expr, VarId};
use crate::graph::named_type::NamedType;
use crate::graph::snapshot::{Adjacency, Neighbours, Statements};
use crate::graph::{Direction, Snapshot, TypeId};
use crate::value::{NodeId, StatementId};

/// The relationships of a strand, seen from one of its ends.
#[derive(Clone)]
pub(super) struct Steps<'g> {
    pub(super) lists: Vec<List<'g>>,
    pub(super) filter: Option<Arc<Filter<'g>>>,
    /// Whether several relationships between the same nodes count as one.
    pub(super) once: bool,
}

/// The nodes whose weights are multiplied, one for each weight.
#[derive(Clone, Copy)]
pub(super) enum Nodes<'n> {
    /// Those from an id on.
    From(u32),
    These(&'n [u32]),
}

/// Which relationships count.
pub(super) enum Filter<'g> {
    /// Those that pass all tests.
    Tests(Vec<Predicate<'g>>),
    /// Those with a bit.
    Bits(Vec<u64>),
}

impl<'g> Filter<'g> {
    /// The same as bits, for where most relationships of the types are looked at.
    pub(super) fn as_bits(&self, types: &[TypeId], graph: &'g dyn Snapshot) -> Option<Filter<'g>> {
        let Filter::Tests(tests) = self else { return None };
        let mut bits = vec![0u64; (graph.statement_bound() as usize).div_ceil(64)];
        let mut keep = [true; 4096];
        for relationship_type in types {
            let adjacency = graph.adjacency(*relationship_type, Direction::Outgoing);
            let (Statements::From(base), None) = (adjacency.statements, adjacency.recent) else {
                return None;
            };
            let end = base + adjacency.neighbours.len() as u32;
            for first in (base..end).step_by(keep.len()) {
                let block = &mut keep[..(end - first).min(4096) as usize];
                block.fill(true);
                tests.iter().for_each(|test| test.restrict(first, block));
                set_bits(first, block, &mut bits);
            }
        }
        Some(Filter::Bits(bits))
    }
}

impl Filter<'_> {
    /// Clears what does not pass among the relationships from an id on.
    pub(super) fn mark(&self, first: u32, keep: &mut [bool]) {
        match self {
            Filter::Tests(tests) => tests.iter().for_each(|test| test.restrict(first, keep)),
            Filter::Bits(bits) => {
                keep.iter_mut().zip(first..).for_each(|(keep, id)| *keep &= bit(bits, id));
            }
        }
    }

    pub(super) fn holds(&self, statement: StatementId) -> bool {
        match self {
            Filter::Tests(tests) => tests.iter().all(|test| test.holds(statement.0)),
            Filter::Bits(bits) => bit(bits, statement.0),
        }
    }
}

/// The filter that conditions on relationships of some types are; `None` where there is none.
pub(super) fn filter<'g>(
    conditions: &[(VarId, &Expr)],
    types: &[NamedType],
    graph: &'g dyn Snapshot,
    run: &Runtime<'_>,
) -> Result<Option<Arc<Filter<'g>>>> {
    if conditions.is_empty() {
        return Ok(None);
    }
    let rows = graph.statistics().statements as usize;
    let compile = |&(variable, condition): &(VarId, &Expr)| {
        Predicate::compile(condition, variable, Elements::Relationships, rows, graph, run)
    };
    if let Some(tests) = conditions.iter().map(compile).collect::<Option<_>>() {
        return Ok(Some(Arc::new(Filter::Tests(Predicate::merged(tests)))));
    }
    let mut bits = vec![0u64; (graph.statement_bound() as usize).div_ceil(64)];
    let mut chunk = Vec::with_capacity(BATCH_ROWS);
    for list in neighbours::lists(types, Direction::Outgoing, graph) {
        for node in 0..graph.node_bound() {
            list.for_each(NodeId(node), |_, statement| chunk.push(statement));
            if chunk.len() >= BATCH_ROWS {
                select(conditions, &mut chunk, &mut bits, run)?;
            }
        }
    }
    select(conditions, &mut chunk, &mut bits, run)?;
    Ok(Some(Arc::new(Filter::Bits(bits))))
}

/// Sets the bits of the relationships for which all conditions hold; empties the chunk.
fn select(
    conditions: &[(VarId, &Expr)],
    chunk: &mut Vec<StatementId>,
    bits: &mut [u64],
    run: &Runtime<'_>,
) -> Result<()> {
    run.check()?;
    for &(variable, condition) in conditions {
        if chunk.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::of_len(chunk.len());
        batch.set(variable, Column::new(Vector::new(Data::Relationship(chunk.clone()))));
        if let Some(rows) = vector::select(std::slice::from_ref(condition), &batch, run)? {
            *chunk = rows.iter().map(|&row| chunk[row as usize]).collect();
        }
    }
    chunk.drain(..).for_each(|id| bits[id.index() / 64] |= 1 << (id.0 % 64));
    Ok(())
}

impl<'g> Steps<'g> {
    /// The steps over the types in the direction.
    pub(super) fn new(
        types: &[NamedType],
        direction: Direction,
        filter: Option<Arc<Filter<'g>>>,
        graph: &'g dyn Snapshot,
    ) -> Steps<'g> {
        let mut lists = neighbours::lists(types, direction, graph);
        for list in &mut lists {
            // Where there is no loop at all, none has to be left out.
            list.without_loops &= !graph.loops(list.relationship_type).is_empty();
        }
        Steps { lists, filter, once: false }
    }

    /// The same steps, for where those from most nodes are looked at.
    pub(super) fn for_many(&self, graph: &'g dyn Snapshot) -> Steps<'g> {
        let types: Vec<TypeId> = self.lists.iter().map(|list| list.relationship_type).collect();
        let bits = self.filter.as_ref().and_then(|filter| filter.as_bits(&types, graph));
        let filter = bits.map(Arc::new).or_else(|| self.filter.clone());
        Steps { lists: self.lists.clone(), filter, once: self.once }
    }

    /// The same steps over plain arrays, which packed ones become where they are not yet: for where those from
    /// most nodes are looked at.
    pub(super) fn unpacked(&self) -> Steps<'g> {
        let unpacked = |list: &List<'g>| List { adjacency: list.adjacency.unpacked(), ..*list };
        Steps { lists: self.lists.iter().map(unpacked).collect(), ..self.clone() }
    }

    /// About how many relationships the arrays hold for the nodes of a set.
    pub(super) fn total_from(&self, set: &Set) -> usize {
        self.lists.iter().map(|list| total_from(list, set)).sum()
    }

    /// How many relationships the arrays hold.
    pub(super) fn total(&self) -> usize {
        self.lists.iter().map(|list| list.adjacency.neighbours.len()).sum()
    }

    /// No node has more steps than this.
    pub(super) fn degree_max(&self, graph: &dyn Snapshot) -> u64 {
        let by_type = &graph.statistics().by_type;
        let most = |list: &List<'_>| match by_type.get(&list.relationship_type) {
            // What a transaction has written is not in the statistics.
            _ if list.adjacency.recent.is_some() => u64::MAX,
            None => u64::MAX,
            Some(of_type) if list.direction == Direction::Incoming => of_type.in_degree_max,
            Some(of_type) => of_type.out_degree_max,
        };
        self.lists.iter().map(most).fold(0, u64::saturating_add)
    }

    /// How many steps lead away from some nodes, the filter apart.
    pub(super) fn total_of(&self, nodes: &[u32]) -> usize {
        let Some(offsets) = self.offsets() else {
            return nodes.iter().map(|&node| self.degree(node)).sum();
        };
        let degree = |node: &u32| match offsets.get(*node as usize..).and_then(|rest| rest.get(..2))
        {
            Some(&[start, end]) => (end - start) as usize,
            _ => 0,
        };
        nodes.iter().map(degree).sum()
    }

    /// How many steps lead away from a node, the filter apart.
    pub(super) fn degree(&self, node: u32) -> usize {
        self.lists.iter().map(|list| list.adjacency.degree(NodeId(node))).sum()
    }

    /// Whether every step leads into the set, as the arrays of the other direction tell: those of
    /// its nodes hold all relationships.
    pub(super) fn end_in(&self, set: &Set, graph: &dyn Snapshot) -> bool {
        let Set::Ranges(ranges) = set else { return false };
        self.lists.iter().all(|list| list.ends_in(ranges, graph))
    }

    /// Offsets and ends, where those are all: one list, without filter, recent writes or loops to leave out.
    pub(super) fn arrays(&self) -> Option<(&'g [u32], &'g [NodeId])> {
        let ([list], None) = (self.lists.as_slice(), &self.filter) else { return None };
        is_plain(list).then(|| (list.adjacency.offsets, list.adjacency.neighbours.all()))
    }

    /// The arrays of all lists, where all that stands in them is a step.
    pub(super) fn runs(&self) -> Option<Vec<(&'g [u32], &'g [NodeId])>> {
        let run = |list: &List<'g>| {
            let adjacency = list.adjacency.unpacked();
            is_plain(list).then(|| (adjacency.offsets, adjacency.neighbours.all()))
        };
        if self.filter.is_some() { None } else { self.lists.iter().map(run).collect() }
    }

    /// The only list, where all that stands in its arrays is a step.
    pub(super) fn one_list(&self) -> Option<&Adjacency<'g>> {
        match (self.lists.as_slice(), &self.filter) {
            ([list], None) if is_plain(list) => Some(&list.adjacency),
            _ => None,
        }
    }

    /// The ends of the steps from the nodes of a span, where the arrays hold just one for each.
    pub(super) fn one_each(&self, span: Range<u32>) -> Option<&'g [NodeId]> {
        let (offsets, ends) = self.arrays()?;
        let own = offsets.get(span.start as usize..=span.end as usize)?;
        let begin = *own.first()?;
        // All of them are looked at, without a branch: mostly all are as expected.
        let differ =
            own.iter().zip(begin..).fold(0, |differ, (offset, own)| differ | (offset ^ own));
        if differ != 0 {
            return None;
        }
        ends.get(begin as usize..begin as usize + span.len())
    }

    /// The nodes of a span from the first to the last that has a step, and the ends of their steps, where each
    /// has just one.
    pub(super) fn one_each_within(
        &self,
        span: Range<u32>,
        graph: &dyn Snapshot,
    ) -> Option<(Range<u32>, &'g [NodeId])> {
        if self.degree_max(graph) > 1 {
            return None;
        }
        let (offsets, ends) = self.arrays()?;
        let mut ids = span.start as usize..(span.end as usize).min(offsets.len().checked_sub(1)?);
        while ids.start < ids.end && offsets[ids.start] == offsets[ids.start + 1] {
            ids.start += 1;
        }
        while ids.start < ids.end && offsets[ids.end - 1] == offsets[ids.end] {
            ids.end -= 1;
        }
        if ids.is_empty() {
            return None;
        }
        // None has two: as many steps as nodes are one each.
        let all = ends.get(offsets[ids.start] as usize..offsets[ids.end] as usize)?;
        (all.len() == ids.len()).then_some((ids.start as u32..ids.end as u32, all))
    }

    /// The offsets of the only list, where they say how many steps lead from a node.
    pub(super) fn offsets(&self) -> Option<&'g [u32]> {
        let [list] = self.lists.as_slice() else { return None };
        list.adjacency.recent.is_none().then_some(list.adjacency.offsets)
    }

    /// Calls `visit` with every step from a node that the filter lets through.
    pub(super) fn for_each(&self, node: u32, mut visit: impl FnMut(u32, StatementId)) {
        for list in &self.lists {
            list.for_each(NodeId(node), |neighbour, statement| {
                if self.filter.as_ref().is_none_or(|filter| filter.holds(statement)) {
                    visit(neighbour.0, statement);
                }
            });
        }
    }

    /// Calls `visit` with the end of every step from a node that the filter lets through.
    pub(super) fn for_each_end(&self, node: u32, mut visit: impl FnMut(u32)) {
        if self.filter.is_some() || !self.lists.iter().all(is_plain) {
            return self.for_each(node, |to, _| visit(to));
        }
        for list in &self.lists {
            list.adjacency.with_run(NodeId(node), |run| run.iter().for_each(|to| visit(to.0)));
        }
    }

    /// Whether another strand takes just the same steps, however they count.
    pub(super) fn is_same(&self, other: &Steps<'_>) -> bool {
        let lists = self.lists.iter().zip(&other.lists);
        let is_filtered_alike = match (&self.filter, &other.filter) {
            (None, None) => true,
            // A filter is known by where it is; the lifetime of what it looks at is not its own.
            (Some(a), Some(b)) => std::ptr::addr_eq(Arc::as_ptr(a), Arc::as_ptr(b)),
            _ => false,
        };
        is_filtered_alike
            && self.lists.len() == other.lists.len()
            && lists.into_iter().all(|(a, b)| {
                a.relationship_type == b.relationship_type && a.direction == b.direction
            })
    }

    /// Calls `visit` with each node that steps lead to, ascending, and how many do.
    pub(super) fn each_end(&self, node: u32, visit: &mut impl FnMut(u32, u64)) {
        if self.once {
            self.each_run(node, &mut |to, _| visit(to, 1));
        } else {
            self.each_run(node, visit);
        }
    }

    /// How many steps lead from a node to another.
    pub(super) fn ways(&self, from: u32, to: u32) -> u64 {
        let mut ways = 0;
        for list in &self.lists {
            list.between(NodeId(from), NodeId(to), |statement| {
                ways += u64::from(self.filter.as_ref().is_none_or(|f| f.holds(statement)));
            });
        }
        if self.once { ways.min(1) } else { ways }
    }

    fn each_run(&self, node: u32, visit: &mut impl FnMut(u32, u64)) {
        if self.filter.is_none() && self.lists.len() <= 2 && self.lists.iter().all(is_plain) {
            let run = |at: usize, read: &mut dyn FnMut(&[NodeId])| match self.lists.get(at) {
                Some(list) => list.adjacency.with_run(NodeId(node), read),
                None => read(&[]),
            };
            return run(0, &mut |first| run(1, &mut |second| each_of_two(first, second, visit)));
        }
        let mut ends = Vec::new();
        self.for_each(node, |to, _| ends.push(to));
        ends.sort_unstable();
        ends.chunk_by(|a, b| a == b).for_each(|run| visit(run[0], run.len() as u64));
    }

    /// Multiplies each entry of `out` by the weight of all steps from its node.
    pub(super) fn multiply(
        &self,
        child: &Weights,
        nodes: Nodes<'_>,
        width: Width,
        out: &mut [u64],
    ) {
        match child {
            Weights::One if self.filter.is_none() && self.lists.iter().all(is_plain) => {
                nodes.each(out, |node, slot| {
                    *slot = slot.saturating_mul(self.degree(node) as u64);
                });
            }
            Weights::One => self.multiply_by(&|_| 1, nodes, width, out),
            Weights::Set(set) => match &**set {
                Set::Bits(words, _) => {
                    let weight = |to: u32| {
                        words.get(to as usize / 64).map_or(0, |word| word >> (to % 64) & 1)
                    };
                    self.multiply_by(&weight, nodes, width, out);
                }
                Set::Ranges(ranges) if ranges.len() == 1 => {
                    let (start, len) = (ranges[0].start, ranges[0].end - ranges[0].start);
                    let weight = |to: u32| u64::from(to.wrapping_sub(start) < len);
                    self.multiply_by(&weight, nodes, width, out);
                }
                other => self.multiply_by(&|to| u64::from(other.contains(to)), nodes, width, out),
            },
            Weights::Dense(Dense { first, values }) => match values {
                Values::Bytes(all) => self.multiply_at(*first, all, nodes, width, out),
                Values::Shorts(all) => self.multiply_at(*first, all, nodes, width, out),
                Values::Words(all) => self.multiply_at(*first, all, nodes, width, out),
                Values::Wide(all) => self.multiply_at(*first, all, nodes, width, out),
            },
            Weights::Sparse(sparse) => self.multiply_by(&|to| sparse.at(to), nodes, width, out),
        }
    }

    fn multiply_at<T: Entry>(
        &self,
        first: u32,
        values: &[T],
        nodes: Nodes<'_>,
        width: Width,
        out: &mut [u64],
    ) {
        let weight = |to: u32| match values.get(to.wrapping_sub(first) as usize) {
            Some(weight) => (*weight).into(),
            None => 0,
        };
        self.multiply_by(&weight, nodes, width, out);
    }

    fn multiply_by(
        &self,
        weight: &impl Fn(u32) -> u64,
        nodes: Nodes<'_>,
        width: Width,
        out: &mut [u64],
    ) {
        if width == Width::Any || !self.lists.iter().all(is_plain) {
            return nodes.each(out, |node, slot| {
                let sums = self.lists.iter().map(|list| self.sum_by(list, node, weight));
                *slot = slot.saturating_mul(sums.fold(0, u64::saturating_add));
            });
        }
        // The usual case: all of it in the arrays, and nothing too large to be added up.
        let run = |list: &List<'g>, node: u32| {
            let adjacency = list.adjacency;
            let positions = adjacency.positions(NodeId(node));
            (&adjacency.neighbours.all()[positions.clone()], positions)
        };
        match (self.filter.as_deref(), self.lists.as_slice()) {
            (None, [list]) => {
                let sum = |run: &[NodeId]| run.iter().map(|to| weight(to.0)).sum::<u64>();
                let adjacency = list.adjacency;
                match (adjacency.neighbours, nodes) {
                    (Neighbours::Array(ends), Nodes::From(first)) => {
                        multiply_in_order((adjacency.offsets, ends), first, weight, out);
                    }
                    (Neighbours::Array(ends), _) => nodes.each(out, |node, slot| {
                        *slot *= sum(&ends[adjacency.positions(NodeId(node))]);
                    }),
                    (Neighbours::Packed(_), _) => nodes.each(out, |node, slot| {
                        *slot *= adjacency.with_run(NodeId(node), sum);
                    }),
                }
            }
            (None, lists) => {
                let lists = lists.iter().map(|list| (list, list.adjacency.neighbours.all()));
                let lists: Vec<_> = lists.collect();
                nodes.each(out, |node, slot| {
                    let runs = lists
                        .iter()
                        .flat_map(|(list, all)| &all[list.adjacency.positions(NodeId(node))]);
                    *slot *= runs.map(|to| weight(to.0)).sum::<u64>();
                });
            }
            (Some(Filter::Bits(bits)), lists) => {
                nodes.each(out, |node, slot| {
                    let sums = lists.iter().map(|list| {
                        let (to, positions) = run(list, node);
                        sum_of_bits(bits, list.adjacency.statements, to, positions, weight)
                    });
                    *slot *= sums.sum::<u64>();
                });
            }
            (Some(Filter::Tests(_)), lists) => {
                nodes.each(out, |node, slot| {
                    *slot *= lists.iter().map(|list| self.sum_by(list, node, weight)).sum::<u64>();
                });
            }
        }
    }

    fn sum_by(&self, list: &List<'_>, node: u32, weight: &impl Fn(u32) -> u64) -> u64 {
        let adjacency = &list.adjacency;
        let touched = adjacency.recent.is_some_and(|recent| recent.touches(NodeId(node)));
        let mut sum = 0u64;
        if touched || list.without_loops {
            list.for_each(NodeId(node), |to, statement| {
                if self.filter.as_ref().is_none_or(|filter| filter.holds(statement)) {
                    sum = sum.saturating_add(weight(to.0));
                }
            });
            return sum;
        }
        let positions = adjacency.positions(NodeId(node));
        let run = &adjacency.neighbours[positions.clone()];
        match (&self.filter, adjacency.statements) {
            (None, _) => {
                for to in run {
                    sum = sum.saturating_add(weight(to.0));
                }
            }
            (Some(filter), Statements::From(base)) => {
                let ids = base + positions.start as u32..;
                for (to, id) in run.iter().zip(ids) {
                    let weight = weight(to.0);
                    if weight != 0 && filter.holds(StatementId(id)) {
                        sum = sum.saturating_add(weight);
                    }
                }
            }
            (Some(filter), statements) => {
                for (to, id) in run.iter().zip(&statements.listed()[positions]) {
                    let weight = weight(to.0);
                    if weight != 0 && filter.holds(*id) {
                        sum = sum.saturating_add(weight);
                    }
                }
            }
        }
        sum
    }

    /// Multiplies `out[i]` by the number of steps from the node `first + i`, by offsets alone where
    /// they tell.
    pub(super) fn multiply_degrees(&self, first: u32, width: Width, out: &mut [u64]) {
        if self.filter.is_some() || !self.lists.iter().all(is_plain) {
            return self.multiply(&Weights::One, Nodes::From(first), width, out);
        }
        if let [list] = self.lists.as_slice() {
            let offsets = list.adjacency.offsets;
            let known = offsets.get(first as usize..).unwrap_or(&[]);
            let known = &known[..known.len().min(out.len() + 1)];
            let counted = known.len().saturating_sub(1);
            let degrees = known.iter().zip(known.get(1..).unwrap_or(&[]));
            let degrees = degrees.map(|(start, end)| u64::from(end - start));
            match width {
                Width::Narrow => {
                    for (slot, degree) in out.iter_mut().zip(degrees) {
                        // Both fit in 32 bits, which is a product that vector registers have.
                        *slot = u64::from(*slot as u32) * degree;
                    }
                }
                Width::Wide => out.iter_mut().zip(degrees).for_each(|(slot, d)| *slot *= d),
                Width::Any => {
                    for (slot, degree) in out.iter_mut().zip(degrees) {
                        *slot = slot.saturating_mul(degree);
                    }
                }
            }
            out[counted..].fill(0);
            return;
        }
        for (node, slot) in (first..).zip(out) {
            let degrees =
                self.lists.iter().map(|list| list.adjacency.positions(NodeId(node)).len());
            *slot = slot.saturating_mul(degrees.sum::<usize>() as u64);
        }
    }
}

impl Nodes<'_> {
    /// Calls `visit` with each node and its weight, unless that is 0 already.
    #[inline]
    pub(super) fn each(self, out: &mut [u64], mut visit: impl FnMut(u32, &mut u64)) {
        let mut some = |node: u32, slot: &mut u64| {
            if *slot != 0 {
                visit(node, slot);
            }
        };
        match self {
            Nodes::From(first) => (first..).zip(out).for_each(|(node, slot)| some(node, slot)),
            Nodes::These(ids) => ids.iter().zip(out).for_each(|(node, slot)| some(*node, slot)),
        }
    }
}

/// Multiplies the weights of the nodes from `first` on by those of where their steps lead, added up.
fn multiply_in_order(
    (offsets, ends): (&[u32], &[NodeId]),
    first: u32,
    weight: &impl Fn(u32) -> u64,
    out: &mut [u64],
) {
    let offsets = offsets.get(first as usize..).unwrap_or(&[]);
    let offsets = &offsets[..offsets.len().min(out.len() + 1)];
    let next = offsets.get(1..).unwrap_or(&[]);
    let (known, beyond) = out.split_at_mut(next.len());
    beyond.fill(0);
    let runs = offsets.iter().zip(next);
    // Where a node has one step at most there is nothing to add up, and no loop to begin.
    if runs.clone().fold(0, |most, (start, end)| most.max(end - start)) <= 1 {
        for (slot, (&start, &end)) in known.iter_mut().zip(runs) {
            let only = if start < end { weight(ends[start as usize].0) } else { 0 };
            *slot *= only;
        }
        return;
    }
    for (slot, (&start, &end)) in known.iter_mut().zip(runs).filter(|(slot, _)| **slot != 0) {
        let run = &ends[start as usize..end as usize];
        *slot *= run.iter().map(|to| weight(to.0)).sum::<u64>();
    }
}

/// Whether all steps of a list stand in the arrays, and all of those are steps.
fn is_plain(list: &List<'_>) -> bool {
    list.adjacency.recent.is_none() && !list.without_loops
}

/// About how many relationships the arrays of a list hold for the nodes of a set: as offsets tell for ranges and lists;
/// nodes that are bits have their share of what those from the first to the last have. 0 only where there are none.
fn total_from(list: &List<'_>, set: &Set) -> usize {
    let offsets = list.adjacency.offsets;
    let last = offsets.len().saturating_sub(1);
    let offset = |node: u32| offsets.get((node as usize).min(last)).copied().unwrap_or(0);
    let of_range = |range: &Range<u32>| (offset(range.end) - offset(range.start)) as usize;
    match set {
        Set::Ranges(ranges) => ranges.iter().map(of_range).sum(),
        Set::List(ids) => ids.iter().map(|id| of_range(&(*id..id.saturating_add(1)))).sum(),
        Set::Bits(_, count) => {
            let span = set.span();
            let all = of_range(&span);
            let share = all as f64 * *count as f64 / span.len().max(1) as f64;
            if all == 0 { 0 } else { (share as usize).max(1) }
        }
    }
}

/// Drops the lists of a strand, seen from either end, that hold nothing for the nodes that bear the
/// labels of one end.
pub(super) fn keep_between(ahead: &mut Steps<'_>, behind: &mut Steps<'_>, ends: (&Set, &Set)) {
    let holds_some = |steps: &Steps<'_>, set: &Set| {
        let some = |list: &&List<'_>| list.adjacency.recent.is_some() || total_from(list, set) > 0;
        let kept = steps.lists.iter().filter(some);
        kept.map(|list| (list.relationship_type, list.direction)).collect::<Vec<_>>()
    };
    let (forward, backward) = (holds_some(ahead, ends.0), holds_some(behind, ends.1));
    let is_kept = |list: &List<'_>, own: &[(TypeId, Direction)], other: &[(TypeId, Direction)]| {
        own.contains(&(list.relationship_type, list.direction))
            && other.contains(&(list.relationship_type, list.direction.reversed()))
    };
    ahead.lists.retain(|list| is_kept(list, &forward, &backward));
    behind.lists.retain(|list| is_kept(list, &backward, &forward));
}

/// The weight of where a run leads over relationships that have their bit.
fn sum_of_bits(
    bits: &[u64],
    statements: Statements<'_>,
    run: &[NodeId],
    positions: Range<usize>,
    weight: &impl Fn(u32) -> u64,
) -> u64 {
    let has = |id: u32| bits.get(id as usize / 64).map_or(0, |word| word >> (id % 64) & 1);
    match statements {
        Statements::From(base) => {
            let ids = base + positions.start as u32..;
            run.iter().zip(ids).map(|(to, id)| has(id) * weight(to.0)).sum()
        }
        statements => run
            .iter()
            .zip(&statements.listed()[positions])
            .map(|(to, id)| has(id.0) * weight(to.0))
            .sum(),
    }
}

/// Calls `visit` with each node of two sorted runs, ascending, and how often it stands there.
fn each_of_two(a: &[NodeId], b: &[NodeId], visit: &mut impl FnMut(u32, u64)) {
    let (mut at, mut beside) = (0, 0);
    loop {
        let node = match (a.get(at), b.get(beside)) {
            (Some(x), Some(y)) => *x.min(y),
            (Some(one), None) | (None, Some(one)) => *one,
            (None, None) => return,
        };
        let before = at + beside;
        while a.get(at) == Some(&node) {
            at += 1;
        }
        while b.get(beside) == Some(&node) {
            beside += 1;
        }
        visit(node.0, (at + beside - before) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_are_met_in_order() {
        let (a, b) = ([1, 1, 4, 9].map(NodeId), [0, 1, 4, 4].map(NodeId));
        let mut met = Vec::new();
        each_of_two(&a, &b, &mut |node, ways| met.push((node, ways)));
        assert_eq!(met, [(0, 1), (1, 3), (4, 3), (9, 1)]);
        met.clear();
        each_of_two(&a, &[], &mut |node, ways| met.push((node, ways)));
        assert_eq!(met, [(1, 2), (4, 1), (9, 1)]);
    }
}
