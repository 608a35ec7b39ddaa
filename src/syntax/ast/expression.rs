//! Expressions: what is computed, compared and projected.

use super::{LabelExpression, Match, Name, PathPattern, Query, Spanned};
use crate::text::Span;

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it computes.
    pub kind: ExpressionKind,
    /// Its text, without brackets around it.
    pub span: Spanned,
}

/// What an expression computes.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// A literal.
    Literal(Literal),
    /// `$name`, `$1`.
    Parameter(Name),
    /// A variable.
    Variable(Name),
    /// `e.key`.
    Property(Box<Expression>, Name),
    /// `e[i]`.
    Index(Box<Expression>, Box<Expression>),
    /// `e[from..to]`.
    Slice(Box<Expression>, Option<Box<Expression>>, Option<Box<Expression>>),
    /// `[a, b]`.
    List(Vec<Expression>),
    /// `{key: a}`.
    Map(Vec<(Name, Expression)>),
    /// `v {.key, .*, other, name: e}`.
    MapProjection(Name, Vec<MapProjectionItem>),
    /// An operator before its operand.
    Unary(UnaryOperator, Box<Expression>),
    /// An operator between its operands.
    Binary(BinaryOperator, Box<Expression>, Box<Expression>),
    /// `a < b <= c`: every neighbouring pair compared.
    Comparison(Box<Expression>, Vec<(ComparisonOperator, Expression)>),
    /// `e IS [NOT] NULL`.
    IsNull {
        /// The operand.
        operand: Box<Expression>,
        /// Whether NOT stands in it.
        negated: bool,
    },
    /// `e IS [NOT] TRUE`, `e IS [NOT] FALSE`: never null. `IS UNKNOWN` is [`Self::IsNull`].
    IsTruth {
        /// The operand.
        operand: Box<Expression>,
        /// Which of the two.
        truth: bool,
        /// Whether NOT stands in it.
        negated: bool,
    },
    /// `e IS [NOT] [NFC] NORMALIZED`.
    IsNormalized {
        /// The operand.
        operand: Box<Expression>,
        /// The normal form, in capitals, where written.
        form: Option<String>,
        /// Whether NOT stands in it.
        negated: bool,
    },
    /// `e IS [NOT] :: TYPE`, `e IS [NOT] TYPED TYPE`.
    IsType {
        /// The operand.
        operand: Box<Expression>,
        /// The type.
        type_name: TypeName,
        /// Whether NOT stands in it.
        negated: bool,
    },
    /// `n:A:B`, `n IS LABELED A`.
    HasLabels {
        /// The element.
        operand: Box<Expression>,
        /// The condition.
        labels: LabelExpression,
        /// Whether NOT stands in it.
        negated: bool,
    },
    /// `name(…)`, `name.space.f(DISTINCT …)`.
    Function {
        /// Namespace and name.
        name: Vec<Name>,
        /// Whether DISTINCT stands before the arguments.
        distinct: bool,
        /// The arguments.
        arguments: Vec<Expression>,
    },
    /// `count(*)`.
    CountStar,
    /// `CAST(e AS TYPE)`.
    Cast(Box<Expression>, TypeName),
    /// `CASE [subject] WHEN … THEN … ELSE … END`.
    Case {
        /// What the branches are compared with.
        subject: Option<Box<Expression>>,
        /// Conditions, one of which suffices, and the result.
        branches: Vec<(Vec<WhenOperand>, Expression)>,
        /// Otherwise.
        otherwise: Option<Box<Expression>>,
    },
    /// The subject of the CASE around it, which stands unwritten before an operator: `WHEN > 5`.
    CaseSubject,
    /// `[x IN list WHERE … | …]`.
    ListComprehension {
        /// The element.
        variable: Name,
        /// The list.
        list: Box<Expression>,
        /// Which elements.
        filter: Option<Box<Expression>>,
        /// What of them.
        projection: Option<Box<Expression>>,
    },
    /// `[(a)-->(b) WHERE … | …]`.
    PatternComprehension {
        /// The pattern, with its variable if it has one.
        pattern: Box<PathPattern>,
        /// Which matches.
        filter: Option<Box<Expression>>,
        /// What of them.
        projection: Box<Expression>,
    },
    /// `all(x IN list WHERE …)` and its siblings.
    Quantifier {
        /// Which one.
        kind: QuantifierKind,
        /// The element.
        variable: Name,
        /// The list.
        list: Box<Expression>,
        /// The condition.
        filter: Option<Box<Expression>>,
    },
    /// `reduce(accumulator = initial, x IN list | …)`, `allReduce(accumulator = initial, x IN list | …, …)`.
    Reduce {
        /// What is carried along.
        accumulator: Name,
        /// Where it begins.
        initial: Box<Expression>,
        /// The element.
        variable: Name,
        /// The list.
        list: Box<Expression>,
        /// Its next value.
        step: Box<Expression>,
        /// What must be true of it at every step, for `allReduce()`.
        holds: Option<Box<Expression>>,
    },
    /// A path pattern as a condition: `(a)-[:T]->()`; also the operand of `shortestPath(…)` as an expression.
    Pattern(Box<PathPattern>),
    /// `closed((a)-[:T]->(b) AS OF …)`: what the absence of a pattern means.
    Closed(Box<Match>),
    /// `EXISTS { … }`, `COUNT { … }`, `COLLECT { … }`, `VALUE { … }`.
    Subquery {
        /// Which one.
        kind: SubqueryKind,
        /// What is looked for.
        body: SubqueryBody,
    },
}

