//! What threads do with a store, in many orders of their steps.
//!
//! `turns.rs` stands here a second time, over the locks of shuttle, which runs one thread at a time
//! and changes over to another at each lock and each wait, as a scheduler that it draws by lot has it;
//! a deadlock is an error, too. [`Paper`] is its disk: it keeps what was ever made durable, so that
//! whatever a reader is shown can be held against it, by whomever and whenever it is read:
//!
//! - commits are written in their order, without a gap, and shown only when they are written;
//! - what is shown never goes back, and is what the disk holds up to that commit;
//! - whoever was told that a commit is done sees it; whoever was told that it failed may find it, if the
//!   disk failed after it was written, and never where the transaction was refused;
//! - another process, which opens the disk at any moment, finds a commit from the last acknowledged
//!   on, and the arrays that it is told of, if it looks again when they are gone;
//! - no thread waits for good.
//!
//! `DOSSIER_INTERLEAVINGS` says how many orders are tried of each, `DOSSIER_INTERLEAVINGS_SEED` where
//! to begin. An order that fails is printed, and `shuttle::replay` takes it.

use std::collections::BTreeMap;
use std::time::Duration;

use shuttle::rand::{Rng, thread_rng};
use shuttle::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use shuttle::thread;

use crate::error::{Error, Result, store};

use sync::{Arc, Mutex};
use turns::{Disk, Turns};

#[allow(dead_code, clippy::duplicate_mod, reason = "the same file over other locks")]
#[path = "turns.rs"]
mod turns;

/// The locks of the scheduler.
mod sync {
    use std::time::Duration;

    use shuttle::rand::{Rng, thread_rng};
    pub use shuttle::sync::atomic::{AtomicBool, Ordering};
    pub use shuttle::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

    /// Waits as long as it is so; time is over at some moment or other.
    pub fn wait_while<'a, T>(
        condvar: &Condvar,
        mutex: &'a Mutex<T>,
        mut guard: MutexGuard<'a, T>,
        most: Duration,
        mut is_so: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        while is_so(&mut guard) {
            if most == super::FOR_GOOD {
                guard = condvar.wait(guard).unwrap();
            } else if thread_rng().gen_range(0..4) == 0 {
                break;
            } else {
                drop(guard);
                shuttle::thread::yield_now();
                guard = mutex.lock().unwrap();
            }
        }
        guard
    }

    /// Looks once: the scheduler changes over there.
    pub fn spin_while(is_so: impl Fn() -> bool) {
        is_so();
    }

    /// Now the one, now the other.
    pub fn is_short(_: Duration) -> bool {
        thread_rng().gen_range(0..2) == 0
    }

    /// Likewise.
    pub fn spin_for(_: Duration, is_so: impl Fn() -> bool) {
        is_so();
    }
}

/// A time that is never over.
const FOR_GOOD: Duration = Duration::MAX;

/// The numbers that commits brought, one each.
#[derive(Clone, Debug, Default)]
struct Numbers {
    held: Vec<u64>,
    /// How many of them stand in arrays.
    folded: usize,
}

/// Arrays: the commits up to one.
struct Written {
    file: u64,
    folded: usize,
}

/// A disk that keeps what was ever written on it.
#[derive(Default)]
struct Paper {
    state: Mutex<State>,
    /// The last append failed, and nobody has looked what came of it.
    is_broken: AtomicBool,
    /// How many appends come before the one that fails; none does where this is 0.
    until_failure: AtomicU64,
}

#[derive(Clone, Default)]
struct State {
    /// Every commit that was made durable.
    log: Vec<u64>,
    files: BTreeMap<u64, Vec<u64>>,
    /// The arrays that opening reads, and the commits that are not in them.
    named: u64,
    recent: Vec<u64>,
    folded: usize,
}

impl State {
    /// What opening finds, as far as it stands in the manifest.
    fn commit(&self) -> usize {
        self.folded + self.recent.len()
    }
}

impl Paper {
    fn state(&self) -> shuttle::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The whole store, as another process opens it: it reads the manifest at one moment, and the arrays
    /// that it names at a later one.
    fn open(&self) -> Numbers {
        loop {
            let (named, recent, folded) = {
                let state = self.state();
                (state.named, state.recent.clone(), state.folded)
            };
            if named == 0 {
                return Numbers { held: recent, folded: 0 };
            }
            if let Some(file) = self.state().files.get(&named) {
                let held = file.iter().copied().chain(recent).collect();
                return Numbers { held, folded };
            }
        }
    }

