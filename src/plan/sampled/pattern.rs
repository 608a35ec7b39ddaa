//! How many matches a pattern with a cycle has: all matches from some of its first nodes.

use super::steps::{List, each_step, lists};
use super::{Row, Sampler, are_distinct};
use crate::graph::Snapshot;
use crate::plan::physical::{Intersection, IntersectionRelationship};
use crate::value::order::equals;
use crate::value::{NodeId, Value};

/// So many steps are looked at.
const WORK_MAX: usize = 200_000;
/// The places of nodes by which the next first node is found: a stride without a pattern.
const STRIDE: usize = 0x9E37_79B1;

/// A pattern being followed from one first node.
struct Search<'s> {
    sampler: &'s Sampler<'s>,
    pattern: &'s Intersection,
    /// The relationships in the order in which they are followed, each from a node that is known.
    order: Vec<(usize, bool)>,
    /// What each relationship reads from its left end, and from its right one.
    lists: Vec<[Vec<List<'s>>; 2]>,
    work: usize,
    matches: u64,
}

impl Sampler<'_> {
    /// The matches of a pattern; `None` where it is too large to follow from a single node.
    pub(super) fn intersect(&self, pattern: &Intersection) -> Option<f64> {
        let first = pattern.nodes.first()?;
        let label = first.label.as_deref();
        let population =
            label.map_or_else(|| self.estimator.nodes(), |label| self.estimator.labelled(label));
        let nodes = self.some_nodes(label, WORK_MAX);
        let mut search = Search {
            sampler: self,
            pattern,
            order: order(pattern)?,
            lists: pattern.relationships.iter().map(|r| both_ways(r, self.graph)).collect(),
            work: 0,
            matches: 0,
        };
        let (mut tried, mut matches) = (0u64, 0);
        for at in 0..nodes.len() {
            let node = nodes[at.wrapping_mul(STRIDE) % nodes.len()];
            search.work += 1;
            if let Some(row) = search.stand(0, node, &Row::default()) {
                search.follow(0, &row);
            }
            if search.work > WORK_MAX {
                break;
            }
            (tried, matches) = (tried + 1, search.matches);
        }
        if tried == 0 || (matches == 0 && (tried as usize) < nodes.len()) {
            return None;
        }
        Some(population * matches as f64 / tried as f64)
    }
}

