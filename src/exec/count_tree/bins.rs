//! Groups by one stored property with few values, counted in an array.
//!
//! ```text
//! MATCH (p:Person) RETURN p.age, count(*)         a bin for each age between the least and the largest
//! MATCH (p:Person) RETURN p.gender, count(*)      a bin for each text of the property's dictionary
//! ```
//!
//! Where the key is a property as it is stored and nothing is asked but how many, a row is an addition to
//! the bin of its value: no batch of rows, no vector of keys, no table. In: nodes with weights. Out: a group for each bin
//! that is not empty, in the order of the stored values, null last. Caller: [`nodes`](super::nodes); relationships are
//! counted by [`lanes`](super::lanes).

use std::ops::Range;

use super::overflow;
use crate::bind::bound::Grouping;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{self, Data, TextSource, Vector};
use crate::exec::numbers::Numbers;
use crate::exec::predicate::Elements;
use crate::expr::{ExprKind, VarId};
use crate::graph::Snapshot;
use crate::graph::snapshot::Column;

/// So many bins at most: they stay in the nearest caches but one.
const BINS_MAX: u64 = 1 << 15;

/// So few bins are added to in turn.
const FEW: usize = 8;
/// So many arrays there are for them then.
const TURNS: usize = 4;

/// The bins of a property.
#[derive(Clone)]
pub(super) struct Bins<'g> {
    column: Column<'g>,
    values: Numbers<'g>,
    key: VarId,
    counted: Vec<VarId>,
    /// The last one is that of null.
    counts: Vec<u64>,
}

impl<'g> Bins<'g> {
    /// Empty bins for groups of about so many nodes, of which `variable` is one; `None` where the groups are
    /// more than counts by a property with few values, or there are more bins than nodes.
    pub(super) fn of(
        grouping: &Grouping,
        variable: VarId,
        rows: usize,
        graph: &'g dyn Snapshot,
    ) -> Option<Bins<'g>> {
        let [(key, expr)] = grouping.keys.as_slice() else { return None };
        let ExprKind::Property(of, name) = &expr.kind else { return None };
        let is_own = matches!(of.kind, ExprKind::Variable(own) if own == variable);
        if !is_own || !grouping.aggregates.iter().all(|(_, a)| a.arguments.is_empty()) {
            return None;
        }
        let name = graph.catalog().key(name)?;
        let column = Elements::Nodes.column(name, graph);
        let (values, bins) = Numbers::of(&column, TextSource::Node(name))?;
        (bins <= BINS_MAX.min(rows as u64)).then(|| Bins {
            column,
            values,
            key: *key,
            counted: grouping.aggregates.iter().map(|(variable, _)| *variable).collect(),
            counts: vec![0; bins as usize + 1],
        })
    }

    /// Adds what the nodes from an id on weigh.
    pub(super) fn add(&mut self, first: u32, weights: &[u64]) {
        let all = first..first.saturating_add(weights.len() as u32);
        if !self.column.covers(all.clone()) {
            for (id, weight) in all.zip(weights).filter(|(_, weight)| **weight != 0) {
                self.add_one(id, *weight);
            }
            return;
        }
        let begin = (first - self.column.first) as usize;
        let here = begin..begin + weights.len();
        if self.counts.len() <= FEW {
            return self.add_in_turns(here, weights);
        }
        let counts = &mut self.counts;
        self.values.beside(here, weights.iter(), |bin, weight| {
            if let Some(count) = counts.get_mut(bin as usize) {
                *count = count.saturating_add(*weight);
            }
        });
    }

    /// Adds the weights of nodes of which all have a value to several arrays in turn: an addition waits for the last one to
    /// the same bin, and where bins are few most nodes have that of a neighbour.
    fn add_in_turns(&mut self, here: Range<usize>, weights: &[u64]) {
        let (mut turns, mut turn) = ([[0u64; FEW]; TURNS], 0);
        self.values.beside(here, weights.iter(), |bin, weight| {
            if let Some(count) = turns[turn % TURNS].get_mut(bin as usize) {
                *count = count.saturating_add(*weight);
            }
            turn += 1;
        });
        for own in turns {
            for (count, more) in self.counts.iter_mut().zip(own) {
                *count = count.saturating_add(more);
            }
        }
    }

    /// Adds what one node weighs.
    pub(super) fn add_one(&mut self, id: u32, weight: u64) {
        let null = self.counts.len() - 1;
        let bin = self.column.position(id).map_or(null, |at| self.values.one(at) as usize);
        if let Some(count) = self.counts.get_mut(bin) {
            *count = count.saturating_add(weight);
        }
    }

    /// Adds what is in the bins of others.
    pub(super) fn merge(&mut self, others: &Bins<'_>) {
        for (count, other) in self.counts.iter_mut().zip(&others.counts) {
            *count = count.saturating_add(*other);
        }
    }

    /// The groups of the first of some bins; which of them each aggregate counts by is said.
    pub(super) fn finish(all: &[Bins<'g>], of_aggregate: &[usize]) -> Result<Batch> {
        let Some(plain) = all.first() else { return Ok(Batch::of_len(0)) };
        let filled: Vec<usize> =
            (0..plain.counts.len()).filter(|at| plain.counts[*at] != 0).collect();
        let counts = |bins: &Bins<'g>| {
            let counts = filled.iter().map(|&at| match bins.counts[at] {
                u64::MAX => Err(overflow()),
                count => i64::try_from(count).map_err(|_| overflow()),
            });
            counts.collect::<Result<Vec<i64>>>()
        };
        let counts = all.iter().map(counts).collect::<Result<Vec<_>>>()?;
        let nulls: Vec<bool> = filled.iter().map(|at| at + 1 == plain.counts.len()).collect();
        let bins = filled.iter().zip(&nulls).map(|(at, null)| if *null { 0 } else { *at as u32 });
        let data = plain.values.data(bins);
        let mut groups = Batch::of_len(filled.len());
        groups.set(plain.key, column::Column::new(Vector::with_nulls(data, nulls)));
        for (variable, at) in plain.counted.iter().zip(of_aggregate) {
            let counts = Vector::new(Data::Integer(counts[*at].clone()));
            groups.set(*variable, column::Column::new(counts));
        }
        Ok(groups)
    }
}
