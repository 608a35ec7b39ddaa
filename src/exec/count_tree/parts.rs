//! Groups of core rows that several threads make, each of its own rows.
//!
//! **In**: how many morsels of rows there are, and what feeds the rows of one. **Out**: all groups, in the
//! order in which one thread would have come to them; nothing where one thread has to do it: where rows are
//! few, where what is noted beside rows belongs to the run, where sums depend on the order of rows, and where
//! something fails, so that the error is the one that comes first. **Callers**: [`nodes`](super::nodes) and
//! [`relationships`](super::relationships).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::{Counting, WeightedGroups};
use crate::error::Result;
use crate::exec::aggregate::{is_mergeable, together};
use crate::exec::batch::Batch;
use crate::exec::parallel;
use crate::exec::runtime::Runtime;

/// Fewer rows one thread reads alone: to add up the groups of several takes longer than they save.
const ROWS_MIN: usize = 200_000;
/// About how many nanoseconds a row takes for each key or argument.
const EXPRESSION_NS: usize = 8;

impl Counting<'_, '_, '_> {
    /// The groups of the rows of some morsels, about so many in all.
    pub(super) fn in_parts(
        &self,
        (morsels, rows): (usize, usize),
        feed: &(impl Fn(usize, &mut WeightedGroups<'_>, &Runtime<'_>) -> Result<()> + Sync),
    ) -> Result<Option<Batch>> {
        let grouping = self.grouping;
        let expressions = grouping.keys.len() + grouping.aggregates.len();
        let work = rows.saturating_mul(expressions * EXPRESSION_NS);
        let threads = match self.run.limits.threads {
            Some(threads) => threads,
            None if rows < ROWS_MIN => 1,
            None => parallel::threads(work),
        };
        let threads = threads.min(morsels);
        if threads < 2 || !is_mergeable(grouping) {
            return Ok(None);
        }
        let Some(shared) = self.run.shared() else { return Ok(None) };
        let (next, is_over) = (AtomicU32::new(0), AtomicBool::new(false));
        let work = || -> Result<Option<_>> {
            let run = Runtime::worker(&shared);
            let mut groups = WeightedGroups::new(grouping);
            groups.is_part = true;
            loop {
                let morsel = next.fetch_add(1, Ordering::Relaxed);
                if morsel as usize >= morsels || is_over.load(Ordering::Relaxed) {
                    return Ok((!groups.is_spoilt).then_some(groups.part));
                }
                run.check()?;
                groups.part.begin(morsel);
                match feed(morsel as usize, &mut groups, &run) {
                    Err(error) if error.is_interrupted() => return Err(error),
                    Err(_) => groups.is_spoilt = true,
                    Ok(()) => {}
                }
                if groups.is_spoilt {
                    is_over.store(true, Ordering::Relaxed);
                }
            }
        };
        let parts = parallel::on_threads(threads, &work)?;
        let Some(parts) = parts.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
        let Some((groups, order, _)) = together(parts, grouping, self.run)? else {
            return Ok(None);
        };
        Ok(Some(match order {
            Some(order) => groups.select(&Arc::new(order), None),
            None => groups,
        }))
    }
}
