//! How often another did so: the second question of *did X visit Y more often than Z did?*
//!
//! What stands behind *than* is the clause itself with one part exchanged, or another clause. It is read by
//! itself, as *how often …?*, and its number is what the clause's is held against. So it may not lean on what
//! the clause leaves open: *which actors visited Y more often than X did* counts the visits of X, but *whom did
//! X visit more often than Z did* would count for each of those by itself, and has no reading.

use std::sync::Arc;

use super::{Meaning, State};
use crate::question::form::{Asked, Having, Inquiry, Measure, Rival};
use crate::question::tree::{
    Adverb, Argument, Aside, Asks, Beside, Bond, Clause, Determiner, Np, NpKind, Quantity,
    Rival as Than,
};

/// What stands between *more often* and *than* put where it belongs; nothing where nothing stands there.
pub(super) fn with_its_aside(clause: &Clause) -> Option<Clause> {
    let between = |adverb: &Adverb| matches!(adverb, Adverb::Oftener { first: Some(_), .. });
    let at = clause.adverbs.iter().position(between)?;
    let mut whole = clause.clone();
    let Adverb::Oftener { first, .. } = &mut whole.adverbs[at] else { return None };
    match first.take()? {
        Aside::When(when) => whole.adverbs.push(Adverb::When(when)),
        Aside::Of(argument) => whole.arguments.push(argument),
    }
    Some(whole)
}

impl Meaning<'_> {
    /// The questions that a clause's number may be held against, and what each costs.
    pub(super) fn rivals(
        &self,
        clause: &Clause,
        beside: Beside,
        than: &Than,
    ) -> Vec<(Arc<Rival>, u32)> {
        let plain = clause.bond == Bond::Plain && clause.and_then.is_empty();
        let parts = clause.arguments.iter().filter_map(|argument| argument.np.as_ref());
        let none = parts.chain(&clause.subject).any(is_none);
        // `more often in 2013 than X did in 2014`: whose time the second is would have to be told.
        let times = clause.adverbs.iter().filter(|adverb| matches!(adverb, Adverb::When(_)));
        if clause.negated || !plain || none || times.count() > 1 {
            return Vec::new();
        }
        let mut found: Vec<(Arc<Rival>, u32)> = Vec::new();
        for other in exchanged(clause, than).into_iter().filter(|other| !leans(other)) {
            for state in self.asked_clause(&other, Asks::HowOften, State::new()) {
                let cost = state.cost;
                let Some(inquiry) = self.finish(state, &[], clause.past) else { continue };
                let known = found.iter().any(|(known, _)| known.inquiry == inquiry);
                if counts_facts(&inquiry) && !known {
                    found.push((Arc::new(Rival { inquiry, beside, times: 1.0 }), cost));
                }
            }
        }
        found
    }
}

/// A state with each of what its number may be held against: of the same types, unless another deed is told.
pub(super) fn with_rivals(state: &State, rivals: &[(Arc<Rival>, u32)], than: &Than) -> Vec<State> {
    let Some(fact) = state.main.filter(|_| state.having.is_empty()) else { return Vec::new() };
    let types = &state.pattern.facts[fact].types;
    let alike = |rival: &Rival| {
        let counted = match rival.inquiry.asked {
            Asked::CountFacts(counted) => &rival.inquiry.pattern.facts[counted],
            _ => return false,
        };
        matches!(than, Than::Deed(_)) || counted.types == *types
    };
    let mut all = Vec::new();
    for (rival, cost) in rivals.iter().filter(|(rival, _)| alike(rival)) {
        let mut state = state.clone().plus(*cost);
        // At least once: of those that never did so there is no row.
        let (quantity, than) = (Quantity { min: 1, max: None }, Some(Arc::clone(rival)));
        state.having.push(Having { of: state.gap, count: Measure::Facts(fact), quantity, than });
        all.push(state);
    }
    all
}

