//! Neighbours as arrays, and what was written over them since.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;
use std::ops::{Deref, Range};

use crate::value::{NodeId, StatementId};

/// The neighbours of every node over one type in one direction, in compressed sparse rows.
///
/// Where `recent` is `None` the arrays are all there is, and a program may read them directly;
/// [`Adjacency::for_each`] and [`Adjacency::degree`] are right in any case. Neighbours and relationships
/// may be packed in a file: whoever reads most of them takes them as arrays, which unpacks them once, and
/// whoever looks at a few nodes takes their [`Run`]s.
///
/// ```
/// use dossier::graph::Direction;
/// let store = dossier::Store::memory();
/// store.query("CREATE (a:P)-[:MET]->(b:P), (a)-[:MET]->(:P)", ())?;
/// store.database().checkpoint()?;
/// let graph = store.snapshot();
/// let met = graph.adjacency(graph.catalog().relationship_type("MET").unwrap(), Direction::Outgoing);
/// assert!(met.recent.is_none());
/// assert_eq!((met.offsets, met.neighbours.len()), (&[0, 2][..], 2));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Adjacency<'a> {
    /// `offsets[n]..offsets[n + 1]` are the positions of node `n`'s neighbours; nodes at or past
    /// `offsets.len() - 1` have none here.
    pub offsets: &'a [u32],
    /// The neighbours, ascending within a node.
    pub neighbours: Neighbours<'a>,
    /// The relationship at each position.
    pub statements: Statements<'a>,
    /// What was written since; `None` where nothing was.
    pub recent: Option<&'a dyn Recent>,
}

/// The relationships at the positions of an adjacency.
///
/// ```
/// use dossier::graph::snapshot::{Adjacency, Neighbours, Statements};
/// use dossier::{NodeId, StatementId};
/// let forward = Adjacency {
///     offsets: &[0, 1, 1],
///     neighbours: Neighbours::Array(&[NodeId(1)]),
///     statements: Statements::From(7),
///     recent: None,
/// };
/// assert_eq!(forward.statement_at(0), StatementId(7));
/// ```
#[derive(Clone, Copy)]
pub enum Statements<'a> {
    /// Position plus this number is the id (forward adjacency).
    From(u32),
    /// One id at each position (backward adjacency).
    Listed(&'a [StatementId]),
    /// Ids that follow from the ends (backward adjacency of relationships without properties).
    Sought(&'a dyn SoughtStatements),
}

impl<'a> Statements<'a> {
    /// The ids as an array, unless they are positions and a number; that one is empty.
    pub(crate) fn listed(self) -> &'a [StatementId] {
        match self {
            Statements::From(_) => &[],
            Statements::Listed(ids) => ids,
            Statements::Sought(sought) => sought.all(),
        }
    }
}

/// Relationships that are not kept by position, because they follow from their ends.
///
/// ```
/// use dossier::StatementId;
/// use dossier::graph::{Direction, snapshot::Statements};
/// let store = dossier::Store::memory();
/// store.query("CREATE (a:P), (a)-[:MET]->(b:P), (b)-[:MET]->(a)", ())?;
/// store.database().checkpoint()?;
/// let graph = store.snapshot();
/// let met = graph.catalog().relationship_type("MET").unwrap();
/// let Statements::Sought(sought) = graph.adjacency(met, Direction::Incoming).statements else {
///     panic!("they have no properties")
/// };
/// assert_eq!(sought.all(), [StatementId(1), StatementId(0)]);
/// # Ok::<(), dossier::Error>(())
/// ```
pub trait SoughtStatements: Sync {
    /// One id at each position; found when somebody first asks for all of them.
    fn all(&self) -> &[StatementId];

    /// Appends the relationships between a node and its neighbours, which are all that it has.
    fn of_run(&self, node: NodeId, neighbours: &[NodeId], out: &mut Vec<StatementId>);
}

