//! A graph with what follows from it: relationships that rules and declarations derive.
//!
//! Nothing derived is stored. A [`Derived`] is a snapshot over another one: what is stored it reads
//! there, and to the types that something is derived of it adds a *twin*, a type of the same name
//! that holds the derived relationships. A pattern that names the type reads both
//! ([`named_type`](crate::graph::named_type)); one that names no type sees what is stored.
//!
//! ```text
//! stored   RECOGNISES  0..40   TAKES_PART 40..52    MET 52
//! derived  MET         53  Lavrov → Medoev   because TAKES_PART 44 and TAKES_PART 45, by rule `met`
//! ```
//!
//! Each derived relationship keeps its reasons: the rule and the premises, stored or derived, of
//! every way in which it was found. [`Derivation::witnesses`] follows them down to what is stored:
//! the smallest sets of stored statements each of which suffices. They are its evidence, and when it
//! holds: on a day on which all statements of one of the sets hold.
//!
//! Whoever evaluates the rules fills a `Derived` with [`add`](Derived::add) in rounds and reads it
//! between them: what the last round added is also in a type of its own, for the next round to
//! start from.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::{HashMap, HashSet};

use crate::error::Result;
use crate::graph::alias::Alias;
use crate::graph::declaration::Declarations;
use crate::graph::history::{Recorded, StatementChange};
use crate::graph::model::TwinKind;
use crate::graph::snapshot::{Adjacency, Column, Ends, Neighbours, Recent, Statements, Timing};
use crate::graph::statement::{Qualifiers, Stance};
use crate::graph::stats::Statistics;
use crate::graph::witness::{self, Witnesses};
use crate::graph::{Catalog, Direction, KeyId, LabelId, Snapshot, TypeId};
use crate::value::time::Edtf;
use crate::value::{NodeId, StatementId, Value};

/// Numbers that users know of derived relationships begin here, above all of stored ones.
const FIRST_ELEMENT_ID: u64 = 1 << 52;
/// How many ways of deriving one relationship are kept.
const REASONS_MAX: usize = 64;
/// How many witness sets a derived relationship has.
const WITNESSES_MAX: usize = 64;
/// How many pairs of sets are joined before a derivation is cut short.
const WORK_MAX: usize = 4_000_000;

/// A snapshot and what follows from it.
#[derive(Debug)]
pub struct Derived {
    base: Arc<dyn Snapshot>,
    catalog: Catalog,
    statistics: Statistics,
    /// The first id of a derived relationship.
    first: u32,
    statements: Vec<DerivedStatement>,
    lists: HashMap<TypeId, Lists>,
    /// The derived relationships by what tells them apart.
    known: HashMap<Key, StatementId>,
    derivations: Mutex<HashMap<StatementId, Arc<Derivation>>>,
}

/// Two relationships of one type, ends and date are one.
type Key = (TypeId, NodeId, NodeId, Option<Arc<str>>);

#[derive(Debug)]
struct DerivedStatement {
    ends: Ends,
    qualifiers: Qualifiers,
    reasons: Vec<Reason>,
    capped: bool,
}

/// One way of deriving a relationship.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reason {
    rule: Arc<str>,
    /// Stored and derived ones, ascending.
    premises: Box<[StatementId]>,
}

/// What a derived relationship rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derivation {
    /// The rules that it takes, each once.
    pub rules: Vec<Arc<str>>,
    /// The sets of stored statements each of which suffices.
    pub witnesses: Witnesses,
}

/// The adjacency of one twin: as it grows, and once it is whole.
#[derive(Debug, Default)]
struct Lists {
    growing: [Growing; 2],
    whole: [Whole; 2],
}

/// Neighbours by node.
#[derive(Debug, Default)]
struct Growing(HashMap<NodeId, Vec<(NodeId, StatementId)>>);

/// The same as arrays.
#[derive(Debug, Default)]
struct Whole {
    offsets: Vec<u32>,
    neighbours: Vec<NodeId>,
    statements: Vec<StatementId>,
}

