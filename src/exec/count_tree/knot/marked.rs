//! Triangles by marks: the neighbours of a node at one place are marked, those at a second place listed, and those of each
//! of these at the third looked up among the marks.
//!
//! Where some nodes of the third place do not count, the runs that lead there are read once and written without those
//! ([`narrowed`]): each is looked at as often as there are paths over the node that it belongs to. Where nodes count once or
//! not at all, a mark is a bit, and the bits of a hundred thousand nodes stay in the nearest cache.

use std::ops::Range;

use super::links::{Block, Place, Runs};
use super::triangle::Sides;
use super::{Sum, Untied};
use crate::error::Result;
use crate::exec::Limits;
use crate::exec::memory::Holding;
use crate::exec::parallel;
use crate::value::NodeId;

/// Runs are narrowed where no more than such a share of the nodes that they lead to counts, in percent.
const NARROWED: usize = 80;
/// They are written for so many nodes at a time.
const BLOCK: u32 = 4096;

impl<'g> Untied<'_, '_, 'g, '_, '_> {
    /// How often a triangle matches, whose nodes are found in an order.
    pub(super) fn by_marks(
        &self,
        sides: &Sides,
        [outer, middle, last]: [usize; 3],
    ) -> Result<u128> {
        let runs = |from: usize, to: usize| self.runs(self.side(sides, from, to), from);
        let onward = runs(middle, last)?;
        // All that lead from the middle are read for it, which few outer nodes do not repay.
        let outer_nodes = self.places[outer].count();
        let degree = onward.len() as f64 / f64::from(self.places[middle].len.max(1));
        let is_worth = outer_nodes as f64 * degree * degree >= onward.len() as f64;
        let onward = if is_worth { self.narrowed(onward, [middle, last])? } else { onward };
        // What is the same relationship between the same nodes is read once.
        let is_onward =
            |from: usize, to: usize| self.are_same_side(sides, [from, to], [middle, last]);
        let of = |from: usize, to: usize| {
            if is_onward(from, to) { Ok(None) } else { runs(from, to).map(Some) }
        };
        let (to_middle, marks) = (of(outer, middle)?, of(outer, last)?);
        let to_middle = to_middle.as_ref().unwrap_or(&onward);
        let marks = marks.as_ref().unwrap_or(&onward);
        let places = [outer, middle, last].map(|node| &self.places[node]);
        let is_plain = self.keys.are_none() && places.iter().all(|place| place.most() <= 1);
        if is_plain && is_worth && marks.are_simple(places[0].span()) {
            return self.marked_by_bits(places, [to_middle, marks, &onward]);
        }
        self.marked([outer, middle, last], [to_middle, marks, &onward])
    }

    /// Whether the same steps lead from the same nodes to the same.
    fn are_same_side(&self, sides: &Sides, [a, b]: [usize; 2], [c, d]: [usize; 2]) -> bool {
        let one = self.evaluator.seen_from(self.side(sides, a, b), a);
        let other = self.evaluator.seen_from(self.side(sides, c, d), c);
        let ([one], [other]) = (one, other) else { return false };
        let same = |x: usize, y: usize| self.places[x].is_same(&self.places[y]);
        one.is_same(other) && one.once == other.once && same(a, c) && same(b, d)
    }

