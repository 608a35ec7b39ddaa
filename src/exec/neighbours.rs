//! The steps that lead away from a node: adjacency lists of some types in some directions.
//!
//! `(a)-[:R|S]-(b)` reads four lists: R forward, R backward, S forward, S backward. A loop stands
//! in both lists of its type and is met in the forward one only.
//!
//! A reader goes through the lists of a node with a cursor, so that a node with a million
//! neighbours fills one batch after the other.

use std::ops::Range;
use std::sync::Arc;

use crate::exec::column::NO_STATEMENT;
use crate::exec::runtime::Runtime;
use crate::graph::named_type::{NamedType, ways};
use crate::graph::snapshot::{Adjacency, Run};
use crate::graph::{Direction, Snapshot, TypeId};
use crate::value::{NodeId, StatementId};

/// The adjacency of one type in one direction.
#[derive(Clone, Copy)]
pub(crate) struct List<'g> {
    pub(crate) adjacency: Adjacency<'g>,
    pub(crate) relationship_type: TypeId,
    /// Outgoing or Incoming.
    pub(crate) direction: Direction,
    /// Whether loops are left out, because another list has them.
    pub(crate) without_loops: bool,
}

/// Steps that have been read.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    /// How many.
    pub(crate) len: usize,
    /// The node at the other end of each, if wanted.
    pub(crate) nodes: Option<Vec<NodeId>>,
    /// The relationship of each, if wanted.
    pub(crate) statements: Option<Vec<StatementId>>,
}

/// The ids of the types of a pattern; of all types where it names none. Unknown ones are left out.
pub(crate) fn type_ids(types: &[NamedType], graph: &dyn Snapshot) -> Vec<TypeId> {
    ways(types, Direction::Outgoing, graph).into_iter().map(|(id, _)| id).collect()
}

/// The lists that a step of the types in the direction reads, those of a type beside each other.
pub(crate) fn lists<'g>(
    types: &[NamedType],
    direction: Direction,
    graph: &'g dyn Snapshot,
) -> Vec<List<'g>> {
    let mut lists = Vec::new();
    for (relationship_type, direction) in ways(types, direction, graph) {
        let mut add = |direction, without_loops| {
            let adjacency = graph.adjacency(relationship_type, direction);
            if !adjacency.neighbours.is_empty() || adjacency.recent.is_some() {
                lists.push(List { adjacency, relationship_type, direction, without_loops });
            }
        };
        match direction {
            Direction::Both => {
                add(Direction::Outgoing, false);
                add(Direction::Incoming, true);
            }
            one_way => add(one_way, false),
        }
    }
    lists
}

