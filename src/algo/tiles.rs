//! Relationships in tiles: sums over neighbours that stay in the cache.
//!
//! Where there are many nodes, what a node gives its neighbours is read from all over a large
//! array, and each read waits for memory. Here the nodes are cut into blocks of [`SIDE`], and the
//! relationships from one block to another stand together: what is read of the one and what is
//! added to of the other both fit in a core's own cache.
//!
//! ```text
//!                 sources   block 0      block 1      block 2
//!   targets  block 0      [ bin 0.0 ]  [ bin 0.1 ]  [ bin 0.2 ]     a row of bins is what
//!            block 1      [ bin 1.0 ]  [ bin 1.1 ]  [ bin 1.2 ]     one thread does at a time
//! ```

use crate::error::Result;
use crate::graph::view::Check;

use super::arrays::Arrays;
use super::threads;

/// Nodes of a block: a number within one takes half of the 32 bits of a relationship, and half a
/// megabyte of what they have twice over fits in the second cache of a core.
pub(super) const SIDE: usize = 1 << 16;

/// A relationship of a bin: the source within its block above, the target within its own below.
type Edge = u32;

/// A sum for each target of a row.
pub(super) type Sums = Box<[f64; SIDE]>;

/// Sums that nothing has been added to; half a megabyte, and so not on the stack.
pub(super) fn no_sums() -> Sums {
    vec![0.0; SIDE].into_boxed_slice().try_into().expect("there is a sum for each node of a block")
}

/// Relationships, the bins of each row one after the other.
pub(super) struct Tiles {
    edges: Vec<Edge>,
    /// Where the bins of each row end, row after row.
    ends: Vec<usize>,
    /// How many blocks there are.
    blocks: usize,
}

impl Tiles {
    /// The arrays, which give the sources of each target, in tiles: about the cost of one sum.
    pub(super) fn of(arrays: &Arrays<'_>, nodes: usize, check: Check<'_>) -> Result<Tiles> {
        let blocks = nodes.div_ceil(SIDE);
        let mut edges: Vec<Edge> = vec![0; arrays.count(0..nodes)];
        let mut rows = Vec::with_capacity(blocks);
        let (mut rest, mut first) = (&mut edges[..], 0);
        for row in 0..blocks {
            let targets = row * SIDE..nodes.min((row + 1) * SIDE);
            let places;
            (places, rest) = rest.split_at_mut(arrays.count(targets.clone()));
            let len = places.len();
            rows.push((targets, first, places));
            first += len;
        }
        let fill = |(): &mut (), (targets, first, places): (_, usize, &mut [Edge])| {
            let ends = fill_row(arrays, targets, blocks, places);
            ends.into_iter().map(|end| first + end).collect::<Vec<usize>>()
        };
        let ends = threads::each(rows.into_iter(), arrays.len(), check, &|| (), &fill)?;
        Ok(Tiles { edges, ends: ends.concat(), blocks })
    }

    /// Adds to each target of a row what its sources have; the values fill whole blocks.
    pub(super) fn add_row(&self, row: usize, values: &[f64], sums: &mut [f64; SIDE]) {
        let (sources, _) = values.as_chunks::<SIDE>();
        let bins = row * self.blocks..(row + 1) * self.blocks;
        let mut first = if row == 0 { 0 } else { self.ends[bins.start - 1] };
        for (&end, sources) in self.ends[bins].iter().zip(sources) {
            add_bin(&self.edges[first..end], sources, sums);
            first = end;
        }
    }
}

/// Adds what the sources of one block give the targets of another.
fn add_bin(edges: &[Edge], sources: &[f64; SIDE], sums: &mut [f64; SIDE]) {
    let mut add = |edge: &Edge| sums[(edge & 0xffff) as usize] += sources[(edge >> 16) as usize];
    // Those to one target stand together, and an addition waits for the one before to the same
    // place: four parts take turns, so that it seldom is the next.
    let part = edges.len() / 4;
    let (first, rest) = edges.split_at(part);
    let (second, rest) = rest.split_at(part);
    let (third, rest) = rest.split_at(part);
    let (fourth, rest) = rest.split_at(part);
    for (((first, second), third), fourth) in first.iter().zip(second).zip(third).zip(fourth) {
        [first, second, third, fourth].into_iter().for_each(&mut add);
    }
    rest.iter().for_each(add);
}

/// Writes the relationships to some targets by the blocks of their sources; gives where each ends.
fn fill_row(
    arrays: &Arrays<'_>,
    targets: std::ops::Range<usize>,
    blocks: usize,
    places: &mut [Edge],
) -> Vec<usize> {
    let mut ends = vec![0; blocks];
    for target in targets.clone() {
        arrays.run(target).for_each(|source| ends[source / SIDE] += 1);
    }
    let mut before = 0;
    for end in &mut ends {
        // First where the bin begins; each relationship that is written moves it on.
        before += std::mem::replace(end, before);
    }
    for (at, target) in targets.enumerate() {
        for source in arrays.run(target) {
            let end = &mut ends[source / SIDE];
            places[*end] = ((source % SIDE) << 16 | at) as Edge;
            *end += 1;
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::NodeId;

    #[test]
    fn a_tiled_sum_is_the_sum() {
        // Three blocks, the last of them cut short; some nodes have many sources, some none.
        let nodes = SIDE * 2 + 1000;
        let (mut offsets, mut sources) = (vec![0], Vec::new());
        for target in 0..nodes {
            let count = if target % 5 == 0 { 0 } else { target % 7 };
            sources.extend((0..count).map(|n| NodeId(((target * 31 + n * 70_001) % nodes) as u32)));
            offsets.push(sources.len() as u32);
        }
        let arrays = Arrays::from_parts(offsets, sources);
        let tiles = Tiles::of(&arrays, nodes, &|| Ok(())).unwrap();
        let mut values = vec![0.0; SIDE * 3];
        values.iter_mut().take(nodes).zip(0u32..).for_each(|(value, n)| *value = f64::from(n));
        for row in 0..3 {
            let mut sums = no_sums();
            tiles.add_row(row, &values, &mut sums);
            for (target, sum) in (row * SIDE..nodes).zip(sums.iter()) {
                // Whole numbers: the order in which they are added does not matter.
                assert_eq!(arrays.sum(target, &values).to_bits(), sum.to_bits());
            }
        }
    }
}
