//! Core rows that are relationships with their ends.
//!
//! Each term is cut at the core's edge: a relationship counts by the weight of its left end without
//! what lies behind the edge, times that of its right end. The relationships are read in the order
//! of the arrays, so that conditions on them run over slices; where few nodes count at one end, only
//! theirs are read. Where a term has other relationships between the same two ends, the core counts
//! as often as there are ways to take those.

use std::ops::Range;
use std::sync::Arc;

use super::cells::{Cells, ListRows, RELATIONSHIP};
use super::distinct_ends::DistinctEnds;
use super::lanes::with_neighbours;
use super::steps::{Filter, Steps, filter};
use super::values::Weights;
use super::weights::Evaluator;
use super::{Counters, Counting, WeightedGroups, nodes, overflow};
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::neighbours::{self, List, start_of};
use crate::exec::parallel::CHUNK;
use crate::exec::runtime::Runtime;
use crate::expr::{Expr, ExprKind, VarId};
use crate::graph::snapshot::{Adjacency, Statements};
use crate::graph::{Direction, Snapshot, TypeId};
use crate::plan::physical::{Core, Strand, Term};
use crate::value::{NodeId, StatementId};

/// So many relationships at most are read by one thread before it takes others.
const MORSEL: usize = 8 * CHUNK;

/// A filter, types, and which way.
type Asked<'g> = (Option<Arc<Filter<'g>>>, Vec<TypeId>, Option<bool>);

/// A term cut at the core's edge.
struct Sides<'g> {
    sign: i64,
    factor: u64,
    left: Weights,
    right: Weights,
    /// Other relationships that stand between the same two ends here, seen from the left one.
    beside: Vec<Steps<'g>>,
    /// Whether the core is a loop here: both ends are one node, whose weight stands to the left.
    is_loop: bool,
    /// Where the core is one with other relationships here: what they ask of it, their types (none
    /// for any) and, where they point, whether the left end is the start.
    filter: Option<Arc<Filter<'g>>>,
    types: Vec<TypeId>,
    forward: Option<bool>,
}

/// The start, the end, and the relationship.
type Step = (NodeId, NodeId, StatementId);

/// A relationship read from left to right.
#[derive(Clone, Copy)]
struct Way {
    left: NodeId,
    right: NodeId,
    statement: StatementId,
    relationship_type: TypeId,
    /// Whether its start is to the left; `None` for a loop, which is read once.
    forward: Option<bool>,
}

/// Core rows on their way into groups.
#[derive(Default)]
struct Rows {
    statements: Vec<StatementId>,
    left: Vec<NodeId>,
    right: Vec<NodeId>,
    /// For each counter the weights.
    weights: Vec<Vec<i64>>,
}

/// The core's relationship as the pattern writes it.
pub(super) struct Scan<'c> {
    pub(super) direction: Direction,
    pub(super) filter: Option<Arc<Filter<'c>>>,
    /// For each counter its terms.
    sides: Vec<Vec<Sides<'c>>>,
    pub(super) variable: VarId,
    pub(super) ends: [Option<VarId>; 2],
    /// Whether each relationship that passes the filter is one row and stands for one match; read both
    /// ways, one row for each way.
    is_plain: bool,
    /// Whether anybody looks at the ends.
    asks_ends: bool,
}

/// What reads core rows: one on each thread.
struct Reader<'c, 'g, 'r> {
    scan: &'c Scan<'g>,
    counters: &'c Counters,
    graph: &'c dyn Snapshot,
    run: &'c Runtime<'r>,
    rows: Rows,
}

/// Where core rows go.
enum Sink<'s, 'c> {
    Groups(&'s mut WeightedGroups<'c>),
    /// Only their ends are looked at, and not how often.
    Ends(&'s mut DistinctEnds<'c>),
}

