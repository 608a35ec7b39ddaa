//! Expressions: names to variables and functions, and the types that must fit.

use std::sync::Arc;

use super::bound::NameKind;
use super::grouping::Aggregates;
use super::scope::error;
use super::types::{self, Type};
use super::{Binder, Typed};
use crate::error::{Error, Result, bind as codes};
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{Arithmetic, Expr, ExprKind, LabelTest, StringTest, VarId, function};
use crate::syntax::ast::{
    self, BinaryOperator, Expression, ExpressionKind, LabelExpression, LabelName, Literal,
    MapProjectionItem, Name, UnaryOperator,
};
use crate::text::{Span, suggest};
use crate::value::Value;
use crate::value::time::Truth;

/// What the place of an expression makes of its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Any use; a bare pattern is refused.
    Value,
    /// Whether it is true: a pattern stands for its existence.
    Condition,
}

impl<'a> Binder<'a> {
    /// Binds an expression whose value is used.
    pub(super) fn expression(&mut self, expression: &'a Expression) -> Result<Typed> {
        self.typed(expression, Place::Value)
    }

    /// Binds an expression that no aggregate may stand in.
    pub(super) fn scalar(&mut self, expression: &'a Expression) -> Result<Typed> {
        self.with_aggregates(Aggregates::Forbidden, |binder| binder.expression(expression))
    }

    /// Binds a condition: of WHERE, of a quantifier, of CASE.
    pub(super) fn condition(&mut self, expression: &'a Expression) -> Result<Expr> {
        let condition = self.typed(expression, Place::Condition)?;
        types::require(&condition.ty, &Type::BOOLEAN, "A condition", expression.span())?;
        Ok(condition.expr)
    }

    /// Binds the condition of WHERE into its conjuncts.
    pub(super) fn conjuncts(&mut self, expression: &'a Expression) -> Result<Vec<Expr>> {
        self.with_aggregates(Aggregates::Forbidden, |binder| {
            Ok(binder.condition(expression)?.into_conjuncts())
        })
    }

    /// Binds an expression that must not depend on any row: of SKIP, LIMIT and commands.
    pub(super) fn constant(
        &mut self,
        expression: &'a Expression,
        place: &'static str,
    ) -> Result<Typed> {
        let outer = (std::mem::take(&mut self.scope), self.constant.replace(place));
        let result = self.scalar(expression);
        (self.scope, self.constant) = outer;
        result
    }

