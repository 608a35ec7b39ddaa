//! Whose turn it is to write, and what was committed last.
//!
//! Readers take the last commit under a mutex that is held for the time of one reference count.
//! Writers take turns: the turn is a flag with a waiting room, not a held mutex, so that a
//! transaction owns its turn and can be sent to another thread.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, Result, store};

use super::fold::fold;
use super::{Options, StoreSnapshot};

/// What all handles of one database share.
#[derive(Debug)]
pub struct Shared {
    published: Mutex<Arc<StoreSnapshot>>,
    is_writing: Mutex<bool>,
    freed: Condvar,
    options: Options,
}

/// The right to write; given back when it is dropped.
#[derive(Debug)]
pub struct WriteTurn {
    shared: Arc<Shared>,
}

impl Shared {
    /// What a database begins with.
    pub fn new(graph: StoreSnapshot, options: Options) -> Self {
        Shared {
            published: Mutex::new(Arc::new(graph)),
            is_writing: Mutex::new(false),
            freed: Condvar::new(),
            options,
        }
    }

    /// The last commit.
    pub fn published(&self) -> Arc<StoreSnapshot> {
        // Nothing panics while the lock is held, and what it guards is whole at all times.
        Arc::clone(&self.published.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for the turn to write, at most as long as the options say.
    pub fn take_turn(self: &Arc<Self>) -> Result<WriteTurn> {
        let deadline = Instant::now() + self.options.busy_timeout;
        let mut is_writing = self.is_writing.lock().unwrap_or_else(PoisonError::into_inner);
        while *is_writing {
            let left = deadline.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return Err(Error::new(
                    &store::BUSY,
                    "Another transaction has been writing for too long.",
                )
                .hint("Commit or drop the other transaction, or wait longer for it."));
            }
            let waited = self.freed.wait_timeout(is_writing, left);
            is_writing = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *is_writing = true;
        Ok(WriteTurn { shared: Arc::clone(self) })
    }
}

impl WriteTurn {
    /// The last commit.
    pub fn published(&self) -> Arc<StoreSnapshot> {
        self.shared.published()
    }

    /// Makes the graph the last commit, folded where enough was written.
    pub fn publish(&self, graph: StoreSnapshot) {
        let base = graph.generation.nodes as usize + graph.generation.statements as usize;
        let is_due = graph.delta.changes >= self.shared.options.fold_after.max(base / 8);
        // A graph too large to fold stays as it is: what was written is safe where it is.
        let folded = if is_due { fold(&graph).ok() } else { None };
        self.replace(folded.unwrap_or(graph));
    }

    /// Makes the graph the last commit as it is.
    pub fn replace(&self, graph: StoreSnapshot) {
        let graph = Arc::new(graph);
        let mut published = self.shared.published.lock().unwrap_or_else(PoisonError::into_inner);
        let last = std::mem::replace(&mut *published, graph);
        drop(published);
        // What nobody reads any more is freed after the lock.
        drop(last);
    }
}

impl Drop for WriteTurn {
    fn drop(&mut self) {
        *self.shared.is_writing.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.shared.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Snapshot, Transaction};
    use crate::store::Database;

    fn database(busy_timeout: Duration) -> Database {
        Database::memory_with(Options { busy_timeout, ..Options::default() })
    }

    #[test]
    fn a_second_writer_is_told_that_the_first_is_writing() {
        let database = database(Duration::ZERO);
        let first = database.begin_write().unwrap();
        let error = database.begin_write().unwrap_err();
        assert_eq!(error.code(), "store::busy");
        assert!(error.is_retryable() && !error.hints().is_empty());
        assert_eq!(database.reset().unwrap_err().code(), "store::busy");
        assert_eq!(database.begin_read().commit(), 0);
        drop(first);
        assert!(database.begin_write().is_ok());
    }

    #[test]
    fn writers_in_many_threads_take_turns_and_lose_nothing() {
        let database = database(Duration::from_secs(60));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let mut write = database.begin_write().unwrap();
                        write.create_node(&[]).unwrap();
                        let seen = database.begin_read();
                        assert_eq!(seen.statistics().nodes + 1, write.statistics().nodes);
                        write.commit().unwrap();
                    }
                });
            }
        });
        let graph = database.begin_read();
        assert_eq!((graph.commit(), graph.statistics().nodes), (200, 200));
    }

    #[test]
    fn a_transaction_without_a_change_is_no_commit() {
        let database = database(Duration::ZERO);
        let mut write = database.begin_write().unwrap();
        write.intern_label("Unused");
        assert_eq!(write.commit().unwrap(), 0);
        assert_eq!(database.reset().unwrap(), 1);
    }
}
