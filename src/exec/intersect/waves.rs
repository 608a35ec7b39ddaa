//! Counting level by level, over blocks of partial matches.
//!
//! The search goes into the depth match by match; where rows are only counted and no two
//! relationships can be the same one, whole blocks go from level to level instead:
//!
//! ```text
//! (p)<-[:HAS_CREATOR]-(m)<-[:REPLY_OF]-(c)-[:HAS_CREATOR]->(q)-[:KNOWS]-(p)
//!
//! level p   [3, 3, 4]         level m   [70, 71, 90]      level c   [15, 16, 22, 31]
//!                             of rows    0   1   2         of rows   0   0   1   2
//! ```
//!
//! A block is one array for each node that a later level looks at, and an array of weights: how many
//! matches each row stands for. What a level costs is then a loop over a run, not a call. The last
//! level is a sum that is not listed: over a run less a few nodes, or over the intersection of two.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::Result;
use crate::exec::{Limits, parallel};
use crate::threads;

use super::compile::{Compiled, Level, Probe};
use super::runs::{Allowed, Runs};
use super::search::{PARALLEL_MIN, PIECES, candidates, gallop, leads_on, too_many, weight};

/// Rows of a block.
const BLOCK_ROWS: usize = 2048;

/// Partial matches.
#[derive(Default)]
struct Block {
    /// For each level its node, where some later level looks at it.
    nodes: Vec<Vec<u32>>,
    weights: Vec<u64>,
}

/// A run as an array over the nodes that a level may be: one more than the first position.
#[derive(Default)]
struct Mark {
    owner: Option<u32>,
    first: Vec<u32>,
}

/// What is the same for all threads.
struct Shared<'s, 'g> {
    compiled: &'s Compiled<'g>,
    limits: &'s Limits,
    /// For each level the earlier levels whose nodes it and those after it look at.
    needed: Vec<Vec<usize>>,
    /// For the run of each node the sum of what the last level may be, where that is not its length.
    sums: Option<Vec<u64>>,
}

/// The blocks of one thread.
struct Waves<'s, 'g> {
    shared: &'s Shared<'s, 'g>,
    blocks: Vec<Block>,
    marks: Vec<Mark>,
    total: u64,
}

/// How many matches there are; `None` where that is for the search to say.
pub(super) fn count(compiled: &Compiled<'_>, limits: &Limits) -> Option<Result<u64>> {
    let relationships = compiled.relationships.iter();
    let is_plain = compiled.levels.len() > 1
        && compiled.levels.last().is_some_and(|level| level.is_sum)
        && relationships.clone().all(|r| !r.is_identified && r.equal.is_empty())
        && compiled.levels.iter().all(|level| level.collisions.is_empty());
    is_plain.then(|| Shared::new(compiled, limits).count())
}

impl<'s, 'g> Shared<'s, 'g> {
    fn new(compiled: &'s Compiled<'g>, limits: &'s Limits) -> Self {
        let mut needed = vec![Vec::new(); compiled.levels.len()];
        let mut later: Vec<usize> = Vec::new();
        for (at, level) in compiled.levels.iter().enumerate().rev() {
            later.retain(|&other| other < at);
            let keys = level.finds.iter().chain(&level.missing).map(|probe| probe.key);
            let pairs = level.unequal.iter().copied();
            for other in keys.chain(pairs).chain(level.equal.iter().map(|(other, _)| *other)) {
                if !later.contains(&other) {
                    later.push(other);
                }
            }
            needed[at].clone_from(&later);
        }
        let sums = compiled.levels.last().and_then(|level| run_sums(compiled, level));
        Shared { compiled, limits, needed, sums }
    }

    fn count(&self) -> Result<u64> {
        let compiled = self.compiled;
        let candidates = candidates(compiled);
        let entries: usize = compiled.relationships.iter().map(|r| r.runs.len()).sum();
        let threads = threads::cores();
        if threads == 1 || entries < PARALLEL_MIN {
            return Waves::new(self).count_range(candidates.start, candidates.end);
        }
        let piece = (candidates.end - candidates.start).div_ceil(threads as u32 * PIECES).max(1);
        let next = AtomicU32::new(candidates.start);
        let work = || {
            let mut waves = Waves::new(self);
            let mut total = 0u64;
            loop {
                let start = next.fetch_add(piece, Ordering::Relaxed);
                if start >= candidates.end {
                    return Ok(total);
                }
                let end = start.saturating_add(piece).min(candidates.end);
                let found = waves.count_range(start, end)?;
                total = total.checked_add(found).ok_or_else(too_many)?;
            }
        };
        let totals = parallel::on_threads(threads, &work)?;
        totals.into_iter().try_fold(0u64, |sum, total| sum.checked_add(total).ok_or_else(too_many))
    }
}

