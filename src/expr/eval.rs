//! Computes an expression for one row.
//!
//! Comes in: an [`Expr`], a row ([`Bindings`]) and what may be looked at beside it
//! ([`Context`]). Goes out: a [`Value`], or an error that points at the innermost expression at
//! fault. The executor calls [`eval`] wherever it has no faster way; the operators themselves
//! are functions on values in the files beside this one, which its vectorised paths call too.
//!
//! ```text
//! s.name STARTS WITH 'S' AND r.year > 2000        s = (:State {name: 'Syria'}), r = [:RECOGNISES {}]
//!
//! And ─ StringTest ─ 'Syria', 'S' ─ true
//!     └ Compare ─ null, 2000 ─ null               true AND null is null
//! ```
//!
//! Depth of recursion is the depth of the expression, which the parser bounds. Truth is
//! three-valued (Kleene): `Option<bool>` here, [`Value::Null`] outside.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use super::regular_expression::PatternCache;
use super::{access, arithmetic, compare, iterate, labels, limits, types};
use crate::error::{Error, Result, bind, eval as codes};
use crate::expr::{Expr, ExprKind, SubqueryId, VarId};
use crate::graph::Snapshot;
use crate::value::{Map, Value};

/// Where the values of variables come from: a row of a batch, with the variables of enclosing
/// comprehensions in front of it.
pub trait Bindings {
    /// The value of a variable; null for one that the row does not have.
    fn value(&self, variable: VarId) -> Value;

    /// The same where it is at hand to be looked at without being cloned; `None` says nothing.
    fn value_ref(&self, _variable: VarId) -> Option<&Value> {
        None
    }
}

/// Everything that an expression may look at beside its row.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The graph as the current clause sees it.
    pub graph: &'a dyn Snapshot,
    /// What the caller gave for the parameters.
    pub parameters: &'a Map,
    /// The instant the statement began: seconds since 1970-01-01T00:00:00Z and nanoseconds; all clock functions of a statement agree.
    pub now: (i64, u32),
    /// The next random number of the statement, in 0..1; seeded by the caller, so that a run can be repeated.
    pub random: &'a dyn Fn() -> f64,
    /// Runs subqueries.
    pub subqueries: &'a dyn Subqueries,
    /// Fails when the statement must stop; asked once in a few thousand steps over lists.
    pub interrupt: &'a dyn Fn() -> Result<()>,
    /// What evaluation keeps from row to row; one for each running statement and thread.
    pub scratch: &'a Scratch,
}

/// What evaluation keeps from row to row: compiled patterns, and a count of steps.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) patterns: PatternCache,
    steps: Cell<u32>,
}

/// Runs the subqueries of a statement for a row.
pub trait Subqueries {
    /// The value of a subquery (a boolean, a count, a list) for the row.
    fn run(&self, subquery: SubqueryId, row: &dyn Bindings) -> Result<Value>;
}

/// Computes `expr` for one row.
pub fn eval(expr: &Expr, row: &dyn Bindings, context: &Context<'_>) -> Result<Value> {
    match &expr.kind {
        ExprKind::Constant(value) => Ok(value.clone()),
        ExprKind::Variable(variable) => Ok(row.value(*variable)),
        _ => compute(expr, row, context).map_err(|error| error.at(expr.span)),
    }
}

/// Computes an operand that is only looked at: constants and values at hand are not cloned.
fn operand<'a>(
    expr: &'a Expr,
    row: &'a dyn Bindings,
    context: &Context<'_>,
) -> Result<Cow<'a, Value>> {
    match &expr.kind {
        ExprKind::Constant(value) => Ok(Cow::Borrowed(value)),
        ExprKind::Variable(variable) => Ok(match row.value_ref(*variable) {
            Some(value) => Cow::Borrowed(value),
            None => Cow::Owned(row.value(*variable)),
        }),
        _ => eval(expr, row, context).map(Cow::Owned),
    }
}

/// Computes a condition: true, false, or unknown; anything but a boolean or null is an error.
pub fn truth(expr: &Expr, row: &dyn Bindings, context: &Context<'_>) -> Result<Option<bool>> {
    match eval(expr, row, context)? {
        Value::Boolean(value) => Ok(Some(value)),
        Value::Null => Ok(None),
        other => {
            let message = format!("A Boolean is needed here, not a {}.", other.type_name());
            Err(Error::new(&codes::ARGUMENT_TYPE, message).at(expr.span))
        }
    }
}

