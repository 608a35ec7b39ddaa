//! Parts of a year and of a month: *the first two months of 2013*, *the last week of May 2014*, *the second
//! half of 2015*, *early 2013*.
//!
//! Called for what stands behind *in* and its like.

use super::{DAYS, date, skip, year};
use crate::question::token::Token;
use crate::value::time::Date;

/// `the first two months of 2013`: an interval of months.
pub(super) fn months_of_year(tokens: &[Token], at: usize) -> Option<(usize, String)> {
    const NUMBERS: [&str; 11] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"];
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let first = match word(at) {
        "first" | "opening" => true,
        "last" | "final" | "closing" => false,
        _ => return None,
    };
    let spelt = NUMBERS.iter().position(|one| *one == word(at + 1)).map(|at| at as u32 + 1);
    let number = spelt.or_else(|| word(at + 1).parse().ok().filter(|n| (1..12).contains(n)));
    let (number, next) = number.map_or((1, at + 1), |number| (number, at + 2));
    if !matches!(word(next), "month" | "months") {
        return None;
    }
    let (end, year) = year(tokens, skip(tokens, next + 1, &["of", "in", "the", "year"]))?;
    let (from, to) = if first { (1, number) } else { (13 - number, 12) };
    Some((end, format!("{year}-{from:02}/{year}-{to:02}")))
}

/// `the first week of March 2013`: seven days from its first on, or to its last.
pub(super) fn week_of_month(tokens: &[Token], at: usize) -> Option<(usize, String)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let nth = ["first", "second", "third", "fourth"].iter().position(|one| *one == word(at));
    let last = matches!(word(at), "last" | "final");
    let spelt = DAYS.iter().position(|one| *one == word(at + 1)).map(|at| at as i64 + 2);
    let days = spelt.or_else(|| word(at + 1).parse().ok()).filter(|days| (2..28).contains(days));
    if let (Some(days), "days", true) = (days, word(at + 2), last || nth == Some(0)) {
        let (end, day) = date(tokens, skip(tokens, at + 3, &["of", "in", "the"]))?;
        let (first, until) = day.hull().filter(|_| day.day.is_none())?;
        let text = |day: i64| Date::checked_from_days(day).map(|day| day.to_string());
        let (from, to) = if last { (until - days + 1, until) } else { (first, first + days - 1) };
        return Some((end, format!("{}/{}", text(from)?, text(to)?)));
    }
    if nth.is_none() && !last || word(at + 1) != "week" {
        return None;
    }
    let (end, day) = date(tokens, skip(tokens, at + 2, &["of", "in", "the"]))?;
    if day.day.is_some() || day.month.is_none() {
        return None;
    }
    let (first, until) = day.hull()?;
    let from = nth.map_or(until - 6, |nth| first + 7 * nth as i64);
    let text = |day: i64| Date::checked_from_days(day).map(|day| day.to_string());
    Some((end, format!("{}/{}", text(from)?, text((from + 6).min(until))?)))
}

/// `the first half of 2013`, `the third quarter of 2014`, `Q1 2013`: an interval of months.
pub(super) fn part_of_year(tokens: &[Token], at: usize) -> Option<(usize, String)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let nth = |word: &str| match word {
        "first" | "1st" => Some(1),
        "second" | "2nd" => Some(2),
        "third" | "3rd" => Some(3),
        "fourth" | "4th" => Some(4),
        "last" => Some(0),
        _ => None,
    };
    let (number, months, next) = match (word(at), nth(word(at)), word(at + 1)) {
        ("q1", ..) => (1, 3, at + 1),
        ("q2", ..) => (2, 3, at + 1),
        ("q3", ..) => (3, 3, at + 1),
        ("q4", ..) => (4, 3, at + 1),
        (_, Some(number), "half") => (if number == 0 { 2 } else { number }, 6, at + 2),
        (_, Some(number), "quarter") => (if number == 0 { 4 } else { number }, 3, at + 2),
        _ => return None,
    };
    let (end, year) = year(tokens, skip(tokens, next, &["of", "the", "year"]))?;
    let (first, last) = ((number - 1) * months + 1, number * months);
    (last <= 12).then(|| (end, format!("{year}-{first:02}/{year}-{last:02}")))
}

/// `early 2013`, `mid-2013`, `late May 2014`: thirds, which have no edges of their own; four months of a year, ten
/// days of a month. The reading says which.
pub(super) fn third(tokens: &[Token], at: usize) -> Option<(usize, String)> {
    let (nth, next) = which_third(tokens, at)?;
    let (end, day) = date(tokens, skip(tokens, next, &["in", "the", "year", "of"]))?;
    let year = day.year.as_deref().filter(|_| day.day.is_none())?;
    let Some(month) = day.month else {
        let last = nth * 4;
        let (from, to) = (last - 3, last);
        // A decade has no months.
        return year.parse::<u16>().ok().map(|_| (end, format!("{year}-{from:02}/{year}-{to:02}")));
    };
    let (first, last) = day.hull()?;
    let from = first + 10 * (i64::from(nth) - 1);
    let to = if nth == 3 { last } else { from + 9 };
    let text = |day: i64| Date::checked_from_days(day).map(|day| day.to_string());
    // Seasons are numbered like months.
    (month <= 12).then_some(())?;
    Some((end, format!("{}/{}", text(from)?, text(to)?)))
}

/// `early`, `the middle of`, `the latter part of`: which third, and the position after it.
fn which_third(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let nth = match word(at) {
        "early" | "earlier" => 1,
        "mid" | "middle" => 2,
        "late" | "later" | "latter" => 3,
        _ => return None,
    };
    let (part, of) = (matches!(word(at + 1), "part" | "third" | "months" | "days"), word(at + 2));
    match word(at) {
        _ if part && of == "of" => Some((nth, at + 3)),
        "middle" if word(at + 1) == "of" => Some((nth, at + 2)),
        "early" | "mid" | "late" => Some((nth, at + 1)),
        _ => None,
    }
}
