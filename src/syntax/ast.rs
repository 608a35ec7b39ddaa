//! What was written: the syntax tree of a statement.
//!
//! The tree keeps what the writer said and resolves nothing: names are names, `a.b` is a
//! property access whatever `a` is, and every node has its [`Span`], so that a later stage can
//! point at it and a column without a name can be called by its text.
//!
//! ```text
//! MATCH (s:State)-[r:RECOGNISES]->(x) RETURN s.name
//!
//! Statement
//! └ Query
//!   └ SingleQuery
//!     ├ Clause::Match ─ Pattern ─ PathPattern
//!     │                           ├ Node (s, :State)
//!     │                           ├ Relationship (r, :RECOGNISES, →)
//!     │                           └ Node (x)
//!     └ Clause::Return ─ Projection ─ ProjectionItem: Property(Variable(s), name)
//! ```
//!
//! Terms are those of the openCypher 9 grammar and, where it has none, of ISO/IEC 39075 (GQL).
//! Equality of trees ignores spans ([`Span`]s of reprinted text differ): see [`Spanned`].

mod command;
mod conditional;
mod expression;
mod pattern;

use crate::text::Span;

pub use command::{
    Complete, ConstraintRule, Declare, DeclareLabel, DeclaredTemporality, DropDeclaration,
    IndexKind, RuleCommand, RuleDefinition, SchemaCommand, SchemaTarget, TransactionCommand,
};
pub use conditional::Conditional;
pub use expression::{
    BinaryOperator, ComparisonOperator, Expression, ExpressionKind, Literal, MapProjectionItem,
    QuantifierKind, SubqueryBody, SubqueryKind, TypeAlternative, TypeName, UnaryOperator,
    WhenOperand,
};
pub use pattern::{
    Alternatives, ArrowDirection, Branch, Length, NodePattern, PathElement, PathMode, PathPattern,
    PathSelector, Pattern, QuantifiedPath, RelationshipPattern, StatedProperty,
};

/// A name as written, without its backquotes.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name itself.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A whole statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `EXPLAIN`, `PROFILE` or `WHY` before it.
    pub prefix: Option<Prefix>,
    /// Whether `POSSIBLE` stands before it: rows that are only possible are wanted too.
    pub possible: bool,
    /// What it does.
    pub kind: StatementKind,
    /// The whole text.
    pub span: Spanned,
}

impl Statement {
    /// The statement `RETURN e AS 0, … AS 1, …`.
    pub(crate) fn returning<'e>(
        expressions: impl IntoIterator<Item = &'e Expression>,
    ) -> Statement {
        let item = |(at, expression): (usize, &'e Expression)| ProjectionItem {
            expression: expression.clone(),
            alias: Some(Name { text: at.to_string(), span: expression.span() }),
        };
        let span = Spanned(Span::default());
        let projection = Projection {
            distinct: false,
            star: false,
            items: expressions.into_iter().enumerate().map(item).collect(),
            group_by: None,
            page: OrderAndPage { order: Vec::new(), skip: None, limit: None, span },
            filter: None,
            span,
        };
        let first = SingleQuery { clauses: vec![Clause::Return(projection)], span };
        let kind = StatementKind::Query(Query { first, rest: Vec::new(), span });
        Statement { prefix: None, possible: false, kind, span }
    }
}

impl Statement {
    /// The statement `MATCH … RETURN a AS 0, b AS 1`; a MATCH that says no word of ours says
    /// `ALL TIME`.
    pub(crate) fn matching(mut body: Match, names: [&Name; 2]) -> Statement {
        if body.time.is_none() && body.stance.is_none() {
            body.time = Some(TimeClause {
                relation: TimeRelation::AllTime,
                operand: None,
                span: body.span,
            });
        }
        let variables =
            names.map(|name| Expression::new(ExpressionKind::Variable(name.clone()), name.span));
        Statement::after(body, &variables)
    }

    /// A statement that returns something, with its first rows alone.
    #[must_use]
    pub(crate) fn limited(mut self, rows: i64) -> Statement {
        if let StatementKind::Query(query) = &mut self.kind
            && let Some(Clause::Return(projection)) = query.first.clauses.last_mut()
        {
            let rows = ExpressionKind::Literal(Literal::Integer(rows));
            projection.page.limit = Some(Expression::new(rows, Span::default()));
        }
        self
    }