impl Recent for Growing {
    fn added(&self, node: NodeId) -> &[(NodeId, StatementId)] {
        self.0.get(&node).map_or(&[], Vec::as_slice)
    }

    fn touches(&self, node: NodeId) -> bool {
        self.0.contains_key(&node)
    }

    fn is_removed(&self, _: StatementId) -> bool {
        false
    }

    fn has_removed(&self) -> bool {
        false
    }

    fn removed_count(&self, _: NodeId) -> usize {
        0
    }
}

impl Lists {
    fn add(&mut self, ends: Ends, id: StatementId) {
        let [out, back] = &mut self.growing;
        out.0.entry(ends.start).or_default().push((ends.end, id));
        back.0.entry(ends.end).or_default().push((ends.start, id));
    }

    fn finish(&mut self, nodes: u32) {
        for (growing, whole) in self.growing.iter_mut().zip(&mut self.whole) {
            let mut by_node = std::mem::take(&mut growing.0);
            whole.offsets.push(0);
            for node in (0..nodes).map(NodeId) {
                let mut steps = by_node.remove(&node).unwrap_or_default();
                steps.sort_unstable();
                whole.neighbours.extend(steps.iter().map(|(neighbour, _)| *neighbour));
                whole.statements.extend(steps.iter().map(|(_, id)| *id));
                whole.offsets.push(whole.neighbours.len() as u32);
            }
        }
    }

    fn adjacency(&self, direction: Direction) -> Adjacency<'_> {
        let at = usize::from(direction == Direction::Incoming);
        let (growing, whole) = (&self.growing[at], &self.whole[at]);
        if whole.offsets.is_empty() {
            let recent = (!growing.0.is_empty()).then_some(growing as &dyn Recent);
            return Adjacency { recent, ..Adjacency::EMPTY };
        }
        Adjacency {
            offsets: &whole.offsets,
            neighbours: Neighbours::Array(&whole.neighbours),
            statements: Statements::Listed(&whole.statements),
            recent: None,
        }
    }
}

impl Derived {
    /// A graph of which nothing is derived yet.
    pub fn over(base: Arc<dyn Snapshot>) -> Derived {
        Derived {
            catalog: base.catalog().clone(),
            statistics: base.statistics().clone(),
            first: base.statement_bound(),
            statements: Vec::new(),
            lists: HashMap::new(),
            known: HashMap::new(),
            derivations: Mutex::default(),
            base,
        }
    }

    /// The twin of a type for what rules derive, or for what its declaration entails.
    pub(crate) fn twin(&mut self, of: TypeId, kind: TwinKind) -> TypeId {
        let known = self.catalog.twins(of).find(|(_, known)| *known == kind);
        known.map_or_else(|| self.catalog.add_twin(of, kind), |(id, _)| id)
    }

    /// How many relationships have been derived.
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    /// Whether nothing has been derived.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// Adds a relationship to a twin, or one more reason for it; says which one if it is new.
    ///
    /// Its date is that of all its premises, where they share one. What is stored already, with the
    /// same date, is not derived once more.
    pub(crate) fn add(
        &mut self,
        ends: Ends,
        unordered: bool,
        rule: &Arc<str>,
        premises: &[StatementId],
    ) -> Option<StatementId> {
        let valid = self.common_date(premises);
        let text = valid.as_ref().map(|valid| Arc::from(valid.as_str()));
        let (mut start, mut end) = (ends.start, ends.end);
        if unordered && start > end {
            std::mem::swap(&mut start, &mut end);
        }
        let reason = Reason { rule: Arc::clone(rule), premises: premises.into() };
        let key = (ends.relationship_type, start, end, text);
        if let Some(&known) = self.known.get(&key) {
            let known_id = known;
            let statement = &mut self.statements[(known.0 - self.first) as usize];
            if !premises.contains(&known_id) && !statement.reasons.contains(&reason) {
                if statement.reasons.len() < REASONS_MAX {
                    statement.reasons.push(reason);
                } else {
                    statement.capped = true;
                }
            }
            return None;
        }
        if self.is_stored(ends, unordered, valid.as_ref()) {
            return None;
        }
        let id = StatementId(self.first.checked_add(self.statements.len() as u32)?);
        let qualifiers = Qualifiers {
            valid,
            stance: Stance::Inferred,
            reason: Some(format!("rule {rule}").into()),
            ..Qualifiers::default()
        };
        self.statements.push(DerivedStatement {
            ends,
            qualifiers,
            reasons: vec![reason],
            capped: false,
        });
        self.known.insert(key, id);
        self.lists.entry(ends.relationship_type).or_default().add(ends, id);
        Some(id)
    }

