//! Parquet: typed columns, in groups of rows.
//!
//! A group of rows is what a thread reads at a time. Columns of lists are not read.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{
    ConvertedType, DecimalType, IntType, LogicalType, TimeUnit, TimestampType, Type as Physical,
};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::convert::{converted, instant};
use super::workers::Workers;
use super::{Batch, Column, Data, Kind, Lines, Texts, Wanted};
use crate::error::{Error, Result, load};
use crate::value::Value;
use crate::value::time::LocalTime;

/// Groups of rows under way for each thread: they are large.
const AHEAD: usize = 1;

/// A file whose columns are known.
pub struct Parquet {
    path: PathBuf,
    metadata: Arc<ParquetMetaData>,
    /// The place among the leaves of the schema of each column.
    leaves: Vec<usize>,
}

/// A file of which some columns are read.
pub struct Selected {
    file: Arc<Shape>,
    groups: std::ops::Range<usize>,
    rows: u64,
    workers: Option<Workers<usize, Result<Batch>>>,
}

/// What is read of each group.
struct Shape {
    path: PathBuf,
    metadata: Arc<ParquetMetaData>,
    wanted: Vec<Leaf>,
}

/// One column that is read.
struct Leaf {
    at: usize,
    name: String,
    /// What the values are read as.
    kind: Kind,
    /// What they are in the file.
    native: Kind,
}

impl Parquet {
    /// Reads the names of the columns; those of lists have none.
    pub fn open(path: &Path) -> Result<(Vec<String>, Parquet)> {
        let file = File::open(path).map_err(|error| super::source::failed(path, &error))?;
        let reader = SerializedFileReader::new(file).map_err(|error| damaged(path, &error))?;
        let metadata = Arc::new(reader.metadata().clone());
        let schema = metadata.file_metadata().schema_descr();
        let leaves: Vec<usize> = (0..schema.num_columns())
            .filter(|&at| schema.column(at).max_rep_level() == 0)
            .collect();
        let names = leaves.iter().map(|&at| schema.column(at).path().string()).collect();
        Ok((names, Parquet { path: path.to_owned(), metadata, leaves }))
    }

    /// Reads some columns.
    pub fn select(self, wanted: &[Wanted], names: &[String]) -> Selected {
        let schema = self.metadata.file_metadata().schema_descr();
        let leaf = |one: &Wanted| {
            let at = self.leaves[one.place];
            let native = native(&schema.column(at));
            let kind = one.kind.unwrap_or(native);
            Leaf { at, name: names[one.place].clone(), kind, native }
        };
        let wanted = wanted.iter().map(leaf).collect();
        let groups = 0..self.metadata.num_row_groups();
        let file = Arc::new(Shape { path: self.path, metadata: self.metadata.clone(), wanted });
        Selected { file, groups, rows: 0, workers: None }
    }
}

impl Selected {
    /// What the columns are.
    pub fn kinds(&self) -> Vec<Option<Kind>> {
        self.file.wanted.iter().map(|leaf| Some(leaf.kind)).collect()
    }

    /// The next rows; `None` after the last.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        if self.groups.len() > 1 && self.workers.is_none() {
            let file = Arc::clone(&self.file);
            self.workers = Some(Workers::start(AHEAD, move |group| file.read(group)));
        }
        let read = match &mut self.workers {
            None => self.groups.next().map(|group| self.file.read(group)),
            Some(workers) => workers.next(|| Ok::<_, Error>(self.groups.next()))?,
        };
        let Some(batch) = read else { return Ok(None) };
        let mut batch = batch?;
        batch.first = self.rows;
        // A row of a Parquet file has no line: its number stands for one.
        batch.lines = Lines::From(self.rows + 1);
        self.rows += batch.len as u64;
        Ok(Some(batch))
    }
}

impl Shape {
    fn read(&self, group: usize) -> Result<Batch> {
        let len = usize::try_from(self.metadata.row_group(group).num_rows()).unwrap_or(0);
        let mut batch = Batch { len, ..Batch::default() };
        for leaf in &self.wanted {
            let column =
                self.column(group, leaf, len).map_err(|error| damaged(&self.path, &error))?;
            let (native, kind) = (Some(leaf.native), Some(leaf.kind));
            let column = converted(column, native, kind, &leaf.name, &mut batch.faults);
            if column.data.len() != len {
                let message = format!(
                    "The file `{}` is damaged: columns differ in length.",
                    self.path.display()
                );
                return Err(Error::new(&load::UNEXPECTED, message));
            }
            batch.columns.push(column);
        }
        Ok(batch)
    }