impl Search<'_> {
    fn follow(&mut self, step: usize, row: &Row) {
        if self.work > WORK_MAX {
            return;
        }
        let Some(&(at, backward)) = self.order.get(step) else {
            self.matches += u64::from(self.is_match(row));
            return;
        };
        let relationship = &self.pattern.relationships[at];
        let (from, to) = if backward {
            (relationship.right, relationship.left)
        } else {
            (relationship.left, relationship.right)
        };
        let Some(start) = row.node(self.pattern.nodes[from].variable) else { return };
        let known = row.node(self.pattern.nodes[to].variable);
        let mut steps = Vec::new();
        let lists = &self.lists[at][usize::from(backward)];
        each_step(lists, start, |neighbour, statement| {
            if known.is_none_or(|known| known == neighbour) {
                steps.push((neighbour, statement));
            }
        });
        self.work += if known.is_some() { 1 } else { steps.len() };
        for (neighbour, statement) in steps {
            let row = row.with([(relationship.variable, Value::Relationship(statement))]);
            if !self.sampler.holds(&relationship.filter, &row) {
                continue;
            }
            let next = if known.is_some() { Some(row) } else { self.stand(to, neighbour, &row) };
            if let Some(next) = next.filter(|row| self.is_possible(row)) {
                self.follow(step + 1, &next);
            }
        }
    }

    /// The row in which a node stands at a place, where it may.
    fn stand(&self, place: usize, node: NodeId, row: &Row) -> Option<Row> {
        let at = &self.pattern.nodes[place];
        let graph = self.sampler.graph;
        let bears = at.label.as_ref().is_none_or(|label| {
            graph.catalog().label(label).is_some_and(|label| graph.has_label(node, label))
        });
        let row = bears.then(|| row.with([(at.variable, Value::Node(node))]))?;
        self.sampler.holds(&at.filter, &row).then_some(row)
    }

    /// Whether what is known so far is different where it must be and equal where it must be.
    fn is_possible(&self, row: &Row) -> bool {
        let (pattern, graph) = (self.pattern, self.sampler.graph);
        let relationship = |at: usize| pattern.relationships[at].variable;
        let node = |at: usize| row.node(pattern.nodes[at].variable);
        let distinct: Vec<_> =
            pattern.distinct.iter().map(|&(a, b)| (relationship(a), relationship(b))).collect();
        let property = |value: Option<&Value>, key: &str| {
            let key = graph.catalog().key(key)?;
            match value? {
                Value::Node(node) => Some(graph.node_property(*node, key)),
                Value::Relationship(statement) => Some(graph.statement_property(*statement, key)),
                _ => None,
            }
        };
        let same = |a: Option<Value>, b: Option<Value>| match (a, b) {
            (Some(a), Some(b)) => equals(&a, &b) == Some(true),
            _ => true,
        };
        let is_unequal = |&(a, b): &(usize, usize)| node(a).is_none() || node(a) != node(b);
        are_distinct(&distinct, row)
            && pattern.unequal.iter().all(is_unequal)
            && pattern.equal_relationships.iter().all(|((a, x), (b, y))| {
                let value = |at: &usize| row.0.iter().find(|(v, _)| *v == relationship(*at));
                same(
                    property(value(a).map(|(_, value)| value), x),
                    property(value(b).map(|(_, value)| value), y),
                )
            })
            && pattern.equal_nodes.iter().all(|((a, x), (b, y))| {
                let (a, b) = (node(*a).map(Value::Node), node(*b).map(Value::Node));
                same(property(a.as_ref(), x), property(b.as_ref(), y))
            })
    }

    /// Whether no relationship is there that must be missing.
    fn is_match(&self, row: &Row) -> bool {
        let missing = |(at, relationship): (usize, &IntersectionRelationship)| {
            let ends = [relationship.left, relationship.right];
            let [Some(left), right] = ends.map(|at| row.node(self.pattern.nodes[at].variable))
            else {
                return true;
            };
            let mut found = false;
            each_step(&self.lists[at][0], left, |neighbour, _| found |= Some(neighbour) == right);
            !found
        };
        let relationships = self.pattern.relationships.iter().enumerate();
        relationships.filter(|(_, relationship)| relationship.missing).all(missing)
    }
}

fn both_ways<'g>(
    relationship: &IntersectionRelationship,
    graph: &'g dyn Snapshot,
) -> [Vec<List<'g>>; 2] {
    let direction = relationship.direction;
    [direction, direction.reversed()].map(|way| lists(&relationship.types, way, graph))
}

/// The relationships that must be there, each after one that leads to an end of it; with each,
/// whether it is followed from its right end.
fn order(pattern: &Intersection) -> Option<Vec<(usize, bool)>> {
    let mut found = vec![false; pattern.nodes.len()];
    *found.first_mut()? = true;
    let mut open: Vec<usize> =
        (0..pattern.relationships.len()).filter(|&at| !pattern.relationships[at].missing).collect();
    let mut order = Vec::new();
    while !open.is_empty() {
        let ends = |at: usize| {
            let relationship = &pattern.relationships[at];
            (found[relationship.left], found[relationship.right])
        };
        // One that closes a cycle comes before one that opens a branch.
        let closing = open.iter().position(|&at| ends(at) == (true, true));
        let next = closing.or_else(|| open.iter().position(|&at| ends(at).0 || ends(at).1))?;
        let at = open.remove(next);
        order.push((at, !ends(at).0));
        found[pattern.relationships[at].left] = true;
        found[pattern.relationships[at].right] = true;
    }
    found.iter().all(|&found| found).then_some(order)
}