impl List<'_> {
    /// Calls `visit` with every step from a node.
    pub(crate) fn for_each(&self, node: NodeId, mut visit: impl FnMut(NodeId, StatementId)) {
        self.adjacency.for_each(node, |neighbour, statement| {
            if !self.without_loops || neighbour != node {
                visit(neighbour, statement);
            }
        });
    }

    /// Calls `visit` with every step from any node: where it begins and ends, and its relationship.
    pub(crate) fn for_all(
        &self,
        node_bound: u32,
        mut visit: impl FnMut(NodeId, NodeId, StatementId),
    ) {
        let adjacency = self.adjacency.unpacked();
        if adjacency.recent.is_some() {
            let list = List { adjacency, ..*self };
            for node in (0..node_bound).map(NodeId) {
                list.for_each(node, |to, statement| visit(node, to, statement));
            }
            return;
        }
        let mut start = 0;
        for (position, &to) in adjacency.neighbours.iter().enumerate() {
            start = start_of(adjacency.offsets, position, start);
            let from = NodeId(start as u32);
            if !self.without_loops || from != to {
                visit(from, to, adjacency.statement_at(position));
            }
        }
    }

    /// Whether some step from a node leads to where `accept` says; relationships are looked up only
    /// where somebody asks for them.
    pub(crate) fn any(
        &self,
        node: NodeId,
        needs_statement: bool,
        mut accept: impl FnMut(NodeId, StatementId) -> bool,
    ) -> bool {
        let recent = self.adjacency.recent.filter(|recent| recent.touches(node));
        let run = self.adjacency.run(node);
        let needs_statement = needs_statement || recent.is_some();
        let is_step = |neighbour: NodeId| !self.without_loops || neighbour != node;
        let stored = run.neighbours().iter().enumerate().any(|(at, &neighbour)| {
            let statement = if needs_statement { run.statement(at) } else { NO_STATEMENT };
            is_step(neighbour)
                && !recent.is_some_and(|recent| recent.is_removed(statement))
                && accept(neighbour, statement)
        });
        let added = recent.map_or(&[][..], |recent| recent.added(node));
        stored || added.iter().any(|&(neighbour, id)| is_step(neighbour) && accept(neighbour, id))
    }

    /// Whether every step leads to a node of the ranges, as the arrays of the other direction tell:
    /// those of the ranges' nodes hold all relationships.
    pub(crate) fn ends_in(&self, ranges: &[Range<u32>], graph: &dyn Snapshot) -> bool {
        let back = graph.adjacency(self.relationship_type, self.direction.reversed());
        back.recent.is_none() && hold_all(&back, ranges)
    }

    /// Whether every step leads away from a node of the ranges.
    pub(crate) fn starts_in(&self, ranges: &[Range<u32>]) -> bool {
        self.adjacency.recent.is_none() && hold_all(&self.adjacency, ranges)
    }

    /// How many steps lead away from a node.
    pub(crate) fn degree(&self, node: NodeId) -> usize {
        if !self.without_loops {
            return self.adjacency.degree(node);
        }
        let mut degree = 0;
        self.for_each(node, |_, _| degree += 1);
        degree
    }

    /// Calls `visit` with every relationship from a node to another.
    pub(crate) fn between(&self, from: NodeId, to: NodeId, mut visit: impl FnMut(StatementId)) {
        self.any_between(from, to, |statement| {
            visit(statement);
            false
        });
    }

    /// Whether `accept` says so of some relationship from a node to another; those after it are not looked at.
    pub(crate) fn any_between(
        &self,
        from: NodeId,
        to: NodeId,
        mut accept: impl FnMut(StatementId) -> bool,
    ) -> bool {
        if self.without_loops && from == to {
            return false;
        }
        let adjacency = &self.adjacency;
        let run = adjacency.run(from);
        let first = run.neighbours().partition_point(|&neighbour| neighbour < to);
        let same = run.neighbours()[first..].iter().take_while(|neighbour| **neighbour == to);
        for (at, _) in (first..).zip(same) {
            let statement = run.statement(at);
            let is_removed = adjacency.recent.is_some_and(|recent| recent.is_removed(statement));
            if !is_removed && accept(statement) {
                return true;
            }
        }
        let added = adjacency.recent.map_or(&[][..], |recent| recent.added(from));
        added.iter().any(|(neighbour, id)| *neighbour == to && accept(*id))
    }

    /// Reads up to `room` steps from a node, the first `skip` entries of its list left out; says
    /// how many entries to leave out next time, or `None` at the end of the list.
    pub(crate) fn read(
        &self,
        node: NodeId,
        skip: usize,
        room: usize,
        out: &mut Steps,
    ) -> Option<usize> {
        let adjacency = &self.adjacency;
        let recent = adjacency.recent.filter(|recent| recent.touches(node));
        let base = adjacency.positions(node).len();
        let mut at = skip;
        if at < base {
            let run = adjacency.run(node);
            let to = base.min(at + room);
            if recent.is_none() && !self.without_loops {
                out.extend_from(&run, at..to);
            } else {
                self.read_checked(node, &run, at..to, out);
            }
            at = to;
            if at < base {
                return Some(at);
            }
        }
        let added = recent.map_or(&[][..], |recent| recent.added(node));
        let room = room - (at - skip);
        let rest = &added[at - base..];
        for &(neighbour, statement) in rest.iter().take(room) {
            if !self.without_loops || neighbour != node {
                out.push(neighbour, statement);
            }
        }
        (rest.len() > room).then_some(at + room)
    }

    /// The same for steps that are accepted only; `room` of them at most. Relationships are looked up
    /// only where they are wanted or somebody asks for them.
    pub(crate) fn read_where(
        &self,
        node: NodeId,
        skip: usize,
        room: usize,
        out: &mut Steps,
        needs_statement: bool,
        mut accept: impl FnMut(NodeId, StatementId) -> bool,
    ) -> Option<usize> {
        let adjacency = &self.adjacency;
        let recent = adjacency.recent.filter(|recent| recent.touches(node));
        let needs_statement = needs_statement || recent.is_some() || out.statements.is_some();
        let run = adjacency.run(node);
        let base = run.neighbours().len();
        let full = out.len + room;
        let mut at = skip;
        while at < base {
            if out.len >= full {
                return Some(at);
            }
            let neighbour = run.neighbours()[at];
            let statement = if needs_statement { run.statement(at) } else { NO_STATEMENT };
            let is_removed = recent.is_some_and(|recent| recent.is_removed(statement));
            let is_loop = self.without_loops && neighbour == node;
            if !is_removed && !is_loop && accept(neighbour, statement) {
                out.push(neighbour, statement);
            }
            at += 1;
        }
        for &(neighbour, statement) in recent.map_or(&[][..], |r| &r.added(node)[at - base..]) {
            if out.len >= full {
                return Some(at);
            }
            let is_loop = self.without_loops && neighbour == node;
            if !is_loop && accept(neighbour, statement) {
                out.push(neighbour, statement);
            }
            at += 1;
        }
        None
    }

    fn read_checked(&self, node: NodeId, run: &Run<'_>, which: Range<usize>, out: &mut Steps) {
        for at in which {
            let (neighbour, statement) = (run.neighbours()[at], run.statement(at));
            let is_removed =
                self.adjacency.recent.is_some_and(|recent| recent.is_removed(statement));
            let is_loop = self.without_loops && neighbour == node;
            if !is_removed && !is_loop {
                out.push(neighbour, statement);
            }
        }
    }
}

