//! Tables as separated values: CSV (RFC 4180), and TSV with quotation marks only around what begins with one.

use std::io::{self, Write};

use super::{Cell, Column, Sheet, Style};
use crate::load::recipe::written;
use crate::value::Value;
use crate::value::time::Date;

/// Values set apart by commas, or by tabs.
pub struct TextSheet<W: Write> {
    out: W,
    is_tab: bool,
    line: String,
}

/// What cells of CSV, or of TSV, hold.
pub fn style(is_tab: bool) -> Style {
    Style { keeps_empty: false, quotes: !is_tab }
}

impl<W: Write> TextSheet<W> {
    /// A table with commas, or with tabs.
    pub fn new(out: W, is_tab: bool) -> TextSheet<W> {
        TextSheet { out, is_tab, line: String::new() }
    }

    fn cell(&mut self, at: usize, text: &str) {
        if at > 0 {
            self.line.push(if self.is_tab { '\t' } else { ',' });
        }
        let needs_marks = if self.is_tab {
            // Readers take a mark there for one that encloses the value.
            text.starts_with('"')
        } else {
            text.contains(['"', ',', '\n', '\r'])
        };
        if needs_marks {
            self.line.push('"');
            self.line.push_str(&text.replace('"', "\"\""));
            self.line.push('"');
        } else {
            self.line.push_str(text);
        }
    }

    fn end(&mut self) -> io::Result<()> {
        self.line.push('\n');
        self.out.write_all(self.line.as_bytes())?;
        self.line.clear();
        Ok(())
    }
}

impl<W: Write> Sheet for TextSheet<W> {
    fn begin(&mut self, columns: &[Column]) -> io::Result<()> {
        for (at, column) in columns.iter().enumerate() {
            self.cell(at, &column.header);
        }
        self.end()
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for (at, cell) in cells.iter().enumerate() {
            match cell {
                Cell::None => self.cell(at, ""),
                Cell::Integer(value) => self.cell(at, &value.to_string()),
                Cell::Float(value) => {
                    let text = written(&Value::Float(*value)).map_err(io::Error::other)?;
                    self.cell(at, &text);
                }
                Cell::Boolean(value) => self.cell(at, if *value { "true" } else { "false" }),
                Cell::Date(days) => self.cell(at, &Date::from_days((*days).into()).to_string()),
                Cell::Text(text) => self.cell(at, text),
            }
        }
        self.end()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
