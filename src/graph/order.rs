//! Order statements: what lies before and after what.
//!
//! Comes in: a graph with types that are declared `ORDER`, and the ends of a statement. Goes out:
//! between which days an event at these ends lies, by whatever is ordered before and after them, and
//! by which order statements. [`super::when`] narrows dates with it.
//!
//! `(a)-[:BEFORE]->(b)` says that `a` is over before `b` begins, and days are as fine as dates get: the day of
//! `a` is no later than that of `b`. A node that has a `date` lies on one of its days.
//!
//! ```text
//! remark ──▶ meeting [2017-11-12,2019-11-12] ──▶ visit 2018
//!            no later than 2018-12-31: 2017-11-12 is left
//! no later than 2017-11-12
//! ```
//!
//! So bounds are *closed*: that of a node is the last of its own days that what follows it allows. A
//! bound and a gap in a date narrow each other, link by link, until nothing changes. For orders this
//! finds all there is to find (arc consistency over `≤`, whose solutions are a lattice; van Beek, "Reasoning
//! about qualitative temporal information", 1992): with every node on the last day that is left to it all
//! order statements hold, with every node on the first as well, and any day left to one node goes
//! with the last days of all that follow it and the first days of all that come before.
//!
//! Order statements that are denied or deprecated say nothing; so do dates that leave no day.
//! What the slack of a node's date would allow counts for the slack of what it bounds.

use std::collections::VecDeque;

use hashbrown::{HashMap, HashSet};

use super::when;
use crate::graph::snapshot::Ends;
use crate::graph::{Direction, Snapshot, TypeId};
use crate::value::time::{Date, InOrder, Period, Place};
use crate::value::{NodeId, StatementId};

/// How many nodes an order is followed through.
const ORDERED_MAX: usize = 10_000;

/// Among how many nodes days are looked for that suit several statements at once.
const TOGETHER_MAX: usize = 1_000;

/// How many times as many bounds as there are nodes are computed: orders in a circle may take long to settle, and
/// a bound that has not settled is a loose one.
const ROUNDS_MAX: usize = 64;

/// The order statements of a graph.
pub(super) struct Order<'g> {
    graph: &'g dyn Snapshot,
    types: Vec<TypeId>,
}

/// The first or last day of an event, by what it is ordered with.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bound {
    /// By the days that dates allow.
    pub(super) plain: Option<Date>,
    /// With the slack of their qualifiers.
    pub(super) wide: Option<Date>,
    /// The order statements from which it follows.
    pub(super) used: Vec<StatementId>,
}

/// What lies on one side of some nodes.
struct Side {
    after: bool,
    nodes: Vec<NodeId>,
    /// Of each node those next to it, on the same side.
    next: Vec<Vec<Link>>,
    /// Those next to where it begins.
    first: Vec<Link>,
}

#[derive(Clone, Copy)]
struct Link {
    to: usize,
    by: StatementId,
}

/// A day, and by which link where it is not the node's own.
type Found = Option<(Date, Option<Link>)>;

