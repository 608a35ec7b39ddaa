//! Groups of relationships that count once each, by numbers that stand for keys and values.
//!
//! ```text
//! MATCH (a)-[e:EVENT]->(b) RETURN e.month, count(DISTINCT a), max(e.date)
//!
//! lanes    e.month   a     e.date      a number a row, read from the columns a chunk at a time
//! groups   by e.month: a place in an array
//! states   a count, the last a that each month has seen, the largest day
//! ```
//!
//! No batch, no vector of values and no hash comes between the columns and the counters. What a lane is, is said
//! in [`lane`]; [`rows`] reads relationships, [`table`] has the groups, [`seen`] tells distinct values apart. Many
//! relationships are read by all cores, each from nodes of its own on.
//!
//! **In**: the core rows of [`relationships`](super::relationships), where nothing but conditions on one element
//! says which count. **Out**: the groups in the order in which they appear; nothing where a key or an aggregate
//! has no lane, or something has been written since the arrays were made, which is left to the caller.

mod lane;
mod rows;
mod seen;
mod table;

use std::ops::Range;

use super::nodes::First;
use super::relationships::{Scan, is_listed};
use super::set::Set;
use super::values::Weights;
use super::{Counting, WeightedGroups};
use crate::bind::bound::Grouping;
use crate::error::{Result, eval as codes};
use crate::exec::batch::Batch;
use crate::exec::neighbours::List;
use crate::exec::parallel;
use crate::exec::runtime::Runtime;
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{Aggregate, Expr, VarId};
use crate::graph::Direction;
use crate::graph::snapshot::Statements;
use crate::plan::physical::Top;
use lane::{Lane, Of, Purpose, RowElements};
use rows::{Rows, Source, Wants};
use table::Table;

/// About how many nanoseconds a row takes for each lane.
const LANE_NS: usize = 3;
/// So many pieces for each thread, so that none waits long for another.
const PIECES: usize = 2;

/// Groups and what is asked of them, as lanes.
struct Lanes<'c, 'g> {
    grouping: &'c Grouping,
    keep: &'c [VarId],
    top: Option<&'c Top>,
    all: Vec<Lane<'c, 'g>>,
    /// The lane of each key.
    keys: Vec<usize>,
    wanted: Vec<Wanted>,
    /// About how many rows there are.
    rows: usize,
    /// The end in whose order rows come.
    first_end: Of,
    /// Whether all rows of a node of that end follow each other.
    are_nodes_met_once: bool,
    /// Whether those rows are in the order of the other end, too.
    is_in_order: bool,
}

/// What an aggregate asks of which lane.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    Count,
    Present(usize),
    Distinct(usize),
    /// Whether it is the largest.
    Extreme(usize, bool),
    /// Whether it is the mean.
    Total(usize, bool),
}

impl Wanted {
    fn lane(&self) -> Option<usize> {
        match self {
            Wanted::Count => None,
            Wanted::Present(at)
            | Wanted::Distinct(at)
            | Wanted::Extreme(at, _)
            | Wanted::Total(at, _) => Some(*at),
        }
    }
}

