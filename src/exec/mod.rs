//! Runs a plan over a snapshot.
//!
//! **In**: a [`Plan`] and an [`Execution`]. **Out**: [`Output`], the rows in column order.
//! **Caller**: `query.rs` alone. Nothing here names a store.
//!
//! ```text
//! MATCH (s:State)-[r:RECOGNISES]->(x:Region {name: 'South Ossetia'}) RETURN s.name
//!
//! Project      `s.name`: texts that stand in the store, by their place
//! Filter       s is a State: a comparison of ids with a range
//! Expand       a slice of what leads to x; x itself stays one value, repeated by a position list
//! NodeLookup   x: one node
//! Once         one row without columns
//! ```
//!
//! # Design
//!
//! The root is pulled, and pulls what is below it. What moves is a batch ([`batch`]): up to a few
//! thousand rows as columns ([`column`]), each numbered by its variable, typed where the type is
//! known, and read through a list of positions, so that to repeat or to leave out rows copies no
//! value. An operator ([`operator`]) is started for some outer rows and gives batches until there
//! are no more; started again, it has forgotten everything, which is how `Apply` runs a subquery
//! for one row after the other, or for all of them at once where the rows do not depend on each
//! other.
//!
//! | what | files |
//! |---|---|
//! | rows from the graph | `node_scan`, `lookup`, `relationship_scan`, `ends`, `expand` (with `expand_equal`, `expand_compare`) |
//! | patterns as a whole | `intersect` (cycles), `count_tree` (aggregates without enumerating) |
//! | walks of several relationships | `expand_path`, `shortest_path`, `reach`; `search_path` with `walk`, `walk_levels`, `trail` |
//! | rows from rows | `filter`, `project`, `aggregate`, `distinct`, `sort`, `top_k`, `page`, `unwind`, `set_operation` |
//! | rows from two inputs | `apply`, `hash_join`, `cross_product`; `subquery` inside expressions |
//! | from elsewhere | `once`, `argument`, `procedure_call`, `load_csv` |
//! | time and evidence | `holds_at`; `lineage`, `claim`, `touched` beside the rows |
//! | changes | `write` (with `in_transactions`, which can take them back) |
//! | expressions over columns | `vector`, `kernel`, `memo`, `relationship_types`; `column_test`, `predicate`, `slices` on stored ones |
//! | keys of groups and joins | `keys`, `key_pairs`, `pairs_seen` |
//! | what a run shares | `runtime`, `memory` (the account of what is kept), `parallel`, `morsels` |
//!
//! # Invariants
//!
//! - No operator gives an empty batch; `None` is the end.
//! - A loop over data asks [`Limits::check`] at least once a batch, and what an operator keeps is
//!   in the account, under its name.
//! - Evidence, truth and profile are carried only where the execution asks for them: a plan
//!   without them pays one branch a batch.

mod aggregate;
mod apply;
mod argument;
mod batch;
mod by_id;
mod claim;
mod column;
mod column_test;
mod count_tree;
mod cross_product;
mod discard;
mod distinct;
mod distinct_relationships;
mod eager;
mod ends;
mod expand;
mod expand_compare;
mod expand_equal;
mod expand_path;
mod filter;
mod hash_join;
mod holds_at;
mod intersect;
mod kernel;
mod key_pairs;
mod keys;
mod lineage;
mod load_csv;
mod lookup;
mod memo;
mod memory;
mod morsels;
mod neighbours;
mod node_scan;
mod numbers;
mod once;
mod operator;
mod page;
mod pairs;
mod pairs_seen;
mod parallel;
mod predicate;
mod probe;
pub mod procedure;
mod procedure_call;
mod project;
mod reach;
mod relationship_scan;
mod relationship_types;
mod runtime;
mod search_path;
mod set_operation;
mod shortest_path;
mod slices;
mod sort;
mod subquery;
#[cfg(test)]
mod test_graph;
mod texts;
mod top_k;
mod touched;
mod trail;
mod unwind;
mod vector;
mod walk;
mod walk_levels;
mod write;

