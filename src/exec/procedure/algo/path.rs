//! Paths and distances.

use std::sync::Arc;

use crate::algo;
use crate::error::{Error, Result, eval};
use crate::exec::Limits;
use crate::exec::column::Data;
use crate::graph::{Direction, Snapshot};
use crate::value::{NodeId, Path, Value};

use super::options::check_weighs;
use super::{Call, Procedure, Rows, numbered, scored, threads};

pub(super) fn procedures() -> Vec<Procedure> {
    vec![
        Procedure::builtin(
            "algo.shortestPath(from :: NODE, to :: NODE, options? :: MAP) :: (path :: PATH, length :: INTEGER)",
            "A shortest path between two nodes, by number of relationships.",
            |graph, args, limits| shortest_paths(graph, args, limits, Some(1)),
        ),
        Procedure::builtin(
            "algo.allShortestPaths(from :: NODE, to :: NODE, options? :: MAP) :: (path :: PATH, length :: INTEGER)",
            "The shortest paths between two nodes; the option `limit` says how many at most (1000).",
            |graph, args, limits| shortest_paths(graph, args, limits, None),
        ),
        Procedure::builtin(
            "algo.cheapestPath(from :: NODE, to :: NODE, weight :: STRING, options? :: MAP) :: (path :: PATH, cost :: FLOAT)",
            "The path with the least sum of a property of its relationships; the option `missing` is the cost of one without.",
            cheapest_path,
        ),
        Procedure::columnar(
            "algo.distances(from :: NODE, weight :: STRING, options? :: MAP) :: (node :: NODE, cost :: FLOAT)",
            "The cost of the cheapest path from a node to each node that it reaches.",
            distances,
        ),
        Procedure::columnar(
            "algo.breadthFirst(from :: NODE, options? :: MAP) :: (node :: NODE, distance :: INTEGER)",
            "The nodes that a node reaches, each with the number of relationships it takes at least.",
            breadth_first,
        ),
        Procedure::columnar(
            "algo.allPairs(nodes :: LIST<NODE>?, options? :: MAP) :: (from :: NODE, to :: NODE, distance :: INTEGER)",
            "How far nodes are from each other, by number of relationships: those of a list, or with null all that are selected; the option `limit` says how many pairs at most (1000000).",
            all_pairs,
        ),
    ]
}

type PathRows = Vec<Vec<Value>>;

fn shortest_paths(
    graph: &dyn Snapshot,
    args: &[Value],
    limits: &Limits,
    limit: Option<usize>,
) -> Result<PathRows> {
    let own: &[&str] = if limit.is_some() { &[] } else { &["limit"] };
    let call = Call::of("algo.shortestPath", graph, limits, args.get(2), own)?;
    let limit = match limit {
        Some(limit) => limit,
        None => call.options.count("limit")?.unwrap_or(1000),
    };
    let direction = call.direction(Direction::Outgoing)?;
    let (Some(from), Some(to), Some(selection)) =
        (args[0].as_node(), args[1].as_node(), &call.selection)
    else {
        return Ok(Vec::new());
    };
    let check = || limits.check();
    let paths = algo::all_shortest_paths(graph, selection, direction, from, to, limit, &check)?;
    let row = |path: Path| {
        let length = path.relationships.len() as i64;
        vec![Value::Path(Arc::new(path)), length.into()]
    };
    Ok(paths.into_iter().map(row).collect())
}

fn cheapest_path(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<PathRows> {
    let call = Call::of("algo.cheapestPath", graph, limits, args.get(3), &["missing"])?;
    let direction = call.direction(Direction::Outgoing)?;
    let weights = call.options.weights(graph, &args[2])?;
    let (Some(from), Some(to), Some(weights), Some(selection)) =
        (args[0].as_node(), args[1].as_node(), weights, &call.selection)
    else {
        return Ok(Vec::new());
    };
    let check = || limits.check();
    let found = algo::cheapest_path(graph, selection, direction, from, to, &weights, &check)?;
    if found.is_none() {
        check_weighs(graph, &weights)?;
    }
    let row = |(cost, path): (f64, Path)| vec![Value::Path(Arc::new(path)), cost.into()];
    Ok(found.into_iter().map(row).collect())
}

fn distances(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let call = Call::of("algo.distances", graph, limits, args.get(2), &["missing"])?;
    let direction = call.direction(Direction::Outgoing)?;
    let weights = call.options.weights(graph, &args[1])?;
    let (Some(from), Some(weights), Some(selection)) =
        (args[0].as_node(), weights, &call.selection)
    else {
        return Ok(Rows::default());
    };
    let check = || limits.check();
    let found = algo::distances(graph, selection, direction, from, &weights, &check)?;
    // A node always reaches itself.
    if found.len() < 2 {
        check_weighs(graph, &weights)?;
    }
    Ok(scored(found))
}

fn breadth_first(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let call = Call::of("algo.breadthFirst", graph, limits, args.get(1), &[])?;
    let direction = call.direction(Direction::Outgoing)?;
    let (Some(from), Some(selection)) = (args[0].as_node(), call.reserve(20, 0)?) else {
        return Ok(Rows::default());
    };
    let check = || limits.check();
    Ok(numbered(algo::breadth_first(graph, selection, direction, from, &check)?))
}

/// Pairs that are looked for without being asked to.
const PAIRS_MAX: usize = 1_000_000;

fn all_pairs(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let call = Call::of("algo.allPairs", graph, limits, args.get(1), &["limit"])?;
    let direction = call.direction(Direction::Outgoing)?;
    let limit = call.options.count("limit")?.unwrap_or(PAIRS_MAX);
    let node = |value: &Value| {
        value.as_node().ok_or_else(|| {
            let message = format!("`nodes` is a list of nodes; it holds {}.", value.with_article());
            Error::new(&eval::ARGUMENT_TYPE, message).hint("Collect them: collect(n).")
        })
    };
    let nodes: Option<Vec<NodeId>> = match &args[0] {
        Value::List(nodes) => {
            let some = nodes.iter().filter(|value| !value.is_null());
            Some(some.map(node).collect::<Result<_>>()?)
        }
        _ => None,
    };
    let Some(selection) = call.reserve(8 * threads(), 0)? else { return Ok(Rows::default()) };
    let (nodes, check) = (nodes.as_deref(), || limits.check());
    let found = algo::all_pairs(graph, selection, direction, nodes, limit, &check)?;
    Ok(Rows::of([
        Data::Node(found.iter().map(|&(from, ..)| from).collect()),
        Data::Node(found.iter().map(|&(_, to, _)| to).collect()),
        Data::Integer(found.iter().map(|&(.., far)| far as i64).collect()),
    ]))
}
