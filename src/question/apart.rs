//! Distances in time: *two weeks after*, *within two months of*, *a year before*.
//!
//! [`distance`] reads one, and [`Apart::window`] says on which days something may be that is so far from a
//! day. A number of weeks is a number of days; what is *a month after* is in the month after, and what is
//! *a year after* in the year after, since nobody who says so counts the days; *exactly a month after* is
//! on the day of that number.

use super::token::Token;
use crate::value::time::Date;

/// The longest distance, in days and in months.
const DAYS_MAX: i64 = 36_525;
const MONTHS_MAX: i64 = 1_200;

/// How far something is from a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Apart {
    /// So many days after it, at least and at most; before it where they are negative.
    Days { least: i64, most: i64 },
    /// Up to so many months before it, and after it.
    Within { before: i64, after: i64 },
    /// In the month that is so many after its month.
    Months(i64),
    /// In the year that is so many after its year.
    Years(i64),
    /// On the day so many months after it.
    Dated(i64),
}

/// A length of time, before it is known whether it is one before or after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Length {
    number: i64,
    step: Step,
    how: How,
}

/// What is said of a length beside how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Plain,
    /// *exactly a month*
    Exactly,
    /// *within a month*: less will do.
    Within,
    /// *less than a month*: only less will do.
    Fewer,
    /// *in the week after*, but not *in the week of*.
    Beside,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Day,
    Month,
    Year,
}

impl Length {
    fn is_within(self) -> bool {
        matches!(self.how, How::Within | How::Fewer | How::Beside)
    }

    /// As a distance on one side.
    pub(crate) fn aside(self, before: bool) -> Apart {
        let sign = if before { -1 } else { 1 };
        let months = if self.step == Step::Year { self.number * 12 } else { self.number };
        match self.step {
            Step::Day => {
                let most = self.number - i64::from(self.how == How::Fewer);
                let least = if self.is_within() { 1 } else { most };
                if before {
                    Apart::Days { least: -most, most: -least }
                } else {
                    Apart::Days { least, most }
                }
            }
            _ if self.is_within() && before => Apart::Within { before: months, after: 0 },
            _ if self.is_within() => Apart::Within { before: 0, after: months },
            _ if self.how == How::Exactly => Apart::Dated(sign * months),
            Step::Month => Apart::Months(sign * self.number),
            Step::Year => Apart::Years(sign * self.number),
        }
    }

    /// As a distance on either side: *within two weeks of*.
    pub(crate) fn around(self) -> Option<Apart> {
        if self.how == How::Beside {
            return None;
        }
        let most = self.number - i64::from(self.how == How::Fewer);
        let months = if self.step == Step::Year { self.number * 12 } else { self.number };
        match self.step {
            Step::Day => {
                let several = self.is_within() || most == 1;
                several.then_some(Apart::Days { least: -most, most })
            }
            _ => self.is_within().then_some(Apart::Within { before: months, after: months }),
        }
    }
}

impl Apart {
    /// The first and the last day that are so far from a day; nothing beyond the calendar.
    pub(crate) fn window(self, day: i64) -> Option<(i64, i64)> {
        let date = Date::checked_from_days(day)?;
        let moved = |months: i64| date.checked_add_months(months).map(Date::days);
        Some(match self {
            Apart::Days { least, most } => (day.checked_add(least)?, day.checked_add(most)?),
            Apart::Within { before: 0, after } => (day + 1, moved(after)?),
            Apart::Within { before, after: 0 } => (moved(-before)?, day - 1),
            Apart::Within { before, after } => (moved(-before)?, moved(after)?),
            Apart::Dated(months) => (moved(months)?, moved(months)?),
            Apart::Months(months) => {
                let (year, month, _) = date.checked_add_months(months)?.ymd();
                let first = Date::from_ymd(year, month, 1)?;
                (first.days(), first.checked_add_months(1)?.days() - 1)
            }
            Apart::Years(years) => {
                let year = date.year().checked_add(years)?;
                (Date::from_ymd(year, 1, 1)?.days(), Date::from_ymd(year, 12, 31)?.days())
            }
        })
    }

    /// The distance in words: `14 days after`, `within 2 months of`.
    pub(crate) fn in_words(self) -> String {
        let side = |number: i64| if number < 0 { "before" } else { "after" };
        match self {
            Apart::Days { least, most } if least == most => {
                format!("{} days {}", most.abs(), side(most))
            }
            Apart::Days { least, most } => {
                let side = if least < 0 && most > 0 { "of" } else { side(most) };
                format!("within {} days {side}", least.abs().max(most))
            }
            Apart::Within { before, after: 0 } => format!("within {before} months before"),
            Apart::Within { before: 0, after } => format!("within {after} months after"),
            Apart::Within { after, .. } => format!("within {after} months of"),
            Apart::Months(number) => format!("in the month {} {}", number.abs(), side(number)),
            Apart::Years(number) => format!("in the year {} {}", number.abs(), side(number)),
            Apart::Dated(number) => format!("exactly {} months {}", number.abs(), side(number)),
        }
    }
}

