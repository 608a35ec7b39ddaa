//! The layout of a generation file: header, table of sections, sections.
//!
//! ```text
//! 0      magic "DOSSIERG", version, number of sections, store id, generation, commit, file length
//! 56     xxh3 of the 56 bytes before it and of the table behind it
//! 64     table: 40 bytes a section (kind, owner, offset, length, count, xxh3)
//! ...    sections in the order of the table, each at a multiple of 64, gaps filled with zeros
//! ```
//!
//! **In**: sections as bytes, from `encode.rs`. **Out**: a [`GenerationFile`], from which
//! `decode.rs` takes them again. A section is known by what it is ([`Kind`]) and whose it is (a
//! property key, a relationship type, or nothing). `docs/file-format.md` has the byte tables.
//!
//! Opening reads the header, the table and the small `Meta` section, and believes none of them
//! before their checksums have been held against their bytes. It also checks the sections of a
//! small file whole ([`VERIFY_MAX_BYTES`]); those of a large one are checked by `dossier check`.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use crate::error::{Error, Result, store};

use super::foreign;
use super::map::{Map, MappedSlice, Plain};
use super::section::Section;

/// What every generation file begins with.
pub const MAGIC: [u8; 8] = *b"DOSSIERG";
/// The version of the format that is written; all from 1 on are read.
pub const VERSION: u32 = 3;
/// Sections begin at multiples of this.
const ALIGNMENT: usize = 64;
const HEADER_BYTES: usize = 64;
const ENTRY_BYTES: usize = 40;
/// Where in the header its checksum stands.
const CHECKSUM_AT: usize = 56;
/// Files up to this size are checked whole when they are opened: about two milliseconds.
pub const VERIFY_MAX_BYTES: u64 = 16 << 20;

