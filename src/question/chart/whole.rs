//! The forms of questions: what comes first, what is inverted, what is only asked for.

use super::clause::{of_all_verbs, with_subject};
use super::verbs::{BE, group};
use super::{Chart, Item, QUESTIONS_MAX, cost};
use crate::question::form::Shared;
use crate::question::frame::is_preposition;
use crate::question::tree::{
    Adverb, Argument, Asks, Body, Clause, Join, Modifier, Np, NpKind, Question, Unit, Wh, WhWord,
};
use crate::question::when;

/// Words that ask.
pub(super) const WH: [&str; 9] =
    ["who", "whom", "what", "which", "when", "where", "why", "how", "whose"];

/// What stands before *everyone who …*.
const EVERYONE_LEADS: [&str; 8] = [
    "of",
    "who are",
    "who is",
    "who were",
    "who was",
    "what are",
    "what are the names of",
    "what were the names of",
];

/// What anybody does with what is somewhere.
const FIND: [&str; 9] = [
    "you find",
    "you see",
    "you visit",
    "one find",
    "one see",
    "we find",
    "i find",
    "i see",
    "you come across",
];

/// Ways to ask how two things hang together.
const CONNECTED: [&str; 5] = ["connected", "related", "linked", "tied", "associated"];

impl Chart<'_> {
    /// One question, or several joined by *and*.
    pub(super) fn joined(&self, at: usize) -> Vec<Item<Vec<Question>>> {
        let mut all = self.several_of_one(at);
        let made = self.made_of_two(at).into_iter();
        all.extend(made.map(|Item { end, tree, cost }| Item { end, tree: vec![tree], cost }));
        for first in self.question(at) {
            let after = first.end + usize::from(self.is(first.end, &[","]));
            // `Which countries and which people visited X?` does not ask for all countries.
            let noun = 2 + usize::from(self.is(at, &["how"]));
            let bare = matches!(&first.tree.body, Body::Phrase(np) if np.words.len() <= noun);
            if self.is(after, &["and"]) && !bare && self.begins_question(after + 1) && self.step() {
                for rest in self.joined(after + 1) {
                    let mut tree = vec![first.tree.clone()];
                    tree.extend(rest.tree);
                    all.push(Item { end: rest.end, tree, cost: first.cost + rest.cost });
                }
            }
            all.push(Item { end: first.end, tree: vec![first.tree], cost: first.cost });
        }
        all
    }

    fn begins_question(&self, at: usize) -> bool {
        self.is(at, &WH) && !self.at_end(at + 1)
    }

    pub(super) fn question(&self, at: usize) -> Vec<Item<Question>> {
        self.deeper(|| {
            let mut all = self.unled(at, false);
            for after in self.led(at) {
                if self.is(after, &["if", "whether"]) {
                    all.extend(clauses(self.statement(after + 1), Asks::Whether));
                    // Heard more often than it is right: `tell me if did X …`.
                    all.extend(clauses(self.polar(after + 1), Asks::Whether));
                }
                // `can you confirm that X …`
                let confirm = after > 0 && self.is(after - 1, &["confirm", "verify", "check"]);
                if confirm && self.is(after, &["that"]) {
                    all.extend(clauses(self.statement(after + 1), Asks::Whether));
                }
                all.extend(self.unled(after, true));
            }
            all.extend(self.is_what(at));
            for item in &mut all {
                if let Body::Clause(clause) = &mut item.tree.body {
                    super::beside::of_its_subject(clause);
                    same_as_the_excepted(clause);
                    super::apiece::of_its_own(clause);
                }
            }
            all.retain(|item| !self.leaves_something_out(at, item) && !self.is_of_either(item));
            all.iter_mut().for_each(|item| self.add_altogether(at, item));
            let mut all = self.with_more(at, all);
            self.prune_to(&mut all, at, QUESTIONS_MAX);
            all
        })
    }

    /// Whether a time is asked for of *both*, which would be read as of either: where they are split into what one
    /// did when the other did, none is left.
    fn is_of_either(&self, item: &Item<Question>) -> bool {
        let Body::Clause(clause) = &item.tree.body else { return false };
        let both = |np: &Np| {
            let (first, last) = (np.words.start, np.words.end.saturating_sub(1));
            let behind = self.is(np.words.end, &["both", "together"]);
            let said = behind || self.is(first, &["both"]) || self.is(last, &["both"]);
            said && matches!(np.kind, NpKind::List(Join::And, _))
        };
        let deeds = std::iter::once(clause).chain(clause.and_then.iter().map(|(_, next)| next));
        let of_both = |deed: &Clause| {
            let nps = deed.arguments.iter().filter_map(|argument| argument.np.as_ref());
            nps.chain(&deed.subject).any(both)
        };
        matches!(item.tree.asks, Asks::When(_)) && deeds.into_iter().any(of_both)
    }

    /// A question after any *please tell me*; `led` says whether there was one.
    fn unled(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let mut all = self.fronted(at, led);
        // `In November 2017, who met whom?`, `Besides Russia, who …?`
        for adverb in self.adverbs(at) {
            // `In each month of 2014, …`
            let within = self.of_time(adverb.end);
            let end = within.as_ref().map_or(adverb.end, |within| within.end);
            let after = end + usize::from(self.is(end, &[","]));
            // `For May 2014, tell me who …`
            let requests = if led || after == end { Vec::new() } else { self.led(after) };
            let asked = requests.into_iter().flat_map(|next| self.fronted(next, true));
            for mut item in self.fronted(after, led).into_iter().chain(asked) {
                if let Body::Clause(clause) = &mut item.tree.body {
                    clause.adverbs.extend(within.as_ref().map(|within| within.tree.clone()));
                    if let Adverb::Speaker(np) = &adverb.tree {
                        if matches!(np.kind, NpKind::Wh(_)) {
                            item.tree.asks = Asks::Speaker;
                        } else {
                            clause.adverbs.push(adverb.tree.clone());
                        }
                    } else {
                        clause.adverbs.push(adverb.tree.clone());
                        of_all_verbs(clause, &adverb.tree);
                    }
                    item.cost += adverb.cost;
                    all.push(item);
                }
            }
        }
        all.extend(self.led_by_phrase(at, led));
        all.extend(self.along_with(at, led));
        all.extend(self.and_if_so(at));
        all.extend(self.is_there_one(at));
        if led {
            all.extend(self.who_the_first_was(at));
        }
        all
    }

    /// `In Moscow, which building did he visit?`
    fn led_by_phrase(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let word = self.word(at);
        let mut all = Vec::new();
        if !is_preposition(word) {
            return all;
        }
        for np in self.np(at + 1).iter() {
            if matches!(np.tree.kind, NpKind::Wh(_)) || !self.step() {
                continue;
            }
            let after = np.end + usize::from(self.is(np.end, &[","]));
            for mut item in self.fronted(after, led) {
                all.extend(with_noun_in(&item, word, &np.tree));
                if let Body::Clause(clause) = &mut item.tree.body {
                    let np_tree = Some(np.tree.clone());
                    clause
                        .arguments
                        .push(Argument { preposition: Some(word.to_owned()), np: np_tree });
                    item.cost += np.cost + cost::PART;
                    all.push(item);
                }
            }
        }
        all
    }

    pub(super) fn fronted(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let mut all = self.path(at);
        all.extend(self.asking_source(at));
        all.extend(self.asking_adverb(at, led));
        // `who Malawi hosted`, as behind *tell me*
        let told = led || self.is(at, &["who", "whom"]) && !self.exact(at + 1).is_empty();
        all.extend(self.asking_thing(at, told));
        all.extend(self.asking_measure(at, led));
        all.extend(clauses(self.polar(at), Asks::Whether));
        all.extend(self.in_one_of_two(at));
        all.extend(self.in_one_of_two_times(at));
        all.extend(self.is_it_so(at));
        all.extend(self.asking_busiest(at));
        // `X was rejected by whom?`
        if !self.is(at, &WH) && (at..self.tokens.len()).any(|at| self.is(at, &WH)) {
            all.extend(clauses(self.statement(at), Asks::Thing));
        }
        if (at == 0 || led) && !self.is(at, &WH) {
            all.extend(self.stated(at));
        }
        all.extend(self.everyone(at, led || at == 0 && self.is(at, &["anyone", "anybody"])));
        all.extend(self.turned_round(at));
        all.extend(self.told_by_another(at));
        all.extend(self.retold(at));
        all.extend(self.told_by_itself(at, led));
        all.extend(self.asked_behind(at));
        all.extend(self.of_two(at, led));
        all.extend(self.keywords(at));
        all.extend(self.called(at));
        all.extend(self.by_whom(at));
        all.extend(self.more_in_one(at));
        // `recognitions of Abkhazia`, and what follows `list`.
        for np in self.np(at).iter() {
            let asking = matches!(np.tree.kind, NpKind::Wh(_) | NpKind::Pronoun(_));
            let counting = matches!(&np.tree.kind, NpKind::Wh(wh) if wh.nominal.is_some());
            if counting {
                let body = Body::Phrase(np.tree.clone());
                let tree = Question { asks: Asks::Thing, body, also: Vec::new() };
                all.push(Item { end: np.end, tree, cost: np.cost + 4 });
            }
            if !asking {
                let tree = Question {
                    asks: Asks::Thing,
                    body: Body::Phrase(np.tree.clone()),
                    also: Vec::new(),
                };
                let cost = np.cost + if led { 0 } else { 6 };
                all.push(Item { end: np.end, tree, cost });
            }
        }
        all
    }

    /// `Russia recognised Abkhazia?`, `…, right?`: a statement that is asked about.
    fn stated(&self, at: usize) -> Vec<Item<Question>> {
        // What is to be listed is no statement that is asked about.
        const LISTED: [&str; 8] = ["find", "list", "name", "show", "give", "identify", "me", "all"];
        let told = at > 1 && self.is(at - 2, &["told"]);
        if at > 0 && !told && self.is(at - 1, &LISTED) {
            return Vec::new();
        }
        let mut all = self.statement(at);
        all.retain(|item| {
            let subject = item.tree.subject.as_ref().map(|subject| &subject.kind);
            !matches!(subject, Some(NpKind::Wh(_)) | None) && !item.tree.asks()
        });
        for item in &mut all {
            let tag = item.end + usize::from(self.is(item.end, &[","]));
            if let Some(end) = self.after_any(
                tag,
                &[
                    "am i right",
                    "is that right",
                    "is that so",
                    "is that correct",
                    "is that true",
                    "am i correct",
                    "is it so",
                    "is it true",
                    "is this true",
                    "is this so",
                    "is this right",
                    "is that the case",
                    "is this the case",
                    "is that a fact",
                    "is it right",
                    "is it the case",
                    "is that what happened",
                    "did that happen",
                    "did it happen",
                    "true or false",
                    "yes or no",
                    "right or wrong",
                    "did it not",
                    "did they not",
                    "did he not",
                    "did she not",
                ],
            ) {
                item.end = end;
            } else if self.is(tag, &["right", "correct", "true", "yes", "no"]) {
                item.end = tag + 1;
            } else if self.is_auxiliary(tag) {
                let pronoun = tag + 1 + usize::from(self.is(tag + 1, &["not"]));
                if self.is(pronoun, &["it", "he", "she", "they"]) && self.at_end(pronoun + 1) {
                    item.end = pronoun + 1;
                }
            }
            item.cost += cost::STATED;
        }
        clauses(all, Asks::Whether)
    }

    /// `everyone who recognises X`, `those that do`, `all whom X met`, after *name* or *who are*.
    pub(super) fn everyone(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        const ALL: [&str; 17] = [
            "whom can it be said that they",
            "they",
            "the people",
            "anybody else",
            "everyone",
            "everybody",
            "anyone",
            "anybody",
            "all",
            "those",
            "all those",
            "the ones",
            "all the ones",
            "whoever",
            "whomever",
            "the one",
            "someone",
        ];
        let start = if led {
            const LISTS: [&str; 12] = [
                "a list of",
                "the list of",
                "the names of",
                "all the names of",
                "names of",
                "a full list of",
                "the full list of",
                "a complete list of",
                "the complete list of",
                "an overview of",
                "the name of",
                "a list with",
            ];
            self.after_any(at, &LISTS).unwrap_or(at)
        } else {
            match self.after_any(at, &EVERYONE_LEADS) {
                Some(start) => start,
                None => return Vec::new(),
            }
        };
        let mut found = Vec::new();
        if led {
            // `tell me the last to recognise X`
            for (rank, mut group) in self.ranked_after_be(at, true) {
                group.tree.adverbs.push(Adverb::Ranked(rank));
                found.extend(with_subject(self.completed(group), &who(at..at)));
            }
        }
        let Some(end) = self.after_any(start, &ALL) else { return clauses(found, Asks::Thing) };
        let subject = who(start..end);
        if self.is(end, &["who", "that", "which"]) {
            found.extend(with_subject(self.predicates(end + 1), &subject));
        } else if self.is(start, &["whoever", "whom"]) {
            found.extend(with_subject(self.predicates(end), &subject));
        }
        if self.is(end, &["to"]) {
            // `who were the ones to recognise X`
            let groups = self.infinitive_or_relative(end, true).into_iter();
            let done = groups.flat_map(|group| self.completed(group)).collect();
            found.extend(with_subject(done, &subject));
        }
        let whom = end + usize::from(self.is(end, &["who", "that", "which", "whom"]));
        let front = Argument { preposition: None, np: Some(subject) };
        found.extend(self.embedded(whom, Some(&front)));
        clauses(found, Asks::Thing)
    }

    /// `The first to recognise X was who?`
    fn turned_round(&self, at: usize) -> Vec<Item<Question>> {
        let mut found = Vec::new();
        if !self.is(at, &["the"]) {
            return Vec::new();
        }
        let ranked = self.ranked_after_be(at, true).into_iter().map(|(rank, mut group)| {
            group.tree.adverbs.push(Adverb::Ranked(rank));
            group
        });
        for group in ranked.chain(self.next_after_be(at, true)) {
            for mut item in self.completed(group) {
                // `The first to recognise X: who was it?`
                const WHO_WAS_IT: [&str; 8] = [
                    "who was it",
                    "who was that",
                    "who is it",
                    "who is that",
                    "who were they",
                    "who are they",
                    "which was it",
                    "which one was it",
                ];
                let comma = item.end + usize::from(self.is(item.end, &[","]));
                if let Some(end) = self.after_any(comma, &WHO_WAS_IT) {
                    item.end = end;
                    found.extend(with_subject(vec![item], &who(at..at)));
                    continue;
                }
                if !BE.contains(&self.word(item.end)) || !self.is(item.end + 1, &WH) {
                    continue;
                }
                let all = self.np(item.end + 1);
                let asking = all.iter().filter(|np| matches!(np.tree.kind, NpKind::Wh(_)));
                for np in asking {
                    item.end = np.end;
                    found.extend(with_subject(vec![item.clone()], &np.tree));
                }
            }
        }
        clauses(found, Asks::Thing)
    }

    /// `who …`, `which states …`, `to whom …`.
    pub(super) fn asking_thing(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        let starts_wh = self.is(at, &["who", "whom", "what", "which", "whose", "how"])
            || self.is(at, &["of", "among", "amongst", "out"])
            || self.after_number_of(at).is_some();
        if starts_wh {
            all.extend(clauses(self.statement(at), Asks::Thing));
        }
        let (preposition, from) = match self.word(at) {
            word if is_preposition(word) => (Some(word.to_owned()), at + 1),
            _ => (None, at),
        };
        // `the number of visits that X made`
        let counted = self.after_number_of(from).is_some();
        if !counted && !self.is(from, &["who", "whom", "what", "which", "whose", "how"]) {
            return all;
        }
        let led = led || counted;
        for np in self.np(from).iter() {
            if !matches!(np.tree.kind, NpKind::Wh(_)) {
                continue;
            }
            let front = Argument { preposition: preposition.clone(), np: Some(np.tree.clone()) };
            let next = self.skip_fillers(np.end);
            let next = next + usize::from(counted && self.is(next, &["that", "which"]));
            let mut found = self.inverted(next, Some(&front));
            found.extend(self.after_time(next, |at| self.inverted(at, Some(&front))));
            // `Which country first did X visit?`
            if let Some((rank, end)) = self.rank(next) {
                for mut item in self.inverted(end, Some(&front)) {
                    item.tree.adverbs.push(Adverb::Ranked(rank));
                    found.push(item);
                }
            }
            if led {
                found.extend(self.embedded(next, Some(&front)));
            }
            if let Some(that) = self.cleft(next) {
                found.extend(self.embedded(that, Some(&front)));
            }
            let behind: Vec<_> =
                found.iter().flat_map(|one| self.with_relative_behind(one)).collect();
            found.extend(behind);
            let turned: Vec<_> = found.iter().flat_map(super::measure::asked_of_a_noun).collect();
            found.extend(turned);
            all.extend(self.what_property(np));
            found.extend(self.shown_by_records(next, &np.tree));
            for item in &mut found {
                item.cost += np.cost;
            }
            all.extend(clauses(found, Asks::Thing));
        }
        all
    }

    /// `Which sentence says that …?`, `Where does it say that …?`, `How do you know that …?`
    fn asking_source(&self, at: usize) -> Vec<Item<Question>> {
        const LEADS: [&str; 14] = [
            "which sentence says that",
            "which sentence says",
            "what sentence says that",
            "where does it say that",
            "where does the article say that",
            "how do you know that",
            "how do we know that",
            "what is the source for the claim that",
            "where is it said that",
            "what is the evidence that",
            "which source says that",
            "who says that",
            "what is the source that",
            "how is it known that",
        ];
        let Some(after) = self.after_any(at, &LEADS) else { return Vec::new() };
        let asks = if self.is(at, &["who"]) { Asks::Speaker } else { Asks::Source };
        clauses(self.statement(after), asks)
    }

    /// Auxiliary, subject, rest: `did Russia recognise X`, `was it granted to Y`.
    pub(super) fn inverted(&self, at: usize, front: Option<&Argument>) -> Vec<Item<Clause>> {
        if !self.is_auxiliary(at) {
            return Vec::new();
        }
        let auxiliary = self.word(at).to_owned();
        // `In which state can you find X?`: where it is.
        let found = self.after_any(at + 1, &FIND).filter(|_| front.is_some());
        if let Some(next) = found {
            let be = |np: &Item<Np>| {
                let subject = Some(np.tree.clone());
                let tree = Clause { subject, front: front.cloned(), ..Clause::of("be".into()) };
                Item { end: self.skip_fillers(np.end), tree, cost: np.cost }
            };
            return self.np(next).iter().map(be).collect();
        }
        // `Can I find X in Y?`: whether it is there.
        if let Some(next) = self.after_any(at + 1, &FIND) {
            let mut all = Vec::new();
            for np in self.np(next).iter() {
                let done = self.completed(group("be".into(), np.end, false, false));
                all.extend(with_subject(done, &np.tree));
            }
            return all;
        }
        let start = self.skip_fillers(at + 1 + usize::from(self.is(at + 1, &["not"])));
        let early_not = self.is(at + 1, &["not"]);
        let mut all = Vec::new();
        for subject in self.np(start).iter() {
            let both = ["both", "either", "all", "each"];
            let both = subject.end + usize::from(self.is(subject.end, &both));
            let mut groups = self.inverted_group(&auxiliary, both);
            groups.extend(self.after_time(both, |at| self.inverted_group(&auxiliary, at)));
            // `How many mountains has Alaska?`
            if front.is_some() && matches!(&*auxiliary, "has" | "have" | "had") {
                groups.push(group("have".into(), subject.end, auxiliary == "had", false));
            }
            // `Has X more people than Y?`
            if front.is_none()
                && matches!(&*auxiliary, "has" | "have" | "had")
                && (!self.comparison_phrase(subject.end).is_empty()
                    || self.quantity_of(subject.end).is_some()
                    || self.is(subject.end, &["a", "an", "any", "some", "no"]))
            {
                groups.push(group("have".into(), subject.end, auxiliary == "had", false));
            }
            for mut group in groups {
                group.tree.negated |= early_not;
                group.tree.front = front.cloned();
                let mut found = self.joined_verbs(&auxiliary, &group, front);
                let completed = self.completed(group);
                found.extend(self.another(&auxiliary, &completed));
                // `Whom did he visit in 2015 but not in 2014?`
                for first in &completed {
                    let after = first.end + usize::from(self.is(first.end, &[","]));
                    found.extend(self.at_another_time(first, after));
                    found.extend(self.that_another_did_not(first, after));
                }
                found.extend(completed);
                let mut found = with_subject(found, &subject.tree);
                for item in &mut found {
                    item.cost += subject.cost;
                }
                self.made(&found, at);
                all.extend(found);
            }
            if !self.step() {
                break;
            }
        }
        let others = self.but_another_did_not(&all);
        all.extend(others);
        let others = self.but_not_another(&all);
        all.extend(others);
        let each = self.each_other(&all);
        all.extend(each);
        self.prune_to(&mut all, at, QUESTIONS_MAX);
        all
    }

    /// The order of a statement after a wh-phrase: `tell me when Russia recognised X`.
    pub(super) fn embedded(&self, at: usize, front: Option<&Argument>) -> Vec<Item<Clause>> {
        let mut all = self.statement(at);
        for item in &mut all {
            item.tree.front = front.cloned();
        }
        all
    }

    /// `How is A connected to B?`, `How are A and B connected?`
    fn path(&self, at: usize) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        if !(self.is(at, &["how"]) && BE.contains(&self.word(at + 1))) {
            return all;
        }
        for first in self.np(at + 2).iter() {
            if !self.is(first.end, &CONNECTED) {
                continue;
            }
            if let NpKind::List(_, members) = &first.tree.kind
                && let [a, b] = members.as_slice()
            {
                all.push(path_item(a.clone(), b.clone(), first.end + 1, first.cost));
            }
            if !self.is(first.end + 1, &["to", "with"]) {
                continue;
            }
            for second in self.np(first.end + 2).iter() {
                let cost = first.cost + second.cost;
                all.push(path_item(first.tree.clone(), second.tree.clone(), second.end, cost));
            }
        }
        all
    }

    /// Further things asked of the same: `…, and why?`
    fn with_more(&self, at: usize, items: Vec<Item<Question>>) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        for mut item in items {
            let after = item.end + usize::from(self.is(item.end, &[","]));
            // `Did Russia recognise X or not?`
            if item.tree.asks == Asks::Whether
                && let Some(end) = self.after_any(after, &["or not", "or did it not", "yes or no"])
            {
                item.end = end;
            }
            if self.is(after, &["and"]) {
                let more = match self.word(after + 1) {
                    "why" => Some(Asks::Why),
                    "when" => Some(Asks::When(Unit::Any)),
                    "where" => Some(Asks::Where),
                    _ => None,
                };
                if let (Some(more), true) = (more, self.at_end(after + 2)) {
                    let mut tree = item.tree.clone();
                    tree.also.push(more);
                    all.push(Item { end: after + 2, tree, cost: item.cost + cost::PART });
                }
            }
            all.extend(self.with_choices(&item));
            all.extend(self.with_place_behind(&item));
            // `neighbours of X and neighbours of Y at the same time`: of what is so, always.
            if let Body::Clause(clause) = &item.tree.body
                && matches!(&*clause.verb, "be" | "have")
                && let Some(end) = self.after_any(item.end, &["at the same time", "at once"])
            {
                all.push(Item { end, ..item.clone() });
            }
            if self.is(item.end, &["together"]) && self.at_end(item.end + 1) {
                let mut item = Item { end: item.end + 1, cost: item.cost + 2, ..item.clone() };
                self.add_altogether(at, &mut item);
                all.push(item);
            }
            if let Some(end) = self.after_tail(item.end, item.tree.asks == Asks::Whether) {
                all.push(Item { end, ..item.clone() });
            }
            all.push(item);
        }
        all
    }

    /// `Which city has the most people in X?`: which city in X.
    fn with_place_behind(&self, item: &Item<Question>) -> Vec<Item<Question>> {
        let word = self.word(item.end);
        if !matches!(word, "in" | "of" | "on") {
            return Vec::new();
        }
        let places = self.np(item.end + 1);
        let names = places.iter().filter(|np| matches!(np.tree.kind, NpKind::Name(_)));
        names
            .filter_map(|np| {
                let mut behind = with_noun_in(item, word, &np.tree)?;
                behind.end = np.end;
                behind.cost += np.cost + cost::PART;
                Some(behind)
            })
            .collect()
    }
}

