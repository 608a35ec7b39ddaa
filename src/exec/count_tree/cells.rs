//! Rows that agree in all that is asked of them are one row, which counts more often.
//!
//! ```text
//! MATCH (p:Person) RETURN p.gender, count(*), avg(p.age), max(p.age)       2 genders, 52 ages
//!
//! rows    100,000, each with a key to be found and a value to be added, compared and counted
//! cells   104, each of which is a number that rows add 1 to; then 104 rows with weights
//! ```
//!
//! Where keys and arguments are stored properties with few values, a row is the place in an array that those
//! values give together. Aggregation sees one row for each place that is not empty, whatever the aggregates are:
//! all that they look at is there, with how often it comes. In: core rows that are nodes, or relationships with
//! their ends. Out: the groups. Callers: [`nodes`](super::nodes) and [`relationships`](super::relationships).

use std::ops::Range;

use super::numbers::Numbers;
use super::{Counters, WeightedGroups, overflow};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{self, TextSource, Vector};
use crate::exec::memory::Holding;
use crate::exec::neighbours::List;
use crate::exec::parallel;
use crate::exec::predicate::Elements;
use crate::exec::runtime::Runtime;
use crate::expr::{Expr, ExprKind, VarId};
use crate::graph::snapshot::Column;
use crate::graph::{KeyId, Snapshot};

/// So many cells at most: they stay in the nearest caches but one.
const CELLS_MAX: u64 = 1 << 15;
/// So many rows at least for each cell.
const ROWS_EACH: usize = 4;

/// An array of counts with a dimension for each property that is looked at.
#[derive(Clone)]
pub(super) struct Cells<'g> {
    dimensions: Vec<Dimension<'g>>,
    /// The dimension of each key and argument.
    places: Vec<usize>,
    counts: Vec<u64>,
}

/// A property whose value is one coordinate of a cell.
#[derive(Clone)]
struct Dimension<'g> {
    /// Of which variable, by position among those that rows have.
    of: usize,
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
    /// How far a node of the span moves the cell.
    #[inline]
    pub(super) fn of(&self, id: u32) -> u32 {
        self.cells.get(id.wrapping_sub(self.first) as usize).copied().unwrap_or(0)
    }
}

impl<'g> Cells<'g> {
    /// Cells for about so many rows, in which some nodes stand; `None` where keys and arguments are something else
    /// than properties of those with few values.
    pub(super) fn of(
        different: &[&Expr],
        variables: &[Option<VarId>],
        rows: usize,
        graph: &'g dyn Snapshot,
    ) -> Option<Cells<'g>> {
        if different.is_empty() {
            return None;
        }
        let (mut dimensions, mut places) = (Vec::<Dimension<'g>>::new(), Vec::new());
        let mut cells = 1u64;
        for expr in different {
            let ExprKind::Property(of, name) = &expr.kind else { return None };
            let ExprKind::Variable(variable) = of.kind else { return None };
            let of = variables.iter().position(|own| *own == Some(variable))?;
            let name = graph.catalog().key(name)?;
            // What is written at two places of the query is one property.
            let known = dimensions.iter().position(|d| (d.of, d.name) == (of, name));
            places.push(known.unwrap_or(dimensions.len()));
            if known.is_some() {
                continue;
            }
            let column = Elements::Nodes.column(name, graph);
            let (values, bins) = Numbers::of(&column, TextSource::Node(name))?;
            let (stride, bins) = (cells as usize, bins.saturating_add(1));
            cells = cells.checked_mul(bins).filter(|cells| *cells <= CELLS_MAX)?;
            dimensions.push(Dimension { of, name, column, values, bins: bins as usize, stride });
        }
        let is_worth_it = cells as usize * ROWS_EACH <= rows;
        is_worth_it.then(|| Cells { dimensions, places, counts: vec![0; cells as usize] })
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

    /// Adds each relationship of a list, whose starts are one variable and whose ends another.
    pub(super) fn add_list(
        &mut self,
        list: &List<'g>,
        [starts, ends]: [usize; 2],
        node_bound: u32,
        run: &Runtime<'_>,
    ) -> Result<()> {
        let (offsets, neighbours) = (list.adjacency.offsets, list.adjacency.neighbours.all());
        let span = 0..offsets.len().saturating_sub(1) as u32;
        let mut holding = Holding::default();
        let of_ends = self.shifts(ends, 0..node_bound, (run, &mut holding))?;
        let of_starts = self.shifts(starts, span.clone(), (run, &mut holding))?;
        let (new, work) = (|| vec![0; self.counts.len()], neighbours.len() * 2);
        let step = |counts: &mut Vec<u64>, ids: Range<u32>| {
            for id in ids {
                let own = of_starts.of(id);
                let here = offsets[id as usize] as usize..offsets[id as usize + 1] as usize;
                for to in &neighbours[here] {
                    let cell = own + of_ends.of(to.0);
                    if let Some(count) = counts.get_mut(cell as usize) {
                        *count += 1;
                    }
                }
            }
        };
        let parts = parallel::fold(span, work, run.limits, &new, &step)?;
        parts.iter().for_each(|part| self.add_counts(part));
        Ok(())
    }

    /// How far each node of a span moves the cell as a variable.
    pub(super) fn shifts(
        &self,
        variable: usize,
        span: Range<u32>,
        (run, holding): (&Runtime<'_>, &mut Holding),
    ) -> Result<Shifts> {
        run.hold(holding, holding.bytes() + span.len() * 4, "CountTree")?;
        let mut cells = vec![0u32; span.len()];
        let work = cells.len() / 2;
        parallel::fill(&mut cells, work, run.limits, &|at, chunk: &mut [u32]| {
            self.place(variable, span.start + at as u32, chunk);
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

    /// The groups of the cells.
    pub(super) fn finish(
        &self,
        mut groups: WeightedGroups<'_>,
        counters: &Counters,
        run: &Runtime<'_>,
    ) -> Result<Batch> {
        let filled: Vec<usize> =
            (0..self.counts.len()).filter(|at| self.counts[*at] != 0).collect();
        let weight = |at: &usize| i64::try_from(self.counts[*at]).map_err(|_| overflow());
        let weights = filled.iter().map(weight).collect::<Result<Vec<i64>>>()?;
        let column = |dimension: &Dimension<'g>| {
            let bins = filled.iter().map(|at| at / dimension.stride % dimension.bins);
            let nulls: Vec<bool> = bins.clone().map(|bin| bin + 1 == dimension.bins).collect();
            let bins = bins.zip(&nulls).map(|(bin, null)| if *null { 0 } else { bin as u32 });
            let data = dimension.values.data(bins);
            column::Column::new(Vector::with_nulls(data, nulls))
        };
        if !filled.is_empty() {
            let columns: Vec<column::Column> = self.dimensions.iter().map(column).collect();
            let columns = self.places.iter().map(|at| columns[*at].clone()).collect();
            groups.add_computed(&Batch::of_len(filled.len()), columns, &weights, counters, run)?;
        }
        groups.finish(run)
    }
}

impl Dimension<'_> {
    /// By how much a node moves the cell.
    fn at(&self, id: u32) -> usize {
        let of = |at: usize| self.values.one(at) as usize;
        let bin = self.column.position(id).map_or(self.bins - 1, of);
        bin * self.stride
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
