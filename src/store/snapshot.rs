//! The graph at one commit: a generation and what was written since.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashMap;
use imbl::OrdMap;

use crate::error::Result;
use crate::graph::alias::Alias;
use crate::graph::declaration::Declarations;
use crate::graph::history::{Recorded, StatementChange};
use crate::graph::snapshot::{Adjacency, Column, Ends, Recent, RecentColumn, Timing};
use crate::graph::statement::Qualifiers;
use crate::graph::stats::Statistics;
use crate::graph::{Catalog, Direction, KeyId, LabelId, Snapshot, TypeId};
use crate::value::{NodeId, StatementId, Value};

use super::bits::BitSet;
use super::column::StoredColumn;
use super::delta::{ColumnDelta, Delta};
use super::generation::{Generation, TypeGroup};
use super::history::{self, History};
use super::index::{IndexKey, Probe};
use super::qualifiers::QualifierColumn;

/// The graph at one commit.
///
/// A handful of reference counts: cloning copies no data, and a clone is what a transaction writes
/// to. Reads of what was not written since the last fold go straight to the generation's arrays.
#[derive(Clone, Debug)]
pub struct StoreSnapshot {
    pub(super) generation: Arc<Generation>,
    pub(super) delta: Delta,
    pub(super) catalog: Arc<Catalog>,
    pub(super) declarations: Arc<Declarations>,
    pub(super) aliases: Arc<Vec<Alias>>,
    pub(super) statistics: Arc<Statistics>,
    pub(super) commit: u64,
    /// The way back to earlier commits.
    pub(super) history: History,
    /// What the transaction that wrote this has deleted; empty after its commit.
    pub(super) deleted: Deleted,
}

/// Relationships that a transaction has deleted.
#[derive(Clone, Debug, Default)]
pub(super) struct Deleted {
    /// Those of the generation, which still has their ends.
    old: BitSet,
    /// Type and ends of the others.
    new: OrdMap<u32, Ends>,
}

impl Deleted {
    /// Adds one; the generation has those before `old`.
    pub fn insert(&mut self, statement: StatementId, ends: Ends, old: u32) {
        if statement.0 < old {
            self.old.insert(statement.0);
        } else {
            self.new.insert(statement.0, ends);
        }
    }
}

impl Default for StoreSnapshot {
    fn default() -> Self {
        StoreSnapshot::over(Generation::default(), Catalog::default(), 0)
    }
}

impl StoreSnapshot {
    /// The graph that a generation holds, with nothing written since.
    pub(super) fn over(generation: Generation, catalog: Catalog, commit: u64) -> Self {
        StoreSnapshot {
            delta: Delta::over(&generation),
            statistics: Arc::clone(&generation.statistics),
            generation: Arc::new(generation),
            catalog: Arc::new(catalog),
            declarations: Arc::default(),
            aliases: Arc::default(),
            commit,
            history: History::from_commit(commit),
            deleted: Deleted::default(),
        }
    }

    /// The same graph over the same generation, which stands elsewhere now; with nothing written
    /// since.
    pub(super) fn over_same(&self, generation: Generation) -> Self {
        StoreSnapshot {
            delta: Delta::over(&generation),
            statistics: Arc::clone(&generation.statistics),
            generation: Arc::new(generation),
            ..self.clone()
        }
    }

    /// The number of a node, whatever it is shown by.
    pub(super) fn raw_node_number(&self, node: NodeId) -> u64 {
        self.generation.node_elements.number(node.0, self.generation.nodes)
    }

    /// The number of a relationship, whatever it is shown by.
    pub(super) fn raw_statement_number(&self, statement: StatementId) -> u64 {
        self.generation.statement_elements.number(statement.0, self.generation.statements)
    }

    /// The node with a number, if it exists.
    pub(super) fn raw_node(&self, number: u64) -> Option<NodeId> {
        let id = self.generation.node_elements.id(number, self.generation.nodes)?;
        self.contains_node(NodeId(id)).then_some(NodeId(id))
    }

    /// The relationship with a number, if it exists.
    pub(super) fn raw_statement(&self, number: u64) -> Option<StatementId> {
        let elements = &self.generation.statement_elements;
        let id = StatementId(elements.id(number, self.generation.statements)?);
        self.contains_statement(id).then_some(id)
    }

