//! Verifying a whole store: every checksum, every reference, every count.
//!
//! **In**: the files of a store. **Out**: a [`Report`], or the first thing that is wrong, with file
//! and section. **Callers**: [`Database::check`](super::Database::check).
//!
//! Checksums say that a file is what was written. The rest of this page is about what was written:
//! that positions lead somewhere, that both directions of a relationship agree, that an index finds
//! what its column holds, and that statistics are what counting gives. It reads everything and
//! keeps one bit a relationship.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::error::Result;
use crate::graph::snapshot::Dictionary;
use crate::graph::{Catalog, KeyId, Snapshot};
use crate::value::{NodeId, StatementId};

use super::StoreSnapshot;
use super::adjacency::{DegreeCounts, RunNodes, Runs};
use super::column::{StoredColumn, StoredData, Variants};
use super::format::{GenerationFile, Kind};
use super::generation::{Generation, TypeGroup};
use super::index::ValueIndex;
use super::numbers::{ElementIds, Numbers};
use super::section::{Booleans, Text};
use crate::graph::snapshot::PackedRuns as _;

/// What was found in a store that is in order.
///
/// ```
/// let report = dossier::Store::shipped()?.database().check()?;
/// assert_eq!(report.generation_bytes, 0, "in memory there is no file");
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Nodes, counted.
    pub nodes: u64,
    /// Relationships, counted.
    pub relationships: u64,
    /// Commits that stand in the manifest and not in the generation.
    pub recent_commits: u64,
    /// The length of the generation file.
    pub generation_bytes: u64,
}

/// Says what is wrong with ids of names that the catalog does not have.
pub fn names(generation: &Generation, catalog: &Catalog) -> std::result::Result<(), String> {
    let bounds = (catalog.labels().count(), catalog.types().count(), catalog.keys().count());
    let is_key = |key: &KeyId| (key.0 as usize) < bounds.2;
    for set in &generation.label_sets {
        if set.labels.iter().any(|label| label.0 as usize >= bounds.0) {
            return Err("a label has no name".to_owned());
        }
        if !set.keys.iter().all(is_key) {
            return Err("a property of a label has no name".to_owned());
        }
    }
    for group in &generation.types {
        if group.relationship_type.0 as usize >= bounds.1 {
            return Err("a relationship type has no name".to_owned());
        }
        if !group.keys.iter().chain(&group.sorted_by).all(is_key) {
            return Err("a property of a relationship type has no name".to_owned());
        }
    }
    let columns = generation.node_columns.keys().chain(generation.statement_columns.keys());
    if columns.into_iter().all(is_key) { Ok(()) } else { Err("a column has no name".to_owned()) }
}

/// Checks a generation against its file.
pub fn generation(file: &GenerationFile, generation: &Generation) -> Result<()> {
    file.verify_all()?;
    let check = Check { file, generation };
    for group in &generation.types {
        check.group(group)?;
    }
    for (key, column) in &generation.node_columns {
        check.column(*key, column, Kind::NodeEntries, Kind::NodeBytes, Kind::NodeTextTable)?;
        check.index(*key, column)?;
        let distinct = generation.statistics.distinct.get(key).copied();
        check.that(column.distinct() == distinct, Kind::Meta, 0, "miscounts distinct values")?;
    }
    for (key, column) in &generation.statement_columns {
        let kinds = (Kind::StatementEntries, Kind::StatementBytes, Kind::StatementTextTable);
        check.column(*key, column, kinds.0, kinds.1, kinds.2)?;
    }
    let kinds = (Kind::NodeNumbers, Kind::NodesByNumber);
    check.elements(&generation.node_elements, kinds.0, kinds.1)?;
    let kinds = (Kind::StatementNumbers, Kind::StatementsByNumber);
    check.elements(&generation.statement_elements, kinds.0, kinds.1)?;
    check.keys()
}

