//! Pairs that meet at a node and must be equal in something.
//!
//! ```text
//! (a)-[:LIVES_IN]->(c)<-[:LIVES_IN]-(b), a.age = b.age
//!
//! from a       for each a all who live in the same city, each compared
//! from c       for each city those who live there, by age: who has the same age stands side by side
//! ```
//!
//! Most pairs fail an equality. Who has the same value at the node in the middle is a block of pairs, and only within
//! blocks there is something left to compare.
//!
//! | what is left to compare | how |
//! |---|---|
//! | nothing, and values lie near each other | a sum for each value; a block is a product |
//! | which of two is the larger, in what no two have the same, and both runs are alike | the same; of the pairs of a block with itself one half |
//! | anything else | both runs are put in the order of the value, blocks stand side by side |
//!
//! **In**: a path of two hops, and comparisons of which one is an equality. **Out**: how many matches pass. **Caller**:
//! [`super::pair`].

use std::ops::Range;

use super::path::{Path, Plain, plain, run_of};
use super::sides::{Both, Comparisons, Side};
use super::values::Weights;
use crate::error::Result;
use crate::exec::Limits;
use crate::exec::memory::Holding;
use crate::exec::parallel;
use crate::exec::runtime::Runtime;
use crate::expr::Comparison;
use crate::value::NodeId;

/// Runs are put in order where so many pairs are expected for each of their entries, and counted by value where it
/// is so many.
const PAIRS_EACH: f64 = 4.0;
const PAIRS_COUNTED: f64 = 1.0;
/// So many values at most are counted by.
const VALUES_MAX: u64 = 1 << 12;
/// So many bytes an entry of a run takes while a node in the middle is looked at.
const ENTRY_BYTES: usize = 24;
/// About so many nanoseconds it takes to put an entry in order, and to compare a pair.
const SORTED_NS: usize = 30;
/// The same for counting one by its value.
const COUNTED_NS: usize = 4;
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
    /// How many values there are, where nodes are counted by them, and which of the pairs with the same pass.
    counted: Option<(usize, Passing)>,
}

/// Which pairs of nodes with the same value pass.
#[derive(Clone, Copy)]
enum Passing {
    All,
    /// Those that compare so in what no two nodes have the same.
    By(Comparison),
}

/// How much the nodes of a run count together that have a value.
#[derive(Default)]
struct Counted {
    sums: Vec<u64>,
    touched: Vec<u32>,
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
        run: &Runtime<'_>,
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
        let (pairs, longest) = all_pairs(&first.span, [back, onward], run.limits)?;
        let pairs = pairs * share.min(1.0);
        let [Some(near), Some(far)] = sides.map(Side::range) else { return Ok(None) };
        let least = near.0.min(far.0);
        let width = near.1.max(far.1).abs_diff(least);
        if width > u64::from(u32::MAX) {
            return Ok(None);
        }
        let near_weights = if self.first_back.all_count { &Weights::One } else { &self.near };
        let weights = [near_weights, &second.to];
        let all_count = weights.iter().all(|weights| matches!(weights, Weights::One));
        let counts_once = |weights: &Weights| matches!(weights, Weights::One | Weights::Set(_));
        let are_same = std::ptr::eq(back.1, onward.1) && std::ptr::eq(back.0, onward.0);
        let are_alike = are_same && all_count && sides[0].is_same(sides[1]);
        let passing = match rest {
            [] => Some(Passing::All),
            [only] if are_alike => only.tells_apart().map(Passing::By),
            _ => None,
        };
        let counted = passing.filter(|_| width < VALUES_MAX).map(|own| (width as usize + 1, own));
        let least_pairs = if counted.is_some() { PAIRS_COUNTED } else { PAIRS_EACH };
        if pairs < least_pairs * entries as f64 {
            return Ok(None);
        }
        let meet = Meet {
            path: self,
            between: &first.to,
            runs: [back, onward],
            sides,
            least,
            rest,
            are_alike,
            are_single: weights.into_iter().all(counts_once),
            weights,
            counted,
        };
        let blocks = blocks(&first.span, [back, onward], entries);
        let each = if counted.is_some() { COUNTED_NS } else { SORTED_NS };
        let compared = if counted.is_some() { 0 } else { pairs as usize / 8 };
        let work = (entries * each + compared) / blocks.len().max(1);
        let threads = parallel::threads(work.saturating_mul(blocks.len())).min(blocks.len());
        let own = counted.map_or(longest * ENTRY_BYTES, |(values, _)| values * 12);
        let mut holding = Holding::default();
        run.hold(&mut holding, own * threads, "CountTree")?;
        let limits = run.limits;
        let sums = parallel::each(&blocks, work, limits, &|block| meet.total(block, limits))?;
        limits.check()?;
        Ok(Some(sums.into_iter().fold(0, u128::saturating_add)))
    }
}

