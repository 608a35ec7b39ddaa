//! `Delete` for some days only: a statement gives way to what is left of it before and after them.
//!
//! What the clause takes out of is closed in recorded time, as by any DELETE; the parts are new
//! statements with its type, ends, properties and all that is known of it, but for its date.

use hashbrown::HashSet;

use crate::error::{Error, Result, eval};
use crate::exec::batch::Batch;
use crate::exec::runtime::Runtime;
use crate::exec::vector::expected;
use crate::exec::write::change::Change;
use crate::exec::write::{edtf, for_each_row};
use crate::expr::Expr;
use crate::expr::eval::Bindings;
use crate::graph::statement::Qualifiers;
use crate::graph::{Snapshot, Transaction, stated, when};
use crate::text::Span;
use crate::value::time::{Edtf, Temporality};
use crate::value::{StatementId, Value};

/// What to delete, and for which days.
pub(crate) struct DeletePortion<'a> {
    pub(crate) targets: &'a [Expr],
    /// A period, or its first day and the one after its last.
    pub(crate) portion: &'a [Expr],
}

impl Change for DeletePortion<'_> {
    const NAME: &'static str = "Delete";

    fn change(&mut self, batches: &mut [Batch], run: &Runtime<'_>) -> Result<()> {
        let mut found: Vec<(StatementId, Edtf, Span)> = Vec::new();
        let mut known = HashSet::new();
        for_each_row(batches, run, |row| {
            let Some(portion) = portion(self.portion, row, run)? else { return Ok(()) };
            for target in self.targets {
                match run.eval(target, row)? {
                    Value::Null => {}
                    Value::Relationship(id) if known.insert((id, portion.as_str().to_owned())) => {
                        found.push((id, portion.clone(), target.span));
                    }
                    Value::Relationship(_) => {}
                    other => {
                        return Err(expected("a Relationship", &other)
                            .at(target.span)
                            .hint("Only what holds for a time can be deleted for a part of it."));
                    }
                }
            }
            Ok(())
        })?;
        if found.is_empty() {
            return Ok(());
        }
        run.deleted.set(true);
        // Several portions may be taken out of one statement: each out of what the others left.
        let mut left: Vec<(StatementId, StatementId)> =
            found.iter().map(|(id, ..)| (*id, *id)).collect();
        left.sort_unstable();
        left.dedup();
        for (origin, portion, span) in found {
            let (own, others): (Vec<_>, Vec<_>) = left.into_iter().partition(|one| one.0 == origin);
            left = others;
            for (_, id) in own {
                let parts = parts(&*run.graph(), id, &portion).map_err(|error| error.at(span))?;
                let Some(parts) = parts else {
                    left.push((origin, id));
                    continue;
                };
                run.write(|transaction| {
                    for part in replace(transaction, id, parts)? {
                        left.push((origin, part));
                    }
                    Ok(())
                })?;
            }
        }
        Ok(())
    }
}

/// The days that are meant; `None` where one of the expressions is null.
fn portion(exprs: &[Expr], row: &dyn Bindings, run: &Runtime<'_>) -> Result<Option<Edtf>> {
    let mut days = Vec::with_capacity(exprs.len());
    for expr in exprs {
        let value = run.eval(expr, row)?;
        match edtf(&value).map_err(|error| error.at(expr.span))? {
            Some(day) => days.push(day),
            None => return Ok(None),
        }
    }
    match &days[..] {
        [from, to] => {
            let span = exprs[0].span.to(exprs[1].span);
            let refused = |message: &str| Error::new(&eval::ARGUMENT_VALUE, message).at(span);
            let (Some(first), Some(after)) = (from.exact_day(), to.exact_day()) else {
                return Err(refused("A portion runs from one day to another.").hint(
                    "FROM date('2012-01-01') TO date('2013-01-01'), or DURING edtf('2012')",
                ));
            };
            let last = after.checked_add_days(-1).filter(|last| first <= *last);
            let Some(last) = last else {
                return Err(refused(
                    "This portion ends before it begins: its last day is the one before TO.",
                ));
            };
            Edtf::parse(&format!("{first}/{last}")).map(Some)
        }
        _ => Ok(days.into_iter().next()),
    }
}

/// What is left of a statement's time; `None` where the portion leaves it as it is.
fn parts(graph: &dyn Snapshot, id: StatementId, portion: &Edtf) -> Result<Option<Vec<Edtf>>> {
    let refused = |message: String| Error::new(&eval::ARGUMENT_VALUE, message);
    let valid = graph.qualifiers(id).and_then(|stated| stated.valid.clone());
    let Some(valid) = valid else {
        return Err(refused(
            "It is not stated when this holds, so nothing can be taken out of it.".to_owned(),
        )
        .hint("SET r VALID …"));
    };
    if when::valid_time(graph, id).kind() == Temporality::Event {
        return Err(refused("An event has no portion: it happened, or it did not.".to_owned())
            .hint("DELETE r"));
    }
    match valid.without(portion) {
        Some(parts) if parts == [valid.clone()] => Ok(None),
        Some(parts) => Ok(Some(parts)),
        None => Err(refused(format!(
            "What is left of {valid} without {portion} depends on what is not known of them."
        ))
        .hint("Take out days that lie within, or beyond, what is known.")),
    }
}

/// Puts the parts in the place of a statement.
fn replace(
    transaction: &mut dyn Transaction,
    id: StatementId,
    parts: Vec<Edtf>,
) -> Result<Vec<StatementId>> {
    let graph = transaction.as_snapshot();
    let Some(ends) = graph.statement(id) else { return Ok(Vec::new()) };
    let properties = graph.statement_properties(id);
    let stated = graph.qualifiers(id).cloned().unwrap_or_default();
    let place = stated::place_of(graph, id);
    let begins = stated.valid.as_ref().map(Edtf::bounds);
    transaction.delete_statement(id);
    let mut made = Vec::with_capacity(parts.len());
    for part in parts {
        let new = transaction.create_statement(ends.relationship_type, ends.start, ends.end)?;
        for (key, value) in &properties {
            transaction.set_statement_property(new, *key, value.clone());
        }
        // Bounds are of the beginning, which only the first part has.
        let is_first = begins.is_some_and(|begins| begins.0 == part.bounds().0);
        let bound = |day| if is_first { day } else { None };
        let (not_before, not_after) = (bound(stated.not_before), bound(stated.not_after));
        let qualifiers = Qualifiers { valid: Some(part), not_before, not_after, ..stated.clone() };
        transaction.qualify(new, qualifiers);
        made.push(new);
    }
    stated::after_change(transaction, place);
    Ok(made)
}
