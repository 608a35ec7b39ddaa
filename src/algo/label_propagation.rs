//! Communities by what most neighbours say.

use crate::error::Result;
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

use super::arrays::Arrays;
use super::number_groups;
use super::random::{Random, mix};
use super::threads::CHUNK;

/// How labels are passed on.
///
/// ```
/// use dossier::algo::LabelPropagationOptions;
/// assert_eq!(LabelPropagationOptions::default().iterations_max, 20);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelPropagationOptions {
    /// The most rounds.
    pub iterations_max: u32,
    /// Decides the order of the nodes and between labels that are equally frequent.
    pub seed: u64,
}

impl Default for LabelPropagationOptions {
    fn default() -> Self {
        LabelPropagationOptions { iterations_max: 20, seed: 0 }
    }
}

/// The community of each selected node, numbered from 0 in the order of their first nodes.
///
/// Each node begins as a community of its own; then, one after the other in an order drawn by the
/// seed, nodes join the one that most of their neighbours are in, until none changes (Raghavan,
/// Albert and Kumara 2007). Direction does not matter, parallel relationships count each. A round
/// is linear in the relationships and runs on one thread: what a node sees depends on those before
/// it. The same seed gives the same communities.
///
/// ```
/// use dossier::algo::{self, LabelPropagationOptions, Selection};
/// let store = dossier::Store::memory();
/// store.query("CREATE (a)-[:MET]->(b)-[:MET]->(c)-[:MET]->(a), (d)-[:MET]->(e)", ())?;
/// let (graph, all, go_on) = (store.snapshot(), Selection::default(), || Ok(()));
/// let options = LabelPropagationOptions::default();
/// let found = algo::label_propagation(&*graph, &all, &options, &go_on)?;
/// assert_eq!(found.iter().map(|&(_, community)| community).collect::<Vec<_>>(), [0, 0, 0, 1, 1]);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn label_propagation(
    graph: &dyn Snapshot,
    selection: &Selection,
    options: &LabelPropagationOptions,
    check: Check<'_>,
) -> Result<Vec<(NodeId, u64)>> {
    let view = GraphView::undirected(graph, selection);
    let near = Arrays::of(&view, Direction::Both, check)?;
    let len = view.len();
    let mut labels: Vec<u32> = (0..len as u32).collect();
    let order = Random::new(options.seed).choose(len, len);
    let mut votes = Votes { counts: vec![0; len], seen: Vec::new() };
    for round in 0..options.iterations_max {
        let salt = mix(options.seed ^ mix(u64::from(round) + 1));
        let mut is_changed = false;
        for (at, &node) in order.iter().enumerate() {
            if at.is_multiple_of(CHUNK) {
                check()?;
            }
            let node = node as usize;
            let others = near.run(node).filter(|other| *other != node);
            let label = votes.winner(others.map(|other| labels[other]), labels[node], salt);
            is_changed |= label != labels[node];
            labels[node] = label;
        }
        if !is_changed {
            break;
        }
    }
    Ok(number_groups(&view, &labels))
}

/// How often labels were met; clean between two nodes.
struct Votes {
    counts: Vec<u32>,
    seen: Vec<u32>,
}

impl Votes {
    /// The most frequent label: the node's own where that is one of them, otherwise the salt
    /// decides; the smallest label would swallow its neighbourhood.
    fn winner(&mut self, labels: impl Iterator<Item = u32>, own: u32, salt: u64) -> u32 {
        for label in labels {
            let count = &mut self.counts[label as usize];
            if *count == 0 {
                self.seen.push(label);
            }
            *count += 1;
        }
        let counts = &self.counts;
        let weight =
            |label: &u32| (counts[*label as usize], *label == own, mix(u64::from(*label) ^ salt));
        let winner = self.seen.iter().copied().max_by_key(weight).unwrap_or(own);
        self.seen.drain(..).for_each(|label| self.counts[label as usize] = 0);
        winner
    }
}
