//! Clauses: verbs with complements, several of one subject, relative clauses, statements.

use super::verbs::{BE, Group, group};
use super::{CLAUSES_MAX, Chart, Item, QUESTIONS_MAX, cost};
use crate::question::frame::is_preposition;
use crate::question::lexicon::Noun;
use crate::question::morphology::Form;
use crate::question::token::Token;
use crate::question::tree::{Adverb, Argument, Clause, HeadNoun, Join, Np, NpKind, WhWord};
use crate::question::when::{self, When};

impl Chart<'_> {
    /// A predicate: a verb group with its complements, and further ones of the same subject.
    pub(super) fn predicates(&self, at: usize) -> Vec<Item<Clause>> {
        if let Some(known) = self.predicates.borrow().get(&at) {
            return known.clone();
        }
        let found = self.new_predicates(at);
        self.predicates.borrow_mut().insert(at, found.clone());
        found
    }

    fn new_predicates(&self, at: usize) -> Vec<Item<Clause>> {
        // `have both praised and criticised X`
        let at = at + usize::from(self.is(at, &["both"]));
        self.deeper(|| {
            let mut all = Vec::new();
            for group in self.group(at) {
                all.extend(self.completed(group));
            }
            for group in self.ranked_groups(at) {
                all.extend(self.completed(group));
            }
            let both: Vec<Item<Clause>> = all.iter().filter_map(of_each_member).collect();
            all.extend(both);
            self.prune_to(&mut all, at, CLAUSES_MAX);
            self.joined_predicates(at, all)
        })
    }

    /// The group with none, some and all of the complements behind it.
    pub(super) fn completed(&self, group: Group) -> Vec<Item<Clause>> {
        let from = group.end;
        let mut all = vec![group];
        let mut next = 0;
        while next < all.len() && all.len() < 12 * super::ITEMS_MAX && self.step() {
            let item = all[next].clone();
            next += 1;
            if item.tree.arguments.len() + item.tree.adverbs.len() >= 6 {
                continue;
            }
            let at = self.skip_fillers(item.end);
            if at > item.end {
                all.push(Item { end: at, ..item.clone() });
                // `got together with X`: the word may be the sentence's own.
                if self.is(item.end, &["together"]) {
                    self.extend_by_one(&item, item.end, &mut all);
                }
            }
            let known = all.len();
            self.extend_by_one(&item, at, &mut all);
            self.made(&all[known..], from);
        }
        all
    }

    fn extend_by_one(&self, item: &Item<Clause>, at: usize, all: &mut Vec<Item<Clause>>) {
        // `both in 2013 and in 2014`
        let both = self.is(at, &["both"]) && when::phrase(self.tokens, at + 1).is_some();
        let at = at + usize::from(both);
        let comma = usize::from(self.is(at, &[","]));
        // `after Russia did but still in the same year`
        let still =
            self.after_any(at + comma, &["but still", "but also", "though still", "yet", "but"]);
        let same =
            still.filter(|&end| !item.tree.adverbs.is_empty() && self.same_unit(end).is_some());
        for adverb in same.into_iter().flat_map(|end| self.adverbs(end)) {
            if matches!(adverb.tree, Adverb::Same(_)) {
                let mut tree = item.tree.clone();
                tree.adverbs.push(adverb.tree);
                all.push(Item { end: adverb.end, tree, cost: item.cost + adverb.cost });
            }
        }
        // `after 2013 but before 2015`
        let joint = usize::from(
            self.is(at + comma, &["and", "but"])
                && !(item.tree.adverbs.is_empty() && item.tree.arguments.is_empty())
                && (self.side(at + comma + 1).is_some()
                    || when::phrase(self.tokens, at + comma + 1).is_some()
                    || self.after_any(at + comma + 1, &super::list::EXCEPT).is_some()),
        );
        // Behind an object *in addition to* adds to it.
        let adds = self.after(at + comma, "in addition to").is_some();
        for adverb in self.adverbs(at + comma + joint) {
            if adds && matches!(adverb.tree, Adverb::Except(_)) && !item.tree.arguments.is_empty() {
                continue;
            }
            // One time and another are no one time: `in 2013 and in 2014`.
            let during = |adverb: &Adverb| {
                let during = crate::syntax::ast::TimeRelation::During;
                matches!(adverb, Adverb::When(when) if when.relation == during)
            };
            if joint == 1 && during(&adverb.tree) && item.tree.adverbs.iter().any(during) {
                continue;
            }
            // `after X visited Y in 2014`: it did so in 2014.
            let other = matches!(
                item.tree.adverbs.last(),
                Some(
                    Adverb::Deed { .. }
                        | Adverb::BeforeAfter { .. }
                        | Adverb::OfRank(..)
                        | Adverb::OfTime(..)
                )
            );
            if other && comma + joint == 0 && matches!(adverb.tree, Adverb::When(_)) {
                continue;
            }
            // `after X's visit to Y in 2014`: the visit was in 2014.
            let high = matches!(adverb.tree, Adverb::When(_))
                && comma == 0
                && ends_with_a_deed(&item.tree, item.end);
            let mut tree = item.tree.clone();
            tree.adverbs.push(adverb.tree);
            let cost = item.cost + adverb.cost + u32::from(high) * cost::PART;
            all.push(Item { end: adverb.end, tree, cost });
        }
        for adverb in self.again(at + comma, &item.tree) {
            let mut tree = item.tree.clone();
            tree.adverbs.push(adverb.tree);
            all.push(Item { end: adverb.end, tree, cost: item.cost + adverb.cost });
        }
        let full = self.has_its_objects(&item.tree);
        // `demanded that X step down`: of X.
        let that =
            item.tree.arguments.is_empty() && &*item.tree.verb != "be" && self.is(at, &["that"]);
        let of_that = that.then(|| self.arguments(at + 1));
        for argument in self.arguments(at).into_iter().chain(of_that.into_iter().flatten()) {
            let bare = argument.tree.preposition.is_none();
            if bare && full || !self.may_follow(&item.tree, &argument.tree) {
                continue;
            }
            // `is the largest city of X its capital`: of X is the city, not *is of X its capital*.
            let of = |one: &Argument| one.preposition.as_deref() == Some("of");
            let be = &*item.tree.verb == "be" && !item.tree.passive;
            if be && argument.tree.preposition.is_none() && item.tree.arguments.iter().any(of) {
                continue;
            }
            let mut tree = item.tree.clone();
            tree.arguments.push(argument.tree);
            all.push(Item { end: argument.end, tree, cost: item.cost + argument.cost });
        }
        // `that has X in it` has X.
        if &*item.tree.verb == "have"
            && !item.tree.arguments.is_empty()
            && let Some(end) = self.after_any(at, &["in it", "in them", "within it", "on it"])
        {
            all.push(Item { end, ..item.clone() });
        }
        if let Some(text) = self.what_was_said(at) {
            let mut tree = item.tree.clone();
            tree.arguments.push(text.tree);
            all.push(Item { end: text.end, tree, cost: item.cost + text.cost });
        }
    }

    /// Whether an object may follow what a clause has: behind another deed, *after giving aid*, a bare one does
    /// not, and what has the preposition of one before is of that deed; a noun that belongs to the verb has no
    /// other of its kind beside it.
    fn may_follow(&self, clause: &Clause, object: &Argument) -> bool {
        let told = matches!(clause.adverbs.last(), Some(Adverb::Deed { .. }));
        let particle = |np: &Np| {
            np.words.len() == 1 && crate::question::frame::is_particle(self.word(np.words.start))
        };
        let of_verb = |argument: &Argument| {
            let np = argument.np.as_ref().filter(|_| argument.preposition.is_none());
            np.is_some_and(|np| is_noun_of_a_verb(np) && !particle(np))
        };
        // *Aid* beside *visit* is said of no type.
        if let Some(Np { kind: NpKind::Nominal(nominal), .. }) = &object.np
            && let HeadNoun::Noun(Noun::Fixed(noun)) = &nominal.head
            && !self.lexicon.is_said_with(&clause.verb, noun)
        {
            return false;
        }
        let again = |argument: &Argument| argument.preposition == object.preposition;
        let of_the_other =
            told && (object.preposition.is_none() || clause.arguments.iter().any(again));
        !(of_the_other || of_verb(object) && clause.arguments.iter().any(of_verb))
    }

    /// *is X Y* says one thing of X; other verbs have two objects at most.
    fn has_its_objects(&self, clause: &Clause) -> bool {
        // `demanded that X step down`: words of the sentence are no objects.
        let first = clause.arguments.first().and_then(|part| part.np.as_ref());
        let behind_that =
            first.is_some_and(|np| np.words.start > 0 && self.is(np.words.start - 1, &["that"]));
        let is_object = |one: &&Argument| {
            let fixed = behind_that && one.np.as_ref().is_some_and(is_fixed);
            one.preposition.is_none() && !fixed
        };
        let bare = clause.arguments.iter().filter(is_object).count();
        bare >= if &*clause.verb == "be" && !clause.passive { 1 } else { 2 }
    }

    /// `met and awarded Lavrov`, `recognises X but does not border Y`.
    fn joined_predicates(&self, from: usize, firsts: Vec<Item<Clause>>) -> Vec<Item<Clause>> {
        let mut all: Vec<Item<Clause>> = Vec::new();
        for first in firsts {
            let known = all.len();
            if !self.step() {
                all.push(first);
                continue;
            }
            let after = first.end + usize::from(self.is(first.end, &[","]));
            let join = match self.word(after) {
                "and" | "but" | "yet" | "though" => Some(Join::And),
                "or" => Some(Join::Or),
                _ => None,
            };
            // `recognised X as well as visited Y`
            let as_well =
                self.after_any(after, &["as well as", "and also", "and in addition", "plus"]);
            let (join, as_well) = match as_well {
                Some(end) => (Some(Join::And), end - 1),
                None => (join, after),
            };
            all.extend(self.without(&first, after));
            all.extend(self.but_those(&first, after));
            all.extend(self.in_other_words(&first, after));
            all.extend(self.gapped(&first, after));
            all.extend(self.to_both_but_not(&first, after));
            all.extend(self.at_another_time(&first, after));
            if let Some(join) = join {
                // `who recognised X but who did not recognise Y`
                let next = as_well + 1;
                let next = next + usize::from(self.is(next, &["who", "that"]));
                // `who in 2014 met Lavrov and awarded him`
                let in_front: Vec<Adverb> = self
                    .adverbs(from)
                    .into_iter()
                    .map(|one| one.tree)
                    .filter(|one| first.tree.adverbs.contains(one))
                    .collect();
                for second in self.predicates(next) {
                    let mut tree = first.tree.clone();
                    // `met and awarded Lavrov in 2014`: object and time are of both.
                    if tree.arguments.is_empty() && tree.adverbs.is_empty() && &*tree.verb != "be" {
                        tree.arguments.clone_from(&second.tree.arguments);
                        tree.adverbs.clone_from(&second.tree.adverbs);
                    }
                    done_then(&mut tree, join, &second.tree);
                    // What is joined is rather alike in its parts.
                    let unlike = u32::from(!has_the_same_parts(&first.tree, &second.tree));
                    let cost = first.cost + second.cost + unlike;
                    tree.and_then.push((join, second.tree));
                    in_front.iter().for_each(|adverb| of_all_verbs(&mut tree, adverb));
                    all.push(Item { end: second.end, tree, cost });
                }
            }
            all.push(first);
            self.made(&all[known..], from);
        }
        self.prune_to(&mut all, from, QUESTIONS_MAX);
        all
    }

    /// `visited both X and Y but not Z`: and did not visit Z.
    fn to_both_but_not(&self, first: &Item<Clause>, at: usize) -> Vec<Item<Clause>> {
        let Some((Join::ButNot, next)) = self.join(at, false) else { return Vec::new() };
        let [argument] = first.tree.arguments.as_slice() else { return Vec::new() };
        let both = |np: &Np| matches!(np.kind, NpKind::List(Join::And, _));
        let done = first.tree.and_then.is_empty() && !first.tree.negated;
        if !done || !argument.np.as_ref().is_some_and(both) || !self.step() {
            return Vec::new();
        }
        let other = |other: Item<Np>| {
            let argument = Argument { np: Some(other.tree), ..argument.clone() };
            let second = Clause { negated: true, arguments: vec![argument], ..first.tree.clone() };
            let mut tree = first.tree.clone();
            tree.and_then.push((Join::And, second));
            Item { end: other.end, tree, cost: first.cost + other.cost }
        };
        self.single(next).into_iter().map(other).collect()
    }

    /// `lies next to X but not next to Y`: the verb is of both.
    fn gapped(&self, first: &Item<Clause>, at: usize) -> Vec<Item<Clause>> {
        let Some((join, next)) = self.join(at, false) else { return Vec::new() };
        let next = self.skip_fillers(next);
        let begins = |argument: &Argument| {
            let np = argument.np.as_ref()?;
            let start =
                np.words.start - usize::from(argument.preposition.is_some()).min(np.words.start);
            Some(self.word(start) == self.word(next))
        };
        let alike = first.tree.arguments.iter().filter_map(begins).any(|alike| alike);
        let plain = first.tree.and_then.is_empty() && !matches!(join, Join::Nor | Join::Or);
        if !alike || !plain || !self.step() {
            return Vec::new();
        }
        // `imposed sanctions on X but not on Y`: no sanctions.
        let of_verb = |argument: &&Argument| argument.np.as_ref().is_some_and(is_fixed);
        let tree = Clause {
            passive: first.tree.passive,
            past: first.tree.past,
            arguments: first.tree.arguments.iter().filter(of_verb).cloned().collect(),
            negated: first.tree.negated != (join == Join::ButNot),
            ..Clause::of(std::sync::Arc::clone(&first.tree.verb))
        };
        let group = Item { end: next, tree, cost: cost::PART };
        let mut all = Vec::new();
        for second in self.completed(group) {
            if second.end > next && has_the_same_parts(&first.tree, &second.tree) {
                let mut tree = first.tree.clone();
                tree.and_then.push((Join::And, second.tree));
                all.push(Item { end: second.end, tree, cost: first.cost + second.cost });
            }
        }
        all
    }

    /// `visited X in 2013 but not in 2014`, `both in 2013 and in 2014`: the same at another time.
    pub(super) fn at_another_time(&self, first: &Item<Clause>, at: usize) -> Vec<Item<Clause>> {
        let Some((join, next)) = self.join(at, false) else { return Vec::new() };
        let [Adverb::When(then)] = first.tree.adverbs.as_slice() else { return Vec::new() };
        // Whether a bare *and* adds the one time to the other, or asks for both, is not said: both are read.
        let both =
            (0..at).any(|at| self.is(at, &["both"])) || !self.is(at, &["and"]) || next > at + 1;
        let both = both || self.is(next, &["again", "also"]) || join == Join::ButNot;
        if !matches!(join, Join::And | Join::ButNot)
            || !first.tree.and_then.is_empty()
            || first.tree.negated
        {
            return Vec::new();
        }
        let also = next + usize::from(self.is(next, &["again", "also"]));
        let times =
            when::phrases(self.tokens, also).into_iter().chain(when::bare(self.tokens, also));
        let during = crate::syntax::ast::TimeRelation::During;
        // `before 2013 but not after 2014`, `before 2013 and after 2014`
        let on_two_sides = |when: &When| {
            let sides = then.is_one_side() && when.is_one_side();
            sides && (join == Join::ButNot || then.excludes(when))
        };
        let apart = times.filter(|(_, when)| {
            when.relation == during && then.relation == during || on_two_sides(when)
        });
        let cost = first.cost + cost::PART;
        let of_two = |(end, when): (usize, When)| {
            // `in both March and April 2014`: in March of that year.
            let (then, when) = if on_two_sides(&when) {
                (then.clone(), when)
            } else {
                (then.in_the_year_of(&when)?, when.in_the_year_of(then)?)
            };
            let either = then.or(&when).filter(|_| !both).map(|either| {
                let tree = Clause { adverbs: vec![Adverb::When(either)], ..first.tree.clone() };
                Item { end, tree, cost }
            });
            let adverbs = vec![Adverb::When(when)];
            let negated = join == Join::ButNot;
            let second = Clause { negated, adverbs, ..first.tree.clone() };
            let mut tree = Clause { adverbs: vec![Adverb::When(then)], ..first.tree.clone() };
            tree.and_then.push((Join::And, second));
            Some(std::iter::once(Item { end, tree, cost }).chain(either))
        };
        apart.filter_map(of_two).flatten().collect()
    }

    /// `visited X without visiting Y`: and did not visit Y.
    fn without(&self, first: &Item<Clause>, at: usize) -> Vec<Item<Clause>> {
        const WITHOUT: [&str; 8] = [
            "without",
            "without also",
            "without ever",
            "while never",
            "while not",
            "but without",
            "yet without",
            "and without",
        ];
        let Some(verb) = self.after_any(at, &WITHOUT) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        let past = first.tree.past;
        let verbs = self.verbs(verb, &[Form::Gerund]).into_iter();
        let mut groups: Vec<Group> =
            verbs.map(|(end, base, _)| group(base, end, past, false)).collect();
        if self.is(verb, &["being", "having"]) {
            // `without being recognised by Y`, `without having recognised Y`
            let passive = self.is(verb, &["being"]);
            let verbs = self.verbs(verb + 1, &[Form::Participle]).into_iter();
            groups.extend(verbs.map(|(end, base, _)| group(base, end, past, passive)));
        }
        for group in groups {
            for mut second in self.completed(group) {
                second.tree.negated = true;
                let mut tree = first.tree.clone();
                tree.and_then.push((Join::And, second.tree));
                all.push(Item { end: second.end, tree, cost: first.cost + second.cost });
            }
        }
        all
    }

    pub(super) fn arguments(&self, at: usize) -> Vec<Item<Argument>> {
        // `right next to X`
        let right = self.is(at, &["right", "directly", "immediately"])
            && (is_preposition(self.word(at + 1)) || self.is(at + 1, &["next", "adjacent"]));
        let at = at + usize::from(right);
        let word = self.word(at);
        let mut items = Vec::new();
        // `spoke not only to X but also to Y`
        if let Some(next) = self.after_any(at, &["not only", "not just"])
            && is_preposition(self.word(next))
        {
            let preposition = self.word(next);
            for first in self.exact_names(next + 1) {
                let comma = first.end + usize::from(self.is(first.end, &[","]));
                let Some(also) = self.after_any(comma, &["but also", "but", "but even"]) else {
                    continue;
                };
                let also = also + usize::from(self.word(also) == preposition);
                for second in self.exact_names(also) {
                    let words = at..second.end;
                    let kind = NpKind::List(Join::And, vec![first.tree.clone(), second.tree]);
                    let np = Some(Np { kind, words });
                    let tree = Argument { preposition: Some(preposition.to_owned()), np };
                    items.push(Item { end: second.end, tree, cost: first.cost + second.cost + 1 });
                }
            }
        }
        // `negotiated only with X`
        if let Some(next) =
            self.only_before_preposition(at).filter(|&next| is_preposition(self.word(next)))
        {
            let names = self.exact_names(next + 1).into_iter();
            items.extend(names.map(|name| {
                let only = super::only::only(name, at);
                let preposition = Some(self.word(next).to_owned());
                let tree = Argument { preposition, np: Some(only.tree) };
                Item { end: only.end, tree, cost: only.cost + 1 }
            }));
        }
        // `over 200,000 people` is a number of them.
        let counts = self.is(at, &["at", "over", "under", "up", "between", "from"])
            && self.quantity_of(at).is_some()
            || self.is(at, &["as", "at", "over", "under"]) && self.is_equative(at);
        if is_preposition(word) && !counts {
            let preposition = Some(word.to_owned());
            // `before meeting X`: that is a verb.
            let timed = matches!(word, "before" | "after" | "following" | "since" | "until");
            let verb = timed && !self.verbs(at + 1, &[Form::Gerund]).is_empty();
            let all = self.np(at + 1);
            for np in all.iter().filter(|np| !(verb && super::adverb::is_event(&np.tree))) {
                for list in self.same_preposition_again(word, np) {
                    let tree = Argument { preposition: preposition.clone(), np: Some(list.tree) };
                    items.push(Item { end: list.end, tree, cost: list.cost + 1 });
                }
                let tree = Argument { preposition: preposition.clone(), np: Some(np.tree.clone()) };
                items.push(Item { end: np.end, tree, cost: np.cost + 1 });
            }
            // `stopped over in X`, `had X over`: where it governs nothing it may belong to the verb.
            if is_preposition(self.word(at + 1)) || word == "over" {
                let particles = self.np(at);
                let alone = particles.iter().filter(|np| np.end == at + 1);
                items.extend(alone.map(|np| {
                    let tree = Argument { preposition: None, np: Some(np.tree.clone()) };
                    Item { end: np.end, tree, cost: np.cost }
                }));
            }
            let tree = Argument { preposition, np: None };
            items.push(Item { end: at + 1, tree, cost: cost::STRANDED });
            return items;
        }
        for np in self.np(at).iter() {
            let tree = Argument { preposition: None, np: Some(np.tree.clone()) };
            items.push(Item { end: np.end, tree, cost: np.cost });
        }
        items
    }

    /// Everything to the end, as words of what somebody said.
    fn what_was_said(&self, at: usize) -> Option<Item<Argument>> {
        let from = at + usize::from(self.is(at, &["that"]));
        let mut end = self.tokens.len();
        while end > from && self.is(end - 1, &["?", ","]) {
            end -= 1;
        }
        let content = content_words(&self.tokens[from.min(end)..end]);
        if end < from + 3 || content.len() < 2 {
            return None;
        }
        let np = Np { kind: NpKind::Text(content), words: at..end };
        let tree = Argument { preposition: None, np: Some(np) };
        Some(Item { end, tree, cost: cost::TEXT })
    }

    /// `Who, after Russia, recognised X?`: what stands between commas belongs to the clause.
    fn after_inserted(&self, at: usize, subject: &Np) -> Vec<Item<Clause>> {
        let mut all = Vec::new();
        for denied in self.having_done(at) {
            let next = denied.end + usize::from(self.is(denied.end, &[","]));
            for mut clause in with_subject(self.predicates(next), subject) {
                clause.tree.and_then.push((Join::And, denied.tree.clone()));
                clause.cost += denied.cost;
                all.push(clause);
            }
        }
        for besides in self.besides_doing(at) {
            let next = besides.end + usize::from(self.is(besides.end, &[","]));
            for mut clause in with_subject(self.predicates(next), subject) {
                clause.tree.and_then.push((Join::And, besides.tree.clone()));
                clause.cost += besides.cost;
                all.push(clause);
            }
        }
        all.extend(self.like_another(at, subject));
        for adverb in self.adverbs(at) {
            if !self.is(adverb.end, &[","]) {
                continue;
            }
            for mut clause in with_subject(self.predicates(adverb.end + 1), subject) {
                of_all_verbs(&mut clause.tree, &adverb.tree);
                clause.tree.adverbs.push(adverb.tree.clone());
                clause.cost += adverb.cost;
                all.push(clause);
            }
        }
        all
    }

    /// The position after `was it that`, which adds nothing to the word that asks before it.
    pub(super) fn cleft(&self, at: usize) -> Option<usize> {
        let it = self.skip_fillers(at);
        if let Some(that) = self.after_any(
            it,
            &[
                "do we know",
                "do you know",
                "do we know that",
                "do the records say",
                "do the data say",
                "do the facts say",
                "is it known that",
                "is there that",
                "is there who",
                "was there that",
                "was there who",
                "are there that",
                "are there who",
                "were there that",
                "were there who",
                "have in common that they",
                "has in common that they",
                "can claim to have",
                "did it happen that",
                "has it happened that",
                "was it the case that",
                "would you say that",
                "would you say",
                "do you think that",
                "do you think",
            ],
        ) {
            return Some(that);
        }
        if !BE.contains(&self.word(it)) || !self.is(it + 1, &["it"]) {
            return None;
        }
        let that = ["that", "who", "whom", "which", "when"];
        self.is(it + 2, &that).then_some(it + 3)
    }

    /// A clause in the order of a statement: subject, verb, complements.
    pub(super) fn statement(&self, at: usize) -> Vec<Item<Clause>> {
        let mut all = Vec::new();
        for subject in self.np(at).iter() {
            let wh = matches!(&subject.tree.kind, NpKind::Wh(wh) if wh.word == WhWord::Whose);
            if wh && self.at_end(subject.end) {
                continue;
            }
            let both = ["both", "either", "all", "each"];
            let both = subject.end + usize::from(self.is(subject.end, &both));
            let mut clauses = with_subject(self.predicates(both), &subject.tree);
            if let (NpKind::Wh(_), Some(that)) = (&subject.tree.kind, self.cleft(subject.end)) {
                clauses.extend(with_subject(self.predicates(that), &subject.tree));
            }
            if let NpKind::Wh(_) = &subject.tree.kind {
                clauses.extend(self.with_something_between(subject));
            }
            if self.is(subject.end, &[","]) {
                clauses.extend(self.after_inserted(subject.end + 1, &subject.tree));
            }
            if matches!(subject.tree.kind, NpKind::Wh(_)) {
                // `Who in May 2014 visited X?`
                for (end, when) in when::phrases(self.tokens, subject.end) {
                    for mut clause in with_subject(self.predicates(end), &subject.tree) {
                        let when = Adverb::When(when.clone());
                        of_all_verbs(&mut clause.tree, &when);
                        clause.tree.adverbs.push(when);
                        clauses.push(clause);
                    }
                }
            }
            for clause in &mut clauses {
                clause.cost += subject.cost;
            }
            self.made(&clauses, at);
            all.extend(clauses);
            if !self.step() {
                break;
            }
        }
        self.prune_to(&mut all, at, QUESTIONS_MAX);
        all
    }
}

