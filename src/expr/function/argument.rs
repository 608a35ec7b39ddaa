//! Reading arguments: each helper takes the function's name for the error.

use crate::error::{Code, Error, Result, eval as codes};
use crate::value::{NodeId, StatementId, Value};

/// An argument of a type that the function does not take (`TypeError: InvalidArgumentType`).
pub(super) fn wrong_type(function: &str, wanted: &str, value: &Value) -> Error {
    refused(&codes::ARGUMENT_TYPE, function, wanted, value)
}

/// The same for functions whose argument the TCK calls a wrong value
/// (`TypeError: InvalidArgumentValue`): `type`, `labels`, `toString` and their kind.
pub(super) fn wrong_value(function: &str, wanted: &str, value: &Value) -> Error {
    refused(&codes::ARGUMENT_VALUE, function, wanted, value)
}

/// A number or a text of the right type that the function cannot take.
pub(super) fn out_of_range(function: &str, problem: impl std::fmt::Display) -> Error {
    Error::new(&codes::NUMBER_OUT_OF_RANGE, format!("{function}(): {problem}."))
}

/// Says what was wanted and what came.
pub(super) fn refused(code: &'static Code, function: &str, wanted: &str, value: &Value) -> Error {
    let got = value.type_name();
    let article = if got.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    Error::new(code, format!("{function}() takes {wanted}, not {article} {got}."))
}

pub(super) fn text<'a>(function: &str, value: &'a Value) -> Result<&'a str> {
    value.as_str().ok_or_else(|| wrong_type(function, "a String", value))
}

pub(super) fn integer(function: &str, value: &Value) -> Result<i64> {
    value.as_int().ok_or_else(|| wrong_type(function, "an Integer", value))
}

/// A length or a count: an integer that is not negative, at most `usize::MAX`.
pub(super) fn count(function: &str, value: &Value) -> Result<usize> {
    let int = integer(function, value)?;
    usize::try_from(int)
        .map_err(|_| out_of_range(function, format_args!("{int} is negative; 0 is the least")))
}

pub(super) fn number(function: &str, value: &Value) -> Result<f64> {
    value.as_float().ok_or_else(|| wrong_type(function, "a number", value))
}

pub(super) fn list<'a>(function: &str, value: &'a Value) -> Result<&'a [Value]> {
    value.as_list().ok_or_else(|| wrong_type(function, "a List", value))
}

pub(super) fn node(function: &str, value: &Value) -> Result<NodeId> {
    value.as_node().ok_or_else(|| wrong_value(function, "a Node", value))
}

pub(super) fn relationship(function: &str, value: &Value) -> Result<StatementId> {
    value.as_relationship().ok_or_else(|| wrong_value(function, "a Relationship", value))
}
