//! Rows as a Markdown table.

use std::io::{self, Write};

use super::Options;
use super::value::{cell, visible};
use crate::graph::row::Rows;
use crate::value::Value;

/// Writes rows as a Markdown table; columns of numbers are aligned to the right.
pub(super) fn write(rows: &Rows, _options: &Options, out: &mut impl Write) -> io::Result<()> {
    if rows.columns().is_empty() {
        return Ok(());
    }
    let names: Vec<String> = rows.columns().iter().map(|name| escaped(name)).collect();
    writeln!(out, "| {} |", names.join(" | "))?;
    for at in 0..names.len() {
        let numeric = rows.iter().all(|row| {
            matches!(row.values()[at], Value::Integer(_) | Value::Float(_) | Value::Null)
        });
        let right = numeric && !rows.is_empty();
        out.write_all(if right { b"| ---: " } else { b"| --- " })?;
    }
    out.write_all(b"|\n")?;
    for row in rows.iter() {
        for value in row.values() {
            write!(out, "| {} ", escaped(&cell(value, rows.graph())))?;
        }
        out.write_all(b"|\n")?;
    }
    Ok(())
}

/// Text that Markdown shows as it is and that stays in its cell.
fn escaped(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '&') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
