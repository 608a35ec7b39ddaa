//! Verb groups of the first, the last and the next: *was the first to recognise*, *came next in*, *preceded X in*.
//!
//! Called by the rules for verbs and for clauses.

use super::adverb::names_something;
use super::verbs::{BE, CAME, Group, group, stands_between};
use super::{Chart, Item};
use crate::question::lexicon::{Noun, Word};
use crate::question::morphology::Form;
use crate::question::tree::{Adverb, Bond, Rank};

impl Chart<'_> {
    /// `first recognised`, `was the first to recognise`.
    pub(super) fn ranked_groups(&self, at: usize) -> Vec<Group> {
        let mut groups = Vec::new();
        if let Some((rank, end)) = self.rank(at) {
            groups.extend(self.group(end).into_iter().map(|group| (rank, group)));
        }
        if BE.contains(&self.word(at)) || self.is(at, &["became", "becomes"]) {
            let past = self.is(at, &["was", "were", "became"]);
            groups.extend(self.ranked_after_be(at + 1, past));
        }
        let mut all = self.came(at);
        if self.is(at, &["next"]) {
            // `who next recognised X after Russia`
            all.extend(self.group(at + 1).into_iter().map(|mut group| {
                group.tree.adverbs.push(Adverb::Nearest(None));
                group
            }));
        }
        if BE.contains(&self.word(at)) {
            all.extend(self.next_after_be(at + 1, self.is(at, &["was", "were"])));
            // `Which of the two was the earlier?`
            let the = at + 1 + usize::from(self.is(at + 1, &["the"]));
            let rank = match self.word(the) {
                "earlier" => Some(Rank::First),
                "later" => Some(Rank::Last),
                _ => None,
            };
            let end = the + 1 + usize::from(self.is(the + 1, &["one", "ones"]));
            if let Some(rank) = rank.filter(|_| !self.is(end, &["than"])) {
                let mut group = group("come".into(), end, true, false);
                group.tree.adverbs.push(Adverb::Ranked(rank));
                all.push(group);
            }
        }
        groups.extend(self.was_first(at));
        let ranked = |(rank, mut group): (_, Group)| {
            group.tree.adverbs.push(Adverb::Ranked(rank));
            group
        };
        all.extend(groups.into_iter().map(ranked));
        all.extend(self.later_ones(at));
        all
    }

    /// `whose visit was the first in 2014`, `came first`: of what happened.
    fn was_first(&self, at: usize) -> Option<(Rank, Group)> {
        if !BE.contains(&self.word(at)) && !self.is(at, &CAME) {
            return None;
        }
        let the = at + 1 + usize::from(self.is(at + 1, &["the"]));
        let (rank, end) = self.rank(the)?;
        let end = end + usize::from(self.is(end, &["one"]));
        let closed = self.at_end(end) || self.is_dated(end) || self.side(end).is_some();
        closed.then(|| (rank, group("happen".into(), end, true, false)))
    }

    /// `were the later actors to visit X, coming after Y`: which the others were is said behind it.
    fn later_ones(&self, at: usize) -> Vec<Group> {
        let the = at + 1 + usize::from(self.is(at + 1, &["the"]));
        let later = ["later", "earlier", "subsequent", "previous", "other", "further"];
        let told = (the..self.tokens.len()).any(|at| self.side(at).is_some());
        if !BE.contains(&self.word(at)) || !self.is(the, &later) || !told {
            return Vec::new();
        }
        let ends = self.after_one_noun(the + 1);
        ends.into_iter().flat_map(|end| self.infinitive_or_relative(end, true)).collect()
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
        // `immediately followed Russia in …`: the next after it.
        let nearest = self.is(at, &["immediately", "directly", "closely"]);
        let at = at + usize::from(nearest);
        let before = match self.word(at) {
            "preceded" | "precedes" | "precede" => Some(true),
            // `beat Russia to visiting X`
            "beat" | "beats" | "beaten" => Some(true),
            "followed" | "follows" | "follow" => Some(false),
            _ if moved => None,
            _ => return Vec::new(),
        };
        let mut groups = Vec::new();
        // `was there before Russia to …`
        let mut between = self.adverbs(self.skip_fillers(at + 1));
        if let Some(before) = before {
            between.clear();
            for np in self.np(at + 1).iter().filter(|np| names_something(&np.tree)) {
                let pivot = Adverb::Pivot { before, than: np.tree.clone(), apart: None };
                let tree = if nearest { Adverb::Nearest(Some(Box::new(pivot))) } else { pivot };
                between.push(Item { end: np.end, tree, cost: np.cost });
            }
        }
        for adverb in between.into_iter().filter(stands_between) {
            let to = before.is_some() && self.is(adverb.end, &["to"]);
            let mut done = self.doing(adverb.end, true);
            done.extend(to.then(|| self.doing_so(adverb.end + 1)).into_iter().flatten());
            for mut group in done {
                group.tree.adverbs.push(adverb.tree.clone());
                group.cost += adverb.cost;
                groups.push(group);
            }
        }
        groups
    }

    /// `to recognise X`, `in recognising X`.
    pub(super) fn doing(&self, at: usize, past: bool) -> Vec<Group> {
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

    /// `the only one to recognise X`, `the only ones who did`, behind a form of *be*.
    pub(super) fn only_after_be(&self, at: usize, past: bool) -> Vec<Group> {
        let the = at + usize::from(self.is(at, &["the"]));
        let Some(end) = self.after_any(the, &["only", "sole"]).filter(|_| the > at) else {
            return Vec::new();
        };
        let ends = self.after_one_noun(end);
        let mut groups: Vec<Group> =
            ends.into_iter().flat_map(|end| self.infinitive_or_relative(end, past)).collect();
        groups.iter_mut().for_each(|group| group.tree.bond = Bond::Alone);
        groups
    }

    /// `the next to recognise X after Russia`: the first of those after.
    pub(super) fn next_after_be(&self, at: usize, past: bool) -> Vec<Group> {
        let the = at + usize::from(self.is(at, &["the"]));
        if !self.is(the, &["next", "previous", "preceding"]) {
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
        let end = self.after(end, "of all").unwrap_or(end);
        let end = end + usize::from(self.is(end, &["other", "ever"]));
        for end in self.after_one_noun(end) {
            // `the first country ever to`
            let end = end + usize::from(self.is(end, &["ever"]));
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
            let mut groups = self.bare(self.skip_fillers(at + 1), past);
            // `the first to follow X in visiting Y`
            if self.is(at + 1, &["follow", "precede"]) {
                groups.extend(self.came_after(at + 1));
            }
            return groups;
        }
        if self.is(at, &["who", "that", "which"]) {
            return self.group(at + 1);
        }
        let mut groups: Vec<Group> = self
            .verbs(at, &[Form::Gerund])
            .into_iter()
            .map(|(end, base, _)| group(base, end, past, false))
            .collect();
        // `the first one visited by X`
        if (at..self.tokens.len()).any(|at| self.is(at, &["by"])) {
            let done = self.verbs(at, &[Form::Participle]).into_iter();
            groups.extend(done.map(|(end, base, _)| group(base, end, past, true)));
        }
        groups.extend(self.announced(at));
        groups
    }

    /// The positions after nothing, *one*, and a noun for a thing.
    pub(super) fn after_one_noun(&self, at: usize) -> Vec<usize> {
        let mut ends = vec![at];
        if self.is(at, &["one", "ones"]) {
            ends.push(at + 1);
        }
        let noun = |at: usize| {
            let noun = |(end, word): (usize, &Word)| match word {
                Word::Noun { noun: Noun::Label(_), .. } => Some(end),
                _ => None,
            };
            self.lexical(at).filter_map(noun).max()
        };
        // `the first country or person`
        let one = noun(at);
        let other = one.filter(|&end| self.is(end, &["or"])).and_then(|end| noun(end + 1));
        ends.extend(one.into_iter().chain(other));
        ends
    }
}
