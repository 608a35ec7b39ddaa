//! Rows as aligned columns.
//!
//! ```text
//!  state     │ regions │ since
//! ───────────┼─────────┼────────────
//!  Nauru     │       2 │ null
//!  Russia    │       2 │ 2008-08-26
//! ```
//!
//! Strings stand plain, numbers to the right, null faint. Two passes: the first measures every
//! cell, the second writes, so that a table of a million rows keeps no text. A table wider than
//! the screen gives up width where it is widest; one with too many columns for that is written
//! [line by line](super::line).

use std::io::{self, Write};

use super::value::{cell, visible};
use super::width::{push_cut, push_spaces, width};
use super::{Options, line};
use crate::graph::row::{Row, Rows};
use crate::value::Value;

/// What a column takes beside its text: a space on each side and the rule.
const FRAME: usize = 3;
/// The narrowest that a column is cut to.
const COLUMN_MIN: usize = 6;

/// Writes rows as aligned columns.
pub(super) fn write(rows: &Rows, options: &Options, out: &mut impl Write) -> io::Result<()> {
    if rows.columns().is_empty() {
        return Ok(());
    }
    let mut layout = Layout::measure(rows);
    if let Some(screen) = options.columns
        && !layout.fit(screen.saturating_sub(footnotes_width(options)))
    {
        return line::write(rows, options, out);
    }
    layout.marked = options.footnotes.iter().any(|marks| !marks.is_empty());
    let mut text = String::new();
    layout.header(&mut text, rows, options);
    out.write_all(text.as_bytes())?;
    for (at, row) in rows.iter().enumerate() {
        text.clear();
        layout.row(&mut text, row, rows, options);
        push_footnotes(&mut text, at, options);
        text.push('\n');
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// The widths of the columns, and which of them hold numbers.
struct Layout {
    widths: Vec<usize>,
    numeric: Vec<bool>,
    /// Whether footnote marks follow the last column.
    marked: bool,
}

impl Layout {
    fn measure(rows: &Rows) -> Layout {
        let mut widths: Vec<usize> =
            rows.columns().iter().map(|name| width(&visible(name))).collect();
        let mut numeric = vec![!rows.is_empty(); widths.len()];
        for row in rows.iter() {
            for (at, value) in row.values().iter().enumerate() {
                widths[at] = widths[at].max(width(&visible(&cell(value, rows.graph()))));
                numeric[at] &= matches!(value, Value::Integer(_) | Value::Float(_) | Value::Null);
            }
        }
        Layout { widths, numeric, marked: false }
    }

    /// Cuts the widest columns until the table fits the screen; says whether that was possible.
    fn fit(&mut self, screen: usize) -> bool {
        let room = (screen + 1).saturating_sub(self.widths.len() * FRAME);
        let needed: usize = self.widths.iter().map(|&width| width.min(COLUMN_MIN)).sum();
        if needed > room {
            return false;
        }
        let mut total: usize = self.widths.iter().sum();
        while total > room {
            let widest = self.widths.iter().copied().max().unwrap_or(0);
            let below = self.widths.iter().copied().filter(|&width| width < widest).max();
            let count = self.widths.iter().filter(|&&width| width == widest).count();
            let floor = below.unwrap_or(COLUMN_MIN).max(COLUMN_MIN);
            // All columns of the greatest width shrink together: to the next width, or so far as needed.
            let step = (widest - floor).clamp(1, (total - room).div_ceil(count));
            for width in self.widths.iter_mut().filter(|width| **width == widest) {
                *width -= step;
            }
            total -= step * count;
        }
        true
    }

    fn header(&self, text: &mut String, rows: &Rows, options: &Options) {
        let (strong, faint) = (options.theme.strong, options.theme.faint);
        for (at, name) in rows.columns().iter().enumerate() {
            push_rule(text, at, options);
            text.push_str(&strong.render().to_string());
            let style_end = strong.render_reset().to_string();
            self.cell(text, at, &visible(name), &style_end);
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
        text.push_str(&faint.render().to_string());
        for (at, &width) in self.widths.iter().enumerate() {
            text.push_str(if at > 0 { "┼" } else { "" });
            text.extend(std::iter::repeat_n('─', width + 2));
        }
        text.push_str(&faint.render_reset().to_string());
        text.push('\n');
    }

    fn row(&self, text: &mut String, row: Row<'_>, rows: &Rows, options: &Options) {
        for (at, value) in row.values().iter().enumerate() {
            push_rule(text, at, options);
            let cell = cell(value, rows.graph());
            if value.is_null() {
                let faint = options.theme.faint;
                text.push_str(&faint.render().to_string());
                self.cell(text, at, &cell, &faint.render_reset().to_string());
            } else {
                self.cell(text, at, &visible(&cell), "");
            }
        }
    }

    /// The last column gets no spaces behind it, unless footnote marks follow.
    fn cell(&self, text: &mut String, at: usize, cell: &str, style_end: &str) {
        let room = self.widths[at];
        let used = width(cell).min(room);
        if self.numeric[at] {
            push_spaces(text, room - used);
        }
        let used = push_cut(text, cell, room);
        text.push_str(style_end);
        if !self.numeric[at] && (at + 1 < self.widths.len() || self.marked) {
            push_spaces(text, room - used);
        }
    }
}

/// What stands before a cell.
fn push_rule(text: &mut String, at: usize, options: &Options) {
    if at > 0 {
        let faint = options.theme.faint;
        text.push_str(&format!(" {faint}│{faint:#} "));
    } else {
        text.push(' ');
    }
}

fn push_footnotes(text: &mut String, at: usize, options: &Options) {
    if let Some(marks) = options.footnotes.get(at)
        && !marks.is_empty()
    {
        let faint = options.theme.faint;
        text.push_str(&format!("  {faint}{}{faint:#}", super::sources::marks(marks)));
    }
}

fn footnotes_width(options: &Options) -> usize {
    let widest = options.footnotes.iter().map(|marks| width(&super::sources::marks(marks))).max();
    widest.filter(|&width| width > 0).map_or(0, |width| width + 2)
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::testing::{rows, shown};
    use super::*;

    #[test]
    fn strings_stand_left_and_numbers_right() {
        let rows = rows(
            ["state", "n"],
            &[
                [Value::from("Nauru"), Value::Integer(2)],
                [Value::from("南オセチア"), Value::Integer(-10)],
                [Value::Null, Value::Null],
            ],
        );
        assert_eq!(
            shown(&rows, Format::Table, 80),
            " state      │    n\n────────────┼──────\n Nauru      │    2\n 南オセチア │  -10\n null       │ null\n"
        );
    }

    #[test]
    fn a_table_is_cut_to_the_screen_where_it_is_widest() {
        let long = "x".repeat(50);
        let rows =
            rows(["a", "b", "c"], &[[long.as_str().into(), long.as_str().into(), "y".into()]]);
        for columns in [22, 25, 40, 79] {
            let shown = shown(&rows, Format::Table, columns);
            assert!(shown.lines().all(|line| width(line) <= columns), "{columns}: {shown}");
            assert!(shown.contains("│ y\n") && shown.contains("…"), "{shown}");
        }
    }

    #[test]
    fn too_many_columns_become_lines() {
        let rows = rows(
            ["first", "second", "third"],
            &[["abcdefgh".into(), "abcdefgh".into(), "abcdefgh".into()]],
        );
        assert_eq!(
            shown(&rows, Format::Table, 15),
            "first   abcdefgh\nsecond  abcdefgh\nthird   abcdefgh\n"
        );
    }
}
