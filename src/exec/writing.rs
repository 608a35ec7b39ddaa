//! What the write operators share: rows as bindings with what has just been created in front,
//! properties and labels from expressions, and the checks of what may be stored.

use std::sync::Arc;

use crate::bind::bound::{CreateStep, Key, Label, Qualifiers, SetItem};
use crate::error::{Error, Result, eval as codes};
use crate::exec::batch::{Batch, Row};
use crate::exec::column::{Column, Vector};
use crate::exec::runtime::Runtime;
use crate::expr::eval::Bindings;
use crate::expr::{Expr, VarId};
use crate::graph::source::Support;
use crate::graph::{KeyId, Snapshot, Transaction, statement};
use crate::text::Span;
use crate::value::time::{Date, Edtf};
use crate::value::{NodeId, Path, StatementId, Value};

/// A row with variables that are not in its batch.
pub(super) struct Extended<'a> {
    pub(super) row: Row<'a>,
    pub(super) extra: &'a [(VarId, Value)],
}

impl Bindings for Extended<'_> {
    fn value(&self, variable: VarId) -> Value {
        match self.extra.iter().find(|(known, _)| *known == variable) {
            Some((_, value)) => value.clone(),
            None => self.row.value(variable),
        }
    }
}

/// A node or a relationship.
#[derive(Clone, Copy)]
pub(super) enum Element {
    Node(NodeId),
    Relationship(StatementId),
}

/// The element that an expression gives for a row; `None` for null.
fn element(target: &Expr, value: &Value, graph: &dyn Snapshot) -> Result<Option<Element>> {
    let found = match value {
        Value::Null => return Ok(None),
        Value::Node(id) if graph.contains_node(*id) => Element::Node(*id),
        Value::Relationship(id) if graph.statement(*id).is_some() => Element::Relationship(*id),
        Value::Node(_) | Value::Relationship(_) => {
            return Err(
                Error::new(&codes::DELETED_ENTITY, "The element has been deleted.").at(target.span)
            );
        }
        other => {
            let message =
                format!("A node or a relationship is needed, not a {}.", other.type_name());
            return Err(Error::new(&codes::ARGUMENT_TYPE, message).at(target.span));
        }
    };
    Ok(Some(found))
}

/// Computes an expression for a row and what was created for it.
pub(super) fn compute(
    run: &Runtime<'_>,
    expr: &Expr,
    batch: &Batch,
    row: usize,
    extra: &[(VarId, Value)],
) -> Result<Value> {
    let graph = run.graph();
    run.eval(expr, &Extended { row: batch.row(row, &*graph), extra })
}

/// Creates what the steps say for a row; the new variables in order.
pub(super) fn create(
    run: &Runtime<'_>,
    steps: &[CreateStep],
    batch: &Batch,
    row: usize,
) -> Result<Vec<(VarId, Value)>> {
    let mut made: Vec<(VarId, Value)> = Vec::new();
    for step in steps {
        let (variable, value) = match step {
            CreateStep::Node { variable, labels, properties } => {
                let labels = label_names(run, labels, batch, row, &made)?;
                let properties = map(run, properties.as_ref(), batch, row, &made)?;
                let node = run.write(|graph| {
                    let ids: Vec<_> = labels.iter().map(|name| graph.intern_label(name)).collect();
                    let node = graph.create_node(&ids)?;
                    for (key, value) in properties {
                        let key = graph.intern_key(&key);
                        graph.set_node_property(node, key, value);
                    }
                    Ok(node)
                })?;
                (*variable, Value::Node(node))
            }
            CreateStep::Relationship {
                variable,
                start,
                end,
                relationship_type,
                properties,
                qualifiers,
                span,
            } => {
                let ends = [
                    end_node(run, *start, batch, row, &made, *span)?,
                    end_node(run, *end, batch, row, &made, *span)?,
                ];
                let types =
                    label_names(run, std::slice::from_ref(relationship_type), batch, row, &made)?;
                let properties = map(run, properties.as_ref(), batch, row, &made)?;
                let qualified = match qualifiers {
                    Some(clause) => Some(qualify(
                        run,
                        clause,
                        batch,
                        row,
                        &made,
                        statement::Qualifiers::default(),
                    )?),
                    None => None,
                };
                let id = run.write(|graph| {
                    let type_id = graph.intern_type(types.first().map_or("", |name| &**name));
                    let id = graph.create_statement(type_id, ends[0], ends[1])?;
                    for (key, value) in properties {
                        let key = graph.intern_key(&key);
                        graph.set_statement_property(id, key, value);
                    }
                    if let Some(qualifiers) = qualified {
                        graph.qualify(id, qualifiers);
                    }
                    Ok(id)
                })?;
                (*variable, Value::Relationship(id))
            }
            CreateStep::Path(path) => {
                let graph = run.graph();
                let bindings = Extended { row: batch.row(row, &*graph), extra: &made };
                let (mut nodes, mut relationships) = (Vec::new(), Vec::new());
                for &step in &path.steps {
                    match bindings.value(step) {
                        Value::Node(node) => nodes.push(node),
                        Value::Relationship(id) => relationships.push(id),
                        _ => {}
                    }
                }
                (path.variable, Value::Path(Arc::new(Path { nodes, relationships })))
            }
        };
        made.push((variable, value));
    }
    Ok(made)
}

