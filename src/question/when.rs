//! Time phrases of a question: to an EDTF text and a test.
//!
//! ```text
//! on 1 January 2009        AS OF  2009-01-01        in November            DURING XXXX-11
//! in November 2017         DURING 2017-11           between 2008 and 2010  DURING 2008/2010
//! before 2010              BEFORE 2010              since May 2012         DURING 2012-05/..
//! ```
//!
//! A date without a year stays one (`XXXX-11-12`). Two numbers that could be day and month either
//! way (`05/06/2008`) are two phrases, and the question is asked back.

mod part;
mod uses;

use super::apart::{Apart, distance};
use super::token::Token;
use crate::syntax::ast::TimeRelation;
use crate::value::time::{Date, Edtf, Period};
use part::{months_of_year, part_of_year, third, week_of_month};
use uses::{USES, Use};

/// A test of time that a phrase asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct When {
    /// Which test.
    pub(crate) relation: TimeRelation,
    /// The day or the period, as EDTF.
    pub(crate) edtf: String,
}

impl When {
    /// One of two times: *in 2013 or 2014*.
    pub(crate) fn or(&self, other: &When) -> Option<When> {
        let one = |when: &When| !when.edtf.contains(['/', '{']);
        let edtf = format!("{{{},{}}}", self.edtf, other.edtf);
        (one(self) && one(other)).then_some(When { relation: TimeRelation::During, edtf })
    }

    /// All times outside a year, a month or a day: *in years other than 2014*.
    pub(crate) fn outside(&self) -> Option<When> {
        let (before, after) = match self.edtf.len() {
            4 => {
                let year: i32 = self.edtf.parse().ok()?;
                (format!("{:04}", year - 1), format!("{:04}", year + 1))
            }
            7 | 10 => {
                let period = Period::of(&Edtf::parse(&self.edtf).ok()?);
                let (first, last) = period.first().zip(period.last())?;
                let day = |day: i64| Date::checked_from_days(day).map(|day| day.to_string());
                (day(first.days() - 1)?, day(last.days() + 1)?)
            }
            _ => return None,
        };
        let edtf = format!("{{..{before},{after}..}}");
        Some(When { relation: TimeRelation::During, edtf })
    }

    /// Whether it is before or after a date.
    pub(crate) fn is_one_side(&self) -> bool {
        matches!(self.relation, TimeRelation::After | TimeRelation::Before)
    }

    /// Whether nothing can be at both, as far as their texts tell: *before 2013* and *after 2014*, *in 2013* and
    /// *in 2014*.
    pub(crate) fn excludes(&self, other: &When) -> bool {
        use TimeRelation::{After, AsOf, Before, During};
        let is_plain = |when: &When| !when.edtf.contains(['/', '{', 'X', '?', '~', '%']);
        if !is_plain(self) || !is_plain(other) {
            return false;
        }
        let (one, two) = (&*self.edtf, &*other.edtf);
        match (self.relation, other.relation) {
            (Before, After) => two >= one,
            (After, Before) => one >= two,
            (During | AsOf, During | AsOf) => !one.starts_with(two) && !two.starts_with(one),
            _ => false,
        }
    }

    /// The same in the year of another, where it has none of its own: *in March and in April 2014*. Nothing
    /// where that year has no such day.
    pub(crate) fn in_the_year_of(&self, other: &When) -> Option<When> {
        let is_one = |edtf: &str| !edtf.contains(['/', '{']);
        let year = other.edtf.get(..4).filter(|year| {
            let ends = matches!(other.edtf.as_bytes().get(4), None | Some(b'-'));
            ends && is_one(&other.edtf) && year.bytes().all(|digit| digit.is_ascii_digit())
        });
        let rest = self.edtf.strip_prefix("XXXX-").filter(|_| is_one(&self.edtf));
        let (Some(year), Some(rest)) = (year, rest) else { return Some(self.clone()) };
        let edtf = format!("{year}-{rest}");
        let whole_day = rest.len() == "MM-DD".len();
        if whole_day && Date::parse(&edtf).is_err() {
            return None;
        }
        // A whole day is asked for as one.
        let relation = match self.relation {
            TimeRelation::During if whole_day => TimeRelation::AsOf,
            relation => relation,
        };
        Some(When { relation, edtf })
    }
}

