//! Verbs with what stands around them: verb groups, complements, relative clauses.

use std::sync::Arc;

use super::adverb::names_something;
use super::{CLAUSES_MAX, Chart, Item, QUESTIONS_MAX, cost};
use crate::question::frame::is_preposition;
use crate::question::lexicon::{Noun, Word};
use crate::question::morphology::Form;
use crate::question::token::Token;
use crate::question::tree::{
    Adverb, Argument, Clause, HeadNoun, Join, Nominal, Np, NpKind, Rank, WhWord,
};
use crate::question::when;

pub(super) const BE: [&str; 4] = ["is", "are", "was", "were"];
const MODALS: [&str; 9] =
    ["will", "would", "can", "could", "should", "may", "might", "must", "shall"];

/// Verbs by which somebody says what they want, and verbs of wanting.
const SAY: [&str; 12] = [
    "say",
    "says",
    "said",
    "state",
    "states",
    "stated",
    "announce",
    "announces",
    "announced",
    "declare",
    "declares",
    "declared",
];
const WANT: [&str; 9] = ["want", "wish", "hope", "plan", "intend", "desire", "aim", "seek", "like"];

const CAME: [&str; 3] = ["came", "comes", "come"];

/// Words that add nothing to a question.
const FILLERS: [&str; 22] = [
    "altogether",
    "there",
    "formally",
    "officially",
    "publicly",
    "presumably",
    "ever",
    "already",
    "also",
    "exactly",
    "actually",
    "really",
    "still",
    "currently",
    "presently",
    "now",
    "just",
    "then",
    "even",
    "too",
    "please",
    "yet",
];

/// The same, of several words.
const FILLER_PHRASES: [&str; 23] = [
    "at any point",
    "at any time",
    "at some point",
    "at some time",
    "at one point",
    "at all",
    "at any stage",
    "in fact",
    "by any chance",
    "in total",
    "so far",
    "to date",
    "thank you",
    "happen to",
    "as well",
    "of all time",
    "on record",
    "in history",
    "go on to",
    "by the way",
    "at one time or another",
    "as far as we know",
    "as far as is known",
];

/// A verb with its auxiliaries: a clause with nothing around it yet.
type Group = Item<Clause>;

