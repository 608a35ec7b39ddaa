//! The whole read contract between engine and store.
//!
//! A snapshot is the graph at one commit. It never changes while it is read, and reading takes
//! no lock. Bulk data comes out as slices of columns, so that an operator touches an array and
//! not an interface: the interface is crossed once for each type, direction or property, not once
//! for each row.
//!
//! ```text
//! adjacency(RECOGNISES, Outgoing)        nodes  0 Russia  1 Nauru  2 South Ossetia
//!   offsets     [0, 1, 2, 2]             one more than there are nodes
//!   neighbours  [2, 2]                   ends, grouped by start, ascending in a group
//!   statements  first + position         the forward position is the id
//! ```
//!
//! What was written since the last checkpoint is not in the arrays. It is small, and it stands
//! behind [`Recent`]: where there is none, the reader pays one branch. A transaction reads its own
//! writes the same way.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::graph::alias::Alias;
use crate::graph::declaration::Declarations;
use crate::graph::derived::Derivation;
use crate::graph::history::{Recorded, StatementChange};
use crate::graph::statement::Qualifiers;
use crate::graph::stats::Statistics;
use crate::graph::{Catalog, Direction, KeyId, LabelId, TypeId};
use crate::value::time::Date;
use crate::value::{NodeId, StatementId, Value};

/// The graph at one commit.
///
/// What [`Store::snapshot`](crate::Store::snapshot) and [`Rows::graph`](crate::Rows::graph) give.
/// Ids are dense numbers of this snapshot: another may number the same things otherwise, and an id
/// of another graph is answered as one that does not exist. Nothing here fails.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("CREATE (:State {name: 'Nauru'})-[:RECOGNISES]->(:Region {name: 'Abkhazia'})", ())?;
/// let graph = store.snapshot();
/// let name = graph.catalog().key("name").expect("something has a name");
/// let recognises = graph.catalog().relationship_type("RECOGNISES").expect("somebody recognises");
/// for statement in (0..graph.statement_bound()).map(dossier::StatementId) {
///     let Some(ends) = graph.statement(statement) else { continue };
///     assert_eq!(ends.relationship_type, recognises);
///     assert_eq!(graph.node_property(ends.start, name), "Nauru".into());
///     assert_eq!(graph.node_property(ends.end, name), "Abkhazia".into());
/// }
/// # Ok::<(), dossier::Error>(())
/// ```
pub trait Snapshot: Send + Sync + fmt::Debug {
    /// The names in use.
    ///
    /// ```
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// assert!(graph.catalog().label("State").is_some());
    /// assert!(graph.catalog().label("Planet").is_none());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn catalog(&self) -> &Catalog;

    /// What is declared about types and completeness.
    ///
    /// ```
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let met = graph.catalog().relationship_type("MET").expect("somebody met somebody");
    /// assert!(graph.declarations().of(met).expect("declared").symmetric);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn declarations(&self) -> &Declarations;

    /// The names that things go by, beside their `name` property.
    ///
    /// ```
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let moscow = graph.aliases().iter().find(|alias| &*alias.text == "Moscow");
    /// assert_eq!(moscow.expect("an alias").kind.as_str(), "metonym");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn aliases(&self) -> &[Alias];

    /// Counts and degrees.
    ///
    /// ```
    /// let graph = dossier::Store::memory().snapshot();
    /// assert_eq!((graph.statistics().nodes, graph.statistics().statements), (0, 0));
    /// ```
    fn statistics(&self) -> &Statistics;

    /// The number of the commit that this snapshot shows; 0 is the empty store.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// assert_eq!(store.snapshot().commit(), 0);
    /// store.query("CREATE (:State)", ())?;
    /// assert_eq!(store.snapshot().commit(), 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn commit(&self) -> u64;

    /// One more than the largest node id in use.
    ///
    /// Every id below may exist; where nodes were deleted, some do not.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("UNWIND range(1, 3) AS x CREATE ()", ())?;
    /// assert_eq!(store.snapshot().node_bound(), 3);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn node_bound(&self) -> u32;

    /// One more than the largest statement id in use.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET]->()", ())?;
    /// assert_eq!(store.snapshot().statement_bound(), 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn statement_bound(&self) -> u32;

    /// Whether the node exists.
    ///
    /// ```
    /// use dossier::NodeId;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()", ())?;
    /// let graph = store.snapshot();
    /// assert!(graph.contains_node(NodeId(0)) && !graph.contains_node(NodeId(1)));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn contains_node(&self, node: NodeId) -> bool;

