//! Subqueries in expressions: a plan that runs for one row and becomes a value.

use crate::bind::bound::SubqueryKind;
use crate::error::{Error, Result, eval};
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::operator::{self, Input};
use crate::exec::runtime::Runtime;
use crate::expr::SubqueryId;
use crate::expr::eval::Bindings;
use crate::plan::physical::Subquery;
use crate::value::Value;

/// The value of a subquery for a row.
///
/// Its operators are built once for a run and started again for each row.
pub(super) fn run(run: &Runtime<'_>, id: SubqueryId, row: &dyn Bindings) -> Result<Value> {
    let at = id.0 as usize;
    let subquery =
        run.plan.subqueries.get(at).ok_or_else(|| {
            Error::new(&eval::TOO_COMPLEX, format!("The plan has no subquery {at}."))
        })?;
    let known = {
        let mut built = run.subqueries.borrow_mut();
        let len = built.len().max(at + 1);
        built.resize_with(len, || None);
        built[at].take()
    };
    let mut root = match known {
        Some(root) => root,
        None => operator::build(&subquery.root, run.profiles())?,
    };
    let mut argument = Batch::of_len(1);
    for &variable in &subquery.outer {
        argument.set(variable, Column::constant(row.value(variable), 1));
    }
    root.start(&run.with_lineage(argument));
    let value = value_of(run, subquery, &mut root);
    run.subqueries.borrow_mut()[at] = Some(root);
    value
}

fn value_of(run: &Runtime<'_>, subquery: &Subquery, root: &mut Input<'_>) -> Result<Value> {
    let mut count = 0_i64;
    let mut items = Vec::new();
    while let Some(batch) = root.next(run)? {
        run.check()?;
        count += batch.len() as i64;
        match (subquery.kind, subquery.column) {
            (SubqueryKind::Exists, _) => return Ok(Value::Boolean(true)),
            (SubqueryKind::Collect, Some(column)) => {
                let graph = run.graph();
                items.extend((0..batch.len()).map(|row| batch.value(column, row, &*graph)));
            }
            _ => {}
        }
    }
    Ok(match subquery.kind {
        SubqueryKind::Exists => Value::Boolean(false),
        SubqueryKind::Count => Value::Integer(count),
        SubqueryKind::Collect => Value::list(items),
    })
}
