//! A pattern over one state of the graph, laid out for the search.
//!
//! A level finds one node. Where rows are only counted, nodes that hang on a single relationship
//! and are mentioned nowhere else are no levels: they are folded, leaf by leaf, into a weight of
//! the node that they hang on.

use std::ops::Range;

use crate::error::Result;
use crate::exec::column_test::Same;
use crate::exec::neighbours::type_ids;
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::graph::{Direction, KeyId, Snapshot};
use crate::plan::physical::{EqualProperties, Intersection};

use super::runs::{Allowed, Prepared, Runs};
use super::search::too_many;

/// A pattern, ready to be searched.
pub(super) struct Compiled<'g> {
    pub(super) levels: Vec<Level<'g>>,
    pub(super) relationships: Vec<Relationship<'g>>,
    /// Relationships in an order in which each comes after those in its `distinct`.
    pub(super) order: Vec<usize>,
    /// The nodes and relationships of which rows are made, by position in the pattern.
    pub(super) kept: (Vec<usize>, Vec<usize>),
    pub(super) node_bound: u32,
}

/// The finding of one node.
pub(super) struct Level<'g> {
    pub(super) allowed: &'g Allowed,
    /// The smallest range that holds all that are allowed.
    pub(super) hull: Range<u32>,
    /// The relationships that lead here from earlier levels.
    pub(super) finds: Vec<Probe>,
    /// Those that must not.
    pub(super) missing: Vec<Probe>,
    /// Earlier levels that must have found another node.
    pub(super) unequal: Vec<usize>,
    /// Earlier levels whose node must have an equal property.
    pub(super) equal: Vec<(usize, Same<'g>)>,
    /// Those of `finds` of which the rows say which one it is.
    pub(super) identified: Vec<usize>,
    /// Pairs of relationships that would be the same one, if this node is a certain other.
    pub(super) collisions: Vec<Collision>,
    /// How many matches hang on each node.
    pub(super) weights: Option<Vec<u64>>,
    /// Whether the nodes of this level, the last, are only counted.
    pub(super) is_sum: bool,
}

/// A run to look a node up in.
#[derive(Clone, Copy)]
pub(super) struct Probe {
    pub(super) relationship: usize,
    /// The level whose node has the run.
    pub(super) key: usize,
    /// Whether many nodes are looked up in the same run, so that it is worth marking.
    pub(super) is_marked: bool,
}

/// Two relationships that must differ, of which the second ends at the level at hand.
pub(super) struct Collision {
    /// The levels of the first one's ends.
    pub(super) first: [usize; 2],
    /// The level of the other end of the second.
    pub(super) key: usize,
}

/// A relationship of the pattern.
pub(super) struct Relationship<'g> {
    pub(super) runs: Runs<'g>,
    pub(super) is_identified: bool,
    /// Earlier relationships that must not be the same one.
    pub(super) distinct: Vec<usize>,
    /// Whether it is in any pair that must differ.
    pub(super) is_paired: bool,
    /// Relationships that are identified earlier and have an equal property.
    pub(super) equal: Vec<(usize, Same<'g>)>,
    /// Whether it is no part of the search: it must be missing, or has become part of a weight.
    pub(super) is_apart: bool,
}

