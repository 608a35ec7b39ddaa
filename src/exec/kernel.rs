//! Operators over typed columns.
//!
//! Each kernel is a loop over arrays for the types that matter, and for all others a loop over
//! values that calls the one definition in `expr`. A kernel that may fail gives up with an error
//! that nobody sees: [`super::vector`] computes the batch again, row by row.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::column::{Column, Data, NO_NODE, TextSource, Vector, VectorBuilder};
use crate::exec::vector::not_boolean;
use crate::expr::compare::compare_values;
use crate::expr::eval::Context;
use crate::expr::making::Growing;
use crate::expr::members::LastList;
use crate::expr::{Arithmetic, Comparison, LabelTest};
use crate::graph::snapshot::{self, ColumnData, Integers, NarrowIntegers, Offsets};
use crate::graph::{LabelId, Snapshot};
use crate::value::{NodeId, Value};

// ------------------------------------------------------------------------------- properties

/// A property of a column of nodes or relationships; `None` for a column of other things.
pub(crate) fn property(elements: &Column, key: &Arc<str>, graph: &dyn Snapshot) -> Option<Column> {
    let (vector, positions) = elements.parts();
    // A few elements that many rows point to are read once each.
    if let Some(positions) = positions
        && vector.len() <= positions.len()
    {
        let read = property_of(vector, key, graph)?;
        return Some(Column::new(read).at_positions(Arc::clone(positions)));
    }
    property_of(&elements.flat(), key, graph).map(Column::new)
}

fn property_of(elements: &Vector, key: &Arc<str>, graph: &dyn Snapshot) -> Option<Vector> {
    let key = graph.catalog().key(key);
    match &elements.data {
        Data::Node(nodes) => Some(match key {
            Some(key) => {
                let ids = nodes.iter().map(|node| node.0);
                gather(&graph.node_column(key), ids, TextSource::Node(key))
            }
            None => all_null(nodes.len()),
        }),
        Data::Relationship(ids) => Some(match key {
            Some(key) => {
                let ids = ids.iter().map(|id| id.0);
                gather(&graph.statement_column(key), ids, TextSource::Relationship(key))
            }
            None => all_null(ids.len()),
        }),
        _ => None,
    }
}

fn all_null(len: usize) -> Vector {
    Vector::new(Data::Value(vec![Value::Null; len]))
}

/// The entries of a stored column for some ids; the ids that stand for null have none.
fn gather(
    column: &snapshot::Column<'_>,
    ids: impl Iterator<Item = u32> + Clone,
    source: TextSource,
) -> Vector {
    if let Some(recent) = column.recent
        && ids.clone().any(|id| recent.get(id).is_some())
    {
        return Vector::of(ids.map(|id| column.get(id)));
    }
    match column.data {
        ColumnData::Empty => all_null(ids.count()),
        ColumnData::Boolean(values) => pick(column, ids, values, Data::Boolean),
        ColumnData::Integer(Integers::Array(values)) => pick(column, ids, values, Data::Integer),
        ColumnData::Integer(Integers::Narrow(values)) => pick_narrow(column, ids, values),
        ColumnData::Float(values) => pick(column, ids, values, Data::Float),
        ColumnData::Date(values) => pick(column, ids, values, Data::Date),
        ColumnData::String { codes, .. } => {
            pick(column, ids, codes, |codes| Data::Text { codes, source })
        }
        ColumnData::Variant(_) => Vector::of(ids.map(|id| column.get(id))),
    }
}

fn pick<T: Copy + Default>(
    column: &snapshot::Column<'_>,
    ids: impl Iterator<Item = u32> + Clone,
    values: &[T],
    wrap: impl FnOnce(Vec<T>) -> Data,
) -> Vector {
    pick_as(column, ids, values, |value| value, wrap)
}

/// The values of some ids, each made of what stands in the column.
fn pick_as<T: Copy, U: Default>(
    column: &snapshot::Column<'_>,
    ids: impl Iterator<Item = u32> + Clone,
    values: &[T],
    made: impl Fn(T) -> U,
    wrap: impl FnOnce(Vec<U>) -> Data,
) -> Vector {
    let mut nulls = Vec::new();
    let mut picked = Vec::with_capacity(ids.size_hint().0);
    if column.present.is_none() {
        // The common case: every id of a range has a value, and all ids are in the range.
        let all = ids.clone().all(|id| (id.wrapping_sub(column.first) as usize) < values.len());
        if all {
            picked.extend(ids.map(|id| made(values[(id - column.first) as usize])));
            return Vector::new(wrap(picked));
        }
    }
    for id in ids {
        let at = column.position(id);
        nulls.push(at.is_none());
        picked.push(at.map_or_else(U::default, |at| made(values[at])));
    }
    Vector::with_nulls(wrap(picked), nulls)
}

