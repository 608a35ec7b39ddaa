//! What a graph is made of: labels, relationship types, properties, and what is declared about them.
//!
//! A graph needs no schema; this one is read off the data, by looking at every node and every
//! relationship once. It is what `dossier schema` shows and what the prompt completes from.
//!
//! ```
//! use dossier::graph::schema::Schema;
//! let store = dossier::Store::memory();
//! store.query("CREATE (:State {name: 'Nauru'})-[:RECOGNISES]->(:Region {name: 'Abkhazia'})", ())?;
//! let schema = Schema::of(&*store.snapshot());
//! assert_eq!(schema.labels[1].name, "State");
//! assert_eq!(schema.labels[1].properties[0].types, ["String"]);
//! assert_eq!(schema.types[0].joins[0].from, ["State"]);
//! # Ok::<(), dossier::Error>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::graph::declaration::{Completeness, Declaration, Endpoint, Temporality};
use crate::graph::{KeyId, LabelId, Snapshot};
use crate::value::{NodeId, StatementId, Value};

/// How many nodes are asked for at a time.
const SCAN: usize = 1024;

/// Labels, relationship types and completeness statements of a graph, in alphabetical order.
///
/// ```
/// use dossier::graph::schema::Schema;
/// let schema = Schema::of(&*dossier::Store::shipped()?.snapshot());
/// assert!(schema.labels.iter().any(|label| label.name == "State"));
/// assert!(!schema.complete.is_empty());
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Schema {
    /// The labels that nodes bear.
    pub labels: Vec<LabelSchema>,
    /// The relationship types, those among them that are only declared included.
    pub types: Vec<TypeSchema>,
    /// What is stated to be complete.
    pub complete: Vec<CompleteSchema>,
}

/// One label.
///
/// ```
/// use dossier::graph::schema::Schema;
/// let schema = Schema::of(&*dossier::Store::shipped()?.snapshot());
/// let region = schema.label("Region").expect("there are regions");
/// assert_eq!((region.properties[0].name.as_str(), region.properties[0].count), ("name", region.count));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LabelSchema {
    /// Its name.
    pub name: String,
    /// How many nodes bear it.
    pub count: u64,
    /// The properties of those nodes.
    pub properties: Vec<PropertySchema>,
}

/// One property of the nodes of a label, or of the relationships of a type.
///
/// ```
/// use dossier::graph::schema::Schema;
/// let store = dossier::Store::memory();
/// store.query("CREATE (:State {area: 21}), (:State {area: 'small'}), (:State)", ())?;
/// let area = &Schema::of(&*store.snapshot()).labels[0].properties[0];
/// assert_eq!((area.count, &area.types[..]), (2, &["Integer", "String"][..]));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PropertySchema {
    /// Its key.
    pub name: String,
    /// How many have it.
    pub count: u64,
    /// The types of its values, as [`Value::type_name`] says them.
    pub types: Vec<&'static str>,
}

/// One relationship type.
///
/// ```
/// use dossier::graph::schema::Schema;
/// let schema = Schema::of(&*dossier::Store::shipped()?.snapshot());
/// let recognises = schema.relationship_type("RECOGNISES").expect("somebody recognises");
/// assert_eq!((recognises.count, recognises.dated, recognises.sourced), (10, 2, 10));
/// assert_eq!(recognises.declared[..2], ["state", "persistent"]);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TypeSchema {
    /// Its name.
    pub name: String,
    /// How many relationships have it.
    pub count: u64,
    /// Between nodes of which labels they stand.
    pub joins: Vec<Join>,
    /// Their properties.
    pub properties: Vec<PropertySchema>,
    /// How many of them say when they hold.
    pub dated: u64,
    /// How many of them say where they stand.
    pub sourced: u64,
    /// What is declared about the type: `state`, `persistent`, `symmetric`, `inverse RECOGNISED_BY`.
    pub declared: Vec<String>,
    /// What the type means, where that is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The labels at the two ends of relationships.
///
/// ```
/// use dossier::graph::schema::Schema;
/// let schema = Schema::of(&*dossier::Store::shipped()?.snapshot());
/// let join = &schema.relationship_type("RECOGNISES").expect("somebody recognises").joins[0];
/// assert_eq!((join.from[0].as_str(), join.to[0].as_str(), join.count), ("State", "Region", 10));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Join {
    /// Labels of the start.
    pub from: Vec<String>,
    /// Labels of the end.
    pub to: Vec<String>,
    /// How many relationships stand so.
    pub count: u64,
}

