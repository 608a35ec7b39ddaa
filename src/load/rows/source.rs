//! Files as bytes: what their names say of them, and cut where a row ends.

use std::io::{self, BufRead, Read};
use std::path::Path;

use memchr::{memchr, memmem, memrchr};

use super::tabbed::Rules;
use crate::error::{Error, Result, load};

/// How much of a file is taken at a time.
const BLOCK_BYTES: usize = 1 << 20;
/// A row that is longer is a mistake, usually a quotation mark that is never closed.
const ROW_MAX_BYTES: usize = 64 << 20;

/// How the values of a row are set apart, from the name of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// By commas, with quotation marks.
    Comma,
    /// By tabs, with quotation marks or without.
    Tab,
    /// A JSON object on each line.
    JsonLines,
    /// Columns of Parquet.
    Parquet,
    /// Batches of Arrow.
    Arrow,
}

/// What values may be enclosed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quoting {
    /// Whatever is usual for the kind of file.
    #[default]
    Usual,
    /// Nothing: quotation marks are characters.
    None,
    /// This mark, where it can be meant so.
    Perhaps(u8),
    /// This mark.
    Mark(u8),
}

/// How a file of separated values is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// What stands between values, where it is not what the name of the file says.
    pub delimiter: Option<u8>,
    /// What values may be enclosed in.
    pub quoting: Quoting,
    /// The names of the columns, where the file has no line of them.
    pub names: Option<Vec<String>>,
    /// What stands for no value, beside the empty text.
    pub nulls: Vec<String>,
    /// Whether fractions stand behind a comma.
    pub decimal_comma: bool,
}

impl Layout {
    /// What nobody said, filled in from the kind of file.
    pub fn with_packing(&self, packing: Packing) -> Layout {
        let (delimiter, quoting) = match packing {
            Packing::Tab => (b'\t', Quoting::Perhaps(b'"')),
            Packing::Comma | Packing::JsonLines | Packing::Parquet | Packing::Arrow => {
                (b',', Quoting::Mark(b'"'))
            }
        };
        let quoting = if self.quoting == Quoting::Usual { quoting } else { self.quoting };
        let delimiter = Some(self.delimiter.unwrap_or(delimiter));
        Layout { delimiter, quoting, ..self.clone() }
    }
}

/// How a file is written, from its name without `.gz` or `.zst`.
pub fn packing_of(path: &Path) -> Packing {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase());
    let name = name.unwrap_or_default();
    let plain = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    match plain.rsplit('.').next() {
        Some("tsv" | "tab") => Packing::Tab,
        Some("jsonl" | "ndjson") => Packing::JsonLines,
        Some("parquet") => Packing::Parquet,
        Some("arrow" | "arrows" | "feather") => Packing::Arrow,
        _ => Packing::Comma,
    }
}

/// What went wrong with a file.
pub fn failed(path: &Path, error: &io::Error) -> Error {
    let code =
        if error.kind() == io::ErrorKind::InvalidData { &load::UNEXPECTED } else { &load::IO };
    Error::new(code, format!("The file `{}` cannot be read: {error}.", path.display()))
}

/// The bytes of a file, unpacked.
pub fn open(path: &Path) -> Result<Box<dyn BufRead + Send>> {
    super::unpack::open(path).map_err(|error| failed(path, &error))
}

/// Which line breaks end no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cutting {
    /// All do.
    Lines,
    /// Those within a value that begins with this mark, values being set apart by this delimiter.
    Quoted {
        /// What stands between values.
        delimiter: u8,
        /// What encloses them.
        quote: u8,
    },
    /// The same where marks can be meant so.
    Tabbed(Rules),
}

/// A file in blocks that end where a row ends.
pub struct Blocks {
    input: Box<dyn BufRead + Send>,
    cutting: Cutting,
    block_bytes: usize,
    /// What was read past the end of the last block.
    rest: Vec<u8>,
    ended: bool,
}

impl Blocks {
    /// The blocks of what is left of a file.
    pub fn new(input: Box<dyn BufRead + Send>, cutting: Cutting) -> Blocks {
        Blocks { input, cutting, block_bytes: BLOCK_BYTES, rest: Vec::new(), ended: false }
    }

