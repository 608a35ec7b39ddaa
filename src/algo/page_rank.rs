//! How important nodes are, by who points at them.

use petgraph::EdgeType;

use crate::error::{Error, Result, eval};
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

use super::arrays::Arrays;
use super::degree::numbered_degrees;
use super::threads::{self, CHUNK};
use super::tiles::{self, SIDE, Tiles, no_sums};
use super::with_view;

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
/// on all cores; the ranks do not depend on how many there are. Many nodes are taken in tiles, so
/// that few reads wait for memory: four bytes more a relationship.
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

/// What a round adds up: the change of all ranks, and the ranks of those that point nowhere.
#[derive(Clone, Copy, Default)]
struct Sums {
    change: f64,
    stranded: f64,
}

/// From so many nodes on, what they give is read in [`Tiles`]: two megabytes are what the second
/// cache of a core holds.
const TILED_MIN: usize = 1 << 18;

/// Who points at each node.
enum Sources<'a> {
    Arrays(Arrays<'a>),
    Tiles(Tiles),
}

impl Sources<'_> {
    /// How many nodes are summed at a time.
    fn chunk(&self) -> usize {
        match self {
            Sources::Arrays(_) => CHUNK,
            Sources::Tiles(_) => SIDE,
        }
    }

    /// What the sources of each node of a chunk, of so many nodes, have in all.
    fn sums(&self, (chunk, len): (usize, usize), shares: &[f64], sums: &mut [f64; SIDE]) {
        match self {
            Sources::Arrays(arrays) => {
                let numbers = chunk * CHUNK..chunk * CHUNK + len;
                sums.iter_mut().zip(numbers).for_each(|(sum, at)| *sum = arrays.sum(at, shares));
            }
            Sources::Tiles(tiles) => {
                sums.fill(0.0);
                tiles.add_row(chunk, shares, sums);
            }
        }
    }
}

impl<'a> Sources<'a> {
    fn of<Ty: EdgeType>(view: &GraphView<'a, Ty>, check: Check<'_>) -> Result<Sources<'a>> {
        let arrays = Arrays::of(view, Direction::Incoming, check)?;
        Ok(match view.len() {
            nodes @ TILED_MIN.. => Sources::Tiles(Tiles::of(&arrays, nodes, check)?),
            _ => Sources::Arrays(arrays),
        })
    }
}

fn iterate<Ty: EdgeType>(
    view: &GraphView<'_, Ty>,
    options: &PageRankOptions,
    check: Check<'_>,
) -> Result<Vec<(NodeId, f64)>> {
    let (len, count, even) = (view.len(), view.len() as f64, 1.0 / view.len() as f64);
    let degrees = numbered_degrees(view, check)?;
    let sources = Sources::of(view, check)?;
    let steps = view.lists(Direction::Incoming).steps() + len;
    // What a node gives each node that it points at.
    let share_of =
        |rank: f64, degree: u32| if degree == 0 { 0.0 } else { rank / f64::from(degree) };
    let mut ranks = vec![even; len];
    let mut shares: Vec<f64> = degrees.iter().map(|&degree| share_of(even, degree)).collect();
    shares.resize(len.next_multiple_of(SIDE), 0.0);
    let mut next = vec![0.0; shares.len()];
    let mut stranded = even * degrees.iter().filter(|degree| **degree == 0).count() as f64;
    for _ in 0..options.iterations_max {
        let jump = (1.0 - options.damping + options.damping * stranded) / count;
        let chunk = sources.chunk();
        let chunks = ranks.chunks_mut(chunk).zip(next.chunks_mut(chunk)).enumerate();
        let pull = |pulled: &mut tiles::Sums, (at, (ranks, next)): (_, Places<'_>)| {
            sources.sums((at, ranks.len()), &shares, pulled);
            let mut sums = Sums::default();
            let each = ranks.iter_mut().zip(next).zip(&**pulled).zip(&degrees[at * chunk..]);
            for (((rank, next), pulled), &degree) in each {
                let new = jump + options.damping * pulled;
                sums.change += (new - *rank).abs();
                if degree == 0 {
                    sums.stranded += new;
                }
                *rank = new;
                *next = share_of(new, degree);
            }
            sums
        };
        let sums = threads::each(chunks, steps, check, &no_sums, &pull)?;
        std::mem::swap(&mut shares, &mut next);
        stranded = sums.iter().map(|sums| sums.stranded).sum();
        if sums.iter().map(|sums| sums.change).sum::<f64>() < options.tolerance {
            break;
        }
    }
    let ranked = ranks.into_iter().enumerate();
    Ok(ranked.map(|(number, rank)| (view.node(number), rank)).collect())
}

/// The ranks of a chunk, and what its nodes will give.
type Places<'a> = (&'a mut [f64], &'a mut [f64]);
