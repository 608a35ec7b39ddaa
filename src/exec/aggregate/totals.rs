//! `sum` and `avg` of integers, as an array over the groups.
//!
//! **In**: integers and the group of each row. **Out**: a column. **Caller**: `aggregate`. An accumulator
//! holds what a sum of anything needs, which is a cache line and a half; here a group takes 16 bytes, and a
//! row an addition. Sums are of 64 bits as long as everything that has come cannot have left them, and of 128
//! from then on. Where a column of another type comes, what is known goes on in accumulators
//! ([`Totals::into_accumulators`]).

use super::extremes::only_group;
use crate::error::Result;
use crate::exec::column::{Column, Data, Vector, VectorBuilder};
use crate::expr;
use crate::expr::aggregate::{Accumulator, AggregateFunction, mean_of_integers};

/// The sum of each group, and how many integers it is of.
#[derive(Debug)]
pub(super) struct Totals<'a> {
    pub(super) aggregate: &'a expr::Aggregate,
    sums: Sums,
    counts: Vec<u64>,
    /// No sum is further from 0 than this.
    most: u128,
}

#[derive(Debug)]
enum Sums {
    Narrow(Vec<i64>),
    Wide(Vec<i128>),
}

impl<'a> Totals<'a> {
    /// The sums that an aggregate asks for; `None` where it asks for something else.
    pub(super) fn of(aggregate: &'a expr::Aggregate) -> Option<Totals<'a>> {
        let adds = matches!(aggregate.function, AggregateFunction::Sum | AggregateFunction::Avg);
        (adds && !aggregate.distinct).then(|| Totals {
            aggregate,
            sums: Sums::Narrow(Vec::new()),
            counts: Vec::new(),
            most: 0,
        })
    }

    /// Makes room for groups up to a number.
    pub(super) fn grow(&mut self, groups: usize) {
        self.counts.resize(groups, 0);
        match &mut self.sums {
            Sums::Narrow(sums) => sums.resize(groups, 0),
            Sums::Wide(sums) => sums.resize(groups, 0),
        }
    }

    /// About how many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        let sum = match self.sums {
            Sums::Narrow(_) => size_of::<i64>(),
            Sums::Wide(_) => size_of::<i128>(),
        };
        self.counts.len() * (size_of::<u64>() + sum)
    }

    /// Takes the values of rows, each as often as it counts; false where they are no integers, and nothing
    /// has been taken.
    pub(super) fn add(
        &mut self,
        argument: &Column,
        numbers: Option<&[u32]>,
        weights: Option<&[i64]>,
    ) -> bool {
        let vector = argument.flat();
        let Data::Integer(values) = &vector.data else { return false };
        // The furthest value, so often as all rows together count.
        let furthest = values.iter().fold(0, |most, value| most.max(value.unsigned_abs()));
        let rows = match weights {
            None => values.len() as u128,
            Some(weights) => weights.iter().map(|weight| u128::from(*weight as u64)).sum(),
        };
        self.widen(u128::from(furthest).saturating_mul(rows));
        let is_null = |row: usize| vector.nulls.as_ref().is_some_and(|nulls| nulls[row]);
        match (weights, &vector.nulls) {
            (None, None) => self.take_each(numbers, values),
            (None, Some(_)) => self.take(numbers, values, |row| u64::from(!is_null(row))),
            (Some(weights), _) => {
                let times = |row: usize| if is_null(row) { 0 } else { weights[row] as u64 };
                self.take(numbers, values, times);
            }
        }
        true
    }

    /// Makes sums wide, where so much more could leave 64 bits.
    fn widen(&mut self, more: u128) {
        self.most = self.most.saturating_add(more);
        if let Sums::Narrow(sums) = &self.sums
            && self.most > i64::MAX as u128
        {
            self.sums = Sums::Wide(sums.iter().copied().map(i128::from).collect());
        }
    }

    /// Takes values that count once each.
    fn take_each(&mut self, numbers: Option<&[u32]>, values: &[i64]) {
        let (Sums::Narrow(sums), Some(numbers)) = (&mut self.sums, numbers) else {
            return self.take(numbers, values, |_| 1);
        };
        if let Some(group) = only_group(Some(numbers)) {
            let sum = values.iter().fold(0i64, |sum, value| sum.wrapping_add(*value));
            sums[group] = sums[group].wrapping_add(sum);
            self.counts[group] = self.counts[group].saturating_add(values.len() as u64);
            return;
        }
        for (group, value) in numbers.iter().zip(values) {
            let group = *group as usize;
            sums[group] = sums[group].wrapping_add(*value);
            self.counts[group] += 1;
        }
    }

    fn take(&mut self, numbers: Option<&[u32]>, values: &[i64], times: impl Fn(usize) -> u64) {
        let group = |row: usize| numbers.map_or(0, |numbers| numbers[row] as usize);
        let counts = &mut self.counts;
        match &mut self.sums {
            Sums::Narrow(sums) => {
                for (row, value) in values.iter().enumerate() {
                    let (group, times) = (group(row), times(row));
                    sums[group] = sums[group].wrapping_add(value.wrapping_mul(times as i64));
                    counts[group] = counts[group].saturating_add(times);
                }
            }
            Sums::Wide(sums) => {
                for (row, value) in values.iter().enumerate() {
                    let (group, times) = (group(row), times(row));
                    let product = i128::from(*value) * i128::from(times);
                    sums[group] = sums[group].saturating_add(product);
                    counts[group] = counts[group].saturating_add(times);
                }
            }
        }
    }

    /// Adds what somebody else has added up: for each row a sum, and of how many integers it is.
    pub(super) fn add_totals(&mut self, numbers: Option<&[u32]>, sums: &[i128], counts: &[i64]) {
        let of_rows = sums.iter().map(|sum| sum.unsigned_abs());
        self.widen(of_rows.fold(0, u128::saturating_add));
        for (row, (sum, count)) in sums.iter().zip(counts).enumerate() {
            self.one(numbers.map_or(0, |numbers| numbers[row] as usize), *sum, *count as u64);
        }
    }

    fn one(&mut self, group: usize, sum: i128, count: u64) {
        match &mut self.sums {
            Sums::Narrow(sums) => sums[group] = sums[group].wrapping_add(sum as i64),
            Sums::Wide(sums) => sums[group] = sums[group].saturating_add(sum),
        }
        self.counts[group] = self.counts[group].saturating_add(count);
    }

    fn of_group(&self, group: usize) -> (i128, u64) {
        let sum = match &self.sums {
            Sums::Narrow(sums) => i128::from(sums[group]),
            Sums::Wide(sums) => sums[group],
        };
        (sum, self.counts[group])
    }

    /// Takes what has been found for groups that have the numbers here.
    pub(super) fn merge(&mut self, other: &Totals<'a>, numbers: impl Iterator<Item = usize>) {
        self.widen(other.most);
        for (group, number) in numbers.enumerate().take(other.counts.len()) {
            let (sum, count) = other.of_group(group);
            self.one(number, sum, count);
        }
    }

    /// The same as accumulators.
    pub(super) fn into_accumulators(self) -> Result<Vec<Accumulator>> {
        let of_group = |group: usize| {
            let mut accumulator = Accumulator::new(self.aggregate.function, false);
            let (sum, count) = self.of_group(group);
            if count > 0 {
                accumulator.update_total(sum, count)?;
            }
            Ok(accumulator)
        };
        (0..self.counts.len()).map(of_group).collect()
    }

    /// The results of all groups.
    pub(super) fn finish(self) -> Result<Vector> {
        let groups = 0..self.counts.len();
        if self.aggregate.function == AggregateFunction::Avg {
            let mean = |group: usize| {
                let (sum, count) = self.of_group(group);
                if count == 0 { 0.0 } else { mean_of_integers(sum, count) }
            };
            let nulls = self.counts.iter().map(|count| *count == 0).collect();
            return Ok(Vector::with_nulls(Data::Float(groups.map(mean).collect()), nulls));
        }
        if let Sums::Narrow(sums) = self.sums {
            return Ok(Vector::new(Data::Integer(sums)));
        }
        let span = self.aggregate.span;
        let mut results = VectorBuilder::default();
        for accumulator in self.into_accumulators()? {
            results.push(accumulator.finish().map_err(|error| error.at(span))?);
        }
        Ok(results.finish())
    }
}
