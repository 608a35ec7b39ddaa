//! An answer to a question, for people.
//!
//! ```text
//! Nauru, Nicaragua, Russia, Syria, Venezuela  [1] [2]
//! Possibly: …
//!
//! I read: Which states recognise South Ossetia?
//! MATCH (s:State)-[:RECOGNISES]->(:Region {name: 'South Ossetia'}) RETURN s.name
//!
//! [1] article ¶5.1: Russia recognised both regions on 26 August 2008.
//! ```
//!
//! The wording is fixed: *Yes.* / *Yes, presumably: no end is recorded.* / *Possibly.* / *No.* /
//! *Not stated.* Why it is so stands in the answer's notes.

use std::fmt::Write;

use super::session::Sources;
use crate::ask::{Answer, Kind, TOO_MUCH, Verdict, YOU_CAN_ASK};
use crate::graph::statement::Stance;
use crate::query::DefaultTime;
use crate::render::sources::{Detail, Footnotes};
use crate::render::theme::Theme;
use crate::render::value::{visible, visible_lines};
use crate::value::time::date_in_words;

/// The most footnotes below an answer, unless all are asked for.
const NOTES_MAX: usize = 12;

/// What the note of a declined question begins with, all of whose words are known.
const ALL_KNOWN: &str = "Each of these words is known";

/// Draws an answer, each line ended by a line feed. `time` is what the session was set to and the
/// question was asked of.
pub fn text(
    answer: &Answer,
    sources: Sources,
    time: Option<&DefaultTime>,
    theme: Theme,
    columns: Option<usize>,
) -> String {
    let mut out = String::new();
    draw(&mut out, answer, sources, time, theme, columns).expect("writing to a string cannot fail");
    out
}

/// When statements must hold, as `.asof` sets it.
pub fn time_in_words(time: &DefaultTime) -> String {
    match time {
        DefaultTime::AsOf(day) => format!("as of {day}"),
        DefaultTime::During(period) => format!("during {}", period.as_str()),
    }
}

/// Whether the answer answers: not where it asks back or declines.
pub fn is_answered(answer: &Answer) -> bool {
    !matches!(answer.kind, Kind::Ask | Kind::Declined)
}

fn draw(
    out: &mut String,
    answer: &Answer,
    sources: Sources,
    time: Option<&DefaultTime>,
    theme: Theme,
    columns: Option<usize>,
) -> std::fmt::Result {
    let (strong, faint) = (theme.strong, theme.faint);
    for correction in &answer.corrections {
        let (written, read) = (visible(&correction.written), visible(&correction.read));
        writeln!(out, "{faint}“{written}” read as “{read}”.{faint:#}")?;
    }
    for line in headline(answer) {
        writeln!(out, "{strong}{}{strong:#}", visible(&line))?;
    }
    let mut near = 0;
    for note in answer.notes.iter().filter(|note| !note.starts_with(ALL_KNOWN)) {
        match note.strip_prefix(YOU_CAN_ASK) {
            None => writeln!(out, "{}", visible(note))?,
            Some(question) => {
                if near == 0 {
                    writeln!(out, "{}", YOU_CAN_ASK.trim_end())?;
                }
                near += 1;
                writeln!(out, "  {near}  {}", visible(question))?;
            }
        }
    }
    for (at, choice) in answer.choices.iter().enumerate() {
        writeln!(out, "  {}  {}", at + 1, visible(choice))?;
    }
    if let Some(reading) = &answer.reading {
        writeln!(out, "\n{faint}I read:{faint:#} {}", visible(reading))?;
    }
    if let Some(query) = &answer.query {
        let gap = if answer.reading.is_none() { "\n" } else { "" };
        writeln!(out, "{gap}{faint}{}{faint:#}", visible_lines(query))?;
    }
    if let Some(time) = time {
        let time = time_in_words(time);
        writeln!(out, "{faint}Asked {time} (.asof) where the question names no time.{faint:#}")?;
    }
    if sources != Sources::Off && !answer.evidence.is_empty() {
        let mut notes = Footnotes::default();
        notes.numbers(&answer.evidence);
        let detail = match sources {
            Sources::Full => Detail::Full,
            _ => Detail::Brief { notes_max: NOTES_MAX },
        };
        write!(out, "\n{}", notes.draw(detail, theme, columns))?;
    }
    Ok(())
}

