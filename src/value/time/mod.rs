//! Dates, times, durations and uncertain dates.

mod date;
mod duration;
mod edtf;

pub use date::{Date, DateTime, LocalDateTime, LocalTime, Time};
pub use duration::Duration;
pub use edtf::Edtf;
