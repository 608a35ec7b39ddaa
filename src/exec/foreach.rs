//! `Foreach`: runs updates for each element of a list; the rows go on unchanged.

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::eager::drain;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector::expected;
use crate::exec::write::LateRow;
use crate::expr::{Expr, VarId};
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::Value;

/// The second input is run for its effects, once for each row and element.
pub(crate) struct Foreach<'a> {
    input: Input<'a>,
    updates: Input<'a>,
    variable: VarId,
    list: &'a Expr,
    keep: &'a [VarId],
    holding: Holding,
    batches: Option<std::vec::IntoIter<Batch>>,
}

impl<'a> Foreach<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>, updates: Input<'a>) -> Foreach<'a> {
        let Kind::Foreach { variable, list } = &node.operator else {
            unreachable!("built from a Foreach")
        };
        let (variable, keep, holding) = (*variable, &node.keep, Holding::default());
        Foreach { input, updates, variable, list, keep, holding, batches: None }
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

impl Operator for Foreach<'_> {
    fn start(&mut self, argument: &Batch) {
        self.batches = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.batches.is_none() {
            let batches = drain(&mut self.input, run, &mut self.holding, "Foreach")?;
            for batch in &batches {
                for at in 0..batch.len() {
                    self.update(&batch.slice(at..at + 1), run)?;
                }
            }
            self.batches = Some(batches.into_iter());
        }
        let batch = self.batches.as_mut().and_then(Iterator::next);
        Ok(batch.map(|mut batch| {
            batch.retain(self.keep);
            batch
        }))
    }
}
