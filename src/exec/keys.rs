//! A table that numbers distinct keys: for groups, duplicates and joins.
//!
//! Keys are equivalent as openCypher groups them: null is null, `1` is `1.0`. Which structure holds
//! them follows from the columns that come:
//!
//! | columns | structure | cost of a row |
//! |---|---|---|
//! | one of nodes or dictionary codes | an array over the ids | one load |
//! | one of integers, dates or booleans that lie close together | an array over the values | one load |
//! | one of other typed ones | words, hashed | one hash of 16 bytes |
//! | several | a table for each, and pairs of their numbers ([`super::key_pairs`]) | one load, or one look, a column |
//! | anything else | values, hashed by equivalence | one hash of the values |
//!
//! A table begins with the cheapest and turns to values, once, when a later batch brings another
//! type for a column. A column in which many rows point to few entries is numbered by entry, not by row.
//! Numbers are given in the order of first appearance and never change.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hasher};

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::exec::column::{Column, Data, NO_NODE, TextSource, Vector};
use crate::exec::key_pairs::KeyPairs;
use crate::graph::Snapshot;
use crate::value::order::{equals, equivalent, hash_value};
use crate::value::{NodeId, StatementId, Value};

/// What stands for a key that is not in the table.
pub(crate) const NO_KEY: u32 = u32::MAX;

/// Values may lie as far apart as this, whatever their number, and still are an array.
const SPAN_MIN: u64 = 1 << 16;
/// Beyond that, so many places for each row that has come.
const SPAN_RATIO: u64 = 8;

/// So many rows must point to each entry of a column, for it to be numbered by entry.
const ENTRIES_RATIO: usize = 2;

/// Distinct keys, numbered from 0.
#[derive(Debug, Default)]
pub(crate) struct KeyTable {
    len: usize,
    /// How many rows have come.
    rows: u64,
    mode: Mode,
    hasher: DefaultHashBuilder,
    bytes: usize,
}

#[derive(Debug, Default)]
enum Mode {
    /// No row has come.
    #[default]
    Open,
    /// One column of small numbers: its slot is one more than the number of the key, or 0.
    Dense { kind: Kind, slots: Vec<u32>, null: u32, keys: Vec<u32> },
    /// One column of numbers that lie close together: the slot of `base + place`, as above.
    Span { kind: Kind, base: i64, slots: Vec<u32>, null: u32, keys: Vec<i64> },
    /// Typed columns: the words of each key, and a last one whose bits say which are null.
    Packed { kinds: Vec<Option<Kind>>, table: HashTable<u32>, words: Vec<u64> },
    /// Values, `width` for each key.
    Values { width: usize, table: HashTable<u32>, values: Vec<Value> },
    /// Several columns: a table for each, and their numbers joined pair by pair.
    Joined { parts: Vec<Part>, pairs: Vec<KeyPairs> },
}

/// One of several columns of a key.
#[derive(Debug, Default)]
struct Part {
    table: KeyTable,
    /// `None` as long as only nulls have come.
    kind: Option<PartKind>,
}

/// What a column holds of which equivalent values look the same, so that it does not matter which one of them
/// is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PartKind {
    Typed(Kind),
    /// Strings as values.
    Strings,
}

/// The type of a typed column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Node,
    Relationship,
    Boolean,
    Integer,
    Float,
    Date,
    Text(TextSource),
}

impl KeyTable {
    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// About how many bytes the table takes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether equivalent keys of two tables are the same, so that it does not matter whose is kept:
    /// `1` and `1.0` are equivalent, and look different.
    pub(crate) fn is_alike(&self, other: &KeyTable) -> bool {
        self.kinds().is_some_and(|kinds| other.kinds() == Some(kinds))
    }

    /// The types of the columns, where all have one.
    fn kinds(&self) -> Option<Vec<Option<Kind>>> {
        match &self.mode {
            Mode::Open | Mode::Values { .. } => None,
            Mode::Dense { kind, .. } | Mode::Span { kind, .. } => Some(vec![Some(*kind)]),
            Mode::Packed { kinds, .. } => Some(kinds.clone()),
            Mode::Joined { parts, .. } => {
                let kinds: Option<Vec<_>> = parts.iter().map(|part| part.table.kinds()).collect();
                kinds.map(|kinds| kinds.concat())
            }
        }
    }

