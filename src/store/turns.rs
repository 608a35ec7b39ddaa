//! Whose turn it is to write, and what was committed last: what threads agree on.
//!
//! **In**: graphs that transactions made. **Out**: the last one that is on the disk. **Callers**:
//! `turn.rs`, which knows what graphs and files are; here they are a [`Disk`], so that
//! `interleaving_test.rs` can put another in its place and try the orders in which threads may run.
//!
//! Readers take the last commit under a mutex that is held for the time of one reference count.
//! Writers take turns: the turn is a flag with a waiting room, not a held mutex, so that a
//! transaction owns its turn and can be sent to another thread.
//!
//! # Group commit
//!
//! A store on disk has two last commits: the *head*, with which the next transaction begins, and
//! the *published* one, which is on the disk and which readers see. A transaction that commits
//! puts itself into a queue, passes the turn on, and waits for its [`Place`] to be told something.
//! Whoever comes when nobody leads is the leader, and writes the queue to the disk, for all who stand
//! in it, with one sync; then the first who came meanwhile is told to lead:
//!
//! ```text
//! thread A   write 7 ── queue 7, lead ── write {7} to disk ──┬─ publish 7
//! thread B            write 8 ──────── queue 8 ── wait ──────┴─ lead ── write {8, 9} ─┬─ publish 9
//! thread C                       write 9 ──────── queue 9 ── wait ────────────────────┴─ done
//! ```
//!
//! Threads that commit one transaction after the other come back when a sync ends. A leader who did
//! not wait for them would leave half of the threads preparing while he writes the other half, for
//! good. So whoever is to lead waits for as many as were written last, came meanwhile or are preparing, for half of what a
//! sync took at most; and who makes them so many leads in his place, since he is awake. Who was preparing and gives the turn
//! back without a commit, having only read or been refused, is not waited for any longer. Where a sync takes next to nothing,
//! as in memory, the leader looks again and again for as long as one took: to be woken by the clock takes longer.
//!
//! Nobody is woken who has nothing to do: a turn that is free wakes one thread, a place its own. A turn is kept for
//! some microseconds where transactions are small, so who wants it looks again for a while before he sleeps.
//!
//! If writing fails, all in the queue fail, the head is what is published again, and transactions
//! that began with a head that is no more are refused at their commit. The manifest is then opened
//! anew before anybody writes, because a failed write may be on the disk all the same.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use crate::error::{Error, Result, store};

use super::sync::{
    Arc, AtomicBool, Condvar, Mutex, MutexGuard, Ordering, PoisonError, is_short, spin_for,
    spin_while, wait_while,
};

/// How long a commit waits for others to share its sync, at most.
const PATIENCE_MAX: Duration = Duration::from_millis(5);

/// Where commits are kept, and what a graph is there.
pub trait Disk: Send + Sync + 'static {
    /// The graph at a commit.
    type Graph: Debug + Send + Sync;
    /// What a transaction changed, to be written.
    type Commit: Debug + Send;
    /// Arrays that nobody has been told of.
    type Written;

    /// The number of a graph's commit.
    fn number(graph: &Self::Graph) -> u64;
    /// What to show where another process writes; `None` where that is shown already.
    fn refresh(&self, shown: &Arc<Self::Graph>) -> Result<Option<Self::Graph>>;
    /// Takes the right to write, if it is not ours, and says what to show then.
    fn become_writer(&self, shown: &Arc<Self::Graph>) -> Result<Option<Self::Graph>>;
    /// Writes commits; they are on the disk when this returns.
    fn append(&self, commits: &[Self::Commit]) -> Result<()>;
    /// Writes the graph as arrays, and says how it reads from them; `None` where it does already.
    fn fold(&self, graph: &Self::Graph) -> Result<Option<(Self::Written, Self::Graph)>>;
    /// The graph with the commits that are on the disk and not in it.
    fn catch_up(&self, graph: Self::Graph) -> Result<Self::Graph>;
    /// Makes arrays the ones that opening reads.
    fn install(&self, written: Self::Written) -> Result<()>;
    /// Writes what the graph has beyond its arrays into a file; `None` where that has been done.
    fn write_tail(&self, graph: &Self::Graph) -> Result<Option<Self::Written>>;
    /// Makes that file one that opening reads, and says how the last commit's graph stands over it.
    fn install_tail(&self, written: Self::Written, shown: &Self::Graph) -> Result<Self::Graph>;
    /// Removes files that opening does not read any more.
    fn remove_unnamed(&self);
}

