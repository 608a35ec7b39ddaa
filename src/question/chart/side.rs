//! Words for before and after: `prior to`, `right after`, `at a later date than`, `two weeks before`.
//!
//! Called wherever one deed is told by another. Each is a word for the side, with a word before it that
//! makes it the next one or says no more: *just ahead of*, *some time after*.

use super::Chart;
use crate::question::apart::{Apart, distance};

/// What stands before the other deed where that was later, and where it was earlier.
const BEFORE: [&str; 14] = [
    "before",
    "prior to",
    "previous to",
    "previously to",
    "ahead of",
    "in advance of",
    "earlier than",
    "sooner than",
    "quicker than",
    "faster than",
    "preceding",
    "up until",
    "in the time before",
    "in the period before",
];
const AFTER: [&str; 10] = [
    "after",
    "following",
    "later than",
    "subsequent to",
    "subsequently to",
    "slower than",
    "in the wake of",
    "in the time after",
    "in the period after",
    "in the aftermath of",
];

/// Words that make it the nearest one.
const NEAREST: [&str; 6] = ["right", "just", "immediately", "directly", "next", "straight"];

/// Words that say no more.
const PLAIN: [&str; 14] = [
    "even",
    "already",
    "some time",
    "sometime",
    "at some time",
    "at some point",
    "at some stage",
    "at any time",
    "at any point",
    "at any stage",
    "at a time",
    "on a day",
    "on a date",
    "any time",
];

/// What has a date that is compared: `on a later date than`.
const DATES: [&str; 6] = ["date", "day", "time", "point", "stage", "moment"];

/// On which side of another deed something was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    /// The position after the words that say so.
    pub(super) end: usize,
    pub(super) before: bool,
    pub(super) apart: Option<Apart>,
}

impl Chart<'_> {
    /// `before`, `two weeks after`, `within a week of`: on which side, and how far apart.
    pub(super) fn side(&self, at: usize) -> Option<Side> {
        let plain = self.after_any(at, &PLAIN).and_then(|next| self.bare_side(next));
        if let Some(side) = plain.or_else(|| self.bare_side(at)) {
            return Some(side);
        }
        let (length, next) = distance(self.tokens, at)?;
        if self.is(next, &["of"]) {
            // `within a week of`: on either side.
            return Some(Side { end: next + 1, before: false, apart: Some(length.around()?) });
        }
        let side = self.bare_side(next)?;
        Some(Side { apart: Some(length.aside(side.before)), ..side })
    }

    /// `right before`, `immediately following`: the nearest one on that side.
    pub(super) fn nearest_side(&self, at: usize) -> Option<Side> {
        if !self.is(at, &NEAREST) {
            return None;
        }
        // `next to X` is no time.
        self.bare_side(at + 1)
    }

    /// The nearest one, or any, with whether it is the nearest that is asked for.
    pub(super) fn either_side(&self, at: usize) -> Option<(Side, bool)> {
        let nearest = self.nearest_side(at).map(|side| (side, true));
        nearest.or_else(|| Some((self.side(at)?, false)))
    }

    fn bare_side(&self, at: usize) -> Option<Side> {
        // `…, coming after X`
        let at = at + usize::from(self.is(at, &["coming"]));
        let side = |end, before| Side { end, before, apart: None };
        // `at an earlier date than`
        let a = self.after_any(at, &["at a", "at an", "on a", "on an"]);
        if let Some(a) = a.filter(|&a| self.is(a, &["earlier", "later"]) && self.is(a + 1, &DATES))
        {
            let than = a + 2;
            return self.is(than, &["than"]).then(|| side(than + 1, self.is(a, &["earlier"])));
        }
        let before = self.after_any(at, &BEFORE).map(|end| side(end, true));
        before.or_else(|| Some(side(self.after_any(at, &AFTER)?, false)))
    }
}
