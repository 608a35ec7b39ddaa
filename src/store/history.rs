//! Recorded time: how to go back from the last commit to an earlier one.
//!
//! ```text
//! commit 3   relationships 7..9 created                      back: delete them
//! commit 4   8 qualified, before {2008-08-26/..}             back: qualify it as before
//! commit 5   7 deleted, was Nauru RECOGNISES … {paragraph 2} back: create it again
//! ```
//!
//! A commit notes what it takes to undo it: of what is new its numbers alone, of what was changed
//! or deleted how it was. `KNOWN AT` copies the last commit (a handful of reference counts) and
//! undoes, newest first. Everything stands by the numbers that users know, which a fold keeps.
//! An element that is created again has a new dense id and the old number.
//!
//! Of a store on disk only the ways back from commits after the generation's are in memory: a checkpoint
//! puts the others away (`archive.rs`), so that neither memory nor opening grows with the history. A
//! graph in memory keeps them all, unless [`Options::keep_history`](super::Options::keep_history) says how many.
//! Declarations, names and completeness are not part of it.
//!
//! What was erased is taken out of all ways back ([`History::forget`]); nothing else ever changes one.

mod forget;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use hashbrown::HashMap;
use imbl::{OrdMap, Vector};

use crate::error::{Error, Result, store};
use crate::graph::history::{ChangeKind, Recorded, StatementChange};
use crate::graph::snapshot::Ends;
use crate::graph::source::display_name;
use crate::graph::statement::Qualifiers;
use crate::graph::{KeyId, LabelId, Snapshot, Transaction, TypeId, stated};
use crate::value::time::Date;
use crate::value::time::Edtf;
use crate::value::{NodeId, StatementId, Value};

use super::archive::{self, Archive};
use super::{StoreSnapshot, WriteTransaction};
pub use forget::Erased;

/// The commits that can be undone, oldest first.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The commit before the first of `commits`.
    base: u64,
    commits: Vector<Arc<Undo>>,
    /// When statements were last qualified anew, by number.
    requalified: OrdMap<u64, u64>,
    /// The numbers of elements that were created again, by the number that they have now.
    renamed: Arc<Renamed>,
    /// The commits up to `base`, of a store on disk.
    archive: Option<Archive>,
    /// How many commits of a graph in memory are kept; `None` where all are.
    keep: Option<u64>,
    /// When the last commit was made.
    last: Option<(i64, u32)>,
}

/// Numbers of nodes and of statements that are shown by an older number.
#[derive(Debug, Default)]
struct Renamed {
    nodes: HashMap<u64, u64>,
    statements: HashMap<u64, u64>,
    /// The same the other way round, made when first asked for.
    nodes_shown: OnceLock<HashMap<u64, u64>>,
    statements_shown: OnceLock<HashMap<u64, u64>>,
}

/// The number that is shown by another, or is not shown by another itself.
fn number_of(
    shown: u64,
    renamed: &HashMap<u64, u64>,
    by_shown: &OnceLock<HashMap<u64, u64>>,
) -> Option<u64> {
    if renamed.is_empty() {
        return Some(shown);
    }
    let by_shown =
        by_shown.get_or_init(|| renamed.iter().map(|(number, shown)| (*shown, *number)).collect());
    let is_own = || (!renamed.contains_key(&shown)).then_some(shown);
    by_shown.get(&shown).copied().or_else(is_own)
}

/// Relationships that one commit created, and the day on which that was.
#[derive(Clone, Debug)]
pub struct Stretch {
    numbers: Range<u64>,
    day: Option<Date>,
}

/// What it takes to undo one commit.
#[derive(Clone, Debug)]
pub struct Undo {
    /// The number of the commit.
    pub number: u64,
    /// When it was made.
    pub instant: Option<(i64, u32)>,
    /// The numbers of the relationships that it created.
    pub created: Range<u64>,
    /// What it did, as it was before.
    pub changes: Vec<Change>,
}

/// One thing that a transaction did, as it was before.
#[derive(Clone, Debug)]
pub enum Change {
    CreatedNodes(Range<u64>),
    CreatedStatements(Range<u64>),
    NodeProperty(u64, KeyId, Value),
    StatementProperty(u64, KeyId, Value),
    AddedLabel(u64, LabelId),
    RemovedLabel(u64, LabelId),
    Qualified(u64, Option<Box<Qualifiers>>),
    DeletedStatement(Statement),
    DeletedNode(Box<Node>),
}

