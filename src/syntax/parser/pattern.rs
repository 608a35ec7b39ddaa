//! Patterns, labels, and what is stated about relationships.

use pest::iterators::Pair;

use super::clause::first_name;
use super::expression::{self, expression, map_entries};
use super::{
    alternatives, child, condition, find, has, is_expression, name, names, only_expression,
    span_of, spanned, unexpected,
};
use crate::error::{Error, Result, bind, syntax as codes};
use crate::syntax::ast::{
    ArrowDirection, Expression, ExpressionKind, LabelExpression, LabelName, Length, NodePattern,
    PathElement, PathMode, PathPattern, PathSelector, Pattern, QualifierClause, QuantifiedPath,
    RelationshipPattern, SourceItem, StatedProperty,
};
use crate::syntax::rules::Rule;

pub(super) fn pattern(pair: Pair<'_, Rule>) -> Result<Pattern> {
    let span = spanned(&pair);
    let parts = pair.into_inner().filter(|part| part.as_rule() == Rule::PatternPart);
    Ok(Pattern { paths: parts.map(pattern_part).collect::<Result<_>>()?, span })
}

pub(super) fn pattern_part(pair: Pair<'_, Rule>) -> Result<PathPattern> {
    path(pair)
}

/// A path: of a pattern, in a shortest-path function, or in brackets.
pub(super) fn path(pair: Pair<'_, Rule>) -> Result<PathPattern> {
    let mut path = PathPattern {
        variable: None,
        selector: None,
        mode: None,
        elements: Vec::new(),
        span: spanned(&pair),
    };
    fill_path(pair, &mut path)?;
    Ok(path)
}

pub(super) fn fill_path(pair: Pair<'_, Rule>, path: &mut PathPattern) -> Result<()> {
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::SymbolicName => path.variable = Some(name(&part)),
            Rule::SHORTESTPATH => path.selector = Some(PathSelector::ShortestPathFunction),
            Rule::ALLSHORTESTPATHS => path.selector = Some(PathSelector::AllShortestPathsFunction),
            Rule::ShortestPathPattern => fill_path(part, path)?,
            Rule::PathPrefix => prefix(part, path)?,
            Rule::NodePattern => {
                let node = node(part)?;
                check_apart(path.elements.last(), &node)?;
                path.elements.push(PathElement::Node(node));
            }
            Rule::RelationshipPattern => {
                path.elements.push(PathElement::Relationship(relationship(part)?));
            }
            Rule::ParenthesizedPath => path.elements.push(parenthesized(part)?),
            Rule::PathAlternative => alternatives::add(part, path)?,
            Rule::CompatArrow => return Err(foreign_arrow(&part)),
            _ => {}
        }
    }
    Ok(())
}

/// Two nodes side by side are one node, which whoever left a comma out did not mean: they must
/// bear the same name.
fn check_apart(before: Option<&PathElement>, node: &NodePattern) -> Result<()> {
    let Some(PathElement::Node(before)) = before else { return Ok(()) };
    let name = |node: &NodePattern| node.variable.as_ref().map(|name| name.text.clone());
    if name(node).is_some() && name(before) == name(node) {
        return Ok(());
    }
    let message = "Nothing stands between these two nodes.";
    Err(Error::new(&codes::UNEXPECTED, message)
        .at(node.span.0)
        .hint("Put a relationship between them, `(a)-->(b)`, or a comma, `(a), (b)`."))
}

fn foreign_arrow(pair: &Pair<'_, Rule>) -> Error {
    let written = pair.as_str().trim();
    let made = Error::new(&codes::UNEXPECTED, format!("`{written}` is no relationship."))
        .at(span_of(pair));
    // What is said of a statement has a form of its own, and what is wrong there is no arrow.
    let says = |word: &str| matches!(word, "VALID" | "SOURCE" | "SAYS" | "RANK" | "REASON");
    if written.split_whitespace().any(|word| says(&word.to_uppercase())) {
        return made.hint(
            "Type `-[:TYPE VALID edtf('2012/..') SOURCE 'Report' {page: 1} SAYS denied BY 'a speaker']->`.",
        );
    }
    let words: String =
        written.chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '|')).collect();
    let inside = if words.is_empty() { String::new() } else { format!("[:{words}]") };
    let form =
        if written.starts_with('<') { format!("<-{inside}-") } else { format!("-{inside}->") };
    made.hint(format!("Type `{form}`."))
}

