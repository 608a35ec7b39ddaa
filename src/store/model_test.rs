//! The store against a model: whatever is done in whatever order, each snapshot method answers as
//! a pair of plain maps would.
//!
//! The model knows elements by their element ids, so the test also holds the promise that these
//! outlive folds, which are forced at small thresholds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::{Database, Options, StoreSnapshot, WriteTransaction};
use crate::graph::alias::{Alias, AliasKind};
use crate::graph::declaration::{Completeness, Endpoint};
use crate::graph::source::Support;
use crate::graph::statement::{Qualifiers, Rank};
use crate::graph::stats::{Statistics, TypeStatistics};
use crate::graph::transaction::Counters;
use crate::graph::{Direction, KeyId, LabelId, Snapshot, Transaction, TypeId};
use crate::value::time::Date;
use crate::value::{NodeId, StatementId, Value};

const LABELS: u32 = 3;
const TYPES: u32 = 2;
const KEYS: u32 = 3;

#[derive(Clone, Debug, Default)]
struct Model {
    nodes: BTreeMap<u64, ModelNode>,
    statements: BTreeMap<u64, ModelStatement>,
    aliases: Vec<(u64, String)>,
    complete: Vec<u64>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct ModelNode {
    labels: BTreeSet<LabelId>,
    properties: BTreeMap<KeyId, Value>,
}

#[derive(Clone, Debug)]
struct ModelStatement {
    relationship_type: TypeId,
    start: u64,
    end: u64,
    properties: BTreeMap<KeyId, Value>,
    /// Rank, and the element id of the document.
    qualifiers: Option<(Rank, u64)>,
}

#[derive(Clone, Debug)]
enum Step {
    CreateNode { labels: Vec<u32> },
    DeleteNode(usize),
    CreateStatement { relationship_type: u32, start: usize, end: usize },
    DeleteStatement(usize),
    SetNode { at: usize, key: u32, value: Value },
    SetStatement { at: usize, key: u32, value: Value },
    AddLabel(usize, u32),
    RemoveLabel(usize, u32),
    Qualify { at: usize, rank: Rank, document: usize },
    AddAlias(usize),
    AddCompleteness(usize),
    Commit,
    Rollback,
    Checkpoint,
    Settle,
    Pin,
    Reset,
    Reopen,
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(Value::Null),
        2 => (0i64..3).prop_map(Value::from),
        2 => prop_oneof!["a", "b", ""].prop_map(Value::from),
        1 => prop_oneof![Just(0.5), Just(1.0), Just(f64::NAN)].prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        2 => (0i64..3).prop_map(|days| Date::from_days(days).into()),
        1 => Just(Value::list([1.into()])),
        1 => Just(Date::from_days(i64::from(i32::MAX) + 1).into()),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let at = || any::<prop::sample::Index>().prop_map(|index| index.index(usize::MAX));
    let labels = || prop::collection::vec(0..LABELS, 0..3);
    prop_oneof![
        8 => labels().prop_map(|labels| Step::CreateNode { labels }),
        2 => at().prop_map(Step::DeleteNode),
        10 => (0..TYPES, at(), at()).prop_map(|(relationship_type, start, end)| {
            Step::CreateStatement { relationship_type, start, end }
        }),
        3 => at().prop_map(Step::DeleteStatement),
        6 => (at(), 0..KEYS, value()).prop_map(|(at, key, value)| Step::SetNode { at, key, value }),
        6 => (at(), 0..KEYS, value())
            .prop_map(|(at, key, value)| Step::SetStatement { at, key, value }),
        3 => (at(), 0..LABELS).prop_map(|(at, label)| Step::AddLabel(at, label)),
        3 => (at(), 0..LABELS).prop_map(|(at, label)| Step::RemoveLabel(at, label)),
        3 => (at(), prop::sample::select(Rank::ALL.to_vec()), at())
            .prop_map(|(at, rank, document)| Step::Qualify { at, rank, document }),
        1 => at().prop_map(Step::AddAlias),
        1 => at().prop_map(Step::AddCompleteness),
        4 => Just(Step::Commit),
        1 => Just(Step::Rollback),
        1 => Just(Step::Checkpoint),
        2 => Just(Step::Settle),
        2 => Just(Step::Pin),
        1 => Just(Step::Reset),
        2 => Just(Step::Reopen),
    ]
}

/// A database, the transaction that is open, and what both should hold.
struct Run {
    /// `None` only while it is opened anew.
    database: Option<Database>,
    /// Where the store is, if it is on the disk.
    folder: Option<Folder>,
    options: Options,
    committed: Model,
    open: Option<(WriteTransaction, Model)>,
    pinned: Vec<(Arc<StoreSnapshot>, Model)>,
    commit: u64,
    /// What was known at the commits from one on.
    known: (u64, Vec<Model>),
}

impl Run {
    fn new(fold_after: usize, folder: Option<Folder>) -> Run {
        let options = Options { fold_after, ..Options::default() };
        let database = match &folder {
            Some(folder) => Database::create(&folder.0, options).unwrap(),
            None => Database::memory_with(options),
        };
        Run {
            database: Some(database),
            folder,
            options,
            committed: Model::default(),
            open: None,
            pinned: Vec::new(),
            commit: 0,
            known: (0, vec![Model::default()]),
        }
    }

