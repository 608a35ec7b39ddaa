//! The search: depth first over levels, each the intersection of some runs.
//!
//! A run in which many nodes are looked up is *marked*: an array by node says where in the run it
//! stands. Other runs are searched by galloping from where the last node was found.
//!
//! **Relationships that must differ** can only be the same one where their ends are the same nodes.
//! As long as they are not, the number of ways is the product of the lengths of parallel runs;
//! where they are (a *collision*), the ways are counted one by one.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::{Error, Result, eval};
use crate::exec::{Limits, parallel};
use crate::threads;
use crate::value::{NodeId, StatementId};

use super::compile::{Compiled, Level, Probe};
use super::runs::Allowed;

/// With fewer entries in all runs, a second thread would cost more than it does.
pub(super) const PARALLEL_MIN: usize = 1 << 16;
/// Pieces of work for each thread, so that none waits long for another.
pub(super) const PIECES: u32 = 32;
/// Steps between two looks at whether to stop.
const CHECK_EVERY: u32 = 4096;

/// The rows that were found, a list for each kept element of the pattern.
pub(super) struct Sink {
    pub(super) nodes: Vec<(usize, Vec<NodeId>)>,
    pub(super) statements: Vec<(usize, Vec<StatementId>)>,
    len: usize,
}

/// A search and the match at hand.
pub(super) struct Search<'s, 'g> {
    compiled: &'s Compiled<'g>,
    limits: &'s Limits,
    /// For each level its node.
    nodes: Vec<u32>,
    /// For each relationship the positions of those between its nodes.
    spans: Vec<(usize, usize)>,
    /// For each identified relationship its position.
    picks: Vec<usize>,
    /// For each relationship where the last look-up in its run has ended.
    cursors: Vec<usize>,
    marks: Vec<Mark>,
    /// Relationships that have been chosen, while ways are counted one by one.
    chosen: Vec<StatementId>,
    total: u64,
    steps: u32,
}

/// A run as an array: for each node one more than its first position, 0 where it is not in the run.
#[derive(Default)]
struct Mark {
    owner: Option<u32>,
    first: Vec<u32>,
}

/// What has been found up to a level.
#[derive(Clone, Copy)]
struct Ways {
    /// What hangs on the nodes.
    weight: u64,
    /// In how many ways relationships can be chosen, unless some collide.
    choices: u64,
    collided: bool,
}

/// How many matches there are.
pub(super) fn count(compiled: &Compiled<'_>, limits: &Limits) -> Result<u64> {
    let candidates = candidates(compiled);
    let entries: usize = compiled.relationships.iter().map(|r| r.runs.len()).sum();
    let threads = threads::cores();
    if threads == 1 || entries < PARALLEL_MIN {
        return Search::new(compiled, limits).count_range(candidates.start, candidates.end);
    }
    let piece = (candidates.end - candidates.start).div_ceil(threads as u32 * PIECES).max(1);
    let next = AtomicU32::new(candidates.start);
    let work = || {
        let mut search = Search::new(compiled, limits);
        let mut total = 0u64;
        loop {
            let start = next.fetch_add(piece, Ordering::Relaxed);
            if start >= candidates.end {
                return Ok(total);
            }
            let end = start.saturating_add(piece).min(candidates.end);
            let found = search.count_range(start, end)?;
            total = total.checked_add(found).ok_or_else(too_many)?;
        }
    };
    let totals = parallel::on_threads(threads, &work)?;
    totals.into_iter().try_fold(0u64, |sum, total| sum.checked_add(total).ok_or_else(too_many))
}

/// The error for a count that no integer holds.
pub(super) fn too_many() -> Error {
    Error::new(&eval::NUMBER_OUT_OF_RANGE, "The pattern has more matches than can be counted.")
}

