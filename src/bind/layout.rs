//! Path patterns laid out: nodes and walks in turn, and which of the paths are wanted.
//!
//! Every spelling of a repeated relationship becomes the same walk with a length:
//!
//! ```text
//! (a)-[:T*1..3]->(b)     (a)-[:T]->{1,3}(b)     (a) (()-[:T]->()){1,3} (b)
//! ```
//!
//! What is parsed and has no operator yet is refused here, with its place and a form that works.

use super::bound::{PatternRelationship, Selector};
use super::pattern::Graph;
use super::scope::error;
use crate::error::{Error, Result, bind as codes};
use crate::expr::{Comparison, Expr, ExprKind, VarId};
use crate::syntax::ast::{
    self, Expression, ExpressionKind, Literal, NodePattern, PathElement, PathMode, PathPattern,
    PathSelector, RelationshipPattern,
};
use crate::text::Span;

/// A path pattern as nodes and walks in turn, beginning and ending with a node.
pub(super) struct Layout<'a> {
    pub(super) steps: Vec<Step<'a>>,
    pub(super) selector: Selector,
    /// The conditions of the brackets around it.
    pub(super) conditions: Vec<&'a Expression>,
}

/// A step of a path pattern as laid out.
pub(super) enum Step<'a> {
    /// A node; `None` for one that nothing is said of.
    Node(Option<&'a NodePattern>),
    /// What leads to the next node.
    Walk(Walk<'a>),
}

/// A relationship pattern, perhaps repeated.
#[derive(Clone, Copy)]
pub(super) struct Walk<'a> {
    pub(super) pattern: &'a RelationshipPattern,
    pub(super) length: Option<&'a ast::Length>,
    /// WHERE of the parenthesised path around it.
    pub(super) filter: Option<&'a Expression>,
}

/// Lays a path pattern out as nodes and walks in turn.
///
/// # Errors
///
/// What the executor has no operator for yet: a path with a named or longer part that is repeated,
/// more than one shortest path, WALK, modes over variable lengths.
pub(super) fn lay_out(path: &PathPattern) -> Result<Layout<'_>> {
    check_mode(path)?;
    let selector = selector(path)?;
    let mut layout = Layout { steps: Vec::new(), selector, conditions: Vec::new() };
    add_elements(path, &mut layout)?;
    if layout.selector != Selector::All {
        check_selected(path, &layout.steps)?;
    }
    Ok(layout)
}

/// Adds the elements of a path, beginning and ending with a node.
fn add_elements<'a>(path: &'a PathPattern, layout: &mut Layout<'a>) -> Result<()> {
    let steps = &mut layout.steps;
    for element in &path.elements {
        let after_walk = matches!(steps.last(), Some(Step::Walk(_)));
        match element {
            PathElement::Node(node) => {
                if !steps.is_empty() && !after_walk {
                    return Err(adjacent(node.span.0));
                }
                steps.push(Step::Node(Some(node)));
            }
            PathElement::Relationship(pattern) => {
                if steps.is_empty() || after_walk {
                    steps.push(Step::Node(None));
                }
                let length = pattern.length.as_ref();
                steps.push(Step::Walk(Walk { pattern, length, filter: None }));
            }
            PathElement::Quantified(part) if part.length.is_none() => {
                if path.elements.len() > 1 || has_prefix(&part.path) {
                    return Err(adjacent(part.span.0));
                }
                layout.conditions.extend(part.filter.as_deref());
                return add_elements(&part.path, layout);
            }
            PathElement::Quantified(part) => {
                if steps.is_empty() || after_walk {
                    steps.push(Step::Node(None));
                }
                steps.push(Step::Walk(repeated_relationship(part)?));
            }
        }
    }
    if matches!(steps.last(), None | Some(Step::Walk(_))) {
        steps.push(Step::Node(None));
    }
    Ok(())
}

/// A quantified path of one relationship whose ends nothing is said of: `(()-[:T]->()){1,3}`.
fn repeated_relationship(part: &ast::QuantifiedPath) -> Result<Walk<'_>> {
    let says_nothing = |node: &NodePattern| {
        node.variable.is_none()
            && node.labels.is_none()
            && node.properties.is_none()
            && node.filter.is_none()
    };
    match &part.path.elements[..] {
        [PathElement::Node(a), PathElement::Relationship(pattern), PathElement::Node(b)]
            if says_nothing(a)
                && says_nothing(b)
                && pattern.length.is_none()
                && !has_prefix(&part.path) =>
        {
            Ok(Walk { pattern, length: part.length.as_ref(), filter: part.filter.as_deref() })
        }
        _ => Err(unsupported(
            "A quantified path whose nodes are named or described, or which has several relationships,",
            "Repeat a single relationship, `(a)-[r:T WHERE r.p > 0]->{1,3}(b)`.",
            part.span.0,
        )),
    }
}

