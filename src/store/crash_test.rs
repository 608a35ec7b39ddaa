//! What a crash, a power loss, a failing disk and a flipped bit leave behind.
//!
//! [`Disk`] stands in the place of a folder and of redb's file. It knows what has been synced, so
//! it can say what may be left after the power went: of each file what was synced, with any of the
//! later writes in part, in whole or not at all, in any order; of the folder, the names as of its
//! last sync and some of the later changes. It can also fail at the n-th call, once or from then on.
//!
//! The workload is such that the graph after commit `n` is known from `n` alone: commit `n` creates
//! a node with the number `n`, and each third one deletes the node made two commits before it. So
//! whatever is found after a crash is either that of some commit from the last acknowledged one on,
//! or wrong.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::{BackendError, StorageBackend};

use super::backend::{Access, Backend, Locked, MANIFEST, Output, WriterLock};
use super::files::Files;
use super::map::Map;
use super::{Database, Options, StoreSnapshot};
use crate::error::Result;
use crate::graph::{Snapshot, Transaction};
use crate::value::Value;

/// Numbers that look random and are the same in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, bound: usize) -> usize {
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

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Length(length) => bytes.resize(*length as usize, 0),
            Change::Write(at, written) => {
                let end = *at as usize + written.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*at as usize..end].copy_from_slice(written);
            }
        }
    }

    /// The part of the change that may reach the disk alone.
    fn torn(&self, random: &mut Random) -> Change {
        match self {
            Change::Write(at, bytes) => {
                let from = random.below(bytes.len());
                let to = from + random.below(bytes.len() - from + 1);
                Change::Write(at + from as u64, bytes[from..to].to_vec())
            }
            Change::Length(length) => Change::Length(*length),
        }
    }
}

/// A change to the folder that is not on the disk yet.
#[derive(Clone, Debug)]
enum Naming {
    Create(String, u64),
    Rename(String, String),
    Remove(String),
}

impl Naming {
    fn apply(&self, names: &mut BTreeMap<String, u64>) {
        match self {
            Naming::Create(name, inode) => drop(names.insert(name.clone(), *inode)),
            Naming::Rename(from, to) => {
                if let Some(inode) = names.remove(from) {
                    names.insert(to.clone(), inode);
                }
            }
            Naming::Remove(name) => drop(names.remove(name)),
        }
    }
}

/// How calls fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Failing {
    #[default]
    Never,
    /// The call with the number fails.
    Once(u64),
    /// That one and all after it, as if the process had ended.
    From(u64),
}

#[derive(Default)]
struct State {
    inodes: BTreeMap<u64, Inode>,
    names: BTreeMap<String, u64>,
    synced_names: BTreeMap<String, u64>,
    namings: Vec<Naming>,
    calls: u64,
    failing: Failing,
    /// Images of what a loss of power would leave, with what had been acknowledged by then.
    images: Vec<(BTreeMap<String, Vec<u8>>, u64)>,
    images_wanted: usize,
    random: Option<Random>,
    /// Whether calls that only look count, too, and can fail.
    looks_count: bool,
    /// Decides which syncs say that they are done and do nothing.
    liar: Option<Random>,
}

#[derive(Clone)]
struct Disk {
    state: Arc<Mutex<State>>,
    acknowledged: Arc<AtomicU64>,
    path: PathBuf,
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disk")
    }
}

impl Disk {
    fn new() -> Disk {
        Disk::holding(BTreeMap::new())
    }

