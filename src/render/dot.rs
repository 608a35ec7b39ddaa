//! The graph in the rows in the language of Graphviz: `dossier query … --format dot | dot -Tpng`.

use std::io::{self, Write};

use super::Options;
use super::subgraph::{Subgraph, labels};
use super::value::visible;
use crate::graph::row::Rows;
use crate::graph::source::display_name;
use crate::graph::when;

/// Writes the graph in the rows as a `digraph`; dated relationships show their date.
pub(super) fn write(rows: &Rows, _options: &Options, out: &mut impl Write) -> io::Result<()> {
    let graph = rows.graph();
    let found = Subgraph::of(rows);
    out.write_all(b"digraph dossier {\n")?;
    out.write_all(b"  rankdir=LR;\n  node [shape=box, style=rounded];\n")?;
    for &node in &found.nodes {
        let mut label = escaped(&display_name(graph, node));
        let labels = labels(graph, node);
        if !labels.is_empty() {
            label.push_str("\\n");
            label.push_str(&escaped(&labels));
        }
        writeln!(out, "  n{node} [label=\"{label}\"];")?;
    }
    for &relationship in &found.relationships {
        let Some(ends) = graph.statement(relationship) else { continue };
        let mut label = escaped(graph.catalog().type_name(ends.relationship_type));
        if let Some(valid) = when::date_of(graph, relationship) {
            label.push_str("\\n");
            label.push_str(&escaped(valid.as_str()));
        }
        writeln!(out, "  n{} -> n{} [label=\"{label}\"];", ends.start, ends.end)?;
    }
    out.write_all(b"}\n")
}

/// Text inside quotation marks of a DOT label.
fn escaped(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('"', "\\\"")
}