    /// The number of each row's key, new ones included.
    pub(crate) fn insert(&mut self, columns: &[Column], graph: &dyn Snapshot) -> Vec<u32> {
        self.number(columns, graph, true)
    }

    /// The number of each row's key, [`NO_KEY`] for those that are not in the table.
    pub(crate) fn find(&mut self, columns: &[Column], graph: &dyn Snapshot) -> Vec<u32> {
        self.number(columns, graph, false)
    }

    fn number(&mut self, columns: &[Column], graph: &dyn Snapshot, insert: bool) -> Vec<u32> {
        if columns.len() > 1 && self.joins(columns, graph) {
            return self.number_joined(columns, graph, insert);
        }
        if let [column] = columns
            && let (vector, Some(positions)) = column.parts()
            && vector.len() * ENTRIES_RATIO <= positions.len()
        {
            return self.number_entries(vector, positions, graph, insert);
        }
        let vectors: Vec<Cow<'_, Vector>> = columns.iter().map(Column::flat).collect();
        let rows = columns.first().map_or(0, Column::len);
        self.rows += rows as u64;
        self.prepare(&vectors, graph);
        match &self.mode {
            Mode::Dense { .. } => self.number_dense(&vectors[0], insert),
            Mode::Span { .. } => self.number_span(&vectors[0], insert),
            Mode::Packed { .. } => self.number_packed(&vectors, rows, insert),
            Mode::Open | Mode::Values { .. } | Mode::Joined { .. } => {
                self.number_values(&vectors, rows, graph, insert)
            }
        }
    }

    /// Whether several columns have, or get, a table each. Else they become values.
    fn joins(&mut self, columns: &[Column], graph: &dyn Snapshot) -> bool {
        let kinds: Result<Vec<_>, ()> = columns.iter().map(part_kind).collect();
        if let (Mode::Open, Ok(_)) = (&self.mode, &kinds) {
            let parts = columns.iter().map(|_| Part::default()).collect();
            let pairs = columns.iter().skip(1).map(|_| KeyPairs::default()).collect();
            self.mode = Mode::Joined { parts, pairs };
        }
        let Mode::Joined { parts, .. } = &mut self.mode else { return false };
        let kinds = kinds.ok().filter(|kinds| {
            let mut own = parts.iter().zip(kinds);
            own.all(|(part, kind)| part.kind.is_none() || kind.is_none() || part.kind == *kind)
        });
        let Some(kinds) = kinds else {
            self.turn_to_values(graph);
            return false;
        };
        for (part, kind) in parts.iter_mut().zip(kinds) {
            part.kind = part.kind.or(kind);
        }
        true
    }

    /// Numbers several columns: each by itself, then their numbers.
    fn number_joined(
        &mut self,
        columns: &[Column],
        graph: &dyn Snapshot,
        insert: bool,
    ) -> Vec<u32> {
        let Mode::Joined { parts, pairs } = &mut self.mode else { return Vec::new() };
        let mut own = parts.iter_mut().zip(columns);
        let mut next = || {
            own.next().map(|(part, column)| {
                part.table.number(std::slice::from_ref(column), graph, insert)
            })
        };
        let mut numbers = next().unwrap_or_default();
        for (pairs, seconds) in pairs.iter_mut().zip(std::iter::from_fn(next)) {
            pairs.number(&mut numbers, &seconds, insert);
        }
        self.rows += numbers.len() as u64;
        self.len = pairs.last().map_or(0, KeyPairs::len);
        self.bytes = parts.iter().map(|part| part.table.bytes()).sum::<usize>()
            + pairs.iter().map(KeyPairs::bytes).sum::<usize>();
        numbers
    }

