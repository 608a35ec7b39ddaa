//! Weights carried over steps, from where they stand to where the steps lead.
//!
//! The other way round, a node adds up the weights of its neighbours, wherever those stand. Where each node
//! has one step (a person's city), the array of ends is read in order beside the weights, and what is written
//! at random is the sums of the few nodes that are led to.

use std::ops::Range;

use super::dense::{Dense, Entry, Values};
use super::set::Set;
use super::steps::Steps;
use super::values::Weights;
use crate::error::Result;
use crate::exec::Limits;
use crate::exec::parallel;
use crate::graph::Snapshot;
use crate::value::NodeId;

/// So many runs are skipped in the mean to find one among packed ones.
const SKIPPED: usize = 16;
/// Adding to a sum at random costs so many times a look at a weight at random.
const PUSHED: usize = 2;
/// What a weight costs that is looked at to see whether it counts, in such looks.
const LOOKED: usize = 4;
/// Below this many weights it does not matter which way they are carried.
const PLENTY: usize = 1024;

/// Whether weights are an array or bits, and many.
pub(super) fn is_plenty(weights: &Weights) -> bool {
    match weights {
        Weights::Set(set) => matches!(**set, Set::Bits(_, count) if count >= PLENTY),
        Weights::Dense(dense) => dense.len() >= PLENTY,
        Weights::One | Weights::Sparse(_) => false,
    }
}

/// How many steps lead from the nodes that have a weight.
pub(super) fn steps_from(steps: &Steps<'_>, weights: &Weights) -> usize {
    let mut all = 0;
    match steps.offsets() {
        Some(offsets) => weights.for_each(|id, _| {
            if let Some(&[start, end]) = offsets.get(id as usize..).and_then(|rest| rest.get(..2)) {
                all += (end - start) as usize;
            }
        }),
        None => weights.for_each(|id, _| all += steps.degree(id)),
    }
    all
}

/// Calls `visit` with the end of each step from a node that has a weight, and that weight; `expected` is how
/// many steps those are.
pub(super) fn each(
    steps: &Steps<'_>,
    weights: &Weights,
    expected: usize,
    mut visit: impl FnMut(u32, u64),
) {
    // Unpacking all runs at once is less than unpacking many of them, each of which lies behind others.
    let nodes = steps.offsets().map_or(0, <[u32]>::len).max(1);
    let skipped = weights.len().saturating_mul(steps.total() / nodes + 1).saturating_mul(SKIPPED);
    let many = expected.saturating_add(skipped).saturating_mul(4) > steps.total();
    let Some((offsets, ends)) = many.then(|| steps.arrays()).flatten() else {
        return weights.for_each(|id, weight| steps.for_each_end(id, |to| visit(to, weight)));
    };
    weights.for_each(|id, weight| {
        if let Some(&[start, end]) = offsets.get(id as usize..).and_then(|rest| rest.get(..2)) {
            ends[start as usize..end as usize].iter().for_each(|to| visit(to.0, weight));
        }
    });
}

