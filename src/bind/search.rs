//! Path patterns that one operator searches as a whole: what a graph of single relationships and
//! plain walks cannot say.
//!
//! ```text
//! ANY SHORTEST (a:P) ((x)-[r:T]->(y) WHERE x.p < y.p){1,3} (b)
//!
//! steps   Node a   Repeat 1..3 { Node x   Relationship r   Node y   filter x.p < y.p }   Node b
//! groups  x, r, y: in the repeated part single elements, outside lists of them
//! ```
//!
//! Quantified parts with names, conditions or several relationships; selectors over several
//! elements, with a count, or with conditions inside; WALK, and ACYCLIC and SIMPLE over lengths
//! (GQL, ISO/IEC 39075:2024, 16.4 to 16.11). What a pattern of nodes and single walks can say never
//! comes here: see `layout.rs`.
//!
//! An end of a search is found like any other node of the MATCH. Where neither end stands anywhere
//! else, the one of which more is said becomes a node of the pattern; the search finds the other.

use super::Binder;
use super::bound::{NameKind, PatternPath, PatternRelationship};
use super::layout::unsupported;
use super::pattern::{Graph, Unknown, direction, of_every_step};
use super::scope::{already_bound, error};
use super::types::Type;
use crate::error::{Error, Result, bind as codes};
use crate::expr::{Expr, ExprKind, LabelTest, VarId};
use crate::graph::Direction;
use crate::graph::named_type::NamedType;
use crate::syntax::ast::{
    self, Expression, ExpressionKind, Literal, MatchMode, Name, NodePattern, PathElement, PathMode,
    PathPattern, PathSelector, RelationshipPattern,
};
use crate::text::Span;
use crate::value::Value;

/// The part of a MATCH that is searched, after its nodes and relationships have been found.
#[derive(Clone, Debug, PartialEq)]
pub struct Searches {
    /// Variables below this were there before the MATCH.
    pub start: VarId,
    /// The searches in order: one end of each is among the nodes, bound earlier, or given by a
    /// search before it.
    pub paths: Vec<PathSearch>,
    /// Path variables made of what they give.
    pub variables: Vec<PatternPath>,
    /// Pairs of relationship variables that must not share a relationship.
    pub distinct: Vec<(VarId, VarId)>,
    /// Conjuncts that need what they give.
    pub filter: Vec<Expr>,
}

/// A path that is searched as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct PathSearch {
    /// The first node.
    pub left: VarId,
    /// The last node.
    pub right: VarId,
    /// What stands between and including them.
    pub scope: SearchScope,
    /// Which of the walks between two nodes are wanted.
    pub selector: SearchSelector,
    /// Which repetitions a walk may have.
    pub mode: PathMode,
    /// All relationships of the walk in the order of the pattern: a list that every search gives.
    pub relationships: VarId,
    /// The path variable, where there is one: conditions of the search may use it.
    pub path: Option<VarId>,
    /// The variables that it gives beside its ends: single elements and lists of repeated ones.
    pub adds: Vec<VarId>,
    /// Where it was written.
    pub span: Span,
}

/// Steps in a row, with the conditions that they must satisfy together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchScope {
    /// Beginning and ending with a node; two nodes that stand together are the same node.
    pub steps: Vec<SearchStep>,
    /// Conjuncts over the variables of the steps and of the row.
    pub filter: Vec<Expr>,
}

/// A step of a search.
#[derive(Clone, Debug, PartialEq)]
pub enum SearchStep {
    /// The node at hand.
    Node(VarId),
    /// One relationship, seen from left to right.
    Relationship {
        /// The relationship.
        variable: VarId,
        /// Which way it points.
        direction: Direction,
        /// Its types; empty for any.
        types: Vec<NamedType>,
    },
    /// Steps that are repeated.
    Repeat(Box<Repeat>),
}

/// A part of a path that is repeated.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeat {
    /// One round.
    pub scope: SearchScope,
    /// The least number of rounds.
    pub min: u64,
    /// The most; `None` for no limit.
    pub max: Option<u64>,
    /// The variable of an element in a round, and of the list over all rounds.
    pub groups: Vec<(VarId, VarId)>,
}

/// Which of the walks between two nodes are wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum SearchSelector {
    /// All.
    All,
    /// So many, the shortest first.
    Paths(Expr),
    /// All of the so many smallest lengths.
    Groups(Expr),
}

