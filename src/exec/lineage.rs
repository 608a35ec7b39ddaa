//! Which statements a row rests on, carried beside the rows.
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
//! 4  2 ∪ 3              both rows in one group of an Aggregate
//! ```
//!
//! Entries refer to earlier ones only, so that the arena has no cycle.

use hashbrown::HashSet;

use crate::value::StatementId;

/// The entry that rests on nothing.
pub(crate) const NOTHING: u32 = 0;

/// After so many statements a union takes no more: an aggregate over millions of rows has no use
/// for all of them.
pub(crate) const STATEMENTS_MAX: usize = 1_000;

/// The arena of a run.
#[derive(Debug)]
pub(crate) struct Lineage {
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
enum Entry {
    Nothing,
    /// What the parent rests on, and a statement.
    Step(u32, StatementId),
    /// What both rest on.
    Union(u32, u32),
}

impl Lineage {
    /// An arena that holds [`NOTHING`] alone.
    pub(crate) fn new() -> Lineage {
        Lineage { entries: vec![Entry::Nothing] }
    }

    /// A row that rests on what `parent` rests on, and on a statement.
    pub(crate) fn step(&mut self, parent: u32, statement: StatementId) -> u32 {
        self.push(Entry::Step(parent, statement))
    }

    /// A row that rests on what both rest on.
    pub(crate) fn union(&mut self, a: u32, b: u32) -> u32 {
        match (a, b) {
            (NOTHING, other) | (other, NOTHING) => other,
            (a, b) if a == b => a,
            (a, b) => self.push(Entry::Union(a, b)),
        }
    }

    /// A row that rests on the statements as well.
    pub(crate) fn steps(
        &mut self,
        parent: u32,
        statements: impl IntoIterator<Item = StatementId>,
    ) -> u32 {
        statements.into_iter().fold(parent, |parent, statement| self.step(parent, statement))
    }

    fn push(&mut self, entry: Entry) -> u32 {
        let Ok(id) = u32::try_from(self.entries.len()) else { return NOTHING };
        self.entries.push(entry);
        id
    }

    /// The statements that an entry rests on, ascending, at most [`STATEMENTS_MAX`].
    pub(crate) fn statements(&self, entry: u32) -> Vec<StatementId> {
        let mut found = HashSet::new();
        let mut seen = HashSet::new();
        let mut open = vec![entry];
        while let Some(at) = open.pop() {
            if found.len() >= STATEMENTS_MAX {
                break;
            }
            match self.entries[at as usize] {
                Entry::Nothing => {}
                Entry::Step(parent, statement) => {
                    found.insert(statement);
                    open.push(parent);
                }
                // Shared parts are met once: only unions can meet them twice.
                Entry::Union(a, b) => open.extend([a, b].into_iter().filter(|e| seen.insert(*e))),
            }
        }
        let mut statements: Vec<_> = found.into_iter().collect();
        statements.sort_unstable();
        statements
    }
}

/// The union of many rows' lineage: of a group, or of duplicates.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Union {
    entry: u32,
    members: u32,
}

impl Union {
    /// Adds a row's lineage, unless there are enough.
    pub(crate) fn add(&mut self, lineage: &mut Lineage, entry: u32) {
        if (self.members as usize) < STATEMENTS_MAX {
            self.entry = lineage.union(self.entry, entry);
            self.members += 1;
        }
    }

    /// The entry of the union.
    pub(crate) const fn entry(self) -> u32 {
        self.entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_parts_count_once() {
        let mut lineage = Lineage::new();
        let common = lineage.step(NOTHING, StatementId(9));
        let a = lineage.step(common, StatementId(4));
        let b = lineage.step(common, StatementId(5));
        let both = lineage.union(a, b);
        assert_eq!(lineage.statements(both), [4, 5, 9].map(StatementId));
        assert_eq!(lineage.union(NOTHING, a), a);
        assert_eq!(lineage.statements(NOTHING), []);
    }

    #[test]
    fn a_union_stops_at_the_limit() {
        let mut lineage = Lineage::new();
        let mut union = Union::default();
        for id in 0..5_000 {
            let entry = lineage.step(NOTHING, StatementId(id));
            union.add(&mut lineage, entry);
        }
        assert_eq!(lineage.statements(union.entry()).len(), STATEMENTS_MAX);
    }
}
