//! Writing: a snapshot that changes until it is committed or dropped.
//!
//! A [`WriteTransaction`] holds the only right to write. It begins with a copy of the last commit
//! (a handful of reference counts), writes to the copy's [`Delta`](super::delta::Delta), and reads
//! its own writes from it like any other reader. Committing publishes the copy; dropping forgets
//! it, and nothing has to be undone.
//!
//! The counters compare the graph with how it was when the transaction began: what was created and
//! deleted again, or set and set back, was not changed. A value that is set to itself was not
//! changed either. Properties and labels of new nodes and relationships count; those of deleted
//! ones do not.

mod erase;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::{Error, Result, store};
use crate::graph::alias::Alias;
use crate::graph::declaration::{Completeness, Declaration, Inference, Phrase};
use crate::graph::rule::{Rule, Touched};
use crate::graph::snapshot::Ends;
use crate::graph::statement::Qualifiers;
use crate::graph::stats::Statistics;
use crate::graph::transaction::Counters;
use crate::graph::{Catalog, KeyId, LabelId, Snapshot, Transaction, TypeId};
use crate::value::{NodeId, StatementId, Value};

use super::StoreSnapshot;
use super::builder::grown;
use super::codec::Writer;
use super::history::{Notes, NotesMark};
use super::record::{self, Operation};
use super::snapshot::Deleted;
use super::turn::WriteTurn;

/// About what a change takes in the recent writes: an entry of a map that copies in constant time, the
/// note of how to undo it, and its share of the lists of labels and neighbours.
const CHANGE_BYTES: usize = 72;
/// What a deletion takes more: the note has all that was deleted, and who asks for it still finds its ends.
const DELETED_BYTES: usize = 160;

/// Changes that become one commit, or nothing.
///
/// Dropped without [`commit`](WriteTransaction::commit), it leaves no trace.
#[derive(Debug)]
pub struct WriteTransaction {
    /// The graph with the changes in it.
    graph: StoreSnapshot,
    /// The graph as it was in the beginning.
    start: Arc<StoreSnapshot>,
    /// The number of the commit before the one that is being made.
    before: u64,
    counters: Counters,
    /// The labels of the node created last: the next one often has the same.
    last_labels: Arc<[LabelId]>,
    /// How to undo it.
    notes: Notes,
    /// The instant of the commit, where the caller gives it.
    instant: Option<(i64, u32)>,
    /// What constraints must be checked on; kept only where there are any.
    touched: Touched,
    /// What was done, for a store on disk.
    record: Option<Writer>,
    /// How things stood when the parts that are under way were begun.
    parts: Vec<Part>,
    /// About how many bytes the changes take, the record of them not included.
    changed_bytes: usize,
    /// The right to write; `None` where a commit is carried out again.
    turn: Option<WriteTurn>,
}

/// How a transaction stood when a part of it was begun.
#[derive(Debug)]
struct Part {
    graph: StoreSnapshot,
    counters: Counters,
    notes: NotesMark,
    touched: Touched,
    /// How much of the record there was, and whether it could be read back.
    record: Option<(usize, bool)>,
    changed_bytes: usize,
}

impl WriteTransaction {
    pub(super) fn new(turn: WriteTurn) -> Self {
        let start = turn.head();
        let notes = Notes::new(&start);
        WriteTransaction {
            graph: StoreSnapshot::clone(&start),
            before: start.commit,
            start,
            counters: Counters::default(),
            last_labels: Arc::default(),
            notes,
            instant: None,
            touched: Touched::default(),
            record: turn.is_recorded().then(Writer::default),
            parts: Vec::new(),
            changed_bytes: 0,
            turn: Some(turn),
        }
    }

    /// A transaction that carries commits out again, each up to [`WriteTransaction::end_commit`], and ends with
    /// [`WriteTransaction::into_graph`].
    pub(super) fn replaying(start: Arc<StoreSnapshot>) -> Self {
        WriteTransaction {
            graph: StoreSnapshot::clone(&start),
            before: start.commit,
            counters: Counters::default(),
            last_labels: Arc::default(),
            notes: Notes::new(&start),
            start,
            instant: None,
            touched: Touched::default(),
            record: None,
            parts: Vec::new(),
            changed_bytes: 0,
            turn: None,
        }
    }

