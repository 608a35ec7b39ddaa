//! RDF 1.2 into a graph and back: Turtle, N-Triples, N-Quads, `TriG`, RDF/XML and JSON-LD.
//!
//! ```text
//! <urn:dossier:node:0>  rdf:type  <urn:dossier:label:State> ;  <urn:dossier:key:name>  "Nauru" .
//! <urn:dossier:node:0>  <urn:dossier:type:RECOGNISES>  <urn:dossier:node:3> .
//! <urn:dossier:statement:7>  rdf:reifies  <<( <urn:dossier:node:0> <urn:dossier:type:RECOGNISES> <urn:dossier:node:3> )>> ;
//!     <urn:dossier:valid>  "2009-12-15/.."^^edtf:EDTF ;
//!     <urn:dossier:source>  [ <urn:dossier:document> <urn:dossier:node:5> ; <urn:dossier:at> "{\"paragraph\":5}"^^rdf:JSON ] .
//! ```
//!
//! A triple between two resources is a relationship, one with a literal a property (several are a
//! list), one with `rdf:type` a label. What is said of a triple by way of a reifier is said of the
//! relationship: dates and sources in our words, all else as properties. A triple that is reified and
//! not asserted is somebody else's: its stance is *attributed*. A relationship that several share
//! type and ends with is reified, because a set of triples holds one of them only. The name of a graph
//! is the document that its relationships rest on.
//!
//! Foreign names lose their namespace (`foaf:knows` is `knows`); a resource keeps its IRI as the
//! property `uri`, by which a later export names it. The triples of a file are held in memory, because
//! what one means can depend on any other.

use std::io::{self, BufRead, Write};
use std::path::Path;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use oxrdf::vocab::{rdf, xsd};
use oxrdf::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
pub use oxrdfio::RdfFormat;
use oxrdfio::{RdfParseError, RdfParser, RdfSerializer, WriterQuadSerializer};

use super::import::{Rejects, Summary};
use crate::error::{Error, Result, load};
use crate::graph::alias::{Alias, AliasKind};
use crate::graph::empty::EmptyGraph;
use crate::graph::schema::{for_each_node, for_each_statement};
use crate::graph::snapshot::Ends;
use crate::graph::source::Support;
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::graph::{Snapshot, stated};
use crate::render::json;
use crate::store::{Cell, GenerationBuilder};
use crate::value::time::{Date, DateTime, Duration, Edtf, LocalDateTime, LocalTime, Time};
use crate::value::{Map, NodeId, StatementId, Value};

/// What all names of ours begin with.
const OURS: &str = "urn:dossier:";
const EDTF: &str = "http://id.loc.gov/datatypes/edtf/EDTF";
const ALSO: &str = "http://www.w3.org/2004/02/skos/core#altLabel";
/// The property that keeps the IRI of a resource.
const URI: &str = "uri";
/// How many triples are read before somebody is told.
const TOLD_EVERY: u64 = 10_000;

/// The format that the name of a file says it has.
pub fn format_of(path: &Path) -> Option<RdfFormat> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let plain = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    RdfFormat::from_extension(plain.rsplit_once('.')?.1)
}

/// Writes a graph.
#[doc(hidden)]
pub fn export(graph: &dyn Snapshot, format: RdfFormat, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = RdfSerializer::from_format(format);
    for (prefix, iri) in [
        ("node", "urn:dossier:node:"),
        ("key", "urn:dossier:key:"),
        ("label", "urn:dossier:label:"),
        ("type", "urn:dossier:type:"),
        ("statement", "urn:dossier:statement:"),
        ("dossier", OURS),
    ] {
        serializer = serializer.with_prefix(prefix, iri).map_err(io::Error::other)?;
    }
    let mut exporter = Exporter {
        graph,
        uri: graph.catalog().key(URI),
        out: serializer.for_writer(out),
        blanks: 0,
    };
    exporter.everything()?;
    exporter.out.finish().map(|_| ())
}

