//! What a knot is made of: weights by place, maps, and sorted runs of neighbours.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Sum;
use super::growing::{Growing, places};
use crate::error::Result;
use crate::exec::Limits;
use crate::exec::count_tree::beside::{Both, ends_side_by_side};
use crate::exec::count_tree::dense::Dense;
use crate::exec::count_tree::set::Set;
use crate::exec::count_tree::steps::Steps;
use crate::exec::count_tree::values::Weights;
use crate::exec::count_tree::weights::Evaluator;
use crate::exec::memory::Holding;
use crate::exec::parallel;
use crate::value::NodeId;

/// Of short runs each two nodes are compared: most are different, which is soon known of all of them, and
/// which of two is less nobody can guess.
const EACH_PAIR: usize = 32;

/// So many pairs are compared before the same are looked for among them.
const PAIRS: usize = 1024;

/// Relationships side by side are made runs of for so many nodes at a time.
const BESIDE: usize = 4096;

/// Where a map leads nowhere.
const NOWHERE: NodeId = NodeId(u32::MAX);

/// The weights of the nodes that can stand at a place: those of a range.
#[derive(Default)]
pub(super) struct Place {
    pub(super) first: u32,
    pub(super) len: u32,
    /// One for each node, from `first` on; `None` where each is 1.
    values: Option<Dense>,
}

/// Which nodes of a range count.
pub(super) struct Bits {
    first: u32,
    len: u32,
    /// `None` where all do.
    words: Option<Vec<u64>>,
}

impl Bits {
    #[inline]
    pub(super) fn has(&self, id: u32) -> bool {
        let at = id.wrapping_sub(self.first);
        match &self.words {
            None => at < self.len,
            Some(words) => {
                words.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
            }
        }
    }
}

