//! One property of all nodes or all relationships, as a typed array.
//!
//! A column covers the ids from the first that has a value to the last. Inside that range a bit
//! says whether there is a value; a column without gaps has no bits. Entries have one type as
//! long as all values agree; a column of mixed types, or of a type without an array of its own
//! (lists, durations, uncertain dates), falls back to [`Value`] entries.
//!
//! ```text
//! nodes        0 Russia   1 Nauru   2 South Ossetia   3 Moscow
//! name         codes [0, 1, 2, 3]            first 0, no bits
//! population   integers [3_900, 0, 13_000_000]   first 1, bits 0b101: South Ossetia has none
//! ```

use std::fmt;
use std::sync::OnceLock;

use hashbrown::HashSet;

use crate::graph::snapshot::{Column, ColumnData, Dictionary, RecentColumn, Shape};
use crate::value::Value;
use crate::value::time::Date;

use super::codec::Reader;
use super::dictionary::{DictionaryBuilder, TextDictionary};
use super::index::ValueIndex;
use super::integers::StoredIntegers;
use super::section::{Booleans, Section};

/// A finished column.
pub struct StoredColumn {
    pub(super) first: u32,
    pub(super) present: Option<Section<u64>>,
    pub(super) data: StoredData,
    /// Equality look-ups; built when first asked for.
    pub(super) index: OnceLock<ValueIndex>,
    /// Order and extent of the entries; found when first asked for.
    pub(super) shape: OnceLock<Shape>,
}

/// The entries of a column, by type.
pub enum StoredData {
    /// Booleans.
    Boolean(Booleans),
    /// Integers.
    Integer(StoredIntegers),
    /// Floats.
    Float(Section<f64>),
    /// Dates, in days since 1970-01-01.
    Date(Section<i32>),
    /// Texts.
    String {
        /// The code of each entry's text.
        codes: Section<u32>,
        /// The texts.
        dictionary: TextDictionary,
    },
    /// Entries of mixed or other types.
    Variant(Variants),
}

/// Entries of mixed or other types, in memory or in a mapped file.
pub enum Variants {
    /// In memory.
    Owned(Vec<Value>),
    /// In a file, encoded one after the other.
    Mapped {
        /// Where each one ends; it begins where the one before it ends.
        ends: Section<u64>,
        /// The values.
        bytes: Section<u8>,
        /// All of them, decoded when somebody first asks for the whole column.
        decoded: OnceLock<Vec<Value>>,
    },
}

impl Variants {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        match self {
            Variants::Owned(values) => values.len(),
            Variants::Mapped { ends, .. } => ends.len(),
        }
    }

    /// All entries.
    fn all(&self) -> &[Value] {
        match self {
            Variants::Owned(values) => values,
            Variants::Mapped { ends, decoded, .. } => decoded.get_or_init(|| {
                (0..ends.len()).map(|at| self.stored(at).unwrap_or_default()).collect()
            }),
        }
    }

    /// One entry, without decoding the others.
    pub fn get(&self, at: usize) -> Value {
        match self {
            Variants::Owned(values) => values[at].clone(),
            Variants::Mapped { decoded, .. } => match decoded.get() {
                Some(values) => values[at].clone(),
                None => self.stored(at).unwrap_or_default(),
            },
        }
    }

    /// One entry of a file; `None` where the file has something else in its place.
    pub fn stored(&self, at: usize) -> Option<Value> {
        let Variants::Mapped { ends, bytes, .. } = self else { return None };
        let start = if at == 0 { 0 } else { *ends.get(at - 1)? };
        let bytes = bytes.get(start as usize..*ends.get(at)? as usize)?;
        let mut reader = Reader::new(bytes);
        reader.value().ok().filter(|_| reader.is_empty())
    }
}

/// A value on its way into a column; texts are borrowed, so that a repeated text is never copied.
///
/// ```
/// use dossier::Value;
/// use dossier::store::Cell;
/// assert_eq!(Cell::from(&Value::from("Nauru")), Cell::Text("Nauru"));
/// assert_eq!(Value::from(Cell::Integer(21)), 21.into());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// True or false.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A float.
    Float(f64),
    /// A date, in days since 1970-01-01.
    Date(i32),
    /// A text.
    Text(&'a str),
    /// Anything else; null leaves the entry without a value.
    Other(Value),
}

