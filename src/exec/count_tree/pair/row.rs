//! The rows of one near node: each far node with its weight and what the bridges do to that.

use super::super::overflow;
use super::{Effect, Found, Kept, Search, Walkers, sum};
use crate::error::Result;
use crate::value::NodeId;

/// The rows of one near node on their way into those found.
pub(super) struct Row<'r, 'g> {
    pub(super) search: &'r Search<'g>,
    pub(super) near: u32,
    pub(super) walkers: &'r mut Walkers,
    /// Whether the bridges have been walked.
    pub(super) bridged: bool,
    pub(super) found: &'r mut Found,
}

impl Row<'_, '_> {
    /// Adds a far node, which matches so often without bridges.
    pub(super) fn add(&mut self, far: u32, plain: u64) -> Result<()> {
        if plain == 0 {
            return Ok(());
        }
        let walks = &self.search.walks;
        if !walks.bridges.is_empty() && !self.bridged {
            self.bridged = true;
            for (bridge, walkers) in walks.bridges.iter().zip(&mut self.walkers.bridges) {
                for (paths, walkers) in bridge.paths.iter().zip(walkers) {
                    let walked = paths.iter().zip(walkers);
                    walked.for_each(|(path, walker)| path.walk(self.near, walker));
                }
            }
        }
        self.found.ways.clear();
        // Several counters look at the same bridges.
        let bridges = if walks.own_of.len() > 1 { walks.bridges.as_slice() } else { &[] };
        for (bridge, walkers) in bridges.iter().zip(self.walkers.bridges.iter()) {
            let ways = bridge.paths.iter().zip(walkers).map(|(paths, own)| sum(paths, own, far));
            self.found.ways.extend(ways);
        }
        let weight = self.bridged(0, far, plain);
        if weight < self.search.least {
            return Ok(());
        }
        if let Some(cells) = &self.search.cells {
            cells.add(self.near, far, weight, &mut self.found.cells);
            return Ok(());
        }
        if self.search.kept == Kept::Pairs {
            if self.search.looks[0] {
                self.found.near.push(NodeId(self.near));
            }
            if self.search.looks[1] {
                self.found.far.push(NodeId(far));
            }
        }
        for counter in 0..walks.own_of.len() {
            let own = walks.own_of[counter];
            let weight = if counter == 0 {
                weight
            } else if own == walks.own_of[0] {
                self.bridged(counter, far, plain)
            } else {
                let plain = sum(&walks.own[own], &self.walkers.own[own], far);
                self.bridged(counter, far, plain)
            };
            if weight == u64::MAX {
                return Err(overflow());
            }
            if self.search.kept == Kept::Pairs {
                let weight = i64::try_from(weight).map_err(|_| overflow())?;
                self.found.weights[counter].push(weight);
            } else {
                let sum = &mut self.found.sums[counter];
                *sum = sum.checked_add(weight).ok_or_else(overflow)?;
            }
        }
        Ok(())
    }

    /// A weight with what the bridges do to it.
    fn bridged(&self, counter: usize, far: u32, plain: u64) -> u64 {
        let (mut weight, mut first) = (plain, 0);
        for (bridge, walkers) in self.search.walks.bridges.iter().zip(&self.walkers.bridges) {
            let (at, effect) = bridge.of[counter];
            let ways = match self.found.ways.get(first + at) {
                Some(ways) => *ways,
                None => sum(&bridge.paths[at], &walkers[at], far),
            };
            first += bridge.paths.len();
            let factor = match effect {
                Effect::Times => ways,
                Effect::TimesOrOnce => ways.max(1),
                Effect::Some => u64::from(ways > 0),
                Effect::None => u64::from(ways == 0),
            };
            weight = weight.saturating_mul(factor);
        }
        weight
    }

    /// Takes what has been added up of the node.
    pub(super) fn finish(self) -> Result<()> {
        let Row { search, near, found, .. } = self;
        if found.sums.first().is_none_or(|sum| *sum == 0) {
            return Ok(());
        }
        if search.kept == Kept::Near && search.looks[0] {
            found.near.push(NodeId(near));
        }
        for (at, &sum) in found.sums.iter().enumerate() {
            match search.kept {
                Kept::Near => {
                    let sum = i64::try_from(sum).map_err(|_| overflow())?;
                    found.weights[at].push(sum);
                }
                Kept::Total => found.totals[at] += u128::from(sum),
                Kept::Pairs => {}
            }
        }
        Ok(())
    }
}
