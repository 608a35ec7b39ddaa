//! `WHEN condition THEN query … ELSE query`.
//!
//! Which query a row gets is computed once, before any of them runs, since a query may change what
//! the conditions look at. Each query is then a subquery of the rows that chose it, so that an
//! aggregate is not asked of rows that did not:
//!
//! ```text
//! LET choice = CASE WHEN c₁ THEN 0 WHEN c₂ THEN 1 ELSE 2 END
//! CALL (*) { FILTER choice = 0  CALL (*) { query₁ }
//!  UNION ALL FILTER choice = 1  CALL (*) { query₂ }
//!  UNION ALL FILTER choice = 2  CALL (*) { the one behind ELSE } }
//! ```

use super::Binder;
use super::bound::{Clause, Projection, Query, QueryBody};
use super::projection::Columns;
use super::query::{Place, Start};
use super::scope::{Level, Scope};
use super::types::Type;
use crate::error::Result;
use crate::expr::{Comparison, Expr, ExprKind, VarId};
use crate::syntax::ast::{self, SetOperator};
use crate::text::Span;
use crate::value::Value;

impl<'a> Binder<'a> {
    /// Adds the clauses of a conditional query; returns the columns that all its queries give.
    pub(super) fn conditional(
        &mut self,
        conditional: &'a ast::Conditional,
        place: Place,
        clauses: &mut Vec<Clause>,
    ) -> Result<Columns> {
        let span = conditional.span.0;
        let mut cases = Vec::with_capacity(conditional.branches.len());
        for (at, (condition, _)) in conditional.branches.iter().enumerate() {
            let all = self.conjuncts(condition)?;
            cases.push((Expr::new(ExprKind::And(all), condition.span()), number(at, span)));
        }
        let otherwise = Some(Box::new(number(cases.len(), span)));
        let choice = self.variable(None, Type::INTEGER, span)?;
        let mut project = self.pass_all(span);
        project
            .items
            .push((choice, Expr::new(ExprKind::Case { branches: cases, otherwise }, span)));
        clauses.push(Clause::Project(project));
        let queries = conditional.branches.iter().map(|(_, query)| query);
        let queries = queries.chain(conditional.otherwise.as_deref());
        let mut imports = vec![choice];
        let mut all: Option<Query> = None;
        for (at, query) in queries.enumerate() {
            let branch = self.branch(query, place, (choice, at), &mut imports)?;
            all = Some(match all {
                None => branch,
                Some(before) => {
                    self.set_operation(SetOperator::UnionAll, before, branch, query.span.0)?
                }
            });
        }
        imports.sort_unstable();
        imports.dedup();
        let Some(query) = all else { return Ok(Vec::new()) };
        let columns = query.columns.clone();
        clauses.push(Clause::Subquery { query, imports, optional: false, batches: None });
        Ok(columns)
    }

    /// One of the queries, for the rows whose choice is its number.
    fn branch(
        &mut self,
        query: &'a ast::Query,
        place: Place,
        (choice, at): (VarId, usize),
        imports: &mut Vec<VarId>,
    ) -> Result<Query> {
        let span = query.span.0;
        let chosen = ExprKind::Compare(
            Comparison::Equal,
            Box::new(Expr::variable(choice, span)),
            Box::new(number(at, span)),
        );
        let filter = vec![Expr::new(chosen, span)];
        let keep = Clause::Project(Projection { filter, ..self.pass_all(span) });
        let outer = self.scope.clone();
        let level = Level::new(Scope::default(), self.mark(), self.uses.len());
        let start = Start { imports: outer.clone(), ..Start::default() };
        let query = self.nested(span, |binder| binder.query(query, place, &start))?;
        self.scope = outer;
        let own = level.outer_uses(&self.uses);
        level.keep_outer_uses(&mut self.uses, &own);
        imports.extend(&own);
        let columns = query.columns.clone();
        let run = Clause::Subquery { query, imports: own, optional: false, batches: None };
        Ok(Query { body: QueryBody::Clauses(vec![keep, run]), columns })
    }
}

fn number(value: usize, span: Span) -> Expr {
    Expr::new(ExprKind::Constant(Value::Integer(value as i64)), span)
}
