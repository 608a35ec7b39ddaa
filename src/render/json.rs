//! Values as JSON and back: the encoding of `dossier pipe` and of the formats `json` and `jsonl`.
//!
//! Null, booleans and strings are JSON's own. The rest must survive a round trip through readers
//! that know only JSON's types, so what JSON cannot tell apart is marked:
//!
//! ```text
//! integer       7                      a number without a point or an exponent
//! float         7.0                    a number with one of them
//!               {"$type": "float", "value": "NaN"}
//! list          [1, 2]
//! map           {"a": 1}               one with a key "$type": {"$type": "map", "value": {…}}
//! node          {"$type": "node", "id": 3, "labels": ["State"], "properties": {…}}
//! relationship  {"$type": "relationship", "id": 5, "type": "RECOGNISES", "start": 3, "end": 4, "properties": {…}}
//! path          {"$type": "path", "nodes": […], "relationships": […]}
//! date          {"$type": "date", "value": "2008-08-26"}      so time, localtime, datetime, localdatetime, duration, edtf
//! point         {"$type": "point", "srid": 4326, "coordinates": [41.6, 41.7]}
//! ```
//!
//! [`write_value`] streams into any writer; nothing is built in between. [`read_value`] reads the
//! same back, nodes and relationships by their ids. It walks the text itself, slice by slice
//! ([`RawValue`]), because a tree of `serde_json::Value` has forgotten whether a large number was
//! written as an integer. Each level of nesting reads its text once more, which
//! [`NESTING_MAX`] keeps within bounds.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write};
use std::sync::Arc;

use serde_json::value::RawValue;

use super::value::{NESTING_MAX, is_hostile};
use crate::error::{Error, Result, request};
use crate::graph::Snapshot;
use crate::graph::row::{Node, Relationship, Row, Rows};
use crate::text::suggest::nearest;
use crate::value::time::{Date, DateTime, Duration, Edtf, LocalDateTime, LocalTime, Time};
use crate::value::{Map, NodeId, Path, Point, StatementId, Value};

/// The words that `$type` can be.
const TYPES: [&str; 13] = [
    "float",
    "map",
    "node",
    "relationship",
    "path",
    "date",
    "time",
    "localtime",
    "datetime",
    "localdatetime",
    "duration",
    "edtf",
    "point",
];

/// Writes a value as JSON.
///
/// Fails where the writer fails, and where the value nests deeper than
/// [`NESTING_MAX`].
///
/// ```
/// use dossier::render::json::write_value;
/// let rows = dossier::Store::memory().query("RETURN [1, 1.0, date('2008-08-26')] AS list", ())?;
/// let mut out = Vec::new();
/// let list = rows.get(0).unwrap().value("list").unwrap();
/// write_value(&mut out, list, rows.graph()).expect("a vector can be written");
/// let json = r#"[1,1.0,{"$type":"date","value":"2008-08-26"}]"#;
/// assert_eq!(String::from_utf8_lossy(&out), json);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn write_value(out: &mut impl Write, value: &Value, graph: &dyn Snapshot) -> io::Result<()> {
    Encoder { out, graph, marked: true }.value(value, 0)
}

/// Writes a value as JSON for comparison with other engines' answers: temporal values as plain
/// text, floats rounded to six places.
#[doc(hidden)]
pub fn write_comparable(
    out: &mut impl Write,
    value: &Value,
    graph: &dyn Snapshot,
) -> io::Result<()> {
    Encoder { out, graph, marked: false }.value(value, 0)
}

/// Writes a string as JSON, with escapes for every character that a terminal would act on.
#[doc(hidden)]
pub fn write_string(out: &mut impl Write, text: &str) -> io::Result<()> {
    if !text.chars().any(is_hostile) {
        return Ok(serde_json::to_writer(out, text)?);
    }
    out.write_all(b"\"")?;
    for letter in text.chars() {
        match letter {
            '"' | '\\' => write!(out, "\\{letter}")?,
            _ if is_hostile(letter) => write!(out, "\\u{:04x}", u32::from(letter))?,
            _ => write!(out, "{letter}")?,
        }
    }
    out.write_all(b"\"")
}