/// A literal value.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true`, `false`.
    Boolean(bool),
    /// An integer; a minus sign before a literal belongs to it, so that the least integer can be written.
    Integer(i64),
    /// A float.
    Float(f64),
    /// A string, escapes resolved.
    String(String),
}

/// What stands behind WHEN.
#[derive(Clone, Debug, PartialEq)]
pub enum WhenOperand {
    /// A condition; in a CASE with a subject, a value that the subject must equal.
    Value(Expression),
    /// `> 5`, `IS NULL`, `STARTS WITH 'a'`: a condition that begins with the subject.
    Test(Expression),
}

impl WhenOperand {
    /// What is written there.
    pub fn expression(&self) -> &Expression {
        let (WhenOperand::Value(expression) | WhenOperand::Test(expression)) = self;
        expression
    }
}

/// An item of a map projection.
#[derive(Clone, Debug, PartialEq)]
pub enum MapProjectionItem {
    /// `.key`.
    Property(Name),
    /// `.*`.
    AllProperties(Spanned),
    /// `variable`.
    Variable(Name),
    /// `key: expression`.
    Entry(Name, Expression),
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `NOT`.
    Not,
    /// `-`.
    Minus,
    /// `+`.
    Plus,
}

/// An operator between its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `OR`.
    Or,
    /// `XOR`.
    Xor,
    /// `AND`.
    And,
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
    /// `IN`.
    In,
    /// `STARTS WITH`.
    StartsWith,
    /// `ENDS WITH`.
    EndsWith,
    /// `CONTAINS`.
    Contains,
    /// `=~`.
    Matches,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComparisonOperator {
    /// `=`.
    Equal,
    /// `<>`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
}

/// How many elements of a list must satisfy a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantifierKind {
    /// Every one.
    All,
    /// At least one.
    Any,
    /// Not one.
    None,
    /// Exactly one.
    Single,
}

/// What is made of the rows of a subquery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubqueryKind {
    /// Whether there is one.
    Exists,
    /// How many there are.
    Count,
    /// The list of their only column.
    Collect,
    /// The only column of the only row; null where there is none.
    Value,
}

/// What a subquery looks for.
#[derive(Clone, Debug, PartialEq)]
pub enum SubqueryBody {
    /// A pattern with a condition.
    Pattern(Box<Match>),
    /// A whole query.
    Query(Box<Query>),
}

/// A type, as in `IS :: LIST<INTEGER NOT NULL>`.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeName {
    /// Alternatives, joined by `|`; mostly one.
    pub alternatives: Vec<TypeAlternative>,
    /// All of it.
    pub span: Spanned,
}

/// One type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeAlternative {
    /// Its name in upper case, words separated by one space: `ZONED DATETIME`.
    pub name: String,
    /// What a list holds.
    pub element: Option<Box<TypeName>>,
    /// Whether null is excluded.
    pub not_null: bool,
}

impl Expression {
    /// An expression at a place.
    pub fn new(kind: ExpressionKind, span: Span) -> Expression {
        Expression { kind, span: span.into() }
    }

    /// Where the expression stands.
    pub fn span(&self) -> Span {
        self.span.0
    }
}
