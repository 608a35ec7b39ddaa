//! Membership in long lists.
//!
//! `x IN $ids` is asked of row after row with one and the same list. A list that is asked for a second time
//! in a row is put into sets, of its integers and of its texts, so that a test takes one look-up and what else is in the
//! list: floats, which may equal an integer, nulls and all other values. The first test walks through the list: lists that
//! are another in each row are never put into sets.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use hashbrown::HashSet;

use super::compare;
use crate::error::Result;
use crate::value::Value;
use crate::value::order::equals;

/// Up to so many values are walked through.
const FEW: usize = 16;

/// The list that was asked for last.
#[derive(Debug, Default)]
pub(crate) struct LastList(RefCell<Option<Known>>);

#[derive(Debug)]
struct Known {
    /// Held, so that no other list can take its place in memory.
    list: Arc<Vec<Value>>,
    members: Option<Rc<Members>>,
}

/// What is in a list.
#[derive(Debug, Default)]
struct Members {
    integers: HashSet<i64>,
    texts: HashSet<Arc<str>>,
    /// The positions of what is neither.
    others: Vec<u32>,
}

impl Members {
    fn of(list: &[Value]) -> Members {
        let mut members = Members::default();
        for (at, value) in (0..).zip(list) {
            match value {
                Value::Integer(number) => drop(members.integers.insert(*number)),
                Value::String(text) => drop(members.texts.insert(Arc::clone(text))),
                _ => members.others.push(at),
            }
        }
        members
    }
}

impl LastList {
    /// `element IN list`, as [`compare::is_in`] has it.
    pub(crate) fn is_in(&self, element: &Value, list: &Value) -> Result<Option<bool>> {
        let Value::List(values) = list else { return compare::is_in(element, list) };
        if values.len() <= FEW || !matches!(element, Value::Integer(_) | Value::String(_)) {
            return compare::is_in(element, list);
        }
        let Some(members) = self.members(values) else { return compare::is_in(element, list) };
        let is_there = match element {
            Value::Integer(number) => members.integers.contains(number),
            Value::String(text) => members.texts.contains(&**text),
            _ => false,
        };
        if is_there {
            return Ok(Some(true));
        }
        let mut found = Some(false);
        for &at in &members.others {
            match equals(element, &values[at as usize]) {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => found = None,
            }
        }
        Ok(found)
    }

    /// What is in a list; `None` where it is asked for the first time.
    fn members(&self, list: &Arc<Vec<Value>>) -> Option<Rc<Members>> {
        let mut last = self.0.borrow_mut();
        match &mut *last {
            Some(known) if Arc::ptr_eq(&known.list, list) => {
                let members =
                    known.members.get_or_insert_with(|| Rc::new(Members::of(&known.list)));
                Some(Rc::clone(members))
            }
            _ => {
                *last = Some(Known { list: Arc::clone(list), members: None });
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_says_what_the_list_says() {
        let values: Vec<Value> = vec![
            1.into(),
            "a".into(),
            2.5.into(),
            Value::Float(7.0),
            Value::Float(f64::NAN),
            Value::list([1.into()]),
        ];
        let long = |more: &[Value]| {
            Value::list((100..120).map(Value::from).chain(values.clone()).chain(more.to_vec()))
        };
        for list in [long(&[]), long(&[Value::Null])] {
            let last = LastList::default();
            for _ in 0..3 {
                for element in [
                    1.into(),
                    7.into(),
                    8.into(),
                    110.into(),
                    "a".into(),
                    "b".into(),
                    Value::Null,
                    2.5.into(),
                    Value::Float(110.0),
                    Value::list([1.into()]),
                ] {
                    let expected = compare::is_in(&element, &list).ok();
                    assert_eq!(last.is_in(&element, &list).ok(), expected, "{element:?}");
                }
            }
        }
    }
}
