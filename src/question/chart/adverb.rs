//! Adverbs: times, what others did before and after, how often, for each of what.
//!
//! Called for what stands behind a verb and for what leads a question. Which statement an adverb
//! is of is for [`meaning`](crate::question::meaning) to say.

use super::{Chart, Item};
use crate::question::lexicon::Noun;
use crate::question::tree::{Adverb, HeadNoun, Np, NpKind, Quantity, Rank, Unit};
use crate::question::when;

/// Words for before and after.
const SIDES: [&str; 8] = [
    "before",
    "after",
    "following",
    "prior to",
    "later than",
    "earlier than",
    "subsequent to",
    "right after",
];

/// What stands for a verb that was said before.
const DID: [&str; 7] = ["did", "does", "do", "was", "were", "had", "has"];
impl Chart<'_> {
    pub(super) fn adverbs(&self, at: usize) -> Vec<Item<Adverb>> {
        let mut items = Vec::new();
        let mut push = |end: usize, tree: Adverb, cost: u32| items.push(Item { end, tree, cost });
        if let Some((end, when)) = when::phrase(self.tokens, at) {
            push(end, Adverb::When(when), 0);
        }
        if let Some((end, unit)) = self.same_unit(at) {
            push(end, Adverb::Same(unit), 0);
            if self.is(end, &["as", "of", "that", "with", "when"]) {
                for np in self.np(end + 1).iter().filter(|np| names_something(&np.tree)) {
                    let did = usize::from(self.is(np.end, &DID));
                    push(np.end + did, Adverb::SameAs { unit, np: np.tree.clone() }, np.cost);
                }
            }
        }
        if let Some((rank, end)) = self.time_rank(at) {
            push(end, Adverb::Ranked(rank), 1);
        }
        if self.is(at, &["so"]) {
            push(at + 1, Adverb::So, 0);
        }
        for (end, tree, cost) in self.grouping(at) {
            push(end, tree, cost);
        }
        for (end, tree) in self.frequency(at) {
            push(end, tree, 0);
        }
        let after = at + usize::from(self.is(at, &[","]));
        if let Some(next) = self.after_any(after, &super::noun::EXCEPT) {
            for np in self.np(next).iter() {
                push(np.end, Adverb::Except(np.tree.clone()), np.cost);
            }
        }
        if let Some(next) = self.after_any(after, &["according to", "in the words of"]) {
            for np in self.np(next).iter() {
                push(np.end, Adverb::Speaker(np.tree.clone()), np.cost);
            }
        }
        if let Some(next) = self.after_any(at, &SIDES) {
            let before = self.is(at, &["before", "prior", "earlier"]);
            for np in self.np(next).iter() {
                if self.is(np.end, &DID) {
                    let tree = Adverb::BeforeAfter { before, subject: np.tree.clone() };
                    push(np.end + 1, tree, np.cost);
                }
                if names_something(&np.tree) {
                    let tree = Adverb::Pivot { before, than: np.tree.clone() };
                    push(np.end, tree, np.cost);
                }
            }
        }
        items
    }

    /// `per month`, `for each state`, `by country`.
    fn grouping(&self, at: usize) -> Vec<(usize, Adverb, u32)> {
        const EACH: [&str; 14] = [
            "per",
            "by",
            "for each",
            "for every",
            "in each",
            "in every",
            "on each",
            "on every",
            "each",
            "every",
            "broken down by",
            "grouped by",
            "during each",
            "of each",
        ];
        let unit = |word: &str| match word {
            "day" | "date" => Some(Unit::Day),
            "month" => Some(Unit::Month),
            "year" => Some(Unit::Year),
            _ => None,
        };
        let mut found = Vec::new();
        if self.is(at, &["monthly"]) {
            found.push((at + 1, Adverb::PerUnit(Unit::Month), 0));
        }
        if self.is(at, &["yearly", "annually"]) {
            found.push((at + 1, Adverb::PerUnit(Unit::Year), 0));
        }
        for words in EACH {
            let Some(end) = self.after(at, words) else { continue };
            let end = end + usize::from(self.is(end, &["calendar"]));
            if let Some(unit) = unit(self.word(end)) {
                found.push((end + 1, Adverb::PerUnit(unit), 0));
            }
            if matches!(
                words,
                "per" | "by" | "for each" | "for every" | "broken down by" | "grouped by"
            ) {
                for noun in self.counted(end) {
                    let bare = noun.tree.modifiers.is_empty() && !noun.tree.plural;
                    if bare && matches!(noun.tree.head, HeadNoun::Noun(Noun::Label(_))) {
                        let kind = NpKind::Nominal(Box::new(noun.tree));
                        let np = Np { kind, words: end..noun.end };
                        found.push((noun.end, Adverb::Per(np), noun.cost));
                    }
                }
            }
        }
        found
    }

    /// `at least three times`, `most often`.
    fn frequency(&self, at: usize) -> Vec<(usize, Adverb)> {
        let mut found = Vec::new();
        if let Some((quantity, end)) = self.quantity_of(at) {
            if self.is(end, &["times", "time", "occasions"]) {
                found.push((end + 1, Adverb::Times(quantity)));
            } else if self.is(end - 1, &["once"]) {
                found.push((end, Adverb::Times(quantity)));
            }
        }
        if let Some(end) = self.after_any(at, &["more than once", "several times", "repeatedly"]) {
            found.push((end, Adverb::Times(Quantity { min: 2, max: None })));
        }
        let often = [
            "most often",
            "most frequently",
            "the most often",
            "the most frequently",
            "the most times",
        ];
        if let Some(end) = self.after_any(at, &often) {
            found.push((end, Adverb::Often { most: true }));
        }
        if let Some(end) =
            self.after_any(at, &["least often", "least frequently", "the least often"])
        {
            found.push((end, Adverb::Often { most: false }));
        }
        // `Whom did X visit most?`
        if let Some(end) = self.after_any(at, &["the most", "most"])
            && (self.at_end(end) || when::phrase(self.tokens, end).is_some())
        {
            found.push((end, Adverb::Often { most: true }));
        }
        found
    }

    /// `first`, `for the last time`.
    fn time_rank(&self, at: usize) -> Option<(Rank, usize)> {
        let first = ["for the first time", "for the very first time", "the first time", "at first"];
        let last = ["for the last time", "for the very last time", "the last time", "at last"];
        let phrase = |words: &[&str], rank| self.after_any(at, words).map(|end| (rank, end));
        phrase(&first, Rank::First)
            .or_else(|| phrase(&last, Rank::Last))
            .or_else(|| self.rank(at + usize::from(self.is(at, &["the"]))))
    }

    /// `on the same day`, `in the same year`.
    fn same_unit(&self, at: usize) -> Option<(usize, Unit)> {
        const LEADS: [&str; 6] = [
            "on the same",
            "in the same",
            "during the same",
            "within the same",
            "at the same",
            "the same",
        ];
        let at = self.after_any(at, &LEADS)?;
        let at = at + usize::from(self.is(at, &["calendar", "exact"]));
        let unit = match self.word(at) {
            "day" | "date" => Unit::Day,
            "month" => Unit::Month,
            "year" => Unit::Year,
            _ => return None,
        };
        Some((at + 1, unit))
    }
}

/// Whether a noun phrase names what others can be compared with.
fn names_something(np: &Np) -> bool {
    matches!(
        np.kind,
        NpKind::Name(_) | NpKind::Unknown(_) | NpKind::Nominal(_) | NpKind::Pronoun(_)
    )
}
