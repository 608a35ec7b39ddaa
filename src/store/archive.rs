//! Recorded time on the disk: the ways back that a checkpoint has put away.
//!
//! **In**: the ways back of the commits that a checkpoint folds, from `history.rs`. **Out**: what
//! `KNOWN AT`, `recorded(r)` and `dossier.changes` ask of commits before the generation's.
//! **Caller**: `history.rs`.
//!
//! ```text
//!             ──────── on the disk ────────┬────────── in memory ──────────
//!  commits    1 … from … … … … generation  │  those after it, replayed when a store is opened
//!             └ forgotten ┘└ rows `undo` ┘ │  ways back, noted while they are carried out
//! ```
//!
//! The commits after the generation's stand in the manifest as what they changed, and carrying them
//! out again notes the way back anyhow. So a commit writes nothing for its history, and nothing of it is read
//! when a store is opened. The transaction that names a new generation drops the commits that it holds
//! and puts their ways back into three tables of the manifest:
//!
//! ```text
//! undo         commit and part ─▶ the way back: of what is new its numbers, of the rest how it was
//! created      first number ─▶ the commit that created the relationships from that number on
//! requalified  statement and commit ─▶ the commit that qualified it anew
//! ```
//!
//! `KNOWN AT` goes back in memory first, then row by row from the newest. `recorded(r)` is asked of row after row
//! of an answer, so `created` and `requalified` are read whole when it is asked first; they have an
//! entry for each commit that created relationships and for each correction.
//!
//! A snapshot outlives its store, so it holds the manifest weakly: the right to write is not kept by
//! somebody's rows.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use imbl::OrdMap;

use crate::error::{Error, Result, store};
use crate::graph::history::Recorded;
use crate::graph::{Catalog, KeyId, LabelId, TypeId};
use crate::value::Value;

use super::backend::{Backend, MANIFEST};
use super::codec::{Malformed, Reader, Writer};
use super::files::Open;
use super::format;
use super::history::{Change, Erased, More, Node, Statement, Undo};
use super::manifest::View;
use super::records::{self, own_node, own_number};

/// The version of rows of `undo`; it stands in the first byte.
const VERSION: u8 = 1;

/// The changes. The numbers are part of the format.
mod change {
    pub const CREATED_NODES: u8 = 1;
    pub const CREATED_STATEMENTS: u8 = 2;
    pub const NODE_PROPERTY: u8 = 3;
    pub const STATEMENT_PROPERTY: u8 = 4;
    pub const ADDED_LABEL: u8 = 5;
    pub const REMOVED_LABEL: u8 = 6;
    pub const QUALIFIED: u8 = 7;
    pub const DELETED_STATEMENT: u8 = 8;
    pub const DELETED_NODE: u8 = 9;
}

/// The history of a store on disk, up to the commit of a generation.
#[derive(Clone)]
pub struct Archive {
    backend: Arc<dyn Backend>,
    open: Weak<Mutex<Open>>,
    /// The earliest commit to which the way back is kept.
    pub from: u64,
    index: Arc<OnceLock<Index>>,
}

/// When statements were created and last qualified.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The commit that created the relationships from a number on.
    created: OrdMap<u64, (u64, u64)>,
    /// When a statement was qualified anew, by number and commit.
    requalified: OrdMap<(u64, u64), u64>,
}

/// What a checkpoint puts away: the rows of the three tables.
#[derive(Debug, Default)]
pub struct Rows {
    /// Ways back, by commit.
    pub undo: Vec<(u64, Vec<u8>)>,
    /// First number of relationships, and the commit that created them.
    pub created: Vec<(u64, u64)>,
    /// Statement, and the commit that qualified it anew.
    pub requalified: Vec<(u64, u64)>,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("from", &self.from).finish_non_exhaustive()
    }
}

impl Archive {
    /// The history that a manifest keeps.
    pub fn new(backend: Arc<dyn Backend>, open: Weak<Mutex<Open>>, from: u64) -> Archive {
        Archive { backend, open, from, index: Arc::default() }
    }

    /// When what was known of a statement at a commit was recorded, by its number; `None` where
    /// that is not kept or cannot be read.
    pub fn recorded(&self, statement: u64, commit: u64) -> Option<Recorded> {
        let index = self.index()?;
        let again = index.requalified.range((statement, 0)..=(statement, commit)).next_back();
        if let Some((&(_, commit), &micros)) = again {
            return Some(recorded(commit, micros));
        }
        let (_, &(commit, micros)) = index.created.range(..=statement).next_back()?;
        Some(recorded(commit, micros))
    }

