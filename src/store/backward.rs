//! The backward direction, made of the forward one.
//!
//! What comes by start goes to wherever its end is: writes all over the place, each of which would wait
//! for memory. Where there are many ends, they are cut into blocks, and relationships go to the block
//! of their end first; then those of a block, whose places all lie in the cache of a core, go to them.
//!
//! ```text
//! 0 ─▶ 7, 3    1 ─▶ 3    2 ─▶ 6     by start
//! 0 ─▶ 3, 1 ─▶ 3 │ 0 ─▶ 7, 2 ─▶ 6   by block of ends: 0 to 3, 4 to 7
//! 0 ─▶ 3, 1 ─▶ 3 │ 2 ─▶ 6, 0 ─▶ 7   by end, and those of an end by start as before
//! ```

use std::ops::Range;

use crate::value::{NodeId, StatementId};

/// Fewer relationships than this are turned round by one thread.
pub const PARALLEL_MIN: usize = 1 << 17;
/// More threads than this wait for memory.
const THREADS_MAX: usize = 8;
/// So many ends are a block, as a power of two: their counters and what they get fit in a core's cache.
const BLOCK_BITS: u32 = 15;
/// More blocks than this are too many to write to by turns.
const BLOCKS_MAX: usize = 1 << 10;

/// The forward direction, about to be turned round.
pub struct Backward<'a> {
    /// The ends of all relationships, by start.
    pub neighbours: &'a [NodeId],
    /// Where each start begins among them.
    pub starts: &'a [u32],
    /// Where each end begins among what comes out.
    pub ends: &'a [u32],
}

/// An end and what is made of a relationship to it.
type Sent<T> = (u32, T);

