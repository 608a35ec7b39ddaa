//! Which nodes can stand at a place of the pattern: labels and conditions, as ids.

use std::ops::Range;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::kernel::Labels;
use crate::exec::parallel;
use crate::exec::predicate::{Elements, Predicate, bit, set_bits};
use crate::exec::probe::Leads;
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::{Comparison, Expr, ExprKind, LabelTest, VarId};
use crate::graph::Snapshot;
use crate::value::NodeId;

/// Below this many candidates an index is not asked: a scan is as fast.
const LOOKUP_MIN: u32 = 512;

/// One of so many nodes at most is worth looking up: a scan reads more of them in a cache line than it skips.
const LOOKUP_SHARE: u64 = 16;

/// So many nodes are tested at a time.
const BLOCK: usize = 4096;

/// The share of nodes that a condition keeps of which nothing is known.
const SHARE: f64 = 0.4;

/// A set of nodes.
#[derive(Clone, Debug)]
pub(super) enum Set {
    /// All nodes of these ranges, which ascend and do not touch nodes that do not exist.
    Ranges(Vec<Range<u32>>),
    /// Those with a bit, of which there are so many.
    Bits(Vec<u64>, usize),
    /// These, ascending.
    List(Vec<u32>),
}

/// What a node must be: every label test and every condition, which may use other variables' names
/// for the same node where the pattern has several.
#[derive(Clone, Default)]
pub(super) struct Wanted<'p> {
    pub(super) labels: Vec<&'p LabelTest>,
    pub(super) conditions: Vec<(Option<VarId>, &'p Expr)>,
}

impl Set {
    /// How many nodes there are in the set.
    pub(super) fn len(&self) -> usize {
        match self {
            Set::Ranges(ranges) => ranges.iter().map(ExactSizeIterator::len).sum(),
            Set::Bits(_, count) => *count,
            Set::List(ids) => ids.len(),
        }
    }

    /// The ids from the first to the last, one past it.
    pub(super) fn span(&self) -> Range<u32> {
        match self {
            Set::Ranges(ranges) => {
                ranges.first().map_or(0, |r| r.start)..ranges.last().map_or(0, |r| r.end)
            }
            Set::Bits(words, _) => {
                let first = words.iter().position(|word| *word != 0);
                let last = words.iter().rposition(|word| *word != 0);
                match (first, last) {
                    (Some(first), Some(last)) => first as u32 * 64..(last as u32 + 1) * 64,
                    _ => 0..0,
                }
            }
            Set::List(ids) => ids.first().copied().unwrap_or(0)..ids.last().map_or(0, |id| id + 1),
        }
    }

    /// Whether a node is in the set.
    #[inline]
    pub(super) fn contains(&self, id: u32) -> bool {
        match self {
            // Most sets are the nodes of a label: one range, and no loop.
            Set::Ranges(ranges) if ranges.len() == 1 => ranges[0].contains(&id),
            Set::Ranges(ranges) => ranges.iter().any(|range| range.contains(&id)),
            Set::Bits(words, _) => bit(words, id),
            Set::List(ids) => ids.binary_search(&id).is_ok(),
        }
    }

    /// Writes 1 for the nodes of the set and 0 for the others, from `first` on.
    pub(super) fn write(&self, first: u32, out: &mut [u64]) {
        let end = first + out.len() as u32;
        match self {
            Set::Ranges(ranges) => {
                if let [range] = ranges.as_slice()
                    && range.start <= first
                    && end <= range.end
                {
                    out.fill(1);
                    return;
                }
                out.fill(0);
                for range in ranges {
                    let (from, to) = (range.start.max(first), range.end.min(end));
                    if from < to {
                        out[(from - first) as usize..(to - first) as usize].fill(1);
                    }
                }
            }
            Set::Bits(words, _) => {
                // Whole words where the block begins with one, as most do.
                let (blocks, rest) = match first % 64 {
                    0 => out.as_chunks_mut::<64>(),
                    _ => (&mut [][..], out),
                };
                let (at, whole) = (first as usize / 64, blocks.len());
                for (block, word) in blocks.iter_mut().zip(at..) {
                    let word = words.get(word).copied().unwrap_or(0);
                    block.iter_mut().zip(0..).for_each(|(slot, bit)| *slot = word >> bit & 1);
                }
                for (id, slot) in (first + whole as u32 * 64..).zip(rest) {
                    *slot = u64::from(bit(words, id));
                }
            }
            Set::List(ids) => {
                out.fill(0);
                let from = ids.partition_point(|&id| id < first);
                for &id in ids[from..].iter().take_while(|&&id| id < end) {
                    out[(id - first) as usize] = 1;
                }
            }
        }
    }

