//! `coll.*` of Cypher 25: lists made of lists.
//!
//! What the manual leaves open follows the language: duplicates are what DISTINCT takes for equal,
//! and the order is that of ORDER BY, in which null comes last.

use std::cmp::Ordering;

use hashbrown::HashSet;

use super::Function;
use super::argument::{count, list, out_of_range};
use crate::error::Result;
use crate::expr::eval::Context;
use crate::expr::limits;
use crate::expr::making::Growing;
use crate::value::Value;
use crate::value::order::{GroupKey, equals, order};

/// So many elements are sorted at a time; between two such runs the statement can be stopped.
const RUN: usize = 1 << 16;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "coll.distinct(list :: LIST<ANY>) :: LIST<ANY>",
        "The list without its duplicates; the first of each stays where it is.",
        ("RETURN coll.distinct([1, 3, 2, 3, 1])", "[1, 3, 2]"),
        distinct,
    ),
    Function::new(
        "coll.flatten(list :: LIST<ANY>, depth? :: INTEGER) :: LIST<ANY>",
        "The list with the elements of its lists in their place; one level deep, or so many.",
        ("RETURN coll.flatten(['a', ['b', ['c']]])", "['a', 'b', ['c']]"),
        |context, args| {
            let depth = args.get(1).map_or(Ok(1), |depth| count("coll.flatten", depth))?;
            let (mut flat, mut growing) = (Vec::new(), Growing::new(context));
            let list = list("coll.flatten", &args[0])?;
            flatten(context, list, depth, &mut flat, &mut growing)?;
            limits::list(flat)
        },
    ),
    Function::new(
        "coll.indexOf(list :: LIST<ANY>, value :: ANY) :: INTEGER",
        "Where in the list the value first stands, counted from 0; -1 where it does not.",
        ("RETURN coll.indexOf(['a', 'b', 'c'], 'b')", "1"),
        |_, args| {
            let mut values = list("coll.indexOf", &args[0])?.iter();
            let found = values.position(|value| equals(value, &args[1]) == Some(true));
            Ok(Value::Integer(found.map_or(-1, |at| at as i64)))
        },
    ),
    Function::new(
        "coll.insert(list :: LIST<ANY>, index :: INTEGER, value :: ANY) :: LIST<ANY>",
        "The list with a value more, which stands at the index, counted from 0.",
        ("RETURN coll.insert([1, 2, 4], 2, 3)", "[1, 2, 3, 4]"),
        |_, args| {
            if args[0].is_null() || args[1].is_null() {
                return Ok(Value::Null);
            }
            let mut values = list("coll.insert", &args[0])?.to_vec();
            let at = index("coll.insert", &args[1], values.len())?;
            values.insert(at, args[2].clone());
            limits::list(values)
        },
    )
    .with_nulls(),
    Function::new(
        "coll.max(list :: LIST<ANY>) :: ANY",
        "The largest element of the list that is not null; null where there is none.",
        ("RETURN coll.max([1.5, 2, 5.4, null])", "5.4"),
        |_, args| Ok(extreme(list("coll.max", &args[0])?, Ordering::Greater)),
    ),
    Function::new(
        "coll.min(list :: LIST<ANY>) :: ANY",
        "The smallest element of the list that is not null; null where there is none.",
        ("RETURN coll.min([1.5, 2, 0, null])", "0"),
        |_, args| Ok(extreme(list("coll.min", &args[0])?, Ordering::Less)),
    ),
    Function::new(
        "coll.remove(list :: LIST<ANY>, index :: INTEGER) :: LIST<ANY>",
        "The list without the element at the index, counted from 0.",
        ("RETURN coll.remove(['a', 'b', 'c'], 1)", "['a', 'c']"),
        |_, args| {
            let mut values = list("coll.remove", &args[0])?.to_vec();
            let last = values.len().checked_sub(1).ok_or_else(|| empty("coll.remove"))?;
            values.remove(index("coll.remove", &args[1], last)?);
            Ok(Value::from(values))
        },
    ),
    Function::new(
        "coll.sort(list :: LIST<ANY>) :: LIST<ANY>",
        "The elements of the list in ascending order, as ORDER BY has it.",
        ("RETURN coll.sort([3, 1, null, 2])", "[1, 2, 3, null]"),
        sort,
    ),
];

