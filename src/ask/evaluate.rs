//! How sure the rows of a question are.
//!
//! A row is certain where every statement it rests on holds at the time asked for, whatever day
//! its date turns out to be; presumed where that takes a persistent state to have gone on;
//! possible where the facts allow it. Rows that cannot be are dropped.

use std::sync::Arc;
use std::time::Instant;

use super::needed::Needed;
use super::{in_time, select};
use crate::error::{Error, Result, eval};
use crate::graph::Snapshot;
use crate::graph::row::{Row, Rows};
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::graph::when::date_of;
pub(super) use crate::graph::when::valid_time;
use crate::query::{DefaultTime, Options, Store};
use crate::question::apart::Apart;
use crate::question::form::{Asked, FactId, Inquiry, Moment, Order, Pattern};
use crate::question::query;
use crate::question::tree::Unit;
use crate::question::when::When;
use crate::syntax::ast::TimeRelation;
use crate::value::time::{Date, Edtf, Period, Temporality, Truth, ValidTime};
use crate::value::{NodeId, StatementId, Value};

/// What the rows of a question may take at most: each is weighed, so that no answer rests on more.
const MEMORY_MAX_BYTES: usize = 1 << 30;

/// How many rows are weighed between two looks at the clock.
const ROWS_BETWEEN: usize = 4096;

/// One row that an answer can rest on.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) truth: Truth,
    /// The node of each thing, where the row has one.
    pub(super) nodes: Vec<Option<NodeId>>,
    /// The statement of each statement of the pattern that must hold.
    pub(super) facts: Vec<Option<StatementId>>,
    /// The statements of each way through several, by number of the statement of the pattern.
    pub(super) walks: Vec<(FactId, Vec<StatementId>)>,
    /// Everything the row rests on.
    pub(super) statements: Vec<StatementId>,
}

impl Found {
    fn empty() -> Found {
        let (nodes, facts, walks, statements) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Found { truth: Truth::Certain, nodes, facts, walks, statements }
    }

    /// The row, to be kept; an empty one stays.
    fn take(&mut self) -> Found {
        std::mem::replace(self, Found::empty())
    }
}

/// The rows of an inquiry, and whether some fell to their time alone.
#[derive(Debug)]
pub(super) struct Evaluated {
    pub(super) found: Vec<Found>,
    /// Rows that match but for their time: why *no* can be said of a beginning.
    pub(super) elsewhen: Vec<Found>,
    /// Rows that somebody denies: no answers, but to be told of.
    pub(super) denied: Vec<Found>,
}

/// Runs the query of an inquiry and weighs its rows.
pub(super) fn evaluate(store: &Store, inquiry: &Inquiry, options: &Options) -> Result<Evaluated> {
    weighed(store, inquiry, options, None)
}

/// Does the same, and keeps of the rows those that an answer to the inquiry needs.
pub(super) fn evaluate_needed(
    store: &Store,
    inquiry: &Inquiry,
    options: &Options,
) -> Result<Evaluated> {
    weighed(store, inquiry, options, Needed::of(inquiry))
}