impl<'g> Counting<'_, 'g, '_> {
    /// One row for each relationship that matches, grouped.
    pub(super) fn by_relationship(&self, counters: &Counters) -> Result<Batch> {
        let Core::Relationship { relationship, left, right } = self.tree.core else {
            return Ok(Batch::of_len(0));
        };
        if let Some(groups) = self.far_of_relationships(relationship, [left, right], counters)? {
            return Ok(groups);
        }
        let core = &self.tree.relationships[relationship];
        // Seen from the left end of the pattern, whichever end a term's edge calls left.
        let direction = self.direction(relationship, left);
        let conditions: Vec<_> =
            core.conditions.iter().map(|condition: &Expr| (core.variable, condition)).collect();
        let filter = filter(&conditions, &core.types, self.graph, self.run)?;
        let mut sides = Vec::new();
        for counter in &counters.distinct {
            let mut own = Vec::new();
            for term in &self.tree.terms {
                let evaluator = self.evaluator(term, counter)?;
                own.extend(self.sides(&evaluator, term, relationship, left)?);
            }
            own.sort_by_key(|sides| sides.sign < 0);
            sides.push(own);
        }
        let lists = neighbours::lists(&core.types, Direction::Outgoing, self.graph);
        let mut groups = WeightedGroups::new(self.grouping);
        let ends = [left, right].map(|place| self.tree.nodes[place].variable);
        let asks = |expr: &&Expr| looks_at_some(expr, &ends);
        let mut scan = Scan {
            direction,
            filter,
            sides,
            variable: core.variable,
            ends,
            is_plain: false,
            asks_ends: groups.different.iter().any(asks),
        };
        scan.is_plain = scan.counts_each_once(&lists);
        if let Some(()) = self.by_cells(&scan, &lists, &mut groups, counters)? {
            return groups.finish(self.run);
        }
        if let Some(rows) = self.by_lanes(&scan, &lists, &groups)? {
            return Ok(rows);
        }
        let [left, right] = ends;
        let ends = DistinctEnds::new(self.grouping, left, right, self.graph.node_bound());
        let mut reader = Reader::new(&scan, counters, self.graph, self.run);
        match ends {
            Some(mut ends) if scan.is_plain => {
                reader.read(&lists, &mut Sink::Ends(&mut ends))?;
                ends.finish(self.run)
            }
            _ => {
                if let Some(groups) = self.read_in_parts(&scan, &lists, counters)? {
                    return Ok(groups);
                }
                reader.read(&lists, &mut Sink::Groups(&mut groups))?;
                groups.finish(self.run)
            }
        }
    }

