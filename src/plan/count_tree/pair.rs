//! Patterns whose rows before grouping are pairs of nodes.
//!
//! ```text
//! MATCH (f)-[:CONTAINER_OF]->(p)-[:HAS_TAG]->(t) RETURN f, t, count(*)
//!
//! enumerated   Aggregate ─ Expand t ─ Expand p ─ NodeScan f     a row for each post's tag
//! counted      CountTree   for each f: add up, in an array over tags, how often each t is reached
//! ```
//!
//! Two nodes of a tree are joined by one path; what hangs from its nodes are weights, as everywhere.
//! Starting from one node of the pair, the number of ways to each node along the path is a row of a
//! product of sparse matrices (Gustavson, ACM TOMS 1978). What looks at both nodes is tested once for
//! each pair, however many matches it stands for:
//!
//! - conditions such as `a.age > b.age` ([`CountTree::between`]);
//! - an OPTIONAL MATCH between the two, `(a)-[:R]->(b)` and `NOT (a)-[:R]->(b)`: bridges
//!   ([`CountTree::bridges`]), which are counted from the same node and multiply the pair's weight.
//!
//! - what else joins the two, where a pattern has a cycle through both: each strand is counted alone, and
//!   the numbers are multiplied ([`strands`]).
//!
//! A pair is the core where keys and aggregates look at two nodes, or where some condition or bridge
//! does, or where two nodes cut all cycles; not where few nodes are expected at some place, because
//! those are better followed.

use crate::bind::bound::{Grouping, Match};
use crate::expr::{Comparison, Expr, ExprKind, VarId};
use crate::plan::variables::VarSet;
use crate::text::Span;

use super::coincide::{self, Pattern, Related, Rule, Written};
use super::knot::Functional;
use super::recognise::{Collector, Place, hangs_together, is_sober, simple};
use super::strands;
use super::{Bridge, Bridging, Core, CountTree, Edge, Strand, Term};

/// What stands between two nodes beside the pattern, as it is written.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) counts: Bridging,
    pub(super) ends: [usize; 2],
    pub(super) written: Vec<Written>,
    /// Rules between its relationships, by position among them.
    pub(super) rules: Vec<Rule>,
}

impl Draft {
    fn has(&self, place: usize) -> bool {
        self.ends.contains(&place)
            || self.written.iter().any(|written| place == written.left || place == written.right)
    }

    /// Whether a node of its own is joined to one other alone: how often it is there would be taken for how
    /// often an end counts.
    fn hangs(&self) -> bool {
        let joined = |place: usize| {
            let at = |written: &&Written| written.left == place || written.right == place;
            self.written.iter().filter(at).count()
        };
        let places = self.written.iter().flat_map(|written| [written.left, written.right]);
        places.filter(|place| !self.ends.contains(place)).any(|place| joined(place) < 2)
    }
}

