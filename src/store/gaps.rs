//! Neighbours as the gaps between them: two to three bytes each instead of four.
//!
//! The neighbours of a node ascend, so that each is the one before it and a gap, and gaps are small
//! where there are many. A run of `n` out of `u` nodes has gaps of `u / n` in the mean, which is what chooses the number of low bits, so that nothing but the degree has to be known to read it.
//! A gap is written as its high bits in unary (so many zeros, then a one) and its low bits as they are:
//! Rice's code (R. F. Rice, *Some Practical Universal Noiseless Coding Techniques*, 1979).
//!
//! ```text
//! 0 to 99, run [3, 40, 41]       4 low bits: 16 is the largest power of two in 0.69 · 100 / 3
//! gaps 3, 37, 1                  1│0011   001│0101   1│0001     17 bits, low bits first
//! ```
//!
//! **Layout**: words of 64 bits that hold the runs of all nodes one after the other, and for every
//! [`GROUP`]th node the bit at which its run begins. One run is found by skipping at most `GROUP - 1`.
//!
//! **Cost**: one to two nanoseconds a neighbour. The first who reads most of a direction unpacks all of it
//! on all cores, and from then on there is a plain array; who looks at a few nodes unpacks their runs
//! alone. When what was unpacked singly comes to a quarter of all, all is unpacked: never more than a
//! quarter of the work is done twice.
//!
//! **Damage**: whatever the words hold, reading ends, stays below the largest id and gives as many neighbours as
//! the offsets say. That they are the right ones is for the checksum to say.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::threads;
use crate::value::NodeId;

use super::section::Section;

/// Every so many nodes it is written down where a run begins.
pub const GROUP: usize = 32;
/// Fewer neighbours than this are unpacked by one thread.
const PARALLEL_MIN: usize = 1 << 17;
/// More threads than this wait for memory.
const THREADS_MAX: usize = 8;
/// All is unpacked when one part in so many was unpacked singly.
const SINGLY_MAX: usize = 4;

/// The neighbours of every node over one type in one direction, packed.
#[derive(Debug, Default)]
pub struct Gaps {
    /// The code words, low bits first; one word more than they need.
    pub words: Section<u64>,
    /// The bit at which the run of every [`GROUP`]th node begins.
    pub starts: Section<u64>,
    /// The nodes that may be neighbours: from the least one to the largest.
    pub ids: Range<u32>,
    /// All of it as an array, once somebody wanted most of it.
    array: OnceLock<Vec<NodeId>>,
    /// How many neighbours were unpacked singly.
    singly: AtomicUsize,
}

/// How many low bits the gaps of a run have.
fn low_bits(degree: usize, ids: &Range<u32>) -> u32 {
    let mean = ids.len() as u64 * 11 / (16 * degree.max(1) as u64);
    mean.max(1).ilog2()
}

/// Packs the runs of some nodes that follow each other; says where each group begins and how many bits
/// there are.
fn pack_part(offsets: &[u32], neighbours: &[NodeId], ids: &Range<u32>) -> (BitWriter, Vec<u64>) {
    let mut out = BitWriter::default();
    let mut starts = Vec::with_capacity(offsets.len() / GROUP + 1);
    for (at, pair) in offsets.windows(2).enumerate() {
        if at % GROUP == 0 {
            starts.push(out.len);
        }
        let run = &neighbours[pair[0] as usize..pair[1] as usize];
        let low = low_bits(run.len(), ids);
        let mut last = ids.start;
        for neighbour in run {
            let gap = neighbour.0 - last;
            last = neighbour.0;
            out.put_zeros(gap >> low);
            // The one that ends the high bits, and the low bits behind it.
            out.put(1 | u64::from(gap & ((1 << low) - 1)) << 1, low + 1);
        }
    }
    (out, starts)
}

