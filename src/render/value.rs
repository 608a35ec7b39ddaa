//! Values as text: Cypher's own spelling, for people and for scripts.
//!
//! Comes in: a [`Value`] and the graph that its ids point into. Goes out: text. Every text format
//! calls it, and so do footnotes and the prompt.
//!
//! Two spellings differ only where a date, a duration or a point stands:
//!
//! ```text
//!              Spelling::Plain        Spelling::Literal
//! a date       2008-08-26             date('2008-08-26')
//! uncertain    XXXX-11-12             edtf('XXXX-11-12')
//! not a number NaN                    0.0 / 0.0
//! both         (:State {name: 'Nauru'})   [:RECOGNISES {what: 'independence'}]
//! ```
//!
//! `Plain` is what people read, `Literal` is what a query reads back as the same value (nodes,
//! relationships and paths are patterns in both). Text from data is never written raw: quoted
//! strings escape control characters and the characters that turn the direction of writing, so
//! that no fact can move the cursor, recolour the screen or show a line in another order than it
//! is stored.

use std::borrow::Cow;
use std::fmt::{self, Write};

use crate::graph::Snapshot;
use crate::graph::row::{Node, Relationship};
use crate::value::{Map, NodeId, Path, Point, StatementId, Value};

/// How deep a value may nest and still be written; what is deeper is written as `…`.
///
/// ```
/// assert!(dossier::render::value::NESTING_MAX > 50);
/// ```
pub const NESTING_MAX: usize = 128;

/// Which spelling dates, durations and points get.
///
/// ```
/// use dossier::render::value::{Spelling, text};
/// use dossier::value::time::Date;
/// let (graph, day) = (dossier::Store::memory().snapshot(), Date::parse("2008-08-26")?.into());
/// assert_eq!(text(&day, &*graph, Spelling::Plain), "2008-08-26");
/// assert_eq!(text(&day, &*graph, Spelling::Literal), "date('2008-08-26')");
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As people read them: `2008-08-26`.
    Plain,
    /// As a query reads them back: `date('2008-08-26')`.
    Literal,
    /// The same for a file, which no terminal shows: names as they are, line breaks and all, since nothing stands
    /// for another letter in backquotes.
    Script,
}

/// A value as a cell shows it: a string without quotation marks, anything else as [`text`].
///
/// The string may hold control characters; [`visible`] takes them out before a terminal sees it.
///
/// ```
/// use dossier::render::value::cell;
/// let graph = dossier::Store::memory().snapshot();
/// assert_eq!(cell(&"Nauru".into(), &*graph), "Nauru");
/// assert_eq!(cell(&vec!["Nauru".into()].into(), &*graph), "['Nauru']");
/// ```
pub fn cell<'a>(value: &'a Value, graph: &dyn Snapshot) -> Cow<'a, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        _ => Cow::Owned(text(value, graph, Spelling::Plain)),
    }
}

/// A value as Cypher text.
///
/// ```
/// use dossier::render::value::{Spelling, text};
/// let rows = dossier::Store::memory().query("CREATE (s:State {name: 'Nauru'}) RETURN s", ())?;
/// let node = rows.get(0).unwrap().value("s").unwrap();
/// assert_eq!(text(node, rows.graph(), Spelling::Plain), "(:State {name: 'Nauru'})");
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn text(value: &Value, graph: &dyn Snapshot, spelling: Spelling) -> String {
    let mut out = String::new();
    write_value(&mut out, value, graph, spelling).expect("writing to a string cannot fail");
    out
}

/// Writes a value as Cypher text.
#[doc(hidden)]
pub fn write_value(
    out: &mut dyn Write,
    value: &Value,
    graph: &dyn Snapshot,
    spelling: Spelling,
) -> fmt::Result {
    Writer { out, graph, spelling }.value(value, 0)
}

/// Writes the properties of a node or a relationship as a map: `{name: 'Nauru'}`.
#[doc(hidden)]
pub fn write_properties<'a>(
    out: &mut dyn Write,
    properties: impl IntoIterator<Item = (&'a str, &'a Value)>,
    graph: &dyn Snapshot,
    spelling: Spelling,
) -> fmt::Result {
    Writer { out, graph, spelling }.entries(properties, 0)
}