/// How many pairs two runs of each node of a span make, and the most entries that those of a node have.
fn all_pairs(span: &Range<u32>, runs: [Plain<'_>; 2], limits: &Limits) -> Result<(f64, usize)> {
    let step = |(pairs, longest): &mut (f64, usize), nodes: Range<u32>| {
        for node in nodes {
            let [a, b] = runs.map(|own| run_of(own, node).len());
            *pairs += a as f64 * b as f64;
            *longest = (*longest).max(a + b);
        }
    };
    let parts = parallel::fold(span.clone(), span.len() * 2, limits, &|| (0.0, 0), &step)?;
    Ok(parts
        .into_iter()
        .fold((0.0, 0), |(pairs, longest), own| (pairs + own.0, longest.max(own.1))))
}

/// Ranges of nodes with about as many entries of both runs each.
fn blocks(span: &Range<u32>, runs: [Plain<'_>; 2], entries: usize) -> Vec<Range<u32>> {
    let before = |node: u32| -> usize {
        let of = |(offsets, _): Plain<'_>| {
            offsets.get(node as usize).or(offsets.last()).map_or(0, |offset| *offset as usize)
        };
        runs.into_iter().map(of).sum()
    };
    let first = before(span.start);
    let cut = |at: usize| {
        let (mut low, mut high) = (span.start, span.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if before(middle) - first < entries * at / BLOCKS {
                low = middle + 1
            } else {
                high = middle
            }
        }
        low
    };
    let mut cuts: Vec<u32> = (1..BLOCKS).map(cut).collect();
    cuts.insert(0, span.start);
    cuts.push(span.end);
    cuts.dedup();
    cuts.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

impl Meet<'_, '_> {
    fn total(&self, block: &Range<u32>, limits: &Limits) -> u128 {
        let (mut sorted, mut counted) = (Sorted::default(), Counted::default());
        counted.sums.resize(self.counted.map_or(0, |(values, _)| values), 0);
        let (mut total, mut seen) = (0u128, 0);
        for middle in block.clone() {
            if seen >= CHECKED && limits.check().is_err() {
                return total;
            }
            seen = if seen >= CHECKED { 0 } else { seen };
            seen += self.runs.iter().map(|runs| run_of(*runs, middle).len()).sum::<usize>();
            let weight = self.between.at(middle).saturating_mul(self.path.factor);
            if weight == 0 {
                continue;
            }
            if let Some((_, passing)) = self.counted {
                let pairs = self.by_value(middle, passing, &mut counted);
                total = total.saturating_add(pairs.saturating_mul(u128::from(weight)));
                continue;
            }
            if !self.sort(middle, &mut sorted) {
                continue;
            }
            let far = if self.are_alike { &sorted.near } else { &sorted.far };
            let pairs = self.pairs(&sorted.near, far, limits);
            total = total.saturating_add(pairs.saturating_mul(u128::from(weight)));
        }
        total
    }

    /// How many matches of the runs of a node pass, whose nodes are counted by value.
    fn by_value(&self, middle: u32, passing: Passing, counted: &mut Counted) -> u128 {
        let [near, far] = self.runs.map(|runs| run_of(runs, middle));
        let Counted { sums, touched } = counted;
        let place = |end: usize, id: u32| {
            self.sides[end].at(id).map(|value| value.abs_diff(self.least) as usize)
        };
        // How many pairs are of a node with itself: those of one that stands there several times are more.
        let (mut alone, mut before, mut again) = (0u128, NodeId(u32::MAX), 0);
        for node in near {
            let Some(at) = place(0, node.0) else { continue };
            let Some(sum) = sums.get_mut(at) else { continue };
            let weight = self.weights[0].at(node.0);
            if *sum == 0 && weight != 0 {
                touched.push(at as u32);
            }
            *sum = sum.saturating_add(weight);
            again = if *node == before { again + 1 } else { 0 };
            before = *node;
            alone += 1 + 2 * again;
        }
        let of_value = |at: &u32| u128::from(sums.get(*at as usize).copied().unwrap_or(0));
        let total = if self.are_alike {
            touched.iter().map(|at| of_value(at) * of_value(at)).fold(0, u128::saturating_add)
        } else {
            far.iter().fold(0, |total: u128, node| {
                let others = place(1, node.0).map_or(0, |at| of_value(&(at as u32)));
                let own = if others == 0 { 0 } else { self.weights[1].at(node.0) };
                total.saturating_add(others.saturating_mul(u128::from(own)))
            })
        };
        touched.drain(..).for_each(|at| sums[at as usize] = 0);
        match passing {
            Passing::All => total,
            Passing::By(Comparison::Equal) => alone,
            Passing::By(Comparison::NotEqual) => total - alone,
            Passing::By(Comparison::Less | Comparison::Greater) => (total - alone) / 2,
            Passing::By(Comparison::LessOrEqual | Comparison::GreaterOrEqual) => {
                total.midpoint(alone)
            }
        }
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
