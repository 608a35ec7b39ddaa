//! Tables whose headers say what their columns mean, in Neo4j's convention, and how to write them.
//!
//! ```text
//! people.csv   id:ID(Person),name,born:int,speaks:string[],:LABEL
//!              p1,Ada,1815,en;fr,Person;Author
//! knows.csv    :START_ID(Person),:END_ID(Person),since:date,:TYPE
//!              p1,p2,1840-01-01,KNOWS
//! ```
//!
//! **In**: the paths of such tables. **Out**: the recipe that says the same ([`recipe_of`]), which is
//! carried out like one that a person has written. [`export`] is the way back. What a relationship
//! says about itself stands in columns of our own: `_valid`, `_not_before`, `_not_after`, `_stance`,
//! `_speaker`, `_rank`, `_because` and, as JSON, `_sources`; other programs take them for properties.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::recipe::written;
use super::rows::{Layout, Table};
use crate::error::{Error, Result, load};
use crate::graph::schema::{for_each_node, for_each_statement};
use crate::graph::source::display_name;
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::graph::{KeyId, Snapshot};
use crate::render::json;
use crate::value::{NodeId, StatementId, Value};

/// What stands between the labels of a node and between the items of a list.
const SEPARATOR: char = ';';

/// The columns of ours, and what a recipe calls them.
const QUALIFIERS: [(&str, &str); 7] = [
    ("_valid", "valid"),
    ("_not_before", "not_before"),
    ("_not_after", "not_after"),
    ("_stance", "stance"),
    ("_speaker", "speaker"),
    ("_rank", "rank"),
    ("_because", "because"),
];

/// What the header of a column says.
enum Role {
    Id {
        name: String,
        space: String,
    },
    Start(String),
    End(String),
    Label,
    Type,
    Ignored,
    /// A property; the expression that is its value, and the type that the column has to be read as.
    Property {
        name: String,
        value: String,
        kind: Option<&'static str>,
    },
}

/// Whether the headers of a table say what its columns mean.
pub fn has_roles(path: &Path) -> Result<bool> {
    let names = Table::open(path, &Layout::default())?.names;
    Ok(names.iter().any(|name| {
        let upper = name.to_ascii_uppercase();
        [":ID", ":START_ID"].iter().any(|role| {
            upper.split_once(role).is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with('('))
        })
    }))
}

/// The recipe that tables with such headers stand for.
///
/// # Errors
///
/// `load::recipe` for a header that says nothing or something unknown.
pub fn recipe_of(paths: &[PathBuf]) -> Result<String> {
    let mut names = BTreeSet::new();
    let (mut nodes, mut relationships) = (String::new(), String::new());
    for path in paths {
        let file = super::import::file_name(path);
        if !names.insert(file.clone()) {
            let message = format!("Two files are called `{file}`.");
            return Err(Error::new(&load::RECIPE, message).hint("Give one of them another name."));
        }
        let table_of = Table::open(path, &Layout::default())?;
        let is_typed = table_of.is_typed();
        let roles: Result<Vec<(String, Role)>> = table_of
            .names
            .iter()
            .map(|name| Ok((name.clone(), role(&file, name, is_typed)?)))
            .collect();
        let roles = roles?;
        let is_node = roles.iter().any(|(_, role)| matches!(role, Role::Id { .. }));
        let out = if is_node { &mut nodes } else { &mut relationships };
        table(out, &file, &roles, is_node)?;
    }
    nodes.push_str(&relationships);
    Ok(nodes)
}

