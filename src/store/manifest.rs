//! What is committed: the one file that decides, kept by redb.
//!
//! ```text
//! state    "manifest" ─▶ store id, generation (number, commit, file, length, checksum), tail (the same)
//!          "records"  ─▶ names of labels, types and keys, declarations, aliases: as of the generation
//!          "last"     ─▶ the number of the last commit
//! commits  number and part ─▶ what the commit changed; those after the tail's, or the generation's, only
//! history  number ─▶ when, in microseconds since 1970
//! imports  number ─▶ what the commit was read from, in the words of whoever read it
//! undo, created, requalified ─▶ how to go back before these (`archive.rs`)
//! ```
//!
//! **In**: encoded commits, from `turn.rs`, several at a time; a new generation, from
//! `checkpoint.rs`. **Out**: what a reader needs to see the last commit. Every change is one redb
//! transaction: it is there as a whole when the call returns, or an error is returned and nobody
//! may build on either outcome before the manifest is opened anew.
//!
//! Keys and values are `&[u8]` and `u64` and nothing else, so that redb's own types are no part of
//! our format. Each value ends with its xxh3: redb's checksums are not read when it opens a file
//! that was closed in order.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::{
    Builder, CompactionError, ConcurrencyMode, Database, DatabaseError, ReadOnlyDatabase,
    ReadableDatabase, ReadableTable, StorageBackend, StorageError, TableDefinition,
    WriteTransaction,
};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result, store};

use super::archive::{self, Rows};
use super::backend::{Access, Backend, Detachable, MANIFEST, NEW_MANIFEST, Shared};
use super::foreign;
use super::format;
use super::guard;
use super::history::Erased;

mod state;
mod verify;
mod view;

pub use state::{State, Tail};
pub use view::View;

use state::encode_state;

const STATE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("state");
const COMMITS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("commits");
const HISTORY: TableDefinition<'_, u64, u64> = TableDefinition::new("history");
const UNDO: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("undo");
const CREATED: TableDefinition<'_, u64, u64> = TableDefinition::new("created");
const REQUALIFIED: TableDefinition<'_, &[u8], u64> = TableDefinition::new("requalified");
const IMPORTS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("imports");

const KEY_MANIFEST: &[u8] = b"manifest";
const KEY_RECORDS: &[u8] = b"records";
const KEY_LAST: &[u8] = b"last";

/// The version of what stands in the manifest; all from 1 on are read. Version 2 brought the history,
/// version 4 the tail, version 5 packed numbers in generation files.
pub const VERSION: u32 = 5;
/// Commits longer than this are stored in several parts. redb's pages are powers of two, and key, checksum and
/// redb's own notes have to go into that of a part as well: one byte too many would double it.
const PART_BYTES: usize = (1 << 20) - 1024;
/// redb's cache: what stands in the manifest is small and read once.
const CACHE_BYTES: usize = 16 << 20;

/// The manifest of a store, open.
pub struct Manifest {
    /// `None` only while it is closed.
    opened: Option<Opened>,
    /// Where redb has its file from.
    file: Arc<Detachable>,
    /// Whether redb panicked over it.
    has_panicked: AtomicBool,
}

/// How a manifest is open.
enum Opened {
    /// To read; another process may be writing.
    Reader(ReadOnlyDatabase),
    /// To read, repaired in memory: nobody is writing.
    Repaired(Database),
    /// To write.
    Writer(Database),
}

impl Drop for Manifest {
    fn drop(&mut self) {
        let opened = self.opened.take();
        if self.has_panicked.load(Ordering::Relaxed) {
            // redb writes when it is closed. What contradicted itself is not to be written any more: a second panic,
            // in a destructor, would end the process. So the file is closed, and redb's memory is given up.
            self.file.detach();
            std::mem::forget(opened);
            return;
        }
        let _ = guarded(|| drop(opened));
    }
}

/// A commit to be written or replayed.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Its number.
    pub number: u64,
    /// When it was made, in microseconds since 1970.
    pub time: u64,
    /// What it changed.
    pub record: Vec<u8>,
}

/// What a reader needs to show the last commit.
#[derive(Debug)]
pub struct Content {
    /// The store as a whole.
    pub state: State,
    /// Names, declarations and aliases as of the generation, encoded.
    pub records: Vec<u8>,
}

impl Manifest {
    /// Opens the manifest.
    ///
    /// Fails with `store::no_store` where there is none, `store::damaged` where redb cannot read
    /// it, and `store::io`.
    pub fn open(backend: &dyn Backend, access: Access) -> Result<Manifest> {
        match Manifest::try_open(backend, access)? {
            Some(manifest) => Ok(manifest),
            None => Err(unrepaired(backend)),
        }
    }

