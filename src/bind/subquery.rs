//! Queries inside a query: EXISTS, COUNT, COLLECT and VALUE, pattern expressions, `CALL { … }`.
//!
//! All of them become a [`Subquery`](super::bound::Subquery) (in an expression) or a
//! [`Clause::Subquery`] (as a clause) over the same numbering of variables, with the list of the
//! outer variables that they use.

use super::bound::{Batches, Clause, Projection, Query, QueryBody, SubqueryKind};
use super::grouping::Aggregates;
use super::layout::unsupported;
use super::pattern::Unknown;
use super::query::{Place, Start};
use super::scope::{Level, Scope, already_bound, error};
use super::types::Type;
use super::{Binder, Typed};
use crate::error::{Result, bind as codes};
use crate::expr::{Expr, ExprKind, SubqueryId, VarId};
use crate::syntax::ast::{
    self, Expression, ExpressionKind, Name, PathPattern, PathSelector, SubqueryBody,
};
use crate::text::Span;
use crate::value::Value;

impl<'a> Binder<'a> {
    /// Binds the query of an expression: its names end with it, it reads its outer row, and it
    /// changes nothing.
    pub(super) fn within(
        &mut self,
        kind: SubqueryKind,
        span: Span,
        body: impl FnOnce(&mut Self) -> Result<Query>,
    ) -> Result<SubqueryId> {
        if let Some(place) = self.constant {
            let message = format!("{place} takes a constant, but this reads the graph.");
            return Err(error(&codes::NON_CONSTANT, message, span));
        }
        let id = self.subquery_slot(kind, span)?;
        let level = Level::new(Scope::default(), self.mark(), self.uses.len());
        let reading = std::mem::replace(&mut self.reading, true);
        let query = self.nested(span, |binder| {
            binder.scoped(|binder| binder.with_aggregates(Aggregates::Forbidden, body))
        })?;
        self.reading = reading;
        let outer = level.outer_uses(&self.uses);
        level.keep_outer_uses(&mut self.uses, &outer);
        let subquery = &mut self.subqueries[id.0 as usize];
        subquery.query = query;
        subquery.outer = outer;
        Ok(id)
    }

    /// `EXISTS { … }`, `COUNT { … }`, `COLLECT { … }`, `VALUE { … }`.
    pub(super) fn subquery_expression(
        &mut self,
        kind: ast::SubqueryKind,
        body: &'a SubqueryBody,
        span: Span,
    ) -> Result<Typed> {
        let kind = match kind {
            ast::SubqueryKind::Exists => SubqueryKind::Exists,
            ast::SubqueryKind::Count => SubqueryKind::Count,
            ast::SubqueryKind::Collect => SubqueryKind::Collect,
            ast::SubqueryKind::Value => SubqueryKind::Value,
        };
        let mut collected = Type::ANY;
        let id = self.within(kind, span, |binder| {
            let query = match body {
                SubqueryBody::Pattern(pattern) => rows_of(binder.matched(pattern)?),
                SubqueryBody::Query(query) => {
                    let start = Start { imports: binder.scope.clone(), ..Start::default() };
                    binder.query(query, Place::Expression(kind), &start)?
                }
            };
            let word = match kind {
                SubqueryKind::Exists | SubqueryKind::Count => return Ok(query),
                SubqueryKind::Collect => "COLLECT",
                SubqueryKind::Value => "VALUE",
            };
            let [(_, column)] = query.columns[..] else {
                let message = format!("{word} takes a query that returns one column.");
                return Err(error(&codes::CLAUSE_COMPOSITION, message, span)
                    .hint(format!("{word} {{ MATCH … RETURN x }}")));
            };
            collected = binder.type_of(column).clone();
            Ok(query)
        })?;
        let ty = match kind {
            SubqueryKind::Exists => Type::BOOLEAN,
            SubqueryKind::Count => Type::INTEGER,
            SubqueryKind::Collect => Type::list_of(collected),
            SubqueryKind::Value => collected,
        };
        Ok(Typed::new(ExprKind::Subquery(id), span, ty))
    }