fn distinct(context: &Context<'_>, args: &[Value]) -> Result<Value> {
    let (mut seen, mut growing) = (HashSet::new(), Growing::new(context));
    let mut kept = Vec::new();
    for value in list("coll.distinct", &args[0])? {
        context.step()?;
        if seen.insert(GroupKey(value)) {
            // Its place in the list and that in the set.
            growing.add(2 * size_of::<Value>())?;
            kept.push(value.clone());
        }
    }
    Ok(Value::from(kept))
}

fn sort(context: &Context<'_>, args: &[Value]) -> Result<Value> {
    let list = list("coll.sort", &args[0])?;
    context.check_list(2 * list.len())?;
    let mut sorted = list.to_vec();
    for run in sorted.chunks_mut(RUN) {
        (context.interrupt)()?;
        run.sort_by(order);
    }
    let mut run = RUN;
    while run < sorted.len() {
        sorted = merge_runs(context, &sorted, run)?;
        run *= 2;
    }
    Ok(Value::from(sorted))
}

/// Merges sorted runs of a length, two and two.
fn merge_runs(context: &Context<'_>, values: &[Value], run: usize) -> Result<Vec<Value>> {
    let mut merged = Vec::with_capacity(values.len());
    for pair in values.chunks(2 * run) {
        let (mut a, mut b) = pair.split_at(run.min(pair.len()));
        while let ([first, rest_a @ ..], [second, rest_b @ ..]) = (a, b) {
            context.step()?;
            if order(first, second).is_le() {
                merged.push(first.clone());
                a = rest_a;
            } else {
                merged.push(second.clone());
                b = rest_b;
            }
        }
        merged.extend_from_slice(a);
        merged.extend_from_slice(b);
    }
    Ok(merged)
}

/// Adds the elements of a list, and in place of a list its elements, down to a depth.
fn flatten(
    context: &Context<'_>,
    values: &[Value],
    depth: usize,
    flat: &mut Vec<Value>,
    growing: &mut Growing<'_>,
) -> Result<()> {
    for value in values {
        context.step()?;
        match value {
            Value::List(inner) if depth > 0 => flatten(context, inner, depth - 1, flat, growing)?,
            other => {
                growing.add(size_of::<Value>())?;
                flat.push(other.clone());
            }
        }
    }
    limits::check_length(flat.len())
}

/// The first or the last element in the order of values, nulls apart.
fn extreme(values: &[Value], wanted: Ordering) -> Value {
    let mut known = values.iter().filter(|value| !value.is_null());
    let Some(first) = known.next() else { return Value::Null };
    known.fold(first, |best, value| if order(value, best) == wanted { value } else { best }).clone()
}

/// A position of at most `last`.
fn index(function: &str, value: &Value, last: usize) -> Result<usize> {
    let at = count(function, value)?;
    if at <= last {
        return Ok(at);
    }
    Err(out_of_range(
        function,
        format_args!("the index {at} is beyond the end; {last} is the last"),
    ))
}

fn empty(function: &str) -> crate::error::Error {
    out_of_range(function, "the list is empty")
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::apply;
    use crate::value::Value;

    #[test]
    fn long_lists_are_sorted_in_runs() {
        let number = |at: i64| Value::Integer(at * 7919 % 200_003);
        let sorted = apply("coll.sort", &[Value::list((0..200_003).map(number))]);
        assert_eq!(sorted.ok(), Some(Value::list((0..200_003).map(Value::Integer))));
    }

    #[test]
    fn nulls_and_ends() {
        let two = || Value::list([1.into(), 2.into()]);
        let detail = |name, args: &[Value]| apply(name, args).map_err(|error| error.detail());
        assert_eq!(detail("coll.insert", &[two(), 2.into(), Value::Null]).ok(), {
            Some(Value::list([1.into(), 2.into(), Value::Null]))
        });
        assert_eq!(detail("coll.insert", &[two(), 3.into(), 1.into()]), Err("NumberOutOfRange"));
        assert_eq!(detail("coll.remove", &[two(), 2.into()]), Err("NumberOutOfRange"));
        assert_eq!(detail("coll.remove", &[Value::list([]), 0.into()]), Err("NumberOutOfRange"));
        assert_eq!(detail("coll.flatten", &[two(), Value::Null]), Ok(Value::Null));
        assert_eq!(detail("coll.flatten", &[two(), (-1).into()]), Err("NumberOutOfRange"));
        assert_eq!(detail("coll.max", &[Value::list([Value::Null])]), Ok(Value::Null));
        assert_eq!(detail("coll.indexOf", &[two(), 3.into()]), Ok((-1).into()));
    }
}
