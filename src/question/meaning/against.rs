//! How many there are, held against how many another has: *more rivers than X*, *as many states as X borders*.
//!
//! Called for a clause before it is read. How many the other has is a question of its own: the same clause, with the
//! other in its place. `select` holds the two numbers against each other.

use std::sync::Arc;

use super::{Meaning, State};
use crate::question::form::{Asked, Having, Inquiry, Measure, Pattern, Rival, Shared, ThingId};
use crate::question::tree::{
    Against, Argument, Beside, Clause, Determiner, Modifier, Nominal, Np, NpKind, Quantity, Wh,
    WhWord,
};

/// How many readings of what the other has are followed.
const FOUND_MAX: usize = 4;

/// Where in a clause a noun phrase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Subject,
    Front,
    Argument(usize),
}

impl Meaning<'_> {
    /// A clause in which something is held against how many another has; nothing where it is no such clause.
    pub(super) fn against_another(&self, clause: &Clause, state: &State) -> Option<Vec<State>> {
        let place = open_place(clause)?;
        let mut all = Vec::new();
        for (inquiry, cost) in self.how_many(clause, place) {
            let mut told = clause.clone();
            let against = np_at(&mut told, place).and_then(against_of)?;
            against.found = Some(inquiry);
            all.extend(self.clause(&told, state.clone().plus(cost)));
        }
        Some(all)
    }

    /// The question how many the other has, in all its meanings.
    fn how_many(&self, clause: &Clause, place: Place) -> Vec<(Inquiry, u32)> {
        let asked = asking(clause, place);
        let Some(asked) = asked else { return Vec::new() };
        let mut found: Vec<(Inquiry, u32)> = Vec::new();
        for state in self.clause(&asked, State::new()) {
            let counts = matches!(state.asked, Some(Asked::Count(_) | Asked::CountFacts(_)));
            let cost = state.cost;
            let Some(inquiry) = counts.then(|| self.finish(state, &[], false)).flatten() else {
                continue;
            };
            let plain = inquiry.select.is_none() && inquiry.group.is_none();
            if plain && !found.iter().any(|known| known.0 == inquiry) {
                found.push((inquiry, cost));
            }
        }
        found.sort_by_key(|found| found.1);
        found.truncate(FOUND_MAX);
        found
    }
}

/// The clause that asks how many the other has.
fn asking(clause: &Clause, place: Place) -> Option<Clause> {
    let mut asked = Clause { and_then: Vec::new(), negated: false, ..clause.clone() };
    let np = np_at(&mut asked, place)?;
    let NpKind::Nominal(nominal) = &np.kind else { return None };
    let mut nominal = Nominal::clone(nominal);
    let than = nominal.against.take()?.than.clone();
    (nominal.determiner, nominal.plural) = (Determiner::None, true);
    let wh = Wh { word: WhWord::HowMany, nominal: Some(nominal), of: None };
    np.kind = NpKind::Wh(Shared::new(wh));
    let other = other_place(clause, place, &than)?;
    *np_at(&mut asked, other)? = than.np?;
    Some(asked)
}

/// Where in the clause the one stands whose number is held against that of the other.
fn other_place(clause: &Clause, place: Place, than: &Argument) -> Option<Place> {
    let marked =
        |argument: &Argument| argument.np.is_some() && argument.preposition == than.preposition;
    let elsewhere = |wanted: &dyn Fn(&Argument) -> bool| {
        if clause.front.as_ref().is_some_and(wanted) && place != Place::Front {
            return Some(Place::Front);
        }
        let mut arguments = clause.arguments.iter().enumerate();
        arguments
            .find(|(at, argument)| Place::Argument(*at) != place && wanted(argument))
            .map(|(at, _)| Place::Argument(at))
    };
    match (&than.preposition, place) {
        (Some(_), _) => elsewhere(&marked),
        // `more people live in X than Y`: the other is of the one part there is.
        (None, Place::Subject) => elsewhere(&|argument| argument.np.is_some()),
        (None, _) => clause.subject.is_some().then_some(Place::Subject),
    }
}

/// Where a clause has what is to be held against another's and is not yet known.
fn open_place(clause: &Clause) -> Option<Place> {
    let open = |np: &Np| match &np.kind {
        NpKind::Nominal(nominal) => {
            nominal.against.as_ref().is_some_and(|against| against.found.is_none())
        }
        _ => false,
    };
    let of = |argument: &Argument| argument.np.as_ref().is_some_and(open);
    if clause.subject.as_ref().is_some_and(open) {
        return Some(Place::Subject);
    }
    if clause.front.as_ref().is_some_and(of) {
        return Some(Place::Front);
    }
    clause.arguments.iter().position(of).map(Place::Argument)
}

fn np_at(clause: &mut Clause, place: Place) -> Option<&mut Np> {
    match place {
        Place::Subject => clause.subject.as_mut(),
        Place::Front => clause.front.as_mut()?.np.as_mut(),
        Place::Argument(at) => clause.arguments.get_mut(at)?.np.as_mut(),
    }
}

