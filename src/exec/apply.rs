//! `Apply`: for each row of the first input the rows of the second, run for that row.
//!
//! Where each row of the second input stems from one outer row ([`is_row_wise`]), it runs once for
//! a whole batch: the Argument hands the batch over, and every row below carries the position of
//! the outer row it stems from. They come back in the order of the outer rows, so that rows
//! without any are found by their absence. Otherwise it runs once for each row. Where only that is asked, the
//! second input is told so: a step between two nodes with a thousand relationships ends at the first.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch, Buffer};
use crate::exec::column::Positions;
use crate::exec::lineage::Union;
use crate::exec::operator::{Input, Operator, has_search, is_row_wise};
use crate::exec::pairs::{NO_ROW, join};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::{ApplyKind, Node};
use crate::value::time::Truth;

/// A join whose second input depends on the rows of the first.
pub(crate) struct Apply<'a> {
    first: Input<'a>,
    second: Input<'a>,
    kind: ApplyKind,
    /// For Anti, the subquery whose absence the rows rest on.
    absence: Option<usize>,
    adds: &'a [VarId],
    keep: &'a [VarId],
    is_batched: bool,
    /// Rows of the first input for which the second has not run, and how many are done.
    waiting: Option<(Batch, usize)>,
    current: Option<Current>,
}

/// The outer rows that the second input is running for.
struct Current {
    outer: Batch,
    /// Which of them have had a row.
    matched: Vec<bool>,
    /// The outer row that comes next, where those without any are to be put in.
    next: usize,
    /// For Semi and Anti with evidence, what the inner rows of each outer one rest on, any of which suffices.
    witnesses: Vec<Union>,
}

impl<'a> Apply<'a> {
    pub(crate) fn new(
        node: &'a Node,
        (kind, absence): (ApplyKind, Option<usize>),
        adds: &'a [VarId],
        first: Input<'a>,
        mut second: Input<'a>,
    ) -> Apply<'a> {
        let inner = &node.inputs[1];
        let stops_early = matches!(kind, ApplyKind::Semi | ApplyKind::Anti);
        let is_batched = is_row_wise(inner) && !(stops_early && has_search(inner));
        if stops_early {
            second.stop_at_first();
        }
        let (keep, waiting, current) = (&node.keep, None, None);
        Apply { first, second, kind, absence, adds, keep, is_batched, waiting, current }
    }

    /// Starts the second input for the next outer rows; false when there are none.
    fn advance(&mut self, run: &Runtime<'_>) -> Result<bool> {
        let (batch, done) = match self.waiting.take() {
            Some(waiting) => waiting,
            None => match self.first.next(run)? {
                Some(batch) => (batch, 0),
                None => return Ok(false),
            },
        };
        let end = if self.is_batched { batch.len() } else { done + 1 };
        let outer = batch.slice(done..end);
        if end < batch.len() {
            self.waiting = Some((batch, end));
        }
        let mut argument = outer.clone();
        argument.outer = Some(Arc::new((0..outer.len() as u32).collect()));
        self.second.start(&argument);
        let matched = vec![false; outer.len()];
        let witnesses = match &outer.lineage {
            Some(_) if matches!(self.kind, ApplyKind::Semi | ApplyKind::Anti) => {
                vec![Union::ALTERNATIVES; outer.len()]
            }
            _ => Vec::new(),
        };
        self.current = Some(Current { outer, matched, next: 0, witnesses });
        Ok(true)
    }

    /// The next joined rows for the outer rows at hand; `None` when they are done.
    fn step(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        while let Some(current) = &mut self.current {
            run.check()?;
            let inner = self.second.next(run)?;
            let Some(inner) = inner else {
                current.rest_on_absence(self.absence, run)?;
                let rest = current.rest(self.kind, self.adds, self.keep, run);
                self.current = None;
                return Ok(rest);
            };
            // A plan that looks at all rows of a single outer row has lost its position, which is 0.
            let positions = inner.outer.clone().unwrap_or_else(|| Arc::new(vec![0; inner.len()]));
            match self.kind {
                ApplyKind::Inner => {
                    let rows: Vec<u32> = (0..inner.len() as u32).collect();
                    return Ok(Some(join(
                        &current.outer,
                        &positions,
                        &inner,
                        &rows,
                        self.adds,
                        self.keep,
                        run,
                    )));
                }
                ApplyKind::Optional => {
                    let (outer, rows) = current.with_unmatched(&positions);
                    return Ok(Some(join(
                        &current.outer,
                        &outer,
                        &inner,
                        &rows,
                        self.adds,
                        self.keep,
                        run,
                    )));
                }
                ApplyKind::Semi | ApplyKind::Anti => {
                    if current.mark(&positions, inner.lineage.as_ref(), run) {
                        let rest = current.rest(self.kind, self.adds, self.keep, run);
                        self.current = None;
                        return Ok(rest);
                    }
                }
                ApplyKind::Effects => {}
            }
        }
        Ok(None)
    }
}

