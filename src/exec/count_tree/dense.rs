//! Weights as an array, in as few bytes as they need.
//!
//! Steps gather weights at random, so that an array that stays in a nearer cache is what is fast: most weights
//! are small (how many like a message, how old somebody is), and a hundred thousand of them are 100 KB as bytes
//! and 800 KB as integers. How large they can become is known before they are computed.

use crate::error::Result;
use crate::exec::Limits;
use crate::exec::parallel;

/// The weights of the nodes from one on; those beyond have none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dense {
    pub(super) first: u32,
    pub(super) values: Values,
}

/// Weights, in the fewest bytes that the largest possible one needs.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Words(Vec<u32>),
    Wide(Vec<u64>),
}

/// A weight in few bytes.
pub(super) trait Entry: Copy + Default + Ord + Send + Into<u64> {
    /// Of a weight that fits.
    fn of(weight: u64) -> Self;
}

macro_rules! entries {
    ($($of:ty),*) => {$(
        impl Entry for $of {
            #[inline]
            fn of(weight: u64) -> Self {
                weight as $of
            }
        }
    )*};
}

entries!(u8, u16, u32, u64);

/// Does the same with the entries, whatever they are.
macro_rules! with_entries {
    ($values:expr, $entries:ident => $done:expr) => {
        match $values {
            Values::Bytes($entries) => $done,
            Values::Shorts($entries) => $done,
            Values::Words($entries) => $done,
            Values::Wide($entries) => $done,
        }
    };
}

impl Values {
    /// How many bytes a weight takes of which none is larger than `most`.
    pub(super) fn bytes_for(most: u64) -> usize {
        match most {
            0..=0xFF => 1,
            0x100..=0xFFFF => 2,
            0x1_0000..=0xFFFF_FFFF => 4,
            _ => 8,
        }
    }
}

impl Dense {
    /// So many weights, written block by block from their position on; none is larger than `most`.
    pub(super) fn fill(
        (first, len): (u32, usize),
        most: u64,
        work: usize,
        limits: &Limits,
        write: &(impl Fn(usize, &mut [u64]) + Sync),
    ) -> Result<Dense> {
        fn narrow<T: Entry>(
            len: usize,
            work: usize,
            limits: &Limits,
            write: &(impl Fn(usize, &mut [u64]) + Sync),
        ) -> Result<Vec<T>> {
            let mut values = vec![T::default(); len];
            parallel::fill(&mut values, work, limits, &|at, chunk| {
                // Not on the stack, on which queries within queries lie one upon the other.
                let mut block = vec![0u64; chunk.len()];
                write(at, &mut block);
                chunk.iter_mut().zip(block).for_each(|(slot, weight)| *slot = T::of(weight));
            })?;
            Ok(values)
        }
        let values = match Values::bytes_for(most) {
            1 => Values::Bytes(narrow(len, work, limits, write)?),
            2 => Values::Shorts(narrow(len, work, limits, write)?),
            4 => Values::Words(narrow(len, work, limits, write)?),
            _ => {
                let mut values = vec![0; len];
                parallel::fill(&mut values, work, limits, write)?;
                Values::Wide(values)
            }
        };
        Ok(Dense { first, values })
    }

    pub(super) fn wide(first: u32, values: Vec<u64>) -> Dense {
        Dense { first, values: Values::Wide(values) }
    }

    pub(super) fn len(&self) -> usize {
        with_entries!(&self.values, entries => entries.len())
    }

    /// How many bytes the weights take.
    pub(super) fn bytes(&self) -> usize {
        with_entries!(&self.values, entries => size_of_val(entries.as_slice()))
    }

    #[inline]
    pub(super) fn at(&self, id: u32) -> u64 {
        let at = id.wrapping_sub(self.first) as usize;
        match &self.values {
            Values::Bytes(all) => all.get(at).map_or(0, |weight| (*weight).into()),
            Values::Shorts(all) => all.get(at).map_or(0, |weight| (*weight).into()),
            Values::Words(all) => all.get(at).map_or(0, |weight| (*weight).into()),
            Values::Wide(all) => all.get(at).copied().unwrap_or(0),
        }
    }

    /// No weight is larger.
    pub(super) fn most(&self) -> u64 {
        fn most<T: Entry>(all: &[T]) -> u64 {
            // A fold is done in vector registers, `max()` is not.
            all.iter().fold(T::default(), |most, weight| most.max(*weight)).into()
        }
        with_entries!(&self.values, all => most(all))
    }

    /// Multiplies `out[i]` by the weight of the node `first + i`.
    pub(super) fn multiply(&self, first: u32, out: &mut [u64]) {
        if let Some(begin) = first.checked_sub(self.first).map(|at| at as usize)
            && begin + out.len() <= self.len()
        {
            fn times<T: Entry>(out: &mut [u64], weights: &[T]) {
                for (slot, weight) in out.iter_mut().zip(weights) {
                    *slot = slot.saturating_mul((*weight).into());
                }
            }
            return with_entries!(&self.values, all => times(out, &all[begin..]));
        }
        for (id, slot) in (first..).zip(out).filter(|(_, slot)| **slot != 0) {
            *slot = slot.saturating_mul(self.at(id));
        }
    }

    /// Calls `visit` with each node that has a weight, ascending.
    pub(super) fn for_each(&self, visit: impl FnMut(u32, u64)) {
        fn each<T: Entry>(first: u32, all: &[T], mut visit: impl FnMut(u32, u64)) {
            for (at, weight) in all.iter().enumerate() {
                let weight: u64 = (*weight).into();
                if weight != 0 {
                    visit(first + at as u32, weight);
                }
            }
        }
        with_entries!(&self.values, all => each(self.first, all, visit));
    }

    /// The weights in eight bytes each.
    pub(super) fn into_wide(self) -> Vec<u64> {
        match self.values {
            Values::Bytes(all) => all.into_iter().map(u64::from).collect(),
            Values::Shorts(all) => all.into_iter().map(u64::from).collect(),
            Values::Words(all) => all.into_iter().map(u64::from).collect(),
            Values::Wide(all) => all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_take_the_bytes_that_they_need() {
        for (most, bytes) in [(0, 1), (255, 1), (256, 2), (65_536, 4), (u64::from(u32::MAX) + 1, 8)]
        {
            let limits = Limits::default();
            let write = |at: usize, out: &mut [u64]| {
                out.iter_mut()
                    .zip(at..)
                    .for_each(|(slot, at)| *slot = if at % 3 == 0 { most } else { 0 });
            };
            let dense = Dense::fill((7, 5000), most, 0, &limits, &write).unwrap();
            assert_eq!(Values::bytes_for(most), bytes);
            assert_eq!((dense.at(7), dense.at(8), dense.at(6), dense.at(5007)), (most, 0, 0, 0));
            assert_eq!((dense.len(), dense.most()), (5000, most));
            let (mut inside, mut across) = ([3u64; 4], [3u64; 4]);
            dense.multiply(7, &mut inside);
            dense.multiply(5, &mut across);
            assert_eq!(inside, [most.saturating_mul(3), 0, 0, most.saturating_mul(3)]);
            assert_eq!(across, [0, 0, most.saturating_mul(3), 0]);
            let mut met = 0;
            dense.for_each(|_, weight| met += usize::from(weight == most));
            assert_eq!(met, if most == 0 { 0 } else { 1667 });
            assert_eq!(dense.into_wide()[3], most);
        }
    }
}
