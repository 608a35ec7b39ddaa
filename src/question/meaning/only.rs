//! One and no other: `visited only X` visited X, and nobody that is not X; who did so before Y did is not Y.
//!
//! Called for a clause before it is read, and for a pattern when it is whole.

use crate::question::form::{Asked, FactId, Moment, Pattern, Shared, ThingId};
use crate::question::tree::{Clause, Determiner, HeadNoun, Join, Nominal, Np, NpKind};

/// A clause that says *only* of one of its objects, as two without it; nothing where none does or where what
/// it says is denied.
pub(super) fn no_other(clause: &Clause) -> Option<Clause> {
    let is_only = |np: &Option<Np>| matches!(np, Some(Np { kind: NpKind::Only(_), .. }));
    let at = clause.arguments.iter().position(|argument| is_only(&argument.np))?;
    let np = clause.arguments[at].np.as_ref()?;
    let NpKind::Only(one) = &np.kind else { return None };
    if clause.negated {
        return None;
    }
    let mut somebody = Nominal::of(HeadNoun::Somebody, false);
    somebody.determiner = Determiner::Indefinite;
    let anyone = Np { kind: NpKind::Nominal(Shared::new(somebody)), words: np.words.clone() };
    let other = NpKind::Except(Box::new(anyone), one.clone());
    let mut said = clause.clone();
    let mut denied = Clause { negated: true, and_then: Vec::new(), ..clause.clone() };
    said.arguments[at].np = Some((**one).clone());
    denied.arguments[at].np = Some(Np { kind: other, words: np.words.clone() });
    said.and_then.insert(0, (Join::And, denied));
    Some(said)
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
