//! How large and how deep a value may become.
//!
//! A query can build values that no machine can hold: `range(1, 10^12)`, a string that doubles
//! in every step of a `reduce`, a list in a list in a list. Sharing makes it worse: a list of
//! the same list twice, thirty times over, has a thousand million elements in thirty
//! allocations, and whoever walks it (a hash, a comparison, a printer) walks them all. So every
//! constructor of lists, maps and strings asks here, and everything that walks a value may
//! recurse and need not count.
//!
//! The cost is a walk over the containers inside a new container, which is at most the cost of
//! having built them; a flat list is not walked at all.

use std::sync::Arc;

use crate::error::{Error, Result, eval as codes};
use crate::value::{Map, Value};

/// Elements of a list or map, those of lists and maps inside counted in.
pub(crate) const ELEMENTS_MAX: usize = 1 << 24;

/// Bytes of a string.
pub(crate) const STRING_BYTES_MAX: usize = 1 << 28;

/// Lists and maps inside each other; what prints a value goes as deep.
pub(crate) const DEPTH_MAX: usize = 128;

/// The list of the values, or an error if it is too large or too deep.
pub(crate) fn list(values: Vec<Value>) -> Result<Value> {
    let mut budget = budget(values.len())?;
    for value in values.iter().filter(|value| is_container(value)) {
        count(value, 1, &mut budget)?;
    }
    Ok(Value::List(Arc::new(values)))
}

/// The map of the entries, or an error if it is too large or too deep.
pub(crate) fn map(entries: Map) -> Result<Value> {
    let mut budget = budget(entries.len())?;
    for value in entries.values().filter(|value| is_container(value)) {
        count(value, 1, &mut budget)?;
    }
    Ok(Value::Map(Arc::new(entries)))
}

/// The value itself, or an error if it is too large or too deep: for one that grew in place.
pub(crate) fn whole(value: Value) -> Result<Value> {
    count(&value, 0, &mut ELEMENTS_MAX.clone())?;
    Ok(value)
}

/// An error if a list of `length` elements would be too large to build.
pub(crate) fn check_length(length: usize) -> Result<()> {
    budget(length).map(drop)
}

/// An error if a string of `bytes` bytes would be too large to build.
pub(crate) fn check_bytes(bytes: usize) -> Result<()> {
    if bytes <= STRING_BYTES_MAX {
        return Ok(());
    }
    let message = format!("A string may have at most {STRING_BYTES_MAX} bytes; this has {bytes}.");
    Err(Error::new(&codes::MEMORY, message))
}

/// How many elements may still come after `length` of them.
fn budget(length: usize) -> Result<usize> {
    spend(ELEMENTS_MAX, length)
}

fn spend(budget: usize, length: usize) -> Result<usize> {
    budget.checked_sub(length).ok_or_else(|| {
        let message = format!("A list or map may have at most {ELEMENTS_MAX} elements in all.");
        Error::new(&codes::MEMORY, message)
            .hint("Make rows in place of one value: `UNWIND range(1, 100000000) AS x` gives one after the other.")
    })
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}

/// Takes the elements of a container at a depth, and of all containers in it, off the budget.
fn count(value: &Value, depth: usize, budget: &mut usize) -> Result<()> {
    if depth >= DEPTH_MAX {
        let message = format!("Lists and maps may stand in each other at most {DEPTH_MAX} deep.");
        return Err(Error::new(&codes::TOO_COMPLEX, message));
    }
    match value {
        Value::List(values) => {
            *budget = spend(*budget, values.len())?;
            let mut inner = values.iter().filter(|value| is_container(value));
            inner.try_for_each(|value| count(value, depth + 1, budget))
        }
        Value::Map(entries) => {
            *budget = spend(*budget, entries.len())?;
            let mut inner = entries.values().filter(|value| is_container(value));
            inner.try_for_each(|value| count(value, depth + 1, budget))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sharing_does_not_hide_the_size() {
        let mut value = list(vec![1.into()]).expect("one element");
        let mut steps = 0;
        let error = loop {
            match list(vec![value.clone(), value]) {
                Ok(doubled) => value = doubled,
                Err(error) => break error,
            }
            steps += 1;
        };
        assert_eq!(error.detail(), "MemoryLimitExceeded");
        assert!(steps < 24);
    }

    #[test]
    fn depth_is_bounded() {
        let nested = (0..DEPTH_MAX).try_fold(Value::Null, |inner, _| list(vec![inner]));
        let deeper = list(vec![nested.expect("just as deep as allowed")]);
        assert_eq!(deeper.map_err(|error| error.detail()), Err("TooComplex"));
    }
}
