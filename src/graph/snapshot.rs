//! The whole read contract between engine and store.
//!
//! A snapshot is the graph at one commit. It never changes while it is read, and reading takes
//! no lock. Bulk data comes out as slices of columns, so that an operator touches an array and
//! not an interface: the interface is crossed once for each type, direction or property, not once
//! for each row.
//!
//! ```text
//! adjacency(RECOGNISES, Outgoing)        nodes  0 Russia  1 Nauru  2 South Ossetia
//!   offsets     [0, 1, 2, 2]             one more than there are nodes
//!   neighbours  [2, 2]                   ends, grouped by start, ascending in a group
//!   statements  first + position         the forward position is the id
//! ```
//!
//! What was written since the last checkpoint is not in the arrays. It is small, and it stands
//! behind [`Recent`]: where there is none, the reader pays one branch. A transaction reads its own
//! writes the same way.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::graph::alias::Alias;
use crate::graph::declaration::Declarations;
use crate::graph::history::{Recorded, StatementChange};
use crate::graph::statement::Qualifiers;
use crate::graph::stats::Statistics;
use crate::graph::{Catalog, Direction, KeyId, LabelId, TypeId};
use crate::value::time::Date;
use crate::value::{NodeId, StatementId, Value};

/// The graph at one commit.
pub trait Snapshot: Send + Sync + fmt::Debug {
    /// The names in use.
    fn catalog(&self) -> &Catalog;

    /// What is declared about types and completeness.
    fn declarations(&self) -> &Declarations;

    /// The names that things go by, beside their `name` property.
    fn aliases(&self) -> &[Alias];

    /// Counts and degrees.
    fn statistics(&self) -> &Statistics;

    /// The number of the commit that this snapshot shows; 0 is the empty store.
    fn commit(&self) -> u64;

    /// One more than the largest node id in use.
    fn node_bound(&self) -> u32;

    /// One more than the largest statement id in use.
    fn statement_bound(&self) -> u32;

    /// Whether the node exists.
    fn contains_node(&self, node: NodeId) -> bool;

    /// Appends up to `limit` existing nodes with the label (any node without one), ids ascending
    /// from `from`; says where to go on, or `None` at the end.
    fn scan_nodes(
        &self,
        label: Option<LabelId>,
        from: NodeId,
        limit: usize,
        out: &mut Vec<NodeId>,
    ) -> Option<NodeId>;

    /// The ranges of ids that are exactly the nodes with the label, where ranges can say it.
    fn label_ranges(&self, label: LabelId) -> Option<&[Range<u32>]>;

    /// The labels of a node, ascending; empty for one that does not exist.
    fn labels(&self, node: NodeId) -> &[LabelId];

    /// Whether the node bears the label.
    fn has_label(&self, node: NodeId, label: LabelId) -> bool {
        self.labels(node).contains(&label)
    }

    /// A property of a node; null where it has none.
    fn node_property(&self, node: NodeId, key: KeyId) -> Value;

    /// All properties of a node, by key.
    fn node_properties(&self, node: NodeId) -> Vec<(KeyId, Value)>;

    /// A property of all nodes as a column.
    fn node_column(&self, key: KeyId) -> Column<'_>;

    /// Nodes with the label whose property equals the value, where an index knows; `None` where
    /// there is no index and a scan is needed.
    fn lookup(&self, label: LabelId, key: KeyId, value: &Value) -> Option<Vec<NodeId>>;

    /// Type and ends of a relationship; `None` for one that does not exist.
    fn statement(&self, statement: StatementId) -> Option<Ends>;

    /// Type and ends of a relationship that this transaction has deleted; `None` for any other.
    ///
    /// A query may still ask a deleted relationship for its type and its place in a path.
    fn deleted_statement(&self, _statement: StatementId) -> Option<Ends> {
        None
    }

    /// A property of a relationship; null where it has none.
    fn statement_property(&self, statement: StatementId, key: KeyId) -> Value;

