//! The locks of `turns.rs`; its test puts those of a scheduler in their place that tries interleavings.

use std::time::Duration;

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
