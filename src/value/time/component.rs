//! The components of temporal values: `d.weekYear`, `t.offsetMinutes`, `duration.monthsOfYear`.

use std::sync::Arc;

use super::{Date, DateTime, Duration, LocalTime, Zone, civil};
use crate::error::{Error, Result, eval};
use crate::value::Value;

/// A component that a temporal value may have.
///
/// Names become components once, when a query is bound; reading one is then a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is named exactly as the component in the language")]
pub enum Component {
    Year,
    Quarter,
    Month,
    Week,
    WeekYear,
    DayOfQuarter,
    Day,
    OrdinalDay,
    DayOfWeek,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
    Timezone,
    Offset,
    OffsetMinutes,
    OffsetSeconds,
    EpochSeconds,
    EpochMillis,
    Years,
    Quarters,
    Months,
    Weeks,
    Days,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    QuartersOfYear,
    MonthsOfQuarter,
    MonthsOfYear,
    DaysOfWeek,
    MinutesOfHour,
    SecondsOfMinute,
    MillisecondsOfSecond,
    MicrosecondsOfSecond,
    NanosecondsOfSecond,
}

impl Component {
    /// The component with a name in the language, if there is one.
    ///
    /// `weekDay` and `quarterDay` are other names of `dayOfWeek` and `dayOfQuarter`.
    pub fn parse(name: &str) -> Option<Component> {
        use Component as C;
        Some(match name {
            "year" => C::Year,
            "quarter" => C::Quarter,
            "month" => C::Month,
            "week" => C::Week,
            "weekYear" => C::WeekYear,
            "dayOfQuarter" | "quarterDay" => C::DayOfQuarter,
            "day" => C::Day,
            "ordinalDay" => C::OrdinalDay,
            "dayOfWeek" | "weekDay" => C::DayOfWeek,
            "hour" => C::Hour,
            "minute" => C::Minute,
            "second" => C::Second,
            "millisecond" => C::Millisecond,
            "microsecond" => C::Microsecond,
            "nanosecond" => C::Nanosecond,
            "timezone" => C::Timezone,
            "offset" => C::Offset,
            "offsetMinutes" => C::OffsetMinutes,
            "offsetSeconds" => C::OffsetSeconds,
            "epochSeconds" => C::EpochSeconds,
            "epochMillis" => C::EpochMillis,
            other => return Component::parse_of_duration(other),
        })
    }

    fn parse_of_duration(name: &str) -> Option<Component> {
        use Component as C;
        Some(match name {
            "years" => C::Years,
            "quarters" => C::Quarters,
            "months" => C::Months,
            "weeks" => C::Weeks,
            "days" => C::Days,
            "hours" => C::Hours,
            "minutes" => C::Minutes,
            "seconds" => C::Seconds,
            "milliseconds" => C::Milliseconds,
            "microseconds" => C::Microseconds,
            "nanoseconds" => C::Nanoseconds,
            "quartersOfYear" => C::QuartersOfYear,
            "monthsOfQuarter" => C::MonthsOfQuarter,
            "monthsOfYear" => C::MonthsOfYear,
            "daysOfWeek" => C::DaysOfWeek,
            "minutesOfHour" => C::MinutesOfHour,
            "secondsOfMinute" => C::SecondsOfMinute,
            "millisecondsOfSecond" => C::MillisecondsOfSecond,
            "microsecondsOfSecond" => C::MicrosecondsOfSecond,
            "nanosecondsOfSecond" => C::NanosecondsOfSecond,
            _ => return None,
        })
    }
}

/// A component of an uncertain date: `year`, `month`, `day` and `season` as numbers, null where
/// they are not known; `start` and `end` as uncertain dates; null for any other name.
///
/// ```
/// use dossier::value::{Value, time::{Edtf, edtf_component}};
/// let day = Edtf::parse("XXXX-11-12")?;
/// assert_eq!(edtf_component(&day, "year"), Value::Null);
/// assert_eq!(edtf_component(&day, "month"), Value::Integer(11));
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn edtf_component(edtf: &super::Edtf, name: &str) -> Value {
    match name {
        "year" => edtf.year().into(),
        "month" => edtf.month().into(),
        "day" => edtf.day().into(),
        "season" => edtf.season().into(),
        "level" => Value::Integer(i64::from(edtf.level())),
        "start" => edtf.start().into(),
        "end" => edtf.end().into(),
        "first" => edtf.first_day().into(),
        "last" => edtf.last_day().into(),
        _ => Value::Null,
    }
}

