//! `Remove`: removes properties and labels for each row.

use crate::bind::bound::RemoveItem;
use crate::error::Result;
use crate::exec::batch::{Batch, Pieces};
use crate::exec::eager::gather;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::writing;
use crate::expr::VarId;
use crate::plan::physical::Node;

/// Runs its items for one row after the other.
pub(crate) struct Remove<'a> {
    input: Input<'a>,
    items: &'a [RemoveItem],
    keep: &'a [VarId],
    pieces: Option<Pieces>,
    holding: Holding,
}

impl<'a> Remove<'a> {
    pub(crate) fn new(node: &'a Node, items: &'a [RemoveItem], input: Input<'a>) -> Remove<'a> {
        Remove { input, items, keep: &node.keep, pieces: None, holding: Holding::default() }
    }

    fn write(&self, batch: Batch, run: &Runtime<'_>) -> Result<Batch> {
        for row in 0..batch.len() {
            if row % 1024 == 0 {
                run.check()?;
            }
            for item in self.items {
                match item {
                    RemoveItem::Property { target, key } => {
                        writing::remove_property(run, target, key, &batch, row)?;
                    }
                    RemoveItem::Labels { target, labels } => {
                        writing::remove_labels(run, target, labels, &batch, row)?;
                    }
                }
            }
        }
        Ok(batch)
    }
}

impl Operator for Remove<'_> {
    fn start(&mut self, argument: &Batch) {
        self.pieces = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.pieces.is_none() {
            // Every row has been read before the first is written.
            let batch = gather(&mut self.input, run, &mut self.holding, "Remove")?;
            self.pieces = Some(Pieces::new(self.write(batch, run)?));
        }
        Ok(self.pieces.as_mut().and_then(|pieces| pieces.next(self.keep)))
    }
}
