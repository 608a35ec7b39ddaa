//! Rows set apart by tabs, whose writers do not agree on quotation marks.
//!
//! Some enclose a value in them where it has a tab or a line break, as RFC 4180 says for commas (spreadsheets, pandas,
//! `DuckDB`), others write down what there is (databases, the format's registration). So a mark at the beginning of a
//! value is read as the first do, unless that cannot be meant:
//!
//! ```text
//! 1 ⇥ "two↵lines" ⇥ 3        enclosed
//! 1 ⇥ "two" lines ⇥ 3        a character: something stands behind the closing mark. So it is then in all of the file
//! 1 ⇥ "two ⇥ 3↵              characters: enclosed, the row would not have three values, and as it stands it has
//! 4 ⇥ five" ⇥ 6↵
//! ```
//!
//! **In**: bytes, and how many values a row has. **Out**: where its values stand. **Callers**: `source.rs`, which
//! cuts files where rows end, and `delimited.rs`.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memchr3};

/// No value that is enclosed is longer.
const ENCLOSED_MAX_BYTES: usize = 1 << 20;

/// How the values of a row are set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// What stands between them.
    pub delimiter: u8,
    /// What may enclose them.
    pub quote: u8,
    /// How many there are; 0 where nobody knows.
    pub width: usize,
}

/// Where a value stands in its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its bytes, what encloses it included.
    pub at: Range<usize>,
    /// Whether something does.
    pub is_enclosed: bool,
}

/// What came of reading a row as if marks enclosed values.
enum Read {
    /// It ends before this place.
    Row(usize),
    /// More of the file has to be read to know.
    More,
    /// No mark can be meant so.
    Broken,
}

impl Rules {
    /// Whether a value begins with a mark.
    pub fn has_opening(&self, block: &[u8]) -> bool {
        let begins = |at: usize| match at.checked_sub(1) {
            None => true,
            Some(before) => [self.delimiter, b'\n', b'\r'].contains(&block[before]),
        };
        memchr_iter(self.quote, block).any(begins)
    }

    /// Whether no row of a block says that marks are characters; `is_all` says that the file ends with it.
    pub fn may_enclose(&self, block: &[u8], is_all: bool) -> bool {
        if !self.has_opening(block) {
            return true;
        }
        let (mut fields, mut at) = (Vec::new(), 0);
        while at < block.len() {
            match self.enclosed(&block[at..], is_all, &mut fields) {
                Read::Broken => return false,
                Read::More => return true,
                Read::Row(_) => {}
            }
            match self.row(&block[at..], is_all, &mut fields) {
                Some(end) => at += end,
                None => return true,
            }
        }
        true
    }

    /// Reads the row with which some bytes begin, and says where the next one does; `None` where that cannot be known
    /// before more is read. `is_all` says that the file ends with them.
    pub fn row(&self, bytes: &[u8], is_all: bool, fields: &mut Vec<Field>) -> Option<usize> {
        match self.enclosed(bytes, is_all, fields) {
            Read::Row(end) if self.is_meant(&bytes[..end], fields) => Some(end),
            Read::More => None,
            Read::Row(_) | Read::Broken => self.plain(bytes, is_all, fields),
        }
    }

    /// The same as if marks were characters.
    fn plain(&self, bytes: &[u8], is_all: bool, fields: &mut Vec<Field>) -> Option<usize> {
        let len = match memchr2(b'\n', b'\r', bytes) {
            Some(len) => len,
            None if is_all => bytes.len(),
            None => return None,
        };
        fields.clear();
        let mut begin = 0;
        for end in memchr_iter(self.delimiter, &bytes[..len]).chain([len]) {
            fields.push(Field { at: begin..end, is_enclosed: false });
            begin = end + 1;
        }
        row_end(bytes, len, is_all)
    }

    /// The same as if they enclosed values.
    fn enclosed(&self, bytes: &[u8], is_all: bool, fields: &mut Vec<Field>) -> Read {
        fields.clear();
        let mut begin = 0;
        loop {
            let is_enclosed = bytes.get(begin) == Some(&self.quote);
            let end = if is_enclosed {
                match closing(bytes, begin + 1, self.quote) {
                    Some(end) if end < bytes.len() || is_all => end,
                    None if is_all || bytes.len() - begin >= ENCLOSED_MAX_BYTES => {
                        return Read::Broken;
                    }
                    _ => return Read::More,
                }
            } else {
                let rest = bytes.get(begin..).unwrap_or_default();
                match memchr3(self.delimiter, b'\n', b'\r', rest) {
                    Some(len) => begin + len,
                    None if is_all => bytes.len(),
                    None => return Read::More,
                }
            };
            fields.push(Field { at: begin..end, is_enclosed });
            match bytes.get(end) {
                Some(&byte) if byte == self.delimiter => begin = end + 1,
                None | Some(b'\n' | b'\r') => {
                    return row_end(bytes, end, is_all).map_or(Read::More, Read::Row);
                }
                Some(_) => return Read::Broken,
            }
        }
    }

    /// Whether a row with these values is more likely what was written than its lines as they stand.
    fn is_meant(&self, row: &[u8], fields: &[Field]) -> bool {
        if self.width == 0 || !fields.iter().any(|field| field.is_enclosed) {
            return true;
        }
        let mut lines = row.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        let is_right = |line: &[u8]| memchr_iter(self.delimiter, line).count() + 1 == self.width;
        let spans = memchr(b'\n', row).is_some_and(|at| at + 1 < row.len());
        match (fields.len() == self.width, spans) {
            (false, false) => !lines.all(is_right),
            (false, true) => false,
            (true, false) => true,
            (true, true) => self.width == 1 || !lines.all(is_right),
        }
    }
}

