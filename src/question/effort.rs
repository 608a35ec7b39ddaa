//! What a question may cost: a bound on the work of all the ways in which it is read.
//!
//! A question is read as it stands, narrowly and widely, then as what it may be a turn of, with other words
//! and other spellings; what has no reading is read once more in parts, so that it can be said what was
//! understood. Each of these has a bound of its own, a part of what a whole question may take, and all of them
//! draw on one purse: the steps of charts and the statements that meanings try, which take about as long. What
//! is spent is gone for those that come after.

use std::cell::Cell;

/// What may be spent on understanding a question. The questions of the sets that are measured take 55,000 at most,
/// half of them less than 2,000; a step takes about a microsecond.
pub(crate) const UNDERSTANDING: u32 = 60_000;

/// What may be spent on telling what of a declined question was understood.
pub(crate) const TELLING: u32 = 12_000;

/// What may be spent on finding out which questions that may be asked in its place are understood.
pub(crate) const PROPOSING: u32 = 8_000;

/// A purse of steps.
#[derive(Debug)]
pub(crate) struct Purse(Cell<u32>);

/// A part of the work that a question may take, out of a purse.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort<'p> {
    part: u32,
    purse: &'p Purse,
}

impl Purse {
    pub(crate) fn of(steps: u32) -> Purse {
        Purse(Cell::new(steps))
    }

    /// All the work of a question.
    pub(crate) fn whole(&self) -> Effort<'_> {
        Effort { part: 1, purse: self }
    }

    /// One `part`th of the work of a question.
    pub(crate) fn part(&self, part: u32) -> Effort<'_> {
        Effort { part, purse: self }
    }
}

impl<'p> Effort<'p> {
    /// Another part out of the same purse.
    pub(crate) fn part(self, part: u32) -> Effort<'p> {
        Effort { part, ..self }
    }

    /// Whether it is that of a whole question.
    pub(crate) fn is_whole(self) -> bool {
        self.part == 1
    }

    /// Of the most steps that a whole question may take somewhere, those that this may.
    pub(crate) fn of(self, most: u32) -> u32 {
        (most / self.part.max(1)).min(self.purse.0.get())
    }

    /// Takes steps out of the purse.
    pub(crate) fn spend(self, steps: u32) {
        self.purse.0.set(self.purse.0.get().saturating_sub(steps));
    }
}
