//! How often nodes count, however that is kept.

use std::sync::Arc;

use super::dense::Dense;
use super::set::Set;
use crate::error::Result;
use crate::exec::Limits;

/// Looking at so many places of an array is as much as putting one of many ids in order.
const NEAR: usize = 16;

/// An array of so many bytes stays in the nearest caches but one.
const BYTES_MAX: usize = 1 << 19;

/// The weights of the nodes of a place; 0 where there is none.
#[derive(Clone, Debug)]
pub(super) enum Weights {
    /// Every node that a step leads to has 1.
    One,
    /// The nodes of a set have 1.
    Set(Arc<Set>),
    /// An array that begins at a node.
    Dense(Dense),
    /// Some nodes, ascending.
    Sparse(Sparse),
}

/// Nodes, ascending, with their weights, none of which is 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Sparse {
    pub(super) ids: Vec<u32>,
    pub(super) values: Vec<u64>,
}

impl Weights {
    #[inline]
    pub(super) fn at(&self, id: u32) -> u64 {
        match self {
            Weights::One => 1,
            Weights::Set(set) => u64::from(set.contains(id)),
            Weights::Dense(dense) => dense.at(id),
            Weights::Sparse(sparse) => sparse.at(id),
        }
    }

    /// Multiplies `out[i]` by the weight of the node `first + i`.
    pub(super) fn multiply(&self, first: u32, out: &mut [u64]) {
        if let Weights::Dense(dense) = self {
            return dense.multiply(first, out);
        }
        for (id, slot) in (first..).zip(out).filter(|(_, slot)| **slot != 0) {
            *slot = slot.saturating_mul(self.at(id));
        }
    }

    /// Calls `visit` with the position in a span of each node that has no weight.
    pub(super) fn each_without(&self, span: std::ops::Range<u32>, mut visit: impl FnMut(usize)) {
        match self {
            Weights::One => {}
            Weights::Set(set) => set.each_without(&span, visit),
            weights => span.clone().zip(0..).for_each(|(id, at)| {
                if weights.at(id) == 0 {
                    visit(at);
                }
            }),
        }
    }

    /// No weight is larger.
    pub(super) fn most(&self) -> u64 {
        match self {
            Weights::One | Weights::Set(_) => 1,
            Weights::Dense(dense) => dense.most(),
            Weights::Sparse(sparse) => sparse.values.iter().copied().max().unwrap_or(0),
        }
    }

    /// At least as many nodes as have a weight, where those are known.
    pub(super) fn len(&self) -> usize {
        match self {
            Weights::One => 0,
            Weights::Set(set) => set.len(),
            Weights::Dense(dense) => dense.len(),
            Weights::Sparse(sparse) => sparse.ids.len(),
        }
    }

    /// Whether a single node has a weight.
    pub(super) fn is_one_node(&self) -> bool {
        match self {
            Weights::Sparse(sparse) => sparse.ids.len() == 1,
            Weights::Set(set) => set.len() == 1,
            Weights::One | Weights::Dense(_) => false,
        }
    }

    /// The same as bytes, where bits are looked at so often that taking them out of words costs more than an
    /// array, and that is not too large for the caches.
    pub(super) fn for_looks(self, looks: usize, limits: &Limits) -> Result<Weights> {
        let Weights::Set(set) = &self else { return Ok(self) };
        let span = set.span();
        if !matches!(**set, Set::Bits(..)) || span.len() > BYTES_MAX || looks / 4 < span.len() {
            return Ok(self);
        }
        let write = |at: usize, out: &mut [u64]| set.write(span.start + at as u32, out);
        let bytes = Dense::fill((span.start, span.len()), 1, span.len() / 4, limits, &write)?;
        Ok(Weights::Dense(bytes))
    }

    /// The nodes that have a weight, where they are listed.
    pub(super) fn few(&self) -> Option<Vec<u32>> {
        match self {
            Weights::Sparse(sparse) => Some(sparse.ids.clone()),
            Weights::Set(set) => match &**set {
                Set::List(ids) => Some(ids.clone()),
                Set::Ranges(_) | Set::Bits(..) => None,
            },
            Weights::One | Weights::Dense(_) => None,
        }
    }