impl SearchScope {
    /// Calls `visit` with every condition.
    pub fn for_each_filter<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.filter.iter().for_each(&mut *visit);
        for step in &self.steps {
            if let SearchStep::Repeat(repeat) = step {
                repeat.scope.for_each_filter(visit);
            }
        }
    }

    /// Calls `visit` with every variable of a step, those of repeated ones included.
    pub fn for_each_variable(&self, visit: &mut dyn FnMut(VarId)) {
        for step in &self.steps {
            match step {
                SearchStep::Node(variable) | SearchStep::Relationship { variable, .. } => {
                    visit(*variable);
                }
                SearchStep::Repeat(repeat) => repeat.scope.for_each_variable(visit),
            }
        }
    }
}

/// A search in the making.
pub(super) struct Draft<'a> {
    search: PathSearch,
    /// The conditions of its elements outside repeated parts.
    conditions: Vec<Condition<'a>>,
    /// Whether it is written as a function, `shortestPath(…)`.
    is_function: bool,
    /// Conjuncts on the ends, left and right, apart: they may become part of the pattern.
    ends: [Vec<Expr>; 2],
}

/// A condition to be bound when all variables are known.
#[derive(Clone, Copy)]
enum Condition<'a> {
    Node(VarId, &'a NodePattern),
    Relationship(VarId, &'a RelationshipPattern),
    Filter(&'a Expression),
}

/// What a part of a path is laid out into.
struct Part<'a> {
    scope: SearchScope,
    conditions: Vec<Condition<'a>>,
    /// Names of this part and their variables, in order.
    names: Vec<(&'a Name, VarId)>,
    adds: Vec<VarId>,
    is_repeated: bool,
}

impl<'a> Binder<'a> {
    /// Gives the variables of a searched path their numbers; its conditions come later.
    pub(super) fn search(
        &mut self,
        path: &'a PathPattern,
        asked_mode: Option<MatchMode>,
        graph: &mut Graph<'a>,
    ) -> Result<()> {
        let span = path.span.0;
        let named = path.variable.as_ref();
        let (path, selector, mode, outer_filter) = unwrap(path)?;
        let named = named.or(path.variable.as_ref());
        let asks_path = graph.asks_paths();
        let mode = match (mode, asked_mode) {
            (None, Some(MatchMode::RepeatableElements)) => PathMode::Walk,
            // That relationships differ is asked of those of one path, too.
            (None, _) | (Some(PathMode::Walk), Some(MatchMode::DifferentRelationships)) => {
                PathMode::Trail
            }
            (Some(mode), _) => mode,
        };
        let is_function = matches!(
            selector,
            Some(PathSelector::ShortestPathFunction | PathSelector::AllShortestPathsFunction)
        );
        let selector = self.search_selector(selector)?;
        let mut part = Part {
            scope: SearchScope::default(),
            conditions: outer_filter.into_iter().map(Condition::Filter).collect(),
            names: Vec::new(),
            adds: Vec::new(),
            is_repeated: false,
        };
        self.add_elements(&path.elements, span, &mut part, graph)?;
        if mode == PathMode::Walk
            && selector == SearchSelector::All
            && let Some(span) = endless(&path.elements)
        {
            let message =
                "A WALK of any length has no end: it may use a relationship again and again.";
            return Err(error(&codes::UNEXPECTED, message, span)
                .hint("Give it a greatest length, `{1,5}`, or a selector, `ANY SHORTEST`."));
        }
        let ends = (part.scope.steps.first(), part.scope.steps.last());
        let (Some(&SearchStep::Node(left)), Some(&SearchStep::Node(right))) = ends else {
            return Err(error(&codes::UNEXPECTED, "A path begins and ends with a node.", span));
        };
        let relationships = self.relationships(None, span)?;
        let variable = match named {
            None if asks_path => {
                let variable = self.variable(None, Type::PATH, span)?;
                let steps = vec![left, relationships, right];
                graph.paths.push(PatternPath { variable, steps });
                Some(variable)
            }
            None => None,
            Some(name) => {
                if graph.unknown() == Unknown::Refuse {
                    self.resolve(name)?;
                }
                let variable = self.declare(name, Type::PATH)?;
                let steps = vec![left, relationships, right];
                graph.paths.push(PatternPath { variable, steps });
                Some(variable)
            }
        };
        part.adds.retain(|&added| added != left && added != right);
        graph.drafts.push(Draft {
            search: PathSearch {
                left,
                right,
                scope: part.scope,
                selector,
                mode,
                relationships,
                path: variable,
                adds: part.adds,
                span,
            },
            conditions: part.conditions,
            is_function,
            ends: [Vec::new(), Vec::new()],
        });
        Ok(())
    }

    fn search_selector(&mut self, selector: Option<&'a PathSelector>) -> Result<SearchSelector> {
        let one = || Expr::new(ExprKind::Constant(Value::Integer(1)), Span::default());
        Ok(match selector {
            None | Some(PathSelector::All) => SearchSelector::All,
            Some(PathSelector::ShortestPathFunction) => SearchSelector::Paths(one()),
            Some(PathSelector::AllShortestPathsFunction | PathSelector::AllShortest) => {
                SearchSelector::Groups(one())
            }
            Some(PathSelector::Any(count) | PathSelector::Shortest(count)) => match count {
                None => SearchSelector::Paths(one()),
                Some(count) => SearchSelector::Paths(self.path_count(count)?),
            },
            Some(PathSelector::ShortestGroups(count)) => match count {
                None => SearchSelector::Groups(one()),
                Some(count) => SearchSelector::Groups(self.path_count(count)?),
            },
        })
    }

    fn path_count(&mut self, count: &'a Expression) -> Result<Expr> {
        if let ExpressionKind::Literal(literal) = &count.kind
            && !matches!(literal, Literal::Integer(1..))
        {
            let message = "The number of paths is an integer of at least 1.";
            return Err(error(&codes::UNEXPECTED, message, count.span()).hint("SHORTEST 2"));
        }
        Ok(self.constant(count, "SHORTEST")?.expr)
    }

    /// Lays out the elements of a path, beginning and ending with a node.
    fn add_elements(
        &mut self,
        elements: &'a [PathElement],
        span: Span,
        part: &mut Part<'a>,
        graph: &mut Graph<'a>,
    ) -> Result<()> {
        for element in elements {
            match element {
                PathElement::Node(node) => self.add_node(Some(node), node.span.0, part, graph)?,
                PathElement::Relationship(pattern) => {
                    self.complete_node(span, part, graph)?;
                    match &pattern.length {
                        None => self.add_relationship(pattern, part, graph)?,
                        Some(length) => self.add_repeated(pattern, length, part, graph)?,
                    }
                }
                PathElement::Quantified(quantified) => {
                    self.complete_node(span, part, graph)?;
                    self.add_quantified(quantified, part, graph)?;
                }
                PathElement::Alternatives(all) => {
                    return Err(unsupported(
                        "A choice in each round of a repeated part",
                        "Use alternatives of types, `-[:A|B]->+`, or write the lengths out.",
                        all.span.0,
                    ));
                }
            }
        }
        self.complete_node(span, part, graph)
    }

    /// A node that nothing is said of, where none stands.
    fn complete_node(
        &mut self,
        span: Span,
        part: &mut Part<'a>,
        graph: &mut Graph<'a>,
    ) -> Result<()> {
        match part.scope.steps.last() {
            Some(SearchStep::Node(_)) => Ok(()),
            _ => self.add_node(None, span, part, graph),
        }
    }

    fn add_node(
        &mut self,
        node: Option<&'a NodePattern>,
        span: Span,
        part: &mut Part<'a>,
        graph: &mut Graph<'a>,
    ) -> Result<()> {
        let name = node.and_then(|node| node.variable.as_ref());
        let variable = self.search_variable(name, Type::NODE, "node", span, part, graph)?;
        part.scope.steps.push(SearchStep::Node(variable));
        part.conditions.extend(node.map(|node| Condition::Node(variable, node)));
        Ok(())
    }

    fn add_relationship(
        &mut self,
        pattern: &'a RelationshipPattern,
        part: &mut Part<'a>,
        graph: &mut Graph<'a>,
    ) -> Result<()> {
        let name = pattern.variable.as_ref();
        let span = pattern.span.0;
        if let Some(name) = name
            && part.names.iter().any(|(known, _)| known.text == name.text)
        {
            return Err(super::pattern::met_twice(name));
        }
        let variable =
            self.search_variable(name, Type::RELATIONSHIP, "relationship", span, part, graph)?;
        let types = self.add_types(variable, pattern, part)?;
        let direction = direction(pattern.direction);
        part.scope.steps.push(SearchStep::Relationship { variable, direction, types });
        part.conditions.push(Condition::Relationship(variable, pattern));
        Ok(())
    }

    /// The types as names; what names cannot say becomes a condition.
    fn add_types(
        &mut self,
        variable: VarId,
        pattern: &'a RelationshipPattern,
        part: &mut Part<'a>,
    ) -> Result<Vec<NamedType>> {
        let Some(written) = &pattern.types else { return Ok(Vec::new()) };
        let (types, test) = self.relationship_types(written)?;
        if let Some(test) = test {
            part.scope.filter.push(has_labels(variable, test, pattern.span.0));
        }
        Ok(types)
    }

    /// The variable of an element: in a repeated part a new one, elsewhere perhaps one in scope.
    fn search_variable(
        &mut self,
        name: Option<&'a Name>,
        ty: Type,
        what: &str,
        span: Span,
        part: &mut Part<'a>,
        graph: &mut Graph<'a>,
    ) -> Result<VarId> {
        let Some(name) = name else { return self.variable(None, ty, span) };
        if let Some(&(_, known)) = part.names.iter().find(|(known, _)| known.text == name.text) {
            if self.type_of(known).may_be(&ty) {
                return Ok(known);
            }
            return Err(self.type_conflict(name, known, what));
        }
        let variable = match self.find(name)? {
            Some(_) if part.is_repeated => {
                return Err(already_bound(name)
                    .note("In a quantified part every name stands for a list outside of it."));
            }
            Some(variable) if self.type_of(variable).may_be(&ty) => variable,
            Some(variable) => return Err(self.type_conflict(name, variable, what)),
            None if graph.unknown() == Unknown::Refuse => self.resolve(name)?,
            None => self.declare_anew(name, ty)?,
        };
        part.names.push((name, variable));
        part.adds.push(variable);
        Ok(variable)
    }

    /// `-[r:T*1..3]->`: a repeated part of one relationship, whose name stands for the single step
    /// in its own conditions.
    fn add_repeated(
        &mut self,
        pattern: &'a RelationshipPattern,
        length: &ast::Length,
        part: &mut Part<'a>,
        graph: &mut Graph<'a>,
    ) -> Result<()> {
        let span = pattern.span.0;
        if part.is_repeated {
            return Err(nested(span));
        }
        let mut round = part.round();
        let (from, step, to) = (
            self.variable(None, Type::NODE, span)?,
            self.variable(None, Type::RELATIONSHIP, span)?,
            self.variable(None, Type::NODE, span)?,
        );
        let types = self.add_types(step, pattern, &mut round)?;
        let direction = direction(pattern.direction);
        round.scope.steps = vec![
            SearchStep::Node(from),
            SearchStep::Relationship { variable: step, direction, types },
            SearchStep::Node(to),
        ];
        let mut filter = std::mem::take(&mut round.scope.filter);
        let conditions = Condition::Relationship(step, pattern);
        match &pattern.variable {
            Some(name) => self
                .with_name(name, step, |binder| binder.search_condition(conditions, &mut filter))?,
            None => self.search_condition(conditions, &mut filter)?,
        }
        let (inside, outward): (Vec<_>, Vec<_>) = filter.into_iter().partition(|conjunct| {
            self.uses_of(conjunct).iter().all(|&used| used == step || used < graph.start())
        });
        round.scope.filter = inside;
        let mut groups = Vec::new();
        if pattern.variable.is_none() && !outward.is_empty() {
            let group = self.relationships(None, span)?;
            part.adds.push(group);
            groups.push((step, group));
        }
        if let Some(name) = &pattern.variable {
            if self.find(name)?.is_some() {
                return Err(already_bound(name));
            }
            if graph.unknown() == Unknown::Refuse {
                self.resolve(name)?;
            }
            let group = self.relationships(Some(&name.text), name.span)?;
            self.scope.insert(name.text.as_str().into(), group);
            part.names.push((name, group));
            part.adds.push(group);
            groups.push((step, group));
        }
        for conjunct in outward {
            if let Some(&(_, group)) = groups.first() {
                part.scope.filter.push(of_every_step(group, step, conjunct));
            }
        }
        let (min, max) = bounds(length);
        let repeat = Repeat { scope: round.scope, min, max, groups };
        part.scope.steps.push(SearchStep::Repeat(Box::new(repeat)));
        Ok(())
    }

    fn add_quantified(
        &mut self,
        quantified: &'a ast::QuantifiedPath,
        part: &mut Part<'a>,
        graph: &mut Graph<'a>,
    ) -> Result<()> {
        let span = quantified.span.0;
        let inner = &quantified.path;
        if let Some(name) = &inner.variable {
            let message = "A part of a path has no variable of its own.";
            return Err(error(&codes::UNEXPECTED, message, name.span).hint(
                "Name the whole path, `p = …`, or the nodes and relationships of the part.",
            ));
        }
        if inner.selector.is_some() || inner.mode.is_some() {
            let message = "A selector or a mode holds for a whole path, not for a part of it.";
            return Err(error(&codes::UNEXPECTED, message, span)
                .hint("Write it before the path: `ACYCLIC (a)-[:T]->+(b)`."));
        }
        let Some(length) = &quantified.length else {
            // Brackets alone only hold conditions together.
            part.conditions.extend(quantified.filter.as_deref().map(Condition::Filter));
            return self.add_elements(&inner.elements, span, part, graph);
        };
        if part.is_repeated {
            return Err(nested(span));
        }
        if !inner.elements.iter().any(|e| !matches!(e, PathElement::Node(_))) {
            let message = "What is repeated has at least one relationship.";
            return Err(error(&codes::UNEXPECTED, message, span).hint("((a)-[:T]->(b)){1,3}"));
        }
        let outside = self.scope.clone();
        let mark = self.mark();
        let mut round = part.round();
        self.add_elements(&inner.elements, span, &mut round, graph)?;
        round.conditions.extend(quantified.filter.as_deref().map(Condition::Filter));
        let mut filter = std::mem::take(&mut round.scope.filter);
        for condition in std::mem::take(&mut round.conditions) {
            self.search_condition(condition, &mut filter)?;
        }
        for conjunct in &filter {
            let inside = |used: &VarId| {
                *used < graph.start()
                    || round.names.iter().any(|(_, own)| own == used)
                    || *used >= mark
            };
            if let Some(other) = self.uses_of(conjunct).into_iter().find(|used| !inside(used)) {
                let name = self.variables[other.index()].name.as_deref().unwrap_or("…");
                let message = format!(
                    "A quantified part cannot speak of `{name}`, which the same MATCH finds outside of it."
                );
                return Err(error(&codes::UNEXPECTED, message, conjunct.span).hint(format!(
                    "Find `{name}` in a MATCH before, or test the lists in WHERE."
                )));
            }
        }
        round.scope.filter = filter;
        self.scope = outside;
        let mut groups = Vec::new();
        for &(name, single) in &round.names {
            let group = if self.type_of(single).may_be(&Type::RELATIONSHIP) {
                self.relationships(Some(&name.text), name.span)?
            } else {
                let ty = Type::list_of(self.type_of(single).clone());
                self.variable(Some(&name.text), ty, name.span)?
            };
            self.scope.insert(name.text.as_str().into(), group);
            part.names.push((name, group));
            part.adds.push(group);
            groups.push((single, group));
        }
        let (min, max) = bounds(length);
        let repeat = Repeat { scope: round.scope, min, max, groups };
        part.scope.steps.push(SearchStep::Repeat(Box::new(repeat)));
        Ok(())
    }

    fn search_condition(&mut self, condition: Condition<'a>, filter: &mut Vec<Expr>) -> Result<()> {
        match condition {
            Condition::Filter(written) => filter.extend(self.conjuncts(written)?),
            Condition::Node(variable, node) => {
                if let Some(labels) = &node.labels {
                    self.looks_for_labels(NameKind::Label, labels);
                    let test = self.label_test(labels)?;
                    filter.push(has_labels(variable, test, node.span.0));
                }
                if let Some(properties) = &node.properties {
                    self.property_conditions(variable, properties, filter)?;
                }
                if let Some(written) = &node.filter {
                    filter.extend(self.conjuncts(written)?);
                }
            }
            Condition::Relationship(variable, pattern) => {
                super::pattern::refuse_qualifiers(pattern)?;
                if let Some(properties) = &pattern.properties {
                    self.property_conditions(variable, properties, filter)?;
                }
                if let Some(written) = &pattern.filter {
                    filter.extend(self.conjuncts(written)?);
                }
            }
        }
        Ok(())
    }

    /// Binds the conditions of the searches, now that all variables are known.
    pub(super) fn search_conditions(&mut self, graph: &mut Graph<'a>) -> Result<()> {
        let mut drafts = std::mem::take(&mut graph.drafts);
        for draft in &mut drafts {
            let mut filter = std::mem::take(&mut draft.search.scope.filter);
            for condition in std::mem::take(&mut draft.conditions) {
                let end = match condition {
                    Condition::Node(variable, _) if variable == draft.search.left => Some(0),
                    Condition::Node(variable, _) if variable == draft.search.right => Some(1),
                    _ => None,
                };
                let target = end.map_or(&mut filter, |end| &mut draft.ends[end]);
                self.search_condition(condition, target)?;
            }
            draft.search.scope.filter = filter;
        }
        graph.drafts = drafts;
        Ok(())
    }

    /// Moves the conjuncts of WHERE that speak of a `shortestPath()` into its search: there they
    /// decide which path is the shortest (Neo4j's manual, "Shortest paths and predicates").
    pub(super) fn claim_filter(&self, graph: &mut Graph<'a>) {
        for draft in &mut graph.drafts {
            if !draft.is_function {
                continue;
            }
            let mut own = draft.search.adds.clone();
            own.extend(draft.search.path);
            let (mine, rest) = std::mem::take(&mut graph.filter)
                .into_iter()
                .partition(|conjunct| self.uses_of(conjunct).iter().any(|v| own.contains(v)));
            graph.filter = rest;
            let mine: Vec<Expr> = mine;
            draft.search.scope.filter.extend(mine);
        }
    }

    /// What of a MATCH is searched: `of_where` are the conjuncts of WHERE.
    pub(super) fn searches(
        &self,
        graph: &mut Graph<'a>,
        of_where: Vec<Expr>,
        repeatable: bool,
    ) -> Option<Box<Searches>> {
        if graph.drafts.is_empty() {
            graph.filter.extend(of_where);
            return None;
        }
        let paths = self.place_searches(graph);
        let distinct = if repeatable {
            Vec::new()
        } else {
            distinct_from_searches(&paths, &graph.relationships)
        };
        let mut given: Vec<VarId> = Vec::new();
        for path in &paths {
            given.extend(path.adds.iter().chain([&path.left, &path.right, &path.relationships]));
        }
        given.retain(|&v| v >= graph.start() && !graph.has_node(v));
        let (variables, plain): (Vec<_>, Vec<_>) = std::mem::take(&mut graph.paths)
            .into_iter()
            .partition(|path| path.steps.iter().any(|step| given.contains(step)));
        graph.paths = plain;
        given.extend(variables.iter().map(|path| path.variable));
        let all = std::mem::take(&mut graph.filter).into_iter().chain(of_where);
        let (filter, plain) =
            all.partition(|e| self.uses_of(e).iter().any(|used| given.contains(used)));
        graph.filter = plain;
        let start = graph.start();
        Some(Box::new(Searches { start, paths, variables, distinct, filter }))
    }

    /// Places each search: an end that nothing else finds becomes a node of the pattern.
    fn place_searches(&self, graph: &mut Graph<'a>) -> Vec<PathSearch> {
        let mut given: Vec<VarId> = Vec::new();
        let mut placed = Vec::new();
        for mut draft in std::mem::take(&mut graph.drafts) {
            let (left, right) = (draft.search.left, draft.search.right);
            let is_found = |graph: &Graph<'_>, end: VarId| {
                end < graph.start() || graph.has_node(end) || given.contains(&end)
            };
            let anchored = [is_found(graph, left), is_found(graph, right)];
            let [of_left, of_right] = std::mem::take(&mut draft.ends);
            let begins_left =
                anchored[0] || (!anchored[1] && weight(&of_left) >= weight(&of_right));
            let needs_anchor = !anchored[0] && !anchored[1];
            for (end, conditions) in [(left, of_left), (right, of_right)] {
                let is_anchor = needs_anchor && (end == left) == begins_left;
                if is_anchor {
                    graph.add_node(end);
                }
                for conjunct in conditions {
                    let early = graph.has_node(end)
                        && self.uses_of(&conjunct).iter().all(|&used| {
                            used == end || used < graph.start() || graph.has_node(used)
                        });
                    if early {
                        graph.add_condition(end, conjunct);
                    } else {
                        draft.search.scope.filter.push(conjunct);
                    }
                }
            }
            given.extend([left, right]);
            given.extend(&draft.search.adds);
            placed.push(draft.search);
        }
        placed
    }

    /// The variables that a bound expression mentions.
    pub(super) fn uses_of(&self, expr: &Expr) -> Vec<VarId> {
        let mut used = Vec::new();
        expr.walk(&mut |part| match &part.kind {
            ExprKind::Variable(variable) => used.push(*variable),
            ExprKind::Path(steps) => used.extend(steps),
            ExprKind::Subquery(id) => {
                used.extend(self.subqueries.get(id.0 as usize).map_or(&[][..], |s| &s.outer));
            }
            _ => {}
        });
        used
    }
}

impl<'a> Part<'a> {
    /// A round of a repeated part of it.
    fn round(&self) -> Part<'a> {
        Part {
            scope: SearchScope::default(),
            conditions: Vec::new(),
            names: Vec::new(),
            adds: Vec::new(),
            is_repeated: true,
        }
    }
}

