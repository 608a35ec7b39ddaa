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
//! ([`super::cells`]), however many paths lead to it. Where what conditions on both ends compare has few values, too, it
//! is part of the place: no pair is tested, and places that do not pass are left out in the end. **In**: a pair with its
//! weight. **Out**: sums by place. **Caller**: [`super::pair`].

use std::ops::Range;

use super::cells::{Cells, Shifts};
use super::inner_ends::Through;
use super::sides::{Comparisons, Tests};
use super::{Counting, WeightedGroups};
use crate::error::Result;
use crate::exec::memory::Holding;
use crate::exec::parallel;
use crate::expr::{Expr, VarId};
use crate::value::NodeId;

/// One in so many pairs that pass are few.
const FEW: usize = 4;
/// So many pairs at least there must be for each place.
const PAIRS_EACH: usize = 2;

/// So many sums at most, of which each thread has its own.
const SUMS_MAX: usize = 1 << 19;

/// Where the pairs of two spans stand among the cells.
pub(super) struct PairCells<'g> {
    pub(super) cells: Cells<'g>,
    near: Shifts,
    far: Shifts,
    /// For each block of as many places as there are cells whether its pairs pass; empty where they are tested.
    passing: Vec<bool>,
    _held: Holding,
}

impl<'g> Counting<'_, 'g, '_> {
    /// The cells of about so many pairs, by what keys and arguments look at; `None` where they have none.
    pub(super) fn pair_cells(
        &self,
        different: &[&Expr],
        ends: [VarId; 2],
        [near, far]: [Range<u32>; 2],
        through: &[Option<Through>; 2],
        (comparisons, pairs): (&Comparisons, f64),
    ) -> Result<Option<PairCells<'g>>> {
        // Arrays over all nodes are not worth it for a few pairs.
        if (near.len() + far.len()) as f64 > pairs.max(64.0) * 4.0 {
            return Ok(None);
        }
        let variables = ends.map(Some);
        let looked_at = (&variables[..], &[][..]);
        let Some(cells) = Cells::of(different, looked_at, pairs as usize, self.graph) else {
            return Ok(None);
        };
        // Where something fails there is no way back to rows.
        if cells.computes() {
            return Ok(None);
        }
        let mut held = Holding::default();
        let held_by = &mut held;
        let mut shifts = |end: usize, span: Range<u32>| match &through[end] {
            None => cells.shifts(end, None, span, (self.run, &mut *held_by)),
            Some(through) => {
                let outer = through.outer.clone();
                let held = &mut *held_by;
                let outer = cells.shifts(end, None, outer, (self.run, &mut *held))?;
                self.run.hold(held, held.bytes() + span.len() * 4, "CountTree")?;
                Ok(outer.through(span, through))
            }
        };
        let (mut near, mut far) = (shifts(0, near)?, shifts(1, far)?);
        let mut passing = Vec::new();
        let most = (pairs as usize / PAIRS_EACH).min(SUMS_MAX) / cells.len();
        if let Some(tested) = comparisons.tested(most) {
            let len = cells.len() as u32;
            near.shift_by(|id| tested.near(id) * len);
            far.shift_by(|id| tested.far(id) * len);
            passing = tested.passing;
        }
        // Each thread has its own, and all together.
        let sums = cells.len() * passing.len().max(1) * size_of::<u64>();
        let all = sums * (parallel::threads(pairs as usize) + 1);
        let all = held.bytes() + all;
        self.run.hold(&mut held, all, "CountTree")?;
        Ok(Some(PairCells { cells, near, far, passing, _held: held }))
    }
}

impl Counting<'_, '_, '_> {
    /// Whether keys and arguments are properties of the ends of a pair with few values.
    pub(super) fn looks_at_few_values(&self, ends: [usize; 2]) -> bool {
        let variables = ends.map(|place| self.tree.nodes[place].variable);
        let groups = WeightedGroups::new(self.grouping);
        let looked_at = (&variables[..], &[][..]);
        let cells = Cells::of(&groups.different, looked_at, usize::MAX, self.graph);
        cells.is_some_and(|cells| !cells.computes())
    }
}

impl PairCells<'_> {
    /// How many sums there are.
    pub(super) fn len(&self) -> usize {
        self.cells.len() * self.passing.len().max(1)
    }

    /// Whether pairs need not be tested.
    pub(super) fn tests(&self) -> bool {
        !self.passing.is_empty()
    }

    /// Adds what passes to cells.
    pub(super) fn settle(&self, sums: &[u64], cells: &mut Cells<'_>) {
        let blocks = sums.chunks(self.cells.len()).enumerate();
        let passes = |at: &usize| self.passing.get(*at).copied().unwrap_or(true);
        blocks.filter(|(at, _)| passes(at)).for_each(|(_, sums)| cells.add_counts(sums));
    }

    /// Adds the weight of a pair.
    #[inline]
    pub(super) fn add(&self, near: u32, far: u32, weight: u64, sums: &mut [u64]) {
        if let Some(sum) = sums.get_mut((self.near.of(near) + self.far.of(far)) as usize) {
            *sum = sum.saturating_add(weight);
        }
    }

    /// Adds the pairs of a node with all of a run, of which each weighs as is said.
    pub(super) fn add_all(
        &self,
        (near, run): (u32, &[NodeId]),
        weight: impl Fn(u32) -> u64,
        sums: &mut [u64],
    ) {
        let own = self.near.of(near);
        for far in run {
            if let Some(sum) = sums.get_mut((own + self.far.of(far.0)) as usize) {
                *sum = sum.saturating_add(weight(far.0));
            }
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
            let mut passing = tests.passing(block);
            if passing.count_ones() as usize * FEW < block.len() {
                while passing != 0 {
                    let far = block[passing.trailing_zeros() as usize].0;
                    if let Some(sum) = sums.get_mut((own + self.far.of(far)) as usize) {
                        *sum = sum.saturating_add(weight(far));
                    }
                    passing &= passing - 1;
                }
                continue;
            }
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