    /// As [`Manifest::open`]; `None` where a writer has to repair it before it can be read.
    pub fn try_open(backend: &dyn Backend, access: Access) -> Result<Option<Manifest>> {
        let file = backend.manifest(access).map_err(|error| match error.kind() {
            _ if backend.is_exchanged() => guard::exchanged(backend),
            io::ErrorKind::NotFound => {
                guard::orphaned(backend).unwrap_or_else(|| no_store(backend))
            }
            _ if access == Access::Read => io_error_of(backend, MANIFEST, "opened", &error),
            _ => io_error_of(backend, MANIFEST, "written", &error),
        })?;
        if guard::is_blank(&*file) {
            if guard::has_generation(backend) {
                return Err(damaged("it is empty").hint("Restore the store from a backup."));
            }
            if !guard::is_unfinished(&*file) {
                return Err(damaged("its beginning is missing"));
            }
            return Err(no_store(backend));
        }
        if let Some(error) = no_manifest(&*file) {
            return Err(error);
        }
        if access == Access::Read {
            verify::to_read(backend, &*file)?;
        } else {
            drop(verify::to_write(backend)?);
        }
        match Manifest::opened(file, access)? {
            Ok(manifest) => Ok(Some(manifest)),
            Err(DatabaseError::RepairAborted) => Ok(None),
            Err(DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch) => {
                let message = format!("`{}` is open in another process.", shown(backend));
                Err(Error::new(&store::LOCKED, message))
            }
            Err(error) => Err(unopened(backend, error)),
        }
    }

    /// Lets redb open a file.
    fn opened(
        file: Box<dyn StorageBackend>,
        access: Access,
    ) -> Result<std::result::Result<Manifest, DatabaseError>> {
        let file = Detachable::new(file);
        let backend = Shared(Arc::clone(&file));
        let opened = guarded(|| match access {
            Access::Read => builder().open_read_only_with_backend(backend).map(Opened::Reader),
            Access::Write | Access::Create => {
                builder().create_with_backend(backend).map(Opened::Writer)
            }
        })?;
        Ok(opened.map(|opened| Manifest::of(opened, file)))
    }

    fn of(opened: Opened, file: Arc<Detachable>) -> Manifest {
        Manifest { opened: Some(opened), file, has_panicked: AtomicBool::new(false) }
    }

    /// Runs redb over the manifest.
    fn guarded<T>(&self, run: impl FnOnce() -> T) -> Result<T> {
        let done = guarded(run);
        if done.is_err() {
            self.has_panicked.store(true, Ordering::Relaxed);
        }
        done
    }

    /// Makes a manifest in which nothing is committed: under another name, until all of it is on the disk.
    ///
    /// So there is none, or a whole one, whenever the power goes. What an earlier try has left is removed.
    pub fn make(backend: &dyn Backend) -> Result<()> {
        let failed = |error: io::Error| io_error_of(backend, NEW_MANIFEST, "written", &error);
        let file = backend.manifest(Access::Create).map_err(failed)?;
        let made = Manifest::opened(file, Access::Create)
            .and_then(|made| made.map_err(|error| unopened(backend, error)))
            .and_then(|made| {
                drop(made);
                // redb syncs what it makes; this does not rest on that.
                let synced = backend.sync(NEW_MANIFEST);
                synced.and_then(|()| backend.rename(NEW_MANIFEST, MANIFEST)).map_err(failed)
            });
        if made.is_err() {
            let _ = backend.remove(NEW_MANIFEST);
        }
        made?;
        backend.sync_folder().map_err(failed)
    }

    /// Opens a manifest to read that cannot be repaired where it is; nobody else may be writing it.
    ///
    /// Every page of our tables is verified, and nothing is written.
    pub fn open_over(backend: &dyn Backend) -> Result<Manifest> {
        verify::tables(backend)
    }