    fn database(&self) -> &Database {
        self.database.as_ref().unwrap()
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Commit => {
                if let Some((write, model)) = self.open.take() {
                    let before = write.snapshot();
                    let changed = before.commit() > self.commit;
                    self.commit += u64::from(changed);
                    assert_eq!(write.commit().unwrap(), self.commit);
                    check(&*before, &model);
                    if changed {
                        self.known.1.push(model.clone());
                    }
                    self.committed = model;
                }
            }
            Step::Rollback => self.open = None,
            Step::Checkpoint if self.open.is_none() => self.database().checkpoint().unwrap(),
            Step::Settle if self.open.is_none() => self.database().settle().unwrap(),
            Step::Reset if self.open.is_none() => {
                self.commit += 1;
                assert_eq!(self.database().reset().unwrap(), self.commit);
                self.committed = Model::default();
                self.known = (self.commit, vec![Model::default()]);
            }
            Step::Reopen => {
                if let Some(folder) = &self.folder {
                    self.open = None;
                    self.database = None;
                    self.database = Some(Database::open(&folder.0, self.options).unwrap());
                }
                self.check_history();
            }
            Step::Pin => self.pinned.push((self.database().begin_read(), self.committed.clone())),
            _ => return self.write(step),
        }
        let graph = self.database().begin_read();
        assert_eq!(graph.commit(), self.commit);
        check(&*graph, &self.committed);
    }

    /// What was known at each commit is known of it still.
    fn check_history(&self) {
        for (commit, model) in (self.known.0..).zip(&self.known.1) {
            check_known(&*self.database().known_at(commit).unwrap(), model);
        }
        if let Some(before) = self.known.0.checked_sub(1) {
            assert_eq!(self.database().known_at(before).unwrap_err().code(), "store::history");
        }
    }

    fn write(&mut self, step: &Step) {
        let (write, model) = self.open.get_or_insert_with(|| {
            let mut write = self.database.as_ref().unwrap().begin_write().unwrap();
            for name in 0..4 {
                let name = name.to_string();
                write.intern_label(&name);
                write.intern_type(&name);
                write.intern_key(&name);
            }
            (write, self.committed.clone())
        });
        apply(write, model, step);
        check(write, model);
        assert_eq!(write.counters(), counters(&self.committed, model));
    }
}

fn pick<V>(map: &BTreeMap<u64, V>, at: usize) -> Option<u64> {
    map.keys().nth(at.checked_rem(map.len())?).copied()
}

fn node(graph: &dyn Snapshot, number: u64) -> NodeId {
    graph.node_by_element_id(number).expect("the model says it exists")
}

fn statement(graph: &dyn Snapshot, number: u64) -> StatementId {
    graph.statement_by_element_id(number).expect("the model says it exists")
}

fn put(properties: &mut BTreeMap<KeyId, Value>, key: KeyId, value: &Value) {
    if value.is_null() {
        properties.remove(&key);
    } else {
        properties.insert(key, value.clone());
    }
}