    /// Whether there is no node, and so no relationship.
    pub(super) fn is_empty(&self) -> bool {
        self.statistics.nodes == 0
    }

    /// Whether the generation has a node with the id, deleted since or not.
    pub(super) fn is_old_node(&self, node: NodeId) -> bool {
        node.0 < self.generation.nodes
    }

    /// Whether the generation has a relationship with the id, deleted since or not.
    pub(super) fn is_old_statement(&self, statement: StatementId) -> bool {
        statement.0 < self.generation.statements
    }

    pub(super) fn contains_statement(&self, statement: StatementId) -> bool {
        if self.is_old_statement(statement) {
            !self.delta.removed_statements.contains(statement.0)
        } else {
            self.delta.statements.contains(statement.0)
        }
    }

    /// The type of a relationship, which may be a deleted one of the generation.
    pub(super) fn type_of(&self, statement: StatementId) -> Option<TypeId> {
        if self.is_old_statement(statement) {
            return Some(self.generation.group_of(statement)?.relationship_type);
        }
        Some(self.delta.statements.get(statement.0)?.relationship_type)
    }

    /// The keys that the generation has values for in the node's label set.
    fn base_node_keys(&self, node: NodeId) -> &[KeyId] {
        self.generation.label_set(node).map_or(&[], |set| &set.keys)
    }

    /// The keys that the generation has values for in the relationship's type.
    fn base_statement_keys(&self, statement: StatementId) -> &[KeyId] {
        if !self.is_old_statement(statement) {
            return &[];
        }
        self.generation.group_of(statement).map_or(&[], |group| &group.keys)
    }

    /// The same as [`scan_nodes`](Snapshot::scan_nodes), for the nodes that were given the label itself.
    pub(super) fn scan_label(
        &self,
        label: Option<LabelId>,
        from: NodeId,
        limit: usize,
        out: &mut Vec<NodeId>,
    ) -> Option<NodeId> {
        let everything = 0..self.generation.nodes;
        let ranges = match label {
            Some(label) => self.generation.ranges_of(label),
            None => std::slice::from_ref(&everything),
        };
        let base = ranges.iter().flat_map(|range| range.start.max(from.0)..range.end);
        let next = match label {
            None => {
                let base = base.filter(|&id| !self.delta.removed_nodes.contains(id));
                let new = self.delta.nodes.from(from.0.max(self.generation.nodes));
                take(base.chain(new.map(|(id, _)| id)), limit, out)
            }
            Some(label) => match self.delta.labels.get(&label) {
                None => take(base, limit, out),
                Some(delta) => {
                    let base = base.filter(|&id| !delta.lost.contains(id));
                    let gained = delta.gained.from(from.0).map(|(id, ())| id);
                    take(merge(base, gained), limit, out)
                }
            },
        };
        next.map(NodeId)
    }

    /// The nodes that were given any of several labels, each once.
    fn scan_kinds(
        &self,
        kinds: &[LabelId],
        from: NodeId,
        limit: usize,
        out: &mut Vec<NodeId>,
    ) -> Option<NodeId> {
        let first = out.len();
        let mut next: Option<NodeId> = None;
        for &label in kinds {
            let more = self.scan_label(Some(label), from, limit, out);
            next = next.into_iter().chain(more).min();
        }
        // Up to where every label has been read; the rest comes the next time.
        let mut found = out.split_off(first);
        found.retain(|node| next.is_none_or(|next| *node < next));
        found.sort_unstable();
        found.dedup();
        if found.len() > limit {
            next = found.get(limit).copied();
            found.truncate(limit);
        }
        out.append(&mut found);
        next
    }

    /// Nodes whose property has the key, ascending, of those that bear the label.
    fn find(&self, label: LabelId, key: KeyId, wanted: &IndexKey) -> Vec<NodeId> {
        let stored = self.generation.node_columns.get(&key);
        let recent = self.delta.node_columns.get(&key).map(|recent| &**recent);
        let found = with_key(stored, recent, wanted, |id| self.has_label(NodeId(id), label));
        found.into_iter().map(NodeId).collect()
    }