impl<'g> Compiled<'g> {
    pub(super) fn new(
        pattern: &Intersection,
        prepared: &'g Prepared,
        keep: &[VarId],
        run: &Runtime<'_>,
        graph: &'g dyn Snapshot,
    ) -> Result<Compiled<'g>> {
        let with_lineage = run.collects_evidence();
        let is_kept = |variable: VarId| keep.binary_search(&variable).is_ok();
        // What an absence rests on is looked up by the nodes between which something is missing.
        let is_apart = |at: usize| {
            let mut missing = pattern.relationships.iter().filter(|one| one.missing);
            run.evidence && missing.any(|one| one.left == at || one.right == at)
        };
        let kept_nodes = (0..pattern.nodes.len())
            .filter(|&at| is_kept(pattern.nodes[at].variable) || is_apart(at));
        let kept_relationships = (0..pattern.relationships.len()).filter(|&at| {
            let relationship = &pattern.relationships[at];
            !relationship.missing && (with_lineage || is_kept(relationship.variable))
        });
        let kept: (Vec<usize>, Vec<usize>) = (kept_nodes.collect(), kept_relationships.collect());
        let counts = keep.is_empty() && !with_lineage;
        let relationships = relationships(pattern, prepared, &kept.1, graph);
        let mut layout = Layout {
            pattern,
            relationships,
            is_folded: vec![false; pattern.nodes.len()],
            weights: pattern.nodes.iter().map(|_| None).collect(),
            prepared,
        };
        if counts {
            while let Some(leaf) = layout.leaf() {
                layout.fold(leaf, graph.node_bound())?;
            }
        }
        let (levels, relationships) = layout.levels(counts, graph);
        let mut order: Vec<usize> = (0..relationships.len()).collect();
        order.sort_by_key(|&at| rank(pattern, at));
        let node_bound = graph.node_bound();
        Ok(Compiled { levels, relationships, order, kept, node_bound })
    }
}

fn relationships<'g>(
    pattern: &Intersection,
    prepared: &'g Prepared,
    kept: &[usize],
    graph: &'g dyn Snapshot,
) -> Vec<Relationship<'g>> {
    let is_compared =
        |at: usize| pattern.equal_relationships.iter().any(|((a, _), (b, _))| *a == at || *b == at);
    let identified: Vec<bool> =
        (0..pattern.relationships.len()).map(|at| kept.contains(&at) || is_compared(at)).collect();
    let rank = |at: usize| rank(pattern, at);
    let pairs = pattern.distinct.iter().copied();
    let distinct: Vec<(usize, usize)> =
        pairs.filter(|&pair| can_coincide(pattern, prepared, pair, graph)).collect();
    let relationships = pattern.relationships.iter().enumerate().map(|(at, relationship)| {
        let before = distinct.iter().filter_map(|&(a, b)| {
            (a == at && rank(b) < rank(at))
                .then_some(b)
                .or_else(|| (b == at && rank(a) < rank(at)).then_some(a))
        });
        let equal = pattern.equal_relationships.iter().filter_map(|pair| {
            let (own, (other, key)) = sides(pair, at)?;
            (rank(other) < rank(at)).then(|| {
                let column = |key: Option<KeyId>| key.map(|key| graph.statement_column(key));
                let keys = [own, key].map(|key| graph.catalog().key(key));
                (other, Same::of(keys.map(column), keys[0] == keys[1]))
            })
        });
        Relationship {
            runs: prepared.runs[at].view(graph),
            is_identified: identified[at],
            distinct: before.collect(),
            is_paired: distinct.iter().any(|&(a, b)| a == at || b == at),
            equal: equal.collect(),
            is_apart: relationship.missing,
        }
    });
    relationships.collect()
}

/// Whether two relationships can be one: of one type, with ends that can be the same nodes.
fn can_coincide(
    pattern: &Intersection,
    prepared: &Prepared,
    (a, b): (usize, usize),
    graph: &dyn Snapshot,
) -> bool {
    let (a, b) = (&pattern.relationships[a], &pattern.relationships[b]);
    let types = type_ids(&b.types, graph);
    if !type_ids(&a.types, graph).iter().any(|id| types.contains(id)) {
        return false;
    }
    let are_one = |x: usize, y: usize| x == y || !are_apart(pattern, prepared, (x, y), graph);
    let along = are_one(a.left, b.left) && are_one(a.right, b.right);
    let against = are_one(a.left, b.right) && are_one(a.right, b.left);
    match (a.direction, b.direction) {
        (Direction::Both, _) | (_, Direction::Both) => along || against,
        (x, y) if x == y => along,
        _ => against,
    }
}