impl Collector<'_> {
    /// Whether nothing but a pair will do.
    pub(super) fn needs_pair(&self) -> bool {
        !self.between.is_empty() || !self.bridges.is_empty()
    }

    /// Whether a condition looks at two nodes and at nothing else.
    pub(super) fn joins_nodes(&self, conjunct: &Expr) -> bool {
        let variables = self.variables(conjunct);
        let is_node = |variable| matches!(self.place(variable), Some(Place::Node(_)));
        let mut plain = is_sober(conjunct);
        conjunct.walk(&mut |part| {
            plain &= !matches!(part.kind, ExprKind::Subquery(_) | ExprKind::Closed(..));
        });
        plain && variables.iter().count() == 2 && variables.iter().all(is_node)
    }

    /// Takes an OPTIONAL MATCH between two nodes that are bound.
    pub(super) fn take_bridge(&mut self, pattern: &Match, number: usize) -> Option<()> {
        let mut ends = Vec::new();
        let before = self.nodes.len();
        for node in &pattern.nodes {
            if node.bound {
                let Some(Place::Node(place)) = self.place(node.variable) else { return None };
                let is_free = node.labels.is_none() && self.needs_of(node.variable).is_empty();
                is_free.then_some(())?;
                ends.push(place);
            } else {
                let place = self.node(Some(node.variable))?;
                let labels = node.labels.iter().cloned().map(simple).collect::<Option<Vec<_>>>()?;
                self.nodes[place].labels.extend(labels);
                self.need(node.variable, number);
            }
        }
        let ends = <[usize; 2]>::try_from(ends).ok()?;
        // A tree: one part that hangs together without a cycle.
        if ends[0] == ends[1]
            || pattern.relationships.len() + 1 != pattern.nodes.len()
            || !hangs_together(pattern)
        {
            return None;
        }
        let first = self.written.len();
        for relationship in &pattern.relationships {
            if relationship.length.is_some() || relationship.bound {
                return None;
            }
            self.need(relationship.variable, number);
            self.relationship(relationship, None)?;
        }
        let written = self.written.split_off(first);
        let position = |variable: VarId| match self.place(variable)? {
            Place::Relationship(place) => written.iter().position(|w| w.relationship == place),
            _ => None,
        };
        let rule = |(a, b): &(VarId, VarId)| {
            let (a, b) = (position(*a)?, position(*b)?);
            Some(Rule::Relationships(a.min(b), a.max(b)))
        };
        let rules = pattern.distinct.iter().map(rule).collect::<Option<Vec<_>>>()?;
        for conjunct in pattern.filter.iter().cloned().flat_map(Expr::into_conjuncts) {
            match self.only_place(&conjunct)? {
                Place::Node(place) if place >= before => {
                    self.nodes[place].conditions.push(conjunct);
                }
                Place::Relationship(place) if self.is_new(place, pattern) => {
                    self.relationships[place].conditions.push(conjunct);
                }
                _ => return None,
            }
        }
        let counts = Bridging::Optional(number);
        self.bridges.push(Draft { counts, ends, written, rules });
        Some(())
    }

    /// The tree whose rows are pairs.
    pub(super) fn by_pair(mut self, grouping: &Grouping) -> Option<CountTree> {
        let mut looked_at = self.looked_at(grouping)?;
        self.between.iter().for_each(|condition| looked_at.extend(&self.variables(condition)));
        if self.nodes.iter().any(|node| self.is_rare(node)) {
            return None;
        }
        let [left, right] = self.pair(&looked_at)?;
        strands::split(&mut self, [left, right])?;
        let core = Core::Pair { left, right };
        let counters = self.counters(grouping, core)?;
        let is_pair = |a: usize, b: usize| (a, b) == (left, right) || (a, b) == (right, left);
        if self.apart.iter().any(|&(a, b)| is_pair(a, b)) {
            self.apart.retain(|&(a, b)| !is_pair(a, b));
            let variable = |place: usize| self.nodes[place].variable;
            self.between.push(apart(variable(left)?, variable(right)?));
        }
        let mut bridges = Vec::new();
        for draft in std::mem::take(&mut self.bridges) {
            if !is_pair(draft.ends[0], draft.ends[1]) {
                return None;
            }
            bridges.push((self.terms_of(&draft)?, draft));
        }
        let (across, others) = std::mem::take(&mut self.related)
            .into_iter()
            .partition(|(related, _)| is_pair(related.left, related.right));
        self.related = others;
        let between = std::mem::take(&mut self.between);
        let mut joined = match bridges.as_slice() {
            [(_, draft)] if across.is_empty() && between.is_empty() && grouping.keys.is_empty() => {
                self.joined(draft).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let mut tree = self.finish(core, grouping.clone(), counters)?;
        let is_own = |place: usize| {
            place == left || place == right || !bridges.iter().any(|(_, draft)| draft.has(place))
        };
        for term in &mut tree.terms {
            restrict(term, is_own);
            term.route([left, right])?;
        }
        tree.between = between;
        let optional = bridges.into_iter().map(|(terms, draft)| {
            let joined = std::mem::take(&mut joined);
            Bridge { terms, counts: draft.counts, joined }
        });
        tree.bridges = optional.chain(across.into_iter().map(related)).collect();
        Some(tree)
    }

    /// The two nodes that everything looks at which needs a node, those of bridges among them; and those
    /// of a relation, where the others are fewer.
    fn pair(&self, looked_at: &VarSet) -> Option<[usize; 2]> {
        let mut places = Vec::new();
        for variable in looked_at.iter() {
            match self.place(variable)? {
                Place::Node(place) if self.needs_of(variable).is_empty() => places.push(place),
                _ => return None,
            }
        }
        let add = |places: &mut Vec<usize>, ends: [usize; 2]| {
            for place in ends {
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        };
        self.bridges.iter().for_each(|draft| add(&mut places, draft.ends));
        if let (0..2, Some((related, _))) = (places.len(), self.related.first()) {
            add(&mut places, [related.left, related.right]);
        }
        if places.len() < 2 {
            return strands::best_ends(self, &places);
        }
        <[usize; 2]>::try_from(places).ok()
    }

    /// The patterns whose sum is the number of matches of the pattern with a bridge as a part of it.
    fn joined(&self, draft: &Draft) -> Option<Vec<Term>> {
        if !matches!(draft.counts, Bridging::Optional(_)) || !self.walks.is_empty() {
            return None;
        }
        // A relation beside the pattern would have to hold in its terms as well.
        if !self.related.is_empty() || draft.hangs() {
            return None;
        }
        let own = self.written.len();
        let written: Vec<Written> = self.written.iter().chain(&draft.written).cloned().collect();
        let mut rules: Vec<Rule> = self.apart.iter().map(|&(a, b)| Rule::Nodes(a, b)).collect();
        self.distinct_rules(&written, &[], &mut rules)?;
        // Rules of the bridge are about its own relationships.
        rules.extend(draft.rules.iter().map(|rule| match *rule {
            Rule::Relationships(a, b) => Rule::Relationships(own + a, own + b),
            other => other,
        }));
        let estimator = self.known.estimator;
        let functional: &Functional<'_> = &|types, direction| estimator.is_map(types, direction);
        let pattern = Pattern {
            places: self.nodes.len(),
            written: &written,
            united: &[],
            relationships: &self.relationships,
            related: &[],
            required: &[],
            functional: Some(functional),
        };
        coincide::terms(&pattern, &rules)
    }

    fn terms_of(&self, draft: &Draft) -> Option<Vec<Term>> {
        let pattern = Pattern {
            places: self.nodes.len(),
            written: &draft.written,
            united: &[],
            relationships: &self.relationships,
            related: &[],
            required: &[],
            functional: None,
        };
        let mut terms = coincide::terms(&pattern, &draft.rules)?;
        for term in &mut terms {
            restrict(term, |place| draft.has(place));
            term.route(draft.ends)?;
        }
        Some(terms)
    }
}

/// `a <> b`.
fn apart(a: VarId, b: VarId) -> Expr {
    let nowhere = Span::default();
    let [a, b] = [a, b].map(|variable| Box::new(Expr::variable(variable, nowhere)));
    Expr::new(ExprKind::Compare(Comparison::NotEqual, a, b), nowhere)
}

/// That some relationship is between the two nodes, or none.
fn related((related, holds): (Related, bool)) -> Bridge {
    let Related { left, right, types, direction } = related;
    let strand = Strand { relationships: Vec::new(), types, direction, once: true };
    let edge = Edge { left: 0, right: 1, strands: vec![strand], optional: None };
    let nodes = vec![vec![left], vec![right]];
    let term = Term { sign: 1, nodes, edges: vec![edge], loops: Vec::new(), knot: None };
    let counts = if holds { Bridging::Some } else { Bridging::None };
    Bridge { terms: vec![term], counts, joined: Vec::new() }
}

/// Drops the nodes of a term that stand at no place of its own pattern.
fn restrict(term: &mut Term, is_own: impl Fn(usize) -> bool) {
    let kept: Vec<bool> =
        term.nodes.iter().map(|places| places.iter().any(|place| is_own(*place))).collect();
    let number = |at: usize| kept[..at].iter().filter(|kept| **kept).count();
    for edge in &mut term.edges {
        (edge.left, edge.right) = (number(edge.left), number(edge.right));
    }
    term.loops.iter_mut().for_each(|(node, _)| *node = number(*node));
    let mut at = 0..;
    term.nodes.retain(|_| at.next().is_some_and(|at: usize| kept[at]));
}
