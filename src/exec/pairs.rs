//! Pairs of outer and inner rows, and the batch that joins them.

use std::sync::Arc;

use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, VectorBuilder};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::ApplyKind;
use crate::value::Value;
use crate::value::time::Truth;

/// The inner row of an outer row that goes on without one.
pub(crate) const NO_ROW: u32 = u32::MAX;

/// Positions of outer rows and, for each, of an inner row or [`NO_ROW`].
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    outer: Vec<u32>,
    inner: Vec<u32>,
    taken: usize,
}

impl ApplyKind {
    /// Whether inner rows are joined to the outer one.
    pub(crate) const fn joins(self) -> bool {
        matches!(self, ApplyKind::Inner | ApplyKind::Optional)
    }
}

impl Pairs {
    /// Adds an outer row with its inner rows, as the kind of join wants them.
    pub(crate) fn add(&mut self, kind: ApplyKind, outer: u32, inner: &[u32]) {
        let once: &[u32] = match (kind, inner.is_empty()) {
            (ApplyKind::Inner, _) | (ApplyKind::Optional, false) => inner,
            (ApplyKind::Optional | ApplyKind::Anti | ApplyKind::Effects, true) => &[NO_ROW],
            (ApplyKind::Semi | ApplyKind::Effects, false) => &inner[..1],
            (ApplyKind::Semi, true) | (ApplyKind::Anti, false) => &[],
        };
        self.inner.extend_from_slice(once);
        self.outer.resize(self.inner.len(), outer);
    }

    /// The next pairs, up to a batch; `None` when all have been taken.
    pub(crate) fn take(&mut self) -> Option<(Vec<u32>, Vec<u32>)> {
        let from = self.taken;
        self.taken = self.outer.len().min(from + BATCH_ROWS);
        let rows = from..self.taken;
        (!rows.is_empty()).then(|| (self.outer[rows.clone()].to_vec(), self.inner[rows].to_vec()))
    }
}

/// The rows of a join without those whose parts exclude each other: each may hold, and not both, because a
/// year that they leave out is one.
pub(crate) fn possible(rows: Batch, run: &Runtime<'_>) -> Batch {
    let (Some(lineage), Some(arena)) = (&rows.lineage, run.lineage()) else { return rows };
    let can_be = |row: &u32| arena.truth(lineage[*row as usize]) > Truth::No;
    let kept: Vec<u32> = (0..rows.len() as u32).filter(can_be).collect();
    drop(arena);
    if kept.len() == rows.len() { rows } else { rows.select(&Arc::new(kept), None) }
}

/// Joins pairs: the columns of the outer rows, and those of `adds` from the inner rows.
pub(crate) fn join(
    outer: &Batch,
    outer_rows: &[u32],
    inner: &Batch,
    inner_rows: &[u32],
    adds: &[VarId],
    keep: &[VarId],
    run: &Runtime<'_>,
) -> Batch {
    let mut rows = outer.select(&Arc::new(outer_rows.to_vec()), Some(keep));
    let complete = !inner_rows.contains(&NO_ROW);
    let wanted = adds.iter().filter(|variable| keep.binary_search(variable).is_ok());
    if complete {
        let selected = inner.select(&Arc::new(inner_rows.to_vec()), Some(adds));
        wanted.for_each(|variable| rows.set(*variable, selected.column_or_null(*variable)));
    } else {
        let graph = run.graph();
        for variable in wanted {
            let mut builder = VectorBuilder::default();
            for &row in inner_rows {
                builder.push(match row {
                    NO_ROW => Value::Null,
                    row => inner.value(*variable, row as usize, &*graph),
                });
            }
            rows.set(*variable, Column::new(builder.finish()));
        }
    }
    if let (Some(own), Some(others), Some(mut arena)) =
        (&rows.lineage, &inner.lineage, run.lineage())
    {
        let graph = run.graph();
        let entries = own.iter().zip(inner_rows).map(|(entry, row)| match *row {
            NO_ROW => *entry,
            row => arena.both(&*graph, *entry, others[row as usize]),
        });
        rows.lineage = Some(Arc::new(entries.collect()));
    }
    rows
}
