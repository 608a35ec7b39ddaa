//! A graph back to the facts format: `load(export(graph))` is the graph again.
//!
//! ```text
//! header · words · relationship types · entities · what has no source · each document, place by place
//! ```
//!
//! Statements that rest on a place stand below it, those of one line's details together; a
//! statement that rests on more names the further places on `source` lines. An entity without a
//! name of its own goes by a handle made of the number that users know it by.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::text::{
    identifier_text, map_text, name_text, phrase_text, quoted_text, summary_text, token_text,
    write_map, write_value,
};
use crate::graph::alias::{Alias, AliasKind};
use crate::graph::declaration::{Completeness, Declaration, Endpoint, Meaning, Temporality};
use crate::graph::schema::for_each_statement;
use crate::graph::source::Support;
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::graph::{KeyId, LabelId, Snapshot, TypeId, stated};
use crate::value::{NodeId, StatementId, Value};

/// Names longer than this stand once; elsewhere a handle stands for them.
const NAME_MAX_CHARS: usize = 60;

/// How much text is written at once.
const FLUSH_BYTES: usize = 1 << 16;

/// Writes all of a graph in the facts format.
///
/// ```
/// use dossier::load::facts::export;
/// let store = dossier::Store::shipped()?;
/// let text = export(&*store.snapshot());
/// let again = dossier::Store::memory();
/// again.load_facts("again", &text)?;
/// assert_eq!(export(&*again.snapshot()), text);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn export(graph: &dyn Snapshot) -> String {
    let mut out = Vec::new();
    match export_to(graph, &mut out) {
        Ok(()) => String::from_utf8_lossy(&out).into_owned(),
        Err(_) => unreachable!("a vector takes all that is written to it"),
    }
}

/// Writes all of a graph in the facts format, part by part: what is held meanwhile are the names of
/// nodes and the order of statements, no text of theirs.
#[doc(hidden)]
pub fn export_to(graph: &dyn Snapshot, to: &mut dyn io::Write) -> io::Result<()> {
    let mut exporter = Exporter::new(graph, to);
    exporter.out.push_str("dossier facts 1\n");
    exporter.words();
    exporter.relationship_types();
    exporter.entities()?;
    exporter.statements()?;
    exporter.flush()
}

struct Exporter<'g, 'w> {
    graph: &'g dyn Snapshot,
    to: &'w mut dyn io::Write,
    /// What has not been written yet.
    out: String,
    /// How facts refer to each node.
    references: HashMap<NodeId, String>,
    handles: HashMap<NodeId, String>,
}

/// What stands under a place.
#[derive(Clone, Copy)]
enum Entry {
    Statement(StatementId),
    /// One of the completeness statements.
    Complete(usize),
}

/// A document and the text of a locator.
type PlaceKey = (NodeId, String);

/// An entry as it is written.
enum Line {
    Statement {
        start: NodeId,
        relationship_type: TypeId,
        end: NodeId,
        details: String,
    },
    /// A completeness statement, or a value of a property: as it is written.
    Alone(String),
}

impl<'g, 'w> Exporter<'g, 'w> {
    fn new(graph: &'g dyn Snapshot, to: &'w mut dyn io::Write) -> Exporter<'g, 'w> {
        let mut exporter = Exporter {
            graph,
            to,
            out: String::new(),
            references: HashMap::new(),
            handles: HashMap::new(),
        };
        exporter.name_nodes();
        exporter
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.write_all(self.out.as_bytes())?;
        self.out.clear();
        Ok(())
    }

    fn flush_some(&mut self) -> io::Result<()> {
        if self.out.len() < FLUSH_BYTES { Ok(()) } else { self.flush() }
    }

    /// Decides what each node is called: its name where no other bears it and it is short.
    fn name_nodes(&mut self) {
        let mut bearers: HashMap<Arc<str>, usize> = HashMap::new();
        let nodes: Vec<NodeId> = self.nodes().collect();
        for &node in &nodes {
            if let Some(name) = self.name_of(node) {
                *bearers.entry(name).or_default() += 1;
            }
        }
        for node in nodes {
            let name = self.name_of(node).filter(|name| {
                bearers.get(name) == Some(&1) && name.chars().count() <= NAME_MAX_CHARS
            });
            let reference = name.map_or_else(
                || {
                    let handle = format!("@n{}", self.graph.node_element_id(node));
                    self.handles.insert(node, handle.clone());
                    handle
                },
                |name| name_text(&name),
            );
            self.references.insert(node, reference);
        }
    }

