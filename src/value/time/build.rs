//! Values from maps and from other values: what `date(x)`, `time(x)`, … do with their argument.
//!
//! A string is parsed, a map is read by [`Fields`], another temporal value gives up the parts
//! that the wanted type has. `{timezone: 'Asia/Tokyo'}` alone is the present moment there.
//!
//! The rule for zones: a time taken from a value with a zone keeps that zone, and then a stated
//! `timezone` converts (the same instant elsewhere); a time without a zone is simply read in the
//! stated one, or in the clock's.

use super::decimal::Decimal;
use super::fields::{Field, Fields, Shape, parts};
use super::{Clock, Date, DateTime, Duration, LocalDateTime, LocalTime, Time, Zone};
use crate::error::{Error, Result, eval};
use crate::text::suggest::nearest;
use crate::value::{Map, Value};

pub(super) const DATE: Shape =
    Shape { what: "a date", has_date: true, has_time: false, has_zone: false };
pub(super) const LOCAL_TIME: Shape =
    Shape { what: "a local time", has_date: false, has_time: true, has_zone: false };
pub(super) const TIME: Shape =
    Shape { what: "a time", has_date: false, has_time: true, has_zone: true };
pub(super) const LOCAL_DATE_TIME: Shape =
    Shape { what: "a local date and time", has_date: true, has_time: true, has_zone: false };
pub(super) const DATE_TIME: Shape =
    Shape { what: "a date and time", has_date: true, has_time: true, has_zone: true };

impl Date {
    /// The date that a string, a map or another temporal value states.
    ///
    /// ```
    /// use dossier::value::{Value, time::{Clock, Date, Zone}};
    /// let now = Clock::new(0, 0, Zone::UTC);
    /// let map = Value::map([("year", Value::from(1817)), ("week", 1.into())]);
    /// assert_eq!(Date::from_value(&map, &now)?.to_string(), "1816-12-30");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn from_value(value: &Value, now: &Clock) -> Result<Date> {
        match value {
            Value::String(text) => Date::parse(text),
            Value::Map(map) => Date::from_map(map, now),
            other => parts(other).0.ok_or_else(|| cannot_become(other, DATE.what)),
        }
    }

    /// The date that a map states: `{year, month, day}`, `{year, week, dayOfWeek}`,
    /// `{year, quarter, dayOfQuarter}`, `{year, ordinalDay}`, or `{date: other, …}`.
    #[doc(hidden)]
    pub fn from_map(map: &Map, now: &Clock) -> Result<Date> {
        if let Some(zone) = only_zone(map)? {
            return Ok(now.in_zone(zone).date());
        }
        let fields = Fields::read(map, DATE)?;
        fields.date(fields.sources.date)
    }
}

impl LocalTime {
    /// The time of day that a string, a map or another temporal value states.
    #[doc(hidden)]
    pub fn from_value(value: &Value, now: &Clock) -> Result<LocalTime> {
        match value {
            Value::String(text) => LocalTime::parse(text),
            Value::Map(map) => LocalTime::from_map(map, now),
            other => parts(other).1.ok_or_else(|| cannot_become(other, LOCAL_TIME.what)),
        }
    }

    /// The time of day that a map states: `{hour, minute, second, millisecond, microsecond,
    /// nanosecond}` or `{time: other, …}`.
    #[doc(hidden)]
    pub fn from_map(map: &Map, now: &Clock) -> Result<LocalTime> {
        if let Some(zone) = only_zone(map)? {
            return Ok(now.in_zone(zone).local_time());
        }
        let fields = Fields::read(map, LOCAL_TIME)?;
        needs_hour(&fields, LOCAL_TIME)?;
        fields.time(fields.sources.time)
    }
}

