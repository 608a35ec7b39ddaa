//! Offsets and named time zones.
//!
//! Zone rules come from the IANA database that jiff compiles in; nothing is read from the
//! machine, so that a query means the same everywhere. jiff's years end at ±9999. Beyond them a
//! year stands in that lies a whole number of 400-year cycles away: the calendar, weekdays
//! included, repeats exactly, and so do the rules that are in force at either end.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::{LocalDateTime, SECONDS_PER_DAY, civil, format, parse};
use crate::error::{Error, Result, eval};

/// Where a time is read off: at an offset from UTC or in a named zone.
///
/// ```
/// use dossier::value::time::Zone;
/// assert_eq!(Zone::parse("Z")?, Zone::UTC);
/// assert_eq!(Zone::parse("-03:30")?, Zone::Offset(-12_600));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Seconds east of UTC, within ±18 hours.
    Offset(i32),
    /// A zone of the IANA database, whose offset depends on the instant.
    Named(NamedZone),
}

/// A zone of the IANA database, such as Europe/Stockholm; known by its name.
///
/// ```
/// use dossier::value::time::Zone;
/// let Zone::Named(zone) = Zone::parse("europe/moscow")? else { panic!("it has a name") };
/// assert_eq!(zone.name(), "Europe/Moscow");
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone)]
pub struct NamedZone(TimeZone);

impl Zone {
    /// Coordinated Universal Time, as an offset.
    pub const UTC: Zone = Zone::Offset(0);

    /// Reads `Z`, an offset (`+01`, `+0100`, `+01:00`, `+01:00:30`) or a zone's name.
    ///
    /// An error for an offset beyond ±18 hours and for an unknown name.
    ///
    /// ```
    /// use dossier::value::time::Zone;
    /// assert_eq!(Zone::parse("+0530")?, Zone::Offset(19_800));
    /// assert_eq!(Zone::parse("europe/stockholm")?.to_string(), "Europe/Stockholm");
    /// assert!(Zone::parse("Europe/Stokholm").is_err());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Zone> {
        match text.as_bytes().first() {
            Some(b'+' | b'-') => parse::whole_offset(text).map(Zone::Offset),
            _ if text.eq_ignore_ascii_case("z") => Ok(Zone::UTC),
            _ => NamedZone::get(text).map(Zone::Named),
        }
    }

    /// The offset, in seconds, at an instant, in seconds since 1970-01-01T00:00:00Z.
    pub(super) fn offset_at(&self, instant: i64) -> i32 {
        match self {
            Zone::Offset(seconds) => *seconds,
            Zone::Named(zone) => zone.offset_at(instant),
        }
    }

    /// What a local date and time is in this zone: the local time itself, moved forward where
    /// the clocks skipped it, and its offset.
    ///
    /// Where the clocks show it twice, `preferred` decides if it is one of the two offsets, and
    /// the first of the two otherwise.
    pub(super) fn resolve(
        &self,
        local: LocalDateTime,
        preferred: Option<i32>,
    ) -> Option<(LocalDateTime, i32)> {
        match self {
            Zone::Offset(seconds) => Some((local, *seconds)),
            Zone::Named(zone) => match zone.ambiguous_offset(local) {
                AmbiguousOffset::Unambiguous { offset } => Some((local, offset.seconds())),
                AmbiguousOffset::Fold { before, after } => {
                    let later = preferred == Some(after.seconds());
                    Some((local, if later { after.seconds() } else { before.seconds() }))
                }
                AmbiguousOffset::Gap { before, after } => {
                    let skipped = i64::from(after.seconds() - before.seconds());
                    Some((local.checked_add_seconds(skipped)?, after.seconds()))
                }
            },
        }
    }

    /// Whether a clock of this zone that shows the local time may stand at the offset.
    pub(super) fn admits(&self, local: LocalDateTime, offset_s: i32) -> bool {
        self.resolve(local, Some(offset_s)) == Some((local, offset_s))
    }
}