    /// Whether so many searches in it are more than making an array of it.
    pub(super) fn is_searched_often(&self, searches: usize) -> bool {
        let ids = match self {
            Weights::Sparse(sparse) => &sparse.ids,
            Weights::Set(set) => match &**set {
                Set::List(ids) => ids,
                Set::Ranges(_) | Set::Bits(..) => return false,
            },
            Weights::One | Weights::Dense(_) => return false,
        };
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return false };
        let steps = ids.len().ilog2() as usize + 1;
        searches.saturating_mul(steps) > ids.len() + (last - first) as usize / 8
    }

    /// The same where each weight is found by its place.
    pub(super) fn spread(self) -> Weights {
        let span = |ids: &[u32]| match (ids.first(), ids.last()) {
            (Some(first), Some(last)) => (*first, (last - first) as usize + 1),
            _ => (0, 0),
        };
        let (first, len) = match &self {
            Weights::Sparse(sparse) => span(&sparse.ids),
            Weights::Set(set) => match &**set {
                Set::List(ids) => span(ids),
                _ => return self,
            },
            _ => return self,
        };
        let mut values = vec![0; len];
        self.for_each(|id, weight| values[(id - first) as usize] = weight);
        Weights::Dense(Dense::wide(first, values))
    }

    pub(super) fn for_each(&self, mut visit: impl FnMut(u32, u64)) {
        match self {
            Weights::One => {}
            Weights::Set(set) => set.to_list().into_iter().for_each(|id| visit(id, 1)),
            Weights::Dense(dense) => dense.for_each(visit),
            Weights::Sparse(sparse) => {
                sparse.ids.iter().zip(&sparse.values).for_each(|(id, value)| visit(*id, *value));
            }
        }
    }
}

impl Sparse {
    pub(super) fn at(&self, id: u32) -> u64 {
        self.ids.binary_search(&id).map_or(0, |at| self.values[at])
    }

    /// Multiplies each weight and drops those that become 0.
    pub(super) fn scale(&mut self, mut by: impl FnMut(u32) -> u64) {
        let mut kept = 0;
        for at in 0..self.ids.len() {
            let value = self.values[at].saturating_mul(by(self.ids[at]));
            if value != 0 {
                (self.ids[kept], self.values[kept]) = (self.ids[at], value);
                kept += 1;
            }
        }
        self.ids.truncate(kept);
        self.values.truncate(kept);
    }

    /// The nodes that have a weight in an array, whose first entry is that of `first`.
    pub(super) fn of_array(first: u32, weights: &[u64]) -> Sparse {
        let mut sparse =
            Sparse::with_capacity(weights.iter().filter(|weight| **weight != 0).count());
        for (at, &weight) in weights.iter().enumerate() {
            if weight != 0 {
                sparse.ids.push(first + at as u32);
                sparse.values.push(weight);
            }
        }
        sparse
    }

    /// Drops the nodes that are not among some of them, which ascend.
    pub(super) fn keep(&mut self, ids: Vec<u32>) {
        let mut at = 0;
        for (kept, id) in ids.iter().enumerate() {
            while self.ids.get(at).is_some_and(|other| other != id) {
                at += 1;
            }
            if let Some(value) = self.values.get(at).copied() {
                self.values[kept] = value;
            }
            at += 1;
        }
        self.values.truncate(ids.len());
        self.ids = ids;
    }

    fn with_capacity(len: usize) -> Sparse {
        Sparse { ids: Vec::with_capacity(len), values: Vec::with_capacity(len) }
    }

    /// Adds up weights that came in any order.
    pub(super) fn sum(mut pairs: Vec<(u32, u64)>) -> Sparse {
        let ids = || pairs.iter().map(|(id, _)| *id);
        let (first, last) = (ids().min().unwrap_or(0), ids().max().unwrap_or(0));
        // What comes from one node is in order; else, where they lie near each other, an array is less than
        // putting them in order.
        let is_sorted = pairs.is_sorted_by_key(|(id, _)| *id);
        if !is_sorted
            && ((last - first) as usize) < pairs.len().saturating_mul(NEAR)
            && pairs.len() > NEAR
        {
            let mut sums = vec![0u64; (last - first) as usize + 1];
            for (id, weight) in pairs {
                let sum = &mut sums[(id - first) as usize];
                *sum = sum.saturating_add(weight);
            }
            return Sparse::of_array(first, &sums);
        }
        if !is_sorted {
            pairs.sort_unstable_by_key(|&(id, _)| id);
        }
        let mut sparse = Sparse::with_capacity(pairs.len());
        for (id, weight) in pairs {
            match sparse.values.last_mut() {
                Some(sum) if sparse.ids.last() == Some(&id) => *sum = sum.saturating_add(weight),
                _ => {
                    sparse.ids.push(id);
                    sparse.values.push(weight);
                }
            }
        }
        sparse
    }
}
