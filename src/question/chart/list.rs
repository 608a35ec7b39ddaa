//! Several noun phrases: lists, and what is excepted from them.
//!
//! Called for every noun phrase.

use super::{Chart, Item};
use crate::question::tree::{Join, Np, NpKind};

/// Words that except: *states other than Russia*.
pub(super) const EXCEPT: [&str; 27] = [
    "with the exclusion of",
    "to the exclusion of",
    "ignoring",
    "omitting",
    "discounting",
    "without counting",
    "if we leave out",
    "if you leave out",
    "exclusive of",
    "leaving out",
    "leaving aside",
    "not including",
    "disregarding",
    "setting aside",
    "with the exception of",
    "barring",
    "other than",
    "besides",
    "except for",
    "except",
    "apart from",
    "aside from",
    "excluding",
    "excepting",
    "save for",
    "not counting",
    "in addition to",
];

/// What stands before a list of which each one is meant.
const EACH_OF: [&str; 12] = [
    "each of",
    "each of these two",
    "each of these",
    "each of the following",
    "each of the following two",
    "both of these",
    "both of the following",
    "these two",
    "the following two",
    "all of these",
    "all of the following",
    "each of the two",
];

impl Chart<'_> {
    /// One noun phrase, or several joined, with what is excepted.
    pub(super) fn listed(&self, at: usize) -> Vec<Item<Np>> {
        // `both X and Y`, `either X or Y`, `neither X nor Y`.
        let only = self.after_any(at, &["not only", "not just"]);
        let each = self.after_any(at, &EACH_OF);
        let each = each.map(|end| end + usize::from(self.is(end, &[","])));
        let correlative = only.or(each).is_some() || self.is(at, &["both", "either", "neither"]);
        let negative = self.is(at, &["neither"]);
        // `both of X and Y`
        let first =
            at + 1 + usize::from(self.is(at, &["both", "each"]) && self.is(at + 1, &["of"]));
        let mut items = self.single(at);
        if correlative {
            items.extend(
                self.joined_from(self.single(only.or(each).unwrap_or(first)), at, negative)
                    .into_iter()
                    .filter(|item| match item.tree.kind {
                        NpKind::List(join, _) => each.is_none() || join == Join::And,
                        _ => false,
                    }),
            );
        }
        let plain = self.joined_from(items.clone(), at, false);
        items.extend(plain.into_iter().filter(|item| matches!(item.tree.kind, NpKind::List(..))));
        // `X and Y both`
        let both = items.iter().filter(|item| {
            matches!(item.tree.kind, NpKind::List(Join::And, _))
                && self.is(item.end, &["both", "alike"])
        });
        let both: Vec<_> = both.map(|item| Item { end: item.end + 1, ..item.clone() }).collect();
        items.extend(both);
        let excepted = self.excepted(&items, at);
        items.extend(excepted);
        items
    }

    fn excepted(&self, items: &[Item<Np>], at: usize) -> Vec<Item<Np>> {
        let mut out = Vec::new();
        // What is excepted from *the most states* is excepted from what has them.
        for item in items.iter().filter(|item| !item.tree.is_best()) {
            let after = item.end + usize::from(self.is(item.end, &[","]));
            let Some(next) = self.after_any(after, &EXCEPT) else { continue };
            // To what is named *in addition to* adds.
            if matches!(item.tree.kind, NpKind::Name(_)) && self.is(after, &["in"]) {
                continue;
            }
            let mut others = self.joined_from(self.single(next), next, false);
            // `excluding X and excluding Y`
            for first in others.clone() {
                let and = first.end + usize::from(self.is(first.end, &["and"]));
                let Some(again) = self.after_any(and, &EXCEPT) else { continue };
                for second in self.single(again) {
                    let members = vec![first.tree.clone(), second.tree];
                    let kind = NpKind::List(Join::And, members);
                    let tree = Np { kind, words: next..second.end };
                    others.push(Item { end: second.end, tree, cost: first.cost + second.cost });
                }
            }
            for other in others {
                let closed =
                    other.end + usize::from(after > item.end && self.is(other.end, &[","]));
                let kind = NpKind::Except(Box::new(item.tree.clone()), Box::new(other.tree));
                let tree = Np { kind, words: at..closed };
                out.push(Item { end: closed, tree, cost: item.cost + other.cost });
            }
        }
        out
    }

    /// Lists that begin with one of some noun phrases; those themselves, too.
    fn joined_from(&self, firsts: Vec<Item<Np>>, at: usize, negative: bool) -> Vec<Item<Np>> {
        let mut done = Vec::new();
        for first in firsts {
            let mut open = vec![(vec![first.tree.clone()], first.end, first.cost)];
            while let Some((members, end, sum)) = open.pop() {
                if members.len() < 12 && self.is(end, &[","]) && self.step() {
                    for next in self.single(end + 1) {
                        let mut longer = members.clone();
                        longer.push(next.tree);
                        open.push((longer, next.end, sum + next.cost));
                    }
                }
                let after = end + usize::from(self.is(end, &[","]));
                // `X, Y or both`
                let or_both = self.after_any(after, &["or both", "or all of them"]);
                if let Some(end) = or_both.filter(|_| members.len() > 1) {
                    let tree = Np { kind: NpKind::List(Join::Or, members.clone()), words: at..end };
                    done.push(Item { end, tree, cost: sum });
                }
                let only = || {
                    let only = self.after_any(at, &["not only", "not just"]).is_some();
                    (only && self.is(after, &["but"])).then_some((Join::And, after + 1))
                };
                let Some((join, next_at)) = self.join(after, negative).or_else(only) else {
                    continue;
                };
                // `both X and Y but not Z`: who did so to each of two is no one thing.
                let two = matches!(first.tree.kind, NpKind::List(..));
                if two && join == Join::ButNot {
                    continue;
                }
                for last in self.single(next_at) {
                    let mut all = members.clone();
                    all.push(last.tree);
                    // `X, but not Y, …`
                    let inserted = join == Join::ButNot && after > end;
                    let closed = last.end + usize::from(inserted && self.is(last.end, &[","]));
                    let tree = Np { kind: NpKind::List(join, all), words: at..closed };
                    done.push(Item { end: closed, tree, cost: sum + last.cost });
                }
            }
            done.push(first);
        }
        done
    }

    pub(super) fn join(&self, at: usize, negative: bool) -> Option<(Join, usize)> {
        const BUT_NOT: [&str; 22] = [
            "but none",
            "and none",
            "yet none",
            "but at no time",
            "but at no point",
            "and at no time",
            "but never once",
            "and yet not",
            "and yet never",
            "while not",
            "though never",
            "although never",
            "but not",
            "and not",
            "yet not",
            "though not",
            "although not",
            "not",
            "but never",
            "and never",
            "yet never",
            "but not also",
        ];
        const AND: [&str; 17] = [
            "and likewise",
            "and additionally",
            "and , in addition ,",
            ", and in addition",
            "and in addition",
            "and in addition to that",
            "not to mention",
            "and then also",
            "and then",
            "and later",
            "as well as",
            "and also",
            "and even",
            "but also",
            "plus",
            "and as well",
            "in addition to",
        ];
        if let Some(end) = self.after_any(at, &BUT_NOT) {
            return Some((Join::ButNot, end));
        }
        if let Some(end) = self.after_any(at, &AND) {
            return Some((Join::And, end));
        }
        let join = match self.word(at) {
            "nor" if negative => Join::Nor,
            "and" => Join::And,
            "or" => Join::Or,
            _ => return None,
        };
        Some((join, at + 1))
    }
}