/// The last commit and the right to make the next.
#[derive(Debug)]
pub struct Turns<D: Disk> {
    /// `None` for a graph in memory.
    disk: Option<D>,
    published: Mutex<Arc<D::Graph>>,
    queue: Mutex<Queue<D>>,
    /// Whether somebody has the turn, for whoever only wants to know.
    is_taken: AtomicBool,
    /// The turn is free.
    is_free: Condvar,
    /// Nothing is on its way to the disk.
    is_idle: Condvar,
}

/// Who writes and who waits for the disk.
#[derive(Debug)]
struct Queue<D: Disk> {
    is_writing: bool,
    /// How many wait for the turn.
    turns_wanted: usize,
    /// Nobody need wait for the turn any more.
    is_closing: bool,
    /// Whether somebody writes the queue to the disk, or is about to.
    is_led: bool,
    /// Who is about to, and waits for others; `None` where all are there.
    gatherer: Option<Arc<Place>>,
    /// The last commit in the queue or on its way to the disk; `None` where that is the published.
    head: Option<Arc<D::Graph>>,
    waiting: Vec<Waiting<D>>,
    /// How many commits the next sync may come to be for, and how long the last one took.
    expected: usize,
    sync_took: Duration,
    /// How many syncs there were: who wanted the turn before the last of them is among the expected.
    syncs: u64,
    /// How often the head was taken back.
    epoch: u64,
}

/// A commit in the queue.
#[derive(Debug)]
struct Waiting<D: Disk> {
    commit: D::Commit,
    graph: Arc<D::Graph>,
    place: Arc<Place>,
}

/// Where a thread waits that has put a commit into the queue.
#[derive(Debug)]
struct Place {
    told: Mutex<Option<Told>>,
    is_told: Condvar,
    /// Whether something was told, for whoever looks again and again.
    has_news: AtomicBool,
}

/// What a thread that waits is told.
#[derive(Debug)]
enum Told {
    /// To write the queue to the disk when enough have come.
    Gather,
    /// To write it.
    Lead,
    /// What came of its commit.
    Done(Result<()>),
}

/// The right to write; given back when it is dropped.
#[derive(Debug)]
pub struct Turn<D: Disk> {
    turns: Arc<Turns<D>>,
    head: Arc<D::Graph>,
    epoch: u64,
    /// How many syncs there had been when it was first wanted.
    since: u64,
    is_over: bool,
}

impl<D: Disk> Turns<D> {
    /// What a database begins with.
    pub fn new(graph: D::Graph, disk: Option<D>) -> Self {
        let queue = Queue {
            is_writing: false,
            turns_wanted: 0,
            is_closing: false,
            is_led: false,
            gatherer: None,
            head: None,
            waiting: Vec::new(),
            expected: 0,
            sync_took: Duration::ZERO,
            syncs: 0,
            epoch: 0,
        };
        Turns {
            disk,
            published: Mutex::new(Arc::new(graph)),
            queue: Mutex::new(queue),
            is_taken: AtomicBool::new(false),
            is_free: Condvar::new(),
            is_idle: Condvar::new(),
        }
    }

    /// Where commits are kept; `None` for a graph in memory.
    pub fn disk(&self) -> Option<&D> {
        self.disk.as_ref()
    }