    /// Appends up to `limit` existing nodes with the label (any node without one), ids ascending
    /// from `from`; says where to go on, or `None` at the end.
    ///
    /// ```
    /// use dossier::NodeId;
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let state = graph.catalog().label("State");
    /// let (mut states, mut from) = (Vec::new(), Some(NodeId(0)));
    /// while let Some(next) = from {
    ///     from = graph.scan_nodes(state, next, 1024, &mut states);
    /// }
    /// assert_eq!(states.len() as u64, graph.statistics().by_label[&state.unwrap()]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn scan_nodes(
        &self,
        label: Option<LabelId>,
        from: NodeId,
        limit: usize,
        out: &mut Vec<NodeId>,
    ) -> Option<NodeId>;

    /// The ranges of ids that are exactly the nodes with the label, where ranges can say it.
    #[doc(hidden)]
    fn label_ranges(&self, label: LabelId) -> Option<&[Range<u32>]>;

    /// The labels of a node, ascending; empty for one that does not exist.
    ///
    /// ```
    /// let rows = dossier::Store::shipped()?.query("MATCH (s:State {name: 'Nauru'}) RETURN s", ())?;
    /// let graph = rows.graph();
    /// let labels = graph.labels(rows.get(0).unwrap().get("s")?);
    /// assert_eq!(labels, [graph.catalog().label("State").unwrap()]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn labels(&self, node: NodeId) -> &[LabelId];

    /// Whether the node bears the label.
    ///
    /// ```
    /// let rows = dossier::Store::shipped()?.query("MATCH (s:State {name: 'Nauru'}) RETURN s", ())?;
    /// let (graph, nauru) = (rows.graph(), rows.get(0).unwrap().get("s")?);
    /// assert!(graph.has_label(nauru, graph.catalog().label("State").unwrap()));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn has_label(&self, node: NodeId, label: LabelId) -> bool {
        self.labels(node).contains(&label)
    }

    /// A property of a node; null where it has none.
    ///
    /// ```
    /// let rows = dossier::Store::shipped()?.query("MATCH (s:State {name: 'Nauru'}) RETURN s", ())?;
    /// let (graph, nauru) = (rows.graph(), rows.get(0).unwrap().get("s")?);
    /// let name = graph.catalog().key("name").unwrap();
    /// assert_eq!(graph.node_property(nauru, name), "Nauru".into());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn node_property(&self, node: NodeId, key: KeyId) -> Value;

    /// All properties of a node, by key.
    ///
    /// ```
    /// let rows = dossier::Store::shipped()?.query("MATCH (s:State {name: 'Nauru'}) RETURN s", ())?;
    /// let (graph, nauru) = (rows.graph(), rows.get(0).unwrap().get("s")?);
    /// let properties = graph.node_properties(nauru);
    /// assert!(properties.contains(&(graph.catalog().key("name").unwrap(), "Nauru".into())));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn node_properties(&self, node: NodeId) -> Vec<(KeyId, Value)>;

    /// A property of all nodes as a column.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("UNWIND [21, 180, 344] AS x CREATE (:Island {area: x})", ())?;
    /// let graph = store.snapshot();
    /// let areas = graph.node_column(graph.catalog().key("area").unwrap());
    /// let total: i64 = (0..graph.node_bound()).filter_map(|id| areas.get(id).as_int()).sum();
    /// assert_eq!(total, 545);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn node_column(&self, key: KeyId) -> Column<'_>;

    /// Nodes with the label whose property equals the value, where an index knows; `None` where
    /// there is no index and a scan is needed.
    ///
    /// ```
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let (state, name) = (graph.catalog().label("State").unwrap(), graph.catalog().key("name").unwrap());
    /// if let Some(found) = graph.lookup(state, name, &"Nauru".into()) {
    ///     assert_eq!(found.len(), 1);
    /// }
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn lookup(&self, label: LabelId, key: KeyId, value: &Value) -> Option<Vec<NodeId>>;

    /// Type and ends of a relationship; `None` for one that does not exist.
    ///
    /// ```
    /// use dossier::{NodeId, StatementId};
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET]->()", ())?;
    /// let graph = store.snapshot();
    /// assert_eq!(graph.statement(StatementId(0)).map(|met| met.start), Some(NodeId(0)));
    /// assert_eq!(graph.statement(StatementId(1)), None);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn statement(&self, statement: StatementId) -> Option<Ends>;

    /// Type and ends of a relationship that this transaction has deleted; `None` for any other.
    ///
    /// A query may still ask a deleted relationship for its type and its place in a path.
    #[doc(hidden)]
    fn deleted_statement(&self, _statement: StatementId) -> Option<Ends> {
        None
    }

    /// A property of a relationship; null where it has none.
    ///
    /// ```
    /// let rows = dossier::Store::shipped()?.query("MATCH (:Person)-[a:AWARDED]->() RETURN a", ())?;
    /// let (graph, award) = (rows.graph(), rows.get(0).unwrap().get("a")?);
    /// let reason = graph.statement_property(award, graph.catalog().key("reason").unwrap());
    /// assert_eq!(reason.type_name(), "String");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn statement_property(&self, statement: StatementId, key: KeyId) -> Value;

    /// All properties of a relationship, by key.
    ///
    /// ```
    /// let rows = dossier::Store::shipped()?.query("MATCH (:Person)-[a:AWARDED]->() RETURN a", ())?;
    /// let (graph, award) = (rows.graph(), rows.get(0).unwrap().get("a")?);
    /// let keys = graph.statement_properties(award).into_iter().map(|(key, _)| key);
    /// assert!(keys.into_iter().any(|key| &**graph.catalog().key_name(key) == "reason"));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn statement_properties(&self, statement: StatementId) -> Vec<(KeyId, Value)>;

    /// A property of all relationships as a column.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET {times: 2}]->()", ())?;
    /// let graph = store.snapshot();
    /// let times = graph.statement_column(graph.catalog().key("times").unwrap());
    /// assert_eq!(times.get(0), 2.into());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn statement_column(&self, key: KeyId) -> Column<'_>;

    /// When a relationship holds and who says so; `None` where it is plain.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let text = "MATCH (:State {name: 'Russia'})-[r:RECOGNISES]->(:Region {name: 'Abkhazia'}) RETURN r";
    /// let rows = store.query(text, ())?;
    /// let stated = rows.graph().qualifiers(rows.get(0).unwrap().get("r")?).expect("it has a date");
    /// assert_eq!(stated.valid.as_ref().map(|valid| valid.as_str()), Some("2008-08-26/.."));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn qualifiers(&self, statement: StatementId) -> Option<&Qualifiers>;

    /// When what is known of a statement was recorded; `None` where the store does not know, as of
    /// what the transaction itself has written.
    ///
    /// ```
    /// use dossier::StatementId;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET]->()", ())?;
    /// let graph = store.snapshot();
    /// assert_eq!(graph.recorded(StatementId(0)).map(|recorded| recorded.commit), Some(1));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn recorded(&self, _statement: StatementId) -> Option<Recorded> {
        None
    }

    /// The day on which a statement was recorded, where the store knows.
    #[doc(hidden)]
    fn recorded_day(&self, statement: StatementId) -> Option<Date> {
        self.recorded(statement).and_then(Recorded::day)
    }

    /// What happened to statements after one commit, up to another, as far as it is kept.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ({name: 'Lavrov'})-[:MET]->({name: 'Medoev'})", ())?;
    /// store.query("MATCH ()-[r:MET]->() DELETE r", ())?;
    /// let changes = store.snapshot().changes(0, 2);
    /// let words: Vec<&str> = changes.iter().map(|change| change.what.as_str()).collect();
    /// assert_eq!(words, ["added", "closed"]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn changes(&self, _after: u64, _to: u64) -> Vec<StatementChange> {
        Vec::new()
    }

    /// The last commit at or before an instant, in seconds and nanoseconds since 1970-01-01T00:00Z.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()", ())?;
    /// let year_2000 = (946_684_800, 0);
    /// assert_eq!(store.snapshot().commit_at(year_2000), 0);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn commit_at(&self, _instant: (i64, u32)) -> u64 {
        self.commit()
    }

    /// Whether a relationship is derived and not stored.
    fn is_derived(&self, _statement: StatementId) -> bool {
        false
    }

    /// What a derived relationship rests on; `None` for a stored one.
    fn derivation(&self, _statement: StatementId) -> Option<Arc<Derivation>> {
        None
    }

    /// Whether no relationship of the type has qualifiers.
    #[doc(hidden)]
    fn all_plain(&self, relationship_type: TypeId) -> bool;

    /// The neighbours of every node over one type in one direction (not [`Direction::Both`]).
    ///
    /// ```
    /// use dossier::graph::Direction;
    /// let rows = dossier::Store::shipped()?.query("MATCH (r:Region {name: 'Abkhazia'}) RETURN r", ())?;
    /// let (graph, abkhazia) = (rows.graph(), rows.get(0).unwrap().get("r")?);
    /// let recognises = graph.catalog().relationship_type("RECOGNISES").unwrap();
    /// assert_eq!(graph.adjacency(recognises, Direction::Incoming).degree(abkhazia), 5);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn adjacency(&self, relationship_type: TypeId, direction: Direction) -> Adjacency<'_>;

    /// The relationships of the type that end where they start: the node and the relationship.
    ///
    /// Most graphs have none, and that is worth knowing: two steps of a path can be one relationship
    /// only where there is a loop. A store finds them once for each generation.
    #[doc(hidden)]
    fn loops(&self, relationship_type: TypeId) -> Cow<'_, [(NodeId, StatementId)]> {
        let adjacency = self.adjacency(relationship_type, Direction::Outgoing);
        let mut loops = Vec::new();
        for node in (0..self.node_bound()).map(NodeId) {
            adjacency.for_each(node, |neighbour, statement| {
                if neighbour == node {
                    loops.push((node, statement));
                }
            });
        }
        Cow::Owned(loops)
    }

    /// The date property in whose order parallel relationships of the type stand in the arrays,
    /// those without one last; `None` where they stand in no known order.
    #[doc(hidden)]
    fn sorted_by(&self, _relationship_type: TypeId) -> Option<KeyId> {
        None
    }

    /// The number by which users know a node: what `id(n)` returns.
    ///
    /// A [`NodeId`] is dense, so a checkpoint may renumber it; this number stays with the node for
    /// the life of the store and is not given to another.
    ///
    /// ```
    /// use dossier::NodeId;
    /// let store = dossier::Store::memory();
    /// let rows = store.query("CREATE (n) RETURN n, id(n) AS id", ())?;
    /// let row = rows.get(0).unwrap();
    /// assert_eq!(rows.graph().node_element_id(row.get("n")?) as i64, row.get::<i64>("id")?);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn node_element_id(&self, node: NodeId) -> u64 {
        u64::from(node.0)
    }

    /// The node that users know by the number, if it exists.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let rows = store.query("CREATE (n) RETURN n, id(n) AS id", ())?;
    /// let row = rows.get(0).unwrap();
    /// let found = rows.graph().node_by_element_id(row.get::<i64>("id")? as u64);
    /// assert_eq!(found, Some(row.get("n")?));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn node_by_element_id(&self, element_id: u64) -> Option<NodeId> {
        let node = NodeId(u32::try_from(element_id).ok()?);
        self.contains_node(node).then_some(node)
    }

    /// The number by which users know a relationship: what `id(r)` returns.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let rows = store.query("CREATE ()-[r:MET]->() RETURN r, id(r) AS id", ())?;
    /// let row = rows.get(0).unwrap();
    /// assert_eq!(rows.graph().statement_element_id(row.get("r")?) as i64, row.get::<i64>("id")?);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn statement_element_id(&self, statement: StatementId) -> u64 {
        u64::from(statement.0)
    }

    /// The relationship that users know by the number, if it exists.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let rows = store.query("CREATE ()-[r:MET]->() RETURN r, id(r) AS id", ())?;
    /// let row = rows.get(0).unwrap();
    /// let found = rows.graph().statement_by_element_id(row.get::<i64>("id")? as u64);
    /// assert_eq!(found, Some(row.get("r")?));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn statement_by_element_id(&self, element_id: u64) -> Option<StatementId> {
        let statement = StatementId(u32::try_from(element_id).ok()?);
        self.statement(statement).map(|_| statement)
    }
}