/// The nodes that the first level may be.
pub(super) fn candidates(compiled: &Compiled<'_>) -> std::ops::Range<u32> {
    let keyed = compiled.levels.iter().flat_map(|level| &level.finds).filter(|p| p.key == 0);
    let bound = keyed.map(|probe| compiled.relationships[probe.relationship].runs.bound()).min();
    let bound = bound.unwrap_or(compiled.node_bound).min(compiled.node_bound);
    compiled.levels.first().map_or(0..0, |level| level.allowed.hull(bound))
}

impl Sink {
    pub(super) fn new(compiled: &Compiled<'_>) -> Sink {
        let (nodes, statements) = &compiled.kept;
        Sink {
            nodes: nodes.iter().map(|&at| (at, Vec::new())).collect(),
            statements: statements.iter().map(|&at| (at, Vec::new())).collect(),
            len: 0,
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// About how many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.len * 4 * (self.nodes.len() + self.statements.len())
    }
}

impl<'s, 'g> Search<'s, 'g> {
    pub(super) fn new(compiled: &'s Compiled<'g>, limits: &'s Limits) -> Self {
        let relationships = compiled.relationships.len();
        Search {
            compiled,
            limits,
            nodes: vec![0; compiled.levels.len()],
            spans: vec![(0, 0); relationships],
            picks: vec![0; relationships],
            cursors: vec![0; relationships],
            marks: (0..relationships).map(|_| Mark::default()).collect(),
            chosen: vec![StatementId(0); relationships],
            total: 0,
            steps: 0,
        }
    }

    /// Adds rows, from a first node on, until there are enough; says where to go on.
    pub(super) fn rows_from(
        &mut self,
        first: u32,
        room: usize,
        sink: &mut Sink,
    ) -> Result<Option<u32>> {
        let candidates = candidates(self.compiled);
        for node in candidates.start.max(first)..candidates.end {
            if sink.len >= room {
                return Ok(Some(node));
            }
            self.begin(node, &mut Some(sink))?;
        }
        Ok(None)
    }

    fn count_range(&mut self, start: u32, end: u32) -> Result<u64> {
        self.total = 0;
        for node in start..end {
            self.begin(node, &mut None)?;
        }
        if self.total == u64::MAX { Err(too_many()) } else { Ok(self.total) }
    }

    /// Finds all matches with a first node.
    fn begin(&mut self, node: u32, sink: &mut Option<&mut Sink>) -> Result<()> {
        let level = &self.compiled.levels[0];
        let weight = weight(level, node);
        if weight == 0 || !level.allowed.contains(node) || !leads_on(self.compiled, node) {
            return Ok(());
        }
        self.nodes[0] = node;
        self.find(1, Ways { weight, choices: 1, collided: false }, sink)
    }

    /// Finds the nodes of a level and, for each, all of the levels after it.
    fn find(&mut self, at: usize, ways: Ways, sink: &mut Option<&mut Sink>) -> Result<()> {
        let compiled = self.compiled;
        let Some(level) = compiled.levels.get(at) else {
            self.finish(ways, sink);
            return Ok(());
        };
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(CHECK_EVERY) {
            self.limits.check()?;
        }
        let Some(base) = self.base(level) else { return Ok(()) };
        let suspects = Suspects::of(level, at, &self.nodes);
        if level.is_sum && !ways.collided && self.sum_run(level, ways, &suspects) {
            return Ok(());
        }
        let first = level.finds[base];
        let own = &compiled.relationships[first.relationship];
        let (runs, is_counted) = (own.runs, !own.is_identified);
        let span = runs.span(self.nodes[first.key]);
        let mut position = span.start;
        let mut sum = 0u64;
        while position < span.end {
            let node = runs.neighbours[position].0;
            let from = position;
            position += 1;
            while position < span.end && runs.neighbours[position].0 == node {
                position += 1;
            }
            let weight = weight(level, node);
            if weight == 0 || !level.allowed.contains(node) {
                continue;
            }
            let Some(met) = self.meet(level, base, node) else { continue };
            self.spans[first.relationship] = (from, position);
            let parallel = if is_counted { (position - from) as u64 } else { 1 };
            let choices = met.saturating_mul(parallel).saturating_mul(ways.choices);
            self.nodes[at] = node;
            let collided = ways.collided || suspects.contains(node);
            if level.is_sum {
                let all = if collided { self.assignments() } else { choices };
                sum = sum.saturating_add(all.saturating_mul(weight));
                continue;
            }
            let weight = ways.weight.saturating_mul(weight);
            self.pick(at, 0, Ways { weight, choices, collided }, sink)?;
        }
        self.total = self.total.saturating_add(sum.saturating_mul(ways.weight));
        Ok(())
    }

