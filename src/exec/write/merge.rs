//! `Merge`: for each row in turn the matches of a pattern, or else what was created in their place.
//!
//! Rows are worked off one after the other, so that each sees what those before it created.
//!
//! Where the pattern says of a statement when it holds or who says so, found is what is said in the
//! same way, whatever its sources; those of the clause are added to it. It is asked of the matches
//! here, and not by the pattern, so that values of properties and relationships are asked alike.

use std::sync::Arc;

use crate::bind::bound::{CreateStep, Merge as Clause};
use crate::error::{Error, Result, eval};
use crate::exec::batch::{Batch, Buffer, Pieces};
use crate::exec::column::Column;
use crate::exec::eager::{drain, gather};
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::pairs::join;
use crate::exec::runtime::Runtime;
use crate::exec::write::create::create;
use crate::exec::write::set::set;
use crate::exec::write::{LateRow, qualifiers};
use crate::expr::eval::Bindings;
use crate::expr::{ExprKind, VarId};
use crate::graph::stated;
use crate::graph::statement::Qualifiers;
use crate::plan::physical::Node;
use crate::value::{StatementId, Value};

/// Finds or creates.
pub(crate) struct Merge<'a> {
    input: Input<'a>,
    matches: Input<'a>,
    clause: &'a Clause,
    /// The variables that the pattern binds.
    adds: Vec<VarId>,
    /// What goes on to be set or returned, what the clause itself sets included.
    carried: Vec<VarId>,
    keep: &'a [VarId],
    holding: Holding,
    rows: Option<Pieces>,
}

