//! Rows that agree in all that is asked of them are one row, which counts more often.
//!
//! ```text
//! MATCH (p:Person) RETURN p.gender, count(*), avg(p.age), max(p.age)       2 genders, 52 ages
//!
//! rows    100,000, each with a key to be found and a value to be added, compared and counted
//! cells   104, each of which is a number that rows add 1 to; then 104 rows with weights
//! ```
//!
//! Where keys and arguments are stored properties with few values, are computed of one such, or are types, a row is the place
//! in an array that those values give together. Aggregation sees one row for each place that is not empty, whatever
//! the aggregates are: all that they look at is there, with how often it comes. Relationships are read a block at a
//! time, so that their own properties are slices; those that do not count are added to a place that nobody reads,
//! which spares a branch that nobody could guess.
//!
//! In: core rows that are nodes, or relationships with their ends. Out: the groups, or nothing where what is computed
//! fails for some value: whoever computes it row by row then raises the error that comes first. Callers:
//! [`nodes`](super::nodes), [`relationships`](super::relationships) and [`pair_cells`](super::pair_cells).

use std::ops::Range;
use std::sync::Arc;

use super::classes::{ClassPairs, Classes};
use super::coordinates::Coordinate;
use super::inner_ends::{NOWHERE, Through};
use super::lanes::with_neighbours;
use super::set::Set;
use super::{Counters, WeightedGroups, overflow};
use crate::error::Result;
use crate::exec::Limits;
use crate::exec::batch::Batch;
use crate::exec::column::{self, Data, TextSource, Vector, VectorBuilder};
use crate::exec::memo::{self, OfValues};
use crate::exec::memory::Holding;
use crate::exec::neighbours::{List, start_of};
use crate::exec::numbers::Numbers;
use crate::exec::parallel::{self, CHUNK};
use crate::exec::predicate::Elements;
use crate::exec::runtime::Runtime;
use crate::expr::{Expr, ExprKind, VarId};
use crate::graph::snapshot::Column;
use crate::graph::{KeyId, Snapshot, TypeId};
use crate::value::Value;
use crate::value::time::{Component, InTurn};

/// So many cells at most: they stay in the nearest caches but one.
const CELLS_MAX: u64 = 1 << 15;
/// So many rows at least for each cell.
const ROWS_EACH: usize = 4;

/// Components of days that are smaller are counted in an array.
const COMPONENTS_MAX: usize = 1 << 14;

/// No cell: two of them are still a number.
const BEYOND: u32 = u32::MAX / 4;

/// So many arrays are added to in turn, where there are no more cells than these.
const TURNS: usize = 4;
const TURNS_MAX: usize = 4096;
/// An array of counts with a dimension for each property that is looked at.
#[derive(Clone)]
pub(super) struct Cells<'g> {
    dimensions: Vec<Dimension<'g>>,
    /// The types of relationships, and by how much one of them moves the cell, where somebody asks for them.
    types: Option<(Vec<TypeId>, usize)>,
    /// What each key and argument is.
    shown: Vec<Shown>,
    /// The last one is that of rows that do not count.
    counts: Vec<u64>,
}

/// What a key or an argument is.
#[derive(Clone, Copy)]
enum Shown {
    /// The property of a dimension.
    Stored(usize),
    /// What is computed of it.
    Computed(usize),
    /// The type of the relationship.
    Type,
}

/// Whose properties are looked at: relationships have the last place.
pub(super) const RELATIONSHIP: usize = 2;

/// The relationships of a list that count, and what they are read with.
pub(super) struct ListRows<'r, 'g> {
    pub(super) list: &'r List<'g>,
    /// Which of the types it is.
    pub(super) number: usize,
    /// Which of the variables starts are, and which ends.
    pub(super) ends: [usize; 2],
    /// The nodes that may be the first and the second variable.
    pub(super) sets: [Option<&'r Set>; 2],
    /// The nodes from the first to the last that may be an end.
    pub(super) led_to: Range<u32>,
}

/// A property whose value is one coordinate of a cell.
#[derive(Clone)]
struct Dimension<'g> {
    /// Of which variable, by position among those that rows have.
    of: usize,
    variable: VarId,
    key: Arc<str>,
    name: KeyId,
    column: Column<'g>,
    values: Numbers<'g>,
    /// The bins of its values, that of null being the last.
    bins: usize,
    /// By how much a bin moves the cell.
    stride: usize,
}