struct Exporter<'a, W: Write> {
    graph: &'a dyn Snapshot,
    uri: Option<crate::graph::KeyId>,
    out: WriterQuadSerializer<W>,
    /// How many sources have been written: they have no name of their own.
    blanks: u64,
}

impl<W: Write> Exporter<'_, W> {
    fn everything(&mut self) -> io::Result<()> {
        let graph = self.graph;
        let mut done = Ok(());
        for_each_node(graph, |node| {
            if done.is_ok() {
                done = self.node(node);
            }
        });
        done?;
        for alias in graph.aliases().iter().filter(|alias| graph.contains_node(alias.entity)) {
            let text = match &alias.language {
                Some(language) => Literal::new_language_tagged_literal(&*alias.text, &**language)
                    .unwrap_or_else(|_| Literal::new_simple_literal(&*alias.text)),
                None => Literal::new_simple_literal(&*alias.text),
            };
            let entity = self.resource(alias.entity);
            self.triple(entity, iri(ALSO.to_owned()), text)?;
        }
        let (mut seen, mut parallel) = (HashSet::new(), HashSet::new());
        for_each_statement(graph, |id| {
            if let Some(ends) = graph.statement(id)
                && !seen.insert(ends)
            {
                parallel.insert(ends);
            }
        });
        drop(seen);
        let mut done = Ok(());
        for_each_statement(graph, |id| {
            if done.is_ok()
                && let Some(ends) = graph.statement(id)
            {
                done = self.statement(id, ends, parallel.contains(&ends));
            }
        });
        done
    }

    fn node(&mut self, node: NodeId) -> io::Result<()> {
        let (graph, resource) = (self.graph, self.resource(node));
        for &label in graph.labels(node) {
            let label = named("label", graph.catalog().label_name(label));
            self.triple(resource.clone(), rdf::TYPE.into_owned(), label)?;
        }
        for (key, value) in graph.node_properties(node) {
            if Some(key) != self.uri || resource.as_str().starts_with(OURS) {
                let key = named("key", graph.catalog().key_name(key));
                self.triple(resource.clone(), key, literal(&value, graph)?)?;
            }
        }
        if graph.labels(node).is_empty() && graph.node_properties(node).is_empty() {
            // A node without anything is there all the same.
            self.triple(resource, rdf::TYPE.into_owned(), iri(format!("{OURS}Node")))?;
        }
        Ok(())
    }

    fn statement(&mut self, id: StatementId, ends: Ends, is_parallel: bool) -> io::Result<()> {
        let graph = self.graph;
        if let Some(key) = stated::key_of_type(graph, ends.relationship_type) {
            return self.stated_value(id, ends.start, key);
        }
        let triple = Triple::new(
            self.resource(ends.start),
            named("type", graph.catalog().type_name(ends.relationship_type)),
            self.resource(ends.end),
        );
        let plain = Qualifiers::default();
        let qualifiers = graph.qualifiers(id).unwrap_or(&plain);
        if matches!(qualifiers.stance, Stance::Asserted | Stance::ScareQuoted) {
            self.out.serialize_triple(triple.as_ref())?;
        }
        let properties = graph.statement_properties(id);
        if !is_parallel && properties.is_empty() && qualifiers.is_plain() {
            return Ok(());
        }
        let reifier = iri(format!("{OURS}statement:{}", graph.statement_element_id(id)));
        self.triple(reifier.clone(), rdf::REIFIES.into_owned(), Term::Triple(triple.into()))?;
        for (key, value) in properties {
            let key = named("key", graph.catalog().key_name(key));
            self.triple(reifier.clone(), key, literal(&value, graph)?)?;
        }
        self.qualifiers(&reifier, qualifiers)
    }

    /// A value of a property that has a date or a source. The one that stands out is asserted as the
    /// node's own property; each has a reifier, which says its stance so that none is taken for hearsay.
    fn stated_value(&mut self, id: StatementId, node: NodeId, key: &str) -> io::Result<()> {
        let graph = self.graph;
        let value = literal(&stated::value_of(graph, id), graph)?;
        let triple = Triple::new(self.resource(node), named("key", key), value);
        let reifier = iri(format!("{OURS}statement:{}", graph.statement_element_id(id)));
        self.triple(reifier.clone(), rdf::REIFIES.into_owned(), Term::Triple(triple.into()))?;
        let plain = Qualifiers::default();
        let qualifiers = graph.qualifiers(id).unwrap_or(&plain);
        if qualifiers.stance == Stance::default() {
            let stance = Literal::new_simple_literal(qualifiers.stance.as_str());
            self.triple(reifier.clone(), iri(format!("{OURS}stance")), stance)?;
        }
        self.qualifiers(&reifier, qualifiers)
    }

    fn qualifiers(&mut self, reifier: &NamedNode, qualifiers: &Qualifiers) -> io::Result<()> {
        let text = |text: &str| Some(Literal::new_simple_literal(text));
        let day = |day: Option<Date>| {
            day.map(|day| Literal::new_typed_literal(day.to_string(), xsd::DATE))
        };
        let valid = qualifiers.valid.as_ref();
        let edtf = |edtf: &Edtf| Literal::new_typed_literal(edtf.as_str(), iri(EDTF.to_owned()));
        let stance = qualifiers.stance;
        let stance = if stance == Stance::default() { None } else { text(stance.as_str()) };
        let rank = qualifiers.rank;
        let rank = if rank == Rank::default() { None } else { text(rank.as_str()) };
        for (word, value) in [
            ("valid", valid.map(edtf)),
            ("notBefore", day(qualifiers.not_before)),
            ("notAfter", day(qualifiers.not_after)),
            ("stance", stance),
            ("speaker", qualifiers.speaker.as_deref().and_then(text)),
            ("rank", rank),
            ("because", qualifiers.reason.as_deref().and_then(text)),
        ] {
            if let Some(value) = value {
                self.triple(reifier.clone(), iri(format!("{OURS}{word}")), value)?;
            }
        }
        for support in &qualifiers.support {
            self.blanks += 1;
            let source =
                BlankNode::new(format!("source{}", self.blanks)).map_err(io::Error::other)?;
            self.triple(reifier.clone(), iri(format!("{OURS}source")), source.clone())?;
            if self.graph.contains_node(support.document) {
                let document = self.resource(support.document);
                self.triple(source.clone(), iri(format!("{OURS}document")), document)?;
            }
            let at = Value::Map(Arc::clone(&support.locator));
            let summary = support.summary.as_deref().and_then(text);
            if !support.locator.is_empty() || summary.is_none() {
                let at = literal(&at, self.graph)?;
                self.triple(source.clone(), iri(format!("{OURS}at")), at)?;
            }
            if let Some(summary) = summary {
                self.triple(source, iri(format!("{OURS}summary")), summary)?;
            }
        }
        Ok(())
    }

    fn resource(&self, node: NodeId) -> NamedNode {
        let own = self.uri.map(|key| self.graph.node_property(node, key));
        let own = own.as_ref().and_then(Value::as_str).and_then(|uri| NamedNode::new(uri).ok());
        own.unwrap_or_else(|| iri(format!("{OURS}node:{}", self.graph.node_element_id(node))))
    }

    fn triple(
        &mut self,
        subject: impl Into<NamedOrBlankNode>,
        predicate: NamedNode,
        object: impl Into<Term>,
    ) -> io::Result<()> {
        self.out.serialize_triple(Triple::new(subject, predicate, object).as_ref())
    }
}

