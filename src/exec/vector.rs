//! Expressions over whole batches.
//!
//! Each kind of expression that is worth it has a kernel over typed columns ([`super::kernel`]);
//! everything else goes row by row through [`crate::expr::eval`], which stays the only definition
//! of what an operator means. Three shortcuts carry most of the weight:
//!
//! - An expression without variables is computed once.
//! - An expression that looks at nothing but one property, of texts or dates, is computed once for each
//!   distinct text of its dictionary, or each day ([`super::memo`]): `toLower(i.interest) = 'tennis'` over a million
//!   rows calls `toLower` a few dozen times.
//! - AND and OR compute their later parts only for the rows that are still open.
//!
//! **Errors** are those of row-wise evaluation in row order. A kernel that meets one gives up; the
//! batch is then computed again row by row, which raises the first error that a reader of the
//! query would expect, or none. Subqueries in it are computed by row from the start: computing each
//! twice would double the work with every level.

use std::sync::Arc;

use crate::error::{Error, Result, eval as codes};
use crate::exec::batch::Batch;
use crate::exec::column::{Column, Data, Positions, Vector, VectorBuilder};
use crate::exec::runtime::Runtime;
use crate::exec::{kernel, memo, relationship_types, subquery};
use crate::expr::eval::eval;
use crate::expr::making::Growing;
use crate::expr::{Expr, ExprKind, VarId};
use crate::graph::Snapshot;
use crate::value::Value;

/// Expressions nested deeper than this go row by row, where evaluation guards its own depth.
const DEPTH_MAX: usize = 64;

/// Computes a column for each expression.
pub(crate) fn columns(exprs: &[&Expr], batch: &Batch, run: &Runtime<'_>) -> Result<Vec<Column>> {
    let graph = run.graph();
    let evaluation = Evaluation { run, graph: &*graph };
    twice(
        run,
        || exprs.iter().map(|expr| evaluation.column(expr, batch, 0)).collect(),
        || evaluation.columns_by_row(exprs, batch),
    )
}

/// What comes of computing by columns; where that fails, or goes on within something that did, by row.
fn twice<T>(
    run: &Runtime<'_>,
    by_column: impl FnOnce() -> Result<T>,
    by_row: impl FnOnce() -> Result<T>,
) -> Result<T> {
    if run.by_row.get() {
        return by_row();
    }
    by_column().or_else(|error| {
        // By row it would take as long, and as much.
        if error.is_interrupted() || error.code() == codes::MEMORY.name {
            return Err(error);
        }
        run.by_row.set(true);
        let computed = by_row();
        run.by_row.set(false);
        computed
    })
}

/// Computes a column for one expression.
pub(crate) fn column(expr: &Expr, batch: &Batch, run: &Runtime<'_>) -> Result<Column> {
    let mut columns = columns(&[expr], batch, run)?;
    Ok(columns.pop().unwrap_or_else(|| Column::nulls(batch.len())))
}

/// The positions of the rows for which every conjunct is true; `None` where all rows are.
pub(crate) fn select(
    conjuncts: &[Expr],
    batch: &Batch,
    run: &Runtime<'_>,
) -> Result<Option<Positions>> {
    let graph = run.graph();
    let evaluation = Evaluation { run, graph: &*graph };
    twice(
        run,
        || evaluation.select(conjuncts, batch),
        || evaluation.select_by_row(conjuncts, batch),
    )
}

/// The positions at which a column is true; fails where it holds something else than a boolean.
pub(crate) fn true_positions(column: &Column) -> Result<Vec<u32>> {
    let (vector, positions) = column.parts();
    let Data::Boolean(truths) = &vector.data else {
        let all_null = (0..vector.len()).all(|at| vector.is_null(at));
        return if all_null { Ok(Vec::new()) } else { Err(not_boolean("a value")) };
    };
    let rows = 0..column.len() as u32;
    let holds = |at: usize| truths[at] && !vector.nulls.as_ref().is_some_and(|nulls| nulls[at]);
    Ok(match positions {
        None => rows.filter(|&row| holds(row as usize)).collect(),
        Some(positions) => rows.filter(|&row| holds(positions[row as usize] as usize)).collect(),
    })
}

/// An evaluation over one state of the graph.
#[derive(Clone, Copy)]
pub(crate) struct Evaluation<'e, 'a> {
    pub(crate) run: &'e Runtime<'a>,
    pub(crate) graph: &'e dyn Snapshot,
}

