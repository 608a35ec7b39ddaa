//! Which statements a row rests on, and how, carried beside the rows.
//!
//! A row's lineage is a number: an entry of an append-only arena. An operator that adds a
//! statement appends one entry that points to the row's old one, so that rows that came from one
//! row share what they have in common, and nothing is copied until a row is handed out.
//!
//! ```text
//! 0  nothing
//! 1  0 + r17            after one Expand
//! 2  1 + r40            after another
//! 3  1 + r41
//! 4  2 ∨ 3              both rows are one after a Distinct: either is enough
//! 5  3 ∧ 2              a join: it takes both
//! 6  2 & 3              both rows are in one group of an Aggregate
//! 7  5 + claim 0        r41 is to hold as of a day: what a time clause asks
//! ```
//!
//! The entries are a formula over statements: what must hold together, what can stand for what.
//! How sure a row is follows from it: the least of what it takes together, the greatest of what
//! can stand for each other. It is known when the entry is made. Only where two claims that are
//! possible and no more meet in one row are they looked at together, because an unknown year that
//! they share is one year ([`Claims`]).
//!
//! A group is as sure as its surest row, since the row of the group is there when any of its members
//! is; yet what it says (a count, a list) takes them all.
//!
//! [`Lineage::statements`] lists all statements of a formula, [`Lineage::witnesses`] the smallest
//! sets that make it true: the why-provenance of Buneman, Khanna and Tan ("Why and Where", ICDT
//! 2001) in its minimal form, computed in the semiring of sets of sets (Green, Karvounarakis and
//! Tannen, PODS 2007).
//!
//! Entries refer to earlier ones only, so that the arena has no cycle, and going through them from
//! the lowest on needs no recursion.
//!
//! What nobody looks at is not kept. Without evidence there are no statements in it; and where claims cannot meet
//! ([`ClaimsKept::Truths`]) an entry is a truth and the arena never grows, however many rows there are.

use hashbrown::HashSet;

use crate::exec::claim::{ClaimId, Claims};
use crate::graph::Snapshot;
use crate::graph::witness::{self, Witnesses};
use crate::plan::physical::ClaimsKept;
use crate::value::StatementId;
use crate::value::time::Truth;

/// The entry that rests on nothing.
pub(crate) const NOTHING: u32 = 0;

/// After so many statements a union takes no more: an aggregate over millions of rows has no use
/// for all of them.
pub(crate) const STATEMENTS_MAX: usize = 1_000;

/// How many witness sets of a row are kept: the smallest ones.
pub(crate) const WITNESSES_MAX: usize = 16;

/// In so many ways can a row come about before the truth of its parts is taken for that of the whole.
const WAYS_MAX: usize = 64;

/// The arena of a run.
#[derive(Debug)]
pub(crate) struct Lineage {
    entries: Vec<Entry>,
    /// How sure each entry is; all certain, and empty, where no time clause has asked.
    truths: Vec<Truth>,
    /// Whether somebody asks for statements.
    with_statements: bool,
    /// Whether an entry is a truth and no more.
    only_truths: bool,
    /// The claim that was added last, to what, and what came of it.
    last: Option<(u32, ClaimId, u32)>,
    pub(crate) claims: Claims,
}

/// The entries of an arena of truths: [`NOTHING`] is certain.
const TRUTHS: [Truth; 4] = [Truth::Certain, Truth::Presumed, Truth::Possible, Truth::No];

#[derive(Clone, Copy, Debug)]
enum Entry {
    Nothing,
    /// What the parent rests on, and a statement.
    Step(u32, StatementId),
    /// What the parent rests on, if the claim holds.
    Claim(u32, ClaimId),
    /// It takes both.
    Both(u32, u32),
    /// Either is enough.
    Either(u32, u32),
    /// Members of one group: there by either, saying what it says by both.
    Group(u32, u32),
    /// What the parent rests on, and more that was left out.
    Capped(u32),
    /// As sure as it is said to be, whatever it rests on.
    Settled(u32),
    /// What the parent rests on, and an absence that a completeness statement makes a *no*.
    Absent(u32, u32),
}

