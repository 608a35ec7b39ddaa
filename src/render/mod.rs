//! Rows out: tables for people, files for programs, drawings for both.
//!
//! Comes in: [`Rows`] and what the caller knows of the screen ([`Options`]). Goes out: bytes on a
//! writer. The command calls [`write()`]; a library may. Nothing here knows how rows came about, and
//! nothing asks the environment.
//!
//! ```
//! use dossier::render::{self, Format, Options};
//! let store = dossier::Store::memory();
//! let rows = store.query("RETURN 'Nauru' AS state, 2 AS regions", ())?;
//! let mut out = Vec::new();
//! render::write(&rows, Format::Csv, &Options::default(), &mut out)?;
//! assert_eq!(String::from_utf8(out)?, "state,regions\nNauru,2\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Formats of three families share their ground:
//!
//! ```text
//! rows      table line csv tsv json jsonl markdown html     value.rs (Cypher text), json.rs, width.rs
//! graph     tree dot svg cypher                             subgraph.rs: the elements that the rows hold
//! time      timeline timeline-svg                                        the dated ones among them
//! beside    diagnostic.rs (errors)  sources.rs (footnotes)  changes.rs (counts)  theme.rs (colours)
//! ```
//!
//! What is written for a terminal never holds a control character from the data: see
//! [`value::visible`]. Formats for files keep data as it is, unless [`Options::terminal`] says
//! that the file is a screen.

pub mod changes;
mod delimited;
pub mod diagnostic;
mod dot;
mod html;
pub mod json;
mod layout;
mod line;
mod markdown;
pub mod schema;
mod script;
pub mod sources;
mod subgraph;
mod svg;
mod table;
#[cfg(test)]
mod testing;
pub mod theme;
mod timeline;
mod timeline_svg;
mod tree;
pub mod value;
pub(crate) mod width;

use std::io::{self, Write};

use crate::graph::row::Rows;
use crate::text::suggest::nearest;
use theme::Theme;

/// How rows are written.
///
/// ```
/// use dossier::render::Format;
/// for format in Format::ALL {
///     assert_eq!(Format::parse(format.as_str()), Ok(format));
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Aligned columns.
    Table,
    /// A line for each value: `column: value`.
    Line,
    /// Comma-separated values (RFC 4180) with a header.
    Csv,
    /// Tab-separated values with a header.
    Tsv,
    /// One array of objects.
    Json,
    /// One object on each line.
    Jsonl,
    /// A Markdown table.
    Markdown,
    /// An HTML table.
    Html,
    /// The graph in the rows as an indented tree.
    Tree,
    /// The graph in the rows for Graphviz.
    Dot,
    /// The graph in the rows as a picture.
    Svg,
    /// The dates in the rows on a line of time.
    Timeline,
    /// The same as a picture.
    TimelineSvg,
    /// A query that creates the graph, or gives the rows, again.
    Cypher,
}

/// What the caller knows of the screen or file that is written to.
///
/// ```
/// use dossier::render::{self, Format, Options};
/// let rows = dossier::Store::memory().query("RETURN 'a long text' AS text", ())?;
/// let narrow = Options { columns: Some(8), ..Options::default() };
/// let mut table = Vec::new();
/// render::write(&rows, Format::Table, &narrow, &mut table).expect("a vector can be written");
/// assert!(String::from_utf8_lossy(&table).contains('…'));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// The colours.
    pub theme: Theme,
    /// The width of the screen, where there is one: wider tables are cut to it.
    pub columns: Option<usize>,
    /// Whether a terminal reads along, so that control characters must not pass.
    pub terminal: bool,
    /// For each row the numbers of its footnotes; empty for a table without footnotes.
    pub footnotes: Vec<Vec<usize>>,
}

impl Format {
    /// All formats, in the order in which help lists them.
    ///
    /// ```
    /// use dossier::render::Format;
    /// assert_eq!(Format::ALL[0], Format::Table);
    /// ```
    pub const ALL: [Format; 14] = [
        Format::Table,
        Format::Line,
        Format::Csv,
        Format::Tsv,
        Format::Json,
        Format::Jsonl,
        Format::Markdown,
        Format::Html,
        Format::Tree,
        Format::Dot,
        Format::Svg,
        Format::Timeline,
        Format::TimelineSvg,
        Format::Cypher,
    ];

