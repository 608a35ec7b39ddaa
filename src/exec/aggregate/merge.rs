//! Groups that several threads have added up, each over its own morsels, become one.
//!
//! **In**: the [`Part`] of each thread. **Out**: all groups, in the order in which they appear when
//! the morsels are read one after the other. **Callers**: `aggregate` and `count_tree`, for the aggregates that
//! [`is_mergeable`] takes: those whose result is the same whichever rows are added first. That is so of
//! counts, of sums and means of integers, and of extremes; a sum of floats depends on the order, so
//! that a batch that brings one ([`takes`]) sends the run back to one thread.
//!
//! The part with the most groups takes those of the others. Where keys may be equivalent and look
//! different (`1` and `1.0`), all parts are put into a new table in the order of their morsels instead,
//! so that the key that is kept is the one that came first.

use crate::bind::bound::Grouping;
use crate::error::Result;
use crate::exec::aggregate::{Aggregate, Groups, State, note_pairs};
use crate::exec::batch::{Batch, Pieces};
use crate::exec::column::{Column, Data};
use crate::exec::keys::KeyTable;
use crate::exec::memory::Holding;
use crate::exec::morsels::{self, Morsels};
use crate::exec::pairs_seen::PairsSeen;
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr;
use crate::expr::aggregate::AggregateFunction;
use crate::graph::Snapshot;
use crate::value::Value;
use crate::value::time::Truth;

/// The groups of one thread.
pub(crate) struct Part<'a> {
    groups: Groups<'a>,
    holding: Holding,
    /// The morsels, ascending, and how many groups there were before each.
    begins: Vec<(u32, usize)>,
}

/// All groups.
struct Merged<'a> {
    groups: Groups<'a>,
    holding: Holding,
    /// The groups in the order in which they appeared, where their numbers are not in it.
    order: Option<Vec<u32>>,
}

/// The groups that first appeared to a thread in one morsel: the part, and their numbers in it.
type Segment = (usize, std::ops::Range<usize>);

/// Whether aggregates can be added up in parts.
pub(crate) fn is_mergeable(grouping: &Grouping) -> bool {
    let is_exact = |aggregate: &expr::Aggregate| match aggregate.function {
        AggregateFunction::Count | AggregateFunction::Sum | AggregateFunction::Avg => true,
        AggregateFunction::Min | AggregateFunction::Max => !aggregate.distinct,
        _ => false,
    };
    grouping.keys.iter().all(|(_, key)| morsels::is_steady(key))
        && grouping.aggregates.iter().all(|(_, aggregate)| {
            is_exact(aggregate) && aggregate.arguments.iter().all(morsels::is_steady)
        })
}

/// Whether the values of a batch can be added up in parts; the columns are those of [`Groups::add`].
fn takes(columns: &[Column], grouping: &Grouping) -> bool {
    let mut arguments = &columns[grouping.keys.len()..];
    grouping.aggregates.iter().all(|(_, aggregate)| {
        let (own, rest) = arguments.split_at(aggregate.arguments.len());
        arguments = rest;
        match aggregate.function {
            AggregateFunction::Sum | AggregateFunction::Avg => own.iter().all(are_integers),
            _ => true,
        }
    })
}

fn are_integers(column: &Column) -> bool {
    match &column.parts().0.data {
        Data::Integer(_) => true,
        Data::Value(values) => {
            values.iter().all(|value| matches!(value, Value::Integer(_) | Value::Null))
        }
        _ => false,
    }
}

impl Aggregate<'_> {
    /// The groups that all threads come to; `None` where one thread must do it.
    pub(super) fn run_in_parts(
        &mut self,
        morsels: &Morsels<'_>,
        run: &Runtime<'_>,
    ) -> Result<Option<Pieces>> {
        let (grouping, expressions) = (self.grouping, &self.expressions);
        let by_truth = self.counts_truths(run);
        let parts =
            morsels.each(&|| Part::new(grouping, by_truth), &|part, morsel, batch, run| {
                let columns = vector::columns(expressions, batch, run)?;
                part.begin(morsel);
                part.add_exactly(batch, &columns, grouping, None, run)
            })?;
        let Some(parts) = parts else { return Ok(None) };
        let Some((batch, order, holding)) = together(parts, grouping, run)? else {
            return Ok(None);
        };
        self.holding = holding;
        Ok(Some(match order {
            Some(order) => Pieces::ordered(batch, order),
            None => Pieces::new(batch),
        }))
    }
}

/// The groups of all parts, the order in which they appeared where that is not the one they are in, and what
/// they hold; `None` where adding them up is not exact.
pub(crate) fn together<'a>(
    parts: Vec<Part<'a>>,
    grouping: &'a Grouping,
    run: &Runtime<'_>,
) -> Result<Option<(Batch, Option<Vec<u32>>, Holding)>> {
    let Some(merged) = merge(parts, grouping, run)? else { return Ok(None) };
    Ok(Some((merged.groups.finish(grouping, run)?, merged.order, merged.holding)))
}