/// The relationships of searches among those that must differ.
fn distinct_from_searches(
    searches: &[PathSearch],
    relationships: &[PatternRelationship],
) -> Vec<(VarId, VarId)> {
    let mut pairs = Vec::new();
    for (at, search) in searches.iter().enumerate() {
        let own = search.relationships;
        pairs.extend(relationships.iter().map(|r| (r.variable, own)));
        pairs.extend(searches[..at].iter().map(|other| (other.relationships, own)));
    }
    pairs
}

/// How much conditions say of a node: an equation more than a label.
fn weight(conditions: &[Expr]) -> usize {
    let of = |e: &Expr| match e.kind {
        ExprKind::Compare(crate::expr::Comparison::Equal, ..) => 3,
        _ => 1,
    };
    conditions.iter().map(of).sum()
}

/// A path without the brackets around the whole of it: their selector, mode and condition are the path's.
fn unwrap(
    path: &PathPattern,
) -> Result<(&PathPattern, Option<&PathSelector>, Option<PathMode>, Option<&Expression>)> {
    if let [PathElement::Quantified(part)] = &path.elements[..]
        && part.length.is_none()
        && (part.path.variable.is_none() || path.variable.is_none())
    {
        let inner = &*part.path;
        if inner.selector.is_some() && path.selector.is_some() {
            return Err(error(&codes::UNEXPECTED, "A path has one selector.", part.span.0)
                .hint("Leave one of them out."));
        }
        let selector = path.selector.as_ref().or(inner.selector.as_ref());
        return Ok((inner, selector, path.mode.or(inner.mode), part.filter.as_deref()));
    }
    Ok((path, path.selector.as_ref(), path.mode, None))
}

/// Where a part without a greatest length stands.
fn endless(elements: &[PathElement]) -> Option<Span> {
    elements.iter().find_map(|element| match element {
        PathElement::Node(_) | PathElement::Alternatives(_) => None,
        PathElement::Relationship(pattern) => {
            pattern.length.as_ref().filter(|length| length.max.is_none()).map(|l| l.span.0)
        }
        PathElement::Quantified(part) => match &part.length {
            Some(length) if length.max.is_none() => Some(length.span.0),
            _ => endless(&part.path.elements),
        },
    })
}

fn bounds(length: &ast::Length) -> (u64, Option<u64>) {
    (length.min.unwrap_or(u64::from(!length.quantifier)), length.max)
}

fn nested(span: Span) -> Error {
    let message = "A quantified part does not stand in another one.";
    error(&codes::UNEXPECTED, message, span)
        .hint("Write the inner part out, or use alternatives of types: `-[:A|B]->`.")
}

fn has_labels(variable: VarId, test: LabelTest, span: Span) -> Expr {
    Expr::new(ExprKind::HasLabels(Box::new(Expr::variable(variable, span)), test), span)
}
