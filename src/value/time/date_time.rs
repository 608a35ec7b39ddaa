//! [`LocalDateTime`] and [`DateTime`]: a day and a time of day, and an instant.

use std::cmp::Ordering;
use std::fmt;

use super::date::out_of_range;
use super::zone::NamedZone;
use super::{Date, Duration, LocalTime, NANOS_PER_DAY, SECONDS_PER_DAY, Time, Zone, format};
use crate::error::{Error, Result, eval};

/// A day and a time of day, without offset or zone.
///
/// ```
/// use dossier::value::time::{Date, LocalDateTime, LocalTime};
/// let signed = LocalDateTime::new(Date::parse("2008-08-26")?, LocalTime::parse("15:00")?);
/// assert_eq!(signed, LocalDateTime::parse("2008-08-26T15:00")?);
/// assert_eq!((signed.date().year(), signed.time().hour()), (2008, 15));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDateTime {
    date: Date,
    time: LocalTime,
}

/// An instant, with the offset and perhaps the named zone in which it is written.
///
/// Two are equal if they are written alike (local time, offset and zone); they are ordered by
/// the instant, then by the way they are written.
///
/// ```
/// use dossier::value::time::{DateTime, Zone};
/// let signed = DateTime::parse("2008-08-26T15:00+04:00")?;
/// assert_eq!((signed.epoch_seconds(), signed.offset_seconds()), (1_219_748_400, 14_400));
/// assert_eq!((signed.zone_name(), signed.zone()), (None, Zone::Offset(14_400)));
/// let utc = signed.in_zone(Zone::UTC).expect("in range");
/// assert_eq!(utc.to_string(), "2008-08-26T11:00Z");
/// assert_eq!(utc.local().time().hour(), 11);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    local: LocalDateTime,
    offset_s: i32,
    zone: Option<NamedZone>,
}

impl LocalDateTime {
    /// A day and a time of day.
    pub const fn new(date: Date, time: LocalTime) -> LocalDateTime {
        LocalDateTime { date, time }
    }

    /// The day.
    pub const fn date(self) -> Date {
        self.date
    }

    /// The time of day.
    pub const fn time(self) -> LocalTime {
        self.time
    }

    /// This date and time and a duration: first its months, then its days, then its seconds.
    ///
    /// An error if the result lies outside of the years that can be expressed.
    ///
    /// ```
    /// use dossier::value::time::{Duration, LocalDateTime};
    /// let noon = LocalDateTime::parse("2017-01-31T12:00")?;
    /// assert_eq!(noon.plus(&Duration::parse("P1MT12H")?)?.to_string(), "2017-03-01T00:00");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn plus(self, duration: &Duration) -> Result<LocalDateTime> {
        self.checked_add_months(duration.months())
            .and_then(|sum| sum.checked_add_days(duration.days()))
            .and_then(|sum| sum.checked_add_nanos(duration.clock_nanos()))
            .ok_or_else(|| out_of_range(self, duration))
    }

    pub(super) fn checked_add_months(self, months: i64) -> Option<LocalDateTime> {
        Some(LocalDateTime { date: self.date.checked_add_months(months)?, time: self.time })
    }

    pub(super) fn checked_add_days(self, days: i64) -> Option<LocalDateTime> {
        Some(LocalDateTime { date: self.date.checked_add_days(days)?, time: self.time })
    }

    pub(super) fn checked_add_seconds(self, seconds: i64) -> Option<LocalDateTime> {
        self.checked_add_nanos(i128::from(seconds) * 1_000_000_000)
    }

    pub(super) fn checked_add_nanos(self, nanos: i128) -> Option<LocalDateTime> {
        let total = i128::from(self.time.nanos()) + nanos;
        let days = i64::try_from(total.div_euclid(i128::from(NANOS_PER_DAY))).ok()?;
        let time = LocalTime::from_nanos(total.rem_euclid(i128::from(NANOS_PER_DAY)) as u64)?;
        Some(LocalDateTime { date: self.date.checked_add_days(days)?, time })
    }

    /// Seconds since 1970-01-01T00:00, as if there were no offsets.
    pub(super) const fn seconds(self) -> i64 {
        self.date.days() * SECONDS_PER_DAY + (self.time.nanos() / 1_000_000_000) as i64
    }

    /// Nanoseconds since 1970-01-01T00:00, as if there were no offsets.
    pub(super) fn nanos(self) -> i128 {
        i128::from(self.date.days()) * i128::from(NANOS_PER_DAY) + i128::from(self.time.nanos())
    }
}