/// A node as it was.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its number.
    pub number: u64,
    /// Its labels.
    pub labels: Vec<LabelId>,
    /// Its properties.
    pub properties: Vec<(KeyId, Value)>,
}

/// A relationship as it was, its ends and documents by number.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its number.
    pub number: u64,
    /// Its type.
    pub relationship_type: TypeId,
    /// The number of the node where it started.
    pub start: u64,
    /// The number of the node where it ended.
    pub end: u64,
    /// What most of them do not have, so that millions that go at once take little.
    pub more: Option<Box<More>>,
}

/// What a relationship had beside type and ends.
#[derive(Clone, Debug, Default)]
pub struct More {
    /// Its properties.
    pub properties: Vec<(KeyId, Value)>,
    /// When it held and who said so.
    pub qualifiers: Option<Qualifiers>,
}

impl More {
    /// The same; `None` where it is nothing.
    pub fn boxed(self) -> Option<Box<More>> {
        let is_nothing = self.properties.is_empty() && self.qualifiers.is_none();
        (!is_nothing).then(|| Box::new(self))
    }
}

impl Statement {
    /// Its properties.
    pub fn properties(&self) -> &[(KeyId, Value)] {
        self.more.as_ref().map_or(&[], |more| &more.properties)
    }

    /// When it held and who said so.
    pub fn qualifiers(&self) -> Option<&Qualifiers> {
        self.more.as_ref()?.qualifiers.as_ref()
    }
}

/// A state of [`Notes`].
#[derive(Debug)]
pub struct NotesMark {
    len: usize,
    last: Option<Change>,
    erased: Erased,
}

/// Notes what a transaction does.
#[derive(Debug)]
pub struct Notes {
    changes: Vec<Change>,
    /// From these numbers on, elements are new in the transaction.
    first_node: u64,
    first_statement: u64,
    /// What is not only deleted but forgotten.
    erased: Erased,
}

impl Notes {
    /// Nothing noted, on a graph.
    pub fn new(graph: &StoreSnapshot) -> Notes {
        Notes {
            changes: Vec::new(),
            first_node: graph.raw_node_number(NodeId(graph.delta.next_node)),
            first_statement: graph.raw_statement_number(StatementId(graph.delta.next_statement)),
            erased: Erased::default(),
        }
    }

    /// For a transaction that nobody undoes: everything is new in it.
    pub fn of_nothing() -> Notes {
        let (changes, erased) = (Vec::new(), Erased::default());
        Notes { changes, first_node: 0, first_statement: 0, erased }
    }

    /// What `graph` has beyond `start`, which is nothing but new nodes and relationships.
    pub fn added(start: &StoreSnapshot, graph: &StoreSnapshot) -> Notes {
        let (from, to) = (Notes::new(start), Notes::new(graph));
        let nodes = Change::CreatedNodes(from.first_node..to.first_node);
        let statements = Change::CreatedStatements(from.first_statement..to.first_statement);
        Notes { changes: vec![nodes, statements], ..from }
    }

    /// Where the notes stand, to go back to.
    pub fn mark(&self) -> NotesMark {
        let (len, last) = (self.changes.len(), self.changes.last().cloned());
        NotesMark { len, last, erased: self.erased.clone() }
    }

    /// Forgets what has been noted since a mark.
    pub fn go_back(&mut self, mark: NotesMark) {
        self.changes.truncate(mark.len);
        // A range of new elements may have grown since.
        if let (Some(last), Some(before)) = (self.changes.last_mut(), mark.last) {
            *last = before;
        }
        self.erased = mark.erased;
    }

    /// A node was created.
    pub fn created_node(&mut self, number: u64) {
        match self.changes.last_mut() {
            Some(Change::CreatedNodes(range)) if range.end == number => range.end += 1,
            _ => self.changes.push(Change::CreatedNodes(number..number + 1)),
        }
    }

