//! `Delete`: deletes elements, relationships first, once for all rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Result, eval};
use crate::exec::batch::{Batch, Pieces};
use crate::exec::eager::gather;
use crate::exec::memory::Holding;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::writing;
use crate::expr::{Expr, VarId};
use crate::graph::{Direction, Snapshot};
use crate::plan::physical::Node;
use crate::text::Span;
use crate::value::{NodeId, StatementId, Value};

/// Collects what all rows name, then deletes it.
pub(crate) struct Delete<'a> {
    input: Input<'a>,
    detach: bool,
    targets: &'a [Expr],
    keep: &'a [VarId],
    pieces: Option<Pieces>,
    holding: Holding,
}

impl<'a> Delete<'a> {
    pub(crate) fn new(
        node: &'a Node,
        detach: bool,
        targets: &'a [Expr],
        input: Input<'a>,
    ) -> Delete<'a> {
        Delete {
            input,
            detach,
            targets,
            keep: &node.keep,
            pieces: None,
            holding: Holding::default(),
        }
    }

    fn write(&self, batch: Batch, run: &Runtime<'_>) -> Result<Batch> {
        let mut nodes: BTreeMap<NodeId, Span> = BTreeMap::new();
        let mut relationships: BTreeSet<StatementId> = BTreeSet::new();
        for row in 0..batch.len() {
            for target in self.targets {
                match writing::compute(run, target, &batch, row, &[])? {
                    Value::Null => {}
                    Value::Node(node) => _ = nodes.insert(node, target.span),
                    Value::Relationship(id) => _ = relationships.insert(id),
                    Value::Path(path) => {
                        nodes.extend(path.nodes.iter().map(|&node| (node, target.span)));
                        relationships.extend(path.relationships.iter().copied());
                    }
                    other => {
                        let message = format!("A {} cannot be deleted.", other.type_name());
                        return Err(Error::new(&eval::ARGUMENT_TYPE, message).at(target.span));
                    }
                }
            }
        }
        if self.detach {
            nodes.keys().for_each(|&node| relationships.extend(incident(&*run.graph(), node)));
        }
        run.deleted.set(true);
        run.write(|graph| {
            for id in relationships {
                graph.delete_statement(id);
            }
            for (node, span) in nodes {
                if !incident(graph.as_snapshot(), node).is_empty() {
                    let message = "The node still has relationships.";
                    return Err(Error::new(&eval::DELETE_CONNECTED, message)
                        .at(span)
                        .hint("Type `DETACH DELETE` to delete them too."));
                }
                graph.delete_node(node);
            }
            Ok(())
        })?;
        Ok(batch)
    }
}

impl Operator for Delete<'_> {
    fn start(&mut self, argument: &Batch) {
        self.pieces = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.pieces.is_none() {
            // Every row has been read before the first is written.
            let batch = gather(&mut self.input, run, &mut self.holding, "Delete")?;
            self.pieces = Some(Pieces::new(self.write(batch, run)?));
        }
        Ok(self.pieces.as_mut().and_then(|pieces| pieces.next(self.keep)))
    }
}

/// Every relationship that a node has, in either direction.
fn incident(graph: &dyn Snapshot, node: NodeId) -> Vec<StatementId> {
    let mut found = Vec::new();
    for (relationship_type, _) in graph.catalog().types() {
        for direction in [Direction::Outgoing, Direction::Incoming] {
            graph.adjacency(relationship_type, direction).for_each(node, |_, id| found.push(id));
        }
    }
    found
}
