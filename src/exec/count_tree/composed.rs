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
//! the places to which it is written are anywhere. **In**: two hops over plain arrays, of which most steps are wanted.
//! **Out**: a run for each near node, in no order. **Caller**: [`super::path`].

use std::ops::Range;

use super::path::{Back, Hop, plain, run_of};
use super::values::Weights;
use super::weights::Evaluator;
use crate::error::Result;
use crate::exec::parallel::CHUNK;
use crate::value::NodeId;

/// Fewer steps are taken one by one.
const STEPS_MIN: usize = 1 << 12;
/// One in so many near nodes at least is walked from.
const SHARE: usize = 4;

/// Where two hops lead from the nodes of a span.
pub(super) struct Composed {
    first: u32,
    offsets: Vec<u32>,
    ends: Vec<NodeId>,
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
        let span = first.span.clone();
        let run = evaluator.run;
        // Each node in the middle that counts, where the one stands that it belongs to, and what leads on from it.
        let each = |visit: &mut dyn FnMut(usize, &[NodeId])| -> Result<()> {
            for start in span.clone().step_by(CHUNK) {
                run.check()?;
                for node in start..span.end.min(start.saturating_add(CHUNK as u32)) {
                    let [owner] = run_of(owners, node) else { continue };
                    let at = owner.0.wrapping_sub(near.start) as usize;
                    let ends = run_of(onward, node);
                    if at < near.len() && !ends.is_empty() && first.to.at(node) != 0 {
                        visit(at, ends);
                    }
                }
            }
            Ok(())
        };
        evaluator.hold(near.len() * 4)?;
        let mut offsets = vec![0u32; near.len() + 2];
        let mut total = 0;
        each(&mut |at, run| {
            offsets[at + 2] = offsets[at + 2].saturating_add(run.len() as u32);
            total += run.len();
        })?;
        if u32::try_from(total).is_err() {
            return Ok(None);
        }
        for at in 2..offsets.len() {
            offsets[at] += offsets[at - 1];
        }
        evaluator.hold(total * 4)?;
        let mut ends = vec![NodeId(0); total];
        // The run of each grows until it ends where the next begins.
        each(&mut |at, run| {
            let begin = offsets[at + 1] as usize;
            ends[begin..begin + run.len()].copy_from_slice(run);
            offsets[at + 1] += run.len() as u32;
        })?;
        offsets.pop();
        Ok(Some(Composed { first: near.start, offsets, ends }))
    }

    /// Where both hops lead from a node.
    #[inline]
    pub(super) fn run(&self, node: u32) -> &[NodeId] {
        let at = node.wrapping_sub(self.first) as usize;
        match self.offsets.get(at..).and_then(|rest| rest.get(..2)) {
            Some(&[start, end]) => &self.ends[start as usize..end as usize],
            _ => &[],
        }
    }
}
