//! Arithmetic operators on values: one definition for every way of running an expression.
//!
//! | left | operators | right | result |
//! |---|---|---|---|
//! | integer | `+ - * / %` | integer | integer, or an overflow or division error |
//! | number | `+ - * / %` | number, one of them a float | float, as IEEE 754 says |
//! | number | `^` | number | float |
//! | string | `+` | string, number, boolean, and the other way round | string |
//! | list | `+` | list; any element, and the other way round | list |
//! | instant | `+ -` | duration; duration `+` instant | instant |
//! | duration | `+ -` | duration | duration |
//! | duration | `* /` | number; number `*` duration | duration |
//! | string, list | `\|\|` | the same | the same |
//!
//! Null on either side gives null, before any type is looked at. The rules are those of
//! openCypher 9, "Mathematical operators", "String operators", "List operators" and "Temporal
//! operators"; `||` is ISO GQL's concatenation.

use std::sync::Arc;

use crate::error::{Error, Result, eval as codes};
use crate::expr::{Arithmetic, limits};
use crate::value::number::{self, float_to_string};
use crate::value::{Value, time};

/// Applies an arithmetic operator.
pub(crate) fn arithmetic(operator: Arithmetic, a: &Value, b: &Value) -> Result<Value> {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Integer(x), Value::Integer(y)) => integers(operator, *x, *y),
        (Value::Float(x), Value::Float(y)) => floats(operator, *x, *y),
        (Value::Integer(x), Value::Float(y)) => floats(operator, *x as f64, *y),
        (Value::Float(x), Value::Integer(y)) => floats(operator, *x, *y as f64),
        _ => others(operator, a, b).unwrap_or_else(|| Err(no_operator(operator, a, b))),
    }
}

/// A sum that grows step by step, in place: a text or a list would otherwise be copied at each.
///
/// What it grows by has been checked where it was made; the whole is for the caller to check at the end.
pub(super) enum Sum {
    Text(String),
    Value(Value),
}

impl Sum {
    /// The sum that begins with a value.
    pub(super) fn of(value: Value) -> Sum {
        match value {
            Value::String(text) => Sum::Text(text.as_ref().to_owned()),
            other => Sum::Value(other),
        }
    }

    /// Adds a value.
    pub(super) fn add(&mut self, added: Value) -> Result<()> {
        let before = std::mem::replace(self, Sum::Value(Value::Null));
        *self = match (before, added) {
            (Sum::Text(mut text), Value::String(more)) => {
                limits::check_bytes(text.len() + more.len())?;
                text.push_str(&more);
                Sum::Text(text)
            }
            (Sum::Value(value), added) => Sum::of(add_to(value, added)?),
            (Sum::Text(mut text), added) => match scalar_text(&added) {
                Some(more) => {
                    text.push_str(&more);
                    Sum::Text(text)
                }
                None => Sum::of(arithmetic(Arithmetic::Add, &text.into(), &added)?),
            },
        };
        Ok(())
    }

    /// What it takes beside its own place.
    pub(super) fn heap_bytes(&self) -> usize {
        match self {
            Sum::Text(text) => text.len(),
            Sum::Value(value) => value.heap_bytes(),
        }
    }

    /// What it has come to.
    pub(super) fn into_value(self) -> Value {
        match self {
            Sum::Text(text) => Value::String(text.into()),
            Sum::Value(value) => value,
        }
    }
}

/// `a + b` where `a` is needed no longer: a list that nobody else holds grows in place.
fn add_to(a: Value, b: Value) -> Result<Value> {
    let Value::List(mut values) = a else { return arithmetic(Arithmetic::Add, &a, &b) };
    let Some(grown) = Arc::get_mut(&mut values).filter(|_| !b.is_null()) else {
        return arithmetic(Arithmetic::Add, &Value::List(values), &b);
    };
    match b {
        Value::List(more) => {
            limits::check_length(grown.len() + more.len())?;
            grown.extend_from_slice(&more);
        }
        element => {
            limits::check_length(grown.len() + 1)?;
            grown.push(element);
        }
    }
    Ok(Value::List(values))
}

/// Changes the sign of a number or a duration.
pub(crate) fn negate(value: &Value) -> Result<Value> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Integer(int) => number::negate(*int).map(Value::Integer),
        Value::Float(float) => Ok(Value::Float(-float)),
        Value::Duration(duration) => Ok(duration.negated()?.into()),
        other => Err(Error::new(
            &codes::ARGUMENT_TYPE,
            format!("`-` takes a number, not {}.", other.with_article()),
        )),
    }
}

