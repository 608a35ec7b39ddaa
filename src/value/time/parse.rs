//! ISO 8601 text to values.
//!
//! One pass over the bytes, nothing allocated unless the text is wrong. Dates may be written as
//! calendar, week, ordinal or quarter dates, with or without hyphens, and stop at any component;
//! times likewise. A year has four digits, or a sign and up to nine, and then needs the hyphens.
//!
//! ```text
//! date      2015-07-21  20150721  2015-07  2015-W30-2  2015W302  2015-202  2015-Q3-21  2015  +12345-06-07
//! time      21:40:32.142  214032.142  21:40  21          the last component may have a fraction
//! offset    Z  +01  +0100  +01:00  +01:00:30
//! zone      [Europe/Stockholm], alone or after the offset that it then must agree with
//! ```

use super::{Date, DateTime, LocalDateTime, LocalTime, Time, Zone};
use crate::error::{Error, Result, eval};

impl Date {
    /// Reads an ISO 8601 date: calendar, week, ordinal or quarter date, basic or extended.
    ///
    /// An error names the character at fault and the form to write.
    ///
    /// ```
    /// use dossier::value::time::Date;
    /// for text in ["2015-07-21", "20150721", "2015-W30-2", "2015202", "2015-Q3-21"] {
    ///     assert_eq!(Date::parse(text)?.to_string(), "2015-07-21");
    /// }
    /// let error = Date::parse("2015-13-01").unwrap_err();
    /// assert_eq!(error.message(), "'2015-13-01' is not a date: the month must be 01 to 12 (at character 6)");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Date> {
        read(text, "a date", "2015-07-21", Cursor::date)
    }
}

impl LocalTime {
    /// Reads an ISO 8601 time of day, basic or extended.
    ///
    /// ```
    /// use dossier::value::time::LocalTime;
    /// assert_eq!(LocalTime::parse("214032.142")?.to_string(), "21:40:32.142");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<LocalTime> {
        read(text, "a local time", "21:40:32", |cursor| {
            cursor.take_any(b"Tt");
            cursor.time()
        })
    }
}

impl Time {
    /// Reads an ISO 8601 time of day with its offset; without one, the offset is `default_s`
    /// seconds.
    ///
    /// A named zone is an error: its offset depends on the day.
    ///
    /// ```
    /// use dossier::value::time::Time;
    /// assert_eq!(Time::parse("2140-02", 0)?.to_string(), "21:40-02:00");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn parse(text: &str, default_s: i32) -> Result<Time> {
        read(text, "a time", "21:40:32+01:00", |cursor| {
            cursor.take_any(b"Tt");
            let local = cursor.time()?;
            let offset = if cursor.at_offset() { cursor.offset()? } else { default_s };
            if cursor.peek() == Some(b'[') {
                return Err(cursor.fault("a named zone has no offset without a day"));
            }
            Time::new(local, offset).ok_or_else(|| cursor.fault(OFFSET_RANGE))
        })
    }
}

impl LocalDateTime {
    /// Reads an ISO 8601 date and time without offset; without a time it is midnight.
    ///
    /// ```
    /// use dossier::value::time::LocalDateTime;
    /// assert_eq!(LocalDateTime::parse("2015-W30T2140")?.to_string(), "2015-07-20T21:40");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<LocalDateTime> {
        read(text, "a local date and time", "2015-07-21T21:40:32", |cursor| {
            let local = cursor.local_date_time()?;
            if cursor.at_offset() || cursor.peek() == Some(b'[') {
                return Err(cursor.fault("a local date and time has no offset or zone"));
            }
            Ok(local)
        })
    }
}