/// The same for integers that stand in fewer bytes.
fn pick_narrow(
    column: &snapshot::Column<'_>,
    ids: impl Iterator<Item = u32> + Clone,
    values: &dyn NarrowIntegers,
) -> Vector {
    let Some((least, offsets)) = values.offsets() else {
        return pick(column, ids, values.all(), Data::Integer);
    };
    let wide = |offset: u64| least.wrapping_add(offset as i64);
    match offsets {
        Offsets::Counting => {
            let (first, end) = (column.first, values.len());
            if column.present.is_none()
                && ids.clone().all(|id| (id.wrapping_sub(first) as usize) < end)
            {
                let picked = ids.map(|id| wide(u64::from(id - first))).collect();
                return Vector::new(Data::Integer(picked));
            }
            let at = |id: u32| column.position(id).map(|at| wide(at as u64));
            let found: Vec<Option<i64>> = ids.map(at).collect();
            let nulls = found.iter().map(Option::is_none).collect();
            let picked = found.into_iter().map(Option::unwrap_or_default).collect();
            Vector::with_nulls(Data::Integer(picked), nulls)
        }
        Offsets::Bytes(all) => {
            pick_as(column, ids, all, |offset| wide(offset.into()), Data::Integer)
        }
        Offsets::Shorts(all) => {
            pick_as(column, ids, all, |offset| wide(offset.into()), Data::Integer)
        }
        Offsets::Words(all) => {
            pick_as(column, ids, all, |offset| wide(offset.into()), Data::Integer)
        }
    }
}

// ------------------------------------------------------------------------------- truth values

/// The truth values of a vector, `None` for null; fails for anything else.
pub(crate) fn booleans(
    vector: &Vector,
) -> Result<Box<dyn ExactSizeIterator<Item = Option<bool>> + '_>> {
    match (&vector.data, &vector.nulls) {
        (Data::Boolean(truths), None) => Ok(Box::new(truths.iter().map(|truth| Some(*truth)))),
        (Data::Boolean(truths), Some(nulls)) => {
            let known = truths.iter().zip(nulls);
            Ok(Box::new(known.map(|(truth, null)| (!null).then_some(*truth))))
        }
        (Data::Value(values), _) => {
            match values.iter().find(|v| !matches!(v, Value::Boolean(_) | Value::Null)) {
                Some(other) => Err(not_boolean(other.type_name())),
                None => Ok(Box::new(values.iter().map(Value::as_bool))),
            }
        }
        _ => Err(not_boolean("a value")),
    }
}

/// NOT.
pub(crate) fn not(operand: &Column) -> Result<Column> {
    let vector = operand.flat();
    let truths = booleans(&vector)?;
    Ok(truth_column(truths.map(|truth| truth.map(|truth| !truth))))
}

/// IS NULL, or with `wanted` false IS NOT NULL.
pub(crate) fn is_null(operand: &Column, wanted: bool) -> Column {
    let truths = (0..operand.len()).map(|row| operand.is_null(row) == wanted).collect();
    Column::new(Vector::new(Data::Boolean(truths)))
}

fn truth_column(truths: impl ExactSizeIterator<Item = Option<bool>>) -> Column {
    let mut result = Vec::with_capacity(truths.len());
    let mut nulls = Vec::new();
    for truth in truths {
        if truth.is_none() {
            nulls.resize(result.len(), false);
            nulls.push(true);
        }
        result.push(truth.unwrap_or(false));
    }
    if !nulls.is_empty() {
        nulls.resize(result.len(), false);
    }
    let nulls = (!nulls.is_empty()).then_some(nulls);
    Column::new(Vector { data: Data::Boolean(result), nulls })
}

// ------------------------------------------------------------------------------- comparison

