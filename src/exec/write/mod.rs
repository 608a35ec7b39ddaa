//! The operators that write, and what they have in common.
//!
//! Each is a [`change::Change`] that [`change::Changing`] makes for all rows at once, but for
//! [`merge`], which reads again for every row. Here: rows with what was just created in front of
//! them, properties that may be stored, names that may be computed, and what is said about a
//! statement.

pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod delete_portion;
pub(crate) mod foreach;
pub(crate) mod in_transactions;
pub(crate) mod merge;
pub(crate) mod remove;
pub(crate) mod set;

use std::sync::Arc;

use crate::bind::bound::{Key, Label, Qualifiers as BoundQualifiers};
use crate::error::{Error, Result, eval};
use crate::exec::batch::Row;
use crate::exec::runtime::Runtime;
use crate::exec::vector::expected;
use crate::expr::eval::Bindings;
use crate::expr::types::is_property_value;
use crate::expr::{Expr, VarId};
use crate::graph::source::{Support, check_locator};
use crate::graph::statement::Qualifiers;
use crate::graph::{Snapshot, Transaction, stated};
use crate::text::Span;
use crate::value::time::{Date, Edtf};
use crate::value::{Map, NodeId, StatementId, Value};

/// A node or a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Element {
    Node(NodeId),
    Relationship(StatementId),
}

/// A row whose newly bound variables stand in front of its columns.
pub(crate) struct WriteRow<'r> {
    /// The row as it came.
    pub(crate) row: &'r dyn Bindings,
    /// What this clause has bound for the row.
    pub(crate) bound: &'r [(VarId, Value)],
}

impl Bindings for WriteRow<'_> {
    fn value(&self, variable: VarId) -> Value {
        let bound = self.bound.iter().rev().find(|(known, _)| *known == variable);
        bound.map_or_else(|| self.row.value(variable), |(_, value)| value.clone())
    }
}

impl Element {
    /// The element that a value is; `None` for null, an error for anything else.
    pub(crate) fn of(value: &Value, span: Span) -> Result<Option<Element>> {
        match value {
            Value::Null => Ok(None),
            Value::Node(node) => Ok(Some(Element::Node(*node))),
            Value::Relationship(id) => Ok(Some(Element::Relationship(*id))),
            other => Err(expected("a Node or a Relationship", other).at(span)),
        }
    }

    /// Fails for an element that does not exist any more.
    pub(crate) fn check_exists(self, graph: &dyn Snapshot, span: Span) -> Result<()> {
        let (exists, what) = match self {
            Element::Node(node) => (graph.contains_node(node), "node"),
            Element::Relationship(id) => (graph.statement(id).is_some(), "relationship"),
        };
        if exists {
            return Ok(());
        }
        let message = format!("This {what} has been deleted by this statement.");
        Err(Error::new(&eval::DELETED_ENTITY, message).at(span))
    }

    /// The element's properties by name.
    pub(crate) fn properties(self, graph: &dyn Snapshot) -> Map {
        let properties = match self {
            Element::Node(node) => graph.node_properties(node),
            Element::Relationship(id) => graph.statement_properties(id),
        };
        let name = |key| Arc::clone(graph.catalog().key_name(key));
        properties.into_iter().map(|(key, value)| (name(key), value)).collect()
    }

    /// Sets a property; null removes it.
    pub(crate) fn set(self, key: &str, value: Value, transaction: &mut dyn Transaction) {
        // A key that nothing has need not be made up to be removed.
        if value.is_null() && transaction.catalog().key(key).is_none() {
            return;
        }
        if let Element::Node(node) = self {
            stated::forget(transaction, node, key);
        }
        let key = transaction.intern_key(key);
        match self {
            Element::Node(node) => transaction.set_node_property(node, key, value),
            Element::Relationship(id) => {
                transaction.set_statement_property(id, key, value);
                let place = stated::place_of(transaction.as_snapshot(), id);
                stated::after_change(transaction, place);
            }
        }
    }
}

