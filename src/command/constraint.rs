//! Constraints: whether the graph keeps what a store has promised.
//!
//! Checked when a statement has run, on what it has created or changed; a transaction that breaks
//! one is not committed. The error names the constraint, the values and one element that has them.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use crate::error::{Error, Result, eval};
use crate::expr::{function, types};
use crate::graph::rule::{Rule, RuleKind, Touched};
use crate::graph::{Direction, KeyId, Snapshot, Transaction};
use crate::syntax;
use crate::syntax::ast::{Clause, ExpressionKind, StatementKind, TypeName};
use crate::value::{NodeId, StatementId, Value, order};

/// Up to so many changed nodes are compared by look-ups; above, all nodes are read once.
const LOOKUPS_MAX: usize = 256;
/// After so many elements a check looks whether it must stop.
const LOOKS: usize = 1024;
/// So many nodes are asked for at a time.
const SCAN: usize = 4096;

/// Asked with the bytes that a check holds once in [`LOOKS`] elements; fails where it must stop.
pub(crate) type Guard<'a> = &'a dyn Fn(usize) -> Result<()>;

/// Fails if something that a transaction has touched breaks a constraint.
pub(crate) fn check_transaction(transaction: &dyn Transaction, guard: Guard<'_>) -> Result<()> {
    check(transaction.as_snapshot(), transaction.touched(), guard)
}

/// Fails if something that was touched breaks a constraint.
fn check(graph: &dyn Snapshot, touched: &Touched, guard: Guard<'_>) -> Result<()> {
    for rule in graph.declarations().rules.iter().filter(|rule| rule.is_constraint()) {
        guard(0)?;
        let check = Check::new(rule, graph, guard)?;
        if rule.is_relationship {
            let Some(relationship_type) = rule.relationship_type(graph) else { continue };
            let mut own: Vec<StatementId> = touched
                .statements
                .iter()
                .copied()
                .filter(|&id| {
                    graph.statement(id).is_some_and(|e| e.relationship_type == relationship_type)
                })
                .collect();
            own.sort_unstable();
            own.dedup();
            check.statements(&own)?;
        } else {
            let Some(label) = rule.label(graph) else { continue };
            let bears = |node: &NodeId| graph.contains_node(*node) && graph.has_label(*node, label);
            let mut own: Vec<NodeId> = touched.nodes.iter().copied().filter(bears).collect();
            own.sort_unstable();
            own.dedup();
            check.nodes(&own)?;
        }
    }
    Ok(())
}

/// Fails if anything in the graph breaks one of its constraints.
pub(crate) fn check_graph(graph: &dyn Snapshot, guard: Guard<'_>) -> Result<()> {
    let rules = &graph.declarations().rules;
    let mut constraints = rules.iter().filter(|rule| rule.is_constraint());
    constraints.try_for_each(|rule| check_all(rule, graph, guard))
}

/// Fails if anything in the graph breaks a constraint.
pub(super) fn check_all(rule: &Rule, graph: &dyn Snapshot, guard: Guard<'_>) -> Result<()> {
    let check = Check::new(rule, graph, guard)?;
    if rule.is_relationship {
        check.statements(&check.all_statements())
    } else {
        check.nodes(&check.all_nodes())
    }
}

/// The type that a property type constraint asks for.
pub(super) fn type_of(written: &str) -> Result<TypeName> {
    let statement = syntax::parse(&format!("RETURN null IS :: {written}"))?;
    if let StatementKind::Query(query) = &statement.kind
        && let [Clause::Return(projection)] = &query.first.clauses[..]
        && let [item] = &projection.items[..]
        && let ExpressionKind::IsType { type_name, .. } = &item.expression.kind
    {
        return Ok(type_name.clone());
    }
    Err(Error::new(&eval::ARGUMENT_VALUE, format!("`{written}` is no type.")))
}

struct Check<'a> {
    rule: &'a Rule,
    graph: &'a dyn Snapshot,
    guard: Guard<'a>,
    keys: Vec<Option<KeyId>>,
    type_name: Option<TypeName>,
}

/// The values of the keys, as one thing that can be compared.
#[derive(Clone)]
struct Values(Vec<Value>);

