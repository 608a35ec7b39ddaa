//! Whether absence means *no*: what completeness statements cover.
//!
//! A graph holds what somebody wrote down. That a statement is missing from it says nothing, unless
//! it holds a completeness statement: "these are the only states that do". Under its pattern, on
//! the days of its time, absence is *no*; on later days it is *presumed no*; on earlier ones, and
//! under any other pattern, it is *not stated*.
//!
//! ```text
//! COMPLETE (:State)-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) AT edtf('2017-11-12')
//!
//!                                               2009          2017-11-12     2020
//! (georgia:State)-[:RECOGNISES]->(abkhazia)     not stated    no             presumed no
//! (georgia:State)-[:RECOGNISES]->(:Region)      not stated    not stated     not stated
//! ```
//!
//! What is declared of the types counts: where X is SUB OF W and all of W is there, what is absent of W is absent
//! of X; what is there of X is there of W. What is there of W and not of X says nothing: it may be X as
//! well, since that makes W no larger. What rules and transitive types derive is there like anything else;
//! where it has not been derived (in a query that writes), nothing of such a type is closed.
//!
//! The second pattern is wider than the statement: there may be regions that it says nothing
//! about. A pattern is covered when *everything* that could match it falls under one statement for
//! each of its types; so *no* is never wrong if the completeness statements are right.

use std::sync::Arc;

use crate::graph::declaration::{Completeness, Endpoint};
use crate::graph::derived::stored_witnesses;
use crate::graph::named_type::{NamedType, Seen, ways};
use crate::graph::statement::Qualifiers;
use crate::graph::witness::Witnesses;
use crate::graph::{Direction, LabelId, Snapshot, TypeId, when};
use crate::value::time::{Date, Edtf, Period, Temporality, Truth, ValidTime};
use crate::value::{NodeId, StatementId, Value};

/// A relationship that may be missing.
#[derive(Clone, Debug)]
pub struct Part {
    /// The types, any of which it may have; `None` for one that the graph has never heard of, under
    /// which nothing is complete.
    pub types: Vec<Option<TypeId>>,
    /// Which way it points, seen from `start`.
    pub direction: Direction,
    /// One end.
    pub start: End,
    /// The other.
    pub end: End,
}

/// What stands, or could stand, at an end of a missing relationship.
#[derive(Clone, Debug, Default)]
pub struct End {
    /// The very node, where it is known.
    pub node: Option<NodeId>,
    /// Labels that it bears in any case.
    pub labels: Vec<LabelId>,
    /// Properties that it has in any case.
    pub properties: Vec<(Arc<str>, Value)>,
}

/// What absence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Absence {
    /// Nobody has said that all there is is there.
    NotStated,
    /// It was complete earlier, and is presumed to be so still.
    PresumedNo,
    /// What is absent is not so.
    No,
}

impl Absence {
    /// The words for it, as `closed()` returns them.
    pub const fn as_str(self) -> &'static str {
        match self {
            Absence::NotStated => "not stated",
            Absence::PresumedNo => "presumed no",
            Absence::No => "no",
        }
    }
}

/// When something is asked to be absent.
#[derive(Clone, Debug)]
pub enum Asked {
    /// At no particular time: now, as far as the sources go.
    Undated,
    /// On every day of a period.
    Throughout(Period),
    /// On the days before, about which no completeness statement speaks.
    Earlier,
}

/// What the absence of a pattern means; `None` where nothing is missing.
///
/// A part whose ends are both known may be there; any other could always match once more. The
/// pattern is as closed as the least closed of its missing parts.
pub fn absence(graph: &dyn Snapshot, parts: &[Part], asked: &Asked) -> Option<Absence> {
    let missing = parts.iter().filter(|part| !is_there(graph, part, asked, false));
    missing.map(|part| of_part(graph, part, asked)).min()
}

