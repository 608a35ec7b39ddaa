//! A query's text without its values, so that queries that differ in a value share a plan.
//!
//! ```text
//! MATCH (s:State {name: 'Nauru'}) WHERE s.area < 30 RETURN s.name
//! MATCH (s:State {name: $_lifted_0}) WHERE s.area < $_lifted_1 RETURN s.name       'Nauru', 30
//! ```
//!
//! Only values are taken that no plan is made for: texts and numbers behind a comparison or in a
//! map, in MATCH and WHERE. Elsewhere a literal may mean more than its value: it is a column's
//! name in RETURN, a number of rows in LIMIT, a length in `*1..2`. Whoever plans the lifted text
//! still makes sure that no column is called by it, and falls back to the text as written for
//! every error, so that its place and its words are those of the writer.

use std::sync::Arc;

use crate::value::{Map, Value};

/// What the parameters that stand for values are called.
const NAME: &str = "_lifted_";
/// More values make a text that hardly comes twice.
const VALUES_MAX: usize = 32;

/// A text and the values that were taken out of it.
#[derive(Debug)]
pub(super) struct Lifted {
    pub(super) text: String,
    pub(super) values: Vec<(Arc<str>, Value)>,
}

impl Lifted {
    /// The values with those that the caller gave.
    pub(super) fn parameters(&self, given: &Map) -> Map {
        let mut all = given.clone();
        all.extend(self.values.iter().cloned());
        all
    }

    /// Whether a column is called by a text with a parameter in it that nobody wrote.
    pub(super) fn shows_in(name: &str) -> bool {
        name.contains(NAME)
    }
}

/// What stands before a token, as far as it matters.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// A comparison, or the colon of a map's entry: a value may follow.
    Value,
    /// `.` or `:`: a word that follows is a name.
    Name,
    Other,
}

/// Takes the values out of a query that begins with MATCH and only reads; `None` where there is
/// none to take.
pub(super) fn lift(text: &str) -> Option<Lifted> {
    let first = text.trim_start();
    let begins = |word: &str| first.get(..word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word));
    if !(begins("MATCH") || begins("OPTIONAL")) || text.contains(NAME) {
        return None;
    }
    let mut scan = Scan {
        text,
        at: 0,
        copied: 0,
        before: Before::Other,
        brackets: Vec::new(),
        is_on: false,
        writes: false,
        lifted: Lifted { text: String::with_capacity(text.len() + 32), values: Vec::new() },
    };
    while scan.at < text.len() {
        scan.token();
    }
    let Scan { mut lifted, copied, writes, .. } = scan;
    if writes || lifted.values.is_empty() || lifted.values.len() > VALUES_MAX {
        return None;
    }
    lifted.text.push_str(&text[copied..]);
    Some(lifted)
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// Up to where the text has been copied.
    copied: usize,
    before: Before,
    brackets: Vec<u8>,
    /// Whether the clause at hand is MATCH or WHERE.
    is_on: bool,
    /// Whether there is a word that begins a change, or may: those run once and by their own text.
    writes: bool,
    lifted: Lifted,
}

