//! Where a fact comes from.

use std::sync::Arc;

use serde::Serialize;

use crate::error::{Error, Result, eval};
use crate::graph::statement::Stance;
pub use crate::graph::witness::Witnesses;
use crate::graph::{Snapshot, completeness, stated, when};
use crate::value::{Map, NodeId, StatementId, Value};

/// One place in one document that a statement rests on.
///
/// ```
/// use dossier::graph::source::display_name;
/// let store = dossier::Store::shipped()?;
/// let rows = store.query("MATCH (:Person)-[r:MET]->() RETURN r LIMIT 1", ())?;
/// let stated = rows.graph().qualifiers(rows.get(0).unwrap().get("r")?).expect("it has a source");
/// let place = &stated.support[0];
/// assert_eq!(display_name(rows.graph(), place.document), "Seed article");
/// assert_eq!((place.number("paragraph"), place.number("sentence")), (Some(1), Some(1)));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Support {
    /// The document, a node; its `name` and `date` properties are shown with the evidence.
    pub document: NodeId,
    /// Where in the document: `paragraph` and `sentence`, or whatever the document has.
    pub locator: Arc<Map>,
    /// What the place says, in our own words.
    pub summary: Option<Arc<str>>,
}

impl Support {
    /// A place in a document: the document is a node or the name of one with the label `Document`,
    /// the locator a map or null, in which `summary` is what the place says.
    ///
    /// In a locator `paragraph` and `sentence` are integers; what else is in it (a page, a line) is
    /// kept and shown as it is. What is null is left out.
    ///
    /// Fails with `eval::argument_type` for anything else, and with `eval::argument_value` where no
    /// document has the name.
    ///
    /// ```
    /// use dossier::Value;
    /// use dossier::graph::source::Support;
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let locator = Value::map([("paragraph", 5.into()), ("summary", "They recognise it.".into())]);
    /// let place = Support::at(&*graph, &"Seed article".into(), locator)?;
    /// assert_eq!((place.number("paragraph"), place.summary.as_deref()), (Some(5), Some("They recognise it.")));
    /// let error = Support::at(&*graph, &"No such article".into(), Value::Null).unwrap_err();
    /// assert_eq!(error.code(), "eval::argument_value");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn at(graph: &dyn Snapshot, document: &Value, locator: Value) -> Result<Support> {
        let expected = |what: &str, found: &Value| {
            let message = format!("Expected {what}, but found {}.", found.with_article());
            Error::new(&eval::ARGUMENT_TYPE, message)
        };
        let document = match document {
            Value::Node(node) => *node,
            Value::String(name) => document_named(name, graph).ok_or_else(|| {
                let message = format!("There is no document named \"{name}\".");
                Error::new(&eval::ARGUMENT_VALUE, message)
                    .hint(format!("CREATE (:Document {{name: \"{name}\"}})"))
            })?,
            other => return Err(expected("a document or its name", other)),
        };
        check_locator(&locator)?;
        let mut locator = match locator {
            Value::Map(map) => Arc::unwrap_or_clone(map),
            _ => Map::new(),
        };
        locator.retain(|_, value| !value.is_null());
        let summary = match locator.remove("summary") {
            Some(Value::String(summary)) => Some(summary),
            _ => None,
        };
        Ok(Support { document, locator: Arc::new(locator), summary })
    }

    /// The number under a key of the locator, such as `paragraph`.
    ///
    /// ```
    /// use dossier::graph::source::Support;
    /// use dossier::value::Map;
    /// use dossier::{NodeId, Value};
    /// let locator = Map::from([("paragraph".into(), Value::from(5))]).into();
    /// let place = Support { document: NodeId(0), locator, summary: None };
    /// assert_eq!((place.number("paragraph"), place.number("page")), (Some(5), None));
    /// ```
    pub fn number(&self, key: &str) -> Option<i64> {
        self.locator.get(key)?.as_int()
    }

    /// The place in words: `Seed article ¶5.2`.
    ///
    /// ```
    /// let rows = dossier::Store::shipped()?.query("MATCH (:Person)-[r:MET]->() RETURN r LIMIT 1", ())?;
    /// let stated = rows.graph().qualifiers(rows.get(0).unwrap().get("r")?).expect("it has a source");
    /// assert_eq!(stated.support[0].to_text(rows.graph()), "Seed article ¶1.1");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn to_text(&self, graph: &dyn Snapshot) -> String {
        let document = display_name(graph, self.document);
        let (paragraph, sentence) = (self.number("paragraph"), self.number("sentence"));
        place_text(&document, paragraph, sentence, self.other_place().as_deref())
    }

    /// The rest of the locator in words: `page 3, line 12`.
    pub(crate) fn other_place(&self) -> Option<String> {
        let is_number = |key: &str| matches!(key, "paragraph" | "sentence");
        let others: Vec<String> = self
            .locator
            .iter()
            .filter(|(key, value)| !(is_number(key) && value.as_int().is_some()))
            .map(|(key, value)| match value {
                Value::String(text) => format!("{key} {text}"),
                Value::Date(day) => format!("{key} {day}"),
                Value::Edtf(date) => format!("{key} {date}"),
                other => format!("{key} {}", completeness::text(other)),
            })
            .collect();
        (!others.is_empty()).then(|| others.join(", "))
    }
}