/// Where the next row begins, if one ends here.
fn row_end(bytes: &[u8], end: usize, is_all: bool) -> Option<usize> {
    match bytes.get(end) {
        Some(b'\r') => match bytes.get(end + 1) {
            Some(b'\n') => Some(end + 2),
            None if !is_all => None,
            _ => Some(end + 1),
        },
        Some(_) => Some(end + 1),
        None => Some(end),
    }
}

/// The place after the mark that closes a value; two in a row stand for one that belongs to it.
fn closing(bytes: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    let limit = bytes.len().min(at.saturating_add(ENCLOSED_MAX_BYTES - 1));
    loop {
        at += memchr(quote, bytes.get(at..limit)?)? + 1;
        if bytes.get(at) != Some(&quote) {
            return Some(at);
        }
        at += 1;
    }
}

/// What a value is that marks enclose.
pub fn inside(text: &str, quote: u8) -> Cow<'_, str> {
    let mark = char::from(quote);
    let inner = text.strip_prefix(mark).and_then(|text| text.strip_suffix(mark)).unwrap_or(text);
    if !inner.contains(mark) {
        return Cow::Borrowed(inner);
    }
    inner.replace(&format!("{mark}{mark}"), &mark.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { delimiter: b'\t', quote: b'"', width: 3 };

    /// The rows of a text, each value as it is read.
    fn rows(rules: Rules, text: &str) -> Vec<Vec<String>> {
        let (mut fields, mut at, mut rows) = (Vec::new(), 0, Vec::new());
        while at < text.len() {
            let rest = &text[at..];
            let end = rules.row(rest.as_bytes(), true, &mut fields).unwrap();
            let value = |field: &Field| {
                let text = &rest[field.at.clone()];
                if field.is_enclosed { inside(text, b'"').into_owned() } else { text.to_owned() }
            };
            rows.push(fields.iter().map(value).collect());
            at += end;
        }
        rows
    }

    #[test]
    fn marks_enclose_values_where_that_can_be_meant() {
        assert_eq!(
            rows(RULES, "1\t\"a\nb\t\"\"c\"\"\"\t3\r\n4\t5\t6"),
            [["1", "a\nb\t\"c\"", "3"], ["4", "5", "6"]]
        );
        assert_eq!(rows(RULES, "1\t\"a\" b\t\"c\"\n"), [["1", "\"a\" b", "\"c\""]]);
        assert_eq!(
            rows(RULES, "1\t2\t\"open\n4\tclosed\"\t6\n"),
            [["1", "2", "\"open"], ["4", "closed\"", "6"]]
        );
        assert_eq!(
            rows(RULES, "1\t2\t\"a note\non two lines\"\n4\t5\t6\n")[0][2],
            "a note\non two lines"
        );
        // Each line by itself is a row, and both together are one as well.
        assert_eq!(rows(RULES, "1\t2\t\"a\n3\t4\tb\"\n").len(), 2);
        assert_eq!(rows(RULES, "1\t\"2\t3\"\t4\n"), [["1", "2\t3", "4"]]);
        assert_eq!(rows(RULES, "1\t\"2\t3\"\n"), [["1", "\"2", "3\""]]);
        assert_eq!(rows(RULES, "1\t\"2\"\t\"\"\n"), [["1", "2", ""]]);
    }

    #[test]
    fn a_row_that_cannot_be_read_so_says_it_of_the_file() {
        let may = |text: &str| RULES.may_enclose(text.as_bytes(), true);
        assert!(may("1\t2\t3\n") && may("1\t\"a\nb\"\t3\n") && may("1\ta\"b\" c\t3\n"));
        assert!(!may("1\t\"a\nb\" c\t3\n") && !may("1\t2\t3\n4\t\"never closed\t6\n"));
        assert!(RULES.may_enclose(b"1\t\"not closed yet", false));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig {
            failure_persistence: None,
            ..proptest::prelude::ProptestConfig::default()
        })]

        /// What is known of the rows before the whole file is read stays so.
        #[test]
        fn rows_do_not_depend_on_how_much_is_read(text in "([ab]|\t|\"|\n|\r\n){0,50}", cut in 0usize..50) {
            let bytes = text.as_bytes();
            let (mut fields, mut whole, mut at) = (Vec::new(), Vec::new(), 0);
            while at < bytes.len() {
                let end = RULES.row(&bytes[at..], true, &mut fields).unwrap();
                proptest::prop_assert!(end > 0);
                whole.push((at, fields.clone()));
                at += end;
            }
            let part = &bytes[..cut.min(bytes.len())];
            let (mut known, mut at) = (Vec::new(), 0);
            while let Some(end) = RULES.row(&part[at..], false, &mut fields).filter(|&end| end > 0) {
                known.push((at, fields.clone()));
                at += end;
            }
            proptest::prop_assert_eq!(&known[..], &whole[..known.len()]);
            // Read again as a block that ends there, they are the same.
            let (block, mut again, mut at) = (&part[..at], Vec::new(), 0);
            while at < block.len() {
                let end = RULES.row(&block[at..], true, &mut fields).unwrap();
                again.push((at, fields.clone()));
                at += end;
            }
            proptest::prop_assert_eq!(again, known);
        }
    }
}
