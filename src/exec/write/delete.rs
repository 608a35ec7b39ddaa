//! `Delete`: deletes nodes, relationships and paths, once for all rows; for ERASE it has them
//! forgotten too.
//!
//! Relationships go first, so that the order in which a clause names its targets does not matter.
//! A node that still has a relationship then is an error, unless the clause detaches.

use std::sync::Arc;

use hashbrown::HashSet;

use crate::error::{Error, Result, eval};
use crate::exec::batch::Batch;
use crate::exec::memory::Holding;
use crate::exec::neighbours::lists;
use crate::exec::runtime::Runtime;
use crate::exec::vector::expected;
use crate::exec::write::change::Change;
use crate::exec::write::for_each_row;
use crate::expr::Expr;
use crate::graph::{Direction, stated};
use crate::text::Span;
use crate::value::{NodeId, StatementId, Value};

/// So many are deleted between two looks at whether the run must stop.
const PORTION: usize = 1024;

/// Collects the targets of all rows, and deletes them.
pub(crate) struct Delete<'a> {
    pub(crate) detach: bool,
    pub(crate) targets: &'a [Expr],
    /// Why, where the targets are to be forgotten as well.
    pub(crate) reason: Option<&'a Expr>,
}

/// What a clause deletes; nodes with the place that names them.
#[derive(Default)]
struct Targets {
    nodes: Vec<(NodeId, Span)>,
    known: HashSet<NodeId>,
    /// A relationship may stand there twice until all are known.
    relationships: Vec<StatementId>,
    /// How many there were when those that stood there twice were last taken out.
    distinct: usize,
    holding: Held,
}

/// What the targets take, told now and then.
#[derive(Default)]
struct Held {
    holding: Holding,
    asked: usize,
}

impl Held {
    fn hold(&mut self, bytes: usize, run: &Runtime<'_>) -> Result<()> {
        run.hold(&mut self.holding, bytes, "Delete")
    }
}

impl Delete<'_> {
    fn delete(&self, batches: &[Batch], run: &Runtime<'_>) -> Result<()> {
        let mut targets = Targets::default();
        let mut why: Option<Arc<str>> = None;
        for_each_row(batches, run, |row| {
            if let (Some(reason), None) = (self.reason, &why) {
                why = Some(reason_of(&run.eval(reason, row)?, reason.span)?);
            }
            for target in self.targets {
                targets.add(&run.eval(target, row)?, target.span)?;
            }
            targets.look(run)
        })?;
        if targets.nodes.is_empty() && targets.relationships.is_empty() {
            return Ok(());
        }
        if self.detach {
            targets.add_attached(run)?;
        }
        targets.add_stated(run)?;
        run.deleted.set(true);
        let Targets { nodes, mut relationships, mut holding, .. } = targets;
        relationships.sort_unstable();
        relationships.dedup();
        holding.hold(
            relationships.capacity() * size_of::<StatementId>() + size_of_val(&*nodes),
            run,
        )?;
        for portion in relationships.chunks(PORTION) {
            delete_relationships(portion, why.as_ref(), run)?;
        }
        for (node, span) in &nodes {
            check_free(*node, *span, run)?;
        }
        for portion in nodes.chunks(PORTION) {
            delete_nodes(portion, why.as_ref(), run)?;
        }
        Ok(())
    }
}

fn delete_relationships(
    portion: &[StatementId],
    why: Option<&Arc<str>>,
    run: &Runtime<'_>,
) -> Result<()> {
    run.check()?;
    run.write(|transaction| {
        let catalog = transaction.as_snapshot().catalog();
        let has_values = catalog.types().any(|(id, _)| catalog.holds_values(id));
        for &id in portion {
            // To find the ends of one of millions takes as long as to delete it.
            let place =
                if has_values { stated::place_of(transaction.as_snapshot(), id) } else { None };
            match why {
                Some(why) => transaction.erase_statement(id, Arc::clone(why)),
                None => transaction.delete_statement(id),
            };
            stated::after_change(transaction, place);
        }
        Ok(())
    })
}

fn delete_nodes(
    portion: &[(NodeId, Span)],
    why: Option<&Arc<str>>,
    run: &Runtime<'_>,
) -> Result<()> {
    run.check()?;
    run.write(|transaction| {
        for (node, _) in portion {
            match why {
                Some(why) => transaction.erase_node(*node, Arc::clone(why)),
                None => transaction.delete_node(*node),
            };
        }
        Ok(())
    })
}

/// The reason of an erasure: a text that says something. All rows have that of the first.
fn reason_of(value: &Value, span: Span) -> Result<Arc<str>> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Ok(Arc::clone(text)),
        _ => Err(Error::new(
            &eval::ARGUMENT_VALUE,
            "ERASE needs a reason: it is logged, and all that is left.",
        )
        .at(span)
        .hint("ERASE … REASON 'asked to be forgotten'")),
    }
}

impl Targets {
    /// Adds the relationships of the nodes.
    fn add_attached(&mut self, run: &Runtime<'_>) -> Result<()> {
        let graph = run.graph();
        let lists = lists(&[], Direction::Both, &*graph);
        for at in 0..self.nodes.len() {
            for list in &lists {
                list.for_each(self.nodes[at].0, |_, id| self.relationships.push(id));
            }
            self.look(run)?;
        }
        Ok(())
    }

    /// Adds what is stated of the properties of the nodes: it goes with them, as properties do.
    fn add_stated(&mut self, run: &Runtime<'_>) -> Result<()> {
        for at in 0..self.nodes.len() {
            self.relationships.extend(stated::all_values(&*run.graph(), self.nodes[at].0));
            self.look(run)?;
        }
        Ok(())
    }

    /// Now and then says what the targets take, and fails if the run must stop.
    fn look(&mut self, run: &Runtime<'_>) -> Result<()> {
        self.holding.asked += 1;
        if !self.holding.asked.is_multiple_of(PORTION) {
            return Ok(());
        }
        run.check()?;
        // What many rows name takes no more than twice its place.
        if self.relationships.len() > 2 * self.distinct.max(PORTION) {
            self.relationships.sort_unstable();
            self.relationships.dedup();
            self.distinct = self.relationships.len();
        }
        // A set has a byte beside each place, and an eighth of its places free.
        let nodes = self.nodes.len() * size_of::<(NodeId, Span)>()
            + self.known.capacity() * (size_of::<NodeId>() + 1);
        let relationships = self.relationships.capacity() * size_of::<StatementId>();
        self.holding.hold(nodes + relationships, run)
    }

    fn add(&mut self, value: &Value, span: Span) -> Result<()> {
        match value {
            Value::Null => {}
            Value::Node(node) => {
                if self.known.insert(*node) {
                    self.nodes.push((*node, span));
                }
            }
            Value::Relationship(id) => self.relationships.push(*id),
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

impl Change for Delete<'_> {
    const NAME: &'static str = "Delete";

    fn change(&mut self, batches: &mut [Batch], run: &Runtime<'_>) -> Result<()> {
        self.delete(batches, run)
    }
}
