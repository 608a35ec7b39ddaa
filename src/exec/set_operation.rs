//! `SetOperation`: two queries joined by UNION, EXCEPT, INTERSECT or OTHERWISE.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::distinct::key_of;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::Node;
use crate::syntax::ast::SetOperator;
use crate::value::order::GroupKey;

/// Runs the first input, then the second; a table of counts says which rows go on.
pub(crate) struct SetOperation<'a> {
    first: Input<'a>,
    second: Input<'a>,
    operator: SetOperator,
    columns: &'a [(VarId, VarId, VarId)],
    results: Vec<VarId>,
    keep: &'a [VarId],
    /// How often each row was met: in the second input for EXCEPT and INTERSECT, else so far.
    counts: HashMap<Vec<GroupKey>, usize>,
    counted: bool,
    first_ended: bool,
    any: bool,
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
            results: columns.iter().map(|&(result, ..)| result).collect(),
            keep: &node.keep,
            counts: HashMap::new(),
            counted: false,
            first_ended: false,
            any: false,
        }
    }

    /// A batch of an input under the names of the result.
    fn renamed(&self, mut batch: Batch, second: bool) -> Batch {
        for &(result, left, right) in self.columns {
            let column = batch.column_or_null(if second { right } else { left });
            batch.set(result, column);
        }
        batch
    }

    fn subtracts(&self) -> bool {
        use SetOperator::{Except, ExceptAll, Intersect, IntersectAll};
        matches!(self.operator, Except | ExceptAll | Intersect | IntersectAll)
    }

    fn count_second(&mut self, run: &Runtime<'_>) -> Result<()> {
        while let Some(batch) = self.second.next(run)? {
            run.check()?;
            let batch = self.renamed(batch, true);
            for row in 0..batch.len() {
                *self.counts.entry(key_of(&batch, row, &self.results, run)).or_default() += 1;
            }
        }
        self.counted = true;
        Ok(())
    }

    /// Whether a row of the first (or, for UNION, of either) input goes on.
    fn admits(&mut self, key: Vec<GroupKey>) -> bool {
        match self.operator {
            SetOperator::Union => {
                let count = self.counts.entry(key).or_default();
                *count += 1;
                *count == 1
            }
            SetOperator::ExceptAll | SetOperator::IntersectAll => {
                let met = match self.counts.get_mut(&key) {
                    Some(count) if *count > 0 => {
                        *count -= 1;
                        true
                    }
                    _ => false,
                };
                met == (self.operator == SetOperator::IntersectAll)
            }
            // Without ALL every row goes on once: then it counts as met (or as gone).
            SetOperator::Except => self.counts.insert(key, 1).is_none(),
            SetOperator::Intersect => match self.counts.get_mut(&key) {
                Some(count) => std::mem::take(count) > 0,
                None => false,
            },
            _ => true,
        }
    }

    fn select(&mut self, batch: Batch, run: &Runtime<'_>) -> Batch {
        let rows: Vec<u32> = (0..batch.len())
            .filter(|&row| {
                let key = key_of(&batch, row, &self.results, run);
                self.admits(key)
            })
            .map(|row| row as u32)
            .collect();
        batch.select(&Arc::new(rows), Some(self.keep))
    }
}

impl Operator for SetOperation<'_> {
    fn start(&mut self, argument: &Batch) {
        self.counts.clear();
        (self.counted, self.first_ended, self.any) = (false, false, false);
        self.first.start(argument);
        self.second.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.subtracts() && !self.counted {
            self.count_second(run)?;
        }
        loop {
            run.check()?;
            let batch = if self.first_ended {
                let skip =
                    self.subtracts() || (self.operator == SetOperator::Otherwise && self.any);
                match if skip { None } else { self.second.next(run)? } {
                    Some(batch) => self.renamed(batch, true),
                    None => return Ok(None),
                }
            } else if let Some(batch) = self.first.next(run)? {
                self.any = true;
                self.renamed(batch, false)
            } else {
                self.first_ended = true;
                continue;
            };
            let rows = self.select(batch, run);
            if rows.len() > 0 {
                return Ok(Some(rows));
            }
        }
    }
}
