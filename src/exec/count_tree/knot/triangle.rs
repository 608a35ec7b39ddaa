//! Triangles, counted.
//!
//! Where all three sides ask for the same relationships in any direction, each triangle of the graph
//! is met once: sides point from the node with fewer neighbours to the one with more, so that no
//! node has many to follow (Chiba and Nishizeki, SIAM J. Comput. 1985). A triangle then stands for
//! the six ways in which its nodes can stand at the pattern's places.
//!
//! Otherwise neighbours are marked and looked up ([`super::marked`]).

use std::ops::Range;

use super::closing::look;
use super::links::{Place, Runs};
use super::{Sum, Untied};
use crate::error::Result;
use crate::exec::count_tree::steps::Steps;
use crate::exec::parallel;

/// So many nodes of a place say how many steps lead from it.
const SAMPLE: usize = 1024;

/// The three sides of a triangle, by edge, and its nodes.
pub(super) struct Sides {
    pub(super) nodes: [usize; 3],
    edges: [usize; 3],
}

/// The sides of a graph that point from nodes with fewer neighbours to nodes with more.
struct Forward {
    first: u32,
    offsets: Vec<u32>,
    ends: Vec<u32>,
}

impl Sides {
    /// The edge between two nodes.
    fn between(&self, a: usize, b: usize, ends: impl Fn(usize) -> (usize, usize)) -> usize {
        let joins = |edge: &usize| ends(*edge) == (a, b) || ends(*edge) == (b, a);
        self.edges.iter().copied().find(joins).unwrap_or(self.edges[0])
    }
}

impl<'g> Untied<'_, '_, 'g, '_, '_> {
    pub(super) fn triangle(&self, links: [usize; 3]) -> Result<u128> {
        let edges = links.map(|link| self.knot.edges[link]);
        let ends = |edge: usize| {
            let edge = &self.evaluator.term.edges[edge];
            (edge.left, edge.right)
        };
        let (a, b) = ends(edges[0]);
        let (x, y) = ends(edges[1]);
        let c = if x == a || x == b { y } else { x };
        let sides = Sides { nodes: [a, b, c], edges };
        if let Some(total) = self.symmetric(&sides)? {
            return Ok(total);
        }
        if let Some(total) = self.by_rows(&sides)? {
            return Ok(total);
        }
        let (cost, [outer, middle, last]) = self.order(&sides);
        let ring = [self.side(&sides, a, b), self.side(&sides, b, c), self.side(&sides, c, a)];
        if let Some(closing) = self.closing(&[a, b, c], &ring).filter(|way| way.cost < cost) {
            return self.closed(&closing);
        }
        self.by_marks(&sides, [outer, middle, last])
    }

    fn edge_ends(&self, edge: usize) -> (usize, usize) {
        let edge = &self.evaluator.term.edges[edge];
        (edge.left, edge.right)
    }

    /// The edge between two nodes of a triangle.
    pub(super) fn side(&self, sides: &Sides, a: usize, b: usize) -> usize {
        sides.between(a, b, |edge| self.edge_ends(edge))
    }

    /// The nodes in the order in which they are found: so that the fewest steps are taken. From an outer node
    /// its neighbours are marked, its middle ones listed, and theirs looked up. Gives about how many steps that
    /// takes, too.
    fn order(&self, sides: &Sides) -> (f64, [usize; 3]) {
        let [a, b, c] = sides.nodes;
        let orders = [[a, b, c], [b, c, a], [c, a, b], [c, b, a], [b, a, c], [a, c, b]];
        let share = |node: usize| {
            let place = &self.places[node];
            place.count() as f64 / f64::from(place.len.max(1))
        };
        let shares = [a, b, c].map(|node| (node, share(node)));
        let share = |node: usize| {
            shares.iter().find(|(other, _)| *other == node).map_or(1.0, |(_, share)| *share)
        };
        let steps = |&[outer, middle, last]: &[usize; 3]| {
            let (marked, listed, _) = self.steps_from(sides, [outer, last, middle]);
            let (_, _, paths) = self.steps_from(sides, [middle, outer, last]);
            // Runs are narrowed to those that count.
            let paths = paths * share(outer) * share(last);
            // A mark is set and taken back.
            2.0 * marked + listed * (1.0 + look(self.places[middle].len)) + paths
        };
        let orders = orders.map(|order| (steps(&order), order));
        let least = orders.into_iter().min_by(|(x, _), (y, _)| x.total_cmp(y));
        least.unwrap_or((f64::INFINITY, [a, b, c]))
    }

