//! Ends of a pair that are looked at from the nodes before them.
//!
//! ```text
//! (a)-[:FOLLOWS]->(b), (a)-[:LIVES_IN]->(c), (b)-[:LIVES_IN]->(d), c.country <> d.country
//!
//! as written   from each c to all who live there, to all whom they follow, and to where those live
//! pulled in    each a and b that a relationship joins, by the country of the city of each
//! ```
//!
//! Where a hop leads from the next node of the path to one end at most, the pair may as well be that of the
//! next nodes: whatever is compared is a value of each of them. The way between is shorter then, and nothing
//! has to be added up along it. So it is with keys and arguments that are properties with few values
//! ([`super::pair_cells`]). **In**: the ends of a pair at which nothing else looks. **Out**: the ends further in, and
//! where the nodes there lead. **Caller**: [`super::pair`].

use std::ops::Range;

use super::Counting;
use super::weights::Evaluator;
use crate::error::Result;
use crate::plan::physical::Counter;
use crate::value::NodeId;

/// The ends further in, each with where its nodes lead if it is not the one that was written.
pub(super) struct InnerEnds {
    pub(super) ends: [usize; 2],
    pub(super) through: [Option<Through>; 2],
}

/// To which node at the end as written each node of a span leads.
pub(super) struct Through {
    pub(super) first: u32,
    /// [`NOWHERE`] where it leads to none.
    pub(super) targets: Vec<u32>,
    /// The nodes that may stand at the end.
    pub(super) outer: Range<u32>,
}

/// The target of what leads nowhere.
pub(super) const NOWHERE: u32 = u32::MAX;

impl Counting<'_, '_, '_> {
    /// The ends of a pair that are further in, where there are such; `looked_at` says which of them something
    /// else than comparisons looks at.
    pub(super) fn inner_ends(
        &self,
        ends: [usize; 2],
        looked_at: [bool; 2],
        counter: &Counter,
    ) -> Result<Option<InnerEnds>> {
        if !self.tree.bridges.is_empty() || self.run.deleted.get() {
            return Ok(None);
        }
        let whole = self.tree.terms.iter().max_by_key(|term| (term.sign, term.nodes.len()));
        let Some(whole) = whole else { return Ok(None) };
        let Some((near, route)) = whole.route(ends) else { return Ok(None) };
        let evaluator = self.evaluator(whole, counter)?;
        let mut nodes = vec![near];
        nodes.extend(route.iter().map(|(_, to)| *to));
        let edges: Vec<usize> = route.iter().map(|(edge, _)| *edge).collect();
        let (mut first, mut last) = (0, edges.len());
        let mut through = [None, None];
        while !looked_at[0] && last - first > 1 {
            let hop = (edges[first], nodes[first + 1], nodes[first]);
            let Some(next) = lead(&evaluator, hop, through[0].as_ref())? else { break };
            through[0] = Some(next);
            first += 1;
        }
        while !looked_at[1] && last - first > 1 {
            let hop = (edges[last - 1], nodes[last - 1], nodes[last]);
            let Some(next) = lead(&evaluator, hop, through[1].as_ref())? else { break };
            through[1] = Some(next);
            last -= 1;
        }
        let place = |at: usize| whole.nodes[nodes[at]].first().copied();
        let (Some(left), Some(right)) = (place(first), place(last)) else { return Ok(None) };
        let is_inner = first > 0 || last < edges.len();
        Ok(is_inner.then_some(InnerEnds { ends: [left, right], through }))
    }
}

/// Where the nodes that an edge leads from come to beyond it; `None` where some may lead to several, or the
/// steps are not arrays as they stand.
fn lead(
    evaluator: &Evaluator<'_, '_, '_, '_>,
    (edge, from, to): (usize, usize, usize),
    beyond: Option<&Through>,
) -> Result<Option<Through>> {
    let [steps] = evaluator.seen_from(edge, from) else { return Ok(None) };
    if steps.once || steps.degree_max(evaluator.graph) > 1 {
        return Ok(None);
    }
    let Some((offsets, ends)) = steps.arrays() else { return Ok(None) };
    let span = evaluator.span(from);
    evaluator.hold(span.len() * 4)?;
    let only = |node: u32| match offsets.get(node as usize..) {
        Some(&[start, end, ..]) if start < end => ends.get(start as usize).map(|to: &NodeId| to.0),
        _ => None,
    };
    let target = |node: u32| match (only(node), beyond) {
        (None, _) => NOWHERE,
        (Some(to), None) => to,
        (Some(to), Some(beyond)) => beyond.target(to),
    };
    let mut targets = Vec::with_capacity(span.len());
    for first in span.clone().step_by(crate::exec::parallel::CHUNK) {
        evaluator.run.check()?;
        let end = span.end.min(first.saturating_add(crate::exec::parallel::CHUNK as u32));
        targets.extend((first..end).map(target));
    }
    let outer = beyond.map_or_else(|| evaluator.span(to), |beyond| beyond.outer.clone());
    Ok(Some(Through { first: span.start, targets, outer }))
}

impl Through {
    /// The node at the end that a node leads to.
    #[inline]
    pub(super) fn target(&self, node: u32) -> u32 {
        let at = node.wrapping_sub(self.first) as usize;
        self.targets.get(at).copied().unwrap_or(NOWHERE)
    }
}
