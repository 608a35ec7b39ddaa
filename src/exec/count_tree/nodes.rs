//! Core rows that are nodes.

use std::ops::Range;
use std::sync::Arc;

use super::bins::Bins;
use super::cells::Cells;
use super::values::Sparse;
use super::weights::Rooted;
use super::{Counters, Counting, RootedTerm, WeightedGroups, components, knot, overflow};
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch, Buffer};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::page::row_count;
use crate::exec::parallel::{self, CHUNK};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{Expr, ExprKind, VarId};
use crate::graph::Snapshot;
use crate::plan::physical::{Counter, Top};
use crate::value::NodeId;

/// The sum of all weights.
pub(super) fn total(rooted: &Rooted<'_>, run: &Runtime<'_>) -> Result<u128> {
    let prepared = match rooted {
        Rooted::Sparse(sparse) => {
            return sparse.values.iter().try_fold(0u128, |sum, &value| {
                if value == u64::MAX { Err(overflow()) } else { Ok(sum + u128::from(value)) }
            });
        }
        Rooted::Blocks(prepared) => prepared,
    };
    // The block is kept from chunk to chunk: clearing it would cost as much as the sum.
    let step = |sum: &mut (u128, bool, Vec<u64>), ids: Range<u32>| {
        let block = &mut sum.2[..ids.len()];
        prepared.write(ids.start, block);
        if prepared.most < u64::MAX / CHUNK as u64 {
            sum.0 += u128::from(block.iter().sum::<u64>());
            return;
        }
        let most = block.iter().copied().max().unwrap_or(0);
        sum.1 |= most == u64::MAX;
        sum.0 += if most < u64::MAX / CHUNK as u64 {
            u128::from(block.iter().sum::<u64>())
        } else {
            block.iter().map(|&value| u128::from(value)).sum()
        };
    };
    let span = prepared.set.span();
    let sums =
        parallel::fold(span, prepared.work, run.limits, &|| (0, false, vec![0; CHUNK]), &step)?;
    if sums.iter().any(|(_, reached, _)| *reached) {
        return Err(overflow());
    }
    Ok(sums.iter().map(|(sum, ..)| sum).sum())
}

/// Nodes, ascending, with the weight of each.
pub(super) type Rows = (Vec<u32>, Vec<i64>);

/// Which rows are wanted: so many, by weight.
#[derive(Clone, Copy)]
pub(super) struct First {
    pub(super) count: usize,
    pub(super) descending: bool,
}

impl First {
    /// How many rows are wanted.
    pub(super) fn of(top: &Top, run: &Runtime<'_>) -> Result<First> {
        let skip = top.skip.as_ref().map_or(Ok(0), |skip| row_count("SKIP", skip, run))?;
        let limit = row_count("LIMIT", &top.limit, run)?;
        let count = usize::try_from(skip.saturating_add(limit)).unwrap_or(usize::MAX);
        Ok(First { count, descending: top.descending })
    }

    /// The value of the last row that is wanted, of at least as many; `None` where no row is.
    pub(super) fn last_of(self, mut values: Vec<u64>) -> Option<u64> {
        let at = self.count.checked_sub(1)?;
        Some(if self.descending {
            *values.select_nth_unstable_by(at, |a, b| b.cmp(a)).1
        } else {
            *values.select_nth_unstable(at).1
        })
    }
}

