//! `Foreach`: runs updates for each element of a list; the rows go on unchanged.

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::operator::Input;
use crate::exec::runtime::Runtime;
use crate::exec::vector::expected;
use crate::exec::write::LateRow;
use crate::exec::write::change::Change;
use crate::expr::{Expr, VarId};
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::Value;

/// The updates are run for their effects, once for each row and element.
pub(crate) struct Foreach<'a> {
    updates: Input<'a>,
    variable: VarId,
    list: &'a Expr,
}

impl<'a> Foreach<'a> {
    pub(crate) fn new(node: &'a Node, updates: Input<'a>) -> Foreach<'a> {
        let Kind::Foreach { variable, list } = &node.operator else {
            unreachable!("built from a Foreach")
        };
        Foreach { updates, variable: *variable, list }
    }

    fn update(&mut self, row: &Batch, run: &Runtime<'_>) -> Result<()> {
        let items = match run.eval(self.list, &LateRow { batch: row, at: 0, run })? {
            Value::List(items) => items,
            Value::Null => return Ok(()),
            other => return Err(expected("a List", &other).at(self.list.span)),
        };
        let mut argument = row.clone();
        for item in items.iter() {
            run.check()?;
            argument.set(self.variable, Column::constant(item.clone(), 1));
            self.updates.start(&argument);
            while self.updates.next(run)?.is_some() {}
        }
        Ok(())
    }
}

impl Change for Foreach<'_> {
    const NAME: &'static str = "Foreach";

    fn change(&mut self, batches: &mut [Batch], run: &Runtime<'_>) -> Result<()> {
        for batch in batches {
            for at in 0..batch.len() {
                self.update(&batch.slice(at..at + 1), run)?;
            }
        }
        Ok(())
    }
}