/// Whether a path pattern has a variable, a selector or a mode.
fn has_prefix(path: &PathPattern) -> bool {
    path.variable.is_some() || path.selector.is_some() || path.mode.is_some()
}

fn adjacent(span: Span) -> Error {
    unsupported(
        "A parenthesised path beside another element",
        "Leave the brackets out and put the condition into WHERE.",
        span,
    )
}

/// WALK would let relationships repeat, for which there is no operator.
fn check_mode(path: &PathPattern) -> Result<()> {
    if path.mode != Some(PathMode::Walk) {
        return Ok(());
    }
    Err(unsupported(
        "The path mode WALK",
        "Leave the mode out: each relationship then occurs at most once (TRAIL).",
        path.span.0,
    ))
}

/// ACYCLIC and SIMPLE: an inequality for each pair of nodes that must differ.
pub(super) fn tell_nodes_apart(
    path: &PathPattern,
    steps: &[VarId],
    graph: &mut Graph<'_>,
) -> Result<()> {
    let span = path.span.0;
    let walked = |r: &PatternRelationship| r.length.is_some() && steps.contains(&r.variable);
    if graph.relationships.iter().any(walked) {
        return Err(unsupported(
            "A path mode over a variable length",
            "Leave the mode out: each relationship then occurs at most once (TRAIL).",
            span,
        ));
    }
    graph.filter.extend(distinct_nodes(path, steps).into_iter().map(|(a, b)| {
        let (a, b) = (Expr::variable(a, span), Expr::variable(b, span));
        Expr::new(ExprKind::Compare(Comparison::NotEqual, Box::new(a), Box::new(b)), span)
    }));
    Ok(())
}

/// The nodes of a path that must differ: pairs of them, under ACYCLIC and SIMPLE.
fn distinct_nodes(path: &PathPattern, steps: &[VarId]) -> Vec<(VarId, VarId)> {
    let nodes: Vec<_> = steps.iter().step_by(2).copied().collect();
    let mut pairs = Vec::new();
    for (at, a) in nodes.iter().enumerate() {
        for (other, b) in nodes.iter().enumerate().skip(at + 1) {
            let ends = at == 0 && other + 1 == nodes.len();
            if path.mode == Some(PathMode::Acyclic) || !ends {
                pairs.push((*a, *b));
            }
        }
    }
    pairs
}

/// Which of the walks of a path are wanted.
fn selector(path: &PathPattern) -> Result<Selector> {
    Ok(match &path.selector {
        None | Some(PathSelector::All) => Selector::All,
        // Any path will do, and the shortest is the first that a search meets.
        Some(PathSelector::ShortestPathFunction) => Selector::Shortest,
        Some(PathSelector::Any(count) | PathSelector::Shortest(count))
            if is_one(count.as_ref()) =>
        {
            Selector::Shortest
        }
        Some(PathSelector::AllShortestPathsFunction | PathSelector::AllShortest) => {
            Selector::AllShortest
        }
        Some(PathSelector::ShortestGroups(count)) if is_one(count.as_ref()) => {
            Selector::AllShortest
        }
        Some(
            PathSelector::Any(_) | PathSelector::Shortest(_) | PathSelector::ShortestGroups(_),
        ) => {
            return Err(unsupported(
                "A search for more than one shortest path or group",
                "Use ANY SHORTEST or ALL SHORTEST.",
                path.span.0,
            ));
        }
    })
}

fn is_one(count: Option<&Expression>) -> bool {
    count.is_none_or(|e| matches!(e.kind, ExpressionKind::Literal(Literal::Integer(1))))
}

/// A selected path is a single walk between two nodes.
fn check_selected(path: &PathPattern, steps: &[Step<'_>]) -> Result<()> {
    match steps {
        [Step::Node(_), Step::Walk(walk), Step::Node(_)] => {
            if walk.length.is_none() && walk.pattern.variable.is_some() {
                return Err(unsupported(
                    "A shortest path of one named relationship without a length",
                    "Give it a length, `-[r:T*1..1]->`: `r` is then a list.",
                    walk.pattern.span.0,
                ));
            }
            Ok(())
        }
        _ => Err(unsupported(
            "A shortest path over several pattern elements",
            "Search between two nodes: `shortestPath((a)-[:T*]-(b))`, `ANY SHORTEST (a)-[:T]->+(b)`.",
            path.span.0,
        )),
    }
}

/// The error for a part of the language that is not carried out yet.
pub(super) fn unsupported(what: &str, instead: &str, span: Span) -> Error {
    error(&codes::UNSUPPORTED, format!("{what} is read, but not yet carried out."), span)
        .hint(instead)
}
