//! Making a generation from rows: the bulk way in.
//!
//! **In**: nodes and relationships in any order, properties as typed cells by row. **Out**: a
//! graph whose nodes are renumbered in the order of label sets and whose relationships are sorted
//! in both directions. **Callers**: folding, which streams a snapshot through here, and the
//! loaders of whole tables.
//!
//! A *row* is the number of a node, or of a relationship within its type, in the order of arrival;
//! ids exist only afterwards. Everything is sorted by counting, so the time is linear; rows that
//! arrive in order (tables one after the other, the usual case) are moved, not copied.
//!
//! ```
//! use dossier::graph::Snapshot;
//! use dossier::store::{Cell, Database, GenerationBuilder};
//!
//! let mut builder = GenerationBuilder::default();
//! let names = builder.catalog_mut();
//! let (state, region) = (names.intern_label("State"), names.intern_label("Region"));
//! let (recognises, name) = (names.intern_type("RECOGNISES"), names.intern_key("name"));
//! let states = builder.add_nodes(&[state], 2)?;
//! let regions = builder.add_nodes(&[region], 1)?;
//! for (row, text) in (0..).zip(["Russia", "Nauru", "South Ossetia"]) {
//!     builder.node_column(name).set(row, Cell::Text(text));
//! }
//! for state in states {
//!     builder.relationships(recognises).add(state, regions.start)?;
//! }
//! let graph = Database::memory_from(builder)?.begin_read();
//! assert_eq!(graph.statistics().by_type[&recognises].in_degree_max, 2);
//! let found = graph.lookup(state, name, &"Nauru".into()).expect("texts are indexed");
//! assert_eq!(graph.node_property(found[0], name), "Nauru".into());
//! # Ok::<(), dossier::Error>(())
//! ```

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::error::{Error, Result, eval, store};
use crate::graph::alias::Alias;
use crate::graph::declaration::Declarations;
use crate::graph::statement::Qualifiers;
use crate::graph::stats::Statistics;
use crate::graph::{Catalog, KeyId, LabelId, TypeId};
use crate::value::NodeId;

use super::StoreSnapshot;
use super::adjacency::EdgeList;
use super::column::{ColumnBuilder, Part, StoredColumn, assemble};
use super::generation::{Generation, LabelSet, TypeGroup};
use super::numbers::ElementIds;
use super::qualifiers::QualifierBuilder;

/// Where fewer than one relationship in so many has a property or qualifiers, those of the backward direction are not
/// listed and neighbours are packed, as where none has: a note on one of millions would double what all of them take.
const LISTED_SHARE: usize = if cfg!(test) { 4 } else { 64 };

/// Collects nodes and relationships for a whole graph at once.
///
/// Nodes and relationships are numbered by row, in the order in which they are added; ids are given
/// when the graph is made of it.
///
/// ```
/// use dossier::store::{Cell, Database, GenerationBuilder};
/// let mut builder = GenerationBuilder::default();
/// let (state, name) = {
///     let names = builder.catalog_mut();
///     (names.intern_label("State"), names.intern_key("name"))
/// };
/// let rows = builder.add_nodes(&[state], 2)?;
/// for (row, text) in rows.zip(["Nauru", "Tuvalu"]) {
///     builder.node_column(name).set(row, Cell::Text(text));
/// }
/// let store = dossier::Store::of(Database::memory_from(builder)?);
/// assert_eq!(store.query("MATCH (s:State {name: 'Tuvalu'}) RETURN s", ())?.len(), 1);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct GenerationBuilder {
    catalog: Catalog,
    declarations: Declarations,
    aliases: Vec<Alias>,
    /// The distinct label sets, in the order in which they came.
    label_sets: Vec<Arc<[LabelId]>>,
    set_numbers: HashMap<Arc<[LabelId]>, u32>,
    /// Label set and number of rows, run after run.
    runs: Vec<(u32, u32)>,
    nodes: u32,
    memory_max_bytes: Option<usize>,
    node_columns: BTreeMap<KeyId, ColumnBuilder>,
    tables: BTreeMap<TypeId, RelationshipTable>,
    /// The numbers by which users know the nodes, by row; empty where they are to be the ids.
    pub(super) node_elements: Vec<u32>,
    /// The first number that no node ever had.
    pub(super) next_node_element: u32,
    /// The first number that no relationship ever had.
    pub(super) next_statement_element: u32,
}

