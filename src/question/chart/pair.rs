//! What is said of two at once: *by X but not by Y*, *X did but Y did not*, *that Y recognised as well*,
//! *and if so, who?*
//!
//! Called by the rules for clauses and the forms of questions.

use super::clause::with_subject;
use super::verbs::BE;
use super::whole::who;
use super::{Chart, Item, cost};
use crate::question::form::Shared;
use crate::question::morphology::Form;
use crate::question::tree::{
    Argument, Asks, Body, Bond, Clause, Determiner, HeadNoun, Join, Modifier, Nominal, Np, NpKind,
    Question, Wh, WhWord,
};

impl Chart<'_> {
    /// `by X but not by Y`, `to X and to Y`: the same preposition again.
    pub(super) fn same_preposition_again(&self, word: &str, first: &Item<Np>) -> Vec<Item<Np>> {
        let comma = first.end + usize::from(self.is(first.end, &[","]));
        let Some((join, next)) = self.join(comma, false) else { return Vec::new() };
        if !self.is(next, &[word]) || matches!(first.tree.kind, NpKind::Wh(_) | NpKind::List(..)) {
            return Vec::new();
        }
        let list = |second: &Item<Np>| {
            let members = vec![first.tree.clone(), second.tree.clone()];
            // `by X and by Y alike`
            let alike = join == Join::And && self.is(second.end, &["alike", "both"]);
            let end = second.end + usize::from(alike);
            let tree = Np { kind: NpKind::List(join, members), words: first.tree.words.start..end };
            Item { end, tree, cost: first.cost + second.cost }
        };
        let seconds = self.np(next + 1);
        let named = seconds.iter().filter(|second| !matches!(second.tree.kind, NpKind::Wh(_)));
        named.map(list).collect()
    }

    /// `Whom did X recognise but Y did not?`: of X and not of Y.
    pub(super) fn but_another_did_not(&self, items: &[Item<Clause>]) -> Vec<Item<Clause>> {
        let mut all = Vec::new();
        for item in items {
            let comma = item.end + usize::from(self.is(item.end, &[","]));
            let Some(but) = self.after_any(comma, &["but", "and", "while", "whereas", "though"])
            else {
                continue;
            };
            let Some(subject) = &item.tree.subject else { continue };
            if !matches!(subject.kind, NpKind::Name(_)) || item.tree.negated || !self.step() {
                continue;
            }
            for other in self.np(but).iter() {
                let not = self.is_auxiliary(other.end) && self.is(other.end + 1, &["not"]);
                let end = other.end + 2;
                let end = end + usize::from(self.is(end, &["do", "so"]));
                let named = matches!(other.tree.kind, NpKind::Name(_));
                if !not || !named || !self.at_end(end) {
                    continue;
                }
                let members = vec![subject.clone(), other.tree.clone()];
                let words = subject.words.start..end;
                let both = Np { kind: NpKind::List(Join::ButNot, members), words };
                let tree = Clause { subject: Some(both), ..item.tree.clone() };
                all.push(Item { end, tree, cost: item.cost + other.cost + cost::PART });
            }
        }
        all
    }

    /// `By whom was X recognised, but not Y?`: and Y was not.
    pub(super) fn but_not_another(&self, items: &[Item<Clause>]) -> Vec<Item<Clause>> {
        let mut all = Vec::new();
        for item in items {
            let comma = item.end + usize::from(self.is(item.end, &[","]));
            let Some((Join::ButNot, next)) = self.join(comma, false) else { continue };
            let named = |np: &Np| matches!(np.kind, NpKind::Name(_));
            let alone = item.tree.arguments.iter().all(|part| !part.np.as_ref().is_some_and(named));
            let whole = item.tree.passive && !item.tree.negated && alone;
            if !whole || !item.tree.subject.as_ref().is_some_and(named) || !self.step() {
                continue;
            }
            let Some(subject) = &item.tree.subject else { continue };
            for other in self.exact_names(next) {
                let members = vec![subject.clone(), other.tree];
                let words = subject.words.start..other.end;
                let both = Np { kind: NpKind::List(Join::ButNot, members), words };
                let tree = Clause { subject: Some(both), ..item.tree.clone() };
                all.push(Item { end: other.end, tree, cost: item.cost + other.cost });
            }
        }
        all
    }

    /// `Whom did X recognise that Y recognised as well?`: a relative clause far behind what asks.
    pub(super) fn with_relative_behind(&self, item: &Item<Clause>) -> Vec<Item<Clause>> {
        if !self.is(item.end, &["that", "who", "whom"]) || self.at_end(item.end + 1) {
            return Vec::new();
        }
        let mut all = Vec::new();
        for relative in self.relative(item.end) {
            let mut tree = item.tree.clone();
            let front = tree.front.as_mut().and_then(|front| front.np.as_mut());
            let Some(Np { kind: NpKind::Wh(wh), .. }) = front else { continue };
            if wh.of.is_some() || matches!(wh.word, WhWord::Whose) {
                continue;
            }
            let somebody = || Nominal::of(HeadNoun::Somebody, false);
            let nominal = wh.nominal.get_or_insert_with(somebody);
            nominal.modifiers.push(Modifier::Relative(Shared::new(relative.tree)));
            // What stands behind *is X* rather tells of X.
            let far = 4 * u32::from(&*item.tree.verb == "be");
            let cost = item.cost + relative.cost + cost::PART + far;
            all.push(Item { end: relative.end, tree, cost });
        }
        all
    }

    /// `visited X in addition to visiting Y`: and visited Y; `has visited X but is not known to have
    /// visited Y`, `known to have visited X but not to have visited Y`: and did not.
    pub(super) fn in_other_words(&self, first: &Item<Clause>, at: usize) -> Vec<Item<Clause>> {
        let mut seconds = self.besides_doing(at);
        if let Some(next) =
            self.after_any(at, &["but not to have", "and not to have", "yet not to have"])
        {
            for (end, base, _) in self.verbs(next, &[Form::Participle]) {
                for mut second in self.completed(super::verbs::group(base, end, true, false)) {
                    second.tree.negated = true;
                    seconds.push(second);
                }
            }
        }
        // `on record as visiting X and as having met Y`
        if let Some(next) = self.after_any(at, &["and as", "as well as"]) {
            let not = self.is(next, &["not"]);
            let done = next + usize::from(not);
            let mut groups = self.doing_so(done);
            if self.is(done, &["having"]) {
                groups.extend(self.inverted_group("has", done + 1));
            }
            for mut second in groups.into_iter().flat_map(|group| self.completed(group)) {
                second.tree.negated ^= not;
                seconds.push(second);
            }
        }
        let join = |second: Item<Clause>| {
            let mut tree = first.tree.clone();
            tree.and_then.push((Join::And, second.tree));
            Item { end: second.end, tree, cost: first.cost + second.cost }
        };
        seconds.into_iter().map(join).collect()
    }

    /// `Had anyone recognised X before Y did, and if so, who?`, `Are there states that recognise X, and
    /// if so, which?`: who did, which there are.
    pub(super) fn and_if_so(&self, at: usize) -> Vec<Item<Question>> {
        let asks = ["who", "whom", "which", "which ones", "what"];
        let tail = (at + 3..self.tokens.len()).rev().take(6).find_map(|so| {
            let comma = so - usize::from(so > 0 && self.is(so - 1, &[","]));
            let next = self.after(so, "and if so")?;
            let next = next + usize::from(self.is(next, &[","]));
            let end = self.after_any(next, &asks).filter(|&end| self.at_end(end))?;
            Some((comma, end))
        });
        // `Are there any cities in X, and which ones?`
        let ones = ["and which ones", "and which", "and who"];
        let plain = (at + 3..self.tokens.len()).rev().take(4).find_map(|and| {
            let comma = and - usize::from(self.is(and - 1, &[","]));
            let end = self.after_any(and, &ones).filter(|&end| self.at_end(end))?;
            Some((comma, end))
        });
        let Some((body, end)) = tail.or(plain) else { return Vec::new() };
        let mut all = Vec::new();
        let somebody = |np: &Np| matches!(&np.kind, NpKind::Nominal(nominal) if nominal.head == HeadNoun::Somebody);
        for mut item in self.inverted(at, None).into_iter().filter(|item| item.end == body) {
            if !item.tree.subject.as_ref().is_some_and(somebody) {
                continue;
            }
            item.tree.subject = Some(who(at..at + 1));
            item.end = end;
            all.extend(super::whole::clauses(vec![item], Asks::Thing));
        }
        let there = BE.contains(&self.word(at)) && self.is(at + 1, &["there"]);
        if there {
            let any = at + 2 + usize::from(self.is(at + 2, &["any", "a", "an"]));
            for np in self.np(any).iter().filter(|np| np.end == body) {
                let NpKind::Nominal(nominal) = &np.tree.kind else { continue };
                let wh = Wh { word: WhWord::Which, nominal: Some((**nominal).clone()), of: None };
                let kind = NpKind::Wh(Shared::new(wh));
                let body = Body::Phrase(Np { kind, words: np.tree.words.clone() });
                let tree = Question { asks: Asks::Thing, body, also: Vec::new() };
                all.push(Item { end, tree, cost: np.cost });
            }
        }
        all
    }

    /// `Do X and Y border each other?`: X borders Y.
    pub(super) fn each_other(&self, items: &[Item<Clause>]) -> Vec<Item<Clause>> {
        let mut all = Vec::new();
        for item in items {
            let Some(end) = self.after_any(item.end, &["each other", "one another"]) else {
                continue;
            };
            let Some(Np { kind: NpKind::List(Join::And, members), .. }) = &item.tree.subject else {
                continue;
            };
            let [one, other] = members.as_slice() else { continue };
            let subject = Some(one.clone());
            let mut tree = Clause { subject, bond: Bond::Mutual, ..item.tree.clone() };
            match tree.arguments.as_mut_slice() {
                [] => {
                    tree.arguments.push(Argument { preposition: None, np: Some(other.clone()) });
                }
                [.., last] if last.np.is_none() => last.np = Some(other.clone()),
                _ => continue,
            }
            // `… each other in 2014`
            all.extend(self.completed(Item { end, tree, cost: item.cost }));
        }
        all
    }

    /// `Is there a state that recognises X but not Y?`: whether one does.
    pub(super) fn is_there_one(&self, at: usize) -> Vec<Item<Question>> {
        if !BE.contains(&self.word(at)) || !self.is(at + 1, &["there"]) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for np in self.np(at + 2).iter() {
            let NpKind::Nominal(nominal) = &np.tree.kind else { continue };
            let mut plain = (**nominal).clone();
            let Some(Modifier::Relative(clause)) = plain.modifiers.pop() else { continue };
            match plain.determiner {
                // `Are there states that …?`
                Determiner::None | Determiner::Indefinite => {
                    plain.determiner = Determiner::Indefinite;
                }
                _ => continue,
            }
            let kind = NpKind::Nominal(Shared::new(plain));
            let one = Np { kind, words: np.tree.words.clone() };
            if let Some(tree) = with_one_for_the_gap(clause.into_inner(), one) {
                found.push(Item { end: np.end, tree, cost: np.cost });
            }
        }
        super::whole::clauses(found, Asks::Whether)
    }

    /// `the first that X recognised`, behind a form of *be*: of what X recognised the first.
    pub(super) fn first_that_another_did(&self, subject: &Item<Np>) -> Vec<Item<Clause>> {
        if !BE.contains(&self.word(subject.end)) {
            return Vec::new();
        }
        let the = subject.end + 1 + usize::from(self.is(subject.end + 1, &["the"]));
        let Some((rank, end)) = self.rank(the) else {
            return self.next_that_another_did(the, subject);
        };
        let end = end + usize::from(self.is(end, &["one"]));
        let Some(that) = self.after_any(end, &["that", "whom", "who", "which"]) else {
            return Vec::new();
        };
        let front = Argument { preposition: None, np: Some(subject.tree.clone()) };
        let mut all = self.embedded(that, Some(&front));
        all.retain(|item| item.tree.subject.as_ref() != Some(&subject.tree));
        for item in &mut all {
            item.tree.adverbs.push(crate::question::tree::Adverb::Ranked(rank));
        }
        all
    }

    /// `Who was next after X that Russia visited?`, `Who was the next that Russia visited after X?`
    fn next_that_another_did(&self, the: usize, subject: &Item<Np>) -> Vec<Item<Clause>> {
        use crate::question::tree::Adverb;
        if !self.is(the, &["next"]) {
            return Vec::new();
        }
        let front = Argument { preposition: None, np: Some(subject.tree.clone()) };
        let next = the + 1 + usize::from(self.is(the + 1, &["one"]));
        let mut all = Vec::new();
        let mut ask = |at: usize, adverb: Option<Adverb>, cost: u32| {
            let Some(that) = self.after_any(at, &["that", "whom", "who", "which"]) else { return };
            for mut item in self.embedded(that, Some(&front)) {
                if item.tree.subject.as_ref() != Some(&subject.tree) {
                    item.tree.adverbs.push(Adverb::Nearest(adverb.clone().map(Box::new)));
                    item.cost += cost;
                    all.push(item);
                }
            }
        };
        ask(next, None, 0);
        for pivot in self.adverbs(next) {
            if matches!(pivot.tree, Adverb::Pivot { .. }) {
                ask(pivot.end, Some(pivot.tree), pivot.cost);
            }
        }
        all
    }

    /// `who the first to recognise X was`, after *tell me*.
    pub(super) fn who_the_first_was(&self, at: usize) -> Vec<Item<Question>> {
        let mut found = Vec::new();
        for subject in self.np(at).iter().filter(|np| matches!(np.tree.kind, NpKind::Wh(_))) {
            for (rank, mut group) in self.ranked_after_be(subject.end, true) {
                group.tree.adverbs.push(crate::question::tree::Adverb::Ranked(rank));
                for mut item in self.completed(group) {
                    if BE.contains(&self.word(item.end)) && self.at_end(item.end + 1) {
                        item.end += 1;
                        found.extend(with_subject(vec![item], &subject.tree));
                    }
                }
            }
        }
        super::whole::clauses(found, Asks::Thing)
    }
}

/// A relative clause said of somebody: `that recognises X` of a state is that a state recognises X.
fn with_one_for_the_gap(mut clause: Clause, one: Np) -> Option<Clause> {
    let is_gap = |np: &Np| matches!(np.kind, NpKind::Gap);
    let in_front = |clause: &Clause| {
        clause.front.as_ref().and_then(|front| front.np.as_ref()).is_some_and(is_gap)
    };
    let as_subject = clause.subject.as_ref().is_some_and(is_gap);
    // `who X visited and who visited X`: of the same one in two places, which a clause cannot say.
    let alike = |next: &Clause| {
        in_front(next) != as_subject
            && next.subject.as_ref().is_none_or(|np| as_subject && is_gap(np))
    };
    if !clause.and_then.iter().all(|(join, next)| *join == Join::And && alike(next)) {
        return None;
    }
    // `anyone whom X did not visit`: denied of *anyone* it would be said of nobody.
    if clause.negated && !as_subject {
        return None;
    }
    match &mut clause.front {
        None if as_subject => clause.subject = Some(one),
        Some(front) if !as_subject && front.np.as_ref().is_some_and(is_gap) => front.np = Some(one),
        _ => return None,
    }
    Some(clause)
}
