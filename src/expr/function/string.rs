//! Functions on text. Positions and lengths count characters (Unicode scalar values).

use unicode_normalization::UnicodeNormalization;

use super::Function;
use super::argument::{count, text, wrong_type};
use crate::error::{Error, Result, eval as codes};
use crate::expr::eval::Context;
use crate::expr::limits;
use crate::expr::making::Growing;
use crate::value::Value;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "toLower(text :: STRING) :: STRING",
        "The text in lower case.",
        ("RETURN toLower('ÉTAT')", "'état'"),
        |_, args| Ok(text("toLower", &args[0])?.to_lowercase().into()),
    ),
    Function::new(
        "lower(text :: STRING) :: STRING",
        "The text in lower case; the same as toLower.",
        ("RETURN lower('ABC')", "'abc'"),
        |_, args| Ok(text("lower", &args[0])?.to_lowercase().into()),
    ),
    Function::new(
        "toUpper(text :: STRING) :: STRING",
        "The text in upper case.",
        ("RETURN toUpper('straße')", "'STRASSE'"),
        |_, args| Ok(text("toUpper", &args[0])?.to_uppercase().into()),
    ),
    Function::new(
        "upper(text :: STRING) :: STRING",
        "The text in upper case; the same as toUpper.",
        ("RETURN upper('abc')", "'ABC'"),
        |_, args| Ok(text("upper", &args[0])?.to_uppercase().into()),
    ),
    Function::new(
        "trim(text :: STRING, characters? :: STRING) :: STRING",
        "The text without the blanks (or the given characters) at its beginning and end.",
        ("RETURN trim('  a b ')", "'a b'"),
        |_, args| trim("trim", args, true, true),
    ),
    Function::new(
        "btrim(text :: STRING, characters? :: STRING) :: STRING",
        "The text without the blanks (or the given characters) at its beginning and end.",
        ("RETURN btrim('xxaxx', 'x')", "'a'"),
        |_, args| trim("btrim", args, true, true),
    ),
    Function::new(
        "ltrim(text :: STRING, characters? :: STRING) :: STRING",
        "The text without the blanks (or the given characters) at its beginning.",
        ("RETURN ltrim('  a ')", "'a '"),
        |_, args| trim("ltrim", args, true, false),
    ),
    Function::new(
        "rtrim(text :: STRING, characters? :: STRING) :: STRING",
        "The text without the blanks (or the given characters) at its end.",
        ("RETURN rtrim(' a  ')", "' a'"),
        |_, args| trim("rtrim", args, false, true),
    ),
    Function::new(
        "replace(text :: STRING, search :: STRING, replacement :: STRING, limit? :: INTEGER) :: STRING",
        "The text with every occurrence of one text (or the first `limit` of them) replaced by another.",
        ("RETURN replace('hello', 'l', 'w')", "'hewwo'"),
        replace,
    ),
    Function::new(
        "split(text :: STRING, delimiter :: STRING | LIST<STRING>) :: LIST<STRING>",
        "The parts of a text between the occurrences of a delimiter, or of any of several.",
        ("RETURN split('one,two', ',')", "['one', 'two']"),
        split,
    ),
    Function::new(
        "substring(text :: STRING, start :: INTEGER, length? :: INTEGER) :: STRING",
        "The part of a text from a position, counted from 0, to its end or of a length.",
        ("RETURN substring('hello', 1, 3)", "'ell'"),
        substring,
    ),
    Function::new(
        "left(text :: STRING, length :: INTEGER) :: STRING",
        "The first characters of a text.",
        ("RETURN left('hello', 3)", "'hel'"),
        |_, args| {
            let text = text("left", &args[0])?;
            Ok(text[..offset(text, count("left", &args[1])?)].into())
        },
    ),
    Function::new(
        "right(text :: STRING, length :: INTEGER) :: STRING",
        "The last characters of a text.",
        ("RETURN right('hello', 3)", "'llo'"),
        |_, args| {
            let text = text("right", &args[0])?;
            let dropped = text.chars().count().saturating_sub(count("right", &args[1])?);
            Ok(text[offset(text, dropped)..].into())
        },
    ),
    Function::new(
        "normalize(text :: STRING, form? :: STRING) :: STRING",
        "The text in a Unicode normal form: 'NFC' (the default), 'NFD', 'NFKC' or 'NFKD'.",
        ("RETURN normalize('\\u212B') = '\\u00C5'", "true"),
        normalize,
    ),
    Function::new(
        "char_length(text :: STRING) :: INTEGER",
        "How many characters a text has.",
        ("RETURN char_length('ñandú')", "5"),
        |_, args| Ok(length(text("char_length", &args[0])?)),
    ),
    Function::new(
        "character_length(text :: STRING) :: INTEGER",
        "How many characters a text has.",
        ("RETURN character_length('ñandú')", "5"),
        |_, args| Ok(length(text("character_length", &args[0])?)),
    ),
];

/// How many characters a text has, as a value.
pub(super) fn length(text: &str) -> Value {
    Value::Integer(text.chars().count() as i64)
}

fn trim(function: &str, args: &[Value], start: bool, end: bool) -> Result<Value> {
    let mut rest = text(function, &args[0])?;
    let characters = args.get(1).map(|characters| text(function, characters)).transpose()?;
    let dropped = |c: char| characters.map_or(c.is_whitespace(), |set| set.contains(c));
    if start {
        rest = rest.trim_start_matches(dropped);
    }
    if end {
        rest = rest.trim_end_matches(dropped);
    }
    Ok(rest.into())
}