/// A date as written, before it is known what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Day {
    year: Option<String>,
    month: Option<u8>,
    day: Option<u8>,
}

/// The most words of a time phrase that are looked at for a date with two readings.
const PHRASE_WORDS: usize = 8;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `two weeks after 5 January 2014`, `within a month of 5 January 2014`, `a year after 2013`: the days
/// that it means.
fn away(tokens: &[Token], at: usize) -> Option<(usize, When)> {
    let (length, next) = distance(tokens, at)?;
    let apart = match tokens.get(next)?.word.as_str() {
        "before" => length.aside(true),
        "after" | "following" => length.aside(false),
        "of" => length.around()?,
        _ => return None,
    };
    let (end, day) = date(tokens, next + 1)?;
    let (first, last) = day.hull()?;
    // Of how many days after a month or a year it is, nobody speaks.
    if first < last && matches!(apart, Apart::Days { .. }) {
        return None;
    }
    let (first, last) = match apart {
        // `in the year after 2013` begins when 2013 is over.
        Apart::Within { before: 0, after } if first < last => {
            let end = Date::checked_from_days(last + 1)?.checked_add_months(after)?;
            (last + 1, end.days() - 1)
        }
        Apart::Within { before, after: 0 } if first < last => {
            (Date::checked_from_days(first)?.checked_add_months(-before)?.days(), first - 1)
        }
        _ => (apart.window(first)?.0, apart.window(last)?.1),
    };
    let text = |day: i64| Date::checked_from_days(day).map(|day| day.to_string());
    let (first, last) = (text(first)?, text(last)?);
    let relation = TimeRelation::During;
    let edtf = if first == last { first } else { format!("{first}/{last}") };
    Some((end, When { relation, edtf }))
}

/// The time phrase that begins at a word, and the position after it.
pub(crate) fn phrase(tokens: &[Token], at: usize) -> Option<(usize, When)> {
    if let Some(found) = away(tokens, at) {
        return Some(found);
    }
    if let Some(found) = range(tokens, at).or_else(|| either_of(tokens, at)) {
        return Some(found);
    }
    if let Some(found) = all_but(tokens, at) {
        return Some(found);
    }
    // `early in 2013`
    if tokens.get(at + 1).is_some_and(|token| token.word == "in")
        && let Some((end, edtf)) = third(tokens, at)
    {
        return Some((end, When { relation: TimeRelation::During, edtf }));
    }
    let at = at_no_time_in_particular(tokens, at);
    for (words, use_) in USES {
        if !starts(tokens, at, words) {
            continue;
        }
        // `before 2014 but not before 2013`: what was not done then is another condition.
        let joined = |token: &Token| matches!(token.word.as_str(), "but" | "yet" | "and");
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        if words.first() == Some(&"not") && words.len() == 2 && before.is_some_and(joined) {
            continue;
        }
        let after = at_the_edge(tokens, at + words.len(), use_);
        // `by month 2014`: for each month.
        let unit = |token: &Token| matches!(token.word.as_str(), "day" | "month" | "year");
        if *words == ["by"] && tokens.get(after).is_some_and(unit) {
            continue;
        }
        let after = skip(tokens, after, &["the", "year", "month", "of"]);
        let part = part_of_year(tokens, after)
            .or_else(|| months_of_year(tokens, after))
            .or_else(|| week_of_month(tokens, after))
            .or_else(|| third(tokens, after));
        if let Some((end, edtf)) = part
            && use_ == Use::Within
        {
            return Some((end, When { relation: TimeRelation::During, edtf }));
        }
        if let Some((end, day)) = date(tokens, after) {
            let (dated, (end, use_)) = (end, widened(tokens, end, use_));
            // `once 2013 was over`, `when 2013 began`; what is *once 2013* is nothing.
            if matches!(words, ["once" | "when"] | ["by", "the", "time"]) && end == dated {
                continue;
            }
            return Some((end, day.used(use_)));
        }
    }
    None
}

