//! A snapshot as petgraph sees it, so that petgraph's algorithms run in place.
//!
//! **In**: a snapshot and a [`Selection`] of labels and relationship types. **Out**: a
//! [`GraphView`], on a reference to which petgraph's visit traits stand. **Callers**: `algo`, and
//! users who bring an algorithm of their own. Nothing is copied: neighbours come straight from the
//! store's arrays and its recent writes.
//!
//! ```
//! use dossier::graph::view::{GraphView, Selection};
//!
//! let store = dossier::Store::memory();
//! let rows = store.query("CREATE (a)-[:KNOWS]->()-[:KNOWS]->(c) RETURN a, c", ())?;
//! let row = rows.get(0).expect("a row");
//! let (a, c): (dossier::NodeId, dossier::NodeId) = (row.get("a")?, row.get("c")?);
//!
//! let view = GraphView::directed(rows.graph(), &Selection::default());
//! let distances = petgraph::algo::dijkstra(&view, a, None, |_| 1);
//! assert_eq!(distances[&c], 2);
//! assert!(!petgraph::algo::is_cyclic_directed(&view));
//! # Ok::<(), dossier::Error>(())
//! ```
//!
//! # Numbering
//!
//! petgraph keeps arrays by node number and wants these dense. Where the selected nodes are those of
//! one range of ids (all of them, or a label that was imported as one table), the number is the
//! distance from the first; where nodes were deleted or a label is strewn about, the view numbers
//! the selected nodes in the order of their ids: a bit for each node, and a running count for each
//! word of bits.
//!
//! # Stopping
//!
//! petgraph's algorithms cannot be stopped from outside. A view that [watches](GraphView::watching)
//! a check has no more neighbours from the moment the check fails, so that whatever runs over it
//! runs out of work; [`GraphView::finish`] then gives the error.

mod lists;
mod step;
mod visit;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use petgraph::{Directed, EdgeType, Graph, Undirected};

use crate::error::{Error, Result};
use crate::graph::snapshot::Adjacency;
use crate::graph::{Direction, LabelId, Snapshot, TypeId};
use crate::value::{NodeId, StatementId};

pub(crate) use lists::Lists;
pub use step::{Edge, Edges, Neighbours, Step, Steps};
pub use visit::{Member, Members, Visited};

/// Which part of a graph to look at. The default is all of it.
///
/// ```
/// use dossier::graph::view::{GraphView, Selection};
/// let graph = dossier::Store::shipped()?.snapshot();
/// let labels = graph.catalog().label("State").into_iter().collect();
/// let states = GraphView::directed(&*graph, &Selection { labels, ..Selection::default() });
/// assert!(states.len() < GraphView::directed(&*graph, &Selection::default()).len());
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Labels of which a node must bear at least one; all nodes where there are none.
    pub labels: Vec<LabelId>,
    /// Types of which a relationship must be one; all relationships where there are none.
    pub types: Vec<TypeId>,
}

/// Part of a snapshot as petgraph sees it, with directed or undirected edges.
///
/// An edge's weight is its relationship's id: a cost function reads whatever property it needs.
/// Undirected, an edge is met from both ends, and a loop once.
///
/// ```
/// use dossier::graph::view::{GraphView, Selection};
/// let store = dossier::Store::memory();
/// store.query("CREATE (a)-[:MET]->(b)-[:MET]->(a), ()", ())?;
/// let graph = store.snapshot();
/// let view = GraphView::directed(&*graph, &Selection::default());
/// assert!(petgraph::algo::is_cyclic_directed(&view));
/// assert_eq!(petgraph::algo::kosaraju_scc(&view).len(), 2);
/// # Ok::<(), dossier::Error>(())
/// ```
pub struct GraphView<'a, Ty = Directed> {
    snapshot: &'a dyn Snapshot,
    types: Vec<TypeLists<'a>>,
    /// The selected nodes.
    numbering: Numbering,
    /// Whether a relationship may lead out of the selection.
    is_filtered: bool,
    watch: Watch<'a>,
    direction: PhantomData<Ty>,
}

