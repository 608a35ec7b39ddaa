//! Recorded time: what was known when, in commits.

use crate::value::time::{Clock, Date, DateTime, Edtf, Zone};

/// When something was recorded: the number of the commit, and its instant where that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The number of the commit.
    pub commit: u64,
    /// Seconds since 1970-01-01T00:00:00Z, and nanoseconds.
    pub instant: Option<(i64, u32)>,
}

/// One change of what is known about a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct StatementChange {
    /// When it was recorded.
    pub recorded: Recorded,
    /// What happened to the statement.
    pub what: ChangeKind,
    /// The number by which users know the statement.
    pub element_id: u64,
    /// The statement as text: `Russia RECOGNISES South Ossetia`.
    pub statement: String,
    /// When it holds, as it was stated.
    pub valid: Option<Edtf>,
}

/// What happened to a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was added.
    Added,
    /// It was closed: deleted, and kept in recorded time.
    Closed,
    /// What is said of it was closed and said anew.
    Corrected,
}

impl ChangeKind {
    /// The word for it in results.
    pub const fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Added => "added",
            ChangeKind::Closed => "closed",
            ChangeKind::Corrected => "corrected",
        }
    }
}

impl Recorded {
    /// The instant, in UTC.
    pub fn at(self) -> Option<DateTime> {
        let (seconds, nanos) = self.instant?;
        DateTime::from_instant(seconds, nanos, Zone::UTC)
    }

    /// The day, in UTC.
    pub fn day(self) -> Option<Date> {
        let (seconds, nanos) = self.instant?;
        Some(Clock::new(seconds, nanos, Zone::UTC).date())
    }
}
