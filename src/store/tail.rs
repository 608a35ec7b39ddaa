//! The tail of a store: everything written since the generation up to a commit, as a file that is opened in place.
//!
//! # Why
//!
//! A commit is acknowledged when its record is in the manifest, and records are carried out again when a
//! store is opened: some 3 µs a commit, 1 µs a change. A fold of 20 million relationships takes seconds, so it
//! cannot come after every few thousand commits; without anything in between, opening would take as long as all
//! that was written since the last fold. So what was written is *settled* in between: the [`Delta`] goes into a file
//! beside the generation's, and the records in it are dropped from the manifest.
//!
//! ```text
//! generation-00000003              commits 1 … 8,000,000     mapped arrays
//! tail-00000003-000000008041000    … 8,041,000               mapped, what changed since
//! manifest                         … 8,042,317               records: fewer than some 2,000
//! ```
//!
//! # Shape
//!
//! The file has the layout of a generation's (`format.rs`). Its sections are the maps and sets of the delta, which stay
//! where they are: a map is a [`Layered`] one, whose entries are decoded 64 at a time when they are asked for,
//! and what is written later stands above it. A set is a list of ids. Opening reads the small directory and the
//! lists of ids, whatever the file holds. Dense ids in it are those of its generation and delta, which a
//! replay of the records gives as well, so that it makes no difference where a process began.
//!
//! # Cost
//!
//! Each settling writes the whole delta anew, so that there is one file and a read looks into one map under the
//! recent writes. The delta grows until it is folded, and folding is due when the settlings since the last fold
//! have written as much as a generation has: then the next generation costs no more than what was spent on
//! putting it off. A commit costs at most twice what the better of the two would have cost.
//!
//! **In**: a [`StoreSnapshot`], from `files.rs`. **Out**: sections, and a snapshot made of them.
//! `docs/file-format.md` has the bytes, and why a crash between any two steps loses nothing.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::Result;
use crate::graph::snapshot::Ends;
use crate::graph::statement::Qualifiers;
use crate::graph::stats::Statistics;
use crate::graph::{Catalog, KeyId, LabelId, TypeId};
use crate::value::{NodeId, StatementId, Value};

use super::StoreSnapshot;
use super::adjacency::DegreeCounts;
use super::bits::BitSet;
use super::codec::{Malformed, Reader, Writer};
use super::delta::{
    AdjacencyDelta, ColumnDelta, Delta, LabelDelta, NodeDelta, SettledIndex, TypeDelta,
};
use super::format::{GenerationFile, Kind, Part};
use super::generation::Generation;
use super::layered::{Encoded, Layered, Stored, Under};
use super::map::{Plain, bytes_of};
use super::records::{self, own_node, own_number};
use super::section::Section;

type Read<T> = std::result::Result<T, Malformed>;

/// The kinds of the three sections of a map.
type MapKinds = [Kind; 3];

const NODES: MapKinds = [Kind::TailNodeIds, Kind::TailNodeEnds, Kind::TailNodeBytes];
const STATEMENTS: MapKinds =
    [Kind::TailStatementIds, Kind::TailStatementEnds, Kind::TailStatementBytes];
const OUTGOING: MapKinds = [Kind::TailOutgoingIds, Kind::TailOutgoingEnds, Kind::TailOutgoingBytes];
const INCOMING: MapKinds = [Kind::TailIncomingIds, Kind::TailIncomingEnds, Kind::TailIncomingBytes];
const QUALIFIERS: MapKinds =
    [Kind::TailQualifierIds, Kind::TailQualifierEnds, Kind::TailQualifierBytes];

/// The kinds of the sections of a column.
struct ColumnKinds {
    map: MapKinds,
    hashes: Kind,
    hashed: Kind,
}

const NODE: ColumnKinds = ColumnKinds {
    map: [Kind::TailNodeValueIds, Kind::TailNodeValueEnds, Kind::TailNodeValueBytes],
    hashes: Kind::TailNodeValueHashes,
    hashed: Kind::TailNodeValueHashed,
};

const STATEMENT: ColumnKinds = ColumnKinds {
    map: [Kind::TailStatementValueIds, Kind::TailStatementValueEnds, Kind::TailStatementValueBytes],
    hashes: Kind::TailStatementValueHashes,
    hashed: Kind::TailStatementValueHashed,
};

