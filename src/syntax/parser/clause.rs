//! Clauses.

use pest::iterators::Pair;

use super::expression::{self, expression};
use super::{
    alternatives, child, condition, expressions, find, has, is_expression, is_name, name, names,
    only_expression, pattern, query, single_query, span_of, spanned, unexpected,
};
use crate::error::{Error, Result, syntax as codes};
use crate::syntax::ast::{
    Batches, Call, CallSubquery, Clause, Conditional, Counter, Create, Delete, Expression,
    ExpressionKind, Filter, Finish, Foreach, LabelName, Let, LoadCsv, Match, MatchMode, Merge,
    Name, OnError, OrderAndPage, Projection, ProjectionItem, Query, Remove, RemoveItem, Set,
    SetItem, SortItem, SubqueryScope, TimeClause, TimeRelation, Unwind, Yield,
};
use crate::syntax::literal;
use crate::syntax::rules::Rule;

pub(super) fn clause(pair: Pair<'_, Rule>) -> Result<Clause> {
    Ok(match pair.as_rule() {
        Rule::Match => Clause::Match(match_body(pair)?),
        Rule::Return => Clause::Return(projection(pair)?),
        Rule::With => Clause::With(projection(pair)?),
        Rule::Unwind | Rule::For => Clause::Unwind(unwind(pair)?),
        Rule::Create => {
            let span = spanned(&pair);
            let pattern = pattern::pattern(child(&pair, Rule::Pattern)?)?;
            Clause::Create(Create { pattern, span })
        }
        Rule::Merge => Clause::Merge(merge(pair)?),
        Rule::Set => Clause::Set(Set { span: spanned(&pair), items: set_items(pair)? }),
        Rule::Remove => Clause::Remove(remove(pair)?),
        Rule::Delete => Clause::Delete(Delete {
            detach: has(&pair, Rule::DETACH),
            span: spanned(&pair),
            portion: match find(&pair, Rule::DeletePortion) {
                Some(portion) => expressions(portion)?,
                None => Vec::new(),
            },
            expressions: expressions(pair)?,
            reason: None,
        }),
        Rule::Erase => Clause::Delete(erase(pair)?),
        Rule::Call => Clause::Call(call(pair)?),
        Rule::CallSubquery => Clause::CallSubquery(call_subquery(pair)?),
        Rule::Foreach => Clause::Foreach(foreach(pair)?),
        Rule::LoadCsv => Clause::LoadCsv(load_csv(pair)?),
        Rule::Let => {
            let span = spanned(&pair);
            let items = pair.into_inner().filter(|part| part.as_rule() == Rule::LetItem);
            let items = items.map(|item| Ok((first_name(&item)?, only_expression(item)?)));
            Clause::Let(Let { items: items.collect::<Result<_>>()?, span })
        }
        Rule::Filter => {
            let span = spanned(&pair);
            Clause::Filter(Filter { condition: only_expression(pair)?, span })
        }
        Rule::Conditional => Clause::Conditional(conditional(pair)?),
        Rule::PageClause => Clause::OrderAndPage(order_and_page(&pair)?),
        _ => Clause::Finish(Finish { span: spanned(&pair) }),
    })
}

fn erase(pair: Pair<'_, Rule>) -> Result<Delete> {
    let Some(reason) = find(&pair, Rule::Reason) else {
        return Err(Error::new(
            &codes::UNEXPECTED,
            "ERASE needs a reason: it is logged, and all that is left.",
        )
        .at(span_of(&pair))
        .hint(format!("{} REASON 'asked to be forgotten'", pair.as_str().trim_end())));
    };
    Ok(Delete {
        detach: true,
        reason: Some(only_expression(reason)?),
        portion: Vec::new(),
        span: spanned(&pair),
        expressions: expressions(pair)?,
    })
}