impl Chart<'_> {
    /// `Who besides recognising X also recognised Y?`, `Who was it in 2014 that recognised X?`
    fn with_something_between(&self, subject: &Item<Np>) -> Vec<Item<Clause>> {
        let mut clauses = Vec::new();
        if matches!(&subject.tree.kind, NpKind::Wh(wh) if wh.word == WhWord::Whose) {
            clauses.extend(self.whose_was_it(subject));
        }
        clauses.extend(self.first_that_another_did(subject));
        clauses.extend(self.like_another(subject.end, &subject.tree));
        // `Who among those that recognised X also recognised Y?`
        let among = self.among_those(subject.end).into_iter();
        let among = among.flat_map(|group| self.completed(group));
        for first in self.besides_doing(subject.end).into_iter().chain(among) {
            let next = first.end + usize::from(self.is(first.end, &[","]));
            for mut clause in with_subject(self.predicates(next), &subject.tree) {
                clause.tree.and_then.push((Join::And, first.tree.clone()));
                clause.cost += first.cost;
                clauses.push(clause);
            }
        }
        // `How many were there who recognised X?`
        let counts = matches!(&subject.tree.kind, NpKind::Wh(wh) if wh.word == WhWord::HowMany);
        if counts
            && BE.contains(&self.word(subject.end))
            && self.is(subject.end + 1, &["there"])
            && self.is(subject.end + 2, &["who", "that", "which"])
        {
            clauses.extend(with_subject(self.predicates(subject.end + 3), &subject.tree));
        }
        if BE.contains(&self.word(subject.end)) && self.is(subject.end + 1, &["it"]) {
            let that = |at: usize| {
                if !self.is(at, &["that", "who", "which"]) {
                    return Vec::new();
                }
                with_subject(self.predicates(at + 1), &subject.tree)
            };
            clauses.extend(self.after_time(subject.end + 2, that));
        }
        clauses
    }
}

