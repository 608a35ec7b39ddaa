//! `LoadCsv`: reads a CSV file for each row.
//!
//! Files are local, a path or a `file:` address, and lie below a folder that may be read. A field is a string or, where it is empty and
//! unquoted or missing, null.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Result, load};
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector::{self, expected};
use crate::expr::{Expr, VarId};
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::{Map, Value};

/// A row for each record: a list of its fields or, with headers, a map by the first line.
pub(crate) struct LoadCsv<'a> {
    input: Input<'a>,
    headers: bool,
    from: &'a Expr,
    variable: VarId,
    terminator: char,
    keep: &'a [VarId],
    current: Option<Current>,
}

/// The rows at hand, the files they name, and the file that is being read.
struct Current {
    batch: Batch,
    files: Vec<Value>,
    row: usize,
    reader: Option<Reader>,
}

struct Reader {
    /// As it is named in the query.
    path: String,
    file: PathBuf,
    delimiter: u8,
    records: csv::StringRecordsIntoIter<File>,
    /// Where the last record begins.
    last: csv::Position,
    headers: Option<Vec<Arc<str>>>,
}

impl<'a> LoadCsv<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> LoadCsv<'a> {
        let Kind::LoadCsv { headers, from, variable, terminator } = &node.operator else {
            unreachable!("built from a LoadCsv")
        };
        LoadCsv {
            input,
            headers: *headers,
            from,
            variable: *variable,
            terminator: *terminator,
            keep: &node.keep,
            current: None,
        }
    }

    fn fill(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let Some(current) = &mut self.current else { return Ok(None) };
        let (mut positions, mut records) = (Vec::new(), Vec::new());
        while current.row < current.batch.len() && records.len() < BATCH_ROWS {
            let reader = match &mut current.reader {
                Some(reader) => reader,
                none => {
                    let name = &current.files[current.row];
                    let folders = match &run.limits.csv_folders {
                        Some(folders) => folders.clone(),
                        None => std::env::current_dir().into_iter().collect(),
                    };
                    let reader = Reader::open(name, &folders, self.headers, self.terminator);
                    none.insert(reader.map_err(|error| error.at(self.from.span))?)
                }
            };
            if let Some(record) = reader.next().map_err(|error| error.at(self.from.span))? {
                positions.push(current.row as u32);
                records.push(record);
            } else {
                current.reader = None;
                current.row += 1;
            }
        }
        if records.is_empty() {
            self.current = None;
            return Ok(None);
        }
        let mut rows = current.batch.select(&Arc::new(positions), Some(self.keep));
        rows.set(self.variable, Column::new(Vector::new(Data::Value(records))));
        rows.retain(self.keep);
        Ok(Some(rows))
    }
}

impl Operator for LoadCsv<'_> {
    fn start(&mut self, argument: &Batch) {
        self.current = None;
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            run.check()?;
            if let Some(rows) = self.fill(run)? {
                return Ok(Some(rows));
            }
            let Some(batch) = self.input.next(run)? else { return Ok(None) };
            let files = vector::column(self.from, &batch, run)?;
            let files = files.into_flat().into_values(&*run.graph());
            self.current = Some(Current { batch, files, row: 0, reader: None });
        }
    }
}

/// The file of a name, inside one of the folders that may be read; links are followed first.
fn allowed(path: &str, folders: &[PathBuf]) -> Result<PathBuf> {
    let mut missing = None;
    for folder in folders {
        let Ok(folder) = folder.canonicalize() else { continue };
        match folder.join(path).canonicalize() {
            Ok(file) if file.starts_with(&folder) => return Ok(file),
            Ok(_) => {}
            Err(error) if !Path::new(path).is_absolute() => missing = Some(error),
            Err(_) => {}
        }
    }
    let is_inside = !Path::new(path).is_absolute() && !path.contains("..");
    match missing {
        Some(error) if is_inside => {
            Err(Error::new(&load::IO, format!("{path} cannot be read: {error}.")))
        }
        _ => Err(Error::new(&load::IO, format!("LOAD CSV may not read {path}."))
            .note("Only files below the folders that the program allows can be read; that is the current one where it names none.")
            .hint("Start Dossier in the file's folder, or import the file: `dossier import`.")),
    }
}