    /// The runs without the nodes that do not count, where those are many.
    fn narrowed(&self, runs: Runs<'g>, [from, to]: [usize; 2]) -> Result<Runs<'g>> {
        let [from, to] = [from, to].map(|node| &self.places[node]);
        if to.count() * 100 > to.len as usize * NARROWED {
            return Ok(runs);
        }
        // For a moment they stand there twice: block by block, and one after the other.
        let bytes = (from.len as usize + runs.len()) * 4;
        let mut twice = Holding::default();
        self.evaluator.run.hold(&mut twice, bytes, "CountTree")?;
        self.evaluator.hold(bytes)?;
        runs.narrowed([from, to], self.evaluator.run.limits)
    }

    /// The same where all that count count once.
    fn marked_by_bits(&self, places: [&Place; 3], sides: [&Runs<'_>; 3]) -> Result<u128> {
        let ([own, between, end], [to_middle, marks, to_last]) = (places, sides);
        let [own, between, ends] = [own, between, end].map(Place::to_bits);
        let limits = self.evaluator.run.limits;
        let new = || (0u64, vec![0u64; (end.len as usize).div_ceil(64)]);
        let step = |(found, marked): &mut (u64, Vec<u64>), ids: Range<u32>| {
            for x in ids {
                let (listed, marks) = (to_middle.of(x), marks.of(x));
                if listed.is_empty() || marks.is_empty() || !own.has(x) {
                    continue;
                }
                for z in marks {
                    let at = z.0.wrapping_sub(end.first);
                    if let Some(word) = marked.get_mut(at as usize / 64) {
                        *word |= u64::from(ends.has(z.0)) << (at % 64);
                    }
                }
                for y in listed {
                    if !between.has(y.0) {
                        continue;
                    }
                    let mut count = 0;
                    for z in to_last.of(y.0) {
                        let at = z.0.wrapping_sub(end.first);
                        let word = marked.get(at as usize / 64).copied().unwrap_or(0);
                        count += word >> (at % 64) & 1;
                    }
                    *found += count;
                }
                for z in marks {
                    let at = z.0.wrapping_sub(end.first);
                    if let Some(word) = marked.get_mut(at as usize / 64) {
                        *word = 0;
                    }
                }
            }
        };
        let work = to_middle.len().saturating_mul(16);
        let found = parallel::fold(places[0].span(), work, limits, &new, &step)?;
        Ok(found.iter().map(|(found, _)| u128::from(*found)).sum())
    }

    /// For each outer node what its middle neighbours lead to among the marks, which are weights.
    fn marked(&self, [outer, middle, last]: [usize; 3], sides: [&Runs<'_>; 3]) -> Result<u128> {
        let [to_middle, marks, to_last] = sides;
        let [own, between, end] = [outer, middle, last].map(|node| &self.places[node]);
        let (keys, is_keyed) = (&self.keys, !self.keys.are_none());
        let new = || (Sum::default(), vec![0u64; end.len as usize]);
        let step = |(sum, marked): &mut (Sum, Vec<u64>), ids: Range<u32>| {
            for x in ids.filter(|x| own.at(*x) != 0 && !to_middle.of(*x).is_empty()) {
                let agrees = |node: usize, y: u32| !is_keyed || keys.agree((outer, x), (node, y));
                for z in marks.of(x).iter().filter(|z| agrees(last, z.0)) {
                    if let Some(mark) = marked.get_mut(z.0.wrapping_sub(end.first) as usize) {
                        *mark = mark.saturating_add(end.at(z.0));
                    }
                }
                let mark =
                    |z: u32| marked.get(z.wrapping_sub(end.first) as usize).copied().unwrap_or(0);
                for y in to_middle.of(x).iter().filter(|y| agrees(middle, y.0)) {
                    let weight = own.at(x).saturating_mul(between.at(y.0));
                    if weight == 0 {
                        continue;
                    }
                    let ends = to_last.of(y.0).iter();
                    let ends = ends.filter(|z| !is_keyed || keys.agree((middle, y.0), (last, z.0)));
                    let found = ends.fold(0u64, |all, z| all.saturating_add(mark(z.0)));
                    sum.add(weight.saturating_mul(found));
                }
                for z in marks.of(x) {
                    if let Some(mark) = marked.get_mut(z.0.wrapping_sub(end.first) as usize) {
                        *mark = 0;
                    }
                }
            }
        };
        let work = to_middle.len().saturating_mul(16);
        let sums = parallel::fold(own.span(), work, self.evaluator.run.limits, &new, &step)?;
        Sum::of(sums.into_iter().map(|(sum, _)| sum).collect())
    }
}

impl Runs<'_> {
    /// The runs of the nodes that count at one place, without those that do not count at the other.
    fn narrowed<'n>(&self, [from, to]: [&Place; 2], limits: &Limits) -> Result<Runs<'n>> {
        let (own, others) = (from.to_bits(), to.to_bits());
        let starts: Vec<u32> = from.span().step_by(BLOCK as usize).collect();
        let block = |start: &u32| {
            let nodes = *start..from.span().end.min(start.saturating_add(BLOCK));
            let all: usize = nodes.clone().map(|node| self.of(node).len()).sum();
            let (mut offsets, mut ends) = (Vec::with_capacity(nodes.len()), vec![NodeId(0); all]);
            let mut count = 0;
            for node in nodes {
                let run = if own.has(node) { self.of(node) } else { &[] };
                for to in run {
                    // Each is written, and stays if the next is written behind it: no branch to guess.
                    if let Some(end) = ends.get_mut(count) {
                        *end = *to;
                    }
                    count += usize::from(others.has(to.0));
                }
                offsets.push(count as u32);
            }
            ends.truncate(count);
            Block { offsets, ends, held: Holding::default() }
        };
        let work = (from.len as usize * 2 + self.len()) / starts.len().max(1);
        let blocks = parallel::in_order(&starts, work, limits, &block)?;
        Runs::of_blocks(from.first, blocks)
    }
}
