//! Types by name: `e IS :: LIST<INTEGER>`, `CAST(e AS FLOAT)`, `valueType(e)`.
//!
//! The names are GQL's and Neo4j's, several for most types. A type without `NOT NULL` holds null
//! too, as in GQL.

use std::fmt::Write;

use crate::error::{Error, Result, eval as codes};
use crate::expr::eval::Context;
use crate::expr::function::{self, Function};
use crate::expr::limits;
use crate::expr::making::{Growing, bytes_of};
use crate::syntax::ast::{TypeAlternative, TypeName};
use crate::text::suggest::nearest;
use crate::value::Value;

/// A type that values can have, without what its elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Any,
    /// What can be stored as a property.
    PropertyValue,
    Nothing,
    Null,
    Boolean,
    String,
    Integer,
    Float,
    Number,
    Date,
    LocalTime,
    ZonedTime,
    LocalDateTime,
    ZonedDateTime,
    Duration,
    Edtf,
    Point,
    Node,
    Relationship,
    Path,
    Map,
    List,
}

/// Every name of a type; the first of each type is the one that messages use.
const NAMES: &[(&str, Type)] = &[
    ("ANY", Type::Any),
    ("ANY VALUE", Type::Any),
    ("PROPERTY VALUE", Type::PropertyValue),
    ("ANY PROPERTY VALUE", Type::PropertyValue),
    ("NOTHING", Type::Nothing),
    ("NULL", Type::Null),
    ("BOOLEAN", Type::Boolean),
    ("BOOL", Type::Boolean),
    ("STRING", Type::String),
    ("VARCHAR", Type::String),
    ("CHAR", Type::String),
    ("INTEGER", Type::Integer),
    ("INT", Type::Integer),
    ("SIGNED INTEGER", Type::Integer),
    ("INTEGER64", Type::Integer),
    ("INT64", Type::Integer),
    ("BIGINT", Type::Integer),
    ("FLOAT", Type::Float),
    ("FLOAT64", Type::Float),
    ("DOUBLE", Type::Float),
    ("DOUBLE PRECISION", Type::Float),
    ("REAL", Type::Float),
    ("NUMBER", Type::Number),
    ("DATE", Type::Date),
    ("LOCAL TIME", Type::LocalTime),
    ("TIME WITHOUT TIME ZONE", Type::LocalTime),
    ("TIME WITHOUT TIMEZONE", Type::LocalTime),
    ("LOCALTIME", Type::LocalTime),
    ("ZONED TIME", Type::ZonedTime),
    ("TIME WITH TIME ZONE", Type::ZonedTime),
    ("TIME WITH TIMEZONE", Type::ZonedTime),
    ("TIME", Type::ZonedTime),
    ("LOCAL DATETIME", Type::LocalDateTime),
    ("TIMESTAMP WITHOUT TIME ZONE", Type::LocalDateTime),
    ("TIMESTAMP WITHOUT TIMEZONE", Type::LocalDateTime),
    ("LOCALDATETIME", Type::LocalDateTime),
    ("ZONED DATETIME", Type::ZonedDateTime),
    ("TIMESTAMP WITH TIME ZONE", Type::ZonedDateTime),
    ("TIMESTAMP WITH TIMEZONE", Type::ZonedDateTime),
    ("TIMESTAMP", Type::ZonedDateTime),
    ("DATETIME", Type::ZonedDateTime),
    ("DURATION", Type::Duration),
    ("EDTF", Type::Edtf),
    ("POINT", Type::Point),
    ("NODE", Type::Node),
    ("ANY NODE", Type::Node),
    ("VERTEX", Type::Node),
    ("ANY VERTEX", Type::Node),
    ("RELATIONSHIP", Type::Relationship),
    ("ANY RELATIONSHIP", Type::Relationship),
    ("EDGE", Type::Relationship),
    ("ANY EDGE", Type::Relationship),
    ("PATH", Type::Path),
    ("MAP", Type::Map),
    ("ANY MAP", Type::Map),
    ("RECORD", Type::Map),
    ("LIST", Type::List),
    ("ARRAY", Type::List),
];

impl Type {
    /// The type that goes by a name in upper case, words separated by one space.
    pub(crate) fn parse(name: &str) -> Option<Type> {
        NAMES.iter().find(|(known, _)| *known == name).map(|&(_, of)| of)
    }