fn apply(write: &mut WriteTransaction, model: &mut Model, step: &Step) {
    let node_at = |model: &Model, at: usize| pick(&model.nodes, at);
    match step {
        Step::CreateNode { labels } => {
            let labels: Vec<LabelId> = labels.iter().map(|&label| LabelId(label)).collect();
            let created = write.create_node(&labels).unwrap();
            let labels = labels.into_iter().collect();
            let known = ModelNode { labels, ..ModelNode::default() };
            assert!(model.nodes.insert(write.node_element_id(created), known).is_none());
        }
        Step::CreateStatement { relationship_type, start, end } => {
            let (Some(start), Some(end)) = (node_at(model, *start), node_at(model, *end)) else {
                return;
            };
            let relationship_type = TypeId(*relationship_type);
            let ends = (node(write, start), node(write, end));
            let created = write.create_statement(relationship_type, ends.0, ends.1).unwrap();
            let known = ModelStatement {
                relationship_type,
                start,
                end,
                properties: BTreeMap::new(),
                qualifiers: None,
            };
            assert!(model.statements.insert(write.statement_element_id(created), known).is_none());
        }
        Step::SetNode { at, key, value } => {
            let Some(number) = node_at(model, *at) else { return };
            write.set_node_property(node(write, number), KeyId(*key), value.clone());
            put(&mut model.nodes.get_mut(&number).unwrap().properties, KeyId(*key), value);
        }
        Step::SetStatement { at, key, value } => {
            let Some(number) = pick(&model.statements, *at) else { return };
            write.set_statement_property(statement(write, number), KeyId(*key), value.clone());
            put(&mut model.statements.get_mut(&number).unwrap().properties, KeyId(*key), value);
        }
        Step::AddLabel(at, label) => {
            let Some(number) = node_at(model, *at) else { return };
            let added = write.add_label(node(write, number), LabelId(*label));
            let labels = &mut model.nodes.get_mut(&number).unwrap().labels;
            assert_eq!(added, labels.insert(LabelId(*label)));
        }
        Step::RemoveLabel(at, label) => {
            let Some(number) = node_at(model, *at) else { return };
            let removed = write.remove_label(node(write, number), LabelId(*label));
            let labels = &mut model.nodes.get_mut(&number).unwrap().labels;
            assert_eq!(removed, labels.remove(&LabelId(*label)));
        }
        Step::Qualify { at, rank, document } => qualify(write, model, *at, *rank, *document),
        Step::DeleteStatement(at) => {
            let Some(number) = pick(&model.statements, *at) else { return };
            delete_statement(write, model, number);
        }
        Step::DeleteNode(at) => {
            let Some(number) = node_at(model, *at) else { return };
            delete_node(write, model, number);
        }
        Step::AddAlias(at) => {
            let Some(number) = node_at(model, *at) else { return };
            let text = format!("alias {}", model.aliases.len());
            let entity = node(write, number);
            let kind = AliasKind::Name;
            write.add_alias(Alias { entity, text: text.as_str().into(), kind, language: None });
            model.aliases.push((number, text));
        }
        Step::AddCompleteness(at) => {
            let Some(number) = node_at(model, *at) else { return };
            let end = Endpoint { node: Some(node(write, number)), ..Endpoint::default() };
            write.add_completeness(Completeness {
                from: Endpoint::default(),
                relationship_type: TypeId(0),
                to: end,
                at: None,
                support: Vec::new(),
            });
            model.complete.push(number);
        }
        Step::Commit
        | Step::Rollback
        | Step::Checkpoint
        | Step::Settle
        | Step::Pin
        | Step::Reset
        | Step::Reopen => {}
    }
}

fn qualify(write: &mut WriteTransaction, model: &mut Model, at: usize, rank: Rank, doc: usize) {
    let Some(number) = pick(&model.statements, at) else { return };
    let Some(document) = pick(&model.nodes, doc) else { return };
    let is_plain = rank == Rank::Normal;
    let mut qualifiers = Qualifiers { rank, ..Qualifiers::default() };
    if !is_plain {
        let document = node(write, document);
        qualifiers.support.push(Support { document, locator: Arc::default(), summary: None });
    }
    write.qualify(statement(write, number), qualifiers);
    let known = model.statements.get_mut(&number).unwrap();
    known.qualifiers = (!is_plain).then_some((rank, document));
}

