//! Noun phrases: names, nouns with what belongs to them, wh-phrases, lists, exceptions.

use std::rc::Rc;
use std::sync::Arc;

use super::head::{can_be_best, of_whichever};
use super::name::push_name;
use super::quantity::number;
use super::{Chart, Item, cost};
use crate::graph::KeyId;
use crate::graph::alias::AliasKind;
use crate::question::form::Shared;
use crate::question::grade::Degree;
use crate::question::lexicon::{Noun, Word};
use crate::question::morphology::stem;
use crate::question::tree::{
    Aggregate, Determiner, HeadNoun, Nominal, Np, NpKind, Rank, Wh, WhWord,
};

/// What anybody may do with a thing, which says no more than that it is there.
pub(super) const YOU_CAN: [&str; 22] = [
    "in the world",
    "in the whole world",
    "on earth",
    "there are",
    "there is",
    "you know",
    "you know of",
    "that you know",
    "that you know of",
    "we know of",
    "that are known",
    "on record",
    "that there are",
    "you can climb",
    "you can find",
    "you can see",
    "you can visit",
    "one can find",
    "one can see",
    "that you can find",
    "that can be found",
    "to be found",
];

/// What a role costs, which a label or a name may be called as well.
pub(super) const RATHER_LABEL: u32 = 6;

/// What a superlative costs that is read as a part of a noun.
pub(super) const RATHER_BEST: u32 = 12;

/// What a bound costs behind the best of several, of which it may be said as well.
pub(super) const RATHER_SAID: u32 = 14;

/// What says of the best of several that it is of all of them.
pub(super) const OF_ALL: [&str; 10] = [
    "of all",
    "of them all",
    "of all of them",
    "of all time",
    "overall",
    "anywhere",
    "there is",
    "there are",
    "of any kind",
    "in existence",
];