    /// What a reader needs to show the last commit; `None` where the store was never finished.
    pub fn read<T>(
        &self,
        backend: &dyn Backend,
        use_it: impl FnOnce(&View<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.guarded(|| {
            let begun = match &self.opened {
                Some(Opened::Reader(database)) => database.begin_read(),
                Some(Opened::Writer(database) | Opened::Repaired(database)) => {
                    database.begin_read()
                }
                None => return Ok(None),
            };
            let transaction = begun.map_err(|error| any(backend, error))?;
            let view = View { backend, transaction };
            if view.state()?.is_none() {
                return Ok(None);
            }
            use_it(&view).map(Some)
        })?
    }

    /// Writes commits, all or none, and what the last of them was read from, where it was an import;
    /// they are on the disk when this returns.
    pub fn append(
        &self,
        backend: &dyn Backend,
        commits: &[Commit],
        import: Option<&[u8]>,
    ) -> Result<()> {
        self.change(backend, false, |transaction| {
            write_commits(transaction, commits)?;
            let Some(last) = commits.last() else { return Ok(()) };
            if let Some(import) = import {
                write_import(transaction, last.number, import)?;
            }
            write_last(transaction, last.number)
        })
    }

    /// Puts another generation or another tail in the place of the last, and drops the commits that it holds.
    pub fn install(&self, backend: &dyn Backend, install: &Install<'_>) -> Result<()> {
        self.change(backend, true, |transaction| {
            let mut state = transaction.open_table(STATE)?;
            state.insert(KEY_MANIFEST, &*sealed(encode_state(install.state)))?;
            if let Some(records) = install.records {
                state.insert(KEY_RECORDS, &*sealed(records.to_vec()))?;
            }
            drop(state);
            let mut commits = transaction.open_table(COMMITS)?;
            let end = commit_key(install.state.settled() + 1, 0);
            commits.retain_in::<&[u8], _>(..&end[..], |_, _| false)?;
            drop(commits);
            write_history(transaction, install)?;
            if let Some((number, time)) = install.commit {
                transaction.open_table(HISTORY)?.insert(number, time)?;
                if let Some(import) = install.import {
                    write_import(transaction, number, import)?;
                }
                write_last(transaction, number)?;
            }
            Ok(())
        })
    }

    /// Puts what another manifest holds into this one, which is empty.
    pub fn restore(&self, backend: &dyn Backend, content: &Everything) -> Result<()> {
        self.change(backend, true, |transaction| {
            let mut state = transaction.open_table(STATE)?;
            for (key, value) in &content.state {
                state.insert(&**key, &**value)?;
            }
            drop(state);
            let mut commits = transaction.open_table(COMMITS)?;
            for (key, value) in &content.commits {
                commits.insert(&**key, &**value)?;
            }
            drop(commits);
            let mut history = transaction.open_table(HISTORY)?;
            for (number, time) in &content.history {
                history.insert(number, time)?;
            }
            drop(history);
            let mut undo = transaction.open_table(UNDO)?;
            for (key, value) in &content.undo {
                undo.insert(&**key, &**value)?;
            }
            drop(undo);
            let mut created = transaction.open_table(CREATED)?;
            for (first, commit) in &content.created {
                created.insert(first, commit)?;
            }
            drop(created);
            let mut requalified = transaction.open_table(REQUALIFIED)?;
            for (key, commit) in &content.requalified {
                requalified.insert(&**key, commit)?;
            }
            drop(requalified);
            for (number, import) in &content.imports {
                transaction.open_table(IMPORTS)?.insert(number, &**import)?;
            }
            Ok(())
        })
    }

    /// Gives back to the file system what is no longer used.
    ///
    /// Fails with `store::busy` where another process is reading just now.
    pub fn compact(&mut self, backend: &dyn Backend) -> Result<()> {
        let Some(Opened::Writer(database)) = &mut self.opened else { return Err(read_only()) };
        let done = guarded(|| {
            loop {
                match database.compact() {
                    Ok(true) => {}
                    Ok(false) => return Ok(()),
                    Err(CompactionError::Storage(error)) => return Err(storage(backend, error)),
                    Err(_) => return Err(being_read(backend)),
                }
            }
        });
        self.has_panicked.fetch_or(done.is_err(), Ordering::Relaxed);
        done?
    }

    /// Verifies all of the manifest, and writes to it as a commit and a checkpoint do, in memory.
    pub fn rehearse(backend: &dyn Backend) -> Result<()> {
        let manifest = verify::to_write(backend)?;
        [false, true].into_iter().try_for_each(|quick_repair| {
            let written = manifest.change(backend, quick_repair, |transaction| {
                let mut commits = transaction.open_table(COMMITS)?;
                let key = commit_key(u64::MAX, 0);
                commits.insert(&key[..], &*vec![0; PART_BYTES])?;
                commits.remove(&key[..])?;
                Ok(())
            });
            written.map_err(verify::only_read)
        })
    }

    /// Makes a manifest of an earlier version one of the present.
    pub fn upgrade(&self, backend: &dyn Backend, state: &State) -> Result<()> {
        self.change(backend, true, |transaction| {
            transaction.open_table(STATE)?.insert(KEY_MANIFEST, &*sealed(encode_state(state)))?;
            Ok(())
        })
    }

    /// Makes the manifest claim another version.
    #[cfg(test)]
    pub fn set_version(&self, backend: &dyn Backend, version: u32) -> Result<()> {
        self.change(backend, false, |transaction| {
            let mut state = transaction.open_table(STATE)?;
            let sealed_bytes = state.get(KEY_MANIFEST)?.map(|value| value.value().to_vec());
            let mut bytes = unsealed(&sealed_bytes.unwrap_or_default()).unwrap().to_vec();
            bytes[..4].copy_from_slice(&version.to_le_bytes());
            state.insert(KEY_MANIFEST, &*sealed(bytes))?;
            Ok(())
        })
    }

    fn change(
        &self,
        backend: &dyn Backend,
        quick_repair: bool,
        change: impl FnOnce(&WriteTransaction) -> std::result::Result<(), redb::Error>,
    ) -> Result<()> {
        let Some(Opened::Writer(database) | Opened::Repaired(database)) = &self.opened else {
            return Err(read_only());
        };
        self.guarded(|| {
            let mut transaction = database.begin_write().map_err(redb::Error::from)?;
            transaction.set_quick_repair(quick_repair);
            change(&transaction)?;
            transaction.commit().map_err(redb::Error::from)
        })?
        .map_err(|error| any(backend, error))
    }
}

/// All that a manifest holds, as it stands there; for a copy of the store.
#[derive(Debug)]
pub struct Everything {
    state: Vec<(Vec<u8>, Vec<u8>)>,
    commits: Vec<(Vec<u8>, Vec<u8>)>,
    history: Vec<(u64, u64)>,
    undo: Vec<(Vec<u8>, Vec<u8>)>,
    created: Vec<(u64, u64)>,
    requalified: Vec<(Vec<u8>, u64)>,
    imports: Vec<(u64, Vec<u8>)>,
}

/// What [`Manifest::install`] writes.
#[derive(Debug)]
pub struct Install<'a> {
    /// The store as it is from now on.
    pub state: &'a State,
    /// Names, declarations and aliases as of the generation, where it is another one.
    pub records: Option<&'a [u8]>,
    /// Number and time of the commit that this is, where it is one.
    pub commit: Option<(u64, u64)>,
    /// What the commit was read from, where it was an import.
    pub import: Option<&'a [u8]>,
    /// The ways back from the commits that the generation holds and the last one did not.
    pub history: &'a Rows,
    /// What all ways back are to forget.
    pub forget: &'a Erased,
    /// Whether there is no way back to before this.
    pub is_beginning: bool,
}

