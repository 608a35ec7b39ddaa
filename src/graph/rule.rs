//! Indexes and constraints: what a store promises about properties.
//!
//! Rules name labels, types and keys by their text, so that a rule may come before the first node
//! that it is about.

use std::sync::Arc;

use crate::graph::{KeyId, LabelId, Snapshot, TypeId};
use crate::value::{NodeId, StatementId};

/// An index or a constraint.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("CREATE CONSTRAINT one_name FOR (s:State) REQUIRE s.name IS UNIQUE", ())?;
/// let graph = store.snapshot();
/// let rule = &graph.declarations().rules[0];
/// assert_eq!((&*rule.name, &*rule.on, &*rule.keys[0]), ("one_name", "State", "name"));
/// assert!(rule.is_constraint());
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name; no two rules share one.
    pub name: Arc<str>,
    /// What it promises.
    pub kind: RuleKind,
    /// Whether it is about relationships of a type rather than nodes with a label.
    pub is_relationship: bool,
    /// The label or the type.
    pub on: Arc<str>,
    /// The properties, in the order written.
    pub keys: Vec<Arc<str>>,
}

/// What a rule promises.
///
/// ```
/// use dossier::graph::rule::RuleKind;
/// assert_eq!(RuleKind::Unique.name(false), "UNIQUENESS");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// Look-ups by equality and range.
    RangeIndex,
    /// Look-ups of texts.
    TextIndex,
    /// Look-ups of points.
    PointIndex,
    /// No two elements with the same values.
    Unique,
    /// Every element has the properties.
    Exists,
    /// Both.
    Key,
    /// Where an element has the property, its value is of this type, as written in GQL.
    Typed(Arc<str>),
}

/// The elements that a transaction has created or changed, each perhaps several times.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct Touched {
    /// Nodes.
    pub nodes: Vec<NodeId>,
    /// Relationships.
    pub statements: Vec<StatementId>,
}

impl Rule {
    /// Whether it is a constraint and no index.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE INDEX state_names FOR (s:State) ON (s.name)", ())?;
    /// assert!(!store.snapshot().declarations().rules[0].is_constraint());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn is_constraint(&self) -> bool {
        !matches!(self.kind, RuleKind::RangeIndex | RuleKind::TextIndex | RuleKind::PointIndex)
    }

    /// Whether it is about finding elements by a value.
    pub fn finds_by_value(&self) -> bool {
        matches!(self.kind, RuleKind::RangeIndex | RuleKind::TextIndex) || self.is_unique()
    }

    /// Whether no two elements have the same values.
    pub fn is_unique(&self) -> bool {
        matches!(self.kind, RuleKind::Unique | RuleKind::Key)
    }

    /// Whether two rules say the same of the same properties.
    #[doc(hidden)]
    pub fn is_equivalent(&self, other: &Rule) -> bool {
        self.kind == other.kind && self.same_target(other)
    }

    /// Whether two rules are about the same properties.
    #[doc(hidden)]
    pub fn same_target(&self, other: &Rule) -> bool {
        self.is_relationship == other.is_relationship
            && self.on == other.on
            && self.keys == other.keys
    }

    /// The ids of its keys; `None` for one that no element has.
    #[doc(hidden)]
    pub fn key_ids(&self, graph: &dyn Snapshot) -> Vec<Option<KeyId>> {
        self.keys.iter().map(|key| graph.catalog().key(key)).collect()
    }

    /// The label, where it is about nodes and some node has borne it.
    #[doc(hidden)]
    pub fn label(&self, graph: &dyn Snapshot) -> Option<LabelId> {
        if self.is_relationship { None } else { graph.catalog().label(&self.on) }
    }

    /// The type, where it is about relationships and there has been one.
    #[doc(hidden)]
    pub fn relationship_type(&self, graph: &dyn Snapshot) -> Option<TypeId> {
        if self.is_relationship { graph.catalog().relationship_type(&self.on) } else { None }
    }
}

impl RuleKind {
    /// As `SHOW INDEXES` and `SHOW CONSTRAINTS` call it.
    ///
    /// ```
    /// use dossier::graph::rule::RuleKind;
    /// assert_eq!(RuleKind::Exists.name(true), "RELATIONSHIP_PROPERTY_EXISTENCE");
    /// ```
    pub fn name(&self, is_relationship: bool) -> &'static str {
        match (self, is_relationship) {
            (RuleKind::RangeIndex, _) => "RANGE",
            (RuleKind::TextIndex, _) => "TEXT",
            (RuleKind::PointIndex, _) => "POINT",
            (RuleKind::Unique, false) => "UNIQUENESS",
            (RuleKind::Unique, true) => "RELATIONSHIP_UNIQUENESS",
            (RuleKind::Exists, false) => "NODE_PROPERTY_EXISTENCE",
            (RuleKind::Exists, true) => "RELATIONSHIP_PROPERTY_EXISTENCE",
            (RuleKind::Key, false) => "NODE_KEY",
            (RuleKind::Key, true) => "RELATIONSHIP_KEY",
            (RuleKind::Typed(_), false) => "NODE_PROPERTY_TYPE",
            (RuleKind::Typed(_), true) => "RELATIONSHIP_PROPERTY_TYPE",
        }
    }
}
