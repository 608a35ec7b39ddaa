//! `algo.*`: graph algorithms over the whole graph or a part of it, a file for each kind.
//!
//! All take an optional map of options: `labels` and `types` (a name or a list of names) choose the
//! part, `direction` (`'out'`, `'in'`, `'both'`) says which way relationships are walked; the rest
//! belongs to the algorithm. An option that an algorithm does not know is an error, and so is one
//! that needs more memory than the query may use: what arrays take is known before they are made.

mod centrality;
mod community;
mod likeness;
mod options;
mod path;

use std::sync::{Mutex, PoisonError};

use crate::algo::Selection;
use crate::error::{Error, Result, eval};
use crate::exec::Limits;
use crate::exec::column::Data;
use crate::exec::memory::process_memory_max;
use crate::graph::{Direction, Snapshot};
use crate::value::{NodeId, Value};

use self::options::Options;
use super::{Procedure, Rows};

pub(super) fn procedures() -> Vec<Procedure> {
    let mut all = path::procedures();
    all.extend(centrality::procedures());
    all.extend(community::procedures());
    all.extend(likeness::procedures());
    all
}

/// So few keys are sorted by one thread.
const SORTED_ALONE: usize = 1 << 15;

/// How many threads may keep arrays of their own, where memory is reckoned.
fn threads() -> u64 {
    crate::threads::cores() as u64
}

/// One call of an algorithm.
struct Call<'a> {
    name: &'static str,
    graph: &'a dyn Snapshot,
    limits: &'a Limits,
    options: Options,
    /// The part to look at; `None` where it names labels or types that nothing has.
    selection: Option<Selection>,
}

impl<'a> Call<'a> {
    /// Reads the options of a call: those that all algorithms take, and its own.
    fn of(
        name: &'static str,
        graph: &'a dyn Snapshot,
        limits: &'a Limits,
        given: Option<&Value>,
        own: &[&str],
    ) -> Result<Call<'a>> {
        let options = Options::read(given, own)?;
        let selection = options.selection(graph)?;
        Ok(Call { name, graph, limits, options, selection })
    }

    fn direction(&self, default: Direction) -> Result<Direction> {
        self.options.direction(default)
    }

    /// Fails where the option asks for another direction than the one that the algorithm always takes.
    fn direction_is(&self, always: Direction) -> Result<()> {
        let asked = self.options.direction(always)?;
        if asked == always {
            return Ok(());
        }
        let how = match always {
            Direction::Both => "both ways",
            _ => "in their direction",
        };
        let message = format!("{} always follows relationships {how}.", self.name);
        Err(Error::new(&eval::ARGUMENT_VALUE, message).hint("Leave `direction` out."))
    }

    /// The part to look at, if there is any. Fails where arrays of so many bytes for each node and each relationship of the selection
    /// take more than the query may use.
    fn reserve(&self, by_node: u64, by_relationship: u64) -> Result<Option<&Selection>> {
        let Some(selection) = &self.selection else { return Ok(None) };
        let max = self.limits.memory_max_bytes.unwrap_or(usize::MAX).min(process_memory_max());
        if max == usize::MAX {
            return Ok(Some(selection));
        }
        let statistics = self.graph.statistics();
        let Selection { labels, types } = selection;
        let nodes = match &labels[..] {
            [] => statistics.nodes,
            some => some.iter().filter_map(|label| statistics.by_label.get(label)).sum(),
        };
        let relationships = match &types[..] {
            [] => statistics.statements,
            some => {
                some.iter().filter_map(|one| statistics.by_type.get(one)).map(|one| one.count).sum()
            }
        };
        let bytes = by_node
            .saturating_mul(nodes.min(statistics.nodes))
            .saturating_add(by_relationship.saturating_mul(relationships));
        if usize::try_from(bytes).is_ok_and(|bytes| bytes <= max) {
            return Ok(Some(selection));
        }
        let message = format!(
            "{} needs {bytes} bytes for the selection, and the query may use {max}.",
            self.name
        );
        Err(Error::new(&eval::MEMORY, message)
            .hint("Raise the limit, or select less: name `labels` or `types`."))
    }
}

/// Nodes with a number each.
fn numbered(rows: Vec<(NodeId, u64)>) -> Rows {
    let (nodes, numbers) = rows.into_iter().map(|(node, number)| (node, number as i64)).unzip();
    Rows::of([Data::Node(nodes), Data::Integer(numbers)])
}

/// Nodes with a score each, in the order given.
fn scored(rows: Vec<(NodeId, f64)>) -> Rows {
    let (nodes, scores) = rows.into_iter().unzip();
    Rows::of([Data::Node(nodes), Data::Float(scores)])
}

/// Nodes with a score each, highest first, equal ones in the order of ids.
fn ranked(rows: &[(NodeId, f64)]) -> Rows {
    let order = descending(rows.iter().map(|&(_, score)| ascending_bits(score)));
    let nodes = order.iter().map(|&at| rows[at].0).collect();
    let scores = order.iter().map(|&at| rows[at].1).collect();
    Rows::of([Data::Node(nodes), Data::Float(scores)])
}

/// The places of keys, highest key first, equal ones in their order, which is that of ids.
fn descending(keys: impl Iterator<Item = u64>) -> Vec<usize> {
    // One number compares faster than a key and a place.
    let one = |(at, key): (usize, u64)| (u128::from(!key) << 64) | at as u128;
    let mut order: Vec<u128> = keys.enumerate().map(one).collect();
    sort(&mut order);
    order.into_iter().map(|one| one as u64 as usize).collect()
}

/// Sorts on all cores: each sorts a part, and parts are runs, which the standard library's stable sort
/// merges; the other one does not.
#[allow(clippy::stable_sort_primitive)]
fn sort(all: &mut [u128]) {
    let part = all.len().div_ceil(threads() as usize);
    if part < SORTED_ALONE {
        return all.sort_unstable();
    }
    let parts = Mutex::new(all.chunks_mut(part));
    let next = || parts.lock().unwrap_or_else(PoisonError::into_inner).next();
    crate::threads::together(threads() as usize, &|| {
        while let Some(part) = next() {
            part.sort_unstable();
        }
    });
    all.sort();
}

/// A whole number for a float, in the order of `f64::total_cmp`.
fn ascending_bits(score: f64) -> u64 {
    let bits = score.to_bits();
    if score.is_sign_negative() { !bits } else { bits | (1 << 63) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_ordered_as_numbers() {
        let ascending = [f64::NEG_INFINITY, -2.0, -0.5, -0.0, 0.0, 1e-300, 0.5, 2.0, f64::INFINITY];
        assert!(ascending.map(ascending_bits).is_sorted_by(|a, b| a < b));
        assert_eq!(descending([1, 5, u64::MAX, 5].into_iter()), [2, 1, 3, 0]);
        let many = 20 * SORTED_ALONE;
        let order = descending((0..many).map(|at| at as u64 * 40_503 % 977));
        let key = |at: usize| (std::cmp::Reverse(at as u64 * 40_503 % 977), at);
        assert!(order.len() == many && order.is_sorted_by_key(|at| key(*at)));
    }
}