    /// A bare pattern in a condition: whether there is a match. It introduces no variable.
    pub(super) fn pattern_predicate(&mut self, path: &'a PathPattern, span: Span) -> Result<Typed> {
        let id = self.within(SubqueryKind::Exists, span, |binder| {
            Ok(rows_of(Clause::Match(binder.pattern_rows(path, Unknown::Refuse, None)?)))
        })?;
        Ok(Typed::new(ExprKind::Subquery(id), span, Type::BOOLEAN))
    }

    /// `[(a)-->(b) WHERE … | …]`.
    pub(super) fn pattern_comprehension(
        &mut self,
        path: &'a PathPattern,
        filter: Option<&'a Expression>,
        projection: &'a Expression,
        span: Span,
    ) -> Result<Typed> {
        let mut element = Type::ANY;
        let id = self.within(SubqueryKind::Collect, span, |binder| {
            let pattern = binder.pattern_rows(path, Unknown::Declare, filter)?;
            let value = binder.scalar(projection)?;
            element = value.ty.clone();
            let column = binder.variable(None, value.ty, projection.span())?;
            Ok(Query {
                body: QueryBody::Clauses(vec![
                    Clause::Match(pattern),
                    Clause::Project(single_item(column, value.expr)),
                ]),
                columns: vec![(binder.slice(projection.span()).into(), column)],
            })
        })?;
        Ok(Typed::new(ExprKind::Subquery(id), span, Type::list_of(element)))
    }

    /// `size([(a)-->(b) | a.x])` counts matches without making the list, where computing the
    /// elements cannot fail.
    pub(super) fn size_of_comprehension(
        &mut self,
        path: &'a PathPattern,
        filter: Option<&'a Expression>,
        projection: &'a Expression,
        span: Span,
    ) -> Result<Option<Typed>> {
        let harmless = match &projection.kind {
            ExpressionKind::Literal(_) | ExpressionKind::Variable(_) => true,
            ExpressionKind::Property(of, _) => matches!(of.kind, ExpressionKind::Variable(_)),
            _ => false,
        };
        if !harmless {
            return Ok(None);
        }
        let id = self.within(SubqueryKind::Count, span, |binder| {
            let pattern = binder.pattern_rows(path, Unknown::Declare, filter)?;
            binder.scalar(projection)?;
            Ok(rows_of(Clause::Match(pattern)))
        })?;
        Ok(Some(Typed::new(ExprKind::Subquery(id), span, Type::INTEGER)))
    }

    /// `shortestPath((a)-[*]-(b))` as a value: the path, or the list of all shortest ones.
    pub(super) fn path_expression(&mut self, path: &'a PathPattern, span: Span) -> Result<Typed> {
        let id = self.within(SubqueryKind::Collect, span, |binder| {
            let mut pattern = binder.pattern_rows(path, Unknown::Refuse, None)?;
            let column = binder.variable(None, Type::PATH, span)?;
            let steps = pattern
                .relationships
                .first()
                .map(|step| vec![step.left, step.variable, step.right])
                .or_else(|| {
                    let search = pattern.searches.as_ref()?.paths.first()?;
                    Some(vec![search.left, search.relationships, search.right])
                })
                .unwrap_or_default();
            let path = super::bound::PatternPath { variable: column, steps };
            match &mut pattern.searches {
                Some(searches) => searches.variables.push(path),
                None => pattern.paths.push(path),
            }
            Ok(Query {
                body: QueryBody::Clauses(vec![
                    Clause::Match(pattern),
                    Clause::Project(single_item(column, Expr::variable(column, span))),
                ]),
                columns: vec![(binder.slice(span).into(), column)],
            })
        })?;
        let all = Typed::new(ExprKind::Subquery(id), span, Type::list_of(Type::PATH));
        let wants_all = matches!(
            path.selector,
            Some(
                PathSelector::AllShortestPathsFunction
                    | PathSelector::AllShortest
                    | PathSelector::ShortestGroups(_)
            )
        );
        if wants_all {
            return Ok(all);
        }
        let first = Box::new(Expr::new(ExprKind::Constant(Value::Integer(0)), span));
        Ok(Typed::new(ExprKind::Index(Box::new(all.expr), first), span, Type::PATH))
    }

