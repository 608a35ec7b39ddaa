//! `Discard`: runs the input for its effects and gives no row.

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;

/// The end of a statement that returns nothing.
pub(crate) struct Discard<'a> {
    input: Input<'a>,
}

impl<'a> Discard<'a> {
    pub(crate) fn new(input: Input<'a>) -> Discard<'a> {
        Discard { input }
    }
}

impl Operator for Discard<'_> {
    fn start(&mut self, argument: &Batch) {
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        while self.input.next(run)?.is_some() {
            run.check()?;
        }
        Ok(None)
    }
}