fn table(out: &mut String, file: &str, roles: &[(String, Role)], is_node: bool) -> Result<()> {
    let wrong = |what: &str| {
        Error::new(&load::RECIPE, format!("`{file}` {what}."))
            .hint("A table of nodes has a column `:ID`, one of relationships `:START_ID`, `:END_ID` and `:TYPE`; other tables need a recipe.")
    };
    let (mut start, mut end, mut kind_of) = (None, None, None);
    let (mut properties, mut types) = (String::new(), String::new());
    let _ = writeln!(
        out,
        "[[{}]]\nfile = {}",
        if is_node { "node" } else { "relationship" },
        quoted(file)
    );
    for (column, role) in roles {
        match role {
            Role::Id { name, space } => {
                let _ =
                    writeln!(out, "group = {}\nkey = {}", group(space), quoted(&ticked(column)));
                // A key without a name is no property, and what it is read as shows nowhere.
                if !name.is_empty() {
                    property(&mut properties, name, &ticked(column));
                    let _ = writeln!(types, "{} = \"text\"", quoted(column));
                }
            }
            Role::Start(space) => start = Some((space, column)),
            Role::End(space) => end = Some((space, column)),
            Role::Label if is_node => {
                let split = format!("split({}, '{SEPARATOR}')", ticked(column));
                let _ = writeln!(out, "labels_from = {}", quoted(&split));
            }
            Role::Label | Role::Ignored => {}
            Role::Type => kind_of = Some(column),
            Role::Property { name, value, kind } => {
                let known = QUALIFIERS.iter().find(|(known, _)| known == name);
                match known.filter(|_| !is_node) {
                    Some((_, key)) => {
                        let _ = writeln!(out, "{key} = {}", quoted(value));
                    }
                    None => property(&mut properties, name, value),
                }
                if let Some(kind) = kind {
                    let _ = writeln!(types, "{} = \"{kind}\"", quoted(column));
                }
            }
        }
    }
    if !is_node {
        let (Some(start), Some(end)) = (start, end) else {
            return Err(wrong("has neither nodes nor both ends of relationships"));
        };
        let Some(kind_of) = kind_of else { return Err(wrong("has no column `:TYPE`")) };
        let _ = writeln!(out, "type_from = {}", quoted(&ticked(kind_of)));
        for (end, (space, column)) in [("from", start), ("to", end)] {
            let (space, key) = (group(space), quoted(&ticked(column)));
            let _ = writeln!(out, "{end} = {{ node = {space}, key = {key} }}");
        }
    }
    let of = if is_node { "node" } else { "relationship" };
    let _ = writeln!(out, "[{of}.properties]\n{properties}[{of}.types]\n{types}");
    Ok(())
}

fn property(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "{} = {}", quoted(name), quoted(value));
}

/// What the header of a column means. Without a type it is a text, or what the file itself says.
fn role(file: &str, header: &str, is_typed: bool) -> Result<Role> {
    let Some((name, kind)) = header.rsplit_once(':') else {
        let kind = (!is_typed).then_some("text");
        return Ok(Role::Property { name: header.to_owned(), value: ticked(header), kind });
    };
    // `:ID(Person){label: …}` says more than is needed.
    let kind = kind.split('{').next().unwrap_or(kind).trim();
    let (word, space) = match kind.split_once('(') {
        Some((word, space)) => (word, space.trim_end_matches(')').to_owned()),
        None => (kind, String::new()),
    };
    let name = name.to_owned();
    Ok(match word.to_ascii_uppercase().as_str() {
        "ID" => Role::Id { name, space },
        "START_ID" => Role::Start(space),
        "END_ID" => Role::End(space),
        "LABEL" => Role::Label,
        "TYPE" => Role::Type,
        "IGNORE" => Role::Ignored,
        _ => {
            let (scalar, is_list) = match kind.strip_suffix("[]") {
                Some(scalar) => (scalar, true),
                None => (kind, false),
            };
            let (kind, convert) = match scalar.to_ascii_lowercase().as_str() {
                "int" | "long" | "short" | "byte" => ("integer", "toInteger"),
                "float" | "double" => ("float", "toFloat"),
                "boolean" => ("boolean", "toBoolean"),
                "string" | "char" | "" => ("text", ""),
                "date" => ("date", "date"),
                "datetime" => ("datetime", ""),
                "localdatetime" => ("localdatetime", ""),
                "time" => ("time", ""),
                "localtime" => ("localtime", ""),
                "duration" => ("duration", ""),
                "edtf" => ("edtf", "edtf"),
                _ => {
                    let message = format!("`{file}` has a column of the unknown type `{header}`.");
                    return Err(Error::new(&load::RECIPE, message)
                        .hint("Known are int, long, float, double, boolean, string, date, datetime, localdatetime, time, localtime and duration, with [] for lists."));
                }
            };
            if !is_list {
                return Ok(Role::Property { name, value: ticked(header), kind: Some(kind) });
            }
            if convert.is_empty() && kind != "text" {
                let message =
                    format!("`{file}` has a list of a type that is not read: `{header}`.");
                return Err(Error::new(&load::RECIPE, message));
            }
            let split = format!("split({}, '{SEPARATOR}')", ticked(header));
            let value = if convert.is_empty() { split } else { format!("{convert}({split})") };
            Role::Property { name, value, kind: Some("text") }
        }
    })
}