fn prefix(pair: Pair<'_, Rule>, path: &mut PathPattern) -> Result<()> {
    let groups = has(&pair, Rule::GROUPS);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::PathMode => path.mode = part.into_inner().next().map(|word| path_mode(&word)),
            Rule::PathSelector => {
                let count = part
                    .clone()
                    .into_inner()
                    .find(|p| matches!(p.as_rule(), Rule::NumberLiteral | Rule::Parameter))
                    .map(|p| expression::atom(p))
                    .transpose()?;
                let words: Vec<_> = part.into_inner().map(|word| word.as_rule()).collect();
                let shortest = words.contains(&Rule::SHORTEST);
                path.selector = Some(match words.first() {
                    Some(Rule::ALL) if shortest => PathSelector::AllShortest,
                    Some(Rule::ALL) => PathSelector::All,
                    Some(Rule::ANY_WORD) if shortest => PathSelector::Shortest(None),
                    Some(Rule::ANY_WORD) => PathSelector::Any(count),
                    _ if groups => PathSelector::ShortestGroups(count),
                    _ => PathSelector::Shortest(count),
                });
            }
            _ => {}
        }
    }
    Ok(())
}

fn path_mode(word: &Pair<'_, Rule>) -> PathMode {
    match word.as_rule() {
        Rule::WALK => PathMode::Walk,
        Rule::TRAIL => PathMode::Trail,
        Rule::ACYCLIC => PathMode::Acyclic,
        _ => PathMode::Simple,
    }
}

fn parenthesized(pair: Pair<'_, Rule>) -> Result<PathElement> {
    let span = spanned(&pair);
    let filter = condition(pair.clone().into_inner())?.map(Box::new);
    let length = find(&pair, Rule::PathQuantifier).map(quantifier).transpose()?;
    Ok(PathElement::Quantified(QuantifiedPath {
        path: Box::new(path(pair)?),
        filter,
        length,
        span,
    }))
}

fn node(pair: Pair<'_, Rule>) -> Result<NodePattern> {
    let (properties_of, stated) = match find(&pair, Rule::NodeProperties) {
        Some(properties) => node_properties(properties)?,
        None => (None, Vec::new()),
    };
    Ok(NodePattern {
        variable: names(pair.clone()).into_iter().next(),
        labels: find(&pair, Rule::NodeLabels).map(node_labels).transpose()?,
        properties: properties_of,
        stated,
        filter: condition(pair.clone().into_inner())?.map(Box::new),
        span: spanned(&pair),
    })
}

pub(super) fn node_labels(pair: Pair<'_, Rule>) -> Result<LabelExpression> {
    label_expression(child(&pair, Rule::LabelExpression)?)
}

/// The properties of a node: those without date and source, and the others.
fn node_properties(pair: Pair<'_, Rule>) -> Result<(Option<Expression>, Vec<StatedProperty>)> {
    let span = span_of(&pair);
    let inner = pair.into_inner().next().ok_or_else(|| unexpected(span, "A map"))?;
    if inner.as_rule() != Rule::StatedMap {
        return Ok((Some(expression::atom(inner)?), Vec::new()));
    }
    let (mut entries, mut stated) = (Vec::new(), Vec::new());
    for entry in inner.into_inner().filter(|part| part.as_rule() == Rule::StatedEntry) {
        let clause = find(&entry, Rule::StatedQualifierClause).map(qualifiers).transpose()?;
        let key = name(&child(&entry, Rule::SchemaName)?);
        let value = only_expression(entry)?;
        match clause {
            None => entries.push((key, value)),
            Some(qualifiers) => stated.push(StatedProperty { key, value, qualifiers }),
        }
    }
    // `{}` is a map without entries; `{k: v VALID …}` says nothing that is plain.
    let plain = !entries.is_empty() || stated.is_empty();
    let plain = plain.then(|| Expression::new(ExpressionKind::Map(entries), span));
    Ok((plain, stated))
}

