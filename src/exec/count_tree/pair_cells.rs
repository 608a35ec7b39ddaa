//! Pairs by properties with few values: an addition for each.
//!
//! ```text
//! MATCH (a)-[:FOLLOWS]->(b) WHERE a.gender <> b.gender RETURN a.gender, avg(b.age)
//!
//! rows     a million pairs that pass, each with a key to be found and a value to be added
//! cells    two genders times fifty ages: the weight of a pair is added to one of a hundred numbers
//! ```
//!
//! Where keys and arguments are stored properties of either end with few values, a pair is a place in an array
//! ([`super::cells`]), however many paths lead to it; conditions on both ends are tested before. **In**: a pair with its
//! weight. **Out**: sums by place. **Caller**: [`super::pair`].

use std::ops::Range;

use super::Counting;
use super::cells::{Cells, Shifts};
use super::sides::Tests;
use crate::error::Result;
use crate::exec::memory::Holding;
use crate::expr::{Expr, VarId};
use crate::value::NodeId;

/// Where the pairs of two spans stand among the cells.
pub(super) struct PairCells<'g> {
    pub(super) cells: Cells<'g>,
    near: Shifts,
    far: Shifts,
    _held: Holding,
}

impl<'g> Counting<'_, 'g, '_> {
    /// The cells of about so many pairs, by what keys and arguments look at; `None` where they have none.
    pub(super) fn pair_cells(
        &self,
        different: &[&Expr],
        ends: [VarId; 2],
        [near, far]: [Range<u32>; 2],
        pairs: f64,
    ) -> Result<Option<PairCells<'g>>> {
        // Arrays over all nodes are not worth it for a few pairs.
        if (near.len() + far.len()) as f64 > pairs.max(64.0) * 4.0 {
            return Ok(None);
        }
        let variables = ends.map(Some);
        let Some(cells) = Cells::of(different, &variables, pairs as usize, self.graph) else {
            return Ok(None);
        };
        let mut held = Holding::default();
        let near = cells.shifts(0, near, (self.run, &mut held))?;
        let far = cells.shifts(1, far, (self.run, &mut held))?;
        Ok(Some(PairCells { cells, near, far, _held: held }))
    }
}

impl PairCells<'_> {
    /// Adds the weight of a pair.
    #[inline]
    pub(super) fn add(&self, near: u32, far: u32, weight: u64, sums: &mut [u64]) {
        if let Some(sum) = sums.get_mut((self.near.of(near) + self.far.of(far)) as usize) {
            *sum = sum.saturating_add(weight);
        }
    }

    /// Adds the pairs of a node with those of a run that pass, of which each weighs as is said.
    pub(super) fn add_run(
        &self,
        (near, run): (u32, &[NodeId]),
        tests: &Tests<'_>,
        weight: impl Fn(u32) -> u64,
        sums: &mut [u64],
    ) {
        let own = self.near.of(near);
        for block in run.chunks(64) {
            let passing = tests.passing(block);
            // Those that do not pass weigh nothing: there is no branch to guess.
            for (at, far) in block.iter().enumerate() {
                let weight = weight(far.0) * (passing >> at & 1);
                if let Some(sum) = sums.get_mut((own + self.far.of(far.0)) as usize) {
                    *sum = sum.saturating_add(weight);
                }
            }
        }
    }
}
