//! Words that stand for others: *it*, *their*, *those that …*, *somebody who …*.
//!
//! Called for every noun phrase. What a pronoun stands for that was named in the same question is told here;
//! what an earlier question named is for [`meaning`](crate::question::meaning) to say.

use super::{Chart, Item, cost};
use crate::question::form::Shared;
use crate::question::lexicon::{Noun, Word};
use crate::question::tree::{Determiner, HeadNoun, Modifier, Nominal, Np, NpKind, Pronoun};

/// Words that speak of what was named before.
pub(super) const PRONOUNS: [&str; 10] =
    ["it", "its", "he", "him", "his", "she", "her", "they", "them", "their"];

/// Words that stand between two clauses.
const BETWEEN_CLAUSES: [&str; 10] =
    ["who", "that", "which", "when", "before", "after", "and", "but", ",", "without"];

/// Words that begin a clause with a subject of its own.
const SUBORDINATORS: [&str; 15] = [
    "that", "which", "when", "before", "after", "as", "once", "until", "since", "while", "day",
    "month", "year", "date", "because",
];

impl Chart<'_> {
    /// `those running through X`, `the ones that recognise Y`: whatever that holds of.
    pub(super) fn those(&self, at: usize) -> Vec<Item<Np>> {
        const THOSE: [&str; 5] = ["those", "the ones", "ones", "the one", "all those"];
        let Some(end) = self.after_any(at, &THOSE) else { return Vec::new() };
        let mut nominal = Nominal::of(HeadNoun::Those, true);
        nominal.determiner = Determiner::Definite;
        let told = self.with_modifiers(vec![Item { end, tree: nominal, cost: 2 * cost::PART }]);
        // A time alone tells nothing of them.
        let told = told.into_iter().filter(|item| {
            let told = |modifier: &Modifier| !matches!(modifier, Modifier::When(_));
            item.tree.modifiers.iter().any(told)
        });
        let np = |item: Item<Nominal>| {
            let kind = NpKind::Nominal(Shared::new(item.tree));
            Item { end: item.end, tree: Np { kind, words: at..item.end }, cost: item.cost }
        };
        told.map(np).collect()
    }

    /// `anyone`, `nobody`, `somebody who recognises X`.
    pub(super) fn somebody(&self, at: usize) -> Vec<Item<Np>> {
        const SOME: [&str; 11] = [
            "anyone",
            "anybody",
            "someone",
            "somebody",
            "anything",
            "something",
            "any one",
            "anyone else",
            "somebody else",
            "someone else",
            "anybody else",
        ];
        const NONE: [&str; 8] = [
            "nobody",
            "no one",
            "noone",
            "nothing",
            "none",
            "nobody else",
            "no one else",
            "nothing else",
        ];
        let (determiner, end) = match (self.after_any(at, &SOME), self.after_any(at, &NONE)) {
            (Some(end), _) => (Determiner::Indefinite, end),
            (None, Some(end)) => (Determiner::No, end),
            (None, None) => return Vec::new(),
        };
        let mut nominal = Nominal::of(HeadNoun::Somebody, false);
        nominal.determiner = determiner;
        let items = vec![Item { end, tree: nominal, cost: cost::PART }];
        let items = if determiner == Determiner::No { items } else { self.with_modifiers(items) };
        let np = |item: Item<Nominal>| {
            let kind = NpKind::Nominal(Shared::new(item.tree));
            Item { end: item.end, tree: Np { kind, words: at..item.end }, cost: item.cost }
        };
        items.into_iter().map(np).collect()
    }

    pub(super) fn pronoun(&self, at: usize) -> Option<Item<Np>> {
        let pronoun = match self.word(at) {
            "he" | "she" | "him" | "her" => Pronoun::One,
            "it" => Pronoun::It,
            "they" | "them" => Pronoun::Many,
            _ => return None,
        };
        let tree = Np { kind: NpKind::Pronoun(pronoun), words: at..at + 1 };
        // `Who visited X on the day Y praised it?`: it is not who.
        let who = (0..at).any(|at| self.is(at, &["who", "whom"]));
        let named = match pronoun {
            Pronoun::It => who && !self.antecedents(at).is_empty(),
            // `Who spoke of the rebels on the day X praised them?`
            Pronoun::Many => who && self.is(at, &["them"]) && self.names_several(at),
            Pronoun::One => false,
        };
        Some(Item { end: at + 1, tree, cost: cost::PART + 12 * u32::from(named) })
    }

    /// Whether a name of several was said before a position, that is not the subject there: *the rebels of X*.
    fn names_several(&self, at: usize) -> bool {
        let own = self.own_subject(at);
        let several = |name: &Item<Np>| {
            let mut words = name.tree.words.clone();
            words.any(|at| self.word(at).len() > 3 && self.word(at).ends_with('s'))
                && own.as_ref().is_none_or(|own| own.kind != name.tree.kind)
        };
        (0..at).any(|from| self.exact_names(from).iter().any(|name| name.end < at && several(name)))
    }

    /// What a pronoun stands for that was named before in the question, in another clause: *which state
    /// that recognises X was the last to recognise it?* The nearest is rather meant.
    pub(super) fn named_before(&self, at: usize) -> Vec<Item<Np>> {
        let pronoun = ["it", "him", "her", "them", "he", "she", "they"];
        if !self.is(at, &pronoun) || self.is(at + 1, &["that", "who"]) {
            return Vec::new();
        }
        let mut named = self.antecedents(at);
        if self.is(at, &["it", "him", "her", "them"])
            && let Some(subject) = self.own_subject(at).or_else(|| self.own_possessor(at))
        {
            // Whose place it was matters no longer: the one that is left is meant.
            named.retain(|one| one.tree.kind != subject.kind);
            named.iter_mut().for_each(|one| one.cost = cost::PART);
        }
        named
    }

    /// The name that is the subject of the clause in which a pronoun is an object: *after Japan visited it*. It is
    /// not what the pronoun stands for.
    fn own_subject(&self, at: usize) -> Option<Np> {
        let verb = |at: usize| {
            let verb = |(_, word): (usize, &Word)| matches!(word, Word::Verb { .. });
            self.is_auxiliary(at) || self.lexical(at).any(verb)
        };
        let subject = |from: usize| {
            let the = from + usize::from(self.is(from, &["the"]));
            let names = self.exact_names(the).into_iter();
            names.filter(|name| name.end < at && verb(name.end)).max_by_key(|name| name.end)
        };
        // The nearest word that begins a clause, and behind it the name.
        let begins = (1..at).rev().find(|&word| self.is(word - 1, &SUBORDINATORS))?;
        let name = subject(begins)?;
        let another = (name.end..at).any(|at| self.is(at, &BETWEEN_CLAUSES));
        (!another).then_some(name.tree)
    }

    /// The name whose deed it is of which a pronoun is a part: *after China's visit to it*, which is no visit to China.
    fn own_possessor(&self, at: usize) -> Option<Np> {
        let begins = (0..at).rev().take_while(|&word| !self.is(word, &BETWEEN_CLAUSES));
        let names = begins.flat_map(|from| self.exact_names(from));
        let owner = |name: &Item<Np>| name.end < at && self.is(name.end, &["'s"]);
        names.filter(owner).map(|name| name.tree).next()
    }

    /// The names before a pronoun that it may stand for, the nearest first.
    pub(super) fn antecedents(&self, at: usize) -> Vec<Item<Np>> {
        const NAMED: u32 = 6;
        let mut items: Vec<Item<Np>> = Vec::new();
        let mut before = at;
        while before > 0 {
            before -= 1;
            // `West Ossia`: *Ossia* alone was not named.
            let within = |end: usize| {
                (before.saturating_sub(3)..before)
                    .any(|from| self.exact(from).iter().any(|longer| longer.end >= end))
            };
            for name in self.exact_names(before).into_iter().filter(|name| !within(name.end)) {
                let verb = |at: usize| {
                    let verb = |(_, word): (usize, &Word)| matches!(word, Word::Verb { .. });
                    self.lexical(at).any(verb)
                };
                let clause =
                    |at: usize| self.is_auxiliary(at) || self.is(at, &BETWEEN_CLAUSES) || verb(at);
                let apart = name.end < at && (name.end..at).any(clause)
                    || name.end == at && before > 0 && self.after_topic(0) == Some(at);
                if apart && items.len() < 2 {
                    let cost = cost::PART + NAMED + 2 * items.len() as u32;
                    let tree = Np { words: at..at + 1, ..name.tree };
                    items.push(Item { end: at + 1, tree, cost });
                }
            }
        }
        items
    }

    /// `its capital`: of what was named before, in this question or an earlier one; else of nothing in
    /// particular (*has X as its capital*).
    pub(super) fn owned_by_pronoun(
        &self,
        at: usize,
        items: Vec<Item<Nominal>>,
    ) -> Vec<Item<Nominal>> {
        const OF_NOTHING: u32 = 4;
        let pronoun = match self.word(at) {
            "its" => Pronoun::It,
            "their" => Pronoun::Many,
            _ => Pronoun::One,
        };
        let mut owners = self.antecedents(at);
        if owners.is_empty() {
            let tree = Np { kind: NpKind::Pronoun(pronoun), words: at..at + 1 };
            owners.push(Item { end: at + 1, tree, cost: cost::PART });
        }
        let mut all = Vec::new();
        for mut item in items {
            // `declared its willingness to meet X`: a word of the sentence, whoever does it.
            if matches!(item.tree.head, HeadNoun::Noun(Noun::Fixed(_))) {
                all.push(item);
                continue;
            }
            // `Who visited X after their last visit to Y?`: of whoever is asked for, each by itself.
            let asked = (0..at).any(|at| self.is(at, &["who", "whom"]));
            let event = matches!(item.tree.head, HeadNoun::Noun(Noun::Event(_)));
            if event && asked && self.is(at, &["their", "his", "her"]) {
                continue;
            }
            for owner in &owners {
                let mut tree = item.tree.clone();
                tree.determiner = Determiner::Definite;
                tree.possessor = Some(owner.tree.clone());
                all.push(Item { end: item.end, tree, cost: item.cost + owner.cost });
            }
            // `has X as its capital`
            let role = at > 0 && self.is(at - 1, &["as", "for", "among"]);
            item.cost += if role { 0 } else { OF_NOTHING + cost::PART };
            // `bigger than their capital` is not bigger than any: whose it is says something.
            let whose = match item.tree.head {
                HeadNoun::Noun(Noun::Relational(_) | Noun::Property(_)) => true,
                HeadNoun::Noun(Noun::Label(_)) => at > 0 && self.is(at - 1, &["than"]),
                _ => false,
            };
            if role || !whose || item.tree.best.is_some() {
                all.push(item);
            }
        }
        all
    }
}
