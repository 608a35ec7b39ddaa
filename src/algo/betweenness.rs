//! How many shortest paths lead over nodes.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use petgraph::EdgeType;

use crate::error::Result;
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

use super::arrays::distinct;
use super::random::Random;
use super::threads::{self, Runs};
use super::with_view;

/// Sources whose paths are added up by one thread.
const GROUP: usize = 8;
/// Nodes between two questions whether to go on.
const INTERVAL: usize = 1 << 14;
const UNREACHED: u32 = u32::MAX;
/// Numbers of paths beyond this are scaled down: there may be more than a float can count.
const PATHS_MAX: f64 = 1e200;

/// How betweenness is computed.
///
/// ```
/// use dossier::algo::BetweennessOptions;
/// let rough = BetweennessOptions { samples: Some(256), ..BetweennessOptions::default() };
/// assert_eq!(rough.seed, 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BetweennessOptions {
    /// From how many nodes, chosen by the seed, paths are followed; `None` for all.
    pub samples: Option<usize>,
    /// Decides which nodes are chosen.
    pub seed: u64,
}

/// The betweenness of each selected node: over all pairs of other nodes, the share of the shortest
/// paths between them that lead over it.
///
/// Parallel relationships are one. Walked both ways, a pair counts once. Brandes' algorithm (2001):
/// from each node a search that counts paths, then a way back that shares them out; time is nodes
/// times relationships, on all cores, and the result does not depend on how many there are. With
/// samples (Brandes and Pich 2007) the paths are those from some nodes, and the result is scaled up
/// to all: unbiased, and reproducible by the seed.
///
/// ```
/// use dossier::algo::{self, BetweennessOptions, Selection};
/// use dossier::graph::Direction;
/// let store = dossier::Store::memory();
/// store.query("CREATE ()-[:ROAD]->()-[:ROAD]->()", ())?;
/// let (graph, all, go_on) = (store.snapshot(), Selection::default(), || Ok(()));
/// let exact = BetweennessOptions::default();
/// let scores = algo::betweenness(&*graph, &all, Direction::Both, &exact, &go_on)?;
/// assert_eq!(scores.iter().map(|&(_, score)| score).collect::<Vec<_>>(), [0.0, 1.0, 0.0]);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn betweenness(
    graph: &dyn Snapshot,
    selection: &Selection,
    direction: Direction,
    options: &BetweennessOptions,
    check: Check<'_>,
) -> Result<Vec<(NodeId, f64)>> {
    with_view!(graph, selection, direction, check, |view| add_up(view, options, check))
}

fn add_up<Ty: EdgeType>(
    view: &GraphView<'_, Ty>,
    options: &BetweennessOptions,
    check: Check<'_>,
) -> Result<Vec<(NodeId, f64)>> {
    let near = distinct(view, Direction::Outgoing, check)?;
    let len = view.len();
    let sources = match options.samples {
        Some(samples) if samples < len => Random::new(options.seed).choose(samples, len),
        _ => (0..len as u32).collect(),
    };
    let total = Mutex::new(Total { next: 0, sums: vec![0.0; len], early: BTreeMap::new() });
    let steps = sources.len().saturating_mul(near.len() + len);
    let new = || Sweep::new(len);
    let step = |sweep: &mut Sweep, (at, group): (usize, &[u32])| {
        let mut sums = vec![0.0; len];
        for &source in group {
            sweep.count(source, &near, check)?;
            sweep.share_out(&near, &mut sums, check)?;
        }
        total.lock().unwrap_or_else(PoisonError::into_inner).add(at, sums);
        Ok(())
    };
    let groups = sources.chunks(GROUP).enumerate();
    threads::each(groups, steps, check, &new, &step)?.into_iter().collect::<Result<()>>()?;
    let all = len as f64 / sources.len().max(1) as f64;
    let scale = if Ty::is_directed() { all } else { all / 2.0 };
    let sums = total.into_inner().unwrap_or_else(PoisonError::into_inner).sums;
    Ok(sums.into_iter().enumerate().map(|(at, sum)| (view.node(at), sum * scale)).collect())
}

/// The sums of all groups, added in their order whoever was done first.
struct Total {
    next: usize,
    sums: Vec<f64>,
    early: BTreeMap<usize, Vec<f64>>,
}

impl Total {
    fn add(&mut self, group: usize, sums: Vec<f64>) {
        self.early.insert(group, sums);
        while let Some(sums) = self.early.remove(&self.next) {
            self.sums.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
            self.next += 1;
        }
    }
}

/// The shortest paths from one node; arrays by number, clean between two nodes.
struct Sweep {
    distances: Vec<u32>,
    /// How many shortest paths lead to a node, times the factors of the levels up to it.
    paths: Vec<f64>,
    /// The share of paths to farther nodes that lead over a node.
    owed: Vec<f64>,
    /// The nodes reached, by distance.
    order: Vec<u32>,
    /// By distance.
    factors: Vec<f64>,
}

impl Sweep {
    fn new(len: usize) -> Sweep {
        Sweep {
            distances: vec![UNREACHED; len],
            paths: vec![0.0; len],
            owed: vec![0.0; len],
            order: Vec::new(),
            factors: Vec::new(),
        }
    }

    /// Counts the shortest paths from a node to all others, level by level.
    fn count(&mut self, source: u32, near: &Runs<u32>, check: Check<'_>) -> Result<()> {
        self.distances[source as usize] = 0;
        self.paths[source as usize] = 1.0;
        self.order.push(source);
        self.factors.push(1.0);
        let mut start = 0;
        while start < self.order.len() {
            let end = self.order.len();
            let farther = self.factors.len() as u32;
            for at in start..end {
                if at.is_multiple_of(INTERVAL) {
                    check()?;
                }
                let node = self.order[at] as usize;
                for &next in near.of(node) {
                    let distance = &mut self.distances[next as usize];
                    if *distance == UNREACHED {
                        *distance = farther;
                        self.order.push(next);
                    }
                    if *distance == farther {
                        self.paths[next as usize] += self.paths[node];
                    }
                }
            }
            self.scale(end);
            start = end;
        }
        Ok(())
    }

    /// Scales the numbers of paths of the level that begins at a place, where they are too large.
    fn scale(&mut self, start: usize) {
        let level = &self.order[start..];
        let most = level.iter().map(|&node| self.paths[node as usize]).fold(0.0, f64::max);
        let factor = if most > PATHS_MAX { 1.0 / most } else { 1.0 };
        if factor < 1.0 {
            for &node in level {
                let paths = &mut self.paths[node as usize];
                *paths = (*paths * factor).max(f64::MIN_POSITIVE);
            }
        }
        self.factors.push(factor);
    }

    /// Adds what each node owes to the sums, from the farthest node on, and cleans up.
    fn share_out(&mut self, near: &Runs<u32>, sums: &mut [f64], check: Check<'_>) -> Result<()> {
        for (at, &node) in self.order.iter().enumerate().rev() {
            if at.is_multiple_of(INTERVAL) {
                check()?;
            }
            let node = node as usize;
            let farther = self.distances[node] + 1;
            let paths = self.paths[node] * self.factors[farther as usize];
            let mut owed = 0.0;
            for &next in near.of(node) {
                if self.distances[next as usize] == farther {
                    owed += paths / self.paths[next as usize] * (1.0 + self.owed[next as usize]);
                }
            }
            self.owed[node] = owed;
            if at > 0 {
                sums[node] += self.owed[node];
            }
        }
        for node in self.order.drain(..) {
            self.distances[node as usize] = UNREACHED;
            self.paths[node as usize] = 0.0;
        }
        self.factors.clear();
        Ok(())
    }
}
