//! The entries of a column as numbers that are places in an array.
//!
//! Codes of a dictionary, days, integers that lie near each other and truths are numbers already; they are counted from
//! the least on. Integers that are stored so, in fewer bytes, are read as they stand. **Callers**: the arrays of
//! [`super::count_tree`], and [`super::predicate`].

use std::ops::Range;

use crate::exec::column::{Data, TextSource};
use crate::graph::snapshot::{Column, ColumnData, Offsets};
use crate::value::Value;
use crate::value::time::Date;

/// The entries of a column.
#[derive(Clone, Copy)]
pub(crate) enum Numbers<'g> {
    Integers {
        values: &'g [i64],
        least: i64,
    },
    /// Counted from `least` on.
    Offsets {
        offsets: Offsets<'g>,
        least: i64,
    },
    Dates {
        values: &'g [i32],
        least: i64,
    },
    Texts {
        codes: &'g [u32],
        source: TextSource,
    },
    Booleans(&'g [bool]),
}

impl<'g> Numbers<'g> {
    /// The numbers of a column, and what all of them are smaller than; `None` where they have none.
    pub(crate) fn of(column: &Column<'g>, source: TextSource) -> Option<(Numbers<'g>, u64)> {
        if column.recent.is_some() {
            return None;
        }
        let range = || column.shape.and_then(|_| column.shape().range);
        let width = |least: i64, most: i64| most.abs_diff(least).checked_add(1);
        Some(match column.data {
            ColumnData::Integer(values) => {
                let (low, high) = range()?;
                match values.offsets() {
                    // Offsets are counted from their own least.
                    Some((least, offsets)) if least <= high => {
                        (Numbers::Offsets { offsets, least }, width(least, high)?)
                    }
                    _ => {
                        let values = values.all();
                        (Numbers::Integers { values, least: low }, width(low, high)?)
                    }
                }
            }
            ColumnData::Date(values) => {
                let (low, high) = range()?;
                (Numbers::Dates { values, least: low }, width(low, high)?)
            }
            ColumnData::String { codes, dictionary } => {
                (Numbers::Texts { codes, source }, dictionary.len() as u64)
            }
            ColumnData::Boolean(values) => (Numbers::Booleans(values), 2),
            _ => return None,
        })
    }

    /// The least value, from which integers and days are counted.
    pub(crate) fn least(&self) -> i64 {
        match self {
            Numbers::Integers { least, .. }
            | Numbers::Offsets { least, .. }
            | Numbers::Dates { least, .. } => *least,
            Numbers::Texts { .. } | Numbers::Booleans(_) => 0,
        }
    }

    /// Whether these are the same entries, where they stand, counted from the same.
    pub(crate) fn is_same(&self, other: &Numbers<'_>) -> bool {
        let are_alike = match (self, other) {
            (Numbers::Integers { values, .. }, Numbers::Integers { values: same, .. }) => {
                std::ptr::eq(*values, *same)
            }
            (Numbers::Offsets { offsets, .. }, Numbers::Offsets { offsets: same, .. }) => {
                match (*offsets, *same) {
                    (Offsets::Bytes(a), Offsets::Bytes(b)) => std::ptr::eq(a, b),
                    (Offsets::Shorts(a), Offsets::Shorts(b)) => std::ptr::eq(a, b),
                    (Offsets::Words(a), Offsets::Words(b)) => std::ptr::eq(a, b),
                    // Those that count up stand nowhere.
                    _ => false,
                }
            }
            (Numbers::Dates { values, .. }, Numbers::Dates { values: same, .. }) => {
                std::ptr::eq(*values, *same)
            }
            (Numbers::Texts { codes, .. }, Numbers::Texts { codes: same, .. }) => {
                std::ptr::eq(*codes, *same)
            }
            (Numbers::Booleans(values), Numbers::Booleans(same)) => std::ptr::eq(*values, *same),
            _ => false,
        };
        are_alike && self.least() == other.least()
    }

    /// The number at a position.
    #[inline]
    pub(crate) fn one(&self, at: usize) -> u32 {
        match self {
            Numbers::Integers { values, least } => values[at].wrapping_sub(*least) as u32,
            Numbers::Offsets { offsets, .. } => offsets.get(at) as u32,
            Numbers::Dates { values, least } => i64::from(values[at]).wrapping_sub(*least) as u32,
            Numbers::Texts { codes, .. } => codes[at],
            Numbers::Booleans(values) => u32::from(values[at]),
        }
    }

    /// Calls `visit` with the numbers at some positions, each with something that belongs to it.
    #[inline]
    pub(crate) fn beside<O>(
        &self,
        here: Range<usize>,
        others: impl Iterator<Item = O>,
        mut visit: impl FnMut(u32, O),
    ) {
        match *self {
            Numbers::Integers { values, least } => {
                let numbers = values[here].iter().map(|value| value.wrapping_sub(least) as u32);
                numbers.zip(others).for_each(|(number, other)| visit(number, other));
            }
            Numbers::Offsets { offsets, .. } => match offsets {
                Offsets::Counting => {
                    here.zip(others).for_each(|(at, other)| visit(offsets.get(at) as u32, other))
                }
                Offsets::Bytes(all) => {
                    let numbers = all[here].iter().map(|number| u32::from(*number));
                    numbers.zip(others).for_each(|(number, other)| visit(number, other));
                }
                Offsets::Shorts(all) => {
                    let numbers = all[here].iter().map(|number| u32::from(*number));
                    numbers.zip(others).for_each(|(number, other)| visit(number, other));
                }
                Offsets::Words(all) => {
                    let numbers = all[here].iter().copied();
                    numbers.zip(others).for_each(|(number, other)| visit(number, other));
                }
            },
            Numbers::Dates { values, least } => {
                let number = |day: &i32| i64::from(*day).wrapping_sub(least) as u32;
                let numbers = values[here].iter().map(number);
                numbers.zip(others).for_each(|(number, other)| visit(number, other));
            }
            Numbers::Texts { codes, .. } => {
                let numbers = codes[here].iter().copied();
                numbers.zip(others).for_each(|(number, other)| visit(number, other));
            }
            Numbers::Booleans(values) => {
                let numbers = values[here].iter().map(|value| u32::from(*value));
                numbers.zip(others).for_each(|(number, other)| visit(number, other));
            }
        }
    }

    /// The value that a number stands for, where that is no text.
    pub(crate) fn value(&self, number: u32) -> Option<Value> {
        let wide = i64::from(number);
        Some(match self {
            Numbers::Integers { least, .. } | Numbers::Offsets { least, .. } => {
                least.wrapping_add(wide).into()
            }
            Numbers::Dates { least, .. } => Value::Date(Date::from_days(least + wide)),
            Numbers::Booleans(_) => Value::Boolean(number == 1),
            Numbers::Texts { .. } => return None,
        })
    }

    /// The values that numbers stand for.
    pub(crate) fn data(&self, numbers: impl Iterator<Item = u32>) -> Data {
        match self {
            Numbers::Integers { least, .. } | Numbers::Offsets { least, .. } => {
                Data::Integer(numbers.map(|n| least.wrapping_add(i64::from(n))).collect())
            }
            Numbers::Dates { least, .. } => {
                Data::Date(numbers.map(|n| (least + i64::from(n)) as i32).collect())
            }
            Numbers::Texts { source, .. } => {
                Data::Text { codes: numbers.collect(), source: *source }
            }
            Numbers::Booleans(_) => Data::Boolean(numbers.map(|n| n == 1).collect()),
        }
    }
}
