//! What the ends of relationships have as their values, a block of relationships at a time.
//!
//! ```text
//! MATCH (a)-[:FOLLOWS]->(b) WHERE a.age > b.age RETURN count(*)
//!
//! relationships   a: 7 7 7 8 8 9 ...     as runs: three of node 7, two of node 8
//! near values        40 40 40 31 31 ...  written run by run
//! far values         22 55 39 30 60 ...  read at random, one after the other
//! that pass           1  0  1  1  0 ...  two registers compared: sixteen relationships at once
//! ```
//!
//! A run has a few dozen relationships, so that whatever is begun and ended for each run (a branch that nobody guesses, the
//! value of the node, the choice of a loop) costs as much as the run itself. Here a run costs a store or two, and all loops
//! are over whole blocks, whatever the degrees are. Nodes that do not count have a value that passes with none.
//!
//! **In**: a plain hop and a value for each node of either end. **Out**: how many pairs pass, which pass, or the sums of
//! pairs by class. **Callers**: [`super::pair`], [`super::pair_cells`] and [`super::cells`].

use std::ops::Range;

use super::path::{Path, Plain};
use super::sides::{Comparisons, Side};
use super::values::Weights;
use crate::error::Result;
use crate::exec::Limits;
use crate::exec::neighbours::start_of;
use crate::exec::parallel;
use crate::expr::Comparison;

/// How many relationships a block has.
const BLOCK: usize = 2048;
/// So many entries are written at once for a run, which has mostly no more: those beyond it are the next run's.
const STORE: usize = 32;
/// Where fewer than one in so many nodes of a span count, their runs are read and no others.
const COUNTING: usize = 3;
/// So many bytes are added up before the sum might not fit in one.
const SUMMED: usize = 128;

/// A value in few bytes; the largest one is that of nodes that pass with none.
pub(super) trait Code: Copy + Default + PartialOrd + Send + Sync {
    const NONE: Self;
    /// Of a number that fits.
    fn of(number: u64) -> Self;
}

impl Code for u8 {
    const NONE: u8 = u8::MAX;
    #[inline]
    fn of(number: u64) -> u8 {
        number as u8
    }
}

impl Code for u16 {
    const NONE: u16 = u16::MAX;
    #[inline]
    fn of(number: u64) -> u16 {
        number as u16
    }
}

impl Code for u32 {
    const NONE: u32 = u32::MAX;
    #[inline]
    fn of(number: u64) -> u32 {
        number as u32
    }
}

/// What the nodes from one on have.
pub(super) struct Values<T> {
    pub(super) first: u32,
    pub(super) all: Vec<T>,
}

/// The two sides of a comparison, counted from the same number on.
pub(super) enum Coded {
    Bytes([Values<u8>; 2]),
    Shorts([Values<u16>; 2]),
    Words([Values<u32>; 2]),
}

/// Does the same with the values of both sides, whatever they are.
macro_rules! with_sides {
    ($coded:expr, $sides:ident => $done:expr) => {
        match $coded {
            Coded::Bytes($sides) => $done,
            Coded::Shorts($sides) => $done,
            Coded::Words($sides) => $done,
        }
    };
}

/// The values of both ends of a block of relationships.
pub(super) struct Block<'b, N, F> {
    pub(super) near: &'b [N],
    pub(super) far: &'b [F],
    /// The position of the first of them.
    pub(super) first: usize,
}

/// The arrays that blocks are written to, kept from one range of nodes to the next.
#[derive(Default)]
pub(super) struct Buffers<N, F> {
    near: Vec<N>,
    far: Vec<F>,
}

