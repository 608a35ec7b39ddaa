//! What a script may assert of the statement or question before it.
//!
//! ```text
//! .assert rows 5                     so many rows; also rows > 3
//! .assert columns state, since       the names of the columns, in order
//! .assert = 5                        one row of one column, with this value
//! .assert row 'Nauru', 2             some row has these values
//! .assert no row 'France'            none has
//! .assert table                      the rows, in order: a Markdown table on the next lines,
//! | state | regions |                as `.mode markdown` prints it
//! | --- | ---: |
//! | Nauru | 2 |
//! .assert source ¶5.2                some row rests on this place
//! .assert error eval::division_by_zero   the statement fails: code, type or detail
//! .assert answers Nauru, Russia      the answers to a question, in any order
//! .assert verdict certain            how sure the answer is
//! ```
//!
//! Values are literals, as a query writes them. One that is compared with a value of a row must be
//! of the same type: `5` is not `5.0`.

use crate::ask::{Answer, Verdict};
use crate::error::{Error, Result, request};
use crate::graph::row::Rows;
use crate::render::value::{Spelling, cell, text};
use crate::text::suggest::nearest;
use crate::value::Value;

use super::parameter::evaluate;
use super::session::counted;

/// What an assertion is about.
pub enum Given {
    /// There is no statement before it.
    Nothing,
    /// The rows of a query.
    Rows(Box<Rows>),
    /// The answer to a question.
    Answer(Box<Answer>),
    /// A statement that failed.
    Error(Box<Error>),
}

impl Given {
    /// The rows of a query.
    pub fn rows(rows: Rows) -> Given {
        Given::Rows(Box::new(rows))
    }

    /// The answer to a question.
    pub fn answer(answer: Answer) -> Given {
        Given::Answer(Box::new(answer))
    }
}

/// A sort of assertion: the words that begin it, how it is used, what checks it.
struct Assertion {
    words: &'static str,
    usage: &'static str,
    check: fn(&str, &Given) -> Result<()>,
}

/// All sorts; one whose words begin with another's stands before it.
const ASSERTIONS: [Assertion; 10] = [
    Assertion { words: "rows", usage: ".assert rows 5", check: check_count },
    Assertion { words: "columns", usage: ".assert columns state, since", check: check_columns },
    Assertion { words: "=", usage: ".assert = 5", check: check_value },
    Assertion { words: "row", usage: ".assert row 'Nauru', 2", check: check_row },
    Assertion { words: "no row", usage: ".assert no row 'France'", check: check_no_row },
    Assertion { words: "table", usage: ".assert table", check: check_table },
    Assertion { words: "source", usage: ".assert source ¶5.2", check: check_source },
    Assertion {
        words: "error",
        usage: ".assert error bind::undefined_variable",
        check: check_error,
    },
    Assertion { words: "answers", usage: ".assert answers Nauru, Russia", check: check_answers },
    Assertion { words: "verdict", usage: ".assert verdict certain", check: check_verdict },
];

/// What follows `.assert`; `None` for any other line.
pub fn body(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(['.', ':'])?.strip_prefix("assert")?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim())
}

/// Whether the assertion can only be checked where rows say what they rest on.
pub fn needs_sources(line: &str) -> bool {
    body(line).is_some_and(|rest| rest.starts_with("source"))
}

/// Whether the assertion is that the statement fails.
pub fn expects_error(line: &str) -> bool {
    body(line).is_some_and(|rest| rest.starts_with("error"))
}

/// Checks an assertion.
///
/// The error has the code `request::assertion` where it does not hold, and `request::command`
/// where it says nothing that can be checked.
pub fn check(line: &str, given: &Given) -> Result<()> {
    let rest = body(line).unwrap_or_default();
    let known = ASSERTIONS.iter().find_map(|assertion| {
        let argument = rest.strip_prefix(assertion.words)?;
        let ends = assertion.words == "="
            || !argument.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        ends.then_some((assertion, argument.trim()))
    });
    let Some((assertion, argument)) = known else {
        let word = rest.split_whitespace().next().unwrap_or_default();
        let usages = ASSERTIONS.map(|assertion| assertion.usage).join("\n");
        let near = nearest(word, ASSERTIONS.map(|assertion| assertion.words));
        return Err(Error::new(&request::COMMAND, format!("`{word}` cannot be asserted."))
            .hint_opt(near.map(|near| format!("Did you mean `.assert {near}`?")))
            .hint(usages));
    };
    if let Given::Nothing = given {
        let message = "There is no statement before this assertion.";
        return Err(Error::new(&request::COMMAND, message));
    }
    (assertion.check)(argument, given)
}

