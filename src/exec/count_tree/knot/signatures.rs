//! Which nodes may be joined: a few bits for each, for those who ask about many pairs of which few are.
//!
//! Each neighbour of a node sets one bit of the node's row, found by a hash of its id. A pair whose bit is not
//! set is not joined, which is what most pairs are; one whose bit is set is looked up. Rows are so wide that
//! about one bit in sixteen is set, and all of them stay near: for the interests of thousands of persons they
//! are a few hundred kilobytes, where the neighbours themselves, searched pair by pair, cost a branch that
//! nobody can guess for each step of each search.

use super::links::{Place, Runs};
use crate::error::Result;
use crate::exec::count_tree::weights::Evaluator;
use crate::exec::parallel;

/// So many pairs that may be joined are looked up together.
pub(super) const OPEN: usize = 1024;

/// So many bits for each neighbour.
const BITS_EACH: usize = 16;
/// The bits of a row, at least and at most, as powers of two.
const LOG_MIN: u32 = 6;
const LOG_MAX: u32 = 12;
/// Rows are narrower than that where all would take more bits than these.
const BITS_MAX: usize = 1 << 24;
/// Multiplied by this, ids that are close to each other, or all even, are far apart.
const SPREAD: u32 = 0x9E37_79B1;

/// A row of bits for each node of a place.
pub(super) struct Signatures {
    first: u32,
    /// The bits of a row, as a power of two.
    log: u32,
    words: Vec<u64>,
}

impl Signatures {
    /// Whether rows would say something: where nodes have too many neighbours most bits are set.
    pub(super) fn are_of_use(neighbours: usize, nodes: usize) -> bool {
        neighbours / nodes.max(1) <= (1 << LOG_MAX) / BITS_EACH
    }

    /// The rows of the nodes of a place.
    pub(super) fn new(
        runs: &Runs<'_>,
        place: &Place,
        evaluator: &Evaluator<'_, '_, '_, '_>,
    ) -> Result<Signatures> {
        let nodes = place.len as usize;
        let wanted = (runs.len() / nodes.max(1) + 1) * BITS_EACH;
        let mut log = wanted.next_power_of_two().trailing_zeros().clamp(LOG_MIN, LOG_MAX);
        while log > LOG_MIN && nodes << log > BITS_MAX {
            log -= 1;
        }
        let stride = 1usize << (log - LOG_MIN);
        evaluator.hold(nodes * stride * 8)?;
        let mut words = vec![0u64; nodes * stride];
        parallel::fill(&mut words, runs.len(), evaluator.run.limits, &|at, chunk: &mut [u64]| {
            let ids = place.first + (at / stride) as u32..;
            for (row, node) in chunk.chunks_exact_mut(stride).zip(ids) {
                for to in runs.of(node) {
                    let bit = bit_of(to.0, log);
                    row[bit / 64] |= 1 << (bit % 64);
                }
            }
        })?;
        Ok(Signatures { first: place.first, log, words })
    }

    /// Where the row of a node begins; for one outside the place nowhere.
    #[inline]
    pub(super) fn row(&self, node: u32) -> usize {
        (node.wrapping_sub(self.first) as usize) << (self.log - LOG_MIN)
    }

    /// False where the node of a row is not joined to another; true where it may be.
    #[inline]
    pub(super) fn may_join(&self, row: usize, node: u32) -> bool {
        let bit = bit_of(node, self.log);
        self.words.get(row + bit / 64).is_some_and(|word| word >> (bit % 64) & 1 != 0)
    }
}

#[inline]
fn bit_of(node: u32, log: u32) -> usize {
    (node.wrapping_mul(SPREAD) >> (u32::BITS - log)) as usize
}