/// The completeness statements that make the absence of a pattern a *no*, or presumably one, by
/// position, ascending; none where it is not stated.
pub fn covering(graph: &dyn Snapshot, parts: &[Part], asked: &Asked) -> Vec<u32> {
    let missing: Vec<&Part> =
        parts.iter().filter(|part| !is_there(graph, part, asked, false)).collect();
    if missing.iter().any(|part| is_there(graph, part, asked, true)) {
        return Vec::new();
    }
    let mut all = Vec::new();
    for (part, of) in missing.iter().flat_map(|part| part.types.iter().map(move |of| (part, of))) {
        let best = of.map(|id| of_type(graph, id, part, asked));
        match best {
            Some((absence, used)) if absence > Absence::NotStated => all.extend(used),
            _ => return Vec::new(),
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn of_part(graph: &dyn Snapshot, part: &Part, asked: &Asked) -> Absence {
    if is_there(graph, part, asked, true) {
        return Absence::NotStated;
    }
    let of_type = |relationship_type: &Option<TypeId>| match relationship_type {
        Some(id) => of_type(graph, *id, part, asked).0,
        None => Absence::NotStated,
    };
    part.types.iter().map(of_type).min().unwrap_or(Absence::NotStated)
}

/// What the absence of a part of one type means, and the statements that say so.
fn of_type(graph: &dyn Snapshot, id: TypeId, part: &Part, asked: &Asked) -> (Absence, Vec<u32>) {
    let entailed = entailed_by(graph, id);
    let best = |from: &End, to: &End| {
        let may_be_there = |of: TypeId, turned: bool| {
            let (start, end) =
                if turned { (to.clone(), from.clone()) } else { (from.clone(), to.clone()) };
            let part = Part { types: vec![Some(of)], direction: Direction::Outgoing, start, end };
            may_be_there(graph, &part, asked)
        };
        let usable = |&&(of, turned): &&(TypeId, bool)| {
            !is_yet_to_derive(graph, of)
                && ((of, turned) == (id, false) || !may_be_there(of, turned))
        };
        let entailing: Vec<(TypeId, bool)> = entailed.iter().filter(usable).copied().collect();
        let statements = graph.declarations().completeness.iter().zip(0..);
        let covering = statements
            .filter(|(one, _)| {
                let covers = |from, to| fits(graph, &one.from, from) && fits(graph, &one.to, to);
                entailing.iter().any(|(of, turned)| {
                    let (from, to) = if *turned { (to, from) } else { (from, to) };
                    one.relationship_type == *of && covers(from, to)
                })
            })
            .map(|(one, at)| (at_time(graph, one, asked), at));
        let best = covering.reduce(|best, next| if next.0 > best.0 { next } else { best });
        best.map_or((Absence::NotStated, Vec::new()), |(absence, at)| (absence, vec![at]))
    };
    let (start, end) = (&part.start, &part.end);
    match part.direction {
        Direction::Outgoing => best(start, end),
        Direction::Incoming => best(end, start),
        Direction::Both => {
            let (one, other) = (best(start, end), best(end, start));
            (one.0.min(other.0), [one.1, other.1].concat())
        }
    }
}

/// The types that a relationship of a type entails, itself among them, each with whether it runs the
/// other way: where one of them is complete and absent, so is this one.
fn entailed_by(graph: &dyn Snapshot, id: TypeId) -> Vec<(TypeId, bool)> {
    let (declared, catalog) = (&graph.declarations().types, graph.catalog());
    let mut found = vec![(id, false)];
    let mut at = 0;
    while let Some(&(of, turned)) = found.get(at) {
        at += 1;
        let mut next = Vec::new();
        let named = |name: &Arc<str>| catalog.relationship_type(name);
        if let Some(own) = declared.get(&of) {
            next.extend(own.symmetric.then_some((of, !turned)));
            next.extend(own.inverse.iter().filter_map(named).map(|of| (of, !turned)));
            next.extend(own.sub_of.iter().filter_map(named).map(|of| (of, turned)));
        }
        let names = |other: &Arc<str>| named(other) == Some(of);
        let inverse = declared.iter().filter(|(_, other)| other.inverse.iter().any(names));
        next.extend(inverse.map(|(other, _)| (*other, !turned)));
        next.retain(|one| !found.contains(one));
        found.append(&mut next);
    }
    found
}

/// Whether all that could stand at an end falls under one side of a completeness statement.
fn fits(graph: &dyn Snapshot, endpoint: &Endpoint, end: &End) -> bool {
    if let Some(node) = endpoint.node {
        return end.node.map_or_else(|| is_named(graph, node, end), |own| own == node);
    }
    let kinds = &graph.declarations().kinds;
    let bears = |label: &LabelId| {
        kinds.bears(&end.labels, *label)
            || end.node.is_some_and(|node| graph.has_label(node, *label))
    };
    let has = |(key, value): &(Arc<str>, Value)| {
        let stated = end.properties.iter().any(|(own, other)| own == key && other == value);
        let stored = || {
            let node = end.node?;
            Some(graph.node_property(node, graph.catalog().key(key)?) == *value)
        };
        stated || stored().unwrap_or(false)
    };
    endpoint.labels.iter().all(bears) && endpoint.properties.iter().all(has)
}

/// Whether an end that says no more than labels and properties means a very node: it says the name,
/// and no other node goes by that.
fn is_named(graph: &dyn Snapshot, node: NodeId, end: &End) -> bool {
    let Some((key, name)) = end.properties.iter().find(|(key, _)| &**key == "name") else {
        return false;
    };
    let (Some(label), Some(key)) = (end.labels.first(), graph.catalog().key(key)) else {
        return false;
    };
    let has = |(key, value): &(Arc<str>, Value)| {
        graph.catalog().key(key).is_some_and(|key| graph.node_property(node, key) == *value)
    };
    graph.lookup(*label, key, name).is_some_and(|found| found == [node])
        && end.labels.iter().all(|label| graph.has_label(node, *label))
        && end.properties.iter().all(has)
}

/// What a covering statement makes of absence at the time asked for.
pub(crate) fn at_time(graph: &dyn Snapshot, one: &Completeness, asked: &Asked) -> Absence {
    let period = match asked {
        Asked::Undated => return Absence::No,
        Asked::Earlier => return Absence::NotStated,
        Asked::Throughout(period) => period,
    };
    // Without a time it was stated for good.
    let Some(at) = &one.at else { return Absence::No };
    let Some((first, last)) = period.first().zip(period.last()) else { return Absence::NotStated };
    // Of a set of days the ends say nothing of those between.
    if at.is_set() && first != last {
        return Absence::NotStated;
    }
    let days = [first, last].map(|day| on_day(graph, one, at, day));
    days[0].min(days[1])
}

/// The statement holds on all days of its time, and is presumed to go on.
fn on_day(graph: &dyn Snapshot, one: &Completeness, at: &Edtf, day: Date) -> Absence {
    let reported =
        one.support.iter().filter_map(|place| when::last_day(graph, place.document)).min();
    let time = |edtf: &Edtf, persistent| {
        let kind = Some(Temporality::State { persistent });
        ValidTime::new(Some(edtf), kind, None, reported).as_of(day)
    };
    let from_then_on = if at.is_interval() { None } else { Edtf::parse(&format!("{at}/..")).ok() };
    let truth = time(at, false).or(from_then_on.map_or(Truth::No, |on| time(&on, true)));
    match truth {
        Truth::Certain => Absence::No,
        Truth::Presumed => Absence::PresumedNo,
        Truth::Possible | Truth::No => Absence::NotStated,
    }
}

/// Whether something is derived of a type, and has not been.
fn is_yet_to_derive(graph: &dyn Snapshot, id: TypeId) -> bool {
    let (declared, catalog) = (graph.declarations(), graph.catalog());
    if catalog.has_twins() {
        return false;
    }
    let is_derived = |(of, _): &(TypeId, Direction)| {
        declared.of(*of).is_some_and(|one| one.transitive)
            || declared.inferences.iter().any(|one| one.relationship_type == *of)
    };
    let name = Arc::clone(catalog.type_name(id));
    ways(&[NamedType { name, seen: Seen::Entailed }], Direction::Outgoing, graph)
        .iter()
        .any(is_derived)
}

/// Whether a part with both ends known is in the graph, and can hold when it is asked to: as far as is known or, of what
/// is derived in more ways than are kept, perhaps.
fn is_there(graph: &dyn Snapshot, part: &Part, asked: &Asked, perhaps: bool) -> bool {
    let (Some(start), Some(end)) = (part.start.node, part.end.node) else { return false };
    leads(graph, part, asked, perhaps, start, &|node| node == end)
}

/// Whether something in the graph could match a part whose ends need not be known.
fn may_be_there(graph: &dyn Snapshot, part: &Part, asked: &Asked) -> bool {
    let fits = |end: &End, node: NodeId| {
        let stored = |key: &str| graph.catalog().key(key).map(|key| graph.node_property(node, key));
        end.node.is_none_or(|own| own == node)
            && end.labels.iter().all(|label| graph.has_label(node, *label))
            && end.properties.iter().all(|(key, value)| stored(key).as_ref() == Some(value))
    };
    match (part.start.node, part.end.node) {
        (Some(start), _) => leads(graph, part, asked, true, start, &|node| fits(&part.end, node)),
        (None, Some(end)) => {
            let turned = Part { direction: part.direction.reversed(), ..part.clone() };
            leads(graph, &turned, asked, true, end, &|node| fits(&part.start, node))
        }
        // Whether any two nodes match would have to be looked for.
        (None, None) => true,
    }
}

/// Whether a part leads from a node to one that is wanted, and can hold when it is asked to.
fn leads(
    graph: &dyn Snapshot,
    part: &Part,
    asked: &Asked,
    perhaps: bool,
    from: NodeId,
    is_wanted: &dyn Fn(NodeId) -> bool,
) -> bool {
    // What is denied, or kept and not believed, is no more there than what nobody says.
    let is_believed = |statement: StatementId| {
        !graph.qualifiers(statement).is_some_and(Qualifiers::is_disbelieved)
    };
    let holds = |statement: StatementId| match asked {
        Asked::Undated | Asked::Earlier => is_believed(statement),
        Asked::Throughout(period) => {
            is_believed(statement) && can_hold(graph, statement, period, perhaps)
        }
    };
    let catalog = graph.catalog();
    let named = part
        .types
        .iter()
        .flatten()
        .map(|id| NamedType { name: Arc::clone(catalog.type_name(*id)), seen: Seen::Entailed });
    let named: Vec<NamedType> = named.collect();
    // Without a type it would be any, and a part has one.
    let all = if named.is_empty() { Vec::new() } else { ways(&named, part.direction, graph) };
    let mut found = false;
    for (of, direction) in all {
        let both = [Direction::Outgoing, Direction::Incoming];
        for way in both.into_iter().filter(|way| direction == Direction::Both || direction == *way)
        {
            graph.adjacency(of, way).for_each(from, |neighbour, statement| {
                found = found || is_wanted(neighbour) && holds(statement);
            });
        }
    }
    found
}

/// Whether a statement can hold on some day of a period: what is derived, on a day on which all of one of its
/// witness sets can; where there are more of these than are kept it can perhaps.
fn can_hold(graph: &dyn Snapshot, statement: StatementId, period: &Period, perhaps: bool) -> bool {
    if !graph.is_derived(statement) {
        return when::valid_time(graph, statement).during(period) > Truth::No;
    }
    let itself = Witnesses { sets: vec![vec![statement]], ..Witnesses::default() };
    let stored = stored_witnesses(graph, &itself, when::WITNESSES_TRIED_MAX);
    perhaps && stored.capped
        || stored.sets.iter().any(|set| {
            let times: Vec<ValidTime> = set.iter().map(|id| when::valid_time(graph, *id)).collect();
            ValidTime::together(&times, period) > Truth::No
        })
}