    /// A relationship was created.
    pub fn created_statement(&mut self, number: u64) {
        match self.changes.last_mut() {
            Some(Change::CreatedStatements(range)) if range.end == number => range.end += 1,
            _ => self.changes.push(Change::CreatedStatements(number..number + 1)),
        }
    }

    /// A property of a node is about to change.
    pub fn node_property(&mut self, graph: &StoreSnapshot, node: NodeId, key: KeyId) {
        let number = graph.raw_node_number(node);
        if number < self.first_node {
            let before = graph.node_property(node, key);
            self.changes.push(Change::NodeProperty(number, key, before));
        }
    }

    /// A property of a relationship is about to change.
    pub fn statement_property(&mut self, graph: &StoreSnapshot, id: StatementId, key: KeyId) {
        let number = graph.raw_statement_number(id);
        if number < self.first_statement {
            let before = graph.statement_property(id, key);
            self.changes.push(Change::StatementProperty(number, key, before));
        }
    }

    /// A node is about to be given a label, or to lose one.
    pub fn label(&mut self, graph: &StoreSnapshot, node: NodeId, label: LabelId, added: bool) {
        let number = graph.raw_node_number(node);
        if number < self.first_node {
            self.changes.push(if added {
                Change::AddedLabel(number, label)
            } else {
                Change::RemovedLabel(number, label)
            });
        }
    }

    /// A relationship is about to be qualified.
    pub fn qualified(&mut self, graph: &StoreSnapshot, id: StatementId) {
        let number = graph.raw_statement_number(id);
        if number < self.first_statement {
            let before = graph.qualifiers(id).map(|q| Box::new(by_number(graph, q)));
            self.changes.push(Change::Qualified(number, before));
        }
    }

    /// A relationship is about to be deleted.
    pub fn deleted_statement(&mut self, graph: &StoreSnapshot, id: StatementId, ends: Ends) {
        let number = graph.raw_statement_number(id);
        if number < self.first_statement {
            let more = More {
                properties: graph.statement_properties(id),
                qualifiers: graph.qualifiers(id).map(|q| by_number(graph, q)),
            };
            self.changes.push(Change::DeletedStatement(Statement {
                number,
                relationship_type: ends.relationship_type,
                start: graph.raw_node_number(ends.start),
                end: graph.raw_node_number(ends.end),
                more: more.boxed(),
            }));
        }
    }

    /// A relationship is about to be deleted and forgotten.
    pub fn erased_statement(&mut self, number: u64) {
        self.erased.statements.insert(number);
    }

    /// A node is about to be deleted and forgotten.
    pub fn erased_node(&mut self, number: u64) {
        self.erased.nodes.insert(number);
    }

    /// What is to be forgotten.
    pub fn erased(&self) -> &Erased {
        &self.erased
    }

    /// A node is about to be deleted.
    pub fn deleted_node(&mut self, graph: &StoreSnapshot, node: NodeId) {
        let number = graph.raw_node_number(node);
        if number < self.first_node {
            self.changes.push(Change::DeletedNode(Box::new(Node {
                number,
                labels: graph.labels(node).to_vec(),
                properties: graph.node_properties(node),
            })));
        }
    }
}

/// Qualifiers whose documents stand by number.
fn by_number(graph: &StoreSnapshot, qualifiers: &Qualifiers) -> Qualifiers {
    let mut qualifiers = qualifiers.clone();
    for support in &mut qualifiers.support {
        let number = graph.raw_node_number(support.document);
        support.document = NodeId(u32::try_from(number).unwrap_or(u32::MAX));
    }
    qualifiers
}

impl History {
    /// The history that begins with a commit.
    pub fn from_commit(base: u64) -> History {
        History { base, ..History::default() }
    }

    /// The history up to the commit of a generation, which is on the disk.
    pub fn archived(&self, commit: u64, archive: Archive) -> History {
        History { archive: Some(archive), last: self.last, ..History::from_commit(commit) }
    }

    /// The same history, of which the commits up to one are on the disk.
    pub fn archived_up_to(&self, commit: u64, archive: Archive) -> History {
        let mut history = History { archive: Some(archive), ..self.clone() };
        while history.commits.front().is_some_and(|undo| undo.number <= commit) {
            history.commits.pop_front();
        }
        history.base = history.base.max(commit);
        history
    }

