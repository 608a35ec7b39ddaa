//! A plan or a command, run: on a snapshot, in a transaction of its own, or within one that goes on.

use std::sync::{Arc, PoisonError};

use super::{Fit, Options, Planned, Store, notes, rules};
use crate::bind::{self, bound};
use crate::command::{self, constraint};
use crate::error::{Error, Result, bind as codes};
use crate::exec::procedure::Procedures;
use crate::exec::{self, Execution, Graph, Limits, Output};
use crate::graph::derived::stored_witnesses;
use crate::graph::row::Rows;
use crate::graph::shown;
use crate::graph::transaction::Counters;
use crate::graph::{Snapshot, Transaction};
use crate::plan::explain::{self, Measured};
use crate::plan::physical::Plan;
use crate::plan::{self, Rewrites};
use crate::store::{StoreSnapshot, WriteTransaction};
use crate::syntax::ast;
use crate::text::Span;
use crate::value::{Map, Value};

/// A plan that is about to run, with all that stays the same whichever graph it runs over.
pub(super) struct Run<'r> {
    pub(super) store: &'r Store,
    pub(super) statement: &'r bound::Statement,
    pub(super) plan: &'r Plan,
    pub(super) options: &'r Options,
    pub(super) limits: Limits,
    pub(super) procedures: Arc<Procedures>,
    pub(super) evidence: bool,
    pub(super) witnesses: bool,
    pub(super) profile: bool,
}

/// What came of it: the rows, what was changed, and the graph that the rows point into.
pub(super) struct Ran {
    pub(super) output: Output,
    counters: Counters,
    graph: Arc<dyn Snapshot>,
}

impl Run<'_> {
    fn execution<'g>(&'g self, graph: Graph<'g>) -> Execution<'g> {
        Execution {
            graph,
            parameters: &self.options.parameters,
            now: self.options.now(),
            seed: self.options.seed(),
            limits: &self.limits,
            procedures: &self.procedures,
            constraints: constraint::check_transaction,
            evidence: self.evidence,
            witnesses: self.witnesses,
            profile: self.profile,
        }
    }

    /// Reads a graph, with what rules derive of it where the statement names that; `committed`
    /// says that it is the graph of a commit.
    pub(super) fn read(&self, graph: Arc<dyn Snapshot>, committed: bool) -> Result<Ran> {
        let graph = self.store.with_rules(self.statement, graph, self.options, committed)?;
        let mut output = exec::run(self.plan, self.execution(Graph::Read(&*graph)))?;
        for witnesses in &mut output.witnesses {
            *witnesses = stored_witnesses(&*graph, witnesses, exec::WITNESSES_MAX);
        }
        Ok(Ran { output, counters: Counters::default(), graph })
    }

    /// Writes, and holds what was touched against the constraints.
    fn write(&self, transaction: &mut WriteTransaction) -> Result<Ran> {
        if rules::needs_rules(self.statement, &*transaction) {
            let message = "What rules derive is read; a query that writes sees what is stored.";
            return Err(Error::new(&codes::UNEXPECTED, message)
                .hint("Read it first, and write what was found in a query of its own."));
        }
        let before = transaction.counters();
        let output = exec::run(self.plan, self.execution(Graph::Write(transaction)))?;
        constraint::check_transaction(transaction, &|bytes| {
            self.limits.check_with(bytes, "The check of a constraint")
        })?;
        // What has been changed is not undone by a commit that nobody waits for any more.
        self.limits.check()?;
        let counters = transaction.counters().since(&before);
        Ok(Ran { output, counters, graph: transaction.snapshot() })
    }

    /// A statement of a transaction that goes on.
    fn within(&self, transaction: &mut WriteTransaction) -> Result<Ran> {
        if let Some(known_at) = self.plan.known_at.first() {
            return Err(known_while_writing(known_at.span));
        }
        if self.plan.writes {
            self.write(transaction)
        } else {
            self.read(transaction.snapshot(), false)
        }
    }
}

fn known_while_writing(span: Span) -> Error {
    let message = "What was known is read; a query that writes sees the graph as it is.";
    Error::new(&codes::UNEXPECTED, message).at(span)
}

