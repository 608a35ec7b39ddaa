//! What rows rest on through subqueries in their expressions.
//!
//! A subquery in an expression is no input of its operator, so that its rows are joined to
//! nothing. Where evidence is on, Filter, Project, Aggregate and Unwind hence go row by row, and add
//! to each row what its subqueries rest on ([`Runtime::touch`]). AND takes both sides; of the true
//! sides of an OR each suffices, so that all are looked at, not only the first. A value of a property
//! as of a time is such a subquery.
//!
//! `truth()` is that of the row with all of this: what asks for it is computed last.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{Batch, Buffer};
use crate::exec::column::{Column, Vector};
use crate::exec::lineage::{NOTHING, Union};
use crate::exec::runtime::Runtime;
use crate::exec::vector::{self, not_boolean};
use crate::expr::{Expr, ExprKind};
use crate::value::Value;
use crate::value::time::Truth;

/// Whether evidence is on and an expression has a subquery, which adds to it.
pub(crate) fn matters<'e>(
    expressions: impl IntoIterator<Item = &'e Expr>,
    run: &Runtime<'_>,
) -> bool {
    run.collects_evidence() && expressions.into_iter().any(Expr::has_subquery)
}

/// The rows for which every conjunct is true.
pub(crate) fn filter(conjuncts: &[Expr], batch: &Batch, run: &Runtime<'_>) -> Result<Batch> {
    let mut rows = Buffer::default();
    'rows: for at in 0..batch.len() {
        let mut row = batch.slice(at..at + 1);
        for asks_truth in [false, true] {
            let mut rests_on = NOTHING;
            for conjunct in conjuncts.iter().filter(|c| c.asks_truth() == asks_truth) {
                let (holds, entry) = truth(conjunct, &row, run)?;
                if holds != Some(true) {
                    continue 'rows;
                }
                rests_on = both(rests_on, entry, run);
            }
            row = resting_on(row, &[rests_on], run);
        }
        if is_excluded(&row, run) {
            continue;
        }
        rows.push(&row, &*run.graph());
    }
    Ok(rows.finish())
}

/// Computes a column for each expression; the rows come back resting on what was looked at.
pub(crate) fn columns(
    expressions: &[&Expr],
    batch: Batch,
    run: &Runtime<'_>,
) -> Result<(Batch, Vec<Column>)> {
    // Of no rows the columns are made of no values, not of none.
    if batch.len() == 0 || !matters(expressions.iter().copied(), run) {
        let columns = vector::columns(expressions, &batch, run)?;
        return Ok((batch, columns));
    }
    let graph = run.graph();
    let mut vectors: Vec<Vector> = Vec::new();
    let mut entries = Vec::with_capacity(batch.len());
    for at in 0..batch.len() {
        let row = batch.slice(at..at + 1);
        let (columns, entry) = run.touching(|| vector::columns(expressions, &row, run));
        entries.push(entry);
        let own = columns?.into_iter().map(Column::into_flat);
        if at == 0 {
            vectors = own.collect();
        } else {
            vectors.iter_mut().zip(own).for_each(|(all, own)| all.append(&own, &*graph));
        }
    }
    let batch = resting_on(batch, &entries, run);
    let mut columns: Vec<Column> = vectors.into_iter().map(Column::new).collect();
    for (column, expression) in columns.iter_mut().zip(expressions) {
        if expression.asks_truth() {
            // What it rests on is known already.
            *column = run.touching(|| vector::column(expression, &batch, run)).0?;
        }
    }
    Ok((batch, columns))
}

/// Whether a condition is true of a row (`None` for null), and what that rests on.
fn truth(expr: &Expr, row: &Batch, run: &Runtime<'_>) -> Result<(Option<bool>, u32)> {
    match &expr.kind {
        ExprKind::And(parts) if expr.has_subquery() => {
            let (mut all, mut rests_on) = (Some(true), NOTHING);
            for part in parts {
                let (holds, entry) = truth(part, row, run)?;
                match holds {
                    Some(false) => return Ok((Some(false), entry)),
                    None => all = None,
                    Some(true) => {}
                }
                rests_on = both(rests_on, entry, run);
            }
            Ok((all, rests_on))
        }
        ExprKind::Or(parts) if expr.has_subquery() => {
            let (mut any, mut rests_on) = (Some(false), Union::ALTERNATIVES);
            for part in parts {
                let (holds, entry) = match truth(part, row, run) {
                    // Without evidence nobody would have looked at what follows a true part.
                    Err(_) if any == Some(true) => continue,
                    result => result?,
                };
                match (holds, run.lineage()) {
                    (Some(true), Some(mut arena)) => rests_on.add(&mut arena, entry),
                    (None, _) if any == Some(false) => any = None,
                    _ => {}
                }
                if holds == Some(true) {
                    any = holds;
                }
            }
            Ok((any, rests_on.entry()))
        }
        _ => {
            let graph = run.graph();
            let (value, entry) = run.touching(|| run.eval(expr, &row.row(0, &*graph)));
            let holds = match value? {
                Value::Null => None,
                Value::Boolean(truth) => Some(truth),
                other => return Err(not_boolean(other.type_name()).at(expr.span)),
            };
            Ok((holds, entry))
        }
    }
}

/// Whether what a row rests on can be and what its subqueries found can be, but not both.
fn is_excluded(row: &Batch, run: &Runtime<'_>) -> bool {
    let entry = row.lineage.as_ref().and_then(|lineage| lineage.first().copied());
    match (entry, run.lineage()) {
        (Some(entry), Some(arena)) => arena.truth(entry) == Truth::No,
        _ => false,
    }
}

fn both(a: u32, b: u32, run: &Runtime<'_>) -> u32 {
    run.lineage().map_or(NOTHING, |mut arena| arena.both(&*run.graph(), a, b))
}

fn resting_on(mut rows: Batch, entries: &[u32], run: &Runtime<'_>) -> Batch {
    if let (Some(own), Some(mut arena)) = (&rows.lineage, run.lineage()) {
        let graph = run.graph();
        let both = own.iter().zip(entries).map(|(own, entry)| arena.both(&*graph, *own, *entry));
        rows.lineage = Some(Arc::new(both.collect()));
    }
    rows
}