    /// Whether a statement was ever qualified anew, as far as that can be read.
    pub fn is_requalified(&self, statement: u64) -> bool {
        let of_it = (statement, 0)..=(statement, u64::MAX);
        self.index().is_some_and(|index| {
            !index.requalified.is_empty() && index.requalified.range(of_it).next().is_some()
        })
    }

    /// The numbers from the first that the commit created which created a statement, up to what the next one did.
    pub fn created_with(&self, statement: u64) -> Range<u64> {
        let alone = statement..statement + 1;
        let Some(index) = self.index() else { return alone };
        let Some((&first, _)) = index.created.range(..=statement).next_back() else { return alone };
        let next = index.created.range(statement + 1..).next().map_or(u64::MAX, |(next, _)| *next);
        first..next
    }

    /// When statements were created and last qualified; read when it is asked for first.
    fn index(&self) -> Option<&Index> {
        match self.index.get() {
            Some(index) => Some(index),
            None => {
                let read = self.read(|view| view.index().map(Index::of)).ok()?;
                Some(self.index.get_or_init(|| read))
            }
        }
    }

    /// The last commit at or before an instant, of those up to one.
    pub fn commit_at(&self, instant: (i64, u32), last: u64) -> Option<u64> {
        let micros = micros_of(instant);
        self.read(|view| view.commit_at(micros, last)).ok()
    }

    /// Calls `visit` with the ways back of the commits after one, up to another, newest first.
    pub fn each_undo(
        &self,
        after: u64,
        to: u64,
        catalog: &Catalog,
        mut visit: impl FnMut(Undo) -> Result<()>,
    ) -> Result<()> {
        let names = Names::of(catalog);
        self.read(|view| {
            view.each_undo(after, to, |number, row| visit(decode(number, row, &names)?))
        })
    }

    fn read<T>(&self, use_it: impl FnOnce(&View<'_>) -> Result<T>) -> Result<T> {
        let closed =
            || Error::new(&store::IO, "The store has been closed; its history is not read.");
        let open = self.open.upgrade().ok_or_else(closed)?;
        let manifest = {
            let open = open.lock().unwrap_or_else(PoisonError::into_inner);
            open.manifest()?
        };
        manifest.read(&*self.backend, use_it)?.ok_or_else(closed)
    }
}

impl Index {
    /// The index of rows of `created` and `requalified` with the time of each commit.
    pub fn of(rows: IndexRows) -> Index {
        Index {
            created: rows.created.into_iter().collect(),
            requalified: rows.requalified.into_iter().collect(),
        }
    }
}

/// The rows of `created` and `requalified`, each with the time of its commit.
#[derive(Debug, Default)]
pub struct IndexRows {
    /// First number, commit and its time.
    pub created: Vec<(u64, (u64, u64))>,
    /// Statement and commit, and the commit's time.
    pub requalified: Vec<((u64, u64), u64)>,
}

/// The rows for commits that a generation holds from now on.
pub fn rows<'a>(commits: impl Iterator<Item = &'a Arc<Undo>>) -> Rows {
    let mut rows = Rows::default();
    for undo in commits {
        rows.undo.push((undo.number, encode(undo)));
        if !undo.created.is_empty() {
            rows.created.push((undo.created.start, undo.number));
        }
        for change in &undo.changes {
            if let Change::Qualified(statement, _) = change {
                rows.requalified.push((*statement, undo.number));
            }
        }
    }
    rows
}

/// Adds the relationships that go with erased nodes, of those that a way back deletes.
pub fn add_ends(row: &[u8], erased: &mut Erased) -> Result<()> {
    erased.add_ends(&decode(0, row, &Names::ANY)?);
    Ok(())
}

/// The way back without what it says of what was erased; `None` where it says nothing of that.
pub fn without(row: &[u8], erased: &Erased) -> Result<Option<Vec<u8>>> {
    Ok(erased.without(&decode(0, row, &Names::ANY)?).map(|undo| encode(&undo)))
}

/// Checks that a way back can be read.
pub fn check_row(row: &[u8], catalog: &Catalog) -> Result<()> {
    decode(0, row, &Names::of(catalog)).map(drop)
}

/// Microseconds since 1970 of an instant; 0 for one before.
pub fn micros_of((seconds, nanos): (i64, u32)) -> u64 {
    let seconds = u64::try_from(seconds).unwrap_or(0);
    seconds.saturating_mul(1_000_000).saturating_add(u64::from(nanos / 1000))
}

/// The instant of some microseconds since 1970.
pub fn instant_of(micros: u64) -> (i64, u32) {
    ((micros / 1_000_000) as i64, (micros % 1_000_000) as u32 * 1000)
}