/// What a section holds. The numbers are part of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u16)]
pub enum Kind {
    /// Counts, label sets, the directory of columns and types, statistics.
    Meta = 1,
    /// The numbers by which users know the nodes.
    NodeNumbers = 2,
    /// Nodes in the order of their numbers.
    NodesByNumber = 3,
    /// The numbers by which users know the relationships.
    StatementNumbers = 4,
    /// Relationships in the order of their numbers.
    StatementsByNumber = 5,
    /// Numbers, packed: a head for each 64. The owner is the kind in whose place they stand.
    NumberHeads = 6,
    /// The bits of these numbers, and those that stand beside.
    NumberWords = 7,
    /// Where the outgoing neighbours of each node begin.
    ForwardOffsets = 16,
    /// Ends, grouped by start.
    ForwardNeighbours = 17,
    /// Where the incoming neighbours of each node begin.
    BackwardOffsets = 18,
    /// Starts, grouped by end.
    BackwardNeighbours = 19,
    /// Which relationship each backward position is.
    BackwardStatements = 20,
    /// For each relationship one more than the place of its qualifiers; 0 is plain.
    QualifierCodes = 21,
    /// Where each distinct set of qualifiers ends.
    QualifierEnds = 22,
    /// Distinct sets of qualifiers, encoded.
    QualifierBytes = 23,
    /// Ends as gaps, in bits; in the place of `ForwardNeighbours`.
    ForwardGaps = 24,
    /// The bit at which the ends of every 32nd node begin, and the range of the ends.
    ForwardGapStarts = 25,
    /// Starts as gaps, in bits; in the place of `BackwardNeighbours`.
    BackwardGaps = 26,
    /// The bit at which the starts of every 32nd node begin, and the range of the starts.
    BackwardGapStarts = 27,
    /// Relationships that end where they start: node and forward position of each.
    Loops = 28,
    /// `QualifierCodes`, packed: a head for each 64.
    QualifierCodeHeads = 29,
    /// The bits of these codes, and those that stand beside.
    QualifierCodeWords = 30,
    /// Bits of the node column: which entries have a value.
    NodePresent = 32,
    /// Entries of the node column; codes where it holds texts, ends where it holds variants.
    NodeEntries = 33,
    /// Texts of the node column end to end, or its variants, encoded.
    NodeBytes = 34,
    /// Where each text of the node column ends.
    NodeTextEnds = 35,
    /// The hash table from text to code.
    NodeTextTable = 36,
    /// Where the nodes of each code begin in the index.
    NodeIndexOffsets = 37,
    /// Nodes by code, or in the order of their values.
    NodeIndexIds = 38,
    /// As `NodePresent`, for a column of relationships; and so on.
    StatementPresent = 48,
    /// See `NodeEntries`.
    StatementEntries = 49,
    /// See `NodeBytes`.
    StatementBytes = 50,
    /// See `NodeTextEnds`.
    StatementTextEnds = 51,
    /// See `NodeTextTable`.
    StatementTextTable = 52,
    /// Of a tail: counts, the directory of labels, types and columns, statistics.
    TailMeta = 64,
    /// Names and declarations as of the tail's commit.
    TailRecords = 65,
    /// Deleted nodes of the generation.
    TailRemovedNodes = 66,
    /// Deleted relationships of the generation.
    TailRemovedStatements = 67,
    /// New nodes, and those whose labels changed.
    TailNodeIds = 68,
    /// Where each 64 of their labels end.
    TailNodeEnds = 69,
    /// Their labels.
    TailNodeBytes = 70,
    /// New relationships.
    TailStatementIds = 71,
    /// Where each 64 of them end.
    TailStatementEnds = 72,
    /// Their types and ends.
    TailStatementBytes = 73,
    /// Relationships that were qualified.
    TailQualifierIds = 74,
    /// Where each 64 of their qualifiers end.
    TailQualifierEnds = 75,
    /// Their qualifiers.
    TailQualifierBytes = 76,
    /// Nodes that gained a label.
    TailGained = 77,
    /// Nodes of the generation that lost a label.
    TailLost = 78,
    /// Nodes whose outgoing neighbours of a type changed.
    TailOutgoingIds = 79,
    /// Where each 64 of these changes end.
    TailOutgoingEnds = 80,
    /// The changes: how many were removed, and what was added.
    TailOutgoingBytes = 81,
    /// See `TailOutgoingIds`.
    TailIncomingIds = 82,
    /// See `TailOutgoingEnds`.
    TailIncomingEnds = 83,
    /// See `TailOutgoingBytes`.
    TailIncomingBytes = 84,
    /// Deleted relationships of the generation, of one type.
    TailRemovedOfType = 85,
    /// Nodes whose property was written.
    TailNodeValueIds = 86,
    /// Where each 64 of the values end.
    TailNodeValueEnds = 87,
    /// The values.
    TailNodeValueBytes = 88,
    /// The hashes of those that can be looked up, ascending.
    TailNodeValueHashes = 89,
    /// The node of each hash.
    TailNodeValueHashed = 90,
    /// See `TailNodeValueIds`, for a column of relationships; and so on.
    TailStatementValueIds = 91,
    /// See `TailNodeValueEnds`.
    TailStatementValueEnds = 92,
    /// See `TailNodeValueBytes`.
    TailStatementValueBytes = 93,
    /// See `TailNodeValueHashes`.
    TailStatementValueHashes = 94,
    /// See `TailNodeValueHashed`.
    TailStatementValueHashed = 95,
}

