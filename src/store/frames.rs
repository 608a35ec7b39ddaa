//! Numbers that mostly count up, in few bits.
//!
//! The numbers of relationships are their ids until something is written in between; from then on they
//! are the ids less what came before, but for those that are new. So a block of 64 is written as what each
//! number is above the block's first plus its place, in as many bits as most of them need, and those that do not
//! fit are written beside. That is the patched frame of reference of M. Zukowski, S. Héman, N. Nes and
//! P. Boncz, *Super-Scalar RAM-CPU Cache Compression* (ICDE 2006), over a line of slope one; or of slope zero, where
//! that takes less, as of codes that are mostly the same.
//!
//! ```text
//! ids        0   1   2    3   4   5          a relationship was deleted, one came in between
//! numbers    0   2   3   81   4   5
//! above      0   1   1  (81)  0   0          base 0, one bit each, and 81 beside
//! ```
//!
//! A block without any exception is nothing but its head, 8 bytes for 64 numbers. One number is read with its
//! head, and with one or two words where there are any: no other number is looked at.
//!
//! **Damage**: whatever the words hold, reading ends and gives some number. That it is the right one is for the
//! checksum to say.

use std::ops::Range;

use super::section::Section;

/// How many numbers share a base and a width.
const BLOCK: usize = 64;
/// How many blocks share the place from which their words are counted.
const GROUP: usize = 64;

/// The bits of a head: the base in the low ones, then the width, whether some numbers stand beside, whether the line is
/// flat, and how many words after those of its group begin its own begin.
const WIDTH_AT: u32 = 32;
const BESIDE_AT: u32 = 38;
const FLAT_AT: u32 = 39;
const WORDS_AT: u32 = 40;

/// Packed numbers.
#[derive(Clone, Debug, Default)]
pub struct Frames {
    len: usize,
    /// For each group of blocks where its words begin, and behind that a head for each block.
    heads: Section<u64>,
    /// For each block the numbers that do not fit, as bits, where there are any; as many words as a number has
    /// bits; and the numbers that do not fit, two in a word.
    words: Section<u64>,
}

/// What a head says.
struct Head {
    base: u32,
    /// How much further the line is at each place.
    slope: u32,
    width: usize,
    is_patched: bool,
    words: usize,
}

impl Frames {
    /// Packs numbers.
    pub fn pack(numbers: &[u32]) -> Frames {
        Frames::pack_within(numbers, usize::MAX).expect("no limit to go beyond")
    }

    /// Packs numbers into so many bytes at most; `None` as soon as they take more.
    pub fn pack_within(numbers: &[u32], max_bytes: usize) -> Option<Frames> {
        let blocks = numbers.len().div_ceil(BLOCK);
        let len = heads_len(numbers.len());
        let max_words = (max_bytes / size_of::<u64>()).checked_sub(len)?;
        let mut heads = Vec::with_capacity(len);
        let mut words = Vec::new();
        let mut start = 0;
        for (at, block) in numbers.chunks(BLOCK).enumerate() {
            if words.len() > max_words {
                return None;
            }
            if at % GROUP == 0 {
                start = words.len();
                heads.push(start as u64);
            }
            let offset = (words.len() - start) as u64;
            heads.push(pack_block(block, &mut words) | offset << WORDS_AT);
        }
        debug_assert_eq!(heads.len(), blocks + blocks.div_ceil(GROUP));
        let frames = Frames { len: numbers.len(), heads: heads.into(), words: words.into() };
        (frames.words.len() <= max_words).then_some(frames)
    }

    /// Numbers that were packed before; `None` where that is not as many heads as so many numbers have.
    pub fn stored(len: usize, heads: Section<u64>, words: Section<u64>) -> Option<Frames> {
        (heads.len() == heads_len(len)).then_some(Frames { len, heads, words })
    }

