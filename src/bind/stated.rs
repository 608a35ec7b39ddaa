//! Properties as of a time, and functions on what is stated of one.
//!
//! A property of a node may have stated values ([`crate::graph::stated`]). In a MATCH with a word of
//! ours it is read as that word asks, wherever the node is read afterwards; a function on statements
//! takes a property of a node, too:
//!
//! ```text
//! MATCH (s:State) AS OF date('2012-01-01') RETURN s.population, evidence(s.population)
//!
//! s.population            the first of COLLECT { MATCH (s)-[p:.population]->(s) AS OF date('2012-01-01')
//!                                                RETURN p.value ORDER BY presumed() DESC, standing(p) DESC LIMIT 1 }
//! evidence(s.population)  the same with RETURN evidence(p)
//! ```
//!
//! `properties(s)`, `s {.*}` and `s[key]` read all of them so, each put in the place of what the node has
//! (`withValues(properties(s), {population: …})`).
//!
//! A node is the same at all times, but what an answer shows of it is not: `RETURN s` of such a MATCH shows
//! the values of then, and so does whatever holds the node: `[s]`, `{of: s}`, `collect(s)`, a path, an element of
//! one of these under another name. The value of the column stays what it is; the nodes that it holds, each with the map of
//! its values, go through the plan beside it, as a variable that is no column
//! ([`Statement::shown`](super::bound::Statement::shown)), so that WHY names what is shown and the row is as sure
//! as that. Whoever reads the answer reads the nodes through a snapshot that has these values in place of the columns'
//! ([`crate::graph::shown`]).
//!
//! ```text
//! RETURN collect(s) AS all    all    [x IN nodesWithin(all) | [x, {population: the first of COLLECT { … }}]]
//! ```
//!
//! What is asked goes with a value from name to name ([`Binder::asks_alike`]). A value that is put together of nodes of
//! different times, otherwise than in a list or a map of the answer itself, has none, and neither has a node that the
//! answer shows as of two times: there it is the values that stand out.
//!
//! What ORDER BY reads so counts where SKIP or LIMIT makes the order decide which rows there are
//! (`Binder::choose_by_keys`); the order alone changes neither a row nor what it says.
//!
//! A node of which nothing is stated keeps its plain value at all times (`plainValue(s, 'population')`).
//! So a row that reads such a value rests on its statement, is as sure as that is, and WHY names it.
//! Which keys have stated values is all that is asked of the graph; of any other key the column is
//! read as before.

use std::sync::Arc;

use super::bound::{
    Asked, Clause, Match, PatternNode, PatternRelationship, Projection, Query, QueryBody, SortKey,
    SubqueryKind, View,
};
use super::resolve::with_lets;
use super::scope::error;
use super::types::Type;
use super::{Binder, Typed};
use crate::error::{Result, bind as codes};
use crate::expr::function::{self, Function};
use crate::expr::{Expr, ExprKind, VarId};
use crate::graph::Direction;
use crate::graph::named_type::{NamedType, Seen};
use crate::graph::stated::{VALUE, type_name};
use crate::syntax::ast::{Expression, ExpressionKind};
use crate::text::Span;
use crate::value::Value;
use crate::value::time::Truth;

/// The functions that take a statement and may be given a property instead.
const ON_STATEMENTS: [&str; 13] = [
    "valid",
    "recorded",
    "truth",
    "certain",
    "presumed",
    "possible",
    "notBefore",
    "notAfter",
    "stance",
    "speaker",
    "rank",
    "reason",
    "evidence",
];

impl<'a> Binder<'a> {
    /// Notes that a time clause was said of what its pattern finds.
    pub(super) fn asks_of(&mut self, found: &[VarId], asked: Option<&Asked>) {
        let Some(asked) = asked.filter(|_| !self.stated.is_empty()) else { return };
        for variable in found {
            self.times.entry(*variable).or_insert_with(|| Box::new(asked.clone()));
        }
    }