fn write_commits(
    transaction: &WriteTransaction,
    commits: &[Commit],
) -> std::result::Result<(), redb::Error> {
    let mut table = transaction.open_table(COMMITS)?;
    let mut history = transaction.open_table(HISTORY)?;
    for commit in commits {
        for (part, bytes) in (0..).zip(commit.record.chunks(PART_BYTES)) {
            let key = commit_key(commit.number, part);
            table.insert(&key[..], &*sealed(bytes.to_vec()))?;
        }
        history.insert(commit.number, commit.time)?;
    }
    Ok(())
}

/// Puts the ways back away that a checkpoint was given, and takes out what is to be forgotten.
fn write_history(
    transaction: &WriteTransaction,
    install: &Install<'_>,
) -> std::result::Result<(), redb::Error> {
    let mut undo = transaction.open_table(UNDO)?;
    let mut created = transaction.open_table(CREATED)?;
    let mut requalified = transaction.open_table(REQUALIFIED)?;
    if install.is_beginning {
        // A store that begins anew holds nothing of what was imported.
        transaction.delete_table(IMPORTS)?;
        undo.retain(|_, _| false)?;
        created.retain(|_, _| false)?;
        requalified.retain(|_, _| false)?;
    }
    let from = install.state.history_from;
    for (number, row) in &install.history.undo {
        if *number > from {
            write_undo(&mut undo, *number, row)?;
        }
    }
    for (first, commit) in &install.history.created {
        created.insert(first, commit)?;
    }
    for (statement, commit) in &install.history.requalified {
        requalified.insert(&requalified_key(*statement, *commit)[..], commit)?;
    }
    let end = commit_key(from + 1, 0);
    undo.retain_in::<&[u8], _>(..&end[..], |_, _| false)?;
    if !install.forget.is_empty() {
        forget(&mut undo, install.forget)?;
    }
    Ok(())
}