    /// Calls `visit` with the position in a span of each node that is not in the set.
    pub(super) fn each_without(&self, span: &Range<u32>, mut visit: impl FnMut(usize)) {
        let is_within = |own: &Range<u32>| own.start <= span.start && span.end <= own.end;
        match self {
            Set::Ranges(ranges) if ranges.iter().any(is_within) => {}
            Set::Bits(words, _) => {
                for first in (span.start / 64 * 64..span.end).step_by(64) {
                    let word = words.get(first as usize / 64).copied().unwrap_or(0);
                    let mut without = !word;
                    while without != 0 {
                        let id = first + without.trailing_zeros();
                        without &= without - 1;
                        if span.contains(&id) {
                            visit((id - span.start) as usize);
                        }
                    }
                }
            }
            other => span.clone().zip(0..).for_each(|(id, at)| {
                if !other.contains(id) {
                    visit(at);
                }
            }),
        }
    }

    /// The ids of the set, ascending.
    pub(super) fn to_list(&self) -> Vec<u32> {
        match self {
            Set::Ranges(ranges) => {
                let mut ids = Vec::with_capacity(self.len());
                ranges.iter().for_each(|range| ids.extend(range.clone()));
                ids
            }
            Set::Bits(words, count) => {
                let mut ids = Vec::with_capacity(*count);
                for (at, &word) in words.iter().enumerate() {
                    let mut rest = word;
                    while rest != 0 {
                        ids.push(at as u32 * 64 + rest.trailing_zeros());
                        rest &= rest - 1;
                    }
                }
                ids
            }
            Set::List(ids) => ids.clone(),
        }
    }

    /// A bit for each node of the set.
    pub(super) fn to_bits(&self) -> Vec<u64> {
        if let Set::Bits(words, _) = self {
            return words.clone();
        }
        let ids = self.to_list();
        let mut words = vec![0; (self.span().end as usize).div_ceil(64)];
        ids.iter().for_each(|&id| words[id as usize / 64] |= 1 << (id % 64));
        words
    }

    fn of(ids: Vec<u32>, bound: u32) -> Set {
        if ids.len() <= 64.max(bound as usize / 64) {
            return Set::List(ids);
        }
        let mut words = vec![0; (bound as usize).div_ceil(64)];
        ids.iter().for_each(|&id| words[id as usize / 64] |= 1 << (id % 64));
        Set::Bits(words, ids.len())
    }
}

