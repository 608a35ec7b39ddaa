//! Counting a pattern without finding its matches.
//!
//! An aggregation over an acyclic pattern mostly asks how many matches there are, in all or for each
//! value of one of its nodes. The matches of a tree need not be listed for that: how often a node
//! can stand at its place below a parent is a product over its own children, and a sum over its
//! neighbours carries it up one step. Each relationship is touched once, however many matches there
//! are (the counting form of Yannakakis, VLDB 1981).
//!
//! ```text
//! MATCH (a)-[:FOLLOWS]->(b)-[:FOLLOWS]->(c) RETURN count(*)
//!
//! enumerated   Aggregate ─ Expand c ─ Expand b ─ NodeScan a     59 million rows
//! counted      CountTree   Σ over b of in-degree(b) · out-degree(b), less the loops
//! ```
//!
//! In: an [`Aggregate`](logical::Operator::Aggregate) over MATCH and OPTIONAL MATCH clauses, after the
//! rules have joined them. Out: one leaf, [`CountTree`], that holds the pattern, what is to be grouped
//! and counted, and the *terms* below; or the tree as it was, where any of the following fails.
//!
//! - **A tree**: relationships join the nodes without a cycle. Two between the same nodes are one
//!   edge of two strands. A walk of at most three steps becomes a pattern for each length. Where
//!   nothing is grouped, what can be untied to a triangle or less may have cycles ([`knot`]), and where rows are a node,
//!   one that both ends of a map have in common; then
//!   no node may be asked for so that few are expected, because those are better followed.
//! - **Local conditions**: each looks at one node or one relationship; `a <> b`, `(a)-[:R]-(b)` and
//!   `NOT (a)-[:R]-(b)` between two nodes are the exceptions, and whatever looks at the two nodes of a
//!   pair. An existence test that starts from one node is local to it.
//! - **A core**: what grouping keys and aggregates look at is nothing, one node, one
//!   relationship and its ends, or two nodes ([`pair`]). `count(x)` may look anywhere, and so may `sum` and `avg` of a
//!   property if that holds integers: an integer is a weight ([`Summed`]).
//! - OPTIONAL MATCH hangs from one node, or stands between the two of a pair; its factor is the count,
//!   or 1 where that is 0.
//!
//! **Coinciding relationships.** Within one MATCH two relationships must differ, and `a <> b` says
//! the same of nodes, `NOT (a)-[:R]-(b)` of a relationship between them. Matches that break the rule
//! are counted by a pattern in which the two are one, or related, and taken off; with several rules
//! that is inclusion and exclusion ([`coincide`]): a signed sum of patterns, each of which must be one
//! that can be counted.
//!
//! ```text
//! (t1)<-[:HAS_TAG]-(m)<-[:REPLY_OF]-(c)-[:HAS_TAG]->(t2), t1 <> t2
//!
//! all            +  t1 ─ m ─ c ─ t2          for each c: tags of c · tags of its m
//! t1 = t2        −  t ─ m ─ c ─ t            for each c: tags that c and its m have in common
//! ```
//!
//! For trees the rewrite looks at names only, never at data: which root is best, and whether a node
//! is reached from its parent or the other way round, is decided when the numbers are known
//! (`exec::count_tree`). A query that asks for evidence is planned without this step, because rows
//! that are not found rest on nothing.

mod coincide;
mod knot;
mod pair;
mod recognise;
mod strands;
mod walks;

pub use knot::{Knot, Rest, Untie};

use std::sync::Arc;

use crate::bind::bound::{Grouping, Statement};
use crate::expr::{Expr, LabelTest, VarId};
use crate::graph::named_type::NamedType;
use crate::graph::{Direction, Snapshot};
use crate::plan::cost::Estimator;
use crate::plan::logical::{self, Logical};

/// A pattern to count, and what is wanted of the counts.
#[derive(Clone, Debug, PartialEq)]
pub struct CountTree {
    /// The nodes of all terms.
    pub nodes: Vec<TreeNode>,
    /// The relationships of all terms.
    pub relationships: Vec<TreeRelationship>,
    /// The signed sum of patterns that is the number of matches.
    pub terms: Vec<Term>,
    /// What a row before grouping stands for.
    pub core: Core,
    /// Keys and aggregates, over the core.
    pub grouping: Grouping,
    /// Conditions on the core as a whole.
    pub between: Vec<Expr>,
    /// What else stands between the two nodes of a pair.
    pub bridges: Vec<Bridge>,
    /// How each aggregate counts what is not in the core; one for each aggregate of the grouping.
    pub counters: Vec<Counter>,
    /// Where only the first rows by one aggregate are wanted above.
    pub top: Option<Top>,
    /// Where only rows that count so often are wanted above.
    pub having: Option<Having>,
    /// A smaller core, for where what is added up turns out to be integers.
    pub summed: Option<Summed>,
    /// Whether there is no other core. The operator then has an input, the aggregation that it
    /// stands for, which is run where something is no integer.
    pub only_integers: bool,
}

