//! `Argument`: the outer rows that an Apply or a subquery runs its input for.

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::operator::Operator;
use crate::exec::runtime::Runtime;

/// Hands the outer rows to the plan above it, once.
#[derive(Debug, Default)]
pub(crate) struct Argument {
    rows: Option<Batch>,
}

impl Operator for Argument {
    fn start(&mut self, argument: &Batch) {
        self.rows = Some(argument.clone());
    }

    fn next(&mut self, _run: &Runtime<'_>) -> Result<Option<Batch>> {
        Ok(self.rows.take().filter(|rows| rows.len() > 0))
    }
}
