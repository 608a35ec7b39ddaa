//! The text of durations.
//!
//! `P12Y5M14DT16H12M70S`: each amount may have its own sign and a fraction, weeks may stand
//! among the others, and a sign before the `P` holds for the whole. The other form of ISO 8601
//! writes a duration like a date and time, `P2012-02-02T14:37:21.545` or `P20120202T143721.545`.

use super::Duration;
use super::decimal::Decimal;
use super::parse::{Cursor, Fault, read};
use crate::error::Result;

impl Duration {
    /// Reads an ISO 8601 duration, in units (`P1Y2M`) or in the form of a date and time.
    ///
    /// An error names the character at fault and the form to write.
    ///
    /// ```
    /// use dossier::value::time::Duration;
    /// assert_eq!(Duration::parse("P0.75M")?.to_string(), "P22DT19H51M49.5S");
    /// assert_eq!(Duration::parse("P2.5W")?.to_string(), "P17DT12H");
    /// assert_eq!(Duration::parse("P2012-02-02T14:37:21.545")?.to_string(), "P2012Y2M2DT14H37M21.545S");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Duration> {
        read(text, "a duration", "P1Y2M3DT4H5M6.7S", |cursor| {
            let backwards = cursor.take_any(b"+-") == Some(b'-');
            if cursor.take_any(b"Pp").is_none() {
                return Err(cursor.fault("a duration begins with 'P'"));
            }
            let start = cursor.fault("the amounts are too large");
            let amounts = Amounts::read(cursor)?;
            amounts.sum(backwards).ok_or(start)
        })
    }
}

/// What the amounts add up to, in the four parts that a duration keeps.
#[derive(Default)]
struct Amounts {
    months: Decimal,
    days: Decimal,
    seconds: Decimal,
}

/// The units of each half in the order in which they must stand.
const DATE_UNITS: &[u8] = b"YMWD";
const TIME_UNITS: &[u8] = b"HMS";

impl Amounts {
    fn read(cursor: &mut Cursor<'_>) -> Result<Amounts, Fault> {
        let mut amounts = Amounts::default();
        let before = cursor.fault("an amount must follow, such as 1D");
        let first = cursor.peek();
        if first.is_some_and(|byte| byte.is_ascii_digit()) && amounts.read_as_date(cursor)? {
            return Ok(amounts);
        }
        let dated = amounts.read_units(cursor, DATE_UNITS)?;
        if cursor.take_any(b"Tt").is_some() {
            if !amounts.read_units(cursor, TIME_UNITS)? {
                return Err(cursor.fault("an amount must follow the 'T', such as 1H"));
            }
        } else if !dated {
            return Err(before);
        }
        Ok(amounts)
    }

    /// Amounts with their units, largest first; whether there was one.
    fn read_units(&mut self, cursor: &mut Cursor<'_>, mut units: &[u8]) -> Result<bool, Fault> {
        let all = units.len();
        while cursor.peek().is_some_and(|byte| byte.is_ascii_digit() || b"+-".contains(&byte)) {
            let too_large = cursor.fault("the amount is too large");
            let negative = cursor.take_any(b"+-") == Some(b'-');
            let whole = cursor.digits();
            if whole.is_empty() {
                return Err(cursor.fault("a digit must follow the sign"));
            }
            let fraction = cursor.fraction()?.unwrap_or_default();
            let unit = cursor.peek().map(|byte| byte.to_ascii_uppercase());
            let Some(rank) = units.iter().position(|&known| Some(known) == unit) else {
                return Err(
                    cursor.fault("the units are Y, M, W, D, then T and H, M, S, in this order")
                );
            };
            cursor.take_any(&[units[rank], units[rank].to_ascii_lowercase()]);
            let is_time = all == TIME_UNITS.len();
            Decimal::from_digits(negative, whole, fraction)
                .and_then(|amount| self.add(amount, units[rank], is_time))
                .ok_or(too_large)?;
            units = &units[rank + 1..];
        }
        Ok(units.len() < all)
    }

