//! What is checked before the grammar sees a text: size, brackets, quotes.
//!
//! A grammar finds an unclosed bracket at the end of the text, where it is not; and nesting is
//! recursion, which must be bounded before it begins. One pass over the bytes does both. It meets
//! the comments too, and makes blanks of them and of white space beyond ASCII: the grammar asks
//! between any two words whether white space follows, and two ranges of characters are soon asked.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::{Error, Result, syntax as codes};
use crate::text::Span;

/// The deepest nesting of brackets.
const DEPTH_MAX: usize = 128;
/// The longest text. Spans are 32 bits; a statement of more than this is data in the wrong place.
const TEXT_MAX_BYTES: usize = 16 << 20;

/// Whether a text is a whole statement, as far as brackets and quotes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Nothing is open.
    Complete,
    /// A bracket, a quote or a comment is open: more lines may close it.
    Open,
}

/// What the scanner meets.
enum Token {
    Open(char),
    Close(char),
    /// `<` and `>`, which stand around the type of a list's elements, among others.
    Less,
    Greater,
    Semicolon,
    /// A comment, or white space that is not ASCII, up to a place.
    Blank(usize),
    /// A quote, a backquote or a comment that never ends.
    Unclosed(&'static str),
}

/// Whether more lines are needed before the text can be a statement.
pub fn completeness(text: &str) -> Completeness {
    let mut depth = 0_i64;
    for (_, token) in tokens(text) {
        match token {
            Token::Open(_) => depth += 1,
            Token::Close(_) => depth -= 1,
            Token::Unclosed(_) => return Completeness::Open,
            Token::Less | Token::Greater | Token::Semicolon | Token::Blank(_) => {}
        }
    }
    if depth > 0 { Completeness::Open } else { Completeness::Complete }
}

/// The statements of a script: the ranges between semicolons, those that hold nothing left out.
pub fn split(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let ends = tokens(text)
        .filter(|(_, token)| matches!(token, Token::Semicolon))
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect::<Vec<_>>();
    for end in ends {
        if has_content(&text[start..end]) {
            ranges.push(start..end);
        }
        start = (end + 1).min(text.len());
    }
    ranges
}

/// Line and column of a place, both from 1.
fn place(text: &str, at: usize) -> String {
    let before = &text[..at];
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before[line..].chars().count() + 1;
    format!("line {}, column {column}", before.matches('\n').count() + 1)
}

/// The text as the grammar reads it, with as many bytes, and how deep it may be nested: its brackets, and a level
/// for each CASE. Refuses a text that the grammar should not see.
pub(super) fn plain(text: &str) -> Result<(Cow<'_, str>, usize)> {
    if text.len() > TEXT_MAX_BYTES {
        let message = format!("The text has {} bytes; {TEXT_MAX_BYTES} is the limit.", text.len());
        return Err(Error::new(&codes::TOO_COMPLEX, message)
            .at(Span::new(0, 1))
            .hint("Pass large values as parameters."));
    }
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut depth = 0;
    let (mut types, mut deepest_type) = (0, 0);
    let mut blanks: Vec<Range<usize>> = Vec::new();
    for (at, token) in tokens(text) {
        let span = Span::of(at, at + 1);
        match token {
            Token::Open(bracket) => {
                open.push((at, bracket));
                depth = depth.max(open.len());
                if open.len() > DEPTH_MAX {
                    let message = format!("Brackets are nested deeper than {DEPTH_MAX}.");
                    return Err(Error::new(&codes::TOO_COMPLEX, message).at(span).hint(
                        "Split the expression with WITH, or pass nested values as parameters.",
                    ));
                }
            }
            Token::Close(bracket) => match open.pop() {
                Some((_, opened)) if closing(opened) == bracket => {}
                Some((from, opened)) => {
                    let message = format!("`{opened}` is closed by `{bracket}`.");
                    return Err(Error::new(&codes::UNEXPECTED, message)
                        .at(span)
                        .note(format!("It was opened on {}.", place(text, from)))
                        .hint(format!("Close it with `{}`.", closing(opened))));
                }
                None => {
                    let message = format!("`{bracket}` closes nothing.");
                    return Err(Error::new(&codes::UNEXPECTED, message)
                        .at(span)
                        .hint("Take it out, or open it before."));
                }
            },
            Token::Less if is_list_before(text, at, &blanks) => {
                types += 1;
                deepest_type = deepest_type.max(types);
                if types > DEPTH_MAX {
                    let message = format!("Types are nested deeper than {DEPTH_MAX}.");
                    return Err(Error::new(&codes::TOO_COMPLEX, message)
                        .at(span)
                        .hint("`LIST<ANY>` is a list of whatever it holds."));
                }
            }
            Token::Greater => types = types.saturating_sub(1),
            Token::Less | Token::Semicolon => {}
            Token::Blank(end) => blanks.push(at..end),
            Token::Unclosed(what) => {
                return Err(Error::new(&codes::UNEXPECTED, format!("{what} never ends."))
                    .at(span)
                    .hint("Close it where it should end."));
            }
        }
    }
    match open.pop() {
        None => Ok((without(text, &blanks), depth + deepest_type + cases(text))),
        Some((at, bracket)) => {
            Err(Error::new(&codes::UNEXPECTED, format!("`{bracket}` is never closed."))
                .at(Span::of(at, at + 1))
                .hint(format!("Close it with `{}`.", closing(bracket))))
        }
    }
}

/// Whether LIST or ARRAY stands before a place, comments between them left out.
fn is_list_before(text: &str, at: usize, blanks: &[Range<usize>]) -> bool {
    let mut before = text[..at].trim_end();
    for blank in blanks.iter().rev() {
        if blank.end != before.len() {
            break;
        }
        before = text[..blank.start].trim_end();
    }
    let word = before.len() - before.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
    ["LIST", "ARRAY"].iter().any(|name| before[word..].eq_ignore_ascii_case(name))
}

/// How often CASE stands in a text, whatever it means there.
fn cases(text: &str) -> usize {
    let bytes = text.as_bytes();
    let word = |at: &usize| bytes.get(*at..at + 4).is_some_and(|w| w.eq_ignore_ascii_case(b"case"));
    memchr::memchr2_iter(b'c', b'C', bytes).filter(word).count()
}

/// The text with blanks in some places.
fn without<'a>(text: &'a str, blanks: &[Range<usize>]) -> Cow<'a, str> {
    if blanks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for blank in blanks {
        plain.push_str(&text[plain.len()..blank.start]);
        plain.extend(std::iter::repeat_n(' ', blank.len()));
    }
    plain.push_str(&text[plain.len()..]);
    Cow::Owned(plain)
}