impl DateTime {
    /// Reads an ISO 8601 date and time with an offset, a zone in brackets, or both; without
    /// either it is UTC.
    ///
    /// An error if the offset is not one that the zone has at that time.
    ///
    /// ```
    /// use dossier::value::time::DateTime;
    /// let time = DateTime::parse("2015-07-21T21:40:32.142[Europe/London]")?;
    /// assert_eq!(time.to_string(), "2015-07-21T21:40:32.142+01:00[Europe/London]");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<DateTime> {
        DateTime::parse_in(text, &Zone::UTC)
    }

    /// Reads a date and time as [`DateTime::parse`] does; without offset and zone it is in the
    /// given one.
    #[doc(hidden)]
    pub fn parse_in(text: &str, default: &Zone) -> Result<DateTime> {
        let (body, zone) = match text.split_once('[') {
            Some((body, rest)) => (body, Some(named_zone(text, rest)?)),
            None => (text, None),
        };
        let (local, offset) =
            read(body, "a date and time", "2015-07-21T21:40:32+01:00", |cursor| {
                let local = cursor.local_date_time()?;
                let offset = if cursor.at_offset() { Some(cursor.offset()?) } else { None };
                Ok((local, offset))
            })?;
        let zone = match (zone, offset) {
            (Some(zone), Some(offset)) if !zone.admits(local, offset) => {
                return Err(disagreement(text, local, &zone));
            }
            (Some(zone), _) => zone,
            (None, Some(offset)) => Zone::Offset(offset),
            (None, None) => default.clone(),
        };
        DateTime::resolve(local, zone, offset)
            .ok_or_else(|| wrong(text, "a date and time", "it lies beyond the years ±999,999,999"))
    }
}

/// Reads the whole of a text as an offset, in seconds.
pub(super) fn whole_offset(text: &str) -> Result<i32> {
    read(text, "an offset", "+01:00", Cursor::offset)
}

/// The zone in the brackets, whose text begins after the opening one.
fn named_zone(text: &str, rest: &str) -> Result<Zone> {
    match rest.strip_suffix(']') {
        Some(name) if !name.is_empty() => Zone::parse(name),
        _ => Err(wrong(text, "a date and time", "the zone must end with ']'")),
    }
}

fn disagreement(text: &str, local: LocalDateTime, zone: &Zone) -> Error {
    let why = format!("{zone} does not have that offset at {local}");
    let error = wrong(text, "a date and time", &why);
    match DateTime::resolve(local, zone.clone(), None) {
        Some(right) => error.hint(format!("write '{right}'")),
        None => error,
    }
}

const OFFSET_RANGE: &str = "the offset must be within ±18:00";

/// What is wrong, and at which byte of the text.
#[derive(Debug)]
pub(super) struct Fault {
    at: usize,
    why: &'static str,
}

/// Runs a reader over the whole of a text and words its fault.
pub(super) fn read<'t, T>(
    text: &'t str,
    what: &str,
    example: &str,
    reader: impl FnOnce(&mut Cursor<'t>) -> Result<T, Fault>,
) -> Result<T> {
    let mut cursor = Cursor { bytes: text.as_bytes(), at: 0 };
    let fault = match reader(&mut cursor) {
        Ok(value) if cursor.at == text.len() => return Ok(value),
        Ok(_) => cursor.fault("something else follows"),
        Err(fault) => fault,
    };
    let character = text.get(..fault.at).map_or(fault.at, |before| before.chars().count()) + 1;
    let why = format!("{} (at character {character})", fault.why);
    Err(wrong(text, what, &why).hint(format!("write it like '{example}'")))
}

/// The error for a text that is not what it should be.
pub(super) fn wrong(text: &str, what: &str, why: &str) -> Error {
    let shown: String = text.chars().take(60).collect();
    let ellipsis = if shown.len() < text.len() { "…" } else { "" };
    Error::new(&eval::TEMPORAL_TEXT, format!("'{shown}{ellipsis}' is not {what}: {why}"))
}