fn recorded(commit: u64, micros: u64) -> Recorded {
    Recorded { commit, instant: (micros != 0).then(|| instant_of(micros)) }
}

fn encode(undo: &Undo) -> Vec<u8> {
    let mut out = Writer::default();
    out.byte(VERSION);
    out.option(undo.instant, |out, (seconds, nanos)| {
        out.i64(seconds);
        out.u32(nanos);
    });
    out.u64(undo.created.start);
    out.u64(undo.created.end);
    for change in &undo.changes {
        write_change(&mut out, change);
    }
    out.bytes
}

fn write_change(out: &mut Writer, change: &Change) {
    match change {
        Change::CreatedNodes(numbers) => {
            out.byte(change::CREATED_NODES);
            out.u64(numbers.start);
            out.u64(numbers.end);
        }
        Change::CreatedStatements(numbers) => {
            out.byte(change::CREATED_STATEMENTS);
            out.u64(numbers.start);
            out.u64(numbers.end);
        }
        Change::NodeProperty(number, key, before) => {
            out.byte(change::NODE_PROPERTY);
            write_property(out, *number, *key, before);
        }
        Change::StatementProperty(number, key, before) => {
            out.byte(change::STATEMENT_PROPERTY);
            write_property(out, *number, *key, before);
        }
        Change::AddedLabel(number, label) => {
            out.byte(change::ADDED_LABEL);
            out.u64(*number);
            out.u32(label.0);
        }
        Change::RemovedLabel(number, label) => {
            out.byte(change::REMOVED_LABEL);
            out.u64(*number);
            out.u32(label.0);
        }
        Change::Qualified(number, before) => {
            out.byte(change::QUALIFIED);
            out.u64(*number);
            out.option(before.as_deref(), |out, before| {
                records::write_qualifiers(out, before, &own_number);
            });
        }
        Change::DeletedStatement(was) => {
            out.byte(change::DELETED_STATEMENT);
            out.u64(was.number);
            out.u32(was.relationship_type.0);
            out.u64(was.start);
            out.u64(was.end);
            write_properties(out, was.properties());
            out.option(was.qualifiers(), |out, qualifiers| {
                records::write_qualifiers(out, qualifiers, &own_number);
            });
        }
        Change::DeletedNode(was) => {
            out.byte(change::DELETED_NODE);
            out.u64(was.number);
            records::write_labels(out, &was.labels);
            write_properties(out, &was.properties);
        }
    }
}

fn write_property(out: &mut Writer, number: u64, key: KeyId, value: &Value) {
    out.u64(number);
    out.u32(key.0);
    out.value(value);
}

fn write_properties(out: &mut Writer, properties: &[(KeyId, Value)]) {
    out.list(properties, |out, (key, value)| {
        out.u32(key.0);
        out.value(value);
    });
}

/// How many names there are, so that a row cannot name what is not there.
struct Names {
    labels: u32,
    types: u32,
    keys: u32,
}

type Read<T> = std::result::Result<T, Malformed>;

impl Names {
    /// For whoever only reads to write again.
    const ANY: Names = Names { labels: u32::MAX, types: u32::MAX, keys: u32::MAX };

    fn of(catalog: &Catalog) -> Names {
        Names {
            labels: catalog.labels().count() as u32,
            types: catalog.types().count() as u32,
            keys: catalog.keys().count() as u32,
        }
    }

    fn label(&self, reader: &mut Reader<'_>) -> Read<LabelId> {
        let id = reader.u32()?;
        if id < self.labels { Ok(LabelId(id)) } else { Err(Malformed) }
    }

    fn key(&self, reader: &mut Reader<'_>) -> Read<KeyId> {
        let id = reader.u32()?;
        if id < self.keys { Ok(KeyId(id)) } else { Err(Malformed) }
    }

    fn relationship_type(&self, reader: &mut Reader<'_>) -> Read<TypeId> {
        let id = reader.u32()?;
        if id < self.types { Ok(TypeId(id)) } else { Err(Malformed) }
    }

    fn properties(&self, reader: &mut Reader<'_>) -> Read<Vec<(KeyId, Value)>> {
        reader.list(5, |reader| Ok((self.key(reader)?, reader.value()?)))
    }

