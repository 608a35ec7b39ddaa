//! A store on disk, open: its manifest, its generation file, the right to write.
//!
//! **In**: a folder. **Out**: the graph of the last commit, and the three ways to change what is
//! committed: commits appended to the manifest, a tail that holds them put beside the generation, and a
//! generation put in the place of the last.
//! **Callers**: `turn.rs`, which says when.
//!
//! A store is opened to read, whatever it is opened for. Only a transaction asks for the right to
//! write, takes it from all other processes, and keeps it until the store is closed. Readers take
//! no right from anybody: they look at the manifest whenever they begin to read, and follow.
//!
//! # The order of a checkpoint
//!
//! Each line is on the disk before the next begins, so that a crash between any two leaves either
//! the old generation with all its commits, or the new one with those after it:
//!
//! ```text
//! 1  write the generation under a temporary name        a crash leaves a file that nobody names
//! 2  sync it
//! 3  rename it                                          likewise
//! 4  sync the folder
//! 5  one redb transaction: name the new generation,     this is the moment
//!    drop the commits it holds
//! 6  show it to readers that come from now on
//! 7  unlink the old generation                          a crash leaves a file that nobody names
//! ```
//!
//! What nobody names is deleted by the next writer that opens the store. A tail (`tail.rs`) goes through the same
//! steps; naming a generation leaves none.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::error::{Error, Result, store};
use crate::graph::Catalog;

use super::archive::{self, Archive, Rows};
use super::backend::{
    Access, Backend, Locked, MANIFEST, ManifestHead, NEW_MANIFEST, Output, WRITER, WriterLock,
};
use super::check::{self, Report};
use super::codec::Writer;
use super::encode;
use super::format::{self, GenerationFile, Identity};
use super::generation::Generation;
use super::guard;
use super::history::Erased;
use super::manifest::{self, Commit, Content, Everything, Install, Manifest, State, Tail};
use super::records;
use super::rehearse;
use super::tail;
use super::{Options, StoreSnapshot};
use opening::{
    follow, load, load_content, open_file, open_generation, open_tail, repaired, settled,
};

mod opening;

/// What the names of generation files begin with.
pub const GENERATION: &str = "generation-";
/// What the names of tail files begin with.
pub const TAIL: &str = "tail-";
/// What the names of files end with that are not whole yet.
const TEMPORARY: &str = ".tmp";
/// How often a reader looks again when the generation it was told of is gone.
const RETRIES_MAX: usize = 100;
/// How long to wait for another process that has the right to write only for a moment.
const LOCK_WAIT: Duration = Duration::from_millis(250);
/// A writer that looked whether its folder was exchanged does not look again for so long; each write of commits does.
const LOOKED_FOR: Duration = Duration::from_millis(1);

/// The files of a store.
#[derive(Debug)]
pub struct Files {
    backend: Arc<dyn Backend>,
    open: Arc<Mutex<Open>>,
    /// How many commits back `KNOWN AT` has to reach; `None` where to all.
    keep: Option<u64>,
    /// Whether a store of an earlier version of the format may be made one of the present.
    may_upgrade: bool,
    is_writer: AtomicBool,
    /// Whether a write failed, so that nobody knows what is on the disk before it is opened anew.
    is_broken: AtomicBool,
    /// What the next commit is read from, where somebody says so.
    import: Mutex<Option<Vec<u8>>>,
    opened_at: Instant,
    /// When it was last looked whether the folder was exchanged, in nanoseconds since it was opened.
    looked: AtomicU64,
}

/// What of a store is open; whoever reads its history holds it weakly.
pub struct Open {
    /// `None` only after it could not be opened anew.
    manifest: Option<Arc<Manifest>>,
    state: State,
    lock: Option<WriterLock>,
    /// The manifest's head before it was last looked at; nothing newer than that is shown.
    seen: Option<ManifestHead>,
}

