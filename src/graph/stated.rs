//! Values of a node's property that hold for a time and come from a source.
//!
//! A property of a node is either plain, a value and nothing else, or it has *stated values*: each
//! with a date, sources, a stance and a rank, as many as there are to state.
//!
//! ```text
//! CREATE (:State {name: 'Nauru', population: 10084 VALID edtf('2011') SOURCE 'Census'})
//! MATCH (s:State {name: 'Nauru'}) SET s.population = 11680 VALID edtf('2021') SOURCE 'Estimate'
//!
//! node        name: 'Nauru'     population: 11680            what a plain query reads
//! statements  (nauru)-[:.population {value: 10084}]->(nauru)   2011, Census
//!             (nauru)-[:.population {value: 11680}]->(nauru)   2021, Estimate
//! ```
//!
//! # Design
//!
//! A stated value is a statement like any other: a relationship from the node to itself, of a type
//! named after the property with a full stop before it. So it has all that statements have, without
//! a second machinery: dates narrowed by documents and order statements, `AS OF` and its kind, truth,
//! stance, rank, recorded time, `KNOWN AT`, evidence, conflicts, changes and timelines, ERASE, and a
//! place in every file format. The type is *hidden*: a pattern finds it where it names it, `[p:.population]`,
//! and otherwise not; counts, procedures and what deletes a node do not see it as a relationship.
//!
//! The node's own column holds the value that stands out of all that is stated ([`best`]): what is
//! believed, of the best rank, and of the latest beginning. It is written with each change of a
//! statement ([`refresh`]), so that whatever reads properties (scans, indexes, constraints, sorts,
//! other engines' queries) reads one value from one column, and a graph in which nothing is stated of
//! a property has nothing to look at. A node's property is never both: SET without a date puts a plain
//! value in place of all that was stated ([`forget`]), SET with one states it beside the others and takes
//! the place of a plain value. What was known before is found by `KNOWN AT`, as always.
//!
//! In a MATCH with a word of ours a property of a node is read as of that time: the binder knows which
//! keys have stated values and puts a look at the statements in place of the column
//! (`bind/stated.rs`). A key without stated values is read as it always was.
//!
//! Values are states: a date that is no interval means all of its days, and what has begun and has
//! no known end goes on, presumably, until a later value takes over.

use std::sync::Arc;

use crate::error::Result;
use crate::graph::source::display_name;
use crate::graph::statement::{Qualifiers, View};
use crate::graph::{Direction, KeyId, Snapshot, Transaction, TypeId};
use crate::value::time::{Hull, Temporality, ValidTime};
use crate::value::{NodeId, StatementId, Value};

/// The key under which a statement keeps the value.
pub const VALUE: &str = "value";

/// What a stated value is unless its type is declared otherwise.
pub(crate) const KIND: Temporality = Temporality::State { persistent: true };

/// The type that holds the values of a property.
pub(crate) fn type_name(key: &str) -> String {
    format!(".{key}")
}

/// The property whose values a type holds; `None` for any other type.
///
/// ```
/// use dossier::graph::stated::key_of;
/// assert_eq!((key_of(".population"), key_of("RECOGNISES")), (Some("population"), None));
/// ```
pub fn key_of(type_name: &str) -> Option<&str> {
    type_name.strip_prefix('.').filter(|key| !key.is_empty())
}

/// The property whose values a type of the graph holds.
pub(crate) fn key_of_type(graph: &dyn Snapshot, id: TypeId) -> Option<&str> {
    if graph.catalog().holds_values(id) { key_of(graph.catalog().type_name(id)) } else { None }
}

/// The value of a statement of such a type.
pub(crate) fn value_of(graph: &dyn Snapshot, statement: StatementId) -> Value {
    let key = graph.catalog().key(VALUE);
    key.map_or(Value::Null, |key| graph.statement_property(statement, key))
}

/// A value of a property in words, `Nauru population = 10084`; `None` for any other statement.
pub(crate) fn sentence(graph: &dyn Snapshot, statement: StatementId) -> Option<String> {
    let (node, of) = place_of(graph, statement)?;
    Some(worded(&display_name(graph, node), key_of_type(graph, of)?, &value_of(graph, statement)))
}