impl Place {
    pub(super) fn of(weights: Weights, evaluator: &Evaluator<'_, '_, '_, '_>) -> Result<Place> {
        let weights = weights.spread();
        let range = |span: &Range<u32>| (span.start, span.len() as u32);
        let place = match weights {
            Weights::One => Place { first: 0, len: evaluator.graph.node_bound(), values: None },
            Weights::Dense(dense) => {
                let (first, len) = (dense.first, dense.len() as u32);
                Place { first, len, values: Some(dense) }
            }
            Weights::Set(set) => match &*set {
                Set::Ranges(ranges) if ranges.len() < 2 => {
                    let (first, len) = ranges.first().map_or((0, 0), range);
                    Place { first, len, values: None }
                }
                set => {
                    let (first, len) = range(&set.span());
                    let mut values = vec![0; len as usize];
                    set.write(first, &mut values);
                    Place { first, len, values: Some(Dense::wide(first, values)) }
                }
            },
            // Spread weights are none of these.
            Weights::Sparse(_) => Place::default(),
        };
        evaluator.hold(place.values.as_ref().map_or(0, Dense::bytes))?;
        Ok(place)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether each node has the weight 1.
    pub(super) fn is_plain(&self) -> bool {
        self.values.is_none()
    }

    pub(super) fn span(&self) -> Range<u32> {
        self.first..self.first + self.len
    }

    /// The weight of a node.
    #[inline]
    pub(super) fn at(&self, id: u32) -> u64 {
        match &self.values {
            None => u64::from(id.wrapping_sub(self.first) < self.len),
            Some(values) => values.at(id),
        }
    }

    /// How many nodes count.
    pub(super) fn count(&self) -> usize {
        match &self.values {
            None => self.len as usize,
            Some(values) => {
                let mut count = 0;
                values.for_each(|_, _| count += 1);
                count
            }
        }
    }

    /// Whether the same nodes have the same weights.
    pub(super) fn is_same(&self, other: &Place) -> bool {
        self.first == other.first && self.len == other.len && self.values == other.values
    }

    /// The nodes that count as bits.
    pub(super) fn to_bits(&self) -> Bits {
        let (first, len) = (self.first, self.len);
        let mut words = None;
        if let Some(values) = &self.values {
            let mut own = vec![0u64; (len as usize).div_ceil(64)];
            values.for_each(|id, weight| {
                let at = id.wrapping_sub(first);
                if let Some(word) = own.get_mut(at as usize / 64) {
                    *word |= u64::from(weight != 0) << (at % 64);
                }
            });
            words = Some(own);
        }
        Bits { first, len, words }
    }

    /// No weight is larger.
    pub(super) fn most(&self) -> u64 {
        self.values.as_ref().map_or(1, Dense::most)
    }

    /// How many steps lead from nodes that count.
    pub(super) fn steps(&self, runs: &Runs<'_>) -> usize {
        if self.is_plain() {
            return runs.len();
        }
        self.span().filter(|id| self.at(*id) != 0).map(|id| runs.of(id).len()).sum()
    }

    /// Multiplies each weight.
    pub(super) fn scale(&mut self, limits: &Limits, by: impl Fn(u32) -> u64 + Sync) -> Result<()> {
        let (len, first) = (self.len as usize, self.first);
        let mut values = self.values.take().map_or_else(|| vec![1; len], Dense::into_wide);
        parallel::fill(&mut values, len, limits, &|at, chunk: &mut [u64]| {
            for (id, value) in (first + at as u32..).zip(chunk).filter(|(_, value)| **value != 0) {
                *value = value.saturating_mul(by(id));
            }
        })?;
        // Most keys weigh nothing, and then nothing has to be looked up later.
        let are_one = values.iter().all(|value| *value == 1);
        self.values = (!are_one).then(|| Dense::wide(first, values));
        Ok(())
    }

    /// The sum of all weights.
    pub(super) fn total(&self) -> Result<u128> {
        let mut sum = Sum::default();
        match &self.values {
            None => sum.total = u128::from(self.len),
            Some(values) => values.for_each(|_, value| sum.add(value)),
        }
        Sum::of(vec![sum])
    }
}

/// Relationships that lead from each node of a place to one node at most. Where they lead from each to just
/// one, the array is that of the adjacency.
pub(super) struct Map<'g> {
    pub(super) from: usize,
    pub(super) to: usize,
    first: u32,
    targets: Cow<'g, [NodeId]>,
}

