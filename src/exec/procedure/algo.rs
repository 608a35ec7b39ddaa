//! `algo.*`: graph algorithms over the whole graph or a part of it.
//!
//! All take an optional map of options: `labels` and `types` (a name or a list of names) choose the
//! part, `direction` (`'out'`, `'in'`, `'both'`) says which way relationships are walked; the rest
//! belongs to the algorithm. An option that an algorithm does not know is an error.

use std::sync::Arc;

use super::Procedure;
use crate::algo::{self, PageRankOptions, Selection, Weights};
use crate::error::{Error, Result, eval};
use crate::exec::Limits;
use crate::graph::{Direction, Snapshot};
use crate::text::suggest;
use crate::value::{Map, NodeId, Path, Value};

type Rows = Vec<Vec<Value>>;

/// The options that every algorithm takes.
const COMMON: [&str; 3] = ["labels", "types", "direction"];

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
        Procedure::builtin(
            "algo.distances(from :: NODE, weight :: STRING, options? :: MAP) :: (node :: NODE, cost :: FLOAT)",
            "The cost of the cheapest path from a node to each node that it reaches.",
            distances,
        ),
        Procedure::builtin(
            "algo.breadthFirst(from :: NODE, options? :: MAP) :: (node :: NODE, distance :: INTEGER)",
            "The nodes that a node reaches, each with the number of relationships it takes at least.",
            breadth_first,
        ),
        Procedure::builtin(
            "algo.pageRank(options? :: MAP) :: (node :: NODE, score :: FLOAT)",
            "PageRank, highest first; options `damping` (0.85), `iterations` and `tolerance`.",
            page_rank,
        ),
        Procedure::builtin(
            "algo.degree(options? :: MAP) :: (node :: NODE, degree :: INTEGER)",
            "How many relationships each node has, most first.",
            degree,
        ),
        Procedure::builtin(
            "algo.components.weak(options? :: MAP) :: (node :: NODE, component :: INTEGER)",
            "Which nodes are connected when direction is ignored.",
            |graph, args, limits| components(graph, args, limits, false),
        ),
        Procedure::builtin(
            "algo.components.strong(options? :: MAP) :: (node :: NODE, component :: INTEGER)",
            "Which nodes reach each other along the direction of relationships.",
            |graph, args, limits| components(graph, args, limits, true),
        ),
        Procedure::builtin(
            "algo.triangleCount(options? :: MAP) :: (node :: NODE, triangles :: INTEGER, clustering :: FLOAT)",
            "How many triangles each node is a corner of, and its local clustering coefficient.",
            triangles,
        ),
    ]
}

fn shortest_paths(
    graph: &dyn Snapshot,
    args: &[Value],
    limits: &Limits,
    limit: Option<usize>,
) -> Result<Rows> {
    let extra: &[&str] = if limit.is_some() { &[] } else { &["limit"] };
    let options = Options::read(args.get(2), extra)?;
    let (Some(from), Some(to)) = (args[0].as_node(), args[1].as_node()) else {
        return Ok(Vec::new());
    };
    let limit = match limit {
        Some(limit) => limit,
        None => options.integer("limit")?.map_or(1000, |limit| limit.max(0) as usize),
    };
    let direction = options.direction(Direction::Outgoing)?;
    let check = || limits.check();
    let selection = options.selection(graph)?;
    let Some(selection) = selection else { return Ok(Vec::new()) };
    let paths = algo::all_shortest_paths(graph, &selection, direction, from, to, limit, &check)?;
    let row = |path: Path| {
        let length = path.relationships.len() as i64;
        vec![Value::Path(Arc::new(path)), length.into()]
    };
    Ok(paths.into_iter().map(row).collect())
}

fn cheapest_path(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let options = Options::read(args.get(3), &["missing"])?;
    let (Some(from), Some(to)) = (args[0].as_node(), args[1].as_node()) else {
        return Ok(Vec::new());
    };
    let check = || limits.check();
    let (Some(selection), Some(weights)) =
        (options.selection(graph)?, options.weights(graph, &args[2])?)
    else {
        return Ok(Vec::new());
    };
    let direction = options.direction(Direction::Outgoing)?;
    let found = algo::cheapest_path(graph, &selection, direction, from, to, &weights, &check)?;
    let row = |(cost, path): (f64, Path)| vec![Value::Path(Arc::new(path)), cost.into()];
    Ok(found.into_iter().map(row).collect())
}

fn distances(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let options = Options::read(args.get(2), &["missing"])?;
    let Some(from) = args[0].as_node() else { return Ok(Vec::new()) };
    let check = || limits.check();
    let (Some(selection), Some(weights)) =
        (options.selection(graph)?, options.weights(graph, &args[1])?)
    else {
        return Ok(Vec::new());
    };
    let direction = options.direction(Direction::Outgoing)?;
    let found = algo::distances(graph, &selection, direction, from, &weights, &check)?;
    Ok(found.into_iter().map(|(node, cost)| vec![node.into(), cost.into()]).collect())
}

fn breadth_first(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let options = Options::read(args.get(1), &[])?;
    let Some(from) = args[0].as_node() else { return Ok(Vec::new()) };
    let Some(selection) = options.selection(graph)? else { return Ok(Vec::new()) };
    let direction = options.direction(Direction::Outgoing)?;
    let check = || limits.check();
    let reached = algo::breadth_first(graph, &selection, direction, from, &check)?;
    Ok(numbered(reached))
}