/// Values of one type for rows that follow each other.
///
/// ```
/// use dossier::store::Cells;
/// let areas = Cells::Integer(&[21, 26]);
/// assert!(areas.len() == 2 && !areas.is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cells<'a> {
    /// True or false.
    Boolean(&'a [bool]),
    /// Integers.
    Integer(&'a [i64]),
    /// Floats.
    Float(&'a [f64]),
    /// Dates, in days since 1970-01-01.
    Date(&'a [i32]),
}

/// Collects the values of a column, row by row.
///
/// A row is whatever the caller numbers: it becomes an id when the builder is put in its place.
///
/// ```
/// use dossier::store::{Cell, Cells, Database, GenerationBuilder};
/// let mut builder = GenerationBuilder::default();
/// builder.add_nodes(&[], 3)?;
/// let area = builder.catalog_mut().intern_key("area");
/// let column = builder.node_column(area);
/// column.extend(0, Cells::Integer(&[21, 26]));
/// column.set(2, Cell::Text("unknown"));
/// assert!(!column.is_empty());
/// let graph = dossier::Store::of(Database::memory_from(builder)?).snapshot();
/// assert_eq!(graph.node_column(area).get(1), 26.into());
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct ColumnBuilder {
    /// The row of the first entry.
    first: u32,
    /// One bit for each entry.
    present: Vec<u64>,
    data: BuilderData,
}

#[derive(Debug, Default)]
enum BuilderData {
    #[default]
    Empty,
    Boolean(Vec<bool>),
    Integer(Vec<i64>),
    Float(Vec<f64>),
    Date(Vec<i32>),
    String {
        codes: Vec<u32>,
        dictionary: DictionaryBuilder,
    },
    Variant(Vec<Value>),
}

/// A builder and the ids of its rows.
pub struct Part<'a> {
    /// The values, by row.
    pub column: ColumnBuilder,
    /// The id of the first place.
    pub first_id: u32,
    /// The row at each place; `None` where place and row are the same number.
    pub order: Option<&'a [u32]>,
}

impl StoredColumn {
    /// The column as the engine reads it, with what was written since.
    pub fn view<'a>(&'a self, recent: Option<&'a dyn RecentColumn>) -> Column<'a> {
        let data = match &self.data {
            StoredData::Boolean(values) => ColumnData::Boolean(values),
            StoredData::Integer(values) => ColumnData::Integer(values.view()),
            StoredData::Float(values) => ColumnData::Float(values),
            StoredData::Date(values) => ColumnData::Date(values),
            StoredData::String { codes, dictionary } => ColumnData::String { codes, dictionary },
            StoredData::Variant(values) => ColumnData::Variant(values.all()),
        };
        let (present, shape) = (self.present.as_deref(), Some(&self.shape));
        Column { first: self.first, present, data, recent, shape }
    }

    /// The value of an id; null where it has none.
    pub fn get(&self, id: u32) -> Value {
        match &self.data {
            StoredData::Variant(values) => {
                self.position(id).map_or(Value::Null, |at| values.get(at))
            }
            _ => self.view(None).get(id),
        }
    }

    /// How many entries there are, those without a value included.
    pub fn len(&self) -> usize {
        match &self.data {
            StoredData::Boolean(values) => values.len(),
            StoredData::Integer(values) => values.view().len(),
            StoredData::Float(values) => values.len(),
            StoredData::Date(values) => values.len(),
            StoredData::String { codes, .. } => codes.len(),
            StoredData::Variant(values) => values.len(),
        }
    }

    /// The place of an id's entry, where it has a value.
    fn position(&self, id: u32) -> Option<usize> {
        let at = id.checked_sub(self.first)? as usize;
        let is_present = |bits: &Section<u64>| bits[at / 64] >> (at % 64) & 1 == 1;
        (at < self.len() && self.present.as_ref().is_none_or(is_present)).then_some(at)
    }

    /// Whether the id has a value.
    pub fn has(&self, id: u32) -> bool {
        self.position(id).is_some()
    }

    /// The first id that may have a value.
    pub fn start(&self) -> u32 {
        self.first
    }

    /// One more than the last id that may have a value.
    pub fn end(&self) -> u32 {
        self.first + self.len() as u32
    }

    /// Whether any id from `start` to before `end` has a value.
    pub fn has_any(&self, start: u32, end: u32) -> bool {
        (start.max(self.start())..end.min(self.end())).any(|id| self.has(id))
    }

    /// The value of an id on its way into another column, without copying a text.
    pub fn cell(&self, id: u32) -> Option<Cell<'_>> {
        let at = self.position(id)?;
        Some(match &self.data {
            StoredData::Boolean(values) => Cell::Boolean(values[at]),
            StoredData::Integer(values) => Cell::Integer(values.view().get(at)),
            StoredData::Float(values) => Cell::Float(values[at]),
            StoredData::Date(values) => Cell::Date(values[at]),
            StoredData::String { codes, dictionary } => Cell::Text(dictionary.text_ref(codes[at])),
            StoredData::Variant(values) => Cell::Other(values.get(at)),
        })
    }

    /// The index for equality look-ups, built where nobody asked for it before.
    pub fn value_index(&self) -> &ValueIndex {
        self.index.get_or_init(|| ValueIndex::build(&self.view(None)))
    }

    /// How many distinct values there are, where that is cheap to know.
    pub fn distinct(&self) -> Option<u64> {
        let present = |at: &usize| {
            self.present.as_ref().is_none_or(|bits| bits[at / 64] >> (at % 64) & 1 == 1)
        };
        let places = (0..self.len()).filter(present);
        let count = match &self.data {
            StoredData::String { dictionary, .. } => dictionary.len(),
            StoredData::Integer(values) => {
                let values = values.view().all();
                if values.is_sorted_by(|a, b| a < b) {
                    places.count()
                } else {
                    places.map(|at| values[at]).collect::<HashSet<_>>().len()
                }
            }
            StoredData::Date(values) => places.map(|at| values[at]).collect::<HashSet<_>>().len(),
            StoredData::Boolean(values) => {
                places.map(|at| values[at]).collect::<HashSet<_>>().len()
            }
            StoredData::Float(_) | StoredData::Variant(_) => return None,
        };
        Some(count as u64)
    }
}

impl<'a> From<&'a Value> for Cell<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Boolean(value) => Cell::Boolean(*value),
            Value::Integer(value) => Cell::Integer(*value),
            Value::Float(value) => Cell::Float(*value),
            Value::String(text) => Cell::Text(text),
            Value::Date(date) => match i32::try_from(date.days()) {
                Ok(days) => Cell::Date(days),
                Err(_) => Cell::Other(value.clone()),
            },
            other => Cell::Other(other.clone()),
        }
    }
}

