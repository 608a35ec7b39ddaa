//! A whole graph as two tables: all nodes, and all relationships with what they say about themselves.
//!
//! ```text
//! nodes          :ID,name:string,area:long,_also,:LABEL
//!                0,Nauru,21,"[{""name"":""Naoero""}]",State
//! relationships  :START_ID,:END_ID,_valid,…,_sources,:TYPE
//!                0,3,2009-12-15/..,…,"[{""document"":5,""at"":{""paragraph"":5}}]",RECOGNISES
//! ```
//!
//! **In**: a graph. **Out**: rows of cells into two [`Sheet`]s: separated values (`text.rs`), Parquet,
//! Arrow. **Caller**: `dossier export`. The headers are those that [`headers`](super::headers) reads.
//!
//! The graph is walked twice: once to see what each column holds, once to write it; so that what stays in
//! memory is a row, or a group of rows. A property has the type that all its values have; where they
//! differ, or where a value would not come back from a cell as it went in (an empty text, a list with a
//! `;` in it, a point), its column is one of JSON.

#[cfg(feature = "arrow")]
pub mod arrow;
#[cfg(any(feature = "parquet", feature = "arrow"))]
mod buffer;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod text;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use hashbrown::HashMap;

use super::headers::{self, ALSO, LABELS, QUALIFIERS, SEPARATOR, SOURCES, TYPE};
use super::recipe::written;
use crate::graph::alias::{Alias, AliasKind};
use crate::graph::schema::{for_each_node, for_each_statement};
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::graph::{KeyId, Snapshot};
use crate::render::json;
use crate::value::time::Date;
use crate::value::{NodeId, StatementId, Value};

/// Where the rows of one table go.
pub trait Sheet {
    /// Begins the table; called once, before any row.
    fn begin(&mut self, columns: &[Column]) -> io::Result<()>;
    /// Adds a row: a cell for each column.
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()>;
    /// Ends the table.
    fn finish(&mut self) -> io::Result<()>;
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name and type, as headers are written.
    pub header: String,
    /// What its cells hold.
    pub form: Form,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Whole numbers.
    Integer,
    /// Numbers.
    Float,
    /// True or false.
    Boolean,
    /// Days.
    Date,
    /// Texts, of whatever the header says.
    Text,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'c> {
    /// No value.
    None,
    /// A whole number.
    Integer(i64),
    /// A number.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// A text.
    Text(Cow<'c, str>),
}

/// What a cell can hold of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether an empty text differs from no value.
    pub keeps_empty: bool,
    /// Whether a text may hold what sets values and rows apart.
    pub quotes: bool,
}

impl Style {
    fn fits(self, text: &str) -> bool {
        (self.keeps_empty || !text.is_empty())
            && (self.quotes || !text.contains(['\t', '\n', '\r']))
    }
}

/// Writes all nodes into one sheet and all relationships into another.
///
/// # Errors
///
/// What the sheets fail with.
pub fn export(
    graph: &dyn Snapshot,
    style: Style,
    nodes: &mut dyn Sheet,
    relationships: &mut dyn Sheet,
) -> io::Result<()> {
    let mut also: HashMap<NodeId, Vec<&Alias>> = HashMap::new();
    for alias in graph.aliases().iter().filter(|alias| graph.contains_node(alias.entity)) {
        also.entry(alias.entity).or_default().push(alias);
    }
    let mut writer = Writer { graph, style, also, properties: Vec::new() };
    writer.nodes(nodes)?;
    writer.relationships(relationships)
}

struct Writer<'a> {
    graph: &'a dyn Snapshot,
    style: Style,
    also: HashMap<NodeId, Vec<&'a Alias>>,
    /// The properties of the table at hand, each with the type of its header.
    properties: Vec<(KeyId, &'static str)>,
}