impl<N: Copy + Default, F: Copy + Default> Buffers<N, F> {
    /// Calls `visit` with the relationships of a range of nodes, block by block. `near` gives the value of a node, which
    /// its relationships have, `far` that of a node that they lead to.
    pub(super) fn read(
        &mut self,
        (offsets, ends): Plain<'_>,
        nodes: Range<u32>,
        near: impl Fn(u32) -> N,
        far: impl Fn(u32) -> F,
        mut visit: impl FnMut(Block<'_, N, F>),
    ) {
        self.near.resize(BLOCK + STORE, N::default());
        self.far.resize(BLOCK, F::default());
        let own = offsets.get(nodes.start as usize..).unwrap_or(&[]);
        let own = &own[..own.len().min(nodes.len() + 1)];
        let (mut begun, mut filled) = (own.first().map_or(0, |offset| *offset as usize), 0);
        let (near_values, far_values) = (&mut self.near, &mut self.far);
        let mut flush = |near_values: &[N], begun: usize, filled: usize| {
            let ends = ends.get(begun..begun + filled).unwrap_or(&[]);
            far_values.iter_mut().zip(ends).for_each(|(slot, end)| *slot = far(end.0));
            let (near, far) = (&near_values[..ends.len()], &far_values[..ends.len()]);
            visit(Block { near, far, first: begun });
        };
        for (node, run) in (nodes.start..).zip(own.windows(2)) {
            let (mut left, value) = ((run[1] - run[0]) as usize, near(node));
            while left > 0 {
                let taken = left.min(BLOCK - filled);
                if taken <= STORE {
                    // As long as any such run: a length that is known is a few stores without a branch.
                    near_values[filled..][..STORE].fill(value);
                } else {
                    near_values[filled..][..taken].fill(value);
                }
                (filled, left) = (filled + taken, left - taken);
                if filled == BLOCK {
                    flush(near_values, begun, filled);
                    (begun, filled) = (begun + filled, 0);
                }
            }
        }
        if filled > 0 {
            flush(near_values, begun, filled);
        }
    }
}

impl<T: Code> Values<T> {
    /// The values of a side, so much above a number; those of nodes that have none, or do not count, pass with none.
    fn of(side: &Side, least: i64, counting: &Weights) -> Values<T> {
        let (first, mut all) = (side.first(), side.above(least, T::NONE, T::of));
        counting.each_without(first..first + all.len() as u32, |at| all[at] = T::NONE);
        Values { first, all }
    }

    #[inline]
    fn at(&self, node: u32) -> T {
        self.all.get(node.wrapping_sub(self.first) as usize).copied().unwrap_or(T::NONE)
    }
}

impl Coded {
    /// The sides of a comparison in one numbering; `None` where their values lie far apart. Weights say which nodes count.
    pub(super) fn of([near, far]: [&Side; 2], counting: [&Weights; 2]) -> Option<Coded> {
        let (near_range, far_range) = (near.extent()?, far.extent()?);
        let least = near_range.0.min(far_range.0);
        Some(match near_range.1.max(far_range.1).abs_diff(least) {
            // The largest number is taken.
            0..0xFF => Coded::Bytes([
                Values::of(near, least, counting[0]),
                Values::of(far, least, counting[1]),
            ]),
            0xFF..0xFFFF => Coded::Shorts([
                Values::of(near, least, counting[0]),
                Values::of(far, least, counting[1]),
            ]),
            0xFFFF..0xFFFF_FFFF => Coded::Words([
                Values::of(near, least, counting[0]),
                Values::of(far, least, counting[1]),
            ]),
            _ => return None,
        })
    }

    /// For how many relationships of some nodes it holds.
    fn count(&self, plain: Plain<'_>, nodes: Range<u32>, operator: Comparison) -> u64 {
        let mut total = 0;
        with_sides!(self, sides => each_block(sides, plain, nodes, operator, &mut |_, pass| {
            let sum = |pass: &[u8]| u64::from(pass.iter().copied().fold(0u8, u8::wrapping_add));
            total += pass.chunks(SUMMED).map(sum).sum::<u64>();
        }));
        total
    }

