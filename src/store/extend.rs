//! Adding whole tables to a graph that is there, in one commit.
//!
//! **In**: a graph, and somebody who adds rows to a builder. **Out**: the graph with those, as the
//! next generation. **Caller**: [`Database::extend`](super::Database::extend).
//!
//! The graph is unpacked into the builder, as a checkpoint does it, and what comes after it is
//! added as it would be to an empty one. That reads and writes the whole store once, whatever is
//! added: for much of it the fastest way there is, for a handful of rows a transaction is better.

use std::sync::Arc;

use super::StoreSnapshot;
use super::builder::GenerationBuilder;
use super::fold::{self, GONE};
use super::history::Notes;
use crate::error::Result;
use crate::graph::Snapshot;
use crate::value::NodeId;

/// The graph that is added to.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    graph: &'a StoreSnapshot,
    rows: &'a [u32],
}

impl Base<'_> {
    /// The graph, to read.
    pub fn graph(&self) -> &StoreSnapshot {
        self.graph
    }

    /// How many rows its nodes have: the row of the first that is added.
    pub fn len(&self) -> u32 {
        self.graph.statistics().nodes as u32
    }

    /// Whether it has no node.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row of the builder that a node of the graph has.
    pub fn row(&self, node: NodeId) -> Option<u32> {
        self.rows.get(node.index()).copied().filter(|&row| row != GONE)
    }
}

/// The graph with what is added to it, as the commit after its own.
pub fn extended(
    graph: &Arc<StoreSnapshot>,
    instant: (i64, u32),
    add: impl FnOnce(Base<'_>, &mut GenerationBuilder) -> Result<()>,
) -> Result<StoreSnapshot> {
    let (mut builder, rows) = fold::unpack(graph)?;
    add(Base { graph, rows: &rows }, &mut builder)?;
    drop(rows);
    builder.number_added()?;
    let mut extended = builder.finish(graph.commit + 1)?;
    let mut history = graph.history.clone();
    history.add(&extended, Notes::added(graph, &extended), Some(instant));
    extended.history = history;
    Ok(extended)
}
