//! *The largest city* where it is the largest of each by itself, though nobody says *its*.

use crate::question::lexicon::Noun;
use crate::question::tree::{Argument, Clause, Determiner, HeadNoun, Modifier, Np, NpKind};

/// `In which states is the capital the largest city?`: the largest of each state, which is another in each, as *its
/// largest city* says.
pub(super) fn of_its_own(clause: &mut Clause) {
    if !best_of_its_own(clause) {
        return;
    }
    for np in clause.arguments.iter_mut().filter_map(|part| part.np.as_mut()) {
        if let NpKind::Nominal(nominal) = &mut np.kind
            && nominal.best.is_some()
        {
            nominal.determiner = Determiner::Possessive;
        }
    }
}

fn best_of_its_own(clause: &Clause) -> bool {
    let asks = |word: &str, np: &Np| {
        matches!(word, "in" | "of" | "for") && matches!(np.kind, NpKind::Wh(_))
    };
    let in_front = match &clause.front {
        Some(Argument { preposition: Some(word), np: Some(np) }) => asks(word, np),
        _ => false,
    };
    // The same, once it is read as *the capital of which states*.
    let in_subject = match clause.subject.as_ref().map(|subject| &subject.kind) {
        Some(NpKind::Nominal(of)) => of
            .modifiers
            .iter()
            .any(|one| matches!(one, Modifier::Phrase(word, np) if asks(word, np))),
        _ => false,
    };
    let among = in_front || in_subject;
    let bare_best = |np: &Np| match &np.kind {
        NpKind::Nominal(nominal) => {
            let label = matches!(nominal.head, HeadNoun::Noun(Noun::Label(_)));
            let alone = nominal.modifiers.is_empty() && nominal.possessor.is_none();
            label && alone && nominal.best.is_some()
        }
        _ => false,
    };
    let mut said = clause.arguments.iter().filter_map(|part| part.np.as_ref());
    among && &*clause.verb == "be" && said.any(bare_best)
}