/// A MATCH, or the pattern of a subquery, which has the same body.
pub(super) fn match_body(pair: Pair<'_, Rule>) -> Result<Match> {
    let time = match find(&pair, Rule::TimeClause) {
        Some(clause) => Some(time_clause(clause)?),
        None => None,
    };
    let hints = pair.clone().into_inner().filter(|part| part.as_rule() == Rule::Hint);
    let pattern = pattern::pattern(child(&pair, Rule::Pattern)?)?;
    Ok(Match {
        optional: has(&pair, Rule::OPTIONAL),
        mode: find(&pair, Rule::MatchMode).map(|mode| {
            if has(&mode, Rule::REPEATABLE) {
                MatchMode::RepeatableElements
            } else {
                MatchMode::DifferentRelationships
            }
        }),
        branches: alternatives::write_out(&pattern)?,
        pattern,
        time,
        known_at: find(&pair, Rule::KnownAt).map(only_expression).transpose()?,
        stance: find(&pair, Rule::StanceFilter).map(|stance| {
            let words = stance.into_inner().filter(|w| w.as_rule() == Rule::HyphenatedName);
            words.map(|word| name(&word)).collect()
        }),
        hints: hints.map(|hint| Name::new(hint.as_str().trim(), span_of(&hint))).collect(),
        filter: condition(pair.clone().into_inner())?,
        span: spanned(&pair),
    })
}

fn time_clause(pair: Pair<'_, Rule>) -> Result<TimeClause> {
    let span = spanned(&pair);
    let form = pair.into_inner().next().ok_or_else(|| unexpected(span.0, "a time clause"))?;
    let relation = match form.as_rule() {
        Rule::AllTime => {
            return Ok(TimeClause { relation: TimeRelation::AllTime, operand: None, span });
        }
        Rule::AsOf => TimeRelation::AsOf,
        Rule::During => TimeRelation::During,
        Rule::Before => TimeRelation::Before,
        Rule::After => TimeRelation::After,
        _ => TimeRelation::Overlaps,
    };
    let operand = match find(&form, Rule::PeriodFromTo) {
        Some(ends) => period("until", expressions(ends.clone())?, &ends),
        None => match find(&form, Rule::PeriodBetween) {
            Some(ends) => {
                let written = ends.clone().into_inner().filter(|p| p.as_rule() == Rule::PeriodEnd);
                let written = written.map(expression).collect::<Result<_>>()?;
                period("period", written, &ends)
            }
            None => only_expression(form)?,
        },
    };
    Ok(TimeClause { relation, operand: Some(operand), span })
}

/// `FROM a TO b`, which leaves out its end, and `BETWEEN a AND b`: a function of the two.
fn period(function: &str, ends: Vec<Expression>, written: &Pair<'_, Rule>) -> Expression {
    let span = span_of(written);
    let name = ["edtf", function].map(|word| Name::new(word, span)).to_vec();
    Expression::new(ExpressionKind::Function { name, distinct: false, arguments: ends }, span)
}

fn projection(pair: Pair<'_, Rule>) -> Result<Projection> {
    let items = pair.clone().into_inner().filter(|part| part.as_rule() == Rule::ProjectionItem);
    Ok(Projection {
        distinct: has(&pair, Rule::DISTINCT),
        star: has(&pair, Rule::STAR),
        items: items.map(projection_item).collect::<Result<_>>()?,
        group_by: find(&pair, Rule::GroupBy).map(expressions).transpose()?,
        page: order_and_page(&pair)?,
        filter: condition(pair.clone().into_inner())?,
        span: spanned(&pair),
    })
}

fn projection_item(pair: Pair<'_, Rule>) -> Result<ProjectionItem> {
    let alias = names(pair.clone()).pop();
    let written = pair.clone().into_inner().find(|part| is_expression(part.as_rule()));
    let span = written.as_ref().map(span_of);
    let mut expression = only_expression(pair)?;
    // A column without an alias is called by its text, brackets around it included.
    if let Some(span) = span {
        expression.span = span.into();
    }
    Ok(ProjectionItem { expression, alias })
}

pub(super) fn order_and_page(pair: &Pair<'_, Rule>) -> Result<OrderAndPage> {
    let mut page = OrderAndPage::default();
    for part in pair.clone().into_inner() {
        let span = span_of(&part);
        match part.as_rule() {
            Rule::Order => {
                let items = part.into_inner().filter(|item| item.as_rule() == Rule::SortItem);
                page.order = items.map(sort_item).collect::<Result<_>>()?;
            }
            Rule::Skip => page.skip = Some(only_expression(part)?),
            Rule::Limit => page.limit = Some(only_expression(part)?),
            _ => continue,
        }
        page.span = if page.span.0.is_empty() { span } else { page.span.0.to(span) }.into();
    }
    Ok(page)
}

fn sort_item(pair: Pair<'_, Rule>) -> Result<SortItem> {
    Ok(SortItem {
        descending: has(&pair, Rule::DESC),
        nulls_first: has(&pair, Rule::NULLS).then(|| has(&pair, Rule::FIRST)),
        expression: only_expression(pair)?,
    })
}