    /// A statement behind the first matches of a pattern: `MATCH … WITH * LIMIT n …`.
    #[must_use]
    pub(crate) fn behind(mut self, pattern: Match, rows: i64) -> Statement {
        let StatementKind::Query(first) = &mut self.kind else { return self };
        if let StatementKind::Query(mut with) = Statement::returning(&[]).limited(rows).kind
            && let Some(Clause::Return(all)) = with.first.clauses.pop()
        {
            let all = Clause::With(Projection { star: true, ..all });
            first.first.clauses.splice(0..0, [Clause::Match(pattern), all]);
        }
        self
    }

    /// The statement `MATCH … RETURN e AS 0, …`.
    pub(crate) fn after(body: Match, returned: &[Expression]) -> Statement {
        let mut statement = Statement::returning(returned);
        if let StatementKind::Query(query) = &mut statement.kind {
            query.first.clauses.insert(0, Clause::Match(body));
        }
        statement
    }
}

/// A word before a statement that asks for something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// Draw the plan, do not run it.
    Explain,
    /// Run it, then draw the plan with what each operator did.
    Profile,
    /// Add to each row the statements that suffice for it.
    Why,
    /// Say what is missing for the pattern to be found.
    WhyNot,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// Reads, writes, or both.
    Query(Query),
    /// `DECLARE RELATIONSHIP …`.
    Declare(Declare),
    /// `DECLARE LABEL …`.
    DeclareLabel(DeclareLabel),
    /// `DROP DECLARATION …`
    DropDeclaration(DropDeclaration),
    /// `COMPLETE (…)-[:T]->(…) AT … SOURCE …`.
    Complete(Complete),
    /// `DROP COMPLETE (…)-[:T]->(…) AT …`.
    DropComplete {
        /// What was stated; without a time, at any.
        stated: Complete,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `CREATE RULE`, `DROP RULE`.
    Rule(RuleCommand),
    /// `CREATE INDEX`, `CREATE CONSTRAINT`, `DROP INDEX`, `DROP CONSTRAINT`.
    Schema(SchemaCommand),
    /// `BEGIN`, `COMMIT`, `ROLLBACK`.
    Transaction(TransactionCommand),
}

/// Single queries joined by set operators, left to right.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The first single query.
    pub first: SingleQuery,
    /// The others, each with the operator before it.
    pub rest: Vec<(SetOperator, SingleQuery)>,
    /// The whole query.
    pub span: Spanned,
}

/// How two single queries are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOperator {
    /// `UNION` or `UNION DISTINCT`: either, without duplicates.
    Union,
    /// `UNION ALL`: either, with duplicates.
    UnionAll,
    /// `EXCEPT [DISTINCT]`.
    Except,
    /// `EXCEPT ALL`.
    ExceptAll,
    /// `INTERSECT [DISTINCT]`.
    Intersect,
    /// `INTERSECT ALL`.
    IntersectAll,
    /// `OTHERWISE`: the second only where the first has no row.
    Otherwise,
    /// `NEXT`: the second runs on the rows of the first.
    Next,
}

/// Clauses in the order written; whether that order is legal is checked by the binder.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleQuery {
    /// The clauses.
    pub clauses: Vec<Clause>,
    /// All of them.
    pub span: Spanned,
}

/// One clause.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// `MATCH`, `OPTIONAL MATCH`.
    Match(Match),
    /// `UNWIND list AS variable`; also GQL's `FOR variable IN list [WITH ORDINALITY|OFFSET variable]`.
    Unwind(Unwind),
    /// `WITH …`.
    With(Projection),
    /// `RETURN …`.
    Return(Projection),
    /// `CREATE …`, `INSERT …`.
    Create(Create),
    /// `MERGE …`.
    Merge(Merge),
    /// `SET …`.
    Set(Set),
    /// `REMOVE …`.
    Remove(Remove),
    /// `DELETE …`, `DETACH DELETE …`.
    Delete(Delete),
    /// `CALL procedure(…) YIELD …`.
    Call(Call),
    /// `CALL (…) { … }`.
    CallSubquery(CallSubquery),
    /// `FOREACH (x IN list | …)`.
    Foreach(Foreach),
    /// `LOAD CSV [WITH HEADERS] FROM … AS …`.
    LoadCsv(LoadCsv),
    /// GQL's `LET x = …, y = …`.
    Let(Let),
    /// GQL's `FILTER [WHERE] …`.
    Filter(Filter),
    /// GQL's `ORDER BY … OFFSET … LIMIT …` as a statement of its own.
    OrderAndPage(OrderAndPage),
    /// `FINISH`.
    Finish(Finish),
    /// `WHEN … THEN … ELSE …`.
    Conditional(Conditional),
}

