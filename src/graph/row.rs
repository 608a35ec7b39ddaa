//! What a query hands back: rows, each with the statements it rests on.

use std::sync::Arc;

use crate::error::Error;
use crate::graph::source::Evidence;
use crate::graph::transaction::Counters;
use crate::graph::witness::Witnesses;
use crate::graph::{Direction, Snapshot};
use crate::value::time::{Date, Edtf, Truth};
use crate::value::{Map, NodeId, Path, StatementId, Value};

/// The answer to a query: named columns, rows of values, and the graph that the values point into.
///
/// Nodes and relationships in the rows are ids; [`Rows::node`] and [`Rows::relationship`] tell
/// what they hold, so that strings nobody looks at are never copied.
///
/// ```
/// let store = dossier::Store::shipped()?;
/// let rows = store.query("MATCH (s:State {name: 'Nauru'}) RETURN s, s.name AS name", ())?;
/// assert_eq!(rows.columns().iter().map(|name| &**name).collect::<Vec<_>>(), ["s", "name"]);
/// for row in rows.iter() {
///     let (id, name): (dossier::NodeId, String) = (row.get("s")?, row.get("name")?);
///     assert_eq!(rows.node(id).properties[0], ("name".into(), name.into()));
/// }
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rows {
    pub(crate) columns: Vec<Arc<str>>,
    /// Row after row, `columns.len()` values each.
    pub(crate) values: Vec<Value>,
    /// How many rows there are: with no columns, `values` cannot tell.
    pub(crate) len: usize,
    /// For each row the statements it rests on, ascending; empty where it was not asked for.
    pub(crate) evidence: Vec<Vec<StatementId>>,
    /// How sure each row is; empty where the query did not ask when anything holds.
    pub(crate) truths: Vec<Truth>,
    /// Whether the query asked when anything holds.
    pub(crate) timed: bool,
    /// For each row the sets of statements that suffice for it; empty where it was not asked for.
    pub(crate) witnesses: Vec<Witnesses>,
    /// What a reader of these rows should know beside them.
    pub(crate) notes: Vec<String>,
    pub(crate) counters: Counters,
    pub(crate) graph: Arc<dyn Snapshot>,
}

/// One row of [`Rows`].
///
/// ```
/// let rows = dossier::Store::memory().query("RETURN 'Nauru' AS name, 21.1 AS area", ())?;
/// let row = rows.get(0).expect("one row");
/// assert_eq!((row.get::<String>("name")?, row.get::<f64>("area")?), ("Nauru".to_owned(), 21.1));
/// assert_eq!(row.values(), ["Nauru".into(), 21.1.into()]);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    rows: &'a Rows,
    at: usize,
}

/// A node with its content.
///
/// ```
/// let rows = dossier::Store::memory().query("CREATE (s:State {name: 'Nauru'}) RETURN s", ())?;
/// let nauru = rows.node(rows.get(0).unwrap().get("s")?);
/// assert_eq!(nauru.labels, ["State".into()]);
/// assert_eq!(nauru.properties, [("name".into(), "Nauru".into())]);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Which node.
    pub id: NodeId,
    /// Its labels.
    pub labels: Vec<Arc<str>>,
    /// Its properties, by key in alphabetical order.
    pub properties: Vec<(Arc<str>, Value)>,
}

/// A relationship with its content.
///
/// ```
/// let text = "CREATE (s:State)-[r:RECOGNISES {since: 2009}]->(:Region) RETURN s, r";
/// let rows = dossier::Store::memory().query(text, ())?;
/// let row = rows.get(0).unwrap();
/// let recognises = rows.relationship(row.get("r")?).expect("just created");
/// assert_eq!((&*recognises.relationship_type, recognises.start), ("RECOGNISES", row.get("s")?));
/// assert_eq!(recognises.properties, [("since".into(), 2009.into())]);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Relationship {
    /// Which relationship.
    pub id: StatementId,
    /// Its type.
    pub relationship_type: Arc<str>,
    /// Where it starts.
    pub start: NodeId,
    /// Where it ends.
    pub end: NodeId,
    /// Its properties, by key in alphabetical order.
    pub properties: Vec<(Arc<str>, Value)>,
}

