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
//! kept of the pairs. **In**: the ends of a pair without conditions on both. **Out**: a row for each node; nothing where
//! something else is asked. **Caller**: [`super::pair`].

use std::sync::atomic::{AtomicUsize, Ordering};

use super::nodes::ascends;
use super::pair::{NEAR_ONLY, reached, sum};
use super::path::{Path, Walker};
use super::relationships::looks_at_some;
use super::sides::Tests;
use super::weights::span_of;
use super::{Counters, Counting, overflow};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Column, Data, Vector};
use crate::exec::memory::Holding;
use crate::exec::parallel;
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{Aggregate, Expr, ExprKind, VarId};

/// So many nodes are walked from at a time.
const BLOCK: usize = 256;

/// A node with how many matches it has, and to how many nodes they lead.
struct Led {
    node: u32,
    matches: u64,
    nodes: u64,
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
        if !self.grouping.aggregates.iter().all(|(_, own)| is_of_far(own, far)) {
            return Ok(None);
        }
        // A few nodes at the far end are walked from.
        let whole = tree.terms.iter().max_by_key(|term| (term.sign, term.nodes.len()));
        let Some(whole) = whole else { return Ok(None) };
        let (ahead, _) = self.steps(whole, ends, counter)?;
        let (back, _) = self.steps(whole, [ends[1], ends[0]], counter)?;
        if ahead > back * NEAR_ONLY {
            return Ok(None);
        }
        let paths = self.paths(&tree.terms, counter, ends, None)?;
        let mut starts = Vec::new();
        paths.iter().filter(|path| path.sign > 0).for_each(|path| path.starts(&mut starts));
        starts.sort_unstable();
        starts.dedup();
        let span = span_of(&starts);
        let tells_apart = |key: &Expr| match &key.kind {
            ExprKind::Variable(own) => *own == near,
            ExprKind::Property(of, name) => {
                matches!(of.kind, ExprKind::Variable(own) if own == near)
                    && ascends(name, span.clone(), self.graph)
            }
            _ => false,
        };
        if !keys().any(tells_apart) {
            return Ok(None);
        }
        let led = self.led(&paths, &starts)?;
        let ids: Vec<u32> = led.iter().map(|own| own.node).collect();
        let mut batch = self.each_a_group(near, &ids)?;
        for (variable, aggregate) in &self.grouping.aggregates {
            let count = |own: &Led| {
                let count = if aggregate.distinct { own.nodes } else { own.matches };
                i64::try_from(count).map_err(|_| overflow())
            };
            let counts = led.iter().map(count).collect::<Result<Vec<i64>>>()?;
            batch.set(*variable, Column::new(Vector::new(Data::Integer(counts))));
        }
        Ok(Some(batch))
    }

    /// Those nodes that lead somewhere, in their order.
    fn led(&self, paths: &[Path<'g>], starts: &[u32]) -> Result<Vec<Led>> {
        let mut holding = Holding::default();
        self.run.hold(&mut holding, starts.len() * size_of::<Led>(), "CountTree")?;
        let limits = self.run.limits;
        let (next, blocks) = (AtomicUsize::new(0), starts.len().div_ceil(BLOCK));
        let work = || -> Result<Vec<(usize, Vec<Led>)>> {
            let mut walkers: Vec<Walker> = paths.iter().map(Path::walker).collect();
            let (mut done, mut far) = (Vec::new(), Vec::new());
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= blocks {
                    return Ok(done);
                }
                let block = &starts[at * BLOCK..starts.len().min((at + 1) * BLOCK)];
                limits.check()?;
                let led = block.iter().map(|node| led_from(*node, paths, &mut walkers, &mut far));
                done.push((at, led.filter(|led| led.nodes > 0).collect()));
            }
        };
        // What is walked is at least as much as there are nodes.
        let threads = parallel::threads(starts.len() * BLOCK).min(blocks.max(1));
        let mut all: Vec<_> = parallel::on_threads(threads, &work)?.into_iter().flatten().collect();
        all.sort_unstable_by_key(|(at, _)| *at);
        Ok(all.into_iter().flat_map(|(_, led)| led).collect())
    }
}

/// What a node leads to; `far` is written over.
fn led_from(node: u32, paths: &[Path<'_>], walkers: &mut [Walker], far: &mut Vec<u32>) -> Led {
    let mut led = Led { node, matches: 0, nodes: 0 };
    let mut add = |matches: u64| {
        led.matches = led.matches.saturating_add(matches);
        led.nodes += u64::from(matches > 0);
    };
    if let [path] = paths
        && let Some((run, weight)) = path.steps(node)
    {
        for same in run.chunk_by(|a, b| a == b) {
            let ways = weight.saturating_mul(same.len() as u64);
            add(ways.saturating_mul(path.far_weight(same[0].0)));
        }
        return led;
    }
    paths.iter().zip(walkers.iter_mut()).for_each(|(path, walker)| path.walk(node, walker));
    if let ([path], [walker]) = (paths, &*walkers)
        && path.sign == 1
    {
        path.touched(walker, |far| add(path.at(far, walker)));
        return led;
    }
    far.clear();
    reached(paths, walkers, &Tests::default(), far);
    far.iter().for_each(|far| add(sum(paths, walkers, *far)));
    led
}

/// Whether an aggregate counts matches, or the different nodes at the far end.
fn is_of_far(aggregate: &Aggregate, far: VarId) -> bool {
    aggregate.function == AggregateFunction::Count
        && match (aggregate.distinct, aggregate.arguments.as_slice()) {
            (false, []) => true,
            (true, [argument]) => argument.kind == ExprKind::Variable(far),
            _ => false,
        }
}
