//! Constant folding: what depends on no row is computed before there is one.
//!
//! Comes in: a bound expression. Goes out: an equal one in which every part that is a value
//! already stands as [`ExprKind::Constant`]. The planner calls it, so that a test like
//! `x.date < date('2008-08-26')` compares with a date and reads no text for each row.
//!
//! ```text
//! x.year > 1000 + 2 * 500 AND true        x.year > 2000
//! ```
//!
//! Folding keeps every meaning. A part whose computation fails stays as it is, so that the error
//! comes when, and only if, a row reaches it. Parameters, variables, subqueries and functions of
//! the clock, of chance or of the graph are no constants: a plan may run many times.

use super::eval::{Bindings, Context, Scratch, Subqueries, eval};
use super::making::Memory;
use super::{Expr, ExprKind, SubqueryId, VarId};
use crate::error::{Error, Result, eval as codes};
use crate::graph::empty::EmptyGraph;
use crate::value::{Map, Value};

/// Elements of a list, map or text that a folded constant may have: a longer one costs more to
/// keep in a plan than to compute.
const LENGTH_MAX: usize = 1024;

/// What large values may take on the way to a constant: planning is no place for much work.
const BYTES_MAX: usize = 1 << 20;

/// So much memory and no more.
pub(crate) struct Little;

impl Memory for Little {
    fn hold(&self, bytes: usize, _: &str) -> Result<()> {
        let too_much = || Error::new(&codes::MEMORY, "Too large for a constant.");
        if bytes <= BYTES_MAX { Ok(()) } else { Err(too_much()) }
    }
}

/// Computes the constant parts of an expression, in place.
pub fn fold(expr: &mut Expr) {
    let graph = EmptyGraph::default();
    let context = Context {
        graph: &graph,
        parameters: &Map::new(),
        now: (0, 0),
        random: &|| 0.0,
        subqueries: &Unknown,
        // Asked every few thousand steps: what takes longer is left for the run, which can be
        // stopped.
        interrupt: &|| Err(Error::new(&codes::DEADLINE, "Too long for a constant.")),
        memory: &Little,
        scratch: &Scratch::default(),
    };
    fold_part(expr, &context);
}

fn fold_part(expr: &mut Expr, context: &Context<'_>) {
    if matches!(expr.kind, ExprKind::Constant(_) | ExprKind::Variable(_)) {
        return;
    }
    if is_constant(expr, &mut Vec::new())
        && let Ok(value) = eval(expr, &Unknown, context)
        && is_short(&value)
    {
        expr.kind = ExprKind::Constant(value);
        return;
    }
    expr.for_each_operand_mut(&mut |operand| fold_part(operand, context));
    simplify(expr);
}

/// Drops parts of conjunctions, disjunctions and CASE that constants have decided.
fn simplify(expr: &mut Expr) {
    match &mut expr.kind {
        ExprKind::And(parts) => decide(parts, false),
        ExprKind::Or(parts) => decide(parts, true),
        ExprKind::Case { branches, otherwise } => {
            branches.retain(|(condition, _)| {
                !matches!(condition.kind, ExprKind::Constant(Value::Boolean(false) | Value::Null))
            });
            if let Some(at) = branches.iter().position(|(condition, _)| is_bool(condition, true)) {
                *otherwise = Some(Box::new(branches.swap_remove(at).1));
                branches.truncate(at);
            }
        }
        _ => {}
    }
}

/// Nothing after a constant that decides is ever computed; a constant that never decides can go,
/// as long as two parts remain (a single part would no longer be checked to be a boolean).
fn decide(parts: &mut Vec<Expr>, decisive: bool) {
    if let Some(at) = parts.iter().position(|part| is_bool(part, decisive)) {
        parts.truncate(at + 1);
    }
    let mut at = 0;
    while parts.len() > 2 && at < parts.len() {
        if is_bool(&parts[at], !decisive) {
            parts.remove(at);
        } else {
            at += 1;
        }
    }
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Constant(Value::String(_)))
}

fn is_bool(expr: &Expr, value: bool) -> bool {
    matches!(expr.kind, ExprKind::Constant(Value::Boolean(constant)) if constant == value)
}

