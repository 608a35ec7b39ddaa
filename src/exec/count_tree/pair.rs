//! Core rows that are pairs of nodes.
//!
//! From each node at one end of the pair, the near one, the path to the other end is walked
//! ([`super::path`]), and every node that it reaches is a row with the number of matches. Conditions on
//! both ends are tested where the row is made, if their two sides are arrays ([`super::sides`]), or else on
//! batches of rows. Bridges are walked from the same node, and only where it has rows.
//!
//! | what is asked | what is kept of the rows of a node |
//! |---|---|
//! | nothing but counts of all | their sum |
//! | keys and arguments of the near end | one row with their sum |
//! | the pair itself as key | each is a group already |
//! | anything else | each is grouped by its weight |
//!
//! Where keys and arguments have few values, pairs are added up by those ([`super::pair_cells`]).
//!
//! An end that nothing looks at any more is not written down, and where that is both, the rows are the weights.
//!
//! The near end is the one from which fewer steps are expected; so many nodes at a time are walked from,
//! on all cores, and their rows come in the order of those nodes.

mod marks;
mod round;
mod row;

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::inner_ends::InnerEnds;
use super::pair_cells::PairCells;
use super::path::{Path, Walker};
use super::relationships::looks_at_some;
use super::sides::{Comparisons, Tests};
use super::weights::span_of;
use super::{Counters, Counting, WeightedGroups, overflow};
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch, Buffer};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::memory::Holding;
use crate::exec::parallel;
use crate::exec::vector;
use crate::expr::{Expr, ExprKind, VarId};
use crate::plan::physical::{Bridging, Counter, Term};
use crate::value::{NodeId, Value};
use marks::Marks;
use row::Row;

/// So many blocks of near nodes at least, so that a heavy one does not leave the others idle.
const BLOCKS_MIN: usize = 64;
/// So many near nodes at most in a block.
const BLOCK_MAX: usize = 512;
/// Following a shortcut is worth so much of a step.
const SHORTCUT: f64 = 0.25;
/// Looking where a node leads is worth so much of a step.
const LOOK: f64 = 0.5;
/// An end that everything looks at is worth so many times the steps.
pub(super) const NEAR_ONLY: f64 = 4.0;

/// What is walked for the counters.
struct Walks<'g> {
    /// The paths of the pattern: for each counter that differs in them.
    own: Vec<Vec<Path<'g>>>,
    /// Which of them each counter goes by.
    own_of: Vec<usize>,
    bridges: Vec<BridgeWalks<'g>>,
}

struct BridgeWalks<'g> {
    paths: Vec<Vec<Path<'g>>>,
    /// For each counter its paths, and what they do to the weight.
    of: Vec<(usize, Effect)>,
}

/// What the matches of a bridge do to the weight of a pair.
#[derive(Clone, Copy, PartialEq)]
enum Effect {
    Times,
    TimesOrOnce,
    Some,
    None,
}

/// The arrays that all paths are walked with.
struct Walkers {
    own: Vec<Vec<Walker>>,
    bridges: Vec<Vec<Vec<Walker>>>,
}

/// What is kept of the rows of a near node.
#[derive(Clone, Copy, PartialEq)]
enum Kept {
    Total,
    Near,
    Pairs,
}

/// Rows so far: near and far ends where somebody looks at them, and for each counter the weights.
#[derive(Default)]
struct Found {
    near: Vec<NodeId>,
    far: Vec<NodeId>,
    weights: Vec<Vec<i64>>,
    totals: Vec<u128>,
    /// The sums of the near node at hand, and the far nodes that it leads to: kept from node to node.
    sums: Vec<u64>,
    reached: Vec<u32>,
    /// How often the pair at hand matches each bridge, by the paths of each in turn; empty where that is asked once.
    ways: Vec<u64>,
    /// The sums of all pairs by cell, where those are counted so.
    cells: Vec<u64>,
    /// What the rows hold until they are grouped.
    held: Holding,
}

