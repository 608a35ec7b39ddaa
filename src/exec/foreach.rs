//! `Foreach`: runs updates for each element of a list; the rows go on unchanged.

use crate::error::{Error, Result, eval};
use crate::exec::batch::{Batch, Pieces};
use crate::exec::column::Column;
use crate::exec::eager::gather;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::writing;
use crate::expr::VarId;
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::Value;

/// Starts the second input again for every element.
pub(crate) struct Foreach<'a> {
    outer: Input<'a>,
    inner: Input<'a>,
    node: &'a Node,
    keep: &'a [VarId],
    pieces: Option<Pieces>,
    holding: Holding,
}

impl<'a> Foreach<'a> {
    pub(crate) fn new(node: &'a Node, outer: Input<'a>, inner: Input<'a>) -> Foreach<'a> {
        let holding = Holding::default();
        Foreach { outer, inner, node, keep: &node.keep, pieces: None, holding }
    }

    fn update(&mut self, batch: &Batch, run: &Runtime<'_>) -> Result<()> {
        let Kind::Foreach { variable, list } = &self.node.operator else {
            unreachable!("built from a Foreach")
        };
        for row in 0..batch.len() {
            run.check()?;
            let items = match writing::compute(run, list, batch, row, &[])? {
                Value::Null => continue,
                Value::List(items) => items,
                other => {
                    let message = format!("FOREACH takes a List, not a {}.", other.type_name());
                    return Err(Error::new(&eval::ARGUMENT_TYPE, message).at(list.span));
                }
            };
            for item in items.iter() {
                let mut argument = batch.slice(row..row + 1);
                argument.set(*variable, Column::constant(item.clone(), 1));
                self.inner.start(&argument);
                while self.inner.next(run)?.is_some() {}
            }
        }
        Ok(())
    }
}

impl Operator for Foreach<'_> {
    fn start(&mut self, argument: &Batch) {
        self.pieces = None;
        self.outer.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.pieces.is_none() {
            let batch = gather(&mut self.outer, run, &mut self.holding, "Foreach")?;
            self.update(&batch, run)?;
            self.pieces = Some(Pieces::new(batch));
        }
        Ok(self.pieces.as_mut().and_then(|pieces| pieces.next(self.keep)))
    }
}