/// An IRI of ours, which has no letter that an IRI cannot have.
fn iri(text: String) -> NamedNode {
    NamedNode::new_unchecked(text)
}

/// The IRI of a name.
fn named(kind: &str, name: &str) -> NamedNode {
    let mut out = format!("{OURS}{kind}:");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(byte.into());
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    iri(out)
}

/// The name of an IRI: ours as it was, of others what comes last.
fn name_of(iri: &str) -> String {
    let ours = iri.strip_prefix(OURS).and_then(|rest| rest.split_once(':'));
    if let Some((_, name)) = ours {
        return decoded(name);
    }
    let end = iri.trim_end_matches(['#', '/', ':']);
    let local = end.rsplit(['#', '/', ':']).next().unwrap_or(end);
    decoded(if local.is_empty() { iri } else { local })
}

fn decoded(name: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(name.len()), name.as_bytes());
    while let Some((&byte, after)) = rest.split_first() {
        let hex = (byte == b'%').then(|| after.get(..2)).flatten();
        let value = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(value.unwrap_or(byte));
        rest = if value.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| name.to_owned())
}

fn literal(value: &Value, graph: &dyn Snapshot) -> io::Result<Literal> {
    let typed = |text: String, datatype| Literal::new_typed_literal(text, datatype);
    Ok(match value {
        Value::String(text) => Literal::new_simple_literal(&**text),
        Value::Boolean(value) => typed(value.to_string(), xsd::BOOLEAN),
        Value::Integer(value) => typed(value.to_string(), xsd::INTEGER),
        Value::Float(value) if value.is_infinite() => {
            typed(if *value > 0.0 { "INF" } else { "-INF" }.to_owned(), xsd::DOUBLE)
        }
        Value::Float(value) => typed(format!("{value:?}"), xsd::DOUBLE),
        Value::Date(value) => typed(value.to_string(), xsd::DATE),
        Value::Edtf(value) => Literal::new_typed_literal(value.as_str(), iri(EDTF.to_owned())),
        Value::Duration(value) => typed(value.to_string(), xsd::DURATION),
        value => {
            let mut out = Vec::new();
            json::write_value(&mut out, value, graph)?;
            typed(String::from_utf8(out).map_err(io::Error::other)?, rdf::JSON)
        }
    })
}