/// Collects the relationships of one type.
///
/// ```
/// use dossier::store::{Database, GenerationBuilder};
/// let mut builder = GenerationBuilder::default();
/// let met = builder.catalog_mut().intern_type("MET");
/// builder.add_nodes(&[], 3)?;
/// let table = builder.relationships(met);
/// table.reserve(3);
/// assert_eq!(table.add(0, 1)?, 0);
/// assert_eq!(table.add_all(&[0, 1], &[2, 2])?, 1);
/// let store = dossier::Store::of(Database::memory_from(builder)?);
/// assert_eq!(store.snapshot().statistics().by_type[&met].count, 3);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct RelationshipTable {
    edges: EdgeList,
    columns: BTreeMap<KeyId, ColumnBuilder>,
    qualifiers: QualifierBuilder,
    /// The numbers by which users know them, by row; empty where they are to be the ids.
    pub(super) elements: Vec<u32>,
}

/// Where the rows of nodes go.
struct NodePlaces {
    /// The distinct label sets with their ids, ascending; keys are not known yet.
    label_sets: Vec<LabelSet>,
    /// Id by row, and row by id; `None` where they are the same.
    permutation: Option<(Vec<u32>, Vec<u32>)>,
}

/// A type whose relationships have been sorted.
struct SortedTable {
    group: TypeGroup,
    columns: BTreeMap<KeyId, ColumnBuilder>,
    elements: Vec<u32>,
    /// The row at each position.
    rows: Vec<u32>,
}

impl GenerationBuilder {
    /// A builder that goes on with the names of a catalog.
    pub fn new(catalog: Catalog) -> Self {
        GenerationBuilder { catalog, ..GenerationBuilder::default() }
    }

    /// From now on `check_memory` fails where more is held than this.
    pub(crate) fn set_memory_max(&mut self, bytes: usize) {
        self.memory_max_bytes = Some(bytes);
    }

    /// Fails where what has been added, with so many bytes that are held beside it, is more than may be.
    pub(crate) fn check_memory(&self, beside: usize) -> Result<()> {
        let Some(max) = self.memory_max_bytes else { return Ok(()) };
        let tables = self.tables.values().map(|table| {
            let columns = table.columns.values().map(ColumnBuilder::bytes).sum::<usize>();
            8 * table.edges.starts.len() + columns + table.qualifiers.bytes()
        });
        let columns = self.node_columns.values().map(ColumnBuilder::bytes);
        let held = size_of_val(&self.runs[..]) + columns.chain(tables).sum::<usize>() + beside;
        if held <= max {
            return Ok(());
        }
        let message = format!(
            "The import needs more memory than all queries of the process may use together ({max} bytes)."
        );
        Err(Error::new(&eval::MEMORY, message)
            .hint("Raise --memory-max, or split what is imported: each file of elements is a commit of its own."))
    }

    /// The names in use, to add to.
    pub fn catalog_mut(&mut self) -> &mut Catalog {
        &mut self.catalog
    }

    /// What is declared, to add to; nodes in it are rows.
    pub fn declarations_mut(&mut self) -> &mut Declarations {
        &mut self.declarations
    }

    /// The names that things go by, to add to; nodes in them are rows.
    pub fn aliases_mut(&mut self) -> &mut Vec<Alias> {
        &mut self.aliases
    }

    /// Adds nodes with the same labels and returns their rows.
    ///
    /// Fails with `store::full` where the ids do not suffice.
    pub fn add_nodes(&mut self, labels: &[LabelId], count: u32) -> Result<Range<u32>> {
        let first = self.nodes;
        self.nodes = grown(first, count, "nodes")?;
        let set = self.label_set(labels);
        match self.runs.last_mut() {
            Some((last, rows)) if *last == set => *rows += count,
            _ => self.runs.push((set, count)),
        }
        Ok(first..self.nodes)
    }