    /// The heads, and the words.
    pub fn sections(&self) -> (&[u64], &[u64]) {
        (&self.heads, &self.words)
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// One of them.
    #[inline]
    pub fn get(&self, at: usize) -> Option<u32> {
        if at >= self.len {
            return None;
        }
        let (block, place) = (at / BLOCK, at % BLOCK);
        let head = *self.heads.get(block + block / GROUP + 1)?;
        // Most blocks are nothing but their heads.
        if (head >> WIDTH_AT).trailing_zeros() >= FLAT_AT - WIDTH_AT {
            return Some((head as u32).wrapping_add(place as u32 * slope(head)));
        }
        Some(self.number(&self.head(block)?, place))
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        (0..self.len.div_ceil(BLOCK)).flat_map(move |block| {
            let head = self.head(block);
            let places = 0..(self.len - block * BLOCK).min(BLOCK);
            places.map(move |place| head.as_ref().map_or(0, |head| self.number(head, place)))
        })
    }

    /// Whether the blocks of words follow each other without a gap, from the first word to the last.
    pub fn is_dense(&self) -> bool {
        let mut end = 0;
        for block in 0..self.len.div_ceil(BLOCK) {
            let Some(head) = self.head(block) else { return false };
            if head.words != end || head.width > 32 {
                return false;
            }
            end += head.width;
            if head.is_patched {
                let Some(beside) = self.words.get(head.words) else { return false };
                end += 1 + (beside.count_ones() as usize).div_ceil(2);
            }
        }
        end == self.words.len()
    }

    #[inline]
    fn head(&self, block: usize) -> Option<Head> {
        let group = block / GROUP * (GROUP + 1);
        let (start, head) = (*self.heads.get(group)?, *self.heads.get(group + 1 + block % GROUP)?);
        Some(Head {
            base: head as u32,
            slope: slope(head),
            width: (head >> WIDTH_AT & 63) as usize,
            is_patched: head >> BESIDE_AT & 1 == 1,
            words: (start as usize).wrapping_add((head >> WORDS_AT) as usize),
        })
    }

    #[inline]
    fn number(&self, head: &Head, place: usize) -> u32 {
        let mut first = head.words;
        if head.is_patched {
            let beside = self.word(first);
            first = first.wrapping_add(1);
            if beside >> place & 1 == 1 {
                let nth = (beside & ((1 << place) - 1)).count_ones() as usize;
                let word = self.word(first.wrapping_add(head.width + nth / 2));
                return (word >> (nth % 2 * 32)) as u32;
            }
        }
        let line = head.base.wrapping_add(place as u32 * head.slope);
        if head.width == 0 {
            return line;
        }
        let (word, shift) = (first.wrapping_add(place * head.width / 64), place * head.width % 64);
        let mut bits = self.word(word) >> shift;
        if shift + head.width > 64 {
            bits |= self.word(word.wrapping_add(1)) << (64 - shift);
        }
        line.wrapping_add((bits & ((1 << head.width) - 1)) as u32)
    }

    #[inline]
    fn word(&self, at: usize) -> u64 {
        self.words.get(at).copied().unwrap_or(0)
    }
}

/// How much further the line of a block is at each place.
#[inline]
fn slope(head: u64) -> u32 {
    !(head >> FLAT_AT) as u32 & 1
}

/// How many heads so many numbers have, the beginnings of groups among them.
fn heads_len(len: usize) -> usize {
    let blocks = len.div_ceil(BLOCK);
    blocks + blocks.div_ceil(GROUP)
}

/// Appends the words of a block; gives its head back, but for where they begin.
fn pack_block(numbers: &[u32], words: &mut Vec<u64>) -> u64 {
    // How far each number is above the line; a block's worth more, so that none is below zero.
    let (mut rising, mut flat) = ([0u64; BLOCK], [0u64; BLOCK]);
    for (place, &number) in numbers.iter().enumerate() {
        flat[place] = u64::from(number) + BLOCK as u64;
        rising[place] = flat[place] - place as u64;
    }
    let mut best = frame(&rising[..numbers.len()]);
    let mut is_flat = false;
    // Most blocks count up and take no words.
    if best.words > 0 {
        let other = frame(&flat[..numbers.len()]);
        is_flat = other.words < best.words;
        best = if is_flat { other } else { best };
    }
    let Frame { width, fits, .. } = &best;
    let above = &if is_flat { flat } else { rising }[..numbers.len()];
    let base = (fits.start as u32).wrapping_sub(BLOCK as u32);
    let bit = |(place, above): (usize, &u64)| u64::from(!fits.contains(above)) << place;
    let beside = above.iter().enumerate().map(bit).fold(0, |bits, bit| bits | bit);
    if beside != 0 {
        words.push(beside);
    }
    let first = words.len();
    words.resize(first + width, 0);
    for (place, above) in above.iter().enumerate().filter(|(_, above)| fits.contains(above)) {
        let (bits, at) = (above - fits.start, place * width);
        if *width > 0 {
            words[first + at / 64] |= bits << (at % 64);
            if at % 64 + width > 64 {
                words[first + at / 64 + 1] |= bits >> (64 - at % 64);
            }
        }
    }
    let patches: Vec<u64> = (0..numbers.len())
        .filter(|place| beside >> place & 1 == 1)
        .map(|place| u64::from(numbers[place]))
        .collect();
    words.extend(patches.chunks(2).map(|two| two[0] | two.get(1).unwrap_or(&0) << 32));
    let marks = u64::from(beside != 0) << BESIDE_AT | u64::from(is_flat) << FLAT_AT;
    u64::from(base) | (*width as u64) << WIDTH_AT | marks
}

/// How a block is written.
struct Frame {
    width: usize,
    /// What is not written beside.
    fits: Range<u64>,
    /// How many words it takes.
    words: usize,
}

/// The width with which a block takes the fewest words, and what fits into it.
fn frame(above: &[u64]) -> Frame {
    let mut sorted = [0; BLOCK];
    let sorted = &mut sorted[..above.len()];
    sorted.copy_from_slice(above);
    sorted.sort_unstable();
    let (Some(&least), Some(&most)) = (sorted.first(), sorted.last()) else {
        return Frame { width: 0, fits: 0..0, words: 0 };
    };
    let all = 64 - (most - least).leading_zeros() as usize;
    let mut best = Frame { width: 0, fits: 0..0, words: usize::MAX };
    // Differences of 33 bits do not come back from 32: one end of the range stands beside then.
    for bits in 0..=all.min(32) {
        if bits >= best.words {
            break;
        }
        let (mut most_in, mut from, mut start_in) = (0, 0, least);
        for (at, &last) in sorted.iter().enumerate() {
            while (last - sorted[from]) >> bits > 0 {
                from += 1;
            }
            if at + 1 - from > most_in {
                (most_in, start_in) = (at + 1 - from, sorted[from]);
            }
        }
        let beside = sorted.len() - most_in;
        let words = bits + if beside > 0 { 1 + beside.div_ceil(2) } else { 0 };
        if words < best.words {
            best = Frame { width: bits, fits: start_in..start_in + (1 << bits), words };
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packed(numbers: &[u32]) -> Frames {
        let frames = Frames::pack(numbers);
        let singly: Vec<u32> = (0..numbers.len()).map(|at| frames.get(at).unwrap()).collect();
        assert_eq!(singly, numbers, "one after the other");
        assert!(frames.iter().eq(numbers.iter().copied()), "all at once");
        assert_eq!(frames.get(numbers.len()), None);
        assert!(frames.is_dense());
        let (heads, words) = frames.sections();
        let again =
            Frames::stored(numbers.len(), heads.to_vec().into(), words.to_vec().into()).unwrap();
        assert!(again.iter().eq(numbers.iter().copied()));
        frames
    }

    fn bytes(frames: &Frames) -> usize {
        8 * (frames.heads.len() + frames.words.len())
    }

    #[test]
    fn numbers_that_count_up_are_nothing_but_heads() {
        let frames = packed(&(7..100_007).collect::<Vec<_>>());
        assert!(frames.words.is_empty());
        assert!(bytes(&frames) * 7 < 100_000, "{}", bytes(&frames));
        // Two relationships are gone, and one came in between.
        let mut numbers: Vec<u32> = (0..10_000).filter(|n| ![70, 5_000].contains(n)).collect();
        numbers.insert(8_000, 10_000);
        let frames = packed(&numbers);
        assert!(frames.words.len() <= 6, "{}", frames.words.len());
    }

    #[test]
    fn codes_that_are_mostly_the_same_take_little_more_than_the_others() {
        let mut codes = vec![0; 64 * 4_000];
        for at in 0..100 {
            codes[at * 2_531] = at as u32 % 7 + 1;
        }
        let frames = packed(&codes);
        assert!(frames.words.len() <= 200, "{}", frames.words.len());
    }

    #[test]
    fn numbers_without_any_order_take_little_more_than_their_bits() {
        let numbers: Vec<u32> = (0..50_000u32).map(|n| n.wrapping_mul(40_503) % 65_536).collect();
        assert!(bytes(&packed(&numbers)) < 50_000 * 17 / 8 + 50_000 / 7);
    }

    #[test]
    fn the_ends_of_the_range_come_back() {
        packed(&[]);
        packed(&[u32::MAX]);
        packed(&[3, 2, 1, 0]);
        packed(&[0, u32::MAX, 0, u32::MAX, 1, 0, 5]);
        packed(&(0..64).rev().chain((u32::MAX - 63)..=u32::MAX).collect::<Vec<_>>());
        let far: Vec<u32> = (0..200).map(|n| n * 21_474_836).collect();
        packed(&far);
    }

    proptest! {
        #[test]
        fn what_was_packed_comes_back(
            runs in prop::collection::vec(
                (any::<u32>(), 0u32..90, prop_oneof![Just(1u32), 0u32..4, any::<u32>()]),
                0..120,
            ),
        ) {
            let numbers: Vec<u32> = runs
                .iter()
                .flat_map(|&(first, len, step)| {
                    (0..len).map(move |n| first.wrapping_add(n.wrapping_mul(step)))
                })
                .collect();
            packed(&numbers);
        }

        #[test]
        fn whatever_the_words_are_reading_ends(
            len in 0usize..9_000,
            heads in prop::collection::vec(any::<u64>(), 145),
            words in prop::collection::vec(any::<u64>(), 0..40),
        ) {
            let heads = heads[..heads_len(len)].to_vec();
            let frames = Frames::stored(len, heads.into(), words.into()).unwrap();
            prop_assert_eq!(frames.iter().count(), len);
            prop_assert!((0..len).all(|at| frames.get(at).is_some()));
            frames.is_dense();
        }
    }
}
