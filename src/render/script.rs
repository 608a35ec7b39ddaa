//! Rows as a query: what it holds can be created, or its rows given, by running it.
//!
//! Rows with nodes or relationships become one CREATE:
//!
//! ```text
//! CREATE (n0:State {name: 'Russia'}),
//!   (n1:Region {name: 'South Ossetia'}),
//!   (n0)-[:RECOGNISES {what: 'independence'} VALID edtf('2008-08-26/..') SAYS asserted]->(n1);
//! ```
//!
//! Rows of plain values become an UNWIND that returns the same rows. What a statement says about
//! itself (when it holds, how the source puts it) is written in the language's own words; its
//! document is a node and is named where it has a name.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use hashbrown::HashMap;

use super::Options;
use super::subgraph::Subgraph;
use super::value::{Spelling, write_name_in, write_properties, write_string, write_value};
use crate::graph::Snapshot;
use crate::graph::row::{Node, Relationship, Rows};
use crate::graph::source::{Support, display_name};
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::value::{NodeId, StatementId, Value};

/// Writes rows as a query.
pub(super) fn write(rows: &Rows, options: &Options, out: &mut impl Write) -> io::Result<()> {
    let found = Subgraph::of(rows);
    // Nothing stands for another letter in backquotes: where a terminal reads along, names with controls in them are
    // shown and do not come back.
    let spelling = if options.terminal { Spelling::Literal } else { Spelling::Script };
    if found.is_empty() {
        write_values(rows, spelling, out)
    } else {
        write_graph(&found, rows.graph(), spelling, out)
    }
}

/// One CREATE: nodes first, then the relationships between them.
fn write_graph(
    found: &Subgraph,
    graph: &dyn Snapshot,
    spelling: Spelling,
    out: &mut impl Write,
) -> io::Result<()> {
    let numbers: HashMap<NodeId, usize> =
        found.nodes.iter().enumerate().map(|(number, &node)| (node, number)).collect();
    let text = Script { graph, spelling };
    let nodes = found.nodes.iter().map(|&node| text.node(node, numbers[&node]));
    let relationships =
        found.relationships.iter().filter_map(|&id| text.relationship(id, |node| numbers[&node]));
    for (at, pattern) in nodes.chain(relationships).enumerate() {
        out.write_all(if at == 0 { b"CREATE " } else { b",\n  " })?;
        out.write_all(pattern.as_bytes())?;
    }
    out.write_all(b";\n")
}

/// Patterns that create what a graph has; writing to a string cannot fail.
struct Script<'a> {
    graph: &'a dyn Snapshot,
    spelling: Spelling,
}

impl Script<'_> {
    fn node(&self, id: NodeId, number: usize) -> String {
        let node = Node::of(self.graph, id);
        let mut out = format!("(n{number}");
        for label in &node.labels {
            out.push(':');
            self.push_name(&mut out, label);
        }
        self.push_properties(&mut out, &node.properties);
        out.push(')');
        out
    }

    fn relationship(&self, id: StatementId, number: impl Fn(NodeId) -> usize) -> Option<String> {
        let relationship = Relationship::of(self.graph, id)?;
        let mut out = format!("(n{})-[:", number(relationship.start));
        self.push_name(&mut out, &relationship.relationship_type);
        self.push_properties(&mut out, &relationship.properties);
        if let Some(qualifiers) = self.graph.qualifiers(id) {
            self.push_qualifiers(&mut out, qualifiers);
        }
        let _ = write!(out, "]->(n{})", number(relationship.end));
        Some(out)
    }

    fn push_name(&self, out: &mut String, name: &str) {
        let _ = write_name_in(out, name, self.spelling);
    }

    fn push_properties(&self, out: &mut String, properties: &[(Arc<str>, Value)]) {
        if !properties.is_empty() {
            self.push_map(out, properties.iter().map(|(key, value)| (&**key, value)));
        }
    }

    fn push_map<'v>(
        &self,
        out: &mut String,
        entries: impl IntoIterator<Item = (&'v str, &'v Value)>,
    ) {
        out.push(' ');
        let _ = write_properties(out, entries, self.graph, self.spelling);
    }

    /// Writes what a statement says about itself.
    fn push_qualifiers(&self, out: &mut String, qualifiers: &Qualifiers) {
        if let Some(valid) = &qualifiers.valid {
            let _ = write!(out, " VALID edtf('{}')", valid.as_str());
        }
        if let Some(day) = qualifiers.not_before {
            let _ = write!(out, " FROM date('{day}')");
        }
        if let Some(day) = qualifiers.not_after {
            let _ = write!(out, " TO date('{day}')");
        }
        for (at, support) in qualifiers.support.iter().enumerate() {
            out.push_str(if at == 0 { " SOURCE " } else { ", " });
            self.push_support(out, support);
        }
        if qualifiers.stance != Stance::Asserted || qualifiers.speaker.is_some() {
            out.push_str(" SAYS ");
            self.push_name(out, qualifiers.stance.as_str());
            if let Some(speaker) = &qualifiers.speaker {
                out.push_str(" BY ");
                let _ = write_string(out, speaker);
            }
        }
        if qualifiers.rank != Rank::Normal {
            let _ = write!(out, " RANK {}", qualifiers.rank.as_str());
        }
        if let Some(reason) = &qualifiers.reason {
            out.push_str(" REASON ");
            let _ = write_string(out, reason);
        }
    }

    fn push_support(&self, out: &mut String, support: &Support) {
        let _ = write_string(out, &display_name(self.graph, support.document));
        let summary = support.summary.as_ref().map(|text| Value::String(Arc::clone(text)));
        let entries: Vec<(&str, &Value)> = support
            .locator
            .iter()
            .map(|(key, value)| (&**key, value))
            .chain(summary.as_ref().map(|text| ("summary", text)))
            .collect();
        if !entries.is_empty() {
            self.push_map(out, entries);
        }
    }
}

/// `UNWIND [[…], …] AS row RETURN row[0] AS name, …`.
fn write_values(rows: &Rows, spelling: Spelling, out: &mut impl Write) -> io::Result<()> {
    if rows.columns().is_empty() {
        return Ok(());
    }
    out.write_all(b"UNWIND [")?;
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        text.clear();
        text.push_str(if at == 0 { "\n  [" } else { ",\n  [" });
        for (column, value) in row.values().iter().enumerate() {
            text.push_str(if column == 0 { "" } else { ", " });
            let _ = write_value(&mut text, value, rows.graph(), spelling);
        }
        text.push(']');
        out.write_all(text.as_bytes())?;
    }
    text.clear();
    text.push_str("\n] AS row RETURN ");
    for (at, name) in rows.columns().iter().enumerate() {
        let _ = write!(text, "{}row[{at}] AS ", if at == 0 { "" } else { ", " });
        let _ = write_name_in(&mut text, name, spelling);
    }
    text.push_str(";\n");
    out.write_all(text.as_bytes())
}
