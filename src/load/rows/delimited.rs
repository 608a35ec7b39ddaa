//! Separated values: CSV, TSV and their kin, as RFC 4180 writes them.

use std::borrow::Cow;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::ByteRecord;
use memchr::{memchr, memchr_iter, memchr2_iter, memmem};

use super::detect::Detection;
use super::source::{Blocks, Cutting, Layout, Quoting, enclosed_empty, failed, unclosed};
use super::tabbed::{self, Field, Rules};
use super::workers::Workers;
use super::{Batch, Column, Data, Fault, Kind, Lines, Wanted};
use crate::error::{Error, Result, load};

/// How many rows are looked at to find out what columns are.
const SAMPLE_ROWS: usize = 10_000;

/// What is wrong with a quotation mark that hides the rest of a file.
const UNCLOSED: &str = "A quotation mark is never closed: the rest of the file would be one value.";
const DOUBLED: &str = "A quotation mark within a quoted value is written twice: `\"\"`.";

/// Blocks under way for each thread.
const AHEAD: usize = 3;

/// A file whose first line has been read.
pub struct Delimited {
    path: PathBuf,
    nulls: Vec<String>,
    decimal_comma: bool,
    delimiter: u8,
    marks: Marks,
    width: usize,
    blocks: Blocks,
    /// The first block, without the line of names.
    first: Option<Vec<u8>>,
    /// The line at which it begins.
    line: u64,
}

/// What may enclose values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marks {
    None,
    Always(u8),
    Perhaps(Rules),
}

/// A file of which some columns are read.
pub struct Selected {
    file: Delimited,
    shape: Arc<Shape>,
    rows: u64,
    /// Threads that parse; none for a file of one block.
    workers: Option<Workers<Vec<u8>, (Batch, u64)>>,
}

/// What is read of each row.
struct Shape {
    delimiter: u8,
    marks: Marks,
    nulls: Vec<String>,
    decimal_comma: bool,
    /// How many values a row has.
    width: usize,
    names: Vec<String>,
    /// Places and kinds of the columns that are wanted.
    wanted: Vec<(usize, Kind)>,
}

impl Delimited {
    /// Reads the names of the columns.
    pub fn open(
        path: &Path,
        input: Box<dyn BufRead + Send>,
        layout: &Layout,
    ) -> Result<(Vec<String>, Delimited)> {
        let mut delimiter = layout.delimiter.unwrap_or(b',');
        let mut blocks = Blocks::new(input, Cutting::Lines);
        let mut first =
            blocks.next_block().map_err(|error| failed(path, &error))?.unwrap_or_default();
        if first.starts_with("\u{feff}".as_bytes()) {
            first.drain(..3);
        }
        let mut line = 1;
        if let Some((mark, len)) = told_delimiter(&first) {
            delimiter = mark;
            first.drain(..len);
            line = 2;
        }
        let marks = match layout.quoting {
            Quoting::Usual | Quoting::None => Marks::None,
            Quoting::Mark(quote) => Marks::Always(quote),
            Quoting::Perhaps(quote) => Marks::Perhaps(Rules { delimiter, quote, width: 0 }),
        };
        if let Marks::Always(quote) = marks {
            blocks.cut_again(first, Cutting::Quoted { delimiter, quote });
            let block = blocks.next_block().map_err(|error| failed(path, &error))?;
            first = block.unwrap_or_default();
        }
        let mut may_enclose = true;
        let names = if let Some(names) = &layout.names {
            names.clone()
        } else {
            let (names, end) = names(path, &first, delimiter, marks)?;
            if let Marks::Perhaps(rules) = marks {
                may_enclose = rules.may_enclose(&first[..end], true);
            }
            line += memchr_iter(b'\n', &first[..end]).count() as u64;
            first.drain(..end);
            names
        };
        let width = names.len();
        let mut file = Delimited {
            path: path.to_owned(),
            nulls: layout.nulls.clone(),
            decimal_comma: layout.decimal_comma,
            delimiter,
            marks,
            width,
            blocks,
            first: None,
            line,
        };
        file.first = if let Marks::Perhaps(rules) = marks {
            file.perhaps_enclosed(Rules { width, ..rules }, first, may_enclose)?
        } else {
            Some(first)
        };
        Ok((names, file))
    }

