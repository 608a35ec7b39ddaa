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

use super::making::{Memory, is_same_allocation};
use super::members::LastList;
use super::regular_expression::PatternCache;
use super::{access, arithmetic, compare, iterate, labels, limits, types};
use crate::error::{Error, Result, bind, eval as codes};
use crate::expr::function::Function;
use crate::expr::{
    Arithmetic, Comparison, Expr, ExprKind, LabelTest, StringTest, SubqueryId, VarId,
};
use crate::graph::Snapshot;
use crate::syntax::ast::TypeName;
use crate::value::time::Truth;
use crate::value::{Map, StatementId, Value};

/// Where the values of variables come from: a row of a batch, with the variables of enclosing
/// comprehensions in front of it.
pub trait Bindings {
    /// The value of a variable; null for one that the row does not have.
    fn value(&self, variable: VarId) -> Value;

    /// The same where it is at hand to be looked at without being cloned; `None` says nothing.
    fn value_ref(&self, _variable: VarId) -> Option<&Value> {
        None
    }

    /// What the row rests on, as an entry of the run's lineage; 0 is nothing.
    fn lineage(&self) -> u32 {
        0
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
    /// The account of what large values take while they are made.
    pub memory: &'a dyn Memory,
    /// What evaluation keeps from row to row; one for each running statement and thread.
    pub scratch: &'a Scratch,
}

/// What evaluation keeps from row to row: compiled patterns, what is in a long list, and a count of steps.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) patterns: PatternCache,
    pub(crate) last_list: LastList,
    pub(super) steps: Cell<u32>,
    /// The bytes of large values in the making.
    pub(super) held: Cell<usize>,
}

/// Runs the subqueries of a statement for a row.
pub trait Subqueries {
    /// The value of a subquery (a boolean, a count, a list) for the row.
    fn run(&self, subquery: SubqueryId, row: &dyn Bindings) -> Result<Value>;

    /// Notes that the row rests on an absence, which completeness statements make a *no*.
    fn rest_on_absence(&self, _completeness: &[u32]) {}

    /// How sure the row with a lineage is or, where one is named, that a statement of it holds when
    /// the row's clauses want it to.
    fn truth(&self, _lineage: u32, _of: Option<StatementId>) -> Truth {
        Truth::Certain
    }
}

/// Computes `expr` for one row.
pub fn eval(expr: &Expr, row: &dyn Bindings, context: &Context<'_>) -> Result<Value> {
    Evaluation { row, context }.value(expr)
}

/// Computes a condition: true, false, or unknown; anything but a boolean or null is an error.
pub fn truth(expr: &Expr, row: &dyn Bindings, context: &Context<'_>) -> Result<Option<bool>> {
    Evaluation { row, context }.truth(expr)
}

/// The evaluation of expressions for one row.
///
/// Each kind of expression has a method of its own, and [`Evaluation::compute`] nothing but calls
/// of them: the recursion goes through small frames, so that an expression as deep as the parser
/// allows fits a small stack.
#[derive(Clone, Copy)]
struct Evaluation<'a> {
    row: &'a dyn Bindings,
    context: &'a Context<'a>,
}

impl<'a> Evaluation<'a> {
    /// The value of an expression.
    fn value(self, expr: &Expr) -> Result<Value> {
        match &expr.kind {
            ExprKind::Constant(value) => Ok(value.clone()),
            ExprKind::Variable(variable) => Ok(self.row.value(*variable)),
            _ => self.compute(expr).map_err(|error| error.at(expr.span)),
        }
    }

