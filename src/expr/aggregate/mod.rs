//! Aggregate functions: what they are called, and how they add up.
//!
//! Comes in: the values of a group, row by row ([`Accumulator::update`]) or a column at a time
//! ([`Accumulator::update_integers`] and its siblings). Goes out: one value. The executor has one
//! accumulator for each aggregate and group; two of the same kind [merge](Accumulator::merge), so
//! that parts of a group may be computed apart.
//!
//! ```
//! use dossier::expr::aggregate::{Accumulator, AggregateFunction};
//! let mut sum = Accumulator::new(AggregateFunction::Sum, false);
//! sum.update(&[33.into()])?;
//! sum.update(&[dossier::Value::Null])?;
//! sum.update_integers(&[40, 2])?;
//! assert_eq!(sum.finish()?, 75.into());
//! # Ok::<(), dossier::Error>(())
//! ```
//!
//! Nulls are left out everywhere. What a group without any other value gives, and how a result
//! is computed:
//!
//! | function | of nothing | how |
//! |---|---|---|
//! | `count` | 0 | |
//! | `sum` | 0 | integers in 128 bits, an error at the end if the sum exceeds 64; floats compensated (Neumaier 1974) |
//! | `avg` | null | a float (or a duration); sums as above, and no overflow on the way |
//! | `min`, `max` | null | by the total order across types; the first of equals |
//! | `collect` | `[]` | in the order of the rows |
//! | `stDev`, `stDevP` | 0.0 | one pass (Welford 1962), merged by Chan et al. 1979 |
//! | `percentileDisc` | null | the nearest rank: an element itself |
//! | `percentileCont` | null | a float, linear between the two nearest |
//!
//! With DISTINCT, values that are equivalent ([`GroupKey`](crate::value::order::GroupKey)) count once: the first of them.

mod distinct;
mod ranked;
mod table;
mod total;

use std::cmp::Ordering;

use crate::error::{Error, Result, eval as codes};
use crate::expr::limits;
use crate::value::Value;
use crate::value::order::order;
use crate::value::time::Date;
use distinct::Distinct;
use ranked::Ranked;
pub use table::AggregateEntry;
pub(crate) use total::mean_of_integers;
use total::{Moments, Total};

/// A function over the rows of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AggregateFunction {
    /// `count(*)` without argument, `count(e)` with one: how many are not null.
    Count,
    /// `sum`.
    Sum,
    /// `avg`.
    Avg,
    /// `min`.
    Min,
    /// `max`.
    Max,
    /// `collect`.
    Collect,
    /// `stDev`: of a sample.
    StDev,
    /// `stDevP`: of a population.
    StDevP,
    /// `percentileCont`.
    PercentileCont,
    /// `percentileDisc`.
    PercentileDisc,
}

/// The state of one aggregate over one group.
#[derive(Clone, Debug)]
pub struct Accumulator(State);

#[derive(Clone, Debug)]
enum State {
    Count(i64),
    Sum(Total),
    Avg(Total),
    /// `min` and `max`: the extreme so far, and which ordering against it replaces it.
    Extreme(Value, Ordering),
    Collect(Vec<Value>),
    StDev(Moments),
    StDevP(Moments),
    PercentileCont(Ranked),
    PercentileDisc(Ranked),
    Distinct(Box<Distinct>),
}

impl Accumulator {
    /// An accumulator that has seen nothing.
    pub fn new(function: AggregateFunction, distinct: bool) -> Accumulator {
        if distinct {
            return Accumulator(State::Distinct(Box::new(Distinct::new(function))));
        }
        Accumulator(match function {
            AggregateFunction::Count => State::Count(0),
            AggregateFunction::Sum => State::Sum(Total::default()),
            AggregateFunction::Avg => State::Avg(Total::default()),
            AggregateFunction::Min => State::Extreme(Value::Null, Ordering::Less),
            AggregateFunction::Max => State::Extreme(Value::Null, Ordering::Greater),
            AggregateFunction::Collect => State::Collect(Vec::new()),
            AggregateFunction::StDev => State::StDev(Moments::default()),
            AggregateFunction::StDevP => State::StDevP(Moments::default()),
            AggregateFunction::PercentileCont => State::PercentileCont(Ranked::default()),
            AggregateFunction::PercentileDisc => State::PercentileDisc(Ranked::default()),
        })
    }

