//! Commands: declarations, completeness, SHOW, indexes and constraints, transactions.

use pest::iterators::Pair;

use super::clause::{clause, first_name, order_and_page, yields};
use super::expression::type_name;
use super::pattern::{pattern_part, sources};
use super::{
    child, condition, find, has, name, names, only_expression, span_of, spanned, unexpected,
};
use crate::error::{Error, Result, syntax as codes};
use crate::syntax::ast::{
    Call, Clause, Complete, ConstraintRule, Declare, DeclareLabel, DeclaredTemporality,
    DropDeclaration, Expression, ExpressionKind, Filter, IndexKind, Name, OrderAndPage, Projection,
    ProjectionItem, Query, RuleCommand, RuleDefinition, SchemaCommand, SchemaTarget, SingleQuery,
    StatementKind, TransactionCommand, Yield,
};
use crate::syntax::foreign;
use crate::syntax::rules::Rule;
use crate::text::{Span, suggest};

pub(super) fn command(pair: Pair<'_, Rule>) -> Result<StatementKind> {
    Ok(match pair.as_rule() {
        Rule::Declare => StatementKind::Declare(declare(pair)?),
        Rule::DeclareLabel => StatementKind::DeclareLabel(DeclareLabel {
            label: first_name(&pair)?,
            sub_of: find(&pair, Rule::SubOf).map(names).unwrap_or_default(),
            span: spanned(&pair),
        }),
        Rule::Complete => StatementKind::Complete(complete(&pair)?),
        Rule::DropDeclaration => StatementKind::DropDeclaration(DropDeclaration {
            of_label: has(&pair, Rule::LABEL),
            name: first_name(&pair)?,
            if_exists: has(&pair, Rule::IfExists),
        }),
        Rule::DropComplete => StatementKind::DropComplete {
            stated: complete(&pair)?,
            if_exists: has(&pair, Rule::IfExists),
        },
        Rule::CreateRule => StatementKind::Rule(RuleCommand::Create {
            name: first_name(&pair)?,
            replace: has(&pair, Rule::OrReplace),
            if_not_exists: has(&pair, Rule::IfNotExists),
            definition: Box::new(definition(&child(&pair, Rule::RuleDefinition)?)?),
        }),
        Rule::DropRule => StatementKind::Rule(RuleCommand::Drop {
            name: first_name(&pair)?,
            if_exists: has(&pair, Rule::IfExists),
        }),
        Rule::Show => StatementKind::Query(show(pair)?),
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

fn definition(pair: &Pair<'_, Rule>) -> Result<RuleDefinition> {
    let Clause::Match(body) = clause(child(pair, Rule::Match)?)? else {
        return Err(unexpected(span_of(pair), "A MATCH"));
    };
    Ok(RuleDefinition {
        body,
        head: pattern_part(child(pair, Rule::PatternPart)?)?,
        span: spanned(pair),
    })
}

fn complete(pair: &Pair<'_, Rule>) -> Result<Complete> {
    Ok(Complete {
        pattern: pattern_part(child(pair, Rule::PatternPart)?)?,
        at: find(pair, Rule::CompleteAt).map(only_expression).transpose()?,
        sources: find(pair, Rule::Source).map(sources).transpose()?.unwrap_or_default(),
        span: spanned(pair),
    })
}

fn declare(pair: Pair<'_, Rule>) -> Result<Declare> {
    let list = |rule| find(&pair, rule).map(names).unwrap_or_default();
    if let (Some(event), Some(state)) = (find(&pair, Rule::EVENT), find(&pair, Rule::StateKind)) {
        let place = span_of(if event.as_span().start() < state.as_span().start() {
            &state
        } else {
            &event
        });
        let message = "A statement of one type happens on a day or holds over days, not both.";
        return Err(Error::new(&codes::UNEXPECTED, message)
            .at(place)
            .hint("Leave EVENT or STATE out."));
    }
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
        transitive: has(&pair, Rule::TRANSITIVE),
        sub_of: list(Rule::SubOf),
        inverse: find(&pair, Rule::Inverse).map(|inverse| first_name(&inverse)).transpose()?,
        functional: has(&pair, Rule::FUNCTIONAL),
        order: has(&pair, Rule::ORDER),
        from: list(Rule::Domain),
        to: list(Rule::Range),
        span: spanned(&pair),
    })
}

/// What SHOW can list: the word, the procedure that lists it, its columns.
///
/// `SHOW X YIELD … RETURN …` is a query that begins with a call of that procedure.
const SHOWN: &[(&str, &str, &[&str])] = &[
    (
        "FUNCTIONS",
        "functions",
        &[
            "name",
            "category",
            "description",
            "signature",
            "isBuiltIn",
            "argumentDescription",
            "returnDescription",
            "aggregating",
            "rolesExecution",
            "rolesBoostedExecution",
            "isDeprecated",
            "deprecatedBy",
        ],
    ),
    (
        "PROCEDURES",
        "procedures",
        &[
            "name",
            "description",
            "mode",
            "worksOnSystem",
            "signature",
            "argumentDescription",
            "returnDescription",
            "admin",
            "rolesExecution",
            "rolesBoostedExecution",
            "isDeprecated",
            "deprecatedBy",
            "option",
        ],
    ),
    ("DECLARATIONS", "declarations", &["name", "command", "description"]),
    ("RULES", "rules", &["name", "type", "command"]),
    ("COMPLETENESS", "completeness", &["pattern", "at", "sources", "command"]),
    ("ERASURES", "erasures", &["commit", "at", "element", "name", "id", "reason"]),
    (
        "INDEXES",
        "indexes",
        &[
            "name",
            "state",
            "populationPercent",
            "type",
            "entityType",
            "labelsOrTypes",
            "properties",
        ],
    ),
    (
        "CONSTRAINTS",
        "constraints",
        &["name", "type", "entityType", "labelsOrTypes", "properties", "propertyType"],
    ),
    ("DATABASES", "databases", &["name", "type", "access", "currentStatus", "default", "home"]),
];

/// Of which how many columns are shown where no YIELD asks for others.
const SHOW_BRIEF: &[(&str, usize)] = &[("functions", 3), ("procedures", 4)];

/// The singular forms, and words that may stand before or after and change nothing.
const SHOW_SAME: &[(&str, &str)] = &[
    ("FUNCTION", "FUNCTIONS"),
    ("PROCEDURE", "PROCEDURES"),
    ("DECLARATION", "DECLARATIONS"),
    ("RULE", "RULES"),
    ("ERASURE", "ERASURES"),
    ("INDEX", "INDEXES"),
    ("CONSTRAINT", "CONSTRAINTS"),
    ("DATABASE", "DATABASES"),
];
const SHOW_IGNORED: &[&str] =
    &["ALL", "BUILT", "IN", "EXECUTABLE", "BY", "CURRENT", "USER", "HOME", "DEFAULT"];

fn show(pair: Pair<'_, Rule>) -> Result<Query> {
    let span = spanned(&pair);
    let (procedure, columns) = shown(&pair)?;
    let place = span.0;
    let field = |name: &&str| (Name::new(*name, place), None);
    let own = condition(pair.clone().into_inner())?;
    let page = find(&pair, Rule::PageClause).map(|page| order_and_page(&page)).transpose()?;
    let returned = find(&pair, Rule::Return).map(clause).transpose()?;
    let written = find(&pair, Rule::Yield).map(yields).transpose()?;
    let brief = SHOW_BRIEF.iter().find(|(name, _)| *name == procedure && written.is_none());
    let shown = brief.map_or(columns.len(), |&(_, shown)| shown);
    let mut yields = written.unwrap_or(Yield { star: true, items: Vec::new(), filter: None, span });
    if yields.star {
        yields.star = false;
        yields.items = columns.iter().map(field).collect();
    }
    // WHERE alone sees every column, whichever are shown.
    let items = yields.items.iter().take(if brief.is_some() { shown } else { usize::MAX });
    let items = items.map(|(field, alias)| {
        let name = alias.clone().unwrap_or_else(|| field.clone());
        let expression = Expression::new(ExpressionKind::Variable(name.clone()), name.span);
        ProjectionItem { expression, alias: Some(name) }
    });
    let all = Clause::Return(Projection {
        distinct: false,
        star: false,
        items: items.collect(),
        group_by: None,
        page: OrderAndPage::default(),
        filter: None,
        span,
    });
    let mut clauses = vec![Clause::Call(Call {
        optional: false,
        name: vec![Name::new("show", place), Name::new(procedure, place)],
        arguments: Some(Vec::new()),
        yields: Some(yields),
        span,
    })];
    clauses.extend(page.map(Clause::OrderAndPage));
    clauses.extend(own.map(|condition| Clause::Filter(Filter { condition, span })));
    clauses.push(returned.unwrap_or(all));
    let first = SingleQuery { clauses, span };
    Ok(Query { first, rest: Vec::new(), span })
}

/// The procedure and the columns that the words after SHOW mean.
fn shown(pair: &Pair<'_, Rule>) -> Result<(&'static str, &'static [&'static str])> {
    let words: Vec<Pair<'_, Rule>> =
        pair.clone().into_inner().filter(|part| part.as_rule() == Rule::ShowWord).collect();
    let text = |word: &Pair<'_, Rule>| word.as_str().trim().to_uppercase();
    let mut telling = words.iter().filter(|word| !SHOW_IGNORED.contains(&&*text(word)));
    if let (Some(word), None) = (telling.next(), telling.next()) {
        let word = text(word);
        let plural =
            SHOW_SAME.iter().find(|(one, _)| *one == word).map_or(&*word, |(_, many)| many);
        if let Some((_, procedure, columns)) = SHOWN.iter().find(|(known, ..)| *known == plural) {
            return Ok((procedure, columns));
        }
    }
    let last = words.last().map(text).unwrap_or_default();
    let near = suggest::nearest(&last, SHOWN.iter().map(|(known, ..)| *known));
    let place = words.iter().map(span_of).reduce(Span::to).unwrap_or_else(|| span_of(pair));
    let foreign = foreign::statement(&format!("SHOW {last}"));
    Err(Error::new(&codes::UNEXPECTED, "SHOW lists something else.").at(place).hint(match near {
        Some(near) => format!("Did you mean `SHOW {near}`?"),
        None if foreign.is_some() => foreign.unwrap_or_default().to_owned(),
        None => "SHOW FUNCTIONS, PROCEDURES, INDEXES, CONSTRAINTS, DECLARATIONS, RULES, COMPLETENESS, ERASURES or DATABASES."
            .to_owned(),
    }))
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
            let kind = index_kind(&pair)?;
            let target = target(&pair)?;
            SchemaCommand::CreateIndex { kind, name: named, if_not_exists, target, span }
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

fn index_kind(pair: &Pair<'_, Rule>) -> Result<IndexKind> {
    let Some(word) = find(pair, Rule::IndexKind) else { return Ok(IndexKind::Range) };
    Ok(match word.as_str().trim().to_uppercase().as_str() {
        "TEXT" => IndexKind::Text,
        "POINT" => IndexKind::Point,
        "LOOKUP" => IndexKind::Lookup,
        "RANGE" | "BTREE" => IndexKind::Range,
        other => {
            let message = format!("There are no {other} indexes here.");
            return Err(Error::new(&codes::UNEXPECTED, message)
                .at(span_of(&word))
                .hint("Search texts with CONTAINS, STARTS WITH or `=~`; they need no index."));
        }
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
    let place = span_of(&element);
    let mut written = names(element);
    let label = match written.len() {
        // `(n) ON EACH labels(n)`: the variable alone.
        1 if has(pair, Rule::SchemaEach) => Name::new("", place),
        2 => written.remove(1),
        _ => {
            let message = "An index or a constraint is about one label or one type.";
            return Err(Error::new(&codes::UNEXPECTED, message).at(place).hint("(n:Person)"));
        }
    };
    let listed = match find(pair, Rule::SchemaEach) {
        Some(each) => each.into_inner(),
        None => child(pair, Rule::SchemaProperties)?.into_inner(),
    };
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
