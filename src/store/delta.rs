//! What was written since the generation under it was built.
//!
//! Everything here stands in maps that copy in constant time: a transaction starts from a copy, a
//! commit publishes the copy, a rollback drops it, and a reader keeps the one it began with. Ids
//! past the generation's are new nodes and relationships; entries for smaller ids override it.
//!
//! The shapes are those that the engine reads through [`Recent`] and [`RecentColumn`]: neighbours
//! added to a node are one slice, whether a relationship was removed is a bit test, and a property
//! that was not written costs a bit test too.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use imbl::{OrdMap, OrdSet};
use xxhash_rust::xxh3::Xxh3Default;

use crate::graph::snapshot::{Ends, Recent, RecentColumn};
use crate::graph::statement::Qualifiers;
use crate::graph::stats::TypeStatistics;
use crate::graph::{Direction, KeyId, LabelId, TypeId};
use crate::value::{NodeId, StatementId, Value};

use super::adjacency::{self, DegreeCounts};
use super::bits::BitSet;
use super::generation::Generation;
use super::index::{IndexKey, Probe};
use super::layered::Layered;
use super::qualifiers::QualifierColumn;
use super::section::Section;

/// What was written since the generation under it was built.
#[derive(Clone, Debug)]
pub struct Delta {
    /// The labels of new nodes, and of old nodes whose labels changed.
    pub nodes: Layered<Arc<[LabelId]>>,
    /// Old nodes that were deleted.
    pub removed_nodes: BitSet,
    /// Who bears which label, where that changed.
    pub labels: OrdMap<LabelId, Arc<LabelDelta>>,
    /// Old relationships that were deleted.
    pub removed_statements: BitSet,
    /// New relationships.
    pub statements: Layered<Ends>,
    /// Neighbours, by type.
    pub types: OrdMap<TypeId, Arc<TypeDelta>>,
    /// Properties of nodes.
    pub node_columns: OrdMap<KeyId, Arc<ColumnDelta>>,
    /// Properties of relationships.
    pub statement_columns: OrdMap<KeyId, Arc<ColumnDelta>>,
    /// Qualifiers said since; plain ones override what the generation says.
    pub qualifiers: Layered<Arc<Qualifiers>>,
    /// The id of the next new node.
    pub next_node: u32,
    /// The id of the next new relationship.
    pub next_statement: u32,
    /// How many changes it has taken to come here: when to fold.
    pub changes: usize,
    /// How many of them a file holds, so that opening need not carry them out again.
    pub settled: usize,
}

/// Who bears a label, where that changed.
#[derive(Clone, Debug, Default)]
pub struct LabelDelta {
    /// New nodes with the label, and old ones that were given it.
    pub gained: Layered<()>,
    /// Old nodes with the label that lost it or were deleted.
    pub lost: BitSet,
}

/// The relationships of a type, where that changed.
#[derive(Clone, Debug, Default)]
pub struct TypeDelta {
    /// By start.
    pub outgoing: AdjacencyDelta,
    /// By end.
    pub incoming: AdjacencyDelta,
    /// How many relationships of the type are qualified, the generation's included.
    pub qualified: u64,
    /// How many relationships of the type there are, the generation's included.
    pub count: u64,
}

/// The neighbours over one type in one direction, where that changed.
#[derive(Clone, Debug, Default)]
pub struct AdjacencyDelta {
    /// By node.
    pub nodes: Layered<NodeDelta>,
    /// The nodes of `nodes`: a bit is read in less time than a map says no.
    pub touched: BitSet,
    /// Old relationships that were deleted.
    pub removed: BitSet,
    /// The degrees of all nodes, the generation's relationships included.
    pub degrees: DegreeCounts,
}

/// The neighbours of one node, where that changed.
///
/// A queue and not a vector: relationships of a hub are often deleted in the order in which they
/// came, and a queue forgets its first as cheaply as its last. It is kept contiguous, and its
/// entries ascend by relationship.
#[derive(Clone, Debug, Default)]
pub struct NodeDelta {
    /// New neighbours, and the relationships to them; `None` where there are none, as with what only lost some.
    pub added: Option<Arc<VecDeque<(NodeId, StatementId)>>>,
    /// How many of the old relationships were deleted.
    pub removed: u32,
}

