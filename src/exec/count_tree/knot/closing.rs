//! Rings closed by a test: two paths from a node, whose ends must be joined.
//!
//! ```text
//! triangle   a ─ x ─ c           for each x: each a and each c beside it, tested
//!             ╲_____╱
//!
//! square     a ─ x ─ z ─ c       for each x: each a beside it, and each c that is two steps away
//!             ╲_________╱
//! ```
//!
//! The nodes in the middle are met in order, so that what is read of a large place is read from one end to the
//! other. What is left to look at at random is whether the ends are joined, and that is mostly a bit
//! ([`super::signatures`]).

use std::ops::Range;

use super::links::times;
use super::signatures::{OPEN, Signatures};
use super::{Sum, Untied};
use crate::error::Result;
use crate::exec::count_tree::steps::Steps;
use crate::exec::parallel;
use crate::value::NodeId;

/// So many nodes of a place say how many steps lead from it.
const SAMPLE: usize = 128;
/// The neighbours of a node that is not the next one, in a place of more than so many nodes, cost about so many
/// steps: what has to be read of them is in no near cache.
const NEAR: u32 = 1 << 17;
const FAR_LOOK: f64 = 8.0;
/// A test, a bit of a signature, and a pair that turns out to be joined, in steps.
const TEST: f64 = 4.0;
const BIT: f64 = 2.0;
const HIT: f64 = 16.0;

/// Which node is in the middle, and which ends are tested.
pub(super) struct Closing {
    /// The node in the middle, one beside it, the one that must be joined to that, and the one between the first
    /// and the third, where the ring has four.
    nodes: Vec<usize>,
    /// From the middle to the first end; from there to the second; from the second back to the middle.
    edges: Vec<usize>,
    /// About how many steps it takes.
    pub(super) cost: f64,
}

/// What the neighbours of a node cost beside their number.
pub(super) fn look(nodes: u32) -> f64 {
    if nodes > NEAR { FAR_LOOK } else { 1.0 }
}