impl Backward<'_> {
    /// The start of each relationship, grouped by end.
    pub fn starts(&self) -> Vec<NodeId> {
        self.grouped(|start, _| NodeId(start))
    }

    /// The id of each relationship, grouped by end; those of the forward direction begin with `first`.
    pub fn statements(&self, first: u32) -> Vec<StatementId> {
        self.grouped(|_, position| StatementId(first + position))
    }

    /// What is made of start and forward position of each relationship, grouped by end.
    fn grouped<T: Copy + Default + Send + Sync>(
        &self,
        make: impl Fn(u32, u32) -> T + Sync,
    ) -> Vec<T> {
        let len = self.neighbours.len();
        let mut all = vec![T::default(); len];
        let ends = self.ends.len().saturating_sub(1);
        let bits = BLOCK_BITS.max(ends.div_ceil(BLOCKS_MAX).next_power_of_two().ilog2());
        let blocks = ends.div_ceil(1 << bits);
        if len < PARALLEL_MIN || blocks < 2 {
            self.place(&mut all, make);
            return all;
        }
        let threads = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(THREADS_MAX)
            .min(blocks);
        let parts = split(self.starts, threads);
        let sent = self.send(&parts, bits, blocks, &make);
        // A thread has blocks of its own, and with them a range of what comes out.
        let block_ends: Vec<u32> =
            (0..=blocks).map(|block| self.ends[ends.min(block << bits)]).collect();
        std::thread::scope(|scope| {
            let (mut rest, mut sent) = (&mut all[..], &sent[..]);
            for blocks in split(&block_ends, threads).into_iter().filter(|own| !own.is_empty()) {
                let count = (block_ends[blocks.end] - block_ends[blocks.start]) as usize;
                let (out, others) = std::mem::take(&mut rest).split_at_mut(count);
                let (own, later) = sent.split_at(count);
                (rest, sent) = (others, later);
                let ends = blocks.start << bits..ends.min(blocks.end << bits);
                scope.spawn(move || self.receive(own, ends, out));
            }
        });
        all
    }

    /// Everything in its place by one thread.
    fn place<T>(&self, out: &mut [T], make: impl Fn(u32, u32) -> T) {
        let mut next = self.ends.to_vec();
        for (start, pair) in (0..).zip(self.starts.windows(2)) {
            for position in pair[0]..pair[1] {
                let place = &mut next[self.neighbours[position as usize].index()];
                out[*place as usize] = make(start, position);
                *place += 1;
            }
        }
    }

    /// What is made of each relationship, grouped by block of ends, within that by start. Each thread
    /// has some of the starts.
    fn send<T: Copy + Default + Send>(
        &self,
        parts: &[Range<usize>],
        bits: u32,
        blocks: usize,
        make: &(impl Fn(u32, u32) -> T + Sync),
    ) -> Vec<Sent<T>> {
        let counts: Vec<Vec<usize>> = std::thread::scope(|scope| {
            let count = |part: &Range<usize>| self.counts(part, bits, blocks);
            let threads: Vec<_> =
                parts.iter().map(|part| scope.spawn(move || count(part))).collect();
            let counted = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
            counted.map(|counts| counts.unwrap_or_else(|p| std::panic::resume_unwind(p))).collect()
        });
        let mut sent: Vec<Sent<T>> = vec![Sent::default(); self.neighbours.len()];
        let mut places: Vec<Vec<std::slice::IterMut<'_, Sent<T>>>> =
            parts.iter().map(|_| Vec::with_capacity(blocks)).collect();
        let mut rest = &mut sent[..];
        for block in 0..blocks {
            for (counts, places) in counts.iter().zip(&mut places) {
                let (own, others) = std::mem::take(&mut rest).split_at_mut(counts[block]);
                rest = others;
                places.push(own.iter_mut());
            }
        }
        std::thread::scope(|scope| {
            for (part, mut places) in parts.iter().zip(places) {
                scope.spawn(move || {
                    self.each(part, |start, position, end| {
                        if let Some(place) = places[(end >> bits) as usize].next() {
                            *place = (end, make(start, position));
                        }
                    });
                });
            }
        });
        sent
    }

    /// How many relationships of some starts lead to each block.
    fn counts(&self, part: &Range<usize>, bits: u32, blocks: usize) -> Vec<usize> {
        let mut counts = vec![0; blocks];
        self.each(part, |_, _, end| counts[(end >> bits) as usize] += 1);
        counts
    }

    /// Start, position and end of each relationship of some starts.
    fn each(&self, part: &Range<usize>, mut visit: impl FnMut(u32, u32, u32)) {
        let own = self.starts.get(part.start..=part.end).unwrap_or(&[]);
        for (start, pair) in (part.start as u32..).zip(own.windows(2)) {
            let run = &self.neighbours[pair[0] as usize..pair[1] as usize];
            for (position, end) in (pair[0]..).zip(run) {
                visit(start, position, end.0);
            }
        }
    }

    /// Puts what was sent to some blocks in its places.
    fn receive<T: Copy>(&self, sent: &[Sent<T>], ends: Range<usize>, out: &mut [T]) {
        let base = self.ends[ends.start];
        let mut next: Vec<u32> =
            self.ends[ends.clone()].iter().map(|offset| offset - base).collect();
        for &(end, made) in sent {
            let place = &mut next[end as usize - ends.start];
            out[*place as usize] = made;
            *place += 1;
        }
    }
}

/// Ranges of keys with about as many places each; `offsets` says where each key's places begin.
fn split(offsets: &[u32], count: usize) -> Vec<Range<usize>> {
    let (keys, places) = (offsets.len().saturating_sub(1), offsets.last().copied().unwrap_or(0));
    let mut from = 0;
    let part = |at: usize| {
        let wanted = (u64::from(places) * (at as u64 + 1) / count as u64) as u32;
        let to = if at + 1 == count {
            keys
        } else {
            offsets.partition_point(|&offset| offset < wanted).min(keys).max(from)
        };
        std::mem::replace(&mut from, to)..to
    };
    (0..count).map(part).collect()
}
