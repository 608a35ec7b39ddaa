//! What adverbs say of a statement: times, what others did before and after, how often, for each of what.
//!
//! Called for each clause once its verb has its parts.

use super::rival::with_rivals;
use super::{Meaning, State, each};
use crate::question::apart::Apart;
use crate::question::form::{
    Asked, Choose, FactId, Group, Having, Measure, Moment, Order, Thing, ThingId,
};
use crate::question::frame::Role;
use crate::question::tree::{Adverb, Aggregate, Clause, Np, NpKind, Rank, Unit};
use crate::question::when::When;
use crate::syntax::ast::TimeRelation;

impl Meaning<'_> {
    pub(super) fn with_adverbs(&self, clause: &Clause, mut states: Vec<State>) -> Vec<State> {
        // `Who did not visit X next after Y?`: what is next of what did not happen is nobody's to say.
        let nearest = |adverb: &Adverb| matches!(adverb, Adverb::Nearest(_));
        if clause.negated && clause.adverbs.iter().any(nearest) {
            return Vec::new();
        }
        // *Next* is told by what it is next to, wherever that stands.
        let (next, others): (Vec<&Adverb>, Vec<&Adverb>) =
            clause.adverbs.iter().partition(|adverb| **adverb == Adverb::Nearest(None));
        // `Right after X, who was next to …?` says it twice.
        let told = others.iter().any(|adverb| matches!(adverb, Adverb::Nearest(_)));
        let (same, others): (Vec<&Adverb>, Vec<&Adverb>) =
            others.into_iter().partition(|adverb| matches!(adverb, Adverb::Same(_)));
        let next = next.into_iter().filter(|_| !told);
        for adverb in others.into_iter().chain(same).chain(next) {
            if let Adverb::Oftener { how, than, .. } = adverb {
                let rivals = self.rivals(clause, *how, than);
                states = each(states, |state| with_rivals(&state, &rivals, than));
                continue;
            }
            // `after X's last visit to Y`: the last is not of what is said to be after it.
            let of_another = matches!(
                adverb,
                Adverb::Deed { .. }
                    | Adverb::Pivot { .. }
                    | Adverb::BeforeAfter { .. }
                    | Adverb::SameAs { .. }
                    | Adverb::OfRank(..)
                    | Adverb::OfTime(..)
            );
            states = each(states, |state| {
                let chooses = |state: &State| (state.rank, state.select);
                let before = chooses(&state);
                let mut after = self.adverb(adverb, state);
                after.retain(|state| !of_another || chooses(state) == before);
                after
            });
        }
        states
    }

    fn adverb(&self, adverb: &Adverb, mut state: State) -> Vec<State> {
        match adverb {
            Adverb::Except(np) => {
                let excluded = self.excluded(np, &state);
                let thing = match state.asked {
                    Some(Asked::Things(thing) | Asked::Count(thing)) if !excluded.is_empty() => {
                        thing
                    }
                    _ => return Vec::new(),
                };
                self.leave_out(&mut state, thing, &excluded).then_some(state).into_iter().collect()
            }
            Adverb::Ranked(rank) => {
                let unranked = state.rank.replace(*rank).is_none_or(|said| said == *rank);
                unranked.then_some(state).into_iter().collect()
            }
            Adverb::So => Vec::new(),
            // `On average, how many people live in …?`
            Adverb::Made(aggregate) => {
                let Some(Asked::ThingValue(_, key)) = state.asked else { return Vec::new() };
                // People are counted together where nothing else is said.
                let before = state.aggregate.replace(*aggregate);
                let counted = before == Some(Aggregate::Sum) && self.lexicon.is_counted(key);
                let alone = before.is_none() || counted;
                alone.then_some(state).into_iter().collect()
            }
            Adverb::Altogether => {
                let several =
                    state.group.is_none() && matches!(state.asked, Some(Asked::ThingValue(..)));
                if several {
                    state.aggregate.get_or_insert(Aggregate::Sum);
                }
                vec![state]
            }
            Adverb::Per(np) => self.per(np, state),
            _ => match state.main {
                Some(fact) => self.adverb_of_fact(adverb, fact, state),
                None => Vec::new(),
            },
        }
    }

    fn adverb_of_fact(&self, adverb: &Adverb, fact: FactId, mut state: State) -> Vec<State> {
        match adverb {
            Adverb::When(when) => {
                let times = &mut state.pattern.facts[fact].times;
                // Of two times in a question the second is rather of what has none yet.
                let cost = 3 * u32::from(!times.is_empty());
                times.push(when.clone());
                vec![state.plus(cost)]
            }
            Adverb::Nearest(Some(of)) => each(self.adverb_of_fact(of, fact, state), nearest),
            Adverb::Nearest(None) => nearest(state),
            Adverb::Same(unit) => match *state.pattern.order.as_slice() {
                // `after Russia did, in the same year`: as Russia did.
                [Order { of, than: Moment::Fact(second), .. }] if of == fact => {
                    state.pattern.same.push((fact, second, *unit));
                    vec![state]
                }
                _ => self.same_time(fact, *unit, state).into_iter().collect(),
            },
            Adverb::BeforeAfter { .. }
            | Adverb::Pivot { .. }
            | Adverb::OfRank(..)
            | Adverb::OfTime(..)
            | Adverb::Deed { .. }
            | Adverb::SameAs { .. } => self.told_by_another(adverb, fact, state),
            Adverb::Speaker(np) => self
                .thing(np, state)
                .into_iter()
                .map(|(mut state, thing)| {
                    state.pattern.facts[fact].speaker = Some(thing);
                    state
                })
                .collect(),
            Adverb::PerUnit(unit) => {
                let ungrouped = state.group.replace(Group::Unit(fact, *unit)).is_none();
                ungrouped.then_some(state).into_iter().collect()
            }
            Adverb::Times(quantity) => {
                let (of, count) = (state.gap, Measure::Facts(fact));
                state.having.push(Having { of, count, quantity: *quantity, than: None });
                vec![state]
            }
            Adverb::Often { most, nth } => {
                let (by, most, nth) = (Measure::Facts(fact), *most, *nth);
                let choose =
                    Choose { of: state.gap, by, most, nth, number: 1, plural: false, each: None };
                let unchosen = state.select.replace(choose).is_none();
                unchosen.then_some(state).into_iter().collect()
            }
            Adverb::Except(_)
            | Adverb::Ranked(_)
            | Adverb::So
            | Adverb::Oftener { .. }
            | Adverb::Per(_)
            | Adverb::Made(_)
            | Adverb::Altogether
            | Adverb::In(_)
            | Adverb::By(_) => Vec::new(),
        }
    }

    /// What another did, before or after or at the same time.
    fn told_by_another(&self, adverb: &Adverb, fact: FactId, state: State) -> Vec<State> {
        match adverb {
            Adverb::BeforeAfter { before, subject, apart } => {
                let found = self.with_other(fact, subject, Role::Start, state);
                found
                    .into_iter()
                    .map(|(state, second)| ordered(state, (*before, *apart), fact, second))
                    .collect()
            }
            Adverb::Pivot { before, than, apart } => {
                let mut roles = vec![self.compared_end(fact, &state)];
                // `Did X report to Y before Z?`: Z did, or X did to Z.
                let of = &state.pattern.facts[fact];
                let given = |thing: ThingId| state.pattern.things[thing].is_given();
                if state.asked.is_none() && given(of.start) && given(of.end) {
                    roles = vec![Role::Start, Role::End];
                }
                let both = |role| self.with_other(fact, than, role, state.clone());
                let found = roles.into_iter().flat_map(both);
                found
                    .map(|(state, second)| ordered(state, (*before, *apart), fact, second))
                    .collect()
            }
            Adverb::OfRank(rank, of) => {
                let mut all = self.adverb_of_fact(of, fact, state);
                all.retain_mut(|state| {
                    let told = state.pattern.facts.len() - 1;
                    told > fact && rank_deed(state, told, *rank)
                });
                all
            }
            Adverb::OfTime(when, of) => {
                let mut all = self.adverb_of_fact(of, fact, state);
                all.retain_mut(|state| {
                    let told = state.pattern.facts.len() - 1;
                    state.pattern.facts[told].times.push(when.clone());
                    told > fact
                });
                all
            }
            Adverb::Deed { before, apart, unit, clause } => {
                self.beside_deed((*before, *apart, *unit), clause, fact, state)
            }
            Adverb::SameAs { unit, np, doer } => {
                let role = if *doer { Role::Start } else { self.compared_end(fact, &state) };
                let same = |(mut state, second): (State, FactId)| {
                    state.pattern.same.push((fact, second, *unit));
                    state
                };
                self.with_other(fact, np, role, state).into_iter().map(same).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What was done besides: by whom, to whom and when the clause says.
    fn beside_deed(
        &self,
        (before, apart, unit): (bool, Option<Apart>, Option<Unit>),
        clause: &Clause,
        fact: FactId,
        mut state: State,
    ) -> Vec<State> {
        let (main, gap) = (state.main, state.gap);
        let rank = state.rank.take();
        let mut clause = clause.clone();
        if clause.subject.is_none() {
            // `visited X after criticising it`: the same did both.
            let role = self.compared_end(fact, &state);
            let kind = NpKind::Bound(self.end_of(&state, fact, role));
            clause.subject = Some(Np { kind, words: 0..0 });
        }
        let mut all = self.clause(&clause, state);
        all.retain_mut(|state| {
            let second = std::mem::replace(&mut state.main, main);
            state.gap = gap;
            let Some(second) = second.filter(|&second| second != fact) else {
                return false;
            };
            // `after Russia's last visit to X`: the last of those.
            let own = std::mem::replace(&mut state.rank, rank);
            if own.is_some_and(|own| !rank_deed(state, second, own)) {
                return false;
            }
            match unit {
                Some(unit) => state.pattern.same.push((fact, second, unit)),
                None => {
                    let than = Moment::Fact(second);
                    state.pattern.order.push(Order { before, apart, of: fact, than });
                }
            }
            true
        });
        all
    }

    /// `for each state`: one of the things spoken of, or what the thing asked for lies in.
    fn per(&self, np: &Np, state: State) -> Vec<State> {
        if state.group.is_some() {
            return Vec::new();
        }
        let asked = match state.asked {
            Some(Asked::Things(thing) | Asked::Count(thing) | Asked::ThingValue(thing, _)) => {
                Some(thing)
            }
            _ => None,
        };
        let mut all = Vec::new();
        for (with_np, group) in self.thing(np, state.clone()) {
            let labels = with_np.pattern.things[group].labels.clone().unwrap_or_default();
            let spoken = state.pattern.facts.iter().flat_map(|fact| [fact.start, fact.end]);
            let open = spoken.into_iter().find(|&thing| {
                let one = &state.pattern.things[thing];
                Some(thing) != asked
                    && !one.is_given()
                    && one.labels.iter().flatten().any(|label| labels.contains(label))
            });
            if let Some(thing) = open {
                let mut state = state.clone();
                state.group = Some(Group::Thing(thing));
                all.push(state);
                continue;
            }
            let Some(asked) = asked else { continue };
            let bound = Np { kind: NpKind::Bound(group), words: np.words.clone() };
            for (mut state, _) in self.related(with_np, asked, "in", &bound) {
                state.group = Some(Group::Thing(group));
                all.push(state);
            }
        }
        all
    }

    /// Another statement like one, at the same time: `recognitions on the same day`.
    fn same_time(&self, fact: FactId, unit: Unit, mut state: State) -> Option<State> {
        let (start, end) = (state.pattern.facts[fact].start, state.pattern.facts[fact].end);
        let each_end =
            [start, end].into_iter().find(|&one| state.pattern.things[one].each.len() == 2);
        let second = self.copy_of(fact, &mut state);
        if let Some(thing) = each_end {
            // `recognised X and Y on the same day`: one statement for each.
            let pair = std::mem::take(&mut state.pattern.things[thing].each);
            state.pattern.things[thing].is = vec![pair[0]];
            let other = state.pattern.thing(Thing::one_of(vec![pair[1]]));
            let copy = &mut state.pattern.facts[second];
            if thing == start { copy.start = other } else { copy.end = other }
        } else {
            for is_start in [true, false] {
                let of = if is_start { start } else { end };
                let thing = Thing::clone(&state.pattern.things[of]);
                let other = state.pattern.thing(thing);
                let copy = &mut state.pattern.facts[second];
                if is_start { copy.start = other } else { copy.end = other }
            }
        }
        state.pattern.same.push((fact, second, unit));
        Some(state)
    }

    /// The end of a statement that `after X` gives another of: the one that is asked for.
    fn compared_end(&self, fact: FactId, state: &State) -> Role {
        let one = &state.pattern.facts[fact];
        let asked = match state.asked {
            Some(Asked::Things(thing) | Asked::Count(thing)) => Some(thing),
            _ => None,
        };
        let is = |thing| state.gap == Some(thing) || asked == Some(thing);
        if is(one.end) && !is(one.start) { Role::End } else { Role::Start }
    }

    /// Another statement like one, of another thing that was named: `before Russia did`.
    fn with_other(&self, fact: FactId, np: &Np, role: Role, state: State) -> Vec<(State, FactId)> {
        let own = self.end_of(&state, fact, role);
        let labels = state.pattern.things[own].labels.clone().unwrap_or_default();
        let mut all = Vec::new();
        for (mut state, other) in self.thing(np, state) {
            if !state.pattern.things[other].is_given() || !self.restrict(&mut state, other, &labels)
            {
                continue;
            }
            let second = self.copy_of(fact, &mut state);
            let copy = &mut state.pattern.facts[second];
            copy.times.clear();
            if role == Role::End {
                copy.end = other
            } else {
                copy.start = other
            }
            // Nobody is before or after themselves.
            let named = state.pattern.things[other].is.clone();
            if !state.pattern.things[own].is_given() {
                state.pattern.things[own].is_not.extend(named);
            }
            all.push((state, second));
        }
        all
    }

    fn copy_of(&self, fact: FactId, state: &mut State) -> FactId {
        let copy = state.pattern.facts[fact].clone();
        state.pattern.facts.push(copy);
        state.pattern.facts.len() - 1
    }
}

/// Makes a statement the first or the last of its kind; says whether both its ends are given, so that there is
/// one such.
pub(super) fn rank_deed(state: &mut State, fact: FactId, rank: Rank) -> bool {
    let one = &mut state.pattern.facts[fact];
    let (start, end) = (one.start, one.end);
    one.ranked = Some(rank);
    let given = |thing: ThingId| {
        let thing = &state.pattern.things[thing];
        thing.is_given() && thing.unknown.is_none() && thing.bounds.is_empty()
    };
    given(start) && given(end)
}

/// Of what is after another the first, of what is before it the last.
fn nearest(mut state: State) -> Vec<State> {
    if let (Some(fact), []) = (state.main, state.pattern.order.as_slice()) {
        // `next after 5 May 2014`: the first after that day.
        let after = |when: &When| when.relation == TimeRelation::After;
        let told = state.pattern.facts[fact].times.iter().any(after) && state.rank.is_none();
        state.rank = Some(Rank::First);
        return told.then_some(state).into_iter().collect();
    }
    let [order] = state.pattern.order.as_slice() else { return Vec::new() };
    let rank = if order.before { Rank::Last } else { Rank::First };
    let unranked =
        order.apart.is_none() && state.rank.replace(rank).is_none_or(|said| said == rank);
    unranked.then_some(state).into_iter().collect()
}

/// A statement is before or after another.
fn ordered(
    mut state: State,
    (before, apart): (bool, Option<Apart>),
    fact: FactId,
    second: FactId,
) -> State {
    let than = Moment::Fact(second);
    state.pattern.order.push(Order { before, apart, of: fact, than });
    state
}
