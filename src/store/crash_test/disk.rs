//! A disk that knows what has been synced, and can say what may be left after the power went.
//!
//! Of each file that is what was synced, with any of the later writes in part, in whole or not at all, in any
//! order; blocks that a file gained and that were not written may hold anything. Of the folder it is the names as of its last
//! sync, and some of the later changes: the first of them, as a journal keeps them, or any.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::{BackendError, StorageBackend};

use crate::store::backend::{Access, Backend, Locked, MANIFEST, NEW_MANIFEST, Output, WriterLock};
use crate::store::map::Map;

/// A write is torn anywhere, or into pieces of so many bytes.
const SECTOR: usize = 512;

/// Files by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Numbers that look random and are the same in each run.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// A change to a file that is not on the disk yet.
#[derive(Clone, Debug)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

#[derive(Clone, Debug, Default)]
struct Inode {
    now: Vec<u8>,
    synced: Vec<u8>,
    pending: Vec<Change>,
}

impl Inode {
    /// What may be there of it after the power went.
    fn left(&self, random: &mut Random) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        let mut pending: Vec<&Change> = self.pending.iter().collect();
        let mode = random.below(4);
        let filler = [0, 0, 0xa5, 0xff][random.below(4)];
        if mode == 3 {
            for at in (1..pending.len()).rev() {
                pending.swap(at, random.below(at + 1));
            }
        }
        for change in pending {
            match (mode, random.below(3)) {
                (0, _) | (1..=3, 1) => change.apply(&mut bytes, filler),
                (2 | 3, 2) => {
                    change.torn(random).iter().for_each(|part| part.apply(&mut bytes, filler));
                }
                _ => {}
            }
        }
        bytes
    }
}

impl Change {
    /// Carries it out; what a file gains and is not written is `filler`.
    fn apply(&self, bytes: &mut Vec<u8>, filler: u8) {
        match self {
            Change::Length(length) => bytes.resize(*length as usize, filler),
            Change::Write(at, written) => {
                let end = *at as usize + written.len();
                if bytes.len() < end {
                    bytes.resize(end, filler);
                }
                bytes[*at as usize..end].copy_from_slice(written);
            }
        }
    }

    /// The parts of the change that may reach the disk alone: a run of its bytes, or some of its sectors.
    fn torn(&self, random: &mut Random) -> Vec<Change> {
        let Change::Write(at, bytes) = self else { return vec![self.clone()] };
        if random.below(2) == 0 {
            let from = random.below(bytes.len());
            let to = from + random.below(bytes.len() - from + 1);
            return vec![Change::Write(at + from as u64, bytes[from..to].to_vec())];
        }
        let sectors = bytes.chunks(SECTOR).zip((*at..).step_by(SECTOR));
        let kept = sectors.filter(|_| random.below(2) == 0);
        kept.map(|(sector, at)| Change::Write(at, sector.to_vec())).collect()
    }
}

/// A change to the folder that is not on the disk yet.
#[derive(Clone, Debug)]
enum Naming {
    Create(String, u64),
    /// A file gets the other name in the place of its first one, whatever stands at either.
    Rename(String, String, u64),
    Remove(String),
}

impl Naming {
    fn apply(&self, names: &mut BTreeMap<String, u64>) {
        match self {
            Naming::Create(name, inode) => drop(names.insert(name.clone(), *inode)),
            Naming::Rename(from, to, inode) => {
                if names.get(from) == Some(inode) {
                    names.remove(from);
                }
                names.insert(to.clone(), *inode);
            }
            Naming::Remove(name) => drop(names.remove(name)),
        }
    }
}

/// How calls fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Failing {
    #[default]
    Never,
    /// The call with the number fails.
    Once(u64),
    /// That one and all after it, as if the process had ended.
    From(u64),
}

