//! For whom a sync waits, where that can be told from no clock.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::turns::{Disk, Turns};
use crate::error::Result;

const SOON: Duration = Duration::from_secs(60);

/// A disk whose syncs end when they are told to.
struct Slow {
    begun: SyncSender<()>,
    ends: Mutex<Receiver<()>>,
}

impl Disk for Slow {
    type Graph = u64;
    type Commit = u64;
    type Written = ();

    fn number(graph: &u64) -> u64 {
        *graph
    }

    fn refresh(&self, _: &Arc<u64>) -> Result<Option<u64>> {
        Ok(None)
    }

    fn become_writer(&self, _: &Arc<u64>) -> Result<Option<u64>> {
        Ok(None)
    }

    fn append(&self, _: &[u64]) -> Result<()> {
        self.begun.send(()).unwrap();
        self.ends.lock().unwrap().recv().unwrap();
        Ok(())
    }

    fn fold(&self, _: &u64) -> Result<Option<((), u64)>> {
        Ok(None)
    }

    fn catch_up(&self, graph: u64) -> Result<u64> {
        Ok(graph)
    }

    fn install(&self, (): ()) -> Result<()> {
        Ok(())
    }

    fn write_tail(&self, _: &u64) -> Result<Option<()>> {
        Ok(None)
    }

    fn install_tail(&self, (): (), shown: &u64) -> Result<u64> {
        Ok(*shown)
    }

    fn remove_unnamed(&self) {}
}

/// Commits a number on another thread.
fn commit(turns: &Arc<Turns<Slow>>, number: u64) -> thread::JoinHandle<()> {
    let turns = Arc::clone(turns);
    thread::spawn(move || {
        let turn = turns.take(SOON).unwrap();
        turn.commit(turns.disk().unwrap(), number, number).unwrap();
    })
}

#[test]
fn who_gives_the_turn_back_without_a_commit_is_not_waited_for() {
    let ((begun, has_begun), (end, ends)) = (sync_channel(9), sync_channel(9));
    let turns = Arc::new(Turns::new(0, Some(Slow { begun, ends: Mutex::new(ends) })));
    let first = commit(&turns, 1);
    has_begun.recv().unwrap();
    // Two transactions have the turn, or want it, while the first is written: both are expected.
    let reading = turns.take(SOON).unwrap();
    let giving_up = {
        let turns = Arc::clone(&turns);
        thread::spawn(move || turns.take(Duration::from_millis(300)).map(drop))
    };
    while turns.wanted() == 0 {
        thread::yield_now();
    }
    end.send(()).unwrap();
    first.join().unwrap();
    assert_eq!(turns.expected(), 3);
    // One waits for too long, and the other had only read.
    assert!(giving_up.join().unwrap().is_err());
    assert_eq!(turns.expected(), 2);
    drop(reading);
    assert_eq!(turns.expected(), 1);
    // Who came after the sync was not expected, and is not missed.
    drop(turns.take(SOON).unwrap());
    assert_eq!(turns.expected(), 1);
    let second = commit(&turns, 2);
    has_begun.recv().unwrap();
    end.send(()).unwrap();
    second.join().unwrap();
    assert_eq!(*turns.published(), 2);
}
