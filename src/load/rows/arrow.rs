//! Arrow's IPC format: files (Feather, version 2) and streams, a batch of rows at a time.
//!
//! A file that is packed as a whole is read as the stream that it holds. Columns may be numbers, texts,
//! dates, times, durations and intervals, lists of those, dictionaries of any of them, and structures, whose fields are columns
//! (`address.city`); what else there is, is an error
//! where a recipe or a header asks for it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, DurationMicrosecondType, DurationMillisecondType,
    DurationNanosecondType, DurationSecondType, Float16Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, IntervalDayTimeType, IntervalMonthDayNanoType,
    IntervalYearMonthType, Time32MillisecondType, Time32SecondType, Time64MicrosecondType,
    Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType, RecordBatch};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, DataType, Fields, IntervalUnit, SchemaRef, TimeUnit};

use super::arrow_lengths;
use super::convert::{converted, instant};
use super::{Batch, Column, Data, Kind, Lines, Texts, Wanted};
use crate::error::{Error, Result, load};
use crate::value::Value;
use crate::value::time::{Date, Duration, LocalTime};

/// What a file begins with; a stream does not.
const MAGIC: &[u8] = b"ARROW1";
/// The magic of a file, with what fills it up.
const MAGIC_BYTES: usize = 8;
/// What a file of Feather's first version begins with.
const FEATHER_1: &[u8] = b"FEA1";
/// How deep lists and structures may nest.
const NESTING_MAX: usize = 8;

type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

/// A file whose columns are known.
pub struct Arrow {
    path: PathBuf,
    leaves: Vec<Leaf>,
    batches: Batches,
}

/// A column: a field, or a field of a structure.
struct Leaf {
    /// The place of the field, then that within it, and so on.
    place: Vec<usize>,
    data_type: DataType,
}

/// A file of which some columns are read.
pub struct Selected {
    path: PathBuf,
    batches: Batches,
    columns: Vec<Wish>,
    rows: u64,
}

/// One column that is read.
struct Wish {
    place: Vec<usize>,
    name: String,
    /// What the values are read as.
    kind: Option<Kind>,
    /// What they are in the file; `None` where that differs by row.
    native: Option<Kind>,
}

impl Arrow {
    /// Reads the names of the columns.
    pub fn open(path: &Path) -> Result<(Vec<String>, Arrow)> {
        let mut input = super::source::open(path)?;
        let start = input.fill_buf().map_err(|error| super::source::failed(path, &error))?;
        if start.starts_with(FEATHER_1) {
            let message = format!("The file `{}` is Feather of the first version.", path.display());
            return Err(Error::new(&load::UNEXPECTED, message)
                .hint("pyarrow writes the second: feather.write_feather(table, PATH, version=2)"));
        }
        let is_file = start.starts_with(MAGIC);
        let opened = guarded(path, || open(path, input, is_file))?;
        let (schema, batches) = opened.map_err(|error| damaged(path, &error))?;
        let (mut names, mut leaves) = (Vec::new(), Vec::new());
        add_leaves(schema.fields(), "", &[], &mut |name, leaf| {
            names.push(name);
            leaves.push(leaf);
        });
        Ok((names, Arrow { path: path.to_owned(), leaves, batches }))
    }

    /// Reads some columns.
    ///
    /// Fails with `load::unexpected` where one has a type that is not read.
    pub fn select(self, wanted: &[Wanted], names: &[String]) -> Result<Selected> {
        let wish = |one: &Wanted| {
            let name = names[one.place].clone();
            let leaf = &self.leaves[one.place];
            let native = native(&leaf.data_type, 0).map_err(|NotRead| {
                let kind = &leaf.data_type;
                let message = format!(
                    "The column `{name}` of `{}` has the type {kind}, which is not read.",
                    self.path.display()
                );
                Error::new(&load::UNEXPECTED, message)
                    .hint("Call it `…:IGNORE`, or name the columns that are wanted in a recipe.")
            })?;
            let kind = native.map(|native| one.kind.unwrap_or(native));
            Ok(Wish { place: leaf.place.clone(), name, kind, native })
        };
        let columns: Result<Vec<Wish>> = wanted.iter().map(wish).collect();
        Ok(Selected { path: self.path, batches: self.batches, columns: columns?, rows: 0 })
    }
}

/// Names and places of all columns; the fields of a structure are columns of their own.
fn add_leaves(fields: &Fields, before: &str, place: &[usize], add: &mut dyn FnMut(String, Leaf)) {
    for (at, field) in fields.iter().enumerate() {
        let name = format!("{before}{}", field.name());
        let place: Vec<usize> = place.iter().copied().chain([at]).collect();
        match field.data_type() {
            DataType::Struct(fields) if place.len() < NESTING_MAX && !fields.is_empty() => {
                add_leaves(fields, &format!("{name}."), &place, add);
            }
            data_type => add(name, Leaf { place, data_type: data_type.clone() }),
        }
    }
}

