//! What hangs together.

use crate::algo::{self, LabelPropagationOptions, LouvainOptions};
use crate::error::{Error, Result, eval};
use crate::exec::Limits;
use crate::exec::column::Data;
use crate::graph::{Direction, Snapshot};
use crate::value::Value;

use super::options::check_weighs;
use super::{Call, Procedure, Rows, descending, numbered};

pub(super) fn procedures() -> Vec<Procedure> {
    vec![
        Procedure::columnar(
            "algo.components.weak(options? :: MAP) :: (node :: NODE, component :: INTEGER)",
            "Which nodes are connected when direction is ignored.",
            |graph, args, limits| components(graph, args, limits, false),
        ),
        Procedure::columnar(
            "algo.components.strong(options? :: MAP) :: (node :: NODE, component :: INTEGER)",
            "Which nodes reach each other along the direction of relationships.",
            |graph, args, limits| components(graph, args, limits, true),
        ),
        Procedure::columnar(
            "algo.triangleCount(options? :: MAP) :: (node :: NODE, triangles :: INTEGER, clustering :: FLOAT)",
            "How many triangles each node is a corner of, and its local clustering coefficient.",
            triangles,
        ),
        Procedure::builtin(
            "algo.clustering(options? :: MAP) :: (triangles :: INTEGER, triples :: INTEGER, transitivity :: FLOAT, average :: FLOAT)",
            "How much the graph clusters: the share of triples that are closed, and the mean of the nodes' local coefficients.",
            clustering,
        ),
        Procedure::columnar(
            "algo.labelPropagation(options? :: MAP) :: (node :: NODE, community :: INTEGER)",
            "Communities by what most neighbours are in; options `iterations` (20) and `seed`.",
            label_propagation,
        ),
        Procedure::columnar(
            "algo.louvain(options? :: MAP) :: (node :: NODE, community :: INTEGER, modularity :: FLOAT)",
            "Communities of high modularity; options `weight` (a property), `missing` and `resolution` (1.0).",
            louvain,
        ),
    ]
}

fn components(graph: &dyn Snapshot, args: &[Value], limits: &Limits, strong: bool) -> Result<Rows> {
    let (name, direction) = if strong {
        ("algo.components.strong", Direction::Outgoing)
    } else {
        ("algo.components.weak", Direction::Both)
    };
    let call = Call::of(name, graph, limits, args.first(), &[])?;
    call.direction_is(direction)?;
    let Some(selection) = call.reserve(24, 0)? else { return Ok(Rows::default()) };
    let check = || limits.check();
    Ok(numbered(if strong {
        algo::strongly_connected(graph, selection, &check)?
    } else {
        algo::weakly_connected(graph, selection, &check)?
    }))
}

fn triangles(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let call = Call::of("algo.triangleCount", graph, limits, args.first(), &[])?;
    call.direction_is(Direction::Both)?;
    let Some(selection) = call.reserve(64, 8)? else { return Ok(Rows::default()) };
    let found = algo::triangles(graph, selection, &|| limits.check())?;
    let order = descending(found.iter().map(|corner| corner.count));
    let corners = || order.iter().map(|&at| &found[at]);
    Ok(Rows::of([
        Data::Node(corners().map(|corner| corner.node).collect()),
        Data::Integer(corners().map(|corner| corner.count as i64).collect()),
        Data::Float(corners().map(algo::Triangles::clustering).collect()),
    ]))
}

fn clustering(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Vec<Vec<Value>>> {
    let call = Call::of("algo.clustering", graph, limits, args.first(), &[])?;
    call.direction_is(Direction::Both)?;
    let found = match call.reserve(64, 8)? {
        Some(selection) => algo::triangles(graph, selection, &|| limits.check())?,
        None => Vec::new(),
    };
    let whole = algo::clustering(&found);
    Ok(vec![vec![
        (whole.triangles as i64).into(),
        (whole.triples as i64).into(),
        whole.transitivity.into(),
        whole.average.into(),
    ]])
}

fn label_propagation(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let own = ["iterations", "seed"];
    let call = Call::of("algo.labelPropagation", graph, limits, args.first(), &own)?;
    call.direction_is(Direction::Both)?;
    let mut options = LabelPropagationOptions {
        seed: call.options.seed()?,
        ..LabelPropagationOptions::default()
    };
    if let Some(rounds) = call.options.count("iterations")? {
        options.iterations_max = u32::try_from(rounds).unwrap_or(u32::MAX);
    }
    let Some(selection) = call.reserve(40, 16)? else { return Ok(Rows::default()) };
    let check = || limits.check();
    Ok(numbered(algo::label_propagation(graph, selection, &options, &check)?))
}

fn louvain(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let own = ["weight", "missing", "resolution"];
    let call = Call::of("algo.louvain", graph, limits, args.first(), &own)?;
    call.direction_is(Direction::Both)?;
    let weights = match call.options.text("weight")? {
        None if call.options.has("missing") => {
            let message = "The option `missing` says what a relationship weighs without the `weight`, which is not given.";
            return Err(
                Error::new(&eval::ARGUMENT_VALUE, message).hint("{weight: 'trade', missing: 1}")
            );
        }
        None => None,
        Some(name) => {
            let weights = call.options.weights(graph, &name.into())?;
            weights.iter().try_for_each(|weights| check_weighs(graph, weights))?;
            weights
        }
    };
    let mut options = LouvainOptions { weights, ..LouvainOptions::default() };
    if let Some(resolution) = call.options.number("resolution", 0.0..=f64::MAX)? {
        options.resolution = resolution;
    }
    let Some(selection) = call.reserve(80, 64)? else { return Ok(Rows::default()) };
    let found = algo::louvain(graph, selection, &options, &|| limits.check())?;
    let len = found.nodes.len();
    let (nodes, numbers) = found.nodes.into_iter().map(|(node, at)| (node, at as i64)).unzip();
    Ok(Rows::of([
        Data::Node(nodes),
        Data::Integer(numbers),
        Data::Float(vec![found.modularity; len]),
    ]))
}