impl Kind {
    /// All kinds, ascending.
    pub const ALL: [Kind; 66] = [
        Kind::Meta,
        Kind::NodeNumbers,
        Kind::NodesByNumber,
        Kind::StatementNumbers,
        Kind::StatementsByNumber,
        Kind::NumberHeads,
        Kind::NumberWords,
        Kind::ForwardOffsets,
        Kind::ForwardNeighbours,
        Kind::BackwardOffsets,
        Kind::BackwardNeighbours,
        Kind::BackwardStatements,
        Kind::QualifierCodes,
        Kind::QualifierEnds,
        Kind::QualifierBytes,
        Kind::ForwardGaps,
        Kind::ForwardGapStarts,
        Kind::BackwardGaps,
        Kind::BackwardGapStarts,
        Kind::Loops,
        Kind::QualifierCodeHeads,
        Kind::QualifierCodeWords,
        Kind::NodePresent,
        Kind::NodeEntries,
        Kind::NodeBytes,
        Kind::NodeTextEnds,
        Kind::NodeTextTable,
        Kind::NodeIndexOffsets,
        Kind::NodeIndexIds,
        Kind::StatementPresent,
        Kind::StatementEntries,
        Kind::StatementBytes,
        Kind::StatementTextEnds,
        Kind::StatementTextTable,
        Kind::TailMeta,
        Kind::TailRecords,
        Kind::TailRemovedNodes,
        Kind::TailRemovedStatements,
        Kind::TailNodeIds,
        Kind::TailNodeEnds,
        Kind::TailNodeBytes,
        Kind::TailStatementIds,
        Kind::TailStatementEnds,
        Kind::TailStatementBytes,
        Kind::TailQualifierIds,
        Kind::TailQualifierEnds,
        Kind::TailQualifierBytes,
        Kind::TailGained,
        Kind::TailLost,
        Kind::TailOutgoingIds,
        Kind::TailOutgoingEnds,
        Kind::TailOutgoingBytes,
        Kind::TailIncomingIds,
        Kind::TailIncomingEnds,
        Kind::TailIncomingBytes,
        Kind::TailRemovedOfType,
        Kind::TailNodeValueIds,
        Kind::TailNodeValueEnds,
        Kind::TailNodeValueBytes,
        Kind::TailNodeValueHashes,
        Kind::TailNodeValueHashed,
        Kind::TailStatementValueIds,
        Kind::TailStatementValueEnds,
        Kind::TailStatementValueBytes,
        Kind::TailStatementValueHashes,
        Kind::TailStatementValueHashed,
    ];

    fn from_number(number: u16) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| *kind as u16 == number)
    }
}

/// Which file this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The store that it belongs to.
    pub store: [u8; 16],
    /// Its number among the generations of the store, from 1.
    pub generation: u64,
    /// The commit up to which it holds everything.
    pub commit: u64,
}

/// A section to be written.
pub struct Part<'a> {
    /// What it holds.
    pub kind: Kind,
    /// The number of the key or type it belongs to; 0 where it belongs to none.
    pub owner: u32,
    /// Its content.
    pub bytes: Cow<'a, [u8]>,
}

/// Where a section stands.
#[derive(Clone, Debug)]
struct Entry {
    kind: Kind,
    owner: u32,
    range: Range<usize>,
    checksum: u64,
}

/// Where sections stand: what each holds, whose it is, its bytes.
#[cfg(test)]
pub type Places = Vec<(Kind, u32, Range<usize>)>;

/// A generation file, mapped.
#[derive(Debug)]
pub struct GenerationFile {
    name: String,
    map: Arc<Map>,
    identity: Identity,
    /// Ascending by kind and owner.
    entries: Vec<Entry>,
}

/// How large a generation file is and what its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The length of the whole file.
    pub length: u64,
    /// The checksum that stands in the header, and which covers those of all sections.
    pub checksum: u64,
}