impl DateTime {
    /// A local date and time at an offset from UTC, in seconds; `None` beyond ±18 hours.
    ///
    /// ```
    /// use dossier::value::time::{DateTime, LocalDateTime};
    /// let local = LocalDateTime::parse("2008-08-26T15:00")?;
    /// assert_eq!(DateTime::at_offset(local, 14_400), Some(DateTime::parse("2008-08-26T15:00+04:00")?));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn at_offset(local: LocalDateTime, offset_s: i32) -> Option<DateTime> {
        if offset_s.unsigned_abs() > 18 * 3_600 {
            return None;
        }
        Some(DateTime { local, offset_s, zone: None })
    }

    /// A date and time from its stored parts: as written, offset in seconds, name of the zone.
    ///
    /// The offset is taken as it is, so that a value written under older zone rules is read back
    /// unchanged. An error for an offset beyond ±18 hours or an unknown zone.
    #[doc(hidden)]
    pub fn from_parts(local: LocalDateTime, offset_s: i32, zone: Option<&str>) -> Result<DateTime> {
        let mut value = DateTime::at_offset(local, offset_s).ok_or_else(|| {
            let message = format!("an offset of {offset_s} seconds is beyond 18 hours");
            Error::new(&eval::NUMBER_OUT_OF_RANGE, message)
        })?;
        if let Some(Zone::Named(zone)) = zone.map(Zone::parse).transpose()? {
            value.zone = Some(zone);
        }
        Ok(value)
    }

    /// What a local date and time is in a zone.
    ///
    /// A time that the clocks skipped moves forward by as much as they did; of a time that they
    /// show twice, the one with the preferred offset is meant, or else the first. `None` if that
    /// leaves the range.
    ///
    /// ```
    /// use dossier::value::time::{DateTime, LocalDateTime, Zone};
    /// let skipped = LocalDateTime::parse("2017-03-26T02:30")?;
    /// let there = DateTime::resolve(skipped, Zone::parse("Europe/Stockholm")?, None).expect("in range");
    /// assert_eq!(there.to_string(), "2017-03-26T03:30+02:00[Europe/Stockholm]");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn resolve(
        local: LocalDateTime,
        zone: Zone,
        preferred_offset_s: Option<i32>,
    ) -> Option<DateTime> {
        let (local, offset_s) = zone.resolve(local, preferred_offset_s)?;
        let zone = if let Zone::Named(zone) = zone { Some(zone) } else { None };
        Some(DateTime { local, offset_s, zone })
    }

    /// The instant `seconds` and `nanos` after 1970-01-01T00:00:00Z, read in a zone; `None` if it
    /// leaves the range of years.
    pub fn from_instant(seconds: i64, nanos: u32, zone: Zone) -> Option<DateTime> {
        let offset_s = zone.offset_at(seconds);
        let local = seconds.checked_add(i64::from(offset_s))?;
        let date = Date::checked_from_days(local.div_euclid(SECONDS_PER_DAY))?;
        let second_of_day = local.rem_euclid(SECONDS_PER_DAY) as u64;
        let time = LocalTime::from_nanos(second_of_day * 1_000_000_000 + u64::from(nanos))?;
        let zone = if let Zone::Named(zone) = zone { Some(zone) } else { None };
        Some(DateTime { local: LocalDateTime { date, time }, offset_s, zone })
    }

    /// The instant `seconds` and `nanos` (which may exceed a second, or be negative) after
    /// 1970-01-01T00:00:00Z, in UTC: `datetime.fromepoch()`.
    ///
    /// ```
    /// use dossier::value::time::DateTime;
    /// assert_eq!(DateTime::from_epoch(1_219_708_800, 5)?.to_string(), "2008-08-26T00:00:00.000000005Z");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn from_epoch(seconds: i64, nanos: i64) -> Result<DateTime> {
        seconds
            .checked_add(nanos.div_euclid(1_000_000_000))
            .and_then(|seconds| {
                DateTime::from_instant(seconds, nanos.rem_euclid(1_000_000_000) as u32, Zone::UTC)
            })
            .ok_or_else(|| {
                let message =
                    format!("{seconds} seconds since 1970 lie beyond the years ±999,999,999");
                Error::new(&eval::NUMBER_OUT_OF_RANGE, message)
            })
    }

    /// The instant `millis` thousandths of a second after 1970-01-01T00:00:00Z, in UTC:
    /// `datetime.fromepochmillis()`.
    pub fn from_epoch_millis(millis: i64) -> Result<DateTime> {
        DateTime::from_epoch(millis.div_euclid(1_000), millis.rem_euclid(1_000) * 1_000_000)
    }

    /// The date and time as written.
    pub const fn local(&self) -> LocalDateTime {
        self.local
    }

    /// The offset from UTC in seconds, positive to the east.
    pub const fn offset_seconds(&self) -> i32 {
        self.offset_s
    }

    /// The name of the zone, where it is written in a named one.
    pub fn zone_name(&self) -> Option<&str> {
        self.zone.as_ref().map(NamedZone::name)
    }

    /// The zone it is written in: the named one, or else the offset.
    pub fn zone(&self) -> Zone {
        self.zone.clone().map_or(Zone::Offset(self.offset_s), Zone::Named)
    }

    /// The time of day with its offset.
    pub fn time(&self) -> Time {
        Time::new(self.local.time, self.offset_s)
            .expect("the offset of a date and time is within ±18 hours")
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    pub const fn epoch_seconds(&self) -> i64 {
        self.local.seconds() - self.offset_s as i64
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub fn epoch_nanos(&self) -> i128 {
        self.local.nanos() - i128::from(self.offset_s) * 1_000_000_000
    }

    /// The same instant in another zone; `None` if its local time leaves the range of years.
    pub fn in_zone(&self, zone: Zone) -> Option<DateTime> {
        DateTime::from_instant(self.epoch_seconds(), self.local.time.nanosecond(), zone)
    }

    /// This instant and a duration: its months and days on the calendar of the zone, then its
    /// seconds as they pass.
    ///
    /// An error if the result lies outside of the years that can be expressed.
    ///
    /// ```
    /// use dossier::value::time::{DateTime, Duration};
    /// let eve = DateTime::parse("2017-10-28T23:00+02:00[Europe/Stockholm]")?;
    /// let day = eve.plus(&Duration::parse("P1D")?)?;
    /// let hours = eve.plus(&Duration::parse("PT24H")?)?;
    /// assert_eq!(day.to_string(), "2017-10-29T23:00+01:00[Europe/Stockholm]");
    /// assert_eq!(hours.to_string(), "2017-10-29T22:00+01:00[Europe/Stockholm]");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn plus(&self, duration: &Duration) -> Result<DateTime> {
        self.checked_add_months(duration.months())
            .and_then(|sum| sum.checked_add_days(duration.days()))
            .and_then(|sum| sum.checked_add_nanos(duration.clock_nanos()))
            .ok_or_else(|| out_of_range(self, duration))
    }

    pub(super) fn checked_add_months(&self, months: i64) -> Option<DateTime> {
        self.with_local(self.local.checked_add_months(months)?)
    }

    pub(super) fn checked_add_days(&self, days: i64) -> Option<DateTime> {
        self.with_local(self.local.checked_add_days(days)?)
    }

    fn checked_add_nanos(&self, nanos: i128) -> Option<DateTime> {
        let total = self.epoch_nanos() + nanos;
        let seconds = i64::try_from(total.div_euclid(1_000_000_000)).ok()?;
        DateTime::from_instant(seconds, total.rem_euclid(1_000_000_000) as u32, self.zone())
    }

    fn with_local(&self, local: LocalDateTime) -> Option<DateTime> {
        if local == self.local {
            return Some(self.clone());
        }
        DateTime::resolve(local, self.zone(), Some(self.offset_s))
    }
}

impl Ord for DateTime {
    fn cmp(&self, other: &DateTime) -> Ordering {
        self.epoch_nanos()
            .cmp(&other.epoch_nanos())
            .then_with(|| self.offset_s.cmp(&other.offset_s))
            .then_with(|| self.zone.cmp(&other.zone))
    }
}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &DateTime) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for LocalDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        format::date(f, self.date)?;
        f.write_str("T")?;
        format::local_time(f, self.time)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.local.fmt(f)?;
        format::offset(f, self.offset_s)?;
        match self.zone_name() {
            Some(name) => write!(f, "[{name}]"),
            None => Ok(()),
        }
    }
}
