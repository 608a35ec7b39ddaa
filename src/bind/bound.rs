//! What was meant: a statement with every name resolved and every rule of the language checked.
//!
//! Nothing here depends on the stored data: labels, types and keys stay names (a query may run
//! before the first node of a label exists), so that a bound statement can be kept and run again.
//!
//! ```text
//! MATCH (s:State)-[r:RECOGNISES]->(x) WHERE x.name = 'South Ossetia' RETURN s.name
//!
//! variables  0 s   1 r   2 x   3 `s.name`
//! Match      nodes 0:State 2   relationship 1: 0 → 2, RECOGNISES   filter 2.name = 'South Ossetia'
//! Project    3 := 0.name
//! columns    3
//! ```

use std::sync::Arc;

pub use super::search::{PathSearch, Repeat, SearchScope, SearchSelector, SearchStep, Searches};
use crate::expr::{Aggregate, Expr, LabelTest, VarId};
use crate::graph::named_type::NamedType;
pub use crate::graph::statement::View;
use crate::syntax::ast;
use crate::text::Span;

/// A bound statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `EXPLAIN`, `PROFILE` or `WHY` before it.
    pub prefix: Option<ast::Prefix>,
    /// Whether only possible rows are wanted too.
    pub possible: bool,
    /// Whether it asks how sure single statements are, as `truth(r)` and `certain(r)` do.
    pub weighs: bool,
    /// What it does.
    pub kind: StatementKind,
    /// Every variable of the statement, by number.
    pub variables: Vec<Variable>,
    /// The subqueries that expressions refer to, by number.
    pub subqueries: Vec<Subquery>,
    /// The parameters that it uses, each once.
    pub parameters: Vec<Arc<str>>,
    /// The labels, types and keys that it looks for: a graph that has none of that name cannot match.
    pub names: Vec<(NameKind, Arc<str>)>,
    /// The relationship types that patterns to find name, as often as they do.
    pub named_types: Vec<Arc<str>>,
    /// Whether some pattern says a word of ours, so that it sees what is declared.
    pub says: bool,
    /// Variables beside the columns: lists of the nodes of the answer that are shown as of a time, each in a list
    /// with a map of its values of then.
    pub shown: Vec<VarId>,
}

/// What a name in a pattern or a condition stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// A label of a node.
    Label,
    /// A type of a relationship.
    Type,
    /// A label or a type: what is tested may be either.
    LabelOrType,
    /// A property's key.
    Key,
}

/// What a bound statement does.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// Reads, writes, or both.
    Query(Query),
    /// A command that needs no plan; its expressions are constants or parameters.
    Command(ast::StatementKind),
}

/// A variable of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name; `None` for one that the writer did not name.
    pub name: Option<Arc<str>>,
    /// What is known of its type.
    pub kind: VariableKind,
    /// Whether a MATCH that is not optional has found it.
    pub is_found: bool,
}

/// What the binder knows of a variable's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// A node, or null.
    Node,
    /// A relationship, or null.
    Relationship,
    /// A list of relationships, or null: a variable-length relationship.
    RelationshipList,
    /// A path, or null.
    Path,
    /// Anything.
    Value,
}

/// A query that gives columns, or none where it only writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// How the rows come about.
    pub body: QueryBody,
    /// The columns in order: name and variable.
    pub columns: Vec<(Arc<str>, VarId)>,
}

/// How the rows of a query come about.
#[derive(Clone, Debug, PartialEq)]
pub enum QueryBody {
    /// Clause after clause, from one empty row (or, in a subquery, from the outer row).
    Clauses(Vec<Clause>),
    /// Two queries joined; the columns of both stand in the same order, and the variables of the whole are new.
    Set {
        /// How.
        operator: ast::SetOperator,
        /// The left query.
        left: Box<Query>,
        /// The right query.
        right: Box<Query>,
    },
}

/// A subquery in an expression: `EXISTS { … }`, a pattern predicate, a pattern comprehension and their kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Subquery {
    /// What is made of its rows.
    pub kind: SubqueryKind,
    /// The rows; it sees the outer row's variables.
    pub query: Query,
    /// The outer variables it uses, ascending. A pattern that starts from a null node has no row.
    pub outer: Vec<VarId>,
}

/// What is made of the rows of a subquery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubqueryKind {
    /// Whether there is one.
    Exists,
    /// How many there are.
    Count,
    /// The list of its only column.
    Collect,
    /// The only column of its only row; null where there is none.
    Value,
}