/// The value of a literal; a text where it is none of its datatype.
fn value_of(literal: &Literal) -> Value {
    let text = literal.value();
    let datatype = literal.datatype();
    let value = match datatype.as_str() {
        EDTF => Edtf::parse(text).ok().map(Value::from),
        iri if iri == rdf::JSON.as_str() => serde_json::from_str(text)
            .ok()
            .and_then(|raw| json::read_value(raw, &EmptyGraph::default()).ok()),
        iri => iri
            .strip_prefix("http://www.w3.org/2001/XMLSchema#")
            .and_then(|name| of_schema(name, text)),
    };
    value.unwrap_or_else(|| text.into())
}

fn of_schema(datatype: &str, text: &str) -> Option<Value> {
    Some(match datatype {
        "boolean" => match text.trim() {
            "true" | "1" => true.into(),
            "false" | "0" => false.into(),
            _ => return None,
        },
        "double" | "float" | "decimal" => match text.trim() {
            "INF" | "+INF" => f64::INFINITY.into(),
            "-INF" => f64::NEG_INFINITY.into(),
            text => text.parse::<f64>().ok()?.into(),
        },
        "date" => Value::Date(Date::parse(text).ok()?),
        "dateTime" => match DateTime::parse(text) {
            Ok(value)
                if text.ends_with('Z') || text.rfind(['+', '-']).is_some_and(|at| at > 10) =>
            {
                Value::DateTime(value.into())
            }
            _ => Value::LocalDateTime(LocalDateTime::parse(text).ok()?),
        },
        "time" => match LocalTime::parse(text) {
            Ok(value) => Value::LocalTime(value),
            Err(_) => Value::Time(Time::parse(text, 0).ok()?),
        },
        "gYear" | "gYearMonth" => Edtf::parse(text).ok()?.into(),
        "duration" | "dayTimeDuration" | "yearMonthDuration" => {
            Value::Duration(Duration::parse(text).ok()?.into())
        }
        "string" => text.into(),
        _ => text.trim().trim_start_matches('+').parse::<i64>().ok()?.into(),
    })
}