    /// A transaction that takes commits back, and keeps nothing of how it could be undone itself.
    pub(super) fn rewinding(start: Arc<StoreSnapshot>) -> Self {
        WriteTransaction { notes: Notes::of_nothing(), ..WriteTransaction::replaying(start) }
    }

    /// Whether somebody may ask what was changed: whoever carries commits out again, or takes them back, does not.
    fn counts(&self) -> bool {
        self.turn.is_some()
    }

    /// The graph as it is now.
    pub(super) fn graph(&self) -> &StoreSnapshot {
        &self.graph
    }

    /// The graph with all changes, to be published by whoever carries commits out again.
    pub(super) fn into_graph(self) -> StoreSnapshot {
        StoreSnapshot { deleted: Deleted::default(), ..self.graph }
    }

    /// Ends a commit that was carried out again, so that the next one can be; says whether it changed anything.
    ///
    /// What one has copied of the graph the next ones change where it is, so that thousands cost little more
    /// than their changes.
    pub(super) fn end_commit(&mut self) -> bool {
        if self.graph.commit == self.before {
            return false;
        }
        let notes = std::mem::replace(&mut self.notes, Notes::new(&self.graph));
        let mut history = std::mem::take(&mut self.graph.history);
        history.add(&self.graph, notes, self.instant.take());
        self.graph.history = history;
        self.graph.deleted = Deleted::default();
        self.touched = Touched::default();
        self.before = self.graph.commit;
        true
    }

    /// Puts in the names that a commit added.
    pub(super) fn set_catalog(&mut self, catalog: Catalog) {
        self.graph.catalog = Arc::new(catalog);
    }

    fn note(&mut self, operation: &Operation<'_>) {
        self.changed_bytes += CHANGE_BYTES + operation.value_bytes();
        if let Some(out) = &mut self.record {
            record::note(out, &self.graph, operation);
        }
    }

    /// The graph with the changes so far, to read from after the transaction is over.
    ///
    /// Ids that the transaction handed out stay valid in it, whatever the commit renumbers.
    pub fn snapshot(&self) -> Arc<StoreSnapshot> {
        Arc::new(self.graph.clone())
    }