/// A place in a text of ASCII.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn fault(&self, why: &'static str) -> Fault {
        Fault { at: self.at, why }
    }

    /// Steps over one of the bytes, if it is next.
    pub(super) fn take_any(&mut self, wanted: &[u8]) -> Option<u8> {
        let next = self.peek().filter(|next| wanted.contains(next))?;
        self.at += 1;
        Some(next)
    }

    /// The digits that follow.
    pub(super) fn digits(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// The digits after a point or comma, if there is one.
    pub(super) fn fraction(&mut self) -> Result<Option<&'a [u8]>, Fault> {
        if self.take_any(b".,").is_none() {
            return Ok(None);
        }
        match self.digits() {
            [] => Err(self.fault("a digit must follow the decimal sign")),
            digits => Ok(Some(digits)),
        }
    }

    /// How many digits follow, and what comes after them.
    pub(super) fn first_number(&self) -> (usize, Option<u8>) {
        let length = self.count_digits();
        (length, self.bytes.get(self.at + length).copied())
    }

    fn count_digits(&self) -> usize {
        self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// A number of exactly so many digits.
    pub(super) fn number(&mut self, digits: usize, why: &'static str) -> Result<u32, Fault> {
        if self.count_digits() < digits {
            return Err(self.fault(why));
        }
        let text = &self.bytes[self.at..self.at + digits];
        self.at += digits;
        Ok(text.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    }

    /// A number of exactly so many digits within a range.
    fn number_in(
        &mut self,
        digits: usize,
        range: std::ops::RangeInclusive<u32>,
        why: &'static str,
    ) -> Result<u32, Fault> {
        let start = self.at;
        if digits == 2 && self.count_digits() == 1 {
            return Err(self.fault("two digits are needed here, as in 08"));
        }
        let number = self.number(digits, why)?;
        if range.contains(&number) { Ok(number) } else { Err(Fault { at: start, why }) }
    }

    pub(super) fn date(&mut self) -> Result<Date, Fault> {
        let year = self.year()?;
        let extended = self.take_any(b"-").is_some();
        let start = self.at;
        let (date, why) = match self.peek() {
            Some(b'W' | b'w') => (self.week_date(year, extended)?, "that year has no such week"),
            Some(b'Q' | b'q') => {
                (self.quarter_date(year, extended)?, "the quarter has no such day")
            }
            _ => match (self.count_digits(), extended) {
                (3, _) => (self.ordinal_date(year)?, "that year has no such day"),
                (0, false) => (Date::from_ymd(year, 1, 1), "the year is out of range"),
                _ => (self.calendar_date(year, extended)?, "that month has no such day"),
            },
        };
        date.ok_or(Fault { at: start, why })
    }

    /// Four digits, or a sign and up to nine.
    fn year(&mut self) -> Result<i64, Fault> {
        let Some(sign) = self.take_any(b"+-") else {
            return Ok(self.number(4, "a date begins with a year of four digits")?.into());
        };
        let digits = self.count_digits();
        if digits == 0 || digits > 9 {
            return Err(self.fault("a signed year has up to nine digits"));
        }
        let year = i64::from(self.number(digits, "")?);
        Ok(if sign == b'-' { -year } else { year })
    }

    /// `07-21`, `0721`, `07`.
    fn calendar_date(&mut self, year: i64, extended: bool) -> Result<Option<Date>, Fault> {
        let month = self.number_in(2, 1..=12, "the month must be 01 to 12")? as u8;
        let day = if self.next_part(extended) {
            self.number_in(2, 1..=31, "the day must be 01 to 31")? as u8
        } else {
            1
        };
        Ok(Date::from_ymd(year, month, day))
    }

    /// `W30-2`, `W302`, `W30`.
    fn week_date(&mut self, year: i64, extended: bool) -> Result<Option<Date>, Fault> {
        self.at += 1;
        let week = self.number_in(2, 1..=53, "the week must be 01 to 53")? as u8;
        let day = if self.next_part(extended) {
            self.number_in(1, 1..=7, "the day of the week must be 1 to 7")?
        } else {
            1
        };
        Ok(Date::from_week(year, week, day as u8))
    }

    /// `Q3-21`, `Q321`, `Q3`.
    fn quarter_date(&mut self, year: i64, extended: bool) -> Result<Option<Date>, Fault> {
        self.at += 1;
        let quarter = self.number_in(1, 1..=4, "the quarter must be 1 to 4")? as u8;
        let day = if self.next_part(extended) {
            self.number_in(2, 1..=92, "the day of the quarter must be 01 to 92")?
        } else {
            1
        };
        Ok(Date::from_quarter(year, quarter, day as u8))
    }

    /// `202`.
    fn ordinal_date(&mut self, year: i64) -> Result<Option<Date>, Fault> {
        let day = self.number_in(3, 1..=366, "the day of the year must be 001 to 366")?;
        Ok(Date::from_ordinal(year, day as u16))
    }

    /// Whether a smaller component follows: after a hyphen in the extended form, at once in the
    /// basic one.
    fn next_part(&mut self, extended: bool) -> bool {
        if extended { self.take_any(b"-").is_some() } else { self.count_digits() > 0 }
    }

    fn time(&mut self) -> Result<LocalTime, Fault> {
        let hour = self.number_in(2, 0..=23, "the hour must be 00 to 23")?;
        let mut seconds = hour * 3_600;
        let mut unit = 3_600;
        let extended = self.peek() == Some(b':');
        for (size, why) in [(60, "the minute must be 00 to 59"), (1, "the second must be 00 to 59")]
        {
            let more =
                if extended { self.take_any(b":").is_some() } else { self.count_digits() > 0 };
            if !more {
                break;
            }
            seconds += self.number_in(2, 0..=59, why)? * size;
            unit = size;
        }
        let nanos = match self.fraction()? {
            Some(digits) => fraction_nanos(digits, unit),
            None => 0,
        };
        LocalTime::from_nanos(u64::from(seconds) * 1_000_000_000 + nanos)
            .ok_or_else(|| self.fault("the time must be before 24:00"))
    }

    fn at_offset(&self) -> bool {
        matches!(self.peek(), Some(b'Z' | b'z' | b'+' | b'-'))
    }

    fn offset(&mut self) -> Result<i32, Fault> {
        let start = self.at;
        let sign = match self.take_any(b"Zz+-") {
            Some(b'+') => 1,
            Some(b'-') => -1,
            Some(_) => return Ok(0),
            None => return Err(self.fault("an offset is Z or begins with a sign")),
        };
        let mut seconds = self.number_in(2, 0..=18, OFFSET_RANGE)? * 3_600;
        let extended = self.peek() == Some(b':');
        for size in [60, 1] {
            let more =
                if extended { self.take_any(b":").is_some() } else { self.count_digits() > 0 };
            if !more {
                break;
            }
            seconds += self.number_in(2, 0..=59, "an offset is written ±hh:mm")? * size;
        }
        if seconds > 18 * 3_600 {
            return Err(Fault { at: start, why: OFFSET_RANGE });
        }
        Ok(sign * seconds as i32)
    }

    pub(super) fn local_date_time(&mut self) -> Result<LocalDateTime, Fault> {
        let date = self.date()?;
        if self.peek() == Some(b' ') {
            return Err(self.fault("a 'T' must stand between date and time"));
        }
        let time = match self.take_any(b"Tt") {
            Some(_) => self.time()?,
            None => LocalTime::MIDNIGHT,
        };
        Ok(LocalDateTime::new(date, time))
    }
}

/// A decimal fraction of a unit of so many seconds, in nanoseconds, rounded down.
fn fraction_nanos(digits: &[u8], unit_s: u32) -> u64 {
    let mut place = u64::from(unit_s) * 1_000_000_000_000_000;
    let mut units = 0;
    for digit in digits {
        place /= 10;
        units += u64::from(digit - b'0') * place;
    }
    // Counting in millionths of a nanosecond keeps tenths of hours and minutes exact.
    units / 1_000_000
}
