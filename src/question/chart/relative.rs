//! Relative clauses: `that recognise X`, `Lavrov spoke about`, `recognised by Syria`, `whose capital is X`.

use super::clause::with_subject;
use super::verbs::group;
use super::{Chart, Item, cost};
use crate::question::form::Shared;
use crate::question::frame::is_preposition;
use crate::question::lexicon::{Noun, Word};
use crate::question::morphology::Form;
use crate::question::tree::{Argument, Clause, Np, NpKind};

impl Chart<'_> {
    /// `that recognise X`, `Lavrov spoke about`, `recognised by Syria`, `living in X`.
    pub(super) fn relative(&self, at: usize) -> Vec<Item<Clause>> {
        if let Some(known) = self.relatives.borrow().get(&at) {
            return known.clone();
        }
        let found = self.new_relative(at);
        self.relatives.borrow_mut().insert(at, found.clone());
        found
    }

    fn new_relative(&self, at: usize) -> Vec<Item<Clause>> {
        self.deeper(|| {
            let gap = || Np { kind: NpKind::Gap, words: at..at };
            let mut all = Vec::new();
            if self.is(at, &["who", "that", "which"]) {
                all.extend(with_subject(self.predicates(at + 1), &gap()));
                all.extend(self.object_gap(at + 1, None, &gap()));
            }
            if self.is(at, &["whom"]) {
                all.extend(self.object_gap(at + 1, None, &gap()));
            }
            if is_preposition(self.word(at)) && self.is(at + 1, &["whom", "which"]) {
                all.extend(self.object_gap(at + 2, Some(self.word(at)), &gap()));
            }
            // `the state where X is the highest point`
            if self.is(at, &["where"]) {
                all.extend(self.object_gap(at + 1, Some("in"), &gap()));
            }
            all.extend(self.object_gap(at, None, &gap()));
            all.extend(self.whose(at, &gap()));
            all.extend(self.reduced(at, &gap()));
            self.prune(&mut all, at);
            all
        })
    }

    /// `whose capital is X`.
    fn whose(&self, at: usize, gap: &Np) -> Vec<Item<Clause>> {
        let mut all = Vec::new();
        if !self.is(at, &["whose"]) {
            return all;
        }
        for owned in self.counted(at + 1) {
            let mut nominal = owned.tree;
            nominal.possessor = Some(gap.clone());
            let kind = NpKind::Nominal(Shared::new(nominal));
            let subject = Np { kind, words: at..owned.end };
            for mut clause in with_subject(self.predicates(owned.end), &subject) {
                clause.cost += owned.cost;
                all.push(clause);
            }
            // `whose independence X recognises`
            if self.is_auxiliary(owned.end) {
                continue;
            }
            let front = Argument { preposition: None, np: Some(subject) };
            for who in self.np(owned.end).iter() {
                if matches!(who.tree.kind, NpKind::Wh(_)) || !self.step() {
                    continue;
                }
                for mut clause in with_subject(self.predicates(who.end), &who.tree) {
                    clause.tree.front = Some(front.clone());
                    clause.cost += owned.cost + who.cost;
                    all.push(clause);
                }
            }
        }
        all
    }

    /// A clause whose missing part is what the relative clause is about.
    fn object_gap(&self, at: usize, preposition: Option<&str>, gap: &Np) -> Vec<Item<Clause>> {
        if self.is_auxiliary(at) || is_preposition(self.word(at)) {
            return Vec::new();
        }
        let mut all = Vec::new();
        for subject in self.np(at).iter() {
            if matches!(subject.tree.kind, NpKind::Wh(_)) {
                continue;
            }
            for mut clause in self.predicates(subject.end) {
                clause.tree.subject = Some(subject.tree.clone());
                clause.tree.front = Some(Argument {
                    preposition: preposition.map(str::to_owned),
                    np: Some(gap.clone()),
                });
                clause.cost += subject.cost;
                all.push(clause);
            }
        }
        all
    }

    /// An infinitive in place of a relative clause, after *to*.
    pub(super) fn to_do(&self, at: usize) -> Vec<Item<Clause>> {
        self.deeper(|| {
            let gap = Np { kind: NpKind::Gap, words: at..at };
            let groups = self.bare(self.skip_fillers(at), true);
            let mut all: Vec<Item<Clause>> =
                groups.into_iter().flat_map(|group| self.completed(group)).collect();
            self.prune(&mut all, at);
            with_subject(all, &gap)
        })
    }

    /// A participle in place of a relative clause.
    fn reduced(&self, at: usize, gap: &Np) -> Vec<Item<Clause>> {
        let at = self.skip_fillers(at);
        // `the states not bordering X`
        let not = self.is(at, &["not"]);
        let at = at + usize::from(not);
        let mut all = Vec::new();
        for (end, base, form) in self.verbs(at, &[Form::Participle, Form::Gerund]) {
            let passive = form == Form::Participle;
            let mut group = group(base, end, passive, passive);
            group.tree.negated = not;
            all.extend(self.completed(group));
        }
        if not {
            return with_subject(all, gap);
        }
        // `the actors known to have recognised X`
        for group in self.recorded(at) {
            all.extend(self.completed(group));
        }
        // `the states next to X`: that are next to it.
        let related = self.lexical(at).any(|(end, word)| {
            let relational =
                matches!(word, Word::Noun { noun: Noun::Relational(_), plural: false });
            relational && is_preposition(self.word(end))
        });
        if related {
            let mut found = self.completed(group("be".into(), at, false, false));
            found.retain(|item| item.end > at);
            found.iter_mut().for_each(|item| item.cost += cost::PART);
            all.extend(found);
        }
        with_subject(all, gap)
    }
}