impl<'a> Merge<'a> {
    pub(crate) fn new(
        node: &'a Node,
        clause: &'a Clause,
        input: Input<'a>,
        matches: Input<'a>,
    ) -> Merge<'a> {
        let pattern = &clause.pattern;
        let nodes = pattern.nodes.iter().filter(|n| !n.bound).map(|n| n.variable);
        let relationships = pattern.relationships.iter().filter(|r| !r.bound).map(|r| r.variable);
        let paths = pattern.paths.iter().map(|path| path.variable);
        let mut adds: Vec<_> = nodes.chain(relationships).chain(paths).collect();
        adds.extend(clause.create.iter().map(CreateStep::variable));
        adds.sort_unstable();
        adds.dedup();
        Merge {
            input,
            matches,
            clause,
            adds,
            carried: Vec::new(),
            keep: &node.keep,
            holding: Holding::default(),
            rows: None,
        }
    }

    fn merge_all(&mut self, run: &Runtime<'_>) -> Result<Batch> {
        let batches = drain(&mut self.input, run, &mut self.holding, "Merge")?;
        let mut merged = Buffer::default();
        for batch in &batches {
            self.carried = batch.variables().chain(self.adds.iter().copied()).collect();
            self.carried.sort_unstable();
            self.carried.dedup();
            for at in 0..batch.len() {
                run.check()?;
                let rows = self.merge(&batch.slice(at..at + 1), run)?;
                merged.push(&rows, &*run.graph());
            }
        }
        Ok(merged.finish())
    }

    /// The matches for one row, or the row with what was created.
    fn merge(&mut self, row: &Batch, run: &Runtime<'_>) -> Result<Batch> {
        check_no_nulls(&self.clause.create, &LateRow { batch: row, at: 0, run }, run)?;
        self.matches.start(row);
        let found = gather(&mut self.matches, run, &mut Holding::default(), "Merge")?;
        if let Some(rows) = self.said_alike(row, &found, run)? {
            for at in 0..rows.len() {
                let row = LateRow { batch: &rows, at, run };
                self.add_sources(&row, run)?;
                set(&self.clause.on_match, &row, run)?;
            }
            return Ok(rows);
        }
        let created = create(&self.clause.create, &LateRow { batch: row, at: 0, run }, run)?;
        let mut row = row.clone();
        for (variable, value) in created {
            row.set(variable, Column::constant(value, 1));
        }
        set(&self.clause.on_create, &LateRow { batch: &row, at: 0, run }, run)?;
        Ok(row)
    }

    /// The matches that are said as the pattern says; `None` where there is none.
    fn said_alike(&self, row: &Batch, found: &Batch, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if found.len() == 0 {
            return Ok(None);
        }
        let inner: Vec<u32> = (0..found.len() as u32).collect();
        let outer = vec![0; found.len()];
        let rows = join(row, &outer, found, &inner, &self.adds, &self.carried, run);
        if !self.clause.create.iter().any(says) {
            return Ok(Some(rows));
        }
        let mut alike = Vec::new();
        for at in 0..rows.len() {
            if self.is_said_alike(&LateRow { batch: &rows, at, run }, run)? {
                alike.push(at as u32);
            }
        }
        Ok((!alike.is_empty()).then(|| rows.select(&Arc::new(alike), None)))
    }

    fn is_said_alike(&self, row: &LateRow<'_, '_>, run: &Runtime<'_>) -> Result<bool> {
        for step in self.clause.create.iter().filter(|step| says(step)) {
            if sayings(step, row, run)?.iter().any(|(known, _)| known.is_none()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Adds the sources of the pattern to the statements found.
    fn add_sources(&self, row: &LateRow<'_, '_>, run: &Runtime<'_>) -> Result<()> {
        for step in self.clause.create.iter().filter(|step| says(step)) {
            for (known, said) in sayings(step, row, run)? {
                let Some(known) = known else { continue };
                let mut own = run.graph().qualifiers(known).cloned().unwrap_or_default();
                if own.add_support(said.support) {
                    run.write(|transaction| {
                        transaction.qualify(known, own);
                        Ok(())
                    })?;
                }
            }
        }
        Ok(())
    }
}

/// Whether a step says of a statement when it holds or who says so.
fn says(step: &CreateStep) -> bool {
    match step {
        CreateStep::Node { stated, .. } => !stated.is_empty(),
        CreateStep::Relationship { qualifiers, .. } => qualifiers.is_some(),
        CreateStep::Path(_) => false,
    }
}

/// What a step says of each statement, and the statement that a match has of it.
fn sayings(
    step: &CreateStep,
    row: &LateRow<'_, '_>,
    run: &Runtime<'_>,
) -> Result<Vec<(Option<StatementId>, Qualifiers)>> {
    let said = |written| qualifiers(written, Qualifiers::default(), row, run);
    match (step, row.value(step.variable())) {
        (CreateStep::Node { stated: properties, .. }, Value::Node(node)) => {
            let mut all = Vec::with_capacity(properties.len());
            for property in properties {
                let (value, said) = (run.eval(&property.value, row)?, said(&property.qualifiers)?);
                let known = stated::said_alike(&*run.graph(), node, &property.key, &value, &said);
                all.push((known, said));
            }
            Ok(all)
        }
        (
            CreateStep::Relationship { qualifiers: Some(written), .. },
            Value::Relationship(statement),
        ) => {
            let said = said(written)?;
            let graph = run.graph();
            let own = graph.qualifiers(statement).cloned().unwrap_or_default();
            Ok(vec![(own.is_said_alike(&said).then_some(statement), said)])
        }
        _ => Ok(Vec::new()),
    }
}

impl Operator for Merge<'_> {
    fn start(&mut self, argument: &Batch) {
        self.rows = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.rows.is_none() {
            self.rows = Some(Pieces::new(self.merge_all(run)?));
        }
        Ok(self.rows.as_mut().and_then(|rows| rows.next(self.keep)))
    }
}

/// Fails where a property of the pattern is null: it would never be found again.
fn check_no_nulls(steps: &[CreateStep], row: &dyn Bindings, run: &Runtime<'_>) -> Result<()> {
    for step in steps {
        let properties = match step {
            CreateStep::Node { properties, .. } | CreateStep::Relationship { properties, .. } => {
                properties.as_ref()
            }
            CreateStep::Path(_) => None,
        };
        let Some(properties) = properties else { continue };
        // The entries one by one, so that the error points at the one that is null.
        let entries: Vec<_> = match &properties.kind {
            ExprKind::Map(entries) => entries.iter().map(|(key, e)| (key.clone(), e)).collect(),
            _ => Vec::new(),
        };
        for (key, expr) in entries {
            if run.eval(expr, row)?.is_null() {
                return Err(null_property(&key).at(expr.span));
            }
        }
        if let Value::Map(map) = run.eval(properties, row)?
            && let Some((key, _)) = map.iter().find(|(_, value)| value.is_null())
        {
            return Err(null_property(key).at(properties.span));
        }
    }
    Ok(())
}

fn null_property(key: &str) -> Error {
    let message = format!("MERGE cannot use null for the property `{key}`: null equals nothing.");
    Error::new(&eval::MERGE_NULL, message)
        .hint("Leave the property out, or set it afterwards with SET.")
}
