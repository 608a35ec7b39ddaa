//! `ProcedureCall`: calls a procedure for each row.
//!
//! A procedure gives all its rows at once, as columns; they are kept, on the account of the run, and
//! handed out a batch at a time.

use std::ops::Range;
use std::sync::Arc;

use crate::bind::bound::Call;
use crate::error::{Error, Result, eval};
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Vector};
use crate::exec::memory::Holding;
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
    /// Rows that are not handed out yet, and the next of them.
    rows: Option<(Batch, usize)>,
    holding: Holding,
}

impl<'a> ProcedureCall<'a> {
    pub(crate) fn new(node: &'a Node, call: &'a Call, input: Input<'a>) -> ProcedureCall<'a> {
        let arguments = call.arguments.iter().collect();
        let (keep, holding) = (&node.keep[..], Holding::default());
        ProcedureCall { input, call, arguments, keep, rows: None, holding }
    }

    /// The rows of the procedure for the rows of a batch.
    fn call(
        &mut self,
        batch: &Batch,
        procedure: &Procedure,
        run: &Runtime<'_>,
    ) -> Result<Option<Batch>> {
        let columns = vector::columns(&self.arguments, batch, run)?;
        // For each row that comes out: the row of the batch, and the entry of the results.
        let (mut from, mut entries) = (Vec::new(), Vec::new());
        let mut results = vec![Vector::of([]); self.call.yields.len()];
        // Rows with the arguments of the row before share its result.
        let mut last: Option<(Vec<Value>, Range<u32>)> = None;
        let mut len = 0;
        for row in 0..batch.len() {
            run.check()?;
            let graph = run.graph();
            let given = columns.iter().map(|column| column.value(row, &*graph)).collect();
            let given =
                arguments(&procedure.signature, given).map_err(|error| error.at(self.call.span))?;
            if last.as_ref().is_none_or(|(known, _)| *known != given) {
                let rows = (procedure.body)(&*graph, &given, run.limits)
                    .map_err(|error| error.at(self.call.span))?;
                for ((field, _), result) in self.call.yields.iter().zip(&mut results) {
                    match rows.field(*field) {
                        Some(field) => result.append(field, &*graph),
                        None => result.append(&Vector::of(vec![Value::Null; rows.len()]), &*graph),
                    }
                }
                let bytes = results.iter().map(Vector::bytes).sum();
                run.hold(&mut self.holding, bytes, "ProcedureCall")?;
                let first = len;
                len += rows.len() as u32;
                last = Some((given, first..len));
            }
            if self.call.void {
                from.push(row as u32);
                continue;
            }
            let rows = last.as_ref().map_or(0..0, |(_, rows)| rows.clone());
            from.resize(from.len() + rows.len(), row as u32);
            entries.extend(rows);
        }
        let is_in_order = entries.len() == len as usize;
        let entries = Arc::new(entries);
        let mut rows = batch.select(&Arc::new(from.clone()), None);
        for ((_, variable), result) in self.call.yields.iter().zip(results) {
            let column = Column::new(result);
            let column =
                if is_in_order { column } else { column.at_positions(Arc::clone(&entries)) };
            rows.set(*variable, column);
        }
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

    /// The next rows of those that are kept.
    fn kept(&mut self) -> Option<Batch> {
        let (rows, next) = self.rows.as_mut()?;
        let batch = rows.slice(*next..rows.len().min(*next + BATCH_ROWS));
        *next += batch.len();
        if *next == rows.len() {
            self.rows = None;
        }
        Some(batch)
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
        self.rows = None;
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let procedure = run.procedures.get(&self.call.procedure).ok_or_else(|| {
            let message = format!("There is no procedure `{}` any more.", self.call.procedure);
            Error::new(&eval::PROCEDURE, message).at(self.call.span)
        })?;
        loop {
            run.check()?;
            if let Some(batch) = self.kept() {
                return Ok(Some(batch));
            }
            let Some(batch) = self.input.next(run)? else { return Ok(None) };
            self.rows = self.call(&batch, procedure, run)?.map(|rows| (rows, 0));
        }
    }
}
