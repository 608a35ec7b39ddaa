//! What is known of a thing, and what happened: answers of sentences.
//!
//! ```text
//! What is Abkhazia?          Abkhazia is a region.  Russia recognises Abkhazia (2008-08-26/..).  …
//! What happened in 2008?     Russia recognises Abkhazia (2008-08-26/..).  …
//! Is Abkhazia a state?       Not stated: Abkhazia is a region.
//! ```
//!
//! `ask_in` calls it for what [`Topic`] a question has, where it has no other reading. Of many
//! statements of one kind a few are told, and how many more there are.

use super::compose::value_text;
use super::evaluate::{beginning, date_holds};
use super::{Answer, Kind, Verdict};
use crate::error::Result;
use crate::graph::source::{Evidence, display_name};
use crate::graph::statement::{Qualifiers, Stance};
use crate::graph::when::date_of;
use crate::graph::{Direction, LabelId, Snapshot, TypeId, naming, stated};
use crate::query::{Options, Store};
use crate::question::query::{quoted, time_clause};
use crate::question::say;
use crate::question::topic::Topic;
use crate::question::when::When;
use crate::question::{Context, English};
use crate::value::time::{Edtf, Truth};
use crate::value::{NodeId, StatementId, Value};

/// How many kinds of statement are told of a thing, and how many of each.
const KINDS_MAX: usize = 12;
const OF_A_KIND_MAX: usize = 4;

/// How many properties of a thing are told.
const PROPERTIES_MAX: usize = 8;

/// How many things of one name are told of.
const THINGS_MAX: usize = 3;

/// How many events are told.
const EVENTS_MAX: usize = 50;

/// How many statements are looked at for them.
const LOOKED_AT_MAX: usize = 5_000;

/// The answer, and what later questions may refer to.
pub(super) fn answer(
    store: &Store,
    graph: &dyn Snapshot,
    english: &English,
    topic: &Topic,
    options: &Options,
) -> Result<Option<(Answer, Context)>> {
    let mut answer = Answer { kind: Kind::Text, ..Answer::declined(Vec::new()) };
    let mut context = Context::default();
    let statements = match topic {
        Topic::Thing(nodes) if nodes.len() > THINGS_MAX => return Ok(None),
        Topic::Thing(nodes) => {
            let names: Vec<String> = nodes.iter().map(|&node| display_name(graph, node)).collect();
            answer.reading = Some(format!("What is known of {}?", names.join(", ")));
            answer.query = nodes
                .first()
                .map(|&node| format!("MATCH {}-[r]-(x) RETURN n, r, x", node_of(graph, node, "n")));
            context.mentioned.clone_from(nodes);
            nodes.iter().flat_map(|&node| thing(graph, english, node, &mut answer)).collect()
        }
        Topic::Kind { of, .. } if of.len() > THINGS_MAX => return Ok(None),
        Topic::Kind { of, labels } => {
            context.mentioned.clone_from(of);
            of_a_kind(graph, english, of, labels, &mut answer);
            return Ok(Some((answer, context)));
        }
        Topic::Happened { to, when } => {
            let mut given = to.iter().map(|nodes| match nodes.as_slice() {
                [one] => Some(*one),
                _ => None,
            });
            let (Some(from), Some(other)) =
                (given.next().unwrap_or(Some(NONE)), given.next().unwrap_or(Some(NONE)))
            else {
                return Ok(None);
            };
            let one = |node: NodeId, name: &str| {
                if node == NONE { format!("({name})") } else { node_of(graph, node, name) }
            };
            let arrow = if from == NONE { "->" } else { "-" };
            let (possible, clause) = when.as_ref().map_or_else(Default::default, |when| {
                ("POSSIBLE ", format!(" {}", time_clause(when)))
            });
            let (a, b) = (one(from, "a"), one(other, "b"));
            let pattern = format!("{possible}MATCH {a}-[r]{arrow}{b}{clause}");
            // What has no date did not happen at any.
            let query = format!(
                "{pattern} WITH DISTINCT r WHERE valid(r) IS NOT NULL\nRETURN r ORDER BY edtf.start(valid(r)) LIMIT {LOOKED_AT_MAX}",
            );
            let rows = store.read_with(&query, options)?;
            let sure = |id| when.as_ref().map_or(Truth::Certain, |when| began(graph, id, when));
            let found: Vec<(StatementId, Truth)> = rows
                .iter()
                .filter_map(|row| row.value("r").and_then(Value::as_relationship))
                .map(|id| (id, sure(id)))
                .filter(|(_, truth)| *truth > Truth::No)
                .collect();
            let time =
                when.as_ref().map_or_else(String::new, |when| format!(" {}", say::time(when)));
            answer.reading = Some(format!("What happened{time}, in the order of time?"));
            answer.query = Some(query);
            context.mentioned = [from, other].into_iter().filter(|&node| node != NONE).collect();
            if found.len() > EVENTS_MAX {
                answer.notes.push(format!("These are the first {EVENTS_MAX}; there are more."));
            }
            let mut told = Vec::new();
            for (id, truth) in found.into_iter().take(EVENTS_MAX) {
                let Some(text) = sentence(graph, english, id) else { continue };
                let list = match truth {
                    Truth::Possible => &mut answer.possible,
                    _ => &mut answer.answers,
                };
                // Two sources for one thing say it once.
                if !list.contains(&text) {
                    list.push(text);
                }
                told.push(id);
            }
            told
        }
    };
    // What somebody else says, or a reader concludes, is not certain because it is told.
    let plain = |id: &StatementId| {
        let stance = graph.qualifiers(*id).map_or(Stance::Asserted, |stated| stated.stance);
        matches!(stance, Stance::Asserted | Stance::Quoted | Stance::ScareQuoted)
    };
    answer.verdict = Some(match answer.answers.is_empty() {
        true if !answer.possible.is_empty() => Verdict::Possible,
        true => Verdict::NotStated,
        false if statements.iter().all(plain) => Verdict::Certain,
        false => Verdict::Presumed,
    });
    for evidence in statements.into_iter().flat_map(|id| Evidence::of(graph, id)) {
        if !answer.evidence.contains(&evidence) {
            answer.evidence.push(evidence);
        }
    }
    Ok(Some((answer, context)))
}