impl<'g> Order<'g> {
    /// `None` where no type is declared to be an order.
    pub(super) fn of(graph: &'g dyn Snapshot) -> Option<Order<'g>> {
        let declared = graph.declarations().types.iter();
        let types: Vec<TypeId> =
            declared.filter(|(_, declaration)| declaration.order).map(|(id, _)| *id).collect();
        (!types.is_empty()).then_some(Order { graph, types })
    }

    /// Whether statements of a type say what is before what.
    pub(super) fn is_by(&self, relationship_type: TypeId) -> bool {
        self.types.contains(&relationship_type)
    }

    /// What is ordered next to a node on one side, and by which statements.
    pub(super) fn next(&self, node: NodeId, towards: Direction) -> Vec<(NodeId, StatementId)> {
        let (mut nodes, mut index) = (Vec::new(), HashMap::new());
        let links = self.links(node, towards, &mut nodes, &mut index);
        links.into_iter().map(|link| (nodes[link.to], link.by)).collect()
    }

    /// All that lies before or after some nodes; they themselves where the order leads back to them.
    pub(super) fn beyond(&self, from: &[NodeId], towards: Direction) -> Vec<NodeId> {
        self.side(from, towards).nodes
    }

    /// Since when and until when an event at either end lies.
    pub(super) fn bounds(&self, ends: Ends) -> [Bound; 2] {
        let own = [ends.start, ends.end];
        [Direction::Incoming, Direction::Outgoing].map(|towards| {
            let side = self.side(&own, towards);
            if side.first.is_empty() {
                return Bound::default();
            }
            let mut dates: Vec<_> =
                side.nodes.iter().map(|node| when::period(self.graph, *node)).collect();
            let (plain, used) = side.bound(&dates);
            let is_vague = dates.iter().flatten().any(Period::is_qualified);
            for date in dates.iter_mut().flatten() {
                *date = date.widened();
            }
            let wide = if is_vague { side.bound(&dates).0 } else { plain };
            Bound { plain, wide, used }
        })
    }

    /// The order statements that put an event at some ends before one at others.
    pub(super) fn leads(&self, from: Ends, to: Ends) -> Option<Vec<StatementId>> {
        let side = self.side(&[from.start, from.end], Direction::Outgoing);
        let wanted = side.nodes.iter().position(|node| *node == to.start || *node == to.end)?;
        let mut come_from: HashMap<usize, Option<(usize, StatementId)>> = HashMap::new();
        let mut open: VecDeque<usize> = VecDeque::new();
        let mut by_first = HashMap::new();
        for link in &side.first {
            if come_from.insert(link.to, None).is_none() {
                by_first.insert(link.to, link.by);
                open.push_back(link.to);
            }
        }
        while let Some(at) = open.pop_front() {
            for link in &side.next[at] {
                if !come_from.contains_key(&link.to) {
                    come_from.insert(link.to, Some((at, link.by)));
                    open.push_back(link.to);
                }
            }
        }
        let mut used = Vec::new();
        let mut at = wanted;
        while let Some((before, by)) = come_from.get(&at).copied().flatten() {
            used.push(by);
            at = before;
        }
        used.extend(by_first.get(&at));
        Some(used)
    }

    /// What is in order around some statements; `None` where nothing is, or too much.
    pub(super) fn among(&self, statements: &[(StatementId, Ends)]) -> Option<InOrder> {
        let (mut nodes, mut index) = (Vec::new(), HashMap::new());
        let mut order = InOrder::default();
        for towards in [Direction::Outgoing, Direction::Incoming] {
            let in_order = |a, b| if towards == Direction::Outgoing { (a, b) } else { (b, a) };
            let mut seen: HashSet<usize> = HashSet::new();
            for (statement, ends) in statements {
                let mut open: Vec<usize> = Vec::new();
                let own = Place::Statement(statement.0);
                let mut add = |node, from, nodes: &mut Vec<NodeId>, open: &mut Vec<usize>| {
                    for link in self.links(node, towards, nodes, &mut index) {
                        order.links.push(in_order(from, Place::Thing(link.to)));
                        open.push(link.to);
                    }
                };
                add(ends.start, own, &mut nodes, &mut open);
                if ends.end != ends.start {
                    add(ends.end, own, &mut nodes, &mut open);
                }
                while let Some(at) = open.pop() {
                    if seen.insert(at) {
                        add(nodes[at], Place::Thing(at), &mut nodes, &mut open);
                    }
                    if nodes.len() > TOGETHER_MAX {
                        return None;
                    }
                }
            }
        }
        if order.links.is_empty() {
            return None;
        }
        for (one, ends) in statements {
            for (other, others) in statements.iter().filter(|(other, _)| other != one) {
                if self.leads(*ends, *others).is_some() {
                    order.links.push((Place::Statement(one.0), Place::Statement(other.0)));
                }
            }
        }
        order.things = nodes.iter().map(|node| when::period(self.graph, *node)).collect();
        Some(order)
    }

    /// All that lies before or after some nodes.
    fn side(&self, from: &[NodeId], towards: Direction) -> Side {
        let mut side = Side {
            after: towards == Direction::Outgoing,
            nodes: Vec::new(),
            next: Vec::new(),
            first: Vec::new(),
        };
        let mut index: HashMap<NodeId, usize> = HashMap::new();
        for node in from {
            side.first.extend(self.links(*node, towards, &mut side.nodes, &mut index));
        }
        let mut at = 0;
        while let Some(&node) = side.nodes.get(at) {
            let links = self.links(node, towards, &mut side.nodes, &mut index);
            side.next.push(links);
            at += 1;
        }
        side
    }

    /// The order statements of a node on one side; nodes that are new are added.
    fn links(
        &self,
        node: NodeId,
        towards: Direction,
        nodes: &mut Vec<NodeId>,
        index: &mut HashMap<NodeId, usize>,
    ) -> Vec<Link> {
        let mut links = Vec::new();
        for &relationship_type in &self.types {
            self.graph.adjacency(relationship_type, towards).for_each(node, |next, by| {
                if self
                    .graph
                    .qualifiers(by)
                    .is_some_and(super::statement::Qualifiers::is_disbelieved)
                {
                    return;
                }
                let known = index.get(&next).copied();
                let Some(to) = known.or_else(|| {
                    (nodes.len() < ORDERED_MAX).then(|| {
                        nodes.push(next);
                        index.insert(next, nodes.len() - 1);
                        nodes.len() - 1
                    })
                }) else {
                    return;
                };
                links.push(Link { to, by });
            });
        }
        links
    }
}

impl Side {
    /// The day that bounds what it begins at, and the order statements from there to the date that it comes from.
    fn bound(&self, dates: &[Option<Period>]) -> (Option<Date>, Vec<StatementId>) {
        let days = self.settled(dates);
        let mut used = Vec::new();
        let Some((day, Some(mut link))) = self.nearest(&self.first, &days) else {
            return (None, used);
        };
        loop {
            used.push(link.by);
            match days[link.to] {
                // In a circle a bound may follow from itself.
                Some((_, Some(next))) if used.len() <= self.nodes.len() => link = next,
                _ => return (Some(day), used),
            }
        }
    }

