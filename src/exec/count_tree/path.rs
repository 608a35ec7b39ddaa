//! How often a path leads from a node to each other one: a row of a product of sparse matrices.
//!
//! **In**: a term and two of its nodes, which one path joins. **Out**: for a node at the near end, the
//! nodes at the far end with the number of matches, added up in an array. **Caller**: [`super::pair`].
//!
//! Every node along the path counts by the weight of what hangs from it. A hop carries the weights of
//! some nodes over an edge into an array ([`Tally`]) that remembers which entries it has touched, so
//! that clearing it costs what was written. The steps of the first hop come from one node.
//!
//! Hops that lead from any node to one at most (a person's city, its state, its country) are followed once
//! for all nodes and are an array from then on ([`Shortcut`]). A path that is nothing else, or has one more
//! hop, needs no sums: its steps are rows as they stand.
//!
//! Where both ends are known, as those of a bridge are, the last hop is taken from the far end where that is
//! less ([`Meeting`]): a comment's tags and its post's tags are few, the messages that have one of them many.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::beside::ends_side_by_side;
use super::composed::Composed;
use super::knot::in_common;
use super::set::Set;
use super::sides::{Comparisons, Tests};
use super::steps::Steps;
use super::values::Weights;
use super::weights::Evaluator;
use super::{components, nodes, overflow};
use crate::error::Result;
use crate::exec::parallel;
use crate::value::NodeId;

/// A path of a term.
pub(super) struct Path<'g> {
    pub(super) sign: i64,
    /// What the parts of the term multiply it by that the path is not joined to.
    pub(super) factor: u64,
    /// The weights of the near end; none where every node there has 1.
    pub(super) near: Weights,
    /// None where both ends are one node.
    pub(super) hops: Vec<Hop<'g>>,
    shortcut: Option<Shortcut>,
    meeting: Option<Meeting<'g>>,
    /// Both hops as one, where each node in the middle is led to from one at the near end at most.
    composed: Option<Composed>,
    /// The first hop of two, seen from the node in the middle.
    pub(super) first_back: Back<'g>,
}

/// The last hop of a path, seen from its far end.
struct Meeting<'g> {
    strands: Vec<Steps<'g>>,
    plain: Option<Plain<'g>>,
    /// The hop before it, where that is not taken at all: what few nodes lead to is held against the run of the
    /// far end.
    held: Option<[Plain<'g>; 2]>,
}

/// Offsets, and the ends of steps.
pub(super) type Plain<'g> = (&'g [u32], &'g [NodeId]);

/// The first hop of a path, seen from where it leads.
#[derive(Default)]
pub(super) struct Back<'g> {
    pub(super) strands: Vec<Steps<'g>>,
    /// Whether every node that it comes from counts once.
    pub(super) all_count: bool,
    /// How many nodes may stand where it comes from.
    pub(super) population: usize,
}

/// Where the first hops of a path lead, each of which leads to one node at most.
struct Shortcut {
    first: u32,
    /// For each node from the first on; [`NOWHERE`] where it is led to none that counts.
    targets: Vec<NodeId>,
    /// Whether there is no other hop.
    is_whole: bool,
}

/// Where a shortcut leads nowhere.
const NOWHERE: NodeId = NodeId(u32::MAX);

/// A step of a path.
pub(super) struct Hop<'g> {
    strands: Vec<Steps<'g>>,
    /// The ends of steps as an array, where they are that plain.
    pub(super) plain: Option<Plain<'g>>,
    /// The nodes that it leads from, where it leads from each to one at most.
    single: Option<Single<'g>>,
    /// The weights of where it leads.
    pub(super) to: Weights,
    pub(super) span: Range<u32>,
}

/// Where a hop leads from the nodes of a span.
struct Single<'g> {
    span: Range<u32>,
    /// How many nodes have been looked at.
    looked_at: AtomicUsize,
    /// One end for each node, if there is just one: known once it is worth knowing.
    ends: OnceLock<Option<&'g [NodeId]>>,
}

/// Adding something up at a node, and clearing it later, is worth so many comparisons of two.
const TALLIED: f64 = 3.0;