/// The neighbours of all nodes, one after the other.
///
/// It is a slice of them: looking into one that is packed unpacks all of it, once. [`Adjacency::run`]
/// is for those who look at a few nodes.
///
/// ```
/// use dossier::NodeId;
/// use dossier::graph::snapshot::Neighbours;
/// let neighbours = Neighbours::Array(&[NodeId(1), NodeId(2)]);
/// assert_eq!((neighbours.len(), neighbours[1]), (2, NodeId(2)));
/// ```
#[derive(Clone, Copy)]
pub enum Neighbours<'a> {
    /// As they are read.
    Array(&'a [NodeId]),
    /// Packed.
    Packed(&'a dyn PackedRuns),
}

/// Neighbours in fewer bits than they are read in.
///
/// ```
/// use dossier::NodeId;
/// use dossier::graph::snapshot::{Adjacency, Neighbours, PackedRuns};
/// /// Every node leads to the first.
/// struct ToFirst;
/// impl PackedRuns for ToFirst {
///     fn len(&self) -> usize { 3 }
///     fn all(&self) -> &[NodeId] { &[NodeId(0); 3] }
///     fn run(&self, _: NodeId, out: &mut Vec<NodeId>) { out.push(NodeId(0)) }
/// }
/// let neighbours = Neighbours::Packed(&ToFirst);
/// let star = Adjacency { offsets: &[0, 1, 2, 3], neighbours, ..Adjacency::EMPTY };
/// assert_eq!(star.run(NodeId(2)).neighbours(), [NodeId(0)]);
/// assert_eq!((star.neighbours.len(), star.neighbours[1]), (3, NodeId(0)));
/// ```
pub trait PackedRuns: Sync {
    /// How many neighbours all nodes have together.
    fn len(&self) -> usize;

    /// All neighbours; unpacked when somebody first asks for all of them.
    fn all(&self) -> &[NodeId];

    /// Appends the neighbours of one node.
    fn run(&self, node: NodeId, out: &mut Vec<NodeId>);

    /// Whether no node has a neighbour.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> Neighbours<'a> {
    /// How many there are; nothing is unpacked for that.
    ///
    /// ```
    /// assert_eq!(dossier::graph::snapshot::Neighbours::Array(&[]).len(), 0);
    /// ```
    #[inline]
    pub fn len(&self) -> usize {
        match self {
            Neighbours::Array(neighbours) => neighbours.len(),
            Neighbours::Packed(packed) => packed.len(),
        }
    }

    /// Whether there are none.
    ///
    /// ```
    /// assert!(dossier::graph::snapshot::Neighbours::Array(&[]).is_empty());
    /// ```
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them; unpacks them where they are packed.
    ///
    /// ```
    /// let one = [dossier::NodeId(1)];
    /// assert_eq!(dossier::graph::snapshot::Neighbours::Array(&one).all(), one);
    /// ```
    #[inline]
    pub fn all(self) -> &'a [NodeId] {
        match self {
            Neighbours::Array(neighbours) => neighbours,
            Neighbours::Packed(packed) => packed.all(),
        }
    }
}

impl Deref for Neighbours<'_> {
    type Target = [NodeId];

    #[inline]
    fn deref(&self) -> &[NodeId] {
        self.all()
    }
}

/// The neighbours of one node in the arrays, and the relationships that lead there.
///
/// ```
/// use dossier::graph::Direction;
/// use dossier::{NodeId, StatementId};
/// let store = dossier::Store::memory();
/// store.query("CREATE (a:P)-[:MET]->(b:P), (a)-[:MET]->(:P)", ())?;
/// store.database().checkpoint()?;
/// let graph = store.snapshot();
/// let met = graph.catalog().relationship_type("MET").unwrap();
/// let run = graph.adjacency(met, Direction::Incoming).run(NodeId(2));
/// assert_eq!((run.neighbours(), run.statement(0)), (&[NodeId(0)][..], StatementId(1)));
/// # Ok::<(), dossier::Error>(())
/// ```
pub struct Run<'a> {
    node: NodeId,
    /// The position of the first.
    first: usize,
    neighbours: Cow<'a, [NodeId]>,
    statements: Statements<'a>,
    /// The relationships, where they had to be sought.
    sought: OnceCell<Vec<StatementId>>,
}

impl Run<'_> {
    /// The neighbours, ascending.
    #[inline]
    pub fn neighbours(&self) -> &[NodeId] {
        &self.neighbours
    }

    /// The relationship that leads to a neighbour.
    ///
    /// # Panics
    ///
    /// Panics where there is no such neighbour.
    #[inline]
    pub fn statement(&self, at: usize) -> StatementId {
        match self.statements {
            Statements::From(first) => StatementId(first + (self.first + at) as u32),
            Statements::Listed(ids) => ids[self.first + at],
            Statements::Sought(sought) => {
                let ids = self.sought.get_or_init(|| {
                    let mut ids = Vec::with_capacity(self.neighbours.len());
                    sought.of_run(self.node, &self.neighbours, &mut ids);
                    ids
                });
                ids[at]
            }
        }
    }
}

