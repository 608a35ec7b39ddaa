//! A generation as the sections of a file, and a file as a generation.
//!
//! The arrays stand in the file as they are read; `Meta` says which there are and how they belong
//! together. Decoding takes `Meta` apart, holds the lengths of all sections against it and against
//! each other, and looks into none of them: that is what makes opening fast. Whether their content
//! is what was written is for checksums to say, and whether it fits together for `check.rs`.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use hashbrown::HashMap;

use crate::error::Result;
use crate::graph::stats::Statistics;
use crate::graph::{KeyId, LabelId, TypeId};
use crate::value::{NodeId, StatementId};

use super::adjacency::{DegreeCounts, Loop, RunNodes, Runs, StoredAdjacency};
use super::builder::label_ranges;
use super::codec::{Malformed, Reader, Writer};
use super::column::{StoredColumn, StoredData, Variants};
use super::dictionary::TextDictionary;
use super::format::{GenerationFile, Kind, Part};
use super::frames::Frames;
use super::gaps::{self, Gaps};
use super::generation::{Generation, LabelSet, TypeGroup};
use super::index::ValueIndex;
use super::integers::{Narrow, Offsets, StoredIntegers};
use super::map::{self, Plain, bytes_of};
use super::numbers::{ElementIds, Numbers};
use super::qualifiers::QualifierColumn;
use super::records::{own_number, read_labels, write_labels, write_qualifiers};
use super::section::{Booleans, Section, Text};

/// The types of a column's entries, as `Meta` has them.
const BOOLEAN: u8 = 0;
const INTEGER: u8 = 1;
const FLOAT: u8 = 2;
const DATE: u8 = 3;
const TEXT: u8 = 4;
const VARIANT: u8 = 5;
/// Integers, as how much larger than the least they are.
const NARROW: u8 = 6;

/// Fewer integers than this are not worth narrowing. Tests narrow as soon as there are two.
const NARROW_MIN: usize = if cfg!(test) { 2 } else { 64 };

/// The kinds of a column's index, as `Meta` has them.
const NO_INDEX: u8 = 0;
const BY_CODE: u8 = 1;
const ASCENDING: u8 = 2;
const BY_VALUE: u8 = 3;

/// The kinds of the sections of a column: of nodes, or of relationships.
struct ColumnKinds {
    present: Kind,
    entries: Kind,
    bytes: Kind,
    text_ends: Kind,
    text_table: Kind,
}

const NODE: ColumnKinds = ColumnKinds {
    present: Kind::NodePresent,
    entries: Kind::NodeEntries,
    bytes: Kind::NodeBytes,
    text_ends: Kind::NodeTextEnds,
    text_table: Kind::NodeTextTable,
};

const STATEMENT: ColumnKinds = ColumnKinds {
    present: Kind::StatementPresent,
    entries: Kind::StatementEntries,
    bytes: Kind::StatementBytes,
    text_ends: Kind::StatementTextEnds,
    text_table: Kind::StatementTextTable,
};

/// The kinds of the sections of one direction of a type.
struct RunKinds {
    offsets: Kind,
    neighbours: Kind,
    gaps: Kind,
    gap_starts: Kind,
}

const FORWARD: RunKinds = RunKinds {
    offsets: Kind::ForwardOffsets,
    neighbours: Kind::ForwardNeighbours,
    gaps: Kind::ForwardGaps,
    gap_starts: Kind::ForwardGapStarts,
};

const BACKWARD: RunKinds = RunKinds {
    offsets: Kind::BackwardOffsets,
    neighbours: Kind::BackwardNeighbours,
    gaps: Kind::BackwardGaps,
    gap_starts: Kind::BackwardGapStarts,
};

/// Fewer neighbours than this are not worth packing. Tests pack as soon as there are two.
const PACK_MIN: usize = if cfg!(test) { 2 } else { 1 << 12 };

