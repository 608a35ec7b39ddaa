//! Whether absence means *no*: what completeness statements cover.
//!
//! A completeness statement says that the facts of a pattern were all at its time. A question
//! about the present, or about no time, is answered by it; one about an earlier time is not,
//! since something may have held then and ended.

use crate::graph::declaration::{Completeness, Endpoint};
use crate::graph::source::{Evidence, display_name};
use crate::graph::{LabelId, Snapshot};
use crate::question::form::{Fact, Inquiry, Thing};
use crate::value::NodeId;

/// The completeness statements that make the absence of an inquiry's statements a *no*; nothing
/// where some statement is not covered.
pub(super) fn covering<'g>(
    graph: &'g dyn Snapshot,
    inquiry: &Inquiry,
    absent: bool,
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
        // Each of several alternatives must be covered: `Abkhazia or South Ossetia`.
        let ends = [&pattern.things[fact.start], &pattern.things[fact.end]];
        let alternatives = ends.iter().map(|thing| thing.is.len().max(1)).max().unwrap_or(1);
        if all.len() < alternatives || !fact.times.is_empty() {
            return None;
        }
        covering.extend(all);
    }
    (!covering.is_empty()).then_some(covering)
}

/// A completeness statement as evidence.
pub(super) fn evidence(graph: &dyn Snapshot, one: &Completeness) -> Vec<Evidence> {
    let catalog = graph.catalog();
    let end = |endpoint: &Endpoint| {
        if let Some(node) = endpoint.node {
            display_name(graph, node)
        } else {
            let labels: Vec<&str> =
                endpoint.labels.iter().map(|&label| &**catalog.label_name(label)).collect();
            format!("any {}", labels.join("&"))
        }
    };
    let relationship_type = catalog.type_name(one.relationship_type);
    let statement = format!("complete: {} {relationship_type} {}", end(&one.from), end(&one.to));
    let place = |support: &crate::graph::source::Support| Evidence {
        document: display_name(graph, support.document),
        paragraph: support.number("paragraph"),
        sentence: support.number("sentence"),
        stance: crate::graph::statement::Stance::Asserted.as_str(),
        speaker: None,
        statement: statement.clone(),
        valid: one.at.as_ref().map(|at| at.as_str().to_owned()),
        summary: support.summary.as_deref().map(str::to_owned),
    };
    one.support.iter().map(place).collect()
}

fn covers(graph: &dyn Snapshot, one: &Completeness, fact: &Fact, things: &[Thing]) -> bool {
    if fact.types.as_slice() != [one.relationship_type] || fact.chain {
        return false;
    }
    let either =
        |start: &Thing, end: &Thing| fits(graph, &one.from, start) && fits(graph, &one.to, end);
    let (start, end) = (&things[fact.start], &things[fact.end]);
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
    endpoint.labels.iter().all(|label| labels.contains(label))
        && labels.len() == endpoint.labels.len()
}
