//! What is as much as another, or so many times as much: *as long as X*, *at least twice as many people as X*, *half the
//! size of X*; and what is held against how many another has: *more rivers than X*, *as many rivers as X*.
//!
//! Called wherever comparisons are.

use std::sync::Arc;

use super::quantity::number;
use super::{Chart, Item, cost};
use crate::graph::KeyId;
use crate::question::form::Shared;
use crate::question::frame::is_preposition;
use crate::question::grade::Degree;
use crate::question::lexicon::{Noun, Word};
use crate::question::tree::{
    Against, Argument, Beside, Best, By, Clause, HeadNoun, Limit, Modifier, Nominal, Np, NpKind,
    Scale, Than,
};

/// So many times as much, and how that is meant.
#[derive(Clone, Copy, Debug)]
struct Times {
    /// Nothing where it is not said.
    beside: Option<Beside>,
    times: f64,
    end: usize,
}

/// Words for everything beside a thing: what is more than that is the most.
const ALL: [&str; 7] = ["any", "all", "every", "each", "most", "anything", "anyone"];

/// What may stand behind the other of two for what it does.
const DOES: [&str; 6] = ["has", "have", "does", "do", "is", "are"];

impl Chart<'_> {
    /// `at least twice`, `half`, `three times`; or nothing of it.
    fn times(&self, at: usize) -> Times {
        // Asked at every word, nearly always of one that says nothing of the kind.
        const BEGIN: [&str; 17] = [
            "as",
            "more",
            "over",
            "at",
            "no",
            "not",
            "less",
            "fewer",
            "under",
            "exactly",
            "precisely",
            "just",
            "twice",
            "double",
            "thrice",
            "triple",
            "half",
        ];
        const SAID: [(&str, Beside); 14] = [
            ("more than", Beside::More),
            ("over", Beside::More),
            ("at least", Beside::AtLeast),
            ("no less than", Beside::AtLeast),
            ("not less than", Beside::AtLeast),
            ("less than", Beside::Fewer),
            ("fewer than", Beside::Fewer),
            ("under", Beside::Fewer),
            ("at most", Beside::AtMost),
            ("no more than", Beside::AtMost),
            ("not more than", Beside::AtMost),
            ("exactly", Beside::Same),
            ("precisely", Beside::Same),
            ("just", Beside::Same),
        ];
        if !self.is(at, &BEGIN) && !self.is(at + 1, &["times"]) {
            return Times { beside: None, times: 1.0, end: at };
        }
        let said = SAID.iter().find_map(|(words, beside)| Some((*beside, self.after(at, words)?)));
        let (beside, next) = said.map_or((None, at), |(beside, end)| (Some(beside), end));
        let (times, end) = match self.word(next) {
            "twice" | "double" => (2.0, next + 1),
            "thrice" | "triple" => (3.0, next + 1),
            "half" => (0.5, next + 1),
            word if self.is(next + 1, &["times"]) => match number(word) {
                Some(number) => (f64::from(number), next + 2),
                None => (1.0, next),
            },
            _ => (1.0, next),
        };
        Times { beside, times, end }
    }

    /// How so many times as much is meant of what is measured: what is twice as long is at least twice as long.
    /// Nothing where it may be so or otherwise.
    fn scale(times: Times) -> Option<(bool, Scale)> {
        let (more, equal) = match times.beside {
            None if times.times < 1.0 => return None,
            None | Some(Beside::AtLeast) => (true, true),
            Some(Beside::More) => (true, false),
            Some(Beside::AtMost) => (false, true),
            Some(Beside::Fewer) => (false, false),
            Some(Beside::Same) => (true, true),
        };
        let exactly = times.beside == Some(Beside::Same);
        Some((more, Scale { times: times.times, equal, exactly }))
    }

    /// `as long as X`, `more than twice as large as X in area`, `twice the size of X`
    pub(super) fn equative(&self, at: usize) -> Vec<Item<Modifier>> {
        let mut all = Vec::new();
        let times = self.times(at);
        let Some((more, scale)) = Self::scale(times) else { return all };
        if times.end == at && !self.is(at, &["as"]) {
            return all;
        }
        if self.is(times.end, &["as"]) {
            for (end, base, degree) in self.graded(times.end + 1) {
                // `as large in area as X`
                let by = self.in_a_property(end).filter(|(_, end)| self.is(*end, &["as"]));
                let (by, end) = by.map_or((None, end), |(key, end)| (Some(key), end));
                if degree != Degree::Plain || !self.is(end, &["as"]) {
                    continue;
                }
                for (end, than, cost) in self.compared_with(end + 1) {
                    let behind = self.in_a_property(end).filter(|_| by.is_none());
                    let ends = [Some((by, end)), behind.map(|(key, end)| (Some(key), end))];
                    all.extend(ends.into_iter().flatten().map(|(by, end)| {
                        let (base, than) = (Arc::clone(&base), than.clone());
                        let tree = Modifier::Compared { base, more, scale, than, by };
                        Item { end, tree, cost }
                    }));
                }
            }
        }
        all.extend(self.times_the(times, more, scale));
        all
    }

    /// `twice the size of X`: that many times as much of the property.
    fn times_the(&self, times: Times, more: bool, scale: Scale) -> Vec<Item<Modifier>> {
        if Scale::is_once(times.times) || !self.is(times.end, &["the"]) {
            return Vec::new();
        }
        let Some((key, end)) = self.property_noun(times.end + 1) else { return Vec::new() };
        if !self.is(end, &["of"]) {
            return Vec::new();
        }
        self.more_of(key, (more, scale), self.compared_with(end + 1))
    }

    /// `as many people as X`, `twice as much land as X`, `as large a population as X`: as much of a property, as
    /// behind *have* and *with*.
    pub(super) fn as_much_of_a_property(&self, at: usize) -> Vec<Item<Modifier>> {
        const LARGE: [&str; 12] = [
            "many", "much", "large a", "large an", "big a", "big an", "great a", "great an",
            "high a", "high an", "long a", "long an",
        ];
        let times = self.times(at);
        let Some((more, scale)) = Self::scale(times) else { return Vec::new() };
        if !self.is(times.end, &["as"]) {
            return self.times_the(times, more, scale);
        }
        let Some(next) = self.after_any(times.end + 1, &LARGE) else { return Vec::new() };
        let property = |(end, word): (usize, &Word)| match word {
            Word::Noun { noun: Noun::Property(key), .. } if self.is(end, &["as"]) => {
                Some((*key, end))
            }
            _ => None,
        };
        let properties: Vec<(KeyId, usize)> = self.lexical(next).filter_map(property).collect();
        let of = |(key, end)| self.more_of(key, (more, scale), self.compared_with(end + 1));
        properties.into_iter().flat_map(of).collect()
    }

    /// So much more of a property than each of what it may be compared with.
    fn more_of(
        &self,
        key: KeyId,
        (more, scale): (bool, Scale),
        with: Vec<(usize, Than, u32)>,
    ) -> Vec<Item<Modifier>> {
        let one = |(end, than, cost): (usize, Than, u32)| {
            let (base, by) = ("large".into(), Some(key));
            let tree = Modifier::Compared { base, more, scale, than, by };
            Item { end, tree, cost: cost + 1 }
        };
        with.into_iter().map(one).collect()
    }

    /// `more rivers than X`, `twice as many rivers as X has`, `as many states as does X`: held against how many the
    /// other has.
    pub(super) fn against(&self, at: usize) -> Vec<Item<Nominal>> {
        let Some((beside, times, next, joint)) = self.so_many(at) else { return Vec::new() };
        let mut all = Vec::new();
        for counted in self.counted(next) {
            let plain = counted.tree.best.is_none()
                && counted.tree.quantity.is_none()
                && counted.tree.number.is_none();
            let noun = matches!(
                counted.tree.head,
                HeadNoun::Noun(
                    Noun::Label(_) | Noun::Relational(_) | Noun::Event(_) | Noun::Fixed(_)
                )
            );
            if !plain || !noun || !self.is(counted.end, &[joint]) || !self.step() {
                continue;
            }
            for (than, end, cost) in self.the_other_one(counted.end + 1) {
                let found = None;
                let mut tree = counted.tree.clone();
                tree.against = Some(Shared::new(Against { beside, times, than, found }));
                all.push(Item { end, tree, cost: counted.cost + cost + cost::PART });
            }
        }
        all
    }

    /// `more`, `at least as many`, `the same number of`: how many beside another, with the word before that one.
    fn so_many(&self, at: usize) -> Option<(Beside, f64, usize, &'static str)> {
        const MORE: [(&str, Beside); 5] = [
            ("more", Beside::More),
            ("fewer", Beside::Fewer),
            ("less", Beside::Fewer),
            ("no more", Beside::AtMost),
            ("no fewer", Beside::AtLeast),
        ];
        const SAME: [&str; 4] =
            ["the same number of", "exactly the same number of", "just as many", "exactly as many"];
        // Whether anything is compared at all.
        if !(at..self.tokens.len()).any(|at| self.is(at, &["than", "as"])) {
            return None;
        }
        if let Some(next) = self.after_any(at, &SAME) {
            return Some((Beside::Same, 1.0, next, "as"));
        }
        let times = self.times(at);
        if self.is(times.end, &["as"]) && self.is(times.end + 1, &["many", "few"]) {
            let beside = times.beside.unwrap_or(Beside::Same);
            return Some((beside, times.times, times.end + 2, "as"));
        }
        let more =
            MORE.iter().filter_map(|(words, beside)| Some((*beside, self.after(at, words)?)));
        let (beside, next) = more.max_by_key(|found| found.1)?;
        let than = (next..self.tokens.len()).any(|at| self.is(at, &["than"]));
        than.then_some((beside, 1.0, next, "than"))
    }

    /// The other whose number is spoken of: `X`, `does X`, `through X`, `X has`.
    fn the_other_one(&self, at: usize) -> Vec<(Argument, usize, u32)> {
        let mut all = Vec::new();
        let at = at + usize::from(self.is(at, &DOES));
        let word = self.word(at);
        let preposition = is_preposition(word).then(|| word.to_owned());
        let from = at + usize::from(preposition.is_some());
        if self.is(from, &ALL) {
            return all;
        }
        for np in self.np(from).iter() {
            if matches!(np.tree.kind, NpKind::Wh(_) | NpKind::List(..)) {
                continue;
            }
            let end = np.end + usize::from(self.is(np.end, &DOES));
            let than = Argument { preposition: preposition.clone(), np: Some(np.tree.clone()) };
            all.push((than, end, np.cost));
        }
        all
    }

    /// Whether what stands at a position compares it with another by *as*, which is no preposition there.
    pub(super) fn is_equative(&self, at: usize) -> bool {
        let times = self.times(at);
        let large = || {
            let adjective = |one: &(usize, Arc<str>, Degree)| one.2 == Degree::Plain;
            self.graded(times.end + 1).iter().any(adjective)
                || self.is(times.end + 1, &["many", "much"])
        };
        self.is(times.end, &["as"]) && large()
    }
}

