//! Dates, times, durations and uncertain dates.
//!
//! What comes in: texts (`'2015-W30-2'`), maps (`{year: 1984, ordinalDay: 202}`), other temporal
//! values and a `Clock` for "now". What goes out: the six temporal types of openCypher, whose
//! canonical text the openCypher TCK fixes, and [`Edtf`], the uncertain date of ISO 8601-2. The
//! function table of the language (`date()`, `duration.between()`, …), the loaders and the store
//! call this module; it knows nothing of queries.
//!
//! ```
//! use dossier::value::time::{Clock, Date, Duration};
//!
//! let day = Date::parse("2008-08-26")?;
//! let later = day.plus(&Duration::parse("P1M5D")?)?;
//! assert_eq!(later.to_string(), "2008-10-01");
//! assert_eq!(Duration::between(&day.into(), &later.into())?.to_string(), "P1M5D");
//! # Ok::<(), dossier::Error>(())
//! ```
//!
//! # Which file holds what
//!
//! | file | holds |
//! |---|---|
//! | `civil` | the calendar as arithmetic on day numbers: months, ISO weeks, quarters |
//! | `date`, `clock_time`, `date_time`, `duration` | the types, their ranges and their arithmetic |
//! | `zone` | offsets and named zones; the only file that sees jiff |
//! | `now` | `Clock`, the instant that a caller declares to be now |
//! | `parse`, `parse_duration`, `format` | ISO 8601 text, both ways |
//! | `fields`, `build` | values from maps and from other values |
//! | `truncate`, `component`, `between` | `date.truncate`, `d.weekYear`, `duration.between` |
//! | `edtf` | uncertain dates, the days they allow, the valid time of statements |
//! | `truth` | certain, presumed, possible, no |
//!
//! # Invariants
//!
//! Every value in hand is valid: a [`Date`] lies within years ±999,999,999, a time of day is
//! below 24 hours, an offset within ±18 hours, the nanoseconds of a duration within one second.
//! All arithmetic is checked; what leaves the range is an [`Error`](crate::Error), not a wrapped number. Nothing
//! here reads a clock, an environment variable or the file system: zone rules are compiled in.

mod between;
mod build;
mod civil;
mod clock_time;
mod component;
mod date;
mod date_time;
mod decimal;
mod duration;
mod edtf;
mod fields;
mod format;
mod now;
mod parse;
mod parse_duration;
mod truncate;
mod truth;
mod zone;

pub use clock_time::{LocalTime, Time};
pub use date::Date;
pub use date_time::{DateTime, LocalDateTime};
pub use duration::Duration;
pub use edtf::{Components, Edtf, Period, Temporality, ValidTime};
pub use truth::Truth;
pub use zone::{NamedZone, Zone};

// What only the engine asks of times.
pub(crate) use component::InTurn;
#[doc(hidden)]
pub use component::{Component, component, edtf_component};
#[doc(hidden)]
pub use duration::{minus, plus};
pub(crate) use edtf::date_in_words;
#[doc(hidden)]
pub use edtf::{Asked, Hull, InOrder, Occurrence, Place, TimeTest, joint_truth, truth_in_order};
#[doc(hidden)]
pub use now::Clock;
#[doc(hidden)]
pub use truncate::Unit;

use std::sync::Arc;

use crate::value::Value;

/// Nanoseconds in a second.
const NANOS_PER_SECOND: u64 = 1_000_000_000;
/// Nanoseconds in a day of 24 hours.
const NANOS_PER_DAY: u64 = 86_400 * NANOS_PER_SECOND;
/// Seconds in a day of 24 hours.
const SECONDS_PER_DAY: i64 = 86_400;

impl From<LocalTime> for Value {
    fn from(value: LocalTime) -> Self {
        Value::LocalTime(value)
    }
}
impl From<Time> for Value {
    fn from(value: Time) -> Self {
        Value::Time(value)
    }
}
impl From<LocalDateTime> for Value {
    fn from(value: LocalDateTime) -> Self {
        Value::LocalDateTime(value)
    }
}
impl From<DateTime> for Value {
    fn from(value: DateTime) -> Self {
        Value::DateTime(Arc::new(value))
    }
}
impl From<Duration> for Value {
    fn from(value: Duration) -> Self {
        Value::Duration(Arc::new(value))
    }
}
