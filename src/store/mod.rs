//! Where the graph is kept: snapshots to read, transactions to write. Knows no query language.
//!
//! A program that queries needs only [`Store`](crate::Store). What is here beside is the care of a
//! store ([`Database::checkpoint`], [`Database::check`], [`Database::sizes`]), how it behaves
//! ([`Options`]), and the way to make a graph of arrays that a program has already
//! ([`GenerationBuilder`]), many times faster than statement by statement.
//!
//! # Design
//!
//! **In**: the calls of `Transaction`, from the engine and the loaders; whole tables, from an
//! import. **Out**: `StoreSnapshot`, which answers [`Snapshot`](crate::graph::Snapshot). **Callers**: `query.rs` and `load`; nothing here names
//! them.
//!
//! ```text
//!            begin_read                     begin_write ── create, set, delete ── commit
//!                │                                │                                 │
//!                ▼                                ▼                                 ▼
//!   ┌─ StoreSnapshot (commit 7) ─┐  clone   ┌─ WriteTransaction ─┐  publish  ┌─ StoreSnapshot (8) ─┐
//!   │ Delta: recent writes       │ ───────▶ │ Delta + own writes │ ────────▶ │ Delta               │
//!   │ Generation: arrays         │          │ the same arrays    │           │ the same arrays     │
//!   └────────────────────────────┘          └────────────────────┘           └─────────────────────┘
//!                                        fold, when the delta is large: new arrays, empty delta
//! ```
//!
//! That is all there is of a graph in memory. A store on disk adds a folder of files, of which one
//! decides what is committed:
//!
//! ```text
//!   WriteTransaction ── record of what it changed ──▶ queue ── group commit ──▶ manifest.redb
//!   StoreSnapshot ◀── arrays, mapped ── generation-00000003 ◀── names it ────────┘   │
//!   StoreSnapshot ◀── Delta, the records carried out again, when it is opened ◀──────┘
//!   settling: Delta ──▶ tail-00000003-000000004711, mapped, under the next Delta ── manifest names it likewise
//!   checkpoint: fold ── encode ──▶ generation-00000004 ── sync, rename ──▶ manifest names it,
//!                                                                         drops the records in it
//! ```
//!
//! The parts, one file each:
//!
//! - the graph: `generation.rs`, the immutable arrays (`column.rs`, `dictionary.rs`,
//!   `adjacency.rs` with `backward.rs`, `qualifiers.rs`, `index.rs`, all made of `section.rs`), those that a file has in
//!   fewer bits than they are read in (`gaps.rs`, `integers.rs`); `delta.rs`, the recent
//!   writes over them (`bits.rs` beside imbl's maps, `layered.rs`, a map that stands in part in a file); `snapshot.rs`, which reads the two as one;
//!   `history.rs`, the way back to earlier commits, and `archive.rs`, what of it is on the disk;
//! - writing: `txn.rs`; `turns.rs`, which says whose turn it is and shares syncs among commits;
//!   `turn.rs`, what changes the last commit;
//!   `builder.rs`, which makes a generation, of a snapshot in `fold.rs`, of what is added to one in
//!   `extend.rs`;
//! - the disk: `backend.rs`, the one way to it; `manifest.rs`, what is committed; `record.rs` and
//!   `records.rs`, commits and names as bytes (`codec.rs`); `again.rs`, commits carried out again; `format.rs` and `encode.rs`, a generation
//!   as a file; `tail.rs`, what was written since as one; `map.rs`, files as slices; `files.rs`, the order in which things reach the disk;
//!   `overlay.rs`, reading what cannot be repaired; `rehearse.rs`, whether it could be written; `place.rs`, whether a disk can be relied on; `guard.rs`, what must not be touched; `check.rs` and `backup.rs`.
//!
//! `docs/file-format.md` has the bytes and why a crash loses nothing, `docs/reliability.md` what is
//! tested.
//!
//! ## Promises
//!
//! - A snapshot never changes. Taking one waits for nobody, and nobody waits for its reader.
//! - One transaction writes at a time. It is published whole by its commit, or not at all.
//! - Commits are numbered from 1; 0 is the empty store.
//! - Dense ids ([`NodeId`](crate::NodeId), [`StatementId`](crate::StatementId)) hold within a
//!   snapshot, and within a transaction and the snapshot it leaves. Between commits a fold may
//!   renumber them. What users see as `id(n)` is the element id, which a node keeps and no other
//!   node is given, for the first four billion creations of a store.
//!
//! ## Recorded time
//!
//! A commit keeps what it takes to undo it (`history.rs`), so that the graph can be read as it was
//! known at any earlier commit. A checkpoint puts that away on the disk (`archive.rs`): it is read only
//! when somebody asks, and what is in memory stays small. [`Database::forget`] is for what must not be
//! kept in it.
//!
//! ## As the engine sees it
//!
//! ```
//! use dossier::graph::{Direction, Snapshot, Transaction};
//! use dossier::store::Database;
//!
//! let database = Database::memory();
//! let mut write = database.begin_write()?;
//! let (state, region) = (write.intern_label("State"), write.intern_label("Region"));
//! let recognises = write.intern_type("RECOGNISES");
//! let russia = write.create_node(&[state])?;
//! let nauru = write.create_node(&[state])?;
//! let south_ossetia = write.create_node(&[region])?;
//! write.create_statement(recognises, russia, south_ossetia)?;
//! write.create_statement(recognises, nauru, south_ossetia)?;
//! write.commit()?;
//!
//! let graph = database.begin_read();
//! let recognised_by = graph.adjacency(recognises, Direction::Incoming);
//! let mut names = Vec::new();
//! recognised_by.for_each(south_ossetia, |state, _| names.push(state));
//! assert_eq!(names, [russia, nauru]);
//! # Ok::<(), dossier::Error>(())
//! ```

