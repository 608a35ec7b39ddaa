//! `CrossProduct`: every row of the first input with every row of the second.

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::eager::gather;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::pairs::{join, possible};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::Node;

/// The second input is run once and kept.
pub(crate) struct CrossProduct<'a> {
    first: Input<'a>,
    second: Input<'a>,
    adds: &'a [VarId],
    keep: &'a [VarId],
    holding: Holding,
    kept: Option<Batch>,
    /// The rows of the first input at hand, and the pair to go on with.
    current: Option<(Batch, usize, usize)>,
}

impl<'a> CrossProduct<'a> {
    pub(crate) fn new(
        node: &'a Node,
        adds: &'a [VarId],
        first: Input<'a>,
        second: Input<'a>,
    ) -> CrossProduct<'a> {
        let (keep, holding) = (&node.keep, Holding::default());
        CrossProduct { first, second, adds, keep, holding, kept: None, current: None }
    }
}

impl Operator for CrossProduct<'_> {
    fn start(&mut self, argument: &Batch) {
        self.kept = None;
        self.current = None;
        self.holding = Holding::default();
        self.first.start(argument);
        self.second.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            run.check()?;
            if let (Some((batch, row, at)), Some(kept)) = (&mut self.current, &self.kept) {
                let (mut outer, mut inner) = (Vec::new(), Vec::new());
                while *row < batch.len() && outer.len() < BATCH_ROWS {
                    let end = kept.len().min(*at + BATCH_ROWS - outer.len());
                    inner.extend(*at as u32..end as u32);
                    outer.resize(inner.len(), *row as u32);
                    (*row, *at) = if end == kept.len() { (*row + 1, 0) } else { (*row, end) };
                }
                if !outer.is_empty() {
                    let rows = join(batch, &outer, kept, &inner, self.adds, self.keep, run);
                    return Ok(Some(possible(rows, run)));
                }
            }
            let Some(batch) = self.first.next(run)? else { return Ok(None) };
            if self.kept.is_none() {
                let kept = gather(&mut self.second, run, &mut self.holding, "CrossProduct")?;
                self.kept = Some(kept);
            }
            self.current = Some((batch, 0, 0));
        }
    }
}
