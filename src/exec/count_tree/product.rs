//! What the weight of a node is a product of: itself, and a sum over its neighbours for each edge.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::beside::{Both, sum_side_by_side};
use super::dense::{Dense, Values};
use super::set::Set;
use super::steps::{Nodes, Steps};
use super::values::{Sparse, Weights};
use crate::error::Result;
use crate::exec::Limits;
use crate::exec::parallel::{self, CHUNK};
use crate::graph::snapshot::{Column, Integers, Offsets};

/// What the weight of any node of a place is a product of.
pub(super) struct Prepared<'g> {
    pub(super) set: Arc<Set>,
    pub(super) own: Option<Own<'g>>,
    /// Weights of the nodes themselves, that children have been carried to.
    pub(super) carried: Vec<Weights>,
    pub(super) branches: Vec<Branch<'g>>,
    /// About how many steps it takes to compute all.
    pub(super) work: usize,
    /// No weight is larger.
    pub(super) most: u64,
}

/// A weight of a node's own: an integer property, less the least of all.
#[derive(Clone, Copy)]
pub(super) struct Own<'g> {
    pub(super) column: Column<'g>,
    pub(super) values: Integers<'g>,
    pub(super) least: i64,
}

/// The children over one edge.
pub(super) struct Branch<'g> {
    pub(super) strands: Vec<Steps<'g>>,
    pub(super) child: Weights,
    /// Where no match counts as one: the branches that belong together.
    pub(super) optional: Option<usize>,
    /// No weight of a step is larger.
    pub(super) most: u64,
    /// The ids of nodes are smaller.
    pub(super) bound: u32,
}

/// How large products may become, which says how they can be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Width {
    /// All factors and products fit in 32 bits: vectors of them are multiplied at once.
    Narrow,
    /// They fit in 64 bits.
    Wide,
    /// They may not: products stay at the largest number once they reach it.
    Any,
}

impl Width {
    pub(super) fn of(most: u64) -> Width {
        match most {
            0..=0xFFFF_FFFF => Width::Narrow,
            u64::MAX => Width::Any,
            _ => Width::Wide,
        }
    }
}

impl Own<'_> {
    /// No weight is larger.
    pub(super) fn most(&self) -> u64 {
        self.column.shape().range.map_or(0, |(least, most)| most.abs_diff(least)).max(1)
    }

    pub(super) fn at(&self, id: u32) -> u64 {
        self.column.position(id).map_or(0, |at| self.values.get(at).abs_diff(self.least))
    }

    /// The weights of the nodes of a range as they stand in the column, in bytes.
    fn bytes(&self, ids: &Range<u32>) -> Option<&[u8]> {
        let Some((_, Offsets::Bytes(all))) = self.values.offsets() else { return None };
        let begin = ids.start.checked_sub(self.column.first)? as usize;
        let is_whole = self.column.present.is_none();
        all.get(begin..begin + ids.len()).filter(|_| is_whole)
    }

    /// Multiplies `out[i]` by the weight of the node `first + i`.
    fn multiply(&self, first: u32, out: &mut [u64]) {
        let begin = first.checked_sub(self.column.first).map(|at| at as usize);
        if let (Some(begin), None) = (begin, self.column.present)
            && begin + out.len() <= self.values.len()
        {
            fn times<T: Copy>(out: &mut [u64], values: &[T], weight: impl Fn(T) -> u64) {
                for (slot, value) in out.iter_mut().zip(values) {
                    *slot = slot.saturating_mul(weight(*value));
                }
            }
            return match self.values.offsets() {
                Some((_, Offsets::Bytes(all))) => times(out, &all[begin..], u64::from),
                Some((_, Offsets::Shorts(all))) => times(out, &all[begin..], u64::from),
                Some((_, Offsets::Words(all))) => times(out, &all[begin..], u64::from),
                Some((_, Offsets::Counting)) | None => {
                    let above = |value: i64| value.abs_diff(self.least);
                    times(out, &self.values.all()[begin..], above);
                }
            };
        }
        for (id, slot) in (first..).zip(out).filter(|(_, slot)| **slot != 0) {
            *slot = slot.saturating_mul(self.at(id));
        }
    }
}

