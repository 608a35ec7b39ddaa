//! Which nodes match at all, where nobody asks how often.
//!
//! ```text
//! MATCH (f)-[:CONTAINER_OF]->(m)<-[:LIKES]-(p) RETURN count(DISTINCT f)
//!
//! weights    how often each message is liked, and the sum of that for each forum
//! presence   for each forum the first message with a like: mostly one of the first two
//! ```
//!
//! The least and the largest value, and how many different ones there are, are the same however often a node counts.
//! Where the search for a first match is expected to end soon, it is less than adding up all of them. What is known
//! of a node further on is kept, so that no thread searches twice from a node. **In**: one tree without loops, in which no
//! node is asked for its own value. **Out**: the nodes at its root that match, ascending; nothing where weights are
//! less work. **Caller**: [`super::nodes`].

use std::sync::Arc;

use super::path::{Plain, plain, run_of};
use super::set::Set;
use super::steps::Steps;
use super::weights::Evaluator;
use super::{Counters, Counting, components};
use crate::error::Result;
use crate::exec::memory::Holding;
use crate::exec::parallel::{self, CHUNK};
use crate::expr::aggregate::AggregateFunction;
use crate::value::NodeId;

/// A look at a node somewhere in the memory takes so many steps along an array.
const LOOK: f64 = 4.0;

/// So many blocks at least, where there are as many nodes, so that all threads have some.
const BLOCKS_MIN: usize = 64;

/// So many nodes of a place say from how many something leads on.
const SAMPLE: usize = 256;

/// A node of the pattern, as it is searched from the one before it.
#[derive(Clone)]
struct Place<'g> {
    set: Arc<Set>,
    /// What must lead on from it.
    branches: Vec<Onward<'g>>,
    /// For each node of the span, where something must lead on from it, whether it does: not yet known, no or yes.
    known: (u32, Vec<u8>),
}

/// What must lead on from a place.
#[derive(Clone)]
struct Onward<'g> {
    strands: Vec<Steps<'g>>,
    /// The same as arrays, where they are that plain.
    plain: Option<Plain<'g>>,
    /// The place that this leads to.
    child: usize,
    /// Whether every step leads to a node that can stand there.
    leads_there: bool,
    /// Whether any step does: nothing more is asked of where it leads.
    is_sure: bool,
}

/// What is known of a node.
const UNKNOWN: u8 = 0;
const ABSENT: u8 = 1;
const PRESENT: u8 = 2;

impl Counting<'_, '_, '_> {
    /// The nodes at a place that match, where that is all that the aggregates ask and little work.
    pub(super) fn present(&self, place: usize, counters: &Counters) -> Result<Option<Vec<u32>>> {
        let asks_once = self.grouping.aggregates.iter().all(|(_, aggregate)| {
            let is_alike =
                matches!(aggregate.function, AggregateFunction::Min | AggregateFunction::Max);
            !aggregate.arguments.is_empty() && (aggregate.distinct || is_alike)
        });
        let [counter] = counters.distinct.as_slice() else { return Ok(None) };
        let mut terms = self.tree.terms.iter().filter(|term| !self.lacks_loops(term));
        let (Some(term), None) = (terms.next(), terms.next()) else { return Ok(None) };
        let is_tree = term.sign == 1 && term.knot.is_none() && term.loops.is_empty();
        let root = term.nodes.iter().position(|places| places.contains(&place));
        let (true, true, None, Some(root)) = (asks_once, is_tree, &counter.value, root) else {
            return Ok(None);
        };
        if components(term).len() > 1 {
            return Ok(None);
        }
        let evaluator = self.evaluator(term, counter)?;
        if evaluator.is_nothing() {
            return Ok(None);
        }
        let looks = evaluator.own_support(root)? * looks(&evaluator, root, None)?;
        if evaluator.branches(root, None).is_empty()
            || looks * LOOK >= evaluator.cost(root, None)?
        {
            return Ok(None);
        }
        let mut places = Vec::new();
        add_place(&evaluator, root, None, &mut places)?;
        let roots = places.last().map_or(Vec::new(), |root| root.set.to_list());
        self.leading_on(&places, &roots, (looks * LOOK) as usize).map(Some)
    }

    /// Those of the nodes at the root from which all leads on that must. Each thread keeps what it finds out itself.
    fn leading_on(&self, places: &[Place<'_>], roots: &[u32], work: usize) -> Result<Vec<u32>> {
        let blocks: Vec<&[u32]> =
            roots.chunks((roots.len() / BLOCKS_MIN).clamp(1, CHUNK)).collect();
        let threads = parallel::threads(work).min(blocks.len().max(1));
        let known: usize = places.iter().map(|place| place.known.1.len()).sum();
        let mut holding = Holding::default();
        self.run.hold(&mut holding, known * threads, "CountTree")?;
        let last = places.len().saturating_sub(1);
        let (work, new) = (work / blocks.len().max(1), || places.to_vec());
        let present =
            parallel::in_order_with(&blocks, work, self.run.limits, &new, &|places, block| {
                let present = block.iter().copied().filter(|id| leads_on(places, last, *id));
                present.collect::<Vec<u32>>()
            })?;
        Ok(present.into_iter().flatten().collect())
    }
}