    /// Finds out from the first block whether marks can enclose values, and cuts it accordingly.
    fn perhaps_enclosed(
        &mut self,
        rules: Rules,
        first: Vec<u8>,
        may_enclose: bool,
    ) -> Result<Option<Vec<u8>>> {
        if !may_enclose || !rules.may_enclose(&first, self.blocks.is_at_end()) {
            self.marks = Marks::None;
            return Ok(Some(first));
        }
        self.marks = Marks::Perhaps(rules);
        self.blocks.cut_again(first, Cutting::Tabbed(rules));
        self.blocks.next_block().map_err(|error| failed(&self.path, &error))
    }

    /// Reads some columns of each row.
    pub fn select(self, wanted: &[Wanted], names: &[String]) -> Selected {
        let mut shape = Shape {
            delimiter: self.delimiter,
            marks: self.marks,
            nulls: self.nulls.clone(),
            decimal_comma: self.decimal_comma,
            width: self.width,
            names: wanted.iter().map(|one| names[one.place].clone()).collect(),
            wanted: wanted.iter().map(|one| (one.place, one.kind.unwrap_or(Kind::Text))).collect(),
        };
        let unknown: Vec<usize> =
            (0..wanted.len()).filter(|&at| wanted[at].kind.is_none()).collect();
        if !unknown.is_empty() {
            shape.detect(self.first.as_deref().unwrap_or_default(), &unknown);
        }
        Selected { file: self, shape: Arc::new(shape), rows: 0, workers: None }
    }
}

impl Selected {
    /// The kinds of the columns, known or found out.
    pub fn kinds(&self) -> Vec<Option<Kind>> {
        self.shape.wanted.iter().map(|&(_, kind)| Some(kind)).collect()
    }

    /// The next rows; `None` after the last.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        let Some((mut batch, lines)) = self.parsed()? else { return Ok(None) };
        batch.first = self.rows;
        match &mut batch.lines {
            Lines::From(line) => *line += self.file.line - 1,
            Lines::Each(each) => each.iter_mut().for_each(|line| *line += self.file.line - 1),
        }
        self.rows += batch.len as u64;
        self.file.line += lines;
        Ok(Some(batch))
    }

    /// The next block, parsed, and how many lines it has.
    fn parsed(&mut self) -> Result<Option<(Batch, u64)>> {
        let file = &mut self.file;
        let mut next_block = || match file.first.take() {
            Some(block) if !block.is_empty() => Ok(Some(block)),
            _ => file.blocks.next_block().map_err(|error| failed(&file.path, &error)),
        };
        if let Some(workers) = &mut self.workers {
            return workers.next(next_block);
        }
        let Some(block) = next_block()? else { return Ok(None) };
        if self.file.blocks.is_at_end() {
            return Ok(Some(self.shape.read(&block)));
        }
        self.file.first = Some(block);
        let shape = Arc::clone(&self.shape);
        self.workers = Some(Workers::start(AHEAD, move |block: Vec<u8>| shape.read(&block)));
        self.parsed()
    }
}

impl Shape {
    /// Finds out what columns are from the first rows of a block.
    fn detect(&mut self, block: &[u8], unknown: &[usize]) {
        let mut detections = vec![Detection::default(); unknown.len()];
        let mut see = |text_at: &dyn Fn(usize) -> String| {
            for (detection, &at) in detections.iter_mut().zip(unknown) {
                let text = text_at(self.wanted[at].0);
                if !self.is_null(&text) {
                    detection.see(&self.with_point(&text));
                }
            }
        };
        if let Marks::Perhaps(rules) = self.marks {
            let mut rows = TabbedRows::of(rules, block);
            for _ in 0..SAMPLE_ROWS {
                let Some(row) = rows.next_row() else { break };
                see(&|at| {
                    let text = String::from_utf8_lossy(rows.bytes(row, at));
                    let is_inside = rows.is_enclosed(at);
                    if is_inside {
                        tabbed::inside(&text, rules.quote).into_owned()
                    } else {
                        text.into()
                    }
                });
            }
        } else {
            let mut reader = reader(block, self.delimiter, self.marks.always());
            let mut record = ByteRecord::new();
            for _ in 0..SAMPLE_ROWS {
                if !reader.read_byte_record(&mut record).is_ok_and(|more| more) {
                    break;
                }
                see(&|at| String::from_utf8_lossy(record.get(at).unwrap_or_default()).into());
            }
        }
        for (detection, &at) in detections.into_iter().zip(unknown) {
            self.wanted[at].1 = detection.kind();
        }
    }

