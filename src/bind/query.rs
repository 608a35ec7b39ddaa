//! Queries: set operators, the order of clauses, and the clauses that only move rows.

use super::bound::{Clause, Projection, Query, QueryBody, SubqueryKind};
use super::projection::Columns;
use super::scope::{Level, Scope, error};
use super::types::{self, Type};
use super::{Binder, write};
use crate::error::{Result, bind as codes};
use crate::syntax::ast::{self, Counter, SetOperator};
use crate::text::Span;

/// Where a query stands, which decides how it may end and what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The statement itself.
    Top,
    /// `CALL { … }`.
    Call,
    /// `EXISTS { … }` and its kind.
    Expression(SubqueryKind),
    /// Before NEXT.
    BeforeNext,
}

/// The names that a query begins with.
#[derive(Clone, Debug, Default)]
pub(super) struct Start {
    /// Names of an enclosing row, visible throughout.
    pub(super) imports: Scope,
    /// Names that a WITH as first clause may import: the older form of `CALL { … }`.
    pub(super) importable: Option<Scope>,
    /// The columns of the query before NEXT.
    pub(super) given: Scope,
}

impl<'a> Binder<'a> {
    /// Binds the query of a statement.
    pub(super) fn top_level(&mut self, query: &'a ast::Query) -> Result<Query> {
        if let ([ast::Clause::Call(call)], true) = (&*query.first.clauses, query.rest.is_empty()) {
            return self.standalone_call(call);
        }
        self.shows = query.rest.is_empty();
        let bound = self.query(query, Place::Top, &Start::default())?;
        if self.shows { Ok(bound) } else { self.show_columns_in_time(bound, query.first.span.0) }
    }

    /// Checks a command: its expressions must not depend on rows.
    pub(super) fn command(&mut self, command: &'a ast::StatementKind) -> Result<()> {
        let ast::StatementKind::Complete(complete) = command else { return Ok(()) };
        if let Some(at) = &complete.at {
            self.constant(at, "AT")?;
        }
        for source in &complete.sources {
            self.constant(&source.document, "SOURCE")?;
            if let Some(locator) = &source.locator {
                let bound = self.constant(locator, "SOURCE")?;
                types::require(&bound.ty, &Type::MAP, "The locator of a source", locator.span())?;
            }
        }
        for element in &complete.pattern.elements {
            let properties = match element {
                ast::PathElement::Node(node) => node.properties.as_ref(),
                ast::PathElement::Relationship(relationship) => relationship.properties.as_ref(),
                ast::PathElement::Quantified(_) | ast::PathElement::Alternatives(_) => None,
            };
            if let Some(properties) = properties {
                self.constant(properties, "COMPLETE")?;
            }
        }
        Ok(())
    }

    /// Binds a query: parts joined by NEXT, each of them single queries joined by set operators.
    pub(super) fn query(
        &mut self,
        query: &'a ast::Query,
        place: Place,
        start: &Start,
    ) -> Result<Query> {
        check_unions(query)?;
        let mut start = start.clone();
        let mut before: Option<Query> = None;
        let mut first = &query.first;
        let mut rest = &query.rest[..];
        loop {
            let next = rest.iter().position(|(operator, _)| *operator == SetOperator::Next);
            let here = if next.is_some() { Place::BeforeNext } else { place };
            let part =
                self.set_operations(first, &rest[..next.unwrap_or(rest.len())], here, &start)?;
            let columns = part.columns.clone();
            let joined = match before.take() {
                None => part,
                Some(left) => Query {
                    body: QueryBody::Set {
                        operator: SetOperator::Next,
                        left: Box::new(left),
                        right: Box::new(part),
                    },
                    columns: columns.clone(),
                },
            };
            let Some(next) = next else { return Ok(joined) };
            start.given = columns.into_iter().collect();
            start.importable = None;
            before = Some(joined);
            first = &rest[next].1;
            rest = &rest[next + 1..];
        }
    }