mod adjacency;
mod again;
mod archive;
mod backend;
mod backup;
mod backward;
mod bits;
mod builder;
mod check;
mod codec;
mod column;
#[cfg(test)]
mod crash_test;
#[cfg(test)]
mod damage_test;
mod delegate;
mod delta;
mod dictionary;
mod encode;
mod extend;
mod files;
mod fold;
mod foreign;
mod format;
mod frames;
mod gaps;
mod generation;
mod guard;
mod history;
mod index;
mod integers;
#[cfg(test)]
mod interleaving_test;
mod layered;
mod manifest;
mod map;
#[cfg(test)]
mod model_test;
mod numbers;
mod overlay;
mod place;
mod qualifiers;
mod record;
mod records;
mod rehearse;
mod section;
mod snapshot;
mod sync;
mod tail;
mod turn;
mod turns;
#[cfg(test)]
mod turns_test;
mod txn;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, Result, store};

pub use backup::Backup;
pub use builder::{GenerationBuilder, RelationshipTable};
pub use check::Report;
pub use column::{Cell, Cells, ColumnBuilder};
pub use extend::Base;
#[doc(hidden)]
pub use manifest::is_guarded;
#[doc(hidden)]
pub use snapshot::StoreSnapshot;
#[doc(hidden)]
pub use txn::WriteTransaction;

use backend::Folder;
use files::Files;
use turn::Shared;

/// A graph and its history of commits; clones are handles to the same one.
///
/// `Send` and `Sync`: any number of threads read while one writes.
///
/// [`Store::database`](crate::Store::database) gives that of a store, [`Store::of`](crate::Store::of)
/// makes a store of one.
///
/// ```
/// use dossier::store::{Database, Options};
/// use std::time::Duration;
/// let options = Options { busy_timeout: Duration::from_millis(10), ..Options::default() };
/// let store = dossier::Store::of(Database::memory_with(options));
/// let _writing = store.begin()?;
/// assert_eq!(store.query("CREATE ()", ()).unwrap_err().code(), "store::busy");
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Database {
    shared: Arc<Shared>,
    /// Ends what runs in the background when the last handle goes.
    _closer: Arc<Closer>,
}