/// Counts the graph with all recent writes and holds the statistics against it.
pub fn counts(graph: &StoreSnapshot) -> std::result::Result<Report, String> {
    let statistics = graph.statistics();
    let nodes = (0..graph.node_bound()).filter(|&id| graph.contains_node(NodeId(id))).count();
    let (mut relationships, mut counted) = (0usize, HashMap::new());
    for id in (0..graph.statement_bound()).map(StatementId) {
        let Some(ends) = graph.statement(id) else { continue };
        if !graph.contains_node(ends.start) || !graph.contains_node(ends.end) {
            let number = graph.statement_element_id(id);
            return Err(format!("the relationship {number} joins what is no node"));
        }
        relationships += 1;
        *counted.entry(ends.relationship_type).or_insert(0u64) += 1;
    }
    let mut found = Vec::new();
    for (&label, &count) in &statistics.by_label {
        found.clear();
        graph.scan_label(Some(label), NodeId(0), usize::MAX, &mut found);
        if found.len() as u64 != count {
            return Err(format!("the label {} is miscounted", graph.catalog().label_name(label)));
        }
    }
    for (&relationship_type, of_type) in &statistics.by_type {
        if counted.remove(&relationship_type) != Some(of_type.count) {
            let name = graph.catalog().type_name(relationship_type);
            return Err(format!("the type {name} is miscounted"));
        }
    }
    if (nodes as u64, relationships as u64) != (statistics.nodes, statistics.statements)
        || !counted.is_empty()
    {
        return Err("nodes or relationships are miscounted".to_owned());
    }
    Ok(Report { nodes: nodes as u64, relationships: relationships as u64, ..Report::default() })
}

struct Check<'a> {
    file: &'a GenerationFile,
    generation: &'a Generation,
}

