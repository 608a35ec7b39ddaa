//! One and no other: `visited only X` visited X, and nobody that is not X; who did so before Y did is not Y.
//!
//! Called for a clause before it is read, and for a pattern when it is whole.

use super::{Meaning, State};
use crate::question::form::{Asked, Fact, FactId, Moment, Pattern, Shared, Thing, ThingId};
use crate::question::tree::{
    Adverb, Bond, Clause, Determiner, HeadNoun, Join, Nominal, Np, NpKind,
};
use crate::value::NodeId;

/// A clause that says *only* of one of its objects, as two without it; nothing where none does or where what
/// it says is denied.
pub(super) fn no_other(clause: &Clause) -> Option<Clause> {
    let is_only = |np: &Option<Np>| matches!(np, Some(Np { kind: NpKind::Only(_), .. }));
    let at = clause.arguments.iter().position(|argument| is_only(&argument.np))?;
    let np = clause.arguments[at].np.as_ref()?;
    let NpKind::Only(one) = &np.kind else { return None };
    // Of whom something is told by the deed of another is not said of all others.
    let timed = clause.adverbs.iter().all(|adverb| matches!(adverb, Adverb::When(_)));
    if clause.negated || !timed {
        return None;
    }
    let mut said = clause.clone();
    let mut denied = Clause { negated: true, and_then: Vec::new(), ..clause.clone() };
    said.arguments[at].np = Some((**one).clone());
    denied.arguments[at].np = Some(but(one));
    said.and_then.insert(0, (Join::And, denied));
    Some(said)
}

/// What is said of a subject that is named and of no other, *X was the only one to visit Y*, without that; and
/// all that bear the name.
pub(super) fn alone(clause: &Clause) -> Option<(Clause, Vec<NodeId>)> {
    let NpKind::Name(bearers) = &clause.subject.as_ref()?.kind else { return None };
    if clause.negated || !clause.and_then.is_empty() {
        return None;
    }
    let said = Clause { bond: Bond::Plain, ..clause.clone() };
    Some((said, bearers.iter().map(|bearer| bearer.node).collect()))
}

impl Meaning<'_> {
    /// That nobody else stands where the main statement has one of some names.
    pub(super) fn and_no_other(&self, mut state: State, named: &[NodeId]) -> Option<State> {
        let of = Fact::clone(&state.pattern.facts[state.main?]);
        let is_named = |thing: ThingId| {
            let is = &state.pattern.things[thing].is;
            !is.is_empty() && is.iter().all(|node| named.contains(node))
        };
        let place = [of.start, of.end].into_iter().find(|&thing| is_named(thing))?;
        let (starts, ends) = self.ends(*of.types.first()?);
        let labels = if place == of.start { starts } else { ends };
        let labels = (!labels.is_empty()).then(|| labels.to_vec());
        let is_not = state.pattern.things[place].is.clone();
        let other = state.pattern.thing(Thing { labels, is_not, ..Thing::default() });
        let (start, end) = if place == of.start { (other, of.end) } else { (of.start, other) };
        let absent = state.pattern.next_absent();
        state.pattern.facts.push(Shared::new(Fact { start, end, absent, ..of }));
        Some(state)
    }
}

/// Anyone but one.
fn but(one: &Np) -> Np {
    let mut somebody = Nominal::of(HeadNoun::Somebody, false);
    somebody.determiner = Determiner::Indefinite;
    let anyone = Np { kind: NpKind::Nominal(Shared::new(somebody)), words: one.words.clone() };
    let kind = NpKind::Except(Box::new(anyone), Box::new(one.clone()));
    Np { kind, words: one.words.clone() }
}

/// `who praised X before Russia's praise of X`, `whom did X visit before visiting Y`: nobody is before, after
/// or beside themselves.
pub(super) fn not_themselves(pattern: &mut Pattern, asked: Asked) {
    let (Asked::Things(thing) | Asked::Count(thing)) = asked else { return };
    if pattern.things[thing].is_given() {
        return;
    }
    let order = pattern.order.iter().filter_map(|order| match order.than {
        Moment::Fact(than) => Some((order.of, than)),
        Moment::Date(..) => None,
    });
    let same = pattern.same.iter().map(|&(fact, other, _)| (fact, other));
    let pairs: Vec<(FactId, FactId)> = order.chain(same).collect();
    for (fact, other) in pairs {
        let Some(named) = in_the_same_place(pattern, thing, fact, other) else { continue };
        let is = pattern.things[named].is.clone();
        let is_not = &mut pattern.things[thing].is_not;
        is_not.extend(is.into_iter().filter(|node| !is_not.contains(node)).collect::<Vec<_>>());
    }
}

/// What stands in a statement where another of its type and with the same other end has a thing.
fn in_the_same_place(
    pattern: &Pattern,
    thing: ThingId,
    fact: FactId,
    other: FactId,
) -> Option<ThingId> {
    let (fact, other) = (&pattern.facts[fact], &pattern.facts[other]);
    let (own, named) = match thing {
        _ if thing == fact.start => ((fact.end, other.end), other.start),
        _ if thing == fact.end => ((fact.start, other.start), other.end),
        _ => return None,
    };
    let ends = [own.0, own.1].map(|end| &pattern.things[end].is);
    let same = own.0 == own.1 || ends[0] == ends[1] && !ends[0].is_empty();
    (same && fact.types == other.types && thing != named).then_some(named)
}