/// A bound clause.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// Finds a pattern.
    Match(Match),
    /// Makes a row of each element of a list; null and the empty list give none, any other value is a list of itself.
    Unwind {
        /// The list.
        list: Expr,
        /// The element.
        variable: VarId,
        /// The element's number, and what the first one is.
        counter: Option<(VarId, i64)>,
    },
    /// WITH, RETURN, LET, FILTER, GQL's ORDER BY.
    Project(Projection),
    /// Creates what the steps say for each row, in order.
    Create(Vec<CreateStep>),
    /// Finds a path or creates it.
    Merge(Merge),
    /// Sets properties and labels, item by item for each row.
    Set(Vec<SetItem>),
    /// Removes properties and labels.
    Remove(Vec<RemoveItem>),
    /// Deletes nodes, relationships and paths.
    Delete {
        /// Whether relationships of deleted nodes go too.
        detach: bool,
        /// What to delete, and where each stands.
        targets: Vec<Expr>,
        /// Why, where it is to be forgotten as well.
        reason: Option<Expr>,
        /// The days for which alone it is deleted: a period, or its first day and the one after its last.
        portion: Vec<Expr>,
    },
    /// Calls a procedure.
    Call(Call),
    /// `CALL { … }`: for each row the rows of the query; a query without columns keeps the row as it is.
    Subquery {
        /// The query; it sees the imported variables only.
        query: Query,
        /// The outer variables it may see.
        imports: Vec<VarId>,
        /// Whether a row without results is kept.
        optional: bool,
        /// Where rows are taken in batches that succeed or fail each by itself.
        batches: Option<Box<Batches>>,
    },
    /// `FOREACH`: runs updating clauses for each element, keeps the rows as they are.
    Foreach {
        /// The element.
        variable: VarId,
        /// The list.
        list: Expr,
        /// The updates.
        clauses: Vec<Clause>,
    },
    /// `LOAD CSV`.
    LoadCsv {
        /// Whether rows are maps by the first line.
        headers: bool,
        /// Where the file is.
        from: Expr,
        /// The row.
        variable: VarId,
        /// What stands between fields.
        terminator: char,
    },
    /// `FINISH`: drops all rows and columns.
    Finish,
}

/// Rows taken in batches that succeed or fail each by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Batches {
    /// How many rows make a batch: a constant expression; `None` for the usual number.
    pub size: Option<Expr>,
    /// Whether no batch is begun after one that failed.
    pub breaks: bool,
    /// The variable that says how it went.
    pub status: Option<VarId>,
}

/// A pattern to find.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Whether rows without a match are kept, with nulls.
    pub optional: bool,
    /// The nodes of the pattern, each variable once.
    pub nodes: Vec<PatternNode>,
    /// The relationships between them.
    pub relationships: Vec<PatternRelationship>,
    /// What is searched as a whole once the rest is found.
    pub searches: Option<Box<Searches>>,
    /// `p = …`: path variables, made from the others.
    pub paths: Vec<PatternPath>,
    /// Pairs of relationship variables (single or lists) that must not share a relationship.
    pub distinct: Vec<(VarId, VarId)>,
    /// Conjuncts over all variables: properties in the pattern, conditions inside it, then WHERE;
    /// labels and types stand at their nodes and relationships alone.
    pub filter: Vec<Expr>,
    /// As of which commit or instant of recorded time.
    pub known_at: Option<Expr>,
    /// The clause.
    pub span: Span,
}

/// A node of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternNode {
    /// Its variable; unnamed nodes have one too.
    pub variable: VarId,
    /// Whether an earlier clause has bound it.
    pub bound: bool,
    /// The labels it must bear; also the place to start a scan from.
    pub labels: Option<LabelTest>,
}

/// A relationship of a pattern, read from left to right.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternRelationship {
    /// Its variable: a relationship or, with a length, a list of relationships in the order of the walk.
    pub variable: VarId,
    /// Whether an earlier clause has bound it.
    pub bound: bool,
    /// The node to its left.
    pub left: VarId,
    /// The node to its right.
    pub right: VarId,
    /// Which way it points, seen from the left node.
    pub direction: crate::graph::Direction,
    /// The types it may have; empty for any.
    pub types: Vec<NamedType>,
    /// A condition on its type that a list of names cannot say.
    pub type_test: Option<LabelTest>,
    /// How many in a row; `None` for exactly one, bound as itself.
    pub length: Option<Length>,
    /// What its clause asks of it beside the pattern; `None` where the clause is openCypher's.
    pub asked: Option<Box<Asked>>,
    /// Where it stands.
    pub span: Span,
}