    /// Numbers the entries that rows point to, in the order in which they are first pointed to.
    fn number_entries(
        &mut self,
        entries: &Vector,
        positions: &[u32],
        graph: &dyn Snapshot,
        insert: bool,
    ) -> Vec<u32> {
        let mut order = vec![NO_KEY; entries.len()];
        let mut pointed_to = Vec::new();
        for &at in positions {
            if order[at as usize] == NO_KEY {
                order[at as usize] = pointed_to.len() as u32;
                pointed_to.push(at);
            }
        }
        let column = Column::new(entries.gather(&pointed_to));
        let numbers = self.number(std::slice::from_ref(&column), graph, insert);
        self.rows += (positions.len() - pointed_to.len()) as u64;
        positions.iter().map(|&at| numbers[order[at as usize] as usize]).collect()
    }

    /// Chooses a structure that takes the vectors.
    fn prepare(&mut self, vectors: &[Cow<'_, Vector>], graph: &dyn Snapshot) {
        let kinds: Vec<_> = vectors.iter().map(|vector| kind_of(vector)).collect();
        if matches!(self.mode, Mode::Open) {
            self.mode = Mode::first(&kinds, graph);
        }
        if matches!(self.mode, Mode::Span { .. }) && !self.make_room(&vectors[0]) {
            self.turn_to_packed();
        }
        match &mut self.mode {
            Mode::Open => {}
            Mode::Dense { kind, .. } | Mode::Span { kind, .. } => {
                // A column of nulls alone fits any table.
                if kinds[0] != Ok(None) && kinds[0] != Ok(Some(*kind)) {
                    self.turn_to_values(graph);
                }
            }
            Mode::Packed { kinds: known, .. } => {
                let fits = known.iter().zip(&kinds).all(|(known, new)| match (known, new) {
                    (_, Err(())) => false,
                    (Some(known), Ok(Some(new))) => known == new,
                    _ => true,
                });
                if fits {
                    for (known, new) in known.iter_mut().zip(kinds) {
                        *known = known.or(new.unwrap_or(None));
                    }
                } else {
                    self.turn_to_values(graph);
                }
            }
            Mode::Values { .. } | Mode::Joined { .. } => {}
        }
    }

    fn number_dense(&mut self, vector: &Vector, insert: bool) -> Vec<u32> {
        let Mode::Dense { slots, null, keys, .. } = &mut self.mode else { return Vec::new() };
        let mut number = |id: u32, is_null: bool| {
            let slot = if is_null {
                &mut *null
            } else {
                if id as usize >= slots.len() {
                    // A transaction has nodes past the bound that the table was made for.
                    slots.resize(id as usize + 1, 0);
                }
                &mut slots[id as usize]
            };
            if *slot == 0 && insert {
                keys.push(id);
                *slot = keys.len() as u32;
            }
            slot.wrapping_sub(1)
        };
        let is_null = |row: usize| vector.is_null(row);
        let numbers: Vec<u32> = match (&vector.data, &vector.nulls) {
            (Data::Node(nodes), None) => nodes.iter().map(|node| number(node.0, false)).collect(),
            (Data::Text { codes, .. }, None) => {
                codes.iter().map(|&code| number(code, false)).collect()
            }
            (Data::Node(nodes), _) => {
                nodes.iter().enumerate().map(|(row, node)| number(node.0, is_null(row))).collect()
            }
            (Data::Text { codes, .. }, _) => {
                codes.iter().enumerate().map(|(row, &code)| number(code, is_null(row))).collect()
            }
            // Only nulls.
            (other, _) => (0..other.len()).map(|row| number(0, is_null(row))).collect(),
        };
        self.len = keys.len();
        self.bytes = (slots.len() + keys.len()) * 4;
        numbers
    }

    /// Makes the array of a span wide enough for a vector; false where it would be too wide.
    fn make_room(&mut self, vector: &Vector) -> bool {
        let allowed = SPAN_MIN.max(self.rows.saturating_mul(SPAN_RATIO));
        let Mode::Span { base, slots, .. } = &mut self.mode else { return true };
        let mut range: Option<(i64, i64)> = None;
        each_number(vector, |_, value| {
            if let Some(value) = value {
                let (low, high) = range.get_or_insert((value, value));
                (*low, *high) = ((*low).min(value), (*high).max(value));
            }
        });
        let Some((low, high)) = range else { return true };
        if slots.is_empty() {
            *base = low;
        }
        let end = base.saturating_add(slots.len() as i64);
        if *base <= low && high < end {
            return true;
        }
        let (low, high) = (low.min(*base), high.max(end.saturating_sub(1)));
        let wanted = high.abs_diff(low).saturating_add(1);
        if wanted > allowed {
            return false;
        }
        // Room to grow, on the side that grew.
        let room = wanted.saturating_add(wanted / 2).min(allowed) - wanted;
        let first = if low < *base { low.saturating_sub(room as i64) } else { low };
        let wider = first.abs_diff(high) + 1 + if first == low { room } else { 0 };
        let mut moved = vec![0; wider as usize];
        let at = first.abs_diff(*base) as usize;
        moved[at..at + slots.len()].copy_from_slice(slots);
        (*base, *slots) = (first, moved);
        true
    }

    fn number_span(&mut self, vector: &Vector, insert: bool) -> Vec<u32> {
        let Mode::Span { base, slots, null, keys, .. } = &mut self.mode else { return Vec::new() };
        let mut numbers = Vec::with_capacity(vector.len());
        each_number(vector, |_, value| {
            let slot = match value {
                None => &mut *null,
                Some(value) => &mut slots[value.wrapping_sub(*base) as usize],
            };
            if *slot == 0 && insert {
                keys.push(value.unwrap_or(0));
                *slot = keys.len() as u32;
            }
            numbers.push(slot.wrapping_sub(1));
        });
        self.len = keys.len();
        self.bytes = slots.len() * 4 + keys.len() * 8;
        numbers
    }

    /// Turns a span into a table of words.
    fn turn_to_packed(&mut self) {
        let Mode::Span { kind, null, keys, .. } = &self.mode else { return };
        let mut words = Vec::with_capacity(keys.len() * 2);
        let mut table = HashTable::with_capacity(keys.len());
        for (number, &key) in (0u32..).zip(keys) {
            let is_null = number + 1 == *null;
            words.extend([if is_null { 0 } else { key as u64 }, u64::from(is_null)]);
        }
        for number in 0..keys.len() as u32 {
            let hash = |number: &u32| hash_words(&self.hasher, &words[*number as usize * 2..][..2]);
            table.insert_unique(hash(&number), number, hash);
        }
        self.bytes = words.len() * 8 + keys.len() * 8;
        self.mode = Mode::Packed { kinds: vec![Some(*kind)], table, words };
    }

    fn number_packed(
        &mut self,
        vectors: &[Cow<'_, Vector>],
        rows: usize,
        insert: bool,
    ) -> Vec<u32> {
        let Mode::Packed { table, words, .. } = &mut self.mode else { return Vec::new() };
        let width = vectors.len() + 1;
        let mut packed = vec![0u64; rows * width];
        for (at, vector) in vectors.iter().enumerate() {
            pack(vector, at, width, &mut packed);
        }
        let mut numbers = Vec::with_capacity(rows);
        for key in packed.chunks_exact(width) {
            let hash = hash_words(&self.hasher, key);
            let same = |number: &u32| words[*number as usize * width..][..width] == *key;
            match table.find(hash, same) {
                Some(number) => numbers.push(*number),
                None if insert => {
                    let number = self.len as u32;
                    self.len += 1;
                    words.extend_from_slice(key);
                    let words: &[u64] = words;
                    table.insert_unique(hash, number, |number| {
                        hash_words(&self.hasher, &words[*number as usize * width..][..width])
                    });
                    numbers.push(number);
                }
                None => numbers.push(NO_KEY),
            }
        }
        self.bytes = words.len() * 8 + self.len * 8;
        numbers
    }

    fn number_values(
        &mut self,
        vectors: &[Cow<'_, Vector>],
        rows: usize,
        graph: &dyn Snapshot,
        insert: bool,
    ) -> Vec<u32> {
        let Mode::Values { width, table, values } = &mut self.mode else { return Vec::new() };
        let width = *width;
        let mut numbers = Vec::with_capacity(rows);
        let mut key = Vec::with_capacity(width);
        for row in 0..rows {
            key.clear();
            key.extend(vectors.iter().map(|vector| vector.value(row, graph)));
            let hash = hash_values(&self.hasher, &key);
            let same = |number: &u32| {
                let known = &values[*number as usize * width..][..width];
                known.iter().zip(&key).all(|(a, b)| equivalent(a, b))
            };
            match table.find(hash, same) {
                Some(number) => numbers.push(*number),
                None if insert => {
                    let number = self.len as u32;
                    self.len += 1;
                    self.bytes += key.iter().map(Value::heap_bytes).sum::<usize>();
                    self.bytes += width * size_of::<Value>() + 8;
                    values.append(&mut key);
                    let values: &[Value] = values;
                    table.insert_unique(hash, number, |number| {
                        hash_values(&self.hasher, &values[*number as usize * width..][..width])
                    });
                    numbers.push(number);
                }
                None => numbers.push(NO_KEY),
            }
        }
        numbers
    }

    /// Turns the keys into values, which any later column can be compared with.
    fn turn_to_values(&mut self, graph: &dyn Snapshot) {
        let columns = self.key_vectors();
        let width = columns.len();
        let mut values = Vec::with_capacity(self.len * width);
        for number in 0..self.len {
            values.extend(columns.iter().map(|column| column.value(number, graph)));
        }
        let mut table = HashTable::with_capacity(self.len);
        for number in 0..self.len {
            let key = |number: u32| &values[number as usize * width..][..width];
            let hash = hash_values(&self.hasher, key(number as u32));
            table.insert_unique(hash, number as u32, |number| {
                hash_values(&self.hasher, key(*number))
            });
        }
        self.bytes = values.len() * size_of::<Value>() + self.len * 8;
        self.mode = Mode::Values { width, table, values };
    }

    /// The keys in the order of their numbers, a column for each part.
    pub(crate) fn key_vectors(&self) -> Vec<Vector> {
        match &self.mode {
            Mode::Open => Vec::new(),
            Mode::Dense { kind, null, keys, .. } => {
                let nulls = (0..keys.len()).map(|at| at as u32 + 1 == *null).collect();
                let data = match kind {
                    Kind::Text(source) => Data::Text { codes: keys.clone(), source: *source },
                    _ => Data::Node(keys.iter().map(|id| NodeId(*id)).collect()),
                };
                vec![Vector::with_nulls(data, nulls)]
            }
            Mode::Span { kind, null, keys, .. } => {
                let nulls = (0..keys.len()).map(|at| at as u32 + 1 == *null).collect();
                let words = keys.iter().map(|key| *key as u64);
                vec![Vector::with_nulls(unpack(*kind, words), nulls)]
            }
            Mode::Packed { kinds, words, .. } => {
                let width = kinds.len() + 1;
                let column = |at| words.chunks_exact(width).map(move |key: &[u64]| key[at]);
                let nulls = |at| column(width - 1).map(|bits| bits >> at & 1 == 1).collect();
                let unpack = |(at, kind): (usize, &Option<Kind>)| match kind {
                    Some(kind) => Vector::with_nulls(unpack(*kind, column(at)), nulls(at)),
                    None => Vector::new(Data::Value(vec![Value::Null; self.len])),
                };
                kinds.iter().enumerate().map(unpack).collect()
            }
            Mode::Joined { parts, pairs } => joined_keys(parts, pairs, self.len),
            Mode::Values { width, values, .. } => (0..*width)
                .map(|at| Vector::of(values.iter().skip(at).step_by(*width).cloned()))
                .collect(),
        }
    }
}

/// The keys of several columns: from the numbers of the last pair back to those of the first.
fn joined_keys(parts: &[Part], pairs: &[KeyPairs], len: usize) -> Vec<Vector> {
    let mut numbers: Vec<u32> = (0..len as u32).collect();
    let mut columns = Vec::with_capacity(parts.len());
    let entries = |part: &Part, numbers: &[u32]| {
        part.table
            .key_vectors()
            .first()
            .map_or_else(|| Vector::new(Data::Value(Vec::new())), |keys| keys.gather(numbers))
    };
    for (part, pairs) in parts.iter().skip(1).zip(pairs).rev() {
        let (firsts, seconds): (Vec<u32>, Vec<u32>) =
            numbers.iter().map(|&number| pairs.get(number)).unzip();
        columns.push(entries(part, &seconds));
        numbers = firsts;
    }
    columns.extend(parts.first().map(|part| entries(part, &numbers)));
    columns.reverse();
    columns
}

impl Mode {
    fn first(kinds: &[Result<Option<Kind>, ()>], graph: &dyn Snapshot) -> Mode {
        let dense =
            |kind, len: usize| Mode::Dense { kind, slots: vec![0; len], null: 0, keys: Vec::new() };
        match kinds {
            [Ok(Some(Kind::Node))] => dense(Kind::Node, graph.node_bound() as usize),
            [Ok(Some(Kind::Text(source)))] => {
                let texts = source
                    .dictionary(graph)
                    .map_or(0, super::super::graph::snapshot::Dictionary::len);
                dense(Kind::Text(*source), texts)
            }
            [Ok(Some(kind @ (Kind::Integer | Kind::Date | Kind::Boolean)))] => {
                Mode::Span { kind: *kind, base: 0, slots: Vec::new(), null: 0, keys: Vec::new() }
            }
            kinds if kinds.iter().all(Result::is_ok) && kinds.len() < 64 => Mode::Packed {
                kinds: kinds.iter().map(|kind| kind.unwrap_or(None)).collect(),
                table: HashTable::new(),
                words: Vec::new(),
            },
            _ => Mode::Values { width: kinds.len(), table: HashTable::new(), values: Vec::new() },
        }
    }
}

/// What a column of several holds: `Ok(None)` for nulls only, an error for what has to be a value.
fn part_kind(column: &Column) -> Result<Option<PartKind>, ()> {
    let (vector, positions) = column.parts();
    if let Ok(kind) = kind_of(vector) {
        return Ok(kind.map(PartKind::Typed));
    }
    let Data::Value(values) = &vector.data else { return Err(()) };
    let is_text = |value: &Value| matches!(value, Value::String(_) | Value::Null);
    let is_strings = match positions {
        Some(positions) if positions.len() < values.len() => {
            positions.iter().all(|&at| is_text(&values[at as usize]))
        }
        _ => values.iter().all(is_text),
    };
    if is_strings { Ok(Some(PartKind::Strings)) } else { Err(()) }
}

/// The kind of a vector: `Ok(None)` for one that holds nulls only, an error for one of values.
fn kind_of(vector: &Vector) -> Result<Option<Kind>, ()> {
    Ok(Some(match &vector.data {
        Data::Node(_) => Kind::Node,
        Data::Relationship(_) => Kind::Relationship,
        Data::Boolean(_) => Kind::Boolean,
        Data::Integer(_) => Kind::Integer,
        Data::Float(_) => Kind::Float,
        Data::Date(_) => Kind::Date,
        Data::Text { source, .. } => Kind::Text(*source),
        Data::Value(values) if values.iter().all(Value::is_null) => return Ok(None),
        Data::Value(_) => return Err(()),
    }))
}

/// Calls `visit` with each row of a vector of whole numbers, and its number where it is not null.
fn each_number(vector: &Vector, mut visit: impl FnMut(usize, Option<i64>)) {
    fn go<T: Copy>(
        vector: &Vector,
        values: &[T],
        number: impl Fn(T) -> i64,
        visit: &mut impl FnMut(usize, Option<i64>),
    ) {
        match &vector.nulls {
            None => values.iter().enumerate().for_each(|(row, v)| visit(row, Some(number(*v)))),
            Some(nulls) => {
                for (row, (value, null)) in values.iter().zip(nulls).enumerate() {
                    visit(row, (!null).then(|| number(*value)));
                }
            }
        }
    }
    match &vector.data {
        Data::Integer(values) => go(vector, values, |value| value, &mut visit),
        Data::Date(values) => go(vector, values, i64::from, &mut visit),
        Data::Boolean(values) => go(vector, values, i64::from, &mut visit),
        // Only nulls.
        other => (0..other.len()).for_each(|row| visit(row, None)),
    }
}

/// Writes the words of a vector into the keys of all rows.
fn pack(vector: &Vector, at: usize, width: usize, packed: &mut [u64]) {
    let rows = packed.chunks_exact_mut(width).enumerate();
    let word = |row: usize| match &vector.data {
        Data::Node(v) => u64::from(v[row].0),
        Data::Relationship(v) => u64::from(v[row].0),
        Data::Boolean(v) => u64::from(v[row]),
        Data::Integer(v) => v[row] as u64,
        Data::Float(v) => canonical_bits(v[row]),
        Data::Date(v) => v[row] as u64,
        Data::Text { codes, .. } => u64::from(codes[row]),
        Data::Value(_) => 0,
    };
    for (row, key) in rows {
        if vector.is_null(row) {
            key[width - 1] |= 1 << at;
        } else {
            key[at] = word(row);
        }
    }
}

fn unpack(kind: Kind, words: impl Iterator<Item = u64>) -> Data {
    match kind {
        Kind::Node => Data::Node(words.map(|word| NodeId(word as u32)).collect()),
        Kind::Relationship => {
            Data::Relationship(words.map(|word| StatementId(word as u32)).collect())
        }
        Kind::Boolean => Data::Boolean(words.map(|word| word == 1).collect()),
        Kind::Integer => Data::Integer(words.map(|word| word as i64).collect()),
        Kind::Float => Data::Float(words.map(f64::from_bits).collect()),
        Kind::Date => Data::Date(words.map(|word| word as i32).collect()),
        Kind::Text(source) => Data::Text { codes: words.map(|word| word as u32).collect(), source },
    }
}

/// The bits of a float, the same for equivalent ones: one NaN, one zero.
fn canonical_bits(float: f64) -> u64 {
    if float.is_nan() {
        f64::NAN.to_bits()
    } else if float == 0.0 {
        0
    } else {
        float.to_bits()
    }
}

fn hash_words(hasher: &DefaultHashBuilder, words: &[u64]) -> u64 {
    let mut state = hasher.build_hasher();
    words.iter().for_each(|word| state.write_u64(*word));
    state.finish()
}

fn hash_values(hasher: &DefaultHashBuilder, values: &[Value]) -> u64 {
    let mut state = hasher.build_hasher();
    values.iter().for_each(|value| hash_value(value, &mut state));
    state.finish()
}

/// For each row whether all its keys equal themselves: a null, a NaN or a list that holds one
/// equals nothing, so that such a row joins with nothing.
pub(crate) fn joinable(columns: &[Column]) -> Vec<bool> {
    let mut joinable = vec![true; columns.first().map_or(0, Column::len)];
    for column in columns {
        let vector = column.flat();
        for (row, joinable) in joinable.iter_mut().enumerate() {
            *joinable &= match &vector.data {
                Data::Value(values) => equals(&values[row], &values[row]) == Some(true),
                Data::Float(floats) => !floats[row].is_nan() && !vector.is_null(row),
                Data::Node(nodes) => nodes[row] != NO_NODE,
                _ => !vector.is_null(row),
            };
        }
    }
    joinable
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[Value]) -> Column {
        Column::new(Vector::of(values.iter().cloned()))
    }

    #[test]
    fn keys_are_numbered_as_they_appear_and_survive_a_change_of_type() {
        let graph = crate::exec::test_graph::empty();
        let mut table = KeyTable::default();
        let ints = column(&[5.into(), Value::Null, 5.into(), 7.into()]);
        assert_eq!(table.insert(&[ints], &graph), [0, 1, 0, 2]);
        // A float that is one of the integers is the same key.
        let floats = column(&[7.0.into(), 8.5.into()]);
        assert_eq!(table.insert(&[floats], &graph), [2, 3]);
        assert_eq!(table.find(&[column(&["x".into(), Value::Null])], &graph), [NO_KEY, 1]);
        let keys = table.key_vectors();
        let keys: Vec<_> = (0..4).map(|at| keys[0].value(at, &graph)).collect();
        assert_eq!(keys, [5.into(), Value::Null, 7.into(), 8.5.into()]);
    }

    #[test]
    fn numbers_that_spread_leave_the_array_and_keep_their_numbers() {
        let graph = crate::exec::test_graph::empty();
        let mut table = KeyTable::default();
        let mut numbers = |values: &[Value]| table.insert(&[column(values)], &graph);
        assert_eq!(numbers(&[7.into(), 9.into(), Value::Null, 7.into()]), [0, 1, 2, 0]);
        assert_eq!(numbers(&[(-3).into(), Value::Null, 70_000.into()]), [3, 2, 4]);
        let far = [i64::MAX.into(), i64::MIN.into(), 9.into(), (-3).into(), Value::Null];
        assert_eq!(numbers(&far), [5, 6, 1, 3, 2]);
        assert_eq!(table.find(&[column(&[i64::MIN.into(), 8.into()])], &graph), [6, NO_KEY]);
        let keys = table.key_vectors();
        let keys: Vec<_> = (0..7).map(|at| keys[0].value(at, &graph)).collect();
        let expected: [Value; 7] = [
            7.into(),
            9.into(),
            Value::Null,
            (-3).into(),
            70_000.into(),
            i64::MAX.into(),
            i64::MIN.into(),
        ];
        assert_eq!(keys, expected);
    }

    #[test]
    fn several_columns_are_numbered_each_and_keep_what_came_first() {
        let graph = crate::exec::test_graph::empty();
        let mut table = KeyTable::default();
        let ints = column(&[5.into(), Value::Null, 5.into(), 5.into()]);
        let texts = column(&["x".into(), "x".into(), Value::Null, "x".into()]);
        assert_eq!(table.insert(&[ints.clone(), texts.clone()], &graph), [0, 1, 2, 0]);
        let absent = column(&["y".into(), "x".into(), Value::Null, "z".into()]);
        assert_eq!(table.find(&[ints, absent], &graph), [NO_KEY, 1, 2, NO_KEY]);
        // A float that is one of the integers is the same key, and new ones keep how they look.
        let floats = column(&[5.0.into(), 5.0.into(), 7.0.into(), Value::Null]);
        let texts = column(&["x".into(), "w".into(), "x".into(), "x".into()]);
        assert_eq!(table.insert(&[floats, texts], &graph), [0, 3, 4, 1]);
        let keys = table.key_vectors();
        let keys: Vec<_> = (0..5).map(|at| [0, 1].map(|c| keys[c].value(at, &graph))).collect();
        assert_eq!(format!("{:?}", keys[3]), format!("{:?}", [5.0.into(), Value::from("w")]));
        assert_eq!(keys[2], [5.into(), Value::Null]);
    }

    #[test]
    fn rows_that_point_to_entries_are_numbered_as_they_appear() {
        let graph = crate::exec::test_graph::empty();
        let mut table = KeyTable::default();
        let entries = Column::new(Vector::new(Data::Integer(vec![3, 1, 2])));
        let rows = |positions: &[u32]| entries.at_positions(positions.to_vec().into());
        assert_eq!(table.insert(&[rows(&[2, 2, 0, 2, 0, 0])], &graph), [0, 0, 1, 0, 1, 1]);
        assert_eq!(table.find(&[rows(&[1, 1, 1, 0, 0, 2])], &graph)[2..], [NO_KEY, 1, 1, 0]);
    }

    #[test]
    fn nodes_are_an_array() {
        let graph = crate::exec::test_graph::empty();
        let mut table = KeyTable::default();
        let nodes = column(&[NodeId(9).into(), NodeId(2).into(), Value::Null, NodeId(9).into()]);
        assert_eq!(table.insert(&[nodes], &graph), [0, 1, 2, 0]);
        assert_eq!(table.find(&[column(&[Value::Null])], &graph), [2]);
        assert!(table.key_vectors()[0].is_null(2));
    }

    #[test]
    fn what_does_not_equal_itself_joins_nothing() {
        let keys = column(&[1.into(), Value::Null, f64::NAN.into(), Value::list([Value::Null])]);
        assert_eq!(joinable(&[keys]), [true, false, false, false]);
    }
}