impl From<Cell<'_>> for Value {
    fn from(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Boolean(value) => value.into(),
            Cell::Integer(value) => value.into(),
            Cell::Float(value) => value.into(),
            Cell::Date(days) => Value::Date(Date::from_days(days.into())),
            Cell::Text(text) => text.into(),
            Cell::Other(value) => value,
        }
    }
}

impl ColumnBuilder {
    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let data = match &self.data {
            BuilderData::Empty => 0,
            BuilderData::Boolean(values) => values.len(),
            BuilderData::Integer(values) => size_of_val(&values[..]),
            BuilderData::Float(values) => size_of_val(&values[..]),
            BuilderData::Date(values) => size_of_val(&values[..]),
            BuilderData::String { codes, dictionary } => {
                size_of_val(&codes[..]) + dictionary.bytes()
            }
            // What a value holds beside itself is not looked at.
            BuilderData::Variant(values) => 3 * size_of_val(&values[..]),
        };
        data + size_of_val(&self.present[..])
    }

    /// Takes the value of a row away.
    pub fn clear(&mut self, row: u32) {
        let at = row.checked_sub(self.first).map(|at| at as usize);
        if let Some((at, word)) = at.and_then(|at| Some((at, self.present.get_mut(at / 64)?))) {
            *word &= !(1 << (at % 64));
        }
    }

    /// Sets the value of a row; null is no value. Ascending rows are appended.
    pub fn set(&mut self, row: u32, cell: Cell<'_>) {
        if matches!(cell, Cell::Other(Value::Null)) {
            return;
        }
        if self.present.is_empty() {
            self.first = row;
        } else if row < self.first {
            self.extend_down(row);
        }
        let at = (row - self.first) as usize;
        if self.present.len() <= at / 64 {
            self.present.resize(at / 64 + 1, 0);
        }
        self.present[at / 64] |= 1 << (at % 64);
        self.data.put(at, cell);
    }

    /// Sets the values of a row and of those after it; rows that follow the last are appended as a
    /// whole.
    pub fn extend(&mut self, row: u32, cells: Cells<'_>) {
        if cells.is_empty() {
            return;
        }
        if self.present.is_empty() {
            self.first = row;
        }
        let at = row.checked_sub(self.first).map(|at| at as usize);
        if at == Some(self.data.len()) && self.data.append(cells) {
            set_bits(&mut self.present, self.data.len() - cells.len(), cells.len());
            return;
        }
        (row..).zip(0..cells.len()).for_each(|(row, at)| self.set(row, cells.cell(at)));
    }

    /// Whether no row has a value.
    pub fn is_empty(&self) -> bool {
        self.present.is_empty()
    }

    /// How many rows have a value.
    pub(super) fn count(&self) -> usize {
        self.present.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// One more than the last row that was set.
    pub(super) fn end(&self) -> u32 {
        self.first + self.data.len() as u32
    }

    /// Whether all values are dates.
    pub(super) fn is_dates(&self) -> bool {
        matches!(self.data, BuilderData::Date(_))
    }

    /// The date of a row, in days since 1970-01-01, if it has one.
    pub(super) fn date(&self, row: u32) -> Option<i32> {
        let BuilderData::Date(days) = &self.data else { return None };
        Some(days[self.position(row)?])
    }

    /// The place of a row's entry, where it has a value.
    fn position(&self, row: u32) -> Option<usize> {
        let at = row.checked_sub(self.first)? as usize;
        (self.present.get(at / 64)? >> (at % 64) & 1 == 1).then_some(at)
    }

    /// Makes room for rows before the first.
    fn extend_down(&mut self, first: u32) {
        let old = std::mem::take(self);
        (self.first, self.present) = (first, vec![0]);
        for row in old.first..old.first + old.data.len() as u32 {
            if let Some(at) = old.position(row) {
                self.set(row, old.data.cell(at));
            }
        }
    }
}

