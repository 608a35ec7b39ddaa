//! `db.*` and `dbms.*`: what a graph and the program that holds it look like.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Procedure, Procedures};
use crate::error::Result;
use crate::exec::Limits;
use crate::graph::{Direction, LabelId, Snapshot};
use crate::value::{NodeId, Value};

type Rows = Vec<Vec<Value>>;

/// After so many nodes a scan may be interrupted.
const NODES_PER_CHECK: usize = 4096;

pub(super) fn procedures() -> Vec<Procedure> {
    vec![
        Procedure::builtin(
            "db.labels() :: (label :: STRING)",
            "The labels that nodes bear, in alphabetical order.",
            |graph, _, _| Ok(used_names(labels_in_use(graph))),
        ),
        Procedure::builtin(
            "db.relationshipTypes() :: (relationshipType :: STRING)",
            "The types that relationships have, in alphabetical order.",
            |graph, _, _| Ok(used_names(types_in_use(graph))),
        ),
        Procedure::builtin(
            "db.propertyKeys() :: (propertyKey :: STRING)",
            "The keys of properties, in alphabetical order.",
            |graph, _, _| {
                let names = graph.catalog().keys().map(|(_, name)| Arc::clone(name));
                Ok(used_names(names.collect()))
            },
        ),
        Procedure::builtin(
            "db.schema.visualization() :: (from :: STRING, relationshipType :: STRING, to :: STRING, count :: INTEGER)",
            "Which labels are connected by which relationship types, and how often.",
            connections,
        ),
        Procedure::builtin(
            "db.schema.nodeTypeProperties() :: (label :: STRING, property :: STRING, types :: LIST<STRING>, count :: INTEGER)",
            "The properties of the nodes of each label: their types, and how many nodes have them.",
            node_properties,
        ),
        Procedure::builtin(
            "db.schema.relTypeProperties() :: (relationshipType :: STRING, property :: STRING, types :: LIST<STRING>, count :: INTEGER)",
            "The properties of the relationships of each type: their types, and how many have them.",
            relationship_properties,
        ),
        Procedure::builtin(
            "dbms.components() :: (name :: STRING, versions :: LIST<STRING>, edition :: STRING)",
            "The name and version of this program.",
            |_, _, _| {
                let version = Value::list([env!("CARGO_PKG_VERSION").into()]);
                Ok(vec![vec!["Dossier".into(), version, "embedded".into()]])
            },
        ),
        Procedure::builtin(
            "dbms.functions() :: (name :: STRING, signature :: STRING, description :: STRING)",
            "The functions that queries can call.",
            |_, _, _| {
                let row = |f: &crate::expr::function::Function| {
                    vec![f.name.into(), f.signature.into(), f.doc.into()]
                };
                Ok(crate::expr::function::all().map(row).collect())
            },
        ),
    ]
}

/// `dbms.procedures`, which lists itself too.
pub(super) fn list_procedures(others: &Procedures) -> Procedure {
    let own = "dbms.procedures() :: (name :: STRING, signature :: STRING, description :: STRING)";
    let doc = "The built-in procedures that CALL can call.";
    let row = |name: &str, signature: String, doc: &str| -> Vec<Value> {
        vec![name.into(), signature.into(), doc.into()]
    };
    let mut rows: Vec<_> =
        others.signatures().map(|s| row(&s.name, s.to_string(), &s.doc)).collect();
    rows.push(row("dbms.procedures", own.to_owned(), doc));
    rows.sort_by(|a, b| a[0].as_str().cmp(&b[0].as_str()));
    Procedure::builtin(own, doc, move |_, _, _| Ok(rows.clone()))
}

fn used_names(mut names: Vec<Arc<str>>) -> Rows {
    names.sort_unstable();
    names.into_iter().map(|name| vec![name.into()]).collect()
}

fn labels_in_use(graph: &dyn Snapshot) -> Vec<Arc<str>> {
    let is_used = |label: LabelId| {
        let mut first = Vec::new();
        graph.scan_nodes(Some(label), NodeId(0), 1, &mut first);
        !first.is_empty()
    };
    let labels = graph.catalog().labels().filter(|(label, _)| is_used(*label));
    labels.map(|(_, name)| Arc::clone(name)).collect()
}