/// The type and the ends of a relationship.
///
/// ```
/// use dossier::{NodeId, StatementId};
/// let store = dossier::Store::memory();
/// store.query("CREATE ()-[:MET]->()", ())?;
/// let ends = store.snapshot().statement(StatementId(0)).expect("just created");
/// assert_eq!((ends.start, ends.end), (NodeId(0), NodeId(1)));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ends {
    /// Its type.
    pub relationship_type: TypeId,
    /// Where it starts.
    pub start: NodeId,
    /// Where it ends.
    pub end: NodeId,
}

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

/// One property of all nodes or all relationships.
///
/// The arrays cover the ids `first..first + len`; every id outside has no value there. `recent`
/// overrides single ids.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("CREATE (:Island {area: 21}), (:Island), (:Island {area: 344})", ())?;
/// let graph = store.snapshot();
/// let areas = graph.node_column(graph.catalog().key("area").unwrap());
/// assert_eq!((0..3).map(|id| areas.get(id)).collect::<Vec<_>>(), [21.into(), None::<i64>.into(), 344.into()]);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Column<'a> {
    /// The id of the first entry.
    pub first: u32,
    /// One bit for each entry, set where there is a value; `None` where all have one.
    pub present: Option<&'a [u64]>,
    /// The entries; those without a value are arbitrary.
    pub data: ColumnData<'a>,
    /// Values written since; `None` where there are none.
    pub recent: Option<&'a dyn RecentColumn>,
    /// What is known of the arrays as a whole, kept with them once somebody has asked.
    pub shape: Option<&'a OnceLock<Shape>>,
}