/// Fails where a locator is no map, or holds what a locator cannot: it would be kept without being
/// shown, or not be kept.
pub(crate) fn check_locator(locator: &Value) -> Result<()> {
    const EXAMPLE: &str = "SOURCE 'Notes' {paragraph: 5, sentence: 2, summary: 'They met.'}";
    let entries = match locator {
        Value::Null => return Ok(()),
        Value::Map(entries) => entries,
        other => {
            let message =
                format!("Expected a Map as a locator, but found {}.", other.with_article());
            return Err(Error::new(&eval::ARGUMENT_TYPE, message).hint(EXAMPLE));
        }
    };
    for (key, value) in &**entries {
        let (fits, wanted) = match &**key {
            "paragraph" | "sentence" => (value.as_int().is_some(), "an Integer"),
            "summary" => (value.as_str().is_some(), "a String"),
            _ => (!holds_elements(value), "a value that a property can have"),
        };
        if !fits && !value.is_null() {
            let found = value.with_article();
            let message = format!("`{key}` in the locator of a source is {wanted}, not {found}.");
            return Err(Error::new(&eval::ARGUMENT_TYPE, message).hint(EXAMPLE));
        }
    }
    Ok(())
}

fn holds_elements(value: &Value) -> bool {
    match value {
        Value::Node(_) | Value::Relationship(_) | Value::Path(_) => true,
        Value::List(items) => items.iter().any(holds_elements),
        Value::Map(entries) => entries.values().any(holds_elements),
        _ => false,
    }
}

/// A place in a document in words: `Seed article ¶5.2`.
pub(crate) fn place_text(
    document: &str,
    paragraph: Option<i64>,
    sentence: Option<i64>,
    other: Option<&str>,
) -> String {
    let place = match (paragraph, sentence) {
        (Some(paragraph), Some(sentence)) => format!("{document} ¶{paragraph}.{sentence}"),
        (Some(paragraph), None) => format!("{document} ¶{paragraph}"),
        (None, Some(sentence)) => format!("{document}, sentence {sentence}"),
        (None, None) => document.to_owned(),
    };
    match other {
        Some(other) => format!("{place}, {other}"),
        None => place,
    }
}

fn document_named(name: &str, graph: &dyn Snapshot) -> Option<NodeId> {
    let (label, key) = (graph.catalog().label("Document")?, graph.catalog().key("name")?);
    let wanted = Value::from(name);
    if let Some(found) = graph.lookup(label, key, &wanted) {
        return found.first().copied();
    }
    let mut from = Some(NodeId(0));
    while let Some(first) = from {
        let mut nodes = Vec::new();
        from = graph.scan_nodes(Some(label), first, 1024, &mut nodes);
        let found = nodes.into_iter().find(|node| graph.node_property(*node, key) == wanted);
        if found.is_some() {
            return found;
        }
    }
    None
}

/// A statement shown as evidence: what it says and where it stands, ready to print.
///
/// One statement with support in two places gives two of these.
///
/// ```
/// use dossier::{Options, Store};
/// let options = Options { evidence: true, ..Options::default() };
/// let rows = Store::shipped()?.query_with("MATCH (p:Person)-[:MET]->(q) RETURN p.name", &options)?;
/// let evidence = &rows.evidence(0)[0];
/// assert_eq!(evidence.statement, "Sergey Lavrov MET Dmitry Medoev");
/// assert_eq!((&*evidence.document, evidence.stance), ("Seed article", "asserted"));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
    /// The document's name; empty where the statement has no source.
    pub document: String,
    /// Paragraph of the document, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<i64>,
    /// Sentence of the paragraph, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentence: Option<i64>,
    /// Where in the document where it has no paragraphs, in words: `page 3, line 12`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The stance, as [`super::statement::Stance::as_str`] words it.
    pub stance: &'static str,
    /// Who says so, where the source names somebody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The statement itself: `Russia RECOGNISES South Ossetia`.
    pub statement: String,
    /// When it holds, as EDTF, where that is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<String>,
    /// What the place says, in our own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The rules that it takes, where it is derived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What the statement cannot hold together with, where that is looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflict: Option<String>,
}