    /// The same history, of which the commits up to its first are on the disk.
    pub fn over(self, archive: Archive) -> History {
        History { archive: Some(archive), ..self }
    }

    /// Whether the commits up to its first are on the disk.
    pub fn has_archive(&self) -> bool {
        self.archive.is_some()
    }

    /// The same history, whose last commit was made at a time in microseconds; 0 where nobody knows.
    pub fn since(self, micros: u64) -> History {
        History { last: (micros != 0).then(|| archive::instant_of(micros)), ..self }
    }

    /// The same history of a graph in memory, of so many commits only.
    pub fn keeping(self, keep: Option<u64>) -> History {
        History { keep, ..self }
    }

    /// The ways back that are in memory.
    pub fn commits(&self) -> impl Iterator<Item = &Arc<Undo>> {
        self.commits.iter()
    }

    /// How many of them there are.
    pub fn commit_count(&self) -> usize {
        self.commits.len()
    }

    /// When the last commit was made, in microseconds since 1970, where that is known.
    pub fn last_micros(&self) -> Option<u64> {
        self.last.map(archive::micros_of)
    }

    /// Adds a commit.
    pub fn add(&mut self, graph: &StoreSnapshot, notes: Notes, instant: Option<(i64, u32)>) {
        let number = graph.commit;
        // A clock that was set back does not put a commit before the one that it follows. The disk
        // keeps microseconds, so that a time is the same before and after.
        let last = self.last;
        let own = instant.map(|(seconds, nanos)| (seconds, nanos - nanos % 1000));
        let instant = own.or(last).map(|own| last.map_or(own, |last| last.max(own)));
        self.last = instant;
        for change in &notes.changes {
            if let Change::Qualified(statement, _) = change {
                self.requalified.insert(*statement, number);
            }
        }
        let next = graph.raw_statement_number(StatementId(graph.delta.next_statement));
        let created = notes.first_statement..next;
        self.commits.push_back(Arc::new(Undo { number, instant, created, changes: notes.changes }));
        if let Some(keep) = self.keep.filter(|_| self.archive.is_none()) {
            while self.commits.len() as u64 > keep
                && let Some(undo) = self.commits.pop_front()
            {
                self.base = undo.number;
            }
        }
        if !notes.erased.is_empty() {
            self.forget(notes.erased);
        }
    }

    /// When what is known at a commit of a statement was recorded, by its number.
    pub fn recorded(&self, statement: u64, commit: u64) -> Option<Recorded> {
        let own = match self.requalified.get(&statement) {
            Some(number) => self.undo(*number),
            None => {
                let at = self.position(|undo| undo.created.end <= statement);
                self.commits.get(at).filter(|undo| undo.created.contains(&statement))
            }
        };
        match (own, &self.archive) {
            (Some(own), _) => Some(Recorded { commit: own.number, instant: own.instant }),
            (None, Some(archive)) => archive.recorded(statement, commit.min(self.base)),
            (None, None) => None,
        }
    }

    /// The day on which what is known at a commit of a statement was recorded, by its number before it was shown by
    /// another. `last` is what was found before: relationships that one commit created are looked for once.
    pub fn recorded_day(&self, raw: u64, commit: u64, last: &mut Option<Stretch>) -> Option<Date> {
        let renamed = !self.renamed.statements.is_empty();
        let statement = if renamed { self.statement_number(raw) } else { raw };
        if self.is_requalified(statement) {
            return self.recorded(statement, commit).and_then(Recorded::day);
        }
        match last {
            Some(known) if known.numbers.contains(&statement) => known.day,
            _ => last.insert(self.stretch(statement, commit)).day,
        }
    }

    fn is_requalified(&self, statement: u64) -> bool {
        !self.requalified.is_empty() && self.requalified.contains_key(&statement)
            || self.archive.as_ref().is_some_and(|archive| archive.is_requalified(statement))
    }