/// Reads triples into a builder; `path` is what errors call them.
pub fn import(
    path: &Path,
    input: &mut dyn BufRead,
    format: RdfFormat,
    mut rejects: Rejects,
    builder: &mut GenerationBuilder,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let mut importer = Importer::default();
    let parser = RdfParser::from_format(format).rename_blank_nodes();
    let parser = parser.with_base_iri("urn:dossier:file:").map_err(|error| {
        Error::new(&load::UNEXPECTED, format!("The base of the file is no IRI: {error}."))
    })?;
    let mut read = 0;
    for quad in parser.for_reader(input) {
        match quad {
            Ok(quad) => importer.add(quad.subject, quad.predicate, quad.object, quad.graph_name),
            Err(RdfParseError::Io(error)) => {
                let message = format!("The file `{}` cannot be read: {error}.", path.display());
                return Err(Error::new(&load::IO, message));
            }
            Err(RdfParseError::Syntax(error)) => {
                let line = error.location().map_or(0, |place| place.start.line + 1);
                rejects.note_line(path, line, None, &format!("It is no triple: {error}."))?;
            }
        }
        read += 1;
        if read % TOLD_EVERY == 0 {
            progress(TOLD_EVERY);
        }
    }
    let mut summary = importer.finish(builder)?;
    summary.rejected = rejects.count();
    summary.examples = rejects.shown().to_vec();
    Ok(summary)
}

/// A relationship by its ends and type.
type Edge = (NamedOrBlankNode, NamedNode, NamedOrBlankNode);

/// Triples, by what they say.
/// A resource, a property and its value.
type Property = (NamedOrBlankNode, NamedNode, Literal);

#[derive(Default)]
struct Importer {
    /// Resources in the order in which they came.
    nodes: Vec<NamedOrBlankNode>,
    known: HashSet<NamedOrBlankNode>,
    /// What is said of each subject.
    said: HashMap<NamedOrBlankNode, Vec<(NamedNode, Term)>>,
    /// Relationships in the order in which they came, with the graph that states them.
    edges: Vec<(Edge, GraphName)>,
    asserted: HashSet<Edge>,
    /// What reifies what.
    reified: Vec<(NamedOrBlankNode, Edge)>,
    reifiers: HashSet<NamedOrBlankNode>,
    /// The values of properties that something is said of, each with its reifier.
    values: Vec<(NamedOrBlankNode, Property)>,
}

impl Importer {
    fn add(
        &mut self,
        subject: NamedOrBlankNode,
        predicate: NamedNode,
        object: Term,
        graph: GraphName,
    ) {
        let resource = match &object {
            Term::Triple(triple) if predicate == rdf::REIFIES => {
                // What joins two resources can be a relationship, what gives one a literal a value.
                if let Term::Literal(value) = &triple.object {
                    self.reifiers.insert(subject.clone());
                    let said = (triple.subject.clone(), triple.predicate.clone(), value.clone());
                    self.values.push((subject, said));
                } else if let Some(end) = resource_of(&triple.object) {
                    let edge = (triple.subject.clone(), triple.predicate.clone(), end);
                    self.reifiers.insert(subject.clone());
                    self.reified.push((subject, edge));
                }
                return;
            }
            Term::Triple(_) => return,
            object => resource_of(object),
        };
        if let Some(end) = resource
            && predicate != rdf::TYPE
        {
            let edge = (subject, predicate, end);
            if self.asserted.insert(edge.clone()) {
                self.edges.push((edge, graph));
            }
            return;
        }
        if self.known.insert(subject.clone()) {
            self.nodes.push(subject.clone());
        }
        self.said.entry(subject).or_default().push((predicate, object));
    }

