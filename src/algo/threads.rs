//! Loops over nodes, on one thread or on several.
//!
//! Nodes are cut into chunks and whoever is free takes the next, so that a hub in one of them does
//! not keep the others waiting. Each chunk asks first whether to go on.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::Result;
use crate::graph::view::Check;

/// Nodes of a chunk.
const CHUNK: usize = 4096;
/// Steps that one thread does alone: starting another costs as much as some ten thousand.
const STEPS_MIN: usize = 1 << 18;
/// More threads than this wait for memory.
const THREADS_MAX: usize = 16;

/// Folds the chunks of `0..len`: each thread begins with `new` and takes chunk after chunk; gives
/// what each came to, in no order. `steps` is about how much there is to do.
pub(super) fn fold<A: Send>(
    len: usize,
    steps: usize,
    check: Check<'_>,
    new: &(impl Fn() -> A + Sync),
    step: &(impl Fn(&mut A, Range<usize>) + Sync),
) -> Result<Vec<A>> {
    let next = AtomicUsize::new(0);
    run(threads(steps, len), &|| {
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

/// The same over an array whose chunks are written: `step` gets the place of a chunk's first entry.
pub(super) fn fill<T: Send, A: Send>(
    array: &mut [T],
    steps: usize,
    check: Check<'_>,
    new: &(impl Fn() -> A + Sync),
    step: &(impl Fn(&mut A, usize, &mut [T]) + Sync),
) -> Result<Vec<A>> {
    let threads = threads(steps, array.len());
    let chunks = Mutex::new(array.chunks_mut(CHUNK).enumerate());
    run(threads, &|| {
        let mut folded = new();
        loop {
            let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((at, chunk)) = next else { return Ok(folded) };
            check()?;
            step(&mut folded, at * CHUNK, chunk);
        }
    })
}

fn threads(steps: usize, len: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    cores.min(steps / STEPS_MIN + 1).min(len.div_ceil(CHUNK)).max(1)
}

/// Runs the same on several threads, the caller's among them.
fn run<A: Send>(threads: usize, work: &(impl Fn() -> Result<A> + Sync)) -> Result<Vec<A>> {
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut results = vec![work()?];
        for other in others {
            results.push(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(results)
    })
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
            let add = |(): &mut (), first: usize, chunk: &mut [usize]| {
                chunk.iter_mut().zip(first..).for_each(|(place, at)| *place += at);
            };
            fill(&mut places, steps, &|| Ok(()), &|| (), &add).unwrap();
            assert!(places.iter().enumerate().all(|(at, place)| at == *place));
        }
    }
}