    /// Puts what the last round added into the types that the next one starts from.
    pub(crate) fn set_new(&mut self, new: &[StatementId]) {
        let kinds: Vec<TypeId> = self.lists.keys().copied().collect();
        for id in kinds {
            if self.catalog.twin_kind(id) == Some(TwinKind::New) {
                self.lists.remove(&id);
                self.statistics.by_type.remove(&id);
            }
        }
        for &id in new {
            let Some(ends) = self.statement(id) else { continue };
            let of = self.catalog.origin(ends.relationship_type);
            let twin = self.twin(of, TwinKind::New);
            self.lists.entry(twin).or_default().add(ends, id);
            self.count(twin);
            self.count(ends.relationship_type);
        }
    }

    fn count(&mut self, twin: TypeId) {
        let count = self.statistics.by_type.entry(twin).or_default();
        count.count += 1;
        // What the number of ends is decides no result, only the order of a walk.
        (count.sources, count.targets) = (count.count, count.count);
    }

    /// Makes arrays of the lists: nothing is added any more.
    pub(crate) fn finish(&mut self) {
        let nodes = self.base.node_bound();
        self.set_new(&[]);
        self.lists.values_mut().for_each(|lists| lists.finish(nodes));
        self.known = HashMap::new();
    }

    fn common_date(&self, premises: &[StatementId]) -> Option<Edtf> {
        let mut dates = premises.iter().map(|id| self.qualifiers(*id)?.valid.as_ref());
        let first = dates.next()??;
        dates
            .all(|date| date.is_some_and(|date| date.as_str() == first.as_str()))
            .then(|| first.clone())
    }

    /// Whether a believed statement with the same type, ends and date is stored.
    fn is_stored(&self, ends: Ends, unordered: bool, valid: Option<&Edtf>) -> bool {
        let of = self.catalog.origin(ends.relationship_type);
        let mut found = false;
        let mut look = |from, to| {
            self.base.adjacency(of, Direction::Outgoing).for_each(from, |end, id| {
                if end == to && !found {
                    let stated = self.base.qualifiers(id);
                    let date = stated.and_then(|stated| stated.valid.as_ref());
                    let same = date.map(Edtf::as_str) == valid.map(Edtf::as_str);
                    let view = crate::graph::statement::View::DEFAULT;
                    found =
                        same && stated.is_none_or(|stated| view.shows(stated.stance, stated.rank));
                }
            });
        };
        look(ends.start, ends.end);
        if unordered {
            look(ends.end, ends.start);
        }
        found
    }

    fn of_id(&self, id: StatementId) -> Option<&DerivedStatement> {
        self.statements.get(id.0.checked_sub(self.first)? as usize)
    }