/// One statement that facts are complete.
///
/// ```
/// use dossier::graph::schema::Schema;
/// let schema = Schema::of(&*dossier::Store::shipped()?.snapshot());
/// assert!(schema.complete[0].pattern.starts_with("(:State)-[:RECOGNISES]->"));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CompleteSchema {
    /// The pattern under which absence means *no*.
    pub pattern: String,
    /// When it was so, as EDTF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

impl Schema {
    /// Reads the schema off a graph.
    ///
    /// Takes time in proportion to the size of the graph.
    ///
    /// ```
    /// use dossier::graph::schema::Schema;
    /// assert_eq!(Schema::of(&*dossier::Store::memory().snapshot()), Schema::default());
    /// ```
    pub fn of(graph: &dyn Snapshot) -> Schema {
        Schema {
            labels: labels(graph),
            types: types(graph),
            complete: graph
                .declarations()
                .completeness
                .iter()
                .map(|statement| complete(graph, statement))
                .collect(),
        }
    }

    /// A label by its name.
    ///
    /// ```
    /// use dossier::graph::schema::Schema;
    /// let schema = Schema::of(&*dossier::Store::shipped()?.snapshot());
    /// assert!(schema.label("State").is_some() && schema.label("Planet").is_none());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn label(&self, name: &str) -> Option<&LabelSchema> {
        self.labels.iter().find(|label| label.name == name)
    }

    /// A relationship type by its name.
    ///
    /// ```
    /// use dossier::graph::schema::Schema;
    /// let schema = Schema::of(&*dossier::Store::shipped()?.snapshot());
    /// assert!(schema.relationship_type("MET").is_some_and(|met| met.count > 0));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn relationship_type(&self, name: &str) -> Option<&TypeSchema> {
        self.types.iter().find(|relationship_type| relationship_type.name == name)
    }
}

/// Calls `visit` with every node of a graph.
///
/// ```
/// use dossier::graph::schema::for_each_node;
/// let graph = dossier::Store::shipped()?.snapshot();
/// let mut count = 0;
/// for_each_node(&*graph, |_| count += 1);
/// assert_eq!(count, graph.statistics().nodes);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn for_each_node(graph: &dyn Snapshot, mut visit: impl FnMut(NodeId)) {
    let mut nodes = Vec::with_capacity(SCAN);
    let mut from = Some(NodeId(0));
    while let Some(start) = from {
        nodes.clear();
        from = graph.scan_nodes(None, start, SCAN, &mut nodes);
        nodes.iter().copied().for_each(&mut visit);
    }
}

/// Calls `visit` with every relationship of a graph.
///
/// ```
/// use dossier::graph::schema::for_each_statement;
/// let graph = dossier::Store::shipped()?.snapshot();
/// let mut count = 0;
/// for_each_statement(&*graph, |_| count += 1);
/// assert_eq!(count, graph.statistics().statements);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn for_each_statement(graph: &dyn Snapshot, mut visit: impl FnMut(StatementId)) {
    for id in (0..graph.statement_bound()).map(StatementId) {
        if graph.statement(id).is_some() {
            visit(id);
        }
    }
}

