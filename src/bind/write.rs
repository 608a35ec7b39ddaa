//! Clauses that change the graph: CREATE, MERGE, SET, REMOVE, DELETE, FOREACH.
//!
//! A pattern to create becomes steps in the order written, each node before the relationships at
//! it. A MERGE is bound as something to create; what it looks for is derived from the same steps,
//! so that the two cannot differ.

use std::sync::Arc;

use hashbrown::HashSet;

use super::bound::{
    Clause, CreateStep, Key, Label, Match, Merge, PatternNode, PatternPath, PatternRelationship,
    Qualifiers, RemoveItem, SetItem, StatedProperty,
};
use super::grouping::Aggregates;
use super::pattern;
use super::query::{clause_span, clause_word};
use super::scope::{Scope, already_bound, error};
use super::types::{self, Type};
use super::{Binder, Typed};
use crate::error::{Error, Result, bind as codes};
use crate::expr::{Expr, ExprKind, LabelTest, VarId};
use crate::graph::Direction;
use crate::graph::named_type::NamedType;
use crate::graph::statement::Rank;
use crate::syntax::ast::{
    self, ArrowDirection, Expression, ExpressionKind, LabelExpression, LabelName, Name,
    NodePattern, PathElement, PathPattern, QualifierClause, RelationshipPattern, SourceItem,
};
use crate::text::{Span, suggest};

/// Whether a clause changes the graph.
pub(super) fn is_update(clause: &ast::Clause) -> bool {
    matches!(
        clause,
        ast::Clause::Create(_)
            | ast::Clause::Merge(_)
            | ast::Clause::Set(_)
            | ast::Clause::Remove(_)
            | ast::Clause::Delete(_)
            | ast::Clause::Foreach(_)
    )
}

/// Which clause a pattern to create belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Maker {
    Create,
    Merge,
}

impl Maker {
    fn word(self) -> &'static str {
        match self {
            Maker::Create => "CREATE",
            Maker::Merge => "MERGE",
        }
    }
}

/// A path to create, with what MERGE must know beside the steps.
#[derive(Default)]
struct Made {
    steps: Vec<CreateStep>,
    /// The nodes in the order written, and whether each was there before.
    nodes: Vec<(VarId, bool)>,
    /// The relationships that may point either way.
    undirected: HashSet<VarId>,
}

impl<'a> Binder<'a> {
    /// Binds a clause that changes the graph.
    pub(super) fn update(&mut self, clause: &'a ast::Clause) -> Result<Clause> {
        match clause {
            ast::Clause::Create(create) => {
                let mut made = Made::default();
                for path in &create.pattern.paths {
                    self.make_path(path, Maker::Create, &mut made)?;
                }
                Ok(Clause::Create(made.steps))
            }
            ast::Clause::Merge(merge) => self.merge(merge),
            ast::Clause::Set(set) => Ok(Clause::Set(self.set_items(&set.items)?)),
            ast::Clause::Remove(remove) => {
                let items = remove.items.iter().map(|item| self.remove_item(item));
                Ok(Clause::Remove(items.collect::<Result<_>>()?))
            }
            ast::Clause::Delete(delete) => {
                let targets = delete.expressions.iter().map(|target| self.delete_target(target));
                let targets = targets.collect::<Result<_>>()?;
                let reason = delete.reason.as_ref().map(|reason| self.erase_reason(reason));
                let reason = reason.transpose()?;
                let portion = delete.portion.iter().map(|day| Ok(self.scalar(day)?.expr));
                let portion = portion.collect::<Result<_>>()?;
                Ok(Clause::Delete { detach: delete.detach, targets, reason, portion })
            }
            ast::Clause::Foreach(foreach) => self.foreach(foreach),
            other => Err(misplaced(other)),
        }
    }