impl Evidence {
    /// The evidence for one statement: an entry for each place it rests on, or one entry without
    /// a document where it has no source. A statement that does not exist has none; behind a
    /// derived one stands the evidence for what it is derived from.
    ///
    /// ```
    /// use dossier::graph::source::Evidence;
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("MATCH (:Person)-[r:MET]->() RETURN r LIMIT 1", ())?;
    /// let evidence = Evidence::of(rows.graph(), rows.get(0).unwrap().get("r")?);
    /// assert_eq!(evidence[0].statement, "Sergey Lavrov MET Dmitry Medoev");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn of(graph: &dyn Snapshot, id: StatementId) -> Vec<Evidence> {
        let mut all = Evidence::of_itself(graph, id);
        if let Some(derivation) = graph.derivation(id) {
            let mut stored: Vec<StatementId> =
                derivation.witnesses.sets.iter().flatten().copied().collect();
            stored.sort_unstable();
            stored.dedup();
            all.extend(stored.into_iter().flat_map(|id| Evidence::of_itself(graph, id)));
        }
        all
    }

    /// The same without what a derived relationship is derived from.
    pub(crate) fn of_itself(graph: &dyn Snapshot, id: StatementId) -> Vec<Evidence> {
        let Some(ends) = graph.statement(id) else { return Vec::new() };
        let start = display_name(graph, ends.start);
        let end = display_name(graph, ends.end);
        let type_name = graph.catalog().type_name(ends.relationship_type);
        let qualifiers = graph.qualifiers(id);
        let bare = Evidence {
            document: String::new(),
            paragraph: None,
            sentence: None,
            place: None,
            stance: qualifiers.map_or(Stance::Asserted, |q| q.stance).as_str(),
            speaker: qualifiers.and_then(|q| q.speaker.as_deref()).map(str::to_owned),
            statement: stated::sentence(graph, id)
                .unwrap_or_else(|| format!("{start} {type_name} {end}")),
            valid: when::date_of(graph, id).map(|valid| valid.as_str().to_owned()),
            summary: None,
            rule: None,
            conflict: None,
        };
        if let Some(derivation) = graph.derivation(id) {
            return vec![Evidence { rule: Some(derivation.rules.join(", ")), ..bare }];
        }
        let support = qualifiers.map_or(&[][..], |q| &q.support);
        if support.is_empty() {
            return vec![bare];
        }
        support
            .iter()
            .map(|place| Evidence {
                document: display_name(graph, place.document),
                paragraph: place.number("paragraph"),
                sentence: place.number("sentence"),
                place: place.other_place(),
                summary: place.summary.as_deref().map(str::to_owned),
                ..bare.clone()
            })
            .collect()
    }

    /// The evidence as a map, under the names of its fields; what is not known is left out.
    ///
    /// ```
    /// use dossier::graph::source::Evidence;
    /// let rows = dossier::Store::shipped()?.query("MATCH (:Person)-[r:MET]->() RETURN r LIMIT 1", ())?;
    /// let evidence = Evidence::of(rows.graph(), rows.get(0).unwrap().get("r")?);
    /// let map = evidence[0].to_value();
    /// assert_eq!(map.as_map().unwrap()["document"], "Seed article".into());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn to_value(&self) -> Value {
        let text = |text: &String| Value::from(text.as_str());
        let entries = [
            ("document", (!self.document.is_empty()).then(|| text(&self.document))),
            ("paragraph", self.paragraph.map(Value::Integer)),
            ("sentence", self.sentence.map(Value::Integer)),
            ("place", self.place.as_ref().map(text)),
            ("stance", Some(self.stance.into())),
            ("speaker", self.speaker.as_ref().map(text)),
            ("statement", Some(text(&self.statement))),
            ("valid", self.valid.as_ref().map(text)),
            ("summary", self.summary.as_ref().map(text)),
            ("rule", self.rule.as_ref().map(text)),
            ("conflict", self.conflict.as_ref().map(text)),
        ];
        let known = entries.into_iter().filter_map(|(key, value)| Some((Arc::from(key), value?)));
        Value::from(known.collect::<Map>())
    }
}

/// What to call a node: by the property that says it ([`naming`](super::naming)), else by its first
/// label and its number.
///
/// ```
/// use dossier::graph::source::display_name;
/// let rows = dossier::Store::shipped()?.query("MATCH (s:State) RETURN s LIMIT 1", ())?;
/// assert_eq!(display_name(rows.graph(), rows.get(0).unwrap().get("s")?), "Russia");
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn display_name(graph: &dyn Snapshot, node: NodeId) -> String {
    if let Some(name) = super::naming::name(graph, node) {
        return name.to_string();
    }
    let label = graph.labels(node).first().map(|&label| graph.catalog().label_name(label));
    label.map_or_else(|| format!("({node})"), |label| format!("({label} {node})"))
}
