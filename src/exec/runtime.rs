//! What the operators of one run share: the graph, the evaluation context, the limits, the
//! lineage, the memory account and the subqueries.
//!
//! Read operators borrow the graph for the length of one batch, write operators borrow it for
//! the changes of one batch; nobody holds a borrow while it pulls its input. That is all there is
//! to reading and writing in one statement.

use std::cell::{Cell, Ref, RefCell};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{Error, Result, store};
use crate::exec::batch::Batch;
use crate::exec::lineage::{self, Lineage};
use crate::exec::memo::Memos;
use crate::exec::memory::{Account, Holding};
use crate::exec::operator::Input;
use crate::exec::procedure::Procedures;
use crate::exec::{Execution, Graph, Limits, OperatorProfile};
use crate::expr::eval::{self, Bindings, Context, Scratch, Subqueries};
use crate::expr::making::Memory;
use crate::expr::members::LastList;
use crate::expr::{Expr, SubqueryId};
use crate::graph::{Snapshot, Transaction};
use crate::plan::physical::Plan;
use crate::value::time::Truth;
use crate::value::{Map, NodeId, StatementId, Value};

/// The state of a run.
pub(crate) struct Runtime<'a> {
    graph: RefCell<Graph<'a>>,
    pub(crate) plan: &'a Plan,
    pub(crate) parameters: &'a Map,
    pub(crate) limits: &'a Limits,
    pub(crate) procedures: &'a Procedures,
    constraints: fn(&dyn Transaction, &dyn Fn(usize) -> Result<()>) -> Result<()>,
    now: (i64, u32),
    random: Box<dyn Fn() -> f64>,
    interrupt: Box<dyn Fn() -> Result<()> + 'a>,
    scratch: Scratch,
    account: Arc<Account>,
    lineage: Option<RefCell<Lineage>>,
    lineage_holding: RefCell<Holding>,
    /// What large values take while an expression makes them.
    making: RefCell<Holding>,
    /// What the transaction has changed so far, this statement included.
    changes: RefCell<Holding>,
    /// Whether the caller wants to know what each row rests on.
    pub(crate) evidence: bool,
    /// What the subqueries of the row at hand rest on: see [`Runtime::touching`].
    touched: Cell<u32>,
    profile: Option<RefCell<Vec<OperatorProfile>>>,
    /// Time spent in the inputs of the operator that is being timed.
    input_time: Cell<Duration>,
    /// One operator tree for each subquery, built when it first runs.
    pub(crate) subqueries: RefCell<Vec<Option<Input<'a>>>>,
    /// Whether the statement has deleted something, so that ids in rows may be stale.
    pub(crate) deleted: Cell<bool>,
    /// Whether expressions are computed row by row, because by columns some failed.
    pub(crate) by_row: Cell<bool>,
    /// How often the graph has been changed: what is remembered of it is stale after that.
    pub(crate) written: Cell<u64>,
    /// Results of expressions by distinct text.
    pub(crate) memos: Memos,
    /// The scan that gives a part only, by the number of its operator, and the nodes of that part.
    part: Cell<Option<(u32, NodeId, NodeId)>>,
}

/// What the runs have in common that read parts of one graph on several threads.
pub(crate) struct Shared<'a> {
    pub(crate) graph: &'a dyn Snapshot,
    plan: &'a Plan,
    parameters: &'a Map,
    pub(crate) limits: &'a Limits,
    procedures: &'a Procedures,
    now: (i64, u32),
    constraints: fn(&dyn Transaction, &dyn Fn(usize) -> Result<()>) -> Result<()>,
    account: Arc<Account>,
}