/// Whether two nodes of the pattern are never one: the pattern says so, no node can be both, or a
/// relationship is between them, of which none is a loop.
fn are_apart(
    pattern: &Intersection,
    prepared: &Prepared,
    (x, y): (usize, usize),
    graph: &dyn Snapshot,
) -> bool {
    let are_ends = |(a, b): (usize, usize)| (a, b) == (x, y) || (b, a) == (x, y);
    pattern.unequal.iter().any(|&pair| are_ends(pair))
        || prepared.allowed[x].is_apart(&prepared.allowed[y])
        || pattern.relationships.iter().zip(&prepared.runs).any(|(relationship, runs)| {
            are_ends((relationship.left, relationship.right))
                && !relationship.missing
                && !runs.has_loops(graph)
        })
}

/// The order in which relationships are found: by the node they end at, then as written.
fn rank(pattern: &Intersection, at: usize) -> (usize, usize) {
    let relationship = &pattern.relationships[at];
    (relationship.left.max(relationship.right), at)
}

/// The key of one side of a pair, and the other side.
fn sides(pair: &EqualProperties, at: usize) -> Option<(&str, (usize, &str))> {
    let ((a, x), (b, y)) = pair;
    match at {
        at if at == *a => Some((x, (*b, y))),
        at if at == *b => Some((y, (*a, x))),
        _ => None,
    }
}

/// A pattern that is being laid out.
struct Layout<'p, 'g> {
    pattern: &'p Intersection,
    relationships: Vec<Relationship<'g>>,
    is_folded: Vec<bool>,
    weights: Vec<Option<Vec<u64>>>,
    prepared: &'g Prepared,
}