    fn finish(mut self, builder: &mut GenerationBuilder) -> Result<Summary> {
        // What reifiers and their sources say is no node of its own.
        let mut apart = std::mem::take(&mut self.reifiers);
        let mut sources: HashMap<NamedOrBlankNode, Vec<NamedOrBlankNode>> = HashMap::new();
        let mut documents: HashMap<NamedOrBlankNode, NamedOrBlankNode> = HashMap::new();
        let mut edges = Vec::with_capacity(self.edges.len());
        for (edge, graph) in std::mem::take(&mut self.edges) {
            match edge.1.as_str().strip_prefix(OURS) {
                Some("source") => {
                    apart.insert(edge.2.clone());
                    sources.entry(edge.0).or_default().push(edge.2);
                }
                Some("document") => drop(documents.insert(edge.0, edge.2)),
                _ => edges.push((edge, graph)),
            }
        }
        let mut making = Making {
            builder,
            rows: HashMap::new(),
            shown: HashMap::new(),
            summary: Summary::default(),
        };
        // What is said of a value makes a statement of it; the column comes from those.
        let values: HashSet<&Property> = self.values.iter().map(|(_, value)| value).collect();
        for node in std::mem::take(&mut self.nodes) {
            if !apart.contains(&node) {
                let said = self.said.get(&node).map_or(&[][..], Vec::as_slice);
                let is_plain = |said: &&(NamedNode, Term)| match &said.1 {
                    Term::Literal(value) if !values.is_empty() => {
                        !values.contains(&(node.clone(), said.0.clone(), value.clone()))
                    }
                    _ => true,
                };
                let plain: Vec<_> = said.iter().filter(is_plain).cloned().collect();
                making.node(&node, &plain)?;
            }
        }
        let reified: HashSet<&Edge> = self.reified.iter().map(|(_, edge)| edge).collect();
        for (edge, graph) in &edges {
            // What is said about a reifier belongs to its relationship and is no relationship.
            if apart.contains(&edge.0)
                || reified.contains(edge) && *graph == GraphName::DefaultGraph
            {
                continue;
            }
            let mut qualifiers = Qualifiers::default();
            let document = match graph {
                GraphName::NamedNode(name) => Some(NamedOrBlankNode::from(name.clone())),
                GraphName::BlankNode(name) => Some(NamedOrBlankNode::from(name.clone())),
                GraphName::DefaultGraph => None,
            };
            if let Some(document) = document {
                let document = NodeId(making.row(&document)?);
                qualifiers.support.push(Support {
                    document,
                    locator: Arc::default(),
                    summary: None,
                });
            }
            making.relationship(edge, &[], &qualifiers)?;
        }
        for (reifier, edge) in &self.reified {
            let said = self.said.get(reifier).map_or(&[][..], Vec::as_slice);
            let mut qualifiers = qualifiers(said);
            if !self.asserted.contains(edge) && qualifiers.stance == Stance::default() {
                qualifiers.stance = Stance::Attributed;
            }
            qualifiers.support = self.supports(reifier, &sources, &documents, &mut making)?;
            making.relationship(edge, said, &qualifiers)?;
        }
        for (reifier, (subject, predicate, value)) in &self.values {
            let said = self.said.get(reifier).map_or(&[][..], Vec::as_slice);
            let mut qualifiers = qualifiers(said);
            if !says_stance(said) && !self.is_asserted(subject, predicate, value) {
                qualifiers.stance = Stance::Attributed;
            }
            qualifiers.support = self.supports(reifier, &sources, &documents, &mut making)?;
            making.value(subject, &name_of(predicate.as_str()), &value_of(value), &qualifiers)?;
        }
        making.show_values();
        Ok(making.summary)
    }

    /// The places that a reifier names.
    fn supports(
        &self,
        reifier: &NamedOrBlankNode,
        sources: &HashMap<NamedOrBlankNode, Vec<NamedOrBlankNode>>,
        documents: &HashMap<NamedOrBlankNode, NamedOrBlankNode>,
        making: &mut Making<'_>,
    ) -> Result<Vec<Support>> {
        let mut found = Vec::new();
        for source in sources.get(reifier).map_or(&[][..], Vec::as_slice) {
            let said = self.said.get(source).map_or(&[][..], Vec::as_slice);
            // A source that is a resource itself is the document.
            let document = match documents.get(source) {
                Some(document) => making.row(document)?,
                None if said.is_empty() => making.row(source)?,
                None => u32::MAX,
            };
            found.push(support(NodeId(document), said));
        }
        Ok(found)
    }