impl Evaluation<'_, '_> {
    fn column(&self, expr: &Expr, batch: &Batch, depth: usize) -> Result<Column> {
        if depth > DEPTH_MAX {
            return self.column_by_row(expr, batch);
        }
        let below = |operand: &Expr| self.column(operand, batch, depth + 1);
        match &expr.kind {
            ExprKind::Constant(value) => return Ok(Column::constant(value.clone(), batch.len())),
            ExprKind::Parameter(name) => {
                let value = self.run.parameters.get(name).cloned().unwrap_or_default();
                return Ok(Column::constant(value, batch.len()));
            }
            ExprKind::Variable(variable) => return Ok(batch.column_or_null(*variable)),
            ExprKind::Property(of, key) => {
                let elements = below(of)?;
                return match self.property(&elements, key) {
                    Some(property) => Ok(property),
                    // A part of a date, say.
                    None => match memo::by_property(self, expr, batch)? {
                        Some(column) => Ok(column),
                        None => self.column_by_row(expr, batch),
                    },
                };
            }
            _ => {}
        }
        if let Some(column) = self.once(expr, batch)? {
            return Ok(column);
        }
        if let Some(column) = memo::by_property(self, expr, batch)? {
            return Ok(column);
        }
        match &expr.kind {
            ExprKind::And(parts) => self.connective(parts, batch, depth, false),
            ExprKind::Or(parts) => self.connective(parts, batch, depth, true),
            ExprKind::Not(operand) => kernel::not(&below(operand)?),
            ExprKind::IsNull(operand) => Ok(kernel::is_null(&below(operand)?, true)),
            ExprKind::IsNotNull(operand) => Ok(kernel::is_null(&below(operand)?, false)),
            ExprKind::Compare(operator, a, b) => {
                Ok(kernel::compare(*operator, &below(a)?, &below(b)?, self.graph))
            }
            ExprKind::In(element, list) => {
                kernel::is_in(&below(element)?, &below(list)?, self.graph, self.run.last_list())
            }
            ExprKind::Arithmetic(operator, a, b) => {
                kernel::arithmetic(*operator, &below(a)?, &below(b)?, &self.run.context(self.graph))
                    .map_err(|error| error.at(expr.span))
            }
            ExprKind::HasLabels(operand, test) => {
                match kernel::has_labels(&below(operand)?, test, self.graph) {
                    Some(column) if !self.run.deleted.get() => Ok(column),
                    _ => self.column_by_row(expr, batch),
                }
            }
            ExprKind::Subquery(id) => match subquery::run_batch(self.run, *id, batch)
                .map_err(|error| error.at(expr.span))?
            {
                Some(column) => Ok(column),
                None => self.column_by_row(expr, batch),
            },
            ExprKind::Call(function, arguments) if function.name == "type" => {
                let names = match &arguments[..] {
                    [of] if !self.run.deleted.get() => {
                        relationship_types::names(&below(of)?, self.graph)
                    }
                    _ => None,
                };
                names.map_or_else(|| self.column_by_row(expr, batch), Ok)
            }
            _ => self.column_by_row(expr, batch),
        }
    }

    /// A property of a typed column of elements; `None` where it needs the row-wise way: elements
    /// among other values, or elements that may have been deleted, which is an error to look at.
    pub(crate) fn property(&self, elements: &Column, key: &Arc<str>) -> Option<Column> {
        if self.run.deleted.get() {
            return None;
        }
        kernel::property(elements, key, self.graph)
    }

    /// The value of an expression without variables, in every row.
    fn once(&self, expr: &Expr, batch: &Batch) -> Result<Option<Column>> {
        if batch.len() < 2 || !memo::is_constant(expr) {
            return Ok(None);
        }
        let value = eval(expr, &batch.row(0, self.graph), &self.run.context(self.graph))?;
        Ok(Some(Column::constant(value, batch.len())))
    }