impl<'g> Map<'g> {
    /// The map that the steps from the nodes of a place are; `None` where they are none.
    pub(super) fn new(
        steps: &Steps<'g>,
        (from, to): (usize, usize),
        place: &Place,
        evaluator: &Evaluator<'_, 'g, '_, '_>,
    ) -> Result<Option<Map<'g>>> {
        let (first, len) = (place.first, place.len as usize);
        if let Some(targets) = steps.one_each(place.span()) {
            return Ok(Some(Map { from, to, first, targets: targets.into() }));
        }
        evaluator.hold(len * 4)?;
        let mut targets = vec![NOWHERE; len];
        let is_map = AtomicBool::new(true);
        parallel::fill(
            &mut targets,
            len * 2,
            evaluator.run.limits,
            &|at, chunk: &mut [NodeId]| {
                let fits = match plain(steps) {
                    Some((offsets, ends)) => fill_plain(offsets, ends, first + at as u32, chunk),
                    None => fill_any(steps, first + at as u32, chunk),
                };
                if !fits {
                    is_map.store(false, Ordering::Relaxed);
                }
            },
        )?;
        let targets = targets.into();
        Ok(is_map.into_inner().then_some(Map { from, to, first, targets }))
    }

    /// Where a node is led.
    #[inline]
    pub(super) fn at(&self, id: u32) -> Option<u32> {
        let to = self.targets.get(id.wrapping_sub(self.first) as usize).copied();
        to.filter(|to| *to != NOWHERE).map(|to| to.0)
    }

    /// Where the nodes from one on are led; fewer than asked for, where the map ends.
    pub(super) fn targets(&self, ids: Range<u32>) -> &[NodeId] {
        let start = ids.start.wrapping_sub(self.first) as usize;
        let end = self.targets.len().min(start.saturating_add(ids.len()));
        self.targets.get(start..end).unwrap_or(&[])
    }

    /// The weights of the nodes of a run that are led to one node, added up. The place is the one that the map
    /// comes from.
    #[inline]
    pub(super) fn sum_where(&self, run: &[NodeId], to: u32, place: &Place) -> u64 {
        let target = |id: u32| self.targets.get(id.wrapping_sub(self.first) as usize);
        let led = |id: &&NodeId| target(id.0) == Some(&NodeId(to));
        if place.is_plain() && (place.first, place.len as usize) == (self.first, self.targets.len())
        {
            return run.iter().filter(led).count() as u64;
        }
        run.iter().filter(led).fold(0, |sum, id| sum.saturating_add(place.at(id.0)))
    }

    /// This map and then another, where the node between counts.
    pub(super) fn then(self, next: &Map<'g>, between: &Place, limits: &Limits) -> Result<Map<'g>> {
        let mut led = vec![NOWHERE; self.targets.len()];
        let last = |target: NodeId| {
            let at = target.0.wrapping_sub(next.first) as usize;
            next.targets.get(at).copied().unwrap_or(NOWHERE)
        };
        let all_count = between.is_plain();
        let work = self.targets.len() * 2;
        parallel::fill(&mut led, work, limits, &|at, chunk: &mut [NodeId]| {
            let over = self.targets[at..].iter().zip(chunk);
            if all_count {
                let span = between.span();
                for (target, led) in over {
                    *led = if span.contains(&target.0) { last(*target) } else { NOWHERE };
                }
                return;
            }
            for (target, led) in over {
                *led = if between.at(target.0) == 0 { NOWHERE } else { last(*target) };
            }
        })?;
        Ok(Map { to: next.to, targets: led.into(), ..self })
    }

    /// The map where another leads to the same node.
    pub(super) fn agreeing(self, other: &Map<'_>, limits: &Limits) -> Result<Map<'g>> {
        let mut agreed = vec![NOWHERE; self.targets.len()];
        let work = self.targets.len();
        parallel::fill(&mut agreed, work, limits, &|at, chunk: &mut [NodeId]| {
            let own = self.targets[at..].iter().zip(self.first + at as u32..);
            for (agreed, (target, id)) in chunk.iter_mut().zip(own) {
                *agreed = if other.at(id) == Some(target.0) { *target } else { NOWHERE };
            }
        })?;
        Ok(Map { targets: agreed.into(), ..self })
    }

    /// Whether both lead every node to the same.
    pub(super) fn is_same(&self, other: &Map<'_>) -> bool {
        self.first == other.first && self.targets == other.targets
    }
}

/// The arrays of steps of one list that are taken as they are.
fn plain<'g>(steps: &Steps<'g>) -> Option<(&'g [u32], &'g [NodeId])> {
    let [list] = steps.lists.as_slice() else { return None };
    let is_plain = list.adjacency.recent.is_none()
        && !list.without_loops
        && steps.filter.is_none()
        && !steps.once;
    is_plain.then_some((list.adjacency.offsets, list.adjacency.neighbours.all()))
}

/// Writes where nodes are led; false where one leads to several.
fn fill_plain(offsets: &[u32], ends: &[NodeId], first: u32, chunk: &mut [NodeId]) -> bool {
    let known = offsets.get(first as usize..).unwrap_or(&[]);
    let pairs = known.iter().zip(known.get(1..).unwrap_or(&[]));
    let mut most = 0;
    for (target, (&start, &end)) in chunk.iter_mut().zip(pairs) {
        if start < end {
            *target = ends[start as usize];
        }
        most = most.max(end - start);
    }
    most <= 1
}

