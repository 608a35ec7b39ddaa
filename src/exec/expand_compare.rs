//! Steps whose relationship has a property that is compared with something in the row.
//!
//! ```text
//! (a)-[e]->(b)-[f]->(a), e.date <= f.date, f.date < e.date + duration('P7D')
//!
//! the row      e.date and e.date + duration('P7D'), computed once for each row, as arrays of days
//! the steps    f.date, read where it stands; a step that fails leaves before there is a row of it
//! ```
//!
//! Where `f` is there first and `e` is the step, days that are added to `e.date` are added where it is read.
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
use crate::expr::comparison::{PropertyComparison, Shift};
use crate::expr::eval::eval;
use crate::expr::{Comparison, Expr, VarId};
use crate::graph::Snapshot;
use crate::graph::snapshot::{Column, ColumnData, Integers};
use crate::value::Value;
use crate::value::time::Date;

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
    /// What is added to each entry: so little that none overflows.
    shift: i64,
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
        let PropertyComparison { key, shift, operator, other } = &self.comparison;
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
        let shift = match shift {
            Some(shift) => known_shift(shift, &column, &values, run, graph)?,
            None => 0,
        };
        Some(Against { column, values, operator: *operator, others, shift })
    }
}

/// What is added to every entry of a column, in days where those are dates; `None` where that is something else than
/// whole days or an integer, or some entry would be out of range.
fn known_shift(
    shift: &Shift<'_>,
    column: &Column<'_>,
    values: &Values<'_>,
    run: &Runtime<'_>,
    graph: &dyn Snapshot,
) -> Option<i64> {
    let row = Batch::of_len(1);
    let by = match (values, eval(shift.by, &row.row(0, graph), &run.context(graph)).ok()?) {
        (Values::Integers(_), Value::Integer(by)) => by,
        (Values::Dates(_), Value::Duration(by)) => {
            let is_days = (by.months(), by.seconds(), by.nanoseconds_of_second()) == (0, 0, 0);
            is_days.then_some(by.days())?
        }
        _ => return None,
    };
    let by = if shift.is_taken_off { by.checked_neg()? } else { by };
    let (least, most) = column.shape.and_then(|_| column.shape().range)?;
    let ends = (least.checked_add(by)?, most.checked_add(by)?);
    match values {
        Values::Integers(_) => {}
        Values::Dates(_) => {
            Date::checked_from_days(ends.0)?;
            Date::checked_from_days(ends.1)?;
        }
    }
    Some(by)
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
        let own = own.wrapping_add(self.shift);
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