fn write_undo(
    undo: &mut redb::Table<'_, &'static [u8], &'static [u8]>,
    number: u64,
    row: &[u8],
) -> std::result::Result<(), redb::Error> {
    for (part, bytes) in (0..).zip(row.chunks(PART_BYTES)) {
        undo.insert(&commit_key(number, part)[..], &*sealed(bytes.to_vec()))?;
    }
    Ok(())
}

/// Writes the ways back anew that say something of what was erased.
fn forget(
    undo: &mut redb::Table<'_, &'static [u8], &'static [u8]>,
    erased: &Erased,
) -> std::result::Result<(), redb::Error> {
    let mut erased = erased.clone();
    each_row(undo, &mut |_, row| archive::add_ends(row, &mut erased))?;
    let mut changed = Vec::new();
    each_row(undo, &mut |number, row| {
        changed.extend(archive::without(row, &erased)?.map(|row| (number, row)));
        Ok(())
    })?;
    for (number, row) in changed {
        let (first, end) = (commit_key(number, 0), commit_key(number + 1, 0));
        undo.retain_in::<&[u8], _>(&first[..]..&end[..], |_, _| false)?;
        write_undo(undo, number, &row)?;
    }
    Ok(())
}

/// Calls back with every way back, its parts put together.
fn each_row(
    undo: &redb::Table<'_, &'static [u8], &'static [u8]>,
    visit: &mut dyn FnMut(u64, &[u8]) -> Result<()>,
) -> std::result::Result<(), redb::Error> {
    let corrupted = |error: Error| redb::Error::Corrupted(error.message().to_owned());
    let (mut last, mut row) = (0, Vec::new());
    for entry in undo.iter()? {
        let (key, value) = entry?;
        let (number, _) = split_key(key.value()).map_err(corrupted)?;
        if number != last {
            if !row.is_empty() {
                visit(last, &row).map_err(corrupted)?;
                row.clear();
            }
            last = number;
        }
        row.extend_from_slice(unsealed(value.value()).map_err(corrupted)?);
    }
    if !row.is_empty() {
        visit(last, &row).map_err(corrupted)?;
    }
    Ok(())
}

/// Statement and commit, big-endian, so that keys stand in the order of both.
fn requalified_key(statement: u64, commit: u64) -> [u8; 16] {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&statement.to_be_bytes());
    key[8..].copy_from_slice(&commit.to_be_bytes());
    key
}

fn split_requalified(key: &[u8]) -> Result<(u64, u64)> {
    let number = |bytes: Option<&[u8]>| bytes?.try_into().ok().map(u64::from_be_bytes);
    let (statement, commit) = (number(key.get(..8)), number(key.get(8..)));
    statement.zip(commit).ok_or_else(|| damaged("a statement was qualified by no commit"))
}

fn write_import(
    transaction: &WriteTransaction,
    number: u64,
    import: &[u8],
) -> std::result::Result<(), redb::Error> {
    transaction.open_table(IMPORTS)?.insert(number, &*sealed(import.to_vec()))?;
    Ok(())
}

fn write_last(transaction: &WriteTransaction, number: u64) -> std::result::Result<(), redb::Error> {
    let mut state = transaction.open_table(STATE)?;
    state.insert(KEY_LAST, &*sealed(number.to_le_bytes().to_vec()))?;
    Ok(())
}

/// Number and part, big-endian, so that keys stand in the order of commits.
fn commit_key(number: u64, part: u32) -> [u8; 12] {
    let mut key = [0; 12];
    key[..8].copy_from_slice(&number.to_be_bytes());
    key[8..].copy_from_slice(&part.to_be_bytes());
    key
}

fn split_key(key: &[u8]) -> Result<(u64, u32)> {
    let number = key.get(..8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes);
    let part = key.get(8..).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes);
    number.zip(part).ok_or_else(|| damaged("a commit has no number"))
}

fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = xxh3_64(&bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    bytes
}

fn unsealed(bytes: &[u8]) -> Result<&[u8]> {
    bytes
        .split_last_chunk::<8>()
        .filter(|(value, checksum)| xxh3_64(value).to_le_bytes() == **checksum)
        .map(|(value, _)| value)
        .ok_or_else(|| damaged("a value does not have the checksum it was written with"))
}

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of redb's on this thread becomes an error, so that nobody need see it.
pub fn is_guarded() -> bool {
    IS_GUARDED.get()
}