impl Stored for Arc<[LabelId]> {
    fn write(&self, out: &mut Writer) {
        records::write_labels(out, self);
    }

    fn read(reader: &mut Reader<'_>) -> Read<Self> {
        records::read_labels(reader).map(Arc::from)
    }
}

impl Stored for Ends {
    fn write(&self, out: &mut Writer) {
        out.u32(self.relationship_type.0);
        out.u32(self.start.0);
        out.u32(self.end.0);
    }

    fn read(reader: &mut Reader<'_>) -> Read<Ends> {
        Ok(Ends {
            relationship_type: TypeId(reader.u32()?),
            start: NodeId(reader.u32()?),
            end: NodeId(reader.u32()?),
        })
    }
}

impl Stored for Arc<Qualifiers> {
    fn write(&self, out: &mut Writer) {
        records::write_qualifiers(out, self, &own_number);
    }

    fn read(reader: &mut Reader<'_>) -> Read<Self> {
        records::read_qualifiers(reader, &own_node).map(Arc::new)
    }
}

impl Stored for Value {
    fn write(&self, out: &mut Writer) {
        out.value(self);
    }

    fn read(reader: &mut Reader<'_>) -> Read<Value> {
        reader.value()
    }
}

impl Stored for NodeDelta {
    fn write(&self, out: &mut Writer) {
        out.u32(self.removed);
        out.u32(self.added().len() as u32);
        for (node, statement) in self.added() {
            out.u32(node.0);
            out.u32(statement.0);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Read<NodeDelta> {
        let removed = reader.u32()?;
        let pair =
            |reader: &mut Reader<'_>| Ok((NodeId(reader.u32()?), StatementId(reader.u32()?)));
        let added = reader.list(8, pair)?;
        Ok(NodeDelta { removed, added: (!added.is_empty()).then(|| Arc::new(added.into())) })
    }
}

/// Collects sections.
#[derive(Default)]
struct Encoder {
    parts: Vec<Part<'static>>,
    meta: Writer,
}

/// The sections of what was written since the generation of a graph.
pub fn encode(graph: &StoreSnapshot) -> Vec<Part<'static>> {
    let mut encoder = Encoder::default();
    let delta = &graph.delta;
    encoder.meta.u64(delta.changes as u64);
    encoder.meta.u32(delta.next_node);
    encoder.meta.u32(delta.next_statement);
    encoder.statistics(&graph.statistics);
    encoder.set(Kind::TailRemovedNodes, 0, &delta.removed_nodes);
    encoder.set(Kind::TailRemovedStatements, 0, &delta.removed_statements);
    encoder.map(NODES, 0, &delta.nodes);
    encoder.map(STATEMENTS, 0, &delta.statements);
    encoder.map(QUALIFIERS, 0, &delta.qualifiers);
    encoder.meta.u32(delta.labels.len() as u32);
    for (label, changed) in &delta.labels {
        encoder.meta.u32(label.0);
        let gained: Vec<u32> = changed.gained.iter().map(|(id, ())| id).collect();
        encoder.part(Kind::TailGained, label.0, &gained);
        encoder.set(Kind::TailLost, label.0, &changed.lost);
    }
    encoder.meta.u32(delta.types.len() as u32);
    for (id, of_type) in &delta.types {
        encoder.type_delta(*id, of_type);
    }
    encoder.columns(&delta.node_columns, &NODE);
    encoder.columns(&delta.statement_columns, &STATEMENT);
    let mut names = Writer::default();
    records::write_catalog(&mut names, &graph.catalog);
    records::write_declarations(&mut names, &graph.declarations, &graph.aliases);
    encoder.part(Kind::TailRecords, 0, &names.bytes);
    let Encoder { mut parts, meta } = encoder;
    parts.push(Part { kind: Kind::TailMeta, owner: 0, bytes: Cow::Owned(meta.bytes) });
    parts
}

impl Encoder {
    fn part<T: Plain>(&mut self, kind: Kind, owner: u32, entries: &[T]) {
        self.parts.push(Part { kind, owner, bytes: Cow::Owned(bytes_of(entries).to_vec()) });
    }