    /// For each node the last day that is left to it, or the first where what lies before is looked at.
    fn settled(&self, dates: &[Option<Period>]) -> Vec<Found> {
        let own = |date: &Option<Period>| {
            let date = date.as_ref()?;
            Some((if self.after { date.last() } else { date.first() }?, None))
        };
        let mut days: Vec<Found> = dates.iter().map(own).collect();
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for (at, links) in self.next.iter().enumerate() {
            links.iter().for_each(|link| before[link.to].push(at));
        }
        let mut open: VecDeque<usize> = (0..self.nodes.len()).rev().collect();
        let mut rounds = self.nodes.len().saturating_mul(ROUNDS_MAX);
        while let Some(at) = open.pop_front().filter(|_| rounds > 0) {
            rounds -= 1;
            let Some((limit, link)) = self.nearest(&self.next[at], &days) else { continue };
            if days[at].is_some_and(|(day, _)| !self.is_nearer(limit, day)) {
                continue;
            }
            let left = dates[at].as_ref().and_then(|date| {
                if self.after { date.last_to(limit) } else { date.first_from(limit) }
            });
            days[at] = Some((left.unwrap_or(limit), link));
            open.extend(&before[at]);
        }
        days
    }

    /// The bound that some links set.
    fn nearest(&self, links: &[Link], days: &[Found]) -> Found {
        let set = links.iter().filter_map(|link| Some((days[link.to]?.0, Some(*link))));
        set.reduce(|a, b| if self.is_nearer(b.0, a.0) { b } else { a })
    }

    fn is_nearer(&self, day: Date, than: Date) -> bool {
        if self.after { day < than } else { day > than }
    }
}
