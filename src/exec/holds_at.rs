//! `HoldsAt`: rows whose statement is in view and passes the test of a time clause.
//!
//! It stands right above the operator that finds the statement, so that nothing is expanded from
//! a statement that does not hold. What it finds out stays with the row as a claim in its lineage:
//! `truth()` reads it, and a later statement that shares an unknown year with this one is weighed
//! together with it.

use std::sync::Arc;

use crate::bind::bound::{Asked, TimeTest, View};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::claim::{ClaimId, Likeness, TestId};
use crate::exec::column::Data;
use crate::exec::lineage::NOTHING;
use crate::exec::morsels::is_steady;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector::expected;
use crate::expr::{Expr, ExprKind, VarId};
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::graph::{Snapshot, when};
use crate::plan::physical::Node;
use crate::syntax::ast::TimeRelation;
use crate::value::time::Truth;
use crate::value::{StatementId, Value};

/// A test of the relationship, or the list of relationships, of each row.
pub(crate) struct HoldsAt<'a> {
    input: Input<'a>,
    subject: VarId,
    asked: &'a Asked,
    floor: Truth,
    keep: &'a [VarId],
}

impl<'a> HoldsAt<'a> {
    pub(crate) fn new(
        node: &'a Node,
        subject: VarId,
        asked: &'a Asked,
        floor: Truth,
        input: Input<'a>,
    ) -> HoldsAt<'a> {
        HoldsAt { input, subject, asked, floor, keep: &node.keep }
    }

    /// The rows that pass, by position, with their lineage.
    fn select(&self, batch: &Batch, run: &Runtime<'_>) -> Result<(Vec<u32>, Vec<u32>)> {
        let graph = run.graph();
        let mut operand = Operand::new(self.asked, batch, run)?;
        if let Some(passed) = self.select_alike(batch, &mut operand, run, &*graph)? {
            return Ok(passed);
        }
        let (mut positions, mut entries) = (Vec::new(), Vec::new());
        for row in 0..batch.len() {
            let subject = batch.value(self.subject, row, &*graph);
            let statements: &[StatementId] = match &subject {
                Value::Relationship(id) => &[*id],
                Value::List(items) => &ids(items)?,
                Value::Null => continue,
                other => return Err(expected("a relationship", other)),
            };
            if !statements.iter().all(|id| is_in_view(&*graph, self.asked.view, *id)) {
                continue;
            }
            let parent = batch.lineage.as_ref().map_or(NOTHING, |lineage| lineage[row]);
            let is_walk = matches!(subject, Value::List(_));
            let entry = match (&self.asked.time, statements) {
                (None, _) | (_, []) => Some(parent),
                (Some(time), _) => {
                    let value = operand.value(row)?;
                    // A walk is held against another statement one by one.
                    let at_once = is_walk && !matches!(value, Value::Relationship(_));
                    let Some(test) = operand.test(time.relation, &value, at_once)? else {
                        continue;
                    };
                    let on = |parent: Option<u32>, statements: &[StatementId]| {
                        claim(run, &*graph, parent?, (test, self.floor), statements)
                    };
                    if at_once {
                        on(Some(parent), statements)
                    } else {
                        let each =
                            |parent, one: &StatementId| on(parent, std::slice::from_ref(one));
                        statements.iter().fold(Some(parent), each)
                    }
                }
            };
            let Some(entry) = entry else { continue };
            let truth = run.lineage().map_or(Truth::Certain, |lineage| lineage.truth(entry));
            if truth >= self.floor {
                positions.push(row as u32);
                entries.push(entry);
            }
        }
        Ok((positions, entries))
    }

    /// The same where one thing is asked of single statements and all that counts is how sure rows are: statements
    /// that are alike in what their time depends on, one after the other, are weighed once. `None` where more
    /// is asked.
    fn select_alike(
        &self,
        batch: &Batch,
        operand: &mut Operand<'_, '_, '_>,
        run: &Runtime<'_>,
        graph: &dyn Snapshot,
    ) -> Result<Option<(Vec<u32>, Vec<u32>)>> {
        let (Some(time), Some(value)) = (&self.asked.time, operand.constant.clone()) else {
            return Ok(None);
        };
        let Some(column) = batch.column(self.subject) else { return Ok(None) };
        let flat = column.flat();
        let Data::Relationship(statements) = &flat.data else { return Ok(None) };
        let only_truths = run.lineage().is_some_and(|lineage| lineage.has_only_truths());
        if !only_truths || when::has_order(graph) {
            return Ok(None);
        }
        let (mut positions, mut entries) = (Vec::new(), Vec::new());
        let Some(test) = operand.test(time.relation, &value, false)? else {
            return Ok(Some((positions, entries)));
        };
        let Some(mut lineage) = run.lineage() else { return Ok(None) };
        let (written, view) = (run.written.get(), self.asked.view);
        let (parents, mut last) = (batch.lineage.as_deref(), None);
        for (row, timing) in graph.timings(statements).into_iter().enumerate() {
            let likeness = Likeness::from(&timing);
            let truth = match last {
                Some((known, truth)) if likeness.is_some() && known == likeness => truth,
                _ => {
                    let statement = statements[row];
                    let truth = match likeness {
                        Some(_) if !shows(view, timing.qualifiers) => Truth::No,
                        None if !is_in_view(graph, view, statement) => Truth::No,
                        _ => {
                            lineage.claims.truth_of(graph, written, test, &[statement], self.floor)
                        }
                    };
                    last = Some((likeness, truth));
                    truth
                }
            };
            if truth < self.floor {
                continue;
            }
            let parent = parents.map_or(NOTHING, |parents| parents[row]);
            let entry = lineage.at_most(parent, truth);
            if lineage.truth(entry) >= self.floor {
                positions.push(row as u32);
                entries.push(entry);
            }
        }
        Ok(Some((positions, entries)))
    }
}