fn delete_statement(write: &mut WriteTransaction, model: &mut Model, number: u64) {
    let id = statement(write, number);
    let ends = write.statement(id);
    assert!(write.delete_statement(id) && !write.delete_statement(id));
    assert_eq!(write.deleted_statement(id), ends);
    assert_eq!(write.snapshot().deleted_statement(id), ends);
    model.statements.remove(&number);
}

fn delete_node(write: &mut WriteTransaction, model: &mut Model, number: u64) {
    let touches = |known: &ModelStatement| known.start == number || known.end == number;
    let attached: Vec<u64> =
        model.statements.iter().filter(|(_, known)| touches(known)).map(|(n, _)| *n).collect();
    for attached in attached {
        delete_statement(write, model, attached);
    }
    let id = node(write, number);
    assert!(write.delete_node(id) && !write.delete_node(id));
    assert!(write.labels(id).is_empty() && write.node_properties(id).is_empty());
    model.nodes.remove(&number);
    model.aliases.retain(|(entity, _)| *entity != number);
}

/// What a transaction from one model to the other has changed.
fn counters(before: &Model, now: &Model) -> Counters {
    let differing = |a: &BTreeMap<KeyId, Value>, b: &BTreeMap<KeyId, Value>| {
        let keys: BTreeSet<_> = a.keys().chain(b.keys()).collect();
        keys.into_iter().filter(|key| text(a.get(*key)) != text(b.get(*key))).count() as u64
    };
    let mut expected = Counters::default();
    let unknown = ModelNode::default();
    for (number, node) in &now.nodes {
        let old = before.nodes.get(number).unwrap_or(&unknown);
        expected.nodes_created += u64::from(!before.nodes.contains_key(number));
        expected.labels_added += node.labels.difference(&old.labels).count() as u64;
        expected.labels_removed += old.labels.difference(&node.labels).count() as u64;
        expected.properties_set += differing(&old.properties, &node.properties);
    }
    let none = BTreeMap::new();
    for (number, statement) in &now.statements {
        let old = before.statements.get(number).map_or(&none, |old| &old.properties);
        expected.relationships_created += u64::from(!before.statements.contains_key(number));
        expected.properties_set += differing(old, &statement.properties);
    }
    let gone = |number: &&u64| !now.nodes.contains_key(*number);
    expected.nodes_deleted = before.nodes.keys().filter(gone).count() as u64;
    let gone = |number: &&u64| !now.statements.contains_key(*number);
    expected.relationships_deleted = before.statements.keys().filter(gone).count() as u64;
    expected
}

/// NaN is not equal to itself; its text is.
fn text<T: std::fmt::Debug>(value: T) -> String {
    format!("{value:?}")
}

fn check(graph: &dyn Snapshot, model: &Model) {
    let ids: BTreeMap<u64, NodeId> =
        model.nodes.keys().map(|&number| (number, node(graph, number))).collect();
    check_nodes(graph, model, &ids);
    check_lookups(graph, model);
    check_statements(graph, model, &ids);
    for relationship_type in (0..TYPES).map(TypeId) {
        check_adjacency(graph, model, relationship_type, &ids);
    }
    check_statistics(graph.statistics(), model);
    let aliases: Vec<_> = graph.aliases().iter().map(|a| (a.entity, a.text.to_string())).collect();
    let expected: Vec<_> = model.aliases.iter().map(|(n, text)| (ids[n], text.clone())).collect();
    assert_eq!(aliases, expected);
    let complete = &graph.declarations().completeness;
    assert_eq!(complete.len(), model.complete.len());
    for (stored, number) in complete.iter().zip(&model.complete) {
        check_reference(graph, stored.to.node.unwrap(), *number, &ids);
    }
}

