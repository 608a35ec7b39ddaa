//! The graph in the rows: every node and relationship that a value holds, each once.
//!
//! The formats that draw (`tree`, `dot`, `svg`, `cypher`) draw this. A relationship brings its two
//! ends along, so that nothing hangs in the air. The order is that of the rows.

use hashbrown::HashSet;

use super::value::NESTING_MAX;
use crate::graph::Snapshot;
use crate::graph::row::{Node, Rows};
use crate::value::{NodeId, StatementId, Value};

/// Nodes and relationships, each once, in the order in which the rows hold them.
#[derive(Debug, Default)]
pub(super) struct Subgraph {
    /// The nodes, the ends of all relationships among them.
    pub(super) nodes: Vec<NodeId>,
    /// The relationships; none that does not exist.
    pub(super) relationships: Vec<StatementId>,
    seen_nodes: HashSet<NodeId>,
    seen_relationships: HashSet<StatementId>,
}

impl Subgraph {
    /// The graph in the rows.
    pub(super) fn of(rows: &Rows) -> Subgraph {
        let mut found = Subgraph::default();
        for row in rows.iter() {
            for value in row.values() {
                found.add(value, rows.graph(), 0);
            }
        }
        found
    }

    /// Whether the rows hold no element at all.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn add(&mut self, value: &Value, graph: &dyn Snapshot, depth: usize) {
        match value {
            Value::Node(id) => self.add_node(*id),
            Value::Relationship(id) => self.add_relationship(*id, graph),
            Value::Path(path) => {
                path.nodes.iter().for_each(|&node| self.add_node(node));
                path.relationships.iter().for_each(|&step| self.add_relationship(step, graph));
            }
            Value::List(values) if depth < NESTING_MAX => {
                values.iter().for_each(|value| self.add(value, graph, depth + 1));
            }
            Value::Map(map) if depth < NESTING_MAX => {
                map.values().for_each(|value| self.add(value, graph, depth + 1));
            }
            _ => {}
        }
    }

    fn add_node(&mut self, id: NodeId) {
        if self.seen_nodes.insert(id) {
            self.nodes.push(id);
        }
    }

    fn add_relationship(&mut self, id: StatementId, graph: &dyn Snapshot) {
        if let Some(ends) = graph.statement(id)
            && self.seen_relationships.insert(id)
        {
            self.add_node(ends.start);
            self.add_node(ends.end);
            self.relationships.push(id);
        }
    }
}

/// The labels of a node as a pattern writes them: `:State:Republic`; empty where it has none.
pub(super) fn labels(graph: &dyn Snapshot, id: NodeId) -> String {
    Node::of(graph, id).labels.iter().map(|label| format!(":{label}")).collect()
}