/// How the pairs are found.
struct Search<'g> {
    walks: Walks<'g>,
    comparisons: Comparisons,
    kept: Kept,
    /// Whether rows need their near ends, and their far ones.
    looks: [bool; 2],
    /// Rows that count less often are left out.
    least: u64,
    /// Where pairs are added up, if that is all that is wanted of them.
    cells: Option<PairCells<'g>>,
    /// Which relationships are pairs, where those of the only hop are marked before they are added up.
    marks: Option<Marks<'g>>,
}

/// Where the rows go.
enum Sink<'c> {
    /// Each row is a group.
    Each(Buffer),
    Groups(WeightedGroups<'c>),
}

impl<'g> Counting<'_, 'g, '_> {
    /// One row for each pair that matches, grouped.
    pub(super) fn by_pair(&self, ends: [usize; 2], counters: &Counters) -> Result<Batch> {
        if let Some(row) = self.end_by_end(ends, counters)? {
            return Ok(row);
        }
        if let Some(row) = self.optional_between(ends, counters)? {
            return Ok(row);
        }
        if let Some(groups) = self.distinct_far(ends, counters)? {
            return Ok(groups);
        }
        let looked_at = ends.map(|place| {
            self.tree.nodes[place].variable.is_some_and(|variable| self.looks_at(variable))
        });
        // By properties with few values, pairs may be added up further in as well.
        let by_cells = counters.distinct.len() == 1
            && looked_at.contains(&true)
            && self.looks_at_few_values(ends);
        let looked_at = if by_cells { [false, false] } else { looked_at };
        let is_of_use = by_cells || !self.tree.between.is_empty();
        if is_of_use
            && let Some(inner) = self.inner_ends(ends, looked_at, &counters.distinct[0])?
            && let Some(groups) = self.pairs_between(ends, Some(inner), counters)?
        {
            return Ok(groups);
        }
        Ok(self.pairs_between(ends, None, counters)?.unwrap_or_else(|| Batch::of_len(0)))
    }

