//! Expressions: a flat row of operands and operators, bound by precedence climbing.
//!
//! From loosest to tightest, as in openCypher 9: OR, XOR, AND, NOT, comparisons (chained), tests of
//! strings, lists and null, `+ -`, `* / %`, `^`, signs, then what stands behind an operand.
//!
//! A climber of our own, not pest's: a sign before a number belongs to the literal, a map projection
//! takes its variable, and a comparison in brackets must not be continued, which all need a look at the neighbour.

use std::cell::Cell;

use pest::iterators::Pair;

use super::clause::{as_variable, first_name, match_body, qualified_name};
use super::{
    child, condition, expressions, find, has, is_expression, name, names, only_expression, pattern,
    query, span_of, spanned, unexpected,
};
use crate::error::{Error, Result, syntax as codes};
use crate::syntax::ast::{
    BinaryOperator, ComparisonOperator, Expression, ExpressionKind, Literal, MapProjectionItem,
    Name, QuantifierKind, SubqueryBody, SubqueryKind, TypeAlternative, TypeName, UnaryOperator,
    WhenOperand,
};
use crate::syntax::literal;
use crate::syntax::rules::Rule;
use crate::text::Span;

/// The most operators in one row: a tree of a chain is as deep as the chain is long.
const PARTS_MAX: usize = 16_000;
/// How deep expressions stand in one another, each sign or NOT before an operand included: together, since
/// there may be signs in each of many brackets, and every stage goes as deep as the tree.
const NESTING_MAX: usize = 160;

/// How tightly operators bind.
const OR: u8 = 1;
const XOR: u8 = 2;
const AND: u8 = 3;
const NOT: u8 = 4;
const COMPARISON: u8 = 5;
const TEST: u8 = 6;
const ADDITION: u8 = 7;
const MULTIPLICATION: u8 = 8;
const POWER: u8 = 9;
const SIGN: u8 = 10;

thread_local! {
    /// How many expressions and prefixes of this thread's text are being read, each inside the one before.
    static NESTING: Cell<usize> = const { Cell::new(0) };
}

/// One level of nesting, until it is dropped.
struct Level;

impl Level {
    fn enter(span: Span) -> Result<Level> {
        let depth = NESTING.get();
        if depth >= NESTING_MAX {
            let message =
                format!("Expressions, signs and NOTs are nested deeper than {NESTING_MAX}.");
            return Err(Error::new(&codes::TOO_COMPLEX, message)
                .at(span)
                .hint("Split the expression with WITH, or pass nested values as parameters."));
        }
        NESTING.set(depth + 1);
        Ok(Level)
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        NESTING.set(NESTING.get() - 1);
    }
}

pub(super) fn expression(pair: Pair<'_, Rule>) -> Result<Expression> {
    let span = span_of(&pair);
    let _level = Level::enter(span)?;
    let parts: Vec<_> = pair.into_inner().collect();
    if parts.len() > PARTS_MAX {
        return Err(Error::new(&codes::TOO_COMPLEX, "Too many operators in one row.")
            .at(span)
            .hint("Use `IN` with a list, or `reduce` or `any` over one."));
    }
    let mut row = Row { parts, at: 0 };
    let bound = row.climb(OR)?;
    match row.parts.get(row.at) {
        None => Ok(bound.expression),
        Some(rest) => Err(unexpected(span_of(rest), "An operator")),
    }
}

/// `n.a[0].b`: what SET and REMOVE take.
pub(super) fn property(pair: Pair<'_, Rule>) -> Result<Expression> {
    expression(pair)
}

/// A bound part of a row, and whether it is a comparison that the next one may continue.
struct Bound {
    expression: Expression,
    open: bool,
}

struct Row<'a> {
    parts: Vec<Pair<'a, Rule>>,
    at: usize,
}

impl<'a> Row<'a> {
    fn rule(&self) -> Option<Rule> {
        self.parts.get(self.at).map(Pair::as_rule)
    }

