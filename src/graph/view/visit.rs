//! petgraph's visit traits on a reference to a view.

use petgraph::visit::{
    Data, EdgeCount, EdgeIndexable, GetAdjacencyMatrix, GraphBase, GraphProp, IntoEdgeReferences,
    IntoEdges, IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers,
    IntoNodeReferences, NodeCompactIndexable, NodeCount, NodeIndexable, NodeRef, VisitMap,
    Visitable,
};
use petgraph::{Direction as Towards, EdgeType};

use crate::graph::Direction;
use crate::value::{NodeId, StatementId};

use super::GraphView;
use super::step::{Edge, Edges, Neighbours, Steps};

/// The selected nodes, in the order of their ids.
///
/// ```
/// use dossier::{NodeId, graph::view::{GraphView, Selection}};
/// use petgraph::visit::IntoNodeIdentifiers;
/// let store = dossier::Store::memory();
/// store.query("CREATE (), ()", ())?;
/// let graph = store.snapshot();
/// let view = GraphView::directed(&*graph, &Selection::default());
/// assert_eq!((&view).node_identifiers().collect::<Vec<_>>(), [NodeId(0), NodeId(1)]);
/// # Ok::<(), dossier::Error>(())
/// ```
pub struct Members<'v, 'a, Ty> {
    view: &'v GraphView<'a, Ty>,
    next: usize,
}

/// A selected node; its weight is its id.
///
/// ```
/// use dossier::{NodeId, graph::view::{GraphView, Selection}};
/// use petgraph::visit::{IntoNodeReferences, NodeRef};
/// let store = dossier::Store::memory();
/// store.query("CREATE ()", ())?;
/// let graph = store.snapshot();
/// let view = GraphView::directed(&*graph, &Selection::default());
/// let member = (&view).node_references().next().expect("one");
/// assert_eq!((member.id(), member.weight()), (NodeId(0), &NodeId(0)));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member(NodeId);

/// The nodes that an algorithm has been to: one bit for each id.
///
/// ```
/// use dossier::{NodeId, graph::view::{GraphView, Selection}};
/// use petgraph::visit::{VisitMap, Visitable};
/// let store = dossier::Store::memory();
/// store.query("CREATE (), ()", ())?;
/// let graph = store.snapshot();
/// let mut seen = (&GraphView::directed(&*graph, &Selection::default())).visit_map();
/// assert!(seen.visit(NodeId(1)) && !seen.visit(NodeId(1)) && !seen.is_visited(&NodeId(0)));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Visited {
    words: Vec<u64>,
}

/// All edges of a view, each once.
pub struct AllEdges<'v, 'a, Ty> {
    members: Members<'v, 'a, Ty>,
    edges: Option<Edges<'v, 'a, Ty>>,
}

impl<Ty: EdgeType> Iterator for Members<'_, '_, Ty> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let number = self.next;
        self.next += 1;
        (number < self.view.len()).then(|| self.view.node(number))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.view.len().saturating_sub(self.next);
        (left, Some(left))
    }
}

impl<Ty: EdgeType> Iterator for AllEdges<'_, '_, Ty> {
    type Item = Edge;

    fn next(&mut self) -> Option<Edge> {
        loop {
            if let Some(edge) = self.edges.as_mut().and_then(Iterator::next) {
                return Some(edge);
            }
            let node = self.members.next()?;
            let steps = Steps::new(self.members.view, node, Direction::Outgoing);
            self.edges = Some(Edges::new(steps, false));
        }
    }
}

impl NodeRef for Member {
    type NodeId = NodeId;
    type Weight = NodeId;

    fn id(&self) -> NodeId {
        self.0
    }

    fn weight(&self) -> &NodeId {
        &self.0
    }
}

impl VisitMap<NodeId> for Visited {
    fn visit(&mut self, node: NodeId) -> bool {
        let is_new = !self.is_visited(&node);
        self.words[node.index() / 64] |= 1 << (node.0 % 64);
        is_new
    }

    fn is_visited(&self, node: &NodeId) -> bool {
        self.words[node.index() / 64] >> (node.0 % 64) & 1 == 1
    }

    fn unvisit(&mut self, node: NodeId) -> bool {
        let was_visited = self.is_visited(&node);
        self.words[node.index() / 64] &= !(1 << (node.0 % 64));
        was_visited
    }
}

impl<Ty: EdgeType> GraphBase for GraphView<'_, Ty> {
    type EdgeId = StatementId;
    type NodeId = NodeId;
}

impl<Ty: EdgeType> Data for GraphView<'_, Ty> {
    type NodeWeight = NodeId;
    type EdgeWeight = StatementId;
}

