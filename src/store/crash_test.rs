//! What a crash, a power loss, a failing disk and a flipped bit leave behind.
//!
//! [`Disk`] stands in the place of a folder and of redb's file, fails at the n-th call, once or from then on,
//! and says what may be left after the power went.
//!
//! The workload is such that the graph after commit `n` is known from `n` alone: commit `n` creates
//! a node with the number `n` and a relationship to it, and each third one deletes, or erases, the node made two
//! commits before it. So whatever is found after a crash is either that of some commit from the last acknowledged
//! one on, or wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::backend::{Backend, MANIFEST};
use super::backup;
use super::files::Files;
use super::{Cell, Database, Options, StoreSnapshot};
use crate::error::Result;
use crate::graph::{Snapshot, Transaction};
use crate::value::Value;
use disk::{Disk, Failing, Random, State};

mod disk;

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

/// Commit `n`: creates the node `n`, a relationship to it from the node before it, and deletes another.
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
        let reason = erases(number).then(|| Arc::from("nobody is to know"));
        for direction in [crate::graph::Direction::Outgoing, crate::graph::Direction::Incoming] {
            let mut found = Vec::new();
            write.adjacency(kind, direction).for_each(gone, |_, id| found.push(id));
            for id in found {
                match &reason {
                    Some(reason) => write.erase_statement(id, Arc::clone(reason)),
                    None => write.delete_statement(id),
                };
            }
        }
        match reason {
            Some(reason) => write.erase_node(gone, reason),
            None => write.delete_node(gone),
        };
    }
    write.commit()
}

/// Whether a commit that takes a node away takes it out of the history as well.
fn erases(number: u64) -> bool {
    number.is_multiple_of(9)
}

/// Commit `n` as an import makes it, which deletes nothing; where it is to delete something, an ordinary one.
fn import(database: &Database) -> Result<u64> {
    let number = database.begin_read().commit() + 1;
    if number.is_multiple_of(3) {
        return commit(database);
    }
    let add = |base: super::Base<'_>, builder: &mut super::GenerationBuilder| {
        let names = builder.catalog_mut();
        let (label, key) = (names.intern_label("N"), names.intern_key("number"));
        let kind = names.intern_type("NEXT");
        let row = builder.add_nodes(&[label], 1)?.start;
        builder.node_column(key).set(row, Cell::Integer(number as i64));
        let last = base.graph().node_by_element_id(number.wrapping_sub(2));
        if let Some(last) = last.and_then(|last| base.row(last)) {
            builder.relationships(kind).add(last, row)?;
        }
        Ok(())
    };
    database.extend(add, |_| Ok(()))
}

/// Whether the node of a number is there after a commit.
fn is_there(number: u64, at: u64) -> bool {
    (1..=at).contains(&number) && !(number % 3 == 1 && number + 2 <= at)
}

/// Holds a graph against what its commit number says it must be.
fn check(graph: &StoreSnapshot) {
    let last = graph.commit();
    let key = graph.catalog().key("number");
    for number in 1..=last + 2 {
        let node = graph.node_by_element_id(number - 1);
        assert_eq!(node.is_some(), is_there(number, last), "node {number} of {last}");
        if let Some(node) = node {
            let found = key.map_or(Value::Null, |key| graph.node_property(node, key));
            assert_eq!(found, (number as i64).into());
        }
    }
    let next = (2..=last).filter(|&number| is_there(number - 1, last) && is_there(number, last));
    assert_eq!(graph.statistics().statements, next.count() as u64, "relationships of {last}");
}

/// Holds what was known at some earlier commits against what it must have been. Up to `forgotten` what was erased
/// has left the history, after it, it may have.
fn check_history(database: &Database, forgotten: u64) {
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
        for number in 1..=last {
            let is_known = found.binary_search(&number).is_ok();
            let erased =
                Some(number + 2).filter(|by| number % 3 == 1 && erases(*by) && *by <= last);
            let is_right = match erased {
                Some(by) if by <= forgotten => !is_known,
                Some(_) => !is_known || is_there(number, at),
                None => is_known == is_there(number, at),
            };
            assert!(is_right, "node {number} known at {at} of {last}: {is_known}");
        }
        assert!(found.iter().all(|&number| number <= last), "known at {at} of {last}");
    }
}

/// Opens what is left and holds it against what was acknowledged. Where nothing was, there need
/// be no store.
fn check_left(disk: &Disk, acknowledged: Option<u64>) {
    let database = match open(disk) {
        Ok(database) => database,
        Err(error) => {
            assert!(acknowledged.is_none(), "{acknowledged:?} acknowledged, then {error:?}");
            // It was never finished, and making it can begin again.
            assert_eq!(error.code(), "store::no_store", "{error:?}");
            create(disk).expect("a store that was never finished can be made again")
        }
    };
    let forgotten = acknowledged.unwrap_or(0);
    let graph = database.begin_read();
    assert!(graph.commit() >= forgotten, "{acknowledged:?} {}", graph.commit());
    check(&graph);
    check_history(&database, forgotten);
    database.check().expect("what is left is in order");
    write_on(disk, database, forgotten);
}

