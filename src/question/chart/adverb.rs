//! Adverbs: times, what others did before and after, how often, for each of what.
//!
//! Called for what stands behind a verb and for what leads a question. Which statement an adverb
//! is of is for [`meaning`](crate::question::meaning) to say.

use super::deed::same_deed;
use super::pronoun::PRONOUNS;
use super::side::Side;
use super::time::unit_of;
use super::{Chart, Item, cost};
use crate::question::form::Shared;
use crate::question::frame::is_preposition;
use crate::question::lexicon::Noun;
use crate::question::morphology::Form;
use crate::question::tree::{
    Adverb, Aggregate, Argument, Clause, HeadNoun, Np, NpKind, Quantity, Rank, Unit,
};
use crate::question::when::{self, When};
use crate::syntax::ast::TimeRelation;

/// More than once, in so many words.
const REPEATEDLY: [&str; 6] = [
    "more than once",
    "several times",
    "repeatedly",
    "multiple times",
    "many times",
    "on more than one occasion",
];

/// What stands behind a *did* or *doing* that repeats a verb.
const SO: [&str; 5] = ["so", "that", "it", "the same", "the same thing"];

/// What one number is made of several by.
const MADE: [(&str, Aggregate); 11] = [
    ("together", Aggregate::Sum),
    ("on average", Aggregate::Average),
    ("on the average", Aggregate::Average),
    ("added together", Aggregate::Sum),
    ("added up", Aggregate::Sum),
    ("taken together", Aggregate::Sum),
    ("put together", Aggregate::Sum),
    ("all together", Aggregate::Sum),
    ("combined", Aggregate::Sum),
    ("in total", Aggregate::Sum),
    ("altogether", Aggregate::Sum),
];

/// What stands for a verb that was said before.
const DID: [&str; 7] = ["did", "does", "do", "was", "were", "had", "has"];

