//! Triangles with a place for few nodes, counted by rows of bits.
//!
//! Where one place has at most [`FEW`] nodes (interests, languages, states), what joins a node to them is a
//! few words of bits. The triangles over two nodes that are joined are then the bits that both have:
//! one `and` and one count, however many steps lead to the few.
//!
//! It needs that nothing there counts more than once: no weights, and no two relationships side by side.

use super::links::{Place, Runs};
use super::triangle::Sides;
use super::{Sum, Untied};
use crate::error::Result;
use crate::exec::parallel;

/// So many nodes at most are a row of bits.
const FEW: usize = 256;

/// For each node of a place the few nodes that it is joined to.
struct Rows {
    first: u32,
    /// Words in a row.
    words: usize,
    bits: Vec<u64>,
}

impl Untied<'_, '_, '_, '_, '_> {
    /// The number of triangles, where one of their places has few nodes and none counts twice.
    pub(super) fn by_rows(&self, sides: &Sides) -> Result<Option<u128>> {
        let [a, b, c] = sides.nodes;
        let is_few = |node: usize| self.places[node].len as usize <= FEW;
        let turned = [[a, b, c], [b, c, a], [c, a, b]];
        let Some([near, far, few]) = turned.into_iter().find(|[_, _, few]| is_few(*few)) else {
            return Ok(None);
        };
        if !self.keys.are_none() {
            return Ok(None);
        }
        let runs = |from, to| self.runs(self.side(sides, from, to), from);
        let (across, to_few) = (runs(near, far)?, [runs(near, few)?, runs(far, few)?]);
        let (own, others, few) = (&self.places[near], &self.places[far], &self.places[few]);
        // Rows are made for all, and read for those that are joined.
        if own.steps(&across) < to_few[0].len().max(to_few[1].len()) / 2 {
            return Ok(None);
        }
        let words = (few.len as usize).div_ceil(64);
        self.evaluator.hold((own.len as usize + others.len as usize) * words * 8)?;
        let both = (Rows::new(&to_few[0], own, few), Rows::new(&to_few[1], others, few));
        let (Some(near), Some(far)) = both else { return Ok(None) };
        let limits = self.evaluator.run.limits;
        let work = across.len().saturating_mul(2 + words);
        let sums = parallel::fold(own.span(), work, limits, &Sum::default, &|sum, ids| {
            for x in ids {
                let weight = own.at(x);
                if weight == 0 {
                    continue;
                }
                let run = across.of(x).iter();
                let found = match (near.of(x), others.is_plain()) {
                    (&[row], true) => {
                        run.map(|y| u64::from((row & far.word(y.0)).count_ones())).sum()
                    }
                    (row, _) => run.fold(0u64, |sum, y| {
                        let both = row.iter().zip(far.of(y.0)).map(|(a, b)| (a & b).count_ones());
                        let found = u64::from(both.sum::<u32>());
                        sum.saturating_add(found.saturating_mul(others.at(y.0)))
                    }),
                };
                sum.add(weight.saturating_mul(found));
            }
        })?;
        Sum::of(sums).map(Some)
    }
}

impl Rows {
    /// The rows of the nodes of a place; `None` where something counts more than once.
    fn new(runs: &Runs<'_>, from: &Place, few: &Place) -> Option<Rows> {
        let words = (few.len as usize).div_ceil(64);
        let mut bits = vec![0u64; from.len as usize * words];
        for (row, x) in bits.chunks_exact_mut(words.max(1)).zip(from.span()) {
            for z in runs.of(x) {
                match few.at(z.0) {
                    0 => continue,
                    1 => {}
                    _ => return None,
                }
                let at = (z.0 - few.first) as usize;
                let bit = 1 << (at % 64);
                if row[at / 64] & bit != 0 {
                    return None;
                }
                row[at / 64] |= bit;
            }
        }
        Some(Rows { first: from.first, words, bits })
    }

    /// The row of a node; of one outside the place nothing.
    #[inline]
    fn of(&self, id: u32) -> &[u64] {
        let at = (id.wrapping_sub(self.first) as usize).saturating_mul(self.words);
        self.bits.get(at..at.saturating_add(self.words)).unwrap_or(&[])
    }

    /// The row of a node, where rows are one word.
    #[inline]
    fn word(&self, id: u32) -> u64 {
        self.bits.get(id.wrapping_sub(self.first) as usize).copied().unwrap_or(0)
    }
}