/// Nodes and relationships, by their numbers; declarations and names have no history.
fn check_known(graph: &dyn Snapshot, model: &Model) {
    let nodes: BTreeMap<u64, ModelNode> = (0..graph.node_bound())
        .map(NodeId)
        .filter(|&id| graph.contains_node(id))
        .map(|id| {
            let labels = graph.labels(id).iter().copied().collect();
            let properties = graph.node_properties(id).into_iter().collect();
            (graph.node_element_id(id), ModelNode { labels, properties })
        })
        .collect();
    assert_eq!(text(&nodes), text(&model.nodes));
    let mut found = BTreeMap::new();
    for id in (0..graph.statement_bound()).map(StatementId) {
        if let Some(ends) = graph.statement(id) {
            let properties: BTreeMap<_, _> = graph.statement_properties(id).into_iter().collect();
            let ends = [ends.start, ends.end].map(|node| graph.node_element_id(node));
            let rank = graph.qualifiers(id).map(|qualifiers| qualifiers.rank);
            found.insert(graph.statement_element_id(id), text((ends, properties, rank)));
        }
    }
    let expected: BTreeMap<u64, String> = model
        .statements
        .iter()
        .map(|(number, known)| {
            let rank = known.qualifiers.map(|(rank, _)| rank);
            (*number, text(([known.start, known.end], &known.properties, rank)))
        })
        .collect();
    assert_eq!(found, expected);
}

/// A reference points at its node as long as that exists, and at nothing afterwards.
fn check_reference(graph: &dyn Snapshot, id: NodeId, number: u64, ids: &BTreeMap<u64, NodeId>) {
    match ids.get(&number) {
        Some(expected) => assert_eq!(id, *expected),
        None => assert!(!graph.contains_node(id)),
    }
}

fn check_nodes(graph: &dyn Snapshot, model: &Model, ids: &BTreeMap<u64, NodeId>) {
    let existing: BTreeSet<NodeId> = ids.values().copied().collect();
    assert_eq!(existing.len(), model.nodes.len());
    for id in (0..graph.node_bound() + 2).map(NodeId) {
        assert_eq!(graph.contains_node(id), existing.contains(&id));
        if !existing.contains(&id) {
            assert!(graph.labels(id).is_empty() && graph.node_properties(id).is_empty());
            assert!(graph.node_property(id, KeyId(0)).is_null());
        }
    }
    assert_eq!(graph.node_by_element_id(1 << 40), None);
    check_scans(graph, None, &existing);
    for label in (0..=LABELS).map(LabelId) {
        let bears = |number: &u64| model.nodes[number].labels.contains(&label);
        let expected = ids.iter().filter(|(n, _)| bears(n)).map(|(_, id)| *id).collect();
        check_scans(graph, Some(label), &expected);
    }
    for (number, known) in &model.nodes {
        let id = ids[number];
        assert_eq!(graph.node_element_id(id), *number);
        assert!(graph.labels(id).iter().eq(&known.labels));
        let properties: Vec<_> = known.properties.clone().into_iter().collect();
        assert_eq!(text(graph.node_properties(id)), text(&properties));
        for key in (0..=KEYS).map(KeyId) {
            let expected = text(known.properties.get(&key).unwrap_or(&Value::Null));
            assert_eq!(text(graph.node_property(id, key)), expected);
            assert_eq!(text(graph.node_column(key).get(id.0)), expected);
        }
    }
}

fn check_scans(graph: &dyn Snapshot, label: Option<LabelId>, expected: &BTreeSet<NodeId>) {
    for limit in [1, 3, 1000] {
        let mut found = Vec::new();
        let mut from = Some(NodeId(0));
        while let Some(start) = from {
            let before = found.len();
            from = graph.scan_nodes(label, start, limit, &mut found);
            assert!(found.len() <= before + limit);
        }
        assert!(found.iter().eq(expected), "{found:?} {expected:?}");
    }
    if let Some(label) = label {
        assert!(
            (0..graph.node_bound())
                .map(NodeId)
                .all(|id| { graph.has_label(id, label) == expected.contains(&id) })
        );
        if let Some(ranges) = graph.label_ranges(label) {
            let found = ranges.iter().cloned().flatten().map(NodeId);
            assert!(found.eq(expected.iter().copied()));
        }
    }
}

