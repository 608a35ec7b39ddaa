//! An OPTIONAL MATCH between the two ends of a map.
//!
//! ```text
//! (c)-[:REPLY_OF]->(m) OPTIONAL MATCH (c)-[:HAS_TAG]->(t)<-[:HAS_TAG]-(m)
//!
//! count(t)   how often both patterns match together                     a knot
//! count(*)   how often the first matches, and for each of its matches
//!            how often the second does beyond once                      the same knot
//! ```
//!
//! Pair by pair, paths are walked from each node at one end. Where each node there has one pair at most, what the second
//! pattern finds for it is what a knot finds for the node, in one pass over arrays ([`super::knot`]). **In**: a pair with
//! one OPTIONAL MATCH between its ends, of which nothing is wanted but counts. **Out**: the one row; nothing where that
//! is not known node by node. **Caller**: [`super::pair`].

use super::knot;
use super::{Counters, Counting, WeightedGroups, components, overflow};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::plan::physical::{Bridging, Counter, Term};

/// No more than one in so many nodes of a place are few.
const FEW: f64 = 8.0;

impl Counting<'_, '_, '_> {
    /// The row of counts of a pair with an OPTIONAL MATCH between its ends, if it is known without the pairs.
    pub(super) fn optional_between(
        &self,
        ends: [usize; 2],
        counters: &Counters,
    ) -> Result<Option<Batch>> {
        let tree = self.tree;
        let [bridge] = tree.bridges.as_slice() else { return Ok(None) };
        let Bridging::Optional(number) = bridge.counts else { return Ok(None) };
        let counts_only = self.grouping.aggregates.iter().all(|(_, a)| a.arguments.is_empty());
        let is_free = tree.between.is_empty() && self.grouping.keys.is_empty();
        if bridge.joined.is_empty() || !counts_only || !is_free {
            return Ok(None);
        }
        let Some(root) = self.only_pair(ends)? else { return Ok(None) };
        let mut totals = Vec::with_capacity(counters.distinct.len());
        let mut known: Vec<(Counter, knot::Optional)> = Vec::new();
        for counter in &counters.distinct {
            let others = counter.required.iter().copied().filter(|other| *other != number);
            let with = Counter { required: others.collect(), ..counter.clone() };
            let at = match known.iter().position(|(other, _)| *other == with) {
                Some(at) => at,
                None => {
                    let Some(found) = self.joined(&bridge.joined, &with, root)? else {
                        return Ok(None);
                    };
                    known.push((with, found));
                    known.len() - 1
                }
            };
            let (with, found) = &known[at];
            totals.push(if counter.required.contains(&number) {
                i128::try_from(found.all).map_err(|_| overflow())?
            } else {
                let beyond = i128::try_from(found.beyond_one).map_err(|_| overflow())?;
                self.total(with)?.checked_add(beyond).ok_or_else(overflow)?
            });
        }
        self.as_one_row(WeightedGroups::new(self.grouping), &totals, counters).map(Some)
    }

    /// The end of which no node has more than one pair.
    fn only_pair(&self, ends: [usize; 2]) -> Result<Option<usize>> {
        let plain = Counter::default();
        let is_live = |term: &&Term| !self.lacks_loops(term);
        let mut live = self.tree.terms.iter().filter(is_live);
        let (Some(term), None) = (live.next(), live.next()) else { return Ok(None) };
        let evaluator = self.evaluator(term, &plain)?;
        let is_map = |[from, to]: [usize; 2]| {
            let Some((mut node, route)) = term.route([from, to]) else { return false };
            route.into_iter().all(|(edge, next)| {
                let from = std::mem::replace(&mut node, next);
                evaluator.leads_to_one(edge, from)
            })
        };
        // From a few nodes their paths are walked.
        let are_many = |end: usize| -> Result<bool> {
            let node = term.nodes.iter().position(|places| places.contains(&end));
            let Some(node) = node else { return Ok(false) };
            Ok(evaluator.own_support(node)? * FEW >= evaluator.population(node) as f64)
        };
        if !(are_many(ends[0])? && are_many(ends[1])?) {
            return Ok(None);
        }
        let is_whole = term.sign == 1 && components(term).len() == 1;
        let [left, right] = ends;
        Ok(match (is_whole, is_map([left, right]), is_map([right, left])) {
            (true, true, _) => Some(left),
            (true, false, true) => Some(right),
            _ => None,
        })
    }

    /// How often the pattern and what is optional match together; `None` where that is not known for each node at
    /// the root.
    fn joined(
        &self,
        terms: &[Term],
        counter: &Counter,
        root: usize,
    ) -> Result<Option<knot::Optional>> {
        let mut live = terms.iter().filter(|term| !self.lacks_loops(term));
        let Some(term) = live.next() else { return Ok(Some(knot::Optional::default())) };
        let (None, 1, Some(tied)) = (live.next(), term.sign, &term.knot) else { return Ok(None) };
        let Some(root) = term.nodes.iter().position(|places| places.contains(&root)) else {
            return Ok(None);
        };
        let evaluator = self.evaluator(term, counter)?;
        if evaluator.is_nothing() {
            return Ok(Some(knot::Optional::default()));
        }
        let is_whole = components(term).len() == 1;
        if is_whole { knot::optional(&evaluator, tied, root) } else { Ok(None) }
    }
}
