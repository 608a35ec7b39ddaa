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

/// Two that must not be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Relationships, by position among the written.
    Relationships(usize, usize),
    /// Nodes.
    Nodes(usize, usize),
}

/// Which nodes and relationships are one: for each the first of those it is one with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    nodes: Vec<usize>,
    written: Vec<usize>,
}

impl State {
    fn unite_nodes(&mut self, a: usize, b: usize) {
        unite(&mut self.nodes, a, b);
    }
}

fn unite(classes: &mut [usize], a: usize, b: usize) {
    let (keep, drop) = (classes[a].min(classes[b]), classes[a].max(classes[b]));
    classes.iter_mut().filter(|class| **class == drop).for_each(|class| *class = keep);
}

/// The signed patterns whose sum counts the matches in which every rule holds; `None` where one
/// of them is no forest. The pairs of `united` are one node to begin with.
pub(super) fn terms(
    places: usize,
    written: &[Written],
    united: &[(usize, usize)],
    rules: &[Rule],
    relationships: &[TreeRelationship],
) -> Option<Vec<Term>> {
    let mut first = State { nodes: (0..places).collect(), written: (0..written.len()).collect() };
    united.iter().for_each(|&(a, b)| first.unite_nodes(a, b));
    let mut states = BTreeMap::from([(first, 1)]);
    for rule in rules {
        let before: Vec<(State, i64)> =
            states.iter().map(|(state, sign)| (state.clone(), *sign)).collect();
        for (state, sign) in before {
            for (broken, ways) in break_rule(&state, *rule, written) {
                *states.entry(broken).or_insert(0) -= sign * ways;
            }
        }
        states.retain(|_, sign| *sign != 0);
        if states.len() > STATES_MAX {
            return None;
        }
    }
    let mut terms = Vec::with_capacity(states.len());
    for (state, sign) in states {
        match term(&state, sign, written, relationships) {
            Outcome::Term(term) => terms.push(term),
            Outcome::Nothing => {}
            Outcome::Cycle => return None,
        }
    }
    Some(terms)
}

