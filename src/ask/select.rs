//! Measures: the best of several, what is more than something, one number made of many.
//!
//! What a noun with a superlative stands for (*the largest city*) is found first, by the question
//! within the question, and stands in the outer one as what was found. All that are equally good
//! are the best.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};

use super::evaluate::{Found, beginning, cut, evaluate};
use crate::error::Result;
use crate::graph::{KeyId, Snapshot};
use crate::query::{Options, Store};
use crate::question::form::{
    Asked, Bound, Choose, Group, Having, Inquiry, Limit, Measure, Pattern, Shared, Thing, ThingId,
};
use crate::question::tree::{Aggregate, Quantity};
use crate::value::time::Truth;
use crate::value::{NodeId, Value};

/// The inquiry with what its superlatives stand for in their place; nothing where one stands for
/// nothing.
pub(super) fn resolved(
    store: &Store,
    inquiry: &Inquiry,
    options: &Options,
) -> Result<Option<Inquiry>> {
    let mut inquiry = inquiry.clone();
    for thing in &mut inquiry.pattern.things {
        for chosen in std::mem::take(&mut thing.chosen) {
            let nodes = nodes_of(store, &chosen, options)?;
            if thing.is.is_empty() {
                thing.is = nodes;
            } else {
                thing.is.retain(|node| nodes.contains(node));
            }
            if thing.is.is_empty() {
                return Ok(None);
            }
        }
    }
    Ok(Some(inquiry))
}

