//! Triples into a graph.
//!
//! What a triple means can depend on any other: one that comes late may reify one that came early. So
//! all of a file are read first, as numbers (`terms.rs`), 12 bytes each, and sorted by subject; then
//! nodes are made, then relationships, then what is said of both.

mod left_out;

use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

use hashbrown::HashMap;
use oxrdf::vocab::rdf;
use oxrdf::{GraphName, Quad, Term, Triple};
use oxrdfio::{RdfFormat, RdfParseError, RdfParser};

use super::lost::{Lost, Why};
use super::terms::{LITERAL, NONE, Numbers, Terms, is_literal};
use super::{ALSO, GRAPH, LANGUAGE, OURS, URI, name_of, value_of};
use crate::error::{Error, Result, load};
use crate::graph::alias::{Alias, AliasKind};
use crate::graph::source::Support;
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::graph::{KeyId, stated};
use crate::load::elements;
use crate::load::import::{Rejects, Summary};
use crate::store::{Cell, GenerationBuilder};
use crate::value::time::{Date, Edtf};
use crate::value::{Map, NodeId, Value};

/// How many triples are read before somebody is told.
const TOLD_EVERY: u64 = 10_000;

/// Reads triples into a builder; `path` is what errors call them.
pub fn import(
    path: &Path,
    input: &mut dyn BufRead,
    format: RdfFormat,
    mut rejects: Rejects,
    builder: &mut GenerationBuilder,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let mut triples = Triples::default();
    let parser = RdfParser::from_format(format).rename_blank_nodes();
    let parser = parser.with_base_iri("urn:dossier:file:").map_err(|error| {
        Error::new(&load::UNEXPECTED, format!("The base of the file is no IRI: {error}."))
    })?;
    let mut read = 0;
    for quad in parser.for_reader(input) {
        match quad {
            Ok(quad) => match misread(&quad) {
                None => triples.add(&quad)?,
                Some((word, reason)) => {
                    // What parses the file does not say where a triple that it likes stands.
                    let what = format!("triple {}, of {}: {reason}", read + 1, quad.subject);
                    rejects.note_line(path, 0, Some(word), &what)?;
                }
            },
            Err(RdfParseError::Io(error)) => {
                let message = format!("The file `{}` cannot be read: {error}.", path.display());
                return Err(Error::new(&load::IO, message));
            }
            Err(RdfParseError::Syntax(error)) => {
                let place = error.location().map(|place| place.start);
                let (line, column) =
                    place.map_or((0, None), |at| (at.line + 1, Some((at.column + 1).to_string())));
                rejects.note_line(path, line, column.as_deref(), &reason_of(&error.to_string()))?;
            }
        }
        read += 1;
        if read % TOLD_EVERY == 0 {
            progress(TOLD_EVERY);
            builder.check_memory(triples.bytes())?;
        }
    }
    let mut lost = Lost::new(path, &mut rejects);
    let mut summary = triples.into_graph(builder, &mut lost)?;
    summary.notes = lost.notes();
    summary.rejected = rejects.count();
    summary.examples = rejects.shown().to_vec();
    Ok(summary)
}

/// Why something is no triple, without the place, which stands before it.
fn reason_of(error: &str) -> String {
    if error.contains("LoadDocumentCallback") {
        return "Its context stands elsewhere, and nothing is fetched: write the context into the file.".to_owned();
    }
    let what = error.strip_prefix("Parser error ").and_then(|rest| rest.split_once(": "));
    format!("It is no triple: {}.", what.map_or(error, |(_, what)| what).trim_end_matches('.'))
}

/// A triple in one of our words whose literal is not what that word takes, and why.
fn misread(quad: &Quad) -> Option<(&'static str, String)> {
    let word = quad.predicate.as_str().strip_prefix(OURS)?;
    let Term::Literal(literal) = &quad.object else { return None };
    let text = literal.value();
    let of = |error: Error| error.message().to_owned();
    let unknown = |what: &str| format!("`{text}` is no {what}.");
    Some(match word {
        "valid" => ("valid", Edtf::parse(text).err().map(of)?),
        "notBefore" => ("notBefore", Date::parse(text).err().map(of)?),
        "notAfter" => ("notAfter", Date::parse(text).err().map(of)?),
        "stance" if Stance::parse(text).is_none() => ("stance", unknown("stance")),
        "rank" if Rank::parse(text).is_none() => ("rank", unknown("rank")),
        _ => return None,
    })
}

