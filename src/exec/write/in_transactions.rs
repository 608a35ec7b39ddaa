//! `InTransactions`: runs a subquery for batches of rows that succeed or fail each by itself.
//!
//! ```text
//! UNWIND [1, 0, 2] AS i
//! CALL (i) { CREATE (n {x: 10 / i}) RETURN n } IN TRANSACTIONS OF 1 ROW ON ERROR CONTINUE REPORT STATUS AS s
//!
//! i 1   part begun, n created, part kept                    n    s.committed true
//! i 0   part begun, division by zero, part taken back       null s.committed false
//! i 2   part begun, n created, part kept                    n    s.committed true
//! ```
//!
//! A statement is one transaction here, so a batch is a part of it: what it has written can be
//! taken back, and the parts that are kept become one commit when the statement has ended.
//! Constraints are checked at the end of each part. Running out of time or memory, or being stopped,
//! is the end of the statement and not of a batch.

use crate::bind::bound::Batches;
use crate::error::{Error, Result, eval as codes};
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::eager::gather;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator, has_write};
use crate::exec::pairs::{NO_ROW, join};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::{Map, Value};

/// How many rows make a batch where nothing is said.
const ROWS: usize = 1000;

/// The first input runs to its end before the first batch: it does not see what they write.
pub(crate) struct InTransactions<'a> {
    first: Input<'a>,
    second: Input<'a>,
    batches: &'a Batches,
    optional: bool,
    adds: &'a [VarId],
    keep: &'a [VarId],
    writes: bool,
    /// The rows of the first input, once it has ended, and how many are done.
    rows: Option<(Batch, usize)>,
    holding: Holding,
    /// How many batches have been begun.
    begun: u64,
    /// Whether no more are begun.
    broken: bool,
    /// What the last batch gave and has not gone on yet, in reverse.
    ready: Vec<Batch>,
}

/// How it went with a batch.
enum Outcome {
    Kept,
    TakenBack(Error),
    NotBegun,
}