impl Counting<'_, '_, '_> {
    /// One row for each node that matches, grouped.
    pub(super) fn by_node(&self, place: usize, counters: &Counters) -> Result<Batch> {
        let variable = self.tree.nodes[place].variable;
        let Some(variable) = variable else { return Ok(Batch::of_len(0)) };
        if let Some(ids) = self.present(place, counters)? {
            return self.nodes_once(variable, &ids, None);
        }
        let terms = self.rooted(&counters.distinct[0], Some(place))?;
        let different = self.keys_differ(variable, &terms);
        let count = terms.iter().map(RootedTerm::count).sum();
        if !different && let Some(bins) = Bins::of(self.grouping, variable, count, self.graph) {
            let mut all = vec![binned(&terms, &bins, self.run)?];
            for counter in &counters.distinct[1..] {
                let terms = self.rooted(counter, Some(place))?;
                all.push(binned(&terms, &bins, self.run)?);
            }
            return Bins::finish(&all, &counters.of_aggregate);
        }
        if let (false, [_]) = (different, counters.distinct.as_slice()) {
            let mut groups = WeightedGroups::new(self.grouping);
            let variables = [Some(variable)];
            if let Some(cells) = Cells::of(&groups.different, (&variables, &[]), count, self.graph)
                && let Some(()) =
                    in_cells(&terms, &cells, self.run)?.finish(&mut groups, counters, self.run)?
            {
                return groups.finish(self.run);
            }
        }
        let simple = self.grouping.aggregates.iter().all(|(_, a)| a.arguments.is_empty());
        let first = match &self.tree.top {
            Some(top) if different => self.first(top, counters)?,
            _ => None,
        };
        let (ids, plain) = rows(&terms, first, self.run)?;
        let mut weights = vec![plain];
        for counter in &counters.distinct[1..] {
            weights.push(self.weights_of(counter, place, &ids)?);
        }
        if different && simple {
            let mut batch = self.each_a_group(variable, &ids)?;
            for ((aggregate, _), at) in self.grouping.aggregates.iter().zip(&counters.of_aggregate)
            {
                let counts = Data::Integer(weights[*at].clone());
                batch.set(*aggregate, Column::new(Vector::new(counts)));
            }
            return Ok(batch);
        }
        let feed = |at: usize, groups: &mut WeightedGroups<'_>, run: &Runtime<'_>| {
            let first = at * BATCH_ROWS;
            let rows = first..ids.len().min(first + BATCH_ROWS);
            let mut batch = Batch::of_len(rows.len());
            batch.set(variable, nodes(&ids[rows.clone()]));
            let weights: Vec<&[i64]> = weights.iter().map(|w| &w[rows.clone()]).collect();
            // Where all count once, so do their values: nothing has to be multiplied.
            let weights = weights.iter().any(|w| w.iter().any(|w| *w != 1)).then_some(weights);
            groups.add(&batch, weights.as_deref(), counters, run)
        };
        let morsels = ids.len().div_ceil(BATCH_ROWS);
        if let Some(groups) = self.in_parts((morsels, ids.len()), &feed)? {
            return Ok(groups);
        }
        let mut groups = WeightedGroups::new(self.grouping);
        for at in 0..morsels {
            self.run.check()?;
            feed(at, &mut groups, self.run)?;
        }
        groups.finish(self.run)
    }

    /// One row for each node that a cycle has at a place, grouped; `None` where the input has them.
    pub(super) fn by_node_of_knot(
        &self,
        place: usize,
        counters: &Counters,
    ) -> Result<Option<Batch>> {
        let variable = self.tree.nodes[place].variable;
        // Other terms need loops; where there are some, the input has the rows.
        let mut terms = self.tree.terms.iter().filter(|term| !self.lacks_loops(term));
        let (Some(term), None, [counter], Some(variable)) =
            (terms.next(), terms.next(), counters.distinct.as_slice(), variable)
        else {
            return Ok(None);
        };
        let (Some(knot), [_]) = (&term.knot, components(term).as_slice()) else { return Ok(None) };
        let evaluator = self.evaluator(term, counter)?;
        let weights = if evaluator.is_nothing() {
            Some((0, Vec::new()))
        } else {
            knot::by_node(&evaluator, knot)?
        };
        let Some((first, weights)) = weights else { return Ok(None) };
        let found = (first..).zip(weights).filter(|(_, weight)| *weight != 0);
        let (mut ids, mut counts) = (Vec::new(), Vec::new());
        for (id, weight) in found {
            ids.push(id);
            counts.push(i64::try_from(weight).map_err(|_| overflow())?);
        }
        self.nodes_once(variable, &ids, Some(&counts)).map(Some)
    }

    /// The groups of nodes that come once each, and count as often as is said, or once. All aggregates count alike.
    fn nodes_once(&self, variable: VarId, ids: &[u32], weights: Option<&[i64]>) -> Result<Batch> {
        let mut grouping = self.grouping.clone();
        let mut of_aggregate = vec![0; grouping.aggregates.len()];
        for ((_, aggregate), counter) in grouping.aggregates.iter_mut().zip(&mut of_aggregate) {
            let is_node = matches!(aggregate.arguments.as_slice(),
                [only] if only.kind == ExprKind::Variable(variable));
            // No node comes twice: each is another one.
            if aggregate.function == AggregateFunction::Count && aggregate.distinct && is_node {
                (aggregate.distinct, aggregate.arguments, *counter) = (false, Vec::new(), 1);
            }
        }
        let counters = Counters { distinct: vec![Counter::default(); 2], of_aggregate };
        let (mut groups, ones) = (WeightedGroups::new(&grouping), [1; BATCH_ROWS]);
        for (at, ids) in ids.chunks(BATCH_ROWS).enumerate() {
            self.run.check()?;
            let mut batch = Batch::of_len(ids.len());
            batch.set(variable, nodes(ids));
            let own = weights.map(|all| &all[at * BATCH_ROWS..][..ids.len()]);
            let own = own.map(|own| [own, &ones[..ids.len()]]);
            let own = own.as_ref().map(<[&[i64]; 2]>::as_slice);
            groups.add(&batch, own, &counters, self.run)?;
        }
        groups.finish(self.run)
    }

    /// How often nodes count, 0 where they do not; ids ascend.
    pub(super) fn weights_of(
        &self,
        counter: &Counter,
        place: usize,
        ids: &[u32],
    ) -> Result<Vec<i64>> {
        let (counted, values) = rows(&self.rooted(counter, Some(place))?, None, self.run)?;
        let mut counted = counted.into_iter().zip(values).peekable();
        let value = |id: &u32| {
            while counted.next_if(|(other, _)| other < id).is_some() {}
            counted.next_if(|(other, _)| other == id).map_or(0, |(_, value)| value)
        };
        Ok(ids.iter().map(value).collect())
    }

    /// A row for each node with the keys that somebody looks at above.
    pub(super) fn each_a_group(&self, variable: VarId, ids: &[u32]) -> Result<Batch> {
        let kept: Vec<_> =
            self.grouping.keys.iter().filter(|(key, _)| self.keep.contains(key)).collect();
        let keys: Vec<&Expr> = kept.iter().map(|(_, key)| key).collect();
        let mut computed = Buffer::default();
        for ids in ids.chunks(BATCH_ROWS) {
            self.run.check()?;
            let mut batch = Batch::of_len(ids.len());
            batch.set(variable, nodes(ids));
            let columns = vector::columns(&keys, &batch, self.run)?;
            let mut piece = Batch::of_len(batch.len());
            for ((key, _), column) in kept.iter().zip(columns) {
                piece.set(*key, column);
            }
            computed.push(&piece, self.graph);
        }
        Ok(if ids.is_empty() { Batch::of_len(0) } else { computed.finish() })
    }

    /// Whether no two nodes of the core have the same keys.
    pub(super) fn keys_differ(&self, variable: VarId, terms: &[RootedTerm<'_>]) -> bool {
        let span = terms.iter().fold(None, |span: Option<Range<u32>>, term| {
            let own = term.span();
            if own.is_empty() {
                return span;
            }
            Some(span.map_or(own.clone(), |s| s.start.min(own.start)..s.end.max(own.end)))
        });
        let Some(span) = span else { return true };
        self.grouping.keys.iter().any(|(_, key)| match &key.kind {
            ExprKind::Variable(same) => *same == variable,
            ExprKind::Property(of, name) => {
                matches!(of.kind, ExprKind::Variable(same) if same == variable)
                    && ascends(name, span.clone(), self.graph)
            }
            _ => false,
        })
    }

    /// How many rows are wanted, where that is by the plain count.
    fn first(&self, top: &Top, counters: &Counters) -> Result<Option<First>> {
        let (_, aggregate) = &self.grouping.aggregates[top.aggregate];
        if !aggregate.arguments.is_empty() || counters.of_aggregate[top.aggregate] != 0 {
            return Ok(None);
        }
        First::of(top, self.run).map(Some)
    }
}

