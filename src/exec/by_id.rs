//! `NodeById` and `RelationshipById`: for each row the nodes, or the relationships, that are known by some numbers.
//!
//! A number leads to its element without a scan. Each is given once, however often it is asked for, ascending as a
//! scan would give them. What was asked for exactly is tested above: here texts need only look like numbers. A
//! `RelationshipById` finds the relationships alone; `Ends`, above it, finds their ends and tests their types.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::memory::Holding;
use crate::exec::neighbours;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector::{self, expected};
use crate::expr::VarId;
use crate::graph::named_type::NamedType;
use crate::graph::{Snapshot, TypeId};
use crate::plan::physical::{Node, Operator as Kind, Sought};
use crate::value::{NodeId, StatementId, Value};

/// Numbers are less than this.
const NUMBERS_END: f64 = 18_446_744_073_709_551_616.0;

/// Looks elements up by their numbers.
pub(crate) struct ById<'a> {
    input: Input<'a>,
    variable: VarId,
    /// The types of relationships; `None` where nodes are looked up.
    types: Option<&'a [NamedType]>,
    sought: &'a [Sought],
    keep: &'a [VarId],
    current: Option<Current>,
    holding: Holding,
}

/// The rows at hand, and how far they have been read.
struct Current {
    batch: Batch,
    /// For each condition its value for each row.
    values: Vec<Vec<Value>>,
    row: usize,
    /// The ids for the row.
    found: Vec<u32>,
    /// How many of them have been given.
    given: usize,
}

impl<'a> ById<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> ById<'a> {
        let (variable, sought, types) = match &node.operator {
            Kind::NodeById { variable, sought } => (*variable, sought, None),
            Kind::RelationshipById { variable, types, sought } => {
                (*variable, sought, Some(&types[..]))
            }
            _ => unreachable!("built from a look-up by number"),
        };
        let (keep, holding) = (&node.keep[..], Holding::default());
        ById { input, variable, types, sought, keep, current: None, holding }
    }

    fn fill(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let Some(mut current) = self.current.take() else { return Ok(None) };
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
                self.search(&mut current, run)?;
            }
        }
        if ids.is_empty() {
            return Ok(None);
        }
        let mut rows = current.batch.select(&Arc::new(positions), Some(self.keep));
        let data = if self.types.is_none() {
            Data::Node(ids.into_iter().map(NodeId).collect())
        } else {
            Data::Relationship(ids.into_iter().map(StatementId).collect())
        };
        rows.set(self.variable, Column::new(Vector::new(data)));
        rows.retain(self.keep);
        self.current = Some(current);
        Ok(Some(rows))
    }

    /// Finds what the row at hand wants, unless the row before wanted the same.
    fn search(&mut self, current: &mut Current, run: &Runtime<'_>) -> Result<()> {
        current.given = 0;
        let row = current.row;
        if row >= current.batch.len() {
            return Ok(());
        }
        if row > 0 && current.values.iter().all(|values| values[row] == values[row - 1]) {
            return Ok(());
        }
        current.found.clear();
        let graph = run.graph();
        let types = self.types.map(|types| neighbours::type_ids(types, &*graph));
        let types = types.as_deref();
        for (sought, values) in self.sought.iter().zip(&current.values) {
            match &values[row] {
                Value::List(items) if sought.is_list => {
                    for items in items.chunks(BATCH_ROWS) {
                        run.check()?;
                        let ids = items.iter().filter_map(|item| id(sought, item, types, &*graph));
                        current.found.extend(ids);
                    }
                }
                Value::Null => {}
                other if sought.is_list => {
                    return Err(expected("a list", other).at(sought.value.span));
                }
                value => current.found.extend(id(sought, value, types, &*graph)),
            }
        }
        current.found.sort_unstable();
        current.found.dedup();
        let bytes = current.found.capacity() * size_of::<u32>();
        let operator = if types.is_none() { "NodeById" } else { "RelationshipById" };
        run.hold(&mut self.holding, bytes, operator)
    }
}

/// The node that has a number, or the relationship of the types, if there is one.
fn id(
    sought: &Sought,
    value: &Value,
    types: Option<&[TypeId]>,
    graph: &dyn Snapshot,
) -> Option<u32> {
    let number = match value {
        Value::Integer(number) if !sought.as_text => u64::try_from(*number).ok()?,
        Value::Float(float) if !sought.as_text && (0.0..NUMBERS_END).contains(float) => {
            *float as u64
        }
        Value::String(text) if sought.as_text => text.parse().ok()?,
        _ => return None,
    };
    let Some(types) = types else {
        return graph.node_by_element_id(number).map(|node| node.0);
    };
    let statement = graph.statement_by_element_id(number)?;
    let ends = graph.statement(statement)?;
    types.contains(&ends.relationship_type).then_some(statement.0)
}

impl Operator for ById<'_> {
    fn start(&mut self, argument: &Batch) {
        self.current = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            run.check()?;
            if let Some(rows) = self.fill(run)? {
                return Ok(Some(rows));
            }
            let Some(batch) = self.input.next(run)? else { return Ok(None) };
            let of_rows = |sought: &Sought| -> Result<Vec<Value>> {
                let column = vector::column(&sought.value, &batch, run)?;
                Ok(column.into_flat().into_values(&*run.graph()))
            };
            let values = self.sought.iter().map(of_rows).collect::<Result<_>>()?;
            let mut current = Current { batch, values, row: 0, found: Vec::new(), given: 0 };
            self.search(&mut current, run)?;
            self.current = Some(current);
        }
    }
}
