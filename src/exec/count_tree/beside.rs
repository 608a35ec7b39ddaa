//! Several relationships between the same two nodes: where steps over each of them lead.
//!
//! ```text
//! (a)-[:FOLLOWS]->(b)-[:FOLLOWS]->(a)       whom a follows, and who of them follows a
//! ```
//!
//! Two sorted runs are merged, which takes a comparison after the other for each entry. Where many nodes are asked
//! one after the other ([`Both`]), the first run of each sets bits and the second tests them: none of these waits for
//! another, and the bits of a hundred thousand nodes stay in the nearest cache.

use std::ops::Range;

use super::knot::times;
use super::path::run_of;
use super::steps::Steps;
use super::values::Weights;
use crate::value::NodeId;

/// Runs with fewer entries together are merged.
const SHORT: usize = 8;
/// Runs of which one is so many times as long as the other are searched for what that has.
const LONGER: usize = 32;
/// So many steps at least are looked at for each word of bits, all of which must be cleared before.
const STEPS_EACH: usize = 2;

/// Two strands over plain arrays, for many nodes.
pub(super) struct Both<'g> {
    runs: [(&'g [u32], &'g [NodeId]); 2],
    once: [bool; 2],
    /// A bit for each node; none is set between two nodes that are asked.
    marks: Vec<u64>,
}

