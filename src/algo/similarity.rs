//! Which nodes have neighbours in common.

use std::ops::Range;

use petgraph::EdgeType;

use crate::error::Result;
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

use super::arrays::{distinct, sort_distinct};
use super::threads::{self, Runs};
use super::with_view;

/// Nodes whose pairs one thread looks for at a time.
const GROUP: usize = 64;
/// Common neighbours between two questions whether to go on.
const INTERVAL: usize = 1 << 16;

/// How common neighbours become a number from 0 to 1. For neighbourhoods A and B:
///
/// ```
/// use dossier::algo::Measure;
/// let (shared, a, b) = (2, 4, 9);
/// assert_eq!(Measure::Jaccard.of(shared, a, b), 2.0 / 11.0); // of those of A or B
/// assert_eq!(Measure::Overlap.of(shared, a, b), 2.0 / 4.0); // of the smaller one
/// assert_eq!(Measure::Cosine.of(shared, a, b), 2.0 / 6.0); // of the geometric mean
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// The share of all neighbours that are common (Jaccard 1901).
    #[default]
    Jaccard,
    /// The share of the smaller neighbourhood (Szymkiewicz and Simpson).
    Overlap,
    /// The cosine of the two as vectors of zeros and ones (Ochiai, Salton).
    Cosine,
}

impl Measure {
    /// The similarity of two neighbourhoods of so many nodes, of which some are shared.
    ///
    /// ```
    /// use dossier::algo::Measure;
    /// assert_eq!(Measure::Jaccard.of(0, 0, 0), 0.0);
    /// ```
    pub fn of(self, shared: usize, a: usize, b: usize) -> f64 {
        if shared == 0 {
            return 0.0;
        }
        shared as f64
            / match self {
                Measure::Jaccard => (a + b - shared) as f64,
                Measure::Overlap => a.min(b) as f64,
                Measure::Cosine => (a as f64 * b as f64).sqrt(),
            }
    }
}

/// Which pairs are looked for.
///
/// ```
/// use dossier::algo::SimilarityOptions;
/// let close = SimilarityOptions { threshold: 0.5, ..SimilarityOptions::default() };
/// assert_eq!(close.top, 10);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimilarityOptions {
    /// How common neighbours become a number.
    pub measure: Measure,
    /// For each node so many others at most.
    pub top: usize,
    /// Pairs that are less similar are left out; those without a common neighbour always are.
    pub threshold: f64,
}

impl Default for SimilarityOptions {
    fn default() -> Self {
        SimilarityOptions { measure: Measure::Jaccard, top: 10, threshold: 0.0 }
    }
}

/// For each selected node the others that are most similar, `(node, other, similarity)`: nodes in
/// the order of ids, the most similar first.
///
/// A neighbourhood is the different nodes that relationships lead to in the direction, the node
/// itself left out. Only pairs with a common neighbour are ever met: from a node to its neighbours,
/// and back to all that have one of them. Time is the sum of the squares of how many have a node in
/// their neighbourhood, on all cores; eight bytes a relationship, and four a node for each core.
///
/// ```
/// use dossier::algo::{self, Selection, SimilarityOptions};
/// use dossier::graph::Direction;
/// let store = dossier::Store::memory();
/// store.query("CREATE (a)-[:LIKES]->(x)<-[:LIKES]-(b)-[:LIKES]->()", ())?;
/// let (graph, all, go_on) = (store.snapshot(), Selection::default(), || Ok(()));
/// let options = SimilarityOptions::default();
/// let pairs = algo::similar_pairs(&*graph, &all, Direction::Outgoing, &options, &go_on)?;
/// assert!(pairs.len() == 2 && pairs.iter().all(|&(.., similarity)| similarity == 0.5));
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn similar_pairs(
    graph: &dyn Snapshot,
    selection: &Selection,
    direction: Direction,
    options: &SimilarityOptions,
    check: Check<'_>,
) -> Result<Vec<(NodeId, NodeId, f64)>> {
    with_view!(graph, selection, direction, check, |view| pairs(view, options, check))
}

/// The nodes that are most similar to one, the most similar first. Only its neighbours and those
/// that have one of them are looked at.
///
/// ```
/// use dossier::algo::{self, Selection, SimilarityOptions};
/// use dossier::graph::Direction;
/// let text = "CREATE (a)-[:LIKES]->(x)<-[:LIKES]-(b)-[:LIKES]->() RETURN a, b";
/// let rows = dossier::Store::memory().query(text, ())?;
/// let (graph, row, all, go_on) = (rows.graph(), rows.get(0).unwrap(), Selection::default(), || Ok(()));
/// let options = SimilarityOptions::default();
/// let near = algo::similar_to(graph, &all, Direction::Outgoing, row.get("a")?, &options, &go_on)?;
/// assert_eq!(near, [(row.get("b")?, 0.5)]);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn similar_to(
    graph: &dyn Snapshot,
    selection: &Selection,
    direction: Direction,
    node: NodeId,
    options: &SimilarityOptions,
    check: Check<'_>,
) -> Result<Vec<(NodeId, f64)>> {
    with_view!(graph, selection, direction, check, |view| {
        if !view.contains(node) {
            return Ok(Vec::new());
        }
        let own = neighbourhood(view, view.number(node), Direction::Outgoing);
        let mut tally = Tally::new(view.len());
        for &shared in &own {
            check()?;
            for other in neighbourhood(view, shared as usize, Direction::Incoming) {
                tally.add(other);
            }
        }
        let size = |other: u32| neighbourhood(view, other as usize, Direction::Outgoing).len();
        let found = tally.best(view.number(node), own.len(), size, options);
        Ok(found.into_iter().map(|(other, value)| (view.node(other as usize), value)).collect())
    })
}