    /// The groups of pairs that stand at the ends, or of those further in that lead there; `None` where not all
    /// conditions can be tested further in.
    fn pairs_between(
        &self,
        outer: [usize; 2],
        inner: Option<InnerEnds>,
        counters: &Counters,
    ) -> Result<Option<Batch>> {
        let variables = outer.map(|place| self.tree.nodes[place].variable);
        let [Some(left), Some(right)] = variables else { return Ok(None) };
        let looked_at = [left, right].map(|variable| self.looks_at(variable));
        let is_inner = inner.is_some();
        let InnerEnds { ends: written, mut through } =
            inner.unwrap_or(InnerEnds { ends: outer, through: [None, None] });
        let (ends, steps, pairs) = self.near_end(written, looked_at, &counters.distinct[0])?;
        let [near, far] = if ends == written { [left, right] } else { [right, left] };
        if ends != written {
            through.reverse();
        }
        let walks = self.walks(ends, pairs, counters)?;
        let starts = walks.starts();
        let far_spans = walks.own[0].iter().map(Path::far_span);
        let far_span = far_spans.max_by_key(ExactSizeIterator::len).unwrap_or(0..0);
        let spans = [span_of(&starts), far_span];
        let between = &self.tree.between;
        let (comparisons, rest) =
            Comparisons::compile(between, [near, far], &spans, &through, (steps, self.run));
        if is_inner && !rest.is_empty() {
            return Ok(None);
        }
        // What is asked of the ends as written is not to be had of those further in, but by cells.
        let needs_cells = is_inner && (self.looks_at(near) || self.looks_at(far));
        let kept = match (rest.is_empty(), self.looks_at(near), self.looks_at(far)) {
            (true, false, false) if self.grouping.keys.is_empty() => Kept::Total,
            (true, _, false) if !needs_cells => Kept::Near,
            _ => Kept::Pairs,
        };
        let mut sink = self.sink([near, far], kept);
        let looks = [near, far].map(|end| self.row_looks_at(end, &rest, &sink));
        let least = match &sink {
            Sink::Each(_) if kept == Kept::Pairs => self.least(counters),
            _ => 1,
        };
        let cells = match &sink {
            // By classes nothing is to be tested, for each near node something is.
            Sink::Groups(groups)
                if (kept == Kept::Pairs || kept == Kept::Near && !comparisons.is_empty())
                    && rest.is_empty()
                    && counters.distinct.len() == 1 =>
            {
                self.pair_cells(
                    &groups.different,
                    [near, far],
                    &spans,
                    &through,
                    (&comparisons, pairs),
                )?
            }
            _ => None,
        };
        if needs_cells && cells.is_none() {
            return Ok(None);
        }
        let cells = cells.filter(|cells| kept == Kept::Pairs || cells.tests());
        let kept = if cells.is_some() { Kept::Pairs } else { kept };
        let marks = cells.as_ref().and_then(|cells| walks.marks(&comparisons, cells.tests()));
        let search = Search { walks, comparisons, kept, looks, least, cells, marks };
        let rows_each = pairs / starts.len().max(1) as f64;
        let most = round::nodes_of_block(rows_each, self.run).min(BLOCK_MAX);
        let blocks: Vec<&[u32]> =
            starts.chunks((starts.len() / BLOCKS_MIN).clamp(1, most)).collect();
        let mut holding = Holding::default();
        let mut totals = vec![0u128; counters.distinct.len()];
        let mut sums = vec![0u64; search.cells.as_ref().map_or(0, PairCells::len)];
        let mut at = 0;
        if search.is_one_sum() {
            totals[0] = self.one_sum(&search, (&starts, &spans), &blocks, steps)?;
            at = blocks.len();
        }
        while at < blocks.len() {
            self.run.check()?;
            let (rounds, next) = self.round(&search, &blocks, at, steps, counters)?;
            at = next;
            for found in rounds {
                totals.iter_mut().zip(&found.totals).for_each(|(total, own)| *total += own);
                let own = sums.iter_mut().zip(&found.cells);
                own.for_each(|(sum, more)| *sum = sum.saturating_add(*more));
                self.group_pairs(&found, [near, far], &rest, &mut sink, counters)?;
            }
            if let Sink::Each(rows) = &sink {
                self.run.hold(&mut holding, rows.bytes(), "CountTree")?;
            }
        }
        Ok(Some(match sink {
            Sink::Each(rows) if rows.len() == 0 => Batch::of_len(0),
            Sink::Each(rows) => rows.finish(),
            Sink::Groups(groups) if kept == Kept::Total => {
                self.as_one_row(groups, &totals, counters)?
            }
            Sink::Groups(mut groups) => {
                if let Some(own) = &search.cells {
                    let mut cells = own.cells.clone();
                    own.settle(&sums, &search.comparisons, &mut cells);
                    cells.finish(&mut groups, counters, self.run)?;
                }
                groups.finish(self.run)?
            }
        }))
    }

