//! What is computed from the columns of a row.
//!
//! ```text
//! date.year * 100 + date.month      Binary(+, Binary(*, Field(Column 0, year), 100), Field(…))
//! ```
//!
//! The nearly only expression is the name of a column; those are copied as whole columns and never
//! come here. What is left is evaluated a row at a time.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::load::rows::{Batch, Kind};
use crate::value::number::float_to_string;
use crate::value::order::{compare, equals};
use crate::value::time::{Component, Edtf};
use crate::value::{Value, time};

/// An expression over the columns of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A value.
    Literal(Value),
    /// A column, by its place among those that are read.
    Column(usize),
    /// A part of a date, or an entry of a map.
    Field(Box<Expression>, Arc<str>),
    /// `NOT x`.
    Not(Box<Expression>),
    /// `-x`.
    Negative(Box<Expression>),
    /// `x IS NULL`.
    IsNull(Box<Expression>),
    /// Two operands.
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// A function.
    Call(Function, Vec<Expression>),
}

/// What joins two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `OR`.
    Or,
    /// `AND`.
    And,
    /// `=`.
    Equal,
    /// `<>`.
    Unequal,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
    /// `+`: a sum, or two texts joined.
    Plus,
    /// `-`.
    Minus,
    /// `*`.
    Times,
    /// `/`.
    Divide,
    /// `%`.
    Modulo,
}

/// What can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `row()`: the number of the row, from 0.
    Row,
    /// `toLower(text)`.
    ToLower,
    /// `toUpper(text)`.
    ToUpper,
    /// `trim(text)`.
    Trim,
    /// `typeName(text)`: `Make a visit` as `MAKE_A_VISIT`.
    TypeName,
    /// `toString(value)`.
    ToString,
    /// `toInteger(text)`.
    ToInteger,
    /// `toFloat(text)`.
    ToFloat,
    /// `toBoolean(text)`.
    ToBoolean,
    /// `date(text)`.
    Date,
    /// `edtf(text)`.
    Edtf,
    /// `replace(text, what, by)`.
    Replace,
    /// `split(text, at)`: a list.
    Split,
    /// `coalesce(a, b, …)`: the first that is there.
    Coalesce,
}

impl Function {
    /// All functions, with their names and how many arguments they take.
    pub const ALL: [(Function, &'static str, std::ops::RangeInclusive<usize>); 14] = [
        (Function::Row, "row", 0..=0),
        (Function::ToLower, "toLower", 1..=1),
        (Function::ToUpper, "toUpper", 1..=1),
        (Function::Trim, "trim", 1..=1),
        (Function::TypeName, "typeName", 1..=1),
        (Function::ToString, "toString", 1..=1),
        (Function::ToInteger, "toInteger", 1..=1),
        (Function::ToFloat, "toFloat", 1..=1),
        (Function::ToBoolean, "toBoolean", 1..=1),
        (Function::Date, "date", 1..=1),
        (Function::Edtf, "edtf", 1..=1),
        (Function::Replace, "replace", 3..=3),
        (Function::Split, "split", 2..=2),
        (Function::Coalesce, "coalesce", 1..=16),
    ];
}

impl Expression {
    /// The value for a row; otherwise a sentence that says why there is none.
    pub fn value(&self, batch: &Batch, row: usize) -> Result<Value, String> {
        Ok(match self {
            Expression::Literal(value) => value.clone(),
            Expression::Column(at) => batch.columns[*at].value(row),
            Expression::Field(of, name) => field(&of.value(batch, row)?, name)?,
            Expression::Not(operand) => match operand.value(batch, row)? {
                Value::Null => Value::Null,
                value => (!truth(&value)?).into(),
            },
            Expression::Negative(operand) => match operand.value(batch, row)? {
                Value::Null => Value::Null,
                Value::Float(value) => (-value).into(),
                Value::Integer(value) => value.checked_neg().ok_or_else(too_large)?.into(),
                value => return Err(format!("There is no negative of {}.", value.with_article())),
            },
            Expression::IsNull(operand) => operand.value(batch, row)?.is_null().into(),
            Expression::Binary(operator, left, right) => {
                let left = left.value(batch, row)?;
                binary(*operator, &left, || right.value(batch, row))?
            }
            Expression::Call(Function::Row, _) => Value::Integer(batch.number(row) as i64),
            Expression::Call(function, arguments) => {
                let values: Result<Vec<Value>, String> =
                    arguments.iter().map(|argument| argument.value(batch, row)).collect();
                call(*function, &values?)?
            }
        })
    }

