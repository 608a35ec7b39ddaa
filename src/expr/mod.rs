//! Bound expressions: what to compute, with every name resolved.
//!
//! The binder turns `ast::Expression` into [`Expr`]: variables are numbers, functions are entries
//! of the [`function`] table, aggregates have moved into the projection that computes them, and
//! patterns inside expressions have become [`ExprKind::Subquery`]. [`eval`] computes an expression
//! for one row; the executor computes whole columns where it has a faster way and falls back to
//! it where it has none, so that there is one definition of every operator.
//!
//! ```text
//! s.name STARTS WITH 'S' AND r.year > 2000
//!
//! And
//! ├ StringTest(StartsWith, Property(Variable(s), name), Constant('S'))
//! └ Compare(Greater, Property(Variable(r), year), Constant(2000))
//! ```

pub(crate) mod access;
pub mod aggregate;
pub(crate) mod arithmetic;
pub mod closed;
pub(crate) mod compare;
pub(crate) mod comparison;
pub mod eval;
pub mod fold;
pub mod function;
mod iterate;
mod labels;
pub(crate) mod limits;
pub mod making;
pub(crate) mod members;
mod regular_expression;
#[cfg(test)]
mod testing;
pub(crate) mod types;

use std::sync::Arc;

use self::closed::ClosedPattern;
pub use crate::syntax::ast::{ComparisonOperator as Comparison, QuantifierKind};

use crate::text::Span;
use crate::value::Value;
use crate::value::time::Truth;
use aggregate::AggregateFunction;
use function::Function;

/// A variable of one statement: a dense number from 0, also the number of its column in a batch.
///
/// Numbers are unique over the whole statement, subqueries included, so that a correlated
/// subquery sees its outer row without renaming.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VarId(pub u32);

impl VarId {
    /// The variable as an index into a dense array.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A bound subquery of a statement, by position in its list of subqueries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubqueryId(pub u32);

/// An expression and the place it was written at.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// Where it was written; points errors at the text.
    pub span: Span,
}

