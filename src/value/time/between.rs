//! `duration.between`, `inMonths`, `inDays` and `inSeconds`.
//!
//! The two values are first brought to common ground: the one that lacks a date takes the
//! other's, one that lacks a time begins at midnight, one that lacks a zone is read in the
//! other's, and of two zones the first is where the calendar is read. Where neither has both
//! dates, only the difference of the clocks is left.

use super::fields::parts;
use super::{Date, DateTime, Duration, LocalDateTime, LocalTime, Zone};
use crate::error::{Error, Result, eval};
use crate::value::Value;

impl Duration {
    /// From one temporal value to another, in months, then days, then seconds.
    ///
    /// An error if one of them is no date, time or date with time.
    ///
    /// ```
    /// use dossier::value::time::{Date, Duration, LocalTime};
    /// let day = Date::parse("1984-10-11")?.into();
    /// assert_eq!(Duration::between(&day, &Date::parse("2015-06-24")?.into())?.to_string(), "P30Y8M13D");
    /// assert_eq!(Duration::between(&day, &LocalTime::parse("16:30")?.into())?.to_string(), "PT16H30M");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn between(from: &Value, to: &Value) -> Result<Duration> {
        let ground = Ground::of(from, to)?;
        let months = ground.whole_months();
        let (days, reached) = ground.whole_days_after(months)?;
        let nanos = ground.to_nanos - ground.instant(reached)?;
        made(months, days, nanos)
    }

    /// From one temporal value to another, in whole months.
    ///
    /// ```
    /// use dossier::value::time::{Date, Duration};
    /// let (from, to) = (Date::parse("2008-08-26")?.into(), Date::parse("2018-11-13")?.into());
    /// assert_eq!(Duration::in_months(&from, &to)?.to_string(), "P10Y2M");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn in_months(from: &Value, to: &Value) -> Result<Duration> {
        made(Ground::of(from, to)?.whole_months(), 0, 0)
    }

    /// From one temporal value to another, in whole days.
    ///
    /// ```
    /// use dossier::value::time::{Date, Duration};
    /// let (from, to) = (Date::parse("2008-08-26")?.into(), Date::parse("2018-11-13")?.into());
    /// assert_eq!(Duration::in_days(&from, &to)?.days(), 3_731);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn in_days(from: &Value, to: &Value) -> Result<Duration> {
        let (days, _) = Ground::of(from, to)?.whole_days_after(0)?;
        made(0, days, 0)
    }

    /// From one temporal value to another, in seconds and their fraction.
    ///
    /// ```
    /// use dossier::value::time::{Date, Duration};
    /// let (from, to) = (Date::parse("2008-08-26")?.into(), Date::parse("2008-08-27")?.into());
    /// assert_eq!(Duration::in_seconds(&from, &to)?.to_string(), "PT24H");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn in_seconds(from: &Value, to: &Value) -> Result<Duration> {
        let ground = Ground::of(from, to)?;
        made(0, 0, ground.to_nanos - ground.from_nanos)
    }
}

/// Two values on common ground.
struct Ground {
    /// Both as the calendar of one zone shows them.
    from: LocalDateTime,
    to: LocalDateTime,
    /// Both as nanoseconds from one origin.
    from_nanos: i128,
    to_nanos: i128,
    /// The zone and the offset that `from` has in it, if there is one.
    zone: Option<(Zone, i32)>,
    /// Whether both have a date of their own.
    dated: bool,
}

