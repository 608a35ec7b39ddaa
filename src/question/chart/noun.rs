//! Noun phrases: names, nouns with what belongs to them, wh-phrases, lists, exceptions.

use std::rc::Rc;
use std::sync::Arc;

use super::{Chart, Item, cost, prune};
use crate::graph::KeyId;
use crate::graph::alias::AliasKind;
use crate::question::frame::is_preposition;
use crate::question::lexicon::{Noun, Word};
use crate::question::names::{Bearer, Found};
use crate::question::tree::{
    Determiner, HeadNoun, Join, Modifier, Nominal, Np, NpKind, Pronoun, Rank, Wh, WhWord,
};
use crate::question::when;

/// Words that except: *states other than Russia*.
pub(super) const EXCEPT: [&str; 11] = [
    "other than",
    "besides",
    "except for",
    "except",
    "apart from",
    "aside from",
    "excluding",
    "excepting",
    "save for",
    "not counting",
    "in addition to",
];

impl Chart<'_> {
    /// Noun phrases at a position.
    pub(super) fn np(&self, at: usize) -> Rc<Vec<Item<Np>>> {
        if let Some(items) = self.noun_phrases.borrow().get(&at) {
            return Rc::clone(items);
        }
        if at >= self.tokens.len() || !self.open.borrow_mut().insert(at) {
            return Rc::default();
        }
        let mut items = self.deeper(|| self.listed(at));
        prune(&mut items);
        self.open.borrow_mut().remove(&at);
        let items = Rc::new(items);
        self.noun_phrases.borrow_mut().insert(at, Rc::clone(&items));
        items
    }

    /// One noun phrase, or several joined, with what is excepted.
    fn listed(&self, at: usize) -> Vec<Item<Np>> {
        // `both X and Y`, `either X or Y`, `neither X nor Y`.
        let correlative = self.is(at, &["both", "either", "neither"]);
        let negative = self.is(at, &["neither"]);
        let mut items = self.single(at);
        if correlative {
            items.extend(
                self.joined_from(self.single(at + 1), at, negative)
                    .into_iter()
                    .filter(|item| matches!(item.tree.kind, NpKind::List(..))),
            );
        }
        let plain = self.joined_from(items.clone(), at, false);
        items.extend(plain.into_iter().filter(|item| matches!(item.tree.kind, NpKind::List(..))));
        let excepted = self.excepted(&items, at);
        items.extend(excepted);
        items
    }

    fn excepted(&self, items: &[Item<Np>], at: usize) -> Vec<Item<Np>> {
        let mut out = Vec::new();
        for item in items {
            let after = item.end + usize::from(self.is(item.end, &[","]));
            let Some(next) = self.after_any(after, &EXCEPT) else { continue };
            let others = self.joined_from(self.single(next), next, false);
            for other in others {
                let closed =
                    other.end + usize::from(after > item.end && self.is(other.end, &[","]));
                let kind = NpKind::Except(Box::new(item.tree.clone()), Box::new(other.tree));
                let tree = Np { kind, words: at..closed };
                out.push(Item { end: closed, tree, cost: item.cost + other.cost });
            }
        }
        out
    }

    /// Lists that begin with one of some noun phrases; those themselves, too.
    fn joined_from(&self, firsts: Vec<Item<Np>>, at: usize, negative: bool) -> Vec<Item<Np>> {
        let mut done = Vec::new();
        for first in firsts {
            let mut open = vec![(vec![first.tree.clone()], first.end, first.cost)];
            while let Some((members, end, sum)) = open.pop() {
                if members.len() < 12 && self.is(end, &[","]) && self.step() {
                    for next in self.single(end + 1) {
                        let mut longer = members.clone();
                        longer.push(next.tree);
                        open.push((longer, next.end, sum + next.cost));
                    }
                }
                let after = end + usize::from(self.is(end, &[","]));
                let Some((join, next_at)) = self.join(after, negative) else { continue };
                for last in self.single(next_at) {
                    let mut all = members.clone();
                    all.push(last.tree);
                    let tree = Np { kind: NpKind::List(join, all), words: at..last.end };
                    done.push(Item { end: last.end, tree, cost: sum + last.cost });
                }
            }
            done.push(first);
        }
        done
    }

    fn join(&self, at: usize, negative: bool) -> Option<(Join, usize)> {
        if let Some(end) = self.after_any(at, &["but not", "and not", "yet not"]) {
            return Some((Join::ButNot, end));
        }
        let join = match self.word(at) {
            "nor" if negative => Join::Nor,
            "and" => Join::And,
            "or" => Join::Or,
            _ => return None,
        };
        Some((join, at + 1))
    }

    /// A noun phrase that is no list, with any genitives behind it: *Medoev's trip*.
    fn single(&self, at: usize) -> Vec<Item<Np>> {
        let mut items = self.simple(at);
        let mut next = 0;
        while next < items.len() && items.len() < super::ITEMS_MAX {
            let item = items[next].clone();
            next += 1;
            if self.word(item.end) != "'s" {
                continue;
            }
            for owned in self.nominals(item.end + 1, Determiner::Definite) {
                let mut nominal = owned.tree;
                nominal.possessor = Some(item.tree.clone());
                let kind = NpKind::Nominal(Box::new(nominal));
                let tree = Np { kind, words: at..owned.end };
                items.push(Item { end: owned.end, tree, cost: item.cost + owned.cost });
            }
        }
        items
    }

    fn simple(&self, at: usize) -> Vec<Item<Np>> {
        let mut items = self.wh(at);
        items.extend(self.pronoun(at));
        let named = self.named(at);
        items.extend(self.within(&named, at));
        items.extend(named);
        items.extend(self.comparison_phrase(at));
        items.extend(self.determined(at));
        for (end, (key, value)) in self.shares(at) {
            let of = [self.named(end), self.determined(end)].concat();
            items.extend(of.into_iter().map(|item| {
                let kind = NpKind::Share(key, Arc::clone(&value), Box::new(item.tree));
                let tree = Np { kind, words: at..item.end };
                Item { end: item.end, tree, cost: item.cost + cost::PART }
            }));
        }
        items
    }

    // --- Names ---------------------------------------------------------------------------------

    fn named(&self, at: usize) -> Vec<Item<Np>> {
        let from = at + usize::from(self.is(at, &["the"]));
        let mut items: Vec<Item<Np>> = Vec::new();
        for found in self.exact(from).iter().cloned() {
            if found.bearer.kind != AliasKind::Adjective {
                push_name(&mut items, at, found, 0);
            }
        }
        if items.is_empty() {
            for found in self.near(from).iter().cloned() {
                push_name(&mut items, at, found, cost::CORRECTED);
            }
        }
        if items.is_empty() {
            items.extend(self.unknown_name(at, from));
        }
        items.extend(self.bare_value(at, from));
        items
    }

    /// Names spelt as they are.
    pub(super) fn exact_names(&self, at: usize) -> Vec<Item<Np>> {
        let mut items: Vec<Item<Np>> = Vec::new();
        for found in self.exact(at).iter().cloned() {
            if found.bearer.kind != AliasKind::Adjective {
                push_name(&mut items, at, found, 0);
            }
        }
        items
    }

    /// A capitalised stretch that nothing in the graph is called.
    fn unknown_name(&self, at: usize, from: usize) -> Option<Item<Np>> {
        let unknown = |at: usize| {
            self.tokens.get(at).is_some_and(|token| {
                token.capital
                    && !super::is_function_word(&token.word)
                    && !self.lexicon.knows(&token.word)
                    && self.exact(at).is_empty()
            })
        };
        let end = (from..=self.tokens.len()).find(|&at| !unknown(at))?;
        if end == from || from == 0 {
            return None;
        }
        let kind = NpKind::Unknown(self.written(from, end).to_owned());
        Some(Item { end, tree: Np { kind, words: at..end }, cost: cost::UNKNOWN })
    }

    /// A value of a property as a noun phrase of its own: *independence from Georgia*.
    fn bare_value(&self, at: usize, from: usize) -> Vec<Item<Np>> {
        self.values(from)
            .into_iter()
            .map(|(end, key, values)| {
                let tree = Np { kind: NpKind::Value(key, values), words: at..end };
                Item { end, tree, cost: cost::PART + 1 }
            })
            .collect()
    }

    /// Values at a position, those that differ in case alone together.
    fn values(&self, at: usize) -> Vec<(usize, KeyId, Vec<Arc<str>>)> {
        let mut found: Vec<(usize, KeyId, Vec<Arc<str>>)> = Vec::new();
        for (end, word) in self.lexical(at) {
            let Word::Value { key, value } = word else { continue };
            match found.iter_mut().find(|entry| entry.0 == end && entry.1 == *key) {
                Some(entry) => entry.2.push(Arc::clone(value)),
                None => found.push((end, *key, vec![Arc::clone(value)])),
            }
        }
        for entry in &mut found {
            entry.2.sort();
        }
        found
    }

    // --- Wh-phrases and pronouns ---------------------------------------------------------------

    fn wh(&self, at: usize) -> Vec<Item<Np>> {
        let (word, after) = match self.word(at) {
            "who" | "whom" => (WhWord::Who, at + 1),
            "what" => (WhWord::What, at + 1),
            "which" => (WhWord::Which, at + 1),
            "whose" => (WhWord::Whose, at + 1),
            "how" if self.is(at + 1, &["many"]) => (WhWord::HowMany, at + 2),
            _ => match self.after_number_of(at) {
                Some(after) => (WhWord::HowMany, after),
                None => return Vec::new(),
            },
        };
        let make = |nominal: Option<Nominal>, of: Option<Np>, end: usize, cost: u32| {
            let kind = NpKind::Wh(Box::new(Wh { word, nominal, of }));
            Item { end, tree: Np { kind, words: at..end }, cost: cost + cost::PART }
        };
        let mut items = Vec::new();
        // `who all`, `who else`: the same question.
        let plain = after + usize::from(word != WhWord::Whose && self.is(after, &["all", "else"]));
        if word != WhWord::Whose {
            items.push(make(None, None, plain, u32::from(word == WhWord::Which) * 4));
        }
        if word != WhWord::Who {
            for nominal in self.nominals(after, Determiner::None) {
                items.push(make(Some(nominal.tree), None, nominal.end, nominal.cost));
            }
        }
        if word != WhWord::Whose && self.is(after, &["of"]) {
            for of in self.simple(after + 1) {
                items.push(make(None, Some(of.tree), of.end, of.cost));
            }
        }
        items
    }

    fn pronoun(&self, at: usize) -> Option<Item<Np>> {
        let pronoun = match self.word(at) {
            "he" | "she" | "him" | "her" => Pronoun::One,
            "it" => Pronoun::It,
            "they" | "them" => Pronoun::Many,
            _ => return None,
        };
        let tree = Np { kind: NpKind::Pronoun(pronoun), words: at..at + 1 };
        Some(Item { end: at + 1, tree, cost: cost::PART })
    }

    // --- Nouns ---------------------------------------------------------------------------------

    /// A noun with its determiner.
    fn determined(&self, at: usize) -> Vec<Item<Np>> {
        let (determiner, after) = match self.word(at) {
            "the" | "this" | "these" | "that" | "those" | "his" | "her" | "their" | "its" => {
                (Determiner::Definite, at + 1)
            }
            "a" | "an" | "any" | "some" => (Determiner::Indefinite, at + 1),
            "no" => (Determiner::No, at + 1),
            "at" if self.is(at + 1, &["least"]) && self.is(at + 2, &["one", "a", "an"]) => {
                (Determiner::Indefinite, at + 3)
            }
            "both" => (Determiner::Both, self.skip_of_the(at + 1)),
            "either" => (Determiner::Either, self.skip_of_the(at + 1)),
            "all" | "every" | "each" => (Determiner::All, self.skip_of_the(at + 1)),
            _ => (Determiner::None, at),
        };
        let wrap = |item: Item<Nominal>| {
            let kind = NpKind::Nominal(Box::new(item.tree));
            Item { end: item.end, tree: Np { kind, words: at..item.end }, cost: item.cost }
        };
        self.nominals(after, determiner).into_iter().map(wrap).collect()
    }

    /// `all of the`, `both the`.
    fn skip_of_the(&self, at: usize) -> usize {
        let at = at + usize::from(self.is(at, &["of"]));
        at + usize::from(self.is(at, &["the", "these", "those", "their"]))
    }

    /// A noun with what stands before and behind it, after its determiner.
    pub(super) fn nominals(&self, at: usize, determiner: Determiner) -> Vec<Item<Nominal>> {
        self.deeper(|| {
            let mut all = self.with_modifiers(self.before_noun(at, determiner));
            prune(&mut all);
            all
        })
    }

    /// `nearly all`: a value that says what part, with the words that join it to its noun.
    fn shares(&self, at: usize) -> Vec<(usize, (KeyId, Arc<str>))> {
        self.values(at)
            .into_iter()
            .filter(|(_, key, _)| self.lexicon.is_share(*key))
            .flat_map(|(end, key, values)| {
                let end = end + usize::from(self.is(end, &["of"]));
                values.into_iter().map(move |value| (end, (key, value)))
            })
            .collect()
    }

    /// Numbers, ranks and adjectives, then the noun.
    fn before_noun(&self, at: usize, determiner: Determiner) -> Vec<Item<Nominal>> {
        let (number, at) = match number(self.word(at)) {
            Some(number) => (Some(number), at + 1),
            None => (None, at),
        };
        let (rank, at) = match self.rank(at) {
            Some((rank, end)) => (Some(rank), end),
            None => (None, at),
        };
        let at = at + usize::from(self.is(at, &["other"]));
        let mut items = self.without_noun(at);
        for (end, measured) in self.measured(at) {
            let mut found = self.heads(end);
            for adjective in self.adjectives(end) {
                for mut item in self.heads(adjective.end) {
                    item.tree.adjectives.push(adjective.tree.clone());
                    item.cost += adjective.cost;
                    found.push(item);
                }
            }
            // `the Texas cities` may be `the largest Texas cities`, `Texas' largest cities` not.
            for mut item in found {
                item.tree.best.clone_from(&measured.best);
                item.tree.graded.clone_from(&measured.graded);
                item.tree.aggregate = measured.aggregate;
                item.cost += u32::from(measured.best.is_some());
                items.push(item);
            }
        }
        for item in &mut items {
            item.tree.determiner = determiner;
            item.tree.number = number;
            item.tree.rank = rank;
        }
        items
    }

    /// A name used as an adjective: *Russian*, *Moscow* in *the Moscow meeting*.
    fn adjectives(&self, at: usize) -> Vec<Item<Np>> {
        let mut items = Vec::new();
        for found in self.exact(at).iter().cloned() {
            let penalty = if found.bearer.kind == AliasKind::Adjective { 0 } else { 2 };
            push_name(&mut items, at, found, penalty);
        }
        items
    }

    pub(super) fn rank(&self, at: usize) -> Option<(Rank, usize)> {
        match self.word(at) {
            "first" | "earliest" | "oldest" => Some((Rank::First, at + 1)),
            "last" | "latest" | "newest" => Some((Rank::Last, at + 1)),
            "most" if self.is(at + 1, &["recent"]) => Some((Rank::Last, at + 2)),
            _ => None,
        }
    }

    /// How many labels with the same noun were declared before one, where places are.
    fn juniority(&self, at: usize, end: usize, noun: &Noun) -> u32 {
        let Noun::Label(label) = noun else { return 0 };
        if self.lexicon.within().is_empty() {
            return 0;
        }
        let own = self.lexicon.label_order(*label);
        let mut before: Vec<u32> = self
            .lexical(at)
            .filter_map(|(other, word)| match word {
                Word::Noun { noun: Noun::Label(label), .. } if other == end => {
                    Some(self.lexicon.label_order(*label))
                }
                _ => None,
            })
            .filter(|&order| order < own)
            .collect();
        before.sort_unstable();
        before.dedup();
        before.len() as u32
    }

    fn heads(&self, at: usize) -> Vec<Item<Nominal>> {
        let mut items = Vec::new();
        for (end, word) in self.lexical(at) {
            if let Word::Noun { noun, plural } = word {
                let tree = Nominal::of(HeadNoun::Noun(noun.clone()), *plural);
                let junior = self.juniority(at, end, noun);
                items.push(Item { end, tree, cost: cost::PART + junior });
            }
        }
        for (end, key, values) in self.values(at) {
            let tree = Nominal::of(HeadNoun::Value(key, values), false);
            items.push(Item { end, tree, cost: cost::PART });
        }
        if self.is(at, &["one", "ones"]) {
            let tree = Nominal::of(HeadNoun::One, self.word(at) == "ones");
            items.push(Item { end: at + 1, tree, cost: cost::PART });
        }
        items
    }

    /// Each nominal with none, some and all of what may stand behind it.
    fn with_modifiers(&self, items: Vec<Item<Nominal>>) -> Vec<Item<Nominal>> {
        let mut all = items;
        let mut next = 0;
        while next < all.len() && all.len() < super::ITEMS_MAX && self.step() {
            let item = all[next].clone();
            next += 1;
            if item.tree.modifiers.len() >= 4 {
                continue;
            }
            for modifier in self.modifiers(item.end) {
                let mut tree = item.tree.clone();
                tree.modifiers.push(modifier.tree);
                // What can belong to the nearer noun belongs to it.
                let high = item.tree.modifiers.len() as u32;
                all.push(Item { end: modifier.end, tree, cost: item.cost + modifier.cost + high });
            }
        }
        all
    }

    fn modifiers(&self, at: usize) -> Vec<Item<Modifier>> {
        let mut items = self.comparisons(at);
        items.extend(self.naming(at));
        let time = when::phrase(self.tokens, at).or_else(|| {
            let of = self.is(at, &["of"]).then_some(at + 1)?;
            when::bare(self.tokens, of)
        });
        if let Some((end, when)) = time {
            items.push(Item { end, tree: Modifier::When(when), cost: 0 });
        }
        let word = self.word(at);
        if is_preposition(word) {
            for np in self.np(at + 1).iter() {
                if matches!(np.tree.kind, NpKind::Wh(_)) {
                    continue;
                }
                let tree = Modifier::Phrase(word.to_owned(), np.tree.clone());
                items.push(Item { end: np.end, tree, cost: np.cost });
            }
        }
        for clause in self.relative(at) {
            let tree = Modifier::Relative(clause.tree);
            items.push(Item { end: clause.end, tree, cost: clause.cost + cost::PART });
        }
        items
    }
}

