//! Steps from a node over the relationships of one strand, and sums over where they lead.
//!
//! The loops here are what a query costs. Each is made for one kind of weight and one kind of
//! filter, so that the inner loop is a gather and an addition; where every neighbour counts once,
//! it is a difference of offsets.

use std::sync::Arc;

use super::set::Set;
use super::weights::Weights;
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::neighbours::{self, List};
use crate::exec::predicate::{Elements, Predicate, bit};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::{Expr, VarId};
use crate::graph::named_type::NamedType;
use crate::graph::snapshot::Statements;
use crate::graph::{Direction, Snapshot};
use crate::value::{NodeId, StatementId};

/// The relationships of a strand, seen from one of its ends.
#[derive(Clone)]
pub(super) struct Steps<'g> {
    pub(super) lists: Vec<List<'g>>,
    pub(super) filter: Option<Arc<Filter<'g>>>,
}

/// Which relationships count.
pub(super) enum Filter<'g> {
    /// Those that pass all tests.
    Tests(Vec<Predicate<'g>>),
    /// Those with a bit.
    Bits(Vec<u64>),
}

impl Filter<'_> {
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
    if let Some(tests) = conditions.iter().map(compile).collect() {
        return Ok(Some(Arc::new(Filter::Tests(tests))));
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
        Steps { lists, filter }
    }

    /// How many relationships the arrays hold.
    pub(super) fn total(&self) -> usize {
        self.lists.iter().map(|list| list.adjacency.neighbours.len()).sum()
    }

    /// How many steps lead away from a node, the filter apart.
    pub(super) fn degree(&self, node: u32) -> usize {
        self.lists.iter().map(|list| list.adjacency.degree(NodeId(node))).sum()
    }

    /// Whether every step leads into the set, as the arrays of the other direction tell: those of
    /// its nodes hold all relationships.
    pub(super) fn end_in(&self, set: &Set, graph: &dyn Snapshot) -> bool {
        let Set::Ranges(ranges) = set else { return false };
        self.lists.iter().all(|list| {
            let back = graph.adjacency(list.relationship_type, list.direction.reversed());
            if back.recent.is_some() {
                return false;
            }
            let last = back.offsets.len().saturating_sub(1);
            let offset = |node: u32| back.offsets.get((node as usize).min(last)).copied();
            let inside: u32 = ranges
                .iter()
                .map(|range| offset(range.end).unwrap_or(0) - offset(range.start).unwrap_or(0))
                .sum();
            inside as usize == back.neighbours.len()
        })
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

    /// The weight of all steps from a node.
    pub(super) fn sum(&self, node: u32, child: &Weights) -> u64 {
        match child {
            Weights::One if self.filter.is_none() => {
                self.lists.iter().map(|list| list.degree(NodeId(node)) as u64).sum()
            }
            _ => {
                let mut sum = 0u64;
                self.for_each(node, |to, _| sum = sum.saturating_add(child.at(to)));
                sum
            }
        }
    }

    /// Multiplies `out[i]` by the weight of all steps from the node `first + i`.
    pub(super) fn multiply(&self, child: &Weights, first: u32, out: &mut [u64]) {
        match child {
            Weights::One => self.multiply_by(&|_| 1, first, out),
            Weights::Set(set) => match &**set {
                Set::Bits(words, _) => {
                    let weight = |to: u32| {
                        words.get(to as usize / 64).map_or(0, |word| word >> (to % 64) & 1)
                    };
                    self.multiply_by(&weight, first, out);
                }
                Set::Ranges(ranges) if ranges.len() == 1 => {
                    let (start, len) = (ranges[0].start, ranges[0].end - ranges[0].start);
                    let weight = |to: u32| u64::from(to.wrapping_sub(start) < len);
                    self.multiply_by(&weight, first, out);
                }
                other => self.multiply_by(&|to| u64::from(other.contains(to)), first, out),
            },
            Weights::Dense { first: base, values } => {
                let weight =
                    |to: u32| values.get(to.wrapping_sub(*base) as usize).copied().unwrap_or(0);
                self.multiply_by(&weight, first, out);
            }
            Weights::Sparse(sparse) => self.multiply_by(&|to| sparse.at(to), first, out),
        }
    }

    fn multiply_by(&self, weight: &impl Fn(u32) -> u64, first: u32, out: &mut [u64]) {
        if let [list] = self.lists.as_slice() {
            // The usual case: one type, one way.
            for (node, slot) in (first..).zip(out) {
                if *slot != 0 {
                    *slot = slot.saturating_mul(self.sum_by(list, node, weight));
                }
            }
            return;
        }
        for (node, slot) in (first..).zip(out) {
            if *slot != 0 {
                let sums = self.lists.iter().map(|list| self.sum_by(list, node, weight));
                *slot = slot.saturating_mul(sums.fold(0, u64::saturating_add));
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
            (Some(filter), Statements::Listed(ids)) => {
                for (to, id) in run.iter().zip(&ids[positions]) {
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
    pub(super) fn multiply_degrees(&self, first: u32, out: &mut [u64]) {
        let plain = |list: &List<'_>| list.adjacency.recent.is_none() && !list.without_loops;
        if self.filter.is_some() || !self.lists.iter().all(plain) {
            return self.multiply(&Weights::One, first, out);
        }
        if let [list] = self.lists.as_slice() {
            let offsets = list.adjacency.offsets;
            let known = offsets.get(first as usize..).unwrap_or(&[]);
            let known = &known[..known.len().min(out.len() + 1)];
            let counted = known.len().saturating_sub(1);
            for (slot, pair) in out.iter_mut().zip(known.windows(2)) {
                *slot = slot.saturating_mul(u64::from(pair[1] - pair[0]));
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

/// The weight of all ways to take a step on each of several strands to the same node.
pub(super) fn sum_side_by_side(strands: &[Steps<'_>], node: u32, child: &Weights) -> u64 {
    let ends = |steps: &Steps<'_>| {
        let mut ends = Vec::new();
        steps.for_each(node, |to, _| ends.push(to));
        ends.sort_unstable();
        ends
    };
    let mut strands = strands.iter();
    let Some(first) = strands.next() else { return 0 };
    // Each end with the number of ways that lead there.
    let mut ways: Vec<(u32, u64)> =
        ends(first).chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect();
    for other in strands {
        let ends = ends(other);
        for (to, count) in &mut ways {
            let from = ends.partition_point(|end| end < to);
            let more = ends[from..].iter().take_while(|end| *end == to).count();
            *count = count.saturating_mul(more as u64);
        }
    }
    ways.iter().fold(0, |sum, (to, count)| {
        sum.saturating_add(if *count == 0 { 0 } else { count.saturating_mul(child.at(*to)) })
    })
}
