//! Knots node after node: for what needs a loop, and where the plan was made for another graph.

use super::Sum;
use super::links::Place;
use crate::error::Result;
use crate::exec::count_tree::weights::Evaluator;
use crate::plan::physical::Knot;

/// One node of the search: itself, and the edges to nodes before it, each with that node's level.
struct Level {
    node: usize,
    edges: Vec<(usize, usize)>,
}

struct Search<'s, 'e, 'g, 'r, 'p> {
    evaluator: &'s Evaluator<'e, 'g, 'r, 'p>,
    places: &'s [Place],
    levels: Vec<Level>,
}

/// How often a knot matches.
pub(super) fn total(
    evaluator: &Evaluator<'_, '_, '_, '_>,
    knot: &Knot,
    places: &[Place],
) -> Result<u128> {
    let support = |node: usize| places[node].span().filter(|id| places[node].at(*id) != 0).count();
    let mut left: Vec<(usize, usize)> = knot.nodes.iter().map(|&n| (support(n), n)).collect();
    left.sort_unstable();
    let mut levels: Vec<Level> = Vec::new();
    while !left.is_empty() {
        let edges_of = |node: usize| {
            let edges = knot.edges.iter().filter_map(|&edge| {
                let ends = &evaluator.term.edges[edge];
                let other = if ends.left == node { ends.right } else { ends.left };
                let is_end = ends.left == node || ends.right == node;
                let level = levels.iter().position(|level| level.node == other)?;
                is_end.then_some((edge, level))
            });
            edges.collect::<Vec<_>>()
        };
        // The most joined comes next, of equals the one with fewer nodes.
        let most = left.iter().map(|&(_, node)| edges_of(node).len()).max().unwrap_or(0);
        let at = left.iter().position(|&(_, node)| edges_of(node).len() == most).unwrap_or(0);
        let (_, node) = left[at];
        let edges = edges_of(node);
        left.remove(at);
        levels.push(Level { node, edges });
    }
    let search = Search { evaluator, places, levels };
    let mut sum = Sum::default();
    let mut found = Vec::new();
    let first = &places[search.levels[0].node];
    for id in first.span().filter(|id| first.at(*id) != 0) {
        evaluator.run.check()?;
        found.push(id);
        search.next(&mut found, first.at(id), &mut sum);
        found.pop();
    }
    Sum::of(vec![sum])
}

impl Search<'_, '_, '_, '_, '_> {
    fn next(&self, found: &mut Vec<u32>, weight: u64, sum: &mut Sum) {
        let Some(level) = self.levels.get(found.len()) else { return sum.add(weight) };
        let Some((&(edge, from), others)) = level.edges.split_first() else {
            // A knot hangs together, so that this is never met.
            return;
        };
        let [strand, rest @ ..] = self.seen(edge, from) else { return };
        let start = found[from];
        let mut ends = Vec::new();
        strand.each_end(start, &mut |to, ways| ends.push((to, ways)));
        for (to, ways) in ends {
            let beside = rest.iter().map(|steps| steps.ways(start, to));
            let across = others.iter().flat_map(|&(edge, level)| {
                self.seen(edge, level).iter().map(move |steps| (steps, level))
            });
            let across = across.map(|(steps, level)| steps.ways(found[level], to));
            let ways = beside.chain(across).fold(ways, u64::saturating_mul);
            let own = self.places[level.node].at(to);
            let weight = weight.saturating_mul(ways).saturating_mul(own);
            if weight != 0 {
                found.push(to);
                self.next(found, weight, sum);
                found.pop();
            }
        }
    }

    /// The strands of an edge seen from the node of a level.
    fn seen(&self, edge: usize, level: usize) -> &[crate::exec::count_tree::steps::Steps<'_>] {
        self.evaluator.seen_from(edge, self.levels[level].node)
    }
}
