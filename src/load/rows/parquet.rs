//! Parquet: typed columns, in groups of rows.
//!
//! A group of rows is what a thread reads at a time. A column is a leaf of the schema: a field, a field of a
//! structure (`address.city`), or what the lists of a field hold. Lists of lists, of structures and
//! of pairs are not read. Pages that are packed with Zstandard are unpacked in `pages.rs`.
//!
//! ```text
//! tags     repetition   definition       optional group tags { repeated group list { optional element } }
//! [a, b]   0, 1         3, 3             3: an item, 2: a null among items,
//! []       0            1                1: no items, 0: no list
//! ```

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{
    ConvertedType, DecimalType, IntType, LogicalType, Repetition, TimeUnit, TimestampType,
    Type as Physical,
};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor, Type};

use super::convert::{converted, elapsed, fraction, instant};
use super::pages::Pages;
use super::stored_schema;
use super::workers::Workers;
use super::{Batch, Column, Data, Kind, Lines, Texts, Wanted};
use crate::error::{Error, Result, load};
use crate::value::Value;
use crate::value::time::{Duration, LocalTime};

/// Groups of rows under way for each thread: they are large.
const AHEAD: usize = 1;

/// A file whose columns are known.
pub struct Parquet {
    path: PathBuf,
    metadata: Arc<ParquetMetaData>,
    /// What each column is.
    shapes: Vec<Nesting>,
    /// How many units of a column are a second, where it has lengths of time that Parquet calls numbers.
    durations: Vec<Option<i64>>,
}

/// How the values of a leaf of the schema lie in the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nesting {
    /// One to a row.
    Single,
    /// Several to a row, a list; the level of definition from which on there is an item.
    List(i16),
    /// Lists of something else.
    Deeper,
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
    nesting: Nesting,
    /// What the values are read as; lists stay lists.
    kind: Option<Kind>,
    /// What they are in the file; of lists, what the items are.
    native: Kind,
    /// How many units are a second, where they are lengths of time that Parquet calls numbers.
    duration: Option<i64>,
}

impl Parquet {
    /// Reads the names of the columns.
    pub fn open(path: &Path) -> Result<(Vec<String>, Parquet)> {
        let file = File::open(path).map_err(|error| super::source::failed(path, &error))?;
        let reader = SerializedFileReader::new(file).map_err(|error| damaged(path, &error))?;
        let metadata = Arc::new(reader.metadata().clone());
        let schema = metadata.file_metadata().schema_descr();
        let leaves = 0..schema.num_columns();
        let shapes: Vec<Nesting> = leaves.clone().map(|at| nesting(schema, at)).collect();
        let name = |at: usize| match shapes[at] {
            // What stands between the field and the items has another name with each writer.
            Nesting::List(_) => schema.get_column_root(at).name().to_owned(),
            Nesting::Single | Nesting::Deeper => schema.column(at).path().string(),
        };
        let names = leaves.map(name).collect();
        let durations = durations(&metadata);
        Ok((names, Parquet { path: path.to_owned(), metadata, shapes, durations }))
    }

    /// Reads some columns.
    ///
    /// # Errors
    ///
    /// `load::unexpected` where one of them is of a kind that is not read.
    pub fn select(self, wanted: &[Wanted], names: &[String]) -> Result<Selected> {
        let schema = self.metadata.file_metadata().schema_descr();
        let leaf = |one: &Wanted| {
            let (at, name) = (one.place, names[one.place].clone());
            let nesting = self.shapes[at];
            let duration = self.durations.get(at).copied().flatten();
            if is_bytes(&schema.column(at)) {
                let path = self.path.display();
                let message =
                    format!("The column `{name}` of `{path}` holds bytes of no known meaning.");
                return Err(Error::new(&load::UNEXPECTED, message).hint(
                    "Name the columns that are wanted in a recipe, or write it as numbers or texts.",
                ));
            }
            let native = duration.map_or_else(|| native(&schema.column(at)), |_| Kind::Duration);
            if nesting == Nesting::Deeper {
                let path = self.path.display();
                let message = format!(
                    "The column `{name}` of `{path}` holds lists of more than plain values."
                );
                return Err(Error::new(&load::UNEXPECTED, message).hint(
                    "Name the columns that are wanted in a recipe, or write the table without it.",
                ));
            }
            let kind = (nesting == Nesting::Single).then(|| one.kind.unwrap_or(native));
            Ok(Leaf { at, name, nesting, kind, native, duration })
        };
        let wanted = wanted.iter().map(leaf).collect::<Result<Vec<Leaf>>>()?;
        let groups = 0..self.metadata.num_row_groups();
        let file = Arc::new(Shape { path: self.path, metadata: self.metadata.clone(), wanted });
        Ok(Selected { file, groups, rows: 0, workers: None })
    }
}

