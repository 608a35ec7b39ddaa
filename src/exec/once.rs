//! `Once`: one row without columns.

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::operator::Operator;
use crate::exec::runtime::Runtime;

/// Where a plan begins that reads nothing before its first clause.
#[derive(Debug, Default)]
pub(crate) struct Once {
    pending: bool,
}

impl Operator for Once {
    fn start(&mut self, _argument: &Batch) {
        self.pending = true;
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if !std::mem::take(&mut self.pending) {
            return Ok(None);
        }
        Ok(Some(run.with_lineage(Batch::of_len(1))))
    }
}