    /// A disk on which these files are safe.
    fn holding(files: BTreeMap<String, Vec<u8>>) -> Disk {
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

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call that changes something; fails where it is to fail.
    fn call(&self) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.lock();
        if state.images_wanted > 0 {
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
    fn left_by_a_kill(&self) -> BTreeMap<String, Vec<u8>> {
        let state = self.lock();
        state.names.iter().map(|(name, id)| (name.clone(), state.inodes[id].now.clone())).collect()
    }
}

impl State {
    fn image(&mut self) -> BTreeMap<String, Vec<u8>> {
        let mut random = self.random.take().unwrap();
        let mut names = self.synced_names.clone();
        let kept = random.below(self.namings.len() + 1);
        self.namings[..kept].iter().for_each(|naming| naming.apply(&mut names));
        let mut files = BTreeMap::new();
        for (name, id) in names {
            let inode = &self.inodes[&id];
            let mut bytes = inode.synced.clone();
            let mut pending = inode.pending.clone();
            let mode = random.below(4);
            if mode == 3 {
                for at in (1..pending.len()).rev() {
                    pending.swap(at, random.below(at + 1));
                }
            }
            for change in &pending {
                match (mode, random.below(3)) {
                    (0, _) | (1 | 2, 1) => change.apply(&mut bytes),
                    (2 | 3, 2) => change.torn(&mut random).apply(&mut bytes),
                    (3, 1) => change.apply(&mut bytes),
                    _ => {}
                }
            }
            files.insert(name, bytes);
        }
        self.random = Some(random);
        files
    }

    fn change(&mut self, id: u64, change: Change) {
        let inode = self.inodes.get_mut(&id).unwrap();
        change.apply(&mut inode.now);
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
        self.call()?.naming(Naming::Rename(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.call()?.naming(Naming::Remove(name.to_owned()));
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
        let mut state = self.look()?;
        let id = match (state.names.get(MANIFEST), access) {
            (Some(id), _) => *id,
            (None, Access::Create) => state.create(MANIFEST),
            (None, _) => return Err(io::ErrorKind::NotFound.into()),
        };
        drop(state);
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

fn open(disk: &Disk) -> Result<Database> {
    let (files, graph) = Files::open(Arc::new(disk.clone()))?;
    Ok(Database::new(graph, options(), Some(files)))
}

fn create(disk: &Disk) -> Result<Database> {
    let empty = StoreSnapshot::default();
    let (files, graph) = Files::create(Arc::new(disk.clone()), &empty)?;
    Ok(Database::new(graph, options(), Some(files)))
}

/// Checkpoints come when the workload asks for them, so that a run is the same each time.
fn options() -> Options {
    Options { fold_after: usize::MAX, ..Options::default() }
}

/// Commit `n`: creates the node `n`, a relationship to the node before it, and deletes another.
fn commit(database: &Database) -> Result<u64> {
    let mut write = database.begin_write()?;
    let number = Snapshot::commit(&write) + 1;
    let (label, key) = (write.intern_label("N"), write.intern_key("number"));
    let kind = write.intern_type("NEXT");
    let node = write.create_node(&[label])?;
    write.set_node_property(node, key, (number as i64).into());
    if let Some(last) = write.node_by_element_id(number.wrapping_sub(2)) {
        let next = write.create_statement(kind, last, node)?;
        write.set_statement_property(next, key, Value::list([(number as i64).into()]));
    }
    if number % 3 == 0
        && let Some(gone) = write.node_by_element_id(number - 3)
    {
        for direction in [crate::graph::Direction::Outgoing, crate::graph::Direction::Incoming] {
            let mut found = Vec::new();
            write.adjacency(kind, direction).for_each(gone, |_, id| found.push(id));
            for id in found {
                write.delete_statement(id);
            }
        }
        write.delete_node(gone);
    }
    write.commit()
}

/// Holds a graph against what its commit number says it must be.
fn check(graph: &StoreSnapshot) {
    let last = graph.commit();
    let key = graph.catalog().key("number");
    for number in 1..=last + 2 {
        let is_there = number <= last && !(number % 3 == 1 && number + 2 <= last);
        let node = graph.node_by_element_id(number - 1);
        assert_eq!(node.is_some(), is_there, "node {number} of {last}");
        if let Some(node) = node {
            let found = key.map_or(Value::Null, |key| graph.node_property(node, key));
            assert_eq!(found, (number as i64).into());
        }
    }
}

/// Holds what was known at some earlier commits against what it must have been.
fn check_history(database: &Database) {
    let last = database.begin_read().commit();
    for at in [0, 1.min(last), last / 2, last.saturating_sub(1)] {
        let known =
            database.known_at(at).unwrap_or_else(|error| panic!("{at} of {last}: {error:?}"));
        let nodes = (0..known.node_bound()).map(crate::value::NodeId);
        let mut found: Vec<u64> = nodes
            .filter(|&node| known.contains_node(node))
            .map(|node| known.node_element_id(node) + 1)
            .collect();
        found.sort_unstable();
        let is_there = |number: &u64| !(number % 3 == 1 && number + 2 <= at);
        assert!(found.into_iter().eq((1..=at).filter(is_there)), "known at {at} of {last}");
    }
}

/// Opens what is left and holds it against what was acknowledged. Where nothing was, there need
/// be no store.
fn check_left(files: BTreeMap<String, Vec<u8>>, acknowledged: Option<u64>) {
    let disk = Disk::holding(files);
    let database = match open(&disk) {
        Ok(database) => database,
        Err(error) => {
            assert!(acknowledged.is_none(), "{acknowledged:?} acknowledged, then {error:?}");
            // Making it can begin again.
            create(&disk).expect("a store that was never finished can be made again")
        }
    };
    let graph = database.begin_read();
    assert!(graph.commit() >= acknowledged.unwrap_or(0), "{acknowledged:?} {}", graph.commit());
    check(&graph);
    check_history(&database);
    database.check().expect("what is left is in order");
    commit(&database).expect("it can be written again");
    check(&database.begin_read());
    database.settle().expect("and settled");
    drop(database);
    let database = open(&disk).expect("and opened again");
    check(&database.begin_read());
    check_history(&database);
    database.checkpoint().expect("and folded");
    check(&database.begin_read());
    check_history(&database);
    let names = disk.list().unwrap();
    let strays = names.iter().filter(|name| name.starts_with("generation-"));
    assert!(strays.count() <= 1, "no file stays that nobody names");
    assert!(!names.iter().any(|name| name.starts_with("tail-")), "nor a tail that is folded");
}

/// Commits, checkpoints and closings, until the first error or the end; says what was acknowledged.
fn workload(disk: &Disk, steps: usize, goes_on: bool) -> Option<u64> {
    let Ok(mut database) = create(disk) else { return None };
    let mut acknowledged = Some(0);
    for step in 0..steps {
        let done = match step % 8 {
            4 if step % 24 == 12 => database.checkpoint(),
            2 | 4 => database.settle(),
            6 if step % 16 > 8 => {
                drop(database);
                // A writer that failed leaves work to whoever opens next, and the first may fail.
                match open(disk).or_else(|error| if goes_on { open(disk) } else { Err(error) }) {
                    Ok(opened) => {
                        database = opened;
                        Ok(())
                    }
                    Err(_) => return acknowledged,
                }
            }
            _ => commit(&database).map(|number| {
                acknowledged = Some(number);
                disk.acknowledged.store(number, Ordering::SeqCst);
            }),
        };
        check(&database.begin_read());
        if done.is_err() && !goes_on {
            break;
        }
    }
    acknowledged
}

/// How long the workload is.
const STEPS: usize = 26;

/// From the environment, for long runs.
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
}

/// Runs the workload once without a failure and then with one at each of its calls, or at some of
/// them; `looks` says whether calls that change nothing count, too.
fn at_each_call(looks: bool, goes_on: bool, failing: impl Fn(u64) -> Failing) {
    let run = |failing| {
        let disk = Disk::new();
        let mut state = disk.lock();
        (state.failing, state.looks_count) = (failing, looks);
        drop(state);
        let acknowledged = workload(&disk, STEPS, goes_on);
        (disk, acknowledged)
    };
    let all = run(Failing::Never).0.lock().calls;
    let every = setting("DOSSIER_CRASH_EVERY", (all / 24).max(1));
    for at in (1..=all).step_by(every as usize) {
        let (disk, acknowledged) = run(failing(at));
        if let (true, Some(acknowledged)) = (goes_on, acknowledged) {
            assert!(acknowledged >= 10, "call {at}: writing stopped at {acknowledged}");
        }
        check_left(disk.left_by_a_kill(), acknowledged);
    }
}

#[test]
fn a_process_that_ends_at_any_call_loses_nothing() {
    at_each_call(false, false, Failing::From);
}

/// What was acknowledged can be read where nothing can be written any more, and be written again
/// where it can.
#[test]
fn what_is_left_is_read_from_a_disk_that_takes_no_more_writes() {
    let all = calls();
    let every = setting("DOSSIER_CRASH_EVERY", (all / 24).max(1));
    for at in (1..=all).step_by(every as usize) {
        let disk = Disk::new();
        disk.lock().failing = Failing::From(at);
        let Some(acknowledged) = workload(&disk, STEPS, false) else { continue };
        let disk = Disk::holding(disk.left_by_a_kill());
        disk.lock().failing = Failing::From(0);
        let database = open(&disk).unwrap_or_else(|error| panic!("call {at}: {error:?}"));
        assert!(database.begin_read().commit() >= acknowledged);
        check(&database.begin_read());
        assert!(commit(&database).is_err());
        check(&database.begin_read());
        disk.lock().failing = Failing::Never;
        commit(&database).expect("it can be written again");
        check(&database.begin_read());
    }
}

/// How many calls the workload makes that change something.
fn calls() -> u64 {
    let disk = Disk::new();
    workload(&disk, STEPS, false);
    disk.lock().calls
}

#[test]
fn a_call_that_fails_once_loses_nothing_and_writing_goes_on() {
    at_each_call(false, true, Failing::Once);
}

#[test]
fn a_read_that_fails_once_is_an_error_and_no_more() {
    at_each_call(true, true, Failing::Once);
}

/// Hands over what losses of power at the calls of several workloads would leave, with what had
/// been acknowledged by then. `prepare` sets the disk up when the store is there.
fn each_image(
    mut seed: u64,
    wanted: u64,
    prepare: impl Fn(&mut State, u64),
    check_image: impl Fn(BTreeMap<String, Vec<u8>>, u64),
) {
    let mut left = wanted as usize;
    while left > 0 {
        let disk = Disk::new();
        // The store must exist before a loss of power can be held against it.
        drop(create(&disk).unwrap());
        {
            let mut state = disk.lock();
            state.random = Some(Random(seed));
            state.images_wanted = left.min(400);
            prepare(&mut state, seed);
        }
        let mut steps = Random(seed);
        let database = open(&disk).unwrap();
        for _ in 0..30 {
            match steps.below(10) {
                0 => database.checkpoint().unwrap(),
                1 | 2 => database.settle().unwrap(),
                _ => {
                    let number = commit(&database).unwrap();
                    disk.acknowledged.store(number, Ordering::SeqCst);
                }
            }
        }
        drop(database);
        let images = std::mem::take(&mut disk.lock().images);
        left = left.saturating_sub(images.len().max(1));
        for (image, acknowledged) in images {
            check_image(image, acknowledged);
        }
        seed = steps.next() | 1;
    }
}

#[test]
fn a_loss_of_power_loses_nothing_that_was_acknowledged() {
    let wanted = setting("DOSSIER_CRASH_IMAGES", 120);
    each_image(first_seed(), wanted, |_, _| {}, |image, known| check_left(image, Some(known)));
}

fn first_seed() -> u64 {
    setting("DOSSIER_CRASH_SEED", 0x9e37_79b9_7f4a_7c15)
}

/// Nobody can keep what a disk says it has kept and has not. What is left may be older than what
/// was acknowledged, or cannot be opened; it is never something that never was.
#[test]
fn a_sync_that_lies_ends_in_an_error_or_in_an_earlier_commit() {
    let wanted = setting("DOSSIER_CRASH_IMAGES", 300);
    // At this one, redb panicked when it was closed.
    for seed in [first_seed(), 7003] {
        lies(seed, wanted);
    }
}

fn lies(seed: u64, wanted: u64) {
    let (opened, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    let prepare = |state: &mut State, seed| state.liar = Some(Random(seed ^ 0x5555));
    each_image(seed, wanted, prepare, |image, _| match open(&Disk::holding(image)) {
        Ok(database) => {
            check(&database.begin_read());
            opened.fetch_add(1, Ordering::Relaxed);
        }
        Err(error) => {
            let known = ["store::damaged", "store::gone", "store::no_store", "store::io"];
            assert!(known.contains(&error.code()), "{error:?}");
            refused.fetch_add(1, Ordering::Relaxed);
        }
    });
    assert!(opened.into_inner() > 0 && refused.into_inner() > 0);
}

/// A manifest whose beginning is lost is not taken for one that was never finished, and nothing of it is touched.
#[test]
fn a_lost_beginning_is_not_made_anew() {
    let disk = Disk::new();
    let database = create(&disk).unwrap();
    (0..3).for_each(|_| assert!(commit(&database).is_ok()));
    drop(database);
    for lost in [9, 64, 320, 4096] {
        let mut files = disk.left_by_a_kill();
        files.get_mut(MANIFEST).unwrap()[..lost].fill(0);
        let disk = Disk::holding(files.clone());
        assert_eq!(create(&disk).unwrap_err().code(), "store::damaged", "{lost}");
        assert_eq!(open(&disk).unwrap_err().code(), "store::damaged", "{lost}");
        assert!(disk.left_by_a_kill() == files, "{lost}");
    }
}