    /// Adds the relationships to groups by cells; `None` where they are not to be had so, and nothing has been added.
    fn by_cells(
        &self,
        scan: &Scan<'g>,
        lists: &[List<'g>],
        groups: &mut WeightedGroups<'_>,
        counters: &Counters,
    ) -> Result<Option<()>> {
        let Some(sets) = scan.sets(lists) else { return Ok(None) };
        let is_stored = |list: &List<'_>| {
            list.adjacency.recent.is_none()
                && matches!(list.adjacency.statements, Statements::From(_))
                && !is_listed(scan, list, self.graph)
        };
        // A condition on relationships leaves out most of them, mostly, and the lanes read only those that are left.
        if scan.direction == Direction::Both
            || scan.filter.is_some()
            || !lists.iter().all(is_stored)
        {
            return Ok(None);
        }
        let rows = lists.iter().map(|list| list.adjacency.neighbours.len()).sum();
        let variables = [scan.ends[0], scan.ends[1], Some(scan.variable)];
        let types: Vec<TypeId> = lists.iter().map(|list| list.relationship_type).collect();
        let looked_at = (&variables[..], types.as_slice());
        let Some(mut cells) = Cells::of(&groups.different, looked_at, rows, self.graph) else {
            return Ok(None);
        };
        // What ends look like is looked up for all nodes first.
        let looks = |end: usize| cells.asks(end) || sets[end].is_some();
        let bound = self.graph.node_bound();
        if (looks(0) || looks(1)) && rows < bound as usize {
            return Ok(None);
        }
        let ends = if scan.direction == Direction::Incoming { [1, 0] } else { [0, 1] };
        let has_some = |(_, list): &(usize, &List<'_>)| !list.adjacency.neighbours.is_empty();
        for (number, list) in lists.iter().enumerate().filter(has_some) {
            let back = self.other_way(list);
            let led_to =
                back.as_ref().map_or(0..bound, |back| with_neighbours(back.adjacency.offsets));
            let own = with_neighbours(list.adjacency.offsets);
            // Relationships at which nobody looks are read from the end that has few nodes with many each.
            let is_turned = !cells.asks(RELATIONSHIP) && led_to.len() < own.len() / 2;
            let (list, ends, led_to) = match back.filter(|_| is_turned) {
                Some(back) => (back, [ends[1], ends[0]], own),
                None => (*list, ends, led_to),
            };
            let list = &List { adjacency: list.adjacency.unpacked(), ..list };
            let rows = ListRows { list, number, ends, sets, led_to };
            cells.add_list(&rows, bound, self.run)?;
        }
        cells.finish(groups, counters, self.run)
    }

    /// The same relationships as they lead the other way, where nothing has been written since.
    fn other_way(&self, list: &List<'g>) -> Option<List<'g>> {
        let direction = list.direction.reversed();
        let adjacency = self.graph.adjacency(list.relationship_type, direction);
        adjacency.recent.is_none().then_some(List { adjacency, direction, ..*list })
    }

    /// The groups of all relationships, where all cores read them.
    fn read_in_parts(
        &self,
        scan: &Scan<'g>,
        lists: &[List<'g>],
        counters: &Counters,
    ) -> Result<Option<Batch>> {
        let is_cut =
            |list: &List<'_>| list.adjacency.recent.is_none() && !is_listed(scan, list, self.graph);
        if !lists.iter().all(is_cut) {
            return Ok(None);
        }
        let mut morsels = Vec::new();
        for list in lists {
            let len = list.adjacency.neighbours.len();
            let firsts = (0..len).step_by(MORSEL);
            morsels.extend(firsts.map(|first| (list, first..len.min(first + MORSEL))));
        }
        let all = lists.iter().map(|list| list.adjacency.neighbours.len()).sum();
        let graph = self.graph;
        let feed = |at: usize, groups: &mut WeightedGroups<'_>, run: &Runtime<'_>| {
            let (list, positions) = &morsels[at];
            let mut reader = Reader::new(scan, counters, graph, run);
            let mut sink = Sink::Groups(groups);
            reader.read_positions(list, positions.clone(), &mut sink)?;
            reader.flush(&mut sink)
        };
        self.in_parts((morsels.len(), all), &feed)
    }

    /// Which way the core points, seen from the node at a place.
    fn direction(&self, relationship: usize, left: usize) -> Direction {
        // In the term that takes nothing off every node is at its own place.
        for term in &self.tree.terms {
            for edge in &term.edges {
                for strand in &edge.strands {
                    if strand.relationships == [relationship] {
                        let is_left = term.nodes[edge.left].contains(&left);
                        return if is_left {
                            strand.direction
                        } else {
                            strand.direction.reversed()
                        };
                    }
                }
            }
        }
        Direction::Both
    }

    /// A term cut at the core's edge; `None` for one that matches nothing.
    fn sides(
        &self,
        evaluator: &Evaluator<'_, 'g, '_, '_>,
        term: &Term,
        relationship: usize,
        left: usize,
    ) -> Result<Option<Sides<'g>>> {
        let holds = |strand: &Strand| strand.relationships.contains(&relationship);
        let place = left;
        let at = |place: usize| term.nodes.iter().position(|places| places.contains(&place));
        let Some(left) = at(left) else { return Ok(None) };
        let edge = term.edges.iter().position(|edge| edge.strands.iter().any(holds));
        let own = super::components(term).into_iter().find(|nodes| nodes.contains(&left));
        let mut factor = 1u64;
        for component in super::components(term) {
            if Some(&component) != own.as_ref() {
                let root = evaluator.best_root(&component)?;
                let total = nodes::total(&evaluator.root(root, None, None)?, self.run)?;
                factor = factor.saturating_mul(u64::try_from(total).unwrap_or(u64::MAX));
            }
        }
        let beside = edge.map_or(Vec::new(), |edge| {
            let strands = evaluator.seen_from(edge, left).iter().zip(&term.edges[edge].strands);
            strands.filter(|(_, strand)| !holds(strand)).map(|(steps, _)| steps.clone()).collect()
        });
        let (left, right, is_loop) = match edge {
            Some(edge) => {
                let data = &term.edges[edge];
                let right = if data.left == left { data.right } else { data.left };
                let left = evaluator.side(left, edge)?;
                (left, evaluator.side(right, edge)?, false)
            }
            None if evaluator.is_nothing() => return Ok(None),
            // The loops of the node are part of its weight: the core's own is among them, once.
            None => (evaluator.without_loop(left, relationship)?, Weights::One, true),
        };
        let (filter, types, forward) = self.as_others_say(term, relationship, place)?;
        let sign = term.sign;
        Ok(Some(Sides { sign, factor, left, right, beside, is_loop, filter, types, forward }))
    }

    /// What the relationships that the core is one with in a term ask of it.
    fn as_others_say(&self, term: &Term, relationship: usize, left: usize) -> Result<Asked<'g>> {
        let holds = |strand: &Strand| strand.relationships.contains(&relationship);
        let edge = term.edges.iter().find(|edge| edge.strands.iter().any(holds));
        let own = edge.and_then(|edge| edge.strands.iter().find(|strand| holds(strand)));
        let loops = term.loops.iter().map(|(_, strand)| strand).find(|strand| holds(strand));
        let Some(strand) = own.or(loops) else { return Ok((None, Vec::new(), None)) };
        let others = strand.relationships.iter().filter(|place| **place != relationship);
        let conditions: Vec<_> = others
            .map(|&place| &self.tree.relationships[place])
            .flat_map(|other| other.conditions.iter().map(|e| (other.variable, e)))
            .collect();
        let filter = filter(&conditions, &strand.types, self.graph, self.run)?;
        let types = neighbours::type_ids(&strand.types, self.graph);
        let forward = edge.and_then(|edge| {
            let is_left = term.nodes[edge.left].contains(&left);
            match strand.direction {
                Direction::Outgoing => Some(is_left),
                Direction::Incoming => Some(!is_left),
                Direction::Both => None,
            }
        });
        Ok((filter, types, forward))
    }
}

impl<'c, 'g, 'r> Reader<'c, 'g, 'r> {
    fn new(
        scan: &'c Scan<'g>,
        counters: &'c Counters,
        graph: &'c dyn Snapshot,
        run: &'c Runtime<'r>,
    ) -> Reader<'c, 'g, 'r> {
        let rows = Rows { weights: vec![Vec::new(); scan.sides.len()], ..Rows::default() };
        Reader { scan, counters, graph, run, rows }
    }