/// `a < b` and its kind.
pub(crate) fn compare(
    operator: Comparison,
    a: &Column,
    b: &Column,
    graph: &dyn Snapshot,
) -> Column {
    let (left, right) = (a.flat(), b.flat());
    let equality = matches!(operator, Comparison::Equal | Comparison::NotEqual);
    let truths = match (&left.data, &right.data) {
        (Data::Integer(x), Data::Integer(y)) => test(operator, x, y),
        (Data::Float(x), Data::Float(y)) => test(operator, x, y),
        (Data::Date(x), Data::Date(y)) => test(operator, x, y),
        (Data::Boolean(x), Data::Boolean(y)) => test(operator, x, y),
        (Data::Node(x), Data::Node(y)) if equality => test(operator, x, y),
        (Data::Relationship(x), Data::Relationship(y)) if equality => test(operator, x, y),
        (Data::Text { codes: x, source: s }, Data::Text { codes: y, source: t })
            if equality && s == t =>
        {
            test(operator, x, y)
        }
        _ => {
            let rows = 0..a.len();
            return truth_column(rows.map(|row| {
                compare_values(operator, &left.value(row, graph), &right.value(row, graph))
            }));
        }
    };
    let nulls = either_null(&left, &right);
    Column::new(Vector { data: Data::Boolean(truths), nulls })
}

/// Compares arrays element by element; the operator is chosen once.
fn test<T: PartialOrd + Copy>(operator: Comparison, a: &[T], b: &[T]) -> Vec<bool> {
    fn zip<T: Copy>(a: &[T], b: &[T], holds: impl Fn(T, T) -> bool) -> Vec<bool> {
        a.iter().zip(b).map(|(x, y)| holds(*x, *y)).collect()
    }
    match operator {
        Comparison::Equal => zip(a, b, |x, y| x == y),
        Comparison::NotEqual => zip(a, b, |x, y| x != y),
        Comparison::Less => zip(a, b, |x, y| x < y),
        Comparison::LessOrEqual => zip(a, b, |x, y| x <= y),
        Comparison::Greater => zip(a, b, |x, y| x > y),
        Comparison::GreaterOrEqual => zip(a, b, |x, y| x >= y),
    }
}

/// The nulls of a result that is null where either operand is.
fn either_null(a: &Vector, b: &Vector) -> Option<Vec<bool>> {
    match (&a.nulls, &b.nulls) {
        (None, None) => None,
        (Some(nulls), None) | (None, Some(nulls)) => Some(nulls.clone()),
        (Some(x), Some(y)) => Some(x.iter().zip(y).map(|(x, y)| x | y).collect()),
    }
}

/// `element IN list`.
pub(crate) fn is_in(
    element: &Column,
    list: &Column,
    graph: &dyn Snapshot,
    last: &LastList,
) -> Result<Column> {
    let constant = constant_value(list, graph);
    let mut truths = Vec::with_capacity(element.len());
    for row in 0..element.len() {
        let value = element.value(row, graph);
        truths.push(match &constant {
            Some(list) => last.is_in(&value, list)?,
            None => last.is_in(&value, &list.value(row, graph))?,
        });
    }
    Ok(truth_column(truths.into_iter()))
}

/// The value of a column that was made of one.
fn constant_value(column: &Column, graph: &dyn Snapshot) -> Option<Value> {
    let (vector, _) = column.parts();
    (vector.len() == 1).then(|| vector.value(0, graph))
}

// ------------------------------------------------------------------------------- arithmetic

/// `a + b` and its kind.
pub(crate) fn arithmetic(
    operator: Arithmetic,
    a: &Column,
    b: &Column,
    context: &Context<'_>,
) -> Result<Column> {
    let (left, right) = (a.flat(), b.flat());
    let data = match (&left.data, &right.data) {
        (Data::Integer(x), Data::Integer(y)) => integers(operator, x, y).map(Data::Integer),
        (Data::Float(x), Data::Float(y)) => floats(operator, x, y).map(Data::Float),
        (Data::Integer(x), Data::Float(y)) => {
            let x: Vec<f64> = x.iter().map(|x| *x as f64).collect();
            floats(operator, &x, y).map(Data::Float)
        }
        (Data::Float(x), Data::Integer(y)) => {
            let y: Vec<f64> = y.iter().map(|y| *y as f64).collect();
            floats(operator, x, &y).map(Data::Float)
        }
        _ => None,
    };
    if let Some(data) = data {
        return Ok(Column::new(Vector { data, nulls: either_null(&left, &right) }));
    }
    let mut builder = VectorBuilder::default();
    let mut growing = Growing::new(context);
    for row in 0..a.len() {
        let (x, y) = (left.value(row, context.graph), right.value(row, context.graph));
        context.check_join(&x, &y)?;
        let value = crate::expr::arithmetic::arithmetic(operator, &x, &y)?;
        growing.add(value.heap_bytes())?;
        builder.push(value);
    }
    Ok(Column::new(builder.finish()))
}