fn end_node(
    run: &Runtime<'_>,
    variable: VarId,
    batch: &Batch,
    row: usize,
    made: &[(VarId, Value)],
    span: Span,
) -> Result<NodeId> {
    let graph = run.graph();
    let value = Extended { row: batch.row(row, &*graph), extra: made }.value(variable);
    match value {
        Value::Node(node) if graph.contains_node(node) => Ok(node),
        Value::Node(_) => {
            Err(Error::new(&codes::DELETED_ENTITY, "The node has been deleted.").at(span))
        }
        other => {
            let message =
                format!("A relationship needs a node at each end, not a {}.", other.type_name());
            Err(Error::new(&codes::ARGUMENT_TYPE, message).at(span))
        }
    }
}

fn label_names(
    run: &Runtime<'_>,
    labels: &[Label],
    batch: &Batch,
    row: usize,
    made: &[(VarId, Value)],
) -> Result<Vec<Arc<str>>> {
    let mut names = Vec::with_capacity(labels.len());
    for label in labels {
        match label {
            Label::Static(name) => names.push(Arc::clone(name)),
            Label::Dynamic(expr) => match compute(run, expr, batch, row, made)? {
                Value::String(name) => names.push(name),
                Value::List(items) => {
                    for item in items.iter() {
                        names.push(text(item, expr.span)?);
                    }
                }
                other => names.push(text(&other, expr.span)?),
            },
        }
    }
    Ok(names)
}

fn text(value: &Value, span: Span) -> Result<Arc<str>> {
    match value {
        Value::String(text) => Ok(Arc::clone(text)),
        other => {
            let message = format!("A String is needed, not a {}.", other.type_name());
            Err(Error::new(&codes::ARGUMENT_TYPE, message).at(span))
        }
    }
}

/// The entries of a property map; those that are null are left out.
fn map(
    run: &Runtime<'_>,
    properties: Option<&Expr>,
    batch: &Batch,
    row: usize,
    made: &[(VarId, Value)],
) -> Result<Vec<(Arc<str>, Value)>> {
    let Some(expr) = properties else { return Ok(Vec::new()) };
    let value = compute(run, expr, batch, row, made)?;
    let mut entries = entries_of(run, &value, expr.span)?;
    entries.retain(|(_, value)| !value.is_null());
    Ok(entries)
}

/// The entries of a map, or the properties of an element, checked for what may be stored.
fn entries_of(run: &Runtime<'_>, value: &Value, span: Span) -> Result<Vec<(Arc<str>, Value)>> {
    let graph = run.graph();
    let named = |properties: Vec<(KeyId, Value)>| {
        let names = properties.into_iter();
        names.map(|(key, value)| (Arc::clone(graph.catalog().key_name(key)), value)).collect()
    };
    let entries: Vec<(Arc<str>, Value)> = match value {
        Value::Null => Vec::new(),
        Value::Map(map) => {
            map.iter().map(|(key, value)| (Arc::clone(key), value.clone())).collect()
        }
        Value::Node(node) => named(graph.node_properties(*node)),
        Value::Relationship(id) => named(graph.statement_properties(*id)),
        other => {
            let message = format!("Properties come from a map, not a {}.", other.type_name());
            return Err(Error::new(&codes::ARGUMENT_TYPE, message).at(span));
        }
    };
    entries.iter().try_for_each(|(_, value)| check_storable(value, span))?;
    Ok(entries)
}

/// Fails for values that no property can hold: maps, elements, paths, and lists of such or of lists.
fn check_storable(value: &Value, span: Span) -> Result<()> {
    let refused = |value: &Value| {
        matches!(value, Value::Map(_) | Value::Node(_) | Value::Relationship(_) | Value::Path(_))
    };
    let bad = match value {
        Value::List(items) => {
            items.iter().find(|item| refused(item) || matches!(item, Value::List(_) | Value::Null))
        }
        value => Some(value).filter(|value| refused(value)),
    };
    match bad {
        None => Ok(()),
        Some(bad) => {
            let message = format!("A property cannot hold a {}.", bad.type_name());
            Err(Error::new(&codes::PROPERTY_TYPE, message)
                .at(span)
                .hint("Store its parts as properties, or make it a node."))
        }
    }
}