/// Writes a name where the language wants one: bare if it can stand bare, otherwise in backquotes.
///
/// ```
/// use dossier::render::value::write_name;
/// let mut out = String::new();
/// write_name(&mut out, "South Ossetia").expect("a string can be written");
/// assert_eq!(out, "`South Ossetia`");
/// ```
pub fn write_name(out: &mut dyn Write, name: &str) -> fmt::Result {
    write_name_in(out, name, Spelling::Literal)
}

/// The same in a spelling.
pub(crate) fn write_name_in(out: &mut dyn Write, name: &str, spelling: Spelling) -> fmt::Result {
    let mut letters = name.chars();
    let bare = letters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && letters.all(|c| c.is_alphanumeric() || c == '_');
    if bare {
        return out.write_str(name);
    }
    out.write_char('`')?;
    for letter in name.chars() {
        match letter {
            '`' => out.write_str("``")?,
            _ if is_hostile(letter) && spelling != Spelling::Script => {
                write!(out, "\\u{:04X}", u32::from(letter))?;
            }
            _ => out.write_char(letter)?,
        }
    }
    out.write_char('`')
}

/// Writes a string literal in single quotes.
///
/// ```
/// use dossier::render::value::write_string;
/// let mut out = String::new();
/// write_string(&mut out, "Sergey's").expect("a string can be written");
/// assert_eq!(out, "'Sergey\\'s'");
/// ```
pub fn write_string(out: &mut dyn Write, text: &str) -> fmt::Result {
    out.write_char('\'')?;
    for letter in text.chars() {
        match letter {
            '\'' => out.write_str("\\'")?,
            '\\' => out.write_str("\\\\")?,
            _ if is_hostile(letter) => write_escape(out, letter)?,
            _ => out.write_char(letter)?,
        }
    }
    out.write_char('\'')
}

/// The text with every character that a terminal would act on written as an escape.
///
/// ```
/// use dossier::render::value::visible;
/// assert_eq!(visible("two\nlines, \u{1b}[31mred"), "two\\nlines, \\u001B[31mred");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    visible_except(text, |_| false)
}

/// As [`visible`], but line feeds stay: for text that may take several lines.
///
/// ```
/// use dossier::render::value::visible_lines;
/// assert_eq!(visible_lines("two\nlines\u{7}"), "two\nlines\\u0007");
/// ```
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    visible_except(text, |letter| letter == '\n')
}