fn properties(pair: Pair<'_, Rule>) -> Result<Expression> {
    let span = span_of(&pair);
    let inner = pair.into_inner().next().ok_or_else(|| unexpected(span, "A map"))?;
    expression::atom(inner)
}

pub(super) fn relationship(pair: Pair<'_, Rule>) -> Result<RelationshipPattern> {
    let direction = match (has(&pair, Rule::LeftArrowHead), has(&pair, Rule::RightArrowHead)) {
        (true, true) => ArrowDirection::LeftOrRight,
        (true, false) => ArrowDirection::Left,
        (false, true) => ArrowDirection::Right,
        (false, false) => ArrowDirection::Undirected,
    };
    let mut relationship = RelationshipPattern {
        variable: None,
        types: None,
        direction,
        length: find(&pair, Rule::PathQuantifier).map(quantifier).transpose()?,
        properties: None,
        filter: None,
        qualifiers: None,
        span: spanned(&pair),
    };
    let Some(detail) = find(&pair, Rule::RelationshipDetail) else { return Ok(relationship) };
    relationship.filter = condition(detail.clone().into_inner())?.map(Box::new);
    for part in detail.into_inner() {
        match part.as_rule() {
            Rule::SymbolicName => relationship.variable = Some(name(&part)),
            Rule::NodeLabels => relationship.types = Some(node_labels(part)?),
            Rule::RangeLiteral => {
                if let Some(quantifier) = &relationship.length {
                    let message =
                        "A relationship has a length in its brackets or a quantifier behind it.";
                    return Err(Error::new(&codes::RELATIONSHIP_PATTERN, message)
                        .at(quantifier.span.0)
                        .hint("Write one of them: `-[:T*2]->` or `-[:T]->{2}`."));
                }
                relationship.length = Some(range(&part)?);
            }
            Rule::CompatRange => {
                let message = format!("`{}` is no length.", part.as_str().trim());
                return Err(Error::new(&codes::RELATIONSHIP_PATTERN, message)
                    .at(span_of(&part))
                    .hint("A length is written `*`, `*2`, `*1..3`, `*..3` or `*1..`."));
            }
            Rule::Properties if part.as_str().starts_with('$') && relationship.length.is_some() => {
                let message = "A length is written in digits, not as a parameter.";
                return Err(Error::new(&bind::PARAMETER_USE, message)
                    .at(span_of(&part))
                    .hint("`*1..3`; for a length that is computed: `WHERE length(p) <= $k`."));
            }
            Rule::Properties => relationship.properties = Some(properties(part)?),
            Rule::QualifierClause => relationship.qualifiers = Some(Box::new(qualifiers(part)?)),
            _ => {}
        }
    }
    Ok(relationship)
}

/// `*`, `*2`, `*1..3`.
fn range(pair: &Pair<'_, Rule>) -> Result<Length> {
    let (mut min, mut max, mut dots) = (None, None, false);
    for part in pair.clone().into_inner() {
        match part.as_rule() {
            Rule::DOTS => dots = true,
            Rule::UnsignedInteger if dots => max = Some(count(&part)?),
            Rule::UnsignedInteger => min = Some(count(&part)?),
            _ => {}
        }
    }
    if !dots {
        max = min;
    }
    Ok(Length { min, max, quantifier: false, span: spanned(pair) })
}

/// `+`, `*`, `?`, `{2}`, `{1,3}`.
fn quantifier(pair: Pair<'_, Rule>) -> Result<Length> {
    let span = spanned(&pair);
    let (mut min, mut max, mut comma, mut braces) = (None, None, false, false);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::STAR => min = Some(0),
            Rule::PlusSign => min = Some(1),
            Rule::QuestionMark => (min, max) = (Some(0), Some(1)),
            Rule::LBRACE => braces = true,
            Rule::COMMA => comma = true,
            Rule::UnsignedInteger if comma => max = Some(count(&part)?),
            Rule::UnsignedInteger => min = Some(count(&part)?),
            _ => {}
        }
    }
    if braces && !comma {
        max = min;
    }
    if let (least, Some(most)) = (min.unwrap_or(0), max)
        && (least > most || most == 0)
    {
        let message = if most == 0 {
            "A part of a path that is repeated at most 0 times is never there.".to_owned()
        } else {
            format!("No number of times is at least {least} and at most {most}.")
        };
        return Err(Error::new(&codes::RELATIONSHIP_PATTERN, message)
            .at(span.0)
            .hint("The least stands first: `{1,3}`."));
    }
    Ok(Length { min: min.or(Some(0)), max, quantifier: true, span })
}