/// Writes what is in order, settles it, opens it again and folds it.
fn write_on(disk: &Disk, database: Database, forgotten: u64) {
    let number = commit(&database).expect("it can be written again");
    disk.acknowledged.store(number, Ordering::SeqCst);
    check(&database.begin_read());
    database.settle().expect("and settled");
    drop(database);
    let database = open(disk).expect("and opened again");
    check(&database.begin_read());
    check_history(&database, forgotten);
    database.checkpoint().expect("and folded");
    check(&database.begin_read());
    check_history(&database, forgotten);
    let names = disk.list().unwrap();
    let strays = names.iter().filter(|name| name.starts_with("generation-"));
    assert!(strays.count() <= 1, "no file stays that nobody names");
    assert!(!names.iter().any(|name| name.starts_with("tail-")), "nor a tail that is folded");
}

/// How many losses of power while a store is looked after that has lost power before.
const AGAIN: usize = 2;

/// Holds what is left after a loss of power against what was acknowledged; at some moments of that, the power goes again.
fn check_image(random: &mut Random, image: disk::Files, acknowledged: u64) {
    let disk = Disk::holding(image);
    if random.below(4) == 0 {
        let mut state = disk.lock();
        state.random = Some(Random(random.next() | 1));
        (state.images_wanted, state.images_every) = (AGAIN, 16);
    }
    disk.acknowledged.store(acknowledged, Ordering::SeqCst);
    check_left(&disk, Some(acknowledged));
    let again = std::mem::take(&mut disk.lock().images);
    for (image, acknowledged) in again {
        check_left(&Disk::holding(image), Some(acknowledged));
    }
}

