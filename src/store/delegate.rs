//! A transaction read like any other snapshot.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::Result;
use crate::graph::alias::Alias;
use crate::graph::declaration::Declarations;
use crate::graph::history::{Recorded, StatementChange};
use crate::graph::snapshot::{Adjacency, Column, Ends, Timing};
use crate::graph::statement::Qualifiers;
use crate::graph::stats::Statistics;
use crate::graph::{Catalog, Direction, KeyId, LabelId, Snapshot, Transaction, TypeId};
use crate::value::{NodeId, StatementId, Value};

use super::WriteTransaction;

/// Passes each method on to the graph that the transaction writes to.
macro_rules! delegate {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)+) => {
        impl Snapshot for WriteTransaction {
            $(fn $name(&self, $($argument: $type),*) -> $result {
                self.as_snapshot().$name($($argument),*)
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
    node_property(node: NodeId, key: KeyId) -> Value;
    node_properties(node: NodeId) -> Vec<(KeyId, Value)>;
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
