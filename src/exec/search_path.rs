//! `SearchPath`: for each row the wanted walks of a path that is searched as a whole.
//!
//! Where all walks are wanted they are enumerated depth-first ([`super::walk`]). Where the shortest
//! are wanted, the search deepens: all walks of one length, then of the next, between two nodes,
//! kept from going astray by the distances of [`super::walk_levels`]. Without a bound end every
//! node that can be reached is searched for in turn, the nearest first.

use std::sync::Arc;

use crate::bind::bound::{PathSearch, SearchSelector};
use crate::error::{Error, Result, eval};
use crate::exec::batch::{BATCH_ROWS, Batch, Row};
use crate::exec::column::{Column, Data, NO_NODE, Vector};
use crate::exec::memory::Holding;
use crate::exec::neighbours::{self, List};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector::nodes;
use crate::exec::walk::{Ground, Walk, Walks, Wanted};
use crate::exec::walk_levels::{Distances, Levels, Measured};
use crate::expr::{Expr, VarId};
use crate::graph::Snapshot;
use crate::plan::physical::{Instruction, Node, Operator as Kind};
use crate::value::{NodeId, Value};

/// A path that is searched as a whole.
pub(crate) struct SearchPath<'a> {
    input: Input<'a>,
    wanted: Wanted<'a>,
    search: &'a PathSearch,
    keep: &'a [VarId],
    current: Option<Current>,
    holding: Holding,
}

/// The rows at hand, and the search for one of them.
struct Current {
    batch: Batch,
    from: Vec<NodeId>,
    to: Option<Vec<NodeId>>,
    row: usize,
    search: Option<Search>,
}

/// How the walks of a row are found.
enum Search {
    All(Walks),
    Shortest(Box<Deepening>),
    None,
}

/// The walks to one end after the other, by ascending length.
struct Deepening {
    from: NodeId,
    levels: Levels,
    /// The ends that are still to come, the nearest last.
    ends: Vec<NodeId>,
    current: Option<End>,
    wanted: Count,
}

/// How many walks are wanted.
#[derive(Clone, Copy)]
enum Count {
    Paths(u64),
    Groups(u64),
}

/// The search for one end.
struct End {
    node: NodeId,
    length: u64,
    distances: Distances,
    /// How many levels the distances were taken from.
    measured: u64,
    walks: Option<Walks>,
    paths: u64,
    groups: u64,
    found_here: bool,
}

impl<'a> SearchPath<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> SearchPath<'a> {
        let Kind::SearchPath { search, .. } = &node.operator else {
            unreachable!("built from a SearchPath")
        };
        let wanted = Wanted::of(node);
        let holding = Holding::default();
        SearchPath { input, wanted, search, keep: &node.keep, current: None, holding }
    }

    /// Up to a batch of walks; `None` where the rows at hand have no more.
    fn fill(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let Some(current) = &mut self.current else { return Ok(None) };
        let graph = run.graph();
        let lists = lists_of(&self.wanted, &*graph);
        let mut found: Vec<(u32, Walk)> = Vec::new();
        while current.row < current.batch.len() && found.len() < BATCH_ROWS {
            let row = current.batch.row(current.row, &*graph);
            let mut ground =
                Ground { wanted: self.wanted, run, graph: &*graph, row, lists: &lists, steps: 0 };
            let search = match &mut current.search {
                Some(search) => search,
                none => {
                    let from = current.from[current.row];
                    let to = current.to.as_ref().map(|to| to[current.row]);
                    none.insert(begin(self.search, from, to, row, &mut ground)?)
                }
            };
            let walk = match search {
                Search::All(walks) => walks.next(&mut ground, None)?,
                Search::Shortest(deepening) => {
                    let walk = deepening.next(&mut ground)?;
                    run.hold(&mut self.holding, deepening.levels.bytes(), "SearchPath")?;
                    walk
                }
                Search::None => None,
            };
            match walk {
                Some(walk) => found.push((current.row as u32, walk)),
                None => {
                    current.search = None;
                    current.row += 1;
                }
            }
        }
        if found.is_empty() {
            self.current = None;
            return Ok(None);
        }
        Ok(self.current.as_ref().map(|current| self.rows(&current.batch, &found, run)))
    }

    fn rows(&self, batch: &Batch, found: &[(u32, Walk)], run: &Runtime<'_>) -> Batch {
        let positions = found.iter().map(|(row, _)| *row).collect();
        let mut rows = batch.select(&Arc::new(positions), Some(self.keep));
        if let (Some(parents), Some(mut lineage)) = (&batch.lineage, run.lineage()) {
            let entries = found.iter().map(|(row, walk)| {
                lineage.steps(parents[*row as usize], walk.relationships.iter().copied())
            });
            rows.lineage = Some(Arc::new(entries.collect()));
        }
        let mut set = |variable: VarId, data: Data| {
            if self.keep.binary_search(&variable).is_ok() {
                rows.set(variable, Column::new(Vector::new(data)));
            }
        };
        if !self.wanted.into {
            let ends = found.iter().map(|(_, walk)| walk.end);
            set(self.wanted.to, Data::Node(ends.collect()));
        }
        let ids =
            |walk: &Walk| Value::list(walk.relationships.iter().map(|id| Value::Relationship(*id)));
        let lists = found.iter().map(|(_, walk)| ids(walk));
        set(self.search.relationships, Data::Value(lists.collect()));
        for &variable in self.search.adds.iter().filter(|v| !self.wanted.given.contains(v)) {
            let values = found.iter().map(|(_, walk)| walk.value(variable));
            set(variable, Data::Value(values.collect()));
        }
        rows.retain(self.keep);
        rows
    }
}