    /// Takes back what has been given last, or the end of it, to be cut in another way.
    pub fn cut_again(&mut self, mut given: Vec<u8>, cutting: Cutting) {
        given.append(&mut self.rest);
        (self.rest, self.cutting) = (given, cutting);
    }

    /// The next block: whole rows, the last one perhaps without a line break; `None` at the end.
    pub fn next_block(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut block = std::mem::take(&mut self.rest);
        let mut wanted = self.block_bytes.max(block.len() + 1);
        while !self.ended {
            self.fill(&mut block, wanted)?;
            if self.ended {
                break;
            }
            if let Some(end) = self.last_row_end(&block) {
                self.rest = Vec::with_capacity(self.block_bytes + self.block_bytes / 4);
                self.rest.extend_from_slice(&block[end..]);
                block.truncate(end);
                return Ok(Some(block));
            }
            wanted = block.len() + self.block_bytes;
            if wanted > ROW_MAX_BYTES {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a row is longer than 64 MiB; perhaps a quotation mark is not closed",
                ));
            }
        }
        Ok((!block.is_empty()).then_some(block))
    }

    /// Whether the last block has been given.
    pub fn is_at_end(&self) -> bool {
        self.ended
    }

    /// Reads until the block holds at least so much, or the file ends.
    fn fill(&mut self, block: &mut Vec<u8>, wanted: usize) -> io::Result<()> {
        while block.len() < wanted {
            let missing = (wanted - block.len()) as u64;
            if self.input.by_ref().take(missing).read_to_end(block)? == 0 {
                self.ended = true;
                break;
            }
        }
        Ok(())
    }

    /// Where the last whole row ends.
    fn last_row_end(&self, block: &[u8]) -> Option<usize> {
        match self.cutting {
            Cutting::Quoted { delimiter, quote } if memchr(quote, block).is_some() => {
                last_row_end_quoted(block, delimiter, quote)
            }
            Cutting::Tabbed(rules) if rules.has_opening(block) => {
                let (mut fields, mut end) = (Vec::new(), 0);
                while let Some(len) = rules.row(&block[end..], false, &mut fields) {
                    end += len;
                }
                (end > 0).then_some(end)
            }
            _ => memrchr(b'\n', block).map(|at| at + 1),
        }
    }
}

/// Where the last whole row ends, given that a quotation mark at the beginning of a value hides
/// line breaks up to the one that closes it. The block begins with a row.
fn last_row_end_quoted(block: &[u8], delimiter: u8, quote: u8) -> Option<usize> {
    let mut end = None;
    let mut at = 0;
    // Whether the next byte begins a value.
    let mut fresh = true;
    while at < block.len() {
        let byte = block[at];
        if byte == quote && fresh {
            let Some(after) = closing(block, at + 1, quote) else { break };
            (at, fresh) = (after, false);
            continue;
        }
        fresh = byte == delimiter || byte == b'\n' || byte == b'\r';
        at += 1;
        if byte == b'\n' {
            end = Some(at);
        }
    }
    end
}

/// The places of the values of a row that are enclosed and empty.
pub fn enclosed_empty(row: &[u8], delimiter: u8, quote: u8, places: &mut Vec<usize>) {
    if memmem::find(row, &[quote; 2]).is_none() {
        return;
    }
    let ends = |byte: Option<&u8>| byte.is_none_or(|byte| [delimiter, b'\n', b'\r'].contains(byte));
    // The reader passes over empty lines.
    let mut at = row.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    let (mut place, mut fresh) = (0, true);
    while let Some(&byte) = row.get(at) {
        if fresh && byte == quote {
            if row.get(at + 1) == Some(&quote) && ends(row.get(at + 2)) {
                places.push(place);
            }
            // What is not closed before the row ends has the rest of it.
            at = closing(row, at + 1, quote).unwrap_or(row.len());
            fresh = false;
            continue;
        }
        fresh = byte == delimiter;
        place += usize::from(fresh);
        at += 1;
    }
}