/// Whether an expression has one value for all rows and runs; `local` are the variables of the
/// comprehensions around it.
fn is_constant(expr: &Expr, local: &mut Vec<VarId>) -> bool {
    let own: &[VarId] = match &expr.kind {
        ExprKind::Variable(variable) => return local.contains(variable),
        ExprKind::Parameter(_)
        | ExprKind::Subquery(_)
        | ExprKind::Path(_)
        | ExprKind::Closed(..)
        | ExprKind::Truth { .. } => return false,
        ExprKind::Call(function, arguments) if !function.deterministic => {
            return function.deterministic_of_text
                && !arguments.is_empty()
                && arguments.iter().all(is_text);
        }
        ExprKind::ListComprehension { variable, .. } | ExprKind::Quantifier { variable, .. } => {
            &[*variable]
        }
        ExprKind::Reduce { accumulator, variable, .. } => &[*accumulator, *variable],
        _ => &[],
    };
    // Variables are unique over a statement, so the list itself cannot mention them.
    local.extend_from_slice(own);
    let mut constant = true;
    expr.for_each_operand(&mut |operand| constant = constant && is_constant(operand, local));
    local.truncate(local.len() - own.len());
    constant
}

fn is_short(value: &Value) -> bool {
    match value {
        Value::List(values) => values.len() <= LENGTH_MAX,
        Value::Map(entries) => entries.len() <= LENGTH_MAX,
        Value::String(text) => text.len() <= LENGTH_MAX,
        _ => true,
    }
}

/// The row and the subqueries of an expression that has none.
struct Unknown;

impl Bindings for Unknown {
    fn value(&self, _: VarId) -> Value {
        Value::Null
    }
}

impl Subqueries for Unknown {
    fn run(&self, _: SubqueryId, _: &dyn Bindings) -> Result<Value> {
        Ok(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::testing::{add, call, constant, list, variable};
    use crate::expr::{Arithmetic, Comparison};
    use crate::text::Span;

    fn folded(kind: ExprKind) -> ExprKind {
        let mut expr = Expr::new(kind, Span::default());
        fold(&mut expr);
        expr.kind
    }

    #[test]
    fn constants_are_computed_and_variables_stay() {
        let sum = add(constant(1), constant(2));
        let less = ExprKind::Compare(Comparison::Less, Box::new(variable(0)), Box::new(sum));
        let expected =
            ExprKind::Compare(Comparison::Less, Box::new(variable(0)), Box::new(constant(3)));
        assert_eq!(folded(less), expected);
    }

    #[test]
    fn what_fails_is_left_for_the_run() {
        let (one, zero) = (Box::new(constant(1)), Box::new(constant(0)));
        let division = ExprKind::Arithmetic(Arithmetic::Divide, one, zero);
        assert_eq!(folded(division.clone()), division);
    }

    #[test]
    fn the_clock_chance_and_long_lists_are_no_constants() {
        for kind in [
            call("rand", vec![]),
            call("date", vec![]),
            call("range", vec![constant(0), constant(5000)]),
        ] {
            assert_eq!(folded(kind.clone()), kind);
        }
        assert_eq!(folded(call("size", vec![constant("abc")])), constant(3).kind);
        let day = folded(call("date", vec![constant("2008-08-26")]));
        assert!(matches!(day, ExprKind::Constant(Value::Date(_))));
    }

    #[test]
    fn comprehensions_over_constants_are_constants() {
        let comprehension = ExprKind::ListComprehension {
            variable: VarId(7),
            list: Box::new(list(vec![constant(1), constant(2)])),
            filter: None,
            projection: Some(Box::new(add(variable(7), constant(1)))),
        };
        let expected = Value::list([2.into(), 3.into()]);
        assert_eq!(folded(comprehension), ExprKind::Constant(expected));
    }

    #[test]
    fn decided_parts_go() {
        let (yes, no) = (constant(true), constant(false));
        let and = |parts: &[&Expr]| ExprKind::And(parts.iter().map(|&part| part.clone()).collect());
        let (a, b) = (variable(0), variable(1));
        assert_eq!(folded(and(&[&a, &yes, &b])), and(&[&a, &b]));
        assert_eq!(folded(and(&[&a, &yes])), and(&[&a, &yes]));
        assert_eq!(folded(and(&[&a, &no, &b])), and(&[&a, &no]));
        let case = ExprKind::Case {
            branches: vec![(no, constant(1)), (a.clone(), constant(2)), (yes, constant(3))],
            otherwise: None,
        };
        let expected = ExprKind::Case {
            branches: vec![(a, constant(2))],
            otherwise: Some(Box::new(constant(3))),
        };
        assert_eq!(folded(case), expected);
    }
}