/// The part of an adjacency that was written since the arrays were built.
///
/// ```
/// use dossier::graph::Direction;
/// use dossier::{NodeId, StatementId};
/// let store = dossier::Store::memory();
/// store.query("CREATE ()-[:MET]->()", ())?;
/// let graph = store.snapshot();
/// let met = graph.adjacency(graph.catalog().relationship_type("MET").unwrap(), Direction::Outgoing);
/// let recent = met.recent.expect("no checkpoint since");
/// assert_eq!(recent.added(NodeId(0)), [(NodeId(1), StatementId(0))]);
/// assert!(recent.touches(NodeId(0)) && !recent.has_removed());
/// # Ok::<(), dossier::Error>(())
/// ```
pub trait Recent: Sync {
    /// Neighbours added to the node, with the relationships that add them.
    ///
    /// ```
    /// use dossier::{NodeId, StatementId, graph::Direction};
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET]->()", ())?;
    /// let graph = store.snapshot();
    /// let met = graph.catalog().relationship_type("MET").expect("just created");
    /// let recent = graph.adjacency(met, Direction::Incoming).recent.expect("no checkpoint since");
    /// assert_eq!(recent.added(NodeId(1)), [(NodeId(0), StatementId(0))]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn added(&self, node: NodeId) -> &[(NodeId, StatementId)];

    /// Whether the node has added or removed neighbours, so that the arrays alone do not tell.
    ///
    /// ```
    /// use dossier::{NodeId, graph::Direction};
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET]->()", ())?;
    /// let graph = store.snapshot();
    /// let met = graph.catalog().relationship_type("MET").expect("just created");
    /// let recent = graph.adjacency(met, Direction::Outgoing).recent.expect("no checkpoint since");
    /// assert!(recent.touches(NodeId(0)) && !recent.touches(NodeId(1)));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn touches(&self, node: NodeId) -> bool;

    /// Whether a relationship of the arrays has been removed.
    ///
    /// ```
    /// use dossier::{StatementId, graph::Direction};
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET]->()", ())?;
    /// store.database().checkpoint()?;
    /// store.query("MATCH ()-[r:MET]->() DELETE r", ())?;
    /// let graph = store.snapshot();
    /// let met = graph.catalog().relationship_type("MET").expect("a name is never forgotten");
    /// let recent = graph.adjacency(met, Direction::Outgoing).recent.expect("no checkpoint since");
    /// assert!(recent.is_removed(StatementId(0)));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn is_removed(&self, statement: StatementId) -> bool;

    /// Whether any relationship of the arrays has been removed.
    ///
    /// ```
    /// use dossier::graph::Direction;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET]->()", ())?;
    /// let graph = store.snapshot();
    /// let met = graph.catalog().relationship_type("MET").expect("just created");
    /// let recent = graph.adjacency(met, Direction::Outgoing).recent.expect("no checkpoint since");
    /// assert!(!recent.has_removed());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn has_removed(&self) -> bool;

    /// How many of the node's relationships in the arrays have been removed.
    ///
    /// ```
    /// use dossier::{NodeId, graph::Direction};
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (a)-[:MET]->(), (a)-[:MET]->()", ())?;
    /// store.database().checkpoint()?;
    /// store.query("MATCH ()-[r:MET]->() DELETE r", ())?;
    /// let graph = store.snapshot();
    /// let met = graph.catalog().relationship_type("MET").expect("a name is never forgotten");
    /// let recent = graph.adjacency(met, Direction::Outgoing).recent.expect("no checkpoint since");
    /// assert_eq!(recent.removed_count(NodeId(0)), 2);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn removed_count(&self, node: NodeId) -> usize;
}

