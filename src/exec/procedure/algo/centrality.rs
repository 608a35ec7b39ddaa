//! How important nodes are.

use crate::algo::{self, PageRankOptions};
use crate::error::Result;
use crate::exec::Limits;
use crate::graph::{Direction, Snapshot};
use crate::value::Value;

use super::{Call, Procedure, Rows, descending, numbered, ranked};

pub(super) fn procedures() -> Vec<Procedure> {
    vec![
        Procedure::columnar(
            "algo.pageRank(options? :: MAP) :: (node :: NODE, score :: FLOAT)",
            "PageRank, highest first; options `damping` (0.85), `iterations` and `tolerance`.",
            page_rank,
        ),
        Procedure::columnar(
            "algo.degree(options? :: MAP) :: (node :: NODE, degree :: INTEGER)",
            "How many relationships each node has, most first.",
            degree,
        ),
    ]
}

fn page_rank(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let own = ["damping", "iterations", "tolerance"];
    let Some(call) = Call::of("algo.pageRank", graph, limits, args.first(), &own)? else {
        return Ok(Rows::default());
    };
    call.reserve(44, 8)?;
    let options = &call.options;
    let mut settings = PageRankOptions::default();
    if let Some(damping) = options.float("damping")? {
        settings.damping = damping;
    }
    if let Some(rounds) = options.integer("iterations")? {
        settings.iterations_max = u32::try_from(rounds.max(0)).unwrap_or(u32::MAX);
    }
    if let Some(tolerance) = options.float("tolerance")? {
        settings.tolerance = tolerance;
    }
    let direction = call.direction(Direction::Outgoing)?;
    let check = || limits.check();
    Ok(ranked(&algo::page_rank(graph, &call.selection, direction, &settings, &check)?))
}

fn degree(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let Some(call) = Call::of("algo.degree", graph, limits, args.first(), &[])? else {
        return Ok(Rows::default());
    };
    call.reserve(20, 0)?;
    let direction = call.direction(Direction::Both)?;
    let degrees = algo::degrees(graph, &call.selection, direction, &|| limits.check())?;
    let order = descending(degrees.iter().copied());
    Ok(numbered(order.into_iter().map(|at| degrees[at]).collect()))
}