impl Store {
    pub(super) fn run_plan(
        &self,
        planned: &Planned,
        options: &Options,
        profile: bool,
        within: Option<&mut WriteTransaction>,
    ) -> Result<(Rows, Vec<Measured>)> {
        let witnesses = planned.statement.prefix == Some(ast::Prefix::Why);
        let evidence = options.evidence || witnesses;
        let enumerating = if evidence && !profile && planned.plan.counts() {
            let within = within.as_deref().map(Transaction::as_snapshot);
            Some(self.enumerating(planned, within)?)
        } else {
            None
        };
        let plan = enumerating.as_ref().unwrap_or(&planned.plan);
        let mut limits = options.limits();
        if let Some(most) = options.expected_rows_max {
            let graph = within.as_deref().map_or_else(|| self.snapshot(), |open| open.snapshot());
            limits.rows_counted = self.refuse_many(planned, most, options, &graph)?;
        }
        let procedures = self.procedures();
        let statement = &planned.statement;
        let run = Run {
            store: self,
            statement,
            plan,
            options,
            limits,
            procedures,
            evidence,
            witnesses,
            profile,
        };
        let Ran { output, counters, graph } = match within {
            Some(transaction) => run.within(transaction)?,
            None => match self.opened().as_deref_mut().and_then(Option::as_mut) {
                Some(open) => run.within(&mut open.transaction)?,
                None => self.run_alone(&run)?,
            },
        };
        let measured =
            output.profile.iter().map(|p| Measured { rows: p.rows, time: p.time }).collect();
        let columns = plan.columns.iter().map(|(name, _)| Arc::clone(name)).collect();
        let Output { values, len, evidence, truths, witnesses, shown, .. } = output;
        let graph = shown::over(graph, shown);
        let timed = plan.timed;
        let notes = Vec::new();
        let mut rows = Rows {
            columns,
            values,
            len,
            evidence,
            truths,
            timed,
            witnesses,
            notes,
            counters,
            graph,
        };
        rows.notes = notes::of(&planned.statement, &rows);
        Ok((rows, measured))
    }

    /// A statement that is a commit of its own.
    fn run_alone(&self, run: &Run<'_>) -> Result<Ran> {
        if run.plan.writes {
            if let Some(known_at) = run.plan.known_at.first() {
                return Err(known_while_writing(known_at.span));
            }
            let mut transaction = self.inner.database.begin_write()?;
            transaction.at(run.options.now());
            let ran = run.write(&mut transaction)?;
            transaction.commit()?;
            return Ok(ran);
        }
        let latest = self.inner.database.begin_read();
        match exec::known_at(run.plan, run.execution(Graph::Read(&*latest)))? {
            Some(commit) => run.read(self.known_at(commit, &run.limits)?, true),
            None => run.read(latest, true),
        }
    }

    /// The plan that finds every match: what is counted and not found rests on nothing.
    fn enumerating(&self, planned: &Planned, within: Option<&dyn Snapshot>) -> Result<Plan> {
        let seen = self.seen_in(within)?;
        let bound::StatementKind::Query(query) = &planned.statement.kind else {
            unreachable!("a statement with a plan is a query")
        };
        plan::plan(&planned.statement, query, seen.graph(), Rewrites::Matches)
    }

    /// The graph as it was known at a commit; the last one asked for is kept.
    fn known_at(&self, commit: u64, limits: &exec::Limits) -> Result<Arc<StoreSnapshot>> {
        // A commit number would not do: what is forgotten changes the history and is no commit.
        let now = Arc::downgrade(&self.inner.database.begin_read());
        let kept = || self.inner.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((seen, at, graph)) = &*kept()
            && *at == commit
            && seen.ptr_eq(&now)
        {
            return Ok(Arc::clone(graph));
        }
        // Nobody waits for another's way back: it may be long, and has a deadline of its own.
        let go_on = |bytes| limits.check_with(bytes, "The graph as it was known");
        let graph = self.inner.database.known_at_while(commit, &go_on)?;
        *kept() = Some((now, commit, Arc::clone(&graph)));
        Ok(graph)
    }

    /// A plan as it is shown: with what the graph says of its rows, given the values.
    pub(super) fn estimated(
        &self,
        planned: &Planned,
        parameters: &Map,
        within: Option<&dyn Snapshot>,
    ) -> Result<Plan> {
        let seen = self.seen_in(within)?;
        Ok(plan::sampled::estimate(&planned.plan, seen.graph(), parameters))
    }

