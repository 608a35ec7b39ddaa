//! Which nodes are alike.

use crate::algo::{self, Measure, SimilarityOptions};
use crate::error::{Error, Result, eval};
use crate::exec::Limits;
use crate::exec::column::Data;
use crate::graph::{Direction, Snapshot};
use crate::text::suggest;
use crate::value::Value;

use super::{Call, Procedure, Rows, scored, threads};

pub(super) fn procedures() -> Vec<Procedure> {
    vec![
        Procedure::columnar(
            "algo.similarity(options? :: MAP) :: (node :: NODE, other :: NODE, similarity :: FLOAT)",
            "For each node those whose neighbours are most like its own; options `measure` ('jaccard', 'overlap', 'cosine'), `top` (10) and `threshold`.",
            pairs,
        ),
        Procedure::columnar(
            "algo.similarity.to(node :: NODE, options? :: MAP) :: (node :: NODE, similarity :: FLOAT)",
            "The nodes whose neighbours are most like those of one; options as for `algo.similarity`.",
            to_one,
        ),
        Procedure::builtin(
            "algo.similarity.pair(a :: NODE, b :: NODE, options? :: MAP) :: (similarity :: FLOAT, shared :: INTEGER)",
            "How like the neighbours of two nodes are, and how many they share; option `measure`.",
            pair,
        ),
    ]
}

/// The options of the first two.
const OWN: [&str; 3] = ["measure", "top", "threshold"];

fn pairs(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let call = Call::of("algo.similarity", graph, limits, args.first(), &OWN)?;
    let direction = call.direction(Direction::Outgoing)?;
    let (options, check) = (settings(&call)?, || limits.check());
    let Some(selection) = call.reserve(16 + 8 * threads(), 32)? else {
        return Ok(Rows::default());
    };
    let found = algo::similar_pairs(graph, selection, direction, &options, &check)?;
    Ok(Rows::of([
        Data::Node(found.iter().map(|&(node, ..)| node).collect()),
        Data::Node(found.iter().map(|&(_, other, _)| other).collect()),
        Data::Float(found.iter().map(|&(.., similarity)| similarity).collect()),
    ]))
}

fn to_one(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let call = Call::of("algo.similarity.to", graph, limits, args.get(1), &OWN)?;
    let direction = call.direction(Direction::Outgoing)?;
    let (options, check) = (settings(&call)?, || limits.check());
    let (Some(node), Some(selection)) = (args[0].as_node(), call.reserve(8, 0)?) else {
        return Ok(Rows::default());
    };
    Ok(scored(algo::similar_to(graph, selection, direction, node, &options, &check)?))
}

fn pair(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Vec<Vec<Value>>> {
    let own = ["measure"];
    let call = Call::of("algo.similarity.pair", graph, limits, args.get(2), &own)?;
    let (direction, measure) = (call.direction(Direction::Outgoing)?, measure(&call)?);
    let (Some(a), Some(b), Some(selection)) =
        (args[0].as_node(), args[1].as_node(), &call.selection)
    else {
        return Ok(Vec::new());
    };
    let found = algo::similarity(graph, selection, direction, (a, b), measure);
    let row = |(similarity, shared): (f64, u64)| vec![similarity.into(), (shared as i64).into()];
    Ok(found.into_iter().map(row).collect())
}

fn settings(call: &Call<'_>) -> Result<SimilarityOptions> {
    let mut settings =
        SimilarityOptions { measure: measure(call)?, ..SimilarityOptions::default() };
    if let Some(top) = call.options.count("top")? {
        settings.top = top;
    }
    if let Some(threshold) = call.options.number("threshold", 0.0..=1.0)? {
        settings.threshold = threshold;
    }
    Ok(settings)
}

fn measure(call: &Call<'_>) -> Result<Measure> {
    const NAMES: [&str; 3] = ["jaccard", "overlap", "cosine"];
    let Some(name) = call.options.text("measure")? else { return Ok(Measure::default()) };
    match &*name.to_ascii_lowercase() {
        "jaccard" => Ok(Measure::Jaccard),
        "overlap" => Ok(Measure::Overlap),
        "cosine" => Ok(Measure::Cosine),
        other => {
            let message = format!("`{name}` is no measure of similarity.");
            Err(Error::new(&eval::ARGUMENT_VALUE, message).hint(
                match suggest::nearest(other, NAMES) {
                    Some(near) => format!("Did you mean '{near}'?"),
                    None => format!("The measures are {}.", NAMES.join(", ")),
                },
            ))
        }
    }
}
