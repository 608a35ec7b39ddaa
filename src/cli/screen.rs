//! Where output goes, and what is known about it.
//!
//! The environment is asked here and nowhere else, once: whether standard output is a terminal,
//! how wide it is, whether it takes colours.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use anstream::{AutoStream, ColorChoice};

use super::args::Colour;
use super::failure::Failure;
use crate::error::{Error, request};
use crate::render::theme::Theme;
use crate::render::{self, Format, diagnostic};

/// Standard output and standard error, as this process found them.
#[derive(Clone, Debug)]
pub struct Screen {
    /// Whether standard output is a terminal.
    pub terminal: bool,
    /// The colours of standard output.
    pub theme: Theme,
    /// The colours of standard error.
    pub error_theme: Theme,
    /// The next output goes to this file instead.
    pub once: Option<PathBuf>,
}

impl Screen {
    /// Looks at the environment.
    pub fn detect(colour: Colour) -> Screen {
        let coloured = |choice: ColorChoice| match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => choice != ColorChoice::Never,
        };
        Screen {
            terminal: io::stdout().is_terminal(),
            theme: Theme::coloured(coloured(AutoStream::choice(&io::stdout()))),
            error_theme: Theme::coloured(coloured(AutoStream::choice(&io::stderr()))),
            once: None,
        }
    }

    /// The width of the terminal; `None` where output goes elsewhere. A terminal may change its
    /// width, so it is asked each time.
    pub fn columns(&self) -> Option<usize> {
        let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
        if !self.terminal || self.once.is_some() {
            return None;
        }
        told.filter(|&columns| columns > 0)
            .or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
    }

    /// How rows are written where nobody says: a table on a terminal, JSON lines elsewhere.
    ///
    /// A file whose name ends in the name of a format gets that format.
    pub fn format(&self, wanted: Option<Format>) -> Format {
        let named = || {
            let extension = self.once.as_ref()?.extension()?.to_str()?;
            Format::parse(if extension == "md" { "markdown" } else { extension }).ok()
        };
        let usual =
            if self.terminal || self.once.is_some() { Format::Table } else { Format::Jsonl };
        named().or(wanted).unwrap_or(usual)
    }

    /// What rendering must know.
    pub fn options(&self, footnotes: Vec<Vec<usize>>) -> render::Options {
        let to_screen = self.once.is_none();
        render::Options {
            theme: if to_screen { self.theme } else { Theme::PLAIN },
            columns: self.columns(),
            terminal: self.terminal && to_screen,
            footnotes,
        }
    }

    /// Writes to standard output, or to the file of [`Screen::once`]; flushes.
    pub fn print(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let Some(path) = &self.once else {
            let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
            write(&mut out)?;
            return Ok(out.flush()?);
        };
        let created = File::create(path).and_then(|file| {
            let mut out = BufWriter::new(file);
            write(&mut out)?;
            out.flush()
        });
        created.map_err(|error| {
            let name = path.display();
            let message = format!("The file `{name}` cannot be written: {error}.");
            Failure::from(Error::new(&request::OUTPUT, message))
        })
    }

    /// Writes text to standard output, or to the file of [`Screen::once`].
    pub fn print_text(&self, text: &str) -> Result<(), Failure> {
        self.print(|out| out.write_all(text.as_bytes()))
    }

    /// Draws an error on standard error. That it may not be writable cannot be told to anybody.
    pub fn print_error(&self, error: &Error) {
        let columns =
            terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
        let screen = diagnostic::screen(error, self.error_theme, columns);
        let _ = io::stderr().lock().write_all(screen.as_bytes());
    }

    /// Writes a line beside the answer, on standard error.
    pub fn remark(&self, text: &str) {
        let faint = self.error_theme.faint;
        let _ = writeln!(io::stderr().lock(), "{faint}{text}{faint:#}");
    }
}