    /// Takes the arguments of one row: none for `count(*)`, two for percentiles.
    ///
    /// An error if a value is of a type that the function does not take, or a percentile is not
    /// between 0 and 1.
    pub fn update(&mut self, args: &[Value]) -> Result<()> {
        let Some(value) = args.first() else {
            self.update_count(1);
            return Ok(());
        };
        match &mut self.0 {
            State::PercentileCont(ranked) => ranked.set_percentile("percentileCont", args)?,
            State::PercentileDisc(ranked) => ranked.set_percentile("percentileDisc", args)?,
            State::Distinct(distinct) => return distinct.add(value, args.get(1)),
            _ => {}
        }
        if value.is_null() { Ok(()) } else { self.add(value) }
    }

    /// Takes the arguments of so many equal rows.
    ///
    /// ```
    /// use dossier::expr::aggregate::{Accumulator, AggregateFunction};
    /// let mut mean = Accumulator::new(AggregateFunction::Avg, false);
    /// mean.update_times(&[30.into()], 3)?;
    /// mean.update_times(&[50.into()], 1)?;
    /// assert_eq!(mean.finish()?, 35.0.into());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn update_times(&mut self, args: &[Value], times: u64) -> Result<()> {
        match (&mut self.0, args.first()) {
            (_, _) if times == 0 => Ok(()),
            (State::Count(count), None) => {
                *count = count.saturating_add(i64::try_from(times).unwrap_or(i64::MAX));
                Ok(())
            }
            (State::Sum(_) | State::Avg(_), Some(Value::Null)) => Ok(()),
            (State::Sum(total), Some(value)) => total.add_times("sum", value, times),
            (State::Avg(total), Some(value)) => total.add_times("avg", value, times),
            // Once is as good as often.
            (State::Extreme(..) | State::Distinct(_), _) => self.update(args),
            _ => (0..times).try_for_each(|_| self.update(args)),
        }
    }

    /// Takes so many equal integers.
    ///
    /// ```
    /// use dossier::expr::aggregate::{Accumulator, AggregateFunction};
    /// let mut least = Accumulator::new(AggregateFunction::Min, false);
    /// least.update_integer(30, 3)?;
    /// least.update_integer(50, 0)?;
    /// assert_eq!(least.finish()?, 30.into());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn update_integer(&mut self, value: i64, times: u64) -> Result<()> {
        if times == 0 {
            return Ok(());
        }
        match &mut self.0 {
            State::Sum(total) => total.add_integer("sum", value, times),
            State::Avg(total) => total.add_integer("avg", value, times),
            State::Extreme(Value::Integer(known), replaces) => {
                if value.cmp(known) == *replaces {
                    *known = value;
                }
                Ok(())
            }
            _ => self.update_times(&[Value::Integer(value)], times),
        }
    }

    /// Takes a date, as days since 1970-01-01, for `min` or `max`; one that counts no times is none.
    pub fn update_day(&mut self, days: i32, times: u64) {
        if times == 0 {
            return;
        }
        if let State::Extreme(extreme, replaces) = &mut self.0 {
            let date = Date::from_days(days.into());
            let is_next = match &*extreme {
                Value::Null => true,
                Value::Date(known) => date.cmp(known) == *replaces,
                other => order(&Value::Date(date), other) == *replaces,
            };
            if is_next {
                *extreme = Value::Date(date);
            }
        }
    }

    /// Takes the sum and the number of integers that somebody else has added up, for `sum` and `avg`.
    pub fn update_total(&mut self, sum: i128, count: u64) -> Result<()> {
        match &mut self.0 {
            State::Sum(total) => total.add_total("sum", sum, count),
            State::Avg(total) => total.add_total("avg", sum, count),
            _ => Ok(()),
        }
    }

    /// Takes a number of rows of `count(*)`, or of values that are known not to be null.
    pub fn update_count(&mut self, rows: i64) {
        if let State::Count(count) = &mut self.0 {
            *count += rows;
        }
    }

    /// Takes integers, none of them null, as one column.
    pub fn update_integers(&mut self, values: &[i64]) -> Result<()> {
        match &mut self.0 {
            State::Count(count) => *count += values.len() as i64,
            State::Sum(total) => total.add_integers("sum", values)?,
            State::Avg(total) => total.add_integers("avg", values)?,
            State::Extreme(_, replaces) => {
                let extreme = match replaces {
                    Ordering::Less => values.iter().min(),
                    _ => values.iter().max(),
                };
                return extreme.map_or(Ok(()), |&value| self.add(&Value::Integer(value)));
            }
            _ => return values.iter().try_for_each(|&value| self.update(&[Value::Integer(value)])),
        }
        Ok(())
    }

    /// Takes floats, none of them null, as one column.
    pub fn update_floats(&mut self, values: &[f64]) -> Result<()> {
        match &mut self.0 {
            State::Count(count) => *count += values.len() as i64,
            State::Sum(total) => total.add_floats("sum", values)?,
            State::Avg(total) => total.add_floats("avg", values)?,
            State::StDev(moments) | State::StDevP(moments) => {
                values.iter().for_each(|&value| moments.add(value));
            }
            _ => return values.iter().try_for_each(|&value| self.update(&[Value::Float(value)])),
        }
        Ok(())
    }

    /// Takes what another accumulator of the same function has seen, as if its rows came after.
    ///
    /// An accumulator of another function is a mistake of the caller; it is left out.
    pub fn merge(&mut self, other: Accumulator) -> Result<()> {
        match (&mut self.0, other.0) {
            (State::Count(count), State::Count(more)) => *count += more,
            (State::Sum(total), State::Sum(more)) => total.merge("sum", &more)?,
            (State::Avg(total), State::Avg(more)) => total.merge("avg", &more)?,
            (State::Extreme(..), State::Extreme(Value::Null, _)) => {}
            (State::Extreme(..), State::Extreme(value, _)) => self.add(&value)?,
            (State::Collect(values), State::Collect(more)) => {
                limits::check_length(values.len() + more.len())?;
                values.extend(more);
            }
            (State::StDev(moments), State::StDev(more))
            | (State::StDevP(moments), State::StDevP(more)) => moments.merge(&more),
            (State::PercentileCont(ranked), State::PercentileCont(more))
            | (State::PercentileDisc(ranked), State::PercentileDisc(more)) => {
                ranked.percentile = ranked.percentile.or(more.percentile);
                ranked.values.extend(more.values);
            }
            (State::Distinct(distinct), State::Distinct(more)) => {
                for value in &more.values {
                    distinct.add(value, more.second.as_ref())?;
                }
            }
            _ => debug_assert!(false, "accumulators of one aggregate have one kind"),
        }
        Ok(())
    }

    /// Whether a merge would have to know whose rows came first: both have the same extreme, and
    /// it looks different, as `1` and `1.0` do.
    ///
    /// ```
    /// use dossier::expr::aggregate::{Accumulator, AggregateFunction};
    /// let greatest = |value: dossier::Value| {
    ///     let mut greatest = Accumulator::new(AggregateFunction::Max, false);
    ///     greatest.update(&[value]).map(|()| greatest)
    /// };
    /// assert!(greatest(1.into())?.ties(&greatest(1.0.into())?));
    /// assert!(!greatest(1.into())?.ties(&greatest(1.into())?));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn ties(&self, other: &Accumulator) -> bool {
        let (State::Extreme(a, _), State::Extreme(b, _)) = (&self.0, &other.0) else {
            return false;
        };
        let is_same = match (a, b) {
            (Value::Null, _) | (_, Value::Null) => return false,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::Integer(_), Value::Integer(_))
            | (Value::Boolean(_), Value::Boolean(_))
            | (Value::String(_), Value::String(_))
            | (Value::Date(_), Value::Date(_)) => true,
            _ => false,
        };
        !is_same && order(a, b) == Ordering::Equal
    }

    /// The result over everything seen.
    ///
    /// An error if a sum of integers exceeds 64 bits or a list is too large.
    pub fn finish(self) -> Result<Value> {
        match self.0 {
            State::Count(count) => Ok(Value::Integer(count)),
            State::Sum(total) => total.sum(),
            State::Avg(total) => total.mean(),
            State::Extreme(value, _) => Ok(value),
            State::Collect(values) => limits::list(values),
            State::StDev(moments) => Ok(moments.deviation(1).into()),
            State::StDevP(moments) => Ok(moments.deviation(0).into()),
            State::PercentileCont(ranked) => Ok(ranked.interpolated()),
            State::PercentileDisc(ranked) => Ok(ranked.nearest()),
            State::Distinct(distinct) => distinct.finish(),
        }
    }

    /// About how many bytes it keeps beside itself, for the executor's account of memory.
    pub fn heap_bytes(&self) -> usize {
        let values = match &self.0 {
            State::Collect(values) => values.capacity(),
            State::PercentileCont(ranked) | State::PercentileDisc(ranked) => {
                ranked.values.capacity()
            }
            State::Distinct(distinct) => {
                return distinct.values.capacity() * size_of::<Value>()
                    + distinct.positions.capacity() * size_of::<(u64, u32)>();
            }
            _ => 0,
        };
        values * size_of::<Value>()
    }

    /// Takes a value that is not null.
    fn add(&mut self, value: &Value) -> Result<()> {
        match &mut self.0 {
            State::Count(count) => *count += 1,
            State::Sum(total) => total.add("sum", value)?,
            State::Avg(total) => total.add("avg", value)?,
            State::Extreme(extreme, replaces) => {
                if extreme.is_null() || order(value, extreme) == *replaces {
                    extreme.clone_from(value);
                }
            }
            State::Collect(values) => {
                limits::check_length(values.len() + 1)?;
                values.push(value.clone());
            }
            State::StDev(moments) => moments.add(number("stDev", value)?),
            State::StDevP(moments) => moments.add(number("stDevP", value)?),
            State::PercentileCont(ranked) => ranked.add("percentileCont", value)?,
            State::PercentileDisc(ranked) => ranked.add("percentileDisc", value)?,
            State::Distinct(distinct) => distinct.add(value, None)?,
        }
        Ok(())
    }
}