/// Adds a name to the noun phrases at a position; bearers of one stretch stand together.
fn push_name(items: &mut Vec<Item<Np>>, at: usize, found: Found, penalty: u32) {
    let Found { end, bearer, .. } = found;
    let bearers = items.iter_mut().find_map(|item| match &mut item.tree.kind {
        NpKind::Name(bearers) if item.end == end => Some(bearers),
        _ => None,
    });
    if let Some(bearers) = bearers {
        push_bearer(bearers, bearer)
    } else {
        let alias = if bearer.first { 0 } else { cost::ALIAS };
        let tree = Np { kind: NpKind::Name(vec![bearer]), words: at..end };
        items.push(Item { end, tree, cost: cost::PART + alias + penalty });
    }
}

/// One bearer counts once, by its best name.
fn push_bearer(bearers: &mut Vec<Bearer>, bearer: Bearer) {
    match bearers.iter_mut().find(|known| known.node == bearer.node) {
        Some(known) if bearer.first => *known = bearer,
        Some(_) => {}
        None => bearers.push(bearer),
    }
}

fn number(word: &str) -> Option<u32> {
    const NUMBERS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    // `one` alone is a noun: `which one`.
    let spelt = NUMBERS.iter().skip(1).position(|number| *number == word);
    spelt.map(|at| at as u32 + 2).or_else(|| word.parse().ok().filter(|&number| number < 1000))
}