/// `In 2014, who visited X and praised it?`: a time in front is of all that they did.
pub(super) fn of_all_verbs(clause: &mut Clause, adverb: &Adverb) {
    let timed = |adverb: &Adverb| matches!(adverb, Adverb::When(_));
    if !timed(adverb) {
        return;
    }
    for (_, next) in &mut clause.and_then {
        if !next.adverbs.iter().any(timed) {
            next.adverbs.push(adverb.clone());
        }
    }
}

/// `has a mountain and a lake` has a mountain, and has a lake.
fn of_each_member(item: &Item<Clause>) -> Option<Item<Clause>> {
    let of_nouns = |np: &Np| match &np.kind {
        NpKind::List(Join::And, members) => {
            let noun = |member: &Np| matches!(member.kind, NpKind::Nominal(_));
            members.iter().all(noun).then(|| members.clone())
        }
        _ => None,
    };
    let [argument] = item.tree.arguments.as_slice() else { return None };
    let members = argument.np.as_ref().and_then(of_nouns)?;
    let with = |member: Np| {
        let arguments = vec![Argument { np: Some(member), ..argument.clone() }];
        Clause { arguments, ..item.tree.clone() }
    };
    let mut clauses = members.into_iter().map(with);
    let mut tree = clauses.next()?;
    tree.and_then.extend(clauses.map(|clause| (Join::And, clause)));
    Some(Item { end: item.end, tree, cost: item.cost + cost::PART })
}