impl Time {
    /// The time of day with its offset that a string, a map or another temporal value states.
    ///
    /// Where neither states an offset, it is the clock's; where a named zone is stated, it is the
    /// offset that the zone has now.
    #[doc(hidden)]
    pub fn from_value(value: &Value, now: &Clock) -> Result<Time> {
        match value {
            Value::String(text) => Time::parse(text, now.time().offset_seconds()),
            Value::Map(map) => Time::from_map(map, now),
            other => {
                let (_, local, zone) = parts(other);
                let local = local.ok_or_else(|| cannot_become(other, TIME.what))?;
                Ok(at(local, zone.map_or(now.time().offset_seconds(), |(_, offset_s)| offset_s)))
            }
        }
    }

    /// The time of day with its offset that a map states: as [`LocalTime::from_map`], and
    /// `timezone`.
    #[doc(hidden)]
    pub fn from_map(map: &Map, now: &Clock) -> Result<Time> {
        if let Some(zone) = only_zone(map)? {
            return Ok(now.in_zone(zone).time());
        }
        let fields = Fields::read(map, TIME)?;
        needs_hour(&fields, TIME)?;
        let local = fields.time(fields.sources.time)?;
        let stated = fields.zone.map(|zone| now.in_zone(zone).time().offset_seconds());
        Ok(match (fields.sources.zone, stated) {
            (Some((_, offset_s)), None) => at(local, offset_s),
            (Some((_, offset_s)), Some(stated)) => at(local, offset_s).in_offset(stated),
            (None, stated) => at(local, stated.unwrap_or(now.time().offset_seconds())),
        })
    }
}

impl LocalDateTime {
    /// The date and time that a string, a map or another temporal value states; a date alone is
    /// its midnight.
    #[doc(hidden)]
    pub fn from_value(value: &Value, now: &Clock) -> Result<LocalDateTime> {
        match value {
            Value::String(text) => LocalDateTime::parse(text),
            Value::Map(map) => LocalDateTime::from_map(map, now),
            other => {
                let (date, time, _) = parts(other);
                let date = date.ok_or_else(|| cannot_become(other, LOCAL_DATE_TIME.what))?;
                Ok(LocalDateTime::new(date, time.unwrap_or(LocalTime::MIDNIGHT)))
            }
        }
    }

    /// The date and time that a map states: the components of [`Date::from_map`] and
    /// [`LocalTime::from_map`], and `datetime`.
    #[doc(hidden)]
    pub fn from_map(map: &Map, now: &Clock) -> Result<LocalDateTime> {
        if let Some(zone) = only_zone(map)? {
            return Ok(now.in_zone(zone).local_date_time());
        }
        let fields = Fields::read(map, LOCAL_DATE_TIME)?;
        local_date_time(&fields)
    }
}

impl DateTime {
    /// The instant that a string, a map or another temporal value states; a date alone is its
    /// midnight, and what has no zone is read in the clock's.
    #[doc(hidden)]
    pub fn from_value(value: &Value, now: &Clock) -> Result<DateTime> {
        match value {
            Value::String(text) => DateTime::parse_in(text, &now.zone()),
            Value::Map(map) => DateTime::from_map(map, now),
            Value::DateTime(instant) => Ok(DateTime::clone(instant)),
            other => {
                let local = LocalDateTime::from_value(other, now)
                    .map_err(|_| cannot_become(other, DATE_TIME.what))?;
                resolved(local, now.zone(), None)
            }
        }
    }

    /// The instant that a map states: the components of [`LocalDateTime::from_map`] and
    /// `timezone`, or `epochSeconds` or `epochMillis` with a fraction.
    ///
    /// ```
    /// use dossier::value::{Value, time::{Clock, DateTime, Zone}};
    /// let now = Clock::new(0, 0, Zone::UTC);
    /// let noon = DateTime::parse("1984-10-11T12:00+01:00[Europe/Stockholm]")?;
    /// let map = Value::map([("datetime", noon.into()), ("timezone", "+05:00".into())]);
    /// assert_eq!(DateTime::from_value(&map, &now)?.to_string(), "1984-10-11T16:00+05:00");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn from_map(map: &Map, now: &Clock) -> Result<DateTime> {
        if let Some(zone) = only_zone(map)? {
            return Ok(now.in_zone(zone).date_time().clone());
        }
        let fields = Fields::read(map, DATE_TIME)?;
        if fields.get(Field::EpochSeconds).or(fields.get(Field::EpochMillis)).is_some() {
            return from_epoch(map, fields, now);
        }
        let local = local_date_time(&fields)?;
        match (&fields.sources.zone, fields.zone) {
            (Some((source, offset_s)), None) => resolved(local, source.clone(), Some(*offset_s)),
            (Some((source, offset_s)), Some(stated)) => {
                let there = resolved(local, source.clone(), Some(*offset_s))?;
                there.in_zone(stated).ok_or_else(|| out_of_range(local))
            }
            (None, stated) => resolved(local, stated.unwrap_or_else(|| now.zone()), None),
        }
    }
}