impl Values {
    /// What they take as a key, with the id that they lead to.
    fn bytes(&self) -> usize {
        let values = self.0.iter().map(|value| size_of::<Value>() + value.heap_bytes());
        size_of::<Values>() + size_of::<u64>() + values.sum::<usize>()
    }
}

impl PartialEq for Values {
    fn eq(&self, other: &Values) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| order::equivalent(a, b))
    }
}

impl Eq for Values {}

impl Hash for Values {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.iter().for_each(|value| order::hash_value(value, state));
    }
}

impl<'a> Check<'a> {
    fn new(rule: &'a Rule, graph: &'a dyn Snapshot, guard: Guard<'a>) -> Result<Check<'a>> {
        let type_name = match &rule.kind {
            RuleKind::Typed(written) => Some(type_of(written)?),
            _ => None,
        };
        Ok(Check { rule, graph, guard, keys: rule.key_ids(graph), type_name })
    }

    fn all_nodes(&self) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        let Some(label) = self.rule.label(self.graph) else { return nodes };
        let mut from = Some(NodeId(0));
        while let Some(first) = from {
            from = self.graph.scan_nodes(Some(label), first, SCAN, &mut nodes);
        }
        nodes
    }

    fn all_statements(&self) -> Vec<StatementId> {
        let mut found = Vec::new();
        let Some(relationship_type) = self.rule.relationship_type(self.graph) else {
            return found;
        };
        let adjacency = self.graph.adjacency(relationship_type, Direction::Outgoing);
        for node in 0..self.graph.node_bound() {
            adjacency.for_each(NodeId(node), |_, statement| found.push(statement));
        }
        found
    }

    fn values(&self, value: impl Fn(KeyId) -> Value) -> Values {
        Values(self.keys.iter().map(|key| key.map_or(Value::Null, &value)).collect())
    }

    fn of_node(&self, node: NodeId) -> Values {
        self.values(|key| self.graph.node_property(node, key))
    }

    fn of_statement(&self, statement: StatementId) -> Values {
        self.values(|key| self.graph.statement_property(statement, key))
    }

    fn nodes(&self, touched: &[NodeId]) -> Result<()> {
        for (at, &node) in touched.iter().enumerate() {
            self.look(at, size_of_val(touched))?;
            self.single(&self.of_node(node), || self.graph.node_element_id(node))?;
        }
        if !self.is_unique() || touched.is_empty() {
            return Ok(());
        }
        if touched.len() <= LOOKUPS_MAX && touched.iter().all(|&node| self.can_look_up(node)) {
            return touched.iter().try_for_each(|&node| self.unique_by_lookup(node));
        }
        let touched: HashSet<NodeId> = touched.iter().copied().collect();
        let mut seen: HashMap<Values, NodeId> = HashMap::new();
        let mut bytes = touched.len() * size_of::<NodeId>();
        for (at, node) in self.all_nodes().into_iter().enumerate() {
            self.look(at, bytes)?;
            let values = self.of_node(node);
            bytes += values.bytes();
            if values.0.iter().any(Value::is_null) {
                continue;
            }
            if let Some(&other) = seen.get(&values) {
                if touched.contains(&node) || touched.contains(&other) {
                    return Err(self.not_unique(&values, self.graph.node_element_id(other)));
                }
            } else {
                seen.insert(values, node);
            }
        }
        Ok(())
    }

    fn can_look_up(&self, node: NodeId) -> bool {
        let (Some(label), Some(&Some(key))) = (self.rule.label(self.graph), self.keys.first())
        else {
            return true;
        };
        self.graph.lookup(label, key, &self.graph.node_property(node, key)).is_some()
    }

    fn unique_by_lookup(&self, node: NodeId) -> Result<()> {
        let values = self.of_node(node);
        let (Some(label), Some(&Some(key))) = (self.rule.label(self.graph), self.keys.first())
        else {
            return Ok(());
        };
        if values.0.iter().any(Value::is_null) {
            return Ok(());
        }
        let candidates = self.graph.lookup(label, key, &values.0[0]).unwrap_or_default();
        match candidates.into_iter().find(|&other| other != node && self.of_node(other) == values) {
            Some(other) => Err(self.not_unique(&values, self.graph.node_element_id(other))),
            None => Ok(()),
        }
    }

