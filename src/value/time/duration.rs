//! [`Duration`]: a length of time.

use std::cmp::Ordering;
use std::fmt;

use super::decimal::{self, Decimal};
use super::{NANOS_PER_DAY, format};
use crate::error::{Error, Result, eval};
use crate::value::Value;

/// Seconds in the average month of the Gregorian calendar, 1/4,800 of its 400-year cycle.
const SECONDS_PER_MONTH: i128 = 2_629_746;
/// The average month is 48,699 / 1,600 = 30.436,875 days long.
const DAYS_PER_MONTH: (i128, i128) = (48_699, 1_600);

/// A length of time: months, days, seconds and nanoseconds, kept apart as openCypher does.
///
/// A month has no fixed number of days, and a day, where clocks change, no fixed number of
/// seconds; so two durations are equal only if each part is. They are *ordered* by average
/// length (a month of 30.436,875 days, a day of 24 hours), then by months, then by days.
///
/// ```
/// use dossier::value::time::Duration;
/// let length = Duration::parse("P1Y2M3DT4H")?;
/// assert_eq!((length.months(), length.days(), length.seconds()), (14, 3, 14_400));
/// assert_eq!(length.negated()?.to_string(), "P-1Y-2M-3DT-4H");
/// assert!(Duration::parse("P1M")? != Duration::parse("P30D")?);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Duration {
    months: i64,
    days: i64,
    seconds: i64,
    /// Always 0 to 999,999,999; a negative length has negative seconds.
    nanos: i32,
}

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration { months: 0, days: 0, seconds: 0, nanos: 0 };

    /// A duration of these parts; nanoseconds beyond a second carry over to the seconds. `None`
    /// if the seconds exceed 64 bits.
    ///
    /// ```
    /// use dossier::value::time::Duration;
    /// let duration = Duration::new(14, 3, 70, -1).expect("small");
    /// assert_eq!(duration.to_string(), "P1Y2M3DT1M9.999999999S");
    /// ```
    pub const fn new(months: i64, days: i64, seconds: i64, nanos: i64) -> Option<Duration> {
        let (carry, nanos) = (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
        match seconds.checked_add(carry) {
            Some(seconds) => Some(Duration { months, days, seconds, nanos: nanos as i32 }),
            None => None,
        }
    }

    /// The months, years included.
    pub const fn months(&self) -> i64 {
        self.months
    }

    /// The days, weeks included.
    pub const fn days(&self) -> i64 {
        self.days
    }

    /// The whole seconds, hours and minutes included, rounded down.
    pub const fn seconds(&self) -> i64 {
        self.seconds
    }

    /// The nanoseconds beyond [`Duration::seconds`], 0 to 999,999,999.
    pub const fn nanoseconds_of_second(&self) -> i32 {
        self.nanos
    }

    /// The seconds and nanoseconds together, in nanoseconds.
    pub const fn clock_nanos(&self) -> i128 {
        self.seconds as i128 * 1_000_000_000 + self.nanos as i128
    }

    /// The whole days of 24 hours that the seconds make up, rounded towards zero.
    pub(super) const fn whole_days_of_seconds(&self) -> i64 {
        (self.clock_nanos() / NANOS_PER_DAY as i128) as i64
    }

    /// A duration of these parts, the last in nanoseconds of any number.
    pub(super) fn from_parts(months: i128, days: i128, clock_nanos: i128) -> Option<Duration> {
        Some(Duration {
            months: i64::try_from(months).ok()?,
            days: i64::try_from(days).ok()?,
            seconds: i64::try_from(clock_nanos.div_euclid(1_000_000_000)).ok()?,
            nanos: clock_nanos.rem_euclid(1_000_000_000) as i32,
        })
    }

    /// A duration of amounts with fractions: a fraction of a month becomes days, that of a day
    /// seconds, that of a second nanoseconds, and what is below a nanosecond is dropped.
    pub(super) fn from_amounts(
        months: Decimal,
        days: Decimal,
        seconds: Decimal,
        nanos: Decimal,
    ) -> Option<Duration> {
        let carried = months.fraction() * DAYS_PER_MONTH.0 / DAYS_PER_MONTH.1;
        let days = days.checked_add(Decimal::from_units(carried))?;
        let carried = days.fraction() * 86_400;
        let seconds = seconds.checked_add(Decimal::from_units(carried))?;
        let below = (seconds.fraction() * 1_000_000_000 + nanos.fraction()) / decimal::ONE;
        let clock = seconds.whole() * 1_000_000_000 + nanos.whole() + below;
        Duration::from_parts(months.whole(), days.whole(), clock)
    }

    /// The sum, part by part.
    ///
    /// ```
    /// use dossier::value::time::Duration;
    /// let sum = Duration::parse("P1M")?.plus(&Duration::parse("P-14DT16H")?)?;
    /// assert_eq!(sum.to_string(), "P1M-14DT16H");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn plus(&self, other: &Duration) -> Result<Duration> {
        Duration::from_parts(
            i128::from(self.months) + i128::from(other.months),
            i128::from(self.days) + i128::from(other.days),
            self.clock_nanos() + other.clock_nanos(),
        )
        .ok_or_else(|| too_long(format_args!("{self} and {other} add up to")))
    }

    /// The difference, part by part.
    ///
    /// An error if a part exceeds 64 bits.
    ///
    /// ```
    /// use dossier::value::time::Duration;
    /// let left = Duration::parse("P1M")?.minus(&Duration::parse("P14D")?)?;
    /// assert_eq!((left.months(), left.days()), (1, -14));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn minus(&self, other: &Duration) -> Result<Duration> {
        Duration::from_parts(
            i128::from(self.months) - i128::from(other.months),
            i128::from(self.days) - i128::from(other.days),
            self.clock_nanos() - other.clock_nanos(),
        )
        .ok_or_else(|| too_long(format_args!("{self} minus {other} is")))
    }

    /// The same length backwards.
    pub fn negated(&self) -> Result<Duration> {
        Duration::ZERO.minus(self)
    }

    /// This length times an integer or a float; fractions carry over to the smaller parts.
    ///
    /// An error if the factor is no finite number or the product exceeds 64 bits in a part.
    ///
    /// ```
    /// use dossier::value::{Value, time::Duration};
    /// let month = Duration::parse("P1M")?;
    /// assert_eq!(month.multiply(&Value::Float(0.5))?.to_string(), "P15DT5H14M33S");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn multiply(&self, factor: &Value) -> Result<Duration> {
        let (numerator, denominator) = ratio(factor, "multiplied")?;
        self.scaled(numerator, denominator)
            .ok_or_else(|| too_long(format_args!("{self} times that number is")))
    }

    /// This length divided by an integer or a float; fractions carry over to the smaller parts.
    ///
    /// An error if the divisor is zero or no finite number.
    ///
    /// ```
    /// use dossier::value::time::Duration;
    /// assert_eq!(Duration::parse("P1DT12H")?.divide(&2.into())?.to_string(), "PT18H");
    /// assert_eq!(Duration::ZERO.divide(&0.into()).unwrap_err().code(), "eval::division_by_zero");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn divide(&self, divisor: &Value) -> Result<Duration> {
        let (numerator, denominator) = ratio(divisor, "divided")?;
        if divisor.as_float() == Some(0.0) {
            return Err(Error::new(&eval::DIVISION_BY_ZERO, format!("{self} divided by zero")));
        }
        self.scaled(denominator * numerator.signum(), numerator.abs())
            .ok_or_else(|| too_long(format_args!("{self} divided by that number is")))
    }

    /// Exact long division of each part, the remainder carried over to the next.
    fn scaled(&self, numerator: i128, denominator: i128) -> Option<Duration> {
        if denominator == 0 {
            return None;
        }
        let months = i128::from(self.months).checked_mul(numerator)?;
        let (months, rest) = (months / denominator, months % denominator);

        // From here on in units of 1/1,600 of a day, so that the average month is whole.
        let (per_month, per_day) = DAYS_PER_MONTH;
        let days = i128::from(self.days).checked_mul(numerator)?.checked_mul(per_day)?;
        let days = days.checked_add(rest.checked_mul(per_month)?)?;
        let day_denominator = denominator.checked_mul(per_day)?;
        let (days, rest) = (days / day_denominator, days % day_denominator);

        let seconds_per_unit = 86_400 / per_day;
        let seconds = i128::from(self.seconds).checked_mul(numerator)?;
        let seconds = seconds.checked_add(rest.checked_mul(seconds_per_unit)?)?;
        let (seconds, rest) = (seconds / denominator, seconds % denominator);

        let nanos = i128::from(self.nanos).checked_mul(numerator)?;
        let nanos = nanos.checked_add(rest.checked_mul(1_000_000_000)?)? / denominator;
        Duration::from_parts(months, days, seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?)
    }

    /// The average length in nanoseconds.
    fn average_nanos(&self) -> i128 {
        let seconds = i128::from(self.months) * SECONDS_PER_MONTH + i128::from(self.days) * 86_400;
        seconds * 1_000_000_000 + self.clock_nanos()
    }
}

