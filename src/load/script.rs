//! A whole graph as statements of the query language: a script that adds it to a store.
//!
//! ```text
//! CREATE (:`_`:State {`_`: 0, name: 'Nauru'}), (:`_`:Region {`_`: 3, name: 'Abkhazia'});
//! MATCH (a:`_` {`_`: 0}), (b:`_` {`_`: 3}), (d0:`_` {`_`: 5})
//! CREATE (a)-[:RECOGNISES VALID edtf('2009-12-15/..') SOURCE d0 {paragraph: 5}]->(b);
//! MATCH (n:`_`) REMOVE n:`_`, n.`_`;
//! ```
//!
//! Every node bears a mark until the script has run, by which relationships find their ends. The mark
//! is a name that the graph does not use. One statement makes one relationship: they differ in their
//! values alone, so that they are planned once. What the language has no words for (other names of
//! things, words for questions) is left out, and a comment says so.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use crate::graph::declaration::{Completeness, Declaration, Endpoint, Temporality};
use crate::graph::rule::{Rule, RuleKind};
use crate::graph::schema::{for_each_node, for_each_statement};
use crate::graph::source::{Support, display_name};
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::graph::{LabelId, Snapshot, stated};
use crate::render::value::{Spelling, write_name_in, write_properties, write_string, write_value};
use crate::value::{NodeId, StatementId, Value};

/// How many nodes one statement makes.
const NODES_AT_ONCE: usize = 50;
/// A statement of several nodes is no longer than this.
const LONG_BYTES: usize = 1 << 20;
/// No statement is read that is longer.
const READ_MAX_BYTES: usize = 16 << 20;

/// Writes a graph.
#[doc(hidden)]
pub fn export(graph: &dyn Snapshot, out: &mut dyn Write) -> io::Result<()> {
    Script { mark: free_name(graph), graph, out, text: String::new() }.everything()
}

/// A name that is neither a label nor a property.
fn free_name(graph: &dyn Snapshot) -> String {
    let mut name = "_".to_owned();
    let catalog = graph.catalog();
    while catalog.label(&name).is_some() || catalog.key(&name).is_some() {
        name.push('_');
    }
    format!("`{name}`")
}

struct Script<'a> {
    graph: &'a dyn Snapshot,
    /// Label and property of nodes until all relationships are there, in backquotes.
    mark: String,
    out: &'a mut dyn Write,
    /// The statement in the making; writing to it cannot fail.
    text: String,
}

