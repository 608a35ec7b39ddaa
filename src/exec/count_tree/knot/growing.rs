//! Runs of neighbours while they are made: how long they become is not known before.
//!
//! Of relationships side by side each way to take one of each is a neighbour of its own, so that a few thousand
//! between two nodes can be millions. Room is asked for before it is taken.

use std::sync::Arc;

use crate::error::{Error, Result, eval};
use crate::exec::Limits;
use crate::exec::memory::{Account, Holding};
use crate::value::NodeId;

/// Neighbours, one after the other, in the account of the run.
pub(super) struct Growing<'r> {
    ends: Vec<NodeId>,
    holding: Holding,
    account: &'r Arc<Account>,
    limits: &'r Limits,
    /// Why no more are added.
    failed: Option<Error>,
}

impl<'r> Growing<'r> {
    pub(super) fn new(account: &'r Arc<Account>, limits: &'r Limits) -> Growing<'r> {
        Growing { ends: Vec::new(), holding: Holding::default(), account, limits, failed: None }
    }

    /// Adds a neighbour as often as there are ways to it.
    #[inline]
    pub(super) fn add(&mut self, to: u32, ways: u64) {
        if ways > (self.ends.capacity() - self.ends.len()) as u64 && !self.has_room(ways) {
            return;
        }
        self.ends.extend(std::iter::repeat_n(NodeId(to), ways as usize));
    }

    /// Where what comes next begins.
    pub(super) fn at(&self) -> u32 {
        self.ends.len() as u32
    }

    /// All neighbours, and what they hold.
    pub(super) fn finish(self) -> Result<(Vec<NodeId>, Holding)> {
        match self.failed {
            Some(error) => Err(error),
            None => Ok((self.ends, self.holding)),
        }
    }

    /// Makes room for more; false, from then on, where there is none.
    #[cold]
    fn has_room(&mut self, more: u64) -> bool {
        if self.failed.is_none() {
            self.failed = self.grow(more).err();
        }
        if self.failed.is_some() {
            // What was made is of no use, and others may need the room.
            self.ends = Vec::new();
        }
        self.failed.is_none()
    }

    fn grow(&mut self, more: u64) -> Result<()> {
        self.limits.check()?;
        let (len, capacity) = (self.ends.len() as u64, self.ends.capacity());
        let Some(wanted) = len.checked_add(more).filter(|len| places(*len).is_ok()) else {
            return places(u64::MAX).map(|_| ());
        };
        let wanted = wanted.max(capacity as u64 * 2).min(u32::MAX.into()) as usize;
        // While it is moved there is room for both.
        let bytes = (capacity + wanted).saturating_mul(size_of::<NodeId>());
        self.holding.set(bytes, self.account, "CountTree")?;
        self.ends
            .try_reserve_exact(wanted - self.ends.len())
            .map_err(|_| too_many(wanted as u64))?;
        self.holding.set(self.ends.capacity() * size_of::<NodeId>(), self.account, "CountTree")
    }
}

/// So many neighbours as places are numbered; fails where they cannot be.
pub(super) fn places(len: u64) -> Result<u32> {
    u32::try_from(len).map_err(|_| too_many(len))
}

fn too_many(len: u64) -> Error {
    let message = match len {
        u64::MAX => "CountTree needs more room for pairs of nodes than there is.".to_owned(),
        len => {
            format!("CountTree needs room for {len} pairs of nodes, which is more than there is.")
        }
    };
    Error::new(&eval::MEMORY, message)
        .hint("Filter the relationships that are side by side, or count them apart.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_asked_for_before_it_is_taken() {
        let limits = Limits::default();
        let account = Account::new(Some(1 << 20));
        let mut growing = Growing::new(&account, &limits);
        growing.add(3, 2);
        growing.add(4, 1);
        assert_eq!(growing.at(), 3);
        let (ends, holding) = growing.finish().expect("there is room");
        assert_eq!(ends, [3, 3, 4].map(NodeId));
        assert!(holding.bytes() >= 12);
        for ways in [1 << 20, 1 << 33, u64::MAX] {
            let mut growing = Growing::new(&account, &limits);
            growing.add(3, 2);
            growing.add(4, ways);
            growing.add(5, 1);
            let error = growing.finish().expect_err("there is no room");
            assert_eq!(error.code(), "eval::memory", "{ways}");
        }
        // Without a budget, too, there are no more than places have numbers.
        let account = Account::new(None);
        let mut growing = Growing::new(&account, &limits);
        growing.add(4, 1 << 32);
        assert_eq!(growing.finish().expect_err("too many").code(), "eval::memory");
    }
}