/// The values of one property, where they changed.
#[derive(Clone, Debug, Default)]
pub struct ColumnDelta {
    touched: BitSet,
    values: Layered<Value>,
    overrides: bool,
    /// The values of a file that can be looked up.
    settled: Option<Arc<SettledIndex>>,
    /// Those written over it, with their ids; kept up from the first look-up on.
    index: OnceLock<OrdSet<(IndexKey, u32)>>,
}

/// Which ids of a file have which value, by the hash of the value; both ascend.
#[derive(Debug, Default)]
pub struct SettledIndex {
    /// The hashes.
    pub hashes: Section<u64>,
    /// The id of each hash.
    pub ids: Section<u32>,
}

impl Delta {
    /// The delta in which nothing was written over the generation.
    pub fn over(generation: &Generation) -> Delta {
        Delta {
            nodes: Layered::default(),
            removed_nodes: BitSet::default(),
            labels: OrdMap::new(),
            removed_statements: BitSet::default(),
            statements: Layered::default(),
            types: OrdMap::new(),
            node_columns: OrdMap::new(),
            statement_columns: OrdMap::new(),
            qualifiers: Layered::default(),
            next_node: generation.nodes,
            next_statement: generation.statements,
            changes: 0,
            settled: 0,
        }
    }

    /// Takes out a relationship that stands in no adjacency any more.
    pub fn forget_statement(&mut self, statement: StatementId, old: u32) {
        if statement.0 < old {
            self.removed_statements.insert(statement.0);
        } else {
            self.statements.remove(statement.0);
            forget(&mut self.statement_columns, statement.0);
        }
        self.qualifiers.remove(statement.0);
    }

    /// Takes out a node that no list of a label has any more.
    pub fn forget_node(&mut self, node: NodeId, old: u32) {
        self.nodes.remove(node.0);
        if node.0 < old {
            self.removed_nodes.insert(node.0);
        } else {
            forget(&mut self.node_columns, node.0);
        }
    }

    /// The changes to a label, for writing.
    pub fn label_mut(&mut self, label: LabelId) -> &mut LabelDelta {
        Arc::make_mut(self.labels.entry(label).or_default())
    }

    /// The changes to a type, for writing.
    pub fn type_mut(&mut self, generation: &Generation, id: TypeId) -> &mut TypeDelta {
        Arc::make_mut(
            self.types.entry(id).or_insert_with(|| Arc::new(TypeDelta::over(generation, id))),
        )
    }

    /// The changes to a property of nodes, for writing.
    pub fn node_column_mut(&mut self, key: KeyId) -> &mut ColumnDelta {
        Arc::make_mut(self.node_columns.entry(key).or_default())
    }

    /// The changes to a property of relationships, for writing.
    pub fn statement_column_mut(&mut self, key: KeyId) -> &mut ColumnDelta {
        Arc::make_mut(self.statement_columns.entry(key).or_default())
    }
}

/// Takes the values of a new id out of all columns.
fn forget(columns: &mut OrdMap<KeyId, Arc<ColumnDelta>>, id: u32) {
    let written = |(key, column): (&KeyId, &Arc<ColumnDelta>)| column.get(id).map(|_| *key);
    let keys: Vec<KeyId> = columns.iter().filter_map(written).collect();
    for key in keys {
        if let Some(column) = columns.get_mut(&key) {
            Arc::make_mut(column).set(id, Value::Null, false);
        }
    }
}

impl TypeDelta {
    fn over(generation: &Generation, id: TypeId) -> TypeDelta {
        let Some(group) = generation.group(id) else { return TypeDelta::default() };
        let side = |degrees: &DegreeCounts| AdjacencyDelta {
            degrees: degrees.clone(),
            ..AdjacencyDelta::default()
        };
        TypeDelta {
            outgoing: side(&group.adjacency.forward.degrees),
            incoming: side(&group.adjacency.backward.degrees),
            qualified: group.qualifiers.as_ref().map_or(0, QualifierColumn::qualified),
            count: group.adjacency.len().into(),
        }
    }

    /// Adds a new relationship.
    pub fn add(&mut self, generation: &Generation, ends: Ends, statement: StatementId) {
        let (out, into) = base_degrees(generation, ends);
        self.outgoing.add(ends.start, ends.end, statement, out);
        self.incoming.add(ends.end, ends.start, statement, into);
        self.count += 1;
    }

