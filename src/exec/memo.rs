//! Expressions over one property, computed once for each distinct text or day.
//!
//! A text column is a list of dictionary codes, a column of dates one of days. Where an expression looks
//! at nothing else, its value is a function of that number: the first row with it is computed as any row
//! would be, and the result is kept for the rest of the run. The memory is bounded by the dictionary, or
//! by [`DAYS_MAX`]. Rows point to the results, so that a result is not copied for each of them.

use std::cell::RefCell;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Column, Data, TextSource, Vector};
use crate::exec::memory::Holding;
use crate::exec::runtime::Runtime;
use crate::exec::vector::Evaluation;
use crate::expr::access;
use crate::expr::eval::{Bindings, Context, eval};
use crate::expr::making::LARGE_BYTES;
use crate::expr::{Expr, ExprKind, LabelTest, VarId};
use crate::graph::Snapshot;
use crate::value::Value;
use crate::value::time::Component;

/// Below this many rows computing each row is cheaper than keeping results.
const ROWS_MIN: usize = 32;

/// Days that lie further apart are computed row by row: as many as there are in 359 years.
const DAYS_MAX: i64 = 1 << 17;

/// What is known of the expressions of a run, by the address of the expression in the plan.
#[derive(Debug, Default)]
pub(crate) struct Memos {
    by_expression: RefCell<HashMap<*const Expr, Option<Memo>>>,
}

/// The results of one expression.
#[derive(Debug)]
struct Memo {
    variable: VarId,
    key: Arc<str>,
    source: Option<Source>,
    /// For each code or day one more than the position of its result; 0 where it is not known.
    slots: Vec<u32>,
    /// The same for null.
    null: u32,
    results: Vec<Value>,
    /// What the results take beside their places, and how much of it has been told.
    bytes: usize,
    held: Holding,
    /// The results as a column; some of the last may not be in it.
    column: Option<Column>,
    /// Whether all results are booleans or null, as those of a condition are.
    truths: bool,
}

/// What the slots stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Text(TextSource),
    /// Days from one on.
    Days(i64),
}

/// Computes an expression by way of the only property that it looks at; `None` where it
/// looks at something else.
pub(crate) fn by_property(
    evaluation: &Evaluation<'_, '_>,
    expr: &Expr,
    batch: &Batch,
) -> Result<Option<Column>> {
    if batch.len() < ROWS_MIN {
        return Ok(None);
    }
    let address = std::ptr::from_ref(expr);
    let memos = &evaluation.run.memos.by_expression;
    // Taken out while it is in use: computing a row may come back here.
    let known = memos.borrow_mut().get_mut(&address).map(Option::take);
    let memo = match known {
        Some(memo) => memo,
        None => only_property(expr).map(|(variable, key)| Memo::new(variable, key)),
    };
    let Some(mut memo) = memo else {
        memos.borrow_mut().insert(address, None);
        return Ok(None);
    };
    let column = memo.column(evaluation, expr, batch);
    memos.borrow_mut().insert(address, Some(memo));
    column
}

impl Memo {
    fn new(variable: VarId, key: Arc<str>) -> Memo {
        Memo {
            variable,
            key,
            source: None,
            slots: Vec::new(),
            null: 0,
            results: Vec::new(),
            bytes: 0,
            held: Holding::default(),
            column: None,
            truths: true,
        }
    }