    fn take(&mut self) -> Option<Pair<'a, Rule>> {
        let pair = self.parts.get(self.at).cloned();
        self.at += 1;
        pair
    }

    /// Binds everything that binds at least as tightly as `level`.
    fn climb(&mut self, level: u8) -> Result<Bound> {
        let left = self.operand()?;
        self.climb_from(left, level)
    }

    /// The same with the first operand given.
    fn climb_from(&mut self, mut left: Bound, level: u8) -> Result<Bound> {
        while let Some(rule) = self.rule() {
            if let Some(tightness) = infix_level(rule) {
                if tightness < level {
                    break;
                }
                let operator = self.parts[self.at].clone();
                self.at += 1;
                let right = self.climb(tightness + 1)?;
                left = infix(left, &operator, right.expression)?;
            } else if matches!(
                rule,
                Rule::NullPredicate
                    | Rule::TruthPredicate
                    | Rule::TypePredicate
                    | Rule::TypePredicateBeforePipe
                    | Rule::LabeledPredicate
                    | Rule::LabeledPredicateBeforePipe
                    | Rule::NormalizedPredicate
                    | Rule::EndPredicate
            ) {
                if TEST < level {
                    break;
                }
                let test = self.parts[self.at].clone();
                self.at += 1;
                left = Bound { expression: predicate(left.expression, test)?, open: false };
            } else {
                break;
            }
        }
        Ok(left)
    }

    /// A prefix with its operand, or an atom with what stands behind it.
    fn operand(&mut self) -> Result<Bound> {
        let Some(pair) = self.take() else { return Err(unexpected(Span::default(), "An operand")) };
        let span = span_of(&pair);
        let expression = match pair.as_rule() {
            Rule::Not | Rule::Minus | Rule::Plus => {
                let _level = Level::enter(span)?;
                return self.prefixed(&pair);
            }
            Rule::SymbolicName if self.rule() == Some(Rule::MapProjection) => {
                let Some(items) = self.take() else { return Err(unexpected(span, "A map")) };
                let whole = span.to(span_of(&items));
                let items = map_projection(items)?;
                Expression::new(ExpressionKind::MapProjection(name(&pair), items), whole)
            }
            _ => atom(pair)?,
        };
        Ok(Bound { expression: self.postfixes(expression)?, open: false })
    }

    fn prefixed(&mut self, operator: &Pair<'a, Rule>) -> Result<Bound> {
        let span = span_of(operator);
        let negative = operator.as_rule() == Rule::Minus;
        // `-9223372036854775808` is one literal.
        if negative && self.rule() == Some(Rule::NumberLiteral) {
            let Some(number) = self.take() else { return Err(unexpected(span, "A number")) };
            let whole = span.to(span_of(&number));
            let value = literal::number(number.as_str(), true, span_of(&number))?;
            let expression = Expression::new(ExpressionKind::Literal(value), whole);
            return Ok(Bound { expression: self.postfixes(expression)?, open: false });
        }
        let (operator, level) = match operator.as_rule() {
            Rule::Not => (UnaryOperator::Not, NOT),
            Rule::Minus => (UnaryOperator::Minus, SIGN),
            _ => (UnaryOperator::Plus, SIGN),
        };
        let operand = if level == NOT { self.climb(NOT)? } else { self.operand()? }.expression;
        let whole = span.to(operand.span());
        let kind = ExpressionKind::Unary(operator, Box::new(operand));
        Ok(Bound { expression: Expression::new(kind, whole), open: false })
    }

    fn postfixes(&mut self, mut operand: Expression) -> Result<Expression> {
        while let Some(
            Rule::PropertyLookup
            | Rule::ListOperator
            | Rule::LabelPredicate
            | Rule::LabelPredicateBeforePipe,
        ) = self.rule()
        {
            let Some(pair) = self.take() else { break };
            operand = postfix(operand, pair)?;
        }
        Ok(operand)
    }
}

fn infix_level(rule: Rule) -> Option<u8> {
    Some(match rule {
        Rule::Or => OR,
        Rule::Xor => XOR,
        Rule::And | Rule::CompatAnd => AND,
        Rule::Equal
        | Rule::NotEqual
        | Rule::Less
        | Rule::LessOrEqual
        | Rule::Greater
        | Rule::GreaterOrEqual
        | Rule::CompatEqual
        | Rule::CompatNotEqual => COMPARISON,
        Rule::In
        | Rule::StartsWith
        | Rule::EndsWith
        | Rule::Contains
        | Rule::RegexMatch
        | Rule::CompatLike => TEST,
        Rule::Add | Rule::Subtract | Rule::Concatenate => ADDITION,
        Rule::Multiply | Rule::Divide | Rule::Modulo => MULTIPLICATION,
        Rule::Power => POWER,
        _ => return None,
    })
}

