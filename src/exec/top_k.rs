//! `TopK`: the first rows in order, without keeping the others.

use std::sync::Arc;

use crate::bind::bound::SortKey;
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch, Buffer, Pieces};
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator, has_write};
use crate::exec::page::row_count;
use crate::exec::runtime::Runtime;
use crate::exec::sort::Keys;
use crate::expr::{Expr, ExprKind, VarId};
use crate::plan::physical::Node;

/// Where fewer rows come for each that is wanted, all keys are computed for all of them.
const CANDIDATES_RATIO: usize = 8;

/// Keeps at most twice the rows that are wanted and some batches; when there are more, sorts them
/// and lets the worse half go. That is the bound of a heap, with rows that stay columns.
pub(crate) struct TopK<'a> {
    input: Input<'a>,
    keys: &'a [SortKey],
    skip: Option<&'a Expr>,
    limit: &'a Expr,
    keep: &'a [VarId],
    input_writes: bool,
    holding: Holding,
    sorted: Option<Pieces>,
}

impl<'a> TopK<'a> {
    pub(crate) fn new(
        node: &'a Node,
        keys: &'a [SortKey],
        skip: Option<&'a Expr>,
        limit: &'a Expr,
        input: Input<'a>,
    ) -> TopK<'a> {
        let input_writes = node.inputs.iter().any(has_write);
        let (keep, holding) = (&node.keep, Holding::default());
        TopK { input, keys, skip, limit, keep, input_writes, holding, sorted: None }
    }

    fn run(&mut self, run: &Runtime<'_>) -> Result<Pieces> {
        let skip = self.skip.map_or(Ok(0), |skip| row_count("SKIP", skip, run))?;
        let limit = row_count("LIMIT", self.limit, run)?;
        if limit == 0 && !self.input_writes {
            return Ok(Pieces::default());
        }
        let wanted = usize::try_from(skip.saturating_add(limit)).unwrap_or(usize::MAX);
        let kept_max = wanted.saturating_add(wanted.max(4 * BATCH_ROWS));
        let mut kept = Buffer::default();
        while let Some(batch) = self.input.next(run)? {
            run.check()?;
            kept.push(&batch, &*run.graph());
            if kept.len() > kept_max {
                let rows = kept.finish();
                let first = Arc::new(self.first(&rows, wanted, run)?);
                kept = Buffer::default();
                kept.push(&rows.select(&first, None), &*run.graph());
            }
            run.hold(&mut self.holding, kept.bytes(), "TopK")?;
        }
        let rows = kept.finish();
        let mut positions = self.first(&rows, wanted, run)?;
        positions.drain(..positions.len().min(usize::try_from(skip).unwrap_or(usize::MAX)));
        Ok(Pieces::ordered(rows, positions))
    }

    /// The positions of the first rows in order.
    fn first(&self, rows: &Batch, wanted: usize, run: &Runtime<'_>) -> Result<Vec<u32>> {
        let Some(candidates) = self.candidates(rows, wanted, run)? else {
            return self.sorted(rows, wanted, run);
        };
        let candidates = Arc::new(candidates);
        let within = self.sorted(&rows.select(&candidates, None), wanted, run)?;
        Ok(within.into_iter().map(|at| candidates[at as usize]).collect())
    }

    /// Those that by the first key alone may be among the first; `None` where that says little. The other
    /// keys, texts perhaps, are then compared for few rows.
    fn candidates(
        &self,
        rows: &Batch,
        wanted: usize,
        run: &Runtime<'_>,
    ) -> Result<Option<Vec<u32>>> {
        let (Some((first, rest)), 1..) = (self.keys.split_first(), wanted) else { return Ok(None) };
        // A key that fails is an error, whichever rows come first.
        let are_safe = rest.iter().all(|key| is_safe(&key.expression));
        if rest.is_empty() || !are_safe || rows.len() / CANDIDATES_RATIO < wanted {
            return Ok(None);
        }
        let keys = Keys::compute(std::slice::from_ref(first), rows, run)?;
        let are_few = |candidates: Vec<u32>| {
            let are_few = candidates.len() <= rows.len() / 2;
            are_few.then_some(candidates)
        };
        if let Some(codes) = keys.codes() {
            let (_, &mut last, _) = codes.clone().select_nth_unstable(wanted - 1);
            let candidates = (0u32..).zip(codes).filter(|(_, code)| *code <= last);
            return Ok(are_few(candidates.map(|(row, _)| row).collect()));
        }
        let compare = |a: &u32, b: &u32| keys.compare(*a as usize, *b as usize);
        let mut positions: Vec<u32> = (0..rows.len() as u32).collect();
        let (_, &mut last, _) = positions.select_nth_unstable_by(wanted - 1, compare);
        let candidates = (0..rows.len() as u32).filter(|row| compare(row, &last).is_le());
        Ok(are_few(candidates.collect()))
    }

    fn sorted(&self, rows: &Batch, wanted: usize, run: &Runtime<'_>) -> Result<Vec<u32>> {
        let keys = Keys::compute(self.keys, rows, run)?;
        let mut positions: Vec<u32> = (0..rows.len() as u32).collect();
        // Position settles ties, so that the order is that of a stable sort.
        let compare = |a: &u32, b: &u32| keys.compare(*a as usize, *b as usize).then(a.cmp(b));
        if wanted < positions.len() {
            if wanted == 0 {
                return Ok(Vec::new());
            }
            positions.select_nth_unstable_by(wanted - 1, compare);
            positions.truncate(wanted);
        }
        positions.sort_unstable_by(compare);
        Ok(positions)
    }
}

/// Whether an expression has a value for any row, and computing it raises no error: a column.
fn is_safe(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Variable(_))
}

impl Operator for TopK<'_> {
    fn start(&mut self, argument: &Batch) {
        self.sorted = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.sorted.is_none() {
            self.sorted = Some(self.run(run)?);
        }
        Ok(self.sorted.as_mut().and_then(|rows| rows.next(self.keep)))
    }
}