/// How far the nodes from one on move the cell.
pub(super) struct Shifts {
    first: u32,
    cells: Vec<u32>,
}

impl Shifts {
    /// Writes how far the nodes from one on move the cell.
    pub(super) fn write(&self, id: u32, out: &mut [u32]) {
        let own = self.cells.get(id.wrapping_sub(self.first) as usize..).unwrap_or(&[]);
        let known = own.len().min(out.len());
        out[..known].copy_from_slice(&own[..known]);
        out[known..].fill(0);
    }

    /// How far a node of the span moves the cell.
    #[inline]
    pub(super) fn of(&self, id: u32) -> u32 {
        self.cells.get(id.wrapping_sub(self.first) as usize).copied().unwrap_or(0)
    }

    /// The same for the nodes of a span, each of which moves the cell as the node does that it leads to; what leads
    /// nowhere moves it out of all that are counted.
    pub(super) fn through(self, span: Range<u32>, through: &Through) -> Shifts {
        let of = |node| match through.target(node) {
            NOWHERE => BEYOND,
            target => self.of(target),
        };
        Shifts { first: span.start, cells: span.map(of).collect() }
    }

    /// Moves the cells of the relationships from a position on as the nodes do whose runs they are in.
    fn add_to_runs(&self, offsets: &[u32], first: usize, cells: &mut [u32]) {
        let (mut node, mut at) = (start_of(offsets, first, 0), 0);
        while let (Some(run), Some(&end)) = (cells.get_mut(at..), offsets.get(node + 1)) {
            let len = (end as usize - first - at).min(run.len());
            let own = self.of(node as u32);
            run[..len].iter_mut().for_each(|cell| *cell += own);
            if len == run.len() {
                return;
            }
            (at, node) = (at + len, node + 1);
        }
    }
}

