//! The graph in the rows as an indented tree; rows without a graph as a tree of their values.
//!
//! ```text
//! Russia :State
//! ├─ RECOGNISES → South Ossetia :Region
//! └─ RECOGNISES → Abkhazia :Region
//! ```
//!
//! A node under which nothing leads stands first. One that is reached again is marked `↑` and not
//! drawn again, so cycles end; below [`DEPTH_MAX`] levels a branch goes on as a tree of its own
//! further down (marked `↓`), so that long chains stay readable.

use std::collections::VecDeque;
use std::io::{self, Write};

use hashbrown::{HashMap, HashSet};

use super::subgraph::{Subgraph, labels};
use super::value::{NESTING_MAX, cell, visible};
use super::{Options, theme::Theme};
use crate::graph::Snapshot;
use crate::graph::row::Rows;
use crate::graph::source::display_name;
use crate::value::{NodeId, StatementId, Value};

/// How deep a tree is drawn before a branch goes on elsewhere.
const DEPTH_MAX: usize = 24;

/// Writes rows as a tree.
pub(super) fn write(rows: &Rows, options: &Options, out: &mut impl Write) -> io::Result<()> {
    let found = Subgraph::of(rows);
    if found.is_empty() {
        return write_values(rows, options, out);
    }
    Forest::new(&found, rows.graph(), options.theme).draw(out)
}

/// The trees still to draw, and what has been drawn.
struct Forest<'a> {
    graph: &'a dyn Snapshot,
    theme: Theme,
    leaving: HashMap<NodeId, Vec<StatementId>>,
    roots: VecDeque<NodeId>,
    drawn: HashSet<NodeId>,
}

/// A relationship still to draw: its depth, and for each level above whether a line goes on there.
struct Branch {
    relationship: StatementId,
    lines: Vec<bool>,
}

impl<'a> Forest<'a> {
    fn new(found: &Subgraph, graph: &'a dyn Snapshot, theme: Theme) -> Forest<'a> {
        let mut leaving: HashMap<NodeId, Vec<StatementId>> = HashMap::new();
        let mut entered = HashSet::new();
        for &relationship in &found.relationships {
            if let Some(ends) = graph.statement(relationship) {
                leaving.entry(ends.start).or_default().push(relationship);
                entered.insert(ends.end);
            }
        }
        // Nodes that something leads to come last: most are drawn by then, the rest lie on cycles.
        let (inner, roots): (Vec<NodeId>, Vec<NodeId>) =
            found.nodes.iter().partition(|node| entered.contains(*node));
        let roots = roots.into_iter().chain(inner).collect();
        Forest { graph, theme, leaving, roots, drawn: HashSet::new() }
    }

    fn draw(mut self, out: &mut impl Write) -> io::Result<()> {
        while let Some(root) = self.roots.pop_front() {
            if self.drawn.insert(root) {
                writeln!(out, "{}", self.node(root))?;
                self.draw_below(root, out)?;
            }
        }
        Ok(())
    }

    fn draw_below(&mut self, root: NodeId, out: &mut impl Write) -> io::Result<()> {
        let mut stack = Vec::new();
        self.push_branches(root, &[], &mut stack);
        while let Some(Branch { relationship, lines }) = stack.pop() {
            let Some(ends) = self.graph.statement(relationship) else { continue };
            let faint = self.theme.faint;
            let (last, above) = lines.split_last().map_or((false, &lines[..]), |(l, a)| (!*l, a));
            let stem: String = above.iter().map(|&on| if on { "│  " } else { "   " }).collect();
            let fork = if last { "└─" } else { "├─" };
            let name = self.graph.catalog().type_name(ends.relationship_type);
            let node = self.node(ends.end);
            let new = !self.drawn.contains(&ends.end);
            let grows = self.leaving.contains_key(&ends.end);
            let deep = lines.len() >= DEPTH_MAX;
            let mark = match (grows, new, deep) {
                (true, false, _) => " ↑",
                (true, true, true) => " ↓",
                _ => "",
            };
            writeln!(
                out,
                "{faint}{stem}{fork}{faint:#} {} {faint}→{faint:#} {node}{faint}{mark}{faint:#}",
                visible(name)
            )?;
            if new && deep && grows {
                self.roots.push_front(ends.end);
            } else if new {
                self.drawn.insert(ends.end);
                self.push_branches(ends.end, &lines, &mut stack);
            }
        }
        Ok(())
    }

    /// Pushes what leaves a node, the last first, so that the first is drawn next.
    fn push_branches(&self, node: NodeId, above: &[bool], stack: &mut Vec<Branch>) {
        let Some(leaving) = self.leaving.get(&node) else { return };
        for (at, &relationship) in leaving.iter().enumerate().rev() {
            let mut lines = above.to_vec();
            lines.push(at + 1 < leaving.len());
            stack.push(Branch { relationship, lines });
        }
    }

    fn node(&self, id: NodeId) -> String {
        let (strong, faint) = (self.theme.strong, self.theme.faint);
        let labels = labels(self.graph, id);
        let between = if labels.is_empty() { "" } else { " " };
        let name = display_name(self.graph, id);
        format!("{strong}{}{strong:#}{between}{faint}{}{faint:#}", visible(&name), visible(&labels))
    }
}

/// Rows without a node: each row a tree of its columns, lists and maps.
fn write_values(rows: &Rows, options: &Options, out: &mut impl Write) -> io::Result<()> {
    let theme = options.theme;
    for (at, row) in rows.iter().enumerate() {
        let strong = theme.strong;
        writeln!(out, "{strong}{}{strong:#}", at + 1)?;
        let columns: Vec<(String, &Value)> =
            rows.columns().iter().map(ToString::to_string).zip(row.values()).collect();
        write_entries(&columns, "", rows.graph(), theme, out)?;
    }
    Ok(())
}

fn write_entries(
    entries: &[(String, &Value)],
    stem: &str,
    graph: &dyn Snapshot,
    theme: Theme,
    out: &mut impl Write,
) -> io::Result<()> {
    let faint = theme.faint;
    for (at, (name, value)) in entries.iter().enumerate() {
        let last = at + 1 == entries.len();
        let fork = if last { "└─" } else { "├─" };
        let inner = children(value);
        let below = format!("{stem}{}", if last { "   " } else { "│  " });
        write!(out, "{faint}{stem}{fork}{faint:#} {}", visible(name))?;
        if inner.is_empty() || below.chars().count() / 3 >= NESTING_MAX {
            writeln!(out, "{faint}:{faint:#} {}", visible(&cell(value, graph)))?;
        } else {
            writeln!(out)?;
            write_entries(&inner, &below, graph, theme, out)?;
        }
    }
    Ok(())
}

fn children(value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::List(values) => {
            values.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        Value::Map(map) => map.iter().map(|(key, value)| (key.to_string(), value)).collect(),
        _ => Vec::new(),
    }
}
