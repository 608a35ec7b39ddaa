//! Forgetting: what was erased leaves the history as well.
//!
//! Every commit that says something of an erased element is replaced by one that does not. Of a
//! node go the statements that once had an end there and the places in it as a document; numbers
//! that were given out stay given out.

use std::sync::Arc;

use hashbrown::HashSet;

use crate::graph::statement::Qualifiers;

use super::{Change, History, Undo};

/// The numbers of what is to be forgotten.
#[derive(Clone, Debug, Default)]
pub struct Erased {
    pub(super) nodes: HashSet<u64>,
    pub(super) statements: HashSet<u64>,
}

impl FromIterator<u64> for Erased {
    /// Statements by number.
    fn from_iter<I: IntoIterator<Item = u64>>(statements: I) -> Erased {
        Erased { nodes: HashSet::new(), statements: statements.into_iter().collect() }
    }
}

impl Erased {
    /// Whether there is nothing to forget.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.statements.is_empty()
    }

    /// Adds the relationships that a way back deletes from nodes that are among these: they go with
    /// the node that they had as an end.
    pub fn add_ends(&mut self, undo: &Undo) {
        for change in &undo.changes {
            if let Change::DeletedStatement(was) = change
                && [was.start, was.end].iter().any(|end| self.nodes.contains(end))
            {
                self.statements.insert(was.number);
            }
        }
    }

    /// A way back without what it says of these; `None` where it says nothing of them.
    pub fn without(&self, undo: &Undo) -> Option<Undo> {
        undo.changes.iter().any(|change| self.touches(change)).then(|| Undo {
            number: undo.number,
            instant: undo.instant,
            created: undo.created.clone(),
            changes: undo.changes.iter().filter_map(|change| self.left_of(change)).collect(),
        })
    }

    /// Whether a document that stands by number is among them.
    fn has_document(&self, qualifiers: &Qualifiers) -> bool {
        qualifiers.support.iter().any(|place| self.nodes.contains(&u64::from(place.document.0)))
    }

    /// What is left of a change; nothing of one that is about something erased.
    fn left_of(&self, change: &Change) -> Option<Change> {
        let forgotten = match change {
            Change::CreatedNodes(_) | Change::CreatedStatements(_) => false,
            Change::NodeProperty(number, ..)
            | Change::AddedLabel(number, _)
            | Change::RemovedLabel(number, _) => self.nodes.contains(number),
            Change::DeletedNode(was) => self.nodes.contains(&was.number),
            Change::StatementProperty(number, ..) | Change::Qualified(number, _) => {
                self.statements.contains(number)
            }
            Change::DeletedStatement(was) => self.statements.contains(&was.number),
        };
        if forgotten {
            return None;
        }
        let mut left = change.clone();
        match &mut left {
            Change::Qualified(_, Some(qualifiers)) => self.drop_documents(qualifiers),
            Change::DeletedStatement(was) => {
                let qualifiers = was.more.as_mut().and_then(|more| more.qualifiers.as_mut());
                qualifiers.into_iter().for_each(|qualifiers| self.drop_documents(qualifiers));
            }
            _ => {}
        }
        Some(left)
    }

    fn drop_documents(&self, qualifiers: &mut Qualifiers) {
        qualifiers.support.retain(|place| !self.nodes.contains(&u64::from(place.document.0)));
    }

    fn touches(&self, change: &Change) -> bool {
        match change {
            Change::CreatedNodes(_) | Change::CreatedStatements(_) => false,
            Change::NodeProperty(number, ..)
            | Change::AddedLabel(number, _)
            | Change::RemovedLabel(number, _) => self.nodes.contains(number),
            Change::DeletedNode(was) => self.nodes.contains(&was.number),
            Change::StatementProperty(number, ..) => self.statements.contains(number),
            Change::Qualified(number, before) => {
                self.statements.contains(number)
                    || before.as_deref().is_some_and(|before| self.has_document(before))
            }
            Change::DeletedStatement(was) => {
                self.statements.contains(&was.number)
                    || was.qualifiers().is_some_and(|before| self.has_document(before))
            }
        }
    }
}

impl History {
    /// Forgets what was erased, in every way back that is in memory.
    pub fn forget(&mut self, mut erased: Erased) {
        self.commits.iter().for_each(|undo| erased.add_ends(undo));
        for undo in &mut self.commits {
            if let Some(left) = erased.without(undo) {
                *undo = Arc::new(left);
            }
        }
        for number in &erased.statements {
            self.requalified.remove(number);
        }
    }
}