impl<'a> Writer<'a> {
    fn nodes(&mut self, sheet: &mut dyn Sheet) -> io::Result<()> {
        let graph = self.graph;
        let (mut seen, mut fits) = (Seen::default(), true);
        for_each_node(graph, |node| {
            seen.note(&graph.node_properties(node), self.style);
            fits &= self.label_names(node).all(|name| self.is_label(name));
        });
        let mut columns = vec![column(":ID", Form::Integer)];
        self.begin(seen, &mut columns);
        if !self.also.is_empty() {
            columns.push(column(ALSO, Form::Text));
        }
        columns.push(if fits {
            column(":LABEL", Form::Text)
        } else {
            column(&format!("{LABELS}:json"), Form::Text)
        });
        sheet.begin(&columns)?;
        let mut done = Ok(());
        for_each_node(graph, |node| {
            if done.is_ok() {
                done = self.node(node, fits).and_then(|cells| sheet.row(&cells));
            }
        });
        done?;
        sheet.finish()
    }

    fn node(&self, node: NodeId, labels_fit: bool) -> io::Result<Vec<Cell<'a>>> {
        let mut cells = vec![self.id(node)];
        self.property_cells(&self.graph.node_properties(node), &mut cells)?;
        if !self.also.is_empty() {
            cells.push(match self.also.get(&node) {
                Some(names) => {
                    self.json(&Value::list(names.iter().map(|alias| other_name(alias))))?
                }
                None => Cell::None,
            });
        }
        let labels: Vec<&str> = self.label_names(node).collect();
        cells.push(if labels.is_empty() {
            Cell::None
        } else if labels_fit {
            Cell::Text(labels.join(";").into())
        } else {
            self.json(&Value::list(labels.into_iter().map(Value::from)))?
        });
        Ok(cells)
    }

    fn relationships(&mut self, sheet: &mut dyn Sheet) -> io::Result<()> {
        let graph = self.graph;
        let mut seen = Seen::default();
        let (mut said, mut types_fit) = ([None; QUALIFIERS.len()], true);
        let mut has_sources = false;
        for_each_statement(graph, |id| {
            seen.note(&graph.statement_properties(id), self.style);
            if let Some(qualifiers) = graph.qualifiers(id) {
                has_sources |= !qualifiers.support.is_empty();
                for (fits, text) in said.iter_mut().zip(words(qualifiers)) {
                    if let Some(text) = text {
                        *fits = Some(fits.unwrap_or(true) && self.style.fits(&text));
                    }
                }
            }
            if let Some(ends) = graph.statement(id) {
                types_fit &= self.style.fits(graph.catalog().type_name(ends.relationship_type));
            }
        });
        let mut columns =
            vec![column(":START_ID", Form::Integer), column(":END_ID", Form::Integer)];
        self.begin(seen, &mut columns);
        for ((name, _), fits) in QUALIFIERS.iter().zip(said) {
            match fits {
                None => {}
                Some(true) => columns.push(column(name, Form::Text)),
                Some(false) => columns.push(column(&format!("{name}:json"), Form::Text)),
            }
        }
        if has_sources {
            columns.push(column(SOURCES, Form::Text));
        }
        columns.push(if types_fit {
            column(":TYPE", Form::Text)
        } else {
            column(&format!("{TYPE}:json"), Form::Text)
        });
        sheet.begin(&columns)?;
        let shape = Said { fits: said, has_sources, types_fit };
        let mut done = Ok(());
        for_each_statement(graph, |id| {
            if done.is_ok() {
                done = self.relationship(id, &shape).and_then(|cells| sheet.row(&cells));
            }
        });
        done?;
        sheet.finish()
    }

    fn relationship(&self, id: StatementId, shape: &Said) -> io::Result<Vec<Cell<'a>>> {
        let graph = self.graph;
        let ends = graph.statement(id).ok_or_else(|| io::Error::other("a relationship is gone"))?;
        let mut cells = vec![self.id(ends.start), self.id(ends.end)];
        self.property_cells(&graph.statement_properties(id), &mut cells)?;
        let plain = Qualifiers::default();
        let qualifiers = graph.qualifiers(id).unwrap_or(&plain);
        for (fits, text) in shape.fits.iter().zip(words(qualifiers)) {
            let Some(fits) = *fits else { continue };
            cells.push(match text {
                None => Cell::None,
                Some(text) if fits => Cell::Text(text.into_owned().into()),
                Some(text) => self.json(&text.into_owned().into())?,
            });
        }
        if shape.has_sources {
            cells.push(self.sources(qualifiers)?);
        }
        let name = graph.catalog().type_name(ends.relationship_type);
        cells.push(if shape.types_fit {
            Cell::Text(Cow::Borrowed(name))
        } else {
            self.json(&Value::from(&**name))?
        });
        Ok(cells)
    }

    fn sources(&self, qualifiers: &Qualifiers) -> io::Result<Cell<'a>> {
        if qualifiers.support.is_empty() {
            return Ok(Cell::None);
        }
        let sources = qualifiers.support.iter().map(|support| {
            let mut entries = Vec::new();
            // A document that was deleted is no more, but that there was one is known.
            if self.graph.contains_node(support.document) {
                let number = self.graph.node_element_id(support.document) as i64;
                entries.push(("document".to_owned(), Value::Integer(number)));
            }
            if !support.locator.is_empty() {
                entries.push(("at".to_owned(), Value::Map(Arc::clone(&support.locator))));
            }
            if let Some(summary) = &support.summary {
                entries.push(("summary".to_owned(), Value::String(Arc::clone(summary))));
            }
            Value::map(entries)
        });
        self.json(&Value::list(sources))
    }

    /// Says which columns the properties are.
    fn begin(&mut self, seen: Seen, columns: &mut Vec<Column>) {
        self.properties = seen.types.into_iter().collect();
        for (key, kind) in &self.properties {
            let name = headers::column_of(self.graph.catalog().key_name(*key), self.style.quotes);
            columns.push(column(&format!("{name}:{kind}"), form_of(kind)));
        }
    }

    fn property_cells(
        &self,
        values: &[(KeyId, Value)],
        cells: &mut Vec<Cell<'a>>,
    ) -> io::Result<()> {
        for (key, kind) in &self.properties {
            let value = values.iter().find(|(known, _)| known == key).map(|(_, value)| value);
            cells.push(match value {
                None => Cell::None,
                Some(value) => self.cell(value, kind)?,
            });
        }
        Ok(())
    }

    fn cell(&self, value: &Value, kind: &str) -> io::Result<Cell<'a>> {
        let text = |text: String| Cell::Text(text.into());
        Ok(match value {
            _ if kind == "json" => self.json(value)?,
            Value::Integer(value) => Cell::Integer(*value),
            Value::Float(value) => Cell::Float(*value),
            Value::Boolean(value) => Cell::Boolean(*value),
            Value::Date(date) => Cell::Date(date.days() as i32),
            Value::List(items) => text(joined(items).unwrap_or_default()),
            Value::DateTime(value) => text(value.to_string()),
            Value::LocalDateTime(value) => text(value.to_string()),
            Value::Time(value) => text(value.to_string()),
            Value::LocalTime(value) => text(value.to_string()),
            Value::Duration(value) => text(value.to_string()),
            value => text(written(value).map_err(io::Error::other)?),
        })
    }

    fn json(&self, value: &Value) -> io::Result<Cell<'a>> {
        let mut out = Vec::new();
        json::write_value(&mut out, value, self.graph)?;
        Ok(Cell::Text(String::from_utf8(out).map_err(io::Error::other)?.into()))
    }

    fn id(&self, node: NodeId) -> Cell<'a> {
        Cell::Integer(self.graph.node_element_id(node) as i64)
    }

    fn label_names(&self, node: NodeId) -> impl Iterator<Item = &'a str> {
        let graph = self.graph;
        graph.labels(node).iter().map(|&id| &**graph.catalog().label_name(id))
    }

    /// Whether a label can stand among others.
    fn is_label(&self, name: &str) -> bool {
        !name.is_empty() && !name.contains(SEPARATOR) && self.style.fits(name)
    }
}