/// The same of its parts.
pub(crate) fn worded(name: &str, key: &str, value: &Value) -> String {
    format!("{name} {key} = {}", value_text(value))
}

/// A value in words; a long list is cut.
pub(crate) fn value_text(value: &Value) -> String {
    const SHOWN_MAX: usize = 8;
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => text.to_string(),
        Value::Integer(number) => number.to_string(),
        // As the query language writes it: `4.0` is no integer.
        Value::Float(number) => format!("{number:?}"),
        Value::Boolean(truth) => truth.to_string(),
        Value::Edtf(edtf) => edtf.as_str().to_owned(),
        Value::Date(date) => date.to_string(),
        Value::Time(time) => time.to_string(),
        Value::LocalTime(time) => time.to_string(),
        Value::DateTime(instant) => instant.to_string(),
        Value::LocalDateTime(local) => local.to_string(),
        Value::Duration(duration) => duration.to_string(),
        Value::List(items) => {
            let shown: Vec<String> = items.iter().take(SHOWN_MAX).map(value_text).collect();
            let more = if items.len() > SHOWN_MAX { ", …" } else { "" };
            format!("[{}{more}]", shown.join(", "))
        }
        other => other.type_name().to_owned(),
    }
}

/// All that is stated of a property of a node, in the order in which it was stated.
///
/// ```
/// use dossier::graph::stated::{best, values};
/// let store = dossier::Store::memory();
/// let rows = store.query(
///     "CREATE (s:State {population: 10084 VALID edtf('2011')})
///      SET s.population = 11680 VALID edtf('2021') RETURN s", ())?;
/// let (graph, node) = (rows.graph(), rows.get(0).unwrap().get("s")?);
/// let all = values(graph, node, "population");
/// assert_eq!((all.len(), best(graph, &all)), (2, Some(all[1])));
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn values(graph: &dyn Snapshot, node: NodeId, key: &str) -> Vec<StatementId> {
    graph.catalog().values_of(key).map_or_else(Vec::new, |id| values_in(graph, node, id))
}

/// The statements of one such type at a node.
fn values_in(graph: &dyn Snapshot, node: NodeId, id: TypeId) -> Vec<StatementId> {
    let mut found = Vec::new();
    graph.adjacency(id, Direction::Outgoing).for_each(node, |_, statement| found.push(statement));
    found.sort_unstable();
    found
}

/// All stated values of a node, whatever the property.
pub(crate) fn all_values(graph: &dyn Snapshot, node: NodeId) -> Vec<StatementId> {
    let catalog = graph.catalog();
    let types = catalog.types().filter(|(id, _)| catalog.holds_values(*id));
    types.flat_map(|(id, _)| values_in(graph, node, id)).collect()
}

/// Which of several statements of one thing stands out, where no time is asked for: of those that
/// are believed the one of the best rank, then of the latest beginning, then the one stated last.
///
/// ```
/// use dossier::graph::stated::{best, values};
/// let store = dossier::Store::memory();
/// let rows = store.query(
///     "CREATE (s:State {population: 10084 VALID edtf('2011')})
///      SET s.population = 9000 VALID edtf('2021') SAYS denied BY 'the census' RETURN s", ())?;
/// let (graph, node) = (rows.graph(), rows.get(0).unwrap().get("s")?);
/// let all = values(graph, node, "population");
/// assert_eq!(best(graph, &all), Some(all[0]));
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn best(graph: &dyn Snapshot, statements: &[StatementId]) -> Option<StatementId> {
    let plain = Qualifiers::default();
    let is_seen = |id: &&StatementId| is_believed(graph.qualifiers(**id).unwrap_or(&plain));
    statements.iter().filter(is_seen).max_by_key(|id| standing(graph, **id)).copied()
}

/// What decides between statements of one thing: rank, the earliest day of the beginning, and the
/// number under which it is known.
pub(crate) fn standing(graph: &dyn Snapshot, statement: StatementId) -> [i64; 3] {
    let plain = Qualifiers::default();
    let [rank, begins] = standing_of(graph.qualifiers(statement).unwrap_or(&plain));
    let number = graph.statement_element_id(statement);
    [rank, begins, i64::try_from(number).unwrap_or(i64::MAX)]
}

