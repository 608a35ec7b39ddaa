//! A graph whose nodes are shown as of a time.
//!
//! A query that asks for a time may return whole nodes. Of the properties that have stated values
//! ([`super::stated`]) an answer shows those of that time; all else of the graph is as it is. Comes in: the
//! graph of an answer, and for each node what to show in the place of what it has, null for
//! nothing. Goes out: a [`Shown`], which whoever reads the answer reads nodes through. The engine
//! never reads it: what is shown is no column and has no index.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::error::Result;
use crate::graph::alias::Alias;
use crate::graph::declaration::Declarations;
use crate::graph::derived::Derivation;
use crate::graph::history::{Recorded, StatementChange};
use crate::graph::snapshot::{Adjacency, Column, Ends, Timing};
use crate::graph::statement::Qualifiers;
use crate::graph::stats::Statistics;
use crate::graph::{Catalog, Direction, KeyId, LabelId, Snapshot, TypeId};
use crate::value::{Map, NodeId, StatementId, Value};

/// A snapshot with other values for some properties of some nodes.
#[derive(Debug)]
struct Shown {
    graph: Arc<dyn Snapshot>,
    /// By node; `None` for one that is shown as of two times, so that neither may be said.
    values: HashMap<NodeId, Option<Vec<(KeyId, Value)>>>,
}

/// The graph with values of nodes in the place of their own.
pub(crate) fn over(graph: Arc<dyn Snapshot>, shown: Vec<(NodeId, Map)>) -> Arc<dyn Snapshot> {
    if shown.is_empty() {
        return graph;
    }
    let mut values: HashMap<NodeId, Option<Vec<(KeyId, Value)>>> = HashMap::new();
    for (node, map) in shown {
        let found = map.into_iter();
        let found = found.filter_map(|(key, value)| Some((graph.catalog().key(&key)?, value)));
        let found: Vec<_> = found.collect();
        let known = values.entry(node).or_insert_with(|| Some(found.clone()));
        if known.as_ref().is_some_and(|known| *known != found) {
            *known = None;
        }
    }
    Arc::new(Shown { graph, values })
}

impl Shown {
    fn values(&self, node: NodeId) -> &[(KeyId, Value)] {
        self.values.get(&node).and_then(Option::as_deref).unwrap_or_default()
    }
}

/// Passes each method on to the graph, but for the properties of nodes.
macro_rules! delegate {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)+) => {
        impl Snapshot for Shown {
            fn node_property(&self, node: NodeId, key: KeyId) -> Value {
                let shown = self.values(node).iter().find(|(of, _)| *of == key);
                shown.map_or_else(|| self.graph.node_property(node, key), |(_, value)| value.clone())
            }

            fn node_properties(&self, node: NodeId) -> Vec<(KeyId, Value)> {
                let shown = self.values(node);
                let mut all = self.graph.node_properties(node);
                all.retain(|(key, _)| shown.iter().all(|(of, _)| of != key));
                all.extend(shown.iter().filter(|(_, value)| !value.is_null()).cloned());
                all
            }

            $(fn $name(&self, $($argument: $type),*) -> $result {
                self.graph.$name($($argument),*)
            })+
        }
    };
}

delegate! {
    catalog() -> &Catalog;
    declarations() -> &Declarations;
    aliases() -> &[Alias];
    statistics() -> &Statistics;
    commit() -> u64;
    node_bound() -> u32;
    statement_bound() -> u32;
    contains_node(node: NodeId) -> bool;
    scan_nodes(
        label: Option<LabelId>,
        from: NodeId,
        limit: usize,
        out: &mut Vec<NodeId>
    ) -> Option<NodeId>;
    label_ranges(label: LabelId) -> Option<&[Range<u32>]>;
    labels(node: NodeId) -> &[LabelId];
    has_label(node: NodeId, label: LabelId) -> bool;
    node_column(key: KeyId) -> Column<'_>;
    lookup(label: LabelId, key: KeyId, value: &Value) -> Option<Vec<NodeId>>;
    lookup_statements(
        relationship_type: TypeId,
        key: KeyId,
        value: &Value
    ) -> Option<Vec<StatementId>>;
    statement(statement: StatementId) -> Option<Ends>;
    deleted_statement(statement: StatementId) -> Option<Ends>;
    statement_property(statement: StatementId, key: KeyId) -> Value;
    statement_properties(statement: StatementId) -> Vec<(KeyId, Value)>;
    statement_column(key: KeyId) -> Column<'_>;
    qualifiers(statement: StatementId) -> Option<&Qualifiers>;
    recorded(statement: StatementId) -> Option<Recorded>;
    timings(statements: &[StatementId]) -> Vec<Timing<'_>>;
    changes(after: u64, to: u64) -> Result<Vec<StatementChange>>;
    commit_at(instant: (i64, u32)) -> u64;
    is_derived(statement: StatementId) -> bool;
    derivation(statement: StatementId) -> Option<Arc<Derivation>>;
    all_plain(relationship_type: TypeId) -> bool;
    any_disbelieved(relationship_type: TypeId) -> bool;
    adjacency(relationship_type: TypeId, direction: Direction) -> Adjacency<'_>;
    loops(relationship_type: TypeId) -> Cow<'_, [(NodeId, StatementId)]>;
    sorted_by(relationship_type: TypeId) -> Option<KeyId>;
    node_element_id(node: NodeId) -> u64;
    node_by_element_id(element_id: u64) -> Option<NodeId>;
    statement_element_id(statement: StatementId) -> u64;
    statement_by_element_id(element_id: u64) -> Option<StatementId>;
}