/// The triples of a file, by what they say.
#[derive(Default)]
struct Triples {
    terms: Terms,
    words: Option<Words>,
    /// What is said of resources: literals and classes.
    said: Vec<Numbers>,
    /// What joins two resources, in the order in which it came.
    edges: Vec<Numbers>,
    /// The graph of each of them; empty while all are in the default graph.
    graphs: Vec<u32>,
    /// What reifies what, in the order in which it came.
    reified: Vec<(u32, Numbers)>,
    /// The same, of values of properties.
    values: Vec<(u32, Numbers)>,
    /// What is reified part by part, as RDF 1.1 has it.
    parts: Vec<(u32, Numbers)>,
    /// The place of each reifier among the parts.
    part_of: HashMap<u32, usize>,
    /// Whose triples are left out as they are read, and why.
    left_out: Vec<(Why, u32)>,
    /// How many literals in words of ours have a language.
    languages: u64,
    /// How many properties and labels are said in a graph that has a name.
    in_graphs: u64,
}

/// The numbers of words that mean something here.
#[derive(Clone, Copy)]
struct Words {
    class: u32,
    reifies: u32,
    /// Subject, predicate and object of a statement.
    parts: [u32; 3],
}

impl Triples {
    /// About how many bytes they take.
    fn bytes(&self) -> usize {
        let triples = self.said.len() + self.edges.len();
        let reified = self.reified.len() + self.values.len() + 2 * self.parts.len();
        size_of::<Numbers>() * triples + 16 * reified + 4 * self.graphs.len() + self.terms.bytes()
    }

    fn add(&mut self, quad: &Quad) -> Result<()> {
        let words = match self.words {
            Some(words) => words,
            None => self.words()?,
        };
        let subject = self.terms.resource(&quad.subject)?;
        let predicate = self.terms.iri(quad.predicate.as_str())?;
        if let Term::Triple(triple) = &quad.object {
            // What joins two resources can be a relationship, what gives one a literal a value.
            match self.numbers(triple)? {
                Some(numbers) if predicate == words.reifies => self.reify(subject, numbers),
                _ => self.left_out.push((Why::TripleAsObject, subject)),
            }
            return Ok(());
        }
        let object = self.object(&quad.object)?;
        if let Term::Literal(literal) = &quad.object
            && literal.language().is_some()
            && is_word(quad.predicate.as_str())
        {
            self.languages += 1;
        }
        if let Some(part) = words.parts.iter().position(|&word| word == predicate) {
            let place = *self.part_of.entry(subject).or_insert_with(|| {
                self.parts.push((subject, [NONE; 3]));
                self.parts.len() - 1
            });
            self.parts[place].1[part] = object;
            return Ok(());
        }
        let numbers = [subject, predicate, object];
        if is_literal(object) || predicate == words.class {
            self.in_graphs += u64::from(quad.graph_name != GraphName::DefaultGraph);
            self.said.push(numbers);
            return Ok(());
        }
        let graph = match &quad.graph_name {
            GraphName::DefaultGraph => NONE,
            GraphName::NamedNode(name) => self.terms.iri(name.as_str())?,
            GraphName::BlankNode(name) => self.terms.blank(name.as_str())?,
        };
        if graph != NONE && self.graphs.is_empty() {
            self.graphs.resize(self.edges.len(), NONE);
        }
        if graph != NONE || !self.graphs.is_empty() {
            self.graphs.push(graph);
        }
        self.edges.push(numbers);
        Ok(())
    }

    fn words(&mut self) -> Result<Words> {
        let terms = &mut self.terms;
        let words = Words {
            class: terms.iri(rdf::TYPE.as_str())?,
            reifies: terms.iri(rdf::REIFIES.as_str())?,
            parts: [
                terms.iri(rdf::SUBJECT.as_str())?,
                terms.iri(rdf::PREDICATE.as_str())?,
                terms.iri(rdf::OBJECT.as_str())?,
            ],
        };
        self.words = Some(words);
        Ok(words)
    }