fn types_in_use(graph: &dyn Snapshot) -> Vec<Arc<str>> {
    let types = graph.catalog().types().filter(|(id, _)| {
        let adjacency = graph.adjacency(*id, Direction::Outgoing);
        (0..graph.node_bound()).any(|node| adjacency.degree(NodeId(node)) > 0)
    });
    types.map(|(_, name)| Arc::clone(name)).collect()
}

/// Calls `visit` with every node.
fn for_each_node(
    graph: &dyn Snapshot,
    limits: &Limits,
    mut visit: impl FnMut(NodeId),
) -> Result<()> {
    let mut from = Some(NodeId(0));
    while let Some(first) = from {
        limits.check()?;
        let mut nodes = Vec::new();
        from = graph.scan_nodes(None, first, NODES_PER_CHECK, &mut nodes);
        nodes.into_iter().for_each(&mut visit);
    }
    Ok(())
}

fn connections(graph: &dyn Snapshot, _: &[Value], limits: &Limits) -> Result<Rows> {
    let mut counts: BTreeMap<(Arc<str>, Arc<str>, Arc<str>), i64> = BTreeMap::new();
    let label = |node: NodeId| {
        let names = graph.labels(node).iter().map(|label| &**graph.catalog().label_name(*label));
        Arc::<str>::from(names.collect::<Vec<_>>().join(":"))
    };
    for (id, name) in graph.catalog().types() {
        let adjacency = graph.adjacency(id, Direction::Outgoing);
        for_each_node(graph, limits, |node| {
            adjacency.for_each(node, |end, _| {
                *counts.entry((label(node), Arc::clone(name), label(end))).or_default() += 1;
            });
        })?;
    }
    let row = |((from, name, to), count): (_, i64)| -> Vec<Value> {
        let (from, name, to): (Arc<str>, Arc<str>, Arc<str>) = (from, name, to);
        vec![from.into(), name.into(), to.into(), count.into()]
    };
    Ok(counts.into_iter().map(|((a, b, c), count)| row(((a, b, c), count))).collect())
}

/// For each owner (a label, a type) and property: the types that its values have, and how many.
type PropertyUse = BTreeMap<(Arc<str>, Arc<str>), (BTreeSet<&'static str>, i64)>;

fn node_properties(graph: &dyn Snapshot, _: &[Value], limits: &Limits) -> Result<Rows> {
    let mut found = PropertyUse::new();
    for_each_node(graph, limits, |node| {
        let properties = graph.node_properties(node);
        for label in graph.labels(node) {
            for (key, value) in &properties {
                let owner = Arc::clone(graph.catalog().label_name(*label));
                let name = Arc::clone(graph.catalog().key_name(*key));
                let (types, count) = found.entry((owner, name)).or_default();
                types.insert(value.type_name());
                *count += 1;
            }
        }
    })?;
    Ok(property_rows(found))
}

fn relationship_properties(graph: &dyn Snapshot, _: &[Value], limits: &Limits) -> Result<Rows> {
    let mut found = PropertyUse::new();
    for (id, owner) in graph.catalog().types() {
        let adjacency = graph.adjacency(id, Direction::Outgoing);
        for_each_node(graph, limits, |node| {
            adjacency.for_each(node, |_, statement| {
                for (key, value) in graph.statement_properties(statement) {
                    let name = Arc::clone(graph.catalog().key_name(key));
                    let (types, count) = found.entry((Arc::clone(owner), name)).or_default();
                    types.insert(value.type_name());
                    *count += 1;
                }
            });
        })?;
    }
    Ok(property_rows(found))
}

fn property_rows(found: PropertyUse) -> Rows {
    let types = |types: BTreeSet<&'static str>| Value::list(types.into_iter().map(Value::from));
    found
        .into_iter()
        .map(|((owner, name), (of, count))| {
            vec![owner.into(), name.into(), types(of), count.into()]
        })
        .collect()
}
