//! The nodes of one end of a pair in turn, and to which of the other end each leads.
//!
//! ```text
//! MATCH (f)-[:CONTAINER_OF]->(m)<-[:LIKES]-(p) RETURN f, count(DISTINCT p)
//!
//! the turn of p   from each m that p likes to the forum it is in: an array, since it is in one
//! at the forum    the last whose turn has come by; where that is another, p is one more who leads there
//! ```
//!
//! Where all hops but the first lead to one node at most, they are an array, and no sums are needed to know what is met
//! for the first time in a turn: nothing is added up, listed or cleared. Which end is taken in turn does not matter; what
//! is counted is counted at the near one. **In**: the only path of a pattern, of which every node counts once or not at all.
//! **Out**: how many matches and far nodes each near node has. **Caller**: [`super::distinct_far`].

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::path::{Plain, plain, run_of};
use super::set::Set;
use super::values::Weights;
use super::{Counting, components};
use crate::error::Result;
use crate::exec::{Limits, parallel};
use crate::plan::physical::{Counter, Term};
use crate::value::NodeId;

/// A step is worth so much of what a thread is asked to do.
const STEP: usize = 4;
/// About so many pieces of work there are.
const BLOCKS: usize = 64;
/// Stands for no node.
const NOWHERE: NodeId = NodeId(u32::MAX);

/// A path seen from the end whose nodes are taken in turn.
pub(super) struct Turns<'g> {
    /// Those of them that count, ascending.
    from: Vec<u32>,
    /// The steps that lead away from them.
    first: Vec<Plain<'g>>,
    /// Where those lead on to, for each node from an id on.
    between: u32,
    ends: Cow<'g, [NodeId]>,
    /// The other end.
    to: Range<u32>,
    work: usize,
}

/// What is known of a node at the other end.
#[derive(Clone, Copy, Default)]
struct Met {
    /// The last turn in which a step has led there.
    turn: u32,
    /// In how many turns one has.
    turns: u32,
}