/// For each node the weight of all that its run leads to, where the last level begins with one run
/// and that weight is not just the run's length.
fn run_sums(compiled: &Compiled<'_>, level: &Level<'_>) -> Option<Vec<u64>> {
    let [probe] = level.finds[..] else { return None };
    if level.weights.is_none() && matches!(level.allowed, Allowed::All) {
        return None;
    }
    let runs = compiled.relationships[probe.relationship].runs;
    let sum = |node: u32| {
        let run = runs.neighbours[runs.span(node)].iter();
        let own = |node: u32| if level.allowed.contains(node) { weight(level, node) } else { 0 };
        run.fold(0u64, |sum, to| sum.saturating_add(own(to.0)))
    };
    let nodes = runs.nodes();
    let mut sums = vec![0; nodes.end as usize];
    nodes.for_each(|node| sums[node as usize] = sum(node));
    Some(sums)
}

impl Block {
    fn len(&self) -> usize {
        self.weights.len()
    }

    fn clear(&mut self) {
        self.nodes.iter_mut().for_each(Vec::clear);
        self.weights.clear();
    }
}

impl<'s, 'g> Waves<'s, 'g> {
    fn new(shared: &'s Shared<'s, 'g>) -> Self {
        let levels = shared.compiled.levels.len();
        let block = || Block { nodes: vec![Vec::new(); levels], weights: Vec::new() };
        Waves {
            shared,
            blocks: (0..levels).map(|_| block()).collect(),
            marks: shared.compiled.relationships.iter().map(|_| Mark::default()).collect(),
            total: 0,
        }
    }

    fn count_range(&mut self, start: u32, end: u32) -> Result<u64> {
        self.total = 0;
        let level = &self.shared.compiled.levels[0];
        for node in start..end {
            let weight = weight(level, node);
            if weight > 0 && level.allowed.contains(node) && leads_on(self.shared.compiled, node) {
                self.blocks[0].nodes[0].push(node);
                self.blocks[0].weights.push(weight);
                if self.blocks[0].len() == BLOCK_ROWS {
                    self.advance(1)?;
                }
            }
        }
        self.advance(1)?;
        if self.total == u64::MAX { Err(too_many()) } else { Ok(self.total) }
    }

    /// Takes the block before a level through it and all after it, and empties it.
    fn advance(&mut self, at: usize) -> Result<()> {
        self.shared.limits.check()?;
        let mut rows = std::mem::take(&mut self.blocks[at - 1]);
        let level = &self.shared.compiled.levels[at];
        if level.is_sum {
            let sum = (0..rows.len()).fold(0u64, |sum, row| {
                let own = self.sum(level, &rows, row);
                sum.saturating_add(own.saturating_mul(rows.weights[row]))
            });
            self.total = self.total.saturating_add(sum);
        } else {
            self.expand(at, level, &rows)?;
        }
        rows.clear();
        self.blocks[at - 1] = rows;
        Ok(())
    }

    /// Finds the nodes of a level for each row of a block.
    fn expand(&mut self, at: usize, level: &Level<'_>, rows: &Block) -> Result<()> {
        let mut out = std::mem::take(&mut self.blocks[at]);
        let needed = &self.shared.needed[at + 1];
        for row in 0..rows.len() {
            let Some(base) = self.base(level, rows, row) else { continue };
            let probe = level.finds[base];
            let runs = self.runs(&probe);
            let span = runs.span(rows.nodes[probe.key][row]);
            let mut position = span.start;
            while position < span.end {
                let (node, from) = (runs.neighbours[position].0, position);
                position += 1;
                while position < span.end && runs.neighbours[position].0 == node {
                    position += 1;
                }
                let Some(ways) = self.meet(level, base, rows, row, node) else { continue };
                let ways = ways.saturating_mul((position - from) as u64);
                for &other in needed {
                    let value = if other == at { node } else { rows.nodes[other][row] };
                    out.nodes[other].push(value);
                }
                out.weights.push(ways.saturating_mul(rows.weights[row]));
                if out.len() == BLOCK_ROWS {
                    self.blocks[at] = out;
                    self.advance(at + 1)?;
                    out = std::mem::take(&mut self.blocks[at]);
                }
            }
        }
        self.blocks[at] = out;
        self.advance(at + 1)
    }