    fn make_path(&mut self, path: &'a PathPattern, maker: Maker, made: &mut Made) -> Result<()> {
        let word = maker.word();
        if path.selector.is_some() || path.mode.is_some() {
            let message = format!("{word} makes one path; there is none to choose from.");
            return Err(error(&codes::UNEXPECTED, message, path.span.0));
        }
        if maker == Maker::Merge {
            pattern::check_size(path.elements.len() / 2, path.span.0)?;
        }
        // What MERGE looks for must not depend on what it finds.
        let seen = (maker == Maker::Merge).then(|| self.scope.clone());
        let mut steps: Vec<VarId> = Vec::with_capacity(path.elements.len());
        let mut pending: Option<&'a RelationshipPattern> = None;
        let alone = path.elements.len() == 1;
        for element in &path.elements {
            match element {
                PathElement::Node(node) => {
                    let right = self.make_node(node, alone, seen.as_ref(), made)?;
                    if let (Some(pattern), Some(&left)) = (pending.take(), steps.last()) {
                        let ends = (left, right);
                        steps.push(self.make_relationship(
                            pattern,
                            ends,
                            maker,
                            seen.as_ref(),
                            made,
                        )?);
                    }
                    steps.push(right);
                }
                PathElement::Relationship(pattern) => pending = Some(pattern),
                PathElement::Quantified(part) => {
                    let message = format!("{word} takes no quantified path.");
                    return Err(error(&codes::CREATING_VARIABLE_LENGTH, message, part.span.0));
                }
                PathElement::Alternatives(all) => {
                    let message = format!("{word} takes no alternatives: it makes one path.");
                    return Err(error(&codes::UNEXPECTED, message, all.span.0)
                        .hint(format!("{word} (a)-[:A]->(b), (a)-[:B]->(b)")));
                }
            }
        }
        if let Some(name) = &path.variable {
            let variable = self.declare(name, Type::PATH)?;
            made.steps.push(CreateStep::Path(PatternPath { variable, steps }));
        }
        Ok(())
    }

    /// Adds the step for a node, or finds the one that its variable stands for.
    fn make_node(
        &mut self,
        node: &'a NodePattern,
        alone: bool,
        seen: Option<&Scope>,
        made: &mut Made,
    ) -> Result<VarId> {
        let span = node.span.0;
        refuse_filter(node.filter.as_deref())?;
        let described =
            node.labels.is_some() || node.properties.is_some() || !node.stated.is_empty();
        if let Some(name) = &node.variable
            && let Some(known) = self.find(name)?
        {
            if !self.type_of(known).may_be(&Type::NODE) {
                let message = format!("`{}` is no node.", name.text);
                return Err(error(&codes::VARIABLE_TYPE_CONFLICT, message, name.span));
            }
            if alone || described {
                return Err(already_bound(name).note(
                    "A node that exists is named alone, `(a)`; labels and properties describe a new one.",
                ));
            }
            if seen.is_some() && !made.nodes.iter().any(|(variable, _)| *variable == known) {
                made.nodes.push((known, true));
            }
            return Ok(known);
        }
        let labels = match &node.labels {
            Some(labels) => self.labels_to_set(labels)?,
            None => Vec::new(),
        };
        let properties = self.properties_to_set(node.properties.as_ref(), seen)?;
        let stated = self.stated_properties(node)?;
        let variable = match &node.variable {
            Some(name) => self.declare_anew(name, Type::NODE)?,
            None => self.variable(None, Type::NODE, span)?,
        };
        made.nodes.push((variable, false));
        made.steps.push(CreateStep::Node { variable, labels, properties, stated });
        Ok(variable)
    }

