//! WITH and RETURN: items, groups, order, page, filter.
//!
//! The steps follow the order in which the clause is carried out. Items are bound over the
//! incoming variables or, with an aggregate among them, over the groups ([`super::grouping`]).
//! ORDER BY and WHERE see the items by alias and by expression; where nothing is grouped and
//! DISTINCT drops nothing, they see the incoming variables too. An item that is a variable under
//! its own name keeps its number, so that passing it on costs nothing.

use std::sync::Arc;

use hashbrown::HashSet;

use super::bound::{Clause, Grouping, Projection, SortKey};
use super::grouping::{Aggregates, Group, Known, Part};
use super::query::Place;
use super::scope::{Scope, error};
use super::types::{self, Type};
use super::{Binder, Typed, walk};
use crate::error::{Result, bind as codes};
use crate::expr::{Expr, ExprKind, VarId};
use crate::syntax::ast::{self, Expression, ExpressionKind, Name};
use crate::text::Span;
use crate::value::Value;

/// The names and variables that a projection leaves, in order.
pub(super) type Columns = Vec<(Arc<str>, VarId)>;

/// An item of a projection, `*` expanded.
struct Item<'a> {
    name: Arc<str>,
    source: Source<'a>,
    /// Whether a later clause could name it: an alias or a variable.
    named: bool,
    span: Span,
}

/// Where the value of an item comes from.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// A variable, from `*`.
    Passed(VarId),
    /// What was written.
    Written(&'a Expression),
}

/// A projection with its items bound.
struct Items<'a> {
    grouping: Option<Grouping>,
    bound: Vec<(VarId, Expr)>,
    /// What ORDER BY and WHERE are bound with.
    group: Group<'a>,
}

impl<'a> Binder<'a> {
    /// Binds WITH: afterwards only its columns (and what a subquery imports) are in scope.
    ///
    /// Also returns its condition, where that must be a clause of its own: where it reads an
    /// outer variable that the grouping or DISTINCT before it has taken out of the row.
    pub(super) fn with(
        &mut self,
        projection: &'a ast::Projection,
    ) -> Result<(Clause, Option<&'a Expression>)> {
        let items = self.items(projection)?;
        let uses_at = self.uses.len();
        let (mut bound, columns) = self.projection(projection, &items)?;
        if let Some(item) = items.iter().find(|item| !item.named) {
            return Err(unnamed(&item.name, item.span));
        }
        self.after_projection(&bound, columns);
        let dropped = self.levels.last().map_or(&[][..], |level| &level.dropped);
        let mut later = None;
        if !bound.filter.is_empty() && self.uses[uses_at..].iter().any(|v| dropped.contains(v)) {
            bound.filter.clear();
            later = projection.filter.as_ref();
        }
        Ok((Clause::Project(bound), later))
    }

    /// Binds RETURN: its columns are those of the query.
    pub(super) fn returned(
        &mut self,
        projection: &'a ast::Projection,
        place: Place,
    ) -> Result<(Clause, Columns)> {
        if let Some(filter) = &projection.filter {
            return Err(error(
                &codes::CLAUSE_COMPOSITION,
                "WHERE cannot follow RETURN.",
                filter.span(),
            )
            .hint("Filter before: `WITH … WHERE … RETURN …`."));
        }
        let items = self.items(projection)?;
        // What EXISTS and COUNT return does not matter, so there it may be nothing.
        if items.is_empty() && !matches!(place, Place::Expression(_)) {
            let message = "There is no variable in scope that `*` could stand for.";
            return Err(error(&codes::NO_VARIABLES, message, projection.span.0).hint(
                "Name what is found, such as `MATCH (n)`, or return a value: `RETURN count(*)`.",
            ));
        }
        let (mut bound, columns) = self.projection(projection, &items)?;
        // What nobody wrote, as the query of a rule's body, is shown to nobody.
        let is_written = projection.span.0.start < projection.span.0.end;
        if matches!(place, Place::Top) && self.shows && is_written {
            self.show_in_time(&mut bound)?;
        }
        let must_be_named = matches!(place, Place::Call | Place::BeforeNext);
        if must_be_named && let Some(item) = items.iter().find(|item| !item.named) {
            return Err(unnamed(&item.name, item.span));
        }
        Ok((Clause::Project(bound), columns))
    }