    /// A function whose only argument is a pattern.
    pub(super) fn function_of_pattern(
        &mut self,
        name: &str,
        path: &'a PathPattern,
        span: Span,
    ) -> Result<Typed> {
        let written = self.slice(path.span.0);
        match &*name.to_lowercase() {
            "exists" => self.pattern_predicate(path, span),
            "closed" => Err(unsupported(
                "closed()",
                "Read the completeness statements with `SHOW COMPLETENESS`.",
                span,
            )),
            "size" | "length" => {
                let message = format!("`{name}()` takes no pattern.");
                Err(error(&codes::UNEXPECTED, message, span)
                    .hint(format!("Count its matches: `COUNT {{ {written} }}`.")))
            }
            _ => {
                let message = format!("`{name}()` takes no pattern.");
                Err(error(&codes::UNEXPECTED, message, span)
                    .hint(format!("Ask whether it exists: `EXISTS {{ {written} }}`.")))
            }
        }
    }

    /// `CALL { … }` and `CALL (x) { … }`: the columns of the query are added to the row.
    pub(super) fn call_subquery(&mut self, call: &'a ast::CallSubquery) -> Result<Clause> {
        let outer = self.scope.clone();
        let level = Level::new(Scope::default(), self.mark(), self.uses.len());
        let start = match &call.scope {
            None => Start { importable: Some(outer.clone()), ..Start::default() },
            Some(ast::SubqueryScope::All) => Start { imports: outer.clone(), ..Start::default() },
            Some(ast::SubqueryScope::Variables(names)) => {
                let imports = names
                    .iter()
                    .map(|name| Ok((name.text.as_str().into(), self.resolve(name)?)))
                    .collect::<Result<Scope>>()?;
                Start { imports, ..Start::default() }
            }
        };
        let query =
            self.nested(call.span.0, |binder| binder.query(&call.query, Place::Call, &start))?;
        self.scope = outer;
        let imports = level.outer_uses(&self.uses);
        level.keep_outer_uses(&mut self.uses, &imports);
        for (column, variable) in &query.columns {
            if self.scope.get(column).is_some() {
                let name = Name::new(&**column, call.span.0);
                return Err(already_bound(&name)
                    .note("A subquery must not return a name that is in scope outside."));
            }
            self.scope.insert(column.clone(), *variable);
        }
        let batches = match &call.batches {
            Some(batches) => self.batches(batches)?,
            None => None,
        };
        Ok(Clause::Subquery { query, imports, optional: call.optional, batches })
    }

    /// `IN TRANSACTIONS …`. Where the first batch that fails takes the whole statement with it, it
    /// does not matter where batches end: a statement is one transaction.
    fn batches(&mut self, written: &'a ast::Batches) -> Result<Option<Box<Batches>>> {
        let size = match &written.size {
            Some(size) => Some(self.constant(size, "OF")?.expr),
            None => None,
        };
        if let Some(Expr { kind: ExprKind::Constant(value), span }) = &size
            && value.as_int().is_none_or(|rows| rows <= 0)
        {
            let message = "A batch has one row at least.";
            return Err(error(&codes::ARGUMENT_TYPE, message, *span).hint("OF 1000 ROWS"));
        }
        let goes_on =
            matches!(written.on_error, Some(ast::OnError::Continue | ast::OnError::Break));
        let status = match &written.status {
            Some(name) if !goes_on => {
                let message =
                    "There is a status to report only where the statement goes on after an error.";
                return Err(error(&codes::CLAUSE_COMPOSITION, message, name.span)
                    .hint(format!("ON ERROR CONTINUE REPORT STATUS AS {}", name.text)));
            }
            Some(name) => Some(self.declare(name, Type::MAP)?),
            None => None,
        };
        let breaks = written.on_error == Some(ast::OnError::Break);
        Ok(goes_on.then(|| Box::new(Batches { size, breaks, status })))
    }
}

/// A query that gives rows without columns.
fn rows_of(clause: Clause) -> Query {
    Query { body: QueryBody::Clauses(vec![clause]), columns: Vec::new() }
}

/// A projection of one item.
fn single_item(variable: VarId, value: Expr) -> Projection {
    Projection { items: vec![(variable, value)], ..Projection::default() }
}
