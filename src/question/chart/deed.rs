//! Questions that tell one deed by another: by when somebody else did the same, by who else did, by who
//! did not.
//!
//! Called for the beginning of a question and, where it says so, for what stands behind its first clause.

use super::adverb::{happening, names_something};
use super::clause::{of_all_verbs, with_subject};
use super::list::EXCEPT;
use super::side::Side;
use super::verbs::{BE, stands_between};
use super::whole::clauses;
use super::{Chart, Item};
use crate::question::apart::Apart;
use crate::question::form::Shared;
use crate::question::lexicon::{Noun, Word};
use crate::question::tree::{
    Adverb, Argument, Asks, Body, Clause, Determiner, HeadNoun, Join, Modifier, Np, NpKind,
    Question, Unit, Wh, WhWord,
};
use crate::question::when;

/// Words for all those who do something, before what they do.
const THOSE: [&str; 7] = [
    "those who",
    "those that",
    "the ones who",
    "the ones that",
    "all those who",
    "everyone who",
    "anyone who",
];

/// What says that another did so later, or earlier, behind the verb.
pub(super) const AFTERWARDS: [&str; 10] = [
    "afterwards",
    "afterward",
    "after that",
    "later",
    "later on",
    "subsequently",
    "thereafter",
    "after it",
    "after them",
    "since then",
];
const BEFOREHAND: [&str; 6] =
    ["before", "before that", "beforehand", "earlier", "previously", "before it"];

/// What stands between what one did and who did so after them.
const LATER: [&str; 8] = [
    "and later on",
    "and later",
    "and afterwards",
    "and after that",
    "and subsequently",
    "and then",
    "and after",
    "after which",
];

/// What says of somebody that they did what another is then said to have done.
const LIKEWISE: [&str; 8] = [
    "followed suit",
    "did so",
    "did the same",
    "did the same thing",
    "did likewise",
    "had done so",
    "had done the same",
    "also did so",
];

/// What stands before a deed by which another had been done.
const UNTIL: [&str; 6] =
    ["by the time", "until the time", "up to the time", "up until the time", "until", "up until"];

