//! How many different nodes each node of one end of a pair leads to.
//!
//! ```text
//! MATCH (f)-[:CONTAINER_OF]->(m)<-[:LIKES]-(p) RETURN f, count(DISTINCT p), count(*)
//!
//! pairs     each f with each p that likes something in it, in a table of values seen
//! far ends  for each f the nodes that a walk from it has touched
//! ```
//!
//! Where each node of one end is a group, what it leads to is at hand when it has been walked from: nothing has to be
//! kept of the pairs, and the least and the largest number that those nodes have is known as well. Where nothing has to
//! be added up on the way, the nodes of either end are taken in turn ([`super::turns`]). **In**: the ends of a
//! pair without conditions on both, or those of a relationship at which nothing looks. **Out**: a row for each node;
//! nothing where something else is asked. **Callers**: [`super::pair`], [`super::relationships`].

use super::nodes::{ascends, nodes};
use super::pair::{NEAR_ONLY, reached, sum};
use super::path::{Path, Walker};
use super::relationships::looks_at_some;
use super::sides::Tests;
use super::turns::Turns;
use super::weights::span_of;
use super::{Counters, Counting, overflow};
use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{self, Data, TextSource, Vector};
use crate::exec::keys::KeyTable;
use crate::exec::memory::Holding;
use crate::exec::numbers::Numbers;
use crate::exec::predicate::bit;
use crate::exec::{parallel, vector};
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{Aggregate, Expr, ExprKind, VarId};
use crate::graph::snapshot::Column;
use crate::plan::physical::Counter;

/// So many nodes at most are walked from at a time.
const BLOCK: usize = 256;
/// So many blocks at least, where there are as many nodes.
const BLOCKS_MIN: usize = 32;
/// So many steps at least for each near node, if its keys are looked at to see whether they tell it apart.
const STEPS_EACH: f64 = 16.0;
/// So many times the steps may be taken, where none of them is added up.
const TURNS_MORE: f64 = 2.0;
/// So many numbers of far nodes at most are asked for.
const EXTREMES_MAX: usize = 2;

/// A node with how many matches it has, and to how many nodes they lead.
#[derive(Clone, Copy)]
struct Led {
    node: u32,
    matches: u64,
    nodes: u64,
    /// The least or largest number that one of those has, or [`NO_NUMBER`].
    extremes: [u32; EXTREMES_MAX],
}