/// Integer arithmetic; `None` for what it does not cover, overflow and division included.
fn integers(operator: Arithmetic, a: &[i64], b: &[i64]) -> Option<Vec<i64>> {
    let apply = match operator {
        Arithmetic::Add => i64::checked_add,
        Arithmetic::Subtract => i64::checked_sub,
        Arithmetic::Multiply => i64::checked_mul,
        _ => return None,
    };
    a.iter().zip(b).map(|(x, y)| apply(*x, *y)).collect()
}

fn floats(operator: Arithmetic, a: &[f64], b: &[f64]) -> Option<Vec<f64>> {
    let apply: fn(f64, f64) -> f64 = match operator {
        Arithmetic::Add => |x, y| x + y,
        Arithmetic::Subtract => |x, y| x - y,
        Arithmetic::Multiply => |x, y| x * y,
        Arithmetic::Divide => |x, y| x / y,
        _ => return None,
    };
    Some(a.iter().zip(b).map(|(x, y)| apply(*x, *y)).collect())
}

// ------------------------------------------------------------------------------- labels

/// A label test on a column of nodes; `None` for other columns and for computed labels.
pub(crate) fn has_labels(
    operand: &Column,
    test: &LabelTest,
    graph: &dyn Snapshot,
) -> Option<Column> {
    let vector = operand.flat();
    let Data::Node(nodes) = &vector.data else { return None };
    let test = Labels::resolve(test, graph)?;
    let truths = nodes.iter().map(|node| *node != NO_NODE && test.holds(*node, graph)).collect();
    Some(Column::new(Vector { data: Data::Boolean(truths), nulls: vector.nulls.clone() }))
}

/// A label test with its names looked up.
pub(crate) enum Labels<'g> {
    Nothing,
    Any,
    /// The label is a few ranges of ids.
    Ranges(&'g [std::ops::Range<u32>]),
    Label(LabelId),
    Not(Box<Labels<'g>>),
    And(Vec<Labels<'g>>),
    Or(Vec<Labels<'g>>),
}

impl<'g> Labels<'g> {
    pub(crate) fn resolve(test: &LabelTest, graph: &'g dyn Snapshot) -> Option<Labels<'g>> {
        let all = |tests: &[LabelTest]| -> Option<Vec<Labels<'g>>> {
            tests.iter().map(|test| Labels::resolve(test, graph)).collect()
        };
        Some(match test {
            LabelTest::Is(name) => match graph.catalog().label(name) {
                None => Labels::Nothing,
                Some(label) => match graph.label_ranges(label) {
                    Some(ranges) => Labels::Ranges(ranges),
                    None => Labels::Label(label),
                },
            },
            LabelTest::Computed(_) | LabelTest::ComputedAny(_) => return None,
            LabelTest::Any => Labels::Any,
            LabelTest::Not(test) => Labels::Not(Box::new(Labels::resolve(test, graph)?)),
            LabelTest::And(tests) => Labels::And(all(tests)?),
            LabelTest::Or(tests) => Labels::Or(all(tests)?),
        })
    }

    pub(crate) fn holds(&self, node: NodeId, graph: &dyn Snapshot) -> bool {
        match self {
            Labels::Nothing => false,
            Labels::Any => !graph.labels(node).is_empty(),
            Labels::Ranges(ranges) => ranges.iter().any(|range| range.contains(&node.0)),
            Labels::Label(label) => graph.has_label(node, *label),
            Labels::Not(test) => !test.holds(node, graph),
            Labels::And(tests) => tests.iter().all(|test| test.holds(node, graph)),
            Labels::Or(tests) => tests.iter().any(|test| test.holds(node, graph)),
        }
    }
}