/// About how many nodes are looked at until it is known whether one matches at a node of the term.
fn looks(evaluator: &Evaluator<'_, '_, '_, '_>, node: usize, from: Option<usize>) -> Result<f64> {
    let mut all = 1.0;
    for (edge, child) in evaluator.branches(node, from) {
        if evaluator.optional(edge).is_some() {
            continue;
        }
        let population = evaluator.population(child).max(1) as f64;
        let share = evaluator.support(child, Some(edge))? / population;
        let share = share.min(leading_on(evaluator, child, edge)).clamp(1e-9, 1.0);
        // Where none is found, all have been looked at.
        let found = (1.0 - share).powf(evaluator.fan_out(edge, node));
        let tried = (1.0 - found) / share;
        all += tried.max(1.0) * looks(evaluator, child, Some(edge))?;
    }
    Ok(all)
}

/// The share of the nodes of a place from which something leads on over each edge but the one come from, by some of them.
fn leading_on(evaluator: &Evaluator<'_, '_, '_, '_>, node: usize, from: usize) -> f64 {
    let branches = evaluator.branches(node, Some(from));
    let span = evaluator.span(node);
    let (mut looked_at, mut leading) = (0.0, 0.0);
    for id in span.clone().step_by((span.len() / SAMPLE).max(1)) {
        let leads = |(edge, _): &(usize, usize)| {
            let strands = evaluator.seen_from(*edge, node);
            evaluator.optional(*edge).is_some() || strands.iter().all(|own| own.degree(id) > 0)
        };
        looked_at += 1.0;
        leading += f64::from(u8::from(branches.iter().all(leads)));
    }
    if looked_at > 0.0 { leading / looked_at } else { 0.0 }
}

/// Adds the places of a node of the term and of all that hangs from it, itself last; gives its position.
fn add_place<'g>(
    evaluator: &Evaluator<'_, 'g, '_, '_>,
    node: usize,
    from: Option<usize>,
    places: &mut Vec<Place<'g>>,
) -> Result<usize> {
    let mut branches = Vec::new();
    for (edge, child) in evaluator.branches(node, from) {
        if evaluator.optional(edge).is_none() {
            let at = add_place(evaluator, child, Some(edge), places)?;
            let strands = evaluator.seen_from(edge, node).to_vec();
            let end = &places[at];
            let ends_there = |own: &Steps<'g>| own.end_in(&end.set, evaluator.graph);
            let leads_there = strands.iter().all(ends_there);
            let (plain, is_sure) = (plain(&strands), end.branches.is_empty() && leads_there);
            branches.push(Onward { plain, strands, child: at, leads_there, is_sure });
        }
    }
    let span = evaluator.span(node);
    // The nodes at the root are looked at once each.
    let len = if branches.is_empty() || from.is_none() { 0 } else { span.len() };
    evaluator.hold(len)?;
    places.push(Place {
        set: evaluator.set(node)?,
        branches,
        known: (span.start, vec![UNKNOWN; len]),
    });
    Ok(places.len() - 1)
}

/// Whether all that must lead on from a node does, which can stand at a place.
fn leads_on(places: &mut [Place<'_>], at: usize, id: u32) -> bool {
    // What hangs from a place stands before it.
    let (before, rest) = places.split_at_mut(at);
    let Some(place) = rest.first_mut() else { return false };
    if place.branches.is_empty() {
        return true;
    }
    let slot = place.known.1.get_mut(id.wrapping_sub(place.known.0) as usize);
    if let Some(known) = slot.as_ref().filter(|known| ***known != UNKNOWN) {
        return **known == PRESENT;
    }
    let found = place.branches.iter().all(|onward| {
        let mut leads = |to: u32| {
            (onward.leads_there || before[onward.child].set.contains(to))
                && leads_on(before, onward.child, to)
        };
        if let Some(plain) = onward.plain {
            let run = run_of(plain, id);
            return !run.is_empty() && (onward.is_sure || run.iter().any(|to| leads(to.0)));
        }
        match onward.strands.as_slice() {
            [one] => one.any(id, &mut leads),
            // Several relationships side by side lead to the same node.
            [first, others @ ..] => first
                .any(id, &mut |to| others.iter().all(|other| other.ways(id, to) > 0) && leads(to)),
            [] => false,
        }
    });
    if let Some(slot) = slot {
        *slot = if found { PRESENT } else { ABSENT };
    }
    found
}

impl Steps<'_> {
    /// Whether some step from a node that the filter lets through leads where is asked.
    fn any(&self, node: u32, accepts: &mut impl FnMut(u32) -> bool) -> bool {
        self.lists.iter().any(|list| {
            list.any(NodeId(node), self.filter.is_some(), |to, id| {
                self.filter.as_ref().is_none_or(|filter| filter.holds(id)) && accepts(to.0)
            })
        })
    }
}
