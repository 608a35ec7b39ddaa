//! `NodeLookup` and `RelationshipLookup`: for each row every node with a label, or every relationship of
//! some types, whose property equals a value.
//!
//! Both ask the index that every column has, and scan where the snapshot has none or the value is
//! one that no index knows. A `RelationshipLookup` finds the relationships alone; `Ends`, above it,
//! finds their ends.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::neighbours;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::{kernel, vector};
use crate::expr::{Comparison, Expr, VarId};
use crate::graph::named_type::NamedType;
use crate::graph::{Direction, KeyId, Snapshot};
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::{NodeId, StatementId, Value, order};

/// Looks up what equals the value of each row.
pub(crate) struct Lookup<'a> {
    input: Input<'a>,
    variable: VarId,
    target: Target<'a>,
    key: &'a Arc<str>,
    value: &'a Expr,
    keep: &'a [VarId],
    current: Option<Current>,
}

/// What is looked up.
enum Target<'a> {
    /// Nodes that bear the label.
    Nodes(&'a Arc<str>),
    /// Relationships of the types.
    Relationships(&'a [NamedType]),
}

/// The rows at hand, and how far they have been read.
struct Current {
    batch: Batch,
    values: Vec<Value>,
    row: usize,
    /// The ids for the value of the row.
    found: Arc<Vec<u32>>,
    /// How many of them have been given.
    given: usize,
}

impl<'a> Lookup<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> Lookup<'a> {
        let (variable, target, key, value) = match &node.operator {
            Kind::NodeLookup { variable, label, key, value, .. } => {
                (*variable, Target::Nodes(label), key, value)
            }
            Kind::RelationshipLookup { variable, types, key, value, .. } => {
                (*variable, Target::Relationships(types), key, value)
            }
            _ => unreachable!("built from a look-up"),
        };
        Lookup { input, variable, target, key, value, keep: &node.keep, current: None }
    }

    fn fill(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let Some(current) = &mut self.current else { return Ok(None) };
        let mut ids: Vec<u32> = Vec::new();
        let mut positions = Vec::new();
        while current.row < current.batch.len() && ids.len() < BATCH_ROWS {
            let rest = &current.found[current.given..];
            let taken = rest.len().min(BATCH_ROWS - ids.len());
            ids.extend_from_slice(&rest[..taken]);
            positions.resize(ids.len(), current.row as u32);
            current.given += taken;
            if current.given == current.found.len() {
                current.row += 1;
                current.given = 0;
                if let Some(value) = current.values.get(current.row) {
                    // Rows with the same value follow each other often; they share the search.
                    if *value != current.values[current.row - 1] {
                        current.found = self.target.search(self.key, value, run)?;
                    }
                }
            }
        }
        if ids.is_empty() {
            self.current = None;
            return Ok(None);
        }
        let mut rows = current.batch.select(&Arc::new(positions), Some(self.keep));
        rows.set(self.variable, Column::new(Vector::new(self.target.data(ids))));
        rows.retain(self.keep);
        Ok(Some(rows))
    }
}

impl Operator for Lookup<'_> {
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
            let found = self.target.search(self.key, &values[0], run)?;
            self.current = Some(Current { batch, values, row: 0, found, given: 0 });
        }
    }
}

impl Target<'_> {
    /// The ids of those whose property equals the value, ascending for each type.
    fn search(&self, key: &Arc<str>, value: &Value, run: &Runtime<'_>) -> Result<Arc<Vec<u32>>> {
        let graph = run.graph();
        let Some(key_id) = graph.catalog().key(key).filter(|_| !value.is_null()) else {
            return Ok(Arc::default());
        };
        let found = match self {
            Target::Nodes(label) => nodes(label, key, key_id, value, run)?,
            Target::Relationships(types) => relationships(types, key_id, value, run)?,
        };
        Ok(Arc::new(found))
    }

    fn data(&self, ids: Vec<u32>) -> Data {
        match self {
            Target::Nodes(_) => Data::Node(ids.into_iter().map(NodeId).collect()),
            Target::Relationships(_) => {
                Data::Relationship(ids.into_iter().map(StatementId).collect())
            }
        }
    }
}

fn nodes(
    label: &Arc<str>,
    key: &Arc<str>,
    key_id: KeyId,
    value: &Value,
    run: &Runtime<'_>,
) -> Result<Vec<u32>> {
    let graph = run.graph();
    let Some(label) = graph.catalog().label(label) else { return Ok(Vec::new()) };
    if let Some(nodes) = graph.lookup(label, key_id, value) {
        return Ok(nodes.into_iter().map(|node| node.0).collect());
    }
    let mut found = Vec::new();
    let mut from = Some(NodeId(0));
    while let Some(first) = from {
        run.check()?;
        let mut nodes = Vec::with_capacity(BATCH_ROWS);
        from = graph.scan_nodes(Some(label), first, BATCH_ROWS, &mut nodes);
        found.extend(matching(nodes, key, value, &*graph)?);
    }
    Ok(found)
}

/// Those of some nodes whose property equals the value.
fn matching(
    nodes: Vec<NodeId>,
    key: &Arc<str>,
    value: &Value,
    graph: &dyn Snapshot,
) -> Result<Vec<u32>> {
    let wanted = Column::constant(value.clone(), nodes.len());
    let column = Column::new(Vector::new(Data::Node(nodes.clone())));
    let Some(property) = kernel::property(&column, key, graph) else { return Ok(Vec::new()) };
    let equal = kernel::compare(Comparison::Equal, &property, &wanted, graph);
    let positions = vector::true_positions(&equal)?;
    Ok(positions.into_iter().map(|at| nodes[at as usize].0).collect())
}

fn relationships(
    types: &[NamedType],
    key: KeyId,
    value: &Value,
    run: &Runtime<'_>,
) -> Result<Vec<u32>> {
    let graph = run.graph();
    let mut found = Vec::new();
    for id in neighbours::type_ids(types, &*graph) {
        if let Some(known) = graph.lookup_statements(id, key, value) {
            found.extend(known.into_iter().map(|statement| statement.0));
            continue;
        }
        let adjacency = graph.adjacency(id, Direction::Outgoing);
        for node in 0..graph.node_bound() {
            if (node as usize).is_multiple_of(BATCH_ROWS) {
                run.check()?;
            }
            adjacency.for_each(NodeId(node), |_, statement| {
                if order::equals(&graph.statement_property(statement, key), value) == Some(true) {
                    found.push(statement.0);
                }
            });
        }
    }
    Ok(found)
}