impl RootedTerm<'_> {
    fn span(&self) -> Range<u32> {
        match &self.rooted {
            Rooted::Blocks(prepared) => prepared.set.span(),
            Rooted::Sparse(sparse) => {
                let first = sparse.ids.first().copied().unwrap_or(0);
                first..sparse.ids.last().map_or(0, |last| last + 1)
            }
        }
    }

    /// How many nodes may have a weight.
    fn count(&self) -> usize {
        match &self.rooted {
            Rooted::Blocks(prepared) => prepared.set.len(),
            Rooted::Sparse(sparse) => sparse.ids.len(),
        }
    }

    fn work(&self) -> usize {
        match &self.rooted {
            Rooted::Blocks(prepared) => prepared.work,
            Rooted::Sparse(sparse) => sparse.ids.len(),
        }
    }

    /// Adds the term's weights of the nodes from `first` on to `out`, or takes them off.
    fn add(&self, first: u32, out: &mut [u64], scratch: &mut [u64]) {
        match &self.rooted {
            Rooted::Blocks(prepared) => prepared.write(first, scratch),
            Rooted::Sparse(sparse) => {
                scratch.fill(0);
                let from = sparse.ids.partition_point(|&id| id < first);
                let end = first.saturating_add(out.len() as u32);
                for (&id, &value) in sparse.ids[from..].iter().zip(&sparse.values[from..]) {
                    if id >= end {
                        break;
                    }
                    scratch[(id - first) as usize] = value;
                }
            }
        }
        let times = self.factor.saturating_mul(self.sign.unsigned_abs());
        for (slot, &mut value) in out.iter_mut().zip(scratch) {
            let value = value.saturating_mul(times);
            if self.sign > 0 {
                *slot = slot.saturating_add(value);
            } else if *slot != u64::MAX {
                *slot = slot.saturating_sub(value);
            }
        }
    }
}

