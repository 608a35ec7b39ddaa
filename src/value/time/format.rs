//! Canonical ISO 8601 text, written straight into the formatter: nothing is allocated here.
//!
//! The forms are those that the openCypher TCK prints: extended, four-digit years (a sign and
//! more digits beyond), seconds only where they are not zero, as many digits of a fraction as
//! are needed, `Z` for no offset, a named zone in brackets.

use std::fmt::{self, Write as _};

use super::{Date, LocalTime};

/// `2008-08-26`, `-0044-03-15`, `+12345-01-01`.
pub(super) fn date(f: &mut fmt::Formatter<'_>, date: Date) -> fmt::Result {
    let (year, month, day) = date.ymd();
    let mut text = [0_u8; 16];
    let mut at = 0;
    if !(0..=9_999).contains(&year) {
        text[0] = if year < 0 { b'-' } else { b'+' };
        at = 1;
    }
    let year = year.unsigned_abs();
    let width = if year > 9_999 { year.ilog10() as usize + 1 } else { 4 };
    put_digits(&mut text[at..at + width], year);
    at += width;
    text[at] = b'-';
    put_digits(&mut text[at + 1..at + 3], month.into());
    text[at + 3] = b'-';
    put_digits(&mut text[at + 4..at + 6], day.into());
    f.write_str(ascii(&text[..at + 6]))
}

/// `12:31`, `12:31:14`, `12:31:14.645`.
pub(super) fn local_time(f: &mut fmt::Formatter<'_>, time: LocalTime) -> fmt::Result {
    let mut text = *b"00:00:00.000000000";
    put_digits(&mut text[0..2], time.hour().into());
    put_digits(&mut text[3..5], time.minute().into());
    put_digits(&mut text[6..8], time.second().into());
    put_digits(&mut text[9..18], time.nanosecond().into());
    let length = match (time.second(), time.nanosecond()) {
        (0, 0) => 5,
        (_, 0) => 8,
        _ => text.iter().rposition(|&digit| digit != b'0').map_or(8, |last| last + 1),
    };
    f.write_str(ascii(&text[..length]))
}

/// `Z`, `+01:00`, `-02:05:07`.
pub(super) fn offset(f: &mut impl fmt::Write, offset_s: i32) -> fmt::Result {
    if offset_s == 0 {
        return f.write_char('Z');
    }
    let magnitude = offset_s.unsigned_abs();
    let mut text = *b"+00:00:00";
    text[0] = if offset_s < 0 { b'-' } else { b'+' };
    put_digits(&mut text[1..3], (magnitude / 3_600).into());
    put_digits(&mut text[4..6], (magnitude / 60 % 60).into());
    put_digits(&mut text[7..9], (magnitude % 60).into());
    f.write_str(ascii(if magnitude.is_multiple_of(60) { &text[..6] } else { &text }))
}

/// `P12Y5M-14DT16H13M10.5S`; every part carries its own sign, and `PT0S` is nothing at all.
///
/// `clock` is the part below a day, in nanoseconds.
pub(super) fn duration(
    f: &mut fmt::Formatter<'_>,
    months: i64,
    days: i64,
    clock: i128,
) -> fmt::Result {
    if months == 0 && days == 0 && clock == 0 {
        return f.write_str("PT0S");
    }
    f.write_char('P')?;
    for (amount, unit) in [(months / 12, 'Y'), (months % 12, 'M'), (days, 'D')] {
        if amount != 0 {
            write!(f, "{amount}{unit}")?;
        }
    }
    if clock == 0 {
        return Ok(());
    }
    f.write_char('T')?;
    let (seconds, nanos) = (clock / 1_000_000_000, (clock % 1_000_000_000) as i32);
    for (amount, unit) in [(seconds / 3_600, 'H'), (seconds / 60 % 60, 'M')] {
        if amount != 0 {
            write!(f, "{amount}{unit}")?;
        }
    }
    let second = (seconds % 60) as i32;
    if second == 0 && nanos == 0 {
        return Ok(());
    }
    if clock < 0 {
        f.write_char('-')?;
    }
    write!(f, "{}", second.unsigned_abs())?;
    if nanos != 0 {
        let mut text = *b".000000000";
        put_digits(&mut text[1..], nanos.unsigned_abs().into());
        let length = text.iter().rposition(|&digit| digit != b'0').map_or(1, |last| last + 1);
        f.write_str(ascii(&text[..length]))?;
    }
    f.write_char('S')
}

/// Fills the slice with the last digits of the number.
fn put_digits(text: &mut [u8], mut number: u64) {
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

fn ascii(text: &[u8]) -> &str {
    std::str::from_utf8(text).expect("digits and punctuation are ASCII")
}