/// A generation or a tail that has been written and that no manifest names yet.
#[derive(Debug)]
pub struct Written {
    state: State,
    /// `None` where the generation stays.
    records: Option<Vec<u8>>,
    history: Rows,
    forget: Erased,
    is_beginning: bool,
    /// The graph at the file's commit; a generation's from the mapped file.
    pub graph: StoreSnapshot,
}

impl Written {
    /// The same, and installing it takes what was erased out of all ways back.
    pub fn forgetting(self, erased: Erased) -> Written {
        Written { forget: erased, ..self }
    }
}

/// A whole store at one commit.
#[derive(Debug)]
pub struct Moment {
    /// The last commit.
    pub commit: u64,
    /// What the manifest holds.
    pub manifest: Everything,
    /// The generation's file, where there is one.
    pub file: Option<GenerationFile>,
    /// The tail's, where there is one.
    pub tail: Option<GenerationFile>,
}

impl Files {
    /// Opens a store to read.
    ///
    /// Fails with `store::no_store`, `store::damaged`, `store::version` or `store::io`.
    pub fn open(backend: Arc<dyn Backend>) -> Result<(Files, StoreSnapshot)> {
        let (manifest, lock) = match Manifest::try_open(&*backend, Access::Read)? {
            Some(manifest) => (manifest, None),
            None => repaired(&*backend)?,
        };
        let (state, graph) = load(&*backend, &manifest)?;
        let files = Files::new(backend, manifest, state, None);
        files.lock().lock = lock;
        let graph = files.with_history(graph, &files.lock().state);
        Ok((files, graph))
    }

    fn new(
        backend: Arc<dyn Backend>,
        manifest: Manifest,
        state: State,
        lock: Option<WriterLock>,
    ) -> Files {
        Files {
            backend,
            is_writer: AtomicBool::new(lock.is_some()),
            open: Arc::new(Mutex::new(Open {
                manifest: Some(Arc::new(manifest)),
                state,
                lock,
                seen: None,
            })),
            keep: None,
            may_upgrade: true,
            is_broken: AtomicBool::new(false),
            import: Mutex::default(),
            opened_at: Instant::now(),
            looked: AtomicU64::new(0),
        }
    }

    /// The same files, kept as the options say.
    pub fn with_options(self, options: &Options) -> Files {
        Files { keep: options.keep_history, may_upgrade: options.upgrade, ..self }
    }

    /// The version of the format that the store has.
    pub fn version(&self) -> u32 {
        self.lock().state.version
    }

    /// The graph of a state, with the way back to the commits before its generation.
    fn with_history(&self, graph: StoreSnapshot, state: &State) -> StoreSnapshot {
        if graph.history.has_archive() {
            return graph;
        }
        let archive = self.archive(state.history_from);
        StoreSnapshot { history: graph.history.clone().over(archive), ..graph }
    }

    fn archive(&self, from: u64) -> Archive {
        Archive::new(Arc::clone(&self.backend), Arc::downgrade(&self.open), from)
    }

    /// Makes a store that holds the graph, which has nothing but a generation.
    ///
    /// Fails with `store::exists` where there is one.
    pub fn create(
        backend: Arc<dyn Backend>,
        graph: &StoreSnapshot,
    ) -> Result<(Files, StoreSnapshot)> {
        let lock = take_lock(&*backend)?;
        let manifest = begin(&*backend)?;
        let state = State {
            store: new_id(),
            generation: 0,
            commit: 0,
            file: None,
            version: manifest::VERSION,
            history_from: graph.history.from(),
            tail: None,
        };
        let files = Files::new(backend, manifest, state, Some(lock));
        files.remove_strays(None);
        let mut written = files.write(graph, !graph.is_empty())?;
        let is_bulk = written.history.undo.is_empty() && graph.delta.next_statement > 0;
        if is_bulk {
            written.history.created.push((0, graph.commit));
        }
        let graph = written.graph.clone();
        files.install(written, Some((graph.commit, now())))?;
        files.backend.sync_folder().map_err(|e| files.io("written", &e))?;
        Ok((files, graph))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.backend.path()
    }

