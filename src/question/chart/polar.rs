//! *Not* in a question to be answered by yes or no.
//!
//! `Doesn't Russia recognise X?` is `Does Russia recognise X?` to whoever asks it, and *no* means that it
//! does not. `Did Russia never recognise X?`, `Is it true that Russia does not recognise X?` and `Does any
//! state not recognise X?` ask whether what they deny is not so.

use super::oftener::oftener_in_one;
use super::whole::clauses;
use super::{Chart, Item};
use crate::question::tree::{
    Argument, Asks, Clause, Determiner, HeadNoun, Join, Modifier, Nominal, Np, NpKind, Question,
};

impl Chart<'_> {
    /// Questions that begin with their auxiliary, without a *not* that only says what is expected.
    pub(super) fn polar(&self, at: usize) -> Vec<Item<Clause>> {
        let mut all = self.inverted(at, None);
        for item in &mut all {
            let not = (at..item.end).any(|word| self.is(word, &["not"]));
            let never =
                (at..item.end).any(|word| self.after_any(word, &super::verbs::NEVER).is_some());
            let clause = &mut item.tree;
            // The *not* of `visit X but not Y`, or of a relative clause, is no part of the verb.
            if clause.negated && not && !never && !clause.subject.as_ref().is_some_and(is_some) {
                clause.negated = false;
            }
        }
        // That is asked as *in which of the two*.
        all.retain(|item| {
            in_which_of_two(&item.tree).is_none()
                && !chooses(&item.tree)
                && oftener_in_one(&item.tree).is_none()
        });
        all
    }

    /// `Is Oslo in Norway or Sweden?`: in which of the two; it is in one of them is no answer.
    pub(super) fn in_one_of_two(&self, at: usize) -> Vec<Item<Question>> {
        let which = |item: Item<Clause>| {
            in_which_of_two(&item.tree).map(|tree| Item { tree, ..item.clone() })
        };
        let found = self.inverted(at, None).into_iter().filter_map(which).collect();
        clauses(found, Asks::Thing)
    }
}

/// `Does X or Y have more rivers?`: which of the two.
fn chooses(clause: &Clause) -> bool {
    let or = |np: &Np| matches!(np.kind, NpKind::List(Join::Or, _));
    clause.subject.as_ref().is_some_and(or) && clause.selects()
}

/// A clause that tells one of two, `Did Russia recognise X or Y first?`, with *which of the two* in their place.
fn which_of_two(clause: &Clause) -> Option<Clause> {
    if clause.negated || !super::choices::tells_one(clause) {
        return None;
    }
    let named = |np: &Np| matches!(np.kind, NpKind::Name(_));
    let mut which = clause.clone();
    let arguments = which.arguments.iter_mut().filter_map(|argument| argument.np.as_mut());
    let mut two = which.subject.iter_mut().chain(arguments).filter(|np| match &np.kind {
        NpKind::List(Join::Or, members) => members.len() == 2 && members.iter().all(named),
        _ => false,
    });
    let (Some(one), None) = (two.next(), two.next()) else { return None };
    *one = super::beside::which_of(one);
    Some(which)
}

/// `longer`, `the longest`, with nothing that says of what kind.
pub(super) fn is_longer(np: &Np) -> Option<&Nominal> {
    let NpKind::Nominal(of) = &np.kind else { return None };
    (of.best.is_some() && matches!(of.head, HeadNoun::Alike)).then_some(&**of)
}

/// Whether one thing is spoken of by its name: `Ida`, `Mount Ida`.
fn is_one(np: &Np) -> bool {
    match &np.kind {
        NpKind::Name(_) => true,
        NpKind::Nominal(of) => {
            let called = of.modifiers.iter().any(|one| matches!(one, Modifier::Named(_)));
            called && !of.plural && of.best.is_none()
        }
        _ => false,
    }
}

/// A clause by which one thing lies in one of two, with *which of the two* in their place.
fn in_which_of_two(clause: &Clause) -> Option<Clause> {
    const LIE: [&str; 7] = ["be", "lie", "belong", "locate", "situate", "find", "sit"];
    if let Some(which) = which_of_two(clause) {
        return Some(which);
    }
    let named = |np: &Np| matches!(np.kind, NpKind::Name(_));
    if !LIE.contains(&&*clause.verb)
        || clause.negated
        || !clause.subject.as_ref().is_some_and(is_one)
    {
        return None;
    }
    let place = |word: &str| matches!(word, "in" | "to" | "within");
    let two = |np: &Np| match &np.kind {
        NpKind::List(Join::Or, members) if members.iter().all(named) => {
            Some(super::beside::which_of(np))
        }
        _ => None,
    };
    // `longer in Norway or in Sweden` compares what lies there.
    if clause.arguments.iter().filter_map(|part| part.np.as_ref()).any(|np| is_longer(np).is_some())
    {
        return None;
    }
    let mut which = clause.clone();
    for argument in &mut which.arguments {
        let Argument { preposition, np: Some(np) } = argument else { continue };
        if let (Some(word), Some(one)) = (preposition, two(np)) {
            let placed = place(word);
            *np = one;
            return placed.then_some(which);
        }
        // `a city in Norway or Sweden`
        let NpKind::Nominal(nominal) = &mut np.kind else { continue };
        for modifier in &mut nominal.modifiers {
            let Modifier::Phrase(word, np) = modifier else { continue };
            if let Some(one) = two(np).filter(|_| place(word) || word == "of") {
                *np = one;
                return Some(which);
            }
        }
    }
    None
}

/// `any state`, `anybody`: whether there is one is what is asked.
fn is_some(np: &Np) -> bool {
    let NpKind::Nominal(nominal) = &np.kind else { return false };
    nominal.determiner == Determiner::Indefinite
}