pub(crate) use lineage::WITNESSES_MAX;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::error::{Error, Result, eval};
use crate::graph::witness::Witnesses;
use crate::graph::{Snapshot, Transaction};
use crate::plan::physical::Plan;
use crate::value::time::{LocalDateTime, Truth};
use crate::value::{Map, NodeId, StatementId, Value};
use batch::Batch;
pub(crate) use memory::process_memory_max;
pub use memory::set_process_memory_max;
use procedure::Procedures;
use runtime::Runtime;

/// Everything that a run needs beside its plan.
pub struct Execution<'a> {
    /// What it reads, or reads and writes.
    pub graph: Graph<'a>,
    /// What the caller gave for the parameters.
    pub parameters: &'a Map,
    /// The instant the statement began: seconds since 1970-01-01T00:00:00Z and nanoseconds.
    pub now: (i64, u32),
    /// Where random numbers start, so that a run can be repeated.
    pub seed: u64,
    /// When to stop.
    pub limits: &'a Limits,
    /// What CALL can call.
    pub procedures: &'a Procedures,
    /// Fails if what a transaction has touched breaks a constraint.
    pub constraints: fn(&dyn Transaction, &dyn Fn(usize) -> Result<()>) -> Result<()>,
    /// Whether each row is to say which statements it rests on.
    pub evidence: bool,
    /// Whether each row is to say which sets of statements suffice for it; takes `evidence`.
    pub witnesses: bool,
    /// Whether rows and time are to be counted for each operator.
    pub profile: bool,
}

/// What a run reads, or reads and writes.
pub enum Graph<'a> {
    /// A snapshot that never changes.
    Read(&'a dyn Snapshot),
    /// A transaction that shows its own changes.
    Write(&'a mut dyn Transaction),
}

/// When a run must stop.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Set from outside to stop the run, as Ctrl-C does.
    pub cancelled: Arc<AtomicBool>,
    /// When it is too late.
    pub deadline: Option<Instant>,
    /// How many bytes rows may take that an operator has to keep; `None` for no limit.
    pub memory_max_bytes: Option<usize>,
    /// How many rows the result may have.
    pub rows_max: Option<usize>,
    /// How many rows the result will have, where they have been counted: there is room for them from the first on.
    pub rows_counted: Option<usize>,
    /// About how many bytes the values of the result may take.
    pub result_max_bytes: Option<usize>,
    /// On how many threads the rows of an aggregate are read, however few are expected; where it
    /// does not say, on as many as the machine has where many are expected.
    pub threads: Option<usize>,
    /// The folders that LOAD CSV may read from; `None` for the current one, which is asked for only
    /// by a query that reads a file.
    pub csv_folders: Option<Vec<PathBuf>>,
}

/// The rows of a run.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// Row after row, one value for each column of the plan.
    pub values: Vec<Value>,
    /// How many rows.
    pub len: usize,
    /// For each row the statements it rests on, ascending; empty unless asked for.
    pub evidence: Vec<Vec<StatementId>>,
    /// What nodes of the rows are shown with as of a time, in the place of what they have.
    pub shown: Vec<(NodeId, Map)>,
    /// How sure each row is; empty where no time clause has asked.
    pub truths: Vec<Truth>,
    /// For each row the sets of statements that suffice for it; empty unless asked for.
    pub witnesses: Vec<Witnesses>,
    /// For each operator, by its number; empty unless asked for.
    pub profile: Vec<OperatorProfile>,
}

/// What one operator did in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OperatorProfile {
    /// Rows that it gave.
    pub rows: u64,
    /// Time in it, without its inputs.
    pub time: Duration,
}