    /// The relationships around one that the same commit created.
    fn stretch(&self, statement: u64, commit: u64) -> Stretch {
        let day = self.recorded(statement, commit).and_then(Recorded::day);
        let at = self.position(|undo| undo.created.end <= statement);
        let own = self.commits.get(at).filter(|undo| undo.created.contains(&statement));
        let numbers = match (own, &self.archive) {
            (Some(own), _) => own.created.clone(),
            (None, Some(archive)) => {
                let numbers = archive.created_with(statement);
                // The last commit that is put away created nothing from the first in memory on.
                let end = self.commits.front().map_or(u64::MAX, |undo| undo.created.start);
                numbers.start..numbers.end.min(end.max(statement + 1))
            }
            (None, None) => statement..statement + 1,
        };
        Stretch { numbers, day }
    }

    /// The last commit at or before an instant.
    pub fn commit_at(&self, instant: (i64, u32)) -> u64 {
        let at = self.position(|undo| undo.instant.is_none_or(|own| own <= instant));
        match (at.checked_sub(1).and_then(|at| self.commits.get(at)), &self.archive) {
            (Some(undo), _) => undo.number,
            (None, Some(archive)) => archive.commit_at(instant, self.base).unwrap_or(self.base),
            (None, None) => self.base,
        }
    }

    /// The earliest commit to which the way back is kept.
    pub fn from(&self) -> u64 {
        self.archive.as_ref().map_or(self.base, |archive| archive.from.min(self.base))
    }

    /// The number by which a node is shown.
    pub fn node_number(&self, number: u64) -> u64 {
        self.renamed.nodes.get(&number).copied().unwrap_or(number)
    }

    /// The number by which a statement is shown.
    pub fn statement_number(&self, number: u64) -> u64 {
        self.renamed.statements.get(&number).copied().unwrap_or(number)
    }

    /// The number that a node has which is shown by one; `None` where it is none's.
    pub fn node_of(&self, shown: u64) -> Option<u64> {
        number_of(shown, &self.renamed.nodes, &self.renamed.nodes_shown)
    }

    /// The number that a statement has which is shown by one; `None` where it is none's.
    pub fn statement_of(&self, shown: u64) -> Option<u64> {
        number_of(shown, &self.renamed.statements, &self.renamed.statements_shown)
    }

    fn undo(&self, number: u64) -> Option<&Arc<Undo>> {
        let at = self.position(|undo| undo.number < number);
        self.commits.get(at).filter(|undo| undo.number == number)
    }