/// The batches of a file or of a stream.
fn open(
    path: &Path,
    mut input: Box<dyn BufRead + Send>,
    is_file: bool,
) -> Result<(SchemaRef, Batches), ArrowError> {
    if is_file {
        let mut file = BufReader::new(File::open(path)?);
        // Where the magic shows only after unpacking, nobody can look into the middle of the file.
        if file.fill_buf()?.starts_with(MAGIC) {
            arrow_lengths::check_file(&mut file)?;
            let reader = FileReader::try_new(file, None)?;
            return Ok((reader.schema(), Box::new(reader)));
        }
        input.read_exact(&mut [0; MAGIC_BYTES])?;
    }
    let mut again =
        super::source::open(path).map_err(|error| ArrowError::IpcError(error.to_string()))?;
    if is_file {
        again.read_exact(&mut [0; MAGIC_BYTES])?;
    }
    arrow_lengths::check_stream(&mut again)?;
    let reader = StreamReader::try_new(input, None)?;
    Ok((reader.schema(), Box::new(reader)))
}

impl Selected {
    /// What the columns are; `None` where that differs by row.
    pub fn kinds(&self) -> Vec<Option<Kind>> {
        self.columns.iter().map(|wish| wish.kind).collect()
    }

    /// The next rows; `None` after the last.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        let (batches, columns) = (&mut self.batches, &self.columns);
        let read = guarded(&self.path, || match batches.next() {
            None => Ok(None),
            Some(batch) => batch.map(|batch| Some(taken(&batch, columns))),
        })?;
        let Some(mut batch) = read.map_err(|error| damaged(&self.path, &error))? else {
            return Ok(None);
        };
        batch.first = self.rows;
        // A row has no line: its number stands for one.
        batch.lines = Lines::From(self.rows + 1);
        self.rows += batch.len as u64;
        Ok(Some(batch))
    }
}

fn taken(batch: &RecordBatch, columns: &[Wish]) -> Batch {
    let mut taken = Batch { len: batch.num_rows(), ..Batch::default() };
    for wish in columns {
        let column = column_at(batch, &wish.place);
        let column = converted(column, wish.native, wish.kind, &wish.name, &mut taken.faults);
        taken.columns.push(column);
    }
    taken
}

/// A file that was damaged with care may break what the reader takes for granted.
fn guarded<T>(path: &Path, read: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| {
        let message = format!("The file `{}` is damaged.", path.display());
        Error::new(&load::UNEXPECTED, message)
    })
}

fn damaged(path: &Path, error: &ArrowError) -> Error {
    if error.to_string().contains("zstd") {
        let message = format!(
            "The file `{}` is packed inside with Zstandard, which is not read.",
            path.display()
        );
        return Error::new(&load::UNEXPECTED, message)
            .hint("Write it packed with LZ4, or not at all: feather.write_feather(table, PATH, compression=\"lz4\")");
    }
    let code = if matches!(error, ArrowError::IoError(..)) { &load::IO } else { &load::UNEXPECTED };
    Error::new(code, format!("The file `{}` cannot be read: {error}.", path.display()))
}

/// A type of Arrow's that is not read.
struct NotRead;

/// What the values of a type are; `None` where that differs by row.
fn native(data_type: &DataType, depth: usize) -> Result<Option<Kind>, NotRead> {
    Ok(match data_type {
        DataType::Boolean => Some(Kind::Boolean),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => Some(Kind::Integer),
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => {
            Some(Kind::Integer)
        }
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Some(Kind::Float),
        DataType::Decimal128(_, 0) => Some(Kind::Integer),
        DataType::Decimal128(..) => Some(Kind::Float),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(Kind::Text),
        DataType::Date32 | DataType::Date64 => Some(Kind::Date),
        DataType::Timestamp(_, Some(_)) => Some(Kind::DateTime),
        DataType::Timestamp(_, None) => Some(Kind::LocalDateTime),
        DataType::Time32(_) | DataType::Time64(_) => Some(Kind::LocalTime),
        DataType::Duration(_) | DataType::Interval(_) => Some(Kind::Duration),
        DataType::Null => None,
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _)
            if depth < NESTING_MAX =>
        {
            native(item.data_type(), depth + 1)?;
            None
        }
        DataType::Dictionary(_, values) if depth < NESTING_MAX => native(values, depth + 1)?,
        _ => return Err(NotRead),
    })
}