/// The nodes with a weight, ascending; where only the first by weight are wanted, those and perhaps
/// some more.
pub(super) fn rows(
    terms: &[RootedTerm<'_>],
    first: Option<First>,
    run: &Runtime<'_>,
) -> Result<Rows> {
    if let [RootedTerm { rooted: Rooted::Sparse(sparse), sign: 1, factor }] = terms {
        return sparse_rows(sparse, *factor, first);
    }
    // Of nodes that count once there is nothing to compute.
    if let ([RootedTerm { rooted: Rooted::Blocks(only), sign: 1, factor: 1 }], None) =
        (terms, &first)
        && only.is_set()
    {
        let ids = only.set.to_list();
        let ones = vec![1; ids.len()];
        return Ok((ids, ones));
    }
    let step = |rows: &mut (Kept, Buffers), ids: Range<u32>| {
        let block = rows.1.weights(terms, ids.clone());
        rows.0.take(ids.start, block);
    };
    let new = || (Kept { first, threshold: None, rows: Vec::new() }, Buffers::new());
    let (span, work) = extent(terms);
    let mut all: Vec<(u32, u64)> = Vec::new();
    for (kept, _) in parallel::fold(span, work, run.limits, &new, &step)? {
        all.extend(kept.rows);
    }
    all.sort_unstable_by_key(|&(id, _)| id);
    let to_integer = |value: u64| i64::try_from(value).map_err(|_| overflow());
    let values = all.iter().map(|&(_, value)| to_integer(value)).collect::<Result<_>>()?;
    Ok((all.into_iter().map(|(id, _)| id).collect(), values))
}

/// The weights of all nodes, in the bins of their values.
fn binned<'g>(terms: &[RootedTerm<'_>], bins: &Bins<'g>, run: &Runtime<'_>) -> Result<Bins<'g>> {
    let mut all = bins.clone();
    if let [RootedTerm { rooted: Rooted::Sparse(sparse), sign: 1, factor }] = terms {
        for (id, value) in sparse.ids.iter().zip(&sparse.values) {
            all.add_one(*id, value.saturating_mul(*factor));
        }
        return Ok(all);
    }
    let step = |(bins, buffers): &mut (Bins<'g>, Buffers), ids: Range<u32>| {
        bins.add(ids.start, buffers.weights(terms, ids.clone()));
    };
    let (span, work) = extent(terms);
    let new = || (bins.clone(), Buffers::new());
    for (part, _) in parallel::fold(span, work, run.limits, &new, &step)? {
        all.merge(&part);
    }
    Ok(all)
}

/// The weights of all nodes, in the cells of what is asked of them.
fn in_cells<'g>(
    terms: &[RootedTerm<'_>],
    cells: &Cells<'g>,
    run: &Runtime<'_>,
) -> Result<Cells<'g>> {
    let mut all = cells.clone();
    if let [RootedTerm { rooted: Rooted::Sparse(sparse), sign: 1, factor }] = terms {
        for (id, value) in sparse.ids.iter().zip(&sparse.values) {
            all.add_one(*id, value.saturating_mul(*factor));
        }
        return Ok(all);
    }
    if let [RootedTerm { rooted: Rooted::Blocks(only), sign: 1, factor: 1 }] = terms
        && only.is_set()
        && all.add_set(&only.set, run)?
    {
        return Ok(all);
    }
    let step = |(cells, buffers, own): &mut (Cells<'g>, Buffers, Vec<u32>), ids: Range<u32>| {
        cells.add(ids.start, buffers.weights(terms, ids.clone()), own);
    };
    let (span, work) = extent(terms);
    let (work, new) = (work + span.len(), || (cells.clone(), Buffers::new(), Vec::new()));
    for (part, ..) in parallel::fold(span, work, run.limits, &new, &step)? {
        all.merge(&part);
    }
    Ok(all)
}