    /// `2012-02-02T14:37:21.545` or `20120202T143721.545`; false, with nothing read, if a unit
    /// follows the first number.
    fn read_as_date(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, Fault> {
        let too_large = cursor.fault("the amount is too large");
        let (length, separator) = cursor.first_number();
        let extended = match (length, separator) {
            (4, Some(b'-')) => true,
            (8, Some(b'T' | b't') | None) => false,
            _ => return Ok(false),
        };
        for (unit, digits) in [(b'Y', 4), (b'M', 2), (b'D', 2)] {
            if extended && unit != b'Y' && cursor.take_any(b"-").is_none() {
                return Err(cursor.fault("a duration written as a date has year, month and day"));
            }
            self.read_fixed(cursor, digits, unit, false)?;
        }
        if cursor.take_any(b"Tt").is_none() {
            return Ok(true);
        }
        for (unit, separator) in [(b'H', false), (b'M', true), (b'S', true)] {
            let more = !separator
                || if extended {
                    cursor.take_any(b":").is_some()
                } else {
                    cursor.first_number().0 > 0
                };
            if !more {
                break;
            }
            self.read_fixed(cursor, 2, unit, true)?;
            if let Some(fraction) = cursor.fraction()? {
                Decimal::from_digits(false, b"0", fraction)
                    .and_then(|amount| self.add(amount, unit, true))
                    .ok_or(too_large)?;
                break;
            }
        }
        Ok(true)
    }

    /// A number of exactly so many digits, of the given unit.
    fn read_fixed(
        &mut self,
        cursor: &mut Cursor<'_>,
        digits: usize,
        unit: u8,
        is_time: bool,
    ) -> Result<(), Fault> {
        let number = cursor.number(digits, "two digits are needed")?;
        self.add(Decimal::from_int(number.into()), unit, is_time)
            .ok_or_else(|| cursor.fault("the amount is too large"))
    }

    fn add(&mut self, amount: Decimal, unit: u8, is_time: bool) -> Option<()> {
        let (part, factor) = match (unit, is_time) {
            (b'Y', _) => (&mut self.months, 12),
            (b'M', false) => (&mut self.months, 1),
            (b'W', _) => (&mut self.days, 7),
            (b'D', _) => (&mut self.days, 1),
            (b'H', _) => (&mut self.seconds, 3_600),
            (b'M', true) => (&mut self.seconds, 60),
            _ => (&mut self.seconds, 1),
        };
        *part = part.checked_add(amount.checked_mul(factor)?)?;
        Some(())
    }

    fn sum(&self, backwards: bool) -> Option<Duration> {
        let sum = Duration::from_amounts(self.months, self.days, self.seconds, Decimal::default())?;
        if backwards { sum.negated().ok() } else { Some(sum) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_iso_8601() {
        for (text, canonical) in [
            ("P14DT16H12M", "P14DT16H12M"),
            ("P5M1.5D", "P5M1DT12H"),
            ("PT0.75M", "PT45S"),
            ("P12Y5M14DT16H12M70S", "P12Y5M14DT16H13M10S"),
            ("-P1Y2M", "P-1Y-2M"),
            ("P1W-1D", "P6D"),
            ("PT-0.4S", "PT-0.4S"),
            ("P20120202T143721,5", "P2012Y2M2DT14H37M21.5S"),
            ("P2012-02-02", "P2012Y2M2D"),
            ("P20120202D", "P20120202D"),
            ("PT0S", "PT0S"),
        ] {
            let duration = Duration::parse(text).map(|duration| duration.to_string());
            assert_eq!(duration.ok().as_deref(), Some(canonical), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration() {
        for text in [
            "",
            "P",
            "PT",
            "P1",
            "1D",
            "P1S",
            "PT1D",
            "P1D1M",
            "P1.D",
            "P-D",
            "P1DT",
            "P2012-02",
            "P99999999999999999999D",
            "P1D ",
            "Pé",
        ] {
            assert!(Duration::parse(text).is_err(), "{text}");
        }
    }
}