/// The values of a column, which a row without the structure around it does not have.
fn column_at(batch: &RecordBatch, place: &[usize]) -> Column {
    let (mut array, mut around) = (batch.column(place[0]), Vec::new());
    for &at in &place[1..] {
        let structure = array.as_struct();
        around.extend(structure.nulls());
        array = structure.column(at);
    }
    let mut column = column(&**array);
    if !around.is_empty() {
        let has = |row: usize| around.iter().all(|nulls| nulls.is_valid(row)) && column.has(row);
        column.present = (0..array.len()).map(has).collect();
    }
    column
}

/// The values of an array, and which rows have one.
fn column(array: &dyn Array) -> Column {
    let mut present: Vec<bool> = match array.logical_nulls() {
        Some(nulls) => nulls.iter().collect(),
        None => Vec::new(),
    };
    if present.iter().all(|&is| is) {
        present.clear();
    }
    let integers = |values: Vec<i64>| Data::Integer(values);
    let data = match array.data_type() {
        DataType::Boolean => {
            let values = array.as_boolean();
            Data::Boolean((0..values.len()).map(|row| values.value(row)).collect())
        }
        DataType::Int8 => integers(numbers::<Int8Type, _>(array)),
        DataType::Int16 => integers(numbers::<Int16Type, _>(array)),
        DataType::Int32 => integers(numbers::<Int32Type, _>(array)),
        DataType::Int64 => integers(numbers::<Int64Type, _>(array)),
        DataType::UInt8 => integers(numbers::<UInt8Type, _>(array)),
        DataType::UInt16 => integers(numbers::<UInt16Type, _>(array)),
        DataType::UInt32 => integers(numbers::<UInt32Type, _>(array)),
        DataType::Float32 => Data::Float(numbers::<Float32Type, _>(array)),
        DataType::Float64 => Data::Float(numbers::<Float64Type, _>(array)),
        DataType::Date32 => Data::Date(numbers::<Date32Type, _>(array)),
        DataType::Utf8 => texts(array.as_string::<i32>().iter()),
        DataType::LargeUtf8 => texts(array.as_string::<i64>().iter()),
        DataType::Utf8View => texts(array.as_string_view().iter()),
        DataType::Dictionary(..) => return dictionary(array),
        _ => Data::Value((0..array.len()).map(|row| value(array, row)).collect()),
    };
    Column { data, present }
}

fn numbers<T: ArrowPrimitiveType, N: From<T::Native>>(array: &dyn Array) -> Vec<N> {
    array.as_primitive::<T>().values().iter().map(|&value| value.into()).collect()
}

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> Data {
    let mut texts = Texts::default();
    values.for_each(|value| texts.push(value.unwrap_or_default()));
    Data::Text(texts)
}

/// Each row's entry of the dictionary.
fn dictionary(array: &dyn Array) -> Column {
    let of = array.as_any_dictionary();
    let entries = column(&**of.values());
    let keys = if of.values().is_empty() { Vec::new() } else { of.normalized_keys() };
    let has =
        |row: usize| array.is_valid(row) && keys.get(row).is_some_and(|&key| entries.has(key));
    let present: Vec<bool> = (0..array.len()).map(has).collect();
    let key = |row: usize| if present[row] { Some(keys[row]) } else { None };
    let rows = 0..array.len();
    let data = match &entries.data {
        Data::Text(known) => {
            let mut texts = Texts::default();
            rows.for_each(|row| texts.push(key(row).map_or("", |key| known.get(key))));
            Data::Text(texts)
        }
        Data::Integer(known) => Data::Integer(picked(known, rows, key)),
        Data::Float(known) => Data::Float(picked(known, rows, key)),
        Data::Boolean(known) => Data::Boolean(picked(known, rows, key)),
        Data::Date(known) => Data::Date(picked(known, rows, key)),
        Data::Value(known) => Data::Value(picked(known, rows, key)),
    };
    Column { data, present: if present.iter().all(|&is| is) { Vec::new() } else { present } }
}

fn picked<T: Clone + Default>(
    known: &[T],
    rows: std::ops::Range<usize>,
    key: impl Fn(usize) -> Option<usize>,
) -> Vec<T> {
    rows.map(|row| key(row).map(|key| known[key].clone()).unwrap_or_default()).collect()
}