/// How sums and means are computed from weights: each match counts as often as the integer says
/// that is to be added up. The rows before grouping are then those of the keys alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Summed {
    /// What a row before grouping stands for: the whole, or a node.
    pub core: Core,
    /// How each aggregate counts; a sum or a mean counts where there is a value.
    pub counters: Vec<Counter>,
    /// What each aggregate adds up: the place of a node and the name of its property.
    pub values: Vec<Option<(usize, Arc<str>)>>,
}

/// A node of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeNode {
    /// Its variable; `None` for one inside a walk.
    pub variable: Option<VarId>,
    /// The labels it must bear.
    pub labels: Vec<LabelTest>,
    /// Conditions on it alone.
    pub conditions: Vec<Expr>,
}

/// A relationship of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeRelationship {
    /// Its variable.
    pub variable: VarId,
    /// The types it may have; empty for any.
    pub types: Vec<NamedType>,
    /// Conditions on it alone.
    pub conditions: Vec<Expr>,
}

/// A pattern in which some nodes and some relationships are one.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// How often it counts; negative where it takes off.
    pub sign: i64,
    /// The nodes: for each the places in [`CountTree::nodes`] that it stands at.
    pub nodes: Vec<Vec<usize>>,
    /// What joins different nodes; a forest, the knot apart.
    pub edges: Vec<Edge>,
    /// Loops: the node, and the relationship.
    pub loops: Vec<(usize, Strand)>,
    /// The edges that lie on cycles, where there are any.
    pub knot: Option<Knot>,
}

impl CountTree {
    /// Whether the operator has an input, the aggregation that it stands for, which is run where the tree turns out
    /// not to be counted: where something that is added up is no integer, or a knot that is counted for each node
    /// has relationships that are no longer maps.
    pub fn has_input(&self) -> bool {
        self.only_integers || self.is_knotted_by_node()
    }

    /// Whether matches with cycles are counted for each node of one place.
    pub fn is_knotted_by_node(&self) -> bool {
        self.core != Core::Whole && self.terms.iter().any(|term| term.knot.is_some())
    }
}

impl Term {
    /// Whether it has a cycle that can be counted for each node at a place.
    pub(super) fn counts_by_node(&self, place: usize) -> bool {
        let Some(Knot { rest: Some(Rest::Mapped { others, .. }), edges, .. }) = &self.knot else {
            return false;
        };
        // The third node is where both of the others lead that the map joins.
        let mut ends = others.iter().filter_map(|link| edges.get(*link));
        let third = |node: usize| {
            ends.all(|edge| [self.edges[*edge].left, self.edges[*edge].right].contains(&node))
        };
        let node = self.nodes.iter().position(|places| places.contains(&place));
        self.sign == 1 && node.is_some_and(third)
    }

    /// The way from one place to another over edges that are always there: the node to begin at, and each
    /// edge with the node that it leads to; `None` where the places are not joined, or not in the term.
    pub(crate) fn route(&self, ends: [usize; 2]) -> Option<(usize, Vec<(usize, usize)>)> {
        let at = |place: usize| self.nodes.iter().position(|places| places.contains(&place));
        let (near, far) = (at(ends[0])?, at(ends[1])?);
        // From the far end back, so that each node knows the next one.
        let mut next: Vec<Option<(usize, usize)>> = vec![None; self.nodes.len()];
        let (mut open, mut met) = (vec![far], vec![far]);
        while let Some(node) = open.pop() {
            for (edge, data) in self.edges.iter().enumerate().filter(|(_, e)| e.optional.is_none())
            {
                for (from, to) in [(data.left, data.right), (data.right, data.left)] {
                    if to == node && !met.contains(&from) {
                        next[from] = Some((edge, to));
                        met.push(from);
                        open.push(from);
                    }
                }
            }
        }
        let mut route = Vec::new();
        let mut node = near;
        while node != far {
            let (edge, to) = next[node]?;
            route.push((edge, to));
            node = to;
        }
        Some((near, route))
    }
}

/// All relationships between two nodes of a term.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// One end, a position in [`Term::nodes`].
    pub left: usize,
    /// The other.
    pub right: usize,
    /// One or more relationships side by side.
    pub strands: Vec<Strand>,
    /// Where this is the first step of an OPTIONAL MATCH: which one. `left` is what it hangs from.
    pub optional: Option<usize>,
}