    /// All properties of a relationship, by key.
    fn statement_properties(&self, statement: StatementId) -> Vec<(KeyId, Value)>;

    /// A property of all relationships as a column.
    fn statement_column(&self, key: KeyId) -> Column<'_>;

    /// When a relationship holds and who says so; `None` where it is plain.
    fn qualifiers(&self, statement: StatementId) -> Option<&Qualifiers>;

    /// When what is known of a statement was recorded; `None` where the store does not know, as of
    /// what the transaction itself has written.
    fn recorded(&self, _statement: StatementId) -> Option<Recorded> {
        None
    }

    /// The day on which a statement was recorded, where the store knows.
    fn recorded_day(&self, statement: StatementId) -> Option<Date> {
        self.recorded(statement).and_then(Recorded::day)
    }

    /// What happened to statements after one commit, up to another, as far as it is kept.
    fn changes(&self, _after: u64, _to: u64) -> Vec<StatementChange> {
        Vec::new()
    }

    /// The last commit at or before an instant, in seconds and nanoseconds since 1970-01-01T00:00Z.
    fn commit_at(&self, _instant: (i64, u32)) -> u64 {
        self.commit()
    }

    /// Whether no relationship of the type has qualifiers.
    fn all_plain(&self, relationship_type: TypeId) -> bool;

    /// The neighbours of every node over one type in one direction (not [`Direction::Both`]).
    fn adjacency(&self, relationship_type: TypeId, direction: Direction) -> Adjacency<'_>;

    /// The relationships of the type that end where they start: the node and the relationship.
    ///
    /// Most graphs have none, and that is worth knowing: two steps of a path can be one relationship
    /// only where there is a loop. A store finds them once for each generation.
    fn loops(&self, relationship_type: TypeId) -> Cow<'_, [(NodeId, StatementId)]> {
        let adjacency = self.adjacency(relationship_type, Direction::Outgoing);
        let mut loops = Vec::new();
        for node in (0..self.node_bound()).map(NodeId) {
            adjacency.for_each(node, |neighbour, statement| {
                if neighbour == node {
                    loops.push((node, statement));
                }
            });
        }
        Cow::Owned(loops)
    }

    /// The date property in whose order parallel relationships of the type stand in the arrays,
    /// those without one last; `None` where they stand in no known order.
    fn sorted_by(&self, _relationship_type: TypeId) -> Option<KeyId> {
        None
    }

    /// The number by which users know a node: what `id(n)` returns.
    ///
    /// A [`NodeId`] is dense, so a checkpoint may renumber it; this number stays with the node for
    /// the life of the store and is not given to another.
    fn node_element_id(&self, node: NodeId) -> u64 {
        u64::from(node.0)
    }

    /// The node that users know by the number, if it exists.
    fn node_by_element_id(&self, element_id: u64) -> Option<NodeId> {
        let node = NodeId(u32::try_from(element_id).ok()?);
        self.contains_node(node).then_some(node)
    }

    /// The number by which users know a relationship: what `id(r)` returns.
    fn statement_element_id(&self, statement: StatementId) -> u64 {
        u64::from(statement.0)
    }

    /// The relationship that users know by the number, if it exists.
    fn statement_by_element_id(&self, element_id: u64) -> Option<StatementId> {
        let statement = StatementId(u32::try_from(element_id).ok()?);
        self.statement(statement).map(|_| statement)
    }
}

/// The type and the ends of a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ends {
    /// Its type.
    pub relationship_type: TypeId,
    /// Where it starts.
    pub start: NodeId,
    /// Where it ends.
    pub end: NodeId,
}

/// The neighbours of every node over one type in one direction, in compressed sparse rows.
#[derive(Clone, Copy)]
pub struct Adjacency<'a> {
    /// `offsets[n]..offsets[n + 1]` are the positions of node `n`'s neighbours; nodes at or past
    /// `offsets.len() - 1` have none here.
    pub offsets: &'a [u32],
    /// The neighbours, ascending within a node.
    pub neighbours: &'a [NodeId],
    /// The relationship at each position.
    pub statements: Statements<'a>,
    /// What was written since; `None` where nothing was.
    pub recent: Option<&'a dyn Recent>,
}

