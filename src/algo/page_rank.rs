//! How important nodes are, by who points at them.

use petgraph::EdgeType;

use crate::error::{Error, Result, eval};
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

use super::arrays::Arrays;
use super::degree::degree;
use super::{threads, with_view};

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
/// Parallel relationships count each. Each round reads every relationship once, four bytes each,
/// on all cores.
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

/// What a round writes for a node.
#[derive(Clone, Copy)]
struct Rank {
    rank: f64,
    /// What it gives each node that it points at.
    share: f64,
}

/// What a round adds up: the change of all ranks, and the ranks of those that point nowhere.
#[derive(Clone, Copy, Default)]
struct Sums {
    change: f64,
    stranded: f64,
}

fn iterate<Ty: EdgeType>(
    view: &GraphView<'_, Ty>,
    options: &PageRankOptions,
    check: Check<'_>,
) -> Result<Vec<(NodeId, f64)>> {
    let (count, even) = (view.len() as f64, 1.0 / view.len() as f64);
    let degrees: Vec<u64> = (0..view.len()).map(|n| degree(view, view.node(n))).collect();
    view.finish()?;
    let sources = Arrays::of(view, Direction::Incoming)?;
    let share_of = |rank: f64, degree: u64| if degree == 0 { 0.0 } else { rank / degree as f64 };
    let first = |degree: &u64| Rank { rank: even, share: share_of(even, *degree) };
    let mut ranks: Vec<Rank> = degrees.iter().map(first).collect();
    let mut shares = vec![0.0; view.len()];
    let mut stranded = even * degrees.iter().filter(|degree| **degree == 0).count() as f64;
    for _ in 0..options.iterations_max {
        let copy = |(): &mut (), first: usize, chunk: &mut [f64]| {
            let ranks = &ranks[first..first + chunk.len()];
            chunk.iter_mut().zip(ranks).for_each(|(share, rank)| *share = rank.share);
        };
        threads::fill(&mut shares, view.len(), check, &|| (), &copy)?;
        let jump = (1.0 - options.damping + options.damping * stranded) / count;
        let pull = |sums: &mut Sums, first: usize, chunk: &mut [Rank]| {
            for (number, rank) in (first..).zip(chunk) {
                let sum: f64 = sources.run(number).iter().map(|from| shares[from.index()]).sum();
                let new = jump + options.damping * sum;
                sums.change += (new - rank.rank).abs();
                if degrees[number] == 0 {
                    sums.stranded += new;
                }
                *rank = Rank { rank: new, share: share_of(new, degrees[number]) };
            }
        };
        let steps = sources.len() + view.len();
        let sums = threads::fill(&mut ranks, steps, check, &Sums::default, &pull)?;
        stranded = sums.iter().map(|sums| sums.stranded).sum();
        if sums.iter().map(|sums| sums.change).sum::<f64>() < options.tolerance {
            break;
        }
    }
    let ranked = ranks.into_iter().enumerate();
    Ok(ranked.map(|(number, rank)| (view.node(number), rank.rank)).collect())
}
