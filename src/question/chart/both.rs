//! Several things asked of one: *the capital and the largest city of X*, *X's population and area*; and what is
//! measured of several and added up: *in total*.
//!
//! Called by the forms of questions.

use super::{Chart, Item, cost};
use crate::question::form::Shared;
use crate::question::lexicon::Noun;
use crate::question::tree::{
    Adverb, Asks, Body, HeadNoun, Modifier, Nominal, Np, NpKind, Question,
};

/// What stands before the things that are asked for.
const LEADS: [&str; 12] = [
    "what is",
    "what are",
    "which is",
    "which are",
    "give",
    "list",
    "name",
    "tell me",
    "give me",
    "show",
    "show me",
    "find",
];

/// Words for all of several together, where a question may have them anywhere.
const TOGETHER: [&str; 6] =
    ["in total", "altogether", "all together", "together", "taken together", "in all"];

impl Chart<'_> {
    /// `the capital and the largest city of X`: two questions of one thing.
    pub(super) fn several_of_one(&self, at: usize) -> Vec<Item<Vec<Question>>> {
        let mut all = Vec::new();
        if !(at..self.tokens.len()).any(|at| self.is(at, &["and"])) {
            return all;
        }
        let start = self.after_any(at, &LEADS).unwrap_or(at);
        for first in self.told_of(start) {
            if !self.is(first.end, &["and"]) || !self.step() {
                continue;
            }
            for second in self.told_of(first.end + 1) {
                let (mut one, mut other) = (first.tree.clone(), second.tree.clone());
                let label = matches!(other.head, HeadNoun::Noun(Noun::Label(_)));
                if one.head == HeadNoun::Alike && other.best.is_some() && label {
                    // `the largest and the smallest state`: of both the noun is said once.
                    one = Nominal { best: one.best, number: one.number, ..other.clone() };
                } else if is_owned(&other) && !is_owned(&one) {
                    one.possessor.clone_from(&other.possessor);
                    one.modifiers.clone_from(&other.modifiers);
                } else if one.possessor.is_some() && !is_owned(&other) {
                    other.possessor.clone_from(&one.possessor);
                } else {
                    continue;
                }
                let phrase = |nominal: Nominal| {
                    let kind = NpKind::Nominal(Shared::new(nominal));
                    let body = Body::Phrase(Np { kind, words: start..second.end });
                    Question { asks: Asks::Thing, body, also: Vec::new() }
                };
                let tree = vec![phrase(one), phrase(other)];
                let cost = first.cost + second.cost + cost::PART;
                all.push(Item { end: second.end, tree, cost });
            }
        }
        all
    }

    /// Noun phrases for what things have: a property, what stands in a relation, the best of some.
    fn told_of(&self, at: usize) -> Vec<Item<Nominal>> {
        let told = |np: &Item<Np>| {
            let NpKind::Nominal(nominal) = &np.tree.kind else { return None };
            let has = nominal.best.is_some()
                || matches!(nominal.head, HeadNoun::Noun(Noun::Property(_) | Noun::Relational(_)));
            let nominal = Nominal::clone(nominal);
            has.then_some(Item { end: np.end, tree: nominal, cost: np.cost })
        };
        self.deeper(|| self.single(at)).iter().filter_map(told).collect()
    }

    /// Adds that what is measured of several is added up, where the question says so: where it stands is no
    /// matter.
    pub(super) fn add_altogether(&self, at: usize, item: &mut Item<Question>) {
        let Body::Clause(clause) = &mut item.tree.body else { return };
        let made = |adverb: &Adverb| matches!(adverb, Adverb::Made(_) | Adverb::Altogether);
        let thing = matches!(item.tree.asks, Asks::Thing | Asks::Measure);
        if !thing || clause.adverbs.iter().any(made) {
            return;
        }
        let said = (at..item.end)
            .any(|at| self.after_any(at, &TOGETHER).is_some_and(|end| end <= item.end));
        if said {
            clause.adverbs.push(Adverb::Altogether);
        }
    }
}

/// Whether it is said of what it is, and nothing else of it.
fn is_owned(nominal: &Nominal) -> bool {
    let of = |modifier: &Modifier| matches!(modifier, Modifier::Phrase(word, _) if matches!(word.as_str(), "of" | "in" | "for"));
    match nominal.modifiers.as_slice() {
        [] => nominal.possessor.is_some(),
        [only] => of(only) && nominal.possessor.is_none(),
        _ => false,
    }
}