/// The lengths of time among the columns, as Arrow's writers note them: in numbers that Parquet knows nothing else of.
fn durations(metadata: &ParquetMetaData) -> Vec<Option<i64>> {
    let schema = metadata.file_metadata().schema_descr();
    let noted = metadata.file_metadata().key_value_metadata().into_iter().flatten();
    let mut noted = noted.filter(|entry| entry.key == stored_schema::KEY);
    let text = noted.find_map(|entry| entry.value.as_deref());
    let mut found = text.and_then(stored_schema::durations).unwrap_or_default();
    if found.len() != schema.num_columns() {
        return Vec::new();
    }
    for (at, unit) in found.iter_mut().enumerate() {
        let column = schema.column(at);
        if column.physical_type() != Physical::INT64 || logical(&column).is_some() {
            *unit = None;
        }
    }
    found
}

/// How the values of a leaf lie in the rows.
fn nesting(schema: &SchemaDescriptor, at: usize) -> Nesting {
    if schema.column(at).max_rep_level() == 0 {
        return Nesting::Single;
    }
    let fields = |of: &Type| if of.is_group() { of.get_fields().to_vec() } else { Vec::new() };
    let repetition = |of: &Type| of.get_basic_info().repetition();
    // The list is the field itself, or what is repeated is all there is in the field.
    let field = schema.get_column_root(at);
    let inside = fields(field);
    let (list, outer) = match &inside[..] {
        _ if repetition(field) == Repetition::REPEATED => (field, 0),
        [only] if repetition(only) == Repetition::REPEATED => {
            (&**only, i16::from(repetition(field) == Repetition::OPTIONAL))
        }
        _ => return Nesting::Deeper,
    };
    match &fields(list)[..] {
        [] => Nesting::List(outer + 1),
        [item] if item.is_primitive() && repetition(item) != Repetition::REPEATED => {
            Nesting::List(outer + 1)
        }
        _ => Nesting::Deeper,
    }
}

impl Selected {
    /// What the columns are.
    pub fn kinds(&self) -> Vec<Option<Kind>> {
        self.file.wanted.iter().map(|leaf| leaf.kind).collect()
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
            let native = leaf.kind.map(|_| leaf.native);
            let column = converted(column, native, leaf.kind, &leaf.name, &mut batch.faults);
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
        let schema = self.metadata.file_metadata().schema_descr();
        let described = schema.column(leaf.at);
        // Each thread has a file of its own: what is shared is the place at which it is read.
        let file = File::open(&self.path)?;
        let chunk = self.metadata.row_group(group).column(leaf.at);
        let column = get_column_reader(described.clone(), Pages::of(file, chunk, len)?);
        let Nesting::List(item) = leaf.nesting else {
            return values(column, &described, leaf, &mut Levels { len, ..Levels::default() });
        };
        let mut levels = Levels { len, lists: true, ..Levels::default() };
        let items = values(column, &described, leaf, &mut levels)?;
        Ok(listed(&items, &levels, item, described.max_def_level()))
    }
}

