//! Completeness statements in words: as the pattern that stated them, and as evidence.
//!
//! `SHOW COMPLETENESS`, `WHY` and the answers to questions name the statements that make absence
//! mean *no*. What they mean is in [`closed`](crate::graph::closed).

use crate::graph::Snapshot;
use crate::graph::declaration::{Completeness, Endpoint};
use crate::graph::source::{Evidence, Support, display_name};
use crate::graph::statement::Stance;
use crate::value::{NodeId, Value};

/// The pattern, as it can be typed: `(:State)-[:RECOGNISES]->(:Region {name: 'Abkhazia'})`.
///
/// ```
/// let graph = dossier::Store::shipped()?.snapshot();
/// let one = &graph.declarations().completeness[0];
/// let text = dossier::graph::completeness::pattern(&*graph, one);
/// assert_eq!(text, "(:State)-[:RECOGNISES]->(:Region {name: 'Abkhazia'})");
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn pattern(graph: &dyn Snapshot, one: &Completeness) -> String {
    let name = quoted(graph.catalog().type_name(one.relationship_type));
    format!("{}-[:{name}]->{}", end(graph, &one.from), end(graph, &one.to))
}

/// The command that states it again, its sources apart.
pub fn command(graph: &dyn Snapshot, one: &Completeness) -> String {
    let at = one.at.as_ref().map(|at| format!(" AT edtf('{at}')")).unwrap_or_default();
    format!("COMPLETE {}{at}", pattern(graph, one))
}

/// Whether a statement is the one that a pattern, read as a statement, speaks of.
///
/// A statement about a very node is spoken of by the node's labels and properties.
pub fn is_meant(graph: &dyn Snapshot, one: &Completeness, stated: &Completeness) -> bool {
    let at = stated.at.is_none() || stated.at == one.at;
    let same = |known: &Endpoint, said: &Endpoint| match known.node {
        None => known == said,
        Some(node) => {
            let has = |key: &str, value: &Value| {
                let key = graph.catalog().key(key);
                key.is_some_and(|key| graph.node_property(node, key) == *value)
            };
            !said.properties.is_empty()
                && said.labels.iter().all(|label| graph.has_label(node, *label))
                && said.properties.iter().all(|(key, value)| has(key, value))
        }
    };
    at && one.relationship_type == stated.relationship_type
        && same(&one.from, &stated.from)
        && same(&one.to, &stated.to)
}

/// A completeness statement as evidence: an entry for each place, or one without a document.
pub fn evidence(graph: &dyn Snapshot, one: &Completeness) -> Vec<Evidence> {
    let catalog = graph.catalog();
    let end = |endpoint: &Endpoint| {
        if let Some(node) = endpoint.node {
            display_name(graph, node)
        } else {
            let labels: Vec<&str> =
                endpoint.labels.iter().map(|&label| &**catalog.label_name(label)).collect();
            let named = endpoint.properties.iter().find(|(key, _)| &**key == "name");
            match named.and_then(|(_, value)| value.as_str()) {
                Some(name) => name.to_owned(),
                None => format!("any {}", labels.join("&")).trim_end().to_owned(),
            }
        }
    };
    let relationship_type = catalog.type_name(one.relationship_type);
    let bare = Evidence {
        document: String::new(),
        paragraph: None,
        sentence: None,
        place: None,
        stance: Stance::Asserted.as_str(),
        speaker: None,
        statement: format!("complete: {} {relationship_type} {}", end(&one.from), end(&one.to)),
        valid: one.at.as_ref().map(|at| at.as_str().to_owned()),
        summary: None,
        rule: None,
        conflict: None,
    };
    if one.support.is_empty() {
        return vec![bare];
    }
    let place = |support: &Support| Evidence {
        document: display_name(graph, support.document),
        paragraph: support.number("paragraph"),
        sentence: support.number("sentence"),
        place: support.other_place(),
        summary: support.summary.as_deref().map(str::to_owned),
        ..bare.clone()
    };
    one.support.iter().map(place).collect()
}

fn end(graph: &dyn Snapshot, endpoint: &Endpoint) -> String {
    let catalog = graph.catalog();
    let (labels, properties) = match endpoint.node {
        Some(node) => of_node(graph, node),
        None => {
            let labels = endpoint.labels.iter().map(|label| catalog.label_name(*label));
            let labels: Vec<String> = labels.map(ToString::to_string).collect();
            let properties = endpoint.properties.iter();
            (labels, properties.map(|(key, value)| (key.to_string(), value.clone())).collect())
        }
    };
    let labels: String = labels.iter().map(|label| format!(":{}", quoted(label))).collect();
    let properties: Vec<String> =
        properties.iter().map(|(key, value)| format!("{}: {}", quoted(key), text(value))).collect();
    let gap = if labels.is_empty() || properties.is_empty() { "" } else { " " };
    if properties.is_empty() {
        format!("({labels})")
    } else {
        format!("({labels}{gap}{{{}}})", properties.join(", "))
    }
}

/// What tells a node from others: its first label and its name, or all of its properties.
fn of_node(graph: &dyn Snapshot, node: NodeId) -> (Vec<String>, Vec<(String, Value)>) {
    let catalog = graph.catalog();
    let labels = graph.labels(node).iter().take(1);
    let labels = labels.map(|label| catalog.label_name(*label).to_string()).collect();
    let all = graph.node_properties(node);
    let all: Vec<(String, Value)> =
        all.into_iter().map(|(key, value)| (catalog.key_name(key).to_string(), value)).collect();
    match all.iter().find(|(key, _)| key == "name") {
        Some(name) => (labels, vec![name.clone()]),
        None => (labels, all),
    }
}

/// A value as it is typed.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Boolean(truth) => truth.to_string(),
        Value::Date(day) => format!("date('{day}')"),
        Value::Edtf(edtf) => format!("edtf('{edtf}')"),
        Value::Null => "null".to_owned(),
        other => format!("{other:?}"),
    }
}

/// A name, in backticks where it needs them.
pub(crate) fn quoted(name: &str) -> String {
    let starts_well = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if starts_well && name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        name.to_owned()
    } else {
        format!("`{}`", name.replace('`', "``"))
    }
}