impl Limits {
    /// Fails if the run must stop. Cheap enough to be asked once for each batch.
    pub fn check(&self) -> Result<()> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(Error::new(&eval::INTERRUPTED, "The query was interrupted."));
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Error::new(&eval::DEADLINE, "The query ran past its deadline."));
        }
        Ok(())
    }

    /// Fails if the run must stop, or if so many bytes are more than it may keep.
    pub fn check_with(&self, bytes: usize, what: &str) -> Result<()> {
        self.check()?;
        match self.memory_max_bytes.filter(|max| bytes > *max) {
            Some(max) => Err(memory::too_much(what, max)),
            None => memory::within_process(bytes, what),
        }
    }
}

/// The commit as of which a plan wants the graph to be known; `None` where it does not say.
///
/// Fails where the patterns of the plan say different things: one statement reads one graph.
pub fn known_at<'a>(plan: &'a Plan, execution: Execution<'a>) -> Result<Option<u64>> {
    if plan.known_at.is_empty() {
        return Ok(None);
    }
    let run = Runtime::new(plan, execution);
    let graph = run.graph();
    let row = Batch::of_len(1);
    let mut wanted = None;
    for expr in &plan.known_at {
        let value = run.eval(expr, &row.row(0, &*graph))?;
        let commit = commit_of(&value, &*graph).map_err(|error| error.at(expr.span))?;
        if wanted.is_some_and(|known| known != commit) {
            let message = "One statement sees the graph as it was known at one time.";
            return Err(Error::new(&eval::ARGUMENT_VALUE, message)
                .at(expr.span)
                .hint("CALL dossier.changes(from, to) compares two times."));
        }
        wanted = Some(commit);
    }
    Ok(wanted)
}

/// The commit that was the last at an instant, or has the number.
fn commit_of(value: &Value, graph: &dyn Snapshot) -> Result<u64> {
    const DAY_S: i64 = 86_400;
    let of_local = |local: LocalDateTime| {
        let seconds = local.date().days().saturating_mul(DAY_S);
        graph.commit_at((
            seconds.saturating_add((local.time().nanos() / 1_000_000_000) as i64),
            999_999_999,
        ))
    };
    match value {
        Value::Integer(number) => u64::try_from(*number).map_err(|_| {
            Error::new(&eval::ARGUMENT_VALUE, "Commits are numbered from 1; 0 is the empty graph.")
        }),
        Value::DateTime(instant) => {
            let nanos = instant.epoch_nanos().rem_euclid(1_000_000_000);
            Ok(graph.commit_at((instant.epoch_seconds(), nanos as u32)))
        }
        Value::LocalDateTime(local) => Ok(of_local(*local)),
        Value::Date(day) => {
            let last = day.days().saturating_add(1).saturating_mul(DAY_S) - 1;
            Ok(graph.commit_at((last, 999_999_999)))
        }
        other => {
            let message =
                format!("KNOWN AT takes an instant or a commit, not {}.", other.with_article());
            Err(Error::new(&eval::ARGUMENT_TYPE, message)
                .hint("KNOWN AT datetime('2026-01-01T00:00:00Z'), KNOWN AT 12"))
        }
    }
}

/// Runs a plan to its end.
///
/// An error of the run leaves the rows out; what it has written by then is the caller's to drop
/// with the transaction.
pub fn run<'a>(plan: &'a Plan, execution: Execution<'a>) -> Result<Output> {
    let witnesses = execution.witnesses;
    let run = Runtime::new(plan, execution);
    let mut root = operator::build(&plan.root, run.profiles())?;
    root.start(&Batch::of_len(1));
    let mut output = Output::default();
    output.make_room(&run, plan.columns.len());
    let mut size = ResultSize::default();
    while let Some(batch) = root.next(&run)? {
        run.check()?;
        output.push(plan, &batch, &run, witnesses)?;
        size.check(&output, &run)?;
    }
    drop(root);
    output.profile = run.into_profile();
    Ok(output)
}

/// How large the result has become.
#[derive(Default)]
struct ResultSize {
    counted: usize,
    /// How many rows' evidence, and how many rows' witnesses, have been counted.
    evident: (usize, usize),
    bytes: usize,
    holding: memory::Holding,
}