#[derive(Default)]
pub struct State {
    inodes: BTreeMap<u64, Inode>,
    names: BTreeMap<String, u64>,
    synced_names: BTreeMap<String, u64>,
    namings: Vec<Naming>,
    pub calls: u64,
    pub failing: Failing,
    /// Images of what a loss of power would leave, with what had been acknowledged by then.
    pub images: Vec<(Files, u64)>,
    pub images_wanted: usize,
    /// One image at so many calls, on the average; 0 is 1.
    pub images_every: usize,
    pub random: Option<Random>,
    /// Whether calls that only look count, too, and can fail.
    pub looks_count: bool,
    /// Decides which syncs say that they are done and do nothing.
    pub liar: Option<Random>,
}

#[derive(Clone)]
pub struct Disk {
    state: Arc<Mutex<State>>,
    pub acknowledged: Arc<AtomicU64>,
    path: PathBuf,
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disk")
    }
}

impl Disk {
    pub fn new() -> Disk {
        Disk::holding(BTreeMap::new())
    }

    /// A disk on which these files are safe.
    pub fn holding(files: Files) -> Disk {
        let mut state = State::default();
        for (inode, (name, bytes)) in (1..).zip(files) {
            state.names.insert(name, inode);
            let synced = bytes.clone();
            state.inodes.insert(inode, Inode { now: bytes, synced, pending: Vec::new() });
        }
        state.synced_names = state.names.clone();
        Disk {
            state: Arc::new(Mutex::new(state)),
            acknowledged: Arc::default(),
            path: PathBuf::from("simulated"),
        }
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call that changes something; fails where it is to fail.
    fn call(&self) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.lock();
        if state.takes_an_image() {
            let image = state.image();
            state.images.push((image, self.acknowledged.load(Ordering::SeqCst)));
            state.images_wanted -= 1;
        }
        state.calls += 1;
        let fails = match state.failing {
            Failing::Never => false,
            Failing::Once(at) => state.calls == at,
            Failing::From(at) => state.calls >= at,
        };
        if fails { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(state) }
    }

    /// A call that changes nothing; fails only where such calls are to fail, too.
    fn look(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.lock();
        if state.looks_count {
            drop(state);
            return self.call();
        }
        Ok(state)
    }

    /// What is there when the process ends and the machine goes on.
    pub fn left_by_a_kill(&self) -> Files {
        let state = self.lock();
        state.names.iter().map(|(name, id)| (name.clone(), state.inodes[id].now.clone())).collect()
    }
}

impl State {
    fn takes_an_image(&mut self) -> bool {
        let every = self.images_every;
        self.images_wanted > 0
            && self.random.as_mut().is_some_and(|random| every < 2 || random.below(every) == 0)
    }

    fn image(&mut self) -> Files {
        let mut random = self.random.take().unwrap();
        let mut names = self.synced_names.clone();
        let (is_journal, kept) = (random.below(2) == 0, random.below(self.namings.len() + 1));
        for (at, naming) in self.namings.iter().enumerate() {
            if if is_journal { at < kept } else { random.below(2) == 0 } {
                naming.apply(&mut names);
            }
        }
        let mut files = BTreeMap::new();
        for (name, id) in names {
            files.insert(name, self.inodes[&id].left(&mut random));
        }
        self.random = Some(random);
        files
    }

    fn change(&mut self, id: u64, change: Change) {
        let inode = self.inodes.get_mut(&id).unwrap();
        change.apply(&mut inode.now, 0);
        inode.pending.push(change);
    }

    /// Whether a sync only claims to have been done.
    fn lies(&mut self) -> bool {
        self.liar.as_mut().is_some_and(|random| random.below(2) == 0)
    }

    fn sync(&mut self, id: u64) {
        if self.lies() {
            return;
        }
        let inode = self.inodes.get_mut(&id).unwrap();
        inode.synced = inode.now.clone();
        inode.pending.clear();
    }

    fn naming(&mut self, naming: Naming) {
        naming.apply(&mut self.names);
        self.namings.push(naming);
    }