fn check_lookups(graph: &dyn Snapshot, model: &Model) {
    let probes: [Value; 8] = [
        0.into(),
        1.into(),
        1.0.into(),
        0.5.into(),
        "a".into(),
        "".into(),
        Value::Null,
        f64::NAN.into(),
    ];
    for (label, key) in (0..LABELS).flat_map(|l| (0..KEYS).map(move |k| (LabelId(l), KeyId(k)))) {
        for probe in &probes {
            let found = graph.lookup(label, key, probe).expect("texts and numbers are indexed");
            let is_equal = |value: &Value| match (value, probe) {
                (Value::String(a), Value::String(b)) => a == b,
                _ => value.as_float().is_some() && value.as_float() == probe.as_float(),
            };
            let expected: BTreeSet<NodeId> = model
                .nodes
                .iter()
                .filter(|(_, known)| known.labels.contains(&label))
                .filter(|(_, known)| known.properties.get(&key).is_some_and(is_equal))
                .map(|(number, _)| node(graph, *number))
                .collect();
            assert!(found.iter().eq(&expected), "{probe:?}: {found:?} {expected:?}");
        }
    }
}

fn check_statements(graph: &dyn Snapshot, model: &Model, ids: &BTreeMap<u64, NodeId>) {
    let mut existing = BTreeSet::new();
    for (number, known) in &model.statements {
        let id = statement(graph, *number);
        existing.insert(id);
        assert_eq!(graph.statement_element_id(id), *number);
        let ends = graph.statement(id).unwrap();
        assert_eq!(ends.relationship_type, known.relationship_type);
        assert_eq!((ends.start, ends.end), (ids[&known.start], ids[&known.end]));
        let properties: Vec<_> = known.properties.clone().into_iter().collect();
        assert_eq!(text(graph.statement_properties(id)), text(&properties));
        for key in (0..=KEYS).map(KeyId) {
            let expected = text(known.properties.get(&key).unwrap_or(&Value::Null));
            assert_eq!(text(graph.statement_property(id, key)), expected);
            assert_eq!(text(graph.statement_column(key).get(id.0)), expected);
        }
        match (graph.qualifiers(id), known.qualifiers) {
            (None, None) => {}
            (Some(found), Some((rank, document))) => {
                assert_eq!(found.rank, rank);
                check_reference(graph, found.support[0].document, document, ids);
            }
            (found, expected) => panic!("{found:?} {expected:?}"),
        }
    }
    assert_eq!(existing.len(), model.statements.len());
    for id in (0..graph.statement_bound() + 2).map(StatementId) {
        assert_eq!(graph.statement(id).is_some(), existing.contains(&id));
        if !existing.contains(&id) {
            assert!(graph.qualifiers(id).is_none() && graph.statement_properties(id).is_empty());
            assert!(graph.statement_property(id, KeyId(0)).is_null());
        }
    }
}

fn check_adjacency(
    graph: &dyn Snapshot,
    model: &Model,
    relationship_type: TypeId,
    ids: &BTreeMap<u64, NodeId>,
) {
    let of_type =
        || model.statements.iter().filter(|(_, s)| s.relationship_type == relationship_type);
    assert_eq!(
        graph.all_plain(relationship_type),
        of_type().all(|(_, known)| known.qualifiers.is_none())
    );
    // One that has been believed again or removed since the last checkpoint may still count.
    let mut ranks = of_type().filter_map(|(_, known)| known.qualifiers.map(|(rank, _)| rank));
    assert!(
        graph.any_disbelieved(relationship_type) || !ranks.any(|rank| rank == Rank::Deprecated)
    );
    for direction in [Direction::Outgoing, Direction::Incoming] {
        let adjacency = graph.adjacency(relationship_type, direction);
        let mut expected: BTreeMap<NodeId, BTreeSet<(NodeId, StatementId)>> = BTreeMap::new();
        for (number, known) in of_type() {
            let (start, end) = (ids[&known.start], ids[&known.end]);
            let (from, to) =
                if direction == Direction::Outgoing { (start, end) } else { (end, start) };
            expected.entry(from).or_default().insert((to, statement(graph, *number)));
        }
        for id in (0..graph.node_bound() + 2).map(NodeId) {
            let mut found = Vec::new();
            adjacency.for_each(id, |neighbour, statement| found.push((neighbour, statement)));
            assert_eq!(adjacency.degree(id), found.len());
            let found: BTreeSet<_> = found.into_iter().collect();
            assert_eq!(found, expected.remove(&id).unwrap_or_default());
            assert!(adjacency.neighbours[adjacency.positions(id)].is_sorted());
            check_parallel(graph, relationship_type, &adjacency, id);
        }
        assert!(expected.is_empty());
    }
}