/// A length of time before *before*, *after* and *of*, and the position after it.
pub(crate) fn distance(tokens: &[Token], at: usize) -> Option<(Length, usize)> {
    const NUMBERS: [&str; 13] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve", "thirteen",
    ];
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let starts = |at: usize, words: &str| {
        let mut end = at;
        let mut each = words.split(' ');
        // Nearly all of them do not stand there.
        if word(at).is_empty() || !words.starts_with(word(at)) {
            return None;
        }
        each.all(|one| {
            end += 1;
            word(end - 1) == one
        })
        .then_some(end)
    };
    let any = |words: &[&str]| words.iter().find_map(|words| starts(at, words));
    let most = any(&["within", "no more than", "not more than", "at most", "up to", "inside"]);
    let fewer = any(&["less than", "fewer than", "under"]);
    // `in the week after`, `in the two weeks before`
    let counted = |word: &str| NUMBERS.contains(&word) || word.parse::<i64>().is_ok();
    let in_the =
        any(&["in the", "during the"]).map(|the| if counted(word(the)) { the } else { the - 1 });
    let within = most.or(fewer).or(in_the);
    let exactly = any(&["exactly", "precisely"]).filter(|_| within.is_none());
    let from = within.or(exactly).unwrap_or(at);
    let from = if most.is_some() && word(from) == "the" && counted(word(from + 1)) {
        from + 1
    } else {
        from
    };
    let (number, next) = match word(from) {
        "a" if word(from + 1) == "couple" && word(from + 2) == "of" => (2, from + 3),
        "a" | "an" | "the" => (1, from + 1),
        text => match NUMBERS.iter().position(|one| *one == text) {
            Some(at) => (at as i64 + 1, from + 1),
            None => {
                let number = text.parse().ok().filter(|number| (1..1000).contains(number));
                (number?, from + 1)
            }
        },
    };
    let next = next + usize::from(matches!(word(next), "calendar" | "whole" | "full"));
    // `in the years before` leaves it open how many.
    if next == from + 1 && matches!(word(from), "a" | "an" | "the") && word(next).ends_with('s') {
        return None;
    }
    let (step, factor) = match word(next) {
        "day" | "days" => (Step::Day, 1),
        "week" | "weeks" => (Step::Day, 7),
        "fortnight" | "fortnights" => (Step::Day, 14),
        "month" | "months" => (Step::Month, 1),
        "year" | "years" => (Step::Year, 1),
        "decade" | "decades" => (Step::Year, 10),
        _ => return None,
    };
    let number: i64 = number * factor;
    let in_bounds = match step {
        Step::Day => (1 + i64::from(fewer.is_some())..=DAYS_MAX).contains(&number),
        Step::Month => number <= MONTHS_MAX,
        Step::Year => number * 12 <= MONTHS_MAX,
    };
    let how = match (most, fewer, in_the, exactly) {
        (Some(_), ..) => How::Within,
        (_, Some(_), ..) => How::Fewer,
        (_, _, Some(_), _) => How::Beside,
        (.., Some(_)) => How::Exactly,
        _ => How::Plain,
    };
    let length = Length { number, step, how };
    in_bounds.then_some((length, next + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::token::tokens;

    fn window(text: &str, before: bool) -> (String, String) {
        let (length, _) = distance(&tokens(text), 0).expect("a distance");
        let day = Date::from_ymd(2014, 1, 31).expect("a day").days();
        let (first, last) = length.aside(before).window(day).expect("within the calendar");
        (Date::from_days(first).to_string(), Date::from_days(last).to_string())
    }

    #[test]
    fn distances_are_days_or_months_of_the_calendar() {
        for (text, before, first, last) in [
            ("two weeks", false, "2014-02-14", "2014-02-14"),
            ("within a month", false, "2014-02-01", "2014-02-28"),
            ("within two months", true, "2013-11-30", "2014-01-30"),
            ("a month", false, "2014-02-01", "2014-02-28"),
            ("three years", true, "2011-01-01", "2011-12-31"),
            ("exactly one month", false, "2014-02-28", "2014-02-28"),
            ("in the week", false, "2014-02-01", "2014-02-07"),
            ("less than ten days", true, "2014-01-22", "2014-01-30"),
        ] {
            assert_eq!(window(text, before), (first.into(), last.into()), "{text}");
        }
        assert!(distance(&tokens("two people"), 0).is_none());
        assert!(distance(&tokens("in the years"), 0).is_none());
        let (month, _) = distance(&tokens("in the month of"), 0).expect("a length");
        assert!(month.around().is_none(), "in the month of May is in May");
    }
}