impl Context<'_> {
    /// Counts a step of a loop over a list; fails when the statement must stop.
    pub(super) fn step(&self) -> Result<()> {
        let steps = self.scratch.steps.get().wrapping_add(1);
        self.scratch.steps.set(steps);
        if steps.is_multiple_of(4096) { (self.interrupt)() } else { Ok(()) }
    }
}

/// One line for each kind of expression; what needs more stands below or in a file of its own.
fn compute(expr: &Expr, row: &dyn Bindings, context: &Context<'_>) -> Result<Value> {
    let graph = context.graph;
    let value = |expr: &Expr| eval(expr, row, context);
    let seen = |expr| operand(expr, row, context);
    let optional = |expr: Option<&Expr>| expr.map(value).transpose();
    Ok(match &expr.kind {
        ExprKind::Constant(constant) => constant.clone(),
        ExprKind::Parameter(name) => parameter(name, context)?,
        ExprKind::Variable(variable) => row.value(*variable),
        ExprKind::Property(of, key) => access::property(graph, &*seen(of)?, key)?,
        ExprKind::Index(of, at) => access::index(graph, &*seen(of)?, &*seen(at)?)?,
        ExprKind::Slice(list, from, to) => access::slice(
            &*seen(list)?,
            optional(from.as_deref())?.as_ref(),
            optional(to.as_deref())?.as_ref(),
        )?,
        ExprKind::List(items) => limits::list(items.iter().map(value).collect::<Result<_>>()?)?,
        ExprKind::Map(entries) => limits::map(
            entries
                .iter()
                .map(|(key, e)| Ok((Arc::clone(key), value(e)?)))
                .collect::<Result<_>>()?,
        )?,
        ExprKind::MapProjection { of, all, entries } => {
            let entries = entries.iter().map(|(key, e)| Ok((Arc::clone(key), value(e)?)));
            access::map_projection(graph, &*seen(of)?, *all, entries)?
        }
        ExprKind::Not(operand) => truth(operand, row, context)?.map(|truth| !truth).into(),
        ExprKind::Negate(operand) => arithmetic::negate(&*seen(operand)?)?,
        ExprKind::Plus(operand) => arithmetic::plus(value(operand)?)?,
        ExprKind::And(parts) => junction(parts, false, row, context)?.into(),
        ExprKind::Or(parts) => junction(parts, true, row, context)?.into(),
        ExprKind::Xor(a, b) => {
            let (a, b) = (truth(a, row, context)?, truth(b, row, context)?);
            a.zip(b).map(|(a, b)| a ^ b).into()
        }
        ExprKind::Arithmetic(operator, a, b) => {
            arithmetic::arithmetic(*operator, &*seen(a)?, &*seen(b)?)?
        }
        ExprKind::Compare(operator, a, b) => {
            compare::compare_values(*operator, &*seen(a)?, &*seen(b)?).into()
        }
        ExprKind::In(element, list) => compare::is_in(&*seen(element)?, &*seen(list)?)?.into(),
        ExprKind::StringTest(test, text, pattern) => {
            let patterns = &context.scratch.patterns;
            compare::string_test(*test, &*seen(text)?, &*seen(pattern)?, patterns)?.into()
        }
        ExprKind::IsNull(operand) => seen(operand)?.is_null().into(),
        ExprKind::IsNotNull(operand) => (!seen(operand)?.is_null()).into(),
        ExprKind::IsType { operand, type_name, negated } => {
            (types::is_of(&*seen(operand)?, type_name)? != *negated).into()
        }
        ExprKind::Cast(operand, type_name) => types::cast(&*seen(operand)?, type_name, context)?,
        ExprKind::HasLabels(operand, test) => {
            labels::test(&*seen(operand)?, test, row, context)?.into()
        }
        ExprKind::Call(function, arguments) => call(function, arguments, row, context)?,
        ExprKind::Case { branches, otherwise } => {
            for (condition, result) in branches {
                if truth(condition, row, context)? == Some(true) {
                    return value(result);
                }
            }
            optional(otherwise.as_deref())?.unwrap_or_default()
        }
        ExprKind::ListComprehension { variable, list, filter, projection } => {
            let (filter, projection) = (filter.as_deref(), projection.as_deref());
            iterate::comprehension(*variable, list, filter, projection, row, context)?
        }
        ExprKind::Quantifier { kind, variable, list, filter } => {
            iterate::quantifier(*kind, *variable, list, filter, row, context)?.into()
        }
        ExprKind::Reduce { accumulator, initial, variable, list, step } => {
            iterate::reduce((*accumulator, initial), (*variable, list), step, row, context)?
        }
        ExprKind::Path(parts) => {
            let parts = parts.iter().map(|&variable| row.value(variable));
            access::path(graph, parts)?.map_or(Value::Null, |path| Value::Path(Arc::new(path)))
        }
        ExprKind::Subquery(subquery) => context.subqueries.run(*subquery, row)?,
    })
}

