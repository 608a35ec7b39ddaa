//! How wide text is on a terminal, and how to cut and pad it.
//!
//! Widths are columns of a monospaced screen: most characters take one, East Asian and emoji two,
//! combining marks none. Text must be [`visible`](super::value::visible) first.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The number of columns that the text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// The longest beginning of the text that takes at most `columns`.
pub fn prefix(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, letter) in text.char_indices() {
        used += letter.width().unwrap_or(0);
        if used > columns {
            return &text[..at];
        }
    }
    text
}

/// The longest end of the text that takes at most `columns`.
pub fn suffix(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, letter) in text.char_indices().rev() {
        used += letter.width().unwrap_or(0);
        if used > columns {
            return &text[at + letter.len_utf8()..];
        }
    }
    text
}

/// Appends the text, cut to `columns` with `…` where it is wider; says how many columns it took.
pub fn push_cut(out: &mut String, text: &str, columns: usize) -> usize {
    let full = width(text);
    if full <= columns {
        out.push_str(text);
        return full;
    }
    let kept = prefix(text, columns.saturating_sub(1));
    out.push_str(kept);
    out.push('…');
    width(kept) + 1
}

/// Appends `columns` spaces.
pub fn push_spaces(out: &mut String, columns: usize) {
    out.extend(std::iter::repeat_n(' ', columns));
}

/// The lines of the text when no line may take more than `columns`, broken at spaces where there
/// are any. A word wider than a line stands alone and is not broken.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let word_width = width(word);
        if used > 0 && used + 1 + word_width > columns {
            lines.push(String::new());
            used = 0;
        }
        let line = lines.last_mut().expect("there is always a line");
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += word_width;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_and_combining_characters_count_as_shown() {
        assert_eq!(width("Цхинвали"), 8);
        assert_eq!(width("南オセチア"), 10);
        assert_eq!(width("e\u{301}"), 1);
    }

    #[test]
    fn a_cut_never_exceeds_the_width() {
        let mut out = String::new();
        assert_eq!(push_cut(&mut out, "南オセチア", 6), 5);
        assert_eq!(out, "南オ…");
        assert_eq!(suffix("南オセチア", 5), "チア");
    }

    #[test]
    fn wrapping_breaks_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("", 7), [""]);
    }
}
