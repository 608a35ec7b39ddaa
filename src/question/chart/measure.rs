//! Questions for a measure: *how long is X?*, *how many kilometres long …*; and what asks for the owner of a
//! noun from before it.

use super::verbs::BE;
use super::whole::clauses;
use super::{Chart, Item};
use crate::question::form::Shared;
use crate::question::lexicon::Noun;
use crate::question::tree::{
    Adverb, Aggregate, Argument, Asks, Body, Clause, Determiner, HeadNoun, Modifier, Nominal, Np,
    NpKind, Question,
};

impl Chart<'_> {
    /// `What size is X?`, `What length is it?`: the size of X.
    pub(super) fn what_property(&self, asked: &Item<Np>) -> Vec<Item<Question>> {
        let NpKind::Wh(wh) = &asked.tree.kind else { return Vec::new() };
        let property = wh.nominal.as_ref().filter(|one| {
            let bare = one.modifiers.is_empty() && one.possessor.is_none() && !one.plural;
            let told = matches!(one.head, HeadNoun::Noun(Noun::Property(_) | Noun::Relational(_)));
            bare && one.best.is_none() && told
        });
        let Some(property) = property.filter(|_| BE.contains(&self.word(asked.end))) else {
            return Vec::new();
        };
        let all = self.np(asked.end + 1);
        let things = all.iter().filter(|np| !matches!(np.tree.kind, NpKind::Wh(_)));
        let of = |np: &Item<Np>| {
            let nominal = Nominal { possessor: Some(np.tree.clone()), ..property.clone() };
            let kind = NpKind::Nominal(Shared::new(nominal));
            let body = Body::Phrase(Np { kind, words: asked.tree.words.start..np.end });
            let tree = Question { asks: Asks::Thing, body, also: Vec::new() };
            Item { end: np.end, tree, cost: asked.cost + np.cost }
        };
        things.map(of).collect()
    }

    /// `How long is the Danube?`
    pub(super) fn asking_measure(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        // `over how many kilometres`
        let at = at + usize::from(self.is(at, &["over", "for", "across"]));
        if !self.is(at, &["how"]) {
            return Vec::new();
        }
        let mut all = Vec::new();
        for (end, base, degree) in self.graded(at + 1) {
            if degree != crate::question::grade::Degree::Plain {
                continue;
            }
            // `how high up`
            let end = end + usize::from(self.is(end, &["up"]));
            all.extend(self.measure_of(end, Some(base), None, led));
        }
        // `how many kilometres long`, `how many metres above the sea`
        if self.is(at + 1, &["many"])
            && let Some((unit, end)) = self.unit(at + 2)
        {
            for (end, base, degree) in self.graded(end) {
                if degree == crate::question::grade::Degree::Plain {
                    all.extend(self.measure_of(end, Some(base), Some(&unit), led));
                }
            }
            all.extend(self.measure_of(end, None, Some(&unit), led));
        }
        all
    }

    /// What stands behind *how long*: of what it is asked, in which unit, and by what measure.
    pub(super) fn measure_of(
        &self,
        at: usize,
        base: Option<std::sync::Arc<str>>,
        unit: Option<&std::sync::Arc<str>>,
        led: bool,
    ) -> Vec<Item<Question>> {
        let by = self.in_a_property(at);
        let start = by.map_or(at, |found| found.1);
        let mut found = self.inverted(start, None);
        if led {
            found.extend(self.embedded(start, None));
        }
        // `how many metres does X rise above sea level`
        let sea = ["above sea level", "above the sea", "above the level of the sea"];
        let above = found
            .iter()
            .filter_map(|item| Some(Item { end: self.after_any(item.end, &sea)?, ..item.clone() }));
        let above: Vec<_> = above.collect();
        found.extend(above);
        let mut behind = Vec::new();
        for item in &mut found {
            item.tree.how.clone_from(&base);
            item.tree.adverbs.extend(by.map(|found| Adverb::By(found.0)));
            item.tree.adverbs.extend(unit.cloned().map(Adverb::In));
            // `how long is X in kilometres`, `how large is X in area`
            if let (None, Some((key, end))) = (by, self.in_a_property(item.end)) {
                let mut item = Item { end, ..item.clone() };
                item.tree.adverbs.push(Adverb::By(key));
                behind.push(item);
            }
            if let (None, Some((unit, end))) = (unit, self.in_a_unit(item.end)) {
                let mut item = Item { end, ..item.clone() };
                item.tree.adverbs.push(Adverb::In(unit));
                behind.push(item);
            }
        }
        found.extend(behind);
        self.made_of_several(start, &mut found);
        clauses(found, Asks::Measure)
    }
}

