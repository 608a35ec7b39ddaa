//! Whose turn it is to write, and what was committed last.
//!
//! Readers take the last commit under a mutex that is held for the time of one reference count.
//! Writers take turns: the turn is a flag with a waiting room, not a held mutex, so that a
//! transaction owns its turn and can be sent to another thread.
//!
//! # Group commit
//!
//! A store on disk has two last commits: the *head*, with which the next transaction begins, and
//! the *published* one, which is on the disk and which readers see. A transaction that commits
//! puts itself into a queue, passes the turn on, and waits. Whoever finds nobody writing the queue
//! to the disk does so, for all who stand in it, with one sync:
//!
//! ```text
//! thread A   write 7 ── queue 7 ─┬─ write {7} to disk ───────────┬─ publish 7
//! thread B            write 8 ───┴── queue 8 ── wait ────────────┼─ write {8, 9} ── publish 9
//! thread C                       write 9 ── queue 9 ── wait ─────┴─ wait ──────────┘
//! ```
//!
//! Threads that commit one transaction after the other come back when a sync ends, all at the same
//! time. Whoever is first would sync for himself alone, and the others would wait for two syncs. So
//! the first waits for as many as were together last time, for a quarter of what a sync took at most.
//!
//! If writing fails, all in the queue fail, the head is what is published again, and transactions
//! that began with a head that is no more are refused at their commit. The manifest is then opened
//! anew before anybody writes, because a failed write may be on the disk all the same.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::error::{Error, Result, store};

use super::files::{self, Files};
use super::fold::fold;
use super::history::{Erased, History};
use super::manifest::Commit;
use super::{Options, StoreSnapshot};

/// How long a checkpoint in the background waits for its turn: transactions come first.
const BACKGROUND_WAIT: Duration = Duration::from_secs(24 * 3600);

/// How long a commit waits for others to share its sync, at most.
const PATIENCE_MAX: Duration = Duration::from_millis(2);

/// What all handles of one database share.
#[derive(Debug)]
pub struct Shared {
    published: Mutex<Arc<StoreSnapshot>>,
    queue: Mutex<Queue>,
    changed: Condvar,
    options: Options,
    files: Option<Files>,
    /// Held by the one checkpoint that runs.
    checkpoint: Mutex<()>,
    is_closing: AtomicBool,
}

/// Who writes and who waits for the disk.
#[derive(Debug, Default)]
struct Queue {
    is_writing: bool,
    is_flushing: bool,
    /// The last commit in the queue or on its way to the disk; `None` where that is the published.
    head: Option<Arc<StoreSnapshot>>,
    waiting: Vec<Waiting>,
    /// How many commits the last sync was for, and how long it took.
    together: usize,
    sync_took: Duration,
    /// How often the head was taken back.
    epoch: u64,
    background: Option<JoinHandle<()>>,
}

/// A commit in the queue.
#[derive(Debug)]
struct Waiting {
    commit: Commit,
    graph: Arc<StoreSnapshot>,
    outcome: Arc<OnceLock<Result<()>>>,
}

/// The right to write; given back when it is dropped.
#[derive(Debug)]
pub struct WriteTurn {
    shared: Arc<Shared>,
    head: Arc<StoreSnapshot>,
    epoch: u64,
    is_over: bool,
}

impl Shared {
    /// What a database begins with.
    pub fn new(graph: StoreSnapshot, options: Options, files: Option<Files>) -> Self {
        let history = graph.history.clone().keeping(options.keep_history);
        let graph = StoreSnapshot { history, ..graph };
        Shared {
            published: Mutex::new(Arc::new(graph)),
            queue: Mutex::default(),
            changed: Condvar::new(),
            options,
            files,
            checkpoint: Mutex::default(),
            is_closing: AtomicBool::new(false),
        }
    }

    /// How long a transaction waits for another.
    pub fn busy_timeout(&self) -> Duration {
        self.options.busy_timeout
    }

    /// Whether files may be written on another machine.
    pub fn allows_network(&self) -> bool {
        self.options.allow_network
    }

    /// The files, of a store on disk.
    pub fn files(&self) -> Option<&Files> {
        self.files.as_ref()
    }