fn infix(left: Bound, operator: &Pair<'_, Rule>, right: Expression) -> Result<Bound> {
    let span = left.expression.span().to(right.span());
    if let Some(comparison) = comparison(operator.as_rule()) {
        let kind = match left.expression.kind {
            ExpressionKind::Comparison(first, mut rest) if left.open => {
                rest.push((comparison, right));
                ExpressionKind::Comparison(first, rest)
            }
            kind => {
                let first = Box::new(Expression { kind, span: left.expression.span });
                ExpressionKind::Comparison(first, vec![(comparison, right)])
            }
        };
        return Ok(Bound { expression: Expression::new(kind, span), open: true });
    }
    let operator = match operator.as_rule() {
        Rule::Or => BinaryOperator::Or,
        Rule::Xor => BinaryOperator::Xor,
        Rule::And => BinaryOperator::And,
        Rule::Add => BinaryOperator::Add,
        Rule::Subtract => BinaryOperator::Subtract,
        Rule::Multiply => BinaryOperator::Multiply,
        Rule::Divide => BinaryOperator::Divide,
        Rule::Modulo => BinaryOperator::Modulo,
        Rule::Power => BinaryOperator::Power,
        Rule::Concatenate => BinaryOperator::Concatenate,
        Rule::In => BinaryOperator::In,
        Rule::StartsWith => BinaryOperator::StartsWith,
        Rule::EndsWith => BinaryOperator::EndsWith,
        Rule::Contains => BinaryOperator::Contains,
        Rule::RegexMatch => BinaryOperator::Matches,
        _ => return Err(foreign_operator(operator)),
    };
    let kind = ExpressionKind::Binary(operator, Box::new(left.expression), Box::new(right));
    Ok(Bound { expression: Expression::new(kind, span), open: false })
}

fn comparison(rule: Rule) -> Option<ComparisonOperator> {
    Some(match rule {
        Rule::Equal => ComparisonOperator::Equal,
        Rule::NotEqual => ComparisonOperator::NotEqual,
        Rule::Less => ComparisonOperator::Less,
        Rule::LessOrEqual => ComparisonOperator::LessOrEqual,
        Rule::Greater => ComparisonOperator::Greater,
        Rule::GreaterOrEqual => ComparisonOperator::GreaterOrEqual,
        _ => return None,
    })
}

fn foreign_operator(operator: &Pair<'_, Rule>) -> Error {
    let hint = match operator.as_rule() {
        Rule::CompatEqual => "Compare with a single `=`.",
        Rule::CompatNotEqual => "Type `<>` for unequal.",
        Rule::CompatAnd => "Type `AND`.",
        _ => "Type `CONTAINS`, `STARTS WITH`, `ENDS WITH`, or `=~` with a regular expression.",
    };
    let message = format!("`{}` is no operator here.", operator.as_str().trim());
    Error::new(&codes::UNEXPECTED, message).at(span_of(operator)).hint(hint)
}

fn predicate(operand: Expression, test: Pair<'_, Rule>) -> Result<Expression> {
    let span = operand.span().to(span_of(&test));
    let negated = has(&test, Rule::NOT);
    let operand = Box::new(operand);
    let kind = match test.as_rule() {
        Rule::NullPredicate => ExpressionKind::IsNull { operand, negated },
        Rule::TruthPredicate if has(&test, Rule::UNKNOWN) => {
            ExpressionKind::IsNull { operand, negated }
        }
        Rule::TruthPredicate => {
            ExpressionKind::IsTruth { operand, truth: has(&test, Rule::TRUE), negated }
        }
        Rule::EndPredicate => end_test(*operand, test, negated, span)?,
        Rule::NormalizedPredicate => {
            let form = find(&test, Rule::NormalForm).map(|form| form.as_str().to_uppercase());
            ExpressionKind::IsNormalized { operand, form, negated }
        }
        Rule::TypePredicate | Rule::TypePredicateBeforePipe => {
            let written = test
                .into_inner()
                .find(|part| matches!(part.as_rule(), Rule::TypeName | Rule::TypeNameBeforePipe));
            let written = written.ok_or_else(|| unexpected(span, "A type"))?;
            ExpressionKind::IsType { operand, type_name: type_name(written)?, negated }
        }
        Rule::LabeledPredicate => {
            let labels = pattern::label_expression(child(&test, Rule::LabelExpression)?)?;
            ExpressionKind::HasLabels { operand, labels, negated }
        }
        _ => {
            let labels = pattern::label_term(child(&test, Rule::LabelTerm)?)?;
            ExpressionKind::HasLabels { operand, labels, negated }
        }
    };
    Ok(Expression::new(kind, span))
}

