//! Values as the TCK writes them, and our values in the same form, to be compared as text.
//!
//! `canonical(expected) == canonical(actual)` exactly when the TCK calls them equal: integers and
//! floats stay apart, labels and map keys are sorted, identities do not count, temporal values
//! are their text. With `bag` the order inside lists does not count either.

use dossier::graph::row::{Node, Relationship};
use dossier::value::Path;
use dossier::{Rows, Value};

/// A value without identity.
#[derive(Clone, Debug)]
pub(crate) enum Literal {
    /// Anything that its text tells whole: null, booleans, numbers, strings.
    Scalar(String),
    List(Vec<Literal>),
    Map(Vec<(String, Literal)>),
    Node(Vec<String>, Vec<(String, Literal)>),
    Relationship(String, Vec<(String, Literal)>),
    /// Nodes, relationships, and whether each points forward.
    Path(Vec<Literal>, Vec<(Literal, bool)>),
}

impl Literal {
    /// One text for equal values.
    pub(crate) fn canonical(&self, bag: bool) -> String {
        match self {
            Literal::Scalar(text) => text.clone(),
            Literal::List(items) => {
                let mut items: Vec<_> = items.iter().map(|item| item.canonical(bag)).collect();
                if bag {
                    items.sort();
                }
                format!("[{}]", items.join(", "))
            }
            Literal::Map(entries) => map(entries, bag),
            Literal::Node(labels, properties) => {
                let mut labels = labels.clone();
                labels.sort();
                format!("(:{} {})", labels.join(":"), map(properties, bag))
            }
            Literal::Relationship(type_name, properties) => {
                format!("[:{type_name} {}]", map(properties, bag))
            }
            Literal::Path(nodes, relationships) => {
                let mut text = format!("<{}", nodes[0].canonical(bag));
                for ((relationship, forward), node) in relationships.iter().zip(&nodes[1..]) {
                    let (relationship, node) = (relationship.canonical(bag), node.canonical(bag));
                    text += &if *forward {
                        format!("-{relationship}->{node}")
                    } else {
                        format!("<-{relationship}-{node}")
                    };
                }
                text + ">"
            }
        }
    }

    /// One of our values in this form.
    pub(crate) fn of(value: &Value, rows: &Rows) -> Literal {
        match value {
            Value::Null => Literal::Scalar("null".into()),
            Value::Boolean(value) => Literal::Scalar(value.to_string()),
            Value::Integer(value) => Literal::Scalar(format!("i{value}")),
            Value::Float(value) => Literal::Scalar(float(*value)),
            Value::String(text) => Literal::Scalar(format!("{text:?}")),
            Value::List(items) => {
                Literal::List(items.iter().map(|item| Literal::of(item, rows)).collect())
            }
            Value::Map(entries) => Literal::Map(
                entries
                    .iter()
                    .map(|(key, value)| (key.to_string(), Literal::of(value, rows)))
                    .collect(),
            ),
            Value::Node(id) => Literal::node(&rows.node(*id), rows),
            Value::Relationship(id) => match rows.relationship(*id) {
                Some(relationship) => Literal::relationship(&relationship, rows),
                None => Literal::Scalar("[deleted]".into()),
            },
            Value::Path(path) => Literal::path(path, rows),
            temporal => Literal::Scalar(format!("{:?}", temporal_text(temporal))),
        }
    }

    fn node(node: &Node, rows: &Rows) -> Literal {
        let labels = node.labels.iter().map(ToString::to_string).collect();
        Literal::Node(labels, properties(&node.properties, rows))
    }

    fn relationship(relationship: &Relationship, rows: &Rows) -> Literal {
        let type_name = relationship.relationship_type.to_string();
        Literal::Relationship(type_name, properties(&relationship.properties, rows))
    }

    fn path(path: &Path, rows: &Rows) -> Literal {
        let nodes = path.nodes.iter().map(|&id| Literal::node(&rows.node(id), rows)).collect();
        let steps = path.relationships.iter().zip(&path.nodes);
        let relationships = steps.map(|(&id, &from)| match rows.relationship(id) {
            Some(found) => (Literal::relationship(&found, rows), found.start == from),
            None => (Literal::Scalar("[deleted]".into()), true),
        });
        Literal::Path(nodes, relationships.collect())
    }
}

fn temporal_text(value: &Value) -> String {
    match value {
        Value::Date(value) => value.to_string(),
        Value::LocalTime(value) => value.to_string(),
        Value::Time(value) => value.to_string(),
        Value::LocalDateTime(value) => value.to_string(),
        Value::DateTime(value) => value.to_string(),
        Value::Duration(value) => value.to_string(),
        Value::Edtf(value) => value.as_str().to_owned(),
        other => format!("{other:?}"),
    }
}

fn properties(properties: &[(std::sync::Arc<str>, Value)], rows: &Rows) -> Vec<(String, Literal)> {
    properties.iter().map(|(key, value)| (key.to_string(), Literal::of(value, rows))).collect()
}

fn map(entries: &[(String, Literal)], bag: bool) -> String {
    let mut entries: Vec<_> =
        entries.iter().map(|(key, value)| format!("{key}: {}", value.canonical(bag))).collect();
    entries.sort();
    format!("{{{}}}", entries.join(", "))
}

fn float(value: f64) -> String {
    // Minus zero equals zero.
    if value == 0.0 { "f0.0".into() } else { format!("f{value:?}") }
}

