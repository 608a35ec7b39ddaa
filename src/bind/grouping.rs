//! Aggregates: where they may stand, and what may stand beside them.
//!
//! A projection with an aggregate groups its rows. Items without an aggregate are the *grouping
//! keys*; an item with one is computed for each group, so beside its aggregates it may use only
//! constants, parameters and what is the same for the whole group. openCypher draws that line at
//! keys that are a variable or a property access: anything longer is ambiguous to a reader.
//!
//! ```text
//! RETURN p.age, p.age + count(*)                   p.age is a key
//! RETURN p.age + count(*)                          refused: p.age is no key
//! RETURN p.age + q.age, p.age + q.age + count(*)   refused: neither p.age nor q.age is a key
//! ```
//!
//! Binding such an item replaces every subexpression that equals a key by the key's variable
//! ([`Binder::substitute`]) and every aggregate by the variable of its result; ORDER BY does the
//! same over all items. Equality is that of the syntax tree, which ignores spaces and case of
//! keywords: two expressions written alike in one clause mean the same.

use super::scope::{Scope, error};
use super::types::{self, Type};
use super::{Binder, Typed, walk};
use crate::error::{Error, Result, bind as codes};
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{Aggregate, Expr, ExprKind, VarId};
use crate::syntax::ast::{Expression, ExpressionKind, Name};
use crate::text::Span;

/// What an aggregate means at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aggregates {
    /// None may stand here.
    Forbidden,
    /// We are inside one.
    Nested,
    /// It belongs to the innermost [`Group`].
    Collected,
}

/// A projection whose items or sort keys are being bound over its groups or its items.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The names before the projection.
    pub(super) incoming: Scope,
    /// Names that mean the same before and after grouping: keys that are variables.
    pub(super) stable: Scope,
    /// What may be written for a variable of the groups or the items.
    pub(super) known: Vec<Known<'a>>,
    /// The aggregates found so far, as written, and their variables.
    pub(super) found: Vec<(&'a Expression, VarId)>,
    /// The aggregates found so far.
    pub(super) aggregates: Vec<(VarId, Aggregate)>,
    /// Which part of the projection is being bound.
    pub(super) part: Part,
    /// Whether the expression in hand has an aggregate, so that only simple keys may stand beside it.
    pub(super) mixed: bool,
}

/// A part of a projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The items, over the groups.
    Items,
    /// ORDER BY or WHERE, over the items; aggregates are those of the items or of the same groups.
    Order,
    /// The same, where further aggregates cannot be computed: after DISTINCT.
    OrderDistinct,
}

/// An expression that a variable stands for.
#[derive(Clone, Debug)]
pub(super) struct Known<'a> {
    pub(super) expression: &'a Expression,
    pub(super) variable: VarId,
    /// Whether it may stand beside an aggregate.
    pub(super) simple: bool,
}

impl<'a> Known<'a> {
    pub(super) fn new(expression: &'a Expression, variable: VarId) -> Known<'a> {
        let simple = is_simple_key(expression) || walk::has_aggregate(expression);
        Known { expression, variable, simple }
    }
}

impl<'a> Group<'a> {
    pub(super) fn new(incoming: Scope, part: Part) -> Group<'a> {
        Group {
            incoming,
            stable: Scope::default(),
            known: Vec::new(),
            found: Vec::new(),
            aggregates: Vec::new(),
            part,
            mixed: false,
        }
    }
}

impl<'a> Binder<'a> {
    /// Binds something with another meaning of aggregates.
    pub(super) fn with_aggregates<T>(
        &mut self,
        aggregates: Aggregates,
        body: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let outer = std::mem::replace(&mut self.aggregates, aggregates);
        let result = body(self);
        self.aggregates = outer;
        result
    }

