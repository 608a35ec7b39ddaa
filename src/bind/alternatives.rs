//! A MATCH with alternatives of path patterns: its branches, one after the other, as a subquery.
//!
//! ```text
//! MATCH (a)-[:X]->(b) | (a)-[:Y]->(c)
//!
//! Subquery           a, b, c, and the path that each branch found
//! └ Union
//!   ├ Project c := null     Match (a)-[:X]->(b)
//!   └ Project b := null     Match (a)-[:Y]->(c)
//! ```
//!
//! The parser has written the branches out (`syntax/parser/alternatives.rs`). A name that a branch
//! does not have is null in it, which the condition behind WHERE sees too. Branches of one union
//! give a match once, whichever of them finds it: matches are the same if their paths are, element
//! for element, and their variables. A name that is not in all alternatives cannot stand outside of
//! them in the same pattern (ISO/IEC 39075:2024, 16.4: conditional variables are not joined).

use std::sync::Arc;

use super::Binder;
use super::bound::{Clause, Match, Projection, Query, QueryBody};
use super::layout::unsupported;
use super::scope::{Level, Scope, error};
use super::types::Type;
use crate::error::{Result, bind as codes};
use crate::expr::{Expr, ExprKind, VarId};
use crate::syntax::ast::{
    self, Alternatives, Name, PathElement, PathPattern, PathSelector, SetOperator,
};
use crate::value::Value;

impl<'a> Binder<'a> {
    /// Binds a MATCH whose pattern has been written out into branches.
    pub(super) fn alternatives(&mut self, clause: &'a ast::Match) -> Result<Clause> {
        check(clause, &self.scope)?;
        let outer = self.scope.clone();
        let level = Level::new(Scope::default(), self.mark(), self.uses.len());
        let mut names: Vec<&'a Name> = Vec::new();
        for branch in &clause.branches {
            for path in &branch.pattern.paths {
                names_of(path, &mut names);
            }
        }
        names.retain(|name| outer.get(&name.text).is_none());
        let shared = |union| clause.branches.iter().filter(|b| b.union == union).count() > 1;
        let asks_paths = clause.branches.iter().any(|branch| shared(branch.union));
        let mut unions: Vec<Option<Query>> = Vec::new();
        let mut kinds: Vec<Option<VarId>> = vec![None; names.len()];
        for branch in &clause.branches {
            self.scope = outer.clone();
            let query = self.path_branch(clause, &branch.pattern.paths, &names, asks_paths)?;
            self.check_kinds(&names, &query, &mut kinds)?;
            unions.resize(unions.len().max(branch.union + 1), None);
            let before = unions[branch.union].take();
            unions[branch.union] = Some(match before {
                None => query,
                Some(before) => self.joined(SetOperator::Union, before, query, clause)?,
            });
        }
        let mut all: Option<Query> = None;
        for union in unions.into_iter().flatten() {
            all = Some(match all.take() {
                None => union,
                Some(before) => self.joined(SetOperator::UnionAll, before, union, clause)?,
            });
        }
        let Some(query) = all else {
            return Err(unsupported("A pattern of no branch", "MATCH (n)", clause.span.0));
        };
        self.scope = outer;
        let imports = level.outer_uses(&self.uses);
        level.keep_outer_uses(&mut self.uses, &imports);
        for (name, (_, variable)) in names.iter().zip(&query.columns) {
            self.scope.insert(name.text.as_str().into(), *variable);
        }
        Ok(Clause::Subquery { query, imports, optional: clause.optional, batches: None })
    }