/// How what relationships say about themselves stands in the columns.
struct Said {
    /// Whether all texts fit their cells; `None` where nothing is said.
    fits: [Option<bool>; QUALIFIERS.len()],
    has_sources: bool,
    types_fit: bool,
}

/// What the values of each property have in common.
#[derive(Default)]
struct Seen {
    types: BTreeMap<KeyId, &'static str>,
}

impl Seen {
    fn note(&mut self, properties: &[(KeyId, Value)], style: Style) {
        for (key, value) in properties {
            let kind = header_type(value, style);
            let known = self.types.entry(*key).or_insert(kind);
            if *known != kind {
                *known = "json";
            }
        }
    }
}

/// The type of a value, as headers call it.
fn header_type(value: &Value, style: Style) -> &'static str {
    match value {
        Value::Integer(_) => "long",
        Value::Float(_) => "double",
        Value::Boolean(_) => "boolean",
        Value::Date(date) if is_near(*date) => "date",
        Value::DateTime(_) => "datetime",
        Value::LocalDateTime(_) => "localdatetime",
        Value::Time(_) => "time",
        Value::LocalTime(_) => "localtime",
        Value::Duration(_) => "duration",
        Value::Edtf(_) => "edtf",
        Value::String(text) if style.fits(text) => "string",
        Value::List(items) => {
            let item = |item: &Value| match item {
                Value::Integer(_) => "long[]",
                Value::Float(_) => "double[]",
                Value::Boolean(_) => "boolean[]",
                Value::Date(_) => "date[]",
                Value::String(text) if !text.contains(SEPARATOR) => "string[]",
                _ => "json",
            };
            let Some(first) = items.first().map(item) else { return "json" };
            let fits = joined(items).is_some_and(|text| style.fits(&text));
            if fits && items.iter().all(|one| item(one) == first) { first } else { "json" }
        }
        _ => "json",
    }
}