    /// Reads all relationships.
    fn read(&mut self, lists: &[List<'_>], sink: &mut Sink<'_, '_>) -> Result<()> {
        for list in lists {
            self.read_list(list, sink)?;
        }
        self.flush(sink)
    }

    /// Reads the relationships of one type.
    fn read_list(&mut self, list: &List<'_>, sink: &mut Sink<'_, '_>) -> Result<()> {
        if let Some(few) = few_starts(self.scan, list) {
            for node in few {
                self.run.check()?;
                list.for_each(NodeId(node), |to, statement| {
                    let step = (NodeId(node), to, statement);
                    self.scan.visit(step, list.relationship_type, &mut self.rows);
                });
                self.flush_full(sink)?;
            }
            return Ok(());
        }
        if let Some((few, back)) = few_ends(self.scan, list, self.graph) {
            for end in few.into_iter().map(NodeId) {
                self.run.check()?;
                back.for_each(end, |from, statement| {
                    let step = (from, end, statement);
                    self.scan.visit(step, list.relationship_type, &mut self.rows);
                });
                self.flush_full(sink)?;
            }
            return Ok(());
        }
        self.read_positions(list, 0..list.adjacency.neighbours.len(), sink)?;
        let Some(recent) = list.adjacency.recent else { return Ok(()) };
        for node in (0..self.graph.node_bound()).map(NodeId) {
            if recent.touches(node) {
                for &(to, statement) in recent.added(node) {
                    self.scan.visit((node, to, statement), list.relationship_type, &mut self.rows);
                }
                self.flush_full(sink)?;
            }
        }
        Ok(())
    }

    /// Reads the relationships at some positions of a type's array.
    fn read_positions(
        &mut self,
        list: &List<'_>,
        positions: Range<usize>,
        sink: &mut Sink<'_, '_>,
    ) -> Result<()> {
        let (scan, adjacency) = (self.scan, &list.adjacency);
        let neighbours = adjacency.neighbours.all();
        let mut keep = [true; CHUNK];
        let mut kept = Vec::with_capacity(CHUNK);
        let mut start = 0usize;
        for first in positions.clone().step_by(CHUNK) {
            self.run.check()?;
            let block = &mut keep[..CHUNK.min(positions.end - first)];
            block.fill(true);
            let id = adjacency.statement_at(first);
            if let Some(filter) = scan.filter.as_deref() {
                filter.mark(id.0, block);
            }
            if let Some(recent) = adjacency.recent.filter(|recent| recent.has_removed()) {
                let ids = (id.0..).map(StatementId);
                block.iter_mut().zip(ids).for_each(|(keep, id)| *keep &= !recent.is_removed(id));
            }
            positions_kept(block, &mut kept);
            let rows = &mut self.rows;
            if scan.is_plain && scan.direction == Direction::Both {
                for at in &kept {
                    let position = first + *at as usize;
                    start = start_of(adjacency.offsets, position, start);
                    let ends = (NodeId(start as u32), neighbours[position]);
                    rows.push_both_ways(StatementId(id.0 + at), ends);
                }
            } else if scan.is_plain {
                rows.statements.extend(kept.iter().map(|at| StatementId(id.0 + at)));
                if scan.asks_ends {
                    let ends = kept.iter().map(|at| {
                        let position = first + *at as usize;
                        start = start_of(adjacency.offsets, position, start);
                        (NodeId(start as u32), neighbours[position])
                    });
                    rows.extend_ends(ends, scan.direction);
                }
            } else {
                for at in &kept {
                    let position = first + *at as usize;
                    start = start_of(adjacency.offsets, position, start);
                    let step = (NodeId(start as u32), neighbours[position], StatementId(id.0 + at));
                    scan.take(step, list.relationship_type, rows);
                }
            }
            self.flush_full(sink)?;
        }
        Ok(())
    }

    fn flush_full(&mut self, sink: &mut Sink<'_, '_>) -> Result<()> {
        if self.rows.statements.len() < BATCH_ROWS {
            return Ok(());
        }
        self.flush(sink)
    }

    /// Groups the rows so far, and forgets them.
    fn flush(&mut self, sink: &mut Sink<'_, '_>) -> Result<()> {
        let scan = self.scan;
        let all = std::mem::take(&mut self.rows);
        self.rows.weights = vec![Vec::new(); scan.sides.len()];
        if all.statements.is_empty() {
            return Ok(());
        }
        let groups = match sink {
            Sink::Groups(groups) => groups,
            Sink::Ends(ends) => {
                ends.note(&all.left, &all.right);
                return Ok(());
            }
        };
        if all.weights.iter().flatten().any(|weight| *weight == i64::MAX) {
            return Err(overflow());
        }
        let mut batch = Batch::of_len(all.statements.len());
        let statements = Vector::new(Data::Relationship(all.statements));
        batch.set(scan.variable, Column::new(statements));
        for (variable, ends) in scan.ends.iter().zip([all.left, all.right]) {
            if let Some(variable) = variable
                && scan.asks_ends
            {
                batch.set(*variable, Column::new(Vector::new(Data::Node(ends))));
            }
        }
        let weights: Vec<&[i64]> = all.weights.iter().map(Vec::as_slice).collect();
        let weights = (!scan.is_plain).then_some(&weights[..]);
        groups.add(&batch, weights, self.counters, self.run)
    }
}

/// Whether the relationships that can count are those of a few nodes.
pub(super) fn is_listed(scan: &Scan<'_>, list: &List<'_>, graph: &dyn Snapshot) -> bool {
    few_starts(scan, list).is_some() || few_ends(scan, list, graph).is_some()
}

/// The only nodes whose relationships can count, where they are few.
fn few_starts(scan: &Scan<'_>, list: &List<'_>) -> Option<Vec<u32>> {
    few(scan, 0, &list.adjacency)
}

/// The only nodes to which relationships lead that can count, where they are few, with the other way of the list.
fn few_ends<'g>(
    scan: &Scan<'_>,
    list: &List<'_>,
    graph: &'g dyn Snapshot,
) -> Option<(Vec<u32>, List<'g>)> {
    let direction = list.direction.reversed();
    let adjacency = graph.adjacency(list.relationship_type, direction);
    let is_stored = list.adjacency.recent.is_none() && adjacency.recent.is_none();
    let few = if is_stored { few(scan, 1, &adjacency)? } else { return None };
    let relationship_type = list.relationship_type;
    Some((few, List { adjacency, relationship_type, direction, without_loops: false }))
}

