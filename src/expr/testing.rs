//! What the tests of this folder share: a context on an empty graph.

use proptest::prelude::*;

use crate::error::Result;
use crate::expr::eval::{Bindings, Context, Scratch, Subqueries};
use crate::expr::function::lookup;
use crate::expr::making::Unlimited;
use crate::expr::{Arithmetic, Expr, ExprKind, SubqueryId, VarId};
use crate::graph::Snapshot;
use crate::graph::empty::EmptyGraph;
use crate::text::Span;
use crate::value::{Map, NodeId, Value};

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
        memory: &Unlimited,
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

/// Calls a function as an expression would, nulls included, on an empty graph.
pub(super) fn apply(name: &str, arguments: &[Value]) -> Result<Value> {
    let function = lookup(name).expect("in the table");
    assert!((function.arity.0..=function.arity.1).contains(&arguments.len()));
    if function.strict && arguments.iter().any(Value::is_null) {
        return Ok(Value::Null);
    }
    with_context(|context| (function.body)(context, arguments))
}

/// Values that functions are likely to stumble over, of every type that needs no graph.
pub(super) fn any_value() -> impl Strategy<Value = Value> {
    let integers = [0, 1, -1, 7, 86_400, i64::MAX, i64::MIN].map(Value::Integer);
    let floats = [0.0, -0.5, 1e300, f64::NAN, f64::NEG_INFINITY, 9.3e18].map(Value::Float);
    let texts = [
        "",
        "a",
        "ñandú",
        "day",
        "2015-W30-2T21:40:32.142+02:00[Europe/Stockholm]",
        "2008-08-26",
        "P1Y2M10DT2H30M",
        "+999999999-12-31",
        "12:31:14.645",
        "PT9223372036854775807S",
    ];
    let temporal = ["date", "localtime", "time", "localdatetime", "datetime", "duration"]
        .into_iter()
        .flat_map(|name| texts.map(|text| apply(name, &[text.into()]).ok()))
        .flatten();
    let keys = "year month day hour nanosecond timezone date x y longitude latitude crs years \
                epochSeconds";
    let keys: Vec<&str> = keys.split_whitespace().collect();
    let leaves: Vec<Value> = integers
        .into_iter()
        .chain(floats)
        .chain(texts.map(Value::from))
        .chain(temporal)
        .chain([Value::Null, true.into(), NodeId(3).into()])
        .collect();
    prop::sample::select(leaves).prop_recursive(2, 8, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::list),
            prop::collection::vec((prop::sample::select(keys.clone()), inner), 0..4)
                .prop_map(Value::map),
        ]
    })
}