/// Fails for a value that cannot be stored as a property; null can, it removes one.
pub(crate) fn check_property(key: &str, value: &Value, span: Span) -> Result<()> {
    if value.is_null() || is_property_value(value) {
        return Ok(());
    }
    let message = match value {
        Value::List(_) => format!(
            "The list for `{key}` holds something that cannot be stored: lists of properties hold scalar values only."
        ),
        other => format!("A {} cannot be stored as the property `{key}`.", other.type_name()),
    };
    Err(Error::new(&eval::PROPERTY_TYPE, message)
        .at(span)
        .hint("Store its parts as separate properties, or connect the elements by a relationship."))
}

/// The entries of a map of properties, each fit to be stored; none for null.
pub(crate) fn property_entries(
    value: &Value,
    graph: &dyn Snapshot,
    span: Span,
) -> Result<Vec<(Arc<str>, Value)>> {
    let entries: Vec<_> = match value {
        Value::Null => Vec::new(),
        Value::Map(map) => map.iter().map(|(k, v)| (Arc::clone(k), v.clone())).collect(),
        Value::Node(node) => {
            Element::Node(*node).check_exists(graph, span)?;
            Element::Node(*node).properties(graph).into_iter().collect()
        }
        Value::Relationship(id) => {
            Element::Relationship(*id).check_exists(graph, span)?;
            Element::Relationship(*id).properties(graph).into_iter().collect()
        }
        other => return Err(expected("a Map", other).at(span)),
    };
    for (key, value) in &entries {
        if key.is_empty() {
            return Err(empty_name().at(span));
        }
        check_property(key, value, span)?;
    }
    Ok(entries)
}

/// The names that labels stand for; a computed one may be a list.
pub(crate) fn label_names(
    labels: &[Label],
    row: &dyn Bindings,
    run: &Runtime<'_>,
) -> Result<Vec<Arc<str>>> {
    let mut names = Vec::with_capacity(labels.len());
    for label in labels {
        match label {
            Label::Static(name) => names.push(named(name)?),
            Label::Dynamic(expr) => match run.eval(expr, row)? {
                Value::List(items) => {
                    for item in items.iter() {
                        names.push(name_of(item, expr.span)?);
                    }
                }
                value => names.push(name_of(&value, expr.span)?),
            },
        }
    }
    Ok(names)
}

/// The name that a property key stands for.
pub(crate) fn key_name(key: &Key, row: &dyn Bindings, run: &Runtime<'_>) -> Result<Arc<str>> {
    match key {
        Key::Static(name) => named(name),
        Key::Dynamic(expr) => name_of(&run.eval(expr, row)?, expr.span),
    }
}

/// A name that is written as it is. Nothing between backquotes is none: no other form of a graph could keep it.
fn named(name: &Arc<str>) -> Result<Arc<str>> {
    if name.is_empty() { Err(empty_name()) } else { Ok(Arc::clone(name)) }
}

fn empty_name() -> Error {
    Error::new(&eval::ARGUMENT_VALUE, "A name cannot be empty.")
        .hint("Give the label, the type or the property a name of a letter or more.")
}

fn name_of(value: &Value, span: Span) -> Result<Arc<str>> {
    match value {
        Value::String(name) if !name.is_empty() => Ok(Arc::clone(name)),
        Value::String(_) => Err(empty_name().at(span)),
        other => Err(expected("a String as a name", other).at(span)),
    }
}