    /// Which run to go through: the shortest, but rather another than one that is marked.
    fn base(&mut self, level: &Level<'_>) -> Option<usize> {
        let (mut base, mut least) = (0, usize::MAX);
        for (at, probe) in level.finds.iter().enumerate() {
            let runs = self.compiled.relationships[probe.relationship].runs;
            let span = runs.span(self.nodes[probe.key]);
            if span.is_empty() {
                return None;
            }
            self.cursors[probe.relationship] = span.start;
            let cost = if probe.is_marked { span.len().saturating_mul(8) } else { span.len() };
            if cost < least {
                (base, least) = (at, cost);
            }
        }
        for (at, probe) in level.finds.iter().enumerate() {
            if probe.is_marked && at != base {
                self.mark(probe);
            }
        }
        for probe in &level.missing {
            if probe.is_marked {
                self.mark(probe);
            } else {
                let runs = self.compiled.relationships[probe.relationship].runs;
                self.cursors[probe.relationship] = runs.span(self.nodes[probe.key]).start;
            }
        }
        Some(base)
    }

    /// Whether a node meets all but the base of a level, and how many choices that leaves.
    #[inline]
    fn meet(&mut self, level: &Level<'_>, base: usize, node: u32) -> Option<u64> {
        if level.unequal.iter().any(|&other| self.nodes[other] == node) {
            return None;
        }
        let mut choices = 1u64;
        for (at, probe) in level.finds.iter().enumerate() {
            if at == base {
                continue;
            }
            let (start, end) = self.locate(probe, node)?;
            self.spans[probe.relationship] = (start, end);
            if !self.compiled.relationships[probe.relationship].is_identified {
                choices = choices.saturating_mul((end - start) as u64);
            }
        }
        for probe in &level.missing {
            if self.locate(probe, node).is_some() {
                return None;
            }
        }
        let is_equal = level.equal.iter().all(|(other, same)| same.holds(node, self.nodes[*other]));
        is_equal.then_some(choices)
    }

    /// The positions of a node in a run.
    #[inline]
    fn locate(&mut self, probe: &Probe, node: u32) -> Option<(usize, usize)> {
        let runs = self.compiled.relationships[probe.relationship].runs;
        let owner = self.nodes[probe.key];
        let mark = &self.marks[probe.relationship];
        if probe.is_marked && mark.owner == Some(owner) {
            let first = *mark.first.get(node as usize)?;
            let start = first.checked_sub(1)? as usize;
            let run = runs.neighbours[start..runs.span(owner).end].iter();
            return Some((start, start + run.take_while(|other| other.0 == node).count()));
        }
        let span = runs.span(owner);
        let cursor = self.cursors[probe.relationship].clamp(span.start, span.end);
        let start = gallop(&runs.neighbours[..span.end], cursor, node);
        self.cursors[probe.relationship] = start;
        let run = runs.neighbours[start..span.end].iter();
        let len = run.take_while(|other| other.0 == node).count();
        (len > 0).then_some((start, start + len))
    }

    /// Marks the run of a probe's node, unless it is marked already.
    fn mark(&mut self, probe: &Probe) {
        let runs = self.compiled.relationships[probe.relationship].runs;
        let mark = &mut self.marks[probe.relationship];
        let owner = self.nodes[probe.key];
        if mark.owner == Some(owner) {
            return;
        }
        if mark.first.is_empty() {
            mark.first = vec![0; self.compiled.node_bound as usize];
        }
        if let Some(old) = mark.owner.replace(owner) {
            for neighbour in &runs.neighbours[runs.span(old)] {
                mark.first[neighbour.index()] = 0;
            }
        }
        // Backwards, so that the first of several equal neighbours stays.
        for position in runs.span(owner).rev() {
            mark.first[runs.neighbours[position].index()] = position as u32 + 1;
        }
    }