    /// Relationships of a type whose property has the key, ascending.
    fn find_statements(&self, id: TypeId, key: KeyId, wanted: &IndexKey) -> Vec<StatementId> {
        let stored = self.generation.statement_columns.get(&key);
        let recent = self.delta.statement_columns.get(&key).map(|recent| &**recent);
        let found = with_key(stored, recent, wanted, |statement| {
            let statement = StatementId(statement);
            self.contains_statement(statement) && self.type_of(statement) == Some(id)
        });
        found.into_iter().map(StatementId).collect()
    }
}

/// The ids of a column whose value has the key, ascending, of those that are wanted.
fn with_key(
    stored: Option<&StoredColumn>,
    recent: Option<&ColumnDelta>,
    wanted: &IndexKey,
    keep: impl Fn(u32) -> bool,
) -> Vec<u32> {
    let mut found = Vec::new();
    if let Some(stored) = stored {
        stored.value_index().for_each(&stored.view(None), wanted, |id| {
            let is_overridden = recent.is_some_and(|recent| recent.get(id).is_some());
            if !is_overridden && keep(id) {
                found.push(id);
            }
        });
    }
    if let Some(recent) = recent {
        let old = found.len();
        recent.for_each_with(wanted, |id| {
            if keep(id) {
                found.push(id);
            }
        });
        if old > 0 {
            found.sort_unstable();
        }
    }
    found
}

impl Snapshot for StoreSnapshot {
    fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    fn declarations(&self) -> &Declarations {
        &self.declarations
    }

    fn aliases(&self) -> &[Alias] {
        &self.aliases
    }

    fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    fn commit(&self) -> u64 {
        self.commit
    }

    fn node_bound(&self) -> u32 {
        self.delta.next_node
    }

    fn statement_bound(&self) -> u32 {
        self.delta.next_statement
    }

    fn contains_node(&self, node: NodeId) -> bool {
        if self.is_old_node(node) {
            !self.delta.removed_nodes.contains(node.0)
        } else {
            self.delta.nodes.contains(node.0)
        }
    }

    fn scan_nodes(
        &self,
        label: Option<LabelId>,
        from: NodeId,
        limit: usize,
        out: &mut Vec<NodeId>,
    ) -> Option<NodeId> {
        match label.map(|label| self.declarations.kinds.of(label)) {
            None | Some([]) => self.scan_label(label, from, limit, out),
            Some(kinds) => self.scan_kinds(kinds, from, limit, out),
        }
    }

    fn label_ranges(&self, label: LabelId) -> Option<&[Range<u32>]> {
        if !self.declarations.kinds.of(label).is_empty() {
            return None;
        }
        let is_changed = self
            .delta
            .labels
            .get(&label)
            .is_some_and(|delta| !delta.gained.is_empty() || !delta.lost.is_empty());
        (!is_changed).then(|| self.generation.ranges_of(label))
    }

    fn labels(&self, node: NodeId) -> &[LabelId] {
        if let Some(labels) = self.delta.nodes.get(node.0) {
            return labels;
        }
        match self.generation.label_set(node) {
            Some(set) if !self.delta.removed_nodes.contains(node.0) => &set.labels,
            _ => &[],
        }
    }

    fn node_property(&self, node: NodeId, key: KeyId) -> Value {
        if !self.contains_node(node) {
            return Value::Null;
        }
        single(node.0, self.generation.node_columns.get(&key), self.delta.node_columns.get(&key))
    }

    fn node_properties(&self, node: NodeId) -> Vec<(KeyId, Value)> {
        if !self.contains_node(node) {
            return Vec::new();
        }
        let base = &self.generation.node_columns;
        properties(node.0, self.base_node_keys(node), base, &self.delta.node_columns)
    }

