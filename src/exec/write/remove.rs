//! `Remove`: removes properties and labels for each row.

use crate::bind::bound::RemoveItem;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::runtime::Runtime;
use crate::exec::vector::expected;
use crate::exec::write::change::Change;
use crate::exec::write::set::element;
use crate::exec::write::{Element, for_each_row, key_name, label_names};
use crate::expr::eval::Bindings;
use crate::value::Value;

/// Removes item by item for each row, in order.
pub(crate) struct Remove<'a> {
    pub(crate) items: &'a [RemoveItem],
}

impl Change for Remove<'_> {
    const NAME: &'static str = "Remove";

    fn change(&mut self, batches: &mut [Batch], run: &Runtime<'_>) -> Result<()> {
        for_each_row(batches, run, |row| {
            self.items.iter().try_for_each(|item| remove(item, row, run))
        })
    }
}

fn remove(item: &RemoveItem, row: &dyn Bindings, run: &Runtime<'_>) -> Result<()> {
    match item {
        RemoveItem::Property { target, key } => {
            let Some(element) = element(target, row, run)? else { return Ok(()) };
            let key = key_name(key, row, run)?;
            run.write(|transaction| {
                element.set(&key, Value::Null, transaction);
                Ok(())
            })
        }
        RemoveItem::Labels { target, labels } => {
            let Some(element) = element(target, row, run)? else { return Ok(()) };
            let Element::Node(node) = element else {
                let value = run.eval(target, row)?;
                return Err(expected("a Node", &value).at(target.span));
            };
            let names = label_names(labels, row, run)?;
            run.write(|transaction| {
                for name in names {
                    if let Some(label) = transaction.catalog().label(&name) {
                        transaction.remove_label(node, label);
                    }
                }
                Ok(())
            })
        }
    }
}
