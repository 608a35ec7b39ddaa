//! What a variable, a property or a result can hold.
//!
//! [`Value`] is openCypher's type system: null, booleans, 64-bit integers, 64-bit floats,
//! strings, lists, maps, the temporal types, uncertain dates, points, and the graph's own
//! elements. Elements stand as ids: a value says *which* node, and the snapshot that produced
//! it says what the node holds ([`crate::Rows::node`] and its siblings resolve it). That keeps a
//! value at 24 bytes, its clone at most one reference count, and fetches strings last.
//!
//! How values compare lives in [`order`]: openCypher has three relations (equality with
//! unknowns, comparability, and the total order of ORDER BY), and mixing them up is the classic
//! mistake. Derived `PartialEq` on `Value` is none of the three: it is plain structural
//! sameness, for tests and caches.

mod id;
#[doc(hidden)]
pub mod number;
pub mod order;
pub mod time;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub use id::{NodeId, StatementId};

use time::{Date, DateTime, Duration, Edtf, LocalDateTime, LocalTime, Time};

/// A map value: keys in alphabetical order.
///
/// ```
/// use dossier::value::Map;
/// let map = Map::from([("name".into(), "Nauru".into()), ("area".into(), 21.into())]);
/// assert_eq!(map.keys().map(|key| &**key).collect::<Vec<_>>(), ["area", "name"]);
/// ```
pub type Map = BTreeMap<Arc<str>, Value>;

/// Anything a variable, a property or a result can hold.
///
/// Rust values become values with `into`; [`Row::get`](crate::Row::get) is the way back.
///
/// ```
/// use dossier::Value;
/// let values: [Value; 4] = [21.into(), 21.1.into(), "Nauru".into(), None::<i64>.into()];
/// assert_eq!(values.map(|value| value.type_name()), ["Integer", "Float", "String", "Null"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Absent or unknown.
    #[default]
    Null,
    /// True or false.
    Boolean(bool),
    /// A signed 64-bit integer.
    Integer(i64),
    /// A 64-bit IEEE 754 float, NaN and infinities included.
    Float(f64),
    /// Text in UTF-8.
    String(Arc<str>),
    /// An ordered list; its elements may be of different types.
    List(Arc<Vec<Value>>),
    /// A map from names to values.
    Map(Arc<Map>),
    /// A node of the graph.
    Node(NodeId),
    /// A relationship of the graph, that is, a statement.
    Relationship(StatementId),
    /// An alternating walk of nodes and relationships.
    Path(Arc<Path>),
    /// A day of the proleptic Gregorian calendar.
    Date(Date),
    /// A time of day without offset.
    LocalTime(LocalTime),
    /// A time of day with an offset from UTC.
    Time(Time),
    /// A day and a time of day without offset or zone.
    LocalDateTime(LocalDateTime),
    /// An instant with an offset and perhaps a named zone.
    DateTime(Arc<DateTime>),
    /// Months, days, seconds and nanoseconds, kept apart.
    Duration(Arc<Duration>),
    /// An uncertain date (EDTF, ISO 8601-2).
    Edtf(Arc<Edtf>),
    /// A point in a coordinate reference system.
    Point(Arc<Point>),
}

/// A walk through the graph: `nodes.len() == relationships.len() + 1`.
///
/// ```
/// use dossier::value::Path;
/// let rows = dossier::Store::memory().query("CREATE p = ()-[:MET]->()-[:MET]->() RETURN p", ())?;
/// let path: Path = rows.get(0).unwrap().get("p")?;
/// assert_eq!((path.nodes.len(), path.relationships.len()), (3, 2));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    /// The nodes in the order of the walk.
    pub nodes: Vec<NodeId>,
    /// The relationships in the order of the walk; each may be walked along or against its direction.
    pub relationships: Vec<StatementId>,
}