fn replace(context: &Context<'_>, args: &[Value]) -> Result<Value> {
    let [subject, search, with] = [0, 1, 2].map(|at| text("replace", &args[at]));
    let (subject, search, with) = (subject?, search?, with?);
    let limit = args.get(3).map_or(Ok(usize::MAX), |limit| count("replace", limit))?;
    let found = subject.matches(search).take(limit).count();
    let bytes =
        found.saturating_mul(with.len()).saturating_add(subject.len() - found * search.len());
    limits::check_bytes(bytes)?;
    context.afford(bytes, || format!("A text of {bytes} bytes"))?;
    Ok(subject.replacen(search, with, limit).into())
}

fn split(context: &Context<'_>, args: &[Value]) -> Result<Value> {
    let subject = text("split", &args[0])?;
    let delimiters: Vec<&str> = match &args[1] {
        Value::String(delimiter) => vec![&**delimiter],
        Value::List(delimiters) => {
            delimiters.iter().map(|delimiter| text("split", delimiter)).collect::<Result<_>>()?
        }
        other => return Err(wrong_type("split", "a String or a list of Strings", other)),
    };
    // One pass, so that no set of delimiters makes a long text quadratic.
    let (mut parts, mut part) = (Vec::new(), 0);
    let mut growing = Growing::new(context);
    let mut take = |text: &str| {
        growing.add(size_of::<Value>() + 16 + text.len())?;
        limits::check_length(parts.len() + 1)?;
        parts.push(text.into());
        Ok(())
    };
    let by_character = delimiters.contains(&"");
    for (at, character) in subject.char_indices() {
        context.step()?;
        if by_character {
            take(character.encode_utf8(&mut [0; 4]))?;
            continue;
        }
        let begins = |delimiter: &&&str| subject[at..].starts_with(**delimiter);
        if at >= part
            && let Some(delimiter) = delimiters.iter().filter(begins).max_by_key(|d| d.len())
        {
            take(&subject[part..at])?;
            part = at + delimiter.len();
        }
    }
    if !by_character {
        take(&subject[part..])?;
    }
    Ok(Value::from(parts))
}

fn substring(_: &Context<'_>, args: &[Value]) -> Result<Value> {
    let subject = text("substring", &args[0])?;
    let rest = &subject[offset(subject, count("substring", &args[1])?)..];
    match args.get(2) {
        None => Ok(rest.into()),
        Some(length) => Ok(rest[..offset(rest, count("substring", length)?)].into()),
    }
}

/// The byte at which the character at a position begins; the end for positions beyond it.
fn offset(text: &str, position: usize) -> usize {
    text.char_indices().nth(position).map_or(text.len(), |(at, _)| at)
}

fn normalize(_: &Context<'_>, args: &[Value]) -> Result<Value> {
    let subject = text("normalize", &args[0])?;
    let form = args.get(1).map_or(Ok("NFC"), |form| text("normalize", form))?;
    let normal: String = match form.to_ascii_uppercase().as_str() {
        "NFC" => subject.nfc().collect(),
        "NFD" => subject.nfd().collect(),
        "NFKC" => subject.nfkc().collect(),
        "NFKD" => subject.nfkd().collect(),
        _ => {
            let message = format!("normalize(): `{form}` is no Unicode normal form.");
            return Err(Error::new(&codes::ARGUMENT_VALUE, message)
                .hint("Write 'NFC', 'NFD', 'NFKC' or 'NFKD'."));
        }
    };
    Ok(normal.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::testing::apply;

    #[test]
    fn positions_count_characters() {
        assert_eq!(
            apply("substring", &["ñandú".into(), 1.into(), 2.into()]).ok(),
            Some("an".into())
        );
        assert_eq!(apply("left", &["ñandú".into(), i64::MAX.into()]).ok(), Some("ñandú".into()));
        assert_eq!(apply("right", &["ñandú".into(), 2.into()]).ok(), Some("dú".into()));
        assert_eq!(apply("substring", &["abc".into(), 9.into()]).ok(), Some("".into()));
        let negative = apply("substring", &["abc".into(), (-1).into()]);
        assert_eq!(negative.map_err(|error| error.detail()), Err("NumberOutOfRange"));
    }

    #[test]
    fn split_takes_the_longest_delimiter_at_a_place() {
        let parts = |delimiters: Value| apply("split", &["a--b-c".into(), delimiters]).ok();
        let list = |texts: &[&str]| Some(Value::list(texts.iter().map(|&text| text.into())));
        assert_eq!(parts("-".into()), list(&["a", "", "b", "c"]));
        assert_eq!(parts(Value::list(["-".into(), "--".into()])), list(&["a", "b", "c"]));
        assert_eq!(parts("".into()), list(&["a", "-", "-", "b", "-", "c"]));
        assert_eq!(apply("split", &["".into(), ",".into()]).ok(), list(&[""]));
    }

    #[test]
    fn replacing_cannot_fill_the_memory() {
        let long: Value = "x".repeat(1 << 20).into();
        let error = apply("replace", &[long.clone(), "x".into(), long]).map_err(|e| e.kind());
        assert_eq!(error, Err("ResourceError"));
    }
}