impl<'p> Wanted<'p> {
    /// The nodes that bear the labels, where that is a matter of ranges or of a scan.
    pub(super) fn labelled(&self, graph: &dyn Snapshot) -> (Set, Vec<&'p LabelTest>) {
        let mut names = Vec::new();
        let mut others = Vec::new();
        for test in &self.labels {
            split(test, &mut names, &mut others);
        }
        let mut ranges: Option<Vec<Range<u32>>> = None;
        let mut scanned = None;
        for test in names {
            let LabelTest::Is(name) = test else { continue };
            let Some(label) = graph.catalog().label(name) else {
                return (Set::Ranges(Vec::new()), Vec::new());
            };
            match graph.label_ranges(label) {
                Some(own) => {
                    ranges = Some(match ranges {
                        None => own.to_vec(),
                        Some(known) => intersect(&known, own),
                    });
                }
                None if scanned.is_none() && ranges.is_none() => {
                    let mut ids = Vec::new();
                    graph.scan_nodes(Some(label), NodeId(0), usize::MAX, &mut ids);
                    scanned = Some(ids.into_iter().map(|id| id.0).collect::<Vec<_>>());
                }
                None => others.push(test),
            }
        }
        let bound = graph.node_bound();
        let set = match (ranges, scanned) {
            (Some(ranges), None) => Set::Ranges(ranges),
            (Some(ranges), Some(mut ids)) => {
                ids.retain(|id| ranges.iter().any(|range| range.contains(id)));
                Set::of(ids, bound)
            }
            (None, Some(ids)) => Set::of(ids, bound),
            (None, None) if graph.statistics().nodes == u64::from(bound) => {
                Set::Ranges(if bound > 0 {
                    std::iter::once(0..bound).collect()
                } else {
                    Vec::new()
                })
            }
            (None, None) => {
                let mut ids = Vec::new();
                graph.scan_nodes(None, NodeId(0), usize::MAX, &mut ids);
                Set::of(ids.into_iter().map(|id| id.0).collect(), bound)
            }
        };
        (set, others)
    }

    /// About how many nodes are wanted among so many that bear the labels.
    pub(super) fn expected(&self, population: usize, graph: &dyn Snapshot) -> f64 {
        let share = |(_, condition): &(Option<VarId>, &Expr)| match &condition.kind {
            ExprKind::Compare(Comparison::Equal, a, b) => {
                let key = [a, b].into_iter().find_map(|side| match &side.kind {
                    ExprKind::Property(_, key) => graph.catalog().key(key),
                    _ => None,
                });
                let distinct = key.and_then(|key| graph.statistics().distinct.get(&key));
                distinct.map_or(SHARE, |distinct| 1.0 / (*distinct).max(1) as f64)
            }
            _ => SHARE,
        };
        self.conditions.iter().map(share).fold(population as f64, |rows, share| rows * share)
    }

    /// All nodes that are wanted.
    pub(super) fn evaluate(&self, graph: &dyn Snapshot, run: &Runtime<'_>) -> Result<Set> {
        let (set, others) = self.labelled(graph);
        if others.is_empty() && self.conditions.is_empty() {
            return Ok(set);
        }
        if let Some(found) = self.look_up(set.len(), graph, run)? {
            let found = found.into_iter().filter(|&id| set.contains(id)).collect();
            let found = self.filter(found, &others, graph, run)?;
            return Ok(Set::of(found, graph.node_bound()));
        }
        let rest = Wanted { labels: others, conditions: self.conditions.clone() };
        let bound = graph.node_bound();
        if let (Set::Ranges(ranges), true) = (&set, rest.labels.is_empty())
            && let Some(tests) = rest.compile(set.len(), graph, run)
        {
            return scan(ranges, &tests, bound, run);
        }
        let found = rest.filter(set.to_list(), &rest.labels, graph, run)?;
        Ok(Set::of(found, bound))
    }

    /// Those of the ids, which ascend, that are wanted; they need not bear the labels.
    pub(super) fn among(
        &self,
        ids: Vec<u32>,
        graph: &dyn Snapshot,
        run: &Runtime<'_>,
    ) -> Result<Vec<u32>> {
        // Whoever steps over a relationship mostly comes to nodes of one label, whose ids lie together.
        let (mut names, mut tests) = (Vec::new(), Vec::new());
        self.labels.iter().for_each(|test| split(test, &mut names, &mut tests));
        let (first, last) = (ids.first().copied(), ids.last().copied());
        let is_borne_by_all = |test: &LabelTest| {
            let LabelTest::Is(name) = test else { return false };
            let ranges = graph.catalog().label(name).and_then(|label| graph.label_ranges(label));
            let holds = |range: &Range<u32>| {
                first.is_none_or(|id| range.contains(&id)) && last.is_none_or(|id| id < range.end)
            };
            ranges.is_some_and(|ranges| ranges.iter().any(holds))
        };
        tests.extend(names.into_iter().filter(|test| !is_borne_by_all(test)));
        self.filter(ids, &tests, graph, run)
    }