impl Rows {
    /// Rows of one column, made by hand: what a whole graph is exported through.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (s:State {name: 'Nauru'}) RETURN s, s.name AS name", ())?;
    /// let names = dossier::Rows::of_column("name", vec!["Nauru".into()], store.snapshot());
    /// assert_eq!(names.len(), 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn of_column(name: &str, values: Vec<Value>, graph: Arc<dyn Snapshot>) -> Rows {
        Rows {
            columns: vec![name.into()],
            len: values.len(),
            values,
            evidence: Vec::new(),
            truths: Vec::new(),
            timed: false,
            notes: Vec::new(),
            witnesses: Vec::new(),
            counters: Counters::default(),
            graph,
        }
    }

    /// The names of the columns, in order.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (s:State {name: 'Nauru'}) RETURN s, s.name AS name", ())?;
    /// assert_eq!(&*rows.columns()[1], "name");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn columns(&self) -> &[Arc<str>] {
        &self.columns
    }

    /// How many rows there are.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (s:State {name: 'Nauru'}) RETURN s, s.name AS name", ())?;
    /// assert_eq!(rows.len(), 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (s:State {name: 'Nauru'}) RETURN s, s.name AS name", ())?;
    /// assert!(!rows.is_empty());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The rows, in order.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (s:State {name: 'Nauru'}) RETURN s, s.name AS name", ())?;
    /// for row in rows.iter() {
    ///     assert_eq!(row.get::<String>("name")?, "Nauru");
    /// }
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.len).map(|at| Row { rows: self, at })
    }

    /// The row at a position from 0.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (s:State {name: 'Nauru'}) RETURN s, s.name AS name", ())?;
    /// assert!(rows.get(0).is_some() && rows.get(1).is_none());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn get(&self, at: usize) -> Option<Row<'_>> {
        (at < self.len).then_some(Row { rows: self, at })
    }

    /// How sure the row at a position is: certain where the query did not ask when anything holds.
    ///
    /// ```
    /// use dossier::{Store, value::time::Truth};
    /// let rows = Store::shipped()?.query(
    ///     "MATCH (:State {name: 'Russia'})-[:RECOGNISES]->(x) AS OF date('2017-01-01') RETURN x.name", ())?;
    /// assert_eq!(rows.truth(0), Truth::Presumed);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn truth(&self, at: usize) -> Truth {
        self.truths.get(at).copied().unwrap_or(Truth::Certain)
    }

    /// What should be known beside the rows, a sentence or two each: where a query found nothing,
    /// the labels, types and property keys in it that the graph does not have.
    ///
    /// ```
    /// let rows = dossier::Store::shipped()?.query("MATCH (s:Stat) RETURN s.name", ())?;
    /// assert_eq!(rows.notes(), ["There is no label `Stat`. Did you mean `State`?"]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether the query asked when anything holds, so that rows may be more or less sure.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (:Person)-[:MET]->(p) DURING edtf('2017') RETURN p.name", ())?;
    /// assert!(rows.asks_when());
    /// assert!(!store.query("MATCH (:Person)-[:MET]->(p) RETURN p.name", ())?.asks_when());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn asks_when(&self) -> bool {
        self.timed
    }

    /// The same rows without those for which the test fails; it is given each row and its position.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (s:State)-[:RECOGNISES]->(x) RETURN s.name AS name", ())?;
    /// let nauru = rows.filtered(|_, row| row.get::<String>("name").is_ok_and(|name| name == "Nauru"));
    /// assert_eq!((rows.len(), nauru.len()), (10, 2));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[must_use]
    pub fn filtered(&self, mut keep: impl FnMut(usize, Row<'_>) -> bool) -> Rows {
        let kept: Vec<usize> =
            self.iter().enumerate().filter(|(at, row)| keep(*at, *row)).map(|(at, _)| at).collect();
        let width = self.columns.len();
        let values = kept.iter().flat_map(|at| self.values[at * width..(at + 1) * width].to_vec());
        let evidence = kept.iter().filter_map(|at| self.evidence.get(*at).cloned());
        Rows {
            columns: self.columns.clone(),
            values: values.collect(),
            len: kept.len(),
            evidence: evidence.collect(),
            truths: kept.iter().filter_map(|at| self.truths.get(*at).copied()).collect(),
            timed: self.timed,
            notes: self.notes.clone(),
            witnesses: kept.iter().filter_map(|at| self.witnesses.get(*at).cloned()).collect(),
            counters: self.counters,
            graph: Arc::clone(&self.graph),
        }
    }

    /// What the query changed.
    ///
    /// ```
    /// let rows = dossier::Store::memory().query("CREATE (:State {name: 'Nauru'})", ())?;
    /// assert_eq!(rows.counters().nodes_created, 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// The graph that the rows point into, as it was when the query ended.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (s:State {name: 'Nauru'}) RETURN s, s.name AS name", ())?;
    /// assert!(rows.graph().catalog().label("State").is_some());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn graph(&self) -> &dyn Snapshot {
        &*self.graph
    }

    /// A node of a row, with its content; empty of labels and properties if the query deleted it.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (s:State {name: 'Nauru'}) RETURN s, s.name AS name", ())?;
    /// let node = rows.node(rows.get(0).unwrap().get("s")?);
    /// assert_eq!(&*node.labels[0], "State");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn node(&self, id: NodeId) -> Node {
        Node::of(self.graph(), id)
    }

    /// The evidence of the row at a position, statement by statement and place by place; empty
    /// unless the query was asked for it.
    ///
    /// ```
    /// use dossier::{Options, Store};
    /// let options = Options { evidence: true, ..Options::default() };
    /// let rows = Store::shipped()?.query_with("MATCH (p:Person)-[:MET]->() RETURN p.name", &options)?;
    /// let evidence = &rows.evidence(0)[0];
    /// assert_eq!((evidence.document.as_str(), evidence.paragraph), ("Seed article", Some(1)));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn evidence(&self, at: usize) -> Vec<Evidence> {
        let statements = self.evidence.get(at).map_or(&[][..], Vec::as_slice);
        statements.iter().flat_map(|&statement| Evidence::of(self.graph(), statement)).collect()
    }

    /// The same rows with two columns more: `why`, the sets of statements that suffice for each,
    /// and `why_capped`, whether some were left out.
    pub(crate) fn with_reasons(mut self) -> Rows {
        let mut values = Vec::with_capacity(self.values.len() + 2 * self.len);
        for row in self.iter() {
            values.extend_from_slice(row.values());
            let known = row.witnesses();
            values.push(known.map_or(Value::Null, |known| known.to_value(self.graph())));
            values.push(known.is_some_and(|known| known.capped).into());
        }
        self.values = values;
        self.columns.extend(["why", "why_capped"].map(Arc::from));
        self
    }

    /// The rows of a query with reasons, these in one column of words.
    pub(crate) fn with_reasons_replaced(&self, words: Vec<String>) -> Rows {
        let mut rows = self.clone();
        let width = rows.columns.len().saturating_sub(2);
        let plain = self.iter().zip(words).flat_map(|(row, words)| {
            let own = row.values().iter().take(width).cloned();
            own.chain([Value::from(words)]).collect::<Vec<_>>()
        });
        rows.values = plain.collect();
        rows.columns.truncate(width + 1);
        rows
    }

    /// A relationship of a row, with its content; `None` if the query deleted it.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (:Person)-[r:MET]->() RETURN r LIMIT 1", ())?;
    /// let met = rows.relationship(rows.get(0).unwrap().get("r")?).unwrap();
    /// assert_eq!(&*met.relationship_type, "MET");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn relationship(&self, id: StatementId) -> Option<Relationship> {
        Relationship::of(self.graph(), id)
    }
}

