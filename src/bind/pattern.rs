//! Patterns to find: path patterns become a graph of nodes and relationships with conjuncts.
//!
//! ```text
//! (a:P {x: 1})<-[:R|S]-(b)-[r:T*1..3 {y: 2}]-(a)
//!
//! nodes          a:P   b
//! relationships  a ← b, types R S       b – a, types T, 1 to 3 steps, each with step.y = 2
//! filter         a.x = 1
//! distinct       none: R, S and T can share no relationship
//! ```
//!
//! Two passes: the first gives every element its variable, so that in the second the conditions of
//! one element may speak of any other. A path pattern is first laid out as nodes and walks in turn
//! ([`lay_out`]), in which a quantified relationship of any spelling is a walk with a length.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::bound::{
    Asked, Clause, Length, Match, NameKind, PatternNode, PatternPath, PatternRelationship,
    Selector, TimeTest, View,
};
use super::layout::{Step, Walk, lay_out, tell_nodes_apart, unsupported};
use super::scope::error;
use super::search::Draft;
use super::types::{self, Type};
use super::walk::mentions;
use super::{Binder, write};
use crate::error::{Error, Result, bind as codes};
use crate::expr::{Comparison, Expr, ExprKind, LabelTest, VarId};
use crate::graph::Direction;
use crate::graph::named_type::{NamedType, Seen};
use crate::graph::statement::Stance;
use crate::syntax::ast::{
    self, ArrowDirection, Expression, ExpressionKind, LabelExpression, LabelName, Name,
    NodePattern, PathElement, PathMode, PathPattern, PathSelector, TimeRelation,
};
use crate::text::{Span, suggest};

/// The most relationships in one MATCH: its uniqueness pairs are quadratic in them.
const RELATIONSHIPS_MAX: usize = 512;

/// What a name in a pattern that is not in scope means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// A new variable.
    Declare,
    /// A mistake: a pattern that is a condition introduces nothing.
    Refuse,
}

/// A pattern in the making.
pub(super) struct Graph<'a> {
    /// Variables below this were there before the pattern.
    start: VarId,
    unknown: Unknown,
    pub(super) nodes: Vec<PatternNode>,
    /// Where in `nodes` a variable stands.
    positions: HashMap<VarId, usize>,
    pub(super) relationships: Vec<PatternRelationship>,
    /// The relationship variables met so far.
    met: HashSet<VarId>,
    pub(super) paths: Vec<PatternPath>,
    pub(super) filter: Vec<Expr>,
    /// Whether paths without a name get a variable too.
    asks_paths: bool,
    /// What is bound once all variables are known.
    conditions: Vec<Conditions<'a>>,
    /// The paths that are searched as a whole.
    pub(super) drafts: Vec<Draft<'a>>,
}