    /// Clears the marks of the relationships of some nodes for which it does not hold.
    pub(super) fn restrict(
        &self,
        plain: Plain<'_>,
        nodes: Range<u32>,
        operator: Comparison,
        marks: &mut [u8],
    ) {
        let begin = plain.0.get(nodes.start as usize).map_or(0, |offset| *offset as usize);
        with_sides!(self, sides => each_block(sides, plain, nodes, operator, &mut |first, pass| {
            let own = marks.get_mut(first - begin..).unwrap_or(&mut []);
            own.iter_mut().zip(pass).for_each(|(mark, pass)| *mark &= pass);
        }));
    }
}

/// How many relationships lead from some nodes, which follow each other.
pub(super) fn relationships_of((offsets, _): Plain<'_>, nodes: &Range<u32>) -> usize {
    let last = offsets.len().saturating_sub(1);
    let offset = |node: u32| offsets.get((node as usize).min(last)).copied().unwrap_or(0);
    (offset(nodes.end) - offset(nodes.start)) as usize
}

/// Calls `visit` with the ends of each relationship of some nodes that has a mark.
pub(super) fn each_marked(
    (offsets, ends): Plain<'_>,
    nodes: Range<u32>,
    marks: &[u8],
    mut visit: impl FnMut(u32, u32),
) {
    let mut start = nodes.start as usize;
    let begin = offsets.get(start).map_or(0, |offset| *offset as usize);
    let mut one = |at: usize| {
        if let Some(end) = ends.get(begin + at) {
            start = start_of(offsets, begin + at, start);
            visit(start as u32, end.0);
        }
    };
    // Few have one: eight of them are one number, which mostly is 0.
    let (eights, rest) = marks.as_chunks::<8>();
    for (at, eight) in eights.iter().enumerate() {
        let mut word = u64::from_le_bytes(*eight);
        while word != 0 {
            one(at * 8 + word.trailing_zeros() as usize / 8);
            word &= word - 1;
        }
    }
    let rest = (eights.len() * 8..).zip(rest).filter(|(_, mark)| **mark != 0);
    rest.for_each(|(at, _)| one(at));
}

/// Writes 1 for each two values beside each other that pass, and 0 for the others.
type Compares<'c, T> = dyn Fn(&[T], &[T], &mut [u8]) + 'c;

/// Calls `visit` with blocks of relationships: the position of the first, and 1 for each that passes, 0 for the others.
fn each_block<T: Code>(
    [near, far]: &[Values<T>; 2],
    plain: Plain<'_>,
    nodes: Range<u32>,
    operator: Comparison,
    visit: &mut dyn FnMut(usize, &[u8]),
) {
    let mut blocks = Buffers::default();
    let mut pass = [0u8; BLOCK];
    let mut read = |holds: &Compares<'_, T>| {
        let (near, far) = (|node| near.at(node), |node| far.at(node));
        blocks.read(plain, nodes.clone(), near, far, |block| {
            let pass = &mut pass[..block.near.len()];
            holds(block.near, block.far, pass);
            visit(block.first, pass);
        });
    };
    // The operator is chosen once for a block.
    match operator {
        Comparison::Equal => read(&|a, b, pass| compare(a, b, pass, |a, b| a == b)),
        Comparison::NotEqual => read(&|a, b, pass| compare(a, b, pass, |a, b| a != b)),
        Comparison::Less => read(&|a, b, pass| compare(a, b, pass, |a, b| a < b)),
        Comparison::LessOrEqual => read(&|a, b, pass| compare(a, b, pass, |a, b| a <= b)),
        Comparison::Greater => read(&|a, b, pass| compare(a, b, pass, |a, b| a > b)),
        Comparison::GreaterOrEqual => read(&|a, b, pass| compare(a, b, pass, |a, b| a >= b)),
    }
}

/// Compares the values beside each other: without a branch, a register of them at once.
#[inline]
fn compare<T: Code>(near: &[T], far: &[T], pass: &mut [u8], holds: impl Fn(T, T) -> bool) {
    for (slot, (near, far)) in pass.iter_mut().zip(near.iter().zip(far)) {
        let are_known = u8::from(*near < T::NONE) & u8::from(*far < T::NONE);
        *slot = u8::from(holds(*near, *far)) & are_known;
    }
}

