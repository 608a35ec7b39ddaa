//! Questions for a circumstance: when, in which year, how often, why, where.

use super::whole::clauses;
use super::{Chart, Item};
use crate::question::tree::{Adverb, Asks, Clause, NpKind, Question, Unit};

impl Chart<'_> {
    /// `when …`, `in which year …`, `why …`, `where …`, `how long …`.
    pub(super) fn asking_adverb(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        for (asks, end) in self.adverbial(at) {
            let next = self.skip_fillers(end);
            all.extend(clauses(self.inverted(next, None), asks));
            if led {
                all.extend(clauses(self.embedded(next, None), asks));
            }
            all.extend(self.asking_which_time(next, asks));
        }
        if let Some((asks, end)) = self.the_time_when(at).filter(|_| led) {
            all.extend(clauses(self.embedded(end, None), asks));
            // Heard more often than it is right: `tell me the month when did X …`.
            all.extend(clauses(self.inverted(end, None), asks));
        }
        all
    }

    /// `When was the last time that Russia visited X?`, `What was the first year in which …?`
    fn asking_which_time(&self, at: usize, asks: Asks) -> Vec<Item<Question>> {
        if !self.is(at, &["was", "is"]) || !matches!(asks, Asks::When(_)) {
            return Vec::new();
        }
        let the = at + 1 + usize::from(self.is(at + 1, &["the"]));
        let Some((rank, end)) = self.rank(the) else { return Vec::new() };
        if !self.is(end, &["time", "occasion", "day", "date", "month", "year"]) {
            return Vec::new();
        }
        let joint = self.after_any(end + 1, &["that", "when", "on which", "in which", "at which"]);
        let mut found = self.statement(joint.unwrap_or(end + 1));
        for item in &mut found {
            item.tree.adverbs.push(Adverb::Ranked(rank));
        }
        clauses(found, asks)
    }

    /// `Which month saw the most visits to X?`: when they happened most often.
    pub(super) fn asking_busiest(&self, at: usize) -> Vec<Item<Question>> {
        if !self.is(at, &["which", "what"]) {
            return Vec::new();
        }
        let unit = match self.word(at + 1) {
            "year" => Unit::Year,
            "month" => Unit::Month,
            "day" | "date" => Unit::Day,
            _ => return Vec::new(),
        };
        if !self.is(at + 2, &["saw", "had", "has", "witnessed", "sees"]) {
            return Vec::new();
        }
        let most = |item: &&Item<crate::question::tree::Np>| match &item.tree.kind {
            NpKind::Nominal(nominal) => nominal.best.is_some(),
            _ => false,
        };
        let all = self.np(at + 3);
        let happened = all.iter().filter(most).map(|item| {
            let subject = Some(item.tree.clone());
            let tree = Clause { subject, past: true, ..Clause::of("happen".into()) };
            Item { end: item.end, tree, cost: item.cost }
        });
        clauses(happened.collect(), Asks::When(unit))
    }

    /// `the exact month when`, `the date on which`: after *tell me*.
    fn the_time_when(&self, at: usize) -> Option<(Asks, usize)> {
        let at = at + usize::from(self.is(at, &["the"]));
        let at = at + usize::from(self.is(at, &["exact", "specific", "precise", "very"]));
        let unit = match self.word(at) {
            "year" => Unit::Year,
            "month" => Unit::Month,
            "day" => Unit::Day,
            "date" | "time" => Unit::Any,
            _ => return None,
        };
        let joints =
            ["when", "in which", "on which", "at which", "during which", "that", "of when"];
        Some((Asks::When(unit), self.after_any(at + 1, &joints)?))
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
        if let Some(end) = self.after_any(at, &["how often", "how many times"]) {
            found.push((Asks::HowOften, end));
        }
        if let Some(end) = self.after_any(at, &["for what reason", "for which reason", "how come"])
        {
            found.push((Asks::Why, end));
        }
        let from = at + usize::from(self.is(at, &["in", "on", "during", "at"]));
        if self.is(from, &["what", "which"]) {
            let exact = ["calendar", "exact", "specific", "precise"];
            let end = from + 1 + usize::from(self.is(from + 1, &exact));
            let unit = match self.word(end) {
                "year" => Some(Unit::Year),
                "month" => Some(Unit::Month),
                "day" => Some(Unit::Day),
                "date" | "time" => Some(Unit::Any),
                _ => None,
            };
            found.extend(unit.map(|unit| (Asks::When(unit), end + 1)));
        }
        found
    }
}
