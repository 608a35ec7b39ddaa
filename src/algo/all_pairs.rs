//! How far nodes are from each other.

use crate::error::{Error, Result, eval};
use crate::graph::view::{Check, GraphView, Lists, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

use super::threads;

/// Nodes between two questions whether to go on.
const INTERVAL: usize = 1 << 14;
const UNREACHED: u32 = u32::MAX;

/// The distances between all pairs of different nodes that reach each other, by number of
/// relationships: `(from, to, distance)`, in the order of ids. The nodes are those given (walks
/// may lead over others), or all that are selected.
///
/// A breadth-first search from each, on all cores, that ends with the last of the nodes; time is
/// nodes times relationships at most. Fails with `eval::argument_value` where there are more than
/// `pairs_max` pairs.
///
/// ```
/// use dossier::algo::{self, Selection};
/// use dossier::graph::Direction;
/// use dossier::NodeId;
/// let store = dossier::Store::memory();
/// store.query("CREATE ()-[:ROAD]->()-[:ROAD]->()", ())?;
/// let (graph, all, go_on) = (store.snapshot(), Selection::default(), || Ok(()));
/// let ends = [NodeId(0), NodeId(2)];
/// let far = algo::all_pairs(&*graph, &all, Direction::Outgoing, Some(&ends), 100, &go_on)?;
/// assert_eq!(far, [(NodeId(0), NodeId(2), 2)]);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn all_pairs(
    graph: &dyn Snapshot,
    selection: &Selection,
    direction: Direction,
    among: Option<&[NodeId]>,
    pairs_max: usize,
    check: Check<'_>,
) -> Result<Vec<(NodeId, NodeId, u64)>> {
    let view = GraphView::directed(graph, selection);
    let mut ends: Vec<u32> = match among {
        Some(nodes) => {
            let selected = nodes.iter().filter(|node| view.contains(**node));
            selected.map(|node| view.number(*node) as u32).collect()
        }
        None => (0..view.len() as u32).collect(),
    };
    ends.sort_unstable();
    ends.dedup();
    let pairs = ends.len().saturating_mul(ends.len().saturating_sub(1));
    if pairs > pairs_max {
        let message = format!(
            "{} nodes are {pairs} pairs, and at most {pairs_max} may be asked for.",
            ends.len()
        );
        return Err(Error::new(&eval::ARGUMENT_VALUE, message)
            .hint("Name fewer nodes, select fewer by `labels`, or raise the option `limit`."));
    }
    let lists = view.lists(direction);
    let len = view.len();
    let new = || Search { distances: vec![UNREACHED; len], reached: Vec::new() };
    let steps = ends.len().saturating_mul(len + lists.steps());
    let step = |search: &mut Search, &from: &u32| {
        search.run(from, &ends, &lists, check)?;
        let far = |&to: &u32| (to, search.distances[to as usize]);
        let found = ends.iter().map(far).filter(|&(to, far)| to != from && far != UNREACHED);
        let rows: Vec<_> = found.map(|(to, far)| (from, to, u64::from(far))).collect();
        search.clean();
        Ok(rows)
    };
    let rows = threads::each(ends.iter(), steps, check, &new, &step)?;
    let rows: Vec<Vec<(u32, u32, u64)>> = rows.into_iter().collect::<Result<_>>()?;
    let node = |number: u32| view.node(number as usize);
    Ok(rows.into_iter().flatten().map(|(from, to, far)| (node(from), node(to), far)).collect())
}

/// A breadth-first search; arrays by number, clean between two searches.
struct Search {
    distances: Vec<u32>,
    reached: Vec<u32>,
}

impl Search {
    /// Searches until all ends are reached.
    fn run(
        &mut self,
        from: u32,
        ends: &[u32],
        lists: &Lists<'_, '_>,
        check: Check<'_>,
    ) -> Result<()> {
        self.distances[from as usize] = 0;
        self.reached.push(from);
        let (mut at, mut left) = (0, ends.len() - 1);
        while at < self.reached.len() && left > 0 {
            if at.is_multiple_of(INTERVAL) {
                check()?;
            }
            let node = self.reached[at] as usize;
            let farther = self.distances[node] + 1;
            lists.for_each(node, |next| {
                let distance = &mut self.distances[next as usize];
                if *distance == UNREACHED {
                    *distance = farther;
                    self.reached.push(next);
                    left -= usize::from(ends.binary_search(&next).is_ok());
                }
            });
            at += 1;
        }
        Ok(())
    }

    fn clean(&mut self) {
        for node in self.reached.drain(..) {
            self.distances[node as usize] = UNREACHED;
        }
    }
}
