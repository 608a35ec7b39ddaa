//! The graph without anything in it.

use std::ops::Range;

use crate::graph::alias::Alias;
use crate::graph::declaration::Declarations;
use crate::graph::snapshot::{Adjacency, Column, Ends};
use crate::graph::statement::Qualifiers;
use crate::graph::stats::Statistics;
use crate::graph::{Catalog, Direction, KeyId, LabelId, Snapshot, TypeId};
use crate::value::{NodeId, StatementId, Value};

/// The snapshot of commit 0: no node, no relationship, no name.
///
/// What can be computed before there is a graph is computed on it.
#[derive(Debug, Default)]
pub struct EmptyGraph {
    catalog: Catalog,
    declarations: Declarations,
    statistics: Statistics,
}

impl Snapshot for EmptyGraph {
    fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    fn declarations(&self) -> &Declarations {
        &self.declarations
    }

    fn aliases(&self) -> &[Alias] {
        &[]
    }

    fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    fn commit(&self) -> u64 {
        0
    }

    fn node_bound(&self) -> u32 {
        0
    }

    fn statement_bound(&self) -> u32 {
        0
    }

    fn contains_node(&self, _: NodeId) -> bool {
        false
    }

    fn scan_nodes(
        &self,
        _: Option<LabelId>,
        _: NodeId,
        _: usize,
        _: &mut Vec<NodeId>,
    ) -> Option<NodeId> {
        None
    }

    fn label_ranges(&self, _: LabelId) -> Option<&[Range<u32>]> {
        Some(&[])
    }

    fn labels(&self, _: NodeId) -> &[LabelId] {
        &[]
    }

    fn node_property(&self, _: NodeId, _: KeyId) -> Value {
        Value::Null
    }

    fn node_properties(&self, _: NodeId) -> Vec<(KeyId, Value)> {
        Vec::new()
    }

    fn node_column(&self, _: KeyId) -> Column<'_> {
        Column::EMPTY
    }

    fn lookup(&self, _: LabelId, _: KeyId, _: &Value) -> Option<Vec<NodeId>> {
        None
    }

    fn lookup_statements(&self, _: TypeId, _: KeyId, _: &Value) -> Option<Vec<StatementId>> {
        None
    }

    fn statement(&self, _: StatementId) -> Option<Ends> {
        None
    }

    fn statement_property(&self, _: StatementId, _: KeyId) -> Value {
        Value::Null
    }

    fn statement_properties(&self, _: StatementId) -> Vec<(KeyId, Value)> {
        Vec::new()
    }

    fn statement_column(&self, _: KeyId) -> Column<'_> {
        Column::EMPTY
    }

    fn qualifiers(&self, _: StatementId) -> Option<&Qualifiers> {
        None
    }

    fn all_plain(&self, _: TypeId) -> bool {
        true
    }

    fn any_disbelieved(&self, _: TypeId) -> bool {
        false
    }

    fn adjacency(&self, _: TypeId, _: Direction) -> Adjacency<'_> {
        Adjacency::EMPTY
    }
}