    fn column(&self, group: usize, leaf: &Leaf, len: usize) -> Result<Column, ParquetError> {
        // Each thread has a file of its own: what is shared is the place at which it is read.
        let reader = SerializedFileReader::new(File::open(&self.path)?)?;
        let reader = reader.get_row_group(group)?;
        let schema = self.metadata.file_metadata().schema_descr();
        let described = schema.column(leaf.at);
        let described = &*described;
        let column = reader.get_column_reader(leaf.at)?;
        Ok(match column {
            ColumnReader::BoolColumnReader(reader) => {
                let (values, present) = read(reader, described, len)?;
                Column { data: Data::Boolean(spread(values, &present)), present }
            }
            ColumnReader::Int32ColumnReader(reader) => {
                let (values, present) = read(reader, described, len)?;
                let values = spread(values, &present);
                if leaf.native == Kind::Date {
                    return Ok(Column { data: Data::Date(values), present });
                }
                let is_unsigned = is_unsigned(described);
                let wide = |value: &i32| {
                    if is_unsigned { i64::from(*value as u32) } else { i64::from(*value) }
                };
                let values: Vec<i64> = values.iter().map(wide).collect();
                scaled(described, Column { data: Data::Integer(values), present })
            }
            ColumnReader::Int64ColumnReader(reader) => {
                let (values, present) = read(reader, described, len)?;
                let data = Data::Integer(spread(values, &present));
                scaled(described, Column { data, present })
            }
            ColumnReader::Int96ColumnReader(reader) => {
                let (values, present) = read(reader, described, len)?;
                let value =
                    |one: parquet::data_type::Int96| instant(one.to_nanos(), 1_000_000_000, false);
                let values = values.into_iter().map(value).collect();
                Column { data: Data::Value(spread(values, &present)), present }
            }
            ColumnReader::FloatColumnReader(reader) => {
                let (values, present) = read(reader, described, len)?;
                let values = spread(values, &present).into_iter().map(f64::from).collect();
                Column { data: Data::Float(values), present }
            }
            ColumnReader::DoubleColumnReader(reader) => {
                let (values, present) = read(reader, described, len)?;
                Column { data: Data::Float(spread(values, &present)), present }
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                let (values, present) = read(reader, described, len)?;
                bytes(
                    described,
                    values.iter().map(parquet::data_type::ByteArray::data),
                    present,
                    len,
                )
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                let (values, present) = read(reader, described, len)?;
                bytes(described, values.iter().map(|value| value.data()), present, len)
            }
        })
    }
}

fn damaged(path: &Path, error: &ParquetError) -> Error {
    Error::new(&load::UNEXPECTED, format!("The file `{}` cannot be read: {error}.", path.display()))
}

/// What the values of a column stand for; some writers say so in the older way alone, which means
/// the same (Apache Parquet, `LogicalTypes.md`).
fn logical(column: &ColumnDescriptor) -> Option<LogicalType> {
    if let Some(known) = column.logical_type_ref() {
        return Some(known.clone());
    }
    let instant = |unit| TimestampType { is_adjusted_to_u_t_c: true, unit };
    let unsigned = |bit_width| LogicalType::Integer(IntType { bit_width, is_signed: false });
    Some(match column.converted_type() {
        ConvertedType::DATE => LogicalType::Date,
        ConvertedType::TIMESTAMP_MILLIS => LogicalType::Timestamp(instant(TimeUnit::MILLIS)),
        ConvertedType::TIMESTAMP_MICROS => LogicalType::Timestamp(instant(TimeUnit::MICROS)),
        ConvertedType::TIME_MILLIS => LogicalType::Time(instant(TimeUnit::MILLIS)),
        ConvertedType::TIME_MICROS => LogicalType::Time(instant(TimeUnit::MICROS)),
        ConvertedType::DECIMAL => LogicalType::Decimal(DecimalType {
            scale: column.type_scale(),
            precision: column.type_precision(),
        }),
        ConvertedType::UINT_8 => unsigned(8),
        ConvertedType::UINT_16 => unsigned(16),
        ConvertedType::UINT_32 => unsigned(32),
        ConvertedType::UINT_64 => unsigned(64),
        _ => return None,
    })
}

/// What the values of a column are.
fn native(column: &ColumnDescriptor) -> Kind {
    match (column.physical_type(), logical(column)) {
        (_, Some(LogicalType::Date)) => Kind::Date,
        (Physical::INT64, Some(LogicalType::Timestamp(stamp))) if stamp.is_adjusted_to_u_t_c => {
            Kind::DateTime
        }
        (Physical::INT64, Some(LogicalType::Timestamp(_))) | (Physical::INT96, _) => {
            Kind::LocalDateTime
        }
        (Physical::INT32 | Physical::INT64, Some(LogicalType::Time(_))) => Kind::LocalTime,
        (Physical::INT32 | Physical::INT64, Some(LogicalType::Decimal(decimal)))
            if decimal.scale == 0 =>
        {
            Kind::Integer
        }
        (_, Some(LogicalType::Decimal(_))) => Kind::Float,
        (Physical::BOOLEAN, _) => Kind::Boolean,
        (Physical::INT32 | Physical::INT64, _) => Kind::Integer,
        (Physical::FLOAT | Physical::DOUBLE, _) => Kind::Float,
        (Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY, _) => Kind::Text,
    }
}

