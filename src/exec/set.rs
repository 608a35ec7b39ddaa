//! `Set`: sets properties, labels and qualifiers for each row.

use crate::bind::bound::SetItem;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::eager::drain;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector::expected;
use crate::exec::write::{
    Element, check_property, for_each_row, key_name, label_names, property_entries, qualifiers,
};
use crate::expr::eval::Bindings;
use crate::expr::{Expr, VarId};
use crate::plan::physical::Node;
use crate::value::{Map, Value};

/// Runs its input to its end, then sets item by item for each row, in order.
pub(crate) struct Set<'a> {
    input: Input<'a>,
    items: &'a [SetItem],
    keep: &'a [VarId],
    holding: Holding,
    batches: Option<std::vec::IntoIter<Batch>>,
}

impl<'a> Set<'a> {
    pub(crate) fn new(node: &'a Node, items: &'a [SetItem], input: Input<'a>) -> Set<'a> {
        Set { input, items, keep: &node.keep, holding: Holding::default(), batches: None }
    }
}

impl Operator for Set<'_> {
    fn start(&mut self, argument: &Batch) {
        self.batches = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.batches.is_none() {
            let batches = drain(&mut self.input, run, &mut self.holding, "Set")?;
            for_each_row(&batches, run, |row| set(self.items, row, run))?;
            self.batches = Some(batches.into_iter());
        }
        let batch = self.batches.as_mut().and_then(Iterator::next);
        Ok(batch.map(|mut batch| {
            batch.retain(self.keep);
            batch
        }))
    }
}

/// Sets the items for one row, in order.
pub(crate) fn set(items: &[SetItem], row: &dyn Bindings, run: &Runtime<'_>) -> Result<()> {
    items.iter().try_for_each(|item| set_item(item, row, run))
}

fn set_item(item: &SetItem, row: &dyn Bindings, run: &Runtime<'_>) -> Result<()> {
    match item {
        SetItem::Property { target, key, value } => {
            let Some(element) = element(target, row, run)? else { return Ok(()) };
            let key = key_name(key, row, run)?;
            let new = run.eval(value, row)?;
            check_property(&key, &new, value.span)?;
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
        SetItem::Qualify { target, qualifiers: stated } => {
            let Some(element) = element(target, row, run)? else { return Ok(()) };
            let Element::Relationship(id) = element else {
                let value = run.eval(target, row)?;
                return Err(expected("a Relationship", &value).at(target.span));
            };
            let before = run.graph().qualifiers(id).cloned().unwrap_or_default();
            let stated = qualifiers(stated, before, row, run)?;
            run.write(|transaction| {
                transaction.qualify(id, stated);
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
