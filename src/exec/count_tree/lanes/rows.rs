//! Relationships in chunks of rows, each with its ends where somebody looks at them.
//!
//! Forward lists hold relationships in the order of their ids, and ids are places in columns: where all of a
//! chunk count, its properties are slices. Read both ways, the relationships of a node follow each other, so
//! that rows come in the order of their left end either way.

use std::ops::Range;

use super::super::steps::Filter;
use crate::error::Result;
use crate::exec::neighbours::{List, start_of};
use crate::exec::parallel::CHUNK;
use crate::exec::predicate::bit;
use crate::exec::runtime::Runtime;
use crate::graph::snapshot::Adjacency;
use crate::value::{NodeId, StatementId};

/// Rows, and what has been asked of them.
#[derive(Default)]
pub(super) struct Rows {
    len: usize,
    /// The first of the ids, where they follow each other; they are listed otherwise.
    first: Option<u32>,
    listed: Vec<u32>,
    pub(super) left: Vec<u32>,
    pub(super) right: Vec<u32>,
    /// The number of the type that all of them have.
    pub(super) type_number: u32,
    wants: Wants,
}

/// What somebody looks at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wants {
    pub(super) ids: bool,
    pub(super) left: bool,
    pub(super) right: bool,
}

/// Ids that follow each other, or do not.
#[derive(Clone, Copy)]
pub(super) enum Ids<'a> {
    From(u32, usize),
    Listed(&'a [u32]),
}

/// Which relationships of a type are rows.
pub(super) struct Source<'s, 'g> {
    pub(super) list: List<'g>,
    /// The other way, where relationships are read both ways.
    pub(super) backward: Option<Adjacency<'g>>,
    /// Whether the start of a relationship is its right end.
    pub(super) reversed: bool,
    pub(super) type_number: u32,
    pub(super) filter: Option<&'s Filter<'g>>,
    /// Bits of the nodes that may be the left and the right end.
    pub(super) ends: [Option<&'s [u64]>; 2],
}

impl Ids<'_> {
    #[inline]
    pub(super) fn for_each(self, visit: impl FnMut(u32)) {
        match self {
            Ids::From(first, len) => (first..).take(len).for_each(visit),
            Ids::Listed(ids) => ids.iter().copied().for_each(visit),
        }
    }

    /// Adds what stands in an array for each id, of which `base` is the first.
    #[inline]
    pub(super) fn pick<T: Copy>(
        self,
        values: &[T],
        base: u32,
        out: &mut Vec<u32>,
        number: impl Fn(T) -> u32,
    ) {
        match self {
            Ids::From(first, len) => {
                let begin = (first - base) as usize;
                out.extend(values[begin..begin + len].iter().map(|value| number(*value)));
            }
            Ids::Listed(ids) => {
                out.extend(ids.iter().map(|id| number(values[(id - base) as usize])));
            }
        }
    }
}

impl Rows {
    pub(super) fn new(wants: Wants) -> Rows {
        Rows { wants, ..Rows::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn ids(&self) -> Ids<'_> {
        match self.first {
            Some(first) => Ids::From(first, self.len),
            None => Ids::Listed(&self.listed),
        }
    }

    /// The relationship of a row.
    pub(super) fn id(&self, row: usize) -> u32 {
        self.first.map_or_else(|| self.listed[row], |first| first + row as u32)
    }

    fn clear(&mut self) {
        (self.len, self.first) = (0, None);
        self.listed.clear();
        self.left.clear();
        self.right.clear();
    }

    fn push(&mut self, left: u32, right: u32, id: u32) {
        self.len += 1;
        if self.wants.ids {
            self.listed.push(id);
        }
        if self.wants.left {
            self.left.push(left);
        }
        if self.wants.right {
            self.right.push(right);
        }
    }
}

impl Source<'_, '_> {
    /// How many relationships there are to be read.
    pub(super) fn len(&self) -> usize {
        let ways = 1 + usize::from(self.backward.is_some());
        self.list.adjacency.neighbours.len() * ways
    }

    /// Gives the rows that begin at some nodes, chunk by chunk.
    pub(super) fn read(
        &self,
        nodes: Range<u32>,
        rows: &mut Rows,
        run: &Runtime<'_>,
        visit: &mut impl FnMut(&mut Rows) -> Result<()>,
    ) -> Result<()> {
        rows.type_number = self.type_number;
        rows.clear();
        let start = self.ends[usize::from(self.reversed)];
        if self.backward.is_some() || start.is_some() {
            let mut unchecked = 0;
            for node in nodes.filter(|node| start.is_none_or(|bits| bit(bits, *node))) {
                unchecked += self.read_node(node, rows, visit)?;
                if unchecked >= CHUNK {
                    run.check()?;
                    unchecked = 0;
                }
            }
        } else {
            self.read_blocks(nodes, rows, run, visit)?;
        }
        if rows.len > 0 {
            visit(rows)?;
            rows.clear();
        }
        Ok(())
    }

