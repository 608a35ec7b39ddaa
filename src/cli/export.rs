//! `dossier export`: the whole graph as a file.
//!
//! `facts` is the format that `--facts` and `.load` read, and the one that keeps everything.
//! `cypher` and `dot` are the formats of rows of that name, over all nodes and relationships.
//! `jsonl` has one element on each line, as [`json`] encodes it, nodes first.

use std::io::{self, Write};
use std::sync::Arc;

use super::args::ExportFormat;
use crate::graph::Snapshot;
use crate::graph::row::Rows;
use crate::graph::schema::{for_each_node, for_each_statement};
use crate::load::facts;
use crate::render::{self, Format, Options, json};
use crate::value::Value;

/// Writes a graph.
pub fn write(
    graph: &Arc<dyn Snapshot>,
    format: ExportFormat,
    mut out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        ExportFormat::Facts => out.write_all(facts::export(&**graph).as_bytes()),
        ExportFormat::Cypher => render_all(graph, Format::Cypher, out),
        ExportFormat::Dot => render_all(graph, Format::Dot, out),
        ExportFormat::Jsonl => elements(&**graph).iter().try_for_each(|element| {
            json::write_value(&mut out, element, &**graph)?;
            out.write_all(b"\n")
        }),
    }
}

fn render_all(
    graph: &Arc<dyn Snapshot>,
    format: Format,
    mut out: &mut dyn Write,
) -> io::Result<()> {
    let rows = Rows::of_column("element", elements(&**graph), Arc::clone(graph));
    render::write(&rows, format, &Options::default(), &mut out)
}

/// All nodes, then all relationships.
fn elements(graph: &dyn Snapshot) -> Vec<Value> {
    let mut elements = Vec::new();
    for_each_node(graph, |node| elements.push(Value::Node(node)));
    for_each_statement(graph, |statement| elements.push(Value::Relationship(statement)));
    elements
}