fn weighed(
    store: &Store,
    inquiry: &Inquiry,
    options: &Options,
    mut needed: Option<Needed>,
) -> Result<Evaluated> {
    let graph = store.snapshot();
    let (mut found, mut elsewhen, mut denied) = (Vec::new(), Vec::new(), Vec::new());
    let Some(inquiry) = select::resolved(store, inquiry, options)? else {
        return Ok(Evaluated { found, elsewhen, denied });
    };
    let inquiry = &inquiry;
    let ranked = in_time::ranked_deeds(store, inquiry, options)?;
    let is_of_rank = |row: &Found| {
        ranked.iter().all(|(fact, ids)| row.facts[*fact].is_some_and(|id| ids.contains(&id)))
    };
    let text = query::run(inquiry, &*graph);
    let memory = options.memory_max_bytes.unwrap_or(MEMORY_MAX_BYTES).min(MEMORY_MAX_BYTES);
    let options = Options { evidence: true, memory_max_bytes: Some(memory), ..options.clone() };
    let until = options.timeout.and_then(|time| Instant::now().checked_add(time));
    let now = options.now().0;
    let rows = store.read_with(&text, &options)?;
    let (graph, pattern) = (rows.graph(), &inquiry.pattern);
    let columns = Columns::of(pattern, &rows);
    let mut one = Found::empty();
    for (number, row) in rows.iter().enumerate() {
        if number % ROWS_BETWEEN == 0 && until.is_some_and(|until| Instant::now() >= until) {
            return Err(Error::new(&eval::DEADLINE, "The question ran past its deadline."));
        }
        columns.read(row, &mut one);
        if !is_of_rank(&one) || !are_meant(pattern, &one) || !are_within(graph, pattern, &one) {
            continue;
        }
        if one.statements.iter().any(|&id| is_disbelieved(graph, id)) {
            let kept = |id: &StatementId| {
                let stated = graph.qualifiers(*id);
                stated.is_none_or(|stated| stated.rank != Rank::Deprecated)
            };
            if one.statements.iter().all(kept) && weigh(graph, pattern, &one) > Truth::No {
                denied.push(one.take());
            }
            continue;
        }
        one.truth = weigh(graph, pattern, &one);
        if one.truth == Truth::No || is_over(graph, inquiry, &one, now) {
            // Of what is told by some of its rows, one says that there are such.
            if needed.is_none() || elsewhen.is_empty() {
                elsewhen.push(one.take());
            }
        } else if needed.as_mut().is_none_or(|needed| needed.takes(graph, &one)) {
            found.push(one.take());
        }
    }
    Ok(Evaluated { found, elsewhen, denied })
}

/// How sure a yes can be that rests on statements somebody else makes.
pub(super) fn said(graph: &dyn Snapshot, found: &Found) -> Truth {
    let stance = |id: &StatementId| graph.qualifiers(*id).map_or(Stance::Asserted, |q| q.stance);
    // What a declaration entails is as sure as what it rests on, which is among them.
    let stored = found.statements.iter().filter(|&&id| !graph.is_derived(id));
    let truths = stored.map(|id| match stance(id) {
        Stance::Asserted | Stance::Quoted | Stance::ScareQuoted => Truth::Certain,
        Stance::Inferred => Truth::Presumed,
        // What is denied is not among the rows at all.
        Stance::Attributed | Stance::Denied => Truth::Possible,
    });
    truths.fold(Truth::Certain, Truth::and)
}

/// A question as a session means it: what says no time of its own is asked of the session's. When something was, how
/// long it took and what came first are asked of all time.
pub(super) fn in_session(inquiry: &Inquiry, time: &DefaultTime) -> Inquiry {
    let mut inquiry = inquiry.clone();
    let asks_when = |id: FactId| match inquiry.asked {
        Asked::When(fact, _) | Asked::HowLong(fact) => fact == id,
        _ => inquiry.rank.is_some(),
    };
    let is_compared = |id: FactId| {
        let orders = inquiry.pattern.order.iter();
        orders
            .clone()
            .any(|order| order.of == id || matches!(order.than, Moment::Fact(fact) if fact == id))
            || inquiry.pattern.same.iter().any(|(a, b, _)| *a == id || *b == id)
    };
    let facts = 0..inquiry.pattern.facts.len();
    let open: Vec<FactId> = facts
        .filter(|&id| inquiry.pattern.facts[id].times.is_empty())
        .filter(|&id| !asks_when(id) && !is_compared(id))
        .collect();
    let (relation, edtf) = match time {
        DefaultTime::AsOf(day) => (TimeRelation::AsOf, day.to_string()),
        DefaultTime::During(period) => (TimeRelation::During, period.as_str().to_owned()),
    };
    for id in open {
        inquiry.pattern.facts[id].times.push(When { relation, edtf: edtf.clone() });
    }
    for having in &mut inquiry.having {
        if let Some(rival) = &mut having.than {
            let rival = Arc::make_mut(rival);
            rival.inquiry = in_session(&rival.inquiry, time);
        }
    }
    inquiry
}