    /// Notes that a name of the scope stands for the elements of a list.
    pub(super) fn asks_of_elements(&mut self, name: &str, list: &Expr) {
        if let Some(variable) = self.scope.get(name) {
            self.asks_alike(variable, list);
        }
    }

    /// Notes that a column holds the values of either of two.
    pub(super) fn asks_like_both(&mut self, column: VarId, one: VarId, other: VarId) {
        if let (Some(asked), Some(same)) = (self.times.get(&one), self.times.get(&other))
            && is_alike(asked, same)
        {
            let asked = asked.clone();
            self.times.insert(column, asked);
        }
    }

    /// Has the nodes of the columns of a query shown as of their time, where it is put together of several.
    pub(super) fn show_columns_in_time(&mut self, query: Query, span: Span) -> Result<Query> {
        self.scope = query.columns.iter().cloned().collect();
        let mut projection = self.pass_all(span);
        self.show_in_time(&mut projection)?;
        if self.shown.is_empty() {
            return Ok(query);
        }
        let columns = query.columns.clone();
        let inner = Clause::Subquery { query, imports: Vec::new(), optional: false, batches: None };
        let body = QueryBody::Clauses(vec![inner, Clause::Project(projection)]);
        Ok(Query { body, columns })
    }

    /// Notes that a variable is another name of a node, or of something that holds nodes.
    pub(super) fn asks_alike(&mut self, variable: VarId, value: &Expr) {
        if let Some(asked) = self.asked_within(value) {
            self.times.insert(variable, asked);
        }
    }

    /// What is asked of the nodes that a value may hold; `None` where that is nothing, or not the same of all.
    fn asked_within(&self, value: &Expr) -> Option<Box<Asked>> {
        if self.times.is_empty() {
            return None;
        }
        let mut all: Vec<&Asked> = Vec::new();
        self.times_within(value, &mut all);
        let (first, others) = all.split_first()?;
        others.iter().all(|other| is_alike(other, first)).then(|| Box::new((*first).clone()))
    }