    /// Publishes the changes and returns the number of the commit.
    ///
    /// A transaction that changed nothing makes no commit: it returns the number of the last one.
    ///
    /// ```
    /// use dossier::graph::{Snapshot, Transaction};
    /// use dossier::store::Database;
    ///
    /// let database = Database::memory();
    /// let mut write = database.begin_write()?;
    /// let state = write.intern_label("State");
    /// write.create_node(&[state])?;
    /// assert_eq!(database.begin_read().statistics().nodes, 0);
    /// assert_eq!(write.commit()?, 1);
    /// assert_eq!(database.begin_read().statistics().nodes, 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn commit(self) -> Result<u64> {
        let Some(turn) = self.turn else { return Ok(self.start.commit) };
        if self.graph.commit == self.start.commit {
            return turn.commit_nothing();
        }
        let record = match &self.record {
            Some(operations) if operations.is_too_deep => {
                let message = "A property nests lists or maps deeper than a store keeps.";
                return Err(Error::new(&store::FULL, message));
            }
            Some(operations) => record::finish(&self.start, &self.graph, operations),
            None => Vec::new(),
        };
        let erased = self.notes.erased().clone();
        let mut graph = StoreSnapshot { deleted: Deleted::default(), ..self.graph };
        let mut history = std::mem::take(&mut graph.history);
        history.add(&graph, self.notes, Some(self.instant.unwrap_or_else(now)));
        graph.history = history;
        if erased.is_empty() {
            turn.commit(graph, record)
        } else {
            turn.commit_and_forget(graph, record, &erased)
        }
    }

    /// Says at which instant the transaction takes place, in seconds and nanoseconds since
    /// 1970-01-01T00:00:00Z; otherwise it is that of the commit, by the system's clock.
    pub fn at(&mut self, instant: (i64, u32)) {
        self.instant = Some(instant);
    }

    /// Notes a change, so that the commit gets a number of its own and a fold comes in time.
    fn touch(&mut self) {
        self.graph.commit = self.before + 1;
        self.graph.delta.changes += 1;
    }

    /// Refuses a number that a generation file could not keep: commits name things by numbers, so
    /// a store on disk cannot begin them anew as one in memory does.
    fn check_number(&self, number: u64, what: &str) -> Result<()> {
        if self.record.is_none() || number < u64::from(u32::MAX) {
            return Ok(());
        }
        let message = format!("The store has given out all numbers for {what}: 4,294,967,295.");
        Err(Error::new(&store::FULL, message)
            .hint("Export the store and import it into a new one."))
    }

    /// Notes that constraints must be checked on a node.
    fn touch_node(&mut self, node: NodeId) {
        if !self.graph.declarations.rules.is_empty() {
            self.touched.nodes.push(node);
        }
    }

    /// Notes that constraints must be checked on a relationship.
    fn touch_statement(&mut self, statement: StatementId) {
        if !self.graph.declarations.rules.is_empty() {
            self.touched.statements.push(statement);
        }
    }

    fn statistics_mut(&mut self) -> &mut Statistics {
        Arc::make_mut(&mut self.graph.statistics)
    }

    /// Adds to or takes from the number of nodes that bear a label.
    fn count_label(&mut self, label: LabelId, bears: bool) {
        let by_label = &mut self.statistics_mut().by_label;
        let count = by_label.entry(label).or_default();
        *count = if bears { *count + 1 } else { *count - 1 };
        if *count == 0 {
            by_label.remove(&label);
        }
    }

    /// Brings the statistics of a type up to its changes.
    fn count_type(&mut self, relationship_type: TypeId) {
        let Some(delta) = self.graph.delta.types.get(&relationship_type) else { return };
        let statistics = delta.statistics();
        let by_type = &mut self.statistics_mut().by_type;
        if statistics.count == 0 {
            by_type.remove(&relationship_type);
        } else {
            by_type.insert(relationship_type, statistics);
        }
    }

    /// Notes in the label's lists that a node now bears it or no longer does.
    fn list_label(&mut self, node: NodeId, label: LabelId, bears: bool) {
        let bore =
            self.graph.generation.label_set(node).is_some_and(|set| set.labels.contains(&label));
        let delta = self.graph.delta.label_mut(label);
        match (bore, bears) {
            (true, true) => drop(delta.lost.remove(node.0)),
            (true, false) => drop(delta.lost.insert(node.0)),
            (false, true) => delta.gained.insert(node.0, ()),
            (false, false) => delta.gained.remove(node.0),
        }
        self.count_label(label, bears);
    }

    /// Gives an existing node other labels.
    fn set_labels(&mut self, node: NodeId, labels: &[LabelId]) {
        let base = self.graph.generation.label_set(node);
        if base.is_some_and(|set| *set.labels == *labels) {
            self.graph.delta.nodes.remove(node.0);
        } else {
            self.graph.delta.nodes.insert(node.0, labels.into());
        }
    }

    /// Takes from the counters what was changed about a node that is being deleted.
    fn forget_node_changes(&mut self, node: NodeId) {
        if !self.counts() {
            return;
        }
        let now = self.graph.labels(node).to_vec();
        let before = self.start.labels(node);
        self.counters.labels_added -= now.iter().filter(|l| !before.contains(l)).count() as u64;
        self.counters.labels_removed -= before.iter().filter(|l| !now.contains(l)).count() as u64;
        let changed = self.graph.delta.node_columns.keys().filter(|key| {
            let now = self.graph.node_property(node, **key);
            !same(&now, &self.start.node_property(node, **key))
        });
        let changed = changed.count() as u64;
        self.uncount_properties(changed);
    }

    /// Takes from the counters what was changed about a relationship that is being deleted.
    fn forget_statement_changes(&mut self, statement: StatementId) {
        if !self.counts() {
            return;
        }
        let changed = self.graph.delta.statement_columns.keys().filter(|key| {
            let now = self.graph.statement_property(statement, **key);
            !same(&now, &self.start.statement_property(statement, **key))
        });
        self.counters.properties_set -= changed.count() as u64;
    }

    /// Counts a property that changes from `old` to `new` and was `before` in the beginning.
    fn count_property(&mut self, before: &Value, old: &Value, new: &Value) {
        self.counters.properties_set += u64::from(!same(before, new));
        self.uncount_properties(u64::from(!same(before, old)));
    }

    /// What is shown of stated values was never counted, so that less may be left than is taken.
    fn uncount_properties(&mut self, by: u64) {
        self.counters.properties_set = self.counters.properties_set.saturating_sub(by);
    }

    /// Notes that a type has one qualified relationship more or less.
    fn count_qualified(&mut self, relationship_type: TypeId, was: bool, is: bool) {
        let graph = &mut self.graph;
        let delta = graph.delta.type_mut(&graph.generation, relationship_type);
        delta.qualified = delta.qualified + u64::from(is) - u64::from(was);
    }

    /// Takes a relationship out of the graph.
    fn remove_statement(&mut self, statement: StatementId, ends: Ends) {
        let was_qualified = self.graph.qualifiers(statement).is_some();
        self.count_qualified(ends.relationship_type, was_qualified, false);
        self.forget_statement_changes(statement);
        // Ids are given once, so one that is there now and is as old was there then.
        let is_old = statement.0 < self.start.delta.next_statement;
        match (self.graph.catalog.holds_values(ends.relationship_type), is_old) {
            (false, true) => self.counters.relationships_deleted += 1,
            (false, false) => self.counters.relationships_created -= 1,
            // A value of a property, which is counted as one.
            (true, true) => self.counters.properties_set += 1,
            (true, false) => {}
        }
        let graph = &mut self.graph;
        let delta = graph.delta.type_mut(&graph.generation, ends.relationship_type);
        delta.remove(&graph.generation, ends, statement);
        graph.delta.forget_statement(statement, graph.generation.statements);
        graph.deleted.insert(statement, ends, graph.generation.statements);
        self.count_type(ends.relationship_type);
        self.statistics_mut().statements -= 1;
        self.touch();
    }

    /// Takes a node out of the graph.
    fn remove_node(&mut self, node: NodeId) {
        self.forget_node_changes(node);
        if self.start.contains_node(node) {
            self.counters.nodes_deleted += 1;
        } else {
            self.counters.nodes_created -= 1;
        }
        for label in self.graph.labels(node).to_vec() {
            self.list_label(node, label, false);
        }
        if !self.graph.statistics.distinct.is_empty() {
            for (key, _) in self.graph.node_properties(node) {
                self.statistics_mut().distinct.remove(&key);
            }
        }
        self.graph.delta.forget_node(node, self.graph.generation.nodes);
        if self.graph.aliases.iter().any(|alias| alias.entity == node) {
            Arc::make_mut(&mut self.graph.aliases).retain(|alias| alias.entity != node);
        }
        self.statistics_mut().nodes -= 1;
        self.touch();
    }
}

