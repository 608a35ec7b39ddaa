//! Walking from a node to its neighbours.

use std::ops::Range;
use std::slice;

use petgraph::visit::EdgeRef;
use petgraph::{Directed, EdgeType};

use crate::graph::Direction;
use crate::graph::snapshot::Adjacency;
use crate::value::{NodeId, StatementId};

use super::GraphView;

/// One step from a node to a neighbour.
///
/// ```
/// use dossier::{NodeId, StatementId, graph::Direction, graph::view::{GraphView, Selection}};
/// let store = dossier::Store::memory();
/// store.query("CREATE ()-[:MET]->()", ())?;
/// let graph = store.snapshot();
/// let view = GraphView::undirected(&*graph, &Selection::default());
/// let step = view.steps(NodeId(1), Direction::Outgoing).next().expect("met by the other");
/// assert_eq!((step.neighbour, step.statement), (NodeId(0), StatementId(0)));
/// assert_eq!(step.walked, Direction::Incoming);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it leads.
    pub neighbour: NodeId,
    /// Over which relationship.
    pub statement: StatementId,
    /// Whether along the relationship or against it.
    pub walked: Direction,
}

/// The steps from one node, type after type.
///
/// An iterator; [`GraphView::steps`] has an example.
pub struct Steps<'v, 'a, Ty = Directed> {
    view: &'v GraphView<'a, Ty>,
    node: NodeId,
    /// The directions to walk in, one list for each type and direction.
    directions: &'static [Direction],
    /// The number of the list to go on with after this one.
    next_list: usize,
    list: List<'a>,
}

/// The neighbours over one type in one direction.
struct List<'a> {
    adjacency: Adjacency<'a>,
    positions: Range<usize>,
    added: slice::Iter<'a, (NodeId, StatementId)>,
    walked: Direction,
}

/// The neighbours of one node; one that is met over several edges comes several times.
///
/// ```
/// use dossier::{NodeId, graph::view::{GraphView, Selection}};
/// use petgraph::visit::IntoNeighbors;
/// let store = dossier::Store::memory();
/// store.query("CREATE (a)-[:MET]->(b), (a)-[:WROTE_TO]->(b)", ())?;
/// let graph = store.snapshot();
/// let view = GraphView::directed(&*graph, &Selection::default());
/// assert_eq!((&view).neighbors(NodeId(0)).count(), 2);
/// # Ok::<(), dossier::Error>(())
/// ```
pub struct Neighbours<'v, 'a, Ty = Directed>(Steps<'v, 'a, Ty>);

/// An edge of a view, as seen from one of its ends.
///
/// ```
/// use dossier::{NodeId, StatementId, graph::view::{GraphView, Selection}};
/// use petgraph::visit::{EdgeRef, IntoEdges};
/// let store = dossier::Store::memory();
/// store.query("CREATE ()-[:MET]->()", ())?;
/// let graph = store.snapshot();
/// let view = GraphView::directed(&*graph, &Selection::default());
/// let edge = (&view).edges(NodeId(0)).next().expect("one");
/// assert_eq!((edge.source(), edge.target(), edge.id()), (NodeId(0), NodeId(1), StatementId(0)));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    statement: StatementId,
    source: NodeId,
    target: NodeId,
}

/// The edges of one node.
///
/// An iterator; [`Edge`] has an example.
pub struct Edges<'v, 'a, Ty = Directed> {
    steps: Steps<'v, 'a, Ty>,
    /// Whether the node that was asked for is the edges' target.
    is_target: bool,
}

impl<'v, 'a, Ty: EdgeType> Steps<'v, 'a, Ty> {
    pub(super) fn new(view: &'v GraphView<'a, Ty>, node: NodeId, direction: Direction) -> Self {
        let directions: &[Direction] = match direction {
            Direction::Outgoing => &[Direction::Outgoing],
            Direction::Incoming => &[Direction::Incoming],
            Direction::Both => &[Direction::Outgoing, Direction::Incoming],
        };
        Steps {
            view,
            node,
            directions,
            next_list: 0,
            list: List::of(Adjacency::EMPTY, node, Direction::Outgoing),
        }
    }

    /// Goes on with the next list; says whether there is one.
    fn advance(&mut self) -> bool {
        let Some(lists) = self.view.types.get(self.next_list / self.directions.len()) else {
            return false;
        };
        let walked = self.directions[self.next_list % self.directions.len()];
        let adjacency = if walked == Direction::Incoming { lists.incoming } else { lists.outgoing };
        self.next_list += 1;
        self.list = List::of(adjacency, self.node, walked);
        !self.view.watch.tick(1 + self.list.positions.len())
    }

    /// Whether the neighbour belongs to the view and was not met before.
    fn is_wanted(&self, neighbour: NodeId) -> bool {
        // A loop stands in the lists of both directions; the first one counts.
        let is_second_look = self.directions.len() == 2
            && self.list.walked == Direction::Incoming
            && neighbour == self.node;
        !is_second_look && (!self.view.is_filtered || self.view.contains(neighbour))
    }
}

impl<Ty: EdgeType> Iterator for Steps<'_, '_, Ty> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            while let Some((neighbour, statement)) = self.list.next() {
                if self.is_wanted(neighbour) {
                    return Some(Step { neighbour, statement, walked: self.list.walked });
                }
            }
            if !self.advance() {
                return None;
            }
        }
    }
}

impl<'a> List<'a> {
    fn of(adjacency: Adjacency<'a>, node: NodeId, walked: Direction) -> Self {
        let recent = adjacency.recent.filter(|recent| recent.touches(node));
        let adjacency = Adjacency { recent, ..adjacency };
        let added = recent.map_or(&[][..], |recent| recent.added(node));
        List { adjacency, positions: adjacency.positions(node), added: added.iter(), walked }
    }

    #[inline]
    fn next(&mut self) -> Option<(NodeId, StatementId)> {
        for position in self.positions.by_ref() {
            let statement = self.adjacency.statement_at(position);
            if self.adjacency.recent.is_none_or(|recent| !recent.is_removed(statement)) {
                return Some((self.adjacency.neighbours[position], statement));
            }
        }
        self.added.next().copied()
    }
}

impl<'v, 'a, Ty: EdgeType> Neighbours<'v, 'a, Ty> {
    pub(super) fn new(steps: Steps<'v, 'a, Ty>) -> Self {
        Neighbours(steps)
    }
}

impl<Ty: EdgeType> Iterator for Neighbours<'_, '_, Ty> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.0.next().map(|step| step.neighbour)
    }
}

impl<'v, 'a, Ty: EdgeType> Edges<'v, 'a, Ty> {
    pub(super) fn new(steps: Steps<'v, 'a, Ty>, is_target: bool) -> Self {
        Edges { steps, is_target }
    }
}

impl<Ty: EdgeType> Iterator for Edges<'_, '_, Ty> {
    type Item = Edge;

    fn next(&mut self) -> Option<Edge> {
        let Step { neighbour, statement, .. } = self.steps.next()?;
        let node = self.steps.node;
        let (source, target) = if self.is_target { (neighbour, node) } else { (node, neighbour) };
        Some(Edge { statement, source, target })
    }
}

impl EdgeRef for Edge {
    type NodeId = NodeId;
    type EdgeId = StatementId;
    type Weight = StatementId;

    fn source(&self) -> NodeId {
        self.source
    }

    fn target(&self) -> NodeId {
        self.target
    }

    fn weight(&self) -> &StatementId {
        &self.statement
    }

    fn id(&self) -> StatementId {
        self.statement
    }
}