impl Lineage {
    /// An arena that holds [`NOTHING`] alone: with the statements that rows rest on, where evidence is wanted, and
    /// with so much of their claims.
    pub(crate) fn new(with_statements: bool, kept: ClaimsKept) -> Lineage {
        let kept = if with_statements { ClaimsKept::All } else { kept };
        let only_truths = kept == ClaimsKept::Truths;
        let (mut entries, mut truths) = (vec![Entry::Nothing], Vec::new());
        if only_truths {
            entries.resize(TRUTHS.len(), Entry::Settled(NOTHING));
            truths.extend(TRUTHS);
        }
        let claims = Claims::new(kept);
        Lineage { entries, truths, with_statements, only_truths, last: None, claims }
    }

    /// About how many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>()
            + self.truths.capacity() * size_of::<Truth>()
            + self.claims.bytes()
    }

    /// Whether it keeps the statements that rows rest on.
    pub(crate) fn has_statements(&self) -> bool {
        self.with_statements
    }

    /// Whether an entry is a truth and no more, the same in every arena of this kind.
    pub(crate) fn has_only_truths(&self) -> bool {
        self.only_truths
    }

    /// A row that rests on what `parent` rests on, and on a statement.
    pub(crate) fn step(&mut self, parent: u32, statement: StatementId) -> u32 {
        if !self.with_statements {
            return parent;
        }
        self.push(Entry::Step(parent, statement), self.truth(parent))
    }

    /// A row that is at most as sure as is said; only where entries are truths.
    pub(crate) fn at_most(&self, parent: u32, truth: Truth) -> u32 {
        entry_of(self.truth(parent).and(truth))
    }

    /// A row that rests on what `parent` rests on, if a claim holds.
    pub(crate) fn claim(&mut self, graph: &dyn Snapshot, parent: u32, claim: ClaimId) -> u32 {
        let (before, own) = (self.truth(parent), self.claims.truth(claim));
        let mut truth = before.and(own);
        if self.only_truths {
            return entry_of(truth);
        }
        if let Some((of, last, entry)) = self.last
            && (of, last) == (parent, claim)
        {
            return entry;
        }
        if truth == Truth::Possible {
            truth = self.together(graph, &self.ways(parent), &[vec![claim]], truth);
        }
        let entry = self.push(Entry::Claim(parent, claim), truth);
        // What makes it so sure is part of what the row rests on.
        let order = self.claims.order(claim).to_vec();
        let entry = self.steps(entry, order);
        self.last = Some((parent, claim, entry));
        entry
    }

    /// A row that it takes both for.
    pub(crate) fn both(&mut self, graph: &dyn Snapshot, a: u32, b: u32) -> u32 {
        match (a, b) {
            (NOTHING, other) | (other, NOTHING) => other,
            (a, b) if a == b => a,
            (a, b) => {
                let (one, other) = (self.truth(a), self.truth(b));
                let mut truth = one.and(other);
                if truth == Truth::Possible {
                    truth = self.together(graph, &self.ways(a), &self.ways(b), truth);
                }
                self.push(Entry::Both(a, b), truth)
            }
        }
    }

    /// A row for which either is enough.
    fn either(&mut self, a: u32, b: u32) -> u32 {
        if a == b { a } else { self.push(Entry::Either(a, b), self.truth(a).or(self.truth(b))) }
    }

    /// The row of a group with both as members.
    fn group(&mut self, a: u32, b: u32) -> u32 {
        if a == b { a } else { self.push(Entry::Group(a, b), self.truth(a).or(self.truth(b))) }
    }

    /// A row that is as sure as is said, and rests on what another rests on.
    pub(crate) fn settled(&mut self, parent: u32, truth: Truth) -> u32 {
        if self.truth(parent) == truth {
            return parent;
        }
        self.push(Entry::Settled(parent), truth)
    }

    /// A row that rests on an absence as well, which a completeness statement makes a *no*.
    pub(crate) fn absent(&mut self, parent: u32, completeness: u32) -> u32 {
        if !self.with_statements {
            return parent;
        }
        self.push(Entry::Absent(parent, completeness), self.truth(parent))
    }

    /// A row that rests on the statements as well.
    pub(crate) fn steps(
        &mut self,
        parent: u32,
        statements: impl IntoIterator<Item = StatementId>,
    ) -> u32 {
        statements.into_iter().fold(parent, |parent, statement| self.step(parent, statement))
    }

    /// How sure an entry is.
    pub(crate) fn truth(&self, entry: u32) -> Truth {
        self.truths.get(entry as usize).copied().unwrap_or(Truth::Certain)
    }

    fn push(&mut self, entry: Entry, truth: Truth) -> u32 {
        if self.only_truths {
            return entry_of(truth);
        }
        let Ok(id) = u32::try_from(self.entries.len()) else { return NOTHING };
        self.entries.push(entry);
        if truth != Truth::Certain || !self.truths.is_empty() {
            self.truths.resize(id as usize, Truth::Certain);
            self.truths.push(truth);
        }
        id
    }

    /// The truth of two parts together: of the best of all pairs of ways in which they come about.
    fn together(
        &mut self,
        graph: &dyn Snapshot,
        some: &[Vec<ClaimId>],
        others: &[Vec<ClaimId>],
        bound: Truth,
    ) -> Truth {
        if some.is_empty() || others.is_empty() || some.len() * others.len() > WAYS_MAX {
            return bound;
        }
        let mut best = Truth::No;
        for (one, other) in some.iter().flat_map(|one| others.iter().map(move |o| (one, o))) {
            best = best.or(self.claims.joint(graph, one, other));
        }
        bound.and(best)
    }

    /// The claims of each way in which an entry comes about; none at all where there are too many.
    fn ways(&self, entry: u32) -> Vec<Vec<ClaimId>> {
        let mut done = Vec::new();
        // Each way: its claims so far, and the entries that are still to be looked at.
        let mut open = vec![(Vec::new(), vec![entry])];
        while let Some((mut claims, mut entries)) = open.pop() {
            let Some(at) = entries.pop() else {
                done.push(claims);
                continue;
            };
            if done.len() + open.len() >= WAYS_MAX {
                return Vec::new();
            }
            match self.entries[at as usize] {
                Entry::Nothing | Entry::Settled(_) => {}
                Entry::Step(parent, _) | Entry::Capped(parent) | Entry::Absent(parent, _) => {
                    entries.push(parent);
                }
                Entry::Claim(parent, claim) => {
                    claims.push(claim);
                    entries.push(parent);
                }
                Entry::Both(a, b) => entries.extend([a, b]),
                Entry::Either(a, b) | Entry::Group(a, b) => {
                    let mut other = entries.clone();
                    other.push(b);
                    open.push((claims.clone(), other));
                    entries.push(a);
                }
            }
            open.push((claims, entries));
        }
        done
    }

    /// The claims that a row makes on a statement, each once.
    pub(crate) fn claims_on(&self, entry: u32, statement: StatementId) -> Vec<ClaimId> {
        let mut found = Vec::new();
        self.visit(entry, &mut |entry| {
            if let Entry::Claim(_, claim) = entry
                && self.claims.is_on(claim, statement)
                && !found.contains(&claim)
            {
                found.push(claim);
            }
            true
        });
        found
    }

    /// The statements that an entry rests on, ascending, at most [`STATEMENTS_MAX`].
    pub(crate) fn statements(&self, entry: u32) -> Vec<StatementId> {
        let mut found = HashSet::new();
        self.visit(entry, &mut |entry| {
            if let Entry::Step(_, statement) = entry {
                found.insert(statement);
            }
            found.len() < STATEMENTS_MAX
        });
        let mut statements: Vec<_> = found.into_iter().collect();
        statements.sort_unstable();
        statements
    }

    /// Visits an entry and all below it until the visitor has enough.
    fn visit(&self, entry: u32, visitor: &mut dyn FnMut(Entry) -> bool) {
        let mut seen = HashSet::new();
        let mut open = vec![entry];
        while let Some(at) = open.pop() {
            let entry = self.entries[at as usize];
            if !visitor(entry) {
                return;
            }
            match entry {
                Entry::Nothing => {}
                Entry::Step(parent, _)
                | Entry::Claim(parent, _)
                | Entry::Settled(parent)
                | Entry::Absent(parent, _)
                | Entry::Capped(parent) => open.push(parent),
                // Shared parts are met once: only what has two parts can meet them twice.
                Entry::Both(a, b) | Entry::Either(a, b) | Entry::Group(a, b) => {
                    open.extend([a, b].into_iter().filter(|e| seen.insert(*e)));
                }
            }
        }
    }

    /// The smallest sets of statements each of which suffices for an entry, at most
    /// [`WITNESSES_MAX`] of at most [`STATEMENTS_MAX`] statements.
    pub(crate) fn witnesses(&self, entry: u32) -> Witnesses {
        let order = self.below(entry);
        let mut known: Vec<Witnesses> = Vec::with_capacity(order.len());
        for &at in &order {
            let of = |entry: u32| &known[order.binary_search(&entry).expect("read before")];
            let one = match self.entries[at as usize] {
                Entry::Nothing => Witnesses { sets: vec![Vec::new()], ..Witnesses::default() },
                Entry::Step(parent, statement) => {
                    let own = Witnesses { sets: vec![vec![statement]], ..Witnesses::default() };
                    product(of(parent), &own)
                }
                Entry::Claim(parent, _) | Entry::Settled(parent) => of(parent).clone(),
                Entry::Both(a, b) | Entry::Group(a, b) => product(of(a), of(b)),
                Entry::Either(a, b) => witness::sum(of(a), of(b), WITNESSES_MAX),
                Entry::Absent(parent, at) => {
                    let of_parent = of(parent);
                    let completeness = witness::merged(&of_parent.completeness, &[at]);
                    Witnesses { completeness, ..of_parent.clone() }
                }
                Entry::Capped(parent) => Witnesses { capped: true, ..of(parent).clone() },
            };
            known.push(one);
        }
        known.pop().unwrap_or_default()
    }

    /// An entry and all that it refers to, ascending: the entry itself is the last.
    fn below(&self, entry: u32) -> Vec<u32> {
        let mut seen: HashSet<u32> = HashSet::new();
        seen.insert(entry);
        let mut open = vec![entry];
        while let Some(at) = open.pop() {
            let parents = match self.entries[at as usize] {
                Entry::Nothing => [None, None],
                Entry::Step(parent, _)
                | Entry::Claim(parent, _)
                | Entry::Settled(parent)
                | Entry::Absent(parent, _)
                | Entry::Capped(parent) => [Some(parent), None],
                Entry::Both(a, b) | Entry::Either(a, b) | Entry::Group(a, b) => [Some(a), Some(b)],
            };
            open.extend(parents.into_iter().flatten().filter(|parent| seen.insert(*parent)));
        }
        let mut order: Vec<u32> = seen.into_iter().collect();
        order.sort_unstable();
        order
    }
}