/// A component of a value; null if it has none such.
///
/// An error only where the component is a count beyond 64 bits.
///
/// ```
/// use dossier::value::{Value, time::{Component, Date, component}};
/// let day = Date::parse("1984-01-01")?.into();
/// let week_year = Component::parse("weekYear").expect("a component");
/// assert_eq!(component(&day, week_year)?, Value::Integer(1983));
/// assert_eq!(component(&day, Component::Hour)?, Value::Null);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn component(value: &Value, component: Component) -> Result<Value> {
    let number = match value {
        Value::Date(date) => date.component(component),
        Value::LocalTime(time) => time.component(component),
        Value::LocalDateTime(local) => {
            local.date().component(component).or_else(|| local.time().component(component))
        }
        Value::Time(time) => match component {
            Component::Timezone => return Ok(offset_text(time.offset_seconds())),
            _ => match of_offset(time.offset_seconds(), component) {
                Some(value) => return Ok(value),
                None => time.local().component(component),
            },
        },
        Value::DateTime(instant) => return of_instant(instant, component),
        Value::Duration(duration) => return duration.component(component),
        _ => None,
    };
    Ok(number.into())
}

impl Date {
    /// A component of the day as a number, if days have it.
    #[doc(hidden)]
    pub fn component(self, component: Component) -> Option<i64> {
        Some(match component {
            Component::Year => self.year(),
            Component::Quarter => self.quarter().into(),
            Component::Month => self.month().into(),
            Component::Week => self.week().into(),
            Component::WeekYear => self.week_year(),
            Component::DayOfQuarter => self.day_of_quarter().into(),
            Component::Day => self.day().into(),
            Component::OrdinalDay => self.ordinal_day().into(),
            Component::DayOfWeek => self.day_of_week().into(),
            _ => return None,
        })
    }
}

/// A component of days that are asked for in about their order: what is known of a day tells the others of its month.
pub(crate) struct InTurn {
    component: Component,
    /// The days for which it is known, the number of the first, and by how much it grows from one to the next.
    known: (i64, i64),
    first: i64,
    step: i64,
}

impl InTurn {
    /// Nothing is known of any day.
    pub(crate) fn new(component: Component) -> InTurn {
        InTurn { component, known: (0, -1), first: 0, step: 0 }
    }

    /// The component of a day, by its number since 1970, if days have it.
    #[inline]
    pub(crate) fn of(&mut self, day: i64) -> Option<i64> {
        let (first, last) = self.known;
        if day < first || day > last {
            self.learn(day)?;
        }
        Some(self.first + self.step * (day - self.known.0))
    }

    fn learn(&mut self, day: i64) -> Option<()> {
        let date = Date::from_days(day);
        let step = match self.component {
            Component::Year | Component::Quarter | Component::Month => 0,
            Component::Day | Component::DayOfQuarter | Component::OrdinalDay => 1,
            _ => {
                (self.known, self.first) = ((day, day), date.component(self.component)?);
                return Some(());
            }
        };
        let begin = Date::from_ymd(date.year(), date.month(), 1)?;
        let length = civil::days_in_month(date.year(), date.month());
        self.known = (begin.days(), begin.days() + i64::from(length) - 1);
        (self.first, self.step) = (begin.component(self.component)?, step);
        Some(())
    }
}

impl LocalTime {
    /// A component of the time of day as a number, if times have it.
    ///
    /// `millisecond` and `microsecond` are the fraction of the second in those units.
    #[doc(hidden)]
    pub fn component(self, component: Component) -> Option<i64> {
        Some(match component {
            Component::Hour => self.hour().into(),
            Component::Minute => self.minute().into(),
            Component::Second => self.second().into(),
            Component::Millisecond => (self.nanosecond() / 1_000_000).into(),
            Component::Microsecond => (self.nanosecond() / 1_000).into(),
            Component::Nanosecond => self.nanosecond().into(),
            _ => return None,
        })
    }
}

