//! `SetOperation`: UNION, EXCEPT, INTERSECT, OTHERWISE.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{Batch, Buffer, Pieces};
use crate::exec::keys::{KeyTable, NO_KEY};
use crate::exec::lineage::Union;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::Node;
use crate::syntax::ast::SetOperator;

/// Copies the columns of both inputs to the result's variables, and joins the rows.
pub(crate) struct SetOperation<'a> {
    first: Input<'a>,
    second: Input<'a>,
    operator: SetOperator,
    columns: &'a [(VarId, VarId, VarId)],
    keep: &'a [VarId],
    holding: Holding,
    /// Which input is being read.
    on_second: bool,
    first_had_rows: bool,
    seen: KeyTable,
    has_unit: bool,
    /// The result, where it is only known at the end.
    result: Option<Pieces>,
}

impl<'a> SetOperation<'a> {
    pub(crate) fn new(
        node: &'a Node,
        operator: SetOperator,
        columns: &'a [(VarId, VarId, VarId)],
        first: Input<'a>,
        second: Input<'a>,
    ) -> SetOperation<'a> {
        SetOperation {
            first,
            second,
            operator,
            columns,
            keep: &node.keep,
            holding: Holding::default(),
            on_second: false,
            first_had_rows: false,
            seen: KeyTable::default(),
            has_unit: false,
            result: None,
        }
    }

    /// The next rows of one input, under the result's variables.
    fn rows_of(&mut self, second: bool, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let input = if second { &mut self.second } else { &mut self.first };
        run.check()?;
        let Some(batch) = input.next(run)? else { return Ok(None) };
        let mut rows = batch.clone();
        for (result, left, right) in self.columns {
            rows.set(*result, batch.column_or_null(if second { *right } else { *left }));
        }
        Ok(Some(rows))
    }

    /// The rows of both inputs, one after the other.
    fn next_of_both(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if !self.on_second {
            if let Some(rows) = self.rows_of(false, run)? {
                self.first_had_rows = true;
                return Ok(Some(rows));
            }
            self.on_second = true;
        }
        if self.operator == SetOperator::Otherwise && self.first_had_rows {
            return Ok(None);
        }
        self.rows_of(true, run)
    }

    /// The number of each row among the distinct rows of `table`.
    fn number(&self, table: &mut KeyTable, rows: &Batch, run: &Runtime<'_>) -> Vec<u32> {
        let columns: Vec<_> = self.columns.iter().map(|c| rows.column_or_null(c.0)).collect();
        table.insert(&columns, &*run.graph())
    }

    fn next_distinct(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        while let Some(rows) = self.next_of_both(run)? {
            let mut seen = std::mem::take(&mut self.seen);
            let mut known = seen.len() as u32;
            let mut new = Vec::new();
            if self.columns.is_empty() {
                new.extend((!std::mem::replace(&mut self.has_unit, true)).then_some(0));
            } else {
                for (row, number) in self.number(&mut seen, &rows, run).iter().enumerate() {
                    if *number == known {
                        known += 1;
                        new.push(row as u32);
                    }
                }
            }
            run.hold(&mut self.holding, seen.bytes(), "Union")?;
            self.seen = seen;
            if !new.is_empty() {
                return Ok(Some(rows.select(&Arc::new(new), Some(self.keep))));
            }
        }
        Ok(None)
    }

    /// UNION with evidence: each row rests on what all its duplicates rest on.
    fn union_with_evidence(&mut self, run: &Runtime<'_>) -> Result<Batch> {
        let mut table = KeyTable::default();
        let mut buffer = Buffer::default();
        let mut unions: Vec<Union> = Vec::new();
        while let Some(rows) = self.next_of_both(run)? {
            let numbers = self.number(&mut table, &rows, run);
            let mut new: Vec<u32> = (0..rows.len() as u32).collect();
            let mut next = unions.len() as u32;
            new.retain(|row| {
                let is_new = numbers[*row as usize] == next;
                next += u32::from(is_new);
                is_new
            });
            buffer.push(&rows.select(&Arc::new(new), None), &*run.graph());
            unions.resize(table.len(), Union::ALTERNATIVES);
            if let (Some(lineage), Some(mut arena)) = (&rows.lineage, run.lineage()) {
                for (number, entry) in numbers.iter().zip(lineage.iter()) {
                    unions[*number as usize].add(&mut arena, *entry);
                }
            }
            run.hold(&mut self.holding, buffer.bytes() + table.bytes(), "Union")?;
        }
        let mut rows = buffer.finish();
        rows.lineage = Some(Arc::new(unions.iter().map(|union| union.entry()).collect()));
        Ok(rows)
    }

    /// EXCEPT and INTERSECT: the second input is counted, the first is filtered by the counts.
    fn filtered(&mut self, run: &Runtime<'_>) -> Result<Batch> {
        let name = self.name();
        let mut table = KeyTable::default();
        let mut counts: Vec<u64> = Vec::new();
        while let Some(rows) = self.rows_of(true, run)? {
            let numbers = self.number(&mut table, &rows, run);
            counts.resize(table.len(), 0);
            numbers.iter().for_each(|number| counts[*number as usize] += 1);
            run.hold(&mut self.holding, table.bytes() + counts.len() * 8, name)?;
        }
        let in_second = counts.len();
        let mut given = vec![false; in_second];
        let mut buffer = Buffer::default();
        while let Some(rows) = self.rows_of(false, run)? {
            let numbers = self.number(&mut table, &rows, run);
            counts.resize(table.len(), 0);
            given.resize(table.len(), false);
            let mut positions = Vec::new();
            for (row, number) in numbers.iter().enumerate() {
                debug_assert_ne!(*number, NO_KEY, "every row was inserted");
                if goes_on(
                    self.operator,
                    &mut counts[*number as usize],
                    &mut given[*number as usize],
                ) {
                    positions.push(row as u32);
                }
            }
            buffer.push(&rows.select(&Arc::new(positions), None), &*run.graph());
            run.hold(&mut self.holding, buffer.bytes() + table.bytes(), name)?;
        }
        Ok(buffer.finish())
    }

    const fn name(&self) -> &'static str {
        match self.operator {
            SetOperator::Except | SetOperator::ExceptAll => "Except",
            _ => "Intersect",
        }
    }
}