    /// Whether a resource is said to have a value of a property, not only reported to.
    fn is_asserted(&self, of: &NamedOrBlankNode, property: &NamedNode, value: &Literal) -> bool {
        let said = self.said.get(of).map_or(&[][..], Vec::as_slice);
        said.iter().any(|(known, object)| {
            known == property && matches!(object, Term::Literal(own) if own == value)
        })
    }
}

fn resource_of(object: &Term) -> Option<NamedOrBlankNode> {
    match object {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::BlankNode(node) => Some(node.clone().into()),
        Term::Literal(_) | Term::Triple(_) => None,
    }
}

/// Whether a reifier says its stance.
fn says_stance(said: &[(NamedNode, Term)]) -> bool {
    said.iter().any(|(predicate, _)| predicate.as_str().strip_prefix(OURS) == Some("stance"))
}

/// What our words say of a reifier.
fn qualifiers(said: &[(NamedNode, Term)]) -> Qualifiers {
    let mut qualifiers = Qualifiers::default();
    for (predicate, object) in said {
        let (Some(word), Term::Literal(literal)) = (predicate.as_str().strip_prefix(OURS), object)
        else {
            continue;
        };
        let text = literal.value();
        match word {
            "valid" => qualifiers.valid = Edtf::parse(text).ok(),
            "notBefore" => qualifiers.not_before = Date::parse(text).ok(),
            "notAfter" => qualifiers.not_after = Date::parse(text).ok(),
            "stance" => qualifiers.stance = Stance::parse(text).unwrap_or_default(),
            "speaker" => qualifiers.speaker = Some(text.into()),
            "rank" => qualifiers.rank = Rank::parse(text).unwrap_or_default(),
            "because" => qualifiers.reason = Some(text.into()),
            _ => {}
        }
    }
    qualifiers
}

fn support(document: NodeId, said: &[(NamedNode, Term)]) -> Support {
    let word = |word: &str| {
        said.iter().find_map(|(predicate, object)| match object {
            Term::Literal(literal) if predicate.as_str().strip_prefix(OURS) == Some(word) => {
                Some(literal)
            }
            _ => None,
        })
    };
    let locator = match word("at").map(value_of) {
        Some(Value::Map(map)) => map,
        _ => Arc::new(Map::new()),
    };
    Support { document, locator, summary: word("summary").map(|text| text.value().into()) }
}

/// A graph in the making.
struct Making<'a> {
    builder: &'a mut GenerationBuilder,
    rows: HashMap<NamedOrBlankNode, u32>,
    /// Of each property of each node the value that stands out of those that are stated.
    shown: HashMap<(u32, String), ([i64; 2], Value)>,
    summary: Summary,
}