const fn closing(bracket: char) -> char {
    match bracket {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

fn has_content(text: &str) -> bool {
    let mut rest = text.trim_start();
    loop {
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.split_once('\n').map_or("", |(_, after)| after).trim_start();
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after).trim_start();
        } else {
            return !rest.is_empty();
        }
    }
}

/// Brackets, semicolons and blanks outside quotes, with their places.
fn tokens(text: &str) -> impl Iterator<Item = (usize, Token)> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            at += 1;
            let token = match bytes[start] {
                quote @ (b'\'' | b'"') => match end_of_string(bytes, at, quote) {
                    Some(end) => {
                        at = end;
                        continue;
                    }
                    None => Token::Unclosed("The string"),
                },
                b'`' => match bytes[at..].iter().position(|&byte| byte == b'`') {
                    Some(end) => {
                        at += end + 1;
                        continue;
                    }
                    None => Token::Unclosed("The name in backquotes"),
                },
                b'/' if bytes.get(at) == Some(&b'/') => {
                    let end = bytes[at..].iter().position(|&byte| byte == b'\n' || byte == b'\r');
                    at = end.map_or(bytes.len(), |end| at + end);
                    Token::Blank(at)
                }
                b'/' if bytes.get(at) == Some(&b'*') => match text[at + 1..].find("*/") {
                    Some(end) => {
                        at += end + 3;
                        Token::Blank(at)
                    }
                    None => Token::Unclosed("The comment"),
                },
                byte @ (b'(' | b'[' | b'{') => Token::Open(byte as char),
                byte @ (b')' | b']' | b'}') => Token::Close(byte as char),
                b'<' => Token::Less,
                b'>' => Token::Greater,
                b';' => Token::Semicolon,
                0x80.. => {
                    // What begins a character of several bytes; the text is read on behind it.
                    let Some(character) = text.get(start..).and_then(|t| t.chars().next()) else {
                        continue;
                    };
                    at = start + character.len_utf8();
                    if !is_white_space(character) {
                        continue;
                    }
                    Token::Blank(at)
                }
                _ => continue,
            };
            if matches!(token, Token::Unclosed(_)) {
                at = bytes.len();
            }
            return Some((start, token));
        }
        None
    })
}