impl ResultSize {
    /// Fails where the result is larger than it may be.
    fn check(&mut self, output: &Output, run: &Runtime<'_>) -> Result<()> {
        let limits = run.limits;
        if let Some(max) = limits.rows_max.filter(|max| output.len > *max) {
            let message = format!("The result has more than {max} rows, which is the limit.");
            return Err(Error::new(&eval::RESULT, message).hint("RETURN … LIMIT 1000"));
        }
        if limits.result_max_bytes.is_none() && !run.is_memory_limited() {
            return Ok(());
        }
        let new = &output.values[self.counted..];
        self.bytes += size_of_val(new) + new.iter().map(Value::heap_bytes).sum::<usize>();
        self.counted = output.values.len();
        self.bytes += self.evidence_bytes(output);
        if let Some(max) = limits.result_max_bytes.filter(|max| self.bytes > *max) {
            let message = format!("The result takes more than {max} bytes, which is the limit.");
            return Err(Error::new(&eval::RESULT, message).hint("RETURN … LIMIT 1000"));
        }
        run.hold(&mut self.holding, self.bytes, "The result")
    }
}

impl ResultSize {
    /// What the evidence of rows that have not been counted takes.
    fn evidence_bytes(&mut self, output: &Output) -> usize {
        let (statements, witnesses) = self.evident;
        self.evident = (output.evidence.len(), output.witnesses.len());
        let new = &output.evidence[statements..];
        let of_rows: usize =
            new.iter().map(|of_row| size_of_val(of_row) + size_of_val(&of_row[..])).sum();
        of_rows + output.witnesses[witnesses..].iter().map(Witnesses::bytes).sum::<usize>()
    }
}

impl Output {
    /// Makes room for the rows that were counted, so that none are moved; not for more than a result is likely to get
    /// before it meets a limit.
    fn make_room(&mut self, run: &Runtime<'_>, columns: usize) {
        const ROWS_MAX: usize = 1 << 21;
        let rows = run.limits.rows_counted.unwrap_or(0).min(ROWS_MAX);
        // Where there is none, it grows as any result does.
        let _ = self.values.try_reserve_exact(rows.saturating_mul(columns));
        let _ = self.evidence.try_reserve_exact(if run.evidence { rows } else { 0 });
    }

    /// Adds the rows of a batch.
    fn push(
        &mut self,
        plan: &Plan,
        batch: &Batch,
        run: &Runtime<'_>,
        witnesses: bool,
    ) -> Result<()> {
        self.len += batch.len();
        let graph = run.graph();
        let columns: Vec<_> =
            plan.columns.iter().map(|(_, variable)| batch.column_or_null(*variable)).collect();
        self.values.reserve(batch.len() * columns.len());
        for row in 0..if columns.is_empty() { 0 } else { batch.len() } {
            self.values.extend(columns.iter().map(|column| column.value(row, &*graph)));
        }
        for shown in &plan.shown {
            let shown = batch.column_or_null(*shown);
            for row in 0..batch.len() {
                let Value::List(pairs) = shown.value(row, &*graph) else { continue };
                self.shown.extend(pairs.iter().filter_map(|pair| match pair.as_list()? {
                    [Value::Node(node), Value::Map(values)] => Some((*node, (**values).clone())),
                    _ => None,
                }));
            }
        }
        if let (Some(lineage), Some(arena)) = (&batch.lineage, run.lineage()) {
            if run.evidence {
                self.evidence.extend(lineage.iter().map(|entry| arena.statements(*entry)));
            }
            if plan.timed {
                self.truths.extend(lineage.iter().map(|entry| arena.truth(*entry)));
            }
            for entry in if witnesses { lineage.as_slice() } else { &[] } {
                run.check()?;
                self.witnesses.push(arena.witnesses(*entry));
            }
        }
        Ok(())
    }
}
