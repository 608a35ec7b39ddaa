//! *Only*: `visited only X`, `negotiated solely with X`, `X and nobody else`.
//!
//! Called for every noun phrase and for what a preposition governs.

use super::{Chart, Item, cost};
use crate::question::tree::{Np, NpKind};

/// What stands before the only one.
const ONLY: [&str; 12] = [
    "only",
    "solely",
    "exclusively",
    "nobody but",
    "no one but",
    "none but",
    "nobody other than",
    "no one other than",
    "nobody except",
    "no one except",
    "no one else but",
    "nobody else but",
];

/// What stands behind it.
const NO_OTHER: [&str; 12] = [
    "only",
    "and nobody else",
    "and no one else",
    "and no others",
    "and no other",
    "but nobody else",
    "but no one else",
    "but no others",
    "but no other",
    "and nothing else",
    "but nothing else",
    "to the exclusion of all others",
];

impl Chart<'_> {
    /// `only X`, `X and nobody else`.
    pub(super) fn only_one(&self, named: &[Item<Np>], at: usize) -> Vec<Item<Np>> {
        let mut all = Vec::new();
        if let Some(next) = self.after_any(at, &ONLY) {
            all.extend(self.exact_names(next).into_iter().map(|name| only(name, at)));
        }
        for name in named.iter().filter(|name| matches!(name.tree.kind, NpKind::Name(_))) {
            let comma = name.end + usize::from(self.is(name.end, &[","]));
            let Some(end) = self.after_any(comma, &NO_OTHER) else { continue };
            // `X only in 2014`: that is said of the time.
            let closed = self.at_end(end) || self.is(end, &[","]);
            if self.is(end - 1, &["only"]) && !closed {
                continue;
            }
            // `and no other actor`
            let noun = if self.is(end - 1, &["other"]) { self.after_one_noun(end) } else { vec![] };
            let end = noun.into_iter().max().unwrap_or(end);
            all.push(only(Item { end, ..name.clone() }, at));
        }
        all
    }

    /// The position of a preposition behind *only*: `only with X`.
    pub(super) fn only_before_preposition(&self, at: usize) -> Option<usize> {
        self.after_any(at, &["only", "solely", "exclusively"])
    }
}

/// The only one, from where its words begin.
pub(super) fn only(name: Item<Np>, from: usize) -> Item<Np> {
    let words = from..name.end;
    let tree = Np { kind: NpKind::Only(Box::new(name.tree)), words };
    Item { end: name.end, tree, cost: name.cost + cost::PART }
}