/// Checks the operand of a `+` that stands before it.
pub(crate) fn plus(value: Value) -> Result<Value> {
    match value {
        Value::Null | Value::Integer(_) | Value::Float(_) => Ok(value),
        other => Err(Error::new(
            &codes::ARGUMENT_TYPE,
            format!("`+` takes a number, not {}.", other.with_article()),
        )),
    }
}

/// The operator as it is written.
pub(crate) const fn symbol(operator: Arithmetic) -> &'static str {
    match operator {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Modulo => "%",
        Arithmetic::Power => "^",
        Arithmetic::Concatenate => "||",
    }
}

fn integers(operator: Arithmetic, a: i64, b: i64) -> Result<Value> {
    let result = match operator {
        Arithmetic::Add => number::add(a, b),
        Arithmetic::Subtract => number::subtract(a, b),
        Arithmetic::Multiply => number::multiply(a, b),
        Arithmetic::Divide => number::divide(a, b),
        Arithmetic::Modulo => number::modulo(a, b),
        Arithmetic::Power => return Ok(Value::Float((a as f64).powf(b as f64))),
        Arithmetic::Concatenate => return Err(no_operator(operator, &a.into(), &b.into())),
    };
    result.map(Value::Integer)
}

fn floats(operator: Arithmetic, a: f64, b: f64) -> Result<Value> {
    Ok(Value::Float(match operator {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide => a / b,
        Arithmetic::Modulo => a % b,
        Arithmetic::Power => a.powf(b),
        Arithmetic::Concatenate => return Err(no_operator(operator, &a.into(), &b.into())),
    }))
}

/// An operator on anything but two numbers; `None` where it is not defined.
fn others(operator: Arithmetic, a: &Value, b: &Value) -> Option<Result<Value>> {
    use Value as V;
    match (operator, a, b) {
        (Arithmetic::Add, V::List(_), _) | (Arithmetic::Add, _, V::List(_)) => {
            Some(join_lists(a, b))
        }
        (Arithmetic::Add, V::Duration(duration), instant)
        | (Arithmetic::Add, instant, V::Duration(duration))
            if is_temporal(instant) =>
        {
            Some(time::plus(instant, duration))
        }
        (Arithmetic::Subtract, instant, V::Duration(duration)) if is_temporal(instant) => {
            Some(time::minus(instant, duration))
        }
        (Arithmetic::Multiply, V::Duration(duration), number @ (V::Integer(_) | V::Float(_)))
        | (Arithmetic::Multiply, number @ (V::Integer(_) | V::Float(_)), V::Duration(duration)) => {
            Some(duration.multiply(number).map(V::from))
        }
        (Arithmetic::Divide, V::Duration(duration), number @ (V::Integer(_) | V::Float(_))) => {
            Some(duration.divide(number).map(V::from))
        }
        (Arithmetic::Add, _, _) => add_text(a, b),
        (Arithmetic::Concatenate, _, _) => concatenate(a, b),
        _ => None,
    }
}

const fn is_temporal(value: &Value) -> bool {
    matches!(
        value,
        Value::Date(_)
            | Value::LocalTime(_)
            | Value::Time(_)
            | Value::LocalDateTime(_)
            | Value::DateTime(_)
            | Value::Duration(_)
    )
}

/// `+` with a string on one side at least; `None` where it is not defined.
fn add_text(a: &Value, b: &Value) -> Option<Result<Value>> {
    match (a, b) {
        (Value::String(x), Value::String(y)) => Some(join_strings(x, y)),
        (Value::String(x), other) => scalar_text(other).map(|text| join_strings(x, &text)),
        (other, Value::String(y)) => scalar_text(other).map(|text| join_strings(&text, y)),
        _ => None,
    }
}

/// `||`; `None` where it is not defined.
fn concatenate(a: &Value, b: &Value) -> Option<Result<Value>> {
    match (a, b) {
        (Value::String(x), Value::String(y)) => Some(join_strings(x, y)),
        (Value::List(_), Value::List(_)) => Some(join_lists(a, b)),
        _ => None,
    }
}

/// What a number or a boolean looks like when it is joined to a string.
fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::Integer(int) => Some(int.to_string()),
        Value::Float(float) => Some(float_to_string(*float)),
        Value::Boolean(value) => Some(value.to_string()),
        _ => None,
    }
}

