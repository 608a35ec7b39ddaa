//! The noun of a noun phrase, and what is said of it behind it.

use super::best::Measured;
use super::noun::{OF_ALL, RATHER_BEST, RATHER_LABEL, RATHER_SAID, YOU_CAN};
use super::{Chart, Item, cost};
use crate::question::form::Shared;
use crate::question::frame::is_preposition;
use crate::question::grade::Degree;
use crate::question::lexicon::{Noun, Word};
use crate::question::tree::{
    Argument, By, Clause, Determiner, HeadNoun, Modifier, Nominal, Np, NpKind,
};
use crate::question::when;

impl Chart<'_> {
    /// What a noun phrase may have for its noun.
    pub(super) fn heads(&self, at: usize) -> Vec<Item<Nominal>> {
        let mut items = Vec::new();
        for (end, word) in self.lexical(at) {
            if let Word::Noun { noun, plural } = word {
                let tree = Nominal::of(HeadNoun::Noun(noun.clone()), *plural);
                let junior = self.juniority(at, end, noun);
                if junior > 0 && self.ranks_by_measure() {
                    continue;
                }
                let junior = junior + self.synonymy(at, end, noun);
                // `the highest point` is the best of some before it is one that is called so.
                let best = matches!(noun, Noun::Relational(_) | Noun::Fixed(_))
                    && self.graded(at).iter().any(|one| one.2 == Degree::Superlative);
                let junior = junior + RATHER_BEST * u32::from(best);
                // `cities or towns`, of one kind
                if let (Noun::Label(_), true) = (noun, self.is(end, &["or"])) {
                    let same = self.lexical(end + 1).filter(
                        |(_, word)| matches!(word, Word::Noun { noun: other, .. } if other == noun),
                    );
                    items.extend(same.map(|(end, _)| Item {
                        end,
                        tree: tree.clone(),
                        cost: cost::PART + junior,
                    }));
                }
                items.push(Item { end, tree, cost: cost::PART + junior });
            }
        }
        // `number of inhabitants` is a property that counts them.
        if let Some(of) = self.after_any(at, &["number of", "count of", "total number of"]) {
            for (end, word) in self.lexical(of) {
                // `the number of pages`, of a property that is called so
                let many = self.word(end - 1).ends_with('s');
                if let Word::Noun { noun: noun @ Noun::Property(key), .. } = word
                    && (many || self.lexicon.is_counted(*key))
                {
                    let tree = Nominal::of(HeadNoun::Noun(noun.clone()), false);
                    items.push(Item { end, tree, cost: cost::PART });
                }
            }
        }
        if let Some(next) = self.after_strength(at) {
            // `a sharp rebuke` is a rebuke.
            for (end, word) in self.lexical(next) {
                if let Word::Noun { noun: noun @ (Noun::Fixed(_) | Noun::Event(_)), plural } = word
                {
                    let tree = Nominal::of(HeadNoun::Noun(noun.clone()), *plural);
                    items.push(Item {
                        end,
                        tree,
                        cost: 2 * cost::PART + self.synonymy(next, end, noun),
                    });
                }
            }
        }
        for (end, key, values) in self.values(at) {
            let tree = Nominal::of(HeadNoun::Value(key, values), false);
            items.push(Item { end, tree, cost: cost::PART });
        }
        for role in self.names.role_nouns(self.tokens, at) {
            let tree = Nominal::of(HeadNoun::Role(role.bearers, role.text), role.plural);
            items.push(Item { end: role.end, tree, cost: cost::PART + RATHER_LABEL });
        }
        let nobody = at > 0 && self.is(at - 1, &["no", "any", "some", "every"]);
        if self.is(at, &["one", "ones"]) && !nobody {
            let tree = Nominal::of(HeadNoun::One, self.word(at) == "ones");
            items.push(Item { end: at + 1, tree, cost: cost::PART });
        }
        items
    }

    /// Whether no other label, one that is rather meant, has the same word.
    pub(super) fn is_own_noun(&self, at: usize, item: &Item<Nominal>) -> bool {
        let HeadNoun::Noun(Noun::Label(own)) = item.tree.head else { return true };
        self.lexical(at).filter(|(end, _)| *end == item.end).all(|(_, word)| match word {
            Word::Noun { noun: Noun::Label(other), .. } => {
                *other == own || self.lexicon.label_order(own) < self.lexicon.label_order(*other)
            }
            _ => true,
        })
    }

    /// Each nominal with none, some and all of what may stand behind it.
    pub(super) fn with_modifiers(&self, items: Vec<Item<Nominal>>) -> Vec<Item<Nominal>> {
        let mut all = items;
        let mut next = 0;
        while next < all.len() && all.len() < 4 * super::ITEMS_MAX && self.step() {
            let item = all[next].clone();
            next += 1;
            if item.tree.modifiers.len() >= 4 {
                continue;
            }
            // `the largest of all`, `the first ever`: of whatever there is.
            let most = item.tree.best.is_some() || item.tree.rank.is_some();
            if let Some(end) = self.after_any(item.end, &OF_ALL).filter(|_| most) {
                all.push(Item { end, ..item.clone() });
            }
            if let (HeadNoun::Noun(Noun::Property(_)), Some((unit, end))) =
                (&item.tree.head, self.in_a_unit(item.end))
            {
                let mut tree = item.tree.clone();
                tree.modifiers.push(Modifier::In(unit));
                all.push(Item { end, tree, cost: item.cost });
            }
            let mut modifiers = self.modifiers(item.end);
            modifiers.extend(self.behind_another(&item));
            let label = matches!(item.tree.head, HeadNoun::Noun(Noun::Label(_)));
            let the = item.tree.determiner == Determiner::Definite && label;
            if item.tree.rank.is_some() || the && item.tree.modifiers.is_empty() {
                modifiers.extend(self.infinitive(item.end));
            }
            for mut modifier in modifiers {
                if is_name_of_anyone(&item, &modifier.tree) {
                    continue;
                }
                let mut tree = item.tree.clone();
                // `the largest city of every state`: one for each.
                if item.tree.best.is_some()
                    && let Modifier::Phrase(_, np) = &mut modifier.tree
                    && let NpKind::Nominal(of) = &mut np.kind
                    && of.determiner == Determiner::Every
                {
                    of.determiner = Determiner::Each;
                }
                if item.tree.aggregate.is_some() {
                    of_whichever(&mut modifier.tree);
                }
                // `in which states is the highest point above 3000 m` says it of the highest point.
                let bound = matches!(modifier.tree, Modifier::Compared { .. } | Modifier::Limit(_));
                let of_best = RATHER_SAID * u32::from(bound && item.tree.best.is_some());
                tree.modifiers.push(modifier.tree);
                // What can belong to the nearer noun belongs to it.
                let high = item.tree.modifiers.len() as u32 + of_best;
                all.push(Item { end: modifier.end, tree, cost: item.cost + modifier.cost + high });
            }
        }
        all
    }

    /// `the first state to recognise X`.
    fn infinitive(&self, at: usize) -> Vec<Item<Modifier>> {
        let clauses = if self.is(at, &["to"]) { self.to_do(at + 1) } else { Vec::new() };
        let modifier = |clause: Item<Clause>| {
            let tree = Modifier::Relative(Shared::new(clause.tree));
            Item { end: clause.end, tree, cost: clause.cost + cost::PART }
        };
        clauses.into_iter().map(modifier).collect()
    }

    fn modifiers(&self, at: usize) -> Vec<Item<Modifier>> {
        // `the highest point you can climb in X`, `the cities there are in X`
        let at = self.after_any(at, &YOU_CAN).unwrap_or(at);
        // `the states right around X`
        let right = self.is(at, &["right", "directly", "immediately"])
            && (is_preposition(self.word(at + 1)) || self.is(at + 1, &["next"]));
        let at = at + usize::from(right);
        // `in terms of population`
        let mut items = self.measured_by(at);
        items.extend(self.comparisons(at));
        items.extend(self.limits(at));
        items.extend(self.naming(at));
        let time = when::phrase(self.tokens, at).or_else(|| {
            let of = self.is(at, &["of"]).then_some(at + 1)?;
            when::bare(self.tokens, of)
        });
        if let Some((end, when)) = self.bare_time(at) {
            items.push(Item { end, tree: Modifier::When(when), cost: cost::PART });
        }
        if let Some((end, when)) = time {
            items.push(Item { end, tree: Modifier::When(when), cost: 0 });
        }
        let word = self.word(at);
        if self.is(at, &["with", "having"]) {
            items.extend(self.more_of_a_property(at + 1));
        }
        if is_preposition(word) {
            for np in self.np(at + 1).iter() {
                if matches!(np.tree.kind, NpKind::Wh(_)) {
                    continue;
                }
                for list in self.same_preposition_again(word, np) {
                    let tree = Modifier::Phrase(word.to_owned(), list.tree);
                    items.push(Item { end: list.end, tree, cost: list.cost });
                }
                let tree = Modifier::Phrase(word.to_owned(), np.tree.clone());
                items.push(Item { end: np.end, tree, cost: np.cost });
            }
        }
        items.extend(self.outside_of(at));
        if self.is(at, &["without"]) {
            let after = at + 1 + usize::from(self.is(at + 1, &["any"]));
            for np in self.np(after).iter().filter(|np| !matches!(np.tree.kind, NpKind::Wh(_))) {
                let tree = Modifier::Relative(Shared::new(without(&np.tree, at)));
                items.push(Item { end: np.end, tree, cost: np.cost + cost::PART });
            }
        }
        for clause in self.relative(at) {
            let tree = Modifier::Relative(Shared::new(clause.tree));
            items.push(Item { end: clause.end, tree, cost: clause.cost + cost::PART });
        }
        items
    }
}

