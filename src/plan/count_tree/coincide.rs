//! Inclusion and exclusion over what must differ.
//!
//! ```text
//! (a)-[r1]->(b)<-[r2]-(c), r1 <> r2, a <> c
//!
//! all                 +  a ─r1─ b ─r2─ c
//! r1 and r2 are one   −  a=c ─r1=r2─ b
//! a and c are one     −  a=c ═r1,r2═ b        one edge of two strands
//! both                +  a=c ─r1=r2─ b        which the second term takes off again
//! ```
//!
//! Each state says which nodes and which relationships are one. A rule multiplies the states by
//! (1 − those where it is broken); equal states are added, so that what cancels is not counted.
//! Two undirected relationships are one in two ways, and a loop is both ways at once.
//!
//! `NOT (a)-[:R]-(c)` is a rule as well: what breaks it is the pattern in which some R *is* between
//! the two, whichever and however many. Where a relationship of the pattern itself is already such an
//! R, nothing is added, and what was to be taken off meets what it is taken off from.
//!
//! A pattern need not be a forest, where the caller says so: see [`knot`].

use super::knot::{self, Functional};
use super::{Edge, Strand, Term, TreeRelationship};
use crate::graph::Direction;
use crate::graph::named_type::NamedType;
use std::collections::BTreeMap;

/// More states than these are not worth it, or the pattern is a riddle.
const STATES_MAX: usize = 256;

/// A relationship of the pattern as it was written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) relationship: usize,
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) direction: Direction,
    pub(super) optional: Option<usize>,
}

/// That some relationship is between two nodes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Related {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) types: Vec<NamedType>,
    pub(super) direction: Direction,
}

/// What must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Relationships that are one, by position among the written.
    Relationships(usize, usize),
    /// Nodes that are one.
    Nodes(usize, usize),
    /// Related nodes, by position among what may be related. Such rules come last.
    Related(usize),
}

/// What the rules are about.
#[derive(Clone, Copy)]
pub(super) struct Pattern<'p> {
    /// How many nodes there are.
    pub(super) places: usize,
    pub(super) written: &'p [Written],
    /// Pairs of nodes that are one to begin with.
    pub(super) united: &'p [(usize, usize)],
    pub(super) relationships: &'p [TreeRelationship],
    pub(super) related: &'p [Related],
    /// Those of `related` that must hold.
    pub(super) required: &'p [usize],
    /// Where patterns with a cycle can be counted too: which relationships lead to one node at most.
    pub(super) functional: Option<&'p Functional<'p>>,
}

/// Which nodes and relationships are one: for each the first of those it is one with; and what is
/// related beside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    nodes: Vec<usize>,
    written: Vec<usize>,
    related: Vec<bool>,
}

impl State {
    fn unite_nodes(&mut self, a: usize, b: usize) {
        unite(&mut self.nodes, a, b);
    }

    /// The ends of a relationship, and whether it is known which of them it points from: the first.
    fn ends(&self, at: usize, written: &[Written]) -> ((usize, usize), bool) {
        let same =
            written.iter().zip(&self.written).filter(|(_, class)| **class == self.written[at]);
        let mut pointing = same.map(|(written, _)| written);
        match pointing.find(|written| written.direction != Direction::Both) {
            Some(Written { left, right, direction: Direction::Incoming, .. }) => {
                ((*right, *left), true)
            }
            Some(Written { left, right, .. }) => ((*left, *right), true),
            None => ((written[at].left, written[at].right), false),
        }
    }

    /// Whether a relationship of the pattern, or what is related beside, says that `at` holds.
    fn implies(&self, at: usize, pattern: &Pattern<'_>) -> bool {
        let wanted = &pattern.related[at];
        let classes = |left: usize, right: usize| (self.nodes[left], self.nodes[right]);
        let ends = classes(wanted.left, wanted.right);
        let is_one = |(left, right): (usize, usize), types: &[NamedType], direction: Direction| {
            let names = wanted.types.is_empty()
                || (!types.is_empty() && types.iter().all(|name| wanted.types.contains(name)));
            let reversed = direction != Direction::Both && wanted.direction != direction;
            let along = (left, right) == ends && (wanted.direction == Direction::Both || !reversed);
            let against =
                (right, left) == ends && (wanted.direction == Direction::Both || reversed);
            let is_way = along || against;
            let points = wanted.direction == Direction::Both || direction != Direction::Both;
            // Whichever way a loop is read, it is between a node and itself.
            names && is_way && (points || left == right)
        };
        let by_written = pattern.written.iter().any(|written| {
            let types = &pattern.relationships[written.relationship].types;
            written.optional.is_none()
                && is_one(classes(written.left, written.right), types, written.direction)
        });
        by_written
            || pattern.related.iter().enumerate().any(|(other, related)| {
                other != at
                    && self.related[other]
                    && is_one(
                        classes(related.left, related.right),
                        &related.types,
                        related.direction,
                    )
            })
    }
}