impl<'a> Row<'a> {
    /// The values, in the order of the columns.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (s:State {name: 'Nauru'}) RETURN s, s.name AS name", ())?;
    /// assert_eq!(rows.get(0).unwrap().values().len(), 2);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn values(&self) -> &'a [Value] {
        let width = self.rows.columns.len();
        &self.rows.values[self.at * width..(self.at + 1) * width]
    }

    /// The value of a column; `None` where there is no such column.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (s:State {name: 'Nauru'}) RETURN s, s.name AS name", ())?;
    /// let row = rows.get(0).unwrap();
    /// assert_eq!(row.value("name").and_then(|name| name.as_str()), Some("Nauru"));
    /// assert!(row.value("nmae").is_none());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn value(&self, column: &str) -> Option<&'a Value> {
        let at = self.rows.columns.iter().position(|name| &**name == column)?;
        self.values().get(at)
    }

    /// The value of a column as a Rust type.
    ///
    /// The error says which column there is no such thing in, or what it holds instead.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let rows = store.query("RETURN 2009 AS since, [1, 2] AS list, null AS end", ())?;
    /// let row = rows.get(0).unwrap();
    /// assert_eq!(row.get::<i64>("since")?, 2009);
    /// assert_eq!(row.get::<Vec<i64>>("list")?, [1, 2]);
    /// assert_eq!(row.get::<Option<String>>("end")?, None);
    /// assert_eq!(row.get::<String>("since").unwrap_err().code(), "eval::argument_type");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, Error> {
        let value = self.value(column).ok_or_else(|| {
            let near =
                crate::text::suggest::nearest(column, self.rows.columns.iter().map(|name| &**name));
            Error::new(
                &crate::error::eval::ARGUMENT_VALUE,
                format!("There is no column `{column}`."),
            )
            .hint_opt(near.map(|name| format!("Did you mean `{name}`?")))
        })?;
        T::from_value(value).ok_or_else(|| {
            let message = format!(
                "Column `{column}` holds {} where {} was asked for.",
                value.with_article(),
                T::NAME
            );
            Error::new(&crate::error::eval::ARGUMENT_TYPE, message)
        })
    }

    /// The statements that the row rests on, where evidence was asked for.
    ///
    /// ```
    /// use dossier::{Options, Store};
    /// let options = Options { evidence: true, ..Options::default() };
    /// let rows = Store::shipped()?.query_with("MATCH (p:Person)-[:MET]->() RETURN p.name", &options)?;
    /// assert_eq!(rows.get(0).unwrap().statements().len(), 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn statements(&self) -> &'a [StatementId] {
        self.rows.evidence.get(self.at).map_or(&[], Vec::as_slice)
    }
}