impl<'a> Runtime<'a> {
    /// The state at the beginning of a run.
    pub(crate) fn new(plan: &'a Plan, execution: Execution<'a>) -> Runtime<'a> {
        Runtime {
            graph: RefCell::new(execution.graph),
            plan,
            parameters: execution.parameters,
            limits: execution.limits,
            procedures: execution.procedures,
            constraints: execution.constraints,
            now: execution.now,
            random: random(execution.seed),
            interrupt: Box::new(|| execution.limits.check()),
            scratch: Scratch::default(),
            account: Account::new(execution.limits.memory_max_bytes),
            lineage: (execution.evidence || plan.timed)
                .then(|| RefCell::new(Lineage::new(execution.evidence, plan.claims))),
            lineage_holding: RefCell::default(),
            making: RefCell::default(),
            changes: RefCell::default(),
            evidence: execution.evidence,
            touched: Cell::new(lineage::NOTHING),
            profile: execution.profile.then(RefCell::default),
            input_time: Cell::default(),
            subqueries: RefCell::default(),
            deleted: Cell::new(false),
            written: Cell::new(0),
            by_row: Cell::new(false),
            memos: Memos::default(),
            part: Cell::default(),
        }
    }

    /// What other runs need that read the same graph; `None` where rows depend on more than the
    /// graph, or something is noted beside them.
    pub(crate) fn shared(&self) -> Option<Shared<'a>> {
        if self.lineage.is_none() { self.shared_with_truths() } else { None }
    }

    /// The same for runs whose rows may say how sure they are, and no more: a truth is the same entry in each of them.
    pub(crate) fn shared_with_truths(&self) -> Option<Shared<'a>> {
        let Graph::Read(graph) = *self.graph.borrow() else { return None };
        let has_more = self.lineage().is_some_and(|lineage| !lineage.has_only_truths());
        let is_plain = !has_more && self.profile.is_none();
        is_plain.then(|| Shared {
            graph,
            plan: self.plan,
            parameters: self.parameters,
            limits: self.limits,
            procedures: self.procedures,
            now: self.now,
            constraints: self.constraints,
            account: Arc::clone(&self.account),
        })
    }

    /// A run for one thread of several. What its operators hold is in the account of them all.
    pub(crate) fn worker(shared: &Shared<'a>) -> Runtime<'a> {
        let execution = Execution {
            graph: Graph::Read(shared.graph),
            parameters: shared.parameters,
            now: shared.now,
            // Nothing that is random runs on several threads.
            seed: 0,
            limits: shared.limits,
            procedures: shared.procedures,
            constraints: shared.constraints,
            evidence: false,
            witnesses: false,
            profile: false,
        };
        Runtime { account: Arc::clone(&shared.account), ..Runtime::new(shared.plan, execution) }
    }

    /// Has a scan give what begins at the nodes of a part, and nothing else.
    pub(crate) fn take_part(&self, scan: u32, part: Range<u32>) {
        self.part.set(Some((scan, NodeId(part.start), NodeId(part.end))));
    }

    /// The nodes that a scan, given by its operator's number, is to begin at: all of them, unless
    /// the run takes a part.
    pub(crate) fn part_of(&self, scan: u32) -> Range<NodeId> {
        match self.part.get() {
            Some((taken, start, end)) if taken == scan => start..end,
            _ => NodeId(0)..NodeId(u32::MAX),
        }
    }

    /// The graph as it is now. Let it go before pulling an input.
    pub(crate) fn graph(&self) -> Ref<'_, dyn Snapshot + 'a> {
        Ref::map(self.graph.borrow(), |graph| match graph {
            Graph::Read(snapshot) => *snapshot,
            Graph::Write(transaction) => &**transaction as &(dyn Snapshot + 'a),
        })
    }

    /// Changes the graph.
    pub(crate) fn write<T>(
        &self,
        change: impl FnOnce(&mut (dyn Transaction + 'a)) -> Result<T>,
    ) -> Result<T> {
        self.written.set(self.written.get() + 1);
        match &mut *self.graph.borrow_mut() {
            Graph::Write(transaction) => {
                let made = change(&mut **transaction)?;
                if self.account.is_limited() {
                    let bytes = transaction.changed_bytes();
                    self.changes.borrow_mut().set(bytes, &self.account, "The transaction")?;
                }
                Ok(made)
            }
            Graph::Read(_) => Err(Error::new(
                &store::READ_ONLY,
                "The statement writes, and only reading is allowed.",
            )),
        }
    }

    /// Fails if what has been written breaks a constraint.
    pub(crate) fn check_constraints(&self) -> Result<()> {
        match &*self.graph.borrow() {
            Graph::Write(transaction) => {
                let guard = |bytes| self.limits.check_with(bytes, "The check of a constraint");
                (self.constraints)(&**transaction, &guard)
            }
            Graph::Read(_) => Ok(()),
        }
    }

    /// What expressions may look at beside their row.
    pub(crate) fn context<'c>(&'c self, graph: &'c dyn Snapshot) -> Context<'c> {
        Context {
            graph,
            parameters: self.parameters,
            now: self.now,
            random: &*self.random,
            subqueries: self,
            interrupt: &*self.interrupt,
            memory: self,
            scratch: &self.scratch,
        }
    }

    /// The list that `IN` was asked of last.
    pub(crate) fn last_list(&self) -> &LastList {
        &self.scratch.last_list
    }

    /// Computes an expression for one row.
    pub(crate) fn eval(&self, expr: &Expr, row: &dyn Bindings) -> Result<Value> {
        let graph = self.graph();
        eval::eval(expr, row, &self.context(&*graph))
    }

    /// Fails if the run must stop: where nobody waits any more, or the lineage needs more memory than there is.
    pub(crate) fn check(&self) -> Result<()> {
        self.limits.check()?;
        self.account_for_lineage()
    }

    /// Says how many bytes the lineage holds now; fails beyond the budget.
    fn account_for_lineage(&self) -> Result<()> {
        if let Some(lineage) = &self.lineage
            && self.account.is_limited()
            && let Ok(lineage) = lineage.try_borrow()
        {
            let mut holding = self.lineage_holding.borrow_mut();
            return holding.set(lineage.bytes(), &self.account, "The evidence");
        }
        Ok(())
    }

    /// Says how many bytes an operator holds now; fails beyond the budget.
    pub(crate) fn hold(&self, holding: &mut Holding, bytes: usize, operator: &str) -> Result<()> {
        self.account_for_lineage()?;
        holding.set(bytes, &self.account, operator)
    }

    /// The account of what operators hold.
    pub(crate) fn account(&self) -> &Arc<Account> {
        &self.account
    }

    /// Whether there is a limit to what may be kept.
    pub(crate) fn is_memory_limited(&self) -> bool {
        self.account.is_limited()
    }

    /// The lineage, where evidence is on.
    pub(crate) fn lineage(&self) -> Option<std::cell::RefMut<'_, Lineage>> {
        self.lineage.as_ref().map(RefCell::borrow_mut)
    }

    /// Whether rows say what they rest on, or how sure they are.
    pub(crate) fn collects_evidence(&self) -> bool {
        self.lineage.is_some()
    }

    /// Whether rows say which statements they rest on.
    pub(crate) fn collects_statements(&self) -> bool {
        self.lineage().is_some_and(|lineage| lineage.has_statements())
    }

    /// Adds to what the row at hand rests on, where evidence is on.
    pub(crate) fn touch(&self, entry: u32) {
        if let Some(mut arena) = self.lineage() {
            let graph = self.graph();
            self.touched.set(arena.both(&*graph, self.touched.get(), entry));
        }
    }

    /// The entry of a row of a batch that rests on the absence of a subquery's rows as well: on the
    /// completeness statements that make it a *no*, if there are any.
    pub(crate) fn absent(
        &self,
        subquery: usize,
        entry: u32,
        batch: &Batch,
        at: usize,
    ) -> Result<u32> {
        let Some((pattern, operands)) = self.plan.subqueries[subquery].absence.as_deref() else {
            return Ok(entry);
        };
        let graph = self.graph();
        let row = batch.row(at, &*graph);
        let operands: Vec<Value> =
            operands.iter().map(|operand| self.eval(operand, &row)).collect::<Result<_>>()?;
        let (_, used) = pattern.absence(&*graph, &operands)?;
        let Some(mut arena) = self.lineage() else { return Ok(entry) };
        Ok(used.iter().fold(entry, |entry, &at| arena.absent(entry, at)))
    }

    /// Runs a step and tells what the subqueries in it rest on.
    pub(crate) fn touching<T>(&self, step: impl FnOnce() -> T) -> (T, u32) {
        let outside = self.touched.replace(lineage::NOTHING);
        let result = step();
        (result, self.touched.replace(outside))
    }

    /// Rows that rest on nothing yet, ready to collect evidence where that is on.
    pub(crate) fn with_lineage(&self, mut rows: Batch) -> Batch {
        if self.lineage.is_some() && rows.lineage.is_none() {
            rows.lineage = Some(Arc::new(vec![lineage::NOTHING; rows.len()]));
        }
        rows
    }

    /// Whether rows and time are counted for each operator.
    pub(crate) fn profiles(&self) -> bool {
        self.profile.is_some()
    }

    /// Runs one step of an operator and counts its time, without that of its inputs, and its rows.
    pub(crate) fn timed<T>(
        &self,
        id: u32,
        step: impl FnOnce() -> Result<T>,
        rows: impl FnOnce(&T) -> usize,
    ) -> Result<T> {
        let Some(profile) = &self.profile else { return step() };
        let outside = self.input_time.replace(Duration::ZERO);
        let began = Instant::now();
        let result = step();
        let all = began.elapsed();
        let own = all.saturating_sub(self.input_time.get());
        self.input_time.set(outside + all);
        let mut profile = profile.borrow_mut();
        let len = profile.len().max(id as usize + 1);
        profile.resize(len, OperatorProfile::default());
        profile[id as usize].time += own;
        if let Ok(output) = &result {
            profile[id as usize].rows += rows(output) as u64;
        }
        result
    }

    /// What each operator did; empty where it was not counted.
    pub(crate) fn into_profile(self) -> Vec<OperatorProfile> {
        self.profile.map(RefCell::into_inner).unwrap_or_default()
    }
}

impl Memory for Runtime<'_> {
    fn hold(&self, bytes: usize, what: &str) -> Result<()> {
        self.making.borrow_mut().set(bytes, &self.account, what)
    }
}

impl Subqueries for Runtime<'_> {
    fn run(&self, subquery: SubqueryId, row: &dyn Bindings) -> Result<Value> {
        super::subquery::run(self, subquery, row)
    }

    fn rest_on_absence(&self, completeness: &[u32]) {
        if let Some(mut arena) = self.lineage() {
            let touched = self.touched.get();
            let entry = completeness.iter().fold(touched, |entry, at| arena.absent(entry, *at));
            self.touched.set(entry);
        }
    }

    fn truth(&self, entry: u32, of: Option<StatementId>) -> Truth {
        let Some(mut lineage) = self.lineage() else { return Truth::Certain };
        match of {
            None => lineage.truth(entry),
            Some(statement) => {
                let claims = lineage.claims_on(entry, statement);
                lineage.claims.joint(&*self.graph(), &claims, &[])
            }
        }
    }
}

/// Random numbers in 0..1 from a seed: `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014).
fn random(seed: u64) -> Box<dyn Fn() -> f64> {
    let state = Cell::new(seed);
    Box::new(move || {
        let next = state.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        state.set(next);
        let mut bits = next;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        (bits >> 11) as f64 / (1u64 << 53) as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_numbers() {
        let (a, b, c) = (random(7), random(7), random(8));
        let first = [a(), a(), a()];
        let bits = |numbers: [f64; 3]| numbers.map(f64::to_bits);
        assert_eq!(bits(first), bits([b(), b(), b()]));
        assert_ne!(first[0].to_bits(), c().to_bits());
        assert!(first.iter().all(|number| (0.0..1.0).contains(number)));
    }
}
