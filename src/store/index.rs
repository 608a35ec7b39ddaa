//! Equality look-ups: from the value of a property to the nodes that have it.
//!
//! An index belongs to a column and is a function of it, so it needs no declaration and no upkeep:
//! it is built when somebody first looks a value up, and thrown away with the column. For texts it
//! is one counting sort over the codes; for integers in ascending order (the usual key column) the
//! column is its own index; for other numbers it is the list of ids in the order of their values.
//!
//! ```text
//! name     codes [0, 1, 0, 2]   offsets [0, 2, 3, 4]   ids [0, 2 │ 1 │ 3]      code 0 is in 0 and 2
//! number   [30, 10, 20]         ids by value [1, 2, 0]                         binary search
//! ```
//!
//! Only texts and numbers are looked up. Equality of numbers is by mathematical value, as in
//! openCypher: `1 = 1.0`. Beyond 2⁵³ a float stands for many integers, so there the index does not
//! answer and the reader compares by itself.

use std::cmp::Ordering;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::graph::snapshot::{Column, ColumnData, Integers};
use crate::value::Value;

use super::section::Section;

/// Floats are exact integers up to here.
const EXACT_MAX: u64 = 1 << 53;

/// A value that can be looked up; equal values give equal keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IndexKey {
    /// An integer, or a float without a fraction.
    Integer(i64),
    /// The bits of a float with a fraction.
    Float(u64),
    /// A text.
    Text(Arc<str>),
}

/// What a value is to an index.
#[derive(Clone, Debug, PartialEq)]
pub enum Probe {
    /// Equal to nothing: null and NaN.
    Nothing,
    /// Equal to what has this key.
    Key(IndexKey),
    /// Not for an index to say.
    Unknown,
}

/// The ids of a column's entries, by value.
#[derive(Debug)]
pub enum ValueIndex {
    /// The column is a string column: the ids of each code.
    ByCode {
        /// `offsets[c]..offsets[c + 1]` are the places of code `c` in `ids`.
        offsets: Section<u32>,
        /// Ids, ascending within a code.
        ids: Section<u32>,
    },
    /// The column holds integers in ascending order, without gaps: it is its own index.
    Ascending,
    /// The column holds integers: ids in the order of their values, then of ids.
    ByValue(Section<u32>),
    /// The column holds other or mixed values.
    ByKey(HashMap<IndexKey, Vec<u32>>),
}

impl Probe {
    /// What the value is to an index.
    pub fn of(value: &Value) -> Probe {
        match value {
            Value::Null => Probe::Nothing,
            Value::Float(float) if float.is_nan() => Probe::Nothing,
            Value::String(text) => Probe::Key(IndexKey::Text(Arc::clone(text))),
            Value::Integer(value) if value.unsigned_abs() < EXACT_MAX => {
                Probe::Key(IndexKey::Integer(*value))
            }
            Value::Float(float) if float.fract() != 0.0 => {
                Probe::Key(IndexKey::Float(float.to_bits()))
            }
            Value::Float(float) if float.abs() < EXACT_MAX as f64 => {
                Probe::Key(IndexKey::Integer(*float as i64))
            }
            _ => Probe::Unknown,
        }
    }

    /// The key, if the value can be equal to something and an index can say to what.
    pub fn key(self) -> Option<IndexKey> {
        if let Probe::Key(key) = self { Some(key) } else { None }
    }
}

impl ValueIndex {
    /// Builds the index of a column.
    pub fn build(column: &Column<'_>) -> ValueIndex {
        match column.data {
            ColumnData::String { codes, dictionary } => by_code(column, codes, dictionary.len()),
            ColumnData::Integer(values) if ascending(column, values.all()) => ValueIndex::Ascending,
            ColumnData::Integer(values) => {
                let values = values.all();
                let mut ids: Vec<u32> = ids(column).collect();
                ids.sort_unstable_by_key(|&id| (values[(id - column.first) as usize], id));
                ValueIndex::ByValue(ids.into())
            }
            _ => {
                let mut by_key: HashMap<IndexKey, Vec<u32>> = HashMap::new();
                for id in ids(column) {
                    if let Some(key) = Probe::of(&column.get(id)).key() {
                        by_key.entry(key).or_default().push(id);
                    }
                }
                ValueIndex::ByKey(by_key)
            }
        }
    }