    /// About how many steps lead from the nodes of a place to each of two others, and how many paths
    /// from one to the other lead over it.
    fn steps_from(&self, sides: &Sides, [from, x, y]: [usize; 3]) -> (f64, f64, f64) {
        let steps = |to: usize| &self.evaluator.seen_from(self.side(sides, from, to), from)[0];
        let (one, other, place) = (steps(x), steps(y), &self.places[from]);
        let stride = (place.len as usize / SAMPLE).max(1);
        let (mut left, mut right, mut paths) = (0.0, 0.0, 0.0);
        for id in place.span().step_by(stride).filter(|id| place.at(*id) != 0) {
            let (a, b) = (one.degree(id) as f64, other.degree(id) as f64);
            left += a;
            right += b;
            paths += a * b;
        }
        let scale = stride as f64;
        (left * scale, right * scale, paths * scale)
    }

    /// The steps of all three sides, where they are the same read either way, and no node has a loop
    /// or two of them to the same node.
    fn same_sides(&self, sides: &Sides) -> Option<&Steps<'g>> {
        let is_single = |edge: &usize| self.evaluator.term.edges[*edge].strands.len() == 1;
        if !sides.edges.iter().all(is_single) {
            return None;
        }
        let steps =
            sides.edges.map(|edge| &self.evaluator.seen_from(edge, self.edge_ends(edge).0)[0]);
        let back =
            sides.edges.map(|edge| &self.evaluator.seen_from(edge, self.edge_ends(edge).1)[0]);
        let are_same = steps.iter().chain(&back).all(|other| steps[0].is_same(other));
        let graph = self.evaluator.graph;
        let no_loops = steps[0].lists.iter().all(|l| graph.loops(l.relationship_type).is_empty());
        // Those that count each of several are none of these, or all the same.
        let several = steps.iter().find(|steps| !steps.once).unwrap_or(&steps[0]);
        (are_same && no_loops).then_some(*several)
    }

    /// The number of triangles where the sides are alike; `None` where they are not.
    fn symmetric(&self, sides: &Sides) -> Result<Option<u128>> {
        let Some(steps) = self.same_sides(sides) else { return Ok(None) };
        if !self.keys.are_alike() {
            return Ok(None);
        }
        let places = sides.nodes.map(|node| &self.places[node]);
        let start = places.iter().map(|place| place.first).min().unwrap_or(0);
        let end = places.iter().map(|place| place.span().end).max().unwrap_or(0);
        let runs = Runs::new(steps, start..end, self.evaluator)?;
        if !runs.are_simple(start..end) {
            return Ok(None);
        }
        let counts = |id: u32| places.iter().any(|place| place.at(id) != 0);
        let is_side = |x: u32, y: u32| counts(y) && self.keys.agree_alike(x, y);
        let forward = Forward::new(&runs, start..end, counts, is_side);
        self.evaluator.hold(forward.ends.len() * 4 + forward.offsets.len() * 4)?;
        let equal = places.iter().all(|p| p.is_plain() && p.span() == places[0].span());
        if equal {
            self.six_each(&forward).map(Some)
        } else if let Some(weighted) = only_weighted(places) {
            self.two_each(&forward, weighted).map(Some)
        } else {
            self.by_place(&forward, places).map(Some)
        }
    }

    /// Six for each triangle.
    fn six_each(&self, forward: &Forward) -> Result<u128> {
        let limits = self.evaluator.run.limits;
        let step = |(found, marks): &mut (u64, Vec<u32>), ids: Range<u32>| {
            for x in ids {
                forward.mark(x, marks);
                for &y in forward.of(x) {
                    let thirds = forward.of(y).iter();
                    *found +=
                        thirds.map(|z| u64::from(forward.is_marked(*z, x, marks))).sum::<u64>();
                }
            }
        };
        let new = || (0u64, forward.marks());
        let found = parallel::fold(forward.span(), forward.work(), limits, &new, &step)?;
        Ok(found.iter().map(|(found, _)| u128::from(*found) * 6).sum())
    }

    /// For each triangle two ways for each of its nodes to stand where nodes are weighed.
    fn two_each(&self, forward: &Forward, weighted: &Place) -> Result<u128> {
        let limits = self.evaluator.run.limits;
        let weights: Vec<u32> =
            forward.span().map(|id| u32::try_from(weighted.at(id)).unwrap_or(0)).collect();
        let weight = |id: u32| u64::from(weights[(id - forward.first) as usize]);
        let step = |(sum, marks): &mut (Sum, Vec<u32>), ids: Range<u32>| {
            for x in ids {
                forward.mark(x, marks);
                for &y in forward.of(x) {
                    let (mut count, mut thirds) = (0u64, 0u64);
                    for &z in forward.of(y) {
                        let is_found = u64::from(forward.is_marked(z, x, marks));
                        count += is_found;
                        thirds += is_found * weight(z);
                    }
                    sum.add((count * (weight(x) + weight(y)) + thirds) * 2);
                }
            }
        };
        let new = || (Sum::default(), forward.marks());
        let sums = parallel::fold(forward.span(), forward.work(), limits, &new, &step)?;
        Sum::of(sums.into_iter().map(|(sum, _)| sum).collect())
    }

    /// For each triangle the six ways to place its nodes.
    fn by_place(&self, forward: &Forward, places: [&Place; 3]) -> Result<u128> {
        let limits = self.evaluator.run.limits;
        let weights = |id: u32| places.map(|place| place.at(id));
        let all = |a: u64, b: u64, c: u64| a.saturating_mul(b).saturating_mul(c);
        let step = |(sum, marks): &mut (Sum, Vec<u32>), ids: Range<u32>| {
            for x in ids {
                forward.mark(x, marks);
                let p = weights(x);
                for &y in forward.of(x) {
                    let q = weights(y);
                    for &z in forward.of(y) {
                        if forward.is_marked(z, x, marks) {
                            let r = weights(z);
                            let even = [
                                all(p[0], q[1], r[2]),
                                all(q[0], r[1], p[2]),
                                all(r[0], p[1], q[2]),
                            ];
                            let odd = [
                                all(p[0], r[1], q[2]),
                                all(r[0], q[1], p[2]),
                                all(q[0], p[1], r[2]),
                            ];
                            even.into_iter().chain(odd).for_each(|ways| sum.add(ways));
                        }
                    }
                }
            }
        };
        let new = || (Sum::default(), forward.marks());
        let sums = parallel::fold(forward.span(), forward.work(), limits, &new, &step)?;
        Sum::of(sums.into_iter().map(|(sum, _)| sum).collect())
    }
}

