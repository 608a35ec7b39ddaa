//! An error as a screen: what, where, and what to type instead.
//!
//! ```text
//! error: There is no variable `foo`.
//!  --> query, line 1, column 8
//!   |
//! 1 | RETURN foo
//!   |        ^^^
//!   = note: A variable is known from the clause that introduces it onwards.
//!   = hint: Did you mean `for`?
//!   = code: bind::undefined_variable
//! ```
//!
//! The quoted line is as wide as the screen allows: of a longer one, the part around the fault is
//! shown between `…`. Tabs become four spaces, control characters their escapes, and the marks
//! below are placed by the width that characters take on a screen.

use std::fmt::Write;

use super::theme::Theme;
use super::value::{visible, visible_lines};
use super::width::{prefix, push_spaces, suffix, width};
use crate::error::Error;
use crate::text::{Position, Span};

/// How wide a screen is when nobody knows.
const WIDTH_DEFAULT: usize = 100;
/// The narrowest part of a line that is worth quoting.
const QUOTE_MIN: usize = 20;

/// Draws an error, each line ended by a line feed.
///
/// `columns` is the width of the screen, where it is known.
///
/// ```
/// use dossier::render::diagnostic::screen;
/// use dossier::render::theme::Theme;
/// let error = dossier::Store::memory().query("RETURN foo", ()).unwrap_err();
/// let screen = screen(&error, Theme::PLAIN, None);
/// assert!(screen.contains("1 | RETURN foo\n  |        ^^^\n"), "{screen}");
/// ```
pub fn screen(error: &Error, theme: Theme, columns: Option<usize>) -> String {
    let mut out = String::new();
    draw(&mut out, error, theme, columns.unwrap_or(WIDTH_DEFAULT))
        .expect("writing to a string cannot fail");
    out
}

fn draw(out: &mut String, error: &Error, theme: Theme, columns: usize) -> std::fmt::Result {
    let Theme { error: red, strong, .. } = theme;
    let message = visible_lines(error.message());
    writeln!(out, "{red}error{red:#}{strong}: {message}{strong:#}")?;
    let mut margin = 1;
    if let (Some(text), Some(span)) = (error.text(), error.span()) {
        margin = quote(out, text, span, error.file(), theme, columns)?;
    } else if let Some(file) = error.file() {
        let Theme { frame, .. } = theme;
        writeln!(out, " {frame}-->{frame:#} {}", visible(file))?;
    }
    let notes = error.notes().iter().map(|note| ("note", note.as_str()));
    let hints = error.hints().iter().map(|hint| ("hint", hint.as_str()));
    for (kind, sentence) in notes.chain(hints).chain([("code", error.code())]) {
        remark(out, kind, sentence, margin, theme)?;
    }
    Ok(())
}

/// A line below the quotation; the further lines of a long hint stand under its first.
fn remark(
    out: &mut String,
    kind: &str,
    sentence: &str,
    margin: usize,
    theme: Theme,
) -> std::fmt::Result {
    let Theme { frame, faint, hint, .. } = theme;
    push_spaces(out, margin + 1);
    let style = match kind {
        "hint" => hint,
        "code" => faint,
        _ => anstyle::Style::new(),
    };
    let indent = " ".repeat(margin + 3 + kind.len() + 2);
    let sentence = visible_lines(sentence).replace('\n', &format!("\n{indent}"));
    writeln!(out, "{frame}={frame:#} {style}{kind}: {sentence}{style:#}")
}