    fn set(&mut self, kind: Kind, owner: u32, set: &BitSet) {
        let ids: Vec<u32> = set.iter().collect();
        self.part(kind, owner, &ids);
    }

    fn map<V: Stored>(&mut self, kinds: MapKinds, owner: u32, map: &Layered<V>) {
        let Encoded { ids, ends, bytes } = map.encode();
        self.part(kinds[0], owner, &ids);
        self.part(kinds[1], owner, &ends);
        self.parts.push(Part { kind: kinds[2], owner, bytes: Cow::Owned(bytes) });
    }

    /// Those of types are in their deltas.
    fn statistics(&mut self, statistics: &Statistics) {
        self.meta.u64(statistics.nodes);
        self.meta.u64(statistics.statements);
        let mut by_label: Vec<_> = statistics.by_label.iter().collect();
        by_label.sort_unstable();
        self.meta.list(&by_label, |out, (label, nodes)| {
            out.u32(label.0);
            out.u64(**nodes);
        });
        let mut distinct: Vec<_> = statistics.distinct.iter().collect();
        distinct.sort_unstable();
        self.meta.list(&distinct, |out, (key, values)| {
            out.u32(key.0);
            out.u64(**values);
        });
    }

    fn type_delta(&mut self, id: TypeId, delta: &TypeDelta) {
        self.meta.u32(id.0);
        self.meta.u64(delta.qualified);
        self.meta.u64(delta.count);
        for direction in [&delta.outgoing, &delta.incoming] {
            let degrees: Vec<(u32, u32)> = direction.degrees.iter().collect();
            self.meta.list(&degrees, |out, (degree, nodes)| {
                out.u32(*degree);
                out.u32(*nodes);
            });
        }
        self.map(OUTGOING, id.0, &delta.outgoing.nodes);
        self.map(INCOMING, id.0, &delta.incoming.nodes);
        // The other direction has the same.
        self.set(Kind::TailRemovedOfType, id.0, &delta.outgoing.removed);
    }

    fn columns(&mut self, columns: &imbl::OrdMap<KeyId, Arc<ColumnDelta>>, kinds: &ColumnKinds) {
        self.meta.u32(columns.len() as u32);
        for (key, column) in columns {
            self.meta.u32(key.0);
            self.meta.bool(column.overrides());
            self.map(kinds.map, key.0, column.values());
            let (hashes, hashed) = SettledIndex::of(column.values());
            self.part(kinds.hashes, key.0, &hashes);
            self.part(kinds.hashed, key.0, &hashed);
        }
    }
}

/// What is read of a file.
struct Decoder<'a> {
    file: &'a GenerationFile,
    generation: &'a Generation,
    catalog: Catalog,
    statistics: Statistics,
}

/// The graph that a generation and its tail are at the commit of the tail.
pub fn decode(file: &GenerationFile, generation: Generation) -> Result<StoreSnapshot> {
    let mut names = Reader::new(file.verified(Kind::TailRecords, 0)?);
    let wrong = |Malformed| file.wrong(Kind::TailRecords, 0, "cannot be read");
    let mut catalog = Catalog::default();
    records::read_catalog(&mut names, &mut catalog).map_err(wrong)?;
    let (declarations, aliases) = records::read_declarations(&mut names).map_err(wrong)?;
    let statistics = (*generation.statistics).clone();
    let mut decoder = Decoder { file, generation: &generation, catalog, statistics };
    let mut meta = Reader::new(file.verified(Kind::TailMeta, 0)?);
    let delta = decoder.delta(&mut meta)?;
    let Decoder { catalog, statistics, .. } = decoder;
    let graph = StoreSnapshot::over(generation, catalog, file.identity().commit);
    Ok(StoreSnapshot {
        delta,
        statistics: Arc::new(statistics),
        declarations: Arc::new(declarations),
        aliases: Arc::new(aliases),
        ..graph
    })
}