    /// A number with a point where it has a comma for one; any other text as it is.
    fn with_point<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let of_number = |byte: u8| byte.is_ascii_digit() || b",+-eE ".contains(&byte);
        match text.split_once(',') {
            Some((whole, rest))
                if self.decimal_comma && !rest.contains(',') && text.bytes().all(of_number) =>
            {
                format!("{whole}.{rest}").into()
            }
            _ => text.into(),
        }
    }

    /// Adds a text to a column; says whether it is a value of its kind.
    fn push_text(&self, kind: Kind, column: &mut Column, text: &str) -> bool {
        // `1,000` as a whole number is rather a thousand than one.
        let is_number = self.decimal_comma
            && (kind == Kind::Float || kind == Kind::Integer && text.ends_with(",0"));
        if is_number { kind.push(column, &self.with_point(text)) } else { kind.push(column, text) }
    }

    fn is_null(&self, text: &str) -> bool {
        text.is_empty() || self.nulls.iter().any(|null| null == text)
    }

    /// The rows of a block, with lines counted from 1, and how many lines the block has.
    fn read(&self, block: &[u8]) -> (Batch, u64) {
        let tabbed = match self.marks {
            Marks::Perhaps(rules) if rules.has_opening(block) => {
                self.read_tabbed(TabbedRows::of(rules, block))
            }
            _ => None,
        };
        let plain = || self.read_plain(block).unwrap_or_else(|| self.read_quoted(block));
        tabbed.unwrap_or_else(plain)
    }

    /// The same where the block has no quotation mark, no carriage return, no empty line and nothing
    /// but UTF-8, as most have: then values are what stands between delimiters and line breaks.
    fn read_plain(&self, block: &[u8]) -> Option<(Batch, u64)> {
        let has = |byte: u8| memchr(byte, block).is_some();
        if self.marks.always().is_some_and(has) || has(b'\r') || block.starts_with(b"\xEF\xBB\xBF")
        {
            return None;
        }
        let text = std::str::from_utf8(block).ok()?;
        let mut columns: Vec<Column> = self.wanted.iter().map(|(_, kind)| kind.column()).collect();
        let mut faults = Vec::new();
        let mut len = 0;
        // Where the values of the row at hand begin; one more than there are ends the last.
        let mut begins = vec![0];
        let end = (!block.is_empty() && !block.ends_with(b"\n")).then_some(block.len());
        for at in memchr2_iter(self.delimiter, b'\n', block).chain(end) {
            begins.push(at + 1);
            if block.get(at) == Some(&self.delimiter) {
                continue;
            }
            if begins[..] == [at, at + 1] {
                return None;
            }
            let value = |place: usize| match begins.get(place..place + 2) {
                Some(&[begin, next]) => &text[begin..next - 1],
                _ => "",
            };
            if let Some(fault) = self.push_row(begins.len() - 1, value, &mut columns) {
                faults.push(Fault { row: len as u32, ..fault });
            }
            len += 1;
            begins.clear();
            begins.push(at + 1);
        }
        let lines = len as u64;
        Some((Batch { len, first: 0, lines: Lines::From(1), columns, faults }, lines))
    }

    /// Adds the values of a row, which has so many, to the columns.
    fn push_row<'t>(
        &self,
        width: usize,
        value: impl Fn(usize) -> &'t str,
        columns: &mut [Column],
    ) -> Option<Fault> {
        let mut fault = self.width_fault(width);
        for (at, (column, &(place, kind))) in columns.iter_mut().zip(&self.wanted).enumerate() {
            let text = value(place);
            if self.is_null(text) {
                kind.push_missing(column);
            } else if !self.push_text(kind, column, text) {
                fault = fault.or_else(|| self.value_fault(at, text, kind));
            }
        }
        fault
    }

    /// That the last row of a block has a quotation mark which nothing closes: all after it stands in one value.
    fn unclosed_fault(&self, row: &[u8]) -> Option<Fault> {
        let at = unclosed(row, self.delimiter, self.marks.always()?)?;
        let breaks = |bytes: &[u8]| memchr_iter(b'\n', bytes).count();
        let begins = row.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let down = match breaks(&row[begins.min(at)..at]) {
            0 => String::new(),
            lines => format!(" It stands {lines} lines below the beginning of the row."),
        };
        Some(Fault { row: 0, column: None, reason: format!("{UNCLOSED}{down}") })
    }

    fn width_fault(&self, width: usize) -> Option<Fault> {
        let reason = || format!("The row has {width} values instead of {}.", self.width);
        (width != self.width).then(|| Fault { row: 0, column: None, reason: reason() })
    }

    fn value_fault(&self, at: usize, text: &str, kind: Kind) -> Option<Fault> {
        let shown: String = text.chars().take(40).collect();
        self.fault(at, format!("`{shown}` is no {kind}."))
    }

    /// The same for any block, as RFC 4180 says.
    fn read_quoted(&self, block: &[u8]) -> (Batch, u64) {
        let mut columns: Vec<Column> = self.wanted.iter().map(|(_, kind)| kind.column()).collect();
        let mut faults = Vec::new();
        let mut lines = Lines::From(1);
        let mut reader = reader(block, self.delimiter, self.marks.always());
        let mut record = ByteRecord::new();
        let (mut len, mut last) = (0, 0);
        // An empty value is a text where it is enclosed, which the reader does not tell.
        let quote = self.marks.always().filter(|&quote| memmem::find(block, &[quote; 2]).is_some());
        let mut enclosed = Vec::new();
        while reader.read_byte_record(&mut record).is_ok_and(|more| more) {
            let line = record.position().map_or(0, |place| first_line(block, place));
            last = record.position().map_or(0, |place| place.byte() as usize);
            note_line(&mut lines, len, line);
            enclosed.clear();
            if let Some(quote) = quote {
                let row = block.get(last..reader.position().byte() as usize).unwrap_or_default();
                enclosed_empty(row, self.delimiter, quote, &mut enclosed);
            }
            if let Some(fault) = self.read_row(&record, &enclosed, &mut columns) {
                faults.push(Fault { row: len as u32, ..fault });
            }
            len += 1;
        }
        if let Some(fault) = self.unclosed_fault(&block[last.min(block.len())..]) {
            // That the row has not enough values follows from it.
            faults.retain(|other: &Fault| other.row + 1 != len as u32);
            faults.push(Fault { row: (len as u32).saturating_sub(1), ..fault });
        }
        let ended = u64::from(!block.is_empty() && !block.ends_with(b"\n"));
        let count = reader.position().line() - 1 + ended;
        (Batch { len, first: 0, lines, columns, faults }, count)
    }

    /// The same for rows whose values are known to be enclosed or not; `None` where they cannot all be read so.
    fn read_tabbed(&self, mut rows: TabbedRows<'_>) -> Option<(Batch, u64)> {
        let mut columns: Vec<Column> = self.wanted.iter().map(|(_, kind)| kind.column()).collect();
        let mut faults = Vec::new();
        let mut lines = Lines::From(1);
        let (quote, mut len) = (rows.rules.quote, 0);
        while let Some(row) = rows.next_row() {
            note_line(&mut lines, len, rows.line);
            let mut fault = self.width_fault(rows.fields.len());
            for (at, (column, &(place, kind))) in columns.iter_mut().zip(&self.wanted).enumerate() {
                let value = std::str::from_utf8(rows.bytes(row, place)).map(|text| {
                    // A text of JSON has its marks with it.
                    let is_whole =
                        kind == Kind::Json && serde_json::from_str::<String>(text).is_ok();
                    let is_inside = rows.is_enclosed(place) && !is_whole;
                    if is_inside { tabbed::inside(text, quote) } else { text.into() }
                });
                let (value, is_enclosed) = (value.as_deref().ok(), rows.is_enclosed(place));
                let wrong = self.push_value(at, column, value, is_enclosed);
                fault = fault.or(wrong);
            }
            if let Some(fault) = fault {
                faults.push(Fault { row: len as u32, ..fault });
            }
            len += 1;
        }
        let is_whole = rows.at == rows.block.len();
        let read = (Batch { len, first: 0, lines, columns, faults }, rows.lines_read());
        is_whole.then_some(read)
    }

    /// A row, of which the values at these places are enclosed and empty.
    fn read_row(
        &self,
        record: &ByteRecord,
        enclosed: &[usize],
        columns: &mut [Column],
    ) -> Option<Fault> {
        let mut fault = self.width_fault(record.len());
        for (at, column) in columns.iter_mut().enumerate() {
            let place = self.wanted[at].0;
            let value = record.get(place).unwrap_or_default();
            let is_enclosed = enclosed.binary_search(&place).is_ok();
            let wrong = self.push_value(at, column, std::str::from_utf8(value).ok(), is_enclosed);
            fault = fault.or(wrong);
        }
        fault
    }

    /// Adds a value to its column; `None` is one that is not UTF-8.
    fn push_value(
        &self,
        at: usize,
        column: &mut Column,
        value: Option<&str>,
        is_enclosed: bool,
    ) -> Option<Fault> {
        let kind = self.wanted[at].1;
        let Some(text) = value else {
            kind.push_missing(column);
            return self.fault(at, "The value is not UTF-8.".to_owned());
        };
        if self.is_null(text) {
            kind.push_missing(column);
            let is_text = is_enclosed && !self.nulls.iter().any(|null| null == text);
            if let (true, Data::Text(texts)) = (is_text, &mut column.data) {
                texts.note_empty();
            }
        } else if !self.push_text(kind, column, text) {
            return self.value_fault(at, text, kind);
        }
        None
    }

    fn fault(&self, at: usize, reason: String) -> Option<Fault> {
        Some(Fault { row: 0, column: Some(self.names[at].clone()), reason })
    }
}

