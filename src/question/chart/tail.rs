//! What is left to be understood beside a question in full: keywords alone, what it is about before it,
//! what is said behind it that adds nothing.
//!
//! Called by the forms of questions.

use std::sync::Arc;

use super::pronoun::PRONOUNS;
use super::verbs::BE;
use super::{Chart, Item, cost};
use crate::question::form::Shared;
use crate::question::frame::is_preposition;
use crate::question::lexicon::Noun;
use crate::question::tree::{
    Argument, Asks, Body, Clause, HeadNoun, Modifier, Nominal, Np, NpKind, Question, Scale, Than,
};

/// What is said behind a question and asks for the same again, or is only polite.
const TAILS: [&str; 32] = [
    "please",
    "thanks",
    "thank you",
    "which is it",
    "which one is it",
    "which ones are they",
    "which are they",
    "what is it",
    "what are they",
    "who is it",
    "who was it",
    "who were they",
    "who are they",
    "what was it",
    "can you tell me",
    "could you tell me",
    "do you know",
    "any idea",
    "tell me",
    "if you know",
    "if known",
    "if i may ask",
    "may i ask",
    "if you please",
    "if possible",
    "if you can",
    "would you know",
    "i wonder",
    "i ask",
    "exactly",
    "precisely",
    "as far as you know",
];

/// What names what a question is about, before it.
const ABOUT: [&str; 22] = [
    "about",
    "regarding",
    "concerning",
    "as for",
    "as regards",
    "speaking of",
    "talking of",
    "talking about",
    "with regard to",
    "with respect to",
    "with reference to",
    "in reference to",
    "when it comes to",
    "on the subject of",
    "in the case of",
    "take",
    "consider",
    "considering",
    "looking at",
    "this is about",
    "a question about",
    "question about",
];