fn failed(message: &str, expected: impl std::fmt::Display, found: impl std::fmt::Display) -> Error {
    Error::new(&request::ASSERTION, message)
        .note(format!("expected {expected}"))
        .note(format!("found    {found}"))
}

fn misused(usage: &str) -> Error {
    Error::new(&request::COMMAND, "The assertion lacks what it is to be compared with.").hint(usage)
}

fn rows_of(given: &Given) -> Result<&Rows> {
    match given {
        Given::Rows(rows) => Ok(rows),
        _ => Err(Error::new(&request::COMMAND, "This can only be asserted of a query.")),
    }
}

fn answer_of(given: &Given) -> Result<&Answer> {
    match given {
        Given::Answer(answer) => Ok(answer),
        _ => Err(Error::new(&request::COMMAND, "This can only be asserted of a question.")
            .hint(".ask who recognises South Ossetia?")),
    }
}

fn check_count(argument: &str, given: &Given) -> Result<()> {
    let found = rows_of(given)?.len() as u64;
    let digits = argument.find(|letter: char| letter.is_ascii_digit()).unwrap_or(argument.len());
    let (relation, number) = argument.split_at(digits);
    let number: u64 = number.parse().map_err(|_| misused(".assert rows 5"))?;
    let holds = match relation.trim() {
        "" | "=" => found == number,
        ">" => found > number,
        ">=" => found >= number,
        "<" => found < number,
        "<=" => found <= number,
        _ => return Err(misused(".assert rows > 3")),
    };
    let expected = format!("{relation}{}", counted(number, "row", "rows"));
    if holds {
        Ok(())
    } else {
        Err(failed("The query has another number of rows.", expected, found))
    }
}

fn check_columns(argument: &str, given: &Given) -> Result<()> {
    let found: Vec<&str> = rows_of(given)?.columns().iter().map(|name| &**name).collect();
    let expected: Vec<&str> = argument.split(',').map(str::trim).collect();
    if found == expected {
        return Ok(());
    }
    Err(failed("The query has other columns.", expected.join(", "), found.join(", ")))
}

fn check_value(argument: &str, given: &Given) -> Result<()> {
    let rows = rows_of(given)?;
    let expected = evaluate(argument)?;
    let values: Vec<&Value> = rows.iter().flat_map(|row| row.values()).collect();
    match values[..] {
        [found] if *found == expected => Ok(()),
        [found] => {
            let found = text(found, rows.graph(), Spelling::Literal);
            Err(failed("The query has another value.", argument, found))
        }
        _ => {
            let found = format!(
                "{} of {}",
                counted(rows.len() as u64, "row", "rows"),
                counted(rows.columns().len() as u64, "column", "columns")
            );
            Err(failed("The query has not one value.", argument, found))
        }
    }
}

fn has_row(argument: &str, rows: &Rows) -> Result<bool> {
    if argument.is_empty() {
        return Err(misused(".assert row 'Nauru', 2"));
    }
    let expected = evaluate(&format!("[{argument}]"))?;
    let expected = expected.as_list().unwrap_or_default();
    Ok(rows.iter().any(|row| row.values() == expected))
}

fn check_row(argument: &str, given: &Given) -> Result<()> {
    let rows = rows_of(given)?;
    if has_row(argument, rows)? {
        return Ok(());
    }
    Err(failed("No row has these values.", argument, shown(rows)))
}

fn check_no_row(argument: &str, given: &Given) -> Result<()> {
    let rows = rows_of(given)?;
    if !has_row(argument, rows)? {
        return Ok(());
    }
    Err(failed("There is a row with these values.", format!("no row {argument}"), shown(rows)))
}

/// The first rows, as an assertion would write them.
fn shown(rows: &Rows) -> String {
    const SHOWN_MAX: usize = 5;
    let literal = |value| text(value, rows.graph(), Spelling::Literal);
    let mut lines: Vec<String> = rows
        .iter()
        .take(SHOWN_MAX)
        .map(|row| row.values().iter().map(literal).collect::<Vec<_>>().join(", "))
        .collect();
    if rows.len() > SHOWN_MAX {
        lines.push(format!("and {} more", rows.len() - SHOWN_MAX));
    }
    if lines.is_empty() { "no row".to_owned() } else { lines.join("\n         ") }
}