impl<'g> Path<'g> {
    /// The arrays of the path's only hop, where its relationships are its matches: every node counts once, or not at all.
    pub(super) fn relationships(&self) -> Option<Plain<'g>> {
        let [hop] = self.hops.as_slice() else { return None };
        let is_once = self.factor == 1 && self.near.most() <= 1 && hop.to.most() <= 1;
        hop.plain.filter(|_| is_once)
    }

    /// Whether of the nodes between the first and the last of some so many count that all are read.
    pub(super) fn are_many(starts: &[u32]) -> bool {
        let (Some(first), Some(last)) = (starts.first(), starts.last()) else { return false };
        starts.len() * COUNTING >= (last - first) as usize
    }

    /// How many relationships pass a comparison; `None` where that is not all that is asked, or each run is read by
    /// itself.
    pub(super) fn total_of_relationships(
        &self,
        starts: &[u32],
        comparisons: &Comparisons,
        limits: &Limits,
    ) -> Result<Option<u128>> {
        let Some(plain) = self.relationships().filter(|_| Path::are_many(starts)) else {
            return Ok(None);
        };
        let Some((operator, sides)) = comparisons.only() else { return Ok(None) };
        let counting = [&self.near, self.far_weights()];
        let Some(coded) = Coded::of(sides, counting) else { return Ok(None) };
        let nodes = super::weights::span_of(starts);
        let work = relationships_of(plain, &nodes);
        let step = |sum: &mut u64, nodes: Range<u32>| *sum += coded.count(plain, nodes, operator);
        let sums = parallel::fold(nodes, work, limits, &|| 0, &step)?;
        Ok(Some(sums.into_iter().map(u128::from).sum()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::NodeId;

    /// Runs of every length up to some, one after the other.
    fn hop(longest: u32) -> (Vec<u32>, Vec<NodeId>) {
        let (mut offsets, mut ends) = (vec![0], Vec::new());
        for degree in (0..longest).chain([5000, 0, 1]) {
            ends.extend((0..degree).map(|at| NodeId((at * 7 + degree) % (longest + 3))));
            offsets.push(ends.len() as u32);
        }
        (offsets, ends)
    }

    fn pairs(plain: Plain<'_>, nodes: Range<u32>) -> Vec<(u32, u32)> {
        let run = |node: u32| {
            let run = plain.0[node as usize] as usize..plain.0[node as usize + 1] as usize;
            plain.1[run].iter().map(move |end| (node, end.0))
        };
        nodes.flat_map(run).collect()
    }

    fn check<T: Code>(none: u32, of_sides: impl Fn([Values<T>; 2]) -> Coded) {
        let (offsets, ends) = hop(90);
        let plain = (offsets.as_slice(), ends.as_slice());
        let value =
            |id: u32, by: u32| if id % 11 == none { T::NONE } else { T::of(u64::from(id % by)) };
        let values = |by: u32| Values { first: 2, all: (2..92).map(|id| value(id, by)).collect() };
        let (sides, coded) = ([values(9), values(5)], of_sides([values(9), values(5)]));
        let of = |side: &Values<T>, id: u32| Some(side.at(id)).filter(|value| *value < T::NONE);
        for nodes in [0..93, 0..0, 17..18, 90..93, 3..91] {
            let all = pairs(plain, nodes.clone());
            let known = |holds: &dyn Fn(T, T) -> bool| {
                let holds = |(a, b): &(u32, u32)| {
                    of(&sides[0], *a).zip(of(&sides[1], *b)).is_some_and(|(a, b)| holds(a, b))
                };
                all.iter().copied().filter(|pair| holds(pair)).collect::<Vec<_>>()
            };
            let counted = |operator| coded.count(plain, nodes.clone(), operator);
            assert_eq!(counted(Comparison::Less), known(&|a, b| a < b).len() as u64);
            assert_eq!(counted(Comparison::LessOrEqual), known(&|a, b| a <= b).len() as u64);
            assert_eq!(counted(Comparison::Greater), known(&|a, b| a > b).len() as u64);
            assert_eq!(counted(Comparison::GreaterOrEqual), known(&|a, b| a >= b).len() as u64);
            assert_eq!(counted(Comparison::NotEqual), known(&|a, b| a != b).len() as u64);
            assert_eq!(counted(Comparison::Equal), known(&|a, b| a == b).len() as u64);
            let mut marks = vec![1; relationships_of(plain, &nodes)];
            coded.restrict(plain, nodes.clone(), Comparison::GreaterOrEqual, &mut marks);
            coded.restrict(plain, nodes.clone(), Comparison::NotEqual, &mut marks);
            let mut met = Vec::new();
            each_marked(plain, nodes.clone(), &marks, |a, b| met.push((a, b)));
            assert_eq!(met, known(&|a, b| a > b));
        }
    }

    #[test]
    fn ends_are_compared_whatever_the_runs_are() {
        for none in [3, 20] {
            check::<u8>(none, Coded::Bytes);
            check::<u16>(none, Coded::Shorts);
            check::<u32>(none, Coded::Words);
        }
    }
}