impl Marks {
    /// The mark that encloses values wherever it stands before one.
    fn always(self) -> Option<u8> {
        if let Marks::Always(mark) = self { Some(mark) } else { None }
    }
}

/// The rows of a block in which marks may enclose values; empty lines are none.
struct TabbedRows<'b> {
    rules: Rules,
    block: &'b [u8],
    /// Where the next row begins.
    at: usize,
    /// The line of the last row, and the one after it.
    line: u64,
    next_line: u64,
    fields: Vec<Field>,
}

impl<'b> TabbedRows<'b> {
    fn of(rules: Rules, block: &'b [u8]) -> Self {
        TabbedRows { rules, block, at: 0, line: 1, next_line: 1, fields: Vec::new() }
    }

    /// The bytes of the next row.
    fn next_row(&mut self) -> Option<&'b [u8]> {
        while self.at < self.block.len() {
            let rest = &self.block[self.at..];
            let len = self.rules.row(rest, true, &mut self.fields)?;
            let row = &rest[..len];
            self.at += len;
            self.line = self.next_line;
            self.next_line += memchr_iter(b'\n', row).count() as u64;
            if self.fields.len() > 1 || self.fields.iter().any(|field| !field.at.is_empty()) {
                return Some(row);
            }
        }
        None
    }

    /// A value of the row, what encloses it included; nothing where it has not so many.
    fn bytes<'r>(&self, row: &'r [u8], at: usize) -> &'r [u8] {
        self.fields.get(at).map_or(&[], |field| &row[field.at.clone()])
    }

    fn is_enclosed(&self, at: usize) -> bool {
        self.fields.get(at).is_some_and(|field| field.is_enclosed)
    }

    /// How many lines there were.
    fn lines_read(&self) -> u64 {
        let ended = !self.block.is_empty() && !self.block.ends_with(b"\n");
        self.next_line - 1 + u64::from(ended)
    }
}