impl<'a> Cells<'a> {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Cells::Boolean(values) => values.len(),
            Cells::Integer(values) => values.len(),
            Cells::Float(values) => values.len(),
            Cells::Date(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn cell(self, at: usize) -> Cell<'a> {
        match self {
            Cells::Boolean(values) => Cell::Boolean(values[at]),
            Cells::Integer(values) => Cell::Integer(values[at]),
            Cells::Float(values) => Cell::Float(values[at]),
            Cells::Date(values) => Cell::Date(values[at]),
        }
    }
}

/// Sets `count` bits from `start`, which is where the bits set so far end at the earliest.
fn set_bits(bits: &mut Vec<u64>, start: usize, count: usize) {
    let end = start + count;
    bits.resize(end.div_ceil(64), 0);
    let (mut at, whole) = (start, end / 64 * 64);
    while at < end && (at % 64 != 0 || at >= whole) {
        bits[at / 64] |= 1 << (at % 64);
        at += 1;
    }
    if at < whole {
        bits[at / 64..whole / 64].fill(u64::MAX);
        for at in whole..end {
            bits[at / 64] |= 1 << (at % 64);
        }
    }
}

impl BuilderData {
    /// Adds values at the end; says whether they are of the array's type.
    fn append(&mut self, cells: Cells<'_>) -> bool {
        if matches!(self, BuilderData::Empty) {
            *self = BuilderData::for_cell(&cells.cell(0));
        }
        match (self, cells) {
            (BuilderData::Boolean(values), Cells::Boolean(new)) => values.extend_from_slice(new),
            (BuilderData::Integer(values), Cells::Integer(new)) => values.extend_from_slice(new),
            (BuilderData::Float(values), Cells::Float(new)) => values.extend_from_slice(new),
            (BuilderData::Date(values), Cells::Date(new)) => values.extend_from_slice(new),
            _ => return false,
        }
        true
    }

