//! Pairs by properties with few values: an addition for each.
//!
//! ```text
//! MATCH (a)-[:FOLLOWS]->(b) WHERE a.gender <> b.gender RETURN a.gender, avg(b.age)
//!
//! rows     a million pairs that pass, each with a key to be found and a value to be added
//! cells    two genders times fifty ages: the weight of a pair is added to one of a hundred numbers
//! ```
//!
//! Where keys and arguments are stored properties of either end with few values, a pair is a place in an array
//! ([`super::cells`]), however many paths lead to it, and nodes that have the same values are one class
//! ([`super::classes`]). Where what conditions on both ends compare has few values, too, it is part of the class: no
//! pair is tested, and classes that do not pass are left out in the end. **In**: a pair with its
//! weight. **Out**: sums by class. **Caller**: [`super::pair`].

use std::ops::Range;

use super::cells::Cells;
use super::classes::{ClassPairs, Classes, SUMS_MAX};
use super::coordinates::Coordinates;
use super::end_values::{Buffers, each_marked};
use super::inner_ends::Through;
use super::path::{Path, Plain};
use super::sides::{Comparisons, Tested, Tests};
use super::values::Weights;
use super::weights::span_of;
use super::{Counting, WeightedGroups};
use crate::error::Result;
use crate::exec::memory::Holding;
use crate::exec::parallel;
use crate::expr::{Expr, VarId};
use crate::value::NodeId;

/// One in so many pairs that pass are few.
const FEW: usize = 4;
/// Where there are so many pairs for each node, adding them up by class costs less than to test each.
const PAIRS_EACH: f64 = 4.0;

/// Whether nodes, which ascend, are all of those from the first to the last.
fn follow_each_other(nodes: &[u32]) -> bool {
    span_of(nodes).len() == nodes.len()
}

/// Where the pairs of two spans stand among the cells.
pub(super) struct PairCells<'g> {
    pub(super) cells: Cells<'g>,
    pairs: ClassPairs,
    /// Whether what conditions on both ends compare is part of the classes.
    is_tested: bool,
    _held: Holding,
}

/// What both ends of pairs are looked at as.
struct Ends<'e, 'g> {
    cells: &'e Cells<'g>,
    spans: &'e [Range<u32>; 2],
    through: &'e [Option<Through>; 2],
}