    /// The type of a value.
    pub(crate) const fn of(value: &Value) -> Type {
        match value {
            Value::Null => Type::Null,
            Value::Boolean(_) => Type::Boolean,
            Value::Integer(_) => Type::Integer,
            Value::Float(_) => Type::Float,
            Value::String(_) => Type::String,
            Value::List(_) => Type::List,
            Value::Map(_) => Type::Map,
            Value::Node(_) => Type::Node,
            Value::Relationship(_) => Type::Relationship,
            Value::Path(_) => Type::Path,
            Value::Date(_) => Type::Date,
            Value::LocalTime(_) => Type::LocalTime,
            Value::Time(_) => Type::ZonedTime,
            Value::LocalDateTime(_) => Type::LocalDateTime,
            Value::DateTime(_) => Type::ZonedDateTime,
            Value::Duration(_) => Type::Duration,
            Value::Edtf(_) => Type::Edtf,
            Value::Point(_) => Type::Point,
        }
    }

    /// The name that the language's reference uses.
    pub(crate) fn name(self) -> &'static str {
        NAMES.iter().find(|(_, of)| *of == self).map_or("ANY", |(name, _)| name)
    }
}

/// An error with a suggestion if a type name, or one inside it, names no type.
#[allow(dead_code, reason = "the binder calls it")]
pub(crate) fn check(type_name: &TypeName) -> Result<()> {
    for alternative in &type_name.alternatives {
        if Type::parse(&alternative.name).is_none() {
            return Err(unknown(&alternative.name).at(type_name.span.0));
        }
        alternative.element.as_deref().map_or(Ok(()), check)?;
    }
    Ok(())
}