    /// Adds the relationships of a node, chunk by chunk where it is a hub; gives how many it has, and one.
    fn read_node(
        &self,
        node: u32,
        rows: &mut Rows,
        visit: &mut impl FnMut(&mut Rows) -> Result<()>,
    ) -> Result<usize> {
        let mut full = |rows: &mut Rows| {
            if rows.len < CHUNK {
                return Ok(());
            }
            visit(rows)?;
            rows.clear();
            Ok(())
        };
        let forward = &self.list.adjacency;
        let span = forward.positions(NodeId(node));
        let base = forward.statement_at(0).0;
        let neighbours = forward.neighbours.all();
        let mut looked_at = 1 + span.len();
        for position in span {
            self.take(node, neighbours[position].0, base + position as u32, rows);
            full(rows)?;
        }
        let Some(backward) = &self.backward else { return Ok(looked_at) };
        let neighbours = backward.neighbours.all();
        let asks_ids = rows.wants.ids || self.filter.is_some();
        let span = backward.positions(NodeId(node));
        looked_at += span.len();
        for position in span {
            let other = neighbours[position].0;
            if other != node {
                let id = if asks_ids { backward.statement_at(position).0 } else { 0 };
                self.take(node, other, id, rows);
                full(rows)?;
            }
        }
        Ok(looked_at)
    }

    #[inline]
    fn take(&self, node: u32, other: u32, id: u32, rows: &mut Rows) {
        let end = self.ends[usize::from(!self.reversed)];
        if end.is_some_and(|bits| !bit(bits, other))
            || self.filter.is_some_and(|filter| !filter.holds(StatementId(id)))
        {
            return;
        }
        if self.reversed {
            rows.push(other, node, id);
        } else {
            rows.push(node, other, id);
        }
    }

    /// Reads relationships in the order of their ids; conditions run over slices.
    fn read_blocks(
        &self,
        nodes: Range<u32>,
        rows: &mut Rows,
        run: &Runtime<'_>,
        visit: &mut impl FnMut(&mut Rows) -> Result<()>,
    ) -> Result<()> {
        let adjacency = &self.list.adjacency;
        let offsets = adjacency.offsets;
        let last = offsets.len().saturating_sub(1);
        let offset =
            |node: u32| offsets.get((node as usize).min(last)).map_or(0, |at| *at as usize);
        let (begin, end) = (offset(nodes.start), offset(nodes.end));
        let end_bits = self.ends[usize::from(!self.reversed)];
        let neighbours = adjacency.neighbours.all();
        let mut keep = [true; CHUNK];
        let mut kept = Vec::with_capacity(CHUNK);
        let mut start = nodes.start as usize;
        for first in (begin..end).step_by(CHUNK) {
            let len = CHUNK.min(end - first);
            let id = adjacency.statement_at(first).0;
            if self.filter.is_none() && end_bits.is_none() {
                if rows.len > 0 {
                    visit(rows)?;
                    rows.clear();
                }
                self.whole_block(first, len, &mut start, rows);
                rows.first = Some(id);
                run.check()?;
                visit(rows)?;
                rows.clear();
                continue;
            }
            let block = &mut keep[..len];
            self.mark(id, block);
            super::super::relationships::positions_kept(block, &mut kept);
            if let Some(bits) = end_bits {
                kept.retain(|at| bit(bits, neighbours[first + *at as usize].0));
            }
            self.kept_rows(first, id, &kept, &mut start, rows);
            run.check()?;
            if rows.len >= CHUNK {
                visit(rows)?;
                rows.clear();
            }
        }
        Ok(())
    }

    /// Marks which of a block pass the filter.
    fn mark(&self, id: u32, block: &mut [bool]) {
        block.fill(true);
        if let Some(filter) = self.filter {
            filter.mark(id, block);
        }
    }

    /// Takes all relationships of a block.
    fn whole_block(&self, first: usize, len: usize, start: &mut usize, rows: &mut Rows) {
        let adjacency = &self.list.adjacency;
        let (offsets, neighbours) = (adjacency.offsets, adjacency.neighbours.all());
        rows.len = len;
        let wants = rows.wants;
        let (starts, ends, wants_starts, wants_ends) = if self.reversed {
            (&mut rows.right, &mut rows.left, wants.right, wants.left)
        } else {
            (&mut rows.left, &mut rows.right, wants.left, wants.right)
        };
        if wants_ends {
            ends.extend(neighbours[first..first + len].iter().map(|node| node.0));
        }
        if wants_starts {
            let before = starts.len();
            starts.resize(before + len, 0);
            let (own, mut at) = (&mut starts[before..], 0);
            while at < len {
                // Mostly the next node: where each has one, that is all there is to do.
                if offsets.get(*start + 1).is_none_or(|end| *end as usize <= first + at) {
                    *start = start_of(offsets, first + at, *start);
                }
                let next = (offsets[*start + 1] as usize - first).min(len);
                own[at..next].fill(*start as u32);
                *start += usize::from(next < len);
                at = next;
            }
        }
    }

    /// Takes the relationships at some places of a block.
    fn kept_rows(&self, first: usize, id: u32, kept: &[u32], start: &mut usize, rows: &mut Rows) {
        let adjacency = &self.list.adjacency;
        let (offsets, neighbours) = (adjacency.offsets, adjacency.neighbours.all());
        rows.len += kept.len();
        let wants = rows.wants;
        if wants.ids {
            rows.listed.extend(kept.iter().map(|at| id + at));
        }
        let (starts, ends, wants_starts, wants_ends) = if self.reversed {
            (&mut rows.right, &mut rows.left, wants.right, wants.left)
        } else {
            (&mut rows.left, &mut rows.right, wants.left, wants.right)
        };
        if wants_ends {
            ends.extend(kept.iter().map(|at| neighbours[first + *at as usize].0));
        }
        if wants_starts {
            starts.extend(kept.iter().map(|at| {
                *start = start_of(offsets, first + *at as usize, *start);
                *start as u32
            }));
        }
    }
}