    fn column(
        &mut self,
        evaluation: &Evaluation<'_, '_>,
        expr: &Expr,
        batch: &Batch,
    ) -> Result<Option<Column>> {
        let elements = batch.column_or_null(self.variable);
        let Some(property) = evaluation.property(&elements, &self.key) else { return Ok(None) };
        let property = property.flat();
        match &property.data {
            Data::Text { codes, source } => {
                if self.source != Some(Source::Text(*source)) {
                    let texts = source
                        .dictionary(evaluation.graph)
                        .map_or(0, super::super::graph::snapshot::Dictionary::len);
                    *self = Memo::new(self.variable, Arc::clone(&self.key));
                    self.source = Some(Source::Text(*source));
                    self.slots = vec![0; texts];
                }
                let slot = |row: usize| codes[row] as usize;
                self.rows(evaluation, expr, (batch, &property), slot).map(Some)
            }
            // A comparison of days is quicker than a look for what came of it.
            Data::Date(days) if !matches!(expr.kind, ExprKind::Compare(..)) => {
                let Some(first) = self.make_room(days) else { return Ok(None) };
                let slot = |row: usize| (i64::from(days[row]) - first) as usize;
                self.rows(evaluation, expr, (batch, &property), slot).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Has slots for all days; gives the first day of the slots, `None` where there would be too many.
    fn make_room(&mut self, days: &[i32]) -> Option<i64> {
        let low = i64::from(*days.iter().min()?);
        let high = i64::from(*days.iter().max()?);
        let known = match self.source {
            Some(Source::Days(first)) => first..first + self.slots.len() as i64,
            _ => low..low,
        };
        if !matches!(self.source, Some(Source::Days(_))) {
            *self = Memo::new(self.variable, Arc::clone(&self.key));
        }
        if known.start <= low && high < known.end {
            return Some(known.start);
        }
        let (first, end) = (low.min(known.start), (high + 1).max(known.end));
        // A day of null is the default of its type, which is no reason to give up.
        if end - first > DAYS_MAX {
            return None;
        }
        let mut slots = vec![0; (end - first) as usize];
        let at = (known.start - first) as usize;
        slots[at..at + self.slots.len()].copy_from_slice(&self.slots);
        (self.slots, self.source) = (slots, Some(Source::Days(first)));
        Some(first)
    }

    /// The result for each row, whose property stands in the slot that is said.
    fn rows(
        &mut self,
        evaluation: &Evaluation<'_, '_>,
        expr: &Expr,
        (batch, property): (&Batch, &Vector),
        slot: impl Fn(usize) -> usize,
    ) -> Result<Column> {
        let context = evaluation.run.context(evaluation.graph);
        let mut positions = Vec::with_capacity(batch.len());
        for row in 0..batch.len() {
            let slot =
                if property.is_null(row) { &mut self.null } else { &mut self.slots[slot(row)] };
            if *slot == 0 {
                let value = eval(expr, &batch.row(row, evaluation.graph), &context)?;
                self.truths &= matches!(value, Value::Boolean(_) | Value::Null);
                self.bytes += value.heap_bytes();
                self.results.push(value);
                *slot = self.results.len() as u32;
            }
            positions.push(*slot - 1);
        }
        if self.bytes >= LARGE_BYTES {
            evaluation.run.hold(&mut self.held, self.bytes, "What is known of an expression")?;
        }
        if !self.truths && self.results.len() * 2 <= positions.len() {
            let known = self.column.take().filter(|column| column.len() == self.results.len());
            let column =
                known.unwrap_or_else(|| Column::new(Vector::of(self.results.iter().cloned())));
            self.column = Some(column.clone());
            return Ok(column.at_positions(Arc::new(positions)));
        }
        Ok(self.gather(&positions))
    }

    fn gather(&self, positions: &[u32]) -> Column {
        let results = positions.iter().map(|&at| &self.results[at as usize]);
        if !self.truths {
            return Column::new(Vector::new(Data::Value(results.cloned().collect())));
        }
        let nulls = results.clone().map(Value::is_null).collect();
        let truths = results.map(|value| value.as_bool().unwrap_or(false)).collect();
        Column::new(Vector::with_nulls(Data::Boolean(truths), nulls))
    }
}

/// An expression over one property of an element, for values of that.
pub(crate) struct OfValues<'o> {
    expr: &'o Expr,
    element: VarId,
    key: &'o Arc<str>,
    graph: &'o dyn Snapshot,
    context: Context<'o>,
    /// Where it is a component of the value, such as the month of a day: which.
    component: Option<&'o str>,
}

impl<'o> OfValues<'o> {
    /// An expression that looks at nothing but a property of an element.
    pub(crate) fn new(
        expr: &'o Expr,
        (element, key): (VarId, &'o Arc<str>),
        run: &'o Runtime<'_>,
        graph: &'o dyn Snapshot,
    ) -> OfValues<'o> {
        let component = match &expr.kind {
            ExprKind::Property(of, name) => match &of.kind {
                ExprKind::Property(inner, _) if matches!(inner.kind, ExprKind::Variable(_)) => {
                    Some(&**name)
                }
                _ => None,
            },
            _ => None,
        };
        OfValues { expr, element, key, graph, context: run.context(graph), component }
    }

    /// What it is where the property has a value.
    pub(crate) fn of(&self, value: Value) -> Result<Value> {
        if let Some(component) = self.component {
            return access::property(self.graph, &value, component);
        }
        let element = Value::map([(Arc::clone(self.key), value)]);
        eval(self.expr, &OneElement { variable: self.element, element }, &self.context)
    }
}

/// A row in which a map with one entry stands for the element.
struct OneElement {
    variable: VarId,
    element: Value,
}

impl Bindings for OneElement {
    fn value(&self, variable: VarId) -> Value {
        if variable == self.variable { self.element.clone() } else { Value::Null }
    }
}

/// Whether an expression looks at no variable and always has the same value.
pub(crate) fn is_constant(expr: &Expr) -> bool {
    let mut constant = true;
    expr.walk(&mut |part| constant &= is_pure(part) && !looks_at_row(part));
    constant
}

/// The only property that a deterministic expression looks at.
pub(crate) fn only_property(expr: &Expr) -> Option<(VarId, Arc<str>)> {
    let mut found = None;
    only_property_below(expr, &mut found).then_some(())?;
    found
}

/// The component by way of which alone an expression looks at the only property that it looks at, such as the month of
/// a day.
pub(crate) fn only_component(expr: &Expr) -> Option<Component> {
    let mut found = None;
    only_component_below(expr, &mut found).then_some(())?;
    found
}

fn only_component_below(expr: &Expr, found: &mut Option<Component>) -> bool {
    if let ExprKind::Property(of, name) = &expr.kind
        && let ExprKind::Property(inner, _) = &of.kind
        && matches!(inner.kind, ExprKind::Variable(_))
    {
        let Some(component) = Component::parse(name) else { return false };
        return *found.get_or_insert(component) == component;
    }
    if looks_at_row(expr) {
        return false;
    }
    let mut all = true;
    expr.for_each_operand(&mut |operand| all = all && only_component_below(operand, found));
    all
}

fn only_property_below(expr: &Expr, found: &mut Option<(VarId, Arc<str>)>) -> bool {
    if let ExprKind::Property(of, key) = &expr.kind
        && let ExprKind::Variable(variable) = of.kind
    {
        let (known, name) = found.get_or_insert_with(|| (variable, Arc::clone(key)));
        return *known == variable && name == key;
    }
    if !is_pure(expr) || looks_at_row(expr) {
        return false;
    }
    let mut all = true;
    expr.for_each_operand(&mut |operand| all = all && only_property_below(operand, found));
    all
}

/// Whether the part itself, its operands apart, depends on its operands only.
fn is_pure(part: &Expr) -> bool {
    match &part.kind {
        ExprKind::Call(function, _) => function.deterministic,
        ExprKind::Subquery(_) | ExprKind::Truth { .. } | ExprKind::Closed(..) => false,
        ExprKind::HasLabels(_, test) => {
            !matches!(test, LabelTest::Computed(_) | LabelTest::ComputedAny(_))
        }
        _ => true,
    }
}

/// Whether the part itself reads variables; those of comprehensions count too, which is stricter
/// than needed and simple.
fn looks_at_row(part: &Expr) -> bool {
    matches!(part.kind, ExprKind::Variable(_) | ExprKind::Path(_))
}
