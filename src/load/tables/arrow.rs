//! Tables as files of Arrow's IPC format, which is also Feather, version 2.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema};

use super::buffer::Buffer;
use super::{Cell, Column, Form, Sheet, Style};
use crate::load::rows::{Column as Held, Data};

/// What cells of Arrow hold.
pub const STYLE: Style = Style { keeps_empty: true, quotes: true };

/// A file of Arrow.
pub struct ArrowSheet<W: Write> {
    /// Until the columns are known.
    out: Option<W>,
    writer: Option<FileWriter<W>>,
    columns: Vec<Column>,
    schema: Arc<Schema>,
    rows: Buffer,
}

impl<W: Write> ArrowSheet<W> {
    /// A file that is written here.
    pub fn new(out: W) -> ArrowSheet<W> {
        let (schema, rows) = (Arc::new(Schema::empty()), Buffer::default());
        ArrowSheet { out: Some(out), writer: None, columns: Vec::new(), schema, rows }
    }

    fn write(&mut self) -> io::Result<()> {
        let rows = std::mem::replace(&mut self.rows, Buffer::new(&self.columns));
        let Some(writer) = self.writer.as_mut().filter(|_| rows.rows > 0) else { return Ok(()) };
        let arrays = rows.columns.iter().map(array).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(failed)?;
        writer.write(&batch).map_err(failed)
    }
}

impl<W: Write> Sheet for ArrowSheet<W> {
    fn begin(&mut self, columns: &[Column]) -> io::Result<()> {
        let Some(out) = self.out.take() else { return Ok(()) };
        let field = |column: &Column| {
            let kind = match column.form {
                Form::Integer => DataType::Int64,
                Form::Float => DataType::Float64,
                Form::Boolean => DataType::Boolean,
                Form::Date => DataType::Date32,
                Form::Text => DataType::Utf8,
            };
            Field::new(&column.header, kind, true)
        };
        self.schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        self.writer = Some(FileWriter::try_new(out, &self.schema).map_err(failed)?);
        self.rows = Buffer::new(columns);
        self.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.rows.push(cells);
        if self.rows.is_full() { self.write() } else { Ok(()) }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.write()?;
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        writer.finish().map_err(failed)?;
        writer.get_mut().flush()
    }
}

fn array(column: &Held) -> ArrayRef {
    let present = |row: usize| column.present[row];
    match &column.data {
        Data::Integer(values) => {
            let values = values.iter().enumerate();
            Arc::new(values.map(|(row, &v)| present(row).then_some(v)).collect::<Int64Array>())
        }
        Data::Float(values) => {
            let values = values.iter().enumerate();
            Arc::new(values.map(|(row, &v)| present(row).then_some(v)).collect::<Float64Array>())
        }
        Data::Boolean(values) => {
            let values = values.iter().enumerate();
            Arc::new(values.map(|(row, &v)| present(row).then_some(v)).collect::<BooleanArray>())
        }
        Data::Date(values) => {
            let values = values.iter().enumerate();
            Arc::new(values.map(|(row, &v)| present(row).then_some(v)).collect::<Date32Array>())
        }
        Data::Text(texts) => {
            let rows = 0..column.present.len();
            let text = |row: usize| present(row).then(|| texts.get(row));
            Arc::new(rows.map(text).collect::<StringArray>())
        }
        Data::Value(_) => Arc::new(StringArray::new_null(column.present.len())),
    }
}

fn failed(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        error => io::Error::other(error),
    }
}
