//! Rows as an HTML table: a fragment to put into a page.

use std::io::{self, Write};

use super::value::{cell, visible_lines};
use crate::graph::row::Rows;
use crate::value::Value;

/// Writes rows as an HTML table; cells of numbers and of null carry a class of that name.
pub(super) fn write(rows: &Rows, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"<table>\n<thead>\n<tr>")?;
    for name in rows.columns() {
        write!(out, "<th>{}</th>", escaped(name))?;
    }
    out.write_all(b"</tr>\n</thead>\n<tbody>\n")?;
    for row in rows.iter() {
        out.write_all(b"<tr>")?;
        for value in row.values() {
            let class = match value {
                Value::Integer(_) | Value::Float(_) => " class=\"number\"",
                Value::Null => " class=\"null\"",
                _ => "",
            };
            write!(out, "<td{class}>{}</td>", escaped(&cell(value, rows.graph())))?;
        }
        out.write_all(b"</tr>\n")?;
    }
    out.write_all(b"</tbody>\n</table>\n")
}

/// Text that HTML and SVG show as it is, in elements and in attributes.
pub(super) fn escaped(text: &str) -> String {
    let text = visible_lines(text);
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
    out
}
