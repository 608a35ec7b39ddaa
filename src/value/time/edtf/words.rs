//! Dates in words.
//!
//! ```text
//! 2008-08-26     26 August 2008            XXXX-11-12     12 November, year not stated
//! 2017-11        November 2017             2008-08-26/..  since 26 August 2008
//! 2017           2017                      ../2008        until 2008
//! 2017-11~       about November 2017       2017-24        winter 2017
//! ```
//!
//! What has no simple wording stays EDTF.

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
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
        (from, to) => Some(format!("from {} to {}", value(from)?, value(to)?)),
    }
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
    let parts: Vec<&str> = text.split('-').collect();
    let year = match parts[0] {
        "XXXX" => None,
        digits if digits.len() == 4 && is_number(digits) => Some(digits),
        _ => return None,
    };
    let month = match parts.get(1) {
        None => return year.map(str::to_owned),
        Some(&"XX") => None,
        Some(digits) if is_number(digits) => Some(digits.parse::<usize>().ok()?),
        Some(_) => return None,
    };
    let named = match (month?, parts.get(2)) {
        (month @ 1..=12, None | Some(&"XX")) => MONTHS[month - 1].to_owned(),
        (month @ 1..=12, Some(day)) if is_number(day) => {
            format!("{} {}", day.parse::<u32>().ok()?, MONTHS[month - 1])
        }
        (season @ 21..=24, None) => SEASONS[season - 21].to_owned(),
        _ => return None,
    };
    Some(match year {
        Some(year) => format!("{named} {year}"),
        None => format!("{named}, year not stated"),
    })
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
