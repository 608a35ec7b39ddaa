//! Numbers and strings: what their text stands for, and what is wrong with those that stand for nothing.

use crate::error::{Error, Result, syntax as codes};
use crate::syntax::ast::Literal;
use crate::text::Span;

/// The number that a text stands for; `negative` where a minus sign before it belongs to it, so
/// that the least integer can be written.
pub(super) fn number(text: &str, negative: bool, span: Span) -> Result<Literal> {
    let digits = text.replace('_', "");
    if text.ends_with('_') || text.contains("__") || text.contains("_.") {
        return Err(Error::new(&codes::NUMBER, format!("`{text}` is no number."))
            .at(span)
            .hint("A single `_` stands between two digits: `1_000`."));
    }
    let lower = digits.to_ascii_lowercase();
    let (radix, body) = match (lower.strip_prefix("0x"), lower.strip_prefix("0o")) {
        (Some(hex), _) => (16, hex),
        (None, Some(octal)) => (8, octal),
        (None, None) => (10, lower.as_str()),
    };
    if radix == 10 && body.contains(['.', 'e']) {
        // `1.5f` and `1.5d` say that it is a float, as the point does.
        return float(body.strip_suffix(['f', 'd']).unwrap_or(body), negative, span);
    }
    if body.is_empty() || !body.chars().all(|c| c.is_digit(radix)) {
        return Err(Error::new(&codes::NUMBER, format!("`{text}` is no number."))
            .at(span)
            .hint("A name in backquotes may begin with a digit; a text stands in quotes."));
    }
    let sign = if negative { "-" } else { "" };
    i64::from_str_radix(&format!("{sign}{body}"), radix).map(Literal::Integer).map_err(|_| {
        Error::new(&codes::INTEGER_OVERFLOW, format!("`{sign}{text}` does not fit 64 bits."))
            .at(span)
            .hint("Integers go from -9223372036854775808 to 9223372036854775807; write a float with `.0`.")
    })
}

fn float(body: &str, negative: bool, span: Span) -> Result<Literal> {
    let value: f64 = body.parse().map_err(|_| {
        Error::new(&codes::NUMBER, format!("`{body}` is no number."))
            .at(span)
            .hint("A float is written `1.5` or `1e10`.")
    })?;
    if value.is_infinite() {
        return Err(Error::new(
            &codes::FLOAT_OVERFLOW,
            format!("`{body}` is larger than any float."),
        )
        .at(span)
        .hint("The largest is about 1.8e308."));
    }
    Ok(Literal::Float(if negative { -value } else { value }))
}

/// The string that a quoted text stands for.
pub(super) fn string(quoted: &str, span: Span) -> Result<String> {
    let body = &quoted[1..quoted.len() - 1];
    let quote = if quoted.starts_with('"') { '"' } else { '\'' };
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find(['\\', quote]) {
        text.push_str(&rest[..at]);
        if rest[at..].starts_with(quote) {
            // A quote inside is written twice.
            text.push(quote);
            rest = &rest[(at + 2).min(rest.len())..];
            continue;
        }
        let escape = rest[at + 1..].chars().next().unwrap_or('\\');
        let after = at + 1 + escape.len_utf8();
        rest = &rest[after..];
        let start = span.end as usize - 1 - rest.len() - 1 - escape.len_utf8();
        match escape {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            '\\' | '\'' | '"' | '`' | '/' => text.push(escape),
            'u' => rest = unicode(&mut text, rest, 4, start)?,
            'U' => rest = unicode(&mut text, rest, long_escape(rest), start)?,
            other => {
                return Err(Error::new(
                    &codes::UNICODE_LITERAL,
                    format!("`\\{other}` is no escape."),
                )
                .at(Span::of(start, start + 1 + other.len_utf8()))
                .hint("A backslash itself is written `\\\\`."));
            }
        }
    }
    text.push_str(rest);
    Ok(text)
}

/// How many digits belong to `\U…`: openCypher 9 has eight, its newer grammar and GQL have six.
fn long_escape(rest: &str) -> usize {
    let digits = rest.bytes().take(8).take_while(u8::is_ascii_hexdigit).count();
    if digits < 8 || !rest.starts_with("00") { 6 } else { 8 }
}

/// Appends the character of `\uXXXX`, `\UXXXXXX` or `\UXXXXXXXX`; returns what follows it.
fn unicode<'a>(text: &mut String, rest: &'a str, digits: usize, start: usize) -> Result<&'a str> {
    let bad = || {
        let message = format!("An escape of a character takes {digits} hexadecimal digits.");
        Error::new(&codes::UNICODE_LITERAL, message)
            .at(Span::of(start, start + 2))
            .hint("For example `\\u00e9` for é.")
    };
    let hex = rest.get(..digits).ok_or_else(bad)?;
    let code = u32::from_str_radix(hex, 16).map_err(|_| bad())?;
    let after = &rest[digits..];
    // Two escapes may stand for one character outside the basic plane, as in JSON.
    if (0xD800..0xDC00).contains(&code)
        && let Some(low) = after.strip_prefix("\\u").and_then(|low| low.get(..4))
        && let Ok(low) = u32::from_str_radix(low, 16)
        && (0xDC00..0xE000).contains(&low)
    {
        let joined = 0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        text.push(char::from_u32(joined).ok_or_else(bad)?);
        return Ok(&after[6..]);
    }
    text.push(char::from_u32(code).ok_or_else(bad)?);
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(text: &str, negative: bool) -> Result<Literal> {
        number(text, negative, Span::new(0, text.len() as u32))
    }

    #[test]
    fn numbers() {
        assert_eq!(int("9223372036854775808", true).unwrap(), Literal::Integer(i64::MIN));
        assert_eq!(int("0x1F", false).unwrap(), Literal::Integer(31));
        assert_eq!(int("0o17", true).unwrap(), Literal::Integer(-15));
        assert_eq!(int(".5e1", false).unwrap(), Literal::Float(5.0));
        assert_eq!(int("1.5f", true).unwrap(), Literal::Float(-1.5));
        assert_eq!(int("1e2D", false).unwrap(), Literal::Float(100.0));
        assert_eq!(int("1f", false).unwrap_err().detail(), "InvalidNumberLiteral");
        assert_eq!(int("9223372036854775808", false).unwrap_err().detail(), "IntegerOverflow");
        assert_eq!(int("1e999", false).unwrap_err().detail(), "FloatingPointOverflow");
        assert_eq!(int("1_000", false).unwrap(), Literal::Integer(1000));
        assert_eq!(int("1__0", false).unwrap_err().detail(), "InvalidNumberLiteral");
        assert_eq!(int("1_", false).unwrap_err().detail(), "InvalidNumberLiteral");
        assert_eq!(int("12h4", false).unwrap_err().detail(), "InvalidNumberLiteral");
    }

    #[test]
    fn strings() {
        let text = |quoted: &str| string(quoted, Span::new(0, quoted.len() as u32));
        assert_eq!(text(r"'a\n\'\u00e9\ud83d\ude00'").unwrap(), "a\n'é😀");
        assert_eq!(text("'it''s'").unwrap(), "it's");
        assert_eq!(text(r#""a""\"b""#).unwrap(), "a\"\"b");
        assert_eq!(text(r"'\U01F600\U0001F600!'").unwrap(), "😀😀!");
        assert_eq!(text(r"'\uH'").unwrap_err().detail(), "InvalidUnicodeLiteral");
        assert_eq!(text(r"'ab\q'").unwrap_err().span(), Some(Span::new(3, 5)));
    }
}
