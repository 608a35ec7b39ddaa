//! `Set`: sets properties, labels and qualifiers for each row.

use crate::bind::bound::{Qualifiers, SetItem};
use crate::error::{Error, Result, eval};
use crate::exec::batch::Batch;
use crate::exec::runtime::Runtime;
use crate::exec::vector::expected;
use crate::exec::write::change::Change;
use crate::exec::write::{
    Element, check_property, for_each_row, key_name, label_names, property_entries, qualifiers,
};
use crate::expr::Expr;
use crate::expr::eval::Bindings;
use crate::graph::{stated, statement};
use crate::text::Span;
use crate::value::{Map, Value};

/// Sets item by item for each row, in order.
pub(crate) struct Set<'a> {
    pub(crate) items: &'a [SetItem],
}

impl Change for Set<'_> {
    const NAME: &'static str = "Set";

    fn change(&mut self, batches: &mut [Batch], run: &Runtime<'_>) -> Result<()> {
        for_each_row(batches, run, |row| set(self.items, row, run))
    }
}

/// Sets the items for one row, in order.
pub(crate) fn set(items: &[SetItem], row: &dyn Bindings, run: &Runtime<'_>) -> Result<()> {
    items.iter().try_for_each(|item| set_item(item, row, run))
}

fn set_item(item: &SetItem, row: &dyn Bindings, run: &Runtime<'_>) -> Result<()> {
    match item {
        SetItem::Property { target, key, value, qualifiers: stated } => {
            let Some(element) = element(target, row, run)? else { return Ok(()) };
            let key = key_name(key, row, run)?;
            let new = run.eval(value, row)?;
            check_property(&key, &new, value.span)?;
            if let Some(stated) = stated {
                return state(element, &key, (new, value.span), stated, row, run);
            }
            run.write(|transaction| {
                element.set(&key, new, transaction);
                Ok(())
            })
        }
        SetItem::Replace { target, value } => set_all(target, value, true, row, run),
        SetItem::Extend { target, value } => set_all(target, value, false, row, run),
        SetItem::Labels { target, labels } => {
            let Some(element) = element(target, row, run)? else { return Ok(()) };
            let Element::Node(node) = element else {
                let value = run.eval(target, row)?;
                return Err(expected("a Node", &value).at(target.span));
            };
            let names = label_names(labels, row, run)?;
            run.write(|transaction| {
                for name in names {
                    let label = transaction.intern_label(&name);
                    transaction.add_label(node, label);
                }
                Ok(())
            })
        }
        SetItem::Qualify { target, qualifiers: said } => {
            let Some(element) = element(target, row, run)? else { return Ok(()) };
            let Element::Relationship(id) = element else {
                let value = run.eval(target, row)?;
                return Err(expected("a Relationship", &value).at(target.span));
            };
            let before = run.graph().qualifiers(id).cloned().unwrap_or_default();
            let now = qualifiers(said, before, row, run)?;
            run.write(|transaction| {
                transaction.qualify(id, now);
                let place = stated::place_of(transaction.as_snapshot(), id);
                stated::after_change(transaction, place);
                Ok(())
            })
        }
    }
}

/// `SET n = map` and `SET n += map`; the map may be another element.
fn set_all(
    target: &Expr,
    value: &Expr,
    replaces: bool,
    row: &dyn Bindings,
    run: &Runtime<'_>,
) -> Result<()> {
    let Some(element) = element(target, row, run)? else { return Ok(()) };
    let new = run.eval(value, row)?;
    let entries = property_entries(&new, &*run.graph(), value.span)?;
    let before = if replaces { element.properties(&*run.graph()) } else { Map::default() };
    run.write(|transaction| {
        for key in before.into_keys() {
            if !entries.iter().any(|(new, _)| *new == key) {
                element.set(&key, Value::Null, transaction);
            }
        }
        for (key, value) in entries {
            element.set(&key, value, transaction);
        }
        Ok(())
    })
}

/// The element to change: `None` for null, an error for one that has been deleted.
/// States a value of a property of a node, with when it holds and who says so.
pub(crate) fn state(
    element: Element,
    key: &str,
    (value, span): (Value, Span),
    said: &Qualifiers,
    row: &dyn Bindings,
    run: &Runtime<'_>,
) -> Result<()> {
    let Element::Node(node) = element else {
        let message = "A relationship is a statement itself: its date is not that of one property.";
        return Err(Error::new(&eval::ARGUMENT_VALUE, message).at(span).hint("SET r VALID …"));
    };
    if value.is_null() {
        let message = format!("There is no value to state for `{key}`: it is null.");
        return Err(Error::new(&eval::ARGUMENT_VALUE, message)
            .at(span)
            .hint(format!("REMOVE n.{key}; or DELETE p after MATCH (n)-[p:.{key}]->()")));
    }
    let said = qualifiers(said, statement::Qualifiers::default(), row, run)?;
    run.write(|transaction| stated::state(transaction, node, key, value, said).map(|_| ()))
}

/// The element that a change is made to; `None` where it is null.
pub(crate) fn element(
    target: &Expr,
    row: &dyn Bindings,
    run: &Runtime<'_>,
) -> Result<Option<Element>> {
    let element = Element::of(&run.eval(target, row)?, target.span)?;
    if let Some(element) = element {
        element.check_exists(&*run.graph(), target.span)?;
    }
    Ok(element)
}
