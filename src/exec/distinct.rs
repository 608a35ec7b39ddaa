//! `Distinct`: one row for each distinct combination of variables.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{Batch, Buffer, Pieces};
use crate::exec::keys::KeyTable;
use crate::exec::lineage::Union;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::Node;

/// Passes on the first row of each combination as it comes; with evidence, after all rows, so
/// that each says what all its duplicates rest on.
pub(crate) struct Distinct<'a> {
    input: Input<'a>,
    variables: &'a [VarId],
    keep: &'a [VarId],
    seen: KeyTable,
    /// Whether a row has come, where there are no variables to tell rows apart.
    has_unit: bool,
    holding: Holding,
    with_evidence: Option<Pieces>,
}

impl<'a> Distinct<'a> {
    pub(crate) fn new(node: &'a Node, variables: &'a [VarId], input: Input<'a>) -> Distinct<'a> {
        Distinct {
            input,
            variables,
            keep: &node.keep,
            seen: KeyTable::default(),
            has_unit: false,
            holding: Holding::default(),
            with_evidence: None,
        }
    }

    /// The number of each row's combination, and the rows that are the first of theirs.
    fn number(&mut self, batch: &Batch, run: &Runtime<'_>) -> Result<(Vec<u32>, Vec<u32>)> {
        if self.variables.is_empty() {
            let first = if self.has_unit { Vec::new() } else { vec![0] };
            self.has_unit = true;
            return Ok((vec![0; batch.len()], first));
        }
        let columns: Vec<_> = self.variables.iter().map(|v| batch.column_or_null(*v)).collect();
        let mut known = self.seen.len() as u32;
        let numbers = self.seen.insert(&columns, &*run.graph());
        run.hold(&mut self.holding, self.seen.bytes(), "Distinct")?;
        let mut first = Vec::new();
        for (row, number) in numbers.iter().enumerate() {
            if *number == known {
                known += 1;
                first.push(row as u32);
            }
        }
        Ok((numbers, first))
    }

    fn run_with_evidence(&mut self, run: &Runtime<'_>) -> Result<Pieces> {
        let mut rows = Buffer::default();
        let mut unions: Vec<Union> = Vec::new();
        while let Some(batch) = self.input.next(run)? {
            run.check()?;
            let (numbers, first) = self.number(&batch, run)?;
            rows.push(&batch.select(&Arc::new(first), Some(self.keep)), &*run.graph());
            unions.resize(rows.len(), Union::ALTERNATIVES);
            if let (Some(lineage), Some(mut arena)) = (&batch.lineage, run.lineage()) {
                for (number, entry) in numbers.iter().zip(lineage.iter()) {
                    unions[*number as usize].add(&mut arena, *entry);
                }
            }
        }
        let mut rows = rows.finish();
        rows.lineage = Some(Arc::new(unions.iter().map(|union| union.entry()).collect()));
        Ok(Pieces::new(rows))
    }
}

impl Operator for Distinct<'_> {
    fn start(&mut self, argument: &Batch) {
        self.seen = KeyTable::default();
        self.has_unit = false;
        self.holding = Holding::default();
        self.with_evidence = None;
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if run.collects_evidence() {
            if self.with_evidence.is_none() {
                self.with_evidence = Some(self.run_with_evidence(run)?);
            }
            return Ok(self.with_evidence.as_mut().and_then(|rows| rows.next(self.keep)));
        }
        while let Some(batch) = self.input.next(run)? {
            run.check()?;
            let (_, first) = self.number(&batch, run)?;
            if !first.is_empty() {
                return Ok(Some(batch.select(&Arc::new(first), Some(self.keep))));
            }
        }
        Ok(None)
    }
}
