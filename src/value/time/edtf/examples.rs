//! The examples of the EDTF specification (Library of Congress, 2019), all of each level: level,
//! components and bounds.

use super::*;
use crate::value::time::Date;

/// A text, its level, its year, month, day and season (`-` for one that is not known, `*` where it
/// is no single date), its first and its last day (`*` for one beyond all days).
const EXAMPLES: &str = "
    1985-04-12                  0  1985 4 12 -     1985-04-12 1985-04-12
    1985-04                     0  1985 4 - -      1985-04-01 1985-04-30
    1985                        0  1985 - - -      1985-01-01 1985-12-31
    1985-04-12T23:20:30         0  1985 4 12 -     1985-04-12 1985-04-12
    1985-04-12T23:20:30Z        0  1985 4 12 -     1985-04-12 1985-04-12
    1985-04-12T23:20:30-04      0  1985 4 12 -     1985-04-12 1985-04-12
    1985-04-12T23:20:30+04:30   0  1985 4 12 -     1985-04-12 1985-04-12
    1964/2008                   0  * * * *         1964-01-01 2008-12-31
    2004-06/2006-08             0  * * * *         2004-06-01 2006-08-31
    2004-02-01/2005-02-08       0  * * * *         2004-02-01 2005-02-08
    2004-02-01/2005-02          0  * * * *         2004-02-01 2005-02-28
    2004-02-01/2005             0  * * * *         2004-02-01 2005-12-31
    2005/2006-02                0  * * * *         2005-01-01 2006-02-28

    Y170000002                  1  170000002 - - -   * *
    Y-170000002                 1  -170000002 - - -  * *
    2001-21                     1  2001 - - 21     2001-03-01 2001-05-31
    2001-22                     1  2001 - - 22     2001-06-01 2001-08-31
    2001-23                     1  2001 - - 23     2001-09-01 2001-11-30
    2001-24                     1  2001 - - 24     2001-12-01 2002-02-28
    1984?                       1  1984 - - -      1984-01-01 1984-12-31
    2004-06~                    1  2004 6 - -      2004-06-01 2004-06-30
    2004-06-11%                 1  2004 6 11 -     2004-06-11 2004-06-11
    201X                        1  - - - -         2010-01-01 2019-12-31
    20XX                        1  - - - -         2000-01-01 2099-12-31
    2004-XX                     1  2004 - - -      2004-01-01 2004-12-31
    1985-04-XX                  1  1985 4 - -      1985-04-01 1985-04-30
    1985-XX-XX                  1  1985 - - -      1985-01-01 1985-12-31
    1985-04-12/..               1  * * * *         1985-04-12 *
    1985-04/..                  1  * * * *         1985-04-01 *
    1985/..                     1  * * * *         1985-01-01 *
    ../1985-04-12               1  * * * *         * 1985-04-12
    ../1985-04                  1  * * * *         * 1985-04-30
    ../1985                     1  * * * *         * 1985-12-31
    1985-04-12/                 1  * * * *         1985-04-12 *
    1985-04/                    1  * * * *         1985-04-01 *
    1985/                       1  * * * *         1985-01-01 *
    /1985-04-12                 1  * * * *         * 1985-04-12
    /1985-04                    1  * * * *         * 1985-04-30
    /1985                       1  * * * *         * 1985-12-31
    -1985                       1  -1985 - - -     -1985-01-01 -1985-12-31

    Y-17E7                      2  -170000000 - - -  * *
    1950S2                      2  - - - -         1900-01-01 1999-12-31
    Y171010000S3                2  - - - -         * *
    Y3388E2S3                   2  - - - -         * *
    2001-34                     2  2001 - - 34     2001-04-01 2001-06-30
    [1667,1668,1670..1672]      2  * * * *         1667-01-01 1672-12-31
    [..1760-12-03]              2  * * * *         * 1760-12-03
    [1760-12..]                 2  * * * *         1760-12-01 *
    [1760-01,1760-02,1760-12..] 2  * * * *         1760-01-01 *
    [1667,1760-12]              2  * * * *         1667-01-01 1760-12-31
    {1667,1668,1670..1672}      2  * * * *         1667-01-01 1672-12-31
    {1960,1961-12}              2  * * * *         1960-01-01 1961-12-31
    {..1984}                    2  * * * *         * 1984-12-31
    2004-06~-11                 2  2004 6 11 -     2004-06-11 2004-06-11
    2004?-06-11                 2  2004 6 11 -     2004-06-11 2004-06-11
    ?2004-06-~11                2  2004 6 11 -     2004-06-11 2004-06-11
    2004-%06-11                 2  2004 6 11 -     2004-06-11 2004-06-11
    156X-12-25                  2  - 12 25 -       1560-12-25 1569-12-25
    15XX-12-25                  2  - 12 25 -       1500-12-25 1599-12-25
    XXXX-12-XX                  2  - 12 - -        * *
    1XXX-XX                     2  - - - -         1000-01-01 1999-12-31
    1XXX-12                     2  - 12 - -        1000-12-01 1999-12-31
    1984-1X                     2  1984 - - -      1984-10-01 1984-12-31
    2004-06-~01/2004-06-~20     2  * * * *         2004-06-01 2004-06-20
    2004-06-XX/2004-07-03       2  * * * *         2004-06-01 2004-07-03
