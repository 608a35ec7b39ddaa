//! The grammar as compiled, and a human name for each of its rules.

use pest::error::{ErrorVariant, InputLocation};
use pest_derive::Parser;

use crate::error::{Error, syntax as codes};
use crate::text::{Span, suggest};

/// The grammar, one file a part.
#[derive(Parser)]
#[grammar = "grammar/lexical.pest"]
#[grammar = "grammar/literals.pest"]
#[grammar = "grammar/expressions.pest"]
#[grammar = "grammar/patterns.pest"]
#[grammar = "grammar/clauses.pest"]
#[grammar = "grammar/subqueries.pest"]
#[grammar = "grammar/time.pest"]
#[grammar = "grammar/admin.pest"]
pub(super) struct Grammar;

/// Words that may begin a clause or a statement, for "did you mean".
const CLAUSE_WORDS: &[&str] = &[
    "MATCH", "OPTIONAL", "WHERE", "RETURN", "WITH", "UNWIND", "CREATE", "INSERT", "MERGE", "SET",
    "REMOVE", "DELETE", "DETACH", "CALL", "YIELD", "UNION", "FOREACH", "LOAD", "LET", "FILTER",
    "FOR", "ORDER", "SKIP", "LIMIT", "OFFSET", "FINISH", "EXPLAIN", "PROFILE", "WHY", "SHOW",
    "DECLARE", "COMPLETE", "DROP",
];

/// What a person reads when the text does not fit the grammar.
pub(super) fn error(text: &str, error: &pest::error::Error<Rule>) -> Error {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let word = word_at(text, at);
    let span = Span::of(at, (at + word.len().max(1)).min(text.len().max(at)));
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => expected(positives),
        ErrorVariant::CustomError { .. } => String::new(),
    };
    let message = match (word.is_empty(), expected.is_empty()) {
        (true, true) => "The text ends too early.".to_owned(),
        (true, false) => format!("The text ends where {expected} should follow."),
        (false, true) => format!("`{word}` does not fit here."),
        (false, false) => format!("`{word}` does not fit here, where {expected} should stand."),
    };
    let upper = word.to_uppercase();
    let near = suggest::nearest(&upper, CLAUSE_WORDS.iter().copied());
    let foreign = foreign(text, at, word);
    let code =
        if is_stray_character(word) { &codes::UNICODE_CHARACTER } else { &codes::UNEXPECTED };
    let made = Error::new(code, message).at(span);
    match (foreign, near) {
        (Some(hint), _) => made.hint(hint),
        (None, Some(near)) => made.hint(format!("Did you mean `{near}`?")),
        (None, None) => made,
    }
}

/// What to type instead of another language's form.
fn foreign(text: &str, at: usize, word: &str) -> Option<String> {
    let hint = match word.to_uppercase().as_str() {
        "SELECT" | "FROM" => "Type `MATCH (n:Label) RETURN n.property`: there is no SELECT.",
        "==" => "Compare with a single `=`.",
        "!=" => "Type `<>` for unequal.",
        "&&" => "Type `AND`.",
        "LIKE" => "Type `CONTAINS`, `STARTS WITH`, `ENDS WITH`, or `=~` with a regular expression.",
        "GROUP" => "There is no need to group: what is no aggregate in RETURN groups.",
        "HAVING" => "Filter groups with `WITH … WHERE …`.",
        _ if text[..at].ends_with('-') || word.starts_with('>') => {
            "A relationship is written `-[:TYPE]->`."
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

fn is_stray_character(word: &str) -> bool {
    word.chars().next().is_some_and(|c| !c.is_ascii() && !c.is_alphanumeric())
}

/// The word, number or symbol that stands at a place.
fn word_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let Some(first) = rest.chars().next() else { return "" };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let end = if is_word(first) {
        rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())
    } else {
        ["==", "!=", "&&", "<>", "->", "<-"]
            .into_iter()
            .find(|symbol| rest.starts_with(symbol))
            .map_or(first.len_utf8(), str::len)
    };
    &rest[..end.min(60 + rest[..end].chars().next().map_or(0, char::len_utf8))]
}

/// At most four things that would have fitted, the most telling first.
fn expected(rules: &[Rule]) -> String {
    let mut names: Vec<String> =
        rules.iter().map(|&rule| name(rule)).filter(|n| !n.is_empty()).collect();
    names.sort();
    names.dedup();
    if names.len() > 4 {
        return String::new();
    }
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

/// A human name for a rule: keywords and symbols as they are typed, the rest in words.
fn name(rule: Rule) -> String {
    let symbol = match rule {
        Rule::EOI => "the end",
        Rule::COLON => "`:`",
        Rule::COMMA => "`,`",
        Rule::EQUALS | Rule::Equal => "`=`",
        Rule::PIPE => "`|`",
        Rule::DOTS => "`..`",
        Rule::STAR => "`*`",
        Rule::LPAREN => "`(`",
        Rule::RPAREN => "`)`",
        Rule::LBRACKET => "`[`",
        Rule::RBRACKET => "`]`",
        Rule::LBRACE => "`{`",
        Rule::RBRACE => "`}`",
        Rule::LESS | Rule::Less => "`<`",
        Rule::GREATER | Rule::Greater => "`>`",
        Rule::Dash | Rule::Minus | Rule::Subtract => "`-`",
        Rule::SEMICOLON => "`;`",
        Rule::SymbolicName | Rule::SchemaName => "a name",
        Rule::Expression | Rule::ExpressionBeforePipe => "an expression",
        _ => "",
    };
    if !symbol.is_empty() {
        return symbol.to_owned();
    }
    let debug = format!("{rule:?}");
    if debug.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
        return debug.replace("_WORD", "");
    }
    if debug.starts_with("Compat") {
        return String::new();
    }
    let mut words = String::from("a");
    if debug.starts_with(['A', 'E', 'I', 'O', 'U']) {
        words.push('n');
    }
    for character in debug.chars() {
        if character.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(character.to_ascii_lowercase());
    }
    words
}
