//! The forms of questions: what comes first, what is inverted, what is only asked for.

use super::clause::{BE, with_subject};
use super::{Chart, Item, cost, prune};
use crate::question::frame::is_preposition;
use crate::question::tree::{Adverb, Argument, Asks, Body, Clause, NpKind, Question, Unit};

/// What may stand before a question without adding to it, longest first.
const LEADS: [&str; 22] = [
    "can you tell me",
    "could you tell me",
    "do you know",
    "i want to know",
    "i would like to know",
    "please tell me",
    "please list",
    "please name",
    "please show me",
    "please give me",
    "tell me",
    "show me",
    "give me",
    "find me",
    "list all",
    "list",
    "name",
    "show",
    "give",
    "find",
    "please",
    "tell us",
];

/// Ways to ask how two things hang together.
const CONNECTED: [&str; 5] = ["connected", "related", "linked", "tied", "associated"];

impl Chart<'_> {
    /// One question, or several joined by *and*.
    pub(super) fn joined(&self, at: usize) -> Vec<Item<Vec<Question>>> {
        let mut all = Vec::new();
        for first in self.question(at) {
            let after = first.end + usize::from(self.is(first.end, &[","]));
            if self.is(after, &["and"]) && self.begins_question(after + 1) && self.step() {
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
        const WH: [&str; 9] =
            ["who", "whom", "what", "which", "when", "where", "why", "how", "whose"];
        self.is(at, &WH) && !self.at_end(at + 1)
    }

    fn question(&self, at: usize) -> Vec<Item<Question>> {
        self.deeper(|| {
            let mut all = self.unled(at, false);
            if let Some(after) = self.after_any(at, &LEADS) {
                let after = after + usize::from(self.is(after, &["all", "if", "whether", "me"]));
                all.extend(self.unled(after, true));
            }
            let mut all = self.with_more(all);
            prune(&mut all);
            all
        })
    }

    /// A question after any *please tell me*; `led` says whether there was one.
    fn unled(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let mut all = self.fronted(at, led);
        // `In November 2017, who met whom?`, `Besides Russia, who …?`
        for adverb in self.adverbs(at) {
            let after = adverb.end + usize::from(self.is(adverb.end, &[","]));
            for mut item in self.fronted(after, led) {
                if let Body::Clause(clause) = &mut item.tree.body {
                    if let Adverb::Speaker(np) = &adverb.tree {
                        if matches!(np.kind, NpKind::Wh(_)) {
                            item.tree.asks = Asks::Speaker;
                        } else {
                            clause.adverbs.push(adverb.tree.clone());
                        }
                    } else {
                        clause.adverbs.push(adverb.tree.clone());
                    }
                    item.cost += adverb.cost;
                    all.push(item);
                }
            }
        }
        all
    }

    fn fronted(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let mut all = self.path(at);
        all.extend(self.asking_adverb(at, led));
        all.extend(self.asking_thing(at, led));
        all.extend(clauses(self.inverted(at, None), Asks::Whether));
        // `recognitions of Abkhazia`, and what follows `list`.
        for np in self.np(at).iter() {
            let asking = matches!(np.tree.kind, NpKind::Wh(_) | NpKind::Pronoun(_));
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

    /// `who …`, `which states …`, `to whom …`.
    fn asking_thing(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        let starts_wh = self.is(at, &["who", "whom", "what", "which", "whose", "how"]);
        if starts_wh {
            all.extend(clauses(self.statement(at), Asks::Thing));
        }
        let (preposition, from) = match self.word(at) {
            word if is_preposition(word) => (Some(word.to_owned()), at + 1),
            _ => (None, at),
        };
        if !self.is(from, &["who", "whom", "what", "which", "whose", "how"]) {
            return all;
        }
        for np in self.np(from).iter() {
            if !matches!(np.tree.kind, NpKind::Wh(_)) {
                continue;
            }
            let front = Argument { preposition: preposition.clone(), np: Some(np.tree.clone()) };
            let next = self.skip_fillers(np.end);
            let mut found = self.inverted(next, Some(&front));
            if led {
                found.extend(self.embedded(next, Some(&front)));
            }
            for item in &mut found {
                item.cost += np.cost;
            }
            all.extend(clauses(found, Asks::Thing));
        }
        all
    }

    /// `when …`, `in which year …`, `why …`, `where …`, `how long …`.
    fn asking_adverb(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        for (asks, end) in self.adverbial(at) {
            let next = self.skip_fillers(end);
            all.extend(clauses(self.inverted(next, None), asks));
            if led {
                all.extend(clauses(self.embedded(next, None), asks));
            }
        }
        all
    }

    /// A phrase that asks for a circumstance, and the position after it.
    fn adverbial(&self, at: usize) -> Vec<(Asks, usize)> {
        let mut found = Vec::new();
        let plain = match self.word(at) {
            "when" => Some(Asks::When(Unit::Any)),
            "where" => Some(Asks::Where),
            "why" => Some(Asks::Why),
            _ => None,
        };
        found.extend(plain.map(|asks| (asks, at + 1)));
        if let Some(end) = self.after_any(at, &["since when", "at what time"]) {
            found.push((Asks::When(Unit::Any), end));
        }
        if let Some(end) = self.after_any(at, &["how long", "for how long", "how many days"]) {
            found.push((Asks::HowLong, end));
        }
        if let Some(end) = self.after_any(at, &["for what reason", "for which reason", "how come"])
        {
            found.push((Asks::Why, end));
        }
        let from = at + usize::from(self.is(at, &["in", "on", "during", "at"]));
        if self.is(from, &["what", "which"]) {
            let end = from + 1 + usize::from(self.is(from + 1, &["calendar", "exact"]));
            let unit = match self.word(end) {
                "year" => Some(Unit::Year),
                "month" => Some(Unit::Month),
                "day" => Some(Unit::Day),
                "date" => Some(Unit::Any),
                _ => None,
            };
            found.extend(unit.map(|unit| (Asks::When(unit), end + 1)));
        }
        found
    }

    /// Auxiliary, subject, rest: `did Russia recognise X`, `was it granted to Y`.
    fn inverted(&self, at: usize, front: Option<&Argument>) -> Vec<Item<Clause>> {
        if !self.is_auxiliary(at) {
            return Vec::new();
        }
        let auxiliary = self.word(at).to_owned();
        let start = self.skip_fillers(at + 1 + usize::from(self.is(at + 1, &["not"])));
        let early_not = self.is(at + 1, &["not"]);
        let mut all = Vec::new();
        for subject in self.np(start).iter() {
            let both = subject.end + usize::from(self.is(subject.end, &["both", "either", "all"]));
            for mut group in self.inverted_group(&auxiliary, both) {
                group.tree.negated |= early_not;
                group.tree.front = front.cloned();
                let mut found = with_subject(self.completed(group), &subject.tree);
                for item in &mut found {
                    item.cost += subject.cost;
                }
                all.extend(found);
            }
        }
        prune(&mut all);
        all
    }

    /// The order of a statement after a wh-phrase: `tell me when Russia recognised X`.
    fn embedded(&self, at: usize, front: Option<&Argument>) -> Vec<Item<Clause>> {
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
            if let NpKind::List(_, members) = &first.tree.kind {
                if let [a, b] = members.as_slice() {
                    all.push(path_item(a.clone(), b.clone(), first.end + 1, first.cost));
                }
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
    fn with_more(&self, items: Vec<Item<Question>>) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        for item in items {
            let after = item.end + usize::from(self.is(item.end, &[","]));
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
            all.push(item);
        }
        all
    }
}

fn clauses(items: Vec<Item<Clause>>, asks: Asks) -> Vec<Item<Question>> {
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