/// The nodes that count where relationships start (0) or end (1), if they have few of the other way's `adjacency`.
fn few(scan: &Scan<'_>, end: usize, adjacency: &Adjacency<'_>) -> Option<Vec<u32>> {
    let is_left = match scan.direction {
        Direction::Outgoing => end == 0,
        Direction::Incoming => end == 1,
        Direction::Both => return None,
    };
    let mut nodes: Vec<u32> = Vec::new();
    for sides in scan.sides.iter().flatten() {
        nodes.extend(if is_left { &sides.left } else { &sides.right }.few()?);
    }
    nodes.sort_unstable();
    nodes.dedup();
    let total: usize = nodes.iter().map(|node| adjacency.degree(NodeId(*node))).sum();
    (total < adjacency.neighbours.len() / 4 + 64).then_some(nodes)
}

/// The places in a block that are to be kept.
pub(super) fn positions_kept(block: &[bool], kept: &mut Vec<u32>) {
    // Each place is written, and stays if the next is written behind it: no branch to guess.
    kept.resize(block.len(), 0);
    let mut count = 0;
    for (at, keep) in (0u32..).zip(block) {
        kept[count] = at;
        count += usize::from(*keep);
    }
    kept.truncate(count);
}

/// Whether an expression looks at one of some variables, as far as that can be told.
pub(super) fn looks_at_some(expr: &Expr, variables: &[Option<VarId>]) -> bool {
    let mut looks = false;
    expr.walk(&mut |part| {
        looks |= match &part.kind {
            ExprKind::Variable(variable) => variables.contains(&Some(*variable)),
            ExprKind::Path(_)
            | ExprKind::Subquery(_)
            | ExprKind::Closed(..)
            | ExprKind::Truth { .. } => true,
            _ => false,
        };
    });
    looks
}

