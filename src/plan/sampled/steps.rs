//! Steps from the nodes of a sample: how many there are, and which of them pass.

use super::{ROWS, Row, Rows, STEPS_MAX, Sampler, TESTED, UNSEEN, spread};
use crate::expr::eval::Bindings;
use crate::expr::{Expr, VarId};
use crate::graph::named_type::{NamedType, ways};
use crate::graph::snapshot::Adjacency;
use crate::graph::{Direction, Snapshot};
use crate::plan::physical::Operator;
use crate::value::{NodeId, StatementId, Value};

/// The adjacency of one type, read in one direction.
pub(super) struct List<'g> {
    adjacency: Adjacency<'g>,
    /// Whether loops are left out, because another list has them.
    without_loops: bool,
}

/// What a step of the types in the direction reads.
pub(super) fn lists<'g>(
    types: &[NamedType],
    direction: Direction,
    graph: &'g dyn Snapshot,
) -> Vec<List<'g>> {
    let mut lists = Vec::new();
    for (id, direction) in ways(types, direction, graph) {
        let mut add = |direction, without_loops| {
            lists.push(List { adjacency: graph.adjacency(id, direction), without_loops });
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

/// Calls `visit` with every step from a node.
pub(super) fn each_step(
    lists: &[List<'_>],
    node: NodeId,
    mut visit: impl FnMut(NodeId, StatementId),
) {
    for list in lists {
        list.adjacency.for_each(node, |neighbour, statement| {
            if !list.without_loops || neighbour != node {
                visit(neighbour, statement);
            }
        });
    }
}

impl Sampler<'_> {
    /// The rows that a step leads to from those of the sample.
    pub(super) fn expand(
        &self,
        operator: &Operator,
        all: f64,
        scaled: f64,
        input: &[Row],
    ) -> Option<(f64, Rows)> {
        let Operator::Expand { from, relationship, to, into, types, direction, filter } = operator
        else {
            return None;
        };
        let lists = lists(types, *direction, self.graph);
        let starts: Vec<(&Row, NodeId)> =
            input.iter().filter_map(|row| Some((row, row.node(*from)?))).collect();
        let degree = |node| lists.iter().map(|list| list.adjacency.degree(node)).sum::<usize>();
        let steps: usize = starts.iter().map(|&(_, node)| degree(node)).sum();
        if starts.is_empty() || steps > STEPS_MAX {
            return None;
        }
        // Where the end is known, every step is looked at, since few lead there.
        let stride = if *into { 1 } else { steps.div_ceil(TESTED).max(1) };
        let (mut met, mut tested, mut passed, mut rows) = (0usize, 0usize, 0usize, Vec::new());
        for &(row, node) in &starts {
            let end = if *into { row.node(*to) } else { None };
            each_step(&lists, node, |neighbour, statement| {
                if *into && end != Some(neighbour) {
                    return;
                }
                met += 1;
                if !met.is_multiple_of(stride) || tested >= 4 * TESTED {
                    return;
                }
                tested += 1;
                let found = [
                    (*relationship, Value::Relationship(statement)),
                    (*to, Value::Node(neighbour)),
                ];
                let row = row.with(found);
                if self.holds(filter, &row) {
                    passed += 1;
                    rows.push(row);
                }
            });
        }
        if met == 0 {
            return Some((scaled.min(all * UNSEEN / starts.len() as f64), None));
        }
        let reached = all * met as f64 / input.len() as f64;
        let share = self.share(filter, passed, tested as f64) * self.unasked(filter);
        Some((reached * share, Some(rows)))
    }

    /// Some relationships of the types, spread over all of them.
    pub(super) fn some_steps(
        &self,
        types: &[NamedType],
        direction: Direction,
        wanted: usize,
    ) -> Vec<(NodeId, StatementId, NodeId)> {
        let lists = lists(types, direction, self.graph);
        let all: usize = lists.iter().map(|list| list.adjacency.neighbours.len()).sum();
        let stride = all.div_ceil(wanted.max(1)).max(1);
        let (mut found, mut place) = (Vec::new(), stride / 2);
        for list in &lists {
            let adjacency = &list.adjacency;
            while place < adjacency.neighbours.len() {
                let after = adjacency.offsets.partition_point(|&offset| offset as usize <= place);
                let from = NodeId(after.saturating_sub(1) as u32);
                let (statement, to) = (adjacency.statement_at(place), adjacency.neighbours[place]);
                let removed = adjacency.recent.is_some_and(|recent| recent.is_removed(statement));
                let is_left_out = removed || (list.without_loops && from == to);
                if !is_left_out {
                    found.push((from, statement, to));
                }
                place += stride;
            }
            place -= adjacency.neighbours.len();
        }
        if lists.iter().any(|list| list.adjacency.recent.is_some()) {
            self.recent_steps(&lists, wanted, &mut found);
        }
        found
    }

    /// The same of what was written since the arrays were made.
    fn recent_steps(
        &self,
        lists: &[List<'_>],
        wanted: usize,
        found: &mut Vec<(NodeId, StatementId, NodeId)>,
    ) {
        for node in self.some_nodes(None, wanted) {
            for list in lists {
                let recent = list.adjacency.recent;
                for &(to, statement) in recent.map_or(&[][..], |recent| recent.added(node)) {
                    if !(list.without_loops && node == to) {
                        found.push((node, statement, to));
                    }
                }
            }
        }
    }

    pub(super) fn scan_relationships(
        &self,
        [left, variable, right]: [VarId; 3],
        types: &[NamedType],
        direction: Direction,
        all: f64,
        input: &[Row],
    ) -> (f64, Rows) {
        let steps = self.some_steps(types, direction, TESTED.max(ROWS));
        let rows = spread(input, &steps, |row, &(from, statement, to)| {
            row.with([
                (left, Value::Node(from)),
                (variable, Value::Relationship(statement)),
                (right, Value::Node(to)),
            ])
        });
        let both = if direction == Direction::Both { 2.0 } else { 1.0 };
        (all * both * self.estimator.relationships(types), Some(rows))
    }

    pub(super) fn look_up_relationships(
        &self,
        variable: VarId,
        types: &[NamedType],
        (key, value): (&str, &Expr),
        all: f64,
        input: &[Row],
    ) -> Option<(f64, Rows)> {
        let [named] = types else { return None };
        let catalog = self.graph.catalog();
        let (id, key) = (catalog.relationship_type(&named.name)?, catalog.key(key)?);
        let (mut rows, mut found) = (Vec::new(), 0);
        for row in input {
            let statements = self.graph.lookup_statements(id, key, &self.value(value, row))?;
            found += statements.len();
            let room = TESTED.saturating_sub(rows.len());
            let some = statements.iter().take(room);
            rows.extend(some.map(|&s| row.with([(variable, Value::Relationship(s))])));
        }
        Some((all * found as f64 / input.len() as f64, Some(rows)))
    }

    /// The ends of relationships, both of them unknown before.
    pub(super) fn ends(
        &self,
        [left, variable, right]: [VarId; 3],
        direction: Direction,
        all: f64,
        input: &[Row],
    ) -> (f64, Rows) {
        let mut rows = Vec::new();
        for row in input {
            let Some(Value::Relationship(statement)) = row.value_ref(variable) else { continue };
            let Some(ends) = self.graph.statement(*statement) else { continue };
            let (start, end) = (Value::Node(ends.start), Value::Node(ends.end));
            if direction != Direction::Incoming {
                rows.push(row.with([(left, start.clone()), (right, end.clone())]));
            }
            let is_loop = ends.start == ends.end;
            if direction == Direction::Incoming || (direction == Direction::Both && !is_loop) {
                rows.push(row.with([(left, end), (right, start)]));
            }
        }
        (all * rows.len() as f64 / input.len() as f64, Some(rows))
    }
}