    /// Calls `visit` with the ids whose entry has the key, ascending. The column is the one that
    /// the index was built from.
    pub fn for_each(&self, column: &Column<'_>, key: &IndexKey, mut visit: impl FnMut(u32)) {
        match (self, column.data, key) {
            (
                ValueIndex::ByCode { offsets, ids },
                ColumnData::String { dictionary, .. },
                IndexKey::Text(text),
            ) => {
                let Some(code) = dictionary.code(text) else { return };
                let range = offsets[code as usize] as usize..offsets[code as usize + 1] as usize;
                ids[range].iter().copied().for_each(visit);
            }
            (ValueIndex::Ascending, ColumnData::Integer(values), IndexKey::Integer(value)) => {
                let at = first_not_less(values, *value);
                if at < values.len() && values.get(at) == *value {
                    visit(column.first + at as u32);
                }
            }
            (ValueIndex::ByValue(ids), ColumnData::Integer(values), IndexKey::Integer(value)) => {
                let value_of = |id: u32| values.get((id - column.first) as usize);
                let start = ids.partition_point(|&id| value_of(id).cmp(value) == Ordering::Less);
                ids[start..]
                    .iter()
                    .copied()
                    .take_while(|&id| value_of(id) == *value)
                    .for_each(visit);
            }
            (ValueIndex::ByKey(by_key), _, key) => {
                by_key.get(key).into_iter().flatten().copied().for_each(visit);
            }
            _ => {}
        }
    }
}

/// The first place of ascending integers that is not less than a value.
fn first_not_less(values: Integers<'_>, than: i64) -> usize {
    let (mut low, mut high) = (0, values.len());
    while low < high {
        let middle = low.midpoint(high);
        if values.get(middle) < than { low = middle + 1 } else { high = middle }
    }
    low
}

/// The ids of a column that have a value in its arrays.
fn ids(column: &Column<'_>) -> impl Iterator<Item = u32> {
    (column.first..column.first + column.data.len() as u32)
        .filter(|&id| column.position(id).is_some())
}

fn ascending(column: &Column<'_>, values: &[i64]) -> bool {
    column.present.is_none() && values.is_sorted_by(|a, b| a < b)
}

fn by_code(column: &Column<'_>, codes: &[u32], distinct: usize) -> ValueIndex {
    let code_of = |id: u32| codes[(id - column.first) as usize] as usize;
    let mut offsets = vec![0u32; distinct + 1];
    for id in ids(column) {
        offsets[code_of(id) + 1] += 1;
    }
    for code in 0..distinct {
        offsets[code + 1] += offsets[code];
    }
    let mut next = offsets.clone();
    let mut sorted = vec![0u32; offsets[distinct] as usize];
    for id in ids(column) {
        let place = &mut next[code_of(id)];
        sorted[*place as usize] = id;
        *place += 1;
    }
    ValueIndex::ByCode { offsets: offsets.into(), ids: sorted.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::column::{Cell, ColumnBuilder, Part, assemble};

    fn find(values: &[Value], wanted: &Value) -> Vec<u32> {
        let mut builder = ColumnBuilder::default();
        for (row, value) in (0..).zip(values) {
            builder.set(row, Cell::from(value));
        }
        let stored = assemble(vec![Part { column: builder, first_id: 0, order: None }]).unwrap();
        let column = stored.view(None);
        let mut found = Vec::new();
        if let Some(key) = Probe::of(wanted).key() {
            ValueIndex::build(&column).for_each(&column, &key, |id| found.push(id));
        }
        found
    }

    #[test]
    fn every_kind_of_column_is_found_by_value() {
        let texts: Vec<Value> = vec!["b".into(), "a".into(), Value::Null, "b".into()];
        assert_eq!(find(&texts, &"b".into()), [0, 3]);
        assert_eq!(find(&texts, &"c".into()), [0u32; 0]);
        assert_eq!(find(&texts, &Value::Null), [0u32; 0]);
        let ascending: Vec<Value> = vec![1.into(), 5.into(), 9.into()];
        assert_eq!(find(&ascending, &5.0.into()), [1]);
        let numbers: Vec<Value> = vec![7.into(), 3.into(), 7.into(), Value::Null, 3.into()];
        assert_eq!(find(&numbers, &7.into()), [0, 2]);
        assert_eq!(find(&numbers, &3.5.into()), [0u32; 0]);
        let mixed: Vec<Value> = vec![1.into(), 1.0.into(), "1".into(), 0.5.into()];
        assert_eq!(find(&mixed, &1.into()), [0, 1]);
        assert_eq!(find(&mixed, &0.5.into()), [3]);
    }

    #[test]
    fn what_an_index_cannot_tell_is_left_to_the_reader() {
        assert_eq!(Probe::of(&i64::MAX.into()), Probe::Unknown);
        assert_eq!(Probe::of(&1e300.into()), Probe::Unknown);
        assert_eq!(Probe::of(&true.into()), Probe::Unknown);
        assert_eq!(Probe::of(&f64::NAN.into()), Probe::Nothing);
        assert_eq!(Probe::of(&(-0.0).into()), Probe::of(&0.into()));
    }
}