    /// Where rows go: each is a group where the pair itself is among the keys, or what is kept of it.
    fn sink(&self, [near, far]: [VarId; 2], kept: Kept) -> Sink<'_> {
        let is_key = |variable: VarId| {
            let mut keys = self.grouping.keys.iter();
            keys.any(|(_, key)| key.kind == ExprKind::Variable(variable))
        };
        let counts_only = self.grouping.aggregates.iter().all(|(_, a)| a.arguments.is_empty());
        if counts_only && is_key(near) && (kept == Kept::Near || is_key(far)) {
            Sink::Each(Buffer::default())
        } else {
            Sink::Groups(WeightedGroups::new(self.grouping))
        }
    }

    /// How often a row must count at least to be wanted above, where rows are groups.
    fn least(&self, counters: &Counters) -> u64 {
        let having = self.tree.having.as_ref();
        let Some(having) = having.filter(|having| counters.of_aggregate[having.aggregate] == 0)
        else {
            return 1;
        };
        match self.run.eval(&having.bound, &Batch::of_len(1).row(0, self.graph)) {
            Ok(Value::Integer(bound)) => {
                let least = bound.saturating_add(i64::from(having.is_strict));
                u64::try_from(least).unwrap_or(0).max(1)
            }
            // An error is one of the filter's above, if it has rows.
            _ => 1,
        }
    }

    /// Whether something that is still to be done with a row looks at an end. Where each row is a group, keys
    /// that nobody looks at above are not computed.
    fn row_looks_at(&self, end: VarId, rest: &[Expr], sink: &Sink<'_>) -> bool {
        let looks = |expr: &Expr| looks_at_some(expr, &[Some(end)]);
        let mut keys = self.grouping.keys.iter().filter(|(key, _)| self.keep.contains(key));
        rest.iter().any(looks)
            || match sink {
                Sink::Each(_) => keys.any(|(_, key)| looks(key)),
                Sink::Groups(_) => self.looks_at(end),
            }
    }

    /// Whether keys or arguments look at a variable.
    fn looks_at(&self, variable: VarId) -> bool {
        let keys = self.grouping.keys.iter().map(|(_, key)| key);
        let arguments = self.grouping.aggregates.iter().flat_map(|(_, a)| &a.arguments);
        keys.chain(arguments).any(|expr| looks_at_some(expr, &[Some(variable)]))
    }

    /// The ends with the near one first, and about how many steps lead from there, to how many pairs.
    fn near_end(
        &self,
        [left, right]: [usize; 2],
        looked_at: [bool; 2],
        counter: &Counter,
    ) -> Result<([usize; 2], f64, f64)> {
        let whole = self.tree.terms.iter().max_by_key(|term| (term.sign, term.nodes.len()));
        let Some(whole) = whole else { return Ok(([left, right], 0.0, 0.0)) };
        let (from_left, pairs) = self.steps(whole, [left, right], counter)?;
        let (from_right, same) = self.steps(whole, [right, left], counter)?;
        let bonus = |only: bool| if only { 1.0 / NEAR_ONLY } else { 1.0 };
        let left_is_best = from_left * bonus(looked_at == [true, false])
            <= from_right * bonus(looked_at == [false, true]);
        let pairs = pairs.min(same);
        Ok(if left_is_best {
            ([left, right], from_left, pairs)
        } else {
            ([right, left], from_right, pairs)
        })
    }

    /// About how many steps it takes to walk from all nodes of the near end, and to how many pairs.
    pub(super) fn steps(
        &self,
        term: &'_ Term,
        ends: [usize; 2],
        counter: &Counter,
    ) -> Result<(f64, f64)> {
        let evaluator = self.evaluator(term, counter)?;
        let Some((near, route)) = term.route(ends) else { return Ok((0.0, 0.0)) };
        let starts = evaluator.own_support(near)?;
        let (mut pairs, mut steps, mut from) = (starts, starts, near);
        // Hops that lead to one node at most are a shortcut, if no more than one other follows.
        let count = route.len();
        let mut is_shortcut = count > 1;
        for (at, (edge, to)) in route.into_iter().enumerate() {
            let reached = pairs * evaluator.fan_out_to(edge, (from, to));
            let leads_to_one = evaluator.leads_to_one(edge, from);
            is_shortcut &= leads_to_one || at + 1 == count;
            steps += match (is_shortcut, leads_to_one) {
                (true, true) => starts * SHORTCUT,
                (false, true) if at > 0 => reached * LOOK,
                (true, false) => reached,
                // Where the steps of each node stand has to be looked up, too.
                _ if at > 0 => pairs * LOOK + reached,
                _ => reached,
            };
            if is_shortcut && leads_to_one && at + 1 == count {
                // All of the path is looked up, and nothing is added up.
                steps -= starts;
            }
            pairs = reached.min(starts * evaluator.population(to) as f64);
            from = to;
        }
        Ok((steps, pairs))
    }

    /// Everything that is to be walked.
    fn walks(&self, ends: [usize; 2], pairs: f64, counters: &Counters) -> Result<Walks<'g>> {
        let mut own: Vec<(Counter, Vec<Path<'g>>)> = Vec::new();
        let mut own_of = Vec::new();
        for counter in &counters.distinct {
            let reduced = reduced(counter, &self.tree.terms);
            let known = own.iter().position(|(known, _)| *known == reduced);
            own_of.push(match known {
                Some(at) => at,
                None => {
                    let paths = self.paths(&self.tree.terms, &reduced, ends, None)?;
                    own.push((reduced, paths));
                    own.len() - 1
                }
            });
        }
        let mut bridges = Vec::new();
        for bridge in &self.tree.bridges {
            let mut paths: Vec<(Counter, Vec<Path<'g>>)> = Vec::new();
            let mut of = Vec::new();
            for counter in &counters.distinct {
                let effect = match bridge.counts {
                    Bridging::Optional(number) if counter.required.contains(&number) => {
                        Effect::Times
                    }
                    Bridging::Times => Effect::Times,
                    Bridging::Optional(_) => Effect::TimesOrOnce,
                    Bridging::Some => Effect::Some,
                    Bridging::None => Effect::None,
                };
                let reduced = reduced(counter, &bridge.terms);
                let at = match paths.iter().position(|(known, _)| *known == reduced) {
                    Some(at) => at,
                    None => {
                        let new = self.paths(&bridge.terms, &reduced, ends, Some(pairs))?;
                        paths.push((reduced, new));
                        paths.len() - 1
                    }
                };
                of.push((at, effect));
            }
            let paths = paths.into_iter().map(|(_, paths)| paths).collect();
            bridges.push(BridgeWalks { paths, of });
        }
        Ok(Walks { own: own.into_iter().map(|(_, paths)| paths).collect(), own_of, bridges })
    }

    pub(super) fn paths(
        &self,
        terms: &[Term],
        counter: &Counter,
        ends: [usize; 2],
        asked: Option<f64>,
    ) -> Result<Vec<Path<'g>>> {
        let mut paths = Vec::new();
        for term in terms {
            let mut evaluator = self.evaluator(term, counter)?;
            if !evaluator.is_nothing() && !self.lacks_loops(term) {
                paths.push(Path::new(&mut evaluator, ends, asked)?);
            }
        }
        // What is taken off comes last.
        paths.sort_by_key(|path| path.sign < 0);
        Ok(paths)
    }

    /// How many matches there are in all: those of each path, some of them taken off.
    fn one_sum(
        &self,
        search: &Search<'g>,
        (starts, spans): (&[u32], &[Range<u32>; 2]),
        blocks: &[&[u32]],
        steps: f64,
    ) -> Result<u128> {
        let limits = self.run.limits;
        let (mut sum, mut off) = (0u128, 0u128);
        for path in &search.walks.own[search.walks.own_of[0]] {
            if path.is_one_node() && search.comparisons.tell_a_node_from_itself() {
                continue;
            }
            let (by_value, by_class) = (&search.comparisons, (&search.comparisons, steps));
            let mut known = path.total_where_equal(starts.len(), by_value, self.run)?;
            if known.is_none() {
                known = path.total_of_relationships(starts, by_value, limits)?;
            }
            if known.is_none() {
                known = self.total_by_class(path, starts, spans, by_class)?;
            }
            let ways = match known {
                Some(ways) => ways,
                None => {
                    let next = AtomicUsize::new(0);
                    let work = || -> Result<u128> {
                        let (mut walker, mut ways) = (path.walker(), 0u128);
                        while let Some(block) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) {
                            limits.check()?;
                            ways += path.total_of(block, &mut walker, &search.comparisons);
                        }
                        Ok(ways)
                    };
                    let threads = parallel::threads(steps as usize).min(blocks.len());
                    parallel::on_threads(threads, &work)?.into_iter().sum()
                }
            };
            let side = if path.sign > 0 { &mut sum } else { &mut off };
            *side = side.saturating_add(ways.saturating_mul(path.sign.unsigned_abs().into()));
        }
        limits.check()?;
        // What has reached the largest number stays there, and is an error later.
        Ok(if sum >= u128::from(u64::MAX) { sum } else { sum.saturating_sub(off) })
    }

    /// Tests what is left to test, and groups the rows.
    fn group_pairs(
        &self,
        found: &Found,
        [near, far]: [VarId; 2],
        rest: &[Expr],
        sink: &mut Sink<'_>,
        counters: &Counters,
    ) -> Result<()> {
        for first in (0..found.rows()).step_by(BATCH_ROWS) {
            self.run.check()?;
            let rows = first..found.rows().min(first + BATCH_ROWS);
            let mut batch = Batch::of_len(rows.len());
            let nodes = |ids: &[NodeId]| Column::new(Vector::new(Data::Node(ids.to_vec())));
            if !found.near.is_empty() {
                batch.set(near, nodes(&found.near[rows.clone()]));
            }
            if !found.far.is_empty() {
                batch.set(far, nodes(&found.far[rows.clone()]));
            }
            let mut weights: Vec<Vec<i64>> =
                found.weights.iter().map(|own| own[rows.clone()].to_vec()).collect();
            if let Some(kept) = vector::select(rest, &batch, self.run)? {
                let pick = |own: &Vec<i64>| kept.iter().map(|&at| own[at as usize]).collect();
                weights = weights.iter().map(pick).collect();
                batch = batch.select(&kept, None);
            }
            match sink {
                Sink::Each(computed) => computed.push(
                    &self.each_as_a_group(&batch, weights, &counters.of_aggregate)?,
                    self.graph,
                ),
                Sink::Groups(groups) => {
                    let weights: Vec<&[i64]> = weights.iter().map(Vec::as_slice).collect();
                    groups.add(&batch, Some(&weights), counters, self.run)?;
                }
            }
        }
        Ok(())
    }

    /// Rows as groups of their own: the keys that somebody looks at above, and the counts.
    fn each_as_a_group(
        &self,
        batch: &Batch,
        weights: Vec<Vec<i64>>,
        of_aggregate: &[usize],
    ) -> Result<Batch> {
        let kept = self.grouping.keys.iter().filter(|(key, _)| self.keep.contains(key));
        let (names, keys): (Vec<VarId>, Vec<&Expr>) = kept.map(|(name, key)| (*name, key)).unzip();
        let mut piece = Batch::of_len(batch.len());
        for (name, column) in names.into_iter().zip(vector::columns(&keys, batch, self.run)?) {
            piece.set(name, column);
        }
        for ((aggregate, _), at) in self.grouping.aggregates.iter().zip(of_aggregate) {
            if self.keep.contains(aggregate) {
                let counts = Data::Integer(weights[*at].clone());
                piece.set(*aggregate, Column::new(Vector::new(counts)));
            }
        }
        Ok(piece)
    }
}