/// Commits, checkpoints and closings, until the first error or the end; says what was acknowledged.
fn workload(disk: &Disk, steps: usize, goes_on: bool) -> Option<u64> {
    let Ok(mut database) = create(disk) else { return None };
    let mut acknowledged = Some(0);
    for step in 0..steps {
        let done = match step % 8 {
            0 if step == 16 => database.compact(),
            4 if step % 24 == 12 => database.checkpoint(),
            5 if step % 16 == 13 => import(&database).map(|number| {
                acknowledged = Some(number);
                disk.acknowledged.store(number, Ordering::SeqCst);
            }),
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
        check_left(&Disk::holding(disk.left_by_a_kill()), acknowledged);
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
/// been acknowledged by then. `prepare` sets the disk up when the store is there, `writers` is how many threads commit.
fn each_image(
    mut seed: u64,
    wanted: u64,
    writers: usize,
    prepare: impl Fn(&mut State, u64),
    mut check_image: impl FnMut(disk::Files, u64),
) {
    let mut left = wanted as usize;
    while left > 0 {
        let disk = Disk::new();
        // The store must exist before a loss of power can be held against it.
        drop(create(&disk).unwrap());
        {
            let mut state = disk.lock();
            state.random = Some(Random(seed));
            (state.images_wanted, state.images_every) = (left.min(400), 4);
            prepare(&mut state, seed);
        }
        let mut steps = Random(seed);
        let database = open(&disk).unwrap();
        for _ in 0..30 {
            match steps.below(20) {
                0 | 1 => database.checkpoint().unwrap(),
                2 => database.compact().unwrap(),
                3 => acknowledge(&disk, import(&database)),
                4..=7 => database.settle().unwrap(),
                _ if writers > 1 => std::thread::scope(|scope| {
                    for _ in 0..writers {
                        scope.spawn(|| acknowledge(&disk, commit(&database)));
                    }
                }),
                _ => acknowledge(&disk, commit(&database)),
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

fn acknowledge(disk: &Disk, number: Result<u64>) {
    disk.acknowledged.fetch_max(number.unwrap(), Ordering::SeqCst);
}

/// Looks at images of what so many writers leave when the power goes.
fn loses_nothing(usual: u64, writers: usize) {
    let wanted = setting("DOSSIER_CRASH_IMAGES", usual);
    let mut random = Random(first_seed());
    let check = |image, known| check_image(&mut random, image, known);
    each_image(first_seed(), wanted, writers, |_, _| {}, check);
}

#[test]
fn a_loss_of_power_loses_nothing_that_was_acknowledged() {
    loses_nothing(120, 1);
}

/// Commits that share a sync are there or absent together, and those after them build on them.
#[test]
fn a_loss_of_power_among_several_writers_loses_nothing_that_was_acknowledged() {
    loses_nothing(60, 3);
}

/// Where making a store, or a copy of one, ended, there is that store, or none and making it begins anew: never another
/// store, nor one that is taken for damaged. The power goes again while it is made anew beside what was left.
#[test]
fn a_loss_of_power_while_a_store_is_made_or_copied_leaves_all_or_nothing() {
    let from = Disk::new();
    let database = create(&from).unwrap();
    (0..4).for_each(|_| acknowledge(&from, commit(&database)));
    database.checkpoint().unwrap();
    acknowledge(&from, commit(&database));
    database.settle().unwrap();
    acknowledge(&from, commit(&database));
    drop(database);
    let last = from.acknowledged.load(Ordering::SeqCst);
    let copy = |to: &Disk| {
        let (files, _) = Files::open(Arc::new(from.clone()))?;
        backup::copy(&files, to).map(|copy| copy.commit)
    };
    let rounds = setting("DOSSIER_CRASH_IMAGES", 200) / 100;
    let every = setting("DOSSIER_CRASH_EVERY", 6) as usize;
    let mut random = Random(first_seed());
    for round in 0..rounds.max(2) {
        let is_copied = round % 2 == 0;
        let make = |disk: &Disk| {
            if is_copied { copy(disk) } else { create(disk).map(|_| 0) }
        };
        // What a loss of power left of making it once, and then of making it beside that.
        let mut left = vec![disk::Files::new()];
        for images_every in [every, 4 * every] {
            let mut images = Vec::new();
            for files in left {
                let disk = Disk::holding(files);
                {
                    let mut state = disk.lock();
                    state.random = Some(Random(random.next() | 1));
                    (state.images_wanted, state.images_every) = (usize::MAX, images_every);
                }
                if let Err(error) = open(&disk) {
                    assert_eq!(error.code(), "store::no_store", "{error:?}");
                    assert_eq!(make(&disk).unwrap(), if is_copied { last } else { 0 });
                }
                images.append(&mut disk.lock().images);
                disk.lock().images_wanted = 0;
                check_left(&disk, is_copied.then_some(last));
            }
            left = images.into_iter().map(|(image, _)| image).collect();
        }
        for files in left {
            check_left(&Disk::holding(files), None);
        }
    }
}

/// Who looks while a store is made, at any call, sees none until it is there; where making it fails, it can be made again.
#[test]
fn a_store_that_is_being_made_is_none_or_whole() {
    let make = |disk: &Disk, failing| {
        disk.lock().failing = failing;
        let made = create(disk).map(drop);
        disk.lock().failing = Failing::Never;
        made
    };
    let whole = Disk::new();
    make(&whole, Failing::Never).unwrap();
    let calls = whole.lock().calls;
    assert!(calls > 10, "{calls}");
    let mut seen = [0; 2];
    for at in 1..=calls {
        for failing in [Failing::From(at), Failing::Once(at)] {
            let disk = Disk::new();
            let made = make(&disk, failing);
            let looked = Disk::holding(disk.left_by_a_kill());
            match open(&looked) {
                Ok(database) => assert_eq!(database.begin_read().commit(), 0),
                Err(error) => assert_eq!(error.code(), "store::no_store", "call {at}: {error:?}"),
            }
            seen[usize::from(open(&looked).is_ok())] += 1;
            if made.is_err() && open(&disk).is_err() {
                make(&disk, Failing::Never).unwrap_or_else(|error| panic!("call {at}: {error:?}"));
            }
            check_left(&disk, Some(0));
            assert!(!disk.list().unwrap().iter().any(|name| name.contains(".tmp")), "call {at}");
        }
    }
    assert!(seen[0] > 10 && seen[1] > 0, "{seen:?}");
}

/// What earlier programs left of a manifest that redb had not made yet is replaced by a whole one.
#[test]
fn an_unfinished_manifest_of_an_earlier_program_is_replaced() {
    let half = [&[0; 9][..], &[1; 20], &[0; 4067]].concat();
    for left in [Vec::new(), vec![0; 4096], half] {
        let disk = Disk::holding(disk::Files::from([(MANIFEST.to_owned(), left)]));
        assert_eq!(open(&disk).unwrap_err().code(), "store::no_store");
        drop(create(&disk).unwrap());
        check_left(&disk, Some(0));
    }
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
    let is_known = |error: &crate::Error| {
        let known = ["store::damaged", "store::gone", "store::no_store", "store::io"];
        assert!(known.contains(&error.code()), "{error:?}");
    };
    each_image(seed, wanted, 1, prepare, |image, _| {
        let disk = Disk::holding(image);
        let database = match open(&disk) {
            Ok(database) => database,
            Err(error) => {
                is_known(&error);
                refused.fetch_add(1, Ordering::Relaxed);
                return;
            }
        };
        opened.fetch_add(1, Ordering::Relaxed);
        check(&database.begin_read());
        check_history(&database, 0);
        // What is in order can be written; what is not is refused, and can be read as before.
        match database.check() {
            Ok(_) => write_on(&disk, database, 0),
            Err(error) => {
                is_known(&error);
                is_known(&commit(&database).expect_err("what is damaged is not written"));
                check(&database.begin_read());
            }
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
