//! `NAME=VALUE` on the command line and at the prompt.
//!
//! A value is what a query would read: `5`, `2.5`, `true`, `null`, `'text'`, `[1, 2]`, `{a: 1}`,
//! `date('2008-08-26')`. Anything else is text, since a shell takes quotation marks away:
//! `-p region='South Ossetia'` arrives without them, and `2008-08-26` is no subtraction. Text that
//! looks like something else is put in two sorts of quotation marks: `-p code="'007'"`.

use std::sync::Arc;

use crate::error::{Error, Result, request};
use crate::query::Store;
use crate::value::Value;

/// Functions that build a value of a type which has no literal.
const CONSTRUCTORS: [&str; 8] =
    ["date", "datetime", "duration", "edtf", "localdatetime", "localtime", "point", "time"];

/// Reads `NAME=VALUE`.
pub fn parse(text: &str) -> Result<(Arc<str>, Value)> {
    let Some((name, value)) = text.split_once('=') else {
        let message = format!("`{text}` gives a parameter no value.");
        return Err(Error::new(&request::VALUE, message).hint(format!("{text}=VALUE")));
    };
    let name = name.trim().trim_start_matches('$');
    if name.is_empty() {
        let message = format!("`{text}` does not name a parameter.");
        return Err(Error::new(&request::VALUE, message).hint(format!("NAME={value}")));
    }
    let named = |error: Error| error.note(format!("This is the value of `${name}`."));
    Ok((name.into(), parse_value(value).map_err(named)?))
}

/// Reads a value: a literal, otherwise text.
///
/// Fails where the text begins like a literal and is none: `[1, 2`, `date('2008-13-01')`.
pub fn parse_value(text: &str) -> Result<Value> {
    let trimmed = text.trim();
    if let Some(value) = parse_scalar(trimmed) {
        return Ok(value);
    }
    let constructor = trimmed.split_once('(').is_some_and(|(name, _)| {
        CONSTRUCTORS.iter().any(|known| name.trim().eq_ignore_ascii_case(known))
    });
    if constructor || trimmed.starts_with(['\'', '"', '[', '{']) {
        return evaluate(trimmed);
    }
    Ok(Value::from(text))
}

/// The value of an expression that refers to nothing: no parameter, no graph.
pub fn evaluate(expression: &str) -> Result<Value> {
    let rows = Store::memory().query(&format!("RETURN {expression}"), ())?;
    match rows.get(0).map(|row| row.values()) {
        Some([value]) if rows.len() == 1 => Ok(value.clone()),
        _ => Err(Error::new(&request::VALUE, format!("`{expression}` is not one value."))),
    }
}

fn parse_scalar(text: &str) -> Option<Value> {
    match text {
        "true" => return Some(Value::Boolean(true)),
        "false" => return Some(Value::Boolean(false)),
        "null" => return Some(Value::Null),
        _ => {}
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let integer = text.parse().ok().map(Value::Integer);
    integer.or_else(|| text.parse().ok().filter(|value: &f64| value.is_finite()).map(Value::Float))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_literal_is_text() {
        for (text, value) in [
            ("a=5", Value::Integer(5)),
            ("a=-2.5e3", Value::Float(-2500.0)),
            ("a=true", Value::Boolean(true)),
            ("a=null", Value::Null),
            ("a=South Ossetia", Value::from("South Ossetia")),
            ("a=2008-08-26", Value::from("2008-08-26")),
            ("a=b=c", Value::from("b=c")),
            ("a=", Value::from("")),
            ("a=nan", Value::from("nan")),
            ("a=update(1)", Value::from("update(1)")),
        ] {
            assert_eq!(parse(text).expect(text), ("a".into(), value), "{text}");
        }
    }

    #[test]
    fn literals_are_read_as_a_query_reads_them() {
        let day = crate::value::time::Date::parse("2008-08-26").expect("a day");
        for (text, value) in [
            ("'007'", Value::from("007")),
            ("[1, 'a']", Value::list([Value::Integer(1), Value::from("a")])),
            ("{a: 1}", Value::map([("a", Value::Integer(1))])),
            ("date('2008-08-26')", Value::Date(day)),
        ] {
            assert_eq!(parse_value(text).expect(text), value, "{text}");
        }
        assert!(parse_value("[1, 2").is_err());
        assert!(parse_value("date('2008-13-01')").is_err());
    }

    #[test]
    fn a_parameter_has_a_name_and_a_value() {
        assert_eq!(parse("a").unwrap_err().code(), "request::value");
        assert_eq!(parse("=5").unwrap_err().code(), "request::value");
    }
}