/// The relationships at the positions of an adjacency.
#[derive(Clone, Copy, Debug)]
pub enum Statements<'a> {
    /// Position plus this number is the id (forward adjacency).
    From(u32),
    /// One id at each position (backward adjacency).
    Listed(&'a [StatementId]),
}

/// The part of an adjacency that was written since the arrays were built.
pub trait Recent: Sync {
    /// Neighbours added to the node, with the relationships that add them.
    fn added(&self, node: NodeId) -> &[(NodeId, StatementId)];

    /// Whether the node has added or removed neighbours, so that the arrays alone do not tell.
    fn touches(&self, node: NodeId) -> bool;

    /// Whether a relationship of the arrays has been removed.
    fn is_removed(&self, statement: StatementId) -> bool;

    /// Whether any relationship of the arrays has been removed.
    fn has_removed(&self) -> bool;

    /// How many of the node's relationships in the arrays have been removed.
    fn removed_count(&self, node: NodeId) -> usize;
}

impl Adjacency<'_> {
    /// The adjacency in which no node has a neighbour.
    pub const EMPTY: Adjacency<'static> =
        Adjacency { offsets: &[], neighbours: &[], statements: Statements::From(0), recent: None };

    /// The positions of a node's neighbours in the arrays.
    pub fn positions(&self, node: NodeId) -> Range<usize> {
        match self.offsets.get(node.index()..node.index() + 2) {
            Some(&[start, end]) => start as usize..end as usize,
            _ => 0..0,
        }
    }

    /// The relationship at a position of the arrays.
    pub fn statement_at(&self, position: usize) -> StatementId {
        match self.statements {
            Statements::From(first) => StatementId(first + position as u32),
            Statements::Listed(ids) => ids[position],
        }
    }

    /// Calls `visit` with every neighbour of a node and the relationship that leads there.
    pub fn for_each(&self, node: NodeId, mut visit: impl FnMut(NodeId, StatementId)) {
        let positions = self.positions(node);
        let Some(recent) = self.recent.filter(|recent| recent.touches(node)) else {
            for position in positions {
                visit(self.neighbours[position], self.statement_at(position));
            }
            return;
        };
        for position in positions {
            let statement = self.statement_at(position);
            if !recent.is_removed(statement) {
                visit(self.neighbours[position], statement);
            }
        }
        for &(neighbour, statement) in recent.added(node) {
            visit(neighbour, statement);
        }
    }

    /// How many neighbours a node has.
    pub fn degree(&self, node: NodeId) -> usize {
        let Some(recent) = self.recent.filter(|recent| recent.touches(node)) else {
            return self.positions(node).len();
        };
        self.positions(node).len() - recent.removed_count(node) + recent.added(node).len()
    }
}

impl fmt::Debug for Adjacency<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adjacency")
            .field("positions", &self.neighbours.len())
            .field("recent", &self.recent.is_some())
            .finish_non_exhaustive()
    }
}

/// One property of all nodes or all relationships.
///
/// The arrays cover the ids `first..first + len`; every id outside has no value there. `recent`
/// overrides single ids.
#[derive(Clone, Copy)]
pub struct Column<'a> {
    /// The id of the first entry.
    pub first: u32,
    /// One bit for each entry, set where there is a value; `None` where all have one.
    pub present: Option<&'a [u64]>,
    /// The entries; those without a value are arbitrary.
    pub data: ColumnData<'a>,
    /// Values written since; `None` where there are none.
    pub recent: Option<&'a dyn RecentColumn>,
}

