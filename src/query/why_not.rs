//! `WHY NOT MATCH …`: what is missing for the pattern to be found.
//!
//! The pattern is tried as it was written, a node or a relationship more each time. The first
//! part that leaves no match is what is missing; for a relationship the completeness statements tell
//! whether that means *no*, and near misses are looked for: the same as possible and no more, at
//! another time, of another stance or rank, known later, the other way about, of another type, to another end.
//!
//! ```text
//! WHY NOT MATCH (:State {name: 'Georgia'})-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) RETURN *
//!
//! step     pattern                           found  absence  statement
//! matched  (:State {name: 'Georgia'})            1
//! missing  -[:RECOGNISES]->(:Region {…})         0  no       Georgia RECOGNISES Abkhazia
//! ```
//!
//! Every row comes from a query that could have been typed, so that nothing here can disagree with
//! what MATCH finds. Matches are counted or, up to ten thousand of them, looked at; near misses are those of so many
//! matches of what stands before the last step, so that no pattern is searched through that has no match.

use std::sync::Arc;

use hashbrown::HashSet;

use super::{DefaultTime, Fit, Options, Planned, Store};
use crate::bind::{self, bound};
use crate::error::{Error, Result, bind as codes};
use crate::expr::closed::asked;
use crate::graph::closed::{Absence, Asked, End, Part, absence};
use crate::graph::conflict;
use crate::graph::row::Rows;
use crate::graph::source::display_name;
use crate::graph::statement::{Rank, View};
use crate::graph::transaction::Counters;
use crate::graph::{Direction, Snapshot};
use crate::plan::{self, Rewrites};
use crate::syntax;
use crate::syntax::ast::{
    ArrowDirection, BinaryOperator, Clause, Expression, ExpressionKind, LabelExpression, LabelName,
    Match, Name, NodePattern, PathElement, PathPattern, RelationshipPattern, Statement,
    StatementKind, TimeClause, TimeRelation,
};
use crate::text::Span;
use crate::value::{NodeId, StatementId, Value};

/// How many statements and near misses of each kind are shown.
const SHOWN_MAX: usize = 5;
/// Among how many matches nodes and near misses are looked for: a pattern can have more than anybody waits for, and
/// what is shown are examples.
const MATCHES_MAX: i64 = 10_000;
/// The names that the parts in question are given, where they have none; nobody can type them.
const NAMES: [&str; 3] = ["\u{1}left", "\u{1}step", "\u{1}right"];
const COLUMNS: [&str; 5] = ["step", "pattern", "found", "absence", "statement"];

/// One answer in the making.
struct Search<'s> {
    store: &'s Store,
    text: &'s str,
    options: &'s Options,
    /// Whether matches that are possible and no more are looked for, too.
    possible: bool,
    /// Whether what stands before the last step has more matches than are looked at.
    is_vast: bool,
    rows: Vec<[Value; 5]>,
}

/// A relationship of the pattern, with the node before and after it.
struct Step<'a> {
    left: &'a NodePattern,
    relationship: &'a RelationshipPattern,
    right: &'a NodePattern,
}

impl Store {
    /// Answers `WHY NOT MATCH …`; what RETURN says does not matter.
    pub(super) fn why_not(
        &self,
        statement: &Statement,
        text: &str,
        options: &Options,
    ) -> Result<Rows> {
        let StatementKind::Query(query) = &statement.kind else {
            return Err(refused(statement.span.0));
        };
        let [Clause::Match(pattern), Clause::Return(_)] = query.first.clauses.as_slice() else {
            return Err(refused(statement.span.0));
        };
        if !query.rest.is_empty() || pattern.optional {
            return Err(refused(statement.span.0));
        }
        let possible = options.possible;
        let rows = Vec::new();
        let mut search = Search { store: self, text, options, possible, is_vast: false, rows };
        let graph = search.explain(pattern)?;
        Ok(Rows {
            columns: COLUMNS.map(Arc::from).to_vec(),
            len: search.rows.len(),
            values: search.rows.into_iter().flatten().collect(),
            evidence: Vec::new(),
            truths: Vec::new(),
            timed: false,
            notes: Vec::new(),
            witnesses: Vec::new(),
            counters: Counters::default(),
            graph,
        })
    }
}