impl<'g> Cells<'g> {
    /// Cells for about so many rows, in which some nodes stand and perhaps a relationship of one of some types;
    /// `None` where keys and arguments are something else than what properties of those with few values say.
    pub(super) fn of(
        different: &[&Expr],
        (variables, types): (&[Option<VarId>], &[TypeId]),
        rows: usize,
        graph: &'g dyn Snapshot,
    ) -> Option<Cells<'g>> {
        if different.is_empty() {
            return None;
        }
        let mut own =
            Cells { dimensions: Vec::new(), types: None, shown: Vec::new(), counts: Vec::new() };
        let mut cells = 1;
        let wider = |cells: u64, bins: u64| cells.checked_mul(bins).filter(|all| *all <= CELLS_MAX);
        for expr in different {
            if is_type_of(expr, variables.get(RELATIONSHIP).copied().flatten()) {
                if own.types.is_none() {
                    own.types = Some((types.to_vec(), cells as usize));
                    cells = wider(cells, types.len().max(1) as u64)?;
                }
                own.shown.push(Shown::Type);
                continue;
            }
            let (variable, key) = memo::only_property(expr)?;
            let of = variables.iter().position(|own| *own == Some(variable))?;
            let name = graph.catalog().key(&key)?;
            // What is written at two places of the query is one property.
            let known = own.dimensions.iter().position(|d| (d.of, d.name) == (of, name));
            let place = known.unwrap_or(own.dimensions.len());
            let is_stored = matches!(&expr.kind, ExprKind::Property(of, _) if matches!(of.kind, ExprKind::Variable(_)));
            own.shown.push(if is_stored { Shown::Stored(place) } else { Shown::Computed(place) });
            if known.is_some() {
                continue;
            }
            let (elements, source) = match of {
                RELATIONSHIP => (Elements::Relationships, TextSource::Relationship(name)),
                _ => (Elements::Nodes, TextSource::Node(name)),
            };
            let column = elements.column(name, graph);
            let (values, bins) = Numbers::of(&column, source)?;
            let (stride, bins) = (cells as usize, bins.saturating_add(1));
            cells = wider(cells, bins)?;
            let bins = bins as usize;
            let new = Dimension { of, variable, key, name, column, values, bins, stride };
            own.dimensions.push(new);
        }
        own.counts = vec![0; cells as usize + 1];
        (cells as usize * ROWS_EACH <= rows).then_some(own)
    }

    /// Whether a property of a variable is looked at.
    pub(super) fn asks(&self, variable: usize) -> bool {
        self.dimensions.iter().any(|dimension| dimension.of == variable)
    }

    /// Whether something is computed of a property.
    pub(super) fn computes(&self) -> bool {
        self.shown.iter().any(|shown| matches!(shown, Shown::Computed(_)))
    }

    /// Adds what the nodes from an id on weigh, where rows are nodes. `cells` is written over.
    pub(super) fn add(&mut self, first: u32, weights: &[u64], cells: &mut Vec<u32>) {
        cells.clear();
        cells.resize(weights.len(), 0);
        self.place(0, first, cells);
        for (cell, weight) in cells.iter().zip(weights) {
            if let Some(count) = self.counts.get_mut(*cell as usize) {
                *count = count.saturating_add(*weight);
            }
        }
    }

    /// Adds the nodes of a set, each once, where rows are nodes; false where that is done otherwise, and nothing has been
    /// added.
    pub(super) fn add_set(&mut self, set: &Set, run: &Runtime<'_>) -> Result<bool> {
        let (span, Ok(codes)) = (set.span(), u8::try_from(self.counts.len())) else {
            return self.add_ranges(set, run);
        };
        // Codes are written for all from the first to the last.
        if set.len() < span.len() / 4 || self.dimensions.iter().any(|own| own.of != 0) {
            return Ok(false);
        }
        let step = |(counts, written): &mut ([[u64; 1 << 8]; TURNS], [u8; CHUNK]),
                    ids: Range<u32>| {
            let written = &mut written[..ids.len()];
            written.fill(0);
            for dimension in &self.dimensions {
                dimension.code(ids.start, dimension.stride as u8, written);
            }
            set.each_without(&ids, |at| written[at] = codes);
            // An addition waits for the last one to the same count.
            let [one, two, three, four] = counts;
            let (fours, rest) = written.as_chunks::<TURNS>();
            for [a, b, c, d] in fours {
                one[*a as usize] += 1;
                two[*b as usize] += 1;
                three[*c as usize] += 1;
                four[*d as usize] += 1;
            }
            rest.iter().for_each(|code| one[*code as usize] += 1);
        };
        let new = || ([[0; 1 << 8]; TURNS], [0; CHUNK]);
        // A node takes half a nanosecond for each property.
        let work = span.len() * self.dimensions.len() / 2;
        for (counts, _) in parallel::fold(span.clone(), work, run.limits, &new, &step)? {
            counts.iter().for_each(|own| self.add_counts(&own[..usize::from(codes) - 1]));
        }
        Ok(true)
    }

    /// The same where one property says all, and each node has it.
    fn add_ranges(&mut self, set: &Set, run: &Runtime<'_>) -> Result<bool> {
        let ([own], Set::Ranges(ranges)) = (self.dimensions.as_slice(), set) else {
            return Ok(false);
        };
        if own.of != 0 || !ranges.iter().all(|range| own.column.covers(range.clone())) {
            return Ok(false);
        }
        let step = |counts: &mut Vec<u64>, ids: Range<u32>| {
            let here =
                (ids.start - own.column.first) as usize..(ids.end - own.column.first) as usize;
            own.values.beside(here, ids, |bin, _| {
                if let Some(count) = counts.get_mut(bin as usize) {
                    *count += 1;
                }
            });
        };
        let new = || vec![0u64; own.bins];
        let mut parts = Vec::new();
        for range in ranges {
            parts.extend(parallel::fold(range.clone(), range.len() / 2, run.limits, &new, &step)?);
        }
        parts.iter().for_each(|counts| self.add_counts(counts));
        Ok(true)
    }

    /// Adds what one node weighs, where rows are nodes.
    pub(super) fn add_one(&mut self, id: u32, weight: u64) {
        let cell: usize = self.dimensions.iter().map(|dimension| dimension.at(id)).sum();
        if let Some(count) = self.counts.get_mut(cell) {
            *count = count.saturating_add(weight);
        }
    }

    /// Moves the cells of the nodes from an id on by what the dimensions of a variable say.
    fn place(&self, variable: usize, first: u32, cells: &mut [u32]) {
        for dimension in self.dimensions.iter().filter(|dimension| dimension.of == variable) {
            dimension.place(first, cells);
        }
    }

    /// Adds the relationships of a list.
    pub(super) fn add_list(
        &mut self,
        rows: &ListRows<'_, 'g>,
        node_bound: u32,
        run: &Runtime<'_>,
    ) -> Result<()> {
        let adjacency = &rows.list.adjacency;
        let (offsets, neighbours) = (adjacency.offsets, adjacency.neighbours.all());
        let mut holding = Holding::default();
        let of_type = self.types.as_ref().map_or(0, |(_, stride)| rows.number * stride) as u32;
        if !self.asks(RELATIONSHIP) && self.add_classes(rows, of_type, (run, &mut holding))? {
            return Ok(());
        }
        let mut shifts = |end: usize, span: Range<u32>| {
            let own = rows.ends[end];
            let set = rows.sets[own];
            let is_asked = self.asks(own) || set.is_some();
            is_asked.then(|| self.shifts(own, set, span, (run, &mut holding))).transpose()
        };
        let of_starts = shifts(0, 0..offsets.len().saturating_sub(1) as u32)?;
        let of_ends = shifts(1, 0..node_bound)?;
        let first_id = adjacency.statement_at(0).0;
        let all = neighbours.len();
        let trash = self.counts.len() - 1;
        // An addition waits for the last one to the same cell: neighbouring rows add to different arrays.
        let turns = if trash < TURNS_MAX { TURNS } else { 1 };
        let new = || (vec![0; self.counts.len() * turns], Vec::new());
        let step = |(counts, cells): &mut (Vec<u64>, Vec<u32>), at: Range<u32>| {
            cells.clear();
            cells.resize(at.len(), of_type);
            self.place(RELATIONSHIP, first_id + at.start, cells);
            if let Some(own) = &of_starts {
                own.add_to_runs(offsets, at.start as usize, cells);
            }
            if let Some(own) = &of_ends {
                let ends = &neighbours[at.start as usize..at.end as usize];
                cells.iter_mut().zip(ends).for_each(|(cell, to)| *cell += own.of(to.0));
            }
            for (at, cell) in cells.iter().enumerate() {
                let place = (at & (turns - 1)) * (trash + 1) + (*cell as usize).min(trash);
                if let Some(count) = counts.get_mut(place) {
                    *count += 1;
                }
            }
        };
        let parts = parallel::fold(0..all as u32, all * 2, run.limits, &new, &step)?;
        for (part, _) in &parts {
            part.chunks(trash + 1).for_each(|counts| self.add_counts(counts));
        }
        Ok(())
    }

    /// Adds all relationships of a list, of which only the ends are looked at, by the classes of those; false where
    /// there are too many classes, and nothing has been added.
    fn add_classes(
        &mut self,
        rows: &ListRows<'_, 'g>,
        of_type: u32,
        (run, holding): (&Runtime<'_>, &mut Holding),
    ) -> Result<bool> {
        let adjacency = &rows.list.adjacency;
        let (offsets, neighbours) = (adjacency.offsets, adjacency.neighbours.all());
        let starts = with_neighbours(offsets);
        let first = starts.start as usize;
        let mut classes = |end: usize, span: Range<u32>| {
            let own = rows.ends[end];
            self.classes((own, rows.sets[own]), span, (run, &mut *holding))
        };
        let (Some(near), Some(far)) = (classes(0, starts)?, classes(1, rows.led_to.clone())?)
        else {
            return Ok(false);
        };
        let Some(pairs) = ClassPairs::new(near, far, neighbours.len()) else { return Ok(false) };
        let all = pairs.bytes() + pairs.len() * 8 * parallel::threads(neighbours.len());
        run.hold(holding, holding.bytes() + all, "CountTree")?;
        // Pieces are relationships and not nodes: a few nodes may have all of them.
        let step = |sums: &mut Vec<u64>, at: Range<u32>| {
            let (mut at, end) = (at.start as usize, at.end as usize);
            let mut node = start_of(offsets, at, first);
            while let Some(next) = offsets.get(node + 1).filter(|_| at < end) {
                let next = (*next as usize).min(end);
                pairs.count_run(node as u32, neighbours.get(at..next).unwrap_or(&[]), sums);
                (at, node) = (next, node + 1);
            }
        };
        let (all, new) = (neighbours.len(), || vec![0u64; pairs.len()]);
        for sums in parallel::fold(0..all as u32, all * 2, run.limits, &new, &step)? {
            pairs.for_each(&sums, |near, far, sum| {
                self.add_count((of_type + near + far) as usize, sum);
            });
        }
        Ok(true)
    }

    /// The classes of the nodes of a span as a variable, those outside a set being one that does not count; `None`
    /// where there may be too many.
    fn classes(
        &self,
        (variable, set): (usize, Option<&Set>),
        span: Range<u32>,
        (run, holding): (&Runtime<'_>, &mut Holding),
    ) -> Result<Option<Classes>> {
        if !self.asks(variable) && set.is_none() {
            return Ok(Some(Classes::one()));
        }
        let (mut own, mut count) = (Vec::new(), 1usize);
        for dimension in self.dimensions.iter().filter(|dimension| dimension.of == variable) {
            own.push((dimension, count));
            count = count.saturating_mul(dimension.bins);
        }
        // One code more stands for those outside the set.
        let Ok(outside) = u8::try_from(count) else {
            let shifts = self.shifts(variable, set, span.clone(), (run, holding))?;
            let bound = self.counts.len() - 1;
            return Classes::by_key(span, bound, run.limits, &|id, keys| shifts.write(id, keys));
        };
        run.hold(holding, holding.bytes() + span.len(), "CountTree")?;
        let (first, mut codes) = (span.start, vec![0u8; span.len()]);
        let work = codes.len() / 4 * (own.len() + 1);
        parallel::fill(&mut codes, work, run.limits, &|at, chunk: &mut [u8]| {
            let first = first + at as u32;
            own.iter().for_each(|(dimension, by)| dimension.code(first, *by as u8, chunk));
            if let Some(set) = set {
                let span = first..first + chunk.len() as u32;
                set.each_without(&span, |at| chunk[at] = outside);
            }
        })?;
        let key = |code: usize| {
            let bin = |(own, by): &(&Dimension<'_>, usize)| code / by % own.bins * own.stride;
            own.iter().map(bin).sum::<usize>() as u32
        };
        let mut keys: Vec<Option<u32>> = (0..count).map(|code| Some(key(code))).collect();
        if set.is_some() {
            keys.push(None);
        }
        Ok(Some(Classes::by_code(first, codes, keys)))
    }

    /// For each property of a variable the places of its values, by how far they move the cell; `None` where one has too
    /// many values.
    pub(super) fn coordinates(
        &self,
        variable: usize,
        span: &Range<u32>,
        limits: &Limits,
    ) -> Result<Option<Vec<Coordinate>>> {
        let own = self.dimensions.iter().filter(|dimension| dimension.of == variable);
        let of = |own: &Dimension<'_>| {
            let places = (own.bins, own.stride as u64);
            Coordinate::of(span, places, limits, &|id, out| own.code(id, 1, out))
        };
        own.map(of).collect()
    }

    /// Adds to the count of a cell.
    pub(super) fn add_count(&mut self, cell: usize, more: u64) {
        if let Some(count) = self.counts.get_mut(cell) {
            *count = count.saturating_add(more);
        }
    }

    /// How far each node of a span moves the cell as a variable; those outside a set move it out of all that count.
    pub(super) fn shifts(
        &self,
        variable: usize,
        set: Option<&Set>,
        span: Range<u32>,
        (run, holding): (&Runtime<'_>, &mut Holding),
    ) -> Result<Shifts> {
        run.hold(holding, holding.bytes() + span.len() * 4, "CountTree")?;
        let mut cells = vec![0u32; span.len()];
        let (work, beyond) = (cells.len() / 2, self.counts.len() as u32);
        parallel::fill(&mut cells, work, run.limits, &|at, chunk: &mut [u32]| {
            let first = span.start + at as u32;
            self.place(variable, first, chunk);
            if let Some(set) = set {
                let ids = (first..).zip(chunk).filter(|(id, _)| !set.contains(*id));
                ids.for_each(|(_, cell)| *cell = beyond);
            }
        })?;
        Ok(Shifts { first: span.start, cells })
    }

    /// How many cells there are.
    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    /// Adds what is in the cells of others.
    pub(super) fn merge(&mut self, others: &Cells<'_>) {
        self.add_counts(&others.counts);
    }

    pub(super) fn add_counts(&mut self, others: &[u64]) {
        for (count, other) in self.counts.iter_mut().zip(others) {
            *count = count.saturating_add(*other);
        }
    }

    /// The groups of the cells; `None` where what is computed of a value fails.
    pub(super) fn finish(
        &self,
        groups: &mut WeightedGroups<'_>,
        counters: &Counters,
        run: &Runtime<'_>,
    ) -> Result<Option<()>> {
        if let Some((numbers, weights)) = self.by_component(&groups.different) {
            let rows = Batch::of_len(weights.len());
            groups.add_computed(&rows, vec![numbers], &weights, counters, run)?;
            return Ok(Some(()));
        }
        let counted = &self.counts[..self.counts.len() - 1];
        let filled: Vec<usize> = (0..counted.len()).filter(|at| counted[*at] != 0).collect();
        let weight = |at: &usize| i64::try_from(counted[*at]).map_err(|_| overflow());
        let weights = filled.iter().map(weight).collect::<Result<Vec<i64>>>()?;
        if filled.is_empty() {
            return Ok(Some(()));
        }
        let mut columns = Vec::with_capacity(self.shown.len());
        for (shown, expr) in self.shown.iter().zip(&groups.different) {
            let column = match shown {
                Shown::Stored(at) => Some(self.dimensions[*at].stored(&filled)),
                Shown::Computed(at) => self.dimensions[*at].computed(expr, &filled, run),
                Shown::Type => Some(self.types_of(&filled, run)),
            };
            let Some(column) = column else { return Ok(None) };
            columns.push(column);
        }
        let rows = Batch::of_len(filled.len());
        groups.add_computed(&rows, columns, &weights, counters, run)?;
        Ok(Some(()))
    }

    /// How often each component of days comes, where nothing else is asked: many days have the same. Nothing where it is
    /// something else, or counts do not fit.
    fn by_component(&self, different: &[&Expr]) -> Option<(column::Column, Vec<i64>)> {
        let ([Shown::Computed(0)], [days], [expr]) =
            (self.shown.as_slice(), self.dimensions.as_slice(), different)
        else {
            return None;
        };
        let (Numbers::Dates { least, .. }, Some(component)) = (&days.values, component_of(expr))
        else {
            return None;
        };
        let mut sums = Vec::new();
        let mut in_turn = InTurn::new(component);
        let (null, counted) = self.counts[..self.counts.len() - 1].split_last()?;
        for (day, count) in (*least..).zip(counted).filter(|(_, count)| **count != 0) {
            let number = usize::try_from(in_turn.of(day)?).ok()?;
            if number >= sums.len() {
                (number < COMPONENTS_MAX).then(|| sums.resize(number + 1, 0u64))?;
            }
            sums[number] = sums[number].checked_add(*count)?;
        }
        let filled = || (0..sums.len()).filter(|at| sums[*at] != 0);
        let mut numbers: Vec<i64> = filled().map(|at| at as i64).collect();
        let weights = filled().map(|at| sums[at]).chain((*null != 0).then_some(*null));
        let weights = weights.map(i64::try_from).collect::<Result<Vec<i64>, _>>().ok()?;
        let mut nulls = vec![false; numbers.len()];
        numbers.resize(weights.len(), 0);
        nulls.resize(weights.len(), true);
        let numbers = Vector::with_nulls(Data::Integer(numbers), nulls);
        (!weights.is_empty()).then(|| (column::Column::new(numbers), weights))
    }

    /// The types of the relationships in some cells.
    fn types_of(&self, cells: &[usize], run: &Runtime<'_>) -> column::Column {
        let graph = run.graph();
        let name = |at: &usize| match &self.types {
            Some((types, stride)) => {
                let name = graph.catalog().type_name(types[at / stride % types.len()]);
                Value::String(Arc::clone(name))
            }
            None => Value::Null,
        };
        column::Column::new(Vector::of(cells.iter().map(name)))
    }
}

/// Whether an expression is the type of a relationship.
fn is_type_of(expr: &Expr, relationship: Option<VarId>) -> bool {
    let ExprKind::Call(function, arguments) = &expr.kind else { return false };
    let [argument] = arguments.as_slice() else { return false };
    let is_own = matches!(argument.kind, ExprKind::Variable(own) if Some(own) == relationship);
    function.name == "type" && is_own
}

/// The component that an expression is of a property, if that is all it is.
fn component_of(expr: &Expr) -> Option<Component> {
    let ExprKind::Property(of, name) = &expr.kind else { return None };
    let ExprKind::Property(inner, _) = &of.kind else { return None };
    matches!(inner.kind, ExprKind::Variable(_)).then(|| Component::parse(name)).flatten()
}

impl Dimension<'_> {
    /// The bin of each of some cells.
    fn bins_of(&self, cells: &[usize]) -> impl Iterator<Item = usize> + Clone {
        // There are so few cells that they are divided as 32 bits, which is the lesser half of the work.
        let (stride, bins) = (self.stride as u32, self.bins as u32);
        cells.iter().map(move |at| (*at as u32 / stride % bins) as usize)
    }

    /// The property in some cells.
    fn stored(&self, cells: &[usize]) -> column::Column {
        let bins = self.bins_of(cells);
        let nulls: Vec<bool> = bins.clone().map(|bin| bin + 1 == self.bins).collect();
        let bins = bins.zip(&nulls).map(|(bin, null)| if *null { 0 } else { bin as u32 });
        column::Column::new(Vector::with_nulls(self.values.data(bins), nulls))
    }

    /// What is computed of the property in some cells, once for each value.
    fn computed(&self, expr: &Expr, cells: &[usize], run: &Runtime<'_>) -> Option<column::Column> {
        if let (Numbers::Dates { least, .. }, Some(component)) = (&self.values, component_of(expr))
        {
            return Some(self.components(cells, *least, component));
        }
        let mut known: Vec<Option<Value>> = vec![None; self.bins];
        let graph = run.graph();
        let of_values = OfValues::new(expr, (self.variable, &self.key), run, &*graph);
        let mut values = VectorBuilder::default();
        for bin in self.bins_of(cells) {
            if known[bin].is_none() {
                let value = match (&self.values, bin + 1 == self.bins) {
                    (_, true) => Value::Null,
                    (Numbers::Texts { source, .. }, _) => {
                        Value::String(source.dictionary(&*graph)?.text(bin as u32))
                    }
                    (numbers, _) => numbers.value(bin as u32)?,
                };
                known[bin] = Some(of_values.of(value).ok()?);
            }
            values.push(known[bin].clone()?);
        }
        Some(column::Column::new(values.finish()))
    }

    /// A component of the days in some cells.
    fn components(&self, cells: &[usize], least: i64, component: Component) -> column::Column {
        let (mut numbers, mut nulls) = (Vec::with_capacity(cells.len()), Vec::new());
        let mut in_turn = InTurn::new(component);
        for bin in self.bins_of(cells) {
            let is_day = bin + 1 != self.bins;
            let number = is_day.then(|| in_turn.of(least + bin as i64)).flatten();
            nulls.push(number.is_none());
            numbers.push(number.unwrap_or(0));
        }
        column::Column::new(Vector::with_nulls(Data::Integer(numbers), nulls))
    }

    /// By how much a node moves the cell.
    fn at(&self, id: u32) -> usize {
        let of = |at: usize| self.values.one(at) as usize;
        let bin = self.column.position(id).map_or(self.bins - 1, of);
        bin * self.stride
    }

    /// Moves the codes of the nodes from an id on, by so much for each bin.
    fn code(&self, first: u32, by: u8, codes: &mut [u8]) {
        let all = first..first.saturating_add(codes.len() as u32);
        if !self.column.covers(all.clone()) {
            for (code, id) in codes.iter_mut().zip(all) {
                *code = code.wrapping_add((self.at(id) / self.stride) as u8 * by);
            }
            return;
        }
        let begin = (first - self.column.first) as usize;
        self.values.beside(begin..begin + codes.len(), codes.iter_mut(), |bin, code| {
            *code = code.wrapping_add((bin as u8).wrapping_mul(by));
        });
    }

    /// Moves the cells of the nodes from an id on.
    fn place(&self, first: u32, cells: &mut [u32]) {
        let all = first..first.saturating_add(cells.len() as u32);
        if !self.column.covers(all.clone()) {
            for (cell, id) in cells.iter_mut().zip(all) {
                *cell += self.at(id) as u32;
            }
            return;
        }
        let begin = (first - self.column.first) as usize;
        let here = begin..begin + cells.len();
        let stride = self.stride as u32;
        self.values.beside(here, cells.iter_mut(), |bin, cell| *cell += bin * stride);
    }
}