    fn filter(
        &self,
        mut ids: Vec<u32>,
        labels: &[&LabelTest],
        graph: &dyn Snapshot,
        run: &Runtime<'_>,
    ) -> Result<Vec<u32>> {
        for test in labels {
            // Computed labels were refused when the query was planned.
            let Some(test) = Labels::resolve(test, graph) else { continue };
            ids.retain(|&id| test.holds(NodeId(id), graph));
        }
        if self.conditions.is_empty() || ids.is_empty() {
            return Ok(ids);
        }
        if let Some(tests) = self.compile(ids.len(), graph, run) {
            tests.stored.iter().for_each(|test| test.retain(&mut ids));
            tests.leads.iter().try_for_each(|leads| leads.retain(&mut ids, run))?;
            return Ok(ids);
        }
        // One condition after the other, by its place in the plan: results for distinct texts are
        // remembered under that.
        for &(variable, condition) in &self.conditions {
            let asked = variable.map(|variable| (variable, ids.len()));
            let leads = asked.and_then(|asked| Leads::of(condition, asked, run, graph));
            if let Some(leads) = leads {
                leads.retain(&mut ids, run)?;
                continue;
            }
            let mut kept = Vec::with_capacity(ids.len());
            for chunk in ids.chunks(BATCH_ROWS) {
                run.check()?;
                let mut batch = Batch::of_len(chunk.len());
                let nodes = chunk.iter().map(|&id| NodeId(id)).collect();
                if let Some(variable) = variable {
                    batch.set(variable, Column::new(Vector::new(Data::Node(nodes))));
                }
                match vector::select(std::slice::from_ref(condition), &batch, run)? {
                    None => kept.extend_from_slice(chunk),
                    Some(rows) => kept.extend(rows.iter().map(|&row| chunk[row as usize])),
                }
            }
            ids = kept;
        }
        Ok(ids)
    }

    /// The conditions as tests; `None` where one is none.
    fn compile<'g>(
        &self,
        rows: usize,
        graph: &'g dyn Snapshot,
        run: &Runtime<'_>,
    ) -> Option<Tests<'g>> {
        let (mut stored, mut leads) = (Vec::new(), Vec::new());
        for (variable, condition) in &self.conditions {
            let variable = (*variable)?;
            match Predicate::compile(condition, variable, Elements::Nodes, rows, graph, run) {
                Some(test) => stored.push(test),
                None => leads.push(Leads::of(condition, (variable, rows), run, graph)?),
            }
        }
        Some(Tests { stored: Predicate::merged(stored), leads })
    }

    /// The nodes that an index finds for one of the conditions.
    fn look_up(
        &self,
        population: usize,
        graph: &dyn Snapshot,
        run: &Runtime<'_>,
    ) -> Result<Option<Vec<u32>>> {
        if population < LOOKUP_MIN as usize || run.deleted.get() {
            return Ok(None);
        }
        let label = self.labels.iter().find_map(|test| match test {
            LabelTest::Is(name) => graph.catalog().label(name),
            _ => None,
        });
        let Some(label) = label else { return Ok(None) };
        for (_, condition) in &self.conditions {
            let ExprKind::Compare(Comparison::Equal, a, b) = &condition.kind else { continue };
            for (property, than) in [(a, b), (b, a)] {
                let ExprKind::Property(of, key) = &property.kind else { continue };
                let is_plain = matches!(of.kind, ExprKind::Variable(_));
                if !is_plain || !crate::exec::memo::is_constant(than) {
                    continue;
                }
                let Some(key) = graph.catalog().key(key) else { return Ok(Some(Vec::new())) };
                let distinct = graph.statistics().distinct.get(&key);
                if distinct.is_some_and(|distinct| *distinct < LOOKUP_SHARE) {
                    continue;
                }
                let value = run.eval(than, &Batch::of_len(1).row(0, graph))?;
                if let Some(found) = graph.lookup(label, key, &value) {
                    return Ok(Some(found.into_iter().map(|node| node.0).collect()));
                }
            }
        }
        Ok(None)
    }
}