impl AggregateFunction {
    /// The aggregate function that goes by a name, upper and lower case alike.
    ///
    /// ```
    /// use dossier::expr::aggregate::AggregateFunction;
    /// assert_eq!(AggregateFunction::lookup("STDEV"), Some(AggregateFunction::StDev));
    /// assert_eq!(AggregateFunction::lookup("size"), None);
    /// ```
    pub fn lookup(name: &str) -> Option<AggregateFunction> {
        let mut all = AggregateFunction::entries();
        all.find(|entry| entry.name.eq_ignore_ascii_case(name)).map(|entry| entry.function)
    }

    /// The table: every name with its signature, what it computes, and an example.
    pub fn entries() -> impl Iterator<Item = &'static AggregateEntry> {
        table::ENTRIES.iter()
    }

    /// The names of all aggregate functions, for "did you mean" and completion.
    pub fn names() -> impl Iterator<Item = &'static str> {
        table::ENTRIES.iter().map(|entry| entry.name)
    }

    /// How many arguments it takes, `count(*)` apart.
    pub const fn arity(self) -> usize {
        match self {
            AggregateFunction::PercentileCont | AggregateFunction::PercentileDisc => 2,
            _ => 1,
        }
    }
}

fn number(function: &str, value: &Value) -> Result<f64> {
    value.as_float().ok_or_else(|| wrong_type(function, "numbers", value))
}

