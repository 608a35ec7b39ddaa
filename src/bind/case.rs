//! CASE, and the tests that are never null: `IS TRUE`, `IS FALSE`, `IS NORMALIZED`.

use super::resolve::with_lets;
use super::scope::error;
use super::types::Type;
use super::{Binder, Typed};
use crate::error::{Result, bind as codes};
use crate::expr::{Comparison, Expr, ExprKind, function};
use crate::syntax::ast::{Expression, WhenOperand};
use crate::text::Span;
use crate::value::Value;

impl<'a> Binder<'a> {
    /// Binds a CASE. Its subject is computed once; a branch of several operands becomes one
    /// condition, the first operand that is true decides.
    pub(super) fn case(
        &mut self,
        subject: Option<&'a Expression>,
        branches: &'a [(Vec<WhenOperand>, Expression)],
        otherwise: Option<&'a Expression>,
        span: Span,
    ) -> Result<Typed> {
        let mut lets = Vec::new();
        let subject = match subject {
            Some(subject) => {
                let bound = self.expression(subject)?;
                Some(self.shared(bound, &mut lets)?)
            }
            None => None,
        };
        let mut ty = if otherwise.is_some() { Type::any_of([]) } else { Type::NULL };
        let mut bound = Vec::with_capacity(branches.len());
        for (operands, result) in branches {
            let mut conditions = Vec::with_capacity(operands.len());
            for operand in operands {
                conditions.push(self.when(subject.as_ref(), operand)?);
            }
            let condition = match conditions.pop() {
                Some(only) if conditions.is_empty() => only,
                last => {
                    conditions.extend(last);
                    let place = operands.iter().map(|o| o.expression().span()).reduce(Span::to);
                    Expr::new(ExprKind::Or(conditions), place.unwrap_or(span))
                }
            };
            let result = self.expression(result)?;
            ty = ty.or(&result.ty);
            bound.push((condition, result.expr));
        }
        let otherwise = match otherwise {
            Some(otherwise) => {
                let otherwise = self.expression(otherwise)?;
                ty = ty.or(&otherwise.ty);
                Some(Box::new(otherwise.expr))
            }
            None => None,
        };
        let case = Expr::new(ExprKind::Case { branches: bound, otherwise }, span);
        Ok(Typed { expr: with_lets(case, lets), ty })
    }

    /// Binds what stands behind WHEN: a condition, a value that the subject must equal, or a test
    /// of the subject.
    fn when(&mut self, subject: Option<&Typed>, operand: &'a WhenOperand) -> Result<Expr> {
        match (operand, subject) {
            (WhenOperand::Value(condition), None) => self.condition(condition),
            (WhenOperand::Value(value), Some(subject)) => {
                let place = value.span();
                let (left, right) = (subject.expr.clone(), self.expression(value)?.expr);
                let test = ExprKind::Compare(Comparison::Equal, Box::new(left), Box::new(right));
                Ok(Expr::new(test, place))
            }
            (WhenOperand::Test(test), subject) => {
                let outer = std::mem::replace(&mut self.case_subject, subject.cloned());
                let bound = self.condition(test);
                self.case_subject = outer;
                bound
            }
        }
    }

    /// The subject of the CASE around a test.
    pub(super) fn case_subject(&mut self, span: Span) -> Result<Typed> {
        // Taken: what else stands in the test, a CASE of its own perhaps, has no part in it.
        self.case_subject.take().ok_or_else(|| {
            error(&codes::UNEXPECTED, "A test without a left side stands behind WHEN only.", span)
        })
    }

    /// `e IS TRUE`: as `coalesce(e AND true, false)`; `IS FALSE` as `coalesce(NOT e, false)`.
    pub(super) fn is_truth(
        &mut self,
        operand: &'a Expression,
        truth: bool,
        negated: bool,
        span: Span,
    ) -> Result<Typed> {
        let operand = self.boolean("IS TRUE", operand)?;
        let literal = |truth| Expr::new(ExprKind::Constant(Value::Boolean(truth)), span);
        let tested = if truth {
            ExprKind::And(vec![operand, literal(true)])
        } else {
            ExprKind::Not(Box::new(operand))
        };
        let Some(coalesce) = function::lookup("coalesce") else {
            return Err(error(&codes::UNEXPECTED, "There is no coalesce().", span));
        };
        let parts = vec![Expr::new(tested, span), literal(false)];
        Ok(negatable(ExprKind::Call(coalesce, parts), negated, span))
    }

    /// `e IS NFC NORMALIZED`, as `normalize(e, 'NFC') = e`; null of null.
    pub(super) fn is_normalized(
        &mut self,
        operand: &'a Expression,
        form: Option<&str>,
        negated: bool,
        span: Span,
    ) -> Result<Typed> {
        let mut lets = Vec::new();
        let operand = self.expression(operand)?;
        super::types::require(&operand.ty, &Type::STRING, "IS NORMALIZED", operand.expr.span)?;
        let operand = self.shared(operand, &mut lets)?.expr;
        let form = Expr::new(ExprKind::Constant(form.unwrap_or("NFC").into()), span);
        let Some(normalize) = function::lookup("normalize") else {
            return Err(error(&codes::UNEXPECTED, "There is no normalize().", span));
        };
        let normal = Expr::new(ExprKind::Call(normalize, vec![operand.clone(), form]), span);
        let same = ExprKind::Compare(Comparison::Equal, Box::new(normal), Box::new(operand));
        let Typed { expr, ty } = negatable(same, negated, span);
        Ok(Typed { expr: with_lets(expr, lets), ty })
    }
}

fn negatable(kind: ExprKind, negated: bool, span: Span) -> Typed {
    if negated {
        let not = ExprKind::Not(Box::new(Expr::new(kind, span)));
        return Typed::new(not, span, Type::BOOLEAN);
    }
    Typed::new(kind, span, Type::BOOLEAN)
}
