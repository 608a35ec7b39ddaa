//! How the facts format writes names, values and texts: as they are where that is read as it was
//! meant, in quotation marks otherwise.

use std::fmt::Write as _;

use crate::value::{Map, Value};

/// The words that begin a block: a name that begins with one is put in quotation marks.
const BLOCK_WORDS: [&str; 9] = [
    "any",
    "entity",
    "label",
    "property",
    "relationship",
    "document",
    "sentence",
    "place",
    "complete",
];

/// A locator as the format writes it: `5.1`, or a map.
pub(super) fn map_text(map: &Map) -> String {
    let small = |key: &str| {
        map.get(key).and_then(Value::as_int).filter(|number| (0..1_000_000_000).contains(number))
    };
    if let (2, Some(paragraph), Some(sentence)) = (map.len(), small("paragraph"), small("sentence"))
    {
        return format!("{paragraph}.{sentence}");
    }
    let mut out = String::new();
    write_map(&mut out, map);
    out
}

/// A name as it is, or in quotation marks where it could be read as something else.
pub(super) fn name_text(name: &str) -> String {
    let plain = !name.is_empty()
        && name.trim() == name
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.contains(|c: char| "\",;:(){}@#".contains(c) || c.is_control())
        && !name.contains("->")
        && !name.contains(" .")
        && !BLOCK_WORDS.contains(&name.split(char::is_whitespace).next().unwrap_or(name));
    if plain { name.to_owned() } else { quoted_text(name) }
}

pub(super) fn phrase_text(phrase: &str) -> String {
    let plain = !phrase.is_empty()
        && phrase.trim() == phrase
        && !phrase.contains(|c: char| c == ';' || c == '"' || c.is_control());
    if plain { phrase.to_owned() } else { quoted_text(phrase) }
}

pub(super) fn summary_text(summary: &str) -> String {
    let plain = summary.trim() == summary
        && !summary.starts_with('"')
        && !summary.contains(char::is_control);
    if plain { summary.to_owned() } else { quoted_text(summary) }
}

pub(super) fn token_text(token: &str) -> String {
    let plain =
        !token.is_empty() && !token.contains(|c: char| c == ';' || c == '"' || c.is_whitespace());
    if plain { token.to_owned() } else { quoted_text(token) }
}

pub(super) fn identifier_text(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    let plain = first && chars.all(|c| c == '_' || c.is_alphanumeric()) && name != "any";
    // Only ASCII is surely an identifier for the grammar as well; backquotes never harm.
    if plain && name.is_ascii() {
        name.to_owned()
    } else {
        format!("`{}`", name.replace('`', "``"))
    }
}

pub(super) fn quoted_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

pub(super) fn write_map(out: &mut String, map: &Map) {
    out.push('{');
    for (at, (key, value)) in map.iter().enumerate() {
        let _ = write!(out, "{}{}: ", if at == 0 { "" } else { ", " }, identifier_text(key));
        write_value(out, value);
    }
    out.push('}');
}

pub(super) fn write_value(out: &mut String, value: &Value) {
    let _ = match value {
        Value::Boolean(value) => write!(out, "{value}"),
        Value::Integer(value) => write!(out, "{value}"),
        Value::Float(value) if value.is_nan() => write!(out, "NaN"),
        Value::Float(value) if value.is_infinite() => {
            write!(out, "{}Infinity", if *value < 0.0 { "-" } else { "" })
        }
        Value::Float(value) => write!(out, "{value:?}"),
        Value::String(value) => write!(out, "{}", quoted_text(value)),
        Value::List(values) => {
            out.push('[');
            for (at, value) in values.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write_value(out, value);
            }
            write!(out, "]")
        }
        Value::Map(map) => {
            write_map(out, map);
            Ok(())
        }
        Value::Date(value) => write!(out, "date \"{value}\""),
        Value::LocalTime(value) => write!(out, "localtime \"{value}\""),
        Value::Time(value) => write!(out, "time \"{value}\""),
        Value::LocalDateTime(value) => write!(out, "localdatetime \"{value}\""),
        Value::DateTime(value) => write!(out, "datetime \"{value}\""),
        Value::Duration(value) => write!(out, "duration \"{value}\""),
        Value::Edtf(value) => write!(out, "edtf {}", quoted_text(value.as_str())),
        Value::Point(point) => {
            let coordinates: Vec<String> =
                point.coordinates.iter().map(|number| format!("{number:?}")).collect();
            write!(out, "point({}, {})", point.srid, coordinates.join(", "))
        }
        // Elements and paths are never stored as properties; null is the absence of one.
        Value::Null | Value::Node(_) | Value::Relationship(_) | Value::Path(_) => {
            write!(out, "\"\"")
        }
    };
}
