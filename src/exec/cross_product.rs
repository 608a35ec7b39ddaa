//! `CrossProduct`: every row of the first input with every row of the second, which is run once.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::eager::gather;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::Node;

/// Keeps the second input and repeats it for each row of the first.
pub(crate) struct CrossProduct<'a> {
    first: Input<'a>,
    second: Input<'a>,
    adds: &'a [VarId],
    keep: &'a [VarId],
    kept: Option<Batch>,
    rows: Option<(Batch, usize)>,
    holding: Holding,
}

impl<'a> CrossProduct<'a> {
    pub(crate) fn new(
        node: &'a Node,
        adds: &'a [VarId],
        first: Input<'a>,
        second: Input<'a>,
    ) -> CrossProduct<'a> {
        let holding = Holding::default();
        CrossProduct { first, second, adds, keep: &node.keep, kept: None, rows: None, holding }
    }
}

impl Operator for CrossProduct<'_> {
    fn start(&mut self, argument: &Batch) {
        (self.kept, self.rows) = (None, None);
        self.first.start(argument);
        self.second.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.kept.is_none() {
            self.kept = Some(gather(&mut self.second, run, &mut self.holding, "CrossProduct")?);
        }
        let Some(kept) = &self.kept else { return Ok(None) };
        if kept.len() == 0 {
            return Ok(None);
        }
        loop {
            run.check()?;
            if let Some((batch, at)) = &mut self.rows
                && *at < batch.len()
            {
                let row = batch.slice(*at..*at + 1);
                *at += 1;
                return Ok(Some(joined(&row, kept, self.adds, self.keep, run)));
            }
            match self.first.next(run)? {
                Some(batch) => self.rows = Some((batch, 0)),
                None => return Ok(None),
            }
        }
    }
}

/// One row beside rows of another input, which rest on statements of their own.
pub(super) fn joined(
    row: &Batch,
    others: &Batch,
    adds: &[VarId],
    keep: &[VarId],
    run: &Runtime<'_>,
) -> Batch {
    let mut rows = row.select(&Arc::new(vec![0; others.len()]), None);
    adds.iter().for_each(|&variable| rows.set(variable, others.column_or_null(variable)));
    if let (Some(own), Some(theirs), Some(mut lineage)) =
        (&row.lineage, &others.lineage, run.lineage())
    {
        let unions = theirs.iter().map(|&other| lineage.union(own[0], other)).collect();
        rows.lineage = Some(Arc::new(unions));
    }
    rows.retain(keep);
    rows
}
