//! Steps whose relationship has a property that is compared with something in the row.
//!
//! ```text
//! (a)-[e]->(b)-[f]->(a), e.date <= f.date, f.date < e.date + duration('P7D')
//!
//! the row      e.date and e.date + duration('P7D'), computed once for each row, as arrays of days
//! the steps    f.date, read where it stands; a step that fails leaves before there is a row of it
//! ```
//!
//! **In**: steps, with the row that each is from, and conditions such as these, of which `f` is the relationship of
//! the step. **Out**: the steps for which they are true. **Caller**: [`super::expand`], which computes for rows what
//! cannot be had so: what has been written since the arrays were made, other types than integers and dates, and
//! what fails for some row.

use crate::exec::batch::Batch;
use crate::exec::column::Data;
use crate::exec::neighbours::Steps;
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::comparison::PropertyComparison;
use crate::expr::{Comparison, Expr, VarId};
use crate::graph::Snapshot;
use crate::graph::snapshot::{Column, ColumnData, Integers};

/// A condition that compares a property of the step's relationship with what is computed of the row.
pub(crate) struct Compared<'a> {
    pub(crate) written: &'a Expr,
    comparison: PropertyComparison<'a>,
}

/// The values of some rows that a property is compared with.
struct Against<'g> {
    column: Column<'g>,
    values: Values<'g>,
    operator: Comparison,
    others: Vec<Option<i64>>,
}

/// The entries of a column.
enum Values<'g> {
    Integers(Integers<'g>),
    Dates(&'g [i32]),
}

impl<'a> Compared<'a> {
    /// The comparison that a condition is.
    pub(crate) fn of(written: &'a Expr, relationship: VarId, to: VarId) -> Option<Compared<'a>> {
        let comparison = PropertyComparison::of(written, relationship, to)?;
        Some(Compared { written, comparison })
    }
}

/// Leaves out the steps for which some comparison is not true; says which of the comparisons it has looked at, by
/// position. The positions ascend.
pub(crate) fn retain(
    compared: &[&Compared<'_>],
    batch: &Batch,
    positions: &mut Vec<u32>,
    steps: &mut Steps,
    run: &Runtime<'_>,
) -> Vec<usize> {
    let (Some(&first), Some(&last)) = (positions.first(), positions.last()) else {
        return Vec::new();
    };
    if compared.is_empty() || run.deleted.get() {
        return Vec::new();
    }
    let graph = run.graph();
    let rows = batch.slice(first as usize..last as usize + 1);
    let mut looked_at = Vec::new();
    let mut all = Vec::new();
    for (at, own) in compared.iter().enumerate() {
        if let Some(against) = own.against(&rows, run, &*graph) {
            looked_at.push(at);
            all.push(against);
        }
    }
    let Some(statements) = steps.statements.as_mut().filter(|_| !all.is_empty()) else {
        return Vec::new();
    };
    // Each step is written, and stays if the next is written behind it: no branch to guess.
    let mut kept = 0;
    for at in 0..positions.len() {
        let (position, id) = (positions[at], statements[at]);
        let row = (position - first) as usize;
        (positions[kept], statements[kept]) = (position, id);
        if let Some(nodes) = &mut steps.nodes {
            nodes[kept] = nodes[at];
        }
        kept += usize::from(all.iter().all(|against| against.holds(row, id.0)));
    }
    positions.truncate(kept);
    statements.truncate(kept);
    if let Some(nodes) = &mut steps.nodes {
        nodes.truncate(kept);
    }
    steps.len = kept;
    looked_at
}

impl Compared<'_> {
    /// The comparison with some rows; `None` where it is not of integers, or of dates, or fails.
    fn against<'g>(
        &self,
        rows: &Batch,
        run: &Runtime<'_>,
        graph: &'g dyn Snapshot,
    ) -> Option<Against<'g>> {
        let PropertyComparison { key, operator, other } = &self.comparison;
        let column = graph.statement_column(graph.catalog().key(key)?);
        if column.recent.is_some() {
            return None;
        }
        let computed = vector::columns(&[*other], rows, run).ok()?;
        let others = computed.first()?.flat();
        let of = |value: i64, row: usize| (!others.is_null(row)).then_some(value);
        let (values, others) = match (column.data, &others.data) {
            (ColumnData::Integer(values), Data::Integer(others)) => {
                let others = others.iter().enumerate().map(|(row, value)| of(*value, row));
                (Values::Integers(values), others.collect())
            }
            (ColumnData::Date(values), Data::Date(others)) => {
                let others = others.iter().enumerate().map(|(row, day)| of((*day).into(), row));
                (Values::Dates(values), others.collect())
            }
            _ => return None,
        };
        Some(Against { column, values, operator: *operator, others })
    }
}

impl Against<'_> {
    #[inline]
    fn holds(&self, row: usize, id: u32) -> bool {
        let (Some(other), Some(at)) = (self.others[row], self.column.position(id)) else {
            return false;
        };
        let own = match self.values {
            Values::Integers(values) => values.get(at),
            Values::Dates(values) => values[at].into(),
        };
        match self.operator {
            Comparison::Less => own < other,
            Comparison::LessOrEqual => own <= other,
            Comparison::Greater => own > other,
            Comparison::GreaterOrEqual => own >= other,
            Comparison::Equal => own == other,
            Comparison::NotEqual => own != other,
        }
    }
}
