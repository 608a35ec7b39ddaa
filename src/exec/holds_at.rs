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
use crate::exec::claim::{ClaimId, TestId};
use crate::exec::lineage::NOTHING;
use crate::exec::memo::is_constant;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector::expected;
use crate::expr::VarId;
use crate::graph::Snapshot;
use crate::graph::statement::{Rank, Stance};
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
        let (mut positions, mut entries) = (Vec::new(), Vec::new());
        let mut operand = Operand::new(self.asked, batch, run)?;
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
                (None, _) | (_, []) => parent,
                (Some(time), _) => {
                    let value = operand.value(row)?;
                    // A walk is held against another statement one by one.
                    let at_once = is_walk && !matches!(value, Value::Relationship(_));
                    let Some(test) = operand.test(time.relation, &value, at_once)? else {
                        continue;
                    };
                    if at_once {
                        claim(run, &*graph, parent, test, statements)
                    } else {
                        statements.iter().fold(parent, |parent, statement| {
                            claim(run, &*graph, parent, test, std::slice::from_ref(statement))
                        })
                    }
                }
            };
            let truth = run.lineage().map_or(Truth::Certain, |lineage| lineage.truth(entry));
            if truth >= self.floor {
                positions.push(row as u32);
                entries.push(entry);
            }
        }
        Ok((positions, entries))
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

/// The operand of a time clause, computed once where it is the same for all rows.
struct Operand<'b, 'a, 'r> {
    asked: &'b Asked,
    batch: &'b Batch,
    run: &'r Runtime<'a>,
    constant: Option<Value>,
    last: Option<(Value, bool, Option<TestId>)>,
}

impl<'b, 'a, 'r> Operand<'b, 'a, 'r> {
    fn new(asked: &'b Asked, batch: &'b Batch, run: &'r Runtime<'a>) -> Result<Self> {
        let constant = match &asked.time {
            Some(time) if is_constant(&time.operand) && batch.len() > 0 => {
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
        if let Some((known, same, test)) = &self.last
            && *same == walk
            && crate::value::order::equivalent(known, value)
        {
            return Ok(*test);
        }
        let Some(mut lineage) = self.run.lineage() else { return Ok(None) };
        let test =
            lineage.claims.test(relation, value, walk).map_err(|error| match &self.asked.time {
                Some(time) => error.at(time.operand.span),
                None => error,
            })?;
        drop(lineage);
        self.last = Some((value.clone(), walk, test));
        Ok(test)
    }
}

/// How sure it is that statements hold together as a clause wants; no where its operand is null.
pub(crate) fn weigh(
    run: &Runtime<'_>,
    graph: &dyn Snapshot,
    time: &TimeTest,
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
    if at_once {
        let claim = lineage.claims.on_walk(graph, written, test, statements);
        return Ok(lineage.claims.truth(claim));
    }
    let claims: Vec<ClaimId> = statements
        .iter()
        .map(|statement| lineage.claims.on_statement(graph, written, test, *statement))
        .collect();
    Ok(lineage.claims.joint(graph, &claims, &[]))
}

/// The lineage of a row that claims that its statements pass a test.
fn claim(
    run: &Runtime<'_>,
    graph: &dyn Snapshot,
    parent: u32,
    test: TestId,
    statements: &[StatementId],
) -> u32 {
    let Some(mut lineage) = run.lineage() else { return parent };
    let written = run.written.get();
    let claim: ClaimId = match statements {
        [one] => lineage.claims.on_statement(graph, written, test, *one),
        walk => lineage.claims.on_walk(graph, written, test, walk),
    };
    lineage.claim(graph, parent, claim)
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
    let stated = graph.qualifiers(statement);
    let stance = stated.map_or(Stance::default(), |stated| stated.stance);
    let rank = stated.map_or(Rank::default(), |stated| stated.rank);
    view.shows(stance, rank)
}
