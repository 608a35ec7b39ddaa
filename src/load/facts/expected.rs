//! What the grammar expected, in words: no rule's name reaches a person.

use pest::error::{ErrorVariant, InputLocation};

use super::parser::{GrammarRule as Rule, ParseError};
use crate::error::{Error, load};
use crate::text::{Span, suggest};

/// Words that begin a block, and those that begin a line of one.
const BLOCK_WORDS: [&str; 8] =
    ["entity", "label", "property", "relationship", "document", "sentence", "place", "complete"];
const DETAIL_WORDS: [&str; 18] = [
    "also",
    "words",
    "inverse",
    "sub of",
    "means",
    "phrase",
    "valid",
    "not before",
    "not after",
    "stance",
    "rank",
    "because",
    "source",
    "at",
    "state",
    "event",
    "symmetric",
    "transitive",
];

/// What is always possible once a line is complete, and so says least.
const LINE_END: &str = "the end of the line";

/// The grammar's error as one sentence with a place and, where possible, what was meant.
pub(super) fn describe(text: &str, error: &ParseError) -> Error {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let line = line_at(text, at);
    let rest = &text[at..line.end];
    let word_len = rest.find(|c: char| c.is_whitespace() || c == ';').unwrap_or(rest.len());
    let span = Span::of(at, at + word_len);
    let found = found(text, at, rest, word_len);
    let message = match expectations(error) {
        None => format!("{found} does not fit here."),
        Some(expected) => format!("Expected {expected}, found {found}."),
    };
    Error::new(&load::UNEXPECTED, message).at(span).hint_opt(hint(text, &line, at))
}

/// The line around a position, without its line break.
fn line_at(text: &str, at: usize) -> std::ops::Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    start..end
}

fn found(text: &str, at: usize, rest: &str, word_len: usize) -> String {
    if at == text.len() {
        "the end of the file".to_owned()
    } else if rest.trim().is_empty() {
        "the end of the line".to_owned()
    } else {
        let word: String = rest[..word_len.max(1).min(rest.len())].chars().take(40).collect();
        if word.trim().is_empty() { "a space".to_owned() } else { format!("`{word}`") }
    }
}

fn hint(text: &str, line: &std::ops::Range<usize>, at: usize) -> Option<String> {
    let whole = &text[line.clone()];
    let first = whole.split_whitespace().next()?;
    let indented = whole.starts_with([' ', '\t']);
    let words = if indented { &DETAIL_WORDS[..] } else { &BLOCK_WORDS[..] };
    let before = &text[line.start..at];
    if before.matches('"').count() % 2 == 1 || whole.matches('"').count() % 2 == 1 {
        return Some("A quotation mark opens on this line and is not closed on it.".to_owned());
    }
    if let Some(near) = suggest::nearest(first, words.iter().copied()) {
        return Some(format!("Did you mean `{near}`?"));
    }
    if indented && before.trim().is_empty() {
        return Some("An indented line belongs to the block above it.".to_owned());
    }
    if indented || words.contains(&first) {
        return None;
    }
    Some("A fact is written `Russia -RECOGNISES-> Abkhazia`.".to_owned())
}

/// "a name or a handle", or nothing where the grammar had no idea.
fn expectations(error: &ParseError) -> Option<String> {
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else { return None };
    if positives.contains(&Rule::entity) {
        return Some("a fact or the beginning of a block".to_owned());
    }
    let mut words: Vec<&str> = positives.iter().filter_map(|&rule| in_words(rule)).collect();
    words.sort_unstable();
    words.dedup();
    if words.len() > 1 {
        words.retain(|&word| word != LINE_END);
    }
    match words.as_slice() {
        [] => None,
        [one] => Some((*one).to_owned()),
        [first @ .., last] => Some(format!("{} or {last}", first.join(", "))),
    }
}

/// What a person calls a rule; nothing for those that are only punctuation.
fn in_words(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::EOI | Rule::end | Rule::next | Rule::skip => LINE_END,
        Rule::file | Rule::header => "the line `dossier facts 1`",
        Rule::version => "a version number",
        Rule::block | Rule::statement | Rule::stated_value => "a fact or a block",
        Rule::entity | Rule::entity_word => "`entity`",
        Rule::labels => "`:` and a label",
        Rule::entity_detail => "`also` or a property",
        Rule::also => "`also`",
        Rule::alias_kind => "a kind of name",
        Rule::language => "a language tag",
        Rule::label_words => "`label`",
        Rule::property_words => "`property`",
        Rule::words => "`words`",
        Rule::relationship => "`relationship`",
        Rule::ends => "`:` and the labels of both ends",
        Rule::end_labels | Rule::any_word | Rule::any_of => "labels or `any`",
        Rule::relationship_detail | Rule::traits | Rule::trait_word => {
            "`state`, `event` or another trait"
        }
        Rule::inverse => "`inverse`",
        Rule::sub_of => "`sub of`",
        Rule::means => "`means`",
        Rule::phrase | Rule::phrase_text | Rule::phrase_char => "`phrase`",
        Rule::document => "`document`",
        Rule::sentence => "`sentence`",
        Rule::place => "`place`",
        Rule::numbers | Rule::locator => "a place such as 5.1",
        Rule::summary | Rule::source_summary | Rule::line_text | Rule::line_char => "a summary",
        Rule::arrow => "an arrow such as `-RECOGNISES->`",
        Rule::value_key => return None,
        Rule::references | Rule::reference | Rule::name | Rule::bare_name | Rule::name_char => {
            "a name"
        }
        Rule::handle => "a handle such as `@x`",
        Rule::statement_detail | Rule::complete_detail => "a qualifier or a property",
        Rule::valid => "`valid`",
        Rule::not_before => "`not before`",
        Rule::not_after => "`not after`",
        Rule::stance => "`stance`",
        Rule::stance_word => "a stance",
        Rule::rank => "`rank`",
        Rule::rank_word => "a rank",
        Rule::because => "`because`",
        Rule::source => "`source`",
        Rule::complete => "`complete`",
        Rule::endpoint => "a name or `any`",
        Rule::at => "`at`",
        Rule::property => "a property such as `title: \"President\"`",
        Rule::map | Rule::entry => "a map such as `{page: 3}`",
        Rule::value
        | Rule::list
        | Rule::boolean
        | Rule::integer
        | Rule::float
        | Rule::exponent
        | Rule::point
        | Rule::temporal
        | Rule::temporal_word => "a value",
        Rule::token | Rule::bare_token => "a date",
        Rule::quoted | Rule::literal | Rule::escape => "a text in quotation marks",
        Rule::identifier | Rule::identifier_part | Rule::word => "a word",
        Rule::space | Rule::gap => "a space",
        Rule::comment => return None,
    })
}
