//! [`Date`]: a day.

use std::fmt;

use super::{Duration, civil, format};
use crate::error::{Error, Result, eval};

/// A day of the proleptic Gregorian calendar, years -999,999,999 to 999,999,999.
///
/// Days before 1582-10-15 are counted as if the Gregorian calendar had always been in use, and
/// year 0 is the year before year 1 (ISO 8601-1). Eight bytes, ordered by time.
///
/// ```
/// use dossier::value::time::Date;
/// let day = Date::parse("2008-08-26")?;
/// assert_eq!((day.year(), day.month(), day.day()), (2008, 8, 26));
/// assert_eq!((day.week(), day.day_of_week(), day.ordinal_day()), (35, 2, 239));
/// assert_eq!((day.quarter(), day.day_of_quarter(), day.week_year()), (3, 57, 2008));
/// assert_eq!(day.checked_add_months(6).map(|later| later.to_string()), Some("2009-02-26".into()));
/// assert!(day < Date::from_ordinal(2008, 240).expect("a day of the year"));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i64,
}

impl Date {
    /// The first day that can be expressed, -999999999-01-01.
    pub const MIN: Date = Date { days: civil::days_from_ymd(-999_999_999, 1, 1) };
    /// The last day that can be expressed, +999999999-12-31.
    pub const MAX: Date = Date { days: civil::days_from_ymd(999_999_999, 12, 31) };

    /// The day that is `days` after 1970-01-01, or the nearest that can be expressed.
    ///
    /// ```
    /// use dossier::value::time::Date;
    /// assert_eq!(Date::from_days(14_117).to_string(), "2008-08-26");
    /// assert_eq!(Date::from_days(i64::MAX), Date::MAX);
    /// ```
    pub const fn from_days(days: i64) -> Date {
        match Date::checked_from_days(days) {
            Some(date) => date,
            None if days < 0 => Date::MIN,
            None => Date::MAX,
        }
    }

    /// The day that is `days` after 1970-01-01, if it can be expressed.
    pub const fn checked_from_days(days: i64) -> Option<Date> {
        if days < Date::MIN.days || days > Date::MAX.days { None } else { Some(Date { days }) }
    }

    /// The day with this year, month (1 to 12) and day of the month, if there is one.
    ///
    /// ```
    /// use dossier::value::time::Date;
    /// assert_eq!(Date::from_ymd(2008, 8, 26).map(Date::days), Some(14_117));
    /// assert_eq!(Date::from_ymd(2017, 2, 29), None);
    /// ```
    pub const fn from_ymd(year: i64, month: u8, day: u8) -> Option<Date> {
        if year.unsigned_abs() > 999_999_999 || month < 1 || month > 12 {
            return None;
        }
        if day < 1 || day > civil::days_in_month(year, month) {
            return None;
        }
        Some(Date { days: civil::days_from_ymd(year, month, day) })
    }

    /// The day of an ISO week date, if the year has it: week from 1, day 1 (Monday) to 7.
    ///
    /// ```
    /// use dossier::value::time::Date;
    /// assert_eq!(Date::from_week(2008, 35, 2), Date::from_ymd(2008, 8, 26));
    /// assert_eq!(Date::from_week(2008, 53, 1), None);
    /// ```
    pub fn from_week(week_year: i64, week: u8, day_of_week: u8) -> Option<Date> {
        if week_year.unsigned_abs() > 999_999_999 || week < 1 || !(1..=7).contains(&day_of_week) {
            return None;
        }
        if week > civil::weeks_in_year(week_year) {
            return None;
        }
        let monday = civil::first_monday(week_year) + (i64::from(week) - 1) * 7;
        Date::checked_from_days(monday + i64::from(day_of_week) - 1)
    }

    /// The day of a year and a day of the year from 1, if there is one.
    pub fn from_ordinal(year: i64, day_of_year: u16) -> Option<Date> {
        let first = Date::from_ymd(year, 1, 1)?;
        if day_of_year < 1 || i64::from(day_of_year) > civil::days_in_year(year) {
            return None;
        }
        first.checked_add_days(i64::from(day_of_year) - 1)
    }