/// Where the nodes and statements of a pattern stand in the rows of its query.
struct Columns {
    things: Vec<Option<usize>>,
    facts: Vec<Option<usize>>,
    walks: Vec<(FactId, Option<usize>)>,
}

impl Columns {
    fn of(pattern: &Pattern, rows: &Rows) -> Columns {
        let place = |name: String| rows.columns().iter().position(|column| **column == *name);
        let fact = |id: FactId| place(format!("r{id}"));
        let walks = (0..pattern.facts.len()).filter(|&id| pattern.facts[id].chain);
        Columns {
            things: (0..pattern.things.len()).map(|id| place(format!("x{id}"))).collect(),
            facts: (0..pattern.facts.len()).map(fact).collect(),
            walks: walks.map(|id| (id, fact(id))).collect(),
        }
    }

    /// Reads the nodes and statements of a row into one that was used before.
    fn read(&self, row: Row<'_>, one: &mut Found) {
        let values = row.values();
        let node = |at: &Option<usize>| at.and_then(|at| values[at].as_node());
        let fact = |at: &Option<usize>| at.and_then(|at| values[at].as_relationship());
        one.truth = Truth::Certain;
        one.nodes.clear();
        one.nodes.extend(self.things.iter().map(node));
        one.facts.clear();
        one.facts.extend(self.facts.iter().map(fact));
        one.statements.clear();
        one.statements.extend(row.statements());
        for &id in one.facts.iter().flatten() {
            if !one.statements.contains(&id) {
                one.statements.push(id);
            }
        }
        one.statements.sort_unstable();
        let walk = |&(id, at): &(FactId, Option<usize>)| {
            let list = at.and_then(|at| values[at].as_list()).unwrap_or(&[]);
            (id, list.iter().filter_map(Value::as_relationship).collect())
        };
        one.walks.clear();
        one.walks.extend(self.walks.iter().map(walk));
    }
}

/// Whether the row's nodes are those that were named: the query names them by name, which others
/// may bear as well.
fn are_meant(pattern: &Pattern, row: &Found) -> bool {
    pattern.things.iter().zip(&row.nodes).all(|(thing, node)| {
        thing.is.is_empty() || node.is_none_or(|node| thing.is.contains(&node))
    })
}

/// Whether the row's nodes are within the bounds of their things.
fn are_within(graph: &dyn Snapshot, pattern: &Pattern, row: &Found) -> bool {
    pattern
        .things
        .iter()
        .enumerate()
        // What is denied has no node.
        .filter(|(id, _)| row.nodes[*id].is_some())
        .all(|(id, thing)| thing.bounds.iter().all(|bound| select::within(graph, row, id, bound)))
}

/// Whether a statement is kept and not believed.
fn is_disbelieved(graph: &dyn Snapshot, id: StatementId) -> bool {
    graph.qualifiers(id).is_some_and(Qualifiers::is_disbelieved)
}

/// Whether what is asked in the present is known to have ended by now: *what is the capital of X?* is
/// not what it was.
fn is_over(graph: &dyn Snapshot, inquiry: &Inquiry, row: &Found, now: i64) -> bool {
    const DAY_SECONDS: i64 = 86_400;
    let listed = matches!(inquiry.asked, Asked::Whether | Asked::Things(_) | Asked::Count(_));
    let plain = inquiry.pattern.order.is_empty() && inquiry.rank.is_none();
    let Some(main) = inquiry.main.filter(|_| listed && plain && !inquiry.past) else {
        return false;
    };
    let Some(id) = row.facts[main].filter(|_| inquiry.pattern.facts[main].times.is_empty()) else {
        return false;
    };
    let date = date_of(graph, id);
    let Some((_, end)) = date.as_ref().and_then(|valid| valid.as_str().split_once('/')) else {
        return false;
    };
    let valid = valid_time(graph, id);
    if matches!(end, "" | "..") || !matches!(valid.kind(), Temporality::State { .. }) {
        return false;
    }
    let today = Date::parse("1970-01-01")
        .ok()
        .and_then(|epoch| epoch.checked_add_days(now.div_euclid(DAY_SECONDS)));
    let ended = valid.hull().map(|hull| hull.latest_end);
    ended.zip(today).is_some_and(|(ended, today)| ended < today.days())
}

