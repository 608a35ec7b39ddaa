//! How often something was so, held against how often something else was: *more often than Russia did*, *more
//! often in 2014 than in 2013*, *as often as it met Russia*; of two that are named, *more often* alone.
//!
//! Called with the adverbs. What is counted beside the clause is for
//! [`meaning`](crate::question::meaning) to say.

use super::adverb::names_something;
use super::pronoun::PRONOUNS;
use super::whole::clauses;
use super::{Chart, Item};
use crate::question::tree::{Adverb, Aside, Asks, Beside, Clause, Np, Question, Rival, Unit};
use crate::question::when::{self, When};

/// Words for a greater, a lesser and an equal number of times.
const OFTENER: [(&str, Beside); 18] = [
    ("more often", Beside::More),
    ("more frequently", Beside::More),
    ("more times", Beside::More),
    ("on more occasions", Beside::More),
    ("a greater number of times", Beside::More),
    ("oftener", Beside::More),
    ("more", Beside::More),
    ("less often", Beside::Fewer),
    ("less frequently", Beside::Fewer),
    ("fewer times", Beside::Fewer),
    ("on fewer occasions", Beside::Fewer),
    ("as often", Beside::Same),
    ("as frequently", Beside::Same),
    ("as many times", Beside::Same),
    ("on as many occasions", Beside::Same),
    ("the same number of times", Beside::Same),
    ("exactly as often", Beside::Same),
    ("just as often", Beside::Same),
];

/// Words for those who are not one: *than any other state*.
const OTHERS: [&str; 13] = [
    "any",
    "every",
    "each",
    "all",
    "other",
    "others",
    "else",
    "anyone",
    "anybody",
    "everyone",
    "everybody",
    "nobody",
    "no",
];

impl Chart<'_> {
    /// `more often than Russia did`, and of two that are named *more often*.
    pub(super) fn oftener(&self, at: usize) -> Vec<Item<Adverb>> {
        let mut items = Vec::new();
        for (words, how) in OFTENER {
            let Some(end) = self.after(at, words) else { continue };
            let joint = if how == Beside::Same { "as" } else { "than" };
            for (end, first, cost) in self.asides(end) {
                if !self.is(end, &[joint]) {
                    continue;
                }
                for than in self.rivals(end + 1) {
                    let tree = Adverb::Oftener { how, first: first.clone(), than: than.tree };
                    items.push(Item { end: than.end, tree, cost: cost + than.cost });
                }
            }
            // `Who did so more often, X or Y?` Of one that never did so no row says that it did so less often.
            let plain = how == Beside::More && !self.is(end, &[joint]);
            let of_two = || words != "more" && self.chooses_of_two();
            if plain && (self.names_two_times(end) || of_two()) {
                let tree = Adverb::Often { most: true, nth: 1 };
                items.push(Item { end, tree, cost: 0 });
            }
        }
        items
    }

    /// Whether two times of which one is meant stand at a position.
    fn names_two_times(&self, at: usize) -> bool {
        let at = at + usize::from(self.is(at, &[","]));
        let mut times = when::phrases(self.tokens, at).into_iter();
        times.any(|(_, when)| two_units(&when).is_some()) || self.two_times(at).is_some()
    }

    /// `2013 or 2014`: the two as one time, their unit and the position after them.
    pub(super) fn two_times(&self, at: usize) -> Option<(usize, When, Unit)> {
        let (or, one) = when::bare(self.tokens, at)?;
        let (end, both) = if self.is(or, &["or"]) {
            let (end, other) = when::bare(self.tokens, or + 1)?;
            (end, one.or(&other)?)
        } else {
            (or, one)
        };
        let unit = two_units(&both)?;
        Some((end, both, unit))
    }

    /// `Did X visit Y more often in 2013 or in 2014?`: in which year.
    pub(super) fn in_one_of_two_times(&self, at: usize) -> Vec<Item<Question>> {
        let mut found = Vec::new();
        for item in self.inverted(at, None) {
            if let Some(unit) = oftener_in_one(&item.tree) {
                found.extend(clauses(vec![item], Asks::When(unit)));
            }
        }
        found
    }

    /// What may stand before *than*, nothing first.
    fn asides(&self, at: usize) -> Vec<(usize, Option<Aside>, u32)> {
        let mut all = vec![(at, None, 0)];
        let times = when::phrases(self.tokens, at).into_iter();
        all.extend(times.map(|(end, when)| (end, Some(Aside::When(when)), 0)));
        let marked = self.arguments(at).into_iter().filter(|one| one.tree.preposition.is_some());
        all.extend(marked.map(|one| (one.end, Some(Aside::Of(one.tree)), one.cost)));
        all
    }

    /// What stands behind *than*.
    fn rivals(&self, at: usize) -> Vec<Item<Rival>> {
        const REVERSED: [&str; 6] = [
            "the other way round",
            "the other way around",
            "vice versa",
            "the reverse",
            "the other did",
            "conversely",
        ];
        let mut items = Vec::new();
        if let Some(end) = self.after_any(at, &REVERSED) {
            items.push(Item { end, tree: Rival::Reversed, cost: 0 });
        }
        for (end, when) in when::phrases(self.tokens, at) {
            items.push(Item { end, tree: Rival::Then(when), cost: 0 });
        }
        for one in self.arguments(at) {
            let tells = one.tree.np.as_ref().is_some_and(names_something);
            if one.tree.preposition.is_some() && tells {
                items.push(Item { end: one.end, tree: Rival::Marked(one.tree), cost: one.cost });
            }
        }
        let others = |np: &Item<Np>| (at..np.end).any(|at| self.is(at, &OTHERS));
        for np in self.np(at).iter().filter(|np| names_something(&np.tree) && !others(np)) {
            if let Some(end) = self.did(np.end) {
                items.push(Item { end, tree: Rival::Doer(np.tree.clone()), cost: np.cost });
            }
            items.push(Item { end: np.end, tree: Rival::Either(np.tree.clone()), cost: np.cost });
            for mut deed in self.predicates(np.end) {
                if deed.tree.negated || deed.tree.asks() || !deed.tree.and_then.is_empty() {
                    continue;
                }
                let again = np.tree.words.len() == 1 && self.is(np.tree.words.start, &PRONOUNS);
                deed.tree.subject = (!again).then(|| np.tree.clone());
                let cost = np.cost + deed.cost + super::cost::PART;
                items.push(Item { end: deed.end, tree: Rival::Deed(Box::new(deed.tree)), cost });
            }
        }
        items
    }
}

/// The unit of the two times in one of which a clause says that it was so more often.
pub(super) fn oftener_in_one(clause: &Clause) -> Option<Unit> {
    let unit = |adverb: &Adverb| match adverb {
        Adverb::When(when) => two_units(when),
        _ => None,
    };
    clause.adverbs.iter().find_map(unit).filter(|_| says_how_often(clause))
}

/// Whether a clause says *most often*.
pub(super) fn says_how_often(clause: &Clause) -> bool {
    clause.adverbs.iter().any(|adverb| matches!(adverb, Adverb::Often { .. }))
}

/// The unit of two times one of which is meant: *in 2013 or 2014*.
pub(super) fn two_units(when: &When) -> Option<Unit> {
    let set = when.edtf.strip_prefix('{')?.strip_suffix('}')?;
    let (one, other) = set.split_once(',')?;
    let unit = match one.len() {
        4 => Unit::Year,
        7 => Unit::Month,
        10 => Unit::Day,
        _ => return None,
    };
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    (one.len() == other.len() && plain(one) && plain(other)).then_some(unit)
}