impl Operator for SearchPath<'_> {
    fn start(&mut self, argument: &Batch) {
        self.current = None;
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            run.check()?;
            if let Some(rows) = self.fill(run)? {
                return Ok(Some(rows));
            }
            let Some(batch) = self.input.next(run)? else { return Ok(None) };
            let from = nodes(&batch, self.wanted.from)?;
            let to = self.wanted.into.then(|| nodes(&batch, self.wanted.to)).transpose()?;
            self.current = Some(Current { batch, from, to, row: 0, search: None });
        }
    }
}

/// For each instruction that is a step, the lists that it reads.
fn lists_of<'g>(wanted: &Wanted<'_>, graph: &'g dyn Snapshot) -> Vec<Vec<List<'g>>> {
    let lists = wanted.program.code.iter().map(|instruction| match instruction {
        Instruction::Step { types, direction, .. } => neighbours::lists(types, *direction, graph),
        _ => Vec::new(),
    });
    lists.collect()
}

/// Begins the search for the walks of a row.
fn begin(
    search: &PathSearch,
    from: NodeId,
    to: Option<NodeId>,
    row: Row<'_>,
    ground: &mut Ground<'_, '_>,
) -> Result<Search> {
    let wanted = match &search.selector {
        SearchSelector::All => None,
        SearchSelector::Paths(count) => Some(Count::Paths(number(count, row, ground)?)),
        SearchSelector::Groups(count) => Some(Count::Groups(number(count, row, ground)?)),
    };
    if from == NO_NODE || to == Some(NO_NODE) {
        return Ok(Search::None);
    }
    let Some(wanted) = wanted else { return Ok(Search::All(Walks::new(from, None, to))) };
    let mut levels = Levels::new(from, ground)?;
    let ends = if let Some(to) = to {
        vec![to]
    } else {
        while !levels.is_complete() {
            levels.grow(ground)?;
        }
        let mut ends = levels.ends();
        ends.reverse();
        ends
    };
    Ok(Search::Shortest(Box::new(Deepening { from, levels, ends, current: None, wanted })))
}

/// How many paths or groups of them: an integer of at least 1.
fn number(count: &Expr, row: Row<'_>, ground: &Ground<'_, '_>) -> Result<u64> {
    let span = count.span;
    match ground.run.eval(count, &row)? {
        Value::Integer(count) if count >= 1 => Ok(count.unsigned_abs()),
        Value::Integer(count) => {
            let message = format!("The number of paths is at least 1, not {count}.");
            Err(Error::new(&eval::NEGATIVE_INTEGER, message).at(span))
        }
        other => {
            let message =
                format!("The number of paths is an Integer, not {}.", other.with_article());
            Err(Error::new(&eval::CLAUSE_ARGUMENT_TYPE, message).at(count.span))
        }
    }
}

impl Deepening {
    /// The next walk, to the end at hand or to the next one.
    fn next(&mut self, ground: &mut Ground<'_, '_>) -> Result<Option<Walk>> {
        loop {
            if self.current.is_none() {
                let Some(node) = self.ends.pop() else { return Ok(None) };
                self.current = Some(End::new(node, &self.levels));
            }
            let Some(end) = &mut self.current else { return Ok(None) };
            match end.next(self.from, &mut self.levels, self.wanted, ground)? {
                Some(walk) => return Ok(Some(walk)),
                None => self.current = None,
            }
        }
    }
}

impl End {
    fn new(node: NodeId, levels: &Levels) -> End {
        End {
            node,
            length: 0,
            distances: levels.distances(node),
            measured: levels.depth,
            walks: None,
            paths: 0,
            groups: 0,
            found_here: false,
        }
    }

    fn next(
        &mut self,
        from: NodeId,
        levels: &mut Levels,
        wanted: Count,
        ground: &mut Ground<'_, '_>,
    ) -> Result<Option<Walk>> {
        loop {
            if matches!(wanted, Count::Paths(count) if self.paths >= count) {
                return Ok(None);
            }
            if self.walks.is_none() && !self.deepen(from, levels, ground)? {
                return Ok(None);
            }
            let Some(walks) = &mut self.walks else { continue };
            let ahead = Measured { levels, distances: &self.distances };
            if let Some(walk) = walks.next(ground, Some(&ahead))? {
                self.paths += 1;
                self.found_here = true;
                return Ok(Some(walk));
            }
            let may_go_on = walks.cut_off || !levels.is_complete();
            self.walks = None;
            self.groups += u64::from(std::mem::take(&mut self.found_here));
            let has_groups = matches!(wanted, Count::Groups(count) if self.groups >= count);
            if has_groups || !may_go_on {
                return Ok(None);
            }
            self.length += 1;
        }
    }

    /// Begins with the walks of the length at hand; false where there can be no more.
    fn deepen(
        &mut self,
        from: NodeId,
        levels: &mut Levels,
        ground: &mut Ground<'_, '_>,
    ) -> Result<bool> {
        use crate::exec::walk::Ahead as _;
        ground.run.check()?;
        while levels.depth < self.length && !levels.is_complete() {
            levels.grow(ground)?;
        }
        if self.measured != levels.depth {
            self.distances = levels.distances(self.node);
            self.measured = levels.depth;
        }
        let nearest = Measured { levels, distances: &self.distances }.steps(from, 0);
        match nearest {
            Some(nearest) if nearest <= self.length => {
                self.walks = Some(Walks::new(from, Some(self.length), Some(self.node)));
            }
            None if levels.is_complete() => return Ok(false),
            Some(nearest) if levels.is_complete() => self.length = nearest,
            _ => self.length += 1,
        }
        Ok(true)
    }
}
