//! One answer for each: *per month*, *for each state*.
//!
//! The rows are parted by what they have in common and each part is answered by itself; an answer
//! then stands as `texas: 5`.

use std::collections::BTreeMap;

use super::compose::Composer;
use super::evaluate::{Evaluated, Found, beginning, cut};
use super::{Answer, Verdict};
use crate::error::Result;
use crate::graph::source::display_name;
use crate::question::form::{Group, Inquiry};
use crate::value::NodeId;

/// The answers of all parts.
pub(super) fn answer(mut whole: Composer<'_>, group: Group) -> Result<(Answer, Vec<NodeId>)> {
    let found = std::mem::take(&mut whole.evaluated.found);
    let mut answer = whole.empty(whole.kind());
    if found.is_empty() {
        whole.nothing_found(&mut answer)?;
        return Ok((answer, Vec::new()));
    }
    let key = |row: &Found| match group {
        Group::Thing(thing) => row.nodes[thing].map(|node| display_name(whole.graph, node)),
        Group::Unit(fact, unit) => cut(&beginning(whole.graph, row.facts[fact]?)?, unit),
    };
    let mut parts: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for row in found {
        if let Some(key) = key(&row) {
            parts.entry(key).or_default().push(row);
        }
    }
    let inquiry = Inquiry { group: None, ..whole.inquiry.clone() };
    let mut nodes = Vec::new();
    let mut verdicts = Vec::new();
    for (key, found) in parts {
        let part = Composer {
            inquiry: &inquiry,
            evaluated: Evaluated { found, elsewhen: Vec::new(), denied: Vec::new() },
            ..whole
        };
        let (one, more) = part.whole()?;
        nodes.extend(more);
        verdicts.extend(one.verdict);
        if !one.answers.is_empty() {
            answer.answers.push(format!("{key}: {}", one.answers.join(", ")));
        }
        if !one.possible.is_empty() {
            answer.possible.push(format!("{key}: {}", one.possible.join(", ")));
        }
        for evidence in one.evidence {
            if !answer.evidence.contains(&evidence) {
                answer.evidence.push(evidence);
            }
        }
    }
    let surety = |verdict: &Verdict| match verdict {
        Verdict::Certain => 4,
        Verdict::Presumed => 3,
        Verdict::Possible => 2,
        Verdict::NotStated => 1,
        Verdict::No => 0,
    };
    answer.verdict = verdicts.into_iter().min_by_key(surety);
    Ok((answer, nodes))
}
