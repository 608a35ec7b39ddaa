//! `ProcedureCall`: calls a procedure for each row.

use std::sync::Arc;

use crate::bind::bound::Call;
use crate::error::{Error, Result, eval};
use crate::exec::batch::Batch;
use crate::exec::column::{Column, VectorBuilder};
use crate::exec::operator::{Input, Operator};
use crate::exec::procedure::{Procedure, arguments};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::{Expr, VarId};
use crate::plan::physical::Node;
use crate::value::Value;

/// A row for each row of the procedure; with OPTIONAL, nulls where it gives none.
pub(crate) struct ProcedureCall<'a> {
    input: Input<'a>,
    call: &'a Call,
    arguments: Vec<&'a Expr>,
    keep: &'a [VarId],
}

impl<'a> ProcedureCall<'a> {
    pub(crate) fn new(node: &'a Node, call: &'a Call, input: Input<'a>) -> ProcedureCall<'a> {
        ProcedureCall { input, call, arguments: call.arguments.iter().collect(), keep: &node.keep }
    }

    /// The rows of the procedure for the rows of a batch.
    fn call(
        &self,
        batch: &Batch,
        procedure: &Procedure,
        run: &Runtime<'_>,
    ) -> Result<Option<Batch>> {
        let columns = vector::columns(&self.arguments, batch, run)?;
        let mut positions = Vec::new();
        let mut builders: Vec<_> =
            self.call.yields.iter().map(|_| VectorBuilder::default()).collect();
        // Rows with the arguments of the row before share its result.
        let mut last: Option<(Vec<Value>, Vec<Vec<Value>>)> = None;
        for row in 0..batch.len() {
            run.check()?;
            let graph = run.graph();
            let given = columns.iter().map(|column| column.value(row, &*graph)).collect();
            let given =
                arguments(&procedure.signature, given).map_err(|error| error.at(self.call.span))?;
            if last.as_ref().is_none_or(|(known, _)| *known != given) {
                let rows = (procedure.body)(&*graph, &given, run.limits)
                    .map_err(|error| error.at(self.call.span))?;
                last = Some((given, rows));
            }
            let rows = last.as_ref().map_or(&[][..], |(_, rows)| rows);
            if self.call.void {
                positions.push(row as u32);
                continue;
            }
            for result in rows {
                positions.push(row as u32);
                for ((field, _), builder) in self.call.yields.iter().zip(&mut builders) {
                    builder.push(result.get(*field).cloned().unwrap_or_default());
                }
            }
        }
        let found = positions.clone();
        let mut rows = batch.select(&Arc::new(positions), None);
        for ((_, variable), builder) in self.call.yields.iter().zip(builders) {
            rows.set(*variable, Column::new(builder.finish()));
        }
        let mut from = found;
        if let Some(passing) = vector::select(&self.call.filter, &rows, run)? {
            from = passing.iter().map(|at| from[*at as usize]).collect();
            rows = rows.select(&passing, None);
        }
        if self.call.optional {
            rows = self.with_unmatched(batch, &rows, &from, run);
        }
        rows.retain(self.keep);
        Ok((rows.len() > 0).then_some(rows))
    }

    /// The rows, and in their places those of the batch that have none.
    fn with_unmatched(
        &self,
        batch: &Batch,
        rows: &Batch,
        from: &[u32],
        run: &Runtime<'_>,
    ) -> Batch {
        let (mut outer, mut inner) = (Vec::new(), Vec::new());
        let mut next = 0;
        for at in 0..batch.len() as u32 {
            let begin = next;
            while from.get(next) == Some(&at) {
                outer.push(at);
                inner.push(next as u32);
                next += 1;
            }
            if begin == next {
                outer.push(at);
                inner.push(super::pairs::NO_ROW);
            }
        }
        let adds: Vec<_> = self.call.yields.iter().map(|(_, variable)| *variable).collect();
        super::pairs::join(batch, &outer, rows, &inner, &adds, self.keep, run)
    }
}

impl Operator for ProcedureCall<'_> {
    fn start(&mut self, argument: &Batch) {
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let procedure = run.procedures.get(&self.call.procedure).ok_or_else(|| {
            let message = format!("There is no procedure `{}` any more.", self.call.procedure);
            Error::new(&eval::PROCEDURE, message).at(self.call.span)
        })?;
        while let Some(batch) = self.input.next(run)? {
            run.check()?;
            if let Some(rows) = self.call(&batch, procedure, run)? {
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }
}