impl<'a> Part<'a> {
    /// None yet; `by_truth` says whether rows are counted by how sure they are.
    pub(crate) fn new(grouping: &'a Grouping, by_truth: bool) -> Part<'a> {
        let groups = Groups::new(grouping, by_truth);
        Part { groups, holding: Holding::default(), begins: Vec::new() }
    }

    /// Says of which morsel the next rows are.
    pub(crate) fn begin(&mut self, morsel: u32) {
        if self.begins.last().is_none_or(|(last, _)| *last != morsel) {
            self.begins.push((morsel, self.groups.count));
        }
    }

    /// Adds rows, as [`Groups::add`] does.
    pub(crate) fn add(
        &mut self,
        batch: &Batch,
        columns: &[Column],
        grouping: &Grouping,
        weights: Option<&[&[i64]]>,
        run: &Runtime<'_>,
    ) -> Result<()> {
        let groups = &mut self.groups;
        groups.add(batch, columns, grouping, weights, run)?;
        run.hold(&mut self.holding, groups.keys.bytes() + groups.bytes, "Aggregate")
    }

    /// The same with rows that can be added up in parts; false where they cannot, and nothing is added.
    pub(crate) fn add_exactly(
        &mut self,
        batch: &Batch,
        columns: &[Column],
        grouping: &Grouping,
        weights: Option<&[&[i64]]>,
        run: &Runtime<'_>,
    ) -> Result<bool> {
        let takes = takes(columns, grouping);
        if takes {
            self.add(batch, columns, grouping, weights, run)?;
        }
        Ok(takes)
    }

    /// The groups, where there is no other part.
    pub(crate) fn finish(self, grouping: &Grouping, run: &Runtime<'_>) -> Result<Batch> {
        self.groups.finish(grouping, run)
    }
}

/// Adds up the groups of all parts; `None` where that is not exact.
fn merge<'a>(
    mut parts: Vec<Part<'a>>,
    grouping: &'a Grouping,
    run: &Runtime<'_>,
) -> Result<Option<Merged<'a>>> {
    let graph = run.graph();
    let is_keyed = !grouping.keys.is_empty();
    let by_truth = parts.iter().any(|part| part.groups.counts_truths());
    if is_keyed {
        parts.retain(|part| part.groups.count > 0);
    }
    let most = parts.iter().enumerate().max_by_key(|(_, part)| part.groups.count);
    let Some(most) = most.map(|(at, _)| at) else {
        let Part { groups, holding, .. } = Part::new(grouping, by_truth);
        return Ok(Some(Merged { groups, holding, order: None }));
    };
    parts.swap(0, most);
    let is_alike = parts.iter().all(|part| part.groups.keys.is_alike(&parts[0].groups.keys));
    let in_order = is_keyed && parts.len() > 1 && !is_alike;
    let segments = if is_keyed { segments(&parts) } else { Vec::new() };
    if in_order {
        parts.insert(0, Part::new(grouping, by_truth));
    }
    let mut rest =
        parts.split_off(1).into_iter().map(|part| (part.groups, part.holding)).collect::<Vec<_>>();
    let Part { mut groups, mut holding, .. } = parts.remove(0);
    // For each part the numbers of its groups among all.
    let mut numbers = Vec::with_capacity(rest.len() + 1);
    if in_order {
        numbers = vec![Vec::new(); rest.len()];
        let keys: Vec<_> = rest.iter().map(|(part, _)| keys(part)).collect();
        for (part, range) in &segments {
            let positions = std::sync::Arc::new((range.start as u32..range.end as u32).collect());
            let own: Vec<_> = keys[*part]
                .iter()
                .map(|key| key.at_positions(std::sync::Arc::clone(&positions)))
                .collect();
            numbers[*part].extend(groups.keys.insert(&own, &*graph));
        }
    } else {
        numbers.push((0..groups.count as u32).collect());
        for (part, _) in &rest {
            let of_part = if is_keyed { groups.keys.insert(&keys(part), &*graph) } else { vec![0] };
            numbers.push(of_part);
        }
    }
    if is_keyed {
        groups.grow(groups.keys.len());
    }
    let of_rest = &numbers[numbers.len() - rest.len()..];
    for ((part, _), numbers) in rest.iter_mut().zip(of_rest) {
        run.check()?;
        groups.bytes += part.bytes;
        if let Some(mut arena) = run.lineage() {
            for (number, union) in numbers.iter().zip(&part.unions) {
                groups.unions[*number as usize].add_union(&mut arena, *union);
            }
        }
        for (state, other) in groups.states.iter_mut().zip(std::mem::take(&mut part.states)) {
            if !state.merge(other, numbers, is_keyed, &*graph)? {
                return Ok(None);
            }
        }
    }
    drop(rest);
    // What the parts keep twice one thread keeps once.
    if run.hold(&mut holding, groups.keys.bytes() + groups.bytes, "Aggregate").is_err() {
        return Ok(None);
    }
    let order = (is_keyed && !in_order && numbers.len() > 1)
        .then(|| order(&segments, &numbers, groups.count));
    Ok(Some(Merged { groups, holding, order }))
}