fn fill_any(steps: &Steps<'_>, first: u32, chunk: &mut [NodeId]) -> bool {
    let mut fits = true;
    for (id, target) in (first..).zip(chunk) {
        steps.each_end(id, &mut |to, ways| {
            fits &= *target == NOWHERE && ways == 1;
            *target = NodeId(to);
        });
    }
    fits
}

/// The neighbours of nodes, sorted; each as often as there are relationships.
pub(super) struct Runs<'g> {
    first: u32,
    offsets: Cow<'g, [u32]>,
    ends: Cow<'g, [NodeId]>,
}

/// The runs of some nodes that follow each other.
pub(super) struct Block {
    /// Where the run of each node ends.
    pub(super) offsets: Vec<u32>,
    pub(super) ends: Vec<NodeId>,
    /// What they hold of the memory.
    pub(super) held: Holding,
}

impl<'g> Runs<'g> {
    /// The runs of the nodes of a span at least.
    pub(super) fn new(
        steps: &Steps<'g>,
        span: Range<u32>,
        evaluator: &Evaluator<'_, 'g, '_, '_>,
    ) -> Result<Runs<'g>> {
        if let Some((offsets, ends)) = steps.arrays() {
            let runs = Runs { first: 0, offsets: offsets.into(), ends: ends.into() };
            // To count once changes nothing where none is there twice, which is the rule.
            if !steps.once || runs.are_simple(span.clone()) {
                return Ok(runs);
            }
        }
        let (first, steps) = (span.start, &steps.unpacked());
        evaluator.hold(span.len() * 4)?;
        let mut offsets = Vec::with_capacity(span.len() + 1);
        let mut growing = Growing::new(evaluator.run.account(), evaluator.run.limits);
        offsets.push(0);
        for node in span {
            if node.is_multiple_of(1 << 16) {
                evaluator.run.check()?;
            }
            steps.each_end(node, &mut |to, ways| growing.add(to, ways));
            offsets.push(growing.at());
        }
        let (ends, held) = growing.finish()?;
        drop(held);
        evaluator.hold(ends.len() * 4)?;
        Ok(Runs { first, offsets: offsets.into(), ends: ends.into() })
    }

    /// The runs of several relationships side by side: a neighbour stands there as often as there are
    /// ways to take one of each.
    pub(super) fn side_by_side(
        strands: &[Steps<'g>],
        span: Range<u32>,
        evaluator: &Evaluator<'_, 'g, '_, '_>,
    ) -> Result<Runs<'g>> {
        // The same relationships twice are those once, unless some are side by side.
        if let [strand, others @ ..] = strands
            && others.iter().all(|other| strand.is_same(other))
        {
            let runs = Runs::new(strand, span.clone(), evaluator)?;
            if runs.are_simple(span.clone()) {
                return Ok(runs);
            }
        }
        let strands: Vec<Steps<'g>> = strands.iter().map(Steps::unpacked).collect();
        let (first, bound) = (span.start, evaluator.graph.node_bound());
        let starts: Vec<u32> = span.clone().step_by(BESIDE).collect();
        let (account, limits) = (evaluator.run.account(), evaluator.run.limits);
        // For each block where the runs of its nodes end, and the runs.
        let block = |start: &u32| -> Result<Block> {
            let nodes = *start..span.end.min(start.saturating_add(BESIDE as u32));
            let mut offsets = Vec::with_capacity(nodes.len());
            let mut growing = Growing::new(account, limits);
            let mut both = Both::of(&strands, &nodes, bound);
            for node in nodes {
                let mut take = |to, ways: u64| growing.add(to, ways);
                match &mut both {
                    Some(both) => both.each(node, &mut take),
                    None => ends_side_by_side(&strands, node, &mut take),
                }
                offsets.push(growing.at());
            }
            let (ends, held) = growing.finish()?;
            Ok(Block { offsets, ends, held })
        };
        let steps: usize = strands.iter().map(Steps::total).sum();
        evaluator.hold(span.len() * 4)?;
        let mut held = Holding::default();
        evaluator.run.hold(&mut held, span.len() * 4, "CountTree")?;
        let work = (span.len() * 8 + steps * 2) / starts.len().max(1);
        let blocks = parallel::in_order(&starts, work, limits, &block)?;
        let blocks: Vec<Block> = blocks.into_iter().collect::<Result<_>>()?;
        // For a moment all is there twice: block by block, and one after the other.
        evaluator.hold(blocks.iter().map(|block| block.ends.len()).sum::<usize>() * 4)?;
        Runs::of_blocks(first, blocks)
    }

    /// Runs that have been made block by block: for each where the runs of its nodes end, and the runs.
    /// Fails where they are more together than have numbers.
    pub(super) fn of_blocks(first: u32, blocks: Vec<Block>) -> Result<Runs<'g>> {
        let mut offsets = vec![0];
        let all: usize = blocks.iter().map(|block| block.ends.len()).sum();
        places(all as u64)?;
        let mut ends = Vec::with_capacity(all);
        for Block { offsets: own, ends: run, held } in blocks {
            let before = ends.len() as u32;
            offsets.extend(own.iter().map(|end| before + end));
            ends.extend(run);
            drop(held);
        }
        Ok(Runs { first, offsets: offsets.into(), ends: ends.into() })
    }

    /// The neighbours of a node.
    #[inline]
    pub(super) fn of(&self, node: u32) -> &[NodeId] {
        self.at(self.place_of(node))
    }

    /// Where the neighbours of a node stand. Those who look at many nodes find that out of several first:
    /// none of these looks waits for another.
    #[inline]
    pub(super) fn place_of(&self, node: u32) -> Range<u32> {
        let at = node.wrapping_sub(self.first) as usize;
        match self.offsets.get(at..at.wrapping_add(2)) {
            Some(&[start, end]) => start..end,
            _ => 0..0,
        }
    }

    /// The neighbours that stand at a place.
    #[inline]
    pub(super) fn at(&self, place: Range<u32>) -> &[NodeId] {
        &self.ends[place.start as usize..place.end as usize]
    }

    /// How many neighbours there are in all.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether no node of a span has a neighbour twice.
    pub(super) fn are_simple(&self, span: Range<u32>) -> bool {
        // Hardly ever are two neighbours of the array the same, and mostly that is where one run ends and
        // another begins; looking at all pairs is a matter of vector registers.
        let next = self.ends.get(1..).unwrap_or(&[]);
        let portions = self.ends.chunks(PAIRS).zip(next.chunks(PAIRS));
        (0..).step_by(PAIRS).zip(portions).all(|(first, (ends, next))| {
            let same = ends.iter().zip(next).map(|(a, b)| u32::from(a == b));
            same.sum::<u32>() == 0 || self.are_apart(first, (ends, next), &span)
        })
    }

    /// Whether those of a portion of all pairs that are the same belong to different nodes, or to one outside
    /// the span.
    fn are_apart(
        &self,
        first: usize,
        (ends, next): (&[NodeId], &[NodeId]),
        span: &Range<u32>,
    ) -> bool {
        let pairs = (first as u32 + 1..).zip(ends.iter().zip(next));
        pairs.filter(|(_, (a, b))| a == b).all(|(second, _)| {
            let node = self.offsets.partition_point(|offset| *offset <= second).saturating_sub(1);
            self.offsets.get(node) == Some(&second) || !span.contains(&(self.first + node as u32))
        })
    }
}