fn wrong_type(function: &str, wanted: &str, value: &Value) -> Error {
    let message = format!("{function}() takes {wanted}, not {}.", value.with_article());
    Error::new(&codes::ARGUMENT_TYPE, message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::order::equivalent;
    use crate::value::time::Duration;

    const ALL: [AggregateFunction; 8] = [
        AggregateFunction::Count,
        AggregateFunction::Sum,
        AggregateFunction::Avg,
        AggregateFunction::Min,
        AggregateFunction::Max,
        AggregateFunction::Collect,
        AggregateFunction::StDev,
        AggregateFunction::StDevP,
    ];

    fn over(function: AggregateFunction, distinct: bool, values: &[Value]) -> Result<Value> {
        let mut accumulator = Accumulator::new(function, distinct);
        for value in values {
            accumulator.update(std::slice::from_ref(value))?;
        }
        accumulator.finish()
    }

    fn percentile(function: AggregateFunction, values: &[f64], at: f64) -> Result<Value> {
        let mut accumulator = Accumulator::new(function, false);
        for &value in values {
            accumulator.update(&[value.into(), at.into()])?;
        }
        accumulator.finish()
    }

    fn near(a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Float(a), Value::Float(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1.0),
            _ => equivalent(a, b),
        }
    }

    #[test]
    fn groups_of_nothing() {
        let nothing = |function| over(function, false, &[Value::Null]).ok();
        assert_eq!(nothing(AggregateFunction::Count), Some(0.into()));
        assert_eq!(nothing(AggregateFunction::Sum), Some(0.into()));
        assert_eq!(nothing(AggregateFunction::Avg), Some(Value::Null));
        assert_eq!(nothing(AggregateFunction::Max), Some(Value::Null));
        assert_eq!(nothing(AggregateFunction::Collect), Some(Value::list([])));
        assert_eq!(nothing(AggregateFunction::StDev), Some(0.0.into()));
        assert_eq!(percentile(AggregateFunction::PercentileDisc, &[], 0.5).ok(), Some(Value::Null));
    }

    #[test]
    fn extremes_are_those_of_the_order_across_types() {
        let mixed =
            [1.into(), "a".into(), Value::Null, Value::list([1.into(), 2.into()]), 0.2.into()];
        assert_eq!(over(AggregateFunction::Max, false, &mixed).ok(), Some(1.into()));
        let least = over(AggregateFunction::Min, false, &mixed).ok();
        assert_eq!(least, Some(Value::list([1.into(), 2.into()])));
    }

    #[test]
    fn sums_overflow_at_the_end_and_means_do_not() {
        let sum = |values: &[Value]| over(AggregateFunction::Sum, false, values);
        assert_eq!(sum(&[i64::MAX.into(), 1.into(), (-1).into()]).ok(), Some(i64::MAX.into()));
        let error = sum(&[i64::MAX.into(), 1.into()]).map_err(|error| error.detail());
        assert_eq!(error, Err("IntegerOverflow"));
        let tenths = vec![Value::Float(0.1); 10];
        assert_eq!(sum(&tenths).ok(), Some(1.0.into()));
        let mean = over(AggregateFunction::Avg, false, &[1e308.into(), 1e308.into()]);
        assert_eq!(mean.ok(), Some(1e308.into()));
        assert!(sum(&["1".into()]).is_err());
    }

    #[test]
    fn durations_add_up_by_themselves() {
        let day = Value::from(Duration::new(0, 1, 0, 0).expect("a day"));
        let mean = over(AggregateFunction::Avg, false, &[day.clone(), day.clone()]);
        assert_eq!(mean.ok(), Some(day.clone()));
        assert!(over(AggregateFunction::Sum, false, &[day.clone(), 1.into()]).is_err());
        assert!(over(AggregateFunction::Sum, false, &[1.into(), day]).is_err());
    }

    #[test]
    fn distinct_values_are_the_first_of_their_kind() {
        let values =
            [1.into(), 2.into(), 1.0.into(), Value::Null, f64::NAN.into(), f64::NAN.into()];
        assert_eq!(over(AggregateFunction::Count, true, &values).ok(), Some(3.into()));
        let collected = over(AggregateFunction::Collect, true, &values[..4]).ok();
        assert_eq!(collected, Some(Value::list([1.into(), 2.into()])));
    }

    #[test]
    fn percentiles_by_rank_and_between() {
        let disc = |at| percentile(AggregateFunction::PercentileDisc, &[30.0, 10.0, 20.0], at).ok();
        let cont = |at| percentile(AggregateFunction::PercentileCont, &[30.0, 10.0, 20.0], at).ok();
        assert_eq!([disc(0.0), disc(0.5), disc(1.0)], [10.0, 20.0, 30.0].map(|v| Some(v.into())));
        assert_eq!([cont(0.25), cont(0.5), cont(1.0)], [15.0, 20.0, 30.0].map(|v| Some(v.into())));
        let thirty: Vec<f64> = (1..=30).map(f64::from).collect();
        let tenth = percentile(AggregateFunction::PercentileDisc, &thirty, 0.1).ok();
        assert_eq!(tenth, Some(3.0.into()));
        for wrong in [1.1, -1.0, f64::NAN] {
            let error = percentile(AggregateFunction::PercentileDisc, &[1.0], wrong);
            assert_eq!(error.map_err(|error| error.detail()), Err("NumberOutOfRange"));
        }
    }

    proptest! {
        #[test]
        fn parts_merge_to_the_whole(values in prop::collection::vec(-9_i64..9, 0..20), cut in 0..20_usize, distinct: bool) {
            let values: Vec<Value> = values.into_iter().map(|v| if v % 2 == 0 { v.into() } else { Value::Float(v as f64) }).collect();
            let (left, right) = values.split_at(cut.min(values.len()));
            for function in ALL {
                let mut merged = Accumulator::new(function, distinct);
                let mut part = Accumulator::new(function, distinct);
                left.iter().try_for_each(|value| merged.update(std::slice::from_ref(value)))?;
                right.iter().try_for_each(|value| part.update(std::slice::from_ref(value)))?;
                merged.merge(part)?;
                let (merged, whole) = (merged.finish()?, over(function, distinct, &values)?);
                prop_assert!(near(&merged, &whole), "{function:?}: {merged:?} {whole:?}");
            }
        }

        #[test]
        fn columns_agree_with_rows(integers: Vec<i64>, floats in prop::collection::vec(-1e9..1e9, 0..20)) {
            for function in ALL {
                let mut column = Accumulator::new(function, false);
                column.update_integers(&integers)?;
                column.update_floats(&floats)?;
                let rows: Vec<Value> = integers.iter().map(|&v| v.into()).chain(floats.iter().map(|&v: &f64| v.into())).collect();
                match (column.finish(), over(function, false, &rows)) {
                    (Ok(column), Ok(rows)) => prop_assert!(near(&column, &rows), "{function:?}: {column:?} {rows:?}"),
                    (column, rows) => prop_assert_eq!(column.is_err(), rows.is_err()),
                }
            }
        }
    }
}
