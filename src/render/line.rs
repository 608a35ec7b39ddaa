//! Rows as a line for each value.
//!
//! ```text
//! state    Nauru
//! regions  2
//!
//! state    Russia
//! regions  2
//! ```

use std::io::{self, Write};

use super::Options;
use super::value::{cell, visible};
use super::width::{push_spaces, width};
use crate::graph::row::Rows;

/// Writes rows as a line for each value, an empty line between rows.
pub(super) fn write(rows: &Rows, options: &Options, out: &mut impl Write) -> io::Result<()> {
    let (strong, faint) = (options.theme.strong, options.theme.faint);
    let names: Vec<_> = rows.columns().iter().map(|name| visible(name)).collect();
    let widest = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        text.clear();
        text.push_str(if at > 0 { "\n" } else { "" });
        for (name, value) in names.iter().zip(row.values()) {
            text.push_str(&format!("{strong}{name}{strong:#}"));
            push_spaces(&mut text, widest - width(name) + 2);
            let cell = cell(value, rows.graph());
            if value.is_null() {
                text.push_str(&format!("{faint}{cell}{faint:#}"));
            } else {
                text.push_str(&visible(&cell));
            }
            text.push('\n');
        }
        if let Some(marks) = options.footnotes.get(at)
            && !marks.is_empty()
        {
            text.push_str(&format!("{faint}{}{faint:#}\n", super::sources::marks(marks)));
        }
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}
