//! A whole graph as JSON lines, and back: nodes, relationships with their qualifiers, what is declared.
//!
//! ```text
//! {"$type":"node","id":0,"labels":["State"],"properties":{"name":"Nauru"},"also":[{"name":"Naoero"}]}
//! {"$type":"relationship","id":7,"type":"RECOGNISES","start":0,"end":3,"properties":{},
//!  "valid":"2009-12-15/..","sources":[{"document":5,"at":{"paragraph":5},"summary":"…"}],"stance":"quoted"}
//! {"$type":"declaration","type":"RECOGNISES","kind":"persistent state","from":["State"],"to":["Region"]}
//! {"$type":"complete","from":{"labels":["State"]},"type":"RECOGNISES","to":{"node":3},"at":"2018-11"}
//! {"$type":"phrase","label":"State","text":"country"}
//! {"$type":"inference","name":"met","type":"MET","text":"MATCH … DERIVE …"}
//! {"$type":"rule","kind":"UNIQUENESS","name":"state_name","label":"State","keys":["name"]}
//! ```
//!
//! Values are those of [`json`], and a node or a relationship is what a query's answer shows of it,
//! with more members. Numbers are the file's own: they say what belongs together, and what is read
//! gets new ones. A line speaks only of nodes on lines before it, so that a file of any size is read
//! once and its elements go straight into the arrays of the next generation.

use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;

use hashbrown::HashMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::import::{Rejects, Summary};
use super::rows::failed;
use crate::error::{Error, Result};
use crate::graph::alias::{Alias, AliasKind};
use crate::graph::declaration::{
    Completeness, Declaration, Endpoint, Inference, Meaning, Phrase, Temporality,
};
use crate::graph::empty::EmptyGraph;
use crate::graph::rule::{Rule, RuleKind};
use crate::graph::source::Support;
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::graph::{Catalog, LabelId};
use crate::render::json;
use crate::store::{Cell, GenerationBuilder};
use crate::value::time::{Date, Edtf};
use crate::value::{Map, NodeId};

mod export;

use export::kind_word;
pub use export::{export, export_declarations};

/// A line that is longer is a mistake.
const LINE_MAX_BYTES: u64 = 64 << 20;
/// How many lines are read before somebody is told.
const TOLD_EVERY: u64 = 10_000;
/// The kinds of constraints and indexes that are known by their name alone.
const RULES: [RuleKind; 6] = [
    RuleKind::RangeIndex,
    RuleKind::TextIndex,
    RuleKind::PointIndex,
    RuleKind::Unique,
    RuleKind::Exists,
    RuleKind::Key,
];

/// Reads elements into a builder; `path` is what errors call them.
pub fn import(
    path: &Path,
    input: &mut dyn BufRead,
    mut rejects: Rejects,
    builder: &mut GenerationBuilder,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let mut summary = read(path, input, &mut rejects, &|_| None, builder, progress)?;
    summary.rejected = rejects.count();
    summary.examples = rejects.shown().to_vec();
    Ok(summary)
}