/// A counter without what says nothing about some terms.
fn reduced(counter: &Counter, terms: &[Term]) -> Counter {
    let mut reduced = counter.clone();
    let edges = || terms.iter().flat_map(|term| &term.edges);
    let has_node = |place: usize| terms.iter().flat_map(|t| &t.nodes).any(|n| n.contains(&place));
    let has_relationship = |place: usize| {
        let loops = terms.iter().flat_map(|term| term.loops.iter().map(|(_, strand)| strand));
        let strands = edges().flat_map(|edge| &edge.strands);
        strands.chain(loops).any(|strand| strand.relationships.contains(&place))
    };
    reduced.required.retain(|number| edges().any(|edge| edge.optional == Some(*number)));
    reduced.node_condition = reduced.node_condition.filter(|(place, _)| has_node(*place));
    reduced.relationship_condition =
        reduced.relationship_condition.filter(|(place, _)| has_relationship(*place));
    reduced
}

impl<'g> Walks<'g> {
    /// The nodes at the near end that some path leads from, ascending.
    fn starts(&self) -> Vec<u32> {
        let mut starts = Vec::new();
        self.own[0].iter().filter(|path| path.sign > 0).for_each(|path| path.starts(&mut starts));
        // Those of one path ascend already.
        if !starts.is_sorted_by(|a, b| a < b) {
            starts.sort_unstable();
            starts.dedup();
        }
        starts
    }

