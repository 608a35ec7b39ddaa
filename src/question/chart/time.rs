//! Questions for a circumstance: when, in which year, how often, why, where.

use super::adverb::names_something;
use super::whole::clauses;
use super::{Chart, Item};
use crate::question::lexicon::Noun;
use crate::question::tree::{
    Adverb, Asks, Body, Clause, HeadNoun, Join, Np, NpKind, Question, Rank, Unit,
};
use crate::question::when::{self, When};

impl Chart<'_> {
    /// `when …`, `in which year …`, `why …`, `where …`, `how long …`.
    pub(super) fn asking_adverb(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        for lead in self.adverbial(at) {
            let next = self.skip_fillers(lead.end);
            let mut found = self.inverted(next, None);
            found.extend(self.after_time(next, |at| self.inverted(at, None)));
            found.extend(self.on_occasions(next, lead.asks));
            if matches!(lead.asks, Asks::When(_)) && lead.bare {
                found.extend(self.saw(next));
                // `Which month first saw X do so?`
                if let Some((rank, saw)) = self.rank(next) {
                    found.extend(self.saw(saw).into_iter().map(|mut item| {
                        item.tree.adverbs.push(Adverb::Ranked(rank));
                        item
                    }));
                }
            }
            // `how many times in all`
            if let Some(next) =
                self.after_any(next, &["in all", "all told", "overall", "all in all"])
            {
                found.extend(self.inverted(next, None));
            }
            // `the number of times that X …`, and what follows *tell me*.
            if led || lead.embedded {
                found.extend(self.embedded(next, None));
            }
            if let Some(that) = self.cleft(next) {
                found.extend(self.embedded(that, None));
            }
            // `how often did it happen in 2014 that X …`
            if let Some(happened) = self.after_any(next, &["did it happen", "has it happened"]) {
                let that = |at: usize| {
                    if self.is(at, &["that"]) { self.embedded(at + 1, None) } else { Vec::new() }
                };
                found.extend(self.after_time(happened, that));
            }
            for item in &mut found {
                item.tree.adverbs.extend(lead.when.clone().map(Adverb::When));
                // `Which month did X happen in?`
                let stranded = self.is(item.end, &["in", "on", "during", "at"]);
                if lead.bare && stranded && self.at_end(item.end + 1) {
                    item.end += 1;
                }
            }
            for item in &mut found {
                self.of_both_at_once(&mut item.tree, lead.asks);
            }
            all.extend(clauses(found, lead.asks));
            all.extend(self.asking_which_time(next, lead.asks));
        }
        all.extend(self.asking_the_time(at, led));
        all
    }

    /// `In which year did both X and Y visit Z?`: in which X did, and Y did in the same.
    fn of_both_at_once(&self, clause: &mut Clause, asks: Asks) {
        let Asks::When(unit) = asks else { return };
        let unit = if unit == Unit::Any { Unit::Day } else { unit };
        let both = |np: &Np| match &np.kind {
            NpKind::List(Join::And, all) if self.is(np.words.start, &["both"]) => match &**all {
                [one, other] => Some((one.clone(), other.clone())),
                _ => None,
            },
            _ => None,
        };
        if clause.negated || !clause.and_then.is_empty() {
            return;
        }
        let mut other = clause.clone();
        let objects = clause.arguments.iter_mut().zip(&mut other.arguments);
        let places = objects.map(|(one, other)| (&mut one.np, &mut other.np));
        let subject = std::iter::once((&mut clause.subject, &mut other.subject));
        for (place, turned) in subject.chain(places) {
            if let Some((first, second)) = place.as_ref().and_then(both) {
                (*place, *turned) = (Some(first), Some(second));
                let (before, apart, unit) = (false, None, Some(unit));
                let deed = Box::new(other);
                clause.adverbs.push(Adverb::Deed { before, apart, unit, clause: deed });
                return;
            }
        }
    }

    /// `When was the last time that Russia visited X?`, `What was the first year in which …?`
    fn asking_which_time(&self, at: usize, asks: Asks) -> Vec<Item<Question>> {
        // `What day marked the first time that …?`
        if !self.is(at, &["was", "is", "marked", "saw", "brought"])
            || !matches!(asks, Asks::When(_))
        {
            return Vec::new();
        }
        let the = at + 1 + usize::from(self.is(at + 1, &["the"]));
        let Some((rank, end)) = self.rank(the) else { return self.next_time(the, asks) };
        // `Which day was the first on which X did?`
        if self.after_any(end, &["on which", "in which", "that", "when"]).is_some() {
            return self.at_that_time(end, asks, Some(rank));
        }
        if !self.is(end, &["occasion"]) && unit_of(self.word(end)).is_none() {
            return Vec::new();
        }
        let mut found = self.at_that_time(end + 1, asks, Some(rank));
        // `the last time before 5 May 2014 that X did`
        if let Some((end, when)) = when::phrase(self.tokens, end + 1) {
            found.extend(told_of(self.at_that_time(end, asks, Some(rank)), &when));
        }
        found
    }

    /// `the next time after 5 May 2014 that X did`
    fn next_time(&self, at: usize, asks: Asks) -> Vec<Item<Question>> {
        if !self.is(at, &["next"]) || unit_of(self.word(at + 1)).is_none() {
            return Vec::new();
        }
        let Some((end, when)) = when::phrase(self.tokens, at + 2) else { return Vec::new() };
        if when.relation != crate::syntax::ast::TimeRelation::After {
            return Vec::new();
        }
        told_of(self.at_that_time(end, asks, Some(Rank::First)), &when)
    }

    /// Whether the question has begun with what it asks for the next time after.
    fn is_after_a_time(&self, at: usize) -> bool {
        let after = crate::syntax::ast::TimeRelation::After;
        (0..at)
            .any(|at| when::phrase(self.tokens, at).is_some_and(|(_, when)| when.relation == after))
    }

    /// What follows `the last time`, `the dates`: a clause, or what happened then.
    fn at_that_time(&self, at: usize, asks: Asks, rank: Option<Rank>) -> Vec<Item<Question>> {
        const JOINTS: [&str; 8] = [
            "when",
            "that",
            "on which",
            "in which",
            "at which",
            "during which",
            "of when",
            "where",
        ];
        let joint = self.after_any(at, &JOINTS);
        // `the last time X did`, `the date X did`
        let mut found = self.embedded(joint.unwrap_or(at), None);
        if joint.is_none() && rank.is_none() {
            found.retain(|item| item.tree.subject.as_ref().is_some_and(names_something));
        }
        if let Some(joint) = joint {
            // Heard more often than it is right: `the month when did X …`.
            found.extend(self.inverted(joint, None));
        }
        // `the date of the first time X did`
        if let Some(the) = self.after_any(at, &["of the"])
            && rank.is_none()
            && let Some((rank, end)) = self.rank(the)
            && self.is(end, &["time", "occasion"])
        {
            return self.at_that_time(end + 1, asks, Some(rank));
        }
        if self.is(at, &["of"]) {
            // `the date of X's last visit to Y`
            found.extend(self.np(at + 1).iter().filter(|np| is_nominal(&np.tree)).map(|np| {
                let subject = Some(np.tree.clone());
                let tree = Clause { subject, past: true, ..Clause::of("happen".into()) };
                Item { end: np.end, tree, cost: np.cost }
            }));
        }
        for item in &mut found {
            item.tree.adverbs.extend(rank.map(Adverb::Ranked));
        }
        clauses(found, asks)
    }

    /// `What were the dates on which …?`, `the exact month when …` after *tell me*.
    fn asking_the_time(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let is = self.after_any(
            at,
            &[
                "what is",
                "what was",
                "what are",
                "what were",
                "which is",
                "which was",
                "which are",
                "which were",
            ],
        );
        let at = match (is, led) {
            (Some(end), _) => end,
            (None, true) => at,
            (None, false) => return Vec::new(),
        };
        let at = at + usize::from(self.is(at, &["the", "every", "each", "all"]));
        let at = at + usize::from(self.is(at, &["the"]));
        let (rank, at) = match self.rank(at) {
            Some((rank, end)) => (Some(rank), end),
            None => (None, at),
        };
        let at = at + usize::from(self.is(at, &EXACT));
        if self.is(at, &["busiest"]) {
            return self.busiest_of(at + 1);
        }
        // `the last occasion on which X did`
        let occasion = (rank.is_some() && self.is(at, &["occasion"])).then_some(Unit::Any);
        // `After May 2014, what was the next month in which …?`
        let next = self.is(at, &["next", "following"]) && self.is_after_a_time(at);
        let (rank, at) = if next { (Some(Rank::First), at + 1) } else { (rank, at) };
        let Some(unit) = unit_of(self.word(at)).or(occasion) else { return Vec::new() };
        // `the last day of 2013 on which …`
        let of = self.is(at + 1, &["of", "in"]);
        let time = when::bare(self.tokens, at + 2).filter(|_| of);
        let Some((end, when)) = time else {
            return self.at_that_time(at + 1, Asks::When(unit), rank);
        };
        told_of(self.at_that_time(end, Asks::When(unit), rank), &when)
    }

    /// `What was the busiest month for visits to X?`, from its unit on: when they happened most often.
    fn busiest_of(&self, at: usize) -> Vec<Item<Question>> {
        let Some(unit) = unit_of(self.word(at)) else { return Vec::new() };
        // `the busiest month of 2014 for visits`
        let time = when::bare(self.tokens, at + 2).filter(|_| self.is(at + 1, &["of", "in"]));
        let next = time.as_ref().map_or(at + 1, |(end, _)| *end);
        let Some(of) = self.after_any(next, &["for", "of", "in terms of", "as regards"]) else {
            return Vec::new();
        };
        let all = self.np(of);
        let happened = all.iter().filter(|np| is_nominal(&np.tree)).map(|np| {
            let mut adverbs = vec![Adverb::Often { most: true, nth: 1 }];
            adverbs.extend(time.iter().map(|(_, when)| Adverb::When(when.clone())));
            let subject = Some(np.tree.clone());
            let tree = Clause { subject, past: true, adverbs, ..Clause::of("happen".into()) };
            Item { end: np.end, tree, cost: np.cost }
        });
        clauses(happened.collect(), Asks::When(unit))
    }

    /// `Which month saw the most visits to X?`: when they happened most often.
    pub(super) fn asking_busiest(&self, at: usize) -> Vec<Item<Question>> {
        if !self.is(at, &["which", "what"]) {
            return Vec::new();
        }
        let unit = match unit_of(self.word(at + 1)) {
            Some(Unit::Any) => Unit::Day,
            Some(unit) => unit,
            None => return Vec::new(),
        };
        // `Which month of 2014 saw the most visits?`
        let time = when::phrase(self.tokens, at + 2)
            .or_else(|| when::bare(self.tokens, at + 3).filter(|_| self.is(at + 2, &["of", "in"])));
        let saw = time.as_ref().map_or(at + 2, |(end, _)| *end);
        if !self.is(saw, &["saw", "had", "has", "witnessed", "sees", "brought", "marked"]) {
            return Vec::new();
        }
        let brought = self.is(saw, &["brought", "saw", "witnessed", "marked"]);
        // `Which year brought X's first visit to Y?`
        let most = |item: &&Item<crate::question::tree::Np>| match &item.tree.kind {
            NpKind::Nominal(nominal) => {
                let event = matches!(nominal.head, HeadNoun::Noun(Noun::Event(_)));
                nominal.best.is_some() || brought && event
            }
            _ => false,
        };
        let all = self.np(saw + 1);
        let happened = all.iter().filter(most).map(|item| {
            let subject = Some(item.tree.clone());
            let adverbs = time.iter().map(|(_, when)| Adverb::When(when.clone())).collect();
            let tree = Clause { subject, past: true, adverbs, ..Clause::of("happen".into()) };
            Item { end: item.end, tree, cost: item.cost }
        });
        clauses(happened.collect(), Asks::When(unit))
    }

    /// `how many times were there when X did?`, `how many occasions saw X do?`
    fn on_occasions(&self, at: usize, asks: Asks) -> Vec<Item<Clause>> {
        if asks != Asks::HowOften {
            return Vec::new();
        }
        let saw = self.saw(at);
        if !saw.is_empty() {
            return saw;
        }
        let Some(there) = self.after_any(at, &["were there", "are there", "have there been"])
        else {
            return Vec::new();
        };
        self.on_occasion(there)
    }

    /// `when X did`, `in 2014 when X did`, behind the occasions of it.
    pub(super) fn on_occasion(&self, at: usize) -> Vec<Item<Clause>> {
        const JOINTS: [&str; 6] =
            ["when", "that", "on which", "in which", "where", "on each of which"];
        // `how many instances are there of X doing so`
        if self.is(at, &["of"]) {
            let mut found = Vec::new();
            for subject in self.np(at + 1).iter() {
                let groups = self.doing_so(subject.end).into_iter();
                let done = groups.flat_map(|group| self.completed(group)).collect();
                let mut done = super::clause::with_subject(done, &subject.tree);
                done.iter_mut().for_each(|item| item.cost += subject.cost);
                found.extend(done);
            }
            return found;
        }
        let behind = |at: usize| match self.after_any(at, &JOINTS) {
            Some(next) => self.embedded(next, None),
            None => Vec::new(),
        };
        let mut found = behind(at);
        found.extend(self.after_time(at, behind));
        found
    }

    /// What a phrase that reaches to the end of the question asks for: `when`, `in which year`.
    pub(super) fn circumstances_to_the_end(&self, at: usize) -> Vec<(Asks, Option<When>)> {
        let mut all = Vec::new();
        for lead in self.adverbial(at).into_iter().filter(|lead| lead.when.is_none()) {
            if self.at_end(lead.end) {
                all.push((lead.asks, None));
            }
            // `how often in 2014`
            let times = when::phrases(self.tokens, lead.end).into_iter();
            let times = times.filter(|(end, _)| self.at_end(*end));
            all.extend(times.map(|(_, when)| (lead.asks, Some(when))));
        }
        all
    }

    /// `The last time X visited Y was when?`
    pub(super) fn time_turned_round(&self, at: usize) -> Vec<Item<Question>> {
        let the = at + usize::from(self.is(at, &["the"]));
        let Some((rank, end)) = self.rank(the) else { return Vec::new() };
        if unit_of(self.word(end)).is_none() && !self.is(end, &["occasion"]) {
            return Vec::new();
        }
        let mut found = self.at_that_time(end + 1, Asks::When(Unit::Any), Some(rank));
        found.retain_mut(|item| {
            let comma = item.end + usize::from(self.is(item.end, &[","]));
            let turned = self.is(comma, &["was", "is"]) && self.is(comma + 1, &["when"]);
            // `The last time X visited Y, what date was it?`
            let asked = self.adverbial(comma).into_iter().find(|lead| {
                let it =
                    self.is(lead.end, &["was", "is"]) && self.is(lead.end + 1, &["it", "that"]);
                matches!(lead.asks, Asks::When(_)) && lead.when.is_none() && it
            });
            if let Some(lead) = &asked {
                item.tree.asks = lead.asks;
            }
            item.end = asked.as_ref().map_or(comma + 2, |lead| lead.end + 2);
            turned || asked.is_some()
        });
        found
    }

    /// What asks for a number of times, and the same behind a time: `how many months of 2014`.
    fn of_a_time(&self, lead: Lead) -> Vec<Lead> {
        let of = lead.end + usize::from(self.is(lead.end, &["of"]));
        let time = when::phrase(self.tokens, lead.end)
            .or_else(|| when::bare(self.tokens, of).filter(|_| of > lead.end));
        let behind = time.map(|(end, when)| Lead { when: Some(when), end, ..lead.clone() });
        std::iter::once(lead).chain(behind).collect()
    }

    /// Phrases that ask for a circumstance.
    fn adverbial(&self, at: usize) -> Vec<Lead> {
        let mut found = Vec::new();
        let plain = match self.word(at) {
            "when" => Some(Asks::When(Unit::Any)),
            "where" => Some(Asks::Where),
            "why" => Some(Asks::Why),
            _ => None,
        };
        found.extend(plain.map(|asks| Lead::of(asks, at + 1)));
        for (words, asks) in PHRASES {
            found.extend(self.after(at, words).map(|end| Lead::of(asks, end)));
        }
        // `how many were the times that`
        if let Some(end) = self.after_any(
            at,
            &[
                "how many were the times that",
                "how many were the times",
                "how many were the occasions on which",
                "how many were the occasions when",
                "how many times is it recorded that",
                "how often is it recorded that",
                "how many times was it that",
                "how often was it that",
            ],
        ) {
            found.push(Lead { embedded: true, ..Lead::of(Asks::HowOften, end) });
        }
        let times = [
            "times that",
            "times when",
            "times",
            "occasions on which",
            "occasions that",
            "occasions when",
            "instances in which",
            "instances when",
        ];
        if let Some(end) = self.after_number_of(at).and_then(|of| self.after_any(of, &times)) {
            found.push(Lead { embedded: true, ..Lead::of(Asks::HowOften, end) });
        }
        if let Some(end) =
            self.after_any(at, &["on how many", "in how many", "during how many", "how many"])
        {
            let end = end + usize::from(self.is(end, &["different", "separate", "distinct"]));
            if self.is(end, &["times", "occasions", "instances", "cases"]) {
                found.push(Lead::of(Asks::HowOften, end + 1));
            } else if self.is(end, &["days", "dates"]) {
                found.extend(self.of_a_time(Lead::of(Asks::HowManyDays, end + 1)));
            } else if self.is(end, &["months", "years"]) && self.is(at, &["in", "on", "during"]) {
                let unit = if self.is(end, &["months"]) { Unit::Month } else { Unit::Year };
                found.extend(self.of_a_time(Lead::of(Asks::HowMany(unit), end + 1)));
            }
        }
        let from = at + usize::from(self.is(at, &["in", "on", "during", "at"]));
        if self.is(from, &["what", "which"]) {
            let end = from + 1 + usize::from(self.is(from + 1, &EXACT));
            let unit = unit_of(self.word(end));
            // `in what month and year`
            if let (Some(_), Some(end)) =
                (unit, self.after_any(end, &["month and year", "year and month", "day and month"]))
            {
                let unit = if self.is(end - 3, &["day"]) { Unit::Day } else { Unit::Month };
                found.push(Lead::of(Asks::When(unit), end));
            }
            // `in which month of which year`
            if let (Some(unit @ (Unit::Month | Unit::Day)), Some(end)) = (
                unit,
                self.after_any(end + 1, &["of which year", "of what year", "and which year"]),
            ) {
                found.push(Lead::of(Asks::When(unit), end));
            }
            if let Some(unit) = unit {
                let lead = Lead { bare: from == at, ..Lead::of(Asks::When(unit), end + 1) };
                // `in which months of 2014`
                let of = end + 1 + usize::from(self.is(end + 1, &["of"]));
                let time =
                    when::phrase(self.tokens, end + 1).or_else(|| when::bare(self.tokens, of));
                // `in which years other than 2014`
                let time = time.or_else(|| self.outside(end + 1));
                found.extend(time.map(|(end, when)| Lead {
                    when: Some(when),
                    end,
                    ..lead.clone()
                }));
                found.push(lead);
            }
        }
        found
    }
}