/// The position after words that leave it open when: *at some point* in 2014, *any time* before
/// May, *in the years* after 2013.
fn at_no_time_in_particular(tokens: &[Token], at: usize) -> usize {
    // `looking only at the time after`
    const LEADS: [&[&str]; 5] = [
        &["looking", "only", "at"],
        &["looking", "at"],
        &["considering", "only"],
        &["considering"],
        &["taking", "only"],
    ];
    const MOMENTS: [&str; 5] = ["time", "point", "stage", "moment", "day"];
    const STRETCHES: [&str; 6] = ["time", "period", "days", "weeks", "months", "years"];
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    if matches!(word(at), "anytime" | "sometime") {
        return at + 1;
    }
    let from = skip(tokens, at, &["at", "on"]);
    if from <= at + 1 && matches!(word(from), "a" | "any" | "some" | "one") {
        return if MOMENTS.contains(&word(from + 1)) { from + 2 } else { at };
    }
    let led = LEADS.into_iter().find(|words| starts(tokens, at, words)).map(<[&str]>::len);
    let at = at + led.map_or(0, |len| len - 1);
    let stretch = (led.is_some() || matches!(word(at), "in" | "during" | "over"))
        && word(at + 1) == "the"
        && STRETCHES.contains(&word(at + 2))
        && matches!(
            word(at + 3),
            "before"
                | "after"
                | "since"
                | "following"
                | "preceding"
                | "leading"
                | "prior"
                | "until"
        );
    if stretch { at + 3 } else { at + 1 - led.unwrap_or(1) }
}

/// `not counting anything after 2013`: until then.
fn all_but(tokens: &[Token], at: usize) -> Option<(usize, When)> {
    const BUT: [&[&str]; 6] = [
        &["not", "counting"],
        &["leaving", "out"],
        &["leaving", "aside"],
        &["ignoring"],
        &["disregarding"],
        &["excluding"],
    ];
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let what = at + BUT.into_iter().find(|words| starts(tokens, at, words))?.len();
    if !matches!(word(what), "anything" | "everything" | "all" | "whatever") {
        return None;
    }
    let side = skip(tokens, what + 1, &["that", "happened", "came"]);
    let use_ = match word(side) {
        "after" => Use::Until,
        "before" => Use::Since,
        _ => return None,
    };
    let (end, day) = date(tokens, skip(tokens, side + 1, &["the"]))?;
    Some((end, day.used(use_)))
}

/// `in either 2012 or 2014`, `in May or June 2013`: a set of periods.
fn either_of(tokens: &[Token], at: usize) -> Option<(usize, When)> {
    if !matches!(tokens.get(at)?.word.as_str(), "in" | "on" | "during" | "either") {
        return None;
    }
    let from = skip(tokens, at, &["in", "on", "during", "either", "the"]);
    let (joint, mut first) = date(tokens, from)?;
    if tokens.get(joint)?.word != "or" {
        return None;
    }
    let (end, second) = date(tokens, skip(tokens, joint + 1, &["in", "on", "the"]))?;
    // `in May or June 2013`: of one year.
    if first.year.is_none() && first.month.is_some() {
        first.year.clone_from(&second.year);
    }
    let edtf = format!("{{{},{}}}", first.edtf(), second.edtf());
    Some((end, When { relation: TimeRelation::During, edtf }))
}