/// The conditions inside an element.
enum Conditions<'a> {
    Node(VarId, &'a NodePattern),
    /// Of the relationship at a position.
    Relationship(usize, Walk<'a>),
    /// Of a parenthesised path.
    Path(&'a Expression),
}

impl<'a> Binder<'a> {
    /// Binds MATCH, or the pattern of a subquery.
    pub(super) fn matched(&mut self, clause: &'a ast::Match) -> Result<Clause> {
        if !clause.branches.is_empty() {
            return self.alternatives(clause);
        }
        let found = self.found(clause, &clause.pattern.paths, false)?;
        Ok(Clause::Match(Match { optional: clause.optional, ..found }))
    }

    /// Binds the path patterns of a MATCH, or of a branch of it; `asks_paths` gives a variable to
    /// those that have none.
    pub(super) fn found(
        &mut self,
        clause: &'a ast::Match,
        paths: &'a [PathPattern],
        asks_paths: bool,
    ) -> Result<Match> {
        let known_at = match &clause.known_at {
            Some(at) => Some(self.scalar(at)?.expr),
            None => None,
        };
        let filter = clause.filter.as_ref();
        let mut graph = Graph::new(self.mark(), Unknown::Declare);
        graph.asks_paths = asks_paths;
        let found = self.rows(paths, graph, filter, Some(clause), clause.span.0)?;
        Ok(Match { known_at, ..found })
    }

    /// The matches of path patterns under a condition.
    fn rows(
        &mut self,
        paths: &'a [PathPattern],
        mut graph: Graph<'a>,
        filter: Option<&'a Expression>,
        clause: Option<&'a ast::Match>,
        span: Span,
    ) -> Result<Match> {
        let asked_mode = clause.and_then(|clause| clause.mode);
        let repeatable = asked_mode == Some(ast::MatchMode::RepeatableElements);
        for path in paths {
            if needs_search(path, repeatable, filter) {
                self.search(path, asked_mode, &mut graph)?;
            } else {
                self.path(path, &mut graph)?;
            }
        }
        let asked = match clause {
            Some(clause) => self.asked(clause)?,
            None => self.session_asks(),
        };
        let nodes: Vec<VarId> = graph.nodes.iter().map(|node| node.variable).collect();
        let relationships = graph.relationships.iter().map(|relationship| relationship.variable);
        let paths = graph.paths.iter().map(|path| path.variable);
        let all: Vec<VarId> = nodes.into_iter().chain(relationships).chain(paths).collect();
        self.asks_of(&all, asked.as_deref());
        self.pattern_conditions(&mut graph)?;
        if asked.is_some() && !graph.drafts.is_empty() {
            return Err(unsupported(
                "A time or a stance of a path that is searched as a whole",
                "Read `valid(r)` and `stance(r)` of its relationships in a condition inside the path.",
                span,
            ));
        }
        self.says |= asked.is_some();
        for relationship in &mut graph.relationships {
            let seen = if asked.is_some() { Seen::Entailed } else { Seen::Named };
            relationship.types.iter_mut().for_each(|named| named.seen = seen);
            relationship.asked.clone_from(&asked);
        }
        let of_pattern = std::mem::take(&mut graph.filter);
        if let Some(filter) = filter {
            graph.filter = self.conjuncts(filter)?;
        }
        self.claim_filter(&mut graph);
        if !clause.is_some_and(|clause| clause.optional) {
            for node in graph.nodes.iter().filter(|node| !node.bound) {
                self.variables[node.variable.index()].is_found = true;
            }
        }
        let of_where = std::mem::replace(&mut graph.filter, of_pattern);
        self.refuse_nulls(&mut graph, span);
        let searches = self.searches(&mut graph, of_where, repeatable);
        let distinct = if repeatable { Vec::new() } else { distinct_pairs(&graph.relationships) };
        Ok(Match { searches, distinct, ..graph.into_match(false, span) })
    }

    /// A node that is null matches nothing. Relationships and labels see to that themselves; one
    /// that stands alone, and that an earlier clause may have made null, is tested.
    fn refuse_nulls(&self, graph: &mut Graph<'a>, span: Span) {
        let has_end = |variable| {
            graph.relationships.iter().any(|r| r.left == variable || r.right == variable)
        };
        let tests: Vec<Expr> = graph
            .nodes
            .iter()
            .filter(|node| node.bound && node.labels.is_none() && !has_end(node.variable))
            .filter(|node| !self.variables[node.variable.index()].is_found)
            .map(|node| Box::new(Expr::variable(node.variable, span)))
            .map(|node| Expr::new(ExprKind::IsNotNull(node), span))
            .collect();
        graph.filter.extend(tests);
    }

    /// Binds path patterns that are an expression or part of one.
    pub(super) fn pattern_rows(
        &mut self,
        path: &'a PathPattern,
        unknown: Unknown,
        filter: Option<&'a Expression>,
    ) -> Result<Match> {
        let paths = std::slice::from_ref(path);
        self.rows(paths, Graph::new(self.mark(), unknown), filter, None, path.span.0)
    }

    /// What a clause asks of the statements of its pattern, where it says a word of ours.
    fn asked(&mut self, clause: &'a ast::Match) -> Result<Option<Box<Asked>>> {
        let view = match clause.stance.as_deref() {
            None => View::DEFAULT,
            Some([]) => View::ANY,
            Some(names) => View::of(&names.iter().map(stance).collect::<Result<Vec<_>>>()?),
        };
        let time = match &clause.time {
            Some(time) => self.time_test(time)?,
            None => None,
        };
        let says = clause.time.is_some() || clause.stance.is_some() || clause.known_at.is_some();
        Ok(if says { Some(Box::new(Asked { time, view })) } else { self.session_asks() })
    }

    fn time_test(&mut self, time: &'a ast::TimeClause) -> Result<Option<TimeTest>> {
        match &time.operand {
            Some(operand) if time.relation != TimeRelation::AllTime => {
                let bound = self.scalar(operand)?;
                types::require(&bound.ty, &Type::TIME, "A time clause", operand.span()).map_err(
                    |error| error.hint("AS OF date('2009-01-01'), DURING edtf('2017-11')"),
                )?;
                Ok(Some(TimeTest { relation: time.relation, operand: bound.expr }))
            }
            _ => Ok(None),
        }
    }

    /// Binds the conditions of elements, now that every variable is known.
    fn pattern_conditions(&mut self, graph: &mut Graph<'a>) -> Result<()> {
        for conditions in std::mem::take(&mut graph.conditions) {
            match conditions {
                Conditions::Node(variable, node) => self.node_conditions(variable, node, graph)?,
                Conditions::Relationship(at, walk) => {
                    self.relationship_conditions(at, walk, graph)?;
                }
                Conditions::Path(filter) => graph.filter.extend(self.conjuncts(filter)?),
            }
        }
        self.search_conditions(graph)
    }

    fn path(&mut self, path: &'a PathPattern, graph: &mut Graph<'a>) -> Result<()> {
        let Some(layout) = lay_out(path) else {
            return Err(error(&codes::UNEXPECTED, "This path has no reading.", path.span.0));
        };
        graph.conditions.extend(layout.conditions.into_iter().map(Conditions::Path));
        let mut variables: Vec<VarId> = Vec::with_capacity(layout.steps.len());
        let mut pending = None;
        for step in layout.steps {
            let variable = match step {
                Step::Node(node) => {
                    let variable = self.pattern_node(node, path.span.0, graph)?;
                    if let (Some(at), Some(&left)) = (pending.take(), variables.iter().rev().nth(1))
                    {
                        let relationship: &mut PatternRelationship = &mut graph.relationships[at];
                        relationship.left = left;
                        relationship.right = variable;
                    }
                    variable
                }
                Step::Walk(walk) => {
                    pending = Some(graph.relationships.len());
                    self.pattern_relationship(walk, layout.selector, graph)?
                }
            };
            variables.push(variable);
        }
        if matches!(path.mode, Some(PathMode::Acyclic | PathMode::Simple)) {
            tell_nodes_apart(path, &variables, graph);
        }
        if let Some(name) = &path.variable {
            if graph.unknown == Unknown::Refuse {
                self.resolve(name)?;
            }
            let variable = self.declare(name, Type::PATH)?;
            graph.paths.push(PatternPath { variable, steps: variables });
        } else if graph.asks_paths {
            let variable = self.variable(None, Type::PATH, path.span.0)?;
            graph.paths.push(PatternPath { variable, steps: variables });
        }
        Ok(())
    }

    /// The variable of a name in a pattern, where it is in scope.
    fn pattern_name(&mut self, name: &'a Name, graph: &Graph<'a>) -> Result<Option<VarId>> {
        match graph.unknown {
            Unknown::Declare => self.find(name),
            Unknown::Refuse => self.resolve(name).map(Some),
        }
    }

    fn pattern_node(
        &mut self,
        node: Option<&'a NodePattern>,
        path: Span,
        graph: &mut Graph<'a>,
    ) -> Result<VarId> {
        let span = node.map_or(path, |node| node.span.0);
        let variable = match node.and_then(|node| node.variable.as_ref()) {
            None => self.variable(None, Type::NODE, span)?,
            Some(name) => match self.pattern_name(name, graph)? {
                Some(variable) if self.type_of(variable).may_be(&Type::NODE) => variable,
                Some(variable) => return Err(self.type_conflict(name, variable, "node")),
                None => self.declare_anew(name, Type::NODE)?,
            },
        };
        graph.add_node(variable);
        if let Some(node) = node {
            graph.conditions.push(Conditions::Node(variable, node));
        }
        Ok(variable)
    }

    fn pattern_relationship(
        &mut self,
        walk: Walk<'a>,
        selector: Selector,
        graph: &mut Graph<'a>,
    ) -> Result<VarId> {
        let span = walk.pattern.span.0;
        check_size(graph.relationships.len() + 1, span)?;
        let several = walk.length.is_some() || selector != Selector::All;
        let variable = match &walk.pattern.variable {
            None if several => self.relationships(None, span)?,
            None => self.variable(None, Type::RELATIONSHIP, span)?,
            Some(name) => self.named_relationship(name, several, graph)?,
        };
        graph.met.insert(variable);
        let length = if several { Some(self.length(walk, selector)?) } else { None };
        let (types, type_test) = match &walk.pattern.types {
            None => (Vec::new(), None),
            Some(types) => self.relationship_types(types)?,
        };
        graph.conditions.push(Conditions::Relationship(graph.relationships.len(), walk));
        graph.relationships.push(PatternRelationship {
            variable,
            bound: variable < graph.start,
            left: variable,
            right: variable,
            direction: direction(walk.pattern.direction),
            types,
            type_test,
            length,
            asked: None,
            span,
        });
        Ok(variable)
    }

    fn named_relationship(
        &mut self,
        name: &'a Name,
        several: bool,
        graph: &Graph<'a>,
    ) -> Result<VarId> {
        let wanted = if several { Type::LIST } else { Type::RELATIONSHIP };
        let what = if several { "list of relationships" } else { "relationship" };
        match self.pattern_name(name, graph)? {
            Some(variable) => {
                let ty = self.type_of(variable);
                let elements_fit = !several || ty.element().may_be(&Type::RELATIONSHIP);
                if !ty.may_be(&wanted) || !elements_fit {
                    return Err(self.type_conflict(name, variable, what));
                }
                if graph.met.contains(&variable) {
                    return Err(met_twice(name));
                }
                Ok(variable)
            }
            None if several => {
                let variable = self.relationships(Some(&name.text), name.span)?;
                self.scope.insert(name.text.as_str().into(), variable);
                Ok(variable)
            }
            None => self.declare_anew(name, Type::RELATIONSHIP),
        }
    }

    pub(super) fn type_conflict(&self, name: &Name, variable: VarId, wanted: &str) -> Error {
        let is = self.type_of(variable).describe();
        let message = format!("`{}` is {is} and cannot be a {wanted} too.", name.text);
        error(&codes::VARIABLE_TYPE_CONFLICT, message, name.span)
            .hint(format!("Use another name for the {wanted}."))
    }

    fn length(&mut self, walk: Walk<'a>, selector: Selector) -> Result<Length> {
        let span = walk.pattern.span.0;
        let (min, max) = walk.bounds();
        let step = self.variable(None, Type::RELATIONSHIP, span)?;
        Ok(Length { min, max, step, filter: Vec::new(), selector })
    }

    /// The types as a list of names or, where that cannot say it, as a test.
    pub(super) fn relationship_types(
        &mut self,
        types: &'a LabelExpression,
    ) -> Result<(Vec<NamedType>, Option<LabelTest>)> {
        self.looks_for_labels(NameKind::Type, types);
        let mut names = Vec::new();
        if collect_alternatives(types, &mut names) {
            self.named_types.extend(names.iter().map(|named| Arc::clone(&named.name)));
            return Ok((names, None));
        }
        match self.label_test(types)? {
            LabelTest::Any => Ok((Vec::new(), None)),
            test => Ok((Vec::new(), Some(test))),
        }
    }

    fn node_conditions(
        &mut self,
        variable: VarId,
        node: &'a NodePattern,
        graph: &mut Graph<'a>,
    ) -> Result<()> {
        if let Some(labels) = &node.labels {
            self.looks_for_labels(NameKind::Label, labels);
            let test = self.label_test(labels)?;
            graph.add_labels(variable, test);
        }
        refuse_stated(node)?;
        if let Some(properties) = &node.properties {
            self.property_conditions(variable, properties, &mut graph.filter)?;
        }
        if let Some(filter) = &node.filter {
            graph.filter.extend(self.conjuncts(filter)?);
        }
        Ok(())
    }

    fn relationship_conditions(
        &mut self,
        at: usize,
        walk: Walk<'a>,
        graph: &mut Graph<'a>,
    ) -> Result<()> {
        refuse_qualifiers(walk.pattern)?;
        let step = graph.relationships[at].length.as_ref().map(|length| length.step);
        let subject = step.unwrap_or(graph.relationships[at].variable);
        let mut filter = Vec::new();
        if let Some(properties) = &walk.pattern.properties {
            self.property_conditions(subject, properties, &mut filter)?;
        }
        for condition in walk.pattern.filter.as_deref().into_iter().chain(walk.filter) {
            // Inside a repeated relationship its name is the single step.
            let conjuncts = match (&walk.pattern.variable, step) {
                (Some(name), Some(step)) => {
                    self.with_name(name, step, |binder| binder.conjuncts(condition))?
                }
                _ => self.conjuncts(condition)?,
            };
            filter.extend(conjuncts);
        }
        let list = graph.relationships[at].variable;
        let start = graph.start;
        let Some(length) = &mut graph.relationships[at].length else {
            graph.filter.extend(filter);
            return Ok(());
        };
        for conjunct in filter {
            // What speaks of other elements too may be tested before they are found: not in the walk.
            let step = length.step;
            if self.uses_of(&conjunct).iter().all(|&used| used == step || used < start) {
                length.filter.push(conjunct);
            } else {
                graph.filter.push(of_every_step(list, step, conjunct));
            }
        }
        Ok(())
    }

    /// `{key: value, …}` in a pattern to find: an equation for each entry.
    pub(super) fn property_conditions(
        &mut self,
        subject: VarId,
        properties: &'a Expression,
        filter: &mut Vec<Expr>,
    ) -> Result<()> {
        for (key, value) in literal_map(properties)? {
            self.looks_for(NameKind::Key, &key.text);
            let value = self.scalar(value)?.expr;
            let own =
                self.property_in_time(&Expr::variable(subject, key.span), &key.text, key.span)?;
            filter.push(match own {
                Some(own) => {
                    let (own, value) = (Box::new(own), Box::new(value));
                    Expr::new(ExprKind::Compare(Comparison::Equal, own, value), key.span)
                }
                None => property_equals(subject, &key.text, key.span, value),
            });
        }
        Ok(())
    }
}

impl<'a> Graph<'a> {
    fn new(start: VarId, unknown: Unknown) -> Graph<'a> {
        Graph {
            start,
            unknown,
            nodes: Vec::new(),
            positions: HashMap::new(),
            relationships: Vec::new(),
            met: HashSet::new(),
            paths: Vec::new(),
            filter: Vec::new(),
            asks_paths: false,
            conditions: Vec::new(),
            drafts: Vec::new(),
        }
    }

    pub(super) fn asks_paths(&self) -> bool {
        self.asks_paths
    }

    pub(super) fn unknown(&self) -> Unknown {
        self.unknown
    }

    /// Variables below this were there before the pattern.
    pub(super) fn start(&self) -> VarId {
        self.start
    }

    pub(super) fn has_node(&self, variable: VarId) -> bool {
        self.positions.contains_key(&variable)
    }

    /// Adds a conjunct on a node; a label test stands at the node itself.
    pub(super) fn add_condition(&mut self, variable: VarId, conjunct: Expr) {
        match conjunct.kind {
            ExprKind::HasLabels(of, test) if matches!(of.kind, ExprKind::Variable(v) if v == variable) =>
            {
                self.add_labels(variable, test);
            }
            kind => self.filter.push(Expr::new(kind, conjunct.span)),
        }
    }

    pub(super) fn add_node(&mut self, variable: VarId) {
        let next = self.nodes.len();
        if *self.positions.entry(variable).or_insert(next) == next {
            let bound = variable < self.start;
            self.nodes.push(PatternNode { variable, bound, labels: None });
        }
    }

    fn add_labels(&mut self, variable: VarId, test: LabelTest) {
        let Some(&at) = self.positions.get(&variable) else { return };
        let labels = &mut self.nodes[at].labels;
        *labels = Some(match labels.take() {
            None => test,
            Some(before) => LabelTest::And(vec![before, test]),
        });
    }

    fn into_match(self, optional: bool, span: Span) -> Match {
        Match {
            optional,
            nodes: self.nodes,
            relationships: self.relationships,
            searches: None,
            paths: self.paths,
            distinct: Vec::new(),
            filter: self.filter,
            known_at: None,
            span,
        }
    }
}

/// `subject.key = value`.
pub(super) fn property_equals(subject: VarId, key: &str, span: Span, value: Expr) -> Expr {
    let place = span.to(value.span);
    let of = Box::new(Expr::variable(subject, span));
    let property = Expr::new(ExprKind::Property(of, key.into()), span);
    Expr::new(ExprKind::Compare(Comparison::Equal, Box::new(property), Box::new(value)), place)
}

/// The entries of a map literal in a pattern to find; a parameter could not be planned for.
pub(super) fn literal_map(properties: &Expression) -> Result<&[(Name, Expression)]> {
    let span = properties.span();
    match &properties.kind {
        ExpressionKind::Map(entries) => Ok(entries),
        ExpressionKind::Parameter(name) => {
            let message = "A pattern to find takes its properties one by one.";
            Err(error(&codes::PARAMETER_USE, message, span)
                .hint(format!("Name them: `{{key: ${}.key}}`.", name.text)))
        }
        _ => Err(error(&codes::UNEXPECTED, "A pattern takes its properties as a map.", span)
            .hint("{key: value}")),
    }
}

/// Refuses a pattern of too many relationships.
pub(super) fn check_size(relationships: usize, span: Span) -> Result<()> {
    if relationships <= RELATIONSHIPS_MAX {
        return Ok(());
    }
    let message = format!("A pattern can have at most {RELATIONSHIPS_MAX} relationships.");
    Err(error(&codes::TOO_COMPLEX, message, span).hint("Split it into several clauses."))
}

/// The pairs of relationships that must differ: those that could be one and the same.
pub(super) fn distinct_pairs(relationships: &[PatternRelationship]) -> Vec<(VarId, VarId)> {
    let mut pairs = Vec::new();
    for (at, a) in relationships.iter().enumerate() {
        for b in &relationships[at + 1..] {
            // What is declared can make one statement an instance of two types.
            let entailed = a.types.iter().chain(&b.types).any(|named| named.seen != Seen::Named);
            let apart = !entailed
                && !a.types.is_empty()
                && !b.types.is_empty()
                && !a.types.iter().any(|ty| b.types.contains(ty));
            if !apart {
                pairs.push((a.variable, b.variable));
            }
        }
    }
    pairs
}

/// The way an arrow points, seen from its left.
pub(super) fn direction(arrow: ArrowDirection) -> Direction {
    match arrow {
        ArrowDirection::Right => Direction::Outgoing,
        ArrowDirection::Left => Direction::Incoming,
        ArrowDirection::Undirected | ArrowDirection::LeftOrRight => Direction::Both,
    }
}

/// The stance that a name stands for.
pub(super) fn stance(name: &Name) -> Result<Stance> {
    let word = name.text.to_lowercase().replace('_', "-");
    Stance::parse(&word).ok_or_else(|| {
        let words = Stance::ALL.map(Stance::as_str);
        write::unknown_word("stance", name, &words, suggest::nearest(&word, words))
    })
}

/// Adds the names of `A|B|C`; false where the expression is anything else.
fn collect_alternatives(types: &LabelExpression, names: &mut Vec<NamedType>) -> bool {
    match types {
        LabelExpression::Name(LabelName::Static(name)) => {
            let name = NamedType::plain(name.text.as_str());
            if !names.contains(&name) {
                names.push(name);
            }
            true
        }
        LabelExpression::Or(a, b) => {
            collect_alternatives(a, names) && collect_alternatives(b, names)
        }
        _ => false,
    }
}

/// What a statement says of itself belongs to CREATE.
pub(super) fn refuse_qualifiers(pattern: &ast::RelationshipPattern) -> Result<()> {
    if pattern.qualifiers.is_none() {
        return Ok(());
    }
    let message = "What a statement says of itself is written where it is created.";
    Err(error(&codes::UNEXPECTED, message, pattern.span.0)
        .hint("In MATCH, test it: `WHERE stance(r) = 'asserted'`."))
}

/// What is stated of a property belongs to CREATE and SET.
fn refuse_stated(node: &NodePattern) -> Result<()> {
    let Some(stated) = node.stated.first() else { return Ok(()) };
    let message = "When a value holds is written where it is stated.";
    Err(error(&codes::UNEXPECTED, message, stated.key.span).hint(format!(
        "In MATCH, ask for a time: `MATCH (n) AS OF date('2012-01-01') WHERE n.{} = …`.",
        stated.key.text
    )))
}

/// `all(step IN list WHERE conjunct)`.
pub(super) fn of_every_step(list: VarId, step: VarId, conjunct: Expr) -> Expr {
    let span = conjunct.span;
    let kind = ExprKind::Quantifier {
        kind: ast::QuantifierKind::All,
        variable: step,
        list: Box::new(Expr::variable(list, span)),
        filter: Box::new(conjunct),
    };
    Expr::new(kind, span)
}

/// Whether a path is searched as a whole.
///
/// Conditions of WHERE on a `shortestPath()` decide which path is the shortest.
fn needs_search(path: &PathPattern, repeatable: bool, filter: Option<&Expression>) -> bool {
    let has_length = path.elements.iter().any(|element| match element {
        PathElement::Relationship(pattern) => pattern.length.is_some(),
        PathElement::Quantified(_) => true,
        PathElement::Node(_) | PathElement::Alternatives(_) => false,
    });
    if (repeatable && has_length) || lay_out(path).is_none() {
        return true;
    }
    if path.selector.is_some() && has_outward_condition(path) {
        return true;
    }
    let is_function = matches!(
        path.selector,
        Some(PathSelector::ShortestPathFunction | PathSelector::AllShortestPathsFunction)
    );
    let names: Vec<&str> = path
        .elements
        .iter()
        .filter_map(|element| match element {
            PathElement::Relationship(pattern) => pattern.variable.as_ref(),
            _ => None,
        })
        .chain(path.variable.as_ref())
        .map(|name| name.text.as_str())
        .collect();
    is_function
        && !names.is_empty()
        && filter.is_some_and(|filter| mentions(filter, &|name| names.contains(&name)))
}

/// Whether the condition of a repeated relationship mentions another name of its path.
fn has_outward_condition(path: &PathPattern) -> bool {
    let names: Vec<&str> = path
        .elements
        .iter()
        .filter_map(|element| match element {
            PathElement::Node(node) => node.variable.as_ref(),
            _ => None,
        })
        .map(|name| name.text.as_str())
        .collect();
    path.elements.iter().any(|element| match element {
        PathElement::Relationship(pattern) if pattern.length.is_some() => pattern
            .filter
            .as_deref()
            .into_iter()
            .chain(&pattern.properties)
            .any(|condition| mentions(condition, &|name| names.contains(&name))),
        _ => false,
    })
}

pub(super) fn met_twice(name: &Name) -> Error {
    let message = format!(
        "The relationship `{}` occurs twice in this pattern, where all relationships differ.",
        name.text
    );
    error(&codes::RELATIONSHIP_UNIQUENESS, message, name.span)
        .hint(format!("Use another name, such as `{}2`.", name.text))
}