/// Whether a clause ends with the noun of a deed before or after which it happened, which a time
/// behind it belongs to.
fn ends_with_a_deed(clause: &Clause, end: usize) -> bool {
    clause.arguments.iter().any(|argument| {
        let side = matches!(argument.preposition.as_deref(), Some("before" | "after"));
        let np = argument.np.as_ref().filter(|np| np.words.end == end);
        side && np.is_some_and(|np| matches!(np.kind, NpKind::Nominal(_)))
    })
}

/// Whether two clauses of one verb have as many parts, marked alike.
fn has_the_same_parts(one: &Clause, other: &Clause) -> bool {
    let marks = |clause: &Clause| -> Vec<Option<String>> {
        clause.arguments.iter().map(|part| part.preposition.clone()).collect()
    };
    one.verb != other.verb || marks(one) == marks(other)
}

/// `visited X and praised it in 2014`: did both then. A time behind the last of two is of the first too.
pub(super) fn done_then(first: &mut Clause, join: Join, second: &Clause) {
    let alone = first.adverbs.is_empty() && first.and_then.is_empty();
    if let ([Adverb::When(when)], [], Join::And) =
        (second.adverbs.as_slice(), second.and_then.as_slice(), join)
        && alone
        && !second.negated
    {
        first.adverbs.push(Adverb::When(when.clone()));
    }
}