/// A function that is called every few thousand steps, by any thread, and says whether to go on.
///
/// ```
/// let check: dossier::graph::view::Check<'_> = &|| Ok(());
/// assert!(check().is_ok());
/// ```
pub type Check<'a> = &'a (dyn Fn() -> Result<()> + Sync);

/// The relationships of one type.
#[derive(Clone, Copy)]
struct TypeLists<'a> {
    outgoing: Adjacency<'a>,
    incoming: Adjacency<'a>,
}

/// Dense numbers for the selected nodes.
enum Numbering {
    /// All ids of a range are selected.
    Range(Range<u32>),
    /// Others are.
    Strewn(Strewn),
}

/// Dense numbers for some nodes, wherever they stand.
struct Strewn {
    /// One bit for each node id.
    words: Vec<u64>,
    /// For each word, how many bits are set before it.
    counts: Vec<u32>,
    /// The nodes by number.
    nodes: Vec<NodeId>,
}

/// Whether to go on, asked from time to time.
#[derive(Default)]
struct Watch<'a> {
    check: Option<Check<'a>>,
    steps: Cell<usize>,
    is_stopped: Cell<bool>,
    error: RefCell<Option<Error>>,
}

impl<'a> GraphView<'a, Directed> {
    /// A view in which edges lead from start to end.
    ///
    /// ```
    /// use dossier::graph::view::{GraphView, Selection};
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let view = GraphView::directed(&*graph, &Selection::default());
    /// assert_eq!(view.len() as u64, graph.statistics().nodes);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn directed(snapshot: &'a dyn Snapshot, selection: &Selection) -> Self {
        GraphView::new(snapshot, selection)
    }
}

impl<'a> GraphView<'a, Undirected> {
    /// A view in which edges lead both ways.
    ///
    /// ```
    /// use dossier::graph::view::{GraphView, Selection};
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let view = GraphView::undirected(&*graph, &Selection::default());
    /// assert!(petgraph::algo::connected_components(&view) < view.len());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn undirected(snapshot: &'a dyn Snapshot, selection: &Selection) -> Self {
        GraphView::new(snapshot, selection)
    }
}