impl Reader {
    fn open(name: &Value, folders: &[PathBuf], headers: bool, terminator: char) -> Result<Reader> {
        let Some(name) = name.as_str() else { return Err(expected("a file name", name)) };
        let is_url = name.starts_with("file:///");
        let path = name.strip_prefix("file://").or(name.strip_prefix("file:")).unwrap_or(name);
        if path.contains("://") {
            let message = format!("LOAD CSV reads local files only, not {name}.");
            return Err(Error::new(&load::IO, message).hint("Save the file first, then load it."));
        }
        let Ok(delimiter) = u8::try_from(terminator) else {
            let message = format!("A field terminator is one byte, not `{terminator}`.");
            return Err(Error::new(&load::VALUE, message));
        };
        // In Neo4j the root of such an address is the folder of what may be read.
        let below = is_url.then(|| allowed(path.trim_start_matches('/'), folders).ok()).flatten();
        let file = match below.filter(|_| allowed(path, folders).is_err()) {
            Some(file) => file,
            None => allowed(path, folders)?,
        };
        let opened = File::open(&file)
            .map_err(|error| Error::new(&load::IO, format!("{path} cannot be read: {error}.")))?;
        let records = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(opened)
            .into_records();
        let (path, last) = (path.to_owned(), csv::Position::new());
        let mut reader = Reader { path, file, delimiter, records, last, headers: None };
        if headers {
            let first = reader.record()?;
            reader.headers = first.map(|record| {
                record.iter().map(|name| name.trim_start_matches('\u{feff}').into()).collect()
            });
        }
        Ok(reader)
    }

    fn next(&mut self) -> Result<Option<Value>> {
        let Some(record) = self.record()? else { return Ok(None) };
        let field = |at: usize| match record.get(at) {
            None | Some("") => Value::Null,
            Some(text) => Value::from(text),
        };
        Ok(Some(match &self.headers {
            None => Value::list((0..record.len()).map(field)),
            Some(names) => {
                let entries = names.iter().enumerate();
                Value::from(
                    entries.map(|(at, name)| (Arc::clone(name), field(at))).collect::<Map>(),
                )
            }
        }))
    }

    fn record(&mut self) -> Result<Option<csv::StringRecord>> {
        let record = self.records.next().transpose().map_err(|error| {
            let code = match error.kind() {
                csv::ErrorKind::Utf8 { .. } => &load::NOT_UTF8,
                csv::ErrorKind::Io(_) => &load::IO,
                _ => &load::UNEXPECTED,
            };
            Error::new(code, format!("{}: {error}.", self.path))
        })?;
        match &record {
            Some(record) => {
                if let Some(position) = record.position() {
                    self.last = position.clone();
                }
            }
            None => self.check_end()?,
        }
        Ok(record)
    }

    /// Refuses a file whose last field begins with a quotation mark and has no other: all that follows it
    /// would be one field.
    fn check_end(&self) -> Result<()> {
        let failed = |error: io::Error| Error::new(&load::IO, format!("{}: {error}.", self.path));
        if !self.file.is_file() {
            return Ok(());
        }
        let mut file = File::open(&self.file).map_err(failed)?;
        let mut last = Vec::new();
        file.seek(SeekFrom::Start(self.last.byte())).map_err(failed)?;
        file.read_to_end(&mut last).map_err(failed)?;
        if !ends_in_quotes(&last, self.delimiter) {
            return Ok(());
        }
        let message = format!(
            "{}: a quotation mark of the row that begins on line {} is never closed.",
            self.path,
            self.last.line()
        );
        Err(Error::new(&load::UNEXPECTED, message)
            .hint("A quotation mark within a quoted field is written twice: `\"\"`."))
    }
}

/// Whether the text ends within a quoted field.
fn ends_in_quotes(text: &[u8], delimiter: u8) -> bool {
    let (mut is_quoted, mut begins) = (false, true);
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if is_quoted {
            // Two in a row are one that belongs to the field.
            is_quoted = byte != b'"' || bytes.next_if_eq(&b'"').is_some();
        } else {
            is_quoted = begins && byte == b'"';
            begins = byte == delimiter || byte == b'\n' || byte == b'\r';
        }
    }
    is_quoted
}
