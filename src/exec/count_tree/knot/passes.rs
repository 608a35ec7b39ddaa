//! What is left of most knots, counted in one pass over the nodes of a place.

use std::ops::Range;

use super::links::{Map, Place, Runs, each_in_common, in_common, times};
use super::signatures::{OPEN, Signatures};
use super::{Optional, Sum, Untied};
use crate::error::Result;
use crate::exec::parallel;
use crate::value::NodeId;

/// Whether two nodes are joined is a bit while there are at most so many bits for each step that
/// asks or is asked for, and so many in all.
const BITS_PER_STEP: usize = 32;
const BITS_MAX: usize = 1 << 27;

/// Where nodes have so many neighbours, those of another are looked for by signatures, and not one after the other.
const MANY: usize = 4;
/// So many neighbours at most are written into signatures for each that is looked for.
const WRITTEN: usize = 4;
/// So many nodes are asked where their neighbours stand before any of those are looked at.
const PORTION: usize = 256;

/// Calls `visit` with each node that counts and is led somewhere by a map, where it is led, and the runs of both, where
/// neither is empty.
#[inline]
fn each_open<'r>(
    map: &Map<'_>,
    from: &Place,
    [near, far]: [&'r Runs<'_>; 2],
    ids: Range<u32>,
    mut visit: impl FnMut(u32, u32, &'r [NodeId], &'r [NodeId]),
) {
    let all_count = from.is_plain();
    let mut open = [const { (0, 0, 0..0, 0..0) }; PORTION];
    for first in ids.clone().step_by(PORTION) {
        let own = first..ids.end.min(first + PORTION as u32);
        let mut count = 0;
        for (id, target) in (first..).zip(map.targets(own)) {
            let (run, other) = (near.place_of(id), far.place_of(target.0));
            // Each is written, and stays if the next is written behind it: no branch to guess.
            let is_open = !run.is_empty() & !other.is_empty() & (all_count || from.at(id) != 0);
            open[count] = (id, target.0, run, other);
            count += usize::from(is_open);
        }
        for (id, target, run, other) in &open[..count] {
            visit(*id, *target, near.at(run.clone()), far.at(other.clone()));
        }
    }
}

