//! `Delete`: deletes nodes, relationships and paths, once for all rows.
//!
//! Relationships go first, so that the order in which a clause names its targets does not matter.
//! A node that still has a relationship then is an error, unless the clause detaches.

use hashbrown::HashSet;

use crate::error::{Error, Result, eval};
use crate::exec::batch::Batch;
use crate::exec::eager::drain;
use crate::exec::memory::Holding;
use crate::exec::neighbours::lists;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector::expected;
use crate::exec::write::for_each_row;
use crate::expr::{Expr, VarId};
use crate::graph::Direction;
use crate::plan::physical::Node;
use crate::text::Span;
use crate::value::{NodeId, StatementId, Value};

/// Runs its input to its end, collects the targets of all rows, and deletes them.
pub(crate) struct Delete<'a> {
    input: Input<'a>,
    detach: bool,
    targets: &'a [Expr],
    keep: &'a [VarId],
    holding: Holding,
    batches: Option<std::vec::IntoIter<Batch>>,
}

/// What a clause deletes; nodes with the place that names them.
#[derive(Default)]
struct Targets {
    nodes: Vec<(NodeId, Span)>,
    known: HashSet<NodeId>,
    relationships: HashSet<StatementId>,
}

impl<'a> Delete<'a> {
    pub(crate) fn new(
        node: &'a Node,
        detach: bool,
        targets: &'a [Expr],
        input: Input<'a>,
    ) -> Delete<'a> {
        let (keep, holding) = (&node.keep, Holding::default());
        Delete { input, detach, targets, keep, holding, batches: None }
    }

    fn delete(&self, batches: &[Batch], run: &Runtime<'_>) -> Result<()> {
        let mut targets = Targets::default();
        for_each_row(batches, run, |row| {
            for target in self.targets {
                targets.add(&run.eval(target, row)?, target.span)?;
            }
            Ok(())
        })?;
        if targets.nodes.is_empty() && targets.relationships.is_empty() {
            return Ok(());
        }
        if self.detach {
            let graph = run.graph();
            let lists = lists(&[], Direction::Both, &*graph);
            for (node, _) in &targets.nodes {
                for list in &lists {
                    list.for_each(*node, |_, id| targets.relationships.extend([id]));
                }
            }
        }
        run.deleted.set(true);
        run.write(|transaction| {
            let mut relationships: Vec<_> = targets.relationships.iter().copied().collect();
            relationships.sort_unstable();
            for id in relationships {
                transaction.delete_statement(id);
            }
            Ok(())
        })?;
        for (node, span) in &targets.nodes {
            check_free(*node, *span, run)?;
        }
        run.write(|transaction| {
            for (node, _) in targets.nodes {
                transaction.delete_node(node);
            }
            Ok(())
        })
    }
}

impl Targets {
    fn add(&mut self, value: &Value, span: Span) -> Result<()> {
        match value {
            Value::Null => {}
            Value::Node(node) => {
                if self.known.insert(*node) {
                    self.nodes.push((*node, span));
                }
            }
            Value::Relationship(id) => self.relationships.extend([*id]),
            Value::Path(path) => {
                for node in &path.nodes {
                    self.add(&Value::Node(*node), span)?;
                }
                self.relationships.extend(&path.relationships);
            }
            other => {
                return Err(expected("a Node, a Relationship or a Path", other).at(span));
            }
        }
        Ok(())
    }
}

/// Fails for a node that still has a relationship.
fn check_free(node: NodeId, span: Span, run: &Runtime<'_>) -> Result<()> {
    let graph = run.graph();
    let count: usize =
        lists(&[], Direction::Both, &*graph).iter().map(|list| list.degree(node)).sum();
    if count == 0 {
        return Ok(());
    }
    let message = format!(
        "A node that still has {count} relationship{} cannot be deleted.",
        if count == 1 { "" } else { "s" }
    );
    Err(Error::new(&eval::DELETE_CONNECTED, message)
        .at(span)
        .hint("DETACH DELETE deletes its relationships too."))
}

impl Operator for Delete<'_> {
    fn start(&mut self, argument: &Batch) {
        self.batches = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.batches.is_none() {
            let batches = drain(&mut self.input, run, &mut self.holding, "Delete")?;
            self.delete(&batches, run)?;
            self.batches = Some(batches.into_iter());
        }
        let batch = self.batches.as_mut().and_then(Iterator::next);
        Ok(batch.map(|mut batch| {
            batch.retain(self.keep);
            batch
        }))
    }
}
