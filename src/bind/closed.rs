//! `closed(pattern)`: the pattern is not matched, so that it is bound apart from all others.

use std::sync::Arc;

use super::layout::unsupported;
use super::scope::error;
use super::types::Type;
use super::{Binder, Typed};
use crate::error::{Result, bind as codes};
use crate::expr::closed::{ClosedEnd, ClosedPart, ClosedPattern};
use crate::expr::{Expr, ExprKind};
use crate::graph::Direction;
use crate::syntax::ast::{
    self, ArrowDirection, ExpressionKind, LabelExpression, LabelName, NodePattern, PathElement,
    RelationshipPattern, TimeRelation,
};
use crate::text::Span;

const EXAMPLE: &str = "closed((a)-[:T]->(:Label))";

impl<'a> Binder<'a> {
    /// Binds a `closed()`: its variables are those of the row, or nobody's.
    pub(super) fn closed(&mut self, body: &'a ast::Match, span: Span) -> Result<Typed> {
        if let Some(place) = self.constant {
            let message = format!("{place} takes a constant, but this reads the graph.");
            return Err(error(&codes::NON_CONSTANT, message, span));
        }
        let extra = body.filter.is_some() || body.known_at.is_some() || body.stance.is_some();
        if extra || body.mode.is_some() {
            return Err(unsupported(
                "Anything but a pattern and a time in `closed()`",
                EXAMPLE,
                span,
            ));
        }
        let mut operands = Vec::new();
        let mut parts = Vec::new();
        for path in &body.pattern.paths {
            if path.selector.is_some() || path.mode.is_some() || path.variable.is_some() {
                return Err(unsupported("A path search in `closed()`", EXAMPLE, path.span.0));
            }
            self.closed_path(&path.elements, span, &mut parts, &mut operands)?;
        }
        if parts.is_empty() {
            let message = "closed() takes a pattern with a relationship: what is missing is one.";
            return Err(error(&codes::CLAUSE_COMPOSITION, message, span).hint(EXAMPLE));
        }
        let mut time = None;
        if let Some(clause) = &body.time
            && let Some(operand) = &clause.operand
            && clause.relation != TimeRelation::AllTime
        {
            operands.push(self.scalar(operand)?.expr);
            time = Some((clause.relation, operands.len() - 1));
        }
        // What is declared counts, and what is derived.
        self.says = true;
        let pattern = Box::new(ClosedPattern { parts, time });
        Ok(Typed::new(ExprKind::Closed(pattern, operands), span, Type::STRING))
    }

    fn closed_path(
        &mut self,
        elements: &'a [PathElement],
        span: Span,
        parts: &mut Vec<ClosedPart>,
        operands: &mut Vec<Expr>,
    ) -> Result<()> {
        let mut left: Option<ClosedEnd> = None;
        let mut pending: Option<&RelationshipPattern> = None;
        for element in elements {
            match element {
                PathElement::Node(node) => {
                    let right = self.closed_end(node, operands)?;
                    if let (Some(start), Some(relationship)) = (left.take(), pending.take()) {
                        let types = types(relationship)?;
                        self.named_types.extend(types.iter().cloned());
                        parts.push(ClosedPart {
                            types,
                            direction: match relationship.direction {
                                ArrowDirection::Right => Direction::Outgoing,
                                ArrowDirection::Left => Direction::Incoming,
                                ArrowDirection::Undirected | ArrowDirection::LeftOrRight => {
                                    Direction::Both
                                }
                            },
                            start,
                            end: right.clone(),
                        });
                    }
                    left = Some(right);
                }
                PathElement::Relationship(relationship) => pending = Some(relationship),
                PathElement::Quantified(_) => {
                    return Err(unsupported("A repeated path in `closed()`", EXAMPLE, span));
                }
                PathElement::Alternatives(_) => {
                    return Err(unsupported("Alternatives in `closed()`", EXAMPLE, span));
                }
            }
        }
        Ok(())
    }

    fn closed_end(&mut self, node: &'a NodePattern, operands: &mut Vec<Expr>) -> Result<ClosedEnd> {
        if let Some(filter) = &node.filter {
            return Err(unsupported("A condition in `closed()`", EXAMPLE, filter.span()));
        }
        let mut end = ClosedEnd::default();
        if let Some(name) = &node.variable
            && let Some(variable) = self.find(name)?
        {
            end.node = Some(operands.len());
            operands.push(Expr::variable(variable, name.span));
        }
        if let Some(labels) = &node.labels {
            conjunction(labels, node.span.0, &mut end.labels)?;
        }
        match &node.properties {
            None => {}
            Some(ast::Expression { kind: ExpressionKind::Map(entries), .. }) => {
                for (key, value) in entries {
                    end.properties.push((key.text.as_str().into(), operands.len()));
                    operands.push(self.scalar(value)?.expr);
                }
            }
            Some(other) => {
                return Err(unsupported(
                    "A parameter for all properties in `closed()`",
                    EXAMPLE,
                    other.span(),
                ));
            }
        }
        Ok(end)
    }
}

/// The types of a relationship; fails where it has none, or is more than one relationship.
fn types(relationship: &RelationshipPattern) -> Result<Vec<Arc<str>>> {
    let span = relationship.span.0;
    if relationship.length.is_some() {
        return Err(unsupported("A path of any length in `closed()`", EXAMPLE, span));
    }
    if relationship.properties.is_some() || relationship.filter.is_some() {
        return Err(unsupported("A condition on a relationship in `closed()`", EXAMPLE, span));
    }
    let mut names = Vec::new();
    match &relationship.types {
        Some(types) => alternatives(types, span, &mut names)?,
        None => {
            let message =
                "closed() needs the type of each relationship: completeness is stated of a type.";
            return Err(error(&codes::CLAUSE_COMPOSITION, message, span).hint(EXAMPLE));
        }
    }
    Ok(names)
}

fn alternatives(types: &LabelExpression, span: Span, names: &mut Vec<Arc<str>>) -> Result<()> {
    match types {
        LabelExpression::Or(a, b) => {
            alternatives(a, span, names)?;
            alternatives(b, span, names)
        }
        other => conjunction(other, span, names),
    }
}

/// The names of a conjunction of labels; anything else says too little of what could stand there.
fn conjunction(labels: &LabelExpression, span: Span, names: &mut Vec<Arc<str>>) -> Result<()> {
    match labels {
        LabelExpression::And(a, b) => {
            conjunction(a, span, names)?;
            conjunction(b, span, names)
        }
        LabelExpression::Name(LabelName::Static(name)) => {
            names.push(name.text.as_str().into());
            Ok(())
        }
        _ => Err(unsupported("A label expression other than names in `closed()`", EXAMPLE, span)),
    }
}