impl Branch<'_> {
    fn multiply(&self, first: u32, width: Width, out: &mut [u64]) {
        match (self.strands.as_slice(), &self.child) {
            ([one], Weights::One) if !one.once => one.multiply_degrees(first, width, out),
            _ => self.multiply_for(Nodes::From(first), width, out),
        }
    }

    /// Multiplies each entry of `out` by the weight of the branch at its node.
    fn multiply_for(&self, nodes: Nodes<'_>, width: Width, out: &mut [u64]) {
        match self.strands.as_slice() {
            [one] if !one.once => one.multiply(&self.child, nodes, width, out),
            strands => self.multiply_beside(strands, nodes, out),
        }
    }

    /// The same where several relationships stand side by side.
    fn multiply_beside(&self, strands: &[Steps<'_>], nodes: Nodes<'_>, out: &mut [u64]) {
        let both = match nodes {
            Nodes::From(first) => {
                let span = first..first.saturating_add(out.len() as u32);
                Both::of(strands, &span, self.bound)
            }
            // Bits of all nodes are not worth it for a few.
            Nodes::These(_) => None,
        };
        if let Some(mut both) = both {
            return nodes.each(out, |node, slot| {
                let mut sum = 0u64;
                both.each(node, &mut |to, ways| {
                    sum = sum.saturating_add(ways.saturating_mul(self.child.at(to)));
                });
                *slot = slot.saturating_mul(sum);
            });
        }
        nodes.each(out, |node, slot| {
            let sum = sum_side_by_side(strands, node, &self.child);
            *slot = slot.saturating_mul(sum);
        });
    }

    /// Multiplies the weights of some nodes, and drops those that become 0.
    pub(super) fn scale(&self, sparse: &mut Sparse, limits: &Limits) -> Result<()> {
        let most = sparse.values.iter().copied().max().unwrap_or(0);
        let width = Width::of(most.saturating_mul(self.most));
        let Sparse { ids, values } = sparse;
        let steps = self.strands.iter().map(|steps| steps.total_of(ids)).sum::<usize>();
        parallel::fill(values, ids.len() + steps, limits, &|at, chunk: &mut [u64]| {
            self.multiply_for(Nodes::These(&ids[at..at + chunk.len()]), width, chunk);
        })?;
        sparse.scale(|_| 1);
        Ok(())
    }
}

impl Prepared<'_> {
    /// Whether every node of the set has a weight of 1.
    pub(super) fn is_set(&self) -> bool {
        self.branches.is_empty() && self.own.is_none() && self.carried.is_empty()
    }

    /// The weights, where they are those of a column as they stand.
    pub(super) fn as_stored(&self) -> Option<Dense> {
        let Set::Ranges(ranges) = &*self.set else { return None };
        let ([range], Some(own)) = (ranges.as_slice(), &self.own) else { return None };
        let is_all = self.branches.is_empty() && self.carried.is_empty();
        let bytes = own.bytes(range).filter(|_| is_all)?;
        Some(Dense { first: range.start, values: Values::Bytes(bytes.to_vec()) })
    }

    /// The nodes of a place whose weights are 0 or 1: a bit for each instead of eight bytes, which its
    /// neighbours then find in a nearer cache.
    pub(super) fn ones(&self, limits: &Limits) -> Result<Set> {
        let span = self.set.span();
        let (first, end) = (span.start as usize / 64, (span.end as usize).div_ceil(64));
        let mut words = vec![0u64; end];
        let found = AtomicUsize::new(0);
        parallel::fill(&mut words[first..], self.work, limits, &|at, chunk| {
            let mut block = [0u64; CHUNK];
            let ids = (first + at) as u32 * 64..;
            for (start, words) in ids.step_by(CHUNK).zip(chunk.chunks_mut(CHUNK / 64)) {
                let block = &mut block[..words.len() * 64];
                self.write(start, block);
                for (word, weights) in words.iter_mut().zip(block.chunks_exact(64)) {
                    let bits = weights.iter().enumerate();
                    *word = bits.fold(0, |word, (at, weight)| word | (weight & 1) << at);
                    found.fetch_add(word.count_ones() as usize, Ordering::Relaxed);
                }
            }
        })?;
        let count = found.into_inner();
        let are_all = count == span.len();
        Ok(if are_all {
            Set::Ranges(std::iter::once(span).collect())
        } else {
            Set::Bits(words, count)
        })
    }

    /// Writes the weights of the nodes from `first` on.
    pub(super) fn write(&self, first: u32, out: &mut [u64]) {
        self.set.write(first, out);
        if let Some(own) = &self.own {
            own.multiply(first, out);
        }
        for weights in &self.carried {
            weights.multiply(first, out);
        }
        let width = Width::of(self.most);
        let mut done = 0;
        for (at, branch) in self.branches.iter().enumerate() {
            let Some(group) = branch.optional else {
                branch.multiply(first, width, out);
                continue;
            };
            // The branches of one OPTIONAL MATCH are multiplied before nothing counts as one.
            if at < done {
                continue;
            }
            let members = self.branches[at..].iter().take_while(|b| b.optional == Some(group));
            let mut own: Vec<u64> = out.iter().map(|slot| u64::from(*slot != 0)).collect();
            for member in members {
                member.multiply(first, width, &mut own);
                done += 1;
            }
            done = done.max(at + 1);
            for (slot, own) in out.iter_mut().zip(own) {
                *slot = slot.saturating_mul(own.max(1));
            }
        }
    }
}