/// openCypher's `whitespace` beyond ASCII.
const fn is_white_space(character: char) -> bool {
    matches!(
        character,
        '\u{A0}' | '\u{1680}' | '\u{180E}' | '\u{2000}'
            ..='\u{200A}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202F}'
                | '\u{205F}'
                | '\u{3000}'
                | '\u{FEFF}'
    )
}

/// Where a string ends that has been opened before `at`.
fn end_of_string(bytes: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_comments_hide_brackets() {
        assert!(plain("RETURN ')' /* ( */ // [\n, `{`").is_ok());
        assert_eq!(plain("RETURN (1").unwrap_err().span(), Some(Span::new(7, 8)));
        assert_eq!(plain("RETURN 'x").unwrap_err().span(), Some(Span::new(7, 8)));
        assert_eq!(plain("RETURN [1)").unwrap_err().span(), Some(Span::new(9, 10)));
    }

    #[test]
    fn comments_and_foreign_blanks_are_blanks_of_the_same_length() {
        let read = |text| plain(text).unwrap().0.into_owned();
        assert_eq!(read("RETURN/*x*/'/*'//é\r\n, `//`//"), "RETURN     '/*'    \r\n, `//`  ");
        assert_eq!(read("RETURN\u{A0}'\u{A0}é'\u{3000}AS é"), "RETURN  '\u{A0}é'   AS é");
        assert!(matches!(plain("RETURN 'é' AS é"), Ok((Cow::Borrowed(_), 0))));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |n: usize| format!("RETURN {}1{}", "(".repeat(n), ")".repeat(n));
        assert!(plain(&nested(DEPTH_MAX)).is_ok());
        assert_eq!(plain(&nested(DEPTH_MAX + 1)).unwrap_err().code(), "syntax::too_complex");
        for open in ["LIST<", "list /* of */ <", "array\u{3000}<"] {
            let nested =
                |n: usize| format!("RETURN 1 IS :: {}INTEGER{}", open.repeat(n), ">".repeat(n));
            assert!(plain(&nested(DEPTH_MAX)).is_ok());
            assert_eq!(plain(&nested(DEPTH_MAX + 1)).unwrap_err().code(), "syntax::too_complex");
        }
        assert!(plain(&"a < b AND list < c AND c > d AND ".repeat(1000)).is_ok());
    }

    #[test]
    fn scripts_are_split_at_semicolons() {
        let text = "RETURN ';'; // ;\n RETURN 2 ;; /* x */";
        let parts: Vec<_> = split(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(parts, ["RETURN ';'", " // ;\n RETURN 2 "]);
        assert_eq!(completeness("RETURN (1,"), Completeness::Open);
        assert_eq!(completeness("RETURN 1"), Completeness::Complete);
    }
}