impl Scan<'_> {
    fn token(&mut self) {
        let bytes = self.text.as_bytes();
        let byte = bytes[self.at];
        let next = bytes.get(self.at + 1).copied();
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
            b'/' if next == Some(b'/') => self.skip_to("\n"),
            b'/' if next == Some(b'*') => self.skip_to("*/"),
            b'\'' | b'"' => self.quoted(byte),
            b'`' => {
                self.at += 1;
                self.skip_to("`");
                self.before = Before::Other;
            }
            b'0'..=b'9' => self.number(),
            b'(' | b'[' | b'{' => {
                self.brackets.push(byte);
                self.pass(1, Before::Other);
            }
            b')' | b']' | b'}' => {
                self.brackets.pop();
                self.pass(1, Before::Other);
            }
            b'=' if next == Some(b'~') => self.pass(2, Before::Other),
            b'<' | b'>' if next == Some(b'=') => self.pass(2, Before::Value),
            b'<' if next == Some(b'>') => self.pass(2, Before::Value),
            b'=' | b'<' | b'>' => self.pass(1, Before::Value),
            b':' if self.brackets.last() == Some(&b'{') => self.pass(1, Before::Value),
            b':' | b'.' | b'$' => self.pass(1, Before::Name),
            _ if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => self.word(),
            _ => self.pass(1, Before::Other),
        }
    }

    fn pass(&mut self, bytes: usize, before: Before) {
        self.at += bytes;
        self.before = before;
    }

    fn skip_to(&mut self, end: &str) {
        let rest = &self.text[self.at..];
        self.at += rest.find(end).map_or(rest.len(), |found| found + end.len());
    }

    fn word(&mut self) {
        let rest = &self.text[self.at..];
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let len = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        // A character that is no part of any word still has to be passed.
        let len = if len == 0 { rest.chars().next().map_or(1, char::len_utf8) } else { len };
        if self.before != Before::Name {
            let word = &rest[..len];
            let is = |keyword: &&str| word.eq_ignore_ascii_case(keyword);
            if ["MATCH", "WHERE"].iter().any(is) {
                // Inside brackets it may belong to a column.
                self.is_on |= self.brackets.is_empty();
            } else if WRITES.iter().any(is) {
                self.writes = true;
            } else if OTHER_CLAUSES.iter().any(is) {
                self.is_on = false;
            }
        }
        self.pass(len, Before::Other);
    }

    fn quoted(&mut self, quote: u8) {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut end = start + 1;
        let mut is_plain = true;
        while end < bytes.len() {
            let is_doubled = bytes[end] == quote && bytes.get(end + 1) == Some(&quote);
            if bytes[end] == b'\\' || is_doubled {
                is_plain = false;
                end += 1;
            } else if bytes[end] == quote {
                break;
            }
            end += 1;
        }
        self.at = (end + 1).min(bytes.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        if is_plain && end < bytes.len() {
            let value = Value::String(self.text[start + 1..end].into());
            self.take(start, value);
        }
        self.before = Before::Other;
    }

    fn number(&mut self) {
        let rest = &self.text[self.at..];
        let bytes = rest.as_bytes();
        let digits = |from: usize| {
            let more = bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            from + more
        };
        let start = self.at;
        let mut len = digits(0);
        let mut is_float = false;
        if bytes.get(len) == Some(&b'.') && bytes.get(len + 1).is_some_and(u8::is_ascii_digit) {
            len = digits(len + 1);
            is_float = true;
        }
        let goes_on = |c: char| c.is_alphanumeric() || c == '_';
        self.at += len;
        if rest[len..].starts_with(goes_on) {
            // An exponent, another radix: not worth reading twice.
            let more = rest[len..].find(|c| !goes_on(c)).unwrap_or(rest.len() - len);
            self.at += more;
        } else if is_float {
            if let Ok(value) = rest[..len].parse::<f64>() {
                self.take(start, value.into());
            }
        } else if let Ok(value) = rest[..len].parse::<i64>() {
            self.take(start, value.into());
        }
        self.before = Before::Other;
    }

    /// Takes the value out that was just read, if it is one to take.
    fn take(&mut self, start: usize, value: Value) {
        // An operator behind it makes it a part of something larger, whose type is checked when the
        // text is bound.
        let rest = self.text[self.at..].trim_start();
        let goes_on =
            rest.starts_with(['|', '+', '-', '*', '/', '%', '^', '<', '>', '=', '[', '.', ':']);
        if !self.is_on || self.before != Before::Value || goes_on {
            return;
        }
        let name: Arc<str> = format!("{NAME}{}", self.lifted.values.len()).into();
        self.lifted.text.push_str(&self.text[self.copied..start]);
        self.lifted.text.push('$');
        self.lifted.text.push_str(&name);
        self.copied = self.at;
        self.lifted.values.push((name, value));
    }
}

/// Words of clauses that change the graph, or may.
const WRITES: &[&str] =
    &["CREATE", "INSERT", "MERGE", "SET", "REMOVE", "DELETE", "DETACH", "CALL", "LOAD", "FOREACH"];

/// Words that begin a clause in which a literal may be more than its value.
const OTHER_CLAUSES: &[&str] = &[
    "RETURN",
    "WITH",
    "UNWIND",
    "YIELD",
    "FOR",
    "LET",
    "FILTER",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "OTHERWISE",
    "NEXT",
    "ORDER",
    "SKIP",
    "OFFSET",
    "LIMIT",
    "FINISH",
    "AS",
    "DURING",
    "BEFORE",
    "AFTER",
    "KNOWN",
    "SOURCE",
    "VALID",
    "SAYS",
    "STANCE",
    "USE",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn lifted(text: &str) -> (String, Vec<Value>) {
        let lifted = lift(text).expect("something to lift");
        (lifted.text, lifted.values.into_iter().map(|(_, value)| value).collect())
    }

    #[test]
    fn values_behind_comparisons_and_in_maps_are_taken() {
        let (text, values) = lifted("MATCH (s:State {name: 'Nauru'}) WHERE s.area <= 30 RETURN 1");
        let expected = "MATCH (s:State {name: $_lifted_0}) WHERE s.area <= $_lifted_1 RETURN 1";
        assert_eq!((text.as_str(), values), (expected, vec!["Nauru".into(), 30.into()]));
    }

    #[test]
    fn literals_that_mean_more_than_their_value_stay() {
        for text in [
            "MATCH (s) RETURN s.area = 3",
            "MATCH (s)-[*1..2]->() RETURN s LIMIT 3",
            "MATCH (s) RETURN [x IN s.list WHERE x = 3 | x]",
            "MATCH (s) WITH s.a = 1 AS b ORDER BY b RETURN b",
            "MATCH (s) WHERE s.name =~ 'a.*' RETURN s",
            "MATCH (s) // s.a = 3\n RETURN s",
            "MATCH (s) WHERE s.`a = 3` RETURN s",
            "MATCH (s) WHERE s.a = -3 RETURN s",
            "MATCH (s) WHERE s.a = 1e5 OR s.a = 0x1F RETURN s",
            "MATCH (s) WHERE s.a = 'it\\'s' RETURN s",
            "MATCH (s) WHERE s.a = 'open",
            "RETURN {a: 1} AS map",
            "MATCH (s) WHERE s.a = 3 SET s.b = 4",
            "MATCH (s) WHERE s.a = $_lifted_0 AND s.b = 3 RETURN s",
        ] {
            assert!(lift(text).is_none(), "{text}");
        }
        let (text, _) = lifted("MATCH (s) WHERE s.a = 3 WITH s.b = 4 AS b RETURN b");
        assert_eq!(text, "MATCH (s) WHERE s.a = $_lifted_0 WITH s.b = 4 AS b RETURN b");
    }
}
