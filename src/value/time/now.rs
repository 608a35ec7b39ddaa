//! [`Clock`]: the instant that a caller declares to be now.

use super::{Date, DateTime, LocalDateTime, LocalTime, NANOS_PER_SECOND, Time, Zone};

/// What "now" means to a statement: an instant, and the zone in which it is read.
///
/// It enters by argument and never moves: all clock functions of a statement agree, and a test
/// can choose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    instant: DateTime,
}

impl Clock {
    /// The instant that is `seconds` and `nanos` after 1970-01-01T00:00:00Z, read in a zone.
    ///
    /// Instants beyond the years that can be expressed count as the first or last second of them.
    ///
    /// ```
    /// use dossier::value::time::{Clock, Zone};
    /// let now = Clock::new(1_219_708_800, 0, Zone::UTC);
    /// assert_eq!(now.date().to_string(), "2008-08-26");
    /// ```
    pub fn new(seconds: i64, nanos: u32, zone: Zone) -> Clock {
        let nanos = nanos.min(NANOS_PER_SECOND as u32 - 1);
        // A margin of a day on each side leaves room for any offset.
        let first = (Date::MIN.days() + 1) * super::SECONDS_PER_DAY;
        let last = (Date::MAX.days() - 1) * super::SECONDS_PER_DAY;
        let instant = DateTime::from_instant(seconds.clamp(first, last), nanos, zone)
            .expect("an instant a day away from the limits has a local time in every zone");
        Clock { instant }
    }

    /// The same instant, read in another zone.
    #[must_use]
    pub fn in_zone(&self, zone: Zone) -> Clock {
        Clock::new(self.instant.epoch_seconds(), self.instant.local().time().nanosecond(), zone)
    }

    /// The zone in which the clock is read.
    pub fn zone(&self) -> Zone {
        self.instant.zone()
    }

    /// Today.
    pub fn date(&self) -> Date {
        self.instant.local().date()
    }

    /// The time of day.
    pub fn local_time(&self) -> LocalTime {
        self.instant.local().time()
    }

    /// The time of day with its offset.
    pub fn time(&self) -> Time {
        Time::new(self.local_time(), self.instant.offset_seconds())
            .expect("the offset of a date and time is within ±18 hours")
    }

    /// Today and the time of day.
    pub fn local_date_time(&self) -> LocalDateTime {
        self.instant.local()
    }

    /// The instant itself, in the clock's zone.
    pub fn date_time(&self) -> &DateTime {
        &self.instant
    }
}
