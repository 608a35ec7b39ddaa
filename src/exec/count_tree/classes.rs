//! Nodes that agree in all that is asked of them are one class, and pairs are added up by the classes of their nodes.
//!
//! ```text
//! MATCH (a)-[:FOLLOWS]->(b) WHERE a.age = b.age AND a.gender <> b.gender RETURN a.age, count(*)
//!
//! near classes   the ages and genders that there are      104
//! far classes    the same                                 104
//! sums           a row of 104 numbers for each near class: a pair adds to one of them
//! ```
//!
//! What a node is is looked up once, and is a byte or two from then on: those of a hundred thousand nodes stay in a near
//! cache, and so does the row of a near node, to which the pairs of that node are added one after the other. Which
//! pairs pass, and what they are grouped by, is asked of pairs of classes, of which there are few. **Callers**:
//! [`super::pair_cells`], [`super::coordinates`], [`super::cells`].

use std::ops::Range;

use super::end_values::Buffers;
use super::path::Plain;
use crate::error::Result;
use crate::exec::Limits;
use crate::exec::parallel;
use crate::value::NodeId;

/// So many keys at most, each of which has a place while classes are numbered.
const KEYS_MAX: usize = 1 << 20;
/// So many sums at most, of which each thread has its own.
pub(super) const SUMS_MAX: usize = 1 << 19;
/// An addition waits for the last one to the same sum: where there are no more sums than these, neighbouring ones of a
/// run go to different rows.
const TURNS: usize = 4;
const TURNS_MAX: usize = 4096;
/// So few classes are not numbered anew without those that no node has.
const FEW: usize = 32;
/// More than all sums together: two of them are still a number.
const BEYOND: u32 = u32::MAX / 4;

/// The classes of the nodes from one on.
pub(super) struct Classes {
    first: u32,
    of: Of,
    /// What nodes of each class have as their key; `None` for those that do not count.
    keys: Vec<Option<u32>>,
}

/// The class of each node.
enum Of {
    /// There is one class.
    One,
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
}

/// Pairs by the classes of their nodes.
pub(super) struct ClassPairs {
    near: Classes,
    far: Classes,
    turns: usize,
}

impl Classes {
    /// One class of all nodes.
    pub(super) fn one() -> Classes {
        Classes { first: 0, of: Of::One, keys: vec![Some(0)] }
    }

    /// The classes of the nodes of a span by the key of each, of which `write` writes those from a node on; nodes whose
    /// key is no less than `bound` do not count. `None` where there may be too many.
    pub(super) fn by_key(
        span: Range<u32>,
        bound: usize,
        limits: &Limits,
        write: &(impl Fn(u32, &mut [u32]) + Sync),
    ) -> Result<Option<Classes>> {
        if bound >= KEYS_MAX {
            return Ok(None);
        }
        let (first, mut keys) = (span.start, vec![0u32; span.len()]);
        let work = keys.len();
        parallel::fill(&mut keys, work, limits, &|at, chunk: &mut [u32]| {
            write(first + at as u32, chunk);
            chunk.iter_mut().for_each(|key| *key = (*key).min(bound as u32));
        })?;
        let mut numbers = vec![0u16; bound + 1];
        keys.iter().for_each(|key| numbers[*key as usize] = 1);
        let mut known = Vec::new();
        for (key, number) in (0u32..).zip(&mut numbers).filter(|(_, number)| **number != 0) {
            let Ok(own) = u16::try_from(known.len()) else { return Ok(None) };
            *number = own;
            known.push(((key as usize) < bound).then_some(key));
        }
        let of = if known.len() <= 1 << 8 {
            Of::Bytes(keys.iter().map(|key| numbers[*key as usize] as u8).collect())
        } else {
            Of::Shorts(keys.iter().map(|key| numbers[*key as usize]).collect())
        };
        Ok(Some(Classes { first, of, keys: known }))
    }

