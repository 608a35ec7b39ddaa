//! Loops over nodes, on one thread or on several.
//!
//! Nodes are cut into chunks and whoever is free takes the next, so that a hub in one of them does
//! not keep the others waiting. Each chunk asks first whether to go on. What chunks come to is
//! given in their order, so that no result depends on who was free when.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result, eval};
use crate::graph::view::Check;

/// Nodes of a chunk.
pub(super) const CHUNK: usize = 4096;
/// Steps that one thread does alone.
const STEPS_MIN: usize = 1 << 18;

/// Does pieces of work, each with what `new` made for the thread; gives what each piece came to,
/// in their order. `steps` is about how much there is to do.
pub(super) fn each<W: Send, S, R: Send>(
    pieces: impl Iterator<Item = W> + Send,
    steps: usize,
    check: Check<'_>,
    new: &(impl Fn() -> S + Sync),
    step: &(impl Fn(&mut S, W) -> R + Sync),
) -> Result<Vec<R>> {
    let pieces = Mutex::new(pieces.enumerate());
    let parts = run(threads(steps), &|| {
        let mut own = new();
        let mut results = Vec::new();
        loop {
            let next = pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((at, piece)) = next else { return Ok(results) };
            check()?;
            results.push((at, step(&mut own, piece)));
        }
    })?;
    let mut results: Vec<(usize, R)> = parts.into_iter().flatten().collect();
    results.sort_unstable_by_key(|&(at, _)| at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// Folds the chunks of `0..len`: each thread begins with `new` and takes chunk after chunk; gives
/// what each came to, in no order.
pub(super) fn fold<A: Send>(
    len: usize,
    steps: usize,
    check: Check<'_>,
    new: &(impl Fn() -> A + Sync),
    step: &(impl Fn(&mut A, Range<usize>) + Sync),
) -> Result<Vec<A>> {
    let next = AtomicUsize::new(0);
    run(threads(steps).min(len.div_ceil(CHUNK)), &|| {
        let mut folded = new();
        loop {
            let first = next.fetch_add(CHUNK, Ordering::Relaxed);
            if first >= len {
                return Ok(folded);
            }
            check()?;
            step(&mut folded, first..len.min(first + CHUNK));
        }
    })
}

/// Writes an array chunk by chunk: `step` gets the place of a chunk's first entry, and the chunk.
pub(super) fn fill<T: Send, R: Send>(
    array: &mut [T],
    steps: usize,
    check: Check<'_>,
    step: &(impl Fn(usize, &mut [T]) -> R + Sync),
) -> Result<Vec<R>> {
    let chunks = array.chunks_mut(CHUNK).enumerate();
    each(chunks, steps, check, &|| (), &|(), (at, chunk)| step(at * CHUNK, chunk))
}

/// Things grouped by node.
pub(super) struct Runs<T> {
    /// `offsets[n]..offsets[n + 1]` are the places of node `n`.
    offsets: Vec<u32>,
    items: Vec<T>,
}

impl<T> Runs<T> {
    /// The things of a node.
    #[inline]
    pub(super) fn of(&self, number: usize) -> &[T] {
        &self.items[self.offsets[number] as usize..self.offsets[number + 1] as usize]
    }

    /// How many things there are in all.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The offsets and the things.
    pub(super) fn into_parts(self) -> (Vec<u32>, Vec<T>) {
        (self.offsets, self.items)
    }
}

/// Collects things for each node: `add` appends those of one.
///
/// Fails where there are more than 32 bits count.
pub(super) fn gather<T: Copy + Send, S>(
    len: usize,
    steps: usize,
    check: Check<'_>,
    new: &(impl Fn() -> S + Sync),
    add: &(impl Fn(&mut S, usize, &mut Vec<T>) + Sync),
) -> Result<Runs<T>> {
    let chunks = (0..len).step_by(CHUNK).map(|first| first..len.min(first + CHUNK));
    let parts = each(chunks, steps, check, new, &|own, nodes: Range<usize>| {
        let (mut items, mut ends) = (Vec::new(), Vec::with_capacity(nodes.len()));
        for number in nodes {
            add(own, number, &mut items);
            ends.push(items.len());
        }
        (items, ends)
    })?;
    let all: usize = parts.iter().map(|(items, _)| items.len()).sum();
    if u32::try_from(all).is_err() {
        let message = "The selection has more relationships than an algorithm can count.";
        return Err(Error::new(&eval::NUMBER_OUT_OF_RANGE, message)
            .hint("Select fewer: name `labels` or `types`."));
    }
    let mut runs = Runs { offsets: Vec::with_capacity(len + 1), items: Vec::with_capacity(all) };
    runs.offsets.push(0);
    for (items, ends) in parts {
        let before = runs.items.len();
        runs.offsets.extend(ends.into_iter().map(|end| (before + end) as u32));
        runs.items.extend_from_slice(&items);
    }
    Ok(runs)
}

fn threads(steps: usize) -> usize {
    crate::threads::cores().min(steps / STEPS_MIN + 1)
}

/// Runs the same on several threads, the caller's among them.
fn run<A: Send>(threads: usize, work: &(impl Fn() -> Result<A> + Sync)) -> Result<Vec<A>> {
    crate::threads::together(threads, work).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_is_visited_once() {
        for steps in [0, STEPS_MIN * 4] {
            let sums = fold(100_001, steps, &|| Ok(()), &|| 0, &|sum, nodes| {
                *sum += nodes.sum::<usize>();
            });
            assert_eq!(sums.unwrap().iter().sum::<usize>(), 100_000 * 100_001 / 2);
            let mut places = vec![0; 10_001];
            let add = |first: usize, chunk: &mut [usize]| {
                chunk.iter_mut().zip(first..).for_each(|(place, at)| *place += at);
                first
            };
            let firsts = fill(&mut places, steps, &|| Ok(()), &add).unwrap();
            assert_eq!(firsts, [0, CHUNK, 2 * CHUNK]);
            assert!(places.iter().enumerate().all(|(at, place)| at == *place));
        }
    }

    #[test]
    fn what_is_gathered_stands_by_node() {
        for steps in [0, STEPS_MIN * 4] {
            let add = |(): &mut (), number: usize, all: &mut Vec<usize>| {
                all.extend(std::iter::repeat_n(number, number % 3));
            };
            let runs = gather(10_001, steps, &|| Ok(()), &|| (), &add).unwrap();
            assert_eq!(runs.len(), (0..10_001).map(|n| n % 3).sum::<usize>());
            assert!((0..10_001).all(|n| runs.of(n) == vec![n; n % 3]));
        }
    }
}
