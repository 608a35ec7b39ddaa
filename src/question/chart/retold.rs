//! A question behind a statement that tells it what it is about: *X visited Y in May. When did that happen
//! next?*, *By the time X visited Y, whom had they last visited?*, *After X visited Y, who visited Z?*
//!
//! Called for the beginning of a question, as [`deed`](super::deed) is, which has those of somebody else who
//! did the same.

use super::adverb::names_something;
use super::deed::AFTERWARDS;
use super::pronoun::PRONOUNS;
use super::side::Side;
use super::verbs::BE;
use super::whole::clauses;
use super::{Chart, Item};
use crate::question::tree::{
    Adverb, Asks, Body, Clause, Np, NpKind, Pronoun, Question, Rank, Unit,
};
use crate::question::when::When;
use crate::syntax::ast::TimeRelation;

/// Words of a question for another time of the same, which say on which side it is, or nothing.
const NEXT: [&str; 6] = ["next", "again", "afterwards", "later", "subsequently", "following"];
const BEFORE: [&str; 6] = ["previously", "previous", "last", "before", "earlier", "preceding"];
const IT: [&str; 22] = [
    "it", "that", "this", "the", "same", "thing", "did", "had", "has", "was", "would", "happen",
    "happened", "occurred", "done", "so", "time", "do", "they", "he", "she", "is",
];

/// What stands before what had been done by then.
const BY_THEN: [&str; 6] =
    ["by the time", "by the time when", "at the time", "when", "before", "until"];