impl Duration {
    /// The duration that a string or a map states, or the duration itself.
    #[doc(hidden)]
    pub fn from_value(value: &Value) -> Result<Duration> {
        match value {
            Value::String(text) => Duration::parse(text),
            Value::Map(map) => Duration::from_map(map),
            Value::Duration(duration) => Ok(**duration),
            other => Err(cannot_become(other, "a duration")),
        }
    }

    /// The duration that a map states, in integers or floats: `years`, `quarters`, `months`,
    /// `weeks`, `days`, `hours`, `minutes`, `seconds`, `milliseconds`, `microseconds`,
    /// `nanoseconds`.
    ///
    /// ```
    /// use dossier::value::{Value, time::Duration};
    /// let map = Value::map([("months", Value::Float(0.75)), ("weeks", Value::Integer(1))]);
    /// assert_eq!(Duration::from_value(&map)?.to_string(), "P29DT19H51M49.5S");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn from_map(map: &Map) -> Result<Duration> {
        if map.is_empty() {
            let error =
                Error::new(&eval::ARGUMENT_VALUE, "a duration needs at least one component");
            return Err(error.hint("write duration({days: 1})"));
        }
        let mut parts = [Decimal::default(); 4];
        for (name, value) in map {
            let &(_, part, factor) = duration_unit(name).ok_or_else(|| unknown_unit(name))?;
            let amount = amount(name, value)?;
            parts[part] = amount
                .checked_mul(factor)
                .and_then(|amount| parts[part].checked_add(amount))
                .ok_or_else(|| too_large(name))?;
        }
        let [months, days, seconds, nanos] = parts;
        Duration::from_amounts(months, days, seconds, nanos).ok_or_else(|| too_large("the sum"))
    }
}

/// The components of a duration: name, part (months, days, seconds, nanoseconds), factor.
const DURATION_UNITS: [(&str, usize, i64); 11] = [
    ("years", 0, 12),
    ("quarters", 0, 3),
    ("months", 0, 1),
    ("weeks", 1, 7),
    ("days", 1, 1),
    ("hours", 2, 3_600),
    ("minutes", 2, 60),
    ("seconds", 2, 1),
    ("milliseconds", 3, 1_000_000),
    ("microseconds", 3, 1_000),
    ("nanoseconds", 3, 1),
];

fn duration_unit(name: &str) -> Option<&'static (&'static str, usize, i64)> {
    DURATION_UNITS.iter().find(|(known, _, _)| known.eq_ignore_ascii_case(name))
}

fn amount(name: &str, value: &Value) -> Result<Decimal> {
    match value {
        Value::Integer(value) => Ok(Decimal::from_int(*value)),
        Value::Float(value) => Decimal::from_f64(*value).ok_or_else(|| too_large(name)),
        other => {
            let message = format!(
                "{name} of a duration must be a number, and {} was given",
                other.with_article()
            );
            Err(Error::new(&eval::ARGUMENT_TYPE, message))
        }
    }
}

fn unknown_unit(name: &str) -> Error {
    let near = nearest(name, DURATION_UNITS.iter().map(|&(known, _, _)| known));
    Error::new(&eval::ARGUMENT_VALUE, format!("a duration has no component '{name}'"))
        .hint_opt(near.map(|near| format!("did you mean '{near}'?")))
}

