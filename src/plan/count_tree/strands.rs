//! Patterns with cycles that two nodes cut: strands side by side between the two.
//!
//! ```text
//! (f)-[:HAS_MEMBER]->(p)-[:HAS_INTEREST]->(t)<-[:HAS_TAG]-(m)<-[:CONTAINER_OF]-(f)
//!
//!        ┌─ p ─┐      without f and t two parts are left: for each pair of a forum and a tag the
//!    f ──┤     ├── t  matches are those of one strand times those of the other
//!        └─ m ─┘
//! ```
//!
//! **In**: a pattern, and two of its nodes ([`split`]), or none and the question which two
//! ([`best_ends`]). **Out**: one strand stays the pattern, with all that hangs from it and from the two
//! nodes; the others become bridges. **Caller**: [`super::pair`].
//!
//! The numbers may be multiplied because nothing that is asked looks at two strands at once; a rule
//! that relationships of two strands differ is such a question, and a pattern that has one is found.

use super::coincide::{Rule, Written};
use super::pair::Draft;
use super::recognise::{Collector, Place};
use super::{Bridging, TreeNode};
use crate::expr::{LabelTest, VarId};

/// The relationships of each strand between two nodes, by position among those written. A pattern
/// without a cycle through both has one at most.
fn strands(written: &[Written], nodes: usize, ends: [usize; 2]) -> Vec<Vec<usize>> {
    let mut parts: Vec<usize> = (0..nodes).collect();
    let is_end = |place: usize| ends.contains(&place);
    for step in written.iter().filter(|w| !is_end(w.left) && !is_end(w.right)) {
        let (keep, drop) = (parts[step.left], parts[step.right]);
        parts.iter_mut().filter(|part| **part == drop).for_each(|part| *part = keep);
    }
    // Relationships between the two nodes themselves are one strand.
    let part = |step: &Written| match (is_end(step.left), is_end(step.right)) {
        (true, true) => nodes,
        (true, false) => parts[step.right],
        (false, _) => parts[step.left],
    };
    let mut all: Vec<Vec<usize>> = vec![Vec::new(); nodes + 1];
    for (at, step) in written.iter().enumerate() {
        all[part(step)].push(at);
    }
    let touches = |strand: &[usize], end: usize| {
        strand.iter().any(|&at| written[at].left == end || written[at].right == end)
    };
    all.retain(|strand| ends.iter().all(|end| touches(strand, *end)));
    all
}

/// Makes bridges of all strands between two nodes but the shortest; `None` where some rule looks at two
/// strands.
pub(super) fn split(collector: &mut Collector<'_>, ends: [usize; 2]) -> Option<()> {
    if !collector.walks.is_empty() {
        return Some(());
    }
    let mut strands = strands(&collector.written, collector.nodes.len(), ends);
    if strands.len() < 2 {
        return Some(());
    }
    let shortest = strands.iter().enumerate().min_by_key(|(_, strand)| strand.len())?.0;
    strands.swap_remove(shortest);
    let strand_of = |at: usize| strands.iter().position(|strand| strand.contains(&at));
    let position = |variable: VarId| match collector.place(variable)? {
        Place::Relationship(place) => {
            collector.written.iter().position(|written| written.relationship == place)
        }
        _ => None,
    };
    let mut rules = vec![Vec::new(); strands.len()];
    let mut kept = Vec::new();
    for &(a, b) in &collector.distinct {
        let (first, second) = (position(a)?, position(b)?);
        match (strand_of(first), strand_of(second)) {
            (None, None) => kept.push((a, b)),
            (Some(one), Some(other)) if one == other => {
                let within = |at: usize| strands[one].iter().position(|known| *known == at);
                let (a, b) = (within(first)?, within(second)?);
                rules[one].push(Rule::Relationships(a.min(b), a.max(b)));
            }
            _ => return None,
        }
    }
    let inside = |place: usize| {
        let touches = |at: &usize| {
            let step = &collector.written[*at];
            step.left == place || step.right == place
        };
        !ends.contains(&place) && strands.iter().flatten().any(touches)
    };
    let pairs = collector.apart.iter().map(|&(a, b)| (a, b));
    let related = collector.related.iter().map(|(related, _)| (related.left, related.right));
    if pairs.chain(related).any(|(a, b)| inside(a) || inside(b)) {
        return None;
    }
    let drafts: Vec<Draft> = strands
        .iter()
        .zip(rules)
        .map(|(strand, rules)| Draft {
            counts: Bridging::Times,
            ends,
            written: strand.iter().map(|&at| collector.written[at].clone()).collect(),
            rules,
        })
        .collect();
    let mut at = 0..;
    collector.written.retain(|_| at.next().is_some_and(|at: usize| strand_of(at).is_none()));
    collector.distinct = kept;
    collector.bridges.extend(drafts);
    Some(())
}

/// Walking all strands is worth as many steps for each relationship in them; with more, sorted runs that
/// meet are less.
const STEPS_MAX: f64 = 2.0;

/// The two nodes, some of which are given, that cut a cycle into strands of two steps or more, from which
/// the fewest steps are expected; `None` where no two do, or the steps are many.
pub(super) fn best_ends(collector: &Collector<'_>, given: &[usize]) -> Option<[usize; 2]> {
    if !collector.walks.is_empty() {
        return None;
    }
    let count = collector.nodes.len();
    let all = (0..count).flat_map(|left| (left + 1..count).map(move |right| [left, right]));
    let mut best: Option<(f64, [usize; 2])> = None;
    for ends in all.filter(|ends| given.iter().all(|place| ends.contains(place))) {
        let strands = strands(&collector.written, count, ends);
        // A single step beside others is better met by two sorted runs.
        if strands.len() < 2 || strands.iter().any(|strand| strand.len() < 2) {
            continue;
        }
        let steps = |near: usize| {
            strands.iter().map(|strand| expected(collector, strand, near)).sum::<f64>()
        };
        let cost = steps(ends[0]).min(steps(ends[1]));
        let relationships = strands.iter().flatten().map(|&at| {
            let types = &collector.relationships[collector.written[at].relationship].types;
            collector.known.estimator.relationships(types)
        });
        if cost > STEPS_MAX * relationships.sum::<f64>() {
            continue;
        }
        if best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, ends));
        }
    }
    best.map(|(_, ends)| ends)
}

/// About how many steps are walked over a strand from all nodes at one place.
fn expected(collector: &Collector<'_>, strand: &[usize], near: usize) -> f64 {
    let population = |place: usize| population(collector, &collector.nodes[place]);
    let (mut met, mut reached, mut steps) = (vec![near], population(near), 0.0);
    loop {
        let next = strand.iter().find_map(|&at| {
            let step = &collector.written[at];
            match (met.contains(&step.left), met.contains(&step.right)) {
                (true, false) => Some((step, [step.left, step.right], step.direction)),
                (false, true) => Some((step, [step.right, step.left], step.direction.reversed())),
                _ => None,
            }
        });
        let Some((step, [from, to], direction)) = next else { return steps };
        let types = &collector.relationships[step.relationship].types;
        reached *= collector.known.estimator.fan_out(types, direction, population(from));
        steps += reached;
        met.push(to);
    }
}

/// About how many nodes bear the labels of a place.
fn population(collector: &Collector<'_>, node: &TreeNode) -> f64 {
    let estimator = collector.known.estimator;
    let share = node.labels.iter().map(|test: &LabelTest| estimator.label_share(test));
    (estimator.nodes() * share.fold(1.0, f64::min)).max(1.0)
}
