//! Commands: declarations, completeness, SHOW, indexes and constraints, transactions.

use pest::iterators::Pair;

use super::clause::{first_name, yields};
use super::expression::type_name;
use super::pattern::{pattern_part, sources};
use super::{
    child, condition, find, has, name, names, only_expression, span_of, spanned, unexpected,
};
use crate::error::Result;
use crate::syntax::ast::{
    Complete, ConstraintRule, Declare, DeclaredTemporality, Name, SchemaCommand, SchemaTarget,
    Show, StatementKind, TransactionCommand, Yield,
};
use crate::syntax::rules::Rule;

pub(super) fn command(pair: Pair<'_, Rule>) -> Result<StatementKind> {
    Ok(match pair.as_rule() {
        Rule::Declare => StatementKind::Declare(declare(pair)?),
        Rule::Complete => {
            let span = spanned(&pair);
            StatementKind::Complete(Complete {
                pattern: pattern_part(child(&pair, Rule::PatternPart)?)?,
                at: find(&pair, Rule::CompleteAt).map(only_expression).transpose()?,
                sources: find(&pair, Rule::Source).map(sources).transpose()?.unwrap_or_default(),
                span,
            })
        }
        Rule::Show => StatementKind::Show(show(pair)?),
        Rule::CreateIndex | Rule::CreateConstraint | Rule::DropSchema => {
            StatementKind::Schema(schema(pair)?)
        }
        _ => {
            let form = pair.into_inner().next().map(|form| form.as_rule());
            StatementKind::Transaction(match form {
                Some(Rule::CommitTransaction) => TransactionCommand::Commit,
                Some(Rule::RollbackTransaction) => TransactionCommand::Rollback,
                _ => TransactionCommand::Begin,
            })
        }
    })
}

fn declare(pair: Pair<'_, Rule>) -> Result<Declare> {
    let list = |rule| find(&pair, rule).map(names).unwrap_or_default();
    Ok(Declare {
        relationship_type: first_name(&pair)?,
        temporality: match (has(&pair, Rule::EVENT), find(&pair, Rule::StateKind)) {
            (true, _) => Some(DeclaredTemporality::Event),
            (false, Some(state)) if has(&state, Rule::PERSISTENT) => {
                Some(DeclaredTemporality::PersistentState)
            }
            (false, Some(_)) => Some(DeclaredTemporality::State),
            (false, None) => None,
        },
        symmetric: has(&pair, Rule::SYMMETRIC),
        inverse: find(&pair, Rule::Inverse).map(|inverse| first_name(&inverse)).transpose()?,
        functional: has(&pair, Rule::FUNCTIONAL),
        from: list(Rule::Domain),
        to: list(Rule::Range),
        span: spanned(&pair),
    })
}

fn show(pair: Pair<'_, Rule>) -> Result<Show> {
    let words = pair.clone().into_inner().filter(|part| part.as_rule() == Rule::ShowWord);
    let what =
        words.map(|word| Name::new(word.as_str().trim().to_uppercase(), span_of(&word))).collect();
    let written = find(&pair, Rule::Yield).map(yields).transpose()?;
    let filter = condition(pair.clone().into_inner())?;
    let yields = match (written, filter) {
        (None, Some(filter)) => Some(Yield {
            star: true,
            items: Vec::new(),
            filter: Some(filter),
            span: spanned(&pair),
        }),
        (written, _) => written,
    };
    Ok(Show { what, yields, span: spanned(&pair) })
}

fn schema(pair: Pair<'_, Rule>) -> Result<SchemaCommand> {
    let span = spanned(&pair);
    let named = find(&pair, Rule::SchemaObjectName).map(|part| name(&part));
    let if_not_exists = has(&pair, Rule::IfNotExists);
    Ok(match pair.as_rule() {
        Rule::DropSchema => SchemaCommand::Drop {
            constraint: has(&pair, Rule::CONSTRAINT),
            name: first_name(&pair)?,
            if_exists: has(&pair, Rule::IfExists),
            span,
        },
        Rule::CreateIndex => {
            SchemaCommand::CreateIndex { name: named, if_not_exists, target: target(&pair)?, span }
        }
        _ => SchemaCommand::CreateConstraint {
            name: named,
            if_not_exists,
            target: target(&pair)?,
            rule: constraint_rule(child(&pair, Rule::ConstraintRule)?)?,
            span,
        },
    })
}

fn target(pair: &Pair<'_, Rule>) -> Result<SchemaTarget> {
    if let Some(old) = find(pair, Rule::OldTarget) {
        let mut all = names(old).into_iter();
        let label = all.next().ok_or_else(|| unexpected(span_of(pair), "A label"))?;
        return Ok(SchemaTarget { relationship: false, label, properties: all.collect() });
    }
    let schema = child(pair, Rule::SchemaPattern)?;
    let (element, relationship) = match find(&schema, Rule::SchemaNode) {
        Some(node) => (node, false),
        None => (child(&schema, Rule::SchemaRelationship)?, true),
    };
    let label = names(element).pop().ok_or_else(|| unexpected(span_of(pair), "A label"))?;
    let listed = child(pair, Rule::SchemaProperties)?.into_inner();
    let properties = listed
        .filter(|part| part.as_rule() == Rule::SchemaProperty)
        .filter_map(|property| names(property).pop())
        .collect();
    Ok(SchemaTarget { relationship, label, properties })
}

fn constraint_rule(pair: Pair<'_, Rule>) -> Result<ConstraintRule> {
    if let Some(written) = find(&pair, Rule::TypeName) {
        return Ok(ConstraintRule::Type(type_name(written)?));
    }
    Ok(if has(&pair, Rule::UNIQUE) {
        ConstraintRule::Unique
    } else if has(&pair, Rule::KEY) {
        ConstraintRule::Key
    } else {
        ConstraintRule::Exists
    })
}