/// The group of an id space; the one that all tables share has no name.
fn group(space: &str) -> String {
    quoted(if space.is_empty() { "nodes" } else { space })
}

/// A column in an expression.
fn ticked(column: &str) -> String {
    format!("`{}`", column.replace('`', "``"))
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// Writes all nodes as one table and all relationships as another.
#[doc(hidden)]
pub fn export(
    graph: &dyn Snapshot,
    nodes: &mut dyn Write,
    relationships: &mut dyn Write,
) -> io::Result<()> {
    let mut of_nodes = BTreeMap::new();
    for_each_node(graph, |node| note(&mut of_nodes, &graph.node_properties(node)));
    let mut of_statements = BTreeMap::new();
    let mut qualified = false;
    for_each_statement(graph, |statement| {
        note(&mut of_statements, &graph.statement_properties(statement));
        qualified |= graph.qualifiers(statement).is_some();
    });
    let mut writer = TableWriter { graph, out: nodes, line: String::new() };
    writer.cell(":ID");
    writer.header(&of_nodes);
    writer.cell(":LABEL");
    writer.end()?;
    let mut done = Ok(());
    for_each_node(graph, |node| {
        if done.is_ok() {
            done = writer.node(node, &of_nodes);
        }
    });
    done?;
    let mut writer = TableWriter { graph, out: relationships, line: String::new() };
    writer.cell(":START_ID");
    writer.cell(":END_ID");
    writer.header(&of_statements);
    if qualified {
        QUALIFIERS.iter().for_each(|(name, _)| writer.cell(name));
        writer.cell("_sources");
    }
    writer.cell(":TYPE");
    writer.end()?;
    let mut done = Ok(());
    for_each_statement(graph, |statement| {
        if done.is_ok() {
            done = writer.relationship(statement, &of_statements, qualified);
        }
    });
    done
}

/// The types that a property has, as headers call them.
type Columns = BTreeMap<KeyId, BTreeSet<&'static str>>;

fn note(columns: &mut Columns, properties: &[(KeyId, Value)]) {
    for (key, value) in properties {
        columns.entry(*key).or_default().insert(header_type(value));
    }
}

fn header_type(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) => "long",
        Value::Float(_) => "double",
        Value::Boolean(_) => "boolean",
        Value::Date(_) => "date",
        Value::DateTime(_) => "datetime",
        Value::LocalDateTime(_) => "localdatetime",
        Value::Time(_) => "time",
        Value::LocalTime(_) => "localtime",
        Value::Duration(_) => "duration",
        Value::List(items) if !items.is_empty() => {
            let first = header_type(&items[0]);
            let splits = |item: &Value| {
                header_type(item) == first && !item.as_str().is_some_and(|t| t.contains(SEPARATOR))
            };
            match first {
                _ if !items.iter().all(splits) => "string",
                "long" => "long[]",
                "double" => "double[]",
                "boolean" => "boolean[]",
                "date" => "date[]",
                "string" if items.iter().all(|item| item.as_str().is_some()) => "string[]",
                _ => "string",
            }
        }
        _ => "string",
    }
}

struct TableWriter<'a> {
    graph: &'a dyn Snapshot,
    out: &'a mut dyn Write,
    line: String,
}

