//! Two hops as one, over nodes each of which belongs to one at the near end.
//!
//! ```text
//! (f)-[:CONTAINER_OF]->(m)<-[:LIKES]-(p)       each message is in one forum
//!
//! hop by hop   for each f its messages, which stand anywhere, and for each of those who likes it
//! composed     the messages in their order, what leads on from each put where the run of its forum ends
//! ```
//!
//! What leads on from the nodes in the middle is read from one end to the other, and no node of theirs is looked up; only
//! the places to which it is written are anywhere. Each thread has a part of the middle, and of each run: it counts how
//! much it will write, then it knows where. **In**: two hops over plain arrays, of which most steps are wanted.
//! **Out**: a run for each near node, in no order. **Caller**: [`super::path`].

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use super::path::{Back, Hop, Plain, plain, run_of};
use super::values::Weights;
use super::weights::Evaluator;
use crate::error::Result;
use crate::exec::Limits;
use crate::exec::parallel::{self, CHUNK};
use crate::value::NodeId;

/// Fewer steps are taken one by one.
const STEPS_MIN: usize = 1 << 12;
/// One in so many near nodes at least is walked from.
const SHARE: usize = 4;

/// Where two hops lead from the nodes of a span.
pub(super) struct Composed {
    first: u32,
    offsets: Vec<u32>,
    /// Threads have written to them, none to the place of another.
    ends: Vec<AtomicU32>,
}

/// The nodes in the middle: whom each belongs to, and where it leads on to.
struct Middle<'m, 'g> {
    span: Range<u32>,
    owners: Plain<'g>,
    /// The owner of each, where all have one.
    owned: Option<&'g [NodeId]>,
    onward: Plain<'g>,
    weights: &'m Weights,
    near: Range<u32>,
    limits: &'m Limits,
}

impl Composed {
    /// The hops as one, if that is less than to take them one by one.
    pub(super) fn over(
        hops: &[Hop<'_>],
        back: &Back<'_>,
        (near, weights): (Range<u32>, &Weights),
        evaluator: &Evaluator<'_, '_, '_, '_>,
    ) -> Result<Option<Composed>> {
        let [first, second] = hops else { return Ok(None) };
        let (Some(ahead), Some(owners), Some(onward)) =
            (first.plain, plain(&back.strands), second.plain)
        else {
            return Ok(None);
        };
        let counts_once = matches!(first.to, Weights::One | Weights::Set(_));
        let all = match weights {
            Weights::One => near.len(),
            weights => weights.len(),
        };
        if !counts_once
            || back.strands[0].degree_max(evaluator.graph) > 1
            || onward.1.len().min(ahead.1.len()) < STEPS_MIN
            || all * SHARE < near.len()
        {
            return Ok(None);
        }
        let middle = Middle {
            span: first.span.clone(),
            owners,
            owned: back.strands[0].one_each(first.span.clone()),
            onward,
            weights: &first.to,
            near: near.clone(),
            limits: evaluator.run.limits,
        };
        middle.composed(evaluator)
    }

    /// Where both hops lead from a node, in no order.
    #[inline]
    pub(super) fn run(&self, node: u32) -> impl ExactSizeIterator<Item = u32> {
        let at = node.wrapping_sub(self.first) as usize;
        let run = match self.offsets.get(at..).and_then(|rest| rest.get(..2)) {
            Some(&[start, end]) => &self.ends[start as usize..end as usize],
            _ => &self.ends[..0],
        };
        run.iter().map(|end| end.load(Ordering::Relaxed))
    }
}

impl Middle<'_, '_> {
    fn composed(&self, evaluator: &Evaluator<'_, '_, '_, '_>) -> Result<Option<Composed>> {
        let work = self.span.len() * 2 + self.onward.1.len();
        let threads = parallel::threads(work);
        let each = (self.span.len() as u32).div_ceil(threads as u32).max(1);
        let parts: Vec<Range<u32>> = (self.span.clone().step_by(each as usize))
            .map(|start| start..self.span.end.min(start.saturating_add(each)))
            .collect();
        evaluator.hold(self.near.len() * 4 * (parts.len() + 1))?;
        let work_each = work / parts.len().max(1);
        let counted = parallel::in_order(&parts, work_each, self.limits, &|part: &Range<u32>| {
            let mut counts = vec![0u32; self.near.len()];
            self.each(part.clone(), |at, run| {
                counts[at] = counts[at].saturating_add(run.len() as u32);
            })?;
            Ok(counts)
        })?;
        let mut counted = counted.into_iter().collect::<Result<Vec<Vec<u32>>>>()?;
        // Where each part of each run begins.
        let mut offsets = Vec::with_capacity(self.near.len() + 1);
        let mut total = 0u32;
        for at in 0..self.near.len() {
            offsets.push(total);
            for counts in &mut counted {
                let count = std::mem::replace(&mut counts[at], total);
                match total.checked_add(count) {
                    Some(more) => total = more,
                    None => return Ok(None),
                }
            }
        }
        offsets.push(total);
        evaluator.hold(total as usize * 4)?;
        let mut ends: Vec<AtomicU32> = Vec::new();
        ends.resize_with(total as usize, AtomicU32::default);
        let places: Vec<_> = parts.into_iter().zip(counted.into_iter().map(Mutex::new)).collect();
        let written = parallel::each(&places, work_each, self.limits, &|(part, next)| {
            let mut next = next.lock().unwrap_or_else(PoisonError::into_inner);
            self.each(part.clone(), |at, run| {
                let begin = next[at] as usize;
                next[at] += run.len() as u32;
                for (to, end) in ends[begin..].iter().zip(run) {
                    to.store(end.0, Ordering::Relaxed);
                }
            })
        })?;
        written.into_iter().collect::<Result<()>>()?;
        Ok(Some(Composed { first: self.near.start, offsets, ends }))
    }

    /// Calls `visit` with each node of a part that counts and leads on: the place of the one that it belongs to, and where
    /// it leads.
    fn each(&self, part: Range<u32>, mut visit: impl FnMut(usize, &[NodeId])) -> Result<()> {
        for start in part.clone().step_by(CHUNK) {
            self.limits.check()?;
            for node in start..part.end.min(start.saturating_add(CHUNK as u32)) {
                let ends = run_of(self.onward, node);
                if ends.is_empty() {
                    continue;
                }
                let owner = match self.owned {
                    Some(all) => all.get((node - self.span.start) as usize),
                    None => run_of(self.owners, node).first(),
                };
                let Some(owner) = owner else { continue };
                let at = owner.0.wrapping_sub(self.near.start) as usize;
                if at < self.near.len() && self.weights.at(node) != 0 {
                    visit(at, ends);
                }
            }
        }
        Ok(())
    }
}
