//! Subqueries in expressions: `EXISTS { … }`, `COUNT { … }`, `VALUE { … }`, pattern predicates and comprehensions.
//!
//! A subquery is a plan of its own whose `Argument` is the outer row. Its operators are built when
//! it first runs and started again for each row; where rows do not mix, it runs once for a batch.

use std::sync::Arc;

use crate::bind::bound::SubqueryKind;
use crate::error::{Error, Result, eval as codes};
use crate::exec::batch::Batch;
use crate::exec::column::{Column, Data, Vector};
use crate::exec::lineage::Union;
use crate::exec::operator::{self, Input, has_search, is_row_wise};
use crate::exec::probe;
use crate::exec::runtime::Runtime;
use crate::expr::SubqueryId;
use crate::expr::eval::{Bindings, Subqueries};
use crate::plan::physical::Subquery;
use crate::value::Value;

/// The value of a subquery for one row.
pub(crate) fn run(run: &Runtime<'_>, id: SubqueryId, row: &dyn Bindings) -> Result<Value> {
    let subquery = &run.plan.subqueries[id.0 as usize];
    let mut argument = Batch::of_len(1);
    for variable in &subquery.outer {
        argument.set(*variable, Column::constant(row.value(*variable), 1));
    }
    let mut input = take(run, id)?;
    input.start(&run.with_lineage(argument));
    let value = value_of_rows(run, subquery, &mut input);
    give_back(run, id, input);
    let value = value?;
    if let (Value::Boolean(false), Some(absence), true) =
        (&value, &subquery.absence, run.collects_evidence())
    {
        // What is not there may be a *no*: a negation rests on what makes it one.
        let (pattern, operands) = &**absence;
        let operands = operands.iter().map(|operand| run.eval(operand, row));
        let (_, used) = pattern.absence(&*run.graph(), &operands.collect::<Result<Vec<_>>>()?)?;
        run.rest_on_absence(&used);
    }
    Ok(value)
}

/// The values of a subquery for all rows of a batch; `None` where it must run row by row.
pub(crate) fn run_batch(
    run: &Runtime<'_>,
    id: SubqueryId,
    batch: &Batch,
) -> Result<Option<Column>> {
    let subquery = &run.plan.subqueries[id.0 as usize];
    if let Some(column) = probe::column(run, subquery, batch)? {
        return Ok(Some(column));
    }
    let stops_early = subquery.kind == SubqueryKind::Exists;
    if batch.len() < 2
        || !is_row_wise(&subquery.root)
        || (stops_early && has_search(&subquery.root))
    {
        return Ok(None);
    }
    let mut argument = Batch::of_len(batch.len());
    for variable in &subquery.outer {
        argument.set(*variable, batch.column_or_null(*variable));
    }
    argument.outer = Some(Arc::new((0..batch.len() as u32).collect()));
    let mut input = take(run, id)?;
    input.start(&run.with_lineage(argument));
    let column = column_of_rows(run, subquery, &mut input, batch.len());
    give_back(run, id, input);
    column.map(Some)
}

fn value_of_rows(run: &Runtime<'_>, subquery: &Subquery, input: &mut Input<'_>) -> Result<Value> {
    let mut count = 0;
    let mut items = Vec::new();
    // Any row of an EXISTS suffices; a count or a list takes them all.
    let exists = subquery.kind == SubqueryKind::Exists;
    let mut union = if exists { Union::ALTERNATIVES } else { Union::GROUP };
    while let Some(rows) = input.next(run)? {
        if let (Some(lineage), Some(mut arena)) = (&rows.lineage, run.lineage()) {
            lineage.iter().for_each(|entry| union.add(&mut arena, *entry));
        }
        match (subquery.kind, subquery.column) {
            (SubqueryKind::Exists, _) if !run.collects_evidence() => return Ok(true.into()),
            (SubqueryKind::Collect, Some(column)) => {
                let column = rows.column_or_null(column).into_flat();
                items.extend(column.into_values(&*run.graph()));
                crate::expr::limits::check_length(items.len())?;
            }
            (SubqueryKind::Value, Some(column)) => {
                check_single(items.len() + rows.len())?;
                let column = rows.column_or_null(column).into_flat();
                items.extend(column.into_values(&*run.graph()));
            }
            _ => count += rows.len() as i64,
        }
    }
    run.touch(union.entry());
    Ok(match subquery.kind {
        SubqueryKind::Exists => (count > 0).into(),
        SubqueryKind::Count => count.into(),
        SubqueryKind::Collect => Value::from(items),
        SubqueryKind::Value => items.pop().unwrap_or(Value::Null),
    })
}

fn column_of_rows(
    run: &Runtime<'_>,
    subquery: &Subquery,
    input: &mut Input<'_>,
    len: usize,
) -> Result<Column> {
    let mut counts = vec![0i64; len];
    let keeps = matches!(subquery.kind, SubqueryKind::Collect | SubqueryKind::Value);
    let single = subquery.kind == SubqueryKind::Value;
    let mut items = vec![Vec::new(); if keeps { len } else { 0 }];
    while let Some(rows) = input.next(run)? {
        let Some(positions) = &rows.outer else { continue };
        positions.iter().for_each(|at| counts[*at as usize] += 1);
        if let (true, Some(column)) = (keeps, subquery.column) {
            let values = rows.column_or_null(column).into_flat().into_values(&*run.graph());
            for (at, value) in positions.iter().zip(values) {
                items[*at as usize].push(value);
                if single {
                    check_single(items[*at as usize].len())?;
                }
            }
        }
    }
    Ok(Column::new(match subquery.kind {
        SubqueryKind::Exists => {
            Vector::new(Data::Boolean(counts.iter().map(|count| *count > 0).collect()))
        }
        SubqueryKind::Count => Vector::new(Data::Integer(counts)),
        SubqueryKind::Collect => {
            Vector::new(Data::Value(items.into_iter().map(Value::from).collect()))
        }
        SubqueryKind::Value => {
            let value = |mut row: Vec<Value>| row.pop().unwrap_or(Value::Null);
            Vector::new(Data::Value(items.into_iter().map(value).collect()))
        }
    }))
}

/// An error if VALUE has found more than one row.
fn check_single(rows: usize) -> Result<()> {
    if rows <= 1 {
        return Ok(());
    }
    let message = "VALUE takes a query that gives one row at most; this one gives more.";
    Err(Error::new(&codes::CARDINALITY, message)
        .hint("Take one of them with `LIMIT 1`, aggregate them, or list them: `COLLECT { … }`."))
}

/// The operators of a subquery, taken out while they run: a subquery may hold others.
fn take<'a>(run: &Runtime<'a>, id: SubqueryId) -> Result<Input<'a>> {
    let at = id.0 as usize;
    let known = run.subqueries.borrow_mut().get_mut(at).and_then(Option::take);
    match known {
        Some(input) => Ok(input),
        None => operator::build(&run.plan.subqueries[at].root, run.profiles()),
    }
}

fn give_back<'a>(run: &Runtime<'a>, id: SubqueryId, input: Input<'a>) {
    let mut subqueries = run.subqueries.borrow_mut();
    let at = id.0 as usize;
    let len = subqueries.len().max(at + 1);
    subqueries.resize_with(len, || None);
    subqueries[at] = Some(input);
}
