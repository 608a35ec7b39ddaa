//! Expressions over the elements of a list: comprehensions, quantifiers, `reduce`, `allReduce`.
//!
//! The element stands in front of the row as one more variable ([`Local`]). It is overwritten
//! from element to element, so that an element costs the clone of its value and nothing else.

use crate::error::{Error, Result, eval as codes};
use crate::expr::arithmetic::Sum;
use crate::expr::eval::{Bindings, Context, eval, truth};
use crate::expr::making::{Growing, bytes_of, is_same_allocation};
use crate::expr::{Arithmetic, Expr, ExprKind, QuantifierKind, VarId, limits};
use crate::value::Value;

/// A variable in front of a row.
struct Local<'a> {
    variable: VarId,
    value: Value,
    row: &'a dyn Bindings,
}

impl Bindings for Local<'_> {
    fn value(&self, variable: VarId) -> Value {
        if variable == self.variable { self.value.clone() } else { self.row.value(variable) }
    }

    fn value_ref(&self, variable: VarId) -> Option<&Value> {
        if variable == self.variable { Some(&self.value) } else { self.row.value_ref(variable) }
    }

    fn lineage(&self) -> u32 {
        self.row.lineage()
    }
}

/// `[variable IN list WHERE filter | projection]`.
pub(super) fn comprehension(
    variable: VarId,
    list: &Expr,
    filter: Option<&Expr>,
    projection: Option<&Expr>,
    row: &dyn Bindings,
    context: &Context<'_>,
) -> Result<Value> {
    let Some(elements) = elements(list, row, context)? else { return Ok(Value::Null) };
    let mut local = Local { variable, value: Value::Null, row };
    let known = if filter.is_some() { 0 } else { elements.len() };
    context.check_list(known)?;
    let mut result = Vec::with_capacity(known);
    let mut growing = Growing::new(context);
    for element in elements.iter() {
        context.step()?;
        local.value.clone_from(element);
        if let Some(filter) = filter
            && truth(filter, &local, context)? != Some(true)
        {
            continue;
        }
        let made = match projection {
            Some(projection) => eval(projection, &local, context)?,
            None => element.clone(),
        };
        // What is an element as it was, or the same as before it, takes its place and no more.
        let is_new = ![Some(element), result.last()]
            .into_iter()
            .flatten()
            .any(|known| is_same_allocation(known, &made));
        growing.add(if is_new { bytes_of(&made) } else { size_of::<Value>() })?;
        result.push(made);
    }
    limits::list(result)
}

/// `all(variable IN list WHERE filter)` and its siblings, in three-valued logic: each stops at
/// the first element that settles it, and is unknown if none does and one was unknown.
pub(super) fn quantifier(
    kind: QuantifierKind,
    variable: VarId,
    list: &Expr,
    filter: &Expr,
    row: &dyn Bindings,
    context: &Context<'_>,
) -> Result<Value> {
    let Some(elements) = elements(list, row, context)? else { return Ok(Value::Null) };
    let mut local = Local { variable, value: Value::Null, row };
    let (mut satisfied, mut unknown) = (0, false);
    for element in elements.iter() {
        context.step()?;
        local.value.clone_from(element);
        match (truth(filter, &local, context)?, kind) {
            (Some(true), QuantifierKind::Any) => return Ok(true.into()),
            (Some(true), QuantifierKind::None) | (Some(false), QuantifierKind::All) => {
                return Ok(false.into());
            }
            (Some(true), QuantifierKind::Single) if satisfied == 1 => return Ok(false.into()),
            (Some(true), _) => satisfied += 1,
            (Some(false), _) => {}
            (None, _) => unknown = true,
        }
    }
    let settled = match kind {
        QuantifierKind::All | QuantifierKind::None => true,
        QuantifierKind::Any => false,
        QuantifierKind::Single => satisfied == 1,
    };
    Ok((!unknown).then_some(settled).into())
}

/// `reduce(accumulator = initial, variable IN list | step)`.
pub(super) fn reduce(
    (accumulator, initial): (VarId, &Expr),
    (variable, list): (VarId, &Expr),
    step: &Expr,
    row: &dyn Bindings,
    context: &Context<'_>,
) -> Result<Value> {
    let Some(elements) = elements(list, row, context)? else { return Ok(Value::Null) };
    let mut carried = Local { variable: accumulator, value: eval(initial, row, context)?, row };
    let mut growing = Growing::new(context);
    if let Some(added) = addend(accumulator, step) {
        let mut sum = Sum::of(std::mem::take(&mut carried.value));
        for element in elements.iter() {
            context.step()?;
            let local = Local { variable, value: element.clone(), row: &carried };
            let added = eval(added, &local, context)?;
            sum.add(added).map_err(|error| error.at(step.span))?;
            growing.set(sum.heap_bytes()).map_err(|error| error.at(step.span))?;
        }
        return limits::whole(sum.into_value());
    }
    for element in elements.iter() {
        context.step()?;
        let local = Local { variable, value: element.clone(), row: &carried };
        carried.value = eval(step, &local, context)?;
        growing.set(carried.value.heap_bytes())?;
    }
    Ok(carried.value)
}

/// `allReduce(accumulator = initial, variable IN list | step, holds)`: whether the condition is
/// true of the accumulator after every step. Nothing after a step where it is false is computed.
pub(super) fn all_reduce(
    (accumulator, initial): (VarId, &Expr),
    (variable, list): (VarId, &Expr),
    (step, holds): (&Expr, &Expr),
    row: &dyn Bindings,
    context: &Context<'_>,
) -> Result<Value> {
    let Some(elements) = elements(list, row, context)? else { return Ok(Value::Null) };
    let mut carried = Local { variable: accumulator, value: eval(initial, row, context)?, row };
    let mut unknown = false;
    let mut growing = Growing::new(context);
    for element in elements.iter() {
        context.step()?;
        let local = Local { variable, value: element.clone(), row: &carried };
        carried.value = eval(step, &local, context)?;
        growing.set(carried.value.heap_bytes())?;
        let local = Local { variable, value: element.clone(), row: &carried };
        match truth(holds, &local, context)? {
            Some(true) => {}
            Some(false) => return Ok(false.into()),
            None => unknown = true,
        }
    }
    Ok((!unknown).then_some(true).into())
}

/// What a step `accumulator + e` adds, where `e` does not look at the accumulator itself.
fn addend(accumulator: VarId, step: &Expr) -> Option<&Expr> {
    let ExprKind::Arithmetic(Arithmetic::Add, sum, added) = &step.kind else { return None };
    let mut mentioned = false;
    added.walk(&mut |part| match &part.kind {
        ExprKind::Variable(variable) => mentioned |= *variable == accumulator,
        // What these look at does not stand in the expression.
        ExprKind::Subquery(_) | ExprKind::Path(_) | ExprKind::Truth { .. } => mentioned = true,
        _ => {}
    });
    (matches!(sum.kind, ExprKind::Variable(variable) if variable == accumulator) && !mentioned)
        .then_some(&**added)
}

/// The elements that a list expression gives; `None` where it is null.
fn elements(
    list: &Expr,
    row: &dyn Bindings,
    context: &Context<'_>,
) -> Result<Option<std::sync::Arc<Vec<Value>>>> {
    match eval(list, row, context)? {
        Value::Null => Ok(None),
        Value::List(values) => Ok(Some(values)),
        other => {
            let message = format!("A List is needed here, not {}.", other.with_article());
            Err(Error::new(&codes::ARGUMENT_TYPE, message).at(list.span))
        }
    }
}