impl<'g> Both<'g> {
    /// Two strands for the nodes of a range; `None` where they are something else than arrays, or the range has too
    /// few steps for the bits.
    pub(super) fn of(strands: &[Steps<'g>], nodes: &Range<u32>, bound: u32) -> Option<Both<'g>> {
        let [first, second] = strands else { return None };
        if first.is_same(second) {
            return None;
        }
        let runs = [first.arrays()?, second.arrays()?];
        let offset = |offsets: &[u32], node: u32| {
            let last = offsets.len().saturating_sub(1);
            offsets.get((node as usize).min(last)).map_or(0, |at| *at as usize)
        };
        let steps: usize =
            runs.iter().map(|(all, _)| offset(all, nodes.end) - offset(all, nodes.start)).sum();
        let words = (bound as usize).div_ceil(64);
        let is_worth_it = words.saturating_mul(STEPS_EACH) <= steps;
        let once = [first.once, second.once];
        is_worth_it.then(|| Both { runs, once, marks: vec![0; words] })
    }

    /// Calls `visit` with each node that a step on either strand leads to, and in how many ways both do.
    pub(super) fn each(&mut self, node: u32, visit: &mut impl FnMut(u32, u64)) {
        let [a, b] = self.runs.map(|own| run_of(own, node));
        let once = self.once;
        let ways = |(ways, more): (u64, u64)| {
            let one = if once[0] { 1 } else { ways };
            one.saturating_mul(if once[1] { 1 } else { more })
        };
        if a.len() + b.len() < SHORT || a.is_empty() || b.is_empty() {
            return in_both(a, b, &mut |to, both| visit(to, ways(both)));
        }
        // Setting and clearing bits is for the shorter one.
        let (marked, tested) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        if tested.len() / LONGER > marked.len() {
            return in_both(a, b, &mut |to, both| visit(to, ways(both)));
        }
        // Whether the bits say how often a node stands in the run that sets them: mostly they do.
        let mut twice = 0;
        for to in marked {
            if let Some(word) = self.marks.get_mut(to.0 as usize / 64) {
                let bit = 1 << (to.0 % 64);
                twice |= *word & bit;
                *word |= bit;
            }
        }
        let mut at = 0;
        while let Some(to) = tested.get(at) {
            let word = self.marks.get(to.0 as usize / 64).copied().unwrap_or(0);
            if word >> (to.0 % 64) & 1 == 0 {
                at += 1;
                continue;
            }
            let same = tested[at..].iter().take_while(|other| *other == to).count();
            let own = if twice == 0 { 1 } else { times(marked, to.0) };
            let both = if a.len() <= b.len() { (own, same as u64) } else { (same as u64, own) };
            visit(to.0, ways(both));
            at += same;
        }
        for to in marked {
            if let Some(word) = self.marks.get_mut(to.0 as usize / 64) {
                *word = 0;
            }
        }
    }
}

/// The weight of all ways to take a step on each of several strands to the same node.
pub(super) fn sum_side_by_side(strands: &[Steps<'_>], node: u32, child: &Weights) -> u64 {
    let mut sum = 0u64;
    ends_side_by_side(strands, node, &mut |to, ways| {
        sum = sum.saturating_add(ways.saturating_mul(child.at(to)));
    });
    sum
}

/// Calls `visit` with each node that a step on each of several strands leads to, and in how many ways.
pub(super) fn ends_side_by_side(
    strands: &[Steps<'_>],
    node: u32,
    visit: &mut impl FnMut(u32, u64),
) {
    let Some((first, others)) = strands.split_first() else { return };
    if others.iter().all(|other| first.is_same(other) && first.once == other.once) {
        first.each_end(node, &mut |to, ways| {
            visit(to, others.iter().fold(ways, |all, _| all.saturating_mul(ways)));
        });
        return;
    }
    if let ([other], Some(list), Some(beside)) = (others, first.one_list(), others[0].one_list()) {
        return list.with_run(NodeId(node), |run| {
            beside.with_run(NodeId(node), |against| {
                in_both(run, against, &mut |to, (ways, more)| {
                    let once = |steps: &Steps<'_>, ways: u64| if steps.once { 1 } else { ways };
                    visit(to, once(first, ways).saturating_mul(once(other, more)));
                });
            });
        });
    }
    // Each end with the number of ways that lead there.
    let mut ends: Vec<(u32, u64)> = Vec::new();
    first.each_end(node, &mut |to, ways| ends.push((to, ways)));
    for other in others {
        let mut left = ends.iter().copied().peekable();
        let mut both = Vec::with_capacity(ends.len());
        other.each_end(node, &mut |to, ways| {
            while left.next_if(|(end, _)| *end < to).is_some() {}
            if let Some((_, known)) = left.next_if(|(end, _)| *end == to) {
                both.push((to, known.saturating_mul(ways)));
            }
        });
        ends = both;
        if ends.is_empty() {
            return;
        }
    }
    ends.into_iter().for_each(|(to, ways)| visit(to, ways));
}

/// Calls `visit` with each node that two sorted runs have in common, ascending, and how often it
/// stands in either.
fn in_both(a: &[NodeId], b: &[NodeId], visit: &mut impl FnMut(u32, (u64, u64))) {
    if a.len() / LONGER > b.len() || b.len() / LONGER > a.len() {
        let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
        for same in short.chunk_by(|x, y| x == y) {
            if long.binary_search(&same[0]).is_ok() {
                visit(same[0].0, (times(a, same[0].0), times(b, same[0].0)));
            }
        }
        return;
    }
    let (mut at, mut beside) = (0, 0);
    // Which side goes on is added and not branched upon: nobody could guess it.
    while let (Some(x), Some(y)) = (a.get(at), b.get(beside)) {
        if x != y {
            at += usize::from(x < y);
            beside += usize::from(y < x);
            continue;
        }
        let same = |run: &[NodeId]| run.iter().take_while(|node| *node == x).count();
        let ways = (same(&a[at..]), same(&b[beside..]));
        visit(x.0, (ways.0 as u64, ways.1 as u64));
        at += ways.0;
        beside += ways.1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_have_in_common_what_both_hold() {
        let (a, b) = ([1, 1, 4, 9].map(NodeId), [0, 1, 4, 4].map(NodeId));
        let mut both = Vec::new();
        in_both(&a, &b, &mut |node, ways| both.push((node, ways)));
        assert_eq!(both, [(1, (2, 1)), (4, (1, 2))]);
    }

    #[test]
    fn bits_say_what_merging_says() {
        let run = |of: u32| (0..400).filter(move |id| id % 7 % of == 0).map(NodeId);
        // Node 0 has long runs, of which the first has some twice; node 1 has short ones.
        let twice = run(3).flat_map(|id| std::iter::repeat_n(id, 1 + id.index() % 2));
        let first: Vec<NodeId> = twice.chain([3, 5].map(NodeId)).collect();
        let second: Vec<NodeId> = run(2).chain([5, 5].map(NodeId)).collect();
        let offsets = [&first, &second].map(|all| [0, all.len() as u32 - 2, all.len() as u32]);
        for once in [[false, false], [true, false], [false, true]] {
            let runs = [(&offsets[0][..], &first[..]), (&offsets[1][..], &second[..])];
            let mut both = Both { runs, once, marks: vec![0; 7] };
            for node in [0, 1, 0, 2] {
                let own = |of: usize| run_of(runs[of], node);
                let mut expected = Vec::new();
                in_both(own(0), own(1), &mut |to, (ways, more)| {
                    let count = |once: bool, ways: u64| if once { 1 } else { ways };
                    expected.push((to, count(once[0], ways) * count(once[1], more)));
                });
                let mut found = Vec::new();
                both.each(node, &mut |to, ways| found.push((to, ways)));
                assert_eq!(found, expected);
                assert!(both.marks.iter().all(|word| *word == 0));
            }
        }
    }
}