    /// What is asked of the parts of a value that may be nodes, or hold some.
    fn times_within<'b>(&'b self, value: &Expr, all: &mut Vec<&'b Asked>) {
        match &value.kind {
            ExprKind::Variable(of) => all.extend(self.times.get(of).map(|asked| &**asked)),
            ExprKind::Path(of) => {
                all.extend(of.iter().filter_map(|of| self.times.get(of)).map(|asked| &**asked));
            }
            ExprKind::Subquery(id) => {
                let columns = self.subqueries[id.0 as usize].query.columns.iter();
                all.extend(columns.filter_map(|(_, of)| self.times.get(of)).map(|asked| &**asked));
            }
            // A property of a node is none.
            ExprKind::Property(of, _) | ExprKind::Index(of, _) | ExprKind::Slice(of, ..)
                if !self.is_node(of) =>
            {
                self.times_within(of, all);
            }
            ExprKind::MapProjection { of, all: whole, entries } => {
                if *whole && !self.is_node(of) {
                    self.times_within(of, all);
                }
                entries.iter().for_each(|(_, part)| self.times_within(part, all));
            }
            ExprKind::Case { branches, otherwise } => {
                branches.iter().for_each(|(_, part)| self.times_within(part, all));
                otherwise.iter().for_each(|part| self.times_within(part, all));
            }
            ExprKind::ListComprehension { list, projection, .. } => {
                self.times_within(projection.as_ref().unwrap_or(list), all);
            }
            ExprKind::List(parts) => parts.iter().for_each(|part| self.times_within(part, all)),
            ExprKind::Call(function, parts)
                if !matches!(function.name, "properties" | "withValues") =>
            {
                parts.iter().for_each(|part| self.times_within(part, all));
            }
            ExprKind::Map(parts) => {
                parts.iter().for_each(|(_, part)| self.times_within(part, all));
            }
            ExprKind::Reduce { initial, list, step, .. } => {
                [initial, list, step].into_iter().for_each(|part| self.times_within(part, all));
            }
            ExprKind::Arithmetic(_, a, b) => {
                [a, b].into_iter().for_each(|part| self.times_within(part, all));
            }
            _ => {}
        }
    }

    /// Whether a value is a node and nothing else.
    fn is_node(&self, value: &Expr) -> bool {
        matches!(value.kind, ExprKind::Variable(of) if self.type_of(of).is_only(&Type::NODE))
    }

    /// A property of a node as its time clause asks; `None` where its own column is meant.
    pub(super) fn property_in_time(
        &mut self,
        of: &Expr,
        key: &str,
        span: Span,
    ) -> Result<Option<Expr>> {
        if !self.stated.iter().any(|stated| **stated == *key) {
            return Ok(None);
        }
        let ExprKind::Variable(node) = of.kind else { return Ok(None) };
        if !self.is_node(of) {
            return Ok(None);
        }
        let Some(asked) = self.times.get(&node).cloned() else { return Ok(None) };
        let value = |statement: VarId| {
            let statement = Box::new(Expr::variable(statement, span));
            Expr::new(ExprKind::Property(statement, VALUE.into()), span)
        };
        let found = self.of_the_best(node, key, asked, span, value)?;
        // A node of which nothing is stated has its plain value, at all times.
        let (Some(first), Some(plain)) =
            (function::lookup("coalesce"), function::lookup("plainValue"))
        else {
            return Ok(None);
        };
        let key = Expr::new(ExprKind::Constant(key.into()), span);
        let plain = Expr::new(ExprKind::Call(plain, vec![of.clone(), key]), span);
        Ok(Some(Expr::new(ExprKind::Call(first, vec![found, plain]), span)))
    }

    /// The same of a node that has no name, such as `nodes(p)[0]`: it is given one.
    pub(super) fn property_of_unnamed(
        &mut self,
        of: &Typed,
        key: &str,
        span: Span,
    ) -> Result<Option<Expr>> {
        if matches!(of.expr.kind, ExprKind::Variable(_)) || !of.ty.is_only(&Type::NODE) {
            return Ok(None);
        }
        let Some(asked) = self.asked_within(&of.expr) else { return Ok(None) };
        let node = self.variable(None, Type::NODE, span)?;
        self.times.insert(node, asked);
        let value = self.property_in_time(&Expr::variable(node, span), key, span)?;
        Ok(value.map(|value| with_lets(value, vec![(node, of.expr.clone())])))
    }

    /// All properties of a node as its time clause asks, a map; `None` where its own are meant.
    pub(super) fn properties_in_time(&mut self, of: &Expr, span: Span) -> Result<Option<Expr>> {
        let (Some(properties), Some(with)) =
            (function::lookup("properties"), function::lookup("withValues"))
        else {
            return Ok(None);
        };
        let Some(values) = self.values_in_time(of, span)? else { return Ok(None) };
        let own = Expr::new(ExprKind::Call(properties, vec![of.clone()]), span);
        Ok(Some(Expr::new(ExprKind::Call(with, vec![own, values]), span)))
    }

    /// The values of a node's stated properties as its time clause asks, a map with null for what has none then.
    fn values_in_time(&mut self, of: &Expr, span: Span) -> Result<Option<Expr>> {
        let ExprKind::Variable(node) = of.kind else { return Ok(None) };
        if !self.is_node(of) || !self.times.contains_key(&node) {
            return Ok(None);
        }
        let mut values = Vec::with_capacity(self.stated.len());
        for at in 0..self.stated.len() {
            let key = Arc::clone(&self.stated[at]);
            if let Some(value) = self.property_in_time(of, &key, span)? {
                values.push((key, value));
            }
        }
        Ok((!values.is_empty()).then(|| Expr::new(ExprKind::Map(values), span)))
    }

    /// Has the nodes that a query returns shown as of their time: beside each column the nodes that it holds, with
    /// the maps of their values of then.
    pub(super) fn show_in_time(&mut self, projection: &mut Projection) -> Result<()> {
        if self.times.is_empty() || self.stated.is_empty() {
            return Ok(());
        }
        // Where rows are put together, when is asked must not depend on what they were.
        let narrowed = projection.grouping.is_some() || projection.distinct;
        let mut parts: Vec<(Expr, Box<Asked>)> = Vec::new();
        for (column, item) in &projection.items {
            let ty = self.type_of(*column);
            if [Type::NODE, Type::LIST, Type::MAP, Type::PATH].iter().any(|kind| ty.may_be(kind)) {
                self.parts_in_time(item, &mut parts);
            }
        }
        for (part, asked) in parts {
            let uses = asked.time.as_ref().map(|time| self.uses_of(&time.operand));
            let mut uses = uses.into_iter().flatten();
            if uses.any(|variable| narrowed || !self.is_in_scope(variable)) {
                continue;
            }
            let shown = self.shown_values(part, asked)?;
            let variable = self.variable(None, Type::LIST, shown.span)?;
            projection.items.push((variable, shown));
            self.shown.push(variable);
        }
        Ok(())
    }

    /// The parts of a column that hold nodes of one time each: the whole, or items of a list or a map.
    fn parts_in_time(&self, value: &Expr, parts: &mut Vec<(Expr, Box<Asked>)>) {
        match (self.asked_within(value), &value.kind) {
            (Some(asked), kind) => {
                let is_known = parts.iter().any(|(known, _)| known.kind == *kind);
                parts.extend((!is_known).then(|| (value.clone(), asked)));
            }
            (None, ExprKind::List(items)) => {
                items.iter().for_each(|item| self.parts_in_time(item, parts));
            }
            (None, ExprKind::Map(items)) => {
                items.iter().for_each(|(_, item)| self.parts_in_time(item, parts));
            }
            _ => {}
        }
    }

    /// The nodes within a value, each in a list with the map of its values as asked.
    fn shown_values(&mut self, value: Expr, asked: Box<Asked>) -> Result<Expr> {
        let span = value.span;
        let Some(within) = function::lookup("nodesWithin") else { return Ok(value) };
        let node = self.variable(None, Type::NODE, span)?;
        self.times.insert(node, asked);
        let of = Expr::variable(node, span);
        let values = self.values_in_time(&of, span)?;
        let values = values.unwrap_or_else(|| Expr::new(ExprKind::Map(Vec::new()), span));
        let pair = Expr::new(ExprKind::List(vec![of, values]), span);
        let each = ExprKind::ListComprehension {
            variable: node,
            list: Box::new(Expr::new(ExprKind::Call(within, vec![value]), span)),
            filter: None,
            projection: Some(Box::new(pair)),
        };
        Ok(Expr::new(each, span))
    }

    /// A function on statements whose argument is a property of a node.
    pub(super) fn function_of_property(
        &mut self,
        function: &'static Function,
        arguments: &'a [Expression],
        span: Span,
    ) -> Result<Option<Typed>> {
        let [Expression { kind: ExpressionKind::Property(of, key), .. }] = arguments else {
            return Ok(None);
        };
        if !ON_STATEMENTS.contains(&function.name)
            || !matches!(of.kind, ExpressionKind::Variable(_))
        {
            return Ok(None);
        }
        let of = self.expression(of)?;
        let ExprKind::Variable(node) = of.expr.kind else { return Ok(None) };
        if of.ty != Type::NODE {
            return Ok(None);
        }
        let everything = || Box::new(Asked { time: None, view: View::DEFAULT });
        let asked = self.times.get(&node).cloned().unwrap_or_else(everything);
        let at_least = Truth::parse(function.name);
        let is_truth = function.name == "truth" || at_least.is_some();
        self.asks_truth |= matches!(function.name, "truth" | "possible");
        self.weighs |= is_truth;
        let value = |statement: VarId| {
            let statement = Expr::variable(statement, span);
            let kind = if is_truth {
                ExprKind::Truth { at_least, of: Some(Box::new(statement)) }
            } else {
                ExprKind::Call(function, vec![statement])
            };
            Expr::new(kind, span)
        };
        let expr = self.of_the_best(node, &key.text, asked, span, value)?;
        Ok(Some(Typed { expr, ty: Type::ANY }))
    }

    /// What `value` makes of the statement that stands out of those asked for; null where none is.
    fn of_the_best(
        &mut self,
        node: VarId,
        key: &str,
        asked: Box<Asked>,
        span: Span,
        value: impl FnOnce(VarId) -> Expr,
    ) -> Result<Expr> {
        let operand = asked.time.as_ref().map(|time| self.uses_of(&time.operand));
        if let Some(missing) = operand.iter().flatten().find(|v| !self.is_in_scope(**v)) {
            let name = self.variables[missing.index()].name.clone().unwrap_or_default();
            let message = format!(
                "When `{key}` is asked for depends on `{name}`, which is not in scope here."
            );
            return Err(error(&codes::UNDEFINED_VARIABLE, message, span).hint(format!(
                "Take it along: `WITH …, {name}`; or the value: `WITH …, n.{key} AS {key}`."
            )));
        }
        let id = self.within(SubqueryKind::Collect, span, |binder| {
            binder.note_use(node);
            operand.into_iter().flatten().for_each(|variable| binder.note_use(variable));
            let statement = binder.variable(None, Type::RELATIONSHIP, span)?;
            let column = binder.variable(None, Type::ANY, span)?;
            let pattern = loops(node, statement, key, asked, span);
            let order = by_standing(statement, span);
            let limit = Some(Expr::new(ExprKind::Constant(Value::Integer(1)), span));
            let items = vec![(column, value(statement))];
            let projection = Projection { items, order, limit, ..Projection::default() };
            Ok(Query {
                body: QueryBody::Clauses(vec![Clause::Match(pattern), Clause::Project(projection)]),
                columns: vec![(key.into(), column)],
            })
        })?;
        self.says = true;
        let all = Box::new(Expr::new(ExprKind::Subquery(id), span));
        let first = Box::new(Expr::new(ExprKind::Constant(Value::Integer(0)), span));
        Ok(Expr::new(ExprKind::Index(all, first), span))
    }

    fn is_in_scope(&self, variable: VarId) -> bool {
        self.scope.variables().any(|known| known == variable)
    }
}