/// `n IS SOURCE OF r`, as `startNode(r) = n`.
fn end_test(
    node: Expression,
    test: Pair<'_, Rule>,
    negated: bool,
    span: Span,
) -> Result<ExpressionKind> {
    let function = if has(&test, Rule::SOURCE) { "startNode" } else { "endNode" };
    let relationship = first_name(&test)?;
    let place = relationship.span;
    let relationship = Expression::new(ExpressionKind::Variable(relationship), place);
    let name = vec![Name::new(function, span)];
    let kind = ExpressionKind::Function { name, distinct: false, arguments: vec![relationship] };
    let sign = if negated { ComparisonOperator::NotEqual } else { ComparisonOperator::Equal };
    let end = Box::new(Expression::new(kind, span));
    Ok(ExpressionKind::Comparison(end, vec![(sign, node)]))
}

fn postfix(operand: Expression, pair: Pair<'_, Rule>) -> Result<Expression> {
    let span = operand.span().to(span_of(&pair));
    let operand = Box::new(operand);
    let kind = match pair.as_rule() {
        Rule::PropertyLookup => ExpressionKind::Property(operand, first_name(&pair)?),
        Rule::ListOperator => list_operator(operand, pair)?,
        rule => {
            if let Some(map) = find(&pair, Rule::MapLiteral) {
                return Err(unexpected(
                    span_of(&map),
                    "A relationship beside the node, not only its properties,",
                ));
            }
            let labels = match rule {
                Rule::LabelPredicate => {
                    pattern::label_expression(child(&pair, Rule::LabelExpression)?)?
                }
                _ => pattern::label_term(child(&pair, Rule::LabelTerm)?)?,
            };
            ExpressionKind::HasLabels { operand, labels, negated: false }
        }
    };
    Ok(Expression::new(kind, span))
}

fn list_operator(operand: Box<Expression>, pair: Pair<'_, Rule>) -> Result<ExpressionKind> {
    let span = span_of(&pair);
    if !has(&pair, Rule::DOTS) {
        return Ok(ExpressionKind::Index(operand, Box::new(only_expression(pair)?)));
    }
    let (mut from, mut to, mut dots) = (None, None, false);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::DOTS => dots = true,
            rule if is_expression(rule) => {
                let bound = Some(Box::new(expression(part)?));
                if dots { to = bound } else { from = bound }
            }
            _ => {}
        }
    }
    let _ = span;
    Ok(ExpressionKind::Slice(operand, from, to))
}

// --------------------------------------------------------------------------------- operands