/// Puts a subject to a clause and to all that follow it.
pub(super) fn with_subject(clauses: Vec<Item<Clause>>, subject: &Np) -> Vec<Item<Clause>> {
    clauses
        .into_iter()
        .map(|mut item| {
            item.tree.subject = Some(subject.clone());
            item
        })
        .collect()
}

/// Whether a noun is one that a verb may have: *aid*, *a visit*.
fn is_noun_of_a_verb(np: &Np) -> bool {
    matches!(&np.kind, NpKind::Nominal(nominal)
        if matches!(nominal.head, HeadNoun::Noun(Noun::Fixed(_) | Noun::Event(_))))
}

/// Whether a noun phrase is words that a sentence of the lexicon asks for beside its slots, alone.
pub(super) fn is_fixed(np: &Np) -> bool {
    match &np.kind {
        NpKind::Nominal(nominal) => {
            matches!(nominal.head, HeadNoun::Noun(Noun::Fixed(_))) && nominal.modifiers.is_empty()
        }
        _ => false,
    }
}

/// The words of a stretch that say something.
fn content_words(tokens: &[Token]) -> Vec<String> {
    const EMPTY: [&str; 34] = [
        "a", "an", "the", "this", "that", "these", "those", "and", "or", "but", ",", "'s", "is",
        "are", "was", "were", "be", "been", "has", "have", "had", "do", "does", "did", "will",
        "would", "of", "to", "in", "on", "at", "its", "their", "as",
    ];
    let says = |token: &&Token| !EMPTY.contains(&token.word.as_str());
    tokens.iter().filter(says).map(|token| token.word.clone()).collect()
}
