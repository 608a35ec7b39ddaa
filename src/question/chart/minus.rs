//! Questions for one number that is made of two: *how much longer is X than Y?*, *the difference in area between X and
//! Y*, *how many times as large as Y is X?*
//!
//! Called by the forms of questions. Each of the two is a question of its own, for which the measure and its noun are
//! said once.

use std::sync::Arc;

use super::verbs::BE;
use super::whole::WH;
use super::{Chart, Item, cost};
use crate::graph::KeyId;
use crate::question::form::Shared;
use crate::question::grade::{Degree, Rule};
use crate::question::lexicon::Noun;
use crate::question::made::Joint;
use crate::question::tree::{
    Adverb, Asks, Body, Clause, HeadNoun, Modifier, Nominal, Np, NpKind, Question,
};

/// Words for how far apart two numbers are.
const DIFFERENCE: [&str; 3] = ["difference", "gap", "differential"];

/// What stands before it.
const LEADS: [&str; 8] = [
    "what is",
    "what was",
    "how big is",
    "how large is",
    "calculate",
    "compute",
    "find",
    "work out",
];

/// What compares two by how they measure.
struct Compared {
    base: Arc<str>,
    /// Whether the first of the two is to have more of it.
    more: bool,
    end: usize,
}

impl Chart<'_> {
    /// One number of two, behind whatever leads to the question.
    pub(super) fn made_of_two(&self, at: usize) -> Vec<Item<Question>> {
        let has = |words: &[&str]| (at..self.tokens.len()).any(|at| self.is(at, words));
        let mut all = self.subtracted(at);
        let how = || has(&["how"]) && has(&["much", "many"]);
        if !how() && !has(&DIFFERENCE) {
            return all;
        }
        for start in std::iter::once(at).chain(self.led(at)) {
            all.extend(self.how_much_more(start));
            all.extend(self.how_many_times(start));
            all.extend(self.difference(start));
        }
        all
    }

    /// `how many rivers does X have minus how many rivers does Y have`
    fn subtracted(&self, at: usize) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        if !(at..self.tokens.len()).any(|at| self.minus(at).is_some()) {
            return all;
        }
        for first in self.question(at) {
            let Some(joint) = self.minus(first.end).filter(|_| self.step()) else { continue };
            for second in self.question(first.end + 1) {
                let parts = (first.tree.clone(), second.tree);
                let cost = first.cost + second.cost;
                all.push(made(joint, parts, second.end, cost));
            }
        }
        all
    }

    /// What subtracts one question from another: *minus*; with *less* before a word that asks, which is what *how many
    /// more* is read as, the first are more.
    fn minus(&self, at: usize) -> Option<Joint> {
        match self.word(at) {
            "minus" => Some(Joint::Minus),
            "less" if self.is(at + 1, &WH) => Some(Joint::Less),
            _ => None,
        }
    }

    /// `how much longer is X than Y`, `by how many metres is X higher than Y`, `by how much does X exceed Y in area`
    fn how_much_more(&self, at: usize) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        let from = at + usize::from(self.is(at, &["by"]));
        let (unit, next) = if self.is(from, &["how"]) && self.is(from + 1, &["much"]) {
            (None, from + 2)
        } else if self.is(from, &["how"]) && self.is(from + 1, &["many"]) {
            match self.unit(from + 2) {
                Some((unit, end)) => (Some(unit), end),
                None => return all,
            }
        } else {
            return all;
        };
        let unit = unit.as_ref();
        for compared in self.comparatives(next) {
            let be = BE.contains(&self.word(compared.end));
            for one in self.named_or_more(compared.end + usize::from(be)) {
                // `tell me how much longer X is than Y`
                let behind = !be && BE.contains(&self.word(one.end));
                if be || behind {
                    let than = one.end + usize::from(behind);
                    all.extend(self.than_the_other(&one, than, &compared, unit));
                }
            }
        }
        if BE.contains(&self.word(next)) {
            for one in self.named_or_more(next + 1) {
                for compared in self.comparatives(one.end) {
                    all.extend(self.than_the_other(&one, compared.end, &compared, unit));
                }
            }
        }
        if self.is(next, &["does", "do", "did"]) {
            all.extend(self.exceeding(next + 1, unit));
        }
        all
    }

    /// `does X exceed Y in area`, `does the area of X exceed that of Y`
    fn exceeding(&self, at: usize, unit: Option<&Arc<str>>) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        for one in self.named_or_more(at) {
            if !self.is(one.end, &super::best::EXCEED) {
                continue;
            }
            let owned = of_a_property(&one.tree);
            for (other, end, cost) in self.the_other(one.end + 1, &one.tree) {
                let cost = one.cost + cost;
                if owned {
                    let parts = (phrase(&one.tree), phrase(&other));
                    all.push(made(Joint::Less, parts, end, cost));
                } else if let Some((key, end)) = self.in_a_property(end) {
                    let of = |np: &Np| phrase(&property_of(key, np));
                    all.push(made(Joint::Less, (of(&one.tree), of(&other)), end, cost));
                } else if let Some(unit) = unit {
                    // `by how many metres does X exceed Y`: in what is so measured.
                    let of = |np: &Np| measured(np, None, Some(unit));
                    all.push(made(Joint::Less, (of(&one.tree), of(&other)), end, cost));
                }
            }
        }
        all
    }

    /// `how many times as large as Y is X`, `how many times larger than Y is X`, `… is X than Y`
    fn how_many_times(&self, at: usize) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        let Some(next) = self.after(at, "how many times") else { return all };
        let as_large = self.is(next, &["as"]);
        let mut compared = self.comparatives(next);
        if as_large {
            let plain = self.graded(next + 1).into_iter().filter(|one| one.2 == Degree::Plain);
            compared.extend(plain.map(|(end, base, _)| Compared { base, more: true, end }));
        }
        for compared in compared {
            if !compared.more || self.is_small(&compared.base) {
                continue;
            }
            let joint = if as_large { ["as"] } else { ["than"] };
            let mut push = |one: &Np, other: &Np, end: usize, cost: u32| {
                let of = |np: &Np| measured(np, Some(&compared.base), None);
                all.push(made(Joint::Times, (of(one), of(other)), end, cost));
            };
            if self.is(compared.end, &joint) {
                for other in self.named_or_more(compared.end + 1) {
                    if !BE.contains(&self.word(other.end)) {
                        continue;
                    }
                    for one in self.named_or_more(other.end + 1) {
                        push(&one.tree, &other.tree, one.end, one.cost + other.cost);
                    }
                }
            }
            if BE.contains(&self.word(compared.end)) {
                for one in self.named_or_more(compared.end + 1) {
                    if !self.is(one.end, &joint) {
                        continue;
                    }
                    for other in self.named_or_more(one.end + 1) {
                        push(&one.tree, &other.tree, other.end, one.cost + other.cost);
                    }
                }
            }
        }
        all
    }

    /// `what is the difference in area between X and Y`, `the difference between the area of X and that of Y`
    fn difference(&self, at: usize) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        let from = self.after_any(at, &LEADS).unwrap_or(at);
        let from = from + usize::from(self.is(from, &["the"]));
        // `the area difference`
        let before = self.property_noun(from).filter(|(_, end)| self.is(*end, &DIFFERENCE));
        let (key, word) = before.map_or((None, from), |(key, end)| (Some(key), end));
        if !self.is(word, &DIFFERENCE) {
            return all;
        }
        let behind = self.in_a_property(word + 1).filter(|_| key.is_none());
        let (key, next) = behind.map_or((key, word + 1), |(key, end)| (Some(key), end));
        let Some(next) = self.after_any(next, &["between", "of"]) else { return all };
        for one in self.named_or_more(next) {
            if !self.is(one.end, &["and"]) {
                continue;
            }
            for (other, end, cost) in self.the_other(one.end + 1, &one.tree) {
                let cost = one.cost + cost;
                let last = self.in_a_property(end).filter(|_| key.is_none());
                let by = key.or(last.map(|(key, _)| key));
                let end = last.map_or(end, |(_, end)| end);
                let parts = match by {
                    Some(key) => {
                        let of = |np: &Np| phrase(&property_of(key, np));
                        (of(&one.tree), of(&other))
                    }
                    None if of_a_property(&one.tree) => (phrase(&one.tree), phrase(&other)),
                    None => continue,
                };
                all.push(made(Joint::Apart, parts, end, cost));
            }
        }
        all
    }

    /// What is said of the first of two, and `than Y` behind it.
    fn than_the_other(
        &self,
        one: &Item<Np>,
        at: usize,
        compared: &Compared,
        unit: Option<&Arc<str>>,
    ) -> Vec<Item<Question>> {
        if !self.is(at, &["than"]) || !self.step() {
            return Vec::new();
        }
        // `how much smaller is X than Y`: how much larger Y is.
        let turned = self.is_small(&compared.base) == compared.more;
        let others = self.the_other(at + 1, &one.tree).into_iter();
        let both = others.map(|(other, end, cost)| {
            let of = |np: &Np| measured(np, Some(&compared.base), unit);
            let parts = (of(&one.tree), of(&other));
            let parts = if turned { (parts.1, parts.0) } else { parts };
            made(Joint::Less, parts, end, one.cost + cost)
        });
        both.collect()
    }

    /// The second of two that are compared; `that of Y` where the first is `the area of X`.
    fn the_other(&self, at: usize, first: &Np) -> Vec<(Np, usize, u32)> {
        let mut all: Vec<(Np, usize, u32)> =
            self.named_or_more(at).into_iter().map(|np| (np.tree, np.end, np.cost)).collect();
        if let Some(of) = self.after_any(at, &["that of", "the one of", "that in", "that for"]) {
            for np in self.named_or_more(of) {
                all.extend(with_owner(first, &np.tree).map(|other| (other, np.end, np.cost)));
            }
        }
        all
    }

    /// Noun phrases for one thing, or for something of it.
    fn named_or_more(&self, at: usize) -> Vec<Item<Np>> {
        let all = self.np(at);
        let one = |np: &&Item<Np>| match &np.tree.kind {
            NpKind::Name(_) | NpKind::Within(..) => true,
            NpKind::Nominal(nominal) => nominal.head != HeadNoun::Alike,
            _ => false,
        };
        all.iter().filter(one).cloned().collect()
    }

    /// Comparatives at a position: `longer`, `more populous`, `less crowded`.
    fn comparatives(&self, at: usize) -> Vec<Compared> {
        let graded = self.graded(at).into_iter().filter(|one| one.2 == Degree::Comparative);
        let mut all: Vec<Compared> =
            graded.map(|(end, base, _)| Compared { base, more: true, end }).collect();
        if self.is(at, &["more", "less"]) {
            let more = self.is(at, &["more"]);
            let plain = self.graded(at + 1).into_iter().filter(|one| one.2 == Degree::Plain);
            all.extend(plain.map(|(end, base, _)| Compared { base, more, end }));
        }
        all
    }

    /// Whether an adjective is for having little of what it measures.
    fn is_small(&self, base: &str) -> bool {
        let mut grades = self.lexicon.rules(base).iter().filter_map(|rule| match rule {
            Rule::Grade(grade) => Some(grade.most),
            Rule::Limit(_) => None,
        });
        grades.next().is_some_and(|most| !most) && grades.all(|most| !most)
    }
}

