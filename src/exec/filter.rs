//! `Filter`: rows for which every conjunct is true.

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::touched;
use crate::exec::vector;
use crate::expr::{Expr, VarId};
use crate::plan::physical::Node;

/// Passes rows on by a position list; no column is copied.
pub(crate) struct Filter<'a> {
    input: Input<'a>,
    conjuncts: &'a [Expr],
    keep: &'a [VarId],
}

impl<'a> Filter<'a> {
    pub(crate) fn new(node: &'a Node, conjuncts: &'a [Expr], input: Input<'a>) -> Filter<'a> {
        Filter { input, conjuncts, keep: &node.keep }
    }
}

impl Operator for Filter<'_> {
    fn start(&mut self, argument: &Batch) {
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        while let Some(mut batch) = self.input.next(run)? {
            run.check()?;
            if touched::matters(self.conjuncts, run) {
                batch = touched::filter(self.conjuncts, &batch, run)?;
                if batch.len() == 0 {
                    continue;
                }
            } else if let Some(positions) = vector::select(self.conjuncts, &batch, run)? {
                if positions.is_empty() {
                    continue;
                }
                batch = batch.select(&positions, Some(self.keep));
            }
            batch.retain(self.keep);
            return Ok(Some(batch));
        }
        Ok(None)
    }
}