/// The entries of a column, by type.
#[derive(Clone, Copy, Debug)]
pub enum ColumnData<'a> {
    /// No entry at all.
    Empty,
    /// Booleans, a byte each.
    Boolean(&'a [bool]),
    /// Integers.
    Integer(&'a [i64]),
    /// Floats.
    Float(&'a [f64]),
    /// Dates, in days since 1970-01-01.
    Date(&'a [i32]),
    /// Strings: positions in a dictionary of distinct texts.
    String {
        /// For each entry, the position of its text.
        codes: &'a [u32],
        /// The texts.
        dictionary: &'a dyn Dictionary,
    },
    /// Entries of mixed or other types.
    Variant(&'a [Value]),
}

/// Distinct texts by code.
pub trait Dictionary: Send + Sync + fmt::Debug {
    /// The text of a code.
    fn text(&self, code: u32) -> Arc<str>;

    /// The text of a code, borrowed.
    fn text_ref(&self, code: u32) -> &str;

    /// The code of a text, if it is in the dictionary.
    fn code(&self, text: &str) -> Option<u32>;

    /// How many texts there are; codes are below.
    fn len(&self) -> usize;

    /// Whether there is no text.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The part of a column that was written since the arrays were built.
pub trait RecentColumn: Sync {
    /// The value written for the id (null where it was removed); `None` where the arrays still hold.
    fn get(&self, id: u32) -> Option<&Value>;
}

impl Column<'_> {
    /// The column in which nothing has a value.
    pub const EMPTY: Column<'static> =
        Column { first: 0, present: None, data: ColumnData::Empty, recent: None };

    /// The value of an id; null where it has none.
    pub fn get(&self, id: u32) -> Value {
        if let Some(value) = self.recent.and_then(|recent| recent.get(id)) {
            return value.clone();
        }
        let Some(at) = self.position(id) else { return Value::Null };
        match self.data {
            ColumnData::Empty => Value::Null,
            ColumnData::Boolean(values) => values[at].into(),
            ColumnData::Integer(values) => values[at].into(),
            ColumnData::Float(values) => values[at].into(),
            ColumnData::Date(days) => {
                Value::Date(crate::value::time::Date::from_days(i64::from(days[at])))
            }
            ColumnData::String { codes, dictionary } => Value::String(dictionary.text(codes[at])),
            ColumnData::Variant(values) => values[at].clone(),
        }
    }

    /// Whether every id of a range has a value in the arrays.
    pub fn covers(&self, ids: Range<u32>) -> bool {
        if ids.is_empty() {
            return true;
        }
        let Some(begin) = ids.start.checked_sub(self.first).map(|at| at as usize) else {
            return false;
        };
        let end = begin + ids.len();
        if end > self.data.len() {
            return false;
        }
        let Some(bits) = self.present else { return true };
        (begin / 64..end.div_ceil(64)).all(|word| {
            let from = begin.saturating_sub(word * 64);
            let to = (end - word * 64).min(64);
            let wanted = (u64::MAX << from) & (u64::MAX >> (64 - to));
            bits.get(word).is_some_and(|bits| bits & wanted == wanted)
        })
    }

    /// The position of an id's entry in the arrays, where it has a value there.
    pub fn position(&self, id: u32) -> Option<usize> {
        let at = id.checked_sub(self.first)? as usize;
        let inside = at < self.data.len();
        let present = self
            .present
            .is_none_or(|bits| bits.get(at / 64).is_some_and(|w| w >> (at % 64) & 1 == 1));
        (inside && present).then_some(at)
    }
}

impl ColumnData<'_> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        match self {
            ColumnData::Empty => 0,
            ColumnData::Boolean(values) => values.len(),
            ColumnData::Integer(values) => values.len(),
            ColumnData::Float(values) => values.len(),
            ColumnData::Date(values) => values.len(),
            ColumnData::String { codes, .. } => codes.len(),
            ColumnData::Variant(values) => values.len(),
        }
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Column<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column")
            .field("first", &self.first)
            .field("len", &self.data.len())
            .field("recent", &self.recent.is_some())
            .finish_non_exhaustive()
    }
}
