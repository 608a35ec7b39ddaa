//! What is claimed of the first and the best, and what is said of several together.
//!
//! Called by `clause` where a noun phrase names what another chooses, and by `finish` for what is left to be told
//! apart when the whole question stands.

use super::sense::uses;
use super::{Meaning, State};
use crate::graph::LabelId;
use crate::question::form::{Asked, Claim, Said, ThingId};
use crate::question::tree::{Asks, Clause, NpKind};

impl Meaning<'_> {
    /// `Was X the first to recognise Y?`: whether the first to do so is X.
    pub(super) fn identified(&self, clause: &Clause, state: State) -> Vec<State> {
        let Some(subject) = clause.subject.as_ref().filter(|_| !clause.negated) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for (state, subject, front) in self.shared_parts(subject, clause.front.as_ref(), state) {
            let NpKind::Bound(thing) = subject.kind else { continue };
            let clause = Clause { subject: Some(subject), front, ..clause.clone() };
            all.extend(self.clause(&clause, state).into_iter().filter_map(|mut state| {
                let fact = &state.pattern.facts[state.main?];
                // Whoever can do so is compared with it.
                let (from, to) = self.ends(*fact.types.first()?);
                let labels = if fact.start == thing { from } else { to }.to_vec();
                self.claim(&mut state, thing, labels).then_some(state)
            }));
        }
        all
    }

    /// Takes a thing that is given out of what is looked for: it is claimed to be what is found.
    pub(super) fn claim(&self, state: &mut State, thing: ThingId, labels: Vec<LabelId>) -> bool {
        let one = &mut state.pattern.things[thing];
        let named = one.each.is_empty() && one.unknown.is_none() && !one.is.is_empty();
        if !named || state.claim.is_some() {
            return false;
        }
        state.claim = Some(Claim::Is(thing, std::mem::take(&mut one.is)));
        one.labels = (!labels.is_empty()).then_some(labels);
        true
    }

    /// What one noun phrase chooses is claimed to be what the other names.
    pub(super) fn claimed(&self, mut state: State, given: ThingId, open: ThingId) -> Option<State> {
        let one = &state.pattern.things[given];
        let named = one.each.is_empty() && one.unknown.is_none() && !one.is.is_empty();
        let used = state.pattern.facts.iter().any(|fact| fact.start == given || fact.end == given);
        if !named || used || state.claim.is_some() || state.pattern.things[open].is_given() {
            return None;
        }
        state.claim = Some(Claim::Is(open, one.is.clone()));
        Some(state)
    }

    /// Whether something is said of several named ones together without what it is done to: *how often did X
    /// and Y meet?* is not how often either did with anybody.
    pub(super) fn is_of_whom_it_is_said(&self, state: &State, asked: Asked) -> bool {
        let things = &state.pattern.things;
        let asked_for = |thing: ThingId| match asked {
            Asked::Things(one)
            | Asked::Count(one)
            | Asked::ThingValue(one, _)
            | Asked::ThingDate(one, _, _) => one == thing,
            _ => false,
        };
        let unsaid = |thing: ThingId| {
            let one = &things[thing];
            !one.is_given()
                && one.noun.is_none()
                && one.chosen.is_empty()
                && one.by == Said::Noun
                && !asked_for(thing)
                && state.gap != Some(thing)
                && uses(&state.pattern, thing) == 1
        };
        let several = |thing: ThingId| {
            let one = &things[thing];
            one.each.len() > 1 && !one.all && !asked_for(thing)
        };
        state.pattern.facts.iter().all(|fact| !(several(fact.start) && unsaid(fact.end)))
    }

    /// `X and Y criticised each other`: each did; how often is how often either did.
    pub(super) fn said_each_way(&self, state: &mut State, asked: Asked) -> Option<()> {
        let Some(fact) = state.mutual else { return Some(()) };
        let one = &state.pattern.facts[fact];
        if one.symmetric || self.is_mutual(one.types[0]) {
            return Some(());
        }
        let alone =
            state.pattern.order.is_empty() && state.pattern.same.is_empty() && state.rank.is_none();
        match asked {
            Asked::Whether if alone => {
                let mut back = one.clone();
                let there = &mut *back;
                std::mem::swap(&mut there.start, &mut there.end);
                state.pattern.facts.push(back);
                Some(())
            }
            Asked::When(..) | Asked::CountFacts(_) | Asked::CountTimes(..) => {
                // What is stated of the one and of the other, once each way, would count twice.
                let with = self.lexicon.frames.iter().any(|frame| {
                    super::type_of(frame.means) == Some(one.types[0])
                        && frame.pieces.iter().any(|piece| piece.has_preposition("with"))
                });
                if with {
                    return None;
                }
                state.pattern.facts[fact].symmetric = true;
                Some(())
            }
            _ => None,
        }
    }

    /// Whether it is the first, or the best, of which something is asked: that is found before it is held
    /// against what is claimed. Nothing where what is claimed cannot be told from what it is the first of.
    pub(super) fn claimed_of_the_first(
        &self,
        state: &mut State,
        asked: Asked,
        also: &[Asks],
    ) -> Option<()> {
        let chooses = state.rank.is_some() || state.select.is_some();
        if asked != Asked::Whether {
            return state.claim.is_none().then_some(());
        }
        if !chooses {
            // What is claimed of one that nothing chooses is said of it.
            return state.claim.is_none().then_some(());
        }
        let positive = state.pattern.facts.iter().all(|fact| fact.absent == 0);
        if !positive
            || !also.is_empty()
            || state.having.len() + usize::from(state.group.is_some()) > 0
        {
            return None;
        }
        if state.claim.is_some() {
            return Some(());
        }
        if let Some(choose) = state.select {
            // `Does X have the most rivers?`
            let of = choose.of?;
            let labels = self.labels_of(&state.pattern.things[of]);
            // `Is X or Y larger?` asks which.
            if state.pattern.things[of].is.len() != 1 {
                return None;
            }
            return self.claim(state, of, labels).then_some(());
        }
        // `Did X first visit Y in 2013?`
        let main = state.main?;
        let fact = &state.pattern.facts[main];
        let named = [fact.start, fact.end].into_iter().all(|thing| {
            let one = &state.pattern.things[thing];
            one.is.len() == 1 && one.each.is_empty()
        });
        let alone = state.pattern.facts.len() == 1 && state.pattern.order.is_empty();
        if !named || !alone || fact.times.is_empty() {
            return None;
        }
        let times = std::mem::take(&mut state.pattern.facts[main].times);
        state.claim = Some(Claim::At(main, times));
        Some(())
    }

    /// Whether a type is declared to be of events.
    pub(super) fn is_of_moments(&self, of: crate::graph::TypeId) -> bool {
        let event = Some(crate::graph::declaration::Temporality::Event);
        crate::graph::when::kind_of(self.graph, of) == event || self.is_always_of_a_day(of)
    }
}
