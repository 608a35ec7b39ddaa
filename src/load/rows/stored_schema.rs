//! What Arrow keeps in a Parquet file about types that Parquet does not have.
//!
//! Parquet has no lengths of time: pyarrow and Polars write them as whole numbers, and the schema of the table that they
//! wrote into the file's metadata, under `ARROW:schema`: a message of Arrow's IPC format (Apache Arrow, `Schema.fbs` and
//! `Message.fbs`), which is a flatbuffer, in base64. So the lengths of time that have been written are read as such.
//!
//! **In**: that text. **Out**: the unit of each leaf that is a length of time. **Caller**: `parquet.rs`. What cannot be
//! read says nothing, and numbers stay numbers.

/// The key of the metadata under which it stands.
pub const KEY: &str = "ARROW:schema";

/// Fields within fields within fields.
const DEPTH_MAX: usize = 32;
/// More than a schema has.
const LEAVES_MAX: usize = 1 << 20;

/// The place of each part in its table, and the numbers of types.
mod schema {
    pub const MESSAGE_HEADER_TYPE: usize = 1;
    pub const MESSAGE_HEADER: usize = 2;
    pub const HEADER_IS_SCHEMA: u8 = 1;
    pub const SCHEMA_FIELDS: usize = 1;
    pub const FIELD_TYPE_KIND: usize = 2;
    pub const FIELD_TYPE: usize = 3;
    pub const FIELD_CHILDREN: usize = 5;
    pub const DURATION: u8 = 18;
    pub const DURATION_UNIT: usize = 0;
}

/// How many units are a second, for each leaf of the schema that is a length of time; `None` where it says nothing.
pub fn durations(text: &str) -> Option<Vec<Option<i64>>> {
    let bytes = unbase64(text)?;
    // A message has its length before it, and newer ones a mark before that.
    let start = if bytes.starts_with(&[0xff; 4]) { 8 } else { 4 };
    let buffer = Buffer(bytes.get(start..)?);
    let message = buffer.table(0)?;
    if message.byte(schema::MESSAGE_HEADER_TYPE)? != schema::HEADER_IS_SCHEMA {
        return None;
    }
    let mut leaves = Vec::new();
    message
        .table(schema::MESSAGE_HEADER)?
        .tables(schema::SCHEMA_FIELDS, |field| add_leaves(field, 0, &mut leaves))?;
    Some(leaves)
}

/// Adds the leaves of a field, in order.
fn add_leaves(field: Table<'_>, depth: usize, leaves: &mut Vec<Option<i64>>) -> Option<()> {
    if depth > DEPTH_MAX || leaves.len() > LEAVES_MAX {
        return None;
    }
    let before = leaves.len();
    if field.at(schema::FIELD_CHILDREN).is_some() {
        field.tables(schema::FIELD_CHILDREN, |child| add_leaves(child, depth + 1, leaves))?;
    }
    if leaves.len() == before {
        let is_duration = field.byte(schema::FIELD_TYPE_KIND) == Some(schema::DURATION);
        leaves.push(if is_duration { Some(per_second(field)?) } else { None });
    }
    Some(())
}

fn per_second(field: Table<'_>) -> Option<i64> {
    // Milliseconds are what stands for itself.
    match field.table(schema::FIELD_TYPE)?.short(schema::DURATION_UNIT).unwrap_or(1) {
        0 => Some(1),
        1 => Some(1_000),
        2 => Some(1_000_000),
        3 => Some(1_000_000_000),
        _ => None,
    }
}

/// A flatbuffer, read within its bounds.
#[derive(Clone, Copy)]
struct Buffer<'b>(&'b [u8]);

/// A table of one: parts by their place in a list of offsets.
#[derive(Clone, Copy)]
struct Table<'b> {
    buffer: Buffer<'b>,
    start: usize,
    /// Where the list of its parts stands, and how long it is.
    parts: usize,
    parts_bytes: usize,
}

impl<'b> Buffer<'b> {
    fn u16(self, at: usize) -> Option<usize> {
        let bytes = self.0.get(at..at.checked_add(2)?)?;
        Some(u16::from_le_bytes(bytes.try_into().ok()?).into())
    }

    fn u32(self, at: usize) -> Option<usize> {
        let bytes = self.0.get(at..at.checked_add(4)?)?;
        usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
    }

