//! What an intersection reads: a sorted run of neighbours for each node, and which nodes count.
//!
//! A relationship without conditions, of one type and one direction, over a graph without recent
//! writes is read where it is stored. Anything else becomes runs of its own first, node after node
//! from the stored ones: those are sorted already, so that only what comes from several is sorted.

use std::ops::Range;
use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::column_test::{Element, Tests};
use crate::exec::neighbours::{self, List, type_ids};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::{Expr, VarId};
use crate::graph::snapshot::{Adjacency, Statements};
use crate::graph::{Direction, Snapshot, TypeId};
use crate::plan::physical::{Intersection, IntersectionNode, IntersectionRelationship};
use crate::value::{NodeId, StatementId};

/// Nodes between two looks at whether to stop.
const NODES_PER_CHECK: u32 = 1 << 16;

/// What stands for a pattern's parts over one state of the graph.
pub(super) struct Prepared {
    /// For each relationship its runs, keyed by the node that is found first.
    pub(super) runs: Vec<Arc<Source>>,
    /// For each node, which ones it may be.
    pub(super) allowed: Arc<Vec<Allowed>>,
}

/// Where the runs of a relationship are.
pub(super) enum Source {
    Stored(TypeId, Direction),
    Built(Built),
}

/// Runs that were made for one search.
#[derive(Default)]
pub(super) struct Built {
    /// The first node that has a run.
    first: u32,
    offsets: Vec<u32>,
    neighbours: Vec<NodeId>,
    statements: Vec<StatementId>,
    /// Whether some relationship ends where it starts.
    has_loops: bool,
}

/// The runs of a relationship as slices.
#[derive(Clone, Copy)]
pub(super) struct Runs<'g> {
    first: u32,
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

impl Prepared {
    pub(super) fn new(pattern: &Intersection, run: &Runtime<'_>) -> Result<Prepared> {
        let mut runs: Vec<Arc<Source>> = Vec::new();
        for relationship in &pattern.relationships {
            let direction = key_direction(relationship);
            let like = relationship
                .like
                .filter(|&like| key_direction(&pattern.relationships[like]) == direction);
            if let Some(like) = like {
                runs.push(Arc::clone(&runs[like]));
                continue;
            }
            let source = match stored(relationship, direction, &*run.graph()) {
                Some(stored) => stored,
                None => Source::Built(Built::new(relationship, direction, run)?),
            };
            runs.push(Arc::new(source));
        }
        let allowed = pattern.nodes.iter().map(|node| Allowed::new(node, run));
        Ok(Prepared { runs, allowed: Arc::new(allowed.collect::<Result<_>>()?) })
    }

