//! `Sort`: all rows in order; rows that compare equal stay in the order in which they came.

use std::cmp::Ordering;

use crate::bind::bound::SortKey;
use crate::error::Result;
use crate::exec::batch::{Batch, Pieces};
use crate::exec::eager::gather;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::VarId;
use crate::plan::physical::Node;
use crate::value::{Value, order};

/// Gathers its input, computes the keys once, and sorts positions.
pub(crate) struct Sort<'a> {
    input: Input<'a>,
    keys: &'a [SortKey],
    keep: &'a [VarId],
    pieces: Option<Pieces>,
    holding: Holding,
}

impl<'a> Sort<'a> {
    pub(crate) fn new(node: &'a Node, keys: &'a [SortKey], input: Input<'a>) -> Sort<'a> {
        Sort { input, keys, keep: &node.keep, pieces: None, holding: Holding::default() }
    }
}

impl Operator for Sort<'_> {
    fn start(&mut self, argument: &Batch) {
        self.pieces = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.pieces.is_none() {
            let batch = gather(&mut self.input, run, &mut self.holding, "Sort")?;
            let keys = key_values(self.keys, &batch, run)?;
            let mut order: Vec<u32> = (0..batch.len() as u32).collect();
            order.sort_by(|&a, &b| compare(self.keys, &keys[a as usize], &keys[b as usize]));
            self.pieces = Some(Pieces::ordered(batch, order));
        }
        Ok(self.pieces.as_mut().and_then(|pieces| pieces.next(self.keep)))
    }
}

/// The values of the sort keys, row by row.
pub(super) fn key_values(
    keys: &[SortKey],
    batch: &Batch,
    run: &Runtime<'_>,
) -> Result<Vec<Vec<Value>>> {
    let exprs: Vec<_> = keys.iter().map(|key| &key.expression).collect();
    let columns = vector::columns(&exprs, batch, run)?;
    let graph = run.graph();
    Ok((0..batch.len())
        .map(|row| columns.iter().map(|column| column.value(row, &*graph)).collect())
        .collect())
}

/// How two rows stand to each other by their keys.
pub(super) fn compare(keys: &[SortKey], a: &[Value], b: &[Value]) -> Ordering {
    for (key, (a, b)) in keys.iter().zip(a.iter().zip(b)) {
        let ordering = match (a.is_null(), b.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) if key.nulls_first => Ordering::Less,
            (true, false) => Ordering::Greater,
            (false, true) if key.nulls_first => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) if key.descending => order::order(b, a),
            (false, false) => order::order(a, b),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    Ordering::Equal
}
