//! What a line at the prompt is: a command, a query or a question.
//!
//! A line that begins with `.` or `:` and a letter is a command. A line that parses as a query is
//! a query. So is one that was surely meant as one, so that its mistake is shown as a mistake in a
//! query: it begins with a keyword that begins no English question (`RETURN`), or with one that
//! might (`WITH whom`, `SHOW me`) and goes on with something that English has not (brackets, `=`,
//! `;`) or is written in capitals; or it begins with a keyword in capitals that is misspelt
//! (`RETRUN`). Anything else is a question.

use super::token::{Kind, Token, tokens};
use crate::syntax::{self, Completeness};
use crate::text::suggest;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Nothing but space and comments.
    Empty,
    /// A command of the prompt.
    Command,
    /// A query.
    Query,
    /// A question in English.
    Question,
}

/// Keywords that begin a query and no English question.
const SURE: [&str; 17] = [
    "ALTER", "COMMIT", "COMPLETE", "DECLARE", "DETACH", "DROP", "ERASE", "FOREACH", "INSERT",
    "LOAD", "MERGE", "OPTIONAL", "POSSIBLE", "PROFILE", "RETURN", "ROLLBACK", "UNWIND",
];
/// Keywords that may begin either.
const UNSURE: [&str; 16] = [
    "BEGIN", "CALL", "CREATE", "DELETE", "EXPLAIN", "FILTER", "FINISH", "FOR", "LET", "MATCH",
    "REMOVE", "SET", "SHOW", "USE", "WHY", "WITH",
];
/// Words that are commands even without a full stop.
const BARE_COMMANDS: [&str; 5] = ["help", "quit", "exit", "?", "\\q"];

/// Tells what a text is.
pub fn classify(text: &str) -> Input {
    let line = text.trim();
    if is_command(line) {
        return Input::Command;
    }
    let Some(first) = tokens(line).find(Token::is_significant) else { return Input::Empty };
    let surely = begins_with(&SURE, first);
    let perhaps = begins_with(&UNSURE, first) && is_unlike_english(line, first.text);
    let misspelt = is_in_capitals(first.text) && is_nearly_a_keyword(first.text);
    if surely
        || perhaps
        || misspelt
        || (first.kind != Kind::Word && parses(line))
        || first.text == "("
    {
        return Input::Query;
    }
    // After SHOW the grammar takes any words, so that it parses says nothing. WHEN begins questions
    // far more often than queries, whatever its letters.
    let perhaps = begins_with(&UNSURE, first) || first.is_word("WHEN");
    let parsed = perhaps && !first.is_word("SHOW") && parses(line);
    if parsed { Input::Query } else { Input::Question }
}

/// Whether the text is a command of the prompt: `.help`, `:help`, or `help` alone.
pub fn is_command(line: &str) -> bool {
    let mut letters = line.chars();
    let dotted = matches!(letters.next(), Some('.' | ':'))
        && letters.next().is_some_and(|letter| letter.is_ascii_alphabetic());
    dotted || BARE_COMMANDS.iter().any(|command| line.eq_ignore_ascii_case(command))
}

/// Whether a query is typed to its end: its strings, comments and brackets are closed, and it ends
/// with a semicolon or with a clause that can be the last, or does not fit before its last word.
pub fn is_complete(text: &str) -> bool {
    if syntax::completeness(text) == Completeness::Open {
        return false;
    }
    let mut depth = 0i32;
    let mut ends = false;
    let mut last = None;
    for token in tokens(text).filter(Token::is_significant) {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            Kind::Word if depth == 0 => ends |= is_final_clause(token.text),
            _ => {}
        }
        last = Some(token.kind);
    }
    last == Some(Kind::Semicolon)
        || ends
        || parses(text) && !needs_more(text)
        || is_beyond_help(text)
}

/// Whether a text does not fit before its last word: no further line mends that.
fn is_beyond_help(text: &str) -> bool {
    let misfit = syntax::parse(text).err().and_then(|error| error.span());
    let last = tokens(text).filter(Token::is_significant).last();
    misfit.zip(last).is_some_and(|(misfit, last)| misfit.end as usize <= last.start)
}