impl<'g> Counting<'_, 'g, '_> {
    /// The cells of about so many pairs, by what keys and arguments look at; `None` where they have none.
    pub(super) fn pair_cells(
        &self,
        different: &[&Expr],
        ends: [VarId; 2],
        spans: &[Range<u32>; 2],
        through: &[Option<Through>; 2],
        (comparisons, pairs): (&Comparisons, f64),
    ) -> Result<Option<PairCells<'g>>> {
        // Arrays over all nodes are not worth it for a few pairs.
        if (spans[0].len() + spans[1].len()) as f64 > pairs.max(64.0) * 4.0 {
            return Ok(None);
        }
        let variables = ends.map(Some);
        let looked_at = (&variables[..], &[][..]);
        let Some(cells) = Cells::of(different, looked_at, pairs as usize, self.graph) else {
            return Ok(None);
        };
        // Where something fails there is no way back to rows.
        if cells.computes() {
            return Ok(None);
        }
        let mut held = Holding::default();
        let tested = comparisons.tested().filter(|_| !comparisons.is_empty());
        let tested = tested.filter(|tested| tested.may_be_few(SUMS_MAX));
        let ends = Ends { cells: &cells, spans, through };
        let mut all = self.classes(&ends, tested.as_ref(), pairs, &mut held)?;
        let is_tested = tested.is_some() && all.is_some();
        if all.is_none() && tested.is_some() {
            all = self.classes(&ends, None, pairs, &mut held)?;
        }
        let Some(pairs) = all else { return Ok(None) };
        self.hold_sums(&mut held, &pairs)?;
        Ok(Some(PairCells { cells, pairs, is_tested, _held: held }))
    }

    /// The classes of nodes at either end, by the cells that they move a pair to and what is compared.
    fn classes(
        &self,
        ends: &Ends<'_, 'g>,
        tested: Option<&Tested<'_>>,
        pairs: f64,
        held: &mut Holding,
    ) -> Result<Option<ClassPairs>> {
        let mut of_end = |end: usize| match self.classes_by_code(ends, end, tested, held)? {
            Some(classes) => Ok(Some(classes)),
            None => self.classes_by_key(ends, end, tested, held),
        };
        let Some(near) = of_end(0)? else { return Ok(None) };
        let Some(far) = of_end(1)? else { return Ok(None) };
        Ok(ClassPairs::new(near, far, pairs as usize))
    }

    /// Those at one end, where what is looked at and compared is a byte; `None` where it is more.
    fn classes_by_code(
        &self,
        ends: &Ends<'_, 'g>,
        end: usize,
        tested: Option<&Tested<'_>>,
        held: &mut Holding,
    ) -> Result<Option<Classes>> {
        let (span, limits) = (&ends.spans[end], self.run.limits);
        let outer = ends.through[end].as_ref().map_or(span, |through| &through.outer);
        let Some(own) = ends.cells.coordinates(end, outer, limits)? else { return Ok(None) };
        let compared = match tested {
            Some(tested) => tested.coordinates(end, span, (ends.cells.len(), limits))?,
            None => Some(Vec::new()),
        };
        let Some(compared) = compared else { return Ok(None) };
        let bytes = span.len() * (own.len() + compared.len() + 1) + outer.len() * own.len();
        self.run.hold(held, held.bytes() + bytes, "CountTree")?;
        let mut all = Coordinates::over(span);
        for coordinate in own {
            all.push(match &ends.through[end] {
                None => coordinate,
                Some(through) => match coordinate.through(span, through, limits)? {
                    Some(inner) => inner,
                    None => return Ok(None),
                },
            });
        }
        compared.into_iter().for_each(|coordinate| all.push(coordinate));
        all.classes(&Weights::One, limits)
    }

    /// Those at one end, where there may be more.
    fn classes_by_key(
        &self,
        ends: &Ends<'_, 'g>,
        end: usize,
        tested: Option<&Tested<'_>>,
        held: &mut Holding,
    ) -> Result<Option<Classes>> {
        let (span, limits) = (ends.spans[end].clone(), self.run.limits);
        let own = match &ends.through[end] {
            None => ends.cells.shifts(end, None, span.clone(), (self.run, &mut *held))?,
            Some(through) => {
                let outer = through.outer.clone();
                let outer = ends.cells.shifts(end, None, outer, (self.run, &mut *held))?;
                self.run.hold(held, held.bytes() + span.len() * 4, "CountTree")?;
                outer.through(span.clone(), through)
            }
        };
        let len = ends.cells.len() as u32;
        let places = tested.map_or(1, |tested| tested.places[end]);
        let bound = ends.cells.len().saturating_mul(places);
        Classes::by_key(span, bound, limits, &|id, keys| {
            own.write(id, keys);
            let is_out = |key: &u32| *key >= len;
            if let Some(tested) = tested {
                // What is in no cell stays so.
                let beyond = keys.iter().any(is_out).then(|| keys.to_vec());
                tested.add_places(end, id, keys, len);
                let beyond = beyond.iter().flatten();
                let moved = keys.iter_mut().zip(beyond).filter(|(_, own)| is_out(own));
                moved.for_each(|(key, _)| *key = u32::MAX);
            } else {
                let moved = keys.iter_mut().filter(|key| is_out(key));
                moved.for_each(|key| *key = u32::MAX);
            }
        })
    }

    /// Each thread has sums of its own, and there are those of all together.
    fn hold_sums(&self, held: &mut Holding, pairs: &ClassPairs) -> Result<()> {
        let sums = pairs.len() * size_of::<u64>() * (parallel::threads(usize::MAX) + 1);
        self.run.hold(held, held.bytes() + pairs.bytes() + sums, "CountTree")
    }

    /// How many matches of a path pass whose steps are runs as they stand, added up by class; `None` where there are
    /// so few that each is tested, or too many values are compared.
    pub(super) fn total_by_class(
        &self,
        path: &Path<'_>,
        starts: &[u32],
        spans: &[Range<u32>; 2],
        (comparisons, pairs): (&Comparisons, f64),
    ) -> Result<Option<u128>> {
        let nodes = (spans[0].len() + spans[1].len()) as f64;
        let is_worth_it = !comparisons.is_empty() && pairs >= nodes * PAIRS_EACH;
        // A comparison and nothing else is less than an addition.
        let is_one = comparisons.len() == 1 && path.counts_each_end_once();
        if !is_worth_it || is_one || !path.has_runs() || !path.counts_each_end_once_or_never() {
            return Ok(None);
        }
        let tested = comparisons.tested().filter(|tested| tested.may_be_few(SUMS_MAX));
        let Some(tested) = tested else { return Ok(None) };
        let of_end = |end: usize| {
            let (span, limits) = (&spans[end], self.run.limits);
            let weights = if end == 0 { &Weights::One } else { path.far_weights() };
            if let Some(compared) = tested.coordinates(end, span, (1, limits))? {
                let mut all = Coordinates::over(span);
                compared.into_iter().for_each(|coordinate| all.push(coordinate));
                if let Some(classes) = all.classes(weights, limits)? {
                    return Ok(Some(classes));
                }
            }
            let bound = tested.places[end];
            Classes::by_key(span.clone(), bound, limits, &|id, keys| {
                tested.add_places(end, id, keys, 1);
                let ids = id..id.saturating_add(keys.len() as u32);
                weights.each_without(ids, |at| keys[at] = u32::MAX);
            })
        };
        let (Some(near), Some(far)) = (of_end(0)?, of_end(1)?) else { return Ok(None) };
        let Some(classes) = ClassPairs::new(near, far, pairs as usize) else { return Ok(None) };
        let mut held = Holding::default();
        self.hold_sums(&mut held, &classes)?;
        let (new, limits) = (|| vec![0u64; classes.len()], self.run.limits);
        let parts = if let Some(plain) = path.relationships().filter(|_| follow_each_other(starts))
        {
            let new = || (new(), Buffers::default());
            let step = |own: &mut (Vec<u64>, Buffers<u32, u32>), nodes: Range<u32>| {
                let hop = (plain, nodes, None);
                classes.count_relationships(hop, &mut own.1, &mut own.0);
            };
            let parts = parallel::fold(span_of(starts), pairs as usize, limits, &new, &step)?;
            parts.into_iter().map(|(sums, _)| sums).collect()
        } else {
            let step = |sums: &mut Vec<u64>, at: Range<u32>| {
                for near in &starts[at.start as usize..at.end as usize] {
                    match path.steps(*near) {
                        Some((run, 1)) => classes.count_run(*near, run, sums),
                        Some((run, weight)) => classes.add_run((*near, run), |_| weight, sums),
                        None => {}
                    }
                }
            };
            parallel::fold(0..starts.len() as u32, pairs as usize * 2, limits, &new, &step)?
        };
        let mut total = 0u128;
        for sums in parts {
            classes.for_each(&sums, |near, far, sum| {
                if tested.passes(near as usize, far as usize) {
                    total = total.saturating_add(u128::from(sum));
                }
            });
        }
        Ok(Some(total))
    }
}