/// What an inquiry for things finds.
pub(super) fn nodes_of(store: &Store, inquiry: &Inquiry, options: &Options) -> Result<Vec<NodeId>> {
    let Asked::Things(asked) = inquiry.asked else { return Ok(Vec::new()) };
    let found = evaluate(store, inquiry, options)?.found;
    let graph = store.snapshot();
    let found = selected(store, &*graph, inquiry, options, found)?;
    let mut nodes: Vec<NodeId> = found.iter().filter_map(|found| found.nodes[asked]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    Ok(nodes)
}

/// The rows of the best, where an inquiry asks for the best.
pub(super) fn selected(
    store: &Store,
    graph: &dyn Snapshot,
    inquiry: &Inquiry,
    options: &Options,
    found: Vec<Found>,
) -> Result<Vec<Found>> {
    let found = enough(store, inquiry, options, found)?;
    let Some(choose) = inquiry.select else { return Ok(found) };
    let Some(of) = choose.of else { return Ok(most_often(graph, inquiry, &choose, found)) };
    let Some(group) = choose.each.map(Group::Thing).or(inquiry.group) else {
        return chosen(store, graph, inquiry, options, (&choose, of), found);
    };
    let mut parts: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for row in found {
        let part = match group {
            Group::Thing(thing) => row.nodes[thing].map(|node| node.to_string()),
            Group::Unit(fact, unit) => {
                row.facts[fact].and_then(|id| cut(&beginning(graph, id)?, unit))
            }
        };
        if let Some(part) = part {
            parts.entry(part).or_default().push(row);
        }
    }
    let mut best = Vec::new();
    for part in parts.into_values() {
        best.extend(chosen(store, graph, inquiry, options, (&choose, of), part)?);
    }
    Ok(best)
}

/// The rows of the best among some.
fn chosen(
    store: &Store,
    graph: &dyn Snapshot,
    inquiry: &Inquiry,
    options: &Options,
    (choose, of): (&Choose, ThingId),
    mut found: Vec<Found>,
) -> Result<Vec<Found>> {
    let mut measures: HashMap<NodeId, f64> = HashMap::new();
    match choose.by {
        Measure::Value(measured, key) => {
            for row in &found {
                let (Some(node), Some(value)) =
                    (row.nodes[of], row.nodes[measured].and_then(|node| number(graph, node, key)))
                else {
                    continue;
                };
                let best = measures.entry(node).or_insert(value);
                *best = if choose.most { best.max(value) } else { best.min(value) };
            }
        }
        Measure::Facts(_) => {}
        Measure::Count(counted) => {
            let mut sets: HashMap<NodeId, HashSet<NodeId>> = HashMap::new();
            for row in &found {
                if let (Some(node), Some(one)) = (row.nodes[of], row.nodes[counted]) {
                    sets.entry(node).or_default().insert(one);
                }
            }
            measures.extend(sets.into_iter().map(|(node, set)| (node, set.len() as f64)));
            if !choose.most {
                let without = without(store, inquiry, of, counted, options)?;
                for row in without {
                    if let Some(node) = row.nodes[of]
                        && !measures.contains_key(&node)
                    {
                        measures.insert(node, 0.0);
                        found.push(row);
                    }
                }
            }
        }
    }
    if let Measure::Facts(fact) = choose.by {
        measures = counts(&found, of, &Measure::Facts(fact));
    }
    let best = best(choose, &measures);
    found.retain(|row| row.nodes[of].is_some_and(|node| best.contains(&node)));
    Ok(found)
}

/// Of how many things it is not stated how much they have of what the best of them are chosen by.
pub(super) fn unmeasured(graph: &dyn Snapshot, inquiry: &Inquiry, found: &[Found]) -> usize {
    let chosen = inquiry.select.and_then(|select| Some((select.of?, select.by)));
    let Some((of, Measure::Value(measured, key))) = chosen else { return 0 };
    let without = |row: &&Found| {
        let stated = row.nodes[measured].is_some_and(|node| number(graph, node, key).is_some());
        !stated && row.truth > Truth::No
    };
    let nodes: HashSet<NodeId> =
        found.iter().filter(without).filter_map(|row| row.nodes[of]).collect();
    nodes.len()
}

/// The same of what is chosen within an inquiry that asks for nothing but that: *the smallest capital*.
pub(super) fn unmeasured_within(
    store: &Store,
    graph: &dyn Snapshot,
    inquiry: &Inquiry,
    options: &Options,
) -> Result<usize> {
    let ([thing], []) = (inquiry.pattern.things.as_slice(), inquiry.pattern.facts.as_slice())
    else {
        return Ok(0);
    };
    let mut number = 0;
    for chosen in &thing.chosen {
        if matches!(chosen.select, Some(Choose { by: Measure::Value(..), .. })) {
            let found = evaluate(store, chosen, options)?.found;
            number += unmeasured(graph, chosen, &found);
        }
    }
    Ok(number)
}

/// How many things or statements go with each node that a thing may be.
fn counts(found: &[Found], of: ThingId, by: &Measure) -> HashMap<NodeId, f64> {
    let mut sets: HashMap<NodeId, HashSet<u32>> = HashMap::new();
    for row in found {
        let counted = match *by {
            Measure::Value(thing, _) | Measure::Count(thing) => row.nodes[thing].map(|node| node.0),
            Measure::Facts(fact) => row.facts[fact].map(|id| id.0),
        };
        if let (Some(node), Some(counted)) = (row.nodes[of], counted) {
            sets.entry(node).or_default().insert(counted);
        }
    }
    sets.into_iter().map(|(node, set)| (node, set.len() as f64)).collect()
}

/// How many there are to be; nothing where no number would do.
fn quantity_of(store: &Store, having: &Having, options: &Options) -> Result<Option<Quantity>> {
    let Some(rival) = &having.than else { return Ok(Some(having.quantity)) };
    let found = evaluate(store, &rival.inquiry, options)?.found;
    let found = enough(store, &rival.inquiry, options, found)?;
    let counted = |row: &Found| match rival.inquiry.asked {
        Asked::Count(thing) => row.nodes[thing].map(|node| node.0),
        Asked::CountFacts(fact) => row.facts[fact].map(|id| id.0),
        _ => None,
    };
    let counted: HashSet<u32> = found.iter().filter_map(counted).collect();
    Ok(rival.beside.quantity(counted.len(), rival.times))
}

/// The rows of what goes with as many of something as is asked for.
fn enough(
    store: &Store,
    inquiry: &Inquiry,
    options: &Options,
    mut found: Vec<Found>,
) -> Result<Vec<Found>> {
    for having in &inquiry.having {
        let Some(quantity) = quantity_of(store, having, options)? else {
            found.clear();
            continue;
        };
        let holds = |number: f64| quantity.holds(number as usize);
        if let (None, Some((fact, unit)), Measure::Facts(counted)) =
            (having.of, inquiry.asked_per(), having.count)
        {
            // `In which months did X visit Y more than twice?`: of each month by itself.
            let graph = store.snapshot();
            let date = |row: &Found| cut(&beginning(&*graph, row.facts[fact]?)?, unit);
            let mut sets: HashMap<String, HashSet<u32>> = HashMap::new();
            for row in &found {
                if let (Some(date), Some(id)) = (date(row), row.facts[counted]) {
                    sets.entry(date).or_default().insert(id.0);
                }
            }
            let enough = |row: &Found| {
                let set = date(row).and_then(|date| sets.get(&date));
                set.is_some_and(|set| quantity.holds(set.len()))
            };
            found.retain(enough);
            continue;
        }
        let Some(of) = having.of else {
            // Of no thing in particular: of all that was found.
            let ids: HashSet<u32> = found
                .iter()
                .filter_map(|row| match having.count {
                    Measure::Value(thing, _) | Measure::Count(thing) => Some(row.nodes[thing]?.0),
                    Measure::Facts(fact) => Some(row.facts[fact]?.0),
                })
                .collect();
            if !quantity.holds(ids.len()) {
                found.clear();
            }
            continue;
        };
        let numbers = counts(&found, of, &having.count);
        if let (true, Measure::Count(counted)) = (quantity.holds(0), having.count) {
            let none = without(store, inquiry, of, counted, options)?;
            found.extend(
                none.into_iter()
                    .filter(|row| row.nodes[of].is_some_and(|node| !numbers.contains_key(&node))),
            );
        }
        found.retain(|row| {
            row.nodes[of].is_some_and(|node| holds(numbers.get(&node).copied().unwrap_or(0.0)))
        });
    }
    Ok(found)
}

/// `In which year did X visit Y most often?`: the rows of the days, months or years with the most
/// statements.
fn most_often(
    graph: &dyn Snapshot,
    inquiry: &Inquiry,
    choose: &Choose,
    mut found: Vec<Found>,
) -> Vec<Found> {
    let (Asked::When(asked, unit), Measure::Facts(counted)) = (inquiry.asked, choose.by) else {
        return found;
    };
    let date = |row: &Found| cut(&beginning(graph, row.facts[asked]?)?, unit);
    let mut sets: HashMap<String, HashSet<u32>> = HashMap::new();
    for row in &found {
        if let (Some(date), Some(fact)) = (date(row), row.facts[counted]) {
            sets.entry(date).or_default().insert(fact.0);
        }
    }
    let mut numbers: Vec<usize> = sets.values().map(HashSet::len).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let at = choose.nth.saturating_sub(1) as usize;
    let best = if choose.most { numbers.iter().rev().nth(at) } else { numbers.get(at) };
    found.retain(|row| {
        date(row).is_some_and(|date| sets.get(&date).map(HashSet::len).as_ref() == best)
    });
    found
}

/// The nodes with the best measures.
fn best(choose: &Choose, measures: &HashMap<NodeId, f64>) -> HashSet<NodeId> {
    let mut values: Vec<f64> = measures.values().copied().collect();
    values.sort_by(f64::total_cmp);
    if choose.most {
        values.reverse();
    }
    let within: Vec<f64> = if choose.number > 1 {
        values.into_iter().take(choose.number as usize).collect()
    } else {
        values.dedup();
        values.into_iter().nth(choose.nth.saturating_sub(1) as usize).into_iter().collect()
    };
    let is_best = |value: f64| within.iter().any(|best| best.total_cmp(&value).is_eq());
    measures.iter().filter(|(_, value)| is_best(**value)).map(|(&node, _)| node).collect()
}

/// The rows of an inquiry without what is counted: those that have none of it among them.
fn without(
    store: &Store,
    inquiry: &Inquiry,
    of: ThingId,
    counted: ThingId,
    options: &Options,
) -> Result<Vec<Found>> {
    let mut plain = inquiry.clone();
    plain.select = None;
    plain.rank = None;
    plain.main = None;
    plain.pattern.facts.retain(|fact| fact.start != counted && fact.end != counted);
    plain.asked = Asked::Things(of);
    if !plain.pattern.facts.is_empty() {
        return Ok(evaluate(store, &plain, options)?.found);
    }
    let things = plain.pattern.things.len();
    let Some(alone) = by_itself(&*store.snapshot(), &plain.pattern, of) else {
        return Ok(Vec::new());
    };
    plain.pattern.things = vec![Shared::new(alone)];
    plain.asked = Asked::Things(0);
    let found = evaluate(store, &plain, options)?.found;
    let spread = |row: Found| {
        let mut nodes = vec![None; things];
        nodes[of] = row.nodes[0];
        Found { nodes, facts: vec![None; inquiry.pattern.facts.len()], ..row }
    };
    Ok(found.into_iter().map(spread).collect())
}

/// A thing without the others of its pattern: what it is compared with is a number. Nothing where that is not
/// one that is given.
fn by_itself(graph: &dyn Snapshot, pattern: &Pattern, of: ThingId) -> Option<Thing> {
    let mut thing = Thing::clone(&pattern.things[of]);
    for bound in &mut thing.bounds {
        if let Limit::Thing(than, key) = bound.than {
            let [node] = pattern.things[than].is.as_slice() else { return None };
            bound.than = Limit::Number(number(graph, *node, key)? * bound.times);
        }
    }
    Some(thing)
}

/// Whether a row's thing is within its bounds.
pub(super) fn within(graph: &dyn Snapshot, row: &Found, thing: ThingId, bound: &Bound) -> bool {
    let value = |thing: ThingId, key: KeyId| number(graph, row.nodes.get(thing).copied()??, key);
    let than = match bound.than {
        Limit::Number(number) => Some(number),
        Limit::Thing(than, key) => value(than, key).map(|number| number * bound.times),
    };
    match (value(thing, bound.key), than) {
        (Some(value), Some(than)) => {
            if bound.equal && value.total_cmp(&than).is_eq() {
                true
            } else if bound.more {
                value > than
            } else {
                value < than
            }
        }
        _ => false,
    }
}

/// One number made of a property of different things.
pub(super) fn aggregated(
    graph: &dyn Snapshot,
    aggregate: Aggregate,
    nodes: &[NodeId],
    key: KeyId,
) -> Option<String> {
    let values: Vec<Value> =
        nodes.iter().map(|&node| graph.node_property(node, key)).filter(|v| !v.is_null()).collect();
    let integers: Option<Vec<i64>> = values
        .iter()
        .map(|value| if let Value::Integer(number) = value { Some(*number) } else { None })
        .collect();
    if values.is_empty() {
        return None;
    }
    match (aggregate, integers) {
        (Aggregate::Sum, Some(integers)) => {
            Some(integers.iter().map(|&number| i128::from(number)).sum::<i128>().to_string())
        }
        _ => {
            let numbers: Vec<f64> =
                nodes.iter().filter_map(|&node| number(graph, node, key)).collect();
            let sum: f64 = numbers.iter().sum();
            let of = if aggregate == Aggregate::Average { numbers.len() as f64 } else { 1.0 };
            Some(format!("{:?}", sum / of))
        }
    }
}

pub(super) fn number(graph: &dyn Snapshot, node: NodeId, key: KeyId) -> Option<f64> {
    match graph.node_property(node, key) {
        Value::Integer(number) => Some(number as f64),
        Value::Float(number) => Some(number),
        _ => None,
    }
}
