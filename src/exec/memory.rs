//! The account of what operators keep.
//!
//! Operators that must keep rows (Sort, Aggregate, Distinct, `HashJoin`, `CrossProduct`, Eager) say
//! how many bytes they hold; beyond the budget of the run the query fails with an error that
//! names the operator. What a batch in flight takes is not counted: it is bounded by its size.

use std::cell::Cell;
use std::rc::Rc;

use crate::error::{Error, Result, eval};

/// The bytes that the operators of a run hold.
#[derive(Debug, Default)]
pub(crate) struct Account {
    held: Cell<usize>,
    max: Option<usize>,
}

impl Account {
    /// An account with a budget in bytes, or without.
    pub(crate) fn new(max: Option<usize>) -> Rc<Account> {
        Rc::new(Account { held: Cell::new(0), max })
    }
}

/// What one operator holds; given back when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    bytes: usize,
    account: Option<Rc<Account>>,
}

impl Holding {
    /// Says that the operator now holds so many bytes in all.
    pub(crate) fn set(
        &mut self,
        bytes: usize,
        account: &Rc<Account>,
        operator: &str,
    ) -> Result<()> {
        let held = account.held.get() - self.bytes + bytes;
        account.held.set(held);
        self.bytes = bytes;
        self.account.get_or_insert_with(|| Rc::clone(account));
        match account.max {
            Some(max) if held > max => Err(Error::new(
                &eval::MEMORY,
                format!("{operator} needs more memory than the query may use ({max} bytes)."),
            )
            .hint("Raise the limit, or return fewer rows: filter earlier, or add LIMIT.")),
            _ => Ok(()),
        }
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        if let Some(account) = &self.account {
            account.held.set(account.held.get() - self.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_is_given_back() {
        let account = Account::new(Some(100));
        let mut first = Holding::default();
        first.set(80, &account, "Sort").expect("within the budget");
        first.set(60, &account, "Sort").expect("within the budget");
        let mut second = Holding::default();
        let error = second.set(50, &account, "Distinct").expect_err("60 + 50 is too much");
        assert!(error.message().starts_with("Distinct"));
        drop((first, second));
        assert_eq!(account.held.get(), 0);
    }
}
