//! What asks whether a statement is so, without inverting it: *is it true that …*, *is there any record
//! of …*, *true or false: …*; and what asks for a thing by saying that it is what: *the year in which X
//! did so is what?*
//!
//! Called by the forms of questions.

use super::clause::with_subject;
use super::verbs::BE;
use super::whole::{clauses, who};
use super::{Chart, Item};
use crate::question::form::Shared;
use crate::question::lexicon::Noun;
use crate::question::morphology::Form;
use crate::question::tree::{
    Adverb, Asks, Body, Clause, HeadNoun, Np, NpKind, Question, Wh, WhWord,
};
use crate::question::when;

/// What may be said of a statement: that it is so.
const SO: [&str; 30] = [
    "true",
    "so",
    "the case",
    "correct",
    "right",
    "accurate",
    "known",
    "a fact",
    "certain",
    "recorded",
    "on record",
    "documented",
    "confirmed",
    "established",
    "stated",
    "reported",
    "said",
    "fair to say",
    "true to say",
    "correct to say",
    "right to say",
    "accurate to say",
    "safe to say",
    "correct to assume",
    "right to assume",
    "possible",
    "a matter of record",
    "the truth",
    "shown",
    "found",
];

/// What asks for a deed among all that is recorded.
const CONTAIN: [&str; 8] = [
    "does the record contain",
    "do the records contain",
    "does the record include",
    "do the records include",
    "do the data contain",
    "does the data contain",
    "do the facts contain",
    "do the records have",
];

/// What asks what is recorded of somebody.
const SHOW: [&str; 8] = [
    "do the records show",
    "does the record show",
    "do the data show",
    "does the data show",
    "do records show",
    "do the facts show",
    "do the records have",
    "do the records mention",
];

/// What shows that a statement is so.
const RECORDS: [&str; 14] = [
    "record",
    "evidence",
    "proof",
    "mention",
    "report",
    "indication",
    "sign",
    "trace",
    "case",
    "instance",
    "occurrence",
    "word",
    "example",
    "known case",
];

/// Ways to ask whether one is right in saying something.
const RIGHT_TO_SAY: [&str; 12] = [
    "would i be right in saying",
    "would i be right to say",
    "would i be correct in saying",
    "would i be right in thinking",
    "am i right in saying",
    "am i right in thinking",
    "am i right to think",
    "am i correct in saying",
    "am i right to say",
    "am i right",
    "am i correct in thinking",
    "am i correct",
];