impl Chart<'_> {
    /// All questions of this file that begin at a position.
    pub(super) fn told_by_another(&self, at: usize) -> Vec<Item<Question>> {
        let mut all = self.after_it_was_done(at);
        all.extend(self.likewise_at_the_time(at));
        all.extend(self.likewise_behind(at));
        all.extend(self.likewise_after_a_deed(at));
        all.extend(self.of_those(at));
        all.extend(self.excluding_those(at));
        all.extend(self.of_record(at));
        all.extend(self.author_of(at));
        all.extend(self.whose_was(at));
        all.extend(self.besides_it(at));
        all
    }

    /// What begins behind a time, with the time as its adverb: `Did Russia, in 2014, visit X?`
    pub(super) fn after_time(
        &self,
        at: usize,
        rule: impl Fn(usize) -> Vec<Item<Clause>>,
    ) -> Vec<Item<Clause>> {
        let comma = usize::from(self.is(at, &[","]));
        let mut found = Vec::new();
        for (end, when) in when::phrases(self.tokens, at + comma) {
            let next = end + usize::from(self.is(end, &[","]));
            for mut item in rule(next) {
                let when = Adverb::When(when.clone());
                of_all_verbs(&mut item.tree, &when);
                item.tree.adverbs.push(when);
                found.push(item);
            }
        }
        if comma == 0 {
            return found;
        }
        // `When, for the first time, did Russia …?`
        let between = |item: &Item<Adverb>| {
            matches!(item.tree, Adverb::Ranked(_) | Adverb::Except(_) | Adverb::SameAs { .. })
                || stands_between(item) && !matches!(item.tree, Adverb::When(_))
        };
        for adverb in self.adverbs(at + 1).into_iter().filter(between) {
            if !self.is(adverb.end, &[","]) {
                continue;
            }
            for mut item in rule(adverb.end + 1) {
                item.tree.adverbs.push(adverb.tree.clone());
                item.cost += adverb.cost;
                found.push(item);
            }
        }
        found
    }

    /// What says of another that they did the same as is told by a clause: `did`, `was the first to do
    /// so`, or the clause again; with what it adds.
    fn did_likewise(&self, at: usize, of: &Clause) -> Vec<(usize, Vec<Adverb>)> {
        let mut found: Vec<(usize, Vec<Adverb>)> = Vec::new();
        let rank = |at: usize| match self.rank(at) {
            Some((rank, end)) => Some((Adverb::Ranked(rank), end)),
            None => {
                let near = self.is(at, &["next", "previous", "preceding"]);
                near.then_some((Adverb::Nearest(None), at + 1))
            }
        };
        if let Some(end) = self.did(at) {
            found.push((end, Vec::new()));
            // `who did so first`
            found.extend(rank(end).map(|(adverb, end)| (end, vec![adverb])));
        }
        // `who next did so`, `who first did`
        let then = rank(at).and_then(|(adverb, next)| Some((self.did(next)?, vec![adverb])));
        found.extend(then);
        // `who had last done so`
        if self.is(at, &["had", "has", "have"])
            && let Some((adverb, next)) = rank(at + 1)
            && let Some(end) =
                self.after_any(next, &["done so", "done it", "done that", "done the same"])
        {
            found.push((end, vec![adverb]));
        }
        let been = self.after_any(at, &["had been", "has been", "would be", "came", "comes"]);
        if BE.contains(&self.word(at)) || been.is_some() {
            let be = been.unwrap_or(at + 1);
            let the = be + usize::from(self.is(be, &["the"]));
            if let Some((adverb, next)) = rank(the) {
                for noun in self.after_one_noun(next) {
                    const SO: [&str; 7] = [
                        "to do so",
                        "to do it",
                        "to do that",
                        "to do the same",
                        "to follow",
                        "to follow suit",
                        "to join in",
                    ];
                    let end = self.after_any(noun, &SO);
                    // `…, who was the first?`
                    let end = end.or_else(|| self.at_end(noun).then_some(noun));
                    found.extend(end.map(|end| (end, vec![adverb.clone()])));
                }
            }
        }
        for clause in self.predicates(at) {
            if same_deed(of, &clause.tree) {
                found.push((clause.end, clause.tree.adverbs));
            }
        }
        found
    }

    /// `After Russia had recognised X, who else did?`, `In the month Russia visited X, who else did
    /// so?`: the same of another, at a time told by the first.
    fn after_it_was_done(&self, at: usize) -> Vec<Item<Question>> {
        let once = self.is(at, &["once", "since"]).then_some((at + 1, false, None));
        // `before the day on which Russia did`
        let side = self.side(at).map(|side| (side.end, side.before, side.apart));
        let side = side.or(once).map(|(end, before, apart)| {
            let day = ["the day on which", "the day when", "the date on which", "the time when"];
            (self.after_any(end, &day).unwrap_or(end), before, apart)
        });
        // `At the time Russia recognised X, who had done so before?`
        let time = ["at the time when", "at the time that", "at the time", "by the time", "when"];
        let then = self.after_any(at, &time).map(|next| (next, true, None));
        // `By the time Russia recognised X, who had done so?`
        let until = self.after_any(at, &UNTIL).is_some();
        let then = then.or_else(|| Some((self.after_any(at, &UNTIL)?, true, None)));
        let (side, then) = (side.or(then), side.is_none() && then.is_some());
        let unit = self
            .same_unit(at)
            .map(|(end, unit)| (end + usize::from(self.is(end, &["that", "as", "when"])), unit));
        let unit = self.that_unit(at).or(unit);
        let Some(next) = side.map(|side| side.0).or(unit.map(|unit| unit.0)) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for done in self.deeper(|| self.statement(next)) {
            let Some(subject) = done.tree.subject.clone().filter(names_something) else { continue };
            let asking = done.end + usize::from(self.is(done.end, &[","]));
            if done.tree.negated || !self.is(asking, &["who", "which", "what"]) || !self.step() {
                continue;
            }
            let told = match (side, unit) {
                (Some((_, before, apart)), _) => Told::Side { before, apart },
                (None, Some((_, unit))) => Told::Same(unit),
                (None, None) => continue,
            };
            let (again, adverb) = told.of(&done.tree, subject);
            for np in self.np(asking).iter().filter(|np| matches!(np.tree.kind, NpKind::Wh(_))) {
                for (end, adverbs) in self.did_likewise(np.end, &done.tree) {
                    let earlier = self.is(end, &["before", "earlier", "already", "beforehand"]);
                    let already = (np.end..end).any(|at| self.is(at, &["already"]));
                    let had = until && self.is(np.end, &["had"]);
                    if then && !earlier && !already && !had {
                        continue;
                    }
                    let end = end + usize::from(then && earlier);
                    let mut tree = again.clone();
                    tree.subject = Some(np.tree.clone());
                    tree.adverbs.extend(adverbs);
                    tree.adverbs.push(adverb.clone());
                    found.push(Item { end, tree, cost: done.cost + np.cost });
                }
            }
        }
        clauses(found, Asks::Thing)
    }

    /// `When Russia recognised X, who else did so in the same month?`, `Russia recognised X; who else did
    /// on that day?`: the same of another, in the unit of time that it names itself.
    fn likewise_at_the_time(&self, at: usize) -> Vec<Item<Question>> {
        let when = at + usize::from(self.is(at, &["when"]));
        let asks = |&at: &usize| self.is(at, &["who", "which", "what"]) && !self.at_end(at + 2);
        let begins = ["who", "whom", "whose", "what", "which", "how", "where", "why"];
        if !(when + 2..self.tokens.len()).any(|at| asks(&at))
            || self.is(when, &begins)
            || self.is_auxiliary(when)
        {
            return Vec::new();
        }
        let mut found = Vec::new();
        for done in self.deeper(|| self.statement(when)) {
            let Some(subject) = done.tree.subject.clone().filter(names_something) else { continue };
            let comma = done.end + usize::from(self.is(done.end, &[","]));
            // `…, and later on who else did?`
            let later = self.after_any(comma, &LATER);
            let earlier = self.after_any(comma, &["and before that", "and earlier", "and before"]);
            let and = comma + usize::from(self.is(comma, &["and", "but"]));
            let asking = later.or(earlier).unwrap_or(and);
            let asking = asking + usize::from(asking > comma && self.is(asking, &[","]));
            if done.tree.negated || !asks(&asking) || !self.step() {
                continue;
            }
            for np in self.np(asking).iter().filter(|np| matches!(np.tree.kind, NpKind::Wh(_))) {
                for (did, adverbs) in self.did_likewise(np.end, &done.tree) {
                    let other = subject.clone();
                    // `…; who did so afterwards?`
                    let behind = self.after_any(did, &AFTERWARDS).map(|end| (end, false));
                    let before = self.after_any(did, &BEFOREHAND).map(|end| (end, true));
                    let next = |adverb: &Adverb| matches!(adverb, Adverb::Nearest(_));
                    // `who had been the previous one to do so?`
                    let previous = (np.end..did).any(|at| self.is(at, &["previous", "preceding"]));
                    let next = adverbs.iter().any(next).then_some((did, previous));
                    let aside = behind.or(before).or(next).filter(|_| later.or(earlier).is_none());
                    let (end, told) = if let Some((end, before)) = aside {
                        (end, Told::Side { before, apart: None })
                    } else if later.or(earlier).is_some() {
                        (did, Told::Side { before: later.is_none(), apart: None })
                    } else {
                        let Some((end, unit)) = self.same_unit(did) else { continue };
                        (end, Told::Same(unit))
                    };
                    let (mut tree, adverb) = told.of(&done.tree, other);
                    tree.subject = Some(np.tree.clone());
                    tree.adverbs.extend(adverbs);
                    tree.adverbs.push(adverb);
                    found.push(Item { end, tree, cost: done.cost + np.cost });
                }
            }
        }
        clauses(found, Asks::Thing)
    }

    /// `Who followed suit after Russia recognised X?`, `Who did the same after Russia's recognition of X?`
    fn likewise_behind(&self, at: usize) -> Vec<Item<Question>> {
        let mut found = Vec::new();
        if !self.is(at, &["who", "which", "what"]) {
            return Vec::new();
        }
        for np in self.np(at).iter().filter(|np| matches!(np.tree.kind, NpKind::Wh(_))) {
            let Some(did) = self.after_any(np.end, &LIKEWISE) else { continue };
            let Some((side, nearest)) = self.either_side(did) else { continue };
            for done in self.deeper(|| self.statement(side.end)) {
                let Some(other) = done.tree.subject.clone().filter(names_something) else {
                    continue;
                };
                if !done.tree.negated && done.tree.and_then.is_empty() {
                    let told = Told::Side { before: side.before, apart: side.apart };
                    let (mut tree, adverb) = told.of(&done.tree, other);
                    tree.subject = Some(np.tree.clone());
                    tree.adverbs.push(nearest_if(nearest, adverb));
                    found.push(Item { end: done.end, tree, cost: done.cost + np.cost });
                }
            }
            for deed in self.np(side.end).iter() {
                let Some((subject, other)) = whose_else(&deed.tree) else { continue };
                let mut tree = happening(&subject);
                tree.adverbs.push(on_a_side((side, nearest), other));
                found.push(Item { end: deed.end, tree, cost: deed.cost + np.cost });
            }
        }
        clauses(found, Asks::Thing)
    }

    /// `After Russia's recognition of X, who else did so?`, `Once …, who was the next?`
    fn likewise_after_a_deed(&self, at: usize) -> Vec<Item<Question>> {
        let Some((side, nearest)) = self.either_side(at) else { return Vec::new() };
        let mut found = Vec::new();
        for deed in self.np(side.end).iter() {
            let asking = deed.end + usize::from(self.is(deed.end, &[","]));
            if !self.is(asking, &["who", "which", "what"]) || !self.step() {
                continue;
            }
            let Some((subject, other)) = whose_else(&deed.tree) else { continue };
            for np in self.np(asking).iter().filter(|np| matches!(np.tree.kind, NpKind::Wh(_))) {
                let mut tree = happening(&subject);
                tree.adverbs.push(on_a_side((side, nearest), other.clone()));
                for (end, adverbs) in self.did_likewise(np.end, &tree) {
                    let mut tree = tree.clone();
                    tree.adverbs.extend(adverbs);
                    found.push(Item { end, tree, cost: deed.cost + np.cost });
                }
            }
        }
        clauses(found, Asks::Thing)
    }

    /// `Of those who recognise X, who does not recognise Y?`: two predicates of one subject.
    fn of_those(&self, at: usize) -> Vec<Item<Question>> {
        const THOSE: [&str; 14] = [
            "who that",
            "of all who",
            "of all that",
            "of all those that",
            "among all who",
            "among all those who",
            "of those who",
            "of those that",
            "of the ones who",
            "of all those who",
            "among those who",
            "among those that",
            "out of those who",
            "of everyone who",
        ];
        let those = self.after_any(at, &THOSE).or_else(|| self.of_the_actors_that(at));
        let Some(start) = those else { return Vec::new() };
        // `who that recognised X did not recognise Y`
        let asked = self.is(at, &["who"]);
        let mut found = Vec::new();
        let mut firsts = self.predicates(start);
        // `of all the actors to recognise X`
        if !asked && self.is(start - 1, &["to"]) {
            firsts.extend(self.bare(start, true).into_iter().flat_map(|one| self.completed(one)));
        }
        for first in firsts {
            let asking = first.end + usize::from(self.is(first.end, &[","]));
            if !asked && !self.is(asking, &["who", "which", "what"]) || !self.step() {
                continue;
            }
            let (asking, end) = if asked {
                (at, first.end)
            } else {
                let end = asking + 1 + usize::from(self.is(asking + 1, &["ones", "of", "one"]));
                (asking, end + usize::from(self.is(end, &["them"])))
            };
            let subject = Np {
                kind: NpKind::Wh(Shared::new(Wh { word: WhWord::Who, nominal: None, of: None })),
                words: asking..end,
            };
            for second in self.predicates(end) {
                let mut tree = first.tree.clone();
                tree.and_then.push((Join::And, second.tree));
                let item = Item { end: second.end, tree, cost: first.cost + second.cost };
                found.extend(with_subject(vec![item], &subject));
            }
            // `who was the first?`, `who did so before Russia?`
            for (end, adverbs) in self.did_likewise(end, &first.tree) {
                for item in self.completed(Item { end, ..first.clone() }) {
                    let mut tree = item.tree;
                    tree.adverbs.extend(adverbs.iter().cloned());
                    found.extend(with_subject(vec![Item { tree, ..item }], &subject));
                }
            }
        }
        clauses(found, Asks::Thing)
    }

    /// The position after `of the actors that`, `among the countries which`.
    fn of_the_actors_that(&self, at: usize) -> Option<usize> {
        let of = self.after_any(at, &["of", "among", "amongst", "out of"])?;
        let of = of + usize::from(self.is(of, &["all"]));
        let the = of + usize::from(self.is(of, &["the"]));
        let noun = |(end, word): (usize, &Word)| match word {
            Word::Noun { noun: Noun::Label(_), plural: true } => Some(end),
            _ => None,
        };
        let end = self.lexical(the).filter_map(noun).max();
        let end = end.or_else(|| self.after_any(the, &["those", "the ones", "all"]))?;
        self.is(end, &["who", "that", "which", "to"]).then_some(end + 1)
    }

    /// `Excluding those who recognise X, who recognises Y?`
    fn excluding_those(&self, at: usize) -> Vec<Item<Question>> {
        let Some(those) = self.after_any(at, &EXCEPT) else { return Vec::new() };
        let Some(start) = self.after_any(those, &THOSE) else { return Vec::new() };
        let mut found = Vec::new();
        for mut first in self.predicates(start) {
            let asking = first.end + usize::from(self.is(first.end, &[","]));
            if !self.is(asking, &["who", "which"]) || !self.step() {
                continue;
            }
            first.tree.negated = !first.tree.negated;
            for subject in self.np(asking).iter().filter(|np| matches!(np.tree.kind, NpKind::Wh(_)))
            {
                let second = self.predicates(subject.end).into_iter().map(|second| {
                    let mut tree = second.tree;
                    tree.and_then.push((Join::And, first.tree.clone()));
                    Item { end: second.end, tree, cost: first.cost + second.cost + subject.cost }
                });
                found.extend(with_subject(second.collect(), &subject.tree));
            }
        }
        clauses(found, Asks::Thing)
    }

    /// `…, excluding those who recognise Y`: and who do not.
    pub(super) fn but_those(&self, first: &Item<Clause>, at: usize) -> Vec<Item<Clause>> {
        let Some(those) = self.after_any(at, &EXCEPT) else { return Vec::new() };
        let Some(start) = self.after_any(those, &THOSE) else { return Vec::new() };
        let but = |mut second: Item<Clause>| {
            second.tree.negated = !second.tree.negated;
            let mut tree = first.tree.clone();
            tree.and_then.push((Join::And, second.tree));
            Item { end: second.end, tree, cost: first.cost + second.cost }
        };
        self.predicates(start).into_iter().map(but).collect()
    }

    /// `was among those who visited X`, `is one of the actors that did`: what those do.
    pub(super) fn among_those(&self, at: usize) -> Vec<Item<Clause>> {
        let Some(those) = self.after_any(at, &["among", "amongst", "one of", "some of"]) else {
            return Vec::new();
        };
        if let Some(next) = self.after_any(those, &THOSE) {
            return self.group(next);
        }
        // `is among those awarded by X`
        if let Some(next) = self.after_any(those, &["those", "the ones", "the people"]) {
            let verbs = self.verbs(next, &[crate::question::morphology::Form::Participle]);
            let passive = |(end, base, _)| super::verbs::group(base, end, true, true);
            let groups: Vec<_> = verbs.into_iter().map(passive).collect();
            if !groups.is_empty() {
                return groups;
            }
        }
        if let Some(next) = self.after_any(those, &["those to", "the ones to"]) {
            return self.infinitive_or_relative(next - 1, true);
        }
        let the = those + usize::from(self.is(those, &["the"]));
        let nouns = self.lexical(the).filter_map(|(end, word)| match word {
            Word::Noun { noun: Noun::Label(_), .. } => Some(end),
            _ => None,
        });
        let nouns: Vec<usize> = nouns.collect();
        let mut groups = Vec::new();
        for end in nouns {
            if self.is(end, &["who", "that", "which"]) {
                groups.extend(self.group(end + 1));
            } else {
                // `among the states recognising X`
                groups.extend(self.doing_so(end));
            }
        }
        groups
    }

    /// `Russia visited X when?`, `… in which year?`, `The last time Russia visited X was when?`: a
    /// statement with what is asked for behind it.
    pub(super) fn asked_behind(&self, at: usize) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        if self.at_end(at + 2) || self.is(at, &["who", "whom", "what", "which", "when", "how"]) {
            return all;
        }
        // No more is looked at where nothing that asks stands behind.
        let asks = |&at: &usize| self.is(at, &["when", "what", "which", "how"]);
        let last = (at + 1..self.tokens.len()).filter(asks);
        let Some(asking) = last.max() else { return all };
        for start in (at + 1..=asking).rev().take(3) {
            for (asks, when) in self.circumstances_to_the_end(start) {
                let stated = self.statement(at).into_iter().filter(|item| {
                    item.end == start && !item.tree.asks() && item.tree.subject.is_some()
                });
                let stated = stated.map(|mut item| {
                    item.tree.adverbs.extend(when.clone().map(Adverb::When));
                    Item { end: self.tokens.len(), ..item }
                });
                all.extend(clauses(stated.collect(), asks));
            }
        }
        all.extend(self.time_turned_round(at));
        all
    }

    /// `not having recognised X`, `having recognised X`: what was not done, or was.
    pub(super) fn having_done(&self, at: usize) -> Vec<Item<Clause>> {
        let not = self.after_any(at, &["not having", "without having", "never having"]);
        let Some(next) = not.or_else(|| self.after(at, "having")) else { return Vec::new() };
        let mut all = Vec::new();
        for group in self.inverted_group("has", next) {
            for mut item in self.completed(group) {
                item.tree.negated |= not.is_some();
                all.push(item);
            }
        }
        all
    }

    /// `Along with Russia, who recognised X in the same month?`
    pub(super) fn along_with(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let Some(next) = self.after_any(at, &["along with", "together with", "like", "as well as"])
        else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for np in self.np(next).iter().filter(|np| matches!(np.tree.kind, NpKind::Name(_))) {
            let after = np.end + usize::from(self.is(np.end, &[","]));
            for mut item in self.fronted(after, led) {
                let Body::Clause(clause) = &mut item.tree.body else { continue };
                let same = clause.adverbs.iter_mut().find_map(|adverb| match adverb {
                    Adverb::Same(unit) => Some((*unit, adverb)),
                    _ => None,
                });
                match same {
                    Some((unit, adverb)) => {
                        *adverb = Adverb::SameAs { unit, np: np.tree.clone(), doer: false };
                    }
                    // `Together with X, who else did?`: who did but X.
                    None if self.is(after, &["who", "which"]) && self.is(after + 1, &["else"]) => {
                        clause.adverbs.push(Adverb::Except(np.tree.clone()));
                    }
                    None => continue,
                }
                item.cost += np.cost;
                all.push(item);
            }
        }
        all
    }

    /// `Which month saw Russia recognise X?`: when it did.
    pub(super) fn saw(&self, at: usize) -> Vec<Item<Clause>> {
        if !self.is(at, &["saw", "witnessed", "see", "sees"]) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for subject in self.np(at + 1).iter() {
            // `saw Russia recognise X`, `saw Russia recognising X`
            let mut done = self.inverted_group("did", subject.end);
            done.extend(self.doing_so(subject.end));
            let done = done.into_iter().flat_map(|group| self.completed(group)).collect();
            found.extend(with_subject(done, &subject.tree));
        }
        found
    }
}