    fn node_column(&self, key: KeyId) -> Column<'_> {
        view(self.generation.node_columns.get(&key), self.delta.node_columns.get(&key))
    }

    fn lookup(&self, label: LabelId, key: KeyId, value: &Value) -> Option<Vec<NodeId>> {
        match Probe::of(value) {
            Probe::Nothing => Some(Vec::new()),
            Probe::Key(wanted) => Some(self.find(label, key, &wanted)),
            Probe::Unknown => None,
        }
    }

    fn lookup_statements(
        &self,
        relationship_type: TypeId,
        key: KeyId,
        value: &Value,
    ) -> Option<Vec<StatementId>> {
        match Probe::of(value) {
            Probe::Nothing => Some(Vec::new()),
            Probe::Key(wanted) => Some(self.find_statements(relationship_type, key, &wanted)),
            Probe::Unknown => None,
        }
    }

    fn statement(&self, statement: StatementId) -> Option<Ends> {
        if !self.is_old_statement(statement) {
            return self.delta.statements.get(statement.0).copied();
        }
        if self.delta.removed_statements.contains(statement.0) {
            return None;
        }
        self.generation.ends(statement)
    }

    fn deleted_statement(&self, statement: StatementId) -> Option<Ends> {
        if self.deleted.old.contains(statement.0) {
            return self.generation.ends(statement);
        }
        self.deleted.new.get(&statement.0).copied()
    }

    fn statement_property(&self, statement: StatementId, key: KeyId) -> Value {
        if !self.contains_statement(statement) {
            return Value::Null;
        }
        let stored = self.generation.statement_columns.get(&key);
        single(statement.0, stored, self.delta.statement_columns.get(&key))
    }

    fn statement_properties(&self, statement: StatementId) -> Vec<(KeyId, Value)> {
        if !self.contains_statement(statement) {
            return Vec::new();
        }
        let keys = self.base_statement_keys(statement);
        let base = &self.generation.statement_columns;
        properties(statement.0, keys, base, &self.delta.statement_columns)
    }

    fn statement_column(&self, key: KeyId) -> Column<'_> {
        view(self.generation.statement_columns.get(&key), self.delta.statement_columns.get(&key))
    }

    fn qualifiers(&self, statement: StatementId) -> Option<&Qualifiers> {
        if let Some(qualifiers) = self.delta.qualifiers.get(statement.0) {
            return (!qualifiers.is_plain()).then_some(&**qualifiers);
        }
        if self.delta.removed_statements.contains(statement.0) {
            return None;
        }
        self.generation.qualifiers(statement)
    }

    fn all_plain(&self, relationship_type: TypeId) -> bool {
        match self.delta.types.get(&relationship_type) {
            Some(delta) => delta.qualified == 0,
            None => self.generation.group(relationship_type).is_none_or(|g| g.qualifiers.is_none()),
        }
    }

    fn any_disbelieved(&self, relationship_type: TypeId) -> bool {
        let group = self.generation.group(relationship_type);
        let in_files = group.and_then(|group| group.qualifiers.as_ref());
        // One that was denied in the files may be removed or believed since; that it is asked of then, too,
        // is no harm.
        let is_of_type = |id: u32| {
            let ends = self.statement(StatementId(id));
            ends.is_some_and(|ends| ends.relationship_type == relationship_type)
        };
        in_files.is_some_and(QualifierColumn::any_disbelieved)
            || (self.delta.qualifiers.iter())
                .any(|(id, one)| one.is_disbelieved() && is_of_type(id))
    }

    fn adjacency(&self, relationship_type: TypeId, direction: Direction) -> Adjacency<'_> {
        let recent = self.delta.types.get(&relationship_type);
        let recent = recent.map(|delta| delta.direction(direction) as &dyn Recent);
        match self.generation.group(relationship_type) {
            Some(group) => group.adjacency.view(direction, recent),
            None => Adjacency { recent, ..Adjacency::EMPTY },
        }
    }

    fn loops(&self, relationship_type: TypeId) -> Cow<'_, [(NodeId, StatementId)]> {
        let group = self.generation.group(relationship_type);
        let stored = group.map_or(&[][..], |group| group.adjacency.loops());
        if !self.delta.types.contains_key(&relationship_type) {
            return Cow::Borrowed(stored);
        }
        let is_there = |(_, id): &&(NodeId, StatementId)| self.contains_statement(*id);
        let mut loops: Vec<_> = stored.iter().filter(is_there).copied().collect();
        for (id, ends) in self.delta.statements.iter() {
            if ends.relationship_type == relationship_type && ends.start == ends.end {
                loops.push((ends.start, StatementId(id)));
            }
        }
        loops.sort_unstable();
        Cow::Owned(loops)
    }

    fn sorted_by(&self, relationship_type: TypeId) -> Option<KeyId> {
        let key = self.generation.group(relationship_type)?.sorted_by?;
        let recent = self.delta.statement_columns.get(&key);
        (!recent.is_some_and(|recent| recent.overrides())).then_some(key)
    }

    fn recorded(&self, statement: StatementId) -> Option<Recorded> {
        self.history.recorded(self.statement_element_id(statement), self.commit)
    }

    fn timings(&self, statements: &[StatementId]) -> Vec<Timing<'_>> {
        let mut group: Option<&TypeGroup> = None;
        let mut recorded = None;
        let has_changes = !self.delta.qualifiers.is_empty();
        let mut timing = |statement: StatementId| {
            let is_changed = has_changes && self.delta.qualifiers.get(statement.0).is_some();
            if is_changed
                || !self.is_old_statement(statement)
                || !self.contains_statement(statement)
            {
                return self.timing(statement);
            }
            if !group.is_some_and(|group| group.adjacency.has(statement)) {
                group = self.generation.group_of(statement);
            }
            let Some(group) = group else { return self.timing(statement) };
            let number = self.raw_statement_number(statement);
            let position = statement.0 - group.adjacency.first;
            Timing {
                relationship_type: Some(group.relationship_type),
                qualifiers: group.qualifiers.as_ref().and_then(|all| all.get(position)),
                recorded: self.history.recorded_day(number, self.commit, &mut recorded),
            }
        };
        statements.iter().map(|statement| timing(*statement)).collect()
    }

    fn changes(&self, after: u64, to: u64) -> Result<Vec<StatementChange>> {
        history::changes(self, after, to)
    }

    fn commit_at(&self, instant: (i64, u32)) -> u64 {
        self.history.commit_at(instant)
    }

    fn node_element_id(&self, node: NodeId) -> u64 {
        self.history.node_number(self.raw_node_number(node))
    }

    fn node_by_element_id(&self, element_id: u64) -> Option<NodeId> {
        self.raw_node(self.history.node_of(element_id)?)
    }

    fn statement_element_id(&self, statement: StatementId) -> u64 {
        self.history.statement_number(self.raw_statement_number(statement))
    }

    fn statement_by_element_id(&self, element_id: u64) -> Option<StatementId> {
        self.raw_statement(self.history.statement_of(element_id)?)
    }
}