/// What an expression computes.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A value known before the query runs.
    Constant(Value),
    /// The value that the caller gave for a name; the binder has checked that there is one.
    Parameter(Arc<str>),
    /// A variable of the row, or of an enclosing comprehension.
    Variable(VarId),
    /// `e.key`: of a node, a relationship, a map, a temporal value or a point; null of null.
    Property(Box<Expr>, Arc<str>),
    /// `e[i]`: of a list by integer, of a map or an element by string.
    Index(Box<Expr>, Box<Expr>),
    /// `e[from..to]`.
    Slice(Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{key: a}`.
    Map(Vec<(Arc<str>, Expr)>),
    /// `v {.*, key: e}`: the entries of the element or map first (all of them, where `all`), then the others in order.
    MapProjection {
        /// The node, relationship or map.
        of: Box<Expr>,
        /// Whether `.*` is among the items.
        all: bool,
        /// The other items.
        entries: Vec<(Arc<str>, Expr)>,
    },
    /// `NOT e`.
    Not(Box<Expr>),
    /// `-e`.
    Negate(Box<Expr>),
    /// `+e`.
    Plus(Box<Expr>),
    /// All of two or more; stops at the first that is false.
    And(Vec<Expr>),
    /// Any of two or more; stops at the first that is true.
    Or(Vec<Expr>),
    /// `a XOR b`.
    Xor(Box<Expr>, Box<Expr>),
    /// `a + b` and its kind.
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    /// `a < b` and its kind; a chain `a < b < c` is bound as an And of two.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `a IN list`.
    In(Box<Expr>, Box<Expr>),
    /// `a STARTS WITH b` and its kind.
    StringTest(StringTest, Box<Expr>, Box<Expr>),
    /// `e IS NULL`.
    IsNull(Box<Expr>),
    /// `e IS NOT NULL`.
    IsNotNull(Box<Expr>),
    /// `e IS :: TYPE`, perhaps negated.
    IsType {
        /// The operand.
        operand: Box<Expr>,
        /// The type.
        type_name: Arc<crate::syntax::ast::TypeName>,
        /// Whether negated.
        negated: bool,
    },
    /// `CAST(e AS TYPE)`.
    Cast(Box<Expr>, Arc<crate::syntax::ast::TypeName>),
    /// `e:A&!B`: labels of a node, or the type of a relationship; null of null.
    HasLabels(Box<Expr>, LabelTest),
    /// `closed(pattern)`: what its absence means. The pattern says which operand is what.
    Closed(Box<ClosedPattern>, Vec<Expr>),
    /// A scalar function of the table.
    Call(&'static Function, Vec<Expr>),
    /// `CASE`; with a subject the conditions are bound as comparisons with it.
    Case {
        /// Condition and result; only the result of the first true condition is computed.
        branches: Vec<(Expr, Expr)>,
        /// The result where none is true; null where there is none.
        otherwise: Option<Box<Expr>>,
    },
    /// `[x IN list WHERE … | …]`.
    ListComprehension {
        /// The element.
        variable: VarId,
        /// The list.
        list: Box<Expr>,
        /// Which elements.
        filter: Option<Box<Expr>>,
        /// What of them.
        projection: Option<Box<Expr>>,
    },
    /// `all(x IN list WHERE …)` and its siblings.
    Quantifier {
        /// Which one.
        kind: QuantifierKind,
        /// The element.
        variable: VarId,
        /// The list.
        list: Box<Expr>,
        /// The condition.
        filter: Box<Expr>,
    },
    /// `reduce(…)`, `allReduce(…)`.
    Reduce {
        /// What is carried along.
        accumulator: VarId,
        /// Where it begins.
        initial: Box<Expr>,
        /// The element.
        variable: VarId,
        /// The list.
        list: Box<Expr>,
        /// Its next value.
        step: Box<Expr>,
        /// For `allReduce()`, what must be true of it at every step.
        holds: Option<Box<Expr>>,
    },
    /// The path through alternating nodes and relationships (or lists of relationships) of the row; null if one of them is.
    Path(Vec<VarId>),
    /// How sure the row is or, with an operand, that a statement of it holds when the row's clauses
    /// want it to: the word or, with a least truth, whether it is at least that.
    Truth {
        /// The least truth; `None` for the word.
        at_least: Option<Truth>,
        /// The statement, list of statements or path.
        of: Option<Box<Expr>>,
    },
    /// What a subquery gives for this row; runs in the executor.
    Subquery(SubqueryId),
}

/// An arithmetic operator; `+` also joins strings and lists, and adds durations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Modulo,
    /// `^`.
    Power,
    /// `||`.
    Concatenate,
}

/// A test of one string against another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringTest {
    /// `STARTS WITH`.
    StartsWith,
    /// `ENDS WITH`.
    EndsWith,
    /// `CONTAINS`.
    Contains,
    /// `=~`.
    Matches,
}

/// A condition on the labels of a node or the type of a relationship.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelTest {
    /// Bears the label, or is of the type.
    Is(Arc<str>),
    /// Bears the label that the expression computes.
    Computed(Box<Expr>),
    /// Bears one of the labels in the list that the expression computes.
    ComputedAny(Box<Expr>),
    /// Bears any label.
    Any,
    /// Not.
    Not(Box<LabelTest>),
    /// All of them.
    And(Vec<LabelTest>),
    /// One of them.
    Or(Vec<LabelTest>),
}

/// A call of an aggregate function over the rows of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// Which function.
    pub function: AggregateFunction,
    /// Whether equal arguments count once.
    pub distinct: bool,
    /// The arguments; none for `count(*)`.
    pub arguments: Vec<Expr>,
    /// Where it was written.
    pub span: Span,
}

/// Visits the direct operands of an expression, shared or mutable: the two differ in how they
/// iterate and in nothing else.
macro_rules! operands {
    ($kind:expr, $visit:ident, $iter:ident, $for_each_expression:ident) => {
        match $kind {
            ExprKind::Constant(_)
            | ExprKind::Parameter(_)
            | ExprKind::Variable(_)
            | ExprKind::Path(_)
            | ExprKind::Subquery(_) => {}
            ExprKind::Property(e, _)
            | ExprKind::Not(e)
            | ExprKind::Negate(e)
            | ExprKind::Plus(e)
            | ExprKind::IsNull(e)
            | ExprKind::IsNotNull(e)
            | ExprKind::IsType { operand: e, .. }
            | ExprKind::Cast(e, _) => $visit(e),
            ExprKind::HasLabels(e, labels) => {
                $visit(e);
                labels.$for_each_expression($visit);
            }
            ExprKind::Index(a, b)
            | ExprKind::Xor(a, b)
            | ExprKind::Arithmetic(_, a, b)
            | ExprKind::Compare(_, a, b)
            | ExprKind::In(a, b)
            | ExprKind::StringTest(_, a, b) => {
                $visit(a);
                $visit(b);
            }
            ExprKind::Truth { of, .. } => of.$iter().for_each(|e| $visit(e)),
            ExprKind::Slice(list, from, to) => {
                $visit(list);
                from.$iter().chain(to).for_each(|e| $visit(e));
            }
            ExprKind::List(items)
            | ExprKind::And(items)
            | ExprKind::Or(items)
            | ExprKind::Closed(_, items)
            | ExprKind::Call(_, items) => items.$iter().for_each(|e| $visit(e)),
            ExprKind::Map(entries) => entries.$iter().for_each(|(_, e)| $visit(e)),
            ExprKind::MapProjection { of, entries, .. } => {
                $visit(of);
                entries.$iter().for_each(|(_, e)| $visit(e));
            }
            ExprKind::Case { branches, otherwise } => {
                for (condition, result) in branches {
                    $visit(condition);
                    $visit(result);
                }
                otherwise.$iter().for_each(|e| $visit(e));
            }
            ExprKind::ListComprehension { list, filter, projection, .. } => {
                $visit(list);
                filter.$iter().chain(projection).for_each(|e| $visit(e));
            }
            ExprKind::Quantifier { list, filter, .. } => {
                $visit(list);
                $visit(filter);
            }
            ExprKind::Reduce { initial, list, step, holds, .. } => {
                $visit(initial);
                $visit(list);
                $visit(step);
                holds.$iter().for_each(|e| $visit(e));
            }
        }
    };
}

impl Expr {
    /// An expression at a place.
    pub fn new(kind: ExprKind, span: Span) -> Expr {
        Expr { kind, span }
    }

    /// A variable of the row.
    pub fn variable(variable: VarId, span: Span) -> Expr {
        Expr::new(ExprKind::Variable(variable), span)
    }

    /// Calls `visit` with every direct operand.
    pub fn for_each_operand<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        operands!(&self.kind, visit, iter, for_each_expression);
    }

    /// Calls `visit` with every direct operand, to change it.
    pub fn for_each_operand_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a mut Expr)) {
        operands!(&mut self.kind, visit, iter_mut, for_each_expression_mut);
    }

    /// Calls `visit` with this expression and everything below it, parents first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        self.for_each_operand(&mut |operand| operand.walk(visit));
    }

    /// Whether it runs a subquery, or looks for what is missing, so that its row rests on more.
    pub fn has_subquery(&self) -> bool {
        let mut found = false;
        self.walk(&mut |part| {
            found |= matches!(part.kind, ExprKind::Subquery(_) | ExprKind::Closed(..));
        });
        found
    }

    /// Whether it asks how sure its row is, so that it depends on all that the row rests on.
    pub fn asks_truth(&self) -> bool {
        let mut asks = false;
        self.walk(&mut |part| asks |= matches!(part.kind, ExprKind::Truth { .. }));
        asks
    }

    /// Splits a conjunction into its parts; anything else is its own only part.
    pub fn into_conjuncts(self) -> Vec<Expr> {
        match self.kind {
            ExprKind::And(parts) => parts.into_iter().flat_map(Expr::into_conjuncts).collect(),
            _ => vec![self],
        }
    }
}

impl LabelTest {
    fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match self {
            LabelTest::Is(_) | LabelTest::Any => {}
            LabelTest::Computed(expression) | LabelTest::ComputedAny(expression) => {
                visit(expression);
            }
            LabelTest::Not(test) => test.for_each_expression(visit),
            LabelTest::And(tests) | LabelTest::Or(tests) => {
                tests.iter().for_each(|test| test.for_each_expression(visit));
            }
        }
    }

    fn for_each_expression_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a mut Expr)) {
        match self {
            LabelTest::Is(_) | LabelTest::Any => {}
            LabelTest::Computed(expression) | LabelTest::ComputedAny(expression) => {
                visit(expression);
            }
            LabelTest::Not(test) => test.for_each_expression_mut(visit),
            LabelTest::And(tests) | LabelTest::Or(tests) => {
                tests.iter_mut().for_each(|test| test.for_each_expression_mut(visit));
            }
        }
    }
}