/// Where the runs of packed neighbours begin, and behind that the range of their ids.
fn gap_starts(gaps: &Gaps) -> Vec<u64> {
    let mut starts = gaps.starts.to_vec();
    starts.extend([gaps.ids.start, gaps.ids.end].map(u64::from));
    starts
}

/// Collects sections.
struct Encoder<'a> {
    parts: Vec<Part<'a>>,
    meta: Writer,
}

/// The sections of a generation.
pub fn encode(generation: &Generation) -> Vec<Part<'_>> {
    let mut encoder = Encoder { parts: Vec::new(), meta: Writer::default() };
    encoder.meta.u32(generation.nodes);
    encoder.meta.u32(generation.statements);
    encoder.meta.list(&generation.label_sets, |out, set| {
        write_labels(out, &set.labels);
        out.u32(set.nodes.start);
        out.u32(set.nodes.end);
        out.list(&set.keys, |out, key| out.u32(key.0));
    });
    encoder.elements(&generation.node_elements, Kind::NodeNumbers, Kind::NodesByNumber);
    let kinds = (Kind::StatementNumbers, Kind::StatementsByNumber);
    encoder.elements(&generation.statement_elements, kinds.0, kinds.1);
    encoder.meta.u32(generation.types.len() as u32);
    for group in &generation.types {
        encoder.group(group);
    }
    encoder.columns(&generation.node_columns, &NODE, true);
    encoder.columns(&generation.statement_columns, &STATEMENT, false);
    encoder.statistics(&generation.statistics);
    let Encoder { mut parts, meta } = encoder;
    parts.push(Part { kind: Kind::Meta, owner: 0, bytes: Cow::Owned(meta.bytes) });
    parts
}

impl<'a> Encoder<'a> {
    fn part<T: Plain>(&mut self, kind: Kind, owner: u32, entries: &'a [T]) {
        self.parts.push(Part { kind, owner, bytes: Cow::Borrowed(bytes_of(entries)) });
    }

    fn own<T: Plain>(&mut self, kind: Kind, owner: u32, entries: &[T]) {
        self.parts.push(Part { kind, owner, bytes: Cow::Owned(bytes_of(entries).to_vec()) });
    }

    fn elements(&mut self, elements: &'a ElementIds, numbers: Kind, by_number: Kind) {
        self.meta.u32(elements.next);
        self.meta.bool(elements.numbers.is_some());
        if let Some(stored) = &elements.numbers {
            self.numbers(stored, numbers);
            self.numbers(elements.by_number(stored), by_number);
        }
    }

    /// Numbers, packed, in the place of a section in which they would be an array.
    fn numbers(&mut self, numbers: &'a Numbers, of: Kind) {
        let owner = of as u32;
        match numbers {
            Numbers::Array(array) => {
                let frames = Frames::pack(array);
                let (heads, words) = frames.sections();
                self.own(Kind::NumberHeads, owner, heads);
                self.own(Kind::NumberWords, owner, words);
            }
            Numbers::Packed(frames) => {
                let (heads, words) = frames.sections();
                self.part(Kind::NumberHeads, owner, heads);
                self.part(Kind::NumberWords, owner, words);
            }
        }
    }

