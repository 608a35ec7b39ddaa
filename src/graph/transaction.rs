//! The whole write contract between engine and store.

use std::sync::Arc;

use serde::Serialize;

use crate::error::Result;
use crate::graph::alias::Alias;
use crate::graph::declaration::{Completeness, Declaration, Inference, Phrase};
use crate::graph::rule::{Rule, Touched};
use crate::graph::statement::Qualifiers;
use crate::graph::{KeyId, LabelId, Snapshot, TypeId};
use crate::value::{NodeId, StatementId, Value};

/// Changes that become one commit, or nothing.
///
/// A transaction is a snapshot of the graph with its own changes in it. The methods trust their
/// caller in what is cheap to check before (the ends of a new relationship exist, a deleted node
/// has no relationships left); the engine checks and words the errors. Ids handed out are never
/// reused within the transaction.
pub trait Transaction: Snapshot {
    /// This transaction as something to read from.
    fn as_snapshot(&self) -> &dyn Snapshot;

    /// The id of a label, new if need be.
    fn intern_label(&mut self, name: &str) -> LabelId;

    /// The id of a relationship type, new if need be.
    fn intern_type(&mut self, name: &str) -> TypeId;

    /// The id of a property key, new if need be.
    fn intern_key(&mut self, name: &str) -> KeyId;

    /// Creates a node; fails only where the store is full.
    fn create_node(&mut self, labels: &[LabelId]) -> Result<NodeId>;

    /// Creates a relationship between two existing nodes; fails only where the store is full.
    fn create_statement(
        &mut self,
        relationship_type: TypeId,
        start: NodeId,
        end: NodeId,
    ) -> Result<StatementId>;

    /// Sets a property of a node; null removes it.
    fn set_node_property(&mut self, node: NodeId, key: KeyId, value: Value);

    /// The same for the value that stands out of those that are stated of a property; it is not
    /// counted, because stating it was.
    fn show_property(&mut self, node: NodeId, key: KeyId, value: Value);

    /// Sets a property of a relationship; null removes it.
    fn set_statement_property(&mut self, statement: StatementId, key: KeyId, value: Value);

    /// Gives a node a label; says whether it was without.
    fn add_label(&mut self, node: NodeId, label: LabelId) -> bool;

    /// Takes a label from a node; says whether it had it.
    fn remove_label(&mut self, node: NodeId, label: LabelId) -> bool;

    /// Deletes a relationship; says whether it existed.
    fn delete_statement(&mut self, statement: StatementId) -> bool;

    /// Deletes a node that has no relationships; says whether it existed.
    fn delete_node(&mut self, node: NodeId) -> bool;

    /// Deletes a relationship and forgets it, in recorded time too; says whether it existed.
    fn erase_statement(&mut self, statement: StatementId, reason: Arc<str>) -> bool;

    /// Deletes a node that has no relationships, and forgets it and every mention of it as a
    /// document, in recorded time too; says whether it existed.
    fn erase_node(&mut self, node: NodeId, reason: Arc<str>) -> bool;

    /// Says when a relationship holds and who says so; replaces what was said before.
    fn qualify(&mut self, statement: StatementId, qualifiers: Qualifiers);

    /// Declares what a relationship type is like; replaces what was declared before.
    fn declare(&mut self, relationship_type: TypeId, declaration: Declaration);

    /// Declares what a label is a kind of; replaces what was declared before.
    fn declare_label(&mut self, label: LabelId, above: Vec<LabelId>);

    /// States that facts are complete.
    fn add_completeness(&mut self, completeness: Completeness);

    /// Puts these completeness statements in place of those before.
    fn set_completeness(&mut self, completeness: Vec<Completeness>);

    /// States what questions may call a label, a relationship type or a property.
    fn add_phrase(&mut self, phrase: Phrase);

    /// Gives an entity one more name.
    fn add_alias(&mut self, alias: Alias);

    /// Puts these indexes and constraints in place of those before; whoever calls has checked them.
    fn set_rules(&mut self, rules: Vec<Rule>);

    /// Puts these rules of inference in place of those before; whoever calls has checked them.
    fn set_inferences(&mut self, inferences: Vec<Inference>);

    /// Begins a part that can be taken back by itself; parts may stand in parts.
    fn begin_part(&mut self);

    /// Ends the part that was begun last: keeps what it has changed, or takes it back. What has been
    /// touched in it counts as checked.
    fn end_part(&mut self, keep: bool);

    /// What has been created or changed so far; deleted elements may be among it.
    fn touched(&self) -> &Touched;

    /// What has been changed so far.
    fn counters(&self) -> Counters;

    /// About how many bytes the changes so far take in memory until they are committed.
    fn changed_bytes(&self) -> usize;
}

/// How much a query changed.
///
/// [`Rows::counters`](crate::Rows::counters) has those of a query.
///
/// ```
/// let rows = dossier::Store::memory().query("CREATE (:State {name: 'Nauru'})", ())?;
/// let changed = rows.counters();
/// assert_eq!((changed.nodes_created, changed.properties_set, changed.nodes_deleted), (1, 1, 0));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// Nodes created.
    pub nodes_created: u64,
    /// Nodes deleted.
    pub nodes_deleted: u64,
    /// Relationships created.
    pub relationships_created: u64,
    /// Relationships deleted.
    pub relationships_deleted: u64,
    /// Properties set or removed.
    pub properties_set: u64,
    /// Labels added to nodes.
    pub labels_added: u64,
    /// Labels removed from nodes.
    pub labels_removed: u64,
}

impl Counters {
    /// What was changed since an earlier count of the same transaction.
    ///
    /// ```
    /// use dossier::graph::Counters;
    /// let before = Counters { nodes_created: 3, ..Counters::default() };
    /// let after = Counters { nodes_created: 5, ..Counters::default() };
    /// assert_eq!(after.since(&before).nodes_created, 2);
    /// ```
    #[must_use]
    pub fn since(&self, before: &Counters) -> Counters {
        let less = u64::saturating_sub;
        Counters {
            nodes_created: less(self.nodes_created, before.nodes_created),
            nodes_deleted: less(self.nodes_deleted, before.nodes_deleted),
            relationships_created: less(self.relationships_created, before.relationships_created),
            relationships_deleted: less(self.relationships_deleted, before.relationships_deleted),
            properties_set: less(self.properties_set, before.properties_set),
            labels_added: less(self.labels_added, before.labels_added),
            labels_removed: less(self.labels_removed, before.labels_removed),
        }
    }

    /// Whether anything was changed.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// assert!(!store.query("RETURN 1 AS one", ())?.counters().any());
    /// assert!(store.query("CREATE ()", ())?.counters().any());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn any(&self) -> bool {
        *self != Counters::default()
    }
}