impl Gaps {
    /// Packs ascending runs; `offsets[n]..offsets[n + 1]` is the run of node `n`.
    pub fn pack(offsets: &[u32], neighbours: &[NodeId]) -> Gaps {
        let least = neighbours.iter().min().map_or(0, |node| node.0);
        let ids = least..neighbours.iter().max().map_or(least, |node| node.0 + 1);
        let parts = parts(offsets, neighbours.len());
        let pack =
            |part: &Range<usize>| pack_part(&offsets[part.start..=part.end], neighbours, &ids);
        let next = AtomicUsize::new(0);
        let mut packed: Vec<(usize, (BitWriter, Vec<u64>))> =
            threads::together(parts.len(), &|| {
                let mut own = Vec::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(part) = parts.get(at) else { return own };
                    own.push((at, pack(part)));
                }
            })
            .into_iter()
            .flatten()
            .collect();
        packed.sort_unstable_by_key(|&(at, _)| at);
        let mut words = BitWriter::default();
        let mut starts = Vec::with_capacity(offsets.len() / GROUP + 1);
        for (_, (part, groups)) in packed {
            starts.extend(groups.iter().map(|start| words.len + start));
            words.append(&part);
        }
        // Reading looks at two words at a time.
        words.words.resize(words.len.div_ceil(64) as usize + 1, 0);
        Gaps::stored(words.words.into(), starts.into(), ids)
    }

    /// Runs that were packed before.
    pub fn stored(words: Section<u64>, starts: Section<u64>, ids: Range<u32>) -> Gaps {
        Gaps { words, starts, ids, array: OnceLock::new(), singly: AtomicUsize::new(0) }
    }

    /// All neighbours as an array; unpacks them where nobody asked before.
    pub fn all(&self, offsets: &[u32]) -> &[NodeId] {
        self.array.get_or_init(|| {
            let len = offsets.last().map_or(0, |&end| end as usize);
            let mut array = vec![NodeId(0); len];
            let parts = parts(offsets, len);
            let mut rest = &mut array[..];
            let pieces = parts.iter().map(|part| {
                let count = offsets[part.end].saturating_sub(offsets[part.start]) as usize;
                let all = std::mem::take(&mut rest);
                let own;
                (own, rest) = all.split_at_mut(count.min(all.len()));
                (part, own)
            });
            let pieces = Mutex::new(pieces);
            let next = || pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
            threads::together(parts.len(), &|| {
                while let Some((part, own)) = next() {
                    self.unpack(&offsets[part.start..=part.end], part.start, own);
                }
            });
            array
        })
    }

    /// All neighbours, where they have been unpacked or where it is time to.
    pub fn unpacked(&self, offsets: &[u32]) -> Option<&[NodeId]> {
        if let Some(array) = self.array.get() {
            return Some(array);
        }
        let len = offsets.last().map_or(0, |&end| end as usize);
        (self.singly.load(Ordering::Relaxed) > len / SINGLY_MAX).then(|| self.all(offsets))
    }

    /// Appends the neighbours of one node.
    pub fn run(&self, offsets: &[u32], node: usize, out: &mut Vec<NodeId>) {
        let Some(&[start, end]) = offsets.get(node..node + 2) else { return };
        let group = node / GROUP;
        let mut bits = BitReader::at(&self.words, self.starts.get(group).copied());
        let mut skipped = 0;
        for pair in offsets[group * GROUP..=node].windows(2) {
            let degree = pair[1].saturating_sub(pair[0]) as usize;
            let low = low_bits(degree, &self.ids);
            for _ in 0..degree {
                bits.gap(low);
            }
            skipped += degree;
        }
        let all = offsets.last().map_or(0, |&end| end as usize);
        let degree = (end.saturating_sub(start) as usize).min(all);
        let low = low_bits(degree, &self.ids);
        let mut last = self.ids.start;
        out.extend((0..degree).map(|_| bits.next(low, &mut last, self.ids.end)));
        self.singly.fetch_add(skipped + degree, Ordering::Relaxed);
    }

    /// Unpacks the runs between offsets, of which the first is that of the node `first`, a multiple of
    /// [`GROUP`].
    fn unpack(&self, offsets: &[u32], first: usize, out: &mut [NodeId]) {
        let mut bits = BitReader::at(&self.words, self.starts.get(first / GROUP).copied());
        let mut slots = out.iter_mut();
        for pair in offsets.windows(2) {
            let degree = pair[1].saturating_sub(pair[0]) as usize;
            let low = low_bits(degree, &self.ids);
            let mut last = self.ids.start;
            for slot in slots.by_ref().take(degree) {
                *slot = bits.next(low, &mut last, self.ids.end);
            }
        }
    }
}