    /// The properties of a new node that have a date or a source.
    fn stated_properties(&mut self, node: &'a NodePattern) -> Result<Vec<StatedProperty>> {
        let one = |stated: &'a ast::StatedProperty| {
            let value = self.scalar(&stated.value)?.expr;
            let qualifiers = self.qualifiers(&stated.qualifiers)?;
            Ok(StatedProperty { key: stated.key.text.as_str().into(), value, qualifiers })
        };
        node.stated.iter().map(one).collect()
    }

    fn make_relationship(
        &mut self,
        pattern: &'a RelationshipPattern,
        (left, right): (VarId, VarId),
        maker: Maker,
        seen: Option<&Scope>,
        made: &mut Made,
    ) -> Result<VarId> {
        let span = pattern.span.0;
        if let Some(name) = &pattern.variable
            && self.find(name)?.is_some()
        {
            return Err(already_bound(name));
        }
        check_relationship_to_make(pattern, maker)?;
        refuse_filter(pattern.filter.as_deref())?;
        let relationship_type = match &pattern.types {
            Some(LabelExpression::Name(name)) => self.label(name)?,
            types => return Err(no_single_type(types.is_some(), maker, span)),
        };
        let properties = self.properties_to_set(pattern.properties.as_ref(), seen)?;
        let qualifiers = match &pattern.qualifiers {
            Some(written) => Some(Box::new(self.qualifiers(written)?)),
            None => None,
        };
        let variable = match &pattern.variable {
            Some(name) => self.declare_anew(name, Type::RELATIONSHIP)?,
            None => self.variable(None, Type::RELATIONSHIP, span)?,
        };
        let (start, end) = match pattern.direction {
            ArrowDirection::Left => (right, left),
            _ => (left, right),
        };
        if pattern::direction(pattern.direction) == Direction::Both {
            made.undirected.insert(variable);
        }
        made.steps.push(CreateStep::Relationship {
            variable,
            start,
            end,
            relationship_type,
            properties,
            qualifiers,
            span,
        });
        Ok(variable)
    }

    /// Binds the properties of a new element, in the scope `seen` where one is given.
    fn properties_to_set(
        &mut self,
        properties: Option<&'a Expression>,
        seen: Option<&Scope>,
    ) -> Result<Option<Expr>> {
        let Some(properties) = properties else { return Ok(None) };
        let Some(seen) = seen else {
            let bound = self.scalar(properties)?;
            types::require(&bound.ty, &Type::MAP, "A list of properties", properties.span())?;
            return Ok(Some(bound.expr));
        };
        pattern::literal_map(properties)?;
        let now = std::mem::replace(&mut self.scope, seen.clone());
        let bound = self.scalar(properties);
        self.scope = now;
        Ok(Some(bound?.expr))
    }

    /// The labels of `:A:B` or `:A&B`; a choice or a negation says nothing that could be set.
    fn labels_to_set(&mut self, labels: &'a LabelExpression) -> Result<Vec<Label>> {
        match labels {
            LabelExpression::Name(name) => Ok(vec![self.label(name)?]),
            LabelExpression::And(a, b) => {
                let mut all = self.labels_to_set(a)?;
                all.extend(self.labels_to_set(b)?);
                Ok(all)
            }
            LabelExpression::Or(..)
            | LabelExpression::Not(_)
            | LabelExpression::AnyOf(_)
            | LabelExpression::Wildcard(_) => {
                let message = "A new node takes labels by name, such as `:A:B`.";
                Err(error(&codes::UNEXPECTED, message, label_span(labels)))
            }
        }
    }

    fn label(&mut self, name: &'a LabelName) -> Result<Label> {
        Ok(match name {
            LabelName::Static(name) => Label::Static(name.text.as_str().into()),
            LabelName::Dynamic(e) => Label::Dynamic(self.scalar(e)?.expr),
        })
    }

    fn merge(&mut self, merge: &'a ast::Merge) -> Result<Clause> {
        let start = self.mark();
        let mut made = Made::default();
        self.make_path(&merge.path, Maker::Merge, &mut made)?;
        let pattern = to_find(&made, start, merge.span.0);
        let on_create = self.set_items(&merge.on_create)?;
        let on_match = self.set_items(&merge.on_match)?;
        Ok(Clause::Merge(Merge { pattern, create: made.steps, on_create, on_match }))
    }

    fn set_items(&mut self, items: &'a [ast::SetItem]) -> Result<Vec<SetItem>> {
        items.iter().map(|item| self.set_item(item)).collect()
    }

    fn set_item(&mut self, item: &'a ast::SetItem) -> Result<SetItem> {
        Ok(match item {
            ast::SetItem::Property { target, value, qualifiers } => {
                let (target, key) = self.property_target(target)?;
                let value = self.scalar(value)?.expr;
                let qualifiers = qualifiers.as_deref().map(|written| self.qualifiers(written));
                let qualifiers = qualifiers.transpose()?.map(Box::new);
                SetItem::Property { target, key, value, qualifiers }
            }
            ast::SetItem::Replace { variable, value } => {
                let target = self.target(variable, &Type::ELEMENT)?;
                SetItem::Replace { target, value: self.properties_from(value)? }
            }
            ast::SetItem::Extend { variable, value } => {
                let target = self.target(variable, &Type::ELEMENT)?;
                SetItem::Extend { target, value: self.properties_from(value)? }
            }
            ast::SetItem::Labels { variable, labels } => {
                let target = self.target(variable, &Type::NODE)?;
                let labels = labels.iter().map(|name| self.label(name)).collect::<Result<_>>()?;
                SetItem::Labels { target, labels }
            }
            ast::SetItem::Qualify { variable, qualifiers } => {
                let target = self.target(variable, &Type::RELATIONSHIP)?;
                SetItem::Qualify { target, qualifiers: Box::new(self.qualifiers(qualifiers)?) }
            }
        })
    }

    fn remove_item(&mut self, item: &'a ast::RemoveItem) -> Result<RemoveItem> {
        Ok(match item {
            ast::RemoveItem::Property(target) => {
                let (target, key) = self.property_target(target)?;
                RemoveItem::Property { target, key }
            }
            ast::RemoveItem::Labels { variable, labels } => {
                let target = self.target(variable, &Type::NODE)?;
                let labels = labels.iter().map(|name| self.label(name)).collect::<Result<_>>()?;
                RemoveItem::Labels { target, labels }
            }
        })
    }

    /// A variable that a change is made to.
    fn target(&mut self, name: &'a Name, wanted: &Type) -> Result<Expr> {
        let variable = self.resolve(name)?;
        types::require(self.type_of(variable), wanted, "This change", name.span)?;
        Ok(Expr::variable(variable, name.span))
    }

    /// The element and the key of `e.key` or `e[key]` on the left of `=`.
    fn property_target(&mut self, target: &'a Expression) -> Result<(Expr, Key)> {
        let (of, key) = match &target.kind {
            ExpressionKind::Property(of, key) => (of, Key::Static(key.text.as_str().into())),
            ExpressionKind::Index(of, key) => (of, Key::Dynamic(self.scalar(key)?.expr)),
            _ => {
                let message = "Only a property can be set or removed.";
                return Err(
                    error(&codes::UNEXPECTED, message, target.span()).hint("SET n.key = value")
                );
            }
        };
        let bound = self.scalar(of)?;
        types::require(&bound.ty, &Type::ELEMENT, "A change of properties", of.span())?;
        Ok((bound.expr, key))
    }

    fn properties_from(&mut self, value: &'a Expression) -> Result<Expr> {
        let bound = self.scalar(value)?;
        types::require(&bound.ty, &Type::PROPERTIES, "A change of all properties", value.span())?;
        Ok(bound.expr)
    }

    fn delete_target(&mut self, target: &'a Expression) -> Result<Expr> {
        let span = target.span();
        if let ExpressionKind::HasLabels { .. } = &target.kind {
            let message = "DELETE takes an element, not a label or a type.";
            return Err(error(&codes::INVALID_DELETE, message, span)
                .hint("To take a label away: `REMOVE n:Label`."));
        }
        let bound = self.scalar(target)?;
        types::require(&bound.ty, &Type::DELETABLE, "DELETE", span)?;
        Ok(bound.expr)
    }

    fn erase_reason(&mut self, reason: &'a Expression) -> Result<Expr> {
        let bound = self.scalar(reason)?;
        types::require(&bound.ty, &Type::STRING, "A reason", reason.span())?;
        Ok(bound.expr)
    }

    fn foreach(&mut self, foreach: &'a ast::Foreach) -> Result<Clause> {
        let list = self.scalar(&foreach.list)?;
        let element = list.ty.element();
        self.scoped(|binder| {
            let variable = binder.declare(&foreach.variable, element)?;
            let clauses = binder.with_aggregates(Aggregates::Forbidden, |binder| {
                foreach.clauses.iter().map(|clause| binder.update(clause)).collect::<Result<_>>()
            })?;
            Ok(Clause::Foreach { variable, list: list.expr, clauses })
        })
    }

    /// Binds what is stated about a relationship beside its properties.
    fn qualifiers(&mut self, written: &'a QualifierClause) -> Result<Qualifiers> {
        let (stance, speaker) = match &written.says {
            Some((stance, speaker)) => (Some(pattern::stance(stance)?), speaker.as_ref()),
            None => (None, None),
        };
        Ok(Qualifiers {
            valid: self.optional(written.valid.as_ref())?,
            not_before: self.optional(written.from.as_ref())?,
            not_after: self.optional(written.to.as_ref())?,
            sources: written.sources.iter().map(|s| self.source(s)).collect::<Result<_>>()?,
            stance,
            speaker: self.optional(speaker)?,
            rank: written.rank.as_ref().map(rank).transpose()?,
            reason: self.optional(written.reason.as_ref())?,
        })
    }

    fn optional(&mut self, written: Option<&'a Expression>) -> Result<Option<Expr>> {
        written.map(|e| Ok(self.scalar(e)?.expr)).transpose()
    }

    fn source(&mut self, source: &'a SourceItem) -> Result<(Expr, Option<Expr>)> {
        let document = self.scalar(&source.document)?;
        let wanted = Type::NODE.or(&Type::STRING);
        types::require(&document.ty, &wanted, "SOURCE", source.document.span())?;
        let locator = match &source.locator {
            None => None,
            Some(written) => {
                let Typed { expr, ty } = self.scalar(written)?;
                types::require(&ty, &Type::MAP, "The locator of a source", written.span())?;
                Some(expr)
            }
        };
        Ok((document.expr, locator))
    }
}

