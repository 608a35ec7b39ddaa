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

mod adjacency;
mod column;
mod dictionary;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::error::Result;
use crate::graph::alias::Alias;
use crate::graph::declaration::Declarations;
use crate::graph::derived::Derivation;
use crate::graph::history::{Recorded, StatementChange};
use crate::graph::statement::Qualifiers;
use crate::graph::stats::Statistics;
use crate::graph::{Catalog, Direction, KeyId, LabelId, TypeId};
use crate::value::time::Date;
use crate::value::{NodeId, StatementId, Value};

pub use adjacency::{Adjacency, Neighbours, PackedRuns, Recent, Run, SoughtStatements, Statements};
pub use column::{Column, ColumnData, Integers, NarrowIntegers, Offsets, RecentColumn, Shape};
pub use dictionary::Dictionary;

/// What the time of a statement depends on, where there are no order statements.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timing<'g> {
    /// Its type; `None` where there is no such statement, or it is derived from others and its time from theirs.
    pub relationship_type: Option<TypeId>,
    /// Its qualifiers; `None` where it is plain.
    pub qualifiers: Option<&'g Qualifiers>,
    /// The day on which it was recorded, where the store knows.
    pub recorded: Option<Date>,
}

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

    /// The labels that a node was given, ascending; empty for one that does not exist.
    ///
    /// ```
    /// let rows = dossier::Store::shipped()?.query("MATCH (s:State {name: 'Nauru'}) RETURN s", ())?;
    /// let graph = rows.graph();
    /// let labels = graph.labels(rows.get(0).unwrap().get("s")?);
    /// assert_eq!(labels, [graph.catalog().label("State").unwrap()]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn labels(&self, node: NodeId) -> &[LabelId];

    /// Whether the node bears the label: was given it, or one that is declared to be a kind of it.
    ///
    /// ```
    /// let rows = dossier::Store::shipped()?.query("MATCH (s:State {name: 'Nauru'}) RETURN s", ())?;
    /// let (graph, nauru) = (rows.graph(), rows.get(0).unwrap().get("s")?);
    /// assert!(graph.has_label(nauru, graph.catalog().label("State").unwrap()));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn has_label(&self, node: NodeId, label: LabelId) -> bool {
        self.declarations().kinds.bears(self.labels(node), label)
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

    /// Relationships of the type whose property equals the value, ascending, where an index knows;
    /// `None` where there is no index and a scan is needed.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("UNWIND [9, 14, 14] AS n CREATE (:Port)-[:FERRY {hours: n}]->(:Port)", ())?;
    /// let graph = store.snapshot();
    /// let (ferry, hours) = (graph.catalog().relationship_type("FERRY").unwrap(), graph.catalog().key("hours").unwrap());
    /// if let Some(found) = graph.lookup_statements(ferry, hours, &14.into()) {
    ///     assert_eq!(found.len(), 2);
    /// }
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn lookup_statements(
        &self,
        relationship_type: TypeId,
        key: KeyId,
        value: &Value,
    ) -> Option<Vec<StatementId>>;

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

    /// What the time of a statement depends on.
    #[doc(hidden)]
    fn timing(&self, statement: StatementId) -> Timing<'_> {
        let ends = self.statement(statement).filter(|_| !self.is_derived(statement));
        Timing {
            relationship_type: ends.map(|ends| ends.relationship_type),
            qualifiers: self.qualifiers(statement),
            recorded: self.recorded_day(statement),
        }
    }

    /// The same of many statements, in their order.
    #[doc(hidden)]
    fn timings(&self, statements: &[StatementId]) -> Vec<Timing<'_>> {
        statements.iter().map(|statement| self.timing(*statement)).collect()
    }

    /// What happened to statements after one commit, up to another, as far as it is kept.
    ///
    /// Fails with `store::damaged` or `store::io` where what is kept cannot be read.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ({name: 'Lavrov'})-[:MET]->({name: 'Medoev'})", ())?;
    /// store.query("MATCH ()-[r:MET]->() DELETE r", ())?;
    /// let changes = store.snapshot().changes(0, 2)?;
    /// let words: Vec<&str> = changes.iter().map(|change| change.what.as_str()).collect();
    /// assert_eq!(words, ["added", "closed"]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn changes(&self, _after: u64, _to: u64) -> Result<Vec<StatementChange>> {
        Ok(Vec::new())
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

    /// Whether a relationship of the type is stored that is not believed: denied, or deprecated. A store
    /// finds it out once for each generation, and reads no dates or sources for it.
    #[doc(hidden)]
    fn any_disbelieved(&self, relationship_type: TypeId) -> bool;

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
