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
    [of_the_graph(), of_the_store(), of_the_program()].into_iter().flatten().collect()
}

/// Which names are in use, and how they go together.
fn of_the_graph() -> Vec<Procedure> {
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
            "db.schema.nodeTypeProperties() :: (nodeType :: STRING, nodeLabels :: LIST<STRING>, propertyName :: STRING, propertyTypes :: LIST<STRING>, mandatory :: BOOLEAN, count :: INTEGER)",
            "The properties of the nodes of each set of labels: their types, whether all have them, and how many do.",
            node_properties,
        ),
        Procedure::builtin(
            "db.schema.relTypeProperties() :: (relType :: STRING, propertyName :: STRING, propertyTypes :: LIST<STRING>, mandatory :: BOOLEAN, count :: INTEGER)",
            "The properties of the relationships of each type: their types, whether all have them, and how many do.",
            relationship_properties,
        ),
    ]
}

/// What clients ask a store before they use it.
fn of_the_store() -> Vec<Procedure> {
    vec![
        Procedure::builtin(
            "db.ping() :: (success :: BOOLEAN)",
            "Whether the store answers.",
            |_, _, _| Ok(vec![vec![true.into()]]),
        ),
        Procedure::builtin(
            "db.info() :: (id :: STRING, name :: STRING)",
            "The store's name, and the number of its last commit.",
            |graph, _, _| Ok(vec![vec![graph.commit().to_string().into(), "dossier".into()]]),
        ),
        Procedure::builtin(
            "db.awaitIndexes(timeOutSeconds? :: INTEGER) :: ()",
            "Returns at once: whatever is committed is indexed.",
            |_, _, _| Ok(Vec::new()),
        ),
        Procedure::builtin(
            "db.awaitIndex(indexName :: STRING, timeOutSeconds? :: INTEGER) :: ()",
            "Returns at once: whatever is committed is indexed.",
            |_, _, _| Ok(Vec::new()),
        ),
    ]
}

/// What the program is, what it can do and how it is set up.
fn of_the_program() -> Vec<Procedure> {
    vec![
        Procedure::builtin(
            "dbms.components() :: (name :: STRING, versions :: LIST<STRING>, edition :: STRING)",
            "The name and version of this program.",
            |_, _, _| {
                let version = Value::list([env!("CARGO_PKG_VERSION").into()]);
                Ok(vec![vec!["Dossier".into(), version, "embedded".into()]])
            },
        ),
        Procedure::builtin(
            "dbms.info() :: (id :: STRING, name :: STRING)",
            "The name of this program, with its version.",
            |_, _, _| Ok(vec![vec![env!("CARGO_PKG_VERSION").into(), "Dossier".into()]]),
        ),
        Procedure::builtin(
            "dbms.showCurrentUser() :: (username :: STRING, roles :: LIST<STRING>, flags :: LIST<STRING>)",
            "There are no users: whoever can read the file is it.",
            |_, _, _| Ok(vec![vec!["".into(), Value::list([]), Value::list([])]]),
        ),
        Procedure::builtin(
            "dbms.listConfig(searchString? :: STRING) :: (name :: STRING, description :: STRING, value :: STRING, dynamic :: BOOLEAN)",
            "The settings of the program: it has none.",
            |_, _, _| Ok(Vec::new()),
        ),
        Procedure::builtin(
            "dbms.clientConfig() :: (name :: STRING, description :: STRING, value :: STRING, dynamic :: BOOLEAN)",
            "The settings that clients read: there are none.",
            |_, _, _| Ok(Vec::new()),
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
    let types = graph.catalog().relationship_types().filter(|(id, _)| {
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
    for (id, name) in graph.catalog().relationship_types() {
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

/// What is found of the elements that have the same labels, or the same type.
#[derive(Default)]
struct Owner {
    /// How many there are.
    count: i64,
    /// By property: the types that its values have, and how many elements have it.
    properties: BTreeMap<Arc<str>, (BTreeSet<&'static str>, i64)>,
}

impl Owner {
    fn add(&mut self, properties: Vec<(crate::graph::KeyId, Value)>, graph: &dyn Snapshot) {
        self.count += 1;
        for (key, value) in properties {
            let name = Arc::clone(graph.catalog().key_name(key));
            let (types, count) = self.properties.entry(name).or_default();
            types.insert(value.type_name());
            *count += 1;
        }
    }

    /// Name, types, whether all have it, how many have it: for each property; one row of nulls
    /// where there is none.
    fn rows(self) -> Rows {
        let total = self.count;
        if self.properties.is_empty() {
            return vec![vec![Value::Null, Value::Null, false.into(), total.into()]];
        }
        let types = |types: BTreeSet<&'static str>| Value::list(types.into_iter().map(Value::from));
        let row = |(name, (of, count)): (Arc<str>, (BTreeSet<&'static str>, i64))| {
            vec![name.into(), types(of), (count == total).into(), count.into()]
        };
        self.properties.into_iter().map(row).collect()
    }
}

/// As Neo4j writes labels and types in these procedures: ":`A`:`B`".
fn quoted(names: &[Arc<str>]) -> Value {
    names.iter().map(|name| format!(":`{name}`")).collect::<String>().into()
}

fn node_properties(graph: &dyn Snapshot, _: &[Value], limits: &Limits) -> Result<Rows> {
    let mut owners: BTreeMap<Vec<Arc<str>>, Owner> = BTreeMap::new();
    for_each_node(graph, limits, |node| {
        let mut names: Vec<_> =
            graph.labels(node).iter().map(|l| Arc::clone(graph.catalog().label_name(*l))).collect();
        names.sort_unstable();
        owners.entry(names).or_default().add(graph.node_properties(node), graph);
    })?;
    let mut rows = Vec::new();
    for (labels, owner) in owners {
        let list = Value::list(labels.iter().map(|name| Value::from(Arc::clone(name))));
        for row in owner.rows() {
            rows.push([vec![quoted(&labels), list.clone()], row].concat());
        }
    }
    Ok(rows)
}

fn relationship_properties(graph: &dyn Snapshot, _: &[Value], limits: &Limits) -> Result<Rows> {
    let mut rows = Vec::new();
    let mut types: Vec<_> = graph.catalog().relationship_types().collect();
    types.sort_unstable_by_key(|(_, name)| Arc::clone(name));
    for (id, name) in types {
        let mut owner = Owner::default();
        let adjacency = graph.adjacency(id, Direction::Outgoing);
        for_each_node(graph, limits, |node| {
            adjacency.for_each(node, |_, statement| {
                owner.add(graph.statement_properties(statement), graph);
            });
        })?;
        if owner.count > 0 {
            let name = quoted(std::slice::from_ref(name));
            rows.extend(owner.rows().into_iter().map(|row| [vec![name.clone()], row].concat()));
        }
    }
    Ok(rows)
}
