//! Whether a pattern asks something that a query can say, and of what.

use super::State;
use crate::question::form::{
    Asked, Choose, Claim, Fact, FactId, Group, Having, Inquiry, Limit, Measure, Moment, Pattern,
    Shared, Thing, ThingId,
};
use crate::question::tree::Unit;

/// Whether what is said of all of several is asked in a way that tells of each of them: *the areas of
/// all rivers in X*. That something holds of all that another clause holds of has no query yet, and
/// that it holds of some is another question.
pub(super) fn all_are_told(pattern: &Pattern, asked: Asked) -> bool {
    let told = |thing: ThingId| match asked {
        Asked::Things(one)
        | Asked::Count(one)
        | Asked::ThingValue(one, _)
        | Asked::ThingDate(one, _, _) => one == thing,
        _ => false,
    };
    let compared = |thing: ThingId| {
        let mut bounds = pattern.things.iter().flat_map(|one| &one.bounds);
        bounds.any(|bound| matches!(bound.than, Limit::Thing(than, _) if than == thing))
    };
    (0..pattern.things.len()).all(|thing| {
        let one = &pattern.things[thing];
        let used = is_used(pattern, thing) || compared(thing) || !one.bounds.is_empty();
        if !one.all || !used || told(thing) {
            return true;
        }
        // Those that are spelt out by name: of each it is asked, unless another thing is to be the same
        // for all of them.
        let mut facts =
            pattern.facts.iter().filter(|fact| fact.start == thing || fact.end == thing);
        !one.each.is_empty()
            && !compared(thing)
            && facts.all(|fact| {
                let other = if fact.start == thing { fact.end } else { fact.start };
                told(other) || pattern.things[other].is_given() || uses(pattern, other) == 1
            })
    })
}

/// Says of what the best is wanted: of what is asked for, where nothing else is said.
pub(super) fn chosen_of(state: &mut State, asked: Asked) -> Option<()> {
    if let Some(select) = &mut state.select {
        // The best of what is asked for, where nothing else is said to be chosen.
        let of = match asked {
            Asked::Things(thing) | Asked::Count(thing) | Asked::ThingValue(thing, _) => Some(thing),
            _ => None,
        };
        let most_often = matches!((select.by, asked), (Measure::Facts(_), Asked::When(..)));
        let of = match &state.claim {
            Some(Claim::Is(thing, _)) => Some(*thing),
            _ => of,
        };
        if !most_often {
            select.of = Some(select.of.or(of)?);
        }
    }
    Some(())
}

/// `Which three states have the most people?`: so many are the best of them. An error where they are chosen in
/// another way; else how many are said to be there.
pub(super) fn so_many(state: &mut State, asked: Asked) -> Result<Option<u32>, ()> {
    let Some(number) = state.number else { return Ok(None) };
    match (&mut state.select, asked) {
        (None, Asked::Things(_)) if state.rank.is_none() => Ok(Some(number)),
        (None, Asked::ThingValue(..)) if state.rank.is_none() => Ok(Some(number)),
        (Some(select), Asked::Things(thing)) => {
            let alone = select.of == Some(thing) && select.number <= 1 && select.nth <= 1;
            select.number = number;
            alone.then_some(None).ok_or(())
        }
        _ => Err(()),
    }
}

/// Says of what something is counted.
pub(super) fn counted_of(state: &mut State, asked: Asked) -> Option<()> {
    for having in &mut state.having {
        let of = match asked {
            Asked::Things(thing) | Asked::Count(thing) => Some(thing),
            _ => None,
        };
        having.of = having.of.or(of);
        if let Asked::When(fact, unit) | Asked::CountTimes(fact, unit) = asked {
            // At least once in it: of a month in which it was not so, there is no row.
            let counts = having.count == Measure::Facts(fact)
                && having.quantity.min > 0
                && having.than.is_none();
            if !counts || unit == Unit::Any || having.of.is_some() {
                return None;
            }
            continue;
        }
        if having.of.is_none() {
            having.of = who_has(&state.pattern, having.count).ok()?;
        }
        if having.of.is_none() && (having.quantity.holds(0) || having.than.is_some()) {
            // Of what has none there is no row: it has to be known whose they would be.
            having.of = whose(&state.pattern, having.count);
        }
        if !super::against::held_alike(&mut state.pattern, having) {
            return None;
        }
    }
    Some(())
}