    /// Takes a relationship out, new or old.
    pub fn remove(&mut self, generation: &Generation, ends: Ends, statement: StatementId) {
        let (out, into) = base_degrees(generation, ends);
        let is_old = statement.0 < generation.statements;
        self.outgoing.remove(ends.start, statement, is_old, out);
        self.incoming.remove(ends.end, statement, is_old, into);
        self.count -= 1;
    }

    /// The changes in one direction.
    pub fn direction(&self, direction: Direction) -> &AdjacencyDelta {
        if direction == Direction::Incoming { &self.incoming } else { &self.outgoing }
    }

    /// How large the type is, the generation's relationships included.
    pub fn statistics(&self) -> TypeStatistics {
        adjacency::statistics(self.count, &self.outgoing.degrees, &self.incoming.degrees)
    }
}

/// How many relationships of the type the generation has at the start and at the end.
fn base_degrees(generation: &Generation, ends: Ends) -> (u32, u32) {
    generation.group(ends.relationship_type).map_or((0, 0), |group| {
        let adjacency = &group.adjacency;
        (adjacency.forward.degree(ends.start), adjacency.backward.degree(ends.end))
    })
}

impl NodeDelta {
    /// New neighbours, and the relationships to them.
    pub fn added(&self) -> &[(NodeId, StatementId)] {
        self.added.as_ref().map_or(&[], |added| added.as_slices().0)
    }
}

impl AdjacencyDelta {
    fn add(&mut self, node: NodeId, neighbour: NodeId, statement: StatementId, base: u32) {
        self.touched.insert(node.0);
        let entry = self.nodes.entry(node.0);
        let degree = base - entry.removed + entry.added().len() as u32;
        let added = Arc::make_mut(entry.added.get_or_insert_default());
        added.push_back((neighbour, statement));
        if !added.as_slices().1.is_empty() {
            added.make_contiguous();
        }
        self.degrees.change(degree, degree + 1);
    }

    fn remove(&mut self, node: NodeId, statement: StatementId, is_old: bool, base: u32) {
        self.touched.insert(node.0);
        let entry = self.nodes.entry(node.0);
        let degree = base - entry.removed + entry.added().len() as u32;
        if is_old {
            self.removed.insert(statement.0);
            entry.removed += 1;
        } else if let Ok(at) = entry.added().binary_search_by_key(&statement, |&(_, id)| id)
            && let Some(added) = &mut entry.added
        {
            let added = Arc::make_mut(added);
            added.remove(at);
            added.make_contiguous();
        }
        self.degrees.change(degree, degree - 1);
    }
}

impl Recent for AdjacencyDelta {
    fn added(&self, node: NodeId) -> &[(NodeId, StatementId)] {
        if !self.touches(node) {
            return &[];
        }
        self.nodes.get(node.0).map_or(&[], NodeDelta::added)
    }

    #[inline]
    fn touches(&self, node: NodeId) -> bool {
        self.touched.contains(node.0)
    }

    #[inline]
    fn is_removed(&self, statement: StatementId) -> bool {
        self.removed.contains(statement.0)
    }

    fn has_removed(&self) -> bool {
        !self.removed.is_empty()
    }

    fn removed_count(&self, node: NodeId) -> usize {
        self.nodes.get(node.0).map_or(0, |entry| entry.removed as usize)
    }
}

impl ColumnDelta {
    /// Writes a value. Null over an old id hides what the generation has, over a new one it leaves
    /// nothing.
    pub fn set(&mut self, id: u32, value: Value, is_old: bool) {
        if let Some(index) = self.index.get_mut() {
            let key_of = |value: &Value| Probe::of(value).key();
            if let Some(key) = self.values.get_over(id).and_then(key_of) {
                index.remove(&(key, id));
            }
            if let Some(key) = key_of(&value) {
                index.insert((key, id));
            }
        }
        self.overrides |= is_old;
        if value.is_null() && !is_old {
            self.touched.remove(id);
            self.values.remove(id);
        } else {
            self.touched.insert(id);
            self.values.insert(id, value);
        }
    }

    /// The values that a file has, with nothing written over them.
    pub fn settled(values: Layered<Value>, overrides: bool, index: SettledIndex) -> ColumnDelta {
        let touched = BitSet::of(values.under().map_or(&[], |under| under.ids()));
        let settled = Some(Arc::new(index));
        ColumnDelta { touched, values, overrides, settled, index: OnceLock::new() }
    }