impl Counting<'_, '_, '_> {
    /// Whether keys and arguments are properties of the ends of a pair with few values.
    pub(super) fn looks_at_few_values(&self, ends: [usize; 2]) -> bool {
        let variables = ends.map(|place| self.tree.nodes[place].variable);
        let groups = WeightedGroups::new(self.grouping);
        let looked_at = (&variables[..], &[][..]);
        let cells = Cells::of(&groups.different, looked_at, usize::MAX, self.graph);
        cells.is_some_and(|cells| !cells.computes())
    }
}

impl PairCells<'_> {
    /// How many sums there are.
    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether pairs need not be tested.
    pub(super) fn tests(&self) -> bool {
        self.is_tested
    }

    /// Adds the pairs of the relationships of a plain hop that lead from some nodes; where there are marks, of those that
    /// have one.
    pub(super) fn count_relationships(
        &self,
        (plain, nodes, marks): (Plain<'_>, Range<u32>, Option<&[u8]>),
        sums: &mut [u64],
    ) {
        let few = |marks: &[u8]| {
            let marked = marks.iter().map(|mark| usize::from(*mark)).sum::<usize>();
            marked * FEW < marks.len()
        };
        if let Some(marks) = marks.filter(|marks| few(marks)) {
            return each_marked(plain, nodes, marks, |near, far| {
                self.pairs.add(near, far, 1, sums)
            });
        }
        let hop = (plain, nodes, marks);
        self.pairs.count_relationships(hop, &mut Buffers::default(), sums);
    }

    /// Adds what passes to cells.
    pub(super) fn settle(&self, sums: &[u64], comparisons: &Comparisons, cells: &mut Cells<'_>) {
        let tested = comparisons.tested().filter(|_| self.is_tested);
        let len = self.cells.len() as u32;
        self.pairs.for_each(sums, |near, far, sum| {
            let places = ((near / len) as usize, (far / len) as usize);
            if tested.as_ref().is_none_or(|tested| tested.passes(places.0, places.1)) {
                cells.add_count((near % len + far % len) as usize, sum);
            }
        });
    }

    /// Adds the weight of a pair.
    #[inline]
    pub(super) fn add(&self, near: u32, far: u32, weight: u64, sums: &mut [u64]) {
        self.pairs.add(near, far, weight, sums);
    }

    /// Adds the pairs of a node with all of a run, each once.
    pub(super) fn count_run(&self, near: u32, run: &[NodeId], sums: &mut [u64]) {
        self.pairs.count_run(near, run, sums);
    }

    /// Adds the pairs of a node with all of a run, of which each weighs as is said.
    pub(super) fn add_all(
        &self,
        run: (u32, &[NodeId]),
        weight: impl Fn(u32) -> u64,
        sums: &mut [u64],
    ) {
        self.pairs.add_run(run, weight, sums);
    }

    /// Adds the pairs of a node with those of a run that pass, of which each weighs as is said.
    pub(super) fn add_run(
        &self,
        (near, run): (u32, &[NodeId]),
        tests: &Tests<'_>,
        weight: impl Fn(u32) -> u64,
        sums: &mut [u64],
    ) {
        for block in run.chunks(64) {
            let mut passing = tests.passing(block);
            if passing.count_ones() as usize * FEW < block.len() {
                while passing != 0 {
                    let far = block[passing.trailing_zeros() as usize].0;
                    self.pairs.add(near, far, weight(far), sums);
                    passing &= passing - 1;
                }
                continue;
            }
            // Those that do not pass weigh nothing: there is no branch to guess.
            for (at, far) in block.iter().enumerate() {
                let weight = weight(far.0) * (passing >> at & 1);
                self.pairs.add(near, far.0, weight, sums);
            }
        }
    }
}
