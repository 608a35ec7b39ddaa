//! Rows that wait to be written together, by column.

use super::{Cell, Column, Form};
use crate::load::rows::{Column as Held, Data, Texts};

/// How many rows are written together, at most.
const ROWS_MAX: usize = 1 << 16;
/// How many bytes of text they hold, at most.
const BYTES_MAX: usize = 32 << 20;

/// Rows, by column.
#[derive(Debug, Default)]
pub struct Buffer {
    /// The columns; `present` has an entry for each row.
    pub columns: Vec<Held>,
    /// How many rows there are.
    pub rows: usize,
    bytes: usize,
}

impl Buffer {
    /// Nothing, of these columns.
    pub fn new(columns: &[Column]) -> Buffer {
        let column = |column: &Column| {
            let data = match column.form {
                Form::Integer => Data::Integer(Vec::new()),
                Form::Float => Data::Float(Vec::new()),
                Form::Boolean => Data::Boolean(Vec::new()),
                Form::Date => Data::Date(Vec::new()),
                Form::Text => Data::Text(Texts::default()),
            };
            Held { data, present: Vec::new() }
        };
        Buffer { columns: columns.iter().map(column).collect(), ..Buffer::default() }
    }

    /// Adds a row; a cell that is not of its column's form is none.
    pub fn push(&mut self, cells: &[Cell<'_>]) {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            let is_there = match (&mut column.data, cell) {
                (Data::Integer(values), cell) => put(values, cell, |cell| match cell {
                    Cell::Integer(value) => Some(*value),
                    _ => None,
                }),
                (Data::Float(values), cell) => put(values, cell, |cell| match cell {
                    Cell::Float(value) => Some(*value),
                    _ => None,
                }),
                (Data::Boolean(values), cell) => put(values, cell, |cell| match cell {
                    Cell::Boolean(value) => Some(*value),
                    _ => None,
                }),
                (Data::Date(values), cell) => put(values, cell, |cell| match cell {
                    Cell::Date(value) => Some(*value),
                    _ => None,
                }),
                (Data::Text(texts), Cell::Text(text)) => {
                    self.bytes += text.len();
                    texts.push(text);
                    true
                }
                (Data::Text(texts), _) => {
                    texts.push("");
                    false
                }
                (Data::Value(_), _) => false,
            };
            column.present.push(is_there);
        }
        self.rows += 1;
    }

    /// Whether it is time to write them.
    pub fn is_full(&self) -> bool {
        self.rows >= ROWS_MAX || self.bytes >= BYTES_MAX
    }
}

fn put<T: Default>(
    values: &mut Vec<T>,
    cell: &Cell<'_>,
    value: impl Fn(&Cell<'_>) -> Option<T>,
) -> bool {
    let value = value(cell);
    let is_there = value.is_some();
    values.push(value.unwrap_or_default());
    is_there
}