/// What is known of a column's arrays as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The least and the largest entry of integers or dates.
    pub range: Option<(i64, i64)>,
    /// The places whose entry is not larger than the one before it; `None` where there are many,
    /// and for entries that have no order of their own.
    descents: Option<Vec<u32>>,
}

impl Shape {
    /// More descents than this are as good as no order at all.
    const DESCENTS_MAX: usize = 64;

    fn of(data: &ColumnData<'_>) -> Shape {
        fn descents<T: PartialOrd>(values: &[T]) -> Option<Vec<u32>> {
            let pairs = (1u32..).zip(values.windows(2));
            let found = pairs.filter(|(_, pair)| pair[0] >= pair[1]).map(|(at, _)| at);
            let found: Vec<u32> = found.take(Shape::DESCENTS_MAX + 1).collect();
            (found.len() <= Shape::DESCENTS_MAX).then_some(found)
        }
        fn range<T: Copy + Ord>(values: &[T]) -> Option<(i64, i64)>
        where
            i64: From<T>,
        {
            let (least, most) = (values.iter().min()?, values.iter().max()?);
            Some((i64::from(*least), i64::from(*most)))
        }
        match data {
            ColumnData::Integer(values) => {
                Shape { range: range(values), descents: descents(values) }
            }
            ColumnData::Date(days) => Shape { range: range(days), descents: descents(days) },
            ColumnData::String { codes, .. } => Shape { range: None, descents: descents(codes) },
            _ => Shape::default(),
        }
    }

