//! `Set`: sets properties and labels for each row.

use crate::bind::bound::SetItem;
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
pub(crate) struct Set<'a> {
    input: Input<'a>,
    items: &'a [SetItem],
    keep: &'a [VarId],
    pieces: Option<Pieces>,
    holding: Holding,
}

impl<'a> Set<'a> {
    pub(crate) fn new(node: &'a Node, items: &'a [SetItem], input: Input<'a>) -> Set<'a> {
        Set { input, items, keep: &node.keep, pieces: None, holding: Holding::default() }
    }

    fn write(&self, batch: Batch, run: &Runtime<'_>) -> Result<Batch> {
        for row in 0..batch.len() {
            if row % 1024 == 0 {
                run.check()?;
            }
            writing::set(run, self.items, &batch, row)?;
        }
        Ok(batch)
    }
}

impl Operator for Set<'_> {
    fn start(&mut self, argument: &Batch) {
        self.pieces = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.pieces.is_none() {
            // Every row has been read before the first is written.
            let batch = gather(&mut self.input, run, &mut self.holding, "Set")?;
            self.pieces = Some(Pieces::new(self.write(batch, run)?));
        }
        Ok(self.pieces.as_mut().and_then(|pieces| pieces.next(self.keep)))
    }
}