/// The answer itself, in a line or two.
fn headline(answer: &Answer) -> Vec<String> {
    match answer.kind {
        Kind::Declined if answer.notes.iter().any(|note| note.starts_with(ALL_KNOWN)) => {
            return vec!["I know each of these words, but not what they say together.".into()];
        }
        Kind::Declined if answer.notes.iter().any(|note| note.starts_with(TOO_MUCH)) => {
            return vec![
                "I understand the question, but not which part of the facts it is about.".into(),
            ];
        }
        Kind::Declined if answer.unused.is_empty() => {
            return vec!["I do not understand the question.".into()];
        }
        Kind::Declined => {
            let unused: Vec<String> =
                answer.unused.iter().map(|word| format!("“{word}”")).collect();
            return vec![format!("I do not understand {}.", unused.join(", "))];
        }
        Kind::Ask => return vec!["Which do you mean?".into()],
        Kind::YesNo if answer.verdict == Some(Verdict::Presumed) => {
            return vec![match ground(answer) {
                DISPUTED => "Yes, presumably; it is disputed.".into(),
                ground => format!("Yes, presumably: {ground}."),
            }];
        }
        Kind::YesNo => return vec![yes_or_no(answer.verdict).into()],
        _ => {}
    }
    let mut lines = Vec::new();
    if !answer.answers.is_empty() {
        let presumed = answer.verdict == Some(Verdict::Presumed);
        let mark = match ground(answer) {
            _ if !presumed => String::new(),
            DISPUTED => " (presumably; disputed)".to_owned(),
            ground => format!(" (presumably: {ground})"),
        };
        lines.push(format!("{}{mark}", worded(answer.kind, &answer.answers)));
    }
    if !answer.possible.is_empty() {
        // The line begins with what `perhaps` would say again.
        let dates = possible_dates(answer);
        let possible = dates.as_ref().unwrap_or(&answer.possible);
        lines.push(format!("Possibly: {}", worded(answer.kind, possible)));
    }
    if lines.is_empty() {
        lines.push(match (answer.kind, answer.verdict) {
            (Kind::Presupposition, _) => "The question takes for granted what is not so.".into(),
            (_, Some(Verdict::No | Verdict::Certain | Verdict::Presumed)) => "None.".into(),
            (_, Some(Verdict::Possible)) => "Possibly, but it is not stated.".into(),
            _ => "Not stated.".into(),
        });
    }
    lines
}

/// What makes an answer presumed where sources differ about what it rests on, about its end perhaps.
const DISPUTED: &str = "disputed";

/// Why an answer is presumed.
fn ground(answer: &Answer) -> &'static str {
    let any = |stance: Stance| answer.evidence.iter().any(|one| one.stance == stance.as_str());
    if answer.evidence.iter().any(|one| one.conflict.is_some()) {
        DISPUTED
    } else if any(Stance::Attributed) {
        "somebody says so"
    } else if any(Stance::Inferred) {
        "a reader concludes it"
    } else {
        "no end is recorded"
    }
}

/// Of longer lists no more is shown; `dossier pipe` and the query have all of them.
const SHOWN_MAX: usize = 200;

/// What was found, in words.
fn worded(kind: Kind, answers: &[String]) -> String {
    let word = |text: &String| match kind {
        Kind::Date => date_in_words(text).unwrap_or_else(|| text.clone()),
        _ => text.clone(),
    };
    let separator = match kind {
        Kind::Text if answers.iter().all(|text| text.ends_with('.')) => " ",
        Kind::Text => "; ",
        _ => ", ",
    };
    let shown = answers.iter().take(SHOWN_MAX).map(word).collect::<Vec<_>>().join(separator);
    match answers.len().checked_sub(SHOWN_MAX) {
        Some(more) if more > 0 => format!("{shown}{separator}and {more} more"),
        _ => shown,
    }
}

/// Possible dates without the mark of doubt that each ends with.
fn possible_dates(answer: &Answer) -> Option<Vec<String>> {
    let without = |text: &String| match text.strip_suffix('%') {
        Some(date) => format!("{date}~"),
        None => text.trim_end_matches('?').to_owned(),
    };
    let plain = |text: &String| if text.contains('/') { text.clone() } else { without(text) };
    (answer.kind == Kind::Date).then(|| answer.possible.iter().map(plain).collect())
}

fn yes_or_no(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Certain | Verdict::Presumed) => "Yes.",
        Some(Verdict::Possible) => "Possibly.",
        Some(Verdict::No) => "No.",
        Some(Verdict::NotStated) | None => "Not stated.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: Kind, verdict: Verdict, answers: &[&str]) -> Answer {
        let answers = answers.iter().map(|&answer| answer.to_owned()).collect();
        Answer { kind, verdict: Some(verdict), answers, ..Answer::declined(Vec::new()) }
    }

    #[test]
    fn answers_are_worded_for_people() {
        let line =
            |kind, verdict, answers: &[&str]| headline(&answer(kind, verdict, answers)).join("/");
        assert_eq!(
            line(Kind::YesNo, Verdict::Presumed, &[]),
            "Yes, presumably: no end is recorded."
        );
        assert_eq!(
            line(Kind::Date, Verdict::Certain, &["XXXX-11-12"]),
            "12 November, year not stated"
        );
        let possible = Answer {
            possible: vec!["2017-11?".into()],
            ..answer(Kind::Date, Verdict::Possible, &[])
        };
        assert_eq!(headline(&possible), ["Possibly: November 2017"]);
        assert_eq!(line(Kind::Entities, Verdict::NotStated, &[]), "Not stated.");
        assert_eq!(line(Kind::Entities, Verdict::Certain, &[]), "None.");
        let much = vec![format!("{TOO_MUCH}: say more.")];
        let much = Answer { notes: much, ..Answer::declined(Vec::new()) };
        assert!(headline(&much)[0].starts_with("I understand the question"));
        assert_eq!(
            headline(&Answer::declined(vec!["population".into()])),
            ["I do not understand “population”."]
        );
        let note = "Each of these words is known, but not what they say together.";
        let known = Answer { notes: vec![note.into()], ..Answer::declined(vec!["thank".into()]) };
        let text = text(&known, Sources::Off, None, Theme::PLAIN, None);
        assert_eq!(text, "I know each of these words, but not what they say together.\n");
    }
}
