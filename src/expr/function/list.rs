//! Functions on lists, some of which take text as a list of characters.

use std::sync::Arc;

use super::Function;
use super::argument::{list, out_of_range, refused, wrong_type};
use crate::error::{Result, eval as codes};
use crate::expr::eval::Context;
use crate::expr::limits;
use crate::value::Value;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "size(value :: LIST<ANY> | STRING | MAP) :: INTEGER",
        "How many elements a list, characters a text or entries a map has.",
        ("RETURN size([1, 2, 3])", "3"),
        |_, args| match &args[0] {
            Value::List(values) => Ok(Value::Integer(values.len() as i64)),
            Value::String(text) => Ok(super::string::length(text)),
            Value::Map(entries) => Ok(Value::Integer(entries.len() as i64)),
            Value::Path(_) => Err(wrong_type("size", "a List, a String or a Map", &args[0])
                .hint("Write length(p) for a path.")),
            other => Err(wrong_type("size", "a List, a String or a Map", other)),
        },
    ),
    Function::new(
        "head(list :: LIST<ANY>) :: ANY",
        "The first element of a list; null of an empty one.",
        ("RETURN head([1, 2, 3])", "1"),
        |_, args| Ok(list("head", &args[0])?.first().cloned().unwrap_or_default()),
    ),
    Function::new(
        "last(list :: LIST<ANY>) :: ANY",
        "The last element of a list; null of an empty one.",
        ("RETURN last([1, 2, 3])", "3"),
        |_, args| Ok(list("last", &args[0])?.last().cloned().unwrap_or_default()),
    ),
    Function::new(
        "tail(list :: LIST<ANY>) :: LIST<ANY>",
        "All elements of a list but the first.",
        ("RETURN tail([1, 2, 3])", "[2, 3]"),
        |_, args| Ok(Value::list(list("tail", &args[0])?.iter().skip(1).cloned())),
    ),
    Function::new(
        "reverse(value :: LIST<ANY> | STRING) :: LIST<ANY> | STRING",
        "The elements of a list, or the characters of a text, in reverse order.",
        ("RETURN reverse('Oskar')", "'raksO'"),
        |_, args| match &args[0] {
            Value::List(values) => Ok(Value::list(values.iter().rev().cloned())),
            Value::String(text) => Ok(text.chars().rev().collect::<String>().into()),
            other => Err(wrong_type("reverse", "a List or a String", other)),
        },
    ),
    Function::new(
        "isEmpty(value :: LIST<ANY> | STRING | MAP) :: BOOLEAN",
        "Whether a list, a text or a map has nothing in it.",
        ("RETURN isEmpty([])", "true"),
        |_, args| match &args[0] {
            Value::List(values) => Ok(values.is_empty().into()),
            Value::String(text) => Ok(text.is_empty().into()),
            Value::Map(entries) => Ok(entries.is_empty().into()),
            other => Err(wrong_type("isEmpty", "a List, a String or a Map", other)),
        },
    ),
    Function::new(
        "range(start :: INTEGER, end :: INTEGER, step? :: INTEGER) :: LIST<INTEGER>",
        "The integers from a start to an end, both included, by a step of 1 or the given one.",
        ("RETURN range(0, 10, 5)", "[0, 5, 10]"),
        range,
    ),
];

fn range(context: &Context<'_>, args: &[Value]) -> Result<Value> {
    let range = Range::of(args)?;
    let length = usize::try_from(range.length).unwrap_or(usize::MAX);
    limits::check_length(length)?;
    context.check_list(length)?;
    let numbers = (0..range.length).map(|at| Value::Integer(range.number(at)));
    Ok(Value::List(Arc::new(numbers.collect())))
}

/// What `range()` lists, without the list: UNWIND makes a row of each of its numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    start: i64,
    step: i64,
    /// How many numbers there are.
    pub(crate) length: u64,
}

impl Range {
    /// The range of the arguments of `range()`, of which none is null.
    pub(crate) fn of(args: &[Value]) -> Result<Range> {
        let bound = |value: &Value| {
            value
                .as_int()
                .ok_or_else(|| refused(&codes::INVALID_ARGUMENT, "range", "Integers", value))
        };
        let (start, end) = (bound(&args[0])?, bound(&args[1])?);
        let step = args.get(2).map_or(Ok(1), bound)?;
        let distance = i128::from(end) - i128::from(start);
        let length = match step {
            0 => return Err(out_of_range("range", "a step of 0 never arrives")),
            _ if distance != 0 && (distance < 0) != (step < 0) => 0,
            step => distance / i128::from(step) + 1,
        };
        // There are at most as many as there are integers; that many nobody counts to.
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        Ok(Range { start, step, length })
    }

    /// The number at a position below the length.
    pub(crate) fn number(self, at: u64) -> i64 {
        // Every number is between start and end; the product alone may wrap, the sum wraps back.
        self.start.wrapping_add((at as i64).wrapping_mul(self.step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::testing::apply;

    fn range(start: i64, end: i64, step: i64) -> Result<Vec<i64>> {
        let list = apply("range", &[start.into(), end.into(), step.into()])?;
        Ok(list.as_list().unwrap_or_default().iter().filter_map(Value::as_int).collect())
    }

    #[test]
    fn ranges_end_where_they_should() {
        assert_eq!(range(10, -10, -5).ok(), Some(vec![10, 5, 0, -5, -10]));
        assert_eq!(range(0, 1, 2).ok(), Some(vec![0]));
        assert_eq!(range(0, 1, -1).ok(), Some(vec![]));
        assert_eq!(range(0, 0, -1).ok(), Some(vec![0]));
        assert_eq!(
            range(i64::MIN, i64::MAX, i64::MAX).ok(),
            Some(vec![i64::MIN, -1, i64::MAX - 1])
        );
        assert_eq!(range(0, 1, 0).map_err(|error| error.detail()), Err("NumberOutOfRange"));
        assert_eq!(range(i64::MIN, i64::MAX, 1).map_err(|e| e.kind()), Err("ResourceError"));
    }

    #[test]
    fn a_range_takes_integers_only() {
        let error =
            apply("range", &[0.into(), 1.5.into()]).map_err(|error| (error.kind(), error.detail()));
        assert_eq!(error, Err(("ArgumentError", "InvalidArgumentType")));
    }
}