    /// The classes of the nodes from one on by the code of each, with the key that each code stands for; `None` where
    /// those with the code do not count.
    pub(super) fn by_code(first: u32, mut codes: Vec<u8>, mut keys: Vec<Option<u32>>) -> Classes {
        if keys.len() > FEW {
            let mut numbers = [0u8; 1 << 8];
            codes.iter().for_each(|code| numbers[*code as usize] = 1);
            let mut known = Vec::with_capacity(keys.len());
            for (number, key) in numbers.iter_mut().zip(&keys).filter(|(seen, _)| **seen != 0) {
                *number = known.len() as u8;
                known.push(*key);
            }
            codes.iter_mut().for_each(|code| *code = numbers[*code as usize]);
            keys = known;
        }
        Classes { first, of: Of::Bytes(codes), keys }
    }

    /// The class of a node; `None` for one that is not in the span.
    #[inline]
    fn of(&self, id: u32) -> Option<usize> {
        let at = id.wrapping_sub(self.first) as usize;
        match &self.of {
            Of::One => Some(0),
            Of::Bytes(all) => all.get(at).copied().map(usize::from),
            Of::Shorts(all) => all.get(at).copied().map(usize::from),
        }
    }

    /// The key of a node that counts.
    #[cfg(test)]
    pub(super) fn key_of(&self, id: u32) -> Option<u32> {
        self.keys[self.of(id)?]
    }

    /// How many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        match &self.of {
            Of::One => 0,
            Of::Bytes(all) => all.len(),
            Of::Shorts(all) => all.len() * 2,
        }
    }
}

impl ClassPairs {
    /// Sums for about so many pairs; `None` where that is more work than it spares.
    pub(super) fn new(near: Classes, far: Classes, pairs: usize) -> Option<ClassPairs> {
        let sums = near.keys.len().checked_mul(far.keys.len())?;
        let turns = if sums <= TURNS_MAX { TURNS } else { 1 };
        (sums <= SUMS_MAX && sums * 2 <= pairs.max(1)).then_some(ClassPairs { near, far, turns })
    }

    /// How many sums there are.
    pub(super) fn len(&self) -> usize {
        self.near.keys.len() * self.far.keys.len() * self.turns
    }

    /// How many bytes the classes of all nodes take.
    pub(super) fn bytes(&self) -> usize {
        self.near.bytes() + self.far.bytes()
    }