impl Making<'_> {
    fn node(&mut self, node: &NamedOrBlankNode, said: &[(NamedNode, Term)]) -> Result<()> {
        let catalog = self.builder.catalog_mut();
        let mut labels = Vec::new();
        for (predicate, object) in said {
            if let Term::NamedNode(class) = object
                && *predicate == rdf::TYPE
                && class.as_str() != "urn:dossier:Node"
            {
                labels.push(catalog.intern_label(&name_of(class.as_str())));
            }
        }
        let row = self.builder.add_nodes(&labels, 1)?.start;
        self.rows.insert(node.clone(), row);
        self.summary.nodes += 1;
        for (_, object) in said.iter().filter(|(predicate, _)| predicate.as_str() == ALSO) {
            if let Term::Literal(literal) = object {
                self.builder.aliases_mut().push(Alias {
                    entity: NodeId(row),
                    text: literal.value().into(),
                    kind: AliasKind::default(),
                    language: literal.language().map(Into::into),
                });
            }
        }
        for (name, value) in properties(said) {
            let key = self.builder.catalog_mut().intern_key(&name);
            self.builder.node_column(key).set(row, Cell::from(&value));
        }
        if let NamedOrBlankNode::NamedNode(named) = node
            && !named.as_str().starts_with(OURS)
        {
            let key = self.builder.catalog_mut().intern_key(URI);
            self.builder.node_column(key).set(row, Cell::Text(named.as_str()));
        }
        Ok(())
    }

    /// The row of a resource, which may be spoken of and say nothing.
    fn row(&mut self, node: &NamedOrBlankNode) -> Result<u32> {
        if !self.rows.contains_key(node) {
            self.node(node, &[])?;
        }
        Ok(self.rows[node])
    }

    fn relationship(
        &mut self,
        edge: &Edge,
        said: &[(NamedNode, Term)],
        qualifiers: &Qualifiers,
    ) -> Result<()> {
        let (start, end) = (self.row(&edge.0)?, self.row(&edge.2)?);
        let relationship_type = self.builder.catalog_mut().intern_type(&name_of(edge.1.as_str()));
        let row = self.builder.relationships(relationship_type).add(start, end)?;
        for (name, value) in properties(said) {
            let key = self.builder.catalog_mut().intern_key(&name);
            let table = self.builder.relationships(relationship_type);
            table.column(key).set(row, Cell::from(&value));
        }
        if !qualifiers.is_plain() {
            self.builder.relationships(relationship_type).qualify(row, qualifiers)?;
        }
        self.summary.relationships += 1;
        Ok(())
    }
}

impl Making<'_> {
    /// States a value of a property: a relationship from the node to itself.
    fn value(
        &mut self,
        node: &NamedOrBlankNode,
        key: &str,
        value: &Value,
        qualifiers: &Qualifiers,
    ) -> Result<()> {
        let node = self.row(node)?;
        let catalog = self.builder.catalog_mut();
        let (of, value_key) =
            (catalog.intern_type(&stated::type_name(key)), catalog.intern_key(stated::VALUE));
        let row = self.builder.relationships(of).add(node, node)?;
        self.builder.relationships(of).column(value_key).set(row, Cell::from(value));
        if !qualifiers.is_plain() {
            self.builder.relationships(of).qualify(row, qualifiers)?;
        }
        if stated::is_believed(qualifiers) {
            let standing = stated::standing_of(qualifiers);
            let shown = self.shown.entry((node, key.to_owned()));
            let shown = shown.or_insert_with(|| (standing, value.clone()));
            if standing >= shown.0 {
                *shown = (standing, value.clone());
            }
        }
        Ok(())
    }

    /// Writes the values that stand out into the columns of the nodes.
    fn show_values(&mut self) {
        for ((node, key), (_, value)) in std::mem::take(&mut self.shown) {
            let key = self.builder.catalog_mut().intern_key(&key);
            self.builder.node_column(key).set(node, Cell::from(&value));
        }
    }
}

/// What literals say, by name; several of one name are a list.
fn properties(said: &[(NamedNode, Term)]) -> Vec<(String, Value)> {
    let mut found: Vec<(String, Vec<Value>)> = Vec::new();
    for (predicate, object) in said {
        // What is a word of ours is no property; our properties have a colon in what follows.
        let is_word = predicate.as_str().strip_prefix(OURS).is_some_and(|rest| !rest.contains(':'));
        let Term::Literal(literal) = object else { continue };
        if is_word || predicate.as_str() == ALSO {
            continue;
        }
        let (name, value) = (name_of(predicate.as_str()), value_of(literal));
        match found.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => found.push((name, vec![value])),
        }
    }
    let single = |(name, mut values): (String, Vec<Value>)| {
        let value = if values.len() == 1 { values.remove(0) } else { values.into() };
        (name, value)
    };
    found.into_iter().map(single).collect()
}