    fn set_operations(
        &mut self,
        first: &'a ast::SingleQuery,
        rest: &'a [(SetOperator, ast::SingleQuery)],
        place: Place,
        start: &Start,
    ) -> Result<Query> {
        /// From so many on their depth is kept low: each row passes through all of it.
        const MANY: usize = 16;
        let is_union =
            |one: &SetOperator| matches!(one, SetOperator::Union | SetOperator::UnionAll);
        let mut all = self.single_query(first, place, start)?;
        if rest.len() >= MANY && rest.iter().all(|(operator, _)| is_union(operator)) {
            return self.union_of_many(all, rest, place, start);
        }
        for (operator, right) in rest {
            let span = right.span.0;
            let right = self.single_query(right, place, start)?;
            all = self.set_operation(*operator, all, right, span)?;
        }
        Ok(all)
    }

    /// The union of many queries as a tree of little depth: which are joined first makes no difference.
    fn union_of_many(
        &mut self,
        first: Query,
        rest: &'a [(SetOperator, ast::SingleQuery)],
        place: Place,
        start: &Start,
    ) -> Result<Query> {
        let operator = rest[0].0;
        let mut parts = vec![(first, rest[0].1.span.0)];
        for (_, right) in rest {
            let span = right.span.0;
            let mut right = self.single_query(right, place, start)?;
            match_columns(&parts[0].0.columns, &mut right, span)?;
            parts.push((right, span));
        }
        while parts.len() > 1 {
            let mut joined = Vec::with_capacity(parts.len().div_ceil(2));
            let mut open = parts.into_iter();
            while let Some((left, span)) = open.next() {
                joined.push(match open.next() {
                    Some((right, at)) => (self.set_operation(operator, left, right, at)?, span),
                    None => (left, span),
                });
            }
            parts = joined;
        }
        Ok(parts.swap_remove(0).0)
    }

    /// Joins two queries: equal column names, in the left one's order, under new variables.
    pub(super) fn set_operation(
        &mut self,
        operator: SetOperator,
        left: Query,
        mut right: Query,
        span: Span,
    ) -> Result<Query> {
        match_columns(&left.columns, &mut right, span)?;
        let mut columns = Vec::with_capacity(left.columns.len());
        for ((name, a), (_, b)) in left.columns.iter().zip(&right.columns) {
            let ty = self.type_of(*a).or(self.type_of(*b));
            let column = self.variable(Some(name), ty, span)?;
            self.asks_like_both(column, *a, *b);
            columns.push((name.clone(), column));
        }
        let body = QueryBody::Set { operator, left: Box::new(left), right: Box::new(right) };
        Ok(Query { body, columns })
    }

    fn single_query(
        &mut self,
        query: &'a ast::SingleQuery,
        place: Place,
        start: &Start,
    ) -> Result<Query> {
        self.check_order(query)?;
        self.scope = start.given.clone();
        self.scope.extend(&start.imports);
        if let (Some(outer), Some(first)) = (&start.importable, query.clauses.first())
            && imports_variables(first)
        {
            self.scope.extend(outer);
        }
        self.levels.push(Level::new(start.imports.clone(), self.mark(), self.uses.len()));
        let mut clauses = Vec::with_capacity(query.clauses.len());
        let mut columns = Vec::new();
        for clause in &query.clauses {
            columns = self.clause(clause, place, &mut clauses)?;
        }
        self.levels.pop();
        check_end(query, &clauses, place)?;
        Ok(Query { body: QueryBody::Clauses(clauses), columns })
    }

    /// RETURN and FINISH come last; inside an expression nothing is changed.
    fn check_order(&self, query: &ast::SingleQuery) -> Result<()> {
        for (at, clause) in query.clauses.iter().enumerate() {
            if self.reading && write::is_update(clause) {
                let message = format!("{} cannot stand in an expression.", clause_word(clause));
                return Err(error(&codes::CLAUSE_COMPOSITION, message, clause_span(clause)).note(
                    "A subquery in an expression only reads; whether and how often it runs is not defined.",
                ));
            }
            let ends = matches!(clause, ast::Clause::Return(_) | ast::Clause::Finish(_));
            if ends && let Some(next) = query.clauses.get(at + 1) {
                let (last, next_word) = (clause_word(clause), clause_word(next));
                let message = format!("{next_word} cannot follow {last}, which ends a query.");
                return Err(error(&codes::CLAUSE_COMPOSITION, message, clause_span(next))
                    .hint(format!("Use WITH in place of {last}, or NEXT before {next_word}.")));
            }
        }
        Ok(())
    }

