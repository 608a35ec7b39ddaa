//! Dates in words.
//!
//! ```text
//! 2008-08-26     26 August 2008            XXXX-11-12     12 November, year not stated
//! 2017-11        November 2017             2008-08-26/..  since 26 August 2008
//! 2017           2017                      ../2008        until 2008
//! 2017-11~       about November 2017       2017-24        winter 2017
//! 2017-11-11/2017-11-13   from 11 to 13 November 2017
//! ```
//!
//! What has no simple wording stays EDTF.

use super::super::fields::MONTHS;

const SEASONS: [&str; 4] = ["spring", "summer", "autumn", "winter"];

/// An EDTF text in words; `None` where it has no simple wording.
pub(crate) fn date_in_words(edtf: &str) -> Option<String> {
    let Some((from, to)) = edtf.split_once('/') else { return value(edtf) };
    match (from, to) {
        (".." | "", ".." | "") => None,
        ("..", to) => Some(format!("until {}", value(to)?)),
        ("", to) => Some(format!("until {}, beginning not stated", value(to)?)),
        (from, "..") => Some(format!("since {}", value(from)?)),
        (from, "") => Some(format!("from {}, end not stated", value(from)?)),
        (from, to) => interval(from, to),
    }
}

/// From one date to another; the month and the year that both have, or the year that neither has, are
/// said once.
fn interval(from: &str, to: &str) -> Option<String> {
    let (Some(one), Some(two)) = (Parts::of(from), Parts::of(to)) else {
        return Some(format!("from {} to {}", value(from)?, value(to)?));
    };
    let (Some(first), Some(last)) = (one.within_year(), two.within_year()) else {
        return Some(format!("from {} to {}", one.words()?, two.words()?));
    };
    if one.year != two.year {
        return Some(format!("from {} to {}", one.words()?, two.words()?));
    }
    let first = match (one.month, one.day) {
        (month, Some(day)) if month == two.month && two.day.is_some() => day.to_string(),
        _ => first,
    };
    Some(format!("from {first} to {}", one.with_year(&last)))
}

fn value(text: &str) -> Option<String> {
    let (plain, doubt) = match text.char_indices().next_back()? {
        (at, '~') => (&text[..at], "about "),
        (at, '?') => (&text[..at], "perhaps "),
        (at, '%') => (&text[..at], "perhaps about "),
        _ => (text, ""),
    };
    Some(format!("{doubt}{}", plain_date(plain)?))
}

fn plain_date(text: &str) -> Option<String> {
    Parts::of(text)?.words()
}

/// A date without doubt: what is stated of it.
struct Parts<'a> {
    year: Option<&'a str>,
    /// From 1; a season from 21.
    month: Option<usize>,
    day: Option<u32>,
}

impl<'a> Parts<'a> {
    /// `None` for a date that is written otherwise.
    fn of(text: &'a str) -> Option<Parts<'a>> {
        let parts: Vec<&str> = text.split('-').collect();
        let year = match parts[0] {
            "XXXX" => None,
            digits if digits.len() == 4 && is_number(digits) => Some(digits),
            _ => return None,
        };
        let month = match parts.get(1) {
            None => return Some(Parts { year, month: None, day: None }),
            Some(digits) if is_number(digits) => digits.parse::<usize>().ok()?,
            Some(_) => return None,
        };
        let day = match (month, parts.get(2)) {
            (1..=12, None | Some(&"XX")) | (21..=24, None) => None,
            (1..=12, Some(day)) if is_number(day) => Some(day.parse().ok()?),
            _ => return None,
        };
        Some(Parts { year, month: Some(month), day })
    }

    /// `12 November`, `November`, `winter`.
    fn within_year(&self) -> Option<String> {
        let name = match self.month? {
            month @ 1..=12 => MONTHS[month - 1],
            season => SEASONS[season - 21],
        };
        Some(match self.day {
            Some(day) => format!("{day} {name}"),
            None => name.to_owned(),
        })
    }

    fn with_year(&self, named: &str) -> String {
        match self.year {
            Some(year) => format!("{named} {year}"),
            None => format!("{named}, year not stated"),
        }
    }

    fn words(&self) -> Option<String> {
        match self.within_year() {
            Some(named) => Some(self.with_year(&named)),
            None => self.year.map(str::to_owned),
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::date_in_words;

    #[test]
    fn common_dates_have_words() {
        for (edtf, words) in [
            ("2008-08-26", "26 August 2008"),
            ("XXXX-11-12", "12 November, year not stated"),
            ("2017-11", "November 2017"),
            ("2017-11-XX", "November 2017"),
            ("2017", "2017"),
            ("2017~", "about 2017"),
            ("2017-24", "winter 2017"),
            ("2008-08-26/..", "since 26 August 2008"),
            ("../2008", "until 2008"),
            ("2004/2006", "from 2004 to 2006"),
            ("XXXX-11-11/XXXX-11-13", "from 11 to 13 November, year not stated"),
            ("2017-11-11/2017-11-13", "from 11 to 13 November 2017"),
            ("XXXX-11-30/XXXX-12-02", "from 30 November to 2 December, year not stated"),
            ("2017-08/2017-11", "from August to November 2017"),
            ("2017-11/2017-11-13", "from November to 13 November 2017"),
            ("2017-21/2017-23", "from spring to autumn 2017"),
            ("2017-11-11/2018-11-13", "from 11 November 2017 to 13 November 2018"),
            ("2017/2017-05", "from 2017 to May 2017"),
            ("2017-11-11~/2017-11-13", "from about 11 November 2017 to 13 November 2017"),
        ] {
            assert_eq!(date_in_words(edtf).as_deref(), Some(words), "{edtf}");
        }
    }

    #[test]
    fn the_rest_stays_as_it_is() {
        for edtf in
            ["", "-", "20XX", "{2008,2009}", "2008-XX-01", "2008-08-26T10:00", "é", "Y170000"]
        {
            assert_eq!(date_in_words(edtf), None, "{edtf}");
        }
    }
}