/// What is less than another that is named, and told by it.
impl Chart<'_> {
    /// `a height of 4718`, `4718 m high`: that and no other. Round numbers are said of what is about as much.
    pub(super) fn exactly_so_much(&self, at: usize) -> Option<(usize, Limit)> {
        const ROUND: f64 = 100.0;
        let (number, end) = self.quantity(at)?;
        let unit = self.unit(end);
        let of = at > 0 && self.is(at - 1, &["of"]);
        if number % ROUND == 0.0 || unit.is_none() && !of {
            return None;
        }
        let (unit, end) = unit.map_or((None, end), |(unit, end)| (Some(unit), end));
        let (more, equal, up_to) = (true, true, Some(number));
        Some((end, Limit { more, equal, number, up_to, unit }))
    }

    /// `the largest state after X`: the largest of those that are not as large.
    pub(super) fn behind_another(&self, item: &Item<Nominal>) -> Vec<Item<Modifier>> {
        let label = matches!(item.tree.head, HeadNoun::Noun(Noun::Label(_)));
        let Some(Best { most, nth: 1, by: By::Adjective(base) }) = &item.tree.best else {
            return Vec::new();
        };
        let Some(next) = self.after_any(item.end, &["after", "behind", "following", "next to"])
        else {
            return Vec::new();
        };
        if !label {
            return Vec::new();
        }
        // `the largest state by population after X`
        let by = item.tree.modifiers.iter().find_map(|modifier| match modifier {
            Modifier::Phrase(word, np) if word == "by" => match &np.kind {
                NpKind::Nominal(nominal) => match nominal.head {
                    HeadNoun::Noun(Noun::Property(key)) => Some(key),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        });
        let named = self.np(next);
        let named = named.iter().filter(|np| super::best::is_named(&np.tree));
        let behind = |np: &Item<Np>| {
            let (base, than) = (Arc::clone(base), Than::Np(Box::new(np.tree.clone())));
            let tree = Modifier::Compared { base, more: !most, scale: Scale::ONCE, than, by };
            Item { end: np.end, tree, cost: np.cost + cost::PART }
        };
        named.map(behind).collect()
    }

    /// `outside X`, `not in X`: that is not in it.
    pub(super) fn outside_of(&self, at: usize) -> Vec<Item<Modifier>> {
        const OUTSIDE: [&str; 6] =
            ["outside of", "outside", "not in", "not within", "not inside", "not located in"];
        let Some(next) = self.after_any(at, &OUTSIDE) else { return Vec::new() };
        let named = self.np(next);
        let named = named.iter().filter(|np| !matches!(np.tree.kind, NpKind::Wh(_)));
        let outside = |np: &Item<Np>| {
            let subject = Some(Np { kind: NpKind::Gap, words: at..at });
            let arguments =
                vec![Argument { preposition: Some("in".into()), np: Some(np.tree.clone()) }];
            let clause = Clause { subject, arguments, negated: true, ..Clause::of("be".into()) };
            let tree = Modifier::Relative(Shared::new(clause));
            Item { end: np.end, tree, cost: np.cost + cost::PART }
        };
        named.map(outside).collect()
    }

    /// `more people than X but fewer than Y`, `longer than X but shorter than Y`: a second comparison, by the same
    /// where it does not say by what.
    pub(super) fn compared_again(&self, first: &Item<Modifier>) -> Vec<Item<Modifier>> {
        let comma = first.end + usize::from(self.is(first.end, &[","]));
        if !self.is(comma, &["but", "and", "yet"]) {
            return Vec::new();
        }
        let at = comma + 1;
        let mut all = self.comparisons(at);
        let more = self.is(at, &super::best::GREATER);
        let Modifier::Compared { base, by, .. } = &first.tree else { return all };
        let less = self.is(at, &super::best::LESSER);
        if (more || less) && self.is(at + 1, &["than"]) && by.is_some() {
            let than = self.compared_with(at + 2).into_iter();
            all.extend(than.map(|(end, than, cost)| {
                let (base, by) = (Arc::clone(base), *by);
                let tree = Modifier::Compared { base, more, scale: Scale::ONCE, than, by };
                Item { end, tree, cost: cost + 1 }
            }));
        }
        all
    }
}
