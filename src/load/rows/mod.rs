//! Rows of tables in files, in batches of typed columns.
//!
//! **In**: a file and the columns that are wanted. **Out**: [`Batch`] after [`Batch`], in the order
//! of the file. **Caller**: [`super::import`], which knows from a recipe what the columns mean.
//!
//! ```text
//! events.tsv.gz ── unpack.rs ── source.rs ──▶ text in blocks that end with a row ── delimited.rs ──▶ batches
//!                  within bounds                                                   json_lines.rs, tabbed.rs
//! ```
//!
//! A batch holds one array for each wanted column, so that an integer is parsed once and then only
//! copied. A value that is not what its column holds makes its row a [`Fault`]: the row stays in
//! the batch, to keep the numbers of rows, and is not to be used.

#[cfg(feature = "arrow")]
mod arrow;
#[cfg(feature = "arrow")]
mod arrow_lengths;
#[cfg(any(feature = "parquet", feature = "arrow"))]
mod convert;
mod delimited;
mod detect;
mod json_lines;
mod kind;
#[cfg(feature = "parquet")]
mod pages;
#[cfg(feature = "parquet")]
mod parquet;
mod source;
#[cfg(feature = "parquet")]
mod stored_schema;
mod tabbed;
mod unpack;
mod wide;
mod workers;

use std::path::Path;

use crate::error::Result;
#[cfg(not(all(feature = "parquet", feature = "arrow")))]
use crate::error::{Error, load};
use crate::value::Value;
use crate::value::time::Date;

pub use kind::Kind;
pub use source::{Layout, Packing, Quoting, failed, open as unpacked, packing_of};
#[cfg(feature = "cli")]
pub use unpack::open as unpacked_bytes;

/// Rows that stand one after the other in a file.
#[derive(Debug, Default)]
pub struct Batch {
    /// How many rows there are.
    pub len: usize,
    /// The number of the first row in its file, from 0.
    pub first: u64,
    /// Where the rows stand.
    pub lines: Lines,
    /// The wanted columns, in the order in which they were asked for.
    pub columns: Vec<Column>,
    /// Rows that cannot be used, ascending.
    pub faults: Vec<Fault>,
}

/// The lines at which rows begin, from 1.
#[derive(Debug)]
pub enum Lines {
    /// One row on each line, from this one on.
    From(u64),
    /// The line of each row.
    Each(Vec<u64>),
}

/// A row that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which row of the batch.
    pub row: u32,
    /// The name of the column at fault, where it is one.
    pub column: Option<String>,
    /// What is wrong, in a sentence.
    pub reason: String,
}

/// One column of a batch.
#[derive(Debug, Default)]
pub struct Column {
    /// The values; a row without one has the default of the type.
    pub data: Data,
    /// Which rows have a value; empty where all do.
    pub present: Vec<bool>,
}

/// The values of a column.
#[derive(Debug)]
pub enum Data {
    /// True or false.
    Boolean(Vec<bool>),
    /// Integers.
    Integer(Vec<i64>),
    /// Floats.
    Float(Vec<f64>),
    /// Days since 1970-01-01.
    Date(Vec<i32>),
    /// Texts.
    Text(Texts),
    /// Anything else.
    Value(Vec<Value>),
}

/// Texts end to end, so that a column of them is two allocations.
#[derive(Debug, Default)]
pub struct Texts {
    text: String,
    ends: Vec<u32>,
    /// Entries that are nothing to an expression, and an empty text where the column becomes a property.
    empty: Vec<u32>,
}

/// What is wanted of one column.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its place among the names of the file.
    pub place: usize,
    /// What its values are; found out from the first rows where nobody says.
    pub kind: Option<Kind>,
}

/// The columns of a file, before any row is read.
pub struct Table {
    /// Their names, in the order of the file.
    pub names: Vec<String>,
    source: Unread,
}

enum Unread {
    Delimited(delimited::Delimited),
    JsonLines(json_lines::JsonLines),
    #[cfg(feature = "parquet")]
    Parquet(parquet::Parquet),
    #[cfg(feature = "arrow")]
    Arrow(arrow::Arrow),
}

impl Table {
    /// Opens a file and reads the names of its columns.
    pub fn open(path: &Path, layout: &Layout) -> Result<Table> {
        let packing = packing_of(path);
        match packing {
            Packing::Parquet => return Table::open_parquet(path),
            Packing::Arrow => return Table::open_arrow(path),
            Packing::Comma | Packing::Tab | Packing::JsonLines => {}
        }
        let input = source::open(path)?;
        match packing {
            Packing::JsonLines => {
                let (names, reader) = json_lines::JsonLines::open(path, input)?;
                Ok(Table { names, source: Unread::JsonLines(reader) })
            }
            Packing::Comma | Packing::Tab | Packing::Parquet | Packing::Arrow => {
                let (names, reader) =
                    delimited::Delimited::open(path, input, &layout.with_packing(packing))?;
                Ok(Table { names, source: Unread::Delimited(reader) })
            }
        }
    }

    /// Whether the file itself says of which type its columns are.
    pub fn is_typed(&self) -> bool {
        match self.source {
            Unread::Delimited(_) | Unread::JsonLines(_) => false,
            #[cfg(feature = "parquet")]
            Unread::Parquet(_) => true,
            #[cfg(feature = "arrow")]
            Unread::Arrow(_) => true,
        }
    }