fn refused(span: Span) -> Error {
    Error::new(&codes::UNSUPPORTED, "WHY NOT takes one MATCH and a RETURN.")
        .at(span)
        .hint("WHY NOT MATCH (:State {name: 'Georgia'})-[:RECOGNISES]->(x) RETURN *")
}

impl Search<'_> {
    fn explain(&mut self, whole: &Match) -> Result<Arc<dyn Snapshot>> {
        let mut rows = self.count(whole)?;
        let mut done: Vec<PathPattern> = Vec::new();
        for path in &whole.pattern.paths {
            let is_stepwise = path.selector.is_none()
                && path.elements.iter().all(|e| {
                    !matches!(e, PathElement::Quantified(_) | PathElement::Alternatives(_))
                });
            let ends: Vec<usize> = if is_stepwise {
                (0..path.elements.len()).step_by(2).collect()
            } else {
                vec![path.elements.len().saturating_sub(1)]
            };
            for end in ends {
                let mut part = path.clone();
                part.elements.truncate(end + 1);
                let tried = Match { filter: None, ..with_paths(whole, &done, part) };
                rows = self.count(&tried)?;
                let found = found(&rows);
                let first = if end == 0 || !is_stepwise { 0 } else { end - 1 };
                let shown = self.slice(&path.elements[first..=end]);
                if found > 0 {
                    self.is_vast = found > MATCHES_MAX;
                    self.row("matched", shown, found, None, String::new());
                } else {
                    self.missing(&tried, end, is_stepwise, shown, &*rows.graph)?;
                    return Ok(rows.graph);
                }
            }
            done.push(path.clone());
        }
        if let Some(filter) = &whole.filter {
            rows = self.conditions(whole, filter)?;
        }
        Ok(rows.graph)
    }

    /// The conditions that leave no match, each by itself; all together where none does.
    fn conditions(&mut self, whole: &Match, filter: &Expression) -> Result<Rows> {
        let rows = self.count(whole)?;
        if found(&rows) > 0 {
            self.row("matched", self.text_of(filter.span()), found(&rows), None, String::new());
            return Ok(rows);
        }
        let mut conjuncts = Vec::new();
        split(filter, &mut conjuncts);
        let mut is_told = false;
        for conjunct in &conjuncts {
            let tried = Match { filter: Some((*conjunct).clone()), ..whole.clone() };
            let found = found(&self.count(&tried)?);
            let step = if found > 0 { "matched" } else { "missing" };
            is_told |= found == 0;
            self.row(step, self.text_of(conjunct.span()), found, None, String::new());
        }
        if !is_told {
            self.row("missing", self.text_of(filter.span()), 0, None, String::new());
        }
        Ok(rows)
    }

    /// What is missing: the last node or relationship of a pattern.
    fn missing(
        &mut self,
        tried: &Match,
        end: usize,
        is_stepwise: bool,
        shown: String,
        graph: &dyn Snapshot,
    ) -> Result<()> {
        let last = tried.pattern.paths.last().filter(|_| is_stepwise && end > 0);
        let step = last.and_then(|path| match &path.elements[end - 2..] {
            [
                PathElement::Node(left),
                PathElement::Relationship(step),
                PathElement::Node(right),
            ] => Some(Step { left, relationship: step, right }),
            _ => None,
        });
        let Some(step) = step else {
            self.row("missing", shown, 0, None, String::new());
            return Ok(());
        };
        let left = self.nodes(&without_last_step(tried), step.left)?;
        let right = self.nodes(&node_alone(tried, step.right), step.right)?;
        let asked = self.asked(tried.time.as_ref())?;
        if right.is_empty() {
            let node = self.slice(&[PathElement::Node(step.right.clone())]);
            self.row("missing", node, 0, None, String::new());
            return Ok(());
        }
        let pairs: Vec<(NodeId, NodeId)> =
            left.iter().flat_map(|a| right.iter().map(move |b| (*a, *b))).take(SHOWN_MAX).collect();
        for &(a, b) in &pairs {
            let told = told(graph, &step, a, b, &asked);
            self.row("missing", shown.clone(), 0, told.0, told.1);
        }
        if step.relationship.length.is_none() {
            self.near_misses(tried, graph, left.is_empty())?;
        }
        Ok(())
    }

    /// The same pattern with one thing changed at its last relationship.
    fn near_misses(&mut self, tried: &Match, graph: &dyn Snapshot, nowhere: bool) -> Result<()> {
        if nowhere {
            return Ok(());
        }
        let all_time =
            Some(TimeClause { relation: TimeRelation::AllTime, operand: None, span: tried.span });
        let stance = tried.stance.clone();
        let any = Some(Vec::new());
        let changed = |time: &Option<TimeClause>, stance: &Option<Vec<Name>>| Match {
            time: time.clone(),
            stance: stance.clone(),
            ..tried.clone()
        };
        let mut seen = Vec::new();
        if tried.time.is_some() && !self.possible {
            self.possible = true;
            let near = self.near("less sure", tried.clone(), graph, &mut seen);
            self.possible = false;
            near?;
        }
        let mut turned = changed(&all_time, &any);
        turn_last(&mut turned);
        if tried.time.is_some() || self.options.time.is_some() {
            self.near("other time", changed(&all_time, &stance), graph, &mut seen)?;
        } else {
            // Without a time it is the declarations that a word of time lets the pattern see.
            let mut plain = tried.clone();
            turn_last(&mut plain);
            self.near("other direction", plain, graph, &mut seen)?;
            self.near("as declared", changed(&all_time, &stance), graph, &mut seen)?;
        }
        let time = tried.time.clone().or_else(|| all_time.clone());
        self.near("other stance", changed(&time, &any), graph, &mut seen)?;
        if seen.is_empty() {
            self.near("other time and stance", changed(&all_time, &any), graph, &mut seen)?;
        }
        if tried.known_at.is_some() {
            let now = Match { known_at: None, ..tried.clone() };
            self.near("known later", now, graph, &mut seen)?;
        }
        self.near("other direction", turned, graph, &mut seen)?;
        let mut untyped = changed(&all_time, &any);
        if let Some((_, step, _)) = last_step(&mut untyped) {
            (step.types, step.direction) = (None, ArrowDirection::Undirected);
        }
        self.near("other type", untyped, graph, &mut seen)?;
        if seen.is_empty() {
            let mut elsewhere = changed(&all_time, &any);
            if let Some((.., right)) = last_step(&mut elsewhere) {
                (right.labels, right.properties, right.filter) = (None, None, None);
            }
            self.near("other end", elsewhere, graph, &mut seen)?;
        }
        Ok(())
    }

    fn near(
        &mut self,
        what: &str,
        mut tried: Match,
        graph: &dyn Snapshot,
        seen: &mut Vec<StatementId>,
    ) -> Result<()> {
        let Some((_, step, _)) = last_step(&mut tried) else { return Ok(()) };
        let span = step.span.0;
        let name = step.variable.get_or_insert_with(|| Name::new(NAMES[1], span)).clone();
        let returned = Expression::new(ExpressionKind::Variable(name), span);
        let rows = if self.is_vast {
            self.behind_first(tried, returned)?
        } else {
            self.first(tried, returned)?
        };
        let found = rows.iter().filter_map(|row| row.values().first()?.as_relationship());
        let mut known: HashSet<StatementId> = seen.iter().copied().collect();
        let new: Vec<StatementId> = found.filter(|id| known.insert(*id)).collect();
        for &id in new.iter().take(SHOWN_MAX) {
            let text = conflict::text(&*rows.graph, id);
            let text = if text.is_empty() { conflict::text(graph, id) } else { text };
            let is_hidden_by_rank = what == "other stance" && is_hidden_by_rank(&*rows.graph, id);
            let what = if is_hidden_by_rank { "other rank" } else { what };
            self.row(what, String::new(), new.len() as i64, None, text);
        }
        seen.extend(new);
        Ok(())
    }

    /// The nodes that a part of a pattern matches, each once.
    fn nodes(&self, tried: &Match, node: &NodePattern) -> Result<Vec<NodeId>> {
        let mut tried = tried.clone();
        let Some(last) = tried.pattern.paths.last_mut().and_then(|path| path.elements.last_mut())
        else {
            return Ok(Vec::new());
        };
        let PathElement::Node(last) = last else { return Ok(Vec::new()) };
        let span = node.span.0;
        let name = last.variable.get_or_insert_with(|| Name::new(NAMES[0], span)).clone();
        let rows = self.first(tried, Expression::new(ExpressionKind::Variable(name), span))?;
        let mut nodes: Vec<NodeId> = Vec::new();
        for id in rows.iter().filter_map(|row| row.values().first()?.as_node()) {
            if !nodes.contains(&id) {
                nodes.push(id);
            }
            if nodes.len() == SHOWN_MAX {
                break;
            }
        }
        Ok(nodes)
    }

    /// The time that the clause asks about.
    fn asked(&self, time: Option<&TimeClause>) -> Result<Asked> {
        let Some(TimeClause { relation, operand: Some(operand), .. }) = time else {
            return Ok(Asked::Undated);
        };
        let value = self.store.values(vec![operand], self.text, self.options)?;
        let value = value.into_iter().next().unwrap_or_default();
        Ok(asked(*relation, &value)?.unwrap_or(Asked::Undated))
    }

    fn count(&self, tried: &Match) -> Result<Rows> {
        let returned = Expression::new(ExpressionKind::CountStar, tried.span.0);
        self.run(tried.clone(), |tried| Statement::after(tried, &[returned]))
    }

    /// An expression of each of the first matches.
    fn first(&self, tried: Match, returned: Expression) -> Result<Rows> {
        self.run(tried, |tried| Statement::after(tried, &[returned]).limited(MATCHES_MAX))
    }

    /// The same with the last step taken from the first matches of what stands before it:
    /// `MATCH before WITH * LIMIT n MATCH (left)-[step]->(right) RETURN e LIMIT n`.
    fn behind_first(&self, mut tried: Match, returned: Expression) -> Result<Rows> {
        let mut before = without_last_step(&tried);
        let Some((left, ..)) = last_step(&mut tried) else { return self.first(tried, returned) };
        let name = left.variable.get_or_insert_with(|| Name::new(NAMES[0], left.span.0)).clone();
        (left.labels, left.properties, left.filter) = (None, None, None);
        if let Some(PathElement::Node(node)) =
            before.pattern.paths.last_mut().and_then(|path| path.elements.last_mut())
        {
            node.variable = Some(name);
        }
        tried.pattern.paths.drain(..tried.pattern.paths.len() - 1);
        if let Some(path) = tried.pattern.paths.first_mut() {
            path.variable = None;
            path.elements.drain(..path.elements.len() - 3);
        }
        before.branches = syntax::write_out(&before.pattern)?;
        self.run(tried, |tried| {
            let statement = Statement::after(tried, &[returned]).limited(MATCHES_MAX);
            statement.behind(before, MATCHES_MAX)
        })
    }

    /// Runs a pattern in a statement.
    fn run(&self, mut tried: Match, statement: impl FnOnce(Match) -> Statement) -> Result<Rows> {
        // What is tried has another pattern than the clause that it was made of.
        tried.branches = syntax::write_out(&tried.pattern)?;
        let statement = statement(tried);
        let session = self.options.time.as_ref().map(DefaultTime::asked);
        let procedures = self.store.procedures();
        let parameters = &self.options.parameters;
        let graph = self.store.snapshot();
        let stated = graph.catalog().stated_keys();
        let mut statement =
            bind::bind(&statement, self.text, &*procedures, parameters, session.as_ref(), &stated)?;
        statement.possible |= self.possible;
        let bound::StatementKind::Query(query) = &statement.kind else {
            return Err(refused(Span::default()));
        };
        let plan = plan::plan(&statement, query, &*graph, Rewrites::All)?;
        let planned = Planned { statement, plan, fit: Fit::default() };
        self.store.run_plan(&planned, self.options, false, None).map(|(rows, _)| rows)
    }

    fn row(
        &mut self,
        step: &str,
        pattern: String,
        found: i64,
        absence: Option<Absence>,
        text: String,
    ) {
        let or_null = |text: String| if text.is_empty() { Value::Null } else { text.into() };
        self.rows.push([
            step.into(),
            or_null(pattern),
            Value::Integer(found),
            absence.map(Absence::as_str).into(),
            or_null(text),
        ]);
    }

    /// The text of elements that follow each other.
    fn slice(&self, elements: &[PathElement]) -> String {
        let span = |element: &PathElement| match element {
            PathElement::Node(node) => node.span.0,
            PathElement::Relationship(step) => step.span.0,
            PathElement::Quantified(part) => part.span.0,
            PathElement::Alternatives(all) => all.span.0,
        };
        elements.iter().map(span).reduce(Span::to).map_or_else(String::new, |s| self.text_of(s))
    }

    fn text_of(&self, span: Span) -> String {
        let text = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Turns the last relationship of a pattern about.
fn turn_last(tried: &mut Match) {
    if let Some((_, step, _)) = last_step(tried) {
        step.direction = match step.direction {
            ArrowDirection::Right => ArrowDirection::Left,
            ArrowDirection::Left => ArrowDirection::Right,
            other => other,
        };
    }
}

/// Whether a statement is not seen for its rank, and not for its stance.
fn is_hidden_by_rank(graph: &dyn Snapshot, id: StatementId) -> bool {
    graph.qualifiers(id).is_some_and(|said| {
        said.rank == Rank::Deprecated && View::DEFAULT.shows(said.stance, Rank::Normal)
    })
}

fn found(rows: &Rows) -> i64 {
    match rows.get(0).and_then(|row| row.values().first()) {
        Some(Value::Integer(number)) => *number,
        // Where only possible matches count too, the number of all of them.
        Some(Value::Map(counts)) => counts.get("possible").and_then(Value::as_int).unwrap_or(0),
        _ => 0,
    }
}

/// What the absence of a step between two nodes means, and the statement that would end it.
fn told(
    graph: &dyn Snapshot,
    step: &Step<'_>,
    left: NodeId,
    right: NodeId,
    asked: &Asked,
) -> (Option<Absence>, String) {
    let mut names = Vec::new();
    if let Some(types) = &step.relationship.types {
        alternatives(types, &mut names);
    }
    let direction = match step.relationship.direction {
        ArrowDirection::Right => Direction::Outgoing,
        ArrowDirection::Left => Direction::Incoming,
        _ => Direction::Both,
    };
    let end = |node| End { node: Some(node), ..End::default() };
    let part = Part {
        types: names.iter().map(|name| graph.catalog().relationship_type(name)).collect(),
        direction,
        start: end(left),
        end: end(right),
    };
    // Of a walk each step would have to be looked at, whatever nodes it leads over.
    let is_told = !names.is_empty() && step.relationship.length.is_none();
    let absence = if is_told { absence(graph, &[part], asked) } else { None };
    let (from, to) = if direction == Direction::Incoming { (right, left) } else { (left, right) };
    let ty = names.first().copied().unwrap_or("a relationship with");
    let text = format!("{} {ty} {}", display_name(graph, from), display_name(graph, to));
    (absence, text)
}

fn alternatives<'a>(types: &'a LabelExpression, names: &mut Vec<&'a str>) {
    match types {
        LabelExpression::Name(LabelName::Static(name)) => names.push(&name.text),
        LabelExpression::Or(a, b) => {
            alternatives(a, names);
            alternatives(b, names);
        }
        _ => {}
    }
}