/// Ranges of nodes with about as many neighbours each, one for each thread that is worth its start.
/// All but the last end at a multiple of [`GROUP`].
fn parts(offsets: &[u32], neighbours: usize) -> Vec<Range<usize>> {
    let nodes = offsets.len().saturating_sub(1);
    let threads = if neighbours < PARALLEL_MIN { 1 } else { threads::cores().min(THREADS_MAX) };
    let mut parts = Vec::new();
    let mut from = 0;
    for part in 1..threads {
        let wanted = (neighbours / threads * part) as u32;
        let to = offsets.partition_point(|&offset| offset < wanted).next_multiple_of(GROUP);
        if to > from && to < nodes {
            parts.push(from..to);
            from = to;
        }
    }
    parts.push(from..nodes);
    parts
}

/// Bits in words, the low ones first.
#[derive(Default)]
struct BitWriter {
    words: Vec<u64>,
    len: u64,
}

impl BitWriter {
    fn put(&mut self, bits: u64, count: u32) {
        let (word, shift) = ((self.len / 64) as usize, self.len % 64);
        if self.words.len() < word + 2 {
            self.words.resize(word + 2, 0);
        }
        self.words[word] |= bits << shift;
        if shift + u64::from(count) > 64 {
            self.words[word + 1] |= bits >> (64 - shift);
        }
        self.len += u64::from(count);
    }

    fn put_zeros(&mut self, count: u32) {
        self.len += u64::from(count);
    }

    /// Adds all bits of another.
    fn append(&mut self, other: &BitWriter) {
        let shift = self.len % 64;
        let first = (self.len / 64) as usize;
        let end = self.len + other.len;
        self.words.resize(end.div_ceil(64) as usize + 1, 0);
        let words = other.words.iter().take(other.len.div_ceil(64) as usize);
        for (at, word) in (first..).zip(words) {
            self.words[at] |= word << shift;
            if shift > 0 {
                self.words[at + 1] |= word >> (64 - shift);
            }
        }
        self.len = end;
    }
}

/// Reads gaps from words.
struct BitReader<'a> {
    words: &'a [u64],
    at: u64,
}