fn is_unsigned(column: &ColumnDescriptor) -> bool {
    matches!(logical(column), Some(LogicalType::Integer(integer)) if !integer.is_signed)
}

/// Whole numbers as what they stand for: themselves, decimal fractions, times or instants.
fn scaled(column: &ColumnDescriptor, read: Column) -> Column {
    let Data::Integer(values) = &read.data else { return read };
    let per_second = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    let data = match logical(column) {
        Some(LogicalType::Decimal(decimal)) if decimal.scale != 0 => {
            let divisor = 10f64.powi(decimal.scale);
            Data::Float(values.iter().map(|&value| value as f64 / divisor).collect())
        }
        Some(LogicalType::Timestamp(stamp)) => {
            let unit = per_second(&stamp.unit);
            let utc = stamp.is_adjusted_to_u_t_c;
            Data::Value(values.iter().map(|&value| instant(value, unit, utc)).collect())
        }
        Some(LogicalType::Time(time)) => {
            let nanos = 1_000_000_000 / per_second(&time.unit);
            let value = |&value: &i64| {
                let nanos = u64::try_from(value.saturating_mul(nanos)).ok();
                nanos.and_then(LocalTime::from_nanos).map_or(Value::Null, Value::LocalTime)
            };
            Data::Value(values.iter().map(value).collect())
        }
        Some(LogicalType::Integer(integer))
            if !integer.is_signed && values.iter().any(|&v| v < 0) =>
        {
            // Unsigned numbers beyond 63 bits: there is no type of ours for them.
            let value = |&value: &i64| if value < 0 { Value::Null } else { value.into() };
            Data::Value(values.iter().map(value).collect())
        }
        _ => return read,
    };
    Column { data, present: read.present }
}

/// Bytes as what they stand for: texts, or decimal fractions, which are whole numbers in big-endian order.
fn bytes<'v>(
    column: &ColumnDescriptor,
    values: impl Iterator<Item = &'v [u8]> + Clone,
    present: Vec<bool>,
    len: usize,
) -> Column {
    let Some(LogicalType::Decimal(decimal)) = logical(column) else {
        return texts(values, present, len);
    };
    let divisor = 10f64.powi(decimal.scale);
    let number = |bytes: &[u8]| {
        let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { -1.0 } else { 0.0 };
        bytes.iter().fold(sign, |number, byte| number * 256.0 + f64::from(*byte)) / divisor
    };
    let values: Vec<f64> = values.map(number).collect();
    Column { data: Data::Float(spread(values, &present)), present }
}

/// The values that are there, and which rows have one (empty where all do).
fn read<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    column: &ColumnDescriptor,
    len: usize,
) -> Result<(Vec<T::T>, Vec<bool>), ParquetError> {
    // How many rows there are is what a file says that may be damaged.
    let mut values = Vec::with_capacity(len.min(1 << 20));
    let mut levels = Vec::new();
    let mut rows = 0;
    while rows < len {
        let (read, ..) = reader.read_records(len - rows, Some(&mut levels), None, &mut values)?;
        if read == 0 {
            break;
        }
        rows += read;
    }
    if rows != len {
        return Err(ParquetError::EOF(format!("{rows} of {len} rows are there")));
    }
    let full = column.max_def_level();
    let is_full = levels.iter().all(|&level| level == full);
    let present =
        if is_full { Vec::new() } else { levels.iter().map(|&level| level == full).collect() };
    Ok((values, present))
}

/// Puts the values that are there into their rows.
fn spread<T: Default>(values: Vec<T>, present: &[bool]) -> Vec<T> {
    if present.is_empty() {
        return values;
    }
    let mut values = values.into_iter();
    present
        .iter()
        .map(|&is| if is { values.next().unwrap_or_default() } else { T::default() })
        .collect()
}

/// Byte strings as texts; one that is not UTF-8 is left null, which its reader notices.
fn texts<'v>(
    values: impl Iterator<Item = &'v [u8]> + Clone,
    present: Vec<bool>,
    len: usize,
) -> Column {
    let parsed: Option<Vec<&str>> =
        values.clone().map(|bytes| std::str::from_utf8(bytes).ok()).collect();
    let Some(all) = parsed else {
        let value = |bytes: &[u8]| std::str::from_utf8(bytes).map_or(Value::Null, Value::from);
        return Column {
            data: Data::Value(spread(values.map(value).collect(), &present)),
            present,
        };
    };
    let mut texts = Texts::default();
    let mut all = all.into_iter();
    for row in 0..len {
        let is_there = present.is_empty() || present[row];
        texts.push(if is_there { all.next().unwrap_or_default() } else { "" });
    }
    Column { data: Data::Text(texts), present }
}