    /// The last commit.
    pub fn published(&self) -> Arc<D::Graph> {
        // Nothing panics while the lock is held, and what it guards is whole at all times.
        Arc::clone(&self.published.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks whether another process has committed.
    pub fn refresh(&self, disk: &D) -> Result<()> {
        // Under the lock, so that two threads do not show an older commit after a newer.
        let _queue = self.queue();
        if let Some(graph) = disk.refresh(&self.published())? {
            drop(self.publish(Arc::new(graph)));
        }
        Ok(())
    }

    /// Waits for the turn to write, a while at most.
    pub fn take(self: &Arc<Self>, wait: Duration) -> Result<Turn<D>> {
        if !wait.is_zero() {
            spin_while(|| self.is_taken.load(Ordering::Relaxed));
        }
        let mut queue = self.queue();
        let since = queue.syncs;
        if queue.is_writing {
            queue.turns_wanted += 1;
            let is_taken = |queue: &mut Queue<D>| queue.is_writing && !queue.is_closing;
            queue = wait_while(&self.is_free, &self.queue, queue, wait, is_taken);
            queue.turns_wanted -= 1;
        }
        // Whoever was woken takes the turn, even where time is over: nobody else was woken.
        if queue.is_writing {
            queue.stops_preparing(since);
            return Err(busy());
        }
        if let Some(disk) = &self.disk {
            // Nothing is on its way to the disk when the manifest is opened: either nobody has
            // written yet, or everything that was on its way has failed.
            match disk.become_writer(&self.published()) {
                Ok(Some(graph)) => drop(self.publish(Arc::new(graph))),
                Ok(None) => {}
                Err(error) => {
                    queue.stops_preparing(since);
                    self.pass_on(queue);
                    return Err(error);
                }
            }
        }
        self.set_writing(&mut queue, true);
        let head = queue.head.clone().unwrap_or_else(|| self.published());
        Ok(Turn { turns: Arc::clone(self), head, epoch: queue.epoch, since, is_over: false })
    }

    /// Puts arrays in the place of what was written, in the middle of other people's transactions;
    /// one such at a time.
    pub fn checkpoint(self: &Arc<Self>, disk: &D, wait: Duration) -> Result<()> {
        // Whoever may not write learns it before the work.
        drop(self.take(wait)?);
        let base = self.published();
        let Some((written, graph)) = disk.fold(&base)? else { return Ok(()) };
        drop(base);
        // Most of what was committed in the meantime is caught up with before the turn is taken.
        let graph = disk.catch_up(graph)?;
        let turn = self.take(wait)?;
        turn.wait_for_disk()?;
        let graph = disk.catch_up(graph)?;
        if D::number(&graph) != D::number(&self.published()) {
            let message = "The checkpoint does not lead to the last commit; it was not installed.";
            return Err(Error::new(&store::DAMAGED, message));
        }
        disk.install(written)?;
        turn.replace(graph);
        disk.remove_unnamed();
        Ok(())
    }

    /// Puts what was written since the arrays into a file, so that opening need not carry it out again; one such
    /// or one checkpoint at a time.
    pub fn settle(self: &Arc<Self>, disk: &D, wait: Duration) -> Result<()> {
        drop(self.take(wait)?);
        let base = self.published();
        let Some(written) = disk.write_tail(&base)? else { return Ok(()) };
        drop(base);
        let turn = self.take(wait)?;
        turn.wait_for_disk()?;
        turn.replace(disk.install_tail(written, &self.published())?);
        disk.remove_unnamed();
        Ok(())
    }

    /// Whoever waits for a turn gives up, now and from now on.
    pub fn close(&self) {
        self.queue().is_closing = true;
        self.is_free.notify_all();
    }

    /// How many commits the next sync may come to be for.
    #[cfg(test)]
    pub fn expected(&self) -> usize {
        self.queue().expected
    }

    /// How many wait for the turn.
    #[cfg(test)]
    pub fn wanted(&self) -> usize {
        self.queue().turns_wanted
    }

    /// Whether nobody waits for a turn any more.
    pub fn is_closing(&self) -> bool {
        self.queue().is_closing
    }

    /// Shows a graph; gives back the last one, which takes a while to free and should be freed without a lock.
    fn publish(&self, graph: Arc<D::Graph>) -> Arc<D::Graph> {
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *published, graph)
    }

    fn queue(&self) -> MutexGuard<'_, Queue<D>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_writing(&self, queue: &mut Queue<D>, is_writing: bool) {
        queue.is_writing = is_writing;
        self.is_taken.store(is_writing, Ordering::Relaxed);
    }