    /// The table to which the offset at a place leads.
    fn table(self, at: usize) -> Option<Table<'b>> {
        let start = at.checked_add(self.u32(at)?)?;
        let back = i64::from(u32::try_from(self.u32(start)?).ok()? as i32);
        let parts = usize::try_from(i64::try_from(start).ok()?.checked_sub(back)?).ok()?;
        Some(Table { buffer: self, start, parts, parts_bytes: self.u16(parts)? })
    }
}

impl<'b> Table<'b> {
    /// Where a part stands; `None` where the table has none.
    fn at(&self, part: usize) -> Option<usize> {
        let entry = 4 + 2 * part;
        if entry + 2 > self.parts_bytes {
            return None;
        }
        match self.buffer.u16(self.parts.checked_add(entry)?)? {
            0 => None,
            offset => self.start.checked_add(offset),
        }
    }

    fn byte(&self, part: usize) -> Option<u8> {
        self.buffer.0.get(self.at(part)?).copied()
    }

    fn short(&self, part: usize) -> Option<usize> {
        self.buffer.u16(self.at(part)?)
    }

    fn table(&self, part: usize) -> Option<Table<'b>> {
        self.buffer.table(self.at(part)?)
    }

    /// Calls back with the tables of a list.
    fn tables(&self, part: usize, mut visit: impl FnMut(Table<'b>) -> Option<()>) -> Option<()> {
        let at = self.at(part)?;
        let list = at.checked_add(self.buffer.u32(at)?)?;
        for number in 0..self.buffer.u32(list)? {
            visit(self.buffer.table(list.checked_add(4 + 4 * number)?)?)?;
        }
        Some(())
    }
}

/// Base64 as it was (RFC 4648, section 4); `None` where it is none.
fn unbase64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=').bytes().filter(|byte| !byte.is_ascii_whitespace());
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for digit in digits {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What pyarrow wrote of a table of a text, of durations in seconds and in nanoseconds within a list, and of a
    /// structure of a number and a duration in milliseconds.
    const WRITTEN: &str = "/////4ABAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAQAAAAkAQAA5AAAAIwAAAAEAAAA/P7//wAAAQ0YAAAAHAAAAAQAAAACAAAAOAAAABAAAAACAAAAc3QAAPT+//8o////AAABEhAAAAAUAAAABAAAAAAAAAABAAAAYgAAABj///9M////AAABAhAAAAAcAAAABAAAAAAAAAABAAAAYQAAAAgADAAIAAcACAAAAAAAAAFAAAAAgP///wAAAQwUAAAAGAAAAAQAAAABAAAAEAAAAAEAAABsAAAAdP///6j///8AAAESEAAAABgAAAAEAAAAAAAAAAQAAABpdGVtAAAAANr///8AAAMA1P///wAAARIQAAAAGAAAAAQAAAAAAAAAAQAAAHMABgAIAAYABgAAAAAAAAAQABQACAAGAAcADAAAABAAEAAAAAAAAQUQAAAAGAAAAAQAAAAAAAAAAQAAAG4AAAAEAAQABAAAAAAAAAA=";

    #[test]
    fn the_unit_of_each_length_of_time_is_known() {
        let expected = [None, Some(1), Some(1_000_000_000), None, Some(1_000)];
        assert_eq!(durations(WRITTEN).unwrap(), expected);
    }

    #[test]
    fn what_is_none_says_nothing_and_ends() {
        for text in ["", "AAAA", "/////w==", "not base64"] {
            assert_eq!(durations(text), None, "{text}");
        }
        let bytes = WRITTEN.as_bytes();
        for at in 0..bytes.len() {
            let _ = durations(&WRITTEN[..at]);
            let mut turned = bytes.to_vec();
            turned[at] = if turned[at] == b'/' { b'A' } else { b'/' };
            let _ = durations(std::str::from_utf8(&turned).unwrap());
        }
    }

    #[test]
    fn base64_is_read() {
        assert_eq!(unbase64("TmF1cnU=").unwrap(), b"Nauru");
        assert_eq!(unbase64("TmF1\ncg==").unwrap(), b"Naur");
        assert_eq!(unbase64("Na*ru"), None);
    }
}