/// Quotes the line of the fault with marks below; returns how wide its number is.
fn quote(
    out: &mut String,
    text: &str,
    span: Span,
    file: Option<&str>,
    theme: Theme,
    columns: usize,
) -> Result<usize, std::fmt::Error> {
    let Theme { frame, error: red, .. } = theme;
    let position = Position::of(text, span.start);
    let number = position.line.to_string();
    let margin = number.len();
    let line = Line::of(text, span);
    let shown = line.window(columns.saturating_sub(margin + 4).max(QUOTE_MIN));

    let source = file.map_or("query".into(), visible);
    let Position { line, column } = position;
    writeln!(out, "{:margin$}{frame}-->{frame:#} {source}, line {line}, column {column}", "")?;
    writeln!(out, "{:margin$} {frame}|{frame:#}", "")?;
    let quoted = format!("{}{}{}", shown.before, shown.fault, shown.after);
    writeln!(out, "{frame}{number} |{frame:#} {}", quoted.trim_end())?;
    let marks = "^".repeat(width(&shown.fault).max(1));
    write!(out, "{:margin$} {frame}|{frame:#} ", "")?;
    push_spaces(out, width(&shown.before));
    writeln!(out, "{red}{marks}{red:#}")?;
    Ok(margin)
}

/// The line of a fault in three pieces, as a screen shows them.
struct Line {
    before: String,
    fault: String,
    after: String,
}

impl Line {
    /// The line on which the span begins; a span that goes on below is cut at the line's end.
    fn of(text: &str, span: Span) -> Line {
        let start = floor(text, span.start as usize);
        let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let to = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = floor(text, span.end as usize).clamp(start, to);
        let shown = |part: &str| visible(&part.replace('\t', "    ")).into_owned();
        Line {
            before: shown(&text[from..start]),
            fault: shown(&text[start..end]),
            after: shown(text[end..to].trim_end_matches('\r')),
        }
    }

    /// The part of the line that fits, with the beginning of the fault in it.
    fn window(self, columns: usize) -> Line {
        if width(&self.before) + width(&self.fault) + width(&self.after) <= columns {
            return self;
        }
        let fault = cut_end(&self.fault, columns / 2);
        let left = columns - width(&fault);
        let before = cut_start(&self.before, left.saturating_sub(width(&self.after)).max(left / 2));
        let after = cut_end(&self.after, left - width(&before));
        Line { before, fault, after }
    }
}

fn cut_end(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    format!("{}…", prefix(text, columns.saturating_sub(1)))
}

fn cut_start(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    format!("…{}", suffix(text, columns.saturating_sub(1)))
}

/// The nearest character boundary at or below the offset.
fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::bind::UNDEFINED_VARIABLE;

    fn plain(text: &str, span: Span, columns: usize) -> String {
        let error = Error::new(&UNDEFINED_VARIABLE, "No such thing.").at(span).in_text(text);
        screen(&error, Theme::PLAIN, Some(columns))
    }

    #[test]
    fn marks_stand_below_wide_characters_and_tabs() {
        let text = "RETURN 1,\n\t'南', foo";
        let at = text.find("foo").expect("in the text");
        assert_eq!(
            plain(text, Span::of(at, at + 3), 80),
            "error: No such thing.\n --> query, line 2, column 7\n  |\n2 |     '南', foo\n  |           ^^^\n  = code: bind::undefined_variable\n"
        );
    }

    #[test]
    fn a_long_line_is_shown_around_its_fault() {
        let text = format!("RETURN {}foo{}", "x + ".repeat(5000), " + y".repeat(5000));
        let at = text.find("foo").expect("in the text");
        let shown = plain(&text, Span::of(at, at + 3), 40);
        assert!(shown.lines().all(|line| width(line) <= 40), "{shown}");
        assert!(shown.contains("foo") && shown.contains("…") && shown.contains("^^^"), "{shown}");
    }

    #[test]
    fn every_span_of_every_text_can_be_drawn() {
        let text = "é\r\n\tä\u{1b}[31m";
        for start in 0..=text.len() as u32 + 2 {
            for end in 0..=text.len() as u32 + 2 {
                let shown = plain(text, Span::new(start, end), 30);
                assert!(!shown.contains('\u{1b}') && shown.contains('^'), "{shown}");
            }
        }
    }

    #[test]
    fn the_end_of_the_text_can_be_marked() {
        let shown = plain("MATCH (n)", Span::new(9, 9), 80);
        assert!(shown.contains("1 | MATCH (n)\n  |          ^\n"), "{shown}");
    }
}