/// `Besides Russia, who recognised X in the same month?`: the same as Russia did.
fn same_as_the_excepted(clause: &mut Clause) {
    let excepted = clause.adverbs.iter().find_map(|adverb| match adverb {
        Adverb::Except(np) if matches!(np.kind, NpKind::Name(_)) => Some(np.clone()),
        _ => None,
    });
    // `Who besides Russia recognised X in the same month?`
    let of_subject = || match &clause.subject.as_ref()?.kind {
        NpKind::Except(_, np) if matches!(np.kind, NpKind::Name(_)) => Some((**np).clone()),
        _ => None,
    };
    let Some(np) = excepted.or_else(of_subject) else { return };
    for adverb in &mut clause.adverbs {
        if let Adverb::Same(unit) = *adverb {
            *adverb = Adverb::SameAs { unit, np: np.clone(), doer: false };
        }
    }
}

/// `In X, which city is the largest?`: which city in X.
fn with_noun_in(item: &Item<Question>, preposition: &str, np: &Np) -> Option<Item<Question>> {
    let mut item = item.clone();
    let Body::Clause(clause) = &mut item.tree.body else { return None };
    let best = clause.arguments.iter().filter_map(|part| part.np.as_ref()).any(Np::is_best);
    let NpKind::Wh(wh) = &mut clause.subject.as_mut()?.kind else { return None };
    let nominal = wh.nominal.as_mut().filter(|_| best)?;
    nominal.modifiers.push(Modifier::Phrase(preposition.to_owned(), np.clone()));
    item.cost += cost::PART;
    Some(item)
}

