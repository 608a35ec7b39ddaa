//! Commands: what is said about the graph and kept with it (declarations, completeness, rules, constraints
//! and indexes), and transactions.

use super::{Expression, Match, Name, PathPattern, SourceItem, Spanned, TypeName};

/// `DECLARE RELATIONSHIP T …`.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of DECLARE")]
pub struct Declare {
    /// The relationship type.
    pub relationship_type: Name,
    /// `EVENT`, `STATE`, `STATE PERSISTENT`.
    pub temporality: Option<DeclaredTemporality>,
    /// `SYMMETRIC`.
    pub symmetric: bool,
    /// `TRANSITIVE`.
    pub transitive: bool,
    /// `SUB OF U|V`.
    pub sub_of: Vec<Name>,
    /// `INVERSE U`.
    pub inverse: Option<Name>,
    /// `FUNCTIONAL`.
    pub functional: bool,
    /// Whether its relationships say that the start is over before the end begins.
    pub order: bool,
    /// `FROM :A|B`.
    pub from: Vec<Name>,
    /// `TO :C`.
    pub to: Vec<Name>,
    /// The whole statement.
    pub span: Spanned,
}

/// `DECLARE LABEL L SUB OF M|N`; without SUB OF it takes back what was declared.
#[derive(Clone, Debug, PartialEq)]
pub struct DeclareLabel {
    /// The label.
    pub label: Name,
    /// What every node that bears it is as well.
    pub sub_of: Vec<Name>,
    /// The whole statement.
    pub span: Spanned,
}

/// `DROP DECLARATION RELATIONSHIP T`, `DROP DECLARATION LABEL L`.
#[derive(Clone, Debug, PartialEq)]
pub struct DropDeclaration {
    /// Whether of a label, and not of a relationship type.
    pub of_label: bool,
    /// The label or the type.
    pub name: Name,
    /// Whether nothing declared is no error.
    pub if_exists: bool,
}

/// What DECLARE says of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredTemporality {
    /// It happens on a day.
    Event,
    /// It holds over days.
    State,
    /// It holds over days, and goes on while no end is known.
    PersistentState,
}

/// `COMPLETE pattern [AT time] [SOURCE …]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Complete {
    /// What is complete: one relationship between two nodes.
    pub pattern: PathPattern,
    /// When.
    pub at: Option<Expression>,
    /// Who says so.
    pub sources: Vec<SourceItem>,
    /// The whole statement.
    pub span: Spanned,
}

/// A command on rules.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleCommand {
    /// `CREATE [OR REPLACE] RULE name [IF NOT EXISTS] AS MATCH … DERIVE …`.
    Create {
        /// Its name.
        name: Name,
        /// `OR REPLACE`.
        replace: bool,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// What follows from what.
        definition: Box<RuleDefinition>,
    },
    /// `DROP RULE name [IF EXISTS]`.
    Drop {
        /// Its name.
        name: Name,
        /// `IF EXISTS`.
        if_exists: bool,
    },
}

/// `MATCH … DERIVE (a)-[:T]->(b)`.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleDefinition {
    /// What is found.
    pub body: Match,
    /// What follows.
    pub head: PathPattern,
    /// Both.
    pub span: Spanned,
}

/// A command on indexes and constraints.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaCommand {
    /// `CREATE [kind] INDEX [name] [IF NOT EXISTS] FOR (n:L) ON (n.p, …)`.
    CreateIndex {
        /// Which kind.
        kind: IndexKind,
        /// Its name.
        name: Option<Name>,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// What it is on.
        target: SchemaTarget,
        /// The whole statement.
        span: Spanned,
    },
    /// `CREATE CONSTRAINT [name] [IF NOT EXISTS] FOR (n:L) REQUIRE …`.
    CreateConstraint {
        /// Its name.
        name: Option<Name>,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// What it is on.
        target: SchemaTarget,
        /// What it asks.
        rule: ConstraintRule,
        /// The whole statement.
        span: Spanned,
    },
    /// `DROP INDEX name [IF EXISTS]`, `DROP CONSTRAINT name [IF EXISTS]`.
    Drop {
        /// Whether a constraint.
        constraint: bool,
        /// Its name.
        name: Name,
        /// `IF EXISTS`.
        if_exists: bool,
        /// The whole statement.
        span: Spanned,
    },
}

/// What an index is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexKind {
    /// Equality and order: `CREATE INDEX`, `CREATE RANGE INDEX`, the older `CREATE BTREE INDEX`.
    Range,
    /// Parts of texts.
    Text,
    /// Points.
    Point,
    /// All labels or types: every store has it.
    Lookup,
}

/// Nodes of a label, or relationships of a type, and some of their properties.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaTarget {
    /// Whether relationships.
    pub relationship: bool,
    /// The label or the type.
    pub label: Name,
    /// The properties.
    pub properties: Vec<Name>,
}

/// What a constraint asks of the properties.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstraintRule {
    /// `IS UNIQUE`.
    Unique,
    /// `IS NOT NULL`.
    Exists,
    /// `IS NODE KEY`, `IS RELATIONSHIP KEY`, `IS KEY`.
    Key,
    /// `IS :: TYPE`.
    Type(TypeName),
}

/// A command on the transaction of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionCommand {
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`.
    Commit,
    /// `ROLLBACK`.
    Rollback,
}