impl Chart<'_> {
    /// `visits to X 2014`: a year, or a day or month of one, behind what it is said of and before nothing else, or a
    /// preposition.
    pub(super) fn bare_time(&self, at: usize) -> Option<(usize, When)> {
        const YEARS: std::ops::RangeInclusive<u32> = 1800..=2100;
        let before = self.word(at.checked_sub(1)?);
        let grammar = super::is_function_word(before) && !super::whole::WH.contains(&before);
        if grammar || is_preposition(before) || before.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (end, when) = when::bare(self.tokens, at)?;
        let year = when.edtf.get(..4)?.parse().is_ok_and(|year| YEARS.contains(&year));
        let closed = self.at_end(end) || self.is(end, &[","]) || is_preposition(self.word(end));
        (year && closed).then_some((end, when))
    }

    pub(super) fn adverbs(&self, at: usize) -> Vec<Item<Adverb>> {
        let mut items = Vec::new();
        let mut push = |end: usize, tree: Adverb, cost: u32| items.push(Item { end, tree, cost });
        for (end, when) in when::phrases(self.tokens, at) {
            push(end, Adverb::When(when), 0);
        }
        if let Some((end, when)) = self.bare_time(at) {
            push(end, Adverb::When(when), cost::PART);
        }
        // `in both 2013 and 2014`
        if self.is(at, &["in", "on", "during"])
            && self.is(at + 1, &["both"])
            && let Some((end, when)) = when::bare(self.tokens, at + 2)
        {
            push(end, Adverb::When(when), 0);
        }
        if let Some((end, unit)) = self.same_unit(at) {
            // `did X in 2014, who did Y that year?`: in 2014.
            // *That day* alone is the same as no other.
            let then = self.named_time(at, unit).map(Adverb::When);
            let same = (at..end).any(|at| self.is(at, &["same"]));
            if let Some(adverb) = then.or_else(|| same.then_some(Adverb::Same(unit))) {
                push(end, adverb, 0);
            }
            let joint = self.after_any(end, &["as", "of", "that", "with", "when"]);
            // `was praised in the same month as by Russia`
            let by = joint.map(|joint| joint + usize::from(self.is(joint, &["by"])));
            for np in self.np(by.unwrap_or(end)).iter().filter(|np| names_something(&np.tree)) {
                let same = |doer: bool| Adverb::SameAs { unit, np: np.tree.clone(), doer };
                if joint.is_some() {
                    push(np.end, same(false), np.cost);
                }
                if let Some((did, rank)) = self.did_of_rank(np.end) {
                    push(did, of_rank(rank, same(self.did_itself(np.end))), np.cost);
                }
            }
        }
        if let Some((end, unit)) = self.that_unit(at) {
            // `in the year in which Russia did`, `the month Russia did`
            for np in self.np(end).iter().filter(|np| names_something(&np.tree)) {
                if let Some((did, rank)) = self.did_of_rank(np.end) {
                    let (np_tree, doer) = (np.tree.clone(), self.did_itself(np.end));
                    let tree = Adverb::SameAs { unit, np: np_tree, doer };
                    push(did, of_rank(rank, tree), np.cost);
                }
            }
        }
        if let Some((rank, end)) = self.time_rank(at) {
            push(end, Adverb::Ranked(rank), 1);
        }
        // `After Russia, whom did he meet next?`
        if let Some(end) = self
            .after_any(at, &["the next", "next"])
            .filter(|&end| self.at_end(end) || self.is(end, &[","]))
        {
            push(end, Adverb::Nearest(None), 1);
        }
        if self.is(at, &["so"]) {
            push(at + 1, Adverb::So, 0);
        }
        if let Some(of) = self.of_time(at) {
            push(of.end, of.tree, of.cost);
        }
        for (end, tree, cost) in self.grouping(at) {
            push(end, tree, cost);
        }
        // `twice as many rivers`, `three times the size` are not done twice.
        let often = |end: &usize| !self.is(*end, &["as", "the"]);
        for (end, tree) in self.frequency(at).into_iter().filter(|found| often(&found.0)) {
            push(end, tree, 0);
        }
        for (words, made) in MADE {
            if let Some(end) = self.after(at, words) {
                push(end, Adverb::Made(made), 1);
            }
        }
        items.extend(self.excepting(at));
        items.extend(self.already_when(at));
        items.extend(self.after_doing(at));
        items.extend(self.in_the_time_of(at));
        items.extend(self.on_a_side_of(at));
        items.extend(self.oftener(at));
        items
    }

    /// `except Russia`, `leaving Russia aside`, `according to Russia`.
    fn excepting(&self, at: usize) -> Vec<Item<Adverb>> {
        let mut items = Vec::new();
        let mut push = |end: usize, tree: Adverb, cost: u32| items.push(Item { end, tree, cost });
        let after = at + usize::from(self.is(at, &[","]));
        if let Some(next) = self.after_any(after, &super::list::EXCEPT) {
            for np in self.np(next).iter() {
                push(np.end, Adverb::Except(np.tree.clone()), np.cost);
            }
        }
        // `leaving X aside`, `X aside`
        let leaving = self.after_any(after, &["leaving", "setting", "putting"]).unwrap_or(at);
        if (leaving + 1..self.tokens.len()).any(|at| self.is(at, &["aside"])) {
            let named = |np: &&Item<Np>| matches!(np.tree.kind, NpKind::Name(_));
            let names = self.np(leaving);
            for name in names.iter().filter(named).filter(|name| self.is(name.end, &["aside"])) {
                push(name.end + 1, Adverb::Except(name.tree.clone()), name.cost);
            }
        }
        // `in years other than 2014`
        if let Some((end, when)) = self.outside(after) {
            push(end, Adverb::When(when), 0);
        }
        if let Some(next) = self.after_any(after, &["according to", "in the words of"]) {
            for np in self.np(next).iter() {
                push(np.end, Adverb::Speaker(np.tree.clone()), np.cost);
            }
        }
        items
    }

    /// `before Russia did`, `right after Russia's visit`: what is on a side of another's deed.
    fn on_a_side_of(&self, at: usize) -> Vec<Item<Adverb>> {
        let mut items = Vec::new();
        let after = at + usize::from(self.is(at, &[","]));
        let mut push = |end: usize, tree: Adverb, cost: u32| items.push(Item { end, tree, cost });
        // `…, coming after X`
        let side_at = if self.is(after, &["coming"]) { after } else { at };
        if let Some((Side { end: next, before, apart }, nearest)) = self.either_side(side_at) {
            let one = |adverb: Adverb| {
                if nearest { Adverb::Nearest(Some(Box::new(adverb))) } else { adverb }
            };
            for (subject, end, cost) in self.done_by(next) {
                push(end, one(Adverb::BeforeAfter { before, subject, apart }), cost);
            }
            for np in self.np(next).iter() {
                if is_event(&np.tree) {
                    // Behind a preposition a noun is an argument.
                    let argument = is_preposition(self.word(at)) && next == at + 1;
                    if !argument && self.verbs(next, &[Form::Gerund]).is_empty() {
                        let (clause, unit) = (Box::new(happening(&np.tree)), None);
                        let deed = Adverb::Deed { before, apart, unit, clause };
                        push(np.end, one(deed), np.cost);
                    }
                    continue;
                }
                if let Some((did, rank)) = self.did_of_rank(np.end) {
                    // `who was praised before Russia was`: the one that was done to, if any asks.
                    let passive = self.is(np.end, &["was", "were"]);
                    let tree = if passive {
                        Adverb::Pivot { before, than: np.tree.clone(), apart }
                    } else {
                        Adverb::BeforeAfter { before, subject: np.tree.clone(), apart }
                    };
                    if !passive || at == 0 || self.is(0, &["who", "which"]) {
                        let tree = of_rank(rank, tree);
                        if let Some((end, when)) = self.time_of_that(did, rank.is_some()) {
                            push(end, one(Adverb::OfTime(when, Box::new(tree.clone()))), np.cost);
                        }
                        push(did, one(tree), np.cost);
                    }
                }
                if names_something(&np.tree) {
                    let tree = Adverb::Pivot { before, than: np.tree.clone(), apart };
                    // `before Russia's`: before that of Russia.
                    let owned = np.end + usize::from(self.is(np.end, &["'s"]));
                    push(owned, one(tree), np.cost);
                }
            }
        }
        items
    }

    /// `other than 2014`, `in any month except May 2014`: all other times.
    pub(super) fn outside(&self, at: usize) -> Option<(usize, when::When)> {
        const ANY: [&str; 7] = [
            "in any year",
            "in any month",
            "on any day",
            "in years",
            "in months",
            "on days",
            "at any time",
        ];
        let any = self.after_any(at, &ANY).unwrap_or(at);
        let but = self.after_any(any, &["but", "outside", "outside of"]).filter(|_| any > at);
        let next = but.or_else(|| self.after_any(any, &super::list::EXCEPT))?;
        let (end, when) = when::bare(self.tokens, next)?;
        Some((end, when.outside()?))
    }

    /// The day, month or year that a question names before a position, where it is one.
    fn named_time(&self, at: usize, unit: Unit) -> Option<when::When> {
        let digits = match unit {
            Unit::Year => 4,
            Unit::Month => 7,
            Unit::Day => 10,
            Unit::Any => return None,
        };
        let mut named: Vec<when::When> = Vec::new();
        for (_, mut when) in (0..at).flat_map(|at| when::phrases(self.tokens, at)) {
            let plain = when.edtf.len() >= digits
                && when.edtf.len() <= 10
                && when.edtf.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            let during = when.relation == TimeRelation::During;
            if !plain || !during && when.edtf.len() == digits {
                return None;
            }
            when.edtf.truncate(digits);
            when.relation = TimeRelation::During;
            if !named.contains(&when) {
                named.push(when);
            }
        }
        if named.len() == 1 { named.pop() } else { None }
    }

    /// `once Russia had`, `after criticising it`: what one did, or another.
    fn after_doing(&self, at: usize) -> Vec<Item<Adverb>> {
        let mut items = Vec::new();
        if self.is(at, &["once"]) {
            for np in self.np(at + 1).iter() {
                if let Some(end) = self.did(np.end) {
                    let (before, apart) = (false, None);
                    let tree = Adverb::BeforeAfter { before, subject: np.tree.clone(), apart };
                    items.push(Item { end, tree, cost: np.cost });
                }
            }
        }
        // `…, having visited X in 2014`: after that.
        if self.is(at, &["having"]) && at > 1 {
            for done in self.having_done(at).into_iter().filter(|done| !done.tree.negated) {
                let clause = Box::new(Clause { past: true, ..done.tree });
                let tree = Adverb::Deed { before: false, apart: None, unit: None, clause };
                items.push(Item { end: done.end, tree, cost: done.cost + 4 });
            }
        }
        let Some((Side { end: next, before, apart }, nearest)) = self.either_side(at) else {
            return items;
        };
        for done in self.doing_so(next).into_iter().flat_map(|group| self.completed(group)) {
            if done.tree.adverbs.is_empty() && !done.tree.arguments.is_empty() {
                let clause = Box::new(Clause { past: true, ..done.tree });
                let deed = Adverb::Deed { before, apart, unit: None, clause };
                let tree = if nearest { Adverb::Nearest(Some(Box::new(deed))) } else { deed };
                items.push(Item { end: done.end, tree, cost: done.cost + 4 });
            }
        }
        items
    }

    /// `had already recognised X when Russia did`: before it did.
    fn already_when(&self, at: usize) -> Vec<Item<Adverb>> {
        // `had been the last to recognise X when Russia did so`
        let already = (0..at).any(|at| self.is(at, &["already", "had"]));
        let Some(next) = self.after_any(at, &["when", "by the time"]).filter(|_| already) else {
            return Vec::new();
        };
        let mut items = Vec::new();
        for (subject, end, cost) in self.done_by(next) {
            let tree = Adverb::BeforeAfter { before: true, subject, apart: None };
            items.push(Item { end, tree, cost });
        }
        for np in self.np(next).iter().filter(|np| names_something(&np.tree)) {
            if let Some(end) = self.did(np.end) {
                let (before, subject) = (true, np.tree.clone());
                let tree = Adverb::BeforeAfter { before, subject, apart: None };
                if let Some((end, when)) = self.time_of_that(end, false) {
                    let tree = Adverb::OfTime(when, Box::new(tree.clone()));
                    items.push(Item { end, tree, cost: np.cost });
                }
                items.push(Item { end, tree, cost: np.cost });
            }
        }
        items
    }

    /// `in the month of Russia's visit to X`: when that happened.
    fn in_the_time_of(&self, at: usize) -> Vec<Item<Adverb>> {
        let mut items = Vec::new();
        let unit = self.same_unit(at).or_else(|| self.that_unit(at));
        if let Some((end, unit)) = unit
            && self.is(end, &["of", "as"])
        {
            for np in self.np(end + 1).iter().filter(|np| is_event(&np.tree)) {
                let clause = Box::new(happening(&np.tree));
                let tree = Adverb::Deed { before: false, apart: None, unit: Some(unit), clause };
                items.push(Item { end: np.end, tree, cost: np.cost });
            }
        }
        items
    }

    /// `after Russia recognised it`, `in the month in which Russia recognised it`: the verb again, of the
    /// same but for its subject.
    pub(super) fn again(&self, at: usize, of: &Clause) -> Vec<Item<Adverb>> {
        let mut items = Vec::new();
        let side = self.side(at);
        let same = || {
            let (end, unit) = self.same_unit(at)?;
            Some((self.after_any(end, &["as", "that", "when"])?, unit))
        };
        let unit = self.that_unit(at).or_else(same);
        let Some(next) = side.map(|side| side.end).or(unit.map(|unit| unit.0)) else {
            return items;
        };
        for np in self.np(next).iter().filter(|np| names_something(&np.tree)) {
            let subject = np.tree.clone();
            let tree = match (side, unit) {
                (Some(Side { before, apart, .. }), _) => {
                    Adverb::BeforeAfter { before, subject, apart }
                }
                (None, Some((_, unit))) => Adverb::SameAs { unit, np: subject, doer: !of.passive },
                (None, None) => continue,
            };
            for clause in self.predicates(np.end) {
                let plain = clause.tree.adverbs.is_empty() && !clause.tree.negated;
                let dated = |adverb: &Adverb| matches!(adverb, Adverb::When(_) | Adverb::Ranked(_));
                let timed = clause.tree.adverbs.iter().all(dated) && !clause.tree.negated;
                let rank = match clause.tree.adverbs.as_slice() {
                    [Adverb::Ranked(rank)] if !clause.tree.negated => Some(*rank),
                    _ => None,
                };
                if same_deed(of, &clause.tree) && (plain || rank.is_some()) {
                    // `before Lavrov met Medoev`: whom he met is not whom the others did.
                    let whole = !of.arguments.is_empty() || self.np(clause.end).is_empty();
                    if whole {
                        let tree = of_rank(rank, tree.clone());
                        items.push(Item { end: clause.end, tree, cost: np.cost });
                    }
                } else if timed
                    && !same_deed(of, &clause.tree)
                    && clause.tree.and_then.is_empty()
                    && !clause.tree.asks()
                {
                    let (before, apart) =
                        side.map_or((false, None), |side| (side.before, side.apart));
                    let unit = unit.filter(|_| side.is_none()).map(|unit| unit.1);
                    let cost = np.cost + clause.cost + 2 * super::cost::PART;
                    let mut clause = clause;
                    let named = self.only_one_named(at, of, &np.tree, &clause.tree);
                    let own = match &named {
                        Some(_) => false,
                        None => match self.is_its_own(at, of, np, &clause.tree) {
                            Some(own) => own,
                            None => continue,
                        },
                    };
                    let subject = named.unwrap_or_else(|| np.tree.clone());
                    clause.tree.subject = (!own).then_some(subject);
                    let cost = if own { cost - np.cost } else { cost };
                    let deed = Box::new(clause.tree);
                    let tree = Adverb::Deed { before, apart, unit, clause: deed };
                    items.push(Item { end: clause.end, tree, cost });
                }
            }
        }
        items
    }

    /// What a pronoun stands for that is the subject of another deed, where nothing but the subject of the first is
    /// named: *whom did X visit on the day it praised Y?*
    fn only_one_named(&self, at: usize, of: &Clause, np: &Np, deed: &Clause) -> Option<Np> {
        let pronoun = np.words.len() == 1 && self.is(np.words.start, &["it", "he", "she"]);
        let objects = of.arguments.iter().filter_map(|argument| argument.np.as_ref());
        let open = objects.clone().any(|np| !super::clause::is_fixed(np));
        let of_object = (0..at).any(|at| self.is(at, &["whom"]));
        let other =
            |argument: &Argument| matches!(argument.np, Some(Np { kind: NpKind::Pronoun(_), .. }));
        if !pronoun || open || !of_object || deed.arguments.iter().any(other) {
            return None;
        }
        match self.antecedents(np.words.start).as_slice() {
            [only] => Some(only.tree.clone()),
            _ => None,
        }
    }

    /// Whether the subject of another deed is that of the first: `did X visit Y after it praised Y`. Nothing
    /// where a pronoun may be one as well as the other, or would stand for the subject of its own verb.
    fn is_its_own(&self, at: usize, of: &Clause, np: &Item<Np>, deed: &Clause) -> Option<bool> {
        const ASKED: [&str; 10] = [
            "who", "whom", "which", "what", "whose", "how", "anyone", "anybody", "someone",
            "somebody",
        ];
        let is_pronoun = |np: &Np| np.words.len() == 1 && self.is(np.words.start, &PRONOUNS);
        let objects = |clause: &Clause| -> Vec<Np> {
            clause.arguments.iter().filter_map(|argument| argument.np.clone()).collect()
        };
        let of_itself = |object: &Np| is_pronoun(object) && object.kind == np.tree.kind;
        if objects(deed).iter().any(of_itself) {
            return None;
        }
        if !is_pronoun(&np.tree) {
            return Some(false);
        }
        if (0..at).any(|at| self.is(at, &ASKED)) {
            return (!self.is(np.tree.words.start, &["they"])).then_some(false);
        }
        // What is named once more is not what the pronoun stands for.
        let named = |object: &Np| matches!(object.kind, NpKind::Name(_));
        let again = |object: &Np| objects(deed).iter().any(|other| other.kind == object.kind);
        objects(of).iter().filter(|object| named(object)).all(again).then_some(true)
    }

    /// `per month`, `for each state`, `by country`.
    fn grouping(&self, at: usize) -> Vec<(usize, Adverb, u32)> {
        const EACH: [&str; 14] = [
            "per",
            "by",
            "for each",
            "for every",
            "in each",
            "in every",
            "on each",
            "on every",
            "each",
            "every",
            "broken down by",
            "grouped by",
            "during each",
            "of each",
        ];
        let unit = |word: &str| match word {
            "date" => Some(Unit::Day),
            "day" | "month" | "year" => unit_of(word),
            _ => None,
        };
        let mut found = Vec::new();
        if self.is(at, &["monthly"]) {
            found.push((at + 1, Adverb::PerUnit(Unit::Month), 0));
        }
        if self.is(at, &["yearly", "annually"]) {
            found.push((at + 1, Adverb::PerUnit(Unit::Year), 0));
        }
        for words in EACH {
            let Some(end) = self.after(at, words) else { continue };
            let end = end + usize::from(self.is(end, &["calendar"]));
            if let Some(unit) = unit(self.word(end)) {
                found.push((end + 1, Adverb::PerUnit(unit), 0));
            }
            if matches!(
                words,
                "per" | "by" | "for each" | "for every" | "broken down by" | "grouped by"
            ) {
                for noun in self.counted(end) {
                    // `criticised by more than one actor` is not told for each.
                    let many = noun.tree.quantity.is_some() || noun.tree.number.is_some();
                    let bare = noun.tree.modifiers.is_empty() && !noun.tree.plural && !many;
                    if bare && matches!(noun.tree.head, HeadNoun::Noun(Noun::Label(_))) {
                        let kind = NpKind::Nominal(Shared::new(noun.tree));
                        let np = Np { kind, words: end..noun.end };
                        found.push((noun.end, Adverb::Per(np), noun.cost));
                    }
                }
            }
        }
        found
    }

    /// `at least three times`, `most often`.
    fn frequency(&self, at: usize) -> Vec<(usize, Adverb)> {
        let mut found = Vec::new();
        if let Some((quantity, end)) = self.quantity_of(at) {
            if self.is(end, &["times", "time", "occasions"]) {
                found.push((end + 1, Adverb::Times(quantity)));
            } else if self.is(end - 1, &["once", "twice", "thrice"]) {
                found.push((end, Adverb::Times(quantity)));
            }
        }
        let once = ["just once", "only once", "exactly once", "a single time", "only one time"];
        if let Some(end) = self.after_any(at, &once) {
            found.push((end, Adverb::Times(Quantity { min: 1, max: Some(1) })));
        }
        if let Some(end) = self.after_any(at, &["twice", "just twice", "exactly twice"]) {
            found.push((end, Adverb::Times(Quantity { min: 2, max: Some(2) })));
        }
        if let Some(end) = self.after_any(at, &REPEATEDLY) {
            found.push((end, Adverb::Times(Quantity { min: 2, max: None })));
        }
        let often = [
            "most often",
            "most frequently",
            "the most often",
            "the most frequently",
            "the most times",
            "the greatest number of times",
            "more than anyone else",
            "more than anybody else",
            "most of all",
            "the highest number of times",
        ];
        // `more often than anyone else`
        let oftener =
            self.after_any(at, &["more often than", "more frequently than", "more times than"]);
        let others = [
            "anyone else",
            "anybody else",
            "any other",
            "everyone else",
            "all others",
            "all the others",
            "any other actor",
            "any other party",
            "any other country",
        ];
        if let Some(end) = oftener.and_then(|than| self.after_any(than, &others)) {
            let end = end + usize::from(self.is(end, &["did", "has", "had"]));
            found.push((end, Adverb::Often { most: true, nth: 1 }));
        }
        if let Some(end) = self.after_any(at, &often) {
            found.push((end, Adverb::Often { most: true, nth: 1 }));
        }
        if let Some(end) = self
            .after_any(
                at,
                &[
                    "least often",
                    "least frequently",
                    "the least often",
                    "the least frequently",
                    "the fewest times",
                ],
            )
            .or_else(|| self.after(at, "the least").filter(|&end| self.at_end(end)))
        {
            found.push((end, Adverb::Often { most: false, nth: 1 }));
        }
        // `the second most often`
        let the = at + usize::from(self.is(at, &["the"]));
        if let Some((nth, most)) = self.ordinal(the)
            && let Some(end) =
                self.after_any(most, &["most often", "most frequently", "most times"])
        {
            found.push((end, Adverb::Often { most: true, nth }));
        }
        if let Some((nth, least)) = self.ordinal(the)
            && let Some(end) = self.after_any(least, &["least often", "least frequently"])
        {
            found.push((end, Adverb::Often { most: false, nth }));
        }
        // `Whom did X visit most?`
        if let Some(end) = self.after_any(at, &["the most", "most"])
            && (self.at_end(end)
                || when::phrase(self.tokens, end).is_some()
                || self.bare_time(end).is_some())
        {
            found.push((end, Adverb::Often { most: true, nth: 1 }));
        }
        found
    }

    /// `first`, `for the last time`.
    fn time_rank(&self, at: usize) -> Option<(Rank, usize)> {
        let first = [
            "for the first time",
            "for the very first time",
            "the first time",
            "at first",
            "initially",
            "before anyone else",
            "before anybody else",
            "before everyone else",
            "before everybody else",
            "before all others",
            "before all the others",
            "before any other",
            "ahead of everyone else",
            "ahead of all others",
            "earliest of all",
            "first of all",
        ];
        let last = [
            "for the last time",
            "for the very last time",
            "for the final time",
            "the last time",
            "at last",
            "after everyone else",
            "after everybody else",
            "after all others",
            "after all the others",
            "last of all",
        ];
        let phrase = |words: &[&str], rank| {
            let end = self.after_any(at, words)?;
            // `before anyone else did`
            let others = (at..end).any(|at| self.is(at, &["else", "others", "other"]));
            Some((rank, self.did(end).filter(|_| others).unwrap_or(end)))
        };
        // `for the second time`, `a third time`: of whoever does so, that of each by itself.
        let asked = (0..at).any(|at| self.is(at, &["who", "whom", "which", "what", "whose"]));
        let nth = || {
            if asked {
                return None;
            }
            let the = self.after_any(at, &["for the", "a", "the"])?;
            let (nth, end) = self.ordinal(the)?;
            Some((Rank::Nth(nth), self.after_any(end, &["time"])?))
        };
        phrase(&first, Rank::First)
            .or_else(|| phrase(&last, Rank::Last))
            .or_else(nth)
            .or_else(|| self.rank(at + usize::from(self.is(at, &["the"]))))
    }

    /// `on the same day`, `in the very same year`.
    pub(super) fn same_unit(&self, at: usize) -> Option<(usize, Unit)> {
        let at = at + usize::from(self.is(at, &["on", "in", "during", "within", "at"]));
        let at = at + usize::from(self.is(at, &["exactly", "precisely"]));
        let at = match self.after_any(at, &["one and the", "that very", "this very"]) {
            Some(end) => end,
            None => at + usize::from(self.is(at, &["the", "that", "this"])),
        };
        let at = at + usize::from(self.is(at, &["very", "exact", "exactly", "self"]));
        if !self.is(at, &["same"]) {
            // `who else did so that month?`, `… that very day?`
            let det = at - usize::from(at > 0 && self.is(at - 1, &["very"]));
            let that = det > 0 && self.is(det - 1, &["that"]) && self.at_end(at + 1);
            return Some((at + 1, self.dated_unit(at).filter(|_| that)?));
        }
        let at = at + 1 + usize::from(self.is(at + 1, &["calendar", "exact"]));
        let unit = self.dated_unit(at)?;
        Some((at + 1, unit))
    }

    /// `in the month that`, `on the day when`: what somebody did then follows.
    pub(super) fn that_unit(&self, at: usize) -> Option<(usize, Unit)> {
        let starts = ["on the", "in the", "during the", "within the", "the"];
        let at = self.after_any(at, &starts)?;
        let at = at + usize::from(self.is(at, &["very", "exact", "calendar"]));
        let unit = self.dated_unit(at)?;
        let joints = ["that", "when", "as", "in which", "on which", "during which"];
        Some((self.after_any(at + 1, &joints).unwrap_or(at + 1), unit))
    }

    fn dated_unit(&self, at: usize) -> Option<Unit> {
        match unit_of(self.word(at))? {
            Unit::Any if self.is(at, &["date"]) => Some(Unit::Day),
            Unit::Any => None,
            unit => Some(unit),
        }
    }

    /// `it was done by Russia`, `the same had been done by Russia`: who did what a verb said before, and the
    /// position after it.
    fn done_by(&self, at: usize) -> Vec<(Np, usize, u32)> {
        let Some(it) = self.after_any(at, &["it", "that", "this", "the same", "the same thing"])
        else {
            return Vec::new();
        };
        let Some(by) = self.after_any(it, &["was done by", "had been done by", "has been done by"])
        else {
            return Vec::new();
        };
        let nps = self.np(by);
        let named = nps.iter().filter(|np| names_something(&np.tree));
        named.map(|np| (np.tree.clone(), np.end, np.cost)).collect()
    }

    /// Whether what stands for the verb says that somebody did it: *did*, and not *was*.
    fn did_itself(&self, at: usize) -> bool {
        !self.is(at, &["was", "were", "is", "are"])
    }

    /// The time of what was done so: that of *before Russia did on 5 May 2014*, of *did so in 2014*; of *did in 2014*
    /// it is not said whose time it is.
    fn time_of_that(&self, did: usize, ranked: bool) -> Option<(usize, when::When)> {
        const DAY: usize = "2014-05-05".len();
        let (end, when) = when::phrase(self.tokens, did)?;
        let so = self.is(did - 1, &SO);
        let within = matches!(when.relation, TimeRelation::During | TimeRelation::AsOf);
        let day = when.edtf.len() == DAY && !when.edtf.contains('X');
        (within && (so || day || ranked)).then_some((end, when))
    }

    /// The position after *did*, *first did*, *did so for the last time*, and which of their deeds it was.
    fn did_of_rank(&self, at: usize) -> Option<(usize, Option<Rank>)> {
        if let Some((rank, end)) = self.rank(at)
            && let Some(did) = self.did(end)
        {
            return Some((did, Some(rank)));
        }
        let did = self.did(at)?;
        let behind = self
            .after_any(did, &["for the first time", "first"])
            .map(|end| (end, Rank::First))
            .or_else(|| Some((self.after_any(did, &["for the last time", "last"])?, Rank::Last)));
        Some(behind.map_or((did, None), |(end, rank)| (end, Some(rank))))
    }

    /// The position after what stands for a verb said before: *did*, *had done so*.
    pub(super) fn did(&self, at: usize) -> Option<usize> {
        if let Some(end) = self.after_any(at, &["followed suit", "had its turn"]) {
            return Some(end);
        }
        // `prior to Russia doing so`
        let doing = at + usize::from(self.is(at, &["'s"]));
        if self.is(doing, &["doing"]) {
            return self.after_any(doing + 1, &SO);
        }
        let at = at + usize::from(self.is(at, &["ever"]));
        if !self.is(at, &DID) {
            return None;
        }
        let mut at = at + 1;
        while self.is(at, &["done", "already", "also"]) {
            at += 1;
        }
        Some(self.after_any(at, &SO).unwrap_or(at))
    }
}

/// What is told by another deed, told by the first or the last of those.
fn of_rank(rank: Option<Rank>, adverb: Adverb) -> Adverb {
    match rank {
        Some(rank) => Adverb::OfRank(rank, Box::new(adverb)),
        None => adverb,
    }
}

/// Whether a noun phrase is a deed by its noun: *Russia's recognition of X*.
pub(super) fn is_event(np: &Np) -> bool {
    match &np.kind {
        NpKind::Nominal(nominal) => matches!(nominal.head, HeadNoun::Noun(Noun::Event(_))),
        _ => false,
    }
}

/// What happened, as a clause.
pub(super) fn happening(np: &Np) -> Clause {
    Clause { subject: Some(np.clone()), past: true, ..Clause::of("happen".into()) }
}

/// Whether a noun phrase names what others can be compared with.
pub(super) fn names_something(np: &Np) -> bool {
    matches!(
        np.kind,
        NpKind::Name(_) | NpKind::Unknown(_) | NpKind::Nominal(_) | NpKind::Pronoun(_)
    )
}
