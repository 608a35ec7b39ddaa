//! Bound query to logical plan: clause by clause, choosing nothing.

use crate::bind::bound::{
    Clause, Match, Merge, Projection, Query, QueryBody, Searches, Statement, Subquery,
};
use crate::error::Result;
use crate::expr::{Expr, ExprKind, VarId};
use crate::plan::logical::{Logical, Node, Operator};
use crate::plan::physical::ApplyKind;
use crate::syntax::ast::SetOperator;

/// Builds the logical plan of a query and of the subqueries of its statement.
pub fn build(statement: &Statement, query: &Query) -> Result<Logical> {
    let root = build_query(query, Node::leaf(Operator::Once))?;
    let root = if query.columns.is_empty() { root.over(Operator::Discard) } else { root };
    let subqueries = statement.subqueries.iter().map(build_subquery).collect::<Result<Vec<_>>>()?;
    Ok(Logical { root, subqueries })
}

fn build_subquery(subquery: &Subquery) -> Result<Node> {
    build_query(&subquery.query, Node::leaf(Operator::Argument))
}

/// The plan of a query whose first clause runs on the rows of `input`.
fn build_query(query: &Query, input: Node) -> Result<Node> {
    match &query.body {
        QueryBody::Clauses(clauses) => build_clauses(clauses, input),
        QueryBody::Set { operator: SetOperator::Next, left, right } => {
            let left = build_query(left, input)?;
            build_query(right, left)
        }
        QueryBody::Set { operator, left, right } => {
            let columns = query
                .columns
                .iter()
                .zip(left.columns.iter().zip(&right.columns))
                .map(|((_, result), ((_, left), (_, right)))| (*result, *left, *right))
                .collect();
            let inputs = vec![build_query(left, input.clone())?, build_query(right, input)?];
            Ok(Node { operator: Operator::SetOperation { operator: *operator, columns }, inputs })
        }
    }
}

fn build_clauses(clauses: &[Clause], input: Node) -> Result<Node> {
    clauses.iter().try_fold(input, |input, clause| build_clause(clause, input))
}

fn build_clause(clause: &Clause, input: Node) -> Result<Node> {
    Ok(match clause {
        Clause::Match(pattern) => build_match(pattern, input)?,
        Clause::Unwind { list, variable, counter } => input.over(Operator::Unwind {
            list: list.clone(),
            variable: *variable,
            counter: *counter,
        }),
        Clause::Project(projection) => build_projection(projection, input),
        Clause::Create(steps) => input.over(Operator::Create(steps.clone())),
        Clause::Merge(merge) => build_merge(merge, input)?,
        Clause::Set(items) => input.over(Operator::Set(items.clone())),
        Clause::Remove(items) => input.over(Operator::Remove(items.clone())),
        Clause::Delete { detach, targets, reason, portion } => {
            let (targets, reason, portion) = (targets.clone(), reason.clone(), portion.clone());
            input.over(Operator::Delete { detach: *detach, targets, reason, portion })
        }
        Clause::Call(call) => input.over(Operator::Call(call.clone())),
        Clause::Subquery { query, optional, batches, .. } => {
            let inner = build_query(query, Node::leaf(Operator::Argument))?;
            let adds: Vec<_> = query.columns.iter().map(|&(_, variable)| variable).collect();
            if let Some(batches) = batches {
                let (batches, optional) = (batches.clone(), *optional);
                let operator = Operator::InTransactions { batches, optional, adds };
                return Ok(Node { operator, inputs: vec![input, inner] });
            }
            let kind = match (adds.is_empty(), optional) {
                (true, _) => ApplyKind::Effects,
                (false, true) => ApplyKind::Optional,
                (false, false) => ApplyKind::Inner,
            };
            apply(input, inner, kind, adds)
        }
        Clause::Foreach { variable, list, clauses } => {
            let inner = build_clauses(clauses, Node::leaf(Operator::Argument))?;
            let operator = Operator::Foreach { variable: *variable, list: list.clone() };
            Node { operator, inputs: vec![input, inner] }
        }
        Clause::LoadCsv { headers, from, variable, terminator } => input.over(Operator::LoadCsv {
            headers: *headers,
            from: from.clone(),
            variable: *variable,
            terminator: *terminator,
        }),
        Clause::Finish => input.over(Operator::Discard),
    })
}

fn build_match(pattern: &Match, input: Node) -> Result<Node> {
    let mut required = pattern.clone();
    required.optional = false;
    let searches = required.searches.take();
    let operator = Operator::Match(Box::new(required));
    if !pattern.optional {
        return Ok(build_searches(searches.as_deref(), input.over(operator)));
    }
    let adds = introduced(pattern);
    let inner = Node::leaf(Operator::Argument).over(operator);
    Ok(apply(input, build_searches(searches.as_deref(), inner), ApplyKind::Optional, adds))
}