impl Transaction for WriteTransaction {
    fn as_snapshot(&self) -> &dyn Snapshot {
        &self.graph
    }

    fn begin_part(&mut self) {
        self.parts.push(Part {
            graph: self.graph.clone(),
            counters: self.counters,
            notes: self.notes.mark(),
            touched: std::mem::take(&mut self.touched),
            record: self.record.as_ref().map(|record| (record.bytes.len(), record.is_too_deep)),
            changed_bytes: self.changed_bytes,
        });
    }

    fn end_part(&mut self, keep: bool) {
        let Some(part) = self.parts.pop() else { return };
        self.touched = part.touched;
        if keep {
            return;
        }
        (self.graph, self.counters) = (part.graph, part.counters);
        self.changed_bytes = part.changed_bytes;
        self.notes.go_back(part.notes);
        if let (Some(record), Some((len, is_too_deep))) = (&mut self.record, part.record) {
            record.bytes.truncate(len);
            record.is_too_deep = is_too_deep;
        }
    }

    fn intern_label(&mut self, name: &str) -> LabelId {
        let known = self.graph.catalog.label(name);
        known.unwrap_or_else(|| Arc::make_mut(&mut self.graph.catalog).intern_label(name))
    }

    fn intern_type(&mut self, name: &str) -> TypeId {
        let known = self.graph.catalog.relationship_type(name);
        known.unwrap_or_else(|| Arc::make_mut(&mut self.graph.catalog).intern_type(name))
    }

    fn intern_key(&mut self, name: &str) -> KeyId {
        let known = self.graph.catalog.key(name);
        known.unwrap_or_else(|| Arc::make_mut(&mut self.graph.catalog).intern_key(name))
    }