impl<'a> Row<'a> {
    /// The sets of statements each of which suffices for the row: what `WHY` before a query asks for.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("WHY MATCH (:State {name: 'Nauru'})-[:RECOGNISES]->(x) RETURN x.name", ())?;
    /// let witnesses = rows.get(0).and_then(|row| row.witnesses()).expect("asked for");
    /// assert_eq!((witnesses.sets.len(), witnesses.capped), (1, false));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn witnesses(&self) -> Option<&'a Witnesses> {
        self.rows.witnesses.get(self.at)
    }
}

/// Rust types that a value can be read as.
///
/// A program adds types of its own:
///
/// ```
/// use dossier::{FromValue, Value};
/// #[derive(Debug, PartialEq)]
/// struct Year(i64);
/// impl FromValue for Year {
///     const NAME: &'static str = "a year";
///     fn from_value(value: &Value) -> Option<Year> {
///         value.as_int().filter(|year| (1..=9999).contains(year)).map(Year)
///     }
/// }
/// let rows = dossier::Store::memory().query("RETURN 2008 AS began, 12345 AS ended", ())?;
/// let row = rows.get(0).unwrap();
/// assert_eq!(row.get::<Year>("began")?, Year(2008));
/// assert!(row.get::<Year>("ended").unwrap_err().message().contains("where a year was asked for"));
/// # Ok::<(), dossier::Error>(())
/// ```
pub trait FromValue: Sized {
    /// What the type is called in an error.
    const NAME: &'static str;