/// The error for a word that is none of a few.
pub(super) fn unknown_word(
    what: &str,
    name: &Name,
    words: &[&str],
    similar: Option<&str>,
) -> Error {
    error(&codes::UNEXPECTED, format!("`{}` is no {what}.", name.text), name.span).hint(
        match similar {
            Some(similar) => format!("Did you mean `{similar}`?"),
            None => format!("One of: {}.", words.join(", ")),
        },
    )
}

fn rank(name: &Name) -> Result<Rank> {
    let word = name.text.to_lowercase();
    Rank::parse(&word).ok_or_else(|| {
        let words = Rank::ALL.map(Rank::as_str);
        unknown_word("rank", name, &words, suggest::nearest(&word, words))
    })
}

/// What MERGE looks for: the same nodes and relationships, their properties as conjuncts. Whether they
/// are said in the same way is asked of what is found.
fn to_find(made: &Made, start: VarId, span: Span) -> Match {
    let mut nodes: Vec<_> = made
        .nodes
        .iter()
        .map(|&(variable, bound)| PatternNode { variable, bound, labels: None })
        .collect();
    let mut relationships = Vec::new();
    let mut paths = Vec::new();
    let mut filter = Vec::new();
    for step in &made.steps {
        match step {
            CreateStep::Node { variable, labels, properties, .. } => {
                filter.extend(equations(*variable, properties.as_ref()));
                if let Some(node) = nodes.iter_mut().find(|node| node.variable == *variable) {
                    node.labels = all_labels(labels);
                }
            }
            CreateStep::Relationship {
                variable,
                start: from,
                end,
                relationship_type,
                properties,
                span,
                ..
            } => {
                filter.extend(equations(*variable, properties.as_ref()));
                let (types, type_test) = match relationship_type {
                    Label::Static(name) => (vec![NamedType::plain(Arc::clone(name))], None),
                    Label::Dynamic(_) => (Vec::new(), Some(label_test(relationship_type))),
                };
                let either = made.undirected.contains(variable);
                relationships.push(PatternRelationship {
                    variable: *variable,
                    bound: *variable < start,
                    left: *from,
                    right: *end,
                    direction: if either { Direction::Both } else { Direction::Outgoing },
                    types,
                    type_test,
                    length: None,
                    asked: None,
                    span: *span,
                });
            }
            CreateStep::Path(path) => paths.push(path.clone()),
        }
    }
    let distinct = pattern::distinct_pairs(&relationships);
    let (optional, known_at, searches) = (false, None, None);
    Match { optional, nodes, relationships, searches, paths, distinct, filter, known_at, span }
}