fn unwind(pair: Pair<'_, Rule>) -> Result<Unwind> {
    let counter = find(&pair, Rule::ForCounter)
        .map(|counter| {
            let kind =
                if has(&counter, Rule::OFFSET) { Counter::Offset } else { Counter::Ordinality };
            Ok((kind, first_name(&counter)?))
        })
        .transpose()?;
    Ok(Unwind {
        variable: first_name(&pair)?,
        counter,
        span: spanned(&pair),
        list: only_expression(pair)?,
    })
}

fn merge(pair: Pair<'_, Rule>) -> Result<Merge> {
    let span = spanned(&pair);
    let path = pattern::pattern_part(child(&pair, Rule::PatternPart)?)?;
    let (mut on_create, mut on_match) = (Vec::new(), Vec::new());
    for action in pair.into_inner().filter(|part| part.as_rule() == Rule::MergeAction) {
        let into = if has(&action, Rule::CREATE) { &mut on_create } else { &mut on_match };
        into.extend(set_items(child(&action, Rule::Set)?)?);
    }
    Ok(Merge { path, on_create, on_match, span })
}

fn set_items(pair: Pair<'_, Rule>) -> Result<Vec<SetItem>> {
    pair.into_inner()
        .filter(|part| part.as_rule() != Rule::SET && part.as_rule() != Rule::COMMA)
        .map(set_item)
        .collect()
}

fn set_item(pair: Pair<'_, Rule>) -> Result<SetItem> {
    Ok(match pair.as_rule() {
        Rule::SetProperty => {
            let target = expression::property(child(&pair, Rule::PropertyExpression)?)?;
            let qualifiers = find(&pair, Rule::SetQualifierClause).map(pattern::qualifiers);
            let qualifiers = qualifiers.transpose()?.map(Box::new);
            SetItem::Property { target, value: only_expression(pair)?, qualifiers }
        }
        Rule::SetExtend => {
            SetItem::Extend { variable: first_name(&pair)?, value: only_expression(pair)? }
        }
        Rule::SetReplace => {
            SetItem::Replace { variable: first_name(&pair)?, value: only_expression(pair)? }
        }
        Rule::SetLabels => SetItem::Labels {
            variable: first_name(&pair)?,
            labels: label_list(child(&pair, Rule::LabelList)?)?,
        },
        _ => SetItem::Qualify {
            variable: first_name(&pair)?,
            qualifiers: Box::new(pattern::qualifiers(child(&pair, Rule::SetQualifierClause)?)?),
        },
    })
}

fn label_list(pair: Pair<'_, Rule>) -> Result<Vec<LabelName>> {
    pair.into_inner()
        .filter(|part| matches!(part.as_rule(), Rule::SchemaName | Rule::DynamicLabel))
        .map(pattern::label_name)
        .collect()
}

fn remove(pair: Pair<'_, Rule>) -> Result<Remove> {
    let span = spanned(&pair);
    let mut items = Vec::new();
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::PropertyExpression => {
                items.push(RemoveItem::Property(expression::property(part)?))
            }
            Rule::RemoveLabels => items.push(RemoveItem::Labels {
                variable: first_name(&part)?,
                labels: label_list(child(&part, Rule::LabelList)?)?,
            }),
            _ => {}
        }
    }
    Ok(Remove { items, span })
}

fn call(pair: Pair<'_, Rule>) -> Result<Call> {
    Ok(Call {
        optional: has(&pair, Rule::OPTIONAL),
        name: qualified_name(&child(&pair, Rule::ProcedureName)?),
        arguments: find(&pair, Rule::Arguments).map(expressions).transpose()?,
        yields: find(&pair, Rule::Yield).map(yields).transpose()?,
        span: spanned(&pair),
    })
}

/// The parts of `name.space.f`.
pub(super) fn qualified_name(pair: &Pair<'_, Rule>) -> Vec<Name> {
    let span = span_of(pair);
    let mut names = Vec::new();
    let mut start = span.start;
    for part in pair.as_str().split('.') {
        let end = start + part.len() as u32;
        let plain = part.trim_matches('`').replace("``", "`");
        names.push(Name::new(plain, crate::text::Span::new(start, end)));
        start = end + 1;
    }
    names
}