/// Whether a row of the first input goes on, where the second holds so many of its kind.
fn goes_on(operator: SetOperator, count: &mut u64, given: &mut bool) -> bool {
    match operator {
        SetOperator::Except => *count == 0 && !std::mem::replace(given, true),
        SetOperator::Intersect => *count > 0 && !std::mem::replace(given, true),
        SetOperator::ExceptAll => {
            let cancelled = *count > 0;
            *count -= u64::from(cancelled);
            !cancelled
        }
        _ => {
            let matched = *count > 0;
            *count -= u64::from(matched);
            matched
        }
    }
}

impl Operator for SetOperation<'_> {
    fn start(&mut self, argument: &Batch) {
        self.on_second = false;
        self.first_had_rows = false;
        self.seen = KeyTable::default();
        self.has_unit = false;
        self.result = None;
        self.holding = Holding::default();
        self.first.start(argument);
        self.second.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let has_evidence = run.collects_evidence() && !self.columns.is_empty();
        let batch = match self.operator {
            SetOperator::Union if !has_evidence => self.next_distinct(run)?,
            SetOperator::Union
            | SetOperator::Except
            | SetOperator::ExceptAll
            | SetOperator::Intersect
            | SetOperator::IntersectAll => {
                if self.result.is_none() {
                    let rows = if self.operator == SetOperator::Union {
                        self.union_with_evidence(run)?
                    } else {
                        self.filtered(run)?
                    };
                    self.result = Some(Pieces::new(rows));
                }
                self.result.as_mut().and_then(|rows| rows.next(self.keep))
            }
            // NEXT is a sequence of clauses by the time it is planned.
            SetOperator::UnionAll | SetOperator::Otherwise | SetOperator::Next => {
                self.next_of_both(run)?
            }
        };
        Ok(batch.map(|mut rows| {
            rows.retain(self.keep);
            rows
        }))
    }
}