fn visible_except(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(|letter| is_hostile(letter) && !keep(letter)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_hostile(letter) && !keep(letter) {
            write_escape(&mut out, letter).expect("writing to a string cannot fail");
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

/// Whether a terminal would act on the character instead of showing it: controls (C0, DEL, C1),
/// line and paragraph separators, and the marks that turn the direction of writing.
pub(super) fn is_hostile(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn write_escape(out: &mut dyn Write, letter: char) -> fmt::Result {
    match letter {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        _ => write!(out, "\\u{:04X}", u32::from(letter)),
    }
}

struct Writer<'a> {
    out: &'a mut dyn Write,
    graph: &'a dyn Snapshot,
    spelling: Spelling,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> fmt::Result {
        match value {
            Value::Null => self.out.write_str("null"),
            Value::Boolean(value) => write!(self.out, "{value}"),
            Value::Integer(value) => write!(self.out, "{value}"),
            Value::Float(value) => self.float(*value),
            Value::String(text) => write_string(self.out, text),
            Value::List(_) | Value::Map(_) if depth >= NESTING_MAX => self.out.write_char('…'),
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

    /// Rust's shortest text that reads back as the same float always has a `.` or an `e`.
    fn float(&mut self, value: f64) -> fmt::Result {
        let text = match (self.spelling, value) {
            (_, value) if value.is_finite() => return write!(self.out, "{value:?}"),
            (Spelling::Plain, value) if value.is_nan() => "NaN",
            (Spelling::Plain, value) if value > 0.0 => "Infinity",
            (Spelling::Plain, _) => "-Infinity",
            (_, value) if value.is_nan() => "(0.0 / 0.0)",
            (_, value) if value > 0.0 => "(1.0 / 0.0)",
            (_, _) => "(-1.0 / 0.0)",
        };
        self.out.write_str(text)
    }

    fn list(&mut self, values: &[Value], depth: usize) -> fmt::Result {
        self.out.write_char('[')?;
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                self.out.write_str(", ")?;
            }
            self.value(value, depth + 1)?;
        }
        self.out.write_char(']')
    }

    fn map(&mut self, map: &Map, depth: usize) -> fmt::Result {
        self.entries(map.iter().map(|(key, value)| (&**key, value)), depth)
    }

    fn entries<'a>(
        &mut self,
        entries: impl IntoIterator<Item = (&'a str, &'a Value)>,
        depth: usize,
    ) -> fmt::Result {
        self.out.write_char('{')?;
        for (at, (key, value)) in entries.into_iter().enumerate() {
            if at > 0 {
                self.out.write_str(", ")?;
            }
            write_name_in(self.out, key, self.spelling)?;
            self.out.write_str(": ")?;
            self.value(value, depth + 1)?;
        }
        self.out.write_char('}')
    }

    fn node(&mut self, id: NodeId, depth: usize) -> fmt::Result {
        let node = Node::of(self.graph, id);
        self.out.write_char('(')?;
        for label in &node.labels {
            self.out.write_char(':')?;
            write_name_in(self.out, label, self.spelling)?;
        }
        let between = if node.labels.is_empty() { "" } else { " " };
        self.properties(&node.properties, between, depth)?;
        self.out.write_char(')')
    }

    fn relationship(&mut self, id: StatementId, depth: usize) -> fmt::Result {
        let Some(relationship) = Relationship::of(self.graph, id) else {
            return self.out.write_str("[]");
        };
        self.out.write_str("[:")?;
        write_name_in(self.out, &relationship.relationship_type, self.spelling)?;
        self.properties(&relationship.properties, " ", depth)?;
        self.out.write_char(']')
    }

    fn properties(
        &mut self,
        properties: &[(std::sync::Arc<str>, Value)],
        between: &str,
        depth: usize,
    ) -> fmt::Result {
        if properties.is_empty() {
            return Ok(());
        }
        self.out.write_str(between)?;
        self.entries(properties.iter().map(|(key, value)| (&**key, value)), depth)
    }

    /// Each step shows its direction: `(:A)-[:R]->(:B)<-[:S]-(:C)`.
    fn path(&mut self, path: &Path, depth: usize) -> fmt::Result {
        for (at, &node) in path.nodes.iter().enumerate() {
            self.node(node, depth)?;
            let Some(&step) = path.relationships.get(at) else { break };
            let forward = self.graph.statement(step).is_none_or(|ends| ends.start == node);
            self.out.write_str(if forward { "-" } else { "<-" })?;
            self.relationship(step, depth)?;
            self.out.write_str(if forward { "->" } else { "-" })?;
        }
        Ok(())
    }

    fn temporal(&mut self, function: &str, value: &dyn fmt::Display) -> fmt::Result {
        match self.spelling {
            Spelling::Plain => write!(self.out, "{value}"),
            Spelling::Literal | Spelling::Script => write!(self.out, "{function}('{value}')"),
        }
    }

    fn point(&mut self, point: &Point) -> fmt::Result {
        write!(self.out, "point({{srid: {}", point.srid)?;
        for (name, coordinate) in ["x", "y", "z"].iter().zip(&point.coordinates) {
            write!(self.out, ", {name}: {coordinate:?}")?;
        }
        self.out.write_str("})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::empty::EmptyGraph;
    use crate::value::time::Date;

    fn spelled(value: &Value) -> (String, String) {
        let graph = EmptyGraph::default();
        (text(value, &graph, Spelling::Plain), text(value, &graph, Spelling::Literal))
    }

    #[test]
    fn literals_read_back_and_plain_text_reads_well() {
        let day = Date::from_ymd(2008, 8, 26).expect("a day");
        let value = Value::map([
            ("day", Value::Date(day)),
            ("if x", Value::list([Value::Float(1.0), Value::Float(f64::NAN), Value::Null])),
        ]);
        let (plain, literal) = spelled(&value);
        assert_eq!(plain, "{day: 2008-08-26, `if x`: [1.0, NaN, null]}");
        assert_eq!(literal, "{day: date('2008-08-26'), `if x`: [1.0, (0.0 / 0.0), null]}");
        assert_eq!(spelled(&Value::from("it's \\ \n")).0, "'it\\'s \\\\ \\n'");
        assert_eq!(spelled(&Value::Float(1e300)).0, "1e300");
    }

    #[test]
    fn a_value_of_any_depth_can_be_written() {
        let mut value = Value::Null;
        for _ in 0..10 * NESTING_MAX {
            value = Value::list([value]);
        }
        assert!(spelled(&value).0.contains("[…]"));
    }
}