/// What stands behind a date and is part of its use: *as of May 2014 or later*, *after 2013 was over*.
fn widened(tokens: &[Token], at: usize, use_: Use) -> (usize, Use) {
    let any = |phrases: &[&[&str]]| {
        phrases.iter().find(|words| starts(tokens, at, words)).map(|words| at + words.len())
    };
    let over: &[&[&str]] = match use_ {
        Use::Within => {
            let later: [&[&str]; 6] = [
                &["or", "later"],
                &["or", "after"],
                &["and", "later"],
                &["and", "after"],
                &["or", "afterwards"],
                &["onwards"],
            ];
            let earlier: [&[&str]; 4] =
                [&["or", "earlier"], &["or", "before"], &["and", "earlier"], &["and", "before"]];
            return match (any(&later), any(&earlier)) {
                (Some(end), _) => (end, Use::Since),
                (None, Some(end)) => (end, Use::Until),
                (None, None) => (at, use_),
            };
        }
        Use::After => &[
            &["was", "over"],
            &["is", "over"],
            &["had", "ended"],
            &["ended"],
            &["was", "out"],
            &["had", "passed"],
            &["has", "passed"],
            &["had", "gone", "by"],
            &["had", "come"],
            &["came"],
        ],
        Use::Before => {
            // `before June 2013 was out`: until its end.
            let out: [&[&str]; 6] = [
                &["was", "out"],
                &["was", "over"],
                &["was", "up"],
                &["ended"],
                &["had", "ended"],
                &["came", "to", "an", "end"],
            ];
            if let Some(end) = any(&out) {
                return (end, Use::Until);
            }
            &[
                &["began"],
                &["had", "begun"],
                &["started"],
                &["had", "started"],
                &["came"],
                &["arrived"],
            ]
        }
        Use::Since | Use::Until => return (at, use_),
    };
    (any(over).unwrap_or(at), use_)
}

/// The same, where two numbers may be day and month either way: one phrase for each.
pub(crate) fn phrases(tokens: &[Token], at: usize) -> Vec<(usize, When)> {
    if let Some(found) = phrase(tokens, at) {
        return vec![found];
    }
    let near = tokens.iter().skip(at).take(PHRASE_WORDS);
    if !near.into_iter().any(|token| either_way(&token.word).is_some()) {
        return Vec::new();
    }
    let read = |day_first: bool| {
        let word = |token: &Token| {
            let (first, second) = either_way(&token.word)?;
            Some(if day_first { first } else { second })
        };
        let one = |token: &Token| match word(token) {
            Some(word) => Token { word, ..token.clone() },
            None => token.clone(),
        };
        phrase(&tokens.iter().map(one).collect::<Vec<Token>>(), at)
    };
    [true, false].into_iter().filter_map(read).collect()
}

/// `05/06/2008` with the day first and with the month first, where it may be either.
fn either_way(word: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = word.split(['/', '-']).collect();
    let [first, second, year] = parts.as_slice() else { return None };
    let small = |part: &str| part.parse::<u8>().ok().filter(|number| (1..=12).contains(number));
    let (first, second) = (small(first)?, small(second)?);
    if year.len() != 4 || year.parse::<u16>().is_err() || first == second {
        return None;
    }
    Some((format!("{year}-{second:02}-{first:02}"), format!("{year}-{first:02}-{second:02}")))
}

/// The position after words that name the edge of a period which is meant anyway: *since the
/// beginning of 2014*, *until the end of May*.
fn at_the_edge(tokens: &[Token], at: usize, use_: Use) -> usize {
    let edges: &[&str] = match use_ {
        Use::Since | Use::Before => &["beginning", "start"],
        Use::Until | Use::After => &["end", "close"],
        Use::Within => return at,
    };
    let the = skip(tokens, at, &["the"]);
    let edge = tokens.get(the).is_some_and(|token| edges.contains(&token.word.as_str()));
    if edge && tokens.get(the + 1).is_some_and(|token| token.word == "of") { the + 2 } else { at }
}