    /// Adds up a last level that is one run, without going through it; false where it is more.
    fn sum_run(&mut self, level: &Level<'_>, ways: Ways, suspects: &Suspects) -> bool {
        let [probe] = level.finds[..] else { return false };
        let has_tests = !level.missing.is_empty() || !level.equal.is_empty();
        if has_tests || level.weights.is_some() || suspects.is_full {
            return false;
        }
        let runs = self.compiled.relationships[probe.relationship].runs;
        let mut span = runs.span(self.nodes[probe.key]);
        match level.allowed {
            Allowed::All => {}
            Allowed::Range(range) => {
                let run = &runs.neighbours[span.clone()];
                let inside = matches!(run, [first, .., last]
                    if range.start <= first.0 && last.0 < range.end);
                if !inside {
                    let start = run.partition_point(|node| node.0 < range.start);
                    let end = run.partition_point(|node| node.0 < range.end);
                    span = span.start + start..span.start + end.max(start);
                }
            }
            _ => return false,
        }
        let mut sum = (span.len() as u64).saturating_mul(ways.choices);
        let special = level.unequal.len() + suspects.len;
        let node_at = |at: usize, nodes: &[u32]| match level.unequal.get(at) {
            Some(&other) => nodes[other],
            None => suspects.nodes[at - level.unequal.len()],
        };
        for at in 0..special {
            let node = node_at(at, &self.nodes);
            if (0..at).any(|before| node_at(before, &self.nodes) == node) {
                continue;
            }
            let start = gallop(&runs.neighbours[..span.end], span.start, node);
            let run = runs.neighbours[start..span.end].iter();
            let len = run.take_while(|other| other.0 == node).count();
            sum -= (len as u64).saturating_mul(ways.choices).min(sum);
            if len > 0 && at >= level.unequal.len() {
                self.spans[probe.relationship] = (start, start + len);
                sum = sum.saturating_add(self.assignments());
            }
        }
        self.total = self.total.saturating_add(sum.saturating_mul(ways.weight));
        true
    }

    /// Takes each of the parallel relationships that are identified, then goes on.
    fn pick(
        &mut self,
        at: usize,
        index: usize,
        ways: Ways,
        sink: &mut Option<&mut Sink>,
    ) -> Result<()> {
        let compiled = self.compiled;
        let Some(&relationship) = compiled.levels[at].identified.get(index) else {
            return self.find(at + 1, ways, sink);
        };
        let own = &compiled.relationships[relationship];
        let (start, end) = self.spans[relationship];
        for position in start..end {
            let id = own.runs.statement(position);
            let picked =
                |other: usize| compiled.relationships[other].runs.statement(self.picks[other]);
            let is_used = own
                .distinct
                .iter()
                .any(|&other| compiled.relationships[other].is_identified && picked(other) == id);
            let is_equal = own.equal.iter().all(|(other, same)| same.holds(id.0, picked(*other).0));
            if !is_used && is_equal {
                self.picks[relationship] = position;
                self.pick(at, index + 1, ways, sink)?;
            }
        }
        Ok(())
    }

    /// A whole match has been found.
    fn finish(&mut self, ways: Ways, sink: &mut Option<&mut Sink>) {
        let choices = if ways.collided { self.assignments() } else { ways.choices };
        let all = choices.saturating_mul(ways.weight);
        let Some(sink) = sink else {
            self.total = self.total.saturating_add(all);
            return;
        };
        sink.len += usize::try_from(all).unwrap_or(usize::MAX - sink.len);
        for (at, ids) in &mut sink.nodes {
            ids.resize(sink.len, NodeId(self.nodes[*at]));
        }
        for (at, ids) in &mut sink.statements {
            let runs = self.compiled.relationships[*at].runs;
            ids.resize(sink.len, runs.statement(self.picks[*at]));
        }
    }