fn page_rank(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let options = Options::read(args.first(), &["damping", "iterations", "tolerance"])?;
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
    let Some(selection) = options.selection(graph)? else { return Ok(Vec::new()) };
    let direction = options.direction(Direction::Outgoing)?;
    let mut ranks = algo::page_rank(graph, &selection, direction, &settings, &|| limits.check())?;
    ranks.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(ranks.into_iter().map(|(node, score)| vec![node.into(), score.into()]).collect())
}

fn degree(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let options = Options::read(args.first(), &[])?;
    let Some(selection) = options.selection(graph)? else { return Ok(Vec::new()) };
    let direction = options.direction(Direction::Both)?;
    let mut degrees = algo::degrees(graph, &selection, direction, &|| limits.check())?;
    degrees.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(numbered(degrees))
}

fn components(graph: &dyn Snapshot, args: &[Value], limits: &Limits, strong: bool) -> Result<Rows> {
    let options = Options::read(args.first(), &[])?;
    let Some(selection) = options.selection(graph)? else { return Ok(Vec::new()) };
    let check = || limits.check();
    Ok(numbered(if strong {
        algo::strongly_connected(graph, &selection, &check)?
    } else {
        algo::weakly_connected(graph, &selection, &check)?
    }))
}

fn triangles(graph: &dyn Snapshot, args: &[Value], limits: &Limits) -> Result<Rows> {
    let options = Options::read(args.first(), &[])?;
    let Some(selection) = options.selection(graph)? else { return Ok(Vec::new()) };
    let mut found = algo::triangles(graph, &selection, &|| limits.check())?;
    found.sort_by(|a, b| b.count.cmp(&a.count).then(a.node.cmp(&b.node)));
    let row = |corner: algo::Triangles| {
        vec![corner.node.into(), (corner.count as i64).into(), corner.clustering().into()]
    };
    Ok(found.into_iter().map(row).collect())
}

fn numbered(rows: Vec<(NodeId, u64)>) -> Rows {
    rows.into_iter().map(|(node, number)| vec![node.into(), (number as i64).into()]).collect()
}

/// The map of options of a call.
struct Options {
    entries: Map,
}

impl Options {
    fn read(given: Option<&Value>, extra: &[&str]) -> Result<Options> {
        let entries = given.and_then(Value::as_map).cloned().unwrap_or_default();
        let known = || COMMON.iter().chain(extra).copied();
        if let Some(other) = entries.keys().find(|key| !known().any(|known| known == &***key)) {
            let message = format!("There is no option `{other}`.");
            let near = suggest::nearest(other, known());
            return Err(Error::new(&eval::ARGUMENT_VALUE, message).hint(match near {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("The options are {}.", known().collect::<Vec<_>>().join(", ")),
            }));
        }
        Ok(Options { entries })
    }

    /// The part of the graph to look at; `None` where it names labels or types that nothing has.
    fn selection(&self, graph: &dyn Snapshot) -> Result<Option<Selection>> {
        let (labels, types) = (self.names("labels")?, self.names("types")?);
        let catalog = graph.catalog();
        let selection = Selection {
            labels: labels.iter().filter_map(|name| catalog.label(name)).collect(),
            types: types.iter().filter_map(|name| catalog.relationship_type(name)).collect(),
        };
        let names_nothing = (!labels.is_empty() && selection.labels.is_empty())
            || (!types.is_empty() && selection.types.is_empty());
        Ok((!names_nothing).then_some(selection))
    }

    fn direction(&self, default: Direction) -> Result<Direction> {
        match self.entries.get("direction") {
            None | Some(Value::Null) => Ok(default),
            Some(Value::String(way)) => match &*way.to_ascii_lowercase() {
                "out" | "outgoing" => Ok(Direction::Outgoing),
                "in" | "incoming" => Ok(Direction::Incoming),
                "both" => Ok(Direction::Both),
                _ => Err(Error::new(&eval::ARGUMENT_VALUE, format!("`{way}` is no direction."))
                    .hint("The directions are 'out', 'in' and 'both'.")),
            },
            Some(other) => Err(wrong_type("direction", "a String", other)),
        }
    }

    fn weights(&self, graph: &dyn Snapshot, key: &Value) -> Result<Option<Weights>> {
        let missing = self.float("missing")?;
        let Some(name) = key.as_str() else { return Ok(None) };
        // A property that nothing has: without a cost for missing ones there is no way.
        let Some(key) = graph.catalog().key(name) else { return Ok(None) };
        Ok(Some(Weights { key, missing }))
    }

    fn names(&self, option: &str) -> Result<Vec<Arc<str>>> {
        match self.entries.get(option) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::String(name)) => Ok(vec![Arc::clone(name)]),
            Some(Value::List(names)) => names
                .iter()
                .map(|name| match name {
                    Value::String(name) => Ok(Arc::clone(name)),
                    other => Err(wrong_type(option, "a list of names", other)),
                })
                .collect(),
            Some(other) => Err(wrong_type(option, "a name or a list of names", other)),
        }
    }

    fn integer(&self, option: &str) -> Result<Option<i64>> {
        match self.entries.get(option) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Integer(number)) => Ok(Some(*number)),
            Some(other) => Err(wrong_type(option, "an Integer", other)),
        }
    }

    fn float(&self, option: &str) -> Result<Option<f64>> {
        match self.entries.get(option) {
            None | Some(Value::Null) => Ok(None),
            Some(number) => match number.as_float() {
                Some(number) => Ok(Some(number)),
                None => Err(wrong_type(option, "a number", number)),
            },
        }
    }
}

fn wrong_type(option: &str, wanted: &str, found: &Value) -> Error {
    let message = format!("The option `{option}` is {wanted}, not {}.", found.with_article());
    Error::new(&eval::ARGUMENT_TYPE, message)
}
