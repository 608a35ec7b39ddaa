//! Path patterns laid out: nodes and walks in turn, and which of the paths are wanted.
//!
//! Every spelling of a repeated relationship becomes the same walk with a length:
//!
//! ```text
//! (a)-[:T*1..3]->(b)     (a)-[:T]->{1,3}(b)     (a) (()-[:T]->()){1,3} (b)
//! ```
//!
//! What this form cannot say is searched as a whole: see `search.rs`.

use super::bound::Selector;
use super::pattern::Graph;
use super::scope::error;
use crate::error::{Error, bind as codes};
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

impl Walk<'_> {
    /// The least and the greatest length.
    pub(super) fn bounds(&self) -> (u64, Option<u64>) {
        match self.length {
            None => (1, Some(1)),
            Some(written) => (written.min.unwrap_or(u64::from(!written.quantifier)), written.max),
        }
    }
}

/// Lays a path pattern out as nodes and walks in turn; `None` where it must be searched as a whole.
pub(super) fn lay_out(path: &PathPattern) -> Option<Layout<'_>> {
    let selector = selector(path)?;
    let mut layout = Layout { steps: Vec::new(), selector, conditions: Vec::new() };
    add_elements(path, &mut layout)?;
    let is_repeated = |step: &Step<'_>| matches!(step, Step::Walk(walk) if walk.length.is_some());
    let keeps_mode = match path.mode {
        None | Some(PathMode::Trail) => true,
        Some(PathMode::Walk) => false,
        Some(PathMode::Acyclic | PathMode::Simple) => !layout.steps.iter().any(is_repeated),
    };
    let keeps_selector = layout.selector == Selector::All
        || (layout.conditions.is_empty()
            && matches!(path.mode, None | Some(PathMode::Trail))
            && is_single_walk(&layout.steps));
    (keeps_mode && keeps_selector).then_some(layout)
}

/// Adds the elements of a path, beginning and ending with a node.
fn add_elements<'a>(path: &'a PathPattern, layout: &mut Layout<'a>) -> Option<()> {
    let steps = &mut layout.steps;
    for element in &path.elements {
        let after_walk = matches!(steps.last(), Some(Step::Walk(_)));
        match element {
            PathElement::Node(node) => {
                if !steps.is_empty() && !after_walk {
                    return None;
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
                    return None;
                }
                layout.conditions.extend(part.filter.as_deref());
                return add_elements(&part.path, layout);
            }
            PathElement::Alternatives(_) => return None,
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
    Some(())
}

/// A quantified path of one relationship whose ends nothing is said of: `(()-[:T]->()){1,3}`.
fn repeated_relationship(part: &ast::QuantifiedPath) -> Option<Walk<'_>> {
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
            Some(Walk { pattern, length: part.length.as_ref(), filter: part.filter.as_deref() })
        }
        _ => None,
    }
}

/// Whether a path pattern has a variable, a selector or a mode.
fn has_prefix(path: &PathPattern) -> bool {
    path.variable.is_some() || path.selector.is_some() || path.mode.is_some()
}

/// ACYCLIC and SIMPLE over single relationships: an inequality for each pair of nodes that must differ.
pub(super) fn tell_nodes_apart(path: &PathPattern, steps: &[VarId], graph: &mut Graph<'_>) {
    let span = path.span.0;
    graph.filter.extend(distinct_nodes(path, steps).into_iter().map(|(a, b)| {
        let (a, b) = (Expr::variable(a, span), Expr::variable(b, span));
        Expr::new(ExprKind::Compare(Comparison::NotEqual, Box::new(a), Box::new(b)), span)
    }));
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

/// Which of the walks of a path are wanted; `None` where that is a number of them.
fn selector(path: &PathPattern) -> Option<Selector> {
    match &path.selector {
        None | Some(PathSelector::All) => Some(Selector::All),
        // Any path will do, and the shortest is the first that a search meets.
        Some(PathSelector::ShortestPathFunction) => Some(Selector::Shortest),
        Some(PathSelector::Any(count) | PathSelector::Shortest(count)) => {
            is_one(count.as_ref()).then_some(Selector::Shortest)
        }
        Some(PathSelector::AllShortestPathsFunction | PathSelector::AllShortest) => {
            Some(Selector::AllShortest)
        }
        Some(PathSelector::ShortestGroups(count)) => {
            is_one(count.as_ref()).then_some(Selector::AllShortest)
        }
    }
}

fn is_one(count: Option<&Expression>) -> bool {
    count.is_none_or(|e| matches!(e.kind, ExpressionKind::Literal(Literal::Integer(1))))
}

/// Whether a selected path is one walk between two nodes that begins with any length.
fn is_single_walk(steps: &[Step<'_>]) -> bool {
    match steps {
        [Step::Node(_), Step::Walk(walk), Step::Node(_)] => {
            (walk.length.is_some() || walk.pattern.variable.is_none()) && walk.bounds().0 <= 1
        }
        _ => false,
    }
}

/// The error for a part of the language that is not carried out yet.
pub(super) fn unsupported(what: &str, instead: &str, span: Span) -> Error {
    error(&codes::UNSUPPORTED, format!("{what} is read, but not yet carried out."), span)
        .hint(instead)
}
