//! Rings of four nodes, counted by the paths between opposite ones.
//!
//! ```text
//!      b
//!    /   \        for each a:   x(c) = Σ over b of the paths a─b─c
//!  a       c                    y(c) = Σ over d of the paths a─d─c
//!    \   /        squares at a:   Σ over c of x(c) · y(c)
//!      d
//! ```
//!
//! What it costs is the number of paths of two steps, whatever the number of squares. Of the two pairs
//! of opposite nodes that one is taken between which fewer paths lead.

use std::ops::Range;

use super::closing::look;
use super::links::{Place, Runs};
use super::{Sum, Untied};
use crate::error::Result;
use crate::exec::parallel;

/// The sum of paths to each node that can be opposite, and which of them are not 0.
struct Paths {
    sums: Vec<u64>,
    reached: Vec<u32>,
}

impl Untied<'_, '_, '_, '_, '_> {
    /// A ring of links, each of which joins the next.
    pub(super) fn square(&self, links: [usize; 4]) -> Result<u128> {
        let mut edges = links.map(|link| self.knot.edges[link]);
        let mut nodes = [3, 0, 1, 2].map(|at| self.shared(edges[at], edges[(at + 1) % 4]));
        let paths =
            [0, 1, 2, 3].map(|at| self.paths_over(nodes[at], edges[(at + 3) % 4], edges[at]));
        if let Some(closing) = self.closing(&nodes, &edges)
            && closing.cost < (paths[0] + paths[2]).min(paths[1] + paths[3])
        {
            return self.closed(&closing);
        }
        if paths[1] + paths[3] > paths[0] + paths[2] {
            nodes.rotate_left(1);
            edges.rotate_left(1);
        }
        let [a, b, c, d] = nodes;
        let there = [self.runs(edges[0], a)?, self.runs(edges[1], b)?];
        let back = [self.runs(edges[3], a)?, self.runs(edges[2], d)?];
        let (own, opposite) = (&self.places[a], &self.places[c]);
        let [first, second] = [b, d].map(|node| &self.places[node]);
        self.evaluator.hold(opposite.len as usize * 8)?;
        let new = || (Sum::default(), Paths::new(opposite));
        let step = |(sum, paths): &mut (Sum, Paths), ids: Range<u32>| {
            for x in ids.filter(|x| own.at(*x) != 0 && !back[0].of(*x).is_empty()) {
                paths.fill(x, first, &there, opposite);
                let found = paths.meet(x, second, &back, opposite);
                sum.add(own.at(x).saturating_mul(found));
                paths.clear(opposite);
            }
        };
        let work = there[0].len().saturating_mul(64);
        let sums = parallel::fold(own.span(), work, self.evaluator.run.limits, &new, &step)?;
        Sum::of(sums.into_iter().map(|(sum, _)| sum).collect())
    }

    /// The node that two edges have in common.
    fn shared(&self, one: usize, other: usize) -> usize {
        let [one, other] = [one, other].map(|edge| &self.evaluator.term.edges[edge]);
        if other.left == one.left || other.right == one.left { one.left } else { one.right }
    }

    /// About how many steps it takes to add up, or to look up, the paths of two steps over a node.
    fn paths_over(&self, node: usize, before: usize, after: usize) -> f64 {
        let [one, other] = [before, after].map(|edge| &self.evaluator.seen_from(edge, node)[0]);
        let place = &self.places[node];
        let (mut listed, mut paths) = (0.0, 0.0);
        for id in place.span().filter(|id| place.at(*id) != 0) {
            let (a, b) = (one.degree(id) as f64, other.degree(id) as f64);
            listed += a.min(b);
            paths += a * b;
        }
        2.0 * paths + listed * look(place.len)
    }
}

impl Paths {
    fn new(opposite: &Place) -> Paths {
        Paths { sums: vec![0; opposite.len as usize], reached: Vec::new() }
    }

    /// Adds up the paths from a node, each as often as the nodes after the first count.
    fn fill(&mut self, x: u32, between: &Place, [near, far]: &[Runs<'_>; 2], opposite: &Place) {
        for y in near.of(x) {
            let weight = between.at(y.0);
            if weight == 0 {
                continue;
            }
            for z in far.of(y.0) {
                let place = z.0.wrapping_sub(opposite.first) as usize;
                let Some(sum) = self.sums.get_mut(place) else { continue };
                if *sum == 0 {
                    self.reached.push(z.0);
                }
                *sum = sum.saturating_add(weight);
            }
        }
        if !opposite.is_plain() {
            for z in &self.reached {
                let sum = &mut self.sums[z.wrapping_sub(opposite.first) as usize];
                *sum = sum.saturating_mul(opposite.at(*z));
            }
        }
    }

    /// For all paths from a node on the other side, what has been added up where they lead.
    fn meet(&self, x: u32, between: &Place, [near, far]: &[Runs<'_>; 2], opposite: &Place) -> u64 {
        if self.reached.is_empty() {
            return 0;
        }
        let mut found = 0u64;
        for y in near.of(x) {
            let weight = between.at(y.0);
            if weight == 0 {
                continue;
            }
            let at = |z: u32| self.sums.get(z.wrapping_sub(opposite.first) as usize).copied();
            let ends = far.of(y.0).iter().filter_map(|z| at(z.0));
            let sum = ends.fold(0u64, u64::saturating_add);
            found = found.saturating_add(sum.saturating_mul(weight));
        }
        found
    }

    fn clear(&mut self, opposite: &Place) {
        for z in self.reached.drain(..) {
            self.sums[z.wrapping_sub(opposite.first) as usize] = 0;
        }
    }
}