/// A temporal value and a duration: `d + duration`.
///
/// Dates, times, dates with times and durations take one; for any other value it is an error.
///
/// ```
/// use dossier::value::time::{Duration, LocalTime, plus};
/// let sum = plus(&LocalTime::parse("23:30")?.into(), &Duration::parse("PT1H")?)?;
/// assert_eq!(sum, LocalTime::parse("00:30")?.into());
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn plus(value: &Value, duration: &Duration) -> Result<Value> {
    Ok(match value {
        Value::Date(value) => value.plus(duration)?.into(),
        Value::LocalTime(value) => value.plus(duration).into(),
        Value::Time(value) => value.plus(duration).into(),
        Value::LocalDateTime(value) => value.plus(duration)?.into(),
        Value::DateTime(value) => value.plus(duration)?.into(),
        Value::Duration(value) => value.plus(duration)?.into(),
        other => {
            let message = format!("a duration cannot be added to {}", other.with_article());
            return Err(Error::new(&eval::ARGUMENT_TYPE, message));
        }
    })
}

/// A temporal value less a duration: `d - duration`.
///
/// ```
/// use dossier::value::time::{Date, Duration, minus};
/// let day = minus(&Date::parse("2008-03-31")?.into(), &Duration::parse("P1M")?)?;
/// assert_eq!(day, Date::parse("2008-02-29")?.into());
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn minus(value: &Value, duration: &Duration) -> Result<Value> {
    match value {
        Value::Duration(value) => Ok(value.minus(duration)?.into()),
        _ => plus(value, &duration.negated()?),
    }
}