impl Untied<'_, '_, '_, '_, '_> {
    /// Two nodes, what joins them, and keys.
    pub(super) fn pair(&self, link: usize) -> Result<u128> {
        let edge = self.knot.edges[link];
        let ends = &self.evaluator.term.edges[edge];
        let (a, b) = (ends.left, ends.right);
        let (own, others) = (&self.places[a], &self.places[b]);
        let runs = self.runs(edge, a)?;
        let (limits, keys) = (self.evaluator.run.limits, &self.keys);
        let work = own.len as usize + runs.len() * 4;
        if let Some([near, far]) = keys.of_two(a, b) {
            let sums = parallel::fold(own.span(), work, limits, &Sum::default, &|sum, ids| {
                for x in ids {
                    let (weight, Some(key)) = (own.at(x), near.at(x)) else { continue };
                    if weight != 0 {
                        sum.add(weight.saturating_mul(far.sum_where(runs.of(x), key, others)));
                    }
                }
            })?;
            return Sum::of(sums);
        }
        let sums = parallel::fold(own.span(), work, limits, &Sum::default, &|sum, ids| {
            for x in ids {
                let weight = own.at(x);
                for y in runs.of(x) {
                    let pair = weight.saturating_mul(others.at(y.0));
                    if pair != 0 && keys.agree((a, x), (b, y.0)) {
                        sum.add(pair);
                    }
                }
            }
        })?;
        Sum::of(sums)
    }

    /// A map, and what its ends have in common.
    pub(super) fn mapped(&self, map: usize, others: [usize; 2]) -> Result<Optional> {
        let Some(map) = &self.maps[map] else { return Ok(Optional::default()) };
        let [near, far] = others.map(|link| self.knot.edges[link]);
        let ends = &self.evaluator.term.edges[near];
        let third = if ends.left == map.from { ends.right } else { ends.left };
        let agrees = self.agreement([map.from, map.to, third]);
        let (from, to, third) = (&self.places[map.from], &self.places[map.to], &self.places[third]);
        let (near, far) = (self.runs(near, map.from)?, self.runs(far, map.to)?);
        let is_written = far.len() >= MANY * to.len as usize && far.len() <= WRITTEN * near.len();
        if is_written && Signatures::are_of_use(far.len(), to.len as usize) {
            return self.mapped_by_signatures(map, [&near, &far], (third, &agrees));
        }
        let limits = self.evaluator.run.limits;
        let work = from.len as usize * 8 + near.len();
        let sums = parallel::fold(from.span(), work, limits, &Sum::default, &|sum, ids| {
            each_open(map, from, [&near, &far], ids, |id, target, run, other| {
                let counts = |x: u32| u64::from(agrees([id, target, x]));
                let found = in_common(run, other, |x| third.at(x) * counts(x));
                if found != 0 {
                    let weight = from.at(id).saturating_mul(to.at(target));
                    sum.add_found(weight, found);
                }
            });
        })?;
        Sum::optional(sums)
    }

    /// How often each node matches that both ends of a map have in common.
    pub(super) fn mapped_by_third(
        &self,
        map: usize,
        others: [usize; 2],
    ) -> Result<(u32, Vec<u64>)> {
        let Some(map) = &self.maps[map] else { return Ok((0, Vec::new())) };
        let [near, far] = others.map(|link| self.knot.edges[link]);
        let ends = &self.evaluator.term.edges[near];
        let third = if ends.left == map.from { ends.right } else { ends.left };
        let agrees = self.agreement([map.from, map.to, third]);
        let (from, to, third) = (&self.places[map.from], &self.places[map.to], &self.places[third]);
        let (near, far) = (self.runs(near, map.from)?, self.runs(far, map.to)?);
        let (limits, work) = (self.evaluator.run.limits, from.len as usize * 8 + near.len());
        self.evaluator.hold(third.len as usize * 8 * (parallel::threads(work) + 1))?;
        let new = || vec![0u64; third.len as usize];
        let parts = parallel::fold(from.span(), work, limits, &new, &|sums, ids| {
            each_open(map, from, [&near, &far], ids, |id, target, run, other| {
                each_in_common(run, other, |x, ways| {
                    let at = x.wrapping_sub(third.first) as usize;
                    if let Some(sum) = sums.get_mut(at)
                        && agrees([id, target, x])
                    {
                        let weight = from.at(id).saturating_mul(to.at(target)).saturating_mul(ways);
                        *sum = sum.saturating_add(weight.saturating_mul(third.at(x)));
                    }
                });
            });
        })?;
        let mut all = new();
        for part in parts {
            all.iter_mut().zip(part).for_each(|(sum, own)| *sum = sum.saturating_add(own));
        }
        Ok((third.first, all))
    }

    /// The same where the ends of maps have many neighbours.
    fn mapped_by_signatures(
        &self,
        map: &Map<'_>,
        [near, far]: [&Runs<'_>; 2],
        (third, agrees): (&Place, &(impl Fn([u32; 3]) -> bool + Sync)),
    ) -> Result<Optional> {
        let (from, to) = (&self.places[map.from], &self.places[map.to]);
        let signatures = Signatures::new(far, to, self.evaluator)?;
        let settle = |sum: &mut Sum, open: &mut Vec<(u32, u32, u32)>| {
            // What has been found for a node stands together.
            for same in open.chunk_by(|a, b| a.0 == b.0) {
                let (id, target, _) = same[0];
                let found = same.iter().fold(0u64, |found, (_, _, x)| {
                    let ways = times(far.of(target), *x).saturating_mul(third.at(*x));
                    let counts = ways != 0 && agrees([id, target, *x]);
                    found.saturating_add(if counts { ways } else { 0 })
                });
                if found != 0 {
                    sum.add_found(from.at(id).saturating_mul(to.at(target)), found);
                }
            }
            open.clear();
        };
        let limits = self.evaluator.run.limits;
        let work = from.len as usize * 2 + near.len() * 2;
        let new = || (Sum::default(), Vec::with_capacity(2 * OPEN));
        let sums = parallel::fold(from.span(), work, limits, &new, &|(sum, open), ids| {
            for (id, target) in ids.clone().zip(map.targets(ids)) {
                let row = signatures.row(target.0);
                for x in near.of(id) {
                    if signatures.may_join(row, x.0) {
                        open.push((id, target.0, x.0));
                    }
                }
                if open.len() >= OPEN {
                    settle(sum, open);
                }
            }
            settle(sum, open);
        })?;
        Sum::optional(sums.into_iter().map(|(sum, _)| sum).collect())
    }

    /// Two maps from one node, and what joins their ends.
    pub(super) fn fork(&self, maps: [usize; 2], across: usize) -> Result<Optional> {
        let [Some(left), Some(right)] = maps.map(|map| self.maps[map].as_ref()) else {
            return Ok(Optional::default());
        };
        let edge = self.knot.edges[across];
        let (a, b) = (&self.places[left.to], &self.places[right.to]);
        let runs = self.runs(edge, left.to)?;
        let from = &self.places[left.from];
        let agrees = self.agreement([left.from, left.to, right.to]);
        let bits = (a.len as usize).saturating_mul(b.len as usize);
        let steps = from.len as usize + runs.len();
        let is_small = bits <= BITS_MAX && bits <= steps.saturating_mul(BITS_PER_STEP);
        let are_plain = a.is_plain() && b.is_plain() && self.keys.are_none();
        if is_small && are_plain && runs.are_simple(a.span()) {
            return self.fork_by_bits([left, right], &runs);
        }
        let limits = self.evaluator.run.limits;
        let is_written = runs.len() <= WRITTEN * from.len as usize;
        if is_written && Signatures::are_of_use(runs.len(), a.len as usize) {
            let signatures = Signatures::new(&runs, a, self.evaluator)?;
            let work = from.len as usize * 4;
            let sums = parallel::fold(from.span(), work, limits, &Sum::default, &|sum, ids| {
                let both = left.targets(ids.clone()).iter().zip(right.targets(ids.clone()));
                let both = (ids.start..).zip(both);
                for (id, (x, y)) in
                    both.filter(|(_, (x, y))| signatures.may_join(signatures.row(x.0), y.0))
                {
                    let weight = from.at(id).saturating_mul(a.at(x.0)).saturating_mul(b.at(y.0));
                    if weight != 0 && agrees([id, x.0, y.0]) {
                        sum.add_found(weight, times(runs.of(x.0), y.0));
                    }
                }
            })?;
            return Sum::optional(sums);
        }
        let sums = parallel::fold(from.span(), steps * 20, limits, &Sum::default, &|sum, ids| {
            let both = left.targets(ids.clone()).iter().zip(right.targets(ids.clone()));
            for (id, (x, y)) in (ids.start..).zip(both) {
                let weight = from.at(id).saturating_mul(a.at(x.0)).saturating_mul(b.at(y.0));
                if weight != 0 && agrees([id, x.0, y.0]) {
                    sum.add_found(weight, times(runs.of(x.0), y.0));
                }
            }
        })?;
        Sum::optional(sums)
    }

    /// Whether nodes at three places have equal keys where they must.
    fn agreement(&self, [a, b, c]: [usize; 3]) -> impl Fn([u32; 3]) -> bool + Sync {
        let (keys, are_none) = (&self.keys, self.keys.are_none());
        move |[x, y, z]| {
            are_none
                || keys.agree((a, x), (b, y))
                    && keys.agree((b, y), (c, z))
                    && keys.agree((a, x), (c, z))
        }
    }

    /// The same where a bit says whether two nodes are joined.
    fn fork_by_bits(&self, [left, right]: [&Map<'_>; 2], runs: &Runs<'_>) -> Result<Optional> {
        let [a, b] = [left, right].map(|map| &self.places[map.to]);
        let stride = b.len as usize;
        let words = (a.len as usize * stride).div_ceil(64);
        self.evaluator.hold(words * 8)?;
        let mut bits = vec![0u64; words];
        for (row, x) in a.span().enumerate() {
            for y in runs.of(x) {
                let column = y.0.wrapping_sub(b.first);
                if column < b.len {
                    let at = row * stride + column as usize;
                    bits[at / 64] |= 1 << (at % 64);
                }
            }
        }
        let is_joined = |x: NodeId, y: NodeId| {
            let (row, column) = (x.0.wrapping_sub(a.first), y.0.wrapping_sub(b.first));
            let is_there = row < a.len && column < b.len;
            let at = if is_there { row as usize * stride + column as usize } else { 0 };
            (bits[at / 64] >> (at % 64) & 1) * u64::from(is_there)
        };
        let (from, limits) = (&self.places[left.from], self.evaluator.run.limits);
        let work = from.len as usize * 5;
        let sums = parallel::fold(from.span(), work, limits, &Sum::default, &|sum, ids| {
            let both = left.targets(ids.clone()).iter().zip(right.targets(ids.clone()));
            if from.is_plain() {
                sum.add(both.map(|(x, y)| is_joined(*x, *y)).sum());
                return;
            }
            for (id, (x, y)) in (ids.start..).zip(both) {
                sum.add(from.at(id) * is_joined(*x, *y));
            }
        })?;
        Sum::optional(sums)
    }
}