/// One in so many nodes is looked at before all are.
const LOOKS: usize = 16;

impl<'g> Single<'g> {
    fn ends(&self, steps: &Steps<'g>, looks: usize) -> Option<&'g [NodeId]> {
        if let Some(known) = self.ends.get() {
            return *known;
        }
        let before = self.looked_at.fetch_add(looks, Ordering::Relaxed);
        let is_worth_it = (before + looks) * LOOKS > self.span.len();
        if !is_worth_it {
            return None;
        }
        *self.ends.get_or_init(|| steps.one_each(self.span.clone()))
    }
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
    looks: Looks,
}

/// What has been looked up for the nodes of a frontier, before anything is done with it: each look misses the cache, and
/// none has to wait for another.
#[derive(Default)]
struct Looks {
    /// Where they lead, if to one each.
    ends: Vec<NodeId>,
    /// Where their steps stand.
    runs: Vec<(u32, u32)>,
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

    /// Hands over each node with its sum, and clears them.
    #[inline]
    fn drain(&mut self, mut visit: impl FnMut(u32, u64)) {
        for id in self.touched.drain(..) {
            if let Some(sum) = self.sums.get_mut(id.wrapping_sub(self.first) as usize) {
                visit(id, std::mem::take(sum));
            }
        }
    }

    fn clear(&mut self) {
        for id in self.touched.drain(..) {
            self.sums[(id - self.first) as usize] = 0;
        }
    }
}

impl<'g> Path<'g> {
    /// The path of a term between two places. `asked` says for how many pairs of ends it will be asked, where
    /// those are known to be wanted themselves.
    pub(super) fn new(
        evaluator: &mut Evaluator<'_, 'g, '_, '_>,
        [near, far]: [usize; 2],
        asked: Option<f64>,
    ) -> Result<Path<'g>> {
        let term = evaluator.term;
        let Some((near, route)) = term.route([near, far]) else {
            let (near, hops) = (Weights::One, Vec::new());
            let (sign, factor) = (term.sign, 0);
            let (shortcut, meeting, first_back) = (None, None, Back::default());
            let composed = None;
            return Ok(Path { sign, factor, near, hops, shortcut, meeting, composed, first_back });
        };
        let meeting = match asked {
            Some(pairs) => Meeting::of(evaluator, near, &route, pairs)?,
            None => None,
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
            // What hangs from the end decides, too, whether it counts.
            let is_bare = || evaluator.branches(node, None).is_empty();
            asked.is_some() && is_end && matches!(weights, Weights::Set(_)) && is_bare()
        };
        let back = match route.as_slice() {
            [(edge, to), _] => evaluator.seen_from(*edge, *to).to_vec(),
            _ => Vec::new(),
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
            let plain = plain(&strands);
            let leads_to_one = plain.is_some() && strands[0].degree_max(evaluator.graph) < 2;
            let single = leads_to_one.then(|| Single {
                span: evaluator.span(from),
                looked_at: AtomicUsize::new(0),
                ends: OnceLock::new(),
            });
            hops.push(Hop { plain, single, strands, to: to_weights, span });
            from = to;
        }
        let start_span = evaluator.span(near);
        let weights = evaluator.weights(near, None, None)?;
        let all_count = match &weights {
            Weights::Set(set) => back.iter().all(|steps| steps.end_in(set, evaluator.graph)),
            weights => matches!(weights, Weights::One),
        };
        let population = evaluator.population(near);
        let first_back = Back { strands: back, all_count, population };
        let near = if is_free(&weights, near) { Weights::One } else { weights.spread() };
        let shortcut = Shortcut::over(&hops, start_span.clone(), evaluator)?;
        let composed = if meeting.is_none() && shortcut.is_none() {
            Composed::over(&hops, &first_back, (start_span, &near), evaluator)?
        } else {
            None
        };
        Ok(Path { sign: term.sign, factor, near, hops, shortcut, meeting, composed, first_back })
    }