    /// Whether this process has the right to write.
    pub fn is_writer(&self) -> bool {
        self.is_writer.load(Ordering::Acquire)
    }

    /// What a reader of another process's store has to show now; `None` where nothing is new.
    pub fn refresh(&self, shown: &Arc<StoreSnapshot>) -> Result<Option<StoreSnapshot>> {
        if self.is_writer() {
            return Ok(None);
        }
        let mut open = self.lock();
        if self.is_writer() {
            return Ok(None);
        }
        // Every commit changes the head, and none has the head of an earlier one: the same bytes as
        // at the last look say that there was none, without the locks of a transaction. They are
        // read before the look, so that what is committed during it is found by the next.
        let head = self.backend.manifest_head();
        if head.is_some() && open.seen == head {
            return Ok(None);
        }
        let followed = follow(&*self.backend, &mut open, shown)?;
        open.seen = head;
        Ok(followed.map(|graph| self.with_history(graph, &open.state)))
    }

    /// Takes the right to write, if this process does not have it, and says what to show then.
    ///
    /// Fails with `store::locked`, `store::read_only` and where opening does.
    pub fn become_writer(&self, shown: &Arc<StoreSnapshot>) -> Result<Option<StoreSnapshot>> {
        let now = self.opened_at.elapsed().as_nanos() as u64;
        let is_ours = self.is_writer() && !self.is_broken.load(Ordering::Acquire);
        if is_ours && now < self.looked.load(Ordering::Relaxed) + LOOKED_FOR.as_nanos() as u64 {
            return Ok(None);
        }
        guard::same(&*self.backend)?;
        self.looked.store(now, Ordering::Relaxed);
        if is_ours {
            return Ok(None);
        }
        let mut open = self.lock();
        if open.state.version < manifest::VERSION && !self.may_upgrade {
            return Err(self.old_version(open.state.version));
        }
        if open.lock.is_none() {
            let lock = take_lock(&*self.backend)?;
            // It is the lock of the folder that was opened.
            guard::same(&*self.backend)?;
            open.lock = Some(lock);
        }
        // The old handle goes first: redb keeps locks of its own.
        close(&mut open.manifest);
        let opened = Manifest::open(&*self.backend, Access::Write);
        let manifest = match opened {
            Ok(manifest) => manifest,
            Err(error) => {
                open.lock = None;
                open.manifest = Manifest::open(&*self.backend, Access::Read).ok().map(Arc::new);
                self.is_writer.store(false, Ordering::Release);
                return Err(error);
            }
        };
        open.manifest = Some(Arc::new(manifest));
        let graph = if self.is_broken.load(Ordering::Acquire) {
            let manifest = open.manifest()?;
            let (state, graph) = load(&*self.backend, &manifest)?;
            open.state = state;
            Some(graph)
        } else {
            follow(&*self.backend, &mut open, shown)?
        };
        if open.state.version < manifest::VERSION {
            let state = State { version: manifest::VERSION, ..open.state.clone() };
            let done = open.manifest()?.upgrade(&*self.backend, &state);
            self.is_broken.fetch_or(done.is_err(), Ordering::AcqRel);
            done?;
            open.state = state;
        }
        let graph = graph.map(|graph| self.with_history(graph, &open.state));
        self.is_broken.store(false, Ordering::Release);
        self.is_writer.store(true, Ordering::Release);
        let state = open.state.clone();
        drop(open);
        self.remove_strays(Some(&state));
        Ok(graph)
    }

    /// Writes commits; they are on the disk when this returns.
    ///
    /// After an error nobody knows whether they are: the next writer opens the manifest anew.
    pub fn append(&self, commits: &[Commit]) -> Result<()> {
        guard::same(&*self.backend)?;
        // Whoever reads meanwhile does not wait for the disk.
        let manifest = self.lock().manifest()?;
        let import = self.taken_import();
        let done = manifest.append(&*self.backend, commits, import.as_deref());
        self.is_broken.fetch_or(done.is_err(), Ordering::AcqRel);
        done
    }

