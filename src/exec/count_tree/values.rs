//! How often nodes count, however that is kept.

use std::sync::Arc;

use super::set::Set;

/// The weights of the nodes of a place; 0 where there is none.
#[derive(Clone, Debug)]
pub(super) enum Weights {
    /// Every node that a step leads to has 1.
    One,
    /// The nodes of a set have 1.
    Set(Arc<Set>),
    /// An array that begins at a node.
    Dense { first: u32, values: Vec<u64> },
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
    pub(super) fn at(&self, id: u32) -> u64 {
        match self {
            Weights::One => 1,
            Weights::Set(set) => u64::from(set.contains(id)),
            Weights::Dense { first, values } => {
                values.get(id.wrapping_sub(*first) as usize).copied().unwrap_or(0)
            }
            Weights::Sparse(sparse) => sparse.at(id),
        }
    }

    /// Multiplies `out[i]` by the weight of the node `first + i`.
    pub(super) fn multiply(&self, first: u32, out: &mut [u64]) {
        if let Weights::Dense { first: base, values } = self
            && let Some(begin) = first.checked_sub(*base)
            && let Some(values) = values.get(begin as usize..begin as usize + out.len())
        {
            for (slot, value) in out.iter_mut().zip(values) {
                *slot = slot.saturating_mul(*value);
            }
            return;
        }
        for (id, slot) in (first..).zip(out).filter(|(_, slot)| **slot != 0) {
            *slot = slot.saturating_mul(self.at(id));
        }
    }

    /// No weight is larger.
    pub(super) fn most(&self) -> u64 {
        match self {
            Weights::One | Weights::Set(_) => 1,
            Weights::Dense { values, .. } => values.iter().copied().max().unwrap_or(0),
            Weights::Sparse(sparse) => sparse.values.iter().copied().max().unwrap_or(0),
        }
    }

    /// Whether a single node has a weight.
    pub(super) fn is_one_node(&self) -> bool {
        match self {
            Weights::Sparse(sparse) => sparse.ids.len() == 1,
            Weights::Set(set) => set.len() == 1,
            Weights::One | Weights::Dense { .. } => false,
        }
    }

    /// The nodes that have a weight, where they are listed.
    pub(super) fn few(&self) -> Option<Vec<u32>> {
        match self {
            Weights::Sparse(sparse) => Some(sparse.ids.clone()),
            Weights::Set(set) => match &**set {
                Set::List(ids) => Some(ids.clone()),
                Set::Ranges(_) | Set::Bits(..) => None,
            },
            Weights::One | Weights::Dense { .. } => None,
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
            Weights::One | Weights::Dense { .. } => return false,
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
        Weights::Dense { first, values }
    }

    pub(super) fn for_each(&self, mut visit: impl FnMut(u32, u64)) {
        match self {
            Weights::One => {}
            Weights::Set(set) => set.to_list().into_iter().for_each(|id| visit(id, 1)),
            Weights::Dense { first, values } => {
                let weights = (*first..).zip(values).filter(|(_, value)| **value != 0);
                weights.for_each(|(id, value)| visit(id, *value));
            }
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

    /// Adds up weights that came in any order.
    pub(super) fn sum(mut pairs: Vec<(u32, u64)>) -> Sparse {
        pairs.sort_unstable_by_key(|&(id, _)| id);
        let mut sparse = Sparse::default();
        for run in pairs.chunk_by(|a, b| a.0 == b.0) {
            sparse.ids.push(run[0].0);
            sparse.values.push(run.iter().fold(0, |sum, (_, value)| sum.saturating_add(*value)));
        }
        sparse
    }
}