    /// The value of an operand that is only looked at: constants and values at hand are not cloned.
    fn seen<'e>(self, expr: &'e Expr) -> Result<Cow<'e, Value>>
    where
        'a: 'e,
    {
        match &expr.kind {
            ExprKind::Constant(value) => Ok(Cow::Borrowed(value)),
            ExprKind::Variable(variable) => Ok(match self.row.value_ref(*variable) {
                Some(value) => Cow::Borrowed(value),
                None => Cow::Owned(self.row.value(*variable)),
            }),
            _ => self.value(expr).map(Cow::Owned),
        }
    }

    /// The truth of a condition.
    fn truth(self, expr: &Expr) -> Result<Option<bool>> {
        match self.value(expr)? {
            Value::Boolean(value) => Ok(Some(value)),
            Value::Null => Ok(None),
            other => Err(no_boolean(&other).at(expr.span)),
        }
    }

    fn compute(self, expr: &Expr) -> Result<Value> {
        match &expr.kind {
            ExprKind::Constant(value) => Ok(value.clone()),
            ExprKind::Parameter(name) => self.parameter(name),
            ExprKind::Variable(variable) => Ok(self.row.value(*variable)),
            ExprKind::Property(of, key) => self.property(of, key),
            ExprKind::Index(of, at) => self.index(of, at),
            ExprKind::Slice(list, from, to) => self.slice(list, from.as_deref(), to.as_deref()),
            ExprKind::List(items) => self.list(items),
            ExprKind::Map(entries) => self.map(entries),
            ExprKind::MapProjection { of, all, entries } => self.map_projection(of, *all, entries),
            ExprKind::Not(operand) => self.not(operand),
            ExprKind::Negate(operand) => self.negate(operand),
            ExprKind::Plus(operand) => self.plus(operand),
            ExprKind::And(parts) => self.junction(parts, false),
            ExprKind::Or(parts) => self.junction(parts, true),
            ExprKind::Xor(a, b) => self.xor(a, b),
            ExprKind::Arithmetic(operator, a, b) => self.arithmetic(*operator, a, b),
            ExprKind::Compare(operator, a, b) => self.compare(*operator, a, b),
            ExprKind::In(element, list) => self.is_in(element, list),
            ExprKind::StringTest(test, text, pattern) => self.string_test(*test, text, pattern),
            ExprKind::IsNull(operand) => self.is_null(operand, true),
            ExprKind::IsNotNull(operand) => self.is_null(operand, false),
            ExprKind::IsType { operand, type_name, negated } => {
                self.is_type(operand, type_name, *negated)
            }
            ExprKind::Cast(operand, type_name) => self.cast(operand, type_name),
            ExprKind::HasLabels(operand, test) => self.has_labels(operand, test),
            ExprKind::Closed(pattern, operands) => {
                let operands = operands.iter().map(|operand| self.value(operand));
                let operands = operands.collect::<Result<Vec<_>>>()?;
                let (absence, used) = pattern.absence(self.context.graph, &operands)?;
                if !used.is_empty() {
                    self.context.subqueries.rest_on_absence(&used);
                }
                Ok(absence)
            }
            ExprKind::Call(function, arguments) => self.call(function, arguments),
            ExprKind::Case { branches, otherwise } => self.case(branches, otherwise.as_deref()),
            ExprKind::ListComprehension { variable, list, filter, projection } => {
                let (filter, projection) = (filter.as_deref(), projection.as_deref());
                iterate::comprehension(*variable, list, filter, projection, self.row, self.context)
            }
            ExprKind::Quantifier { kind, variable, list, filter } => {
                iterate::quantifier(*kind, *variable, list, filter, self.row, self.context)
            }
            ExprKind::Reduce { accumulator, initial, variable, list, step, holds } => {
                let (carried, element) = ((*accumulator, &**initial), (*variable, &**list));
                match holds {
                    None => iterate::reduce(carried, element, step, self.row, self.context),
                    Some(holds) => {
                        let steps = (&**step, &**holds);
                        iterate::all_reduce(carried, element, steps, self.row, self.context)
                    }
                }
            }
            ExprKind::Truth { at_least, of } => self.how_sure(*at_least, of.as_deref()),
            ExprKind::Path(parts) => self.path(parts),
            ExprKind::Subquery(subquery) => self.context.subqueries.run(*subquery, self.row),
        }
    }

    fn parameter(self, name: &Arc<str>) -> Result<Value> {
        self.context.parameters.get(name).cloned().ok_or_else(|| {
            let message = format!("The query needs a value for the parameter ${name}.");
            Error::new(&bind::MISSING_PARAMETER, message)
        })
    }

    fn property(self, of: &Expr, key: &str) -> Result<Value> {
        access::property(self.context.graph, &*self.seen(of)?, key)
    }

    fn index(self, of: &Expr, at: &Expr) -> Result<Value> {
        access::index(self.context.graph, &*self.seen(of)?, &*self.seen(at)?)
    }

    fn slice(self, list: &Expr, from: Option<&Expr>, to: Option<&Expr>) -> Result<Value> {
        let bound = |bound: Option<&Expr>| bound.map(|bound| self.value(bound)).transpose();
        let slice = access::slice(&*self.seen(list)?, bound(from)?.as_ref(), bound(to)?.as_ref());
        self.context.made(slice?)
    }

    fn list(self, items: &[Expr]) -> Result<Value> {
        limits::list(items.iter().map(|item| self.value(item)).collect::<Result<_>>()?)
    }

    fn map(self, entries: &[(Arc<str>, Expr)]) -> Result<Value> {
        limits::map(self.entries(entries).collect::<Result<_>>()?)
    }

    fn map_projection(self, of: &Expr, all: bool, entries: &[(Arc<str>, Expr)]) -> Result<Value> {
        access::map_projection(self.context.graph, &*self.seen(of)?, all, self.entries(entries))
    }

    fn entries<'e>(
        self,
        entries: &'e [(Arc<str>, Expr)],
    ) -> impl Iterator<Item = Result<(Arc<str>, Value)>> + use<'a, 'e> {
        entries.iter().map(move |(key, value)| Ok((Arc::clone(key), self.value(value)?)))
    }

    fn not(self, operand: &Expr) -> Result<Value> {
        Ok(self.truth(operand)?.map(|truth| !truth).into())
    }

    fn negate(self, operand: &Expr) -> Result<Value> {
        arithmetic::negate(&*self.seen(operand)?)
    }

    fn plus(self, operand: &Expr) -> Result<Value> {
        arithmetic::plus(self.value(operand)?)
    }

    /// All (`decisive` false) or any (`decisive` true) of the parts: the first part that is
    /// decisive decides, otherwise one unknown makes the whole unknown.
    fn junction(self, parts: &[Expr], decisive: bool) -> Result<Value> {
        let mut result = Some(!decisive);
        for part in parts {
            match self.truth(part)? {
                Some(truth) if truth == decisive => return Ok(decisive.into()),
                Some(_) => {}
                None => result = None,
            }
        }
        Ok(result.into())
    }

    fn xor(self, a: &Expr, b: &Expr) -> Result<Value> {
        Ok(self.truth(a)?.zip(self.truth(b)?).map(|(a, b)| a ^ b).into())
    }

    fn arithmetic(self, operator: Arithmetic, a: &Expr, b: &Expr) -> Result<Value> {
        let (a, b) = (self.seen(a)?, self.seen(b)?);
        self.context.check_join(&a, &b)?;
        arithmetic::arithmetic(operator, &a, &b)
    }

    fn compare(self, operator: Comparison, a: &Expr, b: &Expr) -> Result<Value> {
        let (a, b) = (self.seen(a)?, self.seen(b)?);
        self.context.look_at(&a)?;
        Ok(compare::compare_values(operator, &a, &b).into())
    }

    fn is_in(self, element: &Expr, list: &Expr) -> Result<Value> {
        let (element, list) = (self.seen(element)?, self.seen(list)?);
        self.context.look_at(&list)?;
        Ok(self.context.scratch.last_list.is_in(&element, &list)?.into())
    }

    fn string_test(self, test: StringTest, text: &Expr, pattern: &Expr) -> Result<Value> {
        let (text, pattern) = (self.seen(text)?, self.seen(pattern)?);
        self.context.look_at(&text)?;
        let patterns = &self.context.scratch.patterns;
        Ok(compare::string_test(test, &text, &pattern, patterns)?.into())
    }

    fn is_null(self, operand: &Expr, wanted: bool) -> Result<Value> {
        Ok((self.seen(operand)?.is_null() == wanted).into())
    }

    fn is_type(self, operand: &Expr, type_name: &TypeName, negated: bool) -> Result<Value> {
        Ok((types::is_of(&*self.seen(operand)?, type_name)? != negated).into())
    }

    fn cast(self, operand: &Expr, type_name: &TypeName) -> Result<Value> {
        types::cast(&*self.seen(operand)?, type_name, self.context)
    }

    fn has_labels(self, operand: &Expr, test: &LabelTest) -> Result<Value> {
        Ok(labels::test(&*self.seen(operand)?, test, self.row, self.context)?.into())
    }

    fn case(self, branches: &[(Expr, Expr)], otherwise: Option<&Expr>) -> Result<Value> {
        for (condition, result) in branches {
            if self.truth(condition)? == Some(true) {
                return self.value(result);
            }
        }
        otherwise.map_or(Ok(Value::Null), |otherwise| self.value(otherwise))
    }

    /// `truth()` and its siblings: of the row, of a statement, or of all statements of a list or path.
    fn how_sure(self, at_least: Option<Truth>, of: Option<&Expr>) -> Result<Value> {
        let lineage = self.row.lineage();
        let of_one = |id| self.context.subqueries.truth(lineage, Some(id));
        let truth = match of {
            None => self.context.subqueries.truth(lineage, None),
            Some(of) => match &*self.seen(of)? {
                Value::Null => return Ok(Value::Null),
                Value::Relationship(id) => of_one(*id),
                Value::Path(path) => {
                    path.relationships.iter().map(|id| of_one(*id)).fold(Truth::Certain, Truth::and)
                }
                Value::List(items) => items
                    .iter()
                    .filter_map(Value::as_relationship)
                    .map(of_one)
                    .fold(Truth::Certain, Truth::and),
                other => {
                    let message =
                        format!("truth() takes a relationship, not {}.", other.with_article());
                    return Err(Error::new(&codes::ARGUMENT_TYPE, message));
                }
            },
        };
        Ok(match at_least {
            None => truth.as_str().into(),
            Some(least) => (truth >= least).into(),
        })
    }

    fn path(self, parts: &[VarId]) -> Result<Value> {
        let parts = parts.iter().map(|&variable| self.row.value(variable));
        let path = access::path(self.context.graph, parts)?;
        Ok(path.map_or(Value::Null, |path| Value::Path(Arc::new(path))))
    }

    /// Calls a function; up to four arguments stay on the stack.
    fn call(self, function: &Function, arguments: &[Expr]) -> Result<Value> {
        if arguments.len() > 4 {
            let arguments: Result<Vec<Value>> = arguments.iter().map(|e| self.value(e)).collect();
            return self.apply(function, &arguments?);
        }
        let mut few = <[Value; 4]>::default();
        for (slot, argument) in few.iter_mut().zip(arguments) {
            *slot = self.value(argument)?;
        }
        self.apply(function, &few[..arguments.len()])
    }

    fn apply(self, function: &Function, arguments: &[Value]) -> Result<Value> {
        if function.strict && arguments.iter().any(Value::is_null) {
            return Ok(Value::Null);
        }
        arguments.iter().try_for_each(|argument| self.context.look_at(argument))?;
        let value = (function.body)(self.context, arguments)?;
        // One of the arguments has been counted where it was made.
        if arguments.iter().any(|argument| is_same_allocation(argument, &value)) {
            return Ok(value);
        }
        self.context.made(value)
    }
}

fn no_boolean(value: &Value) -> Error {
    let message = format!("A Boolean is needed here, not {}.", value.with_article());
    Error::new(&codes::ARGUMENT_TYPE, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::QuantifierKind;
    use crate::expr::testing::{Nothing, add, call, constant, list, variable, with_context};
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
            holds: None,
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
