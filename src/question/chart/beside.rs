//! What the same one did besides: *having visited X, whom did Russia visit next?*, *right before visiting
//! X, …*, *whom had Russia visited before visiting X?*; and what one did to somebody who is asked for
//! behind it: *in 2014 Russia visited someone; who was it?*
//!
//! Called by the forms of questions.

use std::ops::Range;

use super::clause::with_subject;
use super::deed::AFTERWARDS;
use super::verbs::BE;
use super::whole::{clauses, who};
use super::{Chart, Item};
use crate::question::form::Shared;
use crate::question::lexicon::Noun;
use crate::question::tree::{
    Adverb, Argument, Asks, Body, Clause, Determiner, HeadNoun, Join, Nominal, Np, NpKind,
    Question, Wh, WhWord,
};

/// What asks for the somebody of the clause before it.
const WHO_WAS_IT: [&str; 11] = [
    "who was it",
    "who was that",
    "who is it",
    "who were they",
    "who was this",
    "which one was it",
    "which was it",
    "what was it",
    "which actor was it",
    "who",
    "whom",
];

impl Chart<'_> {
    /// All questions of this file that begin at a position.
    pub(super) fn told_by_itself(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let mut all = self.having_done_first(at, led);
        all.extend(self.somebody_asked_for(at));
        all.extend(self.was_it_this_one(at));
        all
    }

    /// `Having visited X, whom did Russia visit next?`: after X.
    fn having_done_first(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        if !self.is(at, &["having"]) {
            return all;
        }
        for first in self.having_done(at) {
            let asking = first.end + usize::from(self.is(first.end, &[","]));
            if !self.is(asking, &["who", "whom", "which", "what"]) || !self.step() {
                continue;
            }
            for mut item in self.asking_thing(asking, led) {
                let Body::Clause(clause) = &mut item.tree.body else { continue };
                let (before, apart, unit) = (false, None, None);
                let deed = Box::new(Clause { past: true, ..first.tree.clone() });
                clause.adverbs.push(Adverb::Deed { before, apart, unit, clause: deed });
                // Of what its own subject did, it is told by whom or what.
                if !of_its_subject(clause) {
                    continue;
                }
                item.end = self.after_any(item.end, &AFTERWARDS).unwrap_or(item.end);
                item.cost += first.cost;
                all.push(item);
            }
        }
        all
    }

    /// `In 2014 Russia visited someone; who was it?`
    fn somebody_asked_for(&self, at: usize) -> Vec<Item<Question>> {
        const SOMEBODY: [&str; 4] = ["someone", "somebody", "a", "an"];
        if !(at..self.tokens.len()).any(|at| self.is(at, &SOMEBODY)) || self.is_auxiliary(at) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for done in self.deeper(|| self.statement(at)) {
            let comma = done.end + usize::from(self.is(done.end, &[","]));
            let comma = comma + usize::from(self.is(comma, &["and", "but"]));
            // `… visited a state. Which state was it?`
            let again = self.is(comma, &["which", "what"])
                && (at..done.end).any(|at| self.word(at) == self.word(comma + 1))
                && self.is(comma + 2, &["was", "is"])
                && self.is(comma + 3, &["it", "that"]);
            let asking = if again { Some(comma + 4) } else { self.after_any(comma, &WHO_WAS_IT) };
            let Some(end) = asking.filter(|&end| self.at_end(end)) else { continue };
            let mut tree = done.tree;
            // `An actor visited a state. Which was it?`: of two it is not said which.
            let unsaid = tree.subject.as_ref().is_some_and(|np| self.is(np.words.start, &SOMEBODY));
            let parts = tree.arguments.iter_mut().filter_map(|part| part.np.as_mut());
            let some = parts.filter(|np| is_somebody(np));
            let subject = tree.subject.as_mut().filter(|np| unsaid || is_somebody(np));
            let mut somebody: Vec<&mut Np> = some.chain(subject).collect();
            if let ([one], false) = (somebody.as_mut_slice(), tree.negated)
                && is_somebody(one)
            {
                **one = asked_for(one, comma..end);
                found.push(Item { end, tree, cost: done.cost });
            }
        }
        clauses(found, Asks::Thing)
    }

    /// `Who, like Russia, recognised X in the same month?`: in the month in which it did.
    pub(super) fn like_another(&self, at: usize, subject: &Np) -> Vec<Item<Clause>> {
        const LIKE: [&str; 5] = ["like", "just like", "along with", "together with", "as well as"];
        let mut all = Vec::new();
        let Some(next) = self.after_any(at, &LIKE) else { return all };
        for np in self.np(next).iter().filter(|np| matches!(np.tree.kind, NpKind::Name(_))) {
            let after = np.end + usize::from(self.is(np.end, &[","]));
            for mut clause in with_subject(self.predicates(after), subject) {
                let same = clause.tree.adverbs.iter_mut().find_map(|adverb| match adverb {
                    Adverb::Same(unit) => Some((*unit, adverb)),
                    _ => None,
                });
                let Some((unit, adverb)) = same else { continue };
                *adverb = Adverb::SameAs { unit, np: np.tree.clone(), doer: false };
                clause.cost += np.cost;
                all.push(clause);
            }
        }
        all
    }

    /// `Was it Russia that recognised X?`, `Was it X that Russia recognised?`, `Was it X or Y that did so
    /// first?`
    fn was_it_this_one(&self, at: usize) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        if !BE.contains(&self.word(at)) || !self.is(at + 1, &["it"]) {
            return all;
        }
        for one in self.np(self.skip_fillers(at + 2)).iter() {
            let named = matches!(one.tree.kind, NpKind::Name(_) | NpKind::List(Join::Or, _));
            let that = one.end + 1;
            if !named || !self.is(one.end, &["that", "who", "whom", "which"]) || !self.step() {
                continue;
            }
            let choice = matches!(one.tree.kind, NpKind::List(..));
            let subject = if choice { which_of(&one.tree) } else { one.tree.clone() };
            let asks = if choice { Asks::Thing } else { Asks::Whether };
            let mut done = with_subject(self.predicates(that), &subject);
            if !choice {
                done.extend(self.statement(that).into_iter().filter_map(|mut item| {
                    let tree = &mut item.tree;
                    let stranded = tree.arguments.iter_mut().find(|part| part.np.is_none());
                    match stranded {
                        Some(part) => part.np = Some(one.tree.clone()),
                        None => {
                            let np = Some(one.tree.clone());
                            tree.arguments.insert(0, Argument { preposition: None, np });
                        }
                    }
                    (!item.tree.asks()).then_some(item)
                }));
            }
            done.iter_mut().for_each(|item| item.cost += one.cost);
            all.extend(clauses(done, asks));
        }
        all
    }
}