impl<Ty: EdgeType> GraphProp for GraphView<'_, Ty> {
    type EdgeType = Ty;
}

impl<Ty: EdgeType> NodeCount for GraphView<'_, Ty> {
    fn node_count(&self) -> usize {
        self.len()
    }
}

impl<Ty: EdgeType> NodeIndexable for GraphView<'_, Ty> {
    fn node_bound(&self) -> usize {
        self.len()
    }

    fn to_index(&self, node: NodeId) -> usize {
        self.number(node)
    }

    fn from_index(&self, index: usize) -> NodeId {
        self.node(index)
    }
}

impl<Ty: EdgeType> NodeCompactIndexable for GraphView<'_, Ty> {}

impl<Ty: EdgeType> EdgeCount for GraphView<'_, Ty> {
    fn edge_count(&self) -> usize {
        self.edge_references().count()
    }
}

impl<Ty: EdgeType> EdgeIndexable for GraphView<'_, Ty> {
    fn edge_bound(&self) -> usize {
        self.snapshot.statement_bound() as usize
    }

    fn to_index(&self, edge: StatementId) -> usize {
        edge.index()
    }

    fn from_index(&self, index: usize) -> StatementId {
        StatementId(index as u32)
    }
}

impl<Ty: EdgeType> Visitable for GraphView<'_, Ty> {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited { words: vec![0; (self.snapshot.node_bound() as usize).div_ceil(64)] }
    }

    fn reset_map(&self, map: &mut Visited) {
        *map = self.visit_map();
    }
}

impl<Ty: EdgeType> GetAdjacencyMatrix for GraphView<'_, Ty> {
    /// The adjacency lists serve; there is no matrix.
    type AdjMatrix = ();

    fn adjacency_matrix(&self) {}

    fn is_adjacent(&self, (): &(), a: NodeId, b: NodeId) -> bool {
        self.steps(a, Direction::Outgoing).any(|step| step.neighbour == b)
    }
}

impl<'v, 'a, Ty: EdgeType> IntoNodeIdentifiers for &'v GraphView<'a, Ty> {
    type NodeIdentifiers = Members<'v, 'a, Ty>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        Members { view: self, next: 0 }
    }
}

impl<'v, 'a, Ty: EdgeType> IntoNodeReferences for &'v GraphView<'a, Ty> {
    type NodeRef = Member;
    type NodeReferences = std::iter::Map<Members<'v, 'a, Ty>, fn(NodeId) -> Member>;

    fn node_references(self) -> Self::NodeReferences {
        self.node_identifiers().map(Member)
    }
}

impl<'v, 'a, Ty: EdgeType> IntoEdgeReferences for &'v GraphView<'a, Ty> {
    type EdgeRef = Edge;
    type EdgeReferences = AllEdges<'v, 'a, Ty>;

    fn edge_references(self) -> Self::EdgeReferences {
        AllEdges { members: self.node_identifiers(), edges: None }
    }
}

impl<'v, 'a, Ty: EdgeType> IntoNeighbors for &'v GraphView<'a, Ty> {
    type Neighbors = Neighbours<'v, 'a, Ty>;

    fn neighbors(self, node: NodeId) -> Self::Neighbors {
        Neighbours::new(self.steps(node, Direction::Outgoing))
    }
}

impl<'v, 'a, Ty: EdgeType> IntoNeighborsDirected for &'v GraphView<'a, Ty> {
    type NeighborsDirected = Neighbours<'v, 'a, Ty>;

    fn neighbors_directed(self, node: NodeId, towards: Towards) -> Self::NeighborsDirected {
        Neighbours::new(self.steps(node, direction(towards)))
    }
}

impl<'v, 'a, Ty: EdgeType> IntoEdges for &'v GraphView<'a, Ty> {
    type Edges = Edges<'v, 'a, Ty>;

    fn edges(self, node: NodeId) -> Self::Edges {
        Edges::new(self.steps(node, Direction::Outgoing), false)
    }
}

impl<'v, 'a, Ty: EdgeType> IntoEdgesDirected for &'v GraphView<'a, Ty> {
    type EdgesDirected = Edges<'v, 'a, Ty>;

    fn edges_directed(self, node: NodeId, towards: Towards) -> Self::EdgesDirected {
        Edges::new(self.steps(node, direction(towards)), towards == Towards::Incoming)
    }
}

/// petgraph's name for a direction in ours.
fn direction(towards: Towards) -> Direction {
    match towards {
        Towards::Outgoing => Direction::Outgoing,
        Towards::Incoming => Direction::Incoming,
    }
}