/// *Who*, alone.
pub(super) fn who(words: std::ops::Range<usize>) -> Np {
    Np { kind: NpKind::Wh(Shared::new(Wh { word: WhWord::Who, nominal: None, of: None })), words }
}

pub(super) fn clauses(items: Vec<Item<Clause>>, asks: Asks) -> Vec<Item<Question>> {
    items
        .into_iter()
        .map(|item| {
            let body = Body::Clause(item.tree);
            Item { end: item.end, tree: Question { asks, body, also: Vec::new() }, cost: item.cost }
        })
        .collect()
}

fn path_item(
    from: crate::question::tree::Np,
    to: crate::question::tree::Np,
    end: usize,
    cost: u32,
) -> Item<Question> {
    let body = Body::Path(from, to);
    Item { end, tree: Question { asks: Asks::Thing, body, also: Vec::new() }, cost }
}

/// What follow-ups are made of.
impl Chart<'_> {
    /// The position after *and*, *what about* and their kind.
    pub(crate) fn after_lead(&self) -> usize {
        const LEADS: [&str; 8] = [
            "and what about",
            "and how about",
            "what about",
            "how about",
            "and also",
            "and",
            "or",
            "but",
        ];
        self.after_any(0, &LEADS).unwrap_or(0)
    }

    /// Noun phrases that reach from a position to the end.
    pub(crate) fn whole_names(&self, at: usize) -> Vec<(crate::question::tree::Np, u32)> {
        let all = self.np(at);
        let whole = all.iter().filter(|item| self.at_end(item.end));
        whole.map(|item| (item.tree.clone(), item.cost)).collect()
    }

    /// Adverbs that reach from a position to the end.
    pub(crate) fn whole_adverbs(&self, at: usize) -> Vec<(Adverb, u32)> {
        let all = self.adverbs(at).into_iter();
        let mut found: Vec<(Adverb, u32)> =
            all.filter(|item| self.at_end(item.end)).map(|item| (item.tree, item.cost)).collect();
        // `and 2015?`
        let bare = when::bare(self.tokens, at).filter(|(end, _)| self.at_end(*end));
        found.extend(bare.map(|(_, when)| (Adverb::When(when), cost::PART)));
        found
    }

    /// Whether nothing but some words stands behind a position.
    pub(crate) fn ends_with(&self, at: usize, words: &str) -> bool {
        self.after(at, words).is_some_and(|end| self.at_end(end))
    }

    /// How many words the question has.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// A word of the question; empty past its end.
    pub(crate) fn word_at(&self, at: usize) -> &str {
        self.word(at)
    }
}
