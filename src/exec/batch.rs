//! Batches: up to a few thousand rows, as columns numbered by variable.
//!
//! A batch is as wide as the statement has variables; most columns are absent, because an
//! operator passes on only what is needed above it. A batch without any column is a count: it
//! has a length and nothing else.
//!
//! Two hidden columns travel with the rows. `outer` says which row of the enclosing Apply's batch
//! a row stems from, so that a correlated input runs once for a whole batch. `lineage` says which
//! statements a row rests on, as an entry of the run's [`super::lineage::Lineage`].
//!
//! Rows that an operator keeps are collected in a [`Buffer`], which joins batches end to end.

use std::ops::Range;
use std::sync::Arc;

use crate::exec::column::{Column, Positions, Vector, VectorBuilder};
use crate::expr::VarId;
use crate::expr::eval::Bindings;
use crate::graph::Snapshot;
use crate::value::Value;

/// How many rows a batch is filled up to.
pub(crate) const BATCH_ROWS: usize = 2048;

/// Rows as columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    len: usize,
    columns: Vec<Option<Column>>,
    /// For each row its row in the batch that the enclosing Apply runs its input for.
    pub(crate) outer: Option<Positions>,
    /// For each row its entry in the lineage of the run; `None` where evidence is off.
    pub(crate) lineage: Option<Positions>,
}

/// One row of a batch, as expressions see it.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    batch: &'a Batch,
    at: usize,
    graph: &'a dyn Snapshot,
}

impl Batch {
    /// Rows without columns.
    pub(crate) fn of_len(len: usize) -> Batch {
        Batch { len, ..Batch::default() }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// A variable's column, where the batch has one.
    pub(crate) fn column(&self, variable: VarId) -> Option<&Column> {
        self.columns.get(variable.index())?.as_ref()
    }

    /// A variable's column; nulls where the batch has none.
    pub(crate) fn column_or_null(&self, variable: VarId) -> Column {
        self.column(variable).cloned().unwrap_or_else(|| Column::nulls(self.len))
    }

    /// The value of a variable in a row; null where the batch has no such column.
    pub(crate) fn value(&self, variable: VarId, row: usize, graph: &dyn Snapshot) -> Value {
        self.column(variable).map_or(Value::Null, |column| column.value(row, graph))
    }

    /// Adds or replaces a column, which has as many rows as the batch.
    pub(crate) fn set(&mut self, variable: VarId, column: Column) {
        debug_assert_eq!(column.len(), self.len, "a column is as long as its batch");
        if self.columns.len() <= variable.index() {
            self.columns.resize(variable.index() + 1, None);
        }
        self.columns[variable.index()] = Some(column);
    }

    /// Drops the columns that are not among `keep`, which ascends.
    pub(crate) fn retain(&mut self, keep: &[VarId]) {
        for (at, column) in self.columns.iter_mut().enumerate() {
            if column.is_some() && keep.binary_search(&VarId(at as u32)).is_err() {
                *column = None;
            }
        }
    }

    /// The variables that have a column, ascending.
    pub(crate) fn variables(&self) -> impl Iterator<Item = VarId> {
        let present = self.columns.iter().enumerate().filter(|(_, column)| column.is_some());
        present.map(|(at, _)| VarId(at as u32))
    }

    /// The rows at the positions, with the columns among `keep` (all without).
    ///
    /// No data is copied: position lists are composed, once for all columns that share one.
    pub(crate) fn select(&self, positions: &Positions, keep: Option<&[VarId]>) -> Batch {
        let mut composed: Vec<(*const Vec<u32>, Positions)> = Vec::new();
        let mut compose = |old: Option<&Positions>| match old {
            None => Arc::clone(positions),
            Some(old) => {
                let address = Arc::as_ptr(old);
                if let Some((_, known)) = composed.iter().find(|(a, _)| *a == address) {
                    return Arc::clone(known);
                }
                let new = Arc::new(positions.iter().map(|&at| old[at as usize]).collect());
                composed.push((address, Arc::clone(&new)));
                new
            }
        };
        let mut columns = vec![None; self.columns.len()];
        let mut take = |at: usize| {
            if let Some(column) = self.columns.get(at).and_then(Option::as_ref) {
                let positions = compose(column.parts().1);
                columns[at] = Some(column.at_positions(positions));
            }
        };
        match keep {
            Some(keep) => keep.iter().for_each(|variable| take(variable.index())),
            None => (0..self.columns.len()).for_each(take),
        }
        Batch {
            len: positions.len(),
            columns,
            outer: self.outer.as_ref().map(|outer| compose(Some(outer))),
            lineage: self.lineage.as_ref().map(|lineage| compose(Some(lineage))),
        }
    }

    /// The rows of a range.
    pub(crate) fn slice(&self, rows: Range<usize>) -> Batch {
        if rows == (0..self.len) {
            return self.clone();
        }
        if self.columns.iter().all(Option::is_none)
            && self.outer.is_none()
            && self.lineage.is_none()
        {
            return Batch::of_len(rows.len());
        }
        self.select(&Arc::new((rows.start as u32..rows.end as u32).collect()), None)
    }

    /// About how many bytes the batch takes, vectors that it only points into apart.
    pub(crate) fn bytes(&self) -> usize {
        let bytes = |column: &Column| match column.parts() {
            (_, Some(positions)) => positions.len() * 4,
            (vector, None) => vector.bytes(),
        };
        self.columns.iter().flatten().map(bytes).sum()
    }

    /// A row, as expressions see it.
    pub(crate) fn row<'a>(&'a self, at: usize, graph: &'a dyn Snapshot) -> Row<'a> {
        Row { batch: self, at, graph }
    }
}

impl Bindings for Row<'_> {
    fn value(&self, variable: VarId) -> Value {
        self.batch.value(variable, self.at, self.graph)
    }