/// Writes rows as one array, an object for each row.
pub(super) fn write_rows(rows: &Rows, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"[")?;
    for (at, row) in rows.iter().enumerate() {
        out.write_all(if at > 0 { b",\n " } else { b"" })?;
        write_row(rows, row, out)?;
    }
    out.write_all(b"]\n")
}

/// Writes rows as one object on each line.
pub(super) fn write_lines(rows: &Rows, out: &mut impl Write) -> io::Result<()> {
    for row in rows.iter() {
        write_row(rows, row, out)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn write_row(rows: &Rows, row: Row<'_>, out: &mut impl Write) -> io::Result<()> {
    let columns = rows.columns().iter().map(|name| &**name);
    Encoder { out, graph: rows.graph(), marked: true }.object(columns.zip(row.values()), 0)
}

/// Reads a value; ids of nodes and relationships are looked up in the graph.
///
/// The error says which `$type`, number or id is at fault.
///
/// ```
/// use dossier::render::json::read_value;
/// use serde_json::value::RawValue;
/// let json = RawValue::from_string(r#"{"$type": "date", "value": "2008-08-26"}"#.to_owned()).unwrap();
/// let day = read_value(&json, &*dossier::Store::memory().snapshot())?;
/// assert_eq!(day, dossier::value::time::Date::parse("2008-08-26")?.into());
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn read_value(json: &RawValue, graph: &dyn Snapshot) -> Result<Value> {
    Decoder { graph }.value(json.get(), 0)
}

/// Reads an object whose members are values, such as the parameters of a query.
///
/// Fails as [`read_value`] does, with a note that names the member, and for what is no object.
///
/// ```
/// use dossier::render::json::read_map;
/// use serde_json::value::RawValue;
/// let store = dossier::Store::memory();
/// let json = RawValue::from_string(r#"{"x": 41}"#.to_owned()).unwrap();
/// let parameters = read_map(&json, &*store.snapshot())?;
/// assert_eq!(store.query("RETURN $x + 1 AS y", parameters)?.get(0).unwrap().get::<i64>("y")?, 42);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn read_map(json: &RawValue, graph: &dyn Snapshot) -> Result<Map> {
    let members: BTreeMap<String, &RawValue> = parse(json.get())?;
    let named = |(name, member): (String, &RawValue)| {
        let value = read_value(member, graph)
            .map_err(|error| error.note(format!("The value is that of `{name}`.")))?;
        Ok((Arc::from(name), value))
    };
    members.into_iter().map(named).collect()
}

struct Encoder<'a, W> {
    out: &'a mut W,
    graph: &'a dyn Snapshot,
    /// Whether types that JSON does not have are marked with `$type`.
    marked: bool,
}