    fn typed(&mut self, expression: &'a Expression, place: Place) -> Result<Typed> {
        if let Some(known) = self.substitute(expression) {
            return Ok(known);
        }
        let span = expression.span();
        match &expression.kind {
            ExpressionKind::Literal(literal) => Ok(literal_value(literal, span)),
            ExpressionKind::Parameter(name) => {
                let name = self.parameter(&name.text, span)?;
                Ok(Typed::new(ExprKind::Parameter(name), span, Type::ANY))
            }
            ExpressionKind::Variable(name) => match (self.find(name)?, float_word(&name.text)) {
                (Some(variable), _) => Ok(self.variable_at(variable, span)),
                (None, Some(value)) => Ok(literal_value(&Literal::Float(value), span)),
                (None, None) => Err(self.undefined(name)),
            },
            ExpressionKind::Property(of, key) => self.property(of, key, span),
            ExpressionKind::Index(of, at) => self.index(of, at, span),
            ExpressionKind::Slice(list, from, to) => {
                self.slice_of(list, from.as_deref(), to.as_deref(), span)
            }
            ExpressionKind::List(items) => self.list(items, span),
            ExpressionKind::Map(entries) => self.map(entries, span),
            ExpressionKind::MapProjection(of, items) => self.map_projection(of, items, span),
            ExpressionKind::Unary(operator, operand) => self.unary(*operator, operand, span),
            ExpressionKind::Binary(operator, left, right) => {
                self.binary(*operator, left, right, span)
            }
            ExpressionKind::Comparison(first, rest) => self.comparison(first, rest, span),
            ExpressionKind::IsNull { operand, negated } => {
                let operand = self.boxed(operand)?;
                let test = if *negated { ExprKind::IsNotNull } else { ExprKind::IsNull };
                Ok(Typed::new(test(operand), span, Type::BOOLEAN))
            }
            ExpressionKind::IsTruth { operand, truth, negated } => {
                self.is_truth(operand, *truth, *negated, span)
            }
            ExpressionKind::IsNormalized { operand, form, negated } => {
                self.is_normalized(operand, form.as_deref(), *negated, span)
            }
            ExpressionKind::IsType { operand, type_name, negated } => {
                let (operand, type_name) = (self.boxed(operand)?, Arc::new(type_name.clone()));
                let kind = ExprKind::IsType { operand, type_name, negated: *negated };
                Ok(Typed::new(kind, span, Type::BOOLEAN))
            }
            ExpressionKind::HasLabels { operand, labels, negated } => {
                self.has_labels(operand, labels, *negated, span)
            }
            ExpressionKind::Function { name, distinct, arguments } => {
                self.function(expression, name, *distinct, arguments)
            }
            ExpressionKind::CountStar => {
                self.aggregate(expression, AggregateFunction::Count, false, &[])
            }
            ExpressionKind::Closed(pattern) => self.closed(pattern, span),
            ExpressionKind::Cast(operand, type_name) => {
                let kind = ExprKind::Cast(self.boxed(operand)?, Arc::new(type_name.clone()));
                Ok(Typed::new(kind, span, Type::of_name(type_name)))
            }
            ExpressionKind::Case { subject, branches, otherwise } => {
                self.case(subject.as_deref(), branches, otherwise.as_deref(), span)
            }
            ExpressionKind::CaseSubject => self.case_subject(span),
            ExpressionKind::ListComprehension { variable, list, filter, projection } => self
                .list_comprehension(variable, list, filter.as_deref(), projection.as_deref(), span),
            ExpressionKind::Quantifier { kind, variable, list, filter } => {
                self.quantifier(*kind, variable, list, filter.as_deref(), span)
            }
            ExpressionKind::Reduce { accumulator, initial, variable, list, step, holds } => {
                let steps = (&**step, holds.as_deref());
                self.reduce((accumulator, initial), (variable, list), steps, span)
            }
            ExpressionKind::PatternComprehension { pattern, filter, projection } => {
                self.pattern_comprehension(pattern, filter.as_deref(), projection, span)
            }
            ExpressionKind::Pattern(path) => match &path.selector {
                Some(_) => self.path_expression(path, span),
                None if place == Place::Condition => self.pattern_predicate(path, span),
                None => Err(misplaced_pattern(span)),
            },
            ExpressionKind::Subquery { kind, body } => self.subquery_expression(*kind, body, span),
        }
    }

    pub(super) fn variable_at(&self, variable: VarId, span: Span) -> Typed {
        Typed { expr: Expr::variable(variable, span), ty: self.type_of(variable).clone() }
    }

    /// An operand whose type does not matter.
    fn boxed(&mut self, expression: &'a Expression) -> Result<Box<Expr>> {
        Ok(Box::new(self.expression(expression)?.expr))
    }

    fn list(&mut self, items: &'a [Expression], span: Span) -> Result<Typed> {
        let items = self.expressions(items)?;
        let element = Type::any_of(items.iter().map(|item| &item.ty));
        let items = items.into_iter().map(|item| item.expr).collect();
        Ok(Typed::new(ExprKind::List(items), span, Type::list_of(element)))
    }