    /// The variable that stands for an expression, where it is a key or an item of the projection in hand.
    pub(super) fn substitute(&mut self, expression: &'a Expression) -> Option<Typed> {
        if self.groups.is_empty() || self.aggregates == Aggregates::Nested {
            return None;
        }
        let in_scope = match &expression.kind {
            ExpressionKind::Literal(_) | ExpressionKind::Parameter(_) => true,
            ExpressionKind::Variable(name) => self.scope.get(&name.text).is_some(),
            _ => false,
        };
        if in_scope {
            return None;
        }
        let variable = self.groups.iter().rev().find_map(|group| {
            let usable = |known: &&Known<'a>| known.simple || !group.mixed;
            group
                .known
                .iter()
                .filter(usable)
                .find(|k| k.expression == expression)
                .map(|k| k.variable)
        })?;
        let hidden_by_local = |name: &str| self.locals.iter().any(|local| &**local == name);
        if !self.locals.is_empty() && walk::mentions(expression, &hidden_by_local) {
            return None;
        }
        if self.aggregates == Aggregates::Forbidden && walk::has_aggregate(expression) {
            return None;
        }
        self.note_use(variable);
        Some(self.variable_at(variable, expression.span()))
    }

    /// The error for a name that is in scope before the projection and not over its groups or items.
    pub(super) fn hidden(&self, name: &Name) -> Option<Error> {
        let group =
            self.groups.iter().rev().find(|group| group.incoming.get(&name.text).is_some())?;
        let in_longer_key = group
            .known
            .iter()
            .any(|known| !known.simple && walk::mentions(known.expression, &|n| n == name.text));
        let beside = group.mixed && self.aggregates != Aggregates::Nested;
        if group.part == Part::Items || beside && in_longer_key {
            let message = format!(
                "`{}` is neither inside the aggregate nor a grouping key by itself.",
                name.text
            );
            return Some(error(&codes::AMBIGUOUS_AGGREGATION, message, name.span).hint(
                "Project it as an item of its own, or compute the expression in a WITH before.",
            ));
        }
        let message =
            format!("The variable `{}` is not among the columns of this projection.", name.text);
        Some(
            error(&codes::UNDEFINED_VARIABLE, message, name.span)
                .note("After DISTINCT or an aggregation only the projected columns remain.")
                .hint("Project what you sort or filter by, or do it in a WITH before."),
        )
    }

    /// Binds a call of an aggregate: the variable of its result.
    pub(super) fn aggregate(
        &mut self,
        whole: &'a Expression,
        function: AggregateFunction,
        distinct: bool,
        arguments: &'a [Expression],
    ) -> Result<Typed> {
        let span = whole.span();
        let group = match (self.aggregates, self.groups.last()) {
            (Aggregates::Collected, Some(group)) => group,
            (Aggregates::Nested, _) => return Err(nested(span)),
            _ => return Err(self.misplaced_aggregate(span)),
        };
        if let Some(&(_, known)) = group.found.iter().find(|(written, _)| *written == whole) {
            return Ok(self.variable_at(known, span));
        }
        let scope = match group.part {
            Part::Items => group.incoming.clone(),
            Part::Order => group.stable.clone(),
            Part::OrderDistinct => Scope::default(),
        };
        if group.part != Part::Items {
            self.check_new_aggregate(&scope, arguments, span)?;
        }
        check_aggregate_arity(function, whole, arguments.len())?;
        let items = std::mem::replace(&mut self.scope, scope);
        let bound = self.with_aggregates(Aggregates::Nested, |binder| {
            arguments.iter().map(|e| binder.expression(e)).collect::<Result<Vec<_>>>()
        });
        self.scope = items;
        let bound = bound?;
        for (argument, written) in bound.iter().zip(arguments) {
            check_argument(function, &argument.ty, written.span())?;
            if let Some(random) = random_call(&argument.expr) {
                return Err(random);
            }
        }
        let ty = type_of_aggregate(function, bound.first().map(|argument| &argument.ty));
        let variable = self.variable(None, ty, span)?;
        let arguments: Vec<Expr> = bound.into_iter().map(|argument| argument.expr).collect();
        if let Some(argument) = arguments.first() {
            self.asks_alike(variable, argument);
        }
        let aggregate = Aggregate { function, distinct, arguments, span };
        if let Some(group) = self.groups.last_mut() {
            group.found.push((whole, variable));
            group.aggregates.push((variable, aggregate));
        }
        Ok(self.variable_at(variable, span))
    }