    /// About how many bytes were made for the search.
    pub(super) fn bytes(&self) -> usize {
        let runs = self.runs.iter().map(|source| source.bytes());
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

/// The relationships of the types that pass the tests and meet the other conditions, a bit each.
fn select_relationships(
    relationship: &IntersectionRelationship,
    tests: &Tests<'_>,
    conditions: &[&Expr],
    run: &Runtime<'_>,
) -> Result<Vec<u64>> {
    let graph = run.graph();
    let mut bits = vec![0u64; (graph.statement_bound() as usize).div_ceil(64)];
    let mut chunk: Vec<StatementId> = Vec::with_capacity(BATCH_ROWS);
    let mut flush = |chunk: &mut Vec<StatementId>| -> Result<()> {
        run.check()?;
        let column = Column::new(Vector::new(Data::Relationship(chunk.clone())));
        for row in select(conditions, relationship.variable, column, run)? {
            let id = chunk[row as usize].index();
            bits[id / 64] |= 1 << (id % 64);
        }
        chunk.clear();
        Ok(())
    };
    for list in neighbours::lists(&relationship.types, Direction::Outgoing, &*graph) {
        for start in nodes_with_runs(&list, &*graph).map(NodeId) {
            list.for_each(start, |_, id| {
                if tests.hold(id.0) {
                    chunk.push(id);
                }
            });
            if chunk.len() >= BATCH_ROWS {
                flush(&mut chunk)?;
            }
        }
    }
    flush(&mut chunk)?;
    Ok(bits)
}

/// The nodes from the first to the last that a list has neighbours for.
fn nodes_with_runs(list: &List<'_>, graph: &dyn Snapshot) -> Range<u32> {
    if list.adjacency.recent.is_some() {
        return 0..graph.node_bound();
    }
    let offsets = list.adjacency.offsets;
    let before = offsets.partition_point(|&offset| offset == 0).max(1) as u32 - 1;
    before..offsets.len().saturating_sub(1) as u32
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
    /// Adds a relationship after those of the same node and of the nodes before it.
    pub(super) fn push(&mut self, node: u32, neighbour: NodeId, statement: StatementId) {
        if self.offsets.is_empty() {
            (self.first, self.offsets) = (node, vec![0]);
        }
        let end = self.neighbours.len() as u32;
        self.offsets.resize((node - self.first) as usize + 1, end);
        self.neighbours.push(neighbour);
        self.statements.push(statement);
        self.offsets.push(end + 1);
        self.has_loops |= neighbour.0 == node;
    }

    /// The runs of the relationships that meet the conditions, in one direction or in both; a loop
    /// counts once.
    fn new(
        relationship: &IntersectionRelationship,
        direction: Direction,
        run: &Runtime<'_>,
    ) -> Result<Built> {
        let graph = run.graph();
        let of = (relationship.variable, Element::Relationship);
        let (tests, rest) = Tests::compile(&relationship.filter, of, run, &*graph);
        let rest: Vec<&Expr> = rest.into_iter().map(|at| &relationship.filter[at]).collect();
        let bits = if rest.is_empty() {
            None
        } else {
            Some(select_relationships(relationship, &tests, &rest, run)?)
        };
        let counts = |id: StatementId| match &bits {
            None => tests.hold(id.0),
            Some(bits) => bits[id.index() / 64] >> (id.0 % 64) & 1 == 1,
        };
        let lists = neighbours::lists(&relationship.types, direction, &*graph);
        let nodes = lists.iter().map(|list| nodes_with_runs(list, &*graph));
        let nodes = nodes.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(0..0);
        let is_sorted = lists.len() < 2 && lists.iter().all(|l| l.adjacency.recent.is_none());
        let mut built = Built { first: nodes.start, offsets: vec![0], ..Built::default() };
        let mut own: Vec<(NodeId, StatementId)> = Vec::new();
        for node in nodes.map(NodeId) {
            own.clear();
            for list in &lists {
                list.for_each(node, |neighbour, id| {
                    if counts(id) {
                        own.push((neighbour, id));
                    }
                });
            }
            if !is_sorted {
                own.sort_unstable();
            }
            built.has_loops |= own.iter().any(|&(neighbour, _)| neighbour == node);
            built.neighbours.extend(own.iter().map(|(neighbour, _)| *neighbour));
            built.statements.extend(own.iter().map(|(_, id)| *id));
            built.offsets.push(built.neighbours.len() as u32);
            if node.0.is_multiple_of(NODES_PER_CHECK) {
                run.check()?;
            }
        }
        Ok(built)
    }
}

impl Source {
    /// Whether it was made of no relationship.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Source::Built(built) if built.neighbours.is_empty())
    }

    /// About how many bytes were made for the search.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Source::Stored(..) => 0,
            Source::Built(built) => built.offsets.len() * 4 + built.neighbours.len() * 8,
        }
    }

    /// Whether some relationship may end where it starts.
    pub(super) fn has_loops(&self, graph: &dyn Snapshot) -> bool {
        match self {
            Source::Stored(relationship_type, _) => !graph.loops(*relationship_type).is_empty(),
            Source::Built(built) => built.has_loops,
        }
    }

    pub(super) fn view<'g>(&'g self, graph: &'g dyn Snapshot) -> Runs<'g> {
        match self {
            Source::Stored(relationship_type, direction) => {
                let Adjacency { offsets, neighbours, statements, .. } =
                    graph.adjacency(*relationship_type, *direction);
                Runs { first: 0, offsets, neighbours: neighbours.all(), statements }
            }
            Source::Built(built) => Runs {
                first: built.first,
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
        let at = node.wrapping_sub(self.first) as usize;
        match self.offsets.get(at..at.wrapping_add(2)) {
            Some(&[start, end]) => start as usize..end as usize,
            _ => 0..0,
        }
    }

    /// One more than the last node that has a run.
    pub(super) fn bound(&self) -> u32 {
        self.first + self.offsets.len().saturating_sub(1) as u32
    }

    /// The nodes from the first to the last that has a run.
    pub(super) fn nodes(&self) -> Range<u32> {
        self.first..self.bound()
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
            Statements::Sought(sought) => sought.all()[position],
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

    /// Whether no node can be in both.
    pub(super) fn is_apart(&self, other: &Allowed) -> bool {
        let ranges = |allowed: &Allowed| match allowed {
            Allowed::All | Allowed::Bits(_) => None,
            Allowed::Range(range) => Some(vec![range.clone()]),
            Allowed::Ranges(ranges) => Some(ranges.clone()),
        };
        let (Some(own), Some(others)) = (ranges(self), ranges(other)) else { return false };
        own.iter().all(|a| others.iter().all(|b| a.start >= b.end || b.start >= a.end))
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