    /// The sums of a near node.
    #[inline]
    fn row<'s>(&self, near: u32, sums: &'s mut [u64]) -> Option<&'s mut [u64]> {
        let len = self.far.keys.len() * self.turns;
        let begin = self.near.of(near)? * len;
        sums.get_mut(begin..begin + len)
    }

    /// Adds the weight of a pair.
    #[inline]
    pub(super) fn add(&self, near: u32, far: u32, weight: u64, sums: &mut [u64]) {
        if let (Some(row), Some(class)) = (self.row(near, sums), self.far.of(far))
            && let Some(sum) = row.get_mut(class)
        {
            *sum = sum.saturating_add(weight);
        }
    }

    /// Adds a pair for each node of a run.
    #[inline]
    pub(super) fn count_run(&self, near: u32, run: &[NodeId], sums: &mut [u64]) {
        let Some(row) = self.row(near, sums) else { return };
        match &self.far.of {
            Of::One => row[0] += run.len() as u64,
            Of::Bytes(all) => self.count(row, all, run),
            Of::Shorts(all) => self.count(row, all, run),
        }
    }

    #[inline]
    fn count<T: Copy + Into<usize>>(&self, row: &mut [u64], classes: &[T], run: &[NodeId]) {
        let first = self.far.first;
        let add = |row: &mut [u64], far: NodeId| {
            if let Some(class) = classes.get(far.0.wrapping_sub(first) as usize)
                && let Some(sum) = row.get_mut((*class).into())
            {
                *sum += 1;
            }
        };
        if self.turns != TURNS {
            return run.iter().for_each(|far| add(row, *far));
        }
        let (one, two) = row.split_at_mut(self.far.keys.len() * 2);
        let ((one, two), (three, four)) =
            (one.split_at_mut(self.far.keys.len()), two.split_at_mut(self.far.keys.len()));
        let (fours, rest) = run.as_chunks::<TURNS>();
        for [a, b, c, d] in fours {
            add(one, *a);
            add(two, *b);
            add(three, *c);
            add(four, *d);
        }
        rest.iter().for_each(|far| add(one, *far));
    }

    /// Adds a pair for each relationship of a plain hop that leads from some nodes; where there are marks, for those that
    /// have one.
    pub(super) fn count_relationships(
        &self,
        (plain, nodes, marks): (Plain<'_>, Range<u32>, Option<&[u8]>),
        buffers: &mut Buffers<u32, u32>,
        sums: &mut [u64],
    ) {
        let hop = (plain, nodes, marks);
        match &self.far.of {
            Of::One => self.count_blocks(hop, |_| 0, buffers, sums),
            Of::Bytes(all) => {
                let class = |id: u32| all.get(id.wrapping_sub(self.far.first) as usize);
                let class = |id| class(id).map_or(BEYOND, |class| u32::from(*class));
                self.count_blocks(hop, class, buffers, sums);
            }
            Of::Shorts(all) => {
                let class = |id: u32| all.get(id.wrapping_sub(self.far.first) as usize);
                let class = |id| class(id).map_or(BEYOND, |class| u32::from(*class));
                self.count_blocks(hop, class, buffers, sums);
            }
        }
    }

    fn count_blocks(
        &self,
        (plain, nodes, marks): (Plain<'_>, Range<u32>, Option<&[u8]>),
        far: impl Fn(u32) -> u32,
        buffers: &mut Buffers<u32, u32>,
        sums: &mut [u64],
    ) {
        let len = (self.far.keys.len() * self.turns) as u32;
        let each = if self.turns == TURNS { self.far.keys.len() as u32 } else { 0 };
        let turns = [0, each, each * 2, each * 3];
        let begin = plain.0.get(nodes.start as usize).map_or(0, |offset| *offset as usize);
        let near = |node| self.near.of(node).map_or(BEYOND, |class| class as u32 * len);
        // What is beyond is more than all sums, however much is added to it.
        let add = |sums: &mut [u64], at: u32, one: u8| {
            if let Some(sum) = sums.get_mut(at as usize) {
                *sum += u64::from(one);
            }
        };
        buffers.read(plain, nodes, near, far, |block| {
            let (rows, rows_left) = block.near.as_chunks::<TURNS>();
            let (classes, classes_left) = block.far.as_chunks::<TURNS>();
            let both = rows.iter().zip(classes);
            let left = rows_left.iter().zip(classes_left);
            let Some(marks) = marks else {
                for (rows, classes) in both {
                    (0..TURNS).for_each(|at| add(sums, rows[at] + classes[at] + turns[at], 1));
                }
                return left.for_each(|(row, class)| add(sums, row + class, 1));
            };
            let own = marks.get(block.first - begin..).unwrap_or(&[]);
            let (own, own_left) = own[..own.len().min(block.near.len())].as_chunks::<TURNS>();
            for ((rows, classes), own) in both.zip(own) {
                (0..TURNS).for_each(|at| add(sums, rows[at] + classes[at] + turns[at], own[at]));
            }
            left.zip(own_left).for_each(|((row, class), own)| add(sums, row + class, *own));
        });
    }

    /// Adds a pair for each node of a run, each with its weight.
    pub(super) fn add_run(
        &self,
        (near, run): (u32, &[NodeId]),
        weight: impl Fn(u32) -> u64,
        sums: &mut [u64],
    ) {
        let Some(row) = self.row(near, sums) else { return };
        for far in run {
            if let Some(class) = self.far.of(far.0)
                && let Some(sum) = row.get_mut(class)
            {
                *sum = sum.saturating_add(weight(far.0));
            }
        }
    }

    /// Calls `visit` with the keys of two classes and the sum of their pairs, where they have some.
    pub(super) fn for_each(&self, sums: &[u64], mut visit: impl FnMut(u32, u32, u64)) {
        let each = self.far.keys.len();
        for (row, near) in sums.chunks(each * self.turns).zip(&self.near.keys) {
            for (at, far) in self.far.keys.iter().enumerate() {
                let own = row[at..].iter().step_by(each);
                let sum = own.fold(0u64, |all, own| all.saturating_add(*own));
                if let (Some(near), Some(far), true) = (near, far, sum > 0) {
                    visit(*near, *far, sum);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_no_node_has_are_no_classes() {
        for (bound, step) in [(20, 3u8), (200, 11)] {
            let keys: Vec<Option<u32>> =
                (0..bound).map(|code| (code % 5 > 0).then_some(code * 9)).collect();
            let codes: Vec<u8> = (0..180u8).map(|at| at % 17 * step % bound as u8).collect();
            let classes = Classes::by_code(7, codes.clone(), keys.clone());
            for (id, code) in (7..).zip(&codes) {
                let class = classes.of(id).unwrap();
                assert_eq!(classes.keys[class], keys[*code as usize]);
            }
            assert_eq!(classes.keys.len(), if bound > 32 { 17 } else { 20 });
            assert_eq!(classes.of(187), None);
        }
    }

    #[test]
    fn pairs_are_added_up_by_class() {
        let limits = Limits::default();
        let of = |bound, modulus: u32| {
            let write = |id: u32, keys: &mut [u32]| {
                keys.iter_mut().zip(id..).for_each(|(key, id)| *key = id % modulus);
            };
            Classes::by_key(10..1000, bound, &limits, &write).unwrap().unwrap()
        };
        for (near, far) in [(3, 5), (3, 700), (300, 2)] {
            let pairs = ClassPairs::new(of(400, near), of(600, far), 1 << 20).unwrap();
            let mut sums = vec![0; pairs.len()];
            let run: Vec<NodeId> = (0..1200).map(NodeId).collect();
            pairs.count_run(50, &run, &mut sums);
            pairs.add_run((51, &run), |id| u64::from(id == 77) * 2, &mut sums);
            pairs.add(52, 78, 3, &mut sums);
            let mut found = Vec::new();
            pairs.for_each(&sums, |near, far, sum| found.push((near, far, sum)));
            let mut together = vec![0; pairs.len()];
            let (offsets, buffers) =
                ([0; 51].into_iter().chain([1200, 1201]), &mut Buffers::default());
            let (offsets, ends) = (offsets.collect::<Vec<u32>>(), [run.as_slice(), &[NodeId(78)]]);
            let plain = (offsets.as_slice(), &ends.concat()[..]);
            pairs.count_relationships((plain, 10..60, None), buffers, &mut together);
            let mut one_by_one = vec![0; pairs.len()];
            pairs.count_run(50, &run, &mut one_by_one);
            pairs.count_run(51, &[NodeId(78)], &mut one_by_one);
            let by_key = |sums: &[u64]| {
                let mut found = Vec::new();
                pairs.for_each(sums, |near, far, sum| found.push((near, far, sum)));
                found
            };
            assert_eq!(by_key(&together), by_key(&one_by_one));
            let marks: Vec<u8> = (0..1201).map(|at| u8::from(at % 3 == 0)).collect();
            together.fill(0);
            one_by_one.fill(0);
            pairs.count_relationships((plain, 10..60, Some(&marks)), buffers, &mut together);
            let marked = run.iter().step_by(3).copied().collect::<Vec<_>>();
            pairs.count_run(50, &marked, &mut one_by_one);
            pairs.count_run(51, &[NodeId(78)], &mut one_by_one);
            assert_eq!(by_key(&together), by_key(&one_by_one));
            let counted = |key: u32| (10..1000).filter(|id| id % far == key).count() as u64;
            let mut expected: Vec<_> =
                (0..far.min(600)).map(|key| (50 % near, key, counted(key))).collect();
            for (near, far, sum) in [(51 % near, 77 % far, 2), (52 % near, 78 % far, 3)] {
                match expected.iter_mut().find(|own| (own.0, own.1) == (near, far)) {
                    Some(own) => own.2 += sum,
                    None => expected.push((near, far, sum)),
                }
            }
            expected.sort_unstable();
            assert_eq!(found, expected);
        }
    }
}
