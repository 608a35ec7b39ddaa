//! `min` and `max` of integers or dates, as an array over the groups.
//!
//! **In**: typed columns and the group of each row. **Out**: a typed column. **Caller**: `aggregate`. An
//! accumulator takes a cache line or two for each group and knows any type; here a group takes 8 bytes and
//! a bit. Where a column of another type comes, what is known goes on in accumulators
//! ([`Extremes::into_accumulators`]).

use crate::error::Result;
use crate::exec::column::{Column, Data, Vector};
use crate::expr;
use crate::expr::aggregate::{Accumulator, AggregateFunction};

/// The type of what has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Integer,
    Date,
}

/// The extreme of each group.
#[derive(Debug)]
pub(super) struct Extremes<'a> {
    pub(super) aggregate: &'a expr::Aggregate,
    is_max: bool,
    kind: Option<Kind>,
    extremes: Vec<i64>,
    /// Whether a group has one.
    known: Vec<bool>,
}

impl<'a> Extremes<'a> {
    /// The extremes that an aggregate asks for; `None` where it asks for something else.
    pub(super) fn of(aggregate: &'a expr::Aggregate) -> Option<Extremes<'a>> {
        let is_max = match (aggregate.function, aggregate.distinct) {
            (AggregateFunction::Min, false) => false,
            (AggregateFunction::Max, false) => true,
            _ => return None,
        };
        let (extremes, known) = (Vec::new(), Vec::new());
        Some(Extremes { aggregate, is_max, kind: None, extremes, known })
    }

    /// Makes room for groups up to a number.
    pub(super) fn grow(&mut self, groups: usize) {
        self.extremes.resize(groups, 0);
        self.known.resize(groups, false);
    }

    /// About how many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.extremes.len() * (size_of::<i64>() + 1)
    }

    /// Takes the values of rows, those left out that count no times; false where they are of another
    /// type than what has come before, and nothing has been taken.
    pub(super) fn add(
        &mut self,
        argument: &Column,
        numbers: Option<&[u32]>,
        weights: Option<&[i64]>,
    ) -> bool {
        let vector = argument.flat();
        let kind = match &vector.data {
            Data::Integer(_) => Kind::Integer,
            Data::Date(_) => Kind::Date,
            _ => return false,
        };
        if *self.kind.get_or_insert(kind) != kind {
            return false;
        }
        if let (Some(group), None, None) = (only_group(numbers), weights, &vector.nulls) {
            let of_rows = match &vector.data {
                Data::Integer(values) => extreme(values, self.is_max),
                Data::Date(days) => extreme(days, self.is_max).map(i64::from),
                _ => None,
            };
            of_rows.into_iter().for_each(|value| self.one(group, value));
            return true;
        }
        let rows = (numbers, weights);
        match &vector.data {
            Data::Integer(values) => self.take(values, &vector, rows, |value| value),
            Data::Date(days) => self.take(days, &vector, rows, i64::from),
            _ => {}
        }
        true
    }

    fn take<T: Copy>(
        &mut self,
        values: &[T],
        vector: &Vector,
        (numbers, weights): (Option<&[u32]>, Option<&[i64]>),
        number: impl Fn(T) -> i64,
    ) {
        for (row, &value) in values.iter().enumerate() {
            let is_none = vector.nulls.as_ref().is_some_and(|nulls| nulls[row])
                || weights.is_some_and(|weights| weights[row] == 0);
            if !is_none {
                self.one(numbers.map_or(0, |numbers| numbers[row] as usize), number(value));
            }
        }
    }

    #[inline]
    fn one(&mut self, group: usize, value: i64) {
        let extreme = &mut self.extremes[group];
        let is_next = if self.is_max { value > *extreme } else { value < *extreme };
        if is_next || !self.known[group] {
            (*extreme, self.known[group]) = (value, true);
        }
    }

    /// Takes what has been found for groups that have the numbers here; gives it back where it is of
    /// another type.
    pub(super) fn merge(
        &mut self,
        other: Extremes<'a>,
        numbers: impl Iterator<Item = usize>,
    ) -> std::result::Result<(), Extremes<'a>> {
        let Some(kind) = other.kind else { return Ok(()) };
        if *self.kind.get_or_insert(kind) != kind {
            return Err(other);
        }
        for (number, (extreme, known)) in numbers.zip(other.extremes.iter().zip(&other.known)) {
            if *known {
                self.one(number, *extreme);
            }
        }
        Ok(())
    }

    /// The same as accumulators.
    pub(super) fn into_accumulators(self) -> Result<Vec<Accumulator>> {
        let of_group = |(&extreme, known): (&i64, &bool)| {
            let mut accumulator = Accumulator::new(self.aggregate.function, false);
            if *known {
                match self.kind {
                    Some(Kind::Date) => accumulator.update_day(extreme as i32, 1),
                    _ => accumulator.update_integer(extreme, 1)?,
                }
            }
            Ok(accumulator)
        };
        self.extremes.iter().zip(&self.known).map(of_group).collect()
    }

    /// The extremes of all groups.
    pub(super) fn finish(self) -> Vector {
        let nulls = self.known.iter().map(|known| !known).collect();
        let data = match self.kind {
            Some(Kind::Date) => {
                Data::Date(self.extremes.into_iter().map(|day| day as i32).collect())
            }
            _ => Data::Integer(self.extremes),
        };
        Vector::with_nulls(data, nulls)
    }
}

fn extreme<T: Copy + Ord>(values: &[T], is_max: bool) -> Option<T> {
    let values = values.iter().copied();
    if is_max { values.max() } else { values.min() }
}

/// The only group of some rows, where they have one, as in a batch that is read in the order of its key.
pub(super) fn only_group(numbers: Option<&[u32]>) -> Option<usize> {
    let Some(numbers) = numbers else { return Some(0) };
    let first = *numbers.first()?;
    // No branch inside: whole registers are compared.
    let others = numbers.iter().fold(0, |others, number| others | (number ^ first));
    (others == 0).then_some(first as usize)
}