/// Words before a noun that only say that things are told apart.
const SEPARATE: [&str; 12] = [
    "other",
    "different",
    "distinct",
    "separate",
    "single",
    "particular",
    "specific",
    "individual",
    "various",
    "unique",
    "known",
    "recorded",
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
        self.prune(&mut items, at);
        self.open.borrow_mut().remove(&at);
        let items = Rc::new(items);
        self.noun_phrases.borrow_mut().insert(at, Rc::clone(&items));
        items
    }

    /// A noun phrase that is no list, with any genitives behind it: *Medoev's trip*.
    pub(super) fn single(&self, at: usize) -> Vec<Item<Np>> {
        let mut items = self.simple(at);
        // `the Danube itself`
        let own: Vec<Item<Np>> = items
            .iter()
            .filter(|item| matches!(item.tree.kind, NpKind::Name(_)))
            .filter(|item| self.is(item.end, &["itself", "himself", "herself", "themselves"]))
            .map(|item| Item { end: item.end + 1, ..item.clone() })
            .collect();
        items.extend(own);
        let mut next = 0;
        while next < items.len() && items.len() < super::ITEMS_MAX {
            let item = items[next].clone();
            next += 1;
            // `which of X's neighbours`: of those of X.
            let of = matches!(&item.tree.kind, NpKind::Wh(wh) if wh.of.is_some());
            // `what states capital is X`: the apostrophe is often left out.
            let without = self.asks_for_several(&item);
            if self.word(item.end) != "'s" && !without || of {
                continue;
            }
            let next = item.end + usize::from(!without);
            for owned in self.nominals(next, Determiner::Definite) {
                let told = matches!(
                    owned.tree.head,
                    HeadNoun::Noun(Noun::Relational(_) | Noun::Property(_))
                );
                if without && !told {
                    continue;
                }
                let owned = Item { cost: owned.cost + 8 * u32::from(without), ..owned };
                let mut nominal = owned.tree;
                nominal.possessor = Some(item.tree.clone());
                let kind = NpKind::Nominal(Shared::new(nominal));
                let tree = Np { kind, words: at..owned.end };
                items.push(Item { end: owned.end, tree, cost: item.cost + owned.cost });
            }
        }
        items
    }

    /// Whether a noun phrase is `which states`, with a noun behind it that says what of theirs is meant.
    fn asks_for_several(&self, item: &Item<Np>) -> bool {
        let NpKind::Wh(wh) = &item.tree.kind else { return false };
        let several = wh.nominal.as_ref().is_some_and(|nominal| {
            let label = matches!(nominal.head, HeadNoun::Noun(Noun::Label(_)));
            label && nominal.modifiers.is_empty() && self.word(item.end - 1).ends_with('s')
        });
        let told = |(_, word): (usize, &Word)| {
            matches!(word, Word::Noun { noun: Noun::Relational(_) | Noun::Property(_), .. })
        };
        several && self.lexical(item.end).any(told)
    }

    fn simple(&self, at: usize) -> Vec<Item<Np>> {
        let mut items = self.wh(at);
        items.extend(self.pronoun(at));
        items.extend(self.named_before(at));
        items.extend(self.somebody(at));
        let named = self.named(at);
        items.extend(self.within(&named, at));
        items.extend(self.only_one(&named, at));
        items.extend(named);
        // `the name of X's capital`
        let the = at + usize::from(self.is(at, &["the"]));
        if let Some(of) = self.after_any(the, &["name of", "names of"]) {
            let owned = self.deeper(|| self.single(of));
            let owned = owned.into_iter();
            items.extend(owned.filter(
                |item| matches!(&item.tree.kind, NpKind::Nominal(one) if one.possessor.is_some()),
            ));
        }
        items.extend(self.comparison_phrase(at));
        items.extend(self.limit_phrase(at));
        items.extend(self.placed(at));
        items.extend(self.those(at));
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

    // --- Wh-phrases and pronouns ---------------------------------------------------------------

    fn wh(&self, at: usize) -> Vec<Item<Np>> {
        if let Some(items) = self.partitive_before(at) {
            return items;
        }
        let counted = self.after_number_of(at);
        let (word, after) = match self.word(at) {
            _ if counted.is_some() => (WhWord::HowMany, counted.unwrap_or(at)),
            "who" | "whom" => (WhWord::Who, at + 1),
            "what" => (WhWord::What, at + 1),
            "which" => (WhWord::Which, at + 1),
            "whose" => (WhWord::Whose, at + 1),
            "how" if self.is(at + 1, &["many"]) => (WhWord::HowMany, at + 2),
            // `How much land does X cover?`
            "how"
                if self
                    .after_any(
                        at,
                        &[
                            "how much",
                            "how large a",
                            "how large an",
                            "how big a",
                            "how big an",
                            "how great a",
                        ],
                    )
                    .is_some() =>
            {
                return self.how_much(at);
            }
            _ => return Vec::new(),
        };
        let make = |nominal: Option<Nominal>, of: Option<Np>, end: usize, cost: u32| {
            let kind = NpKind::Wh(Shared::new(Wh { word, nominal, of }));
            Item { end, tree: Np { kind, words: at..end }, cost: cost + cost::PART }
        };
        let mut items = Vec::new();
        // `who all`, `who else`: the same question.
        let more: &[&str] = match word {
            WhWord::Whose => &[],
            WhWord::Which => &["all", "else", "others", "ones", "one"],
            _ => &["all", "else", "others"],
        };
        // `Which of these is larger, X or Y?`
        let of_two =
            ["of these", "of them", "of the two", "of these two", "one of these", "one of the two"];
        let after = match self.after_any(after, &of_two) {
            Some(end) if word != WhWord::Whose && self.chooses_of_two() => end,
            _ => after,
        };
        let plain = after + usize::from(self.is(after, more));
        if word != WhWord::Whose {
            items.push(make(None, None, plain, u32::from(word == WhWord::Which) * 4));
        }
        if word != WhWord::Who {
            for nominal in self.nominals(after, Determiner::None) {
                // `which actor or actors`
                let end = self.or_its_plural(&nominal).unwrap_or(nominal.end);
                let of_all = self.after_any(end, &["of all", "of them all", "of any kind"]);
                items.push(make(Some(nominal.tree), None, of_all.unwrap_or(end), nominal.cost));
            }
        }
        if word != WhWord::Whose && self.is(after, &["of"]) {
            for mut of in self.single(after + 1) {
                // `which of all the states`: of whichever there are.
                if let NpKind::Nominal(nominal) = &mut of.tree.kind
                    && nominal.determiner == Determiner::All
                    && nominal.plural
                {
                    nominal.determiner = Determiner::Definite;
                }
                items.push(make(None, Some(of.tree), of.end, of.cost));
            }
            // `Which of X and Y is larger?`
            let two = if self.chooses_of_two() { self.np(after + 1) } else { Rc::default() };
            for of in two.iter().filter(|of| matches!(of.tree.kind, NpKind::List(..))) {
                items.push(make(None, Some(of.tree.clone()), of.end, of.cost));
            }
        }
        items
    }

    /// `how much land`, `how large an area`: what property.
    fn how_much(&self, at: usize) -> Vec<Item<Np>> {
        let leads =
            ["how much", "how large a", "how large an", "how big a", "how big an", "how great a"];
        let Some(after) = self.after_any(at, &leads) else { return Vec::new() };
        let property =
            |item: &Item<Nominal>| matches!(item.tree.head, HeadNoun::Noun(Noun::Property(_)));
        let nominals = self.nominals(after, Determiner::None).into_iter().filter(property);
        let asked = nominals.map(|nominal| {
            let wh = Wh { word: WhWord::What, nominal: Some(nominal.tree), of: None };
            let tree = Np { kind: NpKind::Wh(Shared::new(wh)), words: at..nominal.end };
            Item { end: nominal.end, tree, cost: nominal.cost + cost::PART }
        });
        asked.collect()
    }

    /// The position after another noun for the same, or its plural, behind *or* or *and*.
    fn or_its_plural(&self, nominal: &Item<Nominal>) -> Option<usize> {
        let plain = nominal.tree.modifiers.is_empty();
        if !plain || !self.is(nominal.end, &["or", "and"]) {
            return None;
        }
        let HeadNoun::Noun(of) = &nominal.tree.head else { return None };
        let plural = |(end, word): (usize, &Word)| match word {
            Word::Noun { noun, .. } if noun == of => Some(end),
            _ => None,
        };
        self.lexical(nominal.end + 1).find_map(plural)
    }

    /// `Of the states that border X, which …`: which of them.
    fn partitive_before(&self, at: usize) -> Option<Vec<Item<Np>>> {
        let from = self.after_any(at, &["of", "among", "amongst", "out of"])?;
        let mut items = Vec::new();
        let owned = self.single(from).into_iter().filter(|of| match &of.tree.kind {
            NpKind::Nominal(nominal) => nominal.possessor.is_some(),
            _ => false,
        });
        for mut of in self.determined(from).into_iter().chain(owned) {
            // `Of all rivers, which is the longest?`: of whichever there are.
            if let NpKind::Nominal(nominal) = &mut of.tree.kind
                && nominal.determiner == Determiner::All
                && nominal.plural
            {
                nominal.determiner = Determiner::Definite;
            }
            let next = of.end + usize::from(self.is(of.end, &[","]));
            let (word, end) = match self.word(next) {
                "who" => (WhWord::Who, next + 1),
                "which" | "what" => (WhWord::Which, next + 1),
                "how" if self.is(next + 1, &["many"]) => (WhWord::HowMany, next + 2),
                _ => continue,
            };
            let end = end + usize::from(self.is(end, &["one", "ones"]));
            let wh = Wh { word, nominal: None, of: Some(of.tree) };
            let tree = Np { kind: NpKind::Wh(Shared::new(wh)), words: at..end };
            items.push(Item { end, tree, cost: of.cost + cost::PART });
        }
        Some(items)
    }

    // --- Nouns ---------------------------------------------------------------------------------

    /// A noun with its determiner.
    pub(super) fn determined(&self, at: usize) -> Vec<Item<Np>> {
        // `the names of the states`: the states, since it is by name that things are told.
        let the = at + usize::from(self.is(at, &["the", "a", "all", "every"]));
        let the = the + usize::from(self.is(the, &["the", "full", "complete", "short"]));
        if let Some(of) =
            self.after_any(the, &["name of", "names of", "list of", "set of", "lists of"])
        {
            let of = of + usize::from(self.is(of, &["all"]));
            return self.deeper(|| self.determined(of));
        }
        // `does not a single one`: none does.
        let denied = at > 0 && self.is(at - 1, &["not"]);
        let (determiner, after) = match self.word(at) {
            "the" | "this" | "these" | "that" | "those" => {
                // `in the whole country`
                (Determiner::Definite, at + 1 + usize::from(self.is(at + 1, &["whole", "entire"])))
            }
            "his" | "her" | "their" | "its" => (Determiner::Possessive, at + 1),
            // `one of the states that …` is a state that …
            "one" | "any" | "some" if self.is(at + 1, &["of"]) => {
                (Determiner::Indefinite, self.skip_of_the(at + 1))
            }
            "a" | "one" if self.is(at + 1, &["single", "lone"]) && !denied => {
                (Determiner::None, at)
            }
            "a" | "an" | "any" | "some" => (Determiner::Indefinite, at + 1),
            // `no fewer than five` is a number.
            "no" if self.is(at + 1, &["fewer", "less", "more"]) => (Determiner::None, at),
            "no" => (Determiner::No, at + 1 + usize::from(self.is(at + 1, &["single"]))),
            "not" if self.is(at + 1, &["one"]) => (Determiner::No, at + 2),
            "not" if self.after(at + 1, "a single").is_some() => (Determiner::No, at + 3),
            "zero" => (Determiner::No, at + 1),
            "at" if self.is(at + 1, &["least"])
                && self.is(at + 2, &["one", "a", "an"])
                && !self.is(at + 3, &["hundred", "thousand", "million", "billion"]) =>
            {
                (Determiner::Indefinite, at + 3)
            }
            "both" => (Determiner::Both, self.skip_of_the(at + 1)),
            "either" => (Determiner::Either, self.skip_of_the(at + 1)),
            "each" | "every" if self.is(at + 1, &["of"]) => {
                (Determiner::All, self.skip_of_the(at + 1))
            }
            "each" => (Determiner::Each, at + 1),
            "every" => (Determiner::Every, at + 1),
            "all" => (Determiner::All, self.skip_of_the(at + 1)),
            _ => (Determiner::None, at),
        };
        let wrap = |item: Item<Nominal>| {
            let kind = NpKind::Nominal(Shared::new(item.tree));
            Item { end: item.end, tree: Np { kind, words: at..item.end }, cost: item.cost }
        };
        let mut all = self.nominals(after, determiner);
        // `all of X's neighbours`
        if self.is(at, &["all", "any", "some", "each", "one", "both"]) && self.is(at + 1, &["of"]) {
            for owned in self.deeper(|| self.single(at + 2)) {
                let NpKind::Nominal(nominal) = owned.tree.kind else { continue };
                if nominal.possessor.is_some() && nominal.plural && self.is(at, &["all"]) {
                    all.push(Item { end: owned.end, tree: nominal.into_inner(), cost: owned.cost });
                }
            }
        }
        if determiner == Determiner::Possessive {
            all = self.owned_by_pronoun(at, all);
        }
        // `said no to X`
        if determiner == Determiner::No {
            all.extend(self.heads(at));
        }
        all.extend(self.more_than_others(at));
        all.into_iter().map(wrap).collect()
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
            all.extend(self.taken_together(&all));
            self.prune(&mut all, at);
            all
        })
    }

    /// `the area of all the states combined`.
    fn taken_together(&self, items: &[Item<Nominal>]) -> Vec<Item<Nominal>> {
        let mut sums = Vec::new();
        for item in items {
            let property = matches!(item.tree.head, HeadNoun::Noun(Noun::Property(_)));
            let together = [
                "combined",
                "together",
                "taken together",
                "put together",
                "added together",
                "added up",
                "in total",
                "altogether",
            ];
            if let (true, None, Some(end)) =
                (property, item.tree.aggregate, self.after_any(item.end, &together))
            {
                let mut tree = item.tree.clone();
                tree.aggregate = Some(Aggregate::Sum);
                tree.modifiers.iter_mut().for_each(of_whichever);
                sums.push(Item { end, tree, cost: item.cost });
            }
        }
        sums
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
    pub(super) fn before_noun(&self, at: usize, determiner: Determiner) -> Vec<Item<Nominal>> {
        // `the top five longest rivers` are the five longest.
        let top = self.is(at, &["top"]) && number(self.word(at + 1)).is_some();
        let at = at + usize::from(top);
        let quantity = self.quantity_of(at);
        let (number, at) = match (quantity, number(self.word(at))) {
            (Some((_, end)), _) => (None, end),
            (None, Some(number)) => (Some(number), at + 1),
            (None, None) => (None, at),
        };
        let from = at;
        let quantity = quantity.map(|found| found.0);
        // `the next largest state after X`
        let next = self.is(at, &["next"])
            && (at + 1..self.tokens.len()).any(|at| self.is(at, &["after"]))
            && self.graded(at + 1).iter().any(|one| one.2 == Degree::Superlative);
        let at = at + usize::from(next);
        // `the second largest` counts by measure, `the second visit` in time.
        let superlative = || {
            let all = self.graded(at);
            all.iter().any(|(_, _, degree)| *degree == crate::question::grade::Degree::Superlative)
        };
        let by_measure = (self.ordinal(at).is_some() || superlative())
            && self.measured(at).iter().any(|(_, measured)| measured.best.is_some());
        let (rank, at) = match self.rank(at) {
            Some((rank, end)) if !by_measure => (Some(rank), end),
            _ => (None, at),
        };
        let noun = || self.lexical(at).any(|(_, word)| matches!(word, Word::Noun { .. }));
        let at = at + usize::from(self.is(at, &SEPARATE) && !noun());
        let mut items = self.without_noun(at);
        for (end, measured) in self.measured(at) {
            let mut found = self.heads(end);
            // `the longest of the rivers in X`
            let of = ["of the", "of all the", "of all", "of all of the"];
            if let (true, Some(those)) = (measured.best.is_some(), self.after_any(end, &of)) {
                found.extend(self.heads(those).into_iter().filter(|item| item.tree.plural));
            }
            // `the longest of X's rivers`
            if measured.best.is_some() && self.is(end, &["of"]) {
                for owned in self.deeper(|| self.single(end + 1)) {
                    let NpKind::Nominal(nominal) = owned.tree.kind else { continue };
                    let plain = nominal.best.is_none() && nominal.plural;
                    if nominal.possessor.is_some() && plain {
                        let tree = Nominal { plural: false, ..nominal.into_inner() };
                        found.push(Item { end: owned.end, tree, cost: owned.cost });
                    }
                }
            }
            for adjective in self.adjectives(end) {
                for mut item in self.heads(adjective.end) {
                    item.tree.adjectives.push(adjective.tree.clone());
                    item.cost += adjective.cost;
                    found.push(item);
                }
            }
            // `the Texas cities` may be `the largest Texas cities`, `Texas' largest cities` not.
            found.retain(|item| can_be_best(&measured, &item.tree.head));
            // `the highest peak` may be the highest of the points that are called so as well; the second
            // highest of those need be no peak.
            let several =
                measured.best.as_ref().is_some_and(|best| best.nth > 1 || number > Some(1));
            found.retain(|item| !several || self.is_own_noun(end, item));
            for mut item in found {
                item.tree.best.clone_from(&measured.best);
                item.tree.graded.clone_from(&measured.graded);
                item.tree.aggregate = measured.aggregate;
                // `the highest points of the states` are several, each the highest of its own.
                let several = item.tree.plural && number.is_none();
                item.cost += u32::from(measured.best.is_some()) * (1 + 2 * u32::from(several));
                items.push(item);
            }
        }
        for item in &mut items {
            item.tree.determiner = determiner;
            item.tree.number = number;
            item.tree.quantity = quantity;
            item.tree.rank = rank;
        }
        // `at a third location`, where a sentence has these words
        if rank.is_some() {
            let own =
                |item: &Item<Nominal>| matches!(item.tree.head, HeadNoun::Noun(Noun::Fixed(_)));
            for mut item in self.heads(from).into_iter().filter(own) {
                (item.tree.determiner, item.tree.quantity) = (determiner, quantity);
                items.push(item);
            }
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
        if let Some((nth, end)) = self.ordinal(at) {
            return Some((Rank::Nth(nth), end));
        }
        match self.word(at) {
            "very" if self.is(at + 1, &["first", "last", "latest"]) => self.rank(at + 1),
            "first" | "earliest" | "oldest" | "initial" | "initially" | "originally"
            | "soonest" => Some((Rank::First, at + 1)),
            "last" | "latest" | "newest" | "final" => Some((Rank::Last, at + 1)),
            "most" if self.is(at + 1, &["recent", "recently"]) => Some((Rank::Last, at + 2)),
            _ => None,
        }
    }

    /// How many labels with the same noun were declared before one, where places are.
    pub(super) fn juniority(&self, at: usize, end: usize, noun: &Noun) -> u32 {
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

    /// Whether the question has a *second largest* or its kind: what is the second of those that are called
    /// so as well need be none of those that are meant first.
    pub(super) fn ranks_by_measure(&self) -> bool {
        (0..self.tokens.len()).any(|at| {
            let next = self.ordinal(at).map(|(_, next)| next);
            next.is_some_and(|next| {
                self.graded(next).iter().any(|one| one.2 == Degree::Superlative)
            })
        })
    }

    /// 1 where a word only stands for the one that a sentence asks for: *talks* for *negotiations*.
    pub(super) fn synonymy(&self, at: usize, end: usize, noun: &Noun) -> u32 {
        let Noun::Fixed(fixed) = noun else { return 0 };
        let mut wanted = fixed.split(' ');
        let same = (at..end).all(|at| {
            let (word, wanted) = (self.word(at), wanted.next().unwrap_or_default());
            stem(word) == stem(wanted)
        });
        u32::from(!same)
    }
}
