//! Walks of several steps: a pattern for each length.

use super::coincide::Written;
use super::recognise::Collector;
use crate::expr::VarId;

/// Combinations of lengths of walks.
const LENGTHS_MAX: usize = 12;

/// A walk of several steps, which becomes a pattern for each length.
#[derive(Clone)]
pub(super) struct Walk {
    pub(super) variable: VarId,
    pub(super) relationship: usize,
    pub(super) min: u64,
    pub(super) max: u64,
    pub(super) like: Written,
}

impl Collector<'_> {
    /// Every combination of lengths of the walks.
    pub(super) fn lengths(&self) -> Option<Vec<Vec<u64>>> {
        let mut all = vec![Vec::new()];
        for walk in &self.walks {
            let longer = |before: &Vec<u64>| {
                (walk.min..=walk.max)
                    .map(|length| before.iter().copied().chain([length]).collect())
                    .collect::<Vec<_>>()
            };
            all = all.iter().flat_map(longer).collect();
            if all.len() > LENGTHS_MAX {
                return None;
            }
        }
        Some(all)
    }

    /// Writes a walk of a length step by step; gives the positions of its steps.
    pub(super) fn unroll(
        &mut self,
        walk: usize,
        length: u64,
        nodes: &mut usize,
        written: &mut Vec<Written>,
        united: &mut Vec<(usize, usize)>,
    ) -> Option<Vec<usize>> {
        let Walk { like, relationship, .. } = &self.walks[walk];
        let (like, relationship) = (like.clone(), *relationship);
        if length == 0 {
            united.push((like.left, like.right));
        }
        let mut positions = Vec::new();
        let mut from = like.left;
        for step in 1..=length {
            let to = if step == length {
                like.right
            } else {
                if *nodes == self.nodes.len() {
                    self.node(None)?;
                }
                *nodes += 1;
                *nodes - 1
            };
            // Each step is a place of its own, so that two of them may be one or not.
            let place = if step == 1 {
                relationship
            } else {
                self.relationships.push(self.relationships[relationship].clone());
                self.relationships.len() - 1
            };
            positions.push(written.len());
            written.push(Written { relationship: place, left: from, right: to, ..like });
            from = to;
        }
        Some(positions)
    }
}