    /// How many nodes have been added: the row of the next.
    pub fn node_count(&self) -> u32 {
        self.nodes
    }

    /// The values of a node property, to be set by row.
    pub fn node_column(&mut self, key: KeyId) -> &mut ColumnBuilder {
        self.node_columns.entry(key).or_default()
    }

    /// The relationships of a type, to add to.
    pub fn relationships(&mut self, relationship_type: TypeId) -> &mut RelationshipTable {
        self.tables.entry(relationship_type).or_default()
    }

    /// Numbers what was added to a graph that was there and gave numbers to what it had.
    pub(super) fn number_added(&mut self) -> Result<()> {
        if self.next_node_element > 0 {
            let added = self.nodes - self.node_elements.len() as u32;
            let next = grown(self.next_node_element, added, "nodes")?;
            self.node_elements.extend(self.next_node_element..next);
            self.next_node_element = next;
        }
        if self.next_statement_element > 0 {
            for table in self.tables.values_mut() {
                let added = (table.edges.starts.len() - table.elements.len()) as u32;
                let next = grown(self.next_statement_element, added, "relationships")?;
                table.elements.extend(self.next_statement_element..next);
                self.next_statement_element = next;
            }
        }
        Ok(())
    }

    /// Sorts everything into a graph.
    ///
    /// Fails with `store::dangling` where a relationship names a row that is no node, or a property
    /// one that was not added.
    pub(super) fn finish(mut self, commit: u64) -> Result<StoreSnapshot> {
        let mut places = self.place_nodes();
        let node_columns = self.node_columns(&places)?;
        for set in &mut places.label_sets {
            let has = |column: &StoredColumn| column.has_any(set.nodes.start, set.nodes.end);
            set.keys = keys_with(&node_columns, has);
        }
        let mut tables = Vec::with_capacity(self.tables.len());
        let mut statements = 0;
        for (relationship_type, table) in std::mem::take(&mut self.tables) {
            if table.edges.starts.is_empty() {
                continue;
            }
            let first = statements;
            statements = grown(first, table.edges.starts.len() as u32, "relationships")?;
            tables.push(table.sort(relationship_type, first, self.nodes, &places)?);
        }
        let statement_elements = statement_elements(&tables, self.next_statement_element);
        let (types, statement_columns) = split(tables);
        let mut generation = Generation {
            nodes: self.nodes,
            statements,
            label_ranges: label_ranges(&places.label_sets),
            node_columns,
            type_positions: types.iter().map(|group| group.relationship_type).zip(0..).collect(),
            types,
            statement_columns,
            node_elements: places.elements(&self.node_elements, self.next_node_element, self.nodes),
            statement_elements,
            statistics: Arc::default(),
            label_sets: places.label_sets.split_off(0),
        };
        generation.statistics = Arc::new(statistics(&generation));
        self.renumber_records(&places);
        let mut graph = StoreSnapshot::over(generation, self.catalog, commit);
        graph.declarations = Arc::new(self.declarations);
        graph.aliases = Arc::new(self.aliases);
        Ok(graph)
    }

    /// The number of a label set, new if need be.
    fn label_set(&mut self, labels: &[LabelId]) -> u32 {
        if let Some((last, _)) = self.runs.last()
            && *self.label_sets[*last as usize] == *labels
        {
            return *last;
        }
        let mut sorted = labels.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let sorted: Arc<[LabelId]> = sorted.into();
        *self.set_numbers.entry(Arc::clone(&sorted)).or_insert_with(|| {
            self.label_sets.push(sorted);
            self.label_sets.len() as u32 - 1
        })
    }