fn made(joint: Joint, (one, other): (Question, Question), end: usize, cost: u32) -> Item<Question> {
    let body = Body::Made(joint, vec![one, other]);
    let tree = Question { asks: Asks::Thing, body, also: Vec::new() };
    Item { end, tree, cost: cost + cost::PART }
}

/// `How long is X?`, `How many metres …?`
fn measured(np: &Np, base: Option<&Arc<str>>, unit: Option<&Arc<str>>) -> Question {
    let clause = Clause {
        subject: Some(np.clone()),
        how: base.cloned(),
        adverbs: unit.cloned().map(Adverb::In).into_iter().collect(),
        ..Clause::of("be".into())
    };
    Question { asks: Asks::Measure, body: Body::Clause(clause), also: Vec::new() }
}

/// What a noun phrase stands for.
fn phrase(np: &Np) -> Question {
    Question { asks: Asks::Thing, body: Body::Phrase(np.clone()), also: Vec::new() }
}

/// The property of something.
fn property_of(key: KeyId, np: &Np) -> Np {
    let nominal = Nominal {
        possessor: Some(np.clone()),
        ..Nominal::of(HeadNoun::Noun(Noun::Property(key)), false)
    };
    Np { kind: NpKind::Nominal(Shared::new(nominal)), words: np.words.clone() }
}

/// Whether a noun phrase is a property of something.
fn of_a_property(np: &Np) -> bool {
    matches!(&np.kind, NpKind::Nominal(nominal)
        if matches!(nominal.head, HeadNoun::Noun(Noun::Property(_))))
}

/// The same of another owner: `the area of X`, of Y.
fn with_owner(np: &Np, owner: &Np) -> Option<Np> {
    let NpKind::Nominal(nominal) = &np.kind else { return None };
    let mut nominal = Nominal::clone(nominal);
    let placed = nominal.modifiers.iter_mut().find_map(|modifier| match modifier {
        Modifier::Phrase(word, np) if matches!(word.as_str(), "of" | "in" | "for") => Some(np),
        _ => None,
    });
    match (placed, &mut nominal.possessor) {
        (Some(np), None) => np.clone_from(owner),
        (None, Some(possessor)) => possessor.clone_from(owner),
        _ => return None,
    }
    Some(Np { kind: NpKind::Nominal(Shared::new(nominal)), words: owner.words.clone() })
}