/// Reads elements beside others: `known` has the rows of nodes that other files name.
pub fn read(
    path: &Path,
    input: &mut dyn BufRead,
    rejects: &mut Rejects,
    known: &dyn Fn(u64) -> Option<u32>,
    builder: &mut GenerationBuilder,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let mut importer = Importer::new(builder, HashMap::new(), known);
    let (mut line, mut number) = (Vec::new(), 0);
    loop {
        line.clear();
        let read = io::Read::take(&mut *input, LINE_MAX_BYTES).read_until(b'\n', &mut line);
        if read.map_err(|error| failed(path, &error))? == 0 {
            break;
        }
        number += 1;
        if number == 1 && line.starts_with("\u{feff}".as_bytes()) {
            line.drain(..3);
        }
        if number % TOLD_EVERY == 0 {
            progress(TOLD_EVERY);
            importer.builder.check_memory(20 * importer.rows.len())?;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match importer.line(&line) {
            Ok(()) => {}
            Err(Wrong::Store(error)) => return Err(error),
            Err(Wrong::Line(member, reason)) => {
                rejects.note_line(path, number, member, &reason)?;
            }
        }
    }
    Ok(importer.summary)
}

/// Declares what [`export_declarations`] wrote; `rows` are those of the nodes that it speaks of.
///
/// # Errors
///
/// `load::row` for a line that declares nothing.
#[cfg(feature = "rdf")]
pub fn declare(
    lines: &[String],
    rows: HashMap<u64, u32>,
    builder: &mut GenerationBuilder,
) -> Result<()> {
    let mut importer = Importer::new(builder, rows, &|_| None);
    for line in lines {
        importer.line(line.as_bytes()).map_err(|wrong| match wrong {
            Wrong::Store(error) => error,
            Wrong::Line(_, reason) => {
                let message = format!("What the graph declares cannot be used: {reason}");
                Error::new(&crate::error::load::ROW, message).note(line.clone())
            }
        })?;
    }
    Ok(())
}

/// Why a line is not taken.
enum Wrong {
    /// It cannot be used; the member at fault, where it is one.
    Line(Option<&'static str>, String),
    /// Nothing more can be taken.
    Store(Error),
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Self {
        Wrong::Store(error)
    }
}

type Taken<T = ()> = std::result::Result<T, Wrong>;

fn wrong<T>(member: &'static str, reason: impl Into<String>) -> Taken<T> {
    Err(Wrong::Line(Some(member), reason.into()))
}

/// A line as it is written.
#[expect(clippy::struct_excessive_bools, reason = "each is a word of a declaration")]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(rename = "$type")]
    element: String,
    id: Option<u64>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(borrow)]
    properties: Option<&'a RawValue>,
    #[serde(default)]
    also: Vec<AlsoLine>,
    #[serde(rename = "type")]
    relationship_type: Option<String>,
    start: Option<u64>,
    end: Option<u64>,
    valid: Option<String>,
    not_before: Option<String>,
    not_after: Option<String>,
    #[serde(borrow, default)]
    sources: Vec<SourceLine<'a>>,
    stance: Option<String>,
    speaker: Option<String>,
    rank: Option<String>,
    because: Option<String>,
    kind: Option<String>,
    inverse: Option<String>,
    #[serde(default)]
    symmetric: bool,
    #[serde(default)]
    transitive: bool,
    #[serde(default)]
    sub_of: Vec<String>,
    #[serde(default)]
    functional: bool,
    #[serde(default)]
    order: bool,
    /// Labels of a declaration, or an end of a completeness statement.
    #[serde(borrow)]
    from: Option<&'a RawValue>,
    #[serde(borrow)]
    to: Option<&'a RawValue>,
    description: Option<String>,
    at: Option<String>,
    text: Option<String>,
    label: Option<String>,
    key: Option<String>,
    name: Option<String>,
    #[serde(default)]
    keys: Vec<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlsoLine {
    name: String,
    kind: Option<String>,
    language: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceLine<'a> {
    document: Option<u64>,
    #[serde(borrow)]
    at: Option<&'a RawValue>,
    summary: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndLine<'a> {
    node: Option<u64>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(borrow)]
    properties: Option<&'a RawValue>,
}

struct Importer<'a> {
    builder: &'a mut GenerationBuilder,
    /// The row of each node, by its number in the file.
    rows: HashMap<u64, u32>,
    /// Those of nodes that stand in no line.
    known: &'a dyn Fn(u64) -> Option<u32>,
    /// Where numbers in values are looked up: a property is no node.
    graph: EmptyGraph,
    summary: Summary,
}