    /// The scope behind a projection.
    fn after_projection(&mut self, bound: &Projection, columns: Columns) {
        let narrowed = bound.grouping.is_some() || bound.distinct;
        self.scope = columns.into_iter().collect();
        if let Some(level) = self.levels.last_mut() {
            self.scope.extend(&level.imports);
            if narrowed {
                let kept: Vec<_> = bound.items.iter().map(|&(variable, _)| variable).collect();
                level.dropped =
                    level.imports.variables().filter(|variable| !kept.contains(variable)).collect();
            }
        }
    }

    /// The items of a projection, `*` expanded in alphabetical order.
    fn items(&mut self, projection: &'a ast::Projection) -> Result<Vec<Item<'a>>> {
        let mut items = Vec::with_capacity(projection.items.len());
        if projection.star {
            let span = projection.span.0;
            let passed = self.own_names();
            passed.iter().for_each(|&(_, variable)| self.note_use(variable));
            items.extend(passed.into_iter().map(|(name, variable)| Item {
                name,
                source: Source::Passed(variable),
                named: true,
                span,
            }));
        }
        for item in &projection.items {
            let span = item.expression.span();
            let (name, named) = match (&item.alias, &item.expression.kind) {
                (Some(alias), _) => (alias.text.as_str().into(), true),
                (None, ExpressionKind::Variable(name)) => (name.text.as_str().into(), true),
                (None, _) => (self.slice(span).into(), false),
            };
            let span = item.alias.as_ref().map_or(span, |alias| alias.span);
            items.push(Item { name, source: Source::Written(&item.expression), named, span });
        }
        check_names_differ(&items)?;
        Ok(items)
    }

    /// The names that `*` stands for: those in scope that the query has not merely imported.
    pub(super) fn own_names(&self) -> Columns {
        let imports = self.levels.last().map(|level| &level.imports);
        let mut names = self.scope.sorted();
        names.retain(|(name, variable)| {
            imports.is_none_or(|imports| imports.get(name) != Some(*variable))
        });
        names
    }

    fn projection(
        &mut self,
        written: &'a ast::Projection,
        items: &[Item<'a>],
    ) -> Result<(Projection, Columns)> {
        let incoming = self.scope.clone();
        let aggregated = items.iter().any(|item| match item.source {
            Source::Passed(_) => false,
            Source::Written(e) => walk::has_aggregate(e),
        });
        let bound = match &written.group_by {
            Some(keys) => self.grouped_items(items, Some(keys), &incoming)?,
            None if aggregated => self.grouped_items(items, None, &incoming)?,
            None => self.plain_items(items, written.distinct, &incoming)?,
        };
        let Items { mut grouping, bound, mut group } = bound;
        let columns: Columns =
            items.iter().zip(&bound).map(|(item, (v, _))| (Arc::clone(&item.name), *v)).collect();
        let narrowed = grouping.is_some() || written.distinct;
        self.scope = columns.iter().cloned().collect();
        if let Some(level) = self.levels.last() {
            self.scope.extend(&level.imports);
        }
        if !narrowed {
            self.scope.extend(&incoming);
        }
        group.part = if written.distinct { Part::OrderDistinct } else { Part::Order };
        let aggregates =
            if grouping.is_some() { Aggregates::Collected } else { Aggregates::Forbidden };
        self.groups.push(group);
        let order = self.order(&written.page.order, aggregates);
        let filter = match (&order, &written.filter) {
            (Ok(_), Some(filter)) => self.conjuncts(filter),
            _ => Ok(Vec::new()),
        };
        if let (Some(group), Some(grouping)) = (self.groups.pop(), &mut grouping) {
            grouping.aggregates = group.aggregates;
        }
        let (order, filter) = (order?, filter?);
        let skip = self.row_count(written.page.skip.as_ref(), "SKIP")?;
        let limit = self.row_count(written.page.limit.as_ref(), "LIMIT")?;
        self.scope = incoming;
        let distinct = written.distinct;
        let mut projection = Projection {
            grouping,
            items: bound,
            distinct,
            choosing: Vec::new(),
            order,
            skip,
            limit,
            filter,
        };
        self.choose_by_keys(&mut projection)?;
        Ok((projection, columns))
    }

    /// Items without an aggregate among them.
    fn plain_items(
        &mut self,
        items: &[Item<'a>],
        distinct: bool,
        incoming: &Scope,
    ) -> Result<Items<'a>> {
        let mut taken = HashSet::new();
        let mut bound = Vec::with_capacity(items.len());
        // Without DISTINCT every incoming name stays in sight, so none is hidden.
        let hidden = if distinct { incoming.clone() } else { Scope::default() };
        let mut group = Group::new(hidden, Part::Order);
        for item in items {
            let value = match item.source {
                Source::Passed(variable) => self.variable_at(variable, item.span),
                Source::Written(e) => self.scalar(e)?,
            };
            let variable = self.item_variable(item, &value, &mut taken)?;
            if let Source::Written(e) = item.source {
                group.known.push(Known::new(e, variable));
            }
            bound.push((variable, value.expr));
        }
        if !distinct {
            // `WITH a.x AS a ORDER BY a.x`: `a` is the new one, so the old expression is not meant.
            let shadowing: HashSet<&str> = items
                .iter()
                .zip(&bound)
                .filter(|(item, (new, _))| incoming.get(&item.name).is_some_and(|old| old != *new))
                .map(|(item, _)| &*item.name)
                .collect();
            if !shadowing.is_empty() {
                let shadowed = |name: &str| shadowing.contains(name);
                group.known.retain(|known| !walk::mentions(known.expression, &shadowed));
            }
        }
        Ok(Items { grouping: None, bound, group })
    }

    /// Items with an aggregate among them, or with an explicit GROUP BY.
    fn grouped_items(
        &mut self,
        items: &[Item<'a>],
        group_by: Option<&'a [Expression]>,
        incoming: &Scope,
    ) -> Result<Items<'a>> {
        let mut group = Group::new(incoming.clone(), Part::Items);
        let mut keys = Vec::new();
        let mut taken = HashSet::new();
        let mut key_of = vec![None; items.len()];
        if let Some(written) = group_by {
            for key in written {
                let key = meant_by_alias(key, items);
                let value = self.scalar(key)?;
                let name =
                    if let ExpressionKind::Variable(name) = &key.kind { Some(name) } else { None };
                let variable = self.key_variable(name, &value, &mut taken)?;
                group.add_key(name.map(|name| &*name.text), variable, &value.expr);
                group.known.push(Known { expression: key, variable, simple: true });
                keys.push((variable, value.expr));
            }
        } else {
            for (item, key) in items.iter().zip(&mut key_of) {
                let value = match item.source {
                    Source::Passed(variable) => self.variable_at(variable, item.span),
                    Source::Written(e) if walk::has_aggregate(e) => continue,
                    Source::Written(e) => self.scalar(e)?,
                };
                let variable = self.item_variable(item, &value, &mut taken)?;
                group.add_key(Some(&item.name), variable, &value.expr);
                if let Source::Written(e) = item.source {
                    group.known.push(Known::new(e, variable));
                }
                *key = Some(variable);
                keys.push((variable, value.expr));
            }
        }
        let outer = std::mem::replace(&mut self.scope, group.stable.clone());
        self.groups.push(group);
        let bound = self.items_over_groups(items, &key_of, group_by.is_some(), &mut taken);
        self.scope = outer;
        let group = self.groups.pop();
        let bound = bound?;
        let mut group = group.unwrap_or_else(|| Group::new(Scope::default(), Part::Items));
        for (item, &(variable, _)) in items.iter().zip(&bound) {
            if let Source::Written(e) = item.source {
                group.known.push(Known::new(e, variable));
            }
        }
        Ok(Items { grouping: Some(Grouping { keys, aggregates: Vec::new() }), bound, group })
    }

    fn items_over_groups(
        &mut self,
        items: &[Item<'a>],
        key_of: &[Option<VarId>],
        explicit: bool,
        taken: &mut HashSet<VarId>,
    ) -> Result<Vec<(VarId, Expr)>> {
        let mut bound = Vec::with_capacity(items.len());
        for (item, key) in items.iter().zip(key_of) {
            if let Some(key) = *key {
                bound.push((key, Expr::variable(key, item.span)));
                continue;
            }
            let value = match item.source {
                Source::Passed(variable) => self.variable_at(variable, item.span),
                Source::Written(e) => {
                    self.set_mixed(!explicit);
                    self.with_aggregates(Aggregates::Collected, |binder| binder.expression(e))?
                }
            };
            let variable = self.item_variable(item, &value, taken)?;
            bound.push((variable, value.expr));
        }
        Ok(bound)
    }

    /// The variable of an item: the one it passes on, if its name is kept and no other item has it.
    fn item_variable(
        &mut self,
        item: &Item<'a>,
        value: &Typed,
        taken: &mut HashSet<VarId>,
    ) -> Result<VarId> {
        if let ExprKind::Variable(passed) = value.expr.kind {
            let known = self.variables[passed.index()].name.as_deref();
            // The result of an aggregate has no name yet: it takes the item's.
            let fresh = known.is_none() && !matches!(item.source, Source::Passed(_));
            if (fresh || known == Some(&*item.name)) && taken.insert(passed) {
                self.variables[passed.index()].name = Some(Arc::clone(&item.name));
                return Ok(passed);
            }
        }
        let variable = self.variable(Some(&item.name), value.ty.clone(), item.span)?;
        self.asks_alike(variable, &value.expr);
        Ok(variable)
    }

    fn key_variable(
        &mut self,
        name: Option<&Name>,
        value: &Typed,
        taken: &mut HashSet<VarId>,
    ) -> Result<VarId> {
        match (&value.expr.kind, name) {
            (ExprKind::Variable(passed), Some(_)) if taken.insert(*passed) => Ok(*passed),
            _ => {
                let name = name.map(|name| &*name.text);
                let variable = self.variable(name, value.ty.clone(), value.expr.span)?;
                self.asks_alike(variable, &value.expr);
                Ok(variable)
            }
        }
    }

    fn set_mixed(&mut self, mixed: bool) {
        if let Some(group) = self.groups.last_mut() {
            group.mixed = mixed;
        }
    }

    /// Binds the sort keys over the items.
    pub(super) fn order(
        &mut self,
        keys: &'a [ast::SortItem],
        aggregates: Aggregates,
    ) -> Result<Vec<SortKey>> {
        let mut order = Vec::with_capacity(keys.len());
        for key in keys {
            self.set_mixed(walk::has_aggregate(&key.expression));
            let expression =
                self.with_aggregates(aggregates, |binder| binder.expression(&key.expression))?;
            let descending = key.descending;
            // Null is the largest value: last in ascending order, first in descending order.
            let nulls_first = key.nulls_first.unwrap_or(descending);
            order.push(SortKey { expression: expression.expr, descending, nulls_first });
        }
        self.set_mixed(false);
        Ok(order)
    }

    /// Binds the operand of SKIP or LIMIT: a constant that is no negative number.
    pub(super) fn row_count(
        &mut self,
        written: Option<&'a Expression>,
        place: &'static str,
    ) -> Result<Option<Expr>> {
        let Some(written) = written else { return Ok(None) };
        let span = written.span();
        let count = self.constant(written, place)?;
        types::require(&count.ty, &Type::INTEGER, place, span)?;
        let negative = match &count.expr.kind {
            ExprKind::Constant(Value::Integer(n)) => *n < 0,
            ExprKind::Negate(e) => matches!(e.kind, ExprKind::Constant(Value::Integer(n)) if n > 0),
            _ => false,
        };
        if negative {
            let message = format!("{place} takes a number of rows, which cannot be negative.");
            return Err(error(&codes::NEGATIVE_INTEGER, message, span));
        }
        Ok(Some(count.expr))
    }

    /// Binds GQL's ORDER BY … OFFSET … LIMIT as a clause of its own: all variables go on.
    pub(super) fn order_and_page(&mut self, page: &'a ast::OrderAndPage) -> Result<Clause> {
        let order = self.order(&page.order, Aggregates::Forbidden)?;
        let skip = self.row_count(page.skip.as_ref(), "OFFSET")?;
        let limit = self.row_count(page.limit.as_ref(), "LIMIT")?;
        let mut all = Projection { order, skip, limit, ..self.pass_all(page.span.0) };
        self.choose_by_keys(&mut all)?;
        Ok(Clause::Project(all))
    }

    /// Computes the sort keys that run a subquery where they decide which rows there are: beside
    /// SKIP and LIMIT. Then a row rests on what its keys looked at. Without a page they decide no more
    /// than the order, and a row is there and says the same whatever they found.
    fn choose_by_keys(&mut self, projection: &mut Projection) -> Result<()> {
        if projection.skip.is_none() && projection.limit.is_none() {
            return Ok(());
        }
        let late = |(variable, item): &(VarId, Expr)| item.asks_truth().then_some(*variable);
        let late: Vec<VarId> = projection.items.iter().filter_map(late).collect();
        for key in &mut projection.order {
            let looks = key.expression.has_subquery() && !key.expression.asks_truth();
            if !looks || self.uses_of(&key.expression).iter().any(|used| late.contains(used)) {
                continue;
            }
            let span = key.expression.span;
            let variable = self.variable(None, Type::ANY, span)?;
            let found = std::mem::replace(&mut key.expression, Expr::variable(variable, span));
            projection.choosing.push((variable, found));
        }
        Ok(())
    }

    /// A projection that changes nothing.
    pub(super) fn pass_all(&self, span: Span) -> Projection {
        let names = self.own_names();
        let items = names.into_iter().map(|(_, v)| (v, Expr::variable(v, span))).collect();
        Projection { items, ..Projection::default() }
    }
}

impl Group<'_> {
    /// Adds a grouping key: a variable under its own name means the same before and after.
    fn add_key(&mut self, name: Option<&str>, variable: VarId, value: &Expr) {
        if let (Some(name), ExprKind::Variable(passed)) = (name, &value.kind)
            && *passed == variable
        {
            self.stable.insert(name.into(), variable);
        }
    }
}

/// What a GROUP BY key means: the alias of an item stands for the item.
fn meant_by_alias<'a>(key: &'a Expression, items: &[Item<'a>]) -> &'a Expression {
    let ExpressionKind::Variable(name) = &key.kind else { return key };
    items
        .iter()
        .find_map(|item| match item.source {
            Source::Written(e) if *item.name == *name.text => Some(e),
            _ => None,
        })
        .unwrap_or(key)
}

fn check_names_differ(items: &[Item<'_>]) -> Result<()> {
    let mut seen = HashSet::with_capacity(items.len());
    match items.iter().find(|item| !seen.insert(&*item.name)) {
        None => Ok(()),
        Some(twice) => {
            let message = format!("Two columns are called `{}`.", twice.name);
            Err(error(&codes::COLUMN_NAME_CONFLICT, message, twice.span)
                .hint("Name one of them differently with AS."))
        }
    }
}

fn unnamed(text: &str, span: Span) -> crate::error::Error {
    error(&codes::NO_EXPRESSION_ALIAS, "Later clauses need a name for this expression.", span)
        .hint(format!("{text} AS name"))
}
