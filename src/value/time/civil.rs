//! The proleptic Gregorian calendar as arithmetic on day numbers.
//!
//! Days count from 1970-01-01. The conversions follow the usual trick of counting years from
//! 1 March, so that the leap day comes last and month lengths become a linear function
//! (E. M. Reingold and N. Dershowitz, *Calendrical Calculations*; the closed form is Howard
//! Hinnant's `chrono` paper). Everything is exact for every year of more than ±10^15, far beyond
//! what [`super::Date`] admits, and costs a few multiplications.

/// Days in the 400 years after which the Gregorian calendar repeats, weekdays included.
pub(super) const DAYS_PER_CYCLE: i64 = 146_097;

/// Whether the year has a 29 February.
pub(super) const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The number of days in a month, which must be 1 to 12.
pub(super) const fn days_in_month(year: i64, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number of days in a year.
pub(super) const fn days_in_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

/// The day number of a year, month and day, which must exist.
pub(super) const fn days_from_ymd(year: i64, month: u8, day: u8) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let month_from_march = (month as i64 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i64 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_CYCLE + day_of_era - 719_468
}

/// The year, month and day of a day number.
pub(super) const fn ymd_from_days(days: i64) -> (i64, u8, u8) {
    let from_march = days + 719_468;
    let era = from_march.div_euclid(DAYS_PER_CYCLE);
    let day_of_era = from_march.rem_euclid(DAYS_PER_CYCLE);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + (month <= 2) as i64;
    (year, month as u8, day)
}

/// The ISO day of the week, 1 for Monday to 7 for Sunday.
pub(super) const fn weekday(days: i64) -> u8 {
    ((days + 3).rem_euclid(7) + 1) as u8
}

/// The Monday of week 1, which is the week that holds 4 January (ISO 8601-1, 4.2.2).
pub(super) const fn first_monday(week_year: i64) -> i64 {
    let fourth = days_from_ymd(week_year, 1, 4);
    fourth - (weekday(fourth) as i64 - 1)
}

/// The number of ISO weeks in a week-based year, 52 or 53.
pub(super) const fn weeks_in_year(week_year: i64) -> u8 {
    ((first_monday(week_year + 1) - first_monday(week_year)) / 7) as u8
}

/// The week-based year and the ISO week of a day number.
pub(super) const fn week_from_days(days: i64) -> (i64, u8) {
    // The Thursday of a week decides to which year the week belongs.
    let thursday = days - (weekday(days) as i64 - 1) + 3;
    let (week_year, _, _) = ymd_from_days(thursday);
    (week_year, ((days - first_monday(week_year)) / 7 + 1) as u8)
}

/// The quarter of a month, 1 to 4.
pub(super) const fn quarter(month: u8) -> u8 {
    month.div_ceil(3)
}

/// The day number of the first day of a quarter.
pub(super) const fn first_of_quarter(year: i64, quarter: u8) -> i64 {
    days_from_ymd(year, quarter * 3 - 2, 1)
}

/// The number of days in a quarter, 90 to 92.
pub(super) const fn days_in_quarter(year: i64, quarter: u8) -> u8 {
    match quarter {
        1 if is_leap(year) => 91,
        1 => 90,
        2 => 91,
        _ => 92,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_numbers_follow_one_another() {
        let mut day = days_from_ymd(-401, 1, 1);
        for year in -401..=801 {
            for month in 1..=12 {
                for day_of_month in 1..=days_in_month(year, month) {
                    assert_eq!(days_from_ymd(year, month, day_of_month), day);
                    assert_eq!(ymd_from_days(day), (year, month, day_of_month));
                    day += 1;
                }
            }
        }
        assert_eq!(days_from_ymd(1970, 1, 1), 0);
    }

    #[test]
    fn weeks_agree_with_the_standard() {
        assert_eq!(weekday(0), 4);
        assert_eq!(week_from_days(days_from_ymd(1816, 12, 30)), (1817, 1));
        assert_eq!(week_from_days(days_from_ymd(1984, 1, 1)), (1983, 52));
        assert_eq!((weeks_in_year(1818), weeks_in_year(1817)), (53, 52));
    }
}