fn weigh(graph: &dyn Snapshot, pattern: &Pattern, row: &Found) -> Truth {
    let mut truth = Truth::Certain;
    for (id, fact) in pattern.facts.iter().enumerate() {
        // What no time is asked of needs none: that takes longest.
        if let Some(statement) = row.facts[id].filter(|_| !fact.times.is_empty()) {
            let valid = valid_time(graph, statement);
            for when in &fact.times {
                truth = truth.and(holds(&valid, when));
            }
        }
    }
    for (id, walk) in &row.walks {
        truth = truth.and(walk_holds(graph, walk, &pattern.facts[*id].times));
    }
    for (id, thing) in pattern.things.iter().enumerate() {
        for (key, when) in &thing.dated {
            let Some(node) = row.nodes[id] else { continue };
            truth = truth.and(date_holds(&graph.node_property(node, *key), when));
        }
    }
    for order in &pattern.order {
        truth = truth.and(ordered(graph, order, row));
    }
    for &(a, b, unit) in &pattern.same {
        truth = truth.and(same_time(graph, row.facts[a], row.facts[b], unit));
    }
    truth
}

/// Whether the statements of a way hold together: at the times that are asked for, or ever.
fn walk_holds(graph: &dyn Snapshot, walk: &[StatementId], times: &[When]) -> Truth {
    let valid: Vec<ValidTime> = walk.iter().map(|&id| valid_time(graph, id)).collect();
    if times.is_empty() && ValidTime::together(&valid, &Period::always()) == Truth::No {
        return Truth::No;
    }
    let at = |when: &When| match Edtf::parse(&when.edtf) {
        Ok(edtf) if !matches!(when.relation, TimeRelation::Before | TimeRelation::After) => {
            ValidTime::together(&valid, &Period::of(&edtf))
        }
        _ => valid.iter().map(|valid| holds(valid, when)).fold(Truth::Certain, Truth::and),
    };
    times.iter().map(at).fold(Truth::Certain, Truth::and)
}

pub(super) fn holds(valid: &ValidTime, when: &When) -> Truth {
    let Ok(edtf) = Edtf::parse(&when.edtf) else { return Truth::No };
    let period = Period::of(&edtf);
    match when.relation {
        TimeRelation::Before => valid.before(&period),
        TimeRelation::After => valid.after(&period),
        TimeRelation::AllTime => Truth::Certain,
        TimeRelation::AsOf | TimeRelation::During | TimeRelation::Overlaps => valid.during(&period),
    }
}

pub(super) fn date_holds(date: &Value, when: &When) -> Truth {
    let event = Some(Temporality::Event);
    match date {
        Value::Edtf(edtf) => holds(&ValidTime::new(Some(edtf), event, None, None), when),
        Value::Date(day) => holds(&ValidTime::new(None, event, Some(*day), Some(*day)), when),
        // A year is often no more than a number.
        Value::Integer(year) if (1000..3000).contains(year) => {
            let year = crate::value::time::Edtf::parse(&year.to_string());
            year.map_or(Truth::No, |year| {
                holds(&ValidTime::new(Some(&year), event, None, None), when)
            })
        }
        _ => Truth::No,
    }
}

