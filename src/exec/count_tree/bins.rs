//! Groups by one stored property with few values, counted in an array.
//!
//! ```text
//! MATCH (p:Person) RETURN p.age, count(*)            a bin for each age between the least and the largest
//! MATCH ()-[e:EVENT]->() RETURN e.kind, count(*)     a bin for each text of the property's dictionary
//! ```
//!
//! Where the key is a property as it is stored and nothing is asked but how many, a row is an addition to
//! the bin of its value: no batch of rows, no vector of keys, no table. In: core rows, as ids with
//! weights. Out: a group for each bin that is not empty, in the order of the stored values, null last.
//! Callers: [`nodes`](super::nodes) and [`relationships`](super::relationships).

use super::overflow;
use crate::bind::bound::Grouping;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{self, Data, TextSource, Vector};
use crate::exec::predicate::Elements;
use crate::expr::{ExprKind, VarId};
use crate::graph::snapshot::{Column, ColumnData};
use crate::graph::{KeyId, Snapshot};
use crate::value::StatementId;

/// So many bins at most: they stay in the nearest caches but one.
const BINS_MAX: u64 = 1 << 15;

/// The bins of a property.
#[derive(Clone)]
pub(super) struct Bins<'g> {
    column: Column<'g>,
    values: Values<'g>,
    key: VarId,
    counted: Vec<VarId>,
    /// The last one is that of null.
    counts: Vec<u64>,
}

