//! CREATE and DROP of indexes and constraints.
//!
//! Every property of nodes is found by value without an index being declared; a declared one is a
//! promise that is kept anyway, so that scripts for other stores run and `SHOW INDEXES` tells them
//! what they asked for. Constraints are checked: see [`constraint`](super::constraint).

use std::sync::Arc;

use crate::error::{Error, Result, bind as codes};
use crate::graph::Transaction;
use crate::graph::rule::{Rule, RuleKind};
use crate::syntax::ast::{ConstraintRule, IndexKind, SchemaCommand, SchemaTarget, TypeName};
use crate::text::{Span, suggest};

use super::constraint::{self, Guard};

/// Carries out a command on indexes and constraints.
pub(super) fn run(
    command: &SchemaCommand,
    transaction: &mut dyn Transaction,
    guard: Guard<'_>,
) -> Result<()> {
    match command {
        SchemaCommand::CreateIndex { kind, name, if_not_exists, target, span } => {
            let kind = match kind {
                IndexKind::Range => RuleKind::RangeIndex,
                IndexKind::Text => RuleKind::TextIndex,
                IndexKind::Point => RuleKind::PointIndex,
                // Every store has it from the beginning.
                IndexKind::Lookup => return Ok(()),
            };
            let name = name.as_ref().map(|name| &*name.text);
            create(named(name, kind, target), *if_not_exists, span.0, transaction, guard)
        }
        SchemaCommand::CreateConstraint { name, if_not_exists, target, rule, span } => {
            let kind = match rule {
                ConstraintRule::Unique => RuleKind::Unique,
                ConstraintRule::Exists => RuleKind::Exists,
                ConstraintRule::Key => RuleKind::Key,
                ConstraintRule::Type(type_name) => {
                    crate::expr::types::check(type_name)?;
                    RuleKind::Typed(written(type_name).into())
                }
            };
            let name = name.as_ref().map(|name| &*name.text);
            create(named(name, kind, target), *if_not_exists, span.0, transaction, guard)
        }
        SchemaCommand::Drop { constraint, name, if_exists, .. } => {
            let rules = &transaction.declarations().rules;
            let is_meant = |rule: &Rule| rule.is_constraint() == *constraint;
            let Some(at) = rules.iter().position(|rule| is_meant(rule) && *rule.name == *name.text)
            else {
                if *if_exists {
                    return Ok(());
                }
                let names = rules.iter().filter(|rule| is_meant(rule)).map(|rule| &*rule.name);
                let near = suggest::nearest(&name.text, names);
                let what = if *constraint { "constraint" } else { "index" };
                let message = format!("There is no {what} `{}`.", name.text);
                return Err(Error::new(&codes::RULE_NOT_FOUND, message).at(name.span).hint(
                    match near {
                        Some(near) => format!("Did you mean `{near}`?"),
                        None => format!(
                            "`SHOW {}` lists them.",
                            if *constraint { "CONSTRAINTS" } else { "INDEXES" }
                        ),
                    },
                ));
            };
            let mut rules = rules.clone();
            rules.remove(at);
            transaction.set_rules(rules);
            Ok(())
        }
    }
}

/// A rule with the name that was given, or one made of what it says.
fn named(name: Option<&str>, kind: RuleKind, target: &SchemaTarget) -> Rule {
    let keys: Vec<Arc<str>> =
        target.properties.iter().map(|key| key.text.as_str().into()).collect();
    let name = name.map_or_else(
        || {
            let parts: Vec<_> = [kind.name(target.relationship), &target.label.text]
                .into_iter()
                .chain(keys.iter().map(|key| &**key))
                .map(str::to_lowercase)
                .collect();
            parts.join("_")
        },
        str::to_owned,
    );
    let on = target.label.text.as_str().into();
    Rule { name: name.into(), kind, is_relationship: target.relationship, on, keys }
}

fn create(
    rule: Rule,
    if_not_exists: bool,
    span: Span,
    transaction: &mut dyn Transaction,
    guard: Guard<'_>,
) -> Result<()> {
    let rules = &transaction.declarations().rules;
    let same = rules.iter().find(|known| known.name == rule.name || known.is_equivalent(&rule));
    if let Some(known) = same {
        if if_not_exists {
            return Ok(());
        }
        let what = if known.is_constraint() { "constraint" } else { "index" };
        let message =
            format!("There is already the {what} `{}`: {}.", known.name, constraint::told(known));
        return Err(Error::new(&codes::RULE_EXISTS, message)
            .at(span)
            .hint("Add IF NOT EXISTS, or use another name."));
    }
    if rule.is_constraint() {
        let graph = transaction.as_snapshot();
        constraint::check_all(&rule, graph, guard).map_err(|error| error.at(span))?;
    }
    let mut rules = rules.clone();
    rules.push(rule);
    transaction.set_rules(rules);
    Ok(())
}

/// A type as it is written.
fn written(type_name: &TypeName) -> String {
    let alternatives = type_name.alternatives.iter().map(|alternative| {
        let element =
            alternative.element.as_deref().map(|element| format!("<{}>", written(element)));
        let not_null = if alternative.not_null { " NOT NULL" } else { "" };
        format!("{}{}{not_null}", alternative.name, element.unwrap_or_default())
    });
    alternatives.collect::<Vec<_>>().join(" | ")
}
