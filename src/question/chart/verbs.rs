//! Verb groups: a verb with its auxiliaries, negations, and words that add nothing.

use std::sync::Arc;

use super::best::EXCEED;
use super::{Chart, Item, cost};
use crate::question::form::Shared;
use crate::question::lexicon::{Noun, Word};
use crate::question::morphology::Form;
use crate::question::tree::{Adverb, Argument, Bond, Clause, HeadNoun, Nominal, Np, NpKind, Rank};
use crate::question::when;

pub(super) const BE: [&str; 4] = ["is", "are", "was", "were"];

/// Auxiliaries that leave what is asked as it is with *be*, *what would be the largest*, *can be found in*, or with
/// *have*: who *might have* visited X is sought among those who did. What somebody can, would or might do,
/// will or should, is not what has been stated.
const MODALS: [&str; 5] = ["would", "can", "could", "may", "might"];

/// Verbs that say of another that it was for the first time.
pub(super) const BEGIN: [&str; 8] =
    ["begin", "begins", "began", "begun", "start", "starts", "started", "starting"];

/// Verbs by which somebody says what they want, and verbs of wanting.
const SAY: [&str; 16] = [
    "saying",
    "stating",
    "announcing",
    "declaring",
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

pub(super) const CAME: [&str; 4] = ["came", "comes", "come", "followed"];

/// What may be said of somebody before what they do: that they are behind it.
const BUSY: [&str; 9] = [
    "responsible for",
    "behind",
    "engaged in",
    "involved in",
    "guilty of",
    "busy",
    "in the business of",
    "credited with",
    "to blame for",
];

/// Words for those who do something, behind a form of *be*.
const ONES: [&str; 5] = ["the one", "the ones", "the others", "the other ones", "others"];

/// What says that something was done to one.
const CAME_IN_FOR: [&str; 9] = [
    "came in for",
    "come in for",
    "comes in for",
    "came under",
    "come under",
    "met with",
    "meet with",
    "ran into",
    "fell victim to",
];
const TARGET_OF: [&str; 22] = [
    "the target of",
    "the targets of",
    "a target of",
    "the object of",
    "the objects of",
    "the subject of",
    "the recipient of",
    "the recipients of",
    "a recipient of",
    "the addressee of",
    "the victim of",
    "the victims of",
    "a victim of",
    "the focus of",
    "the aim of",
    "on the receiving end of",
    "at the receiving end of",
    "subjected to",
    "exposed to",
    "subject to",
    "met with",
    "confronted with",
];

const FOUND_THEMSELVES: [&str; 8] = [
    "found themselves",
    "found itself",
    "found himself",
    "found herself",
    "saw themselves",
    "saw itself",
    "saw himself",
    "saw herself",
];

/// What says that something was not done.
const FAILED: [&str; 6] =
    ["failed to", "fails to", "fail to", "neglected to", "omitted to", "forgot to"];

/// A verb with its auxiliaries: a clause with nothing around it yet.
pub(super) type Group = Item<Clause>;

/// Words by which something was not done at any time.
pub(super) const NEVER: [&str; 8] = [
    "never",
    "never once",
    "never ever",
    "at no point",
    "at no time",
    "on no occasion",
    "not once",
    "at no stage",
];

/// `is home to over 5000 people` has them.
const MEASURES: [&str; 5] = ["the most", "the fewest", "the least", "more", "fewer"];

impl Chart<'_> {
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
        let at = self.of_them_all(self.skip_fillers(at));
        let mut groups = self.finite(at);
        if let Some(at) = self.after_any(at, &NEVER) {
            // `who never visited X`
            groups.extend(self.finite(self.skip_fillers(at)).into_iter().map(|mut group| {
                group.tree.negated = true;
                group
            }));
        }
        if self.is_auxiliary(at) {
            groups.extend(self.inverted_group(self.word(at), at + 1));
        }
        // `who's visited X`, `who's been to X`: *who has*
        if self.is_contracted(at) {
            groups.extend(self.perfect(self.skip_fillers(at + 1)));
        }
        groups
    }

    /// Whether an *is* is the end of the word before it: *who's*.
    fn is_contracted(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.tokens.get(before));
        let here = self.tokens.get(at).filter(|_| self.is(at, &["is"]));
        here.zip(before).is_some_and(|(here, before)| here.span == before.span)
    }

    /// The position after `of all actors`, `of them all` right behind *who* or *which*.
    fn of_them_all(&self, at: usize) -> usize {
        if at == 0 || !self.is(at - 1, &["who", "whom", "which"]) {
            return at;
        }
        if let Some(end) = self.after_any(at, &["of them all", "of all of them"]) {
            return end;
        }
        let Some(all) = self.after_any(at, &["of all", "among all", "of all the", "of the"]) else {
            return at;
        };
        let noun = |(end, word): (usize, &Word)| match word {
            Word::Noun { noun: Noun::Label(_), plural: true } => Some(end),
            _ => None,
        };
        self.lexical(all).filter_map(noun).max().unwrap_or(at)
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
        // `By whom was X next visited after Y?`
        if self.is(rest, &["next"]) {
            groups.extend(self.after_auxiliary(auxiliary, rest + 1).into_iter().map(
                |mut group| {
                    group.tree.adverbs.push(Adverb::Nearest(None));
                    group
                },
            ));
        }
        if BE.contains(&auxiliary) {
            // `Who was Iraq the last to visit?`
            let past = matches!(auxiliary, "was" | "were");
            for (rank, mut group) in self.ranked_after_be(rest, past) {
                group.tree.adverbs.push(Adverb::Ranked(rank));
                group.tree.bond = Bond::Identifies;
                groups.push(group);
            }
            groups.extend(self.next_after_be(rest, past));
            groups.extend(self.only_after_be(rest, past));
            groups.extend(self.among_those(rest));
        }
        for group in &mut groups {
            group.tree.negated ^= negated;
        }
        groups
    }

    fn after_auxiliary(&self, auxiliary: &str, rest: usize) -> Vec<Group> {
        match auxiliary {
            "do" | "does" => self.bare(rest, false),
            "did" => self.bare(rest, true),
            "has" | "have" | "had" => self.perfect(rest),
            // `who'd recognised` is *had*.
            "would" => [self.being(rest), self.perfect(rest), self.wishing(rest)].concat(),
            word if MODALS.contains(&word) => self.being(rest),
            word => self.after_be(rest, matches!(word, "was" | "were")),
        }
    }

    /// `would like to visit X`: wished to.
    fn wishing(&self, at: usize) -> Vec<Group> {
        const WISH: [&str; 5] = ["like", "wish", "want", "love", "prefer"];
        let mut groups = self.bare(at, true);
        groups.retain(|group| WISH.contains(&&*group.tree.verb) && self.is(group.end, &["to"]));
        groups
    }

    /// What stands behind *would* and *can* and says how things are.
    fn being(&self, at: usize) -> Vec<Group> {
        let mut groups = self.bare(at, false);
        groups.retain(|group| &*group.tree.verb == "be" || group.tree.passive);
        if self.is(at, &["have"]) {
            groups.extend(self.perfect(self.skip_fillers(at + 1)));
        }
        groups
    }

    pub(super) fn is_auxiliary(&self, at: usize) -> bool {
        let word = self.word(at);
        BE.contains(&word)
            || MODALS.contains(&word)
            || matches!(word, "do" | "does" | "did" | "has" | "have" | "had")
    }

    fn finite(&self, at: usize) -> Vec<Group> {
        let mut groups: Vec<Group> = self
            .verbs(at, &[Form::Third, Form::Base, Form::Past])
            .into_iter()
            .map(|(end, base, form)| group(base, end, form == Form::Past, false))
            .collect();
        groups.extend(self.announced(at));
        groups.extend(self.came_to(at, true));
        groups.extend(self.got(at, self.is(at, &["got"])));
        groups.extend(self.with_manner_before(at, |at| self.finite(at)));
        // `failed to recognise X` is *did not recognise X*.
        if let Some(next) = self.after_any(at, &FAILED) {
            let verbs = self.verbs(self.skip_fillers(next), &[Form::Base]).into_iter();
            groups.extend(verbs.map(|(end, base, _)| {
                let mut group = group(base, end, true, false);
                group.tree.negated = true;
                group
            }));
        }
        groups.extend(self.dated(at));
        // `found themselves accused by X`
        if let Some(end) = self.after_any(at, &FOUND_THEMSELVES) {
            let done = self.after_be(end, true).into_iter();
            groups.extend(done.filter(|group| group.tree.passive));
        }
        // `whose visit came just before that of X`
        if self.is(at, &CAME)
            && self
                .adverbs(at + 1)
                .iter()
                .any(|next| !matches!(next.tree, Adverb::Ranked(_)) && stands_between(next))
        {
            groups.push(group("happen".into(), at + 1, true, false));
        }
        groups.extend(self.measures_up(at));
        // `serves as X` is *is X*.
        if let Some(end) = self.after_any(at, &["serves as", "served as", "acts as", "acted as"]) {
            groups.push(group("be".into(), end, self.is(at, &["served", "acted"]), false));
        }
        // `lacks rivers` has none; `came in for criticism` received it.
        if self.is(at, &["lack", "lacks", "lacked"]) {
            let mut group = group("have".into(), at + 1, self.is(at, &["lacked"]), false);
            group.tree.negated = true;
            groups.push(group);
        }
        if let Some(end) = self.after_any(at, &CAME_IN_FOR) {
            groups.push(group("undergo".into(), end, true, false));
        }
        // `has got X`
        if self.is(at, &["has", "have", "had"]) && self.is(at + 1, &["got"]) {
            groups.push(group("have".into(), at + 2, false, false));
        }
        groups
    }

    /// `came before 2009`, `fell in May`, `date from 2014`: of what happened.
    fn dated(&self, at: usize) -> Vec<Group> {
        const FELL: [&str; 9] =
            ["came", "comes", "come", "fell", "falls", "fall", "belongs", "belong", "belonged"];
        let past = self.is(at, &["came", "fell", "dated", "belonged"]);
        let mut groups = Vec::new();
        if self.is(at, &FELL) && self.is_dated(at + 1) {
            groups.push(group("happen".into(), at + 1, past, false));
        }
        let date = self.after_any(
            at,
            &[
                "date from",
                "dates from",
                "dated from",
                "date back to",
                "dates back to",
                "belong to",
                "belongs to",
            ],
        );
        if let Some((end, when)) = date.and_then(|date| when::bare(self.tokens, date)) {
            let mut group = group("happen".into(), end, past, false);
            group.tree.adverbs.push(Adverb::When(when));
            groups.push(group);
        }
        groups
    }

    /// `exceeds 5 million` is *is more than 5 million*; `ranks first in area`, `lies lowest` is *is*.
    fn measures_up(&self, at: usize) -> Vec<Group> {
        const LIES: [&str; 25] = [
            "rank", "ranks", "ranked", "come", "comes", "came", "stand", "stands", "stood", "lie",
            "lies", "lay", "rise", "rises", "rose", "reach", "reaches", "reached", "sit", "sits",
            "place", "places", "placed", "go", "goes",
        ];
        let mut groups = Vec::new();
        if self.is(at, &EXCEED) && !(self.limits(at).is_empty() && self.compared(at).is_empty()) {
            groups.push(group("be".into(), at, false, false));
        }
        // `exceeds 500 inhabitants` has more of them.
        if self.is(at, &EXCEED)
            && self.quantity_of(at).is_some_and(|(_, end)| self.property_noun(end).is_some())
        {
            groups.push(group("have".into(), at, false, false));
        }
        if self.is(at, &LIES) && self.says_best(at + 1) {
            groups.push(group("be".into(), at + 1, false, false));
        }
        groups
    }

    /// `said that he wanted to`, `said it would`: who says what they want, or will do, wants it.
    pub(super) fn announced(&self, at: usize) -> Vec<Group> {
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
                let kind = NpKind::Nominal(Shared::new(nominal));
                let np = Some(Np { kind, words: that + 2..end });
                let mut group = group("want".into(), end, true, false);
                group.tree.arguments.push(Argument { preposition: Some("to".into()), np });
                all.push(group);
            }
        }
        all
    }

    pub(super) fn bare(&self, at: usize, past: bool) -> Vec<Group> {
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
        groups.extend(self.measures_up(at));
        if self.is(at, &["come", "fall"]) && self.is_dated(at + 1) {
            groups.push(group("happen".into(), at + 1, past, false));
        }
        // `Does X count among those that recognise Y?`
        if self.is(at, &["count", "rank", "belong", "figure", "number"]) {
            let to = at + 1 + usize::from(self.is(at + 1, &["to"]));
            groups.extend(self.among_those(to));
        }
        // `Which month did it fall in?`
        if self.is(at, &["come", "fall"]) && self.is(at + 1, &["in", "on"]) && self.at_end(at + 2) {
            groups.push(group("happen".into(), at + 1, past, false));
        }
        groups.extend(self.announced(at));
        groups.extend(self.came_to(at, past));
        groups.extend(self.got(at, past));
        groups.extend(self.with_manner_before(at, |at| self.bare(at, past)));
        groups
    }

    /// `diplomatically recognise`, `verbally attacked`: a word of the sentence before the verb that
    /// stands behind it in the lexicon.
    fn with_manner_before(&self, at: usize, rule: impl Fn(usize) -> Vec<Group>) -> Vec<Group> {
        if !self.word(at).ends_with("ly") {
            return Vec::new();
        }
        let fixed: Vec<Noun> = self
            .lexical(at)
            .filter_map(|(end, word)| match word {
                Word::Noun { noun: noun @ Noun::Fixed(_), plural: false } if end == at + 1 => {
                    Some(noun.clone())
                }
                _ => None,
            })
            .collect();
        let mut all = Vec::new();
        for noun in fixed {
            for mut group in rule(at + 1) {
                let nominal = Nominal::of(HeadNoun::Noun(noun.clone()), false);
                let kind = NpKind::Nominal(Shared::new(nominal));
                let np = Some(Np { kind, words: at..at + 1 });
                group.tree.arguments.push(Argument { preposition: None, np });
                all.push(group);
            }
        }
        all
    }

    /// Whether a time stands at a position.
    pub(super) fn is_dated(&self, at: usize) -> bool {
        when::phrase(self.tokens, at).is_some()
    }

    /// `got arrested by X` is *was arrested by X*.
    fn got(&self, at: usize, past: bool) -> Vec<Group> {
        if !self.is(at, &["got", "get", "gets"]) {
            return Vec::new();
        }
        let verbs = self.verbs(at + 1, &[Form::Participle]).into_iter();
        verbs.map(|(end, base, _)| group(base, end, past, true)).collect()
    }

    /// `ended up recognising X`, `got to visit X`, `managed to meet Y`: who does so in the end does so.
    fn came_to(&self, at: usize, past: bool) -> Vec<Group> {
        const LEADS: [&str; 13] = [
            "got to",
            "get to",
            "came to",
            "come to",
            "took it upon themselves to",
            "took it upon itself to",
            "decided to",
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
        if let Some(begun) = self.began(at) {
            return begun
                .into_iter()
                .map(|(end, base)| began(group(base, end, past, false)))
                .collect();
        }
        let Some(next) = self.after_any(at, &LEADS) else { return Vec::new() };
        let verbs = self.verbs(self.skip_fillers(next), &[Form::Base]).into_iter();
        verbs.map(|(end, base, _)| group(base, end, past, false)).collect()
    }

    /// `began to criticise`, `started criticising`: the verbs behind it.
    fn began(&self, at: usize) -> Option<Vec<(usize, Arc<str>)>> {
        if !self.is(at, &BEGIN) {
            return None;
        }
        let (next, form) =
            if self.is(at + 1, &["to"]) { (at + 2, Form::Base) } else { (at + 1, Form::Gerund) };
        let verbs = self.verbs(next, &[form]).into_iter().map(|(end, base, _)| (end, base));
        let verbs: Vec<(usize, Arc<str>)> = verbs.collect();
        (!verbs.is_empty()).then_some(verbs)
    }

    fn perfect(&self, at: usize) -> Vec<Group> {
        let at = at + usize::from(self.is(at, &["both"]));
        let mut groups: Vec<Group> = self
            .verbs(at, &[Form::Participle])
            .into_iter()
            .map(|(end, base, _)| group(base, end, true, false))
            .collect();
        groups.extend(self.announced(at));
        if self.is(at, &["got"]) {
            groups.push(group("have".into(), at + 1, false, false));
        }
        groups.extend(self.with_manner_before(at, |at| self.perfect(at)));
        if self.is(at, &["been"]) {
            groups.extend(self.after_be(self.skip_fillers(at + 1), true));
            // `had been the last to visit X`
            for (rank, mut group) in self.ranked_after_be(at + 1, true) {
                group.tree.adverbs.push(Adverb::Ranked(rank));
                groups.push(group);
            }
            groups.extend(self.next_after_be(at + 1, true));
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
        // `were both praised by X`
        let at = at + usize::from(self.is(at, &["both", "each"]));
        // `the actors were the ones to visit X`
        if let Some(end) = self.after_any(at, &ONES) {
            groups.extend(self.infinitive_or_relative(end, past));
        }
        if let Some(end) = self.after(at, "home to").filter(|&end| {
            self.quantity_of(end).is_some() || self.after_any(end, &MEASURES).is_some()
        }) {
            groups.push(group("have".into(), end, past, false));
        }
        // `are without rivers`
        if self.is(at, &["without"]) {
            let mut group =
                group("have".into(), at + 1 + usize::from(self.is(at + 1, &["any"])), past, false);
            group.tree.negated = true;
            groups.push(group);
        }
        // `was the target of criticism from X`
        if let Some(end) = self.after_any(at, &TARGET_OF) {
            groups.push(group("undergo".into(), end, past, false));
        }
        // `is ranked first in area`
        if self.is(at, &["ranked", "placed"]) && self.says_best(at + 1) {
            groups.push(group("be".into(), at + 1, past, false));
        }
        // `Was X ahead of Y in visiting Z?`
        for adverb in self.adverbs(at).into_iter().filter(stands_between) {
            if matches!(adverb.tree, Adverb::When(_)) || !self.step() {
                continue;
            }
            for mut group in self.doing(adverb.end, past) {
                group.tree.adverbs.push(adverb.tree.clone());
                group.cost += adverb.cost;
                groups.push(group);
            }
        }
        // `Where is X situated?` is *where is X*.
        if self.is(at, &["situated", "located"]) && self.at_end(at + 1) {
            groups.push(group("be".into(), at + 1, past, false));
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
        let manner = self.with_manner_before(at, |at| self.after_be(at, past));
        groups.extend(manner.into_iter().filter(|group| &*group.tree.verb != "be"));
        // `is recorded as having recognised X`: what is recorded is what is asked of.
        groups.extend(self.recorded(at));
        // `is responsible for recognising X`, `was behind recognising X`
        if let Some(next) = self.after_any(at, &BUSY) {
            let verbs = self.verbs(next, &[Form::Gerund]).into_iter();
            groups.extend(verbs.map(|(end, base, _)| group(base, end, past, false)));
        }
        groups
    }

    /// `recorded as having recognised X`, `known to have done so`: what is known is what is asked of.
    pub(super) fn recorded(&self, at: usize) -> Vec<Group> {
        const RECORDED: [&str; 14] = [
            "recorded",
            "known",
            "listed",
            "documented",
            "registered",
            "noted",
            "said",
            "reported",
            "believed",
            "thought",
            "found",
            "seen",
            "shown",
            "understood",
        ];
        let next = match self.after_any(at, &["on record", "on the record"]) {
            Some(next) => next,
            None if self.is(at, &RECORDED) => at + 1,
            None => return Vec::new(),
        };
        if let Some(next) = self.after_any(next, &["as having", "to have", "having"]) {
            return self.perfect(self.skip_fillers(next));
        }
        // `has been known to visit X`
        if self.is(next, &["to"]) {
            return self.bare(self.skip_fillers(next + 1), true);
        }
        let next = match self.after(next, "as") {
            Some(next) => next,
            // `were seen visiting X`
            None if self.is(at, &["seen", "found", "recorded", "reported", "shown"]) => {
                return self.doing_so(self.skip_fillers(next));
            }
            None => return Vec::new(),
        };
        // `is on record as visiting X`, `is listed as visited by X`
        let verbs = self.verbs(self.skip_fillers(next), &[Form::Gerund, Form::Participle]);
        let passive = |form: Form| form == Form::Participle;
        verbs.into_iter().map(|(end, base, form)| group(base, end, true, passive(form))).collect()
    }

    pub(super) fn verbs(&self, at: usize, forms: &[Form]) -> Vec<(usize, Arc<str>, Form)> {
        self.lexical(at)
            .filter_map(|(end, word)| match word {
                Word::Verb { base, form } if forms.contains(form) => {
                    Some((end, Arc::clone(base), *form))
                }
                _ => None,
            })
            .collect()
    }
}

/// Whether an adverb may stand between *the first* and what was done.
pub(super) fn stands_between(adverb: &Item<Adverb>) -> bool {
    matches!(
        adverb.tree,
        Adverb::Pivot { .. } | Adverb::BeforeAfter { .. } | Adverb::Nearest(_) | Adverb::When(_)
    )
}

pub(super) fn group(base: Arc<str>, end: usize, past: bool, passive: bool) -> Group {
    let tree = Clause { passive, past, ..Clause::of(base) };
    Item { end, tree, cost: cost::PART }
}

/// What began was then for the first time.
fn began(mut group: Group) -> Group {
    group.tree.adverbs.push(Adverb::Ranked(Rank::First));
    group
}
