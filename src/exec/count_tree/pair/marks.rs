//! Pairs of a plain hop that are added up a block of relationships at a time, those that pass being marked before.

use super::super::end_values::{Coded, relationships_of};
use super::super::path::{Path, Plain};
use super::super::sides::Comparisons;
use super::super::weights::span_of;
use super::{Found, Search, Walks};
use crate::expr::Comparison;

/// Comparisons of both ends of the relationships of a plain hop.
pub(super) struct Marks<'g> {
    plain: Plain<'g>,
    tests: Vec<(Comparison, Coded)>,
}

impl<'g> Walks<'g> {
    /// What marks the relationships of the only hop: all comparisons, or where those are `tested` later the one that few
    /// pass.
    pub(super) fn marks(&self, comparisons: &Comparisons, are_tested: bool) -> Option<Marks<'g>> {
        let path = self.only()?;
        let plain = path.relationships()?;
        let wanted = if are_tested { comparisons.equality_only() } else { comparisons.each() };
        let counting = [&path.near, path.far_weights()];
        let code = |(operator, sides)| Some((operator, Coded::of(sides, counting)?));
        let tests = wanted.into_iter().map(code).collect::<Option<Vec<_>>>()?;
        let all_count = path.counts_each_end_once();
        (!tests.is_empty() || all_count && (are_tested || comparisons.is_empty()))
            .then_some(Marks { plain, tests })
    }
}

impl Search<'_> {
    /// Adds the pairs of near nodes to cells, where all of their relationships are read a block at a time; false where
    /// that is not so, and nothing has been added.
    pub(super) fn by_blocks(&self, block: &[u32], found: &mut Found) -> bool {
        let (Some(cells), Some(marks)) = (&self.cells, &self.marks) else { return false };
        let (plain, nodes) = (marks.plain, span_of(block));
        if marks.tests.is_empty() {
            // Nothing says that a node between two others does not count.
            let is_all = nodes.len() == block.len();
            if is_all {
                cells.count_relationships((plain, nodes, None), &mut found.cells);
            }
            return is_all;
        }
        if !Path::are_many(block) {
            return false;
        }
        let mut marked = vec![1; relationships_of(plain, &nodes)];
        for (operator, sides) in &marks.tests {
            sides.restrict(plain, nodes.clone(), *operator, &mut marked);
        }
        cells.count_relationships((plain, nodes, Some(&marked)), &mut found.cells);
        true
    }
}
