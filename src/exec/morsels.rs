//! Runs a chain of operators over parts of the graph, on all cores.
//!
//! **In**: the plan below an operator that takes all rows. **Out**: for each thread what it has made
//! of the rows of the parts that it took. **Caller**: `aggregate`.
//!
//! ```text
//! thread 1   Aggregate ─ Filter ─ Expand ─ NodeScan   nodes 0..2048, 4096..6144, …
//! thread 2   Aggregate ─ Filter ─ Expand ─ NodeScan   nodes 2048..4096, 6144..8192, …
//! ```
//!
//! # Design
//!
//! The nodes of the scan at the bottom are cut into morsels (Leis et al., SIGMOD 2014); whoever is
//! free takes the next. Each thread has its own operators over the plan and its own [`Runtime`]; what
//! they share never changes, but for the account of memory. For each morsel a thread starts its
//! operators, tells the scan which nodes to begin at ([`Runtime::take_part`]), and pulls to the end.
//!
//! **What runs so** ([`Morsels::of`]). A chain of operators with one input each, whose rows stem from
//! one row below, without regard to the others, down to a scan of nodes or relationships over `Once`.
//! No subquery, which may hold a tree of any kind; no random numbers, whose order is a promise; nothing
//! that writes, and no evidence or profile, which are noted in the run; how sure rows are only where that is all
//! that is kept of them. At least [`ROWS_MIN`] rows
//! must be expected somewhere in the chain, or the caller must have asked for threads.
//!
//! **What does not depend on how many threads there are**: the answer, its order, and the error. How
//! nodes are cut depends on the graph only, and the caller can tell which morsel each batch is of, so
//! that it can put things in the order of the morsels. An error in a morsel lets those before it run to
//! their end, and the first one is raised. Where a step finds that the order of single rows matters, or
//! that the threads together need more memory than there is, the caller runs on one thread instead.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result, eval as codes};
use crate::exec::batch::Batch;
use crate::exec::neighbours;
use crate::exec::operator::{self, Input};
use crate::exec::parallel;
use crate::exec::runtime::{Runtime, Shared};
use crate::expr::{Expr, ExprKind};
use crate::graph::{Direction, Snapshot};
use crate::plan::physical::{Node, Operator as Kind};

/// Fewer rows one thread reads alone: others would have to build their tables for little.
const ROWS_MIN: f64 = 100_000.0;
/// About how many nanoseconds a row takes in an operator.
const ROW_NS: f64 = 10.0;
/// As many threads at most, whatever the caller asks for.
const THREADS_MAX: usize = 64;
/// As many morsels at least, so that a few heavy ones do not leave the others idle.
const MORSELS_MIN: u32 = 64;
/// As many nodes at most in a morsel.
const MORSEL_MAX: u32 = 8192;

/// A chain of operators that can run over parts of its scan.
pub(crate) struct Morsels<'a> {
    input: &'a Node,
    shared: Shared<'a>,
    /// The number of the scan's operator.
    scan: u32,
    /// The nodes at which rows begin.
    span: Range<u32>,
    /// How many nodes a morsel has.
    size: u32,
    threads: usize,
}

/// Why the threads stop before the last morsel.
#[derive(Default)]
struct Stop {
    /// One more than the first morsel, as far as known, that failed; 0 where none has.
    failed: AtomicU32,
    error: Mutex<Option<(u32, Error)>>,
    /// Whether one thread has to do it.
    alone: AtomicBool,
}