/// What is stated about a statement, over what was stated before.
pub(crate) fn qualifiers(
    bound: &BoundQualifiers,
    before: Qualifiers,
    row: &dyn Bindings,
    run: &Runtime<'_>,
) -> Result<Qualifiers> {
    let mut stated = before;
    let value = |expr: &Option<Expr>| match expr {
        Some(expr) => Ok(Some((run.eval(expr, row)?, expr.span))),
        None => Ok::<_, Error>(None),
    };
    if let Some((valid, span)) = value(&bound.valid)? {
        stated.valid = edtf(&valid).map_err(|error| error.at(span))?;
    }
    if let Some((day, span)) = value(&bound.not_before)? {
        stated.not_before = date(&day).map_err(|error| error.at(span))?;
    }
    if let Some((day, span)) = value(&bound.not_after)? {
        stated.not_after = date(&day).map_err(|error| error.at(span))?;
    }
    if let Some(message) = stated.contradiction(["VALID", "FROM", "TO"]) {
        let made = Error::new(&eval::ARGUMENT_VALUE, message);
        let times = [&bound.not_after, &bound.not_before, &bound.valid];
        let span = times.into_iter().flatten().next().map(|expr| expr.span);
        if let Some(span) = span {
            return Err(made.at(span).hint("FROM the first day that it may be, TO the last."));
        }
    }
    if !bound.sources.is_empty() {
        stated.support.clear();
    }
    for (document, locator) in &bound.sources {
        stated.support.push(support(document, locator.as_ref(), row, run)?);
    }
    if let Some((speaker, span)) = value(&bound.speaker)? {
        stated.speaker = text(&speaker, &*run.graph()).map_err(|error| error.at(span))?;
    }
    if let Some((reason, span)) = value(&bound.reason)? {
        stated.reason = text(&reason, &*run.graph()).map_err(|error| error.at(span))?;
    }
    stated.stance = bound.stance.unwrap_or(stated.stance);
    stated.rank = bound.rank.unwrap_or(stated.rank);
    Ok(stated)
}

pub(crate) fn edtf(value: &Value) -> Result<Option<Edtf>> {
    match value {
        Value::Null => Ok(None),
        Value::Edtf(edtf) => Ok(Some(Edtf::clone(edtf))),
        Value::Date(date) => Edtf::parse(&date.to_string()).map(Some),
        Value::String(text) => Edtf::parse(text).map(Some),
        other => Err(expected("a date", other).hint("Write VALID edtf('2008-08')")),
    }
}

fn date(value: &Value) -> Result<Option<Date>> {
    match value {
        Value::Null => Ok(None),
        Value::Date(date) => Ok(Some(*date)),
        Value::String(text) => Date::parse(text).map(Some),
        other => Err(expected("a Date", other).hint("Write FROM date('2008-08-26')")),
    }
}

/// A text, or the name of a node.
fn text(value: &Value, graph: &dyn Snapshot) -> Result<Option<Arc<str>>> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(Arc::clone(text))),
        Value::Node(node) => {
            match graph.catalog().key("name").map(|k| graph.node_property(*node, k)) {
                Some(Value::String(name)) => Ok(Some(name)),
                _ => Err(Error::new(&eval::ARGUMENT_VALUE, "This node has no name.")),
            }
        }
        other => Err(expected("a String or a Node with a name", other)),
    }
}

/// A place in a document. In its locator, `summary` is what the place says.
fn support(
    document: &Expr,
    locator: Option<&Expr>,
    row: &dyn Bindings,
    run: &Runtime<'_>,
) -> Result<Support> {
    let named = run.eval(document, row)?;
    let locator_at = locator.map(|locator| locator.span);
    let locator = match locator {
        None => Value::Null,
        Some(locator) => run.eval(locator, row)?,
    };
    let span = locator_at.unwrap_or(document.span);
    check_locator(&locator).map_err(|error| error.at(span))?;
    Support::at(&*run.graph(), &named, locator).map_err(|error| error.at(document.span))
}

/// Runs a change for every row of some batches, in order.
pub(crate) fn for_each_row(
    batches: &[crate::exec::batch::Batch],
    run: &Runtime<'_>,
    mut change: impl FnMut(&dyn Bindings) -> Result<()>,
) -> Result<()> {
    for batch in batches {
        for at in 0..batch.len() {
            if at % 1024 == 0 {
                run.check()?;
            }
            change(&LateRow { batch, at, run })?;
        }
    }
    Ok(())
}

/// A row that borrows the graph only while a value is read, so that writes can come between.
pub(crate) struct LateRow<'r, 'a> {
    pub(crate) batch: &'r crate::exec::batch::Batch,
    pub(crate) at: usize,
    pub(crate) run: &'r Runtime<'a>,
}

impl Bindings for LateRow<'_, '_> {
    fn value(&self, variable: VarId) -> Value {
        let graph = self.run.graph();
        let row: Row<'_> = self.batch.row(self.at, &*graph);
        row.value(variable)
    }

    fn lineage(&self) -> u32 {
        self.batch.lineage.as_ref().map_or(0, |lineage| lineage[self.at])
    }
}