    /// The day of a quarter (1 to 4) and a day of the quarter from 1, if there is one.
    pub fn from_quarter(year: i64, quarter: u8, day_of_quarter: u8) -> Option<Date> {
        if year.unsigned_abs() > 999_999_999 || !(1..=4).contains(&quarter) || day_of_quarter < 1 {
            return None;
        }
        if day_of_quarter > civil::days_in_quarter(year, quarter) {
            return None;
        }
        let first = civil::first_of_quarter(year, quarter);
        Date::checked_from_days(first + i64::from(day_of_quarter) - 1)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i64 {
        self.days
    }

    /// Year, month and day of the month.
    ///
    /// ```
    /// use dossier::value::time::Date;
    /// assert_eq!(Date::parse("1984-10-11")?.ymd(), (1984, 10, 11));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub const fn ymd(self) -> (i64, u8, u8) {
        civil::ymd_from_days(self.days)
    }

    /// The year; 0 is the year before year 1.
    pub const fn year(self) -> i64 {
        self.ymd().0
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.ymd().1
    }

    /// The day of the month, from 1.
    pub const fn day(self) -> u8 {
        self.ymd().2
    }

    /// The quarter, 1 to 4.
    pub const fn quarter(self) -> u8 {
        civil::quarter(self.month())
    }

    /// The day of the quarter, from 1 to at most 92.
    pub const fn day_of_quarter(self) -> u8 {
        let (year, month, _) = self.ymd();
        (self.days - civil::first_of_quarter(year, civil::quarter(month)) + 1) as u8
    }

    /// The day of the year, from 1 to at most 366.
    pub const fn ordinal_day(self) -> u16 {
        (self.days - civil::days_from_ymd(self.year(), 1, 1) + 1) as u16
    }

    /// The ISO day of the week, 1 for Monday to 7 for Sunday.
    pub const fn day_of_week(self) -> u8 {
        civil::weekday(self.days)
    }

    /// The ISO week, 1 to 53.
    pub const fn week(self) -> u8 {
        civil::week_from_days(self.days).1
    }

    /// The year to which the ISO week belongs.
    pub const fn week_year(self) -> i64 {
        civil::week_from_days(self.days).0
    }

    /// The same day of the month `months` later, or the last day of that month if it is shorter.
    ///
    /// ```
    /// use dossier::value::time::Date;
    /// let last = Date::parse("2008-01-31")?.checked_add_months(1).expect("in range");
    /// assert_eq!(last.to_string(), "2008-02-29");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn checked_add_months(self, months: i64) -> Option<Date> {
        let (year, month, day) = self.ymd();
        let total = (year * 12 + i64::from(month) - 1).checked_add(months)?;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) as u8 + 1);
        if year.unsigned_abs() > 999_999_999 {
            return None;
        }
        Date::from_ymd(year, month, day.min(civil::days_in_month(year, month)))
    }

    /// The day that is `days` later.
    pub fn checked_add_days(self, days: i64) -> Option<Date> {
        Date::checked_from_days(self.days.checked_add(days)?)
    }

    /// This day and a duration: first its months, then its days, then its whole days of seconds.
    ///
    /// An error if the result lies outside of the years that can be expressed.
    ///
    /// ```
    /// use dossier::value::time::{Date, Duration};
    /// let end_of_january = Date::parse("2017-01-31")?;
    /// assert_eq!(end_of_january.plus(&Duration::parse("P1M")?)?.to_string(), "2017-02-28");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn plus(self, duration: &Duration) -> Result<Date> {
        self.checked_add_months(duration.months())
            .and_then(|date| date.checked_add_days(duration.days()))
            .and_then(|date| date.checked_add_days(duration.whole_days_of_seconds()))
            .ok_or_else(|| out_of_range(self, duration))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        format::date(f, *self)
    }
}

/// The error of an addition that leaves the range of the type.
pub(super) fn out_of_range(value: impl fmt::Display, duration: &Duration) -> Error {
    Error::new(
        &eval::NUMBER_OUT_OF_RANGE,
        format!("{value} and {duration} add up to a day beyond the years ±999,999,999"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_kept() {
        assert_eq!(Date::from_days(i64::MAX), Date::MAX);
        assert_eq!(Date::MAX.checked_add_days(1), None);
        assert_eq!(Date::MIN.checked_add_months(-1), None);
        assert_eq!(Date::MIN.checked_add_months(i64::MIN), None);
    }

    #[test]
    fn the_end_of_a_longer_month_is_cut_back() {
        let leap_day = Date::from_ymd(2016, 2, 29).expect("2016 is a leap year");
        assert_eq!(leap_day.checked_add_months(12).map(Date::ymd), Some((2017, 2, 28)));
        assert_eq!(leap_day.checked_add_months(-48).map(Date::ymd), Some((2012, 2, 29)));
    }
}