impl<'g> Counting<'_, 'g, '_> {
    /// The groups of the relationships of a scan; `None` where they are not to be had by lanes.
    pub(super) fn by_lanes(
        &self,
        scan: &Scan<'g>,
        lists: &[List<'g>],
        weighted: &WeightedGroups<'_>,
    ) -> Result<Option<Batch>> {
        let Some([left, right]) = scan.sets(lists) else { return Ok(None) };
        let is_stored = |list: &List<'_>| {
            list.adjacency.recent.is_none()
                && matches!(list.adjacency.statements, Statements::From(_))
                && !list.adjacency.neighbours.is_empty()
        };
        // What is random is another one each time.
        if !lists.iter().all(is_stored) || !weighted.is_steady() {
            return Ok(None);
        }
        // Of a few nodes the relationships are listed without a pass over all, and conditions run over slices only
        // where relationships are read one way.
        let is_listed = lists.iter().any(|list| is_listed(scan, list, self.graph));
        if is_listed || scan.direction == Direction::Both && scan.filter.is_some() {
            return Ok(None);
        }
        let bits = [left, right].map(|set| set.map(Set::to_bits));
        let ends = [bits[0].as_deref(), bits[1].as_deref()];
        let mut sources: Vec<Source<'_, '_>> =
            (0..).zip(lists).map(|(at, list)| self.source(scan, list, at, ends)).collect();
        let Some(mut lanes) = self.lanes(scan, &sources) else { return Ok(None) };
        self.turn(&mut lanes, &mut sources);
        let asks = |of: Of| lanes.all.iter().any(|lane| lane.asks(of));
        let makes = lanes.all.iter().any(Lane::is_made);
        let wants = Wants {
            ids: asks(Of::Relationship) || makes,
            left: asks(Of::Left),
            right: asks(Of::Right),
        };
        lanes.read(&sources, wants, self)?.finish(self.run).map(Some)
    }

    fn source<'s>(
        &self,
        scan: &'s Scan<'g>,
        list: &List<'g>,
        type_number: u32,
        ends: [Option<&'s [u64]>; 2],
    ) -> Source<'s, 'g> {
        let is_both = scan.direction == Direction::Both;
        let backward = is_both
            .then(|| self.graph.adjacency(list.relationship_type, Direction::Incoming).unpacked());
        Source {
            list: List { adjacency: list.adjacency.unpacked(), ..*list },
            backward,
            reversed: scan.direction == Direction::Incoming,
            type_number,
            filter: scan.filter.as_deref(),
            ends,
        }
    }

    /// Reads relationships from their other end, where nobody looks at them and nodes there are a key: all rows of a
    /// group then follow each other.
    fn turn(&self, lanes: &mut Lanes<'_, 'g>, sources: &mut [Source<'_, 'g>]) {
        let other_end = if lanes.first_end == Of::Left { Of::Right } else { Of::Left };
        let is_key = |of: Of| lanes.keys.iter().any(|key| lanes.all[*key].is_node(of));
        let looks = lanes.all.iter().any(|lane| lane.asks(Of::Relationship) || lane.is_made());
        let [source] = sources else { return };
        let is_read_once = source.backward.is_none() && source.filter.is_none();
        if !is_read_once || looks || is_key(lanes.first_end) || !is_key(other_end) {
            return;
        }
        let direction = source.list.direction.reversed();
        let back = self.graph.adjacency(source.list.relationship_type, direction);
        if back.recent.is_none() {
            source.list = List { adjacency: back.unpacked(), direction, ..source.list };
            source.reversed = !source.reversed;
            lanes.first_end = other_end;
        }
    }

