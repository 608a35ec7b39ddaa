//! `ProcedureCall`: calls a procedure for each row.

use std::sync::Arc;

use crate::bind::bound::Call;
use crate::error::{Error, Result, bind, eval};
use crate::exec::batch::Batch;
use crate::exec::column::{Column, Vector};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::VarId;
use crate::plan::physical::Node;
use crate::value::Value;

/// A row for each row of the procedure, with the yielded fields as columns.
pub(crate) struct ProcedureCall<'a> {
    input: Input<'a>,
    call: &'a Call,
    keep: &'a [VarId],
}

impl<'a> ProcedureCall<'a> {
    pub(crate) fn new(node: &'a Node, call: &'a Call, input: Input<'a>) -> ProcedureCall<'a> {
        ProcedureCall { input, call, keep: &node.keep }
    }

    fn rows(&self, batch: &Batch, run: &Runtime<'_>) -> Result<Batch> {
        let procedure = run.procedures.get(&self.call.procedure).ok_or_else(|| {
            let message = format!("There is no procedure `{}`.", self.call.procedure);
            Error::new(&bind::PROCEDURE_NOT_FOUND, message).at(self.call.span)
        })?;
        let exprs: Vec<_> = self.call.arguments.iter().collect();
        let arguments = vector::columns(&exprs, batch, run)?;
        let graph = run.graph();
        let mut positions = Vec::new();
        let mut fields: Vec<Vec<Value>> = vec![Vec::new(); self.call.yields.len()];
        for row in 0..batch.len() {
            let values: Vec<_> = arguments.iter().map(|a| a.value(row, &*graph)).collect();
            let results = (procedure.body)(&*graph, &values, run.limits)
                .map_err(|error| error.at(self.call.span))?;
            if self.call.void || (self.call.optional && results.is_empty()) {
                positions.push(row as u32);
                fields.iter_mut().for_each(|field| field.push(Value::Null));
                continue;
            }
            for result in results {
                positions.push(row as u32);
                for (field, &(at, _)) in fields.iter_mut().zip(&self.call.yields) {
                    let value = result.get(at).cloned().ok_or_else(|| {
                        Error::new(&eval::PROCEDURE, "The procedure gave a row that is too short.")
                            .at(self.call.span)
                    })?;
                    field.push(value);
                }
            }
        }
        let mut rows = batch.select(&Arc::new(positions), None);
        for (values, &(_, variable)) in fields.into_iter().zip(&self.call.yields) {
            rows.set(variable, Column::new(Vector::of(values)));
        }
        Ok(rows)
    }
}

impl Operator for ProcedureCall<'_> {
    fn start(&mut self, argument: &Batch) {
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        while let Some(batch) = self.input.next(run)? {
            run.check()?;
            let mut rows = self.rows(&batch, run)?;
            if let Some(positions) = vector::select(&self.call.filter, &rows, run)? {
                rows = rows.select(&positions, None);
            }
            if rows.len() > 0 {
                rows.retain(self.keep);
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }
}