impl Chart<'_> {
    /// All questions of this file that begin at a position.
    pub(super) fn retold(&self, at: usize) -> Vec<Item<Question>> {
        let mut all = self.happened_again(at);
        all.extend(self.of_the_same_by_then(at));
        all.extend(self.behind_another_deed(at));
        all.extend(self.when_after_that(at));
        all
    }

    /// `X visited Y in May 2014. When, after that, did it first praise it?`: when X praised Y, after it did so.
    fn when_after_that(&self, at: usize) -> Vec<Item<Question>> {
        let asked = (at + 3..self.tokens.len()).rev().find_map(|when| {
            let (asks, end) = self.asks_when(when)?;
            let inserted = self.after_any(end + usize::from(self.is(end, &[","])), &AFTERWARDS);
            let next = inserted.map(|end| end + usize::from(self.is(end, &[","])));
            Some((when, asks, next.unwrap_or(end), inserted.is_some()))
        });
        let Some((when, asks, did, told)) = asked else { return Vec::new() };
        if !self.is_auxiliary(did) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for done in self.deeper(|| self.statement(at)) {
            let whole = done.tree.and_then.is_empty() && !done.tree.negated && !done.tree.asks();
            let comma = done.end + usize::from(self.is(done.end, &[","]));
            let timed = |adverb: &Adverb| matches!(adverb, Adverb::When(_));
            if comma != when || !whole || !done.tree.adverbs.iter().all(timed) || !self.step() {
                continue;
            }
            for mut item in self.inverted(did, None) {
                let behind = self.after_any(item.end, &AFTERWARDS);
                if !told && behind.is_none() || !names_for_pronouns(&mut item.tree, &done.tree) {
                    continue;
                }
                let deed = Box::new(done.tree.clone());
                let (before, apart, unit) = (false, None, None);
                item.tree.adverbs.push(Adverb::Deed { before, apart, unit, clause: deed });
                item.end = behind.unwrap_or(item.end);
                item.cost += done.cost;
                found.push(item);
            }
        }
        clauses(found, asks)
    }

    /// `X visited Y on 5 May 2014. When had that previously happened?`: when it had, the last time before.
    fn happened_again(&self, at: usize) -> Vec<Item<Question>> {
        let asking = (at + 3..self.tokens.len()).rev().find_map(|at| {
            let (asks, end) = self.asks_when(at)?;
            let on = self.is(at - 1, &["in", "on"]) && !self.is(at, &["when"]);
            Some((at - usize::from(on), asks, end))
        });
        let Some((when, asks, end)) = asking else { return Vec::new() };
        let words = end..self.tokens.len();
        let known = |at: usize| self.is(at, &IT) || self.is(at, &NEXT) || self.is(at, &BEFORE);
        let says = |list: &[&str]| words.clone().any(|at| self.is(at, list));
        // *The last time* may be the last of all.
        let (next, last) = (says(&NEXT), says(&["last"]));
        let before = says(&BEFORE) && (!last || says(&["had", "before", "previously"]));
        let again = next || before;
        // *When did they do the same?* asks for another time and does not say which.
        let unclear = !again && (last || says(&["do", "same"])) || next && before;
        if words.len() < 2 || !words.clone().all(known) || unclear {
            return Vec::new();
        }
        let mut found = Vec::new();
        for done in self.deeper(|| self.statement(at)) {
            let comma = done.end + usize::from(self.is(done.end, &[","]));
            if comma != when || done.tree.asks() || done.tree.negated {
                continue;
            }
            let mut tree = done.tree;
            if !again {
                // `X visited Y – when was that?`
                found.push(Item { end: self.tokens.len(), tree, cost: done.cost });
                continue;
            }
            let Some(then) = only_time(&tree) else { continue };
            let relation = if next { TimeRelation::After } else { TimeRelation::Before };
            let then = When { relation, ..then };
            let rank = if next { Rank::First } else { Rank::Last };
            tree.adverbs.retain(|adverb| !matches!(adverb, Adverb::When(_)));
            tree.adverbs.extend([Adverb::When(then), Adverb::Ranked(rank)]);
            found.push(Item { end: self.tokens.len(), tree, cost: done.cost });
        }
        clauses(found, asks)
    }

    /// `when`, `on what date`: what asks for a time, and the position after it.
    fn asks_when(&self, at: usize) -> Option<(Asks, usize)> {
        if self.is(at, &["when"]) {
            return Some((Asks::When(Unit::Any), at + 1));
        }
        let what = at + usize::from(self.is(at, &["in", "on"]));
        let unit = super::time::unit_of(self.word(what + 1))?;
        self.is(what, &["what", "which"]).then_some((Asks::When(unit), what + 2))
    }

    /// `By the time X visited Y, whom had they most recently visited?`, `In the same month as they visited
    /// X, whom else did Russia visit?`: of the same somebody, told by another that it did so to.
    fn of_the_same_by_then(&self, at: usize) -> Vec<Item<Question>> {
        let then = self.after_any(at, &BY_THEN).map(|end| (end, None));
        let unit = self.same_unit(at).map(|(end, unit)| {
            (end + usize::from(self.is(end, &["as", "that", "when", "in", "on"])), unit)
        });
        let unit = self.that_unit(at).or(unit).map(|(end, unit)| (end, Some(unit)));
        let Some((start, unit)) = unit.or(then) else { return Vec::new() };
        let mut found = Vec::new();
        for done in self.deeper(|| self.statement(start)) {
            let asking = done.end + usize::from(self.is(done.end, &[","]));
            let whole = done.tree.and_then.is_empty() && !done.tree.negated;
            let Some(subject) = done.tree.subject.clone().filter(|_| whole) else { continue };
            if !self.is(asking, &["who", "whom", "which", "what"]) || !self.step() {
                continue;
            }
            // `When X visited Y, whom else did it visit?` is no time before.
            let had = (asking..self.tokens.len()).any(|at| self.is(at, &["had"]));
            if unit.is_none() && !had && !self.is(at, &["before", "until"]) {
                continue;
            }
            for mut item in self.asking_thing(asking, false) {
                let Body::Clause(clause) = &mut item.tree.body else { continue };
                let Some(asker) = clause.subject.clone() else { continue };
                // One of the two is named, and a pronoun stands for it in the other place.
                let (who, same) = match (is_pronoun(&subject), is_pronoun(&asker)) {
                    (false, true) => (subject.clone(), names_something(&subject)),
                    (true, false) => (asker.clone(), names_something(&asker)),
                    _ => continue,
                };
                let wh = |np: &Np| matches!(np.kind, NpKind::Wh(_));
                let asks =
                    clause.front.as_ref().and_then(|front| front.np.as_ref()).is_some_and(wh);
                if !same
                    || !asks
                    || clause.verb != done.tree.verb
                    || clause.passive != done.tree.passive
                {
                    continue;
                }
                clause.subject = Some(who.clone());
                let deed = Box::new(Clause { subject: Some(who), ..done.tree.clone() });
                let (before, apart) = (unit.is_none(), None);
                clause.adverbs.push(Adverb::Deed { before, apart, unit, clause: deed });
                item.cost += done.cost;
                found.push(item);
            }
        }
        found
    }

    /// `After X visited Y, who was the first to criticise Z?`: after another deed altogether.
    fn behind_another_deed(&self, at: usize) -> Vec<Item<Question>> {
        let on_a_side = self
            .either_side(at)
            .map(|(Side { end, before, apart }, nearest)| ((end, nearest), (before, apart, None)));
        // `In the year that X visited Y, who criticised Z?`
        let then = |(end, unit)| ((end, false), (false, None, Some(unit)));
        let Some(((end, nearest), (before, apart, unit))) =
            on_a_side.or_else(|| self.that_unit(at).map(then))
        else {
            return Vec::new();
        };
        let asks = ["who", "whom", "which", "what", "when", "how", "did", "was", "had", "has"];
        let Some(comma) = (end + 3..self.tokens.len()).rev().find(|&at| self.is(at, &[","])) else {
            return Vec::new();
        };
        // Which of the two named a pronoun stands for is not said.
        if nearest || (comma..self.tokens.len()).any(|at| self.is(at, &PRONOUNS)) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let timed = |adverb: &Adverb| matches!(adverb, Adverb::When(_) | Adverb::Ranked(_));
        for done in self.deeper(|| self.statement(end)) {
            let named = done.tree.subject.as_ref().is_some_and(names_something);
            let plain = done.tree.and_then.is_empty() && !done.tree.negated && !done.tree.asks();
            let told = done.tree.adverbs.iter().all(timed) && !BE.contains(&&*done.tree.verb);
            let asking = done.end + 1;
            if !named || !plain || !told || !self.is(done.end, &[","]) || !self.is(asking, &asks) {
                continue;
            }
            if !self.step() {
                break;
            }
            for mut item in self.fronted(asking, false) {
                let Body::Clause(clause) = &mut item.tree.body else { continue };
                let deed = Box::new(done.tree.clone());
                clause.adverbs.push(Adverb::Deed { before, apart, unit, clause: deed });
                item.cost += done.cost;
                found.push(item);
            }
        }
        found
    }
}