impl Check<'_> {
    fn that(&self, holds: bool, kind: Kind, owner: u32, what: &str) -> Result<()> {
        if holds { Ok(()) } else { Err(self.file.wrong(kind, owner, what)) }
    }

    fn group(&self, group: &TypeGroup) -> Result<()> {
        let owner = group.relationship_type.0;
        let adjacency = &group.adjacency;
        let (forward, backward) = (&adjacency.forward, &adjacency.backward);
        let kinds = (Kind::ForwardOffsets, Kind::ForwardNeighbours, Kind::ForwardGaps);
        self.runs(forward, kinds, owner)?;
        let kinds = (Kind::BackwardOffsets, Kind::BackwardNeighbours, Kind::BackwardGaps);
        let kind = self.runs(backward, kinds, owner)?;
        // Relationships that are not listed follow from the ends, so it is the ends that have to agree.
        let (offsets, starts) = adjacency.turned();
        let agree = *backward.offsets == *offsets && backward.all() == starts;
        self.that(agree, kind, owner, "disagrees with the forward direction")?;
        let found = adjacency.find_loops();
        self.that(adjacency.loops() == found, Kind::Loops, owner, "is not the list of loops")?;
        if let Some(listed) = adjacency.backward_statements.get().filter(|_| adjacency.is_listed) {
            self.listed(group, listed)?;
        }
        let Some(qualifiers) = &group.qualifiers else { return Ok(()) };
        let distinct = qualifiers.distinct_len();
        let codes = qualifiers.codes();
        let inside = codes.iter().all(|code| code as usize <= distinct);
        let sections = [Kind::QualifierCodes, Kind::QualifierCodeHeads].map(|kind| (kind, owner));
        self.numbers(codes, sections, inside, "names qualifiers that are not there")?;
        let count = codes.iter().filter(|&code| code > 0).count() as u64;
        self.that(count == qualifiers.qualified(), Kind::Meta, 0, "miscounts qualifiers")?;
        for place in 0..distinct {
            let is_good = qualifiers.distinct(place).is_some_and(|distinct| {
                let is_node = |node: NodeId| node.0 < self.generation.nodes || node.0 == u32::MAX;
                distinct.support.iter().all(|support| is_node(support.document))
            });
            self.that(is_good, Kind::QualifierBytes, owner, "holds what are no qualifiers")?;
        }
        Ok(())
    }

    /// Every relationship at its backward position, and each of them once.
    fn listed(&self, group: &TypeGroup, listed: &[StatementId]) -> Result<()> {
        let (adjacency, owner) = (&group.adjacency, group.relationship_type.0);
        let kind = Kind::BackwardStatements;
        let (starts, ends) = (adjacency.backward.all(), adjacency.forward.all());
        let mut seen = vec![0u64; listed.len().div_ceil(64)];
        for (end, run) in (0..).map(NodeId).zip(adjacency.backward.offsets.windows(2)) {
            for at in run[0] as usize..run[1] as usize {
                let position = listed[at].0.checked_sub(adjacency.first);
                let Some(position) = position.filter(|p| *p < adjacency.len()) else {
                    return self.that(false, kind, owner, "names a relationship of another type");
                };
                let offsets = &adjacency.forward.offsets;
                let start = offsets.partition_point(|&offset| offset <= position) - 1;
                let agrees = ends[position as usize] == end && starts[at].index() == start;
                self.that(agrees, kind, owner, "disagrees with the forward direction")?;
                let (word, bit) = (&mut seen[position as usize / 64], 1 << (position % 64));
                self.that(*word & bit == 0, kind, owner, "names a relationship twice")?;
                *word |= bit;
            }
        }
        Ok(())
    }

    /// One direction; says which section holds its neighbours.
    fn runs(&self, runs: &Runs, kinds: (Kind, Kind, Kind), owner: u32) -> Result<Kind> {
        let (offsets, array, gaps) = kinds;
        self.that(runs.offsets.is_sorted(), offsets, owner, "does not ascend")?;
        let kind = if matches!(runs.neighbours, RunNodes::Gaps(_)) { gaps } else { array };
        let (nodes, neighbours) = (self.generation.nodes, runs.all());
        let inside = neighbours.iter().all(|node| node.0 < nodes);
        self.that(inside, kind, owner, "names a node that is not there")?;
        let sorted = |run: &[u32]| neighbours[run[0] as usize..run[1] as usize].is_sorted();
        self.that(runs.offsets.windows(2).all(sorted), kind, owner, "is out of order")?;
        let counted = DegreeCounts::of(&runs.offsets);
        self.that(counted.iter().eq(runs.degrees.iter()), Kind::Meta, 0, "miscounts degrees")?;
        Ok(kind)
    }

    fn column(
        &self,
        key: KeyId,
        column: &StoredColumn,
        entries: Kind,
        bytes: Kind,
        table: Kind,
    ) -> Result<()> {
        let owner = key.0;
        let ids = || (column.start()..column.end()).filter(|&id| column.has(id));
        self.that(ids().next().is_some(), entries, owner, "has no value at all")?;
        match &column.data {
            StoredData::Boolean(Booleans::Mapped(values)) => {
                self.that(values.get().is_some(), entries, owner, "holds what are no booleans")
            }
            StoredData::String { codes, dictionary } => {
                let ends = dictionary.ends();
                let count = ends.len();
                let inside = codes.iter().all(|&code| (code as usize) < count);
                self.that(inside, entries, owner, "names texts that are not there")?;
                if let Text::Mapped(text) = dictionary.text_bytes() {
                    self.that(text.validate(), bytes, owner, "is no UTF-8")?;
                }
                let length = dictionary.text_bytes().len() as u64;
                let mut start = 0;
                for (&end, code) in ends.iter().zip(0..) {
                    let text = dictionary.text_bytes().get(start, end);
                    let whole = start <= end && end <= length && text.len() as u64 == end - start;
                    self.that(whole, bytes, owner, "is cut in the wrong places")?;
                    let found = dictionary.code(text) == Some(code);
                    self.that(found, table, owner, "does not find a text")?;
                    start = end;
                }
                Ok(())
            }
            StoredData::Variant(values @ Variants::Mapped { .. }) => {
                let all = (0..values.len()).all(|at| values.stored(at).is_some());
                self.that(all, bytes, owner, "holds what are no values")
            }
            _ => Ok(()),
        }
    }

    /// An index must be what building it gives.
    fn index(&self, key: KeyId, column: &StoredColumn) -> Result<()> {
        let Some(index) = column.index.get() else { return Ok(()) };
        let same = match (index, ValueIndex::build(&column.view(None))) {
            (
                ValueIndex::ByCode { offsets, ids },
                ValueIndex::ByCode { offsets: right_offsets, ids: right_ids },
            ) => *offsets == right_offsets && *ids == right_ids,
            (ValueIndex::ByValue(ids), ValueIndex::ByValue(right)) => *ids == right,
            (ValueIndex::Ascending, ValueIndex::Ascending) => true,
            (ValueIndex::ByKey(_), ValueIndex::ByKey(_)) => true,
            _ => false,
        };
        self.that(same, Kind::NodeIndexIds, key.0, "is not the index of its column")
    }

    fn elements(&self, elements: &ElementIds, numbers: Kind, by_number: Kind) -> Result<()> {
        let Some(stored) = &elements.numbers else { return Ok(()) };
        let below = stored.iter().all(|number| number < elements.next);
        let sections = |of: Kind| [(of, 0), (Kind::NumberHeads, of as u32)];
        self.numbers(stored, sections(numbers), below, "holds a number that was never given")?;
        let ids = elements.by_number(stored);
        let mut last = None;
        let ascends = ids.iter().all(|id| {
            let number = stored.get(id);
            number.is_some() && std::mem::replace(&mut last, number) < number
        });
        self.numbers(ids, sections(by_number), ascends, "is not the order of the numbers")
    }

    /// Numbers of which something has to hold, and the sections of theirs: as an array, and packed.
    fn numbers(
        &self,
        numbers: &Numbers,
        [array, (kind, owner)]: [(Kind, u32); 2],
        holds: bool,
        what: &str,
    ) -> Result<()> {
        let Numbers::Packed(frames) = numbers else {
            return self.that(holds, array.0, array.1, what);
        };
        self.that(frames.is_dense(), kind, owner, "does not go through all words")?;
        self.that(holds, kind, owner, what)
    }

    /// The keys of label sets and types are those of which some entry has a value.
    fn keys(&self) -> Result<()> {
        for set in &self.generation.label_sets {
            let has = |column: &StoredColumn| column.has_any(set.nodes.start, set.nodes.end);
            let right = keys_of(&self.generation.node_columns, has);
            self.that(right == set.keys, Kind::Meta, 0, "misses a property of a label")?;
        }
        for group in &self.generation.types {
            let (first, end) =
                (group.adjacency.first, group.adjacency.first + group.adjacency.len());
            let has = |column: &StoredColumn| column.has_any(first, end);
            let right = keys_of(&self.generation.statement_columns, has);
            self.that(right == group.keys, Kind::Meta, 0, "misses a property of a type")?;
        }
        Ok(())
    }
}