    /// The hops that are taken from the near end.
    fn ahead(&self) -> &[Hop<'g>] {
        let met = match &self.meeting {
            None => 0,
            Some(Meeting { held: None, .. }) => 1,
            Some(Meeting { held: Some(_), .. }) => 2,
        };
        &self.hops[..self.hops.len() - met]
    }

    /// Whether what is walked from the near end is asked for as a list.
    fn is_listed(&self) -> bool {
        self.meeting.as_ref().is_some_and(|meeting| meeting.held.is_some())
    }

    /// Appends the nodes at the near end that have a weight, ascending.
    pub(super) fn starts(&self, into: &mut Vec<u32>) {
        match &self.near {
            Weights::Set(set) if into.is_empty() => *into = set.to_list(),
            weights => weights.for_each(|id, _| into.push(id)),
        }
    }

    /// The ids from the first to the last node that it may lead to.
    pub(super) fn far_span(&self) -> Range<u32> {
        self.hops.last().map_or(0..0, |hop| hop.span.clone())
    }

    /// Arrays for the path.
    pub(super) fn walker(&self) -> Walker {
        let hops = self.ahead();
        // What is read as a run is added up nowhere.
        let is_run = |at: usize| {
            let is_last = at + 1 == hops.len();
            !is_last && self.composed.is_some()
                || at == 0 && hops[at].plain.is_some() && (!is_last || self.is_listed())
        };
        let over = |(at, hop): (usize, &Hop<'g>)| {
            Tally::over(if is_run(at) { &(0..0) } else { &hop.span })
        };
        Walker { tallies: hops.iter().enumerate().map(over).collect(), ..Walker::default() }
    }

