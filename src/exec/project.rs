//! `Project`: adds computed columns.

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::touched;
use crate::expr::{Expr, VarId};
use crate::plan::physical::Node;

/// Computes its items over the columns of the input, all from the same row.
pub(crate) struct Project<'a> {
    input: Input<'a>,
    items: &'a [(VarId, Expr)],
    expressions: Vec<&'a Expr>,
    keep: &'a [VarId],
}

impl<'a> Project<'a> {
    pub(crate) fn new(node: &'a Node, items: &'a [(VarId, Expr)], input: Input<'a>) -> Project<'a> {
        let expressions = items.iter().map(|(_, expression)| expression).collect();
        Project { input, items, expressions, keep: &node.keep }
    }
}

impl Operator for Project<'_> {
    fn start(&mut self, argument: &Batch) {
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next(run)? else { return Ok(None) };
        run.check()?;
        let (mut batch, columns) = touched::columns(&self.expressions, batch, run)?;
        for ((variable, _), column) in self.items.iter().zip(columns) {
            batch.set(*variable, column);
        }
        batch.retain(self.keep);
        Ok(Some(batch))
    }
}