impl<'a, Ty: EdgeType> GraphView<'a, Ty> {
    /// A view whose edges are as directed as its type says.
    ///
    /// Costs a look at each type; where labels filter or nodes were deleted, at each node too.
    ///
    /// ```
    /// use dossier::graph::view::{GraphView, Selection};
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let view = GraphView::<petgraph::Undirected>::new(&*graph, &Selection::default());
    /// assert_eq!(view.len() as u64, graph.statistics().nodes);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn new(snapshot: &'a dyn Snapshot, selection: &Selection) -> Self {
        let mut types = selection.types.clone();
        if types.is_empty() {
            let all = snapshot.statistics().by_type.keys();
            types.extend(all.filter(|id| !snapshot.catalog().holds_values(**id)));
        }
        types.sort_unstable();
        types.dedup();
        let lists = |relationship_type| TypeLists {
            outgoing: snapshot.adjacency(relationship_type, Direction::Outgoing),
            incoming: snapshot.adjacency(relationship_type, Direction::Incoming),
        };
        GraphView {
            snapshot,
            types: types.into_iter().map(lists).collect(),
            numbering: Numbering::of(snapshot, &selection.labels),
            is_filtered: !selection.labels.is_empty(),
            watch: Watch::default(),
            direction: PhantomData,
        }
    }

    /// The same view, stopped when the check fails.
    ///
    /// ```
    /// use dossier::graph::view::{GraphView, Selection};
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (a) WITH a UNWIND range(1, 9999) AS x CREATE (a)-[:MET]->()", ())?;
    /// let graph = store.snapshot();
    /// let stop = || store.query("RETURN 1 / 0", ()).map(|_| ());
    /// let view = GraphView::directed(&*graph, &Selection::default()).watching(&stop);
    /// petgraph::algo::dijkstra(&view, dossier::NodeId(0), None, |_| 1);
    /// assert_eq!(view.finish().unwrap_err().code(), "eval::division_by_zero");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[must_use]
    pub fn watching(self, check: Check<'a>) -> Self {
        GraphView { watch: Watch { check: Some(check), ..Watch::default() }, ..self }
    }

    /// The same view with every relationship turned around; [`Step::walked`] then is relative to
    /// the view.
    ///
    /// ```
    /// use dossier::{NodeId, graph::Direction, graph::view::{GraphView, Selection}};
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET]->()", ())?;
    /// let graph = store.snapshot();
    /// let view = GraphView::directed(&*graph, &Selection::default()).reversed();
    /// let step = view.steps(NodeId(1), Direction::Outgoing).next().expect("turned around");
    /// assert_eq!(step.neighbour, NodeId(0));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[must_use]
    pub fn reversed(mut self) -> Self {
        for lists in &mut self.types {
            std::mem::swap(&mut lists.outgoing, &mut lists.incoming);
        }
        self
    }

    /// The error of the check that stopped the view, if one did. To be called after an algorithm
    /// that ran over a [watching](GraphView::watching) view: its result is incomplete then.
    ///
    /// Gives an error once.
    ///
    /// ```
    /// use dossier::graph::view::{GraphView, Selection};
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let view = GraphView::directed(&*graph, &Selection::default()).watching(&|| Ok(()));
    /// petgraph::algo::toposort(&view, None).ok();
    /// view.finish()?;
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn finish(&self) -> Result<()> {
        match self.watch.error.take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// What the view looks at.
    ///
    /// ```
    /// use dossier::graph::view::{GraphView, Selection};
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let view = GraphView::directed(&*graph, &Selection::default());
    /// assert_eq!(view.snapshot().commit(), graph.commit());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn snapshot(&self) -> &'a dyn Snapshot {
        self.snapshot
    }

    /// Whether the node is selected.
    ///
    /// ```
    /// use dossier::graph::view::{GraphView, Selection};
    /// let rows = dossier::Store::shipped()?.query("MATCH (s:State) RETURN s LIMIT 1", ())?;
    /// let (graph, russia) = (rows.graph(), rows.get(0).unwrap().get("s")?);
    /// let labels = graph.catalog().label("Region").into_iter().collect();
    /// let regions = GraphView::directed(graph, &Selection { labels, ..Selection::default() });
    /// assert!(!regions.contains(russia));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[inline]
    pub fn contains(&self, node: NodeId) -> bool {
        self.numbering.contains(node)
    }

    /// How many nodes are selected.
    ///
    /// ```
    /// use dossier::graph::view::{GraphView, Selection};
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let region = graph.catalog().label("Region").unwrap();
    /// let regions = Selection { labels: vec![region], ..Selection::default() };
    /// assert_eq!(GraphView::directed(&*graph, &regions).len() as u64, graph.statistics().by_label[&region]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        match &self.numbering {
            Numbering::Range(ids) => ids.len(),
            Numbering::Strewn(strewn) => strewn.nodes.len(),
        }
    }

    /// Whether no node is selected.
    ///
    /// ```
    /// use dossier::graph::view::{GraphView, Selection};
    /// let graph = dossier::Store::memory().snapshot();
    /// assert!(GraphView::directed(&*graph, &Selection::default()).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The dense number of a selected node: ascending with ids, from 0.
    ///
    /// For a node that is not selected the number means nothing, or the call panics.
    ///
    /// ```
    /// use dossier::graph::view::{GraphView, Selection};
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let labels = graph.catalog().label("Region").into_iter().collect();
    /// let view = GraphView::directed(&*graph, &Selection { labels, ..Selection::default() });
    /// assert!((0..view.len()).all(|number| view.number(view.node(number)) == number));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[inline]
    pub fn number(&self, node: NodeId) -> usize {
        match &self.numbering {
            Numbering::Range(ids) => node.0.wrapping_sub(ids.start) as usize,
            Numbering::Strewn(strewn) => strewn.number(node),
        }
    }

    /// The selected node with a dense number.
    ///
    /// Panics for a number that no selected node has.
    ///
    /// ```
    /// use dossier::{NodeId, graph::view::{GraphView, Selection}};
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State), (:Region)", ())?;
    /// let graph = store.snapshot();
    /// let labels = graph.catalog().label("Region").into_iter().collect();
    /// let view = GraphView::directed(&*graph, &Selection { labels, ..Selection::default() });
    /// assert_eq!(view.node(0), NodeId(1));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[inline]
    pub fn node(&self, number: usize) -> NodeId {
        self.numbering.node(number)
    }

    /// The arrays of each selected type in one direction; outgoing for both.
    fn adjacencies(&self, direction: Direction) -> impl Iterator<Item = Adjacency<'a>> + '_ {
        self.types.iter().map(move |lists| lists.towards(direction))
    }

    /// The steps from a node to its neighbours. An undirected view walks both ways whatever the
    /// direction.
    ///
    /// ```
    /// use dossier::{NodeId, graph::Direction, graph::view::{GraphView, Selection}};
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (a)-[:MET]->(), (a)-[:MET]->()", ())?;
    /// let graph = store.snapshot();
    /// let view = GraphView::directed(&*graph, &Selection::default());
    /// let steps: Vec<_> = view.steps(NodeId(0), Direction::Outgoing).map(|step| step.neighbour).collect();
    /// assert_eq!(steps, [NodeId(1), NodeId(2)]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn steps(&self, node: NodeId, direction: Direction) -> Steps<'_, 'a, Ty> {
        let direction = if Ty::is_directed() { direction } else { Direction::Both };
        Steps::new(self, node, direction)
    }

    /// A petgraph graph of its own with the same nodes and edges, for algorithms that change it.
    ///
    /// ```
    /// use dossier::graph::view::{GraphView, Selection};
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let copy = GraphView::directed(&*graph, &Selection::default()).to_graph();
    /// assert_eq!(copy.edge_count() as u64, graph.statistics().statements);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn to_graph(&self) -> Graph<NodeId, StatementId, Ty> {
        let mut graph = Graph::with_capacity(self.len(), 0);
        for number in 0..self.len() {
            graph.add_node(self.node(number));
        }
        for number in 0..self.len() {
            let start = self.node(number);
            for step in Steps::new(self, start, Direction::Outgoing) {
                let ends = (number as u32, self.number(step.neighbour) as u32);
                graph.add_edge(ends.0.into(), ends.1.into(), step.statement);
            }
        }
        graph
    }
}