/// Whether a value is of a type.
pub(crate) fn is_of(value: &Value, type_name: &TypeName) -> Result<bool> {
    for alternative in &type_name.alternatives {
        if is_of_alternative(value, alternative)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_of_alternative(value: &Value, wanted: &TypeAlternative) -> Result<bool> {
    let of = Type::parse(&wanted.name).ok_or_else(|| unknown(&wanted.name))?;
    if value.is_null() {
        return Ok(!wanted.not_null && of != Type::Nothing);
    }
    match (of, value, &wanted.element) {
        (Type::List, Value::List(values), Some(element)) => {
            for value in values.iter() {
                if !is_of(value, element)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Type::Any, ..) => Ok(true),
        (Type::Number, ..) => Ok(matches!(value, Value::Integer(_) | Value::Float(_))),
        (Type::PropertyValue, ..) => Ok(is_property_value(value)),
        _ => Ok(Type::of(value) == of),
    }
}

/// Whether a value can be stored as a property: a scalar, or a list of scalars of one type
/// without nulls.
pub(crate) fn is_property_value(value: &Value) -> bool {
    let is_scalar = |value: &Value| {
        !matches!(
            value,
            Value::Null
                | Value::List(_)
                | Value::Map(_)
                | Value::Node(_)
                | Value::Relationship(_)
                | Value::Path(_)
        )
    };
    match value {
        Value::List(values) => values.iter().all(is_scalar),
        other => is_scalar(other),
    }
}

/// `CAST(value AS type)`: the value as the first of the alternatives that it can be made into.
///
/// Unlike `toInteger` and its kin, a cast that fails is an error (GQL: data exception).
pub(super) fn cast(value: &Value, type_name: &TypeName, context: &Context<'_>) -> Result<Value> {
    if is_of(value, type_name)? {
        return Ok(value.clone());
    }
    let mut error = None;
    for alternative in &type_name.alternatives {
        match cast_to(value, alternative, context) {
            Ok(cast) => return Ok(cast),
            Err(failed) => error = Some(failed),
        }
    }
    Err(error.unwrap_or_else(|| no_cast(value, "NOTHING")))
}

fn cast_to(value: &Value, wanted: &TypeAlternative, context: &Context<'_>) -> Result<Value> {
    let of = Type::parse(&wanted.name).ok_or_else(|| unknown(&wanted.name))?;
    let cast = match of {
        _ if value.is_null() => None,
        Type::Boolean => function::to_boolean(value),
        Type::Integer => function::to_integer(value),
        Type::Float => function::to_float(value),
        Type::String => function::to_text(value),
        Type::Date
        | Type::LocalTime
        | Type::ZonedTime
        | Type::LocalDateTime
        | Type::ZonedDateTime
        | Type::Duration
        | Type::Edtf
        | Type::Point => return construct(of, value, context),
        Type::List => cast_elements(value, wanted, context)?,
        _ => None,
    };
    match cast {
        Some(cast) if !cast.is_null() => Ok(cast),
        _ => Err(no_cast(value, of.name())),
    }
}

/// A cast to a type that has a constructor is a call of it.
fn construct(of: Type, value: &Value, context: &Context<'_>) -> Result<Value> {
    let name = match of {
        Type::Date => "date",
        Type::LocalTime => "localtime",
        Type::ZonedTime => "time",
        Type::LocalDateTime => "localdatetime",
        Type::ZonedDateTime => "datetime",
        Type::Duration => "duration",
        Type::Edtf => "edtf",
        _ => "point",
    };
    let constructor: Option<&Function> = function::lookup(name);
    match constructor.map(|constructor| (constructor.body)(context, std::slice::from_ref(value))) {
        Some(Ok(cast)) => Ok(cast),
        Some(Err(error)) => Err(no_cast(value, of.name()).note(error.message())),
        None => Err(no_cast(value, of.name())),
    }
}

/// A list with its elements cast; `None` of anything but a list.
fn cast_elements(
    value: &Value,
    wanted: &TypeAlternative,
    context: &Context<'_>,
) -> Result<Option<Value>> {
    let (Value::List(values), Some(element)) = (value, &wanted.element) else { return Ok(None) };
    let (mut elements, mut growing) = (Vec::with_capacity(values.len()), Growing::new(context));
    for value in values.iter() {
        context.step()?;
        let value = cast(value, element, context)?;
        growing.add(bytes_of(&value))?;
        elements.push(value);
    }
    limits::list(elements).map(Some)
}

/// The most precise type of a value, as `valueType` gives it: `LIST<INTEGER> NOT NULL`.
pub(crate) fn type_of(value: &Value) -> String {
    let mut text = String::new();
    write_type(value, &mut text);
    text
}

fn write_type(value: &Value, text: &mut String) {
    match value {
        Value::Null => return text.push_str("NULL"),
        Value::List(values) => {
            text.push_str("LIST<");
            write_element_types(values, text);
            text.push('>');
        }
        other => text.push_str(Type::of(other).name()),
    }
    text.push_str(" NOT NULL");
}

/// The types of a list's elements, each once, joined by `|`; nullable where there is a null.
fn write_element_types(values: &[Value], text: &mut String) {
    let mut types: Vec<String> = Vec::new();
    let mut nullable = false;
    for value in values {
        let of = type_of(value);
        if value.is_null() {
            nullable = true;
        } else if !types.contains(&of) {
            types.push(of);
        }
    }
    types.sort_unstable();
    for (at, of) in types.iter().enumerate() {
        let of = if nullable { of.trim_end_matches(" NOT NULL") } else { of };
        // Writing to a String cannot fail.
        let _ = write!(text, "{}{of}", if at == 0 { "" } else { " | " });
    }
    if types.is_empty() {
        text.push_str(if nullable { "NULL" } else { "NOTHING" });
    }
}

fn unknown(name: &str) -> Error {
    let near = nearest(name, NAMES.iter().map(|&(known, _)| known));
    Error::new(&codes::ARGUMENT_VALUE, format!("There is no type `{name}`."))
        .hint_opt(near.map(|near| format!("Did you mean `{near}`?")))
}

fn no_cast(value: &Value, to: &str) -> Error {
    let shown = function::to_text(value);
    let shown = shown.as_ref().and_then(Value::as_str).map_or(String::new(), |text| {
        let short: String = text.chars().take(40).collect();
        format!(" `{short}`")
    });
    Error::new(
        &codes::ARGUMENT_VALUE,
        format!("The {}{shown} cannot be cast to {to}.", value.type_name()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::testing::with_context;
    use crate::syntax::ast::Spanned;

    fn named(name: &str, element: Option<TypeName>) -> TypeName {
        let alternative =
            TypeAlternative { name: name.into(), element: element.map(Box::new), not_null: false };
        TypeName { alternatives: vec![alternative], span: Spanned::default() }
    }

    #[test]
    fn the_type_of_a_value_is_of_itself() {
        let list = Value::list([1.into(), Value::Null, "a".into()]);
        assert_eq!(type_of(&list), "LIST<INTEGER | STRING> NOT NULL");
        assert_eq!(type_of(&Value::list([])), "LIST<NOTHING> NOT NULL");
        let list_of = |name| named("LIST", Some(named(name, None)));
        assert_eq!(is_of(&list, &list_of("ANY")).ok(), Some(true));
        assert_eq!(is_of(&list, &list_of("INTEGER")).ok(), Some(false));
        assert_eq!(is_of(&Value::Null, &named("INTEGER", None)).ok(), Some(true));
        assert!(check(&named("INTEGR", None)).is_err());
    }

    #[test]
    fn a_cast_that_fails_is_an_error() {
        let cast = |value: Value, to: &TypeName| with_context(|context| cast(&value, to, context));
        assert_eq!(cast("12".into(), &named("INTEGER", None)).ok(), Some(12.into()));
        assert!(cast("twelve".into(), &named("INTEGER", None)).is_err());
        let day = cast("2008-08-26".into(), &named("DATE", None)).expect("a day");
        assert_eq!(function::to_text(&day), Some("2008-08-26".into()));
        let texts = Value::list(["1".into(), "2".into()]);
        let integers = cast(texts, &named("LIST", Some(named("INTEGER", None))));
        assert_eq!(integers.ok(), Some(Value::list([1.into(), 2.into()])));
        assert!(cast(1.into(), &named("NODE", None)).is_err());
    }
}
