//! `Unwind`: a row for each element of a list. Of a `range()` no list is made: its numbers are
//! counted, however many there are.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector, VectorBuilder};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::touched;
use crate::exec::vector;
use crate::expr::function::Range;
use crate::expr::{Expr, ExprKind, VarId};
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
    current: Option<(Batch, Vec<Elements>, usize, u64)>,
}

/// What a row is unwound into.
enum Elements {
    List(Value),
    Range(Range),
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
        let first = self.counter.map_or(0, |(_, first)| first);
        while *row < lists.len() && positions.len() < BATCH_ROWS {
            let list = &lists[*row];
            let room = (BATCH_ROWS - positions.len()) as u64;
            let end = list.len().min(element.saturating_add(room));
            for at in *element..end {
                elements.push(list.get(at));
                positions.push(*row as u32);
                counts.push((at as i64).wrapping_add(first));
            }
            *element = end;
            if end == list.len() {
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
            let Some(mut batch) = self.input.next(run)? else { return Ok(None) };
            let lists = match &self.list.kind {
                ExprKind::Call(function, arguments) if function.name == "range" => {
                    ranges(arguments, &batch, run).map_err(|error| error.at(self.list.span))?
                }
                _ => {
                    let (resting, mut lists) = touched::columns(&[self.list], batch, run)?;
                    batch = resting;
                    let lists = lists.pop().unwrap_or_else(|| Column::nulls(batch.len()));
                    lists
                        .into_flat()
                        .into_values(&*run.graph())
                        .into_iter()
                        .map(Elements::List)
                        .collect()
                }
            };
            self.current = Some((batch, lists, 0, 0));
        }
    }
}

impl Elements {
    fn len(&self) -> u64 {
        match self {
            Elements::List(Value::List(items)) => items.len() as u64,
            Elements::List(Value::Null) => 0,
            Elements::List(_) => 1,
            Elements::Range(range) => range.length,
        }
    }

    /// The element at a position below the length.
    fn get(&self, at: u64) -> Value {
        match self {
            Elements::List(Value::List(items)) => items[at as usize].clone(),
            Elements::List(single) => single.clone(),
            Elements::Range(range) => Value::Integer(range.number(at)),
        }
    }
}

/// What `range()` would list for each row; nothing where an argument is null.
fn ranges(arguments: &[Expr], batch: &Batch, run: &Runtime<'_>) -> Result<Vec<Elements>> {
    let mut columns = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let column = vector::column(argument, batch, run)?.into_flat();
        columns.push(column.into_values(&*run.graph()));
    }
    let row = |at: usize| {
        let values: Vec<Value> = columns.iter().map(|column| column[at].clone()).collect();
        if values.iter().any(Value::is_null) {
            return Ok(Elements::List(Value::Null));
        }
        Range::of(&values).map(Elements::Range)
    };
    (0..batch.len()).map(row).collect()
}
