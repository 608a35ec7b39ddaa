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

/// What a path costs: a look in a near cache at one end, an addition at the other.
const STEP: f64 = 1.5;
/// So many nodes of a place say how many paths lead over it.
const SAMPLE: usize = 4096;

/// The sum of paths to each node that can be opposite, and which of them are not 0.
struct Paths<S> {
    sums: Vec<S>,
    reached: Vec<u32>,
}

/// A sum of paths: where it is known to fit in few bytes, all of them stay in a nearer cache.
trait PathSum: Copy + Default + Eq + Send + Into<u64> {
    /// The sum and some more, or the largest number.
    fn plus(self, more: u64) -> Self;
}

macro_rules! path_sums {
    ($($of:ty),*) => {$(
        impl PathSum for $of {
            #[inline]
            fn plus(self, more: u64) -> Self {
                self.saturating_add(<$of>::try_from(more).unwrap_or(<$of>::MAX))
            }
        }
    )*};
}

path_sums!(u16, u32, u64);

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
        let way = Way { nodes: [a, b, c, d].map(|node| &self.places[node]), there, back };
        // A path to a node is one of the pairs of steps from the first node, and of those back from the last.
        let degree = |edge: usize, node: usize| {
            let steps = self.evaluator.seen_from(edges[edge], nodes[node]).iter();
            steps.map(|own| own.degree_max(self.evaluator.graph)).fold(1, u64::saturating_mul)
        };
        let ahead = degree(0, 0).saturating_mul(degree(1, 1));
        let behind = degree(1, 2).saturating_mul(degree(0, 1));
        let weights = way.nodes[1].most().saturating_mul(way.nodes[2].most());
        let most = ahead.min(behind).saturating_mul(weights);
        match most {
            0..0xFFFF => self.meeting_paths::<u16>(&way),
            0xFFFF..0xFFFF_FFFF => self.meeting_paths::<u32>(&way),
            _ => self.meeting_paths::<u64>(&way),
        }
    }

    /// The squares of a ring that is gone round in this way.
    fn meeting_paths<S: PathSum>(&self, way: &Way<'_, '_>) -> Result<u128> {
        let Way { nodes: [own, first, opposite, second], there, back } = way;
        self.evaluator.hold(opposite.len as usize * size_of::<S>())?;
        let new = || (Sum::default(), Paths::<S>::new(opposite));
        let step = |(sum, paths): &mut (Sum, Paths<S>), ids: Range<u32>| {
            for x in ids.filter(|x| own.at(*x) != 0 && !back[0].of(*x).is_empty()) {
                paths.fill(x, first, there, opposite);
                let found = paths.meet(x, second, back, opposite);
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
        let stride = (place.len as usize / SAMPLE).max(1);
        let (mut listed, mut paths) = (0.0, 0.0);
        for id in place.span().step_by(stride).filter(|id| place.at(*id) != 0) {
            let (a, b) = (one.degree(id) as f64, other.degree(id) as f64);
            listed += a.min(b);
            paths += a * b;
        }
        let scale = stride as f64;
        // A hub that the sample has missed.
        if stride > 1 {
            let [a, b] = [one, other].map(|own| own.degree_max(self.evaluator.graph) as f64);
            paths += (a * b / scale).min(1e15);
        }
        scale * (STEP * paths + listed * look(place.len))
    }
}

/// A ring of places, one after the other, and the runs from the first to the third on either side.
struct Way<'w, 'g> {
    nodes: [&'w Place; 4],
    there: [Runs<'g>; 2],
    back: [Runs<'g>; 2],
}

impl<S: PathSum> Paths<S> {
    fn new(opposite: &Place) -> Paths<S> {
        Paths { sums: vec![S::default(); opposite.len as usize], reached: Vec::new() }
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
                if *sum == S::default() {
                    self.reached.push(z.0);
                }
                *sum = sum.plus(weight);
            }
        }
        if !opposite.is_plain() {
            for z in &self.reached {
                let sum = &mut self.sums[z.wrapping_sub(opposite.first) as usize];
                let all: u64 = (*sum).into();
                *sum = S::default().plus(all.saturating_mul(opposite.at(*z)));
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
            let ends = far.of(y.0).iter().map(|z| at(z.0).map_or(0, Into::into));
            // What fits in less cannot exceed it, however many there are.
            let sum = if size_of::<S>() < size_of::<u64>() {
                ends.fold(0u64, u64::wrapping_add)
            } else {
                ends.fold(0u64, u64::saturating_add)
            };
            found = found.saturating_add(sum.saturating_mul(weight));
        }
        found
    }

    fn clear(&mut self, opposite: &Place) {
        for z in self.reached.drain(..) {
            self.sums[z.wrapping_sub(opposite.first) as usize] = S::default();
        }
    }
}
