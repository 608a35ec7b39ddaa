//! The last commit of a graph, and what changes it: transactions, checkpoints, whole replacements.
//!
//! **In**: graphs that transactions made, with the record of what they changed. **Out**: the one
//! that readers see. **Callers**: `mod.rs`, for readers and whoever cares for a store; `txn.rs`.
//! Whose turn it is, and how commits share a sync, is `turns.rs`; what a commit is on the disk,
//! `files.rs`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::error::Result;

use super::again::Again;
use super::files::{self, Files, Written};
use super::fold::fold;
use super::history::{Erased, History};
use super::manifest::Commit;
use super::turns::{Disk, Turn, Turns, busy};
use super::{Options, StoreSnapshot};

/// How long a checkpoint in the background waits for its turn: transactions come first.
const BACKGROUND_WAIT: Duration = Duration::from_secs(24 * 3600);

/// What came while a store was folded may be so much that it is settled at once, and so on.
const ROUNDS_MAX: usize = 4;

/// What carrying a commit out again takes where a store is opened, beside its changes, in the time that one of
/// these takes.
const COMMIT_CHANGES: usize = 3;

/// Carrying out so many changes again takes some 8 ms.
const CHANGES_MAX: usize = 8192;

/// A generation of fewer bytes is written in less time than it takes to think about it.
const GENERATION_MIN: u64 = 1 << 20;

/// What all handles of one database share.
#[derive(Debug)]
pub struct Shared {
    turns: Arc<Turns<Files>>,
    options: Options,
    /// Held by the one checkpoint that runs.
    checkpoint: Mutex<()>,
    background: Mutex<Option<JoinHandle<()>>>,
}

/// What is to be done about what was written since the generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Nothing,
    /// It goes into a file of its own.
    Settling,
    /// It becomes part of the next generation.
    Folding,
}

/// The right to write; given back when it is dropped.
#[derive(Debug)]
pub struct WriteTurn {
    shared: Arc<Shared>,
    turn: Turn<Files>,
}

impl Disk for Files {
    type Graph = StoreSnapshot;
    type Commit = Commit;
    type Written = Written;

    fn number(graph: &StoreSnapshot) -> u64 {
        graph.commit
    }

    fn refresh(&self, shown: &Arc<StoreSnapshot>) -> Result<Option<StoreSnapshot>> {
        Files::refresh(self, shown)
    }

    fn become_writer(&self, shown: &Arc<StoreSnapshot>) -> Result<Option<StoreSnapshot>> {
        Files::become_writer(self, shown)
    }

    fn append(&self, commits: &[Commit]) -> Result<()> {
        Files::append(self, commits)
    }

    fn fold(&self, graph: &StoreSnapshot) -> Result<Option<(Written, StoreSnapshot)>> {
        if graph.delta.changes == 0 {
            return Ok(None);
        }
        let written = self.write(&fold(graph)?, true)?;
        let graph = written.graph.clone();
        Ok(Some((written, graph)))
    }

    fn catch_up(&self, graph: StoreSnapshot) -> Result<StoreSnapshot> {
        let after = graph.commit;
        let mut again = Again::over(graph);
        for (number, (time, record)) in (after + 1..).zip(self.commits_after(after)?) {
            again.commit(number, time, &record)?;
        }
        Ok(again.finish())
    }

    fn install(&self, written: Written) -> Result<()> {
        Files::install(self, written, None)
    }

    fn write_tail(&self, graph: &StoreSnapshot) -> Result<Option<Written>> {
        Files::write_tail(self, graph)
    }

    fn install_tail(&self, written: Written, shown: &StoreSnapshot) -> Result<StoreSnapshot> {
        Files::install_tail(self, written, shown)
    }

    fn remove_unnamed(&self) {
        Files::remove_unnamed(self);
    }
}

impl Shared {
    /// What a database begins with.
    pub fn new(graph: StoreSnapshot, options: Options, files: Option<Files>) -> Self {
        let history = graph.history.clone().keeping(options.keep_history);
        let graph = StoreSnapshot { history, ..graph };
        Shared {
            turns: Arc::new(Turns::new(graph, files)),
            options,
            checkpoint: Mutex::default(),
            background: Mutex::default(),
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
        self.turns.disk()
    }

    /// The last commit.
    pub fn published(&self) -> Arc<StoreSnapshot> {
        self.turns.published()
    }

    /// Looks whether another process has committed.
    pub fn refresh(&self) -> Result<()> {
        match self.files().filter(|files| !files.is_writer()) {
            Some(files) => self.turns.refresh(files),
            None => Ok(()),
        }
    }

    /// Waits for the turn to write, at most as long as the options say.
    pub fn take_turn(self: &Arc<Self>) -> Result<WriteTurn> {
        let turn = self.turns.take(self.options.busy_timeout)?;
        Ok(WriteTurn { shared: Arc::clone(self), turn })
    }

    /// Folds what was written into arrays, in the middle of other people's transactions.
    pub fn checkpoint(self: &Arc<Self>, wait: Duration) -> Result<()> {
        let Some(files) = self.files() else {
            let turn = self.turns.take(wait)?;
            turn.replace(fold(turn.head())?);
            return Ok(());
        };
        let _one_at_a_time = self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner);
        self.turns.checkpoint(files, wait)
    }