    fn create_node(&mut self, labels: &[LabelId]) -> Result<NodeId> {
        let node = NodeId(self.graph.delta.next_node);
        self.check_number(self.graph.node_element_id(node), "nodes")?;
        self.graph.delta.next_node = grown(node.0, 1, "nodes")?;
        if *self.last_labels != *labels {
            let mut sorted = labels.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            self.last_labels = sorted.into();
        }
        let labels = Arc::clone(&self.last_labels);
        self.note(&Operation::CreateNode(&labels));
        self.notes.created_node(self.graph.raw_node_number(node));
        for &label in labels.iter() {
            self.list_label(node, label, true);
        }
        self.counters.nodes_created += 1;
        self.counters.labels_added += labels.len() as u64;
        self.graph.delta.nodes.insert(node.0, labels);
        self.statistics_mut().nodes += 1;
        self.touch_node(node);
        self.touch();
        Ok(node)
    }

    fn create_statement(
        &mut self,
        relationship_type: TypeId,
        start: NodeId,
        end: NodeId,
    ) -> Result<StatementId> {
        let statement = StatementId(self.graph.delta.next_statement);
        self.check_number(self.graph.statement_element_id(statement), "relationships")?;
        self.graph.delta.next_statement = grown(statement.0, 1, "relationships")?;
        let ends = Ends { relationship_type, start, end };
        self.note(&Operation::CreateStatement(ends));
        self.notes.created_statement(self.graph.raw_statement_number(statement));
        let graph = &mut self.graph;
        graph.delta.statements.insert(statement.0, ends);
        let delta = graph.delta.type_mut(&graph.generation, relationship_type);
        delta.add(&graph.generation, ends, statement);
        self.count_type(relationship_type);
        let is_value = self.graph.catalog.holds_values(relationship_type);
        self.counters.relationships_created += u64::from(!is_value);
        self.statistics_mut().statements += 1;
        self.touch_statement(statement);
        self.touch();
        Ok(statement)
    }

    fn set_node_property(&mut self, node: NodeId, key: KeyId, value: Value) {
        if !self.graph.contains_node(node) {
            return;
        }
        self.note(&Operation::SetNode(node, key, &value));
        self.notes.node_property(&self.graph, node, key);
        if self.counts() {
            let before = self.start.node_property(node, key);
            self.count_property(&before, &self.graph.node_property(node, key), &value);
        }
        let is_old = self.graph.is_old_node(node);
        self.graph.delta.node_column_mut(key).set(node.0, value, is_old);
        if self.graph.statistics.distinct.contains_key(&key) {
            self.statistics_mut().distinct.remove(&key);
        }
        self.touch_node(node);
        self.touch();
    }

    fn show_property(&mut self, node: NodeId, key: KeyId, value: Value) {
        let counted = self.counters.properties_set;
        self.set_node_property(node, key, value);
        self.counters.properties_set = counted;
    }

    fn set_statement_property(&mut self, statement: StatementId, key: KeyId, value: Value) {
        if !self.graph.contains_statement(statement) {
            return;
        }
        self.note(&Operation::SetStatement(statement, key, &value));
        self.notes.statement_property(&self.graph, statement, key);
        if self.counts() {
            let before = self.start.statement_property(statement, key);
            self.count_property(&before, &self.graph.statement_property(statement, key), &value);
        }
        let is_old = self.graph.is_old_statement(statement);
        self.graph.delta.statement_column_mut(key).set(statement.0, value, is_old);
        self.touch_statement(statement);
        self.touch();
    }

    fn add_label(&mut self, node: NodeId, label: LabelId) -> bool {
        let mut labels = self.graph.labels(node).to_vec();
        let Err(at) = labels.binary_search(&label) else { return false };
        if !self.graph.contains_node(node) {
            return false;
        }
        self.note(&Operation::AddLabel(node, label));
        self.notes.label(&self.graph, node, label, true);
        labels.insert(at, label);
        self.set_labels(node, &labels);
        self.list_label(node, label, true);
        if self.start.labels(node).contains(&label) {
            self.counters.labels_removed -= 1;
        } else {
            self.counters.labels_added += 1;
        }
        self.touch_node(node);
        self.touch();
        true
    }

    fn remove_label(&mut self, node: NodeId, label: LabelId) -> bool {
        let mut labels = self.graph.labels(node).to_vec();
        let Ok(at) = labels.binary_search(&label) else { return false };
        self.note(&Operation::RemoveLabel(node, label));
        self.notes.label(&self.graph, node, label, false);
        labels.remove(at);
        self.set_labels(node, &labels);
        self.list_label(node, label, false);
        if self.start.labels(node).contains(&label) {
            self.counters.labels_removed += 1;
        } else {
            self.counters.labels_added -= 1;
        }
        self.touch();
        true
    }