/// `[OPTIONAL] MATCH pattern [time] [WHERE condition]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Whether rows without a match are kept, with nulls.
    pub optional: bool,
    /// GQL's match mode: `REPEATABLE ELEMENTS` drops relationship uniqueness.
    pub mode: Option<MatchMode>,
    /// What to find.
    pub pattern: Pattern,
    /// What its alternatives come to when they are written out; empty where it has none.
    pub branches: Vec<Branch>,
    /// When it must hold.
    pub time: Option<TimeClause>,
    /// `KNOWN AT` a commit or an instant.
    pub known_at: Option<Expression>,
    /// Which stances count: `STANCE ANY` (empty) or a list.
    pub stance: Option<Vec<Name>>,
    /// `USING INDEX …` and its kind: accepted, without effect.
    pub hints: Vec<Name>,
    /// What must be true of it.
    pub filter: Option<Expression>,
    /// The whole clause.
    pub span: Spanned,
}

/// How relationships of one MATCH relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchMode {
    /// Each relationship at most once in a match: the default.
    DifferentRelationships,
    /// No such restriction.
    RepeatableElements,
}

/// When a pattern must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeClause {
    /// Which test.
    pub relation: TimeRelation,
    /// The day or the period; none for `ALL TIME`.
    pub operand: Option<Expression>,
    /// The whole clause.
    pub span: Spanned,
}

/// A test of valid time against a day or a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeRelation {
    /// `AS OF`: on that day.
    AsOf,
    /// `DURING`: on some day of the period.
    During,
    /// `BEFORE`: the event, or the beginning of the state, is before.
    Before,
    /// `AFTER`: the event, or the beginning of the state, is after.
    After,
    /// `OVERLAPS`: shares a day with the period.
    Overlaps,
    /// `ALL TIME`: no test.
    AllTime,
}

impl TimeRelation {
    /// The words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            TimeRelation::AsOf => "AS OF",
            TimeRelation::During => "DURING",
            TimeRelation::Before => "BEFORE",
            TimeRelation::After => "AFTER",
            TimeRelation::Overlaps => "OVERLAPS",
            TimeRelation::AllTime => "ALL TIME",
        }
    }
}

/// `UNWIND list AS variable`.
#[derive(Clone, Debug, PartialEq)]
pub struct Unwind {
    /// The list.
    pub list: Expression,
    /// What each element is called.
    pub variable: Name,
    /// GQL's counter beside it: from 1 (`ORDINALITY`) or from 0 (`OFFSET`).
    pub counter: Option<(Counter, Name)>,
    /// The whole clause.
    pub span: Spanned,
}

/// How the elements of a list are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// From 1.
    Ordinality,
    /// From 0.
    Offset,
}

/// The body of WITH and RETURN.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// Whether duplicates are dropped.
    pub distinct: bool,
    /// Whether `*` stands first.
    pub star: bool,
    /// The items, after the star if there is one.
    pub items: Vec<ProjectionItem>,
    /// GQL's explicit `GROUP BY`, where written.
    pub group_by: Option<Vec<Expression>>,
    /// Order and page.
    pub page: OrderAndPage,
    /// WHERE, after WITH only.
    pub filter: Option<Expression>,
    /// The whole clause.
    pub span: Spanned,
}

/// One column of a projection.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectionItem {
    /// What it computes; without an alias the column is called by the text of its span.
    pub expression: Expression,
    /// `AS name`.
    pub alias: Option<Name>,
}

/// `ORDER BY … SKIP … LIMIT …`, each part optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrderAndPage {
    /// Sort keys, most significant first.
    pub order: Vec<SortItem>,
    /// How many rows to leave out.
    pub skip: Option<Expression>,
    /// How many rows to keep.
    pub limit: Option<Expression>,
    /// All of it; empty where nothing is written.
    pub span: Spanned,
}