fn keys_of(
    columns: &hashbrown::HashMap<KeyId, StoredColumn>,
    has: impl Fn(&StoredColumn) -> bool,
) -> Vec<KeyId> {
    let having = columns.iter().filter(|(_, column)| has(column));
    let mut keys: Vec<KeyId> = having.map(|(key, _)| *key).collect();
    keys.sort_unstable();
    keys
}

/// How many bytes each structure of a generation takes, largest first.
pub fn sizes(file: &GenerationFile, catalog: &Catalog) -> Vec<(String, u64)> {
    let name_of = |names: &mut dyn Iterator<Item = &Arc<str>>, owner: u32| {
        names.nth(owner as usize).map_or_else(|| owner.to_string(), ToString::to_string)
    };
    let mut sizes: Vec<(String, u64)> = Vec::new();
    for (kind, owner, range) in file.sections() {
        let bytes = range.len() as u64;
        let name = match kind as u16 {
            16..=31 => {
                let name = name_of(&mut catalog.types().map(|(_, name)| name), owner);
                let what = if matches!(kind as u16, 21..=23 | 29..=30) {
                    "qualifiers"
                } else {
                    "relationships"
                };
                format!("{what} :{name}")
            }
            32..=47 => {
                let key = name_of(&mut catalog.keys().map(|(_, name)| name), owner);
                let is_index = matches!(kind, Kind::NodeIndexIds | Kind::NodeIndexOffsets);
                let what = if is_index { "index" } else { "nodes" };
                format!("{what} .{key}")
            }
            48.. => {
                let key = name_of(&mut catalog.keys().map(|(_, name)| name), owner);
                format!("relationships .{key}")
            }
            1 => "directory".to_owned(),
            _ => "numbers".to_owned(),
        };
        match sizes.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += bytes,
            None => sizes.push((name, bytes)),
        }
    }
    sizes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    sizes
}