impl<'a> Adjacency<'a> {
    /// The adjacency in which no node has a neighbour.
    ///
    /// ```
    /// use dossier::{NodeId, graph::snapshot::Adjacency};
    /// assert_eq!(Adjacency::EMPTY.degree(NodeId(0)), 0);
    /// ```
    pub const EMPTY: Adjacency<'static> = Adjacency {
        offsets: &[],
        neighbours: Neighbours::Array(&[]),
        statements: Statements::From(0),
        recent: None,
    };

    /// The positions of a node's neighbours in the arrays.
    ///
    /// ```
    /// use dossier::graph::snapshot::{Adjacency, Neighbours, Statements};
    /// use dossier::NodeId;
    /// let ends = [1, 2, 0].map(NodeId);
    /// let (neighbours, statements) = (Neighbours::Array(&ends), Statements::From(0));
    /// let met = Adjacency { offsets: &[0, 2, 3, 3], neighbours, statements, recent: None };
    /// assert_eq!(met.positions(NodeId(0)), 0..2);
    /// assert_eq!(&met.neighbours[met.positions(NodeId(1))], [NodeId(0)]);
    /// assert!(met.positions(NodeId(9)).is_empty());
    /// ```
    pub fn positions(&self, node: NodeId) -> Range<usize> {
        match self.offsets.get(node.index()..node.index() + 2) {
            Some(&[start, end]) => start as usize..end as usize,
            _ => 0..0,
        }
    }

    /// The relationship at a position of the arrays.
    ///
    /// # Panics
    ///
    /// Panics at a position that the arrays do not have.
    ///
    /// ```
    /// use dossier::graph::snapshot::{Adjacency, Neighbours, Statements};
    /// use dossier::{NodeId, StatementId};
    /// let (ends, ids) = ([NodeId(1)], [StatementId(4)]);
    /// let (neighbours, statements) = (Neighbours::Array(&ends), Statements::Listed(&ids));
    /// let met = Adjacency { offsets: &[0, 1], neighbours, statements, recent: None };
    /// assert_eq!(met.statement_at(0), StatementId(4));
    /// ```
    pub fn statement_at(&self, position: usize) -> StatementId {
        match self.statements {
            Statements::From(first) => StatementId(first + position as u32),
            Statements::Listed(ids) => ids[position],
            Statements::Sought(sought) => sought.all()[position],
        }
    }

    /// The neighbours of one node in the arrays.
    ///
    /// ```
    /// use dossier::{NodeId, graph::snapshot::Adjacency};
    /// assert!(Adjacency::EMPTY.run(NodeId(0)).neighbours().is_empty());
    /// ```
    pub fn run(&self, node: NodeId) -> Run<'a> {
        let positions = self.positions(node);
        let (first, statements, sought) = (positions.start, self.statements, OnceCell::new());
        let neighbours = match self.neighbours {
            Neighbours::Array(neighbours) => Cow::Borrowed(&neighbours[positions]),
            Neighbours::Packed(packed) => {
                let mut run = Vec::with_capacity(positions.len());
                packed.run(node, &mut run);
                Cow::Owned(run)
            }
        };
        Run { node, first, neighbours, statements, sought }
    }

    /// The same with neighbours as an array, for those who read most of them.
    pub(crate) fn unpacked(self) -> Adjacency<'a> {
        Adjacency { neighbours: Neighbours::Array(self.neighbours.all()), ..self }
    }

    /// Hands the neighbours of one node in the arrays over; nothing is copied unless they are packed.
    #[inline]
    pub(crate) fn with_run<R>(&self, node: NodeId, read: impl FnOnce(&[NodeId]) -> R) -> R {
        match self.neighbours {
            Neighbours::Array(neighbours) => read(&neighbours[self.positions(node)]),
            Neighbours::Packed(_) => read(self.run(node).neighbours()),
        }
    }

    /// Calls `visit` with every neighbour of a node and the relationship that leads there.
    ///
    /// ```
    /// use dossier::graph::{Direction, source::display_name};
    /// let rows = dossier::Store::shipped()?.query("MATCH (r:Region {name: 'Abkhazia'}) RETURN r", ())?;
    /// let (graph, abkhazia) = (rows.graph(), rows.get(0).unwrap().get("r")?);
    /// let recognises = graph.catalog().relationship_type("RECOGNISES").unwrap();
    /// let mut states = Vec::new();
    /// graph.adjacency(recognises, Direction::Incoming).for_each(abkhazia, |state, _| {
    ///     states.push(display_name(graph, state));
    /// });
    /// assert!(states.contains(&"Nauru".to_owned()));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn for_each(&self, node: NodeId, mut visit: impl FnMut(NodeId, StatementId)) {
        let run = self.run(node);
        let Some(recent) = self.recent.filter(|recent| recent.touches(node)) else {
            for (at, &neighbour) in run.neighbours().iter().enumerate() {
                visit(neighbour, run.statement(at));
            }
            return;
        };
        for (at, &neighbour) in run.neighbours().iter().enumerate() {
            let statement = run.statement(at);
            if !recent.is_removed(statement) {
                visit(neighbour, statement);
            }
        }
        for &(neighbour, statement) in recent.added(node) {
            visit(neighbour, statement);
        }
    }

    /// How many neighbours a node has.
    ///
    /// A loop counts once in each direction.
    ///
    /// ```
    /// use dossier::{NodeId, graph::Direction};
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (a)-[:MET]->(), (a)-[:MET]->()", ())?;
    /// let graph = store.snapshot();
    /// let met = graph.catalog().relationship_type("MET").unwrap();
    /// assert_eq!(graph.adjacency(met, Direction::Outgoing).degree(NodeId(0)), 2);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn degree(&self, node: NodeId) -> usize {
        let Some(recent) = self.recent.filter(|recent| recent.touches(node)) else {
            return self.positions(node).len();
        };
        self.positions(node).len() - recent.removed_count(node) + recent.added(node).len()
    }
}

impl fmt::Debug for Adjacency<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adjacency")
            .field("positions", &self.neighbours.len())
            .field("recent", &self.recent.is_some())
            .finish_non_exhaustive()
    }
}
