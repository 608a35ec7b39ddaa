//! When a statement holds: its date, narrowed by all that the graph says of it.
//!
//! Comes in: a snapshot and a statement. Goes out: a [`ValidTime`] to test. The engine and the
//! answers to questions call it, so that both mean the same.
//!
//! What narrows a date:
//!
//! - its own bounds, `FROM` and `TO`;
//! - the documents it rests on: what is reported has begun by the latest day that the earliest of
//!   them can have, or by the day of the commit where no document has a date;
//! - order statements, `(a)-[:BEFORE]->(b)` of a type declared `ORDER`, closed over all that is ordered
//!   ([`super::order`]): an event of `a` is no later than the latest day of `b`, and whatever is before `a`
//!   bounds it from the other side.

use crate::graph::order::Order;
use crate::graph::statement::Qualifiers;
use crate::graph::{Snapshot, TypeId, stated};
use crate::value::time::{Date, Occurrence, Period, Temporality, ValidTime};
use crate::value::{NodeId, StatementId, Value};

/// The time of a statement, narrowed by its bounds, its documents and order statements.
pub fn valid_time(graph: &dyn Snapshot, statement: StatementId) -> ValidTime {
    narrowed(graph, statement, true).0
}

/// The same, and the order statements that narrow it, where the caller wants to follow them.
fn narrowed(
    graph: &dyn Snapshot,
    statement: StatementId,
    by_order: bool,
) -> (ValidTime, Vec<StatementId>) {
    let mut used = Vec::new();
    let Some(ends) = graph.statement(statement) else {
        return (ValidTime::new(None, None, None, None), used);
    };
    let kind = kind_of(graph, ends.relationship_type);
    let plain = Qualifiers::default();
    let stated = graph.qualifiers(statement).unwrap_or(&plain);
    let edtf = stated.valid.as_ref();
    let [reported, with_slack] = latest_report(graph, stated).unwrap_or_else(|| {
        let recorded = graph.recorded_day(statement);
        [recorded, recorded]
    });
    let mut limits = [stated.not_before, earlier(stated.not_after, reported)];
    let mut wide = [stated.not_before, earlier(stated.not_after, with_slack)];
    let is_event = match kind {
        Some(kind) => kind == Temporality::Event,
        None => edtf.is_none_or(|edtf| !edtf.is_interval()),
    };
    if by_order
        && is_event
        && let Some(order) = Order::of(graph)
    {
        let [after, before] = order.bounds(ends);
        limits = [later(limits[0], after.plain), earlier(limits[1], before.plain)];
        wide = [later(wide[0], after.wide), earlier(wide[1], before.wide)];
        used = [after.used, before.used].concat();
    }
    (ValidTime::within(edtf, kind, limits, wide), used)
}

/// Whether the statements of a type happen or hold, where that is declared; values of a property hold.
pub(crate) fn kind_of(graph: &dyn Snapshot, id: TypeId) -> Option<Temporality> {
    let declared = graph.declarations().of(id).and_then(|declaration| declaration.kind);
    declared.or_else(|| graph.catalog().holds_values(id).then_some(stated::KIND))
}

/// The time of a statement and the documents it rests on.
pub fn occurrence(graph: &dyn Snapshot, statement: StatementId) -> Occurrence {
    occurring(graph, statement, valid_time(graph, statement))
}

/// The same as it would be without order statements, and those that narrow it; `None` where none does.
pub(crate) fn without_order(
    graph: &dyn Snapshot,
    statement: StatementId,
) -> Option<(Occurrence, Vec<StatementId>)> {
    let (_, used) = narrowed(graph, statement, true);
    if used.is_empty() {
        return None;
    }
    Some((occurring(graph, statement, narrowed(graph, statement, false).0), used))
}

fn occurring(graph: &dyn Snapshot, statement: StatementId, time: ValidTime) -> Occurrence {
    let support = graph.qualifiers(statement).map_or(&[][..], |stated| &stated.support);
    let mut documents: Vec<u32> = support.iter().map(|place| place.document.0).collect();
    documents.sort_unstable();
    documents.dedup();
    Occurrence { statement: statement.0, time, documents }
}

/// Whether order statements put one statement before another (`true`) or after it, and which do.
pub(crate) fn ordered(
    graph: &dyn Snapshot,
    one: StatementId,
    other: StatementId,
) -> Option<(bool, Vec<StatementId>)> {
    let order = Order::of(graph)?;
    let (one, other) = (graph.statement(one)?, graph.statement(other)?);
    let before = order.leads(one, other).map(|used| (true, used));
    before.or_else(|| order.leads(other, one).map(|used| (false, used)))
}

/// The latest day that a report of the statement can have, of the earliest of its documents: by the
/// dates of these, and with their slack. `None` where none has a date.
fn latest_report(graph: &dyn Snapshot, stated: &Qualifiers) -> Option<[Option<Date>; 2]> {
    let dates: Vec<Period> =
        stated.support.iter().filter_map(|place| period(graph, place.document)).collect();
    let plain = dates.iter().filter_map(Period::last).min()?;
    let wide = dates.iter().filter_map(|date| date.widened().last()).min();
    Some([Some(plain), wide])
}

/// The latest day of a node with a `date`.
pub(crate) fn last_day(graph: &dyn Snapshot, node: NodeId) -> Option<Date> {
    period(graph, node)?.last()
}

/// The days of a node with a `date`.
pub(super) fn period(graph: &dyn Snapshot, node: NodeId) -> Option<Period> {
    let key = graph.catalog().key("date")?;
    match graph.node_property(node, key) {
        Value::Edtf(edtf) => Some(Period::of(&edtf)),
        Value::Date(day) => Some(Period::from(day)),
        _ => None,
    }
}

fn earlier(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn later(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    }
}
