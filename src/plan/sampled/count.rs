//! How many groups a counted pattern gives: from its core, the only part of it that has rows.

use super::steps::{each_step, lists};
use super::{ROWS, Row, Sampler, TESTED, groups, thin};
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{Expr, LabelTest, VarId};
use crate::graph::Direction;
use crate::plan::count_tree::{Core, CountTree, Counter, Strand};
use crate::value::{NodeId, StatementId, Value};

/// About so many steps are taken to walk to pairs.
const VISITS: usize = 8192;
/// So many pairs of one node are looked at.
const PAIRS: usize = 64;
/// So many groups are not worth being sorted out.
const KEPT: f64 = 64.0;

impl Sampler<'_> {
    /// How many rows a counted pattern gives.
    pub(super) fn count_tree(&self, tree: &CountTree, planned: f64) -> f64 {
        if tree.grouping.keys.is_empty() {
            return 1.0;
        }
        let (rows, all) = match tree.core {
            Core::Whole => return 1.0,
            Core::Node(place) => self.core_nodes(tree, place),
            Core::Relationship { relationship, left, right } => {
                self.core_relationships(tree, relationship, [left, right])
            }
            Core::Pair { left, right } => self.core_pairs(tree, [left, right]),
        };
        if rows.is_empty() {
            return all.min(planned);
        }
        let key =
            |row: &Row| tree.grouping.keys.iter().map(|(_, key)| self.value(key, row)).collect();
        self.first(tree, groups(rows.iter().map(key), all))
    }

    /// Of many groups by the first count only those are given that may be among the first: as many as
    /// there are records in a run of so many numbers in any order.
    fn first(&self, tree: &CountTree, groups: f64) -> f64 {
        let Some(top) = &tree.top else { return groups };
        let (_, aggregate) = &tree.grouping.aggregates[top.aggregate];
        let counts = aggregate.function == AggregateFunction::Count && !aggregate.distinct;
        let is_pruned = counts && self.counts_all(tree, &tree.counters[top.aggregate]);
        if !is_pruned || !matches!(tree.core, Core::Node(_)) {
            return groups;
        }
        let count = |expr: &Expr| self.value(expr, &Row::default()).as_float();
        let skip = top.skip.as_ref().and_then(count).unwrap_or(0.0);
        let Some(limit) = count(&top.limit) else { return groups };
        let wanted = (skip + limit).max(1.0);
        if groups <= 2.0 * wanted + KEPT { groups } else { wanted * (1.0 + (groups / wanted).ln()) }
    }

    /// Whether a counter counts every match: what it asks for is missing at no node of the sample.
    fn counts_all(&self, tree: &CountTree, counter: &Counter) -> bool {
        let Some((place, condition)) = &counter.node_condition else { return counter.is_plain() };
        let others = Counter { node_condition: None, ..counter.clone() };
        let Some(variable) = tree.nodes[*place].variable else { return false };
        let nodes = self.some_nodes(self.rarest(&tree.nodes[*place].labels), ROWS);
        let has = |node| {
            self.holds(std::slice::from_ref(condition), &Row(vec![(variable, Value::Node(node))]))
        };
        others.is_plain() && nodes.into_iter().all(has)
    }

    fn core_nodes(&self, tree: &CountTree, place: usize) -> (Vec<Row>, f64) {
        let label = self.rarest(&tree.nodes[place].labels);
        let population =
            label.map_or_else(|| self.estimator.nodes(), |label| self.estimator.labelled(label));
        let nodes = self.some_nodes(label, TESTED);
        let tested = nodes.len() as f64;
        let rows: Vec<Row> =
            nodes.into_iter().filter_map(|node| self.core_node(tree, place, node)).collect();
        let share = self.share(&tree.nodes[place].conditions, rows.len(), tested);
        (rows, population * share)
    }

    /// The row of a node that may stand at a place.
    fn core_node(&self, tree: &CountTree, place: usize, node: NodeId) -> Option<Row> {
        let at = &tree.nodes[place];
        let row =
            Row(at.variable.map(|variable| (variable, Value::Node(node))).into_iter().collect());
        let bears = at.labels.iter().all(|test| self.bears(node, test));
        (bears && self.holds(&at.conditions, &row)).then_some(row)
    }

    fn core_relationships(
        &self,
        tree: &CountTree,
        relationship: usize,
        [left, right]: [usize; 2],
    ) -> (Vec<Row>, f64) {
        let known = &tree.relationships[relationship];
        let direction = direction(tree, relationship, left);
        let steps = self.some_steps(&known.types, direction, TESTED);
        let tested = steps.len() as f64;
        let row = |&(from, statement, to): &(NodeId, StatementId, NodeId)| {
            let mut row = self.core_node(tree, left, from)?;
            row.0.extend(self.core_node(tree, right, to)?.0);
            let relationship: (VarId, Value) = (known.variable, Value::Relationship(statement));
            let row = row.with([relationship]);
            self.holds(&known.conditions, &row).then_some(row)
        };
        let rows: Vec<Row> = steps.iter().filter_map(row).collect();
        let both = if direction == Direction::Both { 2.0 } else { 1.0 };
        let share = self.share(&known.conditions, rows.len(), tested);
        (rows, both * self.estimator.relationships(&known.types) * share)
    }

    /// Some pairs, by walks from some of the nodes at one end, and about how many there are.
    fn core_pairs(&self, tree: &CountTree, [left, right]: [usize; 2]) -> (Vec<Row>, f64) {
        let whole = tree.terms.iter().max_by_key(|term| (term.sign, term.nodes.len()));
        let Some((whole, (mut from, route))) =
            whole.and_then(|term| Some((term, term.route([left, right])?)))
        else {
            return (Vec::new(), 0.0);
        };
        // The first strand of each edge, and which way it leads.
        let strand = |(edge, to): (usize, usize)| {
            let edge = &whole.edges[edge];
            let is_left = edge.left == std::mem::replace(&mut from, to);
            let strand = edge.strands.first()?;
            let direction = strand.direction;
            Some((strand, if is_left { direction } else { direction.reversed() }))
        };
        let route: Vec<(&Strand, Direction)> = route.into_iter().filter_map(strand).collect();
        let (starts, all) = self.core_nodes(tree, left);
        let starts = thin(starts, ROWS);
        let (mut rows, mut met, mut walked, mut visited) = (Vec::new(), 0usize, 0usize, 0usize);
        for start in &starts {
            if visited > VISITS {
                break;
            }
            walked += 1;
            let variable = tree.nodes[left].variable;
            let Some(node) = variable.and_then(|variable| start.node(variable)) else { continue };
            let mut reached = vec![node];
            for (strand, direction) in &route {
                let lists = lists(&strand.types, *direction, self.graph);
                let mut next = Vec::new();
                for node in reached.into_iter().take(TESTED) {
                    each_step(&lists, node, |to, _| next.push(to));
                }
                visited += next.len();
                next.sort_unstable();
                next.dedup();
                reached = next;
            }
            met += reached.len();
            let stride = reached.len().div_ceil(PAIRS).max(1);
            let pairs = reached.into_iter().step_by(stride).filter_map(|far| {
                let mut row = start.clone();
                row.0.extend(self.core_node(tree, right, far)?.0);
                Some(row)
            });
            rows.extend(pairs);
        }
        let tested = rows.len();
        rows.retain(|row| self.holds(&tree.between, row));
        let share = self.share(&tree.between, rows.len(), tested as f64);
        (rows, all * met as f64 / walked.max(1) as f64 * share)
    }

    fn rarest<'t>(&self, labels: &'t [LabelTest]) -> Option<&'t str> {
        let named = labels.iter().filter_map(|test| match test {
            LabelTest::Is(label) => Some(&**label),
            _ => None,
        });
        named.min_by(|a, b| self.estimator.labelled(a).total_cmp(&self.estimator.labelled(b)))
    }

    /// Whether a node passes a label test; one whose label is computed does.
    pub(super) fn bears(&self, node: NodeId, test: &LabelTest) -> bool {
        match test {
            LabelTest::Is(label) => {
                let label = self.graph.catalog().label(label);
                label.is_some_and(|label| self.graph.has_label(node, label))
            }
            LabelTest::Any => !self.graph.labels(node).is_empty(),
            LabelTest::Not(test) => !self.bears(node, test),
            LabelTest::And(tests) => tests.iter().all(|test| self.bears(node, test)),
            LabelTest::Or(tests) => tests.iter().any(|test| self.bears(node, test)),
            LabelTest::Computed(_) | LabelTest::ComputedAny(_) => true,
        }
    }
}

/// Which way a relationship leads from the place to its left.
fn direction(tree: &CountTree, relationship: usize, left: usize) -> Direction {
    let edges = tree.terms.iter().flat_map(|term| {
        term.edges.iter().map(move |edge| (&term.nodes[edge.left], &edge.strands))
    });
    for (places, strands) in edges {
        let found = strands.iter().find(|strand| strand.relationships.contains(&relationship));
        if let Some(strand) = found {
            let is_left = places.contains(&left);
            return if is_left { strand.direction } else { strand.direction.reversed() };
        }
    }
    Direction::Both
}