impl<'a> Importer<'a> {
    fn new(
        builder: &'a mut GenerationBuilder,
        rows: HashMap<u64, u32>,
        known: &'a dyn Fn(u64) -> Option<u32>,
    ) -> Importer<'a> {
        let (graph, summary) = (EmptyGraph::default(), Summary::default());
        Importer { builder, rows, known, graph, summary }
    }

    fn line(&mut self, line: &[u8]) -> Taken {
        let line: Line<'_> = serde_json::from_slice(line).map_err(|error| {
            let (reason, byte) = (error.to_string(), error.column());
            // Each line is one of its own: `at line 1` would mislead.
            let reason = reason.split(" at line ").next().unwrap_or_default();
            Wrong::Line(None, format!("The line is no element: {reason} (byte {byte} of it)."))
        })?;
        match line.element.as_str() {
            "node" => self.node(&line),
            "relationship" => self.relationship(&line),
            "declaration" => self.declaration(&line),
            "complete" => self.complete(&line),
            "phrase" => self.phrase(line),
            "inference" => self.inference(line),
            "rule" => self.rule(line),
            other => wrong("$type", format!("`{other}` is no element.")),
        }
    }

    fn node(&mut self, line: &Line<'_>) -> Taken {
        let Some(id) = line.id else { return wrong("id", "The node has no number.") };
        if self.rows.contains_key(&id) {
            return wrong("id", format!("Another node has the number {id}."));
        }
        let properties = self.storable("properties", line.properties)?;
        let mut aliases = Vec::with_capacity(line.also.len());
        for also in &line.also {
            let kind = word("also", also.kind.as_deref(), AliasKind::parse)?;
            aliases.push((also, kind));
        }
        let catalog = self.builder.catalog_mut();
        let labels: Vec<LabelId> = line.labels.iter().map(|l| catalog.intern_label(l)).collect();
        let row = self.builder.add_nodes(&labels, 1)?.start;
        for (key, value) in &properties {
            let key = self.builder.catalog_mut().intern_key(key);
            self.builder.node_column(key).set(row, Cell::from(value));
        }
        for (also, kind) in aliases {
            self.builder.aliases_mut().push(Alias {
                entity: NodeId(row),
                text: also.name.as_str().into(),
                kind,
                language: also.language.as_deref().map(Into::into),
            });
        }
        self.rows.insert(id, row);
        self.summary.nodes += 1;
        Ok(())
    }

    fn relationship(&mut self, line: &Line<'_>) -> Taken {
        let (start, end) = (self.row("start", line.start)?, self.row("end", line.end)?);
        let properties = self.storable("properties", line.properties)?;
        let qualifiers = Qualifiers {
            valid: edtf("valid", line.valid.as_deref())?,
            not_before: day("not_before", line.not_before.as_deref())?,
            not_after: day("not_after", line.not_after.as_deref())?,
            support: self.supports(&line.sources)?,
            stance: word("stance", line.stance.as_deref(), Stance::parse)?,
            speaker: line.speaker.as_deref().map(Into::into),
            rank: word("rank", line.rank.as_deref(), Rank::parse)?,
            reason: line.because.as_deref().map(Into::into),
        };
        let catalog = self.builder.catalog_mut();
        let relationship_type = catalog.intern_type(type_of(line)?);
        let keys: Vec<_> = properties.keys().map(|key| catalog.intern_key(key)).collect();
        let table = self.builder.relationships(relationship_type);
        let row = table.add(start, end)?;
        for (key, value) in keys.into_iter().zip(properties.values()) {
            table.column(key).set(row, Cell::from(value));
        }
        if !qualifiers.is_plain() {
            table.qualify(row, &qualifiers)?;
        }
        self.summary.relationships += 1;
        Ok(())
    }

    fn declaration(&mut self, line: &Line<'_>) -> Taken {
        if let Some(label) = line.label.as_deref() {
            let catalog = self.builder.catalog_mut();
            let above = line.sub_of.iter().map(|name| catalog.intern_label(name)).collect();
            let label = catalog.intern_label(label);
            self.builder.declarations_mut().kinds.declare(label, above);
            return Ok(());
        }
        let kinds = [
            Temporality::Event,
            Temporality::State { persistent: false },
            Temporality::State { persistent: true },
        ];
        let kind = match line.kind.as_deref() {
            None => None,
            Some(text) => match kinds.into_iter().find(|&kind| kind_word(kind) == text) {
                None => return wrong("kind", format!("`{text}` is no kind of relationship.")),
                kind => kind,
            },
        };
        let relationship_type = type_of(line)?;
        let from: Vec<String> = part("from", line.from)?;
        let to: Vec<String> = part("to", line.to)?;
        let catalog = self.builder.catalog_mut();
        let mut labels = |names: &[String]| -> Vec<LabelId> {
            names.iter().map(|name| catalog.intern_label(name)).collect()
        };
        let declaration = Declaration {
            symmetric: line.symmetric,
            transitive: line.transitive,
            sub_of: line.sub_of.iter().map(|name| name.as_str().into()).collect(),
            inverse: line.inverse.as_deref().map(Into::into),
            kind,
            functional: line.functional,
            order: line.order,
            from: labels(&from),
            to: labels(&to),
            description: line.description.as_deref().map(Into::into),
        };
        let id = self.builder.catalog_mut().intern_type(relationship_type);
        self.builder.declarations_mut().types.insert(id, declaration);
        Ok(())
    }

    fn complete(&mut self, line: &Line<'_>) -> Taken {
        let relationship_type = type_of(line)?;
        let at = edtf("at", line.at.as_deref())?;
        let support = self.supports(&line.sources)?;
        let from = self.endpoint("from", line.from)?;
        let to = self.endpoint("to", line.to)?;
        let relationship_type = self.builder.catalog_mut().intern_type(relationship_type);
        let complete = Completeness { from, relationship_type, to, at, support };
        self.builder.declarations_mut().completeness.push(complete);
        Ok(())
    }

    fn phrase(&mut self, line: Line<'_>) -> Taken {
        let Some(text) = line.text else { return wrong("text", "The phrase has no text.") };
        let catalog: &mut Catalog = self.builder.catalog_mut();
        let means = match (line.label, line.relationship_type, line.key) {
            (Some(name), None, None) => Meaning::Label(catalog.intern_label(&name)),
            (None, Some(name), None) => Meaning::Type(catalog.intern_type(&name)),
            (None, None, Some(name)) => Meaning::Key(catalog.intern_key(&name)),
            _ => return wrong("label", "A phrase is for a label, a type or a key."),
        };
        let phrase = Phrase { text: text.into(), means };
        let known = &mut self.builder.declarations_mut().phrases;
        if !known.contains(&phrase) {
            known.push(phrase);
        }
        Ok(())
    }

    fn inference(&mut self, line: Line<'_>) -> Taken {
        let relationship_type = self.builder.catalog_mut().intern_type(type_of(&line)?);
        let Some(name) = line.name else { return wrong("name", "The rule has no name.") };
        let Some(text) = line.text else { return wrong("text", "The rule has no text.") };
        let inference = Inference { name: name.into(), relationship_type, text: text.into() };
        let known = &mut self.builder.declarations_mut().inferences;
        match known.iter().find(|known| known.name == inference.name) {
            Some(same) if *same == inference => Ok(()),
            Some(_) => wrong("name", format!("There is another rule `{}`.", inference.name)),
            None => {
                known.push(inference);
                Ok(())
            }
        }
    }

    fn rule(&mut self, line: Line<'_>) -> Taken {
        let word = line.kind.unwrap_or_default();
        let typed = line.value.map(|value| RuleKind::Typed(value.into()));
        let kind = RULES.into_iter().chain(typed).find(|kind| kind.name(false) == word);
        let Some(kind) = kind else {
            return wrong("kind", format!("`{word}` is no constraint and no index."));
        };
        let (is_relationship, on) = match (line.label, line.relationship_type) {
            (Some(label), None) => (false, label),
            (None, Some(name)) => (true, name),
            _ => return wrong("label", "A rule is about a label or a type."),
        };
        let Some(name) = line.name else { return wrong("name", "The rule has no name.") };
        let keys = line.keys.into_iter().map(Into::into).collect();
        let rule = Rule { name: name.into(), kind, is_relationship, on: on.into(), keys };
        let known = &mut self.builder.declarations_mut().rules;
        match known.iter().find(|known| known.name == rule.name) {
            Some(same) if *same == rule => Ok(()),
            Some(_) => wrong("name", format!("There is another rule `{}`.", rule.name)),
            None => {
                known.push(rule);
                Ok(())
            }
        }
    }

    fn endpoint(&mut self, member: &'static str, json: Option<&RawValue>) -> Taken<Endpoint> {
        let line: EndLine<'_> = part(member, json)?;
        let node = match line.node {
            None => None,
            some => Some(NodeId(self.row(member, some)?)),
        };
        let properties = self.properties(member, line.properties)?;
        let catalog = self.builder.catalog_mut();
        let labels = line.labels.iter().map(|label| catalog.intern_label(label)).collect();
        Ok(Endpoint { labels, properties: properties.into_iter().collect(), node })
    }

    fn supports(&self, lines: &[SourceLine<'_>]) -> Taken<Vec<Support>> {
        let support = |line: &SourceLine<'_>| {
            let document = match line.document {
                // One that was deleted before the export.
                None => u32::MAX,
                some => self.row("sources", some)?,
            };
            Ok(Support {
                document: NodeId(document),
                locator: Arc::new(self.properties("sources", line.at)?),
                summary: line.summary.as_deref().map(Into::into),
            })
        };
        lines.iter().map(support).collect()
    }

    fn row(&self, member: &'static str, number: Option<u64>) -> Taken<u32> {
        let Some(number) = number else { return wrong(member, "The number of a node is missing.") };
        let row = self.rows.get(&number).copied().or_else(|| (self.known)(number));
        row.map_or_else(
            || wrong(member, format!("No node before this line has the number {number}.")),
            Ok,
        )
    }

    /// Properties that can be stored.
    fn storable(&self, member: &'static str, json: Option<&RawValue>) -> Taken<Map> {
        let properties = self.properties(member, json)?;
        for (key, value) in &properties {
            if let Some(reason) = super::refusal(value) {
                return wrong(member, format!("`{key}`: {reason}"));
            }
        }
        Ok(properties)
    }

    fn properties(&self, member: &'static str, json: Option<&RawValue>) -> Taken<Map> {
        let Some(json) = json else { return Ok(Map::new()) };
        json::read_map(json, &self.graph)
            .map_err(|error| Wrong::Line(Some(member), error.message().to_owned()))
    }
}

