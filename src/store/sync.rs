//! The locks of `turns.rs`; its test puts those of a scheduler in their place that tries interleavings.

use std::time::{Duration, Instant};

pub use std::sync::atomic::{AtomicBool, Ordering};
pub use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Waits as long as it is so, a while at most.
pub fn wait_while<'a, T>(
    condvar: &Condvar,
    _mutex: &'a Mutex<T>,
    guard: MutexGuard<'a, T>,
    most: Duration,
    is_so: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'a, T> {
    condvar.wait_timeout_while(guard, most, is_so).unwrap_or_else(PoisonError::into_inner).0
}

/// For less time it is not worth to sleep.
const SLEEP_MIN: Duration = Duration::from_micros(250);

/// Whether it is better to look again and again for so long than to sleep.
pub fn is_short(most: Duration) -> bool {
    most < SLEEP_MIN
}

/// To sleep and to be woken takes about so long.
const SPIN_MAX: Duration = Duration::from_micros(50);

/// Looks again and again as long as it is so, for less time than it takes to sleep and to be woken; others run
/// meanwhile.
pub fn spin_while(is_so: impl Fn() -> bool) {
    spin_for(SPIN_MAX, is_so);
}

/// The same for less time than is given: the system's clock would wake a sleeper that much later.
pub fn spin_for(most: Duration, is_so: impl Fn() -> bool) {
    if !is_so() {
        return;
    }
    let begun = Instant::now();
    while is_so() && begun.elapsed() < most {
        (0..16).for_each(|_| std::hint::spin_loop());
        std::thread::yield_now();
    }
}