/// A relationship of a term.
#[derive(Clone, Debug, PartialEq)]
pub struct Strand {
    /// The places in [`CountTree::relationships`] that it stands at.
    pub relationships: Vec<usize>,
    /// The types that all of them allow; empty for any.
    pub types: Vec<NamedType>,
    /// Which way, seen from the edge's left end.
    pub direction: Direction,
    /// Whether several relationships count as one: there must be some.
    pub once: bool,
}

/// A pattern of its own between the two nodes of a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Bridge {
    /// The signed sum of patterns that is the number of its matches for a pair.
    pub terms: Vec<Term>,
    /// What that number does to the weight of the pair.
    pub counts: Bridging,
    /// Where nothing is asked but counts of all, the signed sum of patterns that is the number of matches of the
    /// pattern and the bridge together; empty where those cannot be counted.
    pub joined: Vec<Term>,
}

/// What the matches of a bridge do to the weight of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bridging {
    /// The pair counts as often as there are matches.
    Times,
    /// An OPTIONAL MATCH, by its number: as many matches as there are, or one that has none.
    Optional(usize),
    /// The pair counts where there is a match.
    Some,
    /// The pair counts where there is none.
    None,
}

/// What a row before grouping stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Core {
    /// All matches.
    Whole,
    /// A node, by its place in [`CountTree::nodes`].
    Node(usize),
    /// A relationship and its ends.
    Relationship {
        /// Its place in [`CountTree::relationships`].
        relationship: usize,
        /// The place of its left end in [`CountTree::nodes`].
        left: usize,
        /// The place of its right end.
        right: usize,
    },
    /// Two nodes that a path of relationships joins, by their places in [`CountTree::nodes`].
    Pair {
        /// One of them.
        left: usize,
        /// The other.
        right: usize,
    },
}

/// How an aggregate counts what is not in the core.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counter {
    /// Matches count only where this holds: a node's place, and a condition on it.
    pub node_condition: Option<(usize, Expr)>,
    /// The same for a relationship.
    pub relationship_condition: Option<(usize, Expr)>,
    /// Matches count only where these OPTIONAL MATCH clauses have one.
    pub required: Vec<usize>,
    /// Matches count as often as this integer property of a node says, less its least value.
    pub value: Option<(usize, Arc<str>)>,
}

/// Which rows are wanted: those that are first by an aggregate, and their equals.
#[derive(Clone, Debug, PartialEq)]
pub struct Top {
    /// The aggregate, by position.
    pub aggregate: usize,
    /// Whether the largest come first.
    pub descending: bool,
    /// How many rows are left out of the first.
    pub skip: Option<Expr>,
    /// How many are kept.
    pub limit: Expr,
}

/// Which rows are wanted: those of which an aggregate is no less than some number, or more than it.
#[derive(Clone, Debug, PartialEq)]
pub struct Having {
    /// The aggregate, by position.
    pub aggregate: usize,
    /// The number, which is the same for all rows.
    pub bound: Expr,
    /// Whether the aggregate must be more.
    pub is_strict: bool,
}

impl Counter {
    /// Whether every match counts.
    pub fn is_plain(&self) -> bool {
        *self == Counter::default()
    }
}

/// Puts a [`CountTree`] in the place of every aggregation that it can compute.
pub(crate) fn rewrite(logical: &mut Logical, statement: &Statement, graph: &dyn Snapshot) {
    // A tree is counted over arrays that do not change under it, and where some statement is asked
    // when it holds, rows are more or less sure.
    if logical.root.writes() || asks_time(logical) {
        return;
    }
    let taken = std::mem::replace(&mut logical.root, logical::Node::leaf(logical::Operator::Once));
    let known = recognise::Known {
        statement,
        subqueries: &logical.subqueries,
        estimator: Estimator::new(graph),
        graph,
    };
    logical.root = taken.map_up(&mut |node| {
        let logical::Operator::Aggregate(grouping) = &node.operator else { return node };
        match recognise::recognise(grouping, &node.inputs, known) {
            Some(tree) => {
                let instead = if tree.has_input() { vec![node] } else { Vec::new() };
                let operator = logical::Operator::CountTree(Box::new(tree));
                logical::Node { operator, inputs: instead }
            }
            None => node,
        }
    });
}

/// Whether some relationship is asked when it holds, or whose word it is.
pub(super) fn asks_time(logical: &Logical) -> bool {
    fn asks(node: &logical::Node) -> bool {
        let here = match &node.operator {
            logical::Operator::Match(pattern) => {
                pattern.known_at.is_some()
                    || pattern.relationships.iter().any(|r| r.asked.is_some())
            }
            _ => false,
        };
        here || node.inputs.iter().any(asks)
    }
    asks(&logical.root) || logical.subqueries.iter().any(asks)
}