    fn group(&mut self, group: &'a TypeGroup) {
        let TypeGroup { relationship_type, adjacency, sorted_by, qualifiers, keys } = group;
        let owner = relationship_type.0;
        let out = &mut self.meta;
        out.u32(owner);
        out.u32(adjacency.first);
        out.u32(adjacency.len());
        out.option(*sorted_by, |out, key| out.u32(key.0));
        out.list(keys, |out, key| out.u32(key.0));
        for degrees in [&adjacency.forward.degrees, &adjacency.backward.degrees] {
            let counts: Vec<(u32, u32)> = degrees.iter().collect();
            out.list(&counts, |out, &(degree, nodes)| {
                out.u32(degree);
                out.u32(nodes);
            });
        }
        out.option(qualifiers.as_ref(), |out, qualifiers| out.u64(qualifiers.qualified()));
        self.runs(&adjacency.forward, &FORWARD, owner, !adjacency.is_listed);
        self.runs(&adjacency.backward, &BACKWARD, owner, !adjacency.is_listed);
        let loops = adjacency.loops().iter();
        let loops: Vec<u32> =
            loops.flat_map(|(node, id)| [node.0, id.0 - adjacency.first]).collect();
        self.own(Kind::Loops, owner, &loops);
        if let (true, Some(ids)) = (adjacency.is_listed, adjacency.backward_statements.get()) {
            self.part(Kind::BackwardStatements, owner, ids);
        }
        if let Some(qualifiers) = qualifiers {
            let (mut ends, mut bytes) = (Vec::new(), Writer::default());
            for place in 0..qualifiers.distinct_len() {
                if let Some(distinct) = qualifiers.distinct(place) {
                    write_qualifiers(&mut bytes, distinct, &own_number);
                }
                ends.push(bytes.bytes.len() as u64);
            }
            self.codes(qualifiers.codes(), owner);
            self.own(Kind::QualifierEnds, owner, &ends);
            self.own(Kind::QualifierBytes, owner, &bytes.bytes);
        }
    }

    /// Codes of qualifiers; packed only where that is much smaller, because an array is read faster.
    fn codes(&mut self, codes: &'a Numbers, owner: u32) {
        let packed;
        let frames = match codes {
            Numbers::Packed(frames) => frames,
            Numbers::Array(array) => {
                let much_smaller = size_of_val(&array[..]) / 8;
                let Some(frames) = Frames::pack_within(array, much_smaller) else {
                    return self.part(Kind::QualifierCodes, owner, array);
                };
                packed = frames;
                &packed
            }
        };
        let (heads, words) = frames.sections();
        self.own(Kind::QualifierCodeHeads, owner, heads);
        self.own(Kind::QualifierCodeWords, owner, words);
    }

    fn runs(&mut self, runs: &'a Runs, kinds: &RunKinds, owner: u32, may_pack: bool) {
        self.part(kinds.offsets, owner, &runs.offsets);
        match &runs.neighbours {
            RunNodes::Array(nodes) if may_pack && nodes.len() >= PACK_MIN => {
                let gaps = Gaps::pack(&runs.offsets, nodes);
                self.own(kinds.gaps, owner, &gaps.words);
                self.own(kinds.gap_starts, owner, &gap_starts(&gaps));
            }
            RunNodes::Array(nodes) => self.part(kinds.neighbours, owner, nodes),
            RunNodes::Gaps(gaps) => {
                self.part(kinds.gaps, owner, &gaps.words);
                self.own(kinds.gap_starts, owner, &gap_starts(gaps));
            }
        }
    }

    fn columns(
        &mut self,
        columns: &'a HashMap<KeyId, StoredColumn>,
        kinds: &ColumnKinds,
        is_indexed: bool,
    ) {
        let mut keys: Vec<KeyId> = columns.keys().copied().collect();
        keys.sort_unstable();
        self.meta.u32(keys.len() as u32);
        for key in keys {
            self.column(key.0, &columns[&key], kinds);
            let column = &columns[&key];
            if is_indexed {
                self.index(key.0, column.value_index());
            } else {
                self.meta.byte(NO_INDEX);
            }
        }
    }

    fn integers(
        &mut self,
        owner: u32,
        column: &'a StoredColumn,
        values: &'a StoredIntegers,
        kinds: &ColumnKinds,
    ) {
        let made;
        let narrow = match values {
            StoredIntegers::Narrow(narrow) => narrow,
            StoredIntegers::Array(values) => {
                let few = values.len() < NARROW_MIN;
                let present = |at: usize| column.has(column.first + at as u32);
                made = if few { None } else { Narrow::of(values, present) };
                let Some(narrow) = &made else {
                    self.meta.byte(INTEGER);
                    return self.part(kinds.entries, owner, values);
                };
                narrow
            }
        };
        self.meta.byte(NARROW);
        self.meta.u64(narrow.least as u64);
        match &narrow.offsets {
            Offsets::Counting(_) => self.meta.byte(0),
            Offsets::One(offsets) => {
                self.meta.byte(1);
                self.own(kinds.entries, owner, offsets);
            }
            Offsets::Two(offsets) => {
                self.meta.byte(2);
                self.own(kinds.entries, owner, offsets);
            }
            Offsets::Four(offsets) => {
                self.meta.byte(4);
                self.own(kinds.entries, owner, offsets);
            }
        }
    }