/// Runs redb, which may panic over a file that something else has changed.
fn guarded<T>(run: impl FnOnce() -> T) -> Result<T> {
    let was = IS_GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(run));
    IS_GUARDED.set(was);
    done.map_err(|_| damaged("redb finds it contradicting itself"))
}

fn damaged(what: &str) -> Error {
    format::damaged(MANIFEST, what)
}

fn shown(backend: &dyn Backend) -> String {
    backend.path().display().to_string()
}

/// An error for work that nobody may read beside.
pub fn being_read(backend: &dyn Backend) -> Error {
    let message = format!("The store `{}` is being read just now.", shown(backend));
    Error::new(&store::BUSY, message).hint("Try again when nobody else reads it.")
}

fn read_only() -> Error {
    Error::new(&store::READ_ONLY, "The store is open to read only.")
}

/// An error for a path at which there is no store.
pub fn no_store(backend: &dyn Backend) -> Error {
    let message = format!("There is no store at `{}`.", shown(backend));
    Error::new(&store::NO_STORE, message).hint(
        "dossier import --store STORE FILE makes one; so do `dossier STORE` and `dossier pipe`.",
    )
}

fn unrepaired(backend: &dyn Backend) -> Error {
    let message = format!(
        "The store `{}` was not closed in order and has to be repaired, which needs the right to write.",
        shown(backend)
    );
    Error::new(&store::READ_ONLY, message).hint("Open it once where it can be written.")
}

/// An error of the file system over one file of the store.
pub fn io_error_of(backend: &dyn Backend, name: &str, what: &str, error: &io::Error) -> Error {
    let named = io::Error::new(error.kind(), format!("`{name}`: {error}"));
    io_error(backend, what, &named)
}

/// An error of the file system.
pub fn io_error(backend: &dyn Backend, what: &str, error: &io::Error) -> Error {
    if backend.is_exchanged() {
        return guard::exchanged(backend);
    }
    if error.kind() == io::ErrorKind::NotADirectory
        && let Some(is) = foreign::at(backend.path())
    {
        return no_folder(backend.path(), is);
    }
    // What may not be read is not only closed to writers.
    let is_read = ["opened", "read"].contains(&what);
    let code = match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => &store::READ_ONLY,
        io::ErrorKind::PermissionDenied if !is_read => &store::READ_ONLY,
        _ => &store::IO,
    };
    Error::new(code, format!("The store `{}` cannot be {what}: {error}.", shown(backend)))
}

/// An error for a file in the place of a store.
fn no_folder(path: &Path, is: &str) -> Error {
    let message = format!("`{}` is {is}, and a store is a folder.", path.display());
    Error::new(&store::NO_STORE, message).hint(format!(
        "To read a file into a store: dossier import --store STORE {}",
        path.display()
    ))
}

/// The file that should be the manifest is something else.
fn no_manifest(file: &dyn StorageBackend) -> Option<Error> {
    let mut head = [0; 16];
    let length = (file.len().ok()? as usize).min(head.len());
    file.read(0, &mut head[..length]).ok()?;
    // What was begun and is empty is a store that was never finished.
    let is = foreign::of_bytes(&head[..length]).filter(|is| length > 0 && !is.ends_with("redb"))?;
    Some(damaged(&format!("it is {is}")))
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    builder.set_concurrency_mode(ConcurrencyMode::SingleWriter);
    builder
}

/// An error for what redb cannot open.
fn unopened(backend: &dyn Backend, error: DatabaseError) -> Error {
    match error {
        DatabaseError::Storage(error) => storage(backend, error),
        error => damaged(&error.to_string()),
    }
}

fn storage(backend: &dyn Backend, error: StorageError) -> Error {
    any(backend, error)
}

fn any(backend: &dyn Backend, error: impl Into<redb::Error>) -> Error {
    match error.into() {
        redb::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            damaged("it is no file of redb")
        }
        redb::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            damaged("it is cut off")
        }
        redb::Error::Io(error) => io_error(backend, "written or read", &error),
        redb::Error::PreviousIo => {
            let message = format!(
                "The store `{}` failed before and takes no more writes until it is opened anew.",
                shown(backend)
            );
            Error::new(&store::IO, message)
        }
        redb::Error::Corrupted(what) => damaged(what.trim_end_matches('.')),
        error => Error::new(&store::IO, format!("The store `{}` failed: {error}.", shown(backend))),
    }
}