/// An equation for each property of an element to find; MERGE's properties are a literal map.
fn equations(subject: VarId, properties: Option<&Expr>) -> Vec<Expr> {
    let Some(Expr { kind: ExprKind::Map(entries), span }) = properties else { return Vec::new() };
    let equation = |(key, value): &(Arc<str>, Expr)| {
        pattern::property_equals(subject, key, *span, value.clone())
    };
    entries.iter().map(equation).collect()
}

fn all_labels(labels: &[Label]) -> Option<LabelTest> {
    match labels {
        [] => None,
        [only] => Some(label_test(only)),
        several => Some(LabelTest::And(several.iter().map(label_test).collect())),
    }
}

fn label_test(label: &Label) -> LabelTest {
    match label {
        Label::Static(name) => LabelTest::Is(Arc::clone(name)),
        Label::Dynamic(e) => LabelTest::Computed(Box::new(e.clone())),
    }
}

/// The rules of a relationship to create that need nothing but its text.
fn check_relationship_to_make(pattern: &RelationshipPattern, maker: Maker) -> Result<()> {
    let span = pattern.span.0;
    let word = maker.word();
    if let Some(length) = &pattern.length {
        let message = format!("{word} makes single relationships, not walks of several.");
        return Err(error(&codes::CREATING_VARIABLE_LENGTH, message, length.span.0)
            .hint("Write each relationship out, or UNWIND a list."));
    }
    let undirected =
        matches!(pattern.direction, ArrowDirection::Undirected | ArrowDirection::LeftOrRight);
    if undirected && maker == Maker::Create {
        let message = "A new relationship needs a direction.";
        return Err(error(&codes::REQUIRES_DIRECTION, message, span).hint("(a)-[:TYPE]->(b)"));
    }
    Ok(())
}

