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
//! the values of then. The value of the column stays the node; the map of its values goes through the
//! plan beside it, as a variable that is no column ([`Statement::shown`](super::bound::Statement::shown)),
//! so that WHY names what is shown and the row is as sure as that. Whoever reads the answer reads the nodes
//! through a snapshot that has these values in place of the columns' ([`crate::graph::shown`]). That is for
//! the nodes that are columns of the answer itself: in lists, maps and paths, under UNION, and for a
//! node that one row shows as of two times, it is the values that stand out.
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
    /// Notes that a time clause was said of the nodes of its pattern.
    pub(super) fn asks_of_nodes(&mut self, nodes: &[VarId], asked: Option<&Asked>) {
        let Some(asked) = asked.filter(|_| !self.stated.is_empty()) else { return };
        for node in nodes {
            self.times.entry(*node).or_insert_with(|| Box::new(asked.clone()));
        }
    }

    /// Notes that a variable is another name of a node.
    pub(super) fn asks_alike(&mut self, variable: VarId, value: &Expr) {
        if let ExprKind::Variable(of) = value.kind
            && let Some(asked) = self.times.get(&of)
        {
            let asked = asked.clone();
            self.times.insert(variable, asked);
        }
    }

    /// A property of a node as its time clause asks; `None` where its own column is meant.
    pub(super) fn property_in_time(
        &mut self,
        of: &Expr,
        key: &str,
        span: Span,
    ) -> Result<Option<Expr>> {
        let ExprKind::Variable(node) = of.kind else { return Ok(None) };
        if !self.stated.iter().any(|stated| **stated == *key) {
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
        if !self.times.contains_key(&node) {
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

    /// Has the nodes that a query returns shown as of their time: beside each the map of its values of then.
    pub(super) fn show_in_time(&mut self, projection: &mut Projection) -> Result<()> {
        if self.times.is_empty() || self.stated.is_empty() {
            return Ok(());
        }
        // Where rows are put together, when is asked must not depend on what they were.
        let narrowed = projection.grouping.is_some() || projection.distinct;
        for at in 0..projection.items.len() {
            let (column, item) = &projection.items[at];
            let (column, ExprKind::Variable(node), span) = (*column, &item.kind, item.span) else {
                continue;
            };
            let node = *node;
            let Some(asked) = self.times.get(&node) else { continue };
            let uses = asked.time.as_ref().map(|time| self.uses_of(&time.operand));
            let mut uses = uses.into_iter().flatten();
            if uses.any(|variable| narrowed || !self.is_in_scope(variable)) {
                continue;
            }
            let of = Expr::variable(node, span);
            if let Some(values) = self.values_in_time(&of, span)? {
                let shown = self.variable(None, Type::MAP, span)?;
                projection.items.push((shown, values));
                self.shown.push((column, shown));
            }
        }
        Ok(())
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
            let projection = Projection {
                grouping: None,
                items: vec![(column, value(statement))],
                distinct: false,
                choosing: Vec::new(),
                order,
                skip: None,
                limit,
                filter: Vec::new(),
            };
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
