//! Folding: a generation and what was written over it become the next generation.
//!
//! Everything that exists is streamed through a [`GenerationBuilder`]: old nodes and relationships
//! in the order of their ids, then new ones. That renumbers: rows close the gaps of what was
//! deleted, and the builder sorts them. The numbers that users know, the declarations and the
//! sources of statements are carried over.

use crate::error::Result;
use crate::graph::declaration::Endpoint;
use crate::graph::snapshot::RecentColumn;
use crate::graph::statement::Qualifiers;
use crate::graph::{Direction, KeyId, Snapshot, TypeId};
use crate::value::{NodeId, StatementId};

use super::StoreSnapshot;
use super::builder::GenerationBuilder;
use super::column::{Cell, StoredColumn};
use super::delta::ColumnDelta;

/// What has no row: deleted.
pub const GONE: u32 = u32::MAX;

/// Streams a snapshot into a builder.
struct Fold<'a> {
    graph: &'a StoreSnapshot,
    builder: GenerationBuilder,
    /// The row of each node, or [`GONE`].
    node_rows: Vec<u32>,
    /// The row of each relationship within its type, or [`GONE`].
    statement_rows: Vec<u32>,
    /// The relationship types in use, ascending.
    types: Vec<TypeId>,
}

/// The same graph as arrays, with nothing written since.
///
/// Fails only where the builder does: when ids run out.
pub fn fold(graph: &StoreSnapshot) -> Result<StoreSnapshot> {
    let (builder, _) = unpack(graph)?;
    let folded = builder.finish(graph.commit)?;
    Ok(StoreSnapshot { history: graph.history.clone(), ..folded })
}

/// Everything that exists as rows of a builder, and the row of each node, [`GONE`] of those that
/// were deleted.
pub fn unpack(graph: &StoreSnapshot) -> Result<(GenerationBuilder, Vec<u32>)> {
    let mut fold = Fold {
        graph,
        builder: GenerationBuilder::new((*graph.catalog).clone()),
        node_rows: vec![GONE; graph.delta.next_node as usize],
        statement_rows: vec![GONE; graph.delta.next_statement as usize],
        types: graph.statistics.by_type.keys().copied().collect(),
    };
    fold.types.sort_unstable();
    fold.nodes()?;
    fold.statements()?;
    fold.qualifiers()?;
    fold.columns();
    fold.elements();
    fold.records();
    Ok((fold.builder, fold.node_rows))
}