fn unite(classes: &mut [usize], a: usize, b: usize) {
    let (keep, drop) = (classes[a].min(classes[b]), classes[a].max(classes[b]));
    classes.iter_mut().filter(|class| **class == drop).for_each(|class| *class = keep);
}

/// The signed patterns whose sum counts the matches in which no rule is broken; `None` where one of
/// them cannot be counted.
pub(super) fn terms(pattern: &Pattern<'_>, rules: &[Rule]) -> Option<Vec<Term>> {
    let mut first = State {
        nodes: (0..pattern.places).collect(),
        written: (0..pattern.written.len()).collect(),
        related: vec![false; pattern.related.len()],
    };
    pattern.united.iter().for_each(|&(a, b)| first.unite_nodes(a, b));
    let mut states = BTreeMap::from([(first, 1)]);
    let (about_related, others): (Vec<Rule>, Vec<Rule>) =
        rules.iter().partition(|rule| matches!(rule, Rule::Related(_)));
    for rule in others {
        states = broken_off(states, pattern, |state| break_rule(state, rule, pattern.written))?;
    }
    for &at in pattern.required {
        states = states
            .into_iter()
            .map(|(state, sign)| (with_related(&state, at, pattern), sign))
            .collect();
    }
    for rule in about_related {
        let Rule::Related(at) = rule else { continue };
        states = broken_off(states, pattern, |state| vec![(with_related(state, at, pattern), 1)])?;
    }
    let mut terms = Vec::with_capacity(states.len());
    for (state, sign) in states {
        match term(&state, sign, pattern) {
            Outcome::Term(term) => terms.push(term),
            Outcome::Nothing => {}
            Outcome::Cycle => return None,
        }
    }
    Some(terms)
}

/// The states less those in which a rule is broken; `None` where they become too many.
fn broken_off(
    mut states: BTreeMap<State, i64>,
    pattern: &Pattern<'_>,
    broken: impl Fn(&State) -> Vec<(State, i64)>,
) -> Option<BTreeMap<State, i64>> {
    debug_assert!(states.keys().all(|state| state.nodes.len() == pattern.places));
    let before: Vec<(State, i64)> =
        states.iter().map(|(state, sign)| (state.clone(), *sign)).collect();
    for (state, sign) in before {
        for (broken, ways) in broken(&state) {
            *states.entry(broken).or_insert(0) -= sign * ways;
        }
    }
    states.retain(|_, sign| *sign != 0);
    (states.len() <= STATES_MAX).then_some(states)
}

/// The state in which two nodes are related too.
fn with_related(state: &State, at: usize, pattern: &Pattern<'_>) -> State {
    let mut state = state.clone();
    state.related[at] = !state.implies(at, pattern);
    state
}

/// The states in which a rule is broken, and how often each counts.
fn break_rule(state: &State, rule: Rule, written: &[Written]) -> Vec<(State, i64)> {
    let (a, b) = match rule {
        Rule::Nodes(a, b) => {
            let mut broken = state.clone();
            broken.unite_nodes(a, b);
            return vec![(broken, 1)];
        }
        Rule::Relationships(a, b) => (a, b),
        Rule::Related(_) => return Vec::new(),
    };
    // What is one with others already points as they do, however it is written itself.
    let ((from, to), a_points) = state.ends(a, written);
    let ((start, end), b_points) = state.ends(b, written);
    let mut one = state.clone();
    unite(&mut one.written, a, b);
    let along = |mut state: State| {
        state.unite_nodes(from, start);
        state.unite_nodes(to, end);
        state
    };
    let against = |mut state: State| {
        state.unite_nodes(from, end);
        state.unite_nodes(to, start);
        state
    };
    if a_points && b_points {
        return vec![(along(one), 1)];
    }
    // A loop can be read both ways and is still one relationship.
    vec![(along(one.clone()), 1), (against(one.clone()), 1), (along(against(one)), -1)]
}