impl NamedZone {
    /// The zone with a name, whatever its case.
    fn get(name: &str) -> Result<NamedZone> {
        match TimeZone::get(name) {
            Ok(zone) if zone.iana_name().is_some() => Ok(NamedZone(zone)),
            _ => Err(unknown(name)),
        }
    }

    /// The name in the IANA database, such as `Europe/Stockholm`.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    fn offset_at(&self, instant: i64) -> i32 {
        let within = shifted_by_cycles(instant.div_euclid(SECONDS_PER_DAY)) * SECONDS_PER_DAY
            + instant.rem_euclid(SECONDS_PER_DAY);
        let timestamp = Timestamp::constant(within, 0);
        self.0.to_offset(timestamp).seconds()
    }

    fn ambiguous_offset(&self, local: LocalDateTime) -> AmbiguousOffset {
        let (year, month, day) = civil::ymd_from_days(shifted_by_cycles(local.date().days()));
        let time = local.time();
        let local = jiff::civil::DateTime::constant(
            year as i16,
            month as i8,
            day as i8,
            time.hour() as i8,
            time.minute() as i8,
            time.second() as i8,
            time.nanosecond() as i32,
        );
        self.0.to_ambiguous_timestamp(local).offset()
    }
}

/// A day within years -9500 to 9500 that lies whole 400-year cycles away, or the day itself.
fn shifted_by_cycles(days: i64) -> i64 {
    const FIRST: i64 = civil::days_from_ymd(-9_500, 1, 1);
    const LAST: i64 = civil::days_from_ymd(9_500, 1, 1);
    if days < FIRST {
        FIRST + (days - FIRST).rem_euclid(civil::DAYS_PER_CYCLE)
    } else if days > LAST {
        LAST - (LAST - days).rem_euclid(civil::DAYS_PER_CYCLE)
    } else {
        days
    }
}

fn unknown(name: &str) -> Error {
    let error = Error::new(&eval::TEMPORAL_TEXT, format!("there is no time zone '{name}'"));
    let db = jiff::tz::db();
    let names: Vec<String> = db.available().map(|name| name.to_string()).collect();
    match crate::text::suggest::nearest(name, names.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("did you mean '{near}'?")),
        None => error.hint("write an offset, '+01:00', or a name such as 'Europe/Stockholm'"),
    }
}

impl PartialEq for NamedZone {
    fn eq(&self, other: &NamedZone) -> bool {
        self.name() == other.name()
    }
}

impl Eq for NamedZone {}

impl Hash for NamedZone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl Ord for NamedZone {
    fn cmp(&self, other: &NamedZone) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl PartialOrd for NamedZone {
    fn partial_cmp(&self, other: &NamedZone) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for NamedZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Zone::Offset(seconds) => format::offset(f, *seconds),
            Zone::Named(zone) => f.write_str(zone.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::time::DateTime;

    fn in_stockholm(local: &str) -> String {
        let local = LocalDateTime::parse(local).expect("a local date and time");
        let zone = Zone::parse("Europe/Stockholm").expect("a zone");
        DateTime::resolve(local, zone, None).expect("in range").to_string()
    }

    #[test]
    fn skipped_times_move_forward_and_repeated_ones_come_first() {
        assert_eq!(in_stockholm("2017-03-26T02:30"), "2017-03-26T03:30+02:00[Europe/Stockholm]");
        assert_eq!(in_stockholm("2017-10-29T02:30"), "2017-10-29T02:30+02:00[Europe/Stockholm]");
    }

    #[test]
    fn rules_go_on_beyond_the_years_of_the_database() {
        assert_eq!(
            in_stockholm("+123456-07-01T00:00").split('T').nth(1),
            Some("00:00+02:00[Europe/Stockholm]")
        );
        assert_eq!(
            in_stockholm("-123456-07-01T00:00").split('T').nth(1),
            Some("00:00+00:53:28[Europe/Stockholm]")
        );
    }

    #[test]
    fn a_misspelt_zone_is_corrected() {
        let error = Zone::parse("Europe/Stokholm").expect_err("no such zone");
        assert_eq!(error.hints(), ["did you mean 'Europe/Stockholm'?"]);
    }
}