/// A point, in one of the four coordinate systems that Cypher knows by their SRID.
///
/// ```
/// use dossier::{Value, value::Point};
/// let nauru = Point { srid: 4326, coordinates: vec![166.93, -0.53] };
/// let parameters = [("p", Value::Point(nauru.into()))];
/// let rows = dossier::Store::memory().query("RETURN $p.latitude AS latitude", parameters)?;
/// assert_eq!(rows.get(0).unwrap().get::<f64>("latitude")?, -0.53);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// 4326 (WGS 84, longitude and latitude in degrees), 4979 (with height in metres), 7203 (Cartesian) or 9157 (Cartesian in three dimensions).
    pub srid: u32,
    /// Two or three coordinates: x, y and, in three dimensions, z.
    pub coordinates: Vec<f64>,
}

impl Value {
    /// About how many bytes the value keeps beside itself, one level deep.
    pub(crate) fn heap_bytes(&self) -> usize {
        match self {
            Value::String(text) => text.len(),
            Value::List(items) => items.len() * size_of::<Value>(),
            Value::Map(entries) => entries.len() * 2 * size_of::<Value>(),
            Value::Path(path) => path.nodes.len() * 8,
            _ => 0,
        }
    }

    /// Whether the value is null.
    ///
    /// ```
    /// use dossier::Value;
    /// assert!(Value::Null.is_null() && !Value::from(0).is_null());
    /// ```
    pub const fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The name of the value's type, as an error message would say it.
    ///
    /// ```
    /// use dossier::Value;
    /// assert_eq!(Value::from(1.5).type_name(), "Float");
    /// ```
    pub const fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "Null",
            Value::Boolean(_) => "Boolean",
            Value::Integer(_) => "Integer",
            Value::Float(_) => "Float",
            Value::String(_) => "String",
            Value::List(_) => "List",
            Value::Map(_) => "Map",
            Value::Node(_) => "Node",
            Value::Relationship(_) => "Relationship",
            Value::Path(_) => "Path",
            Value::Date(_) => "Date",
            Value::LocalTime(_) => "LocalTime",
            Value::Time(_) => "Time",
            Value::LocalDateTime(_) => "LocalDateTime",
            Value::DateTime(_) => "DateTime",
            Value::Duration(_) => "Duration",
            Value::Edtf(_) => "Edtf",
            Value::Point(_) => "Point",
        }
    }

    /// The type in a sentence: `an Integer`, `a Map`, `null`.
    pub(crate) const fn with_article(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Boolean(_) => "a Boolean",
            Value::Integer(_) => "an Integer",
            Value::Float(_) => "a Float",
            Value::String(_) => "a String",
            Value::List(_) => "a List",
            Value::Map(_) => "a Map",
            Value::Node(_) => "a Node",
            Value::Relationship(_) => "a Relationship",
            Value::Path(_) => "a Path",
            Value::Date(_) => "a Date",
            Value::LocalTime(_) => "a LocalTime",
            Value::Time(_) => "a Time",
            Value::LocalDateTime(_) => "a LocalDateTime",
            Value::DateTime(_) => "a DateTime",
            Value::Duration(_) => "a Duration",
            Value::Edtf(_) => "an Edtf",
            Value::Point(_) => "a Point",
        }
    }

    /// The boolean, if it is one.
    ///
    /// ```
    /// use dossier::Value;
    /// assert_eq!(Value::from(true).as_bool(), Some(true));
    /// ```
    pub const fn as_bool(&self) -> Option<bool> {
        if let Value::Boolean(value) = self { Some(*value) } else { None }
    }

    /// The integer, if it is one.
    ///
    /// ```
    /// use dossier::Value;
    /// assert_eq!((Value::from(5).as_int(), Value::from(5.0).as_int()), (Some(5), None));
    /// ```
    pub const fn as_int(&self) -> Option<i64> {
        if let Value::Integer(value) = self { Some(*value) } else { None }
    }

    /// The number as a float, if it is an integer or a float.
    ///
    /// ```
    /// use dossier::Value;
    /// assert_eq!((Value::from(5).as_float(), Value::from("5").as_float()), (Some(5.0), None));
    /// ```
    pub const fn as_float(&self) -> Option<f64> {
        match self {
            Value::Integer(value) => Some(*value as f64),
            Value::Float(value) => Some(*value),
            _ => None,
        }
    }

    /// The text, if it is a string.
    ///
    /// ```
    /// use dossier::Value;
    /// assert_eq!(Value::from("Nauru").as_str(), Some("Nauru"));
    /// ```
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(value) = self { Some(value) } else { None }
    }

    /// The elements, if it is a list.
    ///
    /// ```
    /// use dossier::Value;
    /// assert_eq!(Value::list([Value::from(1)]).as_list(), Some(&[Value::from(1)][..]));
    /// ```
    pub fn as_list(&self) -> Option<&[Value]> {
        if let Value::List(value) = self { Some(value) } else { None }
    }

    /// The entries, if it is a map.
    ///
    /// ```
    /// use dossier::Value;
    /// assert_eq!(Value::map([("a", Value::Null)]).as_map().map(|map| map.len()), Some(1));
    /// ```
    pub fn as_map(&self) -> Option<&Map> {
        if let Value::Map(value) = self { Some(value) } else { None }
    }

    /// The node, if it is one.
    ///
    /// ```
    /// use dossier::{NodeId, Value};
    /// assert_eq!(Value::from(NodeId(7)).as_node(), Some(NodeId(7)));
    /// ```
    pub const fn as_node(&self) -> Option<NodeId> {
        if let Value::Node(value) = self { Some(*value) } else { None }
    }

    /// The relationship, if it is one.
    ///
    /// ```
    /// use dossier::{StatementId, Value};
    /// assert_eq!(Value::from(StatementId(7)).as_relationship(), Some(StatementId(7)));
    /// ```
    pub const fn as_relationship(&self) -> Option<StatementId> {
        if let Value::Relationship(value) = self { Some(*value) } else { None }
    }

    /// A list of the given values.
    ///
    /// ```
    /// use dossier::Value;
    /// assert_eq!(Value::list([1, 2].map(Value::from)).as_list().unwrap().len(), 2);
    /// ```
    pub fn list(values: impl IntoIterator<Item = Value>) -> Value {
        Value::List(Arc::new(values.into_iter().collect()))
    }

    /// A map of the given entries; the last of equal keys counts.
    ///
    /// ```
    /// use dossier::Value;
    /// let map = Value::map([("a", Value::from(1)), ("a", Value::from(2))]);
    /// assert_eq!(map.as_map().unwrap()["a"], Value::from(2));
    /// ```
    pub fn map<K: Into<Arc<str>>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(Arc::new(entries.into_iter().map(|(key, value)| (key.into(), value)).collect()))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Boolean(value)
    }
}
impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Integer(value)
    }
}
impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Value::Integer(value.into())
    }
}
impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Value::Integer(value.into())
    }
}
impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Float(value)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::String(value.into())
    }
}
impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::String(value.into())
    }
}
impl From<Arc<str>> for Value {
    fn from(value: Arc<str>) -> Self {
        Value::String(value)
    }
}
impl From<Vec<Value>> for Value {
    fn from(value: Vec<Value>) -> Self {
        Value::List(Arc::new(value))
    }
}
impl From<Map> for Value {
    fn from(value: Map) -> Self {
        Value::Map(Arc::new(value))
    }
}
impl From<Date> for Value {
    fn from(value: Date) -> Self {
        Value::Date(value)
    }
}
impl From<Edtf> for Value {
    fn from(value: Edtf) -> Self {
        Value::Edtf(Arc::new(value))
    }
}
impl From<NodeId> for Value {
    fn from(value: NodeId) -> Self {
        Value::Node(value)
    }
}
impl From<StatementId> for Value {
    fn from(value: StatementId) -> Self {
        Value::Relationship(value)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<path of {} relationships>", self.relationships.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_three_words() {
        assert!(size_of::<Value>() <= 24);
    }
}