impl Fold<'_> {
    fn nodes(&mut self) -> Result<()> {
        let mut found = Vec::new();
        let mut from = Some(NodeId(0));
        while let Some(start) = from {
            found.clear();
            from = self.graph.scan_nodes(None, start, 1024, &mut found);
            for &node in &found {
                let rows = self.builder.add_nodes(self.graph.labels(node), 1)?;
                self.node_rows[node.index()] = rows.start;
            }
        }
        Ok(())
    }

    fn statements(&mut self) -> Result<()> {
        for &relationship_type in &self.types {
            let outgoing = self.graph.adjacency(relationship_type, Direction::Outgoing);
            let neighbours = outgoing.neighbours.all();
            let table = self.builder.relationships(relationship_type);
            let starts = outgoing.offsets.len().saturating_sub(1) as u32;
            for start in (0..starts).map(NodeId) {
                for position in outgoing.positions(start) {
                    let statement = outgoing.statement_at(position);
                    if outgoing.recent.is_some_and(|recent| recent.is_removed(statement)) {
                        continue;
                    }
                    let end = neighbours[position];
                    let (start, end) = (self.node_rows[start.index()], self.node_rows[end.index()]);
                    self.statement_rows[statement.index()] = table.add(start, end)?;
                }
            }
        }
        for (id, ends) in self.graph.delta.statements.iter() {
            let table = self.builder.relationships(ends.relationship_type);
            let start = self.node_rows[ends.start.index()];
            let end = self.node_rows[ends.end.index()];
            self.statement_rows[id as usize] = table.add(start, end)?;
        }
        Ok(())
    }

    fn qualifiers(&mut self) -> Result<()> {
        for group in &self.graph.generation.types {
            if group.qualifiers.is_some() {
                let first = group.adjacency.first;
                for statement in (first..first + group.adjacency.len()).map(StatementId) {
                    self.qualify(group.relationship_type, statement)?;
                }
            }
        }
        for (id, _) in self.graph.delta.qualifiers.iter() {
            let statement = StatementId(id);
            if let Some(ends) = self.graph.statement(statement) {
                self.qualify(ends.relationship_type, statement)?;
            }
        }
        Ok(())
    }

    fn qualify(&mut self, relationship_type: TypeId, statement: StatementId) -> Result<()> {
        let row = self.statement_rows[statement.index()];
        let Some(qualifiers) = self.graph.qualifiers(statement) else { return Ok(()) };
        let table = self.builder.relationships(relationship_type);
        if qualifiers.support.is_empty() {
            table.qualify(row, qualifiers)
        } else {
            let mut moved: Qualifiers = qualifiers.clone();
            for support in &mut moved.support {
                support.document = row_of(&self.node_rows, support.document);
            }
            table.qualify(row, &moved)
        }
    }

    fn columns(&mut self) {
        let graph = self.graph;
        let keys: Vec<KeyId> = graph.catalog.keys().map(|(key, _)| key).collect();
        for key in keys {
            let stored = graph.generation.node_columns.get(&key);
            let recent = graph.delta.node_columns.get(&key).map(|recent| &**recent);
            let (rows, builder) = (&self.node_rows, &mut self.builder);
            each_cell(stored, recent, |id, cell| {
                if rows[id as usize] != GONE {
                    builder.node_column(key).set(rows[id as usize], cell);
                }
            });
            let stored = graph.generation.statement_columns.get(&key);
            let recent = graph.delta.statement_columns.get(&key).map(|recent| &**recent);
            let rows = &self.statement_rows;
            each_cell(stored, recent, |id, cell| {
                let row = rows[id as usize];
                if row != GONE
                    && let Some(relationship_type) = graph.type_of(StatementId(id))
                {
                    builder.relationships(relationship_type).column(key).set(row, cell);
                }
            });
        }
    }

    /// Carries the numbers over that users know, unless 32 bits of them are used up.
    fn elements(&mut self) {
        let graph = self.graph;
        let next = graph.node_element_id(NodeId(graph.delta.next_node));
        if let Ok(next) = u32::try_from(next) {
            self.builder.next_node_element = next;
            let kept = (0..).zip(&self.node_rows).filter(|(_, row)| **row != GONE);
            // Rows ascend with ids, so the numbers come by row.
            let numbers = kept.map(|(id, _)| graph.node_element_id(NodeId(id)) as u32);
            self.builder.node_elements = numbers.collect();
        }
        let next = graph.statement_element_id(StatementId(graph.delta.next_statement));
        if let Ok(next) = u32::try_from(next) {
            self.builder.next_statement_element = next;
            for id in (0..graph.delta.next_statement).map(StatementId) {
                // Rows of a type ascend with ids.
                if let Some(relationship_type) = graph.type_of(id)
                    && self.statement_rows[id.index()] != GONE
                {
                    let number = graph.statement_element_id(id) as u32;
                    self.builder.relationships(relationship_type).elements.push(number);
                }
            }
        }
    }

    fn records(&mut self) {
        let rows = &self.node_rows;
        let mut declarations = (*self.graph.declarations).clone();
        for complete in &mut declarations.completeness {
            for Endpoint { node, .. } in [&mut complete.from, &mut complete.to] {
                *node = node.map(|node| row_of(rows, node));
            }
            for support in &mut complete.support {
                support.document = row_of(rows, support.document);
            }
        }
        let mut aliases = (*self.graph.aliases).clone();
        for alias in &mut aliases {
            alias.entity = row_of(rows, alias.entity);
        }
        *self.builder.declarations_mut() = declarations;
        *self.builder.aliases_mut() = aliases;
    }
}

/// The row of a node; one that was deleted becomes an id that no node ever has.
fn row_of(rows: &[u32], node: NodeId) -> NodeId {
    NodeId(rows.get(node.index()).copied().unwrap_or(GONE))
}

/// Calls `visit` with each value of a property: those of the arrays that still hold, then those
/// written since.
fn each_cell<'a>(
    stored: Option<&'a StoredColumn>,
    recent: Option<&'a ColumnDelta>,
    mut visit: impl FnMut(u32, Cell<'a>),
) {
    if let Some(stored) = stored {
        for id in stored.start()..stored.end() {
            if recent.is_none_or(|recent| recent.get(id).is_none())
                && let Some(cell) = stored.cell(id)
            {
                visit(id, cell);
            }
        }
    }
    for (id, value) in recent.into_iter().flat_map(ColumnDelta::iter) {
        visit(id, Cell::from(value));
    }
}
