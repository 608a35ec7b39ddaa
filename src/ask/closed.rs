//! Whether absence means *no*: what completeness statements cover.
//!
//! A completeness statement says that the facts of a pattern were all at its time. A question
//! about the present, or about no time, is answered by it; one about an earlier time is not,
//! since something may have held then and ended.

use crate::graph::closed::{Absence, Asked, at_time};
pub(super) use crate::graph::completeness::evidence;
use crate::graph::declaration::{Completeness, Endpoint};
use crate::graph::{LabelId, Snapshot};
use crate::question::form::{Fact, Inquiry, Shared, Thing};
use crate::question::when::When;
use crate::syntax::ast::TimeRelation;
use crate::value::NodeId;
use crate::value::time::{Edtf, Period};

/// The completeness statements that make the absence of an inquiry's statements a *no*; nothing
/// where some statement is not covered.
pub(super) fn covering<'g>(
    graph: &'g dyn Snapshot,
    inquiry: &Inquiry,
    absent: bool,
) -> Option<Vec<&'g Completeness>> {
    covering_where(graph, inquiry, absent, &|one, fact| at_times(graph, one, fact) == Absence::No)
}

/// The same where a part of the time that is asked about is covered, and the period that is: what is asked of
/// *2012* of a table that begins in August is asked of the table.
pub(super) fn covering_in_part<'g>(
    graph: &'g dyn Snapshot,
    inquiry: &Inquiry,
    absent: bool,
) -> Option<(Vec<&'g Completeness>, &'g Edtf)> {
    let in_part = |one: &Completeness, fact: &Fact| {
        fact.times.iter().all(|when| one.at.as_ref().is_some_and(|at| overlaps(at, when)))
    };
    let covering = covering_where(graph, inquiry, absent, &in_part)?;
    let period = covering.iter().find_map(|one| one.at.as_ref())?;
    Some((covering, period))
}

/// Whether a period from one day to another has days that a time asks for.
fn overlaps(period: &Edtf, when: &When) -> bool {
    let Some((first, last)) = Period::of(period).first().zip(Period::of(period).last()) else {
        return false;
    };
    let Ok(asked) = Edtf::parse(&when.edtf) else { return false };
    let asked = Period::of(&asked);
    let (from, to) = (asked.first(), asked.last());
    period.is_interval()
        && match when.relation {
            TimeRelation::Before => from.is_some_and(|from| first < from),
            TimeRelation::After => to.is_some_and(|to| last > to),
            // What is open on one side goes on there.
            _ => from.is_none_or(|from| from <= last) && to.is_none_or(|to| to >= first),
        }
}

fn covering_where<'g>(
    graph: &'g dyn Snapshot,
    inquiry: &Inquiry,
    absent: bool,
    is_covered: &dyn Fn(&Completeness, &Fact) -> bool,
) -> Option<Vec<&'g Completeness>> {
    let pattern = &inquiry.pattern;
    let mut covering: Vec<&Completeness> = Vec::new();
    let facts = pattern.facts.iter().filter(|fact| (fact.absent > 0) == absent);
    for fact in facts {
        let all: Vec<&Completeness> = graph
            .declarations()
            .completeness
            .iter()
            .filter(|one| covers(graph, one, fact, &pattern.things))
            .collect();
        // What may hold by any of several types, or by way of several statements, is closed where
        // each of the types is.
        let closed = |of| all.iter().any(|one| one.relationship_type == of);
        if !fact.types.iter().all(|&of| closed(of)) {
            return None;
        }
        // Each of several alternatives must be covered: `Abkhazia or South Ossetia`.
        let ends: [&Thing; 2] = [&pattern.things[fact.start], &pattern.things[fact.end]];
        let named = |thing: &&Thing| thing.is.len().max(1);
        let alternatives = ends.iter().map(named).max().unwrap_or(1);
        // A pattern without a named end covers all alternatives at once.
        let general = all.iter().any(|one| one.from.node.is_none() && one.to.node.is_none());
        // What is complete without a day is complete for all time; else something may have held
        // earlier and ended.
        let timeless = fact.times.is_empty() || all.iter().all(|one| is_covered(one, fact));
        if all.is_empty() || all.len() < alternatives && !general || !timeless {
            return None;
        }
        covering.extend(all);
    }
    (!covering.is_empty()).then_some(covering)
}

/// What a completeness statement makes of absence at the times that are asked about.
fn at_times(graph: &dyn Snapshot, one: &Completeness, fact: &Fact) -> Absence {
    let at = |when: &When| match when.relation {
        TimeRelation::Before | TimeRelation::After => Absence::NotStated,
        _ => Edtf::parse(&when.edtf).map_or(Absence::NotStated, |edtf| {
            at_time(graph, one, &Asked::Throughout(Period::of(&edtf)))
        }),
    };
    // Without a time it was stated for good.
    if one.at.is_none() {
        return Absence::No;
    }
    fact.times.iter().map(at).min().unwrap_or(Absence::No)
}

/// A statement under which the only fact of an inquiry was complete before the time that is asked about, so
/// that what is missing is presumed not to be.
pub(super) fn presuming<'g>(
    graph: &'g dyn Snapshot,
    inquiry: &Inquiry,
) -> Option<&'g Completeness> {
    let [fact] = inquiry.pattern.facts.as_slice() else { return None };
    let all = graph.declarations().completeness.iter();
    let mut presuming = all.filter(|one| {
        covers(graph, one, fact, &inquiry.pattern.things)
            && at_times(graph, one, fact) == Absence::PresumedNo
    });
    presuming.next().filter(|_| fact.absent == 0 && fact.types.len() == 1)
}

fn covers(graph: &dyn Snapshot, one: &Completeness, fact: &Fact, things: &[Shared<Thing>]) -> bool {
    if fact.chain {
        return fact.types.contains(&one.relationship_type);
    }
    if !fact.types.contains(&one.relationship_type) {
        return false;
    }
    let either =
        |start: &Thing, end: &Thing| fits(graph, &one.from, start) && fits(graph, &one.to, end);
    let (start, end) = (&things[fact.start], &things[fact.end]);
    // That all is told between whatever the facts name says nothing of what they do not name. That
    // all is told about a thing that they name does.
    let general = one.from.node.is_none() && one.to.node.is_none();
    if general && (start.unknown.is_some() || end.unknown.is_some()) {
        return false;
    }
    either(start, end) || fact.symmetric && either(end, start)
}

/// Whether all that a thing may be falls under one side of a completeness statement.
fn fits(graph: &dyn Snapshot, endpoint: &Endpoint, thing: &Thing) -> bool {
    if let Some(node) = endpoint.node {
        return thing.is.contains(&node);
    }
    if !endpoint.properties.is_empty() {
        return false;
    }
    let bears = |node: &NodeId, label: &LabelId| graph.has_label(*node, *label);
    if !thing.is.is_empty() {
        return thing.is.iter().all(|node| endpoint.labels.iter().all(|label| bears(node, label)));
    }
    // What nothing in the graph is called would have to be such a thing to stand here.
    let labels = thing.labels.as_deref().unwrap_or(&[]);
    let kinds = &graph.declarations().kinds;
    endpoint.labels.iter().all(|label| kinds.bears(labels, *label))
        && labels.len() == endpoint.labels.len()
}