/// Whether what is held against the number of another question is the only thing that is counted, and of all
/// that is asked for: not of each month, not of the first.
pub(super) fn rivals_well(state: &State, asked: Asked) -> bool {
    let held = |having: &Having| having.than.is_some() && matches!(having.count, Measure::Facts(_));
    !state.having.iter().any(held)
        || matches!(asked, Asked::Whether | Asked::Things(_) | Asked::Count(_))
            && state.having.len() == 1
            && (state.group.is_none() && state.select.is_none() && state.rank.is_none())
            && state.claim.is_none()
}

/// Whether it is asked when, or how often, something was not so: of that there is no end. Nor is it told of which
/// time it is that another did not do the same: *when did X but not Y do so?*
pub(super) fn asks_when_not(pattern: &Pattern, asked: Asked) -> bool {
    let (Asked::When(fact, _)
    | Asked::Value(fact, _)
    | Asked::Speaker(fact)
    | Asked::HowLong(fact)
    | Asked::Sources(fact)
    | Asked::Facts(fact)
    | Asked::CountFacts(fact)
    | Asked::CountTimes(fact, _)) = asked
    else {
        return false;
    };
    let of = &pattern.facts[fact];
    let alike = |one: &Shared<Fact>| {
        one.absent > 0 && one.types == of.types && (one.start == of.start || one.end == of.end)
    };
    of.absent > 0 || pattern.facts.iter().any(alike)
}

/// Whether there is to be none of something of which only its numbers are spoken of, *no city is larger than X*:
/// no statement can be missing then.
pub(super) fn none_of_no_statement(pattern: &Pattern) -> bool {
    (0..pattern.things.len()).any(|thing| pattern.things[thing].none && uses(pattern, thing) == 0)
}

/// Whether all that there is is asked for: nothing is said of the thing, nor what it is.
pub(super) fn asks_for_anything(pattern: &Pattern, asked: Asked) -> bool {
    let (Asked::Things(thing) | Asked::Count(thing)) = asked else { return false };
    let of = &*pattern.things[thing];
    pattern.facts.is_empty() && *of == Thing { by: of.by, told: of.told, ..Thing::default() }
}

/// In how many statements a thing stands.
pub(super) fn uses(pattern: &Pattern, thing: ThingId) -> usize {
    pattern.facts.iter().filter(|fact| fact.start == thing || fact.end == thing).count()
}

/// It may be either of two.
pub(super) struct Unclear;

/// Of what so many of something are said where nothing is asked for: *does any state border more than
/// eight states?* asks for one that does. Nothing where it is one that is given.
pub(super) fn who_has(pattern: &Pattern, count: Measure) -> Result<Option<ThingId>, Unclear> {
    let open = |thing: ThingId| {
        let one = &pattern.things[thing];
        one.unknown.is_none() && one.is.len() != 1 && one.each.is_empty()
    };
    let mut ends: Vec<ThingId> = match count {
        Measure::Facts(fact) => vec![pattern.facts[fact].start, pattern.facts[fact].end],
        Measure::Count(counted) | Measure::Value(counted, _) => pattern
            .facts
            .iter()
            .filter(|fact| fact.start == counted || fact.end == counted)
            .map(|fact| if fact.start == counted { fact.end } else { fact.start })
            .collect(),
    };
    ends.retain(|&thing| open(thing));
    ends.sort_unstable();
    ends.dedup();
    match ends.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err(Unclear),
    }
}

/// The one thing that what is counted goes with.
pub(super) fn whose(pattern: &Pattern, count: Measure) -> Option<ThingId> {
    let Measure::Count(counted) = count else { return None };
    let facts = pattern.facts.iter().filter(|fact| fact.start == counted || fact.end == counted);
    let mut ends = facts.map(|fact| if fact.start == counted { fact.end } else { fact.start });
    let first = ends.next()?;
    (pattern.things[first].is.len() == 1 && ends.all(|end| end == first)).then_some(first)
}