pub(super) fn atom(pair: Pair<'_, Rule>) -> Result<Expression> {
    let span = span_of(&pair);
    let kind = match pair.as_rule() {
        Rule::NumberLiteral => {
            ExpressionKind::Literal(literal::number(pair.as_str().trim(), false, span)?)
        }
        Rule::StringLiteral => {
            ExpressionKind::Literal(Literal::String(literal::string(pair.as_str(), span)?))
        }
        Rule::NULL => ExpressionKind::Literal(Literal::Null),
        Rule::TRUE => ExpressionKind::Literal(Literal::Boolean(true)),
        Rule::FALSE => ExpressionKind::Literal(Literal::Boolean(false)),
        Rule::Parameter => {
            let plain = pair.as_str().trim_start_matches('$').trim_matches('`').replace("``", "`");
            ExpressionKind::Parameter(Name::new(plain, span))
        }
        Rule::SymbolicName => ExpressionKind::Variable(name(&pair)),
        Rule::MapLiteral => {
            let entries = pair.into_inner().filter(|part| part.as_rule() == Rule::MapEntry);
            ExpressionKind::Map(map_entries(entries)?)
        }
        Rule::Parenthesized => return parenthesized(pair),
        Rule::ListExpression => return list(pair),
        Rule::CaseExpression => case(pair)?,
        Rule::ExistentialSubquery => subquery(SubqueryKind::Exists, pair)?,
        Rule::CountSubquery => subquery(SubqueryKind::Count, pair)?,
        Rule::CollectSubquery => subquery(SubqueryKind::Collect, pair)?,
        Rule::ValueSubquery => subquery(SubqueryKind::Value, pair)?,
        Rule::CountStar => ExpressionKind::CountStar,
        Rule::Quantifier => quantifier(pair)?,
        Rule::Reduce | Rule::AllReduce => reduce(pair)?,
        Rule::Cast => {
            let type_name = type_name(child(&pair, Rule::TypeName)?)?;
            ExpressionKind::Cast(Box::new(only_expression(pair)?), type_name)
        }
        Rule::Trim => trim(pair)?,
        Rule::PropertyExists => {
            let mut both = names(pair).into_iter();
            let (Some(of), Some(key)) = (both.next(), both.next()) else {
                return Err(unexpected(span, "A variable and a key"));
            };
            let of = Expression::new(ExpressionKind::Variable(of.clone()), of.span);
            let property = ExpressionKind::Property(Box::new(of), key);
            let operand = Box::new(Expression::new(property, span));
            ExpressionKind::IsNull { operand, negated: true }
        }
        Rule::Closed => {
            ExpressionKind::Closed(Box::new(match_body(child(&pair, Rule::SubqueryPattern)?)?))
        }
        Rule::ShortestPathPattern => ExpressionKind::Pattern(Box::new(pattern::path(pair)?)),
        Rule::FunctionInvocation => ExpressionKind::Function {
            name: qualified_name(&child(&pair, Rule::FunctionName)?),
            distinct: has(&pair, Rule::DISTINCT),
            arguments: expressions(pair)?,
        },
        _ => {
            return Err(Error::new(
                &codes::UNEXPECTED,
                "This form is read, but means nothing here yet.",
            )
            .at(span));
        }
    };
    Ok(Expression::new(kind, span))
}

/// `trim(LEADING 'x' FROM e)`.
fn trim(pair: Pair<'_, Rule>) -> Result<ExpressionKind> {
    let span = span_of(&pair);
    let side = find(&pair, Rule::TrimSide).map(|side| side.as_str().to_lowercase());
    let name = match side.as_deref() {
        Some("leading") => "ltrim",
        Some("trailing") => "rtrim",
        _ => "trim",
    };
    let mut arguments = expressions(pair)?;
    // What is trimmed off stands first there, and behind the text here.
    arguments.reverse();
    Ok(ExpressionKind::Function { name: vec![Name::new(name, span)], distinct: false, arguments })
}

pub(super) fn map_entries<'a>(
    entries: impl IntoIterator<Item = Pair<'a, Rule>>,
) -> Result<Vec<(Name, Expression)>> {
    entries.into_iter().map(|entry| Ok((first_name(&entry)?, only_expression(entry)?))).collect()
}

/// An expression in brackets, or a pattern that begins like one.
fn parenthesized(pair: Pair<'_, Rule>) -> Result<Expression> {
    let span = span_of(&pair);
    let node = child(&pair, Rule::ParenthesizedNode)?;
    let only = node
        .clone()
        .into_inner()
        .filter(|part| !matches!(part.as_rule(), Rule::LPAREN | Rule::RPAREN));
    let only: Vec<_> = only.collect();
    match only.as_slice() {
        [inner]
            if inner.as_rule() == Rule::Expression && !has(&pair, Rule::PatternElementChain) =>
        {
            expression(inner.clone())
        }
        _ => {
            let path = pattern::path_of_expression(pair)?;
            Ok(Expression::new(ExpressionKind::Pattern(Box::new(path)), span))
        }
    }
}