/// How the values of a column lie in the rows.
#[derive(Default)]
struct Levels {
    /// How many rows there are.
    len: usize,
    /// Whether a row may have several.
    lists: bool,
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

/// The values of a column: of lists all items, one after the other, those that are null left out.
fn values(
    column: ColumnReader,
    described: &ColumnDescriptor,
    leaf: &Leaf,
    levels: &mut Levels,
) -> Result<Column, ParquetError> {
    Ok(match column {
        ColumnReader::BoolColumnReader(reader) => {
            let (values, present) = read(reader, described, levels)?;
            Column { data: Data::Boolean(spread(values, &present)), present }
        }
        ColumnReader::Int32ColumnReader(reader) => {
            let (values, present) = read(reader, described, levels)?;
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
            let (values, present) = read(reader, described, levels)?;
            if let Some(per_second) = leaf.duration {
                let values = values.into_iter().map(|value| elapsed(value, per_second)).collect();
                return Ok(Column { data: Data::Value(spread(values, &present)), present });
            }
            let data = Data::Integer(spread(values, &present));
            scaled(described, Column { data, present })
        }
        ColumnReader::Int96ColumnReader(reader) => {
            let (values, present) = read(reader, described, levels)?;
            let value =
                |one: parquet::data_type::Int96| instant(one.to_nanos(), 1_000_000_000, false);
            let values = values.into_iter().map(value).collect();
            Column { data: Data::Value(spread(values, &present)), present }
        }
        ColumnReader::FloatColumnReader(reader) => {
            let (values, present) = read(reader, described, levels)?;
            let values = spread(values, &present).into_iter().map(f64::from).collect();
            Column { data: Data::Float(values), present }
        }
        ColumnReader::DoubleColumnReader(reader) => {
            let (values, present) = read(reader, described, levels)?;
            Column { data: Data::Float(spread(values, &present)), present }
        }
        ColumnReader::ByteArrayColumnReader(reader) => {
            let (values, present) = read(reader, described, levels)?;
            let len = rows_of(&values, &present);
            bytes(described, values.iter().map(parquet::data_type::ByteArray::data), present, len)
        }
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            let (values, present) = read(reader, described, levels)?;
            let len = rows_of(&values, &present);
            bytes(described, values.iter().map(|value| value.data()), present, len)
        }
    })
}

fn rows_of<T>(values: &[T], present: &[bool]) -> usize {
    if present.is_empty() { values.len() } else { present.len() }
}

/// Items as the lists of the rows; a list with a null among them has no value, because no property can
/// hold that, and its reader notices.
fn listed(items: &Column, levels: &Levels, item: i16, full: i16) -> Column {
    let mut column = Column { data: Data::Value(Vec::new()), present: Vec::new() };
    let mut lists: Vec<Option<Vec<Value>>> = Vec::new();
    let mut next = 0;
    for (&definition, &repetition) in levels.definition.iter().zip(&levels.repetition) {
        if repetition == 0 {
            column.present.push(definition >= item - 1);
            lists.push(Some(Vec::new()));
        }
        let Some(last) = lists.last_mut() else { continue };
        if definition == full {
            let value = items.value(next);
            next += 1;
            if value.is_null() {
                *last = None;
            } else if let Some(list) = last {
                list.push(value);
            }
        } else if definition >= item {
            *last = None;
        }
    }
    let list = |list: Option<Vec<Value>>| list.map_or(Value::Null, Value::from);
    column.data = Data::Value(lists.into_iter().map(list).collect());
    column
}

fn damaged(path: &Path, error: &ParquetError) -> Error {
    let path = path.display();
    if let ParquetError::NYI(what) | ParquetError::General(what) = error
        && let Some((_, packer)) = what.split_once("Disabled feature at compile time: ")
    {
        let message =
            format!("The file `{path}` is packed inside with {packer}, which is not read.");
        return Error::new(&load::UNEXPECTED, message)
            .hint("Write it packed with Snappy, gzip, LZ4 or Zstandard.");
    }
    Error::new(&load::UNEXPECTED, format!("The file `{path}` cannot be read: {error}."))
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
        (_, Some(LogicalType::Decimal(decimal))) if decimal.scale == 0 => Kind::Integer,
        (_, Some(LogicalType::Decimal(_) | LogicalType::Float16)) => Kind::Float,
        (Physical::FIXED_LEN_BYTE_ARRAY, _) if is_interval(column) => Kind::Duration,
        (Physical::BOOLEAN, _) => Kind::Boolean,
        (Physical::INT32 | Physical::INT64, _) => Kind::Integer,
        (Physical::FLOAT | Physical::DOUBLE, _) => Kind::Float,
        (Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY, _) => Kind::Text,
    }
}

/// Whether nothing says what the bytes of a column of a fixed width are.
fn is_bytes(column: &ColumnDescriptor) -> bool {
    column.physical_type() == Physical::FIXED_LEN_BYTE_ARRAY
        && logical(column).is_none()
        && !is_interval(column)
}

