//! `Aggregate`: one row for each group.

use hashbrown::HashMap;

use crate::bind::bound::Grouping;
use crate::error::Result;
use crate::exec::batch::{Batch, Pieces};
use crate::exec::column::{Column, Vector};
use crate::exec::lineage::Union;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::VarId;
use crate::expr::aggregate::Accumulator;
use crate::plan::physical::Node;
use crate::value::Value;
use crate::value::order::GroupKey;

/// A hash table from keys to accumulators; groups come out in the order in which they were met.
pub(crate) struct Aggregate<'a> {
    input: Input<'a>,
    grouping: &'a Grouping,
    keep: &'a [VarId],
    pieces: Option<Pieces>,
    holding: Holding,
}

#[derive(Default)]
struct Groups {
    positions: HashMap<Vec<GroupKey>, usize>,
    keys: Vec<Vec<Value>>,
    accumulators: Vec<Vec<Accumulator>>,
    lineage: Vec<Union>,
}

impl<'a> Aggregate<'a> {
    pub(crate) fn new(node: &'a Node, grouping: &'a Grouping, input: Input<'a>) -> Aggregate<'a> {
        let holding = Holding::default();
        Aggregate { input, grouping, keep: &node.keep, pieces: None, holding }
    }

    fn collect(&mut self, run: &Runtime<'_>) -> Result<Groups> {
        let mut groups = Groups::default();
        if self.grouping.keys.is_empty() {
            groups.add(Vec::new(), self.grouping);
        }
        let mut bytes = 0;
        while let Some(batch) = self.input.next(run)? {
            run.check()?;
            bytes += self.update(&mut groups, &batch, run)?;
            run.hold(&mut self.holding, bytes, "Aggregate")?;
        }
        Ok(groups)
    }

    /// Adds a batch to its groups; says about how many bytes more they take.
    fn update(&self, groups: &mut Groups, batch: &Batch, run: &Runtime<'_>) -> Result<usize> {
        let keys: Vec<_> = self.grouping.keys.iter().map(|(_, key)| key).collect();
        let keys = vector::columns(&keys, batch, run)?;
        let mut arguments = Vec::with_capacity(self.grouping.aggregates.len());
        for (_, aggregate) in &self.grouping.aggregates {
            let exprs: Vec<_> = aggregate.arguments.iter().collect();
            arguments.push(vector::columns(&exprs, batch, run)?);
        }
        let before = groups.keys.len();
        let graph = run.graph();
        let mut values = Vec::new();
        for row in 0..batch.len() {
            let group = if keys.is_empty() {
                0
            } else {
                groups.of(keys.iter().map(|key| key.value(row, &*graph)).collect(), self.grouping)
            };
            for (at, columns) in arguments.iter().enumerate() {
                values.clear();
                values.extend(columns.iter().map(|column| column.value(row, &*graph)));
                let span = self.grouping.aggregates[at].1.span;
                groups.accumulators[group][at].update(&values).map_err(|error| error.at(span))?;
            }
            if let (Some(entries), Some(mut lineage)) = (&batch.lineage, run.lineage()) {
                groups.lineage[group].add(&mut lineage, entries[row]);
            }
        }
        let aggregates = self.grouping.aggregates.len();
        Ok((groups.keys.len() - before) * (64 + 64 * aggregates) + batch.len() * 16 * aggregates)
    }

    fn finish(&self, groups: Groups, run: &Runtime<'_>) -> Result<Batch> {
        let len = groups.keys.len();
        let mut columns: Vec<Vec<Value>> = vec![
            Vec::with_capacity(len);
            self.grouping.keys.len()
                + self.grouping.aggregates.len()
        ];
        for (key, accumulators) in groups.keys.into_iter().zip(groups.accumulators) {
            for (at, value) in key.into_iter().enumerate() {
                columns[at].push(value);
            }
            for (at, accumulator) in accumulators.into_iter().enumerate() {
                let span = self.grouping.aggregates[at].1.span;
                let value = accumulator.finish().map_err(|error| error.at(span))?;
                columns[self.grouping.keys.len() + at].push(value);
            }
        }
        let keys = self.grouping.keys.iter().map(|&(variable, _)| variable);
        let aggregates = self.grouping.aggregates.iter().map(|&(variable, _)| variable);
        let mut batch = Batch::of_len(len);
        for (variable, values) in keys.chain(aggregates).zip(columns) {
            batch.set(variable, Column::new(Vector::of(values)));
        }
        if run.lineage().is_some() {
            let entries = groups.lineage.into_iter().map(Union::entry).collect();
            batch.lineage = Some(std::sync::Arc::new(entries));
        }
        Ok(batch)
    }
}

impl Groups {
    fn of(&mut self, key: Vec<Value>, grouping: &Grouping) -> usize {
        let wrapped: Vec<_> = key.iter().cloned().map(GroupKey).collect();
        if let Some(&at) = self.positions.get(&wrapped) {
            return at;
        }
        self.positions.insert(wrapped, self.keys.len());
        self.add(key, grouping)
    }

    fn add(&mut self, key: Vec<Value>, grouping: &Grouping) -> usize {
        self.keys.push(key);
        let fresh =
            grouping.aggregates.iter().map(|(_, a)| Accumulator::new(a.function, a.distinct));
        self.accumulators.push(fresh.collect());
        self.lineage.push(Union::default());
        self.keys.len() - 1
    }
}

impl Operator for Aggregate<'_> {
    fn start(&mut self, argument: &Batch) {
        self.pieces = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.pieces.is_none() {
            let groups = self.collect(run)?;
            self.pieces = Some(Pieces::new(self.finish(groups, run)?));
        }
        Ok(self.pieces.as_mut().and_then(|pieces| pieces.next(self.keep)))
    }
}
