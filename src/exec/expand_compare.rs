//! Steps whose relationship has a property that is compared with something in the row.
//!
//! ```text
//! (a)-[e]->(b)-[f]->(a), e.date <= f.date, f.date < e.date + duration('P7D')
//!
//! the row      e.date and e.date + duration('P7D'), computed once for each row, as arrays of days
//! the steps    f.date, read where it stands; a step that fails leaves before there is a row of it
//! ```
//!
//! Comparisons of one property of the step are one window of numbers for each row, so that its entry is read once.
//! Where `f` is there first and `e` is the step, days that are added to `e.date` are added where it is read.
//!
//! **In**: steps, with the row that each is from, and conditions such as these, of which `f` is the relationship of
//! the step. **Out**: the steps for which they are true. **Caller**: [`super::expand`], which computes for rows what
//! cannot be had so: what has been written since the arrays were made, other types than integers and dates, and
//! what fails for some row.

use crate::exec::batch::Batch;
use crate::exec::column::Data;
use crate::exec::column_test::bounds;
use crate::exec::neighbours::Steps;
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::comparison::{PropertyComparison, Shift};
use crate::expr::eval::eval;
use crate::expr::{Comparison, Expr, VarId};
use crate::graph::Snapshot;
use crate::graph::snapshot::{Column, ColumnData, Integers};
use crate::value::StatementId;
use crate::value::Value;
use crate::value::time::Date;

/// A condition that compares a property of the step's relationship with what is computed of the row.
pub(crate) struct Compared<'a> {
    pub(crate) written: &'a Expr,
    comparison: PropertyComparison<'a>,
}

/// Numbers, both ends included.
type Window = (i64, i64);

const NONE: Window = (1, 0);
const ALL: Window = (i64::MIN, i64::MAX);

/// What a property is compared with, for each of some rows.
struct Against<'g> {
    column: Column<'g>,
    values: Values<'g>,
    /// For each row the numbers of which the entry is to be one or, where `is_outside`, none.
    windows: Vec<Window>,
    is_outside: bool,
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
    // Comparisons of one property are one window: its entry is read once.
    let mut all: Vec<(&str, Against<'_>)> = Vec::new();
    for (at, own) in compared.iter().enumerate() {
        let Some(against) = own.against(&rows, run, &*graph) else { continue };
        looked_at.push(at);
        let key: &str = own.comparison.key;
        let is_same = |(other, of): &&mut (&str, Against<'_>)| {
            *other == key && !of.is_outside && !against.is_outside
        };
        match all.iter_mut().find(is_same) {
            Some((_, of)) => of.narrow(&against),
            None => all.push((key, against)),
        }
    }
    let Some(statements) = steps.statements.as_mut().filter(|_| !all.is_empty()) else {
        return Vec::new();
    };
    let mut keep = vec![true; positions.len()];
    for (_, against) in &all {
        against.test(positions, statements, &mut keep);
    }
    // Each step is written, and stays if the next is written behind it: no branch to guess.
    let mut kept = 0;
    for (at, keep) in keep.iter().enumerate() {
        (positions[kept], statements[kept]) = (positions[at], statements[at]);
        if let Some(nodes) = &mut steps.nodes {
            nodes[kept] = nodes[at];
        }
        kept += usize::from(*keep);
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
        let (values, shift) = match (column.data, &others.data) {
            (ColumnData::Integer(values), Data::Integer(_)) => (Values::Integers(values), shift),
            (ColumnData::Date(values), Data::Date(_)) => (Values::Dates(values), shift),
            _ => return None,
        };
        let shift = match shift {
            Some(shift) => known_shift(shift, &column, &values, run, graph)?,
            None => 0,
        };
        let window = |row: usize, other: i64| {
            let other = (!others.is_null(row)).then_some(other);
            moved(window(*operator, other), shift)
        };
        let windows = match &others.data {
            Data::Integer(all) => {
                all.iter().enumerate().map(|(row, value)| window(row, *value)).collect()
            }
            Data::Date(all) => {
                all.iter().enumerate().map(|(row, day)| window(row, (*day).into())).collect()
            }
            _ => return None,
        };
        Some(Against { column, values, windows, is_outside: *operator == Comparison::NotEqual })
    }
}

/// The numbers that compare so with another; of `<>` those that do not. A missing number compares with none.
fn window(operator: Comparison, other: Option<i64>) -> Window {
    match (operator, other) {
        (Comparison::NotEqual, Some(other)) => (other, other),
        (Comparison::NotEqual, None) => ALL,
        (operator, Some(other)) => bounds(operator, other).unwrap_or(NONE),
        (_, None) => NONE,
    }
}

/// The numbers that are in a window once `shift` has been added to them, which overflows for none that is asked about.
fn moved((min, max): Window, shift: i64) -> Window {
    let min = match min.checked_sub(shift) {
        _ if min == i64::MIN => min,
        Some(min) => min,
        None if shift > 0 => i64::MIN,
        None => return NONE,
    };
    let max = match max.checked_sub(shift) {
        _ if max == i64::MAX => max,
        Some(max) => max,
        None if shift < 0 => i64::MAX,
        None => return NONE,
    };
    (min, max)
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
    /// Takes the entries only that are in another's windows too.
    fn narrow(&mut self, other: &Against<'_>) {
        for (own, other) in self.windows.iter_mut().zip(&other.windows) {
            *own = (own.0.max(other.0), own.1.min(other.1));
        }
    }

    /// Unmarks the steps whose entry is not what it is to be; the first window is that of the first position.
    fn test(&self, positions: &[u32], statements: &[StatementId], keep: &mut [bool]) {
        match self.values {
            Values::Integers(values) => {
                self.test_entries(positions, statements, keep, |at| values.get(at));
            }
            Values::Dates(days) => {
                self.test_entries(positions, statements, keep, |at| days[at].into());
            }
        }
    }

    #[inline]
    fn test_entries(
        &self,
        positions: &[u32],
        statements: &[StatementId],
        keep: &mut [bool],
        entry: impl Fn(usize) -> i64,
    ) {
        let first = positions.first().copied().unwrap_or(0);
        for ((position, id), keep) in positions.iter().zip(statements).zip(keep) {
            let (min, max) = self.windows[(position - first) as usize];
            *keep &= self
                .column
                .position(id.0)
                .is_some_and(|at| (min..=max).contains(&entry(at)) != self.is_outside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_is_moved_holds_what_was_compared() {
        let numbers = [i64::MIN, i64::MIN + 1, -3, -1, 0, 1, 2, i64::MAX - 1, i64::MAX];
        let operators = [
            (Comparison::Less, i64::lt as fn(&i64, &i64) -> bool),
            (Comparison::LessOrEqual, i64::le),
            (Comparison::Greater, i64::gt),
            (Comparison::GreaterOrEqual, i64::ge),
            (Comparison::Equal, i64::eq),
            (Comparison::NotEqual, i64::ne),
        ];
        for (operator, compare) in operators {
            for (own, shift) in numbers.iter().flat_map(|own| numbers.map(|shift| (own, shift))) {
                let Some(shifted) = own.checked_add(shift) else { continue };
                for other in numbers {
                    let (min, max) = moved(window(operator, Some(other)), shift);
                    let holds = (min..=max).contains(own) != (operator == Comparison::NotEqual);
                    let expected = compare(&shifted, &other);
                    assert_eq!(holds, expected, "{own} + {shift} {operator:?} {other}");
                }
            }
            let (min, max) = moved(window(operator, None), 1);
            assert_eq!((min..=max).contains(&0), operator == Comparison::NotEqual);
        }
    }
}
