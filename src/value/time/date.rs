//! Days, times of day and instants.

/// A day of the proleptic Gregorian calendar, years -999,999,999 to 999,999,999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i64,
}

/// A time of day, in nanoseconds since midnight, without offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalTime {
    nanos: u64,
}

/// A time of day with an offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time {
    nanos: u64,
    offset_s: i32,
}

/// A day and a time of day, without offset or zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDateTime {
    date: Date,
    time: LocalTime,
}

/// An instant, with the offset and perhaps the named zone in which it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime {
    local: LocalDateTime,
    offset_s: i32,
    zone: Option<std::sync::Arc<str>>,
}

impl Date {
    /// The day that is `days` after 1970-01-01.
    pub const fn from_days(days: i64) -> Date {
        Date { days }
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i64 {
        self.days
    }
}
