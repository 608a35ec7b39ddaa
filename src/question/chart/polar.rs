//! *Not* in a question to be answered by yes or no.
//!
//! `Doesn't Russia recognise X?` is `Does Russia recognise X?` to whoever asks it, and *no* means that it
//! does not. `Did Russia never recognise X?`, `Is it true that Russia does not recognise X?` and `Does any
//! state not recognise X?` ask whether what they deny is not so.

use super::{Chart, Item};
use crate::question::tree::{Clause, Determiner, Np, NpKind};

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
        all
    }
}

/// `any state`, `anybody`: whether there is one is what is asked.
fn is_some(np: &Np) -> bool {
    let NpKind::Nominal(nominal) = &np.kind else { return false };
    nominal.determiner == Determiner::Indefinite
}
