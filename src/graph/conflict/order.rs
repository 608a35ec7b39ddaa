//! Statements that cannot stand in the order that is stated.
//!
//! Comes in: a graph with types that are declared `ORDER`. Goes out: the conflicts of three kinds:
//!
//! - an event none of whose days the things ordered before and after it allow, with the order statements around
//!   it;
//! - two events, of which one is ordered before the other and is dated after it, with the order statements that lead
//!   from the one to the other;
//! - order statements in a circle, by which a thing is over before it begins.
//!
//! What is in a conflict keeps the truth that it has by itself, as with all conflicts: *certain* says what
//! one statement says, and the conflict says that another contradicts it. Only dates are compared here that contradict each
//! other in every world; where the slack of a qualifier leaves one, the conflict is *possible*.
//!
//! Costs: per ordered node all that is ordered after it, so quadratic in an order at worst; the caller's check is asked
//! at each.

use hashbrown::{HashMap, HashSet};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::{Conflict, Kind};
use crate::error::Result;
use crate::graph::order::Order;
use crate::graph::snapshot::Ends;
use crate::graph::statement::{Qualifiers, Rank, View};
use crate::graph::{Direction, Snapshot, TypeId, when};
use crate::value::time::{Asked, Period, Temporality, TimeTest, Truth, ValidTime};
use crate::value::{NodeId, StatementId};

/// The conflicts about what is ordered; all are looked for at a node, or through the graph.
pub(super) struct InOrder<'g> {
    graph: &'g dyn Snapshot,
    order: Order<'g>,
    types: Vec<TypeId>,
}