    /// The value as this type, if it is one.
    ///
    /// ```
    /// use dossier::FromValue;
    /// assert_eq!(i64::from_value(&21.into()), Some(21));
    /// assert_eq!(i64::from_value(&"Nauru".into()), None);
    /// assert_eq!(Option::<i64>::from_value(&dossier::Value::Null), Some(None));
    /// ```
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! from_value {
    ($($type:ty, $name:literal, $value:ident => $read:expr;)+) => {
        $(impl FromValue for $type {
            const NAME: &'static str = $name;
            fn from_value($value: &Value) -> Option<Self> {
                $read
            }
        })+
    };
}
from_value! {
    Value, "any value", value => Some(value.clone());
    bool, "a Boolean", value => value.as_bool();
    i64, "an Integer", value => value.as_int();
    f64, "a Float", value => value.as_float();
    String, "a String", value => value.as_str().map(str::to_owned);
    Arc<str>, "a String", value => if let Value::String(text) = value { Some(Arc::clone(text)) } else { None };
    NodeId, "a Node", value => value.as_node();
    StatementId, "a Relationship", value => value.as_relationship();
    Date, "a Date", value => if let Value::Date(date) = value { Some(*date) } else { None };
    Edtf, "an Edtf", value => if let Value::Edtf(edtf) = value { Some(Edtf::clone(edtf)) } else { None };
    Map, "a Map", value => value.as_map().cloned();
    Path, "a Path", value => if let Value::Path(path) = value { Some(Path::clone(path)) } else { None };
}

impl<T: FromValue> FromValue for Option<T> {
    const NAME: &'static str = T::NAME;

    fn from_value(value: &Value) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::from_value(value).map(Some) }
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    const NAME: &'static str = "a List";

    fn from_value(value: &Value) -> Option<Self> {
        value.as_list()?.iter().map(T::from_value).collect()
    }
}

impl Node {
    /// The content of a node.
    ///
    /// A node that does not exist has no labels and no properties.
    ///
    /// ```
    /// use dossier::{NodeId, graph::row::Node};
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// assert_eq!(Node::of(&*store.snapshot(), NodeId(0)).labels, ["State".into()]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn of(graph: &dyn Snapshot, id: NodeId) -> Node {
        let catalog = graph.catalog();
        Node {
            id,
            labels: graph.labels(id).iter().map(|&l| Arc::clone(catalog.label_name(l))).collect(),
            properties: named(graph, graph.node_properties(id)),
        }
    }
}

impl Relationship {
    /// The content of a relationship; `None` for one that does not exist.
    ///
    /// ```
    /// use dossier::{StatementId, graph::row::Relationship};
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET]->()", ())?;
    /// let graph = store.snapshot();
    /// let met = Relationship::of(&*graph, StatementId(0)).expect("just created");
    /// assert_eq!(&*met.relationship_type, "MET");
    /// assert_eq!(Relationship::of(&*graph, StatementId(1)), None);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn of(graph: &dyn Snapshot, id: StatementId) -> Option<Relationship> {
        let ends = graph.statement(id)?;
        Some(Relationship {
            id,
            relationship_type: Arc::clone(graph.catalog().type_name(ends.relationship_type)),
            start: ends.start,
            end: ends.end,
            properties: named(graph, graph.statement_properties(id)),
        })
    }

    /// Which way the relationship is walked when it is left from `node`.
    ///
    /// ```
    /// use dossier::graph::Direction;
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (:Person)-[r:MET]->() RETURN r LIMIT 1", ())?;
    /// let met = rows.relationship(rows.get(0).unwrap().get("r")?).unwrap();
    /// assert_eq!(met.direction_from(met.start), Direction::Outgoing);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn direction_from(&self, node: NodeId) -> Direction {
        if self.start == node { Direction::Outgoing } else { Direction::Incoming }
    }
}

fn named(
    graph: &dyn Snapshot,
    properties: Vec<(crate::graph::KeyId, Value)>,
) -> Vec<(Arc<str>, Value)> {
    let mut named: Vec<_> = properties
        .into_iter()
        .map(|(key, value)| (Arc::clone(graph.catalog().key_name(key)), value))
        .collect();
    named.sort_by(|a, b| a.0.cmp(&b.0));
    named
}