impl TableWriter<'_> {
    fn header(&mut self, columns: &Columns) {
        for (key, types) in columns {
            let name = self.graph.catalog().key_name(*key);
            let kind = if types.len() == 1 { types.first().copied() } else { None };
            self.cell(&format!("{name}:{}", kind.unwrap_or("string")));
        }
    }

    fn node(&mut self, node: NodeId, columns: &Columns) -> io::Result<()> {
        self.cell(&self.graph.node_element_id(node).to_string());
        self.properties(&self.graph.node_properties(node), columns)?;
        let names = self.graph.labels(node).iter();
        let names: Vec<&str> = names.map(|&id| &**self.graph.catalog().label_name(id)).collect();
        self.cell(&names.join(";"));
        self.end()
    }

    fn relationship(
        &mut self,
        statement: StatementId,
        columns: &Columns,
        qualified: bool,
    ) -> io::Result<()> {
        let Some(ends) = self.graph.statement(statement) else { return Ok(()) };
        self.cell(&self.graph.node_element_id(ends.start).to_string());
        self.cell(&self.graph.node_element_id(ends.end).to_string());
        self.properties(&self.graph.statement_properties(statement), columns)?;
        if qualified {
            let plain = Qualifiers::default();
            self.qualifiers(self.graph.qualifiers(statement).unwrap_or(&plain))?;
        }
        self.cell(self.graph.catalog().type_name(ends.relationship_type));
        self.end()
    }

    fn qualifiers(&mut self, qualifiers: &Qualifiers) -> io::Result<()> {
        let day = |day: Option<crate::value::time::Date>| {
            day.map_or_else(String::new, |day| day.to_string())
        };
        self.cell(qualifiers.valid.as_ref().map_or("", |valid| valid.as_str()));
        self.cell(&day(qualifiers.not_before));
        self.cell(&day(qualifiers.not_after));
        let stance = qualifiers.stance;
        self.cell(if stance == Stance::default() { "" } else { stance.as_str() });
        self.cell(qualifiers.speaker.as_deref().unwrap_or(""));
        let rank = qualifiers.rank;
        self.cell(if rank == Rank::default() { "" } else { rank.as_str() });
        self.cell(qualifiers.reason.as_deref().unwrap_or(""));
        let sources = qualifiers.support.iter().map(|support| {
            let document = Value::from(display_name(self.graph, support.document));
            let at = Value::Map(std::sync::Arc::clone(&support.locator));
            let mut entries = vec![("document".to_owned(), document), ("at".to_owned(), at)];
            if let Some(summary) = &support.summary {
                entries.push(("summary".to_owned(), Value::String(std::sync::Arc::clone(summary))));
            }
            Value::map(entries)
        });
        let sources: Vec<Value> = sources.collect();
        let text = if sources.is_empty() { String::new() } else { self.json(&sources.into())? };
        self.cell(&text);
        Ok(())
    }

    fn properties(&mut self, values: &[(KeyId, Value)], columns: &Columns) -> io::Result<()> {
        for (key, types) in columns {
            let value = values.iter().find(|(known, _)| known == key).map(|(_, value)| value);
            match value {
                None => self.cell(""),
                Some(value) => {
                    let text = self.text(value, types.len() == 1)?;
                    // An empty text is a value, and nothing is none.
                    if text.is_empty() { self.empty() } else { self.cell(&text) }
                }
            }
        }
        Ok(())
    }

    fn text(&self, value: &Value, is_typed: bool) -> io::Result<String> {
        Ok(match value {
            Value::List(items) if is_typed && header_type(value).ends_with("[]") => {
                let items: std::result::Result<Vec<String>, String> =
                    items.iter().map(written).collect();
                items.unwrap_or_default().join(";")
            }
            Value::DateTime(value) => value.to_string(),
            Value::LocalDateTime(value) => value.to_string(),
            Value::Time(value) => value.to_string(),
            Value::LocalTime(value) => value.to_string(),
            Value::Duration(value) => value.to_string(),
            value => match written(value) {
                Ok(text) => text,
                Err(_) => self.json(value)?,
            },
        })
    }

    fn json(&self, value: &Value) -> io::Result<String> {
        let mut out = Vec::new();
        json::write_value(&mut out, value, self.graph)?;
        String::from_utf8(out).map_err(io::Error::other)
    }

    fn cell(&mut self, text: &str) {
        if !self.line.is_empty() {
            self.line.push(',');
        }
        // A first cell that is empty would look like none.
        if text.contains(['"', ',', '\n', '\r']) || text.is_empty() && self.line.is_empty() {
            self.line.push('"');
            self.line.push_str(&text.replace('"', "\"\""));
            self.line.push('"');
        } else {
            self.line.push_str(text);
        }
    }

    fn empty(&mut self) {
        self.line.push_str(if self.line.is_empty() { "\"\"" } else { ",\"\"" });
    }

    fn end(&mut self) -> io::Result<()> {
        self.line.push('\n');
        self.out.write_all(self.line.as_bytes())?;
        self.line.clear();
        Ok(())
    }
}