impl<'a> Morsels<'a> {
    /// The morsels of a plan; `None` where one thread is to run it.
    pub(crate) fn of(input: &'a Node, run: &'a Runtime<'_>) -> Option<Morsels<'a>> {
        let (scan, rows, work) = chain(input)?;
        let threads = match run.limits.threads {
            Some(threads) => threads,
            None if rows < ROWS_MIN => 1,
            // A single core takes the same way, so that rows come in the same order everywhere.
            None => parallel::threads((work * ROW_NS) as usize),
        };
        if threads < 2 && (run.limits.threads.is_some() || rows < ROWS_MIN) {
            return None;
        }
        let shared = run.shared_with_truths()?;
        let span = span(scan, shared.graph);
        let size = (span.len() as u32 / MORSELS_MIN).clamp(1, MORSEL_MAX);
        let threads = threads.min(span.len().max(1)).min(THREADS_MAX);
        Some(Morsels { input, shared, scan: scan.id, span, size, threads })
    }

    /// Gives `step` the batches of every morsel with the morsel's number, which ascends on each
    /// thread; gives what each thread came to, in no order. `None` where a step has said, by `false`,
    /// that one thread must do it.
    pub(crate) fn each<A: Send>(
        &self,
        new: &(impl Fn() -> A + Sync),
        step: &(impl Fn(&mut A, u32, &Batch, &Runtime<'_>) -> Result<bool> + Sync),
    ) -> Result<Option<Vec<A>>> {
        let (next, stop) = (AtomicU32::new(0), Stop::default());
        let count = (self.span.len() as u32).div_ceil(self.size);
        let work = || -> Result<A> {
            let run = Runtime::worker(&self.shared);
            let mut operators = operator::build(self.input, false)?;
            let mut state = new();
            loop {
                let morsel = next.fetch_add(1, Ordering::Relaxed);
                if morsel >= count || stop.is_over(morsel) {
                    return Ok(state);
                }
                let mut step =
                    |batch: &Batch, run: &Runtime<'_>| step(&mut state, morsel, batch, run);
                match self.one(morsel, &mut operators, &run, &stop, &mut step) {
                    Ok(true) => {}
                    Ok(false) => stop.alone.store(true, Ordering::Relaxed),
                    Err(error) => stop.fail(morsel, error),
                }
            }
        };
        let states = parallel::on_threads(self.threads, &work)?;
        let error = stop.error.into_inner().unwrap_or_else(PoisonError::into_inner);
        match error {
            _ if stop.alone.into_inner() => Ok(None),
            // Tables that one thread fills are smaller than those of several.
            Some((_, error)) if error.code() == codes::MEMORY.name => Ok(None),
            Some((_, error)) => Err(error),
            None => Ok(Some(states)),
        }
    }

    /// The batches of a morsel.
    fn one(
        &self,
        morsel: u32,
        operators: &mut Input<'_>,
        run: &Runtime<'_>,
        stop: &Stop,
        step: &mut dyn FnMut(&Batch, &Runtime<'_>) -> Result<bool>,
    ) -> Result<bool> {
        run.check()?;
        let start = self.span.start + morsel * self.size;
        let end = start.saturating_add(self.size).min(self.span.end);
        run.take_part(self.scan, start..end);
        operators.start(&Batch::of_len(1));
        while let Some(batch) = operators.next(run)? {
            run.check()?;
            if stop.is_over(morsel) {
                break;
            }
            if !step(&batch, run)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Stop {
    /// Whether nobody wants to know any more what is in a morsel.
    fn is_over(&self, morsel: u32) -> bool {
        let failed = self.failed.load(Ordering::Relaxed);
        failed != 0 && failed <= morsel + 1 || self.alone.load(Ordering::Relaxed)
    }

    fn fail(&self, morsel: u32, error: Error) {
        let mut first = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        if first.as_ref().is_none_or(|(known, _)| morsel < *known) {
            *first = Some((morsel, error));
            self.failed.store(morsel + 1, Ordering::Relaxed);
        }
    }
}

/// The scan at the bottom of a chain that can be cut, the most rows that an operator of it is expected
/// to give, and how many all of them give; `None` for a plan of another form.
fn chain(node: &Node) -> Option<(&Node, f64, f64)> {
    let [input] = node.inputs.as_slice() else { return None };
    let is_steady = match &node.operator {
        Kind::NodeScan { .. } | Kind::Ends { .. } | Kind::DistinctRelationships { .. } => true,
        Kind::NodeLookup { value: of, .. } | Kind::Unwind { list: of, .. } => is_steady(of),
        Kind::RelationshipScan { filter, .. }
        | Kind::Expand { filter, .. }
        | Kind::Filter { conjuncts: filter } => filter.iter().all(is_steady),
        Kind::HoldsAt { asked, .. } => {
            asked.time.as_ref().is_none_or(|time| is_steady(&time.operand))
        }
        Kind::ExpandPath { length, asked: None, .. } => length.filter.iter().all(is_steady),
        Kind::Project { items } => items.iter().all(|(_, item)| is_steady(item)),
        _ => false,
    };
    if !is_steady {
        return None;
    }
    let is_scan = matches!(node.operator, Kind::NodeScan { .. } | Kind::RelationshipScan { .. });
    if is_scan && input.operator == Kind::Once {
        return Some((node, node.estimate, node.estimate));
    }
    let (scan, most, all) = chain(input)?;
    Some((scan, most.max(node.estimate), all + node.estimate))
}

/// Whether an expression has the same value on any thread: no subquery, nothing random.
pub(crate) fn is_steady(expr: &Expr) -> bool {
    let mut steady = true;
    expr.walk(&mut |part| {
        steady &= match &part.kind {
            ExprKind::Call(function, _) => !function.random,
            ExprKind::Subquery(_) | ExprKind::Truth { .. } | ExprKind::Closed(..) => false,
            _ => true,
        };
    });
    steady
}

/// A range that holds every node at which a row of a scan begins.
fn span(scan: &Node, graph: &dyn Snapshot) -> Range<u32> {
    let all = 0..graph.node_bound();
    match &scan.operator {
        Kind::NodeScan { label: Some(label), .. } => {
            let Some(label) = graph.catalog().label(label) else { return 0..0 };
            match graph.label_ranges(label) {
                Some([]) => 0..0,
                Some([first, .., last]) => first.start..last.end,
                Some([only]) => only.clone(),
                None => all,
            }
        }
        Kind::RelationshipScan { types, .. } => {
            let lists = neighbours::lists(types, Direction::Outgoing, graph);
            let spans = lists.iter().map(|list| match list.adjacency.recent {
                None => starts(list.adjacency.offsets),
                Some(_) => all.clone(),
            });
            spans.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(0..0)
        }
        _ => all,
    }
}

/// From the first node that has neighbours to the last.
fn starts(offsets: &[u32]) -> Range<u32> {
    let last = offsets.last().copied().unwrap_or(0);
    let end = offsets.partition_point(|offset| *offset < last);
    let start = offsets.partition_point(|offset| *offset == 0).saturating_sub(1);
    start.min(end) as u32..end as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_begins_and_ends_with_a_node_that_has_neighbours() {
        assert_eq!(starts(&[0, 0, 0, 2, 2, 5, 5, 5]), 2..5);
        assert_eq!(starts(&[0, 1]), 0..1);
        assert_eq!(starts(&[0, 0, 0]), 0..0);
        assert_eq!(starts(&[]), 0..0);
    }

    #[test]
    fn the_first_error_is_raised_and_what_comes_before_it_goes_on() {
        let stop = Stop::default();
        assert!(!stop.is_over(0));
        for morsel in [5, 3, 4] {
            stop.fail(morsel, Error::new(&codes::DIVISION_BY_ZERO, format!("{morsel}")));
        }
        assert!(!stop.is_over(2) && stop.is_over(3) && stop.is_over(9));
        let first = stop.error.into_inner().expect("not poisoned").expect("an error");
        assert_eq!((first.0, first.1.message()), (3, "3"));
    }
}
