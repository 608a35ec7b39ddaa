//! What a file is that is no file of a store, so that an error can call it by its name.

use std::io::Read as _;
use std::path::Path;

/// How much of a file is looked at.
const HEAD_BYTES: usize = 512;

/// What files begin with, and what they are then.
const BEGINNINGS: [(&[u8], &str); 19] = [
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"SQLite format 3\0", "a database of SQLite"),
    (b"redb\x1a\n\xa9\r\n", "a database of redb"),
    (b"DOSSIERG", "a generation of a store"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a file packed with gzip"),
    (b"\x28\xb5\x2f\xfd", "a file packed with Zstandard"),
    (b"BZh", "a file packed with bzip2"),
    (b"\xfd7zXZ\0", "a file packed with xz"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"PAR1", "a Parquet table"),
    (b"ARROW1", "an Arrow table"),
    (b"\x7fELF", "a program"),
    (b"#!", "a script"),
    (b"dossier facts", "a file of facts"),
    (b"<?xml", "an XML document"),
];

/// What a file is that begins with these bytes, where that can be seen.
pub fn of_bytes(head: &[u8]) -> Option<&'static str> {
    if head.is_empty() {
        return Some("an empty file");
    }
    let known = BEGINNINGS.iter().find(|(beginning, _)| head.starts_with(beginning));
    // Where DuckDB says what it is, a checksum stands before.
    let duck = head.get(8..12) == Some(b"DUCK");
    known.map(|(_, what)| *what).or(duck.then_some("a database of DuckDB"))
}

/// What stands at a path that should be a store: `a PNG picture`, `a file`; `None` for a folder, or for nothing.
pub fn at(path: &Path) -> Option<&'static str> {
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut head = Vec::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(HEAD_BYTES as u64).read_to_end(&mut head).ok()?;
    let is_text = std::str::from_utf8(&head).is_ok_and(|text| !text.contains('\0'));
    Some(of_bytes(&head).unwrap_or(if is_text { "a file of text" } else { "a file" }))
}
