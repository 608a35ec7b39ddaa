//! Nodes that were there before the import.

use super::keys::key_of;
use super::{Group, Import};
use crate::graph::{KeyId, LabelId, Snapshot};
use crate::load::recipe::{Document, Expression, Nodes, Properties};
use crate::load::rows::Kind;
use crate::value::{NodeId, Value};

/// So many nodes are asked for at a time.
const SCAN: usize = 4096;

impl<'a> Import<'a> {
    /// Gives a group the keys of those nodes of the graph that a table could have made: they bear
    /// its labels, and the key is kept in properties.
    pub(super) fn enter_known(&mut self, table: &'a Nodes) {
        let Some(base) = self.base else { return };
        let graph = base.graph();
        let label = |name: &String| graph.catalog().label(name);
        let key = |name: String| graph.catalog().key(&name);
        let labels: Option<Vec<LabelId>> = table.labels.iter().map(label).collect();
        let keys: Option<Vec<KeyId>> =
            stored_keys(table).and_then(|names| names.into_iter().map(key).collect());
        let (Some(labels), Some(keys)) = (labels, keys) else { return };
        let Some((first, others)) = labels.split_first() else { return };
        let group = self.groups.entry(&table.group).or_default();
        group.known = base.len();
        let (mut found, mut from) = (Vec::new(), Some(NodeId(0)));
        while let Some(start) = from {
            found.clear();
            from = graph.scan_nodes(Some(*first), start, SCAN, &mut found);
            for &node in &found {
                if others.iter().all(|&label| graph.has_label(node, label))
                    && let Some(row) = base.row(node)
                {
                    let values: Vec<Value> =
                        keys.iter().map(|&key| graph.node_property(node, key)).collect();
                    group.enter(&values, row);
                }
            }
        }
    }

    /// The row of a document that the graph has already.
    pub(super) fn known_document(&self, document: &Document) -> Option<u32> {
        let base = self.base?;
        let graph = base.graph();
        let label = graph.catalog().label(&document.label)?;
        let key = graph.catalog().key("name")?;
        let name = Value::from(document.name.as_str());
        base.row(*graph.lookup(label, key, &name)?.first()?)
    }
}

impl Group {
    /// The row of the node with a key, which may be a number where the keys are texts, or the reverse.
    pub fn find(&self, key: &Value) -> Option<u32> {
        let kind = self.kinds.first().copied().flatten();
        let key = match (key, kind) {
            (Value::Integer(number), Some(Kind::Text)) => number.to_string().into(),
            (Value::String(text), Some(Kind::Integer)) => Kind::Integer.value(text)?,
            (key, _) => key.clone(),
        };
        let mut buffer = Vec::new();
        self.keys.find(key_of(&[key], &mut buffer).ok()??)
    }

    /// Enters the key of a node that is there, if no other has it.
    fn enter(&mut self, values: &[Value], row: u32) {
        let mut buffer = Vec::new();
        if let Ok(Some(key)) = key_of(values, &mut buffer) {
            self.keys.insert(key, row);
        }
    }
}

/// The properties that hold the parts of a key; `None` where one is in none.
fn stored_keys(table: &Nodes) -> Option<Vec<String>> {
    if table.keys.is_empty() {
        return None;
    }
    let named = |at: usize| table.columns.named.get(at).map(|(name, _)| name.clone());
    let stored = |key: &Expression| match &table.properties {
        Properties::These(properties) => {
            properties.iter().find(|(_, value)| value == key).map(|(name, _)| name.clone())
        }
        Properties::AllColumns if table.each.is_empty() => match key {
            Expression::Column(at) => named(*at),
            _ => None,
        },
        Properties::AllColumns => None,
    };
    table.keys.iter().map(stored).collect()
}