    fn create(&mut self, name: &str) -> u64 {
        let id = self.inodes.keys().next_back().map_or(1, |last| last + 1);
        self.inodes.insert(id, Inode::default());
        self.naming(Naming::Create(name.to_owned(), id));
        id
    }
}

impl Backend for Disk {
    fn path(&self) -> &Path {
        &self.path
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Output>> {
        let id = self.call()?.create(name);
        Ok(Box::new(Handle { disk: self.clone(), id }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.call()?;
        let inode = *state.names.get(from).ok_or(io::ErrorKind::NotFound)?;
        state.naming(Naming::Rename(from.to_owned(), to.to_owned(), inode));
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.call()?.naming(Naming::Remove(name.to_owned()));
        Ok(())
    }

    fn sync(&self, name: &str) -> io::Result<()> {
        let id = *self.look()?.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        self.call()?.sync(id);
        Ok(())
    }

    fn sync_folder(&self) -> io::Result<()> {
        let mut state = self.call()?;
        if state.lies() {
            return Ok(());
        }
        state.synced_names = state.names.clone();
        state.namings.clear();
        Ok(())
    }

    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.look()?.names.keys().cloned().collect())
    }

    fn map(&self, name: &str) -> io::Result<Map> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let state = self.look()?;
        let id = state.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dossier-crash-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, &state.inodes[id].now)?;
        let map = Map::of(&std::fs::File::open(&path)?);
        std::fs::remove_file(path)?;
        map
    }

    fn size(&self, name: &str) -> io::Result<u64> {
        let state = self.look()?;
        let id = state.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(state.inodes[id].now.len() as u64)
    }

    fn manifest(&self, access: Access) -> io::Result<Box<dyn StorageBackend>> {
        let id = if access == Access::Create {
            if self.look()?.names.contains_key(NEW_MANIFEST) {
                self.remove(NEW_MANIFEST)?;
            }
            self.call()?.create(NEW_MANIFEST)
        } else {
            *self.look()?.names.get(MANIFEST).ok_or(io::ErrorKind::NotFound)?
        };
        Ok(Box::new(Handle { disk: self.clone(), id }))
    }

    fn lock(&self) -> io::Result<Locked> {
        WriterLock::of_nothing().map(Locked::Ours)
    }
}

/// An open file of a [`Disk`].
#[derive(Debug)]
struct Handle {
    disk: Disk,
    id: u64,
}

impl Output for Handle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.call()?;
        let at = state.inodes[&self.id].now.len() as u64;
        state.change(self.id, Change::Write(at, bytes.to_vec()));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.call()?.sync(self.id);
        Ok(())
    }
}

impl StorageBackend for Handle {
    fn len(&self) -> io::Result<u64> {
        Ok(self.disk.look()?.inodes[&self.id].now.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.disk.look()?;
        let start = offset as usize;
        let bytes = state.inodes[&self.id].now.get(start..start + out.len());
        out.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.disk.call()?.change(self.id, Change::Length(length));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.call()?.sync(self.id);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.disk.call()?.change(self.id, Change::Write(offset, data.to_vec()));
        Ok(())
    }

    fn try_lock_range(
        &self,
        _: Bound<u64>,
        _: Bound<u64>,
    ) -> std::result::Result<bool, BackendError> {
        Ok(true)
    }

    fn try_lock_shared_range(
        &self,
        _: Bound<u64>,
        _: Bound<u64>,
    ) -> std::result::Result<bool, BackendError> {
        Ok(true)
    }

    fn lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> std::result::Result<(), BackendError> {
        Ok(())
    }

    fn lock_shared_range(
        &self,
        _: Bound<u64>,
        _: Bound<u64>,
    ) -> std::result::Result<(), BackendError> {
        Ok(())
    }

    fn unlock_range(&self, _: Bound<u64>, _: Bound<u64>) -> std::result::Result<(), BackendError> {
        Ok(())
    }

    fn query_lock_range(
        &self,
        _: Bound<u64>,
        _: Bound<u64>,
    ) -> std::result::Result<bool, BackendError> {
        Ok(false)
    }
}
