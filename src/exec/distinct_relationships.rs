//! `DistinctRelationships`: rows whose relationship variables share no relationship.
//!
//! openCypher's MATCH never uses a relationship twice in one pattern ("relationship isomorphism").
//! The planner names the pairs for which that is not certain from their types.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Column, Data, NO_STATEMENT};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::VarId;
use crate::plan::physical::Node;
use crate::value::{StatementId, Value};

/// Compares pairs of variables, each a relationship or a list of them.
pub(crate) struct DistinctRelationships<'a> {
    input: Input<'a>,
    pairs: &'a [(VarId, VarId)],
    keep: &'a [VarId],
}

impl<'a> DistinctRelationships<'a> {
    pub(crate) fn new(
        node: &'a Node,
        pairs: &'a [(VarId, VarId)],
        input: Input<'a>,
    ) -> DistinctRelationships<'a> {
        DistinctRelationships { input, pairs, keep: &node.keep }
    }
}

impl Operator for DistinctRelationships<'_> {
    fn start(&mut self, argument: &Batch) {
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        while let Some(mut batch) = self.input.next(run)? {
            run.check()?;
            let mut apart = vec![true; batch.len()];
            for (a, b) in self.pairs {
                let (a, b) = (batch.column_or_null(*a), batch.column_or_null(*b));
                separate(&Members::of(&a), &Members::of(&b), &mut apart);
            }
            if apart.contains(&false) {
                let rows = (0..batch.len() as u32).filter(|row| apart[*row as usize]);
                let positions: Vec<u32> = rows.collect();
                if positions.is_empty() {
                    continue;
                }
                batch = batch.select(&Arc::new(positions), Some(self.keep));
            }
            batch.retain(self.keep);
            return Ok(Some(batch));
        }
        Ok(None)
    }
}

/// The relationships of a variable in each row.
enum Members {
    One(Vec<StatementId>),
    Several(Vec<Value>),
}

impl Members {
    fn of(column: &Column) -> Members {
        match (column.relationships(), column.flat().into_owned().data) {
            (Ok(ids), _) => Members::One(ids),
            (Err(_), Data::Value(values)) => Members::Several(values),
            // A column of other things shares no relationship with anything.
            (Err(_), _) => Members::One(vec![NO_STATEMENT; column.len()]),
        }
    }

    fn contains(&self, row: usize, id: StatementId) -> bool {
        match self {
            Members::One(ids) => ids[row] == id,
            Members::Several(values) => match &values[row] {
                Value::List(items) => items.iter().any(|item| item.as_relationship() == Some(id)),
                single => single.as_relationship() == Some(id),
            },
        }
    }
}

/// Clears the rows in which both share a relationship.
fn separate(a: &Members, b: &Members, apart: &mut [bool]) {
    match (a, b) {
        (Members::One(x), Members::One(y)) => {
            for (apart, (x, y)) in apart.iter_mut().zip(x.iter().zip(y)) {
                *apart &= x != y || *x == NO_STATEMENT;
            }
        }
        (Members::One(ids), other) | (other, Members::One(ids)) => {
            for (row, apart) in apart.iter_mut().enumerate() {
                *apart &= !other.contains(row, ids[row]);
            }
        }
        (Members::Several(lists), other) => {
            for (row, apart) in apart.iter_mut().enumerate() {
                let ids = lists[row].as_list().unwrap_or_default();
                let shared =
                    ids.iter().filter_map(Value::as_relationship).any(|id| other.contains(row, id));
                *apart &= !shared;
            }
        }
    }
}