    fn statements(&self, touched: &[StatementId]) -> Result<()> {
        for (at, &statement) in touched.iter().enumerate() {
            self.look(at, size_of_val(touched))?;
            let id = || self.graph.statement_element_id(statement);
            self.single(&self.of_statement(statement), id)?;
        }
        if !self.is_unique() || touched.is_empty() {
            return Ok(());
        }
        let touched: HashSet<StatementId> = touched.iter().copied().collect();
        let mut seen: HashMap<Values, StatementId> = HashMap::new();
        let mut bytes = touched.len() * size_of::<StatementId>();
        for (at, statement) in self.all_statements().into_iter().enumerate() {
            self.look(at, bytes)?;
            let values = self.of_statement(statement);
            bytes += values.bytes();
            if values.0.iter().any(Value::is_null) {
                continue;
            }
            if let Some(&other) = seen.get(&values) {
                if touched.contains(&statement) || touched.contains(&other) {
                    return Err(self.not_unique(&values, self.graph.statement_element_id(other)));
                }
            } else {
                seen.insert(values, statement);
            }
        }
        Ok(())
    }

    /// Asks the guard, for some elements.
    fn look(&self, at: usize, bytes: usize) -> Result<()> {
        if at.is_multiple_of(LOOKS) { (self.guard)(bytes) } else { Ok(()) }
    }

    fn is_unique(&self) -> bool {
        matches!(self.rule.kind, RuleKind::Unique | RuleKind::Key)
    }

    /// What a constraint asks of one element by itself.
    fn single(&self, values: &Values, id: impl Fn() -> u64) -> Result<()> {
        for (key, value) in self.rule.keys.iter().zip(&values.0) {
            match (&self.rule.kind, &self.type_name) {
                (RuleKind::Exists | RuleKind::Key, _) if value.is_null() => {
                    return Err(self.broken(format!("{} has no `{key}`.", self.element(id()))));
                }
                (RuleKind::Typed(written), Some(wanted))
                    if !value.is_null() && !types::is_of(value, wanted)? =>
                {
                    return Err(self.broken(format!(
                        "{} has `{key}` = {}, which is no {written}.",
                        self.element(id()),
                        shown(value)
                    )));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn element(&self, id: u64) -> String {
        let what = if self.rule.is_relationship { "The relationship" } else { "The node" };
        let label = &self.rule.on;
        format!("{what} {id} (:{label})")
    }

    fn not_unique(&self, values: &Values, other: u64) -> Error {
        let pairs = self.rule.keys.iter().zip(&values.0);
        let pairs: Vec<_> =
            pairs.map(|(key, value)| format!("`{key}` = {}", shown(value))).collect();
        self.broken(format!("{} already has {}.", self.element(other), pairs.join(", ")))
    }

    fn broken(&self, what: String) -> Error {
        Error::new(&eval::CONSTRAINT, what).note(format!(
            "The constraint `{}` forbids it: {}.",
            self.rule.name,
            told(self.rule)
        ))
    }
}

/// What a rule says, as it is written in CREATE CONSTRAINT.
pub(super) fn told(rule: &Rule) -> String {
    let keys: Vec<_> = rule.keys.iter().map(|key| format!("e.{key}")).collect();
    let keys = if keys.len() == 1 { keys.concat() } else { format!("({})", keys.join(", ")) };
    let pattern = if rule.is_relationship {
        format!("()-[e:{}]-()", rule.on)
    } else {
        format!("(e:{})", rule.on)
    };
    let asks = match &rule.kind {
        RuleKind::Unique => "IS UNIQUE".to_owned(),
        RuleKind::Exists => "IS NOT NULL".to_owned(),
        RuleKind::Key => "IS KEY".to_owned(),
        RuleKind::Typed(written) => format!("IS :: {written}"),
        _ => return format!("FOR {pattern} ON {keys}"),
    };
    format!("FOR {pattern} REQUIRE {keys} {asks}")
}

fn shown(value: &Value) -> String {
    let text: Arc<str> = match function::to_text(value) {
        Some(Value::String(text)) => text,
        _ => value.type_name().into(),
    };
    if matches!(value, Value::String(_)) { format!("'{text}'") } else { text.to_string() }
}