impl<W: Write> Encoder<'_, W> {
    fn value(&mut self, value: &Value, depth: usize) -> io::Result<()> {
        match value {
            Value::Null => self.out.write_all(b"null"),
            Value::Boolean(value) => write!(self.out, "{value}"),
            Value::Integer(value) => write!(self.out, "{value}"),
            Value::Float(value) => self.float(*value),
            Value::String(text) => write_string(self.out, text),
            Value::List(_) | Value::Map(_) if depth >= NESTING_MAX => Err(too_deep()),
            Value::List(values) => self.list(values, depth),
            Value::Map(map) => self.map(map, depth),
            Value::Node(id) => self.node(*id, depth),
            Value::Relationship(id) => self.relationship(*id, depth),
            Value::Path(path) => self.path(path, depth),
            Value::Date(value) => self.temporal("date", value),
            Value::LocalTime(value) => self.temporal("localtime", value),
            Value::Time(value) => self.temporal("time", value),
            Value::LocalDateTime(value) => self.temporal("localdatetime", value),
            Value::DateTime(value) => self.temporal("datetime", value),
            Value::Duration(value) => self.temporal("duration", value),
            Value::Edtf(value) => self.temporal("edtf", &value.as_str()),
            Value::Point(value) => self.point(value),
        }
    }

    fn float(&mut self, value: f64) -> io::Result<()> {
        let special = match value {
            value if value.is_finite() && self.marked => return write!(self.out, "{value:?}"),
            value if value.is_finite() => {
                let rounded = (value * 1e6).round() / 1e6;
                let kept = if rounded.is_finite() { rounded } else { value };
                return write!(self.out, "{kept:?}");
            }
            value if value.is_nan() => "NaN",
            value if value > 0.0 => "Infinity",
            _ => "-Infinity",
        };
        self.temporal("float", &special)
    }

    fn list(&mut self, values: &[Value], depth: usize) -> io::Result<()> {
        self.sequence(values, |encoder, value| encoder.value(value, depth + 1))
    }

    fn map(&mut self, map: &Map, depth: usize) -> io::Result<()> {
        let wrapped = self.marked && map.contains_key("$type");
        if wrapped {
            self.out.write_all(br#"{"$type":"map","value":"#)?;
        }
        self.object(map.iter().map(|(key, value)| (&**key, value)), depth)?;
        if wrapped { self.out.write_all(b"}") } else { Ok(()) }
    }

    fn object<'v>(
        &mut self,
        entries: impl Iterator<Item = (&'v str, &'v Value)>,
        depth: usize,
    ) -> io::Result<()> {
        self.out.write_all(b"{")?;
        for (at, (key, value)) in entries.enumerate() {
            if at > 0 {
                self.out.write_all(b",")?;
            }
            write_string(self.out, key)?;
            self.out.write_all(b":")?;
            self.value(value, depth + 1)?;
        }
        self.out.write_all(b"}")
    }

    fn node(&mut self, id: NodeId, depth: usize) -> io::Result<()> {
        let node = Node::of(self.graph, id);
        write!(self.out, r#"{{"$type":"node","id":{},"labels":"#, self.graph.node_element_id(id))?;
        self.sequence(&node.labels, |encoder, label| write_string(encoder.out, label))?;
        self.properties(&node.properties, depth)
    }

    /// One that the query deleted, and of which the graph knows nothing any more, has no type.
    fn relationship(&mut self, id: StatementId, depth: usize) -> io::Result<()> {
        let element_id = self.graph.statement_element_id(id);
        write!(self.out, r#"{{"$type":"relationship","id":{element_id},"type":"#)?;
        let Some(relationship) = Relationship::of(self.graph, id) else {
            return self.out.write_all(br#""","start":null,"end":null,"properties":{}}"#);
        };
        write_string(self.out, &relationship.relationship_type)?;
        let start = self.graph.node_element_id(relationship.start);
        let end = self.graph.node_element_id(relationship.end);
        write!(self.out, r#","start":{start},"end":{end}"#)?;
        self.properties(&relationship.properties, depth)
    }

    fn properties(&mut self, properties: &[(Arc<str>, Value)], depth: usize) -> io::Result<()> {
        self.out.write_all(br#","properties":"#)?;
        self.object(properties.iter().map(|(key, value)| (&**key, value)), depth)?;
        self.out.write_all(b"}")
    }

    fn path(&mut self, path: &Path, depth: usize) -> io::Result<()> {
        self.out.write_all(br#"{"$type":"path","nodes":"#)?;
        self.sequence(&path.nodes, |encoder, &node| encoder.node(node, depth))?;
        self.out.write_all(br#","relationships":"#)?;
        self.sequence(&path.relationships, |encoder, &step| encoder.relationship(step, depth))?;
        self.out.write_all(b"}")
    }

    fn sequence<T>(
        &mut self,
        items: &[T],
        mut write: impl FnMut(&mut Self, &T) -> io::Result<()>,
    ) -> io::Result<()> {
        self.out.write_all(b"[")?;
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.out.write_all(b",")?;
            }
            write(self, item)?;
        }
        self.out.write_all(b"]")
    }

    fn temporal(&mut self, name: &str, value: &dyn Display) -> io::Result<()> {
        if self.marked {
            write!(self.out, r#"{{"$type":"{name}","value":"{value}"}}"#)
        } else {
            write!(self.out, r#""{value}""#)
        }
    }

    fn point(&mut self, point: &Point) -> io::Result<()> {
        write!(self.out, r#"{{"$type":"point","srid":{},"coordinates":"#, point.srid)?;
        self.sequence(&point.coordinates, |encoder, &coordinate| encoder.float(coordinate))?;
        self.out.write_all(b"}")
    }
}

fn too_deep() -> io::Error {
    io::Error::other(Error::new(
        &request::TOO_DEEP,
        format!("The value nests deeper than {NESTING_MAX} levels and cannot be written as JSON."),
    ))
}

struct Decoder<'a> {
    graph: &'a dyn Snapshot,
}

/// The members of an object that has a `$type`.
type Members<'a> = BTreeMap<String, &'a RawValue>;

impl Decoder<'_> {
    fn value(&self, json: &str, depth: usize) -> Result<Value> {
        if depth > NESTING_MAX {
            let message = format!("The value nests deeper than {NESTING_MAX} levels.");
            return Err(Error::new(&request::TOO_DEEP, message));
        }
        match json.as_bytes().first() {
            Some(b'n') => Ok(Value::Null),
            Some(b't') => Ok(Value::Boolean(true)),
            Some(b'f') => Ok(Value::Boolean(false)),
            Some(b'"') => Ok(Value::from(parse::<String>(json)?)),
            Some(b'[') => self.list(&parse::<Vec<&RawValue>>(json)?, depth).map(Value::from),
            Some(b'{') => self.object(&parse(json)?, depth),
            _ => number(json),
        }
    }

    fn list(&self, items: &[&RawValue], depth: usize) -> Result<Vec<Value>> {
        items.iter().map(|item| self.value(item.get(), depth + 1)).collect()
    }

    fn map(&self, members: &Members<'_>, depth: usize) -> Result<Value> {
        let entry = |(name, member): (&String, &&RawValue)| {
            Ok((Arc::from(name.as_str()), self.value(member.get(), depth + 1)?))
        };
        Ok(Value::from(members.iter().map(entry).collect::<Result<Map>>()?))
    }

    fn object(&self, members: &Members<'_>, depth: usize) -> Result<Value> {
        let Some(marker) = members.get("$type") else { return self.map(members, depth) };
        let name: String = parse(marker.get())?;
        match name.as_str() {
            "map" => self.map(&member(members, "map", "value")?, depth),
            "float" => float(&member::<String>(members, "float", "value")?),
            "node" => self.node(members).map(Value::Node),
            "relationship" => self.relationship(members).map(Value::Relationship),
            "path" => self.path(members),
            "point" => self.point(members, depth),
            _ => temporal(&name, members),
        }
    }

    fn node(&self, members: &Members<'_>) -> Result<NodeId> {
        let id: u64 = member(members, "node", "id")?;
        self.graph.node_by_element_id(id).ok_or_else(|| absent("node", id))
    }

    fn relationship(&self, members: &Members<'_>) -> Result<StatementId> {
        let id: u64 = member(members, "relationship", "id")?;
        self.graph.statement_by_element_id(id).ok_or_else(|| absent("relationship", id))
    }

    fn path(&self, members: &Members<'_>) -> Result<Value> {
        let nodes: Vec<Members<'_>> = member(members, "path", "nodes")?;
        let steps: Vec<Members<'_>> = member(members, "path", "relationships")?;
        if nodes.len() != steps.len() + 1 {
            let message = "A path has one node more than it has relationships.";
            return Err(Error::new(&request::VALUE, message));
        }
        let nodes = nodes.iter().map(|node| self.node(node)).collect::<Result<Vec<_>>>()?;
        let relationships =
            steps.iter().map(|step| self.relationship(step)).collect::<Result<Vec<_>>>()?;
        for (step, ends) in relationships.iter().zip(nodes.windows(2)) {
            let stored = self.graph.statement(*step);
            let joins = |at: crate::graph::snapshot::Ends| {
                [at.start, at.end] == ends || [at.end, at.start] == ends
            };
            if !stored.is_some_and(joins) {
                let message = "A relationship of the path does not join the nodes beside it.";
                return Err(Error::new(&request::VALUE, message));
            }
        }
        Ok(Value::Path(Arc::new(Path { nodes, relationships })))
    }

    fn point(&self, members: &Members<'_>, depth: usize) -> Result<Value> {
        let srid: u32 = member(members, "point", "srid")?;
        let items: Vec<&RawValue> = member(members, "point", "coordinates")?;
        let coordinates =
            self.list(&items, depth)?.iter().map(Value::as_float).collect::<Option<Vec<_>>>();
        let dimensions = match srid {
            4326 | 7203 => 2,
            4979 | 9157 => 3,
            _ => {
                let message = format!("There is no coordinate system {srid}.");
                return Err(Error::new(&request::VALUE, message)
                    .hint("Use 4326, 4979 (WGS 84), 7203 or 9157 (Cartesian)."));
            }
        };
        match coordinates {
            Some(coordinates) if coordinates.len() == dimensions => {
                Ok(Value::Point(Arc::new(Point { srid, coordinates })))
            }
            _ => {
                let message = format!("A point of system {srid} has {dimensions} numbers.");
                Err(Error::new(&request::VALUE, message))
            }
        }
    }
}

fn absent(what: &str, id: u64) -> Error {
    Error::new(&request::VALUE, format!("There is no {what} with the id {id}."))
}

/// An integer where it is written as one, otherwise a float.
fn number(json: &str) -> Result<Value> {
    if json.contains(['.', 'e', 'E']) {
        let value: f64 = json.parse().map_err(|_| not_json(json))?;
        if value.is_finite() {
            return Ok(Value::Float(value));
        }
        let message = "The number is beyond the range of 64-bit floats.";
        return Err(Error::new(&request::VALUE, message));
    }
    json.parse().map(Value::Integer).map_err(|_| {
        Error::new(&request::VALUE, "The number is beyond the range of 64-bit integers.")
            .hint("Write it with a decimal point to pass it as a float.")
    })
}

fn float(text: &str) -> Result<Value> {
    match text {
        "NaN" => Ok(Value::Float(f64::NAN)),
        "Infinity" => Ok(Value::Float(f64::INFINITY)),
        "-Infinity" => Ok(Value::Float(f64::NEG_INFINITY)),
        _ => {
            Err(Error::new(&request::VALUE, format!("`{text}` is not a float that needs a name."))
                .hint("Use NaN, Infinity or -Infinity; write other floats as JSON numbers."))
        }
    }
}

fn temporal(name: &str, members: &Members<'_>) -> Result<Value> {
    let text = || member::<String>(members, name, "value");
    match name {
        "date" => Date::parse(&text()?).map(Value::Date),
        "time" => Time::parse(&text()?, 0).map(Value::Time),
        "localtime" => LocalTime::parse(&text()?).map(Value::LocalTime),
        "datetime" => DateTime::parse(&text()?).map(|value| Value::DateTime(Arc::new(value))),
        "localdatetime" => LocalDateTime::parse(&text()?).map(Value::LocalDateTime),
        "duration" => Duration::parse(&text()?).map(|value| Value::Duration(Arc::new(value))),
        "edtf" => Edtf::parse(&text()?).map(Value::from),
        _ => Err(Error::new(&request::VALUE, format!("There is no type `{name}`."))
            .hint_opt(nearest(name, TYPES).map(|near| format!("Did you mean `{near}`?")))
            .note("A map that has a key `$type` is written {\"$type\": \"map\", \"value\": {…}}.")),
    }
}

/// A member that a marked object must have.
fn member<'a, T: serde::Deserialize<'a>>(members: &Members<'a>, of: &str, name: &str) -> Result<T> {
    let Some(json) = members.get(name) else {
        let message = format!("A value of `$type` \"{of}\" has no `{name}`.");
        return Err(Error::new(&request::VALUE, message));
    };
    serde_json::from_str(json.get()).map_err(|_| {
        let message = format!("The `{name}` of a value of `$type` \"{of}\" is of the wrong kind.");
        Error::new(&request::VALUE, message)
    })
}

/// Text that has been checked to be JSON, as a Rust value.
fn parse<'a, T: serde::Deserialize<'a>>(json: &'a str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| {
        Error::new(&request::VALUE, format!("The JSON value cannot be read: {error}."))
    })
}

fn not_json(json: &str) -> Error {
    Error::new(&request::VALUE, format!("`{json}` is not a number."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::empty::EmptyGraph;

    fn encoded(value: &Value) -> String {
        let mut out = Vec::new();
        write_value(&mut out, value, &EmptyGraph::default()).expect("a vector takes everything");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    fn decoded(json: &str) -> Result<Value> {
        let raw: &RawValue = serde_json::from_str(json).expect("the test writes JSON");
        read_value(raw, &EmptyGraph::default())
    }

    /// Values of all types that need no graph.
    fn values() -> impl Strategy<Value = Value> {
        let point =
            |srid: u32, coordinates: Vec<f64>| Value::Point(Arc::new(Point { srid, coordinates }));
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_filter("NaN is not itself", |f| !f.is_nan()).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            (-1_000_000i64..1_000_000).prop_map(|days| Value::Date(Date::from_days(days))),
            (0..86_400_000_000_000u64)
                .prop_map(|nanos| Value::LocalTime(LocalTime::from_nanos(nanos).expect("a time"))),
            (any::<i32>(), any::<i32>(), any::<i32>(), 0..1_000_000_000i64).prop_map(
                |(months, days, seconds, nanos)| {
                    let duration = Duration::new(months.into(), days.into(), seconds.into(), nanos);
                    Value::Duration(Arc::new(duration.expect("a duration")))
                }
            ),
            (-1e9..1e9f64, -1e9..1e9f64).prop_map(move |(x, y)| point(7203, vec![x, y])),
            (-1e9..1e9f64, -1e9..1e9f64, any::<i16>())
                .prop_map(move |(x, y, z)| point(9157, vec![x, y, z.into()])),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            let key = prop_oneof![Just("$type".to_owned()), any::<String>()];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((key, inner), 0..6).prop_map(Value::map),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in values()) {
            let json = encoded(&value);
            prop_assert_eq!(decoded(&json).expect(&json), value);
        }

        #[test]
        fn no_json_is_a_trouble(json in "[\\[\\]{}\"$type:valuenode,0-9.eE -]{0,40}") {
            if let Ok(raw) = serde_json::from_str::<&RawValue>(&json) {
                let _ = read_value(raw, &EmptyGraph::default());
            }
        }
    }

    #[test]
    fn numbers_keep_their_type() {
        for (value, json) in [
            (Value::Integer(7), "7"),
            (Value::Integer(i64::MIN), "-9223372036854775808"),
            (Value::Float(7.0), "7.0"),
            (Value::Float(1e300), "1e300"),
            (Value::Float(-0.0), "-0.0"),
            (Value::Float(f64::INFINITY), r#"{"$type":"float","value":"Infinity"}"#),
            (Value::Float(f64::NAN), r#"{"$type":"float","value":"NaN"}"#),
        ] {
            assert_eq!(encoded(&value), json);
        }
        assert_eq!(decoded("-0").expect("an integer"), Value::Integer(0));
        assert_eq!(decoded("1E2").expect("a float"), Value::Float(100.0));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (json, message) in [
            ("9223372036854775808", "The number is beyond the range of 64-bit integers."),
            ("1e400", "The number is beyond the range of 64-bit floats."),
            (r#"{"$type": "dat", "value": "2008-08-26"}"#, "There is no type `dat`."),
            (r#"{"$type": "node", "id": 3}"#, "There is no node with the id 3."),
            (r#"{"$type": "date"}"#, "A value of `$type` \"date\" has no `value`."),
            (
                r#"{"$type": "point", "srid": 7203, "coordinates": [1]}"#,
                "A point of system 7203 has 2 numbers.",
            ),
        ] {
            assert_eq!(decoded(json).unwrap_err().message(), message);
        }
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        assert_eq!(decoded(&deep).unwrap_err().code(), "request::too_deep");
    }

    #[test]
    fn comparable_rows_are_rounded_and_plain() {
        let mut out = Vec::new();
        let day = Date::from_ymd(2008, 8, 26).expect("a day");
        let value = Value::list([Value::Float(1.0 / 3.0), Value::Date(day), Value::Float(2.0)]);
        write_comparable(&mut out, &value, &EmptyGraph::default()).expect("a vector");
        assert_eq!(String::from_utf8(out).expect("UTF-8"), r#"[0.333333,"2008-08-26",2.0]"#);
    }
}