    /// Wakes one who waits for the turn.
    fn pass_on(&self, queue: MutexGuard<'_, Queue<D>>) {
        let is_wanted = queue.turns_wanted > 0;
        drop(queue);
        if is_wanted {
            self.is_free.notify_one();
        }
    }

    /// Does what somebody who has put a commit into the queue is told, until it is known what came of that.
    fn follow(&self, disk: &D, own: &Arc<Place>, mut told: Told) -> Result<()> {
        loop {
            told = match told {
                Told::Done(outcome) => return outcome,
                Told::Lead => return self.lead(disk, own),
                Told::Gather => {
                    let patience = patience(self.queue().sync_took);
                    match own.listen_for(patience) {
                        Some(told) => told,
                        None if self.stops_gathering(own) => Told::Lead,
                        // Somebody leads in his place.
                        None => own.listen(),
                    }
                }
            }
        }
    }

    /// Whether the place is still that of who waits for others; he does not any more.
    fn stops_gathering(&self, own: &Arc<Place>) -> bool {
        let mut queue = self.queue();
        let is_own = queue.gatherer.as_ref().is_some_and(|gatherer| Arc::ptr_eq(gatherer, own));
        if is_own {
            queue.gatherer = None;
        }
        is_own
    }

    /// Writes the queue to the disk, in which the leader's own commit stands; says what came of it.
    fn lead(&self, disk: &D, own: &Arc<Place>) -> Result<()> {
        let mut queue = self.queue();
        let batch = std::mem::take(&mut queue.waiting);
        drop(queue);
        let (commits, rest): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|w| (w.commit, (w.graph, w.place))).unzip();
        let begun = Instant::now();
        let done = disk.append(&commits);
        let (mut failed, mut last) = (Vec::new(), None);
        let mut queue = self.queue();
        queue.sync_took = begun.elapsed();
        queue.syncs += 1;
        // Those who were written come back, and those who have the turn or want it are on their way.
        let preparing = queue.turns_wanted + usize::from(queue.is_writing);
        queue.expected = rest.len() + queue.waiting.len() + preparing;
        if done.is_ok() {
            if let Some((graph, _)) = rest.last() {
                if queue.waiting.is_empty() {
                    queue.head = None;
                }
                last = Some(self.publish(Arc::clone(graph)));
            }
        } else {
            queue.epoch += 1;
            queue.head = None;
            failed = std::mem::take(&mut queue.waiting);
        }
        let next = queue.waiting.first().map(|first| Arc::clone(&first.place));
        queue.is_led = next.is_some();
        queue.gatherer.clone_from(&next);
        // Before anybody can lead in its place and tell it that it is done, which this would write over.
        if let Some(place) = &next {
            place.tell(Told::Gather);
        }
        drop(queue);
        if next.is_none() {
            self.is_idle.notify_all();
        }
        let failed = failed.iter().map(|later| &later.place);
        let others = rest.iter().map(|(_, place)| place).filter(|at| !Arc::ptr_eq(at, own));
        for place in others.chain(failed) {
            place.tell(Told::Done(done.clone()));
        }
        // The graphs that nobody reads are freed after all have been told.
        drop((rest, last));
        done
    }
}

impl<D: Disk> Queue<D> {
    /// Who has wanted the turn since there were so many syncs does not commit: where he is among the expected, nobody
    /// waits for him any longer.
    fn stops_preparing(&mut self, since: u64) {
        if since == self.syncs {
            return;
        }
        self.expected = self.expected.saturating_sub(1);
        if self.waiting.len() >= self.expected
            && let Some(gatherer) = self.gatherer.take()
        {
            gatherer.tell(Told::Lead);
        }
    }
}