/// A date after *of*, or standing alone: *the meeting of November 12*.
pub(crate) fn bare(tokens: &[Token], at: usize) -> Option<(usize, When)> {
    let (end, day) = date(tokens, skip(tokens, at, &["the"]))?;
    Some((end, day.used(Use::Within)))
}

/// `between X and Y`, `from X to Y`.
fn range(tokens: &[Token], at: usize) -> Option<(usize, When)> {
    let joints: &[&str] = match tokens.get(at)?.word.as_str() {
        "between" => &["and"],
        "from" => &["to", "until", "till", "through", "up"],
        _ => return None,
    };
    if let Some(found) = days_of_month(tokens, at, joints) {
        return Some(found);
    }
    let (joint, mut first) = date(tokens, skip(tokens, at + 1, &["the"]))?;
    if tokens[at].word == "from" && tokens.get(joint).is_some_and(|token| is_onwards(&token.word)) {
        return Some((joint + 1, first.used(Use::Since)));
    }
    if !tokens.get(joint).is_some_and(|token| joints.contains(&token.word.as_str())) {
        return None;
    }
    let joint = joint + usize::from(tokens.get(joint + 1).is_some_and(|token| token.word == "to"));
    let (end, second) = date(tokens, skip(tokens, joint + 1, &["the"]))?;
    // `between May and July 2008`: the year of the second is that of the first.
    if first.year.is_none() && first.month.is_some() {
        first.year.clone_from(&second.year);
    }
    let edtf = format!("{}/{}", first.edtf(), second.edtf());
    Some((end, When { relation: TimeRelation::During, edtf }))
}

/// `from 11 to 18 October 2015`: days of one month.
fn days_of_month(tokens: &[Token], at: usize, joints: &[&str]) -> Option<(usize, When)> {
    let from = skip(tokens, at + 1, &["the"]);
    let day = day_number(&tokens.get(from)?.word)?;
    if !joints.contains(&tokens.get(from + 1)?.word.as_str()) {
        return None;
    }
    let (end, second) = date(tokens, skip(tokens, from + 2, &["the"]))?;
    second.day?;
    let first = Day { day: Some(day), ..second.clone() };
    let edtf = format!("{}/{}", first.edtf(), second.edtf());
    Some((end, When { relation: TimeRelation::During, edtf }))
}

fn is_onwards(word: &str) -> bool {
    matches!(word, "on" | "onward" | "onwards" | "forward")
}

/// `the first ten days of May 2013`, `the last three days of the month`
const DAYS: [&str; 11] =
    ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

impl Day {
    /// The first and the last day that it may be; nothing where its year is not said.
    fn hull(&self) -> Option<(i64, i64)> {
        let year: i64 = self.year.as_deref()?.parse().ok()?;
        let first = Date::from_ymd(year, self.month.unwrap_or(1), self.day.unwrap_or(1))?;
        let months = match (self.month, self.day) {
            (_, Some(_)) => return Some((first.days(), first.days())),
            (Some(_), None) => 1,
            (None, None) => 12,
        };
        Some((first.days(), first.checked_add_months(months)?.days() - 1))
    }

    fn edtf(&self) -> String {
        let year = self.year.as_deref().unwrap_or("XXXX");
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{year}-{month:02}-{day:02}"),
            (Some(month), None) => format!("{year}-{month:02}"),
            _ => year.to_owned(),
        }
    }

    fn used(&self, use_: Use) -> When {
        let edtf = self.edtf();
        let whole_day = self.day.is_some() && self.year.is_some();
        if let Some(edtf) = self.within_its_year(use_) {
            return When { relation: TimeRelation::During, edtf };
        }
        let (relation, edtf) = match use_ {
            Use::Within if whole_day => (TimeRelation::AsOf, edtf),
            Use::Within => (TimeRelation::During, edtf),
            Use::Before => (TimeRelation::Before, edtf),
            Use::After => (TimeRelation::After, edtf),
            Use::Since => (TimeRelation::During, format!("{edtf}/..")),
            Use::Until => (TimeRelation::During, format!("../{edtf}")),
        };
        When { relation, edtf }
    }
}