/// See [`Database`].
#[derive(Debug)]
struct Closer(Arc<Shared>);

impl Drop for Closer {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// How a database behaves.
///
/// ```
/// use dossier::store::Options;
/// assert_eq!(Options::default().busy_timeout, std::time::Duration::from_secs(5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How long [`Database::begin_write`] waits for another writer.
    pub busy_timeout: Duration,
    /// How many changes may pile up before a commit folds them into arrays; an eighth of the
    /// graph where that is more. On disk those that opening would have to carry out again are put into a file of
    /// their own long before.
    pub fold_after: usize,
    /// Whether a store may be written on a network file system, whose locks and syncs cannot be
    /// relied on. Reading one is always allowed.
    pub allow_network: bool,
    /// How many commits back the history has to reach; `None`, which is usual, where to the first.
    /// What is older is given up: by each checkpoint on the disk, by each commit in memory.
    pub keep_history: Option<u64>,
    /// Whether the first transaction may make a store of an earlier version of the format one of
    /// the present, which earlier programs cannot read. Reading one is always allowed.
    pub upgrade: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            busy_timeout: Duration::from_secs(5),
            fold_after: 4096,
            allow_network: false,
            keep_history: None,
            upgrade: true,
        }
    }
}

impl Database {
    /// An empty graph in memory.
    ///
    /// ```
    /// let store = dossier::Store::of(dossier::store::Database::memory());
    /// assert_eq!(store.snapshot().commit(), 0);
    /// ```
    pub fn memory() -> Database {
        Database::memory_with(Options::default())
    }

