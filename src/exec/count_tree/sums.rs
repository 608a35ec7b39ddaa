//! Sums and means of integers, as weights.
//!
//! ```text
//! MATCH (p)-[:LIVES_IN]->(c) RETURN c.id, avg(p.age)
//!
//! matches with p.age     c's weight, each p counting once
//! sum of p.age           c's weight, each p counting p.age − least times,  +  least × matches
//! ```
//!
//! What is added up need not be near what is grouped by, and no match is looked at. Weights are
//! not negative, hence the least value. Where a sum of them does not fit, the caller goes the way
//! that holds for any value.

use super::nodes::rows;
use super::{Counters, Counting};
use crate::error::{Error, Result, eval as codes};
use crate::exec::aggregate::Groups;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector, VectorBuilder};
use crate::exec::count_tree::weights::integers;
use crate::exec::vector;
use crate::expr::aggregate::{Accumulator, AggregateFunction, mean_of_integers};
use crate::plan::physical::{Core, Counter, Summed};

/// What each aggregate is over some rows: how often it counts, and what it adds up.
struct Columns {
    counts: Vec<Vec<i64>>,
    sums: Vec<Option<Vec<i128>>>,
}

impl Counting<'_, '_, '_> {
    /// The groups, where all that is to be added up is integers and fits.
    pub(super) fn summed(&self, summed: &Summed) -> Result<Option<Batch>> {
        let mut values = summed.values.iter().flatten();
        let are_integers = values.all(|(_, key)| integers(key, self.graph).is_some());
        if self.run.deleted.get() || !are_integers {
            return Ok(None);
        }
        match self.summed_groups(summed) {
            Err(error) if error.code() == Error::new(&codes::INTEGER_OVERFLOW, "").code() => {
                Ok(None)
            }
            groups => groups.map(Some),
        }
    }

    fn summed_groups(&self, summed: &Summed) -> Result<Batch> {
        let counters = self.counters(&summed.counters);
        let mut grouping = self.grouping.clone();
        for (_, aggregate) in &mut grouping.aggregates {
            aggregate.arguments.clear();
        }
        let counting = Counting { grouping: &grouping, ..*self };
        match summed.core {
            Core::Node(place) => counting.sum_by_node(place, summed, &counters),
            Core::Whole | Core::Relationship { .. } | Core::Pair { .. } => {
                counting.sum_whole(summed, &counters)
            }
        }
    }

    fn sum_whole(&self, summed: &Summed, counters: &Counters) -> Result<Batch> {
        let mut totals = Vec::with_capacity(counters.distinct.len());
        for counter in &counters.distinct {
            totals.push(i64::try_from(self.total(counter)?).map_err(|_| super::overflow())?);
        }
        let mut groups = Groups::new(self.grouping, false);
        if totals[0] > 0 {
            let counts = counters.of_aggregate.iter().map(|&at| vec![totals[at]]).collect();
            let sum = |counter: &Counter| Ok(vec![self.total(counter)?]);
            let columns = self.columns(summed, counts, sum)?;
            self.group(&mut groups, &Batch::of_len(1), &columns, 0..1)?;
        }
        groups.finish(self.grouping, self.run)
    }

    fn sum_by_node(&self, place: usize, summed: &Summed, counters: &Counters) -> Result<Batch> {
        let Some(variable) = self.tree.nodes[place].variable else { return Ok(Batch::of_len(0)) };
        let terms = self.rooted(&counters.distinct[0], Some(place))?;
        let different = self.keys_differ(variable, &terms);
        let (ids, plain) = rows(&terms, None, self.run)?;
        let mut weights = vec![plain];
        for counter in &counters.distinct[1..] {
            weights.push(self.weights_of(counter, place, &ids)?);
        }
        let counts = counters.of_aggregate.iter().map(|&at| weights[at].clone()).collect();
        let sum = |counter: &Counter| {
            let sums = self.weights_of(counter, place, &ids)?;
            Ok(sums.into_iter().map(i128::from).collect())
        };
        let columns = self.columns(summed, counts, sum)?;
        if different {
            let mut batch = self.each_a_group(variable, &ids)?;
            self.finish(&mut batch, columns)?;
            return Ok(batch);
        }
        let mut groups = Groups::new(self.grouping, false);
        for first in (0..ids.len()).step_by(BATCH_ROWS) {
            self.run.check()?;
            let rows = first..ids.len().min(first + BATCH_ROWS);
            let mut batch = Batch::of_len(rows.len());
            batch.set(variable, super::nodes::nodes(&ids[rows.clone()]));
            self.group(&mut groups, &batch, &columns, rows)?;
        }
        groups.finish(self.grouping, self.run)
    }

    /// Sums from weights: `weigh` gives for a counter the weight of each row.
    fn columns(
        &self,
        summed: &Summed,
        counts: Vec<Vec<i64>>,
        weigh: impl Fn(&Counter) -> Result<Vec<i128>>,
    ) -> Result<Columns> {
        let mut sums = Vec::with_capacity(counts.len());
        for (counts, value) in counts.iter().zip(&summed.values) {
            let Some((_, key)) = value else {
                sums.push(None);
                continue;
            };
            let weights = weigh(&Counter { value: value.clone(), ..Counter::default() })?;
            let column = integers(key, self.graph);
            let range = column.and_then(|column| column.shape().range);
            let least = range.map_or(0, |(least, _)| i128::from(least));
            let sum = weights.iter().zip(counts).map(|(sum, n)| sum + least * i128::from(*n));
            sums.push(Some(sum.collect()));
        }
        Ok(Columns { counts, sums })
    }

    /// Adds rows to groups.
    fn group(
        &self,
        groups: &mut Groups<'_>,
        batch: &Batch,
        columns: &Columns,
        rows: std::ops::Range<usize>,
    ) -> Result<()> {
        let keys: Vec<_> = self.grouping.keys.iter().map(|(_, key)| key).collect();
        let keys = vector::columns(&keys, batch, self.run)?;
        let counts: Vec<&[i64]> = columns.counts.iter().map(|own| &own[rows.clone()]).collect();
        let numbers = groups.add(batch, &keys, self.grouping, Some(&counts), self.run)?;
        for (at, sums) in columns.sums.iter().enumerate() {
            if let Some(sums) = sums {
                groups.add_totals(at, numbers.as_deref(), &sums[rows.clone()], counts[at])?;
            }
        }
        Ok(())
    }

    /// Sets the results of aggregates where each row is a group.
    fn finish(&self, batch: &mut Batch, columns: Columns) -> Result<()> {
        let aggregates = self.grouping.aggregates.iter();
        for ((variable, aggregate), (counts, sums)) in
            aggregates.zip(columns.counts.into_iter().zip(columns.sums))
        {
            let Some(sums) = sums else {
                batch.set(*variable, Column::new(Vector::new(Data::Integer(counts))));
                continue;
            };
            if aggregate.function == AggregateFunction::Avg {
                let means = sums.into_iter().zip(&counts);
                let means = means.map(|(sum, count)| mean_of_integers(sum, *count as u64));
                let nulls = counts.iter().map(|count| *count == 0).collect();
                let means = Vector::with_nulls(Data::Float(means.collect()), nulls);
                batch.set(*variable, Column::new(means));
                continue;
            }
            let mut results = VectorBuilder::default();
            for (sum, count) in sums.into_iter().zip(counts) {
                let mut one = Accumulator::new(aggregate.function, false);
                one.update_total(sum, count as u64)?;
                results.push(one.finish().map_err(|error| error.at(aggregate.span))?);
            }
            batch.set(*variable, Column::new(results.finish()));
        }
        Ok(())
    }
}