impl Day {
    /// Whether there is such a day: no 31 February, and 29 February in leap years only.
    fn is_there(&self) -> bool {
        const LEAP_YEAR: i64 = 2000;
        let (Some(month), Some(day)) = (self.month, self.day) else { return true };
        let year = self.year.as_deref().and_then(|year| year.parse().ok()).unwrap_or(LEAP_YEAR);
        Date::from_ymd(year, month, day).is_some()
    }

    /// Whether it is known to be a day of the week, of which Monday is 0.
    fn is_weekday(&self, weekday: usize) -> bool {
        /// 1 January 1970 was a Thursday.
        const EPOCH: i64 = 3;
        let year = self.year.as_deref().and_then(|year| year.parse().ok());
        let day = || Date::from_ymd(year?, self.month?, self.day?);
        day().is_some_and(|day| (day.days() + EPOCH).rem_euclid(7) == weekday as i64)
    }

    /// `before 13 November`: from the beginning of its year, which is not said; `after` likewise. Before
    /// every 13 November there ever was is asked by nobody.
    fn within_its_year(&self, use_: Use) -> Option<String> {
        const LAST_DAYS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let month = self.month.filter(|month| self.year.is_none() && (1..=12).contains(month))?;
        let last = LAST_DAYS[usize::from(month) - 1];
        match (use_, self.day) {
            (Use::Before, Some(day)) if day > 1 => {
                Some(format!("XXXX-01-01/XXXX-{month:02}-{:02}", day - 1))
            }
            (Use::Before, _) if month > 1 => Some(format!("XXXX-01/XXXX-{:02}", month - 1)),
            (Use::After, Some(day)) if day < last => {
                Some(format!("XXXX-{month:02}-{:02}/XXXX-12-31", day + 1))
            }
            (Use::After, _) if month < 12 => Some(format!("XXXX-{:02}/XXXX-12", month + 1)),
            _ => None,
        }
    }
}

/// The date that begins at a word; the day of the week before it adds nothing.
fn date(tokens: &[Token], at: usize) -> Option<(usize, Day)> {
    const WEEKDAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    if WEEKDAYS.contains(&tokens.get(at)?.word.as_str()) {
        let next = skip(tokens, at + 1, &[",", "the"]);
        let weekday = WEEKDAYS.iter().position(|day| *day == tokens[at].word)?;
        // A Tuesday that was a Monday is neither.
        return date(tokens, next).filter(|(_, day)| day.is_weekday(weekday));
    }
    let word = tokens.get(at)?.word.as_str();
    numeric(word)
        .map(|day| (at + 1, day))
        .or_else(|| decade(word).map(|day| (at + 1, day)))
        .or_else(|| day_first(tokens, at))
        .or_else(|| month_first(tokens, at))
        .or_else(|| season(tokens, at))
        .or_else(|| year(tokens, at).map(|(end, year)| (end, only_year(year))))
        .filter(|(_, day)| day.is_there())
}

fn only_year(year: String) -> Day {
    Day { year: Some(year), month: None, day: None }
}