/// The conjuncts of a condition.
fn split<'e>(filter: &'e Expression, conjuncts: &mut Vec<&'e Expression>) {
    if let ExpressionKind::Binary(BinaryOperator::And, left, right) = &filter.kind {
        split(left, conjuncts);
        split(right, conjuncts);
    } else {
        conjuncts.push(filter);
    }
}

fn with_paths(whole: &Match, done: &[PathPattern], last: PathPattern) -> Match {
    let mut tried = whole.clone();
    tried.pattern.paths = done.to_vec();
    tried.pattern.paths.push(last);
    tried
}

fn without_last_step(tried: &Match) -> Match {
    let mut shorter = tried.clone();
    if let Some(path) = shorter.pattern.paths.last_mut() {
        path.elements.truncate(path.elements.len().saturating_sub(2));
    }
    shorter
}

/// The last node of a pattern, by itself.
fn node_alone(tried: &Match, node: &NodePattern) -> Match {
    let mut alone = tried.clone();
    alone.pattern.paths.truncate(1);
    if let Some(path) = alone.pattern.paths.first_mut() {
        path.variable = None;
        path.elements = vec![PathElement::Node(node.clone())];
    }
    alone
}

/// The last relationship of a pattern, with the nodes beside it.
fn last_step(
    tried: &mut Match,
) -> Option<(&mut NodePattern, &mut RelationshipPattern, &mut NodePattern)> {
    let elements = &mut tried.pattern.paths.last_mut()?.elements;
    let at = elements.len().checked_sub(3)?;
    match &mut elements[at..] {
        [PathElement::Node(left), PathElement::Relationship(step), PathElement::Node(right)] => {
            Some((left, step, right))
        }
        _ => None,
    }
}
