//! What an intersection reads: a sorted run of neighbours for each node, and which nodes count.
//!
//! A relationship without conditions, of one type and one direction, over a graph without recent
//! writes is read where it is stored. Anything else is sorted into runs of its own first, by two
//! counting sorts: time and memory linear in the relationships that are left.

use std::ops::Range;
use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::column_test::{Element, Tests};
use crate::exec::neighbours::type_ids;
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::{Expr, VarId};
use crate::graph::snapshot::{Adjacency, Statements};
use crate::graph::{Direction, Snapshot, TypeId};
use crate::plan::physical::{Intersection, IntersectionNode, IntersectionRelationship};
use crate::value::{NodeId, StatementId};

/// What stands for a pattern's parts over one state of the graph.
pub(super) struct Prepared {
    /// For each relationship its runs, keyed by the node that is found first.
    pub(super) runs: Vec<Arc<Source>>,
    /// For each node, which ones it may be.
    pub(super) allowed: Vec<Allowed>,
}

/// Where the runs of a relationship are.
pub(super) enum Source {
    Stored(TypeId, Direction),
    Built(Built),
}

/// Runs that were sorted for one search.
#[derive(Default)]
pub(super) struct Built {
    offsets: Vec<u32>,
    neighbours: Vec<NodeId>,
    statements: Vec<StatementId>,
}

/// The runs of a relationship as slices.
#[derive(Clone, Copy)]
pub(super) struct Runs<'g> {
    offsets: &'g [u32],
    pub(super) neighbours: &'g [NodeId],
    statements: Statements<'g>,
}

/// The nodes that a node of a pattern may be.
pub(super) enum Allowed {
    All,
    Range(Range<u32>),
    Ranges(Vec<Range<u32>>),
    /// A bit for each node.
    Bits(Vec<u64>),
}

/// Relationships that meet their conditions: start, end and id of each.
type Edges = Vec<(NodeId, NodeId, StatementId)>;

impl Prepared {
    pub(super) fn new(pattern: &Intersection, run: &Runtime<'_>) -> Result<Prepared> {
        let mut edges: Vec<Option<Arc<Edges>>> = Vec::new();
        let mut runs: Vec<Arc<Source>> = Vec::new();
        for (at, relationship) in pattern.relationships.iter().enumerate() {
            let direction = key_direction(relationship);
            let like = relationship
                .like
                .filter(|&like| key_direction(&pattern.relationships[like]) == direction);
            if let Some(like) = like {
                runs.push(Arc::clone(&runs[like]));
                edges.push(edges[like].clone());
                continue;
            }
            if let Some(stored) = stored(relationship, direction, &*run.graph()) {
                runs.push(Arc::new(stored));
                edges.push(None);
                continue;
            }
            let known = relationship.like.and_then(|like| edges[like].clone());
            let own = match known {
                Some(edges) => edges,
                None => Arc::new(select_edges(relationship, run)?),
            };
            let bound = run.graph().node_bound() as usize;
            runs.push(Arc::new(Source::Built(Built::sort(&own, direction, bound))));
            debug_assert_eq!(edges.len(), at);
            edges.push(Some(own));
        }
        let allowed = pattern.nodes.iter().map(|node| Allowed::new(node, run));
        Ok(Prepared { runs, allowed: allowed.collect::<Result<_>>()? })
    }

    /// About how many bytes were made for the search.
    pub(super) fn bytes(&self) -> usize {
        let runs = self.runs.iter().map(|source| match &**source {
            Source::Stored(..) => 0,
            Source::Built(built) => built.offsets.len() * 4 + built.neighbours.len() * 8,
        });
        let bits = self.allowed.iter().map(|allowed| match allowed {
            Allowed::Bits(words) => words.len() * 8,
            _ => 0,
        });
        runs.chain(bits).sum()
    }
}

/// Which way a relationship is read from the end that is found first.
fn key_direction(relationship: &IntersectionRelationship) -> Direction {
    if relationship.left < relationship.right {
        relationship.direction
    } else {
        relationship.direction.reversed()
    }
}

