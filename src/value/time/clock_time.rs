//! [`LocalTime`] and [`Time`]: times of day.

use std::cmp::Ordering;
use std::fmt;

use super::{Duration, NANOS_PER_DAY, NANOS_PER_SECOND, format};

/// A time of day, in nanoseconds since midnight, without offset.
///
/// ```
/// use dossier::value::time::LocalTime;
/// let time = LocalTime::parse("21:40:32.142")?;
/// assert_eq!((time.hour(), time.minute(), time.second()), (21, 40, 32));
/// assert_eq!(time.nanosecond(), 142_000_000);
/// assert!(LocalTime::MIDNIGHT < time);
/// assert_eq!(LocalTime::from_nanos(time.nanos()), Some(time));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalTime {
    nanos: u64,
}

/// A time of day with an offset from UTC.
///
/// Two times are equal if both the time of day and the offset are; they are ordered by the
/// instant on one and the same day, then by offset.
///
/// ```
/// use dossier::value::time::Time;
/// let (noon, later) = (Time::parse("12:00+01:00", 0)?, Time::parse("12:00", 0)?);
/// assert_eq!((noon.local(), noon.offset_seconds()), (later.local(), 3600));
/// assert!(noon < later);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    nanos: u64,
    offset_s: i32,
}

impl LocalTime {
    /// The beginning of the day, 00:00.
    pub const MIDNIGHT: LocalTime = LocalTime { nanos: 0 };

    /// The time that is `nanos` after midnight, if it is on the same day.
    pub const fn from_nanos(nanos: u64) -> Option<LocalTime> {
        if nanos < NANOS_PER_DAY { Some(LocalTime { nanos }) } else { None }
    }

    /// The time with these components (hours below 24, minutes and seconds below 60,
    /// nanoseconds below 1,000,000,000), if there is one.
    ///
    /// ```
    /// use dossier::value::time::LocalTime;
    /// assert_eq!(LocalTime::from_hms(21, 40, 32, 142_000_000).map(|t| t.to_string()), Some("21:40:32.142".into()));
    /// assert_eq!(LocalTime::from_hms(24, 0, 0, 0), None);
    /// ```
    pub const fn from_hms(hour: u8, minute: u8, second: u8, nanosecond: u32) -> Option<LocalTime> {
        if hour > 23 || minute > 59 || second > 59 || nanosecond > 999_999_999 {
            return None;
        }
        let seconds = hour as u64 * 3_600 + minute as u64 * 60 + second as u64;
        Some(LocalTime { nanos: seconds * NANOS_PER_SECOND + nanosecond as u64 })
    }

    /// Nanoseconds since midnight.
    pub const fn nanos(self) -> u64 {
        self.nanos
    }

    /// The hour, 0 to 23.
    pub const fn hour(self) -> u8 {
        (self.nanos / (3_600 * NANOS_PER_SECOND)) as u8
    }

    /// The minute, 0 to 59.
    pub const fn minute(self) -> u8 {
        (self.nanos / (60 * NANOS_PER_SECOND) % 60) as u8
    }

    /// The second, 0 to 59.
    pub const fn second(self) -> u8 {
        (self.nanos / NANOS_PER_SECOND % 60) as u8
    }

    /// The fraction of the second, in nanoseconds.
    pub const fn nanosecond(self) -> u32 {
        (self.nanos % NANOS_PER_SECOND) as u32
    }

    /// This time and the seconds of a duration, past midnight if need be; its months and days
    /// do not count.
    ///
    /// ```
    /// use dossier::value::time::{Duration, LocalTime};
    /// let later = LocalTime::parse("23:30")?.plus(&Duration::parse("PT1H")?);
    /// assert_eq!(later, LocalTime::parse("00:30")?);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[must_use]
    pub fn plus(self, duration: &Duration) -> LocalTime {
        let total = i128::from(self.nanos) + duration.clock_nanos();
        LocalTime { nanos: total.rem_euclid(i128::from(NANOS_PER_DAY)) as u64 }
    }
}

impl Time {
    /// A time of day in the given offset from UTC, in seconds; `None` beyond ±18 hours.
    ///
    /// ```
    /// use dossier::value::time::{LocalTime, Time};
    /// assert_eq!(Time::new(LocalTime::MIDNIGHT, 14_400).expect("within 18 hours").to_string(), "00:00+04:00");
    /// assert_eq!(Time::new(LocalTime::MIDNIGHT, 100_000), None);
    /// ```
    pub const fn new(local: LocalTime, offset_s: i32) -> Option<Time> {
        if offset_s.unsigned_abs() > 18 * 3_600 {
            return None;
        }
        Some(Time { nanos: local.nanos, offset_s })
    }

    /// The time of day as written.
    pub const fn local(self) -> LocalTime {
        LocalTime { nanos: self.nanos }
    }

    /// The offset from UTC in seconds, positive to the east.
    pub const fn offset_seconds(self) -> i32 {
        self.offset_s
    }

    /// This time and the seconds of a duration, past midnight if need be; its months and days
    /// do not count.
    #[must_use]
    pub fn plus(self, duration: &Duration) -> Time {
        Time { nanos: self.local().plus(duration).nanos, offset_s: self.offset_s }
    }

    /// The same instant of the day in another offset, which must be within ±18 hours.
    pub(super) fn in_offset(self, offset_s: i32) -> Time {
        let shift = i128::from(offset_s - self.offset_s) * i128::from(NANOS_PER_SECOND);
        let nanos = (i128::from(self.nanos) + shift).rem_euclid(i128::from(NANOS_PER_DAY)) as u64;
        Time { nanos, offset_s }
    }

    /// Nanoseconds since midnight in UTC; negative where that was the day before.
    const fn utc_nanos(self) -> i64 {
        self.nanos as i64 - self.offset_s as i64 * NANOS_PER_SECOND as i64
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Time) -> Ordering {
        (self.utc_nanos(), self.offset_s).cmp(&(other.utc_nanos(), other.offset_s))
    }
}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Time) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        format::local_time(f, *self)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        format::local_time(f, self.local())?;
        format::offset(f, self.offset_s)
    }
}
