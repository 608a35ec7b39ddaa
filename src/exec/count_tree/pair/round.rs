//! How many rows are made before they are grouped.
//!
//! The rows of a block stand in memory until all of a round is there, so that blocks are cut by how many pairs are
//! expected, and rounds by how much may be kept: where pairs are many more than groups, what is held is that and no more.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Counters, Counting, Found, PairCells, Search};
use crate::error::Result;
use crate::exec::parallel;
use crate::exec::runtime::Runtime;

/// About so many rows are made before they are grouped.
const ROUND_ROWS: usize = 1 << 20;
/// As many at least, where little may be kept: so few that a round takes about as long as it takes to begin one.
const ROUND_ROWS_MIN: usize = 1 << 12;
/// What a row takes: two ends and a weight.
const ROW_BYTES: usize = 16;
/// One part in so many of what may be kept is for the rows of a round.
const SHARE: usize = 8;
/// About so many blocks make a round.
const BLOCKS: usize = 16;

/// How many rows a round has.
fn rows_of_round(run: &Runtime<'_>) -> usize {
    let most = run.account().max_bytes() / SHARE / ROW_BYTES;
    most.clamp(ROUND_ROWS_MIN, ROUND_ROWS)
}

/// How many near nodes a block should have, of which each leads to about so many rows.
pub(super) fn nodes_of_block(rows_each: f64, run: &Runtime<'_>) -> usize {
    let rows = rows_of_round(run) / BLOCKS;
    (rows as f64 / rows_each.max(1.0)) as usize + 1
}

impl<'g> Counting<'_, 'g, '_> {
    /// Walks from blocks of near nodes until there are rows enough; gives the rows of each, in order,
    /// and the block to go on with.
    pub(super) fn round(
        &self,
        search: &Search<'g>,
        blocks: &[&[u32]],
        first: usize,
        steps: f64,
        counters: &Counters,
    ) -> Result<(Vec<Found>, usize)> {
        let (next, rows) = (AtomicUsize::new(first), AtomicUsize::new(0));
        let (limits, account) = (self.run.limits, self.run.account());
        let most = rows_of_round(self.run);
        let work = || -> Result<Vec<(usize, Found)>> {
            let mut walkers = search.walks.walkers();
            let mut done = Vec::new();
            let mut cells = vec![0; search.cells.as_ref().map_or(0, PairCells::len)];
            while rows.load(Ordering::Relaxed) < most {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(block) = blocks.get(at) else { break };
                limits.check()?;
                let mut found = Found::of(counters.distinct.len());
                found.cells = std::mem::take(&mut cells);
                if !search.ends(block, &mut found)? && !search.by_blocks(block, &mut found) {
                    for near in *block {
                        search.from(*near, &mut walkers, &mut found)?;
                        let bytes = found.bytes();
                        if bytes > found.held.bytes() {
                            limits.check()?;
                            found.held.set(bytes, account, "CountTree")?;
                        }
                    }
                }
                found.held.set(found.bytes(), account, "CountTree")?;
                rows.fetch_add(found.rows(), Ordering::Relaxed);
                cells = std::mem::take(&mut found.cells);
                done.push((at, found));
            }
            // What a thread has added up stands with the last rows that it has found.
            if let Some((_, last)) = done.last_mut() {
                last.cells = cells;
            }
            Ok(done)
        };
        let threads = parallel::threads(steps as usize).min(blocks.len() - first);
        let mut done: Vec<_> =
            parallel::on_threads(threads, &work)?.into_iter().flatten().collect();
        done.sort_unstable_by_key(|(at, _)| *at);
        let found = done.into_iter().map(|(_, found)| found).collect();
        Ok((found, next.into_inner().min(blocks.len())))
    }
}

impl Found {
    /// What its rows take.
    fn bytes(&self) -> usize {
        let weights: usize = self.weights.iter().map(Vec::capacity).sum();
        (self.near.capacity() + self.far.capacity()) * 4 + weights * 8
    }
}