/// Lays the sections out and hands the file over piece by piece.
pub fn write<E>(
    identity: &Identity,
    mut parts: Vec<Part<'_>>,
    mut out: impl FnMut(&[u8]) -> std::result::Result<(), E>,
) -> std::result::Result<Stamp, E> {
    parts.sort_by_key(|part| (part.kind, part.owner));
    let mut table = Vec::with_capacity(parts.len() * ENTRY_BYTES);
    let mut end = HEADER_BYTES + parts.len() * ENTRY_BYTES;
    for part in &parts {
        let start = end.next_multiple_of(ALIGNMENT);
        end = start + part.bytes.len();
        table.extend_from_slice(&(part.kind as u16).to_le_bytes());
        table.extend_from_slice(&0u16.to_le_bytes());
        table.extend_from_slice(&part.owner.to_le_bytes());
        table.extend_from_slice(&(start as u64).to_le_bytes());
        table.extend_from_slice(&(part.bytes.len() as u64).to_le_bytes());
        table.extend_from_slice(&0u64.to_le_bytes());
        table.extend_from_slice(&xxh3_64(&part.bytes).to_le_bytes());
    }
    let mut header = Vec::with_capacity(HEADER_BYTES);
    header.extend_from_slice(&MAGIC);
    header.extend_from_slice(&VERSION.to_le_bytes());
    header.extend_from_slice(&(parts.len() as u32).to_le_bytes());
    header.extend_from_slice(&identity.store);
    header.extend_from_slice(&identity.generation.to_le_bytes());
    header.extend_from_slice(&identity.commit.to_le_bytes());
    header.extend_from_slice(&(end as u64).to_le_bytes());
    let stamp = Stamp { length: end as u64, checksum: checksum(&header, &table) };
    header.extend_from_slice(&stamp.checksum.to_le_bytes());
    out(&header)?;
    out(&table)?;
    let mut at = HEADER_BYTES + table.len();
    for part in &parts {
        let start = at.next_multiple_of(ALIGNMENT);
        out(&[0; ALIGNMENT][..start - at])?;
        out(&part.bytes)?;
        at = start + part.bytes.len();
    }
    Ok(stamp)
}

fn checksum(header: &[u8], table: &[u8]) -> u64 {
    let mut hash = Xxh3Default::new();
    hash.update(&header[..CHECKSUM_AT]);
    hash.update(table);
    hash.digest()
}

impl GenerationFile {
    /// Reads header and table. `stamp` is what the manifest says of the file, where there is one.
    ///
    /// Fails with `store::damaged` where the bytes are not those that were written, and with
    /// `store::version` for a file of a later format.
    pub fn open(name: &str, map: Map, stamp: Option<Stamp>) -> Result<GenerationFile> {
        let wrong = |what: &str| damaged(name, what);
        let bytes = map.bytes();
        if let Some(is) = foreign::of_bytes(bytes).filter(|_| !bytes.starts_with(&MAGIC)) {
            return Err(wrong(&format!("it is {is}")));
        }
        let header = bytes.get(..HEADER_BYTES).ok_or_else(|| wrong("the header is cut off"))?;
        if header[..8] != MAGIC {
            return Err(wrong("it is no generation file of Dossier"));
        }
        let version = u32_at(header, 8);
        if version > VERSION && stamp.is_some() {
            // A manifest of this version names no file of a later one.
            return Err(wrong(&format!("its header says that it is of version {version}")));
        }
        if version > VERSION {
            let message = format!(
                "The file `{name}` has version {version} of the format, this program reads up to {VERSION}."
            );
            return Err(Error::new(&store::VERSION, message).hint("Use a newer dossier."));
        }
        if version == 0 {
            return Err(wrong("the header has no version"));
        }
        let identity = Identity {
            store: header[16..32].try_into().unwrap_or_default(),
            generation: u64_at(header, 32),
            commit: u64_at(header, 40),
        };
        let length = u64_at(header, 48);
        if length != bytes.len() as u64 {
            let message = format!("it has {} bytes instead of {length}", bytes.len());
            return Err(wrong(&message));
        }
        let count = u32_at(header, 12) as usize;
        let table = count
            .checked_mul(ENTRY_BYTES)
            .and_then(|table| bytes.get(HEADER_BYTES..HEADER_BYTES.checked_add(table)?))
            .ok_or_else(|| wrong("the table of sections is cut off"))?;
        let found = Stamp { length, checksum: checksum(header, table) };
        if found.checksum != u64_at(header, CHECKSUM_AT) {
            return Err(wrong("the checksum of the header and the table of sections is wrong"));
        }
        if stamp.is_some_and(|stamp| stamp != found) {
            return Err(wrong("it is not the file that the manifest names"));
        }
        let entries = table
            .chunks_exact(ENTRY_BYTES)
            .map(|entry| Entry::read(entry, bytes.len()))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| wrong("the table of sections names what cannot be"))?;
        let key = |entry: &Entry| (entry.kind, entry.owner);
        if !entries.is_sorted_by(|a, b| key(a) < key(b) && a.range.end <= b.range.start) {
            return Err(wrong("the table of sections is out of order"));
        }
        Ok(GenerationFile { name: name.to_owned(), map: Arc::new(map), identity, entries })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which file this is.
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// How many bytes the whole file has.
    pub fn len(&self) -> u64 {
        self.map.bytes().len() as u64
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        self.map.bytes()
    }