/// Whether one answer for each, or a count of those with so many, goes with what is asked.
pub(super) fn groups_well(state: &State, asked: Asked) -> bool {
    let counts = matches!(asked, Asked::Count(_) | Asked::CountFacts(_));
    let tells = matches!(
        asked,
        Asked::Things(_) | Asked::ThingValue(..) | Asked::When(..) | Asked::Value(..)
    );
    match state.group {
        None => true,
        Some(Group::Thing(thing)) => {
            let itself = matches!(asked, Asked::Things(one) | Asked::Count(one) if one == thing);
            !itself && (counts || tells) && chooses_in_each(state, asked) && state.rank.is_none()
        }
        Some(Group::Unit(..)) => {
            let told = counts || matches!(asked, Asked::Things(_));
            told && chooses_in_each(state, asked) && state.rank.is_none()
        }
    }
}

/// Whether what is chosen can be chosen for each of a group: the things that are asked for, and not
/// those with the least of what some have none of.
pub(super) fn chooses_in_each(state: &State, asked: Asked) -> bool {
    state.select.is_none_or(|choose| {
        let itself = matches!(asked, Asked::Things(one) if choose.of == Some(one));
        itself && (choose.most || matches!(choose.by, Measure::Value(..)))
    })
}

/// `the largest city of each state`: where nothing is asked but which they are, one answer for each;
/// nothing where they stand in a larger question, which would lose whose they are.
pub(super) fn told_for_each(mut inquiry: Inquiry) -> Option<Inquiry> {
    let things = &mut inquiry.pattern.things;
    let in_groups = |thing: &Shared<Thing>| thing.chosen.iter().any(|one| one.group.is_some());
    if !things.iter().any(in_groups) {
        return Some(inquiry);
    }
    // `How many people live in the largest city of each state?`: of each that of its own.
    let whole = inquiry.pattern.facts.is_empty()
        && matches!(inquiry.asked, Asked::Things(_) | Asked::ThingValue(..))
        && (inquiry.select.is_none() && inquiry.rank.is_none() && inquiry.group.is_none())
        && (inquiry.having.is_empty() && inquiry.also.is_empty());
    match things.as_mut_slice() {
        [one]
            if whole
                && one.chosen.len() == 1
                && one.is_not.is_empty()
                && one.bounds.is_empty()
                && one.dated.is_empty() =>
        {
            let mut of_each = one.chosen.pop()?;
            if let (Asked::ThingValue(_, key), Asked::Things(best)) = (inquiry.asked, of_each.asked)
            {
                of_each.asked = Asked::ThingValue(best, key);
            }
            Some(of_each)
        }
        _ => None,
    }
}

pub(super) fn is_used(pattern: &Pattern, thing: ThingId) -> bool {
    pattern.facts.iter().any(|fact| fact.start == thing || fact.end == thing)
}

/// Makes statements of what stands for several: each of a list, but not these, neither.
pub(super) fn spread(pattern: &mut Pattern, thing: ThingId, asked: Asked) -> Vec<(FactId, FactId)> {
    let mut copied = Vec::new();
    let of_statement = matches!(
        asked,
        Asked::When(..)
            | Asked::Value(..)
            | Asked::Speaker(_)
            | Asked::HowLong(_)
            | Asked::Sources(_)
            | Asked::Facts(_)
            | Asked::CountFacts(_)
            | Asked::CountTimes(..)
    );
    let asked_itself = matches!(asked, Asked::Things(one) | Asked::Count(one) | Asked::ThingValue(one, _) | Asked::ThingDate(one, _, _) if one == thing);
    let members = std::mem::take(&mut pattern.things[thing].each);
    if let Some((first, rest)) = members.split_first() {
        if of_statement || asked_itself || in_absent(pattern, thing) {
            pattern.things[thing].is = members;
        } else {
            pattern.things[thing].is = vec![*first];
            for &member in rest {
                let other = pattern.thing(Thing::one_of(vec![member]));
                let first = pattern.facts.len();
                copied.extend(copy_facts(pattern, thing, other, None));
                if pattern.things[thing].all {
                    each_of_its_own(pattern, first, other, asked);
                }
            }
        }
    }
    let but_not = std::mem::take(&mut pattern.things[thing].but_not);
    if !but_not.is_empty() {
        let other = pattern.thing(Thing::one_of(but_not));
        let group = pattern.next_absent();
        copy_facts(pattern, thing, other, Some(group));
    }
    if std::mem::take(&mut pattern.things[thing].none) {
        let group = pattern.next_absent();
        for fact in &mut pattern.facts {
            if fact.start == thing || fact.end == thing {
                fact.absent = group;
                let other = if fact.start == thing { fact.end } else { fact.start };
                pattern.things[other].outside = true;
            }
        }
    }
    copied
}