    fn map(&mut self, entries: &'a [(Name, Expression)], span: Span) -> Result<Typed> {
        let entry = |(key, value): &'a (Name, Expression)| {
            Ok((key.text.as_str().into(), self.expression(value)?.expr))
        };
        let entries = entries.iter().map(entry).collect::<Result<_>>()?;
        Ok(Typed::new(ExprKind::Map(entries), span, Type::MAP))
    }

    fn expressions(&mut self, all: &'a [Expression]) -> Result<Vec<Typed>> {
        all.iter().map(|e| self.expression(e)).collect()
    }

    fn property(&mut self, of: &'a Expression, key: &'a Name, span: Span) -> Result<Typed> {
        let of = self.expression(of)?;
        let ty = types::property_of(&of.ty, &key.text, span)?;
        if of.ty == Type::NODE || of.ty == Type::RELATIONSHIP {
            self.looks_for(NameKind::Key, &key.text);
        }
        if let Some(expr) = self.property_in_time(&of.expr, &key.text, span)? {
            return Ok(Typed { expr, ty });
        }
        if let Some(expr) = self.property_of_unnamed(&of, &key.text, span)? {
            return Ok(Typed { expr, ty });
        }
        let kind = ExprKind::Property(Box::new(of.expr), key.text.as_str().into());
        Ok(Typed::new(kind, span, ty))
    }

    fn index(&mut self, of: &'a Expression, at: &'a Expression, span: Span) -> Result<Typed> {
        let (mut of, at) = (self.expression(of)?, self.expression(at)?);
        let ty = of.ty.element();
        if let ExprKind::Constant(Value::String(key)) = &at.expr.kind
            && let Some(expr) = self.property_in_time(&of.expr, key, span)?
        {
            return Ok(Typed { expr, ty });
        }
        if let Some(all) = self.properties_in_time(&of.expr, span)? {
            of.expr = all;
        }
        Ok(Typed::new(ExprKind::Index(Box::new(of.expr), Box::new(at.expr)), span, ty))
    }

    fn slice_of(
        &mut self,
        list: &'a Expression,
        from: Option<&'a Expression>,
        to: Option<&'a Expression>,
        span: Span,
    ) -> Result<Typed> {
        let list = self.expression(list)?;
        let mut bound = |e: Option<&'a Expression>| -> Result<Option<Box<Expr>>> {
            e.map(|e| Ok(Box::new(self.expression(e)?.expr))).transpose()
        };
        let (from, to) = (bound(from)?, bound(to)?);
        let ty = list.ty.or(&Type::NULL);
        Ok(Typed::new(ExprKind::Slice(Box::new(list.expr), from, to), span, ty))
    }

    fn map_projection(
        &mut self,
        of: &'a Name,
        items: &'a [MapProjectionItem],
        span: Span,
    ) -> Result<Typed> {
        let variable = self.resolve(of)?;
        types::require(self.type_of(variable), &Type::PROPERTIES, "A map projection", of.span)?;
        let mut all = false;
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            match item {
                MapProjectionItem::AllProperties(_) => all = true,
                MapProjectionItem::Property(key) => {
                    let of = Box::new(Expr::variable(variable, of.span));
                    let name: Arc<str> = key.text.as_str().into();
                    let property = match self.property_in_time(&of, &name, key.span)? {
                        Some(property) => property,
                        None => Expr::new(ExprKind::Property(of, Arc::clone(&name)), key.span),
                    };
                    entries.push((name, property));
                }
                MapProjectionItem::Variable(name) => {
                    let value = Expr::variable(self.resolve(name)?, name.span);
                    entries.push((name.text.as_str().into(), value));
                }
                MapProjectionItem::Entry(key, value) => {
                    entries.push((key.text.as_str().into(), self.expression(value)?.expr));
                }
            }
        }
        let mut of = Expr::variable(variable, of.span);
        if all && let Some(in_time) = self.properties_in_time(&of, span)? {
            of = in_time;
        }
        let of = Box::new(of);
        Ok(Typed::new(ExprKind::MapProjection { of, all, entries }, span, Type::MAP))
    }

    fn unary(
        &mut self,
        operator: UnaryOperator,
        operand: &'a Expression,
        span: Span,
    ) -> Result<Typed> {
        if operator == UnaryOperator::Not {
            let operand = self.boolean("NOT", operand)?;
            return Ok(Typed::new(ExprKind::Not(Box::new(operand)), span, Type::BOOLEAN));
        }
        let typed = self.expression(operand)?;
        let zero = (&Type::INTEGER, span);
        let ty = types::arithmetic(Arithmetic::Subtract, zero, (&typed.ty, operand.span()))?;
        let wrap = if operator == UnaryOperator::Minus { ExprKind::Negate } else { ExprKind::Plus };
        Ok(Typed::new(wrap(Box::new(typed.expr)), span, ty))
    }

    /// Binds an operand of a boolean operator.
    pub(super) fn boolean(&mut self, operator: &str, operand: &'a Expression) -> Result<Expr> {
        let typed = self.typed(operand, Place::Condition)?;
        types::require(&typed.ty, &Type::BOOLEAN, operator, operand.span())?;
        Ok(typed.expr)
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &'a Expression,
        right: &'a Expression,
        span: Span,
    ) -> Result<Typed> {
        match operator {
            BinaryOperator::And | BinaryOperator::Or | BinaryOperator::Xor => {
                self.logical(operator, left, right, span)
            }
            BinaryOperator::In => {
                let (item, list) = (self.expression(left)?, self.expression(right)?);
                types::require(&list.ty, &Type::LIST, "IN", right.span())?;
                let kind = ExprKind::In(Box::new(item.expr), Box::new(list.expr));
                Ok(Typed::new(kind, span, Type::BOOLEAN))
            }
            _ => {
                let (a, b) = (self.expression(left)?, self.expression(right)?);
                if let Some(test) = string_test(operator) {
                    let kind = ExprKind::StringTest(test, Box::new(a.expr), Box::new(b.expr));
                    return Ok(Typed::new(kind, span, Type::BOOLEAN));
                }
                let operator = arithmetic(operator);
                let ty = types::arithmetic(operator, (&a.ty, left.span()), (&b.ty, right.span()))?;
                let kind = ExprKind::Arithmetic(operator, Box::new(a.expr), Box::new(b.expr));
                Ok(Typed::new(kind, span, ty))
            }
        }
    }

    fn logical(
        &mut self,
        operator: BinaryOperator,
        left: &'a Expression,
        right: &'a Expression,
        span: Span,
    ) -> Result<Typed> {
        let word = match operator {
            BinaryOperator::And => "AND",
            BinaryOperator::Or => "OR",
            _ => "XOR",
        };
        let (a, b) = (self.boolean(word, left)?, self.boolean(word, right)?);
        let kind = match operator {
            BinaryOperator::And => ExprKind::And(joined(a, b, |kind| match kind {
                ExprKind::And(parts) => Ok(parts),
                other => Err(other),
            })),
            BinaryOperator::Or => ExprKind::Or(joined(a, b, |kind| match kind {
                ExprKind::Or(parts) => Ok(parts),
                other => Err(other),
            })),
            _ => ExprKind::Xor(Box::new(a), Box::new(b)),
        };
        Ok(Typed::new(kind, span, Type::BOOLEAN))
    }

    /// `a < b <= c` compares every neighbouring pair; an operand in the middle is computed once.
    fn comparison(
        &mut self,
        first: &'a Expression,
        rest: &'a [(ast::ComparisonOperator, Expression)],
        span: Span,
    ) -> Result<Typed> {
        let mut left = self.expression(first)?;
        let mut parts = Vec::with_capacity(rest.len());
        let mut lets = Vec::new();
        for (at, (operator, right)) in rest.iter().enumerate() {
            let pair = left.expr.span.to(right.span());
            let mut right = self.expression(right)?;
            let mut next = None;
            if at + 1 < rest.len() {
                right = self.shared(right, &mut lets)?;
                next = Some(right.clone());
            }
            let (a, b) = (Box::new(left.expr), Box::new(right.expr));
            parts.push(Expr::new(ExprKind::Compare(*operator, a, b), pair));
            let Some(next) = next else {
                let all = conjunction(parts, span);
                return Ok(Typed { expr: with_lets(all, lets), ty: Type::BOOLEAN });
            };
            left = next;
        }
        Ok(left)
    }

    /// An expression that can be repeated: itself where it is as cheap as a variable, else a
    /// variable that `lets` gives its value, so that nesting never multiplies work.
    pub(super) fn shared(&mut self, typed: Typed, lets: &mut Vec<(VarId, Expr)>) -> Result<Typed> {
        let cheap = match &typed.expr.kind {
            ExprKind::Constant(_) | ExprKind::Parameter(_) | ExprKind::Variable(_) => true,
            ExprKind::Property(of, _) => matches!(of.kind, ExprKind::Variable(_)),
            _ => false,
        };
        if cheap {
            return Ok(typed);
        }
        let span = typed.expr.span;
        let variable = self.variable(None, typed.ty.clone(), span)?;
        lets.push((variable, typed.expr));
        Ok(Typed { expr: Expr::variable(variable, span), ty: typed.ty })
    }

    fn has_labels(
        &mut self,
        operand: &'a Expression,
        labels: &'a LabelExpression,
        negated: bool,
        span: Span,
    ) -> Result<Typed> {
        let of = self.expression(operand)?;
        types::require(&of.ty, &Type::ELEMENT, "A label test", operand.span())?;
        if !negated {
            self.looks_for_labels(NameKind::LabelOrType, labels);
        }
        let labels = self.label_test(labels)?;
        let test = ExprKind::HasLabels(Box::new(of.expr), labels);
        let kind = if negated { ExprKind::Not(Box::new(Expr::new(test, span))) } else { test };
        Ok(Typed::new(kind, span, Type::BOOLEAN))
    }

    /// Binds a condition on labels or types; `A&B&C` and `A|B|C` become flat.
    pub(super) fn label_test(&mut self, labels: &'a LabelExpression) -> Result<LabelTest> {
        Ok(match labels {
            LabelExpression::Name(LabelName::Static(name)) => {
                LabelTest::Is(name.text.as_str().into())
            }
            LabelExpression::Name(LabelName::Dynamic(e)) => {
                LabelTest::Computed(Box::new(self.scalar(e)?.expr))
            }
            LabelExpression::AnyOf(e) => LabelTest::ComputedAny(Box::new(self.scalar(e)?.expr)),
            LabelExpression::Wildcard(_) => LabelTest::Any,
            LabelExpression::Not(test) => LabelTest::Not(Box::new(self.label_test(test)?)),
            LabelExpression::And(a, b) => {
                let mut tests = Vec::new();
                for test in [self.label_test(a)?, self.label_test(b)?] {
                    match test {
                        LabelTest::And(inner) => tests.extend(inner),
                        other => tests.push(other),
                    }
                }
                LabelTest::And(tests)
            }
            LabelExpression::Or(a, b) => {
                let mut tests = Vec::new();
                for test in [self.label_test(a)?, self.label_test(b)?] {
                    match test {
                        LabelTest::Or(inner) => tests.extend(inner),
                        other => tests.push(other),
                    }
                }
                LabelTest::Or(tests)
            }
        })
    }

    fn function(
        &mut self,
        whole: &'a Expression,
        name: &'a [Name],
        distinct: bool,
        arguments: &'a [Expression],
    ) -> Result<Typed> {
        let span = whole.span();
        let full = name.iter().map(|part| &*part.text).collect::<Vec<_>>().join(".");
        if let Some(aggregate) = AggregateFunction::lookup(&full) {
            return self.aggregate(whole, aggregate, distinct, arguments);
        }
        if let [Expression { kind: ExpressionKind::Pattern(path), .. }] = arguments
            && path.selector.is_none()
        {
            return self.function_of_pattern(&full, path, span);
        }
        if let (
            "size",
            [
                Expression {
                    kind: ExpressionKind::PatternComprehension { pattern, filter, projection },
                    ..
                },
            ],
        ) = (&*full.to_lowercase(), arguments)
            && let Some(count) =
                self.size_of_comprehension(pattern, filter.as_deref(), projection, span)?
        {
            return Ok(count);
        }
        let Some(found) = function::lookup(&full) else {
            return Err(unknown_function(name, &full));
        };
        if distinct {
            let message =
                format!("DISTINCT has no meaning in `{}()`, which is no aggregate.", found.name);
            return Err(error(&codes::UNEXPECTED, message, span));
        }
        check_arity(found, arguments.len(), span)?;
        if let Some(of_property) = self.function_of_property(found, arguments, span)? {
            return Ok(of_property);
        }
        let bound = self.expressions(arguments)?;
        let typed: Vec<_> = bound
            .iter()
            .zip(arguments)
            .map(|(e, written)| (e.ty.clone(), written.span()))
            .collect();
        let ty = types::call(found, &typed)?;
        let mut operands: Vec<Expr> = bound.into_iter().map(|e| e.expr).collect();
        if found.name == "properties"
            && let [of] = &operands[..]
            && let Some(expr) = self.properties_in_time(of, span)?
        {
            return Ok(Typed { expr, ty });
        }
        if is_truth_function(found.name) {
            let at_least = Truth::parse(found.name);
            self.asks_truth |= matches!(found.name, "truth" | "possible");
            let of = operands.pop().map(Box::new);
            self.weighs |= of.is_some();
            return Ok(Typed::new(ExprKind::Truth { at_least, of }, span, ty));
        }
        Ok(Typed::new(ExprKind::Call(found, operands), span, ty))
    }

    /// Binds the list that a comprehension, a quantifier or a reduce goes through; returns the
    /// type of its elements.
    fn list_to_go_through(
        &mut self,
        place: &str,
        list: &'a Expression,
    ) -> Result<(Box<Expr>, Type)> {
        let bound = self.expression(list)?;
        types::require(&bound.ty, &Type::LIST, place, list.span())?;
        Ok((Box::new(bound.expr), bound.ty.element()))
    }

    fn list_comprehension(
        &mut self,
        name: &'a Name,
        list: &'a Expression,
        filter: Option<&'a Expression>,
        projection: Option<&'a Expression>,
        span: Span,
    ) -> Result<Typed> {
        let (list, element) = self.list_to_go_through("A list comprehension", list)?;
        let unprojected = element.clone();
        let (variable, (filter, projection)) = self.with_local(name, element, |binder| {
            binder.asks_of_elements(&name.text, &list);
            binder.with_aggregates(Aggregates::Forbidden, |binder| {
                let filter = filter.map(|e| binder.condition(e)).transpose()?;
                let projection = projection.map(|e| binder.expression(e)).transpose()?;
                Ok((filter, projection))
            })
        })?;
        let element = projection.as_ref().map_or(unprojected, |e| e.ty.clone());
        let kind = ExprKind::ListComprehension {
            variable,
            list,
            filter: filter.map(Box::new),
            projection: projection.map(|e| Box::new(e.expr)),
        };
        Ok(Typed::new(kind, span, Type::list_of(element).or(&Type::NULL)))
    }

    fn quantifier(
        &mut self,
        kind: ast::QuantifierKind,
        name: &'a Name,
        list: &'a Expression,
        filter: Option<&'a Expression>,
        span: Span,
    ) -> Result<Typed> {
        let Some(filter) = filter else {
            let message = "A quantifier needs the condition that its elements are to satisfy.";
            return Err(error(&codes::UNEXPECTED, message, span)
                .hint(format!("all({} IN … WHERE …)", name.text)));
        };
        let (list, element) = self.list_to_go_through("A quantifier", list)?;
        let (variable, filter) = self.with_local(name, element, |binder| {
            binder.asks_of_elements(&name.text, &list);
            binder.with_aggregates(Aggregates::Forbidden, |binder| binder.condition(filter))
        })?;
        let kind = ExprKind::Quantifier { kind, variable, list, filter: Box::new(filter) };
        Ok(Typed::new(kind, span, Type::BOOLEAN))
    }

    fn reduce(
        &mut self,
        (accumulator, initial): (&'a Name, &'a Expression),
        (name, list): (&'a Name, &'a Expression),
        (step, holds): (&'a Expression, Option<&'a Expression>),
        span: Span,
    ) -> Result<Typed> {
        let initial = self.expression(initial)?;
        let function = if holds.is_some() { "allReduce()" } else { "reduce()" };
        let (list, element) = self.list_to_go_through(function, list)?;
        // What a step makes of the accumulator is known only after it, so nothing is claimed of it.
        let ty = if holds.is_some() { Type::BOOLEAN } else { Type::ANY };
        let (accumulator, (variable, (step, holds))) =
            self.with_local(accumulator, Type::ANY, |binder| {
                binder.with_local(name, element, |binder| {
                    binder.asks_of_elements(&name.text, &list);
                    binder.with_aggregates(Aggregates::Forbidden, |binder| {
                        let holds = holds.map(|holds| binder.condition(holds)).transpose()?;
                        Ok((binder.expression(step)?, holds))
                    })
                })
            })?;
        let kind = ExprKind::Reduce {
            accumulator,
            initial: Box::new(initial.expr),
            variable,
            list,
            step: Box::new(step.expr),
            holds: holds.map(Box::new),
        };
        Ok(Typed::new(kind, span, ty))
    }
}