/// How the time of a deed is told by the time at which another did the same.
#[derive(Clone, Copy, Debug)]
enum Told {
    Side { before: bool, apart: Option<Apart> },
    Same(Unit),
}

impl Told {
    /// What another is said to have done, without the time at which the first did it, and what tells its time
    /// by the first: `after Russia, which visited X in 2014`.
    fn of(self, done: &Clause, first: Np) -> (Clause, Adverb) {
        let timed = |adverb: &Adverb| matches!(adverb, Adverb::When(_));
        let mut again = done.clone();
        again.adverbs.retain(|adverb| !timed(adverb));
        let (before, apart, unit) = match self {
            Told::Side { before, apart } => (before, apart, None),
            Told::Same(unit) => (false, None, Some(unit)),
        };
        let adverb = if done.adverbs.iter().any(timed) {
            Adverb::Deed { before, apart, unit, clause: Box::new(done.clone()) }
        } else if let Some(unit) = unit {
            Adverb::SameAs { unit, np: first, doer: false }
        } else {
            Adverb::BeforeAfter { before, subject: first, apart }
        };
        (again, adverb)
    }
}

/// Before or after what another did.
fn on_a_side((side, nearest): (Side, bool), subject: Np) -> Adverb {
    let Side { before, apart, .. } = side;
    nearest_if(nearest, Adverb::BeforeAfter { before, subject, apart })
}