    fn object(&mut self, object: &Term) -> Result<u32> {
        match object {
            Term::NamedNode(node) => self.terms.iri(node.as_str()),
            Term::BlankNode(node) => self.terms.blank(node.as_str()),
            Term::Literal(literal) => self.terms.literal(literal),
            Term::Triple(_) => Ok(NONE),
        }
    }

    /// A triple that something is said of; `None` for one about a triple.
    fn numbers(&mut self, triple: &Triple) -> Result<Option<Numbers>> {
        if matches!(triple.object, Term::Triple(_)) {
            return Ok(None);
        }
        let subject = self.terms.resource(&triple.subject)?;
        let predicate = self.terms.iri(triple.predicate.as_str())?;
        Ok(Some([subject, predicate, self.object(&triple.object)?]))
    }

    fn reify(&mut self, reifier: u32, numbers: Numbers) {
        if is_literal(numbers[2]) {
            self.values.push((reifier, numbers));
        } else {
            self.reified.push((reifier, numbers));
        }
    }

    /// Makes statements of what is reified part by part, and says what is left out so far.
    fn whole_statements(&mut self, lost: &mut Lost<'_>) -> Result<()> {
        for (reifier, parts) in std::mem::take(&mut self.parts) {
            let is_resource = |part: u32| part != NONE && !is_literal(part);
            if parts[2] != NONE && is_resource(parts[0]) && is_resource(parts[1]) {
                self.reify(reifier, parts);
            } else {
                self.left_out.push((Why::Half, reifier));
            }
        }
        self.part_of = HashMap::new();
        for (why, subject) in std::mem::take(&mut self.left_out) {
            lost.triple(why, self.terms.written(subject))?;
        }
        (lost.languages, lost.graphs) = (self.languages, self.in_graphs);
        Ok(())
    }

    fn into_graph(
        mut self,
        builder: &mut GenerationBuilder,
        lost: &mut Lost<'_>,
    ) -> Result<Summary> {
        self.whole_statements(lost)?;
        // Stable, so that what is said of a resource stays in its order.
        self.said.sort_by_key(|said| said[0]);
        let class = self.words.map_or(NONE, |words| words.class);
        let Triples { terms, said, edges, graphs, reified, values, .. } = self;
        let order = Order::of(&edges);
        let mut making = Making {
            builder,
            said: Said { said: &said },
            rows: vec![NONE; terms.resource_count()],
            apart: vec![false; terms.resource_count()],
            reifiers: vec![false; terms.resource_count()],
            keys: HashMap::new(),
            languages: HashMap::new(),
            shown: HashMap::new(),
            objects: HashMap::new(),
            sources: HashMap::new(),
            documents: HashMap::new(),
            numbers: HashMap::new(),
            declared: Vec::new(),
            summary: Summary::default(),
            class,
            terms: &terms,
        };
        making.set_apart(&edges, &reified, &values);
        making.leave_out(&edges, lost)?;
        making.nodes(&values)?;
        making.edges(&edges, &graphs, &order, &reified)?;
        for (reifier, edge) in &reified {
            let mut qualifiers = making.qualifiers(*reifier);
            if !order.has(&edges, edge) && qualifiers.stance == Stance::default() {
                qualifiers.stance = Stance::Attributed;
            }
            qualifiers.support = making.supports(*reifier)?;
            making.relationship(edge, Some(*reifier), &qualifiers)?;
        }
        for (reifier, value) in &values {
            let mut qualifiers = making.qualifiers(*reifier);
            let is_asserted = making.said.of(value[0]).contains(value);
            if !making.says(*reifier, "stance") && !is_asserted {
                qualifiers.stance = Stance::Attributed;
            }
            qualifiers.support = making.supports(*reifier)?;
            making.value(value, *reifier, &qualifiers)?;
        }
        making.show_values();
        making.declare()?;
        Ok(making.summary)
    }
}

/// Edges in order, so that one can be found and its copies left out.
struct Order {
    places: Vec<u32>,
}

impl Order {
    fn of(edges: &[Numbers]) -> Order {
        let mut places: Vec<u32> = (0..edges.len() as u32).collect();
        places.sort_unstable_by_key(|&at| (edges[at as usize], at));
        places.dedup_by_key(|at| edges[*at as usize]);
        Order { places }
    }

    fn has(&self, edges: &[Numbers], edge: &Numbers) -> bool {
        self.places.binary_search_by_key(edge, |&at| edges[at as usize]).is_ok()
    }