fn type_of<'l>(line: &'l Line<'_>) -> Taken<&'l str> {
    match line.relationship_type.as_deref() {
        None | Some("") => wrong("type", "The relationship type is missing."),
        Some(name) => Ok(name),
    }
}

/// A member that different elements use differently; what is not there is the default.
fn part<'a, T: Deserialize<'a> + Default>(
    member: &'static str,
    json: Option<&'a RawValue>,
) -> Taken<T> {
    let Some(json) = json else { return Ok(T::default()) };
    serde_json::from_str(json.get())
        .map_err(|error| Wrong::Line(Some(member), format!("It cannot be used here: {error}.")))
}

fn edtf(member: &'static str, text: Option<&str>) -> Taken<Option<Edtf>> {
    let parse = |text| Edtf::parse(text);
    let error = |error: Error| Wrong::Line(Some(member), error.message().to_owned());
    text.map(parse).transpose().map_err(error)
}

fn day(member: &'static str, text: Option<&str>) -> Taken<Option<Date>> {
    let parse = |text| Date::parse(text);
    let error = |error: Error| Wrong::Line(Some(member), error.message().to_owned());
    text.map(parse).transpose().map_err(error)
}

/// One of a few words; the default where none is written.
fn word<T: Default>(
    member: &'static str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
) -> Taken<T> {
    let Some(text) = text else { return Ok(T::default()) };
    parse(text).map_or_else(|| wrong(member, format!("`{text}` is not known here.")), Ok)
}