    /// Says what the next commit is read from; `None` for nothing.
    pub fn note_import(&self, import: Option<Vec<u8>>) {
        *self.import.lock().unwrap_or_else(PoisonError::into_inner) = import;
    }

    fn taken_import(&self) -> Option<Vec<u8>> {
        self.import.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What was imported: the number of each commit and what it was read from.
    pub fn imports(&self) -> Result<Vec<(u64, Vec<u8>)>> {
        let manifest = self.lock().manifest()?;
        let read = manifest.read(&*self.backend, |view| view.imports().map(Some))?;
        Ok(read.flatten().unwrap_or_default())
    }

    /// The commits after one that are on the disk, each with its time.
    pub fn commits_after(&self, after: u64) -> Result<Vec<(u64, Vec<u8>)>> {
        let manifest = self.lock().manifest()?;
        let mut records = Vec::new();
        manifest.read(&*self.backend, |view| {
            view.commits_after(after, |_, time, record| {
                records.push((time, record.to_vec()));
                Ok(())
            })
        })?;
        Ok(records)
    }

    /// Writes a graph without recent writes as the next generation: steps 1 to 4. Where it is
    /// empty there is no file.
    pub fn write(&self, graph: &StoreSnapshot, with_file: bool) -> Result<Written> {
        let last = self.lock().state.clone();
        let generation = last.generation + 1;
        // A graph that knows no way back to what the store was begins anew.
        let is_beginning = !graph.history.has_archive();
        let from = if is_beginning { graph.history.from() } else { last.history_from };
        let kept = self.keep.map_or(0, |keep| graph.commit.saturating_sub(keep));
        let history_from = from.max(kept).min(graph.commit);
        let commit = graph.commit;
        let mut state = State { generation, commit, file: None, tail: None, history_from, ..last };
        let rows = archive::rows(graph.history.commits());
        let history = graph.history.archived(graph.commit, self.archive(history_from));
        let written = |state, records: Writer, graph: StoreSnapshot| Written {
            state,
            records: Some(records.bytes),
            history: rows,
            forget: Erased::default(),
            is_beginning,
            graph: StoreSnapshot { history, ..graph },
        };
        let mut records = Writer::default();
        records::write_catalog(&mut records, &graph.catalog);
        records::write_declarations(&mut records, &graph.declarations, &graph.aliases);
        if !with_file {
            return Ok(written(state, records, graph.clone()));
        }
        guard::same(&*self.backend)?;
        let name = format!("{GENERATION}{generation:08}");
        let identity = Identity { store: state.store, generation, commit: graph.commit };
        let stamp = self.write_file(&name, &identity, &graph.generation);
        let stamp = stamp.map_err(|error| self.unwritten(&name, &error))?;
        state.file = Some((name, stamp));
        let mapped = open_generation(&*self.backend, &state, false)?;
        Ok(written(state, records, graph.over_same(mapped)))
    }

    /// Takes away what there is of a file that could not be written.
    fn unwritten(&self, name: &str, error: &io::Error) -> Error {
        if !self.backend.is_exchanged() {
            let _ = self.backend.remove(&format!("{name}{TEMPORARY}"));
        }
        self.io("written", error)
    }

    fn write_file(
        &self,
        name: &str,
        identity: &Identity,
        generation: &Generation,
    ) -> io::Result<format::Stamp> {
        write_whole(&*self.backend, name, |out| {
            format::write(identity, encode::encode(generation), |bytes| out.write(bytes))
        })
    }

    /// Makes a written generation the store's: step 5. Step 7 is [`Files::remove_strays`].
    pub fn install(&self, written: Written, commit: Option<(u64, u64)>) -> Result<()> {
        guard::same(&*self.backend)?;
        let mut open = self.lock();
        let Written { state, records, history, forget, is_beginning, .. } = written;
        let import = commit.and_then(|_| self.taken_import());
        let install = Install {
            state: &state,
            records: records.as_deref(),
            commit,
            import: import.as_deref(),
            history: &history,
            forget: &forget,
            is_beginning,
        };
        let done = open.manifest()?.install(&*self.backend, &install);
        self.is_broken.fetch_or(done.is_err(), Ordering::AcqRel);
        done?;
        open.state = state;
        Ok(())
    }

    /// Writes what a graph has that its generation has not as the next tail; `None` where that is done.
    pub fn write_tail(&self, graph: &StoreSnapshot) -> Result<Option<Written>> {
        let last = self.lock().state.clone();
        if graph.commit <= last.settled() {
            return Ok(None);
        }
        guard::same(&*self.backend)?;
        let name = format!("{TAIL}{:08}-{:012}", last.generation, graph.commit);
        let (store, generation, commit) = (last.store, last.generation, graph.commit);
        let identity = Identity { store, generation, commit };
        let parts = tail::encode(graph);
        let stamp = write_whole(&*self.backend, &name, |out| {
            format::write(&identity, parts, |bytes| out.write(bytes))
        });
        let stamp = stamp.map_err(|error| self.unwritten(&name, &error))?;
        let kept = self.keep.map_or(0, |keep| commit.saturating_sub(keep));
        let written = last.tail.as_ref().map_or(0, |tail| tail.written) + stamp.length;
        let state = State {
            history_from: last.history_from.max(kept).min(commit),
            tail: Some(Tail { commit, name, stamp, written }),
            ..last
        };
        Ok(Some(Written {
            state,
            records: None,
            history: archive::rows(graph.history.commits()),
            forget: Erased::default(),
            is_beginning: false,
            graph: graph.clone(),
        }))
    }

    /// Makes a written tail the store's, and gives the last commit's graph back without the ways back that are
    /// on the disk now.
    pub fn install_tail(&self, written: Written, shown: &StoreSnapshot) -> Result<StoreSnapshot> {
        let (commit, settled) = (written.graph.commit, written.graph.delta.changes);
        let from = written.state.history_from;
        if written.state.generation != self.lock().state.generation {
            let message =
                "Another process has written the store meanwhile; its tail was not installed.";
            return Err(Error::new(&store::BUSY, message));
        }
        self.install(written, None)?;
        let mut graph = shown.clone();
        graph.delta.settled = settled;
        graph.history = graph.history.archived_up_to(commit, self.archive(from));
        Ok(graph)
    }

    /// How many bytes of tails were written since the generation, and how many the generation has.
    pub fn written(&self) -> (u64, u64) {
        let open = self.lock();
        let tail = open.state.tail.as_ref().map_or(0, |tail| tail.written);
        (tail, open.state.file.as_ref().map_or(0, |(_, stamp)| stamp.length))
    }

    /// Unlinks the files of generations and tails that the manifest does not name.
    pub fn remove_unnamed(&self) {
        let state = self.lock().state.clone();
        self.remove_strays(Some(&state));
    }

    /// A file that cannot be removed is in nobody's way: the next writer tries again.
    fn remove_strays(&self, state: Option<&State>) {
        if self.backend.is_exchanged() {
            return;
        }
        for name in self.backend.list().unwrap_or_default() {
            let is_ours = [GENERATION, TAIL].iter().any(|ours| name.starts_with(ours))
                || name == NEW_MANIFEST;
            if is_ours && !state.is_some_and(|state| state.names(&name)) {
                let _ = self.backend.remove(&name);
            }
        }
    }

    /// Removes the files of the store, the manifest last: without it what is left would be a store that lost it.
    pub fn remove_all(self) -> Result<()> {
        let removed = |name: &str| self.backend.remove(name).map_err(|e| self.io("removed", &e));
        guard::same(&*self.backend)?;
        close(&mut self.lock().manifest);
        self.remove_strays(None);
        removed(MANIFEST)?;
        removed(WRITER)
    }

    /// Verifies everything that is on the disk.
    pub fn check(&self) -> Result<Report> {
        let open = self.lock();
        let checked = open.manifest()?.read(&*self.backend, |view| {
            let content = view.content()?;
            let graph = load_content(&*self.backend, view, &content)?;
            let mut report =
                check::counts(&graph).map_err(|what| format::damaged(MANIFEST, &what))?;
            report.recent_commits = graph.commit - content.state.settled();
            view.check_history()?;
            view.check_undo(&graph.catalog)?;
            if let Some(file) = open_file(&*self.backend, &content.state)? {
                check::generation(&file, &graph.generation)?;
                report.generation_bytes = file.len();
            }
            if let Some(file) = open_tail(&*self.backend, &content.state)? {
                let (_, settled) = settled(&*self.backend, &content)?;
                tail::check(&file, &settled)?;
            }
            Ok(report)
        })?;
        let report = checked.ok_or_else(|| manifest::no_store(&*self.backend))?;
        // Who writes has opened the manifest to write; nobody writes beside who only keeps others from it.
        match (self.is_writer(), &open.lock) {
            (true, _) => {}
            (false, Some(_)) => Manifest::rehearse(&*self.backend)?,
            (false, None) => rehearse::write(&*self.backend)?,
        }
        Ok(report)
    }

    /// Where each section of the generation, and each of its tail, stands in its file.
    #[cfg(test)]
    pub fn sections(&self) -> Result<[format::Places; 2]> {
        let state = self.lock().state.clone();
        let files = [open_file(&*self.backend, &state)?, open_tail(&*self.backend, &state)?];
        Ok(files.map(|file| file.map_or_else(Vec::new, |file| file.sections().collect())))
    }

    /// How many bytes each structure takes, largest first.
    pub fn sizes(&self, catalog: &Catalog) -> Result<Vec<(String, u64)>> {
        let state = self.lock().state.clone();
        let file = open_file(&*self.backend, &state)?;
        let mut sizes = file.map_or_else(Vec::new, |file| check::sizes(&file, catalog));
        sizes.extend(
            state.tail.map(|tail| ("recent changes, settled".to_owned(), tail.stamp.length)),
        );
        let manifest = self.backend.size(MANIFEST).map_err(|error| self.io("read", &error))?;
        sizes.push(("manifest, recent commits and history".to_owned(), manifest));
        sizes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        Ok(sizes)
    }

    /// The whole store at its last commit, to be copied: nobody waits while that is done.
    pub fn moment(&self) -> Result<Moment> {
        let mut tries = 0;
        loop {
            let open = self.lock();
            let read = open.manifest()?.read(&*self.backend, |view| {
                let Content { state, .. } = view.content()?;
                // Once it is mapped, it stays readable whoever removes it.
                let file = open_file(&*self.backend, &state)?;
                let tail = open_tail(&*self.backend, &state)?;
                Ok(Moment { commit: view.last()?, manifest: view.everything()?, file, tail })
            });
            match read {
                Ok(Some(moment)) => return Ok(moment),
                Ok(None) => return Err(manifest::no_store(&*self.backend)),
                Err(error) if error.code() == store::GONE.name && tries < RETRIES_MAX => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Gives back to the file system what the manifest no longer uses.
    pub fn compact(&self, wait: Duration) -> Result<()> {
        let deadline = Instant::now() + wait;
        guard::same(&*self.backend)?;
        let mut open = self.lock();
        loop {
            let Some(manifest) = &mut open.manifest else { return open.manifest().map(|_| ()) };
            let compacted = match Arc::get_mut(manifest) {
                Some(manifest) => manifest.compact(&*self.backend),
                None => Err(manifest::being_read(&*self.backend)),
            };
            match compacted {
                // Readers of other processes are there for moments.
                Err(error) if error.code() == store::BUSY.name && Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(2));
                }
                done => {
                    self.is_broken.fetch_or(done.is_err(), Ordering::AcqRel);
                    return done;
                }
            }
        }
    }

    fn old_version(&self, version: u32) -> Error {
        let message = format!(
            "The store `{}` has version {version} of the format; writing makes it version {}, which earlier programs do not read.",
            self.path().display(),
            manifest::VERSION
        );
        Error::new(&store::UPGRADE, message).hint("Open it without --no-upgrade.")
    }

    fn io(&self, what: &str, error: &io::Error) -> Error {
        manifest::io_error(&*self.backend, what, error)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // What the lock guards is whole between any two statements.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// The manifest.
    pub fn manifest(&self) -> Result<Arc<Manifest>> {
        self.manifest.clone().ok_or_else(|| {
            Error::new(&store::IO, "The store could not be opened anew after an error.")
        })
    }
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").field("state", &self.state).finish_non_exhaustive()
    }
}

/// Closes a manifest, after whoever is reading history from it: that takes moments.
fn close(manifest: &mut Option<Arc<Manifest>>) {
    let deadline = Instant::now() + LOCK_WAIT;
    if let Some(open) = manifest.take() {
        while Arc::strong_count(&open) > 1 && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// The manifest of a store that is to be made; its name lasts before there is a generation.
///
/// Fails with `store::exists` where there is a store.
pub fn begin(backend: &dyn Backend) -> Result<Manifest> {
    let manifest = match Manifest::open(backend, Access::Write) {
        Err(error) if error.code() == store::NO_STORE.name => {
            Manifest::make(backend)?;
            Manifest::open(backend, Access::Write)?
        }
        opened => opened?,
    };
    if manifest.read(backend, |_| Ok(()))?.is_none() {
        backend.sync_folder().map_err(|error| manifest::io_error(backend, "written", &error))?;
        return Ok(manifest);
    }
    let message = format!("There is a store at `{}` already.", backend.path().display());
    Err(Error::new(&store::EXISTS, message))
}

/// Writes a file of which, after a crash, there is all or nothing under its name.
pub fn write_whole<T>(
    backend: &dyn Backend,
    name: &str,
    content: impl FnOnce(&mut dyn Output) -> io::Result<T>,
) -> io::Result<T> {
    let temporary = format!("{name}{TEMPORARY}");
    let mut out = backend.create(&temporary)?;
    let written = content(&mut *out)?;
    out.sync()?;
    drop(out);
    backend.rename(&temporary, name)?;
    backend.sync_folder()?;
    Ok(written)
}

/// The time of a commit, in microseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// A number that no other store has.
fn new_id() -> [u8; 16] {
    let random = || RandomState::new().hash_one((now(), std::process::id()));
    let mut id = [0; 16];
    id[..8].copy_from_slice(&random().to_le_bytes());
    id[8..].copy_from_slice(&random().to_le_bytes());
    id
}

/// Takes the right to write away from all other processes.
pub fn take_lock(backend: &dyn Backend) -> Result<WriterLock> {
    if let Some(kind) = backend.network() {
        let path = backend.path().display();
        let message = format!("The store `{path}` is on another machine ({kind}).");
        return Err(Error::new(&store::NETWORK, message)
            .note(
                "Locks and syncs of network file systems cannot be relied on: a store may be lost.",
            )
            .hint("dossier --allow-network writes to it all the same."));
    }
    let deadline = Instant::now() + LOCK_WAIT;
    loop {
        match backend.lock() {
            Ok(Locked::Ours(lock)) => return Ok(lock),
            Ok(Locked::Held(holder)) if Instant::now() >= deadline => {
                let holder = if holder.is_empty() { "another process" } else { &holder };
                let path = backend.path().display();
                let message = format!("The store `{path}` is being written by {holder}.");
                return Err(Error::new(&store::LOCKED, message)
                    .hint("Reading goes on; writing waits until that process has closed it."));
            }
            Ok(Locked::Held(_)) => std::thread::sleep(Duration::from_millis(10)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(manifest::no_store(backend));
            }
            Err(error) => return Err(manifest::io_error_of(backend, WRITER, "written", &error)),
        }
    }
}