    fn delete_statement(&mut self, statement: StatementId) -> bool {
        let Some(ends) = self.graph.statement(statement) else { return false };
        self.changed_bytes += DELETED_BYTES;
        self.note(&Operation::DeleteStatement(statement));
        self.notes.deleted_statement(&self.graph, statement, ends);
        self.remove_statement(statement, ends);
        true
    }

    fn erase_statement(&mut self, statement: StatementId, reason: Arc<str>) -> bool {
        self.erasure_of_statement(statement, reason)
            .is_some_and(|erasure| self.erase_statement_as(statement, erasure))
    }

    fn erase_node(&mut self, node: NodeId, reason: Arc<str>) -> bool {
        self.erasure_of_node(node, reason).is_some_and(|erasure| self.erase_node_as(node, erasure))
    }

    fn delete_node(&mut self, node: NodeId) -> bool {
        if !self.graph.contains_node(node) {
            return false;
        }
        self.changed_bytes += DELETED_BYTES;
        self.note(&Operation::DeleteNode(node));
        self.notes.deleted_node(&self.graph, node);
        self.remove_node(node);
        true
    }

    fn qualify(&mut self, statement: StatementId, qualifiers: Qualifiers) {
        let Some(ends) = self.graph.statement(statement) else { return };
        self.note(&Operation::Qualify(statement, &qualifiers));
        self.notes.qualified(&self.graph, statement);
        let was = self.graph.qualifiers(statement).is_some();
        self.count_qualified(ends.relationship_type, was, !qualifiers.is_plain());
        self.graph.delta.qualifiers.insert(statement.0, Arc::new(qualifiers));
        self.touch();
    }

    fn declare(&mut self, relationship_type: TypeId, declaration: Declaration) {
        // A type that is read through another one is known as soon as that is said.
        for name in declaration.inverse.iter().chain(&declaration.sub_of) {
            self.intern_type(name);
        }
        self.note(&Operation::Declare(relationship_type, &declaration));
        let declarations = Arc::make_mut(&mut self.graph.declarations);
        if declaration == Declaration::default() {
            declarations.types.remove(&relationship_type);
        } else {
            declarations.types.insert(relationship_type, declaration);
        }
        self.touch();
    }

    fn declare_label(&mut self, label: LabelId, above: Vec<LabelId>) {
        self.note(&Operation::DeclareLabel(label, &above));
        Arc::make_mut(&mut self.graph.declarations).kinds.declare(label, above);
        self.touch();
    }

    fn add_completeness(&mut self, completeness: Completeness) {
        self.note(&Operation::AddCompleteness(&completeness));
        Arc::make_mut(&mut self.graph.declarations).completeness.push(completeness);
        self.touch();
    }

    fn set_completeness(&mut self, completeness: Vec<Completeness>) {
        self.note(&Operation::SetCompleteness(&completeness));
        Arc::make_mut(&mut self.graph.declarations).completeness = completeness;
        self.touch();
    }

    fn add_phrase(&mut self, phrase: Phrase) {
        self.note(&Operation::AddPhrase(&phrase));
        Arc::make_mut(&mut self.graph.declarations).phrases.push(phrase);
        self.touch();
    }

    fn add_alias(&mut self, alias: Alias) {
        self.note(&Operation::AddAlias(&alias));
        Arc::make_mut(&mut self.graph.aliases).push(alias);
        self.touch();
    }

    fn set_rules(&mut self, rules: Vec<Rule>) {
        self.note(&Operation::SetRules(&rules));
        Arc::make_mut(&mut self.graph.declarations).rules = rules;
        self.touch();
    }

    fn set_inferences(&mut self, inferences: Vec<Inference>) {
        self.note(&Operation::SetInferences(&inferences));
        Arc::make_mut(&mut self.graph.declarations).inferences = inferences;
        self.touch();
    }

    fn touched(&self) -> &Touched {
        &self.touched
    }

    fn counters(&self) -> Counters {
        self.counters
    }

    fn changed_bytes(&self) -> usize {
        self.changed_bytes + self.record.as_ref().map_or(0, |record| record.bytes.len())
    }
}

/// The instant by the system's clock.
pub fn now() -> (i64, u32) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos())
}

/// Whether two values are the same in every bit that a reader can see.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => {
            a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
        }
        _ => a == b,
    }
}
