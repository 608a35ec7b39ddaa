//! `dossier.*`: statements in time.

use super::Procedure;
use crate::error::{Error, Result, eval};
use crate::exec::{Limits, commit_of};
use crate::graph::snapshot::Ends;
use crate::graph::source::display_name;
use crate::graph::{Direction, Snapshot, TypeId, conflict, stated, when};
use crate::value::time::Hull;
use crate::value::{NodeId, StatementId, Value};

type Rows = Vec<Vec<Value>>;

pub(super) fn procedures() -> Vec<Procedure> {
    vec![
        Procedure::builtin(
            "dossier.changes(from :: ANY, to :: ANY) :: (commit :: INTEGER, at :: ZONED DATETIME, change :: STRING, statement :: STRING, valid :: EDTF, id :: INTEGER)",
            "What was added, closed and corrected after one commit or instant, up to another.",
            changes,
        ),
        Procedure::builtin(
            "dossier.timeline(name :: STRING) :: (valid :: EDTF, statement :: STRING, stance :: STRING, document :: STRING, relationship :: RELATIONSHIP)",
            "The dated statements of what goes by a name, in the order in which they happened or began.",
            timeline,
        ),
        Procedure::builtin(
            "dossier.erasures() :: (commit :: INTEGER, at :: ZONED DATETIME, element :: STRING, name :: STRING, id :: INTEGER, reason :: STRING)",
            "What was erased, when and why; nothing of what it was.",
            |graph, _, _| Ok(super::show::erasures(graph)),
        ),
        Procedure::builtin(
            "dossier.conflicts() :: (kind :: STRING, truth :: STRING, statements :: LIST<STRING>, sources :: LIST<STRING>, relationships :: LIST<RELATIONSHIP>)",
            "Statements that cannot both hold, each with its date and sources, and how sure it is that they clash.",
            conflicts,
        ),
    ]
}

fn changes(graph: &dyn Snapshot, arguments: &[Value], limits: &Limits) -> Result<Rows> {
    limits.check()?;
    let bound = |at: usize| match arguments.get(at) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            commit_of(value, graph).map(Some).map_err(|error| not_recorded(value, error))
        }
    };
    let (after, to) = (bound(0)?.unwrap_or(0), bound(1)?.unwrap_or(u64::MAX));
    if after > to {
        let message =
            format!("Changes are those after commit {after} up to commit {to}, which is earlier.");
        return Err(Error::new(&eval::ARGUMENT_VALUE, message)
            .hint(format!("CALL dossier.changes({to}, {after})")));
    }
    let row = |change: crate::graph::history::StatementChange| {
        let number = |number: u64| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
        vec![
            number(change.recorded.commit),
            change.recorded.at().into(),
            change.what.as_str().into(),
            change.statement.into(),
            change.valid.into(),
            number(change.element_id),
        ]
    };
    Ok(graph.changes(after, to)?.into_iter().map(row).collect())
}

/// What is wrong with a point of recorded time, in words of this procedure.
fn not_recorded(value: &Value, error: Error) -> Error {
    if error.code() != eval::ARGUMENT_TYPE.name {
        return error;
    }
    let message =
        format!("`dossier.changes` takes commits or instants, not {}.", value.with_article());
    Error::new(&eval::ARGUMENT_TYPE, message).hint(
        "CALL dossier.changes(3, null), CALL dossier.changes(datetime('2026-01-01T00:00:00Z'), null)",
    )
}

fn timeline(graph: &dyn Snapshot, arguments: &[Value], limits: &Limits) -> Result<Rows> {
    let Some(Value::String(name)) = arguments.first() else { return Ok(Rows::new()) };
    let mut found: Vec<(Hull, StatementId, Ends)> = Vec::new();
    for node in named(graph, name, limits)? {
        for (relationship_type, _) in graph.catalog().types() {
            limits.check()?;
            collect(graph, node, relationship_type, &mut found);
        }
    }
    found.sort_by_key(|(hull, id, _)| (hull.earliest_start, hull.latest_start, *id));
    found.dedup_by_key(|(_, id, _)| *id);
    let row = |(_, id, ends): (Hull, StatementId, Ends)| {
        let stated = graph.qualifiers(id);
        let document = stated.and_then(|stated| stated.support.first());
        let ty = graph.catalog().type_name(ends.relationship_type);
        let names = [ends.start, ends.end].map(|node| display_name(graph, node));
        vec![
            stated.and_then(|stated| stated.valid.clone()).into(),
            stated::sentence(graph, id)
                .unwrap_or_else(|| format!("{} {ty} {}", names[0], names[1]))
                .into(),
            stated.map_or("asserted", |stated| stated.stance.as_str()).into(),
            document.map(|place| display_name(graph, place.document)).into(),
            id.into(),
        ]
    };
    Ok(found.into_iter().map(row).collect())
}

fn conflicts(graph: &dyn Snapshot, _: &[Value], limits: &Limits) -> Result<Rows> {
    let all = conflict::all(graph, &mut || limits.check())?;
    let row = |one: conflict::Conflict| {
        let texts = one.statements.iter().map(|id| Value::from(conflict::text(graph, *id)));
        let mut sources: Vec<String> = Vec::new();
        for place in one.statements.iter().filter_map(|id| graph.qualifiers(*id)) {
            for text in place.support.iter().map(|place| place.to_text(graph)) {
                if !sources.contains(&text) {
                    sources.push(text);
                }
            }
        }
        vec![
            one.kind.as_str().into(),
            one.truth.as_str().into(),
            Value::list(texts),
            Value::list(sources.into_iter().map(Value::from)),
            Value::list(one.statements.iter().map(|id| Value::from(*id))),
        ]
    };
    Ok(all.into_iter().map(row).collect())
}

/// The dated statements of a type that a node takes part in.
fn collect(
    graph: &dyn Snapshot,
    node: NodeId,
    relationship_type: TypeId,
    found: &mut Vec<(Hull, StatementId, Ends)>,
) {
    if graph.all_plain(relationship_type) {
        return;
    }
    for direction in [Direction::Outgoing, Direction::Incoming] {
        graph.adjacency(relationship_type, direction).for_each(node, |_, id| {
            let is_dated = graph.qualifiers(id).is_some_and(|stated| stated.valid.is_some());
            let hull = is_dated.then(|| when::valid_time(graph, id).hull()).flatten();
            if let (Some(hull), Some(ends)) = (hull, graph.statement(id)) {
                found.push((hull, id, ends));
            }
        });
    }
}

/// The nodes that go by a name: their own, or one of their others.
fn named(graph: &dyn Snapshot, name: &str, limits: &Limits) -> Result<Vec<NodeId>> {
    let aliases = graph.aliases().iter().filter(|alias| &*alias.text == name);
    let mut nodes: Vec<NodeId> = aliases.map(|alias| alias.entity).collect();
    if let Some(key) = graph.catalog().key("name") {
        let mut from = Some(NodeId(0));
        while let Some(first) = from {
            limits.check()?;
            let mut some = Vec::new();
            from = graph.scan_nodes(None, first, 4096, &mut some);
            some.retain(|node| graph.node_property(*node, key).as_str() == Some(name));
            nodes.append(&mut some);
        }
    }
    nodes.sort_unstable();
    nodes.dedup();
    Ok(nodes)
}