/// The node whose run a position is in, at or after `start`.
pub(crate) fn start_of(offsets: &[u32], position: usize, start: usize) -> usize {
    let is_in = |node: usize| offsets[node + 1] as usize > position;
    // Mostly the same node or one of the next.
    for node in start..start + 8 {
        if is_in(node) {
            return node;
        }
    }
    // Its run is further on, and mostly not much further.
    let (mut low, mut step) = (start + 8, 16);
    while offsets.get(low + step).is_some_and(|&begin| begin as usize <= position) {
        (low, step) = (low + step, step * 2);
    }
    let rest = &offsets[low + 1..offsets.len().min(low + step + 1)];
    low + rest.partition_point(|&end| end as usize <= position)
}

/// Whether the arrays hold relationships for nodes of the ranges only.
fn hold_all(adjacency: &Adjacency<'_>, ranges: &[Range<u32>]) -> bool {
    let offsets = adjacency.offsets;
    let last = offsets.len().saturating_sub(1);
    let offset = |node: u32| offsets.get((node as usize).min(last)).copied().unwrap_or(0);
    let inside: u32 = ranges.iter().map(|range| offset(range.end) - offset(range.start)).sum();
    inside as usize == adjacency.neighbours.len()
}

impl Steps {
    /// Nothing yet; says what is wanted of each step.
    pub(crate) fn wanting(nodes: bool, statements: bool) -> Steps {
        Steps { len: 0, nodes: nodes.then(Vec::new), statements: statements.then(Vec::new) }
    }

    /// Adds a step.
    pub(crate) fn push(&mut self, node: NodeId, statement: StatementId) {
        self.len += 1;
        if let Some(nodes) = &mut self.nodes {
            nodes.push(node);
        }
        if let Some(statements) = &mut self.statements {
            statements.push(statement);
        }
    }

    /// Adds some steps of others, of which the same is wanted.
    pub(crate) fn extend_from_steps(&mut self, others: &Steps, which: Range<usize>) {
        self.len += which.len();
        if let (Some(nodes), Some(others)) = (&mut self.nodes, &others.nodes) {
            nodes.extend_from_slice(&others[which.clone()]);
        }
        if let (Some(statements), Some(others)) = (&mut self.statements, &others.statements) {
            statements.extend_from_slice(&others[which]);
        }
    }

    /// Adds some steps of a node without recent writes.
    fn extend_from(&mut self, run: &Run<'_>, which: Range<usize>) {
        self.len += which.len();
        if let Some(nodes) = &mut self.nodes {
            nodes.extend_from_slice(&run.neighbours()[which.clone()]);
        }
        if let Some(statements) = &mut self.statements {
            statements.extend(which.map(|at| run.statement(at)));
        }
    }
}

/// The lineage of rows that each add a statement to that of the row they come from; nobody needs the statements
/// where no evidence is wanted.
pub(crate) fn lineage_of_steps(
    run: &Runtime<'_>,
    parents: Option<&[u32]>,
    positions: &[u32],
    statements: &[StatementId],
) -> Option<Arc<Vec<u32>>> {
    let mut lineage = run.lineage()?;
    let parent = |at: u32| parents.map_or(super::lineage::NOTHING, |parents| parents[at as usize]);
    if !lineage.has_statements() {
        return Some(Arc::new(positions.iter().map(|at| parent(*at)).collect()));
    }
    let entries = positions.iter().zip(statements);
    Some(Arc::new(entries.map(|(at, id)| lineage.step(parent(*at), *id)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_of_a_position_is_found_from_any_node_before_it() {
        let degrees = (0..400u32).map(|node| if node % 37 < 30 { 0 } else { node % 5 });
        let mut offsets = vec![0];
        degrees.for_each(|degree| offsets.push(offsets[offsets.len() - 1] + degree));
        for node in (0..400).filter(|node| offsets[*node] < offsets[node + 1]) {
            for start in 0..=node {
                assert_eq!(start_of(&offsets, offsets[node] as usize, start), node);
                assert_eq!(start_of(&offsets, offsets[node + 1] as usize - 1, start), node);
            }
        }
    }
}