    /// The lanes of all keys and aggregates.
    fn lanes<'a>(&'a self, scan: &Scan<'g>, sources: &[Source<'_, 'g>]) -> Option<Lanes<'a, 'g>> {
        let elements = self.elements(scan, sources);
        let mut lanes = Lanes {
            grouping: self.grouping,
            keep: self.keep,
            top: self.tree.top.as_ref(),
            all: Vec::new(),
            keys: Vec::new(),
            wanted: Vec::new(),
            rows: elements.rows,
            first_end: if scan.direction == Direction::Incoming { Of::Right } else { Of::Left },
            are_nodes_met_once: sources.len() == 1,
            is_in_order: sources.len() == 1 && scan.direction != Direction::Both,
        };
        let mut known = Vec::new();
        let mut add = |lanes: &mut Lanes<'a, 'g>, expr, purpose| {
            let same = known.iter().position(|(e, p)| *e == expr && *p == purpose);
            if same.is_some() {
                return same;
            }
            lanes.all.push(Lane::of(expr, purpose, &elements, self.graph)?);
            known.push((expr, purpose));
            Some(known.len() - 1)
        };
        for (_, key) in &self.grouping.keys {
            let lane = add(&mut lanes, key, Purpose::Equality)?;
            lanes.keys.push(lane);
        }
        for (_, aggregate) in &self.grouping.aggregates {
            let wanted = wanted(aggregate, |argument, purpose| add(&mut lanes, argument, purpose))?;
            lanes.wanted.push(wanted);
        }
        Some(lanes)
    }

    /// What can stand for a relationship and its ends.
    fn elements(&self, scan: &Scan<'g>, sources: &[Source<'_, 'g>]) -> RowElements {
        let hull = |a: Range<u32>, b: Range<u32>| a.start.min(b.start)..a.end.max(b.end);
        let ids = sources.iter().map(|source| {
            let adjacency = &source.list.adjacency;
            let first = adjacency.statement_at(0).0;
            first..first + adjacency.neighbours.len() as u32
        });
        let ids = ids.reduce(hull).unwrap_or(0..0);
        let starts = sources.iter().map(|source| source.list.adjacency.offsets);
        let starts = starts.map(with_neighbours).reduce(hull).unwrap_or(0..0);
        let ends = sources.iter().map(|source| {
            let back = self.graph.adjacency(source.list.relationship_type, Direction::Incoming);
            with_neighbours(back.offsets)
        });
        let ends = ends.reduce(hull).unwrap_or(0..0);
        let [left, right] = match scan.direction {
            Direction::Outgoing => [starts, ends],
            Direction::Incoming => [ends, starts],
            Direction::Both => [hull(starts.clone(), ends.clone()), hull(starts, ends)],
        };
        RowElements {
            variables: [
                (Of::Relationship, Some(scan.variable), ids),
                (Of::Left, scan.ends[0], left),
                (Of::Right, scan.ends[1], right),
            ],
            rows: sources.iter().map(Source::len).sum(),
        }
    }
}

/// The nodes from the first to the last that have neighbours.
pub(super) fn with_neighbours(offsets: &[u32]) -> Range<u32> {
    let all = offsets.last().copied().unwrap_or(0);
    let first = offsets.partition_point(|offset| *offset == 0).saturating_sub(1);
    let end = offsets.partition_point(|offset| *offset < all);
    first as u32..end as u32
}

/// What an aggregate asks of the lane that its argument has for a purpose; `None` where there is no way.
fn wanted<'e>(
    aggregate: &'e Aggregate,
    mut lane: impl FnMut(&'e Expr, Purpose) -> Option<usize>,
) -> Option<Wanted> {
    let counts = aggregate.function == AggregateFunction::Count;
    let argument = match aggregate.arguments.as_slice() {
        [] => return counts.then_some(Wanted::Count),
        [argument] => argument,
        _ => return None,
    };
    Some(match (aggregate.function, aggregate.distinct) {
        (AggregateFunction::Count, true) => Wanted::Distinct(lane(argument, Purpose::Equality)?),
        (AggregateFunction::Count, false) => Wanted::Present(lane(argument, Purpose::Equality)?),
        // Once is as good as often.
        (AggregateFunction::Min, _) => Wanted::Extreme(lane(argument, Purpose::Order)?, false),
        (AggregateFunction::Max, _) => Wanted::Extreme(lane(argument, Purpose::Order)?, true),
        (AggregateFunction::Sum, false) => Wanted::Total(lane(argument, Purpose::Sum)?, false),
        (AggregateFunction::Avg, false) => Wanted::Total(lane(argument, Purpose::Sum)?, true),
        _ => return None,
    })
}

