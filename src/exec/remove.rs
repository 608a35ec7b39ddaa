//! `Remove`: removes properties and labels for each row.

use crate::bind::bound::RemoveItem;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::eager::drain;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::set::element;
use crate::exec::vector::expected;
use crate::exec::write::{Element, for_each_row, key_name, label_names};
use crate::expr::VarId;
use crate::expr::eval::Bindings;
use crate::plan::physical::Node;
use crate::value::Value;

/// Runs its input to its end, then removes item by item for each row, in order.
pub(crate) struct Remove<'a> {
    input: Input<'a>,
    items: &'a [RemoveItem],
    keep: &'a [VarId],
    holding: Holding,
    batches: Option<std::vec::IntoIter<Batch>>,
}

impl<'a> Remove<'a> {
    pub(crate) fn new(node: &'a Node, items: &'a [RemoveItem], input: Input<'a>) -> Remove<'a> {
        Remove { input, items, keep: &node.keep, holding: Holding::default(), batches: None }
    }
}

impl Operator for Remove<'_> {
    fn start(&mut self, argument: &Batch) {
        self.batches = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.batches.is_none() {
            let batches = drain(&mut self.input, run, &mut self.holding, "Remove")?;
            for_each_row(&batches, run, |row| {
                self.items.iter().try_for_each(|item| remove(item, row, run))
            })?;
            self.batches = Some(batches.into_iter());
        }
        let batch = self.batches.as_mut().and_then(Iterator::next);
        Ok(batch.map(|mut batch| {
            batch.retain(self.keep);
            batch
        }))
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