impl Ord for Duration {
    fn cmp(&self, other: &Duration) -> Ordering {
        (self.average_nanos(), self.months, self.days).cmp(&(
            other.average_nanos(),
            other.months,
            other.days,
        ))
    }
}

impl PartialOrd for Duration {
    fn partial_cmp(&self, other: &Duration) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        format::duration(f, self.months, self.days, self.clock_nanos())
    }
}

/// A number as numerator and denominator.
fn ratio(number: &Value, verb: &str) -> Result<(i128, i128)> {
    match number {
        Value::Integer(value) => Ok((i128::from(*value), 1)),
        Value::Float(value) => decimal::ratio(*value).ok_or_else(|| {
            let message = format!("a duration cannot be {verb} by {value:?}");
            Error::new(&eval::NUMBER_OUT_OF_RANGE, message)
        }),
        other => {
            let message = format!("a duration cannot be {verb} by {}", other.with_article());
            Err(Error::new(&eval::ARGUMENT_TYPE, message))
        }
    }
}

fn too_long(what: fmt::Arguments<'_>) -> Error {
    let message = format!("{what} more than a duration can hold (64 bits in each part)");
    Error::new(&eval::NUMBER_OUT_OF_RANGE, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duration(text: &str) -> Duration {
        Duration::parse(text).expect(text)
    }

    #[test]
    fn fractions_carry_over_when_scaled() {
        let long = duration("P12Y5M14DT16H13M10.000000001S");
        let half = Value::Float(0.5);
        assert_eq!(
            long.multiply(&half).map(|d| d.to_string()).ok().as_deref(),
            Some("P6Y2M22DT13H21M8S")
        );
        assert_eq!(long.divide(&Value::Integer(2)).ok(), long.multiply(&half).ok());
        assert_eq!(long.divide(&half).ok(), long.plus(&long).ok());
        let mixed = duration("P1M-14DT15H49M10S");
        assert_eq!(
            mixed.multiply(&half).map(|d| d.to_string()).ok().as_deref(),
            Some("P8DT13H9M8S")
        );
    }

    #[test]
    fn what_cannot_be_scaled_is_refused() {
        let day = duration("P1D");
        assert_eq!(
            day.divide(&Value::Integer(0)).map_err(|e| e.code()),
            Err("eval::division_by_zero")
        );
        assert_eq!(
            day.divide(&Value::Float(-0.0)).map_err(|e| e.code()),
            Err("eval::division_by_zero")
        );
        assert!(day.multiply(&Value::Float(f64::INFINITY)).is_err());
        assert!(day.multiply(&Value::Integer(i64::MAX)).is_ok());
        assert!(duration("P2D").multiply(&Value::Integer(i64::MAX)).is_err());
        assert!(day.multiply(&"2".into()).is_err());
        assert!(day.divide(&Value::Float(1e-300)).is_err());
    }

    #[test]
    fn order_goes_by_average_length() {
        let mut durations = ["P1M", "P30D", "P31D", "PT730H", "P1Y", "P-1D"].map(duration);
        durations.sort();
        let texts = durations.map(|duration| duration.to_string());
        assert_eq!(texts, ["P-1D", "P30D", "PT730H", "P1M", "P31D", "P1Y"]);
        assert!(duration("PT24H") != duration("P1D") && duration("PT24H") < duration("P1D"));
    }
}