/// Puts the names of one clause in the places of another's pronouns: its subject for a subject, its only other
/// name for an object; where the other end is named as that one, the other of the two. Whether every pronoun has
/// found one, there was any, and nobody would do it to themselves.
fn names_for_pronouns(clause: &mut Clause, of: &Clause) -> bool {
    let named = |np: &&Np| matches!(np.kind, NpKind::Name(_));
    let objects = of.arguments.iter().filter_map(|argument| argument.np.as_ref());
    let mut objects = objects.filter(named);
    let first = of.subject.as_ref().filter(named);
    let second = objects.next().filter(|_| objects.next().is_none());
    let (Some(first), Some(second)) = (first, second) else { return false };
    let mut places = clause.arguments.iter_mut().filter_map(|argument| argument.np.as_mut());
    let (Some(subject), Some(object), None) = (&mut clause.subject, places.next(), places.next())
    else {
        return false;
    };
    let (of_subject, of_object) = (is_pronoun(subject), is_pronoun(object));
    if of_subject {
        let taken = object.kind == first.kind;
        *subject = if taken { second.clone() } else { first.clone() };
    }
    if of_object {
        let taken = subject.kind == second.kind;
        *object = if taken { first.clone() } else { second.clone() };
    }
    (of_subject || of_object) && subject.kind != object.kind
}

/// The one day or period that a clause is told of.
fn only_time(clause: &Clause) -> Option<When> {
    let mut times = clause.adverbs.iter().filter_map(|adverb| match adverb {
        Adverb::When(when) => Some(when),
        _ => None,
    });
    let only = times.next().filter(|_| times.next().is_none())?;
    let within = matches!(only.relation, TimeRelation::During | TimeRelation::AsOf);
    (within && clause.adverbs.len() == 1).then(|| only.clone())
}

fn is_pronoun(np: &Np) -> bool {
    matches!(np.kind, NpKind::Pronoun(Pronoun::One | Pronoun::It | Pronoun::Many))
}
