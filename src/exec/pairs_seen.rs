//! Which pairs of two small numbers have been seen.
//!
//! Both numbers are given by a [`KeyTable`](super::keys::KeyTable), so that they are dense: for each
//! first number a row of bits. Where that would be mostly zeros (many groups, each with a few of many
//! values) the pairs become a hash table, once.

use std::hash::BuildHasher;

use hashbrown::DefaultHashBuilder;

/// Bits that may be there whatever they hold, in words.
const WORDS_MIN: usize = 1 << 16;
/// Beyond that, so many words for each pair.
const WORDS_RATIO: usize = 2;

/// Distinct pairs.
#[derive(Debug)]
pub(crate) enum PairsSeen {
    /// A row of bits for each first number.
    Bits {
        rows: Vec<Vec<u64>>,
        /// How many words all rows have.
        words: usize,
        /// How many bits are set.
        len: usize,
    },
    Hashed(PairSet),
}

/// Pairs in a table with open addresses: 8 bytes a place, one line of cache for a look.
#[derive(Debug)]
pub(crate) struct PairSet {
    /// A power of two of places, at most half of them taken: one more than a pair, or 0.
    places: Vec<u64>,
    len: usize,
    /// What hashes depend on, so that nobody can choose pairs that fall on one place.
    seed: u64,
}

/// An odd number without pattern: the fraction of the golden ratio.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

impl PairSet {
    fn with_capacity(pairs: usize) -> PairSet {
        let places = vec![0; (pairs * 2).next_power_of_two().max(64)];
        PairSet { places, len: 0, seed: DefaultHashBuilder::default().hash_one(0u64) }
    }

    /// Notes a pair; says whether it is new.
    fn insert(&mut self, pair: u64) -> bool {
        let place = self.place_of(pair + 1);
        if self.places[place] != 0 {
            return false;
        }
        self.places[place] = pair + 1;
        self.len += 1;
        if self.len * 2 > self.places.len() {
            let larger = vec![0; self.places.len() * 4];
            for kept in std::mem::replace(&mut self.places, larger) {
                if kept != 0 {
                    let place = self.place_of(kept);
                    self.places[place] = kept;
                }
            }
        }
        true
    }

    /// Where an entry stands, or would.
    #[inline]
    fn place_of(&self, entry: u64) -> usize {
        let product = u128::from(entry ^ self.seed) * u128::from(FACTOR);
        let mask = self.places.len() - 1;
        let mut at = (product as u64 ^ (product >> 64) as u64) as usize & mask;
        while self.places[at] != 0 && self.places[at] != entry {
            at = (at + 1) & mask;
        }
        at
    }

    fn iter(&self) -> impl Iterator<Item = u64> {
        self.places.iter().filter(|entry| **entry != 0).map(|entry| entry - 1)
    }
}

impl Default for PairsSeen {
    fn default() -> Self {
        PairsSeen::Bits { rows: Vec::new(), words: 0, len: 0 }
    }
}

impl PairsSeen {
    /// Notes a pair; says whether it is new.
    pub(crate) fn insert(&mut self, first: u32, second: u32) -> bool {
        let (rows, words, len) = match self {
            PairsSeen::Hashed(pairs) => return pairs.insert(pair(first, second)),
            PairsSeen::Bits { rows, words, len } => (rows, words, len),
        };
        let (at, word, bit) = (first as usize, second as usize / 64, 1u64 << (second % 64));
        if at >= rows.len() {
            rows.resize_with(at + 1, Vec::new);
        }
        let row = &mut rows[at];
        if word >= row.len() {
            *words += word + 1 - row.len();
            row.resize(word + 1, 0);
            if *words > WORDS_MIN.max(*len * WORDS_RATIO) {
                self.turn_to_hashes();
                return self.insert(first, second);
            }
        }
        let is_new = row[word] & bit == 0;
        row[word] |= bit;
        *len += usize::from(is_new);
        is_new
    }

    /// About how many bytes they take.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            PairsSeen::Bits { rows, words, .. } => words * 8 + rows.len() * size_of::<Vec<u64>>(),
            PairsSeen::Hashed(pairs) => pairs.places.len() * size_of::<u64>(),
        }
    }

    /// Calls `visit` with every pair, in no order.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(u32, u32)) {
        let rows = match self {
            PairsSeen::Hashed(pairs) => {
                return pairs.iter().for_each(|pair| visit((pair >> 32) as u32, pair as u32));
            }
            PairsSeen::Bits { rows, .. } => rows,
        };
        for (first, row) in (0u32..).zip(rows) {
            for (at, &word) in (0u32..).zip(row) {
                let mut rest = word;
                while rest != 0 {
                    visit(first, at * 64 + rest.trailing_zeros());
                    rest &= rest - 1;
                }
            }
        }
    }

    fn turn_to_hashes(&mut self) {
        let PairsSeen::Bits { len, .. } = self else { return };
        let mut pairs = PairSet::with_capacity(*len * 2);
        self.for_each(|first, second| {
            pairs.insert(pair(first, second));
        });
        *self = PairsSeen::Hashed(pairs);
    }
}

fn pair(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_new_once_in_either_form() {
        let mut seen = PairsSeen::default();
        let all: Vec<(u32, u32)> = (0..200).map(|n| (n * 7 % 40, n * 50_021 % 3_000_000)).collect();
        assert!(all.iter().all(|&(a, b)| seen.insert(a, b)));
        assert!(matches!(seen, PairsSeen::Hashed(_)), "far apart");
        assert!(!all.iter().any(|&(a, b)| seen.insert(a, b)));
        let mut listed = Vec::new();
        seen.for_each(|a, b| listed.push((a, b)));
        listed.sort_unstable();
        let mut sorted = all.clone();
        sorted.sort_unstable();
        assert_eq!(listed, sorted);
        let mut seen = PairsSeen::default();
        assert!((0..50).all(|b| seen.insert(3, b)) && !(0..50).any(|b| seen.insert(3, b)));
        assert!(matches!(seen, PairsSeen::Bits { len: 50, .. }));
    }
}
