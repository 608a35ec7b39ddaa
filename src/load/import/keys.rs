//! Finding nodes by the keys that tables know them by.
//!
//! Whole numbers that lie close together, as the keys of generated tables do, are found by an array;
//! other numbers and texts by a hash table. A key of several parts is one text of bytes that no
//! single text can be equal to.

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use std::hash::BuildHasher;

use crate::load::recipe::Expression;
use crate::load::rows::{Batch, Column, Data};
use crate::value::Value;

/// No node has this row.
pub const NONE: u32 = u32::MAX;
/// How many entries an array of keys may always have.
const DENSE_MIN: u64 = 1 << 20;
/// Beyond that, how many times as many as there are keys.
const DENSE_RATIO: u64 = 4;

/// A key on its way into or out of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// One whole number.
    Integer(i64),
    /// A text, or several parts put together.
    Bytes(&'a [u8]),
}

/// Rows of nodes by key.
#[derive(Debug, Default)]
pub struct KeyMap {
    integers: Integers,
    bytes: ByteMap,
}

#[derive(Debug)]
enum Integers {
    /// The row of the key `first + place`.
    Dense {
        first: i64,
        rows: Vec<u32>,
        keys: u64,
    },
    Sparse(HashMap<i64, u32>),
}

/// Texts end to end, and a table of their rows.
#[derive(Debug, Default)]
struct ByteMap {
    /// Place in `ends` and row of each key.
    table: HashTable<(u32, u32)>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    hasher: DefaultHashBuilder,
}

impl Default for Integers {
    fn default() -> Self {
        Integers::Dense { first: 0, rows: Vec::new(), keys: 0 }
    }
}

impl KeyMap {
    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let integers = match &self.integers {
            Integers::Dense { rows, .. } => size_of_val(&rows[..]),
            Integers::Sparse(map) => 20 * map.len(),
        };
        integers + self.bytes.bytes.len() + 20 * self.bytes.ends.len()
    }

    /// Gives a key a row unless it has one; says which it had.
    pub fn insert(&mut self, key: Key<'_>, row: u32) -> Option<u32> {
        match key {
            Key::Integer(key) => self.integers.insert(key, row),
            Key::Bytes(key) => self.bytes.insert(key, row),
        }
    }

    /// The row of a key.
    #[inline]
    pub fn find(&self, key: Key<'_>) -> Option<u32> {
        match key {
            Key::Integer(key) => self.integers.find(key),
            Key::Bytes(key) => self.bytes.find(key),
        }
    }

    /// The row that each row of a batch means, [`NONE`] where there is none; where a key cannot be
    /// computed, the reason is noted.
    pub fn find_all(
        &self,
        keys: &[Expression],
        batch: &Batch,
        mut failed: impl FnMut(usize, String),
    ) -> Vec<u32> {
        if let [Expression::Column(at)] = keys {
            let column = &batch.columns[*at];
            if let (Data::Integer(values), true) = (&column.data, column.present.is_empty()) {
                let find = |&key| self.integers.find(key).unwrap_or(NONE);
                return values.iter().map(find).collect();
            }
        }
        let mut buffer = Vec::new();
        (0..batch.len)
            .map(|row| match key(keys, batch, row, &mut buffer) {
                Ok(key) => key.and_then(|key| self.find(key)).unwrap_or(NONE),
                Err(reason) => {
                    failed(row, reason);
                    NONE
                }
            })
            .collect()
    }
}

impl Integers {
    fn insert(&mut self, key: i64, row: u32) -> Option<u32> {
        let (first, rows, keys) = match self {
            Integers::Sparse(map) => {
                return match map.entry(key) {
                    hashbrown::hash_map::Entry::Occupied(entry) => Some(*entry.get()),
                    hashbrown::hash_map::Entry::Vacant(entry) => {
                        entry.insert(row);
                        None
                    }
                };
            }
            Integers::Dense { first, rows, keys } => (first, rows, keys),
        };
        if rows.is_empty() {
            *first = key;
        }
        let allowed = DENSE_MIN.max(DENSE_RATIO * (*keys + 1));
        let last = *first + (rows.len() as i64 - 1).max(0);
        let (low, high) = (key.min(*first), key.max(last));
        if high.abs_diff(low) >= allowed {
            self.spread();
            return self.insert(key, row);
        }
        if key < *first {
            // Room below is made generously: keys may come in descending order.
            let more = first.abs_diff(key).max(rows.len() as u64).min(allowed) as usize;
            let Some(below) = first.checked_sub(more as i64) else {
                self.spread();
                return self.insert(key, row);
            };
            let mut shifted = vec![NONE; more];
            shifted.append(rows);
            (*first, *rows) = (below, shifted);
        }
        let at = first.abs_diff(key) as usize;
        if rows.len() <= at {
            rows.resize(at + 1, NONE);
        }
        if rows[at] != NONE {
            return Some(rows[at]);
        }
        rows[at] = row;
        *keys += 1;
        None
    }

    /// Turns the array into a hash table.
    fn spread(&mut self) {
        if let Integers::Dense { first, rows, .. } = self {
            let entries = (*first..).zip(rows.iter().copied()).filter(|&(_, row)| row != NONE);
            *self = Integers::Sparse(entries.collect());
        }
    }

    #[inline]
    fn find(&self, key: i64) -> Option<u32> {
        match self {
            Integers::Dense { first, rows, .. } => {
                let at = usize::try_from(key.checked_sub(*first)?).ok()?;
                rows.get(at).copied().filter(|&row| row != NONE)
            }
            Integers::Sparse(map) => map.get(&key).copied(),
        }
    }
}