/// The nodes that may have a weight, and about how many steps it takes to compute all weights.
fn extent(terms: &[RootedTerm<'_>]) -> (Range<u32>, usize) {
    let span = terms.iter().map(RootedTerm::span).filter(|span| !span.is_empty());
    let span = span.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(0..0);
    (span, terms.iter().map(RootedTerm::work).sum())
}

fn sparse_rows(sparse: &Sparse, factor: u64, first: Option<First>) -> Result<Rows> {
    let mut ids = sparse.ids.clone();
    let mut values: Vec<u64> = sparse.values.iter().map(|v| v.saturating_mul(factor)).collect();
    if let Some(wanted) = first.filter(|first| first.count < ids.len()) {
        let rows = ids.into_iter().zip(values).collect();
        let mut kept = Kept { first, threshold: None, rows };
        kept.prune(wanted);
        (ids, values) = kept.rows.into_iter().unzip();
    }
    let to_integer = |value: u64| i64::try_from(value).map_err(|_| overflow());
    Ok((ids, values.into_iter().map(to_integer).collect::<Result<_>>()?))
}

/// What a chunk is computed in, kept from one to the next.
struct Buffers {
    block: Vec<u64>,
    scratch: Vec<u64>,
}

impl Buffers {
    fn new() -> Buffers {
        Buffers { block: vec![0; CHUNK], scratch: vec![0; CHUNK] }
    }

    /// The weights of some nodes, 0 where they do not count.
    fn weights(&mut self, terms: &[RootedTerm<'_>], ids: Range<u32>) -> &[u64] {
        let (block, scratch) = (&mut self.block[..ids.len()], &mut self.scratch[..ids.len()]);
        if let [RootedTerm { rooted: Rooted::Blocks(only), sign: 1, factor: 1 }] = terms {
            only.write(ids.start, block);
        } else {
            block.fill(0);
            terms.iter().for_each(|term| term.add(ids.start, block, scratch));
        }
        block
    }
}

/// Rows so far, of those that may be among the first.
struct Kept {
    first: Option<First>,
    /// The weight that a row must have at least (or, ascending, at most) to be among the first.
    threshold: Option<u64>,
    rows: Vec<(u32, u64)>,
}

impl Kept {
    fn take(&mut self, first: u32, block: &[u64]) {
        let Some(wanted) = self.first else {
            let rows = (first..).zip(block.iter().copied()).filter(|(_, value)| *value != 0);
            self.rows.extend(rows);
            return;
        };
        let (low, high) = match (self.threshold, wanted.descending) {
            (None, _) => (1, u64::MAX),
            (Some(least), true) => (least.max(1), u64::MAX),
            (Some(most), false) => (1, most),
        };
        // Most blocks have no such row.
        if !block.iter().any(|value| (low..=high).contains(value)) {
            return;
        }
        for (id, &value) in (first..).zip(block) {
            if (low..=high).contains(&value) {
                self.rows.push((id, value));
            }
        }
        if self.rows.len() > wanted.count.saturating_mul(2).saturating_add(64) {
            self.prune(wanted);
        }
    }

    /// Drops the rows that cannot be among the first; equals of the last one stay.
    fn prune(&mut self, wanted: First) {
        let Some(last) = wanted.last_of(self.rows.iter().map(|(_, value)| *value).collect()) else {
            self.rows.clear();
            self.threshold = Some(if wanted.descending { u64::MAX } else { 0 });
            return;
        };
        self.threshold = Some(last);
        let stays = |value: u64| if wanted.descending { value >= last } else { value <= last };
        self.rows.retain(|(_, value)| stays(*value));
    }
}

pub(super) fn nodes(ids: &[u32]) -> Column {
    Column::new(Vector::new(Data::Node(ids.iter().map(|&id| NodeId(id)).collect())))
}

/// Whether each node of a span has a value of the property, and each a larger one than that before.
pub(super) fn ascends(key: &Arc<str>, span: Range<u32>, graph: &dyn Snapshot) -> bool {
    if span.is_empty() {
        return true;
    }
    let Some(key) = graph.catalog().key(key) else { return false };
    let column = graph.node_column(key);
    if column.recent.is_some() || !column.covers(span.clone()) {
        return false;
    }
    let begin = (span.start - column.first) as usize;
    column.shape().ascends(begin..begin + span.len())
}
