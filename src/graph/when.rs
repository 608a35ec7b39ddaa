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
//! - order statements, `(a)-[:BEFORE]->(b)` of a type declared `order`: an event of `a` is no later
//!   than the latest day of `b`, and whatever is before `a` bounds it from the other side. They are
//!   closed: before what is before `b` is before `b`.

use hashbrown::HashSet;

use crate::graph::snapshot::Ends;
use crate::graph::statement::Qualifiers;
use crate::graph::{Direction, Snapshot, TypeId, stated};
use crate::value::time::{Date, Occurrence, Period, Temporality, ValidTime};
use crate::value::{NodeId, StatementId, Value};

/// How many nodes an order is followed through.
const ORDERED_MAX: usize = 10_000;

/// The time of a statement, narrowed by its bounds, its documents and order statements.
pub fn valid_time(graph: &dyn Snapshot, statement: StatementId) -> ValidTime {
    let Some(ends) = graph.statement(statement) else {
        return ValidTime::new(None, None, None, None);
    };
    let kind = kind_of(graph, ends.relationship_type);
    let plain = Qualifiers::default();
    let stated = graph.qualifiers(statement).unwrap_or(&plain);
    let (mut first, mut last) = (stated.not_before, stated.not_after);
    let edtf = stated.valid.as_ref();
    let reported = latest_report(graph, stated).or_else(|| graph.recorded_day(statement));
    last = earlier(last, reported);
    let is_event = match kind {
        Some(kind) => kind == Temporality::Event,
        None => edtf.is_none_or(|edtf| !edtf.is_interval()),
    };
    if is_event && let Some(order) = Order::of(graph) {
        let (after, before) = order.bounds(ends);
        first = later(first, after);
        last = earlier(last, before);
    }
    ValidTime::new(edtf, kind, first, last)
}

/// Whether the statements of a type happen or hold, where that is declared; values of a property hold.
pub(crate) fn kind_of(graph: &dyn Snapshot, id: TypeId) -> Option<Temporality> {
    let declared = graph.declarations().of(id).and_then(|declaration| declaration.kind);
    declared.or_else(|| graph.catalog().holds_values(id).then_some(stated::KIND))
}

/// The time of a statement and the documents it rests on.
pub fn occurrence(graph: &dyn Snapshot, statement: StatementId) -> Occurrence {
    let support = graph.qualifiers(statement).map_or(&[][..], |stated| &stated.support);
    let mut documents: Vec<u32> = support.iter().map(|place| place.document.0).collect();
    documents.sort_unstable();
    documents.dedup();
    Occurrence { statement: statement.0, time: valid_time(graph, statement), documents }
}

/// Whether order statements put one statement before another (`Some(true)`) or after it.
pub fn ordered(graph: &dyn Snapshot, one: StatementId, other: StatementId) -> Option<bool> {
    let order = Order::of(graph)?;
    let (one, other) = (graph.statement(one)?, graph.statement(other)?);
    let leads = |from: Ends, to: Ends| {
        let reached = order.reach(&[from.start, from.end], Direction::Outgoing);
        [to.start, to.end].iter().any(|node| reached.contains(node))
    };
    if leads(one, other) {
        return Some(true);
    }
    leads(other, one).then_some(false)
}

/// The latest day that a report of the statement can have: of the earliest of its documents.
fn latest_report(graph: &dyn Snapshot, stated: &Qualifiers) -> Option<Date> {
    let days = stated.support.iter().filter_map(|place| last_day(graph, place.document));
    days.min()
}

/// The latest day of a node with a `date`.
pub(crate) fn last_day(graph: &dyn Snapshot, node: NodeId) -> Option<Date> {
    period(graph, node)?.last()
}

fn period(graph: &dyn Snapshot, node: NodeId) -> Option<Period> {
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

/// The order statements of a graph.
struct Order<'g> {
    graph: &'g dyn Snapshot,
    types: Vec<TypeId>,
}

impl<'g> Order<'g> {
    /// `None` where no type is declared to be an order.
    fn of(graph: &'g dyn Snapshot) -> Option<Order<'g>> {
        let declared = graph.declarations().types.iter();
        let types: Vec<TypeId> =
            declared.filter(|(_, declaration)| declaration.order).map(|(id, _)| *id).collect();
        (!types.is_empty()).then_some(Order { graph, types })
    }

    /// The nodes that order statements lead to, or come from.
    fn reach(&self, from: &[NodeId], direction: Direction) -> HashSet<NodeId> {
        let mut reached = HashSet::new();
        let mut open: Vec<NodeId> = from.to_vec();
        while let Some(node) = open.pop() {
            for &relationship_type in &self.types {
                self.graph.adjacency(relationship_type, direction).for_each(node, |next, _| {
                    if reached.len() < ORDERED_MAX && reached.insert(next) {
                        open.push(next);
                    }
                });
            }
        }
        reached
    }

    /// The days between which an event of either end lies, by what is before and after it.
    fn bounds(&self, ends: Ends) -> (Option<Date>, Option<Date>) {
        let own = [ends.start, ends.end];
        let after = self.reach(&own, Direction::Incoming);
        let before = self.reach(&own, Direction::Outgoing);
        let first = |node: &NodeId| period(self.graph, *node).and_then(|period| period.first());
        let last = |node: &NodeId| last_day(self.graph, *node);
        (after.iter().filter_map(first).max(), before.iter().filter_map(last).min())
    }
}
