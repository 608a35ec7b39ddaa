//! Neighbours as arrays, and what was written over them since.

use std::fmt;
use std::ops::Range;

use crate::value::{NodeId, StatementId};

/// The neighbours of every node over one type in one direction, in compressed sparse rows.
///
/// Where `recent` is `None` the arrays are all there is, and a program may read them directly;
/// [`Adjacency::for_each`] and [`Adjacency::degree`] are right in any case.
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
    pub neighbours: &'a [NodeId],
    /// The relationship at each position.
    pub statements: Statements<'a>,
    /// What was written since; `None` where nothing was.
    pub recent: Option<&'a dyn Recent>,
}

/// The relationships at the positions of an adjacency.
///
/// ```
/// use dossier::graph::snapshot::{Adjacency, Statements};
/// use dossier::{NodeId, StatementId};
/// let forward = Adjacency {
///     offsets: &[0, 1, 1],
///     neighbours: &[NodeId(1)],
///     statements: Statements::From(7),
///     recent: None,
/// };
/// assert_eq!(forward.statement_at(0), StatementId(7));
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Statements<'a> {
    /// Position plus this number is the id (forward adjacency).
    From(u32),
    /// One id at each position (backward adjacency).
    Listed(&'a [StatementId]),
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

impl Adjacency<'_> {
    /// The adjacency in which no node has a neighbour.
    ///
    /// ```
    /// use dossier::{NodeId, graph::snapshot::Adjacency};
    /// assert_eq!(Adjacency::EMPTY.degree(NodeId(0)), 0);
    /// ```
    pub const EMPTY: Adjacency<'static> =
        Adjacency { offsets: &[], neighbours: &[], statements: Statements::From(0), recent: None };

    /// The positions of a node's neighbours in the arrays.
    ///
    /// ```
    /// use dossier::graph::snapshot::{Adjacency, Statements};
    /// use dossier::NodeId;
    /// let neighbours = [1, 2, 0].map(NodeId);
    /// let statements = Statements::From(0);
    /// let met = Adjacency { offsets: &[0, 2, 3, 3], neighbours: &neighbours, statements, recent: None };
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
    /// use dossier::graph::snapshot::{Adjacency, Statements};
    /// use dossier::{NodeId, StatementId};
    /// let (neighbours, ids) = ([NodeId(1)], [StatementId(4)]);
    /// let statements = Statements::Listed(&ids);
    /// let met = Adjacency { offsets: &[0, 1], neighbours: &neighbours, statements, recent: None };
    /// assert_eq!(met.statement_at(0), StatementId(4));
    /// ```
    pub fn statement_at(&self, position: usize) -> StatementId {
        match self.statements {
            Statements::From(first) => StatementId(first + position as u32),
            Statements::Listed(ids) => ids[position],
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
        let positions = self.positions(node);
        let Some(recent) = self.recent.filter(|recent| recent.touches(node)) else {
            for position in positions {
                visit(self.neighbours[position], self.statement_at(position));
            }
            return;
        };
        for position in positions {
            let statement = self.statement_at(position);
            if !recent.is_removed(statement) {
                visit(self.neighbours[position], statement);
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