    /// Puts label sets in the order of their labels, so that a label is few ranges, and the nodes
    /// in the order of their sets, then of arrival.
    fn place_nodes(&self) -> NodePlaces {
        let mut counts = vec![0u32; self.label_sets.len()];
        for &(set, count) in &self.runs {
            counts[set as usize] += count;
        }
        let mut by_labels: Vec<u32> = (0..counts.len() as u32).collect();
        by_labels.sort_unstable_by_key(|&set| &self.label_sets[set as usize]);
        let mut next = vec![0u32; counts.len()];
        let mut label_sets = Vec::with_capacity(counts.len());
        let mut first = 0;
        for set in by_labels {
            let nodes = first..first + counts[set as usize];
            (next[set as usize], first) = (first, nodes.end);
            let labels = Arc::clone(&self.label_sets[set as usize]);
            if !nodes.is_empty() {
                label_sets.push(LabelSet { labels, nodes, keys: Vec::new() });
            }
        }
        NodePlaces { label_sets, permutation: self.permutation(next) }
    }

    /// Id by row and row by id, given the first id of each label set.
    fn permutation(&self, mut next: Vec<u32>) -> Option<(Vec<u32>, Vec<u32>)> {
        let mut ids = Vec::with_capacity(self.nodes as usize);
        for &(set, count) in &self.runs {
            let first = next[set as usize];
            ids.extend(first..first + count);
            next[set as usize] += count;
        }
        if ids.is_sorted() {
            return None;
        }
        let mut rows = vec![0; ids.len()];
        for (row, &id) in (0..).zip(&ids) {
            rows[id as usize] = row;
        }
        Some((ids, rows))
    }

    fn node_columns(&mut self, places: &NodePlaces) -> Result<HashMap<KeyId, StoredColumn>> {
        let mut finished = HashMap::with_capacity(self.node_columns.len());
        for (key, column) in std::mem::take(&mut self.node_columns) {
            check_rows(&column, self.nodes, "node")?;
            let order = places.permutation.as_ref().map(|(_, rows)| &rows[..]);
            if let Some(column) = assemble(vec![Part { column, first_id: 0, order }]) {
                finished.insert(key, column);
            }
        }
        Ok(finished)
    }

    /// Turns rows into ids in declarations and aliases.
    fn renumber_records(&mut self, places: &NodePlaces) {
        for alias in &mut self.aliases {
            alias.entity = places.id(alias.entity);
        }
        for complete in &mut self.declarations.completeness {
            for end in [&mut complete.from, &mut complete.to] {
                end.node = end.node.map(|node| places.id(node));
            }
            for support in &mut complete.support {
                support.document = places.id(support.document);
            }
        }
    }
}

impl RelationshipTable {
    /// Makes room for more relationships, where it is known how many will come.
    pub fn reserve(&mut self, count: usize) {
        self.edges.starts.reserve_exact(count);
        self.edges.ends.reserve_exact(count);
    }

    /// Adds a relationship between two rows of nodes and returns its own row.
    ///
    /// Fails with `store::full` where the ids do not suffice.
    pub fn add(&mut self, start: u32, end: u32) -> Result<u32> {
        let row = self.edges.starts.len() as u32;
        grown(row, 1, "relationships")?;
        self.edges.starts.push(start);
        self.edges.ends.push(end);
        Ok(row)
    }

    /// Adds relationships between rows of nodes and returns the row of the first.
    ///
    /// Fails with `store::full` where the ids do not suffice.
    pub fn add_all(&mut self, starts: &[u32], ends: &[u32]) -> Result<u32> {
        let row = self.edges.starts.len() as u32;
        let count = starts.len().min(ends.len());
        grown(row, u32::try_from(count).unwrap_or(u32::MAX), "relationships")?;
        self.edges.starts.extend_from_slice(&starts[..count]);
        self.edges.ends.extend_from_slice(&ends[..count]);
        Ok(row)
    }

    /// The values of a property, to be set by row.
    pub fn column(&mut self, key: KeyId) -> &mut ColumnBuilder {
        self.columns.entry(key).or_default()
    }