/// The entry that is a truth, where entries are that.
fn entry_of(truth: Truth) -> u32 {
    TRUTHS.iter().position(|known| *known == truth).unwrap_or_default() as u32
}

/// Each set of one with each set of the other.
fn product(a: &Witnesses, b: &Witnesses) -> Witnesses {
    let mut result = witness::product(a, b, WITNESSES_MAX);
    for set in &mut result.sets {
        result.capped |= set.len() > STATEMENTS_MAX;
        set.truncate(STATEMENTS_MAX);
    }
    result
}

/// The lineage of many rows that become one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Union {
    /// Whether one of the rows suffices for the result, or it takes them all.
    alternatives: bool,
    entry: Option<u32>,
    members: u32,
    capped: bool,
}

impl Union {
    /// Of duplicates: each of the rows suffices.
    pub(crate) const ALTERNATIVES: Union =
        Union { alternatives: true, entry: None, members: 0, capped: false };
    /// Of a group: the result takes all of the rows.
    pub(crate) const GROUP: Union = Union { alternatives: false, ..Union::ALTERNATIVES };

    /// Adds a row's lineage, unless there are enough and it is no surer than they.
    pub(crate) fn add(&mut self, lineage: &mut Lineage, entry: u32) {
        let Some(own) = self.entry else {
            (self.entry, self.members) = (Some(entry), 1);
            return;
        };
        let is_wanted =
            (self.members as usize) < STATEMENTS_MAX || lineage.truth(entry) > lineage.truth(own);
        self.members = self.members.saturating_add(1);
        self.entry = Some(match is_wanted {
            true if self.alternatives => lineage.either(own, entry),
            true => lineage.group(own, entry),
            false if self.capped || !lineage.with_statements => own,
            false => {
                self.capped = true;
                lineage.push(Entry::Capped(own), lineage.truth(own))
            }
        });
    }