    fn nodes(&self) -> impl Iterator<Item = NodeId> + use<'g> {
        let graph = self.graph;
        (0..graph.node_bound()).map(NodeId).filter(|&node| graph.contains_node(node))
    }

    fn name_of(&self, node: NodeId) -> Option<Arc<str>> {
        let key = self.graph.catalog().key("name")?;
        match self.graph.node_property(node, key) {
            Value::String(name) => Some(name),
            _ => None,
        }
    }

    fn words(&mut self) {
        let mut order: Vec<Meaning> = Vec::new();
        let mut texts: HashMap<Meaning, Vec<&str>> = HashMap::new();
        for phrase in &self.graph.declarations().phrases {
            let of_this = texts.entry(phrase.means).or_default();
            if of_this.is_empty() {
                order.push(phrase.means);
            }
            of_this.push(&phrase.text);
        }
        let kinds = &self.graph.declarations().kinds;
        for (label, _) in kinds.declared() {
            if !order.contains(&Meaning::Label(label)) {
                order.push(Meaning::Label(label));
            }
        }
        for means in order {
            let (word, name) = match means {
                Meaning::Label(id) => ("label", self.label(id)),
                Meaning::Key(id) => ("property", self.key(id)),
                Meaning::Type(_) => continue,
            };
            line(&mut self.out, format_args!("\n{word} {name}"));
            if let Meaning::Label(id) = means
                && !kinds.above(id).is_empty()
            {
                let above: Vec<String> =
                    kinds.above(id).iter().map(|&label| self.label(label)).collect();
                line(&mut self.out, format_args!("    sub of {}", above.join(", ")));
            }
            // A sentence has the entity in it, a noun does not.
            let is_sentence = |text: &&&str| text.split_whitespace().any(|word| word == "A");
            let (sentences, nouns): (Vec<&str>, Vec<&str>) =
                texts.get(&means).into_iter().flatten().partition(is_sentence);
            if !nouns.is_empty() {
                let nouns: Vec<String> = nouns.into_iter().map(name_text).collect();
                line(&mut self.out, format_args!("    words {}", nouns.join(", ")));
            }
            for sentence in sentences {
                line(&mut self.out, format_args!("    phrase {}", phrase_text(sentence)));
            }
        }
    }

    fn relationship_types(&mut self) {
        let declarations = self.graph.declarations();
        let phrased: HashSet<TypeId> = declarations
            .phrases
            .iter()
            .filter_map(|phrase| if let Meaning::Type(id) = phrase.means { Some(id) } else { None })
            .collect();
        if declarations.types.is_empty() && phrased.is_empty() {
            return;
        }
        // A file that declares any type declares all: undeclared ones get an empty declaration,
        // which is the same as none. Types of stated values are never asked for one.
        let catalog = self.graph.catalog();
        let is_named = |id| !catalog.holds_values(id) || declarations.of(id).is_some();
        let types: Vec<TypeId> =
            catalog.types().map(|(id, _)| id).filter(|&id| is_named(id)).collect();
        let unfit = self.types_with_unfit_ends();
        let plain = Declaration::default();
        for id in types {
            let declaration = declarations.of(id).unwrap_or(&plain);
            self.relationship_type(id, declaration, unfit.contains(&id));
        }
    }

    /// The types that have an end which bears none of the labels declared for it: the language lets
    /// such ends be, and a file that has them says that they are not checked.
    fn types_with_unfit_ends(&self) -> HashSet<TypeId> {
        let declarations = self.graph.declarations();
        let fits = |node: NodeId, wanted: &[LabelId]| {
            let has = self.graph.labels(node);
            wanted.is_empty() || wanted.iter().any(|&label| declarations.kinds.bears(has, label))
        };
        let mut unfit = HashSet::new();
        let mut look = |id: TypeId, start: Option<NodeId>, end: Option<NodeId>| {
            let Some(declared) = declarations.of(id) else { return };
            let ends = [(start, &declared.from), (end, &declared.to)];
            if ends.iter().any(|(node, wanted)| node.is_some_and(|node| !fits(node, wanted))) {
                unfit.insert(id);
            }
        };
        for_each_statement(self.graph, |statement| {
            if let Some(ends) = self.graph.statement(statement) {
                look(ends.relationship_type, Some(ends.start), Some(ends.end));
            }
        });
        for complete in &declarations.completeness {
            let end = |node: Option<NodeId>| node.filter(|&node| self.is_there(node));
            look(complete.relationship_type, end(complete.from.node), end(complete.to.node));
        }
        unfit
    }

    fn relationship_type(&mut self, id: TypeId, declaration: &Declaration, is_unfit: bool) {
        let name = identifier_text(self.graph.catalog().type_name(id));
        let _ = write!(self.out, "\nrelationship {name}");
        if !(declaration.from.is_empty() && declaration.to.is_empty()) {
            let (from, to) = (self.end_labels(&declaration.from), self.end_labels(&declaration.to));
            let _ = write!(self.out, ": {from} -> {to}");
        }
        self.out.push('\n');
        let mut traits = traits(declaration);
        traits.extend(is_unfit.then_some("unchecked"));
        if !traits.is_empty() {
            line(&mut self.out, format_args!("    {}", traits.join(" ")));
        }
        if let Some(inverse) = &declaration.inverse {
            line(&mut self.out, format_args!("    inverse {}", identifier_text(inverse)));
        }
        if !declaration.sub_of.is_empty() {
            let names: Vec<String> =
                declaration.sub_of.iter().map(|name| identifier_text(name)).collect();
            line(&mut self.out, format_args!("    sub of {}", names.join(", ")));
        }
        if let Some(description) = &declaration.description {
            line(&mut self.out, format_args!("    means {}", quoted_text(description)));
        }
        for phrase in &self.graph.declarations().phrases {
            if phrase.means == Meaning::Type(id) {
                line(&mut self.out, format_args!("    phrase {}", phrase_text(&phrase.text)));
            }
        }
    }

    fn end_labels(&self, labels: &[LabelId]) -> String {
        if labels.is_empty() {
            return "any".to_owned();
        }
        labels.iter().map(|&label| self.label(label)).collect::<Vec<_>>().join(", ")
    }

    fn entities(&mut self) -> io::Result<()> {
        let mut aliases: HashMap<NodeId, Vec<&Alias>> = HashMap::new();
        for alias in self.graph.aliases() {
            aliases.entry(alias.entity).or_default().push(alias);
        }
        self.out.push('\n');
        for node in self.nodes() {
            self.entity(node);
            for alias in aliases.get(&node).into_iter().flatten() {
                line(&mut self.out, format_args!("    also {}", alias_text(alias)));
            }
            self.flush_some()?;
        }
        Ok(())
    }

    fn entity(&mut self, node: NodeId) {
        let name = self.name_of(node);
        let parts = [self.handles.get(&node).cloned(), name.as_deref().map(name_text)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let _ = write!(self.out, "entity {}", parts.join(" "));
        let labels: Vec<String> =
            self.graph.labels(node).iter().map(|&label| self.label(label)).collect();
        if !labels.is_empty() {
            let _ = write!(self.out, ": {}", labels.join(", "));
        }
        self.out.push('\n');
        let name_key = self.graph.catalog().key("name").filter(|_| name.is_some());
        for (key, value) in self.graph.node_properties(node) {
            let name = self.graph.catalog().key_name(key);
            let is_stated = || !stated::values(self.graph, node, name).is_empty();
            if Some(key) != name_key && !is_stated() {
                let property = self.property(key, &value);
                line(&mut self.out, format_args!("    {property}"));
            }
        }
    }

    fn property(&self, key: KeyId, value: &Value) -> String {
        let mut out = format!("{}: ", self.key(key));
        write_value(&mut out, value);
        out
    }

    fn statements(&mut self) -> io::Result<()> {
        let (summaries, in_turn) = (self.summaries(), self.values_in_turn());
        let mut by_place: HashMap<Option<PlaceKey>, Vec<Entry>> = HashMap::new();
        for_each_statement(self.graph, |id| {
            // Places stand in an order of their own.
            let supports = self.supports_of(id);
            let place = summaries.section_of(&supports).filter(|_| !in_turn.contains(&id));
            by_place.entry(place).or_default().push(Entry::Statement(id));
        });
        for (at, complete) in self.graph.declarations().completeness.iter().enumerate() {
            // What is about a thing that is no more is about nothing.
            let ends = [&complete.from, &complete.to];
            if ends.iter().all(|end| end.node.is_none_or(|node| self.is_there(node))) {
                let place = summaries.section_of(&self.supports(&complete.support));
                by_place.entry(place).or_default().push(Entry::Complete(at));
            }
        }
        if let Some(entries) = by_place.remove(&None) {
            self.out.push('\n');
            self.lines(&entries, false, &summaries)?;
        }
        let mut document = None;
        for (place, summary) in &summaries.in_order {
            if document != Some(place.0) {
                line(&mut self.out, format_args!("\ndocument {}", self.references[&place.0]));
                document = Some(place.0);
            }
            self.place(place, summary.as_deref());
            if let Some(entries) = by_place.remove(&Some(place.clone())) {
                self.lines(&entries, true, &summaries)?;
            }
        }
        Ok(())
    }

    /// The head of a place. The whole document is a place too, the one without a locator, and
    /// comes first, right under the document's own line.
    fn place(&mut self, place: &PlaceKey, summary: Option<&str>) {
        let locator = &place.1;
        if locator == "{}" && summary.is_none() {
            return;
        }
        let word = if locator.starts_with('{') { "place" } else { "sentence" };
        let _ = write!(self.out, "\n{word} {locator}");
        if let Some(summary) = summary {
            let _ = write!(self.out, ": {}", summary_text(summary));
        }
        self.out.push('\n');
    }

    /// All places that anything rests on, by document and in the order of their locators, each
    /// with what it says.
    fn summaries(&self) -> Summaries {
        let mut known: HashMap<PlaceKey, Option<Arc<str>>> = HashMap::new();
        let mut order: Vec<(NodeId, Vec<u64>, String)> = Vec::new();
        let qualified = (0..self.graph.statement_bound())
            .map(StatementId)
            .filter(|&id| self.graph.statement(id).is_some())
            .filter_map(|id| self.graph.qualifiers(id));
        let completed = self.graph.declarations().completeness.iter();
        let all =
            qualified.flat_map(|one| &one.support).chain(completed.flat_map(|one| &one.support));
        for support in all.filter(|support| self.is_there(support.document)) {
            let key = place_key(support);
            let entry = known.entry(key.clone()).or_insert_with(|| {
                order.push((key.0, numbers_in(&key.1), key.1.clone()));
                None
            });
            // Of several the least: the same whatever the order of the statements.
            if let Some(summary) = &support.summary
                && entry.as_ref().is_none_or(|known| summary < known)
            {
                *entry = Some(Arc::clone(summary));
            }
        }
        order.sort();
        let in_order = order
            .into_iter()
            .map(|(document, _, locator)| {
                let key = (document, locator);
                let summary = known.get(&key).cloned().flatten();
                (key, summary)
            })
            .collect();
        Summaries { known, in_order }
    }

    fn is_there(&self, node: NodeId) -> bool {
        self.references.contains_key(&node)
    }

    /// The places in documents that are still there; a deleted one cannot be named.
    fn supports<'s>(&self, supports: &'s [Support]) -> Cow<'s, [Support]> {
        if supports.iter().all(|support| self.is_there(support.document)) {
            return Cow::Borrowed(supports);
        }
        supports.iter().filter(|support| self.is_there(support.document)).cloned().collect()
    }

    /// The stated values of which the last one stands out, because nothing else tells them apart: they
    /// stand in the order in which they were stated, above all documents.
    fn values_in_turn(&self) -> HashSet<StatementId> {
        let graph = self.graph;
        let plain = Qualifiers::default();
        let mut equals: HashMap<(NodeId, TypeId, [i64; 2]), Vec<StatementId>> = HashMap::new();
        for_each_statement(graph, |id| {
            let Some(ends) = graph.statement(id) else { return };
            let said = graph.qualifiers(id).unwrap_or(&plain);
            let of = ends.relationship_type;
            if graph.catalog().holds_values(of) && stated::is_believed(said) {
                let standing = stated::standing_of(said);
                equals.entry((ends.start, of, standing)).or_default().push(id);
            }
        });
        equals.into_values().filter(|equal| equal.len() > 1).flatten().collect()
    }

    fn supports_of(&self, id: StatementId) -> Cow<'g, [Support]> {
        self.supports(self.graph.qualifiers(id).map_or(&[], |said| &said.support))
    }

    /// An entry as it stands under its place, which says the first of what it rests on, or without one.
    fn line(&self, entry: Entry, in_place: bool, summaries: &Summaries) -> Option<Line> {
        match entry {
            Entry::Statement(id) => self.statement(id, in_place, summaries),
            Entry::Complete(at) => {
                let complete = &self.graph.declarations().completeness[at];
                Some(Line::Alone(self.completeness(complete, in_place, summaries)))
            }
        }
    }

    fn statement(&self, id: StatementId, in_place: bool, summaries: &Summaries) -> Option<Line> {
        let ends = self.graph.statement(id)?;
        let plain = Qualifiers::default();
        let mut details = self.qualifier_lines(self.graph.qualifiers(id).unwrap_or(&plain));
        let supports = self.supports_of(id);
        details.push_str(&self.source_lines(&supports[usize::from(in_place)..], summaries));
        if let Some(key) = stated::key_of_type(self.graph, ends.relationship_type) {
            let mut text = format!("{} .{}: ", self.references[&ends.start], identifier_text(key));
            write_value(&mut text, &stated::value_of(self.graph, id));
            text.push('\n');
            text.push_str(&details);
            return Some(Line::Alone(text));
        }
        for (key, value) in self.graph.statement_properties(id) {
            line(&mut details, format_args!("    {}", self.property(key, &value)));
        }
        Some(Line::Statement {
            start: ends.start,
            relationship_type: ends.relationship_type,
            end: ends.end,
            details,
        })
    }

    fn qualifier_lines(&self, qualifiers: &Qualifiers) -> String {
        let mut out = String::new();
        if let Some(valid) = &qualifiers.valid {
            line(&mut out, format_args!("    valid {}", token_text(valid.as_str())));
        }
        if let Some(day) = qualifiers.not_before {
            line(&mut out, format_args!("    not before {day}"));
        }
        if let Some(day) = qualifiers.not_after {
            line(&mut out, format_args!("    not after {day}"));
        }
        if qualifiers.stance != Stance::Asserted || qualifiers.speaker.is_some() {
            let _ = write!(out, "    stance {}", qualifiers.stance.as_str());
            if let Some(speaker) = &qualifiers.speaker {
                let _ = write!(out, " by {}", self.speaker_text(speaker));
            }
            out.push('\n');
        }
        if qualifiers.rank != Rank::Normal {
            line(&mut out, format_args!("    rank {}", qualifiers.rank.as_str()));
        }
        if let Some(reason) = &qualifiers.reason {
            line(&mut out, format_args!("    because {}", quoted_text(reason)));
        }
        out
    }

    /// A speaker who is an entity stands without quotation marks where the name allows it.
    fn speaker_text(&self, speaker: &str) -> String {
        let bare = name_text(speaker);
        let known = self.references.values().any(|reference| *reference == bare);
        if known { bare } else { quoted_text(speaker) }
    }

    fn source_lines(&self, supports: &[Support], summaries: &Summaries) -> String {
        let mut out = String::new();
        for support in supports {
            let document = &self.references[&support.document];
            let key = place_key(support);
            let _ = if key.1 == "{}" {
                write!(out, "    source {document}")
            } else {
                write!(out, "    source {} of {document}", key.1)
            };
            if summaries.of(&key) != support.summary.as_ref() {
                let own = support.summary.as_deref().unwrap_or("");
                let _ = write!(out, ": {}", quoted_text(own));
            }
            out.push('\n');
        }
        out
    }

    fn completeness(
        &self,
        completeness: &Completeness,
        in_place: bool,
        summaries: &Summaries,
    ) -> String {
        let mut text = format!(
            "complete {} -{}-> {}\n",
            self.endpoint(&completeness.from),
            identifier_text(self.graph.catalog().type_name(completeness.relationship_type)),
            self.endpoint(&completeness.to),
        );
        if let Some(at) = &completeness.at {
            line(&mut text, format_args!("    at {}", token_text(at.as_str())));
        }
        let supports = self.supports(&completeness.support);
        text.push_str(&self.source_lines(&supports[usize::from(in_place)..], summaries));
        text
    }

    fn endpoint(&self, endpoint: &Endpoint) -> String {
        if let Some(node) = endpoint.node {
            return self.references[&node].clone();
        }
        let mut out = "any".to_owned();
        for (at, &label) in endpoint.labels.iter().enumerate() {
            let _ = write!(out, "{}{}", if at == 0 { " " } else { "&" }, self.label(label));
        }
        if !endpoint.properties.is_empty() {
            out.push(' ');
            write_map(&mut out, &endpoint.properties.iter().cloned().collect());
        }
        out
    }

    /// Writes the lines of one place; neighbours that differ in their end alone share a line.
    fn lines(
        &mut self,
        entries: &[Entry],
        in_place: bool,
        summaries: &Summaries,
    ) -> io::Result<()> {
        let mut pending: Option<(NodeId, TypeId, Vec<NodeId>, String)> = None;
        for &entry in entries {
            match self.line(entry, in_place, summaries) {
                Some(Line::Statement { start, relationship_type, end, details }) => {
                    match &mut pending {
                        Some((from, with, ends, same))
                            if (*from, *with) == (start, relationship_type) && *same == details =>
                        {
                            ends.push(end);
                        }
                        _ => {
                            let next = (start, relationship_type, vec![end], details);
                            self.fact(pending.replace(next));
                        }
                    }
                }
                Some(Line::Alone(text)) => {
                    self.fact(pending.take());
                    self.out.push_str(&text);
                }
                None => {}
            }
            self.flush_some()?;
        }
        self.fact(pending);
        Ok(())
    }

    fn fact(&mut self, fact: Option<(NodeId, TypeId, Vec<NodeId>, String)>) {
        let Some((start, relationship_type, ends, details)) = fact else { return };
        let arrow = identifier_text(self.graph.catalog().type_name(relationship_type));
        let ends: Vec<&str> = ends.iter().map(|end| self.references[end].as_str()).collect();
        let start = &self.references[&start];
        line(&mut self.out, format_args!("{start} -{arrow}-> {}", ends.join(", ")));
        self.out.push_str(&details);
    }

    fn label(&self, id: LabelId) -> String {
        identifier_text(self.graph.catalog().label_name(id))
    }

    fn key(&self, id: KeyId) -> String {
        identifier_text(self.graph.catalog().key_name(id))
    }
}

