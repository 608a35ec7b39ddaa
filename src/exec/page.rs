//! `Page`: leaves out the first rows and stops after some.

use crate::error::{Error, Result, eval};
use crate::exec::batch::Batch;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::{Expr, VarId};
use crate::plan::physical::Node;
use crate::value::Value;

/// SKIP and LIMIT. It stops pulling as soon as it has enough, unless the plan below writes:
/// effects do not depend on how many rows are returned.
pub(crate) struct Page<'a> {
    input: Input<'a>,
    skip: Option<&'a Expr>,
    limit: Option<&'a Expr>,
    keep: &'a [VarId],
    input_writes: bool,
    /// How many rows are still to be left out, and to be kept; `None` before the first.
    open: Option<(u64, u64)>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(
        node: &'a Node,
        skip: Option<&'a Expr>,
        limit: Option<&'a Expr>,
        input: Input<'a>,
    ) -> Page<'a> {
        let input_writes = node.inputs.iter().any(super::operator::has_write);
        Page { input, skip, limit, keep: &node.keep, input_writes, open: None }
    }

    fn exhaust(&mut self, run: &Runtime<'_>) -> Result<()> {
        while self.input_writes && self.input.next(run)?.is_some() {
            run.check()?;
        }
        Ok(())
    }
}

impl Operator for Page<'_> {
    fn start(&mut self, argument: &Batch) {
        self.open = None;
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let (mut skip, mut limit) = match self.open {
            Some(open) => open,
            None => (
                self.skip.map_or(Ok(0), |skip| row_count("SKIP", skip, run))?,
                self.limit.map_or(Ok(u64::MAX), |limit| row_count("LIMIT", limit, run))?,
            ),
        };
        while limit > 0 {
            let Some(mut batch) = self.input.next(run)? else { break };
            run.check()?;
            let len = batch.len() as u64;
            let from = skip.min(len);
            let to = len.min(from.saturating_add(limit));
            skip -= from;
            limit -= to - from;
            self.open = Some((skip, limit));
            if from < to {
                if limit == 0 {
                    self.exhaust(run)?;
                }
                batch.retain(self.keep);
                return Ok(Some(batch.slice(from as usize..to as usize)));
            }
        }
        self.exhaust(run)?;
        self.open = Some((0, 0));
        Ok(None)
    }
}

/// The number that SKIP or LIMIT is given.
pub(crate) fn row_count(clause: &str, count: &Expr, run: &Runtime<'_>) -> Result<u64> {
    let graph = run.graph();
    match run.eval(count, &Batch::of_len(1).row(0, &*graph))? {
        Value::Integer(rows) => u64::try_from(rows).map_err(|_| {
            let message = format!("{clause} takes a number that is not negative, not {rows}.");
            Error::new(&eval::NEGATIVE_INTEGER, message).at(count.span)
        }),
        other => {
            let message = format!("{clause} takes an Integer, not {}.", other.with_article());
            Err(Error::new(&eval::CLAUSE_ARGUMENT_TYPE, message)
                .at(count.span)
                .hint(format!("Write a whole number: {clause} 10")))
        }
    }
}