/// How the far nodes of each near one are found.
enum Way<'g> {
    /// Near nodes are taken in turn.
    Ahead(Turns<'g>),
    /// Far nodes are taken in turn.
    Back(Turns<'g>),
    /// From each near node what is met is added up.
    Paths(Vec<Path<'g>>),
}

/// Stands for a number where no node has one.
const NO_NUMBER: u32 = u32::MAX;

/// What an aggregate asks of a near node.
#[derive(Clone, Copy)]
enum Asked {
    Matches,
    Nodes,
    /// Which of the numbers of far nodes.
    Extreme(usize),
}

/// A property of far nodes of which the least or the largest value is asked.
struct Extreme<'g> {
    column: Column<'g>,
    numbers: Numbers<'g>,
    is_largest: bool,
    /// For each entry of the column its number, or [`NO_NUMBER`]; none where they are looked up one by one.
    all: Vec<u32>,
}

impl<'g> Counting<'_, 'g, '_> {
    /// The groups, where those are the nodes of one end and what is asked is how many nodes there are at the other.
    pub(super) fn distinct_far(
        &self,
        ends: [usize; 2],
        counters: &Counters,
    ) -> Result<Option<Batch>> {
        let tree = self.tree;
        let is_free = tree.between.is_empty() && tree.bridges.is_empty();
        let variables = ends.map(|place| tree.nodes[place].variable);
        let ([Some(left), Some(right)], true, [counter]) =
            (variables, is_free, counters.distinct.as_slice())
        else {
            return Ok(None);
        };
        let keys = || self.grouping.keys.iter().map(|(_, key)| key);
        let looks = |end: VarId| keys().any(|key| looks_at_some(key, &[Some(end)]));
        let (ends, [near, far]) = match (looks(left), looks(right)) {
            (true, false) => (ends, [left, right]),
            (false, true) => ([ends[1], ends[0]], [right, left]),
            _ => return Ok(None),
        };
        let mut extremes = Vec::new();
        let asked = self.grouping.aggregates.iter();
        let asked = asked.map(|(_, own)| self.asked_of_far(own, far, &mut extremes));
        let Some(asked) = asked.collect::<Option<Vec<Asked>>>() else { return Ok(None) };
        // A few nodes at the far end are walked from.
        let whole = tree.terms.iter().max_by_key(|term| (term.sign, term.nodes.len()));
        let Some(whole) = whole else { return Ok(None) };
        let (ahead, _) = self.steps(whole, ends, counter)?;
        let (back, _) = self.steps(whole, [ends[1], ends[0]], counter)?;
        if ahead > back * NEAR_ONLY {
            return Ok(None);
        }
        let mut numbered = Holding::default();
        for own in extremes.iter_mut().filter(|own| own.column.data.len() as f64 <= ahead) {
            let bytes = numbered.bytes() + own.column.data.len() * 4;
            self.run.hold(&mut numbered, bytes, "CountTree")?;
            own.number_all();
        }
        let way = self.way(ends, (counter, ahead), !extremes.is_empty())?;
        let starts = way.starts();
        if !self.are_apart(near, &starts, ahead)? {
            return Ok(None);
        }
        let asks_matches = asked.iter().any(|asked| matches!(asked, Asked::Matches));
        let led = match &way {
            Way::Ahead(turns) => self.led_in_turn(turns, &extremes)?,
            Way::Back(turns) => self.leading(turns, asks_matches)?,
            Way::Paths(paths) => self.led(paths, (&starts, ahead as usize), &extremes)?,
        };
        let ids: Vec<u32> = led.iter().map(|own| own.node).collect();
        let mut batch = self.each_a_group(near, &ids)?;
        for ((variable, _), asked) in self.grouping.aggregates.iter().zip(asked) {
            let count = |count: u64| i64::try_from(count).map_err(|_| overflow());
            let vector = match asked {
                Asked::Extreme(at) => {
                    let numbers = || led.iter().map(|own| own.extremes[at]);
                    let nulls = numbers().map(|number| number == NO_NUMBER).collect();
                    let known = numbers().map(|n| if n == NO_NUMBER { 0 } else { n });
                    Vector::with_nulls(extremes[at].numbers.data(known), nulls)
                }
                Asked::Matches => {
                    let counts = led.iter().map(|own| count(own.matches));
                    Vector::new(Data::Integer(counts.collect::<Result<_>>()?))
                }
                Asked::Nodes => {
                    let counts = led.iter().map(|own| count(own.nodes));
                    Vector::new(Data::Integer(counts.collect::<Result<_>>()?))
                }
            };
            batch.set(*variable, column::Column::new(vector));
        }
        Ok(Some(batch))
    }

    /// The same where core rows are relationships: of a pair, each is a step from one end to the other, and nothing has to
    /// be written down of it.
    pub(super) fn far_of_relationships(
        &self,
        relationship: usize,
        ends: [usize; 2],
        counters: &Counters,
    ) -> Result<Option<Batch>> {
        let core = &self.tree.relationships[relationship];
        let [counter] = counters.distinct.as_slice() else { return Ok(None) };
        let [term] = self.tree.terms.as_slice() else { return Ok(None) };
        let keys = || self.grouping.keys.iter().map(|(_, key)| key);
        let is_looked_at = keys().any(|key| looks_at_some(key, &[Some(core.variable)]));
        // Without nodes to tell apart, relationships are rows as they stand.
        let is_distinct =
            |own: &Aggregate| own.function == AggregateFunction::Count && own.distinct;
        let tells_apart = self.grouping.aggregates.iter().any(|(_, own)| is_distinct(own));
        if !tells_apart
            || is_looked_at
            || !core.conditions.is_empty()
            || counter.relationship_condition.is_some()
        {
            return Ok(None);
        }
        // Whether groups are nodes is looked at before anything is computed.
        for near in ends {
            let Some(variable) = self.tree.nodes[near].variable else { return Ok(None) };
            let place = term.nodes.iter().position(|places| places.contains(&near));
            let is_key = keys().any(|key| looks_at_some(key, &[Some(variable)]));
            if let (Some(place), true) = (place, is_key) {
                let evaluator = self.evaluator(term, counter)?;
                let set = evaluator.set(place)?;
                let ids = set.to_list();
                let steps: f64 = (evaluator.branches(place, None).iter())
                    .map(|(edge, _)| evaluator.fan_out(*edge, place) * ids.len() as f64)
                    .fold(0.0, f64::max);
                if !self.are_apart(variable, &ids, steps)? {
                    return Ok(None);
                }
            }
        }
        self.distinct_far(ends, counters)
    }

    /// Whether no two of some nodes are one group.
    fn are_apart(&self, near: VarId, ids: &[u32], steps: f64) -> Result<bool> {
        let span = span_of(ids);
        let tells_apart = |key: &Expr| match &key.kind {
            ExprKind::Variable(own) => *own == near,
            ExprKind::Property(of, name) => {
                matches!(of.kind, ExprKind::Variable(own) if own == near)
                    && ascends(name, span.clone(), self.graph)
            }
            _ => false,
        };
        let mut keys = self.grouping.keys.iter().map(|(_, key)| key);
        let is_worth_a_look = ids.len() as f64 * STEPS_EACH < steps;
        Ok(keys.any(tells_apart) || is_worth_a_look && self.differ(near, ids)?)
    }

    /// How the far nodes of each near one are found. Where either end can be taken in turn, that is less than to add up
    /// how many matches lead from each node to each other.
    fn way(
        &self,
        [near, far]: [usize; 2],
        (counter, steps): (&Counter, f64),
        asks_extremes: bool,
    ) -> Result<Way<'g>> {
        if let [term] = self.tree.terms.as_slice()
            && term.sign == 1
            && term.knot.is_none()
            && !self.lacks_loops(term)
        {
            let steps = steps * TURNS_MORE;
            if let Some(turns) = Turns::of(self, (term, counter), [near, far], steps)? {
                return Ok(Way::Ahead(turns));
            }
            if !asks_extremes
                && let Some(turns) = Turns::of(self, (term, counter), [far, near], steps)?
            {
                return Ok(Way::Back(turns));
            }
        }
        Ok(Way::Paths(self.paths(&self.tree.terms, counter, [near, far], None)?))
    }

    /// The same as [`Self::led`], where near nodes are taken in turn.
    fn led_in_turn(&self, turns: &Turns<'g>, extremes: &[Extreme<'_>]) -> Result<Vec<Led>> {
        let begin = |led: (u32, u64, u64, [u32; EXTREMES_MAX])| {
            let (node, matches, nodes, extremes) = led;
            Led { node, matches, nodes, extremes }
        };
        let none = [NO_NUMBER; EXTREMES_MAX];
        let mut holding = Holding::default();
        let bytes = turns.from().len() * size_of::<Led>() + turns.bytes();
        self.run.hold(&mut holding, bytes, "CountTree")?;
        let led = if extremes.is_empty() {
            turns.led((none, self.run.limits), &|_, _| {})?
        } else {
            turns.led((none, self.run.limits), &|known, far| look_at(known, far, extremes))?
        };
        Ok(led.into_iter().map(begin).collect())
    }

    /// The same as [`Self::led`], where far nodes are taken in turn.
    fn leading(&self, turns: &Turns<'g>, asks_matches: bool) -> Result<Vec<Led>> {
        let mut holding = Holding::default();
        let bytes = turns.to().len() * size_of::<Led>() + turns.bytes();
        self.run.hold(&mut holding, bytes, "CountTree")?;
        let led = turns.leading(asks_matches, self.run.limits)?.into_iter();
        let extremes = [NO_NUMBER; EXTREMES_MAX];
        Ok(led.map(|(node, matches, nodes)| Led { node, matches, nodes, extremes }).collect())
    }

    /// Whether no two of some nodes have the same keys.
    fn differ(&self, variable: VarId, ids: &[u32]) -> Result<bool> {
        let mut table = KeyTable::default();
        let keys: Vec<&Expr> = self.grouping.keys.iter().map(|(_, key)| key).collect();
        for (at, some) in ids.chunks(BATCH_ROWS).enumerate() {
            self.run.check()?;
            let mut batch = Batch::of_len(some.len());
            batch.set(variable, nodes(some));
            table.insert(&vector::columns(&keys, &batch, self.run)?, self.graph);
            if table.len() < at * BATCH_ROWS + some.len() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What an aggregate asks, if that is how many matches or far nodes there are, or the least or the largest of an
    /// integer or a day that far nodes have.
    fn asked_of_far(
        &self,
        aggregate: &Aggregate,
        far: VarId,
        extremes: &mut Vec<Extreme<'g>>,
    ) -> Option<Asked> {
        use AggregateFunction::{Count, Max, Min};
        let is_largest = aggregate.function == Max;
        match (aggregate.function, aggregate.distinct, aggregate.arguments.as_slice()) {
            (Count, false, []) => Some(Asked::Matches),
            (Count, true, [argument]) if argument.kind == ExprKind::Variable(far) => {
                Some(Asked::Nodes)
            }
            (Min | Max, _, [argument]) if extremes.len() < EXTREMES_MAX => {
                let ExprKind::Property(of, name) = &argument.kind else { return None };
                if of.kind != ExprKind::Variable(far) {
                    return None;
                }
                let name = self.graph.catalog().key(name)?;
                let column = self.graph.node_column(name);
                let (numbers, width) = Numbers::of(&column, TextSource::Node(name))?;
                let is_ordered = !matches!(numbers, Numbers::Texts { .. });
                (is_ordered && width < u64::from(NO_NUMBER)).then(|| {
                    let all = Vec::new();
                    extremes.push(Extreme { column, numbers, is_largest, all });
                    Asked::Extreme(extremes.len() - 1)
                })
            }
            _ => None,
        }
    }

    /// Those nodes that lead somewhere, in their order.
    fn led(
        &self,
        paths: &[Path<'g>],
        (starts, steps): (&[u32], usize),
        extremes: &[Extreme<'_>],
    ) -> Result<Vec<Led>> {
        let mut holding = Holding::default();
        self.run.hold(&mut holding, starts.len() * size_of::<Led>(), "CountTree")?;
        let blocks: Vec<&[u32]> =
            starts.chunks((starts.len() / BLOCKS_MIN).clamp(1, BLOCK)).collect();
        // What is walked is at least as much as there are nodes.
        let work = starts.len().max(steps) / blocks.len().max(1);
        let new = || (paths.iter().map(Path::walker).collect::<Vec<Walker>>(), Vec::new());
        let led = parallel::in_order_with(&blocks, work, self.run.limits, &new, &|own, block| {
            let (walkers, far) = own;
            let led = block.iter().map(|node| led_from(*node, paths, (walkers, far), extremes));
            led.filter(|led| led.nodes > 0).collect::<Vec<Led>>()
        })?;
        Ok(led.into_iter().flatten().collect())
    }
}

impl Way<'_> {
    /// The near nodes that may lead somewhere, ascending.
    fn starts(&self) -> Vec<u32> {
        match self {
            Way::Ahead(turns) => turns.from().to_vec(),
            Way::Back(turns) => turns.to().collect(),
            Way::Paths(paths) => {
                let mut starts = Vec::new();
                let ahead = paths.iter().filter(|path| path.sign > 0);
                ahead.for_each(|path| path.starts(&mut starts));
                starts.sort_unstable();
                starts.dedup();
                starts
            }
        }
    }
}

impl Extreme<'_> {
    /// Writes down all numbers, which is less than to look up most of them.
    fn number_all(&mut self) {
        let (numbers, len) = (&self.numbers, self.column.data.len());
        self.all = vec![NO_NUMBER; len];
        match self.column.present {
            None => numbers.beside(0..len, self.all.iter_mut(), |number, slot| *slot = number),
            Some(bits) => {
                for (at, slot) in self.all.iter_mut().enumerate() {
                    if bit(bits, at as u32) {
                        *slot = numbers.one(at);
                    }
                }
            }
        }
    }

    /// The number of a node, or [`NO_NUMBER`].
    #[inline]
    fn of(&self, node: u32) -> u32 {
        let at = node.wrapping_sub(self.column.first) as usize;
        match self.all.get(at) {
            Some(number) => *number,
            None if self.all.is_empty() => {
                self.column.position(node).map_or(NO_NUMBER, |at| self.numbers.one(at))
            }
            None => NO_NUMBER,
        }
    }
}

/// Looks at what a far node has.
#[inline]
fn look_at(extremes: &mut [u32; EXTREMES_MAX], far: u32, asked: &[Extreme<'_>]) {
    for (known, asked) in extremes.iter_mut().zip(asked) {
        let number = asked.of(far);
        *known = if asked.is_largest {
            // One more than no number is 0, which is less than one more than any.
            number.wrapping_add(1).max(known.wrapping_add(1)).wrapping_sub(1)
        } else {
            number.min(*known)
        };
    }
}

/// What a node leads to; `far` is written over.
fn led_from(
    node: u32,
    paths: &[Path<'_>],
    (walkers, far): (&mut [Walker], &mut Vec<u32>),
    extremes: &[Extreme<'_>],
) -> Led {
    let mut led = Led { node, matches: 0, nodes: 0, extremes: [NO_NUMBER; EXTREMES_MAX] };
    let (mut matches, mut nodes) = (0u64, 0u64);
    // Where nothing but counts is asked, they are all that the loop over far nodes has.
    if extremes.is_empty() {
        each_far(node, paths, (walkers, far), |_, ways| {
            matches = matches.saturating_add(ways);
            nodes += u64::from(ways > 0);
        });
    } else {
        each_far(node, paths, (walkers, far), |far, ways| {
            matches = matches.saturating_add(ways);
            nodes += u64::from(ways > 0);
            if ways > 0 {
                look_at(&mut led.extremes, far, extremes);
            }
        });
    }
    Led { matches, nodes, ..led }
}

/// Calls `visit` with the nodes that a node leads to, and in how many ways.
#[inline]
fn each_far(
    node: u32,
    paths: &[Path<'_>],
    (walkers, far): (&mut [Walker], &mut Vec<u32>),
    mut visit: impl FnMut(u32, u64),
) {
    if let [path] = paths
        && let Some((run, weight)) = path.steps(node)
    {
        for same in run.chunk_by(|a, b| a == b) {
            let ways = weight.saturating_mul(same.len() as u64);
            visit(same[0].0, ways.saturating_mul(path.far_weight(same[0].0)));
        }
        return;
    }
    paths.iter().zip(walkers.iter_mut()).for_each(|(path, walker)| path.walk(node, walker));
    if let ([path], [walker]) = (paths, &mut *walkers)
        && path.sign == 1
    {
        return path.drain(walker, visit);
    }
    far.clear();
    reached(paths, walkers, &Tests::default(), far);
    far.iter().for_each(|far| visit(*far, sum(paths, walkers, *far)));
}
