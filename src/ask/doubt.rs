//! Questions that are clear as English and have several answers in this graph, which are asked back.
//!
//! ```text
//! How many states does the Ohio run through?          one state stands twice among the facts:
//!                                                     different states, or how often?
//! How many states border the state with the most?     two have equally many: of which of them?
//! ```
//!
//! `ask_in` calls it with a question that has one reading; where all the readings that come back
//! come to the same number, that is the answer.

use hashbrown::HashMap;

use super::evaluate::Found;
use super::select;
use crate::error::Result;
use crate::graph::{Direction, Snapshot};
use crate::query::{Options, Store};
use crate::question::Reading;
use crate::question::form::{Asked, Inquiry, Shared, Thing, ThingId};
use crate::value::NodeId;
use crate::value::time::Truth;

/// Words by which a question says that nothing is to be counted twice.
const DIFFERENT: [&str; 4] = ["different", "distinct", "separate", "unique"];

/// The readings to choose from, with what to say of each; nothing where there is no doubt.
pub(super) fn readings(
    store: &Store,
    graph: &dyn Snapshot,
    question: &str,
    reading: &Reading,
    options: &Options,
) -> Result<Vec<(Option<String>, Reading)>> {
    let [inquiry] = reading.inquiries.as_slice() else { return Ok(Vec::new()) };
    let with = |inquiry: Inquiry| reading.with(inquiry);
    if let Some(times) = counted_twice(store, graph, inquiry, options)? {
        let lower = question.to_lowercase();
        let said = lower.split(' ').any(|word| DIFFERENT.contains(&word));
        return Ok(match lower.find("how many ") {
            Some(_) if said => Vec::new(),
            Some(at) => {
                let at = at + "how many ".len();
                let different = format!("{}different {}", &question[..at], &question[at..]);
                vec![(Some(different), reading.clone()), (None, with(times))]
            }
            None => Vec::new(),
        });
    }
    let tied = tied(store, inquiry, options)?;
    Ok(tied.into_iter().map(|inquiry| (None, with(inquiry))).collect())
}

/// The same count of statements, where things are counted that go with one thing by several
/// statements without a date: entered twice, or twice so?
fn counted_twice(
    store: &Store,
    graph: &dyn Snapshot,
    inquiry: &Inquiry,
    options: &Options,
) -> Result<Option<Inquiry>> {
    let (Asked::Count(counted), [fact]) = (inquiry.asked, inquiry.pattern.facts.as_slice()) else {
        return Ok(None);
    };
    let plain = inquiry.select.is_none()
        && inquiry.rank.is_none()
        && inquiry.group.is_none()
        && inquiry.having.is_empty();
    if !plain || fact.absent > 0 || fact.symmetric || !fact.times.is_empty() {
        return Ok(None);
    }
    let (other, direction) = if fact.start == counted {
        (fact.end, Direction::Incoming)
    } else {
        (fact.start, Direction::Outgoing)
    };
    let Some(resolved) = select::resolved(store, inquiry, options)? else { return Ok(None) };
    let &[given] = resolved.pattern.things[other].is.as_slice() else { return Ok(None) };
    let mut times: HashMap<NodeId, u32> = HashMap::new();
    for &of in &fact.types {
        graph.adjacency(of, direction).for_each(given, |node, id| {
            if graph.qualifiers(id).is_none_or(|stated| stated.valid.is_none()) {
                *times.entry(node).or_default() += 1;
            }
        });
    }
    let things = &resolved.pattern.things;
    let twice =
        times.into_iter().any(|(node, times)| times > 1 && fits(graph, things, counted, node));
    Ok(twice.then(|| {
        let mut statements = inquiry.clone();
        statements.asked = Asked::CountFacts(0);
        statements.main = Some(0);
        statements.pattern.facts[0].chain = false;
        statements
    }))
}

/// Whether a node can be the thing that is counted.
fn fits(graph: &dyn Snapshot, things: &[Shared<Thing>], counted: ThingId, node: NodeId) -> bool {
    let thing = &things[counted];
    let mut nodes = vec![None; things.len()];
    nodes[counted] = Some(node);
    let (truth, facts, walks, statements) = (Truth::Certain, Vec::new(), Vec::new(), Vec::new());
    let row = Found { truth, nodes, facts, walks, statements };
    let labels = thing.labels.as_deref().unwrap_or(&[]);
    (labels.is_empty() || labels.iter().any(|&label| graph.has_label(node, label)))
        && (thing.is.is_empty() || thing.is.contains(&node))
        && !thing.is_not.contains(&node)
        && thing.bounds.iter().all(|bound| select::within(graph, &row, counted, bound))
}

/// One inquiry for each of several that are equally the best, where something is counted or
/// summed of the one that is spoken of.
fn tied(store: &Store, inquiry: &Inquiry, options: &Options) -> Result<Vec<Inquiry>> {
    let one_number = matches!(inquiry.asked, Asked::Count(_) | Asked::CountFacts(_))
        || inquiry.aggregate.is_some();
    for (id, thing) in inquiry.pattern.things.iter().enumerate() {
        let [chosen] = thing.chosen.as_slice() else { continue };
        let single = chosen
            .select
            .is_some_and(|choose| choose.number == 1 && !choose.plural && choose.each.is_none());
        if !one_number || !single {
            continue;
        }
        let nodes = select::nodes_of(store, chosen, options)?;
        if nodes.len() > 1 {
            let of = |node: NodeId| {
                let mut inquiry = inquiry.clone();
                inquiry.pattern.things[id].chosen.clear();
                inquiry.pattern.things[id].is = vec![node];
                inquiry
            };
            return Ok(nodes.into_iter().map(of).collect());
        }
    }
    Ok(Vec::new())
}
