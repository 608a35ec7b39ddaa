//! Work that is handed out in order, done by several threads, and taken back in order.
//!
//! ```text
//! next_job ─▶ jobs 0, 1, 2, 3 ─▶ threads ─▶ results 1, 0, 3, 2 ─▶ 0, 1, 2, 3
//! ```
//!
//! Only a few jobs are under way at a time, so that memory stays bounded however large a file is.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Threads that turn jobs into results.
pub struct Workers<J, R> {
    /// Where jobs go; `None` once there are no more.
    jobs: Option<Sender<(u64, J)>>,
    results: Receiver<(u64, std::thread::Result<R>)>,
    /// Results that came before those that stand ahead of them.
    early: BTreeMap<u64, std::thread::Result<R>>,
    given: u64,
    taken: u64,
    ahead: usize,
    threads: Vec<JoinHandle<()>>,
}

impl<J: Send + 'static, R: Send + 'static> Workers<J, R> {
    /// Starts one thread for each core; `ahead` jobs are under way for each.
    pub fn start(ahead: usize, work: impl Fn(J) -> R + Send + Sync + 'static) -> Workers<J, R> {
        let count = std::thread::available_parallelism().map_or(1, usize::from);
        let (jobs, inbox) = channel::<(u64, J)>();
        let (outbox, results) = channel();
        let (inbox, work) = (Arc::new(Mutex::new(inbox)), Arc::new(work));
        let threads = (0..count).map(|_| {
            let (inbox, outbox, work) = (Arc::clone(&inbox), outbox.clone(), Arc::clone(&work));
            std::thread::spawn(move || {
                loop {
                    // The lock is held while waiting: one thread waits for work, the others for it.
                    let job = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, job)) = job else { break };
                    let result = catch_unwind(AssertUnwindSafe(|| work(job)));
                    if outbox.send((number, result)).is_err() {
                        break;
                    }
                }
            })
        });
        let threads = threads.collect();
        let early = BTreeMap::new();
        let ahead = ahead * count + 1;
        Workers { jobs: Some(jobs), results, early, given: 0, taken: 0, ahead, threads }
    }

    /// The next result, in the order of jobs; `None` after the last. `next_job` gives the jobs and
    /// is asked ahead of time.
    pub fn next<E>(
        &mut self,
        mut next_job: impl FnMut() -> Result<Option<J>, E>,
    ) -> Result<Option<R>, E> {
        while let Some(jobs) = &self.jobs
            && self.given - self.taken < self.ahead as u64
        {
            match next_job()? {
                Some(job) => {
                    // Threads end only when this sender is dropped, so one of them takes it.
                    let _ = jobs.send((self.given, job));
                    self.given += 1;
                }
                None => self.jobs = None,
            }
        }
        if self.taken == self.given {
            return Ok(None);
        }
        while !self.early.contains_key(&self.taken) {
            let Ok((number, result)) = self.results.recv() else { return Ok(None) };
            self.early.insert(number, result);
        }
        let result = self.early.remove(&self.taken);
        self.taken += 1;
        // A fault of ours in a thread is one here, too: nothing may be left out in silence.
        Ok(result.map(|result| result.unwrap_or_else(|panic| resume_unwind(panic))))
    }
}

impl<J, R> Drop for Workers<J, R> {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // A panic in a thread has been reported where it happened.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_jobs() {
        let mut workers = Workers::start(3, |job: u64| {
            std::thread::sleep(std::time::Duration::from_micros(job * 37 % 11 * 50));
            job * 2
        });
        let mut jobs = 0..100;
        let mut results = Vec::new();
        while let Some(result) = workers.next(|| Ok::<_, ()>(jobs.next())).unwrap() {
            results.push(result);
        }
        assert!(results.into_iter().eq((0..100).map(|job| job * 2)));
        let mut dropped = Workers::start(1, |job: u64| job);
        assert_eq!(dropped.next(|| Ok::<_, ()>(Some(7))).unwrap(), Some(7));
    }
}