/// Gives variables their values around an expression: each becomes a comprehension over a list
/// of one element, the first outermost, since later values may use earlier ones.
pub(super) fn with_lets(body: Expr, lets: Vec<(VarId, Expr)>) -> Expr {
    lets.into_iter().rev().fold(body, |body, (variable, value)| {
        let span = body.span;
        let list = Box::new(Expr::new(ExprKind::List(vec![value]), span));
        let each = ExprKind::ListComprehension {
            variable,
            list,
            filter: None,
            projection: Some(Box::new(body)),
        };
        let first = Expr::new(ExprKind::Constant(Value::Integer(0)), span);
        Expr::new(ExprKind::Index(Box::new(Expr::new(each, span)), Box::new(first)), span)
    })
}

/// All of the parts, which are at least one.
pub(super) fn conjunction(mut parts: Vec<Expr>, span: Span) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            Expr::new(ExprKind::And(parts), span)
        }
        None => Expr::new(ExprKind::Constant(Value::Boolean(true)), span),
    }
}

/// The operands of a conjunction or disjunction of two, flat.
fn joined(a: Expr, b: Expr, parts: impl Fn(ExprKind) -> Result<Vec<Expr>, ExprKind>) -> Vec<Expr> {
    let mut all = Vec::new();
    for side in [a, b] {
        let span = side.span;
        match parts(side.kind) {
            Ok(inner) => all.extend(inner),
            Err(kind) => all.push(Expr::new(kind, span)),
        }
    }
    all
}

