//! `HashJoin`: rows of both inputs whose keys are equal; built on the second, probed with the first.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::cross_product::joined;
use crate::exec::eager::gather;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::{Expr, VarId};
use crate::plan::physical::{ApplyKind, Node, Operator as Kind};
use crate::value::order::GroupKey;

/// Null equals nothing, so rows with a null key are left out on both sides.
pub(crate) struct HashJoin<'a> {
    first: Input<'a>,
    second: Input<'a>,
    keys: &'a [(Expr, Expr)],
    kind: ApplyKind,
    adds: &'a [VarId],
    keep: &'a [VarId],
    table: Option<Table>,
    rows: Option<(Batch, Vec<Option<Key>>, usize)>,
    holding: Holding,
}

type Key = Vec<GroupKey>;

struct Table {
    rows: Batch,
    positions: HashMap<Key, Vec<u32>>,
}

impl<'a> HashJoin<'a> {
    pub(crate) fn new(node: &'a Node, first: Input<'a>, second: Input<'a>) -> HashJoin<'a> {
        let Kind::HashJoin { keys, kind, adds } = &node.operator else {
            unreachable!("built from a HashJoin")
        };
        let (kind, keep, holding) = (*kind, &node.keep, Holding::default());
        HashJoin { first, second, keys, kind, adds, keep, table: None, rows: None, holding }
    }

    fn build(&mut self, run: &Runtime<'_>) -> Result<Table> {
        let rows = gather(&mut self.second, run, &mut self.holding, "HashJoin")?;
        let exprs: Vec<_> = self.keys.iter().map(|(_, second)| second).collect();
        let mut positions: HashMap<Key, Vec<u32>> = HashMap::new();
        for (at, key) in keys(&exprs, &rows, run)?.into_iter().enumerate() {
            if let Some(key) = key {
                positions.entry(key).or_default().push(at as u32);
            }
        }
        Ok(Table { rows, positions })
    }
}

/// The keys of the rows; `None` where one of them is null.
fn keys(exprs: &[&Expr], batch: &Batch, run: &Runtime<'_>) -> Result<Vec<Option<Key>>> {
    let columns = vector::columns(exprs, batch, run)?;
    let graph = run.graph();
    Ok((0..batch.len())
        .map(|row| {
            let values: Vec<_> = columns.iter().map(|column| column.value(row, &*graph)).collect();
            let known = values.iter().all(|value| !value.is_null());
            known.then(|| values.into_iter().map(GroupKey).collect())
        })
        .collect())
}

impl Operator for HashJoin<'_> {
    fn start(&mut self, argument: &Batch) {
        (self.table, self.rows) = (None, None);
        self.first.start(argument);
        self.second.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.table.is_none() {
            self.table = Some(self.build(run)?);
        }
        let Some(table) = &self.table else { return Ok(None) };
        loop {
            run.check()?;
            if let Some((batch, keys, at)) = &mut self.rows
                && *at < batch.len()
            {
                let row = batch.slice(*at..*at + 1);
                let found = keys[*at].as_ref().and_then(|key| table.positions.get(key));
                *at += 1;
                let result = match (self.kind, found) {
                    (ApplyKind::Inner | ApplyKind::Optional, Some(found)) => {
                        let others = table.rows.select(&Arc::new(found.clone()), None);
                        Some(joined(&row, &others, self.adds, self.keep, run))
                    }
                    (ApplyKind::Semi, Some(_)) | (ApplyKind::Anti | ApplyKind::Optional, None) => {
                        Some(row)
                    }
                    _ => None,
                };
                if let Some(mut rows) = result {
                    rows.retain(self.keep);
                    return Ok(Some(rows));
                }
                continue;
            }
            match self.first.next(run)? {
                Some(batch) => {
                    let exprs: Vec<_> = self.keys.iter().map(|(first, _)| first).collect();
                    let keys = keys(&exprs, &batch, run)?;
                    self.rows = Some((batch, keys, 0));
                }
                None => return Ok(None),
            }
        }
    }
}
