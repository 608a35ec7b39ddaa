//! Alternatives of path patterns, `(a)-[:X]->(b) | (a)<-[:Y]-(b)`: read, and written out.
//!
//! ```text
//! (x)-[:A]->(y), ((p)-[:B]->(q) | (p)-[:C]->(q) |+| (p)-->(r))
//!
//! union 0   (x)-[:A]->(y), ((p)-[:B]->(q))
//! union 0   (x)-[:A]->(y), ((p)-[:C]->(q))
//! ```
//!
//! A pattern with alternatives is matched where one of the patterns is that are made by choosing one
//! of each: the binder takes those, one after the other. Branches that differ in a choice of a
//! multiset alternation stand in different unions, so that what both find is kept twice (ISO/IEC
//! 39075:2024, 16.7). In a repeated part each round chooses anew; such alternatives stay.

use pest::iterators::Pair;

use super::{has, pattern, spanned};
use crate::error::{Error, Result, syntax as codes};
use crate::syntax::ast::{
    Alternatives, Branch, PathElement, PathPattern, Pattern, QuantifiedPath, Spanned,
};
use crate::syntax::rules::Rule;

/// The most branches that a pattern may come to.
const BRANCHES_MAX: usize = 64;
/// The most bytes of text that all branches together may stand for.
const BYTES_MAX: usize = 1 << 20;

/// Adds an alternative to a path whose elements are what has been read of it so far.
pub(super) fn add(pair: Pair<'_, Rule>, path: &mut PathPattern) -> Result<()> {
    let (span, multiset) = (spanned(&pair), has(&pair, Rule::PLUS_PIPE));
    let mut branch = bare(span);
    pattern::fill_path(pair, &mut branch)?;
    if let [PathElement::Alternatives(alternatives)] = &mut path.elements[..] {
        if alternatives.multiset != multiset {
            let message = "`|` and `|+|` do not stand side by side.";
            return Err(Error::new(&codes::UNEXPECTED, message)
                .at(span.0)
                .hint("Put brackets around one of them: `((a)-->(b) | (a)<--(b)) |+| (a)--(b)`."));
        }
        alternatives.branches.push(branch);
        alternatives.span = Spanned(alternatives.span.0.to(span.0));
        return Ok(());
    }
    let mut first = bare(path.span);
    first.elements = std::mem::take(&mut path.elements);
    let branches = vec![first, branch];
    let all = Alternatives { branches, multiset, span: path.span };
    path.elements.push(PathElement::Alternatives(all));
    Ok(())
}

fn bare(span: Spanned) -> PathPattern {
    PathPattern { variable: None, selector: None, mode: None, elements: Vec::new(), span }
}

/// The branches of a pattern with alternatives; none of one without.
pub(crate) fn write_out(pattern: &Pattern) -> Result<Vec<Branch>> {
    let count = pattern.paths.iter().map(count).fold(1, usize::saturating_mul);
    if count == 1 && !pattern.paths.iter().any(|path| has_alternatives(&path.elements)) {
        return Ok(Vec::new());
    }
    let length = (pattern.span.0.end - pattern.span.0.start) as usize;
    if count > BRANCHES_MAX || count.saturating_mul(length) > BYTES_MAX {
        let message =
            format!("The alternatives make {count} patterns; {BRANCHES_MAX} are the most.");
        return Err(Error::new(&codes::UNEXPECTED, message)
            .at(pattern.span.0)
            .hint("Use alternatives of types, `-[:A|B]->`, or several clauses."));
    }
    let mut choices: Vec<Chosen<Vec<PathPattern>>> = vec![Chosen::default()];
    for path in &pattern.paths {
        choices = extended(&choices, &of_path(path));
    }
    let mut unions: Vec<Vec<usize>> = Vec::new();
    Ok(choices
        .into_iter()
        .map(|chosen| {
            let known = unions.iter().position(|tags| *tags == chosen.tags);
            let union = known.unwrap_or_else(|| {
                unions.push(chosen.tags);
                unions.len() - 1
            });
            Branch { pattern: Pattern { paths: chosen.made, span: pattern.span }, union }
        })
        .collect())
}

/// A part of a pattern with its choices made, and which branch of each multiset alternation it took.
#[derive(Clone, Default)]
struct Chosen<T> {
    made: T,
    tags: Vec<usize>,
}

/// Every one of `before` with every one of `next` behind it.
fn extended<T: Clone>(before: &[Chosen<Vec<T>>], next: &[Chosen<Vec<T>>]) -> Vec<Chosen<Vec<T>>> {
    let join = |a: &Chosen<Vec<T>>, b: &Chosen<Vec<T>>| Chosen {
        made: a.made.iter().chain(&b.made).cloned().collect(),
        tags: a.tags.iter().chain(&b.tags).copied().collect(),
    };
    before.iter().flat_map(|a| next.iter().map(move |b| join(a, b))).collect()
}

fn of_path(path: &PathPattern) -> Vec<Chosen<Vec<PathPattern>>> {
    let made = |elements: Vec<PathElement>| vec![PathPattern { elements, ..path.clone() }];
    of_elements(&path.elements)
        .into_iter()
        .map(|chosen| Chosen { made: made(chosen.made), tags: chosen.tags })
        .collect()
}

fn of_elements(elements: &[PathElement]) -> Vec<Chosen<Vec<PathElement>>> {
    let mut choices = vec![Chosen::default()];
    for element in elements {
        choices = extended(&choices, &of_element(element));
    }
    choices
}

fn of_element(element: &PathElement) -> Vec<Chosen<Vec<PathElement>>> {
    match element {
        PathElement::Alternatives(alternatives) => {
            let branches = alternatives.branches.iter().enumerate();
            let tagged = |(at, branch): (usize, &PathPattern)| {
                let tag = alternatives.multiset.then_some(at);
                of_elements(&branch.elements).into_iter().map(move |mut chosen| {
                    chosen.tags.splice(0..0, tag);
                    chosen
                })
            };
            branches.flat_map(tagged).collect()
        }
        PathElement::Quantified(part) if part.length.is_none() => of_path(&part.path)
            .into_iter()
            .map(|chosen| {
                let whole = |path| {
                    let path = Box::new(path);
                    PathElement::Quantified(QuantifiedPath { path, ..part.clone() })
                };
                let made = chosen.made.into_iter().map(whole).collect();
                Chosen { made, tags: chosen.tags }
            })
            .collect(),
        _ => vec![Chosen { made: vec![element.clone()], tags: Vec::new() }],
    }
}

/// How many branches a path comes to.
fn count(path: &PathPattern) -> usize {
    let of_element = |element: &PathElement| match element {
        PathElement::Alternatives(alternatives) => {
            alternatives.branches.iter().map(count).fold(0, usize::saturating_add)
        }
        PathElement::Quantified(part) if part.length.is_none() => count(&part.path),
        _ => 1,
    };
    path.elements.iter().map(of_element).fold(1, usize::saturating_mul)
}

fn has_alternatives(elements: &[PathElement]) -> bool {
    elements.iter().any(|element| match element {
        PathElement::Alternatives(_) => true,
        PathElement::Quantified(part) => {
            part.length.is_none() && has_alternatives(&part.path.elements)
        }
        _ => false,
    })
}