/// The states in which a rule is broken, and how often each counts.
fn break_rule(state: &State, rule: Rule, written: &[Written]) -> Vec<(State, i64)> {
    let (a, b) = match rule {
        Rule::Nodes(a, b) => {
            let mut broken = state.clone();
            broken.unite_nodes(a, b);
            return vec![(broken, 1)];
        }
        Rule::Relationships(a, b) => (&written[a], &written[b]),
    };
    let mut one = state.clone();
    if let Rule::Relationships(a, b) = rule {
        unite(&mut one.written, a, b);
    }
    let along = |mut state: State| {
        state.unite_nodes(a.left, b.left);
        state.unite_nodes(a.right, b.right);
        state
    };
    let against = |mut state: State| {
        state.unite_nodes(a.left, b.right);
        state.unite_nodes(a.right, b.left);
        state
    };
    match (a.direction, b.direction) {
        (Direction::Both, _) | (_, Direction::Both) => {
            // A loop can be read both ways and is still one relationship.
            vec![(along(one.clone()), 1), (against(one.clone()), 1), (along(against(one)), -1)]
        }
        (x, y) if x == y => vec![(along(one), 1)],
        _ => vec![(against(one), 1)],
    }
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
fn term(
    state: &State,
    sign: i64,
    written: &[Written],
    relationships: &[TreeRelationship],
) -> Outcome {
    let mut position = vec![usize::MAX; state.nodes.len()];
    let mut nodes: Vec<Vec<usize>> = Vec::new();
    for (place, &class) in state.nodes.iter().enumerate() {
        if position[class] == usize::MAX {
            position[class] = nodes.len();
            nodes.push(Vec::new());
        }
        nodes[position[class]].push(place);
    }
    let mut term = Term { sign, nodes, edges: Vec::new(), loops: Vec::new() };
    for class in 0..written.len() {
        let members = || written.iter().zip(&state.written).filter(|(_, c)| **c == class);
        let Some(types) = common_types(members().map(|(w, _)| &relationships[w.relationship]))
        else {
            return Outcome::Nothing;
        };
        // Which way the relationship points is what one that says so says.
        let pointing = members().find(|(w, _)| w.direction != Direction::Both);
        let Some((like, _)) = pointing.or_else(|| members().next()) else { continue };
        let strand = Strand {
            relationships: members().map(|(w, _)| w.relationship).collect(),
            types,
            direction: like.direction,
        };
        let end = |place: usize| position[state.nodes[place]];
        let (left, right) = (end(like.left), end(like.right));
        if left == right {
            term.loops.push((left, strand));
        } else if like.optional.is_some() && strand.relationships.len() > 1 {
            return Outcome::Cycle;
        } else {
            let edge = Edge { left, right, strands: vec![strand], optional: like.optional };
            if add(&mut term.edges, edge).is_none() {
                return Outcome::Cycle;
            }
        }
    }
    if is_forest(&term) { Outcome::Term(term) } else { Outcome::Cycle }
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

    fn signs(terms: &[Term]) -> Vec<(i64, usize, usize, usize)> {
        let mut signs: Vec<_> =
            terms.iter().map(|t| (t.sign, t.nodes.len(), t.edges.len(), t.loops.len())).collect();
        signs.sort_unstable();
        signs
    }

    #[test]
    fn a_chain_loses_its_loops() {
        let chain = [step(0, 0, 1, Direction::Outgoing), step(1, 1, 2, Direction::Outgoing)];
        let terms = terms(3, &chain, &[], &[Rule::Relationships(0, 1)], &follows(2)).unwrap();
        assert_eq!(signs(&terms), [(-1, 1, 0, 1), (1, 3, 2, 0)]);
    }

    #[test]
    fn two_undirected_steps_lose_the_way_back() {
        // The way back is read along or against; the loop is both and counts once in all.
        let chain = [step(0, 0, 1, Direction::Both), step(1, 1, 2, Direction::Both)];
        let back = terms(3, &chain, &[], &[Rule::Relationships(0, 1)], &follows(2)).unwrap();
        assert_eq!(signs(&back), [(-1, 2, 1, 0), (1, 3, 2, 0)]);
        let rules = [Rule::Relationships(0, 1), Rule::Nodes(0, 2)];
        let apart = terms(3, &chain, &[], &rules, &follows(2)).unwrap();
        // Of the four signs two cancel; what is taken off is one edge of two strands.
        assert_eq!(signs(&apart), [(-1, 2, 1, 0), (1, 3, 2, 0)]);
        assert!(apart.iter().any(|term| term.edges.iter().any(|edge| edge.strands.len() == 2)));
    }

    #[test]
    fn three_steps_meet_their_first_again() {
        let chain: Vec<_> = (0..3).map(|at| step(at, at, at + 1, Direction::Outgoing)).collect();
        let rules = [(0, 1), (0, 2), (1, 2)].map(|(a, b)| Rule::Relationships(a, b));
        let terms = terms(4, &chain, &[], &rules, &follows(3)).unwrap();
        let two_way = |t: &Term| t.sign == -1 && t.edges.iter().any(|e| e.strands.len() == 2);
        assert!(terms.iter().any(two_way), "{terms:?}");
        let total: i64 = terms.iter().map(|term| term.sign).sum();
        assert_eq!(total, 0, "on one loop alone nothing is left");
    }

    #[test]
    fn types_without_a_common_one_never_coincide() {
        let mut apart = follows(2);
        apart[1].types = vec![NamedType::plain("LIKES")];
        let chain = [step(0, 0, 1, Direction::Outgoing), step(1, 1, 2, Direction::Outgoing)];
        let terms = terms(3, &chain, &[], &[Rule::Relationships(0, 1)], &apart).unwrap();
        assert_eq!(signs(&terms), [(1, 3, 2, 0)]);
    }
}