    /// Puts what was written into a file from which opening reads it, in the middle of other people's
    /// transactions; of a graph in memory there is nothing to do.
    pub fn settle(self: &Arc<Self>, wait: Duration) -> Result<()> {
        let Some(files) = self.files() else { return Ok(()) };
        let _one_at_a_time = self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner);
        self.turns.settle(files, wait)
    }

    /// Folds what was written, and gives back to the file system what the manifest no longer uses.
    pub fn compact(self: &Arc<Self>) -> Result<()> {
        let wait = self.options.busy_timeout;
        self.checkpoint(wait)?;
        let Some(files) = self.files() else { return Ok(()) };
        let _one_at_a_time = self.no_checkpoint()?;
        let turn = self.turns.take(wait)?;
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
        let turn = self.turns.take(self.options.busy_timeout)?;
        turn.wait_for_disk()?;
        self.install(&turn, make(turn.head())?)
    }

    /// Takes what the history says of what was erased out of it, and what commits say of that.
    pub fn forget(self: &Arc<Self>, erased: &Erased) -> Result<()> {
        let _one_at_a_time = self.no_checkpoint()?;
        let turn = self.turns.take(self.options.busy_timeout)?;
        turn.wait_for_disk()?;
        let Some(files) = self.files() else {
            let mut graph = StoreSnapshot::clone(turn.head());
            graph.history.forget(erased.clone());
            turn.replace(graph);
            return Ok(());
        };
        // Commits after the generation's say in full what they did: they are folded.
        let mut folded = fold(turn.head())?;
        folded.history.forget(erased.clone());
        let written = files.write(&folded, !folded.is_empty())?.forgetting(erased.clone());
        let graph = written.graph.clone();
        files.install(written, None)?;
        turn.replace(graph);
        files.remove_unnamed();
        Ok(())
    }

    /// Makes a graph without recent writes the last commit; when this returns it is on the disk.
    fn install(&self, turn: &Turn<Files>, graph: StoreSnapshot) -> Result<u64> {
        let number = graph.commit;
        match self.files() {
            None => turn.replace(graph),
            Some(files) => {
                let time = graph.history.last_micros().unwrap_or_else(files::now);
                let written = files.write(&graph, !graph.is_empty())?;
                let graph = written.graph.clone();
                files.install(written, Some((number, time)))?;
                turn.replace(graph);
                files.remove_unnamed();
            }
        }
        Ok(number)
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
        self.turns.close();
        let background = self.background().take();
        if let Some(background) = background {
            // What it could not do, the next one does.
            let _ = background.join();
        }
    }

    /// Settles or folds in the background, until neither is due.
    fn start_background(self: &Arc<Self>) {
        let mut background = self.background();
        let runs = background.as_ref().is_some_and(|thread| !thread.is_finished());
        if runs || self.turns.is_closing() {
            return;
        }
        let shared = Arc::clone(self);
        // Without a thread, the next commit tries again.
        *background = std::thread::Builder::new()
            .name("dossier checkpoint".to_owned())
            .spawn(move || {
                // A failure leaves the store as it is: everything is in the manifest.
                for _ in 0..ROUNDS_MAX {
                    let done = match shared.due(&shared.published()) {
                        Due::Nothing => break,
                        Due::Settling => shared.settle(BACKGROUND_WAIT),
                        Due::Folding => shared.checkpoint(BACKGROUND_WAIT),
                    };
                    if done.is_err() {
                        break;
                    }
                }
            })
            .ok();
    }

    fn background(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.background.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what was written since is so much that reading it over the arrays takes long, or carrying it out
    /// again where a store is opened. How often it is settled before it is folded, `tail.rs` says.
    fn due(&self, graph: &StoreSnapshot) -> Due {
        let base = graph.generation.nodes as usize + graph.generation.statements as usize;
        let delta = &graph.delta;
        if delta.changes >= self.options.fold_after.max(base / 8) {
            return Due::Folding;
        }
        let Some(files) = self.files() else { return Due::Nothing };
        let unsettled = delta.changes.saturating_sub(delta.settled);
        if unsettled + COMMIT_CHANGES * graph.history.commit_count() < CHANGES_MAX {
            return Due::Nothing;
        }
        let (tails, generation) = files.written();
        if tails >= generation.max(GENERATION_MIN) { Due::Folding } else { Due::Settling }
    }
}

impl WriteTurn {
    /// The commit to begin with.
    pub fn head(&self) -> Arc<StoreSnapshot> {
        Arc::clone(self.turn.head())
    }

    /// Whether commits are written down: those of a store on disk.
    pub fn is_recorded(&self) -> bool {
        self.shared.files().is_some()
    }

    /// Makes the graph the last commit; when this returns it is on the disk, if there is one.
    pub fn commit(self, graph: StoreSnapshot, record: Vec<u8>) -> Result<u64> {
        let WriteTurn { shared, turn } = self;
        let number = graph.commit;
        let due = shared.due(&graph);
        let Some(files) = shared.files() else {
            // A graph too large to fold stays as it is: what was written is safe where it is.
            let folded = if due == Due::Folding { fold(&graph).ok() } else { None };
            turn.replace(folded.unwrap_or(graph));
            return Ok(number);
        };
        let time = graph.history.last_micros().unwrap_or_else(files::now);
        turn.commit(files, graph, Commit { number, time, record })?;
        if due != Due::Nothing {
            shared.start_background();
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
        self.turn.wait_for_disk()?;
        Ok(self.turn.head().commit)
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