    /// Binds a clause onto the ones before it; returns the columns, where it is RETURN.
    fn clause(
        &mut self,
        clause: &'a ast::Clause,
        place: Place,
        clauses: &mut Vec<Clause>,
    ) -> Result<Columns> {
        let row = self.row();
        match clause {
            ast::Clause::Return(projection) => {
                let (bound, columns) = self.returned(projection, place)?;
                self.push(clauses, bound, row);
                return Ok(columns);
            }
            ast::Clause::Conditional(conditional) => {
                return self.conditional(conditional, place, clauses);
            }
            ast::Clause::With(projection) => {
                let (bound, filter) = self.with(projection)?;
                self.push(clauses, bound, row);
                if let Some(filter) = filter {
                    let row = self.row();
                    let bound = self.filter(filter, projection.span.0)?;
                    self.push(clauses, bound, row);
                }
            }
            ast::Clause::Let(items) => {
                for (name, value) in &items.items {
                    let row = self.row();
                    let bound = self.let_item(name, value)?;
                    self.push(clauses, bound, row);
                }
            }
            other => {
                let bound = self.plain_clause(other)?;
                self.push(clauses, bound, row);
            }
        }
        Ok(Vec::new())
    }

    /// Binds a clause that makes one bound clause and no columns.
    fn plain_clause(&mut self, clause: &'a ast::Clause) -> Result<Clause> {
        match clause {
            ast::Clause::Match(pattern) => self.matched(pattern),
            ast::Clause::Unwind(unwind) => self.unwind(unwind),
            ast::Clause::Call(call) => self.call_in_query(call),
            ast::Clause::CallSubquery(call) => self.call_subquery(call),
            ast::Clause::LoadCsv(load) => self.load_csv(load),
            ast::Clause::Filter(filter) => self.filter(&filter.condition, filter.span.0),
            ast::Clause::OrderAndPage(page) => self.order_and_page(page),
            ast::Clause::With(_)
            | ast::Clause::Return(_)
            | ast::Clause::Let(_)
            | ast::Clause::Conditional(_) => {
                Ok(Clause::Project(self.pass_all(clause_span(clause))))
            }
            ast::Clause::Finish(_) => Ok(Clause::Finish),
            ast::Clause::Create(_)
            | ast::Clause::Merge(_)
            | ast::Clause::Set(_)
            | ast::Clause::Remove(_)
            | ast::Clause::Delete(_)
            | ast::Clause::Foreach(_) => self.update(clause),
        }
    }

    /// The variables of the current row by name, where an outer variable may have to be restored.
    fn row(&self) -> Columns {
        match self.levels.last() {
            Some(level) if !level.dropped.is_empty() => {
                let mut row = self.scope.sorted();
                row.retain(|(_, variable)| !level.dropped.contains(variable));
                row
            }
            _ => Vec::new(),
        }
    }

    /// Adds a clause. If it uses an outer variable that a grouping or DISTINCT before it has taken
    /// out of the row, the clauses up to there are set apart as a subquery, around which the outer
    /// row stays whole: `row` is what they give.
    fn push(&mut self, clauses: &mut Vec<Clause>, clause: Clause, row: Columns) {
        if let Some(level) = self.levels.last_mut()
            && std::mem::take(&mut level.restore)
        {
            level.dropped.clear();
            let imports = level.outer_uses(&self.uses);
            let body = QueryBody::Clauses(std::mem::take(clauses));
            let query = Query { body, columns: row };
            clauses.push(Clause::Subquery { query, imports, optional: false, batches: None });
        }
        clauses.push(clause);
    }

    fn filter(&mut self, condition: &'a ast::Expression, span: Span) -> Result<Clause> {
        let filter = self.conjuncts(condition)?;
        Ok(Clause::Project(Projection { filter, ..self.pass_all(span) }))
    }