/// Appends up to `limit` ids; says which one comes after them.
fn take(mut ids: impl Iterator<Item = u32>, limit: usize, out: &mut Vec<NodeId>) -> Option<u32> {
    out.extend(ids.by_ref().take(limit).map(NodeId));
    ids.next()
}

/// Two ascending runs of different ids as one.
fn merge(a: impl Iterator<Item = u32>, b: impl Iterator<Item = u32>) -> impl Iterator<Item = u32> {
    let (mut a, mut b) = (a.peekable(), b.peekable());
    std::iter::from_fn(move || match (a.peek(), b.peek()) {
        (Some(x), Some(y)) if y < x => b.next(),
        (None, _) => b.next(),
        _ => a.next(),
    })
}

/// A column as the engine reads it.
fn view<'a>(stored: Option<&'a StoredColumn>, recent: Option<&'a Arc<ColumnDelta>>) -> Column<'a> {
    let recent = recent.map(|recent| &**recent as &dyn RecentColumn);
    stored.map_or(Column { recent, ..Column::EMPTY }, |stored| stored.view(recent))
}

/// The value of one id: without looking at the rest of the column.
fn single(id: u32, stored: Option<&StoredColumn>, recent: Option<&Arc<ColumnDelta>>) -> Value {
    match recent.and_then(|recent| recent.get(id)) {
        Some(value) => value.clone(),
        None => stored.map_or(Value::Null, |stored| stored.get(id)),
    }
}

/// All properties of an id, by key.
fn properties(
    id: u32,
    base_keys: &[KeyId],
    base: &HashMap<KeyId, StoredColumn>,
    recent: &OrdMap<KeyId, Arc<ColumnDelta>>,
) -> Vec<(KeyId, Value)> {
    let is_overridden =
        |key: &KeyId| recent.get(key).is_some_and(|column| column.get(id).is_some());
    let mut found: Vec<(KeyId, Value)> = base_keys
        .iter()
        .filter(|key| !is_overridden(key))
        .filter_map(|key| Some((*key, base.get(key)?.get(id))))
        .filter(|(_, value)| !value.is_null())
        .collect();
    for (key, column) in recent {
        if let Some(value) = column.get(id).filter(|value| !value.is_null()) {
            found.push((*key, value.clone()));
        }
    }
    found.sort_unstable_by_key(|&(key, _)| key);
    found
}