fn literal_value(literal: &Literal, span: Span) -> Typed {
    let value = match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(value) => Value::Boolean(*value),
        Literal::Integer(value) => Value::Integer(*value),
        Literal::Float(value) => Value::Float(*value),
        Literal::String(value) => Value::String(value.as_str().into()),
    };
    let ty = Type::of_value(&value);
    Typed::new(ExprKind::Constant(value), span, ty)
}

/// The floats that have a word and no digits, where no variable bears that name.
fn float_word(name: &str) -> Option<f64> {
    match name.to_ascii_uppercase().as_str() {
        "INF" | "INFINITY" => Some(f64::INFINITY),
        "NAN" => Some(f64::NAN),
        _ => None,
    }
}

fn arithmetic(operator: BinaryOperator) -> Arithmetic {
    match operator {
        BinaryOperator::Subtract => Arithmetic::Subtract,
        BinaryOperator::Multiply => Arithmetic::Multiply,
        BinaryOperator::Divide => Arithmetic::Divide,
        BinaryOperator::Modulo => Arithmetic::Modulo,
        BinaryOperator::Power => Arithmetic::Power,
        BinaryOperator::Concatenate => Arithmetic::Concatenate,
        _ => Arithmetic::Add,
    }
}

fn string_test(operator: BinaryOperator) -> Option<StringTest> {
    match operator {
        BinaryOperator::StartsWith => Some(StringTest::StartsWith),
        BinaryOperator::EndsWith => Some(StringTest::EndsWith),
        BinaryOperator::Contains => Some(StringTest::Contains),
        BinaryOperator::Matches => Some(StringTest::Matches),
        _ => None,
    }
}