/// The stored runs of a relationship, where they are just what is wanted.
fn stored(
    relationship: &IntersectionRelationship,
    direction: Direction,
    graph: &dyn Snapshot,
) -> Option<Source> {
    let types = type_ids(&relationship.types, graph);
    let [relationship_type] = types[..] else { return None };
    let plain = relationship.filter.is_empty() && direction != Direction::Both;
    let is_whole = plain && graph.adjacency(relationship_type, direction).recent.is_none();
    is_whole.then_some(Source::Stored(relationship_type, direction))
}

/// The relationships of the types that meet the conditions.
fn select_edges(relationship: &IntersectionRelationship, run: &Runtime<'_>) -> Result<Edges> {
    let graph = run.graph();
    let of = (relationship.variable, Element::Relationship);
    let (tests, rest) = Tests::compile(&relationship.filter, of, run, &*graph);
    let rest: Vec<&Expr> = rest.into_iter().map(|at| &relationship.filter[at]).collect();
    let mut edges = Edges::new();
    for relationship_type in type_ids(&relationship.types, &*graph) {
        run.check()?;
        let adjacency = graph.adjacency(relationship_type, Direction::Outgoing);
        let last = if adjacency.recent.is_some() {
            graph.node_bound()
        } else {
            adjacency.offsets.len().saturating_sub(1) as u32
        };
        for start in (0..last).map(NodeId) {
            adjacency.for_each(start, |end, id| {
                if tests.hold(id.0) {
                    edges.push((start, end, id));
                }
            });
        }
    }
    if rest.is_empty() {
        return Ok(edges);
    }
    let mut kept = Edges::new();
    for chunk in edges.chunks(BATCH_ROWS) {
        run.check()?;
        let ids = chunk.iter().map(|&(.., id)| id).collect();
        let column = Column::new(Vector::new(Data::Relationship(ids)));
        for row in select(&rest, relationship.variable, column, run)? {
            kept.push(chunk[row as usize]);
        }
    }
    Ok(kept)
}

/// The rows of a column of elements that meet the conditions.
fn select(
    conditions: &[&Expr],
    variable: VarId,
    column: Column,
    run: &Runtime<'_>,
) -> Result<Vec<u32>> {
    let mut rows: Vec<u32> = (0..column.len() as u32).collect();
    for condition in conditions {
        let mut batch = Batch::of_len(rows.len());
        batch.set(variable, column.at_positions(Arc::new(rows.clone())));
        if let Some(positions) = vector::select(std::slice::from_ref(*condition), &batch, run)? {
            rows = positions.iter().map(|&at| rows[at as usize]).collect();
        }
        if rows.is_empty() {
            break;
        }
    }
    Ok(rows)
}

impl Built {
    /// Runs keyed by the start, by the end, or by both in turn; a loop counts once.
    fn sort(edges: &Edges, direction: Direction, bound: usize) -> Built {
        let (forward, backward) = match direction {
            Direction::Outgoing => (true, false),
            Direction::Incoming => (false, true),
            Direction::Both => (true, true),
        };
        let mut steps = Edges::with_capacity(edges.len() * 2);
        for &(start, end, id) in edges {
            if forward {
                steps.push((start, end, id));
            }
            if backward && !(forward && start == end) {
                steps.push((end, start, id));
            }
        }
        // By neighbour, then, stably, by key: that leaves each run ascending.
        let by_neighbour = counting_sort(&steps, bound, |step| step.1);
        let sorted = counting_sort(&by_neighbour.1, bound, |step| step.0);
        let neighbours = sorted.1.iter().map(|step| step.1).collect();
        let statements = sorted.1.iter().map(|step| step.2).collect();
        Built { offsets: sorted.0, neighbours, statements }
    }
}

fn counting_sort(
    steps: &Edges,
    bound: usize,
    key: impl Fn(&(NodeId, NodeId, StatementId)) -> NodeId,
) -> (Vec<u32>, Edges) {
    let mut offsets = vec![0u32; bound + 1];
    for step in steps {
        offsets[key(step).index() + 1] += 1;
    }
    for at in 0..bound {
        offsets[at + 1] += offsets[at];
    }
    let mut next = offsets.clone();
    let mut sorted = vec![(NodeId(0), NodeId(0), StatementId(0)); steps.len()];
    for step in steps {
        let place = &mut next[key(step).index()];
        sorted[*place as usize] = *step;
        *place += 1;
    }
    (offsets, sorted)
}