    /// Says when the relationship of a row holds and who says so; documents are rows of nodes.
    ///
    /// Fails with `store::dangling` where the row has not been added.
    ///
    /// ```
    /// use dossier::graph::statement::Qualifiers;
    /// use dossier::store::{Database, GenerationBuilder};
    /// use dossier::value::time::Edtf;
    /// let mut builder = GenerationBuilder::default();
    /// let recognises = builder.catalog_mut().intern_type("RECOGNISES");
    /// builder.add_nodes(&[], 2)?;
    /// let table = builder.relationships(recognises);
    /// let row = table.add(0, 1)?;
    /// let valid = Some(Edtf::parse("2008-08-26/..")?);
    /// table.qualify(row, &Qualifiers { valid, ..Qualifiers::default() })?;
    /// let store = dossier::Store::of(Database::memory_from(builder)?);
    /// let text = "MATCH ()-[r:RECOGNISES]->() AS OF date('2008-08-26') RETURN r";
    /// assert_eq!(store.query(text, ())?.len(), 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn qualify(&mut self, row: u32, qualifiers: &Qualifiers) -> Result<()> {
        let rows = self.edges.starts.len();
        if row as usize >= rows {
            let message = format!("Relationship {row} of {rows} is qualified.");
            return Err(Error::new(&store::DANGLING, message)
                .hint("Add the relationship before what qualifies it."));
        }
        self.qualifiers.set(row, qualifiers);
        Ok(())
    }

    /// Sorts the relationships; their ids begin with `first`.
    fn sort(
        mut self,
        relationship_type: TypeId,
        first: u32,
        nodes: u32,
        places: &NodePlaces,
    ) -> Result<SortedTable> {
        self.columns.retain(|_, column| !column.is_empty());
        for column in self.columns.values() {
            check_rows(column, self.edges.starts.len() as u32, "relationship")?;
        }
        places.renumber(&mut self.edges.starts, nodes)?;
        places.renumber(&mut self.edges.ends, nodes)?;
        let sorted_by = self.columns.iter().find(|(_, column)| column.is_dates());
        let dates = sorted_by.map(|(_, column)| column);
        let values = self.columns.values().map(ColumnBuilder::count).sum::<usize>();
        let named = values + self.qualifiers.count();
        let is_listed = named > self.edges.starts.len() / LISTED_SHARE;
        let (adjacency, rows) = self.edges.sort(first, is_listed, |parallel| {
            if let Some(dates) = dates {
                parallel.sort_unstable_by_key(|&row| (dates.date(row).unwrap_or(i32::MAX), row));
            }
        });
        let group = TypeGroup {
            relationship_type,
            adjacency,
            sorted_by: sorted_by.map(|(key, _)| *key),
            qualifiers: self.qualifiers.finish(&rows, |node| places.id(node)),
            keys: self.columns.keys().copied().collect(),
        };
        Ok(SortedTable { group, columns: self.columns, elements: self.elements, rows })
    }
}

impl NodePlaces {
    /// The id of a row; what is no row (a deleted node) stays what it is.
    fn id(&self, row: NodeId) -> NodeId {
        match &self.permutation {
            Some((ids, _)) => ids.get(row.index()).map_or(row, |&id| NodeId(id)),
            None => row,
        }
    }

    /// Turns rows into ids.
    fn renumber(&self, rows: &mut [u32], nodes: u32) -> Result<()> {
        if let Some(row) = rows.iter().find(|&&row| row >= nodes) {
            let message = format!("A relationship names node {row} of {nodes}.");
            return Err(Error::new(&store::DANGLING, message)
                .hint("Add the nodes before the relationships between them."));
        }
        if let Some((ids, _)) = &self.permutation {
            for row in rows {
                *row = ids[*row as usize];
            }
        }
        Ok(())
    }

    fn elements(&self, by_row: &[u32], next: u32, nodes: u32) -> ElementIds {
        if by_row.is_empty() {
            return ElementIds::same(next.max(nodes));
        }
        let numbers = match &self.permutation {
            Some((_, rows)) => rows.iter().map(|&row| by_row[row as usize]).collect(),
            None => by_row.to_vec(),
        };
        ElementIds::of(numbers, next)
    }
}

/// Refuses properties of rows that are not there.
fn check_rows(column: &ColumnBuilder, rows: u32, what: &str) -> Result<()> {
    let end = column.end();
    if end <= rows {
        return Ok(());
    }
    let message = format!("A property is set on {what} {} of {rows}.", end - 1);
    let hint = format!("Add the {what} before its properties.");
    Err(Error::new(&store::DANGLING, message).hint(hint))
}