/// `2008-08-26`, `2008-08`, `26/08/2008`, `26.8.2008`.
fn numeric(word: &str) -> Option<Day> {
    if !word.contains(['-', '/', '.']) {
        return None;
    }
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    let number = |part: &str| part.parse::<u16>().ok();
    let month_day = |month: u16, day: u16| {
        let fits = (1..=12).contains(&month) && (1..=31).contains(&day);
        fits.then_some((Some(month as u8), Some(day as u8)))
    };
    let (year, (month, day)) = match parts.as_slice() {
        [year, month] if year.len() == 4 => {
            let month = number(month).filter(|month| (1..=12).contains(month))?;
            (*year, (Some(month as u8), None))
        }
        [year, month, day] if year.len() == 4 => (*year, month_day(number(month)?, number(day)?)?),
        [first, second, year] if year.len() == 4 => {
            let (first, second) = (number(first)?, number(second)?);
            // Dots are European; with slashes only one order may be possible.
            let european = word.contains('.') || first > 12 || first == second;
            let american = !word.contains('.') && second > 12;
            match (european, american) {
                (true, _) => (*year, month_day(second, first)?),
                (_, true) => (*year, month_day(first, second)?),
                _ => return None,
            }
        }
        _ => return None,
    };
    let year = if year == "xxxx" { None } else { Some(number(year).map(|_| year.to_owned())?) };
    Some(Day { year, month, day })
}

/// `the 1990s`.
fn decade(word: &str) -> Option<Day> {
    let digits = word.strip_suffix('s')?;
    let whole = digits.len() == 4 && digits.ends_with('0') && digits.parse::<u16>().is_ok();
    whole.then(|| only_year(format!("{}X", &digits[..3])))
}

/// `26 August 2008`, `the 26th of August`.
fn day_first(tokens: &[Token], at: usize) -> Option<(usize, Day)> {
    let day = day_number(&tokens.get(at)?.word)?;
    let after = skip(tokens, at + 1, &["day", "of"]);
    let month = month(tokens, after)?;
    Some(with_year(tokens, after + 1, month, Some(day)))
}

/// `August 26, 2008`, `August the 26th`, `August 2008`, `August`.
fn month_first(tokens: &[Token], at: usize) -> Option<(usize, Day)> {
    let month = month(tokens, at)?;
    let after = skip(tokens, at + 1, &["the"]);
    let day = tokens.get(after).and_then(|token| day_number(&token.word));
    let end = if day.is_some() { after + 1 } else { at + 1 };
    Some(with_year(tokens, end, month, day))
}

fn with_year(tokens: &[Token], at: usize, month: u8, day: Option<u8>) -> (usize, Day) {
    let after = skip(tokens, at, &[",", "of", "in", "the", "year"]);
    let found = year(tokens, after);
    let end = found.as_ref().map_or(at, |found| found.0);
    (end, Day { year: found.map(|found| found.1), month: Some(month), day })
}

/// `summer 2008`, `the summer of 2008`: EDTF's seasons 21 to 24.
fn season(tokens: &[Token], at: usize) -> Option<(usize, Day)> {
    let season = match tokens.get(at)?.word.as_str() {
        "spring" => 21,
        "summer" => 22,
        "autumn" | "fall" => 23,
        "winter" => 24,
        _ => return None,
    };
    let (end, year) = year(tokens, skip(tokens, at + 1, &["of"]))?;
    Some((end, Day { year: Some(year), month: Some(season), day: None }))
}

fn year(tokens: &[Token], at: usize) -> Option<(usize, String)> {
    let word = tokens.get(at)?.word.as_str();
    let plain =
        word.len() == 4 && word.parse::<u16>().is_ok_and(|year| (1000..=2999).contains(&year));
    plain.then(|| (at + 1, word.to_owned()))
}

fn month(tokens: &[Token], at: usize) -> Option<u8> {
    let word = tokens.get(at)?.word.as_str();
    let short = |name: &str| {
        word.len() >= 3 && (word == &name[..3] || word == "sept" && name == "september")
    };
    let at = MONTHS.iter().position(|name| word == *name || short(name))?;
    Some(at as u8 + 1)
}

fn day_number(word: &str) -> Option<u8> {
    let digits = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|suffix| word.strip_suffix(suffix))
        .unwrap_or(word);
    let short = digits.len() <= 2;
    digits.parse().ok().filter(|day| short && (1..=31).contains(day))
}