/// Whether a name stands right behind one of whom none is told, as in *anyone China visited*: it is not theirs.
fn is_name_of_anyone(noun: &Item<Nominal>, modifier: &Modifier) -> bool {
    let anyone = noun.tree.determiner == Determiner::Indefinite;
    matches!(modifier, Modifier::Named(name) if anyone && name.words.start == noun.end)
}

/// `without rivers`: that has none.
fn without(np: &Np, at: usize) -> Clause {
    let subject = Some(Np { kind: NpKind::Gap, words: at..at });
    let arguments = vec![Argument { preposition: None, np: Some(np.clone()) }];
    Clause { subject, arguments, negated: true, ..Clause::of("have".into()) }
}

/// Of a sum or a mean *all the states* are the states: it is of whichever there are.
pub(super) fn of_whichever(modifier: &mut Modifier) {
    if let Modifier::Phrase(_, np) = modifier
        && let NpKind::Nominal(of) = &mut np.kind
        && matches!(of.determiner, Determiner::All | Determiner::Every)
        && of.number.is_none()
    {
        of.determiner = Determiner::Definite;
        of.plural = true;
    }
}

/// Whether a superlative can be one of a noun: an adjective measures things, *the highest* is of a
/// property.
pub(super) fn can_be_best(measured: &Measured, head: &HeadNoun) -> bool {
    let property = matches!(head, HeadNoun::Noun(Noun::Property(_)));
    match &measured.best {
        None => true,
        Some(best) => match best.by {
            By::Adjective(_) => !property,
            By::Value => property,
            By::Itself => true,
        },
    }
}
