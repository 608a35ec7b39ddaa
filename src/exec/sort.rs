//! `Sort`: all rows in order; stable.

use std::cmp::Ordering;

use hashbrown::HashMap;

use crate::bind::bound::SortKey;
use crate::error::Result;
use crate::exec::batch::{Batch, Pieces};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::eager::gather;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::VarId;
use crate::graph::Snapshot;
use crate::plan::physical::Node;
use crate::value::Value;
use crate::value::order::order;

/// Keeps its input, sorts positions, and hands rows out in their order.
pub(crate) struct Sort<'a> {
    input: Input<'a>,
    keys: &'a [SortKey],
    keep: &'a [VarId],
    holding: Holding,
    sorted: Option<Pieces>,
}

impl<'a> Sort<'a> {
    pub(crate) fn new(node: &'a Node, keys: &'a [SortKey], input: Input<'a>) -> Sort<'a> {
        Sort { input, keys, keep: &node.keep, holding: Holding::default(), sorted: None }
    }
}

impl Operator for Sort<'_> {
    fn start(&mut self, argument: &Batch) {
        self.sorted = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.sorted.is_none() {
            let rows = gather(&mut self.input, run, &mut self.holding, "Sort")?;
            let keys = Keys::compute(self.keys, &rows, run)?;
            run.check()?;
            let mut positions: Vec<u32> = (0..rows.len() as u32).collect();
            positions.sort_by(|a, b| keys.compare(*a as usize, *b as usize));
            self.sorted = Some(Pieces::ordered(rows, positions));
        }
        Ok(self.sorted.as_mut().and_then(|rows| rows.next(self.keep)))
    }
}

/// The sort keys of the rows of a batch, ready to compare.
pub(crate) struct Keys {
    keys: Vec<Key>,
}

struct Key {
    data: KeyData,
    nulls: Option<Vec<bool>>,
    descending: bool,
    nulls_first: bool,
}

enum KeyData {
    Integer(Vec<i64>),
    Float(Vec<f64>),
    /// Ids, days, truths, and texts as ranks among those that occur.
    Rank(Vec<u32>),
    Value(Vec<Value>),
}

impl Keys {
    /// Computes the keys of all rows.
    pub(crate) fn compute(keys: &[SortKey], batch: &Batch, run: &Runtime<'_>) -> Result<Keys> {
        let expressions: Vec<_> = keys.iter().map(|key| &key.expression).collect();
        let columns = vector::columns(&expressions, batch, run)?;
        let graph = run.graph();
        let key = |(key, column): (&SortKey, Column)| {
            let vector = column.into_flat();
            let nulls = match &vector.data {
                Data::Value(values) => Some(values.iter().map(Value::is_null).collect()),
                _ => vector.nulls.clone(),
            };
            Key {
                data: KeyData::of(vector, &*graph),
                nulls,
                descending: key.descending,
                nulls_first: key.nulls_first,
            }
        };
        Ok(Keys { keys: keys.iter().zip(columns).map(key).collect() })
    }

    /// Numbers that stand to each other as the rows do, where there is one key that numbers can stand for.
    pub(crate) fn codes(&self) -> Option<Vec<u64>> {
        let [key] = self.keys.as_slice() else { return None };
        if key.nulls.is_some() {
            return None;
        }
        // What is negative comes before what is not.
        let turned = |value: i64| value as u64 ^ 1 << 63;
        let mut codes: Vec<u64> = match &key.data {
            KeyData::Integer(values) => values.iter().map(|value| turned(*value)).collect(),
            KeyData::Rank(ranks) => ranks.iter().map(|rank| u64::from(*rank)).collect(),
            KeyData::Float(values) => values.iter().map(|value| code_of_float(*value)).collect(),
            KeyData::Value(_) => return None,
        };
        if key.descending {
            codes.iter_mut().for_each(|code| *code = !*code);
        }
        Some(codes)
    }

    /// How two rows stand to each other.
    pub(crate) fn compare(&self, a: usize, b: usize) -> Ordering {
        let unequal = self.keys.iter().map(|key| key.compare(a, b)).find(|order| order.is_ne());
        unequal.unwrap_or(Ordering::Equal)
    }
}

impl Key {
    fn compare(&self, a: usize, b: usize) -> Ordering {
        if let Some(nulls) = &self.nulls {
            let null_is = if self.nulls_first { Ordering::Less } else { Ordering::Greater };
            match (nulls[a], nulls[b]) {
                (true, true) => return Ordering::Equal,
                (true, false) => return null_is,
                (false, true) => return null_is.reverse(),
                (false, false) => {}
            }
        }
        let ascending = match &self.data {
            KeyData::Integer(v) => v[a].cmp(&v[b]),
            KeyData::Float(v) => order_floats(v[a], v[b]),
            KeyData::Rank(v) => v[a].cmp(&v[b]),
            KeyData::Value(v) => order(&v[a], &v[b]),
        };
        if self.descending { ascending.reverse() } else { ascending }
    }
}

impl KeyData {
    fn of(vector: Vector, graph: &dyn Snapshot) -> KeyData {
        match vector.data {
            Data::Integer(values) => KeyData::Integer(values),
            Data::Float(values) => KeyData::Float(values),
            Data::Boolean(values) => KeyData::Rank(values.into_iter().map(u32::from).collect()),
            // The sign bit turned, so that days before 1970 come first.
            Data::Date(days) => {
                KeyData::Rank(days.into_iter().map(|day| day as u32 ^ 1 << 31).collect())
            }
            Data::Node(nodes) => KeyData::Rank(nodes.into_iter().map(|node| node.0).collect()),
            Data::Relationship(ids) => KeyData::Rank(ids.into_iter().map(|id| id.0).collect()),
            Data::Text { codes, source } => {
                let Some(texts) = source.dictionary(graph) else { return KeyData::Rank(codes) };
                let mut distinct = codes.clone();
                distinct.sort_unstable();
                distinct.dedup();
                distinct.sort_by(|a, b| texts.text_ref(*a).cmp(texts.text_ref(*b)));
                let ranks: HashMap<u32, u32> = distinct.into_iter().zip(0..).collect();
                KeyData::Rank(codes.iter().map(|code| ranks[code]).collect())
            }
            Data::Value(values) => KeyData::Value(values),
        }
    }
}

/// A number that stands to those of others as a float to others: both zeros are one, and NaN is last.
fn code_of_float(value: f64) -> u64 {
    if value.is_nan() {
        return u64::MAX;
    }
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// Numbers in order, NaN last.
fn order_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_floats_are_in_their_order() {
        let floats = [f64::NEG_INFINITY, -2.5, -0.0, 0.0, 1e-300, 7.0, f64::INFINITY, f64::NAN];
        for a in floats {
            for b in floats {
                assert_eq!(code_of_float(a).cmp(&code_of_float(b)), order_floats(a, b), "{a} {b}");
            }
        }
    }
}