/// The values of a property with few of them, as they are stored; each has a bin.
#[derive(Clone, Copy)]
pub(super) enum Values<'g> {
    Integers { values: &'g [i64], least: i64 },
    Dates { values: &'g [i32], least: i64 },
    Texts { codes: &'g [u32], source: TextSource },
    Booleans(&'g [bool]),
}

impl<'g> Bins<'g> {
    /// Empty bins for groups of about so many elements, of which `variable` is one; `None` where the groups are
    /// more than counts by a property with few values, or there are more bins than elements.
    pub(super) fn of(
        grouping: &Grouping,
        variable: VarId,
        (elements, rows): (Elements, usize),
        graph: &'g dyn Snapshot,
    ) -> Option<Bins<'g>> {
        let [(key, expr)] = grouping.keys.as_slice() else { return None };
        let ExprKind::Property(of, name) = &expr.kind else { return None };
        let is_own = matches!(of.kind, ExprKind::Variable(own) if own == variable);
        if !is_own || !grouping.aggregates.iter().all(|(_, a)| a.arguments.is_empty()) {
            return None;
        }
        let name = graph.catalog().key(name)?;
        let column = elements.column(name, graph);
        let (values, bins) = Values::of(&column, name, elements)?;
        (bins <= BINS_MAX.min(rows as u64)).then(|| Bins {
            column,
            values,
            key: *key,
            counted: grouping.aggregates.iter().map(|(variable, _)| *variable).collect(),
            counts: vec![0; bins as usize + 1],
        })
    }

    /// Adds what the elements from an id on weigh.
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
        let counts = &mut self.counts;
        match self.values {
            Values::Integers { values, least } => {
                fill(counts, &values[here], weights, |value| value.abs_diff(least) as usize);
            }
            Values::Dates { values, least } => {
                fill(counts, &values[here], weights, |day| i64::from(day).abs_diff(least) as usize);
            }
            Values::Texts { codes, .. } => {
                fill(counts, &codes[here], weights, |code| code as usize);
            }
            Values::Booleans(values) => fill(counts, &values[here], weights, usize::from),
        }
    }

    /// Adds relationships that weigh 1.
    pub(super) fn add_each(&mut self, ids: &[StatementId]) {
        let first = ids.iter().min().map_or(0, |id| id.0);
        let end = ids.iter().max().map_or(0, |id| id.0.saturating_add(1));
        if !self.column.covers(first..end) {
            return ids.iter().for_each(|id| self.add_one(id.0, 1));
        }
        // The type is chosen once for all of them.
        let (counts, base) = (&mut self.counts, self.column.first);
        match self.values {
            Values::Integers { values, least } => {
                fill_each(counts, values, ids, base, |value| value.abs_diff(least) as usize);
            }
            Values::Dates { values, least } => {
                fill_each(counts, values, ids, base, |day| i64::from(day).abs_diff(least) as usize);
            }
            Values::Texts { codes, .. } => {
                fill_each(counts, codes, ids, base, |code| code as usize);
            }
            Values::Booleans(values) => fill_each(counts, values, ids, base, usize::from),
        }
    }

    /// Adds what one element weighs.
    pub(super) fn add_one(&mut self, id: u32, weight: u64) {
        let null = self.counts.len() - 1;
        let bin = self.column.position(id).map_or(null, |at| self.values.bin(at));
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

    /// The groups.
    pub(super) fn finish(&self) -> Result<Batch> {
        let filled: Vec<usize> =
            (0..self.counts.len()).filter(|at| self.counts[*at] != 0).collect();
        let counts = filled.iter().map(|&at| match self.counts[at] {
            u64::MAX => Err(overflow()),
            count => i64::try_from(count).map_err(|_| overflow()),
        });
        let counts = counts.collect::<Result<Vec<i64>>>()?;
        let nulls: Vec<bool> = filled.iter().map(|at| at + 1 == self.counts.len()).collect();
        let bins = filled.iter().zip(&nulls).map(|(at, null)| if *null { 0 } else { *at });
        let data = self.values.data(bins);
        let mut groups = Batch::of_len(filled.len());
        groups.set(self.key, column::Column::new(Vector::with_nulls(data, nulls)));
        for variable in &self.counted {
            let counts = Vector::new(Data::Integer(counts.clone()));
            groups.set(*variable, column::Column::new(counts));
        }
        Ok(groups)
    }
}

impl<'g> Values<'g> {
    /// The values of a property, and how many bins they need, that of null apart; `None` where they are not few.
    pub(super) fn of(
        column: &Column<'g>,
        name: KeyId,
        elements: Elements,
    ) -> Option<(Values<'g>, u64)> {
        if column.recent.is_some() {
            return None;
        }
        let range = || column.shape.and_then(|_| column.shape().range);
        let between = |(least, most): (i64, i64)| most.abs_diff(least).saturating_add(1);
        Some(match column.data {
            ColumnData::Integer(values) => {
                let range = range()?;
                (Values::Integers { values: values.all(), least: range.0 }, between(range))
            }
            ColumnData::Date(values) => {
                let range = range()?;
                (Values::Dates { values, least: range.0 }, between(range))
            }
            ColumnData::String { codes, dictionary } => {
                let source = match elements {
                    Elements::Nodes => TextSource::Node(name),
                    Elements::Relationships => TextSource::Relationship(name),
                };
                (Values::Texts { codes, source }, dictionary.len() as u64)
            }
            ColumnData::Boolean(values) => (Values::Booleans(values), 2),
            _ => return None,
        })
    }

    /// The bin of what stands at a position.
    #[inline]
    pub(super) fn bin(&self, at: usize) -> usize {
        match self {
            Values::Integers { values, least } => values[at].abs_diff(*least) as usize,
            Values::Dates { values, least } => i64::from(values[at]).abs_diff(*least) as usize,
            Values::Texts { codes, .. } => codes[at] as usize,
            Values::Booleans(values) => usize::from(values[at]),
        }
    }

    /// The values that bins stand for.
    pub(super) fn data(&self, bins: impl Iterator<Item = usize>) -> Data {
        match *self {
            Values::Integers { least, .. } => {
                Data::Integer(bins.map(|at| least.wrapping_add(at as i64)).collect())
            }
            Values::Dates { least, .. } => {
                Data::Date(bins.map(|at| (least + at as i64) as i32).collect())
            }
            Values::Texts { source, .. } => {
                Data::Text { codes: bins.map(|at| at as u32).collect(), source }
            }
            Values::Booleans(_) => Data::Boolean(bins.map(|at| at == 1).collect()),
        }
    }
}

/// Adds each weight to the bin of its value.
#[inline]
fn fill<T: Copy>(counts: &mut [u64], values: &[T], weights: &[u64], bin: impl Fn(T) -> usize) {
    for (value, weight) in values.iter().zip(weights) {
        if let Some(count) = counts.get_mut(bin(*value)) {
            *count = count.saturating_add(*weight);
        }
    }
}

/// Adds 1 to the bin of the value of each element.
#[inline]
fn fill_each<T: Copy>(
    counts: &mut [u64],
    values: &[T],
    ids: &[StatementId],
    base: u32,
    bin: impl Fn(T) -> usize,
) {
    for id in ids {
        let bin = bin(values[(id.0 - base) as usize]);
        if let Some(count) = counts.get_mut(bin) {
            *count = count.saturating_add(1);
        }
    }
}