    /// Counts the ways from a node to each other; [`Path::at`] and [`Path::touched`] then read them.
    pub(super) fn walk(&self, near: u32, walker: &mut Walker) {
        walker.tallies.iter_mut().for_each(Tally::clear);
        walker.frontier.clear();
        let weight = self.near.at(near).saturating_mul(self.factor);
        if weight == 0 {
            return;
        }
        if let (Some(composed), Some(tally)) = (&self.composed, walker.tallies.last_mut()) {
            composed.run(near).for_each(|far| tally.add(far, weight));
            return;
        }
        let hops = self.ahead();
        if self.carry_through(near, weight, walker) {
            return;
        }
        let last = hops.len().saturating_sub(1);
        // What one node leads to is each met once, or as often as there are steps: nothing to add up.
        let done = match hops.first() {
            Some(Hop { plain: Some(plain), to, .. }) if last > 0 || self.is_listed() => {
                let frontier = &mut walker.frontier;
                run_of(*plain, near).iter().for_each(|id| match to.at(id.0) {
                    0 => {}
                    ways => frontier.push((id.0, weight.saturating_mul(ways))),
                });
                1
            }
            _ => {
                walker.frontier.push((near, weight));
                0
            }
        };
        for (at, hop) in hops.iter().enumerate().skip(done) {
            let tally = &mut walker.tallies[at];
            hop.carry(&walker.frontier, tally, &mut walker.looks);
            if at == last && !self.is_listed() {
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

    /// Adds up where two hops lead of which the second is an array of ends, without a list of the nodes between; false
    /// where that is not so, and nothing has been added.
    fn carry_through(&self, near: u32, weight: u64, walker: &mut Walker) -> bool {
        let [first, second] = self.hops.as_slice() else { return false };
        let (None, Some(plain), Some(single), Some(tally)) =
            (&self.meeting, first.plain, &second.single, walker.tallies.last_mut())
        else {
            return false;
        };
        let Some(run) = first.wanted(run_of(plain, near)) else { return false };
        let Some(ends) = single.ends(&second.strands[0], run.len()) else { return false };
        for between in run {
            if let Some(end) = ends.get(between.0.wrapping_sub(single.span.start) as usize) {
                tally.add(end.0, weight);
            }
        }
        true
    }

    /// How many matches lead to a node from that which was walked from.
    #[inline]
    pub(super) fn at(&self, far: u32, walker: &Walker) -> u64 {
        if let Some(meeting) = &self.meeting {
            return self.met_at(meeting, far, walker);
        }
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

    /// The same where the last hop is taken from the far end.
    fn met_at(&self, meeting: &Meeting<'g>, far: u32, walker: &Walker) -> u64 {
        if let Some([before, back]) = meeting.held {
            let run = run_of(back, far);
            let between = &self.hops[self.hops.len() - 2].to;
            let ways = walker.frontier.iter().map(|(node, weight)| {
                let found = in_common(run_of(before, *node), run, |id| between.at(id));
                found.saturating_mul(*weight)
            });
            let ways = ways.fold(0, u64::saturating_add);
            return if ways == 0 { 0 } else { ways.saturating_mul(self.far_weight(far)) };
        }
        let (Some(hop), Some(tally)) = (self.ahead().last(), walker.tallies.last()) else {
            return 0;
        };
        let mut sum = 0u64;
        let mut add = |from: u32, ways: u64| {
            let met = tally.at(from);
            if met != 0 {
                let weight = met.saturating_mul(hop.to.at(from)).saturating_mul(ways);
                sum = sum.saturating_add(weight);
            }
        };
        match (meeting.plain, meeting.strands.as_slice()) {
            (Some(plain), _) => run_of(plain, far).iter().for_each(|from| add(from.0, 1)),
            (None, [one]) if !one.once => one.for_each_end(far, |from| add(from, 1)),
            (None, strands) => ends_side_by_side(strands, far, &mut add),
        }
        sum.saturating_mul(self.far_weight(far))
    }

    /// Whether some step has led to a node.
    pub(super) fn has_touched(&self, far: u32, walker: &Walker) -> bool {
        match walker.tallies.last() {
            Some(tally) => tally.at(far) != 0,
            None => walker.frontier.iter().any(|(id, _)| *id == far),
        }
    }

    /// The ends of the steps from a node, ascending, and what each counts, where no sums are needed to know
    /// them: the path is one hop over plain arrays, or a shortcut and at most one such hop.
    pub(super) fn steps(&self, near: u32) -> Option<(&[NodeId], u64)> {
        let weight = self.near.at(near).saturating_mul(self.factor);
        let from = match (&self.shortcut, self.hops.as_slice()) {
            (Some(shortcut), _) => match shortcut.target(near).filter(|_| weight != 0) {
                None => return Some((&[], weight)),
                Some(only) if shortcut.is_whole => {
                    return Some((std::slice::from_ref(only), weight));
                }
                Some(from) => from.0,
            },
            (None, [_]) => near,
            _ => return None,
        };
        let plain = self.hops.last()?.plain?;
        Some((if weight == 0 { &[] } else { run_of(plain, from) }, weight))
    }

    /// The weights of the ends of steps that pass, added up.
    pub(super) fn sum_where(&self, ends: &[NodeId], tests: &Tests<'_>) -> u64 {
        match self.hops.last().map(|hop| &hop.to) {
            None | Some(Weights::One) => tests.count(ends) as u64,
            Some(Weights::Set(set)) if matches!(**set, Set::Bits(..)) => {
                let Set::Bits(words, _) = &**set else { return 0 };
                let count = |ends: &[NodeId]| {
                    let has = |end: &NodeId| {
                        words.get(end.0 as usize / 64).map_or(0, |word| word >> (end.0 % 64) & 1)
                    };
                    let counting = ends.iter().rev().fold(0, |bits, end| bits << 1 | has(end));
                    u64::from((tests.passing(ends) & counting).count_ones())
                };
                ends.chunks(64).map(count).sum()
            }
            Some(weights) => {
                let passing = ends.iter().filter(|far| tests.hold(far.0));
                passing.fold(0, |sum, far| sum.saturating_add(weights.at(far.0)))
            }
        }
    }

    /// How many matches lead from some nodes to far ones that pass.
    pub(super) fn total_of(
        &self,
        nears: &[u32],
        walker: &mut Walker,
        comparisons: &Comparisons,
    ) -> u128 {
        if self.has_runs()
            && matches!(self.hops.last(), Some(Hop { to: Weights::One, .. }))
            && let Some(total) = comparisons.total(
                nears
                    .iter()
                    .filter_map(|near| self.steps(*near).map(|(run, weight)| (*near, run, weight))),
            )
        {
            return total;
        }
        let of_one = |near: &u32| match comparisons.from(*near) {
            None => 0,
            // Both ends are one node.
            Some(tests) if self.hops.is_empty() => {
                let weight = self.near.at(*near).saturating_mul(self.factor);
                if tests.hold(*near) { u128::from(weight) } else { 0 }
            }
            Some(tests) => self.total_from(*near, walker, &tests),
        };
        nears.iter().map(of_one).sum()
    }

    /// Whether its steps are runs as they stand.
    pub(super) fn has_runs(&self) -> bool {
        let is_plain = self.hops.last().is_some_and(|hop| hop.plain.is_some());
        match &self.shortcut {
            Some(shortcut) => shortcut.is_whole || is_plain,
            None => is_plain && self.hops.len() == 1,
        }
    }

    /// How many matches lead from a node to far ones that pass.
    pub(super) fn total_from(&self, near: u32, walker: &mut Walker, tests: &Tests<'_>) -> u128 {
        if let Some((run, weight)) = self.steps(near) {
            return u128::from(self.sum_where(run, tests)) * u128::from(weight);
        }
        self.walk(near, walker);
        self.total_where(walker, tests)
    }

    /// How many matches lead to far nodes that pass from that which was walked from.
    fn total_where(&self, walker: &Walker, tests: &Tests<'_>) -> u128 {
        let mut total = 0u128;
        self.touched(walker, |far| {
            if tests.hold(far) {
                total += u128::from(self.at(far, walker));
            }
        });
        total
    }

    /// Appends how many matches lead to each far node that passes from that which was walked from, where those are
    /// no less than so many.
    pub(super) fn weights_where(
        &self,
        walker: &mut Walker,
        (tests, least): (&Tests<'_>, u64),
        out: &mut Vec<i64>,
    ) -> Result<()> {
        let (mut most, all_pass) = (0, tests.is_empty());
        self.drain(walker, |far, weight| {
            if weight >= least && (all_pass || tests.hold(far)) {
                most = most.max(weight);
                out.push(weight as i64);
            }
        });
        if i64::try_from(most).is_err() { Err(overflow()) } else { Ok(()) }
    }

    /// Whether both ends are one node.
    pub(super) fn is_one_node(&self) -> bool {
        self.hops.is_empty()
    }

    /// Whether every node leads to one node at the far end at most, which is known.
    pub(super) fn is_shortcut(&self) -> bool {
        self.shortcut.as_ref().is_some_and(|shortcut| shortcut.is_whole)
    }

    /// That node, and how often the pair matches, where it does.
    #[inline]
    pub(super) fn end_of(&self, near: u32) -> Option<(NodeId, u64)> {
        let far = *self.shortcut.as_ref()?.target(near)?;
        let weight = self.near.at(near).saturating_mul(self.factor);
        let weight = weight.saturating_mul(self.far_weight(far.0));
        (weight != 0).then_some((far, weight))
    }

    /// Whether no node at the far end counts but once.
    pub(super) fn counts_each_end_once(&self) -> bool {
        self.hops.last().is_none_or(|hop| matches!(hop.to, Weights::One))
    }

    /// Whether nodes at the far end count once, or not at all.
    pub(super) fn counts_each_end_once_or_never(&self) -> bool {
        self.hops.last().is_none_or(|hop| hop.to.most() <= 1)
    }

    /// The weights of the nodes at the far end.
    pub(super) fn far_weights(&self) -> &Weights {
        self.hops.last().map_or(&Weights::One, |hop| &hop.to)
    }

    /// The weight of a node at the far end.
    #[inline]
    pub(super) fn far_weight(&self, far: u32) -> u64 {
        self.hops.last().map_or(1, |hop| hop.to.at(far))
    }

    /// Hands over the nodes at the far end that some step has led to, each with how many matches lead to it, and clears
    /// what was added up.
    #[inline]
    pub(super) fn drain(&self, walker: &mut Walker, mut visit: impl FnMut(u32, u64)) {
        match (&self.meeting, self.far_weights(), walker.tallies.last_mut()) {
            (None, Weights::One, Some(tally)) => tally.drain(visit),
            (None, weights, Some(tally)) => {
                tally.drain(|far, sum| visit(far, sum.saturating_mul(weights.at(far))));
            }
            _ => self.touched(walker, |far| visit(far, self.at(far, walker))),
        }
    }

    /// Calls `visit` with the nodes that some step has led to.
    pub(super) fn touched(&self, walker: &Walker, mut visit: impl FnMut(u32)) {
        match walker.tallies.last() {
            Some(tally) => tally.touched.iter().for_each(|id| visit(*id)),
            None => walker.frontier.iter().for_each(|(id, _)| visit(*id)),
        }
    }
}

impl<'g> Meeting<'g> {
    /// The last of several hops from the far end, if that is less than from the near one.
    fn of(
        evaluator: &Evaluator<'_, 'g, '_, '_>,
        near: usize,
        route: &[(usize, usize)],
        pairs: f64,
    ) -> Result<Option<Meeting<'g>>> {
        let Some(((edge, far), before)) = route.split_last() else { return Ok(None) };
        let Some((_, middle)) = before.last() else { return Ok(None) };
        let starts = evaluator.own_support(near)?;
        let (mut reached, mut listed, mut from) = (starts, starts, near);
        for (edge, to) in before {
            let all = starts * evaluator.population(*to) as f64;
            listed = reached;
            reached = (reached * evaluator.fan_out(*edge, from)).min(all);
            from = *to;
        }
        let each = evaluator.fan_out(*edge, *far);
        let ahead = reached * evaluator.fan_out(*edge, *middle);
        let back = pairs * (1.0 + each);
        let strands = evaluator.seen_from(*edge, *far).to_vec();
        let last = plain(&strands);
        // Runs of two nodes are held against each other, where few nodes come before them.
        let (edge, _) = before[before.len() - 1];
        let from = before.len().checked_sub(2).map_or(near, |at| before[at].1);
        let run = evaluator.fan_out(edge, from);
        let tests = pairs * (listed / starts.max(1.0)) * (2.0 + (run * each).min(run + each));
        let held = match (plain(evaluator.seen_from(edge, from)), last) {
            (Some(first), Some(last)) if tests < TALLIED * (reached + back) => Some([first, last]),
            _ => None,
        };
        let least = if held.is_some() { tests / TALLIED } else { back };
        if least >= ahead {
            return Ok(None);
        }
        Ok(Some(Meeting { plain: last, strands, held }))
    }
}

/// The steps of an edge as arrays, where they are that plain.
pub(super) fn plain<'g>(strands: &[Steps<'g>]) -> Option<Plain<'g>> {
    match strands {
        [one] if !one.once => one.arrays(),
        _ => None,
    }
}

/// The ends of the steps from a node.
#[inline]
pub(super) fn run_of((offsets, ends): Plain<'_>, node: u32) -> &[NodeId] {
    match offsets.get(node as usize..).and_then(|rest| rest.get(..2)) {
        Some(&[start, end]) => &ends[start as usize..end as usize],
        _ => &[],
    }
}

impl Shortcut {
    /// Where a node is led.
    #[inline]
    fn target(&self, near: u32) -> Option<&NodeId> {
        let target = self.targets.get(near.wrapping_sub(self.first) as usize);
        target.filter(|target| **target != NOWHERE)
    }