/// Whether a clause says that something was the first or the last.
pub(super) fn is_ranked(clause: &Clause) -> bool {
    clause.adverbs.iter().any(|adverb| matches!(adverb, Adverb::Ranked(_)))
}

/// *Which* of some that are named.
pub(super) fn which_of(names: &Np) -> Np {
    let wh = Wh { word: WhWord::Which, nominal: None, of: Some(names.clone()) };
    Np { kind: NpKind::Wh(Shared::new(wh)), words: names.words.clone() }
}

fn is_somebody(np: &Np) -> bool {
    let NpKind::Nominal(nominal) = &np.kind else { return false };
    let kind = matches!(nominal.head, HeadNoun::Noun(Noun::Label(_)))
        && nominal.determiner == Determiner::Indefinite
        && !nominal.plural
        && nominal.quantity.is_none();
    nominal.head == HeadNoun::Somebody || kind
}

/// Somebody, asked for: with what is told of them.
fn asked_for(somebody: &Np, words: Range<usize>) -> Np {
    match &somebody.kind {
        NpKind::Nominal(nominal)
            if nominal.head != HeadNoun::Somebody || !nominal.modifiers.is_empty() =>
        {
            let nominal = Some(Nominal::clone(nominal));
            let kind = NpKind::Wh(Shared::new(Wh { word: WhWord::Which, nominal, of: None }));
            Np { kind, words }
        }
        _ => who(words),
    }
}

/// What is done *before visiting X* is done by the subject, where somebody else is asked for: *whom had
/// Russia visited before visiting X?* is *before X*. Whether all that is told so is of the subject.
pub(super) fn of_its_subject(clause: &mut Clause) -> bool {
    let front = clause.front.as_ref().and_then(|front| front.np.as_ref());
    if !front.is_some_and(|np| matches!(np.kind, NpKind::Wh(_))) || clause.subject.is_none() {
        return false;
    }
    let of = clause.clone();
    for adverb in &mut clause.adverbs {
        match adverb {
            Adverb::Nearest(Some(nearest)) => told(nearest, &of),
            adverb => told(adverb, &of),
        }
    }
    true
}

fn told(adverb: &mut Adverb, of: &Clause) {
    let Adverb::Deed { before, apart, unit: None, clause: deed } = adverb else { return };
    if deed.subject.is_some() {
        return;
    }
    // What was done at a time is not told by its object alone.
    match object_of(of, deed).filter(|_| deed.adverbs.is_empty()) {
        Some(than) => *adverb = Adverb::Pivot { before: *before, than, apart: *apart },
        None => deed.subject.clone_from(&of.subject),
    }
}

/// What stands in a deed where the same deed of another clause has what is asked for.
fn object_of(of: &Clause, deed: &Clause) -> Option<Np> {
    if of.verb != deed.verb || of.passive != deed.passive || !deed.and_then.is_empty() {
        return None;
    }
    let stranded = of.arguments.iter().find(|part| part.np.is_none());
    let mark = of.front.as_ref().and_then(|front| front.preposition.clone());
    let mark = mark.or_else(|| stranded.and_then(|part| part.preposition.clone()));
    let others: Vec<&Argument> = of.arguments.iter().filter(|part| part.np.is_some()).collect();
    let kind = |part: &Argument| part.np.as_ref().map(|np| np.kind.clone());
    let alike = |one: &Argument, other: &Argument| {
        one.preposition == other.preposition && kind(one) == kind(other)
    };
    if deed.arguments.len() != others.len() + 1 {
        return None;
    }
    let object = (0..deed.arguments.len()).find(|&at| {
        let rest = deed.arguments.iter().enumerate().filter(|(other, _)| *other != at);
        deed.arguments[at].preposition == mark
            && rest.zip(&others).all(|((_, one), other)| alike(one, other))
    })?;
    deed.arguments[object].np.clone()
}
