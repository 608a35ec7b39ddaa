//! Loops over ranges of ids, on one thread or on several.
//!
//! A range is cut into chunks; whoever is free takes the next, so that a hub in one chunk does not
//! keep the others waiting. To ask a helper costs some microseconds, so that it is done only where
//! the caller expects more work than that. Every chunk asks first whether the run must stop.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Result;
use crate::exec::Limits;
use crate::threads;

/// How many ids a chunk has.
pub(crate) const CHUNK: usize = 2048;
/// Work that one thread does alone, in steps of about a nanosecond.
const WORK_MIN: usize = 200_000;

/// On how many threads some work is worth doing.
pub(crate) fn threads(work: usize) -> usize {
    threads::cores().min(work / WORK_MIN + 1)
}

/// Folds the chunks of a range: each thread begins with `new` and takes chunk after chunk with
/// `step`; gives what each thread came to, in no order.
pub(crate) fn fold<A: Send>(
    range: Range<u32>,
    work: usize,
    limits: &Limits,
    new: &(impl Fn() -> A + Sync),
    step: &(impl Fn(&mut A, Range<u32>) + Sync),
) -> Result<Vec<A>> {
    let chunks = range.len().div_ceil(CHUNK);
    let next = AtomicUsize::new(0);
    let run = || -> Result<A> {
        let mut folded = new();
        loop {
            let chunk = next.fetch_add(1, Ordering::Relaxed);
            if chunk >= chunks {
                return Ok(folded);
            }
            limits.check()?;
            let first = range.start + (chunk * CHUNK) as u32;
            step(&mut folded, first..range.end.min(first.saturating_add(CHUNK as u32)));
        }
    };
    on_threads(threads(work).min(chunks.max(1)), &run)
}

/// Does the same with each of some things; gives what came of them, in no order. `work` is what
/// one of them takes.
pub(crate) fn each<T: Sync, A: Send>(
    things: &[T],
    work: usize,
    limits: &Limits,
    step: &(impl Fn(&T) -> A + Sync),
) -> Result<Vec<A>> {
    let next = AtomicUsize::new(0);
    let run = || -> Result<Vec<A>> {
        let mut done = Vec::new();
        while let Some(thing) = things.get(next.fetch_add(1, Ordering::Relaxed)) {
            limits.check()?;
            done.push(step(thing));
        }
        Ok(done)
    };
    let threads = threads(work.saturating_mul(things.len())).min(things.len().max(1));
    Ok(on_threads(threads, &run)?.into_iter().flatten().collect())
}

/// The same, and what came of them in the order of the things.
pub(crate) fn in_order<T: Sync, A: Send>(
    things: &[T],
    work: usize,
    limits: &Limits,
    step: &(impl Fn(&T) -> A + Sync),
) -> Result<Vec<A>> {
    in_order_with(things, work, limits, &|| (), &|(), thing| step(thing))
}

/// The same with something that each thread has for itself, made by `new`.
pub(crate) fn in_order_with<T: Sync, S, A: Send>(
    things: &[T],
    work: usize,
    limits: &Limits,
    new: &(impl Fn() -> S + Sync),
    step: &(impl Fn(&mut S, &T) -> A + Sync),
) -> Result<Vec<A>> {
    let next = AtomicUsize::new(0);
    let run = || -> Result<Vec<(usize, A)>> {
        let (mut own, mut done) = (new(), Vec::new());
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(thing) = things.get(at) else { return Ok(done) };
            limits.check()?;
            done.push((at, step(&mut own, thing)));
        }
    };
    let threads = threads(work.saturating_mul(things.len())).min(things.len().max(1));
    let mut done: Vec<(usize, A)> = on_threads(threads, &run)?.into_iter().flatten().collect();
    done.sort_unstable_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, made)| made).collect())
}

/// Fills an array, chunk by chunk: `fill` gets the position of a chunk's first entry and the chunk.
pub(crate) fn fill<T: Send>(
    array: &mut [T],
    work: usize,
    limits: &Limits,
    fill: &(impl Fn(usize, &mut [T]) + Sync),
) -> Result<()> {
    let threads = threads(work).min(array.len().div_ceil(CHUNK).max(1));
    let chunks = Mutex::new(array.chunks_mut(CHUNK).enumerate());
    let run = || -> Result<()> {
        loop {
            let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((at, chunk)) = next else { return Ok(()) };
            limits.check()?;
            fill(at * CHUNK, chunk);
        }
    };
    on_threads(threads, &run).map(|_| ())
}

/// Runs the same on several threads, the caller's among them: on fewer where no helper is idle. `run`
/// takes pieces of the work until there are none.
pub(crate) fn on_threads<A: Send>(
    threads: usize,
    run: &(impl Fn() -> Result<A> + Sync),
) -> Result<Vec<A>> {
    threads::together(threads, run).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_visited_once() {
        let limits = Limits::default();
        for work in [0, 10_000_000] {
            let sums = fold(7..100_000, work, &limits, &|| 0u64, &|sum, ids| {
                *sum += ids.map(u64::from).sum::<u64>();
            });
            assert_eq!(sums.unwrap().iter().sum::<u64>(), (7..100_000).sum::<u64>());
            let mut squares = vec![0usize; 10_001];
            fill(&mut squares, work, &limits, &|first, chunk| {
                chunk.iter_mut().zip(first..).for_each(|(slot, at)| *slot = at * at);
            })
            .unwrap();
            assert!(squares.iter().enumerate().all(|(at, square)| *square == at * at));
        }
    }

    #[test]
    fn what_comes_of_things_is_in_their_order() {
        let (limits, things) = (Limits::default(), (0..1_000).collect::<Vec<i32>>());
        for work in [0, 10_000] {
            let counted = in_order_with(&things, work, &limits, &|| 0, &|seen, thing| {
                *seen += 1;
                (*thing, *seen)
            });
            let (order, seen): (Vec<i32>, Vec<i32>) = counted.unwrap().into_iter().unzip();
            assert_eq!(order, things);
            // Each thread counts for itself.
            assert!(seen.iter().all(|seen| (1..=1_000).contains(seen)));
        }
    }

    #[test]
    fn a_stop_is_heard() {
        let limits = Limits::default();
        limits.cancelled.store(true, Ordering::Relaxed);
        assert!(fold(0..10, 0, &limits, &|| (), &|(), _| ()).is_err());
    }
}