/// Carries out SET items for a row.
pub(super) fn set(run: &Runtime<'_>, items: &[SetItem], batch: &Batch, row: usize) -> Result<()> {
    for item in items {
        let target = match item {
            SetItem::Property { target, .. }
            | SetItem::Replace { target, .. }
            | SetItem::Extend { target, .. }
            | SetItem::Labels { target, .. }
            | SetItem::Qualify { target, .. } => target,
        };
        let value = compute(run, target, batch, row, &[])?;
        let Some(element) = element(target, &value, &*run.graph())? else { continue };
        set_item(run, item, element, batch, row)?;
    }
    Ok(())
}

fn set_item(
    run: &Runtime<'_>,
    item: &SetItem,
    element: Element,
    batch: &Batch,
    row: usize,
) -> Result<()> {
    match item {
        SetItem::Property { key, value, .. } => {
            let key = key_name(run, key, batch, row)?;
            let span = value.span;
            let value = compute(run, value, batch, row, &[])?;
            check_storable(&value, span)?;
            run.write(|graph| {
                set_property(graph, element, &key, value);
                Ok(())
            })
        }
        SetItem::Replace { value, .. } | SetItem::Extend { value, .. } => {
            let span = value.span;
            let value = compute(run, value, batch, row, &[])?;
            let entries = entries_of(run, &value, span)?;
            let replaces = matches!(item, SetItem::Replace { .. });
            run.write(|graph| {
                if replaces {
                    clear(graph, element, &entries);
                }
                entries
                    .into_iter()
                    .for_each(|(key, value)| set_property(graph, element, &key, value));
                Ok(())
            })
        }
        SetItem::Labels { labels, target } => {
            let names = label_names(run, labels, batch, row, &[])?;
            let Element::Node(node) = element else { return Err(no_labels(target.span)) };
            run.write(|graph| {
                for name in names {
                    let label = graph.intern_label(&name);
                    graph.add_label(node, label);
                }
                Ok(())
            })
        }
        SetItem::Qualify { qualifiers, target } => {
            let Element::Relationship(id) = element else {
                let message = "VALID, SOURCE and their kind are stated of a relationship.";
                return Err(Error::new(&codes::ARGUMENT_TYPE, message).at(target.span));
            };
            let known = run.graph().qualifiers(id).cloned().unwrap_or_default();
            let qualifiers = qualify(run, qualifiers, batch, row, &[], known)?;
            run.write(|graph| {
                graph.qualify(id, qualifiers);
                Ok(())
            })
        }
    }
}

fn no_labels(span: Span) -> Error {
    Error::new(&codes::ARGUMENT_TYPE, "Labels belong to nodes; a relationship has its one type.")
        .at(span)
}

/// Removes the properties that a replacement does not have.
fn clear(graph: &mut dyn Transaction, element: Element, stay: &[(Arc<str>, Value)]) {
    let old = match element {
        Element::Node(node) => graph.node_properties(node),
        Element::Relationship(id) => graph.statement_properties(id),
    };
    for (key, _) in old {
        let name = Arc::clone(graph.catalog().key_name(key));
        if !stay.iter().any(|(known, _)| *known == name) {
            set_property(graph, element, &name, Value::Null);
        }
    }
}

fn set_property(graph: &mut dyn Transaction, element: Element, key: &str, value: Value) {
    if value.is_null() && graph.catalog().key(key).is_none() {
        return;
    }
    let key = graph.intern_key(key);
    match element {
        Element::Node(node) => graph.set_node_property(node, key, value),
        Element::Relationship(id) => graph.set_statement_property(id, key, value),
    }
}

fn key_name(run: &Runtime<'_>, key: &Key, batch: &Batch, row: usize) -> Result<Arc<str>> {
    match key {
        Key::Static(name) => Ok(Arc::clone(name)),
        Key::Dynamic(expr) => text(&compute(run, expr, batch, row, &[])?, expr.span),
    }
}

/// Carries out a REMOVE of a property for a row.
pub(super) fn remove_property(
    run: &Runtime<'_>,
    target: &Expr,
    key: &Key,
    batch: &Batch,
    row: usize,
) -> Result<()> {
    let value = compute(run, target, batch, row, &[])?;
    let Some(element) = element(target, &value, &*run.graph())? else { return Ok(()) };
    let key = key_name(run, key, batch, row)?;
    run.write(|graph| {
        set_property(graph, element, &key, Value::Null);
        Ok(())
    })
}

