//! How important nodes are.

use crate::algo::{self, BetweennessOptions, PageRankOptions};
use crate::error::Result;
use crate::exec::Limits;
use crate::graph::{Direction, Snapshot};
use crate::value::Value;

use super::{Call, Procedure, Rows, descending, numbered, ranked, threads};

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
        Procedure::columnar(
            "algo.betweenness(options? :: MAP) :: (node :: NODE, score :: FLOAT)",
            "How many shortest paths lead over each node, most first; the options `samples` and `seed` follow those from some nodes only.",
            betweenness,
        ),
        Procedure::columnar(
            "algo.kCore(options? :: MAP) :: (node :: NODE, core :: INTEGER)",
            "The core number of each node, highest first: it is in a part where all have as many neighbours.",
            k_core,
        ),
    ]
}

fn page_rank(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let own = ["damping", "iterations", "tolerance"];
    let call = Call::of("algo.pageRank", graph, limits, args.first(), &own)?;
    call.reserve(52, 8)?;
    let options = &call.options;
    let mut settings = PageRankOptions::default();
    if let Some(damping) = options.number("damping", 0.0..=1.0)? {
        settings.damping = damping;
    }
    if let Some(rounds) = options.count("iterations")? {
        settings.iterations_max = u32::try_from(rounds).unwrap_or(u32::MAX);
    }
    if let Some(tolerance) = options.number("tolerance", 0.0..=f64::MAX)? {
        settings.tolerance = tolerance;
    }
    let direction = call.direction(Direction::Outgoing)?;
    let Some(selection) = call.reserve(44, 8)? else { return Ok(Rows::default()) };
    let check = || limits.check();
    Ok(ranked(&algo::page_rank(graph, selection, direction, &settings, &check)?))
}

fn degree(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let call = Call::of("algo.degree", graph, limits, args.first(), &[])?;
    let direction = call.direction(Direction::Both)?;
    let Some(selection) = call.reserve(20, 0)? else { return Ok(Rows::default()) };
    let degrees = algo::degrees(graph, selection, direction, &|| limits.check())?;
    let order = descending(degrees.iter().map(|&(_, degree)| degree));
    Ok(numbered(order.into_iter().map(|at| degrees[at]).collect()))
}

fn betweenness(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let own = ["samples", "seed"];
    let call = Call::of("algo.betweenness", graph, limits, args.first(), &own)?;
    let samples = call.options.count("samples")?;
    let options = BetweennessOptions { samples, seed: call.options.seed()? };
    let direction = call.direction(Direction::Outgoing)?;
    let Some(selection) = call.reserve(40 + 32 * threads(), 16)? else {
        return Ok(Rows::default());
    };
    let check = || limits.check();
    Ok(ranked(&algo::betweenness(graph, selection, direction, &options, &check)?))
}

fn k_core(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let call = Call::of("algo.kCore", graph, limits, args.first(), &[])?;
    call.direction_is(Direction::Both)?;
    let Some(selection) = call.reserve(40, 16)? else { return Ok(Rows::default()) };
    let cores = algo::core_numbers(graph, selection, &|| limits.check())?;
    let order = descending(cores.iter().map(|&(_, core)| core));
    Ok(numbered(order.into_iter().map(|at| cores[at]).collect()))
}