/// The same, of a time.
fn told_of(mut questions: Vec<Item<Question>>, when: &When) -> Vec<Item<Question>> {
    for item in &mut questions {
        if let Body::Clause(clause) = &mut item.tree.body {
            clause.adverbs.push(Adverb::When(when.clone()));
        }
    }
    questions
}

/// Words before a unit of time that add nothing.
const EXACT: [&str; 6] = ["calendar", "exact", "specific", "precise", "very", "particular"];

/// Phrases that ask for a circumstance.
const PHRASES: [(&str, Asks); 18] = [
    ("how early", Asks::When(Unit::Any)),
    ("how late", Asks::When(Unit::Any)),
    ("how recently", Asks::When(Unit::Any)),
    ("since when", Asks::Since),
    ("at what point", Asks::When(Unit::Any)),
    ("at what point in time", Asks::When(Unit::Any)),
    ("at which point in time", Asks::When(Unit::Any)),
    ("at what time", Asks::When(Unit::Any)),
    ("how long", Asks::HowLong),
    ("for how long", Asks::HowLong),
    ("for how many days", Asks::HowLong),
    ("what number of times", Asks::HowOften),
    ("how often", Asks::HowOften),
    ("how frequently", Asks::HowOften),
    ("for what reason", Asks::Why),
    ("for which reason", Asks::Why),
    ("how come", Asks::Why),
    ("what for", Asks::Why),
];

/// A phrase that asks for a circumstance.
#[derive(Clone, Debug)]
struct Lead {
    asks: Asks,
    /// The position after it.
    end: usize,
    /// The time within which it asks.
    when: Option<When>,
    /// Whether its preposition may stand at the end of the question.
    bare: bool,
    /// Whether a clause in the order of a statement follows.
    embedded: bool,
}

impl Lead {
    fn of(asks: Asks, end: usize) -> Lead {
        Lead { asks, end, when: None, bare: false, embedded: false }
    }
}

/// The unit of time that a word names.
pub(super) fn unit_of(word: &str) -> Option<Unit> {
    match word {
        "year" | "years" => Some(Unit::Year),
        "month" | "months" => Some(Unit::Month),
        "day" | "days" => Some(Unit::Day),
        "date" | "dates" | "time" | "times" => Some(Unit::Any),
        _ => None,
    }
}

fn is_nominal(np: &Np) -> bool {
    matches!(np.kind, NpKind::Nominal(_))
}
