//! Pairs that meet at a node and must be equal in something.
//!
//! ```text
//! (a)-[:LIVES_IN]->(c)<-[:LIVES_IN]-(b), a.age = b.age
//!
//! from a       for each a all who live in the same city, each compared
//! from c       for each city those who live there, by age: who has the same age stands side by side
//! ```
//!
//! Most pairs fail an equality. Both runs of the node in the middle are put in the order of the value, those that have
//! the same are a block of pairs, and only within blocks there is something left to compare; where nothing is, a block
//! is a product. **In**: a path of two hops, and comparisons of which one is an equality. **Out**: how many matches pass.
//! **Caller**: [`super::pair`].

use std::ops::Range;

use super::path::{Path, Plain, plain, run_of};
use super::sides::{Both, Comparisons, Side};
use super::values::Weights;
use crate::error::Result;
use crate::exec::Limits;
use crate::exec::parallel;
use crate::value::NodeId;

/// Runs are put in order where so many pairs are expected for each of their entries.
const PAIRS_EACH: f64 = 4.0;
/// About so many nanoseconds it takes to put an entry in order, and to compare a pair.
const SORTED_NS: usize = 30;
/// Where so many nodes have the same value, what else is compared is put in order, too.
const MANY: usize = 16;
/// The nodes in the middle are taken in so many blocks.
const BLOCKS: usize = 64;
/// There must be one near node for so many in the middle.
const STARTS: usize = 64;
/// After so many pairs or entries the deadline is looked at.
const CHECKED: usize = 1 << 20;