/// The numbers of all relationships, by id.
fn statement_elements(tables: &[SortedTable], next: u32) -> ElementIds {
    let count = tables.iter().map(|table| table.rows.len()).sum::<usize>() as u32;
    if tables.iter().all(|table| table.elements.is_empty()) {
        return ElementIds::same(next.max(count));
    }
    let mut numbers = Vec::with_capacity(count as usize);
    for table in tables {
        numbers.extend(table.rows.iter().map(|&row| table.elements[row as usize]));
    }
    ElementIds::of(numbers, next)
}

/// The groups of all types, and the columns that run through them.
fn split(tables: Vec<SortedTable>) -> (Vec<TypeGroup>, HashMap<KeyId, StoredColumn>) {
    let mut groups = Vec::with_capacity(tables.len());
    let mut orders = Vec::with_capacity(tables.len());
    let mut columns: BTreeMap<KeyId, Vec<(usize, ColumnBuilder)>> = BTreeMap::new();
    for (number, table) in tables.into_iter().enumerate() {
        for (key, column) in table.columns {
            columns.entry(key).or_default().push((number, column));
        }
        orders.push((table.group.adjacency.first, table.rows));
        groups.push(table.group);
    }
    let mut finished = HashMap::with_capacity(columns.len());
    for (key, parts) in columns {
        let part = |(number, column): (usize, ColumnBuilder)| {
            let (first_id, rows) = &orders[number];
            Part { column, first_id: *first_id, order: Some(rows) }
        };
        if let Some(column) = assemble(parts.into_iter().map(part).collect()) {
            finished.insert(key, column);
        }
    }
    (groups, finished)
}

/// The keys of the columns that pass the test, ascending.
fn keys_with(
    columns: &HashMap<KeyId, StoredColumn>,
    test: impl Fn(&StoredColumn) -> bool,
) -> Vec<KeyId> {
    let passing = columns.iter().filter(|(_, column)| test(column));
    let mut keys: Vec<KeyId> = passing.map(|(key, _)| *key).collect();
    keys.sort_unstable();
    keys
}

/// For each label the ranges of its nodes, neighbouring ones joined.
pub(super) fn label_ranges(label_sets: &[LabelSet]) -> HashMap<LabelId, Vec<Range<u32>>> {
    let mut ranges: HashMap<LabelId, Vec<Range<u32>>> = HashMap::new();
    for set in label_sets {
        for &label in set.labels.iter() {
            let ranges = ranges.entry(label).or_default();
            match ranges.last_mut() {
                Some(last) if last.end == set.nodes.start => last.end = set.nodes.end,
                _ => ranges.push(set.nodes.clone()),
            }
        }
    }
    ranges
}

fn statistics(generation: &Generation) -> Statistics {
    let label_count = |ranges: &Vec<Range<u32>>| {
        ranges.iter().map(|range| u64::from(range.end - range.start)).sum()
    };
    let distinct = |(key, column): (&KeyId, &StoredColumn)| Some((*key, column.distinct()?));
    Statistics {
        nodes: generation.nodes.into(),
        statements: generation.statements.into(),
        by_label: generation.label_ranges.iter().map(|(&l, r)| (l, label_count(r))).collect(),
        by_type: generation
            .types
            .iter()
            .map(|group| (group.relationship_type, group.adjacency.statistics()))
            .collect(),
        distinct: generation.node_columns.iter().filter_map(distinct).collect(),
    }
}

