//! Conversions: `toInteger`, `toFloat`, `toString`, `toBoolean`, each in three forms.
//!
//! | | of a text that does not read as one | of a value that has no such conversion |
//! |---|---|---|
//! | `toInteger(x)` | null | `TypeError: InvalidArgumentValue` |
//! | `toIntegerOrNull(x)` | null | null |
//! | `toIntegerList(xs)` | null in its place | null in its place |
//!
//! A float too large for an integer is null: there is no such integer.

use super::Function;
use super::argument::{list, wrong_value};
use crate::error::Result;
use crate::expr::eval::Context;
use crate::expr::limits;
use crate::expr::making::{Growing, bytes_of};
use crate::value::Value;
use crate::value::number::{float_to_string, parse_float, parse_integer, truncate_float};

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "toInteger(value :: STRING | INTEGER | FLOAT | BOOLEAN) :: INTEGER",
        "The value as an integer, without its fraction; null for a text that is no number.",
        ("RETURN toInteger('1.7')", "1"),
        |_, args| {
            let wanted = "a number, a String or a Boolean";
            to_integer(&args[0]).ok_or_else(|| wrong_value("toInteger", wanted, &args[0]))
        },
    ),
    Function::new(
        "toIntegerOrNull(value :: ANY) :: INTEGER",
        "The value as an integer, without its fraction; null for everything that is no number.",
        ("RETURN toIntegerOrNull([1])", "null"),
        |_, args| Ok(to_integer(&args[0]).unwrap_or_default()),
    ),
    Function::new(
        "toIntegerList(list :: LIST<ANY>) :: LIST<INTEGER>",
        "The elements of a list as integers, each null where it is no number.",
        ("RETURN toIntegerList(['1', 2.9, 'x'])", "[1, 2, null]"),
        |context, args| each(context, "toIntegerList", &args[0], to_integer),
    ),
    Function::new(
        "toFloat(value :: STRING | INTEGER | FLOAT) :: FLOAT",
        "The value as a float; null for a text that is no number.",
        ("RETURN toFloat('1e3')", "1000.0"),
        |_, args| {
            let wanted = "a number or a String";
            to_float(&args[0]).ok_or_else(|| wrong_value("toFloat", wanted, &args[0]))
        },
    ),
    Function::new(
        "toFloatOrNull(value :: ANY) :: FLOAT",
        "The value as a float; null for everything that is no number.",
        ("RETURN toFloatOrNull(true)", "null"),
        |_, args| Ok(to_float(&args[0]).unwrap_or_default()),
    ),
    Function::new(
        "toFloatList(list :: LIST<ANY>) :: LIST<FLOAT>",
        "The elements of a list as floats, each null where it is no number.",
        ("RETURN toFloatList(['1.5', 2, 'x'])", "[1.5, 2.0, null]"),
        |context, args| each(context, "toFloatList", &args[0], to_float),
    ),
    Function::new(
        "toBoolean(value :: STRING | BOOLEAN | INTEGER) :: BOOLEAN",
        "The value as a boolean: 'true' and 'false' in any case, 0 as false and any other integer as true; null for any other text.",
        ("RETURN toBoolean('TRUE')", "true"),
        |_, args| {
            let wanted = "a Boolean, a String or an Integer";
            to_boolean(&args[0]).ok_or_else(|| wrong_value("toBoolean", wanted, &args[0]))
        },
    ),
    Function::new(
        "toBooleanOrNull(value :: ANY) :: BOOLEAN",
        "The value as a boolean; null for everything that has no such conversion.",
        ("RETURN toBooleanOrNull(1.5)", "null"),
        |_, args| Ok(to_boolean(&args[0]).unwrap_or_default()),
    ),
    Function::new(
        "toBooleanList(list :: LIST<ANY>) :: LIST<BOOLEAN>",
        "The elements of a list as booleans, each null where it has no such conversion.",
        ("RETURN toBooleanList(['true', 0, 'x'])", "[true, false, null]"),
        |context, args| each(context, "toBooleanList", &args[0], to_boolean),
    ),
    Function::new(
        "toString(value :: ANY) :: STRING",
        "The value as text: a number, a boolean, a text, a temporal value or a point.",
        ("RETURN toString(1.0)", "'1.0'"),
        |_, args| {
            let wanted = "a number, a Boolean, a String, a temporal value or a Point";
            to_text(&args[0]).ok_or_else(|| wrong_value("toString", wanted, &args[0]))
        },
    ),
    Function::new(
        "toStringOrNull(value :: ANY) :: STRING",
        "The value as text; null for a list, a map, a node, a relationship or a path.",
        ("RETURN toStringOrNull([1])", "null"),
        |_, args| Ok(to_text(&args[0]).unwrap_or_default()),
    ),
    Function::new(
        "toStringList(list :: LIST<ANY>) :: LIST<STRING>",
        "The elements of a list as texts, each null where it has no such conversion.",
        ("RETURN toStringList([1, true, []])", "['1', 'true', null]"),
        |context, args| each(context, "toStringList", &args[0], to_text),
    ),
];