/// What the places of the documents say.
struct Summaries {
    known: HashMap<PlaceKey, Option<Arc<str>>>,
    in_order: Vec<(PlaceKey, Option<Arc<str>>)>,
}

impl Summaries {
    fn of(&self, key: &PlaceKey) -> Option<&Arc<str>> {
        self.known.get(key)?.as_ref()
    }

    /// The place that a statement can stand under: its first, if that says what the place says.
    fn section_of(&self, supports: &[Support]) -> Option<PlaceKey> {
        let first = supports.first()?;
        let key = place_key(first);
        (self.of(&key) == first.summary.as_ref()).then_some(key)
    }
}

fn place_key(support: &Support) -> PlaceKey {
    (support.document, map_text(&support.locator))
}

/// The numbers in a locator's text, so that sentence 10 comes after sentence 9.
fn numbers_in(locator: &str) -> Vec<u64> {
    locator.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

fn traits(declaration: &Declaration) -> Vec<&'static str> {
    let kind = declaration.kind.map(|kind| match kind {
        Temporality::Event => "event",
        Temporality::State { persistent: false } => "state",
        Temporality::State { persistent: true } => "persistent state",
    });
    let flags = [
        (declaration.symmetric, "symmetric"),
        (declaration.transitive, "transitive"),
        (declaration.functional, "functional"),
        (declaration.order, "order"),
    ];
    kind.into_iter().chain(flags.into_iter().filter(|flag| flag.0).map(|flag| flag.1)).collect()
}

fn alias_text(alias: &Alias) -> String {
    let name = name_text(&alias.text);
    match (&alias.language, alias.kind) {
        (None, AliasKind::Name) => name,
        (None, kind) => format!("{name} ({})", kind.as_str()),
        (Some(language), kind) => format!("{name} ({}, {language})", kind.as_str()),
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
    out.push('\n');
}
