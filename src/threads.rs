//! Work that several threads share: whoever begins it, and those that are idle at that moment.
//!
//! Comes in: a closure that takes pieces of work from a place that all share (a counter, a locked
//! iterator) until there are none. Goes out: what each thread that took part came to. Called by
//! the loops of `exec`, `algo` and `store`, and where a first question reads its words.
//!
//! # Design
//!
//! To start a thread takes some tens of microseconds on an idle machine. On a busy one the new thread
//! waits for its turn, up to a few milliseconds, and who started it waits for it even when all the
//! work is done: a query of 0.1 ms then took 4. So helpers are started once and kept
//! (`rayon-core`), and two rules keep a query from waiting for anything but work:
//!
//! - A helper is asked only where one is idle. There are as many permits as helpers; who asks takes
//!   a permit, and the helper gives it back when it has done its part. Without this a short query would
//!   stand in line behind the long one of another session, whose part no one can take back.
//! - Nobody is promised a helper. A closure must come to the same with any number of threads, one
//!   among them: a query that finds no helper idle does all of its work itself. So does what a helper
//!   runs: one that waited for others would meanwhile begin some other query's work on top of its own, and
//!   find locked what it has locked itself.
//!
//! Whoever is done looks for the others for a few microseconds before it sleeps, because the
//! pieces are small and the last ones end at about the same time.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon_core::{ThreadPool, ThreadPoolBuilder};

/// More threads than this wait for memory.
const THREADS_MAX: usize = 16;
/// How often a thread that is done looks whether the others are: some ten microseconds.
const LOOKS_MAX: usize = 1_000;

/// The threads that are there to help, and how many of them nobody has asked.
struct Helpers {
    pool: ThreadPool,
    idle: AtomicUsize,
}

/// A helper that is asked, or at work. Where it is dropped, the helper is idle.
struct Permit<'a>(&'a AtomicUsize);

/// How many threads can work at once: the cores that the process may use, 16 at most.
pub(crate) fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| {
        std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX)
    })
}

/// Runs the same on the caller's thread and on those of at most `threads - 1` helpers that are idle;
/// gives what each came to, in no order, the caller's first.
///
/// `run` takes pieces of work from what all share until there are none. A panic of a helper is
/// a panic of the caller.
pub(crate) fn together<A: Send>(threads: usize, run: &(impl Fn() -> A + Sync)) -> Vec<A> {
    let Some(helpers) = (threads > 1).then(helpers).flatten() else { return vec![run()] };
    let permits: Vec<Permit<'_>> = (1..threads).map_while(|_| helpers.permit()).collect();
    if permits.is_empty() || helpers.pool.current_thread_index().is_some() {
        return vec![run()];
    }
    let mut others: Vec<Option<A>> = permits.iter().map(|_| None).collect();
    let done = AtomicUsize::new(0);
    let asked = permits.len();
    let own = helpers.pool.in_place_scope(|scope| {
        for (permit, other) in permits.into_iter().zip(&mut others) {
            let done = &done;
            scope.spawn(move |_| {
                let permit = permit;
                *other = Some(run());
                drop(permit);
                done.fetch_add(1, Ordering::Release);
            });
        }
        let own = run();
        for _ in 0..LOOKS_MAX {
            if done.load(Ordering::Acquire) == asked {
                break;
            }
            std::hint::spin_loop();
        }
        own
    });
    std::iter::once(own).chain(others.into_iter().flatten()).collect()
}

/// What two pieces of work come to, done at once where a helper is idle.
pub(crate) fn both<A: Send + Sync, B: Send + Sync>(
    one: impl Fn() -> A + Sync,
    other: impl Fn() -> B + Sync,
) -> (A, B) {
    let (first, second) = (OnceLock::new(), OnceLock::new());
    let next = AtomicUsize::new(0);
    together(2, &|| {
        loop {
            match next.fetch_add(1, Ordering::Relaxed) {
                0 => _ = first.get_or_init(&one),
                1 => _ = second.get_or_init(&other),
                _ => return,
            }
        }
    });
    // Both are done: each was taken by a thread, and all have returned.
    (first.into_inner().unwrap_or_else(one), second.into_inner().unwrap_or_else(other))
}

/// All helpers, one fewer than cores; nothing where there is one core or no thread can be started.
fn helpers() -> Option<&'static Helpers> {
    static HELPERS: OnceLock<Option<Helpers>> = OnceLock::new();
    let start = || {
        let count = cores() - 1;
        let name = |at| format!("dossier-helper-{at}");
        let pool = ThreadPoolBuilder::new().num_threads(count.max(1)).thread_name(name).build();
        let pool = pool.ok().filter(|_| count > 0)?;
        Some(Helpers { pool, idle: AtomicUsize::new(count) })
    };
    HELPERS.get_or_init(start).as_ref()
}

impl Helpers {
    /// One of the idle helpers, where there is one.
    fn permit(&self) -> Option<Permit<'_>> {
        let fewer = |idle: usize| idle.checked_sub(1);
        self.idle.fetch_update(Ordering::Acquire, Ordering::Relaxed, fewer).ok()?;
        Some(Permit(&self.idle))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum of the pieces below `pieces`, taken by all from one counter.
    fn sum(threads: usize, pieces: usize) -> usize {
        let next = AtomicUsize::new(0);
        let parts = together(threads, &|| {
            let mut sum = 0;
            loop {
                match next.fetch_add(1, Ordering::Relaxed) {
                    piece if piece < pieces => sum += piece,
                    _ => return sum,
                }
            }
        });
        assert!((1..=threads.max(1)).contains(&parts.len()));
        parts.into_iter().sum()
    }

    #[test]
    fn the_work_is_done_once_however_many_share_it() {
        for threads in [0, 1, 2, 5, 100] {
            assert_eq!(sum(threads, 10_000), 10_000 * 9_999 / 2);
        }
    }

    #[test]
    fn both_are_done_once() {
        for _ in 0..200 {
            let calls = AtomicUsize::new(0);
            let call = |value: usize| {
                calls.fetch_add(1, Ordering::Relaxed);
                value
            };
            assert_eq!(both(|| call(1), || both(|| call(2), || call(3))), (1, (2, 3)));
            assert_eq!(calls.load(Ordering::Relaxed), 3);
        }
    }

    #[test]
    fn work_within_work_and_of_many_at_once_ends() {
        let all = together(4, &|| sum(4, 1_000) + sum(4, 10));
        assert!(all.iter().all(|&sum| sum == 1_000 * 999 / 2 + 45));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..50).for_each(|_| assert_eq!(sum(3, 500), 500 * 499 / 2)));
            }
        });
    }

    #[test]
    fn a_panic_is_the_callers_and_the_helpers_stay() {
        for _ in 0..40 {
            let panicked = std::panic::catch_unwind(|| together(2, &|| panic!("as it should")));
            assert!(panicked.is_err());
        }
        if let Some(helpers) = helpers() {
            // Those of other tests give theirs back, too.
            while helpers.idle.load(Ordering::Acquire) != cores() - 1 {
                std::thread::yield_now();
            }
        }
    }
}