/// The first broken rule of a call's arguments, if any.
fn check_arity(found: &function::Function, given: usize, span: Span) -> Result<()> {
    let (least, most) = found.arity;
    if (least..=most).contains(&given) {
        return Ok(());
    }
    let wanted = match (least, most) {
        (0, 0) => "no argument".to_owned(),
        (1, 1) => "one argument".to_owned(),
        (least, most) if least == most => format!("{least} arguments"),
        (least, usize::MAX) => format!("at least {least} arguments"),
        (least, most) => format!("{least} to {most} arguments"),
    };
    let message = format!("The function `{}()` takes {wanted}, but is given {given}.", found.name);
    Err(error(&codes::ARGUMENT_COUNT, message, span).hint(found.signature))
}

/// Whether a function asks how sure a row is.
fn is_truth_function(name: &str) -> bool {
    matches!(name, "truth" | "certain" | "presumed" | "possible")
}

fn unknown_function(name: &[Name], full: &str) -> Error {
    let span = name.iter().map(|part| part.span).reduce(Span::to).unwrap_or_default();
    let of_apoc = full.get(..5).filter(|prefix| prefix.eq_ignore_ascii_case("apoc."));
    let wanted = of_apoc.map_or(full, |prefix| &full[prefix.len()..]);
    let known = || function::names().chain(AggregateFunction::names());
    let same = known().find(|known| known.eq_ignore_ascii_case(wanted));
    let similar = same.or_else(|| suggest::nearest(wanted, known()));
    let hint = match similar {
        _ if full.eq_ignore_ascii_case("value") => "VALUE { MATCH … RETURN x }".to_owned(),
        Some(similar) => format!("Did you mean `{similar}()`?"),
        None if of_apoc.is_some() => {
            "There is no apoc here; SHOW FUNCTIONS lists what there is.".to_owned()
        }
        None => "SHOW FUNCTIONS lists them all.".to_owned(),
    };
    Error::new(&codes::UNKNOWN_FUNCTION, format!("There is no function `{full}()`."))
        .at(span)
        .hint(hint)
}

fn misplaced_pattern(span: Span) -> Error {
    error(
        &codes::UNEXPECTED,
        "A pattern may stand where something is true or false, not where its value is used.",
        span,
    )
    .hint("Ask whether it exists with `EXISTS { … }`, how often with `COUNT { … }`, or list it with `[… | …]`.")
}