/// How often a node stands in a sorted run.
pub(in crate::exec::count_tree) fn times(run: &[NodeId], node: u32) -> u64 {
    let first = run.partition_point(|other| other.0 < node);
    run[first..].iter().take_while(|other| other.0 == node).count() as u64
}

/// The weights of what two sorted runs have in common: of each node as often as both have it, a pair.
#[inline]
pub(in crate::exec::count_tree) fn in_common<'r>(
    mut a: &'r [NodeId],
    mut b: &'r [NodeId],
    weight: impl Fn(u32) -> u64,
) -> u64 {
    if a.len() > b.len() {
        (a, b) = (b, a);
    }
    let mut sum = 0u64;
    if a.len() * b.len() <= EACH_PAIR {
        for (node, _) in
            a.iter().flat_map(|x| b.iter().map(move |y| (x, y))).filter(|(x, y)| x == y)
        {
            sum = sum.saturating_add(weight(node.0));
        }
        return sum;
    }
    let is_searched = b.len() / 8 > a.len();
    while let [node, rest @ ..] = a {
        if is_searched {
            b = &b[b.partition_point(|other| other < node)..];
        } else {
            while b.first().is_some_and(|other| other < node) {
                b = &b[1..];
            }
        }
        let Some(other) = b.first() else { break };
        if other == node {
            let ways = b.iter().take_while(|other| *other == node).count() as u64;
            sum = sum.saturating_add(ways.saturating_mul(weight(node.0)));
        }
        a = rest;
    }
    sum
}