fn check_table(argument: &str, given: &Given) -> Result<()> {
    let rows = rows_of(given)?;
    let mut lines =
        argument.lines().map(str::trim).filter(|line| !line.is_empty() && !is_rule(line));
    let Some(header) = lines.next() else {
        return Err(misused(".assert table\n| state |\n| Nauru |"));
    };
    let names: Vec<&str> = rows.columns().iter().map(|name| &**name).collect();
    if cells(header) != names {
        return Err(failed(
            "The table has other columns.",
            cells(header).join(", "),
            names.join(", "),
        ));
    }
    let found: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            row.values().iter().map(|value| cell(value, rows.graph()).into_owned()).collect()
        })
        .collect();
    let expected: Vec<Vec<String>> = lines.map(cells).collect();
    if let Some(at) =
        (0..expected.len().max(found.len())).find(|&at| expected.get(at) != found.get(at))
    {
        let row =
            |row: Option<&Vec<String>>| row.map_or("no row".to_owned(), |row| row.join(" | "));
        let message = format!("The table differs in row {}.", at + 1);
        return Err(failed(&message, row(expected.get(at)), row(found.get(at))));
    }
    Ok(())
}

/// Whether the line separates header and rows.
fn is_rule(line: &str) -> bool {
    line.contains('-') && line.chars().all(|letter| matches!(letter, '|' | '-' | ':' | ' '))
}

/// The cells of a line of a Markdown table; a backslash takes the next character as it is.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut letters = line.trim().strip_prefix('|').unwrap_or(line).chars();
    while let Some(letter) = letters.next() {
        let cell = cells.last_mut().expect("there is always a cell");
        match letter {
            '\\' => cell.extend(letters.next()),
            '|' => cells.push(String::new()),
            _ => cell.push(letter),
        }
    }
    if cells.last().is_some_and(|last| last.trim().is_empty()) && cells.len() > 1 {
        cells.pop();
    }
    cells.into_iter().map(|cell| cell.trim().to_owned()).collect()
}

/// `¶5.2`, `5.2` or `article ¶5.2`: a document where one is named, paragraph and sentence.
fn check_source(argument: &str, given: &Given) -> Result<()> {
    let rows = rows_of(given)?;
    let (document, place) = match argument.split_once('¶') {
        Some((document, place)) => (document.trim(), place),
        None => ("", argument),
    };
    let found: Vec<String> = (0..rows.len())
        .flat_map(|at| rows.evidence(at))
        .map(|evidence| crate::render::sources::place(&evidence))
        .collect();
    let wanted = format!("{document} ¶{}", place.trim());
    let holds = found
        .iter()
        .any(|place| if document.is_empty() { place.ends_with(&wanted) } else { *place == wanted });
    if holds {
        return Ok(());
    }
    let mut found = found;
    found.dedup();
    let found = if found.is_empty() { "no source".to_owned() } else { found.join(", ") };
    Err(failed("No row rests on this place.", argument, found))
}

fn check_error(argument: &str, given: &Given) -> Result<()> {
    let Given::Error(error) = given else {
        let expected = if argument.is_empty() { "an error" } else { argument };
        return Err(failed("The statement does not fail.", expected, "no error"));
    };
    let names = [error.code(), error.kind(), error.detail(), error.gqlstatus()];
    if argument.is_empty() || names.contains(&argument) || error.message().contains(argument) {
        return Ok(());
    }
    let found = format!("{}: {}", error.code(), error.message());
    Err(failed("The statement fails in another way.", argument, found))
}

fn check_answers(argument: &str, given: &Given) -> Result<()> {
    let answer = answer_of(given)?;
    let sorted = |mut answers: Vec<String>| {
        answers.sort();
        answers
    };
    let listed = argument.split(',').map(|name| name.trim().to_owned());
    let expected = sorted(listed.filter(|name| !name.is_empty()).collect());
    let found = sorted(answer.answers.clone());
    if expected == found {
        return Ok(());
    }
    Err(failed("The question has other answers.", expected.join(", "), found.join(", ")))
}

fn check_verdict(argument: &str, given: &Given) -> Result<()> {
    let found = answer_of(given)?.verdict.map_or("no verdict", Verdict::as_str);
    if found == argument {
        return Ok(());
    }
    Err(failed("The answer has another verdict.", argument, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_a_markdown_table() {
        assert_eq!(cells("| a \\| b | c |"), ["a | b", "c"]);
        assert_eq!(cells("| | x |"), ["", "x"]);
        assert!(is_rule("| --- | ---: |") && !is_rule("| a-b |"));
    }

    #[test]
    fn an_assertion_needs_a_statement_and_a_known_word() {
        let code = |line| check(line, &Given::Nothing).unwrap_err().code();
        assert_eq!(code(".assert rows 5"), "request::command");
        let error = check(".assert rwos 5", &Given::Nothing).unwrap_err();
        assert_eq!(error.hints()[0], "Did you mean `.assert rows`?");
        assert!(body(".asserted").is_none());
    }
}