impl Duration {
    /// A component of the duration; null if durations have none such.
    ///
    /// `seconds` is all of the clock part rounded down, and `secondsOfMinute` and its kin what
    /// remains of it; months and days do not turn into hours. An error if a count of
    /// milliseconds, microseconds or nanoseconds exceeds 64 bits.
    #[doc(hidden)]
    pub fn component(&self, component: Component) -> Result<Value> {
        let nanos = i64::from(self.nanoseconds_of_second());
        let number = match component {
            Component::Years => self.months() / 12,
            Component::Quarters => self.months() / 3,
            Component::Months => self.months(),
            Component::QuartersOfYear => self.months() / 3 % 4,
            Component::MonthsOfQuarter => self.months() % 3,
            Component::MonthsOfYear => self.months() % 12,
            Component::Weeks => self.days() / 7,
            Component::Days => self.days(),
            Component::DaysOfWeek => self.days() % 7,
            Component::Hours => self.seconds() / 3_600,
            Component::Minutes => self.seconds() / 60,
            Component::MinutesOfHour => self.seconds() / 60 % 60,
            Component::Seconds => self.seconds(),
            Component::SecondsOfMinute => self.seconds() % 60,
            Component::Milliseconds => return self.count_of(1_000_000, "milliseconds"),
            Component::Microseconds => return self.count_of(1_000, "microseconds"),
            Component::Nanoseconds => return self.count_of(1, "nanoseconds"),
            Component::MillisecondsOfSecond => nanos / 1_000_000,
            Component::MicrosecondsOfSecond => nanos / 1_000,
            Component::NanosecondsOfSecond => nanos,
            _ => return Ok(Value::Null),
        };
        Ok(number.into())
    }

    fn count_of(&self, unit_nanos: i128, name: &str) -> Result<Value> {
        let count = self.clock_nanos().div_euclid(unit_nanos);
        i64::try_from(count).map(Value::Integer).map_err(|_| {
            Error::new(&eval::INTEGER_OVERFLOW, format!("{self} has more {name} than 64 bits hold"))
        })
    }
}

fn of_instant(instant: &DateTime, component: Component) -> Result<Value> {
    let local = instant.local();
    let number = match component {
        Component::Timezone => match instant.zone_name() {
            Some(name) => return Ok(name.into()),
            None => return Ok(offset_text(instant.offset_seconds())),
        },
        Component::EpochSeconds => Some(instant.epoch_seconds()),
        Component::EpochMillis => {
            let millis = instant.epoch_nanos().div_euclid(1_000_000);
            Some(i64::try_from(millis).map_err(|_| {
                let message = format!("{instant} has more epochMillis than 64 bits hold");
                Error::new(&eval::INTEGER_OVERFLOW, message)
            })?)
        }
        _ => match of_offset(instant.offset_seconds(), component) {
            Some(value) => return Ok(value),
            None => local.date().component(component).or_else(|| local.time().component(component)),
        },
    };
    Ok(number.into())
}

fn of_offset(offset_s: i32, component: Component) -> Option<Value> {
    Some(match component {
        Component::Offset => offset_text(offset_s),
        Component::OffsetMinutes => (offset_s / 60).into(),
        Component::OffsetSeconds => offset_s.into(),
        _ => return None,
    })
}

fn offset_text(offset_s: i32) -> Value {
    Value::String(Arc::from(Zone::Offset(offset_s).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_turn_have_the_components_of_each() {
        let all = [Component::Year, Component::Quarter, Component::Month, Component::Week]
            .into_iter()
            .chain([Component::Day, Component::DayOfQuarter, Component::OrdinalDay])
            .chain([Component::DayOfWeek, Component::WeekYear, Component::Hour]);
        for component in all {
            let mut in_turn = InTurn::new(component);
            let days = (-40_000..40_000).chain((-400..400).map(|at| -97 * at));
            for day in days {
                assert_eq!(in_turn.of(day), Date::from_days(day).component(component), "{day}");
            }
        }
    }

    #[test]
    fn counts_beyond_64_bits_are_errors() {
        let long = Duration::new(0, 0, i64::MAX, 0).expect("in range");
        assert!(long.component(Component::Nanoseconds).is_err());
        let late = DateTime::parse("+999999999-01-01T00:00Z").expect("a date").into();
        assert!(component(&late, Component::EpochMillis).is_err());
        assert_eq!(component(&late, Component::Year).ok(), Some(999_999_999.into()));
    }

    #[test]
    fn negative_durations_count_down() {
        let back = Duration::parse("PT-23H-59M-59.9S").expect("a duration");
        assert_eq!(back.component(Component::Seconds).ok(), Some((-86_400).into()));
        assert_eq!(back.component(Component::NanosecondsOfSecond).ok(), Some(100_000_000.into()));
        assert_eq!(back.component(Component::Milliseconds).ok(), Some((-86_399_900).into()));
    }
}