impl Script<'_> {
    fn everything(&mut self) -> io::Result<()> {
        let declarations = self.graph.declarations();
        let mut types: Vec<_> = declarations.types.iter().collect();
        types.sort_unstable_by_key(|(id, _)| **id);
        let mut left_out = self.graph.aliases().len() + declarations.phrases.len();
        for (id, declaration) in types {
            left_out += usize::from(declaration.description.is_some());
            self.declaration(self.graph.catalog().type_name(*id), declaration)?;
        }
        for (label, above) in declarations.kinds.declared() {
            self.text.push_str("DECLARE LABEL ");
            self.name(self.graph.catalog().label_name(label));
            self.text.push_str(" SUB OF ");
            self.labels(above, "|");
            self.end()?;
        }
        self.nodes()?;
        let mut done = Ok(());
        for_each_statement(self.graph, |statement| {
            if done.is_ok() {
                done = self.relationship(statement);
            }
        });
        done?;
        let mark = &self.mark;
        if self.graph.statistics().nodes > 0 {
            writeln!(self.out, "MATCH (n:{mark}) REMOVE n:{mark}, n.{mark};")?;
        }
        for complete in &declarations.completeness {
            self.complete(complete)?;
        }
        for inference in &declarations.inferences {
            self.text.push_str("CREATE RULE ");
            self.name(&inference.name);
            self.text.push_str(" AS ");
            self.text.push_str(&inference.text);
            self.end()?;
        }
        for rule in &declarations.rules {
            self.rule(rule)?;
        }
        if left_out > 0 {
            let what = "names, words and descriptions that the language has no words for";
            writeln!(self.out, "// Left out: {left_out} {what}.")?;
        }
        Ok(())
    }

    fn nodes(&mut self) -> io::Result<()> {
        let mut count = 0;
        let mut done = Ok(());
        for_each_node(self.graph, |node| {
            if done.is_ok() {
                let before = self.text.len();
                self.text.push_str(if count == 0 { "CREATE " } else { ",\n  " });
                let start = self.text.len();
                self.node(node);
                if count > 0 && self.text.len() > LONG_BYTES {
                    let node = self.text.split_off(start);
                    self.text.truncate(before);
                    done = self.end();
                    self.text = format!("CREATE {node}");
                    count = 0;
                }
                count += 1;
                if count == NODES_AT_ONCE && done.is_ok() {
                    done = self.end();
                    count = 0;
                }
            }
        });
        done?;
        if count == 0 { Ok(()) } else { self.end() }
    }

    fn node(&mut self, node: NodeId) {
        let _ = write!(self.text, "(:{}", self.mark);
        for &label in self.graph.labels(node) {
            self.text.push(':');
            self.name(self.graph.catalog().label_name(label));
        }
        let _ = write!(self.text, " {{{}: {}", self.mark, self.graph.node_element_id(node));
        for (key, value) in self.graph.node_properties(node) {
            let name = self.graph.catalog().key_name(key);
            if !stated::values(self.graph, node, name).is_empty() {
                // Stated further below, with its date and its sources.
                continue;
            }
            self.text.push_str(", ");
            self.name(self.graph.catalog().key_name(key));
            self.text.push_str(": ");
            let _ = write_value(&mut self.text, &value, self.graph, Spelling::Script);
        }
        self.text.push_str("})");
    }

    fn relationship(&mut self, statement: StatementId) -> io::Result<()> {
        let graph = self.graph;
        let Some(ends) = graph.statement(statement) else { return Ok(()) };
        let plain = Qualifiers::default();
        let qualifiers = graph.qualifiers(statement).unwrap_or(&plain);
        // A document that was deleted cannot be named.
        let is_there = |support: &&Support| graph.contains_node(support.document);
        let supports: Vec<&Support> = qualifiers.support.iter().filter(is_there).collect();
        self.text.push_str("MATCH ");
        self.marked("a", ends.start);
        if !graph.catalog().holds_values(ends.relationship_type) {
            self.text.push_str(", ");
            self.marked("b", ends.end);
        }
        for (at, support) in supports.iter().enumerate() {
            self.text.push_str(", ");
            self.marked(&format!("d{at}"), support.document);
        }
        if let Some(key) = stated::key_of_type(graph, ends.relationship_type) {
            self.text.push_str(" SET a.");
            self.name(key);
            self.text.push_str(" = ");
            let value = stated::value_of(graph, statement);
            let _ = write_value(&mut self.text, &value, graph, Spelling::Script);
            let bare = self.text.len();
            self.qualifiers(qualifiers, &supports);
            if self.text.len() == bare {
                // Without a word beside it, SET would make it a plain value.
                self.text.push_str(" SAYS asserted");
            }
            return self.end();
        }
        self.text.push_str(" CREATE (a)-[:");
        self.name(graph.catalog().type_name(ends.relationship_type));
        let properties = graph.statement_properties(statement);
        if !properties.is_empty() {
            self.text.push(' ');
            let named = |(key, value)| (Arc::clone(graph.catalog().key_name(key)), value);
            let properties: Vec<(Arc<str>, Value)> = properties.into_iter().map(named).collect();
            self.map(properties.iter().map(|(key, value)| (&**key, value)));
        }
        self.qualifiers(qualifiers, &supports);
        self.text.push_str("]->(b)");
        self.end()
    }

    /// The node of a number, under the name.
    fn marked(&mut self, name: &str, node: NodeId) {
        let (mark, number) = (&self.mark, self.graph.node_element_id(node));
        let _ = write!(self.text, "({name}:{mark} {{{mark}: {number}}})");
    }

    fn qualifiers(&mut self, qualifiers: &Qualifiers, supports: &[&Support]) {
        if let Some(valid) = &qualifiers.valid {
            let _ = write!(self.text, " VALID edtf('{}')", valid.as_str());
        }
        if let Some(day) = qualifiers.not_before {
            let _ = write!(self.text, " FROM date('{day}')");
        }
        if let Some(day) = qualifiers.not_after {
            let _ = write!(self.text, " TO date('{day}')");
        }
        for (at, support) in supports.iter().enumerate() {
            let _ = write!(self.text, "{} d{at}", if at == 0 { " SOURCE" } else { "," });
            self.place(support);
        }
        if qualifiers.stance != Stance::default() || qualifiers.speaker.is_some() {
            let _ = write!(self.text, " SAYS {}", qualifiers.stance.as_str());
            if let Some(speaker) = &qualifiers.speaker {
                self.text.push_str(" BY ");
                self.string(speaker);
            }
        }
        if qualifiers.rank != Rank::default() {
            let _ = write!(self.text, " RANK {}", qualifiers.rank.as_str());
        }
        if let Some(reason) = &qualifiers.reason {
            self.text.push_str(" REASON ");
            self.string(reason);
        }
    }

    /// Where in a document something stands, and what is said there.
    fn place(&mut self, support: &Support) {
        let summary = support.summary.as_ref().map(|text| Value::String(Arc::clone(text)));
        let entries = support.locator.iter().map(|(key, value)| (&**key, value));
        let entries: Vec<(&str, &Value)> =
            entries.chain(summary.as_ref().map(|text| ("summary", text))).collect();
        if !entries.is_empty() {
            self.text.push(' ');
            self.map(entries);
        }
    }

    fn declaration(&mut self, name: &str, declaration: &Declaration) -> io::Result<()> {
        self.text.push_str("DECLARE RELATIONSHIP ");
        self.name(name);
        self.text.push_str(match declaration.kind {
            None => "",
            Some(Temporality::Event) => " EVENT",
            Some(Temporality::State { persistent: false }) => " STATE",
            Some(Temporality::State { persistent: true }) => " STATE PERSISTENT",
        });
        self.text.push_str(if declaration.symmetric { " SYMMETRIC" } else { "" });
        self.text.push_str(if declaration.transitive { " TRANSITIVE" } else { "" });
        for (at, name) in declaration.sub_of.iter().enumerate() {
            self.text.push_str(if at == 0 { " SUB OF " } else { "|" });
            self.name(name);
        }
        if let Some(inverse) = &declaration.inverse {
            self.text.push_str(" INVERSE ");
            self.name(inverse);
        }
        self.text.push_str(if declaration.functional { " FUNCTIONAL" } else { "" });
        self.text.push_str(if declaration.order { " ORDER" } else { "" });
        for (word, labels) in [(" FROM ", &declaration.from), (" TO ", &declaration.to)] {
            if !labels.is_empty() {
                self.text.push_str(word);
                self.labels(labels, "|");
            }
        }
        self.end()
    }

    fn complete(&mut self, complete: &Completeness) -> io::Result<()> {
        self.text.push_str("COMPLETE ");
        self.endpoint(&complete.from);
        self.text.push_str("-[:");
        self.name(self.graph.catalog().type_name(complete.relationship_type));
        self.text.push_str("]->");
        self.endpoint(&complete.to);
        if let Some(at) = &complete.at {
            let _ = write!(self.text, " AT edtf('{}')", at.as_str());
        }
        let is_there = |support: &&Support| self.graph.contains_node(support.document);
        let supports: Vec<&Support> = complete.support.iter().filter(is_there).collect();
        for (at, support) in supports.into_iter().enumerate() {
            self.text.push_str(if at == 0 { " SOURCE " } else { ", " });
            self.string(&display_name(self.graph, support.document));
            self.place(support);
        }
        self.end()
    }

    fn endpoint(&mut self, endpoint: &Endpoint) {
        self.text.push('(');
        if let Some(node) = endpoint.node {
            let labels: Vec<LabelId> = self.graph.labels(node).to_vec();
            self.text.push_str(if labels.is_empty() { "" } else { ":" });
            self.labels(&labels, ":");
            let name = Value::from(display_name(self.graph, node));
            self.text.push(' ');
            self.map([("name", &name)]);
        } else {
            if !endpoint.labels.is_empty() {
                self.text.push(':');
                self.labels(&endpoint.labels, ":");
            }
            if !endpoint.properties.is_empty() {
                self.text.push(' ');
                self.map(endpoint.properties.iter().map(|(key, value)| (&**key, value)));
            }
        }
        self.text.push(')');
    }

    fn rule(&mut self, rule: &Rule) -> io::Result<()> {
        let kind = match rule.kind {
            RuleKind::RangeIndex => "RANGE INDEX",
            RuleKind::TextIndex => "TEXT INDEX",
            RuleKind::PointIndex => "POINT INDEX",
            _ => "CONSTRAINT",
        };
        let _ = write!(self.text, "CREATE {kind} ");
        self.name(&rule.name);
        self.text.push_str(if rule.is_relationship { " FOR ()-[x:" } else { " FOR (x:" });
        self.name(&rule.on);
        self.text.push_str(if rule.is_relationship { "]-() " } else { ") " });
        self.text.push_str(if rule.is_constraint() { "REQUIRE (" } else { "ON (" });
        for (at, key) in rule.keys.iter().enumerate() {
            self.text.push_str(if at == 0 { "x." } else { ", x." });
            self.name(key);
        }
        self.text.push(')');
        match &rule.kind {
            RuleKind::Unique => self.text.push_str(" IS UNIQUE"),
            RuleKind::Exists => self.text.push_str(" IS NOT NULL"),
            RuleKind::Key => {
                self.text.push_str(if rule.is_relationship {
                    " IS RELATIONSHIP KEY"
                } else {
                    " IS NODE KEY"
                });
            }
            RuleKind::Typed(written) => {
                let _ = write!(self.text, " IS :: {written}");
            }
            RuleKind::RangeIndex | RuleKind::TextIndex | RuleKind::PointIndex => {}
        }
        self.end()
    }

    fn labels(&mut self, labels: &[LabelId], between: &str) {
        for (at, &label) in labels.iter().enumerate() {
            self.text.push_str(if at == 0 { "" } else { between });
            self.name(self.graph.catalog().label_name(label));
        }
    }

    fn name(&mut self, name: &str) {
        let _ = write_name_in(&mut self.text, name, Spelling::Script);
    }

    fn string(&mut self, text: &str) {
        let _ = write_string(&mut self.text, text);
    }

    fn map<'v>(&mut self, entries: impl IntoIterator<Item = (&'v str, &'v Value)>) {
        let _ = write_properties(&mut self.text, entries, self.graph, Spelling::Script);
    }

    fn end(&mut self) -> io::Result<()> {
        self.text.push_str(";\n");
        if self.text.len() > READ_MAX_BYTES {
            let begins: String = self.text.chars().take(60).collect();
            let message = format!(
                "the statement `{begins}…` would have {} bytes, and none is read that has more than {READ_MAX_BYTES}; elements (.jsonl) have no such limit",
                self.text.len()
            );
            return Err(io::Error::other(message));
        }
        self.out.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }
}
