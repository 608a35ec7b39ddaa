//! `Create`: creates nodes and relationships for each row.

use crate::bind::bound::CreateStep;
use crate::error::Result;
use crate::exec::batch::{Batch, Pieces};
use crate::exec::eager::gather;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::writing;
use crate::expr::VarId;
use crate::plan::physical::Node;

/// Runs its steps for one row after the other.
pub(crate) struct Create<'a> {
    input: Input<'a>,
    steps: &'a [CreateStep],
    keep: &'a [VarId],
    pieces: Option<Pieces>,
    holding: Holding,
}

impl<'a> Create<'a> {
    pub(crate) fn new(node: &'a Node, steps: &'a [CreateStep], input: Input<'a>) -> Create<'a> {
        Create { input, steps, keep: &node.keep, pieces: None, holding: Holding::default() }
    }

    fn write(&self, batch: Batch, run: &Runtime<'_>) -> Result<Batch> {
        let mut created = Vec::with_capacity(batch.len());
        for row in 0..batch.len() {
            if row % 1024 == 0 {
                run.check()?;
            }
            created.push(writing::create(run, self.steps, &batch, row)?);
        }
        Ok(writing::with_created(batch, created))
    }
}

impl Operator for Create<'_> {
    fn start(&mut self, argument: &Batch) {
        self.pieces = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.pieces.is_none() {
            // Every row has been read before the first is written.
            let batch = gather(&mut self.input, run, &mut self.holding, "Create")?;
            self.pieces = Some(Pieces::new(self.write(batch, run)?));
        }
        Ok(self.pieces.as_mut().and_then(|pieces| pieces.next(self.keep)))
    }
}