    /// A plan as rows: a line for each operator.
    pub(super) fn drawn(
        &self,
        plan: &Plan,
        statement: &bound::Statement,
        measured: Option<&[Measured]>,
    ) -> Rows {
        let lines = explain::lines(plan, statement);
        let mut columns: Vec<Arc<str>> =
            ["operator", "details", "estimate"].map(Arc::from).to_vec();
        if measured.is_some() {
            columns.extend(["rows", "microseconds"].map(Arc::from));
        }
        let mut values = Vec::with_capacity(lines.len() * columns.len());
        for line in &lines {
            values.extend([
                line.operator.as_str().into(),
                line.details.as_str().into(),
                Value::Integer(line.estimate.round() as i64),
            ]);
            if let Some(measured) = measured {
                let did = measured.get(line.id as usize).copied().unwrap_or_default();
                values.extend([
                    Value::Integer(did.rows as i64),
                    Value::Integer(did.time.as_micros() as i64),
                ]);
            }
        }
        Rows {
            columns,
            values,
            len: lines.len(),
            evidence: Vec::new(),
            truths: Vec::new(),
            timed: false,
            notes: Vec::new(),
            witnesses: Vec::new(),
            counters: Counters::default(),
            graph: self.snapshot(),
        }
    }

    fn carry_out(
        &self,
        command: &ast::StatementKind,
        constants: Vec<Value>,
        text: &str,
        options: &Options,
        transaction: &mut WriteTransaction,
    ) -> Result<command::Table> {
        if let ast::StatementKind::Rule(command) = command {
            rules::carry_out(command, text, &self.procedures(), transaction)?;
            return Ok(command::Table::default());
        }
        let limits = options.limits();
        let guard = |bytes| limits.check_with(bytes, "The check of a constraint");
        command::run(command, constants, transaction, &guard)
    }

    pub(super) fn run_command(
        &self,
        command: &ast::StatementKind,
        text: &str,
        options: &Options,
        within: Option<&mut WriteTransaction>,
    ) -> Result<Rows> {
        if let ast::StatementKind::Transaction(command) = command
            && within.is_none()
            && let Some(mut open) = self.opened()
        {
            self.run_transaction_command(*command, &mut open)?;
            return Ok(rows_of(command::Table::default(), self.inner.database.begin_read()));
        }
        let constants = self.values(command::constants(command), text, options)?;
        if matches!(command, ast::StatementKind::Schema(_)) {
            // Plans say by which index or constraint they find something.
            self.inner.plans.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
        if let Some(transaction) = within {
            let table = self.carry_out(command, constants, text, options, transaction)?;
            return Ok(rows_of(table, transaction.snapshot()));
        }
        if let Some(Some(open)) = self.opened().as_deref_mut() {
            let table = self.carry_out(command, constants, text, options, &mut open.transaction)?;
            return Ok(rows_of(table, open.transaction.snapshot()));
        }
        let mut transaction = self.inner.database.begin_write()?;
        transaction.at(options.now());
        let table = self.carry_out(command, constants, text, options, &mut transaction)?;
        let graph = transaction.snapshot();
        transaction.commit()?;
        Ok(rows_of(table, graph))
    }
}

fn rows_of(table: command::Table, graph: Arc<dyn Snapshot>) -> Rows {
    Rows {
        len: table.rows.len(),
        columns: table.columns,
        values: table.rows.into_iter().flatten().collect(),
        evidence: Vec::new(),
        truths: Vec::new(),
        timed: false,
        notes: Vec::new(),
        witnesses: Vec::new(),
        counters: Counters::default(),
        graph,
    }
}

impl Store {
    /// The values of expressions of a command, by way of a query that returns them.
    pub(super) fn values(
        &self,
        expressions: Vec<&ast::Expression>,
        text: &str,
        options: &Options,
    ) -> Result<Vec<Value>> {
        if expressions.is_empty() {
            return Ok(Vec::new());
        }
        let statement = ast::Statement::returning(expressions);
        let statement =
            bind::bind(&statement, text, &*self.procedures(), &options.parameters, None, &[])?;
        let bound::StatementKind::Query(query) = &statement.kind else { return Ok(Vec::new()) };
        let plan =
            plan::plan(&statement, query, &*self.inner.database.begin_read(), Rewrites::All)?;
        let planned = Planned { statement, plan, fit: Fit::default() };
        let (rows, _) = self.run_plan(&planned, options, false, None)?;
        Ok(rows.values)
    }
}