    /// The last commit.
    pub fn published(&self) -> Arc<StoreSnapshot> {
        // Nothing panics while the lock is held, and what it guards is whole at all times.
        Arc::clone(&self.published.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks whether another process has committed.
    pub fn refresh(&self) -> Result<()> {
        if let Some(files) = self.files.as_ref().filter(|files| !files.is_writer()) {
            // Under the lock, so that two threads do not show an older commit after a newer.
            let _queue = self.queue();
            if let Some(graph) = files.refresh(&self.published())? {
                self.publish(Arc::new(graph));
            }
        }
        Ok(())
    }

    /// Waits for the turn to write, at most as long as the options say.
    pub fn take_turn(self: &Arc<Self>) -> Result<WriteTurn> {
        self.take_turn_within(self.options.busy_timeout)
    }

    fn take_turn_within(self: &Arc<Self>, wait: Duration) -> Result<WriteTurn> {
        let deadline = Instant::now() + wait;
        let mut queue = self.queue();
        while queue.is_writing {
            let left = deadline.saturating_duration_since(Instant::now());
            if left == Duration::ZERO || self.is_closing.load(Ordering::Acquire) {
                return Err(busy());
            }
            queue = self.wait(queue, left);
        }
        if let Some(files) = &self.files {
            // Nothing is on its way to the disk when the manifest is opened: either nobody has
            // written yet, or everything that was on its way has failed.
            if let Some(graph) = files.become_writer(&self.published())? {
                self.publish(Arc::new(graph));
            }
        }
        queue.is_writing = true;
        let head = queue.head.clone().unwrap_or_else(|| self.published());
        Ok(WriteTurn { shared: Arc::clone(self), head, epoch: queue.epoch, is_over: false })
    }

    /// Folds what was written into arrays, in the middle of other people's transactions.
    pub fn checkpoint(self: &Arc<Self>, wait: Duration) -> Result<()> {
        let Some(files) = &self.files else {
            let turn = self.take_turn_within(wait)?;
            turn.replace(fold(&turn.head())?);
            return Ok(());
        };
        let _one_at_a_time = self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever may not write learns it before the work.
        drop(self.take_turn_within(wait)?);
        let base = self.published();
        if base.delta.changes == 0 {
            return Ok(());
        }
        let written = files.write(&fold(&base)?, true)?;
        drop(base);
        let mut graph = Arc::new(written.graph.clone());
        // Most of what was committed in the meantime is caught up with before the turn is taken.
        catch_up(files, &mut graph)?;
        let turn = self.take_turn_within(wait)?;
        turn.wait_for_disk()?;
        catch_up(files, &mut graph)?;
        if graph.commit != self.published().commit {
            let message = "The checkpoint does not lead to the last commit; it was not installed.";
            return Err(Error::new(&store::DAMAGED, message));
        }
        files.install(written, None)?;
        turn.replace(Arc::unwrap_or_clone(graph));
        files.remove_unnamed();
        Ok(())
    }

    /// Folds what was written, and gives back to the file system what the manifest no longer uses.
    pub fn compact(self: &Arc<Self>) -> Result<()> {
        let wait = self.options.busy_timeout;
        self.checkpoint(wait)?;
        let Some(files) = &self.files else { return Ok(()) };
        let _one_at_a_time = self.no_checkpoint()?;
        let turn = self.take_turn_within(wait)?;
        turn.wait_for_disk()?;
        files.compact(wait)
    }

    /// Waits until no checkpoint runs, and keeps it so; at most as long as the options say, because
    /// one may be waiting for the transaction of whoever asks.
    fn no_checkpoint(&self) -> Result<MutexGuard<'_, ()>> {
        let deadline = Instant::now() + self.options.busy_timeout;
        loop {
            match self.checkpoint.try_lock() {
                Ok(guard) => return Ok(guard),
                Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Err(busy()),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    /// Puts in the place of the graph what is made of it, as one commit; returns its number.
    ///
    /// Others can read meanwhile, and nobody can write.
    pub fn replace(
        self: &Arc<Self>,
        make: impl FnOnce(&Arc<StoreSnapshot>) -> Result<StoreSnapshot>,
    ) -> Result<u64> {
        // A checkpoint writes the next generation, too.
        let _one_at_a_time = self.no_checkpoint()?;
        let turn = self.take_turn()?;
        turn.wait_for_disk()?;
        turn.install(make(&turn.head)?)
    }

    /// Takes what the history says of what was erased out of it, and what commits say of that.
    pub fn forget(self: &Arc<Self>, erased: &Erased) -> Result<()> {
        let _one_at_a_time = self.no_checkpoint()?;
        let turn = self.take_turn()?;
        turn.wait_for_disk()?;
        let Some(files) = &self.files else {
            let mut graph = StoreSnapshot::clone(&turn.head);
            graph.history.forget(erased.clone());
            turn.replace(graph);
            return Ok(());
        };
        // Commits after the generation's say in full what they did: they are folded.
        let mut folded = fold(&turn.head)?;
        folded.history.forget(erased.clone());
        let written = files.write(&folded, !folded.is_empty())?.forgetting(erased.clone());
        let graph = written.graph.clone();
        files.install(written, None)?;
        turn.replace(graph);
        files.remove_unnamed();
        Ok(())
    }

    /// Empties the store; returns the number of the commit.
    pub fn reset(self: &Arc<Self>) -> Result<u64> {
        self.replace(|graph| {
            let commit = graph.commit + 1;
            let history = History::from_commit(commit).keeping(self.options.keep_history);
            Ok(StoreSnapshot { commit, history, ..StoreSnapshot::default() })
        })
    }

    /// Ends what runs in the background; whoever waits for a turn gives up.
    pub fn close(&self) {
        self.is_closing.store(true, Ordering::Release);
        let background = {
            let mut queue = self.queue();
            self.changed.notify_all();
            queue.background.take()
        };
        if let Some(background) = background {
            // What it could not do, the next one does.
            let _ = background.join();
        }
    }

    fn start_checkpoint(self: &Arc<Self>) {
        let mut queue = self.queue();
        let runs = queue.background.as_ref().is_some_and(|thread| !thread.is_finished());
        if runs || self.is_closing.load(Ordering::Acquire) {
            return;
        }
        let shared = Arc::clone(self);
        // Without a thread, the next commit tries again.
        queue.background = std::thread::Builder::new()
            .name("dossier checkpoint".to_owned())
            .spawn(move || {
                // A failure leaves the store as it is: everything is in the manifest.
                let _ = shared.checkpoint(BACKGROUND_WAIT);
            })
            .ok();
    }

    fn is_due(&self, graph: &StoreSnapshot) -> bool {
        let base = graph.generation.nodes as usize + graph.generation.statements as usize;
        graph.delta.changes >= self.options.fold_after.max(base / 8)
    }

    fn publish(&self, graph: Arc<StoreSnapshot>) {
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        let last = std::mem::replace(&mut *published, graph);
        drop(published);
        // What nobody reads any more is freed after the lock.
        drop(last);
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a change, a while at most; gives up at once when the store is being closed.
    fn wait<'a>(&self, queue: MutexGuard<'a, Queue>, most: Duration) -> MutexGuard<'a, Queue> {
        self.changed.wait_timeout(queue, most).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Waits until the outcome is known, and writes the queue to the disk where nobody else does.
    fn flush(&self, files: &Files, outcome: &OnceLock<Result<()>>) -> Result<()> {
        let mut queue = self.queue();
        let mut deadline = None;
        loop {
            if let Some(outcome) = outcome.get() {
                return outcome.clone();
            }
            if queue.is_flushing {
                queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let patience = (queue.sync_took / 4).min(PATIENCE_MAX);
            let now = Instant::now();
            let left = deadline.get_or_insert(now + patience).saturating_duration_since(now);
            if queue.waiting.len() < queue.together && left > Duration::ZERO {
                queue = self.wait(queue, left);
                continue;
            }
            queue.is_flushing = true;
            queue.together = queue.waiting.len();
            let batch = std::mem::take(&mut queue.waiting);
            drop(queue);
            let (commits, rest): (Vec<_>, Vec<_>) =
                batch.into_iter().map(|w| (w.commit, (w.graph, w.outcome))).unzip();
            let begun = Instant::now();
            let done = files.append(&commits);
            queue = self.queue();
            queue.sync_took = begun.elapsed();
            queue.is_flushing = false;
            if done.is_ok() {
                if let Some((graph, _)) = rest.last() {
                    if queue.waiting.is_empty() {
                        queue.head = None;
                    }
                    self.publish(Arc::clone(graph));
                }
            } else {
                queue.epoch += 1;
                queue.head = None;
                for later in queue.waiting.drain(..) {
                    let _ = later.outcome.set(done.clone());
                }
            }
            for (_, outcome) in rest {
                let _ = outcome.set(done.clone());
            }
            self.changed.notify_all();
        }
    }
}

/// Replays the commits that are on the disk and not in the graph.
fn catch_up(files: &Files, graph: &mut Arc<StoreSnapshot>) -> Result<()> {
    for (time, record) in files.commits_after(graph.commit)? {
        *graph = Arc::new(files::replay(graph, graph.commit + 1, time, &record)?);
    }
    Ok(())
}

impl WriteTurn {
    /// The commit to begin with.
    pub fn head(&self) -> Arc<StoreSnapshot> {
        Arc::clone(&self.head)
    }

    /// Whether commits are written down: those of a store on disk.
    pub fn is_recorded(&self) -> bool {
        self.shared.files.is_some()
    }

    /// Makes the graph the last commit; when this returns it is on the disk, if there is one.
    pub fn commit(mut self, graph: StoreSnapshot, record: Vec<u8>) -> Result<u64> {
        let number = graph.commit;
        let is_due = self.shared.is_due(&graph);
        let shared = Arc::clone(&self.shared);
        let Some(files) = &shared.files else {
            // A graph too large to fold stays as it is: what was written is safe where it is.
            let folded = if is_due { fold(&graph).ok() } else { None };
            self.replace(folded.unwrap_or(graph));
            return Ok(number);
        };
        let outcome = Arc::new(OnceLock::new());
        {
            let mut queue = shared.queue();
            if queue.epoch != self.epoch {
                return Err(aborted());
            }
            let time = graph.history.last_micros().unwrap_or_else(files::now);
            let graph = Arc::new(graph);
            let commit = Commit { number, time, record };
            queue.head = Some(Arc::clone(&graph));
            queue.waiting.push(Waiting { commit, graph, outcome: Arc::clone(&outcome) });
            queue.is_writing = false;
            self.is_over = true;
            shared.changed.notify_all();
        }
        shared.flush(files, &outcome)?;
        if is_due {
            shared.start_checkpoint();
        }
        Ok(number)
    }

    /// The same, and what the commit erased leaves the disk as well: the recent writes that held it
    /// are folded away, the arrays are written anew, and what the manifest no longer uses is given
    /// back. Where another process keeps that from being done, `dossier compact` does it later.
    pub fn commit_and_forget(
        self,
        graph: StoreSnapshot,
        record: Vec<u8>,
        erased: &Erased,
    ) -> Result<u64> {
        let shared = Arc::clone(&self.shared);
        let number = self.commit(graph, record)?;
        shared.forget(erased)?;
        let _ = shared.compact();
        Ok(number)
    }

    /// Ends a transaction that changed nothing: what it began with is on the disk when this
    /// returns. The number is that of the last commit.
    pub fn commit_nothing(self) -> Result<u64> {
        self.wait_for_disk()?;
        Ok(self.head.commit)
    }

    /// Waits until everything in the queue is on the disk.
    pub fn wait_for_disk(&self) -> Result<()> {
        if self.shared.files.is_none() {
            return Ok(());
        }
        let mut queue = self.shared.queue();
        // Whoever put something into the queue is on the way to write it.
        while queue.is_flushing || !queue.waiting.is_empty() {
            queue = self.shared.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        if queue.epoch == self.epoch { Ok(()) } else { Err(aborted()) }
    }

    /// Makes a graph without recent writes the last commit; when this returns it is on the disk.
    fn install(&self, graph: StoreSnapshot) -> Result<u64> {
        let number = graph.commit;
        match &self.shared.files {
            None => self.replace(graph),
            Some(files) => {
                let time = graph.history.last_micros().unwrap_or_else(files::now);
                let written = files.write(&graph, !graph.is_empty())?;
                let graph = written.graph.clone();
                files.install(written, Some((number, time)))?;
                self.replace(graph);
                files.remove_unnamed();
            }
        }
        Ok(number)
    }

    /// Makes the graph the last commit as it is.
    fn replace(&self, graph: StoreSnapshot) {
        self.shared.queue().head = None;
        self.shared.publish(Arc::new(graph));
    }
}

fn busy() -> Error {
    Error::new(&store::BUSY, "Another transaction has been writing for too long.")
        .hint("Commit or drop the other transaction, or wait longer for it.")
}

fn aborted() -> Error {
    Error::new(
        &store::ABORTED,
        "A commit that this transaction began with could not be written to the disk.",
    )
    .hint("Run the transaction again.")
}

impl Drop for WriteTurn {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        self.shared.queue().is_writing = false;
        self.shared.changed.notify_all();
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