/// Whether an inquiry asks for the number of statements of its pattern and for nothing else.
fn counts_facts(inquiry: &Inquiry) -> bool {
    matches!(inquiry.asked, Asked::CountFacts(_))
        && inquiry.having.is_empty()
        && inquiry.select.is_none()
        && inquiry.rank.is_none()
        && inquiry.group.is_none()
}

/// The clause with another in the place that is compared; several where that may be one place or another.
fn exchanged(clause: &Clause, than: &Than) -> Vec<Clause> {
    let mut plain = clause.clone();
    plain.adverbs.retain(|adverb| !matches!(adverb, Adverb::Oftener { .. }));
    match than {
        Than::Doer(np) => vec![Clause { subject: Some(np.clone()), ..plain }],
        Than::Either(np) => with_another(&plain, np),
        Than::Marked(argument) => marked(plain, argument).into_iter().collect(),
        Than::Then(when) => {
            plain.adverbs.retain(|adverb| !matches!(adverb, Adverb::When(_)));
            plain.adverbs.push(Adverb::When(when.clone()));
            vec![plain]
        }
        Than::Deed(deed) => {
            let mut deed = Clause { past: clause.past, ..Clause::clone(deed) };
            deed.subject = deed.subject.or_else(|| clause.subject.clone());
            let timed = |clause: &Clause| {
                clause.adverbs.iter().any(|adverb| matches!(adverb, Adverb::When(_)))
            };
            // `more often in 2014 than it met X`: met in 2014.
            if !timed(&deed) {
                deed.adverbs.extend(plain.adverbs);
            }
            vec![deed]
        }
        Than::Reversed => reversed(plain).into_iter().collect(),
    }
}

/// `than X`: another in the place of what is asked for; where nothing is, in that of the subject or of the
/// object.
fn with_another(clause: &Clause, np: &Np) -> Vec<Clause> {
    let of_subject = Clause { subject: Some(np.clone()), ..clause.clone() };
    if clause.subject.as_ref().is_some_and(is_open) {
        return vec![of_subject];
    }
    if let Some(front) = &clause.front {
        let mut of_front = Clause { front: None, ..clause.clone() };
        let argument = Argument { np: Some(np.clone()), ..front.clone() };
        of_front.arguments.push(argument);
        return if front.np.as_ref().is_some_and(is_open) { vec![of_front] } else { Vec::new() };
    }
    let object = clause.arguments.iter().position(|argument| argument.preposition.is_none());
    let of_object = object.map(|at| {
        let mut clause = clause.clone();
        clause.arguments[at].np = Some(np.clone());
        clause
    });
    std::iter::once(of_subject).chain(of_object).collect()
}

/// `than by X`: another where that preposition stands.
fn marked(mut clause: Clause, argument: &Argument) -> Option<Clause> {
    let alike = |one: &Argument| one.preposition == argument.preposition;
    if clause.front.as_ref().is_some_and(alike) {
        clause.front = None;
        clause.arguments.push(argument.clone());
        return Some(clause);
    }
    *clause.arguments.iter_mut().find(|one| alike(one))? = argument.clone();
    Some(clause)
}

/// The clause with its subject and its only object exchanged.
fn reversed(mut clause: Clause) -> Option<Clause> {
    let [object] = clause.arguments.as_mut_slice() else { return None };
    std::mem::swap(&mut clause.subject, &mut object.np);
    Some(clause)
}

/// Whether a clause leaves something open that another must fill.
fn leans(clause: &Clause) -> bool {
    let parts = clause.arguments.iter().chain(&clause.front).filter_map(|part| part.np.as_ref());
    parts.chain(&clause.subject).any(is_open)
}

/// `nobody`, `no state`
fn is_none(np: &Np) -> bool {
    matches!(&np.kind, NpKind::Nominal(nominal) if nominal.determiner == Determiner::No)
}

fn is_open(np: &Np) -> bool {
    matches!(np.kind, NpKind::Wh(_) | NpKind::Gap | NpKind::Bound(_))
}