    /// The word for it on the command line.
    ///
    /// ```
    /// assert_eq!(dossier::render::Format::Jsonl.as_str(), "jsonl");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Line => "line",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Markdown => "markdown",
            Format::Html => "html",
            Format::Tree => "tree",
            Format::Dot => "dot",
            Format::Svg => "svg",
            Format::Timeline => "timeline",
            Format::TimelineSvg => "timeline-svg",
            Format::Cypher => "cypher",
        }
    }

    /// What it is, in a few words.
    ///
    /// ```
    /// assert_eq!(dossier::render::Format::Dot.about(), "the graph in the rows, for Graphviz");
    /// ```
    pub const fn about(self) -> &'static str {
        match self {
            Format::Table => "aligned columns",
            Format::Line => "a line for each value",
            Format::Csv => "comma-separated values with a header",
            Format::Tsv => "tab-separated values with a header",
            Format::Json => "one array of objects",
            Format::Jsonl => "one object on each line",
            Format::Markdown => "a Markdown table",
            Format::Html => "an HTML table",
            Format::Tree => "the graph in the rows, indented",
            Format::Dot => "the graph in the rows, for Graphviz",
            Format::Svg => "the graph in the rows, as a picture",
            Format::Timeline => "the dates in the rows, in order",
            Format::TimelineSvg => "the same, as a picture",
            Format::Cypher => "a query that creates the same again",
        }
    }

    /// The format that a word stands for; the error names the nearest.
    ///
    /// ```
    /// use dossier::render::Format;
    /// assert_eq!(Format::parse("csv"), Ok(Format::Csv));
    /// assert_eq!(Format::parse("jsnl").unwrap_err(), "there is no format `jsnl`; did you mean `jsonl`?");
    /// ```
    pub fn parse(word: &str) -> Result<Format, String> {
        let named = |format: &Format| format.as_str().eq_ignore_ascii_case(word);
        Format::ALL.into_iter().find(named).ok_or_else(|| {
            match nearest(word, Format::ALL.map(Format::as_str)) {
                Some(near) => format!("there is no format `{word}`; did you mean `{near}`?"),
                None => format!(
                    "there is no format `{word}`; use one of {}",
                    Format::ALL.map(Format::as_str).join(", ")
                ),
            }
        })
    }
}

impl Default for Options {
    fn default() -> Self {
        Options { theme: Theme::PLAIN, columns: None, terminal: false, footnotes: Vec::new() }
    }
}

/// Writes rows in a format.
///
/// Fails where the writer fails. A value that the format cannot hold (one that nests too deep for
/// JSON) is an error of kind [`io::ErrorKind::Other`] that carries a [`crate::Error`].
///
/// ```
/// use dossier::render::{self, Format, Options};
/// let rows = dossier::Store::shipped()?.query("MATCH (s:State {name: 'Nauru'}) RETURN s.name AS name", ())?;
/// let mut out = Vec::new();
/// render::write(&rows, Format::Json, &Options::default(), &mut out)?;
/// assert_eq!(String::from_utf8(out)?, "[{\"name\":\"Nauru\"}]\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(
    rows: &Rows,
    format: Format,
    options: &Options,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        Format::Table => table::write(rows, options, out),
        Format::Line => line::write(rows, options, out),
        Format::Csv => delimited::write(rows, delimited::Dialect::Csv, options, out),
        Format::Tsv => delimited::write(rows, delimited::Dialect::Tsv, options, out),
        Format::Json => json::write_rows(rows, out),
        Format::Jsonl => json::write_lines(rows, out),
        Format::Markdown => markdown::write(rows, options, out),
        Format::Html => html::write(rows, out),
        Format::Tree => tree::write(rows, options, out),
        Format::Dot => dot::write(rows, options, out),
        Format::Svg => svg::write(rows, out),
        Format::Timeline => timeline::write(rows, options, out),
        Format::TimelineSvg => timeline_svg::write(rows, out),
        Format::Cypher => script::write(rows, options, out),
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{rows, shown};
    use super::*;
    use crate::value::Value;

    #[test]
    fn nothing_from_the_data_reaches_a_terminal_as_a_control_character() {
        let hostile = "a\u{1b}[2J\u{7}\r\u{9b}31m\u{202e}b\u{2028}\u{85}";
        let name = "c\u{1b}]0;x\u{7}";
        let rows = rows(
            [name],
            &[
                [Value::from(hostile)],
                [Value::list([Value::from(hostile)])],
                [Value::map([(hostile, Value::Null)])],
            ],
        );
        for format in Format::ALL {
            let shown = shown(&rows, format, 80);
            let wrong = shown.chars().find(|&letter| letter != '\n' && value::is_hostile(letter));
            assert_eq!(wrong, None, "{}: {shown:?}", format.as_str());
        }
    }

    #[test]
    fn every_format_takes_rows_without_columns_and_columns_without_rows() {
        for format in Format::ALL {
            shown(&rows([], &[[], []]), format, 80);
            shown(&rows(["a", "b"], &[]), format, 10);
        }
        assert_eq!(shown(&rows(["a"], &[]), Format::Csv, 80), "a\n");
        assert_eq!(shown(&rows(["a"], &[]), Format::Json, 80), "[]\n");
        assert_eq!(shown(&rows(["a"], &[]), Format::Jsonl, 80), "");
    }
}