    /// Holds what somebody was shown against what was written.
    fn must_hold(&self, shown: &Numbers) {
        let state = self.state();
        assert!(state.log.starts_with(&shown.held), "{:?} of {:?}", shown.held, state.log);
    }
}

impl Disk for Paper {
    type Graph = Numbers;
    type Commit = (usize, u64);
    type Written = Written;

    fn number(graph: &Numbers) -> u64 {
        graph.held.len() as u64
    }

    fn refresh(&self, _: &Arc<Numbers>) -> Result<Option<Numbers>> {
        Ok(None)
    }

    fn become_writer(&self, shown: &Arc<Numbers>) -> Result<Option<Numbers>> {
        if !self.is_broken.load(Ordering::SeqCst) {
            return Ok(None);
        }
        let found = self.open();
        assert!(found.held.starts_with(&shown.held), "{found:?} after {shown:?}");
        self.is_broken.store(false, Ordering::SeqCst);
        Ok(Some(found))
    }

    fn append(&self, commits: &[(usize, u64)]) -> Result<()> {
        let fails = self.until_failure.load(Ordering::SeqCst) > 0
            && self.until_failure.fetch_sub(1, Ordering::SeqCst) == 1;
        if !fails || thread_rng().gen_range(0..2) == 0 {
            let mut state = self.state();
            for &(number, value) in commits {
                assert_eq!(state.commit() + 1, number, "commits are written in their order");
                state.recent.push(value);
                state.log.push(value);
            }
        }
        if fails {
            self.is_broken.store(true, Ordering::SeqCst);
            return Err(Error::new(&store::IO, "The disk is full."));
        }
        Ok(())
    }

    fn fold(&self, graph: &Numbers) -> Result<Option<(Written, Numbers)>> {
        if graph.folded == graph.held.len() {
            return Ok(None);
        }
        let mut state = self.state();
        let file = state.files.keys().next_back().map_or(1, |last| last + 1);
        state.files.insert(file, graph.held.clone());
        let folded = graph.held.len();
        Ok(Some((Written { file, folded }, Numbers { folded, ..graph.clone() })))
    }

    fn catch_up(&self, mut graph: Numbers) -> Result<Numbers> {
        let state = self.state();
        let from = graph.held.len() - state.folded;
        graph.held.extend(&state.recent[from..]);
        Ok(graph)
    }

    fn install(&self, written: Written) -> Result<()> {
        let mut state = self.state();
        let folded = written.folded - state.folded;
        state.recent.drain(..folded);
        (state.named, state.folded) = (written.file, written.folded);
        Ok(())
    }

    /// On paper a tail is arrays as well: what counts is that it is named before its commits are dropped.
    fn write_tail(&self, graph: &Numbers) -> Result<Option<Written>> {
        Ok(self.fold(graph)?.map(|(written, _)| written))
    }

    fn install_tail(&self, written: Written, shown: &Numbers) -> Result<Numbers> {
        let folded = written.folded;
        self.install(written)?;
        Ok(Numbers { folded, ..shown.clone() })
    }

    fn remove_unnamed(&self) {
        let named = self.state().named;
        self.state().files.retain(|file, _| *file == named);
    }
}

/// A transaction that adds a number; says whether it may be on the disk, and its place if it is.
fn write(turns: &Arc<Turns<Paper>>, value: u64, wait: Duration) -> Outcome {
    let turn = match turns.take(wait) {
        Ok(turn) => turn,
        Err(error) => return Outcome::of(&error),
    };
    let mut graph = Numbers::clone(turn.head());
    graph.held.push(value);
    let number = graph.held.len();
    let disk = turns.disk().unwrap();
    match turn.commit(disk, graph, (number, value)) {
        Ok(()) => {
            let shown = turns.published();
            assert_eq!(shown.held.get(number - 1), Some(&value), "whoever commits sees it");
            disk.must_hold(&shown);
            Outcome::Done
        }
        Err(error) => Outcome::of(&error),
    }
}

/// What a transaction came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    Refused,
    Failed,
}

impl Outcome {
    fn of(error: &Error) -> Outcome {
        match error.code() {
            "store::busy" | "store::aborted" => Outcome::Refused,
            "store::io" => Outcome::Failed,
            other => panic!("{other}: {error:?}"),
        }
    }
}

/// What one order is made of.
#[derive(Clone, Copy)]
struct Scene {
    writers: u64,
    commits_each: u64,
    /// Checkpoints and settlings, in turn.
    checkpoints: usize,
    /// 1 where a settling comes first.
    first_settles: usize,
    /// How long a transaction waits for the turn.
    wait: Duration,
    /// Which append fails; none where it is 0.
    fails_at: u64,
}