fn parameter(name: &Arc<str>, context: &Context<'_>) -> Result<Value> {
    context.parameters.get(name).cloned().ok_or_else(|| {
        let message = format!("The query needs a value for the parameter ${name}.");
        Error::new(&bind::MISSING_PARAMETER, message)
    })
}

/// All (`decisive` false) or any (`decisive` true) of the parts: the first part that is
/// decisive decides, otherwise one unknown makes the whole unknown.
fn junction(
    parts: &[Expr],
    decisive: bool,
    row: &dyn Bindings,
    context: &Context<'_>,
) -> Result<Option<bool>> {
    let mut result = Some(!decisive);
    for part in parts {
        match truth(part, row, context)? {
            Some(truth) if truth == decisive => return Ok(Some(decisive)),
            Some(_) => {}
            None => result = None,
        }
    }
    Ok(result)
}

/// Calls a function; up to four arguments stay on the stack.
fn call(
    function: &super::function::Function,
    arguments: &[Expr],
    row: &dyn Bindings,
    context: &Context<'_>,
) -> Result<Value> {
    let (mut few, many): ([Value; 4], Vec<Value>);
    let arguments: &[Value] = if arguments.len() <= 4 {
        few = Default::default();
        for (slot, argument) in few.iter_mut().zip(arguments) {
            *slot = eval(argument, row, context)?;
        }
        &few[..arguments.len()]
    } else {
        many = arguments.iter().map(|e| eval(e, row, context)).collect::<Result<_>>()?;
        &many
    };
    if function.strict && arguments.iter().any(Value::is_null) {
        return Ok(Value::Null);
    }
    (function.body)(context, arguments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::testing::{Nothing, add, call, constant, list, variable, with_context};
    use crate::expr::{Arithmetic, Comparison, QuantifierKind};
    use crate::graph::Transaction;
    use crate::text::Span;

    /// A row of values, by variable.
    struct Row(Vec<Value>);

    impl Bindings for Row {
        fn value(&self, variable: VarId) -> Value {
            self.0.get(variable.index()).cloned().unwrap_or_default()
        }
    }

    fn on(kind: ExprKind, row: &[Value]) -> Result<Value> {
        let expr = Expr::new(kind, Span::default());
        with_context(|context| eval(&expr, &Row(row.to_vec()), context))
    }

    const KINDS: [QuantifierKind; 4] =
        [QuantifierKind::All, QuantifierKind::Any, QuantifierKind::None, QuantifierKind::Single];

    const TRUTHS: [Option<bool>; 3] = [Some(true), Some(false), None];

    #[test]
    fn junctions_are_kleenes() {
        for (a, b) in TRUTHS.into_iter().flat_map(|a| TRUTHS.map(|b| (a, b))) {
            let parts = || vec![constant(a), constant(b)];
            let and = match (a, b) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                _ => a.zip(b).map(|(a, b)| a && b),
            };
            let or = match (a, b) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                _ => a.zip(b).map(|(a, b)| a || b),
            };
            assert_eq!(on(ExprKind::And(parts()), &[]).ok(), Some(and.into()));
            assert_eq!(on(ExprKind::Or(parts()), &[]).ok(), Some(or.into()));
        }
    }

    #[test]
    fn what_is_decided_is_not_computed_further() {
        let fails = || {
            let (one, zero) = (Box::new(constant(1)), Box::new(constant(0)));
            Expr::new(ExprKind::Arithmetic(Arithmetic::Divide, one, zero), Span::new(3, 8))
        };
        let and = ExprKind::And(vec![constant(false), fails()]);
        assert_eq!(on(and, &[]).ok(), Some(false.into()));
        let case = ExprKind::Case {
            branches: vec![(constant(true), constant(1)), (fails(), fails())],
            otherwise: Some(Box::new(fails())),
        };
        assert_eq!(on(case, &[]).ok(), Some(1.into()));
        let error = on(ExprKind::List(vec![fails()]), &[]).expect_err("a division by zero");
        assert_eq!((error.detail(), error.span()), ("DivisionByZero", Some(Span::new(3, 8))));
    }

    #[test]
    fn a_condition_must_be_a_boolean() {
        let error = on(ExprKind::Not(Box::new(constant(1))), &[]).expect_err("a type error");
        assert_eq!((error.kind(), error.detail()), ("TypeError", "InvalidArgumentType"));
    }

    #[test]
    fn quantifiers_know_the_unknown() {
        let equals_two =
            ExprKind::Compare(Comparison::Equal, Box::new(variable(0)), Box::new(constant(2)));
        let test = |kind, values: &[Option<i64>]| {
            let quantifier = ExprKind::Quantifier {
                kind,
                variable: VarId(0),
                list: Box::new(list(values.iter().map(|&value| constant(value)).collect())),
                filter: Box::new(Expr::new(equals_two.clone(), Span::default())),
            };
            on(quantifier, &[]).expect("a list").as_bool()
        };
        // In the order all, any, none, single.
        let results = |values: &[Option<i64>]| KINDS.map(|kind| test(kind, values));
        let (two, null, yes, no) = (Some(2), None, Some(true), Some(false));
        assert_eq!(results(&[]), [yes, no, yes, no]);
        assert_eq!(results(&[two, null]), [None, yes, no, None]);
        assert_eq!(results(&[Some(1), null]), [no, None, None, None]);
        assert_eq!(results(&[two, two, null]), [None, yes, no, no]);
    }

    #[test]
    fn inner_variables_stand_before_outer_ones() {
        // [x IN [1, 2] | x + y] with y = 10, and reduce(a = 0, x IN [1, 2, 3] | a + x).
        let comprehension = ExprKind::ListComprehension {
            variable: VarId(1),
            list: Box::new(list(vec![constant(1), constant(2)])),
            filter: None,
            projection: Some(Box::new(add(variable(1), variable(0)))),
        };
        let expected = Value::list([11.into(), 12.into()]);
        assert_eq!(on(comprehension, &[10.into()]).ok(), Some(expected));
        let reduce = ExprKind::Reduce {
            accumulator: VarId(1),
            initial: Box::new(constant(0)),
            variable: VarId(2),
            list: Box::new(list(vec![constant(1), constant(2), constant(3)])),
            step: Box::new(add(variable(1), variable(2))),
        };
        assert_eq!(on(reduce, &[]).ok(), Some(6.into()));
    }

    #[test]
    fn loops_over_lists_can_be_stopped() {
        let range = call("range", vec![constant(1), constant(100_000)]);
        let endless = Expr::new(
            ExprKind::Quantifier {
                kind: QuantifierKind::All,
                variable: VarId(0),
                list: Box::new(Expr::new(range, Span::default())),
                filter: Box::new(constant(true)),
            },
            Span::default(),
        );
        let stop = || Err(Error::new(&codes::INTERRUPTED, "Stopped."));
        let error = with_context(|context| {
            eval(&endless, &Nothing, &Context { interrupt: &stop, ..*context })
        });
        assert!(error.is_err_and(|error| error.is_interrupted()));
    }

    #[test]
    fn a_deleted_relationship_has_a_type_and_no_properties() -> Result<()> {
        let mut graph = crate::store::Database::memory().begin_write()?;
        let (label, knows) = (graph.intern_label("A"), graph.intern_type("KNOWS"));
        let node = graph.create_node(&[label])?;
        let id = graph.create_statement(knows, node, node)?;
        let row = Row(vec![id.into(), node.into()]);
        let compute = |kind, graph: &dyn Snapshot| {
            let expr = Expr::new(kind, Span::default());
            crate::expr::testing::with_context_on(graph, |context| eval(&expr, &row, context))
        };
        let property = || ExprKind::Property(Box::new(variable(0)), "since".into());
        let path = || ExprKind::Path(vec![VarId(1), VarId(0), VarId(1)]);
        assert_eq!(compute(property(), &graph)?, Value::Null);
        assert!(matches!(compute(path(), &graph)?, Value::Path(path) if path.nodes.len() == 2));
        graph.delete_statement(id);
        let error = compute(property(), &graph).expect_err("the relationship is gone");
        assert_eq!((error.kind(), error.detail()), ("EntityNotFound", "DeletedEntityAccess"));
        assert_eq!(compute(call("type", vec![variable(0)]), &graph)?, "KNOWS".into());
        graph.delete_node(node);
        let labels = compute(call("labels", vec![variable(1)]), &graph);
        assert_eq!(labels.map_err(|error| error.kind()), Err("EntityNotFound"));
        Ok(())
    }
}