    /// ORDER BY may add an aggregate over the same groups if its arguments mean the same before
    /// the projection and after it.
    fn check_new_aggregate(
        &self,
        stable: &Scope,
        arguments: &'a [Expression],
        span: Span,
    ) -> Result<()> {
        if self.groups.last().is_some_and(|group| group.part == Part::OrderDistinct) {
            return Err(self.misplaced_aggregate(span));
        }
        let projected = |name: &str| self.scope.get(name).is_some() && stable.get(name).is_none();
        if arguments.iter().any(|argument| walk::mentions(argument, &projected)) {
            return Err(self.misplaced_aggregate(span));
        }
        Ok(())
    }

    fn misplaced_aggregate(&self, span: Span) -> Error {
        let word = self.slice(span);
        let message = match word.len() {
            1..=40 => format!("The aggregate `{word}` cannot stand here."),
            _ => "An aggregate cannot stand here.".to_owned(),
        };
        error(&codes::INVALID_AGGREGATION, message, span)
            .note("Aggregates stand in the items of WITH and RETURN, and in the ORDER BY of one that has them.")
            .hint("Compute it first, `WITH …, count(*) AS c`, and use `c`.")
    }
}

/// Whether a name is that of an aggregate function.
pub(super) fn is_aggregate_name(name: &[Name]) -> bool {
    matches!(name, [name] if AggregateFunction::lookup(&name.text).is_some())
}

/// Whether an expression is a variable or a property of one, however deep.
fn is_simple_key(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Variable(_) => true,
        ExpressionKind::Property(of, _) => is_simple_key(of),
        _ => false,
    }
}

fn nested(span: Span) -> Error {
    error(&codes::NESTED_AGGREGATION, "An aggregate cannot stand inside another.", span)
        .hint("Compute the inner one first: `WITH …, count(*) AS c RETURN sum(c)`.")
}

/// The error for a random number in an aggregate's argument, where there is one.
fn random_call(argument: &Expr) -> Option<Error> {
    let mut found = None;
    argument.walk(&mut |e| {
        if let ExprKind::Call(function, _) = &e.kind
            && matches!(function.name, "rand" | "randomUUID")
        {
            found.get_or_insert((function.name, e.span));
        }
    });
    let (name, span) = found?;
    let message = format!("The argument of an aggregate cannot depend on `{name}()`.");
    Some(error(&codes::NON_CONSTANT, message, span).hint(format!("WITH *, {name}() AS x")))
}

fn check_aggregate_arity(
    function: AggregateFunction,
    whole: &Expression,
    given: usize,
) -> Result<()> {
    let wanted = function.arity();
    if given == wanted || matches!(whole.kind, ExpressionKind::CountStar) {
        return Ok(());
    }
    let plural = if wanted == 1 { "argument" } else { "arguments" };
    let message = format!("This aggregate takes {wanted} {plural}, but is given {given}.");
    Err(error(&codes::ARGUMENT_COUNT, message, whole.span()))
}

/// Sums and averages are of numbers or durations.
fn check_argument(function: AggregateFunction, ty: &Type, span: Span) -> Result<()> {
    match function {
        AggregateFunction::Sum | AggregateFunction::Avg => {
            types::require(ty, &Type::parse("NUMBER | DURATION"), "A sum or an average", span)
        }
        _ => Ok(()),
    }
}

fn type_of_aggregate(function: AggregateFunction, argument: Option<&Type>) -> Type {
    let argument = argument.cloned().unwrap_or(Type::ANY);
    match function {
        AggregateFunction::Count => Type::INTEGER,
        AggregateFunction::Collect => Type::list_of(argument),
        AggregateFunction::Min | AggregateFunction::Max => argument.or(&Type::NULL),
        AggregateFunction::Sum | AggregateFunction::Avg if argument.is_only(&Type::NUMBER) => {
            Type::NUMBER.or(&Type::NULL)
        }
        AggregateFunction::Sum | AggregateFunction::Avg => Type::ANY,
        AggregateFunction::StDev
        | AggregateFunction::StDevP
        | AggregateFunction::PercentileCont
        | AggregateFunction::PercentileDisc => Type::NUMBER.or(&Type::NULL),
    }
}