impl Chart<'_> {
    /// `how large are X and Y together`, `how long are the rivers on average`: one number of them all. A word
    /// for that among what a clause may pass over is not passed over here.
    fn made_of_several(&self, start: usize, found: &mut Vec<Item<Clause>>) {
        const TOGETHER: [&str; 8] = [
            "together",
            "taken together",
            "put together",
            "combined",
            "in total",
            "altogether",
            "all together",
            "in all",
        ];
        const ON_AVERAGE: [&str; 4] = ["on average", "on the average", "in the mean", "typically"];
        let mut made = Vec::new();
        for item in found.iter_mut() {
            let together = |at: usize| self.after_any(at, &TOGETHER);
            let passed = (start..item.end).any(|at| together(at) == Some(item.end));
            let ends = self.after_any(item.end, &ON_AVERAGE).or_else(|| together(item.end));
            if let (true, Some(Np { kind: NpKind::Nominal(of), .. })) =
                (passed || ends.is_some(), &mut item.tree.subject)
                && of.determiner == Determiner::All
                && of.number.is_none()
            {
                // Of a sum *all the states* are whichever there are.
                (of.determiner, of.plural) = (Determiner::Definite, true);
            }
            if passed {
                item.tree.adverbs.push(Adverb::Made(Aggregate::Sum));
                continue;
            }
            let average =
                self.after_any(item.end, &ON_AVERAGE).map(|end| (end, Aggregate::Average));
            let sum = together(item.end).map(|end| (end, Aggregate::Sum));
            for (end, aggregate) in average.into_iter().chain(sum) {
                let mut item = Item { end, ..item.clone() };
                item.tree.adverbs.push(Adverb::Made(aggregate));
                made.push(item);
            }
        }
        found.extend(made);
    }
}

/// `What state is X a city of?`, `In which states is the capital X?`: what asks belongs to a noun behind
/// it.
pub(super) fn asked_of_a_noun(item: &Item<Clause>) -> Vec<Item<Clause>> {
    let mut all = Vec::new();
    let Some(Argument { preposition, np: Some(asking) }) = &item.tree.front else { return all };
    let of = |np: &Np, preposition: &str| -> Option<Np> {
        let NpKind::Nominal(nominal) = &np.kind else { return None };
        let mut nominal = nominal.clone();
        nominal.modifiers.push(Modifier::Phrase(preposition.to_owned(), asking.clone()));
        Some(Np { kind: NpKind::Nominal(nominal), words: np.words.clone() })
    };
    match (preposition.as_deref(), item.tree.arguments.as_slice()) {
        (
            None,
            [
                rest @ ..,
                Argument { preposition: before, np: Some(np) },
                Argument { preposition: Some(word), np: None },
            ],
        ) if matches!(&np.kind, NpKind::Nominal(nominal) if matches!(nominal.head, HeadNoun::Noun(Noun::Label(_)))) =>
        {
            let mut tree = Clause { front: None, ..item.tree.clone() };
            let np = of(np, word);
            tree.arguments = rest.to_vec();
            tree.arguments.push(Argument { preposition: before.clone(), np });
            all.push(Item { end: item.end, tree, cost: item.cost + 1 });
        }
        (Some("in" | "of" | "for"), _) => {
            let Some(subject) = &item.tree.subject else { return all };
            let owned = |nominal: &crate::question::tree::Nominal| {
                let noun =
                    matches!(nominal.head, HeadNoun::Noun(Noun::Property(_) | Noun::Relational(_)));
                noun && nominal.possessor.is_none() && nominal.modifiers.is_empty()
            };
            if matches!(&subject.kind, NpKind::Nominal(nominal) if owned(nominal)) {
                let subject = of(subject, "of");
                let tree = Clause { front: None, subject, ..item.tree.clone() };
                all.push(Item { end: item.end, tree, cost: item.cost + 1 });
            }
        }
        _ => {}
    }
    all
}
