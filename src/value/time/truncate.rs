//! `date.truncate('month', d, {day: 2})`: cutting off what is smaller than a unit.
//!
//! The value is cut down to the unit, brought to the type that is asked for, and the components
//! of the map then replace what was cut off. A `timezone` in the map replaces the zone without
//! converting.

use super::build::{self, at, cannot_become, resolved};
use super::fields::{Field, Fields, Shape, parts};
use super::{Clock, Date, DateTime, LocalDateTime, LocalTime, NANOS_PER_DAY, Time, Zone, civil};
use crate::error::{Error, Result, eval};
use crate::text::suggest::nearest;
use crate::value::{Map, Value};

/// A unit to truncate to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// A thousand years, from a year that ends in 000.
    Millennium,
    /// A hundred years, from a year that ends in 00.
    Century,
    /// Ten years, from a year that ends in 0.
    Decade,
    /// From 1 January.
    Year,
    /// From the Monday of ISO week 1.
    WeekYear,
    /// Three months, from 1 January, April, July or October.
    Quarter,
    /// From the first of the month.
    Month,
    /// From Monday.
    Week,
    /// From midnight.
    Day,
    /// Sixty minutes.
    Hour,
    /// Sixty seconds.
    Minute,
    /// A second.
    Second,
    /// A thousandth of a second.
    Millisecond,
    /// A millionth of a second.
    Microsecond,
}

impl Unit {
    /// Every unit, largest first.
    pub const ALL: [Unit; 14] = [
        Unit::Millennium,
        Unit::Century,
        Unit::Decade,
        Unit::Year,
        Unit::WeekYear,
        Unit::Quarter,
        Unit::Month,
        Unit::Week,
        Unit::Day,
        Unit::Hour,
        Unit::Minute,
        Unit::Second,
        Unit::Millisecond,
        Unit::Microsecond,
    ];

    /// The name in the language.
    pub const fn as_str(self) -> &'static str {
        match self {
            Unit::Millennium => "millennium",
            Unit::Century => "century",
            Unit::Decade => "decade",
            Unit::Year => "year",
            Unit::WeekYear => "weekYear",
            Unit::Quarter => "quarter",
            Unit::Month => "month",
            Unit::Week => "week",
            Unit::Day => "day",
            Unit::Hour => "hour",
            Unit::Minute => "minute",
            Unit::Second => "second",
            Unit::Millisecond => "millisecond",
            Unit::Microsecond => "microsecond",
        }
    }

    /// The unit of a name, whatever its case; an error suggests the nearest.
    ///
    /// ```
    /// use dossier::value::time::Unit;
    /// assert_eq!(Unit::parse("weekYear")?, Unit::WeekYear);
    /// assert_eq!(Unit::parse("mont").unwrap_err().hints(), ["did you mean 'month'?"]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn parse(name: &str) -> Result<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.as_str().eq_ignore_ascii_case(name)).ok_or_else(
            || {
                let near = nearest(name, Unit::ALL.into_iter().map(Unit::as_str));
                Error::new(
                    &eval::ARGUMENT_VALUE,
                    format!("there is no unit '{name}' to truncate to"),
                )
                .hint_opt(near.map(|near| format!("did you mean '{near}'?")))
            },
        )
    }

    /// The first day of the unit that holds the day; the day itself for units below a day.
    fn first_day(self, date: Date) -> Option<Date> {
        let (year, month, _) = date.ymd();
        let first_of_years = |count: i64| Date::from_ymd(year.div_euclid(count) * count, 1, 1);
        match self {
            Unit::Millennium => first_of_years(1_000),
            Unit::Century => first_of_years(100),
            Unit::Decade => first_of_years(10),
            Unit::Year => first_of_years(1),
            Unit::WeekYear => Date::checked_from_days(civil::first_monday(date.week_year())),
            Unit::Quarter => Date::from_quarter(year, civil::quarter(month), 1),
            Unit::Month => Date::from_ymd(year, month, 1),
            Unit::Week => date.checked_add_days(1 - i64::from(date.day_of_week())),
            _ => Some(date),
        }
    }

    /// The beginning of the unit that holds the time; midnight for units of a day and more.
    fn first_moment(self, time: LocalTime) -> LocalTime {
        let nanos = match self {
            Unit::Hour => 3_600_000_000_000,
            Unit::Minute => 60_000_000_000,
            Unit::Second => 1_000_000_000,
            Unit::Millisecond => 1_000_000,
            Unit::Microsecond => 1_000,
            _ => NANOS_PER_DAY,
        };
        LocalTime::from_nanos(time.nanos() / nanos * nanos)
            .expect("the beginning of a unit is before its end")
    }
}

impl Date {
    /// The beginning of the unit of a value with a date, with the components of a map.
    ///
    /// An error if the unit is smaller than a day or the value has no date.
    ///
    /// ```
    /// use dossier::value::{Map, time::{Date, Unit}};
    /// let day = Date::parse("1984-10-11")?.into();
    /// assert_eq!(Date::truncate(Unit::Quarter, &day, &Map::new())?.to_string(), "1984-10-01");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn truncate(unit: Unit, source: &Value, overrides: &Map) -> Result<Date> {
        if unit > Unit::Day {
            return Err(wrong_unit(unit, "smaller than a day", build::DATE));
        }
        let cut = Cut::new(unit, source, overrides, build::DATE)?;
        cut.fields.date(Some(cut.date?))
    }
}

