//! How important nodes are, by who points at them.

use petgraph::EdgeType;

use crate::error::{Error, Result, eval};
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

use super::degree::degree;
use super::with_view;

/// How many nodes are done between two calls of the check.
const NODES_PER_CHECK: usize = 1 << 14;

/// How PageRank is computed.
///
/// ```
/// use dossier::algo::PageRankOptions;
/// let rough = PageRankOptions { tolerance: 1e-3, ..PageRankOptions::default() };
/// assert_eq!((rough.damping, rough.iterations_max), (0.85, 100));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageRankOptions {
    /// The chance that the walker follows a relationship and does not jump; 0 to 1.
    pub damping: f64,
    /// The most rounds.
    pub iterations_max: u32,
    /// Stop when all ranks together change by less than this in a round.
    pub tolerance: f64,
}

impl Default for PageRankOptions {
    fn default() -> Self {
        PageRankOptions { damping: 0.85, iterations_max: 100, tolerance: 1e-7 }
    }
}

/// The PageRank of each selected node; the ranks add up to 1.
///
/// Power iteration (Page, Brin, Motwani, Winograd 1999): a walker follows a relationship at
/// random, in the given direction, or jumps to any node; where there is nowhere to go it jumps.
/// Parallel relationships count each. Each round reads every relationship once, four bytes each.
///
/// (petgraph's function of the name takes the square of the nodes in each round and weighs jumps
/// differently, so it serves neither here nor as the measure in the tests.)
///
/// Fails with `eval::number_out_of_range` for a damping that is no chance.
///
/// ```
/// use dossier::algo::{self, PageRankOptions, Selection};
/// use dossier::graph::Direction;
/// let graph = dossier::Store::shipped()?.snapshot();
/// let (all, go_on) = (Selection::default(), || Ok(()));
/// let options = PageRankOptions::default();
/// let scores = algo::page_rank(&*graph, &all, Direction::Outgoing, &options, &go_on)?;
/// let sum: f64 = scores.iter().map(|(_, score)| score).sum();
/// assert!((sum - 1.0).abs() < 1e-6);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn page_rank(
    graph: &dyn Snapshot,
    selection: &Selection,
    direction: Direction,
    options: &PageRankOptions,
    check: Check<'_>,
) -> Result<Vec<(NodeId, f64)>> {
    if !(0.0..=1.0).contains(&options.damping) {
        let message = format!("The damping factor must be from 0 to 1; it is {}.", options.damping);
        return Err(Error::new(&eval::NUMBER_OUT_OF_RANGE, message).hint("Use 0.85."));
    }
    with_view!(graph, selection, direction, check, |view| iterate(view, options, check))
}

fn iterate<Ty: EdgeType>(
    view: &GraphView<'_, Ty>,
    options: &PageRankOptions,
    check: Check<'_>,
) -> Result<Vec<(NodeId, f64)>> {
    let count = view.len() as f64;
    let degrees: Vec<u64> = (0..view.len()).map(|n| degree(view, view.node(n))).collect();
    view.finish()?;
    let mut ranks = vec![1.0 / count; view.len()];
    let mut shares = vec![0.0; view.len()];
    let mut next = vec![0.0; view.len()];
    for _ in 0..options.iterations_max {
        check()?;
        let mut stranded = 0.0;
        for ((share, &rank), &degree) in shares.iter_mut().zip(&ranks).zip(&degrees) {
            if degree == 0 {
                stranded += rank;
            }
            *share = if degree == 0 { 0.0 } else { rank / degree as f64 };
        }
        let jump = (1.0 - options.damping + options.damping * stranded) / count;
        pull(view, &shares, &mut next, check)?;
        let mut change = 0.0;
        for (rank, sum) in ranks.iter_mut().zip(&next) {
            let new = jump + options.damping * sum;
            change += (new - *rank).abs();
            *rank = new;
        }
        if change < options.tolerance {
            break;
        }
    }
    Ok(ranks.into_iter().enumerate().map(|(number, rank)| (view.node(number), rank)).collect())
}

/// Sums up for each node the shares of those that point at it.
fn pull<Ty: EdgeType>(
    view: &GraphView<'_, Ty>,
    shares: &[f64],
    sums: &mut [f64],
    check: Check<'_>,
) -> Result<()> {
    if !(Ty::is_directed() && view.is_whole()) {
        for (number, sum) in sums.iter_mut().enumerate() {
            let steps = view.steps(view.node(number), Direction::Incoming);
            *sum = steps.map(|step| shares[view.number(step.neighbour)]).sum();
        }
        return view.finish();
    }
    sums.fill(0.0);
    for incoming in view.adjacencies(Direction::Incoming) {
        for first in (0..incoming.offsets.len().saturating_sub(1)).step_by(NODES_PER_CHECK) {
            let offsets = &incoming.offsets[first..];
            let sums = sums[first..].iter_mut().take(NODES_PER_CHECK);
            for (sum, run) in sums.zip(offsets.windows(2)) {
                let sources = &incoming.neighbours[run[0] as usize..run[1] as usize];
                *sum += sources.iter().map(|source| shares[source.index()]).sum::<f64>();
            }
            check()?;
        }
    }
    Ok(())
}