/// One sort key.
#[derive(Clone, Debug, PartialEq)]
pub struct SortItem {
    /// What to sort by.
    pub expression: Expression,
    /// Whether largest first.
    pub descending: bool,
    /// `NULLS FIRST` (true) or `NULLS LAST` (false), where written.
    pub nulls_first: Option<bool>,
}

/// `CREATE pattern`.
#[derive(Clone, Debug, PartialEq)]
pub struct Create {
    /// What to create.
    pub pattern: Pattern,
    /// The whole clause.
    pub span: Spanned,
}

/// `MERGE path [ON CREATE SET …] [ON MATCH SET …]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// What to find or else create.
    pub path: PathPattern,
    /// What to set on what was created.
    pub on_create: Vec<SetItem>,
    /// What to set on what was found.
    pub on_match: Vec<SetItem>,
    /// The whole clause.
    pub span: Spanned,
}

/// `SET item, …`.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// What to set.
    pub items: Vec<SetItem>,
    /// The whole clause.
    pub span: Spanned,
}

/// One item of SET.
#[derive(Clone, Debug, PartialEq)]
pub enum SetItem {
    /// `e.key = value`; the target is a [`ExpressionKind::Property`] or [`ExpressionKind::Index`].
    Property {
        /// The property.
        target: Expression,
        /// Its new value.
        value: Expression,
        /// When it holds and who says so.
        qualifiers: Option<Box<QualifierClause>>,
    },
    /// `v = map`: replaces all properties.
    Replace {
        /// The element.
        variable: Name,
        /// Its new properties.
        value: Expression,
    },
    /// `v += map`: adds or overwrites properties.
    Extend {
        /// The element.
        variable: Name,
        /// The properties to add.
        value: Expression,
    },
    /// `v:A:B`, `v IS A`.
    Labels {
        /// The node.
        variable: Name,
        /// The labels to add.
        labels: Vec<LabelName>,
    },
    /// `r VALID … SOURCE …`: what is known about a statement.
    Qualify {
        /// The relationship.
        variable: Name,
        /// What to state.
        qualifiers: Box<QualifierClause>,
    },
}

/// A label by name, or computed: `:$(expression)`.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelName {
    /// By name.
    Static(Name),
    /// The text of an expression.
    Dynamic(Box<Expression>),
}

/// `REMOVE item, …`.
#[derive(Clone, Debug, PartialEq)]
pub struct Remove {
    /// What to remove.
    pub items: Vec<RemoveItem>,
    /// The whole clause.
    pub span: Spanned,
}

/// One item of REMOVE.
#[derive(Clone, Debug, PartialEq)]
pub enum RemoveItem {
    /// `e.key`.
    Property(Expression),
    /// `v:A:B`.
    Labels {
        /// The node.
        variable: Name,
        /// The labels to take away.
        labels: Vec<LabelName>,
    },
}

/// `[DETACH] DELETE expression, …`, `ERASE expression, … REASON reason`.
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    /// Whether relationships of deleted nodes go too.
    pub detach: bool,
    /// What to delete.
    pub expressions: Vec<Expression>,
    /// Of ERASE, why.
    pub reason: Option<Expression>,
    /// The days for which alone it is deleted: a period, or its first day and the one after its last.
    pub portion: Vec<Expression>,
    /// The whole clause.
    pub span: Spanned,
}

/// `[OPTIONAL] CALL name(…) [YIELD …]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Whether a row without results is kept.
    pub optional: bool,
    /// Namespace and name: `test.my.proc` has three parts.
    pub name: Vec<Name>,
    /// The arguments; none at all means they are taken from the parameters by name.
    pub arguments: Option<Vec<Expression>>,
    /// What it yields.
    pub yields: Option<Yield>,
    /// The whole clause.
    pub span: Spanned,
}

/// `YIELD * | item, … [WHERE …]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Yield {
    /// Whether `*` was written.
    pub star: bool,
    /// Result fields, each perhaps renamed.
    pub items: Vec<(Name, Option<Name>)>,
    /// What must be true of them.
    pub filter: Option<Expression>,
    /// All of it.
    pub span: Spanned,
}