impl<'g> Turns<'g> {
    /// The path of a pattern from one end to the other; nothing where it is none of this kind, or takes more steps than
    /// `steps`.
    pub(super) fn of(
        counting: &Counting<'_, 'g, '_>,
        (term, counter): (&Term, &Counter),
        ends: [usize; 2],
        steps: f64,
    ) -> Result<Option<Turns<'g>>> {
        let mut evaluator = counting.evaluator(term, counter)?;
        let Some((near, route)) = term.route(ends) else { return Ok(None) };
        let [(edge, between), others @ ..] = route.as_slice() else { return Ok(None) };
        let nodes: Vec<usize> = route.iter().map(|(_, node)| *node).collect();
        let lead_to_one = (others.iter().zip(&nodes))
            .all(|((edge, _), from)| evaluator.leads_to_one(*edge, *from));
        let first = match evaluator.seen_from(*edge, near) {
            [one] if !one.once => one.runs(),
            _ => None,
        };
        let is_one = components(term).len() == 1 && !evaluator.is_nothing();
        let (Some(first), true, true, false) = (first, is_one, lead_to_one, others.is_empty())
        else {
            return Ok(None);
        };
        let work: usize = first.iter().map(|(_, ends)| ends.len()).sum();
        if work as f64 > steps {
            return Ok(None);
        }
        evaluator.cut = route.iter().map(|(edge, _)| *edge).collect();
        let from = evaluator.weights(near, None, None)?;
        let weights = nodes.iter().map(|node| evaluator.weights(*node, None, None));
        let weights = weights.collect::<Result<Vec<Weights>>>()?;
        if from.most() > 1 || weights.iter().any(|weights| weights.most() > 1) {
            return Ok(None);
        }
        let spans: Vec<Range<u32>> = nodes.iter().map(|node| evaluator.span(*node)).collect();
        let hops: Option<Vec<Plain<'g>>> = (others.iter().zip(&nodes))
            .map(|((edge, _), from)| plain(evaluator.seen_from(*edge, *from)))
            .collect();
        let Some(hops) = hops else { return Ok(None) };
        // As it stands, an array leads wherever it leads: what does not count is no part of a span.
        let is_whole = |at: usize| counts_all(&weights[at], &spans[at]);
        let stored = match others {
            [(edge, _)] if is_whole(0) && is_whole(1) => {
                let strands = evaluator.seen_from(*edge, *between);
                strands[0].one_each(spans[0].clone())
            }
            _ => None,
        };
        let (last, span) = (spans.len() - 1, spans[0].clone());
        evaluator.hold(span.len() * 4 + spans[last].len() * size_of::<Met>())?;
        let ends = match stored {
            Some(ends) => Cow::Borrowed(ends),
            None => {
                let mut ends = vec![NOWHERE; span.len()];
                let follow = |at: usize, chunk: &mut [NodeId]| {
                    for (id, end) in (span.start + at as u32..).zip(chunk) {
                        *end = follow(id, &hops, &weights);
                    }
                };
                let work = span.len() * hops.len() * 2;
                parallel::fill(&mut ends, work, counting.run.limits, &follow)?;
                Cow::Owned(ends)
            }
        };
        let from = match &from {
            Weights::Set(set) => set.to_list(),
            weights => {
                let mut from = Vec::new();
                weights.for_each(|id, _| from.push(id));
                from
            }
        };
        let to = spans[last].clone();
        Ok(Some(Turns { from, first, between: span.start, ends, to, work: work * STEP }))
    }

    /// The nodes that are taken in turn, ascending.
    pub(super) fn from(&self) -> &[u32] {
        &self.from
    }

    /// The ids from the first to the last node that may be led to.
    pub(super) fn to(&self) -> Range<u32> {
        self.to.clone()
    }

    /// Calls `visit` with the place of each node at the other end that a node leads to, as often as it does.
    #[inline]
    fn each(&self, node: u32, mut visit: impl FnMut(u32)) {
        for run in &self.first {
            for between in run_of(*run, node) {
                let at = between.0.wrapping_sub(self.between) as usize;
                if let Some(end) = self.ends.get(at) {
                    visit(end.0.wrapping_sub(self.to.start));
                }
            }
        }
    }

    /// What its arrays take, those of all threads together.
    pub(super) fn bytes(&self) -> usize {
        let ends = match &self.ends {
            Cow::Borrowed(_) => 0,
            Cow::Owned(ends) => ends.len() * size_of::<NodeId>(),
        };
        let each = self.to.len() * (size_of::<Met>() + size_of::<u64>());
        self.from.len() * 4 + ends + each * parallel::threads(self.work)
    }

    fn blocks(&self) -> Vec<&[u32]> {
        self.from.chunks((self.from.len() / BLOCKS).max(1)).collect()
    }

    /// For each node taken in turn how many matches it has, to how many nodes they lead, and what is noted of those:
    /// `visit` is called with each of them, once, and a note that begins as `new`.
    pub(super) fn led<N: Copy + Send + Sync>(
        &self,
        (new, limits): (N, &Limits),
        visit: &(impl Fn(&mut N, u32) + Sync),
    ) -> Result<Vec<(u32, u64, u64, N)>> {
        let blocks = self.blocks();
        let work = self.work / blocks.len().max(1);
        let begin = || (0u32, vec![0u32; self.to.len()]);
        let led = parallel::in_order_with(&blocks, work, limits, &begin, &|own, block| {
            let (turn, last) = own;
            let led = block.iter().map(|node| {
                *turn += 1;
                let (mut matches, mut nodes, mut note) = (0u64, 0u64, new);
                self.each(*node, |end| {
                    let Some(met) = last.get_mut(end as usize) else { return };
                    let is_new = *met != *turn;
                    *met = *turn;
                    matches += 1;
                    nodes += u64::from(is_new);
                    if is_new {
                        visit(&mut note, end + self.to.start);
                    }
                });
                (*node, matches, nodes, note)
            });
            led.filter(|led| led.1 > 0).collect::<Vec<_>>()
        })?;
        Ok(led.into_iter().flatten().collect())
    }

    /// For each node at the other end how many matches lead there (where somebody asks), and from how many nodes.
    pub(super) fn leading(
        &self,
        asks_matches: bool,
        limits: &Limits,
    ) -> Result<Vec<(u32, u64, u64)>> {
        let blocks = self.blocks();
        let next = AtomicUsize::new(0);
        let run = || -> Result<(Vec<Met>, Vec<u64>)> {
            let mut met = vec![Met::default(); self.to.len()];
            let mut matches = vec![0u64; if asks_matches { met.len() } else { 0 }];
            let mut turn = 0;
            while let Some(block) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) {
                limits.check()?;
                for node in *block {
                    turn += 1;
                    self.each(*node, |end| {
                        let Some(met) = met.get_mut(end as usize) else { return };
                        met.turns += u32::from(met.turn != turn);
                        met.turn = turn;
                        if let Some(own) = matches.get_mut(end as usize) {
                            *own += 1;
                        }
                    });
                }
            }
            Ok((met, matches))
        };
        let threads = parallel::threads(self.work).min(blocks.len().max(1));
        let mut parts = parallel::on_threads(threads, &run)?.into_iter();
        let Some((mut met, mut matches)) = parts.next() else { return Ok(Vec::new()) };
        for (others, more) in parts {
            met.iter_mut().zip(others).for_each(|(own, other)| own.turns += other.turns);
            matches.iter_mut().zip(more).for_each(|(own, more)| *own += more);
        }
        let led = (self.to.clone().zip(met).enumerate()).filter(|(_, (_, met))| met.turns > 0);
        let led = led.map(|(at, (node, met))| {
            (node, matches.get(at).copied().unwrap_or(0), u64::from(met.turns))
        });
        Ok(led.collect())
    }
}

/// Whether all nodes of a span count.
fn counts_all(weights: &Weights, span: &Range<u32>) -> bool {
    match weights {
        Weights::One => true,
        Weights::Set(set) => match &**set {
            Set::Ranges(ranges) => matches!(ranges.as_slice(), [only] if only == span),
            Set::Bits(..) | Set::List(_) => false,
        },
        Weights::Dense(_) | Weights::Sparse(_) => false,
    }
}

/// Where hops lead from a node, each to one node at most, if all on the way count.
fn follow(node: u32, hops: &[Plain<'_>], weights: &[Weights]) -> NodeId {
    let mut at = NodeId(node);
    for (hop, weights) in hops.iter().map(Some).chain([None]).zip(weights) {
        if weights.at(at.0) == 0 {
            return NOWHERE;
        }
        match hop.map(|hop| run_of(*hop, at.0)) {
            None => {}
            Some([only]) => at = *only,
            Some(_) => return NOWHERE,
        }
    }
    at
}