impl Decoder<'_> {
    /// What the directory says, or which section cannot be read.
    fn meta<T>(&self, read: Read<T>) -> Result<T> {
        read.map_err(|Malformed| self.file.wrong(Kind::TailMeta, 0, "cannot be read"))
    }

    fn delta(&mut self, meta: &mut Reader<'_>) -> Result<Delta> {
        let changes = self.meta(meta.u64())? as usize;
        let (next_node, next_statement) = (self.meta(meta.u32())?, self.meta(meta.u32())?);
        let (nodes, statements) = (self.generation.nodes, self.generation.statements);
        if next_node < nodes || next_statement < statements {
            return self.meta(Err(Malformed));
        }
        let read = self.read_statistics(meta);
        self.meta(read)?;
        let mut delta = Delta {
            removed_nodes: self.set(Kind::TailRemovedNodes, 0)?,
            removed_statements: self.set(Kind::TailRemovedStatements, 0)?,
            nodes: self.map(NODES, 0)?,
            statements: self.map(STATEMENTS, 0)?,
            qualifiers: self.map(QUALIFIERS, 0)?,
            next_node,
            next_statement,
            changes,
            settled: changes,
            ..Delta::over(self.generation)
        };
        for label in self.meta(meta.list(4, Reader::u32))? {
            self.known(label, self.catalog.labels().count())?;
            let ids: Section<u32> = self.file.section(Kind::TailGained, label)?;
            let (gained, lost) =
                (Layered::over(Under::of_ids(ids)), self.set(Kind::TailLost, label)?);
            delta.labels.insert(LabelId(label), Arc::new(LabelDelta { gained, lost }));
        }
        for of_type in self.meta(meta.list(28, read_type))? {
            self.type_delta(of_type, &mut delta)?;
        }
        self.columns(meta, &NODE, &mut delta.node_columns)?;
        self.columns(meta, &STATEMENT, &mut delta.statement_columns)?;
        self.meta(if meta.is_empty() { Ok(delta) } else { Err(Malformed) })
    }

    fn known(&self, id: u32, count: usize) -> Result<()> {
        self.meta(if (id as usize) < count { Ok(()) } else { Err(Malformed) })
    }

    fn type_delta(&mut self, of_type: OfType, delta: &mut Delta) -> Result<()> {
        let (id, qualified, count, degrees) = of_type;
        self.known(id, self.catalog.types().count())?;
        let removed = self.set(Kind::TailRemovedOfType, id)?;
        let outgoing = self.direction(OUTGOING, id, &removed, &degrees[0])?;
        let incoming = self.direction(INCOMING, id, &removed, &degrees[1])?;
        let of_type = TypeDelta { outgoing, incoming, qualified, count };
        let by_type = &mut self.statistics.by_type;
        if count == 0 {
            by_type.remove(&TypeId(id));
        } else {
            by_type.insert(TypeId(id), of_type.statistics());
        }
        delta.types.insert(TypeId(id), Arc::new(of_type));
        Ok(())
    }

    fn direction(
        &self,
        kinds: MapKinds,
        owner: u32,
        removed: &BitSet,
        degrees: &[(u32, u32)],
    ) -> Result<AdjacencyDelta> {
        let nodes = self.map(kinds, owner)?;
        let touched = BitSet::of(nodes.under().map_or(&[], Under::ids));
        let degrees = DegreeCounts::from_counts(degrees);
        Ok(AdjacencyDelta { nodes, touched, removed: removed.clone(), degrees })
    }

    fn columns(
        &self,
        meta: &mut Reader<'_>,
        kinds: &ColumnKinds,
        columns: &mut imbl::OrdMap<KeyId, Arc<ColumnDelta>>,
    ) -> Result<()> {
        let keys = meta.list(5, |meta| Ok((meta.u32()?, meta.bool()?)));
        for (key, overrides) in self.meta(keys)? {
            self.known(key, self.catalog.keys().count())?;
            let hashes = self.file.section(kinds.hashes, key)?;
            let index = SettledIndex { hashes, ids: self.file.section(kinds.hashed, key)? };
            let column = ColumnDelta::settled(self.map(kinds.map, key)?, overrides, index);
            columns.insert(KeyId(key), Arc::new(column));
        }
        Ok(())
    }

    fn read_statistics(&mut self, meta: &mut Reader<'_>) -> Read<()> {
        self.statistics.nodes = meta.u64()?;
        self.statistics.statements = meta.u64()?;
        let by_label = meta.list(12, |meta| Ok((LabelId(meta.u32()?), meta.u64()?)))?;
        let distinct = meta.list(12, |meta| Ok((KeyId(meta.u32()?), meta.u64()?)))?;
        let (labels, keys) = (self.catalog.labels().count(), self.catalog.keys().count());
        if by_label.iter().any(|(label, _)| label.0 as usize >= labels)
            || distinct.iter().any(|(key, _)| key.0 as usize >= keys)
        {
            return Err(Malformed);
        }
        self.statistics.by_label = by_label.into_iter().collect();
        self.statistics.distinct = distinct.into_iter().collect();
        Ok(())
    }

    fn set(&self, kind: Kind, owner: u32) -> Result<BitSet> {
        Ok(BitSet::of(&self.file.section::<u32>(kind, owner)?))
    }

    fn map<V: Stored>(&self, [ids, ends, bytes]: MapKinds, owner: u32) -> Result<Layered<V>> {
        let sections = (self.file.section(ids, owner)?, self.file.section(ends, owner)?);
        let under = Under::new(sections.0, sections.1, self.file.section(bytes, owner)?);
        let under = under.ok_or_else(|| self.file.wrong(ends, owner, "does not fit the others"))?;
        Ok(Layered::over(under))
    }
}