";

/// Parts of a year, by code: the first and the last day of that of 2001.
const PARTS: &str = "
    21 2001-03-01 2001-05-31    22 2001-06-01 2001-08-31
    23 2001-09-01 2001-11-30    24 2001-12-01 2002-02-28
    25 2001-03-01 2001-05-31    26 2001-06-01 2001-08-31
    27 2001-09-01 2001-11-30    28 2001-12-01 2002-02-28
    29 2001-09-01 2001-11-30    30 2001-12-01 2002-02-28
    31 2001-03-01 2001-05-31    32 2001-06-01 2001-08-31
    33 2001-01-01 2001-03-31    34 2001-04-01 2001-06-30
    35 2001-07-01 2001-09-30    36 2001-10-01 2001-12-31
    37 2001-01-01 2001-04-30    38 2001-05-01 2001-08-31    39 2001-09-01 2001-12-31
    40 2001-01-01 2001-06-30    41 2001-07-01 2001-12-31
";

#[test]
fn the_parts_of_a_year() {
    let words: Vec<&str> = PARTS.split_whitespace().collect();
    assert_eq!(words.len(), 3 * 21);
    for part in words.chunks(3) {
        let [code, first, last] = part else { panic!("{part:?}") };
        let value = Edtf::parse(&format!("2001-{code}")).expect(code);
        let days = (value.first_day(), value.last_day());
        assert_eq!(days, (Date::parse(first).ok(), Date::parse(last).ok()), "{code}");
        assert_eq!(value.season().map(|code| code.to_string()).as_deref(), Some(*code));
        let level = if code.starts_with('2') && *code < "25" { 1 } else { 2 };
        assert_eq!(
            (value.level(), value.year(), value.month()),
            (level, Some(2001), None),
            "{code}"
        );
        assert_eq!(value.as_str(), format!("2001-{code}"));
    }
}

/// What a qualifier applies to, seen by what its slack adds: a text, its canonical text, whether it is
/// uncertain, whether it is approximate, and the first and last day with slack.
const QUALIFIED: &str = "
    1984?                   1984?             ?-  1983-01-01 1985-12-31
    1984~                   1984~             -~  1983-01-01 1985-12-31
    1984%                   1984%             ?~  1983-01-01 1985-12-31
    2004-06?                2004-06?          ?-  2004-05-01 2004-07-31
    2004-06-11~             2004-06-11~       -~  2004-06-04 2004-06-18
    ?2004-?06-?11           2004-06-11?       ?-  2004-06-04 2004-06-18
    2004-06~-11             2004-06~-11       -~  2004-05-11 2004-07-11
    ~2004-~06-11            2004-06~-11       -~  2004-05-11 2004-07-11
    2004?-06-11             2004?-06-11       ?-  2003-06-11 2005-06-11
    ?2004-06-11             2004?-06-11       ?-  2003-06-11 2005-06-11
    2004-?06-11             2004-?06-11       ?-  2004-05-11 2004-07-11
    2004-06-~11             2004-06-~11       -~  2004-06-04 2004-06-18
    ?2004-06-~11            2004?-06-~11      ?~  2003-06-04 2005-06-18
    2004-%06-11             2004-%06-11       ?~  2004-05-11 2004-07-11
    2001-21~                2001-21~          -~  2001-02-01 2001-06-30
    201X~                   201X~             -~  2009-01-01 2020-12-31
    2004-06-~01/2004-06-~20 2004-06-~01/2004-06-~20 -~ 2004-05-25 2004-06-27
    1984~/2004-06?          1984~/2004-06?    ?~  1983-01-01 2004-07-31
    [2001?,2004-02~]        [2001?,2004-02~]  ?~  2000-01-01 2004-03-31
    {2001,2004-02~}         {2001,2004-02~}   -~  2001-01-01 2004-03-31