/// Whether a statement happened or began at some time: what only goes on then did not happen then.
fn began(graph: &dyn Snapshot, id: StatementId, when: &When) -> Truth {
    let edtf = beginning(graph, id).and_then(|text| Edtf::parse(&text).ok());
    edtf.map_or(Truth::No, |edtf| date_holds(&Value::Edtf(edtf.into()), when))
}

/// Stands for no thing in particular.
const NONE: NodeId = NodeId(u32::MAX);

/// Whether a thing is of a kind. What it is called besides is said where it is not: it may be both.
fn of_a_kind(
    graph: &dyn Snapshot,
    english: &English,
    of: &[NodeId],
    labels: &[LabelId],
    answer: &mut Answer,
) {
    let kinds = &graph.declarations().kinds;
    let is_of = |&node: &NodeId| labels.iter().any(|&of| kinds.bears(graph.labels(node), of));
    let yes = of.iter().any(is_of);
    let noun = english.noun(graph, labels[0]);
    answer.kind = Kind::YesNo;
    answer.verdict = Some(if yes { Verdict::Certain } else { Verdict::NotStated });
    let name = display_name(graph, of[0]);
    answer.reading = Some(format!("Is {name} {noun}?"));
    let label = crate::question::query::identifier(graph.catalog().label_name(labels[0]));
    let node = node_of(graph, of[0], "n");
    answer.query = Some(format!("MATCH {node}\nRETURN n IS LABELED {label} AS answer"));
    if !yes {
        answer.notes.extend(of.iter().filter_map(|&node| what_it_is(graph, english, node)));
    }
}