fn count(pair: &Pair<'_, Rule>) -> Result<u64> {
    pair.as_str().parse().map_err(|_| {
        Error::new(
            &codes::INTEGER_OVERFLOW,
            format!("`{}` is too large for a length.", pair.as_str()),
        )
        .at(span_of(pair))
    })
}

// ---------------------------------------------------------------------------------- labels

pub(super) fn label_expression(pair: Pair<'_, Rule>) -> Result<LabelExpression> {
    join(pair, Rule::LabelTerm, label_term, LabelExpression::Or)
}

pub(super) fn label_term(pair: Pair<'_, Rule>) -> Result<LabelExpression> {
    join(pair, Rule::LabelFactor, label_factor, LabelExpression::And)
}

fn join(
    pair: Pair<'_, Rule>,
    rule: Rule,
    part: fn(Pair<'_, Rule>) -> Result<LabelExpression>,
    joined: fn(Box<LabelExpression>, Box<LabelExpression>) -> LabelExpression,
) -> Result<LabelExpression> {
    let span = span_of(&pair);
    let mut whole = None;
    for (at, factor) in pair.into_inner().filter(|p| p.as_rule() == rule).enumerate() {
        if at > 256 {
            return Err(
                Error::new(&codes::TOO_COMPLEX, "More than 256 labels in one expression.").at(span)
            );
        }
        let factor = part(factor)?;
        whole = Some(match whole {
            None => factor,
            Some(before) => joined(Box::new(before), Box::new(factor)),
        });
    }
    whole.ok_or_else(|| unexpected(span, "A label"))
}

fn label_factor(pair: Pair<'_, Rule>) -> Result<LabelExpression> {
    let span = spanned(&pair);
    let (mut negations, mut found) = (0_usize, None);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::LabelNot => negations += 1,
            Rule::LabelExpression => found = Some(label_expression(part)?),
            Rule::LabelWildcard => found = Some(LabelExpression::Wildcard(spanned(&part))),
            Rule::DynamicLabel if has(&part, Rule::AnyOf) => {
                found = Some(LabelExpression::AnyOf(Box::new(only_expression(part)?)));
            }
            Rule::SchemaName | Rule::DynamicLabel | Rule::ValueType => {
                found = Some(LabelExpression::Name(label_name(part)?));
            }
            _ => {}
        }
    }
    let mut label = found.ok_or_else(|| unexpected(span.0, "A label"))?;
    if negations % 2 == 1 {
        label = LabelExpression::Not(Box::new(label));
    }
    Ok(label)
}

pub(super) fn label_name(pair: Pair<'_, Rule>) -> Result<LabelName> {
    Ok(match pair.as_rule() {
        Rule::DynamicLabel => LabelName::Dynamic(Box::new(only_expression(pair)?)),
        Rule::ValueType => {
            let mut name = name(&pair);
            if let Some(quoted) =
                name.text.strip_prefix(".`").and_then(|rest| rest.strip_suffix('`'))
            {
                name.text = format!(".{}", quoted.replace("``", "`"));
            }
            LabelName::Static(name)
        }
        _ => LabelName::Static(name(&pair)),
    })
}

// ----------------------------------------------------------------- what is stated beside it