/// Parallel relationships in the arrays stand in the order of their dates.
fn check_parallel(
    graph: &dyn Snapshot,
    relationship_type: TypeId,
    adjacency: &crate::graph::snapshot::Adjacency<'_>,
    id: NodeId,
) {
    let Some(key) = graph.sorted_by(relationship_type) else { return };
    let days: Vec<(NodeId, i64)> = adjacency
        .positions(id)
        .map(|position| {
            let date = graph.statement_column(key).get(adjacency.statement_at(position).0);
            let days = if let Value::Date(date) = date { date.days() } else { i64::MAX };
            (adjacency.neighbours[position], days)
        })
        .collect();
    assert!(days.is_sorted(), "{days:?}");
}

fn check_statistics(found: &Statistics, model: &Model) {
    assert_eq!(found.nodes, model.nodes.len() as u64);
    assert_eq!(found.statements, model.statements.len() as u64);
    let mut by_label = BTreeMap::<LabelId, u64>::new();
    for label in model.nodes.values().flat_map(|known| &known.labels) {
        *by_label.entry(*label).or_default() += 1;
    }
    assert_eq!(found.by_label.iter().map(|(l, c)| (*l, *c)).collect::<BTreeMap<_, _>>(), by_label);
    for relationship_type in (0..TYPES).map(TypeId) {
        let (mut out, mut into) = (BTreeMap::<u64, u64>::new(), BTreeMap::<u64, u64>::new());
        for known in model.statements.values() {
            if known.relationship_type == relationship_type {
                *out.entry(known.start).or_default() += 1;
                *into.entry(known.end).or_default() += 1;
            }
        }
        let expected = TypeStatistics {
            count: out.values().sum(),
            sources: out.len() as u64,
            targets: into.len() as u64,
            out_degree_max: out.values().copied().max().unwrap_or(0),
            in_degree_max: into.values().copied().max().unwrap_or(0),
        };
        let found = found.by_type.get(&relationship_type).copied().unwrap_or_default();
        assert_eq!(found, expected);
    }
    for (key, distinct) in &found.distinct {
        let values = model.nodes.values().filter_map(|known| known.properties.get(key));
        assert_eq!(*distinct, values.map(text).collect::<BTreeSet<_>>().len() as u64);
    }
}

/// Few enough for every run; `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(32)
}

/// A folder of its own for a store, gone with this.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Folder {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dossier-model-{}-{number}", std::process::id());
        Folder(std::env::temp_dir().join(name))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn run(steps: &[Step], fold_after: usize, folder: Option<Folder>) {
    let mut run = Run::new(fold_after, folder);
    for step in steps {
        run.step(step);
    }
    run.step(&Step::Commit);
    for last in [Step::Settle, Step::Reopen, Step::Checkpoint, Step::Reopen] {
        run.step(&last);
    }
    for (graph, model) in &run.pinned {
        check(&**graph, model);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_method_answers_as_the_model_does(
        steps in prop::collection::vec(step(), 1..120),
        fold_after in 1usize..40,
    ) {
        run(&steps, fold_after, None);
    }
}

proptest! {
    // Each step that commits waits for the disk.
    #![proptest_config(ProptestConfig { cases: cases().div_ceil(8), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_store_on_disk_answers_as_the_model_does(
        steps in prop::collection::vec(step(), 1..120),
        fold_after in prop_oneof![1usize..40, Just(1 << 20)],
    ) {
        run(&steps, fold_after, Some(Folder::new()));
    }
}