fn join_strings(a: &str, b: &str) -> Result<Value> {
    limits::check_bytes(a.len() + b.len())?;
    let mut joined = String::with_capacity(a.len() + b.len());
    joined.push_str(a);
    joined.push_str(b);
    Ok(Value::String(joined.into()))
}

/// Joins two lists, or a list and an element at its end or its beginning.
fn join_lists(a: &Value, b: &Value) -> Result<Value> {
    fn elements(value: &Value) -> &[Value] {
        match value {
            Value::List(values) => values,
            element => std::slice::from_ref(element),
        }
    }
    match (a, b) {
        (Value::List(x), Value::List(y)) if y.is_empty() => Ok(Value::List(Arc::clone(x))),
        (Value::List(x), Value::List(y)) if x.is_empty() => Ok(Value::List(Arc::clone(y))),
        _ => limits::list([elements(a), elements(b)].concat()),
    }
}

fn no_operator(operator: Arithmetic, a: &Value, b: &Value) -> Error {
    let message = format!(
        "`{}` is not defined for {} and {}.",
        symbol(operator),
        a.with_article(),
        b.with_article()
    );
    let hint = match (operator, a, b) {
        (Arithmetic::Concatenate, _, _) => Some("Write toString(x) to make a string of a value."),
        (Arithmetic::Add, Value::String(_), _) | (Arithmetic::Add, _, Value::String(_)) => {
            Some("Write toString(x) to join it to a string.")
        }
        (Arithmetic::Subtract, a, b) if is_instant(a) && is_instant(b) => {
            Some("The time between them: duration.between(from, to).")
        }
        (Arithmetic::Add | Arithmetic::Subtract, a, Value::Integer(_)) if is_instant(a) => {
            Some("Name the unit, as in duration({days: 5}).")
        }
        _ => None,
    };
    Error::new(&codes::ARGUMENT_TYPE, message).hint_opt(hint.map(str::to_owned))
}

fn is_instant(value: &Value) -> bool {
    use Value::{Date, DateTime, LocalDateTime, LocalTime, Time};
    matches!(value, Date(_) | DateTime(_) | LocalDateTime(_) | LocalTime(_) | Time(_))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expr::testing::any_value;

    fn add(a: impl Into<Value>, b: impl Into<Value>) -> Result<Value> {
        arithmetic(Arithmetic::Add, &a.into(), &b.into())
    }

    #[test]
    fn plus_joins_what_it_cannot_add() {
        assert_eq!(add("a", 1).ok(), Some("a1".into()));
        assert_eq!(add(1.0, "a").ok(), Some("1.0a".into()));
        let list = || Value::list([1.into()]);
        assert_eq!(add(list(), 2).ok(), Some(Value::list([1.into(), 2.into()])));
        assert_eq!(add("x", list()).ok(), Some(Value::list(["x".into(), 1.into()])));
        assert_eq!(add(true, 1).map_err(|error| error.detail()), Err("InvalidArgumentType"));
        assert_eq!(add(Value::Null, true).ok(), Some(Value::Null));
    }

    #[test]
    fn integers_stay_integers_and_powers_do_not() {
        let compute = |operator, a: i64, b: i64| arithmetic(operator, &a.into(), &b.into()).ok();
        assert_eq!(compute(Arithmetic::Divide, 7, 2), Some(3.into()));
        assert_eq!(compute(Arithmetic::Modulo, -7, 2), Some((-1).into()));
        assert_eq!(compute(Arithmetic::Power, 2, 3), Some(8.0.into()));
        assert_eq!(compute(Arithmetic::Add, i64::MAX, 1), None);
    }

    const ALL: [Arithmetic; 7] = [
        Arithmetic::Add,
        Arithmetic::Subtract,
        Arithmetic::Multiply,
        Arithmetic::Divide,
        Arithmetic::Modulo,
        Arithmetic::Power,
        Arithmetic::Concatenate,
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]
        #[test]
        fn no_operand_makes_an_operator_panic(a in any_value(), b in any_value()) {
            for operator in ALL {
                let result = arithmetic(operator, &a, &b);
                if a.is_null() || b.is_null() {
                    prop_assert_eq!(result.ok(), Some(Value::Null));
                }
            }
            let _ = negate(&a);
        }
    }
}