/// `Who visited both X and Y at least twice?`: each of them. The first, the best and what is held against
/// another number are of one statement; nothing where they would be of several.
pub(super) fn counted_alike(state: &mut State, of: FactId, copy: FactId) -> Option<()> {
    let by = Measure::Facts(of);
    let held = state.having.iter().any(|having| having.than.is_some());
    let best = state.select.is_some_and(|select| select.by == by);
    if held || best || state.rank.is_some() && state.main == Some(of) {
        return None;
    }
    let counted = state.having.iter().filter(|having| having.count == by);
    let copies: Vec<Having> =
        counted.map(|having| Having { count: Measure::Facts(copy), ..having.clone() }).collect();
    state.having.extend(copies);
    Some(())
}

/// `Did all directors direct a film?`: each one of its own.
pub(super) fn each_of_its_own(pattern: &mut Pattern, first: FactId, one: ThingId, asked: Asked) {
    let asked_for = |thing: ThingId| matches!(asked, Asked::Things(one) | Asked::Count(one) | Asked::ThingValue(one, _) if one == thing);
    for fact in first..pattern.facts.len() {
        let (start, end) = (pattern.facts[fact].start, pattern.facts[fact].end);
        let of = if start == one { end } else { start };
        if pattern.things[of].is_given() || asked_for(of) {
            continue;
        }
        let copy = Thing::clone(&pattern.things[of]);
        let own = pattern.thing(copy);
        let fact = &mut pattern.facts[fact];
        if start == one { fact.end = own } else { fact.start = own }
    }
}

pub(super) fn in_absent(pattern: &Pattern, thing: ThingId) -> bool {
    pattern.facts.iter().any(|fact| fact.absent > 0 && (fact.start == thing || fact.end == thing))
}

/// Copies the statements of one thing to another: of which statement each copy is.
pub(super) fn copy_facts(
    pattern: &mut Pattern,
    from: ThingId,
    to: ThingId,
    absent: Option<usize>,
) -> Vec<(FactId, FactId)> {
    let of = |fact: &Fact| fact.absent == 0 && (fact.start == from || fact.end == from);
    let copied: Vec<FactId> =
        (0..pattern.facts.len()).filter(|&fact| of(&pattern.facts[fact])).collect();
    let mut copies = Vec::with_capacity(copied.len());
    for of in copied {
        let mut copy = pattern.facts[of].clone();
        let fact = &mut *copy;
        for end in [&mut fact.start, &mut fact.end] {
            if *end == from {
                *end = to;
            }
        }
        fact.absent = absent.unwrap_or(0);
        copies.push((of, pattern.facts.len()));
        pattern.facts.push(copy);
    }
    copies
}

/// Gives the things and statements of measures and groups their new numbers.
pub(super) fn renumber_measures(
    (select, having, group): (&mut Option<Choose>, &mut Vec<Having>, &mut Option<Group>),
    thing_at: impl Fn(ThingId) -> ThingId + Copy,
    fact_at: impl Fn(FactId) -> FactId,
) {
    let measured = |measure: &mut Measure| {
        if let Measure::Facts(fact) = measure {
            *fact = fact_at(*fact);
        }
    };
    if let Some(select) = select {
        select.rename(thing_at);
        measured(&mut select.by);
    }
    for one in having {
        one.rename(thing_at);
        measured(&mut one.count);
    }
    *group = group.map(|group| match group {
        Group::Thing(thing) => Group::Thing(thing_at(thing)),
        Group::Unit(fact, unit) => Group::Unit(fact_at(fact), unit),
    });
}

