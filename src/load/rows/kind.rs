//! What the values of a column are, and how they are written in a text.

use std::borrow::Cow;
use std::fmt;

use super::{Column, Data, Texts};
use crate::graph::empty::EmptyGraph;
use crate::render::json;
use crate::text::suggest;
use crate::value::time::{Date, DateTime, Duration, Edtf, LocalDateTime, LocalTime, Time};
use crate::value::{Value, number};

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// True or false.
    Boolean,
    /// Whole numbers of 64 bits.
    Integer,
    /// Numbers with a fraction.
    Float,
    /// Days, as `2008-08-26`.
    Date,
    /// Texts.
    Text,
    /// Uncertain dates.
    Edtf,
    /// Instants.
    DateTime,
    /// Days with a time of day.
    LocalDateTime,
    /// Times of day with an offset.
    Time,
    /// Times of day.
    LocalTime,
    /// Lengths of time.
    Duration,
    /// Any value, in the JSON that answers are written in.
    Json,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 12] = [
        Kind::Boolean,
        Kind::Integer,
        Kind::Float,
        Kind::Date,
        Kind::Text,
        Kind::Edtf,
        Kind::DateTime,
        Kind::LocalDateTime,
        Kind::Time,
        Kind::LocalTime,
        Kind::Duration,
        Kind::Json,
    ];

    /// The word for it in recipes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Boolean => "boolean",
            Kind::Integer => "integer",
            Kind::Float => "float",
            Kind::Date => "date",
            Kind::Text => "text",
            Kind::Edtf => "edtf",
            Kind::DateTime => "datetime",
            Kind::LocalDateTime => "localdatetime",
            Kind::Time => "time",
            Kind::LocalTime => "localtime",
            Kind::Duration => "duration",
            Kind::Json => "json",
        }
    }

    /// The kind that a word stands for; otherwise what may have been meant.
    pub fn parse(word: &str) -> Result<Kind, Option<&'static str>> {
        let known = || Kind::ALL.into_iter().map(Kind::as_str);
        let found = Kind::ALL.into_iter().find(|kind| kind.as_str() == word);
        found.ok_or_else(|| suggest::nearest(word, known()))
    }

    /// The value that a text is; `None` where it is none of this kind.
    pub fn value(self, text: &str) -> Option<Value> {
        Some(match self {
            Kind::Boolean => boolean(text)?.into(),
            Kind::Integer => whole(text)?.into(),
            Kind::Float => float(text)?.into(),
            Kind::Date => Value::Date(Date::parse(text.trim()).ok()?),
            Kind::Text => text.into(),
            Kind::Edtf => Edtf::parse(text.trim()).ok()?.into(),
            Kind::DateTime => Value::DateTime(DateTime::parse(&with_t(text)).ok()?.into()),
            Kind::LocalDateTime => Value::LocalDateTime(LocalDateTime::parse(&with_t(text)).ok()?),
            Kind::Time => Value::Time(Time::parse(text.trim(), 0).ok()?),
            Kind::LocalTime => Value::LocalTime(LocalTime::parse(text.trim()).ok()?),
            Kind::Duration => Value::Duration(Duration::parse(text.trim()).ok()?.into()),
            Kind::Json => {
                let raw = serde_json::from_str(text).ok()?;
                json::read_value(raw, &EmptyGraph::default()).ok()?
            }
        })
    }

    /// An empty column of this kind.
    pub fn column(self) -> Column {
        let data = match self {
            Kind::Boolean => Data::Boolean(Vec::new()),
            Kind::Integer => Data::Integer(Vec::new()),
            Kind::Float => Data::Float(Vec::new()),
            Kind::Date => Data::Date(Vec::new()),
            Kind::Text => Data::Text(Texts::default()),
            _ => Data::Value(Vec::new()),
        };
        Column { data, present: Vec::new() }
    }

    /// Adds the value of a text to a column of this kind; says whether it is one. Where it is none
    /// the column gets an entry without a value.
    #[inline]
    pub fn push(self, column: &mut Column, text: &str) -> bool {
        let is_value = match &mut column.data {
            Data::Integer(values) => push(values, whole(text)),
            Data::Text(texts) => {
                texts.push(text);
                true
            }
            Data::Float(values) => push(values, float(text)),
            Data::Boolean(values) => push(values, boolean(text)),
            Data::Date(values) => push(values, day(text)),
            Data::Value(values) => push(values, self.value(text)),
        };
        if !column.present.is_empty() || !is_value {
            note(column, is_value);
        }
        is_value
    }

    /// Adds an entry without a value.
    pub fn push_missing(self, column: &mut Column) {
        match &mut column.data {
            Data::Integer(values) => values.push(0),
            Data::Text(texts) => texts.push(""),
            Data::Float(values) => values.push(0.0),
            Data::Boolean(values) => values.push(false),
            Data::Date(values) => values.push(0),
            Data::Value(values) => values.push(Value::Null),
        }
        note(column, false);
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn push<T: Default>(values: &mut Vec<T>, value: Option<T>) -> bool {
    let is_value = value.is_some();
    values.push(value.unwrap_or_default());
    is_value
}

/// Notes whether the last entry has a value, and that all before it had one.
#[cold]
fn note(column: &mut Column, is_value: bool) {
    let len = column.data.len();
    column.present.resize(len - 1, true);
    column.present.push(is_value);
}

/// A whole number, with nothing around it but spaces.
#[inline]
pub fn integer(text: &[u8]) -> Option<i64> {
    let (digits, negative) = match text {
        [b'-', rest @ ..] => (rest, true),
        _ => (text, false),
    };
    // Up to 18 digits cannot overflow, and are what nearly all numbers have.
    if !digits.is_empty() && digits.len() <= 18 {
        let mut value = 0i64;
        for &byte in digits {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return slow_integer(text);
            }
            value = value * 10 + i64::from(digit);
        }
        return Some(if negative { -value } else { value });
    }
    slow_integer(text)
}