    /// The places of edges that are no copies, in the order of the file.
    fn firsts(&self) -> Vec<u32> {
        let mut places = self.places.clone();
        places.sort_unstable();
        places
    }
}

/// What is said of resources, sorted by them.
#[derive(Clone, Copy)]
struct Said<'a> {
    said: &'a [Numbers],
}

impl<'a> Said<'a> {
    fn of(self, resource: u32) -> &'a [Numbers] {
        let start = self.said.partition_point(|said| said[0] < resource);
        let rest = &self.said[start..];
        &rest[..rest.partition_point(|said| said[0] == resource)]
    }
}

/// A graph in the making.
struct Making<'a> {
    builder: &'a mut GenerationBuilder,
    terms: &'a Terms,
    said: Said<'a>,
    /// The number of `rdf:type`.
    class: u32,
    /// The row of each resource.
    rows: Vec<u32>,
    /// Which resources are no nodes: reifiers, what they name as sources, the graph itself.
    apart: Vec<bool>,
    /// The keys of properties; `None` for words of ours.
    keys: HashMap<u32, Option<KeyId>>,
    /// The properties that keep the languages of others.
    languages: HashMap<KeyId, KeyId>,
    /// Of each property of each node the value that stands out of those that are stated.
    shown: HashMap<(u32, KeyId), ([i64; 2], Value, Option<&'a str>)>,
    /// Which resources are what a statement is called, and no nodes.
    reifiers: Vec<bool>,
    /// What is said of reifiers that is no literal.
    objects: HashMap<u32, Vec<Numbers>>,
    /// What reifiers name as sources, and those as documents.
    sources: HashMap<u32, Vec<u32>>,
    documents: HashMap<u32, u32>,
    /// The rows of nodes by the numbers that declarations know them by.
    numbers: HashMap<u64, u32>,
    declared: Vec<String>,
    summary: Summary,
}