    /// The values that were written.
    pub fn values(&self) -> &Layered<Value> {
        &self.values
    }

    /// Whether a value of the generation was written over.
    pub fn overrides(&self) -> bool {
        self.overrides
    }

    /// The values that were written, by id.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Value)> {
        self.values.iter()
    }

    /// Calls `visit` with the ids whose written value has the key, ascending.
    pub fn for_each_with(&self, key: &IndexKey, visit: impl FnMut(u32)) {
        let index = self.index.get_or_init(|| {
            let keyed = |(id, value)| Some((Probe::of(value).key()?, id));
            self.values.iter_over().filter_map(keyed).collect()
        });
        let over = index.range((key.clone(), 0)..=(key.clone(), u32::MAX)).map(|(_, id)| *id);
        let Some(settled) = &self.settled else { return over.for_each(visit) };
        let mut found: Vec<u32> = over.collect();
        settled.each(hash_of(key), |id| {
            if self.values.is_settled(id)
                && self
                    .values
                    .get(id)
                    .is_some_and(|value| Probe::of(value) == Probe::Key(key.clone()))
            {
                found.push(id);
            }
        });
        found.sort_unstable();
        found.into_iter().for_each(visit);
    }
}

impl SettledIndex {
    /// The index of values, to be written.
    pub fn of(values: &Layered<Value>) -> (Vec<u64>, Vec<u32>) {
        let keyed = |(id, value)| Some((hash_of(&Probe::of(value).key()?), id));
        let mut entries: Vec<(u64, u32)> = values.iter().filter_map(keyed).collect();
        entries.sort_unstable();
        entries.into_iter().unzip()
    }

    fn each(&self, hash: u64, visit: impl FnMut(u32)) {
        let first = self.hashes.partition_point(|&other| other < hash);
        let same = self.hashes[first..].iter().take_while(|&&other| other == hash).count();
        self.ids.iter().skip(first).take(same).copied().for_each(visit);
    }
}

/// The hash by which a value is looked up in a file.
fn hash_of(key: &IndexKey) -> u64 {
    let mut hash = Xxh3Default::new();
    match key {
        IndexKey::Integer(value) => {
            hash.update(&[0]);
            hash.update(&value.to_le_bytes());
        }
        IndexKey::Float(bits) => {
            hash.update(&[1]);
            hash.update(&bits.to_le_bytes());
        }
        IndexKey::Text(text) => {
            hash.update(&[2]);
            hash.update(text.as_bytes());
        }
    }
    hash.digest()
}

impl RecentColumn for ColumnDelta {
    #[inline]
    fn get(&self, id: u32) -> Option<&Value> {
        if self.touched.contains(id) { self.values.get(id) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_forgets_relationships_from_both_ends_and_the_middle() {
        let hub = NodeId(0);
        let mut delta = AdjacencyDelta::default();
        for n in 1..=100 {
            delta.add(hub, NodeId(n), StatementId(n), 0);
        }
        for n in [1, 2, 100, 50, 3] {
            delta.remove(hub, StatementId(n), false, 0);
        }
        for n in 101..=120 {
            delta.add(hub, NodeId(n), StatementId(n), 0);
        }
        let ids: Vec<u32> = delta.added(hub).iter().map(|(_, id)| id.0).collect();
        let expected: Vec<u32> = (4..=120).filter(|n| ![50, 100].contains(n)).collect();
        assert_eq!(ids, expected);
        assert_eq!((delta.degrees.nodes(), delta.degrees.max()), (1, 115));
    }

    #[test]
    fn the_look_up_of_written_values_follows_later_writes() {
        let found = |delta: &ColumnDelta, text: &str| {
            let mut ids = Vec::new();
            delta.for_each_with(&IndexKey::Text(text.into()), |id| ids.push(id));
            ids
        };
        let mut delta = ColumnDelta::default();
        delta.set(7, "a".into(), false);
        assert_eq!(found(&delta, "a"), [7]);
        delta.set(3, "a".into(), true);
        delta.set(7, "b".into(), false);
        assert_eq!((found(&delta, "a"), found(&delta, "b")), (vec![3], vec![7]));
        delta.set(7, Value::Null, false);
        delta.set(3, Value::Null, true);
        assert_eq!((delta.get(7), delta.get(3)), (None, Some(&Value::Null)));
        assert!(found(&delta, "a").is_empty() && found(&delta, "b").is_empty());
    }
}