    /// Whether a condition holds for a row; null does not.
    pub fn holds(&self, batch: &Batch, row: usize) -> Result<bool, String> {
        match self.value(batch, row)? {
            Value::Null => Ok(false),
            value => truth(&value),
        }
    }
}

fn truth(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("A {} is neither true nor false.", value.type_name()))
}

fn too_large() -> String {
    "The result does not fit in 64 bits.".to_owned()
}

fn field(of: &Value, name: &str) -> Result<Value, String> {
    match of {
        Value::Null => Ok(Value::Null),
        Value::Map(map) => Ok(map.get(name).cloned().unwrap_or_default()),
        Value::Edtf(edtf) => Ok(match name {
            "year" => edtf.year().into(),
            "month" => edtf.month().into(),
            "day" => edtf.day().into(),
            _ => return Err(format!("An uncertain date has no `{name}`.")),
        }),
        _ => Component::parse(name)
            .and_then(|component| time::component(of, component).ok())
            .ok_or_else(|| format!("There is no `{name}` of {}.", of.with_article())),
    }
}

fn binary(
    operator: Operator,
    left: &Value,
    right: impl FnOnce() -> Result<Value, String>,
) -> Result<Value, String> {
    match (operator, left) {
        (Operator::And, Value::Boolean(false)) => return Ok(false.into()),
        (Operator::Or, Value::Boolean(true)) => return Ok(true.into()),
        _ => {}
    }
    let right = right()?;
    match (operator, left, &right) {
        (Operator::And, _, Value::Boolean(false)) => Ok(false.into()),
        (Operator::Or, _, Value::Boolean(true)) => Ok(true.into()),
        (_, Value::Null, _) | (_, _, Value::Null) => Ok(Value::Null),
        (Operator::And, ..) => Ok((truth(left)? && truth(&right)?).into()),
        (Operator::Or, ..) => Ok((truth(left)? || truth(&right)?).into()),
        (Operator::Equal, ..) => Ok(equals(left, &right).into()),
        (Operator::Unequal, ..) => Ok(equals(left, &right).map(|equal| !equal).into()),
        (Operator::Less, ..) => Ok(ordered(left, &right, Ordering::is_lt)),
        (Operator::AtMost, ..) => Ok(ordered(left, &right, Ordering::is_le)),
        (Operator::Greater, ..) => Ok(ordered(left, &right, Ordering::is_gt)),
        (Operator::AtLeast, ..) => Ok(ordered(left, &right, Ordering::is_ge)),
        _ => arithmetic(operator, left, &right),
    }
}

fn ordered(left: &Value, right: &Value, holds: impl Fn(Ordering) -> bool) -> Value {
    compare(left, right).test(holds).into()
}

fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Result<Value, String> {
    if let (Operator::Plus, Value::String(a), Value::String(b)) = (operator, left, right) {
        return Ok(format!("{a}{b}").into());
    }
    if let (Value::Integer(a), Value::Integer(b)) = (left, right) {
        let result = match operator {
            Operator::Plus => a.checked_add(*b),
            Operator::Minus => a.checked_sub(*b),
            Operator::Times => a.checked_mul(*b),
            Operator::Divide | Operator::Modulo if *b == 0 => {
                return Err("The divisor is 0.".to_owned());
            }
            Operator::Divide => a.checked_div(*b),
            _ => a.checked_rem(*b),
        };
        return result.map(Value::from).ok_or_else(too_large);
    }
    let (Some(a), Some(b)) = (left.as_float(), right.as_float()) else {
        let (a, b) = (left.type_name(), right.type_name());
        return Err(format!("A {a} and a {b} cannot be computed with."));
    };
    Ok(Value::Float(match operator {
        Operator::Plus => a + b,
        Operator::Minus => a - b,
        Operator::Times => a * b,
        Operator::Divide => a / b,
        _ => a % b,
    }))
}