impl<'g> InOrder<'g> {
    /// `None` where no type is declared to be an order.
    pub(super) fn of(graph: &'g dyn Snapshot) -> Option<InOrder<'g>> {
        let order = Order::of(graph)?;
        let types = graph.catalog().types().map(|(id, _)| id).collect();
        Some(InOrder { graph, order, types })
    }

    /// All conflicts.
    pub(super) fn all(
        &self,
        check: &mut dyn FnMut() -> Result<()>,
        found: &mut Vec<Conflict>,
    ) -> Result<()> {
        let mut links: DiGraph<NodeId, StatementId> = DiGraph::new();
        let mut known: HashMap<NodeId, NodeIndex> = HashMap::new();
        for node in (0..self.graph.node_bound()).map(NodeId) {
            if node.0 % 1024 == 0 {
                check()?;
            }
            let next = self.order.next(node, Direction::Outgoing);
            if next.is_empty() && self.order.next(node, Direction::Incoming).is_empty() {
                continue;
            }
            check()?;
            for statement in self.events_at(node) {
                self.bounded(statement, found);
                self.out_of_order(statement, Direction::Outgoing, found);
            }
            for (to, by) in next {
                let [from, to] = [node, to]
                    .map(|node| *known.entry(node).or_insert_with(|| links.add_node(node)));
                links.add_edge(from, to, by);
            }
        }
        for circle in kosaraju_scc(&links) {
            let within: HashSet<NodeIndex> = circle.iter().copied().collect();
            let edges = circle.iter().flat_map(|node| links.edges(*node));
            let edges = edges.filter(|edge| within.contains(&edge.target()));
            add(Truth::Certain, edges.map(|edge| *edge.weight()).collect(), found);
        }
        Ok(())
    }

    /// Those that one statement is in.
    pub(super) fn of_statement(&self, statement: StatementId, found: &mut Vec<Conflict>) {
        let Some(ends) = self.graph.statement(statement) else { return };
        if self.order.is_by(ends.relationship_type) {
            return self.circle(statement, ends, found);
        }
        self.bounded(statement, found);
        for towards in [Direction::Outgoing, Direction::Incoming] {
            self.out_of_order(statement, towards, found);
        }
    }

    /// The circle that an order statement is part of.
    fn circle(&self, statement: StatementId, ends: Ends, found: &mut Vec<Conflict>) {
        if !self.is_believed(statement) {
            return;
        }
        let reached = |towards| -> HashSet<NodeId> {
            self.order.beyond(&[ends.start], towards).into_iter().collect()
        };
        let after = reached(Direction::Outgoing);
        if !after.contains(&ends.start) {
            return;
        }
        let before = reached(Direction::Incoming);
        let within: Vec<NodeId> = after.intersection(&before).copied().collect();
        if !within.contains(&ends.end) {
            return;
        }
        let edges = within.iter().flat_map(|node| self.order.next(*node, Direction::Outgoing));
        let edges = edges.filter(|(to, _)| after.contains(to) && before.contains(to));
        add(Truth::Certain, edges.map(|(_, by)| by).collect(), found);
    }

    /// Whether what is ordered with an event leaves it no day.
    fn bounded(&self, statement: StatementId, found: &mut Vec<Conflict>) {
        let (Some(time), Some(ends)) = (self.dated(statement), self.graph.statement(statement))
        else {
            return;
        };
        let (narrowed, mut used) = when::narrowed(self.graph, statement, true);
        if used.is_empty() || time.hull().is_none() {
            return;
        }
        if narrowed.hull().is_some() {
            let of = [when::occurrence(self.graph, statement)];
            let test = TimeTest::During(Period::always());
            if when::joint_truth(self.graph, &[Asked { test: &test, of: &of }]) > Truth::No {
                return;
            }
            // Neither side alone leaves no day, both together do.
            used = self.around(ends);
        }
        used.push(statement);
        add(Truth::Certain, used, found);
    }

    /// The order statements on both sides of something.
    fn around(&self, ends: Ends) -> Vec<StatementId> {
        let mut all = Vec::new();
        for towards in [Direction::Outgoing, Direction::Incoming] {
            let own = [ends.start, ends.end];
            let nodes = self.order.beyond(&own, towards);
            let next = own.iter().chain(&nodes).flat_map(|node| self.order.next(*node, towards));
            all.extend(next.map(|(_, by)| by));
        }
        all
    }

    /// The events on one side of another that are dated on the other side of it.
    fn out_of_order(&self, statement: StatementId, towards: Direction, found: &mut Vec<Conflict>) {
        let (Some(own), Some(ends)) = (self.dated(statement), self.graph.statement(statement))
        else {
            return;
        };
        let mut seen = HashSet::new();
        for node in self.order.beyond(&[ends.start, ends.end], towards) {
            for other in self.events_at(node) {
                if other == statement || !seen.insert(other) || self.is_settled(statement, other) {
                    continue;
                }
                let (Some(time), Some(others)) = (self.dated(other), self.graph.statement(other))
                else {
                    continue;
                };
                let is_after = towards == Direction::Outgoing;
                let (first, second) = if is_after { (&own, &time) } else { (&time, &own) };
                let truth = turned(first, second);
                let (from, to) = if is_after { (ends, others) } else { (others, ends) };
                if truth > Truth::No
                    && let Some(mut path) = self.order.leads(from, to)
                {
                    path.extend([statement, other]);
                    add(truth, path, found);
                }
            }
        }
    }

    /// The statements at a node, but for those that order it.
    fn events_at(&self, node: NodeId) -> Vec<StatementId> {
        let mut events = Vec::new();
        for id in self.types.iter().filter(|id| !self.order.is_by(**id)) {
            for direction in [Direction::Outgoing, Direction::Incoming] {
                self.graph.adjacency(*id, direction).for_each(node, |_, by| events.push(by));
            }
        }
        events
    }

    /// The time of an event by itself, where it has a date and is believed.
    fn dated(&self, statement: StatementId) -> Option<ValidTime> {
        let stated = self.graph.qualifiers(statement)?;
        let has_date =
            stated.valid.is_some() || stated.not_before.is_some() || stated.not_after.is_some();
        if !has_date || !self.is_believed(statement) {
            return None;
        }
        let (time, _) = when::narrowed(self.graph, statement, false);
        (time.kind() == Temporality::Event).then_some(time)
    }

    /// Whether a person prefers one of two statements.
    fn is_settled(&self, one: StatementId, other: StatementId) -> bool {
        let [one, other] = [one, other].map(|id| self.graph.qualifiers(id).map(|one| one.rank));
        (one == Some(Rank::Preferred)) != (other == Some(Rank::Preferred))
    }

    fn is_believed(&self, statement: StatementId) -> bool {
        let shows = |stated: &Qualifiers| View::DEFAULT.shows(stated.stance, stated.rank);
        self.graph.qualifiers(statement).is_none_or(shows)
    }
}

/// How sure it is that what is ordered first is dated after what is ordered second.
fn turned(first: &ValidTime, second: &ValidTime) -> Truth {
    if second.is_before(first) != Truth::Certain {
        return Truth::No;
    }
    let apart =
        first.hull().zip(second.hull()).is_some_and(|(a, b)| a.earliest_start > b.latest_start);
    if apart { Truth::Certain } else { Truth::Possible }
}

fn add(truth: Truth, mut statements: Vec<StatementId>, found: &mut Vec<Conflict>) {
    if statements.is_empty() {
        return;
    }
    statements.sort_unstable();
    statements.dedup();
    found.push(Conflict { kind: Kind::Order, truth, statements });
}
