//! The integers of a column, in as few bytes as they need.
//!
//! In memory they are an array. In a file they are the differences from the least of them, in the fewest
//! whole bytes that hold all of those; numbers that count up by one from entry to entry, as keys often
//! do, are nothing but the first. This is the frame of reference of J. Goldstein, R. Ramakrishnan and
//! U. Shaft, *Compressing Relations and Indexes* (ICDE 1998), with one frame for a column.
//!
//! ```text
//! born  [1952, 1980, 1961]     least 1952, one byte each: 0 28 9
//! id    [100, 101, 102]        least 100, counting
//! ```
//!
//! Entries are read where they stand: one, a batch of them, or all in order, by whoever can use what they are
//! more than the least. Who needs the integers themselves takes the array, which is made once.

use std::sync::OnceLock;

use crate::graph::snapshot::{self, Integers, NarrowIntegers};

use super::section::Section;

/// The integers of a column.
#[derive(Debug)]
pub enum StoredIntegers {
    /// As an array.
    Array(Section<i64>),
    /// As differences from the least.
    Narrow(Narrow),
}

/// Integers as differences from the least.
#[derive(Debug)]
pub struct Narrow {
    /// The least of them.
    pub least: i64,
    /// How much larger each one is.
    pub offsets: Offsets,
    array: OnceLock<Vec<i64>>,
}

/// How much larger than the least each integer is.
#[derive(Clone, Debug)]
pub enum Offsets {
    /// Each by its place: so many that count up.
    Counting(usize),
    /// In a byte.
    One(Section<u8>),
    /// In two bytes.
    Two(Section<u16>),
    /// In four bytes.
    Four(Section<u32>),
}

impl Narrow {
    /// Integers that stand in a file.
    pub fn stored(least: i64, offsets: Offsets) -> Narrow {
        Narrow { least, offsets, array: OnceLock::new() }
    }

    /// The same integers in fewer bytes, where that is possible; those that `present` says are none
    /// may become others.
    pub fn of(values: &[i64], present: impl Fn(usize) -> bool) -> Option<Narrow> {
        let known = || values.iter().enumerate().filter(|(at, _)| present(*at));
        let least = known().map(|(_, &value)| value).min()?;
        let most = known().map(|(_, &value)| value).max()?;
        if known().all(|(at, &value)| value.checked_sub(values[0]) == i64::try_from(at).ok())
            && present(0)
        {
            return Some(Narrow::stored(least, Offsets::Counting(values.len())));
        }
        let offset = |(at, value): (usize, &i64)| {
            if present(at) { value.wrapping_sub(least) as u64 } else { 0 }
        };
        let all = values.iter().enumerate().map(offset);
        let offsets = match u32::try_from(most.checked_sub(least)?).ok()? {
            0..=0xff => Offsets::One(all.map(|offset| offset as u8).collect::<Vec<_>>().into()),
            0x100..=0xffff => Offsets::Two(all.map(|o| o as u16).collect::<Vec<_>>().into()),
            _ => Offsets::Four(all.map(|o| o as u32).collect::<Vec<_>>().into()),
        };
        Some(Narrow::stored(least, offsets))
    }
}

impl NarrowIntegers for Narrow {
    fn len(&self) -> usize {
        match &self.offsets {
            Offsets::Counting(len) => *len,
            Offsets::One(offsets) => offsets.len(),
            Offsets::Two(offsets) => offsets.len(),
            Offsets::Four(offsets) => offsets.len(),
        }
    }

    fn get(&self, at: usize) -> i64 {
        let offset = match &self.offsets {
            Offsets::Counting(_) => at as u64,
            Offsets::One(offsets) => offsets[at].into(),
            Offsets::Two(offsets) => offsets[at].into(),
            Offsets::Four(offsets) => offsets[at].into(),
        };
        self.least.wrapping_add(offset as i64)
    }

    fn offsets(&self) -> Option<(i64, snapshot::Offsets<'_>)> {
        let offsets = match &self.offsets {
            Offsets::Counting(_) => snapshot::Offsets::Counting,
            Offsets::One(offsets) => snapshot::Offsets::Bytes(offsets),
            Offsets::Two(offsets) => snapshot::Offsets::Shorts(offsets),
            Offsets::Four(offsets) => snapshot::Offsets::Words(offsets),
        };
        Some((self.least, offsets))
    }

    fn all(&self) -> &[i64] {
        let wide = |offset: u64| self.least.wrapping_add(offset as i64);
        self.array.get_or_init(|| match &self.offsets {
            Offsets::Counting(len) => (0..*len as u64).map(wide).collect(),
            Offsets::One(offsets) => offsets.iter().map(|&offset| wide(offset.into())).collect(),
            Offsets::Two(offsets) => offsets.iter().map(|&offset| wide(offset.into())).collect(),
            Offsets::Four(offsets) => offsets.iter().map(|&offset| wide(offset.into())).collect(),
        })
    }
}

impl StoredIntegers {
    /// The integers as the engine reads them.
    pub fn view(&self) -> Integers<'_> {
        match self {
            StoredIntegers::Array(values) => Integers::Array(values),
            StoredIntegers::Narrow(narrow) => Integers::Narrow(narrow),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrow(values: &[i64]) -> Option<Narrow> {
        let narrow = Narrow::of(values, |_| true)?;
        let singly: Vec<i64> = (0..values.len()).map(|at| narrow.get(at)).collect();
        let (least, offsets) = narrow.offsets().unwrap();
        let above = |at: usize| least.wrapping_add(offsets.get(at) as i64);
        assert!((0..values.len()).all(|at| above(at) == values[at]));
        assert_eq!((singly.as_slice(), narrow.all(), narrow.len()), (values, values, values.len()));
        Some(narrow)
    }

    #[test]
    fn integers_take_as_few_bytes_as_their_range_needs() {
        assert!(matches!(narrow(&[7, 8, 9]).unwrap().offsets, Offsets::Counting(3)));
        assert!(matches!(narrow(&[-300, -45, -299]).unwrap().offsets, Offsets::One(_)));
        assert!(matches!(narrow(&[-300, -44]).unwrap().offsets, Offsets::Two(_)));
        assert!(matches!(
            narrow(&[1 << 40, (1 << 40) + 70_000]).unwrap().offsets,
            Offsets::Four(_)
        ));
        assert!(matches!(narrow(&[i64::MIN, i64::MIN + 9]).unwrap().offsets, Offsets::One(_)));
        assert!(matches!(narrow(&[i64::MAX - 1, i64::MAX]).unwrap().offsets, Offsets::Counting(2)));
        assert!(narrow(&[0, 1 << 32]).is_none() && narrow(&[i64::MIN, i64::MAX]).is_none());
        assert!(narrow(&[]).is_none());
    }

    #[test]
    fn entries_without_a_value_do_not_widen_the_range() {
        let narrow = Narrow::of(&[0, 1_000_000_007, 0, 1_000_000_009], |at| at % 2 == 1).unwrap();
        assert!(matches!(narrow.offsets, Offsets::One(_)));
        assert_eq!((narrow.get(1), narrow.get(3)), (1_000_000_007, 1_000_000_009));
        let counting = Narrow::of(&[5, 0, 7], |at| at != 1).unwrap();
        assert!(matches!(counting.offsets, Offsets::Counting(3)));
        let first_missing = Narrow::of(&[0, 6, 7], |at| at > 0).unwrap();
        assert_eq!((first_missing.get(1), first_missing.get(2)), (6, 7));
    }
}