/// How similar two nodes are, and how many neighbours they share; `None` where one is not
/// selected.
///
/// ```
/// use dossier::algo::{self, Measure, Selection};
/// use dossier::graph::Direction;
/// let text = "CREATE (a)-[:LIKES]->(x)<-[:LIKES]-(b)-[:LIKES]->() RETURN a, b";
/// let rows = dossier::Store::memory().query(text, ())?;
/// let (graph, row, all) = (rows.graph(), rows.get(0).unwrap(), Selection::default());
/// let (a, b, out) = (row.get("a")?, row.get("b")?, Direction::Outgoing);
/// assert_eq!(algo::similarity(graph, &all, out, (a, b), Measure::Overlap), Some((1.0, 1)));
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn similarity(
    graph: &dyn Snapshot,
    selection: &Selection,
    direction: Direction,
    pair: (NodeId, NodeId),
    measure: Measure,
) -> Option<(f64, u64)> {
    with_view!(graph, selection, direction, &|| Ok(()), |view| {
        if !view.contains(pair.0) || !view.contains(pair.1) {
            return None;
        }
        let of = |node: NodeId| neighbourhood(view, view.number(node), Direction::Outgoing);
        let (a, b) = (of(pair.0), of(pair.1));
        let shared = a.iter().filter(|one| b.binary_search(one).is_ok()).count();
        Some((measure.of(shared, a.len(), b.len()), shared as u64))
    })
}

/// The distinct neighbours of one node but itself, ascending.
fn neighbourhood<Ty: EdgeType>(
    view: &GraphView<'_, Ty>,
    number: usize,
    direction: Direction,
) -> Vec<u32> {
    let mut all = Vec::new();
    view.lists(direction).for_each(number, |other| {
        if other as usize != number {
            all.push(other);
        }
    });
    sort_distinct(&mut all, 0);
    all
}

fn pairs<Ty: EdgeType>(
    view: &GraphView<'_, Ty>,
    options: &SimilarityOptions,
    check: Check<'_>,
) -> Result<Vec<(NodeId, NodeId, f64)>> {
    let own = distinct(view, Direction::Outgoing, check)?;
    let back = distinct(view, Direction::Incoming, check)?;
    let len = view.len();
    let step = |tally: &mut Tally, nodes: Range<usize>| {
        let mut found = Vec::new();
        for node in nodes {
            tally.count(node, &own, &back, check)?;
            let size = |other: u32| own.of(other as usize).len();
            let best = tally.best(node, own.of(node).len(), size, options);
            found.extend(best.into_iter().map(|(other, value)| (node as u32, other, value)));
        }
        Ok(found)
    };
    let groups = (0..len).step_by(GROUP).map(|first| first..len.min(first + GROUP));
    let steps = own.len().saturating_mul(8);
    let found = threads::each(groups, steps, check, &|| Tally::new(len), &step)?;
    let found: Vec<Vec<(u32, u32, f64)>> = found.into_iter().collect::<Result<_>>()?;
    let node = |number: u32| view.node(number as usize);
    Ok(found.into_iter().flatten().map(|(a, b, value)| (node(a), node(b), value)).collect())
}

/// How many neighbours other nodes share with one; clean between two nodes.
struct Tally {
    counts: Vec<u32>,
    seen: Vec<u32>,
    steps: usize,
}

impl Tally {
    fn new(len: usize) -> Tally {
        Tally { counts: vec![0; len], seen: Vec::new(), steps: 0 }
    }

    fn add(&mut self, other: u32) {
        let count = &mut self.counts[other as usize];
        if *count == 0 {
            self.seen.push(other);
        }
        *count += 1;
    }

    fn count(
        &mut self,
        node: usize,
        own: &Runs<u32>,
        back: &Runs<u32>,
        check: Check<'_>,
    ) -> Result<()> {
        for &shared in own.of(node) {
            let others = back.of(shared as usize);
            others.iter().for_each(|&other| self.add(other));
            self.steps += others.len();
            if self.steps >= INTERVAL {
                self.steps = 0;
                check()?;
            }
        }
        Ok(())
    }

    /// The most similar of those met, the most similar first; forgets them.
    fn best(
        &mut self,
        node: usize,
        own: usize,
        size: impl Fn(u32) -> usize,
        options: &SimilarityOptions,
    ) -> Vec<(u32, f64)> {
        let mut found = Vec::new();
        for other in self.seen.drain(..) {
            let shared = std::mem::take(&mut self.counts[other as usize]) as usize;
            if other as usize != node {
                let value = options.measure.of(shared, own, size(other));
                if value >= options.threshold {
                    found.push((other, value));
                }
            }
        }
        let order = |a: &(u32, f64), b: &(u32, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if options.top < found.len() {
            if options.top > 0 {
                found.select_nth_unstable_by(options.top - 1, order);
            }
            found.truncate(options.top);
        }
        found.sort_unstable_by(order);
        found
    }
}