    /// The entries of a section; none where there is no such section.
    pub fn section<T: Plain>(&self, kind: Kind, owner: u32) -> Result<Section<T>> {
        Ok(self.slice(kind, owner)?.map_or_else(Section::default, Section::mapped))
    }

    /// The entries of a section, where it is there and not empty.
    pub fn slice<T: Plain>(&self, kind: Kind, owner: u32) -> Result<Option<MappedSlice<T>>> {
        let Some(entry) = self.entry(kind, owner).filter(|entry| !entry.range.is_empty()) else {
            return Ok(None);
        };
        let entries = MappedSlice::new(&self.map, entry.range.clone());
        entries.map(Some).ok_or_else(|| self.wrong(kind, owner, "is no whole number of entries"))
    }

    /// Whether there is such a section, be it an empty one.
    pub fn has(&self, kind: Kind, owner: u32) -> bool {
        self.entry(kind, owner).is_some()
    }

    /// Checks a section against its checksum and returns its bytes.
    pub fn verified(&self, kind: Kind, owner: u32) -> Result<&[u8]> {
        let entry = self.entry(kind, owner);
        let entry = entry.ok_or_else(|| self.wrong(kind, owner, "is missing"))?;
        self.verify(entry)
    }

    /// Checks all sections against their checksums, and the gaps between them.
    pub fn verify_all(&self) -> Result<()> {
        let mut end = HEADER_BYTES + self.entries.len() * ENTRY_BYTES;
        for entry in &self.entries {
            self.verify(entry)?;
            if self.map.bytes()[end..entry.range.start].iter().any(|&byte| byte != 0) {
                return Err(damaged(&self.name, "there is something between its sections"));
            }
            end = entry.range.end;
        }
        Ok(())
    }

    /// The sections with their owners and places.
    pub fn sections(&self) -> impl Iterator<Item = (Kind, u32, Range<usize>)> {
        self.entries.iter().map(|entry| (entry.kind, entry.owner, entry.range.clone()))
    }

    /// An error that names file and section.
    pub fn wrong(&self, kind: Kind, owner: u32, what: &str) -> Error {
        damaged(&self.name, &format!("the section {kind:?} {owner} {what}"))
    }

    fn verify(&self, entry: &Entry) -> Result<&[u8]> {
        let bytes = &self.map.bytes()[entry.range.clone()];
        if xxh3_64(bytes) == entry.checksum {
            return Ok(bytes);
        }
        Err(self.wrong(entry.kind, entry.owner, "does not have the checksum it was written with"))
    }

    fn entry(&self, kind: Kind, owner: u32) -> Option<&Entry> {
        let at = self.entries.binary_search_by_key(&(kind, owner), |e| (e.kind, e.owner)).ok()?;
        Some(&self.entries[at])
    }
}

impl Entry {
    /// Reads an entry of the table of a file with so many bytes.
    fn read(bytes: &[u8], file_len: usize) -> Option<Entry> {
        let start = usize::try_from(u64_at(bytes, 8)).ok()?;
        let end = start.checked_add(usize::try_from(u64_at(bytes, 16)).ok()?)?;
        let kind = u16::from_le_bytes([bytes[0], bytes[1]]);
        (start.is_multiple_of(ALIGNMENT) && end <= file_len).then_some(Entry {
            kind: Kind::from_number(kind)?,
            owner: u32_at(bytes, 4),
            range: start..end,
            checksum: u64_at(bytes, 32),
        })
    }
}

/// An error for a file whose bytes are not those that were written.
pub fn damaged(name: &str, what: &str) -> Error {
    Error::new(&store::DAMAGED, format!("The file `{name}` is damaged: {what}."))
        .hint("Restore the store from a backup.")
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