/// What is looked at in the middle.
struct Meet<'m, 'g> {
    path: &'m Path<'g>,
    between: &'m Weights,
    /// Those of the near end, and of the far one.
    weights: [&'m Weights; 2],
    /// From the middle to the near end and to the far one.
    runs: [Plain<'g>; 2],
    sides: [&'m Side; 2],
    /// The value that is counted from.
    least: i64,
    rest: &'m [Both],
    /// Whether both runs of any node have the same nodes and values.
    are_alike: bool,
    /// Whether no node counts more than once.
    are_single: bool,
}

/// Values with the nodes that have them, of the two runs of a node.
#[derive(Default)]
struct Sorted {
    near: Vec<u64>,
    far: Vec<u64>,
}

impl Path<'_> {
    /// How many matches join so many near nodes to far ones and pass, where it has two hops and something must be
    /// equal, so that this is less than looking at all pairs; `None` where it is not.
    pub(super) fn total_where_equal(
        &self,
        starts: usize,
        comparisons: &Comparisons,
        limits: &Limits,
    ) -> Result<Option<u128>> {
        let Some((sides, rest)) = comparisons.equality() else { return Ok(None) };
        let [first, second] = self.hops.as_slice() else { return Ok(None) };
        let (Some(_), Some(onward)) = (first.plain, second.plain) else { return Ok(None) };
        let Some(back) = plain(&self.first_back.strands) else { return Ok(None) };
        // All nodes in the middle are looked at, which few nodes at the near end do not repay.
        if starts.saturating_mul(STARTS) < first.span.len() {
            return Ok(None);
        }
        let entries = back.1.len() + onward.1.len();
        // How many there are on average says little where one node in the middle is a hub.
        let share = starts as f64 / self.first_back.population.max(1) as f64;
        let pairs = all_pairs(&first.span, [back, onward]) * share.min(1.0);
        if pairs < PAIRS_EACH * entries as f64 {
            return Ok(None);
        }
        let [Some(near), Some(far)] = sides.map(Side::range) else { return Ok(None) };
        let least = near.0.min(far.0);
        if near.1.max(far.1).abs_diff(least) > u64::from(u32::MAX) {
            return Ok(None);
        }
        let near_weights = if self.first_back.all_count { &Weights::One } else { &self.near };
        let weights = [near_weights, &second.to];
        let all_count = weights.iter().all(|weights| matches!(weights, Weights::One));
        let counts_once = |weights: &Weights| matches!(weights, Weights::One | Weights::Set(_));
        let are_same = std::ptr::eq(back.1, onward.1) && std::ptr::eq(back.0, onward.0);
        let meet = Meet {
            path: self,
            between: &first.to,
            runs: [back, onward],
            sides,
            least,
            rest,
            are_alike: are_same && all_count && sides[0].is_same(sides[1]),
            are_single: weights.into_iter().all(counts_once),
            weights,
        };
        let blocks = blocks(&first.span, [back, onward], entries);
        let work = (entries * SORTED_NS + pairs as usize / 8) / blocks.len().max(1);
        let sums = parallel::each(&blocks, work, limits, &|block| meet.total(block, limits))?;
        Ok(Some(sums.into_iter().sum()))
    }
}

/// How many pairs two runs of each node of a span make.
fn all_pairs(span: &Range<u32>, runs: [Plain<'_>; 2]) -> f64 {
    let pairs = |node| runs.iter().map(|own| run_of(*own, node).len() as f64).product::<f64>();
    span.clone().map(pairs).sum()
}

/// Ranges of nodes with about as many entries of both runs each.
fn blocks(span: &Range<u32>, runs: [Plain<'_>; 2], entries: usize) -> Vec<Range<u32>> {
    let each = (entries / BLOCKS).max(1);
    let (mut blocks, mut start, mut size) = (Vec::new(), span.start, 0);
    for node in span.clone() {
        size += runs.iter().map(|own| run_of(*own, node).len()).sum::<usize>();
        if size >= each {
            blocks.push(start..node + 1);
            (start, size) = (node + 1, 0);
        }
    }
    blocks.push(start..span.end);
    blocks
}

impl Meet<'_, '_> {
    fn total(&self, block: &Range<u32>, limits: &Limits) -> u128 {
        let mut sorted = Sorted::default();
        let (mut total, mut seen) = (0u128, 0);
        for middle in block.clone() {
            if seen >= CHECKED && limits.check().is_err() {
                return total;
            }
            seen = if seen >= CHECKED { 0 } else { seen };
            seen += self.runs.iter().map(|runs| run_of(*runs, middle).len()).sum::<usize>();
            let weight = self.between.at(middle).saturating_mul(self.path.factor);
            if weight == 0 || !self.sort(middle, &mut sorted) {
                continue;
            }
            let far = if self.are_alike { &sorted.near } else { &sorted.far };
            let pairs = self.pairs(&sorted.near, far, limits);
            total = total.saturating_add(pairs.saturating_mul(u128::from(weight)));
        }
        total
    }

    /// Puts the runs of a node in order; false where one of them has no node that counts.
    fn sort(&self, middle: u32, sorted: &mut Sorted) -> bool {
        let [near, far] = self.runs.map(|runs| run_of(runs, middle));
        self.fill((near, 0), &mut sorted.near);
        if sorted.near.is_empty() {
            return false;
        }
        if self.are_alike {
            return true;
        }
        self.fill((far, 1), &mut sorted.far);
        !sorted.far.is_empty()
    }

    fn fill(&self, (run, end): (&[NodeId], usize), out: &mut Vec<u64>) {
        out.clear();
        let (side, weights) = (self.sides[end], self.weights[end]);
        let all_count = matches!(weights, Weights::One);
        for node in run {
            if let Some(value) = side.at(node.0)
                && (all_count || weights.at(node.0) != 0)
            {
                out.push(value.abs_diff(self.least) << 32 | u64::from(node.0));
            }
        }
        out.sort_unstable();
    }

    /// How many matches of two sorted runs pass.
    fn pairs(&self, mut near: &[u64], mut far: &[u64], limits: &Limits) -> u128 {
        let value = |entry: &u64| entry >> 32;
        let mut total = 0u128;
        while let (Some(a), Some(b)) = (near.first(), far.first()) {
            let (a, b) = (value(a), value(b));
            let own = near.iter().take_while(|entry| value(entry) == a).count();
            if a < b {
                near = &near[own..];
                continue;
            }
            let others = far.iter().take_while(|entry| value(entry) == b).count();
            if a == b {
                total = total.saturating_add(self.block(&near[..own], &far[..others], limits));
                near = &near[own..];
            }
            far = &far[others..];
        }
        total
    }

    /// How many pairs of nodes with the same value pass.
    fn block(&self, near: &[u64], far: &[u64], limits: &Limits) -> u128 {
        let ids = |entries: &'_ [u64]| entries.iter().map(|entry| *entry as u32).collect();
        match self.rest {
            [] => self.sum(near, 0).saturating_mul(self.sum(far, 1)),
            [only] if self.are_single && far.len() >= MANY => {
                let (near, far): (Vec<u32>, Vec<u32>) = (ids(near), ids(far));
                u128::from(only.count(&near, &far))
            }
            _ => self.each_pair(near, far, limits),
        }
    }

    /// How often nodes of an end count together.
    fn sum(&self, entries: &[u64], end: usize) -> u128 {
        if self.are_single {
            return entries.len() as u128;
        }
        let weight = |entry: &u64| u128::from(self.weights[end].at(*entry as u32));
        entries.iter().map(weight).fold(0, u128::saturating_add)
    }

    fn each_pair(&self, near: &[u64], far: &[u64], limits: &Limits) -> u128 {
        let weight =
            |end: usize, id: u32| if self.are_single { 1 } else { self.weights[end].at(id) };
        let (mut total, mut seen) = (0u128, 0);
        for id in near.iter().map(|entry| *entry as u32) {
            // Where very many have the same value, the deadline is looked at as they come.
            seen += far.len();
            if seen >= CHECKED {
                seen = 0;
                if limits.check().is_err() {
                    return total;
                }
            }
            let passes = |other: &u32| self.rest.iter().all(|both| both.holds(id, *other));
            let others = far.iter().map(|entry| *entry as u32).filter(passes);
            let sum = others.fold(0u64, |sum, other| sum.saturating_add(weight(1, other)));
            total = total.saturating_add(u128::from(sum) * u128::from(weight(0, id)));
        }
        total
    }
}
