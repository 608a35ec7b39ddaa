//! Weights carried over steps, from where they stand to where the steps lead.
//!
//! The other way round, a node adds up the weights of its neighbours, wherever those stand. Where each node
//! has one step (a person's city), the array of ends is read in order beside the weights, and what is written
//! at random is the sums of the few nodes that are led to.

use std::ops::Range;

use super::beside::{Both, ends_side_by_side};
use super::dense::{Dense, Entry, Values};
use super::product::Branch;
use super::set::Set;
use super::steps::Steps;
use super::values::Weights;
use super::weights::{Evaluator, NEAR, span_of};
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
/// What asking a node costs where steps over several strands lead, in such looks.
const ASKED: usize = 8;
/// Below this many weights it does not matter which way they are carried.
const PLENTY: usize = 1024;

impl<'g> Evaluator<'_, 'g, '_, '_> {
    /// The weights of a branch at the nodes of a span, carried there from its child, where that is less
    /// than looking at all the steps that lead to the child.
    pub(super) fn carried(
        &self,
        edge: usize,
        child: usize,
        branch: &Branch<'g>,
        span: Range<u32>,
        pulled: &dyn Fn(&Steps<'g>) -> usize,
    ) -> Result<Option<Weights>> {
        if branch.optional.is_some() {
            return Ok(None);
        }
        let strands = self.seen_from(edge, child);
        let ([strand], [steps]) = (branch.strands.as_slice(), strands) else {
            let pulled = branch.strands.iter().map(pulled).sum();
            return self.carried_beside(strands, &branch.child, &span, pulled);
        };
        if strand.once {
            return Ok(None);
        }
        if span.len() as f64 <= NEAR && is_plenty(&branch.child) {
            self.hold(span.len() * 8)?;
            let shared = (self.graph, self.run.limits);
            let sums = from_each(steps, &branch.child, &span, pulled(strand), shared)?;
            if let Some(values) = sums {
                return Ok(Some(Weights::Dense(Dense::wide(span.start, values))));
            }
        }
        let ids = match &branch.child {
            Weights::Sparse(sparse) => &sparse.ids,
            Weights::Set(set) => match &**set {
                Set::List(ids) => ids,
                Set::Ranges(_) | Set::Bits(..) => return Ok(None),
            },
            Weights::One | Weights::Dense(_) => return Ok(None),
        };
        let pushed = steps.total_of(ids);
        // An array over the span has to be made and read, which is a scan.
        if pushed * 2 + span.len() / 8 >= pulled(strand) {
            return Ok(None);
        }
        let values = self.sums_at(&branch.child, steps, pushed, &span)?;
        Ok(Some(Weights::Dense(Dense::wide(span.start, values))))
    }

    /// The same over several strands side by side: both are read from where weights stand, which are few.
    fn carried_beside(
        &self,
        strands: &[Steps<'g>],
        weights: &Weights,
        span: &Range<u32>,
        pulled: usize,
    ) -> Result<Option<Weights>> {
        let Some(from) = extent(weights) else { return Ok(None) };
        // Whatever leads from a node, its runs are found and marks made and taken back.
        let looked = weights.len().saturating_mul(ASKED) + (from.len() + span.len()) / LOOKED;
        if span.len() as f64 > NEAR || looked > pulled {
            return Ok(None);
        }
        let pushed: usize = strands.iter().map(|steps| steps_from(steps, weights)).sum();
        if pushed.saturating_mul(PUSHED) + looked > pulled {
            return Ok(None);
        }
        let unpacked: Vec<Steps<'g>> = strands.iter().map(Steps::unpacked).collect();
        let (strands, bound) = (unpacked.as_slice(), self.graph.node_bound());
        self.hold(span.len() * 8)?;
        let new = || (vec![0u64; span.len()], Both::of(strands, &(0..bound), bound));
        let add = |(sums, both): &mut (Vec<u64>, Option<Both<'g>>), ids: Range<u32>| {
            let mut sums = Sums { first: span.start, sums };
            for id in ids {
                let weight = weights.at(id);
                if weight == 0 {
                    continue;
                }
                let mut visit =
                    |to: u32, ways: u64| sums.add(NodeId(to), weight.saturating_mul(ways));
                match both {
                    Some(both) => both.each(id, &mut visit),
                    None => ends_side_by_side(strands, id, &mut visit),
                }
            }
        };
        let all = parallel::fold(from, pushed * PUSHED, self.run.limits, &new, &add)?;
        let sums = added_up(all.into_iter().map(|(sums, _)| sums));
        Ok(Some(Weights::Dense(Dense::wide(span.start, sums))))
    }
}

/// The nodes from the first to the last that may have a weight; `None` where all have one.
fn extent(weights: &Weights) -> Option<Range<u32>> {
    Some(match weights {
        Weights::One => return None,
        Weights::Set(set) => set.span(),
        Weights::Dense(dense) => dense.first..dense.first + dense.len() as u32,
        Weights::Sparse(sparse) => span_of(&sparse.ids),
    })
}

/// The sums of several threads together.
fn added_up(mut all: impl Iterator<Item = Vec<u64>>) -> Vec<u64> {
    let mut sums = all.next().unwrap_or_default();
    for others in all {
        sums.iter_mut().zip(others).for_each(|(sum, other)| *sum = sum.saturating_add(other));
    }
    sums
}

/// Whether weights are an array or bits, and many.
fn is_plenty(weights: &Weights) -> bool {
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
fn from_each(
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
    let all = parallel::fold(from.clone(), from.len(), limits, &new, &add)?;
    Ok(Some(added_up(all.into_iter())))
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
    let all = parallel::fold(from, pushed * PUSHED, limits, &new, &add)?;
    Ok(Some(added_up(all.into_iter())))
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