/// For each key, how many values there are and of which types.
#[derive(Default)]
struct Properties(BTreeMap<KeyId, (u64, BTreeSet<&'static str>)>);

impl Properties {
    fn add(&mut self, properties: &[(KeyId, Value)]) {
        for (key, value) in properties {
            let (count, types) = self.0.entry(*key).or_default();
            *count += 1;
            types.insert(value.type_name());
        }
    }

    fn finish(self, graph: &dyn Snapshot) -> Vec<PropertySchema> {
        let mut properties: Vec<PropertySchema> = self
            .0
            .into_iter()
            .map(|(key, (count, types))| PropertySchema {
                name: graph.catalog().key_name(key).to_string(),
                count,
                types: types.into_iter().collect(),
            })
            .collect();
        // What most have comes first: it is what a reader looks for.
        properties.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        properties
    }
}

fn labels(graph: &dyn Snapshot) -> Vec<LabelSchema> {
    let mut found: BTreeMap<LabelId, (u64, Properties)> = BTreeMap::new();
    for_each_node(graph, |node| {
        let properties = graph.node_properties(node);
        for &label in graph.labels(node) {
            let (count, known) = found.entry(label).or_default();
            *count += 1;
            known.add(&properties);
        }
    });
    let mut labels: Vec<LabelSchema> = found
        .into_iter()
        .map(|(label, (count, properties))| LabelSchema {
            name: graph.catalog().label_name(label).to_string(),
            count,
            properties: properties.finish(graph),
        })
        .collect();
    labels.sort_by(|a, b| a.name.cmp(&b.name));
    labels
}

/// What is counted for one relationship type.
#[derive(Default)]
struct TypeCount {
    count: u64,
    dated: u64,
    sourced: u64,
    joins: BTreeMap<(Vec<LabelId>, Vec<LabelId>), u64>,
    properties: Properties,
}

fn types(graph: &dyn Snapshot) -> Vec<TypeSchema> {
    let declarations = &graph.declarations().types;
    let mut found: BTreeMap<_, TypeCount> =
        declarations.keys().map(|&declared| (declared, TypeCount::default())).collect();
    for_each_statement(graph, |id| {
        let Some(ends) = graph.statement(id) else { return };
        if graph.catalog().holds_values(ends.relationship_type) {
            return;
        }
        let known = found.entry(ends.relationship_type).or_default();
        known.count += 1;
        known.properties.add(&graph.statement_properties(id));
        let join = (graph.labels(ends.start).to_vec(), graph.labels(ends.end).to_vec());
        *known.joins.entry(join).or_default() += 1;
        if let Some(qualifiers) = graph.qualifiers(id) {
            known.dated += u64::from(qualifiers.valid.is_some());
            known.sourced += u64::from(!qualifiers.support.is_empty());
        }
    });
    let mut types: Vec<TypeSchema> = found
        .into_iter()
        .map(|(id, known)| {
            let declaration = declarations.get(&id);
            TypeSchema {
                name: graph.catalog().type_name(id).to_string(),
                count: known.count,
                joins: joins(graph, known.joins),
                properties: known.properties.finish(graph),
                dated: known.dated,
                sourced: known.sourced,
                declared: declaration.map_or_else(Vec::new, |d| declared(graph, d)),
                description: declaration.and_then(|d| d.description.as_deref()).map(str::to_owned),
            }
        })
        .collect();
    types.sort_by(|a, b| a.name.cmp(&b.name));
    types
}

fn joins(graph: &dyn Snapshot, counted: BTreeMap<(Vec<LabelId>, Vec<LabelId>), u64>) -> Vec<Join> {
    let mut joins: Vec<Join> = counted
        .into_iter()
        .map(|((from, to), count)| Join { from: names(graph, &from), to: names(graph, &to), count })
        .collect();
    joins.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.cmp(b)));
    joins
}

fn names(graph: &dyn Snapshot, labels: &[LabelId]) -> Vec<String> {
    labels.iter().map(|&label| graph.catalog().label_name(label).to_string()).collect()
}

fn declared(graph: &dyn Snapshot, declaration: &Declaration) -> Vec<String> {
    let mut words = Vec::new();
    let mut add = |holds: bool, word: &str| {
        if holds {
            words.push(word.to_owned());
        }
    };
    add(declaration.kind == Some(Temporality::Event), "event");
    add(matches!(declaration.kind, Some(Temporality::State { .. })), "state");
    add(declaration.kind == Some(Temporality::State { persistent: true }), "persistent");
    add(declaration.symmetric, "symmetric");
    add(declaration.transitive, "transitive");
    add(declaration.functional, "functional");
    add(declaration.order, "order");
    if let Some(inverse) = &declaration.inverse {
        words.push(format!("inverse {inverse}"));
    }
    words.extend(declaration.sub_of.iter().map(|name| format!("sub of {name}")));
    for (word, labels) in [("from", &declaration.from), ("to", &declaration.to)] {
        if !labels.is_empty() {
            words.push(format!("{word} {}", names(graph, labels).join(" or ")));
        }
    }
    words
}

fn complete(graph: &dyn Snapshot, statement: &Completeness) -> CompleteSchema {
    let name = graph.catalog().type_name(statement.relationship_type);
    let (from, to) = (endpoint(graph, &statement.from), endpoint(graph, &statement.to));
    CompleteSchema {
        pattern: format!("{from}-[:{name}]->{to}"),
        at: statement.at.as_ref().map(|at| at.as_str().to_owned()),
    }
}

fn endpoint(graph: &dyn Snapshot, endpoint: &Endpoint) -> String {
    if let Some(node) = endpoint.node {
        return format!("({})", crate::graph::source::display_name(graph, node));
    }
    let labels: String = names(graph, &endpoint.labels).iter().map(|l| format!(":{l}")).collect();
    let properties: Vec<String> = endpoint
        .properties
        .iter()
        .map(|(key, value)| match value.as_str() {
            Some(text) => format!("{key}: '{text}'"),
            None => format!("{key}: {value:?}"),
        })
        .collect();
    match (labels.is_empty(), properties.is_empty()) {
        (_, true) => format!("({labels})"),
        (true, false) => format!("({{{}}})", properties.join(", ")),
        (false, false) => format!("({labels} {{{}}})", properties.join(", ")),
    }
}