impl<'c, 'g> Lanes<'c, 'g> {
    /// The groups of all rows.
    fn read<'l>(
        &'l self,
        sources: &[Source<'_, 'g>],
        wants: Wants,
        counting: &Counting<'_, 'g, '_>,
    ) -> Result<Table<'l, 'c, 'g>> {
        let (bound, run) = (counting.graph.node_bound(), counting.run);
        let pieces = self.pieces(sources, bound, run);
        if let Some(table) = self.read_in_parts(&pieces, sources, wants, counting)? {
            return Ok(table);
        }
        let (mut table, mut rows) = (Table::new(self), Rows::new(wants));
        for source in sources {
            source.read(0..bound, &mut rows, run, &mut |rows| table.add(rows, run))?;
        }
        Ok(table)
    }

    /// The same by all cores; `None` where one is to read them.
    fn read_in_parts<'l>(
        &'l self,
        pieces: &[Range<u32>],
        sources: &[Source<'_, 'g>],
        wants: Wants,
        counting: &Counting<'_, 'g, '_>,
    ) -> Result<Option<Table<'l, 'c, 'g>>> {
        let shared = if pieces.len() > 1 { counting.run.shared() } else { None };
        let Some(shared) = shared else { return Ok(None) };
        let part = |piece: &Range<u32>| -> Result<Table<'l, 'c, 'g>> {
            let run = Runtime::worker(&shared);
            let (mut table, mut rows) = (Table::new(self), Rows::new(wants));
            for source in sources {
                source.read(piece.clone(), &mut rows, &run, &mut |rows| table.add(rows, &run))?;
            }
            Ok(table)
        };
        let work = self.rows * (self.all.len() + 1) * LANE_NS / pieces.len();
        let mut all: Option<Table<'l, 'c, 'g>> = None;
        for part in parallel::in_order(pieces, work, counting.run.limits, &part)? {
            counting.run.check()?;
            let part = match part {
                // Tables that one thread fills are smaller than those of several.
                Err(error) if error.code() == codes::MEMORY.name => return Ok(None),
                part => part?,
            };
            match &mut all {
                Some(all) => all.merge(part, counting.graph),
                None => all = Some(part),
            }
        }
        if let Some(all) = &mut all
            && all.hold(counting.run).is_err()
        {
            return Ok(None);
        }
        Ok(all)
    }

    /// Ranges of nodes with about as many rows each, one for each piece of work; none where one core is to do it.
    fn pieces(&self, sources: &[Source<'_, 'g>], bound: u32, run: &Runtime<'_>) -> Vec<Range<u32>> {
        let work = self.rows * (self.all.len() + 1) * LANE_NS;
        let threads = run.limits.threads.unwrap_or_else(|| parallel::threads(work));
        let [source] = sources else { return Vec::new() };
        if threads < 2 {
            return Vec::new();
        }
        let (offsets, all) =
            (source.list.adjacency.offsets, source.list.adjacency.neighbours.len());
        let count = threads.min(64) * PIECES;
        let cut = |at: usize| {
            let node = offsets.partition_point(|offset| (*offset as usize) < all * at / count);
            (node as u32).min(bound)
        };
        let mut cuts: Vec<u32> = (1..count).map(cut).collect();
        cuts.insert(0, 0);
        cuts.push(bound);
        cuts.dedup();
        cuts.windows(2).map(|pair| pair[0]..pair[1]).collect()
    }

    /// Which aggregate says what comes first, and how many rows are wanted.
    fn first(&self, run: &Runtime<'_>) -> Result<Option<(usize, First)>> {
        let Some(top) = self.top else { return Ok(None) };
        Ok(Some((top.aggregate, First::of(top, run)?)))
    }
}

impl Scan<'_> {
    /// The nodes that may stand at either end, `None` for any, where nothing but that and the filter says
    /// which relationships count, each once.
    pub(super) fn sets(&self, lists: &[List<'_>]) -> Option<[Option<&Set>; 2]> {
        let side = self.only_side(lists)?;
        let set = |weights| match weights {
            &Weights::One => Some(None),
            Weights::Set(set) => Some(Some(&**set)),
            Weights::Dense(_) | Weights::Sparse(_) => None,
        };
        let [left, right] = side;
        Some([set(left)?, set(right)?])
    }
}
