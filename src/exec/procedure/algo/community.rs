//! What hangs together.

use crate::algo;
use crate::error::Result;
use crate::exec::Limits;
use crate::exec::column::Data;
use crate::graph::Snapshot;
use crate::value::Value;

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
    ]
}

fn components(graph: &dyn Snapshot, args: &[Value], limits: &Limits, strong: bool) -> Result<Rows> {
    let Some(call) = Call::of("algo.components", graph, limits, args.first(), &[])? else {
        return Ok(Rows::default());
    };
    call.reserve(24, 0)?;
    let check = || limits.check();
    Ok(numbered(if strong {
        algo::strongly_connected(graph, &call.selection, &check)?
    } else {
        algo::weakly_connected(graph, &call.selection, &check)?
    }))
}

fn triangles(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let Some(call) = Call::of("algo.triangleCount", graph, limits, args.first(), &[])? else {
        return Ok(Rows::default());
    };
    call.reserve(64, 8)?;
    let found = algo::triangles(graph, &call.selection, &|| limits.check())?;
    let order = descending(found.iter().map(|corner| (corner.node, corner.count)));
    let corners = || order.iter().map(|&at| &found[at]);
    Ok(Rows::of([
        Data::Node(corners().map(|corner| corner.node).collect()),
        Data::Integer(corners().map(|corner| corner.count as i64).collect()),
        Data::Float(corners().map(algo::Triangles::clustering).collect()),
    ]))
}