    /// AND (`absorbing` false) and OR (`absorbing` true): a row is settled by the first part that
    /// equals `absorbing`, and later parts are not computed for it.
    fn connective(
        &self,
        parts: &[Expr],
        batch: &Batch,
        depth: usize,
        absorbing: bool,
    ) -> Result<Column> {
        let mut result = vec![!absorbing; batch.len()];
        let mut nulls = vec![false; batch.len()];
        let mut open: Option<Vec<u32>> = None;
        for part in parts {
            let column = match &open {
                None => self.column(part, batch, depth + 1)?,
                Some(rows) if rows.is_empty() => break,
                Some(rows) => {
                    let rest = batch.select(&Arc::new(rows.clone()), None);
                    self.column(part, &rest, depth + 1)?
                }
            };
            let column = column.flat();
            let truths = kernel::booleans(&column)?;
            let mut still_open = Vec::with_capacity(truths.len());
            for (at, truth) in truths.enumerate() {
                let row = open.as_ref().map_or(at, |rows| rows[at] as usize);
                match truth {
                    Some(truth) if truth == absorbing => {
                        result[row] = absorbing;
                        nulls[row] = false;
                        continue;
                    }
                    Some(_) => {}
                    None => nulls[row] = true,
                }
                still_open.push(row as u32);
            }
            if still_open.len() < batch.len() {
                open = Some(still_open);
            }
        }
        Ok(Column::new(Vector::with_nulls(Data::Boolean(result), nulls)))
    }

    fn select(&self, conjuncts: &[Expr], batch: &Batch) -> Result<Option<Positions>> {
        let mut selected: Option<Positions> = None;
        for conjunct in conjuncts {
            let positions = match &selected {
                None => true_positions(&self.column(conjunct, batch, 0)?)?,
                Some(rows) if rows.is_empty() => break,
                Some(rows) => {
                    let rest = batch.select(rows, None);
                    let within = true_positions(&self.column(conjunct, &rest, 0)?)?;
                    within.into_iter().map(|at| rows[at as usize]).collect()
                }
            };
            if positions.len() < batch.len() {
                selected = Some(Arc::new(positions));
            }
        }
        Ok(selected)
    }

    fn select_by_row(&self, conjuncts: &[Expr], batch: &Batch) -> Result<Option<Positions>> {
        let context = self.run.context(self.graph);
        let mut positions = Vec::new();
        for at in 0..batch.len() {
            let row = batch.row(at, self.graph);
            let mut holds = true;
            for conjunct in conjuncts {
                holds = match eval(conjunct, &row, &context)? {
                    Value::Boolean(truth) => truth,
                    Value::Null => false,
                    other => return Err(not_boolean(other.type_name()).at(conjunct.span)),
                };
                if !holds {
                    break;
                }
            }
            if holds {
                positions.push(at as u32);
            }
        }
        Ok((positions.len() < batch.len()).then(|| Arc::new(positions)))
    }

    fn columns_by_row(&self, exprs: &[&Expr], batch: &Batch) -> Result<Vec<Column>> {
        let context = self.run.context(self.graph);
        let mut builders: Vec<_> = exprs.iter().map(|_| VectorBuilder::default()).collect();
        let mut growing = Growing::new(&context);
        for at in 0..batch.len() {
            let row = batch.row(at, self.graph);
            for (expr, builder) in exprs.iter().zip(&mut builders) {
                let value = eval(expr, &row, &context)?;
                growing.add(value.heap_bytes()).map_err(|error| error.at(expr.span))?;
                builder.push(value);
            }
        }
        Ok(builders.into_iter().map(|builder| Column::new(builder.finish())).collect())
    }

    fn column_by_row(&self, expr: &Expr, batch: &Batch) -> Result<Column> {
        let mut columns = self.columns_by_row(&[expr], batch)?;
        Ok(columns.pop().unwrap_or_else(|| Column::nulls(batch.len())))
    }
}

/// The error for a condition that is no truth value.
pub(crate) fn not_boolean(found: &str) -> Error {
    Error::new(&codes::ARGUMENT_TYPE, format!("A condition is true, false or null, not {found}."))
}

/// The error for a value of the wrong type in a clause.
pub(crate) fn expected(wanted: &str, found: &Value) -> Error {
    let message = format!("Expected {wanted}, but found {}.", found.with_article());
    Error::new(&codes::ARGUMENT_TYPE, message)
}

/// Reads the nodes of a variable's column, [`super::column::NO_NODE`] for null.
pub(crate) fn nodes(batch: &Batch, variable: VarId) -> Result<Vec<crate::value::NodeId>> {
    batch.column_or_null(variable).nodes()
}