/// A walk of several relationships.
#[derive(Clone, Debug, PartialEq)]
pub struct Length {
    /// The least.
    pub min: u64,
    /// The most; `None` for no limit.
    pub max: Option<u64>,
    /// The variable of a single step's relationship in `filter`.
    pub step: VarId,
    /// Conjuncts that every relationship of the walk must satisfy.
    pub filter: Vec<Expr>,
    /// Which walks are wanted.
    pub selector: Selector,
}

/// Which of the walks between two nodes are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// All, no relationship twice.
    All,
    /// One of the shortest.
    Shortest,
    /// All of the shortest.
    AllShortest,
}

/// A path variable.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternPath {
    /// The path.
    pub variable: VarId,
    /// Nodes and relationships in turn, from left to right.
    pub steps: Vec<VarId>,
}

/// What a clause asks of a statement beside the pattern: of which stance, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// When it must hold; `None` for all time.
    pub time: Option<TimeTest>,
    /// Which statements are seen at all.
    pub view: View,
}

/// When the statements of a pattern must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeTest {
    /// Which test.
    pub relation: ast::TimeRelation,
    /// The day or the period.
    pub operand: Expr,
}

/// WITH and RETURN: group, compute, drop duplicates, order, page, filter, in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Projection {
    /// Where there is an aggregate: keys and aggregates over the incoming rows.
    pub grouping: Option<Grouping>,
    /// The variables that the clause leaves in scope, computed from the groups or the incoming rows.
    /// `(v, Variable(v))` passes a variable on; a grouping key has the number of its item.
    pub items: Vec<(VarId, Expr)>,
    /// Whether rows that agree in all items count once.
    pub distinct: bool,
    /// What ORDER BY looks up to choose rows by: computed like an item, and no column.
    pub choosing: Vec<(VarId, Expr)>,
    /// Sort keys over the items, what they look up and, where there is no DISTINCT, the groups or the incoming variables.
    pub order: Vec<SortKey>,
    /// How many rows to leave out: a constant expression.
    pub skip: Option<Expr>,
    /// How many rows to keep: a constant expression.
    pub limit: Option<Expr>,
    /// Which rows go on, over the items and, where there is neither grouping nor DISTINCT, the
    /// incoming variables.
    pub filter: Vec<Expr>,
}

/// The groups of an aggregation.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// The keys, over the incoming rows.
    pub keys: Vec<(VarId, Expr)>,
    /// The aggregates, over the incoming rows.
    pub aggregates: Vec<(VarId, Aggregate)>,
}

/// A sort key.
#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    /// What to sort by.
    pub expression: Expr,
    /// Whether largest first.
    pub descending: bool,
    /// Whether nulls stand first; openCypher's default is the order in which null is the largest.
    pub nulls_first: bool,
}

/// One thing to create.
#[derive(Clone, Debug, PartialEq)]
pub enum CreateStep {
    /// A node.
    Node {
        /// Its variable.
        variable: VarId,
        /// Its labels.
        labels: Vec<Label>,
        /// Its properties: a map, or nothing.
        properties: Option<Expr>,
        /// Its properties with a date or a source.
        stated: Vec<StatedProperty>,
    },
    /// A relationship.
    Relationship {
        /// Its variable.
        variable: VarId,
        /// Where it starts.
        start: VarId,
        /// Where it ends.
        end: VarId,
        /// Its type.
        relationship_type: Label,
        /// Its properties: a map, or nothing.
        properties: Option<Expr>,
        /// When it holds and who says so.
        qualifiers: Option<Box<Qualifiers>>,
        /// Where it was written.
        span: Span,
    },
    /// A path variable over what has been created.
    Path(PatternPath),
}

/// A value of a property of a new node, with when it holds and who says so.
#[derive(Clone, Debug, PartialEq)]
pub struct StatedProperty {
    /// The key.
    pub key: Arc<str>,
    /// The value.
    pub value: Expr,
    /// When it holds and who says so.
    pub qualifiers: Qualifiers,
}

