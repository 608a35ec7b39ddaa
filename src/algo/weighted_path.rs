//! Paths that cost the least, by a property of the relationships.

use std::sync::{Mutex, PoisonError};

use petgraph::EdgeType;
use petgraph::algo::{astar, dijkstra};
use petgraph::visit::EdgeRef;

use crate::error::{Error, Result, eval};
use crate::graph::snapshot::Column;
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, KeyId, Snapshot};
use crate::value::{NodeId, Path, StatementId, Value};

use super::with_view;

/// What relationships cost.
///
/// ```
/// use dossier::algo::Weights;
/// let store = dossier::Store::memory();
/// store.query("CREATE ()-[:ROAD {km: 12.5}]->()", ())?;
/// let km = store.snapshot().catalog().key("km").expect("roads have a length");
/// let only_measured = Weights { key: km, missing: None };
/// assert_ne!(only_measured, Weights { key: km, missing: Some(1.0) });
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// The property that holds the cost: a number, not negative.
    pub key: KeyId,
    /// The cost of a relationship without the property; `None` leaves it out.
    pub missing: Option<f64>,
}

/// Costs by relationship, and the first that is none.
pub(super) struct Costs<'a> {
    column: Column<'a>,
    missing: f64,
    error: Mutex<Option<Error>>,
}

/// The path that costs the least from one node to another, with its cost; `None` where there is
/// none.
///
/// Dijkstra's algorithm up to the goal (petgraph's A* without an estimate). Fails with
/// `eval::argument_value` where a relationship on the way has a negative cost, and with
/// `eval::argument_type` where it has one that is no number.
///
/// ```
/// use dossier::algo::{self, Selection, Weights};
/// use dossier::graph::Direction;
/// let text = "CREATE (a)-[:ROAD {km: 9}]->(c), (a)-[:ROAD {km: 2}]->()-[:ROAD {km: 3}]->(c) RETURN a, c";
/// let rows = dossier::Store::memory().query(text, ())?;
/// let (graph, row) = (rows.graph(), rows.get(0).unwrap());
/// let weights = Weights { key: graph.catalog().key("km").unwrap(), missing: None };
/// let (all, go_on, out) = (Selection::default(), || Ok(()), Direction::Outgoing);
/// let (a, c) = (row.get("a")?, row.get("c")?);
/// let (km, path) = algo::cheapest_path(graph, &all, out, a, c, &weights, &go_on)?.expect("a way");
/// assert_eq!((km, path.nodes.len()), (5.0, 3));
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn cheapest_path(
    graph: &dyn Snapshot,
    selection: &Selection,
    direction: Direction,
    from: NodeId,
    to: NodeId,
    weights: &Weights,
    check: Check<'_>,
) -> Result<Option<(f64, Path)>> {
    let costs = Costs::new(graph, weights);
    with_view!(graph, selection, direction, check, |view| {
        if !view.contains(from) || !view.contains(to) {
            return Ok(None);
        }
        let found = astar(view, from, |node| node == to, |edge| costs.of(edge.id()), |_| 0.0);
        view.finish()?;
        costs.finish()?;
        let found = found.filter(|(cost, _)| cost.is_finite());
        Ok(found.map(|(cost, nodes)| (cost, with_relationships(view, &costs, nodes))))
    })
}

/// What the cheapest path from a node to each node that it reaches costs, in the order of ids.
///
/// Dijkstra's algorithm, petgraph's. Fails as [`cheapest_path`] does.
///
/// ```
/// use dossier::algo::{self, Selection, Weights};
/// use dossier::graph::Direction;
/// let text = "CREATE (a)-[:ROAD {km: 2}]->()-[:ROAD {km: 3}]->(c) RETURN a, c";
/// let rows = dossier::Store::memory().query(text, ())?;
/// let (graph, row) = (rows.graph(), rows.get(0).unwrap());
/// let weights = Weights { key: graph.catalog().key("km").unwrap(), missing: None };
/// let (all, go_on, out) = (Selection::default(), || Ok(()), Direction::Outgoing);
/// let reached = algo::distances(graph, &all, out, row.get("a")?, &weights, &go_on)?;
/// assert!(reached.contains(&(row.get("c")?, 5.0)));
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn distances(
    graph: &dyn Snapshot,
    selection: &Selection,
    direction: Direction,
    from: NodeId,
    weights: &Weights,
    check: Check<'_>,
) -> Result<Vec<(NodeId, f64)>> {
    let costs = Costs::new(graph, weights);
    with_view!(graph, selection, direction, check, |view| {
        if !view.contains(from) {
            return Ok(Vec::new());
        }
        let reached = dijkstra(view, from, None, |edge| costs.of(edge.id()));
        view.finish()?;
        costs.finish()?;
        let finite = reached.into_iter().filter(|(_, cost)| cost.is_finite());
        let mut distances: Vec<(NodeId, f64)> = finite.collect();
        distances.sort_unstable_by_key(|&(node, _)| node);
        Ok(distances)
    })
}

impl<'a> Costs<'a> {
    pub(super) fn new(graph: &'a dyn Snapshot, weights: &Weights) -> Self {
        Costs {
            column: graph.statement_column(weights.key),
            missing: weights.missing.unwrap_or(f64::INFINITY),
            error: Mutex::new(None),
        }
    }

    /// The cost of a relationship; infinite where it cannot be walked.
    pub(super) fn of(&self, statement: StatementId) -> f64 {
        let value = self.column.get(statement.0);
        match value.as_float() {
            // Also takes NaN out, which no comparison holds for.
            Some(cost) if cost >= 0.0 => cost,
            None if value.is_null() => self.missing,
            _ => {
                let mut error = self.error.lock().unwrap_or_else(PoisonError::into_inner);
                error.get_or_insert_with(|| refuse(&value));
                f64::INFINITY
            }
        }
    }

    /// The error of the first relationship that has no proper cost, if one was met.
    pub(super) fn finish(&self) -> Result<()> {
        let mut error = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        error.take().map_or(Ok(()), Err)
    }
}

fn refuse(value: &Value) -> Error {
    if let Some(cost) = value.as_float() {
        let message = format!("A relationship costs {cost}; costs must not be negative.");
        return Error::new(&eval::ARGUMENT_VALUE, message)
            .hint("Choose a property that is 0 or more on every relationship.");
    }
    let message = format!("A relationship costs {}; costs must be numbers.", value.with_article());
    Error::new(&eval::ARGUMENT_TYPE, message)
        .hint("Choose a property that is a number on every relationship.")
}

/// The path over the given nodes, by the cheapest relationship from each to the next.
fn with_relationships<Ty: EdgeType>(
    view: &GraphView<'_, Ty>,
    costs: &Costs<'_>,
    nodes: Vec<NodeId>,
) -> Path {
    let cheapest = |pair: &[NodeId]| {
        let steps = view.steps(pair[0], Direction::Outgoing);
        let parallel = steps.filter(|step| step.neighbour == pair[1]);
        let statements = parallel.map(|step| step.statement);
        statements.min_by(|a, b| costs.of(*a).total_cmp(&costs.of(*b)))
    };
    let relationships = nodes.windows(2).filter_map(cheapest).collect();
    Path { nodes, relationships }
}