impl<'a> Making<'a> {
    /// What follows what all words of ours begin with.
    fn word(&self, predicate: u32) -> Option<&'a str> {
        self.terms.iri_of(predicate)?.strip_prefix(OURS)
    }

    /// Finds out which resources are no nodes.
    fn set_apart(
        &mut self,
        edges: &[Numbers],
        reified: &[(u32, Numbers)],
        values: &[(u32, Numbers)],
    ) {
        for (reifier, _) in reified.iter().chain(values) {
            self.reifiers[*reifier as usize] = true;
            self.apart[*reifier as usize] = true;
        }
        let mut words: HashMap<u32, Option<&str>> = HashMap::new();
        let terms = self.terms;
        for edge in edges {
            let [start, predicate, end] = *edge;
            let word = *words
                .entry(predicate)
                .or_insert_with(|| terms.iri_of(predicate)?.strip_prefix(OURS));
            match word {
                Some("source") => self.sources.entry(start).or_default().push(end),
                Some("document") => drop(self.documents.insert(start, end)),
                _ if self.reifiers[start as usize] => {
                    self.objects.entry(start).or_default().push(*edge);
                }
                _ => {}
            }
        }
        // A source that says where in a document it stands is a place, any other the document itself.
        for &source in self.sources.values().flatten() {
            self.apart[source as usize] |= self.documents.contains_key(&source)
                || self.says(source, "at")
                || self.says(source, "summary");
        }
    }

    /// Makes a node of each resource that something is said of.
    fn nodes(&mut self, values: &[(u32, Numbers)]) -> Result<()> {
        // What is said of a value makes a statement of it; the column comes from those.
        let mut stated: Vec<Numbers> = values.iter().map(|(_, value)| *value).collect();
        stated.sort_unstable();
        let all = self.said.said;
        let mut plain = Vec::new();
        for said in all.chunk_by(|a, b| a[0] == b[0]) {
            let resource = said[0][0];
            if self.terms.iri_of(resource) == Some(GRAPH) {
                self.declared = self.declarations(said);
                self.apart[resource as usize] = true;
            } else if !self.apart[resource as usize] {
                plain.clear();
                plain.extend(
                    said.iter().filter(|said| stated.binary_search(said).is_err()).copied(),
                );
                self.node(resource, &plain)?;
            }
        }
        Ok(())
    }

    fn declarations(&self, said: &[Numbers]) -> Vec<String> {
        let declares =
            |said: &&Numbers| self.word(said[1]) == Some("declares") && is_literal(said[2]);
        said.iter()
            .filter(declares)
            .map(|said| self.terms.literal_of(said[2]).0.to_owned())
            .collect()
    }

    fn node(&mut self, resource: u32, said: &[Numbers]) -> Result<()> {
        let terms = self.terms;
        let mut labels = Vec::new();
        for [_, predicate, object] in said {
            if *predicate == self.class && !is_literal(*object) {
                let class = terms.iri_of(*object).filter(|class| *class != "urn:dossier:Node");
                if let Some(class) = class {
                    labels.push(self.builder.catalog_mut().intern_label(&name_of(class)));
                }
            }
        }
        let row = self.builder.add_nodes(&labels, 1)?.start;
        self.rows[resource as usize] = row;
        self.summary.nodes += 1;
        for [_, predicate, object] in said.iter().filter(|said| is_literal(said[2])) {
            let (text, _, language) = terms.literal_of(*object);
            match terms.iri_of(*predicate) {
                Some(ALSO) => self.builder.aliases_mut().push(Alias {
                    entity: NodeId(row),
                    text: text.into(),
                    kind: AliasKind::default(),
                    language: language.map(Into::into),
                }),
                Some("urn:dossier:also") => {
                    if let Some(alias) = other_name(NodeId(row), &self.literal(*object)) {
                        self.builder.aliases_mut().push(alias);
                    }
                }
                Some("urn:dossier:number") => {
                    if let Ok(number) = text.parse() {
                        self.numbers.insert(number, row);
                    }
                }
                _ => {}
            }
        }
        let literals: Vec<Numbers> =
            said.iter().filter(|said| is_literal(said[2])).copied().collect();
        for (key, value) in self.properties(&literals) {
            self.builder.node_column(key).set(row, Cell::from(&value));
        }
        if let Some(iri) = terms.iri_of(resource)
            && !iri.starts_with(OURS)
        {
            let key = self.builder.catalog_mut().intern_key(URI);
            self.builder.node_column(key).set(row, Cell::Text(iri));
        }
        Ok(())
    }

    /// The row of a resource, which may be spoken of and say nothing.
    fn row(&mut self, resource: u32) -> Result<u32> {
        if self.rows[resource as usize] == NONE {
            self.node(resource, &[])?;
        }
        Ok(self.rows[resource as usize])
    }

    /// Makes relationships of what is asserted and not reified.
    fn edges(
        &mut self,
        edges: &[Numbers],
        graphs: &[u32],
        order: &Order,
        reified: &[(u32, Numbers)],
    ) -> Result<()> {
        let mut about: Vec<Numbers> = reified.iter().map(|(_, edge)| *edge).collect();
        about.sort_unstable();
        for at in order.firsts() {
            let edge = &edges[at as usize];
            let graph = graphs.get(at as usize).copied().unwrap_or(NONE);
            // What is said about a reifier belongs to its relationship and is no relationship.
            let is_word = matches!(self.word(edge[1]), Some("source" | "document"));
            if is_word
                || self.apart[edge[0] as usize]
                || graph == NONE && about.binary_search(edge).is_ok()
            {
                continue;
            }
            let mut qualifiers = Qualifiers::default();
            if graph != NONE {
                let document = NodeId(self.row(graph)?);
                let locator = Arc::default();
                qualifiers.support.push(Support { document, locator, summary: None });
            }
            self.relationship(edge, None, &qualifiers)?;
        }
        Ok(())
    }

    /// Makes a relationship, with what is said of its reifier.
    fn relationship(
        &mut self,
        edge: &Numbers,
        reifier: Option<u32>,
        qualifiers: &Qualifiers,
    ) -> Result<()> {
        let (start, end) = (self.row(edge[0])?, self.row(edge[2])?);
        let name = name_of(self.terms.written(edge[1]));
        let relationship_type = self.builder.catalog_mut().intern_type(&name);
        let row = self.builder.relationships(relationship_type).add(start, end)?;
        let properties = reifier.map(|reifier| self.properties_of_statement(reifier));
        for (key, value) in properties.unwrap_or_default() {
            let table = self.builder.relationships(relationship_type);
            table.column(key).set(row, Cell::from(&value));
        }
        if !qualifiers.is_plain() {
            self.builder.relationships(relationship_type).qualify(row, qualifiers)?;
        }
        self.summary.relationships += 1;
        Ok(())
    }

    /// States a value of a property: a relationship from the node to itself.
    fn value(&mut self, said: &Numbers, reifier: u32, qualifiers: &Qualifiers) -> Result<()> {
        let node = self.row(said[0])?;
        let value = self.literal(said[2]);
        let language = self.terms.literal_of(said[2]).2;
        let key = name_of(self.terms.written(said[1]));
        let catalog = self.builder.catalog_mut();
        let of = catalog.intern_type(&stated::type_name(&key));
        let (value_key, key) = (catalog.intern_key(stated::VALUE), catalog.intern_key(&key));
        let row = self.builder.relationships(of).add(node, node)?;
        if let Some(language) = language {
            let key = self.language_key(value_key);
            self.builder.relationships(of).column(key).set(row, Cell::Text(language));
        }
        for (key, value) in self.properties_of_statement(reifier) {
            if key != value_key {
                self.builder.relationships(of).column(key).set(row, Cell::from(&value));
            }
        }
        self.builder.relationships(of).column(value_key).set(row, Cell::from(&value));
        if !qualifiers.is_plain() {
            self.builder.relationships(of).qualify(row, qualifiers)?;
        }
        if stated::is_believed(qualifiers) {
            let standing = stated::standing_of(qualifiers);
            let shown = self.shown.entry((node, key));
            let shown = shown.or_insert_with(|| (standing, value.clone(), language));
            if standing >= shown.0 {
                *shown = (standing, value, language);
            }
        }
        Ok(())
    }

    /// Writes the values that stand out into the columns of the nodes.
    fn show_values(&mut self) {
        for ((node, key), (_, value, language)) in std::mem::take(&mut self.shown) {
            self.builder.node_column(key).set(node, Cell::from(&value));
            match language {
                Some(language) => {
                    let key = self.language_key(key);
                    self.builder.node_column(key).set(node, Cell::Text(language));
                }
                // That of another value is not that of the one which stands out.
                None => {
                    if let Some(&key) = self.languages.get(&key) {
                        self.builder.node_column(key).clear(node);
                    }
                }
            }
        }
    }

    /// The property that keeps the language of another.
    fn language_key(&mut self, key: KeyId) -> KeyId {
        let catalog = self.builder.catalog_mut();
        *self.languages.entry(key).or_insert_with(|| {
            let name = format!("{}{LANGUAGE}", catalog.key_name(key));
            catalog.intern_key(&name)
        })
    }

    /// Declares what the graph says of itself.
    fn declare(&mut self) -> Result<()> {
        if self.declared.is_empty() {
            return Ok(());
        }
        let mut rows = std::mem::take(&mut self.numbers);
        for (resource, &row) in self.rows.iter().enumerate().filter(|(_, row)| **row != NONE) {
            let number = self.word(resource as u32).and_then(|rest| rest.strip_prefix("node:"));
            if let Some(number) = number.and_then(|number| number.parse().ok()) {
                rows.insert(number, row);
            }
        }
        elements::declare(&self.declared, rows, self.builder)
    }

    /// Whether a reifier says something in a word of ours.
    fn says(&self, reifier: u32, word: &str) -> bool {
        self.said.of(reifier).iter().any(|said| self.word(said[1]) == Some(word))
    }

    /// What our words say of a reifier.
    fn qualifiers(&self, reifier: u32) -> Qualifiers {
        let mut qualifiers = Qualifiers::default();
        for [_, predicate, object] in self.said.of(reifier) {
            let Some(word) = self.word(*predicate).filter(|_| is_literal(*object)) else {
                continue;
            };
            let (text, ..) = self.terms.literal_of(*object);
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

    /// The places that a reifier names.
    fn supports(&mut self, reifier: u32) -> Result<Vec<Support>> {
        let sources = self.sources.get(&reifier).cloned().unwrap_or_default();
        let mut found = Vec::new();
        for source in sources {
            let said = self.said.of(source);
            // A source that is a resource itself is the document.
            let document = match self.documents.get(&source).copied() {
                Some(document) => self.row(document)?,
                None if !self.apart[source as usize] => self.row(source)?,
                None => u32::MAX,
            };
            found.push(self.support(NodeId(document), said));
        }
        Ok(found)
    }

    fn support(&self, document: NodeId, said: &[Numbers]) -> Support {
        let word = |word: &str| {
            let is = |said: &&Numbers| is_literal(said[2]) && self.word(said[1]) == Some(word);
            said.iter().find(is).map(|said| said[2])
        };
        let locator = match word("at").map(|at| self.literal(at)) {
            Some(Value::Map(map)) => map,
            _ => Arc::new(Map::new()),
        };
        let summary = word("summary").map(|text| self.terms.literal_of(text).0.into());
        Support { document, locator, summary }
    }

    fn literal(&self, number: u32) -> Value {
        let (text, datatype, _) = self.terms.literal_of(number | LITERAL);
        value_of(text, datatype)
    }

    /// What is said of a statement: literals, the IRIs of resources, and what it is called.
    fn properties_of_statement(&mut self, reifier: u32) -> Vec<(KeyId, Value)> {
        let (terms, class) = (self.terms, self.class);
        let is_said = |said: &&Numbers| {
            is_literal(said[2])
                || said[1] == class && terms.iri_of(said[2]) != Some(rdf::STATEMENT.as_str())
        };
        let mut said: Vec<Numbers> =
            self.said.of(reifier).iter().filter(is_said).copied().collect();
        said.extend(self.objects.get(&reifier).into_iter().flatten());
        let mut properties = self.properties(&said);
        if let Some(iri) = terms.iri_of(reifier).filter(|iri| !iri.starts_with(OURS)) {
            let key = self.builder.catalog_mut().intern_key(URI);
            if properties.iter().all(|(known, _)| *known != key) {
                properties.push((key, iri.into()));
            }
        }
        properties
    }

    /// What literals say, by key, and IRIs; several of one name are a list. Languages are properties beside
    /// those that have them.
    fn properties(&mut self, said: &[Numbers]) -> Vec<(KeyId, Value)> {
        let mut found: Vec<(KeyId, Vec<(Value, Option<&str>)>)> = Vec::new();
        let terms = self.terms;
        for [_, predicate, object] in said {
            let Some(key) = self.key(*predicate) else { continue };
            let value = if is_literal(*object) {
                (self.literal(*object), terms.literal_of(*object).2)
            } else if let Some(iri) = terms.iri_of(*object) {
                (iri.into(), None)
            } else {
                continue;
            };
            match found.iter_mut().find(|(known, _)| *known == key) {
                Some((_, values)) => values.push(value),
                None => found.push((key, vec![value])),
            }
        }
        let single = |mut values: Vec<Value>| {
            if values.len() == 1 { values.remove(0) } else { values.into() }
        };
        let mut properties = Vec::with_capacity(found.len());
        for (key, values) in found {
            if values.iter().any(|(_, language)| language.is_some()) {
                let languages = values.iter().map(|(_, language)| language.unwrap_or("").into());
                let languages = single(languages.collect());
                properties.push((self.language_key(key), languages));
            }
            properties.push((key, single(values.into_iter().map(|(value, _)| value).collect())));
        }
        properties
    }

    /// The key of a property; `None` for a word of ours, as properties of ours have a colon in what
    /// follows.
    fn key(&mut self, predicate: u32) -> Option<KeyId> {
        if let Some(known) = self.keys.get(&predicate) {
            return *known;
        }
        let iri = self.terms.written(predicate);
        let key = (!is_word(iri) && iri != ALSO)
            .then(|| self.builder.catalog_mut().intern_key(&name_of(iri)));
        self.keys.insert(predicate, key);
        key
    }
}

/// Whether an IRI is a word of ours, which says what stands in no property.
fn is_word(iri: &str) -> bool {
    iri.strip_prefix(OURS).is_some_and(|rest| !rest.contains(':'))
}

/// Another name with its kind.
fn other_name(entity: NodeId, value: &Value) -> Option<Alias> {
    let Value::Map(map) = value else { return None };
    let word = |key: &str| map.get(key).and_then(Value::as_str);
    Some(Alias {
        entity,
        text: word("name")?.into(),
        kind: word("kind").and_then(AliasKind::parse).unwrap_or_default(),
        language: word("language").map(Into::into),
    })
}