    /// The only path, where nothing else is walked.
    fn only(&self) -> Option<&Path<'g>> {
        match (self.own[self.own_of[0]].as_slice(), self.bridges.as_slice()) {
            ([path], []) if self.own_of.len() == 1 => Some(path),
            _ => None,
        }
    }

    fn walkers(&self) -> Walkers {
        let of = |paths: &Vec<Path<'g>>| paths.iter().map(Path::walker).collect::<Vec<_>>();
        let bridge = |bridge: &BridgeWalks<'g>| bridge.paths.iter().map(of).collect();
        Walkers {
            own: self.own.iter().map(of).collect(),
            bridges: self.bridges.iter().map(bridge).collect(),
        }
    }
}

impl Found {
    fn of(counters: usize) -> Found {
        Found {
            weights: vec![Vec::new(); counters],
            totals: vec![0; counters],
            sums: vec![0; counters],
            ..Found::default()
        }
    }

    fn rows(&self) -> usize {
        self.weights.first().map_or(0, Vec::len)
    }
}

impl Search<'_> {
    /// Whether nothing is wanted of the pairs but how often each matches.
    fn is_weights(&self) -> bool {
        let Walks { own_of, bridges, .. } = &self.walks;
        let looks_at_none = self.kept == Kept::Pairs && self.looks == [false, false];
        looks_at_none && own_of.len() == 1 && bridges.is_empty()
    }

    /// Whether nothing is wanted of the pairs but how many there are.
    fn is_one_sum(&self) -> bool {
        let Walks { own_of, bridges, .. } = &self.walks;
        self.kept == Kept::Total && own_of.len() == 1 && bridges.is_empty()
    }

    /// Whether nothing but each pair with how often it matches is wanted.
    fn is_rows(&self) -> bool {
        let Walks { own_of, bridges, .. } = &self.walks;
        self.kept == Kept::Pairs && own_of.len() == 1 && bridges.is_empty()
    }

    /// Adds the rows of near nodes of which each leads to one far node at most; false where that is not so, and
    /// nothing has been added.
    fn ends(&self, block: &[u32], found: &mut Found) -> Result<bool> {
        let [path] = self.walks.own[self.walks.own_of[0]].as_slice() else { return Ok(false) };
        if !self.is_rows() || !path.is_shortcut() || !self.comparisons.is_empty() {
            return Ok(false);
        }
        for near in block {
            let Some((far, weight)) = path.end_of(*near) else { continue };
            if let Some(cells) = &self.cells {
                cells.add(*near, far.0, weight, &mut found.cells);
                continue;
            }
            if weight < self.least {
                continue;
            }
            if self.looks[0] {
                found.near.push(NodeId(*near));
            }
            if self.looks[1] {
                found.far.push(far);
            }
            found.weights[0].push(i64::try_from(weight).map_err(|_| overflow())?);
        }
        Ok(true)
    }

    /// Adds a row for each node of a run that passes.
    fn add_run(
        &self,
        (near, run): (u32, &[NodeId]),
        (path, weight): (&Path<'_>, u64),
        tests: &Tests<'_>,
        found: &mut Found,
    ) -> Result<()> {
        let all_pass = tests.is_empty();
        for same in run.chunk_by(|a, b| a == b).filter(|same| all_pass || tests.hold(same[0].0)) {
            let far = same[0];
            let ways = weight.saturating_mul(same.len() as u64);
            let weight = ways.saturating_mul(path.far_weight(far.0));
            if weight < self.least {
                continue;
            }
            if self.looks[0] {
                found.near.push(NodeId(near));
            }
            if self.looks[1] {
                found.far.push(far);
            }
            found.weights[0].push(i64::try_from(weight).map_err(|_| overflow())?);
        }
        Ok(())
    }

    /// Adds the rows of a near node.
    fn from(&self, near: u32, walkers: &mut Walkers, found: &mut Found) -> Result<()> {
        if let (Some(cells), [path]) =
            (&self.cells, self.walks.own[self.walks.own_of[0]].as_slice())
            && cells.tests()
            && self.walks.bridges.is_empty()
            && let Some((run, weight)) = path.steps(near)
        {
            if path.counts_each_end_once() && weight == 1 {
                cells.count_run(near, run, &mut found.cells);
            } else if path.counts_each_end_once() {
                cells.add_all((near, run), |_| weight, &mut found.cells);
            } else {
                let of_far = |far| weight.saturating_mul(path.far_weight(far));
                cells.add_all((near, run), of_far, &mut found.cells);
            }
            return Ok(());
        }
        let Some(tests) = self.comparisons.from(near) else { return Ok(()) };
        let own = self.walks.own_of[0];
        let paths = self.walks.own[own].as_slice();
        // The steps of one hop are rows as they stand, where the path has no more.
        let run = match paths {
            [one] => one.steps(near).map(|(run, weight)| (one, run, weight)),
            _ => None,
        };
        for (at, (paths, walkers)) in self.walks.own.iter().zip(&mut walkers.own).enumerate() {
            if at != own || run.is_none() {
                paths.iter().zip(walkers).for_each(|(path, walker)| path.walk(near, walker));
            }
        }
        if let ([path], true, None) = (paths, self.is_weights(), &run) {
            let wanted = (&tests, self.least);
            return path.weights_where(&mut walkers.own[own][0], wanted, &mut found.weights[0]);
        }
        if let (Some(cells), Some((path, run, weight)), true) =
            (&self.cells, &run, self.walks.bridges.is_empty())
        {
            let of_far = |far| weight.saturating_mul(path.far_weight(far));
            cells.add_run((near, run), &tests, of_far, &mut found.cells);
            return Ok(());
        }
        if let (Some((path, run, weight)), true) = (&run, self.is_rows()) {
            return self.add_run((near, run), (path, *weight), &tests, found);
        }
        let mut far_ends = std::mem::take(&mut found.reached);
        far_ends.clear();
        if run.is_none() {
            reached(paths, &walkers.own[own], &tests, &mut far_ends);
        }
        found.sums.fill(0);
        let mut row = Row { search: self, near, walkers, bridged: false, found };
        if let Some((path, run, weight)) = run {
            for same in run.chunk_by(|a, b| a == b).filter(|same| tests.hold(same[0].0)) {
                let (far, ways) = (same[0].0, weight.saturating_mul(same.len() as u64));
                row.add(far, ways.saturating_mul(path.far_weight(far)))?;
            }
        }
        for &far in &far_ends {
            let weight = sum(paths, &row.walkers.own[own], far);
            row.add(far, weight)?;
        }
        row.found.reached = far_ends;
        row.finish()
    }
}