/// A list, a list comprehension or a pattern comprehension.
fn list(pair: Pair<'_, Rule>) -> Result<Expression> {
    let span = span_of(&pair);
    let tail = find(&pair, Rule::ComprehensionTail);
    // `[(x IN xs)]` is a list of one truth value.
    let begins_with_name = find(&pair, Rule::ExpressionBeforePipe)
        .and_then(|first| first.into_inner().next())
        .is_some_and(|first| first.as_rule() == Rule::SymbolicName);
    let mut items = expressions(pair)?;
    let comprehends = tail.is_some()
        || begins_with_name
            && matches!(items.as_slice(), [Expression { kind: ExpressionKind::Binary(BinaryOperator::In, of, _), .. }]
                if as_variable(&of.kind).is_some());
    if !comprehends {
        return Ok(Expression::new(ExpressionKind::List(items), span));
    }
    let Some(head) = items.pop() else { return Err(unexpected(span, "A list")) };
    let (filter, projection) = match tail {
        Some(tail) => comprehension_tail(tail)?,
        None => (None, None),
    };
    let kind = match head.kind {
        ExpressionKind::Binary(BinaryOperator::In, variable, list) => {
            let ExpressionKind::Variable(variable) = variable.kind else {
                return Err(unexpected(variable.span(), "A variable"));
            };
            ExpressionKind::ListComprehension {
                variable,
                list,
                filter: filter.map(Box::new),
                projection: projection.map(Box::new),
            }
        }
        kind => {
            let pattern = comprehended(kind).ok_or_else(|| {
                Error::new(&codes::UNEXPECTED, "A comprehension goes over a list or a pattern.")
                    .at(head.span.0)
                    .hint("Type `[x IN list WHERE … | …]` or `[(a)-[:TYPE]->(b) | b.name]`.")
            })?;
            let projection = projection.ok_or_else(|| unexpected(span, "`|` and an expression"))?;
            ExpressionKind::PatternComprehension {
                pattern: Box::new(pattern),
                filter: filter.map(Box::new),
                projection: Box::new(projection),
            }
        }
    };
    Ok(Expression::new(kind, span))
}

/// The pattern of a comprehension: `(a)-->(b)`, or `p = (a)-->(b)`, which reads as a comparison.
fn comprehended(kind: ExpressionKind) -> Option<crate::syntax::ast::PathPattern> {
    match kind {
        ExpressionKind::Pattern(path) => Some(*path),
        ExpressionKind::Comparison(variable, mut rest) => {
            let (operator, right) = rest.pop()?;
            let ExpressionKind::Pattern(mut path) = right.kind else { return None };
            let variable = as_variable(&variable.kind)?.clone();
            path.variable = Some(variable);
            (rest.is_empty() && operator == ComparisonOperator::Equal).then_some(*path)
        }
        _ => None,
    }
}

/// Condition and projection behind the head of a comprehension.
fn comprehension_tail(pair: Pair<'_, Rule>) -> Result<(Option<Expression>, Option<Expression>)> {
    let (mut filter, mut projection) = (None, None);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::ExpressionBeforePipe => filter = Some(expression(part)?),
            Rule::Expression => projection = Some(expression(part)?),
            _ => {}
        }
    }
    Ok((filter, projection))
}

fn map_projection(pair: Pair<'_, Rule>) -> Result<Vec<MapProjectionItem>> {
    pair.into_inner()
        .filter(|part| part.as_rule() == Rule::MapProjectionItem)
        .map(|item| {
            let span = span_of(&item);
            let inner = item.into_inner().next().ok_or_else(|| unexpected(span, "A key"))?;
            Ok(match inner.as_rule() {
                Rule::ProjectedProperty if has(&inner, Rule::STAR) => {
                    MapProjectionItem::AllProperties(span.into())
                }
                Rule::ProjectedProperty => MapProjectionItem::Property(first_name(&inner)?),
                Rule::ProjectedEntry => {
                    MapProjectionItem::Entry(first_name(&inner)?, only_expression(inner)?)
                }
                _ => MapProjectionItem::Variable(name(&inner)),
            })
        })
        .collect()
}

fn case(pair: Pair<'_, Rule>) -> Result<ExpressionKind> {
    let (mut subject, mut branches, mut otherwise) = (None, Vec::new(), None);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::Expression => subject = Some(Box::new(expression(part)?)),
            Rule::CaseAlternative => branches.push(alternative(part, subject.is_some())?),
            Rule::CaseElse => otherwise = Some(Box::new(only_expression(part)?)),
            _ => {}
        }
    }
    Ok(ExpressionKind::Case { subject, branches, otherwise })
}