    fn change(&self, reader: &mut Reader<'_>) -> Read<Change> {
        let qualifiers = |reader: &mut Reader<'_>| records::read_qualifiers(reader, &own_node);
        Ok(match reader.byte()? {
            change::CREATED_NODES => Change::CreatedNodes(reader.u64()?..reader.u64()?),
            change::CREATED_STATEMENTS => Change::CreatedStatements(reader.u64()?..reader.u64()?),
            change::NODE_PROPERTY => {
                Change::NodeProperty(reader.u64()?, self.key(reader)?, reader.value()?)
            }
            change::STATEMENT_PROPERTY => {
                Change::StatementProperty(reader.u64()?, self.key(reader)?, reader.value()?)
            }
            change::ADDED_LABEL => Change::AddedLabel(reader.u64()?, self.label(reader)?),
            change::REMOVED_LABEL => Change::RemovedLabel(reader.u64()?, self.label(reader)?),
            change::QUALIFIED => {
                Change::Qualified(reader.u64()?, reader.option(qualifiers)?.map(Box::new))
            }
            change::DELETED_STATEMENT => Change::DeletedStatement(Statement {
                number: reader.u64()?,
                relationship_type: self.relationship_type(reader)?,
                start: reader.u64()?,
                end: reader.u64()?,
                more: More {
                    properties: self.properties(reader)?,
                    qualifiers: reader.option(qualifiers)?,
                }
                .boxed(),
            }),
            change::DELETED_NODE => {
                let number = reader.u64()?;
                let labels = records::read_labels(reader)?;
                if labels.iter().any(|label| label.0 >= self.labels) {
                    return Err(Malformed);
                }
                let properties = self.properties(reader)?;
                Change::DeletedNode(Box::new(Node { number, labels, properties }))
            }
            _ => return Err(Malformed),
        })
    }
}

fn decode(number: u64, row: &[u8], names: &Names) -> Result<Undo> {
    decode_row(number, row, names)
        .map_err(|Malformed| format::damaged(MANIFEST, "the way back from a commit cannot be read"))
}

fn decode_row(number: u64, row: &[u8], names: &Names) -> Read<Undo> {
    let mut reader = Reader::new(row);
    if reader.byte()? != VERSION {
        return Err(Malformed);
    }
    let instant = reader.option(|reader| Ok((reader.i64()?, reader.u32()?)))?;
    let created = reader.u64()?..reader.u64()?;
    let mut changes = Vec::new();
    while !reader.is_empty() {
        changes.push(names.change(&mut reader)?);
    }
    Ok(Undo { number, instant, created, changes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::statement::Qualifiers;

    #[test]
    fn every_change_is_read_as_it_was_written() {
        let qualifiers = Qualifiers { reason: Some("a mistake".into()), ..Qualifiers::default() };
        let properties = vec![(KeyId(1), Value::from("Nauru"))];
        let changes = vec![
            Change::CreatedNodes(3..9),
            Change::CreatedStatements(4..5),
            Change::NodeProperty(1, KeyId(0), Value::Null),
            Change::StatementProperty(2, KeyId(1), 7.into()),
            Change::AddedLabel(1, LabelId(0)),
            Change::RemovedLabel(1, LabelId(0)),
            Change::Qualified(2, None),
            Change::Qualified(2, Some(Box::new(qualifiers.clone()))),
            Change::DeletedStatement(Statement {
                number: 2,
                relationship_type: TypeId(0),
                start: 1,
                end: 3,
                more: More { properties: properties.clone(), qualifiers: Some(qualifiers) }.boxed(),
            }),
            Change::DeletedStatement(Statement {
                number: 3,
                relationship_type: TypeId(0),
                start: 1,
                end: 3,
                more: None,
            }),
            Change::DeletedNode(Box::new(Node { number: 1, labels: vec![LabelId(0)], properties })),
        ];
        let undo = Undo { number: 5, instant: Some((-3, 7)), created: 4..5, changes };
        let names = Names { labels: 1, types: 1, keys: 2 };
        let row = encode(&undo);
        let read = decode(5, &row, &names).unwrap();
        assert_eq!(format!("{read:?}"), format!("{undo:?}"));
        for cut in 0..row.len() {
            // Whatever is cut off, reading ends, and what is read is a beginning.
            if let Ok(read) = decode(5, &row[..cut], &names) {
                assert!(read.changes.len() < undo.changes.len());
            }
        }
        let fewer = Names { labels: 1, types: 1, keys: 1 };
        assert_eq!(decode(5, &row, &fewer).unwrap_err().code(), "store::damaged");
        assert_eq!(without(&row, &Erased::from_iter([77])).unwrap(), None);
        let kept = without(&row, &Erased::from_iter([2])).unwrap().expect("it spoke of 2");
        let words = format!("{:?}", decode(5, &kept, &names).unwrap());
        assert!(!words.contains("a mistake") && !words.contains("Qualified"), "{words}");
    }
}