/// The value as an integer: null if there is none, `None` if the type has no conversion.
pub(crate) fn to_integer(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Null | Value::Integer(_) => value.clone(),
        Value::Float(float) => truncate_float(*float).into(),
        Value::Boolean(value) => Value::Integer((*value).into()),
        Value::String(text) => parse_integer(text).into(),
        _ => return None,
    })
}

/// The value as a float: null if there is none, `None` if the type has no conversion.
pub(crate) fn to_float(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Null | Value::Float(_) => value.clone(),
        Value::Integer(int) => Value::Float(*int as f64),
        Value::String(text) => parse_float(text).into(),
        _ => return None,
    })
}

/// The value as a boolean: null if there is none, `None` if the type has no conversion.
pub(crate) fn to_boolean(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Null | Value::Boolean(_) => value.clone(),
        Value::Integer(int) => (*int != 0).into(),
        Value::String(text) if text.eq_ignore_ascii_case("true") => true.into(),
        Value::String(text) if text.eq_ignore_ascii_case("false") => false.into(),
        Value::String(_) => Value::Null,
        _ => return None,
    })
}

/// The value as text; `None` if the type has no conversion.
pub(crate) fn to_text(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Null | Value::String(_) => value.clone(),
        Value::Boolean(value) => value.to_string().into(),
        Value::Integer(int) => int.to_string().into(),
        Value::Float(float) => float_to_string(*float).into(),
        Value::Date(date) => date.to_string().into(),
        Value::LocalTime(time) => time.to_string().into(),
        Value::Time(time) => time.to_string().into(),
        Value::LocalDateTime(instant) => instant.to_string().into(),
        Value::DateTime(instant) => instant.to_string().into(),
        Value::Duration(duration) => duration.to_string().into(),
        Value::Edtf(edtf) => edtf.as_str().into(),
        Value::Point(point) => super::spatial::text(point).into(),
        _ => return None,
    })
}

fn each(
    context: &Context<'_>,
    function: &str,
    values: &Value,
    convert: fn(&Value) -> Option<Value>,
) -> Result<Value> {
    let values = list(function, values)?;
    let (mut converted, mut growing) = (Vec::with_capacity(values.len()), Growing::new(context));
    for value in values {
        context.step()?;
        let value = convert(value).unwrap_or_default();
        growing.add(bytes_of(&value))?;
        converted.push(value);
    }
    limits::list(converted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::testing::apply;

    #[test]
    fn conversions_refuse_other_types_and_unreadable_texts_are_null() {
        assert_eq!(apply("toInteger", &["foo".into()]).ok(), Some(Value::Null));
        assert_eq!(apply("toInteger", &[1e300.into()]).ok(), Some(Value::Null));
        assert_eq!(apply("toBoolean", &[" tru ".into()]).ok(), Some(Value::Null));
        for name in ["toInteger", "toFloat", "toBoolean", "toString"] {
            let error = apply(name, &[Value::list([])]).map_err(|e| (e.kind(), e.detail()));
            assert_eq!(error, Err(("TypeError", "InvalidArgumentValue")), "{name}");
        }
    }
}