/// For each node of a span the sum of the weights from which steps lead to it, where these are an array or bits, and
/// steps lead from each node to just one or from few. The other way round so many would be `pulled`, each of which is a look at
/// random and costs twice as much.
pub(super) fn from_each(
    steps: &Steps<'_>,
    weights: &Weights,
    span: &Range<u32>,
    pulled: usize,
    (graph, limits): (&dyn Snapshot, &Limits),
) -> Result<Option<Vec<u64>>> {
    let from = match weights {
        Weights::Set(set) if matches!(**set, Set::Bits(..)) => set.span(),
        Weights::Dense(dense) => dense.first..dense.first + dense.len() as u32,
        Weights::One | Weights::Set(_) | Weights::Sparse(_) => return Ok(None),
    };
    if from.len() > pulled * 2 || steps.total() < from.len() / 2 {
        return Ok(None);
    }
    let Some((from, ends)) = steps.one_each_within(from.clone(), graph) else {
        return from_runs(steps, (weights, from), span, pulled, limits);
    };
    let new = || vec![0u64; span.len()];
    let add = |sums: &mut Vec<u64>, ids: Range<u32>| {
        let ends = &ends[(ids.start - from.start) as usize..(ids.end - from.start) as usize];
        let mut sums = Sums { first: span.start, sums };
        match weights {
            Weights::Set(set) => {
                if let Set::Bits(words, _) = &**set {
                    sums.add_bits(words, ids, ends);
                }
            }
            Weights::Dense(Dense { first, values }) => {
                let here = (ids.start - first) as usize..(ids.end - first) as usize;
                match values {
                    Values::Bytes(all) => sums.add_all(&all[here], ends),
                    Values::Shorts(all) => sums.add_all(&all[here], ends),
                    Values::Words(all) => sums.add_all(&all[here], ends),
                    Values::Wide(all) => sums.add_all(&all[here], ends),
                }
            }
            Weights::One | Weights::Sparse(_) => {}
        }
    };
    let mut all = parallel::fold(from.clone(), from.len(), limits, &new, &add)?;
    let mut sums = all.pop().unwrap_or_default();
    for others in all {
        sums.iter_mut().zip(others).for_each(|(sum, other)| *sum = sum.saturating_add(other));
    }
    Ok(Some(sums))
}

/// The same where steps lead to any number of nodes: from those that count, if those are few enough that it is less.
fn from_runs(
    steps: &Steps<'_>,
    (weights, from): (&Weights, Range<u32>),
    span: &Range<u32>,
    pulled: usize,
    limits: &Limits,
) -> Result<Option<Vec<u64>>> {
    let Some(offsets) = steps.offsets() else { return Ok(None) };
    // All weights are looked at, twice, to find those that count.
    let looked = from.len().saturating_mul(LOOKED) + span.len();
    if looked > pulled {
        return Ok(None);
    }
    let pushed = steps_from(steps, weights);
    if pushed.saturating_mul(PUSHED) + looked > pulled {
        return Ok(None);
    }
    let Some((_, ends)) = steps.arrays() else { return Ok(None) };
    let new = || vec![0u64; span.len()];
    let add = |sums: &mut Vec<u64>, ids: Range<u32>| {
        let mut sums = Sums { first: span.start, sums };
        for id in ids {
            let weight = weights.at(id);
            if weight != 0
                && let Some(&[start, end]) = offsets.get(id as usize..).and_then(|o| o.get(..2))
                && let Some(run) = ends.get(start as usize..end as usize)
            {
                run.iter().for_each(|to| sums.add(*to, weight));
            }
        }
    };
    let mut all = parallel::fold(from, pushed * PUSHED, limits, &new, &add)?;
    let mut sums = all.pop().unwrap_or_default();
    for others in all {
        sums.iter_mut().zip(others).for_each(|(sum, other)| *sum = sum.saturating_add(other));
    }
    Ok(Some(sums))
}

/// Sums by node.
struct Sums<'s> {
    first: u32,
    sums: &'s mut [u64],
}

impl Sums<'_> {
    #[inline]
    fn add(&mut self, to: NodeId, weight: u64) {
        if let Some(sum) = self.sums.get_mut(to.0.wrapping_sub(self.first) as usize) {
            *sum = sum.saturating_add(weight);
        }
    }

    fn add_all<T: Entry>(&mut self, weights: &[T], ends: &[NodeId]) {
        for (weight, to) in weights.iter().zip(ends) {
            self.add(*to, (*weight).into());
        }
    }

    /// Adds 1 for each id that has a bit.
    fn add_bits(&mut self, words: &[u64], ids: Range<u32>, ends: &[NodeId]) {
        let mut start = ids.start;
        while start < ids.end {
            let end = ids.end.min((start / 64 + 1) * 64);
            let word = words.get(start as usize / 64).copied().unwrap_or(0) >> (start % 64);
            let mut rest = if end - start < 64 { word & ((1 << (end - start)) - 1) } else { word };
            let ends = &ends[(start - ids.start) as usize..(end - ids.start) as usize];
            while rest != 0 {
                if let Some(to) = ends.get(rest.trailing_zeros() as usize) {
                    self.add(*to, 1);
                }
                rest &= rest - 1;
            }
            start = end;
        }
    }
}