impl Scene {
    fn play(self) {
        let paper = Paper { until_failure: AtomicU64::new(self.fails_at), ..Paper::default() };
        let turns = Arc::new(Turns::new(Numbers::default(), Some(paper)));
        let writers: Vec<_> = (0..self.writers)
            .map(|writer| {
                let turns = Arc::clone(&turns);
                thread::spawn(move || {
                    (0..self.commits_each)
                        .map(|n| {
                            let value = writer * self.commits_each + n + 1;
                            (value, write(&turns, value, self.wait))
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let others = [self.checkpointer(&turns), reader(&turns), other_process(&turns)];
        let outcomes: Vec<_> = writers.into_iter().flat_map(|w| w.join().unwrap()).collect();
        others.into_iter().for_each(|other| other.join().unwrap());
        let disk = turns.disk().unwrap();
        let log = disk.state().log.clone();
        for (value, outcome) in outcomes {
            let count = log.iter().filter(|&&found| found == value).count();
            match outcome {
                Outcome::Done => assert_eq!(count, 1, "{value} was acknowledged: {log:?}"),
                Outcome::Refused => assert_eq!(count, 0, "{value} was refused: {log:?}"),
                Outcome::Failed => assert!(count <= 1, "{value} failed: {log:?}"),
            }
        }
        assert_eq!(disk.open().held, log, "the disk holds what was ever written on it");
        drop(turns.take(FOR_GOOD).unwrap());
        assert_eq!(turns.published().held, log, "and it is shown");
    }

    fn checkpointer(self, turns: &Arc<Turns<Paper>>) -> thread::JoinHandle<()> {
        let turns = Arc::clone(turns);
        thread::spawn(move || {
            for n in 0..self.checkpoints {
                let disk = turns.disk().unwrap();
                let settles = (n + self.first_settles) % 2 == 1;
                let done = if settles {
                    turns.settle(disk, self.wait)
                } else {
                    turns.checkpoint(disk, self.wait)
                };
                if let Err(error) = done {
                    let outcome = Outcome::of(&error);
                    assert_eq!(outcome, Outcome::Refused, "{error:?}");
                }
            }
        })
    }
}

/// Reads again and again, and keeps what it read first; once it takes the turn for that and commits nothing.
fn reader(turns: &Arc<Turns<Paper>>) -> thread::JoinHandle<()> {
    let turns = Arc::clone(turns);
    thread::spawn(move || {
        let mut last = turns.published();
        for at in 0..3 {
            let turn = if at == 1 { turns.take(Duration::ZERO).ok() } else { None };
            let now = turns.published();
            assert!(now.held.starts_with(&last.held), "{now:?} after {last:?}");
            turns.disk().unwrap().must_hold(&now);
            drop(turn);
            last = now;
        }
    })
}

/// Opens the store again and again.
fn other_process(turns: &Arc<Turns<Paper>>) -> thread::JoinHandle<()> {
    let turns = Arc::clone(turns);
    thread::spawn(move || {
        for _ in 0..2 {
            // What was acknowledged before is there.
            let acknowledged = turns.published();
            let found = turns.disk().unwrap().open();
            assert!(found.held.starts_with(&acknowledged.held), "{found:?}");
            turns.disk().unwrap().must_hold(&found);
        }
    })
}

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Tries orders drawn by lot, half of them such that few threads run long.
fn in_many_orders(scene: Scene) {
    let count = setting("DOSSIER_INTERLEAVINGS", 200) as usize;
    let seed = setting("DOSSIER_INTERLEAVINGS_SEED", 7);
    shuttle::check_random_with_seed(move || scene.play(), seed, count / 2);
    let scheduler = shuttle::scheduler::PctScheduler::new_from_seed(seed, 3, count / 2);
    let runner = shuttle::Runner::new(scheduler, shuttle::Config::default());
    runner.run(move || scene.play());
}

const SCENE: Scene = Scene {
    writers: 3,
    commits_each: 2,
    checkpoints: 2,
    first_settles: 0,
    wait: FOR_GOOD,
    fails_at: 0,
};

#[test]
fn commits_checkpoints_and_readers_in_any_order() {
    in_many_orders(SCENE);
    in_many_orders(Scene { first_settles: 1, ..SCENE });
}

#[test]
fn a_turn_that_takes_too_long_is_given_up_in_any_order() {
    in_many_orders(Scene { wait: Duration::ZERO, ..SCENE });
}

#[test]
fn a_disk_that_fails_once_in_any_order() {
    for fails_at in 1..=3 {
        in_many_orders(Scene { fails_at, first_settles: fails_at as usize % 2, ..SCENE });
    }
}
