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
//!
//! What is derived holds when all that one of its witness sets takes holds. Of one day or period that is weighed
//! set by set ([`crate::exec`]); [`common_time`] says it in one date.

use crate::graph::derived::stored_witnesses;
use crate::graph::order::Order;
use crate::graph::snapshot::Ends;
use crate::graph::statement::Qualifiers;
use crate::graph::witness::Witnesses;
use crate::graph::{Snapshot, TypeId, stated};
use crate::value::time::{
    self, Asked, Date, Edtf, Occurrence, Period, Temporality, Truth, ValidTime, truth_in_order,
};
use crate::value::{NodeId, StatementId, Value};

/// How many ways in which something is derived are looked at.
pub(crate) const WITNESSES_TRIED_MAX: usize = 256;

/// The date of a statement: as it is stated, or, of what is derived, when that holds.
pub(crate) fn date_of(graph: &dyn Snapshot, statement: StatementId) -> Option<Edtf> {
    let stated = graph.qualifiers(statement).and_then(|stated| stated.valid.clone());
    if stated.is_some() || !graph.is_derived(statement) {
        return stated;
    }
    common_time(graph, &[statement])
}

/// When several statements hold at one time: with derived ones among them, in any of the ways in which they
/// follow. Where it is not sure that they ever do, or that one goes on, it is when they do if so. `None` where that is never, or
/// not known, or more than one date can say.
pub(crate) fn common_time(graph: &dyn Snapshot, statements: &[StatementId]) -> Option<Edtf> {
    let claimed = Witnesses { sets: vec![statements.to_vec()], ..Witnesses::default() };
    let stored = stored_witnesses(graph, &claimed, WITNESSES_TRIED_MAX);
    if stored.capped {
        return None;
    }
    let mut dates = Vec::new();
    for set in &stored.sets {
        let times: Vec<ValidTime> = set.iter().map(|id| valid_time(graph, *id)).collect();
        match ValidTime::common_time(&times) {
            Some(date) => dates.push(date),
            // They may hold together, and when is not known.
            None if may_meet(&times) => return None,
            None => {}
        }
    }
    let one = statements.first().and_then(|id| graph.statement(*id));
    let kind = one.filter(|_| statements.len() == 1);
    ValidTime::any_of(&dates, kind.and_then(|ends| kind_of(graph, ends.relationship_type)))
}

/// Whether there may be a day on which all hold.
fn may_meet(times: &[ValidTime]) -> bool {
    ValidTime::together(times, &Period::always()) > Truth::No
}

/// The time of a statement, narrowed by its bounds, its documents and order statements.
pub fn valid_time(graph: &dyn Snapshot, statement: StatementId) -> ValidTime {
    narrowed(graph, statement, true).0
}

/// The same, and the order statements that narrow it, where the caller wants to follow them.
pub(super) fn narrowed(
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
    let derived = graph.is_derived(statement).then(|| date_of(graph, statement)).flatten();
    let edtf = derived.as_ref().or(stated.valid.as_ref());
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
    let id = graph.catalog().origin(id);
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

/// Whether there may be order statements.
pub(crate) fn has_order(graph: &dyn Snapshot) -> bool {
    Order::of(graph).is_some()
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

/// The truth of all the tests together, in the order that order statements say.
///
/// What each alone may be, all together may not: an event that is before another was not after 2017 where the
/// other was before. Nor is what the bounds of one allow: a statement whose ends are in order, with a third thing between
/// them, is on a day of that. Order statements are followed through a thousand nodes; beyond, the least truth counts.
pub(crate) fn joint_truth(graph: &dyn Snapshot, asked: &[Asked<'_>]) -> Truth {
    let truth = time::joint_truth(asked);
    let Some(order) = Order::of(graph).filter(|_| truth > Truth::No) else { return truth };
    let mut events: Vec<(StatementId, Ends)> = Vec::new();
    for of in asked.iter().flat_map(|one| one.of) {
        let id = StatementId(of.statement);
        if of.time.kind() == Temporality::Event
            && !events.iter().any(|(known, _)| *known == id)
            && let Some(ends) = graph.statement(id)
        {
            events.push((id, ends));
        }
    }
    if events.is_empty() {
        return truth;
    }
    order.among(&events).map_or(truth, |order| truth_in_order(asked, &order, truth))
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