    /// An empty graph in memory that behaves as the options say.
    ///
    /// ```
    /// use dossier::store::{Database, Options};
    /// let store = dossier::Store::of(Database::memory_with(Options { fold_after: 1, ..Options::default() }));
    /// store.query("CREATE (), ()", ())?;
    /// assert_eq!(store.snapshot().statistics().nodes, 2);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn memory_with(options: Options) -> Database {
        Database::new(StoreSnapshot::default(), options, None)
    }

    /// A graph in memory that holds what the builder collected, as commit 1.
    ///
    /// Fails with `store::dangling` where a relationship names a row that is no node, or a property
    /// one that was not added.
    ///
    /// ```
    /// use dossier::store::{Database, GenerationBuilder};
    /// let mut builder = GenerationBuilder::default();
    /// builder.add_nodes(&[], 3)?;
    /// let store = dossier::Store::of(Database::memory_from(builder)?);
    /// assert_eq!(store.snapshot().statistics().nodes, 3);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn memory_from(builder: GenerationBuilder) -> Result<Database> {
        Ok(Database::new(builder.finish(1)?, Options::default(), None))
    }

    /// Opens the store in a folder: in milliseconds, whatever its size.
    ///
    /// Any number of processes may have a store open. The first transaction takes the right to
    /// write away from the others, until the database is closed.
    ///
    /// Fails with `store::no_store` where there is none, with `store::damaged` where a file is not
    /// what was written, with `store::version` where a newer program wrote it, and with
    /// `store::io`.
    ///
    /// ```
    /// use dossier::store::{Database, Options};
    /// let error = Database::open("no such folder", Options::default()).unwrap_err();
    /// assert_eq!(error.code(), "store::no_store");
    /// ```
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Database> {
        let folder = Folder::new(path.as_ref()).allowing_network(options.allow_network);
        let (files, graph) = Files::open(Arc::new(folder))?;
        Ok(Database::new(graph, options, Some(files)))
    }

    /// Makes an empty store in a folder that is empty or not there yet.
    ///
    /// Fails with `store::exists` where there is a store or something else, and with `store::io`.
    ///
    /// ```
    /// use dossier::store::{Database, Options};
    /// # let folder = std::env::temp_dir().join(format!("dossier-doc-create-{}", std::process::id()));
    /// let database = Database::create(&folder, Options::default())?;
    /// assert_eq!(database.path(), Some(&*folder));
    /// # drop(database);
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn create(path: impl AsRef<Path>, options: Options) -> Result<Database> {
        Database::create_holding(path.as_ref(), &StoreSnapshot::default(), options)
    }

    /// Makes a store that holds what the builder collected, as commit 1.
    ///
    /// Fails as [`Database::create`] does, and with `store::dangling`.
    ///
    /// ```
    /// use dossier::graph::Snapshot;
    /// use dossier::store::{Database, GenerationBuilder, Options};
    ///
    /// # let folder = std::env::temp_dir().join(format!("dossier-doc-{}", std::process::id()));
    /// let mut builder = GenerationBuilder::default();
    /// let state = builder.catalog_mut().intern_label("State");
    /// builder.add_nodes(&[state], 193)?;
    /// drop(Database::create_from(&folder, builder, Options::default())?);
    /// let graph = Database::open(&folder, Options::default())?.begin_read();
    /// assert_eq!((graph.commit(), graph.statistics().nodes), (1, 193));
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn create_from(
        path: impl AsRef<Path>,
        builder: GenerationBuilder,
        options: Options,
    ) -> Result<Database> {
        Database::create_holding(path.as_ref(), &builder.finish(1)?, options)
    }

    /// Takes the store in a folder away if nothing was ever committed to it, and the folder if nothing else
    /// is in it; says whether it did.
    ///
    /// For whoever made a store and then had nothing to put into it. Fails as [`Database::open`] does, with
    /// `store::locked` where a process is writing it, and with `store::io`.
    ///
    /// ```
    /// use dossier::store::{Database, Options};
    /// # let folder = std::env::temp_dir().join(format!("dossier-doc-discard-{}", std::process::id()));
    /// drop(Database::create(&folder, Options::default())?);
    /// assert!(Database::discard_empty(&folder)? && !folder.exists());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn discard_empty(path: impl AsRef<Path>) -> Result<bool> {
        let folder = Folder::new(path.as_ref());
        let _lock = files::take_lock(&folder)?;
        let (files, graph) = Files::open(Arc::new(Folder::new(path.as_ref())))?;
        if graph.commit != 0 {
            return Ok(false);
        }
        files.remove_all()?;
        // Something else may be in it.
        let _ = std::fs::remove_dir(path);
        Ok(true)
    }

    fn create_holding(path: &Path, graph: &StoreSnapshot, options: Options) -> Result<Database> {
        let folder = Folder::new(path).allowing_network(options.allow_network);
        folder.make()?;
        let (files, graph) = Files::create(Arc::new(folder), graph)?;
        Ok(Database::new(graph, options, Some(files)))
    }

    fn new(graph: StoreSnapshot, options: Options, files: Option<Files>) -> Database {
        let files = files.map(|files| files.with_options(&options));
        let shared = Arc::new(Shared::new(graph, options, files));
        Database { _closer: Arc::new(Closer(Arc::clone(&shared))), shared }
    }

    /// The graph at the last commit; waits for nobody.
    ///
    /// Where another process writes the store, this looks for its last commit; where that cannot
    /// be read, the last one that could be is returned. [`Database::latest`] says why.
    #[doc(hidden)]
    pub fn begin_read(&self) -> Arc<StoreSnapshot> {
        self.latest().unwrap_or_else(|_| self.shared.published())
    }

    /// The graph at the last commit that this process has seen: asks nobody, so that it costs nothing.
    ///
    /// Good enough to choose a plan by; what is read is [`Database::begin_read`]'s.
    ///
    /// ```
    /// use dossier::graph::Snapshot;
    /// assert_eq!(dossier::store::Database::memory().seen().statistics().nodes, 0);
    /// ```
    pub fn seen(&self) -> Arc<StoreSnapshot> {
        self.shared.published()
    }

    /// The graph as it was known at a commit.
    ///
    /// Fails with `store::history` where the way back is not kept, and as [`Database::latest`] does.
    ///
    /// ```
    /// use dossier::graph::{Snapshot, Transaction};
    /// use dossier::store::Database;
    /// let database = Database::memory();
    /// for _ in 0..2 {
    ///     let mut write = database.begin_write()?;
    ///     write.create_node(&[])?;
    ///     write.commit()?;
    /// }
    /// assert_eq!(database.known_at(1)?.statistics().nodes, 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn known_at(&self, commit: u64) -> Result<Arc<StoreSnapshot>> {
        self.known_at_while(commit, &|_| Ok(()))
    }

    /// The same; `go_on` is asked again and again, with the bytes that it takes so far, and an error of its ends the
    /// way back.
    pub(crate) fn known_at_while(
        &self,
        commit: u64,
        go_on: &dyn Fn(usize) -> Result<()>,
    ) -> Result<Arc<StoreSnapshot>> {
        history::known_at(&self.latest()?, commit, go_on)
    }

    /// Takes out of the history what it says of statements, by the numbers that users know.
    ///
    /// They are to be deleted first; then nothing of how they were can be seen at any earlier commit, and
    /// nothing of it stands in the files of the store but, until [`Database::compact`], in places that
    /// are free to be written over. The store is folded for it, whatever its size.
    ///
    /// Fails as [`Database::begin_write`] does, and with `store::io`.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ({name: 'Lavrov'})-[:MET {where: 'Moscow'}]->({name: 'Medoev'})", ())?;
    /// store.query("MATCH ()-[r:MET]->() DELETE r", ())?;
    /// let met = "MATCH ()-[r:MET]->() KNOWN AT 1 RETURN r.where";
    /// assert_eq!(store.query(met, ())?.len(), 1);
    /// store.database().forget(&[0])?;
    /// store.query("CREATE ()", ())?;
    /// assert_eq!(store.query(met, ())?.len(), 0);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn forget(&self, statements: &[u64]) -> Result<()> {
        self.shared.forget(&statements.iter().copied().collect())
    }

    /// The version of the format that a store on disk has, and the one that writing leaves behind.
    ///
    /// `None` for a graph in memory.
    ///
    /// ```
    /// assert_eq!(dossier::store::Database::memory().format(), None);
    /// ```
    pub fn format(&self) -> Option<(u32, u32)> {
        self.shared.files().map(|files| (files.version(), manifest::VERSION))
    }

    /// The graph at the last commit, of whichever process.
    ///
    /// Fails with `store::damaged` or `store::io` where that of another process cannot be read.
    #[doc(hidden)]
    pub fn latest(&self) -> Result<Arc<StoreSnapshot>> {
        self.shared.refresh()?;
        Ok(self.shared.published())
    }

    /// Begins to write, after the transaction that is writing now.
    ///
    /// Fails with `store::busy` when that one takes longer than [`Options::busy_timeout`], with
    /// `store::locked` when another process has the right to write, with `store::read_only` and with
    /// `store::network` where the files must not be written.
    #[doc(hidden)]
    pub fn begin_write(&self) -> Result<WriteTransaction> {
        Ok(WriteTransaction::new(self.shared.take_turn()?))
    }

    /// Adds whole tables to the graph, in one commit; returns its number.
    ///
    /// `add` gets a builder that holds the graph; what it adds becomes the commit, unless it or
    /// `check`, which is shown the outcome, fails. The whole store is read and written once, so this
    /// is for much data: for a few rows a transaction is faster. Others can read meanwhile, and
    /// nobody can write.
    ///
    /// Fails as [`Database::begin_write`] does, with `store::dangling`, `store::full` and
    /// `store::io`.
    ///
    /// ```
    /// use dossier::graph::{Snapshot, Transaction};
    /// use dossier::store::Database;
    /// let database = Database::memory();
    /// let mut write = database.begin_write()?;
    /// let (state, recognises) = (write.intern_label("State"), write.intern_type("RECOGNISES"));
    /// let russia = write.create_node(&[state])?;
    /// write.commit()?;
    /// database.extend(
    ///     |base, builder| {
    ///         let region = builder.catalog_mut().intern_label("Region");
    ///         let row = builder.add_nodes(&[region], 1)?.start;
    ///         let russia = base.row(russia).expect("it is there");
    ///         builder.relationships(recognises).add(russia, row).map(|_| ())
    ///     },
    ///     |_| Ok(()),
    /// )?;
    /// let graph = database.begin_read();
    /// assert_eq!((graph.commit(), graph.statistics().nodes, graph.statistics().statements), (2, 2, 1));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn extend(
        &self,
        add: impl FnOnce(Base<'_>, &mut GenerationBuilder) -> Result<()>,
        check: impl FnOnce(&StoreSnapshot) -> Result<()>,
    ) -> Result<u64> {
        self.shared.replace(|graph| {
            let extended = extend::extended(graph, txn::now(), add)?;
            check(&extended)?;
            Ok(extended)
        })
    }

    /// Says from what the next commit of a store on disk is read, so that [`Database::imports`] tells it
    /// from then on: both are there, or neither. `None` takes it back.
    ///
    /// It is for a process that imports and does nothing else: the next commit is taken for it, whoever
    /// makes it.
    #[doc(hidden)]
    pub fn note_import(&self, import: Option<Vec<u8>>) {
        if let Some(files) = self.shared.files() {
            files.note_import(import);
        }
    }

    /// What was imported: the number of each commit and what [`Database::note_import`] said of it.
    #[doc(hidden)]
    pub fn imports(&self) -> Result<Vec<(u64, Vec<u8>)>> {
        self.shared.files().map_or_else(|| Ok(Vec::new()), Files::imports)
    }

    /// Empties the graph, names and declarations included; returns the number of the commit.
    ///
    /// Fails as [`Database::begin_write`] does, and with `store::io`.
    #[doc(hidden)]
    pub fn reset(&self) -> Result<u64> {
        self.shared.reset()
    }

    /// Folds all recent writes into arrays, so that readers from now on pay nothing for them.
    ///
    /// Fails as [`Database::begin_write`] does, where ids run out, and with `store::io`. It is no
    /// commit: the graph stays the same, dense ids may not.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let before = store.snapshot().commit();
    /// store.database().checkpoint()?;
    /// assert_eq!(store.snapshot().commit(), before);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn checkpoint(&self) -> Result<()> {
        self.shared.checkpoint(self.shared.busy_timeout())
    }

    /// Puts all recent writes into a file from which opening reads them, without folding them: what a store does by
    /// itself from time to time.
    ///
    /// Fails as [`Database::checkpoint`] does.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.database().settle()?;
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn settle(&self) -> Result<()> {
        self.shared.settle(self.shared.busy_timeout())
    }

    /// Copies the graph at the last commit into a folder that is empty or not there yet, as a store.
    ///
    /// Writers go on meanwhile, in this process and in others; what they commit after the copy has
    /// begun is not in it. What is copied is held against its checksums. A graph in memory becomes
    /// a store. To restore a store, put the copy in its place.
    ///
    /// Fails with `store::exists` where there is a store or something else, with `store::damaged`
    /// and with `store::io`.
    ///
    /// ```
    /// use dossier::graph::{Snapshot, Transaction};
    /// use dossier::store::{Database, Options};
    ///
    /// # let folder = std::env::temp_dir().join(format!("dossier-backup-{}", std::process::id()));
    /// let (place, copy) = (folder.join("facts.dossier"), folder.join("copy.dossier"));
    /// let database = Database::create(&place, Options::default())?;
    /// let mut write = database.begin_write()?;
    /// write.create_node(&[])?;
    /// write.commit()?;
    /// assert_eq!(database.backup(&copy)?.commit, 1);
    /// assert_eq!(Database::open(&copy, Options::default())?.begin_read().statistics().nodes, 1);
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn backup(&self, to: impl AsRef<Path>) -> Result<Backup> {
        let folder = Folder::new(to.as_ref()).allowing_network(self.shared.allows_network());
        folder.make()?;
        if let Some(files) = self.shared.files() {
            return backup::copy(files, &folder);
        }
        let graph = fold::fold(&self.begin_read())?;
        let (files, graph) = Files::create(Arc::new(folder), &graph)?;
        let bytes = files.sizes(&graph.catalog)?.iter().map(|(_, bytes)| bytes).sum();
        Ok(Backup { commit: graph.commit, bytes })
    }

    /// Folds all recent writes into arrays, and gives back to the file system what is not used.
    ///
    /// Fails as [`Database::checkpoint`] does, and with `store::busy` where other processes keep
    /// reading for as long as [`Options::busy_timeout`].
    ///
    /// ```
    /// use dossier::graph::Transaction;
    /// use dossier::store::{Database, Options};
    ///
    /// # let folder = std::env::temp_dir().join(format!("dossier-compact-{}", std::process::id()));
    /// let database = Database::create(&folder, Options::default())?;
    /// for _ in 0..100 {
    ///     let mut write = database.begin_write()?;
    ///     write.create_node(&[])?;
    ///     write.commit()?;
    /// }
    /// let bytes = || Ok::<u64, dossier::Error>(database.sizes()?.iter().map(|size| size.1).sum());
    /// let before = bytes()?;
    /// database.compact()?;
    /// assert!(bytes()? < before);
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn compact(&self) -> Result<()> {
        self.shared.compact()
    }

    /// Verifies every checksum, every reference and every count of a store on disk.
    ///
    /// Whether the manifest can be written is tried as well, in memory, unless this process is writing it.
    /// Fails with `store::damaged`, which names file and section. For a graph in memory there is
    /// nothing to verify but its counts.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET]->()", ())?;
    /// let report = store.database().check()?;
    /// assert_eq!((report.nodes, report.relationships), (2, 1));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn check(&self) -> Result<Report> {
        let graph = self.latest()?;
        match self.shared.files() {
            Some(files) => files.check(),
            None => check::counts(&graph)
                .map_err(|what| Error::new(&store::DAMAGED, format!("In memory, {what}."))),
        }
    }

    /// The folder of a store on disk.
    ///
    /// `None` for a graph in memory.
    ///
    /// ```
    /// assert_eq!(dossier::store::Database::memory().path(), None);
    /// ```
    pub fn path(&self) -> Option<&Path> {
        self.shared.files().map(Files::path)
    }

    /// How many bytes each structure takes on the disk, largest first; nothing for a graph in
    /// memory.
    ///
    /// ```
    /// use dossier::Store;
    /// # let folder = std::env::temp_dir().join(format!("dossier-doc-sizes-{}", std::process::id()));
    /// let store = Store::create(&folder)?;
    /// store.query("UNWIND range(1, 1000) AS x CREATE ({number: x})", ())?;
    /// store.database().checkpoint()?;
    /// let bytes: u64 = store.database().sizes()?.iter().map(|(_, bytes)| bytes).sum();
    /// assert!(bytes > 1000);
    /// # drop(store);
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn sizes(&self) -> Result<Vec<(String, u64)>> {
        let graph = self.latest()?;
        self.shared.files().map_or_else(|| Ok(Vec::new()), |files| files.sizes(&graph.catalog))
    }
}