    fn runs(&self, probe: &Probe) -> Runs<'g> {
        self.shared.compiled.relationships[probe.relationship].runs
    }

    /// Which run to go through for a row: the shortest, but rather another than one that is marked.
    fn base(&mut self, level: &Level<'_>, rows: &Block, row: usize) -> Option<usize> {
        if level.finds.len() == 1 && level.missing.is_empty() {
            return Some(0);
        }
        let (mut base, mut least) = (0, usize::MAX);
        for (at, probe) in level.finds.iter().enumerate() {
            let span = self.runs(probe).span(rows.nodes[probe.key][row]);
            if span.is_empty() {
                return None;
            }
            let cost = if probe.is_marked { span.len().saturating_mul(8) } else { span.len() };
            if cost < least {
                (base, least) = (at, cost);
            }
        }
        let others = level.finds.iter().enumerate().filter(|(at, _)| *at != base);
        for probe in others.map(|(_, probe)| probe).chain(&level.missing) {
            if probe.is_marked {
                self.mark(level, probe, rows.nodes[probe.key][row]);
            }
        }
        Some(base)
    }

    /// How many matches a node stands for at a level, the run it was found in apart; `None` for none.
    #[inline]
    fn meet(
        &self,
        level: &Level<'_>,
        base: usize,
        rows: &Block,
        row: usize,
        node: u32,
    ) -> Option<u64> {
        if !level.allowed.contains(node) {
            return None;
        }
        let mut ways = weight(level, node);
        if ways == 0 || level.unequal.iter().any(|&other| rows.nodes[other][row] == node) {
            return None;
        }
        for (at, probe) in level.finds.iter().enumerate().filter(|(at, _)| *at != base) {
            debug_assert_ne!(at, base);
            let parallel = self.ways(level, probe, rows.nodes[probe.key][row], node);
            if parallel == 0 {
                return None;
            }
            ways = ways.saturating_mul(parallel);
        }
        let is_missing =
            |probe: &Probe| self.ways(level, probe, rows.nodes[probe.key][row], node) == 0;
        let is_equal =
            level.equal.iter().all(|(other, same)| same.holds(node, rows.nodes[*other][row]));
        (is_equal && level.missing.iter().all(is_missing)).then_some(ways)
    }

    /// In how many ways a run leads to a node.
    #[inline]
    fn ways(&self, level: &Level<'_>, probe: &Probe, owner: u32, node: u32) -> u64 {
        let runs = self.runs(probe);
        let mark = &self.marks[probe.relationship];
        let start = if probe.is_marked && mark.owner == Some(owner) {
            let at = node.wrapping_sub(level.hull.start) as usize;
            match mark.first.get(at) {
                Some(&first) if first > 0 => first as usize - 1,
                _ => return 0,
            }
        } else {
            let span = runs.span(owner);
            span.start + runs.neighbours[span.clone()].partition_point(|other| other.0 < node)
        };
        let run = &runs.neighbours[start..runs.span(owner).end];
        run.iter().take_while(|other| other.0 == node).count() as u64
    }

    /// Marks the run of a probe's node, unless it is marked already.
    fn mark(&mut self, level: &Level<'_>, probe: &Probe, owner: u32) {
        let runs = self.runs(probe);
        let mark = &mut self.marks[probe.relationship];
        if mark.owner == Some(owner) {
            return;
        }
        if mark.first.is_empty() {
            mark.first = vec![0; level.hull.len()];
        }
        let place = |node: u32| node.wrapping_sub(level.hull.start) as usize;
        if let Some(old) = mark.owner.replace(owner) {
            for neighbour in &runs.neighbours[runs.span(old)] {
                if let Some(first) = mark.first.get_mut(place(neighbour.0)) {
                    *first = 0;
                }
            }
        }
        // Backwards, so that the first of several equal neighbours stays.
        for position in runs.span(owner).rev() {
            if let Some(first) = mark.first.get_mut(place(runs.neighbours[position].0)) {
                *first = position as u32 + 1;
            }
        }
    }

    /// How many matches the last level has for a row.
    fn sum(&mut self, level: &Level<'_>, rows: &Block, row: usize) -> u64 {
        let is_simple = level.finds.len() == 1 && level.missing.len() <= 1;
        if is_simple && level.equal.is_empty() {
            return self.sum_less(level, rows, row);
        }
        let Some(base) = self.base(level, rows, row) else { return 0 };
        self.sum_met(level, base, rows, row)
    }

    /// The matches among the nodes of a run, one by one.
    fn sum_met(&self, level: &Level<'_>, base: usize, rows: &Block, row: usize) -> u64 {
        let probe = level.finds[base];
        let runs = self.runs(&probe);
        let run = &runs.neighbours[runs.span(rows.nodes[probe.key][row])];
        let met = |to: &crate::value::NodeId| self.meet(level, base, rows, row, to.0).unwrap_or(0);
        run.iter().map(met).fold(0, u64::saturating_add)
    }

    /// All of a run, less the nodes that must be others, less those that another run leads to.
    fn sum_less(&mut self, level: &Level<'_>, rows: &Block, row: usize) -> u64 {
        let probe = level.finds[0];
        let runs = self.runs(&probe);
        let owner = rows.nodes[probe.key][row];
        let span = runs.span(owner);
        if span.is_empty() {
            return 0;
        }
        if let [missing] = level.missing[..]
            && self.runs(&missing).span(rows.nodes[missing.key][row]).len() > span.len() * 4
        {
            // Going through the run is less than taking off what the other has in common with it.
            let Some(base) = self.base(level, rows, row) else { return 0 };
            return self.sum_met(level, base, rows, row);
        }
        let mut sum = match &self.shared.sums {
            Some(sums) => sums.get(owner as usize).copied().unwrap_or(0),
            None => span.len() as u64,
        };
        if sum == u64::MAX {
            return sum;
        }
        let own = |node: u32| if level.allowed.contains(node) { weight(level, node) } else { 0 };
        let run = &runs.neighbours[span.clone()];
        let is_missing = |node: u32| {
            level
                .missing
                .iter()
                .all(|probe| self.ways(level, probe, rows.nodes[probe.key][row], node) == 0)
        };
        for (at, &other) in level.unequal.iter().enumerate() {
            let node = rows.nodes[other][row];
            let is_again = level.unequal[..at].iter().any(|&o| rows.nodes[o][row] == node);
            let start = run.partition_point(|to| to.0 < node);
            let len = run[start..].iter().take_while(|to| to.0 == node).count() as u64;
            if !is_again && len > 0 && is_missing(node) {
                sum -= len.saturating_mul(own(node)).min(sum);
            }
        }
        let Some(missing) = level.missing.first() else { return sum };
        let others = self.runs(missing);
        let other = &others.neighbours[others.span(rows.nodes[missing.key][row])];
        each_common(run, other, |node, len| sum -= len.saturating_mul(own(node)).min(sum));
        sum
    }
}

/// Calls `visit` with each node of a sorted run that another one has too, and how often the first
/// has it.
fn each_common(
    run: &[crate::value::NodeId],
    other: &[crate::value::NodeId],
    mut visit: impl FnMut(u32, u64),
) {
    let (mut at, mut beside) = (0, 0);
    while at < run.len() && beside < other.len() {
        let (node, wanted) = (run[at].0, other[beside].0);
        match node.cmp(&wanted) {
            std::cmp::Ordering::Less => at = gallop(run, at, wanted),
            std::cmp::Ordering::Greater => beside = gallop(other, beside, node),
            std::cmp::Ordering::Equal => {
                let len = run[at..].iter().take_while(|to| to.0 == node).count();
                visit(node, len as u64);
                at += len;
                beside += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::NodeId;

    #[test]
    fn common_nodes_are_met_once_with_their_number() {
        let run = [1, 3, 3, 8, 9, 9, 9, 20].map(NodeId);
        let other = [0, 3, 3, 9, 10, 20, 20].map(NodeId);
        let mut found = Vec::new();
        each_common(&run, &other, |node, len| found.push((node, len)));
        assert_eq!(found, [(3, 2), (9, 3), (20, 1)]);
    }
}
