//! `Unwind`: a row for each element of a list.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector, VectorBuilder};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::{Expr, VarId};
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::Value;

/// Null and the empty list give no row; any other value that is no list is a list of itself.
pub(crate) struct Unwind<'a> {
    input: Input<'a>,
    list: &'a Expr,
    variable: VarId,
    counter: Option<(VarId, i64)>,
    keep: &'a [VarId],
    /// The rows at hand, their lists, and how far they have been read: row and element.
    current: Option<(Batch, Vec<Value>, usize, usize)>,
}

impl<'a> Unwind<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> Unwind<'a> {
        let Kind::Unwind { list, variable, counter } = &node.operator else {
            unreachable!("built from an Unwind")
        };
        let (variable, counter, keep) = (*variable, *counter, &node.keep);
        Unwind { input, list, variable, counter, keep, current: None }
    }

    /// Up to a batch of elements; `None` where the rows at hand have no more.
    fn fill(&mut self) -> Option<Batch> {
        let (batch, lists, row, element) = self.current.as_mut()?;
        let mut positions = Vec::new();
        let mut elements = VectorBuilder::default();
        let mut counts = Vec::new();
        while *row < lists.len() && positions.len() < BATCH_ROWS {
            let items = match &lists[*row] {
                Value::List(items) => items.as_slice(),
                Value::Null => &[],
                single => std::slice::from_ref(single),
            };
            let end = items.len().min(*element + BATCH_ROWS - positions.len());
            for (at, item) in items.iter().enumerate().take(end).skip(*element) {
                elements.push(item.clone());
                positions.push(*row as u32);
                counts.push(at as i64 + self.counter.map_or(0, |(_, first)| first));
            }
            *element = end;
            if end == items.len() {
                (*row, *element) = (*row + 1, 0);
            }
        }
        if positions.is_empty() {
            self.current = None;
            return None;
        }
        let mut rows = batch.select(&Arc::new(positions), Some(self.keep));
        rows.set(self.variable, Column::new(elements.finish()));
        if let Some((variable, _)) = self.counter {
            rows.set(variable, Column::new(Vector::new(Data::Integer(counts))));
        }
        rows.retain(self.keep);
        Some(rows)
    }
}

impl Operator for Unwind<'_> {
    fn start(&mut self, argument: &Batch) {
        self.current = None;
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            run.check()?;
            if let Some(rows) = self.fill() {
                return Ok(Some(rows));
            }
            let Some(batch) = self.input.next(run)? else { return Ok(None) };
            let lists = vector::column(self.list, &batch, run)?;
            let lists = lists.into_flat().into_values(&*run.graph());
            self.current = Some((batch, lists, 0, 0));
        }
    }
}