    /// In how many ways relationships can be chosen for the nodes at hand, none of a pair twice.
    fn assignments(&mut self) -> u64 {
        let mut chosen = std::mem::take(&mut self.chosen);
        let ways = self.assign(&self.compiled.order, &mut chosen);
        self.chosen = chosen;
        ways
    }

    fn assign(&self, order: &[usize], chosen: &mut Vec<StatementId>) -> u64 {
        let Some((&at, rest)) = order.split_first() else { return 1 };
        let own = &self.compiled.relationships[at];
        if own.is_apart {
            return self.assign(rest, chosen);
        }
        let (start, end) =
            if own.is_identified { (self.picks[at], self.picks[at] + 1) } else { self.spans[at] };
        if !own.is_paired {
            return ((end - start) as u64).saturating_mul(self.assign(rest, chosen));
        }
        let mut sum = 0u64;
        for position in start..end {
            let id = own.runs.statement(position);
            if own.distinct.iter().all(|&other| chosen[other] != id) {
                chosen[at] = id;
                sum = sum.saturating_add(self.assign(rest, chosen));
            }
        }
        sum
    }
}

/// The nodes of a level with which two relationships that must differ have the same ends.
#[derive(Default)]
struct Suspects {
    nodes: [u32; 4],
    len: usize,
    /// Whether any node may be one.
    is_full: bool,
}

impl Suspects {
    fn of(level: &Level<'_>, at: usize, nodes: &[u32]) -> Suspects {
        let mut suspects = Suspects::default();
        for collision in &level.collisions {
            let key = nodes[collision.key];
            let [a, b] = collision.first;
            if a < at && b < at {
                if nodes[a] == key {
                    suspects.push(nodes[b]);
                }
                if nodes[b] == key {
                    suspects.push(nodes[a]);
                }
            } else {
                // Both end here: they have the same ends where they begin at the same node.
                suspects.is_full |= nodes[a.min(b)] == key;
            }
        }
        suspects
    }

    fn push(&mut self, node: u32) {
        match self.nodes.get_mut(self.len) {
            Some(place) => {
                *place = node;
                self.len += 1;
            }
            None => self.is_full = true,
        }
    }

    #[inline]
    fn contains(&self, node: u32) -> bool {
        self.is_full || self.nodes[..self.len].contains(&node)
    }
}

/// Whether a first node has a run for each relationship that the second level is found by.
#[inline]
pub(super) fn leads_on(compiled: &Compiled<'_>, node: u32) -> bool {
    compiled.levels.get(1).is_none_or(|level| {
        let runs = |probe: &Probe| compiled.relationships[probe.relationship].runs;
        level.finds.iter().all(|probe| !runs(probe).span(node).is_empty())
    })
}

/// How many matches hang on a node.
#[inline]
pub(super) fn weight(level: &Level<'_>, node: u32) -> u64 {
    match &level.weights {
        None => 1,
        Some(weights) => weights.get(node as usize).copied().unwrap_or(0),
    }
}

/// The first position, from a position on, whose node is not below the wanted one.
#[inline]
pub(super) fn gallop(neighbours: &[NodeId], from: usize, wanted: u32) -> usize {
    let mut step = 1;
    let mut low = from;
    let mut high = from;
    while high < neighbours.len() && neighbours[high].0 < wanted {
        low = high + 1;
        high += step;
        step *= 2;
    }
    let high = high.min(neighbours.len());
    low + neighbours[low..high].partition_point(|node| node.0 < wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn galloping_finds_the_first_of_equal_nodes() {
        let run: Vec<NodeId> = [1, 3, 3, 3, 8, 9, 9, 20].map(NodeId).to_vec();
        for from in 0..=run.len() {
            for wanted in 0..25 {
                let expected = from + run[from..].partition_point(|node| node.0 < wanted);
                assert_eq!(gallop(&run, from, wanted), expected, "{from} {wanted}");
            }
        }
    }
}