    /// The derivation of a derived relationship, worked out from the reasons of all that it takes.
    ///
    /// The sets are the least solution of: a stored statement takes itself, a derived one the
    /// premises of one of its reasons. It is found by going round until nothing changes; every round
    /// settles at least the sets of the next height.
    fn work_out(&self, id: StatementId) -> Derivation {
        let (all, rules) = self.below(id);
        let mut known: HashMap<StatementId, Witnesses> = HashMap::new();
        let (mut work, mut is_cut) = (0, false);
        'rounds: for _ in 0..=all.len() {
            let mut changed = false;
            for &one in &all {
                let Some(statement) = self.of_id(one) else { continue };
                if work > WORK_MAX {
                    is_cut = true;
                    break 'rounds;
                }
                let mut sets = Witnesses { capped: statement.capped, ..Witnesses::default() };
                for reason in &statement.reasons {
                    if let Some(of_reason) = self.of_reason(reason, &known, &mut work) {
                        sets = witness::sum(&sets, &of_reason, WITNESSES_MAX);
                    }
                }
                if known.get(&one) != Some(&sets) {
                    known.insert(one, sets);
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        let mut witnesses = known.remove(&id).unwrap_or_default();
        if witnesses.sets.is_empty() {
            // Every relationship was first derived from earlier ones.
            witnesses.sets.push(self.first_way(id));
            is_cut = true;
        }
        witnesses.capped |= is_cut;
        Derivation { rules, witnesses }
    }

    /// What a reason takes; `None` while a premise of it is not known to follow.
    fn of_reason(
        &self,
        reason: &Reason,
        known: &HashMap<StatementId, Witnesses>,
        work: &mut usize,
    ) -> Option<Witnesses> {
        let stored: Vec<StatementId> =
            reason.premises.iter().copied().filter(|id| id.0 < self.first).collect();
        let mut sets = Witnesses { sets: vec![stored], ..Witnesses::default() };
        for premise in reason.premises.iter().filter(|id| id.0 >= self.first) {
            let own = known.get(premise).filter(|own| !own.sets.is_empty())?;
            *work += sets.sets.len() * own.sets.len();
            sets = witness::product(&sets, own, WITNESSES_MAX);
        }
        Some(sets)
    }

    /// The stored statements below the first reasons.
    fn first_way(&self, id: StatementId) -> Vec<StatementId> {
        let (mut stored, mut open, mut seen) = (Vec::new(), vec![id], HashSet::new());
        while let Some(one) = open.pop() {
            match self.of_id(one).and_then(|statement| statement.reasons.first()) {
                Some(reason) => {
                    open.extend(reason.premises.iter().copied().filter(|id| seen.insert(*id)));
                }
                None => stored.push(one),
            }
        }
        stored.sort_unstable();
        stored.dedup();
        stored
    }

    /// A derived relationship and all derived ones below it, ascending, with their rules.
    fn below(&self, id: StatementId) -> (Vec<StatementId>, Vec<Arc<str>>) {
        let mut seen: HashSet<StatementId> = HashSet::new();
        seen.insert(id);
        let mut open = vec![id];
        let mut rules: Vec<Arc<str>> = Vec::new();
        while let Some(one) = open.pop() {
            for reason in self.of_id(one).map_or(&[][..], |statement| &statement.reasons) {
                if !rules.contains(&reason.rule) {
                    rules.push(Arc::clone(&reason.rule));
                }
                let derived = reason.premises.iter().filter(|premise| premise.0 >= self.first);
                open.extend(derived.copied().filter(|premise| seen.insert(*premise)));
            }
        }
        let mut all: Vec<StatementId> = seen.into_iter().collect();
        all.sort_unstable();
        (all, rules)
    }
}

impl Snapshot for Derived {
    fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    fn declarations(&self) -> &Declarations {
        self.base.declarations()
    }

    fn aliases(&self) -> &[Alias] {
        self.base.aliases()
    }

    fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    fn commit(&self) -> u64 {
        self.base.commit()
    }

    fn node_bound(&self) -> u32 {
        self.base.node_bound()
    }

    fn statement_bound(&self) -> u32 {
        self.first.saturating_add(self.statements.len() as u32)
    }

    fn contains_node(&self, node: NodeId) -> bool {
        self.base.contains_node(node)
    }

    fn scan_nodes(
        &self,
        label: Option<LabelId>,
        from: NodeId,
        limit: usize,
        out: &mut Vec<NodeId>,
    ) -> Option<NodeId> {
        self.base.scan_nodes(label, from, limit, out)
    }

    fn label_ranges(&self, label: LabelId) -> Option<&[Range<u32>]> {
        self.base.label_ranges(label)
    }

    fn labels(&self, node: NodeId) -> &[LabelId] {
        self.base.labels(node)
    }

    fn has_label(&self, node: NodeId, label: LabelId) -> bool {
        self.base.has_label(node, label)
    }

    fn node_property(&self, node: NodeId, key: KeyId) -> Value {
        self.base.node_property(node, key)
    }

    fn node_properties(&self, node: NodeId) -> Vec<(KeyId, Value)> {
        self.base.node_properties(node)
    }

    fn node_column(&self, key: KeyId) -> Column<'_> {
        self.base.node_column(key)
    }

    fn lookup(&self, label: LabelId, key: KeyId, value: &Value) -> Option<Vec<NodeId>> {
        self.base.lookup(label, key, value)
    }

    fn lookup_statements(
        &self,
        relationship_type: TypeId,
        key: KeyId,
        value: &Value,
    ) -> Option<Vec<StatementId>> {
        match self.catalog.twin_kind(relationship_type) {
            // What is derived has no properties.
            Some(_) => Some(Vec::new()),
            None => self.base.lookup_statements(relationship_type, key, value),
        }
    }

    fn statement(&self, statement: StatementId) -> Option<Ends> {
        match self.of_id(statement) {
            Some(derived) => Some(derived.ends),
            None => self.base.statement(statement),
        }
    }

    fn deleted_statement(&self, statement: StatementId) -> Option<Ends> {
        self.base.deleted_statement(statement)
    }

    fn statement_property(&self, statement: StatementId, key: KeyId) -> Value {
        match self.of_id(statement) {
            Some(_) => Value::Null,
            None => self.base.statement_property(statement, key),
        }
    }

    fn statement_properties(&self, statement: StatementId) -> Vec<(KeyId, Value)> {
        match self.of_id(statement) {
            Some(_) => Vec::new(),
            None => self.base.statement_properties(statement),
        }
    }

    fn statement_column(&self, key: KeyId) -> Column<'_> {
        self.base.statement_column(key)
    }

