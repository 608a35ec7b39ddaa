//! What a question in the order of questions joins to its verb: a second verb (*whom did he meet and award?*), or
//! another of whom the same is not so (*which actors did X praise that Y did not?*).
//!
//! Called by [`inverted`](Chart::inverted), which adds the subject.

use super::{Chart, Item, cost};
use crate::question::tree::{Adverb, Argument, Clause, Join, Np, NpKind};

impl Chart<'_> {
    /// `Whom did he meet and award?`: two verbs with all else in common.
    pub(super) fn joined_verbs(
        &self,
        auxiliary: &str,
        first: &Item<Clause>,
        front: Option<&Argument>,
    ) -> Vec<Item<Clause>> {
        // `Whom did he thank but not meet?`
        let (join, not, next) = match self.join(first.end, false) {
            Some((join @ (Join::And | Join::Or), next)) => (join, false, next),
            Some((Join::ButNot, next)) => (Join::And, true, next),
            _ => return Vec::new(),
        };
        if &*first.tree.verb == "be" || not && first.tree.negated {
            return Vec::new();
        }
        let mut all = Vec::new();
        for second in self.inverted_group(auxiliary, next) {
            if &*second.tree.verb == "be" {
                continue;
            }
            for mut item in self.completed(second) {
                item.tree.front = front.cloned();
                item.tree.negated |= not;
                let mut tree = first.tree.clone();
                tree.arguments.clone_from(&item.tree.arguments);
                tree.adverbs.clone_from(&item.tree.adverbs);
                tree.and_then.push((join, item.tree));
                all.push(Item { end: item.end, tree, cost: first.cost + item.cost });
            }
        }
        all
    }

    /// `Which actors did X praise that Y did not?`, `By whom was X praised but not Y?`: of whom the same is not
    /// so.
    pub(super) fn that_another_did_not(
        &self,
        first: &Item<Clause>,
        at: usize,
    ) -> Vec<Item<Clause>> {
        const DID_NOT: [&str; 9] = [
            "did not",
            "never did",
            "has not",
            "had not",
            "have not",
            "does not",
            "do not",
            "was not",
            "were not",
        ];
        let asks = |np: &Np| matches!(np.kind, NpKind::Wh(_));
        let front = first.tree.front.as_ref().and_then(|front| front.np.as_ref());
        let plain = first.tree.adverbs.iter().all(|adverb| matches!(adverb, Adverb::When(_)));
        if first.tree.negated
            || !plain
            || !first.tree.and_then.is_empty()
            || !front.is_some_and(asks)
        {
            return Vec::new();
        }
        let relative = self.is(at, &["that", "whom", "which", "who"]);
        let contrast = self.is(at, &["but", "while", "whereas"]);
        if !relative && !contrast {
            return Vec::new();
        }
        // `Whom did X visit but not Y?`: nor did Y, or not Y itself? Of the passive that is no question.
        let not = contrast && self.is(at + 1, &["not"]);
        if not && !first.tree.passive {
            return Vec::new();
        }
        let mut all = Vec::new();
        for np in self.np(at + 1 + usize::from(not)).iter() {
            let end = match self.after_any(np.end, &DID_NOT) {
                _ if not => Some(np.end),
                None if contrast => self.after(np.end, "not"),
                end => end,
            };
            let named = matches!(np.tree.kind, NpKind::Name(_));
            let Some(end) = end.filter(|_| named) else {
                continue;
            };
            let subject = Some(np.tree.clone());
            let second = Clause { subject, negated: true, ..first.tree.clone() };
            let mut tree = first.tree.clone();
            tree.and_then.push((Join::And, second));
            all.push(Item { end, tree, cost: first.cost + np.cost + cost::PART });
        }
        all
    }

    /// `Did he meet X or thank Y?`, `… and thank Y?`: another verb after the same auxiliary.
    pub(super) fn another(&self, auxiliary: &str, firsts: &[Item<Clause>]) -> Vec<Item<Clause>> {
        let mut all = Vec::new();
        for first in firsts {
            let join = match self.word(first.end) {
                "and" => Join::And,
                "or" => Join::Or,
                _ => continue,
            };
            // Of what stands behind the second verb alone, `joined_verbs` tells.
            let bare = first.tree.arguments.is_empty() && first.tree.adverbs.is_empty();
            if bare || &*first.tree.verb == "be" || !self.step() {
                continue;
            }
            for second in self.inverted_group(auxiliary, first.end + 1) {
                if &*second.tree.verb == "be" {
                    continue;
                }
                for mut item in self.completed(second) {
                    // `Whom did he both consult with and free?`
                    item.tree.front.clone_from(&first.tree.front);
                    let mut tree = first.tree.clone();
                    super::clause::done_then(&mut tree, join, &item.tree);
                    tree.and_then.push((join, item.tree));
                    all.push(Item { end: item.end, tree, cost: first.cost + item.cost });
                }
            }
        }
        all
    }
}
