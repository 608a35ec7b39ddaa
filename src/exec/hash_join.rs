//! `HashJoin`: rows of both inputs whose keys are equal.
//!
//! The second input is kept, its keys numbered by a [`KeyTable`] and its rows listed by key; the
//! first is streamed past it, so that rows come out in its order.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::eager::gather;
use crate::exec::keys::{KeyTable, NO_KEY, joinable};
use crate::exec::lineage::Union;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::pairs::{self, Pairs};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::{Expr, VarId};
use crate::plan::physical::{ApplyKind, Node, Operator as Kind};
use crate::value::time::Truth;

/// A join on equal keys; null equals nothing.
pub(crate) struct HashJoin<'a> {
    probe: Input<'a>,
    build: Input<'a>,
    probe_keys: Vec<&'a Expr>,
    build_keys: Vec<&'a Expr>,
    kind: ApplyKind,
    adds: &'a [VarId],
    keep: &'a [VarId],
    holding: Holding,
    table: Option<Table>,
    /// Pairs that did not fit the last batch.
    pending: Option<(Batch, Pairs)>,
}

/// The rows of the second input by key.
struct Table {
    rows: Batch,
    keys: KeyTable,
    /// `offsets[k]..offsets[k + 1]` are the entries of key `k` in `members`.
    offsets: Vec<u32>,
    members: Vec<u32>,
}

impl<'a> HashJoin<'a> {
    pub(crate) fn new(node: &'a Node, probe: Input<'a>, build: Input<'a>) -> HashJoin<'a> {
        let Kind::HashJoin { keys, kind, adds } = &node.operator else {
            unreachable!("built from a HashJoin")
        };
        HashJoin {
            probe,
            build,
            probe_keys: keys.iter().map(|(key, _)| key).collect(),
            build_keys: keys.iter().map(|(_, key)| key).collect(),
            kind: *kind,
            adds,
            keep: &node.keep,
            holding: Holding::default(),
            table: None,
            pending: None,
        }
    }

    fn build_table(&mut self, run: &Runtime<'_>) -> Result<Table> {
        let rows = gather(&mut self.build, run, &mut self.holding, "HashJoin")?;
        let columns = vector::columns(&self.build_keys, &rows, run)?;
        let mut keys = KeyTable::default();
        let numbers = keys.insert(&columns, &*run.graph());
        run.hold(&mut self.holding, rows.bytes() + keys.bytes() + rows.len() * 8, "HashJoin")?;
        let joins = joinable(&columns);
        let mut offsets = vec![0u32; keys.len() + 1];
        let members = || numbers.iter().zip(&joins).enumerate().filter(|(_, (_, joins))| **joins);
        members().for_each(|(_, (key, _))| offsets[*key as usize + 1] += 1);
        for key in 1..offsets.len() {
            offsets[key] += offsets[key - 1];
        }
        let mut next = offsets.clone();
        let mut listed = vec![0u32; offsets[offsets.len() - 1] as usize];
        for (row, (key, _)) in members() {
            listed[next[*key as usize] as usize] = row as u32;
            next[*key as usize] += 1;
        }
        Ok(Table { rows, keys, offsets, members: listed })
    }

    /// The pairs of rows of a batch of the first input.
    fn pairs(&self, batch: &mut Batch, table: &mut Table, run: &Runtime<'_>) -> Result<Pairs> {
        let columns = vector::columns(&self.probe_keys, batch, run)?;
        let joins = joinable(&columns);
        let numbers = table.keys.find(&columns, &*run.graph());
        let mut pairs = Pairs::default();
        let mut rests_on = match &batch.lineage {
            Some(lineage) if self.kind == ApplyKind::Semi => lineage.to_vec(),
            _ => Vec::new(),
        };
        for (row, number) in numbers.iter().enumerate() {
            let members = if *number == NO_KEY || !joins[row] {
                &[][..]
            } else {
                let key = *number as usize;
                &table.members[table.offsets[key] as usize..table.offsets[key + 1] as usize]
            };
            if !rests_on.is_empty() && !members.is_empty() {
                // What any of the members rests on suffices: the row is joined to none of them.
                rests_on[row] = alternatives(rests_on[row], members, &table.rows, run);
                if run.lineage().is_some_and(|arena| arena.truth(rests_on[row]) == Truth::No) {
                    continue;
                }
                pairs.add(ApplyKind::Effects, row as u32, &[]);
                continue;
            }
            pairs.add(self.kind, row as u32, members);
        }
        if !rests_on.is_empty() {
            batch.lineage = Some(Arc::new(rests_on));
        }
        Ok(pairs)
    }
}

impl Operator for HashJoin<'_> {
    fn start(&mut self, argument: &Batch) {
        self.table = None;
        self.pending = None;
        self.holding = Holding::default();
        self.probe.start(argument);
        self.build.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let mut first = None;
        let mut table = match self.table.take() {
            Some(table) => table,
            // What the first input writes, the second reads: its rows come first.
            None => match self.probe.next(run)? {
                Some(batch) => {
                    first = Some(batch);
                    self.build_table(run)?
                }
                None => return Ok(None),
            },
        };
        let joined = loop {
            run.check()?;
            if let Some((batch, pairs)) = &mut self.pending
                && let Some((outer, inner)) = pairs.take()
            {
                let adds = if self.kind.joins() { self.adds } else { &[] };
                let rows = pairs::join(batch, &outer, &table.rows, &inner, adds, self.keep, run);
                break Some(match self.kind {
                    ApplyKind::Inner => pairs::possible(rows, run),
                    _ => rows,
                });
            }
            let batch = match first.take() {
                Some(batch) => Some(batch),
                None => self.probe.next(run)?,
            };
            match batch {
                None => break None,
                Some(mut batch) => {
                    let pairs = self.pairs(&mut batch, &mut table, run)?;
                    self.pending = Some((batch, pairs));
                }
            }
        };
        self.table = Some(table);
        Ok(joined)
    }
}

/// What an outer row of a semi-join rests on: its own, and that of any of the inner rows.
fn alternatives(own: u32, members: &[u32], inner: &Batch, run: &Runtime<'_>) -> u32 {
    let (Some(lineage), Some(mut arena)) = (&inner.lineage, run.lineage()) else { return own };
    let mut union = Union::ALTERNATIVES;
    members.iter().for_each(|row| union.add(&mut arena, lineage[*row as usize]));
    arena.both(&*run.graph(), own, union.entry())
}