/// What is searched as a whole, over the rows of the pattern's nodes and relationships.
fn build_searches(searches: Option<&Searches>, input: Node) -> Node {
    let Some(searches) = searches else { return input };
    let mut node = input;
    for path in &searches.paths {
        node = node.over(Operator::Search(Box::new(path.clone())));
    }
    if !searches.variables.is_empty() {
        let items = searches.variables.iter().map(|path| {
            let span = searches.paths.first().map(|path| path.span).unwrap_or_default();
            (path.variable, Expr::new(ExprKind::Path(path.steps.clone()), span))
        });
        node = node.over(Operator::Project(items.collect()));
    }
    if !searches.distinct.is_empty() {
        node = node.over(Operator::DistinctRelationships(searches.distinct.clone()));
    }
    if !searches.filter.is_empty() {
        node = node.over(Operator::Filter(searches.filter.clone()));
    }
    node
}

/// As of when the patterns of a plan want the graph to be known.
pub(crate) fn known_at(logical: &Logical) -> Vec<Expr> {
    fn collect(node: &Node, found: &mut Vec<Expr>) {
        if let Operator::Match(pattern) = &node.operator {
            found.extend(pattern.known_at.clone());
        }
        node.inputs.iter().for_each(|input| collect(input, found));
    }
    let mut found = Vec::new();
    std::iter::once(&logical.root)
        .chain(&logical.subqueries)
        .for_each(|node| collect(node, &mut found));
    found
}

/// The variables that a pattern adds to its row.
pub(crate) fn introduced(pattern: &Match) -> Vec<VarId> {
    let nodes = pattern.nodes.iter().filter(|node| !node.bound).map(|node| node.variable);
    let relationships =
        pattern.relationships.iter().filter(|r| !r.bound).map(|relationship| relationship.variable);
    let mut adds: Vec<_> =
        nodes.chain(relationships).chain(pattern.paths.iter().map(|path| path.variable)).collect();
    if let Some(searches) = &pattern.searches {
        let mut more: Vec<_> = searches.variables.iter().map(|path| path.variable).collect();
        for path in &searches.paths {
            more.extend([path.left, path.right, path.relationships]);
            more.extend(&path.adds);
        }
        more.retain(|added| *added >= searches.start && !adds.contains(added));
        adds.extend(more);
        adds.sort_unstable();
        adds.dedup();
    }
    adds
}

fn build_merge(merge: &Merge, input: Node) -> Result<Node> {
    let mut pattern = merge.pattern.clone();
    pattern.optional = false;
    let inner = Node::leaf(Operator::Argument).over(Operator::Match(Box::new(pattern)));
    Ok(Node { operator: Operator::Merge(Box::new(merge.clone())), inputs: vec![input, inner] })
}

fn build_projection(projection: &Projection, input: Node) -> Node {
    let mut node = input;
    if let Some(grouping) = &projection.grouping {
        node = node.over(Operator::Aggregate(grouping.clone()));
    }
    let computed: Vec<_> =
        projection.items.iter().filter(|(variable, e)| !passes_on(*variable, e)).cloned().collect();
    // Sort keys that are looked up see the items, and what asks for truth() sees what they rest on.
    let keys = &projection.choosing;
    let is_late = |(_, item): &(VarId, Expr)| !keys.is_empty() && item.asks_truth();
    let (late, computed): (Vec<_>, Vec<_>) = computed.into_iter().partition(is_late);
    let mut steps = vec![computed, keys.clone(), late];
    if projection.distinct {
        steps.swap(1, 2);
    }
    for (at, step) in steps.into_iter().enumerate() {
        if projection.distinct && at == 2 {
            let variables = projection.items.iter().map(|&(variable, _)| variable).collect();
            node = node.over(Operator::Distinct(variables));
        }
        if !step.is_empty() {
            node = node.over(Operator::Project(step));
        }
    }
    if !projection.order.is_empty() {
        node = node.over(Operator::Sort(projection.order.clone()));
    }
    if projection.skip.is_some() || projection.limit.is_some() {
        let (skip, limit) = (projection.skip.clone(), projection.limit.clone());
        node = node.over(Operator::Page { skip, limit });
    }
    if !projection.filter.is_empty() {
        node = node.over(Operator::Filter(projection.filter.clone()));
    }
    node
}

/// Whether a projection item only passes its variable on.
fn passes_on(variable: VarId, expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Variable(same) if same == variable)
}

fn apply(outer: Node, inner: Node, kind: ApplyKind, adds: Vec<VarId>) -> Node {
    Node { operator: Operator::Apply { kind, adds }, inputs: vec![outer, inner] }
}