fn ordered(graph: &dyn Snapshot, order: &Order, row: &Found) -> Truth {
    let Some(of) = row.facts[order.of] else { return Truth::No };
    let first = valid_time(graph, of);
    let (second, shared) = match order.than {
        Moment::Fact(fact) => match row.facts[fact] {
            Some(id) => (valid_time(graph, id), one_document(graph, of, id)),
            None => return Truth::No,
        },
        Moment::Date(thing, key) => {
            let date = row.nodes[thing].map(|node| graph.node_property(node, key));
            match date {
                Some(Value::Edtf(edtf)) => {
                    (ValidTime::new(Some(&edtf), Some(Temporality::Event), None, None), false)
                }
                _ => return Truth::No,
            }
        }
    };
    if let Some(apart) = order.apart {
        return days_apart(&first, &second, apart);
    }
    let test =
        |a: &ValidTime, b: &ValidTime| if order.before { a.is_before(b) } else { b.is_before(a) };
    if shared { first.with_shared_year(&second, test) } else { test(&first, &second) }
}

/// Whether one time begins so far from another, whatever days they are.
fn days_apart(of: &ValidTime, than: &ValidTime, apart: Apart) -> Truth {
    let (Some(of), Some(than)) = (of.hull(), than.hull()) else { return Truth::Possible };
    let early = apart.window(than.earliest_start);
    let late = apart.window(than.latest_start);
    // Beyond the calendar nothing is told.
    let (Some(early), Some(late)) = (early, late) else { return Truth::Possible };
    if of.earliest_start >= late.0 && of.latest_start <= early.1 {
        Truth::Certain
    } else if of.latest_start < early.0 || of.earliest_start > late.1 {
        Truth::No
    } else {
        Truth::Possible
    }
}

/// Whether two statements rest on one document, so that a year left out is one year.
fn one_document(graph: &dyn Snapshot, a: StatementId, b: StatementId) -> bool {
    let documents = |id: StatementId| -> Vec<NodeId> {
        let supports = graph.qualifiers(id).map_or(&[][..], |qualifiers| &qualifiers.support);
        supports.iter().map(|support| support.document).collect()
    };
    let other = documents(b);
    documents(a).iter().any(|document| other.contains(document))
}

/// Whether two statements share a day, a month or a year, as far as their dates say.
fn same_time(
    graph: &dyn Snapshot,
    a: Option<StatementId>,
    b: Option<StatementId>,
    unit: Unit,
) -> Truth {
    let (Some(a), Some(b)) = (a, b) else { return Truth::No };
    if a == b {
        return Truth::No;
    }
    let date = |id| beginning(graph, id).and_then(|edtf| cut(&edtf, unit));
    match (date(a), date(b)) {
        (Some(a), Some(b)) if a.contains('X') || b.contains('X') => {
            if a == b {
                Truth::Possible
            } else {
                Truth::No
            }
        }
        (Some(a), Some(b)) if a == b => Truth::Certain,
        (Some(_), Some(_)) => Truth::No,
        _ => Truth::Possible,
    }
}

/// The EDTF text of when a statement happened or began, as stated.
pub(super) fn beginning(graph: &dyn Snapshot, statement: StatementId) -> Option<Arc<str>> {
    let date = date_of(graph, statement)?;
    let edtf = date.as_str();
    let kind = valid_time(graph, statement).kind();
    let start = match (kind, edtf.split_once('/')) {
        (Temporality::State { persistent: true }, Some((start, _))) => start,
        _ => edtf,
    };
    (!matches!(start, "" | "..")).then(|| start.into())
}

/// A date as coarse as a unit; nothing where it is not that fine.
pub(super) fn cut(edtf: &str, unit: Unit) -> Option<String> {
    let len = match unit {
        Unit::Any => return Some(edtf.to_owned()),
        Unit::Year => 4,
        Unit::Month => 7,
        Unit::Day => 10,
    };
    let plain = edtf.chars().take(len).all(|c| c.is_ascii_digit() || c == '-' || c == 'X');
    let boundary =
        edtf[len.min(edtf.len())..].starts_with(['-', '~', '?', '%']) || edtf.len() == len;
    let simple = !edtf.contains(['/', '[', '{', ',']);
    let text = edtf.get(..len)?;
    // A month or a day without its year is one; no year is none.
    let known = unit != Unit::Year || !text.contains('X');
    (plain && boundary && simple && known && !text.ends_with('X')).then(|| text.to_owned())
}