/// The things that an inquiry asks for itself.
pub(super) fn asked_for(inquiry: &Inquiry) -> Vec<ThingId> {
    let pattern = &inquiry.pattern;
    match inquiry.asked {
        Asked::Things(one)
        | Asked::Count(one)
        | Asked::ThingValue(one, _)
        | Asked::ThingDate(one, _, _) => vec![one],
        Asked::Path(a, b) => vec![a, b],
        // `Is X longer than Y?`, `Was X in October?` says nothing else of them.
        Asked::Whether if pattern.facts.is_empty() && inquiry.claim.is_none() => {
            (0..pattern.things.len())
                .filter(|&thing| {
                    let thing = &pattern.things[thing];
                    let chosen = !thing.chosen.is_empty() && thing.is_given();
                    !thing.bounds.is_empty() || !thing.dated.is_empty() || chosen
                })
                .collect()
        }
        // What is claimed to be chosen of things of which nothing else is said.
        Asked::Whether => match inquiry.claim {
            Some(Claim::Is(thing, _)) => vec![thing],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Leaves only things that something is said of, and brings things and statements into an order
/// that does not depend on how they were found.
pub(super) fn compact(mut inquiry: Inquiry) -> Inquiry {
    let mut used = asked_for(&inquiry);
    let pattern = &mut inquiry.pattern;
    let mut see = |thing: ThingId| {
        if !used.contains(&thing) {
            used.push(thing);
        }
    };
    let mut order: Vec<FactId> =
        (0..pattern.facts.len()).filter(|&fact| said_already(pattern, fact) == fact).collect();
    order.sort_by_key(|&fact| (pattern.facts[fact].absent, Some(fact) != inquiry.main));
    for &fact in &order {
        see(pattern.facts[fact].start);
        see(pattern.facts[fact].end);
        pattern.facts[fact].speaker.into_iter().for_each(&mut see);
    }
    for order in &pattern.order {
        if let Moment::Date(thing, _) = order.than {
            see(thing);
        }
    }
    let mut next = 0;
    while next < used.len() {
        // What a used thing is compared with is used.
        for bound in &pattern.things[used[next]].bounds {
            if let Limit::Thing(than, _) = bound.than
                && !used.contains(&than)
            {
                used.push(than);
            }
        }
        next += 1;
    }
    let thing_at = |old: ThingId| used.iter().position(|&one| one == old).unwrap_or(0);
    let kept: Vec<FactId> =
        (0..pattern.facts.len()).map(|fact| said_already(pattern, fact)).collect();
    let fact_at = |old: FactId| order.iter().position(|&one| one == kept[old]).unwrap_or(0);
    let mut things: Vec<Shared<Thing>> =
        used.iter().map(|&old| pattern.things[old].clone()).collect();
    for bound in things.iter_mut().flat_map(|thing| &mut thing.bounds) {
        if let Limit::Thing(than, _) = &mut bound.than {
            *than = thing_at(*than);
        }
    }
    renumber_measures(
        (&mut inquiry.select, &mut inquiry.having, &mut inquiry.group),
        thing_at,
        fact_at,
    );
    let facts = order
        .iter()
        .map(|&old| {
            let mut fact = pattern.facts[old].clone();
            fact.start = thing_at(fact.start);
            fact.end = thing_at(fact.end);
            fact.speaker = fact.speaker.map(thing_at);
            fact.has.sort_unstable();
            fact.has.dedup();
            fact
        })
        .collect();
    for one in &mut pattern.order {
        one.of = fact_at(one.of);
        one.than = match one.than {
            Moment::Fact(fact) => Moment::Fact(fact_at(fact)),
            Moment::Date(thing, key) => Moment::Date(thing_at(thing), key),
        };
    }
    match &mut inquiry.claim {
        Some(Claim::Is(thing, _)) => *thing = thing_at(*thing),
        Some(Claim::At(fact, _)) => *fact = fact_at(*fact),
        None => {}
    }
    for one in &mut pattern.same {
        *one = (fact_at(one.0), fact_at(one.1), one.2);
    }
    let renumber = |asked: Asked| renumbered(asked, thing_at, fact_at);
    inquiry.asked = renumber(inquiry.asked);
    inquiry.also = inquiry.also.iter().map(|&asked| renumber(asked)).collect();
    inquiry.main = inquiry.main.map(fact_at);
    inquiry.pattern.things = things;
    inquiry.pattern.facts = facts;
    inquiry
}

/// What is asked, of things and statements by their new numbers.
pub(super) fn renumbered(
    asked: Asked,
    thing_at: impl Fn(ThingId) -> ThingId,
    fact_at: impl Fn(FactId) -> FactId,
) -> Asked {
    match asked {
        Asked::Whether => Asked::Whether,
        Asked::Things(thing) => Asked::Things(thing_at(thing)),
        Asked::Count(thing) => Asked::Count(thing_at(thing)),
        Asked::ThingValue(thing, key) => Asked::ThingValue(thing_at(thing), key),
        Asked::ThingDate(thing, key, unit) => Asked::ThingDate(thing_at(thing), key, unit),
        Asked::Path(a, b) => Asked::Path(thing_at(a), thing_at(b)),
        Asked::Facts(fact) => Asked::Facts(fact_at(fact)),
        Asked::CountFacts(fact) => Asked::CountFacts(fact_at(fact)),
        Asked::CountTimes(fact, unit) => Asked::CountTimes(fact_at(fact), unit),
        Asked::When(fact, unit) => Asked::When(fact_at(fact), unit),
        Asked::Value(fact, key) => Asked::Value(fact_at(fact), key),
        Asked::Sources(fact) => Asked::Sources(fact_at(fact)),
        Asked::Speaker(fact) => Asked::Speaker(fact_at(fact)),
        Asked::HowLong(fact) => Asked::HowLong(fact_at(fact)),
    }
}

/// The statement that says all that another does of the same two: *has a river running through it* has
/// one in that it runs through it.
pub(super) fn said_already(pattern: &Pattern, fact: FactId) -> FactId {
    let one = &pattern.facts[fact];
    let plain = one.times.is_empty()
        && one.values.is_empty()
        && one.has.is_empty()
        && one.stance.is_none()
        && one.speaker.is_none()
        && !one.undated;
    // One visit and another of the same two are two.
    let in_order = pattern
        .order
        .iter()
        .any(|order| order.of == fact || matches!(order.than, Moment::Fact(than) if than == fact));
    let in_time = pattern.same.iter().any(|&(a, b, _)| a == fact || b == fact);
    if !plain || in_order || in_time {
        return fact;
    }
    let says = |&other: &FactId| {
        let known = &pattern.facts[other];
        let stronger = !known.chain && (one.chain || known.types.len() < one.types.len());
        let alike = known.chain == one.chain && known.types == one.types && other < fact;
        (stronger || alike)
            && (known.start, known.end, known.absent) == (one.start, one.end, one.absent)
            && known.types.iter().all(|of| one.types.contains(of))
    };
    (0..pattern.facts.len()).find(says).unwrap_or(fact)
}

/// Whether everything a question speaks of hangs together.
pub(super) fn is_connected(inquiry: &Inquiry) -> bool {
    let pattern = &inquiry.pattern;
    if matches!(inquiry.asked, Asked::Path(..)) || pattern.things.len() <= 1 {
        return true;
    }
    let mut reached = vec![false; pattern.things.len()];
    reached[0] = true;
    loop {
        let mut grown = false;
        let mut link = |a: ThingId, b: ThingId| {
            if reached[a] != reached[b] {
                reached[a] = true;
                reached[b] = true;
                grown = true;
            }
        };
        for fact in &pattern.facts {
            link(fact.start, fact.end);
            if let Some(speaker) = fact.speaker {
                link(fact.start, speaker);
            }
        }
        for &(a, b, _) in &pattern.same {
            link(pattern.facts[a].start, pattern.facts[b].start);
        }
        for (at, thing) in pattern.things.iter().enumerate() {
            for bound in &thing.bounds {
                if let Limit::Thing(than, _) = bound.than {
                    link(at, than);
                }
            }
        }
        for order in &pattern.order {
            let than = match order.than {
                Moment::Fact(fact) => pattern.facts[fact].start,
                Moment::Date(thing, _) => thing,
            };
            link(pattern.facts[order.of].start, than);
        }
        if !grown {
            return reached.into_iter().all(|one| one);
        }
    }
}