/// `count` more than there are, unless the ids do not suffice.
pub(super) fn grown(now: u32, count: u32, what: &str) -> Result<u32> {
    // The last id is kept free: it is one more than any id, and it stands for "deleted".
    match now.checked_add(count) {
        Some(grown) if grown < u32::MAX => Ok(grown),
        _ => {
            let message = format!("The store holds as many {what} as it can: 4,294,967,294.");
            Err(Error::new(&store::FULL, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Direction, Snapshot};
    use crate::store::Cell;
    use crate::value::Value;

    /// Nodes of three label sets by turns, each with its row as a property.
    fn interleaved() -> GenerationBuilder {
        let mut builder = GenerationBuilder::default();
        let names = builder.catalog_mut();
        let labels = ["A", "B"].map(|name| names.intern_label(name));
        let row_key = names.intern_key("row");
        for round in 0..4 {
            for set in [&labels[1..], &labels[..], &labels[..1]] {
                let rows = builder.add_nodes(set, round % 2 + 1).unwrap();
                for row in rows {
                    builder.node_column(row_key).set(row, Cell::Integer(row.into()));
                }
            }
        }
        builder
    }

    #[test]
    fn nodes_come_out_in_the_order_of_label_sets() {
        let graph = interleaved().finish(1).unwrap();
        let (a, b) = (LabelId(0), LabelId(1));
        let ranges = |label| graph.label_ranges(label).unwrap().iter().cloned();
        assert!(ranges(a).flatten().eq(0..12) && ranges(b).flatten().eq(6..18));
        assert_eq!((ranges(a).len(), ranges(b).len()), (1, 1));
        let column = graph.node_column(KeyId(0));
        let row = |id: u32| column.get(id).as_int().unwrap();
        for set in [0..6, 6..12, 12..18] {
            assert!(set.map(row).is_sorted(), "the order of arrival within a set");
        }
        assert_eq!(graph.lookup(b, KeyId(0), &row(7).into()), Some(vec![NodeId(7)]));
    }

    #[test]
    fn parallel_relationships_stand_in_the_order_of_their_dates() {
        let mut builder = interleaved();
        let (kind, day) = (TypeId(0), KeyId(1));
        for (row, days) in [(0, Some(5)), (1, None), (2, Some(-1)), (3, Some(3))] {
            let table = builder.relationships(kind);
            assert_eq!(table.add(17, 0).unwrap(), row);
            if let Some(days) = days {
                table.column(day).set(row, Cell::Date(days));
            }
        }
        let graph = builder.finish(1).unwrap();
        assert_eq!(graph.sorted_by(kind), Some(day));
        let dates: Vec<Value> = (0..4).map(|id| graph.statement_column(day).get(id)).collect();
        let date = |days| Value::Date(crate::value::time::Date::from_days(days));
        assert_eq!(dates, [date(-1), date(3), date(5), Value::Null]);
        let ends = graph.statement(crate::StatementId(0)).unwrap();
        let row = |node: NodeId| graph.node_property(node, KeyId(0)).as_int().unwrap();
        assert_eq!((row(ends.start), row(ends.end)), (17, 0));
        let incoming = graph.adjacency(kind, Direction::Incoming);
        let mut ids = Vec::new();
        incoming.for_each(ends.end, |_, id| ids.push(id.0));
        assert_eq!(ids, [0, 1, 2, 3]);
    }

    #[test]
    fn a_relationship_of_a_missing_node_is_an_error() {
        let mut builder = interleaved();
        builder.relationships(TypeId(0)).add(0, 18).unwrap();
        let error = builder.finish(1).unwrap_err();
        assert_eq!(error.code(), "store::dangling");
        assert!(error.message().contains("18"));
    }

    #[test]
    fn a_property_of_a_missing_row_is_an_error() {
        let mut builder = interleaved();
        builder.node_column(KeyId(0)).set(18, Cell::Boolean(true));
        assert_eq!(builder.finish(1).unwrap_err().code(), "store::dangling");
        let mut builder = interleaved();
        let table = builder.relationships(TypeId(0));
        let row = table.add(0, 1).unwrap();
        table.column(KeyId(0)).set(row + 1, Cell::Boolean(true));
        let error = builder.finish(1).unwrap_err();
        assert_eq!(error.message(), "A property is set on relationship 1 of 1.");
    }

    #[test]
    fn a_full_store_is_an_error() {
        let mut builder = GenerationBuilder::default();
        builder.add_nodes(&[], u32::MAX - 1).unwrap();
        assert_eq!(builder.add_nodes(&[], 1).unwrap_err().code(), "store::full");
    }
}