    fn put(&mut self, at: usize, cell: Cell<'_>) {
        match (&mut *self, cell) {
            (BuilderData::Boolean(values), Cell::Boolean(value)) => put(values, at, value),
            (BuilderData::Integer(values), Cell::Integer(value)) => put(values, at, value),
            (BuilderData::Float(values), Cell::Float(value)) => put(values, at, value),
            (BuilderData::Date(values), Cell::Date(value)) => put(values, at, value),
            (BuilderData::String { codes, dictionary }, Cell::Text(text)) => {
                let code = dictionary.intern(text);
                put(codes, at, code);
            }
            (BuilderData::Variant(values), cell) => put(values, at, cell.into()),
            (BuilderData::Empty, cell) => {
                *self = BuilderData::for_cell(&cell);
                self.put(at, cell);
            }
            (_, cell) => {
                *self = BuilderData::Variant((0..self.len()).map(|at| self.value(at)).collect());
                self.put(at, cell);
            }
        }
    }

    /// An empty array of the type that the value needs.
    fn for_cell(cell: &Cell<'_>) -> BuilderData {
        match cell {
            Cell::Boolean(_) => BuilderData::Boolean(Vec::new()),
            Cell::Integer(_) => BuilderData::Integer(Vec::new()),
            Cell::Float(_) => BuilderData::Float(Vec::new()),
            Cell::Date(_) => BuilderData::Date(Vec::new()),
            Cell::Text(_) => {
                BuilderData::String { codes: Vec::new(), dictionary: DictionaryBuilder::default() }
            }
            Cell::Other(_) => BuilderData::Variant(Vec::new()),
        }
    }

    fn len(&self) -> usize {
        match self {
            BuilderData::Empty => 0,
            BuilderData::Boolean(values) => values.len(),
            BuilderData::Integer(values) => values.len(),
            BuilderData::Float(values) => values.len(),
            BuilderData::Date(values) => values.len(),
            BuilderData::String { codes, .. } => codes.len(),
            BuilderData::Variant(values) => values.len(),
        }
    }

    fn cell(&self, at: usize) -> Cell<'_> {
        match self {
            BuilderData::Empty => Cell::Other(Value::Null),
            BuilderData::Boolean(values) => Cell::Boolean(values[at]),
            BuilderData::Integer(values) => Cell::Integer(values[at]),
            BuilderData::Float(values) => Cell::Float(values[at]),
            BuilderData::Date(values) => Cell::Date(values[at]),
            // A gap holds code 0, which exists as soon as one text does.
            BuilderData::String { codes, dictionary } => Cell::Text(dictionary.text(codes[at])),
            BuilderData::Variant(values) => Cell::Other(values[at].clone()),
        }
    }

    fn value(&self, at: usize) -> Value {
        self.cell(at).into()
    }
}

/// Writes an entry; places that were skipped get the default.
fn put<T: Clone + Default>(values: &mut Vec<T>, at: usize, value: T) {
    if at == values.len() {
        values.push(value);
        return;
    }
    if at > values.len() {
        values.resize(at + 1, T::default());
    }
    values[at] = value;
}

/// Puts parts together into one column by id; `None` where there is no value at all.
///
/// Place `p` of a part has the id `first_id + p` and the values of row `order[p]`.
pub fn assemble(mut parts: Vec<Part<'_>>) -> Option<StoredColumn> {
    parts.retain(|part| part.column.data.len() > 0);
    if let [Part { order: None, .. }] = &parts[..] {
        let Part { column, first_id, .. } = parts.pop()?;
        return Some(finish(column, first_id));
    }
    let (mut first, mut last) = (u32::MAX, 0);
    let mut count = 0;
    each_entry(&parts, |_, _, id| {
        (first, last) = (first.min(id), last.max(id));
        count += 1;
    });
    if count == 0 {
        return None;
    }
    let len = (last - first) as usize + 1;
    let present = (count < len).then(|| {
        let mut bits = vec![0u64; len.div_ceil(64)];
        each_entry(&parts, |_, _, id| {
            let at = (id - first) as usize;
            bits[at / 64] |= 1 << (at % 64);
        });
        bits.into()
    });
    let data = merge(parts, first, len);
    Some(StoredColumn { first, present, data, index: OnceLock::new(), shape: OnceLock::new() })
}