fn nearest_if(nearest: bool, adverb: Adverb) -> Adverb {
    if nearest { Adverb::Nearest(Some(Box::new(adverb))) } else { adverb }
}

/// Of a deed by its noun, whose it is taken away, *Russia's recognition of X*, *the recognition of X by
/// Russia*: whose there was, and Russia.
fn whose_else(deed: &Np) -> Option<(Np, Np)> {
    let NpKind::Nominal(nominal) = &deed.kind else { return None };
    if !matches!(nominal.head, HeadNoun::Noun(Noun::Event(_))) {
        return None;
    }
    // What its time or its order would be of is not said.
    let phrase = |modifier: &Modifier| matches!(modifier, Modifier::Phrase(..));
    let told = nominal.best.is_some() || nominal.rank.is_some() || nominal.number.is_some();
    if told || !nominal.modifiers.iter().all(phrase) {
        return None;
    }
    let mut nominal = (**nominal).clone();
    nominal.determiner = Determiner::None;
    let by = |modifier: &Modifier| matches!(modifier, Modifier::Phrase(word, _) if word == "by");
    let other = match (nominal.possessor.take(), nominal.modifiers.iter().position(by)) {
        (Some(owner), None) => owner,
        (None, Some(at)) => match nominal.modifiers.remove(at) {
            Modifier::Phrase(_, np) => np,
            _ => return None,
        },
        _ => return None,
    };
    let wh = Wh { word: WhWord::Whose, nominal: Some(nominal), of: None };
    let subject = Np { kind: NpKind::Wh(Shared::new(wh)), words: deed.words.clone() };
    names_something(&other).then_some((subject, other))
}

/// Whether two clauses say the same of their subjects; the second may say when besides.
pub(super) fn same_deed(of: &Clause, other: &Clause) -> bool {
    let alike = |one: &Argument, other: &Argument| {
        let kind = |argument: &Argument| argument.np.as_ref().map(|np| np.kind.clone());
        one.preposition == other.preposition
            && (kind(one) == kind(other)
                || matches!(kind(other), Some(NpKind::Pronoun(_))) && one.np.is_some())
    };
    other.verb == of.verb
        && other.passive == of.passive
        && !other.negated
        && other.and_then.is_empty()
        && other.arguments.len() == of.arguments.len()
        && of.arguments.iter().zip(&other.arguments).all(|(a, b)| alike(a, b))
}
