//! `TopK`: the first rows in order, without keeping the others.

use crate::bind::bound::SortKey;
use crate::error::Result;
use crate::exec::batch::{Batch, Buffer, Pieces};
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::page::row_count;
use crate::exec::runtime::Runtime;
use crate::exec::sort::{compare, key_values};
use crate::expr::{Expr, VarId};
use crate::plan::physical::Node;

/// Keeps up to twice the rows that are wanted and cuts back when there are more.
pub(crate) struct TopK<'a> {
    input: Input<'a>,
    keys: &'a [SortKey],
    skip: Option<&'a Expr>,
    limit: &'a Expr,
    keep: &'a [VarId],
    pieces: Option<Pieces>,
    holding: Holding,
}

impl<'a> TopK<'a> {
    pub(crate) fn new(
        node: &'a Node,
        keys: &'a [SortKey],
        skip: Option<&'a Expr>,
        limit: &'a Expr,
        input: Input<'a>,
    ) -> TopK<'a> {
        let holding = Holding::default();
        TopK { input, keys, skip, limit, keep: &node.keep, pieces: None, holding }
    }

    fn collect(&mut self, run: &Runtime<'_>) -> Result<Pieces> {
        let skip = self.skip.map_or(Ok(0), |skip| row_count("SKIP", skip, run))?;
        let limit = row_count("LIMIT", self.limit, run)?;
        let wanted = usize::try_from(skip.saturating_add(limit)).unwrap_or(usize::MAX);
        let mut best = Batch::default();
        let mut order: Vec<u32> = Vec::new();
        let mut buffer = Buffer::default();
        loop {
            let next = self.input.next(run)?;
            run.check()?;
            let ended = next.is_none();
            if let Some(batch) = &next {
                buffer.push(batch, &*run.graph());
                run.hold(&mut self.holding, buffer.bytes(), "TopK")?;
            }
            if ended || buffer.len() > wanted.saturating_mul(2).max(4096) {
                best = std::mem::take(&mut buffer).finish();
                let keys = key_values(self.keys, &best, run)?;
                order = (0..best.len() as u32).collect();
                order.sort_by(|&a, &b| compare(self.keys, &keys[a as usize], &keys[b as usize]));
                order.truncate(wanted);
                if !ended {
                    // What is kept goes back in order, so that equal rows stay as they came.
                    let kept = best.select(&std::sync::Arc::new(std::mem::take(&mut order)), None);
                    buffer.push(&kept, &*run.graph());
                }
            }
            if ended {
                break;
            }
        }
        let skip = usize::try_from(skip).unwrap_or(usize::MAX).min(order.len());
        Ok(Pieces::ordered(best, order.split_off(skip)))
    }
}

impl Operator for TopK<'_> {
    fn start(&mut self, argument: &Batch) {
        self.pieces = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.pieces.is_none() {
            self.pieces = Some(self.collect(run)?);
        }
        Ok(self.pieces.as_mut().and_then(|pieces| pieces.next(self.keep)))
    }
}
