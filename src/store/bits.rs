//! A set of ids that copies in constant time.
//!
//! A snapshot asks "was this removed?" for each relationship it walks past, so the answer has to
//! be a bit test and not a search; and each transaction starts from a copy, so a copy has to cost
//! nothing. Both hold for a two-level bitmap whose chunks are shared until they are written:
//!
//! ```text
//! chunks ──▶ [ ∅ │ ● │ ∅ │ ● ]        one pointer for each 16,384 ids; ∅ where no bit is set
//!                  │       └──▶ 256 words
//!                  └──────────▶ 256 words
//! ```

use std::fmt;
use std::sync::Arc;

const WORDS: usize = 256;
const CHUNK_BITS: usize = WORDS * 64;

type Chunk = [u64; WORDS];

/// A set of 32-bit ids. Cloning shares everything; writing copies the chunk it touches.
#[derive(Clone, Default)]
pub struct BitSet {
    chunks: Arc<Vec<Option<Arc<Chunk>>>>,
    len: usize,
}

impl BitSet {
    /// The set of ids that ascend.
    pub fn of(ids: &[u32]) -> BitSet {
        let mut set = BitSet::default();
        let chunks = Arc::make_mut(&mut set.chunks);
        chunks.resize(ids.last().map_or(0, |&last| last as usize / CHUNK_BITS + 1), None);
        let mut rest = ids;
        while let Some(&first) = rest.first() {
            let at = first as usize / CHUNK_BITS;
            // Of a damaged file the first may not be the least.
            let these = rest.partition_point(|&id| id as usize / CHUNK_BITS <= at).max(1);
            let mut chunk = [0; WORDS];
            for &id in &rest[..these] {
                let word = &mut chunk[id as usize % CHUNK_BITS / 64];
                set.len += usize::from(*word >> (id % 64) & 1 == 0);
                *word |= 1 << (id % 64);
            }
            if let Some(place) = chunks.get_mut(at) {
                *place = Some(Arc::new(chunk));
            }
            rest = &rest[these..];
        }
        set
    }

    /// The ids, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let chunks = self.chunks.iter().enumerate();
        let chunks = chunks.filter_map(|(at, chunk)| Some((at * CHUNK_BITS, chunk.as_ref()?)));
        let words = chunks.flat_map(|(first, chunk)| {
            chunk.iter().enumerate().map(move |(at, word)| (first + at * 64, word))
        });
        words.filter(|(_, word)| **word != 0).flat_map(|(first, word)| {
            let bits = (0..64).filter(move |bit| word >> bit & 1 == 1);
            bits.map(move |bit| (first + bit) as u32)
        })
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the id is in the set.
    #[inline]
    pub fn contains(&self, id: u32) -> bool {
        let at = id as usize;
        match self.chunks.get(at / CHUNK_BITS) {
            Some(Some(chunk)) => chunk[at % CHUNK_BITS / 64] >> (at % 64) & 1 == 1,
            _ => false,
        }
    }

    /// Adds an id; says whether it was not in the set before.
    pub fn insert(&mut self, id: u32) -> bool {
        let (word, bit) = self.word_mut(id);
        let added = *word & bit == 0;
        *word |= bit;
        self.len += usize::from(added);
        added
    }

    /// Takes an id out; says whether it was in the set.
    pub fn remove(&mut self, id: u32) -> bool {
        if !self.contains(id) {
            return false;
        }
        let (word, bit) = self.word_mut(id);
        *word &= !bit;
        self.len -= 1;
        true
    }

    /// The word in which the id's bit stands, made writable, and the bit.
    fn word_mut(&mut self, id: u32) -> (&mut u64, u64) {
        let at = id as usize;
        let chunks = Arc::make_mut(&mut self.chunks);
        if chunks.len() <= at / CHUNK_BITS {
            chunks.resize(at / CHUNK_BITS + 1, None);
        }
        let chunk = chunks[at / CHUNK_BITS].get_or_insert_with(|| Arc::new([0; WORDS]));
        (&mut Arc::make_mut(chunk)[at % CHUNK_BITS / 64], 1 << (at % 64))
    }
}

impl fmt::Debug for BitSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BitSet({} ids)", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_does_not_see_later_writes() {
        let mut set = BitSet::default();
        assert!(set.insert(3) && set.insert(70_000) && !set.insert(3));
        let copy = set.clone();
        assert!(set.remove(3) && !set.remove(4) && !set.remove(1_000_000));
        assert!(!set.contains(3) && set.contains(70_000) && set.len == 1);
        assert!(copy.contains(3) && copy.len == 2 && !copy.contains(16_384));
    }

    #[test]
    fn ids_that_ascend_become_a_set_and_a_set_such_ids() {
        for ids in [&[][..], &[0], &[u32::MAX], &[3, 64, 16_383, 16_384, 70_000, 4_000_000_000]] {
            let set = BitSet::of(ids);
            assert!(set.iter().eq(ids.iter().copied()) && set.len == ids.len());
            assert!(ids.iter().all(|&id| set.contains(id)) && !set.contains(5));
        }
        // What a damaged file has need not ascend.
        assert!(BitSet::of(&[70_000, 3, 3]).len <= 3);
    }
}