/// Where in a row the quotation mark stands that is never closed; `None` where all are.
pub fn unclosed(row: &[u8], delimiter: u8, quote: u8) -> Option<usize> {
    let (mut opened, mut fresh) = (None, true);
    let mut at = 0;
    while let Some(&byte) = row.get(at) {
        at += 1;
        if opened.is_none() {
            opened = (fresh && byte == quote).then_some(at - 1);
            fresh = byte == delimiter || byte == b'\n' || byte == b'\r';
        } else if byte == quote {
            if row.get(at) == Some(&quote) {
                // Two in a row are one that belongs to the value.
                at += 1;
            } else {
                (opened, fresh) = (None, false);
            }
        }
    }
    opened
}

/// The place after the quotation mark that closes a value.
fn closing(block: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    loop {
        at += memchr(quote, block.get(at..)?)? + 1;
        // A doubled one stands for itself; at the end of the block nobody knows yet.
        if *block.get(at)? != quote {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mark_that_is_never_closed_is_found() {
        let found = |text: &str| unclosed(text.as_bytes(), b',', b'"');
        assert_eq!(found("1,\"abc\n2,b\n"), Some(2));
        assert_eq!(found("\"a\"\"\n"), Some(0));
        assert_eq!(found("\"a\"\"\",b\"\n"), None);
        assert_eq!(found("\"a\",\"b\nc\""), None);
        assert_eq!(found("a,\"b\"x,\""), Some(7));
    }

    #[test]
    fn values_that_are_enclosed_and_empty_are_found_in_any_row() {
        let found = |row: &str| {
            let mut places = Vec::new();
            enclosed_empty(row.as_bytes(), b',', b'"', &mut places);
            places
        };
        assert_eq!(found("\"\",a,,\"\"\n"), [0, 3]);
        assert_eq!(found("\n\r\na,\"\"\r\n"), [1]);
        assert_eq!(found("a,\"\""), [1]);
        assert_eq!(found("\"a\" b,\"\",\"x\ny\",\"\""), [1, 3]);
        assert_eq!(found("\"\"\"\",\"\"x,a\"\",\"\"\"\n"), [0usize; 0]);
    }

    #[test]
    fn a_line_break_in_quotation_marks_ends_no_row() {
        let end = |text: &str| last_row_end_quoted(text.as_bytes(), b',', b'"');
        assert_eq!(end("a,b\nc,d"), Some(4));
        assert_eq!(end("a,\"b\nc\",d\ne"), Some(10));
        assert_eq!(end("a,\"b\nc"), None);
        assert_eq!(end("x\na,\"b\"\"\nc"), Some(2));
        assert_eq!(end("a\"\nb"), Some(3), "a mark inside a value is a character");
        assert_eq!(end("\"a\"\n"), Some(4));
    }

    proptest! {
        #[test]
        fn blocks_of_any_size_hold_the_rows_of_the_whole(
            text in "([ab,\"\n]|\r\n){0,60}",
            block_bytes in 1usize..20,
        ) {
            let rows = |bytes: &[u8]| -> Vec<csv::ByteRecord> {
                let mut reader = csv::ReaderBuilder::new();
                reader.has_headers(false).flexible(true);
                reader.from_reader(bytes).into_byte_records().map(Result::unwrap).collect()
            };
            let input = Box::new(io::Cursor::new(text.clone().into_bytes()));
            let cutting = Cutting::Quoted { delimiter: b',', quote: b'"' };
            let mut blocks = Blocks::new(input, cutting);
            blocks.block_bytes = block_bytes;
            let mut found = Vec::new();
            let mut whole = Vec::new();
            while let Some(block) = blocks.next_block().unwrap() {
                found.extend(rows(&block));
                whole.extend_from_slice(&block);
            }
            prop_assert_eq!(whole, text.as_bytes());
            let expected = rows(text.as_bytes());
            prop_assert_eq!(
                found.iter().map(|r| r.iter().collect::<Vec<_>>()).collect::<Vec<_>>(),
                expected.iter().map(|r| r.iter().collect::<Vec<_>>()).collect::<Vec<_>>()
            );
        }
    }
}
