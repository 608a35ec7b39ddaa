//! How often a path leads from a node to each other one: a row of a product of sparse matrices.
//!
//! **In**: a term and two of its nodes, which one path joins. **Out**: for a node at the near end, the
//! nodes at the far end with the number of matches, added up in an array. **Caller**: [`super::pair`].
//!
//! Every node along the path counts by the weight of what hangs from it. A hop carries the weights of
//! some nodes over an edge into an array ([`Tally`]) that remembers which entries it has touched, so
//! that clearing it costs what was written. The steps of the first hop come from one node.

use std::ops::Range;

use super::sides::Tests;
use super::steps::{Steps, ends_side_by_side};
use super::values::Weights;
use super::weights::Evaluator;
use super::{components, nodes};
use crate::error::Result;
use crate::value::NodeId;

/// A path of a term.
pub(super) struct Path<'g> {
    pub(super) sign: i64,
    /// What the parts of the term multiply it by that the path is not joined to.
    factor: u64,
    /// The weights of the near end; none where every node there has 1.
    near: Weights,
    /// None where both ends are one node.
    hops: Vec<Hop<'g>>,
}

/// A step of a path.
struct Hop<'g> {
    strands: Vec<Steps<'g>>,
    /// The ends of steps as an array, where they are that plain.
    plain: Option<(&'g [u32], &'g [NodeId])>,
    /// The weights of where it leads.
    to: Weights,
    span: Range<u32>,
}

/// Sums by node, and which of them are not 0.
#[derive(Default)]
pub(super) struct Tally {
    first: u32,
    sums: Vec<u64>,
    touched: Vec<u32>,
}

/// The arrays that a path is walked with.
#[derive(Default)]
pub(super) struct Walker {
    /// One for each hop.
    tallies: Vec<Tally>,
    frontier: Vec<(u32, u64)>,
}

impl Tally {
    fn over(span: &Range<u32>) -> Tally {
        Tally { first: span.start, sums: vec![0; span.len()], touched: Vec::new() }
    }

    #[inline]
    fn add(&mut self, id: u32, weight: u64) {
        if let Some(sum) = self.sums.get_mut(id.wrapping_sub(self.first) as usize) {
            if *sum == 0 && weight != 0 {
                self.touched.push(id);
            }
            *sum = sum.saturating_add(weight);
        }
    }

    fn at(&self, id: u32) -> u64 {
        self.sums.get(id.wrapping_sub(self.first) as usize).copied().unwrap_or(0)
    }

    fn clear(&mut self) {
        for id in self.touched.drain(..) {
            self.sums[(id - self.first) as usize] = 0;
        }
    }
}