type OfType = (u32, u64, u64, [Vec<(u32, u32)>; 2]);

fn read_type(meta: &mut Reader<'_>) -> Read<OfType> {
    let (id, qualified, count) = (meta.u32()?, meta.u64()?, meta.u64()?);
    let degrees = |meta: &mut Reader<'_>| meta.list(8, |meta| Ok((meta.u32()?, meta.u32()?)));
    Ok((id, qualified, count, [degrees(meta)?, degrees(meta)?]))
}

/// Checks a tail against its file: all checksums, that everything can be read, that ids ascend and are known.
/// Whether what it says agrees with the generation is for counting the graph to find.
pub(crate) fn check(file: &GenerationFile, graph: &StoreSnapshot) -> Result<()> {
    file.verify_all()?;
    let that = |holds: bool, kind: Kind, owner: u32| {
        if holds { Ok(()) } else { Err(file.wrong(kind, owner, "does not hold together")) }
    };
    let delta = &graph.delta;
    that(is_sound(&delta.nodes, delta.next_node), Kind::TailNodeBytes, 0)?;
    that(is_sound(&delta.statements, delta.next_statement), Kind::TailStatementBytes, 0)?;
    that(is_sound(&delta.qualifiers, delta.next_statement), Kind::TailQualifierBytes, 0)?;
    for (label, changed) in &delta.labels {
        that(is_sound(&changed.gained, delta.next_node), Kind::TailGained, label.0)?;
    }
    for (id, of_type) in &delta.types {
        let kinds = [(OUTGOING, &of_type.outgoing), (INCOMING, &of_type.incoming)];
        for (kinds, direction) in kinds {
            that(is_sound(&direction.nodes, delta.next_node), kinds[2], id.0)?;
            let inside = |(node, statement): &(NodeId, StatementId)| {
                node.0 < delta.next_node
                    && delta
                        .statements
                        .get(statement.0)
                        .is_some_and(|ends| ends.relationship_type == *id)
            };
            let all = direction.nodes.iter().all(|(_, changed)| changed.added().iter().all(inside));
            that(all, kinds[2], id.0)?;
        }
    }
    let columns = [
        (&delta.node_columns, &NODE, delta.next_node),
        (&delta.statement_columns, &STATEMENT, delta.next_statement),
    ];
    for (columns, kinds, bound) in columns {
        for (key, column) in columns {
            that(is_sound(column.values(), bound), kinds.map[2], key.0)?;
            let found = (
                file.section::<u64>(kinds.hashes, key.0)?.to_vec(),
                file.section::<u32>(kinds.hashed, key.0)?.to_vec(),
            );
            that(found == SettledIndex::of(column.values()), kinds.hashes, key.0)?;
        }
    }
    Ok(())
}

/// Whether the part of a map that stands in a file can be read whole and names only known ids.
fn is_sound<V: Stored>(map: &Layered<V>, bound: u32) -> bool {
    map.under().is_none_or(|under| under.is_sound() && under.ids().last() < Some(&bound))
}
