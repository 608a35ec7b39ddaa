//! `ERASE`: what is deleted and also forgotten.
//!
//! The element goes as DELETE takes it, and with it everything that the history knows of it. What
//! cites an erased document cites it no longer. An entry in the log says that something was erased,
//! and why.

use std::sync::Arc;

use crate::graph::erasure::Erasure;
use crate::graph::history::Recorded;
use crate::graph::{Snapshot, Transaction};
use crate::store::record::Operation;
use crate::value::{NodeId, StatementId};

use super::{WriteTransaction, now};

impl WriteTransaction {
    /// The entry of a relationship that is about to be erased.
    pub(super) fn erasure_of_statement(
        &self,
        statement: StatementId,
        reason: Arc<str>,
    ) -> Option<Erasure> {
        let ends = self.graph.statement(statement)?;
        Some(Erasure {
            recorded: self.recorded_now(),
            is_relationship: true,
            name: Arc::clone(self.graph.catalog().type_name(ends.relationship_type)),
            element_id: self.graph.statement_element_id(statement),
            reason,
        })
    }

    /// The entry of a node that is about to be erased.
    pub(super) fn erasure_of_node(&self, node: NodeId, reason: Arc<str>) -> Option<Erasure> {
        if !self.graph.contains_node(node) {
            return None;
        }
        let labels = self.graph.labels(node).iter();
        let labels: Vec<&str> =
            labels.map(|&label| &**self.graph.catalog().label_name(label)).collect();
        Some(Erasure {
            recorded: self.recorded_now(),
            is_relationship: false,
            name: labels.join(":").into(),
            element_id: self.graph.node_element_id(node),
            reason,
        })
    }

    fn recorded_now(&self) -> Recorded {
        let instant = self.instant.unwrap_or_else(now);
        Recorded { commit: self.before + 1, instant: Some(instant) }
    }

    /// Erases a relationship that exists.
    pub(in crate::store) fn erase_statement_as(
        &mut self,
        statement: StatementId,
        erasure: Erasure,
    ) -> bool {
        let Some(ends) = self.graph.statement(statement) else { return false };
        self.note(&Operation::EraseStatement(statement, &erasure));
        self.notes.erased_statement(self.graph.raw_statement_number(statement));
        self.remove_statement(statement, ends);
        self.log_erasure(erasure);
        true
    }

    /// Erases a node that exists and has no relationships, and every mention of it as a document.
    pub(in crate::store) fn erase_node_as(&mut self, node: NodeId, erasure: Erasure) -> bool {
        if !self.graph.contains_node(node) {
            return false;
        }
        self.note(&Operation::EraseNode(node, &erasure));
        // Carrying the operation out again does all that follows from it again.
        let record = self.record.take();
        self.drop_citations(node);
        self.record = record;
        self.notes.erased_node(self.graph.raw_node_number(node));
        self.remove_node(node);
        self.log_erasure(erasure);
        true
    }

    fn log_erasure(&mut self, erasure: Erasure) {
        Arc::make_mut(&mut self.graph.declarations).erasures.push(erasure);
    }

    /// Takes a document from everything that cites it.
    fn drop_citations(&mut self, document: NodeId) {
        for id in (0..self.graph.statement_bound()).map(StatementId) {
            let cites = self
                .graph
                .qualifiers(id)
                .filter(|stated| stated.support.iter().any(|place| place.document == document));
            if let Some(mut stated) = cites.cloned() {
                stated.support.retain(|place| place.document != document);
                self.qualify(id, stated);
            }
        }
        let mut complete = self.graph.declarations.completeness.clone();
        let is_about = |node: Option<NodeId>| node == Some(document);
        complete.retain(|one| !is_about(one.from.node) && !is_about(one.to.node));
        for one in &mut complete {
            one.support.retain(|place| place.document != document);
        }
        if complete != self.graph.declarations.completeness {
            self.set_completeness(complete);
        }
    }
}