fn starts(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    words.iter().enumerate().all(|(i, word)| tokens.get(at + i).is_some_and(|t| t.word == *word))
}

fn skip(tokens: &[Token], mut at: usize, words: &[&str]) -> usize {
    while tokens.get(at).is_some_and(|token| words.contains(&token.word.as_str())) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::token::tokens;

    fn read(text: &str) -> Option<(TimeRelation, String)> {
        let tokens = tokens(text);
        let (end, when) = phrase(&tokens, 0)?;
        assert_eq!(end, tokens.len(), "{text}");
        Some((when.relation, when.edtf))
    }

    #[test]
    fn dates_in_every_usual_form() {
        for text in [
            "on 26 August 2008",
            "on August 26, 2008",
            "on the 26th of August 2008",
            "on 2008-08-26",
            "on 26/08/2008",
            "on 08/26/2008",
            "on 26.08.2008",
            "on Aug 26 2008",
            "as of August the 26th, 2008",
            "on Tuesday, 26 August 2008",
        ] {
            assert_eq!(read(text), Some((TimeRelation::AsOf, "2008-08-26".into())), "{text}");
        }
        for (text, edtf) in [
            ("in November 2017", "2017-11"),
            ("in the month of November", "XXXX-11"),
            ("on November 12", "XXXX-11-12"),
            ("in the year 2008", "2008"),
            ("during the 1990s", "199X"),
            ("in the summer of 2008", "2008-22"),
            ("since 2010", "2010/.."),
            ("until May 2012", "../2012-05"),
            ("between 2008 and 2010", "2008/2010"),
            ("from May 2012 onwards", "2012-05/.."),
            ("in the first half of 2013", "2013-01/2013-06"),
            ("during the last quarter of 2013", "2013-10/2013-12"),
            ("in Q1 2013", "2013-01/2013-03"),
            ("since the beginning of 2010", "2010/.."),
            ("until the end of 2010", "../2010"),
            ("from May to July 2008", "2008-05/2008-07"),
            ("from the 1st of May 2008 on", "2008-05-01/.."),
            ("in the first three months of 2013", "2013-01/2013-03"),
            ("in the last month of 2013", "2013-12/2013-12"),
            ("as of May 2012 or later", "2012-05/.."),
            ("at some point in May 2012", "2012-05"),
            ("before 13 November", "XXXX-01-01/XXXX-11-12"),
            ("before the 1st of March", "XXXX-01/XXXX-02"),
            ("after November", "XXXX-12/XXXX-12"),
            ("in early 2013", "2013-01/2013-04"),
            ("in mid-2013", "2013-05/2013-08"),
            ("in the middle of 2013", "2013-05/2013-08"),
            ("in the latter part of 2013", "2013-09/2013-12"),
            ("late in May 2013", "2013-05-21/2013-05-31"),
            ("in early May 2013", "2013-05-01/2013-05-10"),
        ] {
            assert_eq!(read(text), Some((TimeRelation::During, edtf.into())), "{text}");
        }
        for text in ["before 2010", "in the years before 2010", "any time ahead of 2010"] {
            assert_eq!(read(text), Some((TimeRelation::Before, "2010".into())), "{text}");
        }
        assert_eq!(read("after 2013 was over"), Some((TimeRelation::After, "2013".into())));
        assert_eq!(read("once 2013 had passed"), Some((TimeRelation::After, "2013".into())));
        assert_eq!(read("later than May 2012"), Some((TimeRelation::After, "2012-05".into())));
    }

    #[test]
    fn what_is_no_date_is_none() {
        let tokens = tokens("on 05/06/2008");
        let either: Vec<String> = phrases(&tokens, 0).into_iter().map(|one| one.1.edtf).collect();
        assert_eq!(either, ["2008-06-05", "2008-05-06"]);
        for text in ["on 05/06/2008", "in Moscow", "before the meeting", "in 5", "on 40/40/2008"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