impl<'a> TypeLists<'a> {
    /// The arrays in one direction; outgoing for both.
    fn towards(&self, direction: Direction) -> Adjacency<'a> {
        match direction {
            Direction::Incoming => self.incoming,
            Direction::Outgoing | Direction::Both => self.outgoing,
        }
    }
}

impl Numbering {
    /// Numbers the nodes that bear one of the labels; all nodes where there are none.
    fn of(snapshot: &dyn Snapshot, labels: &[LabelId]) -> Numbering {
        let bound = snapshot.node_bound();
        if labels.is_empty() && snapshot.statistics().nodes == u64::from(bound) {
            return Numbering::Range(0..bound);
        }
        let ranges = |label: &LabelId| match snapshot.label_ranges(*label)? {
            [] => Some(0..0),
            [only] => Some(only.clone()),
            _ => None,
        };
        if let [only] = labels
            && let Some(ids) = ranges(only)
        {
            return Numbering::Range(ids);
        }
        let mut words = vec![0u64; (bound as usize).div_ceil(64)];
        let anything = [None];
        let some: Vec<Option<LabelId>> = labels.iter().copied().map(Some).collect();
        let mut found = Vec::new();
        for &label in if labels.is_empty() { &anything[..] } else { &some[..] } {
            let mut from = Some(NodeId(0));
            while let Some(start) = from {
                found.clear();
                from = snapshot.scan_nodes(label, start, 4096, &mut found);
                for node in &found {
                    words[node.index() / 64] |= 1 << (node.0 % 64);
                }
            }
        }
        let strewn = Strewn::from_bits(words);
        match (strewn.nodes.first(), strewn.nodes.last()) {
            (Some(first), Some(last)) if (last.0 - first.0) as usize + 1 == strewn.nodes.len() => {
                Numbering::Range(first.0..last.0 + 1)
            }
            _ => Numbering::Strewn(strewn),
        }
    }

