//! Values of a batch into the columns of a graph.

use crate::load::recipe::Expression;
use crate::load::refusal;
use crate::load::rows::{Batch, Column, Data, Fault};
use crate::store::{Cell, Cells, ColumnBuilder};
use crate::value::Value;

/// Where the rows of a batch go.
pub struct Target<'a> {
    /// The rows of the batch that are used; `None` for all.
    pub rows: Option<&'a [u32]>,
    /// The row that the first of them becomes; the others follow.
    pub first: u32,
}

impl Target<'_> {
    /// Copies a column of a batch of `len` rows.
    pub fn copy(&self, column: &Column, len: usize, into: &mut ColumnBuilder) {
        if let (None, true, Some(cells)) =
            (self.rows, column.present.is_empty(), cells(&column.data))
        {
            return into.extend(self.first, cells);
        }
        match &column.data {
            Data::Boolean(values) => self.set(column, len, into, |at| Cell::Boolean(values[at])),
            Data::Integer(values) => self.set(column, len, into, |at| Cell::Integer(values[at])),
            Data::Float(values) => self.set(column, len, into, |at| Cell::Float(values[at])),
            Data::Date(values) => self.set(column, len, into, |at| Cell::Date(values[at])),
            Data::Text(texts) => self.for_each(len, |row, target| {
                if column.has(row) || texts.is_empty_text(row) {
                    into.set(target, Cell::Text(texts.get(row)));
                }
            }),
            Data::Value(values) => self.set(column, len, into, |at| Cell::from(&values[at])),
        }
    }

    fn set<'c>(
        &self,
        column: &Column,
        len: usize,
        into: &mut ColumnBuilder,
        cell: impl Fn(usize) -> Cell<'c>,
    ) {
        self.for_each(len, |row, target| {
            if column.has(row) {
                into.set(target, cell(row));
            }
        });
    }

    fn for_each(&self, len: usize, mut visit: impl FnMut(usize, u32)) {
        match self.rows {
            None => (0..len).zip(self.first..).for_each(|(row, target)| visit(row, target)),
            Some(rows) => {
                rows.iter()
                    .zip(self.first..)
                    .for_each(|(&row, target)| visit(row as usize, target));
            }
        }
    }
}

/// The values of a column that can be added as a whole.
fn cells(data: &Data) -> Option<Cells<'_>> {
    Some(match data {
        Data::Boolean(values) => Cells::Boolean(values),
        Data::Integer(values) => Cells::Integer(values),
        Data::Float(values) => Cells::Float(values),
        Data::Date(values) => Cells::Date(values),
        Data::Text(_) | Data::Value(_) => return None,
    })
}

/// Computes the condition of a table: which rows are skipped; empty for none. Where it cannot be
/// computed the row is at fault.
pub fn skipped(
    condition: Option<&Expression>,
    batch: &Batch,
    faults: &mut Vec<Fault>,
) -> Vec<bool> {
    let Some(condition) = condition else { return Vec::new() };
    (0..batch.len)
        .map(|row| match condition.holds(batch, row) {
            Ok(holds) => !holds,
            Err(reason) => {
                faults.push(Fault { row: row as u32, column: None, reason });
                true
            }
        })
        .collect()
}

/// What an expression is for each row of the batch, as a column; null and a fault where it cannot
/// be computed, or cannot be stored.
pub fn compute(
    name: &str,
    expression: &Expression,
    batch: &Batch,
    skipped: &[bool],
    faults: &mut Vec<Fault>,
) -> Column {
    compute_if(name, expression, batch, skipped, faults, |value| refusal(value).map_or(Ok(()), Err))
}

/// Columns that become properties as they are: values that cannot be stored are at fault.
pub fn check_copied<'n>(
    copied: impl Iterator<Item = (&'n str, usize)>,
    batch: &Batch,
    skipped: &[bool],
    faults: &mut Vec<Fault>,
) {
    for (name, at) in copied {
        let Data::Value(values) = &batch.columns[at].data else { continue };
        for (row, value) in values.iter().enumerate() {
            if !skipped.get(row).copied().unwrap_or(false)
                && batch.columns[at].has(row)
                && let Some(reason) = refusal(value)
            {
                faults.push(Fault { row: row as u32, column: Some(name.to_owned()), reason });
            }
        }
    }
}

/// The same for values that are not stored: they may nest.
pub fn compute_any(
    name: &str,
    expression: &Expression,
    batch: &Batch,
    skipped: &[bool],
    faults: &mut Vec<Fault>,
) -> Column {
    compute_if(name, expression, batch, skipped, faults, |_| Ok(()))
}

fn compute_if(
    name: &str,
    expression: &Expression,
    batch: &Batch,
    skipped: &[bool],
    faults: &mut Vec<Fault>,
    check: impl Fn(&Value) -> Result<(), String>,
) -> Column {
    let mut values = Vec::with_capacity(batch.len);
    for row in 0..batch.len {
        if skipped.get(row).copied().unwrap_or(false) {
            values.push(Value::Null);
            continue;
        }
        let value = expression.value(batch, row).and_then(|value| check(&value).map(|()| value));
        values.push(value.unwrap_or_else(|reason| {
            let column = Some(name.to_owned());
            faults.push(Fault { row: row as u32, column, reason });
            Value::Null
        }));
    }
    Column { data: Data::Value(values), present: Vec::new() }
}