impl Rows {
    /// Adds a relationship from left to right and from right to left; a loop is one row.
    fn push_both_ways(&mut self, statement: StatementId, (from, to): (NodeId, NodeId)) {
        self.statements.push(statement);
        self.left.push(from);
        self.right.push(to);
        if from != to {
            self.statements.push(statement);
            self.left.push(to);
            self.right.push(from);
        }
    }

    /// Adds starts and ends, read from left to right in a direction.
    fn extend_ends(&mut self, ends: impl Iterator<Item = (NodeId, NodeId)>, direction: Direction) {
        for (from, to) in ends {
            let (left, right) = match direction {
                Direction::Incoming => (to, from),
                _ => (from, to),
            };
            self.left.push(left);
            self.right.push(right);
        }
    }
}

impl Scan<'_> {
    /// Whether nothing but the filter says which relationships count, each once.
    fn counts_each_once(&self, lists: &[List<'_>]) -> bool {
        let is_free = |weights: &Weights| matches!(weights, Weights::One);
        self.only_side(lists).is_some_and(|sides| sides.into_iter().all(is_free))
    }

    /// How often nodes count at either end, where nothing else but the filter says how often a relationship
    /// does.
    pub(super) fn only_side(&self, lists: &[List<'_>]) -> Option<[&Weights; 2]> {
        let [sides] = self.sides.as_slice() else { return None };
        let [side] = sides.as_slice() else { return None };
        let forward = match self.direction {
            Direction::Outgoing => Some(true),
            Direction::Incoming => Some(false),
            Direction::Both => None,
        };
        let is_alone = (side.sign, side.factor) == (1, 1)
            && side.beside.is_empty()
            && !side.is_loop
            && side.filter.is_none()
            && side.forward.is_none_or(|own| Some(own) == forward)
            && lists.iter().all(|list| side.types.contains(&list.relationship_type));
        is_alone.then_some([&side.left, &side.right])
    }

    /// Takes a relationship that has not been held against the filter.
    fn visit(&self, step: Step, relationship_type: TypeId, rows: &mut Rows) {
        if self.filter.as_ref().is_none_or(|filter| filter.holds(step.2)) {
            self.take(step, relationship_type, rows);
        }
    }

    /// Adds a relationship as a row, or as two where it can be read both ways.
    fn take(&self, (from, to, statement): Step, relationship_type: TypeId, rows: &mut Rows) {
        let way = |left, right, forward| Way { left, right, statement, relationship_type, forward };
        let (forward, backward) = (way(from, to, Some(true)), way(to, from, Some(false)));
        match self.direction {
            _ if from == to => self.take_way(Way { forward: None, ..forward }, rows),
            Direction::Outgoing => self.take_way(forward, rows),
            Direction::Incoming => self.take_way(backward, rows),
            Direction::Both => {
                self.take_way(forward, rows);
                self.take_way(backward, rows);
            }
        }
    }

    fn take_way(&self, way: Way, rows: &mut Rows) {
        let plain = weight(&self.sides[0], way);
        if plain == 0 {
            return;
        }
        rows.statements.push(way.statement);
        rows.left.push(way.left);
        rows.right.push(way.right);
        rows.weights[0].push(plain);
        for (sides, weights) in self.sides.iter().zip(&mut rows.weights).skip(1) {
            weights.push(weight(sides, way));
        }
    }
}

/// How many matches a relationship stands for; the largest number where they are too many.
fn weight(sides: &[Sides<'_>], way: Way) -> i64 {
    let mut sum = 0i64;
    for side in sides {
        let points = side.forward.is_none() || way.forward.is_none() || side.forward == way.forward;
        if !points
            || (side.is_loop && way.left != way.right)
            || !side.types.contains(&way.relationship_type)
            || side.filter.as_ref().is_some_and(|filter| !filter.holds(way.statement))
        {
            continue;
        }
        let right = if side.is_loop { 1 } else { side.right.at(way.right.0) };
        let mut ends = side.left.at(way.left.0).saturating_mul(right);
        for steps in &side.beside {
            if ends == 0 {
                break;
            }
            ends = ends.saturating_mul(steps.ways(way.left.0, way.right.0));
        }
        let all = ends.saturating_mul(side.factor).saturating_mul(side.sign.unsigned_abs());
        let all = i64::try_from(all).unwrap_or(i64::MAX);
        if side.sign > 0 {
            sum = sum.saturating_add(all);
        } else if sum != i64::MAX {
            sum -= all;
        }
    }
    sum
}
