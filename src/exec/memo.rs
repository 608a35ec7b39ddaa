//! Expressions over one text property, computed once for each distinct text.
//!
//! A text column is a list of dictionary codes. Where an expression looks at nothing else, its
//! value is a function of the code: the first row with a code is computed as any row would be, and
//! the result is kept for the rest of the run. The memory is bounded by the dictionary.

use std::cell::RefCell;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Column, Data, TextSource, Vector};
use crate::exec::vector::Evaluation;
use crate::expr::eval::eval;
use crate::expr::{Expr, ExprKind, LabelTest, VarId};
use crate::value::Value;

/// Below this many rows computing each row is cheaper than keeping results.
const ROWS_MIN: usize = 32;

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
    source: Option<TextSource>,
    /// For each code one more than the position of its result; 0 where it is not known. The entry
    /// after the last code is for null.
    slots: Vec<u32>,
    results: Vec<Value>,
    /// Whether all results are booleans or null, as those of a condition are.
    truths: bool,
}

/// Computes an expression by way of the only text property that it looks at; `None` where it
/// looks at something else.
pub(crate) fn by_text(
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
        None => only_text(expr).map(|(variable, key)| Memo::new(variable, key)),
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
        let (slots, results) = (Vec::new(), Vec::new());
        Memo { variable, key, source: None, slots, results, truths: true }
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
        let Data::Text { codes, source } = &property.data else { return Ok(None) };
        if self.source != Some(*source) {
            let texts = source
                .dictionary(evaluation.graph)
                .map_or(0, super::super::graph::snapshot::Dictionary::len);
            *self = Memo::new(self.variable, Arc::clone(&self.key));
            self.source = Some(*source);
            self.slots = vec![0; texts + 1];
        }
        let null = self.slots.len() - 1;
        let context = evaluation.run.context(evaluation.graph);
        let mut positions = Vec::with_capacity(codes.len());
        for (row, &code) in codes.iter().enumerate() {
            let code = if property.is_null(row) { null } else { code as usize };
            let slot = match self.slots[code] {
                0 => {
                    let value = eval(expr, &batch.row(row, evaluation.graph), &context)?;
                    self.truths &= matches!(value, Value::Boolean(_) | Value::Null);
                    self.results.push(value);
                    self.slots[code] = self.results.len() as u32;
                    self.results.len() as u32
                }
                slot => slot,
            };
            positions.push(slot - 1);
        }
        Ok(Some(self.gather(&positions)))
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

/// Whether an expression looks at no variable and always has the same value.
pub(crate) fn is_constant(expr: &Expr) -> bool {
    let mut constant = true;
    expr.walk(&mut |part| constant &= is_pure(part) && !looks_at_row(part));
    constant
}

/// The only property that a deterministic expression looks at.
pub(crate) fn only_text(expr: &Expr) -> Option<(VarId, Arc<str>)> {
    let mut found = None;
    only_text_below(expr, &mut found).then_some(())?;
    found
}

fn only_text_below(expr: &Expr, found: &mut Option<(VarId, Arc<str>)>) -> bool {
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
    expr.for_each_operand(&mut |operand| all = all && only_text_below(operand, found));
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