pub(super) fn yields(pair: Pair<'_, Rule>) -> Result<Yield> {
    let items = pair.clone().into_inner().filter(|part| part.as_rule() == Rule::YieldItem);
    let items = items.map(|item| {
        let mut names = names(item).into_iter();
        names.next().map(|field| (field, names.next()))
    });
    Ok(Yield {
        star: has(&pair, Rule::STAR),
        items: items.flatten().collect(),
        filter: condition(pair.clone().into_inner())?,
        span: spanned(&pair),
    })
}

fn call_subquery(pair: Pair<'_, Rule>) -> Result<CallSubquery> {
    let scope = find(&pair, Rule::SubqueryScope).map(|scope| {
        if has(&scope, Rule::STAR) {
            SubqueryScope::All
        } else {
            SubqueryScope::Variables(names(scope))
        }
    });
    Ok(CallSubquery {
        optional: has(&pair, Rule::OPTIONAL),
        scope,
        query: Box::new(query(child(&pair, Rule::Query)?)?),
        batches: find(&pair, Rule::InTransactions).map(batches).transpose()?,
        span: spanned(&pair),
    })
}

fn batches(pair: Pair<'_, Rule>) -> Result<Batches> {
    let mut batches = Batches { size: None, on_error: None, status: None, span: spanned(&pair) };
    for part in pair.into_inner() {
        let span = span_of(&part);
        let twice = match part.as_rule() {
            Rule::BatchSize => batches.size.replace(only_expression(part)?).is_some(),
            Rule::OnError => batches.on_error.replace(on_error(&part)).is_some(),
            Rule::ReportStatus => batches.status.replace(first_name(&part)?).is_some(),
            _ => false,
        };
        if twice {
            let message = "IN TRANSACTIONS takes each of OF, ON ERROR and REPORT STATUS once.";
            return Err(Error::new(&codes::UNEXPECTED, message)
                .at(span)
                .hint("Leave one of the two out."));
        }
    }
    Ok(batches)
}

fn on_error(pair: &Pair<'_, Rule>) -> OnError {
    if has(pair, Rule::FAIL) {
        OnError::Fail
    } else if has(pair, Rule::BREAK) {
        OnError::Break
    } else {
        OnError::Continue
    }
}

fn conditional(pair: Pair<'_, Rule>) -> Result<Conditional> {
    let span = spanned(&pair);
    let (mut condition, mut branches, mut otherwise) = (None, Vec::new(), None);
    for part in pair.into_inner() {
        let query = match part.as_rule() {
            Rule::Query => query(part)?,
            Rule::SingleQuery => {
                let span = spanned(&part);
                Query { first: single_query(part)?, rest: Vec::new(), span }
            }
            rule if is_expression(rule) => {
                condition = Some(expression(part)?);
                continue;
            }
            _ => continue,
        };
        match condition.take() {
            Some(condition) => branches.push((condition, query)),
            None => otherwise = Some(Box::new(query)),
        }
    }
    Ok(Conditional { branches, otherwise, span })
}

fn foreach(pair: Pair<'_, Rule>) -> Result<Foreach> {
    let (span, variable) = (spanned(&pair), first_name(&pair)?);
    let mut list = None;
    let mut clauses = Vec::new();
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::ExpressionBeforePipe => list = Some(expression(part)?),
            Rule::FOREACH
            | Rule::LPAREN
            | Rule::RPAREN
            | Rule::SymbolicName
            | Rule::IN
            | Rule::PIPE => {}
            _ => clauses.push(clause(part)?),
        }
    }
    let list = list.ok_or_else(|| unexpected(span.0, "a list"))?;
    Ok(Foreach { variable, list, clauses, span })
}

fn load_csv(pair: Pair<'_, Rule>) -> Result<LoadCsv> {
    let terminator = find(&pair, Rule::StringLiteral)
        .map(|text| literal::string(text.as_str(), span_of(&text)))
        .transpose()?;
    Ok(LoadCsv {
        headers: has(&pair, Rule::HEADERS),
        variable: first_name(&pair)?,
        terminator,
        span: spanned(&pair),
        from: only_expression(pair)?,
    })
}

pub(super) fn first_name(pair: &Pair<'_, Rule>) -> Result<Name> {
    let mut parts = pair.clone().into_inner();
    let found = parts.find(|part| is_name(part.as_rule()));
    found.map(|part| name(&part)).ok_or_else(|| unexpected(span_of(pair), "A name"))
}

/// Whether an expression is a bare variable, and which.
pub(super) fn as_variable(kind: &ExpressionKind) -> Option<&Name> {
    if let ExpressionKind::Variable(name) = kind { Some(name) } else { None }
}