fn is_interval(column: &ColumnDescriptor) -> bool {
    column.converted_type() == ConvertedType::INTERVAL
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
            let scale = decimal.scale;
            Data::Float(values.iter().map(|&value| fraction(value.into(), scale)).collect())
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

/// Bytes as what they stand for: texts, decimal fractions, which are whole numbers in big-endian order, halves of
/// floats, intervals and UUIDs (Apache Parquet, `LogicalTypes.md`).
fn bytes<'v>(
    column: &ColumnDescriptor,
    values: impl Iterator<Item = &'v [u8]> + Clone,
    present: Vec<bool>,
    len: usize,
) -> Column {
    let decimal = match logical(column) {
        Some(LogicalType::Decimal(decimal)) => decimal,
        Some(LogicalType::Float16) => {
            let values: Vec<f64> = values.map(half).collect();
            return Column { data: Data::Float(spread(values, &present)), present };
        }
        Some(LogicalType::Uuid) => {
            let written: Vec<String> = values.map(uuid).collect();
            return texts(written.iter().map(String::as_bytes), present, len);
        }
        _ if is_interval(column) => {
            let values: Vec<Value> = values.map(interval).collect();
            return Column { data: Data::Value(spread(values, &present)), present };
        }
        _ => return texts(values, present, len),
    };
    let numbers = values.map(whole);
    let data = if decimal.scale == 0 {
        let known: Option<Vec<i64>> =
            numbers.clone().map(|number| i64::try_from(number?).ok()).collect();
        match known {
            Some(known) => Data::Integer(spread(known, &present)),
            // Numbers beyond 64 bits: there is no type of ours for them.
            None => {
                let value = |number: Option<i128>| {
                    number
                        .and_then(|number| i64::try_from(number).ok())
                        .map_or(Value::Null, Value::from)
                };
                Data::Value(spread(numbers.map(value).collect(), &present))
            }
        }
    } else {
        let number = |number: Option<i128>| {
            number.map_or(f64::NAN, |number| fraction(number, decimal.scale))
        };
        Data::Float(spread(numbers.map(number).collect(), &present))
    };
    Column { data, present }
}

/// A whole number in big-endian order; `None` beyond 128 bits, which only tables of other programs' making have.
fn whole(bytes: &[u8]) -> Option<i128> {
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { -1 } else { 0 };
    (bytes.len() <= 16)
        .then(|| bytes.iter().fold(sign, |number, &byte| number << 8 | i128::from(byte)))
}

/// A float in two bytes, little-endian (IEEE 754, binary16).
fn half(bytes: &[u8]) -> f64 {
    let Ok(bits) = bytes.try_into().map(u16::from_le_bytes) else { return f64::NAN };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// Months, days and milliseconds, four bytes each, little-endian.
fn interval(bytes: &[u8]) -> Value {
    let part = |at: usize| {
        let part = bytes.get(4 * at..4 * at + 4).and_then(|part| part.try_into().ok());
        part.map(u32::from_le_bytes)
    };
    let (Some(months), Some(days), Some(millis)) = (part(0), part(1), part(2)) else {
        return Value::Null;
    };
    let nanos = i64::from(millis) * 1_000_000;
    Duration::new(months.into(), days.into(), 0, nanos)
        .map_or(Value::Null, |d| Value::Duration(d.into()))
}

fn uuid(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        out.push_str(&format!("{byte:02x}"));
    }
    out
}

/// The values that are there, and which rows have one (empty where all do, and for lists).
fn read<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    column: &ColumnDescriptor,
    levels: &mut Levels,
) -> Result<(Vec<T::T>, Vec<bool>), ParquetError> {
    let len = levels.len;
    // How many rows there are is what a file says that may be damaged.
    let mut values = Vec::with_capacity(len.min(1 << 20));
    let mut rows = 0;
    while rows < len {
        let (definition, repetition) = (&mut levels.definition, &mut levels.repetition);
        let repetition = levels.lists.then_some(repetition);
        let (read, ..) =
            reader.read_records(len - rows, Some(definition), repetition, &mut values)?;
        if read == 0 {
            break;
        }
        rows += read;
    }
    if rows != len {
        return Err(ParquetError::EOF(format!("{rows} of {len} rows are there")));
    }
    let (full, levels) = (column.max_def_level(), &levels.definition);
    let present = if column.max_rep_level() > 0 || levels.iter().all(|&level| level == full) {
        Vec::new()
    } else {
        levels.iter().map(|&level| level == full).collect()
    };
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