    fn let_item(&mut self, name: &'a ast::Name, value: &'a ast::Expression) -> Result<Clause> {
        let value = self.scalar(value)?;
        let mut projection = self.pass_all(name.span);
        let variable = self.declare(name, value.ty)?;
        self.asks_alike(variable, &value.expr);
        projection.items.push((variable, value.expr));
        Ok(Clause::Project(projection))
    }

    fn unwind(&mut self, unwind: &'a ast::Unwind) -> Result<Clause> {
        let list = self.scalar(&unwind.list)?;
        let element = if list.ty.may_be(&Type::LIST) { list.ty.element() } else { list.ty.clone() };
        let variable = self.declare(&unwind.variable, element)?;
        self.asks_alike(variable, &list.expr);
        let counter = match &unwind.counter {
            None => None,
            Some((kind, name)) => {
                let first = i64::from(*kind == Counter::Ordinality);
                Some((self.declare(name, Type::INTEGER)?, first))
            }
        };
        Ok(Clause::Unwind { list: list.expr, variable, counter })
    }

    fn load_csv(&mut self, load: &'a ast::LoadCsv) -> Result<Clause> {
        let from = self.scalar(&load.from)?;
        types::require(&from.ty, &Type::STRING, "LOAD CSV", load.from.span())?;
        let row = if load.headers { Type::MAP } else { Type::list_of(Type::STRING) };
        let variable = self.declare(&load.variable, row)?;
        let mut letters = load.terminator.as_deref().unwrap_or(",").chars();
        let (Some(terminator), None) = (letters.next(), letters.next()) else {
            let message = "FIELDTERMINATOR takes a single character.";
            return Err(error(&codes::UNEXPECTED, message, load.span.0).hint("FIELDTERMINATOR ';'"));
        };
        Ok(Clause::LoadCsv { headers: load.headers, from: from.expr, variable, terminator })
    }
}

/// Puts the columns of a query into the order of another's.
fn match_columns(left: &Columns, right: &mut Query, span: Span) -> Result<()> {
    let mut ordered = Vec::with_capacity(left.len());
    for (name, _) in left {
        let Some(at) = right.columns.iter().position(|(other, _)| other == name) else {
            return Err(different_columns(left, &right.columns, span));
        };
        ordered.push(right.columns.swap_remove(at));
    }
    if !right.columns.is_empty() {
        ordered.append(&mut right.columns);
        return Err(different_columns(left, &ordered, span));
    }
    right.columns = ordered;
    Ok(())
}

/// UNION and UNION ALL do not mix: openCypher has no brackets to say which binds first.
fn check_unions(query: &ast::Query) -> Result<()> {
    let mut kinds = query
        .rest
        .iter()
        .filter(|(operator, _)| matches!(operator, SetOperator::Union | SetOperator::UnionAll));
    let Some((first, _)) = kinds.next() else { return Ok(()) };
    match kinds.find(|(operator, _)| operator != first) {
        None => Ok(()),
        Some((_, part)) => {
            let message = "UNION and UNION ALL cannot be mixed in one query.";
            Err(error(&codes::CLAUSE_COMPOSITION, message, part.span.0).hint(
                "Put one of them into a subquery: `CALL { … UNION ALL … RETURN x } RETURN x UNION …`.",
            ))
        }
    }
}

