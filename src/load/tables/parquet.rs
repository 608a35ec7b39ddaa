//! Tables as Parquet: a group of rows at a time, packed with Snappy.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::buffer::Buffer;
use super::{Cell, Column, Form, Sheet, Style};
use crate::load::rows::{Column as Held, Data};

/// What cells of Parquet, and of Arrow, hold.
pub const STYLE: Style = Style { keeps_empty: true, quotes: true };

/// A file of Parquet.
pub struct ParquetSheet<W: Write + Send> {
    /// Until the columns are known.
    out: Option<W>,
    writer: Option<SerializedFileWriter<W>>,
    columns: Vec<Column>,
    rows: Buffer,
}

impl<W: Write + Send> ParquetSheet<W> {
    /// A file that is written here.
    pub fn new(out: W) -> ParquetSheet<W> {
        let rows = Buffer::default();
        ParquetSheet { out: Some(out), writer: None, columns: Vec::new(), rows }
    }

    fn write(&mut self) -> io::Result<()> {
        let rows = std::mem::replace(&mut self.rows, Buffer::new(&self.columns));
        let Some(writer) = self.writer.as_mut().filter(|_| rows.rows > 0) else { return Ok(()) };
        let mut write = || -> Result<(), ParquetError> {
            let mut group = writer.next_row_group()?;
            for column in &rows.columns {
                let Some(mut into) = group.next_column()? else { break };
                write_column(column, &mut into)?;
                into.close()?;
            }
            group.close()?;
            Ok(())
        };
        write().map_err(failed)
    }
}

impl<W: Write + Send> Sheet for ParquetSheet<W> {
    fn begin(&mut self, columns: &[Column]) -> io::Result<()> {
        let Some(out) = self.out.take() else { return Ok(()) };
        let fields: Result<Vec<_>, ParquetError> =
            columns.iter().map(|column| Ok(Arc::new(field(column)?))).collect();
        let schema = Type::group_type_builder("schema").with_fields(fields.map_err(failed)?);
        let schema = Arc::new(schema.build().map_err(failed)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(out, schema, Arc::new(properties));
        self.writer = Some(writer.map_err(failed)?);
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
        let Some(writer) = self.writer.take() else { return Ok(()) };
        let mut out = writer.into_inner().map_err(failed)?;
        out.flush()
    }
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column.form {
        Form::Integer => (Physical::INT64, None),
        Form::Float => (Physical::DOUBLE, None),
        Form::Boolean => (Physical::BOOLEAN, None),
        Form::Date => (Physical::INT32, Some(LogicalType::Date)),
        Form::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    Type::primitive_type_builder(&column.header, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

fn write_column(column: &Held, into: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
    match &column.data {
        Data::Integer(values) => write_values::<Int64Type>(column, into, |row| values[row]),
        Data::Float(values) => write_values::<DoubleType>(column, into, |row| values[row]),
        Data::Boolean(values) => write_values::<BoolType>(column, into, |row| values[row]),
        Data::Date(values) => write_values::<Int32Type>(column, into, |row| values[row]),
        Data::Text(texts) => write_values::<ByteArrayType>(column, into, |row| {
            ByteArray::from(texts.get(row).as_bytes().to_vec())
        }),
        Data::Value(_) => Ok(()),
    }
}

fn write_values<T: DataType>(
    column: &Held,
    into: &mut SerializedColumnWriter<'_>,
    value: impl Fn(usize) -> T::T,
) -> Result<(), ParquetError> {
    let rows = 0..column.present.len();
    let values: Vec<T::T> = rows.filter(|&row| column.present[row]).map(value).collect();
    let levels: Vec<i16> = column.present.iter().map(|&is| i16::from(is)).collect();
    into.typed::<T>().write_batch(&values, Some(&levels), None).map(|_| ())
}

fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