impl Source {
    pub(super) fn view<'g>(&'g self, graph: &'g dyn Snapshot) -> Runs<'g> {
        match self {
            Source::Stored(relationship_type, direction) => {
                let Adjacency { offsets, neighbours, statements, .. } =
                    graph.adjacency(*relationship_type, *direction);
                Runs { offsets, neighbours, statements }
            }
            Source::Built(built) => Runs {
                offsets: &built.offsets,
                neighbours: &built.neighbours,
                statements: Statements::Listed(&built.statements),
            },
        }
    }
}

impl Runs<'_> {
    /// The positions of a node's run.
    #[inline]
    pub(super) fn span(&self, node: u32) -> Range<usize> {
        match self.offsets.get(node as usize..node as usize + 2) {
            Some(&[start, end]) => start as usize..end as usize,
            _ => 0..0,
        }
    }

    /// One more than the last node that has a run.
    pub(super) fn bound(&self) -> u32 {
        self.offsets.len().saturating_sub(1) as u32
    }

    /// How many entries all runs have.
    pub(super) fn len(&self) -> usize {
        self.neighbours.len()
    }

    /// The relationship at a position.
    #[inline]
    pub(super) fn statement(&self, position: usize) -> StatementId {
        match self.statements {
            Statements::From(first) => StatementId(first + position as u32),
            Statements::Listed(ids) => ids[position],
        }
    }
}

impl Allowed {
    fn new(node: &IntersectionNode, run: &Runtime<'_>) -> Result<Allowed> {
        let graph = run.graph();
        let label = match &node.label {
            None => None,
            Some(name) => match graph.catalog().label(name) {
                None => return Ok(Allowed::Range(0..0)),
                Some(label) => Some(label),
            },
        };
        if node.filter.is_empty() {
            match label.map(|label| graph.label_ranges(label)) {
                None => return Ok(Allowed::All),
                Some(Some([])) => return Ok(Allowed::Range(0..0)),
                Some(Some([range])) => return Ok(Allowed::Range(range.clone())),
                Some(Some(ranges)) => return Ok(Allowed::Ranges(ranges.to_vec())),
                Some(None) => {}
            }
        }
        let mut words = vec![0u64; (graph.node_bound() as usize).div_ceil(64)];
        let conditions: Vec<&Expr> = node.filter.iter().collect();
        let mut from = Some(NodeId(0));
        while let Some(first) = from {
            run.check()?;
            let mut nodes = Vec::with_capacity(BATCH_ROWS);
            from = graph.scan_nodes(label, first, BATCH_ROWS, &mut nodes);
            let column = Column::new(Vector::new(Data::Node(nodes.clone())));
            for row in select(&conditions, node.variable, column, run)? {
                let id = nodes[row as usize].index();
                words[id / 64] |= 1 << (id % 64);
            }
        }
        Ok(Allowed::Bits(words))
    }

    #[inline]
    pub(super) fn contains(&self, node: u32) -> bool {
        match self {
            Allowed::All => true,
            Allowed::Range(range) => range.contains(&node),
            Allowed::Ranges(ranges) => ranges.iter().any(|range| range.contains(&node)),
            Allowed::Bits(words) => {
                words.get(node as usize / 64).is_some_and(|word| word >> (node % 64) & 1 == 1)
            }
        }
    }

    /// The smallest range that holds all of them, below a bound.
    pub(super) fn hull(&self, bound: u32) -> Range<u32> {
        match self {
            Allowed::All => 0..bound,
            Allowed::Range(range) => range.start.min(bound)..range.end.min(bound),
            Allowed::Ranges(ranges) => {
                let start = ranges.first().map_or(0, |range| range.start);
                let end = ranges.last().map_or(0, |range| range.end);
                start.min(bound)..end.min(bound)
            }
            Allowed::Bits(words) => 0..bound.min((words.len() * 64) as u32),
        }
    }
}
