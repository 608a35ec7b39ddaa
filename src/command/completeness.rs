//! `COMPLETE pattern AT time SOURCE …`: that what is there is all there is.

use std::sync::Arc;

use crate::error::{Error, Result, bind, eval};
use crate::graph::Transaction;
use crate::graph::completeness::is_meant;
use crate::graph::declaration::{Completeness, Endpoint};
use crate::graph::source::{Support, check_locator};
use crate::syntax::ast::{
    ArrowDirection, Complete, Expression, ExpressionKind, LabelExpression, LabelName, NodePattern,
    PathElement, RelationshipPattern,
};
use crate::text::Span;
use crate::value::Value;
use crate::value::time::Edtf;

const EXAMPLE: &str = "COMPLETE (:State)-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) AT edtf('2017-11') SOURCE 'report'";

/// The expressions of the statement: the properties of both nodes, the time, documents and places.
pub(super) fn constants(complete: &Complete) -> Vec<&Expression> {
    let nodes = complete.pattern.elements.iter().filter_map(|element| match element {
        PathElement::Node(node) => Some(node),
        _ => None,
    });
    let properties = nodes.flat_map(|node| properties(node).iter().map(|(_, value)| value));
    let sources = complete.sources.iter();
    let places = sources.flat_map(|source| [Some(&source.document), source.locator.as_ref()]);
    properties.chain(complete.at.as_ref()).chain(places.flatten()).collect()
}

/// Stores the statement; `constants` are the values of its expressions in order.
pub(super) fn state(
    complete: &Complete,
    constants: Vec<Value>,
    transaction: &mut dyn Transaction,
) -> Result<()> {
    let stated = read(complete, constants, transaction)?;
    transaction.add_completeness(stated);
    Ok(())
}

/// Drops the statements with the pattern, and with the time where one is said.
pub(super) fn drop(
    complete: &Complete,
    if_exists: bool,
    constants: Vec<Value>,
    transaction: &mut dyn Transaction,
) -> Result<()> {
    let stated = read(complete, constants, transaction)?;
    let graph = transaction.as_snapshot();
    let before = &graph.declarations().completeness;
    let kept: Vec<Completeness> =
        before.iter().filter(|one| !is_meant(graph, one, &stated)).cloned().collect();
    if kept.len() < before.len() {
        transaction.set_completeness(kept);
    } else if !if_exists {
        let message = "There is no such completeness statement.";
        return Err(Error::new(&bind::RULE_NOT_FOUND, message)
            .at(complete.span.0)
            .hint("`SHOW COMPLETENESS` lists them, each with the command that states it."));
    }
    Ok(())
}

fn read(
    complete: &Complete,
    constants: Vec<Value>,
    transaction: &mut dyn Transaction,
) -> Result<Completeness> {
    let span = complete.span.0;
    let [PathElement::Node(left), PathElement::Relationship(step), PathElement::Node(right)] =
        complete.pattern.elements.as_slice()
    else {
        return Err(refused("COMPLETE takes one relationship between two nodes.", span));
    };
    let mut values = constants.into_iter();
    let relationship_type = transaction.intern_type(&type_name(step)?);
    let left = endpoint(left, &mut values, transaction)?;
    let right = endpoint(right, &mut values, transaction)?;
    let symmetric =
        transaction.declarations().of(relationship_type).is_some_and(|one| one.symmetric);
    let (from, to) = match step.direction {
        ArrowDirection::Right => (left, right),
        ArrowDirection::Left => (right, left),
        _ if symmetric => (left, right),
        _ => {
            let message = "COMPLETE needs a direction, unless the type is declared symmetric.";
            return Err(refused(message, step.span.0));
        }
    };
    let at = match &complete.at {
        None => None,
        Some(expression) => Some(time(values.next(), expression.span())?),
    };
    let mut support = Vec::with_capacity(complete.sources.len());
    for source in &complete.sources {
        let document = values.next().unwrap_or_default();
        let locator = source.locator.as_ref().and_then(|_| values.next()).unwrap_or_default();
        let written = source.locator.as_ref().unwrap_or(&source.document);
        check_locator(&locator).map_err(|error| error.at(written.span()))?;
        let place = Support::at(transaction.as_snapshot(), &document, locator);
        support.push(place.map_err(|error| error.at(source.document.span()))?);
    }
    Ok(Completeness { from, relationship_type, to, at, support })
}

fn endpoint(
    node: &NodePattern,
    values: &mut impl Iterator<Item = Value>,
    transaction: &mut dyn Transaction,
) -> Result<Endpoint> {
    let mut names = Vec::new();
    if let Some(labels) = &node.labels {
        conjunction(labels, node.span.0, &mut names)?;
    }
    let whole = matches!(&node.properties, Some(other) if !is_map(other));
    if whole || node.filter.is_some() {
        let message = "COMPLETE takes labels and properties of its nodes, nothing else.";
        return Err(refused(message, node.span.0));
    }
    let properties = properties(node)
        .iter()
        .map(|(key, _)| (Arc::from(key.text.as_str()), values.next().unwrap_or_default()));
    let properties = properties.collect();
    let labels = names.into_iter().map(|name| transaction.intern_label(name)).collect();
    Ok(Endpoint { labels, properties, node: None })
}

fn is_map(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Map(_))
}

/// The entries of the map literal of a node.
fn properties(node: &NodePattern) -> &[(crate::syntax::ast::Name, Expression)] {
    match &node.properties {
        Some(Expression { kind: ExpressionKind::Map(entries), .. }) => entries,
        _ => &[],
    }
}

fn type_name(step: &RelationshipPattern) -> Result<String> {
    let plain = step.properties.is_none() && step.filter.is_none() && step.length.is_none();
    match &step.types {
        Some(LabelExpression::Name(LabelName::Static(name))) if plain => Ok(name.text.clone()),
        _ => Err(refused("COMPLETE takes a relationship of one type, nothing else.", step.span.0)),
    }
}

fn conjunction<'e>(
    labels: &'e LabelExpression,
    span: Span,
    names: &mut Vec<&'e str>,
) -> Result<()> {
    match labels {
        LabelExpression::Name(LabelName::Static(name)) => {
            names.push(&name.text);
            Ok(())
        }
        LabelExpression::And(a, b) => {
            conjunction(a, span, names)?;
            conjunction(b, span, names)
        }
        _ => Err(refused("COMPLETE takes labels by name, joined by `&`.", span)),
    }
}

fn time(value: Option<Value>, span: Span) -> Result<Edtf> {
    let edtf = match value {
        Some(Value::Edtf(edtf)) => Some(edtf),
        Some(Value::Date(day)) => Edtf::from_date(day).map(Arc::new),
        Some(Value::String(text)) => {
            return Edtf::parse(&text).map_err(|error| error.at(span));
        }
        _ => None,
    };
    edtf.map(Arc::unwrap_or_clone).ok_or_else(|| {
        Error::new(&eval::ARGUMENT_TYPE, "AT takes a day or an uncertain date.")
            .at(span)
            .hint("AT date('2017-11-12'), or AT edtf('2017-11')")
    })
}

fn refused(message: &str, span: Span) -> Error {
    Error::new(&bind::CLAUSE_COMPOSITION, message).at(span).hint(EXAMPLE)
}