fn is_near(date: Date) -> bool {
    i32::try_from(date.days()).is_ok()
}

fn form_of(kind: &str) -> Form {
    match kind {
        "long" => Form::Integer,
        "double" => Form::Float,
        "boolean" => Form::Boolean,
        "date" => Form::Date,
        _ => Form::Text,
    }
}

fn joined(items: &[Value]) -> Option<String> {
    let items: Result<Vec<String>, String> = items.iter().map(written).collect();
    Some(items.ok()?.join(";"))
}

fn column(header: &str, form: Form) -> Column {
    Column { header: header.to_owned(), form }
}

fn other_name(alias: &Alias) -> Value {
    let mut entries = vec![("name".to_owned(), Value::from(&*alias.text))];
    if alias.kind != AliasKind::Name {
        entries.push(("kind".to_owned(), alias.kind.as_str().into()));
    }
    if let Some(language) = &alias.language {
        entries.push(("language".to_owned(), Value::from(&**language)));
    }
    Value::map(entries)
}

/// What relationships say about themselves, in the order of the columns.
fn words(qualifiers: &Qualifiers) -> [Option<Cow<'_, str>>; QUALIFIERS.len()] {
    let day = |day: Option<Date>| day.map(|day| Cow::Owned(day.to_string()));
    let (stance, rank) = (qualifiers.stance, qualifiers.rank);
    [
        qualifiers.valid.as_ref().map(|valid| valid.as_str().into()),
        day(qualifiers.not_before),
        day(qualifiers.not_after),
        (stance != Stance::default()).then(|| stance.as_str().into()),
        qualifiers.speaker.as_deref().map(Cow::Borrowed),
        (rank != Rank::default()).then(|| rank.as_str().into()),
        qualifiers.reason.as_deref().map(Cow::Borrowed),
    ]
}
