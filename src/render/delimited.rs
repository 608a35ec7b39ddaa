//! Rows as comma- or tab-separated values, with a header.
//!
//! CSV follows RFC 4180 with line feeds: a field with a comma, a quotation mark or a line break
//! stands in quotation marks. TSV has no quotation marks: tab, line feed, carriage return and
//! backslash are written `\t`, `\n`, `\r`, `\\`. Null is an empty field; in CSV the empty string
//! is `""`, so that the two stay apart. Lists, maps and elements stand as Cypher text.

use std::io::{self, Write};

use super::Options;
use super::value::{cell, visible, visible_lines};
use crate::graph::row::Rows;
use crate::value::Value;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Comma-separated values.
    Csv,
    /// Tab-separated values.
    Tsv,
}

/// Writes rows as separated values.
pub(super) fn write(
    rows: &Rows,
    dialect: Dialect,
    options: &Options,
    out: &mut impl Write,
) -> io::Result<()> {
    for (at, name) in rows.columns().iter().enumerate() {
        separator(at, dialect, out)?;
        field(name, dialect, options, out)?;
    }
    if !rows.columns().is_empty() {
        out.write_all(b"\n")?;
    }
    for row in rows.iter() {
        for (at, value) in row.values().iter().enumerate() {
            separator(at, dialect, out)?;
            if *value != Value::Null {
                field(&cell(value, rows.graph()), dialect, options, out)?;
            }
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn separator(at: usize, dialect: Dialect, out: &mut impl Write) -> io::Result<()> {
    match dialect {
        _ if at == 0 => Ok(()),
        Dialect::Csv => out.write_all(b","),
        Dialect::Tsv => out.write_all(b"\t"),
    }
}

fn field(text: &str, dialect: Dialect, options: &Options, out: &mut impl Write) -> io::Result<()> {
    match dialect {
        Dialect::Csv => {
            let text = if options.terminal { visible_lines(text) } else { text.into() };
            let quoted = text.is_empty() || text.contains([',', '"', '\n', '\r']);
            if quoted {
                write!(out, "\"{}\"", text.replace('"', "\"\""))
            } else {
                out.write_all(text.as_bytes())
            }
        }
        Dialect::Tsv => {
            let text = text.replace('\\', "\\\\");
            let text = text.replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r");
            let text = if options.terminal { visible(&text) } else { text.into() };
            out.write_all(text.as_bytes())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::testing::{rows, shown};
    use crate::value::Value;

    #[test]
    fn null_and_the_empty_string_stay_apart() {
        let rows = rows(
            ["a,b", "c"],
            &[
                [Value::from("x \"y\"\nz"), Value::Null],
                [Value::from(""), Value::list([Value::Integer(1), Value::from("é")])],
            ],
        );
        assert_eq!(
            shown(&rows, Format::Csv, 80),
            "\"a,b\",c\n\"x \"\"y\"\"\nz\",\n\"\",\"[1, 'é']\"\n"
        );
        assert_eq!(shown(&rows, Format::Tsv, 80), "a,b\tc\nx \"y\"\\nz\t\n\t[1, 'é']\n");
    }
}
