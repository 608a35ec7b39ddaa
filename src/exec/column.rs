//! Columns: typed vectors, read through position lists.
//!
//! A [`Vector`] owns data of one type with a null mask. A [`Column`] is a shared vector and, where
//! rows were picked out of it, the positions that they stand at: filtering or expanding a batch
//! builds one position list and touches no data, and a constant is a vector of one entry that
//! every row points to.
//!
//! ```text
//! before Expand      s  [Russia, Nauru]                    from the scan
//! after Expand       s  [Russia, Nauru] at [0, 0, 1]       two relationships of Russia, one of Nauru
//!                    x  [South Ossetia, Abkhazia, South Ossetia]
//! ```
//!
//! Kernels ask for [`Column::flat`], which costs nothing where there is no position list and one
//! gather where there is. Texts from a dictionary stay codes ([`Data::Text`]) with the name of the
//! property that they come from; the text itself is fetched when a row is handed out.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::{Error, Result, eval};
use crate::graph::snapshot::{ColumnData, Dictionary};
use crate::graph::{KeyId, Snapshot};
use crate::value::time::Date;
use crate::value::{NodeId, StatementId, Value};

/// Positions in a vector or a batch, shared by the columns that they apply to.
pub(crate) type Positions = Arc<Vec<u32>>;

/// What stands for null in a vector of nodes: no snapshot has so many.
pub(crate) const NO_NODE: NodeId = NodeId(u32::MAX);

/// What stands for null in a vector of relationships.
pub(crate) const NO_STATEMENT: StatementId = StatementId(u32::MAX);

/// A column of a batch: a shared vector, and where in it the rows stand.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    vector: Arc<Vector>,
    positions: Option<Positions>,
}

/// Entries of one type, some of them null.
#[derive(Clone, Debug)]
pub(crate) struct Vector {
    /// The entries; a null one holds the type's default, or [`NO_NODE`], or [`NO_STATEMENT`].
    pub(crate) data: Data,
    /// True where the entry is null; `None` where none is, and always for [`Data::Value`].
    pub(crate) nulls: Option<Vec<bool>>,
}

/// The entries of a vector.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Node(Vec<NodeId>),
    Relationship(Vec<StatementId>),
    Boolean(Vec<bool>),
    Integer(Vec<i64>),
    Float(Vec<f64>),
    /// Days since 1970-01-01.
    Date(Vec<i32>),
    /// Codes of the dictionary of a property.
    Text {
        codes: Vec<u32>,
        source: TextSource,
    },
    /// Anything, nulls included.
    Value(Vec<Value>),
}

/// The property whose dictionary a text's code belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextSource {
    Node(KeyId),
    Relationship(KeyId),
}

impl TextSource {
    /// The dictionary, which stands as long as the snapshot: writes only add beside it.
    pub(crate) fn dictionary(self, graph: &dyn Snapshot) -> Option<&dyn Dictionary> {
        let column = match self {
            TextSource::Node(key) => graph.node_column(key),
            TextSource::Relationship(key) => graph.statement_column(key),
        };
        match column.data {
            ColumnData::String { dictionary, .. } => Some(dictionary),
            _ => None,
        }
    }

    fn text(self, code: u32, graph: &dyn Snapshot) -> Value {
        self.dictionary(graph).map_or(Value::Null, |texts| Value::String(texts.text(code)))
    }
}

/// Picks the entries of a typed vector by an expression over the inner `Vec`, keeping the type.
macro_rules! map_data {
    ($data:expr, $values:ident => $picked:expr) => {
        match $data {
            Data::Node($values) => Data::Node($picked),
            Data::Relationship($values) => Data::Relationship($picked),
            Data::Boolean($values) => Data::Boolean($picked),
            Data::Integer($values) => Data::Integer($picked),
            Data::Float($values) => Data::Float($picked),
            Data::Date($values) => Data::Date($picked),
            Data::Text { codes: $values, source } => Data::Text { codes: $picked, source: *source },
            Data::Value($values) => Data::Value($picked),
        }
    };
}

impl Data {
    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Data::Node(v) => v.len(),
            Data::Relationship(v) => v.len(),
            Data::Boolean(v) => v.len(),
            Data::Integer(v) => v.len(),
            Data::Float(v) => v.len(),
            Data::Date(v) => v.len(),
            Data::Text { codes, .. } => codes.len(),
            Data::Value(v) => v.len(),
        }
    }

    /// How many bytes an entry takes in the vector itself.
    pub(crate) fn entry_bytes(&self) -> usize {
        match self {
            Data::Boolean(_) => 1,
            Data::Node(_) | Data::Relationship(_) | Data::Date(_) | Data::Text { .. } => 4,
            Data::Integer(_) | Data::Float(_) => 8,
            Data::Value(_) => size_of::<Value>(),
        }
    }
}

