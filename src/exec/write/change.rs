//! What every operator that writes does around its change: the input runs to its end, the change
//! is made for all rows, and the rows go on.
//!
//! Nothing of the change may be seen by the reads that feed it, so no row goes on, and none is
//! changed, before the last has come.

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::eager::drain;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::Node;

/// A change of the graph for all rows of an input.
pub(crate) trait Change {
    /// The operator's name, for errors.
    const NAME: &'static str;

    /// Makes the change, and adds to the rows what it binds.
    fn change(&mut self, batches: &mut [Batch], run: &Runtime<'_>) -> Result<()>;
}

/// Runs its input to its end, makes the change, and gives the rows on.
pub(crate) struct Changing<'a, C> {
    input: Input<'a>,
    change: C,
    keep: &'a [VarId],
    holding: Holding,
    batches: Option<std::vec::IntoIter<Batch>>,
}

impl<'a, C: Change> Changing<'a, C> {
    pub(crate) fn new(node: &'a Node, change: C, input: Input<'a>) -> Changing<'a, C> {
        Changing { input, change, keep: &node.keep, holding: Holding::default(), batches: None }
    }
}

impl<C: Change> Operator for Changing<'_, C> {
    fn start(&mut self, argument: &Batch) {
        self.batches = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.batches.is_none() {
            let mut batches = drain(&mut self.input, run, &mut self.holding, C::NAME)?;
            self.change.change(&mut batches, run)?;
            self.batches = Some(batches.into_iter());
        }
        let batch = self.batches.as_mut().and_then(Iterator::next);
        Ok(batch.map(|mut batch| {
            batch.retain(self.keep);
            batch
        }))
    }
}