/// One value; null where there is none, or where it is none of ours.
fn value(array: &dyn Array, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::UInt64 => i64::try_from(array.as_primitive::<UInt64Type>().value(row))
            .map_or(Value::Null, Value::from),
        DataType::Float16 => {
            f64::from(array.as_primitive::<Float16Type>().value(row).to_f32()).into()
        }
        DataType::Decimal128(_, scale) => {
            let number = array.as_primitive::<Decimal128Type>().value(row);
            if *scale == 0 {
                i64::try_from(number).map_or(Value::Null, Value::from)
            } else {
                super::convert::fraction(number, i32::from(*scale)).into()
            }
        }
        DataType::Date64 => {
            let millis = array.as_primitive::<Date64Type>().value(row);
            Value::Date(Date::from_days(millis.div_euclid(86_400_000)))
        }
        DataType::Timestamp(unit, zone) => {
            let (count, per_second) = match unit {
                TimeUnit::Second => (array.as_primitive::<TimestampSecondType>().value(row), 1),
                TimeUnit::Millisecond => {
                    (array.as_primitive::<TimestampMillisecondType>().value(row), 1_000)
                }
                TimeUnit::Microsecond => {
                    (array.as_primitive::<TimestampMicrosecondType>().value(row), 1_000_000)
                }
                TimeUnit::Nanosecond => {
                    (array.as_primitive::<TimestampNanosecondType>().value(row), 1_000_000_000)
                }
            };
            instant(count, per_second, zone.is_some())
        }
        DataType::Time32(_) | DataType::Time64(_) => time_of_day(array, row),
        DataType::Duration(unit) => elapsed(array, row, *unit),
        DataType::Interval(unit) => interval(array, row, *unit),
        DataType::List(_) => list(&*array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => list(&*array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => list(&*array.as_fixed_size_list().value(row)),
        _ => Value::Null,
    }
}

/// So many units of time.
fn elapsed(array: &dyn Array, row: usize, unit: TimeUnit) -> Value {
    let (count, per_second) = match unit {
        TimeUnit::Second => (array.as_primitive::<DurationSecondType>().value(row), 1),
        TimeUnit::Millisecond => {
            (array.as_primitive::<DurationMillisecondType>().value(row), 1_000)
        }
        TimeUnit::Microsecond => {
            (array.as_primitive::<DurationMicrosecondType>().value(row), 1_000_000)
        }
        TimeUnit::Nanosecond => {
            (array.as_primitive::<DurationNanosecondType>().value(row), 1_000_000_000)
        }
    };
    super::convert::elapsed(count, per_second)
}

/// Months, days and parts of a day, which a calendar needs to be told apart.
fn interval(array: &dyn Array, row: usize, unit: IntervalUnit) -> Value {
    match unit {
        IntervalUnit::YearMonth => {
            let months = array.as_primitive::<IntervalYearMonthType>().value(row);
            duration(months.into(), 0, 0, 0)
        }
        IntervalUnit::DayTime => {
            let part = array.as_primitive::<IntervalDayTimeType>().value(row);
            let millis = i64::from(part.milliseconds);
            let (seconds, rest) = (millis.div_euclid(1_000), millis.rem_euclid(1_000));
            duration(0, part.days.into(), seconds, rest * 1_000_000)
        }
        IntervalUnit::MonthDayNano => {
            let part = array.as_primitive::<IntervalMonthDayNanoType>().value(row);
            duration(part.months.into(), part.days.into(), 0, part.nanoseconds)
        }
    }
}

fn duration(months: i64, days: i64, seconds: i64, nanos: i64) -> Value {
    Duration::new(months, days, seconds, nanos).map_or(Value::Null, |d| Value::Duration(d.into()))
}

fn time_of_day(array: &dyn Array, row: usize) -> Value {
    let nanos = match array.data_type() {
        DataType::Time32(TimeUnit::Second) => {
            i64::from(array.as_primitive::<Time32SecondType>().value(row)) * 1_000_000_000
        }
        DataType::Time32(_) => {
            i64::from(array.as_primitive::<Time32MillisecondType>().value(row)) * 1_000_000
        }
        DataType::Time64(TimeUnit::Microsecond) => {
            array.as_primitive::<Time64MicrosecondType>().value(row).saturating_mul(1_000)
        }
        _ => array.as_primitive::<Time64NanosecondType>().value(row),
    };
    let nanos = u64::try_from(nanos).ok().and_then(LocalTime::from_nanos);
    nanos.map_or(Value::Null, Value::LocalTime)
}

/// A list; null where an item has no value, because no property can hold that.
fn list(items: &dyn Array) -> Value {
    let items = column(items);
    let values: Vec<Value> = (0..items.data.len()).map(|at| items.value(at)).collect();
    if values.iter().any(|value| value.is_null() || matches!(value, Value::List(_))) {
        return Value::Null;
    }
    values.into()
}