    /// A branch as a query: its columns are the names, then the paths where they are asked for.
    fn path_branch(
        &mut self,
        clause: &'a ast::Match,
        paths: &'a [PathPattern],
        names: &[&'a Name],
        asks_paths: bool,
    ) -> Result<Query> {
        let span = clause.span.0;
        let mut own = Vec::new();
        paths.iter().for_each(|path| names_of(path, &mut own));
        let mut without = self.pass_all(span);
        for name in names.iter().filter(|name| !own.iter().any(|own| own.text == name.text)) {
            let variable = self.declare_anew(name, Type::ANY)?;
            without.items.push((variable, Expr::new(ExprKind::Constant(Value::Null), span)));
        }
        let found = self.found(clause, paths, asks_paths)?;
        let mut columns: Vec<(Arc<str>, VarId)> = Vec::with_capacity(names.len());
        for name in names {
            columns.push((name.text.as_str().into(), self.resolve(name)?));
        }
        if asks_paths {
            columns.extend(paths_of(&found).map(|variable| (Arc::from(""), variable)));
        }
        let mut clauses = vec![Clause::Project(without), Clause::Match(found)];
        if columns.is_empty() {
            // Rows without a column would be counted as effects.
            let variable = self.variable(None, Type::BOOLEAN, span)?;
            let is_found = Expr::new(ExprKind::Constant(Value::Boolean(true)), span);
            let items = vec![(variable, is_found)];
            clauses.push(Clause::Project(Projection { items, ..self.pass_all(span) }));
            columns.push((Arc::from(""), variable));
        }
        Ok(Query { body: QueryBody::Clauses(clauses), columns })
    }

    /// A name stands for the same kind of thing in all branches that have it.
    fn check_kinds(
        &self,
        names: &[&'a Name],
        branch: &Query,
        kinds: &mut [Option<VarId>],
    ) -> Result<()> {
        for ((name, (_, variable)), known) in names.iter().zip(&branch.columns).zip(kinds) {
            if *self.type_of(*variable) == Type::ANY {
                continue;
            }
            let known = *known.get_or_insert(*variable);
            if !self.type_of(known).may_be(self.type_of(*variable)) {
                let wanted = self.type_of(*variable).describe();
                let wanted = wanted.trim_start_matches("a ").trim_start_matches("an ").to_owned();
                return Err(self.type_conflict(name, known, &wanted));
            }
        }
        Ok(())
    }

    /// Two branches joined, column by column.
    fn joined(
        &mut self,
        operator: SetOperator,
        left: Query,
        right: Query,
        clause: &'a ast::Match,
    ) -> Result<Query> {
        let mut columns = Vec::with_capacity(left.columns.len());
        for ((name, a), (_, b)) in left.columns.iter().zip(&right.columns) {
            let ty = self.type_of(*a).or(self.type_of(*b));
            let shown = (!name.is_empty()).then_some(&**name);
            let column = self.variable(shown, ty, clause.span.0)?;
            self.asks_like_both(column, *a, *b);
            columns.push((name.clone(), column));
        }
        let body = QueryBody::Set { operator, left: Box::new(left), right: Box::new(right) };
        Ok(Query { body, columns })
    }
}

/// The variables of all paths of a match, searched ones last.
fn paths_of(found: &Match) -> impl Iterator<Item = VarId> + '_ {
    let searched = found.searches.iter().flat_map(|searches| &searches.variables);
    found.paths.iter().chain(searched).map(|path| path.variable)
}

/// Refuses a selector over alternatives, and names of some alternatives that stand elsewhere too.
fn check(clause: &ast::Match, scope: &Scope) -> Result<()> {
    let mut everywhere = Occurrences::default();
    for path in &clause.pattern.paths {
        everywhere.path(path);
    }
    for path in &clause.pattern.paths {
        for alternatives in alternatives_of(path) {
            if path.selector.as_ref().is_some_and(|selector| *selector != PathSelector::All) {
                return Err(unsupported(
                    "A selector over alternatives",
                    "Order the paths by their length: `MATCH p = … RETURN p ORDER BY length(p) LIMIT 1`.",
                    alternatives.span.0,
                ));
            }
            check_conditional(alternatives, &everywhere, scope)?;
        }
    }
    Ok(())
}

fn check_conditional(
    alternatives: &Alternatives,
    everywhere: &Occurrences<'_>,
    scope: &Scope,
) -> Result<()> {
    let mut inside = Occurrences::default();
    alternatives.branches.iter().for_each(|branch| inside.path(branch));
    let branches: Vec<Occurrences<'_>> = alternatives
        .branches
        .iter()
        .map(|branch| {
            let mut own = Occurrences::default();
            own.path(branch);
            own
        })
        .collect();
    for name in &inside.names {
        let conditional = branches.iter().any(|branch| branch.of(name) == 0);
        if conditional && scope.get(&name.text).is_none() && everywhere.of(name) > inside.of(name) {
            let message = format!(
                "`{}` is not in all of the alternatives, so it cannot stand outside of them in the same MATCH.",
                name.text
            );
            return Err(error(&codes::VARIABLE_ALREADY_BOUND, message, name.span)
                .hint("Name it in each alternative, or go on from it in another MATCH."));
        }
    }
    Ok(())
}

/// The names that occur in patterns, as often as they do.
#[derive(Default)]
struct Occurrences<'p> {
    names: Vec<&'p Name>,
}

impl<'p> Occurrences<'p> {
    fn path(&mut self, path: &'p PathPattern) {
        self.names.extend(&path.variable);
        for element in &path.elements {
            match element {
                PathElement::Node(node) => self.names.extend(&node.variable),
                PathElement::Relationship(step) => self.names.extend(&step.variable),
                PathElement::Quantified(part) => self.path(&part.path),
                PathElement::Alternatives(all) => all.branches.iter().for_each(|b| self.path(b)),
            }
        }
    }

    fn of(&self, name: &Name) -> usize {
        self.names.iter().filter(|other| other.text == name.text).count()
    }
}

/// Adds the names of a path, each once.
fn names_of<'p>(path: &'p PathPattern, names: &mut Vec<&'p Name>) {
    let mut all = Occurrences::default();
    all.path(path);
    for name in all.names {
        if !names.iter().any(|known| known.text == name.text) {
            names.push(name);
        }
    }
}

fn alternatives_of(path: &PathPattern) -> Vec<&Alternatives> {
    let mut found = Vec::new();
    for element in &path.elements {
        match element {
            PathElement::Alternatives(all) => {
                found.push(all);
                all.branches.iter().for_each(|branch| found.extend(alternatives_of(branch)));
            }
            PathElement::Quantified(part) if part.length.is_none() => {
                found.extend(alternatives_of(&part.path));
            }
            _ => {}
        }
    }
    found
}