/// Reads a value as the TCK writes it.
pub(crate) fn parse(text: &str) -> Result<Literal, String> {
    let mut reader = Reader { rest: text };
    let value = reader.value().ok_or_else(|| format!("cannot read the expected value {text}"))?;
    if reader.rest.trim().is_empty() {
        Ok(value)
    } else {
        Err(format!("more than a value: {text}"))
    }
}

/// A parameter of a scenario, which the TCK writes like an expected value.
pub(crate) fn to_value(literal: &Literal) -> Value {
    match literal {
        Literal::Scalar(text) => match text.as_str() {
            "null" => Value::Null,
            "true" => true.into(),
            "false" => false.into(),
            _ => match text.split_at(1) {
                ("i", digits) => digits.parse::<i64>().map_or(Value::Null, Value::from),
                ("f", digits) => digits.parse::<f64>().map_or(Value::Null, Value::from),
                _ => unescape_debug(text).into(),
            },
        },
        Literal::List(items) => items.iter().map(to_value).collect::<Vec<_>>().into(),
        Literal::Map(entries) => {
            Value::map(entries.iter().map(|(key, value)| (key.as_str(), to_value(value))))
        }
        _ => Value::Null,
    }
}

/// The string whose `{:?}` form this is; the reader made it from a plain string.
fn unescape_debug(text: &str) -> String {
    serde_json::from_str(text).unwrap_or_else(|_| text.trim_matches('"').to_owned())
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn eat(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        let found = self.rest.strip_prefix(token);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn at(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        self.rest.starts_with(token)
    }

    fn need(&mut self, token: &str) -> Option<()> {
        self.eat(token).then_some(())
    }

    fn value(&mut self) -> Option<Literal> {
        if self.at("'") {
            return Some(Literal::Scalar(format!("{:?}", self.string()?)));
        }
        if self.at("[:") {
            return self.relationship();
        }
        if self.at("[") {
            return self.list();
        }
        if self.at("{") {
            return Some(Literal::Map(self.map()?));
        }
        if self.at("(") {
            return self.node();
        }
        if self.at("<") {
            return self.path();
        }
        self.word()
    }

    fn word(&mut self) -> Option<Literal> {
        let end = self.rest.find([',', ']', '}', ' ']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(Literal::Scalar(match word {
            "null" | "true" | "false" => word.to_owned(),
            "NaN" => float(f64::NAN),
            "Inf" | "Infinity" => float(f64::INFINITY),
            "-Inf" | "-Infinity" => float(f64::NEG_INFINITY),
            _ => match word.parse::<i64>() {
                Ok(integer) => format!("i{integer}"),
                Err(_) => float(word.parse().ok()?),
            },
        }))
    }

    fn string(&mut self) -> Option<String> {
        self.need("'")?;
        let mut text = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\'' => {
                    self.rest = &self.rest[at + 1..];
                    return Some(text);
                }
                '\\' => match characters.next()?.1 {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'b' => text.push('\u{8}'),
                    'f' => text.push('\u{c}'),
                    other => text.push(other),
                },
                other => text.push(other),
            }
        }
        None
    }

    fn name(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        if self.eat("`") {
            let end = self.rest.find('`')?;
            let name = self.rest[..end].to_owned();
            self.rest = &self.rest[end + 1..];
            return Some(name);
        }
        let end =
            self.rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(self.rest.len());
        let name = self.rest[..end].to_owned();
        self.rest = &self.rest[end..];
        (!name.is_empty()).then_some(name)
    }

    fn list(&mut self) -> Option<Literal> {
        self.need("[")?;
        let mut items = Vec::new();
        while !self.eat("]") {
            if !items.is_empty() {
                self.need(",")?;
            }
            items.push(self.value()?);
        }
        Some(Literal::List(items))
    }

    fn map(&mut self) -> Option<Vec<(String, Literal)>> {
        self.need("{")?;
        let mut entries = Vec::new();
        while !self.eat("}") {
            if !entries.is_empty() {
                self.need(",")?;
            }
            let key = if self.at("'") { self.string()? } else { self.name()? };
            self.need(":")?;
            entries.push((key, self.value()?));
        }
        Some(entries)
    }

    fn labels(&mut self) -> Option<Vec<String>> {
        let mut labels = Vec::new();
        while self.eat(":") {
            labels.push(self.name()?);
        }
        Some(labels)
    }

    fn optional_map(&mut self) -> Option<Vec<(String, Literal)>> {
        if self.at("{") { self.map() } else { Some(Vec::new()) }
    }

    fn node(&mut self) -> Option<Literal> {
        self.need("(")?;
        let labels = self.labels()?;
        let properties = self.optional_map()?;
        self.need(")")?;
        Some(Literal::Node(labels, properties))
    }

    fn relationship(&mut self) -> Option<Literal> {
        self.need("[")?;
        let type_name = self.labels()?.pop()?;
        let properties = self.optional_map()?;
        self.need("]")?;
        Some(Literal::Relationship(type_name, properties))
    }

    fn path(&mut self) -> Option<Literal> {
        self.need("<")?;
        let mut nodes = vec![self.node()?];
        let mut relationships = Vec::new();
        while !self.eat(">") {
            let forward = !self.eat("<-");
            if forward {
                self.need("-")?;
            }
            let relationship = self.relationship()?;
            self.need(if forward { "->" } else { "-" })?;
            relationships.push((relationship, forward));
            nodes.push(self.node()?);
        }
        Some(Literal::Path(nodes, relationships))
    }
}