fn against_of(np: &mut Np) -> Option<&mut Against> {
    match &mut np.kind {
        NpKind::Nominal(nominal) => nominal.against.as_deref_mut(),
        _ => None,
    }
}

/// Whether how many there are is held against how many another has.
pub(super) fn is_held_against(np: &Np) -> bool {
    matches!(&np.kind, NpKind::Nominal(nominal) if nominal.against.is_some())
}

/// `with more rivers than X`: that have more rivers than X.
pub(super) fn that_have(np: &Np) -> Option<Modifier> {
    if !is_held_against(np) {
        return None;
    }
    let subject = Some(Np { kind: NpKind::Gap, words: np.words.start..np.words.start });
    let arguments = vec![Argument { preposition: None, np: Some(np.clone()) }];
    let clause = Clause { subject, arguments, ..Clause::of("have".into()) };
    Some(Modifier::Relative(Shared::new(clause)))
}

/// How many of a noun there are to be, and what that is held against.
pub(super) fn held_to(
    nominal: &Nominal,
    exactly: Option<Quantity>,
) -> Option<(Quantity, Option<Arc<Rival>>)> {
    if let Some(against) = &nominal.against {
        let inquiry = against.found.clone()?;
        let rival = Rival { inquiry, beside: against.beside, times: against.times };
        return Some((Quantity { min: 0, max: None }, Some(Arc::new(rival))));
    }
    Some((nominal.quantity.or(exactly)?, None))
}

/// Whether what is counted of one is what is counted of the other, which what has as many as the other is not itself.
pub(super) fn held_alike(pattern: &mut Pattern, having: &Having) -> bool {
    let Some(rival) = &having.than else { return true };
    let types = |pattern: &Pattern, counted: ThingId| {
        let facts = pattern.facts.iter();
        let of = facts.filter(|fact| fact.start == counted || fact.end == counted);
        let mut types: Vec<_> = of.flat_map(|fact| fact.types.iter().copied()).collect();
        types.sort_unstable();
        types
    };
    let other = &rival.inquiry;
    let alike = match (having.count, other.asked) {
        (Measure::Count(counted), Asked::Count(own)) => {
            types(pattern, counted) == types(&other.pattern, own)
                && pattern.things[counted].labels == other.pattern.things[own].labels
        }
        // Whether those may be of another kind is for what reads them to say.
        (Measure::Facts(_), Asked::CountFacts(_)) => true,
        _ => false,
    };
    // `Which states have as many rivers as X?`: others than X.
    if let (true, Some(of), Beside::Same | Beside::AtLeast | Beside::AtMost) =
        (alike, having.of, rival.beside)
        && !pattern.things[of].is_given()
    {
        // Of those that did something so often, whoever stands in the same place.
        let rival = match (having.count, other.asked) {
            (Measure::Facts(fact), Asked::CountFacts(own)) => {
                let there = &other.pattern.facts[own];
                Some(if pattern.facts[fact].start == of { there.start } else { there.end })
            }
            _ => None,
        };
        let things = other.pattern.things.iter().enumerate();
        let given = things
            .filter(|(at, thing)| thing.is.len() == 1 && rival.is_none_or(|rival| rival == *at));
        let given = given.map(|(_, thing)| thing);
        let nodes: Vec<_> = given.flat_map(|thing| thing.is.iter().copied()).collect();
        pattern.things[of].is_not.extend(nodes);
    }
    alike
}

/// How many bounds each thing has.
pub(super) fn bounds_of(state: &State) -> Vec<usize> {
    state.pattern.things.iter().map(|thing| thing.bounds.len()).collect()
}

/// Turns round the one bound that a clause has set, where that is all it says; says whether it is.
pub(super) fn turned(mut state: State, facts: usize, bounds: &[usize]) -> (State, bool) {
    let before = |thing: usize| bounds.get(thing).copied().unwrap_or(0);
    let things = 0..state.pattern.things.len();
    let more: Vec<usize> =
        things.filter(|&thing| state.pattern.things[thing].bounds.len() > before(thing)).collect();
    let [thing] = more.as_slice() else { return (state, false) };
    let alone = state.pattern.things[*thing].bounds.len() == before(*thing) + 1;
    if !alone || state.pattern.facts.len() > facts || state.select.is_some() {
        return (state, false);
    }
    if let Some(bound) = state.pattern.things[*thing].bounds.last_mut() {
        (bound.more, bound.equal) = (!bound.more, !bound.equal);
    }
    (state, true)
}

/// `is not a major city`: of what is not measured neither is known.
pub(super) fn is_graded(clause: &Clause) -> bool {
    let graded =
        |np: &Np| matches!(&np.kind, NpKind::Nominal(nominal) if !nominal.graded.is_empty());
    clause.arguments.iter().filter_map(|part| part.np.as_ref()).any(graded)
}