/// What stands between values as a first line `sep=;` says, which Excel writes and reads, and how long that line is.
fn told_delimiter(block: &[u8]) -> Option<(u8, usize)> {
    let rest =
        block.get(..4).filter(|word| word.eq_ignore_ascii_case(b"sep=")).map(|_| &block[4..])?;
    match rest {
        [mark, b'\r', b'\n', ..] => Some((*mark, 7)),
        [mark, b'\n', ..] => Some((*mark, 6)),
        _ => None,
    }
    .filter(|(mark, _)| mark.is_ascii() && !mark.is_ascii_alphanumeric())
}

/// The names of the columns, from the first row of a block, and where that ends.
fn names(path: &Path, block: &[u8], delimiter: u8, marks: Marks) -> Result<(Vec<String>, usize)> {
    let (names, end): (Option<Vec<String>>, usize) = if let Marks::Perhaps(rules) = marks {
        let mut rows = TabbedRows::of(rules, block);
        let row = rows.next_row().ok_or_else(|| no_names(path))?;
        let name = |at: usize| {
            let text = std::str::from_utf8(rows.bytes(row, at)).ok()?;
            let is_enclosed = rows.is_enclosed(at);
            Some(if is_enclosed { tabbed::inside(text, rules.quote) } else { text.into() }.into())
        };
        ((0..rows.fields.len()).map(name).collect(), rows.at)
    } else {
        let mut reader = reader(block, delimiter, marks.always());
        let mut record = ByteRecord::new();
        let found = reader.read_byte_record(&mut record);
        if !found.is_ok_and(|found| found) {
            return Err(no_names(path));
        }
        let end = (reader.position().byte() as usize).min(block.len());
        if let Some(at) = marks.always().and_then(|mark| unclosed(&block[..end], delimiter, mark)) {
            let lines = memchr_iter(b'\n', &block[..at]).count() + 1;
            let message = format!("`{}`, line {lines}: {UNCLOSED}", path.display());
            return Err(Error::new(&load::UNEXPECTED, message).hint(DOUBLED));
        }
        let name = |name: &[u8]| std::str::from_utf8(name).ok().map(str::to_owned);
        (record.iter().map(name).collect(), end)
    };
    let names = names.ok_or_else(|| {
        let message =
            format!("The file `{}` is no table: its first line is no text.", path.display());
        Error::new(&load::NOT_UTF8, message).hint("Tables are texts in UTF-8.")
    })?;
    Ok((names, end))
}

