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
//!           classes.rs  the same for each value of a property in which relationships agree
//! search    search.rs   a ─ b in run of a ─ c in run of b, if marked as one of a's
//! count     waves.rs    the same for blocks of rows, where they are only counted
//! ```
//!
//! Where nothing of the rows is wanted above, as under `count(*)`, none is made: trees that hang on
//! the cycle become weights, the last node is a sum, and two threads share the first node's
//! candidates.

mod classes;
mod compile;
mod runs;
mod search;
mod waves;

use std::sync::Arc;

use crate::error::Result;
use crate::exec::Limits;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::{Intersection, Node};
use crate::value::{NodeId, StatementId};
use classes::Parts;
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
    prepared: Option<Made>,
    current: Option<Current>,
}

/// What a search reads.
enum Made {
    Whole(Prepared),
    /// The parts of a pattern, and the runs of the one at hand.
    Parts(Parts, Option<Prepared>),
}

/// The rows at hand, the row and the part that are searched for, and the first node to go on from.
struct Current {
    batch: Batch,
    row: usize,
    part: usize,
    first: u32,
}

impl<'a> Intersect<'a> {
    pub(crate) fn new(node: &'a Node, pattern: &'a Intersection, input: Input<'a>) -> Self {
        let (keep, holding) = (&node.keep, Holding::default());
        Intersect { input, pattern, keep, holding, prepared: None, current: None }
    }

    /// Reads what the search needs of the graph, unless that has been done.
    fn prepare(&mut self, run: &Runtime<'_>) -> Result<()> {
        if self.prepared.is_some() {
            return Ok(());
        }
        let prepared = Prepared::new(self.pattern, run)?;
        run.hold(&mut self.holding, prepared.bytes(), "Intersect")?;
        let made = match Parts::new(self.pattern, prepared, run) {
            Ok(parts) => Made::Parts(parts, None),
            Err(prepared) => Made::Whole(prepared),
        };
        run.hold(&mut self.holding, made.bytes(), "Intersect")?;
        self.prepared = Some(made);
        Ok(())
    }

    /// The next matches for the rows at hand; `None` where there are no more.
    fn fill(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        self.prepare(run)?;
        let (Some(made), Some(current)) = (&mut self.prepared, &mut self.current) else {
            return Ok(None);
        };
        let is_counted = self.keep.is_empty() && !run.collects_evidence();
        if is_counted && current.batch.outer.is_none() {
            let rows = current.batch.len();
            self.current = None;
            return count(made.count(self.pattern, run)?, rows);
        }
        let (bytes, parts) = (made.bytes(), made.len());
        let graph = run.graph();
        let (mut positions, mut found) = (Vec::new(), None);
        while parts > 0 && current.row < current.batch.len() {
            if made.is_nothing(current.part) {
                current.step(parts);
                continue;
            }
            let (pattern, prepared) = made.part(current.part, self.pattern);
            let compiled = Compiled::new(pattern, prepared, self.keep, run, &*graph)?;
            let sink = found.get_or_insert_with(|| Sink::new(&compiled));
            let mut search = Search::new(&compiled, run.limits);
            while current.row < current.batch.len() && sink.len() < BATCH_ROWS {
                let next = search.rows_from(current.first, BATCH_ROWS, sink)?;
                positions.resize(sink.len(), current.row as u32);
                run.hold(&mut self.holding, bytes + sink.bytes(), "Intersect")?;
                match next {
                    Some(first) => current.first = first,
                    None => {
                        current.step(parts);
                        // Other parts have other runs.
                        if parts > 1 {
                            break;
                        }
                    }
                }
            }
            if sink.len() >= BATCH_ROWS {
                break;
            }
        }
        let Some(sink) = found.filter(|sink| sink.len() > 0) else {
            self.current = None;
            return Ok(None);
        };
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

impl Current {
    /// Goes on to the next part, after the last one to the next row.
    fn step(&mut self, parts: usize) {
        (self.part, self.first) = (self.part + 1, 0);
        if self.part == parts {
            (self.row, self.part) = (self.row + 1, 0);
        }
    }
}

impl Made {
    /// Whether a search finds nothing, as one can see beforehand.
    fn is_nothing(&self, part: usize) -> bool {
        matches!(self, Made::Parts(parts, _) if parts.is_nothing(part))
    }

    /// How many searches there are to make.
    fn len(&self) -> usize {
        match self {
            Made::Whole(_) => 1,
            Made::Parts(parts, _) => parts.len(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Made::Whole(prepared) => prepared.bytes(),
            Made::Parts(parts, _) => parts.bytes(),
        }
    }

    /// One of the searches: for what, and in what.
    fn part<'m>(
        &'m mut self,
        part: usize,
        whole: &'m Intersection,
    ) -> (&'m Intersection, &'m Prepared) {
        match self {
            Made::Whole(prepared) => (whole, prepared),
            Made::Parts(parts, prepared) => {
                let prepared = prepared.insert(parts.prepared(part));
                (&parts.pattern, prepared)
            }
        }
    }

    /// How many matches there are.
    fn count(&self, pattern: &Intersection, run: &Runtime<'_>) -> Result<u64> {
        let graph = run.graph();
        match self {
            Made::Parts(parts, _) => parts.count(run),
            Made::Whole(prepared) => {
                matches(&Compiled::new(pattern, prepared, &[], run, &*graph)?, run.limits)
            }
        }
    }
}

/// How many matches a search finds.
fn matches(compiled: &Compiled<'_>, limits: &Limits) -> Result<u64> {
    waves::count(compiled, limits).unwrap_or_else(|| search::count(compiled, limits))
}

/// So many rows for each of some.
fn count(each: u64, rows: usize) -> Result<Option<Batch>> {
    let rows = u64::try_from(rows).ok().and_then(|n| n.checked_mul(each));
    match rows.and_then(|rows| usize::try_from(rows).ok()) {
        Some(0) => Ok(None),
        Some(rows) => Ok(Some(Batch::of_len(rows))),
        None => Err(search::too_many()),
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
            self.current = Some(Current { batch, row: 0, part: 0, first: 0 });
        }
    }
}
