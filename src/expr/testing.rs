//! What the tests of this folder share: a context on an empty graph.

use crate::error::Result;
use crate::expr::eval::{Bindings, Context, Scratch, Subqueries};
use crate::expr::function::lookup;
use crate::expr::{Arithmetic, Expr, ExprKind, SubqueryId, VarId};
use crate::graph::Snapshot;
use crate::graph::empty::EmptyGraph;
use crate::text::Span;
use crate::value::{Map, Value};

/// A row without variables, and no subqueries.
pub(super) struct Nothing;

impl Bindings for Nothing {
    fn value(&self, _: VarId) -> Value {
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
    with_context_on(&EmptyGraph::default(), test)
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

/// A constant.
pub(super) fn constant(value: impl Into<Value>) -> Expr {
    Expr::new(ExprKind::Constant(value.into()), Span::default())
}

/// A variable by number.
pub(super) fn variable(number: u32) -> Expr {
    Expr::variable(VarId(number), Span::default())
}

/// A sum.
pub(super) fn add(a: Expr, b: Expr) -> Expr {
    let kind = ExprKind::Arithmetic(Arithmetic::Add, Box::new(a), Box::new(b));
    Expr::new(kind, Span::default())
}

/// A list of expressions.
pub(super) fn list(items: Vec<Expr>) -> Expr {
    Expr::new(ExprKind::List(items), Span::default())
}

/// A call of a function by name.
pub(super) fn call(name: &str, arguments: Vec<Expr>) -> ExprKind {
    ExprKind::Call(lookup(name).expect("in the table"), arguments)
}