/// What a state comes to.
enum Outcome {
    Term(Term),
    /// It never matches.
    Nothing,
    /// It is no forest.
    Cycle,
}

/// The pattern of a state.
fn term(state: &State, sign: i64, pattern: &Pattern<'_>) -> Outcome {
    let mut position = vec![usize::MAX; state.nodes.len()];
    let mut nodes: Vec<Vec<usize>> = Vec::new();
    for (place, &class) in state.nodes.iter().enumerate() {
        if position[class] == usize::MAX {
            position[class] = nodes.len();
            nodes.push(Vec::new());
        }
        nodes[position[class]].push(place);
    }
    let end = |place: usize| position[state.nodes[place]];
    let mut term = Term { sign, nodes, edges: Vec::new(), loops: Vec::new(), knot: None };
    for class in 0..pattern.written.len() {
        let members = || pattern.written.iter().zip(&state.written).filter(|(_, c)| **c == class);
        let relationships = members().map(|(w, _)| &pattern.relationships[w.relationship]);
        let Some(types) = common_types(relationships) else {
            return Outcome::Nothing;
        };
        // Which way the relationship points is what one that says so says.
        let pointing = members().find(|(w, _)| w.direction != Direction::Both);
        let Some((like, _)) = pointing.or_else(|| members().next()) else { continue };
        let strand = Strand {
            relationships: members().map(|(w, _)| w.relationship).collect(),
            types,
            direction: like.direction,
            once: false,
        };
        if like.optional.is_some() && strand.relationships.len() > 1 {
            return Outcome::Cycle;
        }
        if place(&mut term, (end(like.left), end(like.right)), strand, like.optional).is_none() {
            return Outcome::Cycle;
        }
    }
    for (related, _) in pattern.related.iter().zip(&state.related).filter(|(_, holds)| **holds) {
        let types = related.types.clone();
        let (relationships, direction) = (Vec::new(), related.direction);
        let strand = Strand { relationships, types, direction, once: true };
        if place(&mut term, (end(related.left), end(related.right)), strand, None).is_none() {
            return Outcome::Cycle;
        }
    }
    if is_forest(&term) {
        return Outcome::Term(term);
    }
    let Some(functional) = pattern.functional else { return Outcome::Cycle };
    match knot::tie(&term, functional) {
        Some(knot) => Outcome::Term(Term { knot: Some(knot), ..term }),
        None => Outcome::Cycle,
    }
}

/// Puts a strand between two nodes of a term, or on one as a loop.
fn place(
    term: &mut Term,
    (left, right): (usize, usize),
    strand: Strand,
    optional: Option<usize>,
) -> Option<()> {
    if left == right {
        term.loops.push((left, strand));
        return optional.is_none().then_some(());
    }
    add(&mut term.edges, Edge { left, right, strands: vec![strand], optional })
}

/// Adds an edge, as another strand where there is one between the two nodes.
fn add(edges: &mut Vec<Edge>, mut edge: Edge) -> Option<()> {
    let known = edges.iter_mut().find(|known| {
        (known.left, known.right) == (edge.left, edge.right)
            || (known.left, known.right) == (edge.right, edge.left)
    });
    let Some(known) = known else {
        edges.push(edge);
        return Some(());
    };
    if known.optional.is_some() || edge.optional.is_some() {
        return None;
    }
    if known.left != edge.left {
        edge.strands.iter_mut().for_each(|strand| strand.direction = strand.direction.reversed());
    }
    known.strands.append(&mut edge.strands);
    Some(())
}

/// The types that all relationships allow, empty for any; `None` where no type is left.
fn common_types<'a>(
    relationships: impl Iterator<Item = &'a TreeRelationship>,
) -> Option<Vec<NamedType>> {
    let mut common: Vec<NamedType> = Vec::new();
    for relationship in relationships.filter(|r| !r.types.is_empty()) {
        if common.is_empty() {
            common.clone_from(&relationship.types);
        } else {
            common.retain(|name| relationship.types.contains(name));
            if common.is_empty() {
                return None;
            }
        }
    }
    Some(common)
}