impl<'g> Layout<'_, 'g> {
    /// A node on a single relationship and nothing else: itself, the other end, the relationship.
    fn leaf(&self) -> Option<(usize, usize, usize)> {
        let pattern = self.pattern;
        (0..pattern.nodes.len()).find_map(|node| {
            let pairs = pattern.unequal.iter().any(|&(a, b)| a == node || b == node)
                || pattern.equal_nodes.iter().any(|((a, _), (b, _))| *a == node || *b == node);
            let mut own = pattern.relationships.iter().enumerate().filter(|(at, r)| {
                let is_folded = self.relationships[*at].is_apart && !r.missing;
                (r.left == node || r.right == node) && !is_folded
            });
            let (at, only) = own.next()?;
            let relationship = &self.relationships[at];
            let is_taken = self.is_folded[node] || relationship.is_apart;
            let is_mentioned = pairs || relationship.is_paired || relationship.is_identified;
            let is_leaf = own.next().is_none() && !is_taken && !is_mentioned;
            is_leaf.then_some((node, only.left + only.right - node, at))
        })
    }

    /// Makes a leaf part of the weight of the node that it hangs on.
    fn fold(&mut self, (leaf, onto, at): (usize, usize, usize), bound: u32) -> Result<()> {
        let runs = self.relationships[at].runs;
        let allowed = &self.prepared.allowed[leaf];
        let own = self.weights[leaf].take();
        let weight_of = |node: u32| match &own {
            _ if !allowed.contains(node) => 0,
            None => 1,
            Some(weights) => weights.get(node as usize).copied().unwrap_or(0),
        };
        let mut sums = vec![0u64; bound as usize];
        if leaf > onto {
            for node in runs.nodes() {
                let run = &runs.neighbours[runs.span(node)];
                sums[node as usize] = match (&own, allowed, run) {
                    (None, Allowed::All, run) => run.len() as u64,
                    (None, Allowed::Range(range), [first, .., last])
                        if range.start <= first.0 && last.0 < range.end =>
                    {
                        run.len() as u64
                    }
                    _ => run.iter().fold(0, |sum, node| sum.saturating_add(weight_of(node.0))),
                };
            }
        } else {
            for node in runs.nodes() {
                let weight = weight_of(node);
                for neighbour in &runs.neighbours[runs.span(node)] {
                    let sum = &mut sums[neighbour.index()];
                    *sum = sum.saturating_add(weight);
                }
            }
        }
        if let Some(known) = &self.weights[onto] {
            for (sum, known) in sums.iter_mut().zip(known) {
                *sum = sum.saturating_mul(*known);
            }
        }
        if sums.contains(&u64::MAX) {
            return Err(too_many());
        }
        self.weights[onto] = Some(sums);
        self.is_folded[leaf] = true;
        self.relationships[at].is_apart = true;
        Ok(())
    }

    fn levels(
        mut self,
        counts: bool,
        graph: &'g dyn Snapshot,
    ) -> (Vec<Level<'g>>, Vec<Relationship<'g>>) {
        let nodes = (0..self.pattern.nodes.len()).filter(|&node| !self.is_folded[node]);
        let nodes: Vec<usize> = nodes.collect();
        let level_of = |node: usize| nodes.iter().position(|&at| at == node);
        let mut levels = Vec::with_capacity(nodes.len());
        for (at, &node) in nodes.iter().enumerate() {
            let mut level = self.level(node, at, &level_of, graph);
            level.weights = self.weights[node].take();
            level.is_sum = counts && at + 1 == nodes.len() && level.identified.is_empty();
            levels.push(level);
        }
        (levels, self.relationships)
    }

    fn level(
        &self,
        node: usize,
        at: usize,
        level_of: &dyn Fn(usize) -> Option<usize>,
        graph: &'g dyn Snapshot,
    ) -> Level<'g> {
        let pattern = self.pattern;
        let earlier = |other: usize| level_of(other).filter(|&level| level < at);
        let probes = |missing: bool| {
            let probes =
                pattern.relationships.iter().enumerate().filter_map(move |(r, written)| {
                    let is_end = written.left == node || written.right == node;
                    let is_folded = self.relationships[r].is_apart && !written.missing;
                    if !is_end || written.missing != missing || is_folded {
                        return None;
                    }
                    let key = earlier(written.left + written.right - node)?;
                    Some(Probe { relationship: r, key, is_marked: false })
                });
            probes.collect::<Vec<Probe>>()
        };
        let (mut finds, mut missing) = (probes(false), probes(true));
        let is_join = finds.len() > 1;
        finds.iter_mut().for_each(|probe| probe.is_marked = is_join && probe.key + 2 <= at);
        missing.iter_mut().for_each(|probe| probe.is_marked = probe.key + 2 <= at);
        let unequal = pattern.unequal.iter().filter_map(|&(a, b)| match node {
            node if node == a => earlier(b),
            node if node == b => earlier(a),
            _ => None,
        });
        let equal = pattern.equal_nodes.iter().filter_map(|pair| {
            let (own, (other, key)) = sides(pair, node)?;
            let keys = [own, key].map(|key| graph.catalog().key(key));
            let column = |key: Option<KeyId>| key.map(|key| graph.node_column(key));
            Some((earlier(other)?, Same::of(keys.map(column), keys[0] == keys[1])))
        });
        let identified = finds.iter().map(|probe| probe.relationship);
        let identified = identified.filter(|&r| self.relationships[r].is_identified).collect();
        let collisions = finds.iter().flat_map(|probe| {
            let relationship = &self.relationships[probe.relationship];
            relationship.distinct.iter().filter_map(|&other| {
                if relationship.is_identified && self.relationships[other].is_identified {
                    return None;
                }
                let written = &pattern.relationships[other];
                let first = [level_of(written.left)?, level_of(written.right)?];
                Some(Collision { first, key: probe.key })
            })
        });
        Level {
            allowed: &self.prepared.allowed[node],
            hull: self.prepared.allowed[node].hull(graph.node_bound()),
            collisions: collisions.collect(),
            unequal: unequal.collect(),
            equal: equal.collect(),
            identified,
            finds,
            missing,
            weights: None,
            is_sum: false,
        }
    }
}