/// The far nodes that pass and that some path leads to, each once.
pub(super) fn reached(
    paths: &[Path<'_>],
    walkers: &[Walker],
    tests: &Tests<'_>,
    reached: &mut Vec<u32>,
) {
    for (at, path) in paths.iter().enumerate().filter(|(_, path)| path.sign > 0) {
        let before = paths[..at].iter().zip(walkers);
        path.touched(&walkers[at], |far| {
            let is_new = !before.clone().any(|(path, walker)| path.has_touched(far, walker));
            if is_new && tests.hold(far) {
                reached.push(far);
            }
        });
    }
}

/// How often a far node is reached on all paths.
#[inline]
pub(super) fn sum(paths: &[Path<'_>], walkers: &[Walker], far: u32) -> u64 {
    if let ([path], [walker]) = (paths, walkers)
        && path.sign == 1
    {
        return path.at(far, walker);
    }
    let (mut sum, mut off) = (0u64, 0u64);
    for (path, walker) in paths.iter().zip(walkers) {
        let ways = path.at(far, walker).saturating_mul(path.sign.unsigned_abs());
        let side = if path.sign > 0 { &mut sum } else { &mut off };
        *side = side.saturating_add(ways);
    }
    if sum == u64::MAX { sum } else { sum.saturating_sub(off) }
}