impl ByteMap {
    fn insert(&mut self, key: &[u8], row: u32) -> Option<u32> {
        if let Some(known) = self.find(key) {
            return Some(known);
        }
        self.bytes.extend_from_slice(key);
        self.ends.push(self.bytes.len());
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        let place = ends.len() as u32 - 1;
        self.table.insert_unique(hasher.hash_one(key), (place, row), |&(other, _)| {
            hasher.hash_one(bytes_at(bytes, ends, other))
        });
        None
    }

    fn find(&self, key: &[u8]) -> Option<u32> {
        let same = |&(place, _): &(u32, u32)| bytes_at(&self.bytes, &self.ends, place) == key;
        self.table.find(self.hasher.hash_one(key), same).map(|&(_, row)| row)
    }
}

fn bytes_at<'a>(bytes: &'a [u8], ends: &[usize], place: u32) -> &'a [u8] {
    let place = place as usize;
    let start = if place == 0 { 0 } else { ends[place - 1] };
    &bytes[start..ends[place]]
}

/// The key of a row; `None` where a part of it is missing.
pub fn key<'b>(
    keys: &[Expression],
    batch: &'b Batch,
    row: usize,
    buffer: &'b mut Vec<u8>,
) -> Result<Option<Key<'b>>, String> {
    buffer.clear();
    let [single] = keys else {
        for part in keys {
            let value = part.value(batch, row)?;
            if value.is_null() {
                return Ok(None);
            }
            encode(&value, buffer)?;
        }
        return Ok(Some(Key::Bytes(buffer)));
    };
    if let Expression::Column(at) = single {
        return of_column(&batch.columns[*at], row, buffer);
    }
    of_value(single.value(batch, row)?, buffer)
}

/// The key that values make; `None` where one is missing.
pub fn key_of<'b>(values: &[Value], buffer: &'b mut Vec<u8>) -> Result<Option<Key<'b>>, String> {
    buffer.clear();
    if let [single] = values {
        return of_value(single.clone(), buffer);
    }
    for value in values {
        if value.is_null() {
            return Ok(None);
        }
        encode(value, buffer)?;
    }
    Ok(Some(Key::Bytes(buffer)))
}

fn of_value(value: Value, buffer: &mut Vec<u8>) -> Result<Option<Key<'_>>, String> {
    Ok(match value {
        Value::Null => None,
        Value::Integer(value) => Some(Key::Integer(value)),
        Value::String(text) => {
            buffer.extend_from_slice(text.as_bytes());
            Some(Key::Bytes(buffer))
        }
        value => {
            encode(&value, buffer)?;
            Some(Key::Bytes(buffer))
        }
    })
}

fn of_column<'b>(
    column: &'b Column,
    row: usize,
    buffer: &'b mut Vec<u8>,
) -> Result<Option<Key<'b>>, String> {
    if !column.has(row) {
        return Ok(None);
    }
    Ok(Some(match &column.data {
        Data::Integer(values) => Key::Integer(values[row]),
        Data::Text(texts) => Key::Bytes(texts.get(row).as_bytes()),
        _ => match column.value(row) {
            Value::Integer(value) => Key::Integer(value),
            Value::String(text) => {
                buffer.extend_from_slice(text.as_bytes());
                Key::Bytes(buffer)
            }
            value => {
                encode(&value, buffer)?;
                Key::Bytes(buffer)
            }
        },
    }))
}

/// A part of a key as bytes that no text begins with, so that no two keys look the same.
fn encode(value: &Value, buffer: &mut Vec<u8>) -> Result<(), String> {
    let mut put = |tag: u8, bytes: &[u8]| {
        buffer.extend_from_slice(&[0xff, tag]);
        buffer.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        buffer.extend_from_slice(bytes);
    };
    match value {
        Value::Integer(value) => put(1, &value.to_le_bytes()),
        Value::String(text) => put(2, text.as_bytes()),
        Value::Boolean(value) => put(3, &[u8::from(*value)]),
        Value::Float(value) => put(4, &value.to_bits().to_le_bytes()),
        Value::Date(date) => put(5, &date.days().to_le_bytes()),
        other => return Err(format!("A {} cannot be a key.", other.type_name())),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_near_and_far_are_found() {
        let orders: [&[i64]; 5] = [
            &[1, 2, 3, 100],
            &[100, 3, 2, 1, 0, -1],
            &[i64::MIN, i64::MAX, 0],
            &[19_791_209_299_968, 24_189_255_811_081, 5],
            &[0, 1_048_575, 1_048_576, -1],
        ];
        for order in orders {
            let mut map = KeyMap::default();
            for (row, &key) in (0..).zip(order) {
                assert_eq!(map.insert(Key::Integer(key), row), None, "{order:?}");
            }
            for (row, &key) in (0..).zip(order) {
                assert_eq!(map.find(Key::Integer(key)), Some(row), "{order:?}");
                assert_eq!(map.insert(Key::Integer(key), 9), Some(row), "{order:?}");
            }
            assert_eq!(map.find(Key::Integer(77)), None);
        }
    }

    #[test]
    fn texts_and_numbers_are_different_keys() {
        let mut map = KeyMap::default();
        map.insert(Key::Bytes(b"7"), 0);
        map.insert(Key::Integer(7), 1);
        map.insert(Key::Bytes(b""), 2);
        assert_eq!(map.find(Key::Bytes(b"7")), Some(0));
        assert_eq!(map.find(Key::Integer(7)), Some(1));
        assert_eq!(map.find(Key::Bytes(b"")), Some(2));
        assert_eq!(map.find(Key::Bytes(b"x")), None);
    }
}
