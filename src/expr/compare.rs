//! Comparisons, membership and tests on strings, as three-valued logic.
//!
//! `Some(true)`, `Some(false)` and `None` are openCypher's true, false and null (unknown).

use std::cmp::Ordering;

use crate::error::{Error, Result, eval as codes};
use crate::expr::regular_expression::PatternCache;
use crate::expr::{Comparison, StringTest};
use crate::value::Value;
use crate::value::order::{compare, equals};

/// Applies a comparison operator.
pub(crate) fn compare_values(operator: Comparison, a: &Value, b: &Value) -> Option<bool> {
    match operator {
        Comparison::Equal => equals(a, b),
        Comparison::NotEqual => equals(a, b).map(|equal| !equal),
        Comparison::Less => compare(a, b).test(Ordering::is_lt),
        Comparison::LessOrEqual => compare(a, b).test(Ordering::is_le),
        Comparison::Greater => compare(a, b).test(Ordering::is_gt),
        Comparison::GreaterOrEqual => compare(a, b).test(Ordering::is_ge),
    }
}

/// `element IN list`: true if one element is equal, otherwise unknown if one may be.
pub(crate) fn is_in(element: &Value, list: &Value) -> Result<Option<bool>> {
    let values = match list {
        Value::Null => return Ok(None),
        Value::List(values) => values,
        other => {
            let message = format!("IN takes a list on its right, not {}.", other.with_article());
            return Err(Error::new(&codes::ARGUMENT_TYPE, message)
                .hint("Write the list in brackets: x IN [y]"));
        }
    };
    let mut found = Some(false);
    for value in values.iter() {
        match equals(element, value) {
            Some(true) => return Ok(Some(true)),
            Some(false) => {}
            None => found = None,
        }
    }
    Ok(found)
}

/// Applies a test of one string against another; unknown unless both are strings.
pub(crate) fn string_test(
    test: StringTest,
    text: &Value,
    pattern: &Value,
    patterns: &PatternCache,
) -> Result<Option<bool>> {
    let (Value::String(text), Value::String(pattern)) = (text, pattern) else { return Ok(None) };
    Ok(Some(match test {
        StringTest::StartsWith => text.starts_with(&**pattern),
        StringTest::EndsWith => text.ends_with(&**pattern),
        StringTest::Contains => text.contains(&**pattern),
        StringTest::Matches => patterns.matches(pattern, text)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn membership_knows_the_unknown() {
        let list = Value::list([1.into(), Value::Null]);
        assert_eq!(is_in(&1.into(), &list).ok(), Some(Some(true)));
        assert_eq!(is_in(&2.into(), &list).ok(), Some(None));
        assert_eq!(is_in(&Value::Null, &Value::list([])).ok(), Some(Some(false)));
        assert_eq!(is_in(&1.into(), &Value::Null).ok(), Some(None));
        assert_eq!(is_in(&1.into(), &1.into()).map_err(|e| e.kind()), Err("TypeError"));
    }

    #[test]
    fn nan_is_unequal_to_itself_and_unordered() {
        let nan = Value::Float(f64::NAN);
        assert_eq!(compare_values(Comparison::NotEqual, &nan, &nan), Some(true));
        assert_eq!(compare_values(Comparison::LessOrEqual, &nan, &1.into()), Some(false));
        assert_eq!(compare_values(Comparison::Greater, &nan, &"a".into()), None);
    }
}