    #[inline]
    fn contains(&self, node: NodeId) -> bool {
        match self {
            Numbering::Range(ids) => ids.contains(&node.0),
            Numbering::Strewn(strewn) => strewn.contains(node),
        }
    }

    #[inline]
    fn node(&self, number: usize) -> NodeId {
        match self {
            Numbering::Range(ids) => NodeId(ids.start + number as u32),
            Numbering::Strewn(strewn) => strewn.nodes[number],
        }
    }
}

impl Strewn {
    fn from_bits(words: Vec<u64>) -> Strewn {
        let mut counts = Vec::with_capacity(words.len());
        let mut nodes = Vec::new();
        for (at, &word) in words.iter().enumerate() {
            counts.push(nodes.len() as u32);
            let mut left = word;
            while left != 0 {
                nodes.push(NodeId(at as u32 * 64 + left.trailing_zeros()));
                left &= left - 1;
            }
        }
        Strewn { words, counts, nodes }
    }

    #[inline]
    fn contains(&self, node: NodeId) -> bool {
        self.words.get(node.index() / 64).is_some_and(|word| word >> (node.0 % 64) & 1 == 1)
    }

    #[inline]
    fn number(&self, node: NodeId) -> usize {
        let before = self.words[node.index() / 64] & ((1 << (node.0 % 64)) - 1);
        (self.counts[node.index() / 64] + before.count_ones()) as usize
    }
}

impl Watch<'_> {
    /// How many steps go by between two calls of the check.
    const INTERVAL: usize = 4096;

    /// Notes work done; says whether to stop.
    #[inline]
    fn tick(&self, work: usize) -> bool {
        let steps = self.steps.get() + work;
        self.steps.set(steps);
        if steps >= Self::INTERVAL {
            self.ask();
        }
        self.is_stopped.get()
    }

    #[cold]
    fn ask(&self) {
        self.steps.set(0);
        if self.is_stopped.get() {
            return;
        }
        if let Some(Err(error)) = self.check.map(|check| check()) {
            self.is_stopped.set(true);
            self.error.replace(Some(error));
        }
    }
}

impl<Ty: EdgeType> fmt::Debug for GraphView<'_, Ty> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphView")
            .field("nodes", &self.len())
            .field("types", &self.types.len())
            .field("is_directed", &Ty::is_directed())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::error::eval;

    #[test]
    fn selected_nodes_are_numbered_without_gaps() {
        let numbering = Strewn::from_bits(vec![0b1010, 0, 1 << 63]);
        assert_eq!(numbering.nodes, [1, 3, 191].map(NodeId));
        for (number, &node) in numbering.nodes.iter().enumerate() {
            assert!(numbering.contains(node));
            assert_eq!(numbering.number(node), number);
        }
        assert!(!numbering.contains(NodeId(2)) && !numbering.contains(NodeId(500)));
    }

    #[test]
    fn a_failing_check_stops_once_and_for_all() {
        let calls = AtomicU32::new(0);
        let check = || {
            calls.fetch_add(1, Ordering::Relaxed);
            Err(Error::new(&eval::INTERRUPTED, "stopped"))
        };
        let watch = Watch { check: Some(&check), ..Watch::default() };
        assert!(!watch.tick(1));
        assert!(watch.tick(Watch::INTERVAL));
        assert!(watch.tick(Watch::INTERVAL) && calls.load(Ordering::Relaxed) == 1);
        assert!(watch.error.take().is_some_and(|error| error.is_interrupted()));
    }
}