    fn column(&mut self, owner: u32, column: &'a StoredColumn, kinds: &ColumnKinds) {
        self.meta.u32(owner);
        self.meta.u32(column.first);
        self.meta.u32(column.len() as u32);
        self.meta.bool(column.present.is_some());
        if let Some(present) = &column.present {
            self.part(kinds.present, owner, present);
        }
        match &column.data {
            StoredData::Boolean(values) => {
                self.meta.byte(BOOLEAN);
                let bytes: Vec<u8> = values.iter().map(|&value| value.into()).collect();
                self.own(kinds.entries, owner, &bytes);
            }
            StoredData::Integer(values) => {
                self.integers(owner, column, values, kinds);
            }
            StoredData::Float(values) => {
                self.meta.byte(FLOAT);
                self.part(kinds.entries, owner, values);
            }
            StoredData::Date(values) => {
                self.meta.byte(DATE);
                self.part(kinds.entries, owner, values);
            }
            StoredData::String { codes, dictionary } => {
                self.meta.byte(TEXT);
                self.part(kinds.entries, owner, codes);
                self.part(kinds.bytes, owner, dictionary.text_bytes().bytes());
                self.part(kinds.text_ends, owner, dictionary.ends());
                self.own(kinds.text_table, owner, &dictionary.table());
            }
            StoredData::Variant(values) => {
                self.meta.byte(VARIANT);
                let (mut ends, mut bytes) = (Vec::new(), Writer::default());
                for at in 0..values.len() {
                    bytes.value(&values.get(at));
                    ends.push(bytes.bytes.len() as u64);
                }
                self.own(kinds.entries, owner, &ends);
                self.own(kinds.bytes, owner, &bytes.bytes);
            }
        }
    }

    fn index(&mut self, owner: u32, index: &'a ValueIndex) {
        match index {
            ValueIndex::ByCode { offsets, ids } => {
                self.meta.byte(BY_CODE);
                self.part(Kind::NodeIndexOffsets, owner, offsets);
                self.part(Kind::NodeIndexIds, owner, ids);
            }
            ValueIndex::Ascending => self.meta.byte(ASCENDING),
            ValueIndex::ByValue(ids) => {
                self.meta.byte(BY_VALUE);
                self.part(Kind::NodeIndexIds, owner, ids);
            }
            // A hash table over mixed values is made anew when it is asked for.
            ValueIndex::ByKey(_) => self.meta.byte(NO_INDEX),
        }
    }

    fn statistics(&mut self, statistics: &Statistics) {
        let mut distinct: Vec<_> = statistics.distinct.iter().collect();
        distinct.sort_unstable();
        self.meta.list(&distinct, |out, (key, count)| {
            out.u32(key.0);
            out.u64(**count);
        });
    }
}

/// Takes a file apart into a generation.
///
/// Fails with `store::damaged` where `Meta` is not what was written or a section is not as long as
/// it must be.
pub fn decode(file: &GenerationFile) -> Result<Generation> {
    let meta = file.verified(Kind::Meta, 0)?;
    let mut decoder = Decoder { file, meta: Reader::new(meta) };
    match decoder.generation() {
        Ok(generation) => Ok(generation),
        Err(Fault::Error(error)) => Err(error),
        Err(Fault::Meta) => Err(file.wrong(Kind::Meta, 0, "contradicts itself")),
        Err(Fault::Length(kind, owner)) => {
            Err(file.wrong(kind, owner, "is not as long as it must be"))
        }
    }
}

/// Why a file cannot be taken apart.
enum Fault {
    Error(crate::error::Error),
    Meta,
    Length(Kind, u32),
}