fn no_single_type(has_types: bool, maker: Maker, span: Span) -> Error {
    let word = maker.word();
    let message = if has_types {
        format!("A relationship of {word} has exactly one type.")
    } else {
        format!("A relationship of {word} needs a type.")
    };
    error(&codes::NO_SINGLE_RELATIONSHIP_TYPE, message, span).hint("(a)-[:TYPE]->(b)")
}

fn refuse_filter(filter: Option<&Expression>) -> Result<()> {
    match filter {
        None => Ok(()),
        Some(filter) => {
            let message = "WHERE cannot stand in a pattern that is created.";
            Err(error(&codes::UNEXPECTED, message, filter.span()))
        }
    }
}

fn label_span(labels: &LabelExpression) -> Span {
    match labels {
        LabelExpression::Name(LabelName::Static(name)) => name.span,
        LabelExpression::Name(LabelName::Dynamic(e)) | LabelExpression::AnyOf(e) => e.span(),
        LabelExpression::Wildcard(span) => span.0,
        LabelExpression::Not(inner) => label_span(inner),
        LabelExpression::And(a, b) | LabelExpression::Or(a, b) => label_span(a).to(label_span(b)),
    }
}

fn misplaced(clause: &ast::Clause) -> Error {
    let message = format!("{} cannot stand in FOREACH, which only changes.", clause_word(clause));
    error(&codes::CLAUSE_COMPOSITION, message, clause_span(clause))
        .hint("Use UNWIND and the clauses after it.")
}