";

#[test]
fn qualifiers_widen_what_they_stand_at() {
    let mut wrong = Vec::new();
    for line in QUALIFIED.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [text, canonical, marks, first, last] = words[..] else { panic!("{line}") };
        let value = Edtf::parse(text).expect(text);
        let days = reading::Reading { is_state: false, slack: true }.days(value.value());
        let day =
            |day: Option<i64>| day.map_or_else(String::new, |d| Date::from_days(d).to_string());
        let mark = |is: bool, mark: char| if is { mark } else { '-' };
        let found = format!(
            "{} {}{} {} {}",
            value.as_str(),
            mark(value.is_uncertain(), '?'),
            mark(value.is_approximate(), '~'),
            day(days.first()),
            day(days.last()),
        );
        if found != format!("{canonical} {marks} {first} {last}") {
            wrong.push(format!("{text}: {found}"));
        }
        assert_eq!(Edtf::parse(canonical).expect(canonical), value, "{text}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is no date of any level; where it can be told, what was meant.
const REFUSED: &str = "
    2001-21-05 -           2004-13 -               2004-02-30 -        2003-02-29 -
    Y2004 2004             ../.. -                 / -                 /.. -
    [1667.. -              .. -                    -0000 0000-01-01    -XXXX -
    2001-02/2001-01 2001-01/2001-02                2004-W12 2004-03-15 20040612 2004-06-12
    1950S5 -               [2001-21..2001-24] -    [..2001..2005] -    y170002 Y170002
    2004-06-11T24:00:00 -  1985-04-12T23:20:30+14:30 -                 2004-06-11~? -
    198u 198X              2004-06-uu 2004-06-XX   2004/open 2004/..   unknown/2004 /2004
    1985-04-12T23:20:30Z/1985-04-13 -              2001-XX-32 -        2001-00 -
    [] -                   {} -                    [2001,] -           1985/1984 1984/1985
";

#[test]
fn what_is_no_uncertain_date_is_refused() {
    let words: Vec<&str> = REFUSED.split_whitespace().collect();
    for pair in words.chunks(2) {
        let [text, meant] = pair else { panic!("{pair:?}") };
        let error = Edtf::parse(text).expect_err(text);
        assert!(error.message().contains("at character"), "{text}: {error}");
        match *meant {
            "-" => assert!(error.hints()[0].starts_with("write '2017-11' for"), "{text}: {error}"),
            meant => assert_eq!(error.hints(), [format!("write '{meant}'")], "{text}"),
        }
    }
}

#[test]
fn spaces_are_left_out() {
    for (text, canonical) in [
        ("[1667,1668, 1670..1672]", "[1667,1668,1670..1672]"),
        ("{ 1960 , 1961-12 }", "{1960,1961-12}"),
        ("[.. 1760-12-03]", "[..1760-12-03]"),
        (" 1985 ", "1985"),
    ] {
        assert_eq!(Edtf::parse(text).expect(text).as_str(), canonical);
    }
    for text in ["19 85", "[19 85]", "1985 / 1986", "[1985 1986]"] {
        assert!(Edtf::parse(text).is_err(), "{text}");
    }
}

#[test]
fn the_examples_of_the_specification() {
    let mut wrong = Vec::new();
    for line in EXAMPLES.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [text, level, year, month, day, season, first, last] = words[..] else {
            panic!("{line}");
        };
        let value = match Edtf::parse(text) {
            Ok(value) => value,
            Err(error) => {
                wrong.push(format!("{text}: {error}"));
                continue;
            }
        };
        let mut check = |what: &str, expected: &str, found: String| {
            if expected != "*" && expected != found {
                wrong.push(format!("{text}: {what} is {found}, not {expected}"));
            }
        };
        let number = |number: Option<i64>| number.map_or("-".to_owned(), |n| n.to_string());
        check("level", level, value.level().to_string());
        check("year", year, number(value.year()));
        check("month", month, number(value.month()));
        check("day", day, number(value.day()));
        check("season", season, number(value.season()));
        let date = |days| Date::checked_from_days(days).map_or("*".to_owned(), |d| d.to_string());
        check("first day", first, date(value.bounds().0));
        check("last day", last, date(value.bounds().1));
        check(
            "what is read back",
            value.as_str(),
            Edtf::parse(value.as_str()).map_or_else(|e| e.to_string(), |v| v.as_str().to_owned()),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
