//! Cardinality and cost: how many rows to expect, from exact counts.
//!
//! The snapshot knows how many nodes bear a label and how many relationships of a type there
//! are, with how many starts and ends; these are exact. What is estimated is how conditions
//! combine: they are taken as independent, with the textbook's selectivities (Selinger et al.,
//! SIGMOD 1979) where nothing is known.

use crate::expr::{Comparison, Expr, ExprKind, LabelTest};
use crate::graph::named_type::{NamedType, ways};
use crate::graph::rule::Rule;
use crate::graph::stats::TypeStatistics;
use crate::graph::{Direction, LabelId, Snapshot, TypeId};

/// Share of rows that an equality keeps where the number of distinct values is unknown.
const EQUALITY: f64 = 0.1;
/// Share of rows that an inequality keeps.
const RANGE: f64 = 0.3;
/// Share of rows that any other condition keeps.
const OTHER: f64 = 0.5;

/// Answers how many rows to expect, over the counts of one snapshot.
#[derive(Clone, Copy)]
pub struct Estimator<'a> {
    graph: &'a dyn Snapshot,
}

impl<'a> Estimator<'a> {
    /// Estimates over the statistics of a snapshot.
    pub fn new(graph: &'a dyn Snapshot) -> Self {
        Estimator { graph }
    }

    /// The index or the constraint on just this property of nodes with the label: one that makes it
    /// unique before any other.
    pub fn rule(&self, label: &str, key: &str) -> Option<&'a Rule> {
        self.rule_on(false, label, key)
    }

    /// The same of relationships of a type.
    pub fn relationship_rule(&self, relationship_type: &str, key: &str) -> Option<&'a Rule> {
        self.rule_on(true, relationship_type, key)
    }

    fn rule_on(&self, is_relationship: bool, on: &str, key: &str) -> Option<&'a Rule> {
        let rules = self.graph.declarations().rules.iter();
        let on_it = rules.filter(|rule| {
            let on_key = matches!(&*rule.keys, [only] if **only == *key);
            rule.is_relationship == is_relationship && *rule.on == *on && on_key
        });
        on_it.filter(|rule| rule.finds_by_value()).max_by_key(|rule| rule.is_unique())
    }

    /// The share of the nodes with a label that have one value of a property.
    pub fn looked_up(&self, label: &str, key: &str) -> f64 {
        if self.rule(label, key).is_some_and(Rule::is_unique) {
            return 0.0;
        }
        self.one_value_of(key)
    }

    /// How many relationships of the types have one value of a property.
    pub fn relationships_with(&self, types: &[NamedType], key: &str) -> f64 {
        self.relationships(types) * self.one_value_of(key)
    }

    /// How many nodes there are; at least one, so that shares are defined.
    pub fn nodes(&self) -> f64 {
        (self.graph.statistics().nodes as f64).max(1.0)
    }

    /// How many nodes bear the label.
    pub fn labelled(&self, label: &str) -> f64 {
        let Some(label) = self.graph.catalog().label(label) else { return 0.0 };
        let own = |label: &LabelId| self.graph.statistics().by_label.get(label).copied();
        match self.graph.declarations().kinds.of(label) {
            [] => own(&label).unwrap_or(0) as f64,
            kinds => kinds.iter().filter_map(own).sum::<u64>() as f64,
        }
    }

    /// The share of all nodes that pass a label test.
    pub fn label_share(&self, test: &LabelTest) -> f64 {
        match test {
            LabelTest::Is(label) => (self.labelled(label) / self.nodes()).min(1.0),
            LabelTest::Computed(_) | LabelTest::ComputedAny(_) => EQUALITY,
            LabelTest::Any => 1.0,
            LabelTest::Not(test) => 1.0 - self.label_share(test),
            LabelTest::And(tests) => {
                tests.iter().map(|test| self.label_share(test)).fold(1.0, f64::min)
            }
            LabelTest::Or(tests) => {
                tests.iter().map(|test| self.label_share(test)).sum::<f64>().min(1.0)
            }
        }
    }

    /// How many relationships of the types (all, where there are none) exist.
    pub fn relationships(&self, types: &[NamedType]) -> f64 {
        if types.is_empty() {
            return self.graph.statistics().statements as f64;
        }
        let ways = ways(types, Direction::Outgoing, self.graph);
        ways.iter().map(|(id, _)| self.of_type(*id).count as f64).sum()
    }

    /// How many neighbours a node has on average, among `population` nodes that it may be one of.
    pub fn fan_out(&self, types: &[NamedType], direction: Direction, population: f64) -> f64 {
        let both = if direction == Direction::Both { 2.0 } else { 1.0 };
        let starts = |(id, direction): (TypeId, Direction)| {
            let known = self.of_type(id);
            match direction {
                Direction::Outgoing => known.sources,
                Direction::Incoming => known.targets,
                Direction::Both => known.sources + known.targets,
            }
        };
        let named = if types.is_empty() { Vec::new() } else { ways(types, direction, self.graph) };
        let starts = named.into_iter().map(starts).sum::<u64>() as f64;
        // Where fewer nodes can be meant than have neighbours at all, assume they are among those.
        let among = if types.is_empty() { self.nodes() } else { starts.max(1.0) };
        both * self.relationships(types) / among.min(population.max(1.0)).max(1.0)
    }

    /// Whether relationships of the types lead from any node to one at most.
    pub fn is_map(&self, types: &[NamedType], direction: Direction) -> bool {
        if types.is_empty() {
            return false;
        }
        match ways(types, direction, self.graph).as_slice() {
            [(id, Direction::Outgoing)] => self.of_type(*id).out_degree_max <= 1,
            [(id, Direction::Incoming)] => self.of_type(*id).in_degree_max <= 1,
            _ => false,
        }
    }

    /// The share of rows that a condition keeps.
    pub fn selectivity(&self, condition: &Expr) -> f64 {
        match &condition.kind {
            ExprKind::Compare(Comparison::Equal, a, b) => self.equality(a).min(self.equality(b)),
            ExprKind::Compare(Comparison::NotEqual, ..) => 1.0 - EQUALITY,
            ExprKind::Compare(..) | ExprKind::StringTest(..) => RANGE,
            ExprKind::In(of, list) => {
                let length = if let ExprKind::List(items) = &list.kind { items.len() } else { 3 };
                (self.equality(of) * length as f64).min(1.0)
            }
            ExprKind::HasLabels(_, test) => self.label_share(test),
            ExprKind::And(parts) => parts.iter().map(|part| self.selectivity(part)).product(),
            ExprKind::Or(parts) => {
                parts.iter().map(|part| self.selectivity(part)).sum::<f64>().min(1.0)
            }
            ExprKind::Not(part) => 1.0 - self.selectivity(part),
            ExprKind::IsNotNull(_) => 0.9,
            ExprKind::IsNull(_) => 0.1,
            _ => OTHER,
        }
    }

    fn equality(&self, side: &Expr) -> f64 {
        let ExprKind::Property(_, key) = &side.kind else { return 1.0 };
        self.one_value_of(key)
    }

    fn one_value_of(&self, key: &str) -> f64 {
        let key = self.graph.catalog().key(key);
        let distinct = key.and_then(|key| self.graph.statistics().distinct.get(&key));
        distinct.map_or(EQUALITY, |&n| 1.0 / (n as f64).max(1.0))
    }

    fn of_type(&self, id: TypeId) -> TypeStatistics {
        self.graph.statistics().by_type.get(&id).copied().unwrap_or_default()
    }
}
