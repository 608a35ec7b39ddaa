//! `Eager`: runs the input to its end before the first row goes on.
//!
//! It stands between a read and a later write that could feed it, so that
//! `MATCH (n) CREATE (:X)` ends. Writes themselves are eager too and use [`drain`].

use crate::error::Result;
use crate::exec::batch::{Batch, Buffer};
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::Node;

/// Keeps the batches of its input until there are no more.
pub(crate) struct Eager<'a> {
    input: Input<'a>,
    keep: &'a [VarId],
    /// The batches in reverse, once the input has ended.
    batches: Option<Vec<Batch>>,
    holding: Holding,
}

impl<'a> Eager<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> Eager<'a> {
        Eager { input, keep: &node.keep, batches: None, holding: Holding::default() }
    }
}

impl Operator for Eager<'_> {
    fn start(&mut self, argument: &Batch) {
        self.batches = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.batches.is_none() {
            let mut batches = drain(&mut self.input, run, &mut self.holding, "Eager")?;
            batches.reverse();
            self.batches = Some(batches);
        }
        let batch = self.batches.as_mut().and_then(Vec::pop);
        Ok(batch.map(|mut batch| {
            batch.retain(self.keep);
            batch
        }))
    }
}

/// Runs an input to its end and keeps its batches.
pub(crate) fn drain(
    input: &mut Input<'_>,
    run: &Runtime<'_>,
    holding: &mut Holding,
    operator: &str,
) -> Result<Vec<Batch>> {
    let mut batches = Vec::new();
    let mut bytes = 0;
    while let Some(batch) = input.next(run)? {
        run.check()?;
        bytes += batch.bytes();
        run.hold(holding, bytes, operator)?;
        batches.push(batch);
    }
    Ok(batches)
}

/// Runs an input to its end and joins its batches to one.
pub(crate) fn gather(
    input: &mut Input<'_>,
    run: &Runtime<'_>,
    holding: &mut Holding,
    operator: &str,
) -> Result<Batch> {
    let mut buffer = Buffer::default();
    while let Some(batch) = input.next(run)? {
        run.check()?;
        buffer.push(&batch, &*run.graph());
        run.hold(holding, buffer.bytes(), operator)?;
    }
    Ok(buffer.finish())
}