/// Conditions on nodes: on what is stored of them, and on whether something leads away from them.
struct Tests<'g> {
    stored: Vec<Predicate<'g>>,
    leads: Vec<Leads<'g>>,
}

/// The nodes of ranges that pass all tests.
fn scan(ranges: &[Range<u32>], tests: &Tests<'_>, bound: u32, run: &Runtime<'_>) -> Result<Set> {
    let mut words = vec![0u64; (bound as usize).div_ceil(64)];
    let mut count = 0;
    // For each that leads on or not, how many nodes it was asked of and how many passed.
    let mut shown = vec![(0, 0); tests.leads.len()];
    let blocks = blocks(ranges);
    let each = tests.stored.len() * BLOCK / 4
        + tests.leads.iter().map(|leads| leads.cost(BLOCK)).sum::<usize>();
    let marks = |range: &Range<u32>| {
        let (mut keep, mut shown) = ([true; BLOCK], vec![(0, 0); tests.leads.len()]);
        tests.mark(range.start, &mut keep[..range.len()], &mut shown);
        (keep, shown)
    };
    if parallel::threads(each * blocks.len()) > 1 {
        let marked = parallel::in_order(&blocks, each, run.limits, &marks)?;
        for (range, (keep, own)) in blocks.iter().zip(marked) {
            count += set_bits(range.start, &keep[..range.len()], &mut words);
            for (all, own) in shown.iter_mut().zip(own) {
                *all = (all.0 + own.0, all.1 + own.1);
            }
        }
    } else {
        let mut keep = [true; BLOCK];
        for range in &blocks {
            run.check()?;
            let block = &mut keep[..range.len()];
            tests.mark(range.start, block, &mut shown);
            count += set_bits(range.start, block, &mut words);
        }
    }
    for (leads, (asked, passed)) in tests.leads.iter().zip(shown) {
        leads.shown(asked, passed, run)?;
    }
    let set = Set::Bits(words, count);
    Ok(if count <= 64.max(bound as usize / 64) { Set::List(set.to_list()) } else { set })
}

/// Ranges in pieces that are tested at a time, most of which begin with a word of bits.
fn blocks(ranges: &[Range<u32>]) -> Vec<Range<u32>> {
    let mut blocks = Vec::new();
    for range in ranges {
        let mut first = range.start;
        while first < range.end {
            let end = range.end.min((first / 64 * 64).saturating_add(BLOCK as u32));
            blocks.push(first..end);
            first = end;
        }
    }
    blocks
}

impl Tests<'_> {
    /// Marks which of the nodes from one on pass; of each that leads on or not, adds how many it was asked of and how many
    /// passed.
    fn mark(&self, first: u32, block: &mut [bool], shown: &mut [(usize, usize)]) {
        let kept = |block: &[bool]| block.iter().filter(|keep| **keep).count();
        block.fill(true);
        self.stored.iter().for_each(|test| test.restrict(first, block));
        for (leads, (asked, passed)) in self.leads.iter().zip(shown) {
            *asked += kept(block);
            leads.restrict(first, block);
            *passed += kept(block);
        }
    }
}

/// Labels that must be borne, and tests that say more than a label.
fn split<'p>(test: &'p LabelTest, names: &mut Vec<&'p LabelTest>, others: &mut Vec<&'p LabelTest>) {
    match test {
        LabelTest::Is(_) => names.push(test),
        LabelTest::And(tests) => tests.iter().for_each(|test| split(test, names, others)),
        _ => others.push(test),
    }
}

fn intersect(a: &[Range<u32>], b: &[Range<u32>]) -> Vec<Range<u32>> {
    let mut both = Vec::new();
    for x in a {
        for y in b {
            let (start, end) = (x.start.max(y.start), x.end.min(y.end));
            if start < end {
                both.push(start..end);
            }
        }
    }
    both.sort_by_key(|range| range.start);
    both
}