impl Ground {
    fn of(from: &Value, to: &Value) -> Result<Ground> {
        let (from_date, from_time, from_zone) = temporal_parts(from)?;
        let (to_date, to_time, to_zone) = temporal_parts(to)?;
        let local = |date: Option<Date>, other: Option<Date>, time: Option<LocalTime>| {
            let date = date.or(other).unwrap_or(Date::from_days(0));
            LocalDateTime::new(date, time.unwrap_or(LocalTime::MIDNIGHT))
        };
        let from = local(from_date, to_date, from_time);
        let to = local(to_date, from_date, to_time);
        let dated = from_date.is_some() && to_date.is_some();
        let Some((zone, _)) = from_zone.clone().or(to_zone.clone()) else {
            let (from_nanos, to_nanos) = (from.nanos(), to.nanos());
            return Ok(Ground { from, to, from_nanos, to_nanos, zone: None, dated });
        };
        let from = read_in(from, from_zone, &zone)?;
        let to = read_in(to, to_zone, &zone)?;
        let to_there = to.in_zone(zone.clone()).ok_or_else(out_of_range)?;
        Ok(Ground {
            from: from.local(),
            to: to_there.local(),
            from_nanos: from.epoch_nanos(),
            to_nanos: to.epoch_nanos(),
            zone: Some((zone, from.offset_seconds())),
            dated,
        })
    }

    /// The whole months from the one to the other, rounded towards zero.
    fn whole_months(&self) -> i64 {
        if !self.dated {
            return 0;
        }
        let position = |at: LocalDateTime| {
            let (year, month, day) = at.date().ymd();
            (year * 12 + i64::from(month), day, at.time())
        };
        let (from_month, from_day, from_time) = position(self.from);
        let (to_month, to_day, to_time) = position(self.to);
        let months = to_month - from_month;
        if months > 0 && (to_day, to_time) < (from_day, from_time) {
            months - 1
        } else if months < 0 && (to_day, to_time) > (from_day, from_time) {
            months + 1
        } else {
            months
        }
    }

    /// The whole days that remain after some months, rounded towards zero, and where they lead.
    fn whole_days_after(&self, months: i64) -> Result<(i64, LocalDateTime)> {
        let start = self.from.checked_add_months(months).ok_or_else(out_of_range)?;
        if !self.dated {
            return Ok((0, start));
        }
        let days = self.to.date().days() - start.date().days();
        let days = if days > 0 && self.to.time() < start.time() {
            days - 1
        } else if days < 0 && self.to.time() > start.time() {
            days + 1
        } else {
            days
        };
        Ok((days, start.checked_add_days(days).ok_or_else(out_of_range)?))
    }

    /// A local time of the common calendar, in nanoseconds from the common origin.
    fn instant(&self, local: LocalDateTime) -> Result<i128> {
        if local == self.from {
            return Ok(self.from_nanos);
        }
        match &self.zone {
            None => Ok(local.nanos()),
            Some((zone, offset_s)) => DateTime::resolve(local, zone.clone(), Some(*offset_s))
                .map(|instant| instant.epoch_nanos())
                .ok_or_else(out_of_range),
        }
    }
}

/// A local date and time in its own zone, or else in the common one.
fn read_in(local: LocalDateTime, own: Option<(Zone, i32)>, common: &Zone) -> Result<DateTime> {
    let instant = match own {
        Some((zone, offset_s)) => DateTime::resolve(local, zone, Some(offset_s)),
        None => DateTime::resolve(local, common.clone(), None),
    };
    instant.ok_or_else(out_of_range)
}

type Parts = (Option<Date>, Option<LocalTime>, Option<(Zone, i32)>);

fn temporal_parts(value: &Value) -> Result<Parts> {
    match parts(value) {
        (None, None, _) => {
            let message = format!("there is no duration to or from {}", value.with_article());
            Err(Error::new(&eval::ARGUMENT_TYPE, message))
        }
        parts => Ok(parts),
    }
}

fn made(months: i64, days: i64, nanos: i128) -> Result<Duration> {
    Duration::from_parts(months.into(), days.into(), nanos).ok_or_else(out_of_range)
}

fn out_of_range() -> Error {
    let message = "the two values lie too near to the end of the years ±999,999,999 to compare";
    Error::new(&eval::NUMBER_OUT_OF_RANGE, message)
}