impl Chart<'_> {
    /// The position after what adds nothing at the end of a question; behind a `statement`, *who was it?* asks.
    pub(super) fn after_tail(&self, at: usize, statement: bool) -> Option<usize> {
        let comma = at + usize::from(self.is(at, &[","]));
        if statement && self.is(comma, &["who", "what", "which"]) {
            return None;
        }
        self.after_any(comma, &TAILS).filter(|&end| self.at_end(end))
    }

    /// The position after what a question is about, where the question speaks of it by a pronoun: `About
    /// X: how many rivers does it have?`
    pub(super) fn after_topic(&self, at: usize) -> Option<usize> {
        let about = self.after_any(at, &ABOUT)?;
        let names = self.np(about);
        let named = names.iter().filter(|np| matches!(np.tree.kind, NpKind::Name(_)));
        let end = named.map(|np| np.end).max()?;
        let next = end + usize::from(self.is(end, &[","]));
        let it = (next..self.tokens.len()).find(|&at| self.is(at, &PRONOUNS))?;
        // Another name between the two might be what is spoken of.
        let others = (next..it).any(|at| !self.exact(at).is_empty());
        (!others).then_some(next)
    }

    /// `in kilometres`: the unit, and the position after it.
    pub(super) fn in_a_unit(&self, at: usize) -> Option<(Arc<str>, usize)> {
        let at = self.after_any(at, &["in", "measured in", "expressed in", "given in"])?;
        self.unit(at)
    }

    /// `capital ohio`, `longest river wyoming`: a noun and a name, and nothing else.
    pub(super) fn keywords(&self, at: usize) -> Vec<Item<Question>> {
        const WORDS_MAX: usize = 7;
        let mut all = Vec::new();
        if self.tokens.len() > at + WORDS_MAX {
            return all;
        }
        let phrase = |np: &Item<Np>, owner: &Item<Np>| {
            let NpKind::Nominal(nominal) = &np.tree.kind else { return None };
            let told = nominal.best.is_some()
                || matches!(nominal.head, HeadNoun::Noun(Noun::Property(_) | Noun::Relational(_)));
            if !told || nominal.possessor.is_some() || !nominal.modifiers.is_empty() {
                return None;
            }
            let mut nominal = nominal.clone();
            nominal.possessor = Some(owner.tree.clone());
            let kind = NpKind::Nominal(nominal);
            let end = np.end.max(owner.end);
            let body = Body::Phrase(Np { kind, words: at..end });
            let tree = Question { asks: Asks::Thing, body, also: Vec::new() };
            Some(Item { end, tree, cost: np.cost + owner.cost + 6 })
        };
        // `Ouse river length`, `Lake Rill area`: what it is of, and the property.
        for owner in self.np(at).iter().filter(|owner| super::best::is_named(&owner.tree)) {
            let best = self.before_noun(owner.end, crate::question::tree::Determiner::None);
            let best = best.into_iter().filter(|np| np.tree.best.is_some());
            for np in self.heads(owner.end).into_iter().chain(best) {
                if !self.at_end(np.end) {
                    continue;
                }
                let property = np.tree.best.is_some()
                    || matches!(np.tree.head, HeadNoun::Noun(Noun::Property(_)));
                let kind = NpKind::Nominal(Shared::new(np.tree));
                let tree = Np { kind, words: owner.end..np.end };
                let np = Item { end: np.end, tree, cost: np.cost };
                all.extend(phrase(&np, owner).filter(|_| property));
            }
        }
        for np in self.np(at).iter() {
            let comma = np.end + usize::from(self.is(np.end, &[","]));
            for owner in self.exact_names(comma).iter().filter(|name| self.at_end(name.end)) {
                all.extend(phrase(np, owner));
            }
        }
        all
    }

    /// `Do more people live in X than in Y?`, `Are there more people in X than in Y?`: X has more of them.
    pub(super) fn more_in_one(&self, at: usize) -> Vec<Item<Question>> {
        let lead = self.after_any(at, &["are there", "do", "does", "is it true that", "is there"]);
        let Some(more) = lead else { return Vec::new() };
        let fewer = self.is(more, &["fewer", "less"]);
        if !fewer && !self.is(more, &["more"]) {
            return Vec::new();
        }
        let Some((key, next)) = self.property_noun(more + 1) else { return Vec::new() };
        let next =
            next + usize::from(self.is(next, &["live", "living", "reside", "residing", "found"]));
        if !self.is(next, &["in"]) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for one in self.exact_names(next + 1) {
            let Some(than) = self.after_any(
                one.end,
                &["than in", "than there are in", "than there live in", "than"],
            ) else {
                continue;
            };
            for other in self.exact_names(than) {
                let (base, more, by) = ("large".into(), !fewer, Some(key));
                let than = Than::Np(Box::new(other.tree));
                let mut nominal = Nominal::of(HeadNoun::Alike, false);
                nominal.modifiers.push(Modifier::Compared {
                    base,
                    more,
                    scale: Scale::ONCE,
                    than,
                    by,
                });
                let kind = NpKind::Nominal(Shared::new(nominal));
                let np = Some(Np { kind, words: at..other.end });
                let arguments = vec![Argument { preposition: None, np }];
                let subject = Some(one.tree.clone());
                let tree = Clause { subject, arguments, ..Clause::of("be".into()) };
                found.push(Item { end: other.end, tree, cost: one.cost + other.cost + cost::PART });
            }
        }
        super::whole::clauses(found, Asks::Whether)
    }

    /// `recognition of X by whom`: whose there was.
    pub(super) fn by_whom(&self, at: usize) -> Vec<Item<Question>> {
        let mut found = Vec::new();
        let end = self.tokens.len();
        if end < at + 3 || !self.is(end - 1, &["whom", "who", "what", "which"]) {
            return Vec::new();
        }
        for np in self.np(at).iter() {
            let NpKind::Nominal(nominal) = &np.tree.kind else { continue };
            let deed = matches!(nominal.head, HeadNoun::Noun(Noun::Event(_)));
            if !deed || np.end + 2 != end || !is_preposition(self.word(np.end)) {
                continue;
            }
            let whom = super::whole::who(end - 1..end);
            let mut nominal = nominal.clone();
            nominal.modifiers.push(Modifier::Phrase(self.word(np.end).to_owned(), whom));
            let kind = NpKind::Nominal(nominal);
            let subject = Some(Np { kind, words: at..end });
            let tree = Clause { subject, past: true, ..Clause::of("happen".into()) };
            found.push(Item { end, tree, cost: np.cost + cost::PART });
        }
        super::whole::clauses(found, Asks::Thing)
    }

    /// `What is X's capital called?`: what it is.
    pub(super) fn called(&self, at: usize) -> Vec<Item<Question>> {
        const CALLED: [&str; 3] = ["called", "named", "known as"];
        let phrase = |np: &Item<Np>, end: usize| {
            let body = Body::Phrase(np.tree.clone());
            let tree = Question { asks: Asks::Thing, body, also: Vec::new() };
            Item { end, tree, cost: np.cost + cost::PART }
        };
        let nominal = |np: &&Item<Np>| matches!(&np.tree.kind, NpKind::Nominal(_));
        if let Some(next) = self.after_any(at, &["what do you call", "what does one call"]) {
            return self.np(next).iter().filter(nominal).map(|np| phrase(np, np.end)).collect();
        }
        let mut all = Vec::new();
        let be = at + 1;
        if !self.is(at, &["what", "how"]) || !BE.contains(&self.word(be)) {
            return all;
        }
        for np in self.np(be + 1).iter().filter(nominal) {
            all.extend(self.after_any(np.end, &CALLED).map(|end| phrase(np, end)));
        }
        all
    }
}