impl Chart<'_> {
    pub(super) fn skip_fillers(&self, mut at: usize) -> usize {
        loop {
            // `just before` is the last before.
            let nearest = self.is(at, &["just"])
                && self.is(at + 1, &["before", "after", "prior", "ahead", "following"]);
            if let Some(end) = self.after_any(at, &FILLER_PHRASES) {
                at = end;
            } else if self.is(at, &FILLERS) && !nearest {
                at += 1;
            } else {
                return at;
            }
        }
    }

    /// Skips *not* and fillers; says whether *not* was there.
    fn negation(&self, at: usize) -> (usize, bool) {
        let at = self.skip_fillers(at);
        if self.is(at, &["not", "never"]) {
            return (self.skip_fillers(at + 1), true);
        }
        (at, false)
    }

    // --- Verb groups ---------------------------------------------------------------------------

    /// `recognises`, `did not recognise`, `has been recognised`, `is`.
    pub(super) fn group(&self, at: usize) -> Vec<Group> {
        let at = self.skip_fillers(at);
        let mut groups = self.finite(at);
        if self.is(at, &["never"]) {
            // `who never visited X`
            groups.extend(self.finite(self.skip_fillers(at + 1)).into_iter().map(|mut group| {
                group.tree.negated = true;
                group
            }));
        }
        if self.is_auxiliary(at) {
            groups.extend(self.inverted_group(self.word(at), at + 1));
        }
        groups
    }

    /// The group after an auxiliary that came before the subject.
    pub(super) fn inverted_group(&self, auxiliary: &str, at: usize) -> Vec<Group> {
        let (rest, negated) = self.negation(at);
        let mut groups = self.after_auxiliary(auxiliary, rest);
        // `did Russia first visit`, `was last praised`
        if let Some((rank, end)) = self.rank(rest) {
            let end = self.skip_fillers(end);
            groups.extend(self.after_auxiliary(auxiliary, end).into_iter().map(|mut group| {
                group.tree.adverbs.push(Adverb::Ranked(rank));
                group
            }));
        }
        if BE.contains(&auxiliary) {
            // `Who was Iraq the last to visit?`
            let past = matches!(auxiliary, "was" | "were");
            for (rank, mut group) in self.ranked_after_be(rest, past) {
                group.tree.adverbs.push(Adverb::Ranked(rank));
                groups.push(group);
            }
            groups.extend(self.next_after_be(rest, past));
            groups.extend(self.among_those(rest));
        }
        for group in &mut groups {
            group.tree.negated = negated;
        }
        groups
    }

    fn after_auxiliary(&self, auxiliary: &str, rest: usize) -> Vec<Group> {
        match auxiliary {
            "do" | "does" => self.bare(rest, false),
            "did" => self.bare(rest, true),
            "has" | "have" | "had" => self.perfect(rest),
            // `who'd recognised` is *had*.
            "would" => [self.bare(rest, false), self.perfect(rest)].concat(),
            word if MODALS.contains(&word) => self.bare(rest, false),
            word => self.after_be(rest, matches!(word, "was" | "were")),
        }
    }

    pub(super) fn is_auxiliary(&self, at: usize) -> bool {
        let word = self.word(at);
        BE.contains(&word)
            || MODALS.contains(&word)
            || matches!(word, "do" | "does" | "did" | "has" | "have" | "had")
    }

    /// `first recognised`, `was the first to recognise`.
    fn ranked_groups(&self, at: usize) -> Vec<Group> {
        let mut groups = Vec::new();
        if let Some((rank, end)) = self.rank(at) {
            groups.extend(self.group(end).into_iter().map(|group| (rank, group)));
        }
        if BE.contains(&self.word(at)) {
            groups.extend(self.ranked_after_be(at + 1, self.is(at, &["was", "were"])));
        }
        let mut all = self.came(at);
        if BE.contains(&self.word(at)) {
            all.extend(self.next_after_be(at + 1, self.is(at, &["was", "were"])));
        }
        let ranked = |(rank, mut group): (_, Group)| {
            group.tree.adverbs.push(Adverb::Ranked(rank));
            group
        };
        all.extend(groups.into_iter().map(ranked));
        all
    }

    /// `came first in visiting X`, `came next after Russia to visit X`.
    fn came(&self, at: usize) -> Vec<Group> {
        let ranked = match self.word(at + 1) {
            "first" => Adverb::Ranked(Rank::First),
            "last" => Adverb::Ranked(Rank::Last),
            "next" => Adverb::Nearest(None),
            _ => return self.came_after(at),
        };
        if !self.is(at, &CAME) {
            return Vec::new();
        }
        let mut groups: Vec<Group> = self.doing(at + 2, true);
        for adverb in self.adverbs(at + 2).into_iter().filter(stands_between) {
            for mut group in self.doing(adverb.end, true) {
                group.tree.adverbs.push(adverb.tree.clone());
                group.cost += adverb.cost;
                groups.push(group);
            }
        }
        groups.iter_mut().for_each(|group| group.tree.adverbs.push(ranked.clone()));
        groups
    }

    /// `came after Russia to visit X`, `was ahead of Russia in visiting X`, `followed Russia in …`.
    fn came_after(&self, at: usize) -> Vec<Group> {
        let moved = self.is(at, &CAME) || BE.contains(&self.word(at));
        let before = match self.word(at) {
            "preceded" | "precedes" => Some(true),
            "followed" | "follows" => Some(false),
            _ if moved => None,
            _ => return Vec::new(),
        };
        let mut groups = Vec::new();
        // `was there before Russia to …`
        let mut between = self.adverbs(self.skip_fillers(at + 1));
        if let Some(before) = before {
            between.clear();
            for np in self.np(at + 1).iter().filter(|np| names_something(&np.tree)) {
                let tree = Adverb::Pivot { before, than: np.tree.clone(), apart: None };
                between.push(Item { end: np.end, tree, cost: np.cost });
            }
        }
        for adverb in between.into_iter().filter(stands_between) {
            for mut group in self.doing(adverb.end, true) {
                group.tree.adverbs.push(adverb.tree.clone());
                group.cost += adverb.cost;
                groups.push(group);
            }
        }
        groups
    }

    /// `to recognise X`, `in recognising X`.
    fn doing(&self, at: usize, past: bool) -> Vec<Group> {
        let gerund = at + usize::from(self.is(at, &["in"]));
        self.infinitive_or_relative(gerund, past)
    }

    /// `the first to recognise`, `the last country that recognised`, after a form of *be*.
    pub(super) fn ranked_after_be(&self, at: usize, past: bool) -> Vec<(Rank, Group)> {
        let the = at + usize::from(self.is(at, &["the"]));
        let Some((rank, end)) = self.rank(the) else { return Vec::new() };
        let groups = self.named_by_rank(end, past);
        groups.into_iter().map(|group| (rank, group)).collect()
    }

    /// `the next to recognise X after Russia`: the first of those after.
    fn next_after_be(&self, at: usize, past: bool) -> Vec<Group> {
        let the = at + usize::from(self.is(at, &["the"]));
        if !self.is(the, &["next"]) {
            return Vec::new();
        }
        let mut groups = self.named_by_rank(the + 1, past);
        groups.iter_mut().for_each(|group| group.tree.adverbs.push(Adverb::Nearest(None)));
        groups
    }

    /// What follows *the first*, *the last*: who it is one of and what they do.
    fn named_by_rank(&self, end: usize, past: bool) -> Vec<Group> {
        let mut groups = Vec::new();
        // `the first state to`: the noun says nothing that the subject does not.
        for end in self.after_one_noun(end) {
            groups.extend(self.doing(end, past));
            // `the first after Russia to visit X`
            for adverb in self.adverbs(end) {
                if !stands_between(&adverb) || !self.step() {
                    continue;
                }
                for mut group in self.infinitive_or_relative(adverb.end, past) {
                    group.tree.adverbs.push(adverb.tree.clone());
                    group.cost += adverb.cost;
                    groups.push(group);
                }
            }
        }
        groups
    }

    /// `to recognise X`, `who recognised X`, `recognising X`, behind *the first*.
    pub(super) fn infinitive_or_relative(&self, at: usize, past: bool) -> Vec<Group> {
        if self.is(at, &["to"]) {
            return self.bare(self.skip_fillers(at + 1), past);
        }
        if self.is(at, &["who", "that", "which"]) {
            return self.group(at + 1);
        }
        self.verbs(at, &[Form::Gerund])
            .into_iter()
            .map(|(end, base, _)| group(base, end, past, false))
            .collect()
    }

    /// The positions after nothing, *one*, and a noun for a thing.
    pub(super) fn after_one_noun(&self, at: usize) -> Vec<usize> {
        let mut ends = vec![at];
        if self.is(at, &["one", "ones"]) {
            ends.push(at + 1);
        }
        ends.extend(self.lexical(at).filter_map(|(end, word)| match word {
            Word::Noun { noun: Noun::Label(_), .. } => Some(end),
            _ => None,
        }));
        ends
    }

    fn finite(&self, at: usize) -> Vec<Group> {
        let mut groups: Vec<Group> = self
            .verbs(at, &[Form::Third, Form::Base, Form::Past])
            .into_iter()
            .map(|(end, base, form)| group(base, end, form == Form::Past, false))
            .collect();
        groups.extend(self.announced(at));
        groups.extend(self.came_to(at, true));
        // `exceeds 5 million` is *is more than 5 million*.
        if self.is(at, &["exceeds", "exceed", "exceeded", "surpasses"]) {
            groups.push(group("be".into(), at, false, false));
        }
        groups
    }

    /// `said that he wanted to`, `said it would`: who says what they want, or will do, wants it.
    fn announced(&self, at: usize) -> Vec<Group> {
        if !self.is(at, &SAY) {
            return Vec::new();
        }
        let that = at + 1 + usize::from(self.is(at + 1, &["that"]));
        if !self.is(that, &["he", "she", "it", "they"]) {
            return Vec::new();
        }
        let groups = self.deeper(|| self.group(that + 1));
        let wanted = groups.into_iter().filter(|group| WANT.contains(&&*group.tree.verb));
        let mut all: Vec<Group> = wanted.collect();
        if self.is(that + 1, &["would", "will"]) {
            // What stands behind *wants to* in a sentence of the lexicon is a noun there.
            for (end, word) in self.lexical(that + 2) {
                let Word::Noun { noun: noun @ Noun::Fixed(_), plural: false } = word else {
                    continue;
                };
                let nominal = Nominal::of(HeadNoun::Noun(noun.clone()), false);
                let kind = NpKind::Nominal(Box::new(nominal));
                let np = Some(Np { kind, words: that + 2..end });
                let mut group = group("want".into(), end, true, false);
                group.tree.arguments.push(Argument { preposition: Some("to".into()), np });
                all.push(group);
            }
        }
        all
    }

    fn bare(&self, at: usize, past: bool) -> Vec<Group> {
        let mut groups: Vec<Group> = self
            .verbs(at, &[Form::Base])
            .into_iter()
            .map(|(end, base, _)| group(base, end, past, false))
            .collect();
        if self.is(at, &["be"]) {
            groups.extend(self.after_be(self.skip_fillers(at + 1), past));
            // `which would be the first to visit X`
            for (rank, mut group) in self.ranked_after_be(at + 1, past) {
                group.tree.adverbs.push(Adverb::Ranked(rank));
                groups.push(group);
            }
        }
        if self.is(at, &["have"]) {
            groups.extend(self.perfect(self.skip_fillers(at + 1)));
        }
        groups.extend(self.announced(at));
        groups.extend(self.came_to(at, past));
        groups
    }

    /// `ended up recognising X`, `got to visit X`, `managed to meet Y`: who does so in the end does so.
    fn came_to(&self, at: usize, past: bool) -> Vec<Group> {
        const LEADS: [&str; 10] = [
            "got to",
            "get to",
            "came to",
            "come to",
            "went on to",
            "managed to",
            "manage to",
            "proceeded to",
            "chose to",
            "happened to",
        ];
        let gerund = self.after_any(at, &["ended up", "end up", "wound up", "wind up"]);
        if let Some(next) = gerund {
            let verbs = self.verbs(next, &[Form::Gerund]).into_iter();
            return verbs.map(|(end, base, _)| group(base, end, past, false)).collect();
        }
        let Some(next) = self.after_any(at, &LEADS) else { return Vec::new() };
        let verbs = self.verbs(self.skip_fillers(next), &[Form::Base]).into_iter();
        verbs.map(|(end, base, _)| group(base, end, past, false)).collect()
    }

    fn perfect(&self, at: usize) -> Vec<Group> {
        let at = at + usize::from(self.is(at, &["both"]));
        let mut groups: Vec<Group> = self
            .verbs(at, &[Form::Participle])
            .into_iter()
            .map(|(end, base, _)| group(base, end, true, false))
            .collect();
        if self.is(at, &["been"]) {
            groups.extend(self.after_be(self.skip_fillers(at + 1), true));
            // `has been to X` is *went to X*.
            if self.is(at + 1, &["to"]) {
                groups.push(group("go".into(), at + 1, true, false));
            }
        }
        groups
    }

    /// A passive, a progressive, or *be* itself.
    fn after_be(&self, at: usize, past: bool) -> Vec<Group> {
        let at = at + usize::from(self.is(at, &["being"]));
        let mut groups = vec![group("be".into(), at, past, false)];
        // `the actors were the ones to visit X`
        if let Some(end) = self.after_any(at, &["the one", "the ones"]) {
            groups.extend(self.infinitive_or_relative(end, past));
        }
        // `is willing to` is `wants to`.
        if self.is(at, &["willing", "ready", "prepared", "eager", "keen", "set", "planning"])
            && self.is(at + 1, &["to"])
        {
            groups.push(group("want".into(), at + 1, past, false));
        }
        for (end, base, form) in self.verbs(at, &[Form::Participle, Form::Gerund]) {
            groups.push(group(base, end, past, form == Form::Participle));
        }
        // `is recorded as having recognised X`: what is recorded is what is asked of.
        let recorded = ["recorded", "known", "listed", "documented", "registered", "noted"];
        if self.is(at, &recorded)
            && let Some(next) = self.after_any(at + 1, &["as having", "to have"])
        {
            groups.extend(self.perfect(self.skip_fillers(next)));
        }
        groups
    }

    fn verbs(&self, at: usize, forms: &[Form]) -> Vec<(usize, Arc<str>, Form)> {
        self.lexical(at)
            .filter_map(|(end, word)| match word {
                Word::Verb { base, form } if forms.contains(form) => {
                    Some((end, Arc::clone(base), *form))
                }
                _ => None,
            })
            .collect()
    }

    // --- Clauses -------------------------------------------------------------------------------

    /// A predicate: a verb group with its complements, and further ones of the same subject.
    pub(super) fn predicates(&self, at: usize) -> Vec<Item<Clause>> {
        if let Some(known) = self.predicates.borrow().get(&at) {
            return known.clone();
        }
        let found = self.new_predicates(at);
        self.predicates.borrow_mut().insert(at, found.clone());
        found
    }

    fn new_predicates(&self, at: usize) -> Vec<Item<Clause>> {
        // `have both praised and criticised X`
        let at = at + usize::from(self.is(at, &["both"]));
        self.deeper(|| {
            let mut all = Vec::new();
            for group in self.group(at) {
                all.extend(self.completed(group));
            }
            for group in self.ranked_groups(at) {
                all.extend(self.completed(group));
            }
            self.prune_to(&mut all, at, CLAUSES_MAX);
            self.joined_predicates(at, all)
        })
    }

    /// The group with none, some and all of the complements behind it.
    pub(super) fn completed(&self, group: Group) -> Vec<Item<Clause>> {
        let from = group.end;
        let mut all = vec![group];
        let mut next = 0;
        while next < all.len() && all.len() < 12 * super::ITEMS_MAX && self.step() {
            let item = all[next].clone();
            next += 1;
            if item.tree.arguments.len() + item.tree.adverbs.len() >= 6 {
                continue;
            }
            let at = self.skip_fillers(item.end);
            if at > item.end {
                all.push(Item { end: at, ..item.clone() });
            }
            let known = all.len();
            self.extend_by_one(&item, at, &mut all);
            self.made(&all[known..], from);
        }
        all
    }

    fn extend_by_one(&self, item: &Item<Clause>, at: usize, all: &mut Vec<Item<Clause>>) {
        let comma = usize::from(self.is(at, &[","]));
        // `after 2013 but before 2015`
        let joint = usize::from(
            self.is(at + comma, &["and", "but"])
                && !item.tree.adverbs.is_empty()
                && (when::phrase(self.tokens, at + comma + 1).is_some()
                    || self.after_any(at + comma + 1, &super::noun::EXCEPT).is_some()),
        );
        // Behind an object *in addition to* adds to it.
        let adds = self.after(at + comma, "in addition to").is_some();
        for adverb in self.adverbs(at + comma + joint) {
            if adds && matches!(adverb.tree, Adverb::Except(_)) && !item.tree.arguments.is_empty() {
                continue;
            }
            let mut tree = item.tree.clone();
            tree.adverbs.push(adverb.tree);
            all.push(Item { end: adverb.end, tree, cost: item.cost + adverb.cost });
        }
        for adverb in self.again(at + comma, &item.tree) {
            let mut tree = item.tree.clone();
            tree.adverbs.push(adverb.tree);
            all.push(Item { end: adverb.end, tree, cost: item.cost + adverb.cost });
        }
        // *is X Y* says one thing of X; other verbs have two objects at most.
        let bare = item.tree.arguments.iter().filter(|one| one.preposition.is_none()).count();
        let full = bare >= if &*item.tree.verb == "be" && !item.tree.passive { 1 } else { 2 };
        for argument in self.arguments(at) {
            if full && argument.tree.preposition.is_none() {
                continue;
            }
            let mut tree = item.tree.clone();
            tree.arguments.push(argument.tree);
            all.push(Item { end: argument.end, tree, cost: item.cost + argument.cost });
        }
        // `that has X in it` has X.
        if &*item.tree.verb == "have"
            && !item.tree.arguments.is_empty()
            && let Some(end) = self.after_any(at, &["in it", "in them", "within it", "on it"])
        {
            all.push(Item { end, ..item.clone() });
        }
        if let Some(text) = self.what_was_said(at) {
            let mut tree = item.tree.clone();
            tree.arguments.push(text.tree);
            all.push(Item { end: text.end, tree, cost: item.cost + text.cost });
        }
    }

    /// `met and awarded Lavrov`, `recognises X but does not border Y`.
    fn joined_predicates(&self, from: usize, firsts: Vec<Item<Clause>>) -> Vec<Item<Clause>> {
        let mut all: Vec<Item<Clause>> = Vec::new();
        for first in firsts {
            let known = all.len();
            if !self.step() {
                all.push(first);
                continue;
            }
            let after = first.end + usize::from(self.is(first.end, &[","]));
            let join = match self.word(after) {
                "and" | "but" | "yet" | "though" => Some(Join::And),
                "or" => Some(Join::Or),
                _ => None,
            };
            all.extend(self.without(&first, after));
            all.extend(self.but_those(&first, after));
            if let Some(join) = join {
                for second in self.predicates(after + 1) {
                    let mut tree = first.tree.clone();
                    // `met and awarded Lavrov`: the object is of both.
                    if tree.arguments.is_empty() && tree.adverbs.is_empty() && &*tree.verb != "be" {
                        tree.arguments.clone_from(&second.tree.arguments);
                    }
                    // What is joined is rather alike in its parts.
                    let unlike = u32::from(!has_the_same_parts(&first.tree, &second.tree));
                    let cost = first.cost + second.cost + unlike;
                    tree.and_then.push((join, second.tree));
                    all.push(Item { end: second.end, tree, cost });
                }
            }
            all.push(first);
            self.made(&all[known..], from);
        }
        self.prune_to(&mut all, from, QUESTIONS_MAX);
        all
    }

    /// `visited X without visiting Y`: and did not visit Y.
    fn without(&self, first: &Item<Clause>, at: usize) -> Vec<Item<Clause>> {
        const WITHOUT: [&str; 8] = [
            "without",
            "without also",
            "without ever",
            "while never",
            "while not",
            "but without",
            "yet without",
            "and without",
        ];
        let Some(verb) = self.after_any(at, &WITHOUT) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for (end, base, _) in self.verbs(verb, &[Form::Gerund]) {
            for mut second in self.completed(group(base, end, first.tree.past, false)) {
                second.tree.negated = true;
                let mut tree = first.tree.clone();
                tree.and_then.push((Join::And, second.tree));
                all.push(Item { end: second.end, tree, cost: first.cost + second.cost });
            }
        }
        all
    }

    fn arguments(&self, at: usize) -> Vec<Item<Argument>> {
        let word = self.word(at);
        let mut items = Vec::new();
        if is_preposition(word) && !(word == "at" && self.is(at + 1, &["least", "most"])) {
            let preposition = Some(word.to_owned());
            for np in self.np(at + 1).iter() {
                let tree = Argument { preposition: preposition.clone(), np: Some(np.tree.clone()) };
                items.push(Item { end: np.end, tree, cost: np.cost + 1 });
            }
            let tree = Argument { preposition, np: None };
            items.push(Item { end: at + 1, tree, cost: cost::STRANDED });
            return items;
        }
        for np in self.np(at).iter() {
            let tree = Argument { preposition: None, np: Some(np.tree.clone()) };
            items.push(Item { end: np.end, tree, cost: np.cost });
        }
        items
    }

    /// Everything to the end, as words of what somebody said.
    fn what_was_said(&self, at: usize) -> Option<Item<Argument>> {
        let from = at + usize::from(self.is(at, &["that"]));
        let mut end = self.tokens.len();
        while end > from && self.is(end - 1, &["?", ","]) {
            end -= 1;
        }
        let content = content_words(&self.tokens[from.min(end)..end]);
        if end < from + 3 || content.len() < 2 {
            return None;
        }
        let np = Np { kind: NpKind::Text(content), words: at..end };
        let tree = Argument { preposition: None, np: Some(np) };
        Some(Item { end, tree, cost: cost::TEXT })
    }

    // --- Relative clauses ------------------------------------------------------------------------

    /// `that recognise X`, `Lavrov spoke about`, `recognised by Syria`, `living in X`.
    pub(super) fn relative(&self, at: usize) -> Vec<Item<Clause>> {
        if let Some(known) = self.relatives.borrow().get(&at) {
            return known.clone();
        }
        let found = self.new_relative(at);
        self.relatives.borrow_mut().insert(at, found.clone());
        found
    }

    fn new_relative(&self, at: usize) -> Vec<Item<Clause>> {
        self.deeper(|| {
            let gap = || Np { kind: NpKind::Gap, words: at..at };
            let mut all = Vec::new();
            if self.is(at, &["who", "that", "which"]) {
                all.extend(with_subject(self.predicates(at + 1), &gap()));
                all.extend(self.object_gap(at + 1, None, &gap()));
            }
            if self.is(at, &["whom"]) {
                all.extend(self.object_gap(at + 1, None, &gap()));
            }
            if is_preposition(self.word(at)) && self.is(at + 1, &["whom", "which"]) {
                all.extend(self.object_gap(at + 2, Some(self.word(at)), &gap()));
            }
            all.extend(self.object_gap(at, None, &gap()));
            all.extend(self.whose(at, &gap()));
            all.extend(self.reduced(at, &gap()));
            self.prune(&mut all, at);
            all
        })
    }

    /// `whose capital is X`.
    fn whose(&self, at: usize, gap: &Np) -> Vec<Item<Clause>> {
        let mut all = Vec::new();
        if !self.is(at, &["whose"]) {
            return all;
        }
        for owned in self.counted(at + 1) {
            let mut nominal = owned.tree;
            nominal.possessor = Some(gap.clone());
            let kind = NpKind::Nominal(Box::new(nominal));
            let subject = Np { kind, words: at..owned.end };
            for mut clause in with_subject(self.predicates(owned.end), &subject) {
                clause.cost += owned.cost;
                all.push(clause);
            }
        }
        all
    }

    /// A clause whose missing part is what the relative clause is about.
    fn object_gap(&self, at: usize, preposition: Option<&str>, gap: &Np) -> Vec<Item<Clause>> {
        if self.is_auxiliary(at) || is_preposition(self.word(at)) {
            return Vec::new();
        }
        let mut all = Vec::new();
        for subject in self.np(at).iter() {
            if matches!(subject.tree.kind, NpKind::Wh(_)) {
                continue;
            }
            for mut clause in self.predicates(subject.end) {
                clause.tree.subject = Some(subject.tree.clone());
                clause.tree.front = Some(Argument {
                    preposition: preposition.map(str::to_owned),
                    np: Some(gap.clone()),
                });
                clause.cost += subject.cost;
                all.push(clause);
            }
        }
        all
    }

    /// An infinitive in place of a relative clause, after *to*.
    pub(super) fn to_do(&self, at: usize) -> Vec<Item<Clause>> {
        self.deeper(|| {
            let gap = Np { kind: NpKind::Gap, words: at..at };
            let groups = self.bare(self.skip_fillers(at), true);
            let mut all: Vec<Item<Clause>> =
                groups.into_iter().flat_map(|group| self.completed(group)).collect();
            self.prune(&mut all, at);
            with_subject(all, &gap)
        })
    }

    /// A participle in place of a relative clause.
    fn reduced(&self, at: usize, gap: &Np) -> Vec<Item<Clause>> {
        let at = self.skip_fillers(at);
        let mut all = Vec::new();
        for (end, base, form) in self.verbs(at, &[Form::Participle, Form::Gerund]) {
            let group = group(base, end, form == Form::Participle, form == Form::Participle);
            all.extend(self.completed(group));
        }
        // `the states next to X`: that are next to it.
        let related = self.lexical(at).any(|(end, word)| {
            let relational =
                matches!(word, Word::Noun { noun: Noun::Relational(_), plural: false });
            relational && is_preposition(self.word(end))
        });
        if related {
            let mut found = self.completed(group("be".into(), at, false, false));
            found.retain(|item| item.end > at);
            found.iter_mut().for_each(|item| item.cost += cost::PART);
            all.extend(found);
        }
        with_subject(all, gap)
    }

    /// `Who, after Russia, recognised X?`: what stands between commas belongs to the clause.
    fn after_inserted(&self, at: usize, subject: &Np) -> Vec<Item<Clause>> {
        let mut all = Vec::new();
        for denied in self.having_done(at) {
            let next = denied.end + usize::from(self.is(denied.end, &[","]));
            for mut clause in with_subject(self.predicates(next), subject) {
                clause.tree.and_then.push((Join::And, denied.tree.clone()));
                clause.cost += denied.cost;
                all.push(clause);
            }
        }
        for adverb in self.adverbs(at) {
            if !self.is(adverb.end, &[","]) {
                continue;
            }
            for mut clause in with_subject(self.predicates(adverb.end + 1), subject) {
                clause.tree.adverbs.push(adverb.tree.clone());
                clause.cost += adverb.cost;
                all.push(clause);
            }
        }
        all
    }

    /// The position after `was it that`, which adds nothing to the word that asks before it.
    pub(super) fn cleft(&self, at: usize) -> Option<usize> {
        let it = self.skip_fillers(at);
        if let Some(that) = self.after_any(
            it,
            &[
                "did it happen that",
                "has it happened that",
                "was it the case that",
                "would you say that",
                "would you say",
                "do you think that",
                "do you think",
            ],
        ) {
            return Some(that);
        }
        if !BE.contains(&self.word(it)) || !self.is(it + 1, &["it"]) {
            return None;
        }
        let that = ["that", "who", "whom", "which", "when"];
        self.is(it + 2, &that).then_some(it + 3)
    }

    /// A clause in the order of a statement: subject, verb, complements.
    pub(super) fn statement(&self, at: usize) -> Vec<Item<Clause>> {
        let mut all = Vec::new();
        for subject in self.np(at).iter() {
            let wh = matches!(&subject.tree.kind, NpKind::Wh(wh) if wh.word == WhWord::Whose);
            if wh && self.at_end(subject.end) {
                continue;
            }
            let both = subject.end + usize::from(self.is(subject.end, &["both", "either", "all"]));
            let mut clauses = with_subject(self.predicates(both), &subject.tree);
            if let (NpKind::Wh(_), Some(that)) = (&subject.tree.kind, self.cleft(subject.end)) {
                clauses.extend(with_subject(self.predicates(that), &subject.tree));
            }
            if self.is(subject.end, &[","]) {
                clauses.extend(self.after_inserted(subject.end + 1, &subject.tree));
            }
            if matches!(subject.tree.kind, NpKind::Wh(_)) {
                // `Who in May 2014 visited X?`
                for (end, when) in when::phrases(self.tokens, subject.end) {
                    for mut clause in with_subject(self.predicates(end), &subject.tree) {
                        clause.tree.adverbs.push(Adverb::When(when.clone()));
                        clauses.push(clause);
                    }
                }
            }
            for clause in &mut clauses {
                clause.cost += subject.cost;
            }
            self.made(&clauses, at);
            all.extend(clauses);
            if !self.step() {
                break;
            }
        }
        self.prune_to(&mut all, at, QUESTIONS_MAX);
        all
    }
}