impl<'g> Path<'g> {
    /// The path of a term between two places; `frees` says that the ends themselves are known to be
    /// wanted.
    pub(super) fn new(
        evaluator: &mut Evaluator<'_, 'g, '_, '_>,
        [near, far]: [usize; 2],
        frees: bool,
    ) -> Result<Path<'g>> {
        let term = evaluator.term;
        let Some((near, route)) = term.route([near, far]) else {
            return Ok(Path { sign: term.sign, factor: 0, near: Weights::One, hops: Vec::new() });
        };
        let far = route.last().map_or(near, |(_, to)| *to);
        evaluator.cut = route.iter().map(|(edge, _)| *edge).collect();
        let mut factor = 1u64;
        for component in components(term).iter().filter(|nodes| !nodes.contains(&near)) {
            let root = evaluator.best_root(component)?;
            let total = nodes::total(&evaluator.root(root, None, None)?, evaluator.run)?;
            factor = factor.saturating_mul(u64::try_from(total).unwrap_or(u64::MAX));
        }
        // An end that is one with a node of the path must be what that one must be, too.
        let is_free = |weights: &Weights, node: usize| {
            let is_end = (node == near || node == far) && term.nodes[node].len() == 1;
            frees && is_end && matches!(weights, Weights::Set(_))
        };
        let mut hops = Vec::with_capacity(route.len());
        let mut from = near;
        for (edge, to) in route {
            let strands = evaluator.seen_from(edge, from).to_vec();
            let weights = evaluator.weights(to, None, None)?;
            let leads_there = |set| strands.iter().all(|s| s.end_in(set, evaluator.graph));
            let is_one = match &weights {
                Weights::Set(set) => is_free(&weights, to) || leads_there(set),
                _ => false,
            };
            let span = evaluator.span(to);
            evaluator.hold(span.len() * 16)?;
            let to_weights = if is_one { Weights::One } else { weights.spread() };
            let plain = match strands.as_slice() {
                [one] if !one.once => one.arrays(),
                _ => None,
            };
            hops.push(Hop { plain, strands, to: to_weights, span });
            from = to;
        }
        let weights = evaluator.weights(near, None, None)?;
        let near = if is_free(&weights, near) { Weights::One } else { weights.spread() };
        Ok(Path { sign: term.sign, factor, near, hops })
    }

    /// The nodes at the near end that have a weight.
    pub(super) fn starts(&self, into: &mut Vec<u32>) {
        self.near.for_each(|id, _| into.push(id));
    }

    /// The ids from the first to the last node that it may lead to.
    pub(super) fn far_span(&self) -> Range<u32> {
        self.hops.last().map_or(0..0, |hop| hop.span.clone())
    }

    /// Arrays for the path.
    pub(super) fn walker(&self) -> Walker {
        let tallies = self.hops.iter().map(|hop| Tally::over(&hop.span)).collect();
        Walker { tallies, frontier: Vec::new() }
    }

    /// Counts the ways from a node to each other; [`Path::at`] and [`Path::touched`] then read them.
    pub(super) fn walk(&self, near: u32, walker: &mut Walker) {
        walker.tallies.iter_mut().for_each(Tally::clear);
        walker.frontier.clear();
        let weight = self.near.at(near).saturating_mul(self.factor);
        if weight == 0 {
            return;
        }
        walker.frontier.push((near, weight));
        let last = self.hops.len().saturating_sub(1);
        for (at, hop) in self.hops.iter().enumerate() {
            let tally = &mut walker.tallies[at];
            hop.carry(&walker.frontier, tally);
            if at == last {
                return;
            }
            walker.frontier.clear();
            for &id in &tally.touched {
                let weight = tally.at(id).saturating_mul(hop.to.at(id));
                if weight != 0 {
                    walker.frontier.push((id, weight));
                }
            }
        }
    }

    /// How many matches lead to a node from that which was walked from.
    #[inline]
    pub(super) fn at(&self, far: u32, walker: &Walker) -> u64 {
        match (self.hops.last(), walker.tallies.last()) {
            (Some(hop), Some(tally)) => match hop.to {
                Weights::One => tally.at(far),
                ref weights => match tally.at(far) {
                    0 => 0,
                    sum => sum.saturating_mul(weights.at(far)),
                },
            },
            // Both ends are one node.
            _ => walker.frontier.first().filter(|(id, _)| *id == far).map_or(0, |(_, w)| *w),
        }
    }

    /// Whether some step has led to a node.
    pub(super) fn has_touched(&self, far: u32, walker: &Walker) -> bool {
        match walker.tallies.last() {
            Some(tally) => tally.at(far) != 0,
            None => walker.frontier.iter().any(|(id, _)| *id == far),
        }
    }

    /// The ends of the steps from a node, ascending, and what each counts, where the path is one hop
    /// over plain arrays.
    pub(super) fn steps(&self, near: u32) -> Option<(&'g [NodeId], u64)> {
        let [Hop { plain: Some((offsets, neighbours)), .. }] = self.hops.as_slice() else {
            return None;
        };
        let weight = self.near.at(near).saturating_mul(self.factor);
        let run = match offsets.get(near as usize..near as usize + 2) {
            Some(&[start, end]) if weight != 0 => &neighbours[start as usize..end as usize],
            _ => &[],
        };
        Some((run, weight))
    }

    /// The weights of the ends of steps that pass, added up.
    pub(super) fn sum_where(&self, ends: &[NodeId], tests: &Tests<'_>) -> u64 {
        match self.hops.last().map(|hop| &hop.to) {
            None | Some(Weights::One) => tests.count(ends) as u64,
            Some(weights) => {
                let passing = ends.iter().filter(|far| tests.hold(far.0));
                passing.fold(0, |sum, far| sum.saturating_add(weights.at(far.0)))
            }
        }
    }

    /// How many matches lead to far nodes that pass from that which was walked from.
    pub(super) fn total_where(&self, walker: &Walker, tests: &Tests<'_>) -> u128 {
        let mut total = 0u128;
        self.touched(walker, |far| {
            if tests.hold(far) {
                total += u128::from(self.at(far, walker));
            }
        });
        total
    }

    /// The weight of a node at the far end.
    #[inline]
    pub(super) fn far_weight(&self, far: u32) -> u64 {
        self.hops.last().map_or(1, |hop| hop.to.at(far))
    }

    /// Calls `visit` with the nodes that some step has led to.
    pub(super) fn touched(&self, walker: &Walker, mut visit: impl FnMut(u32)) {
        match walker.tallies.last() {
            Some(tally) => tally.touched.iter().for_each(|id| visit(*id)),
            None => walker.frontier.iter().for_each(|(id, _)| visit(*id)),
        }
    }
}

impl Hop<'_> {
    /// Adds what stands at some nodes to where steps lead from them.
    fn carry(&self, frontier: &[(u32, u64)], tally: &mut Tally) {
        if let Some((offsets, neighbours)) = self.plain {
            for &(node, weight) in frontier {
                let Some(&[start, end]) = offsets.get(node as usize..node as usize + 2) else {
                    continue;
                };
                let run = &neighbours[start as usize..end as usize];
                run.iter().for_each(|to| tally.add(to.0, weight));
            }
            return;
        }
        for &(node, weight) in frontier {
            match self.strands.as_slice() {
                [one] if !one.once => one.for_each_end(node, |to| tally.add(to, weight)),
                strands => ends_side_by_side(strands, node, &mut |to, ways| {
                    tally.add(to, weight.saturating_mul(ways));
                }),
            }
        }
    }
}