/// `WHEN a, > b THEN result`.
fn alternative(pair: Pair<'_, Rule>, has_subject: bool) -> Result<(Vec<WhenOperand>, Expression)> {
    let (span, mut operands, mut behind_then) = (span_of(&pair), Vec::new(), false);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::THEN => behind_then = true,
            Rule::Expression if behind_then => return Ok((operands, expression(part)?)),
            Rule::Expression | Rule::WhenTest if !has_subject && !operands.is_empty() => {
                return Err(unexpected(span_of(&part), "THEN").hint("Join conditions with `OR`."));
            }
            Rule::Expression => operands.push(WhenOperand::Value(expression(part)?)),
            Rule::WhenTest if !has_subject => {
                return Err(unexpected(span_of(&part), "A condition")
                    .hint("What is tested stands behind CASE: `CASE n.x WHEN > 5 THEN … END`."));
            }
            Rule::WhenTest => operands.push(WhenOperand::Test(when_test(part)?)),
            _ => {}
        }
    }
    Err(unexpected(span, "WHEN and THEN"))
}

/// `> 5`: a row whose first operand is the subject of the CASE.
fn when_test(pair: Pair<'_, Rule>) -> Result<Expression> {
    let span = span_of(&pair);
    let subject = Expression::new(ExpressionKind::CaseSubject, Span::new(span.start, span.start));
    let mut row = Row { parts: pair.into_inner().collect(), at: 0 };
    let bound = row.climb_from(Bound { expression: subject, open: false }, OR)?;
    match row.parts.get(row.at) {
        None => Ok(bound.expression),
        Some(rest) => Err(unexpected(span_of(rest), "THEN")),
    }
}

fn subquery(kind: SubqueryKind, pair: Pair<'_, Rule>) -> Result<ExpressionKind> {
    let body = match find(&pair, Rule::Query) {
        Some(inner) => SubqueryBody::Query(Box::new(query(inner)?)),
        None => SubqueryBody::Pattern(Box::new(match_body(child(&pair, Rule::SubqueryPattern)?)?)),
    };
    Ok(ExpressionKind::Subquery { kind, body })
}

fn quantifier(pair: Pair<'_, Rule>) -> Result<ExpressionKind> {
    let kind = match pair.clone().into_inner().next().map(|word| word.as_rule()) {
        Some(Rule::ALL) => QuantifierKind::All,
        Some(Rule::NONE) => QuantifierKind::None,
        Some(Rule::SINGLE) => QuantifierKind::Single,
        _ => QuantifierKind::Any,
    };
    Ok(ExpressionKind::Quantifier {
        kind,
        variable: first_name(&pair)?,
        filter: condition(pair.clone().into_inner())?.map(Box::new),
        list: Box::new(only_expression(pair)?),
    })
}

fn reduce(pair: Pair<'_, Rule>) -> Result<ExpressionKind> {
    let span = span_of(&pair);
    let mut variables = names(pair.clone()).into_iter();
    let mut parts = expressions(pair)?.into_iter().map(Box::new);
    let all = (variables.next(), variables.next(), parts.next(), parts.next(), parts.next());
    let (Some(accumulator), Some(variable), Some(initial), Some(list), Some(step)) = all else {
        return Err(unexpected(span, "`reduce(total = 0, x IN list | total + x)`"));
    };
    let holds = parts.next();
    Ok(ExpressionKind::Reduce { accumulator, initial, variable, list, step, holds })
}

pub(super) fn type_name(pair: Pair<'_, Rule>) -> Result<TypeName> {
    let span = spanned(&pair);
    let parts = pair.into_inner().filter(|part| part.as_rule() == Rule::TypeAlternative);
    Ok(TypeName { alternatives: parts.map(type_alternative).collect::<Result<_>>()?, span })
}

fn type_alternative(pair: Pair<'_, Rule>) -> Result<TypeAlternative> {
    let mut words = Vec::new();
    let (mut element, mut not_null) = (None, false);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::TypeWord => words.push(part.as_str().to_uppercase()),
            Rule::TypeZone => {
                let zoned = has(&part, Rule::WITH);
                words.push(if zoned { "WITH TIME ZONE" } else { "WITHOUT TIME ZONE" }.to_owned());
            }
            Rule::TypeName => element = Some(Box::new(type_name(part)?)),
            Rule::TypeNotNull => not_null = true,
            _ => {}
        }
    }
    Ok(TypeAlternative { name: words.join(" "), element, not_null })
}