    /// Whether each entry of some places is larger than the one before it, for texts by code.
    pub fn ascends(&self, places: Range<usize>) -> bool {
        let inside = |at: &u32| *at as usize > places.start && (*at as usize) < places.end;
        places.len() < 2 || self.descents.as_ref().is_some_and(|found| !found.iter().any(inside))
    }
}

/// The entries of a column, by type.
///
/// ```
/// use dossier::graph::snapshot::ColumnData;
/// let store = dossier::Store::memory();
/// store.query("UNWIND [21, 180, 344] AS x CREATE (:Island {area: x})", ())?;
/// store.database().checkpoint()?;
/// let graph = store.snapshot();
/// let column = graph.node_column(graph.catalog().key("area").unwrap());
/// let ColumnData::Integer(areas) = column.data else { panic!("all are integers") };
/// assert_eq!(areas.iter().sum::<i64>(), 545);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub enum ColumnData<'a> {
    /// No entry at all.
    Empty,
    /// Booleans, a byte each.
    Boolean(&'a [bool]),
    /// Integers.
    Integer(&'a [i64]),
    /// Floats.
    Float(&'a [f64]),
    /// Dates, in days since 1970-01-01.
    Date(&'a [i32]),
    /// Strings: positions in a dictionary of distinct texts.
    String {
        /// For each entry, the position of its text.
        codes: &'a [u32],
        /// The texts.
        dictionary: &'a dyn Dictionary,
    },
    /// Entries of mixed or other types.
    Variant(&'a [Value]),
}

/// Distinct texts by code.
///
/// [`Dictionary::text`] and [`Dictionary::text_ref`] may panic for a code that is not below
/// [`Dictionary::len`].
///
/// ```
/// use dossier::graph::snapshot::ColumnData;
/// let store = dossier::Store::memory();
/// store.query("CREATE (:State {name: 'Nauru'}), (:State {name: 'Tuvalu'})", ())?;
/// store.database().checkpoint()?;
/// let graph = store.snapshot();
/// let column = graph.node_column(graph.catalog().key("name").unwrap());
/// let ColumnData::String { codes, dictionary } = column.data else { panic!("all are texts") };
/// assert_eq!(dictionary.text_ref(codes[0]), "Nauru");
/// assert_eq!(dictionary.code("Tuvalu"), Some(codes[1]));
/// assert_eq!((dictionary.code("Palau"), dictionary.len()), (None, 2));
/// # Ok::<(), dossier::Error>(())
/// ```
pub trait Dictionary: Send + Sync + fmt::Debug {
    /// The text of a code.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// store.database().checkpoint()?;
    /// let graph = store.snapshot();
    /// let column = graph.node_column(graph.catalog().key("name").expect("it has a name"));
    /// let ColumnData::String { codes, dictionary } = column.data else { panic!("all are texts") };
    /// assert_eq!(&*dictionary.text(codes[0]), "Nauru");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn text(&self, code: u32) -> Arc<str>;

    /// The text of a code, borrowed.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// store.database().checkpoint()?;
    /// let graph = store.snapshot();
    /// let column = graph.node_column(graph.catalog().key("name").expect("it has a name"));
    /// let ColumnData::String { codes, dictionary } = column.data else { panic!("all are texts") };
    /// assert_eq!(dictionary.text_ref(codes[0]), "Nauru");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn text_ref(&self, code: u32) -> &str;

    /// The code of a text, if it is in the dictionary.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// store.database().checkpoint()?;
    /// let graph = store.snapshot();
    /// let column = graph.node_column(graph.catalog().key("name").expect("it has a name"));
    /// let ColumnData::String { codes, dictionary } = column.data else { panic!("all are texts") };
    /// assert_eq!((dictionary.code("Nauru"), dictionary.code("Palau")), (Some(codes[0]), None));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn code(&self, text: &str) -> Option<u32>;

    /// How many texts there are; codes are below.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// let store = dossier::Store::memory();
    /// store.query("UNWIND ['a', 'b', 'a'] AS x CREATE (:Letter {text: x})", ())?;
    /// store.database().checkpoint()?;
    /// let graph = store.snapshot();
    /// let column = graph.node_column(graph.catalog().key("text").expect("just created"));
    /// let ColumnData::String { dictionary, .. } = column.data else { panic!("all are texts") };
    /// assert_eq!(dictionary.len(), 2);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn len(&self) -> usize;

    /// Whether there is no text.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// store.database().checkpoint()?;
    /// let graph = store.snapshot();
    /// let column = graph.node_column(graph.catalog().key("name").expect("it has a name"));
    /// let ColumnData::String { dictionary, .. } = column.data else { panic!("all are texts") };
    /// assert!(!dictionary.is_empty());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The part of a column that was written since the arrays were built.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("CREATE (:State {name: 'Nauru'})", ())?;
/// let graph = store.snapshot();
/// let names = graph.node_column(graph.catalog().key("name").unwrap());
/// let recent = names.recent.expect("no checkpoint since");
/// assert_eq!(recent.get(0), Some(&"Nauru".into()));
/// assert_eq!(recent.get(1), None);
/// # Ok::<(), dossier::Error>(())
/// ```
pub trait RecentColumn: Sync {
    /// The value written for the id (null where it was removed); `None` where the arrays still hold.
    ///
    /// ```
    /// use dossier::Value;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// store.database().checkpoint()?;
    /// store.query("MATCH (s:State) REMOVE s.name", ())?;
    /// let graph = store.snapshot();
    /// let names = graph.node_column(graph.catalog().key("name").expect("a name is never forgotten"));
    /// let recent = names.recent.expect("no checkpoint since");
    /// assert_eq!((recent.get(0), recent.get(1)), (Some(&Value::Null), None));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn get(&self, id: u32) -> Option<&Value>;
}

impl Column<'_> {
    /// The column in which nothing has a value.
    ///
    /// ```
    /// use dossier::graph::snapshot::Column;
    /// assert!(Column::EMPTY.get(0).is_null());
    /// ```
    pub const EMPTY: Column<'static> =
        Column { first: 0, present: None, data: ColumnData::Empty, recent: None, shape: None };

    /// What is known of the arrays as a whole; found out where nobody asked before.
    pub fn shape(&self) -> Cow<'_, Shape> {
        match self.shape {
            Some(kept) => Cow::Borrowed(kept.get_or_init(|| Shape::of(&self.data))),
            None => Cow::Owned(Shape::of(&self.data)),
        }
    }

    /// The value of an id; null where it has none.
    ///
    /// Dates come as dates, not as numbers of days.
    ///
    /// ```
    /// use dossier::value::time::Date;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:War {began: date('2008-08-07')})", ())?;
    /// let graph = store.snapshot();
    /// let began = graph.node_column(graph.catalog().key("began").unwrap());
    /// assert_eq!(began.get(0), Date::parse("2008-08-07")?.into());
    /// assert!(began.get(1).is_null());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn get(&self, id: u32) -> Value {
        if let Some(value) = self.recent.and_then(|recent| recent.get(id)) {
            return value.clone();
        }
        let Some(at) = self.position(id) else { return Value::Null };
        match self.data {
            ColumnData::Empty => Value::Null,
            ColumnData::Boolean(values) => values[at].into(),
            ColumnData::Integer(values) => values[at].into(),
            ColumnData::Float(values) => values[at].into(),
            ColumnData::Date(days) => {
                Value::Date(crate::value::time::Date::from_days(i64::from(days[at])))
            }
            ColumnData::String { codes, dictionary } => Value::String(dictionary.text(codes[at])),
            ColumnData::Variant(values) => values[at].clone(),
        }
    }

    /// Whether every id of a range has a value in the arrays.
    ///
    /// ```
    /// use dossier::graph::snapshot::{Column, ColumnData};
    /// let data = ColumnData::Integer(&[21, 0, 344]);
    /// let areas = Column { first: 10, present: Some(&[0b101]), data, ..Column::EMPTY };
    /// assert!(areas.covers(10..11) && !areas.covers(10..12) && !areas.covers(9..11));
    /// ```
    pub fn covers(&self, ids: Range<u32>) -> bool {
        if ids.is_empty() {
            return true;
        }
        let Some(begin) = ids.start.checked_sub(self.first).map(|at| at as usize) else {
            return false;
        };
        let end = begin + ids.len();
        if end > self.data.len() {
            return false;
        }
        let Some(bits) = self.present else { return true };
        (begin / 64..end.div_ceil(64)).all(|word| {
            let from = begin.saturating_sub(word * 64);
            let to = (end - word * 64).min(64);
            let wanted = (u64::MAX << from) & (u64::MAX >> (64 - to));
            bits.get(word).is_some_and(|bits| bits & wanted == wanted)
        })
    }

    /// The position of an id's entry in the arrays, where it has a value there.
    ///
    /// ```
    /// use dossier::graph::snapshot::{Column, ColumnData};
    /// let data = ColumnData::Integer(&[21, 0, 344]);
    /// let areas = Column { first: 10, present: Some(&[0b101]), data, ..Column::EMPTY };
    /// assert_eq!((areas.position(12), areas.position(11)), (Some(2), None));
    /// ```
    pub fn position(&self, id: u32) -> Option<usize> {
        let at = id.checked_sub(self.first)? as usize;
        let inside = at < self.data.len();
        let present = self
            .present
            .is_none_or(|bits| bits.get(at / 64).is_some_and(|w| w >> (at % 64) & 1 == 1));
        (inside && present).then_some(at)
    }
}

impl ColumnData<'_> {
    /// How many entries there are.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// assert_eq!(ColumnData::Float(&[0.5, 0.25]).len(), 2);
    /// ```
    pub fn len(&self) -> usize {
        match self {
            ColumnData::Empty => 0,
            ColumnData::Boolean(values) => values.len(),
            ColumnData::Integer(values) => values.len(),
            ColumnData::Float(values) => values.len(),
            ColumnData::Date(values) => values.len(),
            ColumnData::String { codes, .. } => codes.len(),
            ColumnData::Variant(values) => values.len(),
        }
    }

    /// Whether there is no entry.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// assert!(ColumnData::Empty.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Column<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column")
            .field("first", &self.first)
            .field("len", &self.data.len())
            .field("recent", &self.recent.is_some())
            .finish_non_exhaustive()
    }
}