pub(super) fn qualifiers(pair: Pair<'_, Rule>) -> Result<QualifierClause> {
    let mut clause = QualifierClause::default();
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::Valid => clause.valid = Some(only_expression(part)?),
            Rule::NotBefore => clause.from = Some(only_expression(part)?),
            Rule::NotAfter => clause.to = Some(only_expression(part)?),
            Rule::Source | Rule::SetSource | Rule::StatedSource => {
                clause.sources.extend(sources(part)?)
            }
            Rule::Says => {
                let stance = child(&part, Rule::HyphenatedName)?;
                let speaker = part
                    .into_inner()
                    .find(|p| is_expression(p.as_rule()))
                    .map(expression)
                    .transpose()?;
                clause.says = Some((name(&stance), speaker));
            }
            Rule::Rank => clause.rank = Some(first_name(&part)?),
            Rule::Reason => clause.reason = Some(only_expression(part)?),
            _ => {}
        }
    }
    Ok(clause)
}

pub(super) fn sources(pair: Pair<'_, Rule>) -> Result<Vec<SourceItem>> {
    pair.into_inner()
        .filter(|part| part.as_rule() == Rule::SourceItem)
        .map(|item| {
            let document = expression::property(child(&item, Rule::SourceDocument)?)?;
            let locator = find(&item, Rule::MapLiteral).map(expression::atom).transpose()?;
            Ok(SourceItem { document, locator })
        })
        .collect()
}

// ------------------------------------------------------------------ patterns in expressions

/// `(a)-[:T]->(b)` in an expression: nodes and relationships as a path.
pub(super) fn path_of_expression(pair: Pair<'_, Rule>) -> Result<PathPattern> {
    let span = spanned(&pair);
    let mut elements = Vec::new();
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::ParenthesizedNode => elements.push(PathElement::Node(node_of_expression(part)?)),
            Rule::PatternElementChain => {
                let arrow = relationship(child(&part, Rule::RelationshipPattern)?)?;
                elements.push(PathElement::Relationship(arrow));
                let end = child(&part, Rule::ParenthesizedNode)?;
                elements.push(PathElement::Node(node_of_expression(end)?));
            }
            _ => {}
        }
    }
    Ok(PathPattern { variable: None, selector: None, mode: None, elements, span })
}

/// What stands in the brackets of a node, read as the expression that it also looks like.
fn node_of_expression(pair: Pair<'_, Rule>) -> Result<NodePattern> {
    let mut node = NodePattern {
        variable: None,
        labels: None,
        properties: None,
        stated: Vec::new(),
        filter: condition(pair.clone().into_inner())?.map(Box::new),
        span: spanned(&pair),
    };
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::Expression => node_head(part, &mut node)?,
            Rule::NodeLabels => node.labels = Some(node_labels(part)?),
            Rule::LabelExpression => node.labels = Some(label_expression(part)?),
            Rule::MapLiteral | Rule::Parameter => node.properties = Some(expression::atom(part)?),
            _ => {}
        }
    }
    Ok(node)
}

/// A variable, labels and properties that the grammar has read as one expression.
fn node_head(pair: Pair<'_, Rule>, node: &mut NodePattern) -> Result<()> {
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::SymbolicName if node.variable.is_none() => node.variable = Some(name(&part)),
            Rule::MapProjection => node.properties = Some(projection_as_map(part)?),
            Rule::MapLiteral | Rule::Parameter => node.properties = Some(expression::atom(part)?),
            Rule::LabelPredicate => {
                node.labels = Some(label_expression(child(&part, Rule::LabelExpression)?)?);
                node.properties =
                    find(&part, Rule::MapLiteral).map(expression::atom).transpose()?;
            }
            _ => {
                return Err(Error::new(
                    &codes::UNEXPECTED,
                    "A node of a pattern is written `(name:Label {key: value})`.",
                )
                .at(span_of(&part)));
            }
        }
    }
    Ok(())
}

/// `(n {name: 'x'})` reads as a map projection of `n`.
fn projection_as_map(pair: Pair<'_, Rule>) -> Result<Expression> {
    let span = span_of(&pair);
    let mut entries = Vec::new();
    for item in pair.into_inner().filter(|part| part.as_rule() == Rule::MapProjectionItem) {
        let entry = child(&item, Rule::ProjectedEntry)?;
        entries.extend(map_entries([entry])?);
    }
    Ok(Expression::new(ExpressionKind::Map(entries), span))
}
