//! Byte ranges of a text, and the line and column they stand at.

use serde::Serialize;

/// A half-open range of bytes in a text that the caller knows.
///
/// Offsets are bytes from the beginning of the text and stand on character boundaries. A text
/// is at most 4 GiB; longer ones are refused before they are read.
///
/// ```
/// use dossier::text::Span;
/// let span = Span::new(7, 10);
/// assert_eq!(span.slice("MATCH (who)"), "who");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// First byte of the range.
    pub start: u32,
    /// First byte after the range.
    pub end: u32,
}

impl Span {
    /// The range from `start` up to, not including, `end`.
    ///
    /// ```
    /// assert_eq!(dossier::Span::new(0, 5).slice("MATCH (who)"), "MATCH");
    /// ```
    pub const fn new(start: u32, end: u32) -> Self {
        Span { start, end }
    }

    /// The range between two byte offsets of a text of at most 4 GiB.
    ///
    /// ```
    /// let text = "MATCH (who)";
    /// assert_eq!(dossier::Span::of(7, text.len() - 1).slice(text), "who");
    /// ```
    pub const fn of(start: usize, end: usize) -> Self {
        Span { start: start as u32, end: end as u32 }
    }

    /// The smallest range that covers both.
    ///
    /// ```
    /// use dossier::Span;
    /// assert_eq!(Span::new(7, 10).to(Span::new(0, 5)), Span::new(0, 10));
    /// ```
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether the range holds no byte.
    ///
    /// ```
    /// assert!(dossier::Span::new(3, 3).is_empty());
    /// ```
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The part of `text` that the range covers; empty where it does not fit the text.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// A line and a column for a person: both count from 1, columns count characters.
///
/// ```
/// let error = dossier::Store::memory().query("MATCH (s)\nRETURN foo", ()).unwrap_err();
/// let place = error.position().expect("a query's mistake has a place");
/// assert_eq!((place.line, place.column), (2, 8));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Character within the line, from 1.
    pub column: usize,
}

impl Position {
    /// Where the byte `offset` of `text` stands; an offset past the end stands at the end.
    ///
    /// ```
    /// use dossier::Position;
    /// assert_eq!(Position::of("é\nx", 3), Position { line: 2, column: 1 });
    /// ```
    pub fn of(text: &str, offset: u32) -> Position {
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Position {
            line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_not_bytes() {
        let text = "é\nñandú x";
        let at = text.find('x').expect("in the text") as u32;
        assert_eq!(Position::of(text, at), Position { line: 2, column: 7 });
        assert_eq!(Position::of(text, 999), Position { line: 2, column: 8 });
        assert_eq!(Position::of(text, 1), Position { line: 1, column: 1 });
    }

    #[test]
    fn a_span_that_does_not_fit_is_empty_text() {
        assert_eq!(Span::new(3, 99).slice("abc"), "");
        assert_eq!(Span::new(4, 6).to(Span::new(1, 2)), Span::new(1, 6));
    }
}