fn no_names(path: &Path) -> Error {
    let message = format!("The file `{}` has no line of column names.", path.display());
    Error::new(&load::UNEXPECTED, message)
        .hint("In the recipe: columns = [\"name\", …] under [read]")
}

/// The line at which a row begins, after the empty lines that the reader passes over.
fn first_line(block: &[u8], place: &csv::Position) -> u64 {
    let rest = block.get(place.byte() as usize..).unwrap_or_default();
    let breaks = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    place.line() + breaks.filter(|&&byte| byte == b'\n').count() as u64
}

fn note_line(lines: &mut Lines, row: usize, line: u64) {
    match lines {
        Lines::From(first) if *first + row as u64 == line => {}
        Lines::From(first) => {
            let mut each: Vec<u64> = (*first..*first + row as u64).collect();
            each.push(line);
            *lines = Lines::Each(each);
        }
        Lines::Each(each) => each.push(line),
    }
}

fn reader(block: &[u8], delimiter: u8, quote: Option<u8>) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quote.is_some())
        .quote(quote.unwrap_or(b'"'))
        .from_reader(block)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn plain_blocks_are_read_alike_either_way(text in "([a1,]|é|-|\n){0,40}") {
            let shape = Shape {
                delimiter: b',',
                marks: Marks::Always(b'"'),
                nulls: vec!["-".to_owned()],
                decimal_comma: false,
                width: 2,
                names: vec!["a".to_owned(), "b".to_owned()],
                wanted: vec![(1, Kind::Integer), (0, Kind::Text)],
            };
            if let Some((plain, lines)) = shape.read_plain(text.as_bytes()) {
                let (quoted, expected) = shape.read_quoted(text.as_bytes());
                prop_assert_eq!(format!("{plain:?}"), format!("{quoted:?}"));
                prop_assert_eq!(lines, expected);
            }
        }
    }
}