impl Chart<'_> {
    /// `Is it true that …?`, `Could it be that …?`, `Does the record show that …?`
    pub(super) fn is_it_so(&self, at: usize) -> Vec<Item<Question>> {
        let found = self.in_that_time(at);
        let Some(that) = self.after_so(at) else {
            // `Was it in 2013 or in 2014 that X did so?`: in which of them.
            let of_two = |item: Item<Clause>| match item.tree.adverbs.last() {
                Some(Adverb::When(when)) => match super::oftener::two_units(when) {
                    Some(unit) => clauses(vec![item], Asks::When(unit)),
                    None => clauses(vec![item], Asks::Whether),
                },
                _ => clauses(vec![item], Asks::Whether),
            };
            return found.into_iter().flat_map(of_two).collect();
        };
        let mut found = found;
        found.extend(self.statement(that));
        // `yes or no: did X do so?`
        if self.is(at + 1, &["or"]) {
            found.extend(self.inverted(that, None));
        }
        // `did it happen in 2014 that …`, `is it true that in 2014 …`
        let statement = |at: usize| {
            let that = at + usize::from(self.is(at, &["that"]));
            self.statement(that)
        };
        found.extend(self.after_time(that, statement));
        clauses(found, Asks::Whether)
    }

    /// `Was it in 2014 that X did so?`, `Did 2014 see X do so?`: whether it was so then.
    fn in_that_time(&self, at: usize) -> Vec<Item<Clause>> {
        if BE.contains(&self.word(at)) && self.is(at + 1, &["it"]) {
            let that = |at: usize| {
                if self.is(at, &["that", "when"]) { self.statement(at + 1) } else { Vec::new() }
            };
            return self.after_time(at + 2, that);
        }
        let mut found = Vec::new();
        if self.is(at, &["did", "does", "has"])
            && let Some((end, when)) = when::bare(self.tokens, at + 1)
        {
            for mut item in self.saw(end) {
                item.tree.adverbs.push(Adverb::When(when.clone()));
                found.push(item);
            }
        }
        found
    }

    /// `Whom do the records show X recognising?`, `Who do the records show recognising X?`
    pub(super) fn shown_by_records(&self, at: usize, who: &Np) -> Vec<Item<Clause>> {
        let Some(next) = self.after_any(at, &SHOW) else { return Vec::new() };
        let having = self.after_any(next, &["as having", "to have", "having"]);
        let groups = match having {
            Some(next) => self.inverted_group("has", next),
            None => self.doing_so(next + usize::from(self.is(next, &["as"]))),
        };
        let done = groups.into_iter().flat_map(|group| self.completed(group)).collect();
        with_subject(done, who)
    }

    fn after_so(&self, at: usize) -> Option<usize> {
        if let Some(end) = self.after_any(at, &["true or false", "yes or no", "right or wrong"]) {
            return Some(end + usize::from(self.is(end, &[":", ","])));
        }
        if let Some(end) = self.after_any(
            at,
            &[
                "is it on record",
                "is it on the record",
                "do the data show",
                "do the data say",
                "does the data show",
                "does the data say",
                "do the records show",
                "do the records say",
                "does the record show",
                "does the record say",
                "do records show",
                "do the facts show",
                "do the facts say",
                "did it happen",
                "did it ever happen",
                "has it happened",
                "has it ever happened",
                "could it be",
                "can it be",
                "might it be",
            ],
        ) {
            // Where no *that* follows, a time does.
            let that = end + usize::from(self.is(end, &["that"]));
            if that > end || when::phrase(self.tokens, end).is_some() {
                return Some(that);
            }
        }
        if let Some(end) = self.after_any(at, &RIGHT_TO_SAY) {
            return self.after(end, "that");
        }
        let it = if BE.contains(&self.word(at)) {
            self.after(at + 1, "it")?
        } else if let Some(end) =
            self.after_any(at, &["has it been", "has it ever been", "had it been"])
        {
            end
        } else {
            let could = ["would", "could", "can", "might", "may", "will"];
            if !self.is(at, &could) {
                return None;
            }
            self.after(at + 1, "it be")?
        };
        let it = self.skip_fillers(it);
        let so = self.after_any(it, &SO)?;
        let so = self.after_any(so, &["to say", "to state"]).unwrap_or(so);
        self.after(so, "that")
    }

    /// `Is there a record of Russia having recognised X?`, `… of Russia recognising X?`, `… that it did?`
    pub(super) fn of_record(&self, at: usize) -> Vec<Item<Question>> {
        let mut found = Vec::new();
        if let Some(there) =
            self.after_any(at, &["were there any", "was there ever a", "was there a"])
            && self.is(there, &["occasion", "occasions", "time", "times", "instance", "instances"])
        {
            found.extend(self.on_occasion(there + 1));
        }
        if let Some(next) = self.after_any(at, &CONTAIN) {
            // `… any recognition of X by Y in 2014`: whether there was one.
            for np in self.np(next).iter().filter(|np| is_deed(&np.tree)) {
                let tree = Clause { past: true, ..Clause::of("happen".into()) };
                let group = Item { end: np.end, tree, cost: np.cost };
                found.extend(with_subject(self.completed(group), &np.tree));
            }
        }
        let of = self.before_what_is_recorded(at);
        if let Some(that) = of.filter(|&of| self.is(of, &["that"])) {
            found.extend(self.statement(that + 1));
            return clauses(found, Asks::Whether);
        }
        let of = of.filter(|&of| self.is(of, &["of"])).map(|of| of + 1);
        // `Do the records show Russia recognising X?`
        let Some(next) = of.or_else(|| self.after_any(at, &SHOW)) else {
            return clauses(found, Asks::Whether);
        };
        for subject in self.np(next).iter() {
            if is_deed(&subject.tree) {
                // `Do we know of a visit by X to Y?`
                let tree = Clause { past: true, ..Clause::of("happen".into()) };
                let group = Item { end: subject.end, tree, cost: subject.cost };
                found.extend(with_subject(self.completed(group), &subject.tree));
            }
            let mut groups = self.doing_so(subject.end);
            if self.is(subject.end, &["having"]) {
                groups.extend(self.inverted_group("has", subject.end + 1));
            }
            for group in groups {
                let mut done = with_subject(self.completed(group), &subject.tree);
                done.iter_mut().for_each(|item| item.cost += subject.cost);
                found.extend(done);
            }
        }
        clauses(found, Asks::Whether)
    }

    /// The position of *that* or *of* before what is recorded: `is there any record`, `do we know`.
    fn before_what_is_recorded(&self, at: usize) -> Option<usize> {
        const KNOW: [&str; 16] = [
            "do we know",
            "do you know",
            "are you aware",
            "are we aware",
            "have you heard",
            "have we heard",
            "do the records know",
            "do the records tell",
            "do the records speak",
            "do the data tell",
            "can you find any trace",
            "did it come to any case",
            "does the record speak",
            "is anything known",
            "is anyone aware",
            "have you any knowledge",
        ];
        if let Some(end) = self.after_any(at, &KNOW) {
            return Some(end);
        }
        let there = [
            "is there",
            "was there",
            "were there",
            "are there",
            "has there been",
            "has there ever been",
            "was there ever",
            "is there anywhere",
            "do we have",
            "do you have",
            "have we",
            "have you",
        ];
        let there = self.after_any(at, &there)?;
        let any = there + usize::from(self.is(there, &["a", "an", "any", "some", "no", "one"]));
        let word = self.word(any);
        let record = |one: &str| word == one || word.strip_suffix('s') == Some(one);
        RECORDS.iter().any(|one| record(one)).then_some(any + 1)
    }

    /// `recognising X`, of what was done.
    pub(super) fn doing_so(&self, at: usize) -> Vec<Item<Clause>> {
        let verbs = self.verbs(at, &[Form::Gerund]).into_iter();
        verbs.map(|(end, base, _)| super::verbs::group(base, end, true, false)).collect()
    }

    /// `The year in which X did so is what?`, `The number of times X did so is what?`
    pub(super) fn is_what(&self, at: usize) -> Vec<Item<Question>> {
        let end = self.tokens.len();
        if end < at + 6 || !BE.contains(&self.word(end - 2)) {
            return Vec::new();
        }
        let mut all = match self.word(end - 1) {
            "what" | "when" => self.asking_adverb(at, true),
            "which" if self.is_time(at) => self.asking_adverb(at, true),
            // `The ones that Russia recognised are who?`
            "who" | "whom" | "which" => [self.everyone(at, true), self.phrases(at)].concat(),
            _ => return Vec::new(),
        };
        all.retain_mut(|item| {
            let whole = item.end == end - 2;
            item.end = end;
            whole
        });
        all
    }

    /// Whether a unit of time is what is spoken of: `the last year …`, `the day …`.
    fn is_time(&self, at: usize) -> bool {
        let the = at + usize::from(self.is(at, &["the"]));
        let unit = self.rank(the).map_or(the, |ranked| ranked.1);
        super::time::unit_of(self.word(unit)).is_some()
    }

    /// `the actors that recognised X`, as a question for them.
    fn phrases(&self, at: usize) -> Vec<Item<Question>> {
        let all = self.np(at);
        let nominals = all.iter().filter(|np| matches!(np.tree.kind, NpKind::Nominal(_)));
        let phrase = |np: &Item<Np>| {
            let body = Body::Phrase(np.tree.clone());
            let tree = Question { asks: Asks::Thing, body, also: Vec::new() };
            Item { end: np.end, tree, cost: np.cost }
        };
        nominals.map(phrase).collect()
    }

    /// `Whose recognition of X was it?`: whose there was.
    pub(super) fn whose_was_it(&self, subject: &Item<Np>) -> Vec<Item<Clause>> {
        let there = ["it", "there", "that", "this"];
        if !BE.contains(&self.word(subject.end)) || !self.is(subject.end + 1, &there) {
            return Vec::new();
        }
        let tree = Clause { past: true, ..Clause::of("happen".into()) };
        let group = Item { end: subject.end + 2, tree, cost: 0 };
        with_subject(self.completed(group), &subject.tree)
    }

    /// `Whose was the first recognition of X?`: whose first recognition there was.
    pub(super) fn whose_was(&self, at: usize) -> Vec<Item<Question>> {
        if !self.is(at, &["whose"]) || !BE.contains(&self.word(at + 1)) {
            return Vec::new();
        }
        let the = at + 2 + usize::from(self.is(at + 2, &["the"]));
        clauses(self.whose_there_was(at, the), Asks::Thing)
    }

    /// A deed by its noun, whose it is being asked.
    fn whose_there_was(&self, at: usize, the: usize) -> Vec<Item<Clause>> {
        let mut found = Vec::new();
        for nominal in self.counted(the) {
            if !matches!(nominal.tree.head, HeadNoun::Noun(Noun::Event(_))) {
                continue;
            }
            let wh = Wh { word: WhWord::Whose, nominal: Some(nominal.tree), of: None };
            let subject = Some(Np { kind: NpKind::Wh(Shared::new(wh)), words: at..nominal.end });
            let tree = Clause { subject, past: true, ..Clause::of("happen".into()) };
            let group = Item { end: nominal.end, tree, cost: nominal.cost };
            found.extend(self.completed(group));
        }
        found
    }

    /// `Who was behind the recognition of X?`: whose recognition of X there was.
    pub(super) fn author_of(&self, at: usize) -> Vec<Item<Question>> {
        const BEHIND: [&str; 6] = [
            "behind the",
            "behind",
            "responsible for the",
            "responsible for",
            "the author of the",
            "the source of the",
        ];
        if !self.is(at, &["who", "which", "what", "the"]) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for np in self.np(at).iter() {
            if !matches!(&np.tree.kind, NpKind::Wh(wh) if wh.of.is_none()) {
                continue;
            }
            let be = np.end;
            if BE.contains(&self.word(be))
                && let Some(the) = self.after_any(be + 1, &BEHIND)
            {
                let the = the + usize::from(self.is(the, &["the"]));
                found.extend(self.whose_there_was(at, the));
            }
        }
        // `The last visit to X: who was behind it?`
        if self.is(at, &["the"]) {
            for mut item in self.whose_there_was(at, at + 1) {
                const IT: [&str; 5] = [
                    "who was behind it",
                    "whose was it",
                    "who was responsible for it",
                    "who was it by",
                    "by whom was it",
                ];
                let comma = item.end + usize::from(self.is(item.end, &[","]));
                if let Some(end) = self.after_any(comma, &IT) {
                    item.end = end;
                    found.push(item);
                }
            }
        }
        clauses(found, Asks::Thing)
    }

    /// `besides recognising X`, `as well as recognising X`: what else the same one did.
    pub(super) fn besides_doing(&self, at: usize) -> Vec<Item<Clause>> {
        const LEADS: [&str; 6] =
            ["besides", "apart from", "aside from", "in addition to", "as well as", "on top of"];
        let Some(next) = self.after_any(at, &LEADS) else { return Vec::new() };
        self.doing_so(next).into_iter().flat_map(|group| self.completed(group)).collect()
    }

    /// `of 2014` behind a unit of time.
    pub(super) fn of_time(&self, at: usize) -> Option<Item<Adverb>> {
        let unit = ["month", "year", "day", "months", "years", "days", "week"];
        if at == 0 || !self.is(at, &["of"]) || !self.is(at - 1, &unit) {
            return None;
        }
        let (end, when) = when::bare(self.tokens, at + 1)?;
        Some(Item { end, tree: Adverb::When(when), cost: 0 })
    }

    /// `Besides recognising X, who also recognised Y?`
    pub(super) fn besides_it(&self, at: usize) -> Vec<Item<Question>> {
        let mut found = Vec::new();
        for first in self.besides_doing(at) {
            let asking = first.end + usize::from(self.is(first.end, &[","]));
            if !self.is(asking, &["who", "which"]) || !self.step() {
                continue;
            }
            for mut second in self.predicates(asking + 1) {
                second.tree.and_then.push((crate::question::tree::Join::And, first.tree.clone()));
                second.cost += first.cost;
                found.extend(with_subject(vec![second], &who(asking..asking + 1)));
            }
        }
        clauses(found, Asks::Thing)
    }
}

/// Whether a noun phrase is a deed by its noun.
fn is_deed(np: &Np) -> bool {
    matches!(&np.kind, NpKind::Nominal(nominal) if matches!(nominal.head, HeadNoun::Noun(Noun::Event(_))))
}