impl Untied<'_, '_, '_, '_, '_> {
    /// The way that takes the fewest steps to close a ring of three or four nodes; each edge joins the node at its
    /// place to the next one. `None` where there are keys, or no test would say anything.
    pub(super) fn closing(&self, nodes: &[usize], edges: &[usize]) -> Option<Closing> {
        if !self.keys.are_none() {
            return None;
        }
        let count = nodes.len();
        let turn = |at: usize, back: bool| {
            let place =
                |step: usize| if back { (at + count - step) % count } else { (at + step) % count };
            let nodes: Vec<usize> = (0..count).map(|step| nodes[place(step)]).collect();
            let edge = |step: usize| {
                if back { (at + 2 * count - step - 1) % count } else { (at + step) % count }
            };
            let edges: Vec<usize> = (0..count).map(|step| edges[edge(step)]).collect();
            self.way(nodes, edges)
        };
        let ways = (0..count).flat_map(|at| [turn(at, false), turn(at, true)]).flatten();
        ways.min_by(|a, b| a.cost.total_cmp(&b.cost))
    }

    fn way(&self, nodes: Vec<usize>, edges: Vec<usize>) -> Option<Closing> {
        let steps = |edge: usize, from: usize| match self.evaluator.seen_from(edge, from) {
            [only] => Some(only),
            _ => None,
        };
        let (middle, first, second) = (nodes[0], nodes[1], nodes[2]);
        let last = edges.len() - 1;
        let to_first = steps(edges[0], middle)?;
        let away = steps(edges[last], middle)?;
        let onward = if last == 3 { Some(steps(edges[2], nodes[3])?) } else { None };
        let [place, one, other] = [middle, first, second].map(|node| &self.places[node]);
        let joined = steps(edges[1], first)?.total();
        if !Signatures::are_of_use(joined, one.len as usize) {
            return None;
        }
        let stride = (place.len as usize / SAMPLE).max(1);
        let (mut near, mut listed, mut paths) = (0.0, 0.0, 0.0);
        for id in place.span().step_by(stride).filter(|id| place.at(*id) != 0) {
            let beside = to_first.degree(id) as f64;
            let mut ends = away.degree(id) as f64;
            near += beside;
            listed += ends;
            if let Some(onward) = onward {
                ends = 0.0;
                away.for_each_end(id, |over| ends += onward.degree(over) as f64);
            }
            paths += beside * ends;
        }
        let scale = stride as f64;
        // A hub that the sample has missed.
        if stride > 1 {
            let most = |steps: &Steps<'_>| steps.degree_max(self.evaluator.graph) as f64;
            let each = onward.map_or(1.0, |onward| {
                let over = self.places[nodes[3]].len.max(1);
                onward.total() as f64 / f64::from(over)
            });
            paths += (most(to_first) * most(away) * each / scale).min(1e15);
        }
        let over = nodes.get(3).map_or(0.0, |over| look(self.places[*over].len));
        let share = joined as f64 / (f64::from(one.len) * f64::from(other.len)).max(1.0);
        let test = TEST + HIT * share.min(1.0);
        let cost = f64::from(place.len) / 2.0
            + scale * (near + listed * (1.0 + over) + paths * test)
            + joined as f64 * BIT;
        Some(Closing { nodes, edges, cost })
    }

    /// How often a ring matches.
    pub(super) fn closed(&self, closing: &Closing) -> Result<u128> {
        let (nodes, edges) = (&closing.nodes, &closing.edges);
        let (middle, first, second) = (nodes[0], nodes[1], nodes[2]);
        let to_first = self.runs(edges[0], middle)?;
        let joined = self.runs(edges[1], first)?;
        let away = self.runs(edges[edges.len() - 1], middle)?;
        let onward = match nodes.get(3) {
            Some(over) => Some((self.runs(edges[2], *over)?, &self.places[*over])),
            None => None,
        };
        let [own, one, other] = [middle, first, second].map(|node| &self.places[node]);
        let signatures = Signatures::new(&joined, one, self.evaluator)?;
        let settle = |sum: &mut Sum, open: &mut Vec<(u64, u32, u32)>| {
            for (weight, x, y) in open.drain(..) {
                let ways = times(joined.of(x), y).saturating_mul(weight);
                if ways != 0 {
                    sum.add(ways.saturating_mul(one.at(x)).saturating_mul(other.at(y)));
                }
            }
        };
        let limits = self.evaluator.run.limits;
        let new = || (Sum::default(), Vec::with_capacity(2 * OPEN));
        let step = |(sum, open): &mut (Sum, Vec<(u64, u32, u32)>), ids: Range<u32>| {
            for id in ids {
                let (near, listed) = (to_first.of(id), away.of(id));
                if near.is_empty() || listed.is_empty() {
                    continue;
                }
                let weight = own.at(id);
                if weight == 0 {
                    continue;
                }
                // At a hub there are very many pairs: they are settled, and the deadline is looked at, as they come.
                let mut test = |weight: u64, ends: &[NodeId]| {
                    for x in near {
                        let row = signatures.row(x.0);
                        for y in ends {
                            if signatures.may_join(row, y.0) {
                                open.push((weight, x.0, y.0));
                            }
                        }
                        if open.len() >= OPEN {
                            settle(sum, open);
                            if limits.check().is_err() {
                                return;
                            }
                        }
                    }
                };
                match &onward {
                    None => test(weight, listed),
                    Some((onward, over)) => {
                        for z in listed {
                            let weight = weight.saturating_mul(over.at(z.0));
                            if weight != 0 {
                                test(weight, onward.of(z.0));
                            }
                        }
                    }
                }
            }
            settle(sum, open);
        };
        let sums = parallel::fold(own.span(), closing.cost as usize, limits, &new, &step)?;
        // What a node was left at is no count.
        limits.check()?;
        Sum::of(sums.into_iter().map(|(sum, _)| sum).collect())
    }
}
