//! The grammar as compiled, and a human name for each of its rules.

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};
use pest_derive::Parser;

use crate::error::{Error, syntax as codes};
use crate::syntax::foreign;
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
    "REMOVE", "DELETE", "DETACH", "ERASE", "CALL", "YIELD", "UNION", "FOREACH", "LOAD", "LET",
    "FILTER", "FOR", "ORDER", "SKIP", "LIMIT", "OFFSET", "FINISH", "EXPLAIN", "PROFILE", "WHY",
    "SHOW", "DECLARE", "COMPLETE", "DROP",
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
    let is_known = CLAUSE_WORDS.contains(&upper.as_str()) || foreign::is_keyword(&upper);
    let near = suggest::nearest(&upper, CLAUSE_WORDS.iter().copied()).filter(|_| !is_known);
    let foreign = foreign::hint(text, at, word);
    let code =
        if is_stray_character(word) { &codes::UNICODE_CHARACTER } else { &codes::UNEXPECTED };
    let made = Error::new(code, message).at(span);
    if let Some(hint) = foreign::statement(text) {
        return made.hint(hint);
    }
    match (near, foreign) {
        (Some(near), _) => made.hint(format!("Did you mean `{near}`?")),
        (None, Some(hint)) => made.hint(hint),
        (None, None) => made,
    }
}

fn is_stray_character(word: &str) -> bool {
    word.chars().next().is_some_and(|c| !c.is_ascii() && !c.is_alphanumeric())
}

/// So much of a word is shown.
const WORD_CHARS_MAX: usize = 60;

/// The word, number or symbol that stands at a place, cut off where it is very long.
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
    let word = &rest[..end];
    word.char_indices().nth(WORD_CHARS_MAX).map_or(word, |(cut, _)| &word[..cut])
}

/// Whether a name can stand without backquotes as the name of a variable.
pub(super) fn is_variable(name: &str) -> bool {
    is_whole(Rule::PlainName, name)
}

/// Whether a name can stand without backquotes as a label, a type or a property's key.
pub(super) fn is_key(name: &str) -> bool {
    is_whole(Rule::SchemaName, name)
}

/// Whether the first part of a function's or procedure's name can stand without backquotes.
pub(super) fn is_function_name(name: &str) -> bool {
    !name.contains('.') && is_whole(Rule::FunctionName, name)
}

/// Whether a name is the type that holds the values of a property and can stand as `.key`.
pub(super) fn is_value_type(name: &str) -> bool {
    name.strip_prefix('.').is_some_and(is_key)
}

/// Whether a name can stand without backquotes behind `$`.
pub(super) fn is_parameter(name: &str) -> bool {
    is_whole(Rule::Parameter, &format!("${name}"))
}

fn is_whole(rule: Rule, text: &str) -> bool {
    !text.contains('`')
        && Grammar::parse(rule, text)
            .is_ok_and(|mut pairs| pairs.next().is_some_and(|pair| pair.as_str() == text))
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
        Rule::SymbolicName | Rule::PlainName | Rule::SchemaName => "a name",
        Rule::Skip => "SKIP",
        Rule::Limit => "LIMIT",
        Rule::Conditional => "WHEN",
        Rule::Expression | Rule::ExpressionBeforePipe => "an expression",
        Rule::And => "AND",
        Rule::Or => "OR",
        Rule::Xor => "XOR",
        Rule::ComprehensionTail => "`|`",
        Rule::TYPE_COLONS => "`::`",
        Rule::PLUS_EQUALS => "`+=`",
        Rule::LabelFactor | Rule::LabelTerm | Rule::LabelExpression => "a label",
        Rule::LabelList => "`:Label`",
        Rule::PathQuantifier => "a quantifier such as `{1,3}`",
        Rule::PropertyLookup | Rule::PropertyExpression => "`.property`",
        Rule::TypeWord | Rule::TypeName | Rule::TypeAlternative => "a type",
        Rule::PatternPart | Rule::Pattern | Rule::ParenthesizedPath => "a pattern",
        Rule::MatchMode | Rule::PathPrefix => "a pattern",
        Rule::Statement => "a query",
        Rule::NodePattern => "a node, `(n)`",
        Rule::PatternElementChain | Rule::RelationshipPattern => "a relationship, `-->`",
        Rule::PathAlternative => "`|`",
        Rule::PLUS_PIPE => "`|+|`",
        Rule::InTransactions => "IN TRANSACTIONS",
        Rule::StatedMap => "a map literal",
        Rule::NodeProperties => "a properties",
        Rule::StatedEntry => "a map entry",
        _ => "",
    };
    if !symbol.is_empty() {
        return symbol.to_owned();
    }
    let debug = format!("{rule:?}");
    if debug.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
        return debug.replace("_WORD", "");
    }
    if debug.starts_with("Compat") || matches!(rule, Rule::ValueType) {
        return String::new();
    }
    let debug = debug.trim_end_matches("BeforePipe");
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