/// Whether an adverb may stand between *the first* and what was done.
fn stands_between(adverb: &Item<Adverb>) -> bool {
    matches!(
        adverb.tree,
        Adverb::Pivot { .. } | Adverb::BeforeAfter { .. } | Adverb::Nearest(_) | Adverb::When(_)
    )
}

fn group(base: Arc<str>, end: usize, past: bool, passive: bool) -> Group {
    let tree = Clause { passive, past, ..Clause::of(base) };
    Item { end, tree, cost: cost::PART }
}

/// Whether two clauses of one verb have as many parts, marked alike.
fn has_the_same_parts(one: &Clause, other: &Clause) -> bool {
    let marks = |clause: &Clause| -> Vec<Option<String>> {
        clause.arguments.iter().map(|part| part.preposition.clone()).collect()
    };
    one.verb != other.verb || marks(one) == marks(other)
}

/// Puts a subject to a clause and to all that follow it.
pub(super) fn with_subject(clauses: Vec<Item<Clause>>, subject: &Np) -> Vec<Item<Clause>> {
    clauses
        .into_iter()
        .map(|mut item| {
            item.tree.subject = Some(subject.clone());
            item
        })
        .collect()
}

/// The words of a stretch that say something.
fn content_words(tokens: &[Token]) -> Vec<String> {
    const EMPTY: [&str; 34] = [
        "a", "an", "the", "this", "that", "these", "those", "and", "or", "but", ",", "'s", "is",
        "are", "was", "were", "be", "been", "has", "have", "had", "do", "does", "did", "will",
        "would", "of", "to", "in", "on", "at", "its", "their", "as",
    ];
    let says = |token: &&Token| !EMPTY.contains(&token.word.as_str());
    tokens.iter().filter(says).map(|token| token.word.clone()).collect()
}