/// Whether two clauses ask the same, wherever they are written.
fn is_alike(one: &Asked, other: &Asked) -> bool {
    fn placeless(expr: &mut Expr) {
        expr.span = Span::default();
        expr.for_each_operand_mut(&mut |operand| placeless(operand));
    }
    let placeless = |asked: &Asked| {
        let mut asked = asked.clone();
        if let Some(time) = &mut asked.time {
            placeless(&mut time.operand);
        }
        asked
    };
    one == other || placeless(one) == placeless(other)
}

/// The statements of a property of a node: relationships from it to itself.
fn loops(node: VarId, statement: VarId, key: &str, asked: Box<Asked>, span: Span) -> Match {
    let relationship = PatternRelationship {
        variable: statement,
        bound: false,
        left: node,
        right: node,
        direction: Direction::Outgoing,
        types: vec![NamedType { name: type_name(key).into(), seen: Seen::Named }],
        type_test: None,
        length: None,
        asked: Some(asked),
        span,
    };
    Match {
        optional: false,
        nodes: vec![PatternNode { variable: node, bound: true, labels: None }],
        relationships: vec![relationship],
        searches: None,
        paths: Vec::new(),
        distinct: Vec::new(),
        filter: Vec::new(),
        known_at: None,
        span,
    }
}

/// The surest first, then the one that stands out.
fn by_standing(statement: VarId, span: Span) -> Vec<SortKey> {
    let sure = ExprKind::Truth { at_least: Some(Truth::Presumed), of: None };
    let own = vec![Expr::variable(statement, span)];
    let standing = function::lookup("standing").map(|found| ExprKind::Call(found, own));
    let key =
        |kind| SortKey { expression: Expr::new(kind, span), descending: true, nulls_first: false };
    [sure].into_iter().chain(standing).map(key).collect()
}
