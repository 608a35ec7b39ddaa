//! The ends of the last hop of a path, in the order of what they must be equal by.
//!
//! ```text
//! (a)-[:LIVES_IN]->(c)<-[:LIVES_IN]-(b), a.age = b.age
//!
//! as they stand   for each a all who live in the same city, each compared
//! in order        for each a the few of them that have its age, found at once
//! ```
//!
//! Most pairs fail an equality, and those that pass stand side by side once the run of each node in the middle
//! is sorted by the value at the far end. **In**: offsets and ends, and the values of the far side. **Out**: for a
//! node and a value the ends that have it. **Caller**: [`super::path`].

use std::ops::Range;

use super::sides::Side;
use crate::error::Result;
use crate::exec::parallel;
use crate::exec::runtime::Runtime;
use crate::value::NodeId;

/// So many nodes have their ends sorted at a time.
const NODES: usize = 1024;

/// Sorted ends, each run where it stood before.
pub(super) struct Ordered<'g> {
    offsets: &'g [u32],
    values: Vec<i64>,
    ends: Vec<NodeId>,
}

impl<'g> Ordered<'g> {
    /// Sorts the run of each node; `None` where some end has no value.
    pub(super) fn new(
        (offsets, ends): (&'g [u32], &'g [NodeId]),
        side: &Side,
        run: &Runtime<'_>,
    ) -> Result<Option<Ordered<'g>>> {
        let is_whole = offsets.first() == Some(&0) && offsets.last() == Some(&(ends.len() as u32));
        let Some(count) = offsets.len().checked_sub(1).filter(|_| is_whole) else {
            return Ok(None);
        };
        let firsts: Vec<usize> = (0..count).step_by(NODES).collect();
        let sort = |first: &usize| {
            let last = count.min(first + NODES);
            let own = offsets[*first] as usize..offsets[last] as usize;
            let value = |node: &NodeId| side.at(node.0).map(|value| (value, *node));
            let mut pairs = ends[own.clone()].iter().map(value).collect::<Option<Vec<_>>>()?;
            for bounds in offsets[*first..=last].windows(2) {
                let at = |offset: u32| offset as usize - own.start;
                pairs[at(bounds[0])..at(bounds[1])].sort_unstable();
            }
            Some((*first, pairs))
        };
        let work = ends.len() * 16 / firsts.len().max(1);
        let parts = parallel::each(&firsts, work, run.limits, &sort)?;
        let Some(mut parts) = parts.into_iter().collect::<Option<Vec<_>>>() else {
            return Ok(None);
        };
        parts.sort_unstable_by_key(|(first, _)| *first);
        let (values, ends) = parts.into_iter().flat_map(|(_, pairs)| pairs).unzip();
        Ok(Some(Ordered { offsets, values, ends }))
    }

    /// The ends of the steps from a node that have a value.
    #[inline]
    pub(super) fn with(&self, node: u32, value: i64) -> &[NodeId] {
        let own = match self.offsets.get(node as usize..).and_then(|rest| rest.get(..2)) {
            Some(&[start, end]) => start as usize..end as usize,
            _ => 0..0,
        };
        &self.ends[self.equal(own, value)]
    }

    fn equal(&self, own: Range<usize>, value: i64) -> Range<usize> {
        let values = &self.values[own.clone()];
        let first = values.partition_point(|other| *other < value);
        let count = values[first..].iter().take_while(|other| **other == value).count();
        own.start + first..own.start + first + count
    }
}