impl Vector {
    /// A vector without nulls.
    pub(crate) fn new(data: Data) -> Vector {
        Vector { data, nulls: None }
    }

    /// A vector whose nulls are marked; the mask is dropped where none is set.
    pub(crate) fn with_nulls(data: Data, nulls: Vec<bool>) -> Vector {
        let nulls = nulls.contains(&true).then_some(nulls);
        Vector { data, nulls }
    }

    /// A vector of arbitrary values, typed where all of them are of one type.
    pub(crate) fn of(values: impl IntoIterator<Item = Value>) -> Vector {
        let mut builder = VectorBuilder::default();
        values.into_iter().for_each(|value| builder.push(value));
        builder.finish()
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether an entry is null.
    pub(crate) fn is_null(&self, at: usize) -> bool {
        match (&self.data, &self.nulls) {
            (Data::Value(values), _) => values[at].is_null(),
            (_, Some(nulls)) => nulls[at],
            (_, None) => false,
        }
    }

    /// An entry as a value.
    pub(crate) fn value(&self, at: usize, graph: &dyn Snapshot) -> Value {
        if self.nulls.as_ref().is_some_and(|nulls| nulls[at]) {
            return Value::Null;
        }
        match &self.data {
            Data::Node(v) => v[at].into(),
            Data::Relationship(v) => v[at].into(),
            Data::Boolean(v) => v[at].into(),
            Data::Integer(v) => v[at].into(),
            Data::Float(v) => v[at].into(),
            Data::Date(v) => Date::from_days(v[at].into()).into(),
            Data::Text { codes, source } => source.text(codes[at], graph),
            Data::Value(v) => v[at].clone(),
        }
    }

    /// The entries at the positions, in their order.
    // One expression for vectors of copied entries and of cloned ones.
    #[allow(clippy::clone_on_copy)]
    pub(crate) fn gather(&self, positions: &[u32]) -> Vector {
        let data = map_data!(&self.data, v => positions.iter().map(|&at| v[at as usize].clone()).collect());
        let nulls = self.nulls.as_ref();
        Vector {
            data,
            nulls: nulls.map(|nulls| positions.iter().map(|&at| nulls[at as usize]).collect()),
        }
    }

    /// Adds the entries of another vector; where the types differ, both become values.
    pub(crate) fn append(&mut self, other: &Vector, graph: &dyn Snapshot) {
        let (before, added) = (self.len(), other.len());
        if before == 0 {
            *self = other.clone();
            return;
        }
        if !self.append_same(other) {
            let mut values =
                std::mem::replace(self, Vector::new(Data::Value(Vec::new()))).into_values(graph);
            values.extend((0..added).map(|at| other.value(at, graph)));
            *self = Vector::new(Data::Value(values));
            return;
        }
        if self.nulls.is_some() || other.nulls.is_some() {
            let nulls = self.nulls.get_or_insert_with(|| vec![false; before]);
            match &other.nulls {
                Some(others) => nulls.extend_from_slice(others),
                None => nulls.resize(before + added, false),
            }
        }
    }

    fn append_same(&mut self, other: &Vector) -> bool {
        match (&mut self.data, &other.data) {
            (Data::Node(a), Data::Node(b)) => a.extend_from_slice(b),
            (Data::Relationship(a), Data::Relationship(b)) => a.extend_from_slice(b),
            (Data::Boolean(a), Data::Boolean(b)) => a.extend_from_slice(b),
            (Data::Integer(a), Data::Integer(b)) => a.extend_from_slice(b),
            (Data::Float(a), Data::Float(b)) => a.extend_from_slice(b),
            (Data::Date(a), Data::Date(b)) => a.extend_from_slice(b),
            (Data::Value(a), Data::Value(b)) => a.extend_from_slice(b),
            (Data::Text { codes: a, source: s }, Data::Text { codes: b, source: t }) if s == t => {
                a.extend_from_slice(b);
            }
            _ => return false,
        }
        true
    }

    /// The entries as values.
    pub(crate) fn into_values(self, graph: &dyn Snapshot) -> Vec<Value> {
        match self.data {
            Data::Value(values) => values,
            _ => (0..self.len()).map(|at| self.value(at, graph)).collect(),
        }
    }

    /// About how many bytes the vector takes, what its values point to included one level deep.
    pub(crate) fn bytes(&self) -> usize {
        let own = self.len() * self.data.entry_bytes() + self.nulls.as_ref().map_or(0, Vec::len);
        match &self.data {
            Data::Value(values) => own + values.iter().map(Value::heap_bytes).sum::<usize>(),
            _ => own,
        }
    }
}

impl Column {
    /// A column of a vector's entries in order.
    pub(crate) fn new(vector: Vector) -> Column {
        Column { vector: Arc::new(vector), positions: None }
    }

