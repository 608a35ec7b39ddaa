//! Rows made by hand, for the tests of this folder.

use std::sync::Arc;

use super::{Format, Options, write};
use crate::graph::empty::EmptyGraph;
use crate::graph::row::Rows;
use crate::graph::transaction::Counters;
use crate::value::Value;

/// Rows over a graph without anything in it.
pub(super) fn rows<const N: usize>(columns: [&str; N], values: &[[Value; N]]) -> Rows {
    Rows {
        columns: columns.into_iter().map(Arc::from).collect(),
        values: values.iter().flatten().cloned().collect(),
        len: values.len(),
        evidence: Vec::new(),
        witnesses: Vec::new(),
        truths: Vec::new(),
        timed: false,
        notes: Vec::new(),
        counters: Counters::default(),
        graph: Arc::new(EmptyGraph::default()),
    }
}

/// Rows in a format, as a screen of so many columns would show them.
pub(super) fn shown(rows: &Rows, format: Format, columns: usize) -> String {
    let options = Options { columns: Some(columns), terminal: true, ..Options::default() };
    let mut out = Vec::new();
    write(rows, format, &options, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("rendered text is UTF-8")
}