fn keys(groups: &Groups<'_>) -> Vec<Column> {
    groups.keys.key_vectors().into_iter().map(Column::new).collect()
}

/// What appeared in each morsel, in the order of the morsels.
fn segments(parts: &[Part<'_>]) -> Vec<Segment> {
    let mut segments = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let ends = part.begins.iter().skip(1).map(|(_, begin)| *begin);
        let ends = ends.chain(std::iter::once(part.groups.count));
        for ((morsel, begin), end) in part.begins.iter().zip(ends) {
            if *begin < end {
                segments.push((*morsel, (at, *begin..end)));
            }
        }
    }
    segments.sort_unstable_by_key(|(morsel, _)| *morsel);
    segments.into_iter().map(|(_, segment)| segment).collect()
}

/// The numbers of all groups in the order in which they appeared.
fn order(segments: &[Segment], numbers: &[Vec<u32>], count: usize) -> Vec<u32> {
    let mut is_there = vec![false; count];
    let mut order = Vec::with_capacity(count);
    for (part, range) in segments {
        for &number in &numbers[*part][range.clone()] {
            if !std::mem::replace(&mut is_there[number as usize], true) {
                order.push(number);
            }
        }
    }
    order
}

impl<'a> State<'a> {
    /// Adds what another thread has added up, whose groups have the numbers here; `false` where that
    /// depends on whose rows came first.
    fn merge(
        &mut self,
        mut other: State<'a>,
        numbers: &[u32],
        is_keyed: bool,
        graph: &dyn Snapshot,
    ) -> Result<bool> {
        let numbers = || numbers.iter().map(|number| *number as usize);
        if let (State::Extremes(extremes), State::Extremes(_)) = (&mut *self, &other) {
            let State::Extremes(more) = std::mem::replace(&mut other, State::Count(Vec::new()))
            else {
                return Ok(false);
            };
            match extremes.merge(more, numbers()) {
                Ok(()) => return Ok(true),
                Err(more) => other = State::Extremes(more),
            }
        }
        if let (State::Totals(totals), State::Totals(more)) = (&mut *self, &other) {
            totals.merge(more, numbers());
            return Ok(true);
        }
        self.turn_to_each()?;
        other.turn_to_each()?;
        match (self, other) {
            (State::Count(counts), State::Count(more)) => {
                for (number, more) in numbers().zip(more) {
                    counts[number] += more;
                }
            }
            (State::CountDistinct(counts, values, seen), State::CountDistinct(_, more, pairs)) => {
                let numbers: Vec<usize> = numbers().collect();
                let pairs = is_keyed.then_some(&pairs);
                merge_distinct((counts, values, seen), &more, pairs, &numbers, graph);
            }
            (State::Each(_, accumulators), State::Each(_, more)) => {
                for (number, more) in numbers().zip(more) {
                    if accumulators[number].ties(&more) {
                        return Ok(false);
                    }
                    accumulators[number].merge(more)?;
                }
            }
            (State::CountSure(tallies), State::CountSure(more)) => {
                numbers().zip(more).for_each(|(number, more)| tallies[number].merge(more));
            }
            (State::CountDistinctSure(pairs, seen), State::CountDistinctSure(of, more)) => {
                let numbers: Vec<usize> = numbers().collect();
                merge_distinct_sure((pairs, seen), &of, &more, &numbers, graph);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Adds the pairs of group and value of another thread, each with how sure its surest row is.
fn merge_distinct_sure(
    (pairs, seen): (&mut Vec<(u32, Truth)>, &mut KeyTable),
    of: &[(u32, Truth)],
    more: &KeyTable,
    numbers: &[usize],
    graph: &dyn Snapshot,
) {
    let Some(values) = more.key_vectors().into_iter().nth(1) else { return };
    let groups: Vec<u32> = of.iter().map(|(group, _)| numbers[*group as usize] as u32).collect();
    let truths: Vec<Truth> = of.iter().map(|(_, truth)| *truth).collect();
    note_pairs(pairs, seen, &groups, &truths, Column::new(values), graph);
}

/// Counts the distinct values of another thread that were not there before; without pairs there is
/// one group.
fn merge_distinct(
    (counts, values, seen): (&mut [i64], &mut KeyTable, &mut PairsSeen),
    more: &KeyTable,
    pairs: Option<&PairsSeen>,
    numbers: &[usize],
    graph: &dyn Snapshot,
) {
    let Some(vector) = more.key_vectors().into_iter().next() else { return };
    let column = Column::new(vector);
    let mut known = values.len() as u32;
    let found = values.insert(std::slice::from_ref(&column), graph);
    match pairs {
        Some(pairs) => pairs.for_each(|group, value| {
            let group = numbers[group as usize];
            if seen.insert(group as u32, found[value as usize]) {
                counts[group] += 1;
            }
        }),
        None => {
            for (row, value) in found.into_iter().enumerate() {
                if value == known {
                    known += 1;
                    counts[0] += i64::from(!column.is_null(row));
                }
            }
        }
    }
}