    /// A column in which every row has the same value.
    pub(crate) fn constant(value: Value, len: usize) -> Column {
        let vector = Arc::new(Vector::of([value]));
        Column { vector, positions: Some(Arc::new(vec![0; len])) }
    }

    /// A column of nulls.
    pub(crate) fn nulls(len: usize) -> Column {
        Column::constant(Value::Null, len)
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.positions.as_ref().map_or_else(|| self.vector.len(), |positions| positions.len())
    }

    fn at(&self, row: usize) -> usize {
        self.positions.as_ref().map_or(row, |positions| positions[row] as usize)
    }

    /// Whether a row's entry is null.
    pub(crate) fn is_null(&self, row: usize) -> bool {
        self.vector.is_null(self.at(row))
    }

    /// A row's entry as a value.
    pub(crate) fn value(&self, row: usize, graph: &dyn Snapshot) -> Value {
        self.vector.value(self.at(row), graph)
    }

    /// The rows' entries in order, without position list.
    pub(crate) fn flat(&self) -> Cow<'_, Vector> {
        match &self.positions {
            None => Cow::Borrowed(&self.vector),
            Some(positions) => Cow::Owned(self.vector.gather(positions)),
        }
    }

    /// The rows' entries in order, without position list.
    pub(crate) fn into_flat(self) -> Vector {
        match self.positions {
            None => Arc::unwrap_or_clone(self.vector),
            Some(positions) => self.vector.gather(&positions),
        }
    }

    /// The shared vector and the positions of the rows in it.
    pub(crate) fn parts(&self) -> (&Vector, Option<&Positions>) {
        (&self.vector, self.positions.as_ref())
    }

    /// The same vector at other positions; the caller has composed them with those of the column.
    pub(crate) fn at_positions(&self, positions: Positions) -> Column {
        Column { vector: Arc::clone(&self.vector), positions: Some(positions) }
    }

    /// The nodes of a column, [`NO_NODE`] for null; fails where a row holds something else.
    pub(crate) fn nodes(&self) -> Result<Vec<NodeId>> {
        let read = |at: usize| match &self.vector.data {
            Data::Node(nodes) => Ok(nodes[at]),
            Data::Value(values) => match &values[at] {
                Value::Node(node) => Ok(*node),
                Value::Null => Ok(NO_NODE),
                other => Err(unexpected("a Node", other.type_name())),
            },
            _ if self.vector.is_null(at) => Ok(NO_NODE),
            other => Err(unexpected("a Node", other.type_name())),
        };
        match (&self.vector.data, &self.positions) {
            (Data::Node(nodes), None) => Ok(nodes.clone()),
            (Data::Node(nodes), Some(positions)) => {
                Ok(positions.iter().map(|&at| nodes[at as usize]).collect())
            }
            _ => (0..self.len()).map(|row| read(self.at(row))).collect(),
        }
    }

    /// The relationships of a column, [`NO_STATEMENT`] for null; fails where a row holds something else.
    pub(crate) fn relationships(&self) -> Result<Vec<StatementId>> {
        let read = |at: usize| match &self.vector.data {
            Data::Relationship(ids) => Ok(ids[at]),
            Data::Value(values) => match &values[at] {
                Value::Relationship(id) => Ok(*id),
                Value::Null => Ok(NO_STATEMENT),
                other => Err(unexpected("a Relationship", other.type_name())),
            },
            _ if self.vector.is_null(at) => Ok(NO_STATEMENT),
            other => Err(unexpected("a Relationship", other.type_name())),
        };
        match (&self.vector.data, &self.positions) {
            (Data::Relationship(ids), None) => Ok(ids.clone()),
            (Data::Relationship(ids), Some(positions)) => {
                Ok(positions.iter().map(|&at| ids[at as usize]).collect())
            }
            _ => (0..self.len()).map(|row| read(self.at(row))).collect(),
        }
    }
}

impl Data {
    fn type_name(&self) -> &'static str {
        match self {
            Data::Node(_) => "Node",
            Data::Relationship(_) => "Relationship",
            Data::Boolean(_) => "Boolean",
            Data::Integer(_) => "Integer",
            Data::Float(_) => "Float",
            Data::Date(_) => "Date",
            Data::Text { .. } => "String",
            Data::Value(_) => "Value",
        }
    }
}

fn unexpected(wanted: &str, found: &str) -> Error {
    Error::new(&eval::ARGUMENT_TYPE, format!("Expected {wanted}, but found a {found}."))
}

/// Builds a vector from values: typed as long as they are of one type.
#[derive(Debug, Default)]
pub(crate) struct VectorBuilder {
    /// `None` while only nulls have come.
    data: Option<Data>,
    nulls: Vec<bool>,
}