#[cold]
fn slow_integer(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// A whole number of a column that holds such, also where a program wrote it as a float: pandas does so with all of a
/// column in which one is missing.
#[inline]
fn whole(text: &str) -> Option<i64> {
    integer(text.as_bytes()).or_else(|| {
        let (digits, fraction) = text.trim().split_once('.')?;
        let is_whole = !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0');
        integer(digits.as_bytes()).filter(|_| is_whole)
    })
}

/// A number; programs do not agree on how the infinite ones are written.
fn float(text: &str) -> Option<f64> {
    number::parse_float(text).or_else(|| match text.trim().to_ascii_lowercase().as_str() {
        "inf" | "+inf" | "infinity" | "+infinity" => Some(f64::INFINITY),
        "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
        "nan" => Some(f64::NAN),
        _ => None,
    })
}

/// True or false; databases write a letter or a digit.
fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "True" | "TRUE" | "t" | "T" | "1" => Some(true),
        "false" | "False" | "FALSE" | "f" | "F" | "0" => Some(false),
        _ => None,
    }
}

/// A day with a time of day, as ISO 8601 writes it: most programs have a space where that has a `T`.
fn with_t(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    match text.split_once(' ') {
        Some((day, time)) if time.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{day}T{}", time.replacen(' ', "", 1)).into()
        }
        _ => text.into(),
    }
}

/// A day, in days since 1970-01-01.
#[inline]
fn day(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = bytes {
        let digits = [y0, y1, y2, y3, m0, m1, d0, d1].map(|byte| byte.wrapping_sub(b'0'));
        if digits.iter().all(|&digit| digit < 10) {
            let [y0, y1, y2, y3, m0, m1, d0, d1] = digits.map(i64::from);
            let year = y0 * 1000 + y1 * 100 + y2 * 10 + y3;
            let date = Date::from_ymd(year, (m0 * 10 + m1) as u8, (d0 * 10 + d1) as u8)?;
            return i32::try_from(date.days()).ok();
        }
    }
    i32::try_from(Date::parse(text.trim()).ok()?.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_to_the_last_bit() {
        for (text, value) in [
            ("0", Some(0)),
            ("-7", Some(-7)),
            (" 42 ", Some(42)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("", None),
            ("-", None),
            ("1.5", None),
            ("１", None),
        ] {
            assert_eq!(integer(text.as_bytes()), value, "{text}");
        }
    }

    #[test]
    fn values_are_read_as_programs_write_them() {
        for (kind, text, same) in [
            (Kind::Integer, "1.0", "1"),
            (Kind::Integer, " -20.00 ", "-20"),
            (Kind::Float, "inf", "Infinity"),
            (Kind::Float, "-Inf", "-Infinity"),
            (Kind::Boolean, "t", "true"),
            (Kind::Boolean, "0", "false"),
            (Kind::DateTime, "2008-08-26 15:00:00+04:00", "2008-08-26T15:00:00+04:00"),
            (Kind::DateTime, "2008-08-26 15:00:00.5 +04:00", "2008-08-26T15:00:00.5+04:00"),
            (Kind::LocalDateTime, "2008-08-26 15:00:00.500", "2008-08-26T15:00:00.5"),
        ] {
            assert!(kind.value(text).is_some() && kind.value(text) == kind.value(same), "{text}");
        }
        for (kind, text) in [
            (Kind::Integer, "1.5"),
            (Kind::Integer, "1."),
            (Kind::Integer, "1.0e3"),
            (Kind::Boolean, "2"),
            (Kind::LocalDateTime, "2008-08-26 noon"),
        ] {
            assert_eq!(kind.value(text), None, "{text}");
        }
    }

    #[test]
    fn a_column_knows_which_rows_have_a_value() {
        let mut column = Kind::Date.column();
        assert!(Kind::Date.push(&mut column, "2008-08-26"));
        assert!(!Kind::Date.push(&mut column, "2008-02-30"));
        Kind::Date.push_missing(&mut column);
        assert!(Kind::Date.push(&mut column, "1970-01-02"));
        assert_eq!(column.present, [true, false, false, true]);
        assert_eq!(column.value(3), Value::Date(Date::from_days(1)));
        assert_eq!(column.value(1), Value::Null);
    }
}