impl Operator for HoldsAt<'_> {
    fn start(&mut self, argument: &Batch) {
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        while let Some(batch) = self.input.next(run)? {
            run.check()?;
            let batch = run.with_lineage(batch);
            let (positions, entries) = self.select(&batch, run)?;
            if positions.is_empty() {
                continue;
            }
            let mut rows = batch.select(&Arc::new(positions), Some(self.keep));
            rows.lineage = Some(Arc::new(entries));
            return Ok(Some(rows));
        }
        Ok(None)
    }
}

/// Whether an expression has one value for all rows of a batch: `date('2001-05-05')` has, though what such a function
/// makes of other arguments depends on the time of day.
fn is_same_for_all(expr: &Expr) -> bool {
    let mut looks_at_row = false;
    expr.walk(&mut |part| looks_at_row |= matches!(part.kind, ExprKind::Variable(_)));
    !looks_at_row && is_steady(expr)
}

/// The operand of a time clause, computed once where it is the same for all rows.
struct Operand<'b, 'a, 'r> {
    asked: &'b Asked,
    batch: &'b Batch,
    run: &'r Runtime<'a>,
    constant: Option<Value>,
    /// The test made last, of what, and in which epoch of the tests.
    last: Option<(Value, bool, Option<TestId>, u32)>,
}

impl<'b, 'a, 'r> Operand<'b, 'a, 'r> {
    fn new(asked: &'b Asked, batch: &'b Batch, run: &'r Runtime<'a>) -> Result<Self> {
        let constant = match &asked.time {
            Some(time) if is_same_for_all(&time.operand) && batch.len() > 0 => {
                let graph = run.graph();
                Some(run.eval(&time.operand, &batch.row(0, &*graph))?)
            }
            _ => None,
        };
        Ok(Operand { asked, batch, run, constant, last: None })
    }

    fn value(&self, row: usize) -> Result<Value> {
        match (&self.constant, &self.asked.time) {
            (Some(value), _) => Ok(value.clone()),
            (None, Some(time)) => {
                let graph = self.run.graph();
                self.run.eval(&time.operand, &self.batch.row(row, &*graph))
            }
            (None, None) => Ok(Value::Null),
        }
    }

    fn test(
        &mut self,
        relation: TimeRelation,
        value: &Value,
        walk: bool,
    ) -> Result<Option<TestId>> {
        let Some(mut lineage) = self.run.lineage() else { return Ok(None) };
        if let Some((known, same, test, epoch)) = &self.last
            && *same == walk
            && *epoch == lineage.claims.epoch()
            && crate::value::order::equivalent(known, value)
        {
            return Ok(*test);
        }
        let test =
            lineage.claims.test(relation, value, walk).map_err(|error| match &self.asked.time {
                Some(time) => error.at(time.operand.span),
                None => error,
            })?;
        self.last = Some((value.clone(), walk, test, lineage.claims.epoch()));
        Ok(test)
    }
}

/// How sure it is that statements hold together as a clause wants; no where its operand is null, and perhaps where
/// it is less than `floor`.
pub(crate) fn weigh(
    run: &Runtime<'_>,
    graph: &dyn Snapshot,
    (time, floor): (&TimeTest, Truth),
    operand: &Value,
    statements: &[StatementId],
) -> Result<Truth> {
    let Some(mut lineage) = run.lineage() else { return Ok(Truth::Certain) };
    let at_once = statements.len() > 1 && !matches!(operand, Value::Relationship(_));
    let test = lineage.claims.test(time.relation, operand, at_once);
    let Some(test) = test.map_err(|error| error.at(time.operand.span))? else {
        return Ok(Truth::No);
    };
    let written = run.written.get();
    if at_once || statements.len() == 1 {
        return Ok(lineage.claims.truth_of(graph, written, test, statements, floor));
    }
    let mut claims: Vec<ClaimId> = Vec::with_capacity(statements.len());
    for statement in statements {
        let claim = lineage.claims.on(graph, written, test, std::slice::from_ref(statement), floor);
        let Some(claim) = claim else { return Ok(Truth::No) };
        claims.push(claim);
    }
    Ok(lineage.claims.joint(graph, &claims, &[]))
}

/// The lineage of a row that claims that its statements pass a test; `None` where that is less sure than it must be.
fn claim(
    run: &Runtime<'_>,
    graph: &dyn Snapshot,
    parent: u32,
    (test, floor): (TestId, Truth),
    statements: &[StatementId],
) -> Option<u32> {
    let Some(mut lineage) = run.lineage() else { return Some(parent) };
    let claim = lineage.claims.on(graph, run.written.get(), test, statements, floor)?;
    Some(lineage.claim(graph, parent, claim))
}

fn ids(items: &[Value]) -> Result<Vec<StatementId>> {
    let id = |item: &Value| item.as_relationship().ok_or_else(|| expected("a relationship", item));
    items.iter().map(id).collect()
}

/// Whether a statement is among those that a clause looks at.
pub(crate) fn is_in_view(graph: &dyn Snapshot, view: View, statement: StatementId) -> bool {
    if graph.is_derived(statement) {
        return view.shows_derived();
    }
    shows(view, graph.qualifiers(statement))
}

/// Whether a clause looks at stored statements with these qualifiers.
fn shows(view: View, stated: Option<&Qualifiers>) -> bool {
    let stance = stated.map_or(Stance::default(), |stated| stated.stance);
    let rank = stated.map_or(Rank::default(), |stated| stated.rank);
    view.shows(stance, rank)
}