impl VectorBuilder {
    /// Adds an entry.
    pub(crate) fn push(&mut self, value: Value) {
        if value.is_null() {
            self.push_null();
            return;
        }
        let before = self.nulls.len();
        let data = self.data.get_or_insert_with(|| empty_for(&value, before));
        if let Err(value) = push_same(data, value) {
            let typed = std::mem::replace(data, Data::Value(Vec::new()));
            let mut values = to_values(&typed, &self.nulls);
            values.push(value);
            self.data = Some(Data::Value(values));
        }
        self.nulls.push(false);
    }

    fn push_null(&mut self) {
        match &mut self.data {
            None => {}
            Some(Data::Node(v)) => v.push(NO_NODE),
            Some(Data::Relationship(v)) => v.push(NO_STATEMENT),
            Some(Data::Boolean(v)) => v.push(false),
            Some(Data::Integer(v)) => v.push(0),
            Some(Data::Float(v)) => v.push(0.0),
            Some(Data::Date(v)) => v.push(0),
            Some(Data::Text { codes, .. }) => codes.push(0),
            Some(Data::Value(v)) => v.push(Value::Null),
        }
        self.nulls.push(true);
    }

    /// The vector.
    pub(crate) fn finish(self) -> Vector {
        match self.data {
            None => Vector::new(Data::Value(vec![Value::Null; self.nulls.len()])),
            Some(data @ Data::Value(_)) => Vector::new(data),
            Some(data) => Vector::with_nulls(data, self.nulls),
        }
    }
}

/// A typed vector for a first value, after `nulls` nulls.
fn empty_for(value: &Value, nulls: usize) -> Data {
    match value {
        Value::Node(_) => Data::Node(vec![NO_NODE; nulls]),
        Value::Relationship(_) => Data::Relationship(vec![NO_STATEMENT; nulls]),
        Value::Boolean(_) => Data::Boolean(vec![false; nulls]),
        Value::Integer(_) => Data::Integer(vec![0; nulls]),
        Value::Float(_) => Data::Float(vec![0.0; nulls]),
        Value::Date(date) if i32::try_from(date.days()).is_ok() => Data::Date(vec![0; nulls]),
        _ => Data::Value(vec![Value::Null; nulls]),
    }
}

/// Adds a value to a vector of its type; gives it back where it is of another.
fn push_same(data: &mut Data, value: Value) -> Result<(), Value> {
    match (data, value) {
        (Data::Node(v), Value::Node(x)) => v.push(x),
        (Data::Relationship(v), Value::Relationship(x)) => v.push(x),
        (Data::Boolean(v), Value::Boolean(x)) => v.push(x),
        (Data::Integer(v), Value::Integer(x)) => v.push(x),
        (Data::Float(v), Value::Float(x)) => v.push(x),
        (Data::Date(v), Value::Date(x)) => match i32::try_from(x.days()) {
            Ok(days) => v.push(days),
            Err(_) => return Err(Value::Date(x)),
        },
        (Data::Value(v), x) => v.push(x),
        (_, x) => return Err(x),
    }
    Ok(())
}

fn to_values(data: &Data, nulls: &[bool]) -> Vec<Value> {
    let value = |at: usize| match data {
        Data::Node(v) => v[at].into(),
        Data::Relationship(v) => v[at].into(),
        Data::Boolean(v) => v[at].into(),
        Data::Integer(v) => v[at].into(),
        Data::Float(v) => v[at].into(),
        Data::Date(v) => Date::from_days(v[at].into()).into(),
        Data::Value(v) => v[at].clone(),
        // A builder never holds codes.
        Data::Text { .. } => Value::Null,
    };
    nulls.iter().enumerate().map(|(at, null)| if *null { Value::Null } else { value(at) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_builder_stays_typed_until_types_mix() {
        let typed = Vector::of([Value::Null, 1.into(), 2.into()]);
        assert!(matches!(&typed.data, Data::Integer(v) if v == &[0, 1, 2]));
        assert!(typed.is_null(0) && !typed.is_null(1));
        let mixed = Vector::of([Value::Null, 1.into(), "a".into()]);
        assert!(matches!(&mixed.data, Data::Value(v) if v[0].is_null() && v[1] == 1.into()));
        assert_eq!(Vector::of([Value::Null]).len(), 1);
    }

    #[test]
    fn a_column_reads_through_its_positions() {
        let column = Column::new(Vector::of([NodeId(7).into(), Value::Null]));
        let twice = column.at_positions(Arc::new(vec![1, 0, 0]));
        assert_eq!(twice.nodes().expect("nodes"), [NO_NODE, NodeId(7), NodeId(7)]);
        assert!(twice.is_null(0) && !twice.is_null(1));
        assert!(Column::constant(1.into(), 2).nodes().is_err());
    }
}