/// `Abkhazia is a region.`
fn what_it_is(graph: &dyn Snapshot, english: &English, node: NodeId) -> Option<String> {
    let labels = graph.labels(node).iter();
    let kinds: Vec<String> = labels.map(|&label| english.noun(graph, label)).collect();
    let name = display_name(graph, node);
    (!kinds.is_empty()).then(|| format!("{name} is {}.", kinds.join(" and ")))
}

/// Tells of a thing; gives the statements that were told.
fn thing(
    graph: &dyn Snapshot,
    english: &English,
    node: NodeId,
    answer: &mut Answer,
) -> Vec<StatementId> {
    answer.answers.extend(what_it_is(graph, english, node));
    let called = naming::keys(graph, node);
    let properties = graph.node_properties(node);
    let others = properties.iter().filter(|(key, _)| !called.contains(key));
    for (key, value) in others.take(PROPERTIES_MAX) {
        if let Some(text) = value_text(value) {
            answer.answers.push(format!("{}: {text}.", english.property(graph, *key)));
        }
    }
    let mut groups: Vec<(usize, Vec<StatementId>)> = Vec::new();
    let types: Vec<TypeId> = graph.catalog().types().map(|(of, _)| of).collect();
    for of in types {
        for direction in [Direction::Outgoing, Direction::Incoming] {
            let (mut number, mut first) = (0, Vec::new());
            graph.adjacency(of, direction).for_each(node, |_, id| {
                number += 1;
                if first.len() < OF_A_KIND_MAX {
                    first.push(id);
                }
            });
            if number > 0 {
                groups.push((number, first));
            }
        }
    }
    // Many of one kind say most of what a thing is known for; the order of few is that of the schema.
    if groups.len() > KINDS_MAX {
        groups.sort_by_key(|group| usize::MAX - group.0);
        answer
            .notes
            .push(format!("{} more kinds of statement are left out.", groups.len() - KINDS_MAX));
        groups.truncate(KINDS_MAX);
    }
    let mut told = Vec::new();
    for (number, first) in groups {
        let before = told.len();
        for &id in &first {
            // A statement by which a thing has to do with itself is met twice.
            if let (false, Some(text)) = (told.contains(&id), sentence(graph, english, id)) {
                answer.answers.push(text);
                told.push(id);
            }
        }
        let left = number - first.len();
        if left > 0 && told.len() > before {
            answer
                .notes
                .push(format!("{left} more like “{}”", answer.answers[answer.answers.len() - 1]));
        }
    }
    told
}

/// A statement in a sentence, with who says so and its date; nothing for what is denied or no longer kept.
fn sentence(graph: &dyn Snapshot, english: &English, id: StatementId) -> Option<String> {
    let stated = graph.qualifiers(id);
    if stated.is_some_and(Qualifiers::is_disbelieved) {
        return None;
    }
    let mut text = match stated::sentence(graph, id) {
        Some(text) => text,
        None => english.said(graph, id)?,
    };
    let attributed = stated.filter(|stated| stated.stance == Stance::Attributed);
    if let Some(speaker) = attributed.and_then(|stated| stated.speaker.as_ref()) {
        text = format!("{text}, according to {speaker}");
    }
    let date = date_of(graph, id);
    Some(match date {
        Some(date) => format!("{text} ({}).", date.as_str()),
        None => format!("{text}."),
    })
}

/// A thing in a pattern.
fn node_of(graph: &dyn Snapshot, node: NodeId, variable: &str) -> String {
    let catalog = graph.catalog();
    let label = graph.labels(node).first().map(|&label| {
        format!(":{}", crate::question::query::identifier(catalog.label_name(label)))
    });
    let names: Vec<String> = naming::keys(graph, node)
        .into_iter()
        .filter_map(|key| match graph.node_property(node, key) {
            Value::String(name) => {
                let key = crate::question::query::identifier(catalog.key_name(key));
                Some(format!("{key}: {}", quoted(&name)))
            }
            _ => None,
        })
        .collect();
    let name = if names.is_empty() { String::new() } else { format!(" {{{}}}", names.join(", ")) };
    format!("({variable}{}{name})", label.unwrap_or_default())
}