/// How long to wait for others, given how long the last sync took.
fn patience(sync_took: Duration) -> Duration {
    if is_short(sync_took) { sync_took } else { (sync_took / 2).min(PATIENCE_MAX) }
}

impl Place {
    fn new() -> Place {
        Place { told: Mutex::new(None), is_told: Condvar::new(), has_news: AtomicBool::new(false) }
    }

    fn tell(&self, what: Told) {
        let mut told = self.lock();
        *told = Some(what);
        self.has_news.store(true, Ordering::Release);
        drop(told);
        self.is_told.notify_one();
    }

    /// What was said last and not heard yet.
    fn heard(&self, told: &mut Option<Told>) -> Option<Told> {
        self.has_news.store(false, Ordering::Relaxed);
        told.take()
    }

    fn listen(&self) -> Told {
        let mut told = self.lock();
        loop {
            if let Some(what) = self.heard(&mut told) {
                return what;
            }
            told = self.is_told.wait(told).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The same; `None` where nothing is said for a while.
    fn listen_for(&self, most: Duration) -> Option<Told> {
        if is_short(most) {
            spin_for(most, || !self.has_news.load(Ordering::Acquire));
            return self.heard(&mut self.lock());
        }
        let mut told = self.lock();
        told = wait_while(&self.is_told, &self.told, told, most, |told| told.is_none());
        self.heard(&mut told)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Disk> Turn<D> {
    /// The commit to begin with.
    pub fn head(&self) -> &Arc<D::Graph> {
        &self.head
    }

    /// Makes the graph the last commit; when this returns it is on the disk.
    pub fn commit(mut self, disk: &D, graph: D::Graph, commit: D::Commit) -> Result<()> {
        let turns = Arc::clone(&self.turns);
        let place = Arc::new(Place::new());
        let mut queue = turns.queue();
        if queue.epoch != self.epoch {
            drop(queue);
            return Err(aborted());
        }
        let graph = Arc::new(graph);
        queue.head = Some(Arc::clone(&graph));
        queue.waiting.push(Waiting { commit, graph, place: Arc::clone(&place) });
        turns.set_writing(&mut queue, false);
        self.is_over = true;
        let is_led = std::mem::replace(&mut queue.is_led, true);
        let is_full = queue.waiting.len() >= queue.expected;
        let told = match (is_led, is_full) {
            (false, true) => Some(Told::Lead),
            (false, false) => {
                queue.gatherer = Some(Arc::clone(&place));
                Some(Told::Gather)
            }
            (true, true) if queue.gatherer.take().is_some() => Some(Told::Lead),
            (true, _) => None,
        };
        turns.pass_on(queue);
        let told = told.unwrap_or_else(|| place.listen());
        turns.follow(disk, &place, told)
    }

    /// Waits until everything in the queue is on the disk.
    pub fn wait_for_disk(&self) -> Result<()> {
        let mut queue = self.turns.queue();
        // Whoever put something into the queue is on the way to write it.
        while queue.is_led {
            queue = self.turns.is_idle.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        if queue.epoch == self.epoch { Ok(()) } else { Err(aborted()) }
    }

    /// Makes the graph the last commit as it is: nothing may be on its way to the disk.
    pub fn replace(&self, graph: D::Graph) {
        self.turns.queue().head = None;
        drop(self.turns.publish(Arc::new(graph)));
    }
}

impl<D: Disk> Drop for Turn<D> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let mut queue = self.turns.queue();
        queue.stops_preparing(self.since);
        self.turns.set_writing(&mut queue, false);
        self.turns.pass_on(queue);
    }
}

/// An error for work that somebody else's keeps waiting for too long.
pub fn busy() -> Error {
    Error::new(&store::BUSY, "Another transaction has been writing for too long.")
        .hint("Commit or drop the other transaction, or wait longer for it.")
}

fn aborted() -> Error {
    Error::new(
        &store::ABORTED,
        "A commit that this transaction began with could not be written to the disk.",
    )
    .hint("Run the transaction again.")
}