impl<'a> InTransactions<'a> {
    pub(crate) fn new(node: &'a Node, first: Input<'a>, second: Input<'a>) -> InTransactions<'a> {
        let Kind::InTransactions { batches, optional, adds } = &node.operator else {
            unreachable!("built from an InTransactions")
        };
        InTransactions {
            first,
            second,
            batches,
            optional: *optional,
            adds,
            keep: &node.keep,
            writes: has_write(&node.inputs[1]),
            rows: None,
            holding: Holding::default(),
            begun: 0,
            broken: false,
            ready: Vec::new(),
        }
    }

    /// How many rows make a batch.
    fn size(&self, run: &Runtime<'_>) -> Result<usize> {
        let Some(size) = &self.batches.size else { return Ok(ROWS) };
        let graph = run.graph();
        match run.eval(size, &Batch::of_len(1).row(0, &*graph))? {
            Value::Integer(rows) if rows > 0 => Ok(usize::try_from(rows).unwrap_or(usize::MAX)),
            other => {
                let message = format!(
                    "A batch has a number of rows, one at least, not {}.",
                    match other {
                        Value::Integer(rows) => rows.to_string(),
                        other => other.with_article().to_string(),
                    }
                );
                Err(Error::new(&codes::CLAUSE_ARGUMENT_TYPE, message)
                    .at(size.span)
                    .hint("OF 1000 ROWS"))
            }
        }
    }

    /// Runs a batch and makes its rows ready to go on.
    fn batch(&mut self, outer: &Batch, run: &Runtime<'_>) -> Result<()> {
        let outcome = if self.broken { Outcome::NotBegun } else { self.attempt(outer, run)? };
        if !matches!(outcome, Outcome::Kept) {
            self.broken |= self.batches.breaks;
            let all: Vec<u32> = (0..outer.len() as u32).collect();
            let nothing = vec![NO_ROW; all.len()];
            let adds = self.adds;
            let none = Batch::of_len(0);
            self.ready = vec![join(outer, &all, &none, &nothing, adds, self.keep, run)];
        }
        if let Some(status) = self.batches.status.filter(|status| self.keep.contains(status)) {
            let value = self.status(&outcome);
            for rows in &mut self.ready {
                rows.set(status, Column::constant(value.clone(), rows.len()));
            }
        }
        self.ready.reverse();
        Ok(())
    }

    /// Runs a batch as a part of the transaction.
    fn attempt(&mut self, outer: &Batch, run: &Runtime<'_>) -> Result<Outcome> {
        self.begun += 1;
        if self.writes {
            run.write(|transaction| {
                transaction.begin_part();
                Ok(())
            })?;
        }
        let mut result = self.run_rows(outer, run);
        if self.writes {
            result = result.and_then(|()| run.check_constraints());
            let keep = result.is_ok();
            run.write(|transaction| {
                transaction.end_part(keep);
                Ok(())
            })?;
        }
        match result {
            Ok(()) => Ok(Outcome::Kept),
            Err(error) if ends_the_statement(&error) => Err(error),
            Err(error) => Ok(Outcome::TakenBack(error)),
        }
    }

    fn run_rows(&mut self, outer: &Batch, run: &Runtime<'_>) -> Result<()> {
        let mut bytes = outer.bytes();
        for at in 0..outer.len() {
            run.check()?;
            let row = outer.slice(at..at + 1);
            self.second.start(&row);
            let mut any = false;
            while let Some(inner) = self.second.next(run)? {
                if self.adds.is_empty() {
                    continue;
                }
                any = true;
                let own: Vec<u32> = (0..inner.len() as u32).collect();
                let outer_rows = vec![0; own.len()];
                let rows = join(&row, &outer_rows, &inner, &own, self.adds, self.keep, run);
                bytes += rows.bytes();
                run.hold(&mut self.holding, bytes, "InTransactions")?;
                self.ready.push(rows);
            }
            if self.adds.is_empty() || (self.optional && !any) {
                let none = Batch::of_len(0);
                self.ready.push(join(&row, &[0], &none, &[NO_ROW], self.adds, self.keep, run));
            }
        }
        Ok(())
    }

    /// The status as Neo4j's manual has it ("CALL subqueries in transactions", status report).
    fn status(&self, outcome: &Outcome) -> Value {
        let id = match outcome {
            Outcome::NotBegun => Value::Null,
            _ => format!("dossier-transaction-{}", self.begun).into(),
        };
        let message = match outcome {
            Outcome::TakenBack(error) => error.message().into(),
            _ => Value::Null,
        };
        let entries = [
            ("started", (!matches!(outcome, Outcome::NotBegun)).into()),
            ("committed", matches!(outcome, Outcome::Kept).into()),
            ("transactionId", id),
            ("errorMessage", message),
        ];
        Value::from(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>())
    }
}

/// Whether an error is none of the batch's: the next batch would not fare better.
fn ends_the_statement(error: &Error) -> bool {
    error.is_interrupted() || matches!(error.kind(), "ResourceError" | "StoreError")
}

impl Operator for InTransactions<'_> {
    fn start(&mut self, argument: &Batch) {
        (self.rows, self.begun, self.broken) = (None, 0, false);
        self.holding = Holding::default();
        self.ready.clear();
        self.first.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            if let Some(rows) = self.ready.pop() {
                return Ok(Some(rows));
            }
            let (rows, done) = match self.rows.take() {
                Some(rows) => rows,
                None => (gather(&mut self.first, run, &mut self.holding, "InTransactions")?, 0),
            };
            let end = rows.len().min(done.saturating_add(self.size(run)?));
            let outer = rows.slice(done..end);
            let is_over = done == rows.len();
            self.rows = Some((rows, end));
            if is_over {
                return Ok(None);
            }
            self.batch(&outer, run)?;
        }
    }
}