impl Current {
    /// Marks the outer rows that have inner rows; says whether no more need be looked at.
    fn mark(&mut self, positions: &[u32], lineage: Option<&Positions>, run: &Runtime<'_>) -> bool {
        positions.iter().for_each(|&at| self.matched[at as usize] = true);
        let all_matched = !self.matched.contains(&false);
        let (Some(lineage), Some(mut arena)) = (lineage, run.lineage()) else { return all_matched };
        for (witness, &entry) in positions.iter().zip(lineage.iter()) {
            if let Some(union) = self.witnesses.get_mut(*witness as usize) {
                union.add(&mut arena, entry);
            }
        }
        // Without evidence the surest row is enough.
        let is_sure = |union: &Union| arena.truth(union.entry()) == Truth::Certain;
        all_matched && !run.evidence && self.witnesses.iter().all(is_sure)
    }

    /// The pairs of a batch of inner rows, with the outer rows before them that have none.
    fn with_unmatched(&mut self, positions: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let (mut outer, mut rows) = (Vec::new(), Vec::new());
        for (row, &at) in positions.iter().enumerate() {
            while self.next < at as usize {
                outer.push(self.next as u32);
                rows.push(NO_ROW);
                self.next += 1;
            }
            outer.push(at);
            rows.push(row as u32);
            self.next = self.next.max(at as usize + 1);
        }
        (outer, rows)
    }

    /// For Anti: what makes the absence of inner rows a *no* joins what the outer row rests on.
    fn rest_on_absence(&mut self, absence: Option<usize>, run: &Runtime<'_>) -> Result<()> {
        let (Some(subquery), Some(own)) = (absence, &self.outer.lineage) else { return Ok(()) };
        if !run.evidence {
            return Ok(());
        }
        let mut entries = own.to_vec();
        for (at, entry) in entries.iter_mut().enumerate().filter(|(at, _)| !self.matched[*at]) {
            *entry = run.absent(subquery, *entry, &self.outer, at)?;
        }
        self.outer.lineage = Some(Arc::new(entries));
        Ok(())
    }

    /// The outer rows that go on when the second input has ended.
    fn rest(
        &mut self,
        kind: ApplyKind,
        adds: &[VarId],
        keep: &[VarId],
        run: &Runtime<'_>,
    ) -> Option<Batch> {
        let len = self.outer.len() as u32;
        let marked = |wanted| (0..len).filter(|at| self.matched[*at as usize] == wanted).collect();
        if kind == ApplyKind::Anti && run.plan.timed {
            return self.unmatched(keep, run);
        }
        let positions: Vec<u32> = match kind {
            ApplyKind::Inner => Vec::new(),
            ApplyKind::Optional => (self.next as u32..len).collect(),
            ApplyKind::Effects => (0..len).collect(),
            ApplyKind::Semi => marked(true),
            ApplyKind::Anti => marked(false),
        };
        if positions.is_empty() {
            return None;
        }
        if kind == ApplyKind::Semi && self.outer.lineage.is_some() {
            let entries = self.witnesses.iter().map(|union| union.entry());
            self.outer.lineage = Some(Arc::new(entries.collect()));
        }
        let nothing = vec![NO_ROW; positions.len()];
        let adds = if kind == ApplyKind::Optional { adds } else { &[] };
        Some(join(&self.outer, &positions, &Batch::of_len(0), &nothing, adds, keep, run))
    }
}

impl Current {
    /// For Anti, where rows are more or less sure: an outer row without an inner one goes on as it
    /// is, one whose inner rows are not certain goes on as possible, where possible rows are wanted.
    fn unmatched(&mut self, keep: &[VarId], run: &Runtime<'_>) -> Option<Batch> {
        let lineage = self.outer.lineage.clone()?;
        let (mut positions, mut entries) = (Vec::new(), Vec::new());
        if let Some(mut arena) = run.lineage() {
            for at in 0..self.outer.len() {
                let own = lineage[at];
                let witness = arena.truth(self.witnesses[at].entry());
                if !self.matched[at] {
                    positions.push(at as u32);
                    entries.push(own);
                } else if witness < Truth::Certain && run.plan.shows_possible {
                    positions.push(at as u32);
                    entries.push(arena.settled(own, Truth::Possible));
                }
            }
        }
        if positions.is_empty() {
            return None;
        }
        let mut rows = self.outer.select(&Arc::new(positions), Some(keep));
        rows.lineage = Some(Arc::new(entries));
        Some(rows)
    }
}

impl Operator for Apply<'_> {
    fn start(&mut self, argument: &Batch) {
        self.waiting = None;
        self.current = None;
        self.first.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        // Runs for single rows give few rows each; they are joined to larger batches.
        let mut small = Buffer::default();
        loop {
            if let Some(rows) = self.step(run)? {
                if self.is_batched || (rows.len() >= BATCH_ROWS && small.len() == 0) {
                    return Ok(Some(rows));
                }
                small.push(&rows, &*run.graph());
                if small.len() >= BATCH_ROWS {
                    return Ok(Some(small.finish()));
                }
            } else if !self.advance(run)? {
                return Ok((small.len() > 0).then(|| small.finish()));
            }
        }
    }
}