    /// How many commits at the beginning pass a test that later ones fail.
    fn position(&self, test: impl Fn(&Undo) -> bool) -> usize {
        let (mut low, mut high) = (0, self.commits.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.commits.get(middle).is_some_and(|undo| test(undo)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// The graph as it was known at an earlier commit. `go_on` is asked again and again, with how many bytes the changes
/// take by then, and an error of its ends the way
/// back.
pub fn known_at(
    graph: &Arc<StoreSnapshot>,
    commit: u64,
    go_on: &dyn Fn(usize) -> Result<()>,
) -> Result<Arc<StoreSnapshot>> {
    if commit >= graph.commit {
        return Ok(Arc::clone(graph));
    }
    let from = graph.history.from();
    if commit < from {
        let message = format!("What was known before commit {from} is not kept.");
        return Err(Error::new(&store::HISTORY, message).hint(format!("KNOWN AT {from}")));
    }
    let mut rewind = Rewind {
        write: WriteTransaction::rewinding(Arc::clone(graph)),
        nodes: HashMap::new(),
        statements: HashMap::new(),
        steps: 0,
        go_on,
    };
    let mut history = graph.history.clone();
    while let Some(undo) = history.commits.back().cloned() {
        if undo.number <= commit {
            break;
        }
        undo.changes.iter().rev().try_for_each(|change| rewind.undo(change))?;
        history.commits.pop_back();
    }
    if let Some(archive) = history.archive.as_ref().filter(|_| commit < history.base) {
        archive.each_undo(commit, history.base, &graph.catalog, |undo| {
            undo.changes.iter().rev().try_for_each(|change| rewind.undo(change))
        })?;
        history.base = commit;
    }
    history.requalified = OrdMap::new();
    for undo in &history.commits {
        for change in &undo.changes {
            if let Change::Qualified(statement, _) = change {
                history.requalified.insert(*statement, undo.number);
            }
        }
    }
    let write = rewind.write;
    let mut renamed = Renamed::default();
    for (old, id) in rewind.nodes {
        renamed.nodes.insert(write.graph().raw_node_number(id), old);
    }
    for (old, id) in rewind.statements {
        renamed.statements.insert(write.graph().raw_statement_number(id), old);
    }
    history.renamed = Arc::new(renamed);
    let mut graph = write.into_graph();
    graph.commit = commit;
    graph.history = history;
    Ok(Arc::new(graph))
}

/// How many changes are undone before somebody is asked whether to go on: about a millisecond's worth.
const STEPS: u32 = 1024;

/// A graph on its way back.
struct Rewind<'a> {
    write: WriteTransaction,
    /// What was created again, by the number it had.
    nodes: HashMap<u64, NodeId>,
    statements: HashMap<u64, StatementId>,
    /// How many changes were undone.
    steps: u32,
    go_on: &'a dyn Fn(usize) -> Result<()>,
}

impl Rewind<'_> {
    /// One change more is undone.
    fn step(&mut self) -> Result<()> {
        self.steps = self.steps.wrapping_add(1);
        if !self.steps.is_multiple_of(STEPS) {
            return Ok(());
        }
        let again = self.nodes.len() + self.statements.len();
        (self.go_on)(self.write.changed_bytes() + again * 2 * size_of::<(u64, u64)>())
    }

    fn node(&self, number: u64) -> Option<NodeId> {
        let known = self.nodes.get(&number).copied();
        known.or_else(|| self.write.graph().raw_node(number))
    }

    fn statement(&self, number: u64) -> Option<StatementId> {
        let known = self.statements.get(&number).copied();
        known.or_else(|| self.write.graph().raw_statement(number))
    }

    fn undo(&mut self, change: &Change) -> Result<()> {
        self.step()?;
        match change {
            Change::CreatedNodes(numbers) => {
                for number in numbers.clone() {
                    self.step()?;
                    if let Some(node) = self.node(number) {
                        self.write.delete_node(node);
                    }
                }
            }
            Change::CreatedStatements(numbers) => {
                for number in numbers.clone() {
                    self.step()?;
                    if let Some(id) = self.statement(number) {
                        self.write.delete_statement(id);
                    }
                }
            }
            Change::NodeProperty(number, key, before) => {
                if let Some(node) = self.node(*number) {
                    self.write.set_node_property(node, *key, before.clone());
                }
            }
            Change::StatementProperty(number, key, before) => {
                if let Some(id) = self.statement(*number) {
                    self.write.set_statement_property(id, *key, before.clone());
                }
            }
            Change::AddedLabel(number, label) => {
                if let Some(node) = self.node(*number) {
                    self.write.remove_label(node, *label);
                }
            }
            Change::RemovedLabel(number, label) => {
                if let Some(node) = self.node(*number) {
                    self.write.add_label(node, *label);
                }
            }
            Change::Qualified(number, before) => {
                if let Some(id) = self.statement(*number) {
                    let before = before.as_deref().map(|q| self.by_id(q)).unwrap_or_default();
                    self.write.qualify(id, before);
                }
            }
            Change::DeletedStatement(statement) => self.create_again(statement)?,
            Change::DeletedNode(was) => {
                let node = self.write.create_node(&was.labels)?;
                for (key, value) in &was.properties {
                    self.write.set_node_property(node, *key, value.clone());
                }
                self.nodes.insert(was.number, node);
            }
        }
        Ok(())
    }

    fn create_again(&mut self, was: &Statement) -> Result<()> {
        let (Some(start), Some(end)) = (self.node(was.start), self.node(was.end)) else {
            return Ok(());
        };
        let id = self.write.create_statement(was.relationship_type, start, end)?;
        for (key, value) in was.properties() {
            self.write.set_statement_property(id, *key, value.clone());
        }
        if let Some(qualifiers) = was.qualifiers() {
            let qualifiers = self.by_id(qualifiers);
            self.write.qualify(id, qualifiers);
        }
        self.statements.insert(was.number, id);
        Ok(())
    }

    /// Qualifiers whose documents stand by id again; those that are gone are left out.
    fn by_id(&self, qualifiers: &Qualifiers) -> Qualifiers {
        let mut qualifiers = qualifiers.clone();
        qualifiers.support.retain_mut(|support| match self.node(support.document.0.into()) {
            Some(node) => {
                support.document = node;
                true
            }
            None => false,
        });
        qualifiers
    }
}

/// What happened to statements after one commit, up to another, as far as it is kept.
///
/// Fails where what is kept on the disk cannot be read.
pub fn changes(graph: &StoreSnapshot, after: u64, to: u64) -> Result<Vec<StatementChange>> {
    let history = &graph.history;
    let mut commits: Vec<Arc<Undo>> = Vec::new();
    if let Some(archive) = history.archive.as_ref().filter(|_| after < history.base) {
        let from = after.max(archive.from);
        archive.each_undo(from, history.base, &graph.catalog, |undo| {
            commits.push(Arc::new(undo));
            Ok(())
        })?;
        commits.reverse();
    }
    commits.extend(history.commits.iter().cloned());
    // What was deleted is named by its last state, all else by its present one.
    let mut gone: HashMap<u64, &Statement> = HashMap::new();
    for change in commits.iter().flat_map(|undo| &undo.changes) {
        if let Change::DeletedStatement(statement) = change {
            gone.insert(statement.number, statement);
        }
    }
    let name = |number: u64| match graph.raw_node(number) {
        Some(node) => display_name(graph, node),
        None => format!("(deleted {number})"),
    };
    let describe = |number: u64| {
        let (ty, start, end, valid) = match (graph.raw_statement(number), gone.get(&number)) {
            (Some(id), _) if stated::place_of(graph, id).is_some() => {
                let valid = graph.qualifiers(id).and_then(|q| q.valid.clone());
                return Some((stated::sentence(graph, id)?, valid));
            }
            (Some(id), _) => {
                let ends = graph.statement(id)?;
                let valid = graph.qualifiers(id).and_then(|q| q.valid.clone());
                let number = |node| graph.raw_node_number(node);
                (ends.relationship_type, number(ends.start), number(ends.end), valid)
            }
            (None, Some(was)) => {
                let valid = was.qualifiers().and_then(|q| q.valid.clone());
                (was.relationship_type, was.start, was.end, valid)
            }
            (None, None) => return None,
        };
        if let Some(key) = stated::key_of_type(graph, ty) {
            let value_key = graph.catalog().key(stated::VALUE);
            let own = gone.get(&number).into_iter().flat_map(|was| was.properties());
            let value =
                own.clone().find(|(key, _)| Some(*key) == value_key).map(|(_, value)| value);
            return Some((stated::worded(&name(start), key, value.unwrap_or(&Value::Null)), valid));
        }
        let ty = graph.catalog().type_name(ty);
        Some((format!("{} {ty} {}", name(start), name(end)), valid))
    };
    // When a statement held after a change is what the next one of it found before: newest first.
    let mut before: HashMap<u64, Option<Edtf>> = HashMap::new();
    let mut found = Vec::new();
    for undo in commits.iter().rev() {
        let recorded = Recorded { commit: undo.number, instant: undo.instant };
        let is_asked = undo.number > after && undo.number <= to;
        let mut add = |what: ChangeKind, number: u64, before: &HashMap<u64, Option<Edtf>>| {
            if is_asked && let Some((statement, now)) = describe(number) {
                let valid = before.get(&number).cloned().unwrap_or(now);
                let element_id = history.statement_number(number);
                found.push(StatementChange { recorded, what, element_id, statement, valid });
            }
        };
        for change in undo.changes.iter().rev() {
            match change {
                Change::CreatedStatements(numbers) => {
                    numbers
                        .clone()
                        .rev()
                        .for_each(|number| add(ChangeKind::Added, number, &before));
                }
                Change::DeletedStatement(was) => {
                    let valid = was.qualifiers().and_then(|said| said.valid.clone());
                    before.insert(was.number, valid);
                    add(ChangeKind::Closed, was.number, &before);
                }
                Change::Qualified(number, was) => {
                    add(ChangeKind::Corrected, *number, &before);
                    before.insert(*number, was.as_ref().and_then(|said| said.valid.clone()));
                }
                _ => {}
            }
        }
    }
    found.reverse();
    Ok(found)
}