/// Calls `visit` with each node that two sorted runs have in common, and how many pairs of it there are.
#[inline]
pub(super) fn each_in_common<'r>(
    mut a: &'r [NodeId],
    mut b: &'r [NodeId],
    mut visit: impl FnMut(u32, u64),
) {
    if a.len() > b.len() {
        (a, b) = (b, a);
    }
    if a.len() * b.len() <= EACH_PAIR {
        let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x, y)));
        pairs.filter(|(x, y)| x == y).for_each(|(node, _)| visit(node.0, 1));
        return;
    }
    for node in a {
        b = &b[b.partition_point(|other| other < node)..];
        let ways = b.iter().take_while(|other| *other == node).count() as u64;
        if ways > 0 {
            visit(node.0, ways);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_twice_is_seen_within_a_run_of_the_span_only() {
        let runs = |offsets: &[u32], ends: &[u32]| Runs {
            first: 3,
            offsets: offsets.to_vec().into(),
            ends: ends.iter().copied().map(NodeId).collect::<Vec<_>>().into(),
        };
        // Nodes 3, 4, 5: the second 7 begins a run, and so does the second 9, behind a node without any.
        assert!(runs(&[0, 2, 3], &[5, 7, 7]).are_simple(3..5));
        assert!(runs(&[0, 1, 1, 2], &[9, 9]).are_simple(3..6));
        let twice = runs(&[0, 1, 3, 4], &[1, 6, 6, 8]);
        assert!(!twice.are_simple(3..6) && !twice.are_simple(4..5));
        assert!(twice.are_simple(3..4) && twice.are_simple(5..6));
        // Beyond the first portion.
        let many: Vec<u32> = (0..3000).chain([2999]).collect();
        assert!(!runs(&[0, 3001], &many).are_simple(3..4));
        assert!(runs(&[0, 3000, 3001], &many).are_simple(3..5));
    }

    #[test]
    fn runs_have_in_common_what_pairs_say() {
        let (a, b) = ([1, 1, 4, 9].map(NodeId), [0, 1, 1, 1, 4, 7].map(NodeId));
        let weight = |node: u32| u64::from(node) * 10;
        assert_eq!(in_common(&a, &b, weight), 6 * 10 + 40);
        assert_eq!(in_common(&b, &a, weight), 6 * 10 + 40);
        let long: Vec<NodeId> = (0..1000).map(|id| NodeId(id / 2)).collect();
        assert_eq!(in_common(&a, &long, weight), 2 * 2 * 10 + 2 * 40 + 2 * 90);
        assert_eq!(times(&long, 7), 2);
        assert_eq!(times(&long, 500), 0);
    }
}