    fn qualifiers(&self, statement: StatementId) -> Option<&Qualifiers> {
        match self.of_id(statement) {
            Some(derived) => Some(&derived.qualifiers),
            None => self.base.qualifiers(statement),
        }
    }

    fn recorded(&self, statement: StatementId) -> Option<Recorded> {
        if self.is_derived(statement) { None } else { self.base.recorded(statement) }
    }

    fn timings(&self, statements: &[StatementId]) -> Vec<Timing<'_>> {
        if statements.iter().any(|statement| self.is_derived(*statement)) {
            return statements.iter().map(|statement| self.timing(*statement)).collect();
        }
        self.base.timings(statements)
    }

    fn changes(&self, after: u64, to: u64) -> Result<Vec<StatementChange>> {
        self.base.changes(after, to)
    }

    fn commit_at(&self, instant: (i64, u32)) -> u64 {
        self.base.commit_at(instant)
    }

    fn all_plain(&self, relationship_type: TypeId) -> bool {
        match self.catalog.twin_kind(relationship_type) {
            Some(_) => false,
            None => self.base.all_plain(relationship_type),
        }
    }

    fn any_disbelieved(&self, relationship_type: TypeId) -> bool {
        // What is derived is believed.
        let is_twin = self.catalog.twin_kind(relationship_type).is_some();
        !is_twin && self.base.any_disbelieved(relationship_type)
    }

    fn adjacency(&self, relationship_type: TypeId, direction: Direction) -> Adjacency<'_> {
        match self.catalog.twin_kind(relationship_type) {
            Some(_) => match self.lists.get(&relationship_type) {
                Some(lists) => lists.adjacency(direction),
                None => Adjacency::EMPTY,
            },
            None => self.base.adjacency(relationship_type, direction),
        }
    }

    fn loops(&self, relationship_type: TypeId) -> Cow<'_, [(NodeId, StatementId)]> {
        if self.catalog.twin_kind(relationship_type).is_none() {
            return self.base.loops(relationship_type);
        }
        let loops = self.statements.iter().zip(self.first..).filter(|(statement, _)| {
            let ends = statement.ends;
            ends.relationship_type == relationship_type && ends.start == ends.end
        });
        Cow::Owned(loops.map(|(statement, id)| (statement.ends.start, StatementId(id))).collect())
    }

    fn sorted_by(&self, relationship_type: TypeId) -> Option<KeyId> {
        match self.catalog.twin_kind(relationship_type) {
            Some(_) => None,
            None => self.base.sorted_by(relationship_type),
        }
    }

    fn node_element_id(&self, node: NodeId) -> u64 {
        self.base.node_element_id(node)
    }

    fn node_by_element_id(&self, element_id: u64) -> Option<NodeId> {
        self.base.node_by_element_id(element_id)
    }

    fn statement_element_id(&self, statement: StatementId) -> u64 {
        match statement.0.checked_sub(self.first) {
            Some(at) => FIRST_ELEMENT_ID + u64::from(at),
            None => self.base.statement_element_id(statement),
        }
    }

    fn statement_by_element_id(&self, element_id: u64) -> Option<StatementId> {
        match element_id.checked_sub(FIRST_ELEMENT_ID) {
            Some(at) => {
                let id = StatementId(self.first.checked_add(u32::try_from(at).ok()?)?);
                self.of_id(id).map(|_| id)
            }
            None => self.base.statement_by_element_id(element_id),
        }
    }

    fn is_derived(&self, statement: StatementId) -> bool {
        statement.0 >= self.first
    }

    fn derivation(&self, statement: StatementId) -> Option<Arc<Derivation>> {
        self.of_id(statement)?;
        let known = self.derivations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&statement) {
            return Some(Arc::clone(known));
        }
        drop(known);
        let found = Arc::new(self.work_out(statement));
        let mut known = self.derivations.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(statement, Arc::clone(&found));
        Some(found)
    }
}