    #[cfg(feature = "parquet")]
    fn open_parquet(path: &Path) -> Result<Table> {
        let (names, reader) = parquet::Parquet::open(path)?;
        Ok(Table { names, source: Unread::Parquet(reader) })
    }

    #[cfg(not(feature = "parquet"))]
    fn open_parquet(path: &Path) -> Result<Table> {
        Err(not_built(path, "Parquet", "parquet"))
    }

    #[cfg(feature = "arrow")]
    fn open_arrow(path: &Path) -> Result<Table> {
        let (names, reader) = arrow::Arrow::open(path)?;
        Ok(Table { names, source: Unread::Arrow(reader) })
    }

    #[cfg(not(feature = "arrow"))]
    fn open_arrow(path: &Path) -> Result<Table> {
        Err(not_built(path, "Arrow", "arrow"))
    }

    /// The rows, with these columns in this order.
    pub fn rows(self, wanted: &[Wanted]) -> Result<Rows> {
        Ok(match self.source {
            Unread::Delimited(reader) => Rows::Delimited(reader.select(wanted, &self.names)),
            Unread::JsonLines(reader) => Rows::JsonLines(reader.select(wanted, &self.names)),
            #[cfg(feature = "parquet")]
            Unread::Parquet(reader) => Rows::Parquet(reader.select(wanted, &self.names)?),
            #[cfg(feature = "arrow")]
            Unread::Arrow(reader) => Rows::Arrow(reader.select(wanted, &self.names)?),
        })
    }
}

/// A file of a kind that only other builds read.
#[cfg(not(all(feature = "parquet", feature = "arrow")))]
fn not_built(path: &Path, what: &str, feature: &str) -> Error {
    let message = format!("This build of Dossier reads no {what}: `{}`.", path.display());
    Error::new(&load::IO, message)
        .hint(format!("Build it with the feature: cargo build --release --features {feature}"))
}

/// The rows of a table.
pub enum Rows {
    /// Of nothing.
    None,
    /// Of separated values.
    Delimited(delimited::Selected),
    /// Of JSON objects.
    JsonLines(json_lines::Selected),
    /// Of Parquet files.
    #[cfg(feature = "parquet")]
    Parquet(parquet::Selected),
    /// Of Arrow files.
    #[cfg(feature = "arrow")]
    Arrow(arrow::Selected),
}

impl Rows {
    /// The next rows; `None` after the last.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        match self {
            Rows::None => Ok(None),
            Rows::Delimited(rows) => rows.next_batch(),
            Rows::JsonLines(rows) => rows.next_batch(),
            #[cfg(feature = "parquet")]
            Rows::Parquet(rows) => rows.next_batch(),
            #[cfg(feature = "arrow")]
            Rows::Arrow(rows) => rows.next_batch(),
        }
    }

    /// What the columns are, known or found out; `None` where that differs by row.
    pub fn kinds(&self) -> Vec<Option<Kind>> {
        match self {
            Rows::None => Vec::new(),
            Rows::Delimited(rows) => rows.kinds(),
            Rows::JsonLines(rows) => rows.kinds(),
            #[cfg(feature = "parquet")]
            Rows::Parquet(rows) => rows.kinds(),
            #[cfg(feature = "arrow")]
            Rows::Arrow(rows) => rows.kinds(),
        }
    }
}

impl Batch {
    /// The number of a row in its file, from 0.
    pub fn number(&self, row: usize) -> u64 {
        self.first + row as u64
    }

    /// The line at which a row begins, from 1.
    pub fn line(&self, row: usize) -> u64 {
        match &self.lines {
            Lines::From(first) => first + row as u64,
            Lines::Each(lines) => lines.get(row).copied().unwrap_or(0),
        }
    }
}

impl Default for Lines {
    fn default() -> Self {
        Lines::From(1)
    }
}

impl Default for Data {
    fn default() -> Self {
        Data::Value(Vec::new())
    }
}

impl Column {
    /// Whether a row has a value.
    pub fn has(&self, row: usize) -> bool {
        self.present.is_empty() || self.present[row]
    }

    /// The value of a row; null where it has none.
    pub fn value(&self, row: usize) -> Value {
        if !self.has(row) {
            return Value::Null;
        }
        match &self.data {
            Data::Boolean(values) => values[row].into(),
            Data::Integer(values) => values[row].into(),
            Data::Float(values) => values[row].into(),
            Data::Date(values) => Value::Date(Date::from_days(values[row].into())),
            Data::Text(texts) => texts.get(row).into(),
            Data::Value(values) => values[row].clone(),
        }
    }
}

impl Data {
    /// How many values there are.
    pub fn len(&self) -> usize {
        match self {
            Data::Integer(values) => values.len(),
            Data::Text(texts) => texts.len(),
            Data::Float(values) => values.len(),
            Data::Boolean(values) => values.len(),
            Data::Date(values) => values.len(),
            Data::Value(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Texts {
    /// Says that the entry added last, which is none, is an empty text as a property.
    pub fn note_empty(&mut self) {
        self.empty.extend((self.ends.len() as u32).checked_sub(1));
    }

    /// Whether an entry is such.
    pub fn is_empty_text(&self, at: usize) -> bool {
        u32::try_from(at).is_ok_and(|at| self.empty.binary_search(&at).is_ok())
    }

    /// Adds a text.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
    }

    /// The text of a row.
    pub fn get(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[row] as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}
