//! The immutable base of a store: everything up to one commit, as arrays.
//!
//! Built whole by [`GenerationBuilder`](super::builder::GenerationBuilder), read by
//! [`StoreSnapshot`](super::StoreSnapshot), never changed. What is written later stands in a
//! [`Delta`](super::delta::Delta) over it until a checkpoint builds the next generation.
//!
//! ```text
//! nodes        0 Russia    1 Nauru   │ 2 South Ossetia │ 3 article
//! label sets   {State} 0..2          │ {Region} 2..3   │ {Document} 3..4     a label test is a range
//! columns      name: "Russia", "Nauru", "South Ossetia", "article"
//! statements   RECOGNISES 0..2  (0)->(2), (1)->(2)       the id is first + position
//! qualifiers   RECOGNISES [1, 2] into [plain, {paragraph 5, 2008-08-26/..}, {paragraph 5}]
//! ```
//!
//! Invariants: label sets are distinct and ascend by first node, types by first relationship; every
//! relationship's ends exist; statistics are exact. Reading a node's labels is a binary
//! search over label sets (a handful), reading a relationship's start one over offsets.

use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::graph::snapshot::Ends;
use crate::graph::statement::Qualifiers;
use crate::graph::stats::Statistics;
use crate::graph::{KeyId, LabelId, TypeId};
use crate::value::{NodeId, StatementId};

use super::adjacency::StoredAdjacency;
use super::column::StoredColumn;
use super::numbers::ElementIds;
use super::qualifiers::QualifierColumn;

/// Everything up to one commit, as arrays.
#[derive(Debug, Default)]
pub struct Generation {
    /// How many nodes there are; their ids are below.
    pub nodes: u32,
    /// How many relationships there are; their ids are below.
    pub statements: u32,
    /// The distinct label sets, ascending by first node.
    pub label_sets: Vec<LabelSet>,
    /// For each label the ranges of its nodes.
    pub label_ranges: HashMap<LabelId, Vec<Range<u32>>>,
    /// Node properties.
    pub node_columns: HashMap<KeyId, StoredColumn>,
    /// The relationship types, ascending by first relationship.
    pub types: Vec<TypeGroup>,
    /// Where each type stands in `types`.
    pub type_positions: HashMap<TypeId, usize>,
    /// Relationship properties.
    pub statement_columns: HashMap<KeyId, StoredColumn>,
    /// The numbers by which users know the nodes.
    pub node_elements: ElementIds,
    /// The numbers by which users know the relationships.
    pub statement_elements: ElementIds,
    /// Counts and degrees.
    pub statistics: Arc<Statistics>,
}

/// The nodes that bear exactly the same labels.
#[derive(Debug)]
pub struct LabelSet {
    /// The labels, ascending.
    pub labels: Arc<[LabelId]>,
    /// The nodes.
    pub nodes: Range<u32>,
    /// The properties that at least one of them has, ascending.
    pub keys: Vec<KeyId>,
}

/// The relationships of one type.
#[derive(Debug)]
pub struct TypeGroup {
    /// Which type.
    pub relationship_type: TypeId,
    /// The relationships.
    pub adjacency: StoredAdjacency,
    /// The date property that orders parallel relationships, those without one last.
    pub sorted_by: Option<KeyId>,
    /// Their qualifiers; `None` where all are plain.
    pub qualifiers: Option<QualifierColumn>,
    /// The properties that at least one of them has, ascending.
    pub keys: Vec<KeyId>,
}

impl Generation {
    /// The label set of a node.
    pub fn label_set(&self, node: NodeId) -> Option<&LabelSet> {
        let at = self.label_sets.partition_point(|set| set.nodes.end <= node.0);
        self.label_sets.get(at)
    }

    /// The ranges of the nodes with a label.
    pub fn ranges_of(&self, label: LabelId) -> &[Range<u32>] {
        self.label_ranges.get(&label).map_or(&[], Vec::as_slice)
    }

    /// The relationships of a type, if there are any.
    pub fn group(&self, relationship_type: TypeId) -> Option<&TypeGroup> {
        Some(&self.types[*self.type_positions.get(&relationship_type)?])
    }

    /// The group in which a relationship stands.
    pub fn group_of(&self, statement: StatementId) -> Option<&TypeGroup> {
        let at = self.types.partition_point(|group| group.adjacency.first <= statement.0);
        self.types.get(at.checked_sub(1)?)
    }

    /// Type and ends of a relationship.
    pub fn ends(&self, statement: StatementId) -> Option<Ends> {
        let group = self.group_of(statement)?;
        group.adjacency.ends(group.relationship_type, statement.0 - group.adjacency.first)
    }

    /// The qualifiers of a relationship; `None` where it is plain.
    pub fn qualifiers(&self, statement: StatementId) -> Option<&Qualifiers> {
        let group = self.group_of(statement)?;
        group.qualifiers.as_ref()?.get(statement.0 - group.adjacency.first)
    }
}