/// Keywords of clauses after which a query may end.
fn is_final_clause(word: &str) -> bool {
    const FINAL: [&str; 16] = [
        "RETURN", "CREATE", "INSERT", "MERGE", "SET", "DELETE", "REMOVE", "CALL", "FINISH", "SHOW",
        "DROP", "FOREACH", "COMPLETE", "DECLARE", "COMMIT", "ROLLBACK",
    ];
    FINAL.iter().any(|clause| word.eq_ignore_ascii_case(clause))
}

/// Whether the query begins with a clause that must be followed by another.
fn needs_more(text: &str) -> bool {
    const LEADING: [&str; 5] = ["MATCH", "OPTIONAL", "UNWIND", "WITH", "LOAD"];
    tokens(text).find(Token::is_significant).is_some_and(|first| begins_with(&LEADING, first))
}

fn begins_with(keywords: &[&str], first: Token<'_>) -> bool {
    keywords.iter().any(|keyword| first.is_word(keyword))
}

fn is_unlike_english(line: &str, first: &str) -> bool {
    is_in_capitals(first) || line.contains(['(', '[', '{', '=', ';', '$'])
}

fn is_in_capitals(word: &str) -> bool {
    word.chars().all(|letter| letter.is_ascii_uppercase())
}

fn is_nearly_a_keyword(word: &str) -> bool {
    suggest::nearest(word, SURE.into_iter().chain(UNSURE)).is_some()
}

fn parses(text: &str) -> bool {
    syntax::parse(text.trim_end().trim_end_matches(';')).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_command_a_query_or_a_question() {
        for (line, expected) in [
            ("", Input::Empty),
            ("  // nothing", Input::Empty),
            (".help", Input::Command),
            (":schema", Input::Command),
            ("exit", Input::Command),
            ("RETURN 1", Input::Query),
            ("match (n) return n", Input::Query),
            ("match (n retrun n", Input::Query),
            ("MATCH", Input::Query),
            ("RETRUN 1", Input::Query),
            ("NATO met whom?", Input::Question),
            ("retrun of whom?", Input::Question),
            ("return", Input::Query),
            ("with whom did Lavrov meet?", Input::Question),
            ("show me the states", Input::Question),
            ("who recognises South Ossetia", Input::Question),
            ("when did Russia's minister meet Medoev?", Input::Question),
            ("WHEN DID LAVROV MEET MEDOEV?", Input::Question),
            ("WHEN 1 < 2 THEN RETURN 1 AS x ELSE RETURN 2 AS x", Input::Query),
            ("Nauru", Input::Question),
            (".5 is no command", Input::Question),
        ] {
            assert_eq!(classify(line), expected, "{line}");
        }
    }

    #[test]
    fn a_query_ends_where_it_can() {
        let wrong = "MATCH (n) RETRUN n.name";
        for text in ["RETURN 1", "MATCH (n)\nRETURN n", "MATCH (n);", "CREATE (n)", wrong] {
            assert!(is_complete(text), "{text}");
        }
        for text in ["MATCH (n)", "RETURN 'a", "RETURN [1,", "MATCH (n)\n", "CALL {", "/* RETURN 1"]
        {
            assert!(!is_complete(text), "{text}");
        }
    }

    /// However a query is cut at a word, what stands there may go on.
    #[test]
    fn what_begins_a_query_is_not_beyond_help() {
        let script = include_str!("../../tests/scripts/exec/generated");
        let queries = script.split("\n\n").filter_map(|block| block.split_once("\n---"));
        let mut tried = 0;
        for (query, _) in queries.filter(|(query, _)| parses(query)) {
            for token in tokens(query).filter(Token::is_significant) {
                let begun = &query[..token.end()];
                if syntax::completeness(begun) == Completeness::Complete {
                    assert!(!is_beyond_help(begun), "{begun}");
                    tried += 1;
                }
            }
        }
        assert!(tried > 500, "{tried}");
    }
}
