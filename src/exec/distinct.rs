//! `Distinct`: one row for each distinct combination of variables, the first of each.

use std::sync::Arc;

use hashbrown::HashSet;

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::Node;
use crate::value::order::GroupKey;

/// Passes a row on when its combination is new.
pub(crate) struct Distinct<'a> {
    input: Input<'a>,
    variables: &'a [VarId],
    keep: &'a [VarId],
    seen: HashSet<Vec<GroupKey>>,
    holding: Holding,
}

impl<'a> Distinct<'a> {
    pub(crate) fn new(node: &'a Node, variables: &'a [VarId], input: Input<'a>) -> Distinct<'a> {
        let (seen, holding) = (HashSet::new(), Holding::default());
        Distinct { input, variables, keep: &node.keep, seen, holding }
    }
}

/// The combination of a row.
pub(super) fn key_of(
    batch: &Batch,
    row: usize,
    variables: &[VarId],
    run: &Runtime<'_>,
) -> Vec<GroupKey> {
    let graph = run.graph();
    variables.iter().map(|&v| GroupKey(batch.value(v, row, &*graph))).collect()
}

impl Operator for Distinct<'_> {
    fn start(&mut self, argument: &Batch) {
        self.seen.clear();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        while let Some(batch) = self.input.next(run)? {
            run.check()?;
            let fresh = (0..batch.len())
                .filter(|&row| self.seen.insert(key_of(&batch, row, self.variables, run)))
                .map(|row| row as u32)
                .collect::<Vec<_>>();
            let bytes = self.seen.len() * 32 * self.variables.len().max(1);
            run.hold(&mut self.holding, bytes, "Distinct")?;
            if !fresh.is_empty() {
                return Ok(Some(batch.select(&Arc::new(fresh), Some(self.keep))));
            }
        }
        Ok(None)
    }
}