    fn lineage(&self) -> u32 {
        self.batch.lineage.as_ref().map_or(0, |lineage| lineage[self.at])
    }
}

/// Batches joined end to end.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    len: usize,
    columns: Vec<Option<Vector>>,
    outer: Option<Vec<u32>>,
    lineage: Option<Vec<u32>>,
    bytes: usize,
}

impl Buffer {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// About how many bytes the rows take.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds the rows of a batch.
    pub(crate) fn push(&mut self, batch: &Batch, graph: &dyn Snapshot) {
        let before = self.len;
        self.len += batch.len();
        self.columns.resize(self.columns.len().max(batch.columns.len()), None);
        for (at, held) in self.columns.iter_mut().enumerate() {
            let added = batch.columns.get(at).and_then(Option::as_ref);
            match (held.as_mut(), added) {
                (None, None) => {}
                (Some(held), Some(added)) => {
                    let added = added.flat();
                    self.bytes += added.bytes();
                    held.append(&added, graph);
                }
                (Some(held), None) => held.append(&nulls(batch.len()), graph),
                (None, Some(added)) => {
                    self.bytes += added.flat().bytes();
                    let mut vector = nulls(before);
                    vector.append(&added.flat(), graph);
                    *held = Some(vector);
                }
            }
        }
        for (held, added) in [(&mut self.outer, &batch.outer), (&mut self.lineage, &batch.lineage)]
        {
            if let Some(added) = added {
                held.get_or_insert_default().extend_from_slice(added);
                self.bytes += added.len() * 4;
            }
        }
    }

    /// All rows as one batch.
    pub(crate) fn finish(self) -> Batch {
        Batch {
            len: self.len,
            columns: self.columns.into_iter().map(|column| column.map(Column::new)).collect(),
            outer: self.outer.map(Arc::new),
            lineage: self.lineage.map(Arc::new),
        }
    }
}

fn nulls(len: usize) -> Vector {
    let mut builder = VectorBuilder::default();
    (0..len).for_each(|_| builder.push(Value::Null));
    builder.finish()
}

/// Hands out a large batch in pieces.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    batch: Batch,
    /// The order of the rows, where it is not that of the batch.
    order: Option<Vec<u32>>,
    at: usize,
}

impl Pieces {
    /// The rows of a batch in order.
    pub(crate) fn new(batch: Batch) -> Pieces {
        Pieces { batch, order: None, at: 0 }
    }

    /// The rows of a batch at the positions, in their order.
    pub(crate) fn ordered(batch: Batch, order: Vec<u32>) -> Pieces {
        Pieces { batch, order: Some(order), at: 0 }
    }

    /// The next rows, with the columns among `keep`; `None` at the end.
    pub(crate) fn next(&mut self, keep: &[VarId]) -> Option<Batch> {
        let len = self.order.as_ref().map_or(self.batch.len(), Vec::len);
        if self.at >= len {
            return None;
        }
        let end = (self.at + BATCH_ROWS).min(len);
        let rows = self.at..end;
        self.at = end;
        let mut piece = match &self.order {
            None => self.batch.slice(rows),
            Some(order) => self.batch.select(&Arc::new(order[rows].to_vec()), Some(keep)),
        };
        piece.retain(keep);
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::column::Data;

    const A: VarId = VarId(0);
    const B: VarId = VarId(1);

    fn batch(values: &[i64]) -> Batch {
        let mut batch = Batch::of_len(values.len());
        batch.set(A, Column::new(Vector::new(Data::Integer(values.to_vec()))));
        batch
    }

    fn integers(batch: &Batch, variable: VarId) -> Vec<i64> {
        match &batch.column(variable).expect("present").flat().data {
            Data::Integer(values) => values.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn selections_compose() {
        let mut batch = batch(&[10, 11, 12, 13]);
        batch.outer = Some(Arc::new(vec![0, 0, 1, 1]));
        let odd = batch.select(&Arc::new(vec![1, 3]), None);
        let last = odd.select(&Arc::new(vec![1, 1]), Some(&[A]));
        assert_eq!(integers(&last, A), [13, 13]);
        assert_eq!(last.outer.as_deref(), Some(&vec![1, 1]));
        assert!(odd.select(&Arc::new(vec![0]), Some(&[])).column(A).is_none());
    }

    #[test]
    fn a_buffer_joins_batches_of_different_columns() {
        // Nothing here is text, so no snapshot is asked; the buffer still wants one.
        let graph = crate::exec::test_graph::empty();
        let mut buffer = Buffer::default();
        buffer.push(&batch(&[1]), &graph);
        let mut second = batch(&[2]);
        second.set(B, Column::constant("b".into(), 1));
        buffer.push(&second, &graph);
        let all = buffer.finish();
        assert_eq!(integers(&all, A), [1, 2]);
        assert_eq!(all.value(B, 0, &graph), Value::Null);
        assert_eq!(all.value(B, 1, &graph), "b".into());
    }

    #[test]
    fn pieces_follow_the_order() {
        let mut pieces = Pieces::ordered(batch(&[1, 2, 3]), vec![2, 0]);
        let first = pieces.next(&[A]).expect("rows");
        assert_eq!(integers(&first, A), [3, 1]);
        assert!(pieces.next(&[A]).is_none());
    }
}