    /// The shortcut of a path of several hops, if all of them or all but a plain last one lead to one node
    /// at most, and the nodes between count once each.
    fn over(
        hops: &[Hop<'_>],
        span: Range<u32>,
        evaluator: &Evaluator<'_, '_, '_, '_>,
    ) -> Result<Option<Shortcut>> {
        let leads_to_one =
            |hop: &&Hop<'_>| hop.plain.is_some() && hop.strands[0].degree_max(evaluator.graph) < 2;
        let count = hops.iter().take_while(leads_to_one).count();
        let is_whole = count == hops.len();
        let is_enough = is_whole || count + 1 == hops.len() && hops[count].plain.is_some();
        let between = &hops[..count - usize::from(is_whole && count > 0)];
        let count_once = between.iter().all(|hop| matches!(hop.to, Weights::One | Weights::Set(_)));
        if hops.len() < 2 || !is_enough || !count_once {
            return Ok(None);
        }
        let limits = evaluator.run.limits;
        let step = |node: NodeId, at: usize| {
            let next = hops[at].only(node);
            let counts = at + 1 == hops.len() || hops[at].to.at(next.0) != 0;
            if counts { next } else { NOWHERE }
        };
        let all = |span: &Range<u32>, at: usize, onward: &(u32, Vec<NodeId>)| {
            evaluator.hold(span.len() * 4)?;
            let mut targets = vec![NOWHERE; span.len()];
            let work = span.len() * 4;
            parallel::fill(&mut targets, work, limits, &|place, chunk: &mut [NodeId]| {
                for (id, target) in (span.start + place as u32..).zip(chunk) {
                    let next = step(NodeId(id), at);
                    let known = onward.1.get(next.0.wrapping_sub(onward.0) as usize).copied();
                    *target = known.unwrap_or_else(|| (at + 1..count).fold(next, step));
                }
            })?;
            Ok((span.start, targets))
        };
        // Where the nodes between are fewer, each of them is followed once, from the last ones on.
        let mut onward = (0, Vec::new());
        for at in (1..count).rev() {
            let between = &hops[at - 1].span;
            onward = if between.len() <= span.len() {
                all(between, at, &onward)?
            } else {
                (0, Vec::new())
            };
        }
        let (_, targets) = all(&span, 0, &onward)?;
        Ok(Some(Shortcut { first: span.start, targets, is_whole }))
    }
}

impl Hop<'_> {
    /// Those of some nodes, ascending, that count, where that is a part of them and each counts once.
    fn wanted<'n>(&self, run: &'n [NodeId]) -> Option<&'n [NodeId]> {
        let Weights::Set(set) = &self.to else {
            return matches!(self.to, Weights::One).then_some(run);
        };
        let Set::Ranges(ranges) = &**set else { return None };
        let [only] = ranges.as_slice() else { return None };
        let is_within = |end: Option<&NodeId>| end.is_none_or(|end| only.contains(&end.0));
        if is_within(run.first()) && is_within(run.last()) {
            return Some(run);
        }
        let start = run.partition_point(|node| node.0 < only.start);
        let end = run.partition_point(|node| node.0 < only.end);
        run.get(start..end)
    }

    /// The one node that it leads to, where it leads to one at most.
    #[inline]
    fn only(&self, node: NodeId) -> NodeId {
        let run = self.plain.map_or(&[][..], |plain| run_of(plain, node.0));
        run.first().copied().unwrap_or(NOWHERE)
    }

    /// Adds what stands at some nodes to where steps lead from them.
    fn carry(&self, frontier: &[(u32, u64)], tally: &mut Tally, looks: &mut Looks) {
        let single = self.single.as_ref();
        if let Some((single, led)) =
            single.and_then(|single| Some((single, single.ends(&self.strands[0], frontier.len())?)))
        {
            let (ends, first) = (&mut looks.ends, single.span.start);
            let end = |(node, _): &(u32, u64)| led.get(node.wrapping_sub(first) as usize);
            ends.clear();
            ends.extend(frontier.iter().map(|from| end(from).copied().unwrap_or(NOWHERE)));
            for ((_, weight), to) in frontier.iter().zip(ends) {
                tally.add(to.0, *weight);
            }
            return;
        }
        if let Some((offsets, neighbours)) = self.plain {
            let run = |(node, _): &(u32, u64)| match offsets.get(*node as usize..) {
                Some(&[start, end, ..]) => (start, end),
                _ => (0, 0),
            };
            looks.runs.clear();
            looks.runs.extend(frontier.iter().map(run));
            for ((_, weight), (start, end)) in frontier.iter().zip(&looks.runs) {
                let run = &neighbours[*start as usize..*end as usize];
                run.iter().for_each(|to| tally.add(to.0, *weight));
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