/// Finishes a builder whose rows are ids already, but for a constant.
fn finish(column: ColumnBuilder, first_id: u32) -> StoredColumn {
    let len = column.data.len();
    let full = column.present.iter().map(|word| word.count_ones() as usize).sum::<usize>() == len;
    let data = match column.data {
        BuilderData::Boolean(values) => StoredData::Boolean(Booleans::Owned(values)),
        BuilderData::Integer(values) => StoredData::Integer(StoredIntegers::Array(values.into())),
        BuilderData::Float(values) => StoredData::Float(values.into()),
        BuilderData::Date(values) => StoredData::Date(values.into()),
        BuilderData::String { codes, dictionary } => {
            StoredData::String { codes: codes.into(), dictionary: dictionary.finish() }
        }
        BuilderData::Variant(values) => StoredData::Variant(Variants::Owned(values)),
        BuilderData::Empty => StoredData::Variant(Variants::Owned(Vec::new())),
    };
    let present = (!full).then(|| column.present.into());
    StoredColumn {
        first: first_id + column.first,
        present,
        data,
        index: OnceLock::new(),
        shape: OnceLock::new(),
    }
}

/// Calls `visit` with part, place in the part's array and id of every value.
fn each_entry(parts: &[Part<'_>], mut visit: impl FnMut(usize, usize, u32)) {
    for (number, part) in parts.iter().enumerate() {
        if let Some(order) = part.order {
            for (id, &row) in (part.first_id..).zip(order) {
                if let Some(at) = part.column.position(row) {
                    visit(number, at, id);
                }
            }
        } else {
            let first = part.column.first;
            for row in first..first + part.column.data.len() as u32 {
                if let Some(at) = part.column.position(row) {
                    visit(number, at, part.first_id + row);
                }
            }
        }
    }
}

/// The entries of all parts in the order of ids, typed where all parts agree.
fn merge(mut parts: Vec<Part<'_>>, first: u32, len: usize) -> StoredData {
    macro_rules! typed {
        ($kind:ident, $into:expr) => {
            if parts.iter().all(|part| matches!(part.column.data, BuilderData::$kind(_))) {
                let arrays: Vec<_> = parts
                    .iter()
                    .filter_map(|part| {
                        if let BuilderData::$kind(values) = &part.column.data {
                            Some(&values[..])
                        } else {
                            None
                        }
                    })
                    .collect();
                let values = gather(&parts, first, len, |part, at| arrays[part][at].clone());
                return StoredData::$kind($into(values));
            }
        };
    }
    typed!(Boolean, Booleans::Owned);
    typed!(Integer, |values| StoredIntegers::Array(Section::from(values)));
    typed!(Float, Section::from);
    typed!(Date, Section::from);
    if parts.iter().all(|part| matches!(part.column.data, BuilderData::String { .. })) {
        return merge_texts(&mut parts, first, len);
    }
    let values = gather(&parts, first, len, |part, at| parts[part].column.data.value(at));
    StoredData::Variant(Variants::Owned(values))
}

/// Merges string parts: the first keeps its codes, the others are translated once a text.
fn merge_texts(parts: &mut [Part<'_>], first: u32, len: usize) -> StoredData {
    let mut shared: Option<DictionaryBuilder> = None;
    for part in parts.iter_mut() {
        let BuilderData::String { codes, dictionary } = &mut part.column.data else { continue };
        match &mut shared {
            None => shared = Some(std::mem::take(dictionary)),
            Some(shared) => {
                let new: Vec<u32> = (0..dictionary.len() as u32)
                    .map(|code| shared.intern(dictionary.text(code)))
                    .collect();
                for code in codes {
                    *code = new[*code as usize];
                }
            }
        }
    }
    let codes = gather(parts, first, len, |part, at| match &parts[part].column.data {
        BuilderData::String { codes, .. } => codes[at],
        _ => 0,
    });
    StoredData::String { codes: codes.into(), dictionary: shared.unwrap_or_default().finish() }
}

fn gather<T: Clone + Default>(
    parts: &[Part<'_>],
    first: u32,
    len: usize,
    entry: impl Fn(usize, usize) -> T,
) -> Vec<T> {
    let mut values = vec![T::default(); len];
    each_entry(parts, |part, at, id| values[(id - first) as usize] = entry(part, at));
    values
}

impl fmt::Debug for StoredColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredColumn({} entries from {})", self.len(), self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[(u32, Cell<'_>)]) -> ColumnBuilder {
        let mut builder = ColumnBuilder::default();
        for (row, cell) in cells {
            builder.set(*row, cell.clone());
        }
        builder
    }

    fn values(column: &StoredColumn, ids: std::ops::Range<u32>) -> Vec<Value> {
        ids.map(|id| column.get(id)).collect()
    }

    #[test]
    fn a_column_without_gaps_keeps_its_array_and_has_no_bits() {
        let built = column(&[(0, Cell::Integer(7)), (1, Cell::Integer(8))]);
        let stored = assemble(vec![Part { column: built, first_id: 5, order: None }]).unwrap();
        assert!(stored.present.is_none());
        assert_eq!(values(&stored, 4..8), [Value::Null, 7.into(), 8.into(), Value::Null]);
    }

    #[test]
    fn rows_that_follow_each_other_are_set_at_once() {
        let mut built = ColumnBuilder::default();
        let numbers: Vec<i64> = (0..200).collect();
        built.extend(3, Cells::Integer(&numbers[..70]));
        built.extend(73, Cells::Integer(&numbers[70..71]));
        built.extend(80, Cells::Integer(&numbers[77..]));
        built.extend(203, Cells::Integer(&[]));
        built.set(74, Cell::Integer(71));
        built.extend(75, Cells::Integer(&numbers[72..77]));
        let stored = assemble(vec![Part { column: built, first_id: 0, order: None }]).unwrap();
        assert!(stored.present.is_none());
        assert_eq!(values(&stored, 3..203), (0..200).map(Value::from).collect::<Vec<_>>());
        let mut built = ColumnBuilder::default();
        built.extend(0, Cells::Integer(&[1]));
        built.extend(1, Cells::Float(&[0.5]));
        let stored = assemble(vec![Part { column: built, first_id: 0, order: None }]).unwrap();
        assert_eq!(values(&stored, 0..2), [1.into(), 0.5.into()]);
    }

    #[test]
    fn mixed_types_and_rows_in_any_order_are_kept() {
        let built = column(&[
            (9, Cell::Text("a")),
            (70, Cell::Text("b")),
            (4, Cell::Integer(1)),
            (5, Cell::Other(Value::Null)),
        ]);
        let stored = assemble(vec![Part { column: built, first_id: 0, order: None }]).unwrap();
        assert_eq!(stored.get(4), 1.into());
        assert_eq!((stored.get(9), stored.get(70)), ("a".into(), "b".into()));
        assert!(!stored.has(5) && !stored.has(10) && stored.has_any(60, 71));
        assert!(!stored.has_any(10, 70));
    }

    #[test]
    fn parts_are_merged_by_id_and_share_one_dictionary() {
        let left = column(&[(0, Cell::Text("x")), (2, Cell::Text("y"))]);
        let right = column(&[(0, Cell::Text("y")), (1, Cell::Text("z"))]);
        let parts = vec![
            Part { column: left, first_id: 0, order: Some(&[2, 1, 0]) },
            Part { column: right, first_id: 3, order: Some(&[1, 0]) },
        ];
        let stored = assemble(parts).unwrap();
        let expected: Vec<Value> =
            vec!["y".into(), Value::Null, "x".into(), "z".into(), "y".into()];
        assert_eq!(values(&stored, 0..5), expected);
        assert_eq!(stored.distinct(), Some(3));
    }

    #[test]
    fn parts_of_different_types_become_variants() {
        let left = column(&[(0, Cell::Integer(1))]);
        let right = column(&[(0, Cell::Float(0.5))]);
        let parts = vec![
            Part { column: left, first_id: 0, order: None },
            Part { column: right, first_id: 1, order: None },
        ];
        let stored = assemble(parts).unwrap();
        assert_eq!(values(&stored, 0..2), [1.into(), 0.5.into()]);
        assert_eq!(stored.distinct(), None);
    }
}