impl<'a> BitReader<'a> {
    fn at(words: &'a [u64], at: Option<u64>) -> BitReader<'a> {
        BitReader { words, at: at.unwrap_or(u64::MAX / 2) }
    }

    /// The 64 bits from here on; zeros past the end.
    #[inline]
    fn peek(&self) -> u64 {
        let (word, shift) = ((self.at / 64) as usize, self.at % 64);
        match self.words.get(word..word + 2) {
            // Shifting in two steps: a shift by 64 is none.
            Some(&[low, high]) => low >> shift | high << 1 << (63 - shift),
            _ => 0,
        }
    }

    /// A neighbour, from the one before it; always below `bound`, unless that is 0.
    #[inline]
    fn next(&mut self, low: u32, last: &mut u32, bound: u32) -> NodeId {
        *last = last.saturating_add(self.gap(low)).min(bound.saturating_sub(1));
        NodeId(*last)
    }

    #[inline]
    fn gap(&mut self, low: u32) -> u32 {
        let bits = self.peek();
        let high = bits.trailing_zeros();
        if high + low < 63 {
            self.at += u64::from(high + low + 1);
            return high << low | (bits >> (high + 1)) as u32 & ((1 << low) - 1);
        }
        self.long_gap(low)
    }

    /// A gap that is not within the next 64 bits.
    #[cold]
    fn long_gap(&mut self, low: u32) -> u32 {
        let mut high = 0u64;
        loop {
            let bits = self.peek();
            if bits != 0 {
                let zeros = bits.trailing_zeros();
                high += u64::from(zeros);
                self.at += u64::from(zeros) + 1;
                break;
            }
            if self.at / 64 + 2 > self.words.len() as u64 {
                // Only in a damaged file.
                return 0;
            }
            high += 64;
            self.at += 64;
        }
        let rest = (self.peek() as u32) & ((1 << low) - 1);
        self.at += u64::from(low);
        u32::try_from(high << low).unwrap_or(u32::MAX).saturating_add(rest)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packed(runs: &[Vec<u32>]) -> (Vec<u32>, Vec<NodeId>) {
        let (mut offsets, mut neighbours) = (vec![0], Vec::new());
        for run in runs {
            let mut run = run.clone();
            run.sort_unstable();
            neighbours.extend(run.into_iter().map(NodeId));
            offsets.push(neighbours.len() as u32);
        }
        (offsets, neighbours)
    }

    fn assert_same(offsets: &[u32], neighbours: &[NodeId]) {
        let gaps = Gaps::pack(offsets, neighbours);
        let mut singly = Vec::new();
        for node in 0..offsets.len() - 1 {
            gaps.run(offsets, node, &mut singly);
        }
        assert_eq!(singly, neighbours, "one after the other");
        assert_eq!(gaps.all(offsets), neighbours, "all at once");
        assert_eq!(gaps.unpacked(offsets), Some(neighbours));
    }

    proptest! {
        #[test]
        fn what_was_packed_comes_back(
            runs in prop::collection::vec(
                prop_oneof![
                    prop::collection::vec(0u32..50, 0..20),
                    prop::collection::vec(prop_oneof![0u32..10, (u32::MAX - 9)..u32::MAX], 0..300),
                    prop::collection::vec(any::<u16>().prop_map(u32::from), 0..90),
                ],
                1..100,
            ),
        ) {
            let (offsets, neighbours) = packed(&runs);
            assert_same(&offsets, &neighbours);
        }

        #[test]
        fn whatever_the_words_are_reading_ends_within_bounds(
            words in prop::collection::vec(prop_oneof![Just(0), any::<u64>()], 0..20),
            starts in prop::collection::vec(any::<u64>(), 0..4),
            degrees in prop::collection::vec(0u32..40, 0..90),
            ids in (any::<u32>(), any::<u32>()).prop_map(|(a, b)| a.min(b)..a.max(b)),
        ) {
            let mut offsets = vec![0];
            offsets.extend(degrees.iter().scan(0, |end, degree| { *end += degree; Some(*end) }));
            let gaps = Gaps::stored(words.into(), starts.into(), ids.clone());
            let mut run = Vec::new();
            for (node, degree) in degrees.iter().enumerate() {
                run.clear();
                gaps.run(&offsets, node, &mut run);
                prop_assert_eq!(run.len(), *degree as usize);
                prop_assert!(run.iter().all(|node| node.0 < ids.end.max(1)));
            }
            prop_assert_eq!(gaps.all(&offsets).len(), *offsets.last().unwrap() as usize);
        }
    }

    #[test]
    fn many_runs_are_packed_and_unpacked_by_several_threads() {
        let runs: Vec<Vec<u32>> = (0..30_001u32)
            .map(|node| {
                (0..node % 13).map(|at| node.wrapping_mul(2_654_435_761 + at) % 30_001).collect()
            })
            .collect();
        let (offsets, neighbours) = packed(&runs);
        assert!(neighbours.len() > PARALLEL_MIN);
        assert_same(&offsets, &neighbours);
        let words = Gaps::pack(&offsets, &neighbours).words.len() * 8;
        assert!(words * 10 < neighbours.len() * 4 * 6, "{words} bytes for {}", neighbours.len());
    }

    #[test]
    fn looking_at_much_of_it_singly_unpacks_all() {
        let (offsets, neighbours) = packed(&[vec![1, 2, 3, 4], vec![9], vec![7]]);
        let gaps = Gaps::pack(&offsets, &neighbours);
        assert_eq!(gaps.unpacked(&offsets), None);
        gaps.run(&offsets, 0, &mut Vec::new());
        assert_eq!(gaps.unpacked(&offsets), Some(&neighbours[..]));
        gaps.run(&offsets, 9, &mut Vec::new());
    }
}