fn too_large(name: &str) -> Error {
    let message = format!("{name} is more than a duration can hold (64 bits in each part)");
    Error::new(&eval::NUMBER_OUT_OF_RANGE, message)
}

/// The zone of a map that states nothing else.
fn only_zone(map: &Map) -> Result<Option<Zone>> {
    match map.iter().next() {
        Some((name, Value::String(zone)))
            if map.len() == 1 && name.eq_ignore_ascii_case("timezone") =>
        {
            Zone::parse(zone).map(Some)
        }
        _ => Ok(None),
    }
}

fn needs_hour(fields: &Fields, shape: Shape) -> Result<()> {
    if !fields.states_nothing() {
        return Ok(());
    }
    let message = format!("{} needs an hour", shape.what);
    Err(Error::new(&eval::ARGUMENT_VALUE, message).hint("add hour: 12"))
}

fn local_date_time(fields: &Fields) -> Result<LocalDateTime> {
    let date = fields.date(fields.sources.date)?;
    if fields.states_time() && fields.sources.date.is_none() {
        fields.needs_whole_day()?;
    }
    Ok(LocalDateTime::new(date, fields.time(fields.sources.time)?))
}

/// `{epochSeconds: 416779, nanosecond: 5, timezone: '+01:00'}`.
fn from_epoch(map: &Map, fields: Fields, now: &Clock) -> Result<DateTime> {
    let seconds = fields.get(Field::EpochSeconds);
    let millis = fields.get(Field::EpochMillis);
    let parts = [Field::Millisecond, Field::Microsecond, Field::Nanosecond];
    let parts = parts.into_iter().filter(|&field| fields.get(field).is_some()).count();
    let zone_count = usize::from(fields.zone.is_some());
    if map.len() != 1 + parts + zone_count
        || (millis.is_some() && fields.get(Field::Millisecond).is_some())
    {
        let message =
            "epochSeconds or epochMillis takes only smaller parts and a timezone beside it";
        return Err(Error::new(&eval::ARGUMENT_VALUE, message));
    }
    let fraction = i64::from(fields.fraction()?.unwrap_or_default());
    let instant = match (seconds, millis) {
        (Some(seconds), _) => DateTime::from_epoch(seconds, fraction)?,
        (None, millis) => {
            let millis = millis.unwrap_or_default();
            let nanos = millis.rem_euclid(1_000) * 1_000_000 + fraction;
            DateTime::from_epoch(millis.div_euclid(1_000), nanos)?
        }
    };
    let zone = fields.zone.unwrap_or_else(|| now.zone());
    instant.in_zone(zone).ok_or_else(|| out_of_range(instant.local()))
}

pub(super) fn resolved(
    local: LocalDateTime,
    zone: Zone,
    preferred: Option<i32>,
) -> Result<DateTime> {
    DateTime::resolve(local, zone, preferred).ok_or_else(|| out_of_range(local))
}

/// A time in the offset of a zone, which is within ±18 hours.
pub(super) fn at(local: LocalTime, offset_s: i32) -> Time {
    Time::new(local, offset_s).expect("the offset of a zone is within ±18 hours")
}

fn out_of_range(local: LocalDateTime) -> Error {
    let message = format!("{local} leaves the years ±999,999,999 in that time zone");
    Error::new(&eval::NUMBER_OUT_OF_RANGE, message)
}

pub(super) fn cannot_become(value: &Value, what: &str) -> Error {
    let message = format!("{} cannot become {what}", value.with_article());
    let hint = match value {
        Value::Edtf(_) => {
            Some("edtf.first(x) and edtf.last(x) are the first and the last of its days")
        }
        Value::Integer(_) if what == "a duration" => {
            Some("name the unit, as in duration({days: 5})")
        }
        Value::Integer(_) | Value::Float(_) => {
            Some("write it in quotation marks, as in date('2015-07-21')")
        }
        _ => None,
    };
    Error::new(&eval::ARGUMENT_TYPE, message).hint_opt(hint.map(str::to_owned))
}
