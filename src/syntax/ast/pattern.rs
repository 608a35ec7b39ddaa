//! Patterns: what MATCH looks for and CREATE makes.

use super::{Expression, LabelExpression, Name, QualifierClause, Spanned};

/// Path patterns, separated by commas.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// The path patterns.
    pub paths: Vec<PathPattern>,
    /// All of them.
    pub span: Spanned,
}

/// One path pattern: nodes and relationships in turn.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPattern {
    /// `p = …`.
    pub variable: Option<Name>,
    /// GQL's path search prefix, or `shortestPath()` and `allShortestPaths()`.
    pub selector: Option<PathSelector>,
    /// GQL's path mode.
    pub mode: Option<PathMode>,
    /// Nodes and relationships in the order written; begins and ends with a node or a
    /// parenthesised part.
    pub elements: Vec<PathElement>,
    /// The whole path.
    pub span: Spanned,
}

/// Which of the matching paths are wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum PathSelector {
    /// `shortestPath(…)`: one shortest for each pair of ends.
    ShortestPathFunction,
    /// `allShortestPaths(…)`: all shortest for each pair of ends.
    AllShortestPathsFunction,
    /// `ALL`: every path.
    All,
    /// `ANY [k]`: some.
    Any(Option<Expression>),
    /// `ALL SHORTEST`.
    AllShortest,
    /// `ANY SHORTEST`, `SHORTEST k`.
    Shortest(Option<Expression>),
    /// `SHORTEST k GROUPS`.
    ShortestGroups(Option<Expression>),
}

/// Which repetitions a path may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathMode {
    /// Any.
    Walk,
    /// No relationship twice.
    Trail,
    /// No node twice.
    Acyclic,
    /// No node twice, but for the first and the last.
    Simple,
}

/// A part of a path pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PathElement {
    /// `(…)`.
    Node(NodePattern),
    /// `-[…]->`.
    Relationship(RelationshipPattern),
    /// `((a)-[…]->(b) WHERE …){1,3}`.
    Quantified(QuantifiedPath),
    /// `(a)-[…]->(b) | (a)<-[…]-(b)`: it is all that its path consists of.
    Alternatives(Alternatives),
}

/// GQL's path pattern union and multiset alternation: paths any of which may be there.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternatives {
    /// The paths: elements alone, without variable, selector and mode.
    pub branches: Vec<PathPattern>,
    /// Whether what several of them find is found as often: written `|+|`.
    pub multiset: bool,
    /// All of them.
    pub span: Spanned,
}

/// A pattern in which each choice between alternatives has been made.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// The pattern, without alternatives where they can be written out.
    pub pattern: Pattern,
    /// What branches of one number find alike is found once.
    pub union: usize,
}

/// `(variable :Label {key: value} WHERE condition)`.
#[derive(Clone, Debug, PartialEq)]
pub struct NodePattern {
    /// The variable.
    pub variable: Option<Name>,
    /// The labels.
    pub labels: Option<LabelExpression>,
    /// A map literal or a parameter.
    pub properties: Option<Expression>,
    /// Properties with a date or a source; only a new node has them.
    pub stated: Vec<StatedProperty>,
    /// A condition inside the pattern.
    pub filter: Option<Box<Expression>>,
    /// The whole pattern.
    pub span: Spanned,
}

/// `-[variable :TYPE *1..3 {key: value} WHERE condition]->`.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationshipPattern {
    /// The variable.
    pub variable: Option<Name>,
    /// The types.
    pub types: Option<LabelExpression>,
    /// Which way the arrow points.
    pub direction: ArrowDirection,
    /// `*`, `*2`, `*1..3`, or a quantifier behind the arrow.
    pub length: Option<Length>,
    /// A map literal or a parameter.
    pub properties: Option<Expression>,
    /// A condition inside the pattern.
    pub filter: Option<Box<Expression>>,
    /// `VALID`, `SOURCE`, `SAYS`, `RANK`: where it is created.
    pub qualifiers: Option<Box<QualifierClause>>,
    /// The whole pattern, arrows included.
    pub span: Spanned,
}

/// Which way an arrow points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrowDirection {
    /// `-->`.
    Right,
    /// `<--`.
    Left,
    /// `--`.
    Undirected,
    /// `<-->`: in openCypher the same as undirected.
    LeftOrRight,
}

/// How many relationships in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Length {
    /// The least, where written.
    pub min: Option<u64>,
    /// The most, where written.
    pub max: Option<u64>,
    /// Whether written as GQL's quantifier (`{1,3}`, `+`, `*` behind the arrow).
    pub quantifier: bool,
    /// All of it.
    pub span: Spanned,
}

/// A parenthesised path, repeated.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantifiedPath {
    /// What is repeated.
    pub path: Box<PathPattern>,
    /// What must be true each time.
    pub filter: Option<Box<Expression>>,
    /// How often; `None` for a parenthesised path without a quantifier.
    pub length: Option<Length>,
    /// All of it.
    pub span: Spanned,
}

/// `key: value VALID … SOURCE …` among the properties of a new node.
#[derive(Clone, Debug, PartialEq)]
pub struct StatedProperty {
    /// The key.
    pub key: Name,
    /// The value.
    pub value: Expression,
    /// When it holds and who says so.
    pub qualifiers: QualifierClause,
}