fn call(function: Function, arguments: &[Value]) -> Result<Value, String> {
    if function == Function::Coalesce {
        return Ok(arguments.iter().find(|value| !value.is_null()).cloned().unwrap_or_default());
    }
    if arguments.iter().any(Value::is_null) {
        return Ok(Value::Null);
    }
    if let [Value::List(items)] = arguments {
        let items: Result<Vec<Value>, String> =
            items.iter().map(|item| call(function, std::slice::from_ref(item))).collect();
        return Ok(items?.into());
    }
    // Where a column holds lists already there is nothing to split.
    if let (Function::Split, [list @ Value::List(_), _]) = (function, arguments) {
        return Ok(list.clone());
    }
    let text = |at: usize| match &arguments[at] {
        Value::String(text) => Ok(&**text),
        other => Err(format!("A text is needed, not {}.", other.with_article())),
    };
    let read = |kind: Kind| match &arguments[0] {
        Value::String(text) => kind.value(text).ok_or_else(|| format!("`{text}` is no {kind}.")),
        other => Err(format!("`{}` is no {kind}.", other.type_name())),
    };
    Ok(match function {
        Function::ToLower => text(0)?.to_lowercase().into(),
        Function::ToUpper => text(0)?.to_uppercase().into(),
        Function::Trim => text(0)?.trim().into(),
        Function::TypeName => type_name(text(0)?).into(),
        Function::ToString => written(&arguments[0])?.into(),
        Function::ToInteger => match &arguments[0] {
            Value::Integer(value) => (*value).into(),
            Value::Float(value) => crate::value::number::truncate_float(*value).into(),
            _ => read(Kind::Integer)?,
        },
        Function::ToFloat => match arguments[0].as_float() {
            Some(value) => value.into(),
            None => read(Kind::Float)?,
        },
        Function::ToBoolean => match &arguments[0] {
            Value::Boolean(value) => (*value).into(),
            _ => read(Kind::Boolean)?,
        },
        Function::Date => match &arguments[0] {
            date @ Value::Date(_) => date.clone(),
            _ => read(Kind::Date)?,
        },
        Function::Edtf => match &arguments[0] {
            edtf @ Value::Edtf(_) => edtf.clone(),
            Value::Date(date) => Edtf::from_date(*date).into(),
            Value::Integer(year) if (0..=9999).contains(year) => {
                Kind::Edtf.value(&format!("{year:04}")).unwrap_or_default()
            }
            _ => read(Kind::Edtf)?,
        },
        Function::Replace => text(0)?.replace(text(1)?, text(2)?).into(),
        Function::Split if text(1)?.is_empty() => Value::list([text(0)?.into()]),
        Function::Split => Value::list(text(0)?.split(text(1)?).map(Value::from)),
        Function::Row | Function::Coalesce => Value::Null,
    })
}

/// A value as a text.
pub fn written(value: &Value) -> Result<String, String> {
    Ok(match value {
        Value::String(text) => (**text).to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => float_to_string(*value),
        Value::Boolean(value) => value.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Edtf(edtf) => edtf.as_str().to_owned(),
        other => return Err(format!("A {} cannot be made a text.", other.type_name())),
    })
}

/// A phrase as the name of a relationship type: letters and digits in upper case, and one `_` for
/// whatever stands between them.
pub fn type_name(phrase: &str) -> String {
    let words = phrase.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_uppercase).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_makes_a_type_name() {
        assert_eq!(type_name("Abduct, hijack, or take hostage"), "ABDUCT_HIJACK_OR_TAKE_HOSTAGE");
        assert_eq!(type_name("Return, release person(s)"), "RETURN_RELEASE_PERSON_S");
        assert_eq!(type_name("Meet at a 'third' location"), "MEET_AT_A_THIRD_LOCATION");
    }
}
