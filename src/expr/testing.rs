//! What the tests of this folder share: a context on an empty graph.

use crate::error::Result;
use crate::expr::SubqueryId;
use crate::expr::eval::{Bindings, Context, Scratch, Subqueries};
use crate::graph::Snapshot;
use crate::value::{Map, Value};

/// A row without variables, and no subqueries.
pub(super) struct Nothing;

impl Bindings for Nothing {
    fn value(&self, _: crate::expr::VarId) -> Value {
        Value::Null
    }
}

impl Subqueries for Nothing {
    fn run(&self, _: SubqueryId, _: &dyn Bindings) -> Result<Value> {
        Ok(Value::Null)
    }
}

/// Runs a test with a context on an empty graph, at 2018-05-29T12:00Z.
pub(super) fn with_context<T>(test: impl FnOnce(&Context<'_>) -> T) -> T {
    let graph = crate::store::Database::memory().begin_read();
    with_context_on(&*graph, test)
}

/// Runs a test with a context on a graph.
pub(super) fn with_context_on<T>(graph: &dyn Snapshot, test: impl FnOnce(&Context<'_>) -> T) -> T {
    test(&Context {
        graph,
        parameters: &Map::new(),
        now: (1_527_595_200, 0),
        random: &|| 0.5,
        subqueries: &Nothing,
        interrupt: &|| Ok(()),
        scratch: &Scratch::default(),
    })
}