/// Witness sets in which derived relationships stand for themselves, as sets of stored statements.
///
/// Each set keeps beside it what was derived from it.
pub(crate) fn stored_witnesses(
    graph: &dyn Snapshot,
    witnesses: &Witnesses,
    max: usize,
) -> Witnesses {
    let is_derived = |id: &StatementId| graph.is_derived(*id);
    if !witnesses.sets.iter().flatten().any(is_derived) {
        return witnesses.clone();
    }
    let mut all: Vec<(Vec<StatementId>, Vec<StatementId>)> = Vec::new();
    let mut capped = witnesses.capped;
    for set in &witnesses.sets {
        let (derived, stored): (Vec<_>, Vec<_>) = set.iter().copied().partition(is_derived);
        let mut sets = Witnesses { sets: vec![stored], ..Witnesses::default() };
        for id in &derived {
            let own = graph.derivation(*id).map(|own| own.witnesses.clone()).unwrap_or_default();
            sets = witness::product(&sets, &own, max);
        }
        capped |= sets.capped;
        all.extend(sets.sets.into_iter().map(|set| (set, derived.clone())));
    }
    all.sort_by(|a, b| a.0.len().cmp(&b.0.len()).then_with(|| a.cmp(b)));
    let mut found =
        Witnesses { completeness: witnesses.completeness.clone(), ..Witnesses::default() };
    for (set, derived) in all {
        if found.sets.iter().any(|smaller| witness::is_subset(smaller, &set)) {
            continue;
        }
        if found.sets.len() == max {
            capped = true;
            break;
        }
        found.sets.push(set);
        found.hence.push(derived);
    }
    Witnesses { capped, ..found }
}