    /// Adds the rows that another thread has added up, of an arena of truths.
    pub(crate) fn add_union(&mut self, lineage: &mut Lineage, other: Union) {
        let members = self.members.saturating_add(other.members);
        if let Some(entry) = other.entry {
            self.add(lineage, entry);
            self.members = members;
        }
    }

    /// The entry of the result.
    pub(crate) fn entry(self) -> u32 {
        self.entry.unwrap_or(NOTHING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::empty::EmptyGraph;

    fn ids<const N: usize>(ids: [u32; N]) -> Vec<StatementId> {
        ids.map(StatementId).to_vec()
    }

    #[test]
    fn shared_parts_count_once() {
        let mut lineage = Lineage::new(true, ClaimsKept::All);
        let common = lineage.step(NOTHING, StatementId(9));
        let a = lineage.step(common, StatementId(4));
        let b = lineage.step(common, StatementId(5));
        let both = lineage.both(&EmptyGraph::default(), a, b);
        assert_eq!(lineage.statements(both), [4, 5, 9].map(StatementId));
        assert_eq!(lineage.both(&EmptyGraph::default(), NOTHING, a), a);
        assert_eq!(lineage.statements(NOTHING), []);
    }

    #[test]
    fn what_is_taken_together_is_as_sure_as_the_least() {
        let mut lineage = Lineage::new(true, ClaimsKept::All);
        let row = lineage.step(NOTHING, StatementId(1));
        let possible = lineage.settled(row, Truth::Possible);
        let presumed = lineage.settled(row, Truth::Presumed);
        let both = lineage.both(&EmptyGraph::default(), possible, presumed);
        assert_eq!(lineage.truth(both), Truth::Possible);
        let mut union = Union::ALTERNATIVES;
        union.add(&mut lineage, possible);
        union.add(&mut lineage, presumed);
        assert_eq!(lineage.truth(union.entry()), Truth::Presumed);
        assert_eq!(lineage.truth(NOTHING), Truth::Certain);
    }

    #[test]
    fn a_union_stops_at_the_limit_and_says_so() {
        let mut lineage = Lineage::new(true, ClaimsKept::All);
        let mut union = Union::GROUP;
        for id in 0..5_000 {
            let entry = lineage.step(NOTHING, StatementId(id));
            union.add(&mut lineage, entry);
        }
        assert_eq!(lineage.statements(union.entry()).len(), STATEMENTS_MAX);
        let witnesses = lineage.witnesses(union.entry());
        assert!(witnesses.capped);
        assert_eq!(witnesses.sets.len(), 1);
    }

    #[test]
    fn witnesses_are_the_smallest_sets() {
        let mut lineage = Lineage::new(true, ClaimsKept::All);
        let a = lineage.step(NOTHING, StatementId(1));
        let b = lineage.step(NOTHING, StatementId(2));
        let both = lineage.step(a, StatementId(2));
        // (1 or 2) and (1 or 1&2) = 1, or 1&2: the latter holds the former.
        let one = lineage.either(a, b);
        let other = lineage.either(a, both);
        let all = lineage.both(&EmptyGraph::default(), one, other);
        assert_eq!(lineage.witnesses(all).sets, [ids([1])]);
        assert_eq!(lineage.witnesses(one).sets, [ids([1]), ids([2])]);
        // What holds anyway rests on nothing, whatever else would do.
        let anyway = lineage.either(NOTHING, both);
        assert_eq!(lineage.witnesses(anyway).sets, [ids([])]);
        assert!(!lineage.witnesses(all).capped);
    }

    #[test]
    fn too_many_witnesses_are_cut_and_said_to_be() {
        let mut lineage = Lineage::new(true, ClaimsKept::All);
        let mut union = Union::ALTERNATIVES;
        for id in 0..100 {
            let entry = lineage.step(NOTHING, StatementId(id));
            union.add(&mut lineage, entry);
        }
        let witnesses = lineage.witnesses(union.entry());
        assert_eq!((witnesses.sets.len(), witnesses.capped), (WITNESSES_MAX, true));
    }
}