/// The only place of three where nodes are weighed, where the others take all that it takes once each, and
/// no sum of what a node's neighbours weigh can be too large.
fn only_weighted(places: [&Place; 3]) -> Option<&Place> {
    let [a, b, c] = places;
    let [weighted, plain, other] =
        [[a, b, c], [b, c, a], [c, a, b]].into_iter().find(|[one, ..]| !one.is_plain())?;
    let (own, all) = (weighted.span(), plain.span());
    let is_free = plain.is_plain() && other.is_plain() && other.span() == all;
    let is_within = all.start <= own.start && own.end <= all.end;
    (is_free && is_within && weighted.most() < 1 << 28).then_some(weighted)
}

impl Forward {
    fn new(
        runs: &Runs<'_>,
        span: Range<u32>,
        counts: impl Fn(u32) -> bool,
        is_side: impl Fn(u32, u32) -> bool,
    ) -> Forward {
        let rank = |id: u32| (runs.of(id).len(), id);
        let mut forward = Forward {
            first: span.start,
            offsets: vec![0],
            ends: Vec::with_capacity(runs.len() / 2),
        };
        for x in span {
            if counts(x) {
                let own = rank(x);
                let ends = runs.of(x).iter().map(|y| y.0);
                forward.ends.extend(ends.filter(|&y| rank(y) > own && is_side(x, y)));
            }
            forward.offsets.push(forward.ends.len() as u32);
        }
        forward
    }

    fn span(&self) -> Range<u32> {
        self.first..self.first + self.offsets.len() as u32 - 1
    }

    #[inline]
    fn of(&self, id: u32) -> &[u32] {
        let at = (id - self.first) as usize;
        &self.ends[self.offsets[at] as usize..self.offsets[at + 1] as usize]
    }

    /// About how many steps it takes to meet all triangles.
    fn work(&self) -> usize {
        let steps = self.ends.iter().map(|&end| self.of(end).len());
        steps.sum::<usize>() + self.ends.len()
    }

    /// A mark for each node, of nobody.
    fn marks(&self) -> Vec<u32> {
        vec![u32::MAX; self.offsets.len() - 1]
    }

    /// Marks where a node's sides lead as its own.
    fn mark(&self, x: u32, marks: &mut [u32]) {
        for &y in self.of(x) {
            marks[(y - self.first) as usize] = x;
        }
    }

    #[inline]
    fn is_marked(&self, z: u32, x: u32, marks: &[u32]) -> bool {
        marks[(z - self.first) as usize] == x
    }
}
