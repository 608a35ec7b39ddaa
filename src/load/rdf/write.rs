//! A graph as triples.

use std::io::{self, Write};
use std::sync::Arc;

use hashbrown::HashSet;
use oxrdf::vocab::{rdf, xsd};
use oxrdf::{BaseDirection, BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use oxrdfio::{RdfFormat, RdfSerializer, WriterQuadSerializer};

use super::{ALSO, DIRECTION, EDTF, GRAPH, LANGUAGE, OURS, URI};
use crate::graph::alias::AliasKind;
use crate::graph::schema::{for_each_node, for_each_statement};
use crate::graph::snapshot::Ends;
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::graph::{KeyId, Snapshot, stated};
use crate::load::elements;
use crate::render::json;
use crate::value::time::{Date, Edtf};
use crate::value::{NodeId, StatementId, Value};

/// Writes a graph.
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
        has_terms: !matches!(format, RdfFormat::JsonLd { .. } | RdfFormat::RdfXml),
        blanks: 0,
    };
    exporter.everything()?;
    exporter.out.finish().map(|_| ())
}

struct Exporter<'a, W: Write> {
    graph: &'a dyn Snapshot,
    uri: Option<KeyId>,
    out: WriterQuadSerializer<W>,
    /// Whether a triple can be what another is about, as RDF 1.2 has it.
    has_terms: bool,
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
        self.other_names()?;
        self.declarations()?;
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

    fn other_names(&mut self) -> io::Result<()> {
        let graph = self.graph;
        for alias in graph.aliases().iter().filter(|alias| graph.contains_node(alias.entity)) {
            let entity = self.resource(alias.entity);
            let language = alias.language.as_deref().unwrap_or_default();
            let tagged = with_language(&alias.text, language);
            if let Some(text) = tagged.filter(|_| alias.kind == AliasKind::default()) {
                self.triple(entity, iri(ALSO.to_owned()), text)?;
                continue;
            }
            let mut entries = vec![("name".to_owned(), Value::from(&*alias.text))];
            entries.push(("kind".to_owned(), alias.kind.as_str().into()));
            if let Some(language) = &alias.language {
                entries.push(("language".to_owned(), Value::from(&**language)));
            }
            let also = literal(&Value::map(entries), graph)?;
            self.triple(entity, iri(format!("{OURS}also")), also)?;
        }
        Ok(())
    }

    /// What the graph says of itself, and the numbers by which it calls nodes that have other names.
    fn declarations(&mut self) -> io::Result<()> {
        let graph = self.graph;
        let mut lines = Vec::new();
        elements::export_declarations(graph, &mut lines)?;
        for line in lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
            let text = String::from_utf8_lossy(line).into_owned();
            let line = Literal::new_typed_literal(text, rdf::JSON);
            self.triple(iri(GRAPH.to_owned()), iri(format!("{OURS}declares")), line)?;
        }
        let mut named: Vec<NodeId> = Vec::new();
        for complete in &graph.declarations().completeness {
            named.extend(complete.from.node.iter().chain(complete.to.node.iter()));
            named.extend(complete.support.iter().map(|support| support.document));
        }
        named.sort_unstable();
        named.dedup();
        for node in named.into_iter().filter(|&node| graph.contains_node(node)) {
            let resource = self.resource(node);
            if !resource.as_str().starts_with(OURS) {
                let number = graph.node_element_id(node).to_string();
                let number = Literal::new_typed_literal(number, xsd::INTEGER);
                self.triple(resource, iri(format!("{OURS}number")), number)?;
            }
        }
        Ok(())
    }

    fn node(&mut self, node: NodeId) -> io::Result<()> {
        let (graph, resource) = (self.graph, self.resource(node));
        for &label in graph.labels(node) {
            let label = named("label", graph.catalog().label_name(label));
            self.triple(resource.clone(), rdf::TYPE.into_owned(), label)?;
        }
        let is_named = !resource.as_str().starts_with(OURS);
        self.properties(&resource, graph.node_properties(node), is_named)?;
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
        let reifier = self.reifier(id);
        self.reifies(&reifier, triple)?;
        self.said_of(&reifier, properties)?;
        self.qualifiers(&reifier, qualifiers)
    }

    /// What a statement is called: by its property `uri`, as a node is.
    fn reifier(&self, id: StatementId) -> NamedNode {
        let graph = self.graph;
        let own = self.uri.map(|key| graph.statement_property(id, key));
        let own = own.as_ref().and_then(Value::as_str).and_then(|uri| NamedNode::new(uri).ok());
        own.unwrap_or_else(|| iri(format!("{OURS}statement:{}", graph.statement_element_id(id))))
    }

    /// The properties of a statement.
    fn said_of(&mut self, reifier: &NamedNode, said: Vec<(KeyId, Value)>) -> io::Result<()> {
        self.properties(reifier, said, !reifier.as_str().starts_with(OURS))
    }

    /// Properties as literals, those that say the language of another with that one. `is_named` says that the IRI of
    /// the resource says what its property `uri` does.
    fn properties(
        &mut self,
        resource: &NamedNode,
        mut properties: Vec<(KeyId, Value)>,
        is_named: bool,
    ) -> io::Result<()> {
        let graph = self.graph;
        let name = |key: KeyId| graph.catalog().key_name(key);
        properties.retain(|(key, _)| !is_named || Some(*key) != self.uri);
        let value_of = |of: &str| properties.iter().find(|(key, _)| &**name(*key) == of);
        for (key, value) in &properties {
            // What says the language of another has none itself.
            let (of, languages) = match name(*key).strip_suffix(LANGUAGE) {
                Some(of) if !of.ends_with(LANGUAGE) => (value_of(of), None),
                Some(_) => (None, None),
                None => (None, value_of(&format!("{}{LANGUAGE}", name(*key)))),
            };
            if of.is_some_and(|(_, text)| tagged(text, value, graph).is_some()) {
                continue;
            }
            let tagged = languages.and_then(|(_, languages)| tagged(value, languages, graph));
            let key = named("key", name(*key));
            let literals = match tagged {
                Some(literals) => literals,
                None => vec![literal(value, graph)?],
            };
            for literal in literals {
                self.triple(resource.clone(), key.clone(), literal)?;
            }
        }
        Ok(())
    }

    /// A value of a property that has a date or a source. The one that stands out is asserted as the
    /// node's own property; each has a reifier, which says its stance so that none is taken for hearsay.
    fn stated_value(&mut self, id: StatementId, node: NodeId, key: &str) -> io::Result<()> {
        let graph = self.graph;
        let mut said = graph.statement_properties(id);
        let value = stated::value_of(graph, id);
        let name = |key: KeyId| graph.catalog().key_name(key);
        let is_language = |key: KeyId| name(key).strip_suffix(LANGUAGE) == Some(stated::VALUE);
        let language = said.iter().find(|(key, _)| is_language(*key));
        let tagged = language.and_then(|(_, language)| tagged(&value, language, graph));
        let value = match tagged.as_deref() {
            Some([one]) => one.clone(),
            _ => literal(&value, graph)?,
        };
        said.retain(|(key, _)| {
            &**name(*key) != stated::VALUE && !(value.language().is_some() && is_language(*key))
        });
        let triple = Triple::new(self.resource(node), named("key", key), value);
        let reifier = self.reifier(id);
        self.reifies(&reifier, triple)?;
        self.said_of(&reifier, said)?;
        let plain = Qualifiers::default();
        let qualifiers = graph.qualifiers(id).unwrap_or(&plain);
        if qualifiers.stance == Stance::default() {
            let stance = Literal::new_simple_literal(qualifiers.stance.as_str());
            self.triple(reifier.clone(), iri(format!("{OURS}stance")), stance)?;
        }
        self.qualifiers(&reifier, qualifiers)
    }

    /// Says what a reifier is about; where a triple cannot be named, part by part (RDF 1.1 Semantics, D.1).
    fn reifies(&mut self, reifier: &NamedNode, triple: Triple) -> io::Result<()> {
        let reifier = reifier.clone();
        if self.has_terms {
            let triple = Term::Triple(triple.into());
            return self.triple(reifier, rdf::REIFIES.into_owned(), triple);
        }
        self.triple(reifier.clone(), rdf::TYPE.into_owned(), rdf::STATEMENT.into_owned())?;
        self.triple(reifier.clone(), rdf::SUBJECT.into_owned(), triple.subject)?;
        self.triple(reifier.clone(), rdf::PREDICATE.into_owned(), triple.predicate)?;
        self.triple(reifier, rdf::OBJECT.into_owned(), triple.object)
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

/// A text with its language, or several, as literals; `None` where these would not say the same. What is no text has
/// none, and stands among others that have one.
fn tagged(values: &Value, languages: &Value, graph: &dyn Snapshot) -> Option<Vec<Literal>> {
    match (values, languages) {
        (Value::String(text), Value::String(language)) if !language.is_empty() => {
            Some(vec![with_language(text, language)?])
        }
        (Value::List(values), Value::List(languages))
            if values.len() > 1
                && values.len() == languages.len()
                && languages.iter().any(|language| language.as_str() != Some("")) =>
        {
            let said = |(value, language): (&Value, &Value)| match (value, language.as_str()?) {
                (Value::String(text), language) => with_language(text, language),
                (value, "") => literal(value, graph).ok(),
                _ => None,
            };
            let literals: Option<Vec<Literal>> =
                values.iter().zip(languages.iter()).map(said).collect();
            // Of two that are the same a set of triples holds one.
            literals.filter(|all| all.iter().collect::<HashSet<_>>().len() == all.len())
        }
        _ => None,
    }
}

fn with_language(text: &str, written: &str) -> Option<Literal> {
    let (language, direction) = match written.split_once(DIRECTION) {
        Some((language, "ltr")) => (language, Some(BaseDirection::Ltr)),
        Some((language, "rtl")) => (language, Some(BaseDirection::Rtl)),
        _ => (written, None),
    };
    let literal = match direction {
        None if language.is_empty() => return Some(Literal::new_simple_literal(text)),
        None => Literal::new_language_tagged_literal(text, language),
        Some(direction) => {
            Literal::new_directional_language_tagged_literal(text, language, direction)
        }
    };
    // Tags are in lower case in RDF.
    literal.ok().filter(|literal| literal.language() == Some(language))
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