fn is_forest(term: &Term) -> bool {
    let mut classes: Vec<usize> = (0..term.nodes.len()).collect();
    term.edges.iter().all(|edge| {
        let apart = classes[edge.left] != classes[edge.right];
        unite(&mut classes, edge.left, edge.right);
        apart
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follows(count: usize) -> Vec<TreeRelationship> {
        (0..count)
            .map(|at| TreeRelationship {
                variable: crate::expr::VarId(at as u32),
                types: vec![NamedType::plain("FOLLOWS")],
                conditions: Vec::new(),
            })
            .collect()
    }

    fn step(at: usize, left: usize, right: usize, direction: Direction) -> Written {
        Written { relationship: at, left, right, direction, optional: None }
    }

    fn counted(
        places: usize,
        written: &[Written],
        rules: &[Rule],
        relationships: &[TreeRelationship],
    ) -> Vec<Term> {
        let (united, related, required, functional) = (&[], &[], &[], None);
        let pattern =
            Pattern { places, written, united, relationships, related, required, functional };
        terms(&pattern, rules).unwrap()
    }

    fn signs(terms: &[Term]) -> Vec<(i64, usize, usize, usize)> {
        let mut signs: Vec<_> =
            terms.iter().map(|t| (t.sign, t.nodes.len(), t.edges.len(), t.loops.len())).collect();
        signs.sort_unstable();
        signs
    }

    #[test]
    fn a_chain_loses_its_loops() {
        let chain = [step(0, 0, 1, Direction::Outgoing), step(1, 1, 2, Direction::Outgoing)];
        let terms = counted(3, &chain, &[Rule::Relationships(0, 1)], &follows(2));
        assert_eq!(signs(&terms), [(-1, 1, 0, 1), (1, 3, 2, 0)]);
    }

    #[test]
    fn two_undirected_steps_lose_the_way_back() {
        // The way back is read along or against; the loop is both and counts once in all.
        let chain = [step(0, 0, 1, Direction::Both), step(1, 1, 2, Direction::Both)];
        let back = counted(3, &chain, &[Rule::Relationships(0, 1)], &follows(2));
        assert_eq!(signs(&back), [(-1, 2, 1, 0), (1, 3, 2, 0)]);
        let rules = [Rule::Relationships(0, 1), Rule::Nodes(0, 2)];
        let apart = counted(3, &chain, &rules, &follows(2));
        // Of the four signs two cancel; what is taken off is one edge of two strands.
        assert_eq!(signs(&apart), [(-1, 2, 1, 0), (1, 3, 2, 0)]);
        assert!(apart.iter().any(|term| term.edges.iter().any(|edge| edge.strands.len() == 2)));
    }

    #[test]
    fn three_steps_meet_their_first_again() {
        let chain: Vec<_> = (0..3).map(|at| step(at, at, at + 1, Direction::Outgoing)).collect();
        let rules = [(0, 1), (0, 2), (1, 2)].map(|(a, b)| Rule::Relationships(a, b));
        let terms = counted(4, &chain, &rules, &follows(3));
        let two_way = |t: &Term| t.sign == -1 && t.edges.iter().any(|e| e.strands.len() == 2);
        assert!(terms.iter().any(two_way), "{terms:?}");
        let total: i64 = terms.iter().map(|term| term.sign).sum();
        assert_eq!(total, 0, "on one loop alone nothing is left");
    }

    #[test]
    fn what_is_one_with_an_arrow_points_as_it_does() {
        // The third is the first, read along; it is the second as well only where all is one loop.
        let chain = [
            step(0, 0, 1, Direction::Outgoing),
            step(1, 1, 2, Direction::Outgoing),
            step(2, 2, 3, Direction::Both),
        ];
        let rules = [(0, 1), (0, 2), (1, 2)].map(|(a, b)| Rule::Relationships(a, b));
        let terms = counted(4, &chain, &rules, &follows(3));
        let all_one =
            |t: &Term| t.edges.iter().flat_map(|e| &e.strands).any(|s| s.relationships.len() == 3);
        assert!(!terms.iter().any(all_one), "{terms:?}");
    }

    #[test]
    fn types_without_a_common_one_never_coincide() {
        let mut apart = follows(2);
        apart[1].types = vec![NamedType::plain("LIKES")];
        let chain = [step(0, 0, 1, Direction::Outgoing), step(1, 1, 2, Direction::Outgoing)];
        let terms = counted(3, &chain, &[Rule::Relationships(0, 1)], &apart);
        assert_eq!(signs(&terms), [(1, 3, 2, 0)]);
    }
}
