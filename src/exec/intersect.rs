//! `Intersect`: for each row every match of a pattern with cycles.
//!
//! The nodes are found one after the other, each by intersecting the sorted runs of neighbours of
//! those found before ("generic join", Ngo, Porat, Ré and Rudra, JACM 2018: never more work than
//! the largest answer that such a graph can have). Parallel relationships are a length, not rows,
//! unless somebody wants to know which one it is.
//!
//! ```text
//! (a)-[r]-(b)-[s]-(c)-[t]-(a)
//!
//! prepare   runs.rs     sorted runs for r, s, t; conditions as bits
//! search    search.rs   a ─ b in run of a ─ c in run of b, if marked as one of a's
//! count     waves.rs    the same for blocks of rows, where they are only counted
//! ```
//!
//! Where nothing of the rows is wanted above, as under `count(*)`, none is made: trees that hang on
//! the cycle become weights, the last node is a sum, and two threads share the first node's
//! candidates.

mod compile;
mod runs;
mod search;
mod waves;

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::{Intersection, Node};
use crate::value::{NodeId, StatementId};
use compile::Compiled;
use runs::Prepared;
use search::{Search, Sink};

/// A multiway join on nodes.
pub(crate) struct Intersect<'a> {
    input: Input<'a>,
    pattern: &'a Intersection,
    keep: &'a [VarId],
    holding: Holding,
    /// What was made of the graph for the search; made anew when the operator starts.
    prepared: Option<Prepared>,
    current: Option<Current>,
}

/// The rows at hand, the row that is searched for, and the first node to go on from.
struct Current {
    batch: Batch,
    row: usize,
    first: u32,
}

impl<'a> Intersect<'a> {
    pub(crate) fn new(node: &'a Node, pattern: &'a Intersection, input: Input<'a>) -> Self {
        let (keep, holding) = (&node.keep, Holding::default());
        Intersect { input, pattern, keep, holding, prepared: None, current: None }
    }

    /// The next matches for the rows at hand; `None` where there are no more.
    fn fill(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.prepared.is_none() {
            let prepared = Prepared::new(self.pattern, run)?;
            run.hold(&mut self.holding, prepared.bytes(), "Intersect")?;
            self.prepared = Some(prepared);
        }
        let (Some(prepared), Some(current)) = (&self.prepared, &mut self.current) else {
            return Ok(None);
        };
        let graph = run.graph();
        let compiled = Compiled::new(self.pattern, prepared, self.keep, run, &*graph)?;
        if compiled.counts && current.batch.outer.is_none() {
            let each = match waves::count(&compiled, run.limits) {
                Some(each) => each?,
                None => search::count(&compiled, run.limits)?,
            };
            let rows = u64::try_from(current.batch.len()).ok().and_then(|n| n.checked_mul(each));
            self.current = None;
            return match rows.and_then(|rows| usize::try_from(rows).ok()) {
                Some(0) => Ok(None),
                Some(rows) => Ok(Some(Batch::of_len(rows))),
                None => Err(search::too_many()),
            };
        }
        let mut sink = Sink::new(&compiled);
        let mut search = Search::new(&compiled, run.limits);
        let mut positions = Vec::new();
        while current.row < current.batch.len() && sink.len() < BATCH_ROWS {
            let next = search.rows_from(current.first, BATCH_ROWS, &mut sink)?;
            positions.resize(sink.len(), current.row as u32);
            run.hold(&mut self.holding, prepared.bytes() + sink.bytes(), "Intersect")?;
            match next {
                Some(first) => current.first = first,
                None => (current.row, current.first) = (current.row + 1, 0),
            }
        }
        if sink.len() == 0 {
            self.current = None;
            return Ok(None);
        }
        let rows = current.batch.select(&Arc::new(positions), Some(self.keep));
        self.rows(rows, sink, run).map(Some)
    }

    /// The rows of a batch with what was found for them.
    fn rows(&self, mut rows: Batch, sink: Sink, run: &Runtime<'_>) -> Result<Batch> {
        let Sink { nodes, statements, .. } = sink;
        if let (Some(parents), Some(mut arena)) = (&rows.lineage, run.lineage()) {
            let entries = parents.iter().enumerate().map(|(row, parent)| {
                arena.steps(*parent, statements.iter().map(|(_, ids)| ids[row]))
            });
            rows.lineage = Some(Arc::new(entries.collect()));
        }
        for (at, ids) in nodes {
            let ids: Vec<NodeId> = ids;
            rows.set(self.pattern.nodes[at].variable, Column::new(Vector::new(Data::Node(ids))));
        }
        for (at, ids) in statements {
            let ids: Vec<StatementId> = ids;
            let column = Column::new(Vector::new(Data::Relationship(ids)));
            rows.set(self.pattern.relationships[at].variable, column);
        }
        self.rest_on_absence(&mut rows, run)?;
        rows.retain(self.keep);
        Ok(rows)
    }

    /// What makes the absence of missing relationships a *no* joins what the rows rest on.
    fn rest_on_absence(&self, rows: &mut Batch, run: &Runtime<'_>) -> Result<()> {
        let missing = self.pattern.relationships.iter().filter_map(|one| one.absence);
        for subquery in missing.filter(|_| run.evidence) {
            let Some(own) = rows.lineage.clone() else { return Ok(()) };
            let entries =
                own.iter().enumerate().map(|(at, entry)| run.absent(subquery, *entry, rows, at));
            rows.lineage = Some(Arc::new(entries.collect::<Result<_>>()?));
        }
        Ok(())
    }
}

impl Operator for Intersect<'_> {
    fn start(&mut self, argument: &Batch) {
        self.current = None;
        self.prepared = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            run.check()?;
            if let Some(rows) = self.fill(run)? {
                return Ok(Some(rows));
            }
            let Some(batch) = self.input.next(run)? else { return Ok(None) };
            self.current = Some(Current { batch, row: 0, first: 0 });
        }
    }
}