/// A label or type, by name or computed.
#[derive(Clone, Debug, PartialEq)]
pub enum Label {
    /// By name.
    Static(Arc<str>),
    /// The text of an expression, or a list of texts.
    Dynamic(Expr),
}

/// What is stated about a relationship beside its properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Qualifiers {
    /// `VALID`: an uncertain date, a date, or the text of one.
    pub valid: Option<Expr>,
    /// `FROM`: not before.
    pub not_before: Option<Expr>,
    /// `TO`: not after.
    pub not_after: Option<Expr>,
    /// `SOURCE`: documents (nodes or names) with locators (maps).
    pub sources: Vec<(Expr, Option<Expr>)>,
    /// `SAYS`.
    pub stance: Option<crate::graph::statement::Stance>,
    /// `BY`.
    pub speaker: Option<Expr>,
    /// `RANK`.
    pub rank: Option<crate::graph::statement::Rank>,
    /// `REASON`.
    pub reason: Option<Expr>,
}

/// MERGE: for each row, every match of the pattern, or else the created path.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// The pattern as something to find; property maps stand in its filter.
    pub pattern: Match,
    /// The pattern as something to create.
    pub create: Vec<CreateStep>,
    /// What to set on what was created.
    pub on_create: Vec<SetItem>,
    /// What to set on what was found.
    pub on_match: Vec<SetItem>,
}

/// One item of SET.
#[derive(Clone, Debug, PartialEq)]
pub enum SetItem {
    /// A property of an element; null removes it.
    Property {
        /// The element.
        target: Expr,
        /// The key.
        key: Key,
        /// The new value.
        value: Expr,
        /// When it holds and who says so: then it stands beside what is stated already.
        qualifiers: Option<Box<Qualifiers>>,
    },
    /// All properties of an element, from a map or another element.
    Replace {
        /// The element.
        target: Expr,
        /// The new properties.
        value: Expr,
    },
    /// Some properties of an element, from a map or another element.
    Extend {
        /// The element.
        target: Expr,
        /// The properties to add.
        value: Expr,
    },
    /// Labels of a node.
    Labels {
        /// The node.
        target: Expr,
        /// The labels to add.
        labels: Vec<Label>,
    },
    /// What is known about a statement.
    Qualify {
        /// The relationship.
        target: Expr,
        /// What to state.
        qualifiers: Box<Qualifiers>,
    },
}

/// A property key, by name or computed.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// By name.
    Static(Arc<str>),
    /// The text of an expression.
    Dynamic(Expr),
}

/// One item of REMOVE.
#[derive(Clone, Debug, PartialEq)]
pub enum RemoveItem {
    /// A property of an element.
    Property {
        /// The element.
        target: Expr,
        /// The key.
        key: Key,
    },
    /// Labels of a node.
    Labels {
        /// The node.
        target: Expr,
        /// The labels to take away.
        labels: Vec<Label>,
    },
}

/// A procedure call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The procedure's full name.
    pub procedure: Arc<str>,
    /// The arguments, one for each input of its signature.
    pub arguments: Vec<Expr>,
    /// Position of a result field, and the variable it is bound to.
    pub yields: Vec<(usize, VarId)>,
    /// Whether a row without results is kept.
    pub optional: bool,
    /// Whether the procedure gives no fields at all: then each row is kept as it is.
    pub void: bool,
    /// Which rows go on.
    pub filter: Vec<Expr>,
    /// Where it was written.
    pub span: Span,
}

/// What the binder must know of a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcedureSignature {
    /// Full name, such as `algo.pageRank`.
    pub name: Arc<str>,
    /// Inputs in order.
    pub inputs: Vec<ProcedureField>,
    /// Result fields in order.
    pub outputs: Vec<ProcedureField>,
    /// What it does, in a sentence.
    pub doc: Arc<str>,
}

/// An input or a result field of a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcedureField {
    /// Its name.
    pub name: Arc<str>,
    /// Its type as written in the signature: `INTEGER?`, `LIST<STRING>`.
    pub type_name: Arc<str>,
    /// Whether it may be left out (inputs only); it is null then.
    pub optional: bool,
}

/// Where the binder looks procedures up.
pub trait Procedures {
    /// The signature of a procedure, by full name.
    fn signature(&self, name: &str) -> Option<ProcedureSignature>;

    /// All names, for "did you mean".
    fn names(&self) -> Vec<Arc<str>>;
}
