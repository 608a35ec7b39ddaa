//! `Apply`: for each row of the first input the rows of the second, run for that row.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::{ApplyKind, Node};

/// Starts the second input again for every outer row.
pub(crate) struct Apply<'a> {
    outer: Input<'a>,
    inner: Input<'a>,
    kind: ApplyKind,
    adds: &'a [VarId],
    keep: &'a [VarId],
    /// The outer rows at hand, and the next one.
    rows: Option<(Batch, usize)>,
    /// The outer row whose inner rows are being read, and whether there was one.
    current: Option<(Batch, bool)>,
}

impl<'a> Apply<'a> {
    pub(crate) fn new(
        node: &'a Node,
        kind: ApplyKind,
        adds: &'a [VarId],
        outer: Input<'a>,
        inner: Input<'a>,
    ) -> Apply<'a> {
        Apply { outer, inner, kind, adds, keep: &node.keep, rows: None, current: None }
    }

    /// The next rows of the outer row at hand; `None` when it has no more.
    fn step(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let Some((outer, any)) = &mut self.current else { return Ok(None) };
        let inner = self.inner.next(run)?;
        let done = inner.is_none();
        let found = *any;
        *any |= inner.is_some();
        let outer = outer.clone();
        if done || matches!(self.kind, ApplyKind::Semi | ApplyKind::Anti) {
            self.current = None;
        }
        Ok(match (self.kind, inner) {
            (ApplyKind::Inner | ApplyKind::Optional, Some(inner)) => {
                Some(beside(&outer, &inner, self.adds, self.keep))
            }
            (ApplyKind::Optional, None) if !found => {
                let mut row = outer;
                let nulls = crate::exec::column::Column::nulls(row.len());
                self.adds.iter().for_each(|&variable| row.set(variable, nulls.clone()));
                row.retain(self.keep);
                Some(row)
            }
            (ApplyKind::Semi, Some(_)) | (ApplyKind::Anti | ApplyKind::Effects, None) => {
                let mut row = outer;
                row.retain(self.keep);
                Some(row)
            }
            (ApplyKind::Effects, Some(_)) => Some(Batch::of_len(0)),
            _ => None,
        })
    }

    /// Goes on to the next outer row; says whether there is one.
    fn advance(&mut self, run: &Runtime<'_>) -> Result<bool> {
        loop {
            if let Some((batch, at)) = &mut self.rows {
                if *at < batch.len() {
                    let row = batch.slice(*at..*at + 1);
                    *at += 1;
                    self.inner.start(&row);
                    self.current = Some((row, false));
                    return Ok(true);
                }
                self.rows = None;
            }
            match self.outer.next(run)? {
                Some(batch) => self.rows = Some((batch, 0)),
                None => return Ok(false),
            }
        }
    }
}

impl Operator for Apply<'_> {
    fn start(&mut self, argument: &Batch) {
        (self.rows, self.current) = (None, None);
        self.outer.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            run.check()?;
            match self.step(run)? {
                Some(batch) if batch.len() > 0 => return Ok(Some(batch)),
                Some(_) => {}
                None if self.current.is_some() => {}
                None => {
                    if !self.advance(run)? {
                        return Ok(None);
                    }
                }
            }
        }
    }
}

/// The single outer row beside each inner row.
pub(super) fn beside(outer: &Batch, inner: &Batch, adds: &[VarId], keep: &[VarId]) -> Batch {
    let mut rows = outer.select(&Arc::new(vec![0; inner.len()]), None);
    adds.iter().for_each(|&variable| rows.set(variable, inner.column_or_null(variable)));
    // The inner rows rest on what the outer row rests on already.
    if inner.lineage.is_some() {
        rows.lineage.clone_from(&inner.lineage);
    }
    rows.retain(keep);
    rows
}