/// `[OPTIONAL] CALL [(variables)] { query } [IN TRANSACTIONS …]`.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSubquery {
    /// Whether a row without results is kept.
    pub optional: bool,
    /// The variables it may see; `None` for the older form that imports with WITH.
    pub scope: Option<SubqueryScope>,
    /// What it does.
    pub query: Box<Query>,
    /// `IN TRANSACTIONS …`.
    pub batches: Option<Batches>,
    /// The whole clause.
    pub span: Spanned,
}

/// `IN TRANSACTIONS [OF n ROWS] [ON ERROR …] [REPORT STATUS AS s]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Batches {
    /// How many rows make a batch.
    pub size: Option<Expression>,
    /// What a batch that fails does to the others.
    pub on_error: Option<OnError>,
    /// The variable that says how it went with a row's batch.
    pub status: Option<Name>,
    /// All of it.
    pub span: Spanned,
}

/// What a batch that fails does to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// Nothing.
    Continue,
    /// None is begun after it.
    Break,
    /// The whole statement fails.
    Fail,
}

/// Which variables a subquery may see.
#[derive(Clone, Debug, PartialEq)]
pub enum SubqueryScope {
    /// `(*)`: all.
    All,
    /// `(a, b)`: these.
    Variables(Vec<Name>),
}

/// `FOREACH (variable IN list | clauses)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreach {
    /// What each element is called.
    pub variable: Name,
    /// The list.
    pub list: Expression,
    /// What to do for each: updating clauses only.
    pub clauses: Vec<Clause>,
    /// The whole clause.
    pub span: Spanned,
}

/// `LOAD CSV [WITH HEADERS] FROM url AS variable [FIELDTERMINATOR text]`.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadCsv {
    /// Whether the first line names the columns, so that rows are maps.
    pub headers: bool,
    /// Where the file is.
    pub from: Expression,
    /// What each row is called.
    pub variable: Name,
    /// What stands between fields, `,` by default.
    pub terminator: Option<String>,
    /// The whole clause.
    pub span: Spanned,
}

/// `LET name = expression, …`.
#[derive(Clone, Debug, PartialEq)]
pub struct Let {
    /// The new variables.
    pub items: Vec<(Name, Expression)>,
    /// The whole clause.
    pub span: Spanned,
}

/// `FILTER condition`.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// What must be true.
    pub condition: Expression,
    /// The whole clause.
    pub span: Spanned,
}

/// `FINISH`.
#[derive(Clone, Debug, PartialEq)]
pub struct Finish {
    /// The word.
    pub span: Spanned,
}

/// A condition on labels or types.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelExpression {
    /// One name, or a computed one.
    Name(LabelName),
    /// `%`: at least one.
    Wildcard(Spanned),
    /// `$any(e)`: one of the names in a list.
    AnyOf(Box<Expression>),
    /// `!A`.
    Not(Box<LabelExpression>),
    /// `A&B`, `A:B`.
    And(Box<LabelExpression>, Box<LabelExpression>),
    /// `A|B`.
    Or(Box<LabelExpression>, Box<LabelExpression>),
}

/// What is stated about a relationship beside its properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QualifierClause {
    /// `VALID expression`.
    pub valid: Option<Expression>,
    /// `FROM expression`: not before.
    pub from: Option<Expression>,
    /// `TO expression`: not after.
    pub to: Option<Expression>,
    /// `SOURCE document {locator}, …`.
    pub sources: Vec<SourceItem>,
    /// `SAYS stance [BY speaker]`.
    pub says: Option<(Name, Option<Expression>)>,
    /// `RANK rank`.
    pub rank: Option<Name>,
    /// `REASON expression`.
    pub reason: Option<Expression>,
}

/// A document and a place in it.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceItem {
    /// A node, or the name of one.
    pub document: Expression,
    /// A map: `{paragraph: 1, sentence: 2}`.
    pub locator: Option<Expression>,
}

/// A [`Span`] that does not count when trees are compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spanned(pub Span);

impl PartialEq for Spanned {
    fn eq(&self, _: &Spanned) -> bool {
        true
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.text == other.text
    }
}

impl From<Span> for Spanned {
    fn from(span: Span) -> Self {
        Spanned(span)
    }
}

impl Name {
    /// A name at a place.
    pub fn new(text: impl Into<String>, span: Span) -> Name {
        Name { text: text.into(), span }
    }
}
