//! `Merge`: for each row in turn the matches of its pattern, or else one created row.

use crate::bind::bound::{CreateStep, Merge as Clause};
use crate::error::{Error, Result, eval};
use crate::exec::apply::beside;
use crate::exec::batch::{Batch, Buffer, Pieces};
use crate::exec::eager::gather;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::writing;
use crate::expr::{Expr, ExprKind, VarId};
use crate::plan::physical::Node;

/// Starts the second input, the pattern, again for each row: it sees what earlier rows created.
pub(crate) struct Merge<'a> {
    outer: Input<'a>,
    pattern: Input<'a>,
    clause: &'a Clause,
    /// What the pattern adds to a row.
    adds: Vec<VarId>,
    keep: &'a [VarId],
    pieces: Option<Pieces>,
    holding: Holding,
}

impl<'a> Merge<'a> {
    pub(crate) fn new(
        node: &'a Node,
        clause: &'a Clause,
        outer: Input<'a>,
        pattern: Input<'a>,
    ) -> Merge<'a> {
        let adds = clause.create.iter().map(|step| match step {
            CreateStep::Node { variable, .. } | CreateStep::Relationship { variable, .. } => {
                *variable
            }
            CreateStep::Path(path) => path.variable,
        });
        let (adds, holding) = (adds.collect(), Holding::default());
        Merge { outer, pattern, clause, adds, keep: &node.keep, pieces: None, holding }
    }

    fn write(&mut self, batch: &Batch, run: &Runtime<'_>) -> Result<Batch> {
        let mut buffer = Buffer::default();
        for row in 0..batch.len() {
            run.check()?;
            let outer = batch.slice(row..row + 1);
            self.refuse_null(&outer, run)?;
            self.pattern.start(&outer);
            let found = gather(&mut self.pattern, run, &mut self.holding, "Merge")?;
            let rows = if found.len() > 0 {
                // The whole row goes on: what is set may look at all of it.
                let all: Vec<_> = outer.variables().chain(self.adds.iter().copied()).collect();
                let mut all = all;
                all.sort_unstable();
                all.dedup();
                let rows = beside(&outer, &found, &self.adds, &all);
                for at in 0..rows.len() {
                    writing::set(run, &self.clause.on_match, &rows, at)?;
                }
                rows
            } else {
                let created = writing::create(run, &self.clause.create, &outer, 0)?;
                let rows = writing::with_created(outer, vec![created]);
                writing::set(run, &self.clause.on_create, &rows, 0)?;
                rows
            };
            buffer.push(&rows, &*run.graph());
        }
        Ok(buffer.finish())
    }

    /// MERGE cannot find what it would create when a property is null: nothing equals null.
    fn refuse_null(&self, outer: &Batch, run: &Runtime<'_>) -> Result<()> {
        for step in &self.clause.create {
            let properties: Option<&Expr> = match step {
                CreateStep::Node { properties, .. }
                | CreateStep::Relationship { properties, .. } => properties.as_ref(),
                CreateStep::Path(_) => None,
            };
            let Some(Expr { kind: ExprKind::Map(entries), .. }) = properties else { continue };
            for (key, expr) in entries {
                if writing::compute(run, expr, outer, 0, &[])?.is_null() {
                    let message = format!("MERGE needs a value for `{key}`, and it is null.");
                    return Err(Error::new(&eval::MERGE_NULL, message)
                        .at(expr.span)
                        .hint("Leave the property out, or use CREATE."));
                }
            }
        }
        Ok(())
    }
}

impl Operator for Merge<'_> {
    fn start(&mut self, argument: &Batch) {
        self.pieces = None;
        self.outer.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.pieces.is_none() {
            let batch = gather(&mut self.outer, run, &mut self.holding, "Merge")?;
            let rows = self.write(&batch, run)?;
            self.pieces = Some(Pieces::new(rows));
        }
        Ok(self.pieces.as_mut().and_then(|pieces| pieces.next(self.keep)))
    }
}