impl LocalTime {
    /// The beginning of the unit of a value with a time, with the components of a map.
    ///
    /// An error if the unit is larger than a day or the value has no time.
    #[doc(hidden)]
    pub fn truncate(unit: Unit, source: &Value, overrides: &Map) -> Result<LocalTime> {
        let cut = Cut::of_time(unit, source, overrides, build::LOCAL_TIME)?;
        cut.fields.time(Some(cut.time))
    }
}

impl Time {
    /// The beginning of the unit of a value with a time, with the components of a map.
    ///
    /// An error if the unit is larger than a day or the value has no time.
    #[doc(hidden)]
    pub fn truncate(unit: Unit, source: &Value, overrides: &Map, now: &Clock) -> Result<Time> {
        let cut = Cut::of_time(unit, source, overrides, build::TIME)?;
        let local = cut.fields.time(Some(cut.time))?;
        let stated = cut.fields.zone.map(|zone| now.in_zone(zone).time().offset_seconds());
        let own = cut.zone.map(|(_, offset_s)| offset_s);
        Ok(at(local, stated.or(own).unwrap_or(now.time().offset_seconds())))
    }
}

impl LocalDateTime {
    /// The beginning of the unit of a value with a date, with the components of a map.
    #[doc(hidden)]
    pub fn truncate(unit: Unit, source: &Value, overrides: &Map) -> Result<LocalDateTime> {
        let cut = Cut::new(unit, source, overrides, build::LOCAL_DATE_TIME)?;
        let date = cut.fields.date(Some(cut.date?))?;
        Ok(LocalDateTime::new(date, cut.fields.time(Some(cut.time))?))
    }
}

impl DateTime {
    /// The beginning of the unit of a value with a date, with the components of a map.
    ///
    /// ```
    /// use dossier::value::{Map, Value, time::{Clock, DateTime, Unit, Zone}};
    /// let now = Clock::new(0, 0, Zone::UTC);
    /// let noon = DateTime::parse("1984-10-11T12:31-01:00")?.into();
    /// let zone = Map::from([("timezone".into(), Value::from("Europe/Stockholm"))]);
    /// let hour = DateTime::truncate(Unit::Hour, &noon, &zone, &now)?;
    /// assert_eq!(hour.to_string(), "1984-10-11T12:00+01:00[Europe/Stockholm]");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn truncate(unit: Unit, source: &Value, overrides: &Map, now: &Clock) -> Result<DateTime> {
        let cut = Cut::new(unit, source, overrides, build::DATE_TIME)?;
        let date = cut.fields.date(Some(cut.date?))?;
        let local = LocalDateTime::new(date, cut.fields.time(Some(cut.time))?);
        match (cut.fields.zone, cut.zone) {
            (None, Some((zone, offset_s))) => resolved(local, zone, Some(offset_s)),
            (stated, _) => resolved(local, stated.unwrap_or_else(|| now.zone()), None),
        }
    }
}

/// A value cut down to a unit, and the map of what is to replace.
struct Cut {
    date: Result<Date>,
    time: LocalTime,
    zone: Option<(Zone, i32)>,
    fields: Fields,
}

impl Cut {
    fn new(unit: Unit, source: &Value, overrides: &Map, shape: Shape) -> Result<Cut> {
        let (date, time, zone) = parts(source);
        let date = match date {
            Some(date) => unit.first_day(date).ok_or_else(|| {
                let message =
                    format!("the {} of {date} begins before {}", unit.as_str(), Date::MIN);
                Error::new(&eval::NUMBER_OUT_OF_RANGE, message)
            }),
            None => Err(cannot_become(source, shape.what)),
        };
        let time = unit.first_moment(time.unwrap_or(LocalTime::MIDNIGHT));
        let mut fields = Fields::read(overrides, shape)?;
        if fields.sources.date.is_some() || fields.sources.time.is_some() {
            let message = "the map of a truncation states components, not other values";
            return Err(Error::new(&eval::ARGUMENT_VALUE, message));
        }
        keep_fraction(unit, time, &mut fields);
        Ok(Cut { date, time, zone, fields })
    }

    fn of_time(unit: Unit, source: &Value, overrides: &Map, shape: Shape) -> Result<Cut> {
        if unit < Unit::Day {
            return Err(wrong_unit(unit, "larger than a day", shape));
        }
        if parts(source).1.is_none() {
            return Err(cannot_become(source, shape.what));
        }
        Cut::new(unit, source, overrides, shape)
    }
}

/// Smaller parts of a second add to the thousandths or millionths that were kept.
fn keep_fraction(unit: Unit, time: LocalTime, fields: &mut Fields) {
    let states = |field| fields.get(field).is_some();
    let (micros, nanos) = (states(Field::Microsecond), states(Field::Nanosecond));
    let kept = i64::from(time.nanosecond());
    match unit {
        Unit::Millisecond if micros || nanos => {
            fields.set_default(Field::Millisecond, kept / 1_000_000);
        }
        Unit::Microsecond if nanos && !micros && !states(Field::Millisecond) => {
            fields.set_default(Field::Microsecond, kept / 1_000);
        }
        _ => {}
    }
}

fn wrong_unit(unit: Unit, how: &str, shape: Shape) -> Error {
    let message =
        format!("{} cannot be truncated to {}, which is {how}", shape.what, unit.as_str());
    Error::new(&eval::ARGUMENT_VALUE, message)
}