/// Carries out a REMOVE of labels for a row.
pub(super) fn remove_labels(
    run: &Runtime<'_>,
    target: &Expr,
    labels: &[Label],
    batch: &Batch,
    row: usize,
) -> Result<()> {
    let value = compute(run, target, batch, row, &[])?;
    let Some(element) = element(target, &value, &*run.graph())? else { return Ok(()) };
    let Element::Node(node) = element else { return Err(no_labels(target.span)) };
    let names = label_names(run, labels, batch, row, &[])?;
    run.write(|graph| {
        for name in names {
            if let Some(label) = graph.catalog().label(&name) {
                graph.remove_label(node, label);
            }
        }
        Ok(())
    })
}

/// What is stated about a relationship: what was known, with the clause's parts in place of its own.
fn qualify(
    run: &Runtime<'_>,
    clause: &Qualifiers,
    batch: &Batch,
    row: usize,
    made: &[(VarId, Value)],
    known: statement::Qualifiers,
) -> Result<statement::Qualifiers> {
    let mut qualifiers = known;
    let value = |expr: &Expr| compute(run, expr, batch, row, made);
    if let Some(expr) = &clause.valid {
        qualifiers.valid = edtf(&value(expr)?, expr.span)?;
    }
    if let Some(expr) = &clause.not_before {
        qualifiers.not_before = Some(date(&value(expr)?, expr.span)?);
    }
    if let Some(expr) = &clause.not_after {
        qualifiers.not_after = Some(date(&value(expr)?, expr.span)?);
    }
    if !clause.sources.is_empty() {
        qualifiers.support.clear();
    }
    for (document, locator) in &clause.sources {
        let locator = match locator {
            Some(expr) => match value(expr)? {
                Value::Map(map) => map,
                _ => Arc::default(),
            },
            None => Arc::default(),
        };
        let document = self_or_named(run, &value(document)?, document.span)?;
        qualifiers.support.push(Support { document, locator, summary: None });
    }
    qualifiers.stance = clause.stance.unwrap_or(qualifiers.stance);
    qualifiers.rank = clause.rank.unwrap_or(qualifiers.rank);
    if let Some(expr) = &clause.speaker {
        qualifiers.speaker = match value(expr)? {
            Value::Node(node) => {
                Some(crate::graph::source::display_name(&*run.graph(), node).into())
            }
            other => Some(text(&other, expr.span)?),
        };
    }
    if let Some(expr) = &clause.reason {
        qualifiers.reason = Some(text(&value(expr)?, expr.span)?);
    }
    Ok(qualifiers)
}

/// A document: a node, or the only node with the name.
fn self_or_named(run: &Runtime<'_>, value: &Value, span: Span) -> Result<NodeId> {
    let name = match value {
        Value::Node(node) => return Ok(*node),
        other => text(other, span)?,
    };
    let graph = run.graph();
    let key = graph.catalog().key("name");
    let mut from = Some(NodeId(0));
    let mut nodes = Vec::new();
    while let (Some(start), Some(key)) = (from, key) {
        run.check()?;
        nodes.clear();
        from = graph.scan_nodes(None, start, 4096, &mut nodes);
        let found =
            nodes.iter().find(|&&node| graph.node_property(node, key).as_str() == Some(&*name));
        if let Some(&node) = found {
            return Ok(node);
        }
    }
    Err(Error::new(&codes::ARGUMENT_VALUE, format!("No document is called '{name}'."))
        .at(span)
        .hint("Create it first: CREATE (:Document {name: '…'})."))
}

fn edtf(value: &Value, span: Span) -> Result<Option<Edtf>> {
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Edtf(edtf) => Edtf::clone(edtf),
        Value::Date(date) => Edtf::parse(&date.to_string())?,
        other => Edtf::parse(&text(other, span)?).map_err(|error| error.at(span))?,
    }))
}

fn date(value: &Value, span: Span) -> Result<Date> {
    match value {
        Value::Date(date) => Ok(*date),
        other => Date::parse(&text(other, span)?).map_err(|error| error.at(span)),
    }
}

/// A batch with the created variables of each of its rows as columns.
pub(super) fn with_created(mut batch: Batch, created: Vec<Vec<(VarId, Value)>>) -> Batch {
    let variables: Vec<_> = created
        .first()
        .map(|row| row.iter().map(|&(variable, _)| variable).collect())
        .unwrap_or_default();
    let mut columns: Vec<Vec<Value>> = vec![Vec::with_capacity(created.len()); variables.len()];
    for row in created {
        for (column, (_, value)) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    for (variable, values) in variables.into_iter().zip(columns) {
        batch.set(variable, Column::new(Vector::of(values)));
    }
    batch
}
