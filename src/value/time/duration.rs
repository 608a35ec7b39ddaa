//! Durations.

/// A length of time: months, days, seconds and nanoseconds, kept apart as openCypher does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duration {
    months: i64,
    days: i64,
    seconds: i64,
    nanos: i32,
}
