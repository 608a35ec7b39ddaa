//! `NodeLookup`: for each row every node with a label whose property equals a value.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::{kernel, vector};
use crate::expr::{Comparison, Expr, VarId};
use crate::graph::Snapshot;
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::{NodeId, Value};

/// Asks an index where the snapshot has one, and scans the label where it has none.
pub(crate) struct NodeLookup<'a> {
    input: Input<'a>,
    variable: VarId,
    label: &'a Arc<str>,
    key: &'a Arc<str>,
    value: &'a Expr,
    keep: &'a [VarId],
    current: Option<Current>,
}

/// The rows at hand, and how far they have been read.
struct Current {
    batch: Batch,
    values: Vec<Value>,
    row: usize,
    /// The nodes for the value of the row.
    found: Arc<Vec<NodeId>>,
    /// How many of them have been given.
    given: usize,
}

impl<'a> NodeLookup<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> NodeLookup<'a> {
        let Kind::NodeLookup { variable, label, key, value, .. } = &node.operator else {
            unreachable!("built from a NodeLookup")
        };
        NodeLookup {
            input,
            variable: *variable,
            label,
            key,
            value,
            keep: &node.keep,
            current: None,
        }
    }

    fn fill(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let Some(current) = &mut self.current else { return Ok(None) };
        let mut nodes: Vec<NodeId> = Vec::new();
        let mut positions = Vec::new();
        while current.row < current.batch.len() && nodes.len() < BATCH_ROWS {
            let rest = &current.found[current.given..];
            let taken = rest.len().min(BATCH_ROWS - nodes.len());
            nodes.extend_from_slice(&rest[..taken]);
            positions.resize(nodes.len(), current.row as u32);
            current.given += taken;
            if current.given == current.found.len() {
                current.row += 1;
                current.given = 0;
                if let Some(value) = current.values.get(current.row) {
                    // Rows with the same value follow each other often; they share the search.
                    if *value != current.values[current.row - 1] {
                        current.found = search(self.label, self.key, value, run)?;
                    }
                }
            }
        }
        if nodes.is_empty() {
            self.current = None;
            return Ok(None);
        }
        let mut rows = current.batch.select(&Arc::new(positions), Some(self.keep));
        rows.set(self.variable, Column::new(Vector::new(Data::Node(nodes))));
        rows.retain(self.keep);
        Ok(Some(rows))
    }
}

impl Operator for NodeLookup<'_> {
    fn start(&mut self, argument: &Batch) {
        self.current = None;
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            run.check()?;
            if let Some(rows) = self.fill(run)? {
                return Ok(Some(rows));
            }
            let Some(batch) = self.input.next(run)? else { return Ok(None) };
            let values = vector::column(self.value, &batch, run)?;
            let values = values.into_flat().into_values(&*run.graph());
            let found = search(self.label, self.key, &values[0], run)?;
            self.current = Some(Current { batch, values, row: 0, found, given: 0 });
        }
    }
}

/// The nodes with the label whose property equals the value.
fn search(
    label: &Arc<str>,
    key: &Arc<str>,
    value: &Value,
    run: &Runtime<'_>,
) -> Result<Arc<Vec<NodeId>>> {
    let graph = run.graph();
    let catalog = graph.catalog();
    let (Some(label), Some(key_id)) = (catalog.label(label), catalog.key(key)) else {
        return Ok(Arc::default());
    };
    if value.is_null() {
        return Ok(Arc::default());
    }
    if let Some(nodes) = graph.lookup(label, key_id, value) {
        return Ok(Arc::new(nodes));
    }
    let mut found = Vec::new();
    let mut from = Some(NodeId(0));
    while let Some(first) = from {
        run.check()?;
        let mut nodes = Vec::with_capacity(BATCH_ROWS);
        from = graph.scan_nodes(Some(label), first, BATCH_ROWS, &mut nodes);
        found.extend(matching(nodes, key, value, &*graph)?);
    }
    Ok(Arc::new(found))
}

/// Those of some nodes whose property equals the value.
fn matching(
    nodes: Vec<NodeId>,
    key: &Arc<str>,
    value: &Value,
    graph: &dyn Snapshot,
) -> Result<Vec<NodeId>> {
    let wanted = Column::constant(value.clone(), nodes.len());
    let column = Column::new(Vector::new(Data::Node(nodes.clone())));
    let Some(property) = kernel::property(&column, key, graph) else { return Ok(Vec::new()) };
    let equal = kernel::compare(Comparison::Equal, &property, &wanted, graph);
    let positions = vector::true_positions(&equal)?;
    Ok(positions.into_iter().map(|at| nodes[at as usize]).collect())
}