impl From<Malformed> for Fault {
    fn from(_: Malformed) -> Fault {
        Fault::Meta
    }
}

impl From<crate::error::Error> for Fault {
    fn from(error: crate::error::Error) -> Fault {
        Fault::Error(error)
    }
}

type Decoded<T> = std::result::Result<T, Fault>;

struct Decoder<'a> {
    file: &'a GenerationFile,
    meta: Reader<'a>,
}

impl Decoder<'_> {
    fn generation(&mut self) -> Decoded<Generation> {
        let (nodes, statements) = (self.meta.u32()?, self.meta.u32()?);
        let label_sets = self.label_sets(nodes)?;
        let node_elements = self.elements(nodes, Kind::NodeNumbers, Kind::NodesByNumber)?;
        let kinds = (Kind::StatementNumbers, Kind::StatementsByNumber);
        let statement_elements = self.elements(statements, kinds.0, kinds.1)?;
        let types = self.types(nodes, statements)?;
        let node_columns = self.columns(nodes, &NODE)?;
        let statement_columns = self.columns(statements, &STATEMENT)?;
        let distinct = self.meta.list(12, |reader| Ok((KeyId(reader.u32()?), reader.u64()?)))?;
        if !self.meta.is_empty() {
            return Err(Fault::Meta);
        }
        let label_ranges = label_ranges(&label_sets);
        let statistics = Statistics {
            nodes: nodes.into(),
            statements: statements.into(),
            by_label: label_ranges
                .iter()
                .map(|(&label, ranges)| {
                    (label, ranges.iter().map(|r| u64::from(r.end - r.start)).sum())
                })
                .collect(),
            by_type: types
                .iter()
                .map(|group| (group.relationship_type, group.adjacency.statistics()))
                .collect(),
            distinct: distinct.into_iter().collect(),
        };
        Ok(Generation {
            nodes,
            statements,
            label_ranges,
            label_sets,
            node_columns,
            type_positions: types.iter().map(|group| group.relationship_type).zip(0..).collect(),
            types,
            statement_columns,
            node_elements,
            statement_elements,
            statistics: Arc::new(statistics),
        })
    }

    fn label_sets(&mut self, nodes: u32) -> Decoded<Vec<LabelSet>> {
        let mut end = 0;
        let sets = self.meta.list(16, |reader| {
            let labels: Arc<[LabelId]> = read_labels(reader)?.into();
            let nodes: Range<u32> = reader.u32()?..reader.u32()?;
            if nodes.start != end || nodes.end <= nodes.start || !labels.is_sorted_by(|a, b| a < b)
            {
                return Err(Malformed);
            }
            end = nodes.end;
            Ok(LabelSet { labels, nodes, keys: read_keys(reader)? })
        })?;
        if end == nodes { Ok(sets) } else { Err(Fault::Meta) }
    }

    fn elements(&mut self, len: u32, numbers: Kind, by_number: Kind) -> Decoded<ElementIds> {
        let next = self.meta.u32()?;
        if !self.meta.bool()? {
            return if next >= len { Ok(ElementIds::same(next)) } else { Err(Fault::Meta) };
        }
        let numbers = self.numbers(len as usize, numbers)?;
        let by_number = self.numbers(len as usize, by_number)?;
        Ok(ElementIds { numbers: Some(numbers), next, by_number: OnceLock::from(by_number) })
    }

    /// So many numbers, packed, or as version 2 has them: in a section of that kind.
    fn numbers(&self, len: usize, of: Kind) -> Decoded<Numbers> {
        let owner = of as u32;
        if !self.file.has(Kind::NumberHeads, owner) {
            return Ok(Numbers::Array(self.exactly(of, 0, len)?));
        }
        self.frames(len, Kind::NumberHeads, Kind::NumberWords, owner)
    }

    fn frames(&self, len: usize, heads: Kind, words: Kind, owner: u32) -> Decoded<Numbers> {
        let words = self.file.section(words, owner)?;
        let frames = Frames::stored(len, self.file.section(heads, owner)?, words);
        Ok(Numbers::Packed(frames.ok_or(Fault::Length(heads, owner))?))
    }

    fn types(&mut self, nodes: u32, statements: u32) -> Decoded<Vec<TypeGroup>> {
        let count = self.meta.u32()?;
        let mut types: Vec<TypeGroup> = Vec::new();
        let mut first = 0u32;
        for _ in 0..count {
            let group = self.group(nodes, first)?;
            first = first.checked_add(group.adjacency.len()).ok_or(Fault::Meta)?;
            let ascends =
                types.last().is_none_or(|last| last.relationship_type < group.relationship_type);
            if !ascends {
                return Err(Fault::Meta);
            }
            types.push(group);
        }
        if first == statements { Ok(types) } else { Err(Fault::Meta) }
    }

    fn group(&mut self, nodes: u32, expected_first: u32) -> Decoded<TypeGroup> {
        let owner = self.meta.u32()?;
        let (first, len) = (self.meta.u32()?, self.meta.u32()? as usize);
        if first != expected_first || len == 0 {
            return Err(Fault::Meta);
        }
        let sorted_by = self.meta.option(|reader| reader.u32().map(KeyId))?;
        let keys = read_keys(&mut self.meta)?;
        let (out_degrees, in_degrees) = (self.degrees(len)?, self.degrees(len)?);
        let qualified = self.meta.option(Reader::u64)?;
        let forward = self.runs(&FORWARD, owner, (nodes, len), out_degrees)?;
        let backward = self.runs(&BACKWARD, owner, (nodes, len), in_degrees)?;
        let listed = self.file.section(Kind::BackwardStatements, owner)?;
        let is_listed = !listed.is_empty();
        if is_listed && listed.len() != len {
            return Err(Fault::Length(Kind::BackwardStatements, owner));
        }
        let backward_statements = OnceLock::new();
        if is_listed {
            backward_statements.get_or_init(|| listed);
        }
        let qualifiers = match qualified {
            None => None,
            Some(qualified) => Some(self.qualifiers(owner, len, qualified)?),
        };
        Ok(TypeGroup {
            relationship_type: TypeId(owner),
            adjacency: StoredAdjacency {
                first,
                forward,
                backward,
                backward_statements,
                is_listed,
                loops: self.loops(owner, first, len)?,
            },
            sorted_by,
            qualifiers,
            keys,
        })
    }

    /// One direction of a type with so many relationships, in a graph with so many nodes.
    fn runs(
        &self,
        kinds: &RunKinds,
        owner: u32,
        (nodes, len): (u32, usize),
        degrees: DegreeCounts,
    ) -> Decoded<Runs> {
        let offsets = self.file.section::<u32>(kinds.offsets, owner)?;
        // Looking at both ends of the offsets costs two pages and rules out most mix-ups.
        let fits = offsets.len() <= nodes as usize + 1
            && offsets.first() == Some(&0)
            && offsets.last() == Some(&(len as u32));
        if !fits {
            return Err(Fault::Length(kinds.offsets, owner));
        }
        let starts = self.file.section::<u64>(kinds.gap_starts, owner)?;
        if starts.is_empty() {
            let neighbours = RunNodes::Array(self.exactly(kinds.neighbours, owner, len)?);
            return Ok(Runs { offsets, neighbours, degrees });
        }
        let groups = (offsets.len() - 1).div_ceil(gaps::GROUP);
        let ids = match starts.get(groups..) {
            Some(&[least, end]) => u32::try_from(least).ok().zip(u32::try_from(end).ok()),
            _ => None,
        };
        let (least, end) = ids
            .filter(|(least, end)| least <= end && *end <= nodes)
            .ok_or(Fault::Length(kinds.gap_starts, owner))?;
        let words = self.file.section::<u64>(kinds.gaps, owner)?;
        let neighbours = RunNodes::Gaps(Gaps::stored(words, starts, least..end));
        Ok(Runs { offsets, neighbours, degrees })
    }

    /// The loops of a type, where the file lists them.
    fn loops(&self, owner: u32, first: u32, len: usize) -> Decoded<OnceLock<Vec<Loop>>> {
        if !self.file.has(Kind::Loops, owner) {
            return Ok(OnceLock::new());
        }
        let stored = self.file.section::<u32>(Kind::Loops, owner)?;
        let fault = Fault::Length(Kind::Loops, owner);
        if stored.len() % 2 != 0 || stored.chunks_exact(2).any(|pair| pair[1] as usize >= len) {
            return Err(fault);
        }
        let loops = stored.chunks_exact(2);
        let loops = loops.map(|pair| (NodeId(pair[0]), StatementId(first + pair[1])));
        Ok(OnceLock::from(loops.collect::<Vec<_>>()))
    }

    fn degrees(&mut self, relationships: usize) -> Decoded<DegreeCounts> {
        let counts = self.meta.list(8, |reader| Ok((reader.u32()?, reader.u32()?)))?;
        let ends = |&(degree, nodes): &(u32, u32)| u128::from(degree) * u128::from(nodes);
        if relationships as u128 != counts.iter().map(ends).sum::<u128>()
            || !counts.is_sorted_by(|a, b| a.0 < b.0)
        {
            return Err(Fault::Meta);
        }
        Ok(DegreeCounts::from_counts(&counts))
    }

    fn qualifiers(&mut self, owner: u32, len: usize, qualified: u64) -> Decoded<QualifierColumn> {
        let (heads, words) = (Kind::QualifierCodeHeads, Kind::QualifierCodeWords);
        let codes = if self.file.has(heads, owner) {
            self.frames(len, heads, words, owner)?
        } else {
            Numbers::Array(self.exactly(Kind::QualifierCodes, owner, len)?)
        };
        let ends = self.file.section::<u64>(Kind::QualifierEnds, owner)?;
        let bytes = self.file.section::<u8>(Kind::QualifierBytes, owner)?;
        if ends.last().copied().unwrap_or(0) != bytes.len() as u64 || qualified > len as u64 {
            return Err(Fault::Length(Kind::QualifierBytes, owner));
        }
        Ok(QualifierColumn::stored(codes, ends, bytes, qualified))
    }

    fn columns(
        &mut self,
        bound: u32,
        kinds: &ColumnKinds,
    ) -> Decoded<HashMap<KeyId, StoredColumn>> {
        let count = self.meta.u32()?;
        let mut columns = HashMap::new();
        for _ in 0..count {
            let owner = self.meta.u32()?;
            let mut column = self.column(owner, bound, kinds)?;
            if let Some(index) = self.index(owner, &column)? {
                column.index = OnceLock::from(index);
            }
            if columns.insert(KeyId(owner), column).is_some() {
                return Err(Fault::Meta);
            }
        }
        Ok(columns)
    }

    fn column(&mut self, owner: u32, bound: u32, kinds: &ColumnKinds) -> Decoded<StoredColumn> {
        let (first, len) = (self.meta.u32()?, self.meta.u32()?);
        if first.checked_add(len).is_none_or(|end| end > bound) || len == 0 {
            return Err(Fault::Meta);
        }
        let len = len as usize;
        let present = if self.meta.bool()? {
            Some(self.exactly::<u64>(kinds.present, owner, len.div_ceil(64))?)
        } else {
            None
        };
        let data = match self.meta.byte()? {
            BOOLEAN => {
                let bytes = self.file.slice::<u8>(kinds.entries, owner)?;
                let bytes = bytes.filter(|bytes| bytes.len() == len);
                let bytes = bytes.ok_or(Fault::Length(kinds.entries, owner))?;
                StoredData::Boolean(Booleans::Mapped(map::Booleans::new(bytes)))
            }
            INTEGER => {
                let values = self.exactly(kinds.entries, owner, len)?;
                StoredData::Integer(StoredIntegers::Array(values))
            }
            NARROW => StoredData::Integer(self.narrow(owner, len, kinds)?),
            FLOAT => StoredData::Float(self.exactly(kinds.entries, owner, len)?),
            DATE => StoredData::Date(self.exactly(kinds.entries, owner, len)?),
            TEXT => self.texts(owner, len, kinds)?,
            VARIANT => {
                let ends = self.exactly::<u64>(kinds.entries, owner, len)?;
                let bytes = self.file.section::<u8>(kinds.bytes, owner)?;
                if ends.last().copied() != Some(bytes.len() as u64) {
                    return Err(Fault::Length(kinds.bytes, owner));
                }
                StoredData::Variant(Variants::Mapped { ends, bytes, decoded: OnceLock::new() })
            }
            _ => return Err(Fault::Meta),
        };
        Ok(StoredColumn { first, present, data, index: OnceLock::new(), shape: OnceLock::new() })
    }

    fn narrow(&mut self, owner: u32, len: usize, kinds: &ColumnKinds) -> Decoded<StoredIntegers> {
        let least = self.meta.u64()? as i64;
        let offsets = match self.meta.byte()? {
            0 => Offsets::Counting(len),
            1 => Offsets::One(self.exactly(kinds.entries, owner, len)?),
            2 => Offsets::Two(self.exactly(kinds.entries, owner, len)?),
            4 => Offsets::Four(self.exactly(kinds.entries, owner, len)?),
            _ => return Err(Fault::Meta),
        };
        Ok(StoredIntegers::Narrow(Narrow::stored(least, offsets)))
    }

    fn texts(&mut self, owner: u32, len: usize, kinds: &ColumnKinds) -> Decoded<StoredData> {
        let codes = self.exactly(kinds.entries, owner, len)?;
        let ends = self.file.section::<u64>(kinds.text_ends, owner)?;
        let text = self.file.slice::<u8>(kinds.bytes, owner)?;
        let text = text.map_or_else(Text::default, |bytes| Text::Mapped(map::Text::new(bytes)));
        if ends.last().copied() != Some(text.len() as u64) {
            return Err(Fault::Length(kinds.bytes, owner));
        }
        let table = self.exactly(kinds.text_table, owner, (ends.len() * 2).next_power_of_two())?;
        Ok(StoredData::String { codes, dictionary: TextDictionary::stored(text, ends, table) })
    }

    fn index(&mut self, owner: u32, column: &StoredColumn) -> Decoded<Option<ValueIndex>> {
        Ok(match (self.meta.byte()?, &column.data) {
            (NO_INDEX, _) => None,
            (BY_CODE, StoredData::String { dictionary, .. }) => {
                let places = dictionary.ends().len() + 1;
                let offsets = self.exactly::<u32>(Kind::NodeIndexOffsets, owner, places)?;
                let ids = self.file.section::<u32>(Kind::NodeIndexIds, owner)?;
                if offsets.last().copied() != Some(ids.len() as u32) {
                    return Err(Fault::Length(Kind::NodeIndexIds, owner));
                }
                Some(ValueIndex::ByCode { offsets, ids })
            }
            (ASCENDING, StoredData::Integer(_)) => Some(ValueIndex::Ascending),
            (BY_VALUE, StoredData::Integer(values)) => {
                let ids = self.file.section::<u32>(Kind::NodeIndexIds, owner)?;
                if ids.len() > values.view().len() {
                    return Err(Fault::Length(Kind::NodeIndexIds, owner));
                }
                Some(ValueIndex::ByValue(ids))
            }
            _ => return Err(Fault::Meta),
        })
    }

    /// A section that has so many entries.
    fn exactly<T: Plain>(&self, kind: Kind, owner: u32, len: usize) -> Decoded<Section<T>> {
        let section = self.file.section(kind, owner)?;
        if section.len() == len { Ok(section) } else { Err(Fault::Length(kind, owner)) }
    }
}

fn read_keys(reader: &mut Reader<'_>) -> std::result::Result<Vec<KeyId>, Malformed> {
    reader.list(4, |reader| reader.u32().map(KeyId))
}
