//! Rows that cannot be used.

use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result, load, request};
use crate::load::rows::{Batch, Fault};

/// How many are kept to be shown.
const SHOWN_MAX: usize = 5;

/// What happens to rows that cannot be used.
///
/// Given to [`Store::from_tables`](crate::Store::from_tables).
///
/// ```
/// use dossier::load::import::Rejects;
/// let file = std::fs::File::create(std::env::temp_dir().join("dossier-rejects.csv"));
/// let rejects = file.map_or_else(|_| Rejects::stop(), |file| Rejects::write_to(Box::new(file)));
/// assert_eq!(rejects.count(), 0);
/// ```
#[derive(Default)]
pub struct Rejects {
    /// Where they are written, a line each: file, line, column, reason; `None` to stop at the first.
    out: Option<Box<dyn Write>>,
    count: u64,
    /// The first few, as they are shown.
    shown: Vec<String>,
}

impl Rejects {
    /// Stops at the first.
    ///
    /// ```
    /// assert_eq!(dossier::load::import::Rejects::stop().count(), 0);
    /// ```
    pub fn stop() -> Rejects {
        Rejects::default()
    }

    /// Leaves them out and writes down what was wrong, as CSV.
    ///
    /// ```
    /// use dossier::load::import::Rejects;
    /// assert!(Rejects::write_to(Box::new(std::io::sink())).shown().is_empty());
    /// ```
    pub fn write_to(out: Box<dyn Write>) -> Rejects {
        Rejects { out: Some(out), ..Rejects::default() }
    }

    /// How many there were.
    ///
    /// ```
    /// assert_eq!(dossier::load::import::Rejects::stop().count(), 0);
    /// ```
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The first few, a sentence each.
    ///
    /// ```
    /// assert!(dossier::load::import::Rejects::stop().shown().is_empty());
    /// ```
    pub fn shown(&self) -> &[String] {
        &self.shown
    }

    /// Notes a row.
    pub(in crate::load) fn note(
        &mut self,
        path: &Path,
        batch: &Batch,
        fault: &Fault,
    ) -> Result<()> {
        let line = batch.line(fault.row as usize);
        self.note_line(path, line, fault.column.as_deref(), &fault.reason)
    }

    /// Notes what stands on a line; 0 where nobody knows which.
    pub(in crate::load) fn note_line(
        &mut self,
        path: &Path,
        line: u64,
        column: Option<&str>,
        reason: &str,
    ) -> Result<()> {
        let named = column.map(|column| {
            let is_number = column.bytes().all(|byte| byte.is_ascii_digit());
            if is_number && !column.is_empty() {
                format!(", column {column}")
            } else {
                format!(", column `{}`", column.trim_matches('`'))
            }
        });
        let at = if line == 0 { String::new() } else { format!(", line {line}") };
        let place = at + &named.unwrap_or_default();
        let Some(out) = &mut self.out else {
            return Err(Error::new(&load::ROW, format!("{}{place}: {reason}", path.display()))
                .hint("To leave such rows out: dossier import --rejects FILE"));
        };
        if self.count == 0 {
            writeln!(out, "file,line,column,reason").map_err(unwritable)?;
        }
        let name = path.display().to_string();
        let line = if line == 0 { String::new() } else { line.to_string() };
        let fields = [&*name, &line, column.unwrap_or_default(), reason];
        let row = fields.map(quoted).join(",");
        writeln!(out, "{row}").map_err(unwritable)?;
        self.count += 1;
        if self.shown.len() < SHOWN_MAX {
            self.shown.push(format!("{name}{place}: {reason}"));
        }
        Ok(())
    }

    /// Notes what a graph has no place for, which stops nothing.
    #[cfg(feature = "rdf")]
    pub(in crate::load) fn note_lost(&mut self, path: &Path, what: &str) -> Result<()> {
        if self.out.is_some() { self.note_line(path, 0, None, what) } else { Ok(()) }
    }

    /// Whether what cannot be used is left out.
    #[cfg(feature = "cli")]
    pub(crate) fn leave_out(&self) -> bool {
        self.out.is_some()
    }

    /// Notes what an error says of a text that is read as a whole; the column is a number.
    #[cfg(feature = "cli")]
    pub(crate) fn note_error(&mut self, path: &Path, error: &Error) -> Result<()> {
        let place = error.position();
        let (line, column) = place.map_or((1, 1), |place| (place.line, place.column));
        self.note_line(path, line as u64, Some(&column.to_string()), error.message())
    }
}

fn unwritable(error: std::io::Error) -> Error {
    Error::new(&request::IO, format!("The rejected rows cannot be written down: {error}."))
}

fn quoted(field: &str) -> String {
    if field.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