fn different_columns(left: &Columns, right: &Columns, span: Span) -> crate::error::Error {
    let list = |columns: &Columns| {
        let names: Vec<_> = columns.iter().map(|(name, _)| format!("`{name}`")).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let message = "Both sides of a set operator must have the same columns.";
    error(&codes::DIFFERENT_COLUMNS, message, span)
        .note(format!("Left: {}. Right: {}.", list(left), list(right)))
        .hint("Give them the same names with AS.")
}

/// A query ends with RETURN, with an update, or with a call that gives nothing.
fn check_end(query: &ast::SingleQuery, bound: &[Clause], place: Place) -> Result<()> {
    let Some(last) = query.clauses.last() else { return Ok(()) };
    let complete = match (place, last) {
        // Each query of a conditional one has been checked.
        (_, ast::Clause::Return(_) | ast::Clause::Conditional(_)) => true,
        (Place::BeforeNext | Place::Expression(SubqueryKind::Collect | SubqueryKind::Value), _) => {
            false
        }
        (Place::Expression(_), _) | (_, ast::Clause::Finish(_)) => true,
        (_, ast::Clause::Call(_)) => matches!(bound.last(), Some(Clause::Call(call)) if call.void),
        (_, ast::Clause::CallSubquery(_)) => {
            matches!(bound.last(), Some(Clause::Subquery { query, batches, .. })
                if query.columns.is_empty() && batches.as_ref().is_none_or(|b| b.status.is_none()))
        }
        (_, update) => write::is_update(update),
    };
    if complete {
        return Ok(());
    }
    let message = format!("A query cannot end with {}.", clause_word(last));
    Err(error(&codes::CLAUSE_COMPOSITION, message, clause_span(last))
        .hint("Add what to return: `RETURN *`, `RETURN count(*)`."))
}

/// Whether a WITH only names variables: then, as the first clause of `CALL { … }`, it imports them.
fn imports_variables(clause: &ast::Clause) -> bool {
    let ast::Clause::With(with) = clause else { return false };
    let plain = |item: &ast::ProjectionItem| {
        let ast::ExpressionKind::Variable(name) = &item.expression.kind else { return false };
        item.alias.as_ref().is_none_or(|alias| alias.text == name.text)
    };
    with.items.iter().all(plain) && !with.distinct && with.group_by.is_none()
}

/// Where a clause stands.
pub(super) fn clause_span(clause: &ast::Clause) -> Span {
    match clause {
        ast::Clause::Match(c) => c.span,
        ast::Clause::Unwind(c) => c.span,
        ast::Clause::With(c) | ast::Clause::Return(c) => c.span,
        ast::Clause::Create(c) => c.span,
        ast::Clause::Merge(c) => c.span,
        ast::Clause::Set(c) => c.span,
        ast::Clause::Remove(c) => c.span,
        ast::Clause::Delete(c) => c.span,
        ast::Clause::Call(c) => c.span,
        ast::Clause::CallSubquery(c) => c.span,
        ast::Clause::Foreach(c) => c.span,
        ast::Clause::LoadCsv(c) => c.span,
        ast::Clause::Let(c) => c.span,
        ast::Clause::Filter(c) => c.span,
        ast::Clause::OrderAndPage(c) => c.span,
        ast::Clause::Finish(c) => c.span,
        ast::Clause::Conditional(c) => c.span,
    }
    .0
}

/// The word that a clause begins with.
pub(super) fn clause_word(clause: &ast::Clause) -> &'static str {
    match clause {
        ast::Clause::Match(c) if c.optional => "OPTIONAL MATCH",
        ast::Clause::Match(_) => "MATCH",
        ast::Clause::Unwind(c) if c.counter.is_some() => "FOR",
        ast::Clause::Unwind(_) => "UNWIND",
        ast::Clause::With(_) => "WITH",
        ast::Clause::Return(_) => "RETURN",
        ast::Clause::Create(_) => "CREATE",
        ast::Clause::Merge(_) => "MERGE",
        ast::Clause::Set(_) => "SET",
        ast::Clause::Remove(_) => "REMOVE",
        ast::Clause::Delete(delete) if delete.reason.is_some() => "ERASE",
        ast::Clause::Delete(_) => "DELETE",
        ast::Clause::Call(_) | ast::Clause::CallSubquery(_) => "CALL",
        ast::Clause::Foreach(_) => "FOREACH",
        ast::Clause::LoadCsv(_) => "LOAD CSV",
        ast::Clause::Let(_) => "LET",
        ast::Clause::Filter(_) => "FILTER",
        ast::Clause::OrderAndPage(page) if !page.order.is_empty() => "ORDER BY",
        ast::Clause::OrderAndPage(page) if page.skip.is_some() => "SKIP",
        ast::Clause::OrderAndPage(_) => "LIMIT",
        ast::Clause::Finish(_) => "FINISH",
        ast::Clause::Conditional(_) => "WHEN",
    }
}
