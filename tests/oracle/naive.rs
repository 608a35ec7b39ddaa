//! A graph as two lists, and rows as lists of names with values.

use std::fmt::Write;

use dossier::{Store, Value};

use super::generate::Random;

/// A node: its labels, and its property `p`.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) labels: Vec<&'static str>,
    pub(crate) p: Option<i64>,
}

/// A relationship: where it leads, its type, and its property `w`.
#[derive(Clone, Debug)]
pub(crate) struct Relationship {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) of: &'static str,
    pub(crate) w: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) relationships: Vec<Relationship>,
}

/// What a variable of the evaluator can hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Boolean(bool),
    Node(usize),
    Relationship(usize),
    List(Vec<Cell>),
}

impl Cell {
    /// A value of the engine; queries return nothing but numbers, booleans, nulls and lists.
    pub(crate) fn of(value: &Value) -> Cell {
        match value {
            Value::Null => Cell::Null,
            Value::Integer(int) => Cell::Integer(*int),
            Value::Boolean(boolean) => Cell::Boolean(*boolean),
            // The relationships of a walk, in the order of the pattern.
            Value::List(items) => Cell::List(items.iter().map(Cell::of).collect()),
            other => panic!("a query returned {other:?}"),
        }
    }
}

impl Graph {
    pub(crate) fn random(random: &mut Random) -> Graph {
        let numbers = [None, Some(0), Some(1), Some(2)];
        let nodes: Vec<_> = (0..=random.below(5))
            .map(|_| Node {
                labels: ["A", "B"].into_iter().filter(|_| random.one_in(2)).collect(),
                p: random.pick(&numbers),
            })
            .collect();
        let relationships = (0..random.below(8))
            .map(|_| Relationship {
                from: random.below(nodes.len()),
                to: random.below(nodes.len()),
                of: random.pick(&["R", "S"]),
                w: random.pick(&numbers),
            })
            .collect();
        Graph { nodes, relationships }
    }

    /// The query that creates it; every element has its number as `id`.
    pub(crate) fn text(&self) -> String {
        let value = |number: Option<i64>| number.map_or("null".to_owned(), |n| n.to_string());
        let mut parts = Vec::new();
        for (id, node) in self.nodes.iter().enumerate() {
            let labels: String = node.labels.iter().map(|label| format!(":{label}")).collect();
            parts.push(format!("(n{id}{labels} {{id: {id}, p: {}}})", value(node.p)));
        }
        for (id, r) in self.relationships.iter().enumerate() {
            let mut text = String::new();
            let _ = write!(
                text,
                "(n{})-[:{} {{id: {id}, w: {}}}]->(n{})",
                r.from,
                r.of,
                value(r.w),
                r.to
            );
            parts.push(text);
        }
        format!("CREATE {}", parts.join(", "))
    }

    pub(crate) fn store(&self) -> Store {
        let store = Store::memory();
        store.query(&self.text(), ()).expect("the graph can be created");
        store
    }

    /// The graph with one relationship or one node less.
    pub(crate) fn smaller(&self) -> Vec<Graph> {
        let mut all = Vec::new();
        for at in 0..self.relationships.len() {
            let mut graph = self.clone();
            graph.relationships.remove(at);
            all.push(graph);
        }
        if self.nodes.len() > 1 {
            let last = self.nodes.len() - 1;
            if self.relationships.iter().all(|r| r.from != last && r.to != last) {
                let mut graph = self.clone();
                graph.nodes.pop();
                all.push(graph);
            }
        }
        all
    }
}