/// The same of what is said of a statement: of nothing else, so that no other change can make
/// another one stand out.
pub(crate) fn standing_of(stated: &Qualifiers) -> [i64; 2] {
    let time = ValidTime::new(stated.valid.as_ref(), Some(KIND), stated.not_before, None);
    [stated.rank as i64, time.hull().map_or(Hull::PAST, |hull| hull.earliest_start)]
}

/// Whether a value that is said so is believed, so that a plain query may read it.
pub(crate) fn is_believed(stated: &Qualifiers) -> bool {
    View::DEFAULT.shows(stated.stance, stated.rank)
}

/// States a value of a property of a node beside what is stated of it already; the same value at
/// the same time, said in the same way, gets the sources of both.
pub(crate) fn state(
    transaction: &mut dyn Transaction,
    node: NodeId,
    key: &str,
    value: Value,
    qualifiers: Qualifiers,
) -> Result<StatementId> {
    let graph = transaction.as_snapshot();
    let id = match said_alike(graph, node, key, &value, &qualifiers) {
        Some(known) => {
            let mut stated = graph.qualifiers(known).cloned().unwrap_or_default();
            if stated.add_support(qualifiers.support) {
                transaction.qualify(known, stated);
            }
            known
        }
        None => {
            let (of, value_key) =
                (transaction.intern_type(&type_name(key)), transaction.intern_key(VALUE));
            let id = transaction.create_statement(of, node, node)?;
            transaction.set_statement_property(id, value_key, value);
            if !qualifiers.is_plain() {
                transaction.qualify(id, qualifiers);
            }
            id
        }
    };
    let key = transaction.intern_key(key);
    refresh(transaction, node, key);
    Ok(id)
}

/// The statement that a property has a value, at the same time and said in the same way.
pub(crate) fn said_alike(
    graph: &dyn Snapshot,
    node: NodeId,
    key: &str,
    value: &Value,
    said: &Qualifiers,
) -> Option<StatementId> {
    let plain = Qualifiers::default();
    values(graph, node, key).into_iter().find(|id| {
        same(&value_of(graph, *id), value)
            && graph.qualifiers(*id).unwrap_or(&plain).is_said_alike(said)
    })
}

/// Whether two values are the same to whoever reads them: 1 and 1.0 are not.
fn same(a: &Value, b: &Value) -> bool {
    let is_nan = |value: &Value| matches!(value, Value::Float(number) if number.is_nan());
    a == b || is_nan(a) && is_nan(b)
}

/// Writes the value that stands out into the node's own column, or takes it away where none does.
pub(crate) fn refresh(transaction: &mut dyn Transaction, node: NodeId, key: KeyId) {
    let graph = transaction.as_snapshot();
    if !graph.contains_node(node) {
        return;
    }
    let name = Arc::clone(graph.catalog().key_name(key));
    let found = best(graph, &values(graph, node, &name));
    let value = found.map_or(Value::Null, |id| value_of(graph, id));
    if !same(&graph.node_property(node, key), &value) {
        transaction.show_property(node, key, value);
    }
}

/// What has to follow once a statement has changed: `at` says which one it is, or was.
pub(crate) fn after_change(transaction: &mut dyn Transaction, at: Option<(NodeId, TypeId)>) {
    let Some((node, id)) = at else { return };
    let Some(key) = key_of_type(transaction.as_snapshot(), id).map(str::to_owned) else { return };
    let key = transaction.intern_key(&key);
    refresh(transaction, node, key);
}

/// The node and the type of a statement that is a value of a property.
pub(crate) fn place_of(graph: &dyn Snapshot, id: StatementId) -> Option<(NodeId, TypeId)> {
    let ends = graph.statement(id)?;
    graph
        .catalog()
        .holds_values(ends.relationship_type)
        .then_some((ends.start, ends.relationship_type))
}

/// Takes back all that is stated of a property of a node: what comes is a plain value.
pub(crate) fn forget(transaction: &mut dyn Transaction, node: NodeId, key: &str) {
    for id in values(transaction.as_snapshot(), node, key) {
        transaction.delete_statement(id);
    }
}
