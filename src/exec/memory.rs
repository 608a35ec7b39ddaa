//! The account of what operators keep.
//!
//! Operators that must keep rows (Sort, Aggregate, Distinct, `HashJoin`, `CrossProduct`, Eager), walks,
//! the result, the lineage, the changes of a transaction and expressions that make large values (`expr/making.rs`)
//! say how many bytes they hold; beyond the budget of the run, or beyond that
//! of the process, which all its runs share, the query fails with an error that names the operator. What a
//! batch in flight takes is not counted: it is bounded by its size.
//!
//! Nothing is written to the disk to make room: an error can be acted on, and a sort that takes an hour looks
//! like one that hangs. `ORDER BY … LIMIT` keeps only what it gives (`top_k.rs`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, Result, eval};

/// The bytes that the operators of all runs of this process hold.
static PROCESS_HELD: AtomicUsize = AtomicUsize::new(0);
/// How many they may hold.
static PROCESS_MAX: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Says how many bytes the operators of all queries of this process may keep together; `None` for no limit.
///
/// ```
/// dossier::set_process_memory_max(Some(1 << 30));
/// dossier::set_process_memory_max(None);
/// ```
pub fn set_process_memory_max(bytes: Option<usize>) {
    PROCESS_MAX.store(bytes.unwrap_or(usize::MAX), Ordering::Relaxed);
}

/// How many they may keep; `usize::MAX` where there is no limit.
pub(crate) fn process_memory_max() -> usize {
    PROCESS_MAX.load(Ordering::Relaxed)
}

/// The bytes that the operators of a run hold, on all its threads.
#[derive(Debug, Default)]
pub(crate) struct Account {
    held: AtomicUsize,
    max: Option<usize>,
}

impl Account {
    /// An account with a budget in bytes, or without.
    pub(crate) fn new(max: Option<usize>) -> Arc<Account> {
        Arc::new(Account { held: AtomicUsize::new(0), max })
    }

    /// How many bytes may be held at most, by the run or by all together.
    pub(crate) fn max_bytes(&self) -> usize {
        self.max.unwrap_or(usize::MAX).min(PROCESS_MAX.load(Ordering::Relaxed))
    }

    /// Whether anybody is limited, so that what costs time to count is worth counting.
    pub(crate) fn is_limited(&self) -> bool {
        self.max.is_some() || PROCESS_MAX.load(Ordering::Relaxed) != usize::MAX
    }
}

/// What one operator holds; given back when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    bytes: usize,
    account: Option<Arc<Account>>,
}

impl Holding {
    /// How many bytes the operator holds.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Says that the operator now holds so many bytes in all.
    pub(crate) fn set(
        &mut self,
        bytes: usize,
        account: &Arc<Account>,
        operator: &str,
    ) -> Result<()> {
        let change = |held: &AtomicUsize| {
            if bytes >= self.bytes {
                let more = bytes - self.bytes;
                held.fetch_add(more, Ordering::Relaxed).saturating_add(more)
            } else {
                let less = self.bytes - bytes;
                held.fetch_sub(less, Ordering::Relaxed).saturating_sub(less)
            }
        };
        let (held, others) = (change(&account.held), change(&PROCESS_HELD));
        self.bytes = bytes;
        self.account.get_or_insert_with(|| Arc::clone(account));
        match account.max {
            Some(max) if held > max => Err(too_much(operator, max)),
            _ => within_process(others, operator),
        }
    }
}

/// The error of what holds more than the query may.
pub(super) fn too_much(what: &str, max: usize) -> Error {
    let message = format!("{what} needs more memory than the query may use ({max} bytes).");
    Error::new(&eval::MEMORY, message).hint(
        "Raise the limit, or do less at once: filter earlier, add LIMIT, or commit in between.",
    )
}

/// Fails where all runs together hold more than the process may.
pub(super) fn within_process(held: usize, operator: &str) -> Result<()> {
    let max = PROCESS_MAX.load(Ordering::Relaxed);
    if held <= max {
        return Ok(());
    }
    let message = format!(
        "{operator} needs more memory than all queries of the process may use together ({max} bytes)."
    );
    Err(Error::new(&eval::MEMORY, message)
        .hint("Raise --memory-max, run fewer queries at once, or filter earlier."))
}

impl Drop for Holding {
    fn drop(&mut self) {
        if let Some(account) = &self.account {
            account.held.fetch_sub(self.bytes, Ordering::Relaxed);
            PROCESS_HELD.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_is_given_back() {
        let account = Account::new(Some(100));
        let mut first = Holding::default();
        first.set(80, &account, "Sort").expect("within the budget");
        first.set(60, &account, "Sort").expect("within the budget");
        let mut second = Holding::default();
        let error = second.set(50, &account, "Distinct").expect_err("60 + 50 is too much");
        assert!(error.message().starts_with("Distinct"));
        drop((first, second));
        assert_eq!(account.held.load(Ordering::Relaxed), 0);
    }
}
